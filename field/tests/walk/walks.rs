//! What a worker does on the pages of their phone.

use model::record::Edit;
use model::time::Span;
use model::value::Scalar;
use model::words::Language;

use crate::phone::{Page, Phone, choice, text};
use crate::server::{Server, refuse_all};

/// Returns a phone with two people, one of whom is waited for.
fn with_people() -> Phone {
    let mut phone = Phone::new(1);
    let rey = phone.person("Rey Sample");
    phone.make("outreach_intake", Some(rey), vec![choice("risk_level", "high")]);
    phone.person("Rosa Cedro");
    phone.later(Span::from_days(8));
    phone
}

/// Returns the page of a case.
fn case_of(phone: &mut Phone, name: &str) -> (String, Page) {
    let address = phone.get("/people").link(name);
    assert!(address.starts_with("/cases/"), "{address}");
    let page = phone.get(&address);
    (address, page)
}

#[test]
fn a_contact_is_recorded_in_three_requests_and_taken_back_in_one() {
    let mut phone = with_people();
    let who = phone.get("/quick");
    let what = phone.get(&who.link("Rosa Cedro"));
    what.says("Engaged").says("Also noted: In the street");
    let saved = phone.post(&what.address("/quick/"), &[("result", "engaged")]);
    assert_eq!(saved.status, 303);
    assert!(phone.asked.saved, "it is sent as soon as there is signal");
    let [contact] = phone.all_of("outreach_contact")[..] else { panic!("one contact") };
    assert_eq!(phone.value(contact, "result"), "engaged");
    assert_eq!(phone.value(contact, "mode"), "street");
    let shown = phone.get(&saved.body);
    shown.says("Saved").says("Rosa Cedro").says("Add a note");
    let form = phone.follow(&format!("{}/undo", saved.body), &[]);
    assert_eq!(form.status, 200);
    assert!(phone.all_of("outreach_contact").is_empty());
}

#[test]
fn people_without_a_name_are_counted_and_never_become_a_person() {
    let mut phone = Phone::new(1);
    let page = phone.get("/quick/group");
    page.says("How many people?");
    phone.follow("/quick/group", &[("people", "6"), ("result", "brief")]).says("Saved");
    let [contact] = phone.all_of("outreach_contact")[..] else { panic!("one contact") };
    assert_eq!(phone.value(contact, "anon_count"), "6");
    assert_eq!(phone.value(contact, "mode"), "group");
    assert!(phone.all_of("person").is_empty());
}

#[test]
fn a_hurried_contact_waits_for_its_note_until_its_author_says_it_is_ready() {
    let mut phone = with_people();
    let form = phone.get("/quick").link("Rosa Cedro");
    phone.follow(&form, &[("result", "brief")]);
    let [contact] = phone.all_of("outreach_contact")[..] else { panic!("one contact") };
    let today = phone.get("/");
    today.says("Finish the note");
    let edit = today.addresses().into_iter().find(|address| address.ends_with("/edit")).unwrap();
    let sent = phone.post(&edit, &[]);
    phone.get("/").says_not("Finish the note").says("Unfinished forms");
    let saved = phone.fill(&sent.body, &[("note", "Wants a job.")], "submit");
    phone.get(&saved.body).says("Saved").says_not("Add a note");
    assert_eq!(phone.value(contact, "note"), "Wants a job.");
    assert_eq!(phone.value(contact, "approval"), "submitted");
    phone.get("/").says_not("Finish the note").says_not("Unfinished forms");
}

#[test]
fn a_follow_up_is_done_by_one_tap_on_its_result() {
    let mut phone = with_people();
    let today = phone.get("/");
    today.says("Overdue").says("Rey Sample").says("First contact after the intake");
    let task = today.link("First contact after the intake");
    phone.get(&task).says("Rey Sample").says("value=\"not_found\"");
    // Nobody was there: it was tried, and is still to be done.
    phone.follow(&task, &[("result", "not_found")]).says("Saved");
    let again = phone.get("/");
    again.says("First contact after the intake");
    phone.later(Span::from_minutes(1));
    let task = again.link("First contact after the intake");
    phone.follow(&task, &[("result", "engaged")]).says("Saved");
    phone.get("/").says_not("First contact after the intake");
    assert_eq!(phone.get(&task).status, 404, "it is done");
}

#[test]
fn a_task_is_put_off_with_a_reason_and_is_due_then() {
    let mut phone = with_people();
    let today = phone.get("/");
    let task = today.link("First contact after the intake");
    let later = phone.get(&format!("{task}/later"));
    later.says("Rey Sample").says("No time today");
    let sent = [("days", "2"), ("reason", "no_time")];
    let saved = phone.post(&format!("{task}/later"), &sent).body;
    assert!(phone.asked.saved, "it is sent as soon as there is signal");
    phone.get(&saved).says("Saved").says("Undo");
    let row = phone.get("/");
    let (_, week) = row.body.split_once("Next 7 days").unwrap();
    assert!(week.contains("First contact after the intake"), "{week}");
    // It was a tap on the wrong row.
    phone.follow(&format!("{saved}/undo"), &[]);
    let row = phone.get("/");
    let overdue = row.body.find("Overdue").unwrap();
    assert!(row.body[overdue..].contains("First contact after the intake"));
}

#[test]
fn what_cannot_be_done_leaves_the_list_and_its_reason_stays_in_the_case() {
    let mut phone = with_people();
    let task = phone.get("/").link("First contact after the intake");
    phone.get(&format!("{task}/cannot")).says("They moved away").says_not("No time today");
    let wrong = phone.post(&format!("{task}/cannot"), &[("reason", "no_time")]);
    assert_eq!(wrong.status, 404, "that is no reason for it");
    phone.follow(&format!("{task}/cannot"), &[("reason", "gone")]).says("Saved");
    phone.get("/").says_not("First contact after the intake");
    let (case, page) = case_of(&mut phone, "Rey Sample");
    page.says("They moved away");
    phone.get(&format!("{case}/new")).says_not("put_off");
    assert_eq!(phone.get(&task).status, 404);
}

#[test]
fn a_task_that_was_put_off_twice_is_due_when_it_was_put_off_to_last() {
    let mut phone = with_people();
    let task = phone.get("/").link("First contact after the intake");
    for days in ["7", "3"] {
        phone.later(Span::from_minutes(1));
        phone.post(&format!("{task}/later"), &[("days", days), ("reason", "waiting")]);
    }
    phone.get(&task).says("in 3 days");
}

#[test]
fn an_appointment_is_reminded_of_and_asked_about_with_one_tap_each() {
    let mut phone = with_people();
    let rey = phone.all_of("person")[1];
    let at = phone.now + Span::from_hours(20);
    let appointment = phone.make(
        "appointment",
        Some(rey),
        vec![
            Edit::Set { field: "at".parse().unwrap(), value: Scalar::DateTime(at) },
            Edit::Set {
                field: "about".parse().unwrap(),
                value: Scalar::Ref(phone.all_of("outreach_intake")[0]),
            },
        ],
    );
    let task = phone.get("/").link("Remind them of the appointment");
    phone.get(&task).says("Done just now");
    let saved = phone.post(&task, &[("result", "now")]).body;
    assert_ne!(phone.value(appointment, "reminded"), "");
    phone.get("/").says_not("Remind them of the appointment");
    phone.follow(&format!("{saved}/undo"), &[]);
    assert_eq!(phone.value(appointment, "reminded"), "");
    phone.later(Span::from_days(2));
    let task = phone.get("/").link("Ask whether they went");
    phone.get(&task).says("value=\"kept\"").says("value=\"missed\"");
    phone.follow(&task, &[("result", "missed")]).says("Saved");
    assert_eq!(phone.value(appointment, "outcome"), "missed");
}

#[test]
fn several_people_in_one_contact_have_a_record_each_and_one_note() {
    let mut phone = with_people();
    let what = phone.get("/quick").link("Rosa Cedro");
    let page = phone.get(&what);
    page.says("Who else was there?").says("Rey Sample");
    let at = page.body.find("<span>Rey Sample</span>").unwrap();
    let other = page.body[..at].rsplit("value=\"").next().unwrap().split('"').next().unwrap();
    let saved = phone.post(&what, &[("result", "brief"), ("also", other)]).body;
    let both = phone.all_of("outreach_contact");
    assert_eq!(both.len(), 2);
    let named = both.iter().filter(|record| phone.value(**record, "met_together").is_empty());
    assert_eq!(named.collect::<Vec<_>>().len(), 1, "the others name the first");
    // Both are met again with one tap.
    phone.later(Span::from_minutes(20));
    phone.get("/quick").says("Same again").says("Rosa Cedro and 1 more");
    phone.follow("/quick/again", &[]).says("Saved");
    assert_eq!(phone.all_of("outreach_contact").len(), 4);
    assert_eq!(saved.split('/').count(), 3);
}

#[test]
fn who_was_met_together_is_taken_back_together() {
    let mut phone = with_people();
    let what = phone.get("/quick").link("Rosa Cedro");
    let page = phone.get(&what);
    let at = page.body.find("<span>Rey Sample</span>").unwrap();
    let other = page.body[..at].rsplit("value=\"").next().unwrap().split('"').next().unwrap();
    let saved = phone.post(&what, &[("result", "brief"), ("also", other)]).body;
    phone.follow(&format!("{saved}/undo"), &[]);
    assert!(phone.all_of("outreach_contact").is_empty());
}

#[test]
fn times_at_a_bedside_are_stamped_and_a_wrong_one_is_corrected_with_its_reason() {
    let mut phone = Phone::of(1, "HR", "hospital_response");
    let rey = phone.person("Rey Sample");
    let (case, _) = case_of(&mut phone, "Rey Sample");
    let form = phone.post(&format!("{case}/new"), &[("type", "bedside_encounter")]).body;
    phone.get(&form).says("value=\"stamp.paged\"").says_not("name=\"q.paged\"");
    phone.follow(&form, &[("action", "stamp.paged")]).says_not("value=\"stamp.paged\"");
    let paged = phone.now;
    phone.later(Span::from_minutes(20));
    phone.follow(&form, &[("action", "stamp.arrived")]);
    // A second tap does not move what was stamped.
    phone.follow(&form, &[("action", "stamp.paged")]);
    assert_eq!(phone.post(&form, &[("action", "stamp.discharged")]).status, 404);
    let before = phone.device.catalogue().zone.local(paged - Span::from_minutes(5)).unwrap();
    let sent = [("time", "paged"), ("at", &*before), ("why", "The pager was in the car")];
    phone.follow(&format!("{form}/stamp"), &sent);
    let saved = phone.fill(&form, &[("approach", "accepted")], "submit");
    assert_eq!(saved.status, 303, "{}", saved.body);
    let encounter = phone.all_of("bedside_encounter")[0];
    let at = |minutes| (paged + Span::from_minutes(minutes)).to_string();
    assert_eq!(phone.value(encounter, "arrived"), at(20));
    assert_ne!(phone.value(encounter, "paged"), at(0));
    let corrections = phone.value(encounter, "time_corrections");
    assert!(corrections.contains("The pager was in the car"), "{corrections}");
    assert!(corrections.contains("paged"), "{corrections}");
    assert_eq!(phone.value(encounter, "approval"), "submitted", "it is handed in for review");
    assert!(!phone.value(rey, "name").is_empty());
}

#[test]
fn a_form_that_was_given_back_is_mended_and_handed_in_again() {
    let (mut phone, mut boss, mut server) =
        (with_people(), Phone::of(2, "SUP", "street_outreach"), Server::default());
    let what = phone.get("/quick").link("Rosa Cedro");
    phone.post(&what, &[("result", "engaged")]);
    let contact = phone.all_of("outreach_contact")[0];
    phone.edit(contact, choice("approval", "submitted"));
    server.meets(&mut phone);
    server.meets(&mut boss);
    let author = phone.device.store().user();
    let set = |field: &str, value| Edit::Set { field: field.parse().unwrap(), value };
    let case = boss.device.show(boss.now, contact).unwrap().case.map(Into::into);
    boss.make(
        "review",
        case,
        vec![
            set("record", Scalar::Ref(contact)),
            choice("decision", "returned"),
            set("authored_by", Scalar::User(author)),
            Edit::Add { field: "reasons".parse().unwrap(), option: "incomplete".parse().unwrap() },
            text("coaching", "Say what was said."),
        ],
    );
    server.meets(&mut boss);
    server.meets(&mut phone);
    let task = phone.get("/");
    task.says("Say what was said.");
    let edit = phone.get(&task.link("Say what was said.")).address("/records/");
    let form = phone.post(&edit, &[]).body;
    let saved = phone.fill(&form, &[("note", "He asked for work.")], "submit");
    phone.get(&saved.body).says("Saved");
    assert_eq!(phone.value(contact, "approval"), "submitted");
    phone.get("/").says_not("Say what was said.");
}

#[test]
fn a_consent_is_revoked_in_two_taps_and_what_it_opened_is_shown_no_more() {
    let (mut phone, mut theirs, mut server) =
        (Phone::of(1, "HR", "hospital_response"), Phone::new(2), Server::default());
    let rey = phone.person("Rey Sample");
    server.meets(&mut phone);
    server.meets(&mut theirs);
    let set = |field: &str, value| Edit::Set { field: field.parse().unwrap(), value };
    let add = |field: &str, option: &str| Edit::Add {
        field: field.parse().unwrap(),
        option: option.parse().unwrap(),
    };
    // Whoever works where it opens something notes it.
    let consent = theirs.make(
        "consent",
        Some(rey),
        vec![
            choice("kind", "hipaa"),
            set("signed", Scalar::DateTime(theirs.now)),
            add("to_programs", "hospital_response"),
            add("opens", "out"),
        ],
    );
    theirs.make(
        "outreach_contact",
        Some(rey),
        vec![choice("mode", "street"), choice("result", "brief")],
    );
    server.meets(&mut theirs);
    server.meets(&mut phone);
    let (case, page) = case_of(&mut phone, "Rey Sample");
    page.says("In the street").says("Revoke");
    let revoke = page.addresses().into_iter().find(|it| it.ends_with("/revoke")).unwrap();
    let contact = page.link("In the street");
    phone.get(&revoke).says("What stops").says("Hospital response").says("Street outreach");
    phone.follow(&revoke, &[]).says("Revoked").says_not("In the street");
    assert_ne!(phone.value(consent, "revoked"), "");
    phone.get(&case).says("Revoked");
    assert_eq!(phone.get(&contact).status, 404);
    assert_eq!(phone.get(&revoke).status, 404, "it is revoked");
}

#[test]
fn a_case_that_was_taken_away_says_that_what_was_written_there_was_sent() {
    let (mut phone, mut server) = (with_people(), Server::default());
    server.meets(&mut phone);
    let what = phone.get("/quick").link("Rosa Cedro");
    phone.follow(&what, &[("result", "brief")]);
    let people = phone.all_of("person");
    let rosa = people.into_iter().find(|it| phone.value(*it, "name").contains("Rosa"));
    server.takes_away(&mut phone, rosa.unwrap());
    phone.get("/").says("Your 2 records were sent.").says_not("Rosa Cedro");
    phone.get("/people").says_not("Rosa Cedro");
    assert!(server.has_of("outreach_contact"), "it was handed over before");
    phone.follow("/taken", &[]).says_not("Rosa Cedro");
}

#[test]
fn a_phone_says_a_day_before_that_it_locks_and_what_it_keeps() {
    let (mut phone, mut server) = (with_people(), Server::default());
    server.lease = Some(Span::from_days(3));
    server.meets(&mut phone);
    phone.later(Span::from_hours(54));
    let what = phone.get("/quick").link("Rosa Cedro");
    phone.get(&what).says("This phone locks").says("Find signal and press Sync");
    phone.post(&what, &[("result", "brief")]);
    phone.later(Span::from_days(1));
    phone.get("/sync").says("This phone is locked").says("to send and 0 forms are safe here");
}

#[test]
fn the_end_of_a_shift_counts_what_was_done_and_sends_the_rest() {
    let (mut phone, mut server) = (with_people(), Server::default());
    server.meets(&mut phone);
    let what = phone.get("/quick").link("Rosa Cedro");
    phone.follow(&what, &[("result", "engaged")]).says("Saved");
    phone.follow("/quick/group", &[("people", "4"), ("result", "brief")]).says("Saved");
    let figure = |page: &Page, label: &str| {
        let (_, after) = page.body.split_once(&format!("<dt>{label}</dt>")).unwrap();
        let text = after.split_once("</dd>").unwrap().0.to_owned();
        let text = text.replace("</a>", "");
        text.rsplit('>').next().unwrap().to_owned()
    };
    let page = phone.get("/end");
    let figures = ["Contacts today", "People met", "To send", "Notes to finish"];
    assert_eq!(figures.map(|label| figure(&page, label)), ["2", "5", "2", "2"]);
    phone.post("/end", &[]);
    assert!(phone.asked.sync);
    phone.get("/end?sent=1").says("2 changes are not sent yet");
    server.meets(&mut phone);
    phone.get("/end?sent=1").says("All is sent.");
    // The next day begins with nothing.
    phone.later(Span::from_days(1));
    assert_eq!(figure(&phone.get("/end"), "Contacts today"), "0");
}

#[test]
fn a_form_survives_the_phone_and_says_what_is_missing() {
    let mut phone = with_people();
    let (case, page) = case_of(&mut phone, "Rey Sample");
    page.says("On this phone").says("None signed");
    let begun = phone.post(&format!("{case}/new"), &[("type", "outreach_contact")]);
    let kept = [("note", "He was calm."), ("minutes", "a few")];
    assert_eq!(phone.fill(&begun.body, &kept, "save").status, 303);
    let mut phone = phone.reopened();
    let today = phone.get("/");
    today.says("Unfinished forms").says("Outreach contact");
    let form = phone.get(&begun.body);
    form.says("He was calm.").says("value=\"a few\"");
    let refused = phone.post(&begun.body, &[("action", "submit")]);
    assert_eq!(refused.status, 422);
    refused.says("error-summary").says("href=\"#q-minutes\"").says("href=\"#q-mode");
    let fit = [("minutes", "5"), ("mode", "street"), ("result", "brief")];
    let saved = phone.fill(&begun.body, &fit, "submit");
    phone.get(&saved.body).says("Saved");
    let [contact] = phone.all_of("outreach_contact")[..] else { panic!("one contact") };
    assert_eq!(phone.value(contact, "note"), "He was calm.");
    let twice = phone.fill(&begun.body, &fit, "submit");
    assert_ne!(twice.status, 303, "nothing is made twice");
    assert_eq!(phone.all_of("outreach_contact").len(), 1);
}

#[test]
fn somebody_is_found_by_a_nickname_and_added_only_after_that() {
    let mut phone = with_people();
    let rosa = phone.all_of("person");
    phone.edit(rosa[0], text("aliases", "Lil Pepper"));
    phone.edit(rosa[0], choice("age_band", "18_24"));
    let found = phone.post("/people", &[("q", "lil pépper")]);
    found.says("1 match").says("Lil Pepper").says("18 to 24");
    let none = phone.post("/people", &[("q", "Nadia Test")]);
    none.says("0 matches").says("Add someone new");
    let form = phone.follow("/people/new", &[("q", "Nadia Test")]);
    form.says("value=\"Nadia Test\"");
    let form = phone.addresses.iter().rev().find(|it| it.starts_with("/drafts/")).unwrap().clone();
    phone.follow(&form, &[("action", "submit")]).says("Saved").says("Nadia Test");
    phone.get("/people").says("Nadia Test");
}

#[test]
fn how_somebody_is_reached_is_opened_and_begins_with_the_instruction() {
    let mut phone = with_people();
    let rosa = phone.all_of("person");
    for person in rosa {
        phone.edit(person, text("safe_contact", "Text only, before 5."));
    }
    let (case, page) = case_of(&mut phone, "Rosa Cedro");
    page.says_not("Text only, before 5.");
    let person = phone.get(&page.address("/records/"));
    person.says_not("Text only, before 5.").says("/contact");
    let reach = phone.get(&format!("{case}/reach"));
    reach.says("Read this first").says("Text only, before 5.");
    let call = phone.get(&reach.address("/quick/"));
    call.says("name=\"by_phone\"");
    let sent = [("result", "engaged"), ("by_phone", "1")];
    phone.follow(&call.address("/quick/"), &sent).says("Saved");
    let contact = phone.all_of("outreach_contact")[0];
    assert_eq!(phone.value(contact, "mode"), "phone_text");
}

#[test]
fn two_answers_are_both_shown_until_one_is_kept() {
    let (mut mine, mut theirs, mut server) = (Phone::new(1), Phone::new(2), Server::default());
    let rey = mine.person("Rey Sample");
    let intake = mine.make("outreach_intake", Some(rey), vec![choice("risk_level", "low")]);
    server.meets(&mut mine);
    server.meets(&mut theirs);
    mine.edit(intake, choice("risk_level", "high"));
    theirs.edit(intake, choice("risk_level", "medium"));
    server.meets(&mut theirs);
    server.meets(&mut mine);
    mine.get("/").says("1 answer where two people differ");
    let page = mine.get("/conflicts");
    page.says("Rey Sample").says("High").says("Medium").says("Keep mine");
    let at = page.body.find("Keep mine").unwrap();
    let keep = page.body[..at].rsplit("value=\"").next().unwrap().split('"').next().unwrap();
    let settle = page.address("/records/");
    let settle = format!("{}/settle", settle.trim_end_matches("/settle"));
    let record = mine.follow(&settle, &[("field", "risk_level"), ("keep", keep)]);
    assert_eq!(record.status, 200);
    assert_eq!(mine.value(intake, "risk_level"), "high");
    mine.get("/conflicts").says_not("Keep mine");
    server.meets(&mut mine);
    server.meets(&mut theirs);
    assert_eq!(theirs.value(intake, "risk_level"), "high");
}

#[test]
fn refused_work_is_named_with_its_reason_and_left_or_tried_again() {
    let mut phone = Phone::new(1);
    phone.person("Rey Sample");
    phone.get("/").says("1 to send");
    refuse_all(&mut phone, "not_assigned");
    phone.get("/").says("1 not accepted").says("See why");
    let page = phone.get("/sync");
    page.says("Not accepted").says("Person").says("Try again").says("Ask your supervisor");
    phone.language = Language::Spanish;
    phone.get("/sync").says("No aceptado").says_not("this case is not assigned to you");
    phone.language = Language::English;
    let fix = page.addresses().into_iter().find(|it| it.ends_with("/fix")).unwrap();
    let mended = phone.post(&fix, &[]).body;
    phone.get(&mended).says("value=\"Rey Sample\"");
    phone.post(&mended, &[("action", "discard")]);
    let again = page.addresses().into_iter().find(|it| it.ends_with("/again")).unwrap();
    phone.post(&again, &[]);
    assert!(phone.asked.sync, "what is tried again is sent at once");
    refuse_all(&mut phone, "not_assigned");
    let leave = phone.get("/sync");
    let leave = leave.addresses().into_iter().find(|it| it.ends_with("/leave")).unwrap();
    phone.follow(&leave, &[]).says_not("Try again");
}

#[test]
fn a_sync_is_asked_for_and_another_language_too() {
    let mut phone = Phone::new(1);
    phone.get("/sync").says("Sync now").says("https://fieldbook.example:8443").says("0.1.0");
    phone.post("/sync", &[]);
    assert!(phone.asked.sync);
    phone.post("/language", &[("language", "es"), ("back", "/people")]);
    assert_eq!(phone.asked.language, Some(Language::Spanish));
    assert_eq!(phone.addresses.last().unwrap(), "/people");
}

#[test]
fn every_page_is_there_in_spanish() {
    let mut phone = with_people();
    phone.language = Language::Spanish;
    phone
        .get("/")
        .says("Atrasado")
        .says("Primer contacto tras el ingreso")
        .says("<html lang=\"es\">");
    phone.get("/people").says("Personas").says("Buscar a alguien");
    phone.get("/quick").says("¿Con quién habló?");
    let form = phone.get("/quick").link("Rosa Cedro");
    phone.get(&form).says("Hubo conversación").says("En la calle");
    phone.get("/sync").says("Sincronizar ahora");
}

#[test]
fn an_address_of_another_phone_names_nothing_here() {
    let (mut mine, mut theirs) = (with_people(), Phone::new(2));
    let (case, page) = case_of(&mut mine, "Rey Sample");
    let record = page.address("/records/");
    let draft = mine.post(&format!("{case}/new"), &[("type", "outreach_contact")]).body;
    let task = mine.get("/").address("/tasks/");
    for address in [&case, &record, &draft, &task, &format!("{case}/reach")] {
        assert_eq!(mine.get(address).status, 200, "{address}");
        assert_eq!(theirs.get(address).status, 404, "{address}");
    }
    // They hold as long as the store does.
    let mut mine = mine.reopened();
    for address in [&case, &record, &draft, &task] {
        assert_eq!(mine.get(address).status, 200, "{address}");
    }
}

#[test]
fn nothing_of_anybody_stands_in_an_address_or_a_title() {
    let mut phone = with_people();
    let (case, page) = case_of(&mut phone, "Rey Sample");
    let record = page.address("/records/");
    let form = phone.post(&format!("{case}/new"), &[("type", "outreach_contact")]).body;
    let pages =
        ["/", "/people", "/quick", "/conflicts", "/sync", "/drafts", "/new"].map(String::from);
    for address in pages.iter().chain([&case, &record, &form, &format!("{case}/notes")]) {
        let page = phone.get(address);
        assert_eq!(page.status, 200, "{address}");
        page.says("<title>Fieldbook</title>");
    }
    let ids: Vec<String> = phone.all_of("person").iter().map(ToString::to_string).collect();
    for address in &phone.addresses {
        for personal in
            ["Rey", "Rosa", "Cedro", "Sample"].into_iter().chain(ids.iter().map(|id| &**id))
        {
            assert!(!address.contains(personal), "{address}");
        }
    }
}

#[test]
fn a_phone_past_its_lease_shows_nobody_and_says_why() {
    let mut phone = with_people();
    phone.later(Span::from_days(30));
    for path in ["/", "/people", "/quick", "/conflicts"] {
        let page = phone.get(path);
        assert_eq!(page.status, 403, "{path}");
        page.says_not("Rey Sample").says_not("Rosa Cedro");
    }
    phone.get("/sync").says("Sync now").says_not("Rey Sample");
}

#[test]
fn a_refused_change_is_mended_on_the_record_as_it_is() {
    let (mut phone, mut server) = (Phone::new(1), Server::default());
    let rey = phone.person("Rey Sample");
    server.meets(&mut phone);
    phone.edit(rey, text("aliases", "Lil Pepper"));
    refuse_all(&mut phone, "not_assigned");
    let page = phone.get("/sync");
    let fix = page.addresses().into_iter().find(|it| it.ends_with("/fix")).unwrap();
    let form = phone.follow(&fix, &[]);
    form.says("value=\"Lil Pepper\"").says("value=\"Rey Sample\"");
}
