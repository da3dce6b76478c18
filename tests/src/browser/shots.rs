//! Every page that somebody has, found as they find it: by following links.

use ui::views::Offices;
use ui::{Method, ROUTES};

use super::page::Browser;

/// A page: the name that its route gives it, and where this reader finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its route: `/cases/{case}`.
    pub route: &'static str,
    /// A path of it.
    pub path: String,
}

impl Found {
    /// Returns the name of a file about it.
    pub fn file_name(&self) -> String {
        match self.route.trim_matches('/') {
            "" => "home".to_owned(),
            path => path.replace(['{', '}'], "").replace('/', "-"),
        }
    }
}

/// Follows links until a page of every route is found that somebody with these offices has.
///
/// # Panics
/// When nothing leads to one of them: who cannot come to a page does not have it.
pub fn pages(browser: &Browser, offices: Offices) -> Vec<Found> {
    let wanted = ROUTES
        .iter()
        .filter(|route| route.method == Method::Get && route.audience.includes(offices))
        .map(|route| route.path)
        // A file is saved, and no page comes in its place.
        .filter(|path| !path.ends_with(".csv"));
    let mut missing: Vec<&'static str> = wanted.collect();
    let (mut found, mut known): (Vec<Found>, Vec<String>) = (Vec::new(), Vec::new());
    loop {
        let fits = |route: &str| known.iter().find(|path| is_of(route, path)).cloned();
        let next = missing.iter().enumerate().find_map(|(at, route)| match route.contains('{') {
            false => Some((at, (*route).to_owned())),
            true => Some((at, fits(route)?)),
        });
        let Some((at, path)) = next else { break };
        browser.open(&path);
        browser.find("main h1");
        known.extend(links(browser));
        found.push(Found { route: missing.remove(at), path });
    }
    assert!(missing.is_empty(), "no link leads to {missing:?}");
    found
}

/// Returns the paths of all links of a page.
fn links(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('a[href^=\"/\"]')].map(it => it.pathname)";
    serde_json::from_value(browser.script(script, serde_json::json!([]))).unwrap_or_default()
}

fn is_of(route: &str, path: &str) -> bool {
    let (parts, own): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    let fits = |(part, own): (&&str, &&str)| part.starts_with('{') || part == own;
    parts.len() == own.len() && parts.iter().zip(&own).all(fits)
        // `/cases/{case}` is not the page of a path that has a name of its own.
        && !ROUTES.iter().any(|other| other.path == path && other.path != route)
}
