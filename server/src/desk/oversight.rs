//! Watching over privacy and over the work: what was refused, and the audit.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Access;
use model::ids::{CompartmentCode, DeviceId, ProgramCode};
use model::policy;
use model::wire::MembershipV1;

use super::{AtDesk, AuditPage, DeskRefusal, ReadAudit, Reader, RefusalRow, opened};
use crate::error::StoreError;
use crate::store::audit::{self, AuditFilter};
use crate::store::{people, quarantine, reasons};

impl AtDesk<'_> {
    /// The changes that were refused, the newest first, a thousand at most: those of the people in
    /// the programs that somebody supervises, as far as these work where the record lives; or, for
    /// whoever watches over privacy, all but what only counsel sees.
    ///
    /// # Errors
    /// When they do neither, or the store fails.
    pub fn refusals(&self) -> Result<Vec<RefusalRow>, DeskRefusal> {
        match self.readers.read(|db| self.reader(db, None)?.refusals()) {
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
    /// When they do not, or the store fails.
    pub fn audit(&self, asked: &ReadAudit) -> Result<AuditPage, DeskRefusal> {
        self.check_watches_privacy("audit")?;
        let page = self.readers.read(|db| {
            let limit = asked.limit.unwrap_or(AUDIT_ROWS_MAX).min(AUDIT_ROWS_MAX);
            let filter = AuditFilter {
                act: asked.act.clone(),
                about: asked.about.clone(),
                limit: Some(limit),
            };
            let rows = audit::rows(db, &filter)?;
            let reader = self.reader(db, None)?;
            let mut words = BTreeMap::new();
            for id in rows.iter().filter_map(|row| reason_named(&row.outcome)) {
                words.extend(reader.reason(id)?.map(|reason| (id, reason)));
            }
            Ok::<_, DeskRefusal>(AuditPage { rows, reasons: words })
        })?;
        self.note("audit".into(), format!("{} rows", page.rows.len()))?;
        Ok(page)
    }

    pub(super) fn check_watches_privacy(&self, object: &str) -> Result<(), DeskRefusal> {
        let watches = self
            .readers
            .read(|db| Ok::<_, DeskRefusal>(self.reader(db, None)?.watches_privacy()))?;
        match watches {
            true => Ok(()),
            false => self.refused(object.to_owned(), policy::Refusal::NoAccess.into()),
        }
    }
}

impl Reader<'_> {
    fn refusals(&self) -> Result<Vec<RefusalRow>, DeskRefusal> {
        let supervising = policy::supervising_roles(&self.base.catalogue);
        let supervised: Vec<&MembershipV1> =
            self.memberships.iter().filter(|held| supervising.contains(&held.role)).collect();
        if !self.watches_privacy() && supervised.is_empty() {
            return Err(policy::Refusal::NoAccess.into());
        }
        let mut authors: BTreeMap<DeviceId, Author> = BTreeMap::new();
        let mut seen = Vec::new();
        for row in quarantine::rows(self.db)? {
            let author = match authors.entry(row.device) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.author(row.device)?),
            };
            let compartment = row.compartment.as_ref();
            let is_theirs = |held: &&MembershipV1| {
                author.programs.contains(&held.program)
                    && compartment.is_none_or(|compartment| self.supervises(held, compartment))
            };
            if self.watches_over(compartment) || supervised.iter().any(is_theirs) {
                seen.push(RefusalRow {
                    by: author.name.clone(),
                    record: row.record,
                    code: row.code,
                    reason: row.reason,
                    received_at: row.received_at,
                    times: row.times,
                });
            }
            if seen.len() == REFUSALS_MAX {
                break;
            }
        }
        Ok(seen)
    }

    fn author(&self, device: DeviceId) -> Result<Author, StoreError> {
        let Some(author) = people::author(self.db, device)? else { return Ok(Author::default()) };
        let held = people::memberships(self.db, author.user)?;
        let programs = held.into_iter().map(|held| held.program).collect();
        Ok(Author { name: author.name, programs })
    }

    /// Whether somebody supervises such records with this role in this program.
    fn supervises(&self, held: &MembershipV1, compartment: &CompartmentCode) -> bool {
        let catalogue = &self.base.catalogue;
        let program = catalogue.programs.get(&held.program);
        catalogue.access(&held.role, compartment) == Access::Supervise
            && program.is_some_and(|program| program.compartments.contains(compartment))
    }

    /// Whether they watch over privacy there: where only counsel sees, nobody does by themselves.
    fn watches_over(&self, compartment: Option<&CompartmentCode>) -> bool {
        let catalogue = &self.base.catalogue;
        self.memberships.iter().any(|held| {
            let watches = catalogue.roles.get(&held.role).is_some_and(|role| role.privacy);
            let is_counsels = compartment
                .is_some_and(|code| catalogue.access(&held.role, code) == Access::CounselOnly);
            watches && !is_counsels
        })
    }

    /// The words of a stated reason; none when they are not for them, or went with their case.
    fn reason(&self, id: i64) -> Result<Option<String>, StoreError> {
        match reasons::find(self.db, id)? {
            Some(stated) if self.watches_over(Some(&stated.scope.compartment)) => {
                opened(self.base, &stated.scope, &stated.sealed)
            }
            _ => Ok(None),
        }
    }
}

/// Whose device a refused change came from.
#[derive(Default)]
struct Author {
    name: String,
    programs: BTreeSet<ProgramCode>,
}

/// The number of the stated reason that an outcome names.
fn reason_named(outcome: &str) -> Option<i64> {
    let (_, after) = outcome.split_once("reason ")?;
    after.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

const AUDIT_ROWS_MAX: u64 = 1_000;

const REFUSALS_MAX: usize = 1_000;
