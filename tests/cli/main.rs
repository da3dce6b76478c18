//! The command line as people and scripts meet it: the help, success and likeliest mistake of every
//! command, and the README's tour.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]

mod running;
mod sandbox;

mod administration;
mod catalogue;
mod connected;
mod demo;
mod device;
mod drafts;
#[cfg(unix)]
mod folders;
mod help;
mod lines;
mod printable;
mod reach;
mod readme;
mod verify;
mod words;
