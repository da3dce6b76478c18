//! What the process says of a panic: where it was, never what it said.

use std::panic::{PanicHookInfo, set_hook};

/// Makes panics of this process quiet: the log gets the place, not the message, which may quote
/// what somebody wrote down. Panics that are caught because a change from outside is being tried
/// out are refusals, and say nothing at all.
///
/// For programs that serve; call it once, at the start.
pub fn quiet_panics() {
    set_hook(Box::new(report));
}

fn report(panic: &PanicHookInfo<'_>) {
    if model::admission::is_guarded() {
        return;
    }
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    tracing::error!(
        panic.place = place,
        panic.thread = thread.name().unwrap_or_default(),
        "panicked at {place}"
    );
}
