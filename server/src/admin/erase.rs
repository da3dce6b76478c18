//! Erasing a case: first its tombstone is set, so that nothing of it is taken any more; then
//! everybody is shut out and the content removed; then the keys are destroyed. What a crash in
//! between leaves undone is done by the same command given again.

use model::ids::CaseId;
use model::time::Timestamp;

use super::error::AdminError;
use super::{Admin, Tombstone, note};
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::feed::Entry;
use crate::sync::push::late;
use crate::writer::Tx;

/// See [`Admin::check_erase`].
pub(super) fn check(admin: &Admin, case: CaseId, legal_basis: &str) -> Result<(), AdminError> {
    let length = legal_basis.chars().count();
    if legal_basis.trim().is_empty() || length > BASIS_CHARS_MAX {
        return Err(AdminError::BadLegalBasis);
    }
    let is_known = !admin.database.reading().scopes_of_case(case)?.is_empty();
    if !is_known && !admin.context.keyring.is_erased(case)? {
        return Err(AdminError::UnknownCase(case));
    }
    Ok(())
}

/// See [`Admin::erase`].
pub(super) fn erase(
    admin: &Admin,
    now: Timestamp,
    case: CaseId,
    legal_basis: &str,
) -> Result<Tombstone, AdminError> {
    check(admin, case, legal_basis)?;
    let tombstone = Tombstone { case, erased_at: now, legal_basis: legal_basis.trim().to_owned() };
    admin.context.keyring.entomb(&tombstone)?;
    admin.write(|tx| {
        let records = remove(now, tx, case)?;
        note(now, tx, AuditAct::Erase, format!("case {case}"), format!("{records} records"))
    })?;
    admin.context.keyring.destroy(case)?;
    admin.context.documents.forget();
    admin.database.overwrite_log()?;
    let stands = admin.context.keyring.tombstones()?.into_iter().find(|left| left.case == case);
    Ok(stands.unwrap_or(tombstone))
}

/// Tells every device that its owner may no longer see the case, and removes its content. Returns
/// how many records it had.
pub(super) fn remove(now: Timestamp, tx: &mut Tx<'_>, case: CaseId) -> Result<u64, StoreError> {
    for (number, scope, users) in tx.db.scopes_of_case(case)? {
        for user in users {
            let at = tx.append(number, Entry::Revocation(user, &scope))?;
            tx.db.close_grant(now, at, user, number)?;
        }
    }
    late::find_erased(tx, case)?;
    tx.db.remove_content_of_case(now, case)
}

const BASIS_CHARS_MAX: usize = 500;

#[cfg(test)]
mod tests;
