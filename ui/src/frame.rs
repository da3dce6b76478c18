//! What stands around every page: the navigation, who reads, and how they say when something was.

mod line;

use model::catalogue::Catalogue;
use model::words::Language;

use crate::clock::Clock;
use crate::route::{self, Route, Screen};
use crate::views::phone::SyncLine;
use crate::views::{Counts, Viewer};
use crate::words::Words;

pub(crate) use line::StateLine;

/// Which part of the screens a page belongs to, for the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Home,
    Quick,
    Sync,
    Shift,
    Cases,
    Tasks,
    Out,
    Review,
    Conflicts,
    Emergencies,
    Audit,
    People,
    Devices,
    Health,
    Elsewhere,
}

/// What stands around every page.
pub(crate) struct Frame<'a> {
    pub(crate) words: Words,
    pub(crate) clock: Clock<'a>,
    pub(crate) department: &'a str,
    /// `None` on pages before anybody is signed in.
    pub(crate) viewer: Option<&'a Viewer>,
    pub(crate) place: Place,
    pub(crate) counts: Option<Counts>,
    /// Where this page is, to come back to.
    pub(crate) path: &'a str,
    /// Every page there is.
    pub(crate) routes: &'static [Route],
    /// How the phone stands with its server; `None` at the console.
    pub(crate) phone: Option<SyncLine>,
}

impl<'a> Frame<'a> {
    /// Returns what stands around a page of this place.
    pub(crate) fn of(
        screen: &Screen<'a>,
        catalogue: &'a Catalogue,
        viewer: &'a Viewer,
        place: Place,
        counts: Option<Counts>,
    ) -> Self {
        let words = screen.words;
        let clock = Clock::new(words, &catalogue.zone, screen.request.now);
        let department = words.label(&catalogue.department);
        let (path, routes, viewer) = (screen.request.path, screen.routes, Some(viewer));
        let phone = screen.phone;
        Self { words, clock, department, viewer, place, counts, path, routes, phone }
    }

    /// Returns the entries of the navigation that its reader has.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let words = self.words;
        let counts = self.counts.unwrap_or_default();
        let entry = |place, path, label| Entry {
            path,
            label,
            count: 0,
            counted: String::new(),
            current: place == self.place,
        };
        let all = [
            entry(Place::Home, "/", words.nav_home()),
            entry(Place::Cases, "/cases", words.nav_cases()),
            Entry {
                count: counts.overdue,
                counted: words.tile_overdue(),
                ..entry(Place::Tasks, "/tasks", words.nav_tasks())
            },
            Entry {
                count: counts.alarms,
                counted: words.out_alarms(),
                ..entry(Place::Out, "/out", words.nav_out())
            },
            Entry {
                count: counts.review,
                counted: words.tile_review(),
                ..entry(Place::Review, "/review", words.nav_review())
            },
            Entry {
                count: counts.conflicts,
                counted: words.unit_open(),
                ..entry(Place::Conflicts, "/conflicts", words.nav_conflicts())
            },
            Entry {
                count: counts.safety,
                counted: words.emergencies_waiting(),
                ..entry(Place::Emergencies, "/emergencies", words.nav_emergencies())
            },
            entry(Place::Audit, "/audit", words.nav_audit()),
            entry(Place::People, "/people", words.nav_people()),
            entry(Place::Devices, "/devices", words.nav_devices()),
            entry(Place::Health, "/health", words.nav_health()),
        ];
        all.into_iter().filter(|entry| self.opens(entry.path)).collect()
    }

    /// Returns how a phone stands with its server, in words; `None` at the console.
    pub(crate) fn state(&self) -> Option<StateLine> {
        Some(StateLine::of(&self.phone?, self.words, self.clock))
    }

    /// Returns the ways on that a phone's worker has on every page.
    pub(crate) fn tabs(&self) -> Vec<Tab> {
        let words = self.words;
        let line = self.phone.unwrap_or_default();
        let tab = |place, path, label, icon| Tab {
            entry: Entry {
                path,
                label,
                count: 0,
                counted: String::new(),
                current: place == self.place,
            },
            icon,
        };
        let mut tabs = vec![
            tab(Place::Home, "/", words.nav_home(), "M4 11l8-7 8 7v9h-5v-6H9v6H4z"),
            tab(Place::People, "/people", words.phone_people(), PEOPLE_ICON),
            tab(Place::Quick, "/quick", words.phone_quick(), "M12 4v16M4 12h16"),
            tab(
                Place::Sync,
                "/sync",
                words.phone_sync(),
                "M5 14V9l3-3h11m-3-3l3 3-3 3M19 10v5l-3 3H5m3 3l-3-3 3-3",
            ),
        ];
        let counts = [(line.overdue, words.tile_overdue()), (line.unsent, words.phone_waiting())];
        for (tab, (count, counted)) in [0, 3].into_iter().zip(counts) {
            if let Some(Tab { entry, .. }) = tabs.get_mut(tab) {
                (entry.count, entry.counted) = (count, counted);
            }
        }
        tabs
    }

    /// Returns how long it is until the reader's session ends if nothing is done, in milliseconds.
    pub(crate) fn idle(&self) -> Option<i64> {
        let ends = self.viewer?.session_ends?;
        Some(ends.since(self.clock.now()).as_millis().max(0))
    }

    /// Returns whether its reader has the page at a path.
    pub(crate) fn opens(&self, path: &str) -> bool {
        self.viewer.is_some_and(|viewer| route::opens(self.routes, path, viewer.offices))
    }

    /// Returns the code of the language that this page is not in, and the name it has for itself.
    pub(crate) fn other_language(&self) -> (&'static str, &'static str) {
        match self.words.language {
            Language::English => ("es", "Español"),
            Language::Spanish => ("en", "English"),
        }
    }
}

/// An entry of the navigation.
pub(crate) struct Entry {
    pub(crate) path: &'static str,
    pub(crate) label: String,
    /// How much waits there.
    pub(crate) count: u64,
    /// As which it waits, in words.
    pub(crate) counted: String,
    pub(crate) current: bool,
}

/// A way on at the foot of a phone, with the outline of its icon.
pub(crate) struct Tab {
    pub(crate) entry: Entry,
    pub(crate) icon: &'static str,
}

const PEOPLE_ICON: &str = "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 2.5-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3 2.7 3 5.5";
