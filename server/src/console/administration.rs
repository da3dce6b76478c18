//! What administrators do at the console: they look after people, accounts and devices, and see no case.

mod devices;
mod health;
mod people;
mod source;

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::ids::UserId;
use model::wire::MembershipV1;
use model::words::Message;

use super::{ConsoleError, ConsoleUser, Reader};
use crate::staff::StaffRefusal;
use crate::store::audit::Actor;
use crate::store::sqlite::Reading;
use crate::writer::Tx;

impl ConsoleUser<'_> {
    /// Does something as an administrator who has lately shown that it is they. It is one transaction;
    /// who did it is in the audit, and so is what was refused.
    fn administer<T: Send + 'static>(
        &self,
        object: String,
        work: impl FnOnce(&mut Tx<'_>, Actor) -> Result<T, ConsoleError> + Send + 'static,
    ) -> Result<T, ConsoleError> {
        self.check_administers(&object)?;
        self.check_confirmed(&object)?;
        let (user, actor) = (self.who.user, self.actor());
        let done = self.writer.write::<_, ConsoleError, _>(move |tx| {
            // Their role may have been taken away meanwhile.
            match administers(&tx.context.catalogue, tx.db, user)? {
                true => work(tx, actor),
                false => Err(ConsoleError::NotFound),
            }
        });
        done.or_else(|refusal| self.refused(object, refusal))
    }

    /// Returns whether whoever sits there administers: for others there is nothing here.
    fn check_administers(&self, object: &str) -> Result<(), ConsoleError> {
        let user = self.who.user;
        let is_one = self.readers.read(|db| administers(&self.context.catalogue, db, user))?;
        match is_one {
            true => Ok(()),
            false => self.refused(object.to_owned(), ConsoleError::NotFound),
        }
    }
}

impl Reader<'_> {
    /// Returns whether they administer.
    fn administers(&self) -> bool {
        holds_office(&self.context.catalogue, &self.memberships)
    }
}

fn administers(
    catalogue: &Catalogue,
    db: &Reading<'_>,
    user: UserId,
) -> Result<bool, ConsoleError> {
    Ok(holds_office(catalogue, &db.memberships(user)?))
}

fn holds_office(catalogue: &Catalogue, memberships: &BTreeSet<MembershipV1>) -> bool {
    memberships.iter().any(|held| is_office(catalogue, held))
}

/// Returns whether a role is that of an administrator.
fn is_office(catalogue: &Catalogue, held: &MembershipV1) -> bool {
    catalogue.roles.get(&held.role).is_some_and(|role| role.administers)
}

impl From<StaffRefusal> for ConsoleError {
    fn from(refusal: StaffRefusal) -> Self {
        let code = match refusal {
            StaffRefusal::Store(error) => return error.into(),
            StaffRefusal::UnknownDevice(_) => return Self::NotFound,
            StaffRefusal::NameTaken(_) => "user_name_taken",
            StaffRefusal::BadName => "user_name_unusable",
            StaffRefusal::UnknownRole(_)
            | StaffRefusal::UnknownProgram(_)
            | StaffRefusal::RoleDoesNotFit(_) => "role_unfit",
            StaffRefusal::NoSuchMembership => "role_not_held",
            StaffRefusal::EndsBeforeItBegins => "role_ends_before",
            StaffRefusal::HeldAlready => "role_held_already",
            StaffRefusal::BadDay(text) => {
                return Self::invalid(Message::new("day_unreadable").with("text", text));
            }
            StaffRefusal::DeviceRevoked(_) => "device_revoked_already",
            StaffRefusal::NotAway => "not_away",
            StaffRefusal::NoAccount => "account_not_open",
        };
        Self::invalid(Message::new(code))
    }
}

/// Returns why somebody does not do this to themselves.
fn own_rights() -> ConsoleError {
    ConsoleError::not_allowed(&Message::new("own_rights"))
}
