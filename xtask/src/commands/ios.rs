//! `cargo xtask ios`: the XCFramework that the Swift package depends on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::tool::Tool;

/// Builds the library for phones and for both kinds of simulator, and packs it with its header.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let missing = missing();
    if !missing.is_empty() {
        return Err(Failure::Missing { what: missing.join("; ") });
    }
    for target in TARGETS {
        library(target).run(root)?;
    }
    let folder = root.join("target/ios");
    let framework = root.join("ffi/swift/FieldbookFFI.xcframework");
    for old in [&folder, &framework] {
        if old.exists() {
            fs::remove_dir_all(old).map_err(|error| Failure::io("target/ios", error))?;
        }
    }
    fs::create_dir_all(&folder).map_err(|error| Failure::io("target/ios", error))?;
    // Simulators of both kinds are one platform to Xcode, and so one file.
    let simulators = folder.join("libfieldbook_ffi.a");
    let mut lipo = Tool::new("lipo").words("-create -output").word(&simulators);
    for target in SIMULATORS {
        lipo = lipo.word(built(root, target));
    }
    lipo.run(root)?;
    let headers = root.join("ffi/swift/Sources/FieldbookFFI/include");
    Tool::new("xcodebuild")
        .words("-create-xcframework -library")
        .word(built(root, PHONE))
        .word("-headers")
        .word(&headers)
        .word("-library")
        .word(&simulators)
        .word("-headers")
        .word(&headers)
        .word("-output")
        .word(&framework)
        .run(root)?;
    println!("{}", framework.display());
    Ok(())
}

const PHONE: &str = "aarch64-apple-ios";
const SIMULATORS: [&str; 2] = ["aarch64-apple-ios-sim", "x86_64-apple-ios"];
const TARGETS: [&str; 3] = [PHONE, SIMULATORS[0], SIMULATORS[1]];

fn library(target: &str) -> Cargo {
    let line = "rustc --release --locked --package fieldbook-ffi --lib --crate-type staticlib";
    Cargo::new(&format!("{line} --target {target}"))
        .env("CARGO_PROFILE_RELEASE_STRIP", "debuginfo")
        .env("IPHONEOS_DEPLOYMENT_TARGET", "15.0")
}

fn built(root: &Path, target: &str) -> PathBuf {
    root.join("target").join(target).join("release/libfieldbook_ffi.a")
}

fn missing() -> Vec<String> {
    let answers = |program: &str, argument: &str| {
        let trial = Command::new(program).arg(argument).output();
        trial.is_ok_and(|output| output.status.success())
    };
    let mut missing = Vec::new();
    if !answers("xcodebuild", "-version") {
        missing.push("Xcode 16 or newer, on a Mac".to_owned());
    }
    let installed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    let installed = installed.map(|output| output.stdout).unwrap_or_default();
    let installed = String::from_utf8_lossy(&installed);
    let absent: Vec<_> = TARGETS
        .into_iter()
        .filter(|target| !installed.lines().any(|line| line == *target))
        .collect();
    if !absent.is_empty() {
        missing.push(format!("Rust for iOS (`rustup target add {}`)", absent.join(" ")));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_static_library_keeps_what_the_generated_code_calls() {
        let line = library(PHONE).line();
        assert!(line.contains("--crate-type staticlib --target aarch64-apple-ios"), "{line}");
        assert!(line.starts_with("CARGO_PROFILE_RELEASE_STRIP=debuginfo"), "{line}");
    }
}
