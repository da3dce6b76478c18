//! What people read, in the languages of the catalogue.

use std::collections::BTreeMap;

use model::catalogue::Label;
use model::words::{LanguageTag, Message};

use crate::finding::{Finding, Kind};
use crate::table::{Cell, Table, Tongue, tongue};
use crate::xpath::references;

/// Which languages a form has.
pub(crate) struct Labels {
    /// The language of columns that name none.
    plain: LanguageTag,
}

impl Labels {
    pub(crate) fn of_form(
        tables: &[&Table<'_>],
        default: Option<&str>,
        found: &mut Vec<Finding>,
    ) -> Self {
        let plain = match default.map(tongue) {
            Some(Tongue::Tag(tag)) => tag,
            _ => LanguageTag::ENGLISH,
        };
        tables.iter().for_each(|table| table.other_languages(found));
        Self { plain }
    }

    /// Returns the text of a row in a column, in the languages that it is in. Where it is not in
    /// English another language stands for that, which is said.
    pub(crate) fn of(
        &self,
        table: &Table<'_>,
        row: u32,
        column: &str,
        found: &mut Vec<Finding>,
    ) -> Option<Label> {
        let texts = table.texts(row, column);
        let mut known: BTreeMap<LanguageTag, Cell<'_>> = BTreeMap::new();
        for (tongue, cell) in &texts {
            match tongue {
                Tongue::Any => drop(known.entry(self.plain).or_insert(*cell)),
                // What names its language comes before what names none.
                Tongue::Tag(tag) => drop(known.insert(*tag, *cell)),
                Tongue::Other(_) => {}
            }
        }
        let english = known.remove(&LanguageTag::ENGLISH);
        let spanish = known.get(&LanguageTag::SPANISH).copied();
        let any = english.or(spanish).or_else(|| known.values().next().copied());
        let any = any.or_else(|| texts.values().next().copied())?;
        let mut say = |kind, cell: Cell<'_>, problem| {
            let (sheet, place) = (table.sheet.to_owned(), cell.place);
            found.push(Finding { kind, sheet, place, question: None, problem });
        };
        if english.is_none() {
            say(Kind::Changed, any, Message::new("xls_without_english"));
        }
        for cell in texts.values().filter(|cell| references(cell.text).next().is_some()) {
            say(Kind::NotYet, *cell, Message::new("xls_answer_in_text"));
        }
        let others = known.into_iter().map(|(tag, cell)| (tag, cell.text.to_owned())).collect();
        Some(Label { en: any.text.to_owned(), others })
    }
}
