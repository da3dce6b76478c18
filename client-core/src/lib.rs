//! The device: everything of Fieldbook that a phone, a laptop or a browser runs.
//!
//! - [`device`] is what screens and commands call: make, edit, show, search, list what is due.
//! - [`store`] is the encrypted database under it, [`vault`] and [`keys`] hold what opens it.
//! - [`engine`] decides what a synchronization does next, and does nothing itself.
//! - [`sync`] builds requests out of the store and takes answers into it, one transaction each.
//! - `driver` and `transport` (feature `driver`) do what the engine decides; the system's own clock and
//!   HTTPS come with the feature `native`.
//!
//! Outside `driver` and `transport` nothing reads a clock, starts a thread, waits or opens a socket:
//! the time and the random source are arguments, so that the same calls give the same answers and
//! the rest compiles for WebAssembly.

pub mod device;
#[cfg(feature = "driver")]
pub mod driver;
pub mod engine;
pub mod keys;
pub mod store;
pub mod sync;
#[cfg(feature = "driver")]
pub mod transport;
pub mod vault;
