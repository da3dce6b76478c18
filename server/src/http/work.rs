//! Work that blocks, on threads made for it, a bounded number at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tracing::Span;

use super::error::ApiError;

/// A number of seats for work.
#[derive(Debug)]
pub(super) struct BlockingPool {
    seats: Arc<Semaphore>,
    patience: Duration,
}

impl BlockingPool {
    pub(super) fn new(seats: usize, patience: Duration) -> Self {
        Self { seats: Arc::new(Semaphore::new(seats)), patience }
    }

    /// Waits for a seat, does the work, and gives the seat back.
    ///
    /// Work that has begun is finished, even if nobody waits for its result any more: a device that
    /// lost its connection asks again, and finds its changes known. What reads at length is told by
    /// its `Patience` that nobody does.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let seat = timeout(self.patience, Arc::clone(&self.seats).acquire_owned());
        let seat = seat.await.map_err(|_| ApiError::Busy)?.map_err(|_| ApiError::Stopping)?;
        let span = Span::current();
        let working = spawn_blocking(move || {
            let _seat = seat;
            span.in_scope(work)
        });
        match working.await {
            Ok(result) => result,
            // What it said may quote a record.
            Err(failed) if failed.is_panic() => Err(ApiError::Panicked),
            Err(_) => Err(ApiError::Stopping),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn work_beyond_the_seats_waits_and_then_is_busy() {
        let bench = Arc::new(BlockingPool::new(1, Duration::from_secs(20)));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let bench = Arc::clone(&bench);
            async move { bench.run(move || Ok(held.recv().is_ok())).await }
        });
        while bench.seats.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = timeout(Duration::ZERO, bench.run(|| Ok(()))).await;
        assert!(second.is_err(), "it waits");
        bench.seats.close();
        assert!(matches!(bench.run(|| Ok(())).await, Err(ApiError::Stopping)));
        release.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
    }

    #[tokio::test]
    async fn work_that_waits_too_long_is_told_that_the_server_is_busy() {
        let bench = BlockingPool::new(0, Duration::ZERO);
        assert!(matches!(bench.run(|| Ok(())).await, Err(ApiError::Busy)));
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_and_frees_the_seat() {
        let bench = BlockingPool::new(1, Duration::from_secs(20));
        let panicking = || -> Result<(), ApiError> {
            // Without the hook, which would write to the test's output.
            std::panic::resume_unwind(Box::new("private words"))
        };
        let error = bench.run(panicking).await.unwrap_err();
        assert!(matches!(error, ApiError::Panicked));
        assert!(!error.to_string().contains("private"));
        assert!(bench.run(|| Ok(())).await.is_ok());
    }
}
