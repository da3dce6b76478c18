//! `cargo xtask measure`: figures of this machine, written into the page that holds them.

use std::fs;
use std::path::Path;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// Measures, and puts the figures between the markers of `docs/measurements.md`.
///
/// The page is read before the first measurement: minutes of work are not lost to a missing mark.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let path = root.join(PAGE);
    let page = fs::read_to_string(&path).map_err(|error| Failure::io(PAGE, error))?;
    let place = Place::find(&page)?;
    let figures = call(arguments).read(root)?;
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

/// The part of the page that belongs to this command.
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    before: &'a str,
    after: &'a str,
}

impl<'a> Place<'a> {
    fn find(page: &'a str) -> Result<Self, Failure> {
        let missing =
            |mark: &str| Failure::unreadable(PAGE, format!("`{mark}` stands in it not once"));
        let (before, rest) = page.split_once(BEGIN).ok_or_else(|| missing(BEGIN))?;
        let (old, after) = rest.split_once(END).ok_or_else(|| missing(END))?;
        if before.contains(END)
            || old.contains(BEGIN)
            || after.contains(BEGIN)
            || after.contains(END)
        {
            return Err(Failure::unreadable(PAGE, "its marks stand in it more than once"));
        }
        Ok(Self { before, after })
    }

    fn filled(&self, figures: &str) -> String {
        let Self { before, after } = self;
        format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", figures.trim())
    }
}

const PAGE: &str = "docs/measurements.md";
const BEGIN: &str = "<!-- measure:begin -->";
const END: &str = "<!-- measure:end -->";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_replace_the_old_ones_and_nothing_else() {
        let page = format!("# Figures\n\n{BEGIN}\nold\n{END}\n\nHow to read them.\n");
        let filled = Place::find(&page).unwrap().filled("| a | 1 |\n");
        let expected = format!("# Figures\n\n{BEGIN}\n\n| a | 1 |\n\n{END}\n\nHow to read them.\n");
        assert_eq!(filled, expected);
        assert_eq!(Place::find(&filled).unwrap().filled("| a | 1 |"), expected);
    }

    #[test]
    fn a_page_without_its_marks_or_with_two_pairs_is_refused() {
        for page in [
            String::new(),
            format!("{BEGIN}\n"),
            format!("{END}\n{BEGIN}\n"),
            format!("{BEGIN}{END}{BEGIN}{END}"),
        ] {
            assert!(Place::find(&page).is_err(), "{page}");
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
