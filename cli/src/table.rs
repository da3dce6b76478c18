//! Plain tables for people: columns padded to their widest cell, a rule under the head.

/// A table under construction.
#[derive(Debug, Clone)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<bool>,
}

impl Table {
    /// A table with these columns. A column whose head begins with `>` is aligned to the right.
    pub fn new<const N: usize>(head: [&str; N]) -> Self {
        Self {
            right: head.iter().map(|title| title.starts_with('>')).collect(),
            head: head.iter().map(|title| title.trim_start_matches('>').to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(|cell| one_line(&cell)).collect());
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text, or `empty` when it has no row.
    pub fn render_or(&self, empty: &str) -> String {
        if self.rows.is_empty() { format!("{empty}\n") } else { self.render() }
    }

    /// The table as text.
    pub fn render(&self) -> String {
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.chain([&self.head[column]]).map(|cell| width(cell)).max().unwrap_or(0)
            })
            .collect();
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let mut text = String::new();
        for row in [&self.head, &rule].into_iter().chain(&self.rows) {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let padding = " ".repeat(widths[column].saturating_sub(width(cell)));
                let parts = if self.right[column] { [&padding, cell] } else { [cell, &padding] };
                line.extend(parts.map(String::as_str));
                line.push_str("  ");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Label and value under each other, the values in one column.
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

/// The beginning of a text, at most `most` characters of it, on one line.
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
    fn long_texts_are_cut_and_stay_on_their_line() {
        assert_eq!(shortened("one\ntwo three", 9), "one two…");
        assert_eq!(shortened("short", 9), "short");
        assert_eq!(
            pairs([("a", "1\n2".into()), ("long", "3".into())]),
            "  a     1\n        2\n  long  3\n"
        );
    }
}
