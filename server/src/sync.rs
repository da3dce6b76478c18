//! A device's sync: what it hands in is pushed, what it has not got is pulled.

mod budget;
mod device_state;
pub(crate) mod disclosures;
pub(crate) mod handler;
pub(crate) mod pull;
pub(crate) mod push;
mod submission;
mod views;
