//! Who can see a case and why, beside what each of them reads; and what is withheld.

use std::collections::BTreeMap;

use model::catalogue::Catalogue;
use model::ids::{CaseId, CompartmentCode};
use model::time::Span;
use model::words::Language;
use serde_json::json;

use crate::casework::{
    ADVOCATE, BOSS, OFFICER, choice, create, house_with_case, seat_of, text, victim_case,
};
use crate::console_client::{ConsoleClient, body};
use crate::pages::{link, page};
use crate::server::{TestServer, WORKER};

const RESPONDER: &str = "Hal Hickory";
const NAVIGATOR: &str = "Rae Rowan";

/// Returns who stands on the page, each with the cell that says why.
async fn listed(house: &TestServer, seat: &ConsoleClient) -> BTreeMap<String, String> {
    let cases = page(house, seat, "/cases").await;
    let case = link(&cases, "/cases/").unwrap();
    let shown = page(house, seat, &format!("{case}/who")).await;
    let rows = shown.split("<th scope=\"row\"").skip(1).map(|row| {
        let (name, rest) = row.split_once("</th>").unwrap();
        let name = name.split_once('>').unwrap().1.to_owned();
        (name, rest.split("</tr>").next().unwrap().to_owned())
    });
    rows.collect()
}

/// Returns the parts of the case of which somebody reads records.
async fn reads(house: &TestServer, seat: &ConsoleClient, case: CaseId) -> Vec<String> {
    let reason = "because a test compares it";
    let mut asked = json!({"case": case});
    let mut answer = seat.post(house, "/v1/console/case", &asked).await;
    if answer.status == 403 {
        asked["reason"] = reason.into();
        answer = seat.post(house, "/v1/console/case", &asked).await;
    }
    if answer.status != 200 {
        return Vec::new();
    }
    let told = body(&answer);
    let rows = told["records"].as_array().unwrap().iter();
    let mut parts: Vec<String> =
        rows.map(|row| row["compartment"].as_str().unwrap().to_owned()).collect();
    parts.sort();
    parts.dedup();
    parts
}

#[tokio::test]
async fn c25_the_list_of_who_can_see_a_case_is_what_each_of_them_reads() {
    let (mut house, _, case) = house_with_case().await;
    house.member(OFFICER, "PRV", "professional_standards");
    house.member(RESPONDER, "HR", "hospital_response");
    house.member(NAVIGATOR, "RN", "reentry");
    house.member("Ona Oak", "OW", "street_outreach");
    house.member("Ada Acacia", "ADM", "professional_standards");
    house.member("Dir Dogwood", "DIR", "professional_standards");
    house.member("Rita Juniper", "SUP", "reentry");
    house.assign(RESPONDER, case);
    victim_case(&mut house).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let who = listed(&house, &boss).await;
    let catalogue = Catalogue::builtin().unwrap();
    let everybody = [
        BOSS,
        WORKER,
        OFFICER,
        RESPONDER,
        NAVIGATOR,
        "Ona Oak",
        "Ada Acacia",
        "Dir Dogwood",
        "Rita Juniper",
        ADVOCATE,
    ];
    for name in everybody {
        let seat = ConsoleClient::open(&mut house, name).await;
        let parts = reads(&house, &seat, case).await;
        let cell = who.get(name).cloned().unwrap_or_default();
        for code in ["IDN", "OUT"] {
            let label = &catalogue.compartments[&code.parse::<CompartmentCode>().unwrap()].label;
            let label = label.in_language(Language::English);
            let is_read = parts.iter().any(|part| part == code);
            assert_eq!(cell.contains(label), is_read, "{name} {label}: {cell}");
        }
        assert_eq!(parts.is_empty(), cell.is_empty(), "{name} {cell}");
    }
    assert!(who[OFFICER].contains("when they state a reason"));
    assert!(who[RESPONDER].contains("Works on the case: Identity"));
    assert!(!who.contains_key(ADVOCATE) && !who.contains_key("Ada Acacia"));
    // It is for supervisors of the case alone.
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    let cases = page(&house, &worker, "/cases").await;
    if let Some(case) = link(&cases, "/cases/") {
        assert_eq!(worker.get(&house, &format!("{case}/who")).await.status, 404);
    }
}

#[tokio::test]
async fn c25_who_has_a_case_open_in_an_emergency_or_by_a_consent_is_listed_with_that() {
    let (mut house, _, case) = house_with_case().await;
    let other = seat_of(&mut house, "Rita Juniper", "SUP", "reentry").await;
    let opening = json!({
        "case": case, "compartment": "OUT", "minutes": 30, "reason": "somebody may be hurt"
    });
    other.told(&house, "/v1/console/emergency/open", &opening).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let who = listed(&house, &boss).await;
    assert!(who["Rita Juniper"].contains("Opened it in an emergency: Street outreach"));
    house.pass(Span::from_minutes(29));
    boss.get(&house, "/cases").await;
    house.pass(Span::from_minutes(2));
    assert!(!listed(&house, &boss).await.contains_key("Rita Juniper"));
}

#[tokio::test]
async fn c19_what_is_withheld_is_told_where_that_may_be_known_and_nowhere_else() {
    let mut house = TestServer::open().await;
    let navigator = seat_of(&mut house, NAVIGATOR, "RN", "reentry").await;
    let responder = seat_of(&mut house, RESPONDER, "HR", "hospital_response").await;
    let person = create(&house, &navigator, "person", None, &[text("name", "Case Elm")]).await;
    let case: CaseId = person.into();
    house.assign(RESPONDER, case);
    let address = |shown: &str| link(shown, "/cases/").unwrap().to_owned();
    let address = address(&page(&house, &responder, "/cases").await);
    let before = page(&house, &responder, &address).await;
    assert!(!before.contains("id=\"withheld\""));
    // Treatment is kept on no phone: that there is any is not to be known of.
    create(&house, &navigator, "outcome", Some(case), &[choice("kind", "treatment")]).await;
    assert_eq!(page(&house, &responder, &address).await, before);
    create(&house, &navigator, "outcome", Some(case), &[choice("kind", "housed")]).await;
    let after = page(&house, &responder, &address).await;
    assert!(after.contains("There are records here that you may not see (Reentry)."), "{after}");
    assert!(!after.contains("Substance"));
    // Who sees them is told nothing of the kind.
    let theirs = page(
        &house,
        &navigator,
        link(&page(&house, &navigator, "/cases").await, "/cases/").unwrap(),
    )
    .await;
    assert!(!theirs.contains("id=\"withheld\""));
    // Nor is anybody who could not come to see them.
    let worker = seat_of(&mut house, "Cole Cedar", "CO", "corrections").await;
    house.assign("Cole Cedar", case);
    let shown = page(&house, &worker, "/cases").await;
    if let Some(address) = link(&shown, "/cases/") {
        assert!(!page(&house, &worker, address).await.contains("id=\"withheld\""));
    }
}
