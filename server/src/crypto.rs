//! Sealing what is stored, and the keys for it.

pub(crate) mod key_store;
pub(crate) mod keys;
pub(crate) mod seal;
