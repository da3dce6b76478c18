//! What answers a question: an input, a list of options, entries of a log.

use model::catalogue::{Field, FieldKind};
use model::forms::QuestionState;
use model::ids::{FieldName, OptionCode, TypeName};
use model::value::{FieldValue, Scalar};

use super::Asker;
use crate::form::{cleaned, sent_as};
use crate::values::{Shown, Table};
use crate::views::Markable;

/// What answers a question, as its template draws it.
pub(crate) enum Control {
    /// One line.
    Line(Line),
    /// Several lines.
    Area { value: String },
    /// Several lines, after what stands there already and stays.
    Append { before: String, kept: usize, value: String },
    /// One of a few options.
    Radios { options: Vec<Choice>, row: bool },
    /// One of many options.
    Select { options: Vec<Choice> },
    /// Several options.
    Boxes { options: Vec<Choice> },
    /// A number that is counted up.
    Counter { value: String, had: String },
    /// Entries so far, and the parts of a new one.
    Log { table: Table, removable: Vec<bool>, parts: Vec<super::Asked> },
    /// A value that nobody answers here.
    Fixed { shown: Option<Shown> },
}

/// An input of one line.
pub(crate) struct Line {
    pub(crate) kind: &'static str,
    /// Which keyboard a phone shows.
    pub(crate) mode: Option<&'static str>,
    pub(crate) value: String,
}

/// An option to choose.
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// As many options are shown at once.
const RADIOS_MAX: usize = 7;

impl Control {
    /// Returns what an untouched browser sends for it.
    pub(crate) fn sends(&self) -> Vec<&str> {
        match self {
            Self::Line(line) => vec![&line.value],
            Self::Area { value } | Self::Append { value, .. } | Self::Counter { value, .. } => {
                vec![value]
            }
            Self::Radios { options, .. } | Self::Select { options } | Self::Boxes { options } => {
                let chosen = options.iter().filter(|option| option.chosen);
                chosen.map(|option| option.value.as_str()).collect()
            }
            Self::Log { .. } | Self::Fixed { .. } => Vec::new(),
        }
    }

    /// Returns whether its answer is sent as one, and so comes with a digest of what it was.
    pub(crate) fn is_sent(&self) -> bool {
        !matches!(self, Self::Log { .. } | Self::Fixed { .. })
    }

    /// Returns whether one of several inputs is chosen.
    pub(crate) fn is_radios(&self) -> bool {
        matches!(self, Self::Radios { .. })
    }

    /// Returns whether it is a group of inputs, whose label is a legend.
    pub(crate) fn is_group(&self) -> bool {
        match self {
            Self::Radios { .. } | Self::Boxes { .. } | Self::Log { .. } => true,
            Self::Line(_)
            | Self::Area { .. }
            | Self::Append { .. }
            | Self::Select { .. }
            | Self::Counter { .. }
            | Self::Fixed { .. } => false,
        }
    }
}

/// A question to be drawn: of a form, or of a part of an entry.
pub(super) struct Drawn<'q> {
    pub(super) field: &'q Field,
    /// The id of its input.
    pub(super) id: &'q str,
    /// How it stands in the form; `None` for a part of an entry.
    pub(super) state: Option<&'q QuestionState>,
    pub(super) value: Option<&'q FieldValue>,
    /// What was typed and is no value of its kind, or what was chosen in an entry that was not taken.
    pub(super) typed: Vec<String>,
}

impl Drawn<'_> {
    fn typed(&self) -> Option<&str> {
        self.typed.first().map(String::as_str)
    }

    fn scalar(&self) -> Option<&Scalar> {
        self.value.and_then(FieldValue::scalar)
    }

    fn is_required(&self) -> bool {
        self.field.required || self.state.is_some_and(|state| state.required.is_some())
    }

    /// Returns the codes that are chosen.
    fn chosen(&self) -> Vec<String> {
        if !self.typed.is_empty() {
            return self.typed.clone();
        }
        match self.value {
            Some(FieldValue::Scalar(Scalar::Options(options)) | FieldValue::Choices(options)) => {
                options.iter().map(ToString::to_string).collect()
            }
            Some(FieldValue::Refs(records)) => records.iter().map(ToString::to_string).collect(),
            Some(FieldValue::Scalar(scalar)) => vec![scalar.to_string()],
            Some(
                FieldValue::Counter(_)
                | FieldValue::Log(_)
                | FieldValue::SharedNote(_)
                | FieldValue::Unknown(_),
            )
            | None => Vec::new(),
        }
    }
}

impl Asker<'_> {
    /// Returns what answers a question.
    pub(super) fn control(&self, drawn: &Drawn<'_>) -> Control {
        match &drawn.field.kind {
            FieldKind::Text => self.text(drawn),
            FieldKind::Date => self.dated(drawn, "date"),
            FieldKind::DateTime => self.dated(drawn, "datetime-local"),
            FieldKind::Time => self.dated(drawn, "time"),
            FieldKind::Bool => self.yes_or_no(drawn),
            FieldKind::Integer { min, .. } => {
                // Keyboards of digits have no minus.
                line("text", (*min >= 0).then_some("numeric"), self.written(drawn))
            }
            FieldKind::Decimal { .. } => line("text", Some("decimal"), self.written(drawn)),
            FieldKind::Duration { .. } => line("text", None, self.written(drawn)),
            FieldKind::Phone => line("tel", None, self.written(drawn)),
            FieldKind::Choice { .. } => self.one_of(drawn, self.offered(drawn)),
            FieldKind::Choices { .. } => Control::Boxes { options: self.offered(drawn) },
            FieldKind::Ref { .. } => {
                Control::Select { options: self.with_none(drawn, self.records(drawn)) }
            }
            FieldKind::Refs { .. } => Control::Boxes { options: self.records(drawn) },
            FieldKind::User => {
                Control::Select { options: self.with_none(drawn, self.people(drawn)) }
            }
            FieldKind::Counter => self.counter(drawn),
            FieldKind::Log { .. } => self.log(drawn),
            FieldKind::SharedNote => self.shared_note(drawn),
        }
    }

    fn text(&self, drawn: &Drawn<'_>) -> Control {
        let value = self.written(drawn);
        if let Some(marks) = &self.view.markable
            && marks.field == drawn.field.name
        {
            return self.marks(marks, drawn.id, &value);
        }
        // An input of one line would drop its breaks.
        let is_long =
            is_long(drawn.field.name.as_str()) || value.contains('\n') || value.len() > LINE_BYTES;
        match is_long {
            true => Control::Area { value },
            false => line("text", None, value),
        }
    }

    /// Offers the fields of another record. What is marked there and not offered stays marked.
    fn marks(&self, marks: &Markable, id: &str, value: &str) -> Control {
        let of = self.values.catalogue.record_type(&marks.of);
        let chosen: Vec<&str> = value.split_whitespace().collect();
        let offered = marks.offered.iter().map(FieldName::as_str);
        let others = chosen.iter().copied().filter(|name| !offered.clone().any(|it| it == *name));
        let options = offered.clone().chain(others).map(|name| Choice {
            id: format!("{id}-{name}"),
            value: name.to_owned(),
            label: self.values.field(of, name),
            chosen: chosen.contains(&name),
        });
        Control::Boxes { options: options.collect() }
    }

    /// Returns an input with the browser's calendar or clock; what such an input cannot hold stands in
    /// a plain one, as it was typed.
    fn dated(&self, drawn: &Drawn<'_>, kind: &'static str) -> Control {
        let value = self.written(drawn);
        let fits = value.is_empty() || (drawn.typed.is_empty() && value.len() == length_of(kind));
        line(if fits { kind } else { "text" }, None, value)
    }

    /// Returns a value as it is typed.
    fn written(&self, drawn: &Drawn<'_>) -> String {
        if let Some(typed) = drawn.typed() {
            return cleaned(typed);
        }
        let Some(scalar) = drawn.scalar() else { return String::new() };
        cleaned(&match scalar {
            Scalar::DateTime(time) => self.values.clock.local(*time),
            Scalar::Decimal(number) => {
                let language = model::words::LanguageTag::from(self.values.words.language);
                number.with_mark(language.decimal_mark())
            }
            Scalar::Text(_)
            | Scalar::Date(_)
            | Scalar::Bool(_)
            | Scalar::Integer(_)
            | Scalar::Time(_)
            | Scalar::Duration(_)
            | Scalar::Phone(_)
            | Scalar::Choice(_)
            | Scalar::Options(_)
            | Scalar::Ref(_)
            | Scalar::User(_) => scalar.to_string(),
        })
    }

    fn yes_or_no(&self, drawn: &Drawn<'_>) -> Control {
        let words = self.values.words;
        let option = |value: &str, label| (value.to_owned(), label);
        let all = vec![option("true", words.value_yes()), option("false", words.value_no())];
        let options = self.choices(drawn, all, |text| text.to_owned());
        Control::Radios { options: self.with_none(drawn, options), row: true }
    }

    fn one_of(&self, drawn: &Drawn<'_>, options: Vec<Choice>) -> Control {
        let few = options.len() <= RADIOS_MAX;
        let options = self.with_none(drawn, options);
        match few {
            true => Control::Radios { options, row: false },
            false => Control::Select { options },
        }
    }

    /// Returns the options to choose from, in their order, and what is chosen and not offered.
    fn offered(&self, drawn: &Drawn<'_>) -> Vec<Choice> {
        let list =
            drawn.field.kind.list().and_then(|list| self.values.catalogue.code_lists.get(list));
        let order = list.map(|list| list.order.clone()).unwrap_or_default();
        let offered = drawn.state.and_then(|state| state.offered.clone()).unwrap_or(order);
        let said = |code: &OptionCode| self.values.option(Some(drawn.field), code);
        let offered = offered.iter().map(|code| (code.to_string(), said(code))).collect();
        self.choices(drawn, offered, |code| {
            let label = code.parse().map_or_else(|_| code.to_owned(), |code| said(&code));
            self.values.words.form_not_offered(label)
        })
    }

    fn records(&self, drawn: &Drawn<'_>) -> Vec<Choice> {
        let to = drawn.field.kind.names();
        let fits = |of: &TypeName| to.is_none_or(|to| to.is_empty() || to.contains(of));
        let words = self.values.words;
        let records = self.view.records.iter().filter(|(_, of, _)| fits(of));
        let records = records.map(|(id, _, title)| (id.to_string(), words.label(title).to_owned()));
        self.choices(drawn, records.collect(), |id| {
            let known = id.parse().ok().and_then(|id| self.view.names.records.get(&id));
            known.map_or_else(
                || words.value_other_record(),
                |(title, _)| words.label(title).to_owned(),
            )
        })
    }

    fn people(&self, drawn: &Drawn<'_>) -> Vec<Choice> {
        let people = self.view.people.iter().map(|(id, name)| (id.to_string(), name.clone()));
        self.choices(drawn, people.collect(), |id| {
            let known = id.parse().ok().and_then(|id| self.view.names.users.get(&id));
            known.cloned().unwrap_or_else(|| self.values.words.value_someone())
        })
    }

    /// Returns options, and after them what is chosen and not among them: it stays until it is changed.
    fn choices(
        &self,
        drawn: &Drawn<'_>,
        offered: Vec<(String, String)>,
        label: impl Fn(&str) -> String,
    ) -> Vec<Choice> {
        let chosen = drawn.chosen();
        let missing = chosen.iter().filter(|code| offered.iter().all(|(known, _)| known != *code));
        let missing: Vec<_> = missing.map(|code| (code.clone(), label(code))).collect();
        let choice = |(value, label): (String, String)| Choice {
            id: format!("{}-o-{value}", drawn.id),
            chosen: chosen.contains(&value),
            value,
            label,
        };
        offered.into_iter().chain(missing).map(choice).collect()
    }

    /// Returns options with the one that takes the answer back; a question that has to be answered has
    /// none once it is.
    fn with_none(&self, drawn: &Drawn<'_>, mut options: Vec<Choice>) -> Vec<Choice> {
        let chosen = options.iter().any(|option| option.chosen);
        let is_list = options.len() > RADIOS_MAX || !self.has_radios(drawn);
        if drawn.is_required() && (chosen || !is_list) {
            return options;
        }
        let none = Choice {
            id: format!("{}-o-", drawn.id),
            value: String::new(),
            label: match is_list {
                true => self.values.words.form_choose(),
                false => self.values.words.form_no_answer(),
            },
            chosen: !chosen,
        };
        match is_list {
            true => options.insert(0, none),
            false => options.push(none),
        }
        options
    }

    fn has_radios(&self, drawn: &Drawn<'_>) -> bool {
        drawn.field.kind.names().is_none() && drawn.field.kind != FieldKind::User
    }

    fn counter(&self, drawn: &Drawn<'_>) -> Control {
        let had = match drawn.value {
            Some(FieldValue::Counter(sum)) => sum.to_string(),
            _ => String::new(),
        };
        let value = drawn.typed().map_or_else(|| had.clone(), cleaned);
        Control::Counter { value, had }
    }

    fn shared_note(&self, drawn: &Drawn<'_>) -> Control {
        let text = match drawn.value {
            Some(FieldValue::SharedNote(text)) => text.as_str(),
            _ => drawn.typed().unwrap_or_default(),
        };
        let stands = match self.view.stands.get(&drawn.field.name) {
            Some(FieldValue::SharedNote(text)) if !text.is_empty() => text.as_str(),
            _ => return Control::Area { value: cleaned(text) },
        };
        match text.strip_prefix(stands) {
            Some(own) => Control::Append {
                before: stands.to_owned(),
                kept: stands.chars().count(),
                value: cleaned(own.strip_prefix('\n').unwrap_or(own)),
            },
            None => Control::Area { value: cleaned(text) },
        }
    }

    fn log(&self, drawn: &Drawn<'_>) -> Control {
        let no_entries = std::collections::BTreeMap::new();
        let entries = match drawn.value {
            Some(FieldValue::Log(entries)) => entries,
            _ => &no_entries,
        };
        let stands = |id: &str| {
            let stands = self.view.stands.get(&drawn.field.name);
            matches!(stands, Some(FieldValue::Log(known)) if known.contains_key(id))
        };
        let table = self.values.table(Some(drawn.field), entries);
        let removable = table.rows.iter().map(|row| !stands(&row.id)).collect();
        Control::Log { table, removable, parts: self.entry(drawn.field) }
    }
}

/// Returns the name under which a question's answer is sent, besides the one of a part of an entry.
pub(super) fn name_of(field: &Field) -> String {
    sent_as(&field.name)
}

fn line(kind: &'static str, mode: Option<&'static str>, value: String) -> Control {
    Control::Line(Line { kind, mode, value })
}

/// Returns how long a text is that an input of this type holds.
fn length_of(kind: &str) -> usize {
    match kind {
        "date" => "2026-11-28".len(),
        "time" => "14:30".len(),
        _ => "2026-11-28T14:30".len(),
    }
}

/// A text of more bytes gets several lines.
const LINE_BYTES: usize = 80;

/// Returns whether people write more than a line there, by the last word of a field's name.
fn is_long(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    LONG.contains(&last)
}

/// Fields of the built-in catalogue that take sentences.
const LONG: [&str; 14] = [
    "note",
    "notes",
    "account",
    "description",
    "narrative",
    "summary",
    "plan",
    "reason",
    "coaching",
    "exception",
    "process",
    "result",
    "text",
    "items",
];
