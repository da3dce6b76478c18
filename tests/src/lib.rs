//! What several suites share.

pub mod binary;
