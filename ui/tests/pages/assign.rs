//! Giving cases to people and taking them over: what the pages show, and what they ask for.

use model::catalogue::Label;
use model::time::Span;
use ui::AssignSource;
use ui::Refusal;
use ui::views::Handle;
use ui::views::assign::{
    AssignChoices, AssignPlan, AssignPreview, Assigned, Receiver, TransferAnswer, TransferOutcome,
    TransferRow, TransferState, Worker,
};

use crate::fake::{Fake, NOW, PEOPLE, Page, WORKERS, handle};
use crate::html;

/// What a test's department says of giving cases to people, and what it was asked to do.
#[derive(Default)]
pub(crate) struct Assigning {
    pub(crate) choices: AssignChoices,
    pub(crate) preview: AssignPreview,
    pub(crate) caseload: Vec<(Handle, Option<Label>)>,
    pub(crate) transfers: Vec<TransferRow>,
    given: Vec<(Handle, AssignPlan, String)>,
    answered: Vec<(Handle, TransferAnswer)>,
    /// A case that nobody can be given.
    stuck: Option<Handle>,
}

impl Assigning {
    /// Returns a busy department's.
    pub(crate) fn busy(fake: &Fake) -> Self {
        let people: Vec<_> =
            (0..4).map(|index| (handle("user", index), WORKERS[index].to_owned())).collect();
        let programs: Vec<_> = fake.catalogue.programs.keys().cloned().collect();
        let code = |code: &str| code.parse().unwrap();
        let row = |index: usize, state| TransferRow {
            transfer: Handle::read(&index.to_string()).unwrap(),
            case: (index != 1).then(|| (handle("case", index), Label::same(PEOPLE[index % 8]))),
            to_program: programs[index % programs.len()].clone(),
            asked_by: WORKERS[index % 4].to_owned(),
            asked_at: NOW - Span::from_hours(5),
            reason: (index != 4).then(|| "Moved to a ward, and needs bedside work.".to_owned()),
            state,
        };
        let decided = |outcome| TransferState::Decided {
            outcome,
            by: Some(WORKERS[3].to_owned()),
            at: Some(NOW - Span::from_hours(1)),
        };
        let refused = TransferOutcome::Refused(Some("Nobody is free before Monday.".to_owned()));
        Self {
            choices: AssignChoices {
                person: Some(Label::same(PEOPLE[0])),
                from: people[..1].to_vec(),
                to: people[1..].to_vec(),
                programs: programs[1..4].to_vec(),
                away: vec![("Wren Away".to_owned(), NOW + Span::from_days(9))],
            },
            preview: AssignPreview {
                from: Some(WORKERS[0].to_owned()),
                to: Some(WORKERS[1].to_owned()),
                opens: vec![(code("IDN"), 1), (code("OUT"), 14)],
                needs_consent: vec![code("HSP")],
                closes: vec![code("IDN"), code("OUT")],
                loses_sight: true,
                tasks: 3,
                overdue: 1,
                devices: vec![(Some(NOW - Span::from_hours(50)), 2), (None, 0)],
            },
            caseload: (0..3)
                .map(|index| (handle("case", index), Some(Label::same(PEOPLE[index]))))
                .collect(),
            transfers: vec![
                row(1, TransferState::WaitsForReader(people)),
                row(2, TransferState::WaitsForOthers),
                row(3, decided(TransferOutcome::Accepted(Some(WORKERS[2].to_owned())))),
                row(4, decided(refused)),
                row(5, decided(TransferOutcome::TakenBack)),
            ],
            ..Self::default()
        }
    }
}

impl AssignSource for Assigning {
    fn choices(&mut self, _case: &Handle) -> Result<AssignChoices, Refusal> {
        Ok(self.choices.clone())
    }

    fn preview(&mut self, case: &Handle, plan: &AssignPlan) -> Result<AssignPreview, Refusal> {
        if self.stuck.as_ref() == Some(case) {
            return Err(Refusal::Invalid(vec!["This person works on the case already.".into()]));
        }
        let to = match plan.to {
            Receiver::Worker(_) => self.preview.to.clone(),
            Receiver::Program(_) => None,
        };
        Ok(AssignPreview { to, ..self.preview.clone() })
    }

    fn assign(
        &mut self,
        case: &Handle,
        plan: &AssignPlan,
        reason: &str,
    ) -> Result<Assigned, Refusal> {
        if self.stuck.as_ref() == Some(case) {
            return Err(Refusal::Invalid(vec!["This person works on the case already.".into()]));
        }
        self.given.push((case.clone(), plan.clone(), reason.to_owned()));
        Ok(match plan.to {
            Receiver::Worker(_) => Assigned::Done,
            Receiver::Program(_) => Assigned::Asked,
        })
    }

    fn workers(&mut self) -> Result<Vec<Worker>, Refusal> {
        let there = self.choices.from.iter().chain(&self.choices.to).cloned();
        let there = there.map(|(worker, name)| Worker { worker, name, away: None });
        let away = self.choices.away.iter().map(|(name, until)| Worker {
            worker: handle("away", 0),
            name: name.clone(),
            away: Some(*until),
        });
        Ok(there.chain(away).collect())
    }

    fn caseload_of(&mut self, _worker: &Handle) -> Result<Vec<(Handle, Option<Label>)>, Refusal> {
        Ok(self.caseload.clone())
    }

    fn transfers(&mut self) -> Result<Vec<TransferRow>, Refusal> {
        Ok(self.transfers.clone())
    }

    fn answer(&mut self, transfer: &Handle, answer: &TransferAnswer) -> Result<(), Refusal> {
        self.answered.push((transfer.clone(), answer.clone()));
        Ok(())
    }
}

#[track_caller]
fn shown(name: &str, page: &Page) {
    html::keep(name, &page.body);
    insta::assert_snapshot!(name.to_owned(), page.body);
}

const WHY: &str = "Moved to a ward, and needs bedside work.";

#[test]
fn nobody_who_is_away_is_chosen_and_the_page_says_until_when() {
    let mut fake = Fake::busy();
    let page = fake.get("/cases/case-0/assign").body;
    assert!(page.contains("Wren Away is away until"), "{page}");
    assert!(!page.contains("worker:away-0"));
    let page = fake.post("/caseload", &[("from", "user-0"), ("to", "away-0")]);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("Wren Away is away until") && !page.body.contains("id=\"plan\""));
    // They may hand over what they have, and get nothing.
    assert_eq!(fake.get("/caseload").body.matches("value=\"away-0\"").count(), 1);
}

#[test]
fn who_gives_a_case_sees_what_happens_before_it_does() {
    let mut fake = Fake::busy();
    shown("assign", &fake.get("/cases/case-1/assign"));
    html::keep("assign_es", &fake.get_in_spanish("/cases/case-1/assign").body);
    let chosen = [("from", "user-0"), ("to", "worker:user-1"), ("reason", "")];
    let page = fake.post("/cases/case-1/assign", &chosen);
    shown("assign_preview", &page);
    assert!(page.body.contains("Amal Duwane will not see this case any more"));
    assert_eq!(fake.assigning.given, []);
    // What was chosen is still chosen when they think again.
    let again = fake.post("/cases/case-1/assign", &[chosen[0], chosen[1], ("change", "1")]);
    assert!(again.body.contains("value=\"worker:user-1\" selected"), "{}", again.body);
    let done = fake.post("/cases/case-1/assign", &[chosen[0], chosen[1], ("sure", "1")]);
    assert_eq!((done.status, &*done.body), (303, "/cases/case-1"));
    let plan =
        AssignPlan { from: Some(handle("user", 0)), to: Receiver::Worker(handle("user", 1)) };
    assert_eq!(fake.assigning.given, [(handle("case", 1), plan, String::new())]);
}

#[test]
fn another_program_is_asked_with_a_reason() {
    let mut fake = Fake::busy();
    let to = format!("program:{}", fake.assigning.choices.programs[0]);
    let page = fake.post("/cases/case-1/assign", &[("from", ""), ("to", &to), ("reason", "so")]);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("Say why, in 10 to 500 characters"));
    let page = fake.post("/cases/case-1/assign", &[("from", ""), ("to", &to), ("reason", WHY)]);
    shown("assign_preview_program", &page);
    let sure = [("from", ""), ("to", &to), ("reason", WHY), ("sure", "1")];
    let done = fake.post("/cases/case-1/assign", &sure);
    assert_eq!((done.status, &*done.body), (303, "/transfers"));
    assert_eq!(fake.assigning.given[0].2, WHY);
    let page = fake.post("/cases/case-1/assign", &[("from", "user-0"), ("to", "")]);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("Choose who takes over"));
}

#[test]
fn a_case_that_nobody_can_take_over_says_so() {
    let mut fake = Fake::empty();
    fake.assigning.choices.person = Some(Label::same("Marcus T."));
    shown("assign_nobody", &fake.get("/cases/case-1/assign"));
}

#[test]
fn what_programs_ask_of_each_other_is_answered_on_one_page() {
    let mut fake = Fake::busy();
    shown("transfers", &fake.get("/transfers"));
    html::keep("transfers_es", &fake.get_in_spanish("/transfers").body);
    assert!(fake.post("/transfers/1/accept", &[("to", "")]).body.contains("Choose who takes over"));
    let page = fake.post("/transfers/1/refuse", &[("answer", "no")]);
    assert!(page.status == 422 && page.body.contains("\nno</textarea>"), "{}", page.body);
    for (path, field) in
        [("accept", ("to", "user-2")), ("refuse", ("answer", WHY)), ("takeback", ("", ""))]
    {
        let page = fake.post(&format!("/transfers/1/{path}"), &[field]);
        assert_eq!((page.status, &*page.body), (303, "/transfers"));
    }
    let answers: Vec<_> = fake.assigning.answered.iter().map(|(_, answer)| answer).collect();
    assert_eq!(
        answers,
        [
            &TransferAnswer::Accept(handle("user", 2)),
            &TransferAnswer::Refuse(WHY.to_owned()),
            &TransferAnswer::TakeBack
        ]
    );
    assert!(Fake::empty().get("/transfers").body.contains("Nothing waits for your answer"));
}

#[test]
fn c43_a_whole_caseload_moves_in_one_step_and_what_stays_is_listed_with_its_reason() {
    let mut fake = Fake::busy();
    fake.assigning.stuck = Some(handle("case", 1));
    shown("caseload", &fake.get("/caseload"));
    let chosen = [("from", "user-0"), ("to", "user-1")];
    let page = fake.post("/caseload", &chosen);
    shown("caseload_preview", &page);
    assert_eq!(fake.assigning.given.len(), 0);
    let page = fake.post("/caseload", &[chosen[0], chosen[1], ("sure", "1")]);
    assert!(page.body.contains("2 cases were moved"), "{}", page.body);
    assert!(page.body.contains("This person works on the case already."));
    assert_eq!(fake.assigning.given.len(), 2);
    for wrong in [[("from", ""), ("to", "user-1")], [("from", "user-1"), ("to", "user-1")]] {
        assert_eq!(fake.post("/caseload", &wrong).status, 422);
    }
}
