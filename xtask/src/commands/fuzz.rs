//! `cargo xtask fuzz`: the targets of `fuzz`, driven by libFuzzer.
//!
//! libFuzzer needs to see which ways through the code an input takes, so our crates are compiled
//! with LLVM's coverage counters, which the stable compiler has under `-Cpasses`. Flags for all of
//! the build would compile every dependency once more, OpenSSL among them; so cargo is given this
//! very program as the compiler of the workspace's own crates, and it adds them ([`as_compiler`]).

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::tool::{self, Needed};

/// Runs each target, or the one named, for so many seconds.
pub(crate) fn run(root: &Path, seconds: u64, only: Option<&str>) -> Result<(), Failure> {
    let names = targets(root)?;
    let chosen: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| only.is_none_or(|it| it == *name)).collect();
    if let (Some(only), []) = (only, chosen.as_slice()) {
        let why = format!("the targets are {}", names.join(", "));
        return Err(Failure::unreadable(only, why));
    }
    tool::ensure(root, &[COMPILER])?;
    let wrapper = copy_of_this_program(root)?;
    for name in chosen {
        fs::create_dir_all(root.join(FOUND).join(name).join("corpus"))
            .map_err(|error| Failure::io(FOUND, error))?;
        println!("-- {name}");
        call(root, &wrapper, name, seconds).run(root)?;
    }
    Ok(())
}

/// Builds the fuzzer, and runs it on one target.
fn call(root: &Path, wrapper: &Path, target: &str, seconds: u64) -> Cargo {
    let folder = root.join(FOUND).join(target);
    // Of the whole workspace, though it is one test: so each package has the features, and is the
    // one, that `cargo xtask ci` has built before.
    Cargo::new("test --workspace --features fieldbook-fuzz/libfuzzer --test fuzz --locked --")
        .arguments(&[
            format!("-max_total_time={seconds}"),
            "-timeout=20".into(),
            "-rss_limit_mb=1024".into(),
            "-verbosity=0".into(),
            "-print_final_stats=1".into(),
            format!("-artifact_prefix={}/", folder.display()),
            // What is found along the way goes into the first of them.
            folder.join("corpus").display().to_string(),
            root.join(CORPUS).join(target).display().to_string(),
        ])
        .env("RUSTC_WORKSPACE_WRAPPER", wrapper.display())
        .env(AS_COMPILER, "1")
        .env("FIELDBOOK_FUZZ_TARGET", target)
}

/// Calls the compiler with the words of this call, and with flags of ours for the crates that are to
/// be watched. `None` when this program was not called as a compiler.
pub(crate) fn as_compiler() -> Option<ExitCode> {
    std::env::var_os(AS_COMPILER)?;
    let mut words = std::env::args_os().skip(1);
    let mut call = Command::new(words.next()?);
    let words: Vec<_> = words.collect();
    call.args(&words);
    let named = words.iter().skip_while(|word| *word != "--crate-name").nth(1);
    if named.is_some_and(|name| WATCHED.iter().any(|watched| name == watched)) {
        call.args(COVERAGE);
    }
    let status = call.status().ok()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Some(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The folders of the corpus, which has one for each target.
fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let mut names = fs::read_dir(root.join(CORPUS))
        .and_then(|entries| {
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        })
        .map_err(|error| Failure::io(CORPUS, error))
        .map(|names: Vec<String>| names)?;
    names.sort_unstable();
    Ok(names)
}

/// A copy in a place of its own: the build may put another one in the place of this program.
fn copy_of_this_program(root: &Path) -> Result<std::path::PathBuf, Failure> {
    let to = root.join(FOUND).join(format!("compiler{}", std::env::consts::EXE_SUFFIX));
    std::env::current_exe()
        .and_then(|own| {
            fs::create_dir_all(root.join(FOUND))?;
            let own = fs::read(own)?;
            // Cargo calls a compiler that has changed another one, and begins anew.
            if !fs::read(&to).is_ok_and(|there| there == own) {
                fs::write(&to, own)?;
                make_executable(&to)?;
            }
            Ok(to)
        })
        .map_err(|error| Failure::io(FOUND, error))
}

fn make_executable(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

const CORPUS: &str = "fuzz/corpus";

/// Where inputs go that were found, and those that broke something.
const FOUND: &str = "target/fuzz";

const AS_COMPILER: &str = "FIELDBOOK_XTASK_AS_COMPILER";

/// The crates whose code the targets go through.
const WATCHED: [&str; 4] = ["fieldbook_catalogue", "fieldbook_fuzz", "model", "server"];

/// What cargo-fuzz passes, without the sanitizers that only a nightly compiler has.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// libFuzzer itself is C++.
const COMPILER: Needed = Needed { program: "c++", trial: "--version", package: "g++" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_runs_for_its_time_over_its_corpus() {
        let line = call(Path::new("/r"), Path::new("/r/wrapper"), "wire", 7).line();
        assert!(line.contains("FIELDBOOK_FUZZ_TARGET=wire cargo test --workspace"), "{line}");
        assert!(line.contains("-max_total_time=7"), "{line}");
        assert!(line.ends_with("/r/target/fuzz/wire/corpus /r/fuzz/corpus/wire"), "{line}");
    }

    #[test]
    fn a_target_that_is_not_there_is_answered_with_those_that_are() {
        let root = crate::cargo::workspace_root().unwrap();
        let failure = run(&root, 1, Some("wires")).unwrap_err().to_string();
        assert!(failure.contains("the targets are body, catalogue, change, wire"), "{failure}");
    }

    #[test]
    fn this_program_is_no_compiler_unless_it_is_told_so() {
        assert!(as_compiler().is_none());
    }
}
