//! Work that its author made before they could know that a right was gone, and what becomes of work
//! that comes too late: it waits, readable, until a supervisor has decided.

use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::ids::{ChangeHash, Scope};
use model::time::{Span, Timestamp};
use model::wire::{DecidedV1, DecisionV1, SyncResponseV1};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::admin::AdminError;
use server::admin::{AuditFilter, RefusedDecision};
use server::console::{DecideRefusal, RefusalView};

use crate::department::{NOW, TestDepartment, edited, encounter, later, outcomes, quality};
use crate::phone::Phone;

const REASON: &str = "written before the case moved";

/// Longer than a lease and the days that a phone has to come back to a network.
const TOO_LATE: Timestamp = Timestamp::from_millis(NOW.as_millis() + 8 * 24 * 60 * 60 * 1_000);

#[test]
fn a_contact_recorded_before_its_authors_role_was_withdrawn_is_taken() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    let unsent = encounter(&mut ana, Some(person.record.into()));
    withdraw(&mut department, "ana");
    let response = ana.push(&department.service, later(60), vec![unsent.push()]);
    assert_eq!(outcomes(&response), ["accepted"]);
    assert!(gone(&response).contains(&"OUT".to_owned()), "and leaves the phone: {response:?}");
    assert!(department.received(&mut sol).contains(&unsent.record));
    department.holds();
}

#[test]
fn a_case_opened_before_its_authors_role_was_withdrawn_is_taken_and_leaves_the_phone() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    department.received(&mut ana);
    withdraw(&mut department, "ana");
    let person = person(&mut ana, "Case Alder");
    let response = ana.push(&department.service, later(60), vec![person.push()]);
    assert_eq!(outcomes(&response), ["accepted"]);
    assert_eq!(gone(&response), ["IDN"]);
    assert_eq!(department.received(&mut sol), [person.record].into());
    department.holds();
}

#[test]
fn what_a_phones_first_request_hands_in_under_a_lost_role_leaves_it_again() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = person(&mut ana, "Case Alder");
    withdraw(&mut department, "ana");
    let response = ana.push(&department.service, later(60), vec![person.push()]);
    assert_eq!(outcomes(&response), ["accepted"]);
    assert_eq!(gone(&response), ["IDN"]);
    department.holds();
}

#[test]
fn what_comes_after_the_lease_and_the_days_to_come_back_is_not_taken_and_can_be_read() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    let contact = encounter(&mut ana, Some(person.record.into()));
    let edit = [content::text("safe_contact", "after six")];
    let edit = edited(&mut ana, person.record, &mut person.document, &edit);
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let response = ana.push(&department.service, TOO_LATE, vec![contact.push(), edit]);
    assert_eq!(outcomes(&response), ["not_assigned Never", "not_assigned Never"]);
    assert!(!department.received(&mut sol).contains(&contact.record));

    // Each record's part is an entry. What stood in the record, and what would.
    let [of_edit, of_contact] = entries(&mut department).try_into().unwrap();
    let view = show(&mut department, "sol", of_edit).unwrap();
    let name = |view: &RefusalView| view.before.as_ref().unwrap()["name"].clone();
    assert_eq!((view.by.as_str(), view.is_new, name(&view)), ("ana", false, "Case Alder".into()));
    assert_eq!(view.fields.as_ref().unwrap()["safe_contact"], "after six");
    let view = show(&mut department, "sol", of_contact).unwrap();
    assert_eq!((view.is_new, view.unreadable), (true, 0));
    assert!(view.fields.unwrap().contains_key("note"), "what was recorded");

    // Accepted, it is in its record under its author's name, and everybody receives it.
    for entry in [of_edit, of_contact] {
        decide(&mut department, "sol", entry, RefusedDecision::Accept).unwrap();
    }
    assert!(entries(&mut department).is_empty());
    let pulled = sol.pull(&department.service, TOO_LATE);
    assert!(pulled.contains_key(&contact.record) && pulled.contains_key(&person.record));
    let told = asked(&mut ana, &department, vec![contact.change.hash]);
    assert_eq!(
        (told[0].decision, told[0].by.as_deref(), told[0].reason.as_deref()),
        (DecisionV1::Accepted, Some("sol"), Some(REASON))
    );
    let filter =
        AuditFilter { act: Some("accept refused work".parse().unwrap()), ..AuditFilter::default() };
    assert_eq!(department.office.admin().audit(&filter).unwrap().len(), 2);
    department.holds();
}

#[test]
fn what_a_delayed_request_has_taken_after_it_was_refused_is_on_its_phone_again() {
    let mut department = TestDepartment::new();
    let mut ana = Phone::of(&mut department, "ana");
    let name = vec![content::text("name", "Case Alder"), quality()];
    let person = ana.make("person", None, name);
    ana.hands_over(&department);
    ana.edit(person, vec![content::text("safe_contact", "after six")]).unwrap();
    department.office.admin().unassign(NOW, "ana", person.into()).unwrap();
    let exchanged = ana.synchronizes(&department, TOO_LATE);
    let (request, answer) = &exchanged[0];
    assert_eq!(outcomes(answer), ["not_assigned Never"]);

    // The case is theirs again when the network delivers the request once more.
    department.office.admin().assign(TOO_LATE, "ana", person.into()).unwrap();
    let rng = &mut ana.rng;
    let again = department.service.sync(TOO_LATE, rng, &ana.who, request.clone()).unwrap();
    assert_eq!(outcomes(&again), ["accepted"]);
    ana.synchronizes(&department, TOO_LATE);
    let shown = ana.device.show(NOW, person).unwrap();
    assert_eq!(shown.fields["safe_contact"], "after six");
    department.holds();
}

#[test]
fn what_was_dismissed_is_listed_no_more_and_its_author_is_told_why() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let (entry, late) = refused_contact(&mut department, &mut ana);
    decide(&mut department, "sol", entry, RefusedDecision::Dismiss).unwrap();
    assert!(entries(&mut department).is_empty());
    let again = decide(&mut department, "sol", entry, RefusedDecision::Accept);
    assert!(again.is_err(), "it was decided");
    let told = asked(&mut ana, &department, vec![late.change.hash, ChangeHash([9; 32])]);
    assert_eq!(told.len(), 1, "and of nothing else");
    assert_eq!(
        (told[0].decision, told[0].reason.as_deref()),
        (DecisionV1::Dismissed, Some(REASON))
    );
    // The same again changes nothing of that.
    let response = ana.push(&department.service, TOO_LATE, vec![late.push()]);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
    assert!(entries(&mut department).is_empty());
    let mut other = department.device("ana");
    assert!(
        asked(&mut other, &department, vec![late.change.hash]).is_empty(),
        "nobody else is told"
    );
    department.holds();
}

#[test]
fn an_entry_is_for_those_who_supervise_such_records_and_does_not_exist_for_others() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    department.office.member(NOW, "hugo", "SUP", "hospital_response");
    department.office.member(NOW, "dora", "DIR", "street_outreach");
    department.office.member(NOW, "paz", "PRV", "professional_standards");
    let (entry, _) = refused_contact(&mut department, &mut ana);
    for name in ["ana", "ben", "hugo", "dora"] {
        let hidden = show(&mut department, name, entry).unwrap_err().to_string();
        let absent = show(&mut department, name, 4_711).unwrap_err().to_string();
        assert_eq!(hidden, absent, "{name}");
        assert!(decide(&mut department, name, entry, RefusedDecision::Accept).is_err(), "{name}");
        assert!(decide(&mut department, name, entry, RefusedDecision::Dismiss).is_err(), "{name}");
    }
    assert!(show(&mut department, "sol", entry).is_ok());
    assert!(show(&mut department, "paz", entry).is_ok(), "the privacy officer, with a reason");
    let short = DecideRefusal { entry, reason: "because".into() };
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let dismiss = RefusedDecision::Dismiss;
    let refused =
        department.office.admin().decide_refused(TOO_LATE, &mut rng, "sol", &short, dismiss);
    assert!(matches!(refused, Err(AdminError::Console(_))), "nothing is decided without a reason");
}

#[test]
fn a_phone_enrolled_after_the_loss_writes_nothing_there() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let mut person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    withdraw(&mut department, "ana");
    // It says that it holds something, so that nothing tells the server that it begins.
    let mut new = department.device("ana");
    new.seen = ana.seen;
    let contact = encounter(&mut new, Some(person.record.into()));
    let edit = [content::text("safe_contact", "after six")];
    let edit = edited(&mut new, person.record, &mut person.document, &edit);
    let own = self::person(&mut new, "Case Birch");
    let response = new.push(&department.service, later(1), vec![contact.push(), edit, own.push()]);
    assert_eq!(outcomes(&response), ["role Never", "not_assigned Never", "role Never"]);
    assert_eq!(entries(&mut department).len(), 3, "kept for a supervisor");
    department.holds();
}

#[test]
fn a_phone_that_never_says_that_it_dropped_a_case_writes_there_for_a_week_at_most() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    withdraw(&mut department, "ana");
    for (days, expected) in [(1, "accepted"), (6, "accepted"), (8, "role Never")] {
        let contact = encounter(&mut ana, Some(person.record.into()));
        let at = NOW + Span::from_days(days);
        let response = ana.push(&department.service, at, vec![contact.push()]);
        assert_eq!(outcomes(&response), [expected], "after {days} days");
    }
    department.holds();
}

#[test]
fn what_a_revoked_phone_hands_over_is_read_and_accepted() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let alder = department.open_case(&mut ana, "Case Alder");
    department.received(&mut sol);
    department.office.admin().revoke_device(NOW, ana.id).unwrap();
    let contact = encounter(&mut ana, Some(alder.record.into()));
    let birch = person(&mut ana, "Case Birch");
    let response = ana.push(&department.service, later(1), vec![contact.push(), birch.push()]);
    assert_eq!(outcomes(&response), ["device_revoked Never", "device_revoked Never"]);
    for entry in entries(&mut department) {
        assert!(show(&mut department, "sol", entry).unwrap().fields.is_some());
        decide(&mut department, "sol", entry, RefusedDecision::Accept).unwrap();
    }
    assert_eq!(department.received(&mut sol), [contact.record, birch.record].into());
    department.holds();
}

#[test]
fn accepting_opens_no_case_to_a_program_that_does_not_work_on_it() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    department.office.member(NOW, "hugo", "SUP", "hospital_response");
    let person = department.open_case(&mut ana, "Case Alder");
    let program = "hospital_response".parse().unwrap();
    let edits = [
        content::choice("approach", "accepted"),
        content::choice("injury", "gsw"),
        content::text("note", "seen in the ward"),
    ];
    let case = Some(person.record.into());
    let foreign = ben.make_for(&program, NOW, "bedside_encounter", case, &edits);
    let response = ben.push(&department.service, NOW, vec![foreign.push()]);
    assert!(outcomes(&response)[0].ends_with("Never"), "{response:?}");
    let [entry] = entries(&mut department).try_into().unwrap();
    assert!(show(&mut department, "hugo", entry).is_ok(), "it is of hugo's program");
    let refused = decide(&mut department, "hugo", entry, RefusedDecision::Accept).unwrap_err();
    assert_eq!(refused.to_string(), "no program that you supervise works on this case");
    let mut hugo = department.device("hugo");
    assert!(department.received(&mut hugo).is_empty());
    department.holds();
}

/// A contact in a case that its author has lost for too long, and the entry that it became.
fn refused_contact(department: &mut TestDepartment, ana: &mut RawDevice) -> (i64, Made) {
    let person = department.open_case(ana, "Case Alder");
    department.received(ana);
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let late = encounter(ana, Some(person.record.into()));
    let response = ana.push(&department.service, TOO_LATE, vec![late.push()]);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
    let [entry] = entries(department).try_into().unwrap();
    (entry, late)
}

fn person(device: &mut RawDevice, name: &str) -> Made {
    device.make(NOW, "person", None, &[content::text("name", name), quality()])
}

fn withdraw(department: &mut TestDepartment, name: &str) {
    let (role, program) = ("OW".parse().unwrap(), content::program());
    department.office.admin().user_revoke_role(NOW, name, &role, &program).unwrap();
}

/// The entries that wait, newest first.
pub(crate) fn entries(department: &mut TestDepartment) -> Vec<i64> {
    let rows = department.office.admin().quarantine().unwrap();
    let mut entries: Vec<i64> = rows.iter().map(|row| row.entry).collect();
    entries.dedup();
    entries
}

pub(crate) fn show(
    department: &mut TestDepartment,
    name: &str,
    entry: i64,
) -> Result<RefusalView, AdminError> {
    let asked = DecideRefusal { entry, reason: REASON.into() };
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    department.office.admin().show_refused(TOO_LATE, &mut rng, name, &asked)
}

pub(crate) fn decide(
    department: &mut TestDepartment,
    name: &str,
    entry: i64,
    decision: RefusedDecision,
) -> Result<(), AdminError> {
    let asked = DecideRefusal { entry, reason: REASON.into() };
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let admin = department.office.admin();
    let decided = admin.decide_refused(TOO_LATE, &mut rng, name, &asked, decision)?;
    assert_eq!(decided.left, Vec::<String>::new());
    Ok(())
}

/// Returns the decisions that the server sends to a device that awaits them.
fn asked(
    device: &mut RawDevice,
    department: &TestDepartment,
    awaits: Vec<ChangeHash>,
) -> Vec<DecidedV1> {
    let mut request = device.request();
    request.awaits = awaits;
    device.send(&department.service, TOO_LATE, request).decided
}

/// The compartments that a phone is told to drop.
fn gone(response: &SyncResponseV1) -> Vec<String> {
    let scopes = response.revoked.iter().map(|gone| &gone.scope);
    scopes.map(|scope: &Scope| scope.compartment.to_string()).collect()
}
