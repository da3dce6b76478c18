//! The driver over a network without sockets.

use std::sync::{Arc, Mutex};

use client_core::device::{Device, Plan};
use client_core::driver::{
    Cancel, DeviceAccess, Driver, DriverError, EnrollError, EnrollPlace, Invitation, WatchEvent,
    Withdrawn, enroll,
};
use client_core::engine::{Progress, Reason, Stage, SyncOutcome, SyncReport, TransportFailure};
use client_core::keys::KeyError;
use client_core::store::{OpenError, RecordState};
use client_core::transport::HttpResponse;
use client_core::vault::{KeyVault, MemoryVault};
use model::proof;
use model::time::Span;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::line::{FastClock, Line, Mishap, StoppedClock, error};
use crate::phone::{Phone, quick, start};
use crate::server::{self, TestServer};

/// Synchronizes, and says what there was to see of it.
async fn sync(
    phone: &mut Phone,
    line: &Arc<Line>,
    reason: Reason,
) -> (SyncOutcome, SyncReport, Vec<Stage>) {
    let mut driver = Driver::with_clock(line.clone(), Arc::new(FastClock::new()));
    let mut stages = vec![];
    let mut watch = |progress: &Progress| stages.push(progress.stage.clone());
    let done = driver.sync(&mut phone.device, reason, &Cancel::new(), &mut watch).await;
    let (outcome, report) = done.expect("the store is sound");
    (outcome, report, stages)
}

fn line(mishaps: impl IntoIterator<Item = Mishap>) -> Arc<Line> {
    Arc::new(Line::to(TestServer::new()).will(mishaps))
}

#[tokio::test]
async fn a_days_work_is_one_request_and_every_stage_is_told() {
    let (mut phone, line) = (Phone::new(1), line([]));
    let person = phone.person("Rosa Cedro");
    phone.contact(Some(person), "spoke on the porch");
    let (outcome, report, stages) = sync(&mut phone, &line, Reason::Person).await;
    assert_eq!(outcome, SyncOutcome::Done);
    assert_eq!((report.sent, report.received, report.requests), (2, 0, 1));
    assert!(report.bytes_up > 100 && report.bytes_down > 10, "{report:?}");
    assert_eq!(stages, [Stage::Sending { changes: 2, records_offered: 0 }, Stage::Applying]);
    assert_eq!(phone.waiting(), 0);
}

#[tokio::test]
async fn what_found_no_way_to_the_server_is_still_on_this_phone() {
    let unreachable = || Mishap::Fails(TransportFailure::Unreachable);
    let (mut phone, line) = (Phone::new(1), line([unreachable(), unreachable(), unreachable()]));
    let person = phone.person("Rosa Cedro");
    let (outcome, ..) = sync(&mut phone, &line, Reason::Person).await;
    assert_eq!(outcome, SyncOutcome::Unreachable(TransportFailure::Unreachable));
    assert_eq!(phone.show(person).state, RecordState::OnPhone);
}

#[tokio::test]
async fn what_is_said_of_a_shift_waits_without_a_signal_and_then_goes_before_all_else() {
    let unreachable = || Mishap::Fails(TransportFailure::Unreachable);
    let (mut phone, line) = (Phone::new(1), line(std::iter::repeat_with(unreachable).take(6)));
    phone.person("Rosa Cedro");
    let plan = Plan { long: Span::from_hours(2), ..Plan::default() };
    let mut rng = StdRng::seed_from_u64(1);
    phone.device.start_shift(start(), &mut rng, &plan).unwrap();
    phone.device.say_safe(start() + Span::from_minutes(5), false).unwrap();
    sync(&mut phone, &line, Reason::Person).await;
    let waiting = phone.device.store().read().safety().unwrap();
    assert_eq!((waiting.queue.len(), waiting.out.unwrap().armed_at), (2, None));
    let (outcome, report, _) = sync(&mut phone, &line, Reason::Person).await;
    assert_eq!((outcome, report.sent), (SyncOutcome::Done, 1));
    let paths: Vec<_> = line.proofs().into_iter().map(|claims| claims.htu).collect();
    let path = |name: &str| format!("https://fieldbook.example:8443/v1/{name}");
    assert_eq!(paths, [path("shift"), path("safe"), path("sync")]);
    let told = phone.device.store().read().safety().unwrap();
    assert_eq!((told.queue.len(), told.out.unwrap().armed_at), (0, Some(start())));
}

#[tokio::test]
async fn each_proof_is_for_its_request_and_carries_the_newest_nonce() {
    let (mut phone, line) = (Phone::new(1), line([]));
    sync(&mut phone, &line, Reason::Person).await;
    sync(&mut phone.reopened(), &line, Reason::Person).await;
    let proofs = line.proofs();
    let nonces: Vec<_> = proofs.iter().map(|claims| claims.nonce.as_deref().unwrap()).collect();
    assert_eq!(nonces, ["first-nonce", "nonce-1"], "a nonce is kept in the store");
    assert_ne!(proofs[0].jti, proofs[1].jti);
    for claims in proofs {
        assert_eq!(claims.htu, "https://fieldbook.example:8443/v1/sync");
        assert_eq!(claims.iat, start().as_millis() / 1_000);
        assert_eq!(claims.ath, proof::token_hash("token-1"));
    }
}

#[tokio::test]
async fn a_nonce_the_server_does_not_know_costs_one_more_request() {
    let (mut phone, line) = (Phone::new(1), line([]));
    line.forgets_nonces();
    phone.person("Rosa Cedro");
    let (outcome, report, stages) = sync(&mut phone, &line, Reason::Person).await;
    assert_eq!((outcome, report.sent, report.requests), (SyncOutcome::Done, 1, 2));
    assert_eq!(stages.len(), 2, "nobody is told of it");
}

#[tokio::test]
async fn a_server_that_never_likes_the_nonce_is_asked_twice_only() {
    let mut again = error(401, "use_dpop_nonce");
    again.headers.push(("dpop-nonce".into(), "another".into()));
    let line = line([Mishap::Answers(again.clone()), Mishap::Answers(again)]);
    let (outcome, report, _) = sync(&mut Phone::new(1), &line, Reason::Person).await;
    let code = "use_dpop_nonce".into();
    assert_eq!(outcome, SyncOutcome::Refused(TransportFailure::Unauthorized { code }));
    assert_eq!(report.requests, 2);
}

#[tokio::test]
async fn each_status_is_the_failure_that_says_what_to_do() {
    let busy = |status, seconds: Option<&str>| {
        let mut response = error(status, "busy");
        response.headers.extend(seconds.map(|s| ("Retry-After".into(), s.into())));
        response
    };
    let half = HttpResponse { status: 200, body: vec![1, 2, 3], ..HttpResponse::default() };
    let page = HttpResponse { status: 403, body: b"<p>log in</p>".into(), ..half.clone() };
    let unauthorized = |code: &str| TransportFailure::Unauthorized { code: code.into() };
    let rejected = |status, code: &str| TransportFailure::Rejected { status, code: code.into() };
    let seconds = |s| TransportFailure::Busy { retry_after: Some(Span::from_secs(s)) };
    for (response, expected) in [
        (error(401, "unauthorized"), unauthorized("unauthorized")),
        (error(403, "wrong_device"), unauthorized("wrong_device")),
        (page, unauthorized("unknown")),
        (error(403, "a name: Rosa Cedro"), unauthorized("unknown")),
        (busy(429, Some("45")), seconds(45)),
        (busy(503, Some("45")), seconds(45)),
        (
            busy(503, Some("Fri, 31 Dec 1999 23:59:59 GMT")),
            TransportFailure::Busy { retry_after: None },
        ),
        (error(400, "protocol"), rejected(400, "protocol")),
        (error(507, "no_room"), TransportFailure::Server { status: 507 }),
        (error(500, "internal"), TransportFailure::Server { status: 500 }),
        (error(302, ""), TransportFailure::Unreadable),
        (half, TransportFailure::Unreadable),
    ] {
        let line = line(vec![Mishap::Answers(response.clone()); 3]);
        let (outcome, ..) = sync(&mut Phone::new(1), &line, Reason::Person).await;
        let (SyncOutcome::Refused(failure) | SyncOutcome::Unreachable(failure)) = outcome else {
            panic!("{response:?} gave {outcome:?}");
        };
        assert_eq!(failure, expected);
    }
}

#[tokio::test]
async fn a_request_too_large_for_the_server_is_sent_in_smaller_ones() {
    let too_large = Mishap::Answers(error(413, "request_too_large"));
    let (mut phone, line) = (Phone::new(1), line(vec![too_large; 6]));
    for number in 0..4 {
        phone.contact(None, &format!("{number} {}", "word ".repeat(2_000)));
    }
    let (outcome, report, _) = sync(&mut phone, &line, Reason::Person).await;
    assert_eq!((outcome, report.sent), (SyncOutcome::Done, 4));
    // Six halvings to 16 KiB, which hold one of the four; the next page is twice as large.
    assert_eq!(report.requests, 6 + 2);
}

#[tokio::test]
async fn a_lost_answer_is_made_up_for_and_nothing_is_stored_twice() {
    let (mut phone, line) = (Phone::new(1), line([Mishap::LosesAnswer]));
    phone.person("Rosa Cedro");
    let (outcome, report, stages) = sync(&mut phone, &line, Reason::Person).await;
    assert_eq!((outcome, report.sent), (SyncOutcome::Done, 1));
    assert!(stages.iter().any(|stage| matches!(stage, Stage::Waiting { .. })), "{stages:?}");
    // The nonce was used by the request whose answer was lost.
    assert_eq!(report.requests, 3);
    assert_eq!(line.with_server(|server| server.changes()), 1);
}

#[tokio::test]
async fn a_person_waits_through_two_failures_and_a_phone_in_a_pocket_through_all() {
    let away = vec![Mishap::Fails(TransportFailure::Unreachable); 12];
    let (outcome, report, _) = sync(&mut Phone::new(1), &line(away.clone()), Reason::Person).await;
    assert_eq!(outcome, SyncOutcome::Unreachable(TransportFailure::Unreachable));
    assert_eq!(report.requests, 3);
    let (outcome, report, _) = sync(&mut Phone::new(1), &line(away), Reason::Saved).await;
    assert_eq!((outcome, report.requests), (SyncOutcome::Done, 13));
}

#[tokio::test]
async fn cancelling_ends_a_request_under_way_and_the_next_sync_goes_on() {
    let (mut phone, line) = (Phone::new(1), line([Mishap::Hangs]));
    phone.person("Rosa Cedro");
    let mut driver = Driver::with_clock(line.clone(), Arc::new(FastClock::new()));
    let cancel = Cancel::new();
    let mut quiet = |_: &Progress| {};
    let (done, ()) =
        tokio::join!(driver.sync(&mut phone.device, Reason::Person, &cancel, &mut quiet), async {
            line.hanging.notified().await;
            cancel.cancel();
        });
    assert_eq!(done.unwrap().0, SyncOutcome::Cancelled);
    assert_eq!(phone.waiting(), 1, "nothing was acknowledged");
    let (outcome, report, _) = sync(&mut phone, &line, Reason::Person).await;
    assert_eq!((outcome, report.sent), (SyncOutcome::Done, 1));
    assert_eq!(line.with_server(|server| server.changes()), 1);
}

/// A device that a screen uses as well.
struct Shared(Arc<Mutex<Option<Phone>>>);

impl DeviceAccess for Shared {
    fn lend(&mut self, work: &mut dyn FnMut(&mut Device)) -> Result<(), Withdrawn> {
        self.0
            .lock()
            .expect("nobody panicked")
            .as_mut()
            .map(|phone| work(&mut phone.device))
            .ok_or(Withdrawn)
    }
}

#[tokio::test]
async fn a_record_saved_while_a_request_is_under_way_goes_with_the_next() {
    let line = line([Mishap::Hangs]);
    let phone = Arc::new(Mutex::new(Some(Phone::new(1))));
    phone.lock().unwrap().as_mut().unwrap().person("Rosa Cedro");
    let mut driver = Driver::with_clock(line.clone(), Arc::new(FastClock::new()));
    let (cancel, mut quiet) = (Cancel::new(), |_: &Progress| {});
    let mut shared = Shared(phone.clone());
    let (done, ()) =
        tokio::join!(driver.sync(&mut shared, Reason::Person, &cancel, &mut quiet), async {
            line.hanging.notified().await;
            phone.lock().unwrap().as_mut().unwrap().person("Tomas Sauce");
            cancel.cancel();
        });
    assert_eq!(done.unwrap().0, SyncOutcome::Cancelled);
    let cancel = Cancel::new();
    let done = driver.sync(&mut shared, Reason::Person, &cancel, &mut quiet).await;
    assert_eq!(done.unwrap().1.sent, 2);
}

#[tokio::test]
async fn a_device_that_is_taken_away_ends_the_run() {
    let mut shared = Shared(Arc::default());
    let mut driver = Driver::with_clock(line([]), Arc::new(FastClock::new()));
    let done =
        driver.sync(&mut shared, Reason::Person, &Cancel::new(), &mut |_: &Progress| {}).await;
    assert!(matches!(done, Err(DriverError::Withdrawn(Withdrawn))));
}

#[tokio::test]
async fn cancelling_ends_a_wait_too() {
    let line = line([Mishap::Fails(TransportFailure::Unreachable)]);
    let mut driver = Driver::with_clock(line, Arc::new(StoppedClock));
    let (cancel, mut phone) = (Cancel::new(), Phone::new(1));
    let clone = cancel.clone();
    let mut when_waiting = move |progress: &Progress| {
        if matches!(progress.stage, Stage::Waiting { .. }) {
            clone.cancel();
        }
    };
    let done = driver.sync(&mut phone.device, Reason::Saved, &cancel, &mut when_waiting).await;
    assert_eq!(done.unwrap().0, SyncOutcome::Cancelled);
}

#[tokio::test]
async fn a_driver_whose_sync_was_dropped_half_way_can_be_used_again() {
    let (mut phone, line) = (Phone::new(1), line([Mishap::Hangs]));
    phone.person("Rosa Cedro");
    let mut driver = Driver::with_clock(line.clone(), Arc::new(FastClock::new()));
    let (cancel, mut quiet) = (Cancel::new(), |_: &Progress| {});
    tokio::select! {
        _ = driver.sync(&mut phone.device, Reason::Person, &cancel, &mut quiet) => panic!(),
        () = line.hanging.notified() => {}
    }
    let done = driver.sync(&mut phone.device, Reason::Person, &cancel, &mut quiet).await;
    let (outcome, report) = done.unwrap();
    assert_eq!((outcome, report.sent), (SyncOutcome::Done, 1));
}

#[tokio::test]
async fn whoever_watches_gets_what_is_new_without_asking() {
    let (mut anna, mut ben) = (Phone::new(1), Phone::new(2));
    let person = anna.person("Rosa Cedro");
    let line = line([]);
    let (stream, cancel) = (line.next_stream(), Cancel::new());
    let mut driver = Driver::with_clock(line.clone(), Arc::new(FastClock::new()));
    let (mut synced, end) = (0, cancel.clone());
    let mut on_event = |event: WatchEvent| match event {
        WatchEvent::Connected => {
            // The server says where it stands, which is where the first sync ended; then Anna
            // synchronizes, and it says so.
            stream.send(Ok("{\"seq\":0}".into())).unwrap();
            line.with_server(|server| server::sync(&mut anna, server));
            stream.send(Ok("{\"seq\":1}".into())).unwrap();
            stream.send(Ok("{\"seq\":1}".into())).unwrap();
        }
        WatchEvent::Synced(outcome, report) => {
            assert_eq!(outcome, SyncOutcome::Done);
            synced += 1;
            if report.received > 0 {
                end.cancel();
            }
        }
        WatchEvent::Progress(_) => {}
        other => panic!("{other:?}"),
    };
    driver.watch(&mut ben.device, &cancel, &mut on_event).await.unwrap();
    assert_eq!(synced, 2, "one at the start, one for the news");
    assert_eq!(ben.value(person, "name"), "Rosa Cedro");
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_taken_up_again() {
    let (mut phone, line) = (Phone::new(1), line([]));
    line.next_stream().send(Err(TransportFailure::Cut)).unwrap();
    let second = line.next_stream();
    let (cancel, mut seen) = (Cancel::new(), vec![]);
    let end = cancel.clone();
    let mut on_event = |event: WatchEvent| match event {
        WatchEvent::Progress(_) => {}
        WatchEvent::Connected => {
            seen.push("connected");
            if seen.len() > 3 {
                end.cancel();
            }
        }
        WatchEvent::Synced(..) => seen.push("synced"),
        WatchEvent::Disconnected(_) => seen.push("disconnected"),
        other => panic!("{other:?}"),
    };
    let mut driver = Driver::with_clock(line.clone(), Arc::new(FastClock::new()));
    driver.watch(&mut phone.device, &cancel, &mut on_event).await.unwrap();
    drop(second);
    assert_eq!(seen, ["synced", "connected", "disconnected", "synced", "connected"]);
}

fn invitation() -> Invitation {
    let url = "https://fieldbook.example:8443".into();
    Invitation { url, code: "ab2c-de3f".into(), fingerprint: None }
}

fn place(folder: &tempfile::TempDir, vault: &Arc<MemoryVault>, pin: Option<&str>) -> EnrollPlace {
    EnrollPlace {
        path: folder.path().join("field/store"),
        vault: vault.clone(),
        pin: pin.map(str::to_owned),
        platform: "test".into(),
        options: quick(),
    }
}

#[tokio::test]
async fn an_enrollment_that_loses_its_answer_is_asked_again_with_the_same_key() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), Arc::new(MemoryVault::default()));
    let line = line([Mishap::LosesAnswer]);
    // The lost answer of the first is no sync: the line does not look for a proof.
    let lost = enroll(&*line, &invitation(), place(&folder, &vault, None)).await;
    assert!(matches!(lost, Err(EnrollError::Transport(TransportFailure::Cut))));
    assert!(!folder.path().join("field/store").exists());
    let device = enroll(&*line, &invitation(), place(&folder, &vault, None)).await.unwrap();
    assert_eq!(device.status(start()).unwrap().owner, "Worker 9");
    let [first, second] = &line.enrollments()[..] else { panic!() };
    assert_eq!(first, second);
    assert_eq!(first.code, "AB2CDE3F");
    let message = proof::enroll_message(&first.code, &first.public_key);
    assert!(proof::verify(&first.public_key, &message, &first.signature));
}

#[tokio::test]
async fn an_enrollment_that_cannot_end_well_does_not_spend_the_code() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), Arc::new(MemoryVault::default()));
    let line = line([]);
    let short = enroll(&*line, &invitation(), place(&folder, &vault, Some("12"))).await;
    assert!(matches!(short, Err(EnrollError::Key(KeyError::PinTooShort { .. }))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let there = folder.path().join("field/store");
    std::fs::create_dir(folder.path().join("field")).unwrap();
    std::fs::write(&there, "something else").unwrap();
    let taken = enroll(&*line, &invitation(), place(&folder, &vault, None)).await;
    assert!(matches!(taken, Err(EnrollError::Store(OpenError::AlreadyExists))));
    assert_eq!(std::fs::read(&there).unwrap(), b"something else");
    assert!(line.enrollments().is_empty());
}

#[tokio::test]
async fn an_enrollment_that_is_refused_leaves_no_store() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), Arc::new(MemoryVault::default()));
    let line = line([Mishap::Answers(error(403, "enrollment_refused"))]);
    let refused = enroll(&*line, &invitation(), place(&folder, &vault, None)).await;
    let Err(EnrollError::Transport(TransportFailure::Unauthorized { code })) = refused else {
        panic!()
    };
    assert_eq!(code, "enrollment_refused");
    assert_eq!(std::fs::read_dir(folder.path().join("field")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_new_device_opens_with_its_pin_and_can_synchronize() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), Arc::new(MemoryVault::default()));
    let line = line([]);
    let place = place(&folder, &vault, Some("4711"));
    let path = place.path.clone();
    drop(enroll(&*line, &invitation(), place).await.unwrap());
    let mut rng = <rand_chacha::ChaCha8Rng as rand::SeedableRng>::seed_from_u64(1);
    let dyn_vault: Arc<dyn KeyVault> = vault;
    let mut open = |pin| Device::open(&path, dyn_vault.clone(), pin, start(), &mut rng, quick());
    assert!(matches!(open(None), Err(OpenError::Key(KeyError::PinNeeded))));
    let mut device = open(Some("4711")).unwrap();
    let mut driver = Driver::with_clock(line.clone(), Arc::new(FastClock::new()));
    let (cancel, mut quiet) = (Cancel::new(), |_: &Progress| {});
    let done = driver.sync(&mut device, Reason::Person, &cancel, &mut quiet).await.unwrap();
    assert_eq!(done.0, SyncOutcome::Done);
}
