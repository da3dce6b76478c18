//! The cells of a spreadsheet file, within bounds.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, Xlsx};
use model::words::{Explained, Message};
use zip::ZipArchive;

use crate::limits::{
    CELL_BYTES_MAX, CELLS_MAX, FILE_BYTES_MAX, PARTS_MAX, ROWS_MAX, UNZIPPED_BYTES_MAX,
};

/// The cells that hold something, by sheet, row and column. Rows and columns count from 0.
pub(crate) type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

/// The sheets that a form may have, as far as they are there.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// By their names in lower case.
    pub(crate) sheets: BTreeMap<String, Cells>,
    /// All other sheets that hold something, by their names.
    pub(crate) others: Vec<String>,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is larger than [`FILE_BYTES_MAX`], or has more parts or unzips to more than there may be.
    TooLarge,
    /// A sheet of it has more rows or cells than there may be, or a longer text.
    SheetTooLarge {
        /// The sheet.
        sheet: String,
    },
    /// It is no .xlsx file, or a damaged one.
    NotASpreadsheet,
    /// It has no sheet `survey`.
    NoSurvey,
}

impl Explained for Unreadable {
    fn message(&self) -> Message {
        match self {
            Self::TooLarge => {
                Message::new("xls_file_too_large").with("most", FILE_BYTES_MAX / (1024 * 1024))
            }
            Self::SheetTooLarge { sheet } => Message::new("xls_sheet_too_large")
                .with("sheet", sheet)
                .with("rows", ROWS_MAX)
                .with("cells", CELLS_MAX),
            Self::NotASpreadsheet => Message::new("xls_not_a_spreadsheet"),
            Self::NoSurvey => Message::new("xls_no_survey"),
        }
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for Unreadable {}

/// The sheets that are read, with what each may be called.
const SHEETS: [&str; 3] = ["survey", "choices", "settings"];

/// Reads the file.
///
/// # Errors
/// Says why it is not read.
pub(crate) fn read(bytes: &[u8]) -> Result<Book, Unreadable> {
    check_size(bytes)?;
    // The reader is somebody else's code, and the file may be anything: should it ever panic, the
    // file is damaged, and no more than that.
    catch_unwind(AssertUnwindSafe(|| read_cells(bytes))).unwrap_or(Err(Unreadable::NotASpreadsheet))
}

/// Unzips every part once, to see that they are no larger than they may be: what they say of
/// themselves may be false.
fn check_size(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Unreadable::TooLarge);
    }
    let damaged = |_| Unreadable::NotASpreadsheet;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > PARTS_MAX {
        return Err(Unreadable::TooLarge);
    }
    let mut left = UNZIPPED_BYTES_MAX;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(damaged)?;
        let read = io::copy(&mut part.take(left.saturating_add(1)), &mut io::sink());
        let read = read.map_err(|_| Unreadable::NotASpreadsheet)?;
        left = left.checked_sub(read).ok_or(Unreadable::TooLarge)?;
    }
    Ok(())
}

fn read_cells(bytes: &[u8]) -> Result<Book, Unreadable> {
    let damaged = |_| Unreadable::NotASpreadsheet;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut book = Book::default();
    for name in workbook.sheet_names() {
        let known = name.trim().to_lowercase();
        if !SHEETS.contains(&known.as_str()) {
            // A sheet of drawings has no cells.
            let holds_any = workbook
                .worksheet_cells_reader(&name)
                .is_ok_and(|mut cells| matches!(cells.next_cell(), Ok(Some(_))));
            book.others.extend(holds_any.then_some(name));
            continue;
        }
        let too_large = || Unreadable::SheetTooLarge { sheet: name.clone() };
        // Cell by cell: a range would make room for every cell up to the farthest one.
        let mut reader = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
        let mut cells = Cells::new();
        let mut count = 0;
        while let Some(cell) = reader.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            let Some(text) = text_of(cell.get_value()) else { continue };
            count += 1;
            if count > CELLS_MAX || text.len() > CELL_BYTES_MAX {
                return Err(too_large());
            }
            cells.entry(row).or_default().insert(column, text);
            if cells.len() > ROWS_MAX {
                return Err(too_large());
            }
        }
        book.sheets.insert(known, cells);
    }
    if book.sheets.contains_key("survey") { Ok(book) } else { Err(Unreadable::NoSurvey) }
}

/// Returns the text of a cell as people see it; `None` if there is none.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        // As spreadsheets show it, and pyxform reads it.
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    };
    let text = text.replace('\u{a0}', " ").trim().to_owned();
    (!text.is_empty()).then_some(text)
}
