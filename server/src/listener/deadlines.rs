//! A connection that does not wait for ever: for the first request, for the rest of a request's
//! head, for the next request, or for a peer that does not read.
//!
//! While a request is being answered, reading has no deadline here: the handler that reads the
//! body sets one of its own.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Duration, Instant, Sleep, sleep_until};

use crate::http::connections::Activity;

/// How long a peer may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadlines {
    /// From the first byte of a request's head to its end; also for a new connection to say
    /// anything at all.
    pub(super) head: Duration,
    /// Between two requests, once it was proven on the connection whose it is.
    pub(super) idle: Duration,
    /// Between two requests until then.
    pub(super) unproven: Duration,
    /// Until a peer takes more of an answer; also how long one answer may wait for its peer in all,
    /// besides the time that [`WRITE_BYTES_PER_SECOND`] gives for what it has taken.
    pub(super) write: Duration,
}

/// How much of an answer a peer takes at least, on the whole: a tenth of what EDGE carries. An answer
/// is kept in memory until the last of it is taken.
const WRITE_BYTES_PER_SECOND: u64 = 2 * 1024;

/// Wraps a stream with the deadlines.
pub(super) struct Timed<S> {
    stream: S,
    patience: Deadlines,
    activity: Arc<Activity>,
    reading: Reading,
    read_deadline: Pin<Box<Sleep>>,
    write_deadline: Pin<Box<Sleep>>,
    outflow: Outflow,
}

/// How one answer leaves.
#[derive(Debug, Default)]
struct Outflow {
    /// Which answer.
    request: u64,
    bytes: u64,
    /// How long it waited for its peer until now.
    waited: Duration,
    waiting_since: Option<Instant>,
}

impl Outflow {
    /// How much longer it may wait.
    fn patience(&self, write: Duration) -> Duration {
        let earned =
            Duration::from_millis(self.bytes.saturating_mul(1_000) / WRITE_BYTES_PER_SECOND);
        write.min((write + earned).saturating_sub(self.waited))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// A head is due: the deadline stands and no byte moves it.
    Head,
    /// Nothing is due; the first byte starts a head.
    Idle,
    /// The handler has the word.
    Answering,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, patience: Deadlines, activity: Arc<Activity>) -> Self {
        let now = Instant::now();
        Self {
            stream,
            patience,
            activity,
            reading: Reading::Head,
            read_deadline: Box::pin(sleep_until(now + patience.head)),
            write_deadline: Box::pin(sleep_until(now + patience.write)),
            outflow: Outflow::default(),
        }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    fn before_reading(&mut self) {
        if self.activity.is_answering() {
            self.reading = Reading::Answering;
        } else if self.reading == Reading::Answering {
            self.reading = Reading::Idle;
            let Deadlines { idle, unproven, .. } = self.patience;
            let proven = self.activity.is_proven();
            let patience = if proven { idle } else { unproven };
            self.read_deadline.as_mut().reset(Instant::now() + patience);
        }
    }

    fn after_reading(&mut self, bytes: usize) {
        if bytes == 0 || self.reading == Reading::Answering {
            return;
        }
        self.activity.begin_head();
        if self.reading == Reading::Idle {
            self.reading = Reading::Head;
            self.read_deadline.as_mut().reset(Instant::now() + self.patience.head);
        }
    }

    /// Gives a write that is waiting a deadline. `bytes` is how many got through.
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        let request = self.activity.requests();
        if self.outflow.request != request {
            let waiting_since = self.outflow.waiting_since;
            self.outflow = Outflow { request, waiting_since, ..Outflow::default() };
        }
        if let Poll::Ready(result) = &poll {
            if let Some(since) = self.outflow.waiting_since.take() {
                self.outflow.waited += since.elapsed();
            }
            let bytes = result.as_ref().map_or(0, bytes);
            self.outflow.bytes = self.outflow.bytes.saturating_add(bytes as u64);
            return poll;
        }
        if self.outflow.waiting_since.is_none() {
            let now = Instant::now();
            self.outflow.waiting_since = Some(now);
            let patience = self.outflow.patience(self.patience.write);
            self.write_deadline.as_mut().reset(now + patience);
        }
        ready!(self.write_deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.before_reading();
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Ready(result) => {
                self.after_reading(buffer.filled().len() - before);
                Poll::Ready(result)
            }
            Poll::Pending if self.reading == Reading::Answering => Poll::Pending,
            Poll::Pending => {
                ready!(self.read_deadline.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, poll, |bytes| *bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(cx);
        self.written(cx, poll, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.written(cx, poll, |()| 0)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.written(cx, poll, |bytes| *bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const PATIENCE: Deadlines = Deadlines {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(75),
        unproven: Duration::from_secs(5),
        write: Duration::from_secs(30),
    };

    fn timed() -> (Timed<tokio::io::DuplexStream>, tokio::io::DuplexStream, Arc<Activity>) {
        let (near, far) = duplex(64);
        let activity = Arc::new(Activity::default());
        (Timed::new(near, PATIENCE, Arc::clone(&activity)), far, activity)
    }

    async fn timed_out_after(stream: &mut Timed<tokio::io::DuplexStream>) -> Duration {
        let start = Instant::now();
        let error = loop {
            match stream.read_u8().await {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_says_nothing_is_given_up() {
        let (mut stream, _far, activity) = timed();
        assert_eq!(timed_out_after(&mut stream).await.as_secs(), PATIENCE.head.as_secs());
        assert!(activity.is_idle());
    }

    #[tokio::test(start_paused = true)]
    async fn single_bytes_do_not_move_the_deadline_of_a_head() {
        let (mut stream, mut far, activity) = timed();
        let drip = tokio::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_secs(1));
            loop {
                every.tick().await;
                if far.write_all(b"x").await.is_err() {
                    break;
                }
            }
        });
        assert_eq!(timed_out_after(&mut stream).await.as_secs(), PATIENCE.head.as_secs());
        assert!(!activity.is_idle());
        drop(stream);
        drip.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn between_requests_a_peer_may_think_longer_once_it_has_proven_itself() {
        assert_eq!(idle_after_a_request(|_| {}).await.as_secs(), PATIENCE.unproven.as_secs());
        assert_eq!(idle_after_a_request(Activity::prove).await.as_secs(), PATIENCE.idle.as_secs());
    }

    /// How long a connection is kept after a request during which this happened.
    async fn idle_after_a_request(happened: impl FnOnce(&Activity)) -> Duration {
        let (mut stream, mut far, activity) = timed();
        far.write_all(b"GET").await.unwrap();
        stream.read_exact(&mut [0; 3]).await.unwrap();
        activity.begin();
        // A handler may take as long as it needs.
        let waiting = tokio::time::timeout(Duration::from_secs(1_000), stream.read_u8()).await;
        assert!(waiting.is_err());
        happened(&activity);
        activity.end();
        assert!(activity.is_resting());
        timed_out_after(&mut stream).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_read_is_given_up() {
        let (mut stream, _far, _) = timed();
        let start = Instant::now();
        let error = stream.write_all(&[0; 1_000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed().as_secs(), PATIENCE.write.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_drop_by_drop_is_given_up_and_a_slow_one_is_not() {
        for (every_secs, taken, given_up) in [(20, 8, true), (1, 4_096, false)] {
            let (near, mut far) = duplex(4_096);
            let mut stream = Timed::new(near, PATIENCE, Arc::default());
            let reading = tokio::spawn(async move {
                let mut every = tokio::time::interval(Duration::from_secs(every_secs));
                let mut bytes = vec![0; taken];
                loop {
                    every.tick().await;
                    match far.read(&mut bytes).await {
                        Ok(1..) => {}
                        _ => break,
                    }
                }
            });
            let answer = stream.write_all(&[0; 512 * 1_024]).await;
            assert_eq!(answer.is_err(), given_up, "{taken} bytes every {every_secs} s");
            drop(stream);
            reading.await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_answer_of_a_connection_has_its_own_patience() {
        let (near, mut far) = duplex(64);
        let activity = Arc::new(Activity::default());
        let mut stream = Timed::new(near, PATIENCE, Arc::clone(&activity));
        let mut every = tokio::time::interval(Duration::from_secs(20));
        every.tick().await;
        for _ in 0..4 {
            activity.begin();
            let reading = async {
                every.tick().await;
                far.read_exact(&mut [0; 128]).await.unwrap();
            };
            let (written, ()) = tokio::join!(stream.write_all(&[0; 128]), reading);
            written.unwrap();
        }
    }
}
