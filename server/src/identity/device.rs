//! A device that has shown who it is.

use model::ids::{DeviceId, UserId};

/// Who a token belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authenticated {
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub user: UserId,
    /// The key that the token is bound to.
    pub public_key: [u8; 32],
    /// Whether the device was revoked: all it gets is the order to wipe itself.
    pub revoked: bool,
}
