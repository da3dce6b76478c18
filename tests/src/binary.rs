//! Finding the `fieldbook` binary that suites start.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The `fieldbook` binary beside the running test, built first if it is not there.
///
/// `cargo test` does not build the binaries of other packages: after a change to the program run
/// `cargo build --workspace --bins --tests` first, as `cargo xtask ci` does.
///
/// # Panics
/// When it is not there and cannot be built.
pub fn fieldbook() -> PathBuf {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(find_or_build).clone()
}

fn find_or_build() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    // target/debug/deps/suite-0123456789abcdef
    let folder = test.parent().and_then(|deps| deps.parent()).expect("cargo's folders");
    let binary = folder.join(format!("fieldbook{}", std::env::consts::EXE_SUFFIX));
    if !binary.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--package", "fieldbook", "--bin", "fieldbook"]);
        if folder.ends_with("release") {
            build.arg("--release");
        }
        let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).status();
        assert!(built.is_ok_and(|status| status.success()), "`{build:?}` failed");
    }
    assert!(binary.is_file(), "{} is not there", binary.display());
    binary
}
