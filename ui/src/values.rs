//! What stands in fields and what was done to them, in words for a reader.

use std::collections::BTreeMap;

use model::catalogue::{Catalogue, Field, FieldKind, Label, RecordType};
use model::ids::{DeviceId, FieldName, OptionCode, RecordId, TypeName, UserId};
use model::record::{HistoryEdit, HistoryVerb};
use model::time::TimeOfDay;
use model::title::shown_amount;
use model::value::{FieldValue, LogEntry, Scalar};
use serde_json::Value as Json;

use crate::clock::Clock;
use crate::views::{Names, Returned};
use crate::words::Words;

/// Says values by the catalogue, with the names that a view came with.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) words: Words,
    pub(crate) clock: Clock<'a>,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) names: &'a Names,
}

/// A value as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Texts, some of which lead to a record.
    Pieces(Vec<Piece>),
    /// Entries of a log.
    Table(Table),
}

/// A text; with a path, a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) path: Option<String>,
}

/// Entries of a log: a column for each part that any of them has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) cells: Vec<Cell>,
}

/// One part of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) label: String,
    pub(crate) piece: Piece,
}

impl Piece {
    fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), path: None }
    }
}

impl Shown {
    /// Returns a value that is one text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Pieces(vec![Piece::text(text)])
    }

    /// Returns the value as one text.
    pub(crate) fn plain(&self) -> String {
        let joined = |texts: Vec<&str>, mark: &str| texts.join(mark);
        match self {
            Self::Pieces(pieces) => {
                joined(pieces.iter().map(|it| it.text.as_str()).collect(), ", ")
            }
            Self::Table(table) => {
                let rows = table.rows.iter().map(|row| {
                    let cells = row.cells.iter().map(|cell| cell.piece.text.as_str());
                    joined(cells.filter(|text| !text.is_empty()).collect(), " · ")
                });
                rows.collect::<Vec<_>>().join("; ")
            }
        }
    }
}

impl<'a> Values<'a> {
    /// Says what a type is called.
    pub(crate) fn record_type(&self, name: &TypeName) -> String {
        let known = self.catalogue.record_type(name);
        known.map_or_else(|| name.to_string(), |known| self.label(&known.label))
    }

    /// Says what a field is called.
    pub(crate) fn field(&self, record_type: Option<&RecordType>, name: &str) -> String {
        let known = record_type.and_then(|known| known.field(name));
        known.map_or_else(|| name.replace('_', " "), |field| self.label(&field.label))
    }

    /// Says who gave a record back, and when.
    pub(crate) fn returned_by(&self, said: &Returned) -> String {
        self.words.returned_by(self.clock.at(said.at), said.by.clone())
    }

    /// Says why a record was given back, in the order of the review's form.
    pub(crate) fn reasons(&self, said: &Returned) -> String {
        let review = self.catalogue.record_type(&said.review_type);
        let place = |name: &FieldName| {
            let fields = review.map(|known| known.fields.as_slice()).unwrap_or_default();
            fields.iter().position(|field| field.name == *name)
        };
        let mut says: Vec<_> = said.says.iter().collect();
        says.sort_by_key(|(name, _)| place(name));
        let shown = says.into_iter().map(|(name, value)| {
            let field = review.and_then(|known| known.field(name.as_str()));
            self.value(field, value).plain()
        });
        shown.collect::<Vec<_>>().join(". ")
    }

    /// Says who gave a record back, when and why.
    pub(crate) fn returned(&self, said: &Returned) -> String {
        let (by, why) = (self.returned_by(said), self.reasons(said));
        if why.is_empty() { by } else { format!("{by} {why}") }
    }

    /// Says what stands in a field; `field` is `None` if the catalogue does not know it.
    pub(crate) fn value(&self, field: Option<&Field>, value: &FieldValue) -> Shown {
        match value {
            FieldValue::Scalar(scalar) => Shown::Pieces(self.scalar(field, scalar)),
            FieldValue::Choices(options) => Shown::Pieces(self.options(field, options.iter())),
            FieldValue::Refs(records) => {
                Shown::Pieces(records.iter().map(|record| self.reference(*record)).collect())
            }
            FieldValue::Counter(sum) => Shown::text(sum.to_string()),
            FieldValue::Log(entries) => Shown::Table(self.table(field, entries)),
            FieldValue::SharedNote(text) => Shown::text(text.clone()),
            FieldValue::Unknown(json) => Shown::text(plain(json)),
        }
    }

    /// Says a single value. Only the options of a part of an entry are several pieces.
    fn scalar(&self, field: Option<&Field>, scalar: &Scalar) -> Vec<Piece> {
        let text = match scalar {
            Scalar::Text(text) => text.clone(),
            Scalar::Date(day) => self.clock.date(*day),
            Scalar::DateTime(time) => self.clock.at(*time),
            Scalar::Bool(true) => self.words.value_yes(),
            Scalar::Bool(false) => self.words.value_no(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Decimal(number) => {
                let unit = field.and_then(|field| unit(&field.kind));
                shown_amount(*number, unit, self.words.language)
            }
            Scalar::Time(time) => self.time_of_day(*time),
            Scalar::Duration(length) if length.get() < 0 => length.in_words(),
            Scalar::Duration(length) => self.clock.minutes(*length),
            Scalar::Phone(number) => number.to_string(),
            Scalar::Choice(option) => self.option(field, option),
            Scalar::Options(options) => return self.options(field, options.iter()),
            Scalar::Ref(record) => return vec![self.reference(*record)],
            Scalar::User(user) => self.user(*user),
        };
        vec![Piece::text(text)]
    }

    /// Says a time of day.
    fn time_of_day(&self, time: TimeOfDay) -> String {
        self.clock.time_of_day(time)
    }

    /// Says options in the order of their list; those that it does not offer any more come last.
    fn options<'o>(
        &self,
        field: Option<&Field>,
        options: impl Iterator<Item = &'o OptionCode>,
    ) -> Vec<Piece> {
        let list = field.and_then(|field| field.kind.list());
        let order = list.and_then(|list| self.catalogue.code_lists.get(list));
        let place = |option: &&OptionCode| {
            let place = order.and_then(|list| list.order.iter().position(|it| it == *option));
            place.unwrap_or(usize::MAX)
        };
        let mut options: Vec<&OptionCode> = options.collect();
        options.sort_by_key(place);
        options.into_iter().map(|option| Piece::text(self.option(field, option))).collect()
    }

    /// Says an option by its label, or by its code if the list does not have it.
    pub(crate) fn option(&self, field: Option<&Field>, option: &OptionCode) -> String {
        let list = field.and_then(|field| field.kind.list());
        let label = list.and_then(|list| self.catalogue.option_label(list, option.as_str()));
        label.map_or_else(|| option.to_string(), |label| self.label(label))
    }

    /// Says which record is named: by its title where it may be seen, or by a word that tells nothing.
    fn reference(&self, record: RecordId) -> Piece {
        match self.names.records.get(&record) {
            Some((title, handle)) => {
                Piece { text: self.label(title), path: Some(format!("/records/{handle}")) }
            }
            None => Piece::text(self.words.value_other_record()),
        }
    }

    fn user(&self, user: UserId) -> String {
        self.names.users.get(&user).cloned().unwrap_or_else(|| self.words.value_someone())
    }

    /// Says whose device it is.
    pub(crate) fn device(&self, device: DeviceId) -> String {
        self.names.devices.get(&device).cloned().unwrap_or_else(|| self.words.value_someone())
    }

    /// Shows the entries of a log: of each part that one of them has, in the catalogue's order.
    pub(crate) fn table(
        &self,
        field: Option<&Field>,
        entries: &BTreeMap<String, LogEntry>,
    ) -> Table {
        let parts = field.and_then(|field| field.kind.entry()).unwrap_or_default();
        let known = parts.iter().map(|part| part.name.as_str());
        let unknown = entries.values().flat_map(|entry| entry.keys().map(String::as_str));
        let mut columns: Vec<&str> = Vec::new();
        for name in known.chain(unknown) {
            let is_filled = entries.values().any(|entry| entry.contains_key(name));
            if is_filled && !columns.contains(&name) {
                columns.push(name);
            }
        }
        let part = |name: &str| parts.iter().find(|part| part.name.as_str() == name);
        let label = |name: &str| {
            part(name).map_or_else(|| name.replace('_', " "), |part| self.label(&part.label))
        };
        let cell = |entry: &LogEntry, name: &str| {
            let pieces = entry.get(name).map(|value| self.scalar(part(name), value));
            Cell { label: label(name), piece: joined(pieces.unwrap_or_default()) }
        };
        let row = |(id, entry): (&String, &LogEntry)| Row {
            id: id.clone(),
            cells: columns.iter().map(|name| cell(entry, name)).collect(),
        };
        let rows = entries.iter().map(row).collect();
        Table { head: columns.iter().map(|name| label(name)).collect(), rows }
    }

    /// Says what somebody did to a field: `Dana Sample set Risk level to High`.
    pub(crate) fn done(
        &self,
        record_type: Option<&RecordType>,
        who: &str,
        edit: &HistoryEdit,
    ) -> String {
        let name = edit.field.as_str();
        let field = record_type.and_then(|known| known.field(name));
        let (who, label) = (who.to_owned(), self.field(record_type, name));
        let words = self.words;
        match &edit.what {
            HistoryVerb::Set(value) => words.did_set(label, self.value(field, value).plain(), who),
            HistoryVerb::Cleared => words.did_clear(label, who),
            HistoryVerb::Added(what) => words.did_add(label, self.member(field, what), who),
            HistoryVerb::Removed(what) => words.did_remove(label, self.member(field, what), who),
            HistoryVerb::Logged(id, entry) => {
                words.did_log(label, self.logged(field, id, entry).plain(), who)
            }
            HistoryVerb::Incremented(by) => words.did_count(format!("{by:+}"), label, who),
            HistoryVerb::Inserted(text) => words.did_write(label, text.clone(), who),
            HistoryVerb::Deleted(count) => words.did_delete(*count, label, who),
        }
    }

    /// Says what came into a set or left it: an option, or a record.
    fn member(&self, field: Option<&Field>, text: &str) -> String {
        if let (Some(FieldKind::Refs { .. }), Ok(record)) =
            (field.map(|field| &field.kind), text.parse())
        {
            return self.reference(record).text;
        }
        text.parse().map_or_else(|_| text.to_owned(), |option| self.option(field, &option))
    }

    fn logged(&self, field: Option<&Field>, id: &str, entry: &Json) -> Shown {
        let mut entry = entry.clone();
        if let Json::Object(parts) = &mut entry {
            parts.insert("id".to_owned(), Json::String(id.to_owned()));
        }
        let entries = Json::Array(vec![entry]);
        match field {
            Some(field) => self.value(Some(field), &FieldValue::from_json(&field.kind, &entries)),
            None => Shown::text(plain(&entries)),
        }
    }

    fn label(&self, label: &Label) -> String {
        self.words.label(label).to_owned()
    }
}

/// Returns what a decimal number counts.
fn unit(kind: &FieldKind) -> Option<&Label> {
    match kind {
        FieldKind::Decimal { unit, .. } => unit.as_ref(),
        FieldKind::Text
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Bool
        | FieldKind::Integer { .. }
        | FieldKind::Time
        | FieldKind::Duration { .. }
        | FieldKind::Phone
        | FieldKind::Choice { .. }
        | FieldKind::Ref { .. }
        | FieldKind::User
        | FieldKind::Choices { .. }
        | FieldKind::Refs { .. }
        | FieldKind::Counter
        | FieldKind::Log { .. }
        | FieldKind::SharedNote => None,
    }
}

fn joined(pieces: Vec<Piece>) -> Piece {
    match <[Piece; 1]>::try_from(pieces) {
        Ok([piece]) => piece,
        Err(pieces) => Piece::text(Shown::Pieces(pieces).plain()),
    }
}

fn plain(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}
