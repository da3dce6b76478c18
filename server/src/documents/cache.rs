//! Documents that were written to a moment ago, so that the next change need not load them again.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use automerge::ReadDoc as _;
use lru::LruCache;
use model::document::Document;
use model::ids::{FeedSeq, RecordId};

/// A document as a transaction left it.
pub(crate) struct Fresh {
    pub(crate) record: RecordId,
    /// The number of the record's newest change.
    pub(crate) at: FeedSeq,
    pub(crate) document: Arc<Document>,
}

/// The documents used last.
pub(crate) struct DocumentCache {
    kept: Mutex<LruCache<RecordId, (FeedSeq, Arc<Document>)>>,
}

impl DocumentCache {
    pub(crate) fn new() -> Self {
        Self { kept: Mutex::new(LruCache::new(DOCUMENTS_MAX)) }
    }

    /// The record's document, if it is kept and its newest change is this one.
    pub(crate) fn at(&self, record: RecordId, at: FeedSeq) -> Option<Arc<Document>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&record)
            .filter(|(kept_at, _)| *kept_at == at)
            .map(|(_, document)| document.clone())
    }

    /// Lets go of every document.
    pub(crate) fn forget(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps what a committed transaction wrote.
    pub(crate) fn keep(&self, fresh: Vec<Fresh>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for Fresh { record, at, document } in fresh {
            // A large document would take the room of hundreds.
            if document.automerge().stats().num_ops <= OPS_MAX {
                kept.put(record, (at, document));
            } else {
                kept.pop(&record);
            }
        }
    }
}

/// About 18 KB each: 36 MB.
const DOCUMENTS_MAX: NonZeroUsize = NonZeroUsize::new(2_000).expect("it is not zero");

/// Operations of a document that is kept. An encounter with twenty edits has a hundred.
const OPS_MAX: u64 = 2_000;
