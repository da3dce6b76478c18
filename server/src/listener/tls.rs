//! The server's certificate: given in files, or made once and kept in the data folder ([`own`]), so
//! that devices can pin its key.

pub mod own;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use sha2::{Digest as _, Sha256};

/// The certificate chain the server shows and the key that belongs to it.
pub struct TlsIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    pin: String,
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
    /// There is no key that was made ready.
    #[error("no next key is ready in {path}", path = path.display())]
    NoNext {
        /// Where it would be.
        path: PathBuf,
    },
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
        let chain = chain_of(certificate)?;
        let pin = pin_of_first(&chain, certificate)?;
        let private = read("key", key, |pem| PrivateKeyDer::from_pem_slice(pem).ok())?;
        let identity = Self { chain, key: private, pin };
        match identity.certified() {
            Ok(_) => Ok(identity),
            Err(rustls::Error::InconsistentKeys(_)) => {
                Err(TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() })
            }
            Err(source) => Err(TlsError::Unusable { certificate: certificate.to_owned(), source }),
        }
    }

    /// Returns the SHA-256 of the certificate's public key (RFC 7469 §2.4), as 64 hexadecimal
    /// digits: what devices pin. A certificate renewed with the same key has the same.
    pub fn fingerprint(&self) -> String {
        self.pin.clone()
    }

    /// The certificate in DER.
    pub fn certificate(&self) -> &[u8] {
        self.chain.first().map_or(&[], AsRef::as_ref)
    }

    /// The chain and the key as a handshake takes them.
    pub(super) fn certified(&self) -> Result<CertifiedKey, rustls::Error> {
        let provider = rustls::crypto::ring::default_provider();
        CertifiedKey::from_der(self.chain.clone(), self.key.clone_key(), &provider)
    }
}

/// TLS 1.3 and HTTP/1.1, nothing else: every device is ours, and what is not spoken cannot be
/// attacked. Early data stays off, because it can be replayed.
pub(super) fn server_config(
    certificates: Arc<dyn ResolvesServerCert>,
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&version::TLS13])?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Reads the pin of the first certificate in a PEM file.
///
/// # Errors
/// When the file cannot be read or holds no certificate.
pub fn pin_of_file(certificate: &Path) -> Result<String, TlsError> {
    pin_of_first(&chain_of(certificate)?, certificate)
}

fn chain_of(certificate: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    read("certificate", certificate, |pem| {
        CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().ok()
    })
}

fn pin_of_first(chain: &[CertificateDer<'_>], file: &Path) -> Result<String, TlsError> {
    let malformed = || TlsError::Malformed { what: "certificate", path: file.to_owned() };
    let unusable = |source| TlsError::Unusable { certificate: file.to_owned(), source };
    let first = chain.first().ok_or_else(malformed)?;
    let key = ParsedCertificate::try_from(first).map_err(unusable)?.subject_public_key_info();
    Ok(hex::encode(Sha256::digest(&key)))
}

impl std::fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TlsIdentity({})", self.fingerprint())
    }
}

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
