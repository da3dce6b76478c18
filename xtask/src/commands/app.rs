//! `cargo xtask app`: the field app as browsers load it, in `app/bundle`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::Cargo;
use crate::checks::bundle;
use crate::failure::Failure;
use crate::tool::{self, Needed, Tool};
use crate::tree::Tree;

/// Compiles the app to WebAssembly, and writes it with its scripts, each file compressed, into `app/bundle`.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    tool::ensure(root, TOOLCHAIN)?;
    compile(root)?;
    let made = root.join("target/app");
    let made_before = made.exists();
    if made_before {
        fs::remove_dir_all(&made).map_err(|error| Failure::io("target/app", error))?;
    }
    let wasm = root.join(COMPILED);
    let words = [wasm.display().to_string(), made.display().to_string()];
    Cargo::new("run --release --locked --package fieldbook-app-bindgen --")
        .arguments(&words)
        .run(root)?;

    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for folder in [&made, &root.join("app/web")] {
        files.extend(read_all(folder)?);
    }
    files.sort();
    keep_in_worker(&mut files)?;
    let bundle = root.join(BUNDLE);
    if bundle.exists() {
        fs::remove_dir_all(&bundle).map_err(|error| Failure::io(BUNDLE, error))?;
    }
    fs::create_dir_all(&bundle).map_err(|error| Failure::io(BUNDLE, error))?;
    for (name, bytes) in &files {
        let path = bundle.join(name);
        fs::write(&path, bytes).map_err(|error| Failure::io(name.clone(), error))?;
        Tool::new("brotli").words("--best --rm --force").word(&path).run(root)?;
    }
    let made_of = bundle::made_of(&Tree::read(root)?);
    fs::write(root.join(bundle::MADE_OF), made_of)
        .map_err(|error| Failure::io(bundle::MADE_OF, error))?;
    println!("{} files in {BUNDLE}", files.len());
    Ok(())
}

/// Compiles with a toolchain that brings the standard library for WebAssembly as source: a panic must be
/// caught there as everywhere (`model::admission`), and the library that comes compiled ends instead.
fn compile(root: &Path) -> Result<(), Failure> {
    Tool::new("/usr/bin/cargo")
        .words("build --target wasm32-unknown-unknown -Zbuild-std=std,panic_unwind --locked")
        .words("-Zbuild-std-features=optimize_for_size,panic-unwind")
        .words("--package fieldbook-app --profile web")
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        // Nobody reads where in the code of a phone something is, and it weighs a tenth.
        .env("RUSTFLAGS", "-Cpanic=unwind -Zlocation-detail=none -Zfmt-debug=shallow")
        .env("CARGO_TARGET_DIR", root.join("target/web"))
        .env("CC_wasm32_unknown_unknown", "clang-22")
        .env("AR_wasm32_unknown_unknown", "llvm-ar-22")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22")
        .run(root)
}

/// Returns the files of a folder by name.
fn read_all(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let failed = |error| Failure::io(folder.display().to_string(), error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path: PathBuf = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        files.push((name, fs::read(&path).map_err(failed)?));
    }
    Ok(files)
}

/// Tells the service worker which files it keeps, and of which version they are.
fn keep_in_worker(files: &mut [(String, Vec<u8>)]) -> Result<(), Failure> {
    let version = version(files);
    let own = files.iter().map(|(name, _)| name.clone()).filter(|name| name != WORKER);
    let assets = ASSETS.iter().map(|asset| (*asset).to_owned());
    let paths: Vec<String> = own.chain(assets).map(|name| format!("'/app/{name}'")).collect();
    let Some((_, script)) = files.iter_mut().find(|(name, _)| name == WORKER) else {
        return Err(Failure::unreadable("app/web", format!("{WORKER} is missing")));
    };
    let text = String::from_utf8_lossy(script)
        .replace("/* @FILES@ */ []", &format!("[{}]", paths.join(", ")))
        .replace("@VERSION@", &version);
    *script = text.into_bytes();
    Ok(())
}

/// Returns a name for these very files (FNV-1a, 64 bits): it tells versions apart, and vouches for nothing.
fn version(files: &[(String, Vec<u8>)]) -> String {
    let bytes = files.iter().flat_map(|(name, bytes)| name.bytes().chain(bytes.iter().copied()));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

const BUNDLE: &str = "app/bundle";
const COMPILED: &str = "target/web/wasm32-unknown-unknown/web/fieldbook_app.wasm";
const WORKER: &str = "sw.js";

/// What pages load from `ui`.
const ASSETS: [&str; 5] = [
    "assets/icon.svg",
    "assets/safe.js",
    "assets/screens.js",
    "assets/style.css",
    "assets/vendor/htmx.min.js",
];

const TOOLCHAIN: &[Needed] = &[
    Needed { program: "/usr/bin/rustc", trial: "--version", package: "rustc-web" },
    Needed { program: "/usr/bin/cargo", trial: "--version", package: "cargo-web" },
    Needed {
        program: "test",
        trial: "-d /usr/lib/rustlib/src/rust/library",
        package: "rust-web-src",
    },
    Needed { program: "clang-22", trial: "--version", package: "clang-22" },
    Needed { program: "wasm-ld-22", trial: "--version", package: "lld-22" },
    Needed { program: "llvm-ar-22", trial: "--version", package: "llvm-22" },
    Needed { program: "brotli", trial: "--version", package: "brotli" },
];
