//! A terminal shows a colleague's text and never obeys its control characters.

use crate::sandbox::{Sandbox, text};

/// Clears the screen, rings, sets the window's title and the clipboard, turns the direction.
const HOSTILE: &str = "Case\u{1b}[2J\u{7}\u{1b}]0;gone\u{7}\u{1b}]52;c;ZXZpbA==\u{1b}\\ \
                       \u{9b}31mAlder\u{8}\u{7f}\u{202e}";

#[test]
fn no_control_character_of_a_colleague_reaches_the_terminal() {
    let sandbox = Sandbox::with_server();
    for name in ["Ana", "Ben"] {
        sandbox.enroll(name);
    }
    let case = sandbox.id(&format!(
        "device --dir ana new person 'name={HOSTILE}' 'notes={HOSTILE}' 'safe_contact={HOSTILE}'"
    ));
    sandbox.ok(&format!(
        "device --dir ana new outreach_contact --case {case} mode=street result=brief \
         'note=one\r\ntwo {HOSTILE}'"
    ));
    sandbox.ok("device --dir ana sync");
    sandbox.ok(&format!("admin --data data assign Ben {case}"));
    sandbox.ok("device --dir ben sync");
    // Both write where there is no network: the conflict shows both.
    for name in ["ana", "ben"] {
        sandbox.ok(&format!("device --dir {name} set {case} 'name={name} {HOSTILE}'"));
        sandbox.ok(&format!("device --dir {name} sync"));
    }
    sandbox.ok("device --dir ana sync");
    let commands = [
        format!("show {case}"),
        format!("history {case}"),
        format!("resolve {case} name --keep nobody"),
        "list".to_owned(),
        "search alder".to_owned(),
        "tasks".to_owned(),
        "conflicts".to_owned(),
        "refusals".to_owned(),
        "status".to_owned(),
        format!("new 'p{HOSTILE}'"),
        format!("set {case} 'language={HOSTILE}'"),
        format!("set '{HOSTILE}' name=x"),
    ];
    for command in &commands {
        for json in ["", "--json "] {
            let done = sandbox.run(&format!("{json}device --dir ben {command}"));
            let printed = format!("{}{}", done.stdout, done.stderr);
            let obeyed = printed.chars().find(|letter| {
                !matches!(letter, '\n' | '\t') && (letter.is_control() || *letter == '\u{202e}')
            });
            assert_eq!(obeyed, None, "{json}{command}: {printed:?}");
        }
    }
    let found = sandbox.run("device --dir ben search 31mAlder").stdout;
    assert!(found.contains("Case\u{fffd}[2J"), "the rest is shown: {found}");
    // Scripts get what was written.
    let shown = sandbox.json(&format!("device --dir ben show {case}"));
    assert_eq!(text(&shown["fields"], "notes"), HOSTILE);
}

#[test]
fn a_note_of_several_lines_does_not_look_like_another_entry_of_the_history() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox
        .id("device --dir ana new person 'notes=seen\n2026-01-01 00:00  Sol\n    name cleared'");
    let told = sandbox.run(&format!("device --dir ana history {case}")).stdout;
    let entries = told.lines().filter(|line| !line.starts_with(' ')).count();
    assert_eq!(entries, 1, "{told}");
    assert!(told.contains("\n      2026-01-01 00:00  Sol\n"), "{told}");
}
