//! What people read, in the languages of the catalogue.

use model::catalogue::Label;
use model::words::Message;

use crate::finding::{Finding, Kind, Place};
use crate::table::{Cell, Table, Tongue, tongue};
use crate::xpath::references;

/// Which languages a form has.
pub(crate) struct Labels {
    /// The language of columns that name none.
    plain: Tongue,
    /// Whether any text of it is Spanish.
    has_spanish: bool,
}

impl Labels {
    pub(crate) fn of_form(
        tables: &[&Table<'_>],
        default: Option<&str>,
        found: &mut Vec<Finding>,
    ) -> Self {
        let plain = match default.map(tongue) {
            Some(Tongue::Spanish) => Tongue::Spanish,
            _ => Tongue::English,
        };
        let has_spanish =
            plain == Tongue::Spanish || tables.iter().any(|table| table.speaks(&Tongue::Spanish));
        for table in tables {
            table.other_languages(found);
        }
        if !has_spanish && let Some(survey) = tables.first() {
            let label = survey.columns(|name| name == "label");
            let place = label.first().map_or(Place::Sheet, |(_, place)| *place);
            found.push(Finding {
                kind: Kind::Changed,
                sheet: survey.sheet.to_owned(),
                place,
                question: None,
                problem: Message::new("xls_no_spanish"),
            });
        }
        Self { plain, has_spanish }
    }

    /// Returns the text of a row in a column, in both languages. Where one is missing the other
    /// stands for it, which is said.
    pub(crate) fn of(
        &self,
        table: &Table<'_>,
        row: u32,
        column: &str,
        found: &mut Vec<Finding>,
    ) -> Option<Label> {
        let texts = table.texts(row, column);
        let plain = texts.get(&Tongue::Any);
        let get = |tongue: &Tongue| {
            texts.get(tongue).or_else(|| plain.filter(|_| self.plain == *tongue)).copied()
        };
        let (english, spanish) = (get(&Tongue::English), get(&Tongue::Spanish));
        let any = english.or(spanish).or_else(|| texts.values().next().copied())?;
        let mut say = |kind, cell: Cell<'_>, problem| {
            let (sheet, place) = (table.sheet.to_owned(), cell.place);
            found.push(Finding { kind, sheet, place, question: None, problem });
        };
        if english.is_none() {
            say(Kind::Changed, any, Message::new("xls_without_english"));
        } else if spanish.is_none() && self.has_spanish {
            say(Kind::Changed, any, Message::new("xls_without_spanish"));
        }
        for cell in texts.values().filter(|cell| references(cell.text).next().is_some()) {
            say(Kind::NotYet, *cell, Message::new("xls_answer_in_text"));
        }
        let text = |cell: Option<Cell<'_>>| cell.unwrap_or(any).text.to_owned();
        Some(Label { en: text(english), es: text(spanish) })
    }
}
