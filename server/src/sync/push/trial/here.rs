//! What of a record is here already, as far as the sender may know of it.

use std::collections::{BTreeMap, BTreeSet};

use model::admission::AdmissionError;
use model::ids::{ChangeHash, RecordId};

use super::Trial;
use crate::error::StoreError;
use crate::store::sqlite::Reading;
use crate::sync::push::rights::{self, RecordAccess};
use crate::sync::push::vouched;
use crate::sync::push::{Item, Refused, Sender, SenderTrust, Verdict};

/// What of a record is here, as far as the sender may know.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub(super) db: &'a Reading<'a>,
    pub(super) sender: Sender,
    pub(super) record: RecordId,
    pub(super) access: RecordAccess,
}

impl Here<'_> {
    /// Returns those of these changes that are here. A sender who may not know of the record is told
    /// only of what their device wrote or handed in.
    fn held(self, items: &[Item]) -> Result<BTreeSet<ChangeHash>, StoreError> {
        if self.access == RecordAccess::New {
            return Ok(BTreeSet::new());
        }
        let hashes = items.iter().map(|item| item.change.hash());
        let here = self.db.changes_here(self.record, hashes)?;
        let is_told = |item: &&Item| match self.access {
            RecordAccess::New => false,
            RecordAccess::Open | RecordAccess::Lost => true,
            // Somebody else may have brought back what the device itself wrote, after a restore.
            RecordAccess::Hidden => {
                !vouched::is_anothers(self.sender, &item.change)
                    || here.get(&item.change.hash()) == Some(&self.sender.device)
            }
        };
        let told = items.iter().filter(is_told).map(|item| item.change.hash());
        Ok(told.filter(|hash| here.contains_key(hash)).collect())
    }

    /// Returns what is told at once, without a trial, if it is: a push whose answer was lost comes
    /// again, and costs no document.
    pub(super) fn answered(self, items: &[Item]) -> Result<Option<Trial>, StoreError> {
        let held = self.held(items)?;
        let is_held = |item: &Item| held.contains(&item.change.hash());
        let is_closed = match self.access {
            RecordAccess::Lost => true,
            // Whoever handed a part of it in knows that there is such a record.
            RecordAccess::Hidden => items.iter().any(is_held),
            RecordAccess::New | RecordAccess::Open => false,
        };
        if !is_closed && !items.iter().all(is_held) {
            return Ok(None);
        }
        // What came before the record was lost is known; the rest is not tried.
        let verdict = |item: &Item| match is_held(item) {
            true => Verdict::Known,
            false => Verdict::Refused(rights::not_assigned()),
        };
        Ok(Some(Trial { verdicts: items.iter().map(verdict).collect(), after: None }))
    }

    /// Has what follows a change that waits to be confirmed wait with it, and so be kept with it. A
    /// device hands in what others wrote once, and keeps none of it: a consent would be confirmed
    /// without its having been taken back.
    pub(super) fn keep_together(
        self,
        items: &[Item],
        verdicts: &mut [Verdict],
    ) -> Result<(), StoreError> {
        if self.sender.standing != SenderTrust::Vouching {
            return Ok(());
        }
        let mut followers: BTreeMap<ChangeHash, Vec<usize>> = BTreeMap::new();
        for (at, (item, verdict)) in items.iter().zip(verdicts.iter()).enumerate() {
            if matches!(verdict, Verdict::Refused(refused) if lacks_what_it_follows(refused)) {
                for dep in item.change.deps() {
                    followers.entry(*dep).or_default().push(at);
                }
            }
        }
        // Each change is asked about once, and each that waits leads to its followers once: a push may
        // be one long chain, in any order.
        let mut waiting = Vec::new();
        for hash in followers.keys() {
            if let Some(refused) = self.waits_since_before(*hash)? {
                waiting.push((*hash, refused));
            }
        }
        for (item, verdict) in items.iter().zip(verdicts.iter()) {
            if let Verdict::Refused(refused) = verdict
                && vouched::waits(refused.code)
            {
                waiting.push((item.change.hash(), refused.clone()));
            }
        }
        while let Some((hash, refused)) = waiting.pop() {
            for at in followers.remove(&hash).unwrap_or_default() {
                let (Some(item), Some(verdict)) = (items.get(at), verdicts.get_mut(at)) else {
                    continue;
                };
                *verdict = Verdict::Refused(refused.clone());
                waiting.push((item.change.hash(), refused.clone()));
            }
        }
        Ok(())
    }

    /// Returns what was told of this change when the sender handed it in before, if it waits since.
    fn waits_since_before(self, hash: ChangeHash) -> Result<Option<Refused>, StoreError> {
        let code = self.db.code_of_refused(self.sender.device, self.record, hash)?;
        Ok(code.and_then(|code| vouched::waiting(&code)))
    }
}

/// Returns whether the record has not got what the change follows.
fn lacks_what_it_follows(refused: &Refused) -> bool {
    refused.code == AdmissionError::MissingDependencies { missing: Vec::new() }.code()
}
