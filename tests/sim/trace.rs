//! The trace of a world, step by step: always hashed, and printed when a single seed is replayed.

use sha2::{Digest, Sha256};

/// The lines of one world.
pub(crate) struct Trace {
    step: usize,
    aloud: bool,
    hash: Sha256,
    /// The newest lines, for the message of a world that fails.
    last: std::collections::VecDeque<String>,
}

impl Trace {
    /// An empty trace; `aloud` prints each line.
    pub(crate) fn new(aloud: bool) -> Self {
        Self { step: 0, aloud, hash: Sha256::new(), last: std::collections::VecDeque::new() }
    }

    /// Begins the next step.
    pub(crate) fn next_step(&mut self) {
        self.step += 1;
    }

    /// The step under way.
    pub(crate) fn step(&self) -> usize {
        self.step
    }

    /// Notes what happened.
    #[expect(clippy::print_stderr, reason = "a replayed seed is read on a terminal")]
    pub(crate) fn say(&mut self, what: impl AsRef<str>) {
        let line = format!("{:>4}  {}", self.step, what.as_ref());
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        if self.aloud {
            eprintln!("{line}");
        }
        if self.last.len() == LAST_LINES {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }

    /// Returns a hash of the whole trace.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// The newest lines.
    pub(crate) fn tail(&self) -> String {
        self.last.iter().map(|line| format!("{line}\n")).collect()
    }
}

const LAST_LINES: usize = 30;
