//! Binding a device that has its store to its department again.

use model::wire::ReconnectResponseV1;

use super::device_access::{self, DeviceAccess, Withdrawn};
use super::enroll::Invitation;
use super::reply;
use crate::device::Device;
use crate::engine::TransportFailure;
use crate::keys::KeyError;
use crate::store::StoreError;
use crate::sync::{encode_body, reconnect_request, reconnected};
use crate::transport::{HttpRequest, Method, Transport};

/// Why a device is not bound to its department again. It is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReconnectError {
    /// The server did not answer, or refused: an unknown, used or expired code, and a device that
    /// was revoked, are [`TransportFailure::Unauthorized`].
    #[error(transparent)]
    Transport(#[from] TransportFailure),
    /// The server is another department's.
    #[error("this server is not the department that this device belongs to")]
    OtherDepartment,
    /// The code is for somebody else than the device's owner.
    #[error("the code is for another person than this device's owner")]
    OtherOwner,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The device's key is not to be had.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The device was taken away meanwhile.
    #[error(transparent)]
    Withdrawn(#[from] Withdrawn),
}

/// Binds a device to its department again, at another address or with another key, with the code
/// that an administrator gives out for it.
///
/// The department proves with its own key, which the device was given when it was enrolled, that it
/// is the same one; before that nothing is changed. What is on the device stays: a server that lost
/// some of it gets it back with the next synchronization. When the answer is lost, asking again with
/// the same code succeeds as long as it is good.
///
/// # Errors
/// Says why not; the device is as it was.
pub async fn reconnect(
    transport: &dyn Transport,
    invitation: &Invitation,
    device: &mut dyn DeviceAccess,
    platform: &str,
) -> Result<(), ReconnectError> {
    let (before, message) = device_access::with(device, |device: &mut Device| {
        let before = device.store().read().enrollment()?;
        let key = device.signing_key()?;
        let message = reconnect_request(&invitation.code, &before, &key, platform);
        Ok::<_, ReconnectError>((before, message))
    })??;
    let body = encode_body(&message).map_err(|_| TransportFailure::TooLarge)?;
    let headers = reply::body_headers().into();
    let request = HttpRequest { method: Method::Post, path: RECONNECT, headers, body };
    let answer: ReconnectResponseV1 =
        reply::message(&transport.send(request).await?).map_err(refusal)?;

    let endpoint = (invitation.url.as_str(), invitation.fingerprint.as_deref());
    let after =
        reconnected(&before, endpoint, &message, &answer).ok_or(ReconnectError::OtherDepartment)?;
    device_access::with(device, |device| {
        device.store_mut().write(|writer| {
            writer.set_enrollment(&after)?;
            writer.set_server_nonce(&answer.nonce)
        })
    })??;
    Ok(())
}

fn refusal(failure: TransportFailure) -> ReconnectError {
    match failure {
        TransportFailure::Unauthorized { code } if code == "other_department" => {
            ReconnectError::OtherDepartment
        }
        TransportFailure::Unauthorized { code } if code == "other_owner" => {
            ReconnectError::OtherOwner
        }
        failure => failure.into(),
    }
}

const RECONNECT: &str = "/v1/reconnect";
