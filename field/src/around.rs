//! What stands around the pages and is not in the store: the sync that runs, the room on the phone; and what
//! pages ask of whoever answers.

use model::time::Timestamp;
use model::words::Language;
use ui::views::phone::{Storage, SyncEnd};

/// What whoever answers knows besides the store.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// How syncs go.
    pub sync: SyncNow,
    /// How much room the phone has, where the platform says so.
    pub storage: Option<Storage>,
    /// The version of the app.
    pub version: &'a str,
}

/// How syncs go.
#[derive(Debug, Clone, Copy, Default)]
pub struct SyncNow {
    /// Of a sync that is under way, how many changes it has sent and received so far.
    pub running: Option<(u64, u64)>,
    /// How the last one ended, and when, since the app was opened.
    pub ended: Option<(SyncEnd, Timestamp)>,
}

/// What a page asks of whoever answers it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// A sync is to begin now.
    pub sync: bool,
    /// Something was saved that is to be sent as soon as there is signal.
    pub saved: bool,
    /// The next pages are in this language.
    pub language: Option<Language>,
}
