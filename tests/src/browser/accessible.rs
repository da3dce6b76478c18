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

/// Returns every rule of WCAG 2.2 A and AA, and of good practice, that the page breaks, each with where.
#[track_caller]
pub fn violations(browser: &Browser) -> Vec<String> {
    browser.script(axe(), json!([]));
    let found = browser.script_async(ASK, json!([]));
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

const FILE: &str = "../target/tools/axe/node_modules/axe-core/axe.min.js";

/// Details are opened first: what is folded away is read too.
const ASK: &str = "
    const done = arguments[arguments.length - 1];
    for (const folded of document.querySelectorAll('details:not([open])')) folded.open = true;
    const run = { resultTypes: ['violations'] };
    axe.run(document, run).then(
        found => done(found.violations.map(it => `${it.id} (${it.impact}): ${it.help}\\n` + it.nodes
            .map(node => `    ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\\n', ' ')}`)
            .join('\\n'))),
        error => done([String(error)]));
";
