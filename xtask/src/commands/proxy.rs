//! `cargo xtask proxy`: devices behind a real nginx.

use std::path::Path;

use crate::cargo::{ALL, Cargo};
use crate::failure::Failure;
use crate::tool::{self, Needed};

/// Makes sure that nginx is there, and runs the suite that starts it.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    tool::ensure(root, &[NGINX, STREAM])?;
    // One after the other: each asks for free ports, and closes them before nginx takes them.
    Cargo::new(&format!("test {ALL} --test proxy -- --test-threads=1")).run(root)
}

pub(crate) const NGINX: Needed = Needed { program: "nginx", trial: "-v", package: "nginx-light" };
/// Debian packs what passes TLS on apart; nginx itself says nothing of it.
pub(crate) const STREAM: Needed = Needed {
    program: "ls",
    trial: "/usr/lib/nginx/modules/ngx_stream_module.so",
    package: "libnginx-mod-stream",
};
