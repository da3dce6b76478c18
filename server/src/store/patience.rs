//! How long somebody waits for what they read: a read that nobody waits for any more, or that takes
//! too long, is given up where it stands.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::time::Timestamp;

use crate::clock::Clock;

/// How long a read may take, and whether the one who asked for it is still there. Clones are the same.
#[derive(Clone, Default)]
pub struct Patience {
    is_gone: Arc<AtomicBool>,
    deadline: Option<Deadline>,
}

#[derive(Clone)]
struct Deadline {
    clock: Arc<dyn Clock>,
    /// Exclusive.
    until: Timestamp,
}

impl Patience {
    /// Waits until this moment by this clock, and not longer.
    #[must_use]
    pub fn until(self, clock: Arc<dyn Clock>, until: Timestamp) -> Self {
        Self { deadline: Some(Deadline { clock, until }), ..self }
    }

    /// Returns what stands for the one who asked: when it is dropped, they are gone.
    pub fn asker(&self) -> Asker {
        Asker { is_gone: self.is_gone.clone() }
    }

    /// Returns whether there is nobody left to read for, or no time.
    pub(crate) fn is_over(&self) -> bool {
        let is_late = |Deadline { clock, until }: &Deadline| clock.now() >= *until;
        self.is_left() || self.deadline.as_ref().is_some_and(is_late)
    }

    /// Returns whether the one who asked is gone.
    pub(crate) fn is_left(&self) -> bool {
        self.is_gone.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self.deadline.as_ref().map(|deadline| deadline.until);
        f.debug_struct("Patience").field("until", &until).field("is_left", &self.is_left()).finish()
    }
}

/// The one who asked, as long as this is kept.
#[derive(Debug)]
#[must_use = "when it is dropped, what is read for it is given up"]
pub struct Asker {
    is_gone: Arc<AtomicBool>,
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.is_gone.store(true, Ordering::Relaxed);
    }
}
