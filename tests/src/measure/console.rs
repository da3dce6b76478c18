//! What a supervisor waits for at the console, and whether the wait tells of what they may not see.

use model::ids::{CaseId, RecordId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value as Json, json};
use server::config::Durability;
use server::console::{ConsoleError, ConsoleUser};

use super::NOW;
use super::department::{self, Department};
use super::figures::{Part, Times, grouped, length, millis, ratio, timed};
use super::person::{Person, at_the_console};
use crate::content;

/// Everything at the console.
pub(crate) fn measure() -> String {
    let mut town = Department::open(Durability::Process);
    let boss = Person::new(&mut town, "Sol Sauce", "SUP", "street_outreach");
    let advocate = Person::new(&mut town, "Vera Willow", "VA", "victim_services");
    let (long, hidden) = (fill(&mut town), victim(&town, &advocate));
    let nothing = RecordId::generate(NOW, &mut town.rng);
    let mut part = Part::new(
        "A console",
        &format!(
            "A supervisor of {CASES} cases with {} records, one of them with {LONG}, and beside \
             them a victim's case with {LONG} records that is nobody's but its advocate's. Each \
             read with its row in the audit, without the wait for the disk; the medians of {TIMES} \
             times, what is compared in turn.",
            grouped(RECORDS)
        ),
    );
    let signing = Times::of(SIGN_INS, |at| drop(boss.sign_in(&town, at)));
    part.row("signing in", millis(signing.median()));
    let who = boss.session(&town);
    let at = |work: &dyn Fn(&ConsoleUser<'_>, StdRng)| {
        Times::of(TIMES, |seed| at_the_console(&town, &who, seed, work)).median()
    };
    let caseload = at(&|console, _| {
        let told = console.caseload(None).expect("a caseload is read");
        assert_eq!(told.cases.len(), CASES);
    });
    part.row(&format!("the caseload ({CASES} cases)"), millis(caseload));
    let case = at(&|console, rng| {
        let asked = parsed(&json!({"case": long}));
        let told = console.case(rng, &asked).expect("a case is read");
        assert!(told.records.len() > LONG);
    });
    part.row(&format!("the long case ({} records)", LONG + 1), millis(case));
    let found = at(&|console, rng| {
        let asked = parsed(&json!({"text": "alder"}));
        drop(console.people(rng, &asked).expect("people are looked for"));
    });
    part.row("looking for people by a name", millis(found));
    let record = |record: RecordId| {
        move |console: &ConsoleUser<'_>, rng: StdRng| {
            let asked = parsed(&json!({"record": record}));
            refused(console.record(rng, &asked).err());
        }
    };
    let case = |case: CaseId| {
        move |console: &ConsoleUser<'_>, rng: StdRng| {
            let asked = parsed(&json!({"case": case}));
            refused(console.case(rng, &asked).err());
        }
    };
    let compared = |hidden: &dyn Fn(&ConsoleUser<'_>, StdRng),
                    none: &dyn Fn(&ConsoleUser<'_>, StdRng)| {
        let (mut of_hidden, mut of_none) = (Times::default(), Times::default());
        for seed in 0..TIMES {
            of_hidden.add(timed(|| at_the_console(&town, &who, seed, hidden)).1);
            of_none.add(timed(|| at_the_console(&town, &who, seed, none)).1);
        }
        (of_hidden.median(), of_none.median())
    };
    let (there, none) = compared(&record(hidden.into()), &record(nothing));
    part.row("a record that is not there", millis(none));
    part.at_most("one that may not be seen ÷ one that is not there", ratio(there, none), 1.1);
    let (there, none) = compared(&case(hidden), &case(nothing.into()));
    part.row("a case that is not there", millis(none));
    part.at_most("one that may not be seen ÷ one that is not there", ratio(there, none), 1.1);
    part.into_text()
}

/// The outreach worker's cases; the long one is returned.
fn fill(town: &mut Department) -> CaseId {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    town.worker("Ana Alder");
    let mut device = town.raw("Ana Alder");
    let cases: Vec<CaseId> =
        (0..CASES).map(|_| department::open_case(&town.service, &mut device, &mut rng)).collect();
    department::fill(&town.service, &mut device, &mut rng, &cases, RECORDS - CASES - LONG);
    department::fill(&town.service, &mut device, &mut rng, &cases[..1], LONG);
    cases[0]
}

/// A victim's case, written by an advocate.
fn victim(town: &Department, advocate: &Person) -> CaseId {
    let who = advocate.session(town);
    let create = |seed: usize, message: Json| {
        let rng = StdRng::seed_from_u64(length(seed));
        let console = town.service.at_the_console(NOW, &who).expect("the server is there");
        console.create(rng, &parsed(&message)).expect("it is made").record
    };
    let name = [content::text("name", "Victoria Rowan")];
    let person = create(LONG, json!({"type": "person", "edits": name}));
    for at in 0..LONG {
        let edits = [content::choice("service", "advocacy")];
        create(at, json!({"type": "victim_service", "case": person, "edits": edits}));
    }
    person.into()
}

fn refused(refusal: Option<ConsoleError>) {
    assert!(matches!(refusal, Some(ConsoleError::NotFound)));
}

fn parsed<T: serde::de::DeserializeOwned>(message: &Json) -> T {
    serde_json::from_value(message.clone()).expect("it is the message")
}

const CASES: usize = 200;
const RECORDS: usize = 10_000;
const LONG: usize = 300;
const TIMES: usize = 301;
const SIGN_INS: usize = 11;
