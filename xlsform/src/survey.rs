//! The rows of a survey: which question each is, and in which groups it stands.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{DatumKind, Label};
use model::ids::FieldName;
use model::words::Message;

use crate::finding::{Finding, Kind, Place};
use crate::kinds::{Block, Choosing, RowType, row_type};
use crate::labels::Labels;
use crate::limits::GROUP_DEPTH_MAX;
use crate::lists::Lists;
use crate::names::{RESERVED, fit};
use crate::table::{Cell, Table};

/// A form as its rows say it, with nothing translated yet.
#[derive(Debug, Default)]
pub(crate) struct Survey<'c> {
    pub(crate) sections: Vec<Group<'c>>,
    pub(crate) items: Vec<Item>,
    /// The rows that were taken as notes, each with where it stands.
    pub(crate) notes: Vec<Note<'c>>,
    /// The names that several questions have, in groups of their own.
    pub(crate) ambiguous: BTreeSet<String>,
}

/// A group, flat: with the conditions of all around it.
#[derive(Debug, Clone)]
pub(crate) struct Group<'c> {
    pub(crate) row: u32,
    pub(crate) name: FieldName,
    pub(crate) label: Label,
    pub(crate) page: bool,
    /// Its own condition first, then those of the groups around it.
    pub(crate) relevant: Vec<Cell<'c>>,
}

/// A question, or a repeat.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) row: u32,
    /// Its name in the form.
    pub(crate) original: String,
    pub(crate) name: FieldName,
    pub(crate) what: What,
    /// The group it stands in, by its number.
    pub(crate) section: Option<usize>,
    /// The repeat it stands in, by the number of its item.
    pub(crate) repeat: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Text,
    Integer,
    Decimal,
    Range,
    Date,
    Time,
    DateTime,
    Acknowledge,
    One(Choosing),
    Several(Choosing),
    Calculate,
    Repeat,
    /// What is said instead of an option: of the question of this number.
    Other(usize),
}

impl What {
    /// Returns what its answers are; `None` if they are no one value, or not known yet.
    pub(crate) fn datum(&self, lists: &Lists) -> Option<DatumKind> {
        Some(match self {
            Self::Text | Self::Other(_) => DatumKind::Text,
            Self::Integer | Self::Decimal | Self::Range => DatumKind::Number,
            Self::Date => DatumKind::Day,
            Self::Time => DatumKind::Time,
            Self::DateTime => DatumKind::Instant,
            Self::Acknowledge => DatumKind::Bool,
            Self::One(choosing) => {
                match lists.all.get(&choosing.list).is_some_and(|list| list.is_bool()) {
                    true => DatumKind::Bool,
                    false => DatumKind::Text,
                }
            }
            Self::Several(_) => DatumKind::Options,
            Self::Calculate | Self::Repeat => return None,
        })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Note<'c> {
    pub(crate) row: u32,
    pub(crate) label: Label,
    pub(crate) relevant: Option<Cell<'c>>,
    pub(crate) section: Option<usize>,
    /// How many items stood before it.
    pub(crate) before: usize,
    pub(crate) place: Place,
    pub(crate) original: String,
}

/// What is open while rows are read.
struct Open<'c> {
    block: Block,
    /// The group's number; `None` for one within a repeat, or one that is not taken.
    section: Option<usize>,
    relevant: Vec<Cell<'c>>,
    repeat: Option<usize>,
}

pub(crate) struct Walk<'a, 'c> {
    pub(crate) table: &'a Table<'c>,
    pub(crate) labels: &'a Labels,
    pub(crate) lists: &'a Lists,
    /// The names that no field may have, and those that were given.
    pub(crate) taken: BTreeSet<String>,
    pub(crate) found: &'a mut Vec<Finding>,
    section_names: BTreeSet<String>,
    /// The questions by their names, each with the group it stands in.
    originals: BTreeMap<String, Option<usize>>,
    /// The names within each repeat, by the number of its item.
    in_repeats: BTreeMap<usize, BTreeSet<String>>,
    open: Vec<Open<'c>>,
    survey: Survey<'c>,
}

impl<'a, 'c> Walk<'a, 'c> {
    pub(crate) fn new(
        table: &'a Table<'c>,
        labels: &'a Labels,
        lists: &'a Lists,
        common: impl Iterator<Item = String>,
        found: &'a mut Vec<Finding>,
    ) -> Self {
        let taken = common.chain(RESERVED.iter().map(|name| (*name).to_owned())).collect();
        Self {
            table,
            labels,
            lists,
            taken,
            found,
            section_names: BTreeSet::new(),
            originals: BTreeMap::new(),
            in_repeats: BTreeMap::new(),
            open: Vec::new(),
            survey: Survey::default(),
        }
    }

    /// Reads all rows.
    pub(crate) fn all(mut self) -> Survey<'c> {
        for row in self.table.rows() {
            self.row(row);
        }
        self.survey
    }

    fn say(&mut self, kind: Kind, place: Place, question: Option<&str>, problem: Message) {
        let question = question.map(str::to_owned);
        let sheet = self.table.sheet.to_owned();
        self.found.push(Finding { kind, sheet, place, question, problem });
    }

    fn row(&mut self, row: u32) {
        let Some(kind) = self.table.take(row, "type") else { return };
        let Place::Cell { column, .. } = kind.place else { return };
        let whole = Place::Row { row, column };
        let disabled = self.table.take(row, "disabled");
        if let Some(cell) = disabled
            && is_yes(cell.text)
        {
            self.table.take_row(row);
            return self.say(Kind::Changed, whole, None, Message::new("xls_disabled"));
        }
        let name = self.table.take(row, "name");
        let what = match row_type(kind.text) {
            RowType::Begin(Block::Group) => return self.begin_group(row, name, whole),
            RowType::Begin(Block::Repeat) => What::Repeat,
            RowType::End(block) => return self.end(block, whole),
            RowType::Left(kind, problem) => {
                self.table.take_row(row);
                return self.say(kind, whole, name.map(|name| name.text), problem);
            }
            RowType::Note => return self.note(row, name, whole),
            RowType::Text => What::Text,
            RowType::Integer => What::Integer,
            RowType::Decimal => What::Decimal,
            RowType::Range => What::Range,
            RowType::Date => What::Date,
            RowType::Time => What::Time,
            RowType::DateTime => What::DateTime,
            RowType::Acknowledge => What::Acknowledge,
            RowType::One(choosing) => What::One(choosing),
            RowType::Several(choosing) => What::Several(choosing),
            RowType::Calculate => What::Calculate,
        };
        self.item(row, name, what, whole);
    }

    fn item(&mut self, row: u32, name: Option<Cell<'c>>, what: What, whole: Place) {
        let original = name.map_or_else(|| format!("row_{}", row + 1), |it| it.text.to_owned());
        let section = self.open.iter().rev().find_map(|open| open.section);
        let repeat = self.open.iter().rev().find_map(|open| open.repeat);
        let is_twice = match repeat {
            Some(repeat) => {
                self.in_repeats.get(&repeat).is_some_and(|names| names.contains(&original))
            }
            None => self.originals.get(&original) == Some(&section),
        };
        let problem = match &what {
            What::One(choosing) | What::Several(choosing)
                if self.lists.all.get(&choosing.list).is_none_or(|it| it.options.is_empty()) =>
            {
                Some(Message::new("xls_no_list").with("name", &choosing.list))
            }
            _ if is_twice => Some(Message::new("xls_name_twice").with("name", &original)),
            _ => self.not_in_a_repeat(&what),
        };
        if let Some(problem) = problem {
            self.table.take_row(row);
            self.say(Kind::NotYet, whole, Some(&original), problem);
            if what == What::Repeat {
                // What stands in it belongs to the repeat around it, or to nothing.
                let relevant = Vec::new();
                self.open.push(Open {
                    block: Block::Repeat,
                    section: None,
                    relevant,
                    repeat: None,
                });
            }
            return;
        }
        let place = name.map(|name| name.place);
        let Some(fitting) = self.named(&original, place, repeat) else { return };
        let mut original = original;
        if repeat.is_none() && self.originals.contains_key(&original) {
            // Another group has one of that name: which is meant by it is not known.
            self.survey.ambiguous.insert(original.clone());
            original = format!("{}/{original}", section.unwrap_or_default());
        }
        if repeat.is_none() {
            self.originals.insert(original.clone(), section);
        }
        let number = self.survey.items.len();
        if what == What::Repeat {
            let relevant = Vec::new();
            let repeat = Some(number);
            self.open.push(Open { block: Block::Repeat, section: None, relevant, repeat });
        }
        let or_other = match &what {
            What::One(choosing) | What::Several(choosing) => choosing.or_other,
            _ => false,
        };
        let item = Item { row, original, name: fitting, what, section, repeat };
        let other = or_other.then(|| format!("{}_other", item.original));
        self.survey.items.push(item);
        if let Some(other) = other
            && let Some(name) = self.named(&other, None, repeat)
        {
            self.originals.insert(other.clone(), section);
            let what = What::Other(number);
            self.survey.items.push(Item { row, original: other, name, what, section, repeat });
        }
    }

    /// Returns why a question cannot stand where it does.
    fn not_in_a_repeat(&self, what: &What) -> Option<Message> {
        let around = self.open.iter().rev().find(|open| open.block == Block::Repeat)?;
        match what {
            _ if around.repeat.is_none() => Some(Message::new("xls_repeat_in_repeat")),
            What::Repeat => Some(Message::new("xls_repeat_in_repeat")),
            What::Calculate => Some(Message::new("xls_not_in_a_repeat")),
            What::One(choosing) | What::Several(choosing) if choosing.or_other => {
                Some(Message::new("xls_not_in_a_repeat"))
            }
            _ => None,
        }
    }

    fn named(
        &mut self,
        original: &str,
        place: Option<Place>,
        repeat: Option<usize>,
    ) -> Option<FieldName> {
        // The fields of an entry have names of their own.
        let fitting = match repeat {
            Some(repeat) => {
                let names = self.in_repeats.entry(repeat).or_default();
                names.insert(original.to_owned());
                let reserved = RESERVED.iter().map(|name| (*name).to_owned());
                let others = names.iter().filter(|name| *name != original).cloned();
                let fitting = fit(original, &reserved.chain(others).collect());
                names.insert(fitting.clone());
                fitting
            }
            None => {
                let fitting = fit(original, &self.taken);
                self.taken.insert(fitting.clone());
                fitting
            }
        };
        if fitting != original
            && let Some(place) = place
        {
            let problem = Message::new("xls_renamed").with("name", &fitting);
            self.say(Kind::Changed, place, None, problem);
        }
        fitting.parse().ok()
    }

    fn begin_group(&mut self, row: u32, name: Option<Cell<'c>>, whole: Place) {
        let around: Vec<Cell<'c>> =
            self.open.last().map(|open| open.relevant.clone()).unwrap_or_default();
        let block = Block::Group;
        if self.open.len() >= GROUP_DEPTH_MAX {
            let problem = Message::new("xls_groups_too_deep").with("most", GROUP_DEPTH_MAX);
            self.table.take_row(row);
            self.say(Kind::NotYet, whole, None, problem);
            return self.open.push(Open { block, section: None, relevant: around, repeat: None });
        }
        if self.open.iter().any(|open| open.block == Block::Repeat) {
            // An entry is asked as a whole: its groups are not told apart.
            self.labels.of(self.table, row, "label", self.found);
            for (_, cell) in self.table.unused(row) {
                self.say(Kind::NotYet, cell.place, None, Message::new("xls_entry_asked_whole"));
            }
            self.table.take_row(row);
            return self.open.push(Open { block, section: None, relevant: around, repeat: None });
        }
        let original = name.map_or("group", |name| name.text);
        let label = self.labels.of(self.table, row, "label", self.found);
        let label = label.unwrap_or_else(|| humanised(original));
        let mut page = false;
        if let Some(cell) = self.table.take(row, "appearance") {
            let words = cell.text.split_whitespace();
            page = words.clone().any(|word| word == "field-list");
            if words.clone().any(|word| word != "field-list") {
                self.say(Kind::NotYet, cell.place, None, Message::new("xls_appearance"));
            }
        }
        let mut relevant: Vec<Cell<'c>> = self.table.take(row, "relevant").into_iter().collect();
        relevant.extend(around);
        let fitting = fit(original, &self.section_names);
        self.section_names.insert(fitting.clone());
        let section = fitting.parse().ok().map(|name| {
            let relevant = relevant.clone();
            self.survey.sections.push(Group { row, name, label, page, relevant });
            self.survey.sections.len() - 1
        });
        self.open.push(Open { block, section, relevant, repeat: None });
    }

    fn end(&mut self, block: Block, whole: Place) {
        match self.open.last() {
            Some(open) if open.block == block => drop(self.open.pop()),
            _ => self.say(Kind::NotYet, whole, None, Message::new("xls_end_of_nothing")),
        }
    }

    fn note(&mut self, row: u32, name: Option<Cell<'c>>, place: Place) {
        let original = name.map(|name| name.text.to_owned()).unwrap_or_default();
        if self.open.iter().any(|open| open.block == Block::Repeat) {
            self.table.take_row(row);
            let problem = Message::new("xls_entry_asked_whole");
            return self.say(Kind::NotYet, place, Some(&original), problem);
        }
        let label = self.labels.of(self.table, row, "label", self.found);
        let hint = self.labels.of(self.table, row, "hint", self.found);
        let label = match (label, hint) {
            (Some(label), Some(hint)) => joined(&label, &hint),
            (Some(label), None) | (None, Some(label)) => label,
            (None, None) => {
                self.table.take_row(row);
                return self.say(
                    Kind::NotYet,
                    place,
                    Some(&original),
                    Message::new("xls_no_label"),
                );
            }
        };
        let relevant = self.table.take(row, "relevant");
        let section = self.open.iter().rev().find_map(|open| open.section);
        let before = self.survey.items.len();
        self.survey.notes.push(Note { row, label, relevant, section, before, place, original });
    }
}

/// Returns two texts one below the other.
pub(crate) fn joined(one: &Label, other: &Label) -> Label {
    let tags = one.others.keys().chain(other.others.keys());
    let others = tags.map(|tag| {
        (
            *tag,
            format!(
                "{}
{}",
                one.in_language(*tag),
                other.in_language(*tag)
            ),
        )
    });
    Label {
        en: format!(
            "{}
{}",
            one.en, other.en
        ),
        others: others.collect(),
    }
}

/// Returns a name as a text for people.
pub(crate) fn humanised(name: &str) -> Label {
    let text = name.replace('_', " ");
    let text = if text.trim().is_empty() { name.to_owned() } else { text };
    Label::same(text)
}

/// Returns whether a cell says yes.
pub(crate) fn is_yes(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "yes" | "true" | "true()" | "1")
}

/// Returns whether a cell says no.
pub(crate) fn is_no(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "no" | "false" | "false()" | "0")
}
