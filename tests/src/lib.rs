//! What several suites share.

pub mod binary;
pub mod content;
pub mod measure;
pub mod names;
pub mod office;
pub mod raw;
