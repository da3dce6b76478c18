//! How many objects other languages hold: what nobody lets go of is a leak that no tool of theirs
//! sees.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many of the library's objects this process holds, such as devices, runs and observations: for
/// tests that nothing is leaked. What was closed or collected is not counted any more.
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
