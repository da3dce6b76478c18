//! What is noted of what people and devices do. The rows themselves are in `store`.

pub mod export;
pub(crate) mod reasons;
pub(crate) mod throttle;
