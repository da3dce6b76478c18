//! Records that decide on others: a review that says *approved* approves the record it names.
//!
//! What a record decides follows from it alone ([`effects`]), so that a device and a console write both
//! records in one save, by one function. Who may not decide so in the record itself may not decide so
//! by another ([`check`], asked by devices and by the server), and what is decided this way is not
//! set by hand ([`check_by_hand`]).
//!
//! Each decision is a record of its own and stands, whoever decided otherwise at the same time; in
//! the record that was decided on, two decisions stand beside one another until a person chooses.

mod said;

use crate::catalogue::common::VOIDED;
use crate::catalogue::{Catalogue, Decides};
use crate::ids::{FieldName, OptionCode, RecordId};
use crate::policy::{self, Denial, Person};
use crate::record::{Edit, FieldProblem, Problem, Record};
use crate::references::Linked;
use crate::value::{FieldValue, Scalar};

pub use said::{marked, says};

/// What is to become of a record because of another one that decides on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The record.
    pub record: RecordId,
    /// Its field.
    field: FieldName,
    becomes: Becomes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Becomes {
    /// What was decided.
    Decided(OptionCode),
    /// A decision was taken back: what it had set becomes this.
    Undone { was: OptionCode, now: OptionCode },
}

impl Effect {
    /// The edit of the record as it stands; none when nothing is left to change: it says so already,
    /// or no longer says what is taken back.
    pub fn edit(&self, record: &Record) -> Option<Edit> {
        let stands = record.values(&self.field);
        let is_only = |option: &OptionCode| stands == [&choice(option)];
        let option = match &self.becomes {
            Becomes::Decided(option) => (!is_only(option)).then_some(option),
            Becomes::Undone { was, now } => is_only(was).then_some(now),
        }?;
        Some(Edit::Set { field: self.field.clone(), value: Scalar::Choice(option.clone()) })
    }
}

/// Returns what an edit of a record decides on others; `before` is `None` where it was made.
/// Nothing when the type decides nothing, or the edit leaves what was decided as it was.
pub fn effects(catalogue: &Catalogue, before: Option<&Record>, after: &Record) -> Vec<Effect> {
    let Some(rules) = rules_of(catalogue, after) else { return Vec::new() };
    let was = before.and_then(|before| decided(rules, before));
    let is = decided(rules, after);
    let values = |record: Option<&Record>| -> Vec<FieldValue> {
        let values = record.map(|record| record.values(&rules.by)).unwrap_or_default();
        values.into_iter().cloned().collect()
    };
    if was == is && values(before) == values(Some(after)) {
        return Vec::new();
    }
    let effect = |record, becomes| Effect { record, field: rules.sets.clone(), becomes };
    let taken_back = was.filter(|(record, _)| is.is_none_or(|(other, _)| other != *record));
    let taken_back = taken_back.map(|(record, option)| {
        let (was, now) = (option.clone(), rules.undone.clone());
        effect(record, Becomes::Undone { was, now })
    });
    let decided = is.map(|(record, option)| effect(record, Becomes::Decided(option.clone())));
    taken_back.into_iter().chain(decided).collect()
}

/// Checks whether a person may decide what their edit of a record decides on others. `find` says
/// what is known of another record; of one that is not known nothing is decided.
///
/// # Errors
/// The inner error is the one they would get for deciding so in the record itself; the outer one is
/// `find`'s.
pub fn check<E>(
    catalogue: &Catalogue,
    who: Person<'_>,
    before: Option<&Record>,
    after: &Record,
    mut find: impl FnMut(RecordId) -> Result<Option<Linked>, E>,
) -> Result<Result<(), Denial>, E> {
    for effect in effects(catalogue, before, after) {
        let Some(linked) = find(effect.record)? else { continue };
        if is_decided_on(catalogue, &linked)
            && let Err(refusal) = policy::may_decide(catalogue, who, &linked, &effect.field)
        {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(()))
}

/// Returns whether a record is decided on by others: one that decides itself is not, or no decision
/// would be the last.
pub fn is_decided_on(catalogue: &Catalogue, record: &Linked) -> bool {
    catalogue.record_type(&record.record_type).is_none_or(|known| known.decides.is_none())
}

/// Checks whether an edit sets by hand what a record of another type decides. Choosing among what
/// was decided concurrently is no such thing, and who may not set it at all is told so instead.
///
/// # Errors
/// Names the field, and the type whose records decide it.
pub fn check_by_hand(
    catalogue: &Catalogue,
    who: Person<'_>,
    before: Option<&Record>,
    after: &Record,
) -> Result<(), FieldProblem> {
    let linked = Linked::to(after);
    if !is_decided_on(catalogue, &linked) {
        return Ok(());
    }
    let types = catalogue.types.values().filter(|known| !catalogue.is_retired(&known.name));
    for (decider, rules) in types.filter_map(|known| Some((known, known.decides.as_ref()?))) {
        let list = decider.field(rules.by.as_str()).and_then(|field| field.kind.list());
        let list = list.and_then(|list| catalogue.code_lists.get(list));
        let stood = before.map(|before| before.values(&rules.sets)).unwrap_or_default();
        let entered = after.values(&rules.sets).into_iter().any(|value| {
            let is_decision = matches!(value, FieldValue::Scalar(Scalar::Choice(option))
                if list.is_some_and(|list| list.options.contains_key(option)));
            is_decision && !stood.contains(&value)
        });
        if entered && policy::may_decide(catalogue, who, &linked, &rules.sets).is_ok() {
            let record_type = decider.name.clone();
            let (field, problem) = (rules.sets.clone(), Problem::DecidedBy { record_type });
            return Err(FieldProblem { field, problem });
        }
    }
    Ok(())
}

fn rules_of<'c>(catalogue: &'c Catalogue, record: &Record) -> Option<&'c Decides> {
    catalogue.record_type(&record.envelope.record_type)?.decides.as_ref()
}

/// Returns what a record decides, and on which: `None` once it was voided.
fn decided<'r>(rules: &Decides, record: &'r Record) -> Option<(RecordId, &'r OptionCode)> {
    let voided = record.values(&rules.sets).into_iter().any(|value| {
        matches!(value, FieldValue::Scalar(Scalar::Choice(option)) if option.as_str() == VOIDED)
    });
    match (record.fields.get(&rules.record), record.fields.get(&rules.by)) {
        (
            Some(FieldValue::Scalar(Scalar::Ref(of))),
            Some(FieldValue::Scalar(Scalar::Choice(option))),
        ) if !voided => Some((*of, option)),
        _ => None,
    }
}

fn choice(option: &OptionCode) -> FieldValue {
    FieldValue::Scalar(Scalar::Choice(option.clone()))
}
