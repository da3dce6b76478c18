//! The field app: the device and its screens as WebAssembly, in a worker of the browser that holds the
//! store.
//!
//! - [`vault`] keeps the keys: sealed under a passphrase, in two files of the browser's private file
//!   system.
//! - [`lock`] says when the store is shut by itself.
//! - `browser` (WebAssembly alone) is what the worker's script calls: it opens the store, answers pages and
//!   synchronizes, over the browser's clock, `fetch` and files.
//!
//! Nothing else of the app is Rust: `web/` holds the scripts, and `bundle/` what is served.

#[cfg(target_family = "wasm")]
mod browser;
pub mod lock;
pub mod vault;
