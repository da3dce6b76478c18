//! From a document to rows: everything that lists, searches and shows without loading it again.

use rusqlite::params;
use rusqlite::types::{ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use model::catalogue::{Catalogue, Label};
use model::document::Document;
use model::followup::CaseRecord;
use model::ids::{ChangeHash, DeviceId, FieldName};
use model::record::Envelope;
use model::time::Timestamp;
use model::value::Scalar;
use model::words::LanguageTag;
use model::{followup, search, title};

use super::rows::FromRow;
use super::{StoreError, Writer};

/// A record as its rows hold it.
#[derive(Debug, PartialEq)]
pub(super) struct Projection {
    pub(super) envelope: Envelope,
    pub(super) occurred_at: Timestamp,
    pub(super) title: String,
    pub(super) view: String,
    pub(super) heads: Vec<u8>,
    pub(super) conflicts: i64,
    pub(super) voided: bool,
    pub(super) contact: bool,
    pub(super) text: String,
    /// As dates are counted from them.
    pub(super) fields: Map<String, Json>,
}

/// What `show` needs of a record's content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredView {
    pub(super) fields: Map<String, Json>,
    /// The same where dates are counted from, if one of them cannot be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) counted: Option<Map<String, Json>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) conflicts: Vec<StoredConflict>,
}

/// A conflict that waits for a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredConflict {
    pub(super) field: FieldName,
    /// The shown one first.
    pub(super) values: Vec<StoredConflictValue>,
}

/// One of the values of a conflict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredConflictValue {
    pub(super) value: Json,
    /// None when this catalogue cannot read it.
    pub(super) scalar: Option<Scalar>,
    pub(super) device: DeviceId,
    pub(super) at: Timestamp,
    pub(super) change: ChangeHash,
}

impl Projection {
    pub(super) fn of(catalogue: &Catalogue, document: &Document) -> Result<Self, StoreError> {
        let record = document.record(catalogue)?;
        let record_type = catalogue.record_type(&record.envelope.record_type);
        let fields = record.fields_json();
        let voided = followup::is_voided(&fields);
        let conflicts: Vec<_> = record.to_review().map(stored_conflict).collect();
        let count = i64::try_from(conflicts.len()).unwrap_or(i64::MAX);
        let title = {
            // Names may change without the record.
            let name_of = |user| Some(title::mark(user));
            title::of(catalogue, &record.envelope.record_type, &fields, &name_of)
        };
        let counted = record.counted_json();
        let view = StoredView {
            fields: fields.clone(),
            counted: (counted != fields).then(|| counted.clone()),
            conflicts,
        };
        let view = serde_json::to_string(&view)
            .map_err(|_| StoreError::Unreadable { what: "a record" })?;
        let envelope = &record.envelope;
        let is_contact = record_type.is_some_and(|known| followup::is_contact(known, &fields));
        let mut heads = document.heads();
        heads.sort_unstable();
        Ok(Self {
            occurred_at: record.occurred_at(),
            title: stored_title(&title),
            view,
            heads: heads.iter().flat_map(|head| head.0).collect(),
            conflicts: count,
            voided,
            contact: envelope.case.is_some() && is_contact,
            text: record_type.map_or_else(String::new, |t| search::searched_text(t, &record)),
            fields: counted,
            envelope: record.envelope,
        })
    }
}

/// A column of `records` with its value of one record.
pub(super) type Column<'p> = (&'static str, ValueRef<'p>);

impl Projection {
    /// Returns the columns that are written once, with the row.
    pub(super) fn fixed_columns(&self) -> [Column<'_>; 7] {
        let e = &self.envelope;
        let case = e.case.as_ref().map_or(ValueRef::Null, |case| ValueRef::Blob(case.as_bytes()));
        // A record without a case is its own anchor.
        let anchor = e.case.as_ref().map_or(e.record.as_bytes(), |case| case.as_bytes());
        [
            ("type", ValueRef::from(e.record_type.as_str())),
            ("case_id", case),
            ("anchor", ValueRef::Blob(anchor)),
            ("compartment", ValueRef::from(e.compartment.as_str())),
            ("program", ValueRef::from(e.program.as_str())),
            ("created_by", ValueRef::Blob(e.created_by.as_bytes())),
            ("created_at", ValueRef::Integer(e.created_at.as_millis())),
        ]
    }

    /// Returns the columns that are written anew with every change.
    pub(super) fn changing_columns(&self) -> [Column<'_>; 7] {
        [
            ("occurred_at", ValueRef::Integer(self.occurred_at.as_millis())),
            ("title", ValueRef::from(self.title.as_str())),
            ("view", ValueRef::from(self.view.as_str())),
            ("heads", ValueRef::Blob(&self.heads)),
            ("conflicts", ValueRef::Integer(self.conflicts)),
            ("voided", ValueRef::Integer(self.voided.into())),
            ("contact", ValueRef::Integer(self.contact.into())),
        ]
    }

    /// Returns what the follow-up rules need of it.
    fn case_record(&self) -> CaseRecord {
        let e = &self.envelope;
        CaseRecord {
            record: e.record,
            record_type: e.record_type.clone(),
            case: e.case,
            compartment: e.compartment.clone(),
            program: e.program.clone(),
            created_at: e.created_at,
            occurred_at: self.occurred_at,
            fields: self.fields.clone(),
        }
    }
}

impl Writer<'_> {
    /// Writes the rows of a record. Its full text and the tasks that it sets, answers or ends are
    /// written before the transaction ends.
    pub(super) fn put_record(
        &mut self,
        document: &Document,
        updated_at: Timestamp,
    ) -> Result<(), StoreError> {
        let projection = Projection::of(self.catalogue(), document)?;
        self.put_projection(&projection, updated_at)
    }

    pub(super) fn put_projection(
        &mut self,
        p: &Projection,
        updated_at: Timestamp,
    ) -> Result<(), StoreError> {
        let e = &p.envelope;
        let id = e.record.as_bytes();
        let before =
            self.query_row("SELECT number, occurred_at FROM records WHERE id = ?1", [id], |row| {
                Ok((row.get::<_, i64>(0)?, Timestamp::from_row(row, 1)?))
            })?;
        let number = match before {
            Some((number, _)) => {
                let columns = p.changing_columns();
                let sets = numbered(&columns, 3, "=").join(", ");
                let sql = format!(
                    "UPDATE records SET updated_at = max(updated_at, ?2), {sets} WHERE number = ?1"
                );
                let first = [number, updated_at.as_millis()].map(ValueRef::Integer);
                self.execute(&sql, bound(&first, &columns))?;
                number
            }
            None => self.insert_record(p, updated_at)?,
        };
        if before.is_some() || !p.text.is_empty() {
            self.texts.push((number, p.text.clone()));
        }
        let earliest = before.map_or(p.occurred_at, |(_, before)| before.min(p.occurred_at));
        self.touch_tasks(&p.case_record(), earliest);
        Ok(())
    }

    /// Writes the full texts of what this transaction has put so far.
    ///
    /// Every savepoint makes FTS5 write out what it has gathered, and statements that may change
    /// many rows make one by themselves: with the texts among the other rows, an answer of a
    /// thousand records would become a thousand small indexes to merge.
    pub(super) fn put_texts(&mut self) -> Result<(), StoreError> {
        for (number, text) in std::mem::take(&mut self.texts) {
            // Its record may have been dropped since.
            let is_here =
                self.count("SELECT count(*) FROM records WHERE number = ?1", [number])? > 0;
            if is_here && !text.is_empty() {
                let sql = "INSERT OR REPLACE INTO search (rowid, text) VALUES (?1, ?2)";
                self.execute(sql, params![number, text])?;
            } else {
                self.execute("DELETE FROM search WHERE rowid = ?1", [number])?;
            }
        }
        Ok(())
    }

    fn insert_record(&self, p: &Projection, updated_at: Timestamp) -> Result<i64, StoreError> {
        let columns: Vec<_> = p.fixed_columns().into_iter().chain(p.changing_columns()).collect();
        let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let places: Vec<_> = (3..).take(columns.len()).map(|place| format!("?{place}")).collect();
        let sql = format!(
            "INSERT INTO records (id, updated_at, check_count, check_xor, state, {})
             VALUES (?1, ?2, 0, zeroblob(16), 'on_server', {})",
            names.join(", "),
            places.join(", ")
        );
        let id = ValueRef::Blob(p.envelope.record.as_bytes());
        let first = [id, ValueRef::Integer(updated_at.as_millis())];
        self.execute(&sql, bound(&first, &columns))?;
        Ok(self.connection.last_insert_rowid())
    }
}

/// Returns `name OPERATOR ?place` for each column, the places counted from `first`.
pub(super) fn numbered(columns: &[Column<'_>], first: usize, operator: &str) -> Vec<String> {
    let numbered = columns.iter().zip(first..);
    numbered.map(|((name, _), place)| format!("{name} {operator} ?{place}")).collect()
}

/// Returns the parameters of a statement: the first ones, and those of the columns after them.
pub(super) fn bound<'p>(
    first: &[ValueRef<'p>],
    columns: &[Column<'p>],
) -> rusqlite::ParamsFromIter<Vec<ToSqlOutput<'p>>> {
    let values = first.iter().copied().chain(columns.iter().map(|(_, value)| *value));
    rusqlite::params_from_iter(values.map(ToSqlOutput::Borrowed).collect::<Vec<_>>())
}

fn stored_conflict(conflict: &model::record::Conflict) -> StoredConflict {
    let values = conflict.values.iter().map(|value| StoredConflictValue {
        value: value.value.to_json(),
        scalar: value.value.scalar().cloned(),
        device: value.device,
        at: value.at,
        change: value.change,
    });
    StoredConflict { field: conflict.field.clone(), values: values.collect() }
}

/// Returns what a record is called, as one column: the English, the Spanish behind it where that is
/// another, and then every other language with its code before it.
pub(super) fn stored_title(title: &Label) -> String {
    let plain = |text: &str| text.replace([BETWEEN_LANGUAGES, BEHIND_CODE], " ");
    let mut stored = plain(&title.en);
    let mut push = |text: &str| {
        stored.push(BETWEEN_LANGUAGES);
        stored.push_str(text);
    };
    let others = title.others.iter().filter(|(tag, _)| **tag != LanguageTag::SPANISH);
    if let Some(es) = title.others.get(&LanguageTag::SPANISH) {
        push(&plain(es));
    }
    for (tag, text) in others {
        push(&format!("{tag}{BEHIND_CODE}{}", plain(text)));
    }
    stored
}

/// Reads what [`stored_title`] stored.
pub(super) fn read_title(stored: &str) -> Label {
    let mut texts = stored.split(BETWEEN_LANGUAGES);
    let mut title = Label::same(texts.next().unwrap_or_default());
    for text in texts {
        let (tag, text) = match text.split_once(BEHIND_CODE) {
            Some((tag, text)) => (LanguageTag::of_locale(tag), text),
            None => (LanguageTag::SPANISH, text),
        };
        title.others.insert(tag, text.to_owned());
    }
    title
}

/// The unit separator, which no title has a use for.
const BETWEEN_LANGUAGES: char = '\u{1f}';

/// The group separator, which no title has a use for either.
const BEHIND_CODE: char = '\u{1d}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_read_in_every_language_in_which_it_was_stored() {
        let mut title = Label::both("In the street", "En la calle");
        title.others.insert("zh-Hant".parse().unwrap(), "街上".into());
        title.others.insert("vi".parse().unwrap(), "Ngoài đường".into());
        assert_eq!(read_title(&stored_title(&title)), title);
        title.others.remove(&LanguageTag::SPANISH);
        assert_eq!(read_title(&stored_title(&title)), title);
        for title in [Label::same("Elm"), Label::both("Person", "Persona"), Label::same("")] {
            assert_eq!(read_title(&stored_title(&title)), title);
        }
    }

    #[test]
    fn a_title_that_an_earlier_version_stored_is_in_english_and_spanish() {
        assert_eq!(read_title("Elm"), Label::same("Elm"));
        assert_eq!(read_title("Person\u{1f}Persona"), Label::both("Person", "Persona"));
        assert_eq!(stored_title(&Label::both("Person", "Persona")), "Person\u{1f}Persona");
    }
}
