//! The console's pages, one by one.

use model::ids::UserId;
use ui::views::{BoardFilter, BoardSort, Offices};
use ui::{Department, Refusal, SignInProblem};

use crate::fake::{Fake, Page};
use crate::html;
use model::words::Language;

/// Compares a page with how it was last, and keeps it for looking at.
#[track_caller]
fn shown(name: &str, page: &Page) {
    html::keep(name, &page.body);
    insta::assert_snapshot!(name.to_owned(), page.body);
}

#[test]
fn a_busy_day_shows_counts_and_what_comes_first() {
    let page = Fake::busy().get("/");
    assert_eq!(page.status, 200);
    shown("home", &page);
    shown("home_es", &Fake::busy().get_in_spanish("/"));
}

#[test]
fn an_empty_day_says_what_will_be_there() {
    shown("home_empty", &Fake::empty().get("/"));
}

#[test]
fn who_has_no_cases_gets_no_counts_and_no_search() {
    let mut fake = Fake::busy();
    fake.viewer.offices = Offices { administers: true, ..Offices::default() };
    let page = fake.get("/");
    shown("home_administrator", &page);
    assert!(!page.body.contains("/find") && !page.body.contains("/tasks"));
    for path in ["/cases", "/tasks", "/conflicts", "/find"] {
        assert_eq!(fake.get(path).status, 404, "{path}");
    }
    assert_eq!(fake.post("/find", &[("q", "rey")]).status, 404);
    assert_eq!(fake.asked, Vec::<String>::new());
}

#[test]
fn who_called_for_help_stands_before_who_is_late_and_both_times_are_said() {
    let page = Fake::busy().get("/out");
    assert_eq!(page.status, 200);
    shown("out", &page);
    html::keep("out_es", &Fake::busy().get_in_spanish("/out").body);
    assert!(Fake::empty().get("/out").body.contains("Nobody is out"));
    let mut fake = Fake::busy();
    fake.viewer.offices = Offices { cases: true, ..Offices::default() };
    assert_eq!(fake.get("/out").status, 404, "a worker does not watch over others");
}

#[test]
fn the_caseload_has_its_filters_as_chips() {
    let mut fake = Fake::busy();
    fake.board.rows.truncate(4);
    shown("board", &fake.get("/cases"));
    html::keep("board_long", &Fake::busy().get("/cases?skip=50").body);
    html::keep("board_long_es", &Fake::busy().get_in_spanish("/cases?skip=50").body);
}

#[test]
fn an_empty_caseload_says_why() {
    let page = Fake::empty().get("/cases");
    assert!(page.body.contains("No cases yet"));
    let mut filtered = Fake::empty();
    filtered.board.filter.overdue = true;
    let page = filtered.get("/cases");
    assert!(page.body.contains("No case matches all of these filters"));
    shown("board_none_match", &page);
}

#[test]
fn a_filter_is_kept_and_leads_back_to_the_caseload() {
    let mut fake = Fake::busy();
    let worker = UserId::from_bytes([7; 16]).to_string();
    let page = fake.post(
        "/cases/filter",
        &[("worker", &worker), ("gap", "30"), ("overdue", "1"), ("sort", "due"), ("by", "contact")],
    );
    assert_eq!((page.status, &*page.body), (303, "/cases"));
    let expected = BoardFilter {
        worker: worker.parse().ok(),
        gap_days: Some(30),
        overdue: true,
        sort: BoardSort::Contact,
        ..BoardFilter::default()
    };
    assert_eq!(fake.kept, Some(expected));
}

#[test]
fn pages_of_the_caseload_lead_to_each_other_without_a_name() {
    let mut fake = Fake::busy();
    let first = fake.get("/cases").body;
    assert!(first.contains("href=\"/cases?skip=50\"") && !first.contains("rel=\"prev\""));
    let second = fake.get("/cases?skip=50").body;
    assert!(
        second.contains("href=\"/cases?skip=100\"")
            && second.contains("rel=\"prev\" href=\"/cases\"")
    );
    assert!(second.contains("51 to 100 of 131"));
}

#[test]
fn tasks_are_listed_by_when_they_are_due() {
    let mut fake = Fake::busy();
    fake.tasks.rows.truncate(7);
    shown("tasks", &fake.get("/tasks"));
    shown("tasks_overdue_es", &fake.get_in_spanish("/tasks/overdue"));
    shown("tasks_today_empty", &Fake::empty().get("/tasks/today"));
    html::keep("tasks_long", &Fake::busy().get("/tasks?before=9").body);
}

#[test]
fn conflicts_lead_to_the_record_that_is_decided() {
    shown("conflicts", &Fake::busy().get("/conflicts"));
    shown("conflicts_empty", &Fake::empty().get("/conflicts"));
    html::keep("conflicts_es", &Fake::busy().get_in_spanish("/conflicts").body);
}

#[test]
fn what_is_looked_for_travels_in_a_body_and_stands_in_no_address() {
    let mut fake = Fake::busy();
    let page = fake.post("/find", &[("q", " rey ")]);
    assert_eq!(fake.asked, ["rey"]);
    shown("find", &page);
    assert!(!page.body.contains("q=rey"));
    shown("find_none", &Fake::empty().post("/find", &[("q", "nobody")]));
    shown("find_form", &Fake::empty().get("/find"));
}

#[test]
fn a_search_that_cannot_be_made_says_so_at_its_field() {
    let mut fake = Fake::empty();
    fake.found = Err(Refusal::Invalid(vec!["Type at least 2 letters.".to_owned()]));
    let page = fake.post("/find", &[("q", "a")]);
    assert_eq!(page.status, 422);
    shown("find_refused", &page);
}

#[test]
fn sessions_are_ended_one_by_one_or_all_others() {
    let mut fake = Fake::busy();
    shown("sessions", &fake.get("/sessions"));
    html::keep("sessions_es", &fake.get_in_spanish("/sessions").body);
    assert_eq!(fake.post("/sessions/end", &[("number", "b2")]).body, "/sessions");
    assert_eq!(fake.post("/sessions/end", &[("others", "1")]).status, 303);
    assert_eq!(fake.post("/sessions/end", &[]).status, 404);
    assert_eq!(fake.ended, [Some("b2".to_owned()), None]);
}

#[test]
fn a_page_that_is_not_there_says_no_more_than_that() {
    let page = Fake::busy().get("/nowhere");
    assert_eq!(page.status, 404);
    shown("not_found", &page);
}

#[test]
fn who_is_not_known_signs_in() {
    let name = Fake::empty().catalogue.department;
    let department = Department { name: &name };
    let page = |language, problem| Page::of(ui::sign_in(language, &department, problem, None));
    shown("sign_in", &page(Language::English, None));
    shown("sign_in_es", &page(Language::Spanish, Some(SignInProblem::Wrong)));
    html::keep("sign_in_ended", &page(Language::English, Some(SignInProblem::Ended)).body);
    let locked = page(Language::English, Some(SignInProblem::Locked(61)));
    assert_eq!(locked.status, 429);
    assert!(locked.body.contains("Try again in 2 minutes"));
    let refused = ui::refused(Language::English, &department, "The server is being restored.", 503);
    shown("outside", &Page::of(refused));
}
