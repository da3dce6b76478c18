//! Devices at the console: which did not come for long, and taking one out of use.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{DeviceId, UserId};
use model::time::{Span, Timestamp};
use model::wire::MembershipV1;
use ui::views::{DeviceRow, DeviceState, DevicesView};

use crate::console::handles::Handles;
use crate::console::{ConsoleError, ConsoleUser, Reader};
use crate::context::Context;
use crate::staff;
use crate::store::staff::KeptDevice;

impl ConsoleUser<'_> {
    /// Revokes a device.
    pub(super) fn revoke_device(&self, device: DeviceId) -> Result<(), ConsoleError> {
        let now = self.now;
        self.administer(format!("device {device}"), move |tx, actor| {
            Ok(staff::revoke_device(now, tx, actor, device)?)
        })
    }
}

impl Reader<'_> {
    /// Returns the devices that they look after: an administrator after all, a supervisor after those
    /// of the people in their programs.
    pub(super) fn devices(
        &self,
        handles: &Handles<'_>,
        quiet_days: Option<u32>,
        page: Option<u64>,
    ) -> Result<DevicesView, ConsoleError> {
        let administers = self.administers();
        let supervised = self.supervised_programs();
        if !administers && supervised.is_empty() {
            return Err(ConsoleError::NotFound);
        }
        let mut devices = self.db.kept_devices(None)?;
        if !administers {
            let held: BTreeMap<UserId, BTreeSet<MembershipV1>> = self.db.all_memberships()?;
            devices.retain(|device| {
                let of_owner = held.get(&device.user).into_iter().flatten();
                of_owner.into_iter().any(|held| supervised.contains(&held.program))
            });
        }
        if let Some(days) = quiet_days {
            let since = Span::from_days(days.into());
            // A device that was taken out of use is not awaited.
            devices.retain(|device| {
                device.revoked_at.is_none() && self.now.since(last_sign(device)) >= since
            });
        }
        let total = u64::try_from(devices.len()).unwrap_or(u64::MAX);
        let skip = page.map_or(0, |page| usize::try_from(page).unwrap_or(usize::MAX));
        let most = page.map_or(usize::MAX, |_| PAGE_ROWS);
        let rows = devices.into_iter().skip(skip).take(most);
        let rows = rows.map(|device| device_row(self.context, handles, device));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(DevicesView { rows, total, may_revoke: administers })
    }

    /// Returns a device that they may revoke.
    pub(super) fn device(
        &self,
        handles: &Handles<'_>,
        device: DeviceId,
    ) -> Result<DeviceRow, ConsoleError> {
        if !self.administers() {
            return Err(ConsoleError::NotFound);
        }
        let known = self.db.kept_devices(None)?.into_iter().find(|known| known.id == device);
        device_row(self.context, handles, known.ok_or(ConsoleError::NotFound)?)
    }
}

/// Returns a device as pages show it.
pub(super) fn device_row(
    context: &Context,
    handles: &Handles<'_>,
    device: KeptDevice,
) -> Result<DeviceRow, ConsoleError> {
    let digest = &context.catalogue.digest;
    Ok(DeviceRow {
        device: handles.of(device.id)?,
        owner: device.user_name,
        platform: device.platform,
        enrolled: device.enrolled_at,
        seen: device.last_seen,
        unsent: device.drafts.count.into(),
        current: device.catalogue.map(|known| known == digest[..]),
        state: match (device.revoked_at, device.wipe_told_at) {
            (None, _) => DeviceState::Enrolled,
            (Some(_), Some(told)) => DeviceState::Told(told),
            (Some(at), None) => DeviceState::Ordered(at),
        },
    })
}

/// Returns when a device came last, or was enrolled if it never did.
fn last_sign(device: &KeptDevice) -> Timestamp {
    device.last_seen.unwrap_or(device.enrolled_at)
}

const PAGE_ROWS: usize = 50;
