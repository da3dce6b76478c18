//! Pages of those who watch over privacy, and the one that asks everybody to show again who they are.

pub(crate) mod confirm;
