//! `fieldbook demo`: it ends by itself with a verdict, or serves on until it is interrupted.

use std::path::Path;

use crate::sandbox::{Sandbox, text};

#[test]
fn the_demo_plays_a_shift_and_finds_that_everything_holds() {
    let sandbox = Sandbox::new();
    let demo = sandbox.json("demo --exit");
    assert_eq!(demo["holds"], true, "{demo}");
    let phones = demo["phones"].as_array().unwrap();
    assert_eq!(phones.len(), 6);
    for phone in phones {
        assert!(phone["records"].as_u64() > Some(0) && phone["requests"].as_u64() > Some(0));
    }
    assert!(phones.iter().any(|phone| phone["conflicts"].as_u64() > Some(0)), "{demo}");
    for check in demo["checks"].as_array().unwrap() {
        assert_eq!(check["holds"], true, "{check}");
    }
    assert!(!Path::new(&text(&demo, "folder")).exists(), "the folder goes with the demo");
}

#[cfg(unix)]
#[test]
fn the_demo_serves_on_and_what_it_says_to_do_next_works() {
    let sandbox = Sandbox::new();
    let mut demo = sandbox.start("demo");
    let mut story = Vec::new();
    while !story.last().is_some_and(|line: &String| line.contains("Ctrl-C ends the demo")) {
        story.push(demo.next_line());
    }
    let word = |before: &str| {
        let found = story.iter().find_map(|line| line.trim().strip_prefix(before));
        found.unwrap_or_else(|| panic!("no `{before}` in {story:#?}")).to_owned()
    };
    let folder = word("cd ");
    let lines: Vec<&str> =
        story.iter().filter_map(|line| line.trim().strip_prefix("fieldbook ")).collect();
    assert!(5 <= lines.len(), "{story:#?}");
    for line in lines {
        let done = sandbox.run_in(Path::new(&folder), line);
        assert_eq!(done.code, 0, "{line}: {}", done.stderr);
    }
    assert_eq!(demo.interrupt(), Some(0));
    assert_eq!(demo.rest_of_errors(), "");
    assert!(!Path::new(&folder).exists(), "the folder goes with the demo");
}
