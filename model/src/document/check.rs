//! What a change from outside may do to a record's layout: nothing but fill it.
//!
//! [`crate::admission`] has made sure that the document is sound; here it is compared, before and
//! after, with what a record is (AUTOMERGE.md, ingest rule 6).

use std::collections::BTreeMap;

use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use super::read::split_container;
use super::{Document, DocumentError, key};
use crate::catalogue::Catalogue;
use crate::limits::COUNTER_MAX;
use crate::record::{Envelope, EnvelopeProblem, FieldProblem, Problem, Record};
use crate::value::{FieldValue, ValueProblem};
use crate::words::{Explained, Message, explained_error};

/// Why a change is not accepted into its record.
#[derive(Debug)]
pub enum LayoutProblem {
    /// It touches a key that never changes.
    Immutable {
        /// The key.
        key: String,
    },
    /// It puts something where records have nothing.
    Foreign {
        /// The key.
        key: String,
    },
    /// The envelope does not fit the catalogue.
    Envelope(EnvelopeProblem),
    /// Fields that do not hold what they should.
    Fields(Vec<FieldProblem>),
    /// The document is no record.
    Document(DocumentError),
}

impl Explained for LayoutProblem {
    fn message(&self) -> Message {
        let message = Message::new(self.code());
        match self {
            Self::Immutable { key } | Self::Foreign { key } => message.with("key", key),
            Self::Envelope(problem) => message.inside("problem", problem.message()),
            Self::Fields(problems) => {
                message.listing("problems", problems.iter().map(Explained::message))
            }
            Self::Document(problem) => problem.message(),
        }
    }
}

explained_error!(LayoutProblem);

impl From<EnvelopeProblem> for LayoutProblem {
    fn from(problem: EnvelopeProblem) -> Self {
        Self::Envelope(problem)
    }
}

impl From<DocumentError> for LayoutProblem {
    fn from(error: DocumentError) -> Self {
        Self::Document(error)
    }
}

impl LayoutProblem {
    /// A stable name for the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Immutable { .. } => "immutable_key",
            Self::Foreign { .. } => "foreign_layout",
            Self::Envelope(_) => "envelope",
            Self::Fields(_) => "invalid_fields",
            Self::Document(_) => "not_a_record",
        }
    }

    /// Returns what others than its author may be told: names of the catalogue and of the envelope,
    /// and nothing that stands in the change. A key of it can be anything.
    pub fn unquoted(&self) -> Message {
        let message = Message::new(self.code());
        match self {
            Self::Immutable { key } if key::ENVELOPE.contains(&key.as_str()) => self.message(),
            Self::Immutable { .. } | Self::Foreign { .. } => message,
            Self::Envelope(EnvelopeProblem::UnknownType(_)) => {
                message.inside("problem", Message::new("unknown_type"))
            }
            Self::Envelope(EnvelopeProblem::UnknownProgram(_)) => {
                message.inside("problem", Message::new("unknown_program"))
            }
            Self::Fields(problems) => {
                let unquoted = |FieldProblem { field, problem }: &FieldProblem| {
                    let problem = match problem {
                        Problem::Entry { problem: inside, .. } => {
                            Message::new("entry").inside("problem", inside.message())
                        }
                        problem => problem.message(),
                    };
                    Message::new("field").with("field", field).inside("problem", problem)
                };
                message.listing("problems", problems.iter().map(unquoted))
            }
            Self::Envelope(_) | Self::Document(_) => self.message(),
        }
    }
}

/// Checks a record as it is after a change, against how it was before.
///
/// Problems that stood before the change are not held against it: a record made under an older
/// catalogue may lack a field that is required now.
///
/// # Errors
/// Names the key or the fields.
pub fn check_change(
    catalogue: &Catalogue,
    before: Option<&Document>,
    after: &Document,
) -> Result<(Envelope, Record), LayoutProblem> {
    let roots = root_entries(after)?;
    match before {
        Some(before) => {
            let before = root_entries(before)?;
            for (name, entry) in &before {
                // A container that two devices made (a later catalogue's field) may gain a twin.
                let same = roots.get(name).is_some_and(|now| entry.is_kept_in(name, now));
                if !same {
                    return Err(LayoutProblem::Immutable { key: name.clone() });
                }
            }
            // One that was left out is as good as said: a record that stood alone gets no case.
            let added = key::ENVELOPE
                .iter()
                .find(|name| roots.contains_key(**name) && !before.contains_key(**name));
            if let Some(name) = added {
                return Err(LayoutProblem::Immutable { key: (*name).to_owned() });
            }
        }
        None => {
            check_made_at_once(after, &roots)?;
            after.envelope()?.check(catalogue)?;
        }
    }
    check_counters(after)?;
    check_containers(after, &roots)?;
    let record = after.record(catalogue)?;
    let mut problems = record.problems(catalogue);
    if let Some(before) = before {
        let before = before.record(catalogue)?;
        check_logs_kept(&before, &record)?;
        let stood = before.problems(catalogue);
        problems.retain(|problem| !stood.contains(problem));
    }
    if problems.is_empty() {
        Ok((record.envelope.clone(), record))
    } else {
        Err(LayoutProblem::Fields(problems))
    }
}

/// The envelope is one change's, the first: several that arrive together say no more of it than the
/// first alone would.
fn check_made_at_once(
    after: &Document,
    roots: &BTreeMap<String, RootEntry>,
) -> Result<(), LayoutProblem> {
    let inner = after.automerge();
    let mut first = None;
    for name in key::ENVELOPE.into_iter().chain([key::FIELDS]) {
        for (_, written_by) in roots.get(name).map(|entry| &entry.values).into_iter().flatten() {
            let change = inner.hash_for_opid(written_by).ok_or(DocumentError::Damaged)?;
            let follows =
                inner.get_change_meta_by_hash(&change).is_none_or(|change| !change.deps.is_empty());
            if follows || *first.get_or_insert(change) != change {
                return Err(LayoutProblem::Immutable { key: name.to_owned() });
            }
        }
    }
    Ok(())
}

/// Log entries are only ever added: what was written down stays as it was written.
fn check_logs_kept(before: &Record, after: &Record) -> Result<(), LayoutProblem> {
    for (name, value) in &before.fields {
        let FieldValue::Log(entries) = value else { continue };
        let kept = match after.fields.get(name) {
            Some(FieldValue::Log(now)) => {
                entries.iter().all(|(id, entry)| now.get(id) == Some(entry))
            }
            Some(
                FieldValue::Scalar(_)
                | FieldValue::Choices(_)
                | FieldValue::Refs(_)
                | FieldValue::Counter(_)
                | FieldValue::SharedNote(_)
                | FieldValue::Unknown(_),
            )
            | None => false,
        };
        if !kept {
            return Err(LayoutProblem::Immutable { key: super::log_key(name.as_str()) });
        }
    }
    Ok(())
}

/// What stands at a root key: every value, since concurrent ones count too.
struct RootEntry {
    values: Vec<(Value<'static>, ObjId)>,
}

impl RootEntry {
    fn is_kept_in(&self, name: &str, now: &Self) -> bool {
        let kept = self.values.iter().all(|(value, id)| {
            now.values.iter().any(|(other, other_id)| other_id == id && other == value)
        });
        kept && (self.values.len() == now.values.len() || split_container(name).is_some())
    }
}

fn root_entries(document: &Document) -> Result<BTreeMap<String, RootEntry>, LayoutProblem> {
    let inner = document.automerge();
    let mut entries = BTreeMap::new();
    for name in inner.keys(ROOT) {
        let values = inner.get_all(ROOT, name.as_str()).map_err(|_| DocumentError::Damaged)?;
        let values = values.into_iter().map(|(value, id)| (value.into_owned(), id)).collect();
        entries.insert(name, RootEntry { values });
    }
    Ok(entries)
}

/// Counters stay within what every program reads exactly, those that several made added up.
fn check_counters(document: &Document) -> Result<(), LayoutProblem> {
    let (fields, max) = (document.fields_object()?, COUNTER_MAX);
    let mut problems = Vec::new();
    for item in document.automerge().map_range(&fields, ..) {
        let sum = document.counted(&fields, &item.key);
        if sum.is_none_or(|sum| !(-max..=max).contains(&sum))
            && let Ok(field) = item.key.parse()
        {
            let problem = Problem::Value(ValueProblem::OutOfBounds { min: -max, max });
            problems.push(FieldProblem { field, problem });
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(LayoutProblem::Fields(problems)) }
}

fn check_containers(
    document: &Document,
    roots: &BTreeMap<String, RootEntry>,
) -> Result<(), LayoutProblem> {
    let foreign = |name: &str| LayoutProblem::Foreign { key: name.to_owned() };
    for (name, entry) in roots {
        let envelope_key = key::ENVELOPE.contains(&name.as_str());
        if (envelope_key || name == key::FIELDS) && entry.values.len() != 1 {
            return Err(LayoutProblem::Immutable { key: name.clone() });
        }
        for (value, object) in &entry.values {
            let sound = match value {
                Value::Scalar(_) => envelope_key,
                Value::Object(ObjType::Map) if name == key::FIELDS => {
                    all_scalars(document, object, |name| {
                        name.parse::<crate::ids::FieldName>().is_ok()
                    })
                }
                Value::Object(kind) => match (split_container(name), kind) {
                    (Some((key::SET, _)), ObjType::Map) => is_set(document, object),
                    (Some((key::LOG, _)), ObjType::Map) => is_log(document, object),
                    (Some((key::NOTE, _)), ObjType::Text) => is_plain_text(document, object),
                    _ => false,
                },
            };
            if !sound {
                return Err(foreign(name));
            }
        }
    }
    Ok(())
}

fn all_scalars(document: &Document, map: &ObjId, named: impl Fn(&str) -> bool) -> bool {
    let inner = document.automerge();
    inner.map_range(map, ..).all(|item| {
        named(&item.key)
            && inner.get_all(map, item.key.as_ref()).is_ok_and(|all| {
                all.iter().all(|(value, _)| match value {
                    Value::Scalar(scalar) => fits(scalar),
                    Value::Object(_) => false,
                })
            })
    })
}

/// Which scalars a record may hold: text within its limit, numbers, times, counters.
fn fits(scalar: &ScalarValue) -> bool {
    match scalar {
        ScalarValue::Str(text) => text.len() <= crate::limits::TEXT_BYTES_MAX,
        ScalarValue::Counter(counter) => {
            i64::from(counter).unsigned_abs() <= COUNTER_MAX.unsigned_abs()
        }
        ScalarValue::Int(_) | ScalarValue::Boolean(_) | ScalarValue::Timestamp(_) => true,
        // Kinds that no catalogue of this version writes; a newer one comes with a newer server.
        ScalarValue::Uint(_)
        | ScalarValue::F64(_)
        | ScalarValue::Bytes(_)
        | ScalarValue::Null
        | ScalarValue::Unknown { .. } => false,
    }
}

fn is_set(document: &Document, set: &ObjId) -> bool {
    let inner = document.automerge();
    inner.map_range(set, ..).all(|item| {
        item.key.parse::<crate::ids::OptionCode>().is_ok()
            && inner
                .get_all(set, item.key.as_ref())
                .is_ok_and(|all| all.iter().all(|(value, _)| value.as_bool() == Some(true)))
    })
}

fn is_log(document: &Document, log: &ObjId) -> bool {
    let inner = document.automerge();
    inner.map_range(log, ..).all(|item| {
        ulid::Ulid::from_string(&item.key).is_ok()
            && inner.get_all(log, item.key.as_ref()).is_ok_and(|all| {
                all.iter().all(|(value, entry)| {
                    matches!(value, Value::Object(ObjType::Map))
                        && all_scalars(document, entry, |_| true)
                })
            })
    })
}

fn is_plain_text(document: &Document, text: &ObjId) -> bool {
    let inner = document.automerge();
    inner
        .list_range(text, ..)
        .all(|item| matches!(item.value.into_value(), Value::Scalar(scalar) if scalar.is_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Problem;

    #[test]
    fn what_others_may_read_of_a_problem_quotes_nothing_of_the_change() {
        let key = || "rosa_cedro".to_owned();
        let entry = Problem::Entry { key: key(), problem: Box::new(Problem::Required) };
        let problems = [
            LayoutProblem::Foreign { key: key() },
            LayoutProblem::Immutable { key: format!("log:{}", key()) },
            EnvelopeProblem::UnknownType(key().parse().unwrap()).into(),
            EnvelopeProblem::UnknownProgram(key().parse().unwrap()).into(),
            LayoutProblem::Fields(vec![FieldProblem {
                field: "goals".parse().unwrap(),
                problem: entry,
            }]),
        ];
        for problem in problems {
            assert!(problem.to_string().contains("rosa_cedro"));
            assert!(!problem.unquoted().to_string().contains("rosa_cedro"), "{problem}");
        }
        let type_changed = LayoutProblem::Immutable { key: key::TYPE.into() };
        assert_eq!(type_changed.unquoted().to_string(), "`type` cannot be changed");
    }
}
