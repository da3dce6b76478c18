//! `cargo xtask android`: the archive (AAR) that an Android app depends on.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::kotlin;
use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::tool::Tool;

/// Builds the library for every processor that Android runs on, and packs it with the compiled
/// Kotlin and the rules for R8.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let missing = missing();
    if !missing.is_empty() {
        return Err(Failure::Missing { what: missing.join("; ") });
    }
    let archive = root.join("target/android/aar");
    if archive.exists() {
        fs::remove_dir_all(&archive).map_err(|error| Failure::io("target/android", error))?;
    }
    fs::create_dir_all(&archive).map_err(|error| Failure::io("target/android", error))?;
    native(&archive).run(root)?;
    for (abi, _) in ABIS {
        check_pages(&archive.join(format!("jni/{abi}/libfieldbook_ffi.so")))?;
    }
    kotlin::package(root)?;
    let jar = root.join("target/kotlin/fieldbook/fieldbook-0.1.0.jar");
    for (from, name) in [
        (jar, "classes.jar"),
        (root.join("ffi/android/AndroidManifest.xml"), "AndroidManifest.xml"),
        (root.join("ffi/android/proguard.txt"), "proguard.txt"),
    ] {
        fs::copy(from, archive.join(name)).map_err(|error| Failure::io(name, error))?;
    }
    fs::write(archive.join("R.txt"), "").map_err(|error| Failure::io("R.txt", error))?;
    // An AAR is a ZIP archive, and the JDK has a program for those.
    let aar = root.join("target/android/fieldbook.aar");
    Tool::new("jar").words("--create --no-manifest --file").word(&aar).word(".").run(&archive)?;
    println!("{}", aar.display());
    Ok(())
}

/// Android's names for processors, and Rust's.
const ABIS: [(&str, &str); 4] = [
    ("arm64-v8a", "aarch64-linux-android"),
    ("armeabi-v7a", "armv7-linux-androideabi"),
    ("x86", "i686-linux-android"),
    ("x86_64", "x86_64-linux-android"),
];

fn native(archive: &Path) -> Cargo {
    let abis: String = ABIS.iter().map(|(abi, _)| format!("--target {abi} ")).collect();
    Cargo::new(&format!("ndk {abis} --platform 26 --output-dir"))
        .arguments(&[archive.join("jni").display().to_string()])
        .arguments(&Cargo::words("build --release --locked --package fieldbook-ffi --lib"))
        // Phones with pages of 16 KB refuse a library that is not aligned to them.
        .env("RUSTFLAGS", "-Clink-arg=-Wl,-z,max-page-size=16384")
        // The languages' metadata is in symbols; only debug information may go.
        .env("CARGO_PROFILE_RELEASE_STRIP", "debuginfo")
}

fn missing() -> Vec<String> {
    let mut missing = Vec::new();
    let set = |name: &str| std::env::var_os(name).is_some_and(|folder| Path::new(&folder).is_dir());
    if !set("ANDROID_NDK_HOME") && !set("ANDROID_NDK_ROOT") {
        missing.push("the Android NDK (r28 or newer), with ANDROID_NDK_HOME set to it".to_owned());
    }
    let cargo_ndk = Command::new("cargo").args(["ndk", "--version"]).output();
    if !cargo_ndk.is_ok_and(|output| output.status.success()) {
        missing.push("cargo-ndk (`cargo install cargo-ndk`)".to_owned());
    }
    let installed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    let installed = installed.map(|output| output.stdout).unwrap_or_default();
    let installed = String::from_utf8_lossy(&installed);
    let targets = ABIS.iter().map(|(_, target)| *target);
    let absent: Vec<_> = targets.filter(|target| !installed.contains(target)).collect();
    if !absent.is_empty() {
        missing.push(format!("Rust for Android (`rustup target add {}`)", absent.join(" ")));
    }
    missing
}

fn check_pages(library: &Path) -> Result<(), Failure> {
    let name = library.display().to_string();
    let bytes = fs::read(library).map_err(|error| Failure::io(&name, error))?;
    match smallest_alignment(&bytes) {
        Some(alignment) if alignment >= PAGE => Ok(()),
        Some(alignment) => Err(Failure::unreadable(
            name,
            format!("its segments are aligned to {alignment} bytes, and phones need {PAGE}"),
        )),
        None => Err(Failure::unreadable(name, "it is no ELF library")),
    }
}

const PAGE: u64 = 16_384;

/// The smallest alignment of an ELF file's segments that are loaded; none if it is no such file.
fn smallest_alignment(elf: &[u8]) -> Option<u64> {
    let number = |at: usize, bytes: usize| -> Option<u64> {
        let field = elf.get(at..at.checked_add(bytes)?)?;
        Some(field.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    };
    let [0x7f, b'E', b'L', b'F', class, 1, ..] = *elf else { return None };
    // Where the table of segments is, how large its rows are, and where in a row the alignment is.
    let (table, row, count, align_at, word) = match class {
        1 => (number(28, 4)?, number(42, 2)?, number(44, 2)?, 28, 4),
        2 => (number(32, 8)?, number(54, 2)?, number(56, 2)?, 48, 8),
        _ => return None,
    };
    let mut smallest = None::<u64>;
    for index in 0..count {
        let at = usize::try_from(table.checked_add(index.checked_mul(row)?)?).ok()?;
        if number(at, 4)? == LOADED {
            let alignment = number(at.checked_add(align_at)?, word)?;
            smallest = Some(smallest.map_or(alignment, |least| least.min(alignment)));
        }
    }
    smallest
}

const LOADED: u64 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alignment_of_a_library_is_read_from_its_segments() {
        let mut elf = vec![0; 64 + 2 * 56];
        elf[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1]);
        elf[32] = 64;
        elf[54] = 56;
        elf[56] = 2;
        for (segment, alignment) in [(64, 0x4000_u64), (120, 0x1000)] {
            elf[segment] = 1;
            elf[segment + 48..segment + 56].copy_from_slice(&alignment.to_le_bytes());
        }
        assert_eq!(smallest_alignment(&elf), Some(0x1000));
        elf[120] = 6;
        assert_eq!(
            smallest_alignment(&elf),
            Some(0x4000),
            "segments that are not loaded do not count"
        );
    }

    #[test]
    fn what_is_no_library_or_is_cut_short_is_none() {
        assert_eq!(smallest_alignment(b"not a library"), None);
        let own = fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(smallest_alignment(&own[..40]), None);
        if cfg!(target_os = "linux") {
            assert!(smallest_alignment(&own).is_some_and(u64::is_power_of_two));
        }
    }

    #[test]
    fn every_processor_is_built_for() {
        let line = native(Path::new("aar")).line();
        for (abi, _) in ABIS {
            assert!(line.contains(&format!("--target {abi} ")), "{line}");
        }
        assert!(line.contains("max-page-size=16384") && line.contains("build --release"), "{line}");
    }
}
