//! A form as it stands with the answers that were given so far: which questions are shown, which must
//! be answered, what may be chosen, and what is computed.
//!
//! Phone, console, command line and apps ask the same [`FormState`]. Nothing here is asked of a record
//! that has been written: a form helps while it is filled in, and what somebody wrote down is kept,
//! whatever a form would say of it now. Evaluation ends for every input, and depends on nothing but
//! its arguments.

mod answers;
mod voiding;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{
    Catalogue, CodeList, Condition, Datum, Expression, Field, Label, Lookup, Question, Reads,
    RecordType,
};
use crate::ids::{FieldName, OptionCode, TypeName};
use crate::record::{Edit, FieldProblem, Problem, Record};
use crate::time::Timestamp;
use crate::value::{FieldValue, Scalar, ValueProblem};
use crate::zone::Zone;

pub use answers::{apply, edits_between, edits_over};
pub use voiding::voiding;

/// A form being filled in.
#[derive(Clone, Copy)]
pub struct Filling<'a> {
    /// The present instant.
    pub now: Timestamp,
    /// What was answered.
    pub answers: &'a BTreeMap<FieldName, FieldValue>,
    /// What is known of the case.
    pub facts: &'a Facts,
}

/// What a form asks of records that there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// What stands in a field of the newest record of a type in the same case: see [`facts_read`].
    pub latest: BTreeMap<(TypeName, FieldName), FieldValue>,
    /// What the person who fills the form in answered in earlier records of the type, the newest first:
    /// see [`own_read`].
    pub own: BTreeMap<FieldName, Vec<FieldValue>>,
}

impl Facts {
    /// Reads the facts of a case that the form of a type asks for. `newest` returns the fields of the
    /// newest record of a type in the case; `None` if there is none. It is asked once for each type.
    ///
    /// # Errors
    /// Those of `newest`.
    pub fn of_case<E>(
        record_type: &RecordType,
        mut newest: impl FnMut(&TypeName) -> Result<Option<BTreeMap<FieldName, FieldValue>>, E>,
    ) -> Result<Self, E> {
        let mut facts = Self::default();
        let mut known: BTreeMap<TypeName, BTreeMap<FieldName, FieldValue>> = BTreeMap::new();
        for (of, field) in facts_read(record_type) {
            if !known.contains_key(&of) {
                known.insert(of.clone(), newest(&of)?.unwrap_or_default());
            }
            let value = known.get(&of).and_then(|fields| fields.get(&field)).cloned();
            facts.latest.extend(value.map(|value| ((of, field), value)));
        }
        Ok(facts)
    }

    /// Notes what the person answered in an earlier record of the type: the newest record first.
    pub fn note_own(&mut self, record_type: &RecordType, fields: &BTreeMap<FieldName, FieldValue>) {
        for field in own_read(record_type) {
            if let Some(value) = fields.get(&field).filter(|value| !value.is_empty()) {
                self.own.entry(field).or_default().push(value.clone());
            }
        }
    }
}

/// How many of a person's earlier records a form looks at.
pub const OWN_RECORDS: usize = 5;

/// Returns the facts of the case that the form of a type reads.
pub fn facts_read(record_type: &RecordType) -> BTreeSet<(TypeName, FieldName)> {
    reads(record_type).latest
}

/// Returns the fields of a person's earlier records that the form of a type reads.
pub fn own_read(record_type: &RecordType) -> BTreeSet<FieldName> {
    let recent = record_type.fields.iter().filter(|field| field.question.recent_first);
    let mut own = reads(record_type).own;
    own.extend(recent.map(|field| field.name.clone()));
    own
}

fn reads(record_type: &RecordType) -> Reads {
    let mut reads = Reads::default();
    for section in &record_type.sections {
        section.shown_when.iter().for_each(|condition| condition.note_reads(&mut reads));
    }
    for field in &record_type.fields {
        field.question.note_reads(&mut reads);
    }
    reads
}

/// Checks the first values of a record against its type and its form.
///
/// # Errors
/// Names every field whose value does not fit or does not meet a limit, that has to be answered and
/// is not, or that the form does not ask for.
pub fn check_new(
    catalogue: &Catalogue,
    record_type: &RecordType,
    now: Timestamp,
    edits: &[Edit],
    facts: &Facts,
) -> Result<(), Vec<FieldProblem>> {
    let form = form_of_new(catalogue, record_type, now, edits, facts);
    let mut problems = Problems::with_values(catalogue, record_type, edits, None);
    problems.add(form.problems());
    problems.add(form.not_asked(edits));
    problems.into_result()
}

/// Returns those first values that the form asks for in the case of another person who was met at once
/// ([`RecordType::together`]), and what names the first record. An answer to anything else is about the
/// person of the first record, and stands there.
pub fn asked_of_other(
    catalogue: &Catalogue,
    record_type: &RecordType,
    now: Timestamp,
    edits: &[Edit],
    facts: &Facts,
) -> Vec<Edit> {
    let form = form_of_new(catalogue, record_type, now, edits, facts);
    let not_asked: BTreeSet<FieldName> = form.not_asked(edits).map(|it| it.field).collect();
    let names = record_type.together.as_ref().map(|together| &together.names);
    let stays = |edit: &&Edit| names == Some(edit.field()) || !not_asked.contains(edit.field());
    edits.iter().filter(stays).cloned().collect()
}

fn form_of_new(
    catalogue: &Catalogue,
    record_type: &RecordType,
    now: Timestamp,
    edits: &[Edit],
    facts: &Facts,
) -> FormState {
    let mut answers = BTreeMap::new();
    edits.iter().for_each(|edit| apply(&mut answers, edit));
    FormState::of(catalogue, record_type, Filling { now, answers: &answers, facts })
}

/// Checks an edit of a record against its type and its form: what was wrong before may stay so.
///
/// # Errors
/// Names every field whose new value does not fit or does not meet a limit, that has to be answered
/// now and is not, that cannot be changed as the record stands, or that the form does not ask for.
pub fn check_edit(
    catalogue: &Catalogue,
    record_type: &RecordType,
    now: Timestamp,
    (before, edits): (&Record, &[Edit]),
    facts: &Facts,
) -> Result<(), Vec<FieldProblem>> {
    let present = &before.fields;
    let mut answers = present.clone();
    edits.iter().for_each(|edit| apply(&mut answers, edit));
    let state = |answers| FormState::of(catalogue, record_type, Filling { now, answers, facts });
    let (was, is) = (state(present), state(&answers));
    let changes = |field: &FieldName| present.get(field) != answers.get(field);
    let is_fixed = |field: &FieldName| {
        was.question(field).is_some_and(|question| question.read_only) && changes(field)
    };
    let mut problems = Problems::with_values(catalogue, record_type, edits, Some(before));
    let fixed = edits.iter().map(Edit::field).filter(|field| is_fixed(field));
    problems
        .add(fixed.map(|field| FieldProblem { field: field.clone(), problem: Problem::ReadOnly }));
    let stood = was.problems();
    problems.add(is.problems().into_iter().filter(|problem| !stood.contains(problem)));
    problems.add(is.not_asked(edits).filter(|problem| changes(&problem.field)));
    problems.into_result()
}

/// What is wrong with each field; of one field what was found first.
struct Problems(Vec<FieldProblem>);

impl Problems {
    /// Starts with values that do not fit.
    fn with_values(
        catalogue: &Catalogue,
        record_type: &RecordType,
        edits: &[Edit],
        present: Option<&Record>,
    ) -> Self {
        let check = |edit: &Edit| {
            edit.check(catalogue, record_type)?;
            edit.check_offered(catalogue, record_type, present)
        };
        Self(edits.iter().filter_map(|edit| check(edit).err()).collect())
    }

    fn add(&mut self, more: impl IntoIterator<Item = FieldProblem>) {
        for problem in more {
            if !self.0.iter().any(|known| known.field == problem.field) {
                self.0.push(problem);
            }
        }
    }

    fn into_result(self) -> Result<(), Vec<FieldProblem>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// A form as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormState {
    /// Whether each section is shown, by its name.
    pub sections: BTreeMap<String, bool>,
    /// Every question, in the order of the form. Fields that are retired are not asked.
    pub questions: Vec<QuestionState>,
}

/// A question as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionState {
    /// Its field.
    pub field: FieldName,
    /// Whether it is asked. An answer to one that is not is kept aside until the form is submitted,
    /// and counts for nothing.
    pub shown: bool,
    /// Whether it has to be answered.
    pub required: Option<Requirement>,
    /// Whether its answer cannot be changed here.
    pub read_only: bool,
    /// The options to choose from, in their order; `None` if there is nothing to choose.
    pub offered: Option<Vec<OptionCode>>,
    /// What stands there before anybody answers.
    pub default: Option<Datum>,
    /// Whether something is computed there, and nobody answers.
    pub is_computed: bool,
    /// What is shown there instead of an answer; `None` also while answers are missing.
    pub computed: Option<Datum>,
    /// What is wrong with the answer as it stands. None of it keeps a form from being saved.
    pub problems: Vec<Problem>,
}

impl QuestionState {
    /// Returns whether somebody answers it: it is shown, and nothing is computed there.
    pub fn is_asked(&self) -> bool {
        self.shown && !self.is_computed
    }
}

/// That a question has to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// What is said when it is not; `None` for the usual words.
    pub message: Option<Label>,
}

impl FormState {
    /// Evaluates the form of a type.
    pub fn of(catalogue: &Catalogue, record_type: &RecordType, filling: Filling<'_>) -> Self {
        let evaluation = Evaluation {
            record_type,
            zone: &catalogue.zone,
            filling,
            shown: RefCell::default(),
            computed: RefCell::default(),
        };
        let shows = |when: &Option<Condition>| evaluation.holds(when.as_ref(), true);
        let sections = record_type.sections.iter();
        let fields = record_type.fields.iter().filter(|field| !field.retired);
        Self {
            sections: sections.map(|it| (it.name.clone(), shows(&it.shown_when))).collect(),
            questions: fields.map(|field| evaluation.question(catalogue, field)).collect(),
        }
    }

    /// Returns the question of this field; `None` if it is not asked by this form at all.
    pub fn question(&self, field: &FieldName) -> Option<&QuestionState> {
        self.questions.iter().find(|question| question.field == *field)
    }

    /// Returns whether the form asks for this field.
    pub fn asks(&self, field: &FieldName) -> bool {
        self.question(field).is_some_and(QuestionState::is_asked)
    }

    /// Lists what has to be put right before the form can be submitted.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let of = |question: &QuestionState| {
            let field = question.field.clone();
            let problems = question.problems.clone().into_iter();
            problems.map(move |problem| FieldProblem { field: field.clone(), problem })
        };
        self.questions.iter().flat_map(of).collect::<Vec<_>>()
    }

    /// The answers that this form does not ask for: the question is hidden, or computed.
    fn not_asked<'e>(&self, edits: &'e [Edit]) -> impl Iterator<Item = FieldProblem> + use<'e, '_> {
        let answers = edits.iter().filter(|edit| match edit {
            Edit::Clear { .. } | Edit::Remove { .. } | Edit::RemoveRef { .. } => false,
            Edit::Set { .. }
            | Edit::Add { .. }
            | Edit::AddRef { .. }
            | Edit::Log { .. }
            | Edit::Increment { .. }
            | Edit::Note { .. } => true,
        });
        answers.filter_map(|edit| {
            let question = self.question(edit.field())?;
            let problem = Problem::NotAsked;
            (!question.is_asked()).then(|| FieldProblem { field: edit.field().clone(), problem })
        })
    }
}

/// One evaluation of a form. Each question is asked once whether it is shown, however many refer to
/// it.
struct Evaluation<'a> {
    record_type: &'a RecordType,
    zone: &'a Zone,
    filling: Filling<'a>,
    /// `None` while it is being asked: a question that hides itself is hidden. The catalogue's
    /// loader accepts no such form.
    shown: RefCell<BTreeMap<FieldName, Option<bool>>>,
    computed: RefCell<BTreeMap<FieldName, Option<Datum>>>,
}

impl Evaluation<'_> {
    fn holds(&self, condition: Option<&Condition>, otherwise: bool) -> bool {
        condition.map_or(otherwise, |condition| condition.holds(self))
    }

    fn is_shown(&self, field: &Field) -> bool {
        if let Some(known) = self.shown.borrow().get(&field.name) {
            return known.unwrap_or(false);
        }
        self.shown.borrow_mut().insert(field.name.clone(), None);
        let section = field.question.section.as_ref();
        let section =
            section.and_then(|name| self.record_type.sections.iter().find(|it| it.name == *name));
        let shown = section.is_none_or(|it| self.holds(it.shown_when.as_ref(), true))
            && self.holds(field.question.shown_when.as_ref(), true);
        self.shown.borrow_mut().insert(field.name.clone(), Some(shown));
        shown
    }

    fn computed(&self, field: &FieldName, expression: &Expression) -> Option<Datum> {
        if let Some(known) = self.computed.borrow().get(field) {
            return known.clone();
        }
        // While it is being computed it has no value, for itself neither.
        self.computed.borrow_mut().insert(field.clone(), None);
        let value = expression.value(self);
        self.computed.borrow_mut().insert(field.clone(), value.clone());
        value
    }

    fn question(&self, catalogue: &Catalogue, field: &Field) -> QuestionState {
        let Question { required_when, required_message, .. } = &field.question;
        let shown = self.is_shown(field);
        let is_required = shown && (field.required || self.holds(required_when.as_ref(), false));
        let required = is_required.then(|| Requirement { message: required_message.clone() });
        let list = field.kind.list().and_then(|list| catalogue.code_lists.get(list));
        let offered = list.map(|list| self.offered(&field.name, &field.question, list));
        let expression = field.question.computed.as_ref().filter(|_| shown);
        let problems = match shown {
            true => self.problems(field, required.as_ref(), offered.as_deref()),
            false => Vec::new(),
        };
        QuestionState {
            field: field.name.clone(),
            shown,
            required,
            read_only: self.holds(field.question.read_only_when.as_ref(), false),
            offered,
            default: field.question.default.as_ref().and_then(|default| default.value(self)),
            is_computed: field.question.computed.is_some(),
            computed: expression.and_then(|it| self.computed(&field.name, it)),
            problems,
        }
    }

    fn offered(&self, name: &FieldName, question: &Question, list: &CodeList) -> Vec<OptionCode> {
        let is_offered = |option: &&OptionCode| match &question.choices_when {
            None => true,
            Some(condition) => {
                let properties = list.properties.get(*option);
                condition.holds(&OfOption { form: self, properties })
            }
        };
        let offered: Vec<OptionCode> = list.order.iter().filter(is_offered).cloned().collect();
        match question.recent_first {
            true => self.recent_first(name, offered),
            false => offered,
        }
    }

    /// Puts the options first that the person chose last in such records.
    fn recent_first(&self, name: &FieldName, offered: Vec<OptionCode>) -> Vec<OptionCode> {
        let chosen = self.filling.facts.own.get(name).into_iter().flatten();
        let chosen = chosen.flat_map(|value| match value {
            FieldValue::Scalar(Scalar::Choice(option)) => vec![option.clone()],
            FieldValue::Choices(options) => options.iter().cloned().collect(),
            _ => Vec::new(),
        });
        let mut ordered: Vec<OptionCode> = Vec::new();
        for option in chosen.filter(|option| offered.contains(option)).chain(offered.clone()) {
            if !ordered.contains(&option) {
                ordered.push(option);
            }
        }
        ordered
    }

    fn problems(
        &self,
        field: &Field,
        required: Option<&Requirement>,
        offered: Option<&[OptionCode]>,
    ) -> Vec<Problem> {
        let answer = self.filling.answers.get(&field.name).filter(|answer| !answer.is_empty());
        let Some(answer) = answer else {
            let problem = required.map(|required| match &required.message {
                Some(message) => Problem::RequiredHere { message: message.clone() },
                None => Problem::Required,
            });
            return problem.into_iter().collect();
        };
        let mut problems = Vec::new();
        if let (Some(offered), Some(chosen)) = (offered, Datum::of(answer)) {
            let is_offered = match &chosen {
                Datum::Options(chosen) => chosen.iter().all(|option| offered.contains(option)),
                other => {
                    let chosen = other.to_string();
                    offered.iter().any(|option| *option.as_str() == *chosen)
                }
            };
            if !is_offered && field.question.choices_when.is_some() {
                let options = offered.iter().map(ToString::to_string).collect();
                problems.push(Problem::Value(ValueProblem::NotAnOption { options }));
            }
        }
        let unmet = field.question.limits.iter().filter(|limit| !limit.holds.holds(self));
        problems.extend(unmet.map(|limit| Problem::Limit { message: limit.message.clone() }));
        problems
    }
}

impl Lookup for Evaluation<'_> {
    fn answer(&self, name: &FieldName) -> Option<Datum> {
        let field = self.record_type.field(name.as_str())?;
        if !self.is_shown(field) {
            return None;
        }
        match &field.question.computed {
            Some(expression) => self.computed(name, expression),
            None => self.filling.answers.get(name).and_then(Datum::of),
        }
    }

    fn latest(&self, record_type: &TypeName, field: &FieldName) -> Option<Datum> {
        let key = (record_type.clone(), field.clone());
        self.filling.facts.latest.get(&key).and_then(Datum::of)
    }

    fn own_last(&self, field: &FieldName) -> Option<Datum> {
        self.filling.facts.own.get(field)?.first().and_then(Datum::of)
    }

    fn property(&self, _: &str) -> Option<Datum> {
        None
    }

    fn now(&self) -> Timestamp {
        self.filling.now
    }

    fn zone(&self) -> &Zone {
        self.zone
    }
}

/// The same, asked about one option.
struct OfOption<'a> {
    form: &'a Evaluation<'a>,
    properties: Option<&'a BTreeMap<String, String>>,
}

impl Lookup for OfOption<'_> {
    fn answer(&self, field: &FieldName) -> Option<Datum> {
        self.form.answer(field)
    }

    fn latest(&self, record_type: &TypeName, field: &FieldName) -> Option<Datum> {
        self.form.latest(record_type, field)
    }

    fn own_last(&self, field: &FieldName) -> Option<Datum> {
        self.form.own_last(field)
    }

    fn property(&self, name: &str) -> Option<Datum> {
        self.properties?.get(name).cloned().map(Datum::Text)
    }

    fn now(&self) -> Timestamp {
        self.form.now()
    }

    fn zone(&self) -> &Zone {
        self.form.zone
    }
}
