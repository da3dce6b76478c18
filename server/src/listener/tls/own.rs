//! Certificates that the server makes for itself, in the folder `tls` of its data folder.
//!
//! `cert.pem` and `key.pem` are what is shown. `next/` holds a key that was announced and is not
//! shown yet; while it takes their place it is called `switching/`, so that a crash in between is
//! brought to its end by whoever reads the folder next.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use super::{TlsError, TlsIdentity};

/// Returns the folder of a data folder.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("tls")
}

/// Reads the certificate that the server made for itself in this folder, or makes it: for
/// `localhost`, this machine's loopback addresses and `names`.
///
/// # Errors
/// When there is half of one, or none can be made or stored. Half a certificate is never replaced:
/// devices have pinned it.
pub fn read_or_make(folder: &Path, names: &[String]) -> Result<TlsIdentity, TlsError> {
    if !folder.exists() {
        make(folder, names)?;
    }
    read(folder)
}

/// Reads the certificate in this folder.
///
/// # Errors
/// Names the file that cannot be used.
pub fn read(folder: &Path) -> Result<TlsIdentity, TlsError> {
    finish_switching(folder)?;
    as_it_is(folder)
}

/// Reads the certificate while somebody else may be replacing it.
pub(in crate::listener) fn as_it_is(folder: &Path) -> Result<TlsIdentity, TlsError> {
    TlsIdentity::from_files(&folder.join(CERTIFICATE_FILE), &folder.join(KEY_FILE))
}

/// Returns the pin of the next key; none when there is none.
///
/// # Errors
/// When it is there and cannot be read.
pub fn next_pin(folder: &Path) -> Result<Option<String>, TlsError> {
    let next = folder.join(NEXT_FOLDER);
    if !next.exists() {
        return Ok(None);
    }
    let (certificate, key) = (next.join(CERTIFICATE_FILE), next.join(KEY_FILE));
    Ok(Some(TlsIdentity::from_files(&certificate, &key)?.fingerprint()))
}

/// Makes a new certificate with the same key, for these names: devices notice nothing.
///
/// # Errors
/// When there is no certificate of the server's own, or the new one cannot be made or stored.
pub fn renew(folder: &Path, names: &[String]) -> Result<(), TlsError> {
    read(folder)?;
    let path = folder.join(KEY_FILE);
    let unreadable = |source| TlsError::Unreadable { what: "key", path: path.clone(), source };
    let key = KeyPair::from_pem(&fs::read_to_string(&path).map_err(unreadable)?)
        .map_err(TlsError::Make)?;
    let certificate = certificate(&key, names)?;
    replace(&folder.join(CERTIFICATE_FILE), certificate.as_bytes()).map_err(stored_in(folder))
}

/// Makes the key that is to be shown next, with a certificate for these names, and returns its pin.
/// One that is there already is kept: it may have been announced.
///
/// # Errors
/// When there is no certificate of the server's own, or the next one cannot be made or stored.
pub fn make_next(folder: &Path, names: &[String]) -> Result<String, TlsError> {
    read(folder)?;
    let next = folder.join(NEXT_FOLDER);
    if !next.exists() {
        make(&next, names)?;
    }
    next_pin(folder)?.ok_or(TlsError::NoNext { path: next })
}

/// Puts the next key in the place of the present one, which is gone then.
///
/// # Errors
/// When there is no next key, or the files cannot be moved.
pub fn switch(folder: &Path) -> Result<(), TlsError> {
    finish_switching(folder)?;
    let next = folder.join(NEXT_FOLDER);
    if next_pin(folder)?.is_none() {
        return Err(TlsError::NoNext { path: next });
    }
    let switching = folder.join(SWITCHING_FOLDER);
    fs::rename(&next, switching).and_then(|()| sync(folder)).map_err(stored_in(folder))?;
    finish_switching(folder)
}

/// Copies what is in `switching/` over what is shown, and removes it. Doing it twice does no harm.
fn finish_switching(folder: &Path) -> Result<(), TlsError> {
    let switching = folder.join(SWITCHING_FOLDER);
    if !switching.exists() {
        return Ok(());
    }
    let finish = || -> io::Result<()> {
        for name in [KEY_FILE, CERTIFICATE_FILE] {
            replace(&folder.join(name), &fs::read(switching.join(name))?)?;
        }
        // Empty under its name, it would be taken for half a switch.
        let done = folder.join(DONE_FOLDER);
        fs::rename(&switching, &done)?;
        sync(folder)?;
        fs::remove_dir_all(&done)
    };
    finish().map_err(stored_in(folder))
}

const CERTIFICATE_FILE: &str = "cert.pem";
const KEY_FILE: &str = "key.pem";
const NEXT_FOLDER: &str = "next";
const SWITCHING_FOLDER: &str = "switching";
const DONE_FOLDER: &str = "switched";

/// Makes key and certificate in a folder of their own and moves it into place whole, so that a
/// crash leaves both or neither.
fn make(folder: &Path, names: &[String]) -> Result<(), TlsError> {
    let key = KeyPair::generate().map_err(TlsError::Make)?;
    let certificate = certificate(&key, names)?;
    let store = || -> io::Result<()> {
        let fresh = folder.with_extension("new");
        if fresh.exists() {
            // A crash left it, before anyone could have seen its certificate.
            fs::remove_dir_all(&fresh)?;
        }
        fs::create_dir_all(&fresh)?;
        write_private(&fresh.join(KEY_FILE), key.serialize_pem().as_bytes())?;
        write_private(&fresh.join(CERTIFICATE_FILE), certificate.as_bytes())?;
        sync(&fresh)?;
        fs::rename(&fresh, folder)?;
        folder.parent().map_or(Ok(()), sync)
    };
    store().map_err(stored_in(folder))
}

fn certificate(key: &KeyPair, names: &[String]) -> Result<String, TlsError> {
    let mut all: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    all.extend(names.iter().filter(|name| !all.contains(name)).cloned().collect::<Vec<_>>());
    let mut params = CertificateParams::new(all).map_err(TlsError::Make)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Fieldbook");
    Ok(params.self_signed(key).map_err(TlsError::Make)?.pem())
}

fn stored_in(folder: &Path) -> impl Fn(io::Error) -> TlsError {
    move |source| TlsError::Store { path: folder.to_owned(), source }
}

/// Replaces a file whole.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("pem.new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write_private(&fresh, bytes)?;
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), sync)
}

fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Writes a file that only its owner may read, and waits until it is on the disk.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificate_made_at_the_first_start_is_there_at_every_other() {
        let data = tempfile::tempdir().unwrap();
        let folder = folder(data.path());
        let first = read_or_make(&folder, &[]).unwrap();
        let second = read_or_make(&folder, &[]).unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        assert_eq!(first.fingerprint().len(), 64);
    }

    #[test]
    fn a_certificate_renewed_with_the_same_key_has_the_same_pin() {
        let data = tempfile::tempdir().unwrap();
        let folder = folder(data.path());
        let before = read_or_make(&folder, &[]).unwrap();
        renew(&folder, &["field.example".to_owned()]).unwrap();
        let after = read(&folder).unwrap();
        assert_ne!(before.certificate(), after.certificate());
        assert_eq!(before.fingerprint(), after.fingerprint());
    }

    #[test]
    fn the_next_key_is_made_once_and_takes_the_place_of_the_present_one() {
        let data = tempfile::tempdir().unwrap();
        let folder = folder(data.path());
        let before = read_or_make(&folder, &[]).unwrap().fingerprint();
        assert!(matches!(switch(&folder), Err(TlsError::NoNext { .. })));
        let next = make_next(&folder, &[]).unwrap();
        assert_eq!(make_next(&folder, &[]).unwrap(), next);
        assert_eq!(read(&folder).unwrap().fingerprint(), before);
        switch(&folder).unwrap();
        assert_eq!(read(&folder).unwrap().fingerprint(), next);
        assert_eq!(next_pin(&folder).unwrap(), None);
    }

    #[test]
    fn a_switch_that_a_crash_cut_short_is_brought_to_its_end() {
        let data = tempfile::tempdir().unwrap();
        let folder = folder(data.path());
        read_or_make(&folder, &[]).unwrap();
        let next = make_next(&folder, &[]).unwrap();
        let switching = folder.join(SWITCHING_FOLDER);
        fs::rename(folder.join(NEXT_FOLDER), &switching).unwrap();
        fs::copy(switching.join(KEY_FILE), folder.join(KEY_FILE)).unwrap();
        assert_eq!(read(&folder).unwrap().fingerprint(), next);
        assert!(!switching.exists());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().unwrap();
        let folder = folder(data.path());
        read_or_make(&folder, &[]).unwrap();
        make_next(&folder, &[]).unwrap();
        switch(&folder).unwrap();
        let mode = fs::metadata(folder.join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn half_a_certificate_is_named_and_not_replaced() {
        let data = tempfile::tempdir().unwrap();
        let folder = folder(data.path());
        read_or_make(&folder, &[]).unwrap();
        fs::remove_file(folder.join(KEY_FILE)).unwrap();
        let error = read_or_make(&folder, &[]).unwrap_err();
        assert!(matches!(error, TlsError::Unreadable { what: "key", .. }), "{error}");
        assert!(folder.join(CERTIFICATE_FILE).exists());
        assert!(!folder.join(KEY_FILE).exists());
    }

    #[test]
    fn a_folder_that_a_crash_left_half_made_does_not_stop_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("tls.new")).unwrap();
        fs::write(data.path().join("tls.new").join(KEY_FILE), "half").unwrap();
        read_or_make(&folder(data.path()), &[]).unwrap();
    }

    #[test]
    fn files_that_cannot_be_used_are_named() {
        let data = tempfile::tempdir().unwrap();
        for name in ["one", "two"] {
            read_or_make(&data.path().join(name), &[]).unwrap();
        }
        let file = |folder: &str, name: &str| data.path().join(folder).join(name);
        let (certificate, key) = (file("one", CERTIFICATE_FILE), file("one", KEY_FILE));

        let missing = TlsIdentity::from_files(&file("three", CERTIFICATE_FILE), &key).unwrap_err();
        assert!(matches!(missing, TlsError::Unreadable { what: "certificate", .. }));
        let swapped = TlsIdentity::from_files(&key, &certificate).unwrap_err();
        assert!(matches!(swapped, TlsError::Malformed { what: "certificate", .. }));
        let other = TlsIdentity::from_files(&certificate, &file("two", KEY_FILE)).unwrap_err();
        assert!(matches!(other, TlsError::Mismatch { .. }));
        assert!(other.to_string().contains("two"), "{other}");
    }
}
