//! Trust in the certificates that Android brings, read from its files.
//!
//! Elsewhere the system itself is asked. Android can be asked through Java only, with a context of
//! the app's and code beside ours in every app; its files need neither. What is lost with them: the
//! app's `network_security_config` and certificates that the phone's owner or an employer added do
//! not count here.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Where Android keeps them: since 14 in a part of the system that is updated by itself, before in
/// the system's image.
#[cfg(target_os = "android")]
pub(super) const FOLDERS: [&str; 2] =
    ["/apex/com.android.conscrypt/cacerts", "/system/etc/security/cacerts"];

/// Trusts the certificates in the first of the folders that holds any; none when no folder does.
pub(super) fn verifier(
    folders: &[impl AsRef<Path>],
    provider: Arc<CryptoProvider>,
) -> Option<Arc<dyn ServerCertVerifier>> {
    let roots = folders.iter().map(|folder| roots(folder.as_ref())).find(|roots| !roots.is_empty());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots?), provider);
    Some(verifier.build().ok()?)
}

/// Reads the authorities of a folder. What cannot be read is passed over: one odd file must not
/// keep a phone from its server.
fn roots(folder: &Path) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(certificates) = CertificateDer::pem_file_iter(entry.path()) else { continue };
        roots.add_parsable_certificates(certificates.flatten());
    }
    roots
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    #[test]
    fn a_server_is_trusted_by_who_signed_its_certificate_and_by_its_name() {
        let (ours, others) = (authority(), authority());
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
        fs::create_dir(&second).unwrap();
        fs::write(second.join("odd.0"), "no certificate").unwrap();
        fs::write(second.join("5ed36f99.0"), format!("{}\nWords after it.", ours.pem())).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = verifier(&[first, second], provider).unwrap();
        let trusts = |authority: &Authority, called: &str| {
            let key = KeyPair::generate().unwrap();
            let certificate = CertificateParams::new(["fieldbook.example".to_owned()])
                .and_then(|params| params.signed_by(&key, authority))
                .unwrap();
            let called = ServerName::try_from(called).unwrap();
            let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_800_000_000));
            let seen = verifier.verify_server_cert(certificate.der(), &[], &called, &[], now);
            seen.is_ok()
        };
        assert!(trusts(&ours, "fieldbook.example"));
        assert!(!trusts(&ours, "another.example"));
        assert!(!trusts(&others, "fieldbook.example"));
    }

    #[test]
    fn without_any_certificate_there_is_nobody_to_trust() {
        let folder = tempfile::tempdir().unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        assert!(verifier(&[folder.path().join("none"), folder.path().into()], provider).is_none());
    }

    type Authority = CertifiedIssuer<'static, KeyPair>;

    fn authority() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }
}
