//! A phone whose department changes its forms, and dates that cannot be.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use client_core::device::{Doubts, NewRecord, RecordError};
use model::catalogue::{CatalogueSource, history};
use model::ids::RecordId;
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::value::Scalar;
use model::wire::SyncResponseV1;

use crate::phone::{Phone, choice, field, start, text};
use crate::server::{self, TestServer, nothing_new};

const CONTACT: &str = "types/outreach_contact.toml";
const STREET: &str = "  { code = \"street\", en = \"In the street\", es = \"En la calle\" },\n";
const MINUTES: &str = "[[field]]\nname = \"minutes\"\nkind = \"integer\"\nmin = 0\nmax = 1440\nlabel = { en = \"Minutes\", es = \"Minutos\" }\n";

#[test]
fn a_record_with_an_option_that_is_gone_is_shown_by_its_label_and_edited() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let contact = phone.contact(None, "calm");
    take(&mut phone, &changed(CONTACT, STREET, ""), &[]);
    assert_eq!(title(&phone, contact), "In the street · Engaged");
    phone.edit(contact, text("note", "calmer"));
    // What stands there may be said again; a new record does not get it.
    phone.edit(contact, choice("mode", "street"));
    let refused = make(&mut phone, vec![choice("mode", "street"), choice("result", "brief")]);
    assert!(
        refused.starts_with("`mode` no longer offers `street`; choose one of: home, "),
        "{refused}"
    );
    server::sync(&mut phone, &mut server);
    assert_eq!(phone.waiting(), 0);
    assert!(phone.device.verify().unwrap().is_sound());
    // It is so after the store was opened anew.
    let mut phone = phone.reopened();
    assert_eq!(title(&phone, contact), "In the street · Engaged");
    phone.edit(contact, text("note", "calm again"));
}

#[test]
fn a_phone_that_never_had_an_earlier_catalogue_is_told_its_labels() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let first = with(CatalogueSource::builtin(), CONTACT, "\"In the street\"", "\"Outside\"");
    take(&mut anna, &first, &[]);
    let contact = anna.contact(None, "calm");
    let second = changed(CONTACT, STREET, "");
    take(&mut ben, &second, std::slice::from_ref(&first));
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    // The newest of its labels, which is not the one that came with the program.
    assert_eq!(title(&ben, contact), "In the street · Engaged");
    let label = ben.device.catalogue().option_label("outreach_contact.mode", "street");
    assert!(label.is_some());
}

#[test]
fn a_retired_field_keeps_what_stands_in_it_and_takes_nothing_new() {
    let mut phone = Phone::new(1);
    let minutes = Edit::Set { field: field("minutes"), value: Scalar::Integer(45) };
    let mut edits = vec![choice("mode", "street"), choice("result", "engaged")];
    let without = phone.make("outreach_contact", None, edits.clone());
    edits.push(minutes.clone());
    let filled = phone.make("outreach_contact", None, edits.clone());
    for next in [
        with(changed(CONTACT, MINUTES, ""), CONTACT, "\"minutes\", ", ""),
        changed(CONTACT, "name = \"minutes\"\n", "name = \"minutes\"\nretired = true\n"),
    ] {
        take(&mut phone, &next, &[]);
        assert_eq!(phone.show(filled).fields["minutes"], 45);
        let more = Edit::Set { field: field("minutes"), value: Scalar::Integer(50) };
        phone.edit(filled, more);
        phone.edit(filled, minutes.clone());
        let new = "`minutes` is retired and takes no new values";
        assert_eq!(make(&mut phone, edits.clone()), new);
        let (now, rng) = (phone.now, &mut phone.rng);
        let refused = phone.device.edit(now, rng, without, vec![minutes.clone()]).unwrap_err();
        assert_eq!(refused.to_string(), new);
    }
}

#[test]
fn an_edit_that_is_made_anew_is_taken_by_the_form_it_was_made_by() {
    let mut phone = Phone::new(1);
    let contact = phone.contact(None, "calm");
    phone.edit(contact, Edit::Set { field: field("minutes"), value: Scalar::Integer(1_000) });
    phone.edit(contact, choice("mode", "home"));
    phone.edit(contact, choice("mode", "street"));
    let next = with(changed(CONTACT, STREET, ""), CONTACT, "max = 1440", "max = 60");
    take(&mut phone, &next, &[]);
    // The first of these edits is refused: what follows it is made anew.
    let sent = phone.request();
    let second = model::change::RawChange::inspect(&sent.push[1].change).unwrap().hash();
    let (now, mut rng) = (phone.now, phone.rng.clone());
    let refused = phone
        .device
        .store_mut()
        .write(|w| w.mark_refused(now, &mut rng, second, "equivocation", "cloned"));
    refused.unwrap();
    assert_eq!(phone.value(contact, "mode"), "street");
    assert_eq!(phone.show(contact).fields["minutes"], 1_000);
}

#[test]
fn a_date_that_cannot_be_is_refused_with_its_bound() {
    let mut phone = Phone::new(1);
    let refused = make(&mut phone, at("2099-01-01T00:00:00Z"));
    assert_eq!(refused, "`occurred_at` must not be after now: check the date");
    let refused = make(&mut phone, at("1970-01-02T00:00:00Z"));
    assert_eq!(refused, "`occurred_at` must not be before 20y ago: check the date");
    let person = phone.person("Rosa Cedro");
    for (born, bound) in [("2090-01-01", "after now"), ("1800-01-01", "before 120y ago")] {
        let dob = Edit::Set { field: field("dob"), value: Scalar::Date(born.parse().unwrap()) };
        let (now, rng) = (phone.now, &mut phone.rng);
        let refused = phone.device.edit(now, rng, person, vec![dob]).unwrap_err().to_string();
        assert_eq!(refused, format!("`dob` must not be {bound}: check the date"));
    }
    assert_eq!(phone.device.list(phone.now, &Default::default()).unwrap().len(), 1);
}

#[test]
fn a_date_that_the_clock_may_be_wrong_about_is_asked_about() {
    let mut phone = Phone::new(1);
    let soon = (start() + Span::from_hours(1)).to_string();
    let new = NewRecord {
        record_type: "outreach_contact".parse().unwrap(),
        case: None,
        program: None,
        edits: at(&soon),
    };
    let (now, rng) = (phone.now, &mut phone.rng);
    let asked = phone.device.new_record(now, rng, new.clone()).unwrap_err();
    assert!(matches!(asked, RecordError::Doubtful(_)), "{asked:?}");
    assert!(asked.to_string().starts_with("`occurred_at` must not be after now, but it is"));
    let rng = &mut phone.rng;
    let made = phone.device.new_record_with(now, rng, new, Doubts::Overrule).unwrap();
    // Once it stands there it may be said again.
    phone.edit(made, at(&soon).swap_remove(2));
}

#[test]
fn a_clock_that_is_known_to_be_wrong_asks_instead_of_refusing() {
    let mut phone = Phone::new(1);
    // The server is three days ahead: the phone's clock is slow.
    let sent = phone.request();
    let server_time = phone.now + Span::from_days(3);
    let lease_until = server_time + Span::from_days(14);
    phone.take(&sent, &SyncResponseV1 { server_time, lease_until, ..nothing_new() });
    let (now, rng) = (phone.now, &mut phone.rng);
    let new = NewRecord {
        record_type: "outreach_contact".parse().unwrap(),
        case: None,
        program: None,
        edits: at(&(start() + Span::from_days(2)).to_string()),
    };
    let asked = phone.device.new_record(now, rng, new).unwrap_err();
    assert!(matches!(asked, RecordError::Doubtful(_)), "{asked:?}");
    // Said nothing of when, it happened now, and nobody is asked.
    phone.contact(None, "calm");
}

#[test]
fn a_date_that_cannot_be_moves_no_follow_up_and_one_that_is_mended_does() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let person = anna.person("Rosa Cedro");
    // A phone without bounds wrote it: an older program, or another one.
    let free = with(
        CatalogueSource::builtin(),
        "common.toml",
        "not_before = \"-20y\"\nnot_after = \"now\"\n",
        "",
    );
    take(&mut anna, &free, &[]);
    let far = anna.make("outreach_contact", Some(person), at("2099-01-01T00:00:00Z"));
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    for phone in [&mut anna, &mut ben] {
        assert_eq!(next_contact(phone), [(far, start() + Span::from_days(7))]);
        assert_eq!(phone.value(far, "occurred_at"), "2099-01-01T00:00:00Z", "shown as it stands");
        assert!(phone.device.verify().unwrap().is_sound());
    }
    let yesterday = start() - Span::from_days(1);
    let mended = at(&yesterday.to_string()).swap_remove(2);
    anna.edit(far, mended);
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    assert_eq!(next_contact(&ben), [(far, yesterday + Span::from_days(7))]);
}

fn next_contact(phone: &Phone) -> Vec<(RecordId, Timestamp)> {
    let tasks = phone.device.tasks(phone.now).unwrap();
    let next = tasks.into_iter().filter(|task| task.rule == "next_contact");
    next.map(|task| (task.record, task.due)).collect()
}

fn at(time: &str) -> Vec<Edit> {
    let occurred_at = field("occurred_at");
    let time = Scalar::DateTime(time.parse().unwrap());
    vec![
        choice("mode", "street"),
        choice("result", "engaged"),
        Edit::Set { field: occurred_at, value: time },
    ]
}

fn make(phone: &mut Phone, edits: Vec<Edit>) -> String {
    let record_type = "outreach_contact".parse().unwrap();
    let new = NewRecord { record_type, case: None, program: None, edits };
    phone.device.new_record(phone.now, &mut phone.rng, new).unwrap_err().to_string()
}

/// Returns what the record is called in a list, without its day.
fn title(phone: &Phone, record: RecordId) -> String {
    let rows = phone.device.list(phone.now, &Default::default()).unwrap();
    let row = rows.into_iter().find(|row| row.record == record).unwrap();
    row.title.en.split_once(" · ").unwrap().1.to_owned()
}

/// The server has this catalogue now, and had these before.
pub(crate) fn take(phone: &mut Phone, next: &CatalogueSource, before: &[CatalogueSource]) {
    let sent = phone.request();
    let answer = SyncResponseV1 {
        catalogue: Some(next.clone()),
        earlier_catalogues: history::told(before, next),
        cursor: sent.cursor,
        ..nothing_new()
    };
    phone.take(&sent, &answer);
}

pub(crate) fn changed(file: &str, from: &str, to: &str) -> CatalogueSource {
    with(CatalogueSource::builtin(), file, from, to)
}

pub(crate) fn with(
    mut source: CatalogueSource,
    file: &str,
    from: &str,
    to: &str,
) -> CatalogueSource {
    let text = source.files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    source
}
