//! The source of time, randomness and threads.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use client_core::driver::{Clock as _, SystemClock};
use client_core::store::Uptime;
use model::time::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::runtime::{Builder, Runtime};

use crate::error::FieldbookError;

/// Returns the current time.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// Returns the time since the machine started, or `None` if the system does not tell.
pub(crate) fn uptime() -> Option<Uptime> {
    SystemClock.uptime()
}

/// Returns a new random source, seeded by the operating system.
pub(crate) fn random() -> Result<StdRng, FieldbookError> {
    let mut seed = <StdRng as SeedableRng>::Seed::default();
    getrandom::fill(&mut seed).map_err(|_| FieldbookError::Internal)?;
    Ok(StdRng::from_seed(seed))
}

/// Returns the runtime for synchronization. It has two threads, so that a run that writes to the
/// disk does not delay the network of another. The threads start with the first use and are kept.
pub(crate) fn runtime() -> Result<&'static Runtime, FieldbookError> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let make = || {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(2).thread_name("fieldbook").enable_all().build().ok()
    };
    RUNTIME.get_or_init(make).as_ref().ok_or(FieldbookError::Internal)
}

/// Returns the instant, held within the years 1 to 9999, which is what every language knows.
pub(crate) fn instant(at: Timestamp) -> SystemTime {
    let millis = at.as_millis().clamp(FIRST_MILLIS, LAST_MILLIS);
    let distance = Duration::from_millis(millis.unsigned_abs());
    let instant = if millis < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    instant.unwrap_or(UNIX_EPOCH)
}

/// Returns the instant to the millisecond, within the years 1 to 9999.
pub(crate) fn timestamp(at: SystemTime) -> Timestamp {
    let millis = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
    let millis = match at.duration_since(UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    };
    Timestamp::from_millis(millis.clamp(FIRST_MILLIS, LAST_MILLIS))
}

/// 0001-01-01T00:00:00Z
const FIRST_MILLIS: i64 = -62_135_596_800_000;
/// 9999-12-31T23:59:59.999Z
const LAST_MILLIS: i64 = 253_402_300_799_999;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_come_back_and_those_nobody_can_hold_are_cut() {
        for millis in [0, 1, -1, 1_800_000_000_123, FIRST_MILLIS, LAST_MILLIS] {
            let at = Timestamp::from_millis(millis);
            assert_eq!(timestamp(instant(at)), at);
        }
        for (millis, cut) in [(i64::MIN, FIRST_MILLIS), (i64::MAX, LAST_MILLIS)] {
            let at = instant(Timestamp::from_millis(millis));
            assert_eq!(timestamp(at), Timestamp::from_millis(cut));
        }
    }
}
