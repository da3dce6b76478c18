//! Something under way on the library's threads, that can be waited for and given up.

use std::future::Future;

use client_core::driver::Cancel;
use tokio::sync::watch;

use crate::error::FieldbookError;
use crate::runtime::runtime;

/// A run and its end. Letting go of it cancels it.
pub(crate) struct Run<T> {
    end: watch::Receiver<Option<Result<T, FieldbookError>>>,
    cancel: Cancel,
}

impl<T: Clone + Send + Sync + 'static> Run<T> {
    /// Starts `work`, which ends soon after `cancel` is cancelled; `after` runs when it has ended.
    pub(crate) fn start(
        cancel: Cancel,
        work: impl Future<Output = Result<T, FieldbookError>> + Send + 'static,
        after: impl FnOnce() + Send + 'static,
    ) -> Result<Self, FieldbookError> {
        let runtime = runtime()?;
        let (tell, end) = watch::channel(None);
        // A task of its own: a panic in it ends it, and is an error to whoever waits.
        let work = runtime.spawn(work);
        runtime.spawn(async move {
            let result = work.await.unwrap_or(Err(FieldbookError::Internal));
            after();
            tell.send_replace(Some(result));
        });
        Ok(Self { end, cancel })
    }

    /// Returns once it has ended.
    pub(crate) async fn finished(&self) -> Result<T, FieldbookError> {
        let mut end = self.end.clone();
        let ended = end.wait_for(Option::is_some).await;
        ended.ok().and_then(|result| result.clone()).unwrap_or(Err(FieldbookError::Internal))
    }

    /// Blocks until it has ended.
    pub(crate) fn wait(&self) -> Result<T, FieldbookError> {
        runtime()?.block_on(self.finished())
    }

    /// Ends it soon.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }
}

impl<T> Drop for Run<T> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
