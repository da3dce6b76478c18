//! Refused work that waits for a supervisor: looking at it, taking it after all, dismissing it, or
//! writing what it says anew.
//!
//! One entry is all that one device handed in for one record and nobody has decided about. Those
//! decide who supervise such records in the program it was made for; and, with a stated reason, those
//! who watch over privacy, but of what only counsel sees. Nothing is decided without a reason, and
//! the device that handed it in is told what was.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry as Slot};

use model::admission::{self, Budget};
use model::catalogue::{Access, BelongsTo, Catalogue};
use model::change::RawChange;
use model::document::{Document, EditError};
use model::ids::{ActorId, CaseId, ChangeHash, DeviceId, RecordId, RoleCode, Scope, UserId};
use model::limits::TRIAL_OPS_MAX;
use model::policy::{self, Act, CaseFacts, Channel, NO_EMERGENCY, Person, Reach, Subject};
use model::record::{Edit, Envelope, Record};
use model::time::Timestamp;
use model::wire::{DecisionV1, MembershipV1};
use model::words::Message;
use rand::rngs::StdRng;
use serde_json::Value as Json;

use super::{
    ConsoleError, ConsoleUser, DecideRefusal, Decided, Reader, RefusalRow, RefusalView,
    RefusedChangeRow, RepairRefusal, ShowRefusal, stated,
};
use crate::audit::reasons;
use crate::documents::{self, refused};
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::{Actor, Note};
use crate::store::quarantine::{QuarantineRow, QuarantineScope, Sealed};
use crate::sync::push::Refused;
use crate::sync::push::decide::{self, Accepted};
use crate::sync::push::late::envelope_in;
use crate::sync::push::vouched;
use crate::writer::Tx;

impl ConsoleUser<'_> {
    /// Shows what was refused: what it would make of its record.
    ///
    /// # Errors
    /// When there is no such entry, or not for them; nobody can tell which.
    pub fn refusal(
        &self,
        mut rng: StdRng,
        asked: &ShowRefusal,
    ) -> Result<RefusalView, ConsoleError> {
        let read = self.readers.read(|db| {
            let reader = self.reader(db, asked.reason.as_deref())?;
            let entry = reader.entry(asked.entry)?;
            let scope = entry.scope_of_reason(&self.context.catalogue)?;
            Ok::<_, ConsoleError>((reader.refusal(&entry)?, scope, reader.reason))
        });
        let (view, scope, reason) = match read {
            Ok(read) => read,
            Err(refusal) => return self.refused(format!("refusal {}", asked.entry), refusal),
        };
        let (now, user, actor) = (self.now, self.who.user, self.actor());
        let shown = Shown { user, actor, entry: asked.entry, record: view.record, scope, reason };
        self.writer.write::<_, StoreError, _>(move |tx| shown.note(now, &mut rng, tx))?;
        Ok(view)
    }

    /// Takes what was refused into its record, as its author wrote it.
    ///
    /// # Errors
    /// When there is no such entry for them, or nothing of it fits the record.
    pub fn accept_refusal(
        &self,
        rng: StdRng,
        asked: &DecideRefusal,
    ) -> Result<Decided, ConsoleError> {
        self.decide(rng, asked, Verdict::Accept)
    }

    /// Leaves what was refused out of its record.
    ///
    /// # Errors
    /// When there is no such entry for them.
    pub fn dismiss_refusal(
        &self,
        rng: StdRng,
        asked: &DecideRefusal,
    ) -> Result<Decided, ConsoleError> {
        self.decide(rng, asked, Verdict::Dismiss)
    }

    /// Writes what was refused anew: as an edit of its record, or as a new record that names its
    /// author and its time.
    ///
    /// # Errors
    /// When there is no such entry for them, or what they give does not fit.
    pub fn repair_refusal(
        &self,
        rng: StdRng,
        asked: &RepairRefusal,
    ) -> Result<Decided, ConsoleError> {
        let decide = DecideRefusal { entry: asked.entry, reason: asked.reason.clone() };
        let edits = asked.edits.clone();
        self.decide(rng, &decide, Verdict::Repair { console: self.who.console, edits })
    }

    fn decide(
        &self,
        mut rng: StdRng,
        asked: &DecideRefusal,
        verdict: Verdict,
    ) -> Result<Decided, ConsoleError> {
        let (now, who, asked_for) = (self.now, self.who.user, asked.clone());
        let actor = self.actor();
        let decided = self.writer.write::<_, ConsoleError, _>(move |tx| {
            decide_in(now, &mut rng, tx, (who, actor), &asked_for, verdict)
        });
        decided.or_else(|refusal| self.refused(format!("refusal {}", asked.entry), refusal))
    }
}

/// What is decided at an administrator's command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedDecision {
    /// It is taken into its record, as its author wrote it.
    Accept,
    /// It stays out of its record.
    Dismiss,
}

impl From<RefusedDecision> for Verdict {
    fn from(decision: RefusedDecision) -> Self {
        match decision {
            RefusedDecision::Accept => Self::Accept,
            RefusedDecision::Dismiss => Self::Dismiss,
        }
    }
}

/// Shows an entry to `user` in one transaction; `actor` is who does it, for the audit.
pub(crate) fn show_in(
    now: Timestamp,
    rng: &mut StdRng,
    tx: &mut Tx<'_>,
    (user, actor): (UserId, Actor),
    asked: &DecideRefusal,
) -> Result<RefusalView, ConsoleError> {
    let reader = Reader::of(tx.context, tx.db, now, user, Some(&asked.reason))?;
    let entry = reader.entry(asked.entry)?;
    let view = reader.refusal(&entry)?;
    let scope = entry.scope_of_reason(&tx.context.catalogue)?;
    let (entry, record, reason) = (asked.entry, view.record, reader.reason);
    Shown { user, actor, entry, record, scope, reason }.note(now, rng, tx)?;
    Ok(view)
}

/// An entry was shown to somebody.
struct Shown {
    user: UserId,
    /// Who it is for the audit.
    actor: Actor,
    entry: i64,
    record: RecordId,
    /// Where the words of the reason are kept.
    scope: Scope,
    reason: Option<String>,
}

impl Shown {
    /// Notes it: every read is in the audit before its answer leaves.
    fn note(self, now: Timestamp, rng: &mut StdRng, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Self { user, actor, entry, record, scope, reason } = self;
        let mut outcome = format!("refusal {entry}{}", on_behalf(user, actor));
        let mut stated = None;
        if let Some(reason) = reason {
            let id = reasons::keep(now, rng, tx, user, &scope, &reason)?;
            outcome.push_str(&format!(", reason {id}"));
            stated = Some(id);
        }
        let (act, object) = (AuditAct::Read, format!("record {record}"));
        tx.note_row(&Note { at: now, actor, act, object, outcome, reason: stated })
    }
}

fn on_behalf(user: UserId, actor: Actor) -> String {
    match actor {
        Actor::Administrator => format!(" for user {user}"),
        _ => String::new(),
    }
}

/// What somebody decides.
pub(crate) enum Verdict {
    Accept,
    Dismiss,
    Repair {
        /// Writes in the name of whoever repairs.
        console: DeviceId,
        /// What is written.
        edits: Vec<Edit>,
    },
}

/// Decides about an entry in one transaction: `actor` is who does it, for the audit.
pub(crate) fn decide_in(
    now: Timestamp,
    rng: &mut StdRng,
    tx: &mut Tx<'_>,
    (user, actor): (UserId, Actor),
    asked: &DecideRefusal,
    verdict: Verdict,
) -> Result<Decided, ConsoleError> {
    let reader = Reader::of(tx.context, tx.db, now, user, Some(&asked.reason))?;
    let entry = reader.entry(asked.entry)?;
    let scope = entry.scope_of_reason(&tx.context.catalogue)?;
    let (act, decision, record, done, left) = match verdict {
        Verdict::Accept => {
            let (done, left) = entry.accept(now, rng, tx, &reader)?;
            (AuditAct::AcceptRefusedWork, DecisionV1::Accepted, entry.record, done, left)
        }
        Verdict::Dismiss => {
            let done = entry.kept.iter().map(|kept| kept.hash).collect();
            (AuditAct::DismissRefusedWork, DecisionV1::Dismissed, entry.record, done, Vec::new())
        }
        Verdict::Repair { console, edits } => {
            let record = entry.repair(now, rng, tx, &reader, console, &edits)?;
            let done = entry.kept.iter().map(|kept| kept.hash).collect();
            (AuditAct::RepairRefusedWork, DecisionV1::Repaired, record, done, Vec::new())
        }
    };
    let done: BTreeSet<ChangeHash> = done;
    let reason = reasons::keep(now, rng, tx, user, &scope, &stated(&asked.reason)?)?;
    for kept in entry.kept.iter().filter(|kept| done.contains(&kept.hash)) {
        match decision {
            DecisionV1::Accepted => tx.db.release_refused(&[kept.hash])?,
            _ => tx.db.dismiss_refused(now, kept)?,
        }
        tx.db.add_decision(now, (entry.device, kept.hash), decision, user, reason)?;
    }
    if done.len() == entry.kept.len() {
        for kept in &entry.kept {
            tx.db.end_repairs_of(kept.id)?;
        }
    }
    let outcome = format!(
        "refusal {}, {} of {} changes of device {}{}, reason {reason}",
        asked.entry,
        done.len(),
        entry.kept.len(),
        entry.device,
        on_behalf(user, actor),
    );
    let object = format!("record {record}");
    tx.note_row(&Note { at: now, actor, act, object, outcome, reason: Some(reason) })?;
    let left = left.into_iter().map(|refused| refused.reason).collect();
    Ok(Decided { record, changes: done.len(), left })
}

/// All that one device handed in for one record and nobody has decided about.
pub(crate) struct Entry {
    device: DeviceId,
    record: RecordId,
    /// What it is part of; none when that cannot be told.
    home: Option<QuarantineScope>,
    author: Author,
    kept: Vec<Sealed>,
    /// The changes, opened, in an order in which each follows what it depends on.
    changes: Vec<RawChange>,
}

/// Whose work it is.
struct Author {
    user: UserId,
    name: String,
    /// The roles they hold, and those they held on that device.
    memberships: BTreeSet<MembershipV1>,
}

impl Reader<'_> {
    /// An entry that they may decide about.
    pub(crate) fn entry(&self, id: i64) -> Result<Entry, ConsoleError> {
        let found = match self.db.refused(id)? {
            Some((device, record)) => self.entry_of(device, record)?,
            None => None,
        };
        found.ok_or_else(|| self.nothing())
    }

    fn entry_of(&self, device: DeviceId, record: RecordId) -> Result<Option<Entry>, StoreError> {
        let Some(author) = self.author_of(device)? else { return Ok(None) };
        let kept = self.db.refused_waiting(device, record)?;
        let home = self.db.quarantine_scope(device, record)?;
        let stated = self.reason.is_some();
        let may = self.supervises_work(home.as_ref(), &author)
            || (stated && self.watches_over(home.as_ref().map(|home| &home.scope.compartment)));
        if !may {
            return Ok(None);
        }
        let mut changes = Vec::with_capacity(kept.len());
        for sealed in &kept {
            let key = match &sealed.scope {
                Some(scope) => Some(self.context.keyring.key(scope)?),
                None => None,
            };
            let bytes = refused::open(key.as_deref().unwrap_or(&self.context.quarantine), sealed)?;
            changes.extend(RawChange::inspect(&bytes).ok());
        }
        let changes = decide::in_order(changes);
        Ok(Some(Entry { device, record, home, author, kept, changes }))
    }

    /// The names of those who wrote it, by their devices: a device may hand in what others wrote.
    fn names_in(&self, entry: &Entry) -> Result<BTreeMap<DeviceId, String>, StoreError> {
        let mut names = BTreeMap::from([(entry.device, entry.author.name.clone())]);
        for change in &entry.changes {
            if let Slot::Vacant(place) = names.entry(change.actor().device)
                && let Some(author) = self.db.author(*place.key())?
            {
                place.insert(author.name);
            }
        }
        Ok(names)
    }

    fn author_of(&self, device: DeviceId) -> Result<Option<Author>, StoreError> {
        let Some(author) = self.db.author(device)? else { return Ok(None) };
        let mut memberships = self.db.memberships(author.user)?;
        memberships.append(&mut self.db.withdrawn(device, Timestamp::from_millis(i64::MIN))?);
        Ok(Some(Author { user: author.user, name: author.name, memberships }))
    }

    /// Returns whether they supervise such work: in the program it was made for, as far as that
    /// works where it lives; or, where nobody can tell, in a program of its author's.
    fn supervises_work(&self, home: Option<&QuarantineScope>, author: &Author) -> bool {
        match home {
            Some(home) => self.supervises_in(home),
            None => {
                let supervising = policy::supervising_roles(&self.context.catalogue);
                self.memberships.iter().any(|held| {
                    supervising.contains(&held.role)
                        && author.memberships.iter().any(|theirs| theirs.program == held.program)
                })
            }
        }
    }

    fn supervises_in(&self, home: &QuarantineScope) -> bool {
        let catalogue = &self.context.catalogue;
        let compartment = &home.scope.compartment;
        let record_type = catalogue.record_type(&home.record_type);
        // Nobody supervises a directory: supervisors who write there decide what their programs'
        // people wanted to change.
        let supervising = policy::supervising_roles(catalogue);
        let keeps =
            |role: &RoleCode| record_type.is_some_and(|known| known.written_by.contains(role));
        let supervises = |held: &&MembershipV1| match catalogue.access(&held.role, compartment) {
            Access::Supervise => true,
            Access::Directory => {
                held.program == home.program
                    && supervising.contains(&held.role)
                    && keeps(&held.role)
            }
            _ => false,
        };
        let memberships = self.memberships.iter().filter(supervises).cloned().collect();
        let facts = CaseFacts {
            assigned: false,
            programs: &BTreeSet::from([home.program.clone()]),
            consents: &[],
            alone: None,
            emergency: &NO_EMERGENCY,
        };
        let subject = Subject { compartment, record_type };
        let (person, see) =
            (Person { user: self.user, memberships: &memberships }, Channel::Console);
        let reach = Reach::Facts(facts);
        policy::decide(catalogue, self.now, person, reach, subject, Act::See(see)).is_ok()
    }

    /// The refused changes that they may decide about, or know of because they watch over privacy;
    /// the newest first, at most so many of those before this number.
    pub(super) fn waiting(&self, before: i64, most: usize) -> Result<Vec<RefusalRow>, StoreError> {
        let mut authors = BTreeMap::new();
        let mut seen = Vec::new();
        for row in self.db.quarantine_rows(before)? {
            if seen.len() == most {
                break;
            }
            let author = match authors.entry(row.device) {
                Slot::Occupied(known) => known.into_mut(),
                Slot::Vacant(place) => place.insert(self.author_of(row.device)?),
            };
            let Some(author) = author else { continue };
            let home = home_of(&row);
            if self.watches_over(row.compartment.as_ref())
                || self.supervises_work(home.as_ref(), author)
            {
                seen.push(RefusalRow {
                    number: row.id,
                    entry: row.entry,
                    by: author.name.clone(),
                    record: row.record,
                    record_type: row.record_type,
                    compartment: row.compartment,
                    program: row.program,
                    code: row.code,
                    reason: row.reason,
                    received_at: row.received_at,
                    times: row.times,
                });
            }
        }
        Ok(seen)
    }

    /// Returns what an entry would make of its record.
    pub(crate) fn refusal(&self, entry: &Entry) -> Result<RefusalView, ConsoleError> {
        let catalogue = &self.context.catalogue;
        let present = entry.present(self)?;
        let before = present.as_ref().map(Document::automerge);
        let mut budget = Budget::new(TRIAL_OPS_MAX);
        let tried = admission::apply_all_within(before, &entry.changes, &mut budget);
        let readable = tried.outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let after = tried.document.map(Document::from);
        let read = |document: &Document| {
            let record = admission::guarded(|| Ok(document.record(catalogue).ok()));
            record.ok().flatten()
        };
        let record = after.as_ref().and_then(read);
        let history = match (&after, &record) {
            (Some(document), Some(record)) => self.history_in(entry, document, record)?,
            _ => Vec::new(),
        };
        let before = present.as_ref().and_then(read).as_ref().map(Record::fields_json);
        let fields = record.as_ref().map(Record::fields_json);
        let record_type = record.as_ref().map(|record| &record.envelope.record_type);
        let record_type = record_type.and_then(|name| catalogue.record_type(name));
        let named = [&before, &fields].into_iter().flatten();
        let named = named.flat_map(|fields| model::people::named_in(record_type, fields));
        let people = super::read::names_of(self.db, named)?;
        Ok(RefusalView {
            entry: entry.kept.first().map_or(0, |kept| kept.id),
            by: entry.author.name.clone(),
            record: entry.record,
            record_type: entry.home.as_ref().map(|home| home.record_type.clone()),
            case: record.as_ref().and_then(|record| record.envelope.case),
            compartment: entry.home.as_ref().map(|home| home.scope.compartment.clone()),
            program: entry.home.as_ref().map(|home| home.program.clone()),
            created_at: record.as_ref().map(|record| record.envelope.created_at),
            is_new: present.is_none(),
            unreadable: entry.kept.len().saturating_sub(readable),
            before,
            fields,
            history,
            people,
            changes: self.refused_changes_of(entry)?,
        })
    }

    /// Returns what each change of an entry does, in a document that has them.
    fn history_in(
        &self,
        entry: &Entry,
        document: &Document,
        record: &Record,
    ) -> Result<Vec<Json>, StoreError> {
        let names = self.names_in(entry)?;
        let name_of = |device: DeviceId| names.get(&device).cloned().unwrap_or_default();
        let new: BTreeSet<ChangeHash> = entry.changes.iter().map(RawChange::hash).collect();
        let record_type = self.context.catalogue.record_type(&record.envelope.record_type);
        let all = admission::guarded(|| Ok(document.history(record_type))).unwrap_or_default();
        let of_it = all.into_iter().filter(|change| new.contains(&change.change));
        Ok(of_it.map(|change| change.to_json(&name_of)).collect())
    }

    /// Why each change of an entry was refused, the oldest first.
    fn refused_changes_of(&self, entry: &Entry) -> Result<Vec<RefusedChangeRow>, StoreError> {
        let rows = self.db.quarantine_rows(i64::MAX)?;
        let of_it = |row: &QuarantineRow| row.device == entry.device && row.record == entry.record;
        let changes = rows.into_iter().rev().filter(of_it).map(|row| RefusedChangeRow {
            code: row.code,
            reason: row.reason,
            received_at: row.received_at,
            times: row.times,
        });
        Ok(changes.collect())
    }
}

impl Entry {
    /// Where the words of a decision about it are kept.
    fn scope_of_reason(&self, catalogue: &Catalogue) -> Result<Scope, StoreError> {
        if let Some(home) = &self.home {
            return Ok(home.scope.clone());
        }
        // Its own, if it belongs nowhere that can be told.
        let compartment = catalogue.compartments.keys().next().cloned();
        let compartment =
            compartment.ok_or(StoreError::Damaged("the catalogue has no compartment"))?;
        Ok(Scope { case: CaseId::from(self.record), compartment })
    }

    /// Its record as the server has it; none when it has none, or it lives elsewhere than this says.
    fn present(&self, reader: &Reader<'_>) -> Result<Option<Document>, StoreError> {
        let Some(known) = reader.db.record_row(self.record)? else { return Ok(None) };
        if self.home.as_ref().is_none_or(|home| home.scope != known.scope) {
            return Ok(None);
        }
        documents::load(reader.db, reader.context.keyring.keys(), &known).map(Some)
    }

    /// Takes all that fits. Returns what was taken, and why the rest was not.
    fn accept(
        &self,
        now: Timestamp,
        rng: &mut StdRng,
        tx: &mut Tx<'_>,
        reader: &Reader<'_>,
    ) -> Result<(BTreeSet<ChangeHash>, Vec<Refused>), ConsoleError> {
        let is_vouched = self.kept.iter().any(|kept| {
            [vouched::NOT_VOUCHED, vouched::NOT_CONFIRMED].contains(&kept.code.as_str())
        });
        let accepted = Accepted {
            by: reader.user,
            author: self.author.user,
            device: self.device,
            memberships: &self.author.memberships,
            confirms: is_vouched.then_some(&reader.memberships),
        };
        let changes = self.changes.clone();
        let verdicts = decide::accept(now, rng, tx, &accepted, self.record, changes)?;
        let mut done = BTreeSet::new();
        let mut left = Vec::new();
        for (hash, refused) in verdicts {
            match refused {
                None => drop(done.insert(hash)),
                Some(refused) => left.push(refused),
            }
        }
        match (done.is_empty(), left.first()) {
            (true, Some(refused)) => Err(not_taken(refused)),
            (true, None) => Err(ConsoleError::invalid(Message::new("refused_unreadable"))),
            _ => Ok((done, left)),
        }
    }

    /// Writes it anew, at the time that its author gave it. Returns the record that says it now.
    fn repair(
        &self,
        now: Timestamp,
        rng: &mut StdRng,
        tx: &mut Tx<'_>,
        reader: &Reader<'_>,
        console: DeviceId,
        edits: &[Edit],
    ) -> Result<RecordId, ConsoleError> {
        let catalogue = tx.context.catalogue.clone();
        let actor = ActorId::generate(rng, console);
        let written = self.changes.iter().map(RawChange::time).max();
        let written = written.map_or(now, |at| Timestamp::from_millis(at.saturating_mul(1_000)));
        let (record, changes, author) =
            match self.present(reader)? {
                Some(mut document) => {
                    let mut changes = document.fold_heads(now, actor).map_err(EditError::from)?;
                    let change = document.edit(written, actor, &catalogue, edits)?;
                    changes.push(change.ok_or_else(|| {
                        ConsoleError::invalid(Message::new("refused_said_already"))
                    })?);
                    (self.record, changes, reader.user)
                }
                None => {
                    let first = self.changes.iter().find(|change| change.deps().is_empty());
                    let said = first.and_then(|change| envelope_in(change.bytes()));
                    let said = said
                        .ok_or_else(|| ConsoleError::invalid(Message::new("refused_of_no_kind")))?;
                    let envelope = anew(now, rng, &catalogue, said, self.author.user);
                    let record = envelope.record;
                    let (_, change) = Document::create(now, actor, &catalogue, &envelope, edits)?;
                    (record, vec![change], self.author.user)
                }
            };
        let changes = changes.iter().map(|change| RawChange::inspect(&change.bytes));
        let changes = changes
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::Damaged("a change of the server's own cannot be read"))?;
        let accepted = Accepted {
            by: reader.user,
            author,
            device: console,
            memberships: &reader.memberships,
            confirms: None,
        };
        let verdicts = decide::accept(now, rng, tx, &accepted, record, changes)?;
        match verdicts.into_iter().find_map(|(_, refused)| refused) {
            Some(refused) => Err(not_taken(&refused)),
            None => Ok(record),
        }
    }
}

/// The envelope of a record that says anew what another one said: it keeps its author and its time.
fn anew(
    now: Timestamp,
    rng: &mut StdRng,
    catalogue: &Catalogue,
    said: Envelope,
    author: UserId,
) -> Envelope {
    let record = RecordId::generate(now, rng);
    let known = catalogue.record_type(&said.record_type);
    let opens = known.is_some_and(|known| known.belongs_to == BelongsTo::Itself);
    Envelope {
        record,
        case: if opens { Some(record.into()) } else { said.case },
        type_version: known.map_or(said.type_version, |known| known.version),
        created_by: author,
        ..said
    }
}

fn not_taken(refused: &Refused) -> ConsoleError {
    ConsoleError::NotAllowed {
        code: refused.code.to_owned(),
        parts: refused.about.clone(),
        reason: refused.reason.clone(),
    }
}

fn home_of(row: &QuarantineRow) -> Option<QuarantineScope> {
    Some(QuarantineScope {
        scope: Scope { case: CaseId::from(row.record), compartment: row.compartment.clone()? },
        program: row.program.clone()?,
        record_type: row.record_type.clone()?,
    })
}
