//! Workers on shift: what their phones say, and who sees it.

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use model::ids::ShiftId;
use model::time::{Span, Timestamp};
use model::wire::{
    self, SafeRequestV1, ShiftActV1, ShiftAnswerV1, ShiftRequestV1, StampKindV1, StampV1,
};

use crate::console_client::ConsoleClient;
use crate::line::{Answer, open, plain, posted, within};
use crate::phone::Phone;
use crate::server::{COLLEAGUE, TestServer, WORKER};

const BOSS: &str = "Sue Spruce";

/// A worker's shift, told as a phone tells it whose clock is ahead.
struct Shift {
    phone: Phone,
    id: ShiftId,
    ahead: Span,
}

impl Shift {
    async fn new(house: &mut TestServer, ahead: Span) -> Self {
        let phone = Phone::enroll(house, WORKER).await;
        let id = ShiftId::generate(house.now(), &mut house.rng);
        Self { phone, id, ahead }
    }

    fn clock(&self, house: &TestServer) -> Timestamp {
        house.now() + self.ahead
    }

    /// Tells of something that was done so long ago.
    async fn tell(&mut self, house: &TestServer, ago: Span, act: ShiftActV1) -> Answer {
        let clock = self.clock(house);
        let (shift, at) = (self.id, clock - ago);
        let body = ShiftRequestV1 { protocol: 1, shift, at, clock, act };
        let request = posted(house, "/v1/shift", wire::encode(&body).unwrap());
        let request = self.phone.proven(house, request);
        self.phone.send(house, request).await
    }

    async fn start(&mut self, house: &TestServer, hours: i64) -> ShiftAnswerV1 {
        let back_by = self.clock(house) + Span::from_hours(hours);
        let (partner, zone) = ("Pat Pine".to_owned(), "north".to_owned());
        let act = ShiftActV1::Start { partner, zone, back_by };
        let answer = self.tell(house, Span::from_secs(1), act).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.message()
    }

    /// Tells of taps, each with how many minutes ago it was.
    async fn tap(&mut self, house: &TestServer, taps: &[(i64, StampKindV1)]) -> Answer {
        let clock = self.clock(house);
        let stamps = taps
            .iter()
            .map(|(ago, kind)| StampV1 { at: clock - Span::from_minutes(*ago), kind: *kind });
        let body = SafeRequestV1 { protocol: 1, shift: self.id, clock, stamps: stamps.collect() };
        let request = posted(house, "/v1/safe", wire::encode(&body).unwrap());
        let request = self.phone.proven(house, request);
        self.phone.send(house, request).await
    }
}

async fn boss(house: &mut TestServer) -> ConsoleClient {
    house.member(BOSS, "SUP", "street_outreach");
    ConsoleClient::open(house, BOSS).await
}

async fn page(house: &TestServer, seat: &ConsoleClient, path: &str) -> String {
    let answer = seat.get(house, path).await;
    assert_eq!(answer.status, 200, "{path}");
    String::from_utf8(answer.body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_shift_is_armed_by_the_answer_and_stands_on_the_page_until_its_worker_is_back() {
    let mut house = TestServer::open().await;
    let seat = boss(&mut house).await;
    let mut shift = Shift::new(&mut house, Span::from_hours(3)).await;
    assert!(page(&house, &seat, "/out").await.contains("Nobody is out"));
    let answer = shift.start(&house, 2).await;
    assert_eq!((answer.shift, answer.armed), (shift.id, Some(house.now())));
    assert_eq!(shift.start(&house, 2).await, answer, "the same again changes nothing");
    let out = page(&house, &seat, "/out").await;
    for words in [WORKER, "Pat Pine", "North", "not yet"] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert!(!out.contains("class=\"late\""), "the phone's clock is wrong, and its times are not");
    let answer = shift.tell(&house, Span::from_secs(1), ShiftActV1::Back).await;
    assert_eq!(answer.message::<ShiftAnswerV1>().armed, None);
    assert!(page(&house, &seat, "/out").await.contains("Nobody is out"));
}

#[tokio::test]
async fn who_is_late_is_counted_and_who_stays_longer_is_late_no_more() {
    let mut house = TestServer::open().await;
    let mut shift = Shift::new(&mut house, Span::from_secs(0)).await;
    shift.start(&house, 1).await;
    house.pass(Span::from_minutes(75));
    let seat = boss(&mut house).await;
    let out = page(&house, &seat, "/out").await;
    assert!(out.contains("15 min late"), "{out}");
    assert!(out.contains("1<span class=\"visually-hidden\"> late or calling for help"), "{out}");
    let back_by = shift.clock(&house) + Span::from_minutes(30);
    shift.tell(&house, Span::from_secs(1), ShiftActV1::Extend { back_by }).await;
    assert!(!page(&house, &seat, "/out").await.contains("min late"));
}

#[tokio::test]
async fn a_supervisor_sees_when_it_was_tapped_and_when_it_came() {
    let mut house = TestServer::open().await;
    let mut shift = Shift::new(&mut house, Span::from_minutes(-90)).await;
    shift.start(&house, 4).await;
    house.pass(Span::from_minutes(60));
    let taps = [(40, StampKindV1::Safe), (20, StampKindV1::Safe)];
    assert_eq!(shift.tap(&house, &taps).await.status, 200);
    let tapped = (house.now() - Span::from_minutes(20)).to_string();
    let seat = boss(&mut house).await;
    let out = page(&house, &seat, "/out").await;
    assert!(out.contains(&format!("datetime=\"{tapped}\"")), "{tapped}: {out}");
    assert!(out.contains("came "), "{out}");
}

#[tokio::test]
async fn what_was_tapped_on_a_locked_phone_says_so_and_takes_no_call_for_help_back() {
    let mut house = TestServer::open().await;
    let mut shift = Shift::new(&mut house, Span::from_secs(0)).await;
    shift.start(&house, 4).await;
    shift.tap(&house, &[(0, StampKindV1::Help)]).await;
    house.pass(Span::from_minutes(5));
    shift.tap(&house, &[(1, StampKindV1::SafeLocked)]).await;
    let seat = boss(&mut house).await;
    let out = page(&house, &seat, "/out").await;
    assert!(out.contains(&format!("{WORKER} calls for help")), "{out}");
    assert!(out.contains("tapped on a locked phone"), "{out}");
    shift.tap(&house, &[(0, StampKindV1::Safe)]).await;
    assert!(!page(&house, &seat, "/out").await.contains("calls for help"));
}

#[tokio::test]
async fn only_who_supervises_their_program_sees_who_is_out() {
    let mut house = TestServer::open().await;
    let mut shift = Shift::new(&mut house, Span::from_secs(0)).await;
    shift.start(&house, 4).await;
    house.member("Otto Oak", "SUP", "victim_services");
    let other = ConsoleClient::open(&mut house, "Otto Oak").await;
    let out = page(&house, &other, "/out").await;
    assert!(!out.contains(WORKER) && out.contains("Nobody is out"), "{out}");
    let colleague = ConsoleClient::open(&mut house, COLLEAGUE).await;
    assert_eq!(colleague.get(&house, "/out").await.status, 404);
}

#[tokio::test]
async fn another_devices_shift_is_none() {
    let mut house = TestServer::open().await;
    let mut shift = Shift::new(&mut house, Span::from_secs(0)).await;
    shift.tap(&house, &[(0, StampKindV1::Safe)]).await.assert_refused(404, "not_found");
    shift.start(&house, 4).await;
    let mut other = Phone::enroll(&mut house, COLLEAGUE).await;
    std::mem::swap(&mut shift.phone, &mut other);
    shift.tap(&house, &[(0, StampKindV1::Safe)]).await.assert_refused(404, "not_found");
    let back = shift.tell(&house, Span::from_secs(1), ShiftActV1::Back).await;
    back.assert_refused(404, "not_found");
}

#[tokio::test]
async fn more_than_one_request_takes_is_refused() {
    let mut house = TestServer::open().await;
    let mut shift = Shift::new(&mut house, Span::from_secs(0)).await;
    let (partner, zone, back_by) = ("x".repeat(401), String::new(), house.now());
    let act = ShiftActV1::Start { partner, zone, back_by };
    shift.tell(&house, Span::from_secs(1), act).await.assert_refused(400, "limits");
    shift.start(&house, 4).await;
    let taps: Vec<_> = (0..101).map(|ago| (ago, StampKindV1::Safe)).collect();
    shift.tap(&house, &taps).await.assert_refused(400, "limits");
}

#[tokio::test]
async fn a_call_for_help_is_news_on_an_open_page() {
    let mut house = TestServer::open().await;
    let seat = boss(&mut house).await;
    let mut shift = Shift::new(&mut house, Span::from_secs(0)).await;
    shift.start(&house, 4).await;
    let response = open(&house, seat.seated(plain(&house, "GET", "/live", ""))).await;
    assert_eq!(response.status(), 200);
    let mut stream = response.into_body();
    assert!(said(&mut stream).await.starts_with("event: hello"));
    shift.tap(&house, &[(0, StampKindV1::Help)]).await;
    assert!(said(&mut stream).await.starts_with("event: news"));
}

/// Returns the next event of a stream, past signs of life.
async fn said(stream: &mut Incoming) -> String {
    loop {
        let frame = within(stream.frame()).await.unwrap().unwrap();
        let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
        if !text.starts_with(':') {
            return text;
        }
    }
}
