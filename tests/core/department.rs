//! A department with its server, and devices that keep no store.

use std::collections::{BTreeMap, BTreeSet};

use fieldbook_tests::content;
use fieldbook_tests::data_folder::TestDataFolder;
use fieldbook_tests::raw::{Made, RawDevice};
use model::document::Document;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::wire::{OutcomeV1, PushV1, SyncResponseV1};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::service::Service;

use super::backend::{Backend, TESTED};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// A department at work.
pub(crate) struct TestDepartment {
    pub(crate) office: TestDataFolder,
    pub(crate) service: Service,
    pub(crate) rng: ChaCha8Rng,
}

impl TestDepartment {
    /// A department with two outreach workers, `ana` and `ben`, and their supervisor, `sol`.
    pub(crate) fn new() -> Self {
        Self::on(TESTED)
    }

    /// The same on this database.
    pub(crate) fn on(backend: Backend) -> Self {
        let mut office = backend.data_folder();
        office.worker(NOW, "ana");
        office.worker(NOW, "ben");
        office.supervisor(NOW, "sol");
        let service = Service::open_inline(NOW, office.config()).unwrap();
        Self { office, service, rng: ChaCha8Rng::seed_from_u64(7) }
    }

    /// A new device of this person.
    pub(crate) fn device(&mut self, name: &str) -> RawDevice {
        let code = self.office.invite(NOW, name);
        RawDevice::enroll(&self.service, NOW, &mut self.rng, &code)
    }

    /// The server starts again.
    pub(crate) fn restart(mut self) -> Self {
        drop(self.service);
        self.service = Service::open_inline(later(1), self.office.config()).unwrap();
        self
    }

    /// Makes a person, and has the server take it.
    pub(crate) fn open_case(&self, device: &mut RawDevice, name: &str) -> Made {
        let made = device.make(NOW, "person", None, &[content::text("name", name), quality()]);
        assert_eq!(outcomes(&device.push(&self.service, NOW, vec![made.push()])), ["accepted"]);
        made
    }

    /// Makes an encounter in a case, and has the server take it.
    pub(crate) fn meet(&self, device: &mut RawDevice, case: CaseId) -> Made {
        let made = encounter(device, Some(case));
        assert_eq!(outcomes(&device.push(&self.service, NOW, vec![made.push()])), ["accepted"]);
        made
    }

    /// Returns the records that a device receives when it pulls to the end.
    pub(crate) fn pulled(&self, device: &mut RawDevice) -> BTreeMap<RecordId, Document> {
        let pulled = device.pull(&self.service, NOW);
        pulled
            .into_iter()
            .map(|(record, changes)| {
                let bytes = changes.iter().map(|change| &change.bytes);
                (record, Document::from_changes(bytes).unwrap())
            })
            .collect()
    }

    /// The records a device receives when it pulls to the end.
    pub(crate) fn received(&self, device: &mut RawDevice) -> BTreeSet<RecordId> {
        device.pull(&self.service, NOW).into_keys().collect()
    }

    /// Nothing that can be checked is wrong.
    pub(crate) fn holds(&self) {
        assert_eq!(self.office.verify().problems, []);
    }
}

/// Returns the edit that sets the other required field of a person, besides the name.
pub(crate) fn quality() -> Edit {
    content::choice("name_quality", "full")
}

/// An outreach contact.
pub(crate) fn encounter(device: &mut RawDevice, case: Option<CaseId>) -> Made {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let edits = content::encounter(NOW, &mut rng);
    device.make(NOW, "outreach_contact", case, &edits)
}

/// The outcomes of a push, in short.
pub(crate) fn outcomes(response: &SyncResponseV1) -> Vec<String> {
    let short = |outcome: &OutcomeV1| match outcome {
        OutcomeV1::Accepted => "accepted".to_owned(),
        OutcomeV1::Known => "known".to_owned(),
        OutcomeV1::Refused { code, retry, .. } => format!("{code} {retry:?}"),
    };
    response.results.iter().map(|result| short(&result.outcome)).collect()
}

/// An edit of a record that the device has just made or pulled.
pub(crate) fn edited(
    device: &mut RawDevice,
    record: RecordId,
    document: &mut Document,
    edits: &[Edit],
) -> PushV1 {
    PushV1 { record, change: device.edit(NOW, document, edits).bytes }
}

pub(crate) fn later(minutes: i64) -> Timestamp {
    NOW + Span::from_minutes(minutes)
}
