//! What was opened in emergencies, with each read made under it; and what somebody may open.

use std::collections::BTreeMap;

use model::catalogue::Label;
use model::ids::{CaseId, CompartmentCode, RecordId, TypeName, UserId};
use model::policy;
use model::time::{Span, Timestamp};

use super::{ConsoleError, ConsoleUser, Reader};
use crate::access::case_context::CaseContext;
use crate::audit::reasons;
use crate::error::StoreError;
use crate::store::audit::{Actor, AuditRow};
use crate::store::emergencies::Emergency;
use crate::store::emergency_list::ListOf;
use crate::store::questions::Question;

/// A page of what was opened in emergencies.
#[derive(Debug)]
pub(crate) struct EmergencyPage {
    pub(crate) rows: Vec<Opened>,
    pub(crate) total: u64,
    /// How many wait for them.
    pub(crate) waiting: u64,
    /// Whether they watch over privacy, and it is everybody's.
    pub(crate) watches: bool,
    /// Everybody by name.
    pub(crate) users: BTreeMap<UserId, String>,
}

/// One opening.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) row: Emergency,
    /// `None` once the case was erased, and for what only counsel sees.
    pub(crate) reason: Option<String>,
    /// What was asked about it, each with its words and those of the answer.
    pub(crate) questions: Vec<(Question, Option<String>, Option<String>)>,
    /// What was read under it, the first first.
    pub(crate) reads: Vec<ReadUnder>,
    /// Whether more was read.
    pub(crate) more: bool,
}

/// What was read in an emergency.
#[derive(Debug)]
pub(crate) struct ReadUnder {
    pub(crate) row: AuditRow,
    /// The type of the record; `None` where the case was read.
    pub(crate) record_type: Option<TypeName>,
}

impl ConsoleUser<'_> {
    /// Returns a page of what was opened in emergencies: everybody's for whoever watches over privacy,
    /// their own for everybody else.
    pub(crate) fn emergency_page(
        &self,
        skip: u64,
        most: u64,
    ) -> Result<EmergencyPage, ConsoleError> {
        let page = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            let of = reader.emergencies_for_them();
            let (rows, total) = db.emergency_list(self.now, of, skip, most)?;
            let rows = rows.into_iter().map(|row| reader.opened(row));
            Ok::<_, ConsoleError>(EmergencyPage {
                rows: rows.collect::<Result<_, _>>()?,
                total,
                waiting: db.waiting_emergencies(self.now, of)?,
                watches: of == ListOf::Watcher,
                users: db.users()?,
            })
        })?;
        self.note("emergencies".into(), format!("{} rows", page.rows.len()))?;
        Ok(page)
    }

    /// Returns which compartments of a case they may open in an emergency, for how long at most: those in
    /// which they see nothing now. It follows from their roles and tells nothing of what there is.
    pub(crate) fn may_open(
        &self,
        case: CaseId,
    ) -> Result<Vec<(CompartmentCode, Label, Span)>, ConsoleError> {
        self.check_confirmed(&format!("case {case}"))?;
        self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            let known = CaseContext::at_the_console(db, self.now, self.who.user, case)?;
            let catalogue = &self.context.catalogue;
            let closed = catalogue.compartments.iter().filter(|(code, _)| {
                let mut types = catalogue.types.values();
                !types.any(|it| {
                    catalogue.can_live_in(it, code) && reader.may_see(&known, code, &it.name)
                })
            });
            let open = closed.filter_map(|(code, compartment)| {
                let longest = policy::emergency(catalogue, reader.person(), code).ok()?;
                Some((code.clone(), compartment.label.clone(), longest))
            });
            Ok(open.collect())
        })
    }
}

impl Reader<'_> {
    /// Returns which list of emergencies is theirs.
    pub(super) fn emergencies_for_them(&self) -> ListOf {
        match self.watches_privacy() {
            true => ListOf::Watcher,
            false => ListOf::Opener(self.user),
        }
    }

    fn opened(&self, row: Emergency) -> Result<Opened, StoreError> {
        let own = row.user == self.user;
        let reason = match own || self.watches_over(Some(&row.scope.compartment)) {
            true => reasons::open(self.context, &row.scope, &row.reason)?,
            false => None,
        };
        let mut questions = Vec::new();
        for asked in self.db.questions_about(row.id)? {
            let words = |sealed: &[u8]| match own || reason.is_some() {
                true => reasons::open(self.context, &row.scope, sealed),
                false => Ok(None),
            };
            let (question, answer) = (words(&asked.question)?, words(&asked.answer)?);
            questions.push((asked, question, answer));
        }
        let mut reads = self.reads_under(&row)?;
        let more = reads.len() > READS_MAX;
        reads.truncate(READS_MAX);
        Ok(Opened { row, reason, questions, reads, more })
    }

    fn reads_under(&self, row: &Emergency) -> Result<Vec<ReadUnder>, StoreError> {
        let actor = Actor::Console(row.user).to_string();
        let over: Timestamp = row.closed_at.unwrap_or(row.until);
        let objects = self.objects_of(row.scope.case)?;
        let most = u64::try_from(READS_MAX).unwrap_or(u64::MAX).saturating_add(1);
        let found = self.db.read_in_an_emergency(&actor, (row.opened_at, over), &objects, most)?;
        let mut reads = Vec::with_capacity(found.len());
        for read in found {
            let record = read.object.strip_prefix("record ");
            let record = record.and_then(|record| record.parse::<RecordId>().ok());
            let known = record.map(|record| self.db.record_row(record)).transpose()?.flatten();
            // Another opening of the case may have been open beside this one.
            if known.as_ref().is_some_and(|it| it.scope.compartment != row.scope.compartment) {
                continue;
            }
            reads.push(ReadUnder { row: read, record_type: known.map(|it| it.record_type) });
        }
        Ok(reads)
    }
}

/// Reads that are listed of one opening; all are in the audit.
const READS_MAX: usize = 50;
