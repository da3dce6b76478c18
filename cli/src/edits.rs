//! What a person types, `FIELD=VALUE`, as edits of a record. Every mistake of a line is reported at
//! once, and an unknown name comes back with the names there are.

use std::collections::BTreeMap;
use std::str::FromStr;

use model::catalogue::{Catalogue, Field, FieldKind, RecordType};
use model::ids::{FieldName, OptionCode, TypeName};
use model::record::Edit;
use model::value::{LogEntry, Scalar, check_option};

use crate::failure::Failure;
use crate::near;

/// `NAME=VALUE` as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// What stands before the first `=`.
    pub name: String,
    /// What stands after it.
    pub value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok(Self { name: name.trim().to_owned(), value: value.to_owned() })
            }
            _ => Err("write it as NAME=VALUE, such as mode=phone".into()),
        }
    }
}

/// The record type of this name.
///
/// # Errors
/// Lists the types there are.
pub fn record_type<'a>(catalogue: &'a Catalogue, name: &str) -> Result<&'a RecordType, Failure> {
    name.parse::<TypeName>().ok().and_then(|name| catalogue.record_type(&name)).ok_or_else(|| {
        let known = catalogue.types.keys().map(TypeName::as_str);
        Failure::not_found("unknown_type", format!("there is no record type `{name}`"))
            .hint(near::hint("types", name, known))
    })
}

/// The first values of a new record. A set of options is written `purpose=one,two`.
///
/// # Errors
/// Names every field that is wrong.
pub fn first_values(
    catalogue: &Catalogue,
    record_type: &RecordType,
    assignments: &[Assignment],
) -> Result<Vec<Edit>, Failure> {
    edits_of_each(record_type, assignments, |field, value| match &field.kind {
        FieldKind::Choices { list } => value
            .split(',')
            .map(str::trim)
            .filter(|option| !option.is_empty())
            .map(|option| {
                let option = check_option(catalogue, list, option).map_err(|e| e.to_string())?;
                Ok(Edit::Add { field: field.name.clone(), option })
            })
            .collect(),
        FieldKind::Counter => {
            let by = value.parse().map_err(|_| "is not a valid integer (a whole number)")?;
            Ok(vec![Edit::Increment { field: field.name.clone(), by }])
        }
        FieldKind::SharedNote => Ok(vec![Edit::append(field.name.clone(), value)]),
        FieldKind::Log { .. } => Err(format!("is a log field: it takes `log ID {}`", field.name)),
        _ if value.is_empty() => Ok(Vec::new()),
        _ => Ok(vec![set(catalogue, field, value)?]),
    })
}

/// Values to set. An empty one clears its field.
///
/// # Errors
/// Names every field that is wrong.
pub fn values(
    catalogue: &Catalogue,
    record_type: &RecordType,
    assignments: &[Assignment],
) -> Result<Vec<Edit>, Failure> {
    edits_of_each(record_type, assignments, |field, value| match &field.kind {
        FieldKind::Choices { .. } => Err(format!(
            "is a set of options: it takes `add ID {0}=OPTION` and `remove ID {0}=OPTION`",
            field.name
        )),
        FieldKind::Counter => {
            Err(format!("is a counter: it takes `increment ID {} BY`", field.name))
        }
        FieldKind::SharedNote => {
            Err(format!("is a shared note: it takes `note ID {} --append TEXT`", field.name))
        }
        FieldKind::Log { .. } => {
            Err(format!("is a log: it takes `log ID {} KEY=VALUE ...`", field.name))
        }
        _ if value.is_empty() && field.required => Err("is required and cannot be cleared".into()),
        _ if value.is_empty() => Ok(vec![Edit::Clear { field: field.name.clone() }]),
        _ => Ok(vec![set(catalogue, field, value)?]),
    })
}

/// Options to add to, or remove from, sets.
///
/// # Errors
/// Names every field that is wrong.
pub fn options(
    catalogue: &Catalogue,
    record_type: &RecordType,
    assignments: &[Assignment],
    edit: impl Fn(FieldName, OptionCode) -> Edit,
) -> Result<Vec<Edit>, Failure> {
    edits_of_each(record_type, assignments, |field, value| {
        let FieldKind::Choices { list } = &field.kind else {
            return Err(format!("is a {} field, not a set of options", field.kind.name()));
        };
        value
            .split(',')
            .map(|option| {
                check_option(catalogue, list, option.trim())
                    .map(|option| edit(field.name.clone(), option))
                    .map_err(|problem| problem.to_string())
            })
            .collect()
    })
}

/// An entry of a log.
///
/// # Errors
/// Names every part that is wrong or missing.
pub fn log_entry(
    catalogue: &Catalogue,
    record_type: &RecordType,
    field: &str,
    assignments: &[Assignment],
) -> Result<(FieldName, LogEntry), Failure> {
    let field = known_field(record_type, field)?;
    let FieldKind::Log { entry: parts } = &field.kind else {
        return Err(wrong_kind(field, "log"));
    };
    let mut entry = BTreeMap::new();
    let mut problems = Vec::new();
    for Assignment { name, value } in assignments {
        match parts.iter().find(|part| part.name.as_str() == name) {
            None => problems.push(format!("`{name}` is no part of an entry of `{}`", field.name)),
            Some(part) => match Scalar::parse(catalogue, part, value) {
                Ok(scalar) => drop(entry.insert(name.clone(), scalar)),
                Err(problem) => problems.push(format!("`{name}` {problem}")),
            },
        }
    }
    for part in parts.iter().filter(|part| part.required) {
        if !assignments.iter().any(|given| given.name == part.name.as_str()) {
            problems.push(format!("`{}` is required", part.name));
        }
    }
    if problems.is_empty() {
        return Ok((field.name.clone(), entry));
    }
    let parts = parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(", ");
    Err(Failure::invalid("invalid_entry", problems.join("; "))
        .hint(format!("parts of an entry: {parts}")))
}

/// The field of this name.
///
/// # Errors
/// Lists the fields there are.
pub fn known_field<'a>(record_type: &'a RecordType, name: &str) -> Result<&'a Field, Failure> {
    record_type.field(name).ok_or_else(|| {
        Failure::invalid("unknown_field", format!("`{name}` is no field of {}", record_type.name))
            .hint(near::hint("fields", name, field_names(record_type)))
    })
}

/// The failure of a field that is edited in another way.
pub fn wrong_kind(field: &Field, wanted: &str) -> Failure {
    let problem = format!("`{}` is a {} field, not a {wanted}", field.name, field.kind.name());
    Failure::invalid("wrong_edit", problem)
}

fn set(catalogue: &Catalogue, field: &Field, value: &str) -> Result<Edit, String> {
    Scalar::parse(catalogue, field, value)
        .map(|value| Edit::Set { field: field.name.clone(), value })
        .map_err(|problem| problem.to_string())
}

fn edits_of_each(
    record_type: &RecordType,
    assignments: &[Assignment],
    edits: impl Fn(&Field, &str) -> Result<Vec<Edit>, String>,
) -> Result<Vec<Edit>, Failure> {
    let mut made = Vec::new();
    let mut problems = Vec::new();
    let mut unknown = None;
    for Assignment { name, value } in assignments {
        match record_type.field(name) {
            None => {
                problems.push(format!("`{name}` is no field of {}", record_type.name));
                unknown.get_or_insert(name);
            }
            Some(field) => match edits(field, value) {
                Ok(edits) => made.extend(edits),
                Err(problem) => problems.push(format!("`{name}` {problem}")),
            },
        }
    }
    if problems.is_empty() {
        return Ok(made);
    }
    let message = problems.join("; ");
    Err(match unknown {
        Some(name) => Failure::invalid("unknown_field", message)
            .hint(near::hint("fields", name, field_names(record_type))),
        None => Failure::invalid("invalid_value", message),
    })
}

fn field_names(record_type: &RecordType) -> impl Iterator<Item = &str> {
    record_type.fields.iter().map(|field| field.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    fn typed(parts: &[&str]) -> Vec<Assignment> {
        parts.iter().map(|part| part.parse().unwrap()).collect()
    }

    #[test]
    fn an_assignment_keeps_everything_after_the_first_sign() {
        let typed: Assignment = "note=a = b".parse().unwrap();
        assert_eq!((typed.name.as_str(), typed.value.as_str()), ("note", "a = b"));
        assert!("note".parse::<Assignment>().is_err());
        assert!("=x".parse::<Assignment>().is_err());
    }

    #[test]
    fn the_first_values_of_a_record_may_fill_sets_counters_and_notes() {
        let catalogue = Catalogue::builtin().unwrap();
        let intake = record_type(&catalogue, "outreach_intake").unwrap();
        let typed = typed(&["tier=2", "contact_attempts=3", "safety_plan=call first", "exit="]);
        let edits = first_values(&catalogue, intake, &typed).unwrap();
        assert_eq!(edits.len(), 3);
        let contact = record_type(&catalogue, "outreach_contact").unwrap();
        let list = match &contact.field("purpose").unwrap().kind {
            FieldKind::Choices { list } => &catalogue.code_lists[list].order,
            _ => unreachable!(),
        };
        let both = Assignment { name: "purpose".into(), value: format!("{},{}", list[0], list[1]) };
        assert_eq!(first_values(&catalogue, contact, &[both]).unwrap().len(), 2);
    }

    #[test]
    fn every_mistake_of_a_line_is_told_at_once() {
        let catalogue = Catalogue::builtin().unwrap();
        let intake = record_type(&catalogue, "outreach_intake").unwrap();
        let typed = typed(&["riks_level=high", "tier=9", "goals=x"]);
        let failure = values(&catalogue, intake, &typed).unwrap_err();
        assert_eq!(failure.exit, Exit::Invalid);
        for part in ["`riks_level` is no field", "`tier` is none of: 1, 2, 3", "`goals` is a log"] {
            assert!(failure.message.contains(part), "{}", failure.message);
        }
        assert!(failure.hint.unwrap().starts_with("did you mean `risk_level`?\nfields: risk,"));
    }

    #[test]
    fn an_entry_names_the_parts_that_are_missing() {
        let catalogue = Catalogue::builtin().unwrap();
        let intake = record_type(&catalogue, "outreach_intake").unwrap();
        let failure = log_entry(&catalogue, intake, "goals", &typed(&["status=x"])).unwrap_err();
        assert!(failure.message.contains("`status` is none of"), "{}", failure.message);
        assert!(failure.message.contains("`goal` is required"), "{}", failure.message);
        assert!(log_entry(&catalogue, intake, "goals", &typed(&["goal=a job"])).is_ok());
    }

    #[test]
    fn an_unknown_type_lists_what_there_is() {
        let catalogue = Catalogue::builtin().unwrap();
        let failure = record_type(&catalogue, "persn").unwrap_err();
        assert_eq!(failure.exit, Exit::NotFound);
        assert!(failure.hint.unwrap().starts_with("did you mean `person`?"));
    }
}
