//! Compartments that the department takes off its phones, or puts on them.

use fieldbook_tests::content;
use model::catalogue::CatalogueSource;
use model::ids::{CaseId, Scope};
use model::wire::SyncResponseV1;
use server::service::Service;

use crate::department::{TestDepartment, edited, later, outcomes};

#[test]
fn a_compartment_newly_kept_off_phones_leaves_them_with_their_next_request() {
    let mut department = TestDepartment::new();
    let (mut ana, mut away, mut sol) =
        (department.device("ana"), department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let mut contact = department.meet(&mut ana, person.record.into());
    for device in [&mut ana, &mut away, &mut sol] {
        department.received(device);
    }
    let mut department = with_catalogue(department, 1, Some(off_phones()));

    // Each phone is told at its next request, and then no more; what else it holds stays.
    let outreach = scope(person.record.into(), "OUT");
    for device in [&mut ana, &mut sol] {
        let told = device.send(&department.service, later(1), device.request());
        assert_eq!(gone(&told), std::slice::from_ref(&outreach));
        device.cursor = told.cursor;
        let mut request = device.request();
        request.dropped = gone(&told);
        let head = department.service.head().unwrap();
        let after = device.send(&department.service, later(1), request);
        assert_eq!((gone(&after), department.service.head().unwrap()), (vec![], head));
        assert!(department.received(device).is_empty());
    }
    // Nothing of it is given, however it is asked for, and what is written there is kept aside.
    let mut request = ana.request();
    request.refetch = vec![contact.record];
    assert!(ana.send(&department.service, later(1), request).pull.is_empty());
    let edit = [content::text("note", "too late")];
    let late = edited(&mut ana, contact.record, &mut contact.document, &edit);
    let response = ana.push(&department.service, later(1), vec![late]);
    assert_eq!(outcomes(&response), ["not_on_devices Never"]);
    assert_eq!(department.office.admin().quarantine().unwrap().len(), 1);
    // A device that begins now gets the rest, and is told to drop nothing.
    let mut fresh = department.device("ana");
    let first = fresh.send(&department.service, later(1), fresh.request());
    assert_eq!(gone(&first), []);
    assert_eq!(department.received(&mut fresh), [person.record].into());

    // One that was away all the time is told as well, although the case was taken away since.
    department.office.admin().unassign(later(1), "ana", person.record.into()).unwrap();
    let told = away.send(&department.service, later(1), away.request());
    assert!(gone(&told).contains(&outreach), "{told:?}");
    department.holds();
}

#[test]
fn a_compartment_that_is_put_on_phones_again_comes_whole() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    department.received(&mut ana);
    let department = with_catalogue(department, 1, Some(off_phones()));
    let told = ana.send(&department.service, later(1), ana.request());
    ana.cursor = told.cursor;
    let mut request = ana.request();
    request.dropped = gone(&told);
    ana.cursor = ana.send(&department.service, later(1), request).cursor;

    let department = with_catalogue(department, 2, Some(CatalogueSource::builtin()));
    assert_eq!(department.received(&mut ana), [contact.record].into(), "its own part too");
    assert!(department.received(&mut ana).is_empty());
    department.holds();
}

/// The built-in catalogue with street outreach kept off phones.
pub(crate) fn off_phones() -> CatalogueSource {
    let mut source = CatalogueSource::builtin();
    let department = source.files.get_mut("department.toml").unwrap();
    let (on, off) = ("code = \"OUT\"\non_devices = true", "code = \"OUT\"\non_devices = false");
    assert!(department.contains(on));
    *department = department.replace(on, off);
    source
}

fn with_catalogue(
    department: TestDepartment,
    minutes: i64,
    catalogue: Option<CatalogueSource>,
) -> TestDepartment {
    let TestDepartment { office, service, rng } = department;
    drop(service);
    let mut config = office.config();
    config.catalogue = catalogue;
    let service = Service::open_inline(later(minutes), config).unwrap();
    TestDepartment { office, service, rng }
}

fn scope(case: CaseId, compartment: &str) -> Scope {
    Scope { case, compartment: compartment.parse().unwrap() }
}

fn gone(response: &SyncResponseV1) -> Vec<Scope> {
    response.revoked.iter().map(|gone| gone.scope.clone()).collect()
}
