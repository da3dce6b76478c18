//! What libFuzzer runs: the target that the environment names.

#![no_main]

use std::panic;
use std::sync::OnceLock;

use fieldbook_fuzz::{Target, target};
use libfuzzer_sys::fuzz_target;

static CHOSEN: OnceLock<&Target> = OnceLock::new();

fuzz_target!(
    init: {
        // Automerge's panics are caught where changes are tried. Only one that comes as far as here
        // is a finding, and libFuzzer ends on that by itself.
        panic::set_hook(Box::new(|_| {}));
    },
    |input: &[u8]| {
        let chosen = CHOSEN.get_or_init(|| {
            let name = std::env::var("FIELDBOOK_FUZZ_TARGET").unwrap_or_default();
            target(&name).expect("FIELDBOOK_FUZZ_TARGET names a target")
        });
        let run = panic::catch_unwind(|| (chosen.run)(input));
        if run.is_err() {
            // Again, and this time it is said what broke and where.
            drop(panic::take_hook());
            drop((chosen.run)(input));
        }
    }
);
