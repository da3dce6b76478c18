//! What the system says of the time and of the room that is left.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::time::{Span, Timestamp};

use super::Clock;
use crate::store::Uptime;
use crate::transport::BoxFuture;

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

    #[cfg(unix)]
    fn uptime(&self) -> Option<Uptime> {
        // Counts while the machine sleeps, too; and nobody sets it.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
        let read = rustix::time::clock_gettime(CLOCK);
        Some(Uptime { boot: boot(), since: Span::from_secs(read.tv_sec) })
    }

    #[cfg(unix)]
    fn free_space(&self, path: &Path) -> Option<u64> {
        // Its folder is asked: files of a store come and go.
        let read = rustix::fs::statvfs(path.parent()?).ok()?;
        Some(read.f_bavail.saturating_mul(read.f_frsize))
    }

    fn sleep(&self, span: Span) -> BoxFuture<'static, ()> {
        let millis = u64::try_from(span.as_millis()).unwrap_or(0);
        #[expect(clippy::disallowed_methods, reason = "this is where the driver waits")]
        let sleep = tokio::time::sleep(Duration::from_millis(millis));
        Box::pin(sleep)
    }
}

/// Which start of the machine this is, where the system tells apps.
#[cfg(unix)]
fn boot() -> Option<[u8; 16]> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes)
}
