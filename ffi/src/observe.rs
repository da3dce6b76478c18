//! Telling a screen which records changed.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use model::ids::RecordId;

use crate::error::FieldbookError;
use crate::object_count::Live;

/// Is told which records changed.
#[uniffi::export(rust, foreign)]
pub trait RecordListener: Send + Sync {
    /// These records changed since the last call: made, edited, received, acknowledged, refused or
    /// gone. Comes on a thread of its own, one call at a time; while a call takes its time, what
    /// changes meanwhile is gathered for the next.
    fn on_change(&self, records: Vec<RecordId>) -> Result<(), ListenerError>;
}

/// What a listener may throw. It is logged, and nothing else comes of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum ListenerError {
    /// The listener failed.
    Failed,
}

impl fmt::Display for ListenerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the listener failed")
    }
}

impl std::error::Error for ListenerError {}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// A listener that is being told. Ends when it is stopped, when it is let go of, or with its device.
#[derive(uniffi::Object)]
pub struct Observation {
    post: Arc<Post>,
    _live: Live,
}

#[uniffi::export]
impl Observation {
    /// The listener is not called again, unless a call is under way.
    pub fn stop(&self) {
        self.post.close();
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        self.post.close();
    }
}

/// Everybody who is told of a device's records.
#[derive(Default)]
pub(crate) struct Observers {
    posts: Mutex<Vec<Weak<Post>>>,
}

impl Observers {
    /// Starts to tell a listener.
    pub(crate) fn add(
        &self,
        listener: Arc<dyn RecordListener>,
    ) -> Result<Arc<Observation>, FieldbookError> {
        let post = Arc::new(Post::default());
        let taken = post.clone();
        thread::Builder::new()
            .name("fieldbook-observer".into())
            .spawn(move || {
                while let Some(records) = taken.take() {
                    if listener.on_change(records).is_err() {
                        tracing::warn!("a listener of the app's failed");
                    }
                }
            })
            .map_err(|_| FieldbookError::Internal)?;
        let mut posts = self.lock();
        posts.retain(|post| post.strong_count() > 0);
        posts.push(Arc::downgrade(&post));
        Ok(Arc::new(Observation { post, _live: Live::new() }))
    }

    /// Whether anybody is told.
    pub(crate) fn any(&self) -> bool {
        self.lock().iter().any(|post| post.upgrade().is_some_and(|post| post.is_open()))
    }

    /// Tells everybody. Returns at once.
    pub(crate) fn tell(&self, records: &BTreeSet<RecordId>) {
        for post in self.lock().iter().filter_map(Weak::upgrade) {
            post.put(records);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Post>>> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Observers {
    fn drop(&mut self) {
        for post in self.lock().iter().filter_map(Weak::upgrade) {
            post.close();
        }
    }
}

/// What a listener has not been told yet. Each record is in it once, so it cannot outgrow the store.
#[derive(Default)]
struct Post {
    state: Mutex<PostState>,
    news: Condvar,
}

#[derive(Default)]
struct PostState {
    records: BTreeSet<RecordId>,
    closed: bool,
}

impl Post {
    fn put(&self, records: &BTreeSet<RecordId>) {
        let mut state = self.lock();
        if !state.closed {
            state.records.extend(records);
            self.news.notify_one();
        }
    }

    fn close(&self) {
        self.lock().closed = true;
        self.news.notify_one();
    }

    fn is_open(&self) -> bool {
        !self.lock().closed
    }

    /// Waits for news; none once it is closed.
    fn take(&self) -> Option<Vec<RecordId>> {
        let waited =
            self.news.wait_while(self.lock(), |state| !state.closed && state.records.is_empty());
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return None;
        }
        Some(std::mem::take(&mut state.records).into_iter().collect())
    }

    fn lock(&self) -> MutexGuard<'_, PostState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
