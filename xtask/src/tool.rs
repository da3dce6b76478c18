//! Calls to programs that are not ours: the other languages' compilers, runners and installers.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// One call to a program.
#[derive(Clone, Debug)]
pub(crate) struct Tool {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
}

impl Tool {
    /// Creates a call without arguments yet.
    pub(crate) fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), arguments: Vec::new(), environment: Vec::new() }
    }

    /// Appends arguments written as on a command line.
    pub(crate) fn words(mut self, line: &str) -> Self {
        self.arguments.extend(line.split_whitespace().map(OsString::from));
        self
    }

    /// Appends one argument, which may hold spaces.
    pub(crate) fn word(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets a variable for this call only.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Runs it in `folder`; what it prints goes where ours goes.
    pub(crate) fn run(&self, folder: &Path) -> Result<(), Failure> {
        let status = Command::new(&self.program)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(folder)
            .stdin(Stdio::null())
            .status()
            .map_err(|error| Failure::io(self.line(), error))?;
        if status.success() { Ok(()) } else { Err(Failure::Ended { command: self.line(), status }) }
    }

    /// Runs it in `folder` and returns what it printed. Its messages still go where ours go.
    pub(crate) fn read(&self, folder: &Path) -> Result<String, Failure> {
        let output = Command::new(&self.program)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| Failure::io(self.line(), error))?;
        if !output.status.success() {
            return Err(Failure::Ended { command: self.line(), status: output.status });
        }
        String::from_utf8(output.stdout).map_err(|error| Failure::unreadable(self.line(), error))
    }

    /// Returns the line that a person would type to run it.
    pub(crate) fn line(&self) -> String {
        let mut line = self.program.display().to_string();
        for argument in &self.arguments {
            line += &format!(" {}", argument.to_string_lossy());
        }
        line
    }
}

/// A program that a step needs, and the Debian package that brings it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needed {
    /// The program.
    pub(crate) program: &'static str,
    /// Arguments with which it does nothing but succeed.
    pub(crate) trial: &'static str,
    /// The package.
    pub(crate) package: &'static str,
}

/// Makes sure that the programs are there. As root on a Debian they are installed; elsewhere the
/// failure says in one line what to install.
pub(crate) fn ensure(root: &Path, needed: &[Needed]) -> Result<(), Failure> {
    let missing = missing(needed);
    if missing.is_empty() {
        return Ok(());
    }
    if can_install() {
        let apt = |words: &str| {
            Tool::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").words(words)
        };
        apt("-qq update").run(root)?;
        let mut install = apt("-qq install --yes --no-install-recommends");
        for package in packages(&missing) {
            install = install.word(package);
        }
        install.run(root)?;
    }
    let still = self::missing(needed);
    if still.is_empty() {
        return Ok(());
    }
    Err(Failure::Missing { what: packages(&still).join(" ") })
}

fn missing(needed: &[Needed]) -> Vec<Needed> {
    needed.iter().filter(|needed| !answers(needed)).copied().collect()
}

fn answers(needed: &Needed) -> bool {
    let trial = Command::new(needed.program)
        .args(needed.trial.split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    trial.is_ok_and(|status| status.success())
}

fn packages(needed: &[Needed]) -> Vec<&'static str> {
    let mut packages: Vec<_> = needed.iter().map(|needed| needed.package).collect();
    packages.dedup();
    packages
}

fn can_install() -> bool {
    // `id` and not a system call: xtask has no dependencies for this.
    let is_root = Command::new("id").arg("-u").output();
    Path::new("/etc/debian_version").is_file()
        && is_root.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: Needed =
        Needed { program: "no-such-program-of-ours", trial: "--version", package: "nothing" };

    #[test]
    fn a_program_that_is_not_there_is_told_by_its_package() {
        assert_eq!(packages(&missing(&[NOWHERE])), ["nothing"]);
        let cargo = Needed { program: "cargo", trial: "--version", package: "cargo" };
        assert!(missing(&[cargo]).is_empty());
    }

    #[test]
    fn a_call_prints_as_one_would_type_it() {
        let call = Tool::new("mvn").words("-q verify").word("-Dfolder=a b");
        assert_eq!(call.line(), "mvn -q verify -Dfolder=a b");
    }
}
