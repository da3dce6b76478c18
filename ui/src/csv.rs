//! Tables as files for spreadsheets: RFC 4180, in UTF-8 with the mark by which they know it.

use csv::{Terminator, Writer, WriterBuilder};

/// A table that is being written.
pub(crate) struct Csv {
    writer: Writer<Vec<u8>>,
}

impl Csv {
    /// Begins a table with its heads.
    pub(crate) fn new<const N: usize>(heads: [String; N]) -> Self {
        let bytes = MARK.as_bytes().to_vec();
        let writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(bytes);
        let mut csv = Self { writer };
        csv.row(heads);
        csv
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        // Rows of one length, written into memory: neither can fail.
        drop(self.writer.write_record(cells.map(inert)));
    }

    /// Returns the file.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner().unwrap_or_default()
    }
}

/// Returns a cell that no spreadsheet works out: it is kept a text.
fn inert(cell: String) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell,
    }
}

/// By this spreadsheets know UTF-8.
const MARK: &str = "\u{feff}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_is_never_worked_out() {
        let mut csv = Csv::new(["Owner".to_owned(), "Kind".to_owned()]);
        csv.row(["Sol \"S\", Sauce".to_owned(), "=1+1".to_owned()]);
        csv.row(["@x\ny".to_owned(), "2026-11-25".to_owned()]);
        let expected =
            "\u{feff}Owner,Kind\r\n\"Sol \"\"S\"\", Sauce\",'=1+1\r\n\"'@x\ny\",2026-11-25\r\n";
        assert_eq!(String::from_utf8(csv.into_bytes()).unwrap(), expected);
    }
}
