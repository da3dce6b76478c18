//! What was said of a record that was given back to its author.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{FieldName, TypeName};
use model::time::Timestamp;
use model::value::FieldValue;

use super::Handle;

/// A review by which a record was given back, while it waits for its author.
#[derive(Debug, Clone, PartialEq)]
pub struct Returned {
    /// The record that was given back.
    pub record: Handle,
    /// The review.
    pub review: Handle,
    /// Its type.
    pub review_type: TypeName,
    /// Who gave it back, by name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why: what stands in the fields of the review that say so.
    pub says: BTreeMap<FieldName, FieldValue>,
    /// Which fields of the record are meant.
    pub marked: BTreeSet<FieldName>,
}

/// The fields of another record of which a form marks some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markable {
    /// The field of the form that names them.
    pub field: FieldName,
    /// The type of the other record.
    pub of: TypeName,
    /// Its fields that may be marked, in the order of its form.
    pub offered: Vec<FieldName>,
}
