//! The server's certificate: given in files, or made once and kept in the data folder, so that
//! devices can pin it.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, version};
use sha2::{Digest as _, Sha256};

/// The certificate chain the server shows and the key that belongs to it.
pub struct TlsIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// Why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("the {what} {path} cannot be read", path = path.display())]
    Unreadable {
        /// "certificate" or "key".
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file can be read and is not what it should be.
    #[error("the {what} {path} is not valid PEM", path = path.display())]
    Malformed {
        /// "certificate" or "key".
        what: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The key is another certificate's.
    #[error("the key {key} does not belong to the certificate {certificate}", key = key.display(), certificate = certificate.display())]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The certificate or its key is of a kind that TLS 1.3 cannot use.
    #[error("the certificate {certificate} or its key cannot be used for TLS 1.3", certificate = certificate.display())]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// Why.
        #[source]
        source: rustls::Error,
    },
    /// TLS cannot be set up with it.
    #[error("TLS cannot be set up")]
    Setup(#[source] rustls::Error),
    /// A new certificate cannot be made.
    #[error("no certificate can be made")]
    Make(#[source] rcgen::Error),
    /// A new certificate cannot be stored.
    #[error("the new certificate cannot be stored in {path}", path = path.display())]
    Store {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl TlsIdentity {
    /// Reads a certificate chain and its key, both PEM.
    ///
    /// # Errors
    /// Names the file that cannot be used.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = read("certificate", certificate, |pem| {
            CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().ok()
        })?;
        if chain.is_empty() {
            return Err(TlsError::Malformed { what: "certificate", path: certificate.to_owned() });
        }
        let private = read("key", key, |pem| PrivateKeyDer::from_pem_slice(pem).ok())?;
        let identity = Self { chain, key: private };
        match identity.server_config() {
            Ok(_) => Ok(identity),
            Err(rustls::Error::InconsistentKeys(_)) => {
                Err(TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() })
            }
            Err(source) => Err(TlsError::Unusable { certificate: certificate.to_owned(), source }),
        }
    }

    /// Reads the certificate that the server made for itself in this folder, or makes it: for
    /// `localhost`, this machine's loopback addresses and the address listened on.
    ///
    /// # Errors
    /// When there is half of one, or none can be made or stored. Half a certificate is never
    /// replaced: devices have pinned it.
    pub fn own(folder: &Path, listen: IpAddr) -> Result<Self, TlsError> {
        if !folder.exists() {
            make(folder, listen)?;
        }
        Self::from_files(&folder.join(CERTIFICATE_FILE), &folder.join(KEY_FILE))
    }

    /// SHA-256 of the certificate's DER, as 64 hexadecimal digits: what devices pin.
    pub fn fingerprint(&self) -> String {
        let mut hex = String::with_capacity(64);
        for byte in self.chain.first().map(Sha256::digest).iter().flatten() {
            // Writing to a String does not fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    /// The certificate in DER.
    pub fn certificate(&self) -> &[u8] {
        self.chain.first().map_or(&[], AsRef::as_ref)
    }

    /// TLS 1.3 and HTTP/1.1, nothing else: every device is ours, and what is not spoken cannot be
    /// attacked. Early data stays off, because it can be replayed.
    pub(super) fn server_config(&self) -> Result<ServerConfig, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), self.key.clone_key())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl std::fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TlsIdentity({})", self.fingerprint())
    }
}

const CERTIFICATE_FILE: &str = "cert.pem";
const KEY_FILE: &str = "key.pem";

fn read<T>(
    what: &'static str,
    path: &Path,
    parse: impl Fn(&[u8]) -> Option<T>,
) -> Result<T, TlsError> {
    let unreadable = |source| TlsError::Unreadable { what, path: path.to_owned(), source };
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > PEM_BYTES_MAX {
        return Err(TlsError::Malformed { what, path: path.to_owned() });
    }
    let pem = fs::read(path).map_err(unreadable)?;
    parse(&pem).ok_or_else(|| TlsError::Malformed { what, path: path.to_owned() })
}

/// A chain of four RSA certificates is about 8 KiB.
const PEM_BYTES_MAX: u64 = 256 * 1024;

/// Makes key and certificate in a folder of their own and moves it into place whole, so that a
/// crash leaves both or neither.
fn make(folder: &Path, listen: IpAddr) -> Result<(), TlsError> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    if !listen.is_unspecified() && !listen.is_loopback() {
        names.push(listen.to_string());
    }
    let mut params = rcgen::CertificateParams::new(names).map_err(TlsError::Make)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, "Fieldbook");
    let key = rcgen::KeyPair::generate().map_err(TlsError::Make)?;
    let certificate = params.self_signed(&key).map_err(TlsError::Make)?;

    let store = || -> io::Result<()> {
        let fresh = folder.with_extension("new");
        if fresh.exists() {
            // A crash left it, before anyone could have seen its certificate.
            fs::remove_dir_all(&fresh)?;
        }
        fs::create_dir_all(&fresh)?;
        write_private(&fresh.join(KEY_FILE), key.serialize_pem().as_bytes())?;
        write_private(&fresh.join(CERTIFICATE_FILE), certificate.pem().as_bytes())?;
        fs::File::open(&fresh)?.sync_all()?;
        fs::rename(&fresh, folder)?;
        folder.parent().map_or(Ok(()), |parent| fs::File::open(parent)?.sync_all())
    };
    store().map_err(|source| TlsError::Store { path: folder.to_owned(), source })
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
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn the_certificate_made_at_the_first_start_is_there_at_every_other() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("tls");
        let first = TlsIdentity::own(&folder, HERE).unwrap();
        let second = TlsIdentity::own(&folder, HERE).unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        assert_eq!(first.fingerprint().len(), 64);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("tls");
        TlsIdentity::own(&folder, HERE).unwrap();
        let mode = fs::metadata(folder.join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn half_a_certificate_is_named_and_not_replaced() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("tls");
        TlsIdentity::own(&folder, HERE).unwrap();
        fs::remove_file(folder.join(KEY_FILE)).unwrap();
        let error = TlsIdentity::own(&folder, HERE).unwrap_err();
        assert!(matches!(error, TlsError::Unreadable { what: "key", .. }), "{error}");
        assert!(folder.join(CERTIFICATE_FILE).exists());
        assert!(!folder.join(KEY_FILE).exists());
    }

    #[test]
    fn a_folder_that_a_crash_left_half_made_does_not_stop_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("tls.new")).unwrap();
        fs::write(data.path().join("tls.new").join(KEY_FILE), "half").unwrap();
        TlsIdentity::own(&data.path().join("tls"), HERE).unwrap();
    }

    #[test]
    fn files_that_cannot_be_used_are_named() {
        let data = tempfile::tempdir().unwrap();
        for name in ["one", "two"] {
            TlsIdentity::own(&data.path().join(name), HERE).unwrap();
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
