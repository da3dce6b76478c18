//! What `cargo metadata` says of the packages, as far as the checks need it.

use std::path::Path;

use serde_json::Value;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// One package, ours or another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    /// Whether it comes from a registry, and not from this workspace.
    pub(crate) foreign: bool,
    /// Names of what it declares, for building and for testing alike.
    pub(crate) dependencies: Vec<String>,
}

/// Every package of the workspace, and none of the others.
pub(crate) fn workspace(root: &Path) -> Result<Vec<Package>, Failure> {
    parse(&Cargo::new("metadata --locked --no-deps --format-version 1").read(root)?)
}

/// Every package of `Cargo.lock`, for all platforms.
pub(crate) fn everything(root: &Path) -> Result<Vec<Package>, Failure> {
    parse(&Cargo::new("metadata --locked --format-version 1").read(root)?)
}

fn parse(json: &str) -> Result<Vec<Package>, Failure> {
    let unreadable = |why: &str| Failure::unreadable("the answer of cargo metadata", why);
    let value: Value =
        serde_json::from_str(json).map_err(|error| unreadable(&error.to_string()))?;
    let packages = value["packages"].as_array().ok_or_else(|| unreadable("no packages"))?;
    packages
        .iter()
        .map(|package| {
            let text = |key: &str| package[key].as_str().map(str::to_owned);
            let dependencies =
                package["dependencies"].as_array().ok_or_else(|| unreadable("no dependencies"))?;
            Ok(Package {
                name: text("name").ok_or_else(|| unreadable("a package without a name"))?,
                version: text("version")
                    .ok_or_else(|| unreadable("a package without a version"))?,
                license: text("license"),
                foreign: !package["source"].is_null(),
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
            "name": "model", "version": "0.1.0", "license": "Apache-2.0", "source": null,
            "dependencies": [{"name": "automerge", "kind": null}, {"name": "insta", "kind": "dev"}]
        }]}"#;
        let expected = Package {
            name: "model".into(),
            version: "0.1.0".into(),
            license: Some("Apache-2.0".into()),
            foreign: false,
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
