//! Cases that go from one person to another: within a program at once, to another program when that
//! takes them over; and that what is shown before is what happens.

use model::ids::{CaseId, CompartmentCode, UserId};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use server::admin::{AuditAct, AuditFilter};
use server::console::{
    AssignCase, Assigned, ConsoleError, ConsoleUser, Receiver, TransferAnswer, TransferState,
    TransferView,
};

use crate::department::{NOW, TestDepartment, outcomes};
use crate::lists::{Person, at_the_console};

#[test]
fn what_a_preview_shows_is_what_opens_and_closes_on_the_phones() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let case: CaseId = department.open_case(&mut ana, "Case Alder").record.into();
    let met = department.meet(&mut ana, case).record;
    department.received(&mut ana);
    let sol = Person::new(&mut department, "sol").signs_in(&mut department, NOW);
    let (from, to) = (user(&mut department, "ana"), user(&mut department, "ben"));
    assert!(department.received(&mut ben).is_empty());
    let given = AssignCase { case, from: Some(from), to: Receiver::Worker(to) };
    at_the_console(&department, &sol, |console| {
        let choices = console.assign_choices(case).unwrap();
        assert_eq!(choices.from, [(from, "ana".to_owned())]);
        assert_eq!(choices.to, [(to, "ben".to_owned())]);
        let preview = console.assign_preview(&given).unwrap();
        assert_eq!((preview.from.as_deref(), preview.to.as_deref()), (Some("ana"), Some("ben")));
        assert_eq!(preview.opens, [(code("IDN"), 1), (code("OUT"), 1)]);
        assert_eq!(preview.closes, [code("IDN"), code("OUT")]);
        assert!(preview.loses_sight && preview.needs_consent.is_empty());
        assert_eq!(preview.devices.len(), 1);
        assert_eq!(console.assign(rng(), &given, "").unwrap(), Assigned::Done);
        // It has happened: nobody hands over what they do not have.
        let again = console.assign(rng(), &given, "");
        assert_eq!(invalid(again), "assign_from");
    });
    let mine = department.received(&mut ben);
    assert!(mine.contains(&case.into()) && mine.contains(&met) && mine.len() == 2);
    let request = ana.request();
    let told = ana.send(&department.service, NOW, request);
    assert_eq!(told.revoked.len(), 2, "{:?}", told.revoked);
    department.holds();
}

#[test]
fn what_a_phone_has_not_sent_when_its_case_moves_still_arrives() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let case: CaseId = department.open_case(&mut ana, "Case Alder").record.into();
    department.received(&mut ana);
    let unsent = crate::department::encounter(&mut ana, Some(case));
    let sol = Person::new(&mut department, "sol").signs_in(&mut department, NOW);
    let (from, to) = (user(&mut department, "ana"), user(&mut department, "ben"));
    let given = AssignCase { case, from: Some(from), to: Receiver::Worker(to) };
    at_the_console(&department, &sol, |console| {
        console.assign(rng(), &given, "").unwrap();
    });
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![unsent.push()])), ["accepted"]);
}

#[test]
fn another_program_has_a_case_when_it_takes_it_over_and_not_before() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "hana", "HR", "hospital_response");
    department.office.member(NOW, "hugo", "SUP", "hospital_response");
    let mut ana = department.device("ana");
    let case: CaseId = department.open_case(&mut ana, "Case Alder").record.into();
    department.meet(&mut ana, case);
    let sol = Person::new(&mut department, "sol").signs_in(&mut department, NOW);
    let hugo = Person::new(&mut department, "hugo").signs_in(&mut department, NOW);
    let hana = user(&mut department, "hana");
    let from = user(&mut department, "ana");
    let hospital = Receiver::Program("hospital_response".parse().unwrap());
    let asked = AssignCase { case, from: Some(from), to: hospital };
    at_the_console(&department, &sol, |console| {
        let choices = console.assign_choices(case).unwrap();
        let programs: Vec<_> = choices.programs.iter().map(ToString::to_string).collect();
        assert!(programs.contains(&"hospital_response".to_owned()));
        // Whoever works there has nothing to do with outreach's people.
        assert!(!programs.contains(&"victim_services".to_owned()), "{programs:?}");
        assert!(!programs.contains(&"task_force".to_owned()), "{programs:?}");
        let preview = console.assign_preview(&asked).unwrap();
        assert_eq!(preview.opens, [(code("IDN"), 1)]);
        assert_eq!(preview.needs_consent, [code("OUT")]);
        assert_eq!(invalid(console.assign(rng(), &asked, "short")), "reason_length");
        let done = console.assign(rng(), &asked, "moved to a ward, needs bedside work");
        assert_eq!(done.unwrap(), Assigned::Asked);
        let twice = console.assign(rng(), &asked, "moved to a ward, needs bedside work");
        assert_eq!(invalid(twice), "transfer_waits");
        let [row] = transfers(console);
        assert!(row.asked && !row.decides);
        let answer = TransferAnswer::Accept(hana);
        assert!(hidden(console.answer_transfer(rng(), row.transfer, &answer)));
    });
    at_the_console(&department, &hugo, |console| {
        let [row] = transfers(console);
        assert_eq!(row.reason.as_deref(), Some("moved to a ward, needs bedside work"));
        assert!(row.decides && hidden(console.assign_choices(case)));
        // Nobody but those of the program works on it.
        let answer = TransferAnswer::Accept(from);
        assert_eq!(invalid(console.answer_transfer(rng(), row.transfer, &answer)), "assign_to");
        console.answer_transfer(rng(), row.transfer, &TransferAnswer::Accept(hana)).unwrap();
        let again = console.answer_transfer(rng(), row.transfer, &TransferAnswer::Accept(hana));
        assert_eq!(invalid(again), "transfer_settled");
        let [row] = transfers(console);
        assert_eq!((row.state, row.to.as_deref()), (TransferState::Accepted, Some("hana")));
        assert_eq!(console.assign_choices(case).unwrap().from, [(hana, "hana".to_owned())]);
    });
    let mut phone = department.device("hana");
    assert!(department.received(&mut phone).contains(&case.into()));
    assert_eq!(phone.pull(&department.service, NOW).len(), 0);
    department.holds();
}

#[test]
fn who_works_in_both_programs_keeps_a_case_that_they_hand_over_to_themselves() {
    let mut department = TestDepartment::new();
    let (role, program) = ("HR".parse().unwrap(), "hospital_response".parse().unwrap());
    department.office.admin().user_grant(NOW, "ana", &role, &program).unwrap();
    department.office.member(NOW, "hugo", "SUP", "hospital_response");
    let mut ana = department.device("ana");
    let case: CaseId = department.open_case(&mut ana, "Case Alder").record.into();
    let sol = Person::new(&mut department, "sol").signs_in(&mut department, NOW);
    let hugo = Person::new(&mut department, "hugo").signs_in(&mut department, NOW);
    let from = user(&mut department, "ana");
    let asked = AssignCase { case, from: Some(from), to: Receiver::Program(program) };
    at_the_console(&department, &sol, |console| {
        console.assign(rng(), &asked, "moved to a ward, she goes on there").unwrap();
    });
    at_the_console(&department, &hugo, |console| {
        let [row] = transfers(console);
        console.answer_transfer(rng(), row.transfer, &TransferAnswer::Accept(from)).unwrap();
        assert_eq!(console.caseload_of(from).unwrap(), [case]);
    });
    assert!(department.received(&mut ana).contains(&case.into()));
    department.holds();
}

#[test]
fn whoever_looks_at_whom_a_case_could_be_given_to_is_in_the_audit() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let case: CaseId = department.open_case(&mut ana, "Case Alder").record.into();
    let sol = Person::new(&mut department, "sol").signs_in(&mut department, NOW);
    let (from, to) = (user(&mut department, "ana"), user(&mut department, "ben"));
    let given = AssignCase { case, from: Some(from), to: Receiver::Worker(to) };
    at_the_console(&department, &sol, |console| {
        console.assign_choices(case).unwrap();
        console.assign_preview(&given).unwrap();
        console.caseload_of(from).unwrap();
    });
    let filter = AuditFilter { act: Some(AuditAct::Read), ..AuditFilter::default() };
    let rows = department.office.admin().audit(&filter).unwrap();
    let read = |object: String| rows.iter().filter(|row| row.object == object).count();
    assert_eq!((read(format!("case {case}")), read(format!("user {from}"))), (2, 1));
}

#[test]
fn a_transfer_is_refused_with_a_reason_or_taken_back_and_then_it_may_be_asked_again() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "hugo", "SUP", "hospital_response");
    let mut ana = department.device("ana");
    let case: CaseId = department.open_case(&mut ana, "Case Alder").record.into();
    let sol = Person::new(&mut department, "sol").signs_in(&mut department, NOW);
    let hugo = Person::new(&mut department, "hugo").signs_in(&mut department, NOW);
    let hospital = Receiver::Program("hospital_response".parse().unwrap());
    let asked = AssignCase { case, from: None, to: hospital };
    at_the_console(&department, &sol, |console| {
        console.assign(rng(), &asked, "needs bedside work").unwrap();
        let [row] = transfers(console);
        console.answer_transfer(rng(), row.transfer, &TransferAnswer::TakeBack).unwrap();
        let twice = console.answer_transfer(rng(), row.transfer, &TransferAnswer::TakeBack);
        assert_eq!(invalid(twice), "transfer_settled");
        console.assign(rng(), &asked, "needs bedside work").unwrap();
    });
    at_the_console(&department, &hugo, |console| {
        let id = console.transfers().unwrap()[0].transfer;
        assert!(hidden(console.answer_transfer(rng(), id, &TransferAnswer::TakeBack)));
        let no = TransferAnswer::Refuse("no".to_owned());
        assert_eq!(invalid(console.answer_transfer(rng(), id, &no)), "reason_length");
        let why = "nobody is free before Monday";
        console.answer_transfer(rng(), id, &TransferAnswer::Refuse(why.to_owned())).unwrap();
        assert!(hidden(console.assign_choices(case)));
    });
    at_the_console(&department, &sol, |console| {
        let told = console.transfers().unwrap();
        assert_eq!(told[0].answer.as_deref(), Some("nobody is free before Monday"));
        assert_eq!(told[0].state, TransferState::Refused);
    });
    // The words of an erased case go with it, and what waited is asked no more.
    at_the_console(&department, &sol, |console| {
        console.assign(rng(), &asked, "needs bedside work").unwrap();
    });
    department.office.admin().erase(NOW, case, "order 26-2").unwrap();
    at_the_console(&department, &hugo, |console| {
        for row in console.transfers().unwrap() {
            assert_eq!((row.reason, row.answer, row.decides), (None, None, false));
        }
    });
    department.holds();
}

#[test]
fn nobody_gives_away_what_they_do_not_supervise() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "hugo", "SUP", "hospital_response");
    let mut ana = department.device("ana");
    let case: CaseId = department.open_case(&mut ana, "Case Alder").record.into();
    let (from, to) = (user(&mut department, "ana"), user(&mut department, "ben"));
    let nowhere = CaseId::from_bytes([9; 16]);
    for name in ["ana", "hugo"] {
        let who = Person::new(&mut department, name).signs_in(&mut department, NOW);
        at_the_console(&department, &who, |console| {
            for case in [case, nowhere] {
                let given = AssignCase { case, from: Some(from), to: Receiver::Worker(to) };
                assert!(hidden(console.assign_choices(case)), "{name}");
                assert!(hidden(console.assign_preview(&given)), "{name}");
                assert!(hidden(console.assign(rng(), &given, "")), "{name}");
            }
            assert!(hidden(console.caseload_of(from)), "{name}");
        });
    }
    let sol = Person::new(&mut department, "sol").signs_in(&mut department, NOW);
    at_the_console(&department, &sol, |console| {
        assert_eq!(console.caseload_of(from).unwrap(), [case]);
        // Nor to somebody whose role has no work in it.
        let me = console.me().unwrap().user;
        let given = AssignCase { case, from: None, to: Receiver::Worker(me) };
        assert_eq!(invalid(console.assign(rng(), &given, "")), "assign_to");
    });
}

fn transfers<const N: usize>(console: &ConsoleUser<'_>) -> [TransferView; N] {
    console.transfers().unwrap().try_into().unwrap()
}

fn user(department: &mut TestDepartment, name: &str) -> UserId {
    department.office.admin().user_named(name).unwrap().unwrap().id
}

fn code(code: &str) -> CompartmentCode {
    code.parse().unwrap()
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(5)
}

fn hidden<T>(result: Result<T, ConsoleError>) -> bool {
    matches!(result, Err(ConsoleError::NotFound))
}

#[track_caller]
fn invalid<T>(result: Result<T, ConsoleError>) -> String {
    match result.err() {
        Some(ConsoleError::Invalid(mistakes)) => mistakes[0].problem.code().to_owned(),
        other => panic!("{other:?}"),
    }
}
