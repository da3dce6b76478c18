//! The directory of providers and their services: on the phone of everybody who holds a role, kept by
//! a few, and nothing else comes with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use client_core::device::{NewRecord, RecordError};
use client_core::store::query::ListFilter;
use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::catalogue::CatalogueSource;
use model::document::Document;
use model::ids::{ProgramCode, RecordId, Scope};
use model::policy::{self, Denial};
use model::record::Edit;
use model::time::{Date, Span};
use model::value::Scalar;
use model::wire::SyncResponseV1;
use server::admin::RefusedDecision;

use crate::department::{NOW, TestDepartment, edited, later, outcomes};
use crate::late::{decide, entries};
use crate::phone::Phone;
use crate::restore::restored;
use crate::window::{begun, offered};

#[test]
fn an_entry_and_its_edits_reach_a_phone_of_every_role_and_nothing_comes_with_them() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    // What is nobody's business but Ana's and Sol's.
    let person = department.open_case(&mut ana, "Case Alder");
    department.meet(&mut ana, person.record.into());
    let catalogue = Arc::clone(&sol.catalogue);
    let hire = |department: &mut TestDepartment, when: &str| -> Vec<(String, RawDevice)> {
        let hired = catalogue.roles.keys().map(|role| {
            let name = format!("{role} {when}");
            let fits = |program: &&ProgramCode| policy::fits(&catalogue, role, program);
            // Not Ana's program, whose supervisors see her cases.
            let others = catalogue.programs.keys().filter(|of| **of != content::program());
            let program = others.into_iter().find(fits).cloned().unwrap_or_else(content::program);
            department.office.member(NOW, &name, role.as_str(), program.as_str());
            let device = department.device(&name);
            (name, device)
        });
        hired.collect()
    };
    let mut devices = hire(&mut department, "before");
    let mut entry = department.enter(&mut sol, "Harbor House");
    let at = entry.record;
    devices.extend(hire(&mut department, "after"));
    for (name, device) in &mut devices {
        let reads = !name.starts_with("ADM ");
        let expected: BTreeSet<_> = reads.then_some(at).into_iter().collect();
        assert_eq!(department.received(device), expected, "{name}");
    }

    let edit = content::text("description", "Beds, and a meal at six");
    let push = edited(&mut sol, at, &mut entry.document, &[edit]);
    assert_eq!(outcomes(&sol.push(&department.service, NOW, vec![push])), ["accepted"]);
    for (name, device) in &mut devices {
        let reads = !name.starts_with("ADM ");
        assert_eq!(department.received(device).contains(&at), reads, "{name}");
    }
    department.holds();
}

#[test]
fn the_directory_comes_with_the_first_role_and_goes_with_the_last_one() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let entry = department.enter(&mut sol, "Harbor House");
    assert_eq!(department.received(&mut ana), [entry.record].into());
    let (worker, outreach) = ("OW".parse().unwrap(), content::program());
    let (navigator, reentry) = ("RN".parse().unwrap(), "reentry".parse().unwrap());

    // One of two is not the last one.
    let admin = department.office.admin();
    admin.user_grant(NOW, "ana", &navigator, &reentry).unwrap();
    admin.user_revoke_role(NOW, "ana", &worker, &outreach).unwrap();
    let told = ana.send(&department.service, NOW, ana.request());
    assert_eq!((gone(&told), told.pull.len()), (vec![], 0));
    department.office.admin().user_revoke_role(NOW, "ana", &navigator, &reentry).unwrap();
    let told = ana.send(&department.service, NOW, ana.request());
    let scope = Scope { case: entry.record.into(), compartment: "SVC".parse().unwrap() };
    assert_eq!(gone(&told), [scope]);
    let mut fresh = department.device("ana");
    assert!(department.received(&mut fresh).is_empty());
    // Nor does what is entered meanwhile come, whoever made it.
    let second = department.enter(&mut sol, "River Clinic");
    assert!(department.received(&mut fresh).is_empty());
    department.office.admin().user_grant(NOW, "ana", &worker, &outreach).unwrap();
    assert_eq!(department.received(&mut fresh), [entry.record, second.record].into());
    department.holds();
}

#[test]
fn who_made_an_entry_loses_it_with_their_last_role_like_everybody() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let entry = department.enter(&mut sol, "Harbor House");
    department.received(&mut sol);
    let (supervisor, outreach) = ("SUP".parse().unwrap(), content::program());
    department.office.admin().user_revoke_role(NOW, "sol", &supervisor, &outreach).unwrap();
    let told = sol.send(&department.service, NOW, sol.request());
    assert_eq!(gone(&told).len(), 1);
    let mut fresh = department.device("sol");
    assert!(department.received(&mut fresh).is_empty());
    assert_eq!(department.received(&mut ana), [entry.record].into(), "it is the department's");
    department.holds();
}

#[test]
fn a_phone_whose_owner_only_reads_the_directory_cannot_write_there() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let entry = department.enter(&mut sol, "Harbor House");
    department.received(&mut ana);
    let mut copy = copy_of(&entry);
    let edit = [content::text("description", "Closed")];
    let edit = edited(&mut ana, entry.record, &mut copy, &edit);
    let new = ana.make(NOW, "provider", None, &provider("River Clinic"));
    // Nor may they keep a record beside it that everybody would read.
    let verdict =
        [content::reference("record", entry.record), content::choice("decision", "voided")];
    let review = ana.make_beside(&content::program(), NOW, "review", &entry.document, &verdict);
    let response =
        ana.push(&department.service, NOW, vec![edit.clone(), new.push(), review.push()]);
    assert_eq!(outcomes(&response), ["reads_only Never", "role Never", "guarded_field Never"]);
    assert_eq!(entries(&mut department).len(), 3, "kept for their supervisor");

    // While a lost role may be unknown, less is not more.
    let (worker, outreach) = ("OW".parse().unwrap(), content::program());
    department.office.admin().user_revoke_role(NOW, "ana", &worker, &outreach).unwrap();
    let edit = [content::text("description", "Closed for good")];
    let edit = edited(&mut ana, entry.record, &mut copy_of(&entry), &edit);
    let response = ana.push(&department.service, later(1), vec![edit]);
    assert_eq!(outcomes(&response), ["reads_only Never"]);
    let mut ben = department.device("ben");
    let pulled = department.pulled(&mut ben);
    assert_eq!(pulled.keys().collect::<Vec<_>>(), [&entry.record]);
    assert_eq!(pulled[&entry.record].changes().len(), 1);
    department.holds();
}

#[test]
fn what_two_supervisors_write_without_knowing_of_each_other_stands_side_by_side() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "hugo", "SUP", "hospital_response");
    let [mut sol, mut hugo, mut ana] =
        ["sol", "hugo", "ana"].map(|name| Phone::of(&mut department, name));
    let entry = sol.make("provider", None, provider("Harbor House").to_vec());
    for phone in [&mut sol, &mut hugo] {
        phone.hands_over(&department);
    }
    sol.edit(entry, vec![content::text("name", "Harbour House")]).unwrap();
    hugo.edit(entry, vec![content::text("name", "The Harbor")]).unwrap();
    for phone in [&mut sol, &mut hugo, &mut ana] {
        phone.hands_over(&department);
    }
    sol.hands_over(&department);
    for phone in [&mut sol, &mut hugo] {
        let conflicts = phone.device.conflicts(NOW).unwrap();
        assert_eq!(conflicts.iter().map(|it| it.record.record).collect::<Vec<_>>(), [entry]);
    }
    // Whoever only reads sees both, and is asked for no decision.
    assert_eq!(ana.device.show(NOW, entry).unwrap().conflicts.len(), 1);
    assert!(ana.device.conflicts(NOW).unwrap().is_empty());
    department.holds();
}

#[test]
fn a_phone_finds_and_names_what_the_directory_has_and_counts_none_of_it_as_work() {
    let mut department = TestDepartment::new();
    let [mut sol, mut ana] = ["sol", "ana"].map(|name| Phone::of(&mut department, name));
    let house = sol.make("provider", None, provider("Harbor House").to_vec());
    let long_ago = (NOW - Span::from_days(200)).date().unwrap();
    let beds = [
        content::text("name", "Beds for a night"),
        content::choice("status", "active"),
        content::reference("organization", house),
        checked_on(long_ago),
    ];
    let beds = sol.make("service", None, beds.to_vec());
    sol.hands_over(&department);
    ana.hands_over(&department);
    assert_eq!(listed(&ana), [house, beds].into());
    let found = ana.device.search(NOW, "beds", 9).unwrap();
    assert_eq!(found.iter().map(|row| row.record).collect::<Vec<_>>(), [beds]);

    // A supervisor has to see whether it is still so; a worker has nothing to do there.
    let tasks = sol.device.tasks(NOW).unwrap();
    let tasks: Vec<_> = tasks.iter().map(|task| (task.record, task.rule.as_str())).collect();
    assert_eq!(tasks, [(beds, "assure")]);
    assert!(ana.device.tasks(NOW).unwrap().is_empty());
    for phone in [&sol, &ana] {
        assert!(phone.device.caseload(NOW).unwrap().is_empty());
    }

    // Not theirs to change, which the phone says at once.
    let edit = vec![content::choice("status", "defunct")];
    let refused = ana.device.edit(NOW, &mut ana.rng, beds, edit).unwrap_err();
    assert!(matches!(refused, RecordError::Policy(Denial::ReadsOnly)), "{refused:?}");
    let new = NewRecord {
        record_type: content::type_name("provider"),
        case: None,
        program: None,
        edits: provider("River Clinic").to_vec(),
    };
    let refused = ana.device.new_record(NOW, &mut ana.rng, new).unwrap_err();
    assert!(matches!(refused, RecordError::Policy(Denial::Role)), "{refused:?}");

    // A need is handed to what stands there.
    let name = [content::text("name", "Case Alder"), content::choice("name_quality", "full")];
    let person = ana.make("person", None, name.to_vec());
    let case = Some(person.into());
    let contact = content::encounter(NOW, &mut ana.rng);
    let contact = ana.make("outreach_contact", case, contact);
    for service in [beds, house] {
        let need = [
            content::choice("need", "housing"),
            content::reference("found_in", contact),
            content::reference("service", service),
        ];
        ana.make("referral", case, need.to_vec());
    }
    ana.hands_over(&department);
    sol.hands_over(&department);
    assert_eq!(listed(&sol), listed(&ana));
    assert_eq!(ana.device.caseload(NOW).unwrap().len(), 1);
    department.holds();
}

#[test]
fn a_restored_server_gives_the_directory_and_takes_what_it_lost_from_those_who_keep_it() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "hugo", "SUP", "hospital_response");
    let [mut sol, mut hugo, mut ana] = ["sol", "hugo", "ana"].map(|name| department.device(name));
    let kept = department.enter(&mut sol, "Harbor House");
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let lost =
        [department.enter(&mut sol, "River Clinic"), department.enter(&mut sol, "Oak Center")];
    for device in [&mut hugo, &mut ana] {
        assert_eq!(department.received(device).len(), 3);
    }
    let mut department = restored(department);
    let mut fresh = department.device("ben");
    assert_eq!(department.received(&mut fresh), [kept.record].into());

    // Every phone has them: a reader's could make them say what it likes.
    let epoch = begun(&department, &mut ana);
    let forged = [content::text("description", "Never open")];
    let forged = edited(&mut sol, kept.record, &mut copy_of(&kept), &forged);
    let push = vec![lost[0].push(), lost[1].push(), forged];
    let response = offered(&department, &mut ana, (epoch, later(2)), &[], push, false);
    assert_eq!(outcomes(&response), ["not_confirmed Never"; 3]);
    assert!(department.received(&mut fresh).is_empty());
    // One who keeps it hands one in, and their supervisor confirms the other.
    let epoch = begun(&department, &mut hugo);
    let push = vec![lost[0].push()];
    let response = offered(&department, &mut hugo, (epoch, later(2)), &[], push, false);
    assert_eq!(outcomes(&response), ["accepted"]);
    assert_eq!(department.received(&mut fresh), [lost[0].record].into());
    let waiting = department.office.admin().quarantine().unwrap();
    let entry = waiting.iter().find(|row| row.record == lost[1].record).unwrap().entry;
    assert!(decide(&mut department, "ana", entry, RefusedDecision::Accept).is_err());
    decide(&mut department, "sol", entry, RefusedDecision::Accept).unwrap();
    assert_eq!(department.received(&mut fresh), [lost[1].record].into());
    department.holds();
}

#[test]
fn a_catalogue_that_gives_or_takes_the_directory_counts_from_the_next_request_on() {
    let mut department = TestDepartment::new();
    let [mut sol, mut ana] = ["sol", "ana"].map(|name| department.device(name));
    let entry = department.enter(&mut sol, "Harbor House");
    assert_eq!(department.received(&mut ana), [entry.record].into());
    let mut without = CatalogueSource::builtin();
    let text = without.files.get_mut("access.toml").unwrap();
    let (row, rest) = text.split_once("\nHR ").unwrap();
    *text = format!("{}\nHR {rest}", row.replace("SVC = \"R+\"", "SVC = \"-\""));
    department.office.admin().publish_catalogue(later(1), &without).unwrap();
    let told = ana.send(&department.service, later(1), ana.request());
    assert_eq!(gone(&told).len(), 1);
    let mut fresh = department.device("ana");
    assert!(department.received(&mut fresh).is_empty());
    let told = sol.send(&department.service, later(1), sol.request());
    assert_eq!(gone(&told), []);

    department.office.admin().publish_catalogue(later(2), &CatalogueSource::builtin()).unwrap();
    assert_eq!(department.received(&mut fresh), [entry.record].into());
    department.holds();
}

impl TestDepartment {
    /// Enters a provider, and has the server take it.
    fn enter(&self, device: &mut RawDevice, name: &str) -> Made {
        let made = device.make(NOW, "provider", None, &provider(name));
        assert_eq!(outcomes(&device.push(&self.service, NOW, vec![made.push()])), ["accepted"]);
        made
    }
}

fn provider(name: &str) -> [Edit; 2] {
    [content::text("name", name), content::text("description", "Opens at six")]
}

fn checked_on(date: Date) -> Edit {
    Edit::Set { field: content::field("assured_date"), value: Scalar::Date(date) }
}

fn copy_of(made: &Made) -> Document {
    Document::load(&made.document.save()).unwrap()
}

/// The records on a phone.
fn listed(phone: &Phone) -> BTreeSet<RecordId> {
    let rows = phone.device.list(NOW, &ListFilter::default()).unwrap();
    rows.into_iter().map(|row| row.record).collect()
}

/// The scopes that a phone is told to drop.
fn gone(response: &SyncResponseV1) -> Vec<Scope> {
    response.revoked.iter().map(|gone| gone.scope.clone()).collect()
}
