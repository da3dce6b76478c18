//! What a form does not say of a record type: where its records live, who writes them, what follows
//! from them. It is taken from a type that is there.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use model::catalogue::{CatalogueSource, Label};
use model::words::LanguageTag;
use toml::{Table, Value};

use crate::write;

/// Returns the names of the fields that every type has.
pub(crate) fn common_fields(source: &CatalogueSource) -> Vec<String> {
    let file = source.files.get("common.toml").and_then(|file| file.parse::<Table>().ok());
    let fields = file.and_then(|file| file.get("field")?.as_array().cloned()).unwrap_or_default();
    let names = fields.iter().filter_map(|field| field.get("name")?.as_str());
    names.map(str::to_owned).collect()
}

/// The file of a type that is there.
pub(crate) struct Base {
    table: Table,
    /// Whether it is the type itself that is written anew.
    pub(crate) is_itself: bool,
}

impl Base {
    /// Reads the file; `None` if it is no TOML, which the check of the catalogue tells of.
    pub(crate) fn read(text: &str, is_itself: bool) -> Option<Self> {
        Some(Self { table: text.parse().ok()?, is_itself })
    }

    fn head(&self) -> Option<&Table> {
        self.table.get("type")?.as_table()
    }

    /// Returns the lines of the head that a form does not say.
    pub(crate) fn head_lines(&self) -> String {
        let mut lines = String::new();
        for (key, value) in self.head().into_iter().flatten() {
            let is_kept = if self.is_itself {
                !["name", "version", "label", "title"].contains(&key.as_str())
            } else {
                KEPT_OF_HEAD.contains(&key.as_str())
            };
            if is_kept {
                line(&mut lines, key, value);
            }
        }
        lines
    }

    pub(crate) fn version(&self) -> i64 {
        let version = self.head().and_then(|head| head.get("version")?.as_integer());
        if self.is_itself { version.unwrap_or(0).saturating_add(1) } else { 1 }
    }

    pub(crate) fn title(&self) -> Vec<String> {
        let title = self.head().and_then(|head| head.get("title")?.as_array());
        let names = title.into_iter().flatten().filter_map(Value::as_str);
        names.map(str::to_owned).collect()
    }

    pub(crate) fn label(&self) -> Option<Label> {
        let label = self.head()?.get("label")?.as_table()?;
        let others = label.iter().filter(|(key, _)| *key != "en");
        let others = others.filter_map(|(tag, text)| {
            Some((tag.parse::<LanguageTag>().ok()?, text.as_str()?.to_owned()))
        });
        Some(Label { en: label.get("en")?.as_str()?.to_owned(), others: others.collect() })
    }

    /// Returns the field of this name, in the type itself.
    pub(crate) fn field(&self, name: &str) -> Option<&Table> {
        self.fields().into_iter().find(|field| name_of(field) == Some(name))
    }

    /// Returns the field of an entry of a log.
    pub(crate) fn entry(&self, log: &str, name: &str) -> Option<&Table> {
        let entries = self.field(log)?.get("entry")?.as_array()?;
        entries.iter().filter_map(Value::as_table).find(|field| name_of(field) == Some(name))
    }

    /// Returns whether no field comes from it.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields().is_empty()
    }

    /// Returns the fields of a log's entry that are not among these names: they are retired.
    pub(crate) fn missing_entries(&self, log: &str, names: &BTreeSet<String>) -> String {
        let mut text = String::new();
        let entries = self.field(log).and_then(|log| log.get("entry")?.as_array());
        for entry in entries.into_iter().flatten().filter_map(Value::as_table) {
            if name_of(entry).is_some_and(|name| names.contains(name)) {
                continue;
            }
            text.push_str("[[field.entry]]\n");
            for (key, value) in entry.iter().filter(|(key, _)| !ASKED.contains(&key.as_str())) {
                if key != "required" && key != "retired" {
                    line(&mut text, key, value);
                }
            }
            text.push_str("retired = true\n");
        }
        text
    }

    fn fields(&self) -> Vec<&Table> {
        let fields = self.table.get("field").filter(|_| self.is_itself);
        let fields = fields.and_then(Value::as_array).into_iter().flatten();
        fields.filter_map(Value::as_table).collect()
    }

    /// Returns the fields that are not among these names, each with what of it stays, and whether
    /// it is retired only now.
    pub(crate) fn missing(&self, names: &BTreeSet<String>) -> Vec<(String, String, bool)> {
        let missing = self.fields().into_iter().filter_map(|field| {
            let name = name_of(field).filter(|name| !names.contains(*name))?;
            let was_retired = field.get("retired").and_then(Value::as_bool).unwrap_or(false);
            let mut text = "[[field]]\n".to_owned();
            for (key, value) in field.iter().filter(|(key, _)| !ASKED.contains(&key.as_str())) {
                if key != "entry" && key != "required" && key != "retired" {
                    line(&mut text, key, value);
                }
            }
            text.push_str("retired = true\n");
            let entries = field.get("entry").and_then(Value::as_array);
            for entry in entries.into_iter().flatten().filter_map(Value::as_table) {
                text.push_str("[[field.entry]]\n");
                entry.iter().for_each(|(key, value)| line(&mut text, key, value));
            }
            Some((name.to_owned(), text, !was_retired))
        });
        missing.collect()
    }

    /// Returns the tables of the type itself that no form speaks of: its follow-up rules and others.
    pub(crate) fn rest(&self) -> String {
        let mut text = String::new();
        for (key, value) in self.table.iter().filter(|_| self.is_itself) {
            if ["type", "field", "section"].contains(&key.as_str()) {
                continue;
            }
            let mut table = |head: String, table: &Table| {
                text.push('\n');
                text.push_str(&head);
                text.push('\n');
                table.iter().for_each(|(key, value)| line(&mut text, key, value));
            };
            match value {
                Value::Table(one) => table(format!("[{key}]"), one),
                Value::Array(several) => several
                    .iter()
                    .filter_map(Value::as_table)
                    .for_each(|one| table(format!("[[{key}]]"), one)),
                _ => {}
            }
        }
        text
    }
}

fn name_of(field: &Table) -> Option<&str> {
    field.get("name")?.as_str()
}

/// Writes the keys of a field that a form does not say.
pub(crate) fn kept_of_field(text: &mut String, field: &Table) {
    for (key, value) in field.iter().filter(|(key, _)| KEPT_OF_FIELD.contains(&key.as_str())) {
        line(text, key, value);
    }
}

/// Writes the bounds of a number that the form does not say: those of the field as it is, or wide ones.
pub(crate) fn bounds_of_field(text: &mut String, field: Option<&Table>, wide: &[(&str, &str)]) {
    let kept = field.is_some_and(|field| wide.iter().all(|(key, _)| field.contains_key(*key)));
    for (key, value) in wide {
        match field.and_then(|field| field.get(*key)).filter(|_| kept) {
            Some(value) => line(text, key, value),
            // Writing to a string cannot fail.
            None => drop(writeln!(text, "{key} = {value}")),
        }
    }
    if let Some(unit) = field.and_then(|field| field.get("unit")).filter(|_| kept) {
        line(text, "unit", unit);
    }
}

fn line(text: &mut String, key: &str, value: &Value) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{key} = {}", inline(value));
}

/// Returns a table in one line.
pub(crate) fn inline_table(table: &Table) -> String {
    let keys = table.iter().map(|(key, value)| format!("{key} = {}", inline(value)));
    format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
}

/// Returns a value in one line. Files of a catalogue nest no deeper than their reader allows.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => write::text(text),
        Value::Array(values) => {
            format!("[{}]", values.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Table(table) => inline_table(table),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
            value.to_string()
        }
    }
}

/// What a new type has like another one: where its records live and who writes and reads them.
const KEPT_OF_HEAD: [&str; 5] =
    ["compartment", "belongs_to", "written_by", "also_read_by", "edited_by"];

/// What a form does not say of a field.
const KEPT_OF_FIELD: [&str; 11] = [
    "merge",
    "searched",
    "changed_by",
    "others_set",
    "final",
    "others_decide",
    "not_before",
    "not_after",
    "to",
    "example",
    "says_what",
];

/// How a field is asked: nobody is asked what is retired.
const ASKED: [&str; 12] = [
    "section",
    "note",
    "hint",
    "example",
    "shown_when",
    "required_when",
    "required_message",
    "read_only_when",
    "choices_when",
    "limits",
    "default",
    "computed",
];
