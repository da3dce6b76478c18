//! Where work belongs that is not taken into its record: it is sealed with what it is part of, so that
//! it goes when that is erased, and it is shown to those who supervise that.

use model::admission::{self, AdmissionError};
use model::document::Document;
use model::ids::{CaseId, ChangeHash, RecordId};
use model::record::Envelope;
use model::time::Timestamp;
use model::words::Message;
use rand::Rng;

use super::{PUT_OFF, RECONCILE_FIRST, Refused, Sender, rights, trial};
use crate::crypto::seal::SealingKey;
use crate::documents::refused as sealed;
use crate::error::StoreError;
use crate::store::quarantine::{Kept, QuarantineScope, RefusedChange};
use crate::store::records::RecordRow;
use crate::writer::Tx;

impl QuarantineScope {
    fn of(known: RecordRow) -> Self {
        Self { scope: known.scope, program: known.program, record_type: known.record_type }
    }

    fn named_by(envelope: &Envelope) -> Self {
        Self {
            scope: envelope.scope(),
            program: envelope.program.clone(),
            record_type: envelope.record_type.clone(),
        }
    }

    /// Returns what is known of the record; else what the change itself says, if it makes one, or
    /// what was said by what the same device handed in for it before. Another device's word does
    /// not count: it could have the bytes sealed where the erasure of their case does not reach.
    fn find(
        tx: &Tx<'_>,
        sender: Sender,
        record: RecordId,
        said: Option<&Envelope>,
    ) -> Result<Option<Self>, StoreError> {
        if let Some(known) = tx.db.record_row(record)? {
            return Ok(Some(Self::of(known)));
        }
        if let Some(envelope) = said {
            return Ok(Some(Self::named_by(envelope)));
        }
        tx.db.quarantine_scope(sender.device, record)
    }
}

/// A change that is not taken.
pub(super) struct Late<'a> {
    pub(super) record: RecordId,
    pub(super) hash: ChangeHash,
    pub(super) bytes: &'a [u8],
    /// What it says, if it makes a record.
    pub(super) said: Option<&'a Envelope>,
}

/// Keeps the bytes: nothing refused is thrown away, but of an erased case, and what comes again with
/// the next request. Says what to tell instead when they are not kept after all.
pub(super) fn keep(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    sender: Sender,
    late: &Late<'_>,
    refused: &Refused,
) -> Result<Option<Refused>, StoreError> {
    if [rights::ERASED, RECONCILE_FIRST, PUT_OFF].contains(&refused.code) {
        return Ok(None);
    }
    if tx.db.has_change(late.record, late.hash)? {
        // It stands in its record: who handed it in may not know that.
        return Ok(None);
    }
    let home = QuarantineScope::find(tx, sender, late.record, late.said)?;
    let sealed_with = match &home {
        None => None,
        Some(home) => match tx.key(rng, &home.scope) {
            Ok(key) => {
                let catalogue = &tx.context.catalogue;
                Some((tx.db.number_scope(catalogue, &home.scope)?, key))
            }
            Err(StoreError::Erased) => return Ok(Some(rights::erased())),
            // It must not be sealed under another key than the rest of its case.
            Err(StoreError::KeyMissing) => return Ok(Some(trial::unreadable())),
            Err(error) => return Err(error),
        },
    };
    let row = RefusedChange {
        device: sender.device,
        record: late.record,
        hash: late.hash,
        scope: sealed_with.as_ref().map(|(number, _)| *number),
        home: home.as_ref(),
        code: refused.code,
        reason: &refused.reason,
        digest: sealed::digest(late.bytes),
        size: late.bytes.len() as u64,
    };
    let key = sealed_with.as_ref().map_or(&*tx.context.quarantine, |(_, key)| key.as_ref());
    if sealed::keep(tx.db, now, key, &row, late.bytes)? == Kept::Full {
        // The device goes on holding it, and everything else of its request is answered.
        return Ok(Some(Refused::after_pull("quarantine_full", &Message::new("quarantine_full"))));
    }
    if let Some((_, key)) = &sealed_with {
        move_home(tx, key, &row)?;
    }
    Ok(None)
}

/// Seals what the device handed in for the record before anybody could tell where it belongs with the
/// rest of it.
fn move_home(tx: &Tx<'_>, key: &SealingKey, row: &RefusedChange<'_>) -> Result<(), StoreError> {
    for before in tx.db.refused_without_scope(row.device, row.record)? {
        let bytes = sealed::open(&tx.context.quarantine, &before)?;
        sealed::move_home(tx.db, key, &before, row, &bytes)?;
    }
    Ok(())
}

/// The envelope in a change that makes a record; none when it makes none, or says nothing readable.
pub(crate) fn envelope_in(change: &[u8]) -> Option<Envelope> {
    let read = || {
        let document = Document::from_changes([change]).map_err(|_| AdmissionError::Rejected)?;
        document.envelope().map_err(|_| AdmissionError::Rejected)
    };
    admission::guarded(read).ok()
}

/// Finds what is kept of a case and was not known to be of it: sealed under the quarantine's own key,
/// or filed under a record of another one.
pub(crate) fn find_erased(tx: &Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    for row in tx.db.all_refused()? {
        let key = match &row.scope {
            Some(scope) if scope.case == case => continue,
            Some(scope) => match tx.keys().find(scope)? {
                Some(key) => Some(key),
                None => continue,
            },
            None => None,
        };
        let Ok(bytes) = sealed::open(key.as_deref().unwrap_or(&tx.context.quarantine), &row) else {
            continue;
        };
        if let Some(scope) = envelope_in(&bytes).map(|envelope| envelope.scope())
            && scope.case == case
        {
            let number = tx.db.number_scope(&tx.context.catalogue, &scope)?;
            tx.db.set_scope_of_refused(row.id, number)?;
        }
    }
    Ok(())
}
