//! Plain tables for people: columns padded to their widest cell, a rule under the head.

use std::io::IsTerminal as _;

/// A table under construction.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    title: String,
    right: bool,
    wide: bool,
}

impl Column {
    /// Creates a column that is aligned to the left and never cut.
    pub fn left(title: String) -> Self {
        Self { title, right: false, wide: false }
    }

    /// Creates a column that is aligned to the right and never cut.
    pub fn right(title: String) -> Self {
        Self { right: true, ..Self::left(title) }
    }

    /// Creates a column of texts, which are cut if the terminal is too narrow.
    pub fn wide(title: String) -> Self {
        Self { wide: true, ..Self::left(title) }
    }
}

impl Table {
    /// Creates a table with these columns. A column whose head begins with `>` is aligned to the
    /// right, one whose head begins with `~` is cut where the terminal is too narrow.
    pub fn new<const N: usize>(head: [&str; N]) -> Self {
        Self::of(head.map(|title| {
            let name = title.trim_start_matches(['>', '~']).to_owned();
            match title.chars().next() {
                Some('>') => Column::right(name),
                Some('~') => Column::wide(name),
                _ => Column::left(name),
            }
        }))
    }

    /// Creates a table with these columns.
    pub fn of<const N: usize>(columns: [Column; N]) -> Self {
        Self { columns: columns.into(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(|cell| one_line(&cell)).collect());
    }

    /// Returns whether the table has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the table as text, or `empty` when it has no row.
    pub fn render_or(&self, empty: &str) -> String {
        if self.rows.is_empty() { format!("{empty}\n") } else { self.render() }
    }

    /// Returns the table as text, at most as wide as the terminal.
    pub fn render(&self) -> String {
        self.render_within(terminal_width())
    }

    /// Returns the table as text. Where it is wider than this, its wide columns are cut, but never
    /// to less than `CUT_TO_MIN`.
    pub fn render_within(&self, most: Option<usize>) -> String {
        let mut widths: Vec<usize> = (0..self.columns.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                let title = &self.columns[column].title;
                cells.chain([title]).map(|cell| width(cell)).max().unwrap_or(0)
            })
            .collect();
        if let Some(most) = most {
            self.narrow(&mut widths, most);
        }
        let head: Vec<String> = self.columns.iter().map(|column| column.title.clone()).collect();
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let mut text = String::new();
        for row in [&head, &rule].into_iter().chain(&self.rows) {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let cell = shortened(cell, widths[column]);
                let padding = " ".repeat(widths[column].saturating_sub(width(&cell)));
                let right = self.columns[column].right;
                let parts = if right { [&padding, &cell] } else { [&cell, &padding] };
                line.extend(parts.map(String::as_str));
                line.push_str(BETWEEN);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// Takes from the widest of the columns that may be cut, until the table fits.
    fn narrow(&self, widths: &mut [usize], most: usize) {
        loop {
            let between = BETWEEN.len() * widths.len().saturating_sub(1);
            let total: usize = widths.iter().sum::<usize>() + between;
            let cut = (0..widths.len())
                .filter(|at| self.columns[*at].wide && CUT_TO_MIN < widths[*at])
                .max_by_key(|at| widths[*at]);
            match cut {
                Some(at) if most < total => widths[at] -= 1,
                _ => return,
            }
        }
    }
}

/// What stands between two columns.
const BETWEEN: &str = "  ";

/// A text of fewer characters says nothing.
const CUT_TO_MIN: usize = 12;

/// Returns the width of the terminal, from `COLUMNS` or from the terminal itself, or `None` if the
/// output goes to a program or a file, which reads it whole.
fn terminal_width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let told = told.or_else(|| Some(usize::from(terminal_size::terminal_size()?.0.0)));
    told.filter(|columns| 0 < *columns)
}

/// Returns lines of label and value, the values in one column.
pub fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let pairs: Vec<_> = pairs.into_iter().collect();
    let widest = pairs.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    let mut text = String::new();
    for (label, value) in pairs {
        let padding = " ".repeat(widest - width(label));
        let indent = format!("\n{}", " ".repeat(widest + 4));
        let value = value.trim_end().replace('\n', &indent);
        text.push_str(format!("  {label}{padding}  {value}").trim_end());
        text.push('\n');
    }
    text
}

/// Returns the beginning of a text, at most `most` characters of it, on one line.
pub fn shortened(text: &str, most: usize) -> String {
    let text = one_line(text);
    if text.chars().count() <= most {
        return text;
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_letters() {
        let mut table = Table::new(["who", ">records"]);
        table.row(["José".into(), "7".into()]);
        table.row(["Ana Ejemplo".into(), "120".into()]);
        assert_eq!(
            table.render(),
            "who          records\n───────────  ───────\nJosé               7\n\
             Ana Ejemplo      120\n"
        );
        assert_eq!(Table::new(["a"]).render_or("nothing yet"), "nothing yet\n");
    }

    #[test]
    fn a_table_that_is_wider_than_the_terminal_cuts_its_texts_and_nothing_else() {
        let mut table = Table::new(["~what", ">n", "id"]);
        table.row(["a very long title of a record".into(), "7".into(), "0190c0de-0000".into()]);
        table.row(["José".into(), "12".into(), "0190c0de-0001".into()]);
        let full = table.render_within(None);
        assert!(full.contains("a very long title of a record   7"), "{full}");
        assert_eq!(table.render_within(Some(200)), full);
        let narrow = table.render_within(Some(36));
        assert!(narrow.lines().all(|line| width(line) <= 36), "{narrow}");
        assert!(
            narrow.contains("a very long titl…") || narrow.contains("a very long tit…"),
            "{narrow}"
        );
        assert!(narrow.contains("0190c0de-0000") && narrow.contains("José"), "{narrow}");
        // Where even that does not do, ids stay whole.
        let least = table.render_within(Some(10));
        assert!(least.contains("0190c0de-0000") && least.contains("a very long…"), "{least}");
    }

    #[test]
    fn long_texts_are_cut_and_stay_on_their_line() {
        assert_eq!(shortened("one\ntwo three", 9), "one two…");
        assert_eq!(shortened("short", 9), "short");
        assert_eq!(
            pairs([("a", "1\n2".into()), ("long", "3".into())]),
            "  a     1\n        2\n  long  3\n"
        );
    }
}
