//! client-core
pub mod device;
pub mod engine;
pub mod keys;
pub mod store;
pub mod vault;
