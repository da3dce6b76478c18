//! `cargo xtask measure`: figures of this machine, written into the page that holds them.

mod bindings;

use std::fs;
use std::path::Path;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// Measures, and puts the figures between the markers of `docs/measurements.md`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    fill(root, &FIGURES, || call(arguments).read(root))
}

/// Measures what the bindings cost, and puts that between markers of its own.
pub(crate) fn run_bindings(root: &Path, records: u64) -> Result<(), Failure> {
    fill(root, &BINDINGS, || bindings::measure(root, records))
}

/// Fills the page. It is read before the first measurement, so that a missing mark does not cost
/// minutes of work.
fn fill(
    root: &Path,
    marks: &Marks,
    measure: impl FnOnce() -> Result<String, Failure>,
) -> Result<(), Failure> {
    let path = root.join(PAGE);
    let page = fs::read_to_string(&path).map_err(|error| Failure::io(PAGE, error))?;
    let place = Place::find(&page, marks)?;
    let figures = measure()?;
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
        Ok(Self { before, marks, after })
    }

    fn filled(&self, figures: &str) -> String {
        let Self { before, marks: Marks { begin, end }, after } = self;
        format!("{before}{begin}\n\n{}\n\n{end}{after}", figures.trim())
    }
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
