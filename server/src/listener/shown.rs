//! The certificate that the server shows, and its renewal while it runs.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use http::Uri;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::config::{PublicTrust, ServeConfig, TlsSource};
use super::tls::{TlsError, TlsIdentity, own, pin_of_file};

/// Where the certificate comes from, and where devices see it.
#[derive(Debug, Clone)]
pub(super) struct Source {
    tls: TlsSource,
    public: PublicTrust,
    folder: PathBuf,
}

/// A certificate with what devices need to know of it.
pub(super) struct Certificate {
    identity: TlsIdentity,
    /// What devices pin; none when they trust by the system's authorities.
    pub(super) pin: Option<String>,
    /// The key that is ready to come.
    pub(super) next_pin: Option<String>,
}

impl Source {
    pub(super) fn new(config: &ServeConfig, data_dir: &Path) -> Self {
        Self {
            tls: config.tls.clone(),
            public: config.public_trust.clone(),
            folder: own::folder(data_dir),
        }
    }

    /// Reads the certificate, or makes it at the first start.
    pub(super) fn open(&self, url: &str) -> Result<Certificate, TlsError> {
        let identity = match &self.tls {
            TlsSource::Own => own::read_or_make(&self.folder, &names(url))?,
            TlsSource::Files { certificate, key } => TlsIdentity::from_files(certificate, key)?,
        };
        self.described(identity)
    }

    /// Reads the certificate again, while somebody may be replacing it.
    pub(super) fn read_again(&self) -> Result<Certificate, TlsError> {
        let identity = match &self.tls {
            TlsSource::Own => own::as_it_is(&self.folder)?,
            TlsSource::Files { certificate, key } => TlsIdentity::from_files(certificate, key)?,
        };
        self.described(identity)
    }

    /// Returns whether a new key is one that an administrator announced and switched to.
    pub(super) fn is_own(&self) -> bool {
        self.tls == TlsSource::Own && self.public == PublicTrust::Same
    }

    fn described(&self, identity: TlsIdentity) -> Result<Certificate, TlsError> {
        let next_pin = if self.is_own() { own::next_pin(&self.folder)? } else { None };
        let pin = match &self.public {
            PublicTrust::Same => Some(identity.fingerprint()),
            PublicTrust::System => None,
            PublicTrust::File(file) => Some(pin_of_file(file)?),
        };
        Ok(Certificate { identity, pin, next_pin })
    }
}

/// Returns the host of an address, for a certificate.
pub fn names(url: &str) -> Vec<String> {
    let host = url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    host.map(|host| host.trim_matches(['[', ']']).to_owned()).into_iter().collect()
}

/// What handshakes are answered with.
pub(super) struct Shown {
    certified: RwLock<Arc<CertifiedKey>>,
}

impl Shown {
    pub(super) fn new(certificate: &Certificate) -> Result<Self, TlsError> {
        let certified = certificate.identity.certified().map_err(TlsError::Setup)?;
        Ok(Self { certified: RwLock::new(Arc::new(certified)) })
    }

    /// Returns whether this certificate is the one that is shown.
    pub(super) fn is(&self, certificate: &Certificate) -> bool {
        self.present().cert.first().map(AsRef::as_ref) == Some(certificate.identity.certificate())
    }

    /// Shows this certificate from the next handshake on.
    pub(super) fn show(&self, certificate: &Certificate) -> Result<(), TlsError> {
        let certified = certificate.identity.certified().map_err(TlsError::Setup)?;
        *self.certified.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certified);
        Ok(())
    }

    fn present(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.certified.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown(<hidden>)")
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.present())
    }
}
