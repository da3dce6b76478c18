//! A device through its public surface: what is saved stays, what comes is merged, what cannot be
//! is said.

mod asking;
mod bodies;
mod convergence;
mod drafts;
#[cfg(feature = "driver")]
mod driver;
mod following;
mod forms;
mod lease;
#[cfg(feature = "driver")]
mod line;
mod opening;
mod orders;
mod phone;
mod pulling;
mod pushing;
mod reconciling;
mod revoking;
mod rules;
mod saving;
mod server;
mod spy;
mod together;
mod touching;
