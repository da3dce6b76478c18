//! The server without its network: enrolment, authentication, sync.
//!
//! Everything is synchronous and takes its clock and its randomness as arguments; HTTP calls it
//! from blocking threads, the simulation calls it directly. Start reading at [`Core::sync`].

use std::sync::Arc;

use model::ids::{DeviceId, FeedSeq, UserId};
use model::time::Timestamp;
use model::wire::{EnrolRequestV1, EnrolResponseV1, SyncRequestV1, SyncResponseV1};
use rand::Rng;
use tokio::sync::watch;

use crate::config::CoreConfig;
use crate::error::{EnrolRefusal, OpenError, StoreError, SyncError};

/// A running server's core. Clones share it.
#[derive(Clone)]
pub struct Core {
    inner: Arc<Inner>,
}

/// Who a token belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authenticated {
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub user: UserId,
    /// The key that the token is bound to.
    pub public_key: [u8; 32],
    /// Whether the device was revoked: all it gets is the order to wipe itself.
    pub revoked: bool,
}

struct Inner {
    wake: watch::Sender<FeedSeq>,
}

impl Core {
    /// Opens a data folder and starts the writer.
    ///
    /// # Errors
    /// Says why the folder cannot be opened; its files are untouched then.
    pub fn open(_now: Timestamp, config: CoreConfig) -> Result<Self, OpenError> {
        Err(OpenError::NotInitialised(config.data_dir))
    }

    /// Opens a data folder without a thread of its own: every call does its work before it
    /// returns, so the same calls give the same answers.
    ///
    /// # Errors
    /// As [`Core::open`].
    pub fn open_inline(_now: Timestamp, config: CoreConfig) -> Result<Self, OpenError> {
        Err(OpenError::NotInitialised(config.data_dir))
    }

    /// Enrols a device with the one-use code of an invitation. The answer's nonce is left empty
    /// for HTTP to fill.
    ///
    /// # Errors
    /// Says why not.
    pub fn enrol(
        &self,
        _now: Timestamp,
        _rng: &mut dyn Rng,
        _request: &EnrolRequestV1,
    ) -> Result<EnrolResponseV1, EnrolRefusal> {
        Err(StoreError::Closed.into())
    }

    /// Finds whose token this is; none when it is nobody's.
    ///
    /// # Errors
    /// When the store fails.
    pub fn authenticate(&self, _token: &str) -> Result<Option<Authenticated>, StoreError> {
        Err(StoreError::Closed)
    }

    /// Answers one sync request. What the answer calls accepted or known is durable.
    ///
    /// # Errors
    /// When the request as a whole is refused; then nothing of it was stored.
    pub fn sync(
        &self,
        _now: Timestamp,
        _rng: &mut dyn Rng,
        _who: &Authenticated,
        _request: SyncRequestV1,
    ) -> Result<SyncResponseV1, SyncError> {
        Err(StoreError::Closed.into())
    }

    /// The feed's newest number.
    ///
    /// # Errors
    /// When the store fails.
    pub fn head(&self) -> Result<FeedSeq, StoreError> {
        Err(StoreError::Closed)
    }

    /// The newest feed number after `after` that a sync would tell this device something about;
    /// none when a sync would bring nothing. Costs what was appended since `after`: keep the head
    /// that was last looked at and ask from there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn news_for(
        &self,
        _who: &Authenticated,
        _after: FeedSeq,
    ) -> Result<Option<FeedSeq>, StoreError> {
        Err(StoreError::Closed)
    }

    /// Whether the server can do its work.
    ///
    /// # Errors
    /// When it cannot.
    pub fn ready(&self) -> Result<(), StoreError> {
        Err(StoreError::Closed)
    }

    /// The feed's newest number, and every later one as it is committed by this process or noticed
    /// by [`Core::changed_elsewhere`].
    pub fn subscribe(&self) -> watch::Receiver<FeedSeq> {
        self.inner.wake.subscribe()
    }

    /// Whether the database was written since the last call, by this or by another process (an
    /// administrator's command); the subscribers are woken when the feed has grown.
    ///
    /// Costs no disk access when nothing was written: call it a few times a second.
    ///
    /// # Errors
    /// When the store fails.
    pub fn changed_elsewhere(&self) -> Result<bool, StoreError> {
        Err(StoreError::Closed)
    }

    /// Takes no more work, finishes what was taken, and returns once it is on the disk.
    pub fn shutdown(&self) {}
}
