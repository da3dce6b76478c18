//! Reading one TOML table key by key, so that one mistake does not hide the next.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use toml::{Table, Value};

use super::Mistake;
use crate::catalogue::Label;

/// Where mistakes gather while files are read.
#[derive(Debug, Default)]
pub(super) struct Mistakes(RefCell<Vec<Mistake>>);

impl Mistakes {
    pub(super) fn add(&self, file: &str, key: &str, problem: impl Display) {
        let (file, key, problem) = (file.to_owned(), key.to_owned(), problem.to_string());
        self.0.borrow_mut().push(Mistake { file, key, problem });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(super) fn into_vec(self) -> Vec<Mistake> {
        self.0.into_inner()
    }
}

/// One table of a file. It remembers which keys were asked for: [`Section::finish`] reports the
/// others as unknown.
pub(super) struct Section<'a> {
    mistakes: &'a Mistakes,
    file: &'a str,
    path: String,
    table: &'a Table,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    pub(super) fn of_file(mistakes: &'a Mistakes, file: &'a str, table: &'a Table) -> Self {
        Self { mistakes, file, path: String::new(), table, asked: Vec::new() }
    }

    /// Reports a mistake at a key of this table, or at the table itself when the key is empty.
    pub(super) fn mistake(&self, key: &str, problem: impl Display) {
        self.mistakes.add(self.file, &self.path_of(key), problem);
    }

    /// Reports the keys nobody asked for. To be called last.
    pub(super) fn finish(&self) {
        for key in self.table.keys().filter(|key| !self.asked.contains(&key.as_str())) {
            self.mistake(key, format!("unknown key; one of {}", self.asked.join(", ")));
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<&'a str> {
        match self.ask(key)? {
            Value::String(text) => Some(text),
            other => self.expected(key, "a text", other),
        }
    }

    pub(super) fn integer(&mut self, key: &'static str) -> Option<i64> {
        match self.ask(key)? {
            Value::Integer(number) => Some(*number),
            other => self.expected(key, "a whole number", other),
        }
    }

    pub(super) fn bool(&mut self, key: &'static str) -> Option<bool> {
        match self.ask(key)? {
            Value::Boolean(value) => Some(*value),
            other => self.expected(key, "true or false", other),
        }
    }

    /// A text in both languages.
    pub(super) fn label(&mut self, key: &'static str) -> Option<Label> {
        if !self.has(key) {
            self.ask(key);
            self.mistake(key, "missing; write { en = \"…\", es = \"…\" }");
            return None;
        }
        let mut label = self.table(key)?;
        let both = label.languages();
        label.finish();
        both
    }

    /// The keys `en` and `es` of this table.
    pub(super) fn languages(&mut self) -> Option<Label> {
        let en = self.words("en");
        let es = self.words("es");
        Some(Label { en: en?, es: es? })
    }

    /// A text that is parsed into a name, code or interval.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<T> {
        let text = self.text(key)?;
        self.parse(key, text)
    }

    /// A list of texts, each parsed. What cannot be parsed, or comes twice, is reported and left out.
    pub(super) fn parsed_list<T: FromStr<Err: Display> + Ord + Clone>(
        &mut self,
        key: &'static str,
    ) -> Option<Vec<T>> {
        let values = match self.ask(key)? {
            Value::Array(values) => values,
            other => return self.expected(key, "a list of texts", other),
        };
        let mut list = Vec::new();
        let mut seen = BTreeSet::new();
        for value in values {
            let Value::String(text) = value else {
                self.expected::<()>(key, "a list of texts", value);
                continue;
            };
            let Some(parsed) = self.parse::<T>(key, text) else { continue };
            if seen.insert(parsed.clone()) {
                list.push(parsed);
            } else {
                self.mistake(key, format!("names {text:?} twice"));
            }
        }
        Some(list)
    }

    pub(super) fn table(&mut self, key: &'static str) -> Option<Self> {
        match self.ask(key)? {
            Value::Table(table) => Some(self.below(self.path_of(key), table)),
            other => self.expected(key, "a table", other),
        }
    }

    /// A list of tables, each reported under the text of its `id` key (`field.name`) or, when it
    /// has none, under its position (`field[2]`).
    pub(super) fn tables(&mut self, key: &'static str, id: &str) -> Vec<Self> {
        let values = match self.ask(key) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(other) => {
                self.expected::<()>(key, "a list of tables", other);
                &[]
            }
            None => &[],
        };
        let mut tables = Vec::new();
        for (position, value) in values.iter().enumerate() {
            let Value::Table(table) = value else {
                self.expected::<()>(key, "a list of tables", value);
                continue;
            };
            let path = match table.get(id) {
                Some(Value::String(id)) => format!("{}.{id}", self.path_of(key)),
                _ => format!("{}[{}]", self.path_of(key), position + 1),
            };
            tables.push(self.below(path, table));
        }
        tables
    }

    /// A list whose values may be of several shapes, each of which the caller reads.
    pub(super) fn items(&mut self, key: &'static str) -> Option<&'a [Value]> {
        match self.ask(key)? {
            Value::Array(values) => Some(values),
            other => self.expected(key, "a list", other),
        }
    }

    /// A table in such a list.
    pub(super) fn item(&self, key: &str, table: &'a Table) -> Self {
        self.below(self.path_of(key), table)
    }

    /// Every key of this table with its value: for tables whose keys are data.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        self.table.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Passes a value on, reporting the key as missing when it is absent. A value of the wrong
    /// shape has been reported already.
    pub(super) fn required<T>(&self, key: &str, value: Option<T>) -> Option<T> {
        if !self.has(key) {
            self.mistake(key, "missing");
        }
        value
    }

    /// Says what a value should have been.
    pub(super) fn expected<T>(&self, key: &str, what: &str, found: &Value) -> Option<T> {
        self.mistake(key, format!("should be {what}, not {}", shape(found)));
        None
    }

    fn ask(&mut self, key: &'static str) -> Option<&'a Value> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get(key)
    }

    fn parse<T: FromStr<Err: Display>>(&self, key: &str, text: &str) -> Option<T> {
        text.parse().map_err(|error| self.mistake(key, format!("{text:?} is {error}"))).ok()
    }

    fn words(&mut self, key: &'static str) -> Option<String> {
        let text = self.text(key);
        let text = self.required(key, text)?;
        if text.trim().is_empty() {
            self.mistake(key, "is empty");
            return None;
        }
        Some(text.to_owned())
    }

    fn below(&self, path: String, table: &'a Table) -> Self {
        Section { mistakes: self.mistakes, file: self.file, path, table, asked: Vec::new() }
    }

    fn path_of(&self, key: &str) -> String {
        match (self.path.as_str(), key) {
            ("", key) => key.to_owned(),
            (path, "") => path.to_owned(),
            (path, key) => format!("{path}.{key}"),
        }
    }
}

/// Returns what is said of a name that nothing in the catalogue has.
pub(super) fn unknown<K: Display>(
    what: &str,
    name: &K,
    known: impl IntoIterator<Item = impl Display>,
) -> String {
    let known: Vec<_> = known.into_iter().map(|name| name.to_string()).collect();
    format!("unknown {what} \"{name}\"; one of {}", known.join(", "))
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
