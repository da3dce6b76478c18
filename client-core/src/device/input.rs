//! What a person types, `FIELD=VALUE`, as edits.

use rand::Rng;
use ulid::Ulid;

use model::catalogue::{Catalogue, Field, FieldKind, RecordType};
use model::ids::FieldName;
use model::record::{Edit, FieldProblem, Problem};
use model::time::Timestamp;
use model::value::{LogEntry, Scalar, ValueProblem, check_option};

/// Why what was typed is no edit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The type has no such field, nor could have.
    #[error("`{name}` is no field of {record_type}; its fields are {}", fields.join(", "))]
    NoField {
        /// What was typed.
        name: String,
        /// The type.
        record_type: String,
        /// What the type has.
        fields: Vec<String>,
    },
    /// The field does not take it.
    #[error(transparent)]
    Field(#[from] FieldProblem),
    /// Several things are wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Several(Vec<InputError>),
}

/// Reads `name=text` as edits of a record of this type.
///
/// A scalar is set, or cleared by an empty text. A set takes options with commas between; one with
/// `-` before it is removed. A counter counts on by the number, a shared note gets the text
/// appended.
///
/// # Errors
/// Names the field and what it takes.
pub fn parse_field(
    catalogue: &Catalogue,
    record_type: &RecordType,
    name: &str,
    text: &str,
) -> Result<Vec<Edit>, InputError> {
    let field = find(record_type, name)?;
    let named = field.name.clone();
    let wrong = |problem| FieldProblem { field: field.name.clone(), problem };
    match &field.kind {
        FieldKind::Choices { list } => text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| option_edit(catalogue, list, &named, part))
            .collect::<Result<_, _>>()
            .map_err(|problem| wrong(Problem::Value(problem)).into()),
        FieldKind::Counter => {
            let not = |_| wrong(Problem::Value(ValueProblem::Not { kind: "integer" }));
            let by = text.trim().trim_start_matches('+').parse().map_err(not)?;
            Ok(vec![Edit::Increment { field: named, by }])
        }
        FieldKind::SharedNote => Ok(vec![Edit::append(named, text)]),
        FieldKind::Log { .. } => {
            Err(wrong(Problem::WrongEdit { kind: "log", takes: "log" }).into())
        }
        _ if text.is_empty() => Ok(vec![Edit::Clear { field: named }]),
        _ => Scalar::parse(catalogue, field, text)
            .map(|value| vec![Edit::Set { field: named, value }])
            .map_err(|problem| wrong(Problem::Value(problem)).into()),
    }
}

/// Reads several `name=text` at once, and says of all of them what is wrong.
///
/// # Errors
/// Names every field that does not take what was typed.
pub fn parse_fields<'a>(
    catalogue: &Catalogue,
    record_type: &RecordType,
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<Edit>, InputError> {
    let (mut edits, mut problems) = (Vec::new(), Vec::new());
    for (name, text) in typed {
        match parse_field(catalogue, record_type, name, text) {
            Ok(more) => edits.extend(more),
            Err(problem) => problems.push(problem),
        }
    }
    match problems.len() {
        0 => Ok(edits),
        1 => Err(problems.swap_remove(0)),
        _ => Err(InputError::Several(problems)),
    }
}

/// Reads `key=text` pairs as one new entry of a log.
///
/// # Errors
/// Names the field, or the part of the entry, and what it takes.
pub fn parse_log_entry<'a>(
    now: Timestamp,
    rng: &mut dyn Rng,
    catalogue: &Catalogue,
    record_type: &RecordType,
    name: &str,
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Edit, InputError> {
    let field = find(record_type, name)?;
    let wrong = |problem| FieldProblem { field: field.name.clone(), problem };
    let FieldKind::Log { entry: parts } = &field.kind else {
        let takes = if field.kind.is_scalar() { "set and clear" } else { "other edits" };
        return Err(wrong(Problem::WrongEdit { kind: field.kind.name(), takes }).into());
    };
    let mut entry = LogEntry::new();
    for (key, text) in typed {
        let inside = |problem| {
            let problem = Box::new(Problem::Value(problem));
            wrong(Problem::Entry { key: key.to_owned(), problem })
        };
        let Some(part) = parts.iter().find(|part| part.name.as_str() == key) else {
            let options = parts.iter().map(|part| part.name.to_string()).collect();
            return Err(inside(ValueProblem::NotAnOption { options }).into());
        };
        entry.insert(key.to_owned(), Scalar::parse(catalogue, part, text).map_err(inside)?);
    }
    let edit = Edit::Log { field: field.name.clone(), id: new_ulid(now, rng), entry };
    edit.check(catalogue, record_type)?;
    Ok(edit)
}

/// Makes the id of a log entry: entries are ordered by it.
pub fn new_ulid(now: Timestamp, rng: &mut dyn Rng) -> String {
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    let random = (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64());
    Ulid::from_parts(millis, random).to_string()
}

fn find<'a>(record_type: &'a RecordType, name: &str) -> Result<&'a Field, InputError> {
    record_type.field(name).ok_or_else(|| InputError::NoField {
        name: name.to_owned(),
        record_type: record_type.name.to_string(),
        fields: record_type.fields.iter().map(|field| field.name.to_string()).collect(),
    })
}

fn option_edit(
    catalogue: &Catalogue,
    list: &str,
    field: &FieldName,
    part: &str,
) -> Result<Edit, ValueProblem> {
    let field = field.clone();
    match part.strip_prefix('-') {
        Some(part) => {
            check_option(catalogue, list, part).map(|option| Edit::Remove { field, option })
        }
        None => check_option(catalogue, list, part).map(|option| Edit::Add { field, option }),
    }
}
