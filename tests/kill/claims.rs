//! The acknowledged writes, and those that may have happened without an acknowledgement.

use std::collections::{BTreeMap, BTreeSet};

use client_core::store::query::ListFilter;
use model::ids::RecordId;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::department::TestDepartment;

/// Records with the names that they may have.
#[derive(Default)]
pub(crate) struct Claims {
    records: BTreeMap<RecordId, BTreeSet<String>>,
}

impl Claims {
    /// How many records were acknowledged.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// A record was acknowledged.
    pub(crate) fn made(&mut self, id: RecordId, name: &str) {
        self.records.insert(id, [name.to_owned()].into());
    }

    /// A name was acknowledged: it is that, or one that somebody tried to give it since.
    pub(crate) fn set(&mut self, id: RecordId, name: &str) {
        self.records.insert(id, [name.to_owned()].into());
    }

    /// Somebody tries to give a record a name, and may succeed without being heard.
    pub(crate) fn attempted(&mut self, id: RecordId, name: &str) {
        self.records.entry(id).or_default().insert(name.to_owned());
    }

    /// Reads the output of a scribe.
    pub(crate) fn read(&mut self, said: &[String]) {
        for line in said {
            let mut words = line.splitn(3, ' ');
            let (verb, id, name) = (words.next(), words.next(), words.next());
            let (Some(id), Some(name)) = (id.and_then(|id| id.parse().ok()), name) else {
                continue;
            };
            match verb {
                Some("made") => self.made(id, name),
                Some("set") => self.set(id, name),
                _ => {}
            }
        }
    }

    /// Notes the rename that the scribe was attempting when it was killed.
    pub(crate) fn attempted_by_scribe(&mut self, said: &[String]) {
        let Some(last) = said.last() else { return };
        let mut words = last.splitn(3, ' ');
        if words.next() == Some("made")
            && let (Some(id), Some(name)) = (words.next(), words.next())
            && let Ok(id) = id.parse()
        {
            self.attempted(id, &format!("{name} renamed"));
        }
    }

    /// One of the records.
    pub(crate) fn pick(&self, rng: &mut ChaCha8Rng) -> Option<RecordId> {
        if self.records.is_empty() {
            return None;
        }
        self.records.keys().nth(rng.random_range(0..self.records.len())).copied()
    }

    /// Looks into the store of a device for all of it.
    pub(crate) fn check(&self, department: &TestDepartment, dir: &str) {
        let device = department.open(dir);
        let read = device.store().read();
        assert!(read.list(&ListFilter::default()).unwrap().len() >= self.records.len());
        for (id, names) in &self.records {
            let Some(view) = read.record_view(*id).unwrap() else {
                panic!("{dir} lacks {id}, which was acknowledged as {names:?}");
            };
            let name = view.fields["name"].as_str().unwrap_or_default();
            assert!(names.contains(name), "{dir} has {id} as {name:?}, not as one of {names:?}");
        }
    }
}
