//! The README's tour by hand, run line by line as it stands there.

use crate::sandbox::{Sandbox, text};

const README: &str = include_str!("../../README.md");

#[test]
fn the_tour_of_ten_lines_works_as_it_is_written() {
    let mut sandbox = Sandbox::new();
    let tour = tour();
    assert_eq!(tour.len(), 10, "{tour:#?}");
    let (mut invitation, mut id) = (None, String::new());
    for line in tour {
        // What the comments promise is not part of the line.
        let line = line.split(" #").next().unwrap_or_default().trim();
        let rest = line.strip_prefix("fieldbook ").unwrap_or_else(|| panic!("`{line}`"));
        if rest.starts_with("serve ") {
            assert_eq!(rest, "serve --data data &");
            sandbox.serve();
        } else if rest.contains(" invite ") {
            invitation = Some(sandbox.json(rest));
        } else if rest.contains(" new ") && !rest.contains(" ID") {
            id = sandbox.ok(rest).stdout.trim().to_owned();
        } else if let (true, Some(invitation)) = (rest.contains(" enroll "), &invitation) {
            let rest = rest
                .replace("--server URL", &format!("--server {}", text(invitation, "url")))
                .replace("--code CODE", &format!("--code {}", text(invitation, "code")))
                .replace(
                    "--fingerprint F",
                    &format!("--fingerprint {}", text(invitation, "fingerprint")),
                );
            sandbox.ok(&rest);
        } else {
            sandbox.ok(&rest.replace(" ID", &format!(" {id}")));
        }
    }
    assert!(sandbox.path().join("monday.backup").is_file(), "the tour ends with a backup");
}

#[test]
fn the_readme_names_every_exit_code_as_the_program_does() {
    for line in fieldbook::failure::EXIT_CODES.lines().skip(1) {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        let row = format!("| {code} | {meaning} |");
        assert!(README.contains(&row), "the README lacks `{row}`");
    }
}

/// The lines of the block under the tour's heading.
fn tour() -> Vec<&'static str> {
    let (_, section) = README.split_once("## A tour by hand").expect("the README has a tour");
    let block = section.split("```").nth(1).expect("the tour is a block");
    block.lines().skip(1).filter(|line| !line.trim().is_empty()).collect()
}
