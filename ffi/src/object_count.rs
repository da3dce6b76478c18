//! The number of objects that other languages hold. An object that an app never releases is a leak
//! that the other language's tools cannot see.

use std::sync::atomic::{AtomicU64, Ordering};

/// Returns how many of the library's objects this process holds, such as devices, runs and
/// observations. Closed and collected objects do not count. It is for tests that find leaks.
#[uniffi::export]
pub fn live_objects() -> u64 {
    LIVE.load(Ordering::SeqCst)
}

static LIVE: AtomicU64 = AtomicU64::new(0);

/// Counts the object that it is a part of.
pub(crate) struct Live(());

impl Live {
    pub(crate) fn new() -> Self {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}
