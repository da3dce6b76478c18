//! Giving a case to somebody: within the programs that one supervises at once, to another program when
//! that takes it over. What it opens and closes is shown first, worked out by the rules that open and
//! close it then.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use model::catalogue::Access;
use model::ids::{CaseId, CompartmentCode, ProgramCode, RoleCode, Scope, UserId};
use model::policy::{self, CaseFacts, Person};
use model::time::{Span, Timestamp};
use model::wire::MembershipV1;
use model::words::Message;
use rand::rngs::StdRng;

use super::{ConsoleError, ConsoleUser, Reader, stated};
use crate::access::case_context::CaseContext;
use crate::access::recompute;
use crate::audit::reasons;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::transfers::{Transfer, TransferState};
use crate::writer::Tx;

/// A case, and who gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignCase {
    /// The case.
    pub case: CaseId,
    /// From whom it is taken; none where somebody is to work on it beside those who do.
    pub from: Option<UserId>,
    /// Who gets it.
    pub to: Receiver,
}

/// Who gets a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// Somebody who works in a program that the giver supervises: at once.
    Worker(UserId),
    /// Another program, when it takes the case over; it says who works on it.
    Program(ProgramCode),
}

/// Who may give and get a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignChoices {
    /// Those who work on it now, of the giver's programs.
    pub from: Vec<(UserId, String)>,
    /// Those who may get it, of the giver's programs.
    pub to: Vec<(UserId, String)>,
    /// Programs that can be asked.
    pub programs: Vec<ProgramCode>,
    /// Those who might get it and are away, with until when.
    pub away: Vec<(String, Timestamp)>,
}

/// Somebody who works on cases in the giver's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerChoice {
    /// Who it is.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Until when they are away: no case is given to them before.
    pub away: Option<Timestamp>,
}

/// What giving a case to somebody does. Tells nothing of compartments that the giver does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignPreview {
    /// Who hands it over, by name.
    pub from: Option<String>,
    /// Who gets it, by name; none while it is a program.
    pub to: Option<String>,
    /// What opens to them, with how many records there are.
    pub opens: Vec<(CompartmentCode, u64)>,
    /// What a consent has to open that names their program: it stays closed without.
    pub needs_consent: Vec<CompartmentCode>,
    /// What closes to whoever hands it over.
    pub closes: Vec<CompartmentCode>,
    /// Whether whoever hands it over sees nothing of it any more.
    pub loses_sight: bool,
    /// Tasks that are open in it.
    pub tasks: u64,
    /// How many of these are past due.
    pub overdue: u64,
    /// The devices of whoever hands it over.
    pub devices: Vec<AssignDevice>,
}

/// A device of somebody who hands a case over: what it has not sent comes after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignDevice {
    /// When it came last; none if it never did.
    pub last_seen: Option<Timestamp>,
    /// How many forms were open on it then.
    pub drafts: u32,
}

/// What became of giving a case to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// They have it.
    Done,
    /// The other program was asked.
    Asked,
}

impl ConsoleUser<'_> {
    /// Returns who may give and get a case.
    ///
    /// # Errors
    /// When they do not supervise it: nobody can tell that from its not being there.
    pub fn assign_choices(&self, case: CaseId) -> Result<AssignChoices, ConsoleError> {
        let found = self.readers.read(|db| self.reader(db, None)?.assign_choices(case));
        self.noted(format!("case {case}"), found, |_| "to be given".to_owned())
    }

    /// Returns what giving a case to somebody would do.
    ///
    /// # Errors
    /// When they do not supervise it, or whoever gets it cannot work on it.
    pub fn assign_preview(&self, asked: &AssignCase) -> Result<AssignPreview, ConsoleError> {
        let found = self.readers.read(|db| self.reader(db, None)?.assign_preview(asked));
        self.noted(format!("case {}", asked.case), found, |_| "to be given".to_owned())
    }

    /// Gives a case to somebody of their own programs, or asks another program to take it over. The
    /// reason goes with what is asked.
    ///
    /// # Errors
    /// When they do not supervise it, whoever gets it cannot work on it, or it was asked already.
    pub fn assign(
        &self,
        mut rng: StdRng,
        asked: &AssignCase,
        reason: &str,
    ) -> Result<Assigned, ConsoleError> {
        let (now, user, actor) = (self.now, self.who.user, self.actor());
        let (given, reason) = (asked.clone(), reason.to_owned());
        let done = self.writer.write::<_, ConsoleError, _>(move |tx| {
            // Asked anew: roles may have changed since the preview.
            let reader = Reader::of(tx.context, tx.db, now, user, None)?;
            let known = reader.supervised(given.case)?;
            let (_, seen) = reader.check_assign(&known, &given)?;
            let scope = seen.into_iter().next().ok_or(ConsoleError::NotFound)?;
            match &given.to {
                Receiver::Worker(worker) => {
                    move_case(now, tx, actor, &given, *worker)?;
                    Ok(Assigned::Done)
                }
                Receiver::Program(program) => {
                    let reason = stated(&reason)?;
                    if tx.db.is_transfer_waiting(given.case, program)? {
                        return Err(ConsoleError::invalid(Message::new("transfer_waits")));
                    }
                    let reason = reasons::seal(&mut rng, tx, &scope, &reason)?;
                    let id = tx.db.add_transfer(&Transfer {
                        id: 0,
                        scope,
                        from: given.from,
                        to_program: program.clone(),
                        asked_by: user,
                        asked_at: now,
                        reason,
                        state: TransferState::Waiting,
                        decided_by: None,
                        decided_at: None,
                        to_user: None,
                        answer: Vec::new(),
                    })?;
                    let outcome = format!("transfer {id} to {program}");
                    let object = format!("case {}", given.case);
                    tx.note(now, actor, AuditAct::AskTransfer, object, outcome)?;
                    Ok(Assigned::Asked)
                }
            }
        });
        done.or_else(|refusal| self.refused(format!("case {}", asked.case), refusal))
    }

    /// Returns those who work on cases in the programs that they supervise, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn workers(&self) -> Result<Vec<WorkerChoice>, ConsoleError> {
        let people = self
            .readers
            .read(|db| Ok::<_, ConsoleError>(self.reader(db, None)?.their_people()?))?;
        let choice = |(user, worker): (UserId, Worker)| WorkerChoice {
            user,
            name: worker.name,
            away: worker.away,
        };
        Ok(people.into_iter().map(choice).collect())
    }

    /// Returns every case of somebody's that they supervise, in the order of their ids.
    ///
    /// # Errors
    /// When they work in no program that the reader supervises.
    pub fn caseload_of(&self, worker: UserId) -> Result<Vec<CaseId>, ConsoleError> {
        let found = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            if !reader.their_people()?.contains_key(&worker) {
                return Err(ConsoleError::NotFound);
            }
            let mut cases = Vec::new();
            for case in db.cases_assigned_to(worker)? {
                let known = CaseContext::at_the_console(db, self.now, self.who.user, case)?;
                if reader.supervises_case(&known) {
                    cases.push(case);
                }
            }
            Ok(cases)
        });
        self.noted(format!("user {worker}"), found, |cases| format!("{} cases", cases.len()))
    }

    /// Leaves what was read, or refused, in the audit before it is told.
    fn noted<T>(
        &self,
        object: String,
        found: Result<T, ConsoleError>,
        outcome: impl FnOnce(&T) -> String,
    ) -> Result<T, ConsoleError> {
        match found {
            Ok(read) => {
                self.note(object, outcome(&read))?;
                Ok(read)
            }
            Err(refusal) => self.refused(object, refusal),
        }
    }
}

/// Gives a case to a worker, and takes it from whoever hands it over.
pub(super) fn move_case(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    given: &AssignCase,
    worker: UserId,
) -> Result<(), StoreError> {
    let object = format!("case {}", given.case);
    if tx.db.assign(now, worker, given.case)? {
        recompute::case(now, tx, worker, given.case)?;
    }
    let act = AuditAct::Assign;
    tx.note(now, actor, act, object.clone(), format!("to user {worker}"))?;
    // Somebody who works in both programs may hand over to themselves.
    if let Some(from) = given.from.filter(|from| *from != worker)
        && tx.db.unassign(from, given.case)?
    {
        recompute::case(now, tx, from, given.case)?;
        tx.note(now, actor, AuditAct::Unassign, object, format!("from user {from}"))?;
    }
    Ok(())
}

/// Somebody who may work on cases.
pub(super) struct Worker {
    pub(super) name: String,
    pub(super) memberships: BTreeSet<MembershipV1>,
    /// Until when they are away.
    pub(super) away: Option<Timestamp>,
}

/// What of a case is open to whoever gets it.
struct Opened {
    before: BTreeSet<CompartmentCode>,
    after: BTreeSet<CompartmentCode>,
    /// What they hold, or everything that they may hold.
    roles: BTreeSet<MembershipV1>,
}

impl Opened {
    /// Returns whether they get anything that whoever gives it sees.
    fn shows_any(&self, seen: &[Scope]) -> bool {
        let opens = |code| self.after.contains(code) && !self.before.contains(code);
        seen.iter().any(|scope| opens(&scope.compartment))
    }
}

impl Reader<'_> {
    fn assign_choices(&self, case: CaseId) -> Result<AssignChoices, ConsoleError> {
        let known = self.supervised(case)?;
        let seen = self.scopes_seen(&known, case);
        let people = self.their_people()?;
        let team = self.db.colleagues_on_case(self.user, case)?;
        let named = |user: &UserId| people.get(user).map(|worker| (*user, worker.name.clone()));
        let from = team.iter().filter_map(named).collect();
        let (mut to, mut away) = (Vec::new(), Vec::new());
        for (user, worker) in people.iter().filter(|(user, _)| !team.contains(user)) {
            if self.opened_to(*user, &worker.memberships, case)?.shows_any(&seen) {
                match worker.away {
                    None => to.push((*user, worker.name.clone())),
                    Some(until) => away.push((worker.name.clone(), until)),
                }
            }
        }
        let mut programs = Vec::new();
        for program in self.programs_to_ask(&known) {
            if self.opened_to_program(&program, case)?.shows_any(&seen) {
                programs.push(program);
            }
        }
        Ok(AssignChoices { from, to, programs, away })
    }

    /// Checks what is asked. Returns what opens, and the scopes of the case that the reader sees.
    fn check_assign(
        &self,
        known: &CaseContext,
        asked: &AssignCase,
    ) -> Result<(Opened, Vec<Scope>), ConsoleError> {
        let invalid = |why| Err(ConsoleError::invalid(Message::new(why)));
        let seen = self.scopes_seen(known, asked.case);
        let people = self.their_people()?;
        let team = self.db.colleagues_on_case(self.user, asked.case)?;
        if asked.from.is_some_and(|from| !(team.contains(&from) && people.contains_key(&from))) {
            return invalid("assign_from");
        }
        let opened = match &asked.to {
            Receiver::Worker(to) if team.contains(to) => return invalid("assign_has_it"),
            Receiver::Worker(to) => match people.get(to) {
                Some(Worker { name, away: Some(until), .. }) => {
                    return Err(self.is_away(name, *until));
                }
                Some(worker) => self.opened_to(*to, &worker.memberships, asked.case)?,
                None => return invalid("assign_to"),
            },
            Receiver::Program(program) => {
                if !self.programs_to_ask(known).any(|other| other == *program) {
                    return invalid("assign_program");
                }
                self.opened_to_program(program, asked.case)?
            }
        };
        match opened.shows_any(&seen) {
            true => Ok((opened, seen)),
            false => invalid("assign_opens_nothing"),
        }
    }

    fn assign_preview(&self, asked: &AssignCase) -> Result<AssignPreview, ConsoleError> {
        let known = self.supervised(asked.case)?;
        let (opened, seen) = self.check_assign(&known, asked)?;
        let people = self.their_people()?;
        let name = |user: &UserId| people.get(user).map(|worker| worker.name.clone());
        let mut preview = AssignPreview {
            from: asked.from.as_ref().and_then(name),
            to: match &asked.to {
                Receiver::Worker(worker) => name(worker),
                Receiver::Program(_) => None,
            },
            opens: Vec::new(),
            needs_consent: Vec::new(),
            closes: Vec::new(),
            loses_sight: false,
            tasks: 0,
            overdue: 0,
            devices: Vec::new(),
        };
        for scope in &seen {
            let code = &scope.compartment;
            let by_consent = |held: &MembershipV1| {
                self.context.catalogue.access(&held.role, code) == Access::Consent
            };
            if !opened.after.contains(code) {
                preview
                    .needs_consent
                    .extend(opened.roles.iter().any(by_consent).then(|| code.clone()));
            } else if !opened.before.contains(code) {
                preview.opens.push((code.clone(), self.records_seen(&known, scope)?));
            }
        }
        if let Some((from, worker)) = asked.from.and_then(|from| Some((from, people.get(&from)?))) {
            let before = self.rights(from, &worker.memberships, asked.case, true)?;
            let after = self.rights(from, &worker.memberships, asked.case, false)?;
            let seen = seen.iter().map(|scope| &scope.compartment);
            let lost = seen.clone().filter(|code| before.contains(*code) && !after.contains(*code));
            preview.closes = lost.cloned().collect();
            preview.loses_sight = !seen.clone().any(|code| after.contains(code));
            preview.devices = self.devices_of(from)?;
        }
        for scope in &seen {
            for open in self.db.open_tasks_in(scope)? {
                if self.may_see(&known, &scope.compartment, &open.listed.record_type) {
                    preview.tasks += 1;
                    preview.overdue += u64::from(open.task.due < self.now);
                }
            }
        }
        Ok(preview)
    }

    fn opened_to(
        &self,
        user: UserId,
        held: &BTreeSet<MembershipV1>,
        case: CaseId,
    ) -> Result<Opened, StoreError> {
        Ok(Opened {
            before: self.rights(user, held, case, false)?,
            after: self.rights(user, held, case, true)?,
            roles: held.clone(),
        })
    }

    /// The same for somebody of a program whom nobody has named yet, with every role that works there.
    fn opened_to_program(&self, program: &ProgramCode, case: CaseId) -> Result<Opened, StoreError> {
        let held = self.working_roles(program);
        self.opened_to(UserId::from_bytes([0; 16]), &held, case)
    }

    /// How many records of a scope they may see.
    fn records_seen(&self, known: &CaseContext, scope: &Scope) -> Result<u64, ConsoleError> {
        let mut count = 0;
        for (record_type, records) in self.db.count_by_type(scope)? {
            if self.may_see(known, &scope.compartment, &record_type) {
                count += records;
            }
        }
        Ok(count)
    }

    fn devices_of(&self, user: UserId) -> Result<Vec<AssignDevice>, StoreError> {
        let devices = self.db.devices()?.into_iter();
        let theirs = devices.filter(|row| row.user == user && row.revoked_at.is_none());
        let device = |row: crate::store::people::DeviceRow| AssignDevice {
            last_seen: row.last_seen,
            drafts: row.drafts.count,
        };
        Ok(theirs.map(device).collect())
    }

    /// Works out what would be open to somebody of a case that is assigned to them, or not.
    fn rights(
        &self,
        user: UserId,
        memberships: &BTreeSet<MembershipV1>,
        case: CaseId,
        assigned: bool,
    ) -> Result<BTreeSet<CompartmentCode>, StoreError> {
        let known = CaseContext::find(self.db, user, case)?;
        let facts = CaseFacts { assigned, ..known.facts() };
        let who = Person { user, memberships };
        Ok(policy::opened(&self.context.catalogue, self.now, who, facts))
    }

    /// Reads what is known of a case that they supervise.
    pub(super) fn supervised(&self, case: CaseId) -> Result<CaseContext, ConsoleError> {
        let known = CaseContext::at_the_console(self.db, self.now, self.user, case)?;
        match self.supervises_case(&known) {
            true => Ok(known),
            false => Err(ConsoleError::NotFound),
        }
    }

    /// Returns whether they supervise a program that works on a case.
    pub(super) fn supervises_case(&self, known: &CaseContext) -> bool {
        let facts =
            CaseFacts { assigned: false, emergency: &policy::NO_EMERGENCY, ..known.facts() };
        let mine = self.supervised_programs();
        let works = facts.programs.iter().any(|program| mine.contains(program));
        works
            && known.alone().is_none()
            && !policy::opened(&self.context.catalogue, self.now, self.person(), facts).is_empty()
    }

    /// The programs that they supervise.
    pub(super) fn supervised_programs(&self) -> BTreeSet<ProgramCode> {
        let supervising = policy::supervising_roles(&self.context.catalogue);
        let held = self.memberships.iter().filter(|held| supervising.contains(&held.role));
        held.map(|held| held.program.clone()).collect()
    }

    /// The programs that they do not supervise and that do not work on a case yet.
    fn programs_to_ask<'k>(
        &'k self,
        known: &'k CaseContext,
    ) -> impl Iterator<Item = ProgramCode> + 'k {
        let mine = self.supervised_programs();
        let all = self.context.catalogue.programs.keys();
        all.filter(move |program| {
            !mine.contains(*program) && !known.facts().programs.contains(*program)
        })
        .cloned()
    }

    /// The roles of a program in which somebody works on cases that are assigned to them. Those that
    /// serve the whole department are not meant.
    pub(super) fn working_roles(&self, program: &ProgramCode) -> BTreeSet<MembershipV1> {
        let catalogue = &self.context.catalogue;
        let codes = catalogue.programs.get(program).map(|known| &known.compartments);
        let works = |role: &&RoleCode| {
            let serves_all = catalogue.roles.get(*role).is_some_and(|known| known.department);
            let mut codes = codes.into_iter().flatten();
            let writes = codes.any(|code| catalogue.access(role, code) == Access::Write);
            !serves_all && writes && policy::fits(catalogue, role, program)
        };
        let roles = catalogue.roles.keys().filter(works);
        roles.map(|role| MembershipV1 { role: role.clone(), program: program.clone() }).collect()
    }

    /// Says that no case is given to somebody who is away.
    pub(super) fn is_away(&self, name: &str, until: Timestamp) -> ConsoleError {
        let last = self.context.catalogue.zone.day(until - Span::from_millis(1));
        let last = last.map(|day| day.to_string()).unwrap_or_default();
        ConsoleError::invalid(Message::new("assign_away").with("name", name).with("until", last))
    }

    /// Those who work on cases in the programs that they supervise.
    pub(super) fn their_people(&self) -> Result<BTreeMap<UserId, Worker>, StoreError> {
        let away = self.db.away(self.now)?;
        let mut people = BTreeMap::new();
        for program in self.supervised_programs() {
            for held in self.working_roles(&program) {
                for user in self.db.holders(&held.role, &program)? {
                    if let Entry::Vacant(place) = people.entry(user) {
                        let name = self.db.name_of(user)?.unwrap_or_default();
                        let memberships = self.db.memberships(user)?;
                        let away = away.get(&user).copied();
                        place.insert(Worker { name, memberships, away });
                    }
                }
            }
        }
        Ok(people)
    }
}
