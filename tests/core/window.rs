//! The days after a restore, in which devices bring back what others wrote: what one device can make
//! of that, and what it cannot.

use std::collections::BTreeSet;

use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::ids::{Epoch, RecordId};
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::wire::{CheckV1, PushV1, ReconcileOfferV1, RecordCheckV1, SyncResponseV1};
use server::admin::RefusedDecision;

use crate::consent::{Clinic, hospital};
use crate::department::{NOW, TestDepartment, edited, encounter, later, outcomes, quality};
use crate::late::{decide, entries, show};
use crate::restore::restored;

#[test]
fn what_a_device_wrote_itself_is_asked_every_rule() {
    let (department, mut ana, mut ben) = backed_up();
    let mut person = department.open_case(&mut ana, "Case Alder");
    let mut own = department.meet(&mut ana, person.record.into());
    let mut department = restored(department);
    let epoch = begun(&department, &mut ana);
    let response = pushes(&department, &mut ana, epoch, vec![person.push(), own.push()]);
    assert_eq!(outcomes(&response), ["accepted"; 2]);

    let approve = edited(&mut ana, own.record, &mut own.document, &[approval()]);
    let program = "victim_services".parse().unwrap();
    let victim = [content::text("name", "Case Cedro"), quality()];
    let victim = ana.make_for(&program, NOW, "person", None, &victim);
    let response = pushes(&department, &mut ana, epoch, vec![approve, victim.push()]);
    assert_eq!(outcomes(&response), ["guarded_field Never", "not_on_devices Never"]);

    // A case that Ben never saw, edited and added to in his own name: as if there were none.
    let epoch = begun(&department, &mut ben);
    let edit = [content::text("safe_contact", "anywhere")];
    let edit = edited(&mut ben, person.record, &mut person.document, &edit);
    let intruder = encounter(&mut ben, Some(person.record.into()));
    let response = pushes(&department, &mut ben, epoch, vec![edit, intruder.push()]);
    assert_eq!(outcomes(&response), ["missing_dependencies AfterPull", "not_assigned Never"]);
    assert_eq!(entries(&mut department).len(), 4, "kept for a supervisor");
    department.holds();
}

#[test]
fn an_offered_id_opens_nothing_and_tells_nothing() {
    let (department, mut ana, mut ben) = backed_up();
    let person = department.open_case(&mut ana, "Case Alder");
    let department = restored(department);
    let epoch = begun(&department, &mut ana);
    pushes(&department, &mut ana, epoch, vec![person.push()]);
    let epoch = begun(&department, &mut ben);
    let absent = RecordId::from_bytes([7; 16]);
    let holds = [person.record, absent];
    let told = offers(&department, &mut ben, epoch, &holds, vec![], false).reconcile.unwrap();
    let differs: Vec<_> =
        told.differs.iter().map(|held| (held.record, held.hashes.len())).collect();
    assert_eq!(differs, [(person.record, 0), (absent, 0)], "alike, whether there is one or not");
    assert!(offers(&department, &mut ben, epoch, &[], vec![], true).reconcile.unwrap().finished);
    ben.cursor = None;
    let response = ben.send(&department.service, later(3), ben.request());
    assert!(response.pull.is_empty() && response.revoked.is_empty(), "{response:?}");
    department.holds();
}

#[test]
fn others_changes_are_taken_only_where_the_devices_owner_comes_to_such_records() {
    let (mut department, mut ana, mut ben) = backed_up();
    department.office.member(NOW, "vera", "VA", "victim_services");
    let mut vera = department.device("vera");
    let person = department.open_case(&mut ana, "Case Alder");
    let department = restored(department);
    // Ben vouches for a contact in a case that he does not have, and for a new case of Ana's; then
    // for a person of victim services.
    let contact = encounter(&mut ana, Some(person.record.into()));
    let fresh = ana.make(NOW, "person", None, &[content::text("name", "Case Cedro"), quality()]);
    let program = "victim_services".parse().unwrap();
    let victim = [content::text("name", "Case Birch"), quality()];
    let victim = vera.make_for(&program, NOW, "person", None, &victim);
    let epoch = begun(&department, &mut ben);
    let push = vec![contact.push(), fresh.push(), victim.push()];
    let response = pushes(&department, &mut ben, epoch, push);
    assert_eq!(outcomes(&response), ["not_vouched Never"; 3]);
    department.holds();
}

#[test]
fn a_consent_on_anothers_word_opens_nothing_until_it_is_confirmed_by_who_may_note_it() {
    let Lost { mut department, mut ana, contact, consent, bedside, .. } = Lost::new();
    let epoch = begun(&department, &mut ana);
    let response = pushes(&department, &mut ana, epoch, vec![contact.push(), consent.push()]);
    assert_eq!(outcomes(&response), ["accepted", "not_confirmed Never"]);
    finish(&department, &mut ana, epoch);
    assert!(!received(&department, &mut ana).contains(&bedside), "it opens nothing");

    let [entry] = entries(&mut department).try_into().unwrap();
    let refused = decide(&mut department, "sol", entry, RefusedDecision::Accept);
    assert!(refused.is_err(), "who could not note it does not confirm it");
    let history = show(&mut department, "hugo", entry).unwrap().history;
    assert!(history[0].to_string().contains("hana"), "whose word it is said to be: {history:?}");
    decide(&mut department, "hugo", entry, RefusedDecision::Accept).unwrap();
    assert!(received(&department, &mut ana).contains(&bedside), "it does now");
    department.holds();
}

#[test]
fn a_consent_that_was_taken_back_stays_so_when_it_is_confirmed() {
    for is_one_push in [true, false] {
        let Lost { mut department, mut hana, mut ana, contact, mut consent, bedside } = Lost::new();
        let made = consent.push();
        let revoked = [content::instant("revoked", NOW)];
        let revoked = edited(&mut hana, consent.record, &mut consent.document, &revoked);
        let epoch = begun(&department, &mut ana);
        let pushed = match is_one_push {
            true => vec![vec![contact.push(), revoked, made]],
            false => vec![vec![contact.push(), made], vec![revoked]],
        };
        let told: Vec<_> = pushed
            .into_iter()
            .flat_map(|push| outcomes(&pushes(&department, &mut ana, epoch, push)))
            .collect();
        assert_eq!(told, ["accepted", "not_confirmed Never", "not_confirmed Never"]);
        finish(&department, &mut ana, epoch);

        let entry = entries(&mut department)[0];
        decide(&mut department, "hugo", entry, RefusedDecision::Accept).unwrap();
        assert!(!received(&department, &mut ana).contains(&bedside), "it was taken back");
        assert_eq!(entries(&mut department), [] as [i64; 0], "one decision for all of it");
        department.holds();
    }
}

#[test]
fn who_wrote_a_change_is_told_that_it_is_here_though_the_case_is_theirs_no_more() {
    let (mut department, mut ana, mut ben) = backed_up();
    let person = department.open_case(&mut ana, "Case Alder");
    department.office.assign(NOW, "ben", person.record.into());
    let contact = department.meet(&mut ben, person.record.into());
    // The server forgets that the case was assigned to Ben. Ana brings back what he wrote.
    let department = restored(department);
    let epoch = begun(&department, &mut ana);
    let response = pushes(&department, &mut ana, epoch, vec![person.push(), contact.push()]);
    assert_eq!(outcomes(&response), ["accepted"; 2]);
    let epoch = begun(&department, &mut ben);
    let response = pushes(&department, &mut ben, epoch, vec![contact.push()]);
    assert_eq!(outcomes(&response), ["known"], "it is not lost");
    department.holds();
}

#[test]
fn an_approval_on_anothers_word_waits_until_a_supervisor_confirms_it() {
    let (department, mut ana, _) = backed_up();
    let person = department.open_case(&mut ana, "Case Alder");
    let mut contact = department.meet(&mut ana, person.record.into());
    let (mut department, mut sol) = with_device(department, "sol");
    back_up(&mut department);
    let other = department.meet(&mut ana, person.record.into());
    let mut department = restored(department);
    // Ana's phone says that Sol approved it.
    let approved = edited(&mut sol, contact.record, &mut contact.document, &[approval()]);
    let epoch = begun(&department, &mut ana);
    let response = pushes(&department, &mut ana, epoch, vec![approved, other.push()]);
    assert_eq!(outcomes(&response), ["not_confirmed Never", "accepted"]);
    let stands = |department: &TestDepartment, sol: &mut RawDevice| {
        sol.cursor = None;
        let pulled = department.pulled(sol);
        pulled[&contact.record].changes().len()
    };
    assert_eq!(stands(&department, &mut sol), 1);
    let [entry] = entries(&mut department).try_into().unwrap();
    decide(&mut department, "sol", entry, RefusedDecision::Accept).unwrap();
    assert_eq!(stands(&department, &mut sol), 2, "Sol has confirmed it");
    department.holds();
}

#[test]
fn nobody_is_said_to_have_made_what_another_persons_device_wrote() {
    let (department, mut ana, _) = backed_up();
    let (department, mut sol) = with_device(department, "sol");
    let person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut sol);
    let mut department = restored(department);
    // A contact in Ana's name that Sol's own phone wrote.
    let user = std::mem::replace(&mut sol.user, ana.user);
    let forged = encounter(&mut sol, Some(person.record.into()));
    sol.user = user;
    let epoch = begun(&department, &mut sol);
    let response = pushes(&department, &mut sol, epoch, vec![person.push(), forged.push()]);
    assert_eq!(outcomes(&response), ["accepted", "forged_maker Never"]);
    assert_eq!(entries(&mut department).len(), 1);
    department.holds();
}

#[test]
fn the_time_for_it_ends_by_itself_and_by_the_administrators_word() {
    for by_hand in [false, true] {
        let (department, mut ana, _) = backed_up();
        let (department, mut sol) = with_device(department, "sol");
        let person = department.open_case(&mut ana, "Case Alder");
        department.received(&mut sol);
        let mut department = restored(department);
        let epoch = begun(&department, &mut sol);
        let at = match by_hand {
            true => {
                assert!(department.office.admin().close_restore(later(2)).unwrap());
                assert!(!department.office.admin().close_restore(later(2)).unwrap(), "only once");
                later(2)
            }
            false => later(1) + Span::from_days(14),
        };
        let response = offered(&department, &mut sol, (epoch, at), &[], vec![person.push()], false);
        assert_eq!(outcomes(&response), ["not_vouched Never"], "by hand: {by_hand}");
        // It comes to an end all the same, and a supervisor may take what was refused.
        let told = offered(&department, &mut sol, (epoch, at), &[], vec![], true);
        assert!(told.reconcile.unwrap().finished);
        let entry = *entries(&mut department).last().unwrap();
        decide(&mut department, "sol", entry, RefusedDecision::Accept).unwrap();
        assert!(received(&department, &mut sol).contains(&person.record));
        // What a device wrote itself is taken as ever, and known by now.
        let epoch = begun(&department, &mut ana);
        let fresh = encounter(&mut ana, Some(person.record.into()));
        let push = vec![person.push(), fresh.push()];
        let response = offered(&department, &mut ana, (epoch, at), &[], push, false);
        assert_eq!(outcomes(&response), ["known", "accepted"], "by hand: {by_hand}");
        department.holds();
    }
}

/// A clinic whose server was restored: Ana's phone knows of it, and brings back what it lost.
struct Lost {
    department: TestDepartment,
    hana: RawDevice,
    ana: RawDevice,
    contact: Made,
    /// By which the hospital opens its records to Ana's program, in Hana's name.
    consent: Made,
    bedside: RecordId,
}

impl Lost {
    fn new() -> Self {
        let mut clinic = Clinic::new();
        clinic.department.office.assign(NOW, "ana", clinic.case);
        clinic.department.office.member(NOW, "hugo", "SUP", "hospital_response");
        clinic.ana_receives(NOW);
        let Clinic { mut department, mut hana, mut ana, case, bedside, .. } = clinic;
        back_up(&mut department);
        // Something later, so that Ana's phone knows that the server lost something.
        let contact = department.meet(&mut ana, case);
        let department = restored(department);
        let release = [
            content::choice("kind", "hipaa"),
            content::option("opens", "hsp"),
            content::option("to_programs", "street_outreach"),
            content::instant("signed", NOW),
        ];
        let consent = hana.make_for(&hospital(), NOW, "consent", Some(case), &release);
        Self { department, hana, ana, contact, consent, bedside }
    }
}

fn approval() -> Edit {
    content::choice("approval", "approved")
}

/// A town with a backup, and Ana's and Ben's devices, which know of something later.
pub(crate) fn backed_up() -> (TestDepartment, RawDevice, RawDevice) {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    back_up(&mut department);
    for device in [&mut ana, &mut ben] {
        department.open_case(device, "Case Ficus");
        department.received(device);
    }
    (department, ana, ben)
}

fn with_device(mut department: TestDepartment, name: &str) -> (TestDepartment, RawDevice) {
    let device = department.device(name);
    (department, device)
}

fn back_up(department: &mut TestDepartment) {
    let file = department.office.path().join("backup");
    if file.exists() {
        std::fs::remove_file(&file).unwrap();
    }
    department.office.admin().backup(NOW, &file).unwrap();
}

pub(crate) fn begun(department: &TestDepartment, device: &mut RawDevice) -> Epoch {
    device.send(&department.service, later(2), device.request()).reconcile.unwrap().epoch
}

fn pushes(
    department: &TestDepartment,
    device: &mut RawDevice,
    epoch: Epoch,
    push: Vec<PushV1>,
) -> SyncResponseV1 {
    offered(department, device, (epoch, later(2)), &[], push, false)
}

fn offers(
    department: &TestDepartment,
    device: &mut RawDevice,
    epoch: Epoch,
    holds: &[RecordId],
    push: Vec<PushV1>,
    complete: bool,
) -> SyncResponseV1 {
    offered(department, device, (epoch, later(2)), holds, push, complete)
}

fn finish(department: &TestDepartment, device: &mut RawDevice, epoch: Epoch) {
    assert!(offers(department, device, epoch, &[], vec![], true).reconcile.unwrap().finished);
}

fn received(department: &TestDepartment, device: &mut RawDevice) -> BTreeSet<RecordId> {
    device.cursor = None;
    device.pull(&department.service, later(3)).into_keys().collect()
}

pub(crate) fn offered(
    department: &TestDepartment,
    device: &mut RawDevice,
    (epoch, at): (Epoch, Timestamp),
    holds: &[RecordId],
    push: Vec<PushV1>,
    complete: bool,
) -> SyncResponseV1 {
    let mut request = device.request();
    request.push = push;
    let holds = holds
        .iter()
        .map(|record| RecordCheckV1 { record: *record, check: CheckV1 { count: 9, xor: [9; 16] } });
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds: holds.collect(), complete });
    device.send(&department.service, at, request)
}
