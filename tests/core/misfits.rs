//! Roles that are held where the catalogue has nothing for them to do.

use model::catalogue::CatalogueSource;
use model::wire::MembershipV1;
use server::service::Service;

use crate::department::{TestDepartment, later};

#[test]
fn roles_that_do_not_fit_any_more_are_told_by_verify_and_by_the_list_of_users() {
    let department = TestDepartment::new();
    let TestDepartment { mut office, service, .. } = department;
    let (users, report) = (office.admin().users().unwrap(), office.verify());
    assert!(report.misfits.is_empty() && users.iter().all(|user| user.misfits.is_empty()));
    drop(service);
    // The department gives what outreach records to another program.
    let mut source = CatalogueSource::builtin();
    let file = source.files.get_mut("department.toml").unwrap();
    *file = file.replace("[\"IDN\", \"OUT\", \"STF\"]", "[\"IDN\", \"STF\"]");
    let mut config = office.config();
    config.catalogue = Some(source);
    drop(Service::open_inline(later(1), config).unwrap());
    office.reopen();
    let held =
        MembershipV1 { role: "OW".parse().unwrap(), program: "street_outreach".parse().unwrap() };
    let users = office.admin().users().unwrap();
    let told: Vec<_> =
        users.iter().map(|user| (user.name.as_str(), user.misfits.as_slice())).collect();
    let misfit = std::slice::from_ref(&held);
    // A supervisor supervises the staff of any program.
    assert_eq!(told, [("ana", misfit), ("ben", misfit), ("sol", &[])]);
    let report = office.verify();
    let by: Vec<_> = users.iter().filter(|user| user.name != "sol").map(|user| user.id).collect();
    let mut expected: Vec<_> = by.into_iter().map(|user| (user, held.clone())).collect();
    expected.sort();
    assert_eq!(report.misfits, expected);
    assert!(report.problems.is_empty(), "it is no damage: {:?}", report.problems);
}
