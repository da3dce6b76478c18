//! Watching over privacy and over the work: what was refused, and the audit.

use std::collections::BTreeMap;

use crate::store::acts::AuditAct;
use model::catalogue::Access;
use model::ids::CompartmentCode;
use model::policy;
use model::words::Message;

use super::{AuditPage, ConsoleError, ConsoleUser, ReadAudit, Reader, RefusalRow};
use crate::audit::reasons;
use crate::error::StoreError;
use crate::store::audit::AuditFilter;

impl ConsoleUser<'_> {
    /// The changes that were refused and wait for a decision, the newest first, a thousand at most of
    /// those before this number, or of all: those made for the programs that somebody supervises, as far as these work where the record
    /// lives; or, for whoever watches over privacy, all but what only counsel sees.
    ///
    /// # Errors
    /// When they do neither, or the store fails.
    pub fn refusals(&self, before: Option<u64>) -> Result<Vec<RefusalRow>, ConsoleError> {
        let before = number(before).unwrap_or(i64::MAX);
        match self.readers.read(|db| self.reader(db, None)?.refusals(before)) {
            Ok(rows) => {
                self.note("refusals".into(), format!("{} rows", rows.len()))?;
                Ok(rows)
            }
            Err(refusal) => self.refused("refusals".into(), refusal),
        }
    }

    /// Rows of the audit, for whoever watches over privacy.
    ///
    /// # Errors
    /// When they do not, have not said in this session what they read it for, or the store fails.
    pub fn audit(&self, asked: &ReadAudit) -> Result<AuditPage, ConsoleError> {
        let mut purpose = self.purpose()?;
        let act = asked.act.as_deref().map(known_act).transpose()?;
        if let (None, Some(words)) = (&purpose, &asked.reason) {
            self.state_purpose(words)?;
            purpose = self.purpose()?;
        }
        let Some(purpose) = purpose else {
            let needed = ConsoleError::not_allowed(&Message::new("reason_needed"));
            return self.refused("audit".to_owned(), needed);
        };
        let page = self.readers.read(|db| {
            let limit = asked.limit.unwrap_or(AUDIT_ROWS_MAX).min(AUDIT_ROWS_MAX);
            let (about, before) = (asked.about.clone(), asked.before);
            let filter = AuditFilter { act, about, before, limit: Some(limit) };
            let rows = db.audit_rows(&filter)?;
            let reader = self.reader(db, None)?;
            let mut words = BTreeMap::new();
            for id in rows.iter().filter_map(|row| row.reason) {
                words.extend(reader.reason(id)?.map(|reason| (id, reason)));
            }
            Ok::<_, ConsoleError>(AuditPage { rows, reasons: words })
        })?;
        let outcome = format!("{} rows, purpose {}", page.rows.len(), purpose.id);
        self.note("audit".into(), outcome)?;
        Ok(page)
    }

    pub(super) fn check_watches_privacy(&self, object: &str) -> Result<(), ConsoleError> {
        let watches = self
            .readers
            .read(|db| Ok::<_, ConsoleError>(self.reader(db, None)?.watches_privacy()))?;
        match watches {
            true => Ok(()),
            false => self.refused(object.to_owned(), policy::Denial::NoAccess.into()),
        }
    }
}

/// A place in a list as SQLite counts.
pub(super) fn number(asked: Option<u64>) -> Option<i64> {
    asked.map(|asked| i64::try_from(asked).unwrap_or(i64::MAX))
}

/// The act of this name. A name that no act has would find nothing, and look like an answer.
fn known_act(name: &str) -> Result<AuditAct, ConsoleError> {
    name.parse().map_err(|_| {
        let acts: Vec<_> = AuditAct::ALL.iter().map(|act| act.name()).collect();
        let problem = Message::new("unknown_act").with("act", name).with("acts", acts.join(", "));
        ConsoleError::invalid(problem)
    })
}

impl Reader<'_> {
    fn refusals(&self, before: i64) -> Result<Vec<RefusalRow>, ConsoleError> {
        let supervising = policy::supervising_roles(&self.context.catalogue);
        let supervises = self.memberships.iter().any(|held| supervising.contains(&held.role));
        if !self.watches_privacy() && !supervises {
            return Err(policy::Denial::NoAccess.into());
        }
        Ok(self.waiting(before, REFUSALS_MAX)?)
    }

    /// Returns whether they watch over privacy there: where only counsel sees, nobody does by
    /// themselves.
    pub(super) fn watches_over(&self, compartment: Option<&CompartmentCode>) -> bool {
        let catalogue = &self.context.catalogue;
        self.memberships.iter().any(|held| {
            let watches = catalogue.roles.get(&held.role).is_some_and(|role| role.privacy);
            let is_counsels = compartment
                .is_some_and(|code| catalogue.access(&held.role, code) == Access::CounselOnly);
            watches && !is_counsels
        })
    }

    /// The words of a stated reason; none when they are not for them, or went with their case.
    pub(super) fn reason(&self, id: i64) -> Result<Option<String>, StoreError> {
        let stated = reasons::find(self.context, self.db, id)?;
        let for_them = stated.filter(|(scope, _)| self.watches_over(Some(&scope.compartment)));
        Ok(for_them.map(|(_, words)| words))
    }
}

const AUDIT_ROWS_MAX: u64 = 1_000;

const REFUSALS_MAX: usize = 1_000;
