//! Reading one TOML table key by key, so that one mistake does not hide the next.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use toml::{Table, Value};

use super::Mistake;
use super::problem::{Shape, invalid_text, listed, named_twice, wrong_shape};
use crate::catalogue::Label;
use crate::decimal::Decimal;
use crate::time::{Minutes, Span};
use crate::words::{Explained, InvalidLanguage, LanguageTag, Message};

/// Where mistakes gather while files are read.
#[derive(Debug, Default)]
pub(super) struct Mistakes(RefCell<Vec<Mistake>>);

impl Mistakes {
    pub(super) fn add(&self, file: &str, key: &str, problem: Message) {
        let (file, key) = (file.to_owned(), key.to_owned());
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
    asked: Vec<&'a str>,
}

impl<'a> Section<'a> {
    pub(super) fn of_file(mistakes: &'a Mistakes, file: &'a str, table: &'a Table) -> Self {
        Self { mistakes, file, path: String::new(), table, asked: Vec::new() }
    }

    /// Reports a mistake at a key of this table, or at the table itself when the key is empty.
    pub(super) fn mistake(&self, key: &str, problem: Message) {
        self.mistakes.add(self.file, &self.path_of(key), problem);
    }

    /// Reports the keys nobody asked for. To be called last.
    pub(super) fn finish(&self) {
        for key in self.table.keys().filter(|key| !self.asked.contains(&key.as_str())) {
            self.mistake(key, Message::new("unknown_key").with("known", listed(&self.asked)));
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn text(&mut self, key: &'a str) -> Option<&'a str> {
        match self.ask(key)? {
            Value::String(text) => Some(text),
            other => self.expected(key, Shape::Text, other),
        }
    }

    pub(super) fn integer(&mut self, key: &'static str) -> Option<i64> {
        match self.ask(key)? {
            Value::Integer(number) => Some(*number),
            other => self.expected(key, Shape::Integer, other),
        }
    }

    /// A number with or without a fraction, as exactly as it stands there.
    pub(super) fn decimal(&mut self, key: &'static str) -> Option<Decimal> {
        let text = match self.ask(key)? {
            Value::Integer(number) => number.to_string(),
            // What is printed of a double is the shortest text that stands for it.
            Value::Float(number) => number.to_string(),
            other => return self.expected(key, Shape::Number, other),
        };
        let read = text.parse().ok();
        if read.is_none() {
            self.mistake(key, Message::new("too_many_digits"));
        }
        read
    }

    /// A length of time in whole minutes, such as `"90min"` or `"12h"`.
    pub(super) fn minutes(&mut self, key: &'static str) -> Option<Minutes> {
        let span = self.parsed::<Span>(key)?;
        Some(Minutes::new(span.as_millis() / Span::from_minutes(1).as_millis()))
    }

    pub(super) fn bool(&mut self, key: &'static str) -> Option<bool> {
        match self.ask(key)? {
            Value::Boolean(value) => Some(*value),
            other => self.expected(key, Shape::Bool, other),
        }
    }

    /// A text in the department's languages.
    pub(super) fn label(&mut self, key: &'static str) -> Option<Label> {
        if !self.has(key) {
            self.ask(key);
            let example = "{ en = \"…\", es = \"…\" }";
            self.mistake(key, Message::new("missing_label").with("example", example));
            return None;
        }
        let mut label = self.table(key)?;
        let text = label.languages();
        for (key, _) in label.entries() {
            if key.parse::<LanguageTag>().is_err() {
                label.mistake(key, invalid_text(key, &InvalidLanguage));
            }
        }
        text
    }

    /// A text in the department's languages, where there is one.
    pub(super) fn optional_label(&mut self, key: &'static str) -> Option<Label> {
        let is_there = self.ask(key).is_some();
        if is_there { self.label(key) } else { None }
    }

    /// The keys of this table that are languages: `en`, which must be there, and any others.
    pub(super) fn languages(&mut self) -> Option<Label> {
        let en = self.words("en");
        let mut others = BTreeMap::new();
        for (key, _) in self.entries().filter(|(key, _)| *key != "en") {
            let Ok(tag) = key.parse::<LanguageTag>() else { continue };
            let text = self.words(key);
            match tag.as_str() == key {
                true => others.extend(text.map(|text| (tag, text))),
                false => self.mistake(key, Message::new("should_be").with("value", tag)),
            }
        }
        Some(Label { en: en?, others })
    }

    /// A text that is parsed into a name, code or interval.
    pub(super) fn parsed<T: FromStr<Err: Explained>>(&mut self, key: &'static str) -> Option<T> {
        let text = self.text(key)?;
        self.parse(key, text)
    }

    /// A list of texts, each parsed. What cannot be parsed, or comes twice, is reported and left out.
    pub(super) fn parsed_list<T: FromStr<Err: Explained> + Ord + Clone>(
        &mut self,
        key: &'static str,
    ) -> Option<Vec<T>> {
        let values = match self.ask(key)? {
            Value::Array(values) => values,
            other => return self.expected(key, Shape::Texts, other),
        };
        let mut list = Vec::new();
        let mut seen = BTreeSet::new();
        for value in values {
            let Value::String(text) = value else {
                self.expected::<()>(key, Shape::Texts, value);
                continue;
            };
            let Some(parsed) = self.parse::<T>(key, text) else { continue };
            if seen.insert(parsed.clone()) {
                list.push(parsed);
            } else {
                self.mistake(key, named_twice(text));
            }
        }
        Some(list)
    }

    pub(super) fn table(&mut self, key: &'static str) -> Option<Self> {
        match self.ask(key)? {
            Value::Table(table) => Some(self.below(self.path_of(key), table)),
            other => self.expected(key, Shape::Table, other),
        }
    }

    /// A list of tables, each reported under the text of its `id` key (`field.name`) or, when it
    /// has none, under its position (`field[2]`).
    pub(super) fn tables(&mut self, key: &'static str, id: &str) -> Vec<Self> {
        let values = match self.ask(key) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(other) => {
                self.expected::<()>(key, Shape::Tables, other);
                &[]
            }
            None => &[],
        };
        let mut tables = Vec::new();
        for (position, value) in values.iter().enumerate() {
            let Value::Table(table) = value else {
                self.expected::<()>(key, Shape::Tables, value);
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
            other => self.expected(key, Shape::List, other),
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
            self.mistake(key, Message::new("missing"));
        }
        value
    }

    /// Says what a value should have been.
    pub(super) fn expected<T>(&self, key: &str, should: Shape, found: &Value) -> Option<T> {
        self.mistake(key, wrong_shape(should, found));
        None
    }

    /// Lets these keys pass, whatever stands there.
    pub(super) fn let_pass(&mut self, keys: &[&'static str]) {
        keys.iter().for_each(|key| _ = self.ask(key));
    }

    /// A value of any shape.
    pub(super) fn any(&mut self, key: &'static str) -> Option<&'a Value> {
        self.ask(key)
    }

    fn ask(&mut self, key: &'a str) -> Option<&'a Value> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get(key)
    }

    /// Parses a text of this key; one that is not what it should be is reported.
    pub(super) fn parse<T: FromStr<Err: Explained>>(&self, key: &str, text: &str) -> Option<T> {
        text.parse().map_err(|error| self.mistake(key, invalid_text(text, &error))).ok()
    }

    fn words(&mut self, key: &'a str) -> Option<String> {
        let text = self.text(key);
        let text = self.required(key, text)?;
        if text.trim().is_empty() {
            self.mistake(key, Message::new("empty_text"));
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
