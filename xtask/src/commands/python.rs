//! `cargo xtask python`: builds the wheel, and tests it in an environment of its own.

use std::fs;
use std::path::{Path, PathBuf};

use super::bindings;
use crate::cargo::BUILT;
use crate::failure::Failure;
use crate::tool::{self, Needed, Tool};

/// Builds the library, the wheel, and runs the tests of `ffi/python` on the wheel as installed.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let python = fetch(root)?;
    let pip = || pip(&python);
    bindings::build(root)?;
    let target = root.join(TARGET);

    // A copy, so that the repository never holds a library.
    let (stage, wheels) = (target.join("stage"), target.join("wheels"));
    for folder in [&stage, &wheels] {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|error| Failure::io("target/python", error))?;
        }
    }
    copy(&root.join("ffi/python"), &stage)?;
    let library = bindings::library();
    copy(&root.join(BUILT).join(&library), &stage.join("src/fieldbook").join(&library))?;
    // Nine tenths of it are debug information; what must stay is what UniFFI reads.
    let strip =
        Tool::new("strip").words("--strip-debug").word(stage.join("src/fieldbook").join(library));
    if cfg!(target_os = "linux") {
        strip.run(root)?;
    }
    pip()
        .words("wheel --no-deps --no-build-isolation --wheel-dir")
        .word(&wheels)
        .word(&stage)
        .run(root)?;
    pip()
        .words("install --force-reinstall --no-deps --no-index --find-links")
        .word(&wheels)
        .word("fieldbook")
        .run(root)?;

    Tool::new(&python)
        .words("-m pytest -p no:cacheprovider ffi/python/tests")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("FIELDBOOK_BUILT", root.join(BUILT))
        .run(root)
}

/// Fetches what the tests need, and returns the Python of their environment.
pub(crate) fn fetch(root: &Path) -> Result<PathBuf, Failure> {
    let (python, _) = environment(root, TARGET, "ffi/python/requirements.txt")?;
    Ok(python)
}

/// Makes an environment in a folder of its own, with what is required, and returns its Python and its
/// installer.
pub(crate) fn environment(
    root: &Path,
    folder: &str,
    required: &str,
) -> Result<(PathBuf, Tool), Failure> {
    tool::ensure(root, &[PYTHON])?;
    fs::create_dir_all(root.join(folder)).map_err(|error| Failure::io(folder, error))?;
    let venv = root.join(folder).join("venv");
    let python = venv.join("bin/python");
    if !python.is_file() {
        Tool::new("python3").words("-m venv").word(&venv).run(root)?;
    }
    pip(&python).words("install --requirement").word(required).run(root)?;
    let pip = pip(&python);
    Ok((python, pip))
}

fn pip(python: &Path) -> Tool {
    Tool::new(python).words("-m pip --quiet --disable-pip-version-check")
}

const TARGET: &str = "target/python";

const PYTHON: Needed = Needed {
    program: "python3",
    // On a bare Debian `venv` is there and cannot make an environment.
    trial: "-m ensurepip --version",
    package: "python3-venv",
};

/// Copies a file, or a folder and all in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::io(format!("copying {}", from.display()), error);
    if from.is_file() {
        return fs::copy(from, to).map(drop).map_err(failed);
    }
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
