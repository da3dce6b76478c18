//! Changes that were refused or do not apply. None of them stops the others.

use std::collections::BTreeMap;

use rand::Rng;
use rusqlite::params;
use serde_json::{Value as Json, json};

use model::change::RawChange;
use model::ids::{ChangeHash, RecordId, TypeName};
use model::record::Edit;
use model::time::Timestamp;
use model::wire::{DecidedV1, DecisionV1};
use model::words::{LanguageTag, Message};

use super::local::By;
use super::outbox::{Intent, Touched};
use super::rebase::Cause;
use super::rows::{FromRow, code};
use super::{LocalError, Reader, StoreError, Writer, Written};

/// The refusal that says two installations wrote under one actor (`model::admission`).
pub const EQUIVOCATION: &str = "equivocation";

/// A change that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineItem {
    /// Names it in [`Writer::dismiss`] and [`Writer::retry`].
    pub number: i64,
    /// Where it came from.
    pub kind: QuarantineKind,
    /// The change; the SHA-256 of its bytes when they are no change.
    pub hash: ChangeHash,
    /// Its record.
    pub record: RecordId,
    /// The record's type, if it is known.
    pub record_type: Option<TypeName>,
    /// The stable name of the reason.
    pub code: String,
    /// The reason in English.
    pub reason: String,
    /// What fills the words of the code in another language.
    pub about: BTreeMap<String, String>,
    /// When it was set aside.
    pub at: Timestamp,
    /// What the owner meant to do, if it is an own change that nobody has decided about, or its
    /// scope is still here.
    pub edits: Vec<Edit>,
    /// Whether the owner has seen it.
    pub dismissed: bool,
    /// Whether its record is still here.
    pub is_here: bool,
    /// What a supervisor has decided about it; none until then.
    pub decided: Option<Decided>,
}

/// What was decided about an own change that the server had refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The decision.
    pub decision: DecisionV1,
    /// When.
    pub at: Timestamp,
    /// Who decided, by name; none when the case was erased, or the server took it after all.
    pub by: Option<String>,
    /// Why, in their words.
    pub why: Option<String>,
}

impl QuarantineItem {
    /// Returns whether trying the same again may help, once somebody has done something about the
    /// reason: given a role or a case back, say. Otherwise only another edit helps.
    pub fn may_help(&self) -> bool {
        self.kind == QuarantineKind::Own
            && self.is_here
            && self.decided.is_none()
            && MAY_PASS.contains(&self.code.as_str())
    }

    /// Returns the reason in a language; as the server told it where this version has no words.
    pub fn reason_in(&self, language: impl Into<LanguageTag>) -> String {
        told_in(language, &self.code, &self.reason, &self.about)
    }

    /// The JSON of `fieldbook device refusals`.
    pub fn to_json(&self, language: impl Into<LanguageTag>) -> Json {
        json!({
            "number": self.number,
            "kind": self.kind.code(),
            "id": self.record.to_string(),
            "type": self.record_type.as_ref().map(TypeName::as_str),
            "code": self.code,
            "reason": self.reason_in(language),
            "at": self.at.to_string(),
            "may_help": self.may_help(),
            "dismissed": self.dismissed,
            "fields": self.edits.iter().map(|edit| edit.field().as_str()).collect::<Vec<_>>(),
            "edits": self.edits,
            "decided": self.decided.as_ref().map(|decided| json!({
                "decision": decided.decision.code(),
                "at": decided.at.to_string(),
                "by": decided.by,
                "why": decided.why,
            })),
        })
    }
}

/// The refusal that says that the case was erased.
const ERASED: &str = "case_erased";
/// Why a record was refused, as its server told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The stable name of the reason.
    pub code: String,
    /// The reason in English.
    pub reason: String,
    /// What fills the words of the code in another language.
    pub about: BTreeMap<String, String>,
}

impl Told {
    /// Returns the reason in a language; as the server told it where this version has no words.
    pub fn in_language(&self, language: impl Into<LanguageTag>) -> String {
        told_in(language, &self.code, &self.reason, &self.about)
    }
}

fn told_in(
    language: impl Into<LanguageTag>,
    code: &str,
    reason: &str,
    about: &BTreeMap<String, String>,
) -> String {
    let words = match language.into() {
        LanguageTag::ENGLISH => None,
        language => Message::from_parts(code, about.clone()).in_language(language),
    };
    words.unwrap_or_else(|| reason.to_owned())
}

/// A reason and what fills its words, as one column.
pub(crate) fn stored_reason(reason: &str, about: &BTreeMap<String, String>) -> String {
    let reason = reason.replace(BEFORE_PARTS, " ");
    match serde_json::to_string(about) {
        Ok(parts) if !about.is_empty() => format!("{reason}{BEFORE_PARTS}{parts}"),
        _ => reason,
    }
}

/// Reads what [`stored_reason`] stored.
fn read_reason(stored: &str) -> (String, BTreeMap<String, String>) {
    match stored.split_once(BEFORE_PARTS) {
        Some((reason, parts)) => {
            (reason.to_owned(), serde_json::from_str(parts).unwrap_or_default())
        }
        None => (stored.to_owned(), BTreeMap::new()),
    }
}

/// The unit separator, which no reason has a use for.
const BEFORE_PARTS: char = '\u{1f}';

/// Reasons that lie in what its author may see and do, or in what the server has not got yet, and
/// not in the change. A code that is not known here counts as one that stays.
const MAY_PASS: [&str; 18] = [
    // `model::policy`
    "no_access",
    "counsel_only",
    "aggregates_only",
    "deidentified_only",
    "named_types_only",
    "not_supervised",
    "not_assigned",
    "no_consent",
    "consent_not_signed",
    "consent_expired",
    "consent_revoked",
    "at_the_console",
    "role",
    "program",
    "guarded_field",
    // `model::admission` and the server
    "missing_dependencies",
    "not_vouched",
    "record_unreadable",
];

/// Which of the changes that were set aside are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dismissed {
    /// Those that the owner has not seen.
    Omit,
    /// All that are kept.
    Include,
}

/// Why nothing was done about a change that was set aside.
#[derive(Debug, thiserror::Error)]
pub enum RefusalError {
    /// Nothing of this number is set aside.
    #[error("no change of the number {0} is set aside")]
    NotFound(i64),
    /// It came from the server, or what it said left with its case.
    #[error("only what was written here, and is still here, can be tried again")]
    NothingToTry,
    /// What was meant no longer fits, or the store failed.
    #[error(transparent)]
    Local(#[from] LocalError),
}

impl From<StoreError> for RefusalError {
    fn from(error: StoreError) -> Self {
        Self::Local(error.into())
    }
}

fn decided(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Decided>> {
    let Some(code) = row.get::<_, Option<String>>(11)? else { return Ok(None) };
    Ok(Some(Decided {
        decision: DecisionV1::from_code(&code).unwrap_or(DecisionV1::Dismissed),
        at: Timestamp::from_row(row, 12)?,
        by: row.get(13)?,
        why: row.get(14)?,
    }))
}

/// Where a change that was set aside came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuarantineKind {
    /// Made here, refused by the server.
    Own,
    /// Another's: it does not apply here.
    Incoming,
}

impl QuarantineKind {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Incoming => "incoming",
        }
    }
}

/// What became of the record when one of its changes was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The change is not here (any more): nothing was done.
    Unknown,
    /// The record itself is refused, with all that was written to it.
    Record(RecordId),
    /// The change is set aside, and those that followed it were made anew.
    Change {
        /// The record.
        record: RecordId,
        /// How many changes were made anew.
        remade: usize,
    },
}

impl Reader<'_> {
    /// Lists what was set aside, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn quarantine(&self, dismissed: Dismissed) -> Result<Vec<QuarantineItem>, StoreError> {
        let sql = "SELECT number, kind, hash, record, type, code, reason, at, intent, dismissed,
                       EXISTS (SELECT 1 FROM records WHERE records.id = quarantine.record),
                       decision, decided_at, decided_by, decided_why
                   FROM quarantine WHERE dismissed = 0 OR ?1 ORDER BY number";
        self.query(sql, [dismissed == Dismissed::Include], |row| {
            let kind = match row.get_ref(1)?.as_str()? {
                "own" => QuarantineKind::Own,
                _ => QuarantineKind::Incoming,
            };
            let intent = row.get::<_, Option<String>>(8)?;
            let intent = intent.and_then(|text| serde_json::from_str::<Intent>(&text).ok());
            let (reason, about) = read_reason(row.get_ref(6)?.as_str()?);
            Ok(QuarantineItem {
                number: row.get(0)?,
                kind,
                hash: ChangeHash::from_row(row, 2)?,
                record: RecordId::from_row(row, 3)?,
                record_type: match row.get_ref(4)? {
                    rusqlite::types::ValueRef::Null => None,
                    _ => Some(code(row, 4)?),
                },
                code: row.get(5)?,
                reason,
                about,
                at: Timestamp::from_row(row, 7)?,
                edits: intent.map(|intent| intent.edits).unwrap_or_default(),
                dismissed: row.get(9)?,
                is_here: row.get(10)?,
                decided: decided(row)?,
            })
        })
    }

    /// Refused changes of which the server is asked whether somebody has decided about them, the
    /// newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn awaited(&self, changes_max: usize) -> Result<Vec<ChangeHash>, StoreError> {
        let limit = i64::try_from(changes_max).unwrap_or(i64::MAX);
        let sql = "SELECT hash FROM quarantine WHERE kind = 'own' AND decision IS NULL
                   ORDER BY number DESC LIMIT ?1";
        self.query(sql, [limit], |row| ChangeHash::from_row(row, 0))
    }

    /// Why the newest refused change of the record was refused: code and reason.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refusal_of(&self, record: RecordId) -> Result<Option<Told>, StoreError> {
        let sql = "SELECT code, reason FROM quarantine
                   WHERE record = ?1 AND kind = 'own' AND dismissed = 0
                   ORDER BY number DESC LIMIT 1";
        self.query_row(sql, [record.as_bytes()], |row| {
            let (reason, about) = read_reason(row.get_ref(1)?.as_str()?);
            Ok(Told { code: row.get(0)?, reason, about })
        })
    }

    /// How many own changes were refused and not dismissed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refused_size(&self) -> Result<u64, StoreError> {
        self.count("SELECT count(*) FROM quarantine WHERE kind = 'own' AND dismissed = 0", [])
    }
}

impl Writer<'_> {
    /// Sets a change aside that the server refused for good; the record's other edits go on.
    ///
    /// When it is the change that made the record, everything written to it is set aside with it.
    /// After an equivocation (this store was cloned) the edit itself is sound: it is made anew
    /// under a new actor, and the record is asked for whole.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_refused(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        hash: ChangeHash,
        code: &str,
        reason: &str,
    ) -> Result<Refused, StoreError> {
        let sql = "SELECT record, bytes FROM changes
                   WHERE hash = ?1 AND number IN (SELECT number FROM outbox)";
        let found = self.query_row(sql, [hash.0], |row| {
            Ok((RecordId::from_row(row, 0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        let Some((record, bytes)) = found else { return Ok(Refused::Unknown) };
        if self.is_refused(record)? {
            // What others wrote in a record that is set aside was handed over all the same.
            self.set_aside_what_waits(record, hash)?;
            return Ok(Refused::Record(record));
        }
        let creates = RawChange::inspect(&bytes).is_ok_and(|change| change.deps().is_empty());
        if creates {
            self.set_record_aside(now, record, hash, code, reason)?;
            self.forget_erased(now, record)?;
            return Ok(Refused::Record(record));
        }
        let remade = self.whole_or_nothing(|writer| {
            if code == EQUIVOCATION {
                writer.mark_refetch(record)?;
                return writer.rebase(now, rng, record, Cause::Renewed(hash));
            }
            writer.copy_to_quarantine(now, record, Some(hash), code, reason)?;
            writer.rebase(now, rng, record, Cause::Dropped(hash))
        });
        match remade {
            Ok(remade) => {
                self.forget_erased(now, record)?;
                self.refresh_states(Touched::from([record]))?;
                Ok(Refused::Change { record, remade })
            }
            // What is here of the record cannot be built any more, and must not stop the others.
            Err(StoreError::Document(_) | StoreError::Unreadable { .. }) => {
                self.set_record_aside(now, record, hash, code, reason)?;
                Ok(Refused::Record(record))
            }
            Err(other) => Err(other),
        }
    }

    /// Takes a supervisor's decision about a refused change. What the server took after all is here as
    /// on the server, if its scope is; what left with its scope leaves now for good.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_decision(&mut self, decided: &DecidedV1) -> Result<(), StoreError> {
        let hash = decided.hash.0;
        let sql = "SELECT record FROM quarantine WHERE hash = ?1 AND kind = 'own'";
        let found = self.query_row(sql, [hash], |row| RecordId::from_row(row, 0))?;
        let Some(record) = found else { return Ok(()) };
        let accepted = decided.decision == DecisionV1::Accepted;
        if !accepted || self.acknowledge(&decided.hash)?.is_none() {
            let sql = "UPDATE quarantine
                SET decision = ?2, decided_at = ?3, decided_by = ?4, decided_why = ?5
                WHERE hash = ?1 AND kind = 'own'";
            let (decision, at) = (decided.decision.code(), decided.at.as_millis());
            self.execute(sql, params![hash, decision, at, decided.by, decided.reason])?;
            let sql = "UPDATE quarantine SET bytes = x'', intent = NULL
                WHERE hash = ?1 AND kind = 'own' AND (?2 OR NOT EXISTS (
                    SELECT 1 FROM records WHERE records.anchor = quarantine.anchor
                        AND records.compartment = quarantine.compartment))";
            self.execute(sql, params![hash, decided.decision == DecisionV1::Erased])?;
            if accepted {
                // The server has it, and what is here was made anew without it; or nothing is here yet,
                // and comes with this answer or a later page.
                self.mark_refetch(record)?;
            }
        }
        self.refresh_states(Touched::from([record]))
    }

    /// Notes that the owner has seen a refusal; its record goes by its other changes again. What was
    /// refused stays where it is.
    ///
    /// # Errors
    /// When nothing has this number, or the store fails.
    pub fn dismiss(&mut self, number: i64) -> Result<(), RefusalError> {
        let sql = "UPDATE quarantine SET dismissed = 1 WHERE number = ?1 RETURNING record";
        let record = self.query_row(sql, [number], |row| RecordId::from_row(row, 0))?;
        let record = record.ok_or(RefusalError::NotFound(number))?;
        Ok(self.refresh_states(Touched::from([record]))?)
    }

    /// Tries a refused change once more: after the case was assigned, say. An edit is made anew on
    /// the record as it is now; a record that was refused goes with all that was written to it.
    /// Returns how many changes wait again.
    ///
    /// # Errors
    /// When nothing has this number or it cannot be tried, an edit no longer fits, or the store
    /// fails.
    pub fn retry(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        number: i64,
    ) -> Result<usize, RefusalError> {
        let sql = "SELECT record, kind = 'own', intent FROM quarantine WHERE number = ?1";
        let found = self.query_row(sql, [number], |row| {
            let intent = row.get::<_, Option<String>>(2)?;
            Ok((RecordId::from_row(row, 0)?, row.get::<_, bool>(1)?, intent))
        })?;
        let (record, own, intent) = found.ok_or(RefusalError::NotFound(number))?;
        if own && self.is_refused(record)? {
            return Ok(self.retry_record(record)?);
        }
        let intent = intent.filter(|_| own).ok_or(RefusalError::NothingToTry)?;
        let intent = serde_json::from_str::<Intent>(&intent)
            .map_err(|_| StoreError::Unreadable { what: "an intent" })?;
        self.execute("DELETE FROM quarantine WHERE number = ?1", [number])?;
        let written = self.write_edits(now, rng, record, intent.edits, By::Decision)?;
        self.refresh_states(Touched::from([record]))?;
        Ok(usize::from(matches!(written, Written::Change(_))))
    }

    fn retry_record(&mut self, record: RecordId) -> Result<usize, StoreError> {
        let id = [record.as_bytes()];
        let sql = "INSERT OR IGNORE INTO outbox (number, record, intent, sent)
            SELECT changes.number, changes.record, quarantine.intent, 0
            FROM changes JOIN quarantine USING (hash)
            WHERE changes.record = ?1 AND changes.acknowledged = 0 AND quarantine.kind = 'own'
            ORDER BY changes.number";
        let again = self.execute(sql, id)?;
        // An edit that was refused before the record was is nowhere else, and stays.
        let sql = "DELETE FROM quarantine WHERE record = ?1 AND kind = 'own'
            AND hash IN (SELECT hash FROM changes WHERE record = ?1)";
        self.execute(sql, id)?;
        self.execute("UPDATE records SET refused = 0 WHERE id = ?1", id)?;
        self.refresh_states(Touched::from([record]))?;
        Ok(again)
    }

    /// The server has a record after all that it had refused: own changes that it has not got go with
    /// the next request, and what others wrote comes from there. Returns whether anything went.
    pub(super) fn offer_rest(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM changes WHERE record = ?1 AND acknowledged = 0 AND device <> ?2
                   AND number NOT IN (SELECT number FROM outbox)";
        let gone = self.execute(sql, params![record.as_bytes(), self.device().as_bytes()])? > 0;
        self.retry_record(record)?;
        if gone {
            self.remake(now, rng, record)?;
        }
        Ok(gone)
    }

    /// Keeps a change from the server that does not apply, and asks for its record whole.
    pub(super) fn quarantine_incoming(
        &self,
        now: Timestamp,
        record: RecordId,
        hash: ChangeHash,
        bytes: &[u8],
        why: (&str, &str),
    ) -> Result<(), StoreError> {
        self.quarantine_anothers(now, record, hash, bytes, why)?;
        self.execute("INSERT OR IGNORE INTO refetch (record) VALUES (?1)", [record.as_bytes()])
            .map(drop)
    }

    /// Keeps another's change that does not apply.
    pub(super) fn quarantine_anothers(
        &self,
        now: Timestamp,
        record: RecordId,
        hash: ChangeHash,
        bytes: &[u8],
        (code, reason): (&str, &str),
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO quarantine
                (kind, hash, record, type, anchor, compartment, bytes, code, reason, at)
            VALUES ('incoming', ?1, ?2,
                (SELECT type FROM records WHERE id = ?2),
                (SELECT anchor FROM records WHERE id = ?2),
                (SELECT compartment FROM records WHERE id = ?2), ?3, ?4, ?5, ?6)";
        let id = record.as_bytes();
        self.execute(sql, params![hash.0, id, bytes, code, reason, now.as_millis()]).map(drop)
    }

    /// Keeps a copy of one own change, or of all own ones that the server has not got of the record.
    /// What others wrote and was handed back is kept by the server.
    pub(super) fn copy_to_quarantine(
        &self,
        now: Timestamp,
        record: RecordId,
        only: Option<ChangeHash>,
        code: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO quarantine
                (kind, hash, record, type, anchor, compartment, bytes, intent, code, reason, at)
            SELECT 'own', changes.hash, records.id, records.type, records.anchor,
                records.compartment, changes.bytes, outbox.intent, ?3, ?4, ?5
            FROM outbox JOIN changes USING (number) JOIN records ON records.id = outbox.record
            WHERE records.id = ?1 AND (?2 IS NULL OR changes.hash = ?2) AND changes.device = ?6
            ORDER BY changes.number";
        let only = only.map(|hash| hash.0);
        let own = self.device();
        let row = params![record.as_bytes(), only, code, reason, now.as_millis(), own.as_bytes()];
        self.execute(sql, row).map(drop)
    }

    /// Lets go of what was refused because its case was erased: nothing of it may be kept anywhere.
    fn forget_erased(&self, now: Timestamp, record: RecordId) -> Result<(), StoreError> {
        let sql = "UPDATE quarantine SET bytes = x'', intent = NULL, decision = ?3, decided_at = ?4
            WHERE record = ?1 AND kind = 'own' AND code = ?2";
        let decision = DecisionV1::Erased.code();
        let row = params![record.as_bytes(), ERASED, decision, now.as_millis()];
        self.execute(sql, row).map(drop)
    }

    /// Sets a record aside of which this change was refused.
    fn set_record_aside(
        &mut self,
        now: Timestamp,
        record: RecordId,
        hash: ChangeHash,
        code: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.copy_to_quarantine(now, record, None, code, reason)?;
        self.execute("UPDATE records SET refused = 1 WHERE id = ?1", [record.as_bytes()])?;
        self.set_aside_what_waits(record, hash)
    }

    /// Ends the waiting of this change and of the owner's own in a record that is set aside. What
    /// others wrote there is still handed over: nothing of it is kept here.
    fn set_aside_what_waits(
        &mut self,
        record: RecordId,
        hash: ChangeHash,
    ) -> Result<(), StoreError> {
        let ends = "SELECT number FROM outbox JOIN changes USING (number)
                    WHERE outbox.record = ?1 AND (changes.hash = ?2 OR changes.device = ?3)";
        let device = self.device();
        let of_it = params![record.as_bytes(), hash.0, device.as_bytes()];
        let sql = format!("UPDATE changes SET acknowledged = 0 WHERE number IN ({ends})");
        self.execute(&sql, of_it)?;
        self.recount_check(record)?;
        self.execute(&format!("DELETE FROM outbox WHERE number IN ({ends})"), of_it)?;
        self.refresh_states(Touched::from([record]))
    }

    /// Has the next reconcile offer what others wrote in records that a server set aside: that server
    /// kept it, and was restored since.
    ///
    /// # Errors
    /// When the store fails.
    pub fn offer_what_was_set_aside(&mut self) -> Result<(), StoreError> {
        let set_aside = "SELECT DISTINCT records.id FROM records
                         JOIN changes ON changes.record = records.id
                         WHERE records.refused = 1 AND changes.acknowledged = 0
                             AND changes.device <> ?1";
        let own = self.device();
        let records = self.query(set_aside, [own.as_bytes()], |row| RecordId::from_row(row, 0))?;
        for record in records {
            let sql = "UPDATE changes SET acknowledged = 1
                       WHERE record = ?1 AND device <> ?2
                           AND number NOT IN (SELECT number FROM outbox)";
            self.execute(sql, params![record.as_bytes(), own.as_bytes()])?;
            self.recount_check(record)?;
        }
        Ok(())
    }
}
