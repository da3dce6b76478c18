//! Reading a document into typed values, without recursion: hostile nesting overflows the stack of
//! Automerge's own readers (AUTOMERGE.md).

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};
use serde_json::{Value as Json, json};

use super::{Document, DocumentError, key, named_by};
use crate::catalogue::common::OCCURRED_AT;
use crate::catalogue::{Bound, Catalogue, Clock, Field, FieldKind, RecordType, Within};
use crate::decimal::Decimal;
use crate::ids::{ActorId, CaseId, ChangeHash, FieldName, OptionCode, RecordId, UserId};
use crate::phone::PhoneNumber;
use crate::record::{Conflict, ConflictValue, Envelope, Record};
use crate::time::{Minutes, TimeOfDay, Timestamp};
use crate::value::{FieldValue, LogEntry, Scalar};

impl Document {
    /// Reads the record with the type of this catalogue, if it knows it.
    ///
    /// # Errors
    /// When the document is not laid out as a record.
    pub fn record(&self, catalogue: &Catalogue) -> Result<Record, DocumentError> {
        let envelope = self.envelope()?;
        let record_type = catalogue.record_type(&envelope.record_type);
        self.read_of(envelope, record_type)
    }

    /// Reads the record. Fields that `record_type` does not know, or all without it, come as
    /// [`FieldValue::Unknown`].
    ///
    /// # Errors
    /// When the document is not laid out as a record.
    pub fn read(&self, record_type: Option<&RecordType>) -> Result<Record, DocumentError> {
        self.read_of(self.envelope()?, record_type)
    }

    /// Reads the rest of a record whose envelope was read.
    pub(super) fn read_of(
        &self,
        envelope: Envelope,
        record_type: Option<&RecordType>,
    ) -> Result<Record, DocumentError> {
        let mut fields = BTreeMap::new();
        let mut conflicts = Vec::new();
        let map = self.fields_object()?;
        for item in self.automerge().map_range(&map, ..) {
            let Ok(name) = item.key.parse::<FieldName>() else { continue };
            let field = record_type.and_then(|known| known.field(&item.key));
            let value = if item.conflict {
                let all = self.all_values(&map, &name, field);
                let Some(shown) = all.first().map(|first| first.value.clone()) else { continue };
                let shown = joined_counter(&all).unwrap_or(shown);
                let kind_counts = matches!(shown, FieldValue::Counter(_));
                if !kind_counts && all.iter().any(|other| other.value != shown) {
                    let review = field.is_some_and(|field| field.review);
                    conflicts.push(Conflict { field: name.clone(), review, values: distinct(all) });
                }
                shown
            } else {
                scalar_value(&item.value.into_value(), field)
            };
            fields.insert(name, value);
        }
        for item in self.automerge().map_range(ROOT, ..) {
            let Some((prefix, name)) = split_container(&item.key) else { continue };
            let value = match prefix {
                key::SET => {
                    let field = record_type.and_then(|known| known.field(name.as_str()));
                    set_value(self.choices(&item.key), field)
                }
                key::LOG => FieldValue::Log(self.log(&item.key, record_type, name.as_str())),
                _ => FieldValue::SharedNote(self.note(&item.key)),
            };
            if !value.is_empty() {
                fields.insert(name, value);
            }
        }
        let implausible = self.implausible(&map, record_type, &envelope, &fields);
        Ok(Record { envelope, fields, conflicts, implausible })
    }

    /// The dates that could not be when they were written, by the clock of whoever wrote them; and
    /// when that was. Mostly what was so when the record was made is all there is to ask.
    fn implausible(
        &self,
        map: &ObjId,
        record_type: Option<&RecordType>,
        envelope: &Envelope,
        fields: &BTreeMap<FieldName, FieldValue>,
    ) -> BTreeMap<FieldName, Timestamp> {
        let mut found = BTreeMap::new();
        for field in record_type.iter().flat_map(|known| &known.fields) {
            let within = match field.name.as_str() {
                OCCURRED_AT => HAPPENED,
                _ => field.within,
            };
            let Some(FieldValue::Scalar(value)) = fields.get(&field.name) else { continue };
            let could_be = |at| match within.check(value, Clock::right(at)) {
                Ok(()) => true,
                Err(implausible) => implausible.is_doubtful,
            };
            if within.is_anything() || could_be(envelope.created_at) {
                continue;
            }
            let written = self.written_at(map, &field.name).unwrap_or(envelope.created_at);
            if !could_be(written) {
                found.insert(field.name.clone(), written);
            }
        }
        found
    }

    /// When what stands in a field was written, by the clock of whoever did.
    fn written_at(&self, map: &ObjId, name: &FieldName) -> Option<Timestamp> {
        let (_, by) = self.automerge().get(map, name.as_str()).ok()??;
        let hash = self.automerge().hash_for_opid(&by)?;
        let meta = self.automerge().get_change_meta_by_hash(&hash)?;
        Some(Timestamp::from_millis(meta.timestamp.saturating_mul(1_000)))
    }

    /// Reads what never changes.
    ///
    /// # Errors
    /// When a key is missing or of the wrong kind.
    pub fn envelope(&self) -> Result<Envelope, DocumentError> {
        let facts = self.facts();
        let broken = |what| DocumentError::NotARecord { what };
        let text = |name, what| match facts.get(name) {
            Some(ScalarValue::Str(text)) => Ok(text.as_str()),
            _ => Err(broken(what)),
        };
        let bytes = |name, what| match facts.get(name) {
            Some(ScalarValue::Bytes(bytes)) => Ok(bytes),
            _ => Err(broken(what)),
        };
        let case = match facts.get(key::CASE) {
            None => None,
            Some(ScalarValue::Bytes(bytes)) => {
                Some(CaseId::from_slice(bytes).map_err(|_| broken("`case` is not an id"))?)
            }
            Some(_) => return Err(broken("`case` is not an id")),
        };
        let id = bytes(key::ID, "`id` is missing")?;
        let created_by = bytes(key::CREATED_BY, "`created_by` is missing")?;
        Ok(Envelope {
            record: RecordId::from_slice(id).map_err(|_| broken("`id` is not an id"))?,
            record_type: text(key::TYPE, "`type` is missing")?
                .parse()
                .map_err(|_| broken("`type` is not a name"))?,
            type_version: match facts.get(key::TYPE_VERSION) {
                Some(ScalarValue::Int(version)) => {
                    u32::try_from(*version).map_err(|_| broken("`type_version` is no version"))?
                }
                _ => return Err(broken("`type_version` is missing")),
            },
            case,
            compartment: text(key::COMPARTMENT, "`compartment` is missing")?
                .parse()
                .map_err(|_| broken("`compartment` is not a code"))?,
            program: text(key::PROGRAM, "`program` is missing")?
                .parse()
                .map_err(|_| broken("`program` is not a code"))?,
            created_by: UserId::from_slice(created_by)
                .map_err(|_| broken("`created_by` is not an id"))?,
            created_at: match facts.get(key::CREATED_AT) {
                Some(ScalarValue::Timestamp(millis)) => Timestamp::from_millis(*millis),
                _ => return Err(broken("`created_at` is missing")),
            },
        })
    }

    pub(super) fn fields_object(&self) -> Result<ObjId, DocumentError> {
        match self.automerge().get(ROOT, key::FIELDS) {
            Ok(Some((Value::Object(ObjType::Map), object))) => Ok(object),
            _ => Err(DocumentError::NotARecord { what: "`fields` is missing" }),
        }
    }

    /// The envelope's scalars by their keys. One walk over the root: asked for one by one, each
    /// key would be searched for from the beginning.
    fn facts(&self) -> BTreeMap<&'static str, ScalarValue> {
        let entries = self.automerge().map_range(ROOT, ..);
        entries
            .filter_map(|item| {
                let name = key::ENVELOPE.into_iter().find(|name| *name == item.key)?;
                match item.value.into_value() {
                    Value::Scalar(scalar) => Some((name, scalar.into_owned())),
                    Value::Object(_) => None,
                }
            })
            .collect()
    }

    fn all_values(
        &self,
        map: &ObjId,
        name: &FieldName,
        field: Option<&Field>,
    ) -> Vec<ConflictValue> {
        let all = self.automerge().get_all(map, name.as_str()).unwrap_or_default();
        // Automerge lists the winner last.
        all.into_iter()
            .rev()
            .filter_map(|(value, written_by)| {
                let hash = self.automerge().hash_for_opid(&written_by)?;
                let meta = self.automerge().get_change_meta_by_hash(&hash)?;
                Some(ConflictValue {
                    value: scalar_value(&value, field),
                    change: ChangeHash::from(hash),
                    device: ActorId::from_slice(meta.actor.to_bytes()).ok()?.device,
                    at: Timestamp::from_millis(meta.timestamp.saturating_mul(1_000)),
                })
            })
            .collect()
    }

    fn containers(&self, root_key: &str) -> Vec<ObjId> {
        let all = self.automerge().get_all(ROOT, root_key).unwrap_or_default();
        all.into_iter()
            .filter_map(|(value, object)| matches!(value, Value::Object(_)).then_some(object))
            .collect()
    }

    fn choices(&self, root_key: &str) -> BTreeSet<OptionCode> {
        let sets = self.containers(root_key);
        sets.iter()
            .flat_map(|set| self.automerge().map_range(set, ..))
            .filter_map(|item| item.key.parse().ok())
            .collect()
    }

    fn log(
        &self,
        root_key: &str,
        record_type: Option<&RecordType>,
        name: &str,
    ) -> BTreeMap<String, LogEntry> {
        let field = record_type.and_then(|known| known.field(name));
        let known = field.and_then(|field| field.kind.entry()).unwrap_or_default();
        let mut entries = BTreeMap::new();
        for log in self.containers(root_key) {
            for item in self.automerge().map_range(&log, ..) {
                let entry = item.id();
                let mut parts = LogEntry::new();
                for part in self.automerge().map_range(&entry, ..) {
                    let field = known.iter().find(|field| field.name.as_str() == part.key);
                    let value = part.value.into_value();
                    let scalar = match entry_value(&value, field) {
                        FieldValue::Scalar(scalar) => scalar,
                        other @ (FieldValue::Choices(_)
                        | FieldValue::Refs(_)
                        | FieldValue::Counter(_)
                        | FieldValue::Log(_)
                        | FieldValue::SharedNote(_)
                        | FieldValue::Unknown(_)) => Scalar::Text(plain(&other.to_json())),
                    };
                    parts.insert(part.key.into_owned(), scalar);
                }
                entries.insert(item.key.into_owned(), parts);
            }
        }
        entries
    }

    fn note(&self, root_key: &str) -> String {
        let texts: Vec<_> = self
            .containers(root_key)
            .iter()
            .filter_map(|note| self.automerge().text(note).ok())
            .filter(|text| !text.is_empty())
            .collect();
        texts.join("\n")
    }
}

const HAPPENED: Within = Within { not_before: None, not_after: Some(Bound::NOW) };

/// Splits `set:risk` into its prefix and the field's name.
pub(super) fn split_container(root_key: &str) -> Option<(&'static str, FieldName)> {
    [key::SET, key::LOG, key::NOTE].into_iter().find_map(|prefix| {
        Some((prefix, root_key.strip_prefix(prefix)?.parse::<FieldName>().ok()?))
    })
}

/// A scalar as its field's kind reads it; anything else as it stands.
pub(super) fn scalar_value(value: &Value<'_>, field: Option<&Field>) -> FieldValue {
    let Value::Scalar(scalar) = value else {
        return FieldValue::Unknown(Json::Null);
    };
    if let ScalarValue::Counter(counter) = &**scalar {
        return FieldValue::Counter(i64::from(counter));
    }
    let text = match &**scalar {
        ScalarValue::Str(text) => Some(text.as_str()),
        _ => None,
    };
    let typed = field.and_then(|field| match &field.kind {
        FieldKind::Text => Some(Scalar::Text(text?.to_owned())),
        FieldKind::Date => text?.parse().ok().map(Scalar::Date),
        FieldKind::DateTime => match &**scalar {
            ScalarValue::Timestamp(millis) => {
                Some(Scalar::DateTime(Timestamp::from_millis(*millis)))
            }
            _ => None,
        },
        FieldKind::Bool => match &**scalar {
            ScalarValue::Boolean(value) => Some(Scalar::Bool(*value)),
            _ => None,
        },
        FieldKind::Integer { .. } => match &**scalar {
            ScalarValue::Int(value) => Some(Scalar::Integer(*value)),
            _ => None,
        },
        FieldKind::Decimal { .. } => Decimal::of_document(text?).map(Scalar::Decimal),
        FieldKind::Time => TimeOfDay::of_document(text?).map(Scalar::Time),
        FieldKind::Duration { .. } => match &**scalar {
            ScalarValue::Int(value) => Some(Scalar::Duration(Minutes::new(*value))),
            _ => None,
        },
        FieldKind::Phone => PhoneNumber::of_document(text?).map(Scalar::Phone),
        FieldKind::Choice { .. } => text?.parse().ok().map(Scalar::Choice),
        FieldKind::Ref { .. } => text?.parse().ok().map(Scalar::Ref),
        FieldKind::User => text?.parse().ok().map(Scalar::User),
        // No scalar stands for these.
        FieldKind::Choices { .. }
        | FieldKind::Refs { .. }
        | FieldKind::Counter
        | FieldKind::Log { .. }
        | FieldKind::SharedNote => None,
    });
    typed.map_or_else(|| FieldValue::Unknown(untyped(scalar)), FieldValue::Scalar)
}

/// The members of a set: options, or the records that they name.
fn set_value(members: BTreeSet<OptionCode>, field: Option<&Field>) -> FieldValue {
    if let Some(FieldKind::Refs { .. }) = field.map(|field| &field.kind)
        && let Some(records) = members.iter().map(|member| named_by(member.as_str())).collect()
    {
        return FieldValue::Refs(records);
    }
    FieldValue::Choices(members)
}

/// A part of a log's entry: a scalar, or several options in one text.
pub(super) fn entry_value(value: &Value<'_>, part: Option<&Field>) -> FieldValue {
    let is_set = part.is_some_and(|part| matches!(part.kind, FieldKind::Choices { .. }));
    let text = match value {
        Value::Scalar(scalar) if is_set => scalar.as_str(),
        Value::Scalar(_) | Value::Object(_) => None,
    };
    let options = text.and_then(|text| {
        let codes = text.split(' ').map(str::parse);
        let options = Scalar::Options(codes.collect::<Result<_, _>>().ok()?);
        (options.to_string() == text).then_some(options)
    });
    options.map_or_else(|| scalar_value(value, part), FieldValue::Scalar)
}

fn untyped(scalar: &ScalarValue) -> Json {
    match scalar {
        ScalarValue::Str(text) => json!(text.as_str()),
        ScalarValue::Int(value) => json!(value),
        ScalarValue::Uint(value) => json!(value),
        ScalarValue::F64(value) => json!(value),
        ScalarValue::Boolean(value) => json!(value),
        ScalarValue::Timestamp(millis) => json!(Timestamp::from_millis(*millis).to_string()),
        ScalarValue::Counter(counter) => json!(i64::from(counter)),
        ScalarValue::Bytes(_) | ScalarValue::Unknown { .. } | ScalarValue::Null => Json::Null,
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The sum, when two devices each made the counter.
fn joined_counter(all: &[ConflictValue]) -> Option<FieldValue> {
    let mut sum = 0_i64;
    for value in all {
        let FieldValue::Counter(count) = value.value else { return None };
        sum = sum.saturating_add(count);
    }
    Some(FieldValue::Counter(sum))
}

/// Keeps the first of equal values: two people who wrote the same do not disagree.
fn distinct(all: Vec<ConflictValue>) -> Vec<ConflictValue> {
    let mut kept: Vec<ConflictValue> = Vec::new();
    for value in all {
        if kept.iter().all(|other| other.value != value.value) {
            kept.push(value);
        }
    }
    kept
}
