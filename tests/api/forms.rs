//! What a form asks at the console.

use fieldbook_tests::content;
use model::catalogue::CatalogueSource;
use model::ids::RecordId;
use model::record::Edit;
use model::value::Scalar;
use serde_json::{Value as Json, json};

use crate::casework::{ADVOCATE, as_json, choice, create, text};
use crate::console_client::{ConsoleClient, body};
use crate::server::TestServer;

const SERVICE: &str = "types/victim_service.toml";
const PLAN: &str = "name = \"note\"\n";

/// What is asked of a minor, and has to be answered where shelter was given.
const ASKED: &str = r#"name = "note"
shown_when = { any = [
  { field = "service", is = "shelter_housing" },
  { value = { years_between = [{ latest = "person", field = "dob" }, { today = true }] }, less_than = 18 },
] }
required_when = { field = "service", is = "shelter_housing" }
required_message = { en = "say where they are safe", es = "diga dónde están a salvo" }
"#;

#[tokio::test]
async fn a_record_is_made_and_edited_at_the_console_as_its_form_asks() {
    let mut house = TestServer::open_by(asking()).await;
    house.member(ADVOCATE, "VA", "victim_services");
    let seat = ConsoleClient::open(&mut house, ADVOCATE).await;
    let person = create(&house, &seat, "person", None, &[text("name", "Victoria Rowan")]).await;
    let service = |edits: &[Json]| {
        let mut all = vec![choice("new_or_continuing", "new")];
        all.extend(edits.iter().cloned());
        json!({"type": "victim_service", "case": person, "edits": all})
    };
    let sheltered = service(&[choice("service", "shelter_housing")]);
    assert_eq!(
        refused(&house, &seat, "create", &sheltered).await,
        "`note` say where they are safe"
    );
    let advocacy = [choice("service", "advocacy"), text("note", "with her aunt")];
    let not_asked = "`note` is not asked for with these answers: leave it out";
    assert_eq!(refused(&house, &seat, "create", &service(&advocacy)).await, not_asked);

    // Of a minor it is asked whatever was given.
    let dob = Scalar::Date("2015-05-05".parse().unwrap());
    let dob = as_json(Edit::Set { field: content::field("dob"), value: dob });
    let born = json!({"record": person, "edits": [dob]});
    seat.told(&house, "/v1/console/edit", &born).await;
    let made = seat.told(&house, "/v1/console/create", &service(&advocacy)).await;
    let sheltered = [choice("service", "shelter_housing"), text("note", "")];
    let edit = json!({"record": made["record"], "edits": sheltered});
    assert_eq!(refused(&house, &seat, "edit", &edit).await, "`note` say where they are safe");
}

#[tokio::test]
async fn a_field_at_the_console_takes_only_the_types_of_records_it_names() {
    let mut house = TestServer::open().await;
    house.member(ADVOCATE, "VA", "victim_services");
    let seat = ConsoleClient::open(&mut house, ADVOCATE).await;
    let person = create(&house, &seat, "person", None, &[text("name", "Victoria Rowan")]).await;
    let need = [choice("need", "housing"), refers("found_in", person)];
    let referral = json!({"type": "referral", "edits": need});
    let said = refused(&house, &seat, "create", &referral).await;
    assert!(said.starts_with("`found_in` names a person: it can name one of bed"), "{said}");
    let same = json!({"record": person, "edits": [refers("duplicate_of", person)]});
    seat.told(&house, "/v1/console/edit", &same).await;
    let edits = [choice("new_or_continuing", "new"), choice("service", "advocacy")];
    let service = create(&house, &seat, "victim_service", Some(person.into()), &edits).await;
    let other = json!({"record": person, "edits": [refers("duplicate_of", service)]});
    let said = refused(&house, &seat, "edit", &other).await;
    assert_eq!(said, "`duplicate_of` names a victim_service: it can name one of person");
}

fn refers(name: &str, record: RecordId) -> Json {
    as_json(Edit::Set { field: content::field(name), value: Scalar::Ref(record) })
}

async fn refused(house: &TestServer, seat: &ConsoleClient, what: &str, asked: &Json) -> String {
    let answer = seat.post(house, &format!("/v1/console/{what}"), asked).await;
    answer.assert_refused(422, "invalid");
    body(&answer)["message"].as_str().unwrap().to_owned()
}

fn asking() -> CatalogueSource {
    let mut source = CatalogueSource::builtin();
    let text = source.files.get_mut(SERVICE).unwrap();
    assert!(text.contains(PLAN), "{SERVICE} has no {PLAN}");
    *text = text.replacen(PLAN, ASKED, 1);
    source
}
