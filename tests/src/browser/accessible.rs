//! Asks axe-core about a page.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness: what fails is what a test is about"
)]

use std::path::Path;
use std::sync::OnceLock;

use serde_json::json;

use super::page::Browser;

/// Which rules a page is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Every rule of WCAG 2.2 A and AA, and of good practice.
    All,
    /// Those that depend on colours and sizes: for a page that was held to all of them and now only
    /// looks otherwise.
    OfLooks,
}

/// Returns what of these rules the page breaks, each with where.
#[track_caller]
pub fn violations(browser: &Browser, rules: Rules) -> Vec<String> {
    // Half a megabyte: once for each page.
    if browser.script("return !window.axe", json!([])) == json!(true) {
        browser.script(axe(), json!([]));
    }
    let only: &[&str] = match rules {
        Rules::All => &[],
        Rules::OfLooks => OF_LOOKS,
    };
    let found = browser.script_async(ASK, json!([only]));
    serde_json::from_value(found.unwrap_or_else(|refused| panic!("{}", refused.message))).unwrap()
}

fn axe() -> &'static str {
    static AXE: OnceLock<String> = OnceLock::new();
    AXE.get_or_init(|| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        std::fs::read_to_string(file)
            .expect("axe-core is needed: `cargo xtask browser` installs it")
    })
}

const OF_LOOKS: &[&str] = &["color-contrast", "link-in-text-block"];

const FILE: &str = "../target/tools/axe/node_modules/axe-core/axe.min.js";

/// Details are opened first: what is folded away is read too.
const ASK: &str = "
    const [only, done] = arguments;
    for (const folded of document.querySelectorAll('details:not([open])')) folded.open = true;
    const run = { resultTypes: ['violations'] };
    if (only.length > 0) run.runOnly = only;
    axe.run(document, run).then(
        found => done(found.violations.map(it => `${it.id} (${it.impact}): ${it.help}\\n` + it.nodes
            .map(node => `    ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\\n', ' ')}`)
            .join('\\n'))),
        error => done([String(error)]));
";
