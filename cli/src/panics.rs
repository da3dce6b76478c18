//! The panic message, without recorded data.

/// Keeps panics quiet that are caught around changes from outside: each becomes a refusal, and its
/// message may quote what somebody wrote down. All others speak as usual.
pub fn keep_caught_ones_quiet() {
    let speak = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !model::admission::is_guarded() {
            speak(panic);
        }
    }));
}
