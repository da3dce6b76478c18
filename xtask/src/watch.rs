//! Whether a step has run far past its time, decided from what it prints and how long it runs.
//!
//! Nothing here reads a clock or a process: [`crate::guard`] does, and does what is said here.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// How long a step may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The step as a whole.
    pub(crate) step: Duration,
    /// One test of it, from when its runner says that it is slow.
    pub(crate) test: Duration,
}

impl Limits {
    /// Returns limits for a step of so many minutes.
    pub(crate) const fn minutes(minutes: u64) -> Self {
        Self { step: Duration::from_secs(60 * minutes), test: TEST_MAX }
    }
}

/// The longest test, the simulation, takes 8 minutes on two idle cores.
const TEST_MAX: Duration = Duration::from_secs(30 * 60);

/// What was running when a step was ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Running {
    /// The suite, as cargo names it.
    suite: Option<String>,
    tests: Vec<String>,
}

impl fmt::Display for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.suite, self.tests.as_slice()) {
            (None, []) => f.write_str("nothing that it named was running"),
            (Some(suite), []) => write!(f, "{suite} was running"),
            (None, tests) => write!(f, "{} was running", tests.join(", ")),
            (Some(suite), tests) => write!(f, "{} of {suite} was running", tests.join(", ")),
        }
    }
}

/// Follows one step.
#[derive(Debug)]
pub(crate) struct Watch {
    limits: Limits,
    suite: Option<String>,
    /// Tests that their runner called slow, and when.
    slow: BTreeMap<String, Duration>,
    /// The beginning of a line for each of the two streams.
    unfinished: BTreeMap<Stream, Vec<u8>>,
}

/// Where a step prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stream {
    Out,
    Err,
}

impl Watch {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, suite: None, slow: BTreeMap::new(), unfinished: BTreeMap::new() }
    }

    /// Takes what the step printed `at` so long after its start.
    pub(crate) fn printed(&mut self, at: Duration, stream: Stream, bytes: &[u8]) {
        let mut unfinished = self.unfinished.remove(&stream).unwrap_or_default();
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            unfinished.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.line(at, String::from_utf8_lossy(&unfinished).trim());
                unfinished.clear();
            }
        }
        // What is no line after so many bytes names no test.
        if unfinished.len() <= LINE_BYTES_MAX {
            self.unfinished.insert(stream, unfinished);
        }
    }

    fn line(&mut self, at: Duration, line: &str) {
        // cargo says: Running tests/core/main.rs (target/debug/deps/core-0123456789abcdef)
        let run = line.strip_prefix("Running ").or_else(|| line.strip_prefix("Doc-tests "));
        if let Some(suite) = run {
            self.suite = Some(suite.split(" (").next().unwrap_or(suite).to_owned());
            self.slow.clear();
        } else if let Some(test) = line.strip_prefix("test ") {
            if let Some((name, _)) = test.split_once(" has been running for over ") {
                self.slow.entry(name.to_owned()).or_insert(at);
            } else if let Some((name, _)) = test.split_once(" ... ") {
                self.slow.remove(name);
            }
        }
    }

    /// Returns what was running if the step, or one test of it, is past its time after so long, and
    /// `None` if it may go on.
    pub(crate) fn overdue(&self, after: Duration) -> Option<Running> {
        let is_stuck = |since: &Duration| after.saturating_sub(*since) >= self.limits.test;
        if after < self.limits.step && !self.slow.values().any(is_stuck) {
            return None;
        }
        let mut tests: Vec<String> = self.slow.keys().cloned().collect();
        tests.extend(self.begun());
        Some(Running { suite: self.suite.clone(), tests })
    }

    /// The test that was begun and whose line has no end yet, as with one thread.
    fn begun(&self) -> Option<String> {
        let line = String::from_utf8_lossy(self.unfinished.get(&Stream::Out)?);
        let (name, _) = line.strip_prefix("test ")?.split_once(" ... ")?;
        (!self.slow.contains_key(name)).then(|| name.to_owned())
    }
}

/// A longer beginning of a line is data.
const LINE_BYTES_MAX: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { step: minutes(60), test: minutes(30) };

    #[test]
    fn a_step_within_its_time_goes_on() {
        let watch = after(&[(1, Stream::Err, "   Compiling model v0.1.0\n")]);
        assert_eq!(watch.overdue(minutes(60) - Duration::from_millis(1)), None);
    }

    #[test]
    fn a_step_past_its_time_is_ended_and_names_what_was_running() {
        let watch = after(&[
            (1, Stream::Err, "     Running tests/core/main.rs (target/debug/deps/core-01)\n"),
            (2, Stream::Out, "running 2 tests\ntest grants::one ... ok\n"),
            (3, Stream::Out, "test grants::two has been running for over 60 seconds\n"),
        ]);
        assert_eq!(told(&watch, 60), "grants::two of tests/core/main.rs was running");
    }

    #[test]
    fn a_test_that_hangs_ends_a_step_that_has_time_left() {
        let watch = after(&[(3, Stream::Out, "test one has been running for over 60 seconds\n")]);
        assert_eq!(watch.overdue(minutes(33) - Duration::from_millis(1)), None);
        assert_eq!(told(&watch, 33), "one was running");
    }

    #[test]
    fn a_slow_test_that_ends_was_none_that_hangs() {
        let watch = after(&[
            (3, Stream::Out, "test one has been running for over 60 seconds\n"),
            (9, Stream::Out, "test one ... ok\n"),
        ]);
        assert_eq!(watch.overdue(minutes(59)), None);
    }

    #[test]
    fn a_test_whose_line_has_no_end_yet_is_running() {
        let watch = after(&[
            (1, Stream::Err, "     Running unittests src/lib.rs (target/debug/deps/model-01)\n"),
            (2, Stream::Out, "test one ... ok\ntest tw"),
            (3, Stream::Out, "o ... "),
        ]);
        assert_eq!(told(&watch, 60), "two of unittests src/lib.rs was running");
    }

    #[test]
    fn a_suite_that_began_ends_the_one_before() {
        let watch = after(&[
            (1, Stream::Out, "test one has been running for over 60 seconds\n"),
            (2, Stream::Err, "   Doc-tests client_core\n"),
        ]);
        assert_eq!(watch.overdue(minutes(40)), None);
        assert_eq!(told(&watch, 60), "client_core was running");
    }

    #[test]
    fn a_step_that_prints_no_lines_names_nothing() {
        let mut watch = Watch::new(LIMITS);
        watch.printed(minutes(1), Stream::Out, &vec![b'x'; LINE_BYTES_MAX + 1]);
        assert_eq!(told(&watch, 60), "nothing that it named was running");
    }

    fn after(printed: &[(u64, Stream, &str)]) -> Watch {
        let mut watch = Watch::new(LIMITS);
        for (at, stream, text) in printed {
            watch.printed(minutes(*at), *stream, text.as_bytes());
        }
        watch
    }

    #[track_caller]
    fn told(watch: &Watch, at: u64) -> String {
        watch.overdue(minutes(at)).expect("it is past its time").to_string()
    }

    const fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }
}
