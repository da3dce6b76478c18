//! A consent opens records to the programs it names, until it expires or is revoked.

use std::collections::BTreeSet;

use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::ids::{CaseId, ProgramCode, RecordId};
use model::record::Edit;
use model::time::Timestamp;
use model::wire::SyncResponseV1;
use server::admin::AuditFilter;

use crate::department::{NOW, TestDepartment, edited, later, outcomes, quality};
use crate::restore::restored;

#[test]
fn a_signed_consent_opens_exactly_what_it_names() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    assert_eq!(clinic.ana_receives(NOW), [clinic.person].into());
    let consent = clinic.consent(&[content::instant("signed", NOW)]);
    assert_eq!(clinic.ana_receives(NOW), [clinic.bedside, consent.record].into());
    // Ben does the same work and is not assigned; Rosa is assigned, and her program is not named.
    let department = &mut clinic.department;
    department.office.member(NOW, "rosa", "RN", "reentry");
    department.office.assign(NOW, "rosa", clinic.case);
    let (mut ben, mut rosa) = (department.device("ben"), department.device("rosa"));
    assert!(department.received(&mut ben).is_empty());
    assert_eq!(department.received(&mut rosa), [clinic.person, consent.record].into());
    department.holds();
}

#[test]
fn what_a_consent_alone_opens_is_noted_as_disclosed() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let consent = clinic.consent(&[content::instant("signed", NOW)]);
    clinic.ana_receives(NOW);
    // Hana reads the same on another device, as her work.
    let mut again = clinic.department.device("hana");
    clinic.department.received(&mut again);
    let rows = clinic.department.office.admin().audit(&AuditFilter::default()).unwrap();
    let disclosed: Vec<_> = rows.iter().filter(|row| row.act == "disclose").collect();
    assert_eq!(disclosed.len(), 1);
    assert_eq!(disclosed[0].object, format!("consent {}", consent.record));
    assert_eq!(disclosed[0].outcome, "1 records of HSP");
    assert!(disclosed[0].actor.contains(&clinic.ana.user.to_string()));
}

#[test]
fn whoever_reads_by_a_consent_edits_nothing_of_it() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    clinic.consent(&[content::instant("signed", NOW)]);
    let mut bedside = clinic.department.pulled(&mut clinic.ana).remove(&clinic.bedside).unwrap();
    let edit = content::choice("approach", "declined");
    let push = edited(&mut clinic.ana, clinic.bedside, &mut bedside, std::slice::from_ref(&edit));
    let response = clinic.ana.push(&clinic.department.service, NOW, vec![push]);
    assert_eq!(outcomes(&response), ["reads_by_consent Never"]);
    // Whose work it is goes on with it.
    let mut here = clinic.department.pulled(&mut clinic.ana).remove(&clinic.bedside);
    assert!(here.is_none(), "nothing came of it");
    let mut again = clinic.department.device("hana");
    here = clinic.department.pulled(&mut again).remove(&clinic.bedside);
    let push = edited(&mut again, clinic.bedside, &mut here.unwrap(), &[edit]);
    assert_eq!(outcomes(&again.push(&clinic.department.service, NOW, vec![push])), ["accepted"]);
    clinic.department.holds();
}

#[test]
fn a_consent_that_expires_closes_at_the_next_request_of_anybody() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let ends = content::instant("expires", later(60));
    clinic.consent(&[content::instant("signed", NOW), ends]);
    assert!(clinic.ana_receives(NOW).contains(&clinic.bedside));
    assert_eq!(taken(&clinic.ana_asks(later(59))), "");
    let before = clinic.department.service.head().unwrap();
    // Nobody presses a button: Hana asks for something else.
    clinic.hana.send(&clinic.department.service, later(60), clinic.hana.request());
    let news = clinic.department.service.news_for(clinic.ana.who(), before).unwrap();
    assert!(news.is_some(), "Ana's phone is told that there is something");
    assert_eq!(taken(&clinic.ana_asks(later(61))), "HSP");
    assert!(clinic.ana_asks(later(62)).pull.is_empty());
    clinic.department.holds();
}

#[test]
fn the_first_request_after_the_end_is_answered_as_after_the_end() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let ends = content::instant("expires", later(60));
    clinic.consent(&[content::instant("signed", NOW), ends]);
    // A phone that never asked in the meantime gets nothing of it.
    assert!(!clinic.ana_receives(later(60)).contains(&clinic.bedside));
    let mut request = clinic.ana.request();
    request.refetch = vec![clinic.bedside];
    assert!(clinic.ana.send(&clinic.department.service, later(60), request).pull.is_empty());
}

#[test]
fn a_consent_begins_when_it_is_signed_and_not_before() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let mut consent = clinic.consent(&[]);
    assert!(!clinic.ana_receives(NOW).contains(&clinic.bedside), "nobody has signed it");
    let signed = content::instant("signed", later(10));
    assert_eq!(clinic.hana_edits(&mut consent, NOW, signed), "accepted");
    assert!(!clinic.ana_receives(later(9)).contains(&clinic.bedside));
    assert_eq!(clinic.ana_receives(later(10)), [clinic.bedside].into());
}

#[test]
fn whoever_is_on_the_case_takes_a_consent_back_and_only_a_supervisor_gives_it_again() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let consent = clinic.consent(&[content::instant("signed", NOW)]);
    let mut pulled = clinic.department.pulled(&mut clinic.ana);
    let mut here = pulled.remove(&consent.record).unwrap();
    let revoked = content::instant("revoked", later(5));
    let push = edited(&mut clinic.ana, consent.record, &mut here, &[revoked]);
    let response = clinic.ana.push(&clinic.department.service, later(1), vec![push]);
    assert_eq!(outcomes(&response), ["accepted"]);
    assert_eq!(taken(&response), "HSP", "with the answer to the very same request");

    let cleared = Edit::Clear { field: content::field("revoked") };
    let push = edited(&mut clinic.ana, consent.record, &mut here, &[cleared]);
    let response = clinic.ana.push(&clinic.department.service, later(2), vec![push]);
    assert_eq!(outcomes(&response), ["not_discloser Never"]);
    assert!(clinic.ana_receives(later(3)).is_empty());
    clinic.department.holds();
}

#[test]
fn nobody_opens_to_themselves_what_others_keep() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let release = [
        content::choice("kind", "hipaa"),
        content::option("opens", "hsp"),
        content::option("to_programs", "street_outreach"),
        content::instant("signed", NOW),
    ];
    let made = clinic.ana.make(NOW, "consent", Some(clinic.case), &release);
    let response = clinic.ana.push(&clinic.department.service, NOW, vec![made.push()]);
    assert_eq!(outcomes(&response), ["not_discloser Never"]);
    // Nor in a consent that opens nothing yet, for somebody else to complete.
    let [kind, _, lets_in, signed] = release;
    let case = Some(clinic.case);
    let empty = clinic.ana.make(NOW, "consent", case, &[kind.clone(), lets_in, signed.clone()]);
    let plain = clinic.ana.make(NOW, "consent", case, &[kind, signed]);
    let push = vec![empty.push(), plain.push()];
    let response = clinic.ana.push(&clinic.department.service, NOW, push);
    assert_eq!(outcomes(&response), ["not_discloser Never", "accepted"]);
    assert!(!clinic.ana_receives(NOW).contains(&clinic.bedside));
    clinic.department.holds();
}

#[test]
fn what_was_written_without_knowing_what_it_opens_lets_nobody_in() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    // Ana says that her own notes are open to the hospital, before she has seen what Hana adds.
    let kind = content::choice("kind", "hipaa");
    let case = Some(clinic.case);
    let mut consent = clinic.ana.make(NOW, "consent", case, &[kind]);
    let response = clinic.ana.push(&clinic.department.service, NOW, vec![consent.push()]);
    assert_eq!(outcomes(&response), ["accepted"]);
    let mut seen = model::document::Document::load(&consent.document.save()).unwrap();
    let opens = [content::option("opens", "hsp"), content::option("to_programs", "reentry")];
    let push = edited(&mut clinic.hana, consent.record, &mut seen, &opens);
    let response = clinic.hana.push(&clinic.department.service, NOW, vec![push]);
    assert_eq!(outcomes(&response), ["accepted"]);
    let to_us =
        [content::option("opens", "out"), content::option("to_programs", "street_outreach")];
    let push = edited(&mut clinic.ana, consent.record, &mut consent.document, &to_us);
    let response = clinic.ana.push(&clinic.department.service, NOW, vec![push]);
    assert_eq!(outcomes(&response), ["not_discloser Never"]);
    clinic.department.holds();
}

#[test]
fn of_two_ends_written_at_once_the_first_counts() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let mut consent = clinic.consent(&[content::instant("signed", NOW)]);
    let mut other = model::document::Document::load(&consent.document.save()).unwrap();
    let late = content::instant("expires", later(600));
    assert_eq!(clinic.hana_edits(&mut consent, NOW, late), "accepted");
    // Another phone of hers had not seen that.
    let mut second = clinic.department.device("hana");
    let early = content::instant("expires", later(60));
    let push = edited(&mut second, consent.record, &mut other, &[early]);
    assert_eq!(outcomes(&second.push(&clinic.department.service, NOW, vec![push])), ["accepted"]);
    assert!(clinic.ana_receives(later(59)).contains(&clinic.bedside));
    assert_eq!(taken(&clinic.ana_asks(later(60))), "HSP");
}

#[test]
fn a_consent_ends_on_a_server_that_was_put_back_from_a_backup_too() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let ends = content::instant("expires", later(60));
    clinic.consent(&[content::instant("signed", NOW), ends]);
    clinic.ana_receives(NOW);
    let file = clinic.department.office.path().join("backup");
    clinic.department.office.admin().backup(NOW, &file).unwrap();
    let Clinic { department, mut ana, bedside, .. } = clinic;
    let department = restored(department);
    department.holds();
    let answer = ana.send(&department.service, later(2), ana.request());
    assert_eq!(taken(&answer), "");
    let answer = ana.send(&department.service, later(61), ana.request());
    assert_eq!(taken(&answer), "HSP");
    let mut request = ana.request();
    request.refetch = vec![bedside];
    assert!(ana.send(&department.service, later(61), request).pull.is_empty());
}

#[test]
fn assigned_after_the_consent_or_taken_off_the_case_follows_it_too() {
    let mut clinic = Clinic::new();
    clinic.consent(&[content::instant("signed", NOW)]);
    assert!(clinic.ana_receives(NOW).is_empty());
    clinic.department.office.assign(NOW, "ana", clinic.case);
    assert!(clinic.ana_receives(NOW).contains(&clinic.bedside));
    clinic.department.office.admin().unassign(NOW, "ana", clinic.case).unwrap();
    assert_eq!(taken(&clinic.ana_asks(NOW)), "HSP IDN OUT");
}

/// A hospital's case, with an encounter at the bedside, and an outreach worker.
pub(crate) struct Clinic {
    pub(crate) department: TestDepartment,
    pub(crate) hana: RawDevice,
    pub(crate) ana: RawDevice,
    pub(crate) case: CaseId,
    person: RecordId,
    pub(crate) bedside: RecordId,
}

impl Clinic {
    pub(crate) fn new() -> Self {
        let mut department = TestDepartment::new();
        department.office.member(NOW, "hana", "HR", "hospital_response");
        let (mut hana, ana) = (department.device("hana"), department.device("ana"));
        let name = content::text("name", "Case Alder");
        let person = hana.make_for(&hospital(), NOW, "person", None, &[name, quality()]);
        let case = CaseId::from(person.record);
        let approach = content::choice("approach", "accepted");
        let bedside = hana.make_for(&hospital(), NOW, "bedside_encounter", Some(case), &[approach]);
        let response = hana.push(&department.service, NOW, vec![person.push(), bedside.push()]);
        assert_eq!(outcomes(&response), ["accepted", "accepted"]);
        Self { department, hana, ana, case, person: person.record, bedside: bedside.record }
    }

    /// Hana notes a release of the bedside encounters to outreach.
    pub(crate) fn consent(&mut self, more: &[Edit]) -> Made {
        let mut edits = vec![
            content::choice("kind", "hipaa"),
            content::option("opens", "hsp"),
            content::option("to_programs", "street_outreach"),
        ];
        edits.extend_from_slice(more);
        let case = Some(self.case);
        let made = self.hana.make_for(&hospital(), NOW, "consent", case, &edits);
        let response = self.hana.push(&self.department.service, NOW, vec![made.push()]);
        assert_eq!(outcomes(&response), ["accepted"]);
        made
    }

    fn hana_edits(&mut self, made: &mut Made, now: Timestamp, edit: Edit) -> String {
        let push = edited(&mut self.hana, made.record, &mut made.document, &[edit]);
        outcomes(&self.hana.push(&self.department.service, now, vec![push])).remove(0)
    }

    pub(crate) fn ana_receives(&mut self, now: Timestamp) -> BTreeSet<RecordId> {
        self.ana.pull(&self.department.service, now).into_keys().collect()
    }

    /// One request of Ana's phone, after which it stands where it was told.
    fn ana_asks(&mut self, now: Timestamp) -> SyncResponseV1 {
        let response = self.ana.send(&self.department.service, now, self.ana.request());
        self.ana.cursor = response.cursor;
        response
    }
}

pub(crate) fn hospital() -> ProgramCode {
    "hospital_response".parse().unwrap()
}

/// The compartments that an answer takes away.
fn taken(response: &SyncResponseV1) -> String {
    let codes: BTreeSet<_> =
        response.revoked.iter().map(|gone| gone.scope.compartment.to_string()).collect();
    codes.into_iter().collect::<Vec<_>>().join(" ")
}
