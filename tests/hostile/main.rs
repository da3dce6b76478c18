//! Hostile input: what a device must not be able to do to a record, or to a server, by sending
//! bytes. Every input here is made by code, from a valid change where there is one to start from.
//!
//! Start reading at [`refused`]; [`craft`] makes the bytes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]

mod accepted;
mod craft;
mod limits;
mod memory;
mod mutated;
mod quiet;
mod refused;
mod samples;
