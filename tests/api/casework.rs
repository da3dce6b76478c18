//! What tests of work in the console share: people, a case, and how values are written in JSON.

use fieldbook_tests::content;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use serde_json::{Value as Json, json};
use server::admin::AuditFilter;

use crate::console_client::ConsoleClient;
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

pub(crate) const BOSS: &str = "Sol Sauce";
pub(crate) const OFFICER: &str = "Paz Pino";
pub(crate) const ADVOCATE: &str = "Vera Willow";

/// A house with an outreach case, and the phone that opened it.
pub(crate) async fn house_with_case() -> (TestServer, Phone, CaseId) {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let edits = [content::text("name", "Case Alder"), content::choice("name_quality", "full")];
    let made = phone.device.make(house.now(), "person", None, &edits);
    phone.push(&house, vec![made.push()]).await;
    let contact = phone.encounter(&mut house, made.record.into());
    phone.push(&house, vec![contact.push()]).await;
    (house, phone, made.record.into())
}

/// A victim's case with a service in it, written by an advocate.
pub(crate) async fn victim_case(house: &mut TestServer) -> (CaseId, RecordId) {
    house.member(ADVOCATE, "VA", "victim_services");
    let seat = ConsoleClient::open(house, ADVOCATE).await;
    let person = create(house, &seat, "person", None, &[text("name", "Victoria Rowan")]).await;
    let edits = [choice("new_or_continuing", "new"), choice("service", "advocacy")];
    let service = create(house, &seat, "victim_service", Some(person.into()), &edits).await;
    (person.into(), service)
}

pub(crate) async fn seat_of(
    house: &mut TestServer,
    name: &str,
    role: &str,
    program: &str,
) -> ConsoleClient {
    house.member(name, role, program);
    ConsoleClient::open(house, name).await
}

pub(crate) async fn create(
    house: &TestServer,
    seat: &ConsoleClient,
    record_type: &str,
    case: Option<CaseId>,
    edits: &[Json],
) -> RecordId {
    let message = json!({"type": record_type, "case": case, "edits": edits});
    let written = seat.told(house, "/v1/console/create", &message).await;
    written["record"].as_str().unwrap().parse().unwrap()
}

pub(crate) fn text(field: &str, value: &str) -> Json {
    as_json(content::text(field, value))
}

pub(crate) fn choice(field: &str, value: &str) -> Json {
    as_json(content::choice(field, value))
}

pub(crate) fn as_json(edit: Edit) -> Json {
    serde_json::to_value(edit).unwrap()
}

pub(crate) fn types_of(records: &Json) -> Vec<&str> {
    let rows = records.as_array().unwrap().iter();
    let mut types: Vec<_> = rows.map(|row| row["type"].as_str().unwrap()).collect();
    types.sort_unstable();
    types
}

/// Returns the audit's rows of an act at the console, oldest first. Reads by phones are of the feed
/// and are left out.
pub(crate) fn audited(house: &mut TestServer, act: &str) -> Vec<String> {
    let filter = AuditFilter { act: Some(act.parse().unwrap()), ..AuditFilter::default() };
    let mut rows: Vec<String> = house
        .office
        .admin()
        .audit(&filter)
        .unwrap()
        .iter()
        .filter(|row| row.actor.ends_with("console"))
        .map(|row| format!("{}: {}", row.object, row.outcome))
        .collect();
    rows.reverse();
    rows
}
