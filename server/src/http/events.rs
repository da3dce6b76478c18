//! Server-sent events that say that there is something new, and nothing else: `GET /v1/events`, when a sync
//! would bring a device something, and `GET /live`, when a page of somebody at the console would be another
//! one.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use model::ids::{DeviceId, FeedSeq};
use model::time::Timestamp;
use model::wire::EventV1;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, interval_at, sleep_until};

use super::app::{App, Signals};
use super::device::Device;
use super::error::ApiError;
use super::session::ConsoleSession;
use super::streams::OpenStream;
use crate::audit::throttle::Rejection;
use crate::error::StoreError;
use crate::service::Service;
use crate::store::shifts::SafetyMark;

/// Opens a stream of events: first the feed's newest number, then a later one whenever there is
/// something after the last. It ends when the device is revoked, opens too many others, or the
/// server stops.
pub(super) async fn events(
    app: App,
    device: Device,
    _request: Request,
) -> Result<Response, ApiError> {
    if device.who().revoked {
        let refusal = Rejection::of(device.actor(), "events", None, "device_revoked");
        app.refused(refusal).await;
        return Err(ApiError::DeviceRevoked);
    }
    let open = app.streams.open(device.id());
    stream_to(app, Watcher::Device(device), open).await
}

/// Opens a stream of events for a page. It ends with the session, which it does not keep from lapsing: a
/// page that nobody looks at is no work.
pub(super) async fn live(
    app: App,
    seat: ConsoleSession,
    _request: Request,
) -> Result<Response, ApiError> {
    let open = app.page_streams.open(seat.who.console);
    stream_to(app, Watcher::Page(seat), open).await
}

async fn stream_to(app: App, watcher: Watcher, open: OpenStream) -> Result<Response, ApiError> {
    // Subscribed before the head is read: what comes between is looked at once more, not missed.
    let feed = app.service.subscribe();
    let service = app.service.clone();
    let now = app.now();
    let (head, safety) =
        app.reads.run(move || Ok((service.head()?, service.safety_mark(now)?))).await?;
    let watching = Watching::new(app, watcher, open, feed, (head, safety));
    let hello = event("hello", head);
    let frames = stream::unfold((Some(hello), watching), |(hello, mut watching)| async {
        let frame = match hello {
            Some(hello) => hello,
            None => watching.next().await?,
        };
        Some((Ok::<_, Infallible>(frame), (None, watching)))
    });
    let mut response = Response::new(Body::from_stream(frames));
    let kind = HeaderValue::from_static("text/event-stream");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}

/// Who waits for news.
#[derive(Clone)]
enum Watcher {
    Device(Device),
    Page(ConsoleSession),
}

impl Watcher {
    fn id(&self) -> DeviceId {
        match self {
            Self::Device(device) => device.id(),
            Self::Page(seat) => seat.who.console,
        }
    }

    /// Returns how far the feed goes, and what of it after `after` concerns them; `None` for somebody who
    /// may not look any more.
    fn look(
        &self,
        now: Timestamp,
        service: &Service,
        after: FeedSeq,
        safety: &mut SafetyMark,
    ) -> Result<Option<(FeedSeq, Option<FeedSeq>)>, StoreError> {
        // Read before the news: what comes between is looked at once more, not missed.
        match self {
            Self::Device(device) => {
                let Some(who) = device.still(service)? else { return Ok(None) };
                let head = service.head()?;
                let news = if head > after { service.news_for(&who, after)? } else { None };
                Ok(Some((head, news)))
            }
            Self::Page(seat) => {
                if !service.is_signed_in(now, &seat.who)? {
                    return Ok(None);
                }
                let head = service.head()?;
                let user = seat.who.user;
                let news = if head > after { service.news_at_console(user, after)? } else { None };
                // Who is out is in no feed. It is said of nobody: each page shows what its reader may see.
                let mark = service.safety_mark(now)?;
                let is_other = std::mem::replace(safety, mark) != mark;
                Ok(Some((head, news.or(is_other.then_some(head)))))
            }
        }
    }
}

/// Somebody waiting for news.
struct Watching {
    app: App,
    watcher: Watcher,
    open: OpenStream,
    feed: watch::Receiver<FeedSeq>,
    signals: Signals,
    /// How far the feed was looked through.
    looked_at: FeedSeq,
    /// How it stood with those on shift at the last look.
    safety: SafetyMark,
    /// Whether something was written since the last look.
    stirred: bool,
    next_look: Instant,
    heartbeat: Interval,
}

/// What a look brought.
enum Look {
    Nothing,
    News(FeedSeq),
    /// They may not look any more.
    Ended,
}

impl Watching {
    fn new(
        app: App,
        watcher: Watcher,
        open: OpenStream,
        feed: watch::Receiver<FeedSeq>,
        (head, safety): (FeedSeq, SafetyMark),
    ) -> Self {
        let every = app.bounds.heartbeat;
        let now = Instant::now();
        Self {
            open,
            signals: app.signals.clone(),
            looked_at: head,
            safety,
            stirred: false,
            next_look: now,
            heartbeat: interval_at(now + every, every),
            app,
            watcher,
            feed,
        }
    }

    /// The next thing to say; none when the stream is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let mut stopping = self.signals.stopping.clone();
            let beat = tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => return None,
                _ = &mut self.open.replaced => return None,
                () = stirred(&mut self.stirred, &mut self.feed, &mut self.signals.written, self.next_look) => false,
                _ = self.heartbeat.tick() => true,
            };
            match self.look().await {
                Look::News(seq) => return Some(event("news", seq)),
                Look::Ended => return None,
                Look::Nothing if beat => return Some(Bytes::from_static(HEARTBEAT)),
                Look::Nothing => {}
            }
        }
    }

    /// Checks that the device is still one of ours and looks through what the feed has new.
    async fn look(&mut self) -> Look {
        self.stirred = false;
        self.next_look = Instant::now() + self.app.bounds.news;
        let (service, watcher, after) =
            (self.app.service.clone(), self.watcher.clone(), self.looked_at);
        let (now, mut safety) = (self.app.now(), self.safety);
        let looked = self.app.reads.run(move || {
            let found = watcher.look(now, &service, after, &mut safety)?;
            Ok(found.map(|found| (found, safety)))
        });
        match looked.await {
            Ok(Some(((head, news), safety))) => {
                self.safety = safety;
                self.looked_at = head.max(news.unwrap_or(head));
                news.map_or(Look::Nothing, Look::News)
            }
            Ok(None) => Look::Ended,
            Err(ApiError::Busy) => {
                self.stirred = true;
                Look::Nothing
            }
            Err(error) => {
                tracing::warn!(device.id = %self.watcher.id(), %error, "a stream of events ended early");
                Look::Ended
            }
        }
    }
}

/// Waits until something was written and the last look is long enough ago. What it has noticed
/// stands in `noticed`, so that nothing is lost when it is given up half-way.
async fn stirred(
    noticed: &mut bool,
    feed: &mut watch::Receiver<FeedSeq>,
    written: &mut watch::Receiver<u64>,
    next_look: Instant,
) {
    if !*noticed {
        // A sender that is gone means that the server stops, which the caller hears of itself.
        tokio::select! {
            Ok(()) = feed.changed() => {}
            Ok(()) = written.changed() => {}
            else => std::future::pending().await,
        }
        *noticed = true;
    }
    sleep_until(next_look).await;
    feed.mark_unchanged();
    written.mark_unchanged();
}

/// A comment, which readers of events skip.
const HEARTBEAT: &[u8] = b":\n\n";

fn event(name: &str, seq: FeedSeq) -> Bytes {
    // A struct of one number can always be written.
    let data = serde_json::to_string(&EventV1 { seq }).unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n").into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use expect_test::expect;
    use tokio::time::timeout;

    use super::*;

    #[test]
    fn an_event_is_its_name_and_one_line_of_json() {
        let event = event("hello", FeedSeq(7));
        expect![[r#"
            event: hello
            data: {"seq":7}

        "#]]
        .assert_eq(std::str::from_utf8(&event).unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn looks_are_spaced_and_what_is_written_meanwhile_is_one_look() {
        let (feed_sender, mut feed) = watch::channel(FeedSeq(1));
        let (_written_sender, mut written) = watch::channel(0);
        let start = Instant::now();
        let next_look = start + Duration::from_secs(1);
        let mut noticed = false;

        feed_sender.send_replace(FeedSeq(2));
        let given_up = timeout(
            Duration::from_millis(10),
            stirred(&mut noticed, &mut feed, &mut written, next_look),
        );
        assert!(given_up.await.is_err());
        assert!(noticed, "what was noticed is not lost");

        feed_sender.send_replace(FeedSeq(3));
        stirred(&mut noticed, &mut feed, &mut written, next_look).await;
        assert_eq!(Instant::now() - start, Duration::from_secs(1));
        assert!(!feed.has_changed().unwrap(), "the second write needs no second look");
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_by_another_process_is_looked_at_as_one_of_ours_is() {
        let (_feed_sender, mut feed) = watch::channel(FeedSeq(1));
        let (written_sender, mut written) = watch::channel(0);
        let mut noticed = false;
        let at_once = Instant::now();

        // Time is paused: it goes on only when everything waits, so the bound costs nothing.
        let quiet = stirred(&mut noticed, &mut feed, &mut written, at_once);
        assert!(timeout(BOUND, quiet).await.is_err(), "nothing was written yet");

        written_sender.send_replace(1);
        let heard = stirred(&mut noticed, &mut feed, &mut written, at_once);
        assert!(timeout(BOUND, heard).await.is_ok(), "the write was not noticed");
        assert!(noticed);
        assert!(!written.has_changed().unwrap(), "one write is one look");
    }

    /// Longer than anything here waits.
    const BOUND: Duration = Duration::from_secs(60);
}
