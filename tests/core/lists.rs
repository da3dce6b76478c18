//! What somebody has at the console: their lists, and forms that they have begun, before and after a
//! case is erased and a backup put back.

use fieldbook_tests::content;
use model::ids::{CaseId, DraftId, RecordId};
use model::time::{Span, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use server::console::{
    BeginDraft, BoardFilter, BoardPage, BoardSort, ConsoleError, ConsoleUser, TaskList,
};
use server::identity::accounts::{BeginAccount, FinishAccount, Origin, SignIn, SignedIn};
use totp_rs::{Builder, Secret};

use crate::department::{NOW, TestDepartment, later, outcomes};
use crate::restore::restored;

#[test]
fn an_erased_case_is_gone_from_every_list_and_with_it_the_drafts_that_belong_to_it() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let (kept, erased) = ("Case Alder", "Case Birch");
    let [kept, erased] = [kept, erased].map(|name| department.open_case(&mut ana, name).record);
    for case in [kept, erased] {
        let intake = [
            content::choice("risk_level", "high"),
            content::choice("approval", "submitted"),
            content::instant("occurred_at", NOW - Span::from_days(40)),
        ];
        let made = ana.make(NOW, "outreach_intake", Some(case.into()), &intake);
        let response = ana.push(&department.service, NOW, vec![made.push()]);
        assert_eq!(outcomes(&response), ["accepted"]);
    }
    let person = Person::new(&mut department, "sol");
    let sol = person.signs_in(&mut department, NOW);
    at_the_console(&department, &sol, |console| {
        begin(console, Some(kept), b"of the one");
        begin(console, Some(erased), b"of the other");
        begin(console, None, b"of none");
        assert_eq!(board(console).total, 2);
        let row = &board(console).rows[0];
        assert_eq!(row.risk.as_ref().unwrap().code, "high");
        assert_eq!((row.unreviewed, row.last_contact), (1, None));
        assert!(row.overdue);
        assert_eq!((console.counts().unwrap().review, console.drafts().unwrap().len()), (2, 3));
    });
    let late = at_the_console(&department, &sol, overdue);
    department.office.admin().erase(NOW, erased.into(), "order 26-1").unwrap();
    let before = at_the_console(&department, &sol, |console| {
        let board = board(console);
        assert!(board.rows.iter().map(|row| RecordId::from(row.case)).eq([kept]));
        assert_eq!(console.counts().unwrap().review, 1);
        assert_eq!(overdue(console), overdue_of(&late, kept));
        assert_eq!(answers(console), [&b"of the one"[..], b"of none"]);
        board
    });
    department.holds();

    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let mut department = restored(department);
    department.holds();
    let sol = person.signs_in(&mut department, later(2));
    at_the_console(&department, &sol, |console| {
        assert_eq!(board(console), before);
        assert_eq!(answers(console), [&b"of the one"[..], b"of none"]);
    });
}

#[test]
fn a_draft_is_its_authors_alone_has_its_bounds_and_is_hidden_while_its_case_is() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let case = department.open_case(&mut ana, "Case Alder").record;
    let elsewhere = department.open_case(&mut ana, "Case Birch").record;
    let (ana, ben) = (Person::new(&mut department, "ana"), Person::new(&mut department, "ben"));
    let ana = ana.signs_in(&mut department, NOW);
    let ben = ben.signs_in(&mut department, NOW);
    let draft = at_the_console(&department, &ana, |console| {
        let draft = begin(console, Some(case), b"first");
        console.keep_draft(draft, b"then".to_vec()).unwrap();
        assert_eq!(console.draft(draft).unwrap().1, b"then");
        assert!(matches!(
            console.keep_draft(draft, vec![0; 256 * 1024 + 1]),
            Err(ConsoleError::NotAllowed { code, .. }) if code == "draft_too_large"
        ));
        console.keep_draft(draft, vec![7; 256 * 1024]).unwrap();
        draft
    });
    at_the_console(&department, &ben, |console| {
        assert_eq!(console.drafts().unwrap(), []);
        let of_nobody = DraftId::generate(NOW, &mut StdRng::seed_from_u64(9));
        for draft in [draft, of_nobody] {
            assert!(matches!(console.draft(draft), Err(ConsoleError::NotFound)));
            let kept = console.keep_draft(draft, b"mine".to_vec());
            assert!(matches!(kept, Err(ConsoleError::NotFound)));
            assert!(matches!(console.end_draft(draft), Err(ConsoleError::NotFound)));
        }
        // Nor is one begun in a case that is not theirs, whether or not it is there.
        for case in [case, RecordId::generate(NOW, &mut StdRng::seed_from_u64(8))] {
            let begun = console.begin_draft(rng(), &asked(Some(case)), Vec::new());
            assert!(matches!(begun, Err(ConsoleError::NotFound)));
        }
    });
    // What is taken away is hidden, and there again when it is given back.
    department.office.admin().unassign(NOW, "ana", case.into()).unwrap();
    at_the_console(&department, &ana, |console| {
        assert!(console.drafts().unwrap().is_empty());
        assert!(matches!(console.draft(draft), Err(ConsoleError::NotFound)));
    });
    department.office.assign(NOW, "ana", case.into());
    at_the_console(&department, &ana, |console| {
        assert_eq!(console.draft(draft).unwrap().1, vec![7; 256 * 1024]);
        for number in 1..50 {
            begin(console, Some(elsewhere), &[number]);
        }
        assert!(matches!(
            console.begin_draft(rng(), &asked(None), Vec::new()),
            Err(ConsoleError::NotAllowed { code, .. }) if code == "too_many_drafts"
        ));
        console.end_draft(draft).unwrap();
        assert!(matches!(console.draft(draft), Err(ConsoleError::NotFound)));
        begin(console, None, b"there is room again");
    });
    department.holds();
}

#[test]
fn what_somebody_chose_is_theirs_and_comes_back_with_a_backup() {
    let mut department = TestDepartment::new();
    let (sol, ana) = (Person::new(&mut department, "sol"), Person::new(&mut department, "ana"));
    let who = sol.signs_in(&mut department, NOW);
    at_the_console(&department, &who, |console| {
        console.set_setting("board", "{\"gap_days\":14}").unwrap();
        assert!(matches!(
            console.set_setting("board", &"x".repeat(5_000)),
            Err(ConsoleError::NotAllowed { code, .. }) if code == "setting_too_large"
        ));
    });
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let mut department = restored(department);
    for (person, kept) in [(sol, Some("{\"gap_days\":14}")), (ana, None)] {
        let who = person.signs_in(&mut department, later(2));
        at_the_console(&department, &who, |console| {
            assert_eq!(console.setting("board").unwrap().as_deref(), kept);
        });
    }
}

/// Somebody with an account.
pub(crate) struct Person {
    name: &'static str,
    secret: String,
}

impl Person {
    pub(crate) fn new(department: &mut TestDepartment, name: &'static str) -> Self {
        let TestDepartment { office, service, rng } = department;
        let code = office.admin().account_invite(NOW, rng, name).unwrap().code;
        let begun = service.begin_account(NOW, rng, &BeginAccount { code: code.clone() }).unwrap();
        let person = Self { name, secret: begun.secret };
        let password = PASSWORD.to_owned().into();
        let finish = FinishAccount { code, password, totp: person.code(NOW) };
        service.finish_account(NOW, rng, &finish).unwrap();
        person
    }

    pub(crate) fn signs_in(&self, department: &mut TestDepartment, now: Timestamp) -> SignedIn {
        // Each code counts once.
        let now = now + Span::from_minutes(1);
        let (name, password) = (self.name.to_owned(), PASSWORD.to_owned().into());
        let asked = SignIn { name, password, totp: self.code(now) };
        let (service, rng) = (&department.service, &mut department.rng);
        let entered = service.sign_in(now, rng, &asked, Origin::Address(None), "").unwrap();
        service.session(now, &entered.token).unwrap().unwrap()
    }

    fn code(&self, now: Timestamp) -> String {
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(now.as_millis() / 1_000).unwrap()).to_string()
    }
}

pub(crate) fn at_the_console<T>(
    department: &TestDepartment,
    who: &SignedIn,
    work: impl FnOnce(&ConsoleUser<'_>) -> T,
) -> T {
    work(&department.service.at_the_console(later(3), who).unwrap())
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(5)
}

fn asked(case: Option<RecordId>) -> BeginDraft {
    let record_type = if case.is_some() { "outreach_contact" } else { "person" };
    let case = case.map(CaseId::from);
    BeginDraft { record_type: content::type_name(record_type), case, edits: None, repairs: None }
}

fn begin(console: &ConsoleUser<'_>, case: Option<RecordId>, answers: &[u8]) -> DraftId {
    let seed = answers.iter().map(|byte| u64::from(*byte)).sum();
    let rng = StdRng::seed_from_u64(seed);
    console.begin_draft(rng, &asked(case), answers.to_vec()).unwrap().draft
}

fn answers(console: &ConsoleUser<'_>) -> Vec<Vec<u8>> {
    let drafts = console.drafts().unwrap().into_iter();
    let mut answers: Vec<_> = drafts.map(|it| console.draft(it.draft).unwrap().1).collect();
    // All of them were begun at one moment.
    answers.sort();
    answers.reverse();
    answers
}

fn board(console: &ConsoleUser<'_>) -> BoardPage {
    let order = (BoardSort::Person, false);
    console.board(&BoardFilter::default(), order, 0, 50).unwrap()
}

/// The records whose tasks are past due, each as often as it has one.
fn overdue(console: &ConsoleUser<'_>) -> Vec<CaseId> {
    let page = console.task_list(TaskList::Overdue, 0, 50).unwrap();
    assert_eq!(page.total, console.counts().unwrap().overdue);
    page.rows.iter().filter_map(|row| row.task.case).collect()
}

fn overdue_of(all: &[CaseId], case: RecordId) -> Vec<CaseId> {
    all.iter().copied().filter(|of| *of == case.into()).collect()
}

const PASSWORD: &str = "copper lanterns sway";
