//! The stream that tells of news.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use model::wire::EventV1;

use crate::line::{open, within};
use crate::phone::Phone;
use crate::server::{COLLEAGUE, TestServer, WORKER};

#[tokio::test]
async fn a_stream_begins_with_where_the_feed_is() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    phone.push_person(&mut house).await;
    let mut stream = Stream::open(&mut phone, &house).await;
    let head = phone.device.seen.unwrap().seq;
    assert_eq!(stream.event().await, Some(("hello".into(), head.0)));
}

#[tokio::test]
async fn an_assignment_made_by_an_administrator_is_news_at_once() {
    let mut house = TestServer::open().await;
    let mut writer = Phone::enroll(&mut house, WORKER).await;
    let mut reader = Phone::enroll(&mut house, COLLEAGUE).await;
    let person = writer.push_person(&mut house).await;
    let mut stream = Stream::open(&mut reader, &house).await;
    let (_, hello) = stream.event().await.unwrap();
    house.assign(COLLEAGUE, person.record.into());
    let (name, news) = stream.event().await.unwrap();
    assert_eq!(name, "news");
    assert!(news > hello);
}

#[tokio::test]
async fn a_change_by_another_is_news_and_ones_own_is_not() {
    let mut house = TestServer::open_with(|config| {
        config.bounds.heartbeat = Duration::from_millis(200);
    })
    .await;
    let mut writer = Phone::enroll(&mut house, WORKER).await;
    let mut reader = Phone::enroll(&mut house, COLLEAGUE).await;
    let person = writer.push_person(&mut house).await;
    house.assign(COLLEAGUE, person.record.into());
    let mut own = Stream::open(&mut writer, &house).await;
    let mut stream = Stream::open(&mut reader, &house).await;
    own.event().await.unwrap();
    stream.event().await.unwrap();

    let encounter = writer.encounter(&mut house, person.record.into());
    let pushed = writer.push(&house, vec![encounter.push()]).await;
    assert_eq!(pushed.results[0].outcome, model::wire::OutcomeV1::Accepted);
    assert_eq!(stream.event().await, Some(("news".into(), pushed.head.seq.0)));
    // A new scope opened to its writer is told; what was written in it is not.
    own.until_quiet().await;
    let encounter = writer.encounter(&mut house, person.record.into());
    let pushed = writer.push(&house, vec![encounter.push()]).await;
    assert_eq!(stream.event().await, Some(("news".into(), pushed.head.seq.0)));
    assert_eq!(own.frame().await.as_deref(), Some(":\n\n"));
    assert_eq!(own.frame().await.as_deref(), Some(":\n\n"));
}

#[tokio::test]
async fn a_quiet_stream_shows_that_it_stands() {
    let mut house =
        TestServer::open_with(|config| config.bounds.heartbeat = Duration::from_millis(10)).await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut stream = Stream::open(&mut phone, &house).await;
    stream.event().await.unwrap();
    for _ in 0..3 {
        assert_eq!(stream.frame().await.as_deref(), Some(":\n\n"));
    }
}

#[tokio::test]
async fn one_stream_too_many_ends_the_oldest() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = Stream::open(&mut phone, &house).await;
        stream.event().await.unwrap();
        streams.push(stream);
    }
    assert_eq!(streams[0].frame().await, None);
    // The others stand, and a device of the same owner changes nothing about them.
    let person = phone.push_person(&mut house).await;
    let mut second = Phone::enroll(&mut house, WORKER).await;
    let encounter = second.encounter(&mut house, person.record.into());
    second.push(&house, vec![encounter.push()]).await;
    for stream in &mut streams[1..] {
        assert_eq!(stream.event().await.map(|(name, _)| name), Some("news".into()));
    }
}

#[tokio::test]
async fn a_stream_ends_when_its_device_is_revoked_and_cannot_be_opened_again() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut stream = Stream::open(&mut phone, &house).await;
    stream.event().await.unwrap();
    house.revoke(phone.device.id);
    stream.until_end().await;
    let request = phone.events_request(&house);
    phone.send(&house, request).await.assert_refused(403, "device_revoked");
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut stream = Stream::open(&mut phone, &house).await;
    stream.event().await.unwrap();
    house.stop().await;
    stream.until_end().await;
}

/// An open stream of events.
struct Stream(Incoming);

impl Stream {
    async fn open(phone: &mut Phone, house: &TestServer) -> Self {
        let response = open(house, phone.events_request(house)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        phone.nonce = response.headers()["dpop-nonce"].to_str().unwrap().to_owned();
        Self(response.into_body())
    }

    /// Returns the next event, or `None` at the end. The server writes each event in one piece.
    async fn frame(&mut self) -> Option<String> {
        let frame = within(self.0.frame()).await?;
        let data = frame.unwrap().into_data().unwrap();
        Some(String::from_utf8(data.to_vec()).unwrap())
    }

    /// The next event, past signs of life.
    async fn event(&mut self) -> Option<(String, u64)> {
        loop {
            let frame = self.frame().await?;
            if frame.starts_with(':') {
                continue;
            }
            let (name, data) = frame.split_once('\n').unwrap();
            let data: EventV1 =
                serde_json::from_str(data.trim().strip_prefix("data: ").unwrap()).unwrap();
            return Some((name.strip_prefix("event: ").unwrap().into(), data.seq.0));
        }
    }

    /// Reads on until the stream ends, which must be soon.
    async fn until_end(&mut self) {
        within(async { while self.frame().await.is_some() {} }).await;
    }

    /// Reads on until a sign of life says that nothing more is to be told just now.
    async fn until_quiet(&mut self) {
        while self.frame().await.is_some_and(|frame| !frame.starts_with(':')) {}
    }
}
