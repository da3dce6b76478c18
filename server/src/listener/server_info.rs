//! Where the server of a data folder is found, written down for commands that do not run it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Where a server is found and how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// Its address, such as `https://192.0.2.7:8443`.
    pub url: String,
    /// SHA-256 of the public key that it shows, as 64 hexadecimal digits; none when devices know it
    /// by the authorities that their systems trust.
    pub fingerprint: Option<String>,
}

/// Where the server of this data folder was when it last started; none when it never did.
///
/// # Errors
/// When the file cannot be read, or holds something else.
pub fn served(data_dir: &Path) -> io::Result<Option<Served>> {
    match fs::read(path(data_dir)) {
        Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The file in a data folder.
pub(super) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("server.json")
}

/// Replaces the file whole, so that no reader finds half of it.
pub(super) fn write(data_dir: &Path, served: &Served) -> io::Result<()> {
    let path = path(data_dir);
    let fresh = path.with_extension("json.new");
    let mut file = fs::File::create(&fresh)?;
    file.write_all(&serde_json::to_vec_pretty(served)?)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&fresh, &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_last_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(served(folder.path()).unwrap(), None);
        for port in [8443, 8444] {
            let fingerprint = Some("0f".repeat(32));
            let now = Served { url: format!("https://127.0.0.1:{port}"), fingerprint };
            write(folder.path(), &now).unwrap();
            assert_eq!(served(folder.path()).unwrap(), Some(now));
        }
    }

    #[test]
    fn a_file_that_holds_something_else_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(path(folder.path()), "{}").unwrap();
        assert_eq!(served(folder.path()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
