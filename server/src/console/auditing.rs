//! Reading the audit page by page: for a purpose that is said once in each session, by who acted, what
//! they did, about which case and when. Checking its chain, and taking it along.

use std::collections::BTreeMap;

use model::ids::{CaseId, CompartmentCode, DeviceId, FeedSeq, RecordId, TypeName, UserId};
use model::time::Timestamp;
use model::words::Finding;

use super::{ConsoleError, ConsoleUser, Reader, stated};
use crate::audit::export;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::{AuditHead, AuditRow};
use crate::store::auditing::AuditSearch;
use crate::store::sqlite::Reading;

/// For what somebody reads the audit in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Purpose {
    pub(crate) id: i64,
    pub(crate) words: String,
}

/// What is looked for in the audit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sought {
    /// Who acted, as the audit writes it.
    pub(crate) by: Option<String>,
    pub(crate) case: Option<CaseId>,
    pub(crate) act: Option<AuditAct>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) before: Option<u64>,
}

/// A page of the audit.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) rows: Vec<AuditRow>,
    /// Before which row the next page begins.
    pub(crate) next: Option<u64>,
    /// Everybody by name.
    pub(crate) users: BTreeMap<UserId, String>,
    /// Whose the devices are that the rows name.
    pub(crate) devices: BTreeMap<DeviceId, String>,
    /// What the records are that the rows name.
    pub(crate) records: BTreeMap<RecordId, (TypeName, CaseId)>,
    /// What people gave as their reasons and purposes, by the row that rests on it.
    pub(crate) stated: BTreeMap<u64, String>,
}

/// What somebody wrote and somebody else's device handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VouchedFor {
    pub(crate) seq: FeedSeq,
    pub(crate) record_type: TypeName,
    pub(crate) compartment: CompartmentCode,
    /// `None` for a device that this database does not know.
    pub(crate) author: Option<String>,
    pub(crate) handed_in_by: Option<String>,
    pub(crate) device: DeviceId,
    pub(crate) at: Timestamp,
}

impl ConsoleUser<'_> {
    /// Returns for what they read the audit in this session; `None` if they have not said so yet.
    pub(crate) fn purpose(&self) -> Result<Option<Purpose>, ConsoleError> {
        self.check_watches_privacy("audit")?;
        self.check_confirmed("audit")?;
        let found = self.readers.read(|db| db.purpose_in(self.who.session()))?;
        let purpose = found.map(|found| {
            let words = self.opened(found.user, &found.sealed)?;
            Ok::<_, StoreError>(Purpose { id: found.id, words })
        });
        Ok(purpose.transpose()?)
    }

    /// Keeps for what they read the audit in this session.
    pub(crate) fn state_purpose(&self, words: &str) -> Result<(), ConsoleError> {
        self.check_watches_privacy("audit")?;
        self.check_confirmed("audit")?;
        let words = stated(words)?;
        let (now, user, actor, session) =
            (self.now, self.who.user, self.actor(), *self.who.session());
        let sealed = self.context.purposes.seal(&bound_to(&user), words.as_bytes())?;
        self.writer.write::<_, StoreError, _>(move |tx| {
            if let Some(id) = tx.db.state_purpose(now, user, &session, &sealed)? {
                let outcome = format!("purpose {id}");
                tx.note(now, actor, AuditAct::StateAReason, "audit".to_owned(), outcome)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Returns a page of the audit.
    pub(crate) fn search_audit(
        &self,
        purpose: &Purpose,
        sought: &Sought,
        most: usize,
    ) -> Result<Found, ConsoleError> {
        let found = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            let objects = sought.case.map(|case| reader.objects_of(case)).transpose()?;
            let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
            let mut rows = db.search_audit(&AuditSearch {
                by: sought.by.clone(),
                objects,
                act: sought.act,
                from: sought.from,
                until: sought.until,
                before: sought.before,
                limit,
            })?;
            let is_more = rows.len() > most;
            rows.truncate(most);
            let next = rows.last().filter(|_| is_more).map(|row| row.seq);
            let mut found = Found {
                next,
                users: db.users()?,
                devices: BTreeMap::new(),
                records: BTreeMap::new(),
                stated: BTreeMap::new(),
                rows,
            };
            self.explain(&reader, &mut found)?;
            Ok::<_, ConsoleError>(found)
        })?;
        let outcome = format!("{} rows, purpose {}", found.rows.len(), purpose.id);
        self.note("audit".into(), outcome)?;
        Ok(found)
    }

    /// Checks the audit from its beginning. Returns how many rows there are, and what does not hold.
    pub(crate) fn verify_audit(
        &self,
        purpose: &Purpose,
    ) -> Result<(u64, Vec<Finding>), ConsoleError> {
        let (rows, found) = self.readers.read(|db| db.check_audit())?;
        let outcome = format!("{rows} rows, {} findings, purpose {}", found.len(), purpose.id);
        self.note("audit verification".into(), outcome)?;
        Ok((rows, found))
    }

    /// Notes that the audit is exported. Returns where it ends: the row that says so is in the file.
    pub(crate) fn begin_audit_export(&self, purpose: &Purpose) -> Result<AuditHead, ConsoleError> {
        let (now, actor) = (self.now, self.actor());
        let outcome = format!("purpose {}", purpose.id);
        self.writer.write::<_, StoreError, _>(move |tx| {
            tx.note(now, actor, AuditAct::ExportAudit, String::new(), outcome)
        })?;
        Ok(self.readers.read(|db| db.audit_head())?)
    }

    /// Returns the lines of an exported audit that follow the row at this place, and the place of the
    /// last of them; the signed one comes last, and alone.
    pub(crate) fn audit_lines(
        &self,
        after: u64,
        end: AuditHead,
    ) -> Result<(Vec<u8>, Option<u64>), ConsoleError> {
        if after >= end.seq {
            let last = export::last_line(&self.context.signing, end, self.now)?;
            return Ok((last, None));
        }
        let most = EXPORT_ROWS.min(end.seq - after);
        let rows = self.readers.read(|db| db.audit_rows_after(after, most))?;
        let last = rows.last().map_or(end.seq, |row| row.seq);
        Ok((export::lines(&rows)?, Some(last)))
    }

    /// Returns the key that an exported audit is signed with.
    pub(crate) fn audit_key(&self) -> String {
        hex::encode(self.context.signing.verifying_key().as_bytes())
    }

    /// Returns what devices vouched for after a restore, the newest first, but for what only counsel
    /// sees; and before which entry of the feed the next page begins.
    pub(crate) fn vouched_for(
        &self,
        purpose: &Purpose,
        before: Option<u64>,
        most: usize,
    ) -> Result<(Vec<VouchedFor>, Option<u64>), ConsoleError> {
        let before = FeedSeq(before.unwrap_or(u64::MAX));
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let (rows, next) = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            let mut rows = db.vouched(before, limit)?;
            let is_more = rows.len() > most;
            rows.truncate(most);
            let next = rows.last().filter(|_| is_more).map(|row| row.seq.0);
            let owner = |device| Ok::<_, StoreError>(db.author(device)?.map(|owner| owner.name));
            let rows = rows.into_iter().filter(|row| reader.watches_over(Some(&row.compartment)));
            let rows = rows.map(|row| {
                Ok(VouchedFor {
                    seq: row.seq,
                    record_type: row.record_type,
                    compartment: row.compartment,
                    author: owner(row.author)?,
                    handed_in_by: owner(row.handed_in_by)?,
                    device: row.handed_in_by,
                    at: row.at,
                })
            });
            Ok::<_, ConsoleError>((rows.collect::<Result<Vec<_>, StoreError>>()?, next))
        })?;
        let outcome = format!("{} rows, purpose {}", rows.len(), purpose.id);
        self.note("vouched for".into(), outcome)?;
        Ok((rows, next))
    }

    /// Finds out what the rows of a page name.
    fn explain(&self, reader: &Reader<'_>, found: &mut Found) -> Result<(), ConsoleError> {
        for row in &found.rows {
            for word in row.actor.split(' ').chain(row.object.split(' ')) {
                if let Ok(device) = word.parse::<DeviceId>()
                    && let Some(owner) = reader.db.author(device)?
                {
                    found.devices.insert(device, owner.name);
                }
            }
            if let Some(record) = row.object.strip_prefix("record ")
                && let Ok(record) = record.parse::<RecordId>()
                && let Some(known) = reader.db.record_row(record)?
            {
                found.records.insert(record, (known.record_type, known.scope.case));
            }
            let words = match (row.reason, purpose_named(&row.outcome)) {
                (Some(reason), _) => reader.reason(reason)?,
                (None, Some(purpose)) => self.purpose_words(reader.db, purpose)?,
                (None, None) => None,
            };
            found.stated.extend(words.map(|words| (row.seq, words)));
        }
        Ok(())
    }

    fn purpose_words(&self, db: &Reading<'_>, id: i64) -> Result<Option<String>, StoreError> {
        let found = db.purpose(id)?;
        found.map(|found| self.opened(found.user, &found.sealed)).transpose()
    }

    fn opened(&self, user: UserId, sealed: &[u8]) -> Result<String, StoreError> {
        let words = self.context.purposes.open(&bound_to(&user), sealed)?;
        Ok(String::from_utf8_lossy(&words).into_owned())
    }
}

impl Reader<'_> {
    /// Returns what the audit calls a case and all that belongs to it.
    pub(super) fn objects_of(&self, case: CaseId) -> Result<Vec<String>, StoreError> {
        let mut records = self.db.record_ids_of(case)?;
        records.insert(case.into());
        let compartments = self.context.catalogue.compartments.keys().map(CompartmentCode::as_str);
        let mut objects = vec![format!("case {case}")];
        objects.extend(compartments.chain(["unknown"]).map(|it| format!("case {case} {it}")));
        objects.extend(
            records
                .iter()
                .flat_map(|record| ["record", "consent"].map(|kind| format!("{kind} {record}"))),
        );
        let emergencies = self.db.emergencies_of(case)?;
        objects.extend(emergencies.into_iter().map(|id| format!("emergency {id}")));
        Ok(objects)
    }
}

/// Returns the number of the purpose that an outcome names.
fn purpose_named(outcome: &str) -> Option<i64> {
    outcome.rsplit_once("purpose ").and_then(|(_, number)| number.parse().ok())
}

fn bound_to(user: &UserId) -> [&[u8]; 2] {
    [b"purpose", user.as_bytes()]
}

/// Rows of an exported audit that are read at once.
const EXPORT_ROWS: u64 = 500;
