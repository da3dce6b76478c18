//! What is said of a form that was read: what was not taken over, and why.

use std::fmt;

use model::words::{Explained, LanguageTag, Message};

/// What kind of thing is said of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The department's policy does not allow it.
    Refused,
    /// It has no counterpart here yet.
    NotYet,
    /// It was taken over otherwise than it stands there.
    Changed,
}

impl Kind {
    /// Returns its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NotYet => "not_yet",
            Self::Changed => "changed",
        }
    }
}

/// Something about one cell, or about a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// The sheet.
    pub sheet: String,
    /// Where in it.
    pub place: Place,
    /// The name that the question has in the form; `None` if no single question is meant.
    pub question: Option<String>,
    /// What is the matter.
    pub problem: Message,
}

/// A cell, or all cells of a column, a row, a sheet. Rows and columns count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The whole sheet.
    Sheet,
    /// One cell.
    Cell {
        /// Its row.
        row: u32,
        /// Its column.
        column: u32,
    },
    /// A column with all that stands in it.
    Column(u32),
    /// The cell that decides over all that stands in its row.
    Row {
        /// Its row.
        row: u32,
        /// Its column.
        column: u32,
    },
}

impl Place {
    /// Returns whether a cell lies in it.
    pub fn covers(self, row: u32, column: u32) -> bool {
        match self {
            Self::Sheet => true,
            Self::Cell { row: of_row, column: of_column } => (of_row, of_column) == (row, column),
            Self::Column(of_column) => of_column == column,
            Self::Row { row: of_row, .. } => of_row == row,
        }
    }
}

impl fmt::Display for Place {
    /// As a spreadsheet names it: `B7`, `B:B`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sheet => Ok(()),
            Self::Cell { row, column } | Self::Row { row, column } => {
                write!(f, "{}{}", letters(*column), row + 1)
            }
            Self::Column(column) => write!(f, "{0}:{0}", letters(*column)),
        }
    }
}

fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    letters.into_iter().collect()
}

impl Explained for Finding {
    fn message(&self) -> Message {
        let code = match (self.kind, self.place) {
            (_, Place::Sheet) => "xls_finding_sheet",
            (Kind::Refused, _) => "xls_finding_refused",
            (Kind::NotYet, _) => "xls_finding_not_yet",
            (Kind::Changed, _) => "xls_finding_changed",
        };
        let message = Message::new(code).with("sheet", &self.sheet).with("cell", self.place);
        message.inside("problem", self.problem.clone())
    }
}

impl Finding {
    /// Returns where it is and what is the matter, in a language.
    pub fn in_language(&self, language: impl Into<LanguageTag>) -> String {
        self.message().told(language)
    }
}
