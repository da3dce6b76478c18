//! Who can see a case, and what of it is withheld.

use model::catalogue::Label;
use model::words::Language;
use ui::Method;
use ui::views::seers::{SeerRow, SeersView, Why};

use crate::fake::{Fake, Page, WORKERS};
use crate::html;

fn watched() -> Fake {
    let mut fake = Fake::busy();
    let part = |code: &str| code.parse().unwrap();
    let label = |code: &str| fake.catalogue.compartments[&part(code)].label.clone();
    let parts = ["IDN", "OUT"].map(|code| (part(code), label(code))).into();
    let role = |role: &str, program: &str| (role.parse().unwrap(), program.parse().unwrap());
    let row = |at: usize, roles, whys| SeerRow { name: WORKERS[at].to_owned(), roles, whys };
    let both = vec![part("IDN"), part("OUT")];
    let split = vec![(Why::Works, vec![part("IDN")]), (Why::Consent, vec![part("OUT")])];
    let rows = vec![
        row(0, vec![role("OW", "street_outreach")], vec![(Why::Works, both.clone())]),
        row(1, vec![role("SUP", "street_outreach")], vec![(Why::Supervises, both.clone())]),
        row(2, vec![role("HR", "hospital_response")], split),
        row(3, vec![role("PRV", "professional_standards")], vec![(Why::WithReason, both)]),
    ];
    fake.seeing.0 = Some(SeersView { person: Some(Label::same("Marcus T.")), parts, rows });
    fake
}

/// Returns every page of it in a language, by what it is.
pub(crate) fn pages(language: Language) -> Vec<(String, Page)> {
    let page = watched().ask(Method::Get, "/cases/case-1/who", &[], language);
    vec![("who can see a case".to_owned(), page)]
}

#[test]
fn who_can_see_a_case_is_told_with_roles_and_reasons() {
    let page = watched().get("/cases/case-1/who");
    html::keep("seers", &page.body);
    html::keep("seers_es", &watched().get_in_spanish("/cases/case-1/who").body);
    insta::assert_snapshot!("seers", page.body);
    assert!(page.body.contains("a consent opens it: Street outreach"));
    assert_eq!(Fake::busy().get("/cases/case-1/who").status, 404);
}
