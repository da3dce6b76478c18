//! Fuzz targets: each hands bytes to one reader of what comes from outside, and fails when the
//! reader panics or breaks a promise.
//!
//! `cargo xtask fuzz` drives them with libFuzzer (`tests/fuzz.rs`); `tests/corpus.rs` runs what is
//! in `corpus` through them in every ordinary test run.

mod body;
mod catalogue;
mod change;
mod wire;

/// One reader, and what it must keep to.
pub struct Target {
    /// The name, which is also that of its folder in `corpus`.
    pub name: &'static str,
    /// Hands an input over and returns how far it came: the code of what refused it, or `accepted`.
    ///
    /// Panics when a promise is broken.
    pub run: fn(&[u8]) -> String,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "change", run: change::run },
    Target { name: "wire", run: wire::run },
    Target { name: "catalogue", run: catalogue::run },
    Target { name: "body", run: body::run },
];

/// Returns the target of this name, or `None` if there is none.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// What a target returns for an input that its reader takes.
pub const ACCEPTED: &str = "accepted";
