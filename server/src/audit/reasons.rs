//! Reasons that people state: sealed with the scope they are about, so that they go when its case is
//! erased. What the audit has of one is its number.

use model::ids::{Scope, UserId};
use model::time::Timestamp;
use rand::Rng;

use crate::context::Context;
use crate::error::StoreError;
use crate::store::sqlite::Reading;
use crate::writer::Tx;

/// Keeps a stated reason and returns its number.
pub(crate) fn keep(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    user: UserId,
    scope: &Scope,
    reason: &str,
) -> Result<i64, StoreError> {
    let sealed = seal(rng, tx, scope, reason)?;
    tx.db.add_reason(now, user, scope, &sealed)
}

/// Seals a reason that is kept elsewhere.
pub(crate) fn seal(
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    scope: &Scope,
    reason: &str,
) -> Result<Vec<u8>, StoreError> {
    tx.key(rng, scope)?.seal(&[&bound_to(scope)], reason.as_bytes())
}

/// Opens a sealed reason. `None` if it went with its scope's key.
pub(crate) fn open(
    context: &Context,
    scope: &Scope,
    sealed: &[u8],
) -> Result<Option<String>, StoreError> {
    if sealed.is_empty() {
        return Ok(None);
    }
    let Some(key) = context.keyring.find(scope)? else { return Ok(None) };
    let bytes = key.open(&[&bound_to(scope)], sealed)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Reads a stated reason by its number, with the scope it is about. `None` if there is none of that
/// number or its words went with its case.
pub(crate) fn find(
    context: &Context,
    db: &Reading<'_>,
    id: i64,
) -> Result<Option<(Scope, String)>, StoreError> {
    let Some(stated) = db.reason(id)? else { return Ok(None) };
    let words = open(context, &stated.scope, &stated.sealed)?;
    Ok(words.map(|words| (stated.scope, words)))
}

fn bound_to(scope: &Scope) -> Vec<u8> {
    let compartment = scope.compartment.as_str().as_bytes();
    [b"reason".as_slice(), scope.case.as_bytes(), compartment].concat()
}
