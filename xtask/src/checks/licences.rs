//! Every package may be used in a product under Apache-2.0.

use super::Complaint;
use crate::metadata::Package;

/// Each foreign package has a licence expression that the list below satisfies.
pub(crate) fn check(packages: &[Package]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for package in packages.iter().filter(|package| package.foreign) {
        let name = format!("{} {}", package.name, package.version);
        let what = match package.license.as_deref() {
            None => "names no licence".to_owned(),
            Some(expression) => match allowed(expression) {
                Some(true) => continue,
                Some(false) => format!("is under `{expression}`, which is not on our list"),
                None => format!("has the licence `{expression}`, which is no SPDX expression"),
            },
        };
        complaints.push(Complaint::in_file(&name, what));
    }
    complaints
}

/// Whether we may choose our way through an SPDX expression, or `None` if it is none.
fn allowed(expression: &str) -> Option<bool> {
    // The form `MIT/Apache-2.0` is older than SPDX expressions and means "or".
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let answer = any_of(&mut words, 0)?;
    words.next().is_none().then_some(answer)
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, depth: usize) -> Option<bool> {
    let mut answer = all_of(words, depth)?;
    while words.next_if_eq(&"OR").is_some() {
        answer |= all_of(words, depth)?;
    }
    Some(answer)
}

fn all_of(words: &mut Words<'_>, depth: usize) -> Option<bool> {
    let mut answer = one(words, depth)?;
    while words.next_if_eq(&"AND").is_some() {
        answer &= one(words, depth)?;
    }
    Some(answer)
}

fn one(words: &mut Words<'_>, depth: usize) -> Option<bool> {
    match words.next()? {
        "(" if depth < NESTING_MAX => {
            let answer = any_of(words, depth + 1)?;
            words.next_if_eq(&")")?;
            Some(answer)
        }
        "(" | ")" | "OR" | "AND" | "WITH" => None,
        licence => {
            // An exception only ever permits more.
            if words.next_if_eq(&"WITH").is_some() {
                words.next()?;
            }
            Some(LICENCES.contains(&licence))
        }
    }
}

/// Permissive ones, and one (MPL-2.0) that binds only those who change the package's own files.
/// `blessing` is how SQLite says that it is in the public domain; WTFPL comes with SQLCipher.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "WTFPL",
    "Zlib",
    "blessing",
];

/// No real expression nests deeper than two.
const NESTING_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::printed;

    #[test]
    fn packages_of_this_project_may_be_used() {
        let root = crate::cargo::workspace_root().unwrap();
        let packages = crate::metadata::everything(&root).unwrap();
        assert_eq!(printed(&check(&packages)), "");
    }

    #[test]
    fn a_choice_needs_one_way_through_and_a_sum_needs_all() {
        assert_eq!(allowed("MIT OR GPL-3.0"), Some(true));
        assert_eq!(allowed("MIT AND GPL-3.0"), Some(false));
        assert_eq!(allowed("(GPL-3.0 OR ISC) AND MIT"), Some(true));
        assert_eq!(allowed("GPL-3.0 OR ISC AND AGPL-3.0"), Some(false));
        assert_eq!(allowed("Apache-2.0 WITH LLVM-exception"), Some(true));
        assert_eq!(allowed("MIT/Apache-2.0"), Some(true));
    }

    #[test]
    fn what_is_no_expression_is_never_allowed() {
        for expression in ["", "MIT OR", "(MIT", "MIT ISC", "OR", "MIT WITH", ")"] {
            assert_eq!(allowed(expression), None, "{expression}");
        }
        assert_eq!(allowed(&"(".repeat(100_000)), None);
    }

    #[test]
    fn packages_that_may_not_be_used_are_told() {
        let packages = [
            package("free", Some("MIT")),
            package("copyleft", Some("GPL-3.0-only")),
            package("silent", None),
            Package { foreign: false, ..package("ours", None) },
        ];
        assert_eq!(
            printed(&check(&packages)),
            "copyleft 1.0.0: is under `GPL-3.0-only`, which is not on our list\n\
             silent 1.0.0: names no licence\n"
        );
    }

    fn package(name: &str, license: Option<&str>) -> Package {
        Package {
            name: name.into(),
            version: "1.0.0".into(),
            license: license.map(str::to_owned),
            foreign: true,
            dependencies: Vec::new(),
        }
    }
}
