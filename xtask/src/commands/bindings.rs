//! `cargo xtask bindings`: the Kotlin, Swift and Python that UniFFI makes of `ffi`.
//!
//! What it makes is kept in the repository, so that an app can be built without our toolchain, and
//! never edited: `--check` fails when what is kept is not what comes out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::report;
use crate::cargo::{ALL, BUILT, Cargo};
use crate::checks::Complaint;
use crate::failure::Failure;
use crate::tool::Tool;

/// Builds the library, generates, and writes or, to `check`, compares.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Failure> {
    build(root)?;
    Cargo::new("build --release --package uniffi-bindgen --locked").run(root)?;
    let fresh = root.join("target/bindings");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(|error| Failure::io("target/bindings", error))?;
    }
    for language in ["kotlin", "swift", "python"] {
        generate(root, language, &fresh.join(language))?;
    }
    if !check {
        return write(root, &fresh);
    }
    let complaints = differences(&fresh, root, KEPT)?;
    if !complaints.is_empty() {
        println!("never edit generated code: `cargo xtask bindings` writes it");
    }
    report("bindings", &complaints)
}

/// Builds the library, the generator and the server that the languages' tests start, with the
/// features of the whole workspace, so that `ci` builds nothing twice.
pub(crate) fn build(root: &Path) -> Result<(), Failure> {
    Cargo::new(&format!("build {ALL} {TARGETS}")).run(root)
}

/// What is built of each crate; also a step of `ci`. With `--tests` the features are those of the tests,
/// and what is built stays valid.
pub(crate) const TARGETS: &str = "--lib --bins --tests";

/// Returns the library as the system calls it.
pub(crate) fn library() -> String {
    format!("{}fieldbook_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

fn generate(root: &Path, language: &str, into: &Path) -> Result<(), Failure> {
    let program = format!("uniffi-bindgen{}", std::env::consts::EXE_SUFFIX);
    // Formatters differ from machine to machine; what they would do is no business of ours.
    Tool::new(root.join(BUILT).join(program))
        .words("generate --no-format --language")
        .word(language)
        .word("--out-dir")
        .word(into)
        .word(root.join(BUILT).join(library()))
        .run(root)
}

/// A file as it comes out, and where it is kept.
type Kept = (&'static str, &'static str);

const KEPT: &[Kept] = &[
    (
        "kotlin/fieldbook/fieldbook.kt",
        "ffi/kotlin/library/src/main/generated/fieldbook/fieldbook.kt",
    ),
    ("python/fieldbook.py", "ffi/python/src/fieldbook/generated.py"),
    ("swift/Fieldbook.swift", "ffi/swift/Sources/Fieldbook/Generated/Fieldbook.swift"),
    ("swift/FieldbookFFI.h", "ffi/swift/Sources/FieldbookFFI/include/FieldbookFFI.h"),
    ("swift/FieldbookFFI.modulemap", "ffi/swift/Sources/FieldbookFFI/include/module.modulemap"),
];

fn write(root: &Path, fresh: &Path) -> Result<(), Failure> {
    for (made, kept) in KEPT {
        let kept = root.join(kept);
        let folder = kept.parent().unwrap_or(root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::copy(fresh.join(made), &kept))
            .map_err(|error| Failure::io(kept.display().to_string(), error))?;
    }
    Ok(())
}

/// Returns a complaint for each committed file that differs from the generated one, and for each
/// generated file that is not committed.
fn differences(fresh: &Path, root: &Path, kept: &[Kept]) -> Result<Vec<Complaint>, Failure> {
    let mut complaints = Vec::new();
    for (made, kept) in kept {
        let fresh = fs::read(fresh.join(made)).map_err(|error| Failure::io(*made, error))?;
        match fs::read(root.join(kept)) {
            Ok(text) if text == fresh => {}
            Ok(_) => complaints.push(Complaint::in_file(kept, "is not what UniFFI makes of ffi")),
            Err(_) => complaints.push(Complaint::in_file(kept, "is missing")),
        }
    }
    let known: BTreeSet<PathBuf> = kept.iter().map(|(made, _)| fresh.join(made)).collect();
    for path in files(fresh)?.difference(&known) {
        let name = path.strip_prefix(fresh).unwrap_or(path).display().to_string();
        complaints.push(Complaint::in_file(&name, "came out, and nobody knows where it is kept"));
    }
    Ok(complaints)
}

fn files(folder: &Path) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut found = BTreeSet::new();
    let entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| Failure::io(folder.display().to_string(), error))?;
    for entry in entries {
        if entry.path().is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.insert(entry.path());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::printed;

    #[test]
    fn a_binding_that_was_edited_is_missing_or_unknown_is_told() {
        let folder = tempfile_folder("bindings");
        let (fresh, root) = (folder.join("fresh"), folder.join("root"));
        for (path, text) in [
            (fresh.join("same"), "a"),
            (fresh.join("edited"), "b"),
            (fresh.join("missing"), "c"),
            (fresh.join("unknown"), "d"),
            (root.join("same"), "a"),
            (root.join("edited"), "b, and a thought of somebody's"),
        ] {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let kept = [("same", "same"), ("edited", "edited"), ("missing", "missing")];
        assert_eq!(
            printed(&differences(&fresh, &root, &kept).unwrap()),
            "edited: is not what UniFFI makes of ffi\nmissing: is missing\n\
             unknown: came out, and nobody knows where it is kept\n"
        );
        fs::remove_dir_all(folder).unwrap();
    }

    fn tempfile_folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("fieldbook-xtask-{name}-{}", std::process::id()))
    }
}
