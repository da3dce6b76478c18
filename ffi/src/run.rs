//! A task on the library's threads that can be awaited and cancelled.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use client_core::driver::Cancel;
use tokio::sync::watch;

use crate::error::FieldbookError;
use crate::object_count::Live;
use crate::runtime::runtime;

/// A run and its end. Letting go of it cancels it.
pub(crate) struct Run<T> {
    result: Arc<OnceLock<Result<T, FieldbookError>>>,
    ended: watch::Receiver<bool>,
    cancel: Cancel,
    _live: Live,
}

impl<T: Clone + Send + Sync + 'static> Run<T> {
    /// Starts `work`, which ends soon after `cancel` is cancelled; `after` runs when it has ended.
    pub(crate) fn start(
        cancel: Cancel,
        work: impl Future<Output = Result<T, FieldbookError>> + Send + 'static,
        after: impl FnOnce() + Send + 'static,
    ) -> Result<Self, FieldbookError> {
        let runtime = runtime()?;
        let (tell, ended) = watch::channel(false);
        let result = Arc::new(OnceLock::new());
        // Whoever was told of the end holds the result alone: it goes when they let go of it.
        let told = Arc::downgrade(&result);
        // A task of its own: a panic in it ends it, and is an error to whoever waits.
        let work = runtime.spawn(work);
        runtime.spawn(async move {
            let result = work.await.unwrap_or(Err(FieldbookError::Internal));
            after();
            if let Some(told) = told.upgrade() {
                // Only this task tells.
                let _ = told.set(result);
            }
            tell.send_replace(true);
        });
        Ok(Self { result, ended, cancel, _live: Live::new() })
    }

    /// Returns once it has ended.
    pub(crate) async fn finished(&self) -> Result<T, FieldbookError> {
        let mut ended = self.ended.clone();
        // A task that is gone without a word was ended with its runtime.
        let _ = ended.wait_for(|ended| *ended).await;
        self.result.get().cloned().unwrap_or(Err(FieldbookError::Internal))
    }

    /// Blocks until it has ended.
    pub(crate) fn wait(&self) -> Result<T, FieldbookError> {
        runtime()?.block_on(self.finished())
    }

    /// Cancels it soon.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }
}

impl<T> Drop for Run<T> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
