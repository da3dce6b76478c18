//! Trust in the public keys that the invitation or the server's announcement names, and in nothing
//! else.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};

/// The SHA-256 of a certificate's `SubjectPublicKeyInfo` (RFC 7469 §2.4): a certificate that is
/// renewed with the same key has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pin([u8; 32]);

impl Pin {
    /// Reads 64 hexadecimal digits, in any case, with or without colons or spaces between them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.chars().filter(|c| !matches!(c, ':' | ' '));
        let digits: Vec<u8> =
            digits.map(|c| u8::try_from(c.to_digit(16)?).ok()).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0, join)).collect();
        (digits.len() == 64).then_some(Self(bytes.try_into().ok()?))
    }

    /// Computes the pin of the key in a certificate.
    fn of(certificate: &CertificateDer<'_>) -> Result<Self, Error> {
        let key = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        Ok(Self(Sha256::digest(&key).into()))
    }
}

fn join(high: u8, low: &u8) -> u8 {
    (high << 4) | low
}

/// Accepts a certificate of one of these keys, whatever it says of names and dates, and nothing
/// else. That the server holds the key, the handshake's signature still shows.
#[derive(Debug)]
pub(super) struct Pinned {
    pub(super) pins: Vec<Pin>,
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
        if self.pins.contains(&Pin::of(end_entity)?) {
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
    use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};

    use super::*;

    fn certificate(key: &KeyPair, name: &str) -> CertificateDer<'static> {
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        params.self_signed(key).unwrap().der().clone()
    }

    fn is_trusted(pinned: &Pinned, certificate: &CertificateDer<'_>) -> bool {
        let name = ServerName::try_from("fieldbook.example").unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::ZERO);
        pinned.verify_server_cert(certificate, &[], &name, &[], now).is_ok()
    }

    #[test]
    fn every_certificate_of_a_pinned_key_is_trusted_and_none_of_another() {
        let [one, next, other] = [(); 3].map(|()| KeyPair::generate().unwrap());
        let pin = |key: &KeyPair| Pin(Sha256::digest(key.subject_public_key_info()).into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let pinned = Pinned { pins: vec![pin(&one), pin(&next)], provider };
        assert!(is_trusted(&pinned, &certificate(&one, "fieldbook.example")));
        assert!(is_trusted(&pinned, &certificate(&one, "renewed.example")));
        assert!(is_trusted(&pinned, &certificate(&next, "fieldbook.example")));
        assert!(!is_trusted(&pinned, &certificate(&other, "fieldbook.example")));
        assert!(!is_trusted(&pinned, &CertificateDer::from(&b"no certificate"[..])));
    }

    #[test]
    fn a_fingerprint_is_read_however_it_is_written() {
        let plain = "0f".repeat(32);
        let expected = Some(Pin([15; 32]));
        assert_eq!(Pin::parse(&plain), expected);
        assert_eq!(Pin::parse(&["0F"; 32].join(":")), expected);
        for bad in ["", "0f", &"0f".repeat(33), &"0g".repeat(32), &"0f".repeat(32)[1..]] {
            assert_eq!(Pin::parse(bad), None, "{bad}");
        }
    }
}
