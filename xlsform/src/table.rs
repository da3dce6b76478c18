//! A sheet as a table: what its columns mean, and which of its cells were used.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use model::words::{LanguageTag, Message};

use crate::book::Cells;
use crate::finding::{Finding, Kind, Place};

/// A language of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tongue {
    /// None is named.
    Any,
    /// One that labels can be in.
    Tag(LanguageTag),
    /// One whose code is not known.
    Other(String),
}

/// What a column is: its meaning, and its language.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    at: u32,
    name: String,
    tongue: Tongue,
}

/// A sheet.
pub(crate) struct Table<'c> {
    pub(crate) sheet: &'static str,
    columns: Vec<Column>,
    cells: &'c Cells,
    used: RefCell<BTreeSet<(u32, u32)>>,
}

/// A cell and what stands in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'c> {
    pub(crate) text: &'c str,
    pub(crate) place: Place,
}

impl<'c> Table<'c> {
    pub(crate) fn of(sheet: &'static str, cells: &'c Cells, found: &mut Vec<Finding>) -> Self {
        let mut columns: Vec<Column> = Vec::new();
        let used = RefCell::new(BTreeSet::new());
        if let Some((row, heads)) = cells.first_key_value() {
            for (at, head) in heads {
                let (name, tongue) = meaning(sheet, head);
                if columns.iter().any(|other| other.name == name && other.tongue == tongue) {
                    let problem = Message::new("xls_column_twice").with("name", head);
                    let place = Place::Column(*at);
                    found.push(Finding {
                        kind: Kind::NotYet,
                        sheet: sheet.to_owned(),
                        place,
                        question: None,
                        problem,
                    });
                    continue;
                }
                used.borrow_mut().insert((*row, *at));
                columns.push(Column { at: *at, name, tongue });
            }
        }
        Self { sheet, columns, cells, used }
    }

    /// Returns the rows below the head.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> + use<'_, 'c> {
        self.cells.keys().skip(1).copied()
    }

    /// Returns all rows that hold anything, the head among them.
    pub(crate) fn all_rows(&self) -> impl Iterator<Item = u32> + use<'_, 'c> {
        self.cells.keys().copied()
    }

    /// Returns how many cells hold something.
    pub(crate) fn len(&self) -> usize {
        self.cells.values().map(BTreeMap::len).sum()
    }

    /// Returns the cell of a row in the column of this name, and notes that it was used; `None` if
    /// it is empty.
    pub(crate) fn take(&self, row: u32, name: &str) -> Option<Cell<'c>> {
        let mut columns = self.columns.iter().filter(|column| column.name == name);
        columns.find_map(|column| self.cell(row, column))
    }

    /// Returns the cells of a row in all columns of this name, by their languages.
    pub(crate) fn texts(&self, row: u32, name: &str) -> BTreeMap<Tongue, Cell<'c>> {
        let columns = self.columns.iter().filter(|column| column.name == name);
        columns
            .filter_map(|column| Some((column.tongue.clone(), self.cell(row, column)?)))
            .collect()
    }

    /// Says of each column in a language whose code is not known that it is left.
    pub(crate) fn other_languages(&self, found: &mut Vec<Finding>) {
        for column in &self.columns {
            let Tongue::Other(language) = &column.tongue else { continue };
            let problem = Message::new("xls_language").with("language", language);
            let (sheet, place) = (self.sheet.to_owned(), Place::Column(column.at));
            found.push(Finding { kind: Kind::NotYet, sheet, place, question: None, problem });
        }
    }

    /// Returns the names of the columns for which this holds.
    pub(crate) fn columns(&self, wanted: impl Fn(&str) -> bool) -> Vec<(String, Place)> {
        let columns = self.columns.iter().filter(|column| wanted(&column.name));
        columns.map(|column| (column.name.clone(), Place::Column(column.at))).collect()
    }

    /// Returns the cells that were used.
    pub(crate) fn used(&self) -> Vec<(&'static str, u32, u32)> {
        self.used.borrow().iter().map(|(row, column)| (self.sheet, *row, *column)).collect()
    }

    /// Takes every cell of a row.
    pub(crate) fn take_row(&self, row: u32) {
        for column in self.cells.get(&row).into_iter().flat_map(BTreeMap::keys) {
            self.used.borrow_mut().insert((row, *column));
        }
    }

    /// Returns what stands in the row and was not used, with the name of each column.
    pub(crate) fn unused(&self, row: u32) -> Vec<(String, Cell<'c>)> {
        let cells = self.cells.get(&row).into_iter().flatten();
        let used = self.used.borrow();
        let left = cells.filter(|(at, _)| !used.contains(&(row, **at)));
        left.map(|(at, text)| {
            let column = self.columns.iter().find(|column| column.at == *at);
            let name = column.map(|column| column.name.clone()).unwrap_or_default();
            (name, Cell { text, place: Place::Cell { row, column: *at } })
        })
        .collect()
    }

    fn cell(&self, row: u32, column: &Column) -> Option<Cell<'c>> {
        let text = self.cells.get(&row)?.get(&column.at)?;
        self.used.borrow_mut().insert((row, column.at));
        Some(Cell { text, place: Place::Cell { row, column: column.at } })
    }
}

/// Returns what a column means, by the names that XLSForm has had for it.
fn meaning(sheet: &str, head: &str) -> (String, Tongue) {
    let head = head.trim();
    let lower = head.to_lowercase();
    let lower = lower.strip_prefix("bind::").or_else(|| lower.strip_prefix("bind:"));
    let lower = lower.map_or_else(|| head.to_lowercase(), |rest| rest.trim().to_owned());
    if let Some(name) = alias(sheet, &lower) {
        return (name.to_owned(), Tongue::Any);
    }
    let split = lower.split_once("::").or_else(|| lower.split_once(':'));
    if let Some((name, language)) = split
        && let Some(name) = alias(sheet, name.trim())
        && SPOKEN.contains(&name)
    {
        return (name.to_owned(), tongue(language.trim()));
    }
    (lower, Tongue::Any)
}

/// Returns the language of a name such as `English (en)`, `en` or `English`.
pub(crate) fn tongue(language: &str) -> Tongue {
    let language = language.trim().to_lowercase();
    if language.is_empty() || language == "default" {
        return Tongue::Any;
    }
    let tag = language.rsplit_once('(').map(|(_, tag)| tag.trim_end_matches(')').trim());
    let named = || LANGUAGES.iter().find(|(_, names)| names.contains(&language.as_str()));
    let tag = tag.unwrap_or_else(|| named().map_or(language.as_str(), |(tag, _)| tag));
    match tag.parse::<LanguageTag>() {
        Ok(tag) => Tongue::Tag(tag),
        Err(_) => Tongue::Other(language),
    }
}

/// Languages that forms name without a code.
const LANGUAGES: [(&str, &[&str]); 14] = [
    ("en", &["english", "inglés", "ingles", "anglais"]),
    ("es", &["spanish", "español", "espanol", "espagnol"]),
    ("fr", &["french", "français", "francais"]),
    ("pt", &["portuguese", "português", "portugues"]),
    ("ar", &["arabic"]),
    ("my", &["burmese"]),
    ("so", &["somali"]),
    ("sw", &["swahili", "kiswahili"]),
    ("vi", &["vietnamese", "tiếng việt"]),
    ("ne", &["nepali"]),
    ("it", &["italian"]),
    ("ja", &["japanese"]),
    ("mk", &["macedonian"]),
    ("ht", &["haitian creole", "kreyòl"]),
];

/// The columns that may stand there once for each language.
const SPOKEN: [&str; 6] =
    ["label", "hint", "required_message", "constraint_message", "guidance_hint", "title"];

fn alias(sheet: &str, name: &str) -> Option<&'static str> {
    let table: &[(&str, &[&str])] = match sheet {
        "survey" => &SURVEY,
        "choices" => &CHOICES,
        _ => &SETTINGS,
    };
    let name = name.replace(['_', '-'], " ");
    let names = table
        .iter()
        .find(|(known, others)| known.replace('_', " ") == name || others.contains(&name.as_str()));
    names.map(|(known, _)| *known)
}

/// Each column with its other names; underscores and hyphens are spaces there.
const SURVEY: [(&str, &[&str]); 17] = [
    ("type", &["command"]),
    ("name", &["tag"]),
    ("label", &["caption", "text"]),
    ("hint", &[]),
    ("guidance_hint", &[]),
    ("required", &[]),
    ("required_message", &["required msg", "jr:requiredmsg"]),
    ("relevant", &["relevance", "skip logic"]),
    ("constraint", &[]),
    ("constraint_message", &["constraint msg", "jr:constraintmsg"]),
    ("calculation", &["calculate"]),
    ("default", &[]),
    ("appearance", &["body:appearance", "body::appearance"]),
    ("read_only", &["readonly"]),
    ("choice_filter", &[]),
    ("parameters", &[]),
    ("disabled", &[]),
];
const CHOICES: [(&str, &[&str]); 3] =
    [("list_name", &["list"]), ("name", &["value"]), ("label", &["caption", "text"])];
const SETTINGS: [(&str, &[&str]); 4] = [
    ("title", &["form title", "set form title"]),
    ("form_id", &["id string", "set form id"]),
    ("version", &[]),
    ("default_language", &[]),
];
