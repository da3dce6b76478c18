//! Compartments that the department takes off its phones, or puts on them.

use fieldbook_tests::content;
use model::catalogue::CatalogueSource;
use model::ids::{CaseId, Scope};
use model::wire::SyncResponseV1;
use server::service::Service;

use crate::town::{Town, edited, later, outcomes};

#[test]
fn a_compartment_newly_kept_off_phones_leaves_them_with_their_next_request() {
    let mut town = Town::new();
    let (mut ana, mut away, mut sol) = (town.device("ana"), town.device("ana"), town.device("sol"));
    let person = town.open_case(&mut ana, "Case Alder");
    let mut contact = town.meet(&mut ana, person.record.into());
    for device in [&mut ana, &mut away, &mut sol] {
        town.received(device);
    }
    let mut town = with_catalogue(town, 1, Some(off_phones()));

    // Each phone is told at its next request, and then no more; what else it holds stays.
    let outreach = scope(person.record.into(), "OUT");
    for device in [&mut ana, &mut sol] {
        let told = device.send(&town.service, later(1), device.request());
        assert_eq!(gone(&told), std::slice::from_ref(&outreach));
        device.cursor = told.cursor;
        let mut request = device.request();
        request.dropped = gone(&told);
        let head = town.service.head().unwrap();
        let after = device.send(&town.service, later(1), request);
        assert_eq!((gone(&after), town.service.head().unwrap()), (vec![], head));
        assert!(town.received(device).is_empty());
    }
    // Nothing of it is given, however it is asked for, and what is written there is kept aside.
    let mut request = ana.request();
    request.refetch = vec![contact.record];
    assert!(ana.send(&town.service, later(1), request).pull.is_empty());
    let edit = [content::text("note", "too late")];
    let late = edited(&mut ana, contact.record, &mut contact.document, &edit);
    let response = ana.push(&town.service, later(1), vec![late]);
    assert_eq!(outcomes(&response), ["not_on_devices Never"]);
    assert_eq!(town.office.admin().quarantine().unwrap().len(), 1);
    // A device that begins now gets the rest, and is told to drop nothing.
    let mut fresh = town.device("ana");
    let first = fresh.send(&town.service, later(1), fresh.request());
    assert_eq!(gone(&first), []);
    assert_eq!(town.received(&mut fresh), [person.record].into());

    // One that was away all the time is told as well, although the case was taken away since.
    town.office.admin().unassign(later(1), "ana", person.record.into()).unwrap();
    let told = away.send(&town.service, later(1), away.request());
    assert!(gone(&told).contains(&outreach), "{told:?}");
    town.holds();
}

#[test]
fn a_compartment_that_is_put_on_phones_again_comes_whole() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let person = town.open_case(&mut ana, "Case Alder");
    let contact = town.meet(&mut ana, person.record.into());
    town.received(&mut ana);
    let town = with_catalogue(town, 1, Some(off_phones()));
    let told = ana.send(&town.service, later(1), ana.request());
    ana.cursor = told.cursor;
    let mut request = ana.request();
    request.dropped = gone(&told);
    ana.cursor = ana.send(&town.service, later(1), request).cursor;

    let town = with_catalogue(town, 2, Some(CatalogueSource::builtin()));
    assert_eq!(town.received(&mut ana), [contact.record].into(), "its own part too");
    assert!(town.received(&mut ana).is_empty());
    town.holds();
}

/// The built-in catalogue with street outreach kept off phones.
fn off_phones() -> CatalogueSource {
    let mut source = CatalogueSource::builtin();
    let department = source.files.get_mut("department.toml").unwrap();
    let (on, off) = ("code = \"OUT\"\non_devices = true", "code = \"OUT\"\non_devices = false");
    assert!(department.contains(on));
    *department = department.replace(on, off);
    source
}

fn with_catalogue(town: Town, minutes: i64, catalogue: Option<CatalogueSource>) -> Town {
    let Town { office, service, rng } = town;
    drop(service);
    let mut config = office.config();
    config.catalogue = catalogue;
    let service = Service::open_inline(later(minutes), config).unwrap();
    Town { office, service, rng }
}

fn scope(case: CaseId, compartment: &str) -> Scope {
    Scope { case, compartment: compartment.parse().unwrap() }
}

fn gone(response: &SyncResponseV1) -> Vec<Scope> {
    response.revoked.iter().map(|gone| gone.scope.clone()).collect()
}
