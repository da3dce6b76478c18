//! Saving on a phone, beside bare commits of the same durability on the same disk.

use std::time::Duration;

use super::figures::{Part, Times, grouped, millis, ratio, timed};
use super::floor::Bare;
use super::looking::Shelf;
use crate::content;
use crate::measure::NOW;

/// Saves and commits in turn, so that both meet the same disk.
pub(crate) fn measure(shelf: &mut Shelf) -> String {
    let mut part = Part::new(
        "Saving on that phone",
        &format!(
            "{SAVES} encounters, as many edits and as many answers of a draft, each a commit that waits for the disk, in turn \
             with a bare commit: one row of the same bytes into an otherwise empty SQLCipher table \
             (WAL, `synchronous=FULL`). The phone holds {} records by then.",
            grouped(shelf.records)
        ),
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut bare = Bare::create(&folder.path().join("bare.db"));
    let (mut saves, mut edits) = (Times::default(), Times::default());
    let mut answers = Times::default();
    let draft = shelf.phone.begin_draft("outreach_contact");
    let mut commits = Times::default();
    let mut record = [0; 16];
    for at in 0..SAVES {
        let phone = &mut shelf.phone;
        let case = shelf.cases[1 + at % (shelf.cases.len() - 1)];
        let values = content::encounter(NOW, &mut phone.rng);
        let (made, took) = timed(|| phone.make("outreach_contact", Some(case), values));
        saves.add(took);
        let values = content::correction(NOW, &mut phone.rng);
        let (changed, took) = timed(|| phone.edit(made, values));
        if changed {
            edits.add(took);
        }

        let note = content::text("note", content::narrative(&mut phone.rng, ANSWER_LETTERS));
        let ((), took) = timed(|| phone.answer(draft, &[note]));
        answers.add(took);

        record.copy_from_slice(made.as_bytes());
        let hash: [u8; 32] = rand::RngExt::random(&mut phone.rng);
        let ((), took) = timed(|| bare.insert([(&hash, &record, &[7; ENCOUNTER_BYTES][..])]));
        commits.add(took);
    }
    let row = |part: &mut Part, what: &str, times: &Times| {
        let of = |time: Duration| millis(time);
        let (median, p99) = (of(times.median()), of(times.percentile(99)));
        part.row(what, format!("{median}, p99 {p99}"));
    };
    row(&mut part, "a bare commit", &commits);
    row(&mut part, "saving an encounter", &saves);
    row(&mut part, "saving an edit", &edits);
    row(&mut part, "saving an answer of a draft", &answers);
    let base = commits.median();
    part.at_most("an encounter ÷ a bare commit, medians", ratio(saves.median(), base), 2.0);
    part.row("an edit ÷ a bare commit, medians", format!("{:.2} ×", ratio(edits.median(), base)));
    let more = answers.median().saturating_sub(base);
    part.under("an answer of a draft, less a bare commit, medians", more, Duration::from_millis(2));
    let p99 = ratio(saves.percentile(99), commits.percentile(99));
    part.row("an encounter ÷ a bare commit, p99", format!("{p99:.2} ×"));
    part.into_text()
}

const SAVES: usize = 300;

/// A note of some sentences, as it stands after each of them.
const ANSWER_LETTERS: usize = 400;

/// About what an encounter's change has.
const ENCOUNTER_BYTES: usize = 900;
