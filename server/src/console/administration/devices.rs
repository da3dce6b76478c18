//! Devices at the console: which did not come for long, and taking one out of use.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{DeviceId, UserId};
use model::time::{Span, Timestamp};
use model::wire::MembershipV1;
use ui::views::{DeviceReport, DeviceRow, DeviceView, DevicesView, OrderSteps};

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

    /// Orders a device to show nothing, or takes that back: whoever looks after it may, at once. A
    /// phone may be in wrong hands, and nothing is lost by it.
    pub(super) fn lock_device(&self, device: DeviceId, locked: bool) -> Result<(), ConsoleError> {
        let (now, user, actor) = (self.now, self.who.user, self.actor());
        let done = self.writer.write::<_, ConsoleError, _>(move |tx| {
            Reader::of(tx.context, tx.db, now, user, None)?.kept_device(device)?;
            match locked {
                true => staff::lock_device(now, tx, actor, device)?,
                false => staff::unlock_device(now, tx, actor, device)?,
            }
            Ok(())
        });
        done.or_else(|refusal| self.refused(format!("device {device}"), refusal))
    }
}

impl Reader<'_> {
    /// Returns the devices that they look after.
    pub(super) fn devices(
        &self,
        handles: &Handles<'_>,
        quiet_days: Option<u32>,
        page: Option<u64>,
    ) -> Result<DevicesView, ConsoleError> {
        let mut devices = self.devices_looked_after()?;
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
        Ok(DevicesView { rows: rows.collect::<Result<_, _>>()?, total })
    }

    /// Returns a device that they look after.
    pub(super) fn device(
        &self,
        handles: &Handles<'_>,
        device: DeviceId,
    ) -> Result<DeviceView, ConsoleError> {
        let row = device_row(self.context, handles, self.kept_device(device)?)?;
        Ok(DeviceView { row, may_revoke: self.administers() })
    }

    fn kept_device(&self, device: DeviceId) -> Result<KeptDevice, ConsoleError> {
        let mut devices = self.devices_looked_after()?.into_iter();
        devices.find(|known| known.id == device).ok_or(ConsoleError::NotFound)
    }

    /// The devices that they look after: an administrator after all, a supervisor after those of the
    /// people in their programs.
    fn devices_looked_after(&self) -> Result<Vec<KeptDevice>, ConsoleError> {
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
        Ok(devices)
    }
}

/// Returns a device as pages show it.
pub(super) fn device_row(
    context: &Context,
    handles: &Handles<'_>,
    device: KeptDevice,
) -> Result<DeviceRow, ConsoleError> {
    let digest = &context.catalogue.digest;
    let KeptDevice { wipe_told_at: told, wiped_at: confirmed, .. } = device;
    Ok(DeviceRow {
        device: handles.of(device.id)?,
        owner: device.user_name,
        platform: device.platform,
        enrolled: device.enrolled_at,
        seen: device.last_seen,
        drafts: device.drafts.count.into(),
        report: device.report.map(|report| DeviceReport {
            app: report.app,
            records: report.records,
            waiting: report.waiting,
            store_bytes: report.store_bytes,
            free_bytes: report.free_bytes,
            skew: report.skew,
        }),
        current: device.catalogue.map(|known| known == digest[..]),
        lock: device.lock.map(|lock| OrderSteps {
            ordered: lock.ordered_at,
            told: lock.told_at,
            confirmed: lock.confirmed_at,
        }),
        wipe: device.revoked_at.map(|ordered| OrderSteps { ordered, told, confirmed }),
    })
}

/// Returns when a device came last, or was enrolled if it never did.
fn last_sign(device: &KeptDevice) -> Timestamp {
    device.last_seen.unwrap_or(device.enrolled_at)
}

const PAGE_ROWS: usize = 50;
