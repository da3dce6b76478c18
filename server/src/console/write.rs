//! Writing at the console. What is written goes the way of a phone's changes: the same trial, the same
//! rules, the same feed, so that phones pull it like anything else.

use std::sync::Arc;

use model::catalogue::{BelongsTo, Clock, RecordType};
use model::decision;
use model::document::{Document, EditError, NewChange};
use model::draft::Draft;
use model::ids::{ActorId, DeviceId, RecordId, Scope};
use model::policy::{self, Act, Channel, Reach, Subject};
use model::record::{Edit, Envelope, FieldProblem, Record, questionable};
use model::references::Linked;
use model::wire::{OutcomeV1, PushResultV1, PushV1};
use model::words::{Explained as _, Message};
use rand::rngs::StdRng;

use super::{ConsoleError, ConsoleUser, EditRecord, Mistake, NewRecord, Reader, Written};
use crate::access::case_context::{self, CaseContext};
use crate::audit::reasons;
use crate::documents;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::Note;
use crate::store::records;
use crate::sync::push::incoming::Incoming;
use crate::sync::push::{self, Sender, SenderTrust};

impl ConsoleUser<'_> {
    /// Makes a record.
    ///
    /// # Errors
    /// When they may not, or a field does not take what was given; every one is named.
    pub fn create(&self, mut rng: StdRng, asked: &NewRecord) -> Result<Written, ConsoleError> {
        let record = RecordId::generate(self.now, &mut rng);
        self.create_as(rng, record, asked)
    }

    /// Makes a record of this id.
    pub(super) fn create_as(
        &self,
        mut rng: StdRng,
        record: RecordId,
        asked: &NewRecord,
    ) -> Result<Written, ConsoleError> {
        let made = self.readers.read(|db| {
            let reader = self.reader(db, asked.reason.as_deref())?;
            let (envelope, changes) = reader.make(&mut rng, self.who.console, record, asked)?;
            Ok::<_, ConsoleError>((envelope.scope(), envelope.case, changes, reader.reason))
        });
        let (scope, case, changes, reason) = match made {
            Ok(made) => made,
            Err(refusal) => {
                // Only names of the catalogue's own stand in the audit.
                let known = self.context.catalogue.record_type(&asked.record_type);
                let name = known.map_or("unknown", |known| known.name.as_str());
                return self.refused(format!("type {name}"), refusal);
            }
        };
        self.push(rng, record, &scope, changes, reason)?;
        Ok(Written { record, case, changed: true })
    }

    /// Changes a record.
    ///
    /// # Errors
    /// When they may not see it or may not change it so, or a field does not take what was given.
    pub fn edit(&self, mut rng: StdRng, asked: &EditRecord) -> Result<Written, ConsoleError> {
        let edited = self.readers.read(|db| {
            let reader = self.reader(db, asked.reason.as_deref())?;
            let (stored, changes) = reader.change(&mut rng, self.who.console, asked)?;
            Ok::<_, ConsoleError>((stored, changes, reader.reason))
        });
        let (stored, changes, reason) = match edited {
            Ok(edited) => edited,
            Err(refusal) => return self.refused(format!("record {}", asked.record), refusal),
        };
        let changed = !changes.is_empty();
        if changed {
            self.push(rng, asked.record, &stored.scope, changes, reason)?;
        }
        Ok(Written { record: asked.record, case: stored.case, changed })
    }

    /// Hands changes in as a phone does: all of what is done to `record`, and to others because of it,
    /// or none.
    fn push(
        &self,
        mut rng: StdRng,
        record: RecordId,
        scope: &Scope,
        changes: Vec<(RecordId, NewChange)>,
        reason: Option<String>,
    ) -> Result<(), ConsoleError> {
        let way = if reason.is_some() { Channel::ConsoleWithReason } else { Channel::Console };
        let (user, device) = (self.who.user, self.who.console);
        let sender = Sender { user, device, standing: SenderTrust::Ordinary, way };
        let concerns_others = changes.iter().any(|(of, _)| *of != record);
        let push =
            changes.into_iter().map(|(record, change)| PushV1 { record, change: change.bytes });
        let incoming = Incoming::read(push.collect());
        let (now, actor, scope) = (self.now, self.actor(), scope.clone());
        let prepared =
            self.readers.read(|db| push::prepare(now, db, &self.context, sender, incoming))?;
        let written = self.writer.write::<_, ConsoleError, _>(move |tx| {
            let results = prepared.store(now, &mut rng, tx)?;
            if concerns_others {
                check_taken(&results)?;
            }
            if let Some(reason) = reason {
                let id = reasons::keep(now, &mut rng, tx, user, &scope, &reason)?;
                tx.note_row(&Note {
                    at: now,
                    actor,
                    act: AuditAct::StateAReason,
                    object: format!("record {record}"),
                    outcome: format!("reason {id}"),
                    reason: Some(id),
                })?;
            }
            Ok(results)
        });
        match written {
            Ok(results) => check_taken(&results),
            Err(ConsoleError::Store(error)) => Err(error.into()),
            Err(refusal) => self.refused(format!("record {record}"), refusal),
        }
    }
}

fn check_taken(results: &[PushResultV1]) -> Result<(), ConsoleError> {
    for result in results {
        if let OutcomeV1::Refused { code, reason, about, .. } = &result.outcome {
            let (code, parts, reason) = (code.clone(), about.clone(), reason.clone());
            return Err(ConsoleError::NotAllowed { code, parts, reason });
        }
    }
    Ok(())
}

impl Reader<'_> {
    fn make(
        &self,
        rng: &mut StdRng,
        console: DeviceId,
        record: RecordId,
        asked: &NewRecord,
    ) -> Result<(Envelope, Vec<(RecordId, NewChange)>), ConsoleError> {
        let catalogue = &self.context.catalogue;
        let Some(record_type) = catalogue.record_type(&asked.record_type) else {
            let problem = Message::new("unknown_type").with("type", &asked.record_type);
            return Err(ConsoleError::invalid(problem));
        };
        let scope_of = |parent| Ok(self.find(parent)?.map(|(_, parent)| parent.scope));
        let draft = Draft::new(catalogue, record_type, &asked.edits, scope_of)
            .map_err(|error: StoreError| ConsoleError::from(error))?
            .map_err(EditError::from)?;
        let program = draft.program(&self.memberships, asked.program.clone());
        let program = program.ok_or(policy::Denial::Role)?;
        let own = record_type.belongs_to == BelongsTo::Itself;
        // A case that is named for a record that opens its own is not asked about.
        let case = asked.case.filter(|_| !own);
        let (envelope, edits) = draft.finish(self.now, record, self.user, program, case);
        self.may_make(&envelope, record_type, own)?;
        self.check_references(record_type, &asked.edits)?;
        self.check_new_form(record_type, envelope.case, &edits)?;
        self.check_doubts(record_type, None, &asked.edits, asked.anyway)?;
        let actor = ActorId::generate(rng, console);
        let (document, change) = Document::create(self.now, actor, catalogue, &envelope, &edits)?;
        let made = document.record(catalogue).map_err(EditError::from)?;
        self.check_by_hand(None, &made)?;
        let mut changes = vec![(record, change)];
        changes.extend(self.decided(rng, console, None, &made)?);
        Ok((envelope, changes))
    }

    /// The changes to other records that follow from what an edit of this one decides on them.
    fn decided(
        &self,
        rng: &mut StdRng,
        console: DeviceId,
        before: Option<&Record>,
        after: &Record,
    ) -> Result<Vec<(RecordId, NewChange)>, ConsoleError> {
        let catalogue = &self.context.catalogue;
        let mut changes = Vec::new();
        for effect in decision::effects(catalogue, before, after) {
            let Some((_, mut document)) = self.open_to_change(effect.record)? else { continue };
            let record = document.record(catalogue).map_err(EditError::from)?;
            if !decision::is_decided_on(catalogue, &Linked::to(&record)) {
                continue;
            }
            if let Some(edit) = effect.edit(&record) {
                changes.extend(self.write(rng, console, effect.record, &mut document, &[edit])?);
            }
        }
        Ok(changes)
    }

    fn check_by_hand(&self, before: Option<&Record>, after: &Record) -> Result<(), ConsoleError> {
        decision::check_by_hand(&self.context.catalogue, self.person(), before, after)
            .map_err(|problem| EditError::Fields(vec![problem]).into())
    }

    fn may_make(
        &self,
        envelope: &Envelope,
        record_type: &RecordType,
        own: bool,
    ) -> Result<(), ConsoleError> {
        let known = CaseContext::find(self.db, self.user, envelope.scope().case)?;
        let subject =
            Subject { compartment: &envelope.compartment, record_type: Some(record_type) };
        let create = Act::Create {
            way: self.way(),
            program: &envelope.program,
            starts: own || envelope.case.is_none(),
        };
        let reach = Reach::Facts(known.facts());
        policy::decide(&self.context.catalogue, self.now, self.person(), reach, subject, create)
            .map_err(ConsoleError::from)
    }

    pub(super) fn may_change(&self, stored: &records::RecordRow) -> Result<(), ConsoleError> {
        let catalogue = &self.context.catalogue;
        case_context::may_change(self.now, self.db, catalogue, self.person(), self.way(), stored)?
            .map_err(ConsoleError::from)
    }

    /// Checks what is entered: dates that cannot be by the server's clock, and texts that look as if they
    /// held what is never recorded.
    pub(super) fn check_doubts(
        &self,
        record_type: &RecordType,
        present: Option<&Record>,
        edits: &[Edit],
        anyway: bool,
    ) -> Result<(), ConsoleError> {
        let wrong = questionable(record_type, present, edits, Clock::right(self.now));
        let (doubtful, impossible): (Vec<_>, Vec<_>) =
            wrong.into_iter().partition(FieldProblem::is_doubtful);
        if !impossible.is_empty() {
            return Err(EditError::Fields(impossible).into());
        }
        match doubtful.is_empty() || anyway {
            true => Ok(()),
            false => Err(ConsoleError::Doubtful(doubtful.into_iter().map(Mistake::from).collect())),
        }
    }

    /// A record that they may come to write in, and its document; none when it is not there for them.
    fn open_to_change(
        &self,
        record: RecordId,
    ) -> Result<Option<(records::RecordRow, Document)>, ConsoleError> {
        let Some((_, found)) = self.find(record)? else { return Ok(None) };
        let Some(stored) = self.db.record_row(found.record)? else { return Ok(None) };
        self.may_change(&stored)?;
        let document = match self.context.documents.at(stored.id, stored.last_seq) {
            Some(document) => Arc::unwrap_or_clone(document),
            None => documents::load(self.db, self.context.keyring.keys(), &stored)
                .map_err(unreadable)?,
        };
        Ok(Some((stored, document)))
    }

    fn change(
        &self,
        rng: &mut StdRng,
        console: DeviceId,
        asked: &EditRecord,
    ) -> Result<(records::RecordRow, Vec<(RecordId, NewChange)>), ConsoleError> {
        let catalogue = &self.context.catalogue;
        let (stored, mut document) =
            self.open_to_change(asked.record)?.ok_or(ConsoleError::NotFound)?;
        let before = document.record(catalogue).map_err(EditError::from)?;
        if let Some(record_type) = catalogue.record_type(&stored.record_type) {
            self.check_references(record_type, &asked.edits)?;
            self.check_edited_form(record_type, &before, &asked.edits)?;
            self.check_doubts(record_type, Some(&before), &asked.edits, asked.anyway)?;
        }
        let mut changes = self.write(rng, console, asked.record, &mut document, &asked.edits)?;
        let after = document.record(catalogue).map_err(EditError::from)?;
        self.check_by_hand(Some(&before), &after)?;
        changes.extend(self.decided(rng, console, Some(&before), &after)?);
        Ok((stored, changes))
    }

    /// Makes edits of a document; nothing when they change nothing.
    fn write(
        &self,
        rng: &mut StdRng,
        console: DeviceId,
        record: RecordId,
        document: &mut Document,
        edits: &[Edit],
    ) -> Result<Vec<(RecordId, NewChange)>, ConsoleError> {
        let actor = ActorId::generate(rng, console);
        let mut changes = document.fold_heads(self.now, actor).map_err(EditError::from)?;
        match document.edit(self.now, actor, &self.context.catalogue, edits)? {
            Some(change) => changes.push(change),
            None => changes.clear(),
        }
        Ok(changes.into_iter().map(|change| (record, change)).collect())
    }
}

/// Returns what is told of a record of which something cannot be read: nothing is written to it
/// until that is mended.
fn unreadable(error: StoreError) -> ConsoleError {
    match error {
        StoreError::Damaged(_) | StoreError::KeyMissing => {
            ConsoleError::not_allowed(&Message::new("record_part_unreadable"))
        }
        error => error.into(),
    }
}

impl From<EditError> for ConsoleError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Fields(problems) => {
                Self::Invalid(problems.into_iter().map(Mistake::from).collect())
            }
            EditError::Envelope(problem) => Self::invalid(problem.message()),
            EditError::Full(full) => Self::not_allowed(&full.message()),
            EditError::TooLarge | EditError::Crowded => Self::invalid(error.message()),
            EditError::Document(_) => StoreError::Damaged("a document is not a record").into(),
        }
    }
}

impl From<FieldProblem> for Mistake {
    fn from(problem: FieldProblem) -> Self {
        Self { problem: problem.problem.message(), field: Some(problem.field) }
    }
}
