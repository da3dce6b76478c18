//! The Fieldbook server: enrollment, sync, ingest, store, administration.
//!
//! [`core::Core`] is the server without its network, [`serve::Server`] puts it on the network;
//! [`admin::Admin`] works on the same data folder whether or not a server is running. A request
//! goes `http` → `exchange` → `ingest` (what came, tried and appended by the one `writer`) → `pull`
//! (what the device has not got); `settle` turns roles, assignments and records into grants; only
//! `store` knows SQL.

pub mod accounts;
pub mod admin;
mod base;
pub mod config;
pub mod console;
pub mod core;
mod disclosures;
mod documents;
mod enrollment;
pub mod error;
mod exchange;
mod facts;
mod folder;
mod http;
mod ingest;
mod keys;
pub mod patience;
mod pull;
pub mod reach;
mod readers;
mod reconnect;
mod refusals;
mod seal;
pub mod serve;
mod settle;
mod shut_out;
mod store;
mod writer;
