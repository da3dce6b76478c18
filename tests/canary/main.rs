//! Whether what people write down stays where it belongs: words that stand nowhere else go into
//! every field of every form and into everything that is refused, and then are looked for in every
//! file, log line, figure, address and error.
//!
//! [`words`] makes the words and finds them again, in whatever spelling; [`forms`] fills the
//! catalogue's forms with them; [`scene`] is the server, the devices and everybody who listens.
//! The suite is a process of its own: it sets the process's log and its panic hook.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]

mod forms;
mod pages;
mod scene;
mod words;

use std::collections::BTreeSet;

use client_core::device::{NewRecord, Plan};
use client_core::transport::Method;
use fieldbook_tests::content;
use fieldbook_tests::raw::{enroll_request, new_key};
use model::catalogue::BelongsTo;
use model::ids::RecordId;
use model::time::Span;
use model::wire::{self, OutcomeV1, SyncRequestV1};
use serde_json::json;
use server::admin::AuditFilter;

use crate::forms::Form;
use crate::scene::{NOW, Scene};
use crate::words::{Found, Words, find};

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_is_in_no_file_log_figure_address_or_error() {
    let mut words = Words::default();
    let mut scene = Scene::new().await;
    let filled = everything_is_recorded(&mut scene, &mut words).await;
    at_the_console(&mut scene, &mut words, &filled).await;
    let pages = pages::walked(&mut scene, &mut words, &filled.name).await;
    assert_eq!(find(&pages), Vec::<Found>::new());
    everything_is_refused(&mut scene, &mut words, &filled).await;
    strangers_knock(&mut scene, &mut words).await;
    a_bug_panics(&mut words);

    // It was all there: the device finds it, and what was refused is kept.
    let person = scene.device.search(NOW, &filled.name, 10).unwrap();
    assert_eq!(person.len(), 1);
    assert!(scene.office.admin().quarantine().unwrap().len() > 30);

    let while_it_runs = scene.everything().await;
    assert_eq!(find(&while_it_runs), Vec::<Found>::new());
    scene.stop().await;
    assert_eq!(find(&scene.files()), Vec::<Found>::new());
    that_search_finds_what_is_there(&mut scene, &mut words).await;
}

/// What the department's own device holds.
struct Filled {
    person: RecordId,
    /// The words of the person's name.
    name: String,
    record: RecordId,
}

/// Fills in every form that a phone may hold, and hands all of it over.
async fn everything_is_recorded(scene: &mut Scene, words: &mut Words) -> Filled {
    let catalogue = scene.device.catalogue().clone();
    let mut person = None;
    let mut made = BTreeSet::new();
    let (opening, others): (Vec<_>, Vec<_>) =
        catalogue.types.values().partition(|known| known.name.as_str() == "person");
    for record_type in opening.into_iter().chain(others) {
        let form = Form::of(&catalogue, record_type, person, words);
        let case = match record_type.belongs_to {
            BelongsTo::Case | BelongsTo::CaseOrNothing => person.map(RecordId::into),
            BelongsTo::Itself | BelongsTo::Nothing => None,
        };
        let new = NewRecord {
            record_type: record_type.name.clone(),
            case,
            program: Some(form.program),
            edits: form.edits,
        };
        match scene.device.new_record(NOW, &mut scene.rng, new) {
            Ok(record) => {
                person = person.or(Some(record));
                made.insert((record_type.name.clone(), record));
            }
            Err(error) => {
                let kept_off = !catalogue.compartments[&record_type.compartment].on_devices;
                assert!(kept_off, "{}: {error}", record_type.name);
            }
        }
    }
    let plan = Plan {
        partner: words.next(),
        partner_phone: words.next(),
        supervisor: words.next(),
        zone: words.next(),
        long: Span::from_hours(2),
    };
    scene.device.start_shift(NOW, &mut scene.rng, &plan).unwrap();
    scene.device.say_safe(NOW, false).unwrap();
    scene.device.call_for_help(NOW, &mut scene.rng).unwrap();
    scene.sync().await;
    let safety = scene.device.store().read().safety().unwrap();
    assert!(safety.queue.is_empty(), "the server took all of it");
    assert!(safety.out.unwrap().armed_at.is_some());
    let status = scene.device.status(NOW).unwrap();
    assert_eq!((status.outbox, status.refused), (0, 0), "the server took all of it");
    let person = person.unwrap();
    let name = scene.device.show(NOW, person).unwrap().fields["name"].as_str().unwrap().to_owned();
    // Edits, conflicts, an unsent change.
    let again = content::text("notes", words.next());
    scene.device.edit(NOW, &mut scene.rng, person, vec![again]).unwrap();
    let record = made.iter().find(|(name, _)| name.as_str() == "outreach_contact").unwrap().1;
    Filled { person, name, record }
}

/// Ana signs in and does at the console what is done there: fills in the forms that no phone holds, looks
/// for people, states reasons; and gets some of it wrong.
async fn at_the_console(scene: &mut Scene, words: &mut Words, filled: &Filled) {
    let weak = json!({"name": words.next(), "password": words.next(), "totp": words.next()});
    assert_eq!(scene.at_the_console("/v1/session", &weak).await.status, 403);
    scene.sign_in("Ana", words).await;
    let catalogue = scene.device.catalogue().clone();
    let mut made = 0;
    for record_type in catalogue.types.values() {
        if catalogue.compartments[&record_type.compartment].on_devices {
            continue;
        }
        let form = Form::of(&catalogue, record_type, Some(filled.person), words);
        let case = match record_type.belongs_to {
            BelongsTo::Case | BelongsTo::CaseOrNothing => Some(filled.person),
            BelongsTo::Itself | BelongsTo::Nothing => None,
        };
        let new = json!({
            "type": record_type.name, "case": case, "program": form.program, "edits": form.edits,
        });
        let answer = scene.at_the_console("/v1/console/create", &new).await;
        assert_eq!(answer.status, 200, "{}: {:?}", record_type.name, answer.body);
        made += 1;
    }
    assert!(made > 3, "{made}");
    let note = json!({"edit": "set", "field": "notes", "value": {"text": words.next()}});
    let edit = json!({"record": filled.person, "edits": [note]});
    assert_eq!(scene.at_the_console("/v1/console/edit", &edit).await.status, 200);
    let wrong = json!({"edit": "set", "field": "minutes", "value": {"text": words.next()}});
    let wrong = json!({"record": filled.record, "edits": [wrong]});
    assert_eq!(scene.at_the_console("/v1/console/edit", &wrong).await.status, 422);
    for (path, message) in [
        ("/v1/console/people", json!({"text": filled.name, "reason": words.next()})),
        ("/v1/console/case", json!({"case": filled.person, "reason": words.next()})),
        ("/v1/console/record", json!({"record": filled.record, "reason": words.next()})),
        ("/v1/console/audit", json!({"about": words.next(), "reason": words.next()})),
    ] {
        assert_eq!(scene.at_the_console(path, &message).await.status, 200, "{path}");
    }
    let open = json!({
        "case": filled.person, "compartment": "OUT", "minutes": 5, "reason": words.next(),
    });
    assert_eq!(scene.at_the_console("/v1/console/emergency/open", &open).await.status, 200);
}

/// Somebody else's device hands in every form there is, in a case that is not theirs, and changes
/// that no form allows.
async fn everything_is_refused(scene: &mut Scene, words: &mut Words, filled: &Filled) {
    let catalogue = scene.device.catalogue().clone();
    let mut push = Vec::new();
    for record_type in catalogue.types.values() {
        let form = Form::of(&catalogue, record_type, Some(filled.person), words);
        let case = match record_type.belongs_to {
            BelongsTo::Case | BelongsTo::CaseOrNothing => Some(filled.person.into()),
            BelongsTo::Itself | BelongsTo::Nothing => None,
        };
        let name = record_type.name.as_str();
        let made = scene.other.device.make_for(&form.program, NOW, name, case, &form.edits);
        push.push(made.push());
    }
    let visible = scene.other.device.make(NOW, "person", None, &[content::text("name", "x")]);
    push.push(visible.push());
    let hostile = forms::hostile(&scene.other.device, &visible.document, words);
    push.extend(hostile.into_iter().map(|change| wire::PushV1 { record: visible.record, change }));
    // A change of a record that they may not see, and one filed under it.
    let mut strange = visible.document.clone();
    let edit = scene.other.device.edit(NOW, &mut strange, &[content::text("notes", words.next())]);
    push.push(wire::PushV1 { record: filled.record, change: edit.bytes });

    let mut request = SyncRequestV1 { push, ..scene.other.device.request() };
    scene.other.device.sign(&mut request);
    let answer = scene.send(Method::Post, "/v1/sync", wire::encode(&request).unwrap()).await;
    let answer: wire::SyncResponseV1 = wire::decode(&answer.body).unwrap();
    let refused = answer.results.iter().filter(|r| matches!(r.outcome, OutcomeV1::Refused { .. }));
    assert!(refused.count() > 30, "{:?}", answer.results);
}

/// Whatever comes to the door without being what it should.
async fn strangers_knock(scene: &mut Scene, words: &mut Words) {
    let malformed = words.next().repeat(3).into_bytes();
    let answer = scene.send(Method::Post, "/v1/sync", malformed).await;
    assert_eq!(answer.status, 400);
    // Asked for another device, and not signed.
    let mut foreign = scene.other.device.request();
    foreign.device = scene.device.store().device();
    let answer = scene.send(Method::Post, "/v1/sync", wire::encode(&foreign).unwrap()).await;
    assert_eq!(answer.status, 403);
    let edits = [content::text("name", words.next())];
    let made = scene.other.device.make(NOW, "person", None, &edits);
    let unsigned = SyncRequestV1 { push: vec![made.push()], ..scene.other.device.request() };
    let answer = scene.send(Method::Post, "/v1/sync", wire::encode(&unsigned).unwrap()).await;
    assert_eq!(answer.status, 403);

    let key = new_key(&mut scene.rng);
    let mut strange = enroll_request(&key, &words.next());
    strange.platform = words.next();
    let mut control = strange.clone();
    control.platform = format!("{}\n", words.next());
    let mut long = strange.clone();
    long.platform = words.next().repeat(20);
    for request in [strange, control, long] {
        let body = wire::encode(&request).unwrap();
        let answer = scene.knock(Method::Post, "/v1/enroll", words, body).await;
        assert!(matches!(answer.status, 400 | 403), "{}", answer.status);
    }
    let body = words.next().into_bytes();
    assert_eq!(scene.knock(Method::Post, "/v1/enroll", words, body).await.status, 400);
    for (method, path) in [
        (Method::Get, "/v1/events"),
        (Method::Post, "/v1/sync"),
        (Method::Get, "/v1/enroll"),
        (Method::Get, words::PATH),
    ] {
        let answer = scene.knock(method, path, words, Vec::new()).await;
        assert!(matches!(answer.status, 400..500), "{path}: {}", answer.status);
    }
    // What is searched for on the device stays there.
    scene.device.search(NOW, &words.next(), 10).unwrap();
    scene.sync().await;
}

/// A bug in the server's process, with what somebody wrote in its message.
fn a_bug_panics(words: &mut Words) {
    let word = words.next();
    server::listener::quiet_panics();
    let bug = std::thread::spawn(move || assert!(word.is_empty(), "{word}"));
    assert!(bug.join().is_err());
    // What this test has to say is said in the usual way again.
    drop(std::panic::take_hook());
}

/// The same search on the same places, after a word was left in each of them.
async fn that_search_finds_what_is_there(scene: &mut Scene, words: &mut Words) {
    let places = [scene.data_dir(), scene.device_dir()];
    for spelled in words::spellings(&words.next()) {
        for place in &places {
            let file = place.join("left-behind");
            std::fs::write(&file, [b"before".as_slice(), &spelled.bytes, b"after"].concat())
                .unwrap();
            let found = find(&scene.files());
            let here = found.iter().any(|found| found.place.ends_with("left-behind"));
            assert!(here && found.len() < 4, "{} in {}: {found:?}", spelled.how, place.display());
            std::fs::remove_file(&file).unwrap();
        }
    }
    assert_eq!(find(&scene.files()), Vec::<Found>::new());
    tracing::trace!(target: "server::anything", "{}", words.next());
    let logged = find(&scene.logged());
    assert_eq!(logged.len(), 1, "{logged:?}");
    let rows = scene.office.admin().audit(&AuditFilter::default()).unwrap();
    assert!(rows.len() > 30);
}
