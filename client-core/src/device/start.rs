//! Making a record: where it will live, for which program, and whether its owner may start it there.

use std::collections::BTreeSet;
use std::sync::Arc;

use rand::Rng;

use model::catalogue::{BelongsTo, RecordType};
use model::document::EditError;
use model::draft::{self, Draft};
use model::ids::{CaseId, ChangeHash, CompartmentCode, FieldName, ProgramCode, RecordId, TypeName};
use model::policy::{self, Act, Channel, Person, Reach, Subject};
use model::record::{Edit, Envelope, EnvelopeProblem};
use model::time::Timestamp;

use super::{Device, Doubts, RecordError};
use crate::store::{StoreError, Writer};

/// A record to make.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// Its type.
    pub record_type: TypeName,
    /// The case it belongs to, if its type has one.
    pub case: Option<CaseId>,
    /// The program it is made for; the first of the owner's that may make it when none is given.
    pub program: Option<ProgramCode>,
    /// Its first values.
    pub edits: Vec<Edit>,
}

/// How many cases one step takes at most. A large circle or a vigil has some dozens of people who are
/// known by name; each record is a change of less than a kilobyte, so that a step stays far below what
/// one request to the server holds.
pub const TOGETHER_MAX: usize = 50;

/// A record that was checked and is to be written.
pub(super) type Prepared = (Envelope, Vec<Edit>);

impl Device {
    /// Makes a record. What it says of when it happened counts for its follow-ups; said nothing, it
    /// happened now.
    ///
    /// A device that has not met its server for too long takes it too: nothing of it or of anything
    /// else is shown before they have met, and it is sent then.
    ///
    /// # Errors
    /// When the owner may not make it, the case is not here, a field does not fit, or the server
    /// ordered the device to take nothing; then nothing was made.
    pub fn new_record(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        new: NewRecord,
    ) -> Result<RecordId, RecordError> {
        self.new_record_with(now, rng, new, Doubts::Ask)
    }

    /// Makes a record as [`Device::new_record`] does; `doubts` says what becomes of dates that the
    /// device's clock may be wrong about.
    ///
    /// # Errors
    /// As [`Device::new_record`].
    pub fn new_record_with(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        new: NewRecord,
        doubts: Doubts,
    ) -> Result<RecordId, RecordError> {
        self.check_not_ordered()?;
        let record = RecordId::generate(now, rng);
        let (envelope, edits) = self.prepare(now, record, new, doubts, &BTreeSet::new())?;
        self.write_local(now, rng, |writer, rng| writer.create_record(now, rng, &envelope, edits))?;
        Ok(record)
    }

    /// Makes the records of several people who were met at once, in one transaction: `new` in its own
    /// case, and one in each case of `also`, which names the first and leaves to it what stands in the
    /// first only ([`model::catalogue::Together`]) and what its form does not ask for in that case.
    /// Returns all of them, the first one first.
    ///
    /// # Errors
    /// As [`Device::new_record_with`]; what is so for one of the cases names it
    /// ([`RecordError::OfCase`]). When the type is recorded for one case at a time, a case is named
    /// twice, or there are more than [`TOGETHER_MAX`]. Then none was made.
    pub fn new_records_together(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        new: NewRecord,
        also: &[CaseId],
        doubts: Doubts,
    ) -> Result<Vec<RecordId>, RecordError> {
        self.check_not_ordered()?;
        let first = RecordId::generate(now, rng);
        let prepared = self.prepare_together(now, rng, (first, new), also, doubts)?;
        let records = prepared.iter().map(|(envelope, _)| envelope.record).collect();
        self.write_local(now, rng, |writer, rng| create_all(writer, now, rng, prepared).map(drop))?;
        Ok(records)
    }

    /// Prepares the record of the first case, and those of the others.
    pub(super) fn prepare_together(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        (first, new): (RecordId, NewRecord),
        also: &[CaseId],
        doubts: Doubts,
    ) -> Result<Vec<Prepared>, RecordError> {
        if also.is_empty() {
            return Ok(vec![self.prepare(now, first, new, doubts, &BTreeSet::new())?]);
        }
        let catalogue = Arc::clone(self.store.catalogue());
        let Some(record_type) = catalogue.record_type(&new.record_type) else {
            return Err(EditError::Envelope(EnvelopeProblem::UnknownType(new.record_type)).into());
        };
        let together = record_type.together.as_ref().ok_or(RecordError::OneCaseAtATime)?;
        let case = new.case.ok_or(EditError::Envelope(EnvelopeProblem::CaseMissing))?;
        check_cases(case, also)?;
        let program = new.program.clone();
        let values = draft::values_of_others(together, first, &new.edits);
        let made = self.prepare(now, first, new, doubts, &BTreeSet::new());
        let made = made.map_err(|error| match error {
            // What is wrong with a value is wrong for all.
            RecordError::CaseNotHeld(_) | RecordError::Policy(_) => error.of_case(case),
            error => error,
        })?;
        let mut all = vec![made];
        for case in also {
            let record = RecordId::generate(now, rng);
            let edits = self.asked_of_other(now, record_type, *case, &values)?;
            let (record_type, program) = (record_type.name.clone(), program.clone());
            let other = NewRecord { record_type, case: Some(*case), program, edits };
            let made = self.prepare(now, record, other, doubts, &together.first_only);
            all.push(made.map_err(|error| error.of_case(*case))?);
        }
        Ok(all)
    }

    /// Returns the envelope and the first edits of a record that is to be made, once everything was
    /// asked that a device can answer. Fields that stand `elsewhere` are not required in it.
    fn prepare(
        &self,
        now: Timestamp,
        record: RecordId,
        new: NewRecord,
        doubts: Doubts,
        elsewhere: &BTreeSet<FieldName>,
    ) -> Result<Prepared, RecordError> {
        let catalogue = Arc::clone(self.store.catalogue());
        let Some(record_type) = catalogue.record_type(&new.record_type) else {
            return Err(EditError::Envelope(EnvelopeProblem::UnknownType(new.record_type)).into());
        };
        let draft = Draft::new(&catalogue, record_type, &new.edits, |parent| {
            Ok::<_, StoreError>(self.store.read().linked(parent)?.map(|parent| parent.scope))
        })?
        .map_err(EditError::from)?;
        // Whether they may is asked of the place where it is filed.
        draft.check_parent().map_err(|problem| EditError::Fields(vec![problem]))?;
        let program = self.program_for(now, record_type, &draft, new.program)?;
        let (envelope, edits) = draft.finish(now, record, self.store.user(), program, new.case);
        envelope.check(&catalogue).map_err(EditError::Envelope)?;
        if let Some(case) = envelope.case.filter(|case| *case != record.into()) {
            // What the server would not open to the owner, it would not take from them either.
            let is_beside = draft.parent().is_some_and(|parent| *parent == envelope.scope());
            self.may_start(now, record_type, &envelope, is_beside)?;
            let in_parents_case = draft.parent().is_some_and(|parent| parent.case == case);
            self.check_case(case, in_parents_case, &envelope.compartment)?;
        }
        self.check_references(record_type, &new.edits)?;
        self.check_new_form(now, record_type, envelope.case, &edits, elsewhere)?;
        self.check_doubts(now, record_type, None, &new.edits, doubts)?;
        Ok((envelope, edits))
    }

    /// Returns whether the owner may make records of this type on this device.
    ///
    /// # Errors
    /// When the store fails.
    pub fn may_make(&self, now: Timestamp, record_type: &RecordType) -> Result<bool, RecordError> {
        let catalogue = self.store.catalogue();
        if catalogue.is_retired(&record_type.name) {
            return Ok(false);
        }
        let draft = Draft::of_type(catalogue, record_type);
        match self.program_for(now, record_type, &draft, None) {
            Ok(program) if record_type.belongs_to == BelongsTo::Case => {
                let compartment = draft.compartment(&program);
                let subject = Subject { compartment, record_type: Some(record_type) };
                let may = self.decide_start(now, subject, &program, Reach::Held(&[]))?;
                // There may be one in the case.
                Ok(matches!(may, Ok(()) | Err(policy::Denial::NoConsent)))
            }
            Ok(_) => Ok(true),
            Err(RecordError::Policy(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn program_for(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        draft: &Draft<'_>,
        wanted: Option<ProgramCode>,
    ) -> Result<ProgramCode, RecordError> {
        let catalogue = self.store.catalogue();
        let memberships = self.store.read().memberships()?;
        let who = Person { user: self.store.user(), memberships: &memberships };
        // Whether the case is here is asked when there is one.
        let may_create = |program: &ProgramCode| {
            let compartment = draft.compartment(program);
            let subject = Subject { compartment, record_type: Some(record_type) };
            let create = Act::Create { way: Channel::Phone, program, starts: true };
            policy::decide(catalogue, now, who, Reach::Granted, subject, create)
        };
        let Some(program) = draft.program(&memberships, wanted) else {
            // Without a program the role is missing, unless the type is not for phones at all.
            let any = catalogue.programs.keys().next().ok_or(policy::Denial::Program)?;
            may_create(any)?;
            return Err(policy::Denial::Role.into());
        };
        may_create(&program)?;
        Ok(program)
    }

    /// Checks whether the owner may make this record in a case; one beside a record that is here
    /// lives in a scope that the server has opened.
    fn may_start(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        envelope: &Envelope,
        is_beside: bool,
    ) -> Result<(), RecordError> {
        let subject =
            Subject { compartment: &envelope.compartment, record_type: Some(record_type) };
        let consents = match is_beside {
            true => Vec::new(),
            false => self.store.read().consents_of(envelope.scope().case)?,
        };
        let reach = if is_beside { Reach::Granted } else { Reach::Held(&consents) };
        Ok(self.decide_start(now, subject, &envelope.program, reach)??)
    }

    fn decide_start(
        &self,
        now: Timestamp,
        subject: Subject<'_>,
        program: &ProgramCode,
        reach: Reach<'_>,
    ) -> Result<Result<(), policy::Denial>, StoreError> {
        let memberships = self.store.read().memberships()?;
        let who = Person { user: self.store.user(), memberships: &memberships };
        let create = Act::Create { way: Channel::Phone, program, starts: false };
        Ok(policy::decide(self.store.catalogue(), now, who, reach, subject, create))
    }

    fn check_case(
        &self,
        case: CaseId,
        is_here: bool,
        compartment: &CompartmentCode,
    ) -> Result<(), RecordError> {
        let read = self.store.read();
        if !is_here && !read.holds_case(case)? {
            return Err(RecordError::CaseNotHeld(case));
        }
        if read.is_revocation_pending(case, compartment.as_str())? {
            return Err(policy::Denial::NotAssigned.into());
        }
        Ok(())
    }
}

/// Writes all of them. Returns the change by which each was made.
pub(super) fn create_all(
    writer: &mut Writer<'_>,
    now: Timestamp,
    rng: &mut dyn Rng,
    prepared: Vec<Prepared>,
) -> Result<Vec<(RecordId, ChangeHash)>, RecordError> {
    let are_several = prepared.len() > 1;
    let made = prepared.into_iter().map(|(envelope, edits)| {
        let made = writer.create_record(now, rng, &envelope, edits).map_err(RecordError::from);
        let made = made.map_err(|error| match envelope.case {
            Some(case) if are_several => error.of_case(case),
            _ => error,
        });
        Ok((envelope.record, made?))
    });
    made.collect()
}

fn check_cases(case: CaseId, also: &[CaseId]) -> Result<(), RecordError> {
    if also.len() >= TOGETHER_MAX {
        return Err(RecordError::TooManyCases { most: TOGETHER_MAX });
    }
    let mut named = BTreeSet::from([case]);
    match also.iter().find(|case| !named.insert(**case)) {
        Some(twice) => Err(RecordError::CaseTwice(*twice)),
        None => Ok(()),
    }
}
