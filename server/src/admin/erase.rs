//! Erasing a case: first everybody is shut out and the content removed, then the keys are destroyed
//! and the tombstone set. What a crash between the two leaves undone is done by the same command
//! given again, and until then nothing of the case can be read or written.

use model::ids::CaseId;
use model::time::Timestamp;

use super::{Admin, Tombstone, note};
use crate::error::{AdminError, StoreError};
use crate::store::feed::Entry;
use crate::store::{erasure, grants};
use crate::writer::Tx;

/// See [`Admin::erase`].
pub(super) fn erase(
    admin: &Admin,
    now: Timestamp,
    case: CaseId,
    legal_basis: &str,
) -> Result<Tombstone, AdminError> {
    let length = legal_basis.chars().count();
    if legal_basis.trim().is_empty() || length > BASIS_CHARS_MAX {
        return Err(AdminError::BadLegalBasis);
    }
    let erased_before = admin.base.keyring.is_erased(case)?;
    admin.write(|tx| {
        let known = erasure::scopes(tx.db, case)?;
        if known.is_empty() && !erased_before {
            return Err(AdminError::UnknownCase(case));
        }
        close(tx, known)?;
        let records = erasure::remove_content(tx.db, case)?;
        note(now, tx, "erase", format!("case {case}"), format!("{records} records"))
    })?;
    let tombstone = Tombstone { case, erased_at: now, legal_basis: legal_basis.trim().to_owned() };
    admin.base.keyring.erase(&tombstone)?;
    admin.base.documents.forget();
    // What was removed must not live on in the log of the database, or in a free page.
    admin
        .connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(StoreError::from)?;
    let stands = admin.base.keyring.tombstones()?.into_iter().find(|left| left.case == case);
    Ok(stands.unwrap_or(tombstone))
}

/// Tells every device that its owner may no longer see the case.
fn close(
    tx: &mut Tx<'_>,
    scopes: Vec<(i64, model::ids::Scope, Vec<model::ids::UserId>)>,
) -> Result<(), StoreError> {
    for (number, scope, users) in scopes {
        for user in users {
            let at = tx.append(number, Entry::Revocation(user, &scope))?;
            grants::close(tx.db, at, user, number)?;
        }
    }
    Ok(())
}

const BASIS_CHARS_MAX: usize = 500;
