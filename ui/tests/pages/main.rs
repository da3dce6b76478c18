//! Every page as its readers get it: snapshots of their HTML, and rules that hold on all of them.
//!
//! With `FIELDBOOK_PAGES=FOLDER` the pages are written there too, with what they load, to be looked at.
#![expect(clippy::unwrap_used, reason = "what is not as it should be here fails the test")]

mod administration;
mod assign;
mod cases;
mod console;
mod drafts;
mod fake;
mod fake_disputes;
mod fake_phone;
mod fake_privacy;
mod fake_recovery;
mod fake_seers;
mod forms;
mod html;
mod late;
mod office;
mod phone;
mod phone_door;
mod privacy;
mod recovery;
mod rules;
mod seers;
mod vendored;
mod welcome;
