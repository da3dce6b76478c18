//! Networks that fail at the worst moment: after the server has committed, before the phone knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use client_core::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportFailure};
use tokio::sync::Notify;

/// Loses the first answer to a sync; the connection breaks off.
pub(super) struct LosesAnAnswer {
    inner: Arc<dyn Transport>,
    lost: AtomicBool,
}

/// Delivers a sync to the server and never comes back: whoever waits for it is to be dropped.
pub(super) struct GoesOutInASync {
    inner: Arc<dyn Transport>,
    answered: Notify,
}

impl LosesAnAnswer {
    pub(super) fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, lost: AtomicBool::new(false) }
    }
}

impl Transport for LosesAnAnswer {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportFailure>> {
        Box::pin(async move {
            let is_sync = is_sync(&request);
            let answer = self.inner.send(request).await?;
            if is_sync && answer.status == OK && !self.lost.swap(true, Ordering::Relaxed) {
                return Err(TransportFailure::Cut);
            }
            Ok(answer)
        })
    }
}

impl GoesOutInASync {
    pub(super) fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, answered: Notify::new() }
    }

    /// Returns once the server has answered.
    pub(super) async fn answered(&self) {
        self.answered.notified().await;
    }
}

impl Transport for GoesOutInASync {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportFailure>> {
        Box::pin(async move {
            let is_sync = is_sync(&request);
            let answer = self.inner.send(request).await?;
            if is_sync && answer.status == OK {
                self.answered.notify_one();
                std::future::pending::<()>().await;
            }
            Ok(answer)
        })
    }
}

const OK: u16 = 200;

/// Returns whether a request is a sync. The first request of a run may be refused with a fresh
/// nonce, and does not count.
fn is_sync(request: &HttpRequest) -> bool {
    request.path == "/v1/sync"
}
