//! The pages of a worker's phone.

use model::time::Span;
use model::words::Language;
use ui::views::Answered;
use ui::views::phone::{ShortAnswer, ShortOf, SyncLine};
use ui::{Method, PHONE_ROUTES};

use crate::drafts::Drafts;
use crate::fake::{NOW, PEOPLE, Page, handle};
use crate::fake_phone::Phone;
use crate::html::{self, tags};

/// Every page of a phone, on an empty one and in the middle of a day.
const PAGES: [&str; 25] = [
    "/",
    "/shift",
    "/shift/help",
    "/people",
    "/quick",
    "/quick/group",
    "/quick/case-1",
    "/quick/case-1?by_phone=1",
    "/tasks/task-1",
    "/tasks/task-1/later",
    "/tasks/task-1/cannot",
    "/end",
    "/records/record-11/revoke",
    "/saved/draft-1",
    "/saved/draft-2",
    "/conflicts",
    "/sync",
    "/cases/case-1",
    "/cases/case-1/reach",
    "/cases/case-1/notes",
    "/records/record-1",
    "/drafts",
    "/drafts/draft-1",
    "/new",
    "/nowhere",
];

/// Returns every page of a phone in a language, by how it is asked for.
pub(crate) fn pages(language: Language) -> Vec<(String, Page)> {
    let mut pages = Vec::new();
    for (day, make) in [("empty", Phone::empty as fn() -> Phone), ("busy", Phone::busy)] {
        for path in PAGES {
            let page = make().ask(Method::Get, path, &[], language);
            // A department without quick contacts goes on to its forms.
            if page.status == 303 {
                continue;
            }
            let file = path.trim_start_matches('/').replace(['/', '?'], "-");
            html::keep(&format!("phone-{day}-{file}-{}", language.tag()), &page.body);
            pages.push((format!("phone {day} {path}"), page));
        }
        for path in ["/people", "/quick"] {
            let page = make().ask(Method::Post, path, &[("q", "rey")], language);
            html::keep(&format!("phone-{day}-found{}", path.replace('/', "-")), &page.body);
            pages.push((format!("phone {day} POST {path}"), page));
        }
        let wrong = [("people", "many"), ("result", "engaged")];
        if day == "busy" {
            let page = make().ask(Method::Post, "/quick/group", &wrong, language);
            pages.push((format!("phone {day} POST /quick/group"), page));
        }
    }
    pages
}

#[test]
fn a_phone_has_no_page_of_the_console_and_the_console_none_of_the_phone() {
    let mut phone = Phone::busy();
    for path in ["/cases", "/tasks", "/review", "/audit", "/devices", "/cases/case-1/handoff"] {
        assert_eq!(phone.get(path).status, 404, "{path}");
    }
    for path in ["/sync", "/quick", "/quick/case-1", "/saved/draft-1", "/cases/case-1/reach"] {
        assert_eq!(crate::fake::Fake::busy().get(path).status, 404, "{path}");
    }
}

#[test]
fn todays_page_groups_what_is_due_by_person_and_is_red_for_overdue_alone() {
    let page = Phone::busy().get("/");
    insta::assert_snapshot!("phone_today", page.body);
    assert!(page.body.contains("2 things"));
    let overdue = page.body.find("id=\"overdue\"").unwrap();
    let today = page.body.find("id=\"today\"").unwrap();
    assert!(overdue < today);
    assert!(page.body[overdue..today].contains("class=\"late\""));
    assert!(!page.body[today..].contains("class=\"late\""));
}

#[test]
fn an_empty_day_says_what_to_do() {
    let mut phone = Phone::empty();
    assert!(phone.get("/").body.contains("Nobody is on this phone yet"));
    phone.today.has_people = true;
    assert!(phone.get("/").body.contains("Met someone? Note it here."));
}

#[test]
fn a_contact_is_three_requests() {
    let mut phone = Phone::busy();
    let who = phone.get("/quick");
    insta::assert_snapshot!("phone_quick_who", who.body);
    assert!(who.body.contains("href=\"/quick/case-1\""));
    let what = phone.get("/quick/case-1");
    insta::assert_snapshot!("phone_quick", what.body);
    assert!(what.body.contains("name=\"result\" value=\"engaged\""));
    let saved = phone.post("/quick/case-1", &[("result", "engaged")]);
    assert_eq!((saved.status, &*saved.body), (303, "/saved/draft-1"));
    let answer =
        ShortAnswer { option: "engaged".into(), people: None, by_phone: false, also: Vec::new() };
    assert_eq!(phone.noted, [(ShortOf::Case(handle("case", 1)), answer)]);
}

#[test]
fn people_without_a_name_are_a_number_that_makes_sense() {
    let mut phone = Phone::busy();
    let sent = |people| [("people", people), ("result", "brief")];
    for wrong in ["", "0", "-1", "many", "501"] {
        let page = phone.post("/quick/group", &sent(wrong));
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.body.contains("Enter a number from 1 to 500."));
    }
    assert_eq!(phone.post("/quick/group", &sent(" 12 ")).status, 303);
    assert_eq!(phone.noted.len(), 1);
    assert_eq!(phone.noted[0].1.people, Some(12));
}

#[test]
fn somebody_new_is_added_only_after_a_search() {
    let mut phone = Phone::busy();
    assert!(!phone.get("/people").body.contains("/people/new"));
    let found = phone.post("/people", &[("q", "Rey")]);
    insta::assert_snapshot!("phone_found", found.body);
    let (list, new) =
        (found.body.find("class=\"rows\"").unwrap(), found.body.find("/people/new").unwrap());
    assert!(list < new, "who may be meant comes first");
    assert_eq!(phone.post("/people/new", &[("q", "Rey")]).body, "/drafts/draft-1");
    assert_eq!(phone.done, ["looked for Rey", "added Rey"]);
}

#[test]
fn a_task_opens_with_its_results_and_its_form() {
    let mut phone = Phone::busy();
    let page = phone.get("/tasks/task-1");
    insta::assert_snapshot!("phone_task", page.body);
    assert_eq!(phone.post("/tasks/task-1", &[("result", "not_found")]).body, "/saved/draft-1");
    assert_eq!(phone.noted[0].0, ShortOf::Task(handle("task", 1)));
    let form = phone.post("/tasks/task-1/form", &[("type", "outreach_contact")]);
    assert_eq!(form.body, "/drafts/draft-1");
}

#[test]
fn a_task_is_put_off_or_given_up_with_a_reason_in_one_tap() {
    let mut phone = Phone::busy();
    let later = phone.get("/tasks/task-1/later");
    insta::assert_snapshot!("phone_later", later.body);
    assert!(later.body.contains("value=\"1\" checked"), "tomorrow unless somebody says otherwise");
    let saved = phone.post("/tasks/task-1/later", &[("days", "3"), ("reason", "no_time")]);
    assert_eq!((saved.status, &*saved.body), (303, "/saved/draft-1"));
    for wrong in ["", "0", "4", "400", "soon"] {
        let sent = [("days", wrong), ("reason", "no_time")];
        assert_eq!(phone.post("/tasks/task-1/later", &sent).status, 404, "{wrong}");
    }
    let cannot = phone.get("/tasks/task-1/cannot");
    assert!(!cannot.body.contains("name=\"days\""));
    phone.post("/tasks/task-1/cannot", &[("reason", "gone")]);
    assert_eq!(phone.done, ["task-1 Later no_time 3", "task-1 Cannot gone 0"]);
}

#[test]
fn times_at_a_bedside_are_stamped_with_one_tap_and_corrected_with_a_reason() {
    let mut phone = Phone::busy();
    phone.drafts = Drafts::of(&phone.fake.catalogue, "bedside_encounter");
    let page = phone.get("/drafts/draft-1");
    for time in ["paged", "arrived", "first_contact"] {
        assert!(page.body.contains(&format!("value=\"stamp.{time}\"")), "{time}");
    }
    let sent = [("action", "stamp.paged")];
    assert_eq!(phone.post("/drafts/draft-1", &sent).body, "/drafts/draft-1");
    assert_eq!(phone.done, ["stamped paged in draft-1"]);
    let mut phone = Phone::busy();
    phone.drafts =
        Drafts::of(&phone.fake.catalogue, "bedside_encounter").with("paged", "2026-11-28T14:00");
    let page = phone.get("/drafts/draft-1");
    assert!(!page.body.contains("value=\"stamp.paged\""));
    assert!(page.body.contains("/drafts/draft-1/stamp?time=paged"));
    let correct = phone.get("/drafts/draft-1/stamp?time=paged");
    insta::assert_snapshot!("phone_stamp", correct.body);
    let sent = |at, why| [("time", "paged"), ("at", at), ("why", why)];
    let page = phone.post("/drafts/draft-1/stamp", &sent("2026-11-28T13:50", " "));
    assert_eq!(page.status, 422);
    assert!(page.body.contains("Say why it was wrong."));
    let sent = phone.post("/drafts/draft-1/stamp", &sent("2026-11-28T13:50", "Tapped late"));
    assert_eq!((sent.status, &*sent.body), (303, "/drafts/draft-1"));
    let entry =
        phone.drafts.answered.iter().find(|(field, _)| field.as_str() == "time_corrections");
    let Some((_, Answered::Entry(parts))) = entry else { panic!("what stood there is kept") };
    assert_eq!(parts[1].1, "2026-11-28T14:00");
    assert_eq!(phone.get("/drafts/draft-1/stamp?time=hospital").status, 404);
    // The console has inputs for them.
    let page = crate::fake::Fake::busy().get("/drafts/draft-1");
    assert!(!page.body.contains("stamp."));
}

#[test]
fn a_consent_is_revoked_in_two_taps_and_says_what_stops_before_the_second() {
    let mut phone = Phone::busy();
    assert!(phone.get("/cases/case-1").body.contains("href=\"/records/record-11/revoke\""));
    let page = phone.get("/records/record-11/revoke");
    insta::assert_snapshot!("phone_revoke", page.body);
    assert!(page.body.contains("On this phone it stops at once."));
    assert_eq!(phone.post("/records/record-11/revoke", &[]).body, "/cases/case-1");
    assert_eq!(phone.done, ["revoked record-11"]);
}

#[test]
fn a_case_that_was_taken_away_is_told_of_once() {
    let mut phone = Phone::busy();
    assert!(phone.get("/").body.contains("Your 2 records were sent."));
    assert_eq!(phone.post("/taken", &[]).body, "/");
    assert!(!phone.get("/").body.contains("No longer yours"));
}

#[test]
fn the_end_of_a_shift_says_how_it_went_and_sends_with_one_button() {
    let mut phone = Phone::busy();
    let page = phone.get("/end");
    insta::assert_snapshot!("phone_end", page.body);
    assert!(page.body.contains("3 forms or notes are not finished"));
    assert!(!page.body.contains("not sent yet"), "nothing was sent yet");
    assert_eq!(phone.post("/end", &[]).body, "/end?sent=1");
    assert_eq!(phone.done, ["sync"]);
    assert!(phone.get("/end?sent=1").body.contains("4 changes are not sent yet"));
    phone.line.running = true;
    assert!(phone.get("/end?sent=1").body.contains("hx-trigger=\"every 2s\""));
    phone.line = SyncLine { running: false, unsent: 0, ..phone.line };
    assert!(phone.get("/end?sent=1").body.contains("All is sent."));
}

#[test]
fn others_who_were_there_are_ticked_and_the_last_contact_is_one_tap() {
    let mut phone = Phone::busy();
    assert!(phone.get("/quick/case-1").body.contains("name=\"also\" value=\"case-2\""));
    let sent = [("also", "case-2"), ("also", "case-4"), ("result", "brief")];
    phone.post("/quick/case-1", &sent);
    assert_eq!(phone.noted[0].1.also, [handle("case", 2), handle("case", 4)]);
    assert!(phone.get("/quick").body.contains("and 2 more"));
    assert_eq!(phone.post("/quick/again", &[]).body, "/saved/draft-1");
    assert_eq!(phone.done, ["again"]);
}

#[test]
fn the_line_is_never_green_with_unsent_work() {
    let mut phone = Phone::empty();
    let line = |phone: &mut Phone, line| {
        phone.line = line;
        let body = phone.get("/").body;
        let from = body.find("class=\"badge").unwrap();
        body[from..].split_once("</span>").unwrap().0.to_owned()
    };
    let last = Some(NOW - Span::from_minutes(78));
    let sent = SyncLine { last, ..SyncLine::default() };
    assert_eq!(line(&mut phone, sent), "class=\"badge good\">All sent 3:12\u{a0}pm");
    for (with, words) in [
        (SyncLine { unsent: 4, ..sent }, "warn\">4 to send"),
        (
            SyncLine { unsent: 4, unreachable: true, ..sent },
            "warn\">No signal, 4 safe on this phone",
        ),
        (SyncLine { unsent: 4, refused: 1, ..sent }, "bad\">1 not accepted"),
        (SyncLine { running: true, ..sent }, "open\">Sending…"),
        (SyncLine::default(), "open\">Not yet synced"),
    ] {
        assert_eq!(line(&mut phone, with), format!("class=\"badge {words}"));
    }
}

#[test]
fn a_phone_that_has_not_synced_for_long_says_so_on_every_page() {
    let mut phone = Phone::busy();
    let ago = |days| SyncLine { last: Some(NOW - Span::from_days(days)), ..SyncLine::default() };
    phone.line = ago(1);
    assert!(
        phone.get("/drafts/draft-1").body.contains("class=\"warning\" role=\"status\">Not synced")
    );
    phone.line = ago(2);
    assert!(
        phone.get("/people").body.contains("class=\"problem\" role=\"status\">Not synced for two")
    );
    // When it locks is the department's to say: it is told a day before, with what to do.
    phone.line.locks_at = Some(NOW + Span::from_hours(20));
    (phone.line.unsent, phone.line.drafts) = (4, 1);
    let body = phone.get("/drafts/draft-1").body;
    assert!(body.contains("This phone locks Nov"), "{body}");
    assert!(body.contains("4 to send and 1 form are safe here"));
    phone.line.locked = true;
    assert!(phone.get("/sync").body.contains("This phone is locked. Find signal"));
    // One that met its server an hour ago has time enough.
    phone.line = SyncLine { locks_at: phone.line.locks_at, ..ago(0) };
    assert!(!phone.get("/").body.contains("role=\"status\">This phone"));
}

#[test]
fn a_clock_that_is_wrong_is_said_and_keeps_nobody_from_going_on() {
    let mut phone = Phone::busy();
    let says = |phone: &mut Phone, minutes| {
        phone.line.behind = Span::from_minutes(minutes);
        phone.get("/drafts/draft-1").body
    };
    assert!(says(&mut phone, 130).contains("clock is 2 h 10 min slow"));
    assert!(says(&mut phone, -61).contains("clock is 1 h 1 min fast"));
    assert!(!says(&mut phone, 4).contains("clock is"));
}

#[test]
fn rows_of_a_case_say_where_they_are() {
    let page = Phone::busy().get("/cases/case-1");
    insta::assert_snapshot!("phone_case", page.body);
    for words in ["On this phone", ">Sent<", "On the server", "Not accepted"] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(!page.body.contains("secret way"));
}

#[test]
fn a_record_hides_how_somebody_is_reached_until_it_is_asked_for() {
    let page = Phone::busy().get("/records/record-1");
    insta::assert_snapshot!("phone_record", page.body);
}

#[test]
fn the_instruction_stands_before_any_number() {
    let page = Phone::busy().get("/cases/case-1/reach");
    insta::assert_snapshot!("phone_reach", page.body);
    let instruction = page.body.find("Text only, before 5").unwrap();
    assert!(instruction < page.body.find("tel:").unwrap());
    assert!(!page.body.contains("sms:+16155550199") && !page.body.contains("tel:+16155550199"));
    let mut phone = Phone::busy();
    phone.reach.instruction = None;
    assert!(phone.get("/cases/case-1/reach").body.contains("Do not say who you are"));
}

#[test]
fn a_disagreement_shows_both_answers_and_keeps_one() {
    let mut phone = Phone::busy();
    let page = phone.get("/conflicts");
    insta::assert_snapshot!("phone_conflicts", page.body);
    let mine = "01".repeat(32);
    assert!(page.body.contains(&format!("value=\"{mine}\"")));
    let keep = [("field", "risk_level"), ("keep", &*mine)];
    assert_eq!(phone.post("/records/record-1/settle", &keep).body, "/conflicts");
    assert_eq!(phone.post("/records/record-1/settle", &keep).body, "/records/record-1");
    assert_eq!(phone.get("/conflicts").status, 200);
}

#[test]
fn refused_work_says_why_and_what_to_do() {
    let mut phone = Phone::busy();
    let page = phone.get("/sync");
    insta::assert_snapshot!("phone_sync", page.body);
    assert!(page.body.contains("This case is no longer yours"));
    assert_eq!(phone.post("/refused/1-1/again", &[]).body, "/sync");
    assert_eq!(phone.post("/refused/1-2/leave", &[]).body, "/sync");
    assert_eq!(phone.post("/sync", &[]).body, "/sync");
    assert_eq!(phone.post("/refused/1-1/fix", &[]).body, "/drafts/draft-1");
    assert_eq!(phone.done, ["again 1-1", "sync", "left 1-2", "sync", "mended 1-1"]);
}

#[test]
fn what_was_saved_or_thrown_away_can_be_had_back() {
    let mut phone = Phone::busy();
    insta::assert_snapshot!("phone_saved", phone.get("/saved/draft-1").body);
    assert_eq!(phone.post("/saved/draft-1/undo", &[]).body, "/drafts/draft-1");
    let late = phone.post("/saved/draft-2/undo", &[]);
    assert_eq!(late.status, 422);
    assert!(late.body.contains("It is on its way already."));
    let thrown = phone.post("/drafts/draft-1", &[("action", "discard")]);
    assert_eq!(thrown.body, "/saved/draft-1");
}

#[test]
fn another_language_is_asked_of_whoever_answers() {
    let mut phone = Phone::busy();
    let sent = [("language", "es"), ("back", "/sync")];
    assert_eq!(phone.post("/language", &sent).body, "/sync");
    assert_eq!(phone.post("/language", &[("language", "xx")]).status, 404);
    let elsewhere = [("language", "en"), ("back", "//example.org")];
    assert_eq!(phone.post("/language", &elsewhere).body, "/");
    assert_eq!(phone.done, ["es", "en"]);
}

#[test]
fn four_ways_on_are_at_the_foot_of_every_page() {
    for (name, page) in pages(Language::English) {
        let nav = page.body.split_once("id=\"nav\"").unwrap().1.split_once("</nav>").unwrap().0;
        let links: Vec<_> = tags(nav.split_once('>').unwrap().1)
            .iter()
            .filter(|tag| tag.name == "a")
            .map(|tag| tag.get("href").unwrap().to_owned())
            .collect();
        assert_eq!(links, ["/", "/people", "/quick", "/sync"], "{name}");
        assert!(!page.body.contains("/signout") && !page.body.contains("id=\"idle\""), "{name}");
    }
}

#[test]
fn nobodys_name_stands_in_an_address_of_a_phone() {
    for language in [Language::English, Language::Spanish] {
        for (name, page) in pages(language) {
            for tag in tags(&page.body) {
                for key in ["href", "action", "hx-get", "hx-post"] {
                    let address = tag.get(key).unwrap_or_default();
                    let names = PEOPLE.iter().flat_map(|person| person.split_whitespace());
                    for word in names.filter(|word| word.len() > 2) {
                        assert!(!address.contains(word), "{name}: {address}");
                    }
                }
            }
        }
    }
    let named = PHONE_ROUTES.iter().filter(|route| route.path.matches('{').count() > 1);
    assert_eq!(named.count(), 0);
}

#[test]
fn what_a_person_is_called_is_never_markup_on_a_phone() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'<b x=\"";
    let mut phone = Phone::busy();
    let hostile = || model::catalogue::Label::same(HOSTILE);
    phone.today.tasks[0].about = hostile();
    phone.today.unfinished[0].about = Some(hostile());
    phone.people[0].title = hostile();
    phone.conflicts[0].about = hostile();
    phone.reach.instruction = Some(HOSTILE.to_owned());
    phone.sync.refused[0].reason = HOSTILE.to_owned();
    for path in ["/", "/people", "/conflicts", "/cases/case-1/reach", "/sync"] {
        let body = phone.get(path).body;
        assert!(!body.contains("<script>alert") && !body.contains("<b x"), "{path}");
        assert!(body.contains("&#60;script&#62;"), "{path}");
    }
}

#[test]
fn a_shift_that_the_server_does_not_know_says_that_nobody_watches() {
    let mut phone = Phone::busy();
    let page = phone.get("/");
    assert!(page.body.contains("Not armed: no signal"), "{}", page.body);
    assert!(page.body.contains("sms:+15550100199?body="), "a text is ready");
    if let Some(out) = &mut phone.shift.out {
        (out.armed, out.unsent_plan) = (true, false);
    }
    let page = phone.get("/");
    assert!(page.body.contains("is told if you are late") && !page.body.contains("sms:"));
    assert_eq!(phone.post("/shift/safe", &[("at", "1"), ("at", "2")]).status, 303);
    assert_eq!(phone.post("/shift/extend", &[("minutes", "x")]).status, 404);
    let done = phone.done.join(", ");
    assert_eq!(done, "safe at 1970-01-01T00:00:00.001Z, safe at 1970-01-01T00:00:00.002Z, sync");
}
