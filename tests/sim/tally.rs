//! How often each thing happened. A fault that never fired is a fault that is not tested.

use std::collections::BTreeMap;

/// What must have happened at least so often in a hundred worlds.
pub(crate) const LEAST_IN_A_HUNDRED: &[(&str, u64)] = &[
    // What people did.
    ("create", 1_000),
    ("create person", 100),
    ("set", 1_000),
    ("set review field", 100),
    ("clear", 100),
    ("add", 100),
    ("remove", 20),
    ("log", 100),
    ("increment", 100),
    ("note", 100),
    ("note rewritten", 5),
    ("conflict resolved", 5),
    ("guarded field left alone", 20),
    ("consent left to whom it discloses", 20),
    ("record beside another", 50),
    ("record decided", 10),
    ("link refused", 20),
    // What the line did.
    ("request lost", 100),
    ("answer lost", 100),
    ("answer cut", 50),
    ("request repeated", 50),
    ("request late", 50),
    ("late request delivered", 50),
    ("answer damaged", 50),
    ("server busy", 50),
    ("no signal", 50),
    ("request of changed page size", 200),
    // What broke.
    ("server crash before processing", 30),
    ("server crash after processing", 30),
    ("server crash between requests", 30),
    ("device crash before an effect", 100),
    ("device crash after an effect", 100),
    ("device crash while idle", 50),
    ("clock forwards", 50),
    ("clock backwards", 50),
    ("backup", 50),
    ("server restored", 50),
    ("reconcile", 30),
    ("store copied", 50),
    ("store restored from a copy", 20),
    ("hostile push", 50),
    // What the department did.
    ("assigned while offline", 50),
    ("unassigned with unsent work", 20),
    ("role taken", 20),
    ("role given", 20),
    ("device revoked", 20),
    ("device enrolled again", 20),
    ("push after the drop was confirmed", 20),
    // What came of it.
    ("refused", 20),
    ("revoked scope dropped", 20),
    ("wiped", 10),
    ("conflict kept", 20),
    ("held under a consent", 20),
];

/// Counters by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Counts one.
    pub(crate) fn count(&mut self, what: &'static str) {
        self.add(what, 1);
    }

    /// Counts several.
    pub(crate) fn add(&mut self, what: &'static str, times: u64) {
        *self.counts.entry(what).or_default() += times;
    }

    /// Adds what another world counted.
    pub(crate) fn join(&mut self, other: &Self) {
        for (what, times) in &other.counts {
            self.add(what, *times);
        }
    }

    /// Returns the events that did not happen often enough in this many worlds.
    pub(crate) fn missing(&self, worlds: u64) -> Vec<String> {
        let found = |what| self.counts.get(what).copied().unwrap_or(0);
        LEAST_IN_A_HUNDRED
            .iter()
            .map(|(what, least)| (what, (least * worlds).div_euclid(100), found(*what)))
            .filter(|(_, least, found)| found < least)
            .map(|(what, least, found)| format!("{what}: {found} times, at least {least} wanted"))
            .collect()
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (what, times) in &self.counts {
            writeln!(f, "{times:>9}  {what}")?;
        }
        Ok(())
    }
}
