//! Setting an account up, before anybody is signed in.

use model::words::Language;
use ui::Department;
use ui::views::{Welcome, WelcomeBegun, WelcomeProblem};

use crate::fake::{Fake, Page};
use crate::html;

const CODE: &str = "K7QF-2MXW-9TDA";

fn codes() -> Vec<String> {
    (0..10).map(|at| format!("ABCD-EFGH-JKM{at}-NPQR")).collect()
}

fn begun() -> WelcomeBegun {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    WelcomeBegun {
        name: "Amal Duwane".to_owned(),
        secret: secret.to_owned(),
        otpauth: format!("otpauth://totp/Fieldbook:Amal%20Duwane?secret={secret}&issuer=Fieldbook"),
    }
}

fn page(language: Language, step: &Welcome<'_>) -> Page {
    let name = Fake::empty().catalogue.department;
    Page::of(ui::welcome(language, &Department { name: &name }, step))
}

fn account(language: Language, problem: Option<WelcomeProblem>) -> Page {
    page(language, &Welcome::Account { code: CODE, begun: &begun(), problem })
}

/// Returns every page of it in a language, by what it is.
pub(crate) fn pages(language: Language) -> Vec<(String, Page)> {
    let invitations = [None, Some(WelcomeProblem::Code), Some(WelcomeProblem::TooMany(60))];
    let accounts = [None, Some(WelcomeProblem::WeakPassword), Some(WelcomeProblem::WrongTotp)];
    let invited =
        invitations.map(|it| (format!("/welcome {it:?}"), page(language, &Welcome::Code(it))));
    let accounts = accounts.map(|it| (format!("an account {it:?}"), account(language, it)));
    let done =
        ("an account is there".to_owned(), page(language, &Welcome::Done { codes: &codes() }));
    invited.into_iter().chain(accounts).chain([done]).collect()
}

#[track_caller]
fn shown(name: &str, page: &Page) {
    html::keep(name, &page.body);
    insta::assert_snapshot!(name.to_owned(), page.body);
}

#[test]
fn an_account_is_set_up_with_a_code_a_picture_and_a_password() {
    let asked = page(Language::English, &Welcome::Code(None));
    shown("welcome", &asked);
    html::keep("welcome_es", &page(Language::Spanish, &Welcome::Code(None)).body);
    let shows = account(Language::English, None);
    assert_eq!(shows.status, 200);
    // The secret is there for eyes, for ears and for a camera.
    assert!(shows.body.contains("GEZD GNBV GY3T QOJQ"));
    assert!(shows.body.contains("<svg") && shows.body.contains("role=\"img\""));
    shown("welcome_account", &shows);
    html::keep("welcome_account_es", &account(Language::Spanish, None).body);
    shown("welcome_done", &page(Language::English, &Welcome::Done { codes: &codes() }));
}

#[test]
fn what_is_wrong_with_an_account_is_said_at_its_field() {
    for (problem, field) in
        [(WelcomeProblem::WeakPassword, "password"), (WelcomeProblem::WrongTotp, "totp")]
    {
        let wrong = account(Language::English, Some(problem));
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains(&format!("<a href=\"#{field}\">")), "{field}");
        assert!(wrong.body.contains(&format!("id=\"{field}-error\"")), "{field}");
        // The same secret as before: it is in the authenticator already.
        assert!(wrong.body.contains("GEZD GNBV GY3T QOJQ"));
    }
    let wrong = page(Language::English, &Welcome::Code(Some(WelcomeProblem::Code)));
    assert_eq!(wrong.status, 403);
    assert!(wrong.body.contains("wrong, was used or has expired"));
}
