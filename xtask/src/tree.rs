//! The project's files as a map in memory, so that every check is a plain function over text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// Paths from the workspace root, with `/` between their parts, and what stands in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// `None` where a file is not text.
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Reads everything under `root` except what git and cargo keep there.
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    /// Creates a tree of these files, for tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).into(), Some((*text).into())));
        Self { files: files.collect() }
    }

    /// Returns every path, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Returns every file that is text, in order of paths.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Returns the text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Returns whether a file, or a folder with a file in it, stands at `path`. The root is the
    /// empty path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self
                .files
                .range(folder.clone()..)
                .next()
                .is_some_and(|(first, _)| first.starts_with(&folder))
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Failure> {
        let entries = fs::read_dir(folder)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| Failure::io(format!("reading {prefix}"), error))?;
        for entry in entries {
            // Files of ours have names in UTF-8; others are not ours.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(|error| Failure::io(&path, error))?;
            if kind.is_dir() {
                if !NOT_OURS.contains(&name.as_str()) {
                    self.read_folder(&entry.path(), &format!("{path}/"))?;
                }
            } else if kind.is_file() {
                let bytes = fs::read(entry.path()).map_err(|error| Failure::io(&path, error))?;
                self.files.insert(path, String::from_utf8(bytes).ok());
            }
        }
        Ok(())
    }
}

/// Returns the folder that holds `path`, without a slash at the end.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns `relative` as seen from `folder`, or `None` if it leaves the tree.
pub(crate) fn resolve(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

const NOT_OURS: [&str; 3] = [".git", "target", "node_modules"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_when_a_file_is_in_it() {
        let tree = Tree::of(&[("docs/protocol.md", ""), ("docs-old.md", "")]);
        assert!(tree.has("docs"));
        assert!(tree.has("docs/protocol.md"));
        assert!(!tree.has("docs/proto"));
        assert!(!tree.has("doc"));
    }

    #[test]
    fn relative_paths_resolve_inside_the_tree_only() {
        assert_eq!(resolve("docs/decisions", "../protocol.md").unwrap(), "docs/protocol.md");
        assert_eq!(resolve("", "./README.md").unwrap(), "README.md");
        assert_eq!(resolve("docs", "../../elsewhere.md"), None);
    }

    #[test]
    fn this_project_is_read_without_what_it_built() {
        let tree = Tree::read(&crate::cargo::workspace_root().unwrap()).unwrap();
        assert!(tree.text("xtask/src/tree.rs").unwrap().contains("fn this_project_is_read"));
        assert!(tree.paths().all(|path| !path.starts_with("target/")));
    }
}
