//! The processes of a browser.

use std::fs;
use std::path::Path;

/// Returns the processes that draw pages for the browser with this profile.
pub(super) fn renderers_of(profile: &Path) -> Vec<u32> {
    let profile = format!("--user-data-dir={}", profile.display());
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id| {
        let words = words(*id);
        words.iter().any(|word| word == "--type=renderer") && descends(*id, &profile)
    })
    .collect()
}

/// Returns whether the process, or one that it descends from, was started with this word.
fn descends(mut id: u32, word: &str) -> bool {
    while id > 1 {
        if words(id).iter().any(|other| other == word) {
            return true;
        }
        let Some(parent) = parent(id) else { return false };
        id = parent;
    }
    false
}

fn words(id: u32) -> Vec<String> {
    let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    let text = String::from_utf8_lossy(&line);
    // Chromium joins the words of the processes that it starts.
    text.split(['\0', ' ']).map(str::to_owned).collect()
}

fn parent(id: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    line.trim().parse().ok()
}
