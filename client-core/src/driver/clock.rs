//! The clock of a driver: the system's, or a test's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::time::{Span, Timestamp};

use crate::transport::BoxFuture;

/// Tells the time and waits.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// Returns after this long; at once when it is nothing or less.
    fn sleep(&self, span: Span) -> BoxFuture<'static, ()>;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is where the time comes in")]
        let now = SystemTime::now();
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn sleep(&self, span: Span) -> BoxFuture<'static, ()> {
        let millis = u64::try_from(span.as_millis()).unwrap_or(0);
        #[expect(clippy::disallowed_methods, reason = "this is where the driver waits")]
        let sleep = tokio::time::sleep(Duration::from_millis(millis));
        Box::pin(sleep)
    }
}
