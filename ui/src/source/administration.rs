//! What those who look after people and devices read and do.

use model::ids::{ProgramCode, RoleCode};
use model::time::Timestamp;

use super::Refusal;
use crate::views::{
    DeviceRow, DevicesView, Handle, HealthView, InvitationView, MemberView, PeopleFilter,
    PeopleView,
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

    /// Gives somebody a role in a program: from an instant on or at once, until an instant or without an
    /// end.
    ///
    /// # Errors
    /// When there is no such person or role, the role would end before it begins, or they may not.
    fn give_role(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
        period: (Option<Timestamp>, Option<Timestamp>),
    ) -> Result<(), Refusal>;

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

    /// Returns a device that they may revoke.
    ///
    /// # Errors
    /// When there is none, or not for whoever asks.
    fn device(&mut self, device: &Handle) -> Result<DeviceRow, Refusal>;

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
