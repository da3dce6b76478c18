//! Cases that one program hands over to another: it is asked, and takes them over, or does not and says
//! why. Until then nothing changes, and whoever asked may take it back.

use std::collections::BTreeMap;

use model::ids::{CaseId, ProgramCode, UserId};
use model::policy;
use model::time::Timestamp;
use model::words::Message;
use rand::rngs::StdRng;

use super::assigning::{Worker, move_case};
use super::{AssignCase, ConsoleError, ConsoleUser, Reader, Receiver, stated};
use crate::access::recompute;
use crate::audit::reasons;
use crate::store::acts::AuditAct;
use crate::store::transfers::{Decision, Transfer};

pub use crate::store::transfers::TransferState;

/// A case that one program asks another to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferView {
    /// What to decide on it by.
    pub transfer: i64,
    /// The case.
    pub case: CaseId,
    /// The program that is asked.
    pub to_program: ProgramCode,
    /// Whether the reader decides on it: their program is asked.
    pub decides: bool,
    /// Whether the reader asked.
    pub asked: bool,
    /// Who asked, by name.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Why; none when it went with the case.
    pub reason: Option<String>,
    /// What became of it.
    pub state: TransferState,
    /// Who decided, by name.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Who works on it now, by name.
    pub to: Option<String>,
    /// Why it was refused.
    pub answer: Option<String>,
}

/// An answer to what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferAnswer {
    /// The case is taken over, and this person of the program's works on it.
    Accept(UserId),
    /// It is not, for this reason.
    Refuse(String),
    /// Whoever asked takes it back.
    TakeBack,
}

impl ConsoleUser<'_> {
    /// Returns what their programs were asked to take over, and what they asked others to: what waits
    /// first, then the newest.
    ///
    /// # Errors
    /// When the store fails.
    pub fn transfers(&self) -> Result<Vec<TransferView>, ConsoleError> {
        let views = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            let mine = reader.supervised_programs();
            let found = db.transfers_around(self.who.user, &mine, TRANSFERS_MAX)?.into_iter();
            found.map(|row| reader.transfer_view(row)).collect::<Result<Vec<_>, ConsoleError>>()
        })?;
        self.note("transfers".into(), format!("{} rows", views.len()))?;
        Ok(views)
    }

    /// Returns who may work on a case that a program is asked to take over.
    ///
    /// # Errors
    /// When there is no such transfer for them.
    pub fn transfer_workers(&self, id: i64) -> Result<Vec<(UserId, String)>, ConsoleError> {
        let found = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            let transfer = reader.waiting_for_them(id)?;
            let people = reader.workers_of(&transfer.to_program)?.into_iter();
            let there = people.filter(|(_, worker)| worker.away.is_none());
            Ok(there.map(|(user, worker)| (user, worker.name)).collect())
        });
        found.or_else(|refusal| self.refused(format!("transfer {id}"), refusal))
    }

    /// Answers what was asked.
    ///
    /// # Errors
    /// When there is no such transfer for them, it was answered already, or whoever is to work on it
    /// cannot.
    pub fn answer_transfer(
        &self,
        mut rng: StdRng,
        id: i64,
        answer: &TransferAnswer,
    ) -> Result<(), ConsoleError> {
        let (now, user, actor, given) = (self.now, self.who.user, self.actor(), answer.clone());
        let done = self.writer.write::<_, ConsoleError, _>(move |tx| {
            let reader = Reader::of(tx.context, tx.db, now, user, None)?;
            let object = format!("transfer {id}");
            let settled = ConsoleError::invalid(Message::new("transfer_settled"));
            let mut decision =
                Decision { state: TransferState::TakenBack, by: user, to_user: None, answer: &[] };
            match given {
                TransferAnswer::TakeBack => {
                    let transfer = tx.db.transfer(id)?.filter(|found| found.asked_by == user);
                    let transfer = transfer.ok_or(ConsoleError::NotFound)?;
                    if !tx.db.decide_transfer(now, id, &decision)? {
                        return Err(settled);
                    }
                    let outcome = format!("case {}", transfer.scope.case);
                    tx.note(now, actor, AuditAct::TakeBackTransfer, object, outcome)?;
                }
                TransferAnswer::Refuse(reason) => {
                    let transfer = reader.waiting_for_them(id)?;
                    let reason = stated(&reason)?;
                    let sealed = reasons::seal(&mut rng, tx, &transfer.scope, &reason)?;
                    (decision.state, decision.answer) = (TransferState::Refused, &sealed);
                    if !tx.db.decide_transfer(now, id, &decision)? {
                        return Err(settled);
                    }
                    let outcome = format!("case {}", transfer.scope.case);
                    tx.note(now, actor, AuditAct::RefuseTransfer, object, outcome)?;
                }
                TransferAnswer::Accept(worker) => {
                    let transfer = reader.waiting_for_them(id)?;
                    let workers = reader.workers_of(&transfer.to_program)?;
                    match workers.get(&worker) {
                        None => return Err(ConsoleError::invalid(Message::new("assign_to"))),
                        Some(Worker { name, away: Some(until), .. }) => {
                            return Err(reader.is_away(name, *until));
                        }
                        Some(_) => {}
                    }
                    let case = transfer.scope.case;
                    (decision.state, decision.to_user) = (TransferState::Accepted, Some(worker));
                    if !tx.db.decide_transfer(now, id, &decision)? {
                        return Err(settled);
                    }
                    let outcome = format!("case {case}");
                    tx.note(now, actor, AuditAct::AcceptTransfer, object, outcome)?;
                    if tx.db.add_program_to_case(case, &transfer.to_program)? {
                        for role in policy::supervising_roles(&tx.context.catalogue) {
                            for holder in tx.db.holders(&role, &transfer.to_program)? {
                                recompute::case(now, tx, holder, case)?;
                            }
                        }
                    }
                    let given =
                        AssignCase { case, from: transfer.from, to: Receiver::Worker(worker) };
                    move_case(now, tx, actor, &given, worker)?;
                }
            }
            Ok(())
        });
        done.or_else(|refusal| self.refused(format!("transfer {id}"), refusal))
    }
}

impl Reader<'_> {
    /// A transfer that waits for their answer.
    fn waiting_for_them(&self, id: i64) -> Result<Transfer, ConsoleError> {
        let mine = self.supervised_programs();
        let found = self.db.transfer(id)?.filter(|found| mine.contains(&found.to_program));
        let found = found.ok_or(ConsoleError::NotFound)?;
        match found.state {
            TransferState::Waiting => Ok(found),
            _ => Err(ConsoleError::invalid(Message::new("transfer_settled"))),
        }
    }

    /// Those who work in a program that they supervise.
    fn workers_of(&self, program: &ProgramCode) -> Result<BTreeMap<UserId, Worker>, ConsoleError> {
        let roles = self.working_roles(program);
        let mut people = self.their_people()?;
        people.retain(|_, worker| !worker.memberships.is_disjoint(&roles));
        Ok(people)
    }

    fn transfer_view(&self, row: Transfer) -> Result<TransferView, ConsoleError> {
        let waits = row.state == TransferState::Waiting;
        let decides = waits && self.supervised_programs().contains(&row.to_program);
        let named = |user: Option<UserId>| match user {
            Some(user) => self.db.name_of(user),
            None => Ok(None),
        };
        Ok(TransferView {
            transfer: row.id,
            case: row.scope.case,
            decides,
            asked: row.asked_by == self.user,
            asked_by: named(Some(row.asked_by))?.unwrap_or_default(),
            asked_at: row.asked_at,
            reason: reasons::open(self.context, &row.scope, &row.reason)?,
            state: row.state,
            decided_by: named(row.decided_by)?,
            decided_at: row.decided_at,
            to: named(row.to_user)?,
            answer: reasons::open(self.context, &row.scope, &row.answer)?,
            to_program: row.to_program,
        })
    }
}

/// Transfers on one page.
const TRANSFERS_MAX: usize = 100;
