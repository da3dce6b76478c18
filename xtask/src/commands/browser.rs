//! `cargo xtask browser`: the pages of console and field app in a real browser; `cargo xtask screenshots`:
//! pictures of them.

use std::fs;
use std::path::Path;

use super::python;
use crate::cargo::{ALL, BUILT, Cargo};
use crate::failure::Failure;
use crate::tool::{self, Needed, Tool};

/// Runs the suite that drives Chromium and asks axe-core.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    fetch(root)?;
    // No `--tests` and no `--all-targets` has this suite; the workspace's features are those of what is
    // compiled already.
    Cargo::new(&format!("clippy {ALL} --test browser -- -D warnings")).run(root)?;
    Cargo::new(&format!("test {ALL} --test browser")).run(root)
}

/// Writes pictures of every page into `docs/console` and `docs/app`.
pub(crate) fn screenshots(root: &Path) -> Result<(), Failure> {
    tool::ensure(root, &[CHROMIUM, DRIVER])?;
    let folder = root.join("docs");
    for part in ["docs/console", "docs/app"] {
        fs::create_dir_all(root.join(part)).map_err(|error| Failure::io(part, error))?;
    }
    Cargo::new(&format!("build {ALL} --bin screenshots")).run(root)?;
    Tool::new(root.join(BUILT).join("screenshots")).word(folder).run(root)
}

/// Fetches what the suite needs: Chromium, and axe-core, whose hash stands in its lock file.
pub(crate) fn fetch(root: &Path) -> Result<(), Failure> {
    tool::ensure(root, &[CHROMIUM, DRIVER, NPM])?;
    let folder = root.join("target/tools/axe");
    fs::create_dir_all(&folder).map_err(|error| Failure::io("target/tools/axe", error))?;
    for file in ["package.json", "package-lock.json"] {
        python::copy(&root.join("tests/browser/axe").join(file), &folder.join(file))?;
    }
    Tool::new("npm").words("ci --ignore-scripts --no-audit --no-fund").run(&folder)
}

const CHROMIUM: Needed = Needed { program: "chromium", trial: "--version", package: "chromium" };
const DRIVER: Needed =
    Needed { program: "chromedriver", trial: "--version", package: "chromium-driver" };
const NPM: Needed = Needed { program: "npm", trial: "--version", package: "npm" };
