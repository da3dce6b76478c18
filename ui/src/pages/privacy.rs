//! Pages of those who watch over privacy, and the one that asks everybody to show again who they are.

pub(crate) mod acts;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod confirm;
pub(crate) mod emergencies;
pub(crate) mod open;
pub(crate) mod purpose;
pub(crate) mod vouched;
