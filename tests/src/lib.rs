//! Code that several suites share.

pub mod binary;
pub mod content;
pub mod data_folder;
pub mod measure;
pub mod names;
pub mod raw;
