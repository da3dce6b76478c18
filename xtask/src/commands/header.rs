//! `cargo xtask header`: compiles the C header that Swift sees, as a header and as a module; and
//! the Swift itself where there is a compiler for it.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use crate::failure::Failure;
use crate::tool::{self, Needed, Tool};

/// Compiles what a compiler is there for, and says what was not compiled.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    tool::ensure(root, &[CLANG])?;
    let folder = root.join("ffi/swift/Sources/FieldbookFFI");
    let include = folder.join("include");
    let compile = || {
        Tool::new("clang")
            .words("-fsyntax-only -Wall -Wextra -Werror -Wno-unused-parameter -std=c11 -I")
            .word(&include)
            .word(folder.join("FieldbookFFI.c"))
    };
    compile().run(root)?;
    // The same through the module that Swift imports. Clang refuses a cache that was made under
    // another path, and a target folder may have been moved: it begins anew.
    let cache = root.join("target/header");
    match fs::remove_dir_all(&cache) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::io("target/header", error));
        }
        _ => {}
    }
    compile()
        .words("-fmodules")
        .word(format!("-fmodules-cache-path={}", cache.display()))
        .word(format!("-fmodule-map-file={}", include.join("module.modulemap").display()))
        .run(root)?;
    if Command::new("swiftc").arg("--version").output().is_ok_and(|output| output.status.success())
    {
        return Tool::new("swift").words("build --package-path ffi/swift").run(root);
    }
    println!(
        "the header and its module compile; there is no swiftc here, so the Swift was not compiled"
    );
    Ok(())
}

pub(crate) const CLANG: Needed = Needed { program: "clang", trial: "--version", package: "clang" };
