//! Forms from spreadsheets written as XLSForm, and to them.
//!
//! Nothing here opens a file: whoever calls hands over bytes and takes text. A spreadsheet may come
//! from anybody, so everything about it is bounded ([`limits`]), and nothing of it is dropped in
//! silence: every cell is used, or named in a [`Finding`].

mod base;
mod book;
mod export;
mod finding;
mod import;
mod kinds;
mod labels;
pub mod limits;
mod lists;
mod names;
mod number;
mod survey;
mod table;
mod translate;
mod write;
mod writer;
mod xpath;

pub use book::Unreadable;
pub use export::{ExportError, Exported, export};
pub use finding::{Finding, Kind, Place};
pub use import::{ImportError, Imported, Options, import};
