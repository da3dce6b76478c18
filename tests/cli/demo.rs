//! `fieldbook demo`: it ends by itself with a verdict, or serves on until it is interrupted.

use std::path::Path;

use fieldbook::commands::demo::department;
use model::time::Timestamp;
use serde_json::Value as Json;
use server::listener::ServeConfig;

use crate::sandbox::{Done, Sandbox, text};

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
    let department = &demo["department"];
    assert_eq!((&department["people"], &department["persons"]), (&Json::from(12), &Json::from(60)));
    assert_eq!(department["accounts"].as_array().unwrap().len(), 12);
    assert!(text(&demo, "console").starts_with("http://localhost:"), "{demo}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_department_of_the_demo_is_the_same_each_time_and_at_any_time_of_the_day() {
    // Ten minutes before midnight in Chicago.
    let now = "2026-11-30T05:50:00Z".parse::<Timestamp>().unwrap();
    let open = async || {
        let folder = tempfile::tempdir().unwrap();
        let mut config = ServeConfig::default();
        config.listen.set_port(0);
        let opened = department::open(folder.path(), now, "Department of Examples", config);
        opened.await.unwrap().0
    };
    let (one, other) = tokio::join!(open(), open());
    assert_eq!(one.figures, other.figures);
    assert!(one.figures.hold(), "{:?}", one.figures);
    let secrets = |department: &department::Department| -> Vec<String> {
        department.accounts.iter().map(|account| account.secret.clone()).collect()
    };
    assert_eq!(secrets(&one), secrets(&other));
}

#[test]
fn the_demo_tells_its_story_in_the_language_of_who_watches() {
    let sandbox = Sandbox::new();
    let lines = |done: &Done| -> Vec<String> {
        let lines = done.stdout.lines().map(|line| line.trim().to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    };
    let (english, spanish) = (sandbox.ok("demo --exit"), sandbox.ok("--lang es demo --exit"));
    let by_environment = sandbox.run_with("demo --exit", &[("LANG", "es_MX.UTF-8")]);
    for told in [&english, &spanish] {
        assert!(!told.stdout.contains(['{', '}']), "a part is left: {}", told.stdout);
        assert_eq!(told.stderr, "");
    }
    let (english, spanish) = (lines(&english), lines(&spanish));
    assert_eq!(english.len(), spanish.len());
    assert!(40 < spanish.len(), "{spanish:#?}");
    for line in &spanish {
        // The figures of a phone are numbers after its owner's name.
        let is_figures = line.ends_with(" ms");
        assert!(is_figures || !english.contains(line), "in English: {line}");
    }
    for title in ["La mañana: todavía hay señal", "Lo que debe cumplirse"] {
        assert!(spanish.iter().any(|line| line == title), "{spanish:#?}");
        assert!(by_environment.stdout.contains(title), "{}", by_environment.stdout);
    }
}

#[test]
fn the_checks_of_the_demo_have_names_in_both_languages_and_the_same_keys_for_scripts() {
    let sandbox = Sandbox::new();
    let [english, spanish] = ["en", "es"].map(|language| {
        let done = sandbox.ok(&format!("--json --lang {language} demo --exit"));
        assert!(!done.stderr.contains(['{', '}']), "a part is left: {}", done.stderr);
        serde_json::from_str::<Json>(&done.stdout).unwrap()
    });
    let keys = |json: &Json| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&english), keys(&spanish));
    let checks = |demo: &Json| demo["checks"].as_array().unwrap().clone();
    let both: Vec<_> = checks(&english).into_iter().zip(checks(&spanish)).collect();
    assert_eq!(both.len(), 10);
    for (english, spanish) in both {
        assert_eq!(keys(&english), keys(&spanish));
        assert_ne!(english["check"], spanish["check"]);
    }
}

#[cfg(unix)]
#[test]
fn the_demo_serves_on_and_what_it_says_to_do_next_works() {
    look_around("demo", "Ctrl-C ends the demo");
    look_around("--lang es demo", "Ctrl-C termina la demostración");
}

#[cfg(unix)]
fn look_around(line: &str, end: &str) {
    let sandbox = Sandbox::new();
    let mut demo = sandbox.start(line);
    let mut story = Vec::new();
    while !story.last().is_some_and(|line: &String| line.contains(end)) {
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
