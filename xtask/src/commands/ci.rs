//! `cargo xtask ci`: all that must be green, in the order in which it fails soonest.

use std::fmt::Write as _;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{bindings, browser, deny, header, kotlin, layering, proxy, python, tidy, xlsform};
use crate::cargo::{ALL, Cargo};
use crate::failure::Failure;
use crate::guard;
use crate::tool::{self, Needed};
use crate::watch::Limits;

/// Runs the steps until one fails, and prints what each cost.
pub(crate) fn run(root: &Path, fast: bool) -> Result<(), Failure> {
    let mut times = Vec::new();
    let mut beside = None;
    let mut fetching = (!fast).then(|| {
        let root = root.to_owned();
        thread::spawn(move || fetch(&root))
    });
    for step in steps(fast) {
        if step.name == NEEDS_PROGRAMS
            && let Some(fetching) = fetching.take()
        {
            fetching.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        if step.name == WAITS_MOST {
            println!("\n== {}: {}, beside the next steps", DENY, deny_step().work.line());
            let root = root.to_owned();
            beside = Some(thread::spawn(move || timed(|| deny_step().run(&root))));
        }
        println!("\n== {}: {}", step.name, step.work.line());
        let (result, time) = timed(|| step.run(root));
        println!("== {}: {} after {}", step.name, verdict(&result), clock(time));
        times.push((step.name, verdict(&result), time));
        if let Err(failure) = result {
            println!("\n{}", table(&times));
            return Err(Failure::Step { name: step.name, failure: Box::new(failure) });
        }
    }
    if let Some(beside) = beside {
        let (result, time) = beside.join().unwrap_or_else(|panic| resume_unwind(panic));
        println!("== {DENY}: {} after {}, beside the others", verdict(&result), clock(time));
        result.map_err(|failure| Failure::Step { name: DENY, failure: Box::new(failure) })?;
    }
    println!("\n{}", table(&times));
    Ok(())
}

/// Fetches what comes from elsewhere, while the first steps compile. What goes wrong is told by the step
/// that needs it, which fetches it again.
fn fetch(root: &Path) {
    drop(tool::ensure(root, PROGRAMS));
    drop(browser::fetch(root));
    drop(xlsform::fetch(root));
    drop(python::fetch(root));
    drop(kotlin::ensure(root));
}

/// Programs that are fetched.
const PROGRAMS: &[Needed] = &[proxy::NGINX, proxy::STREAM, header::CLANG];

/// The first of the steps that need something of all this.
const NEEDS_PROGRAMS: &str = "proxy";

/// The first of the steps that wait for downloads and for other languages' compilers most of the time.
const WAITS_MOST: &str = "xlsform";

const DENY: &str = "deny";

/// Compiles cargo-deny the first time, in a folder of its own: two cores have room for it beside the
/// steps that wait.
fn deny_step() -> Step {
    Step { name: DENY, minutes: 40, work: Work::Deny }
}

/// Runs the step of this name.
pub(crate) fn run_one(root: &Path, name: &str) -> Result<(), Failure> {
    let mut steps = steps(false);
    steps.push(deny_step());
    match steps.iter().find(|step| step.name == name) {
        Some(step) => step.run(root),
        None => {
            let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
            Err(Failure::unreadable(name, format!("the steps are {}", names.join(", "))))
        }
    }
}

/// One thing that must be green.
struct Step {
    name: &'static str,
    /// About four times what it takes on two cores from a fresh clone: past that, it hangs.
    minutes: u64,
    work: Work,
}

impl Step {
    fn run(&self, root: &Path) -> Result<(), Failure> {
        let limits = Limits::minutes(self.minutes);
        guard::guarded(root, &["ci", "--only", self.name], limits, || self.work.run(root))
    }
}

enum Work {
    Cargo(Cargo),
    Layering,
    Tidy,
    Deny,
    Bindings,
    Browser,
    Kotlin,
    Proxy,
    Python,
    Header,
    Xlsform,
}

impl Work {
    fn run(&self, root: &Path) -> Result<(), Failure> {
        match self {
            Self::Cargo(call) => call.run(root),
            Self::Layering => layering::run(root),
            Self::Tidy => tidy::run(root),
            Self::Deny => deny::run(root),
            Self::Bindings => bindings::run(root, true),
            Self::Browser => browser::run(root),
            Self::Kotlin => kotlin::run(root),
            Self::Proxy => proxy::run(root),
            Self::Python => python::run(root),
            Self::Header => header::run(root),
            Self::Xlsform => xlsform::run(root),
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Cargo(call) => call.line(),
            Self::Layering => "cargo xtask layering".to_owned(),
            Self::Tidy => "cargo xtask tidy".to_owned(),
            Self::Deny => "cargo xtask deny".to_owned(),
            Self::Bindings => "cargo xtask bindings --check".to_owned(),
            Self::Browser => "cargo xtask browser".to_owned(),
            Self::Kotlin => "cargo xtask kotlin".to_owned(),
            Self::Proxy => "cargo xtask proxy".to_owned(),
            Self::Python => "cargo xtask python".to_owned(),
            Self::Header => "cargo xtask header".to_owned(),
            Self::Xlsform => "cargo xtask xlsform".to_owned(),
        }
    }
}

/// All steps build in the one profile `release`, as the demo does, so that nothing is compiled twice.
fn steps(fast: bool) -> Vec<Step> {
    let step = |name, minutes, work| Step { name, minutes, work };
    let cargo = |name, minutes, line: &str| step(name, minutes, Work::Cargo(Cargo::new(line)));
    let of_all = |name, minutes, what: &str, more: &str| {
        step(name, minutes, Work::Cargo(Cargo::new(&format!("{what} {ALL} {more}"))))
    };
    let mut steps = vec![
        cargo("fmt", 10, "fmt --all --check"),
        step("layering", 10, Work::Layering),
        step("tidy", 10, Work::Tidy),
        // Not the one line that calls uniffi-bindgen: to check that crate takes three minutes.
        of_all("clippy", 50, "clippy", "--all-targets -- -D warnings"),
    ];
    if fast {
        return steps;
    }
    steps.extend([
        // What WebAssembly gets: no clock, no threads, no sockets.
        cargo(
            "core alone",
            15,
            "clippy --release --config .ci/quick.toml --package client-core --no-default-features \
             --locked -- -D warnings",
        ),
        // Suites start the `fieldbook` binary, which `cargo test` does not build for them. With
        // `--tests` the features are those of the next step, and what is built here stays valid.
        of_all("build", 60, "build", bindings::TARGETS),
        step("bindings", 15, Work::Bindings),
        of_all("tests", 65, "test", "--lib --bins --tests --no-fail-fast"),
        step("proxy", 15, Work::Proxy),
        step("browser", 45, Work::Browser),
        of_all("doc tests", 20, "test", "--doc --no-fail-fast"),
        // The readers are those who work on it: private items belong in.
        step("docs", 20, Work::Cargo(docs())),
        step("header", 15, Work::Header),
        step("xlsform", 20, Work::Xlsform),
        step("python", 20, Work::Python),
        step("kotlin", 30, Work::Kotlin),
        // What the demo runs, as CI does next: our crates once more, as they ship.
        cargo("demo", 60, "build --release --locked --quiet"),
    ]);
    steps
}

fn docs() -> Cargo {
    let call = Cargo::new(&format!("doc {ALL} --no-deps --document-private-items"));
    call.env("RUSTDOCFLAGS", "-D warnings")
}

#[expect(clippy::disallowed_methods, reason = "how long a step took is a figure for people")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed())
}

fn verdict(result: &Result<(), Failure>) -> &'static str {
    if result.is_ok() { "ok" } else { "FAILED" }
}

fn table(times: &[(&str, &str, Duration)]) -> String {
    let mut table = format!("{:<12}{:<8}{:>12}\n", "step", "result", "time");
    for (name, verdict, time) in times {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{name:<12}{verdict:<8}{:>12}", clock(*time));
    }
    let total = times.iter().map(|(_, _, time)| *time).sum();
    let _ = write!(table, "{:<12}{:<8}{:>12}", "all", "", clock(total));
    table
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds / 60 {
        0 => format!("{:.1} s", time.as_secs_f64()),
        minutes => format!("{minutes} min {:02} s", seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_part_is_the_beginning_of_the_whole() {
        let fast: Vec<String> = lines(true);
        let all: Vec<String> = lines(false);
        assert_eq!(fast.len(), 4);
        assert!(all.starts_with(&fast) && fast.len() < all.len());
    }

    #[test]
    fn no_step_may_change_the_lock_file() {
        for line in lines(false) {
            let reads_none = line.starts_with("cargo fmt") || line.starts_with("cargo xtask");
            assert!(reads_none || line.contains("--locked"), "{line}");
        }
    }

    #[test]
    fn the_packages_that_may_be_used_are_checked_beside_the_steps_that_wait() {
        assert_eq!(deny_step().work.line(), "cargo xtask deny");
        assert!(steps(false).iter().any(|step| step.name == WAITS_MOST));
        assert!(!steps(true).iter().any(|step| step.name == WAITS_MOST));
    }

    #[test]
    fn what_the_demo_runs_is_built_last_and_as_it_ships() {
        let last = lines(false).pop().unwrap();
        assert_eq!(last, "cargo build --release --locked --quiet");
    }

    #[test]
    fn a_step_that_is_not_there_is_answered_with_those_that_are() {
        let failure = run_one(Path::new(""), "lint").unwrap_err().to_string();
        assert!(
            failure.contains("the steps are fmt, layering, tidy, clippy, core alone,"),
            "{failure}"
        );
    }

    #[test]
    fn binaries_are_built_before_the_tests_that_start_them() {
        let names: Vec<&str> = steps(false).iter().map(|step| step.name).collect();
        let place = |wanted| names.iter().position(|name| *name == wanted).unwrap();
        assert!(place("build") < place("tests"));
    }

    #[test]
    fn a_failure_names_the_step_and_ends_the_run() {
        let root = crate::cargo::workspace_root().unwrap();
        let work = Work::Cargo(Cargo::new("no-such-subcommand-of-ours"));
        assert_eq!(verdict(&work.run(&root)), "FAILED");
    }

    #[test]
    fn the_table_adds_the_times_up() {
        let times = [
            ("fmt", "ok", Duration::from_millis(1_250)),
            ("tests", "ok", Duration::from_secs(185)),
        ];
        assert_eq!(
            table(&times),
            "step        result          time\n\
             fmt         ok             1.2 s\n\
             tests       ok        3 min 05 s\n\
             all                   3 min 06 s"
        );
    }

    fn lines(fast: bool) -> Vec<String> {
        steps(fast).iter().map(|step| step.work.line()).collect()
    }
}
