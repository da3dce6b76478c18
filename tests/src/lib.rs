//! Code that several suites share.

pub mod binary;
pub mod browser;
pub mod clock;
pub mod content;
pub mod data_folder;
pub mod drafts;
pub mod enrolled;
pub mod log;
pub mod measure;
pub mod names;
pub mod raw;
pub mod running;
