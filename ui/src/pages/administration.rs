//! Pages of those who look after people and devices. No page here holds a word about a case.

pub(crate) mod device;
pub(crate) mod devices;
pub(crate) mod health;
pub(crate) mod import;
mod invitation;
mod lines;
pub(crate) mod member;
pub(crate) mod people;
mod sure;

use crate::source::{AdministrationSource, Refusal, Source};

/// Returns what those pages are made of; a phone has none of them.
fn administration(source: &mut dyn Source) -> Result<&mut dyn AdministrationSource, Refusal> {
    Ok(source.console().ok_or(Refusal::NotFound)?.administration())
}
