//! What a reviewer said of a record that was given back: shown on the task, and on the record while it
//! waits for its author.

use std::collections::BTreeSet;

use model::decision;
use model::ids::{FieldName, RecordId, TypeName, UserId};
use model::time::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::read_model::StoredView;
use super::rows::{FromRow, code, json as from_json};
use super::{Reader, StoreError};

/// A review by which a record was given back.
#[derive(Debug, Clone, PartialEq)]
pub struct Returned {
    /// The record that was given back.
    pub record: RecordId,
    /// The review.
    pub review: RecordId,
    /// Its type.
    pub review_type: TypeName,
    /// Who made it.
    pub by: UserId,
    /// Their name, if this device knows it.
    pub by_name: Option<String>,
    /// When, by their clock.
    pub at: Timestamp,
    /// Why: what stands in the fields of the review that say so.
    pub says: Map<String, Json>,
    /// Which fields of the record are meant.
    pub marked: BTreeSet<FieldName>,
}

impl Returned {
    /// The JSON of `fieldbook device show` and `fieldbook device tasks`.
    pub fn to_json(&self) -> Json {
        json!({
            "record": self.record.to_string(),
            "review": self.review.to_string(),
            "by": self.by.to_string(),
            "by_name": self.by_name,
            "at": self.at.to_string(),
            "says": self.says,
            "marked": self.marked.iter().map(FieldName::as_str).collect::<Vec<_>>(),
        })
    }
}

impl Reader<'_> {
    /// Returns what was said of a record while it waits for its author, the last first.
    pub(super) fn returned(&self, record: RecordId) -> Result<Vec<Returned>, StoreError> {
        let sql = "SELECT record FROM tasks WHERE about = ?1 AND open = 1";
        let reviews = self.query(sql, [record.as_bytes()], |row| RecordId::from_row(row, 0))?;
        let mut said = Vec::new();
        for review in reviews {
            said.extend(self.said_in(record, review)?);
        }
        said.sort_by_key(|one| std::cmp::Reverse(one.at));
        Ok(said)
    }

    /// Returns what a review says of the record that it gave back.
    pub(super) fn said_in(
        &self,
        record: RecordId,
        review: RecordId,
    ) -> Result<Option<Returned>, StoreError> {
        let sql = "SELECT type, created_by, created_at, view FROM records WHERE id = ?1";
        let row = self.query_row(sql, [review.as_bytes()], |row| {
            let (review_type, by): (TypeName, _) = (code(row, 0)?, UserId::from_row(row, 1)?);
            Ok((review_type, by, Timestamp::from_row(row, 2)?, from_json::<StoredView>(row, 3)?))
        })?;
        let Some((review_type, by, at, view)) = row else { return Ok(None) };
        let Some(known) = self.catalogue().record_type(&review_type) else { return Ok(None) };
        let says = decision::says(known).filter_map(|field| {
            let value = view.fields.get(field.name.as_str())?;
            Some((field.name.to_string(), value.clone()))
        });
        Ok(Some(Returned {
            says: says.collect(),
            marked: decision::marked(known, &view.fields),
            by_name: self.people()?.name_of(by).map(str::to_owned),
            record,
            review,
            review_type,
            by,
            at,
        }))
    }
}
