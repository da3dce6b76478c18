//! Tables as files for spreadsheets: RFC 4180, in UTF-8 with the mark by which they know it.

/// A table that is being written.
pub(crate) struct Csv {
    text: String,
}

impl Csv {
    /// Begins a table with its heads.
    pub(crate) fn new<const N: usize>(heads: [String; N]) -> Self {
        let mut csv = Self { text: String::from('\u{feff}') };
        csv.row(heads);
        csv
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        self.text.push_str(&cells.join(","));
        self.text.push_str("\r\n");
    }

    /// Returns the file.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// Returns a cell as it stands in the file. One that a spreadsheet would work out is kept a text.
fn quoted(cell: &str) -> String {
    let begins = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if begins { format!("'{cell}") } else { cell.to_owned() };
    match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

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
