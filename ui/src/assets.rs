//! What pages load besides themselves: one stylesheet, scripts, an icon. All of it is ours to serve.

/// A file that pages load.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its path.
    pub path: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Every file that a page may load.
pub const ASSETS: &[Asset] = &[
    asset("/assets/style.css", CSS, include_bytes!("../assets/style.css")),
    asset("/assets/screens.js", SCRIPT, include_bytes!("../assets/screens.js")),
    asset("/assets/safe.js", SCRIPT, include_bytes!("../assets/safe.js")),
    asset("/assets/icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
    // Not ours: `vendor/README.md` says whose, of which version, and with which hash.
    asset("/assets/vendor/htmx.min.js", SCRIPT, include_bytes!("../assets/vendor/htmx.min.js")),
];

const fn asset(path: &'static str, media_type: &'static str, bytes: &'static [u8]) -> Asset {
    Asset { path, media_type, bytes }
}
