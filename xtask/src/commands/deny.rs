//! `cargo xtask deny`: which packages may be used, asked of cargo-deny by the rules of `deny.toml`.

use std::path::{Path, PathBuf};

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::tool::Tool;

/// Checks licences, bans and sources. Installs cargo-deny beside what is built the first time.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    if !is_installed(root) {
        install().run(root)?;
        let built = root.join(BUILT);
        std::fs::remove_dir_all(&built)
            .map_err(|error| Failure::io(built.display().to_string(), error))?;
    }
    check(root).run(root)
}

/// Returns the call of the installed tool.
fn check(root: &Path) -> Tool {
    // Without `advisories`: their database is fetched from outside.
    Tool::new(program(root)).words("--locked check licenses bans sources")
}

/// Returns the call that installs the tool, with the fastest compilation: four minutes on two
/// cores, once for each target folder. A folder for what it builds is named because the system's
/// own for temporary files may be small; what was built in a run that failed is used by the next.
fn install() -> Cargo {
    Cargo::new("install cargo-deny --locked --no-default-features --profile dev")
        .arguments(&["--version".into(), VERSION.into(), "--root".into(), TOOLS.into()])
        .arguments(&["--target-dir".into(), BUILT.into()])
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
}

fn is_installed(root: &Path) -> bool {
    let program = program(root);
    program.is_file()
        && Tool::new(program)
            .words("--version")
            .read(root)
            .is_ok_and(|told| told.trim() == format!("cargo-deny {VERSION}"))
}

fn program(root: &Path) -> PathBuf {
    root.join(TOOLS).join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX))
}

const TOOLS: &str = "target/tools";

const BUILT: &str = "target/tools/build";

/// Another one may know other licences, and is taken knowingly.
const VERSION: &str = "0.20.2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_is_installed_under_the_target_folder_in_one_version() {
        assert_eq!(
            install().line(),
            "CARGO_PROFILE_DEV_DEBUG=false cargo install cargo-deny --locked \
             --no-default-features --profile dev --version 0.20.2 --root target/tools \
             --target-dir target/tools/build"
        );
    }

    #[test]
    fn a_tool_that_is_not_there_is_not_taken_for_installed() {
        assert!(!is_installed(Path::new("no-such-folder-of-ours")));
    }

    #[test]
    fn every_part_that_needs_no_network_is_checked() {
        let line = check(Path::new("")).line();
        assert!(line.ends_with("--locked check licenses bans sources"), "{line}");
    }
}
