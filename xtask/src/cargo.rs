//! Calls to `cargo`, as data: what a step would run can be printed and tested without running it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// Which crates a step is about, and in which profile. All steps say the same, so that each crate is
/// compiled once: in the profile that ships, but for how well ours are optimized; and without the two
/// generators of bindings, of which one asks for other features of crates that all others rest on, and
/// the other is there for the app alone.
pub(crate) const ALL: &str = "--release --config .ci/quick.toml --workspace \
     --exclude uniffi-bindgen --exclude fieldbook-app-bindgen --locked";

/// Where that is built.
pub(crate) const BUILT: &str = "target/release";

/// One call to `cargo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cargo {
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
}

impl Cargo {
    /// Creates a call with these arguments, written as on a command line.
    pub(crate) fn new(line: &str) -> Self {
        Self { arguments: Self::words(line), environment: Vec::new() }
    }

    /// Arguments written as on a command line.
    pub(crate) fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    /// Sets a variable for this call only.
    pub(crate) fn env(mut self, name: &'static str, value: impl ToString) -> Self {
        self.environment.push((name, value.to_string()));
        self
    }

    /// Appends arguments that may hold spaces.
    pub(crate) fn arguments(mut self, more: &[String]) -> Self {
        self.arguments.extend_from_slice(more);
        self
    }

    /// Runs it; what it prints goes where ours goes.
    pub(crate) fn run(&self, root: &Path) -> Result<(), Failure> {
        let status =
            self.command(root).status().map_err(|error| Failure::io(self.line(), error))?;
        if status.success() { Ok(()) } else { Err(Failure::Ended { command: self.line(), status }) }
    }

    /// Runs it and returns what it printed. Its messages still go where ours go.
    pub(crate) fn read(&self, root: &Path) -> Result<String, Failure> {
        let output = self
            .command(root)
            .stdout(Stdio::piped())
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
        let mut line = String::new();
        for (name, value) in &self.environment {
            line += &format!("{name}={} ", quoted(value));
        }
        line += "cargo";
        for argument in &self.arguments {
            line += &format!(" {}", quoted(argument));
        }
        line
    }

    fn command(&self, root: &Path) -> Command {
        // The cargo that runs us, which may not be the first one on the path.
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(program);
        command.args(&self.arguments).current_dir(root).stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Returns the folder of the workspace's `Cargo.toml`, whatever folder the caller stands in.
pub(crate) fn workspace_root() -> Result<PathBuf, Failure> {
    if let Some(own) = std::env::var_os("CARGO_MANIFEST_DIR")
        && let Some(root) = Path::new(&own).parent()
    {
        return Ok(root.to_owned());
    }
    let here = std::env::current_dir().map_err(|error| Failure::io("current folder", error))?;
    here.ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file())
        .map(Path::to_owned)
        .ok_or_else(|| Failure::unreadable("current folder", "it is not inside the workspace"))
}

fn quoted(word: &str) -> String {
    if word.is_empty() || word.contains(char::is_whitespace) {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_prints_as_one_would_type_it() {
        let call = Cargo::new("doc --no-deps").env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(call.line(), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }

    #[test]
    fn a_program_that_says_no_is_named_with_its_exit_code() {
        let call = Cargo::new("no-such-subcommand-of-ours");
        let failure = call.run(&workspace_root().unwrap()).unwrap_err();
        assert!(
            failure
                .to_string()
                .starts_with("`cargo no-such-subcommand-of-ours` ended with exit status"),
            "{failure}"
        );
    }

    #[test]
    fn the_workspace_is_found() {
        assert!(workspace_root().unwrap().join("model/Cargo.toml").is_file());
    }
}
