//! Secrets as files that only their owner can read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{KeyVault, PinRules, VaultError};

/// Secrets in a folder, one file each, mode 0600 where the system knows modes.
///
/// As safe as the account it belongs to. Who copies the folder has the key, or, with a PIN, may try PINs
/// for as long as they like: the count of wrong ones is a file among them.
#[derive(Debug)]
pub struct FileVault {
    folder: PathBuf,
}

impl FileVault {
    /// Returns the key store in this folder, which is made with the first secret.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn make_folder(&self) -> Result<(), VaultError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        Ok(builder.create(&self.folder)?)
    }

    fn path(&self, name: &str) -> Result<PathBuf, VaultError> {
        let plain =
            |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(VaultError::Name { name: name.to_owned() });
        }
        Ok(self.folder.join(name))
    }
}

impl KeyVault for FileVault {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        match fs::read(self.path(name)?) {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        let path = self.path(name)?;
        self.make_folder()?;
        let fresh = path.with_extension("new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&fresh).and_then(|mut file| {
            file.write_all(secret)?;
            file.sync_all()
        });
        if let Err(error) = written {
            // Half a secret is none; the error that is told is the first.
            drop(fs::remove_file(&fresh));
            return Err(error.into());
        }
        // The rename is all or nothing: a crash leaves the old secret or the new one.
        fs::rename(&fresh, &path)?;
        sync_folder(&self.folder)
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        let path = self.path(name)?;
        match fs::OpenOptions::new().write(true).open(&path) {
            Ok(mut file) => {
                // Overwritten first: the name alone going would leave the bytes on the disk.
                let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
                file.write_all(&vec![0; length])?;
                file.sync_all()?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        fs::remove_file(&path)?;
        sync_folder(&self.folder)
    }

    fn pin_rules(&self) -> PinRules {
        PinRules::COPIED
    }
}

/// Makes a rename or removal in this folder survive power loss.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), VaultError> {
    // Other systems cannot open a folder, and have no need to.
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_by_name_and_only_their_owner_can_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileVault::new(folder.path().join("keys"));
        assert!(vault.load("seed").unwrap().is_none());
        vault.store("seed", b"one").unwrap();
        vault.store("seed", b"two").unwrap();
        assert_eq!(vault.load("seed").unwrap().unwrap().as_slice(), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let file = fs::metadata(folder.path().join("keys/seed")).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600);
        }
        vault.delete("seed").unwrap();
        vault.delete("seed").unwrap();
        assert!(vault.load("seed").unwrap().is_none());
        assert_eq!(fs::read_dir(folder.path().join("keys")).unwrap().count(), 0);
    }

    #[test]
    fn a_look_into_a_key_store_that_is_not_there_makes_none() {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileVault::new(folder.path().join("keys"));
        assert!(vault.load("seed").unwrap().is_none());
        vault.delete("seed").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_as_one_and_the_secret_before_stays() {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileVault::new(folder.path());
        vault.store("seed", b"one").unwrap();
        std::os::unix::fs::symlink("/dev/full", folder.path().join("seed.new")).unwrap();
        assert!(matches!(vault.store("seed", b"two"), Err(VaultError::DiskFull)));
        assert_eq!(vault.load("seed").unwrap().unwrap().as_slice(), b"one");
        vault.store("seed", b"two").unwrap();
    }

    #[test]
    fn a_name_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileVault::new(folder.path());
        for bad in ["", "../seed", "a/b", "Seed", "a.new"] {
            assert!(matches!(vault.store(bad, b"x"), Err(VaultError::Name { .. })), "{bad}");
        }
    }
}
