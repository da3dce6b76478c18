//! The watch over privacy of a department that says what a test gave it.

use model::catalogue::Label;
use model::ids::UserId;
use model::time::Span;
use ui::views::{
    AuditActor, AuditCheck, AuditLine, AuditObject, AuditSearch, AuditView, Confirmed,
    EmergenciesView, EmergencyQuestion, EmergencyRead, EmergencyRow, Handle, Openable, Opening,
    VouchedRow, VouchedView,
};
use ui::{PrivacySource, Refusal};

use crate::fake::{NOW, WORKERS, handle};

/// What the privacy officer comes to.
#[derive(Default)]
pub(crate) struct FakePrivacy {
    /// Passwords and codes that were shown again.
    pub(crate) shown: Vec<(String, String)>,
    /// What becomes of the next one; it is they unless a test says otherwise.
    pub(crate) confirmed: Option<Confirmed>,
    /// Whether it was not shown lately that it is they.
    pub(crate) is_unconfirmed: bool,
    /// For what the audit is read.
    pub(crate) purpose: Option<String>,
    pub(crate) audit: AuditView,
    /// What was searched for in it.
    pub(crate) searched: Vec<AuditSearch>,
    pub(crate) check: AuditCheck,
    pub(crate) vouched: VouchedView,
    pub(crate) emergencies: EmergenciesView,
    /// What was looked at and what was closed, by number.
    pub(crate) done: Vec<(&'static str, i64)>,
    pub(crate) openable: Openable,
    pub(crate) opened: Vec<Opening>,
}

impl FakePrivacy {
    /// Returns what a busy day has.
    pub(crate) fn busy() -> Self {
        Self {
            purpose: Some("Complaint 2026-114, reads after hours".to_owned()),
            audit: AuditView {
                rows: (0..8).map(line).collect(),
                next: Some(41_021),
                case: None,
                people: WORKERS
                    .iter()
                    .zip(1..)
                    .map(|(name, byte)| (UserId::from_bytes([byte; 16]), (*name).to_owned()))
                    .collect(),
                acts: vec!["read", "refuse", "open in an emergency", "write"],
            },
            check: AuditCheck { rows: 41_029, problems: Vec::new(), key: "5f".repeat(32) },
            emergencies: EmergenciesView {
                rows: (0..4).map(emergency).collect(),
                total: 26,
                waiting: 2,
                everybodys: true,
            },
            openable: vec![
                ("OUT".parse().unwrap(), Label::both("Outreach", "Alcance"), Span::from_hours(4)),
                (
                    "HOS".parse().unwrap(),
                    Label::both("Hospital response", "Respuesta en el hospital"),
                    Span::from_hours(1),
                ),
            ],
            vouched: VouchedView { rows: (0..3).map(vouched).collect(), next: Some(77) },
            ..Self::default()
        }
    }

    fn confirmed(&self) -> Result<(), Refusal> {
        if self.is_unconfirmed { Err(Refusal::ConfirmFirst) } else { Ok(()) }
    }
}

fn line(index: usize) -> AuditLine {
    let name = WORKERS[index % WORKERS.len()].to_owned();
    let number = 41_029 - u64::try_from(index).unwrap();
    let (actor, act, object, outcome) = match index {
        0 => (AuditActor::AtConsole(name), "read", AuditObject::Audit, "50 rows, purpose 3"),
        1 => {
            (AuditActor::AtConsole(name), "read", AuditObject::Case, "12 records, in an emergency")
        }
        2 => {
            let kind = "outreach_contact".parse().ok();
            (AuditActor::WithPhone(name), "write", AuditObject::Record(kind), "done")
        }
        3 => (AuditActor::Stranger, "sign in", AuditObject::User(name), "wrong_password"),
        4 => (AuditActor::AtConsole(name), "refuse", AuditObject::Audit, "confirm_first"),
        5 => {
            let object = AuditObject::Device(WORKERS[2].to_owned());
            (AuditActor::Administrator, "order wipe", object, "done")
        }
        6 => {
            let object = AuditObject::Other("compartment OUT".to_owned());
            (AuditActor::Server, "settle", object, "3 opened, 1 closed")
        }
        _ => {
            let object = AuditObject::Emergency("12".to_owned());
            (AuditActor::AtConsole(name), "look at emergency", object, "done")
        }
    };
    let case = matches!(object, AuditObject::Case | AuditObject::Record(_));
    AuditLine {
        number,
        at: NOW - Span::from_minutes(i64::try_from(index).unwrap() * 37),
        actor,
        act: act.to_owned(),
        object,
        case: case.then(|| handle("case", index)),
        outcome: outcome.to_owned(),
        stated: (index == 0).then(|| "Complaint 2026-114, reads after hours".to_owned()),
    }
}

fn question(number: i64, answer: Option<&str>) -> EmergencyQuestion {
    let at = NOW - Span::from_hours(20);
    EmergencyQuestion {
        number,
        by: WORKERS[1].to_owned(),
        at,
        question: Some("Whom did you speak with about it?".to_owned()),
        answered: answer.map(|answer| (Some(answer.to_owned()), at + Span::from_hours(2))),
    }
}

fn emergency(index: usize) -> EmergencyRow {
    let hours = i64::try_from(index).unwrap();
    let opened_at = NOW - Span::from_hours(hours * 30) - Span::from_minutes(10);
    let read = |minutes: i64, kind: Option<&str>, outcome: &str| EmergencyRead {
        at: opened_at + Span::from_minutes(minutes),
        record_type: kind.map(|kind| kind.parse().unwrap()),
        outcome: outcome.to_owned(),
    };
    EmergencyRow {
        number: 40 - hours,
        who: WORKERS[(index + 2) % WORKERS.len()].to_owned(),
        case: handle("case", index),
        compartment: Label::both("Outreach", "Alcance"),
        opened_at,
        until: opened_at + Span::from_hours(1),
        closed_at: (index == 2).then(|| opened_at + Span::from_minutes(12)),
        reason: (index != 3).then(|| "Shot last night; where is he safe tonight?".to_owned()),
        seen: (index > 1).then(|| (WORKERS[1].to_owned(), opened_at + Span::from_hours(9))),
        questions: match index {
            1 => vec![question(5, None), question(6, Some("His mother asked me to."))],
            _ => Vec::new(),
        },
        reads: match index {
            1 => Vec::new(),
            _ => vec![
                read(1, None, "12 records, in an emergency"),
                read(2, Some("outreach_contact"), "1 records, in an emergency"),
            ],
        },
        more: index == 2,
        own: false,
        is_open: index == 0,
    }
}

fn vouched(index: usize) -> VouchedRow {
    VouchedRow {
        author: (index != 1).then(|| WORKERS[index].to_owned()),
        handed_in_by: Some(WORKERS[3].to_owned()),
        device: format!("01J{index}"),
        record_type: "outreach_contact".parse().unwrap(),
        compartment: Label::both("Outreach", "Alcance"),
        at: NOW - Span::from_hours(i64::try_from(index).unwrap() * 5),
    }
}

impl PrivacySource for FakePrivacy {
    fn confirm(&mut self, password: &str, code: &str) -> Result<Confirmed, Refusal> {
        self.shown.push((password.to_owned(), code.to_owned()));
        Ok(self.confirmed.unwrap_or(Confirmed::Done))
    }

    fn audit_purpose(&mut self) -> Result<Option<String>, Refusal> {
        self.confirmed()?;
        Ok(self.purpose.clone())
    }

    fn state_audit_purpose(&mut self, purpose: &str) -> Result<(), Refusal> {
        self.confirmed()?;
        if purpose.len() < 10 {
            return Err(Refusal::Invalid(vec![
                "Give a reason of 10 to 500 characters.".to_owned(),
            ]));
        }
        self.purpose = Some(purpose.to_owned());
        Ok(())
    }

    fn audit(&mut self, search: &AuditSearch) -> Result<AuditView, Refusal> {
        self.searched.push(search.clone());
        let case = search.case.as_ref().map(|_| handle("case", 1));
        Ok(AuditView { case, ..self.audit.clone() })
    }

    fn check_audit(&mut self) -> Result<AuditCheck, Refusal> {
        Ok(self.check.clone())
    }

    fn export_audit(&mut self) -> Result<(), Refusal> {
        self.confirmed()
    }

    fn vouched(&mut self, _before: Option<u64>) -> Result<VouchedView, Refusal> {
        Ok(self.vouched.clone())
    }

    fn emergencies(&mut self, _skip: u64) -> Result<EmergenciesView, Refusal> {
        Ok(self.emergencies.clone())
    }

    fn see_emergency(&mut self, number: i64) -> Result<(), Refusal> {
        self.done.push(("seen", number));
        Ok(())
    }

    fn ask_about_emergency(&mut self, number: i64, _question: &str) -> Result<(), Refusal> {
        self.done.push(("asked", number));
        Ok(())
    }

    fn answer_question(&mut self, number: i64, _answer: &str) -> Result<(), Refusal> {
        self.done.push(("answered", number));
        Ok(())
    }

    fn close_emergency(&mut self, number: i64) -> Result<(), Refusal> {
        self.done.push(("closed", number));
        if number == 0 { Err(Refusal::NotFound) } else { Ok(()) }
    }

    fn openable(&mut self, _case: &Handle) -> Result<Openable, Refusal> {
        self.confirmed()?;
        Ok(self.openable.clone())
    }

    fn open_emergency(&mut self, _case: &Handle, opening: &Opening) -> Result<(), Refusal> {
        if opening.minutes > 60 {
            return Err(Refusal::Invalid(vec!["minutes must lie between 1 and 60".to_owned()]));
        }
        self.opened.push(opening.clone());
        Ok(())
    }
}
