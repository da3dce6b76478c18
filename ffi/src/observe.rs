//! Tells a screen which records changed.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use model::ids::RecordId;

use crate::error::FieldbookError;
use crate::object_count::Live;

/// Receives the ids of records that changed.
#[uniffi::export(rust, foreign)]
pub trait RecordListener: Send + Sync {
    /// Tells the app which records changed since the last call: created, edited, received,
    /// acknowledged, refused or removed. Calls come one at a time, on a thread of the library;
    /// changes during a call are collected for the next one.
    fn on_change(&self, records: Vec<RecordId>) -> Result<(), ListenerError>;
}

/// An exception of a listener. It is logged and has no other effect.
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

/// A registered listener. It ends when it is stopped, when the app releases it, or with its device.
#[derive(uniffi::Object)]
pub struct Observation {
    post: Arc<Post>,
    _live: Live,
}

#[uniffi::export]
impl Observation {
    /// Stops the calls to the listener. A call that is in progress still finishes.
    pub fn stop(&self) {
        self.post.close();
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        self.post.close();
    }
}

/// The listeners to a device's records.
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

    /// Returns whether there is a listener.
    pub(crate) fn any(&self) -> bool {
        self.lock().iter().any(|post| post.upgrade().is_some_and(|post| post.is_open()))
    }

    /// Notifies all listeners. Returns at once.
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

/// The records of which a listener has not been told yet. Each record is in it once, so it cannot
/// outgrow the store.
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

    /// Waits for news. Returns `None` once it is closed.
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
