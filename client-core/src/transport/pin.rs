//! Trust in exactly one certificate: the one whose fingerprint came with the invitation.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};

/// The SHA-256 of a certificate's DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Reads 64 hexadecimal digits, in any case, with or without colons or spaces between them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.chars().filter(|c| !matches!(c, ':' | ' '));
        let digits: Vec<u8> =
            digits.map(|c| u8::try_from(c.to_digit(16)?).ok()).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0, join)).collect();
        (digits.len() == 64).then_some(Self(bytes.try_into().ok()?))
    }
}

fn join(high: u8, low: &u8) -> u8 {
    (high << 4) | low
}

/// Accepts the certificate with this fingerprint, whatever it says of names and dates, and nothing
/// else. That the server holds its key, the handshake's signature still shows.
#[derive(Debug)]
pub(super) struct Pinned {
    pub(super) fingerprint: Fingerprint,
    pub(super) provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if Sha256::digest(end_entity)[..] == self.fingerprint.0 {
            return Ok(ServerCertVerified::assertion());
        }
        Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(pinned: &Pinned, certificate: &[u8]) -> bool {
        let name = ServerName::try_from("fieldbook.example").unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::ZERO);
        pinned.verify_server_cert(&certificate.into(), &[], &name, &[], now).is_ok()
    }

    #[test]
    fn only_the_certificate_with_the_fingerprint_is_accepted() {
        // SHA-256 of "abc", from FIPS 180-2.
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let fingerprint = Fingerprint::parse(text).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let pinned = Pinned { fingerprint, provider };
        assert!(verify(&pinned, b"abc"));
        assert!(!verify(&pinned, b"abd"));
    }

    #[test]
    fn a_fingerprint_is_read_however_it_is_written() {
        let plain = "0f".repeat(32);
        let expected = Some(Fingerprint([15; 32]));
        assert_eq!(Fingerprint::parse(&plain), expected);
        assert_eq!(Fingerprint::parse(&["0F"; 32].join(":")), expected);
        for bad in ["", "0f", &"0f".repeat(33), &"0g".repeat(32), &"0f".repeat(32)[1..]] {
            assert_eq!(Fingerprint::parse(bad), None, "{bad}");
        }
    }
}
