//! `cargo xtask measure`: figures of this machine, written into the page that holds them.

mod bindings;

use std::fs;
use std::path::Path;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// Measures, and puts the figures between the markers of `docs/measurements.md`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    fill(root, &FIGURES, |old| {
        let figures = call(arguments).read(root)?;
        let is_part = arguments.iter().any(|word| word == "--only" || word.starts_with("--only="));
        Ok(if is_part { with_parts(old, &figures) } else { figures })
    })
}

/// Measures what the bindings cost, and puts that between markers of its own.
pub(crate) fn run_bindings(root: &Path, records: u64) -> Result<(), Failure> {
    fill(root, &BINDINGS, |_| bindings::measure(root, records))
}

/// Fills the page. It is read before the first measurement, so that a missing mark does not cost
/// minutes of work.
fn fill(
    root: &Path,
    marks: &Marks,
    measure: impl FnOnce(&str) -> Result<String, Failure>,
) -> Result<(), Failure> {
    let path = root.join(PAGE);
    let page = fs::read_to_string(&path).map_err(|error| Failure::io(PAGE, error))?;
    let place = Place::find(&page, marks)?;
    let figures = measure(place.old)?;
    if figures.trim().is_empty() {
        return Err(Failure::unreadable("the measurement", "it printed nothing"));
    }
    fs::write(&path, place.filled(&figures)).map_err(|error| Failure::io(PAGE, error))?;
    println!("{figures}\nwritten into {PAGE}");
    Ok(())
}

fn call(arguments: &[String]) -> Cargo {
    Cargo::new("run --release --package fieldbook-tests --bin measure --").arguments(arguments)
}

/// The part of the page that belongs to a measurement.
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    before: &'a str,
    marks: &'a Marks,
    /// The figures that stand there.
    old: &'a str,
    after: &'a str,
}

/// What stands before and after it.
#[derive(Debug, PartialEq, Eq)]
struct Marks {
    begin: &'static str,
    end: &'static str,
}

impl<'a> Place<'a> {
    fn find(page: &'a str, marks: &'a Marks) -> Result<Self, Failure> {
        let Marks { begin, end } = *marks;
        let missing =
            |mark: &str| Failure::unreadable(PAGE, format!("`{mark}` stands in it not once"));
        let (before, rest) = page.split_once(begin).ok_or_else(|| missing(begin))?;
        let (old, after) = rest.split_once(end).ok_or_else(|| missing(end))?;
        if before.contains(end)
            || old.contains(begin)
            || after.contains(begin)
            || after.contains(end)
        {
            return Err(Failure::unreadable(PAGE, "its marks stand in it more than once"));
        }
        Ok(Self { before, marks, old, after })
    }

    fn filled(&self, figures: &str) -> String {
        let Self { before, marks: Marks { begin, end }, after, .. } = self;
        format!("{before}{begin}\n\n{}\n\n{end}{after}", figures.trim())
    }
}

/// Returns the old tables with those in their places that were measured again, and new ones behind them.
fn with_parts(old: &str, measured: &str) -> String {
    let mut tables: Vec<&str> = tables(old).collect();
    for table in self::tables(measured) {
        match tables.iter_mut().find(|known| heading(known) == heading(table)) {
            Some(known) => *known = table,
            None => tables.push(table),
        }
    }
    tables.iter().map(|table| format!("{}\n", table.trim_end())).collect::<Vec<_>>().join("\n")
}

/// Returns each table with its heading; not what is said of the whole run at the end.
fn tables(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("### ").map(|(at, _)| at);
    let ends = text.match_indices("### ").map(|(at, _)| at).skip(1).chain([text.len()]);
    starts.zip(ends).map(|(start, end)| {
        let table = &text[start..end];
        table.rfind("\nMeasured on ").map_or(table, |rest| &table[..rest])
    })
}

fn heading(table: &str) -> &str {
    table.lines().next().unwrap_or_default()
}

const PAGE: &str = "docs/measurements.md";

const FIGURES: Marks = Marks { begin: "<!-- measure:begin -->", end: "<!-- measure:end -->" };

const BINDINGS: Marks = Marks { begin: "<!-- bindings:begin -->", end: "<!-- bindings:end -->" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_replace_the_old_ones_and_nothing_else() {
        let Marks { begin, end } = FIGURES;
        let page = format!("# Figures\n\n{begin}\nold\n{end}\n\nHow to read them.\n");
        let filled = Place::find(&page, &FIGURES).unwrap().filled("| a | 1 |\n");
        let expected = format!("# Figures\n\n{begin}\n\n| a | 1 |\n\n{end}\n\nHow to read them.\n");
        assert_eq!(filled, expected);
        assert_eq!(Place::find(&filled, &FIGURES).unwrap().filled("| a | 1 |"), expected);
    }

    #[test]
    fn a_part_that_is_measured_alone_leaves_the_others_as_they_are() {
        let old = "### A\n\n| a | 1 |\n\n### B\n\n| b | 1 |\n\nMeasured on 2 cores in 9 s.\n";
        let measured = "### B\n\n| b | 2 |\n\n### C\n\n| c | 2 |\n\nMeasured on 2 cores in 1 s.\n";
        let expected = "### A\n\n| a | 1 |\n\n### B\n\n| b | 2 |\n\n### C\n\n| c | 2 |\n";
        assert_eq!(with_parts(old, measured), expected);
    }

    #[test]
    fn a_page_without_its_marks_or_with_two_pairs_is_refused() {
        let Marks { begin, end } = FIGURES;
        for page in [
            String::new(),
            format!("{begin}\n"),
            format!("{end}\n{begin}\n"),
            format!("{begin}{end}{begin}{end}"),
        ] {
            assert!(Place::find(&page, &FIGURES).is_err(), "{page}");
        }
    }

    #[test]
    fn the_page_has_a_place_for_each_measurement() {
        let root = crate::cargo::workspace_root().unwrap();
        let page = fs::read_to_string(root.join(PAGE)).unwrap();
        for marks in [FIGURES, BINDINGS] {
            Place::find(&page, &marks).unwrap();
        }
    }

    #[test]
    fn words_after_measure_go_to_the_measuring_program() {
        let words = ["--records".to_owned(), "10000".to_owned()];
        assert_eq!(
            call(&words).line(),
            "cargo run --release --package fieldbook-tests --bin measure -- --records 10000"
        );
    }
}
