//! What `cargo metadata` says of the packages, as far as the checks need it.

use std::path::Path;

use serde_json::Value;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// One package of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Names of what it declares, for building and for testing alike.
    pub(crate) dependencies: Vec<String>,
}

/// Returns every package of the workspace.
pub(crate) fn workspace(root: &Path) -> Result<Vec<Package>, Failure> {
    parse(&Cargo::new("metadata --locked --no-deps --format-version 1").read(root)?)
}

fn parse(json: &str) -> Result<Vec<Package>, Failure> {
    let unreadable = |why: &str| Failure::unreadable("the answer of cargo metadata", why);
    let value: Value =
        serde_json::from_str(json).map_err(|error| unreadable(&error.to_string()))?;
    let packages = value["packages"].as_array().ok_or_else(|| unreadable("no packages"))?;
    packages
        .iter()
        .map(|package| {
            let name = package["name"].as_str().map(str::to_owned);
            let dependencies =
                package["dependencies"].as_array().ok_or_else(|| unreadable("no dependencies"))?;
            Ok(Package {
                name: name.ok_or_else(|| unreadable("a package without a name"))?,
                dependencies: dependencies
                    .iter()
                    .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
                    .collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_read_with_what_it_declares() {
        let json = r#"{"packages": [{
            "name": "model",
            "dependencies": [{"name": "automerge", "kind": null}, {"name": "insta", "kind": "dev"}]
        }]}"#;
        let expected = Package {
            name: "model".into(),
            dependencies: vec!["automerge".into(), "insta".into()],
        };
        assert_eq!(parse(json).unwrap(), [expected]);
    }

    #[test]
    fn an_answer_of_another_shape_is_an_error() {
        let failure = parse(r#"{"crates": []}"#).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "the answer of cargo metadata cannot be understood: no packages"
        );
    }
}
