//! Pages that only the console has.

pub(crate) mod board;
pub(crate) mod conflicts;
pub(crate) mod disputes;
pub(crate) mod find;
pub(crate) mod home;
pub(crate) mod out;
pub(crate) mod review;
pub(crate) mod rows;
pub(crate) mod sessions;
pub(crate) mod tasks;
