//! What a released version wrote, today's code reads, and what today's code writes, a released
//! version reads: fixtures of the wire, of changes and of both databases, kept for ever.
//!
//! `v1/` holds what version 1 wrote. Nothing there is ever rewritten: a change that needs new bytes
//! needs a version 2 beside it. A missing file is made by running the test that misses it with
//! `FIELDBOOK_WRITE_GOLDEN=1`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]

mod change;
mod device;
mod filled;
mod fixture;
mod messages;
mod server;
mod signed;
mod wire;
