//! What the bindings cost: the calls of an app from Python and Kotlin beside the same in Rust, and
//! the library's size in each profile.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::Cargo;
use crate::commands::{bindings, kotlin, python};
use crate::failure::Failure;
use crate::tool::Tool;

/// Builds the library in each profile, and lets `ffi/python/measure.py` do the rest with the one
/// that goes into apps.
pub(super) fn measure(root: &Path, records: u64) -> Result<String, Failure> {
    let python = python::fetch(root)?;
    kotlin::ensure(root)?;
    for line in BUILDS {
        Cargo::new(line).run(root)?;
    }
    let folder = root.join("target/measure");
    let package = folder.join("fieldbook");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::io("target/measure", error))?;
    }
    let phone = root.join("target/phone");
    python::copy(&root.join("ffi/python/src/fieldbook"), &package)?;
    python::copy(&phone.join(bindings::library()), &package.join(bindings::library()))?;
    let stripped = folder.join("stripped");
    Tool::new("strip")
        .words("--strip-all -o")
        .word(&stripped)
        .word(phone.join(bindings::library()))
        .run(root)?;
    let mut call = Tool::new(python)
        .words("ffi/python/measure.py --records")
        .word(records.to_string())
        .word("--rust")
        .word(phone.join("measure"))
        .word("--kotlin")
        .word(kotlin::measuring(&phone).line());
    for (name, path) in libraries(root, stripped) {
        call = call.word("--library").word(format!("{name}={}", path.display()));
    }
    call.env(
        "PYTHONPATH",
        std::env::join_paths([folder, root.join("ffi/python/tests")])
            .map_err(|error| Failure::unreadable("a folder's name", error))?,
    )
    .env("PYTHONDONTWRITEBYTECODE", "1")
    .env("FIELDBOOK_BUILT", phone)
    .read(root)
}

const BUILDS: [&str; 3] = [
    "build --locked --package fieldbook-ffi --lib",
    "build --release --locked --package fieldbook-ffi --lib",
    "build --profile phone --locked --package fieldbook-ffi --package fieldbook \
     --package fieldbook-tests --lib --bins",
];

/// Returns the name and the path of each table row.
fn libraries(root: &Path, stripped: PathBuf) -> [(&'static str, PathBuf); 4] {
    let built = |profile: &str| root.join("target").join(profile).join(bindings::library());
    [
        ("`dev`, as tests use it", built("debug")),
        ("`release`", built("release")),
        (
            "`phone`, as it goes into apps: link-time optimization, no debug information",
            built("phone"),
        ),
        ("`phone` without any name: nothing can be generated from it", stripped),
    ]
}
