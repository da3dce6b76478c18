//! `cargo xtask kotlin`: compiles and tests the Kotlin library and its sample.

use std::path::Path;

use super::bindings;
use crate::cargo::BUILT;
use crate::failure::Failure;
use crate::tool::{self, Needed, Tool};

/// Builds the library, and lets Maven compile and test what stands in `ffi/kotlin`.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    ensure(root)?;
    bindings::build(root)?;
    maven("verify").word(format!("-Dfieldbook.built={}", root.join(BUILT).display())).run(root)
}

/// Makes sure that the compiler and Maven are there.
pub(crate) fn ensure(root: &Path) -> Result<(), Failure> {
    tool::ensure(root, &[JDK, MAVEN])
}

/// Returns the call that measures on a store, with the library in the folder `built`.
pub(crate) fn measuring(built: &Path) -> Tool {
    maven("test --quiet --projects library -Dtest=Measuring")
        .word(format!("-Dfieldbook.built={}", built.display()))
}

/// Packs the library for others, without its tests.
pub(crate) fn package(root: &Path) -> Result<(), Failure> {
    ensure(root)?;
    maven("package --projects library -Dmaven.test.skip=true").run(root)
}

fn maven(words: &str) -> Tool {
    Tool::new("mvn")
        .words("--batch-mode --no-transfer-progress --file ffi/kotlin/pom.xml")
        .words(words)
}

const JDK: Needed = Needed { program: "javac", trial: "-version", package: "default-jdk-headless" };
const MAVEN: Needed = Needed { program: "mvn", trial: "--version", package: "maven" };
