//! What others wrote is served as they published it.

use sha2::{Digest as _, Sha256};

#[test]
fn vendored_files_have_the_hashes_that_their_readme_says() {
    let readme = include_str!("../../assets/vendor/README.md");
    let vendored: Vec<_> =
        ui::ASSETS.iter().filter(|asset| asset.path.starts_with("/assets/vendor/")).collect();
    assert_eq!(vendored.len(), 1);
    for asset in vendored {
        let name = asset.path.rsplit('/').next().unwrap();
        let hash: String =
            Sha256::digest(asset.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}`"))).unwrap();
        assert!(row.contains(&hash), "{name} is {hash}");
    }
}

#[test]
fn no_asset_of_ours_asks_for_anything_from_elsewhere() {
    let own = ui::ASSETS.iter().filter(|asset| !asset.path.starts_with("/assets/vendor/"));
    for asset in own {
        let text = std::str::from_utf8(asset.bytes).unwrap();
        let outside = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http:") && !outside.contains("https:"), "{}", asset.path);
        assert!(!text.contains("url("), "{}", asset.path);
    }
}
