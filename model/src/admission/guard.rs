//! Turning a panic of Automerge into a refusal.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::AdmissionError;

/// Returns whether this thread is handling a change whose panics are caught.
///
/// For a program's panic hook: such a panic is a refusal, not a crash, and its message may quote
/// what somebody wrote down. Let it say nothing.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Runs `work`; a panic in it is [`AdmissionError::Poisoned`]. For everything that reads a document made
/// of changes from outside.
///
/// What `work` borrows must be read only: a half-changed value would be seen afterwards.
///
/// # Errors
/// What `work` returned, or that it panicked.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, AdmissionError>) -> Result<T, AdmissionError> {
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.unwrap_or(Err(AdmissionError::Poisoned))
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_refusal_and_the_guard_ends_with_it() {
        let refused: Result<(), _> = guarded(|| {
            assert!(is_guarded());
            std::panic::resume_unwind(Box::new("boom"))
        });
        assert_eq!(refused, Err(AdmissionError::Poisoned));
        assert!(!is_guarded());
        assert_eq!(guarded(|| guarded(|| Ok(is_guarded()))), Ok(true));
    }
}
