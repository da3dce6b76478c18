//! How a device comes to its department, and back to it; who its owner is there.

use serde::{Deserialize, Serialize};

use crate::catalogue::CatalogueSource;
use crate::ids::{DeviceId, ProgramCode, RoleCode, UserId};
use crate::time::Timestamp;

/// Asks to enroll a device with the one-use code of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollRequestV1 {
    /// [`super::PROTOCOL`].
    pub protocol: u32,
    /// The code as it was shown, without spaces or dashes.
    pub code: String,
    /// The device's Ed25519 public key.
    #[serde(with = "serde_bytes")]
    pub public_key: Vec<u8>,
    /// What kind of installation this is, for the administrator's list: "cli", "android 16" …
    pub platform: String,
    /// Ed25519 signature over [`crate::proof::enroll_message`]: the key is really held.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// What an enrolled device starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollResponseV1 {
    /// The device's identity.
    pub device: DeviceId,
    /// Its owner.
    pub user: UserId,
    /// The token bound to the device's key. Opaque.
    pub token: String,
    /// The first DPoP nonce (RFC 9449 §8).
    pub nonce: String,
    /// The server's public key, for signed orders.
    #[serde(with = "serde_bytes")]
    pub server_key: Vec<u8>,
    /// The department's catalogue.
    pub catalogue: CatalogueSource,
    /// Those before it, as [`crate::catalogue::history`] tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_catalogues: Vec<CatalogueSource>,
    /// The owner's name and roles.
    pub profile: ProfileV1,
    /// The server's clock.
    pub server_time: Timestamp,
    /// Until when the device may show records without asking again.
    pub lease_until: Timestamp,
}

/// Asks to bind a device that has its store to its department again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconnectRequestV1 {
    /// [`super::PROTOCOL`].
    pub protocol: u32,
    /// The code as it was shown, without spaces or dashes.
    pub code: String,
    /// The device, as it was enrolled.
    pub device: DeviceId,
    /// Its owner, as it was enrolled.
    pub user: UserId,
    /// The device's Ed25519 public key.
    #[serde(with = "serde_bytes")]
    pub public_key: Vec<u8>,
    /// The server's public key that the device was given when it was enrolled.
    #[serde(with = "serde_bytes")]
    pub server_key: Vec<u8>,
    /// What kind of installation this is, for the administrator's list.
    pub platform: String,
    /// Ed25519 signature over [`crate::proof::reconnect_message`]: the key is really held.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// What a device that was bound again goes on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconnectResponseV1 {
    /// The token bound to the device's key. Opaque.
    pub token: String,
    /// The first DPoP nonce (RFC 9449 §8).
    pub nonce: String,
    /// Where the server is found and how it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<AnnouncementV1>,
    /// Ed25519 signature by the server's key over [`crate::proof::reconnected_message`]: it is the
    /// same department.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// Who the owner of a device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileV1 {
    /// The name the administrator gave.
    pub name: String,
    /// Roles by program.
    pub roles: Vec<MembershipV1>,
}

/// A role in a program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MembershipV1 {
    /// The role.
    pub role: RoleCode,
    /// The program it is held in.
    pub program: ProgramCode,
}

/// Where the server is found and how it is known, now and after a planned change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncementV1 {
    /// A later announcement has a larger number; a device takes none that is not larger.
    pub number: u64,
    /// The server's addresses, the present one first, at most
    /// [`crate::limits::ANNOUNCED_URLS_MAX`].
    pub urls: Vec<String>,
    /// SHA-256 of the public keys that the server shows or will show (RFC 7469 §2.4), at most
    /// [`crate::limits::ANNOUNCED_PINS_MAX`]; empty when devices know it by the system's authorities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<serde_bytes::ByteBuf>,
    /// Ed25519 signature by the server's key over [`crate::proof::announcement_message`].
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}
