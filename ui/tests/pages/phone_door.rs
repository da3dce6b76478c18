//! What a phone shows before its store is open.

use model::words::Language;
use ui::views::{EnrollProblem, PhoneDoor, UnlockProblem};

use crate::fake::Page;
use crate::html;

fn page(language: Language, door: &PhoneDoor<'_>) -> Page {
    Page::of(ui::phone_door(language, door))
}

fn enroll(problem: Option<EnrollProblem>) -> PhoneDoor<'static> {
    PhoneDoor::Enroll { code: "K7QF-2MXW-9TDA", length_min: 8, problem }
}

fn unlock(problem: Option<UnlockProblem>) -> PhoneDoor<'static> {
    PhoneDoor::Unlock { back: "/people", problem }
}

/// Returns every page of it in a language, by what it is.
pub(crate) fn pages(language: Language) -> Vec<(String, Page)> {
    let doors = [
        enroll(None),
        enroll(Some(EnrollProblem::CodeMissing)),
        enroll(Some(EnrollProblem::CodeRefused)),
        enroll(Some(EnrollProblem::SecretShort)),
        enroll(Some(EnrollProblem::SecretsDiffer)),
        enroll(Some(EnrollProblem::Unreachable)),
        enroll(Some(EnrollProblem::NoRoom)),
        enroll(Some(EnrollProblem::Other("the store is damaged".to_owned()))),
        unlock(None),
        unlock(Some(UnlockProblem::Wrong { tries_left: 3 })),
        unlock(Some(UnlockProblem::TooSoon { seconds: 61 })),
        unlock(Some(UnlockProblem::Unreadable)),
        PhoneDoor::Destroyed,
        PhoneDoor::Anew { unsure: true },
    ];
    doors.into_iter().map(|door| (format!("door {door:?}"), page(language, &door))).collect()
}

#[track_caller]
fn shown(name: &str, page: &Page) {
    html::keep(name, &page.body);
    insta::assert_snapshot!(name.to_owned(), page.body);
}

#[test]
fn a_phone_is_set_up_with_a_code_and_a_passphrase() {
    let asked = page(Language::English, &enroll(None));
    assert_eq!(asked.status, 200);
    shown("phone_enroll", &asked);
    html::keep("phone_enroll_es", &page(Language::Spanish, &enroll(None)).body);
    let refused = page(Language::English, &enroll(Some(EnrollProblem::CodeRefused)));
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("aria-describedby=\"code-hint code-problem\""));
    let short = page(Language::English, &enroll(Some(EnrollProblem::SecretShort)));
    assert!(short.body.contains("aria-describedby=\"secret-hint secret-problem\""));
}

#[test]
fn a_locked_phone_says_how_many_tries_are_left_and_what_the_last_one_costs() {
    shown("phone_unlock", &page(Language::English, &unlock(None)));
    let wrong = |tries_left| {
        let door = unlock(Some(UnlockProblem::Wrong { tries_left }));
        page(Language::English, &door).body
    };
    assert!(wrong(9).contains("Wrong passphrase. 9 tries are left."));
    assert!(wrong(1).contains("everything on this phone that was not sent is lost"));
    let soon = unlock(Some(UnlockProblem::TooSoon { seconds: 61 }));
    assert!(page(Language::English, &soon).body.contains("Wait 2 minutes"));
}
