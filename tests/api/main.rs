//! Whether the HTTP surface keeps its promises, asked over real HTTPS on a port of its own.
//!
//! [`server`] is a department with a running server, [`phone`] a device that speaks to it without the
//! device's program, [`console_client`] somebody at the console, [`line`] the connection between them.

#![expect(clippy::unwrap_used, reason = "a suite: what fails here is what a test is about")]

mod accounts;
mod administration;
mod bodies;
mod browsers;
mod casework;
mod console_client;
mod consoles;
mod crowds;
mod directory;
mod emergencies;
mod enrollment;
mod events;
mod forms;
mod late;
mod line;
mod lists;
mod local;
mod logs;
mod long;
mod own;
mod pages;
mod patience;
mod people;
mod phone;
mod privacy;
mod proofs;
mod proxied;
mod recovery;
mod refusals;
mod routes;
mod seers;
mod server;
mod shares;
mod shifts;
mod stopping;
mod tasks;
mod welcome;
