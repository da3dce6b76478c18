//! Where the server's time comes from: everything below the network takes it as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use model::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Returns what time it is.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is where the server reads the clock")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
