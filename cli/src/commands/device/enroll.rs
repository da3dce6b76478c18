//! `fieldbook device enroll`

use std::fmt::Display;
use std::path::Path;

use clap::Args;
use client_core::driver::{EnrollError, EnrollPlace, Invitation, enroll};
use client_core::engine::TransportFailure;
use client_core::store::StoreOptions;
use client_core::transport::HttpsTransport;
use model::words::LanguageTag;
use serde_json::json;

use super::session::{key_failure, open_failure, pin, store_failure, store_path, vault};
use super::sync::transport_failure;
use crate::clock;
use crate::commands::runtime;
use crate::failure::Failure;
use crate::report::Report;
use crate::said::with_causes;
use crate::words;

/// Enroll this device with an invitation's code
#[derive(Debug, Args)]
#[command(
    long_about = "Enroll this device with the code of an invitation. The device creates a key, \
    which never leaves it, and an encrypted store, and receives its owner from the server. A \
    code works once, for ten minutes.\n\n    \
    fieldbook device --dir ~/field enroll --server https://10.0.0.7:8443 --code ABCD-EFGH \
    --fingerprint 3f5c...\n\n\
    `fieldbook admin invite` prints the address, the code and the fingerprint. The fingerprint \
    identifies the server's public key: the device trusts no other server. Set FIELDBOOK_PIN to \
    protect the store with a PIN.\n\n\
    With --json: {\"device\",\"owner\",\"server\"}."
)]
pub(super) struct Enroll {
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: String,
    /// The invitation's code
    #[arg(long, value_name = "CODE")]
    code: String,
    /// The fingerprint of the server's public key: 64 hexadecimal digits
    #[arg(long, value_name = "F")]
    fingerprint: Option<String>,
}

impl Enroll {
    pub(super) fn run(self, dir: &Path, language: LanguageTag) -> Result<Report, Failure> {
        let transport = HttpsTransport::new(&self.server, self.fingerprint.as_deref())
            .map_err(|failure| address_failure(&failure))?;
        let invitation =
            Invitation { url: self.server, code: self.code, fingerprint: self.fingerprint };
        let place = EnrollPlace {
            path: store_path(dir),
            vault: vault(dir),
            pin: pin()?,
            platform: "cli".into(),
            options: StoreOptions::default(),
        };
        let device =
            runtime()?.block_on(enroll(&transport, &invitation, place)).map_err(enroll_failure)?;
        let status = device.status(clock::now()).map_err(|error| store_failure(&error))?;
        let parts: [(&str, &dyn Display); 2] = [("owner", &status.owner), ("dir", &dir.display())];
        let text = words::say(language, "enrolled", &parts);
        let json = json!({
            "device": status.device.to_string(),
            "owner": status.owner,
            "server": status.server_url,
        });
        Ok(Report::new(json, text))
    }
}

/// Returns the failure of an enrollment.
pub(crate) fn enroll_failure(error: EnrollError) -> Failure {
    match error {
        EnrollError::Transport(failure) => not_enrolled(&failure),
        EnrollError::Store(error) => open_failure(error),
        EnrollError::Key(error) => key_failure(&error),
        other => Failure::failed("enroll", with_causes(&other)),
    }
}

fn not_enrolled(failure: &TransportFailure) -> Failure {
    match failure {
        // The server does not say which of several reasons it was.
        TransportFailure::Unauthorized { code } if code == REFUSED => {
            Failure::refused(REFUSED, "the code is invalid or has expired").hint(
                "a code works once, for ten minutes; `fieldbook admin invite` makes a new one",
            )
        }
        TransportFailure::Certificate => transport_failure(failure)
            .hint("compare the fingerprint with the one that `fieldbook admin invite` prints"),
        _ => transport_failure(failure).hint("nothing was enrolled; the code is still valid"),
    }
}

/// The server's name for it.
pub(super) const REFUSED: &str = "enrollment_refused";

/// Returns the failure of an invalid address or fingerprint.
pub(super) fn address_failure(failure: &TransportFailure) -> Failure {
    match failure {
        TransportFailure::NotSent { what } => Failure::invalid("bad_address", *what).hint(
            "`fieldbook admin --data DIR invite NAME` prints the address and the fingerprint",
        ),
        other => transport_failure(other),
    }
}
