//! What a driver asks the machine: the time, and how much room there is. A test answers itself.

#[cfg(feature = "native")]
mod system;

use std::path::Path;

use model::time::{Span, Timestamp};

use crate::store::Uptime;
use crate::transport::BoxFuture;

#[cfg(feature = "native")]
pub use system::SystemClock;

/// Tells the time and waits, and knows how much room the machine has.
pub trait Clock: Send + Sync {
    /// Returns what time it is.
    fn now(&self) -> Timestamp;

    /// How long the machine runs, where it says so.
    fn uptime(&self) -> Option<Uptime> {
        None
    }

    /// Returns how many bytes are free where this file is, where the machine says so.
    fn free_space(&self, path: &Path) -> Option<u64> {
        let _ = path;
        None
    }

    /// Returns after this long; at once when it is nothing or less.
    fn sleep(&self, span: Span) -> BoxFuture<'static, ()>;
}
