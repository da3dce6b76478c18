//! What a person types, `FIELD=VALUE`, as edits and answers: for screens, pages, commands and the
//! foreign-function surface alike. Every mistake is told at once.

use rand::Rng;
use ulid::Ulid;

use crate::answers::{Answer, KeptAnswers};
use crate::catalogue::{Catalogue, Field, FieldKind, RecordType, check_option};
use crate::forms::FormState;
use crate::ids::{FieldName, TypeName};
use crate::people::People;
use crate::record::{Edit, FieldProblem, Problem};
use crate::time::Timestamp;
use crate::value::{LogEntry, Scalar, ValueProblem};
use crate::words::{Explained, Message};

/// Why what was typed is no edit: every mistake in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct InputError(pub Vec<Mistake>);

impl Explained for InputError {
    fn message(&self) -> Message {
        Message::new("invalid_value").listing("problems", self.0.iter().map(Explained::message))
    }
}

impl InputError {
    /// Returns what is wrong with fields that there are.
    pub fn problems(self) -> impl Iterator<Item = FieldProblem> {
        self.0.into_iter().filter_map(|mistake| match mistake {
            Mistake::Field(problem) => Some(problem),
            Mistake::NoField { .. } => None,
        })
    }
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// The type has no such field; it may not even be a field's name.
    #[error("{}", self.message())]
    NoField {
        /// What was typed.
        name: String,
        /// The type.
        record_type: TypeName,
    },
    /// The field does not take it.
    #[error(transparent)]
    Field(#[from] FieldProblem),
}

impl Mistake {
    /// Returns whether the field is answered so, and does not take this answer.
    fn is_of_value(&self) -> bool {
        match self {
            Self::NoField { .. } => false,
            Self::Field(problem) => matches!(problem.problem, Problem::Value(_)),
        }
    }
}

impl Explained for Mistake {
    fn message(&self) -> Message {
        match self {
            Self::NoField { name, record_type } => {
                let problem = Message::new("unknown_field").with("type", record_type);
                Message::new("field").with("field", name).inside("problem", problem)
            }
            Self::Field(problem) => problem.message(),
        }
    }
}

/// What happens to the options of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetEdit {
    /// They are added.
    Add,
    /// They are removed.
    Remove,
}

/// Reads the first values of a new record: scalars, options of sets with commas between them, the
/// beginning of a counter or a shared note. An empty text gives nothing.
///
/// # Errors
/// Names every field that does not take what was typed.
pub fn first_values<'a>(
    now: Timestamp,
    catalogue: &Catalogue,
    people: &People,
    record_type: &RecordType,
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<Edit>, InputError> {
    edits_of_each(record_type, typed, |field, text| match &field.kind {
        _ if text.is_empty() => Ok(Vec::new()),
        FieldKind::Choices { list } => options_of(catalogue, list, field, text, SetEdit::Add),
        FieldKind::Refs { .. } => records_of(field, text, SetEdit::Add),
        FieldKind::Counter => Ok(vec![Edit::Increment {
            field: field.name.clone(),
            by: count(text).map_err(Problem::Value)?,
        }]),
        FieldKind::SharedNote => Ok(vec![Edit::append(field.name.clone(), text)]),
        kind @ FieldKind::Log { .. } => Err(Problem::wrong_edit(kind)),
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
        | FieldKind::User => set(now, catalogue, people, field, text),
    })
}

/// Reads what was typed as the whole answers to questions. What is no value of its kind, or not yet, is
/// an answer too: as it was typed.
///
/// # Errors
/// Names every field that there is not, or that is answered in another way.
pub fn answers<'a>(
    now: Timestamp,
    catalogue: &Catalogue,
    people: &People,
    record_type: &RecordType,
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<(FieldName, Answer)>, InputError> {
    let (mut answers, mut mistakes) = (Vec::new(), Vec::new());
    for (name, text) in typed {
        let answer = match first_values(now, catalogue, people, record_type, [(name, text)]) {
            Ok(edits) => Answer::of_edits(&edits),
            Err(error) if error.0.iter().all(Mistake::is_of_value) => Answer::Typed(text.into()),
            Err(error) => {
                mistakes.extend(error.0);
                continue;
            }
        };
        match find(record_type, name) {
            Ok(field) => answers.push((field.name.clone(), answer)),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(answers) } else { Err(InputError(mistakes)) }
}

/// Lists what is wrong with kept answers that were typed and are no values of their kind: of those that
/// the form asks for.
pub fn unread(
    now: Timestamp,
    catalogue: &Catalogue,
    people: &People,
    record_type: &RecordType,
    form: &FormState,
    kept: &KeptAnswers,
) -> Vec<FieldProblem> {
    let asked = kept.iter().filter(|(field, _)| form.asks(field));
    let typed = asked.filter_map(|(field, kept)| Some((field.as_str(), kept.answer.typed()?)));
    match first_values(now, catalogue, people, record_type, typed) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().collect(),
    }
}

/// Reads values of scalar fields. An empty text clears the field.
///
/// # Errors
/// Names every field that does not take what was typed.
pub fn values<'a>(
    now: Timestamp,
    catalogue: &Catalogue,
    people: &People,
    record_type: &RecordType,
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<Edit>, InputError> {
    edits_of_each(record_type, typed, |field, text| {
        if field.kind.is_scalar() && !text.is_empty() {
            return set(now, catalogue, people, field, text);
        }
        let clear = Edit::Clear { field: field.name.clone() };
        clear.check(catalogue, record_type).map_err(|problem| problem.problem)?;
        Ok(vec![clear])
    })
}

/// Reads options of sets, or the ids of the records that they name, with commas between them.
///
/// # Errors
/// Names every field that is no set, has no such option, or names records otherwise.
pub fn options<'a>(
    catalogue: &Catalogue,
    record_type: &RecordType,
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
    what: SetEdit,
) -> Result<Vec<Edit>, InputError> {
    edits_of_each(record_type, typed, |field, text| match &field.kind {
        FieldKind::Choices { list } => options_of(catalogue, list, field, text, what),
        FieldKind::Refs { .. } => records_of(field, text, what),
        kind => Err(Problem::wrong_edit(kind)),
    })
}

/// Reads a step of a counter, such as `+1`.
///
/// # Errors
/// When the field is no counter or the text no whole number.
pub fn increment(record_type: &RecordType, name: &str, text: &str) -> Result<Edit, InputError> {
    let field = field_for(record_type, name, |kind| matches!(kind, FieldKind::Counter))?;
    let by = count(text).map_err(|problem| only(field, Problem::Value(problem)))?;
    Ok(Edit::Increment { field: field.name.clone(), by })
}

/// Reads words to append to a shared note.
///
/// # Errors
/// When the field is no shared note.
pub fn appended(record_type: &RecordType, name: &str, text: &str) -> Result<Edit, InputError> {
    let field = field_for(record_type, name, |kind| matches!(kind, FieldKind::SharedNote))?;
    Ok(Edit::append(field.name.clone(), text))
}

/// Reads `key=text` pairs as one new entry of a log.
///
/// # Errors
/// Names every part of the entry that is missing, unknown or does not take what was typed.
pub fn log_entry<'a>(
    now: Timestamp,
    rng: &mut dyn Rng,
    catalogue: &Catalogue,
    people: &People,
    record_type: &RecordType,
    name: &str,
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Edit, InputError> {
    let field = field_for(record_type, name, |kind| matches!(kind, FieldKind::Log { .. }))?;
    let parts = field.kind.entry().unwrap_or_default();
    let mut entry = LogEntry::new();
    let mut wrong = Vec::new();
    for (key, text) in typed {
        let part = parts.iter().find(|part| part.name.as_str() == key).ok_or_else(|| {
            let options = parts.iter().map(|part| part.name.to_string()).collect();
            ValueProblem::NotAnOption { options }
        });
        match part.and_then(|part| scalar(now, catalogue, people, part, text)) {
            Ok(value) => drop(entry.insert(key.to_owned(), value)),
            Err(problem) => wrong.push((key.to_owned(), Problem::Value(problem))),
        }
    }
    for part in parts.iter().filter(|part| part.required) {
        let name = part.name.as_str();
        if !entry.contains_key(name) && !wrong.iter().any(|(key, _)| key == name) {
            wrong.push((name.to_owned(), Problem::Required));
        }
    }
    if wrong.is_empty() {
        return Ok(Edit::Log { field: field.name.clone(), id: new_entry_id(now, rng), entry });
    }
    let mistakes = wrong.into_iter().map(|(key, problem)| {
        let problem = Problem::Entry { key, problem: Box::new(problem) };
        FieldProblem { field: field.name.clone(), problem }.into()
    });
    Err(InputError(mistakes.collect()))
}

/// Makes the id of a log entry: entries are ordered by it.
pub fn new_entry_id(now: Timestamp, rng: &mut dyn Rng) -> String {
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    let random = (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64());
    Ulid::from_parts(millis, random).to_string()
}

fn edits_of_each<'a>(
    record_type: &RecordType,
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
    read: impl Fn(&Field, &str) -> Result<Vec<Edit>, Problem>,
) -> Result<Vec<Edit>, InputError> {
    let (mut edits, mut mistakes) = (Vec::new(), Vec::new());
    for (name, text) in typed {
        match find(record_type, name) {
            Err(mistake) => mistakes.push(mistake),
            Ok(field) => match read(field, text) {
                Ok(more) => edits.extend(more),
                Err(problem) => {
                    mistakes.push(FieldProblem { field: field.name.clone(), problem }.into());
                }
            },
        }
    }
    if mistakes.is_empty() { Ok(edits) } else { Err(InputError(mistakes)) }
}

fn find<'a>(record_type: &'a RecordType, name: &str) -> Result<&'a Field, Mistake> {
    record_type.field(name).ok_or_else(|| Mistake::NoField {
        name: name.to_owned(),
        record_type: record_type.name.clone(),
    })
}

fn field_for<'a>(
    record_type: &'a RecordType,
    name: &str,
    fits: impl Fn(&FieldKind) -> bool,
) -> Result<&'a Field, InputError> {
    let field = find(record_type, name).map_err(|mistake| InputError(vec![mistake]))?;
    if fits(&field.kind) {
        return Ok(field);
    }
    Err(only(field, Problem::wrong_edit(&field.kind)))
}

fn only(field: &Field, problem: Problem) -> InputError {
    InputError(vec![FieldProblem { field: field.name.clone(), problem }.into()])
}

/// One value. Of people, who is meant by what was typed.
fn scalar(
    now: Timestamp,
    catalogue: &Catalogue,
    people: &People,
    field: &Field,
    text: &str,
) -> Result<Scalar, ValueProblem> {
    match field.kind {
        FieldKind::User => people.meant(text).map(Scalar::User),
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
        | FieldKind::Choices { .. }
        | FieldKind::Refs { .. }
        | FieldKind::Counter
        | FieldKind::Log { .. }
        | FieldKind::SharedNote => Scalar::parse_in_entry(now, catalogue, field, text),
    }
}

fn set(
    now: Timestamp,
    catalogue: &Catalogue,
    people: &People,
    field: &Field,
    text: &str,
) -> Result<Vec<Edit>, Problem> {
    let value = scalar(now, catalogue, people, field, text).map_err(Problem::Value)?;
    Ok(vec![Edit::Set { field: field.name.clone(), value }])
}

fn options_of(
    catalogue: &Catalogue,
    list: &str,
    field: &Field,
    text: &str,
    what: SetEdit,
) -> Result<Vec<Edit>, Problem> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let edits: Vec<Edit> = parts
        .map(|part| {
            let option = check_option(catalogue, list, part).map_err(Problem::Value)?;
            let field = field.name.clone();
            Ok(match what {
                SetEdit::Add => Edit::Add { field, option },
                SetEdit::Remove => Edit::Remove { field, option },
            })
        })
        .collect::<Result<_, Problem>>()?;
    if edits.is_empty() { Err(Problem::Required) } else { Ok(edits) }
}

fn records_of(field: &Field, text: &str, what: SetEdit) -> Result<Vec<Edit>, Problem> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let edits: Vec<Edit> = parts
        .map(|part| {
            let not = |_| Problem::Value(ValueProblem::Not { kind: field.kind.name() });
            let (field, record) = (field.name.clone(), part.parse().map_err(not)?);
            Ok(match what {
                SetEdit::Add => Edit::AddRef { field, record },
                SetEdit::Remove => Edit::RemoveRef { field, record },
            })
        })
        .collect::<Result<_, Problem>>()?;
    if edits.is_empty() { Err(Problem::Required) } else { Ok(edits) }
}

fn count(text: &str) -> Result<i64, ValueProblem> {
    text.trim().parse().map_err(|_| ValueProblem::Not { kind: "integer" })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::answers::KeptAnswer;
    use crate::forms::{Facts, Filling};
    use crate::ids::UserId;

    fn now() -> Timestamp {
        "2026-11-28T15:00:00Z".parse().unwrap()
    }

    fn nobody() -> People {
        People::new(UserId::from_bytes([1; 16]), [])
    }

    fn with_type<T>(name: &str, test: impl FnOnce(&Catalogue, &RecordType) -> T) -> T {
        let catalogue = Catalogue::builtin().unwrap();
        let record_type = catalogue.record_type(&name.parse().unwrap()).unwrap();
        test(&catalogue, record_type)
    }

    #[test]
    fn the_first_values_of_a_record_may_fill_sets_counters_and_notes() {
        with_type("outreach_intake", |catalogue, intake| {
            let typed = [
                ("tier", "2"),
                ("contact_attempts", "+3"),
                ("safety_plan", "call first"),
                ("risk", "weapon, recently_shot"),
                ("exit", ""),
            ];
            assert_eq!(first_values(now(), catalogue, &nobody(), intake, typed).unwrap().len(), 5);
        });
    }

    #[test]
    fn a_time_is_read_by_the_clocks_of_the_department() {
        with_type("outreach_contact", |catalogue, contact| {
            for text in ["2026-11-28 08:30", "08:30", "2026-11-28T14:30:00Z"] {
                let edits =
                    values(now(), catalogue, &nobody(), contact, [("occurred_at", text)]).unwrap();
                let [Edit::Set { value: Scalar::DateTime(time), .. }] = &edits[..] else {
                    panic!("{edits:?}")
                };
                assert_eq!(time.to_string(), "2026-11-28T14:30:00Z", "{text}");
            }
            let typed = [("occurred_at", "2026-03-08 02:30")];
            let skipped = values(now(), catalogue, &nobody(), contact, typed).unwrap_err();
            assert!(skipped.to_string().contains("does not exist"), "{skipped}");
        });
    }

    #[test]
    fn a_kept_answer_that_is_no_value_is_told_of_while_its_question_is_asked() {
        with_type("outreach_contact", |catalogue, contact| {
            let filling =
                Filling { now: now(), answers: &BTreeMap::new(), facts: &Facts::default() };
            let mut form = FormState::of(catalogue, contact, filling);
            let typed = [("minutes", "a few"), ("mode", "street")];
            let read = answers(now(), catalogue, &nobody(), contact, typed).unwrap();
            let kept = read.into_iter().map(|(field, answer)| {
                let kept = KeptAnswer { answer, base: None };
                (field, kept)
            });
            let kept = kept.collect();
            let problems = unread(now(), catalogue, &nobody(), contact, &form, &kept);
            let [problem] = &problems[..] else { panic!("{problems:?}") };
            assert_eq!(problem.field.as_str(), "minutes");
            form.questions.iter_mut().for_each(|question| question.shown = false);
            assert_eq!(unread(now(), catalogue, &nobody(), contact, &form, &kept), []);
        });
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        with_type("outreach_intake", |catalogue, intake| {
            let typed = [("riks_level", "high"), ("tier", "9"), ("goals", "x")];
            assert_eq!(
                values(now(), catalogue, &nobody(), intake, typed).unwrap_err().to_string(),
                "`riks_level` is not a field of outreach_intake; `tier` must be one of: 1, 2, 3; \
                 `goals` is a log field: it takes log"
            );
        });
    }

    #[test]
    fn an_empty_text_clears_but_never_what_is_required() {
        with_type("outreach_contact", |catalogue, contact| {
            let cleared = values(now(), catalogue, &nobody(), contact, [("minutes", "")]).unwrap();
            assert!(matches!(cleared[..], [Edit::Clear { .. }]));
            let error = values(now(), catalogue, &nobody(), contact, [("mode", "")]).unwrap_err();
            assert_eq!(error.to_string(), "`mode` is required");
        });
    }

    #[test]
    fn each_kind_of_field_says_how_it_is_edited() {
        with_type("outreach_intake", |catalogue, intake| {
            let add = |typed| options(catalogue, intake, [typed], SetEdit::Add);
            assert_eq!(add(("risk", "weapon")).unwrap().len(), 1);
            let error = add(("tier", "1")).unwrap_err().to_string();
            assert_eq!(error, "`tier` is a choice field: it takes set and clear");
            assert!(increment(intake, "contact_attempts", "-1").is_ok());
            let error = increment(intake, "safety_plan", "1").unwrap_err().to_string();
            assert_eq!(error, "`safety_plan` is a shared_note field: it takes note");
            let error = appended(intake, "risk", "x").unwrap_err().to_string();
            assert_eq!(error, "`risk` is a choices field: it takes add and remove");
        });
    }

    #[test]
    fn an_entry_names_every_part_that_is_wrong_or_missing() {
        with_type("outreach_intake", |catalogue, intake| {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let mut entry = |typed: &[(&'static str, &'static str)]| {
                log_entry(
                    now(),
                    &mut rng,
                    catalogue,
                    &nobody(),
                    intake,
                    "goals",
                    typed.iter().copied(),
                )
            };
            let error = entry(&[("status", "x"), ("gaol", "a job")]).unwrap_err().to_string();
            for part in
                ["`status` must be one of", "`gaol` must be one of: date", "`goal` is required"]
            {
                assert!(error.contains(part), "{error}");
            }
            assert!(entry(&[("goal", "a job")]).is_ok());
        });
    }
}
