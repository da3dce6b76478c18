//! `cargo xtask android`: the archive (AAR) that an Android app depends on.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::kotlin;
use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::tool::Tool;

/// Builds the library for every processor that Android runs on, and packs it with the compiled
/// Kotlin and the rules for R8. Libraries that were built elsewhere are taken from their folder.
pub(crate) fn run(root: &Path, libraries: Option<&Path>) -> Result<(), Failure> {
    let built = match libraries {
        None => {
            let missing = missing();
            if !missing.is_empty() {
                return Err(Failure::Missing { what: missing.join("; ") });
            }
            let built = root.join("target/android/libraries");
            native(&built).run(root)?;
            built
        }
        Some(folder) => root.join(folder),
    };
    kotlin::package(root)?;
    let archive = root.join("target/android/aar");
    let jar = root.join("target/kotlin/fieldbook/fieldbook-0.1.0.jar");
    lay_out(root, &built, &jar, &archive)?;
    // An AAR is a ZIP archive, and the JDK has a program for those.
    let aar = root.join("target/android/fieldbook.aar");
    Tool::new("jar").words("--create --no-manifest --file").word(&aar).word(".").run(&archive)?;
    println!("{}", aar.display());
    Ok(())
}

/// Puts everything where an AAR has it, in a fresh folder. The libraries stand in a folder for each
/// processor, as `cargo ndk` and `jniLibs` have them; inside an AAR that is called `jni`.
fn lay_out(root: &Path, built: &Path, jar: &Path, archive: &Path) -> Result<(), Failure> {
    if archive.exists() {
        fs::remove_dir_all(archive).map_err(|error| Failure::io("target/android", error))?;
    }
    let copy = |from: &Path, name: &str| {
        let to = archive.join(name);
        fs::create_dir_all(to.parent().unwrap_or(archive))
            .and_then(|()| fs::copy(from, &to))
            .map_err(|error| Failure::io(from.display().to_string(), error))
    };
    for (abi, _) in ABIS {
        let library = built.join(abi).join(LIBRARY);
        check_pages(&library)?;
        copy(&library, &format!("jni/{abi}/{LIBRARY}"))?;
    }
    copy(jar, "classes.jar")?;
    copy(&root.join("ffi/android/AndroidManifest.xml"), "AndroidManifest.xml")?;
    copy(&root.join("ffi/android/proguard.txt"), "proguard.txt")?;
    // There are no resources, and an archive without this list of them is none to Gradle.
    fs::write(archive.join("R.txt"), "").map_err(|error| Failure::io("R.txt", error))
}

const LIBRARY: &str = "libfieldbook_ffi.so";

/// Android's names for processors, and Rust's.
const ABIS: [(&str, &str); 4] = [
    ("arm64-v8a", "aarch64-linux-android"),
    ("armeabi-v7a", "armv7-linux-androideabi"),
    ("x86", "i686-linux-android"),
    ("x86_64", "x86_64-linux-android"),
];

fn native(into: &Path) -> Cargo {
    let abis: String = ABIS.iter().map(|(abi, _)| format!("--target {abi} ")).collect();
    Cargo::new(&format!("ndk {abis} --platform 26 --output-dir"))
        .arguments(&[into.display().to_string()])
        .arguments(&Cargo::words("build --profile phone --locked --package fieldbook-ffi --lib"))
        // Phones with pages of 16 KB refuse a library that is not aligned to them.
        .env("RUSTFLAGS", "-Clink-arg=-Wl,-z,max-page-size=16384")
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

/// Returns the smallest alignment of an ELF file's loaded segments, or `None` if it is not an ELF
/// file.
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
    fn everything_stands_where_an_archive_for_android_has_it() {
        let root = crate::cargo::workspace_root().unwrap();
        let folder = fresh_folder("aar");
        let (built, archive) = (folder.join("libraries"), folder.join("aar"));
        for (abi, _) in ABIS {
            fs::create_dir_all(built.join(abi)).unwrap();
            fs::write(built.join(abi).join(LIBRARY), elf([PAGE, PAGE])).unwrap();
        }
        let jar = folder.join("fieldbook.jar");
        fs::write(&jar, "classes").unwrap();
        fs::create_dir_all(&archive).unwrap();
        fs::write(archive.join("old"), "of the last time").unwrap();
        lay_out(&root, &built, &jar, &archive).unwrap();
        assert_eq!(
            names(&archive, &archive),
            [
                "AndroidManifest.xml",
                "R.txt",
                "classes.jar",
                "jni/arm64-v8a/libfieldbook_ffi.so",
                "jni/armeabi-v7a/libfieldbook_ffi.so",
                "jni/x86/libfieldbook_ffi.so",
                "jni/x86_64/libfieldbook_ffi.so",
                "proguard.txt",
            ]
        );

        // One library for pages of 4 KB, or none at all, and there is no archive.
        fs::write(built.join("x86").join(LIBRARY), elf([PAGE, 0x1000])).unwrap();
        assert!(lay_out(&root, &built, &jar, &archive).is_err());
        fs::remove_file(built.join("x86").join(LIBRARY)).unwrap();
        assert!(lay_out(&root, &built, &jar, &archive).is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn without_the_ndk_it_stops_and_says_what_to_install() {
        let missing = missing();
        if missing.is_empty() {
            return;
        }
        let root = crate::cargo::workspace_root().unwrap();
        let failure = run(&root, None).unwrap_err().to_string();
        assert_eq!(failure, format!("install: {}", missing.join("; ")));
    }

    #[test]
    fn the_rules_for_r8_keep_what_the_generated_code_gives_to_jna() {
        let root = crate::cargo::workspace_root().unwrap();
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let rules = read("ffi/android/proguard.txt");
        let kept: Vec<&str> = rules
            .lines()
            .filter_map(|line| line.strip_prefix("-keep class fieldbook."))
            .map(|rest| rest.split([' ', '*']).next().unwrap_or_default())
            .collect();
        let code = read("ffi/kotlin/library/src/main/generated/fieldbook/fieldbook.kt");
        let mut given = 0;
        for line in code.lines().filter(|line| GIVEN_TO_JNA.iter().any(|base| line.contains(base)))
        {
            let name =
                line.trim_start().trim_start_matches("internal ").trim_start_matches("open ");
            let Some(name) =
                ["class ", "interface ", "object "].iter().find_map(|kind| name.strip_prefix(kind))
            else {
                continue;
            };
            // A nested one goes by the name of the class around it.
            let nested = line.starts_with(' ');
            assert!(nested || kept.iter().any(|kept| name.starts_with(kept)), "{line}");
            given += 1;
        }
        assert!(given > 10, "the generated code declares {given} of them");
    }

    const GIVEN_TO_JNA: [&str; 4] = [
        ": Structure(",
        ": com.sun.jna.Callback",
        ": PointerType",
        "object IntegrityCheckingUniffiLib",
    ];

    #[test]
    fn the_alignment_of_a_library_is_read_from_its_segments() {
        let mut elf = elf([0x4000, 0x1000]);
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
        let line = native(Path::new("libraries")).line();
        for (abi, _) in ABIS {
            assert!(line.contains(&format!("--target {abi} ")), "{line}");
        }
        assert!(line.contains("max-page-size=16384"), "{line}");
        assert!(line.contains("build --profile phone"), "{line}");
    }

    /// Returns the beginning of a library with two segments that are loaded, aligned so.
    fn elf(alignments: [u64; 2]) -> Vec<u8> {
        let mut elf = vec![0; 64 + 2 * 56];
        elf[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1]);
        elf[32] = 64;
        elf[54] = 56;
        elf[56] = 2;
        for (segment, alignment) in [64, 120].into_iter().zip(alignments) {
            elf[segment] = 1;
            elf[segment + 48..segment + 56].copy_from_slice(&alignment.to_le_bytes());
        }
        elf
    }

    /// Returns every file under a folder, in order.
    fn names(top: &Path, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                found.extend(names(top, &entry.path()));
            } else {
                found.push(entry.path().strip_prefix(top).unwrap().display().to_string());
            }
        }
        found.sort();
        found
    }

    fn fresh_folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir();
        let folder = folder.join(format!("fieldbook-xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }
}
