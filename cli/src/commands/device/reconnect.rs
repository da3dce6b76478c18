//! `fieldbook device reconnect`

use clap::Args;
use client_core::driver::{Invitation, ReconnectError, reconnect};
use client_core::engine::TransportFailure;
use client_core::transport::HttpsTransport;
use serde_json::json;

use super::Session;
use super::enroll::{REFUSED, address_failure};
use super::lender::Lender;
use super::session::{key_failure, store_failure};
use super::sync::transport_failure;
use crate::clock;
use crate::commands::runtime;
use crate::failure::Failure;
use crate::report::Report;
use crate::said::with_causes;
use crate::words;

/// Reconnect this device to its department
#[derive(Debug, Args)]
#[command(
    long_about = "Reconnect this device to its department after the server moved, has a new key, \
    or was restored elsewhere. Nothing on the device is lost: the next `sync` sends unsent \
    changes, and changes that the server lost.\n\n    \
    fieldbook device --dir ~/field reconnect --server https://10.0.0.9:8443 --code ABCD-EFGH-JKMN \
    --fingerprint 3f5c...\n\n\
    `fieldbook admin invite NAME --reconnect` prints the address, the code and the fingerprint. \
    The device refuses a server that cannot prove, with the department's key, that it is the \
    same department; nothing is changed then.\n\n\
    With --json: {\"device\",\"server\"}."
)]
pub(super) struct Reconnect {
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: String,
    /// The code of `admin invite --reconnect`
    #[arg(long, value_name = "CODE")]
    code: String,
    /// The fingerprint of the server's public key: 64 hexadecimal digits
    #[arg(long, value_name = "F")]
    fingerprint: Option<String>,
}

impl Reconnect {
    pub(super) fn run(self, session: Session) -> Result<Report, Failure> {
        let transport = HttpsTransport::new(&self.server, self.fingerprint.as_deref())
            .map_err(|failure| address_failure(&failure))?;
        let invitation =
            Invitation { url: self.server, code: self.code, fingerprint: self.fingerprint };
        let language = session.language;
        // The store is free while the server is waited for.
        let mut lender = Lender::of(session);
        let bound = runtime()?.block_on(reconnect(&transport, &invitation, &mut lender, "cli"));
        lender.check()?;
        bound.map_err(reconnect_failure)?;
        let status = lender.with(|device| device.status(clock::now()))?;
        let status = status.map_err(|error| store_failure(&error))?;
        let text = words::say(language, "reconnected", &[("server", &status.server_url)]);
        let json = json!({"device": status.device.to_string(), "server": status.server_url});
        Ok(Report::new(json, text))
    }
}

fn reconnect_failure(error: ReconnectError) -> Failure {
    let message = with_causes(&error);
    match error {
        ReconnectError::Transport(failure) => refused(&failure),
        ReconnectError::OtherDepartment => Failure::refused("other_department", message).hint(
            "nothing was changed; compare the address and the fingerprint with the invitation",
        ),
        ReconnectError::OtherOwner => Failure::refused("other_owner", message)
            .hint("nothing was changed; ask for a code for this device's owner (see `status`)"),
        ReconnectError::Store(error) => store_failure(&error),
        ReconnectError::Key(error) => key_failure(&error),
        _ => Failure::failed("reconnect", message),
    }
}

fn refused(failure: &TransportFailure) -> Failure {
    match failure {
        TransportFailure::Unauthorized { code } if code == REFUSED => {
            Failure::refused(REFUSED, "the code is invalid or has expired").hint(
                "nothing was changed; `fieldbook admin invite NAME --reconnect` makes a new code",
            )
        }
        TransportFailure::Unauthorized { code } if code == "device_revoked" => {
            Failure::refused("device_revoked", "this device was revoked")
                .hint("a revoked device cannot be reconnected; ask the server's administrator")
        }
        TransportFailure::Certificate => transport_failure(failure)
            .hint("compare the fingerprint with the one that `fieldbook admin invite` prints"),
        _ => transport_failure(failure).hint("nothing was changed; the code is still valid"),
    }
}
