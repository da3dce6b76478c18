//! A device through its public surface: what is saved stays, what comes is merged, what cannot be
//! is said.

mod desk;
#[cfg(feature = "driver")]
mod driver;
#[cfg(feature = "driver")]
mod line;
mod phone;
mod sync;
