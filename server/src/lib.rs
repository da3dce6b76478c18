//! The Fieldbook server: enrolment, sync, ingest, store, administration.
//!
//! [`core::Core`] is the server without its network; [`admin::Admin`] works on the same data folder
//! whether or not a server is running.

pub mod admin;
pub mod config;
pub mod core;
pub mod error;
