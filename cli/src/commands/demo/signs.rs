//! What is said about the department: its numbers, where its console and its field app are, and who signs in
//! there.

use std::fmt::Display;
use std::io::{BufRead as _, IsTerminal as _};

use model::catalogue::Catalogue;
use serde_json::{Value as Json, json};
use server::admin::app_link;
use tokio::sync::mpsc;

use super::checks::Check;
use super::department::{Account, Department, Figures};
use super::story::Story;
use crate::clock;
use crate::failure::Failure;
use crate::qr;
use crate::table::{Column, Table};

/// Says what the department has.
pub(super) fn tell_figures(story: &mut Story, figures: &Figures) {
    let Figures { people, persons, records, counts, gaps: [over_14, over_30], .. } = figures;
    let parts: [(&str, &dyn Display); 3] =
        [("people", people), ("persons", persons), ("records", records)];
    story.tell("demo_department_has", &parts);
    let parts: [(&str, &dyn Display); 9] = [
        ("overdue", &counts.overdue),
        ("today", &counts.today),
        ("review", &counts.review),
        ("conflicts", &counts.conflicts),
        ("refusals", &figures.refusals),
        ("over_14", over_14),
        ("over_30", over_30),
        ("ended", &figures.consents_ended),
        ("drafts", &figures.drafts),
    ];
    story.tell("demo_department_counts", &parts);
}

impl Check {
    /// Checks the department's numbers.
    pub(super) fn of_department(story: &Story, figures: &Figures) -> Self {
        let mut against = Vec::new();
        if !figures.hold() {
            against.push(
                story.say("demo_department_differs", &[("figures", &format!("{figures:?}"))]),
            );
        }
        Self { what: "demo_department_stands", against }
    }
}

/// Returns the department for scripts.
pub(super) fn department_json(department: &Department) -> Json {
    let Figures {
        people, persons, records, counts, gaps, consents_ended, refusals, drafts, ..
    } = &department.figures;
    let accounts: Vec<Json> = department.accounts.iter().map(account_json).collect();
    json!({
        "folder": department.folder.display().to_string(),
        "people": people,
        "persons": persons,
        "records": records,
        "overdue": counts.overdue,
        "today": counts.today,
        "review": counts.review,
        "conflicts": counts.conflicts,
        "refusals": refusals,
        "gaps_over_14_days": gaps[0],
        "gaps_over_30_days": gaps[1],
        "consents_ended": consents_ended,
        "drafts": drafts,
        "accounts": accounts,
    })
}

fn account_json(account: &Account) -> Json {
    let roles: Vec<Json> = account
        .roles
        .iter()
        .map(|(role, program)| json!({"role": role, "program": program}))
        .collect();
    json!({
        "name": account.name,
        "roles": roles,
        "password": account.password,
        "secret": account.secret,
        "otpauth": account.otpauth,
    })
}

/// Says where the console is, and who can sign in there and how.
pub(super) fn tell_who_signs_in(story: &mut Story, department: &Department, console: Option<&str>) {
    match console {
        Some(url) => story.part("demo_console", &[("url", &url)]),
        None => story.part("demo_console_by_https", &[]),
    }
    let mut table = Table::of(HEADS.map(|head| Column::left(story.say(head, &[]))));
    let now = clock::now();
    let catalogue = Catalogue::builtin().ok();
    for account in &department.accounts {
        let roles = account.roles.iter().map(|held| role(story, catalogue.as_ref(), held));
        let roles = roles.collect::<Vec<_>>().join("; ");
        let code = account.code(now).unwrap_or_default();
        let row = [account.name, &roles, account.password, &code, &account.secret];
        table.row(row.map(str::to_owned));
    }
    story.print_text(&table.render());
    let enter = match is_typed_into() {
        true => story.say("demo_press_enter", &[]),
        false => String::new(),
    };
    story.part("demo_codes_change", &[("enter", &enter)]);
}

const HEADS: [&str; 5] = [
    "demo_head_name",
    "demo_head_role",
    "demo_head_password",
    "demo_head_code",
    "demo_head_secret",
];

fn role(story: &Story, catalogue: Option<&Catalogue>, (role, program): &(&str, &str)) -> String {
    let labels = catalogue.and_then(|catalogue| {
        let role = catalogue.roles.get(*role)?;
        let program = catalogue.programs.get(*program)?;
        Some(format!("{}, {}", story.label(&role.label), story.label(&program.label)))
    });
    labels.unwrap_or_else(|| format!("{role}, {program}"))
}

/// Says where the field app is, with an address for each worker that sets up a phone of theirs.
pub(super) fn tell_phones(
    story: &mut Story,
    department: &Department,
    console: &str,
    with_qr: bool,
) -> Result<(), Failure> {
    let codes = department.phone_codes(clock::now(), &mut clock::rng()?)?;
    story.part("demo_phones", &[("url", &console)]);
    let mut table = Table::of(
        ["demo_head_name", "demo_head_link"].map(|head| Column::left(story.say(head, &[]))),
    );
    let links = codes.iter().map(|(name, code)| (*name, app_link(console, code)));
    let links: Vec<(&str, String)> = links.collect();
    for (name, link) in &links {
        table.row([(*name).to_owned(), link.clone()]);
    }
    story.print_text(&table.render());
    for (name, link) in links.iter().filter(|_| with_qr) {
        story.print_text(name);
        story.print_text(&qr::for_terminal(link).unwrap_or_default());
    }
    Ok(())
}

/// Says which codes the authenticators show now.
pub(super) fn tell_codes(story: &mut Story, department: &Department) {
    let now = clock::now();
    let codes: Vec<String> = department
        .accounts
        .iter()
        .filter_map(|account| Some(format!("{} {}", account.name, account.code(now)?)))
        .collect();
    let codes = codes.join(" · ");
    story.tell("demo_codes", &[("codes", &codes)]);
}

/// Returns a signal for each line that a person types; none where nobody can.
pub(super) fn pressed_enter() -> mpsc::Receiver<()> {
    let (sender, receiver) = mpsc::channel(1);
    if !is_typed_into() {
        return receiver;
    }
    // A thread of its own: nothing can end a read of stdin, and the process does not wait for it.
    std::thread::spawn(move || {
        for _line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Returns whether a person types into this process. In the background a read would stop it.
#[cfg(unix)]
fn is_typed_into() -> bool {
    let stdin = std::io::stdin();
    let in_front = rustix::termios::tcgetpgrp(&stdin);
    stdin.is_terminal() && in_front.is_ok_and(|group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_typed_into() -> bool {
    std::io::stdin().is_terminal()
}
