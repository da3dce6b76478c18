//! Clocks that only tests move.

use std::sync::{Mutex, PoisonError};

use client_core::transport::BoxFuture;
use model::time::{Span, Timestamp};

/// A clock that stands until somebody moves it. A device that waits by it moves it to when it was
/// waiting for, at once.
#[derive(Debug)]
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// Makes a clock that shows this.
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Returns what it shows.
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets time pass.
    pub fn pass(&self, span: Span) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = *now + span;
    }
}

impl server::clock::Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.now()
    }
}

impl client_core::driver::Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.now()
    }

    fn sleep(&self, span: Span) -> BoxFuture<'static, ()> {
        self.pass(span.max(Span::default()));
        Box::pin(tokio::task::yield_now())
    }
}
