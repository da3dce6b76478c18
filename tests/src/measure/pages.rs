//! How long a supervisor waits for a page, when everything of a large department is open to them.

use std::cell::RefCell;
use std::time::Duration;

use model::ids::CaseId;
use model::words::Language;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;
use server::console::ConsoleUser;
use ui::{Form, Method, Request, Response};

use super::department::{self, Department};
use super::figures::{Part, Times, grouped, length};
use super::person::{Person, at_the_console};
use super::{NOW, Options};
use crate::raw::RawDevice;

/// Each page, asked as a browser asks, without the network.
pub(crate) fn measure(options: &Options) -> String {
    let mut town = Department::open(Durability::Process);
    let boss = Person::new(&mut town, "Sol Sauce", "SUP", "street_outreach");
    let cases = options.cases();
    fill(&mut town, cases);
    let who = boss.session(&town);
    let mut part = Part::new(
        "The console's pages",
        &format!(
            "A supervisor to whom {} cases with {} records are open. Each page whole, as HTML, with \
             its numbers and its rows in the audit, without the network and the wait for the disk; \
             the medians of {TIMES} times.",
            grouped(cases),
            grouped(cases * RECORDS_PER_CASE)
        ),
    );
    let board = RefCell::new(String::new());
    at_the_console(&town, &who, 0, &|console, rng| {
        board.replace(page(console, rng, Method::Get, "/cases", ""));
    });
    let case = first_case(&board.into_inner());
    let pages: [(&str, Method, &str, &str); 8] = [
        ("home", Method::Get, "/", ""),
        ("the board, by what is due next", Method::Get, "/cases", ""),
        ("a case", Method::Get, &case, ""),
        ("a search for a name", Method::Post, "/find", "q=alder"),
        ("a search for two letters", Method::Post, "/find", "q=al"),
        ("the tasks past due", Method::Get, "/tasks/overdue", ""),
        ("all tasks", Method::Get, "/tasks", ""),
        ("to review", Method::Get, "/review", ""),
    ];
    for (name, method, path, form) in pages {
        let times = Times::of(TIMES, |seed| {
            at_the_console(&town, &who, seed, &|console, rng| {
                drop(page(console, rng, method, path, form));
            });
        });
        part.under(name, times.median(), TARGET);
    }
    part.into_text()
}

fn page(console: &ConsoleUser<'_>, rng: StdRng, method: Method, path: &str, form: &str) -> String {
    let (form, language) = (Form::read(form.as_bytes()), Language::English);
    let asked = Request { method, path, form, language, wants_part: false, now: NOW };
    let answer = console.page(rng, &asked).expect("the store reads");
    match answer.response {
        Response::Page { status: 200, body } => body,
        other => panic!("{path} is no page: {other:?}"),
    }
}

fn first_case(board: &str) -> String {
    let (_, rest) = board.split_once("href=\"/cases/").expect("the board has a case");
    let (handle, _) = rest.split_once('"').expect("the address ends");
    format!("/cases/{handle}")
}

/// Fills the program: its workers open cases and write into them, all at once.
fn fill(town: &mut Department, cases: usize) {
    let devices: Vec<RawDevice> = (0..WORKERS)
        .map(|at| {
            let name = format!("Worker {at}");
            town.worker(&name);
            town.raw(&name)
        })
        .collect();
    std::thread::scope(|scope| {
        for (at, mut device) in devices.into_iter().enumerate() {
            let service = &town.service;
            let cases = cases / WORKERS + usize::from(at < cases % WORKERS);
            scope.spawn(move || {
                let mut rng = ChaCha8Rng::seed_from_u64(length(at));
                let cases: Vec<CaseId> =
                    department::open_cases(service, &mut device, &mut rng, cases);
                let records = cases.len() * (RECORDS_PER_CASE - 1);
                department::work(service, &mut device, &mut rng, &cases, records);
            });
        }
    });
}

const WORKERS: usize = 4;
const RECORDS_PER_CASE: usize = 20;
const TIMES: usize = 21;
const TARGET: Duration = Duration::from_millis(200);
