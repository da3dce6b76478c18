//! What of a record is here already, as far as the sender may know of it.

use std::collections::BTreeMap;

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
    /// Returns whether the change is here. A sender who may not know of the record is told only of
    /// what their device wrote or handed in.
    fn holds(self, item: &Item) -> Result<bool, StoreError> {
        let hash = item.change.hash();
        match self.access {
            RecordAccess::New => Ok(false),
            RecordAccess::Open | RecordAccess::Lost => self.db.has_change(self.record, hash),
            // Somebody else may have brought it back after a restore.
            RecordAccess::Hidden if !vouched::is_anothers(self.sender, &item.change) => {
                self.db.has_change(self.record, hash)
            }
            RecordAccess::Hidden => self.db.has_change_from(self.record, hash, self.sender.device),
        }
    }

    /// A push whose answer was lost comes again, and costs no document.
    pub(super) fn holds_all(self, items: &[Item]) -> Result<bool, StoreError> {
        for item in items {
            if !self.holds(item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn holds_any(self, items: &[Item]) -> Result<bool, StoreError> {
        for item in items {
            if self.holds(item)? {
                return Ok(true);
            }
        }
        Ok(false)
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

    /// Refuses all but what is here: what came before the record was lost is known, and the rest is
    /// not tried.
    pub(super) fn refuse_but_known(self, items: &[Item]) -> Result<Trial, StoreError> {
        let verdict = |item: &Item| {
            Ok(match self.holds(item)? {
                true => Verdict::Known,
                false => Verdict::Refused(rights::not_assigned()),
            })
        };
        let verdicts = items.iter().map(verdict).collect::<Result<_, StoreError>>()?;
        Ok(Trial { verdicts, after: None })
    }
}

/// Returns whether the record has not got what the change follows.
fn lacks_what_it_follows(refused: &Refused) -> bool {
    refused.code == AdmissionError::MissingDependencies { missing: Vec::new() }.code()
}
