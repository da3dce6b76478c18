//! Why a command ended without success.

use std::fmt;
use std::io;
use std::process::ExitStatus;

use crate::watch::Running;

/// Why a command ended without success. The exit code is the same for all of them; the text is
/// for the person who reads the end of a long log.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A program could not be started, or a file not be read or written.
    Io { what: String, error: io::Error },

    /// A program ran and said no. What is wrong stands above, in its own words.
    Ended { command: String, status: ExitStatus },

    /// A command was far past its time, and was ended with all that it had started.
    Overdue { command: String, running: Running },

    /// A check found something. Each complaint was printed already.
    Complaints { check: &'static str, count: usize },

    /// `cargo` or a file said something that we do not understand.
    Unreadable { what: String, why: String },

    /// Programs that are not there. The text says what to install.
    Missing { what: String },

    /// A step of `ci` failed; the steps after it did not run.
    Step { name: &'static str, failure: Box<Self> },
}

impl Failure {
    /// Says what was being done when `error` came up.
    pub(crate) fn io(what: impl Into<String>, error: io::Error) -> Self {
        Self::Io { what: what.into(), error }
    }

    /// Says what could not be understood, and why.
    pub(crate) fn unreadable(what: impl Into<String>, why: impl fmt::Display) -> Self {
        Self::Unreadable { what: what.into(), why: why.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { what, error } => write!(f, "{what}: {error}"),
            Self::Ended { command, status } => write!(f, "`{command}` ended with {status}"),
            Self::Overdue { command, running } => {
                write!(f, "`{command}` was ended, far past its time: {running}")
            }
            Self::Complaints { check, count: 1 } => write!(f, "{check} found one mistake"),
            Self::Complaints { check, count } => write!(f, "{check} found {count} mistakes"),
            Self::Unreadable { what, why } => write!(f, "{what} cannot be understood: {why}"),
            Self::Missing { what } => write!(f, "install: {what}"),
            Self::Step { name, failure } => write!(f, "ci stopped at {name}: {failure}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_ci_names_the_step_and_the_cause() {
        let cause = Failure::Complaints { check: "tidy", count: 2 };
        let failure = Failure::Step { name: "tidy", failure: Box::new(cause) };
        assert_eq!(failure.to_string(), "ci stopped at tidy: tidy found 2 mistakes");
    }
}
