//! A device through its public surface: what is saved stays, what comes is merged, what cannot be
//! is said.

mod desk;
mod phone;
mod sync;
