//! Fields that hold somebody who uses the system: meant by name, kept by id, shown by name.

use client_core::device::NewRecord;
use client_core::device::input;
use fieldbook_tests::content;
use model::catalogue::CatalogueSource;
use model::ids::UserId;
use model::record::Edit;
use model::value::Scalar;
use serde_json::json;

use crate::town::{Phone, Town, now};

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_meant_by_name_kept_by_id_and_shown_by_name_after_they_have_left() {
    let mut town = Town::new().await;
    with_users(&mut town).await;
    let (mut ana, mut sol) = (town.phone("Ana").await, town.phone("Sol").await);
    ana.sync().await;
    sol.sync().await;
    let shift =
        ana.make("shift", None, typed(&ana, &[("worker_user", "me"), ("partner_user", "be")]));
    ana.sync().await;
    sol.sync().await;
    let ben = town.office.admin().user_named("Ben").unwrap().unwrap().id;
    let view = sol.view(shift).unwrap();
    assert_eq!(view.fields["partner_user"], json!(ben.to_string()));
    assert_eq!(sol.device.people().unwrap().name_of(ben), Some("Ben"));
    // Who has left is not meant by name any more, and is shown by it.
    let (role, program) = ("OW".parse().unwrap(), content::program());
    let phone = town.phone("Ben").await;
    town.office.admin().user_revoke_role(now(), "Ben", &role, &program).unwrap();
    ana.sync().await;
    let people = ana.device.people().unwrap();
    assert_eq!(people.name_of(ben), Some("Ben"));
    assert!(people.meant("Ben").is_err());
    drop(phone);
    ana.holds();
}

#[tokio::test(flavor = "multi_thread")]
async fn colleagues_are_the_people_of_ones_own_programs_and_told_once() {
    let mut town = Town::new().await;
    town.office.member(now(), "Vera", "VA", "victim_services");
    town.office.member(now(), "Hana", "HR", "hospital_response");
    let (mut ana, mut vera) = (town.phone("Ana").await, town.phone("Vera").await);
    ana.sync().await;
    vera.sync().await;
    assert_eq!(names(&ana), ["Ana", "Ben", "Sol"]);
    assert_eq!(names(&vera), ["Vera"], "victim services keep to themselves");
    let digest = ana.device.store().read().colleagues_digest().unwrap();
    assert_eq!(digest.len(), 32);
    town.office.worker(now(), "Uma");
    ana.sync().await;
    assert_eq!(names(&ana), ["Ana", "Ben", "Sol", "Uma"]);
    assert_ne!(ana.device.store().read().colleagues_digest().unwrap(), digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whom_the_server_does_not_know_is_refused_and_nothing_else_is() {
    let mut town = Town::new().await;
    with_users(&mut town).await;
    let mut ana = town.phone("Ana").await;
    ana.sync().await;
    let nobody = UserId::from_bytes([9; 16]);
    let field = "worker_user".parse().unwrap();
    let shift = ana.make("shift", None, vec![]);
    ana.edit(shift, vec![Edit::Set { field, value: Scalar::User(nobody) }]);
    ana.edit(shift, vec![content::text("plan", "the library")]);
    ana.sync().await;
    let refused = ana.device.quarantine(now(), client_core::store::quarantine::Dismissed::Omit);
    let refused = refused.unwrap();
    assert_eq!(refused.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["unknown_user"]);
    assert!(ana.view(shift).unwrap().fields.contains_key("plan"));
}

/// Gives shifts two fields that hold users.
async fn with_users(town: &mut Town) {
    town.stop().await;
    let mut source = CatalogueSource::builtin();
    let file = source.files.get_mut("types/shift.toml").unwrap();
    for name in ["worker_user", "partner_user"] {
        file.push_str(&format!(
            "\n[[field]]\nname = \"{name}\"\nkind = \"user\"\nmerge = \"review\"\n\
             label = {{ en = \"{name}\", es = \"{name}\" }}\n"
        ));
    }
    town.start(Some(source)).await;
}

/// First values of a shift, as they are typed.
fn typed(phone: &Phone, values: &[(&str, &str)]) -> Vec<Edit> {
    let catalogue = phone.device.catalogue();
    let shift = catalogue.record_type(&content::type_name("shift")).unwrap();
    let people = phone.device.people().unwrap();
    input::first_values(now(), catalogue, &people, shift, values.iter().copied()).unwrap()
}

fn names(phone: &Phone) -> Vec<String> {
    let people = phone.device.people().unwrap();
    people.all().into_iter().filter(|one| one.active).map(|one| one.name.clone()).collect()
}
