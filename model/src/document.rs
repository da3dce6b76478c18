//! One record as an Automerge document (DESIGN §4).
//!
//! Root map: the envelope's keys, `fields` (a map of scalars and counters), and one container for
//! each list field: `set:NAME` (option → true), `log:NAME` (ULID → map of scalars) and `note:NAME`
//! (text). The first change creates all of them, so no two devices create the same container; where
//! a later catalogue adds a list field and two devices do, readers join both.
//!
//! Here documents are made, edited and joined; [`read`] reads them, [`history`] attributes them,
//! [`check`] compares one before and after a change that came from outside.

pub mod check;
mod fold;
pub mod history;
mod overwritten;
pub mod read;
pub mod room;

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use crate::catalogue::{Catalogue, FieldKind, Form, RecordType};
use crate::change::{ChangeProblem, RawChange};
use crate::ids::{ActorId, ChangeHash, RecordId};
use crate::record::{Edit, Envelope, EnvelopeProblem, FieldProblem, Problem};
use crate::time::Timestamp;
use crate::value::{Scalar, ValueProblem};
use crate::words::{Explained, Message, explained_error};
use crate::{limits, policy, references};

use self::room::{At, Full, Growth};

/// The document of one record.
#[derive(Debug, Clone)]
pub struct Document {
    inner: Automerge,
}

/// A change that was just made: what is stored, sent and identified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Its identity.
    pub hash: ChangeHash,
    /// The raw change (chunk type 1).
    pub bytes: Vec<u8>,
}

/// Why an edit was not made. The document is as it was.
#[derive(Debug)]
pub enum EditError {
    /// Fields that do not take what was given; every one is named.
    Fields(Vec<FieldProblem>),
    /// The record as a whole cannot be made.
    Envelope(EnvelopeProblem),
    /// The edit is larger than one change may be: make it in parts.
    TooLarge,
    /// The record has no room for it.
    Full(Full),
    /// More changes stand side by side than one may follow: [`Document::fold_heads`] first.
    Crowded,
    /// The document did not take it.
    Document(DocumentError),
}

/// Why a document cannot be used.
#[derive(Debug)]
pub enum DocumentError {
    /// The bytes are no document, or a change in them is damaged.
    Damaged,
    /// A change depends on one that is not here.
    MissingDependencies,
    /// The document is not laid out as a record.
    NotARecord {
        /// What is wrong with it.
        what: &'static str,
    },
}

impl Explained for EditError {
    fn message(&self) -> Message {
        match self {
            Self::Fields(problems) => Message::new("invalid_fields")
                .listing("problems", problems.iter().map(Explained::message)),
            Self::Envelope(problem) => problem.message(),
            Self::TooLarge => Message::new("edit_too_large")
                .with("operations", limits::CHANGE_OPS_MAX)
                .with("kib", limits::CHANGE_BYTES_MAX / 1024),
            Self::Full(full) => full.message(),
            Self::Crowded => Message::new("edit_crowded"),
            Self::Document(problem) => problem.message(),
        }
    }
}

impl Explained for DocumentError {
    fn message(&self) -> Message {
        match self {
            Self::Damaged => Message::new("damaged_document"),
            Self::MissingDependencies => Message::new("change_missing"),
            Self::NotARecord { what } => Message::new("not_a_record").with("what", what),
        }
    }
}

explained_error!(EditError, DocumentError);

impl From<EnvelopeProblem> for EditError {
    fn from(problem: EnvelopeProblem) -> Self {
        Self::Envelope(problem)
    }
}

impl From<Full> for EditError {
    fn from(full: Full) -> Self {
        Self::Full(full)
    }
}

impl From<DocumentError> for EditError {
    fn from(error: DocumentError) -> Self {
        Self::Document(error)
    }
}

impl From<references::Wrong> for EditError {
    fn from((field, problem): references::Wrong) -> Self {
        match field {
            Some(field) => {
                Self::Fields(vec![FieldProblem { field, problem: Problem::Link(problem) }])
            }
            None => Self::Envelope(EnvelopeProblem::Compartment),
        }
    }
}

impl Document {
    /// Makes a record: the whole skeleton and the first values in one change.
    ///
    /// # Errors
    /// Names every field that is wrong or missing, or what is wrong with the envelope.
    pub fn create(
        now: Timestamp,
        actor: ActorId,
        catalogue: &Catalogue,
        envelope: &Envelope,
        edits: &[Edit],
    ) -> Result<(Self, NewChange), EditError> {
        envelope.check(catalogue)?;
        let Some(record_type) = catalogue.record_type(&envelope.record_type) else {
            return Err(EnvelopeProblem::UnknownType(envelope.record_type.clone()).into());
        };
        if catalogue.is_retired(&envelope.record_type) {
            return Err(EnvelopeProblem::RetiredType(envelope.record_type.clone()).into());
        }
        check_edits(edits, |edit| {
            edit.check(catalogue, record_type)?;
            edit.check_offered(catalogue, record_type, None)
        })?;
        let mut inner = Automerge::new().with_actor(actor.into());
        let change = commit(&mut inner, now, |tx| {
            write_envelope(tx, envelope)?;
            write_skeleton(tx, record_type)?;
            edits.iter().try_for_each(|edit| write_edit(tx, edit))
        })?;
        let document = Self { inner };
        document.check_counted(edits)?;
        let record = document.read_of(envelope.clone(), Some(record_type))?;
        let missing = record.missing(record_type);
        if !missing.is_empty() {
            return Err(EditError::Fields(missing));
        }
        let change = change.ok_or(DocumentError::NotARecord { what: "it is empty" })?;
        Ok((document, change))
    }

    /// Loads a saved document of our own making.
    ///
    /// # Errors
    /// When the bytes are damaged.
    pub fn load(bytes: &[u8]) -> Result<Self, DocumentError> {
        guarded(|| Automerge::load(bytes)).map(Self::from)
    }

    /// Builds a document from raw changes, each after those it depends on.
    ///
    /// # Errors
    /// When a change is damaged or follows one that is not there.
    pub fn from_changes<B: AsRef<[u8]>>(
        changes: impl IntoIterator<Item = B>,
    ) -> Result<Self, DocumentError> {
        let mut document = Self { inner: Automerge::new() };
        document.apply(changes)?;
        Ok(document)
    }

    /// Applies raw changes that the server vouches for. Changes already here are passed over.
    ///
    /// # Errors
    /// When a change is damaged or follows one that is not here; then nothing was applied.
    pub fn apply<B: AsRef<[u8]>>(
        &mut self,
        changes: impl IntoIterator<Item = B>,
    ) -> Result<(), DocumentError> {
        let mut parsed = Vec::new();
        let mut arriving = std::collections::BTreeSet::new();
        for bytes in changes {
            let raw = RawChange::inspect(bytes.as_ref()).map_err(|_| DocumentError::Damaged)?;
            let here = |hash: &ChangeHash| arriving.contains(hash) || self.has_change(hash);
            if here(&raw.hash()) {
                continue;
            }
            if !raw.deps().iter().all(here) {
                return Err(DocumentError::MissingDependencies);
            }
            arriving.insert(raw.hash());
            parsed.push(guarded(|| automerge::Change::from_bytes(raw.bytes().to_vec()))?);
        }
        if parsed.is_empty() {
            return Ok(());
        }
        // Work on a clone: a change that fails half-way would leave its head behind.
        let mut next = self.inner.clone();
        guarded(|| next.apply_changes(parsed))?;
        self.inner = next;
        Ok(())
    }

    /// Makes one change of these edits. `None` when they change nothing. Where more stands side by
    /// side than one change may follow, [`Document::fold_heads`] comes first.
    ///
    /// # Errors
    /// Names every field that does not take what was given, or the limit that the edit would pass;
    /// then nothing was changed.
    pub fn edit(
        &mut self,
        now: Timestamp,
        actor: ActorId,
        catalogue: &Catalogue,
        edits: &[Edit],
    ) -> Result<Option<NewChange>, EditError> {
        let present = self.record(catalogue)?;
        let Some(record_type) = catalogue.record_type(&present.envelope.record_type) else {
            return Err(EnvelopeProblem::UnknownType(present.envelope.record_type).into());
        };
        check_edits(edits, |edit| {
            edit.check(catalogue, record_type)?;
            edit.check_offered(catalogue, record_type, Some(&present))
        })?;
        self.write(now, actor, catalogue, edits)
    }

    /// Makes edits anew that were made once, by the form of then: what a form took that was in force
    /// since the record was made is taken.
    ///
    /// # Errors
    /// Names every field that never took what was given; then nothing was changed.
    pub fn edit_again(
        &mut self,
        now: Timestamp,
        actor: ActorId,
        catalogue: &Catalogue,
        edits: &[Edit],
    ) -> Result<Option<NewChange>, EditError> {
        let envelope = self.envelope()?;
        let Some(record_type) = catalogue.record_type(&envelope.record_type) else {
            return Err(EnvelopeProblem::UnknownType(envelope.record_type).into());
        };
        let earlier = catalogue.forms_since(&envelope.record_type, envelope.type_version);
        check_edits(edits, |edit| {
            let took = |form: &Form| edit.check_by(&form.lists, &form.record_type).is_ok();
            edit.check(catalogue, record_type)
                .or_else(|problem| if earlier.iter().any(took) { Ok(()) } else { Err(problem) })
        })?;
        self.write(now, actor, catalogue, edits)
    }

    fn write(
        &mut self,
        now: Timestamp,
        actor: ActorId,
        catalogue: &Catalogue,
        edits: &[Edit],
    ) -> Result<Option<NewChange>, EditError> {
        let mut next = self.inner.clone();
        next.set_actor(actor.into());
        let change =
            commit(&mut next, now, |tx| edits.iter().try_for_each(|edit| write_edit(tx, edit)))?;
        let next = Self { inner: next };
        if let Some(change) = &change {
            next.check_counted(edits)?;
            self.check_growth(&next, actor, catalogue, change)?;
        }
        *self = next;
        Ok(change)
    }

    /// Checks whether there is room for a change that was just made.
    fn check_growth(
        &self,
        next: &Self,
        actor: ActorId,
        catalogue: &Catalogue,
        change: &NewChange,
    ) -> Result<(), EditError> {
        let growth = Growth { record_bytes: next.saved_bytes(), change_bytes: change.bytes.len() };
        growth.check(At::Making, next, actor.device, || {
            let (before, after) = (self.record(catalogue)?, next.record(catalogue)?);
            Ok::<_, EditError>(policy::is_always_possible(catalogue, &before, &after))
        })
    }

    /// Counts stay far from where they could no longer be added up, whatever others count.
    fn check_counted(&self, edits: &[Edit]) -> Result<(), EditError> {
        let max = limits::COUNTER_MAX / 2;
        let fields = self.fields_object()?;
        let far = |edit: &&Edit| {
            let counted = matches!(edit, Edit::Increment { .. });
            counted
                && self
                    .counted(&fields, edit.field().as_str())
                    .is_none_or(|n| !(-max..=max).contains(&n))
        };
        let problem = |edit: &Edit| FieldProblem {
            field: edit.field().clone(),
            problem: Problem::Value(ValueProblem::OutOfBounds { min: -max, max }),
        };
        let problems: Vec<_> = edits.iter().filter(far).map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(EditError::Fields(problems)) }
    }

    /// Returns what all counters of a field add up to; `None` past the end of what is counted.
    fn counted(&self, fields: &automerge::ObjId, name: &str) -> Option<i64> {
        let all = self.inner.get_all(fields, name).unwrap_or_default();
        let mut counts = all.iter().filter_map(|(value, _)| count_of(value));
        counts.try_fold(0_i64, i64::checked_add)
    }

    /// The bytes of the whole document, for a snapshot.
    pub fn save(&self) -> Vec<u8> {
        self.inner.save()
    }

    /// The newest changes.
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.inner.get_heads().into_iter().map(ChangeHash::from).collect()
    }

    /// Every change in an order in which each follows what it depends on, as raw bytes.
    pub fn changes(&self) -> Vec<NewChange> {
        let changes = self.inner.get_changes(&[]);
        changes.iter().map(new_change).collect()
    }

    /// Returns whether the change is in the document.
    pub fn has_change(&self, hash: &ChangeHash) -> bool {
        self.inner.get_change_meta_by_hash(&automerge::ChangeHash(hash.0)).is_some()
    }

    /// The record as it was for somebody who had seen these changes and those they follow; none
    /// before the first.
    ///
    /// # Errors
    /// When one of them is not here.
    pub fn as_of(&self, heads: &[ChangeHash]) -> Result<Option<Self>, DocumentError> {
        if heads.is_empty() {
            return Ok(None);
        }
        let heads: Vec<_> = heads.iter().map(|hash| automerge::ChangeHash(hash.0)).collect();
        guarded(|| self.inner.fork_at(&heads)).map(|inner| Some(Self { inner }))
    }

    /// The Automerge document underneath, for [`crate::admission`].
    pub fn automerge(&self) -> &Automerge {
        &self.inner
    }
}

impl From<Automerge> for Document {
    fn from(inner: Automerge) -> Self {
        Self { inner }
    }
}

/// Root keys of the envelope.
pub(crate) mod key {
    pub(crate) const ID: &str = "id";
    pub(crate) const TYPE: &str = "type";
    pub(crate) const TYPE_VERSION: &str = "type_version";
    pub(crate) const CASE: &str = "case";
    pub(crate) const COMPARTMENT: &str = "compartment";
    pub(crate) const PROGRAM: &str = "program";
    pub(crate) const CREATED_BY: &str = "created_by";
    pub(crate) const CREATED_AT: &str = "created_at";
    /// What never changes.
    pub(crate) const ENVELOPE: [&str; 8] =
        [ID, TYPE, TYPE_VERSION, CASE, COMPARTMENT, PROGRAM, CREATED_BY, CREATED_AT];
    pub(crate) const FIELDS: &str = "fields";
    pub(crate) const SET: &str = "set:";
    pub(crate) const LOG: &str = "log:";
    pub(crate) const NOTE: &str = "note:";
}

type Tx<'a> = automerge::transaction::Transaction<'a>;

fn check_edits(
    edits: &[Edit],
    check: impl Fn(&Edit) -> Result<(), FieldProblem>,
) -> Result<(), EditError> {
    let problems: Vec<_> = edits.iter().filter_map(|edit| check(edit).err()).collect();
    if problems.is_empty() { Ok(()) } else { Err(EditError::Fields(problems)) }
}

fn commit(
    document: &mut Automerge,
    now: Timestamp,
    write: impl FnOnce(&mut Tx<'_>) -> Result<(), automerge::AutomergeError>,
) -> Result<Option<NewChange>, EditError> {
    // Automerge keeps seconds; the claim is shown to people only.
    let options = CommitOptions::default().with_time(now.as_millis().div_euclid(1_000));
    let done = document
        .transact_with::<_, _, automerge::AutomergeError, _>(|()| options, write)
        .map_err(|_| DocumentError::NotARecord { what: "a container is missing" })?;
    let Some(hash) = done.hash else { return Ok(None) };
    let change = document.get_change_by_hash(&hash).ok_or(DocumentError::Damaged)?;
    let change = new_change(&change);
    // The very check that whoever takes it makes.
    match RawChange::inspect(&change.bytes) {
        Ok(_) => Ok(Some(change)),
        Err(problem) => Err(problem.into()),
    }
}

impl From<ChangeProblem> for EditError {
    /// Returns what is wrong with a change of our own making.
    fn from(problem: ChangeProblem) -> Self {
        match problem {
            ChangeProblem::TooManyDependencies { .. } => Self::Crowded,
            ChangeProblem::TooLarge
            | ChangeProblem::TooManyOperations
            | ChangeProblem::TooManyPredecessors
            | ChangeProblem::TooManyActors { .. }
            | ChangeProblem::TooManyParents => Self::TooLarge,
            _ => DocumentError::Damaged.into(),
        }
    }
}

fn new_change(change: &automerge::Change) -> NewChange {
    NewChange { hash: change.hash().into(), bytes: change.raw_bytes().to_vec() }
}

fn write_envelope(tx: &mut Tx<'_>, envelope: &Envelope) -> Result<(), automerge::AutomergeError> {
    let bytes = |id: &[u8; 16]| ScalarValue::Bytes(id.to_vec());
    tx.put(ROOT, key::ID, bytes(envelope.record.as_bytes()))?;
    tx.put(ROOT, key::TYPE, envelope.record_type.as_str())?;
    tx.put(ROOT, key::TYPE_VERSION, i64::from(envelope.type_version))?;
    if let Some(case) = &envelope.case {
        tx.put(ROOT, key::CASE, bytes(case.as_bytes()))?;
    }
    tx.put(ROOT, key::COMPARTMENT, envelope.compartment.as_str())?;
    tx.put(ROOT, key::PROGRAM, envelope.program.as_str())?;
    tx.put(ROOT, key::CREATED_BY, bytes(envelope.created_by.as_bytes()))?;
    tx.put(ROOT, key::CREATED_AT, ScalarValue::Timestamp(envelope.created_at.as_millis()))
}

fn write_skeleton(
    tx: &mut Tx<'_>,
    record_type: &RecordType,
) -> Result<(), automerge::AutomergeError> {
    let fields = tx.put_object(ROOT, key::FIELDS, ObjType::Map)?;
    for field in record_type.fields.iter().filter(|field| !field.retired) {
        let name = field.name.as_str();
        match field.kind {
            FieldKind::Choices { .. } | FieldKind::Refs { .. } => {
                drop(tx.put_object(ROOT, set_key(name), ObjType::Map)?);
            }
            FieldKind::Log { .. } => drop(tx.put_object(ROOT, log_key(name), ObjType::Map)?),
            FieldKind::SharedNote => drop(tx.put_object(ROOT, note_key(name), ObjType::Text)?),
            FieldKind::Counter => tx.put(&fields, name, ScalarValue::counter(0))?,
            // A scalar stands under its name once it is set.
            FieldKind::Text
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Bool
            | FieldKind::Integer { .. }
            | FieldKind::Decimal { .. }
            | FieldKind::Time
            | FieldKind::Duration { .. }
            | FieldKind::Phone
            | FieldKind::Choice { .. }
            | FieldKind::Ref { .. }
            | FieldKind::User => {}
        }
    }
    Ok(())
}

fn write_edit(tx: &mut Tx<'_>, edit: &Edit) -> Result<(), automerge::AutomergeError> {
    let name = edit.field().as_str();
    match edit {
        Edit::Set { value, .. } => {
            let fields = fields_object(tx)?;
            tx.put(fields, name, to_automerge(value))
        }
        Edit::Clear { .. } => {
            let fields = fields_object(tx)?;
            if tx.get(&fields, name)?.is_some() { tx.delete(fields, name) } else { Ok(()) }
        }
        Edit::Add { option, .. } => add_member(tx, name, option.as_str()),
        Edit::Remove { option, .. } => remove_member(tx, name, option.as_str()),
        Edit::AddRef { record, .. } => add_member(tx, name, &member_of(*record)),
        Edit::RemoveRef { record, .. } => remove_member(tx, name, &member_of(*record)),
        Edit::Log { id, entry, .. } => {
            let log = container(tx, &log_key(name), ObjType::Map)?;
            if tx.get(&log, id.as_str())?.is_some() {
                return Ok(());
            }
            let object = tx.put_object(log, id.as_str(), ObjType::Map)?;
            entry.iter().try_for_each(|(k, value)| tx.put(&object, k.as_str(), to_automerge(value)))
        }
        Edit::Increment { by, .. } => increment(tx, name, *by),
        Edit::Note { at, delete, insert, .. } => {
            let note = container(tx, &note_key(name), ObjType::Text)?;
            let length = tx.length(&note);
            let at = usize::try_from(*at).unwrap_or(usize::MAX).min(length);
            let delete = usize::try_from(*delete).unwrap_or(usize::MAX).min(length - at);
            tx.splice_text(note, at, isize::try_from(delete).unwrap_or(isize::MAX), insert)
        }
    }
}

fn add_member(tx: &mut Tx<'_>, field: &str, member: &str) -> Result<(), automerge::AutomergeError> {
    let set = container(tx, &set_key(field), ObjType::Map)?;
    tx.put(set, member, true)
}

fn remove_member(
    tx: &mut Tx<'_>,
    field: &str,
    member: &str,
) -> Result<(), automerge::AutomergeError> {
    let sets: Vec<_> =
        tx.get_all(ROOT, set_key(field))?.into_iter().map(|(_, object)| object).collect();
    for set in sets {
        if tx.get(&set, member)?.is_some() {
            tx.delete(&set, member)?;
        }
    }
    Ok(())
}

/// Returns the member of a set that names a record: its id without hyphens. That is an option code as
/// well, so a version that does not know the field keeps it.
fn member_of(record: RecordId) -> String {
    format!("{:032x}", u128::from_be_bytes(*record.as_bytes()))
}

/// Returns the record that a member of a set names; `None` if it is written otherwise.
fn named_by(member: &str) -> Option<RecordId> {
    let id = u128::from_str_radix(member, 16).ok()?;
    let record = RecordId::from_bytes(id.to_be_bytes());
    (member_of(record) == member).then_some(record)
}

fn increment(tx: &mut Tx<'_>, name: &str, by: i64) -> Result<(), automerge::AutomergeError> {
    let fields = fields_object(tx)?;
    let counters = tx.get_all(&fields, name)?;
    match counters.as_slice() {
        [(Value::Scalar(scalar), _)] if matches!(**scalar, ScalarValue::Counter(_)) => {
            tx.increment(fields, name, by)
        }
        // Two devices made the counter: an increment would count in both, so join them first.
        counters => {
            let counts = counters.iter().filter_map(|(value, _)| count_of(value));
            let sum = counts.fold(by, i64::saturating_add);
            tx.put(fields, name, ScalarValue::counter(sum))
        }
    }
}

/// Returns what a counter stands at; `None` if the value is none.
pub(crate) fn count_of(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Scalar(scalar) => match &**scalar {
            ScalarValue::Counter(counter) => Some(i64::from(counter)),
            _ => None,
        },
        Value::Object(_) => None,
    }
}

fn fields_object(tx: &Tx<'_>) -> Result<automerge::ObjId, automerge::AutomergeError> {
    match tx.get(ROOT, key::FIELDS)? {
        Some((Value::Object(ObjType::Map), object)) => Ok(object),
        _ => Err(automerge::AutomergeError::InvalidObjId(key::FIELDS.into())),
    }
}

/// The container of a list field; made when the record is older than the field.
fn container(
    tx: &mut Tx<'_>,
    key: &str,
    kind: ObjType,
) -> Result<automerge::ObjId, automerge::AutomergeError> {
    match tx.get(ROOT, key)? {
        Some((Value::Object(found), object)) if found == kind => Ok(object),
        Some(_) => Err(automerge::AutomergeError::InvalidObjId(key.into())),
        None => tx.put_object(ROOT, key, kind),
    }
}

pub(crate) fn set_key(field: &str) -> String {
    format!("{}{field}", key::SET)
}

pub(crate) fn log_key(field: &str) -> String {
    format!("{}{field}", key::LOG)
}

pub(crate) fn note_key(field: &str) -> String {
    format!("{}{field}", key::NOTE)
}

pub(crate) fn to_automerge(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Bool(value) => ScalarValue::Boolean(*value),
        Scalar::Integer(value) => ScalarValue::Int(*value),
        Scalar::Duration(value) => ScalarValue::Int(value.get()),
        Scalar::Phone(value) => ScalarValue::Str(value.as_str().into()),
        Scalar::DateTime(time) => ScalarValue::Timestamp(time.as_millis()),
        text => ScalarValue::Str(text.to_string().into()),
    }
}

/// Runs an Automerge call that may panic on input from outside (AUTOMERGE.md).
fn guarded<T, E>(call: impl FnOnce() -> Result<T, E>) -> Result<T, DocumentError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) => Err(DocumentError::Damaged),
    }
}

#[cfg(test)]
mod tests;
