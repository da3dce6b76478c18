//! Long lists are read in pages, and a long read delays no other client.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

use fieldbook_tests::content;
use model::document::Document;
use model::ids::{ActorId, CaseId, RecordId};
use model::time::{Span, Timestamp};
use model::wire::{OutcomeV1, PushV1};
use rand::RngExt as _;
use serde_json::{Value as Json, json};
use server::admin::AuditFilter;
use server::clock::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::console_client::{ConsoleClient, body};
use crate::line::{ask, open, plain, with_header, within};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

const BOSS: &str = "Sol Sauce";

async fn seat(house: &mut TestServer) -> ConsoleClient {
    house.member(BOSS, "SUP", "street_outreach");
    ConsoleClient::open(house, BOSS).await
}

async fn taken(house: &TestServer, phone: &mut Phone, push: Vec<PushV1>) {
    let told = phone.push(house, push).await;
    assert!(told.results.iter().all(|result| result.outcome == OutcomeV1::Accepted));
}

#[tokio::test]
async fn a_case_is_read_in_pages_and_nobodys_dates_hide_what_others_wrote() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let person = phone.push_person(&mut house).await;
    let case = CaseId::from(person.record);
    let real = phone.encounter(&mut house, case);
    taken(&house, &mut phone, vec![real.push()]).await;
    // More than a page holds, of days to come.
    let mut made = BTreeSet::from([person.record, real.record]);
    for _ in 0..20 {
        let mut edits = content::encounter(house.now() + Span::from_days(3_000), &mut house.rng);
        let words: String = (0..60_000).map(|_| house.rng.random_range('a'..='z')).collect();
        *edits.last_mut().unwrap() = content::text("note", words);
        let one = phone.device.make(house.now(), "outreach_contact", Some(case), &edits);
        made.insert(one.record);
        taken(&house, &mut phone, vec![one.push()]).await;
    }
    let last = phone.encounter(&mut house, case);
    taken(&house, &mut phone, vec![last.push()]).await;
    made.insert(last.record);

    let seat = seat(&mut house).await;
    let (mut listed, mut pages, mut before) = (BTreeSet::new(), 0, Json::Null);
    loop {
        let asked = json!({"case": case, "before": before});
        let page = seat.told(&house, "/v1/console/case", &asked).await;
        let rows = page["records"].as_array().unwrap();
        let ids = rows.iter().map(|row| row["record"].as_str().unwrap().to_owned());
        let ids: Vec<_> = ids.collect();
        // What came last is on the first page, whatever the days of others say.
        assert_eq!(ids.contains(&last.record.to_string()), pages == 0);
        ids.into_iter().for_each(|id| assert!(listed.insert(id), "each is on one page"));
        pages += 1;
        before = page["next"].clone();
        if before.is_null() {
            break;
        }
    }
    let made: BTreeSet<String> = made.into_iter().map(|record| record.to_string()).collect();
    assert_eq!((pages, listed), (2, made));
}

#[tokio::test]
async fn a_history_is_read_in_pages_the_newest_first() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let person = phone.push_person(&mut house).await;
    let mut document: Document = person.document.clone();
    let actor = ActorId::generate(&mut house.rng, phone.device.id);
    let catalogue = phone.device.catalogue.clone();
    let mut push = Vec::new();
    for number in 0..250 {
        let edit = [content::text("notes", format!("number {number}"))];
        let change = document.edit(house.now(), actor, &catalogue, &edit).unwrap().unwrap();
        push.push(PushV1 { record: person.record, change: change.bytes });
    }
    taken(&house, &mut phone, push).await;
    let seat = seat(&mut house).await;
    let ask = |before: Json| json!({"record": person.record, "history_before": before});
    let newest = seat.told(&house, "/v1/console/record", &ask(Json::Null)).await;
    let history = newest["history"].as_array().unwrap();
    assert_eq!((history.len(), &newest["history_more"]), (200, &json!(true)));
    assert!(history.last().unwrap().to_string().contains("number 249"));
    let eldest = seat.told(&house, "/v1/console/record", &ask(history[0]["change"].clone())).await;
    let history = eldest["history"].as_array().unwrap();
    assert_eq!((history.len(), &eldest["history_more"]), (51, &Json::Null));
    assert!(history.last().unwrap().to_string().contains("number 49"));
}

#[tokio::test]
async fn consoles_that_read_at_length_keep_no_phone_waiting() {
    let mut house = TestServer::open_with(|config| {
        config.bounds.consoles_in_work = 0;
        config.bounds.queue = Duration::from_secs(1);
    })
    .await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let seat = seat(&mut house).await;
    seat.get(&house, "/v1/console/caseload").await.assert_refused(503, "busy");
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

#[tokio::test]
async fn people_of_one_name_are_read_in_pages() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut push = Vec::new();
    for number in 0..55 {
        let name = content::text("name", format!("Case Alder {number}"));
        // All but the last come from a clock of days to come.
        let ahead = if number < 54 { Span::from_days(20_000) } else { Span::from_days(0) };
        let at: Timestamp = house.now() + ahead;
        let edits = [name, content::choice("name_quality", "full")];
        push.push(phone.device.make(at, "person", None, &edits).push());
    }
    let last = push[54].record.to_string();
    taken(&house, &mut phone, push).await;
    let seat = seat(&mut house).await;
    let mut found = BTreeSet::new();
    for (skip, count, more) in [(0, 50, true), (50, 5, false)] {
        let asked = json!({"text": "alder", "skip": skip});
        let page = seat.told(&house, "/v1/console/people", &asked).await;
        let rows = page["found"].as_array().unwrap();
        assert_eq!((rows.len(), &page["more"]), (count, &json!(more)));
        assert_eq!(rows.iter().any(|row| row["record"] == last), skip == 0);
        found.extend(rows.iter().map(|row| row["record"].to_string()));
    }
    assert_eq!(found.len(), 55);
}

/// Every case of `/v1/console/caseload`, or every task, page by page: what is on each, by record.
async fn pages(
    house: &TestServer,
    seat: &ConsoleClient,
    path: &str,
    list: &str,
    key: &str,
) -> Vec<Vec<String>> {
    let (mut pages, mut query) = (Vec::new(), String::new());
    loop {
        let answer = seat.get(house, &format!("{path}{query}")).await;
        assert_eq!(answer.status, 200, "{path}{query} {:?}", answer.body);
        let page = body(&answer);
        let rows = page[list].as_array().unwrap();
        pages.push(rows.iter().map(|row| row[key].as_str().unwrap().to_owned()).collect());
        match page["next"].as_u64() {
            Some(next) => query = format!("?before={next}"),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn a_caseload_and_its_tasks_are_read_in_pages_and_nobodys_clock_hides_a_row() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut make = |number: usize, at: Timestamp| {
        let name = content::text("name", format!("Case {number}"));
        let edits = [name, content::choice("name_quality", "full")];
        phone.device.make(at, "person", None, &edits)
    };
    // The first comes from a clock of days to come, the last from one that stands in the past.
    let mut made = vec![make(0, house.now() + Span::from_days(20_000))];
    made.extend((1..505).map(|number| make(number, house.now())));
    made.push(make(505, house.now() + Span::from_days(-20_000)));
    let push = made.iter().map(|one| one.push()).collect();
    taken(&house, &mut phone, push).await;
    let [first, last] = [&made[0], &made[505]].map(|one| one.record.to_string());
    let all: BTreeSet<String> = made.iter().map(|one| one.record.to_string()).collect();

    let seat = seat(&mut house).await;
    let cases = pages(&house, &seat, "/v1/console/caseload", "cases", "case").await;
    assert_eq!(cases.iter().map(Vec::len).collect::<Vec<_>>(), [500, 6]);
    assert!(cases[0].contains(&last) && !cases[0].contains(&first));
    assert!(cases[1].contains(&first));
    assert_eq!(cases.concat().into_iter().collect::<BTreeSet<_>>(), all);

    for path in ["/v1/console/tasks", "/v1/console/tasks/late"] {
        let tasks = pages(&house, &seat, path, "open", "record").await;
        if path == "/v1/console/tasks" {
            assert!(tasks.len() > 1 && tasks[0].len() >= 500);
            assert!(tasks[0].contains(&last) && !tasks[0].contains(&first));
            assert_eq!(tasks.concat().into_iter().collect::<BTreeSet<_>>(), all);
        } else {
            // What is late by that clock alone.
            assert_eq!(tasks.concat().into_iter().collect::<BTreeSet<_>>(), [last.clone()].into());
        }
        let mut seen = BTreeSet::new();
        for page in &tasks {
            let records: BTreeSet<&String> = page.iter().collect();
            assert!(records.iter().all(|record| seen.insert((*record).clone())), "on one page");
        }
    }
}

#[tokio::test]
async fn refused_work_is_read_in_pages() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    // Each filed under an id of nothing.
    let push: Vec<_> = (0..1_005)
        .map(|number| {
            let name = content::text("name", format!("Case {number}"));
            let made = phone.device.make(house.now(), "person", None, &[name]);
            let record = RecordId::generate(house.now(), &mut house.rng);
            PushV1 { record, change: made.change.bytes }
        })
        .collect();
    let told = phone.push(&house, push).await;
    assert!(told.results.iter().all(|result| result.outcome != OutcomeV1::Accepted));
    let seat = seat(&mut house).await;
    let first = body(&seat.get(&house, "/v1/console/refusals").await);
    let first = first.as_array().unwrap();
    let rest = format!("/v1/console/refusals?before={}", first.last().unwrap()["number"]);
    let rest = body(&seat.get(&house, &rest).await);
    let rest = rest.as_array().unwrap();
    assert_eq!((first.len(), rest.len()), (1_000, 5));
    let records = first.iter().chain(rest).map(|row| row["record"].to_string());
    assert_eq!(records.collect::<BTreeSet<_>>().len(), 1_005);
}

#[tokio::test]
async fn the_audit_is_read_in_pages() {
    let mut house = TestServer::open().await;
    house.member("Paz Pino", "PRV", "professional_standards");
    let seat = ConsoleClient::open(&mut house, "Paz Pino").await;
    let rows = |page: Json| -> Vec<u64> {
        page["rows"].as_array().unwrap().iter().map(|row| row["seq"].as_u64().unwrap()).collect()
    };
    let asked = json!({"limit": 3, "reason": "the yearly review"});
    let first = rows(seat.told(&house, "/v1/console/audit", &asked).await);
    let before = json!({"limit": 2, "before": first[2]});
    let next = rows(seat.told(&house, "/v1/console/audit", &before).await);
    assert_eq!(first.len(), 3);
    assert_eq!(next, [first[2] - 1, first[2] - 2]);
}

#[tokio::test]
async fn what_stands_after_a_lists_address_is_a_page_or_a_mistake() {
    let mut house = TestServer::open().await;
    let seat = seat(&mut house).await;
    for query in ["skip=1", "before=", "before=-1", "before=1&before=2", "before=x"] {
        let answer = seat.get(&house, &format!("/v1/console/caseload?{query}")).await;
        answer.assert_refused(400, "malformed");
    }
    assert_eq!(seat.get(&house, "/v1/console/caseload?before=1").await.status, 200);
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_given_up_and_told_and_no_phone_waits_for_it() {
    let mut house =
        TestServer::open_with(|config| config.bounds.console_read = Duration::ZERO).await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let person = phone.push_person(&mut house).await;
    let seat = seat(&mut house).await;
    for path in
        ["/v1/console/me", "/v1/console/caseload", "/v1/console/tasks", "/v1/console/refusals"]
    {
        seat.get(&house, path).await.assert_refused(503, "read_too_long");
    }
    for (path, asked) in [
        ("/v1/console/case", json!({"case": person.record})),
        ("/v1/console/record", json!({"record": person.record})),
        ("/v1/console/people", json!({"text": "alder"})),
    ] {
        seat.post(&house, path, &asked).await.assert_refused(503, "read_too_long");
    }
    let request = seat.seated(plain(&house, "GET", "/v1/console/caseload", ""));
    let answer = ask(&house, with_header(request, "accept-language", "es")).await;
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert!(
        body(&answer)["message"].as_str().unwrap().starts_with("esto tardó demasiado en leerse")
    );
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

/// A clock that holds one who looks at it from a thread of work, until they are let go.
struct Gate {
    clock: Arc<dyn Clock>,
    /// The thread that must not be held: everything waits on it.
    everybodys: ThreadId,
    /// How many looks from now it is; 0 holds nobody.
    looks: AtomicUsize,
    held: UnboundedSender<()>,
    let_go: Mutex<mpsc::Receiver<()>>,
}

impl Gate {
    fn before(clock: Arc<dyn Clock>) -> (Arc<Self>, UnboundedReceiver<()>, mpsc::Sender<()>) {
        let (held, is_held) = unbounded_channel();
        let (lets_go, let_go) = mpsc::channel();
        let everybodys = thread::current().id();
        let (looks, let_go) = (AtomicUsize::new(0), Mutex::new(let_go));
        (Arc::new(Self { clock, everybodys, looks, held, let_go }), is_held, lets_go)
    }
}

impl Clock for Gate {
    fn now(&self) -> Timestamp {
        let counts = |looks: usize| looks.checked_sub(1);
        if thread::current().id() != self.everybodys
            && self.looks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, counts) == Ok(1)
        {
            self.held.send(()).unwrap();
            self.let_go.lock().unwrap().recv().unwrap();
        }
        self.clock.now()
    }
}

#[tokio::test]
async fn what_is_read_for_somebody_who_is_gone_is_given_up() {
    let mut gates = None;
    let mut house = TestServer::open_with(|config| {
        let (gate, is_held, lets_go) = Gate::before(config.clock.clone());
        config.clock = gate.clone();
        config.bounds.consoles_in_work = 1;
        config.bounds.requests_per_user = 1;
        gates = Some((gate, is_held, lets_go));
    })
    .await;
    let (gate, mut is_held, lets_go) = gates.unwrap();
    let seat = seat(&mut house).await;
    let caseload = seat.seated(plain(&house, "GET", "/v1/console/caseload", ""));
    // The work looks twice at the clock before it has a connection to read over.
    gate.looks.store(3, Ordering::SeqCst);
    tokio::select! {
        _ = open(&house, caseload) => panic!("it is held"),
        held = within(is_held.recv()) => held.unwrap(),
    }
    // Their connection is closed with what was dropped; the server lets go of their place then.
    let is_full = || async {
        let request = seat.seated(plain(&house, "POST", "/v1/console/case", ""));
        let (status, code) = ask(&house, request).await.refusal();
        assert!([429, 415].contains(&status), "{code}");
        status == 429
    };
    while is_full().await {}
    lets_go.send(()).unwrap();
    assert_eq!(seat.get(&house, "/v1/console/caseload").await.status, 200);
    let filter = AuditFilter { act: Some("read".parse().unwrap()), ..AuditFilter::default() };
    let read = house.office.admin().audit(&filter).unwrap();
    let caseloads = read.iter().filter(|row| row.object == "caseload").count();
    assert_eq!(caseloads, 1, "only for whoever was there: {read:?}");
}
