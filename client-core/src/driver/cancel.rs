//! A handle with which somebody else ends what is under way.

use std::sync::Arc;

use tokio::sync::watch;

/// Ends a run from elsewhere. Clones are one: when one is cancelled all are, for good.
#[derive(Debug, Clone)]
pub struct Cancel {
    cancelled: Arc<watch::Sender<bool>>,
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

impl Cancel {
    /// A handle that is not cancelled.
    pub fn new() -> Self {
        Self { cancelled: Arc::new(watch::Sender::new(false)) }
    }

    /// Ends what was started with this handle or a clone of it, and whatever will be.
    pub fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    /// Whether it is cancelled.
    pub fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow()
    }

    /// Returns once it is cancelled.
    pub async fn cancelled(&self) {
        let mut receiver = self.cancelled.subscribe();
        // The sender is ours, so it cannot go away meanwhile.
        let _ = receiver.wait_for(|cancelled| *cancelled).await;
    }
}
