//! What those who look after people and devices read and do.

use model::ids::{ProgramCode, RoleCode};
use model::time::Timestamp;

use super::Refusal;
use crate::views::{
    DeviceView, DevicesView, Handle, HealthView, ImportView, InvitationView, MemberView,
    PeopleFilter, PeopleView,
};

/// People, their accounts and their devices, and the server itself.
pub trait AdministrationSource {
    /// Returns the people of this filter.
    ///
    /// # Errors
    /// When that is not for whoever asks.
    fn people(&mut self, filter: &PeopleFilter) -> Result<PeopleView, Refusal>;

    /// Returns a member of staff.
    ///
    /// # Errors
    /// When there is none, or not for whoever asks.
    fn member(&mut self, member: &Handle) -> Result<MemberView, Refusal>;

    /// Adds somebody with a first role.
    ///
    /// # Errors
    /// When the name is taken or cannot be used, or they may not.
    fn add_member(
        &mut self,
        name: &str,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<Handle, Refusal>;

    /// Gives somebody a role in a program. `days` are the first and the last, as typed: `2026-11-30`, or
    /// nothing for at once and without an end.
    ///
    /// # Errors
    /// When there is no such person or role, the days are none or end before they begin, or they may not.
    fn give_role(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
        days: (&str, &str),
    ) -> Result<(), Refusal>;

    /// Notes that somebody is away: from a first day, or at once, until a last, as typed.
    ///
    /// # Errors
    /// When there is no such person, the days are none or end before they begin, or they may not.
    fn add_absence(&mut self, member: &Handle, days: (&str, &str)) -> Result<(), Refusal>;

    /// Forgets that somebody is away from an instant on.
    ///
    /// # Errors
    /// When they are not away then, or whoever asks may not.
    fn remove_absence(&mut self, member: &Handle, from: Timestamp) -> Result<(), Refusal>;

    /// Reads a list of people as a spreadsheet saves it, and says what it would do, or does it. All of it
    /// is done, or nothing.
    ///
    /// # Errors
    /// When it is no list of people, or they may not.
    fn import(&mut self, list: &str, only_try: bool) -> Result<ImportView, Refusal>;

    /// Returns of how many cases somebody would lose sight without a role. Changes nothing.
    ///
    /// # Errors
    /// When they do not hold it, or whoever asks may not.
    fn loses(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<u64, Refusal>;

    /// Takes a role away.
    ///
    /// # Errors
    /// When they do not hold it, or whoever asks may not.
    fn take_role(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<(), Refusal>;

    /// Makes a code with which somebody opens their account.
    ///
    /// # Errors
    /// When there is no such person, or they may not.
    fn invite_to_account(&mut self, member: &Handle) -> Result<InvitationView, Refusal>;

    /// Makes a code with which somebody enrolls a device.
    ///
    /// # Errors
    /// When there is no such person, or they may not.
    fn invite_device(&mut self, member: &Handle) -> Result<InvitationView, Refusal>;

    /// Ends every session of somebody.
    ///
    /// # Errors
    /// When there is no such person, or they may not.
    fn sign_out(&mut self, member: &Handle) -> Result<(), Refusal>;

    /// Closes somebody's account.
    ///
    /// # Errors
    /// When there is none that is open, or they may not.
    fn close_account(&mut self, member: &Handle) -> Result<(), Refusal>;

    /// Returns the devices that they look after: only those that did not come for so many days, if any
    /// are given; all of them, if there is no `page`.
    ///
    /// # Errors
    /// When that is not for whoever asks.
    fn devices(
        &mut self,
        quiet_days: Option<u32>,
        page: Option<u64>,
    ) -> Result<DevicesView, Refusal>;

    /// Returns a device that they look after.
    ///
    /// # Errors
    /// When there is none, or not for whoever asks.
    fn device(&mut self, device: &Handle) -> Result<DeviceView, Refusal>;

    /// Orders a device to show nothing, or takes that back.
    ///
    /// # Errors
    /// When there is none, it was revoked, or not for whoever asks.
    fn lock_device(&mut self, device: &Handle, locked: bool) -> Result<(), Refusal>;

    /// Revokes a device.
    ///
    /// # Errors
    /// When there is none, or they may not.
    fn revoke_device(&mut self, device: &Handle) -> Result<(), Refusal>;

    /// Returns what the server knows of itself.
    ///
    /// # Errors
    /// When that is not for whoever asks.
    fn health(&mut self) -> Result<HealthView, Refusal>;
}
