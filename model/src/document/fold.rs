//! Joining what stands side by side, where it is more than one change may follow.

use std::collections::BTreeSet;

use automerge::transaction::CommitOptions;
use automerge::{ActorId as AnyActor, ChangeHash as AnyHash, ReadDoc as _};

use super::{Document, DocumentError, NewChange, guarded, new_change};
use crate::ids::ActorId;
use crate::limits::CHANGE_DEPS_MAX;
use crate::time::Timestamp;

impl Document {
    /// Makes changes that say nothing and follow as many others as one may ([`CHANGE_DEPS_MAX`]),
    /// until the next change can follow all that are newest then. Mostly none.
    ///
    /// # Errors
    /// When the document does not take them.
    pub fn fold_heads(
        &mut self,
        now: Timestamp,
        actor: ActorId,
    ) -> Result<Vec<NewChange>, DocumentError> {
        // A change of an author who wrote before follows that change too, also where others followed
        // it meanwhile: one place is left for it.
        let most = usize::try_from(CHANGE_DEPS_MAX - 1).unwrap_or(usize::MAX);
        let mut made = Vec::new();
        if self.inner.get_heads().len() <= most {
            return Ok(made);
        }
        let author = AnyActor::from(actor);
        let mut next = self.inner.clone();
        loop {
            let mut heads = next.get_heads();
            if heads.len() <= most {
                break;
            }
            // A change follows its author's last one.
            if let Some(own) = head_after(&next, &author) {
                heads.sort_by_key(|head| *head != own);
            }
            heads.truncate(most);
            let joined = guarded(|| {
                let mut joined = next.fork_at(&heads)?;
                joined.set_actor(author.clone());
                let time = now.as_millis().div_euclid(1_000);
                let hash = joined.empty_commit(CommitOptions::default().with_time(time));
                let change = joined.get_change_by_hash(&hash);
                change.ok_or(automerge::AutomergeError::InvalidHash(hash))
            })?;
            made.push(new_change(&joined));
            guarded(|| next.apply_changes([joined]))?;
        }
        self.inner = next;
        Ok(made)
    }
}

/// The newest change that is this author's last, or follows it; none when they wrote nothing.
fn head_after(document: &automerge::Automerge, author: &AnyActor) -> Option<AnyHash> {
    let metas = document.get_changes_meta(&[]);
    let last = metas.iter().filter(|meta| *meta.actor == *author).max_by_key(|meta| meta.seq)?;
    let mut after = BTreeSet::from([last.hash]);
    // Each stands after those it follows.
    for meta in &metas {
        if meta.deps.iter().any(|dep| after.contains(dep)) {
            after.insert(meta.hash);
        }
    }
    document.get_heads().into_iter().find(|head| after.contains(head))
}
