//! Answers on their way: each counts until the last of it has left. A peer that does not read holds
//! what it asked for, and only so much is held of all.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::ApiError;

/// Room for answers.
#[derive(Debug)]
pub(super) struct Outgoing {
    room: Arc<Semaphore>,
    units: usize,
    patience: Duration,
}

/// Room that was set aside for one answer before it is made.
#[derive(Debug)]
pub(super) struct Reserved {
    all: Arc<Semaphore>,
    room: OwnedSemaphorePermit,
}

impl Outgoing {
    pub(super) fn new(bytes: usize, patience: Duration) -> Self {
        let units = bytes / ROOM_UNIT;
        Self { room: Arc::new(Semaphore::new(units)), units, patience }
    }

    /// Waits until there is room for an answer of this many bytes.
    pub(super) async fn reserve(&self, bytes: usize) -> Result<Reserved, ApiError> {
        let units = u32::try_from(bytes.div_ceil(ROOM_UNIT).min(self.units)).unwrap_or(u32::MAX);
        let waiting = timeout(self.patience, Arc::clone(&self.room).acquire_many_owned(units));
        let room = waiting.await.map_err(|_| ApiError::Busy)?.map_err(|_| ApiError::Stopping)?;
        Ok(Reserved { all: Arc::clone(&self.room), room })
    }
}

impl Reserved {
    /// Keeps as much room as the answer takes, and `place`, until the answer has left or is given up.
    ///
    /// # Errors
    /// When it is larger than was thought and there is no more room.
    pub(super) fn hold<P: Send + Sync + Unpin + 'static>(
        mut self,
        response: Response,
        place: P,
    ) -> Result<Response, ApiError> {
        let bytes = response.body().size_hint().exact().unwrap_or(0);
        let units = usize::try_from(bytes).map_err(|_| ApiError::Busy)?.div_ceil(ROOM_UNIT);
        match units.checked_sub(self.room.num_permits()) {
            None | Some(0) => {
                let unused = self.room.num_permits() - units;
                drop(self.room.split(unused));
            }
            Some(more) => {
                let more = u32::try_from(more).map_err(|_| ApiError::Busy)?;
                // Does not wait: answers that are made and wait for each other's room wait for ever.
                let more = self.all.try_acquire_many_owned(more).map_err(|_| ApiError::Busy)?;
                self.room.merge(more);
            }
        }
        let held = (self.room, place);
        Ok(response.map(|body| Body::new(Held { body, _held: held })))
    }
}

/// An answer that holds what it takes up.
struct Held<H> {
    body: Body,
    _held: H,
}

impl<H: Unpin> HttpBody for Held<H> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

const ROOM_UNIT: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(bytes: usize) -> Response {
        Response::new(Body::from(vec![0; bytes]))
    }

    #[tokio::test]
    async fn an_answer_takes_what_it_is_long_until_it_is_dropped() {
        let outgoing = Outgoing::new(8 * ROOM_UNIT, Duration::ZERO);
        let reserved = outgoing.reserve(100 * ROOM_UNIT).await.unwrap();
        assert_eq!(outgoing.room.available_permits(), 0);
        assert!(matches!(outgoing.reserve(1).await, Err(ApiError::Busy)));
        let held = reserved.hold(answer(2 * ROOM_UNIT + 1), ()).unwrap();
        assert_eq!(outgoing.room.available_permits(), 5);
        drop(held);
        assert_eq!(outgoing.room.available_permits(), 8);
    }

    #[tokio::test]
    async fn an_answer_longer_than_was_thought_has_what_is_there_and_no_more() {
        let outgoing = Outgoing::new(4 * ROOM_UNIT, Duration::ZERO);
        let reserved = outgoing.reserve(ROOM_UNIT).await.unwrap();
        assert!(reserved.hold(answer(4 * ROOM_UNIT), ()).is_ok());
        let reserved = outgoing.reserve(ROOM_UNIT).await.unwrap();
        assert!(matches!(reserved.hold(answer(4 * ROOM_UNIT + 1), ()), Err(ApiError::Busy)));
        assert_eq!(outgoing.room.available_permits(), 4);
    }
}
