//! What both sides of Fieldbook agree on: the catalogue, records and their documents, merging,
//! permission, the wire and its limits.
//!
//! Nothing here reads a clock, a random source, a file or a socket: time and randomness are
//! arguments. Start reading at [`catalogue`] (what can be recorded), then [`document`] (how one
//! record is kept), then [`admission`] (what a server accepts) and [`wire`] (what travels).

pub mod admission;
pub mod answers;
pub mod asked;
pub mod catalogue;
pub mod change;
pub mod decimal;
pub mod decision;
pub mod document;
pub mod draft;
pub mod followup;
pub mod forbidden;
pub mod forms;
pub mod handing_in;
pub mod ids;
pub mod input;
pub mod limits;
pub mod names;
pub mod people;
pub mod phone;
pub mod policy;
pub mod proof;
pub mod record;
pub mod references;
pub mod search;
pub mod time;
pub mod title;
pub mod value;
pub mod wire;
pub mod words;
pub mod zone;
