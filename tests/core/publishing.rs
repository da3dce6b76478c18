//! Catalogues that are put in force while the server works.

use model::catalogue::CatalogueSource;
use model::ids::Scope;
use server::admin::AdminError;

use crate::department::{TestDepartment, encounter, later, outcomes};
use crate::phones::off_phones;

const CONTACT: &str = "types/outreach_contact.toml";

#[test]
fn a_published_catalogue_counts_from_the_next_request_on_and_one_before_it_again() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    department.meet(&mut ana, person.record.into());
    department.received(&mut ana);
    let outreach = Scope { case: person.record.into(), compartment: "OUT".parse().unwrap() };

    // The server is not told: the next request finds it.
    let next = off_phones();
    department.office.admin().publish_catalogue(later(1), &next).unwrap();
    let told = ana.send(&department.service, later(1), ana.request());
    assert_eq!(told.catalogue.as_ref().map(CatalogueSource::digest), Some(next.digest()));
    assert_eq!(told.revoked.iter().map(|gone| &gone.scope).collect::<Vec<_>>(), [&outreach]);
    ana.digest = next.digest();
    // What is written follows it, too: nothing is filed there any more.
    let late = encounter(&mut ana, Some(person.record.into())).push();
    let response = ana.push(&department.service, later(1), vec![late]);
    assert_eq!(outcomes(&response), ["not_on_devices Never"]);

    let admin = department.office.admin();
    let before = admin.earlier_catalogue(None).unwrap();
    assert_eq!(before, CatalogueSource::builtin());
    admin.publish_catalogue(later(2), &before).unwrap();
    let versions = admin.catalogues().unwrap();
    let in_force: Vec<_> = versions.iter().map(|version| version.in_force).collect();
    assert_eq!(in_force, [true, false]);
    let told = ana.send(&department.service, later(2), ana.request());
    assert_eq!(told.catalogue.map(|source| source.digest()), Some(before.digest()));
    assert!(told.pull.iter().any(|update| update.record != person.record), "it comes again");
    // Back and forth, and by its digest.
    let again = department.office.admin().earlier_catalogue(None).unwrap();
    assert_eq!(again, next);
    let digits = department.office.admin().catalogues().unwrap()[1].short();
    let named = department.office.admin().earlier_catalogue(Some(&digits)).unwrap();
    assert_eq!(named, next);
    department.holds();
    let restarted = department.restart();
    restarted.holds();
}

#[test]
fn a_catalogue_by_which_records_could_not_be_read_is_not_put_in_force() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    department.meet(&mut ana, person.record.into());
    let mut without = CatalogueSource::builtin();
    let text = without.files.get_mut(CONTACT).unwrap();
    *text = text.replacen(
        "name = \"minutes\"\nkind = \"integer\"",
        "name = \"minutes\"\nkind = \"date\"",
        1,
    );
    *text = text.replacen("min = 0\nmax = 1440\n", "", 1);
    let refused = department.office.admin().publish_catalogue(later(1), &without).unwrap_err();
    assert!(
        matches!(refused, AdminError::Succession(ref found) if found.len() == 1),
        "{refused:?}"
    );

    let mut wrong = CatalogueSource::builtin();
    wrong.files.insert(CONTACT.into(), "[type]\nname = 1".into());
    let refused = department.office.admin().publish_catalogue(later(1), &wrong).unwrap_err();
    assert!(matches!(refused, AdminError::Catalogue(_)), "{refused:?}");

    let same = CatalogueSource::builtin();
    let refused = department.office.admin().publish_catalogue(later(1), &same).unwrap_err();
    assert!(matches!(refused, AdminError::InForce), "{refused:?}");
    for digest in [None, Some(""), Some("ffffffffffff")] {
        let found = department.office.admin().earlier_catalogue(digest);
        assert!(matches!(found, Err(AdminError::UnknownCatalogue)), "{digest:?}");
    }
    assert_eq!(department.office.admin().catalogues().unwrap().len(), 1);
}
