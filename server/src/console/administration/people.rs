//! People at the console: who there is, what they hold, and what an administrator does about it.

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::ids::{ProgramCode, RoleCode, UserId};
use model::policy;
use model::search;
use model::time::{Span, Timestamp};
use model::wire::MembershipV1;
use model::words::Explained as _;
use rand::Rng;
use ui::views::{
    AccountState, InvitationView, MemberRow, MemberView, PeopleFilter, PeopleView, RoleTerm,
};

use super::devices::device_row;
use super::{administers, is_office, own_rights};
use crate::console::handles::Handles;
use crate::console::{ConsoleError, ConsoleUser, Reader};
use crate::error::StoreError;
use crate::staff::import::{self, LineOutcome, ListLine};
use crate::staff::invitations::{self, Invitation};
use crate::staff::terms::{self, Period};
use crate::staff::{self, absences};
use crate::store::sqlite::Reading;
use crate::store::staff::MemberRow as StoredMember;

impl ConsoleUser<'_> {
    /// Adds somebody with a first role.
    pub(super) fn add_member(
        &self,
        id: UserId,
        name: String,
        held: MembershipV1,
    ) -> Result<UserId, ConsoleError> {
        let now = self.now;
        self.administer(format!("user {id}"), move |tx, actor| {
            staff::add_user(now, tx, actor, (id, &name), (&held, Period::default()))?;
            Ok(id)
        })
    }

    /// Gives somebody a role. Nobody gives themselves one: whoever could would see every case.
    pub(super) fn give_role(
        &self,
        user: UserId,
        held: MembershipV1,
        (first, last): (String, String),
    ) -> Result<(), ConsoleError> {
        let (now, own) = (self.now, self.who.user);
        self.administer(format!("user {user}"), move |tx, actor| {
            check_there(tx.db, user)?;
            if user == own {
                return Err(own_rights());
            }
            let period = Period::read(now, &tx.context.catalogue.zone, (&first, &last))?;
            Ok(terms::give(now, tx, actor, user, (&held, period))?)
        })
    }

    /// Notes when somebody is away.
    pub(super) fn add_absence(
        &self,
        user: UserId,
        (first, last): (String, String),
    ) -> Result<(), ConsoleError> {
        let now = self.now;
        self.administer(format!("user {user}"), move |tx, actor| {
            check_there(tx.db, user)?;
            let period = Period::read(now, &tx.context.catalogue.zone, (&first, &last))?;
            Ok(absences::add(now, tx, actor, user, period)?)
        })
    }

    /// Forgets that somebody is away from an instant on.
    pub(super) fn remove_absence(&self, user: UserId, from: Timestamp) -> Result<(), ConsoleError> {
        let now = self.now;
        self.administer(format!("user {user}"), move |tx, actor| {
            check_there(tx.db, user)?;
            Ok(absences::remove(now, tx, actor, user, from)?)
        })
    }

    /// Says what a list of people would do, or does it: all of it, or nothing. Returns what came of each
    /// line, and whether it was done.
    pub(super) fn import(
        &self,
        mut rng: impl Rng + Send + 'static,
        list: &str,
        only_try: bool,
    ) -> Result<(Vec<(ListLine, LineOutcome)>, bool), ConsoleError> {
        let object = "people".to_owned();
        self.check_administers(&object)?;
        if !only_try {
            self.check_confirmed(&object)?;
        }
        let lines = import::read(list).map_err(|fault| ConsoleError::invalid(fault.message()))?;
        let (now, actor, own, all) = (self.now, self.actor(), self.who.user, lines.clone());
        let tried = self.writer.write::<_, Trial<Vec<LineOutcome>>, _>(move |tx| {
            // Their role may have been taken away meanwhile.
            if !administers(&tx.context.catalogue, tx.db, own)? {
                return Err(Trial::Refused(ConsoleError::NotFound));
            }
            let outcomes = import::apply(now, &mut rng, tx, (actor, Some(own)), &all)?;
            match only_try || outcomes.iter().any(LineOutcome::fails) {
                true => Err(Trial::Undone(outcomes)),
                false => Ok(outcomes),
            }
        });
        let (outcomes, done) = match tried {
            Ok(outcomes) => (outcomes, true),
            Err(Trial::Undone(outcomes)) => (outcomes, false),
            Err(Trial::Refused(refusal)) => return self.refused(object, refusal),
        };
        Ok((lines.into_iter().zip(outcomes).collect(), done))
    }

    /// Returns of how many cases somebody would lose sight without a role.
    pub(super) fn loses(&self, user: UserId, held: MembershipV1) -> Result<u64, ConsoleError> {
        self.check_administers(&format!("user {user}"))?;
        let (now, actor) = (self.now, self.actor());
        let tried = self.writer.write::<(), Trial<u64>, _>(move |tx| {
            check_there(tx.db, user)?;
            let before = tx.db.count_open_cases(user)?;
            staff::take_role(now, tx, actor, user, &held).map_err(ConsoleError::from)?;
            let after = tx.db.count_open_cases(user)?;
            // What fails is undone.
            Err(Trial::Undone(before.saturating_sub(after)))
        });
        match tried {
            Ok(()) => Ok(0),
            Err(Trial::Undone(cases)) => Ok(cases),
            Err(Trial::Refused(refusal)) => Err(refusal),
        }
    }

    /// Takes a role away. An administrator keeps their own office: somebody has to have it.
    pub(super) fn take_role(&self, user: UserId, held: MembershipV1) -> Result<(), ConsoleError> {
        let (now, own) = (self.now, self.who.user);
        self.administer(format!("user {user}"), move |tx, actor| {
            check_there(tx.db, user)?;
            if user == own && is_office(&tx.context.catalogue, &held) {
                return Err(own_rights());
            }
            Ok(staff::take_role(now, tx, actor, user, &held)?)
        })
    }

    /// Makes a code with which somebody opens their account.
    pub(super) fn invite_to_account(
        &self,
        mut rng: impl Rng + Send + 'static,
        user: UserId,
    ) -> Result<InvitationView, ConsoleError> {
        let (now, code) = (self.now, invitations::new_code(&mut rng));
        let invited = self.administer(format!("user {user}"), move |tx, actor| {
            check_there(tx.db, user)?;
            Ok(invitations::to_account(now, tx, actor, &mut rng, (user, code))?)
        })?;
        let mut view = self.invitation(invited)?;
        view.app = None;
        // It is opened in a browser, which knows the server by its certificate. The code is typed there:
        // it stands in no address.
        view.server.push_str(WELCOME);
        view.scanned.clone_from(&view.server);
        view.fingerprint = None;
        Ok(view)
    }

    /// Makes a code with which somebody enrolls a device.
    pub(super) fn invite_device(
        &self,
        mut rng: impl Rng,
        user: UserId,
    ) -> Result<InvitationView, ConsoleError> {
        let (now, code) = (self.now, invitations::new_code(&mut rng));
        let invited = self.administer(format!("user {user}"), move |tx, actor| {
            check_there(tx.db, user)?;
            Ok(invitations::to_enroll(now, tx, actor, user, code)?)
        })?;
        self.invitation(invited)
    }

    /// Ends every session of somebody.
    pub(super) fn sign_out_elsewhere(&self, user: UserId) -> Result<(), ConsoleError> {
        let now = self.now;
        self.administer(format!("user {user}"), move |tx, actor| {
            check_there(tx.db, user)?;
            staff::sign_out(now, tx, actor, user)?;
            Ok(())
        })
    }

    /// Closes somebody's account; not one's own, so that there is always somebody left.
    pub(super) fn close_account(&self, user: UserId) -> Result<(), ConsoleError> {
        let (now, own) = (self.now, self.who.user);
        self.administer(format!("user {user}"), move |tx, actor| {
            check_there(tx.db, user)?;
            if user == own {
                return Err(own_rights());
            }
            staff::close_account(now, tx, actor, user)?;
            Ok(())
        })
    }

    fn invitation(&self, invited: Invitation) -> Result<InvitationView, ConsoleError> {
        let Invitation { code, user, expires_at: until } = invited;
        let (name, reach) =
            self.readers.read(|db| Ok::<_, StoreError>((db.name_of(user)?, db.reach()?)))?;
        let reach = reach.unwrap_or_default();
        let scanned = invitations::to_scan(&reach.url, &code, reach.pin.as_deref());
        let app = reach.pin.is_none().then(|| invitations::app_link(&reach.url, &code));
        let (name, server) = (name.unwrap_or_default(), reach.url);
        Ok(InvitationView { name, code, until, server, app, fingerprint: reach.pin, scanned })
    }
}

impl Reader<'_> {
    /// Returns a page of the people of a filter.
    pub(super) fn staff_page(
        &self,
        handles: &Handles<'_>,
        filter: &PeopleFilter,
    ) -> Result<PeopleView, ConsoleError> {
        if !self.administers() {
            return Err(ConsoleError::NotFound);
        }
        let mut members = self.db.staff()?;
        let is_quiet = |member: &StoredMember| is_inactive(self.now, member);
        let inactive = members.iter().filter(|member| is_quiet(member)).count();
        let wanted = search::plain(filter.name.trim());
        members.retain(|member| {
            (!filter.inactive || is_quiet(member)) && search::plain(&member.name).contains(&wanted)
        });
        members.sort_by_key(|member| (search::plain(&member.name), member.id));
        let total = u64::try_from(members.len()).unwrap_or(u64::MAX);
        let skip = usize::try_from(filter.skip).unwrap_or(usize::MAX);
        let held = self.db.all_memberships()?;
        let rows = members.into_iter().skip(skip).take(PAGE_ROWS).map(|member| {
            let roles = held.get(&member.id).cloned().unwrap_or_default();
            self.member_row(handles, member, roles)
        });
        Ok(PeopleView {
            rows: rows.collect::<Result<_, _>>()?,
            total,
            inactive: u64::try_from(inactive).unwrap_or(u64::MAX),
            roles: roles_there_are(&self.context.catalogue, &BTreeSet::new()),
        })
    }

    /// Returns a member of staff.
    pub(super) fn member_page(
        &self,
        handles: &Handles<'_>,
        user: UserId,
    ) -> Result<MemberView, ConsoleError> {
        if !self.administers() {
            return Err(ConsoleError::NotFound);
        }
        let member = self.db.member(user)?.ok_or(ConsoleError::NotFound)?;
        let held = self.db.memberships(user)?;
        let terms = self.db.terms_of(user)?.into_iter().map(|term| RoleTerm {
            role: term.held.role,
            program: term.held.program,
            from: (!term.begun).then_some(term.starts_at),
            until: term.ends_at,
        });
        let terms = terms.collect();
        let own = user == self.user;
        // Nobody gives themselves a role.
        let roles = match own {
            true => Vec::new(),
            false => roles_there_are(&self.context.catalogue, &held),
        };
        let absences = self.db.absences_of(user, self.now)?.into_iter();
        let absences = absences.map(|away| (away.starts_at, away.ends_at)).collect();
        let added = member.added_at;
        let sessions = self.db.sessions_of(user)?.into_iter().filter(|session| {
            crate::identity::accounts::is_alive(self.now, session.begun_at, session.used_at)
        });
        let sessions = u64::try_from(sessions.count()).unwrap_or(u64::MAX);
        let devices = self.db.kept_devices(Some(user))?.into_iter();
        let devices = devices.map(|device| device_row(self.context, handles, device));
        Ok(MemberView {
            devices: devices.collect::<Result<_, _>>()?,
            row: self.member_row(handles, member, held)?,
            terms,
            added,
            sessions,
            own,
            roles,
            absences,
        })
    }

    fn member_row(
        &self,
        handles: &Handles<'_>,
        member: StoredMember,
        held: BTreeSet<MembershipV1>,
    ) -> Result<MemberRow, ConsoleError> {
        let invited = member.invited_until.filter(|until| self.now < *until);
        let account = match (member.has_account, member.closed_at, invited) {
            (true, None, _) => AccountState::Active,
            (_, _, Some(until)) => AccountState::Invited(until),
            (true, Some(at), None) => AccountState::Closed(at),
            (false, _, None) => AccountState::None,
        };
        Ok(MemberRow {
            member: handles.of(member.id)?,
            inactive: is_inactive(self.now, &member),
            roles: held.into_iter().map(|held| (held.role, held.program)).collect(),
            account,
            signed_in: member.signed_in_at,
            devices: member.devices,
            seen: member.seen_at,
            name: member.name,
        })
    }
}

/// What came of trying how it would be.
enum Trial<T> {
    /// How it would be; nothing was done.
    Undone(T),
    Refused(ConsoleError),
}

impl<T, E: Into<ConsoleError>> From<E> for Trial<T> {
    fn from(refusal: E) -> Self {
        Self::Refused(refusal.into())
    }
}

/// Returns whether somebody was not here for long. Whoever was added lately is not late yet.
fn is_inactive(now: Timestamp, member: &StoredMember) -> bool {
    let signs = [Some(member.added_at), member.signed_in_at, member.seen_at];
    let last = signs.into_iter().flatten().max();
    last.is_some_and(|last| now.since(last) >= INACTIVE_AFTER)
}

/// Returns the roles that somebody who holds these can be given, by program.
fn roles_there_are(
    catalogue: &Catalogue,
    held: &BTreeSet<MembershipV1>,
) -> Vec<(ProgramCode, Vec<RoleCode>)> {
    let of_program = |program: &ProgramCode| {
        let fits = |role: &&RoleCode| {
            let there = MembershipV1 { role: (*role).clone(), program: program.clone() };
            policy::fits(catalogue, role, program) && !held.contains(&there)
        };
        (program.clone(), catalogue.roles.keys().filter(fits).cloned().collect())
    };
    let programs = catalogue.programs.keys().map(of_program);
    programs.filter(|(_, roles): &(_, Vec<_>)| !roles.is_empty()).collect()
}

fn check_there(db: &Reading<'_>, user: UserId) -> Result<(), ConsoleError> {
    match db.member(user)? {
        Some(_) => Ok(()),
        None => Err(ConsoleError::NotFound),
    }
}

/// Without a sign of them for so long, somebody is pointed out: most likely they have left.
const INACTIVE_AFTER: Span = Span::from_days(90);

/// Where accounts are set up.
const WELCOME: &str = "/welcome";

const PAGE_ROWS: usize = 50;
