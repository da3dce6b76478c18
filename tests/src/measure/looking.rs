//! Opening the screens of a phone that holds much: the caseload, a case, a record, a search.

use std::time::Duration;

use model::ids::{CaseId, RecordId};
use rand::RngExt;
use server::config::Durability;

use super::NOW;
use super::department::{Department, past_encounter};
use super::figures::{Part, Times, grouped, millis};
use super::phone::Phone;
use crate::content;

/// A phone that records are put on.
pub(crate) struct Shelf {
    pub(crate) phone: Phone,
    pub(crate) records: usize,
    /// Encounters of the long case so far.
    long: usize,
    /// The case with many encounters first.
    pub(crate) cases: Vec<CaseId>,
    /// An encounter of the long case.
    pub(crate) encounter: Option<RecordId>,
    opening: Duration,
    _department: Department,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let mut department = Department::open(Durability::Process);
        department.worker("Ana Alder");
        let phone = department.phone("Ana Alder");
        Self {
            phone,
            records: 0,
            long: 0,
            cases: Vec::new(),
            encounter: None,
            opening: Duration::ZERO,
            _department: department,
        }
    }

    /// Puts records on the phone until there are so many: a case for each fifty, one of which has
    /// [`LONG_CASE`] encounters. Opens the store anew, saves waiting for the disk from then on.
    pub(crate) fn fill(self, records: usize) -> Self {
        let (phone, _) = self.phone.reopened(false);
        let mut shelf = Self { phone, ..self };
        while shelf.records < records {
            if shelf.cases.len() <= shelf.records / RECORDS_PER_CASE {
                let edits = content::person(&mut shelf.phone.rng);
                shelf.cases.push(shelf.phone.make("person", None, edits).into());
            } else {
                let edits = past_encounter(&mut shelf.phone.rng);
                let case = shelf.next_case();
                let made = shelf.phone.make("outreach_contact", Some(case), edits);
                shelf.encounter.get_or_insert(made);
            }
            shelf.records += 1;
        }
        let (phone, opening) = shelf.phone.reopened(true);
        Self { phone, opening, ..shelf }
    }

    fn next_case(&mut self) -> CaseId {
        if self.long < LONG_CASE {
            self.long += 1;
            return self.cases[0];
        }
        let at = self.phone.rng.random_range(1..self.cases.len());
        self.cases[at]
    }
}

/// Opens each screen many times.
pub(crate) fn measure(shelf: &mut Shelf) -> String {
    let mut part = Part::new(
        &format!("A phone with {} records", grouped(shelf.records)),
        &format!(
            "{} cases, one of them with {LONG_CASE} encounters; the median of {LOOKS} times each. \
             Nothing loads a document.",
            grouped(shelf.cases.len())
        ),
    );
    let (device, case) = (&mut shelf.phone.device, shelf.cases[0]);
    let record = shelf.encounter.expect("the long case has encounters");
    let mut rows = 0;
    let mut look = |what: &str, work: &mut dyn FnMut() -> usize| {
        let times = Times::of(LOOKS, |_| rows = work());
        part.under(&format!("{what} ({} rows)", grouped(rows)), times.median(), TARGET);
    };
    look("the caseload", &mut || device.caseload(NOW).expect("it is not locked").len());
    look("the long case", &mut || device.case_timeline(NOW, case).expect("it is here").len());
    let person = device.show(NOW, RecordId::from(case)).expect("it is here");
    let name = person.fields["name"].as_str().expect("a person has a name").to_owned();
    for (what, words) in [("a name", &name[..])].into_iter().chain(SEARCHES) {
        look(&format!("search: {what}"), &mut || {
            device.search(NOW, words, HITS).expect("it is not locked").len()
        });
    }
    let tasks = Times::of(LOOKS, |_| drop(device.tasks(NOW).expect("it is not locked")));
    let count = device.tasks(NOW).expect("it is not locked").len();
    part.row(&format!("what is due ({} rows)", grouped(count)), millis(tasks.median()));
    let shown = Times::of(LOOKS, |_| drop(device.show(NOW, record).expect("it is here")));
    part.row("one record", millis(shown.median()));
    part.row("opening the store", millis(shelf.opening));
    part.into_text()
}

const SEARCHES: [(&str, &str); 3] = [
    ("two words of a note", "grandmother hungry"),
    ("the beginning of a word", "neigh"),
    ("a word of every fourth note", "grandmother"),
];

/// Encounters of the long case.
pub(crate) const LONG_CASE: usize = 300;

const RECORDS_PER_CASE: usize = 50;

/// As many as a screen asks for.
const HITS: usize = 50;

const LOOKS: usize = 31;

const TARGET: Duration = Duration::from_millis(10);
