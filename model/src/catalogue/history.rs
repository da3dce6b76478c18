//! How the catalogues that were in force travel: the newest of them, each as what it had otherwise
//! than the one after it.

use super::CatalogueSource;
use crate::limits::{EARLIER_CATALOGUES_BYTES_MAX, EARLIER_CATALOGUES_MAX};

/// Returns what a device is told of the catalogues that were in force before `present`, oldest
/// first.
///
/// Of each only the files that the one after it has otherwise, and those that it has not; a file
/// that came later stands there empty, which no file of a catalogue is.
pub fn told(kept: &[CatalogueSource], present: &CatalogueSource) -> Vec<CatalogueSource> {
    let kept = match kept.split_last() {
        Some((last, rest)) if last == present => rest,
        _ => kept,
    };
    let mut told = Vec::new();
    let (mut newer, mut bytes) = (present, 0_usize);
    for older in kept.iter().rev().take(EARLIER_CATALOGUES_MAX) {
        let differs = difference(older, newer);
        bytes = bytes.saturating_add(differs.total_bytes());
        if bytes > EARLIER_CATALOGUES_BYTES_MAX {
            break;
        }
        told.push(differs);
        newer = older;
    }
    told.reverse();
    told
}

/// The catalogues that were told so, whole, oldest first.
pub fn whole(told: &[CatalogueSource], present: &CatalogueSource) -> Vec<CatalogueSource> {
    let mut whole: Vec<CatalogueSource> = Vec::new();
    for differs in told.iter().rev().take(EARLIER_CATALOGUES_MAX) {
        let mut older = whole.last().unwrap_or(present).clone();
        for (path, text) in &differs.files {
            match text.as_str() {
                "" => drop(older.files.remove(path)),
                _ => drop(older.files.insert(path.clone(), text.clone())),
            }
        }
        whole.push(older);
    }
    whole.reverse();
    whole
}

fn difference(older: &CatalogueSource, newer: &CatalogueSource) -> CatalogueSource {
    let changed = older.files.iter().filter(|(path, text)| newer.files.get(*path) != Some(text));
    let mut files: std::collections::BTreeMap<_, _> =
        changed.map(|(path, text)| (path.clone(), text.clone())).collect();
    let came_later = newer.files.keys().filter(|path| !older.files.contains_key(*path));
    files.extend(came_later.map(|path| (path.clone(), String::new())));
    CatalogueSource { files }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_earlier_catalogues_gives_them_whole() {
        let source = |files: &[(&str, &str)]| CatalogueSource {
            files: files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect(),
        };
        let first = source(&[("access.toml", "a"), ("types/gone.toml", "g")]);
        let second = source(&[("access.toml", "b"), ("types/new.toml", "n")]);
        let third = source(&[("access.toml", "b"), ("types/new.toml", "m")]);
        let kept = [first.clone(), second.clone()];
        let told = told(&kept, &third);
        assert_eq!(told[1], source(&[("types/new.toml", "n")]));
        assert_eq!(whole(&told, &third), kept);
        // The one in force is kept as well, and not told twice.
        assert_eq!(super::told(&[first, second.clone()], &second).len(), 1);
    }

    #[test]
    fn the_oldest_are_left_out_when_they_are_too_many_or_too_long() {
        let source = |text: String| CatalogueSource {
            files: [("types/person.toml".to_owned(), text)].into(),
        };
        let many: Vec<_> = (0..=EARLIER_CATALOGUES_MAX).map(|n| source(n.to_string())).collect();
        let present = source("now".into());
        assert_eq!(whole(&told(&many, &present), &present), many[1..]);
        let long = "x".repeat(EARLIER_CATALOGUES_BYTES_MAX / 2);
        let long: Vec<_> = (0..4).map(|n| source(format!("{n}{long}"))).collect();
        assert_eq!(whole(&told(&long, &present), &present), long[3..]);
    }
}
