//! `cargo xtask ios`: the framework that an iOS app links, and a Mac's tests with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::tool::Tool;

/// Builds the library for phones, for both kinds of simulator and for Macs, and packs it with its
/// header.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let missing = missing();
    if !missing.is_empty() {
        return Err(Failure::Missing { what: missing.join("; ") });
    }
    for target in targets() {
        library(target).run(root)?;
    }
    let folder = root.join("target/ios");
    let framework = root.join(FRAMEWORK);
    for old in [&folder, &framework] {
        if old.exists() {
            fs::remove_dir_all(old).map_err(|error| Failure::io("target/ios", error))?;
        }
    }
    lay_out_headers(root, &folder)?;
    for call in packing(root, &folder) {
        call.run(root)?;
    }
    println!("{}", framework.display());
    Ok(())
}

const FRAMEWORK: &str = "ffi/swift/FieldbookFFI.xcframework";

/// What is one platform to Xcode is one file, whatever the processors in it.
const PLATFORMS: [(&str, &[&str]); 3] = [
    ("iphoneos", &["aarch64-apple-ios"]),
    ("iphonesimulator", &["aarch64-apple-ios-sim", "x86_64-apple-ios"]),
    // For the tests of the package, which run on the Mac itself.
    ("macosx", &["aarch64-apple-darwin", "x86_64-apple-darwin"]),
];

fn targets() -> impl Iterator<Item = &'static str> {
    PLATFORMS.into_iter().flat_map(|(_, targets)| targets).copied()
}

fn library(target: &str) -> Cargo {
    let line = "rustc --profile phone --locked --package fieldbook-ffi --lib";
    Cargo::new(&format!("{line} --crate-type staticlib --target {target}"))
        // As in `ffi/swift/Package.swift`.
        .env("IPHONEOS_DEPLOYMENT_TARGET", "15.0")
        .env("MACOSX_DEPLOYMENT_TARGET", "12.0")
}

/// Puts the header and its module map in a folder with the module's name. The headers of all
/// frameworks of an app end up in one folder, where two files `module.modulemap` would collide.
fn lay_out_headers(root: &Path, folder: &Path) -> Result<(), Failure> {
    let from = root.join("ffi/swift/Sources/FieldbookFFI/include");
    let to = folder.join("headers/FieldbookFFI");
    let failed = |error| Failure::io("target/ios", error);
    fs::create_dir_all(&to).map_err(failed)?;
    for name in ["FieldbookFFI.h", "module.modulemap"] {
        fs::copy(from.join(name), to.join(name)).map_err(failed)?;
    }
    Ok(())
}

fn packing(root: &Path, folder: &Path) -> Vec<Tool> {
    let mut calls = Vec::new();
    let mut pack = Tool::new("xcodebuild").words("-create-xcframework");
    for (platform, targets) in PLATFORMS {
        let made = folder.join(platform);
        let library = made.join("libfieldbook_ffi.a");
        calls.push(Tool::new("mkdir").words("-p").word(&made));
        let built = |target: &&str| -> PathBuf {
            root.join("target").join(target).join("phone/libfieldbook_ffi.a")
        };
        let join = Tool::new("lipo").words("-create -output").word(&library);
        calls.push(targets.iter().map(built).fold(join, Tool::word));
        pack = pack.words("-library").word(&library);
        pack = pack.words("-headers").word(folder.join("headers"));
    }
    calls.push(pack.words("-output").word(root.join(FRAMEWORK)));
    calls
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
    let absent: Vec<_> =
        targets().filter(|target| !installed.lines().any(|line| line == *target)).collect();
    if !absent.is_empty() {
        missing.push(format!("Rust for iOS (`rustup target add {}`)", absent.join(" ")));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_processor_gets_a_static_library_that_is_small_and_keeps_what_is_called() {
        for target in targets() {
            let line = library(target).line();
            assert!(line.contains("--profile phone"), "{line}");
            assert!(line.ends_with(&format!("--crate-type staticlib --target {target}")), "{line}");
        }
    }

    #[test]
    fn what_is_one_platform_is_one_file_of_the_framework() {
        let lines: Vec<String> =
            packing(Path::new("/r"), Path::new("/f")).iter().map(Tool::line).collect();
        assert_eq!(
            lines.join("\n"),
            "mkdir -p /f/iphoneos\n\
             lipo -create -output /f/iphoneos/libfieldbook_ffi.a \
             /r/target/aarch64-apple-ios/phone/libfieldbook_ffi.a\n\
             mkdir -p /f/iphonesimulator\n\
             lipo -create -output /f/iphonesimulator/libfieldbook_ffi.a \
             /r/target/aarch64-apple-ios-sim/phone/libfieldbook_ffi.a \
             /r/target/x86_64-apple-ios/phone/libfieldbook_ffi.a\n\
             mkdir -p /f/macosx\n\
             lipo -create -output /f/macosx/libfieldbook_ffi.a \
             /r/target/aarch64-apple-darwin/phone/libfieldbook_ffi.a \
             /r/target/x86_64-apple-darwin/phone/libfieldbook_ffi.a\n\
             xcodebuild -create-xcframework \
             -library /f/iphoneos/libfieldbook_ffi.a -headers /f/headers \
             -library /f/iphonesimulator/libfieldbook_ffi.a -headers /f/headers \
             -library /f/macosx/libfieldbook_ffi.a -headers /f/headers \
             -output /r/ffi/swift/FieldbookFFI.xcframework"
        );
    }

    #[test]
    fn without_a_mac_it_stops_and_says_what_to_install() {
        if cfg!(target_os = "macos") {
            return;
        }
        let failure = run(&crate::cargo::workspace_root().unwrap()).unwrap_err().to_string();
        assert!(failure.starts_with("install: Xcode 16 or newer, on a Mac"), "{failure}");
    }

    #[test]
    fn headers_stand_in_a_folder_of_their_module() {
        let root = crate::cargo::workspace_root().unwrap();
        let folder =
            std::env::temp_dir().join(format!("fieldbook-xtask-ios-{}", std::process::id()));
        lay_out_headers(&root, &folder).unwrap();
        let there = folder.join("headers/FieldbookFFI");
        for name in ["FieldbookFFI.h", "module.modulemap"] {
            assert!(there.join(name).is_file(), "{name}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
