//! The Fieldbook server: enrollment, sync, ingest, store, administration.
//!
//! [`service::Service`] is the server without its network, [`listener::Server`] puts it on the network;
//! [`admin::Admin`] works on the same data folder whether or not a server is running. A request
//! goes `http` → `sync` → `sync::push` (what came, tried and appended by the one `writer`) →
//! `sync::pull` (what the device has not got); `access::grants` turns roles, assignments and records
//! into grants; only `store` knows SQL, and knows sealed bytes only: `documents` opens them.

mod access;
pub mod admin;
pub mod audit;
pub mod clock;
pub mod config;
pub mod console;
mod context;
mod crypto;
mod data_folder;
mod documents;
pub mod error;
mod http;
pub mod identity;
pub mod listener;
pub mod reach;
mod safety;
pub mod service;
mod staff;
mod store;
mod sync;
mod writer;

#[doc(hidden)]
pub use http::read_body;
