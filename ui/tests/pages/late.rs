//! Refused work: what the pages show of it, and what is decided.

use std::collections::BTreeMap;

use model::time::Span;
use model::value::{FieldValue, Scalar};
use ui::LateSource;
use ui::Refusal;
use ui::views::late::{Reason, RefusedDecision, RefusedRow, RefusedView};
use ui::views::{Handle, Names};

use crate::fake::{Fake, NOW, Page, WORKERS};
use crate::html;

/// What a test's department has of refused work, and what was decided about it.
#[derive(Default)]
pub(crate) struct Late {
    rows: Vec<RefusedRow>,
    view: Option<RefusedView>,
    decided: Vec<(Handle, RefusedDecision, String)>,
    repaired: Vec<(Handle, String)>,
    left: Vec<String>,
}

impl Late {
    /// Returns a busy department's.
    pub(crate) fn busy(fake: &Fake) -> Self {
        let programs: Vec<_> = fake.catalogue.programs.keys().collect();
        let row = |index: usize| RefusedRow {
            entry: Handle::read(&index.to_string()).unwrap(),
            by: WORKERS[index % 4].to_owned(),
            record_type: (index != 2).then(|| "mediation".parse().unwrap()),
            program: (index != 2).then(|| programs[index].clone()),
            reason: not_assigned(),
            changes: u64::try_from(index).unwrap(),
            since: NOW - Span::from_hours(30),
        };
        let text = |text: &str| FieldValue::Scalar(Scalar::Text(text.to_owned()));
        let fields = |note: &str| BTreeMap::from([("note".parse().unwrap(), text(note))]);
        Self {
            rows: (1..4).map(row).collect(),
            view: Some(RefusedView {
                entry: Handle::read("1").unwrap(),
                by: WORKERS[1].to_owned(),
                record_type: Some("mediation".parse().unwrap()),
                program: Some(programs[1].clone()),
                created_at: Some(NOW - Span::from_hours(40)),
                is_new: false,
                unreadable: 1,
                before: fields("Both sides agreed to wait."),
                after: Some(fields("Both sides agreed to meet on Friday.")),
                names: Names::default(),
                reasons: vec![(not_assigned(), NOW - Span::from_hours(30), 3)],
            }),
            ..Self::default()
        }
    }
}

fn not_assigned() -> Reason {
    Reason {
        code: "not_assigned".to_owned(),
        english: "this case is not assigned to you".to_owned(),
    }
}

impl LateSource for Late {
    fn waiting(&mut self) -> Result<Vec<RefusedRow>, Refusal> {
        Ok(self.rows.clone())
    }

    fn refused(&mut self, _entry: &Handle) -> Result<RefusedView, Refusal> {
        self.view.clone().ok_or(Refusal::NotFound)
    }

    fn begin_repair(&mut self, entry: &Handle, why: &str) -> Result<Handle, Refusal> {
        match self.left.first() {
            Some(unreadable) => Err(Refusal::Invalid(vec![unreadable.clone()])),
            None => {
                self.repaired.push((entry.clone(), why.to_owned()));
                Ok(Handle::read("draft-7").unwrap())
            }
        }
    }

    fn decide(
        &mut self,
        entry: &Handle,
        decision: RefusedDecision,
        reason: &str,
    ) -> Result<Vec<String>, Refusal> {
        self.decided.push((entry.clone(), decision, reason.to_owned()));
        Ok(self.left.clone())
    }
}

#[track_caller]
fn shown(name: &str, page: &Page) {
    html::keep(name, &page.body);
    insta::assert_snapshot!(name.to_owned(), page.body);
}

#[test]
fn refused_work_is_listed_with_why_and_since_when() {
    shown("late", &Fake::busy().get("/late"));
    let spanish = Fake::busy().get_in_spanish("/late").body;
    html::keep("late_es", &spanish);
    assert!(spanish.contains("Usted no tiene asignado este caso") && !spanish.contains("assigned"));
    assert!(Fake::empty().get("/late").body.contains("Nothing was refused"));
    assert_eq!(Fake::empty().get("/late/7").status, 404);
}

#[test]
fn refused_work_is_decided_with_a_reason_and_by_a_button_that_says_what() {
    let mut fake = Fake::busy();
    shown("late_entry", &fake.get("/late/1"));
    html::keep("late_entry_es", &fake.get_in_spanish("/late/1").body);
    let why = "He was on the phone with them until noon.";
    let short = fake.post("/late/1", &[("decision", "accept"), ("reason", "ok")]);
    assert!(short.status == 422 && short.body.contains("Say why, in 10 to 500 characters"));
    assert_eq!(fake.post("/late/1", &[("reason", why)]).status, 404);
    assert!(fake.late.decided.is_empty());
    for decision in ["accept", "dismiss"] {
        let page = fake.post("/late/1", &[("decision", decision), ("reason", why)]);
        assert_eq!((page.status, &*page.body), (303, "/late"));
    }
    let decided: Vec<_> = fake.late.decided.iter().map(|(_, decision, _)| *decision).collect();
    assert_eq!(decided, [RefusedDecision::Accept, RefusedDecision::Dismiss]);
    let repair = [("decision", "repair"), ("reason", why)];
    let page = fake.post("/late/1", &repair);
    assert_eq!((page.status, &*page.body), (303, "/drafts/draft-7"));
    assert_eq!(fake.late.repaired, [(Handle::read("1").unwrap(), why.to_owned())]);
    fake.late.left = vec!["the record is closed".to_owned()];
    let left = fake.post("/late/1", &[("decision", "accept"), ("reason", why)]);
    assert!(left.status == 422 && left.body.contains("the record is closed"));
    let left = fake.post("/late/1", &repair);
    assert!(left.status == 422 && left.body.contains("the record is closed"));
}
