//! What pages have of the watch over privacy, and of showing again who one is.

use model::ids::{CaseId, DeviceId, RecordId, UserId};
use model::time::{Date, Timestamp};
use model::words::Explained as _;
use ui::views::{
    AuditActor, AuditBy, AuditCase, AuditCheck, AuditLine, AuditObject, AuditSearch, AuditView,
    Confirmed, EmergenciesView, Handle, Openable, Opening, VouchedRow, VouchedView,
};
use ui::{PrivacySource, Refusal};

use super::auditing::{Found, Purpose, Sought};
use super::emergency_views::compartment;
use super::handles::Handles;
use super::screens::Screens;
use super::{ConsoleUser, NamedEmergency, OpenEmergency};
use crate::error::StoreError;
use crate::identity::accounts::{Confirm, OwnRefusal, Password};
use crate::store::acts::AuditAct;
use crate::store::audit::{Actor, AuditRow};

impl PrivacySource for Screens<'_> {
    fn confirm(&mut self, password: &str, code: &str) -> Result<Confirmed, Refusal> {
        let asked = Confirm {
            password: Some(Password::from(password.to_owned())),
            totp: Some(code.to_owned()),
        };
        let ConsoleUser { accounts, now, who, .. } = self.console;
        match accounts.confirm(*now, who, &asked) {
            Ok(()) => Ok(Confirmed::Done),
            Err(OwnRefusal::SignedOut) => Ok(Confirmed::SignedOut),
            Err(OwnRefusal::Store(error)) => self.told(Err(error.into())),
            Err(_) => Ok(Confirmed::Wrong),
        }
    }

    fn audit_purpose(&mut self) -> Result<Option<String>, Refusal> {
        let purpose = self.console.purpose();
        Ok(self.told(purpose)?.map(|purpose| purpose.words))
    }

    fn state_audit_purpose(&mut self, purpose: &str) -> Result<(), Refusal> {
        let kept = self.console.state_purpose(purpose);
        self.told(kept)
    }

    fn audit(&mut self, search: &AuditSearch) -> Result<AuditView, Refusal> {
        let purpose = self.purpose()?;
        let case = match &search.case {
            Some(AuditCase::Typed(number)) => Some(self.case_of(*number)?),
            Some(AuditCase::Named(handle)) => Some(self.named::<CaseId>(handle)?),
            None => None,
        };
        let act = search.act.as_deref().map(str::parse::<AuditAct>).transpose();
        let sought = Sought {
            by: search.by.map(written),
            case,
            act: act.map_err(|_| Refusal::NotFound)?,
            from: search.from.and_then(|day| self.begins(day)),
            until: search.until.and_then(|day| self.ends(day)),
            before: search.before,
        };
        let found = self.console.search_audit(&purpose, &sought, AUDIT_ROWS);
        let found = self.told(found)?;
        let handles = self.handles();
        let view = view(found, &handles, case);
        self.told(view.map_err(Into::into))
    }

    fn check_audit(&mut self) -> Result<AuditCheck, Refusal> {
        let purpose = self.purpose()?;
        let found = self.console.verify_audit(&purpose);
        let (rows, problems) = self.told(found)?;
        let told = problems.iter().map(|problem| problem.message().told(self.language));
        Ok(AuditCheck { rows, problems: told.collect(), key: self.console.audit_key() })
    }

    fn export_audit(&mut self) -> Result<(), Refusal> {
        let purpose = self.purpose()?;
        let end = self.console.begin_audit_export(&purpose);
        self.exports = Some(self.told(end)?);
        Ok(())
    }

    fn vouched(&mut self, before: Option<u64>) -> Result<VouchedView, Refusal> {
        let purpose = self.purpose()?;
        let found = self.console.vouched_for(&purpose, before, AUDIT_ROWS);
        let (rows, next) = self.told(found)?;
        let catalogue = &self.console.context.catalogue;
        let rows = rows.into_iter().map(|row| VouchedRow {
            author: row.author,
            handed_in_by: row.handed_in_by,
            device: row.device.to_string(),
            record_type: row.record_type,
            compartment: compartment(catalogue, &row.compartment),
            at: row.at,
        });
        Ok(VouchedView { rows: rows.collect(), next })
    }

    fn emergencies(&mut self, skip: u64) -> Result<EmergenciesView, Refusal> {
        self.emergencies_shown(skip)
    }

    fn see_emergency(&mut self, number: i64) -> Result<(), Refusal> {
        let seen = self.console.see_emergency(NamedEmergency { emergency: number });
        self.told(seen)
    }

    fn ask_about_emergency(&mut self, number: i64, question: &str) -> Result<(), Refusal> {
        let rng = self.rng();
        let asked = self.console.ask_about_emergency(rng, number, question);
        self.told(asked)
    }

    fn answer_question(&mut self, number: i64, answer: &str) -> Result<(), Refusal> {
        let rng = self.rng();
        let answered = self.console.answer_question(rng, number, answer);
        self.told(answered)
    }

    fn close_emergency(&mut self, number: i64) -> Result<(), Refusal> {
        let closed = self.console.close_emergency(NamedEmergency { emergency: number });
        self.told(closed)
    }

    fn openable(&mut self, case: &Handle) -> Result<Openable, Refusal> {
        let openable = self.console.may_open(self.named(case)?);
        self.told(openable)
    }

    fn open_emergency(&mut self, case: &Handle, opening: &Opening) -> Result<(), Refusal> {
        let asked = OpenEmergency {
            case: self.named(case)?,
            compartment: opening.compartment.clone(),
            minutes: opening.minutes,
            reason: opening.reason.clone(),
        };
        let opened = self.console.open_emergency(self.rng(), &asked);
        self.told(opened.map(drop))
    }
}

impl Screens<'_> {
    /// Returns the purpose of this session, without which nothing of the audit is read.
    fn purpose(&mut self) -> Result<Purpose, Refusal> {
        let purpose = self.console.purpose();
        self.told(purpose)?.ok_or(Refusal::NotFound)
    }

    /// Returns the case that a number names: of a case, or of a record in one.
    fn case_of(&mut self, number: CaseId) -> Result<CaseId, Refusal> {
        let known = self.console.readers.read(|db| db.record_row(RecordId::from(number)));
        let known = self.told(known.map_err(Into::into))?;
        // What was erased is still in the audit.
        Ok(known.map_or(number, |record| record.scope.case))
    }

    /// Returns when a day begins by the department's clocks.
    fn begins(&self, day: Date) -> Option<Timestamp> {
        let zone = &self.console.context.catalogue.zone;
        zone.read(self.console.now, &day.to_string()).ok()
    }

    fn ends(&self, day: Date) -> Option<Timestamp> {
        self.console.context.catalogue.zone.end_of_day(self.begins(day)?)
    }
}

/// Returns how the audit writes who acted.
fn written(by: AuditBy) -> String {
    match by {
        AuditBy::User(user) => format!("user {user}"),
        AuditBy::Stranger => Actor::Stranger.to_string(),
        AuditBy::Administrator => Actor::Administrator.to_string(),
        AuditBy::Server => Actor::Server.to_string(),
    }
}

fn view(
    mut found: Found,
    handles: &Handles<'_>,
    case: Option<CaseId>,
) -> Result<AuditView, StoreError> {
    let rows = std::mem::take(&mut found.rows);
    let rows = rows.into_iter().map(|row| line(row, &mut found, handles));
    let rows = rows.collect::<Result<_, _>>()?;
    let mut people: Vec<_> = found.users.into_iter().collect();
    people.sort_by_key(|(_, name)| model::search::plain(name));
    Ok(AuditView {
        rows,
        next: found.next,
        case: case.map(|case| handles.of(case)).transpose()?,
        people,
        acts: AuditAct::ALL.iter().map(|act| act.name()).collect(),
    })
}

fn line(row: AuditRow, found: &mut Found, handles: &Handles<'_>) -> Result<AuditLine, StoreError> {
    let stated = found.stated.remove(&row.seq);
    let (object, case) = object(&row.object, found);
    Ok(AuditLine {
        number: row.seq,
        at: row.at,
        actor: actor(&row.actor, found),
        object,
        case: case.map(|case| handles.of(case)).transpose()?,
        outcome: named(&row.outcome, found),
        act: row.act,
        stated,
    })
}

fn actor(text: &str, found: &Found) -> AuditActor {
    let words: Vec<&str> = text.split(' ').collect();
    match words[..] {
        ["user", user, "console"] => AuditActor::AtConsole(named(user, found)),
        ["user", user, "device", _] => AuditActor::WithPhone(named(user, found)),
        ["stranger"] => AuditActor::Stranger,
        ["administrator"] => AuditActor::Administrator,
        _ => AuditActor::Server,
    }
}

/// Returns what a row is about, and the case that it belongs to.
fn object(text: &str, found: &Found) -> (AuditObject, Option<CaseId>) {
    let words: Vec<&str> = text.split(' ').collect();
    match words[..] {
        [""] => (AuditObject::Nothing, None),
        ["case", case] | ["case", case, _] => (AuditObject::Case, case.parse().ok()),
        ["record" | "consent", record] => {
            let record = record.parse::<RecordId>().ok();
            let known = record.and_then(|record| found.records.get(&record));
            let case = known.map(|(_, case)| *case).or(record.map(CaseId::from));
            (AuditObject::Record(known.map(|(kind, _)| kind.clone())), case)
        }
        ["user", user] => (AuditObject::User(named(user, found)), None),
        ["device", device] => {
            let owner = device.parse::<DeviceId>().ok().and_then(|it| found.devices.get(&it));
            let owner = owner.cloned().unwrap_or_else(|| device.to_owned());
            (AuditObject::Device(owner), None)
        }
        ["emergency", number] => (AuditObject::Emergency(number.to_owned()), None),
        ["audit"] => (AuditObject::Audit, None),
        _ => (AuditObject::Other(named(text, found)), None),
    }
}

/// Puts the names of people in the place of their numbers.
fn named(text: &str, found: &Found) -> String {
    let word = |word: &str| {
        let user = word.parse::<UserId>().ok();
        let name = user.and_then(|user| found.users.get(&user));
        name.cloned().unwrap_or_else(|| word.to_owned())
    };
    let text = text.replace("to user ", "to ").replace("from user ", "from ");
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Rows of the audit on one page.
const AUDIT_ROWS: usize = 50;
