//! The `--help` of each command.

use clap::CommandFactory as _;
use fieldbook::arguments::Arguments;

use crate::sandbox::Sandbox;

#[test]
fn every_command_explains_itself() {
    let sandbox = Sandbox::new();
    for path in paths(&Arguments::command(), "") {
        let line = format!("{path} --help");
        let help = sandbox.ok(line.trim());
        assert_eq!(help.stderr, "", "{line}");
        let name = if path.is_empty() { "fieldbook".into() } else { path.replace(' ', "_") };
        insta::assert_snapshot!(name, help.stdout);
    }
}

#[test]
fn no_line_of_help_is_wider_than_the_terminal() {
    let sandbox = Sandbox::new();
    for path in paths(&Arguments::command(), "") {
        let help = sandbox.ok(format!("{path} --help").trim());
        for line in help.stdout.lines() {
            // The shape of JSON is one word, and not to be broken.
            let is_one_word = !line.trim().contains(' ');
            assert!(is_one_word || line.chars().count() <= 100, "{path}: {line}");
        }
    }
}

#[test]
fn without_a_command_the_help_is_the_answer_and_not_a_success() {
    let sandbox = Sandbox::new();
    for line in ["", "device", "admin", "admin user"] {
        let done = sandbox.run(line);
        assert_eq!((done.code, done.stdout.as_str()), (2, ""), "{line}");
        assert!(done.stderr.contains("Usage: fieldbook"), "{line}: {}", done.stderr);
    }
}

/// Every command by the words that lead to it; the empty path is the program itself.
fn paths(command: &clap::Command, path: &str) -> Vec<String> {
    let mut found = vec![path.to_owned()];
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        found.extend(paths(inner, format!("{path} {}", inner.get_name()).trim_start()));
    }
    found
}
