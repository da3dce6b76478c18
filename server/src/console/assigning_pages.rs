//! What pages show of giving cases to people and of taking them over.

use model::catalogue::Label;
use model::ids::{CaseId, UserId};
use ui::views::Handle;
use ui::views::assign as shown;
use ui::{AssignSource, Refusal};

use super::handles::{Handles, number_of, numbered};
use super::screens::Screens;
use super::{
    AssignCase, Assigned, ConsoleError, Receiver, TransferAnswer, TransferState, WorkerChoice,
};

impl AssignSource for Screens<'_> {
    fn choices(&mut self, case: &Handle) -> Result<shown::AssignChoices, Refusal> {
        let case = self.named::<CaseId>(case)?;
        let found = self.console.assign_choices(case);
        let found = self.told(found)?;
        self.read(|reader, handles| {
            Ok(shown::AssignChoices {
                person: reader.person_of(case)?,
                from: named(handles, found.from)?,
                to: named(handles, found.to)?,
                programs: found.programs,
                away: found.away,
            })
        })
    }

    fn preview(
        &mut self,
        case: &Handle,
        plan: &shown::AssignPlan,
    ) -> Result<shown::AssignPreview, Refusal> {
        let asked = self.asked(case, plan)?;
        let preview = self.console.assign_preview(&asked);
        let preview = self.told(preview)?;
        Ok(shown::AssignPreview {
            from: preview.from,
            to: preview.to,
            opens: preview.opens,
            needs_consent: preview.needs_consent,
            closes: preview.closes,
            loses_sight: preview.loses_sight,
            tasks: preview.tasks,
            overdue: preview.overdue,
            devices: preview.devices.iter().map(|one| (one.last_seen, one.drafts)).collect(),
        })
    }

    fn assign(
        &mut self,
        case: &Handle,
        plan: &shown::AssignPlan,
        reason: &str,
    ) -> Result<shown::Assigned, Refusal> {
        let (asked, rng) = (self.asked(case, plan)?, self.rng());
        let done = self.console.assign(rng, &asked, reason);
        Ok(match self.told(done)? {
            Assigned::Done => shown::Assigned::Done,
            Assigned::Asked => shown::Assigned::Asked,
        })
    }

    fn workers(&mut self) -> Result<Vec<shown::Worker>, Refusal> {
        let people = self.console.workers();
        let people = self.told(people)?;
        self.read(|_, handles| {
            let worker = |one: WorkerChoice| {
                Ok(shown::Worker { worker: handles.of(one.user)?, name: one.name, away: one.away })
            };
            people.into_iter().map(worker).collect()
        })
    }

    fn caseload_of(&mut self, worker: &Handle) -> Result<Vec<(Handle, Option<Label>)>, Refusal> {
        let worker = self.named::<UserId>(worker)?;
        let cases = self.console.caseload_of(worker);
        let cases = self.told(cases)?;
        self.read(|reader, handles| {
            let row = |case: CaseId| Ok((handles.of(case)?, reader.person_of(case)?));
            cases.into_iter().map(row).collect()
        })
    }

    fn transfers(&mut self) -> Result<Vec<shown::TransferRow>, Refusal> {
        let views = self.console.transfers();
        let views = self.told(views)?;
        let mut rows = Vec::with_capacity(views.len());
        for view in views {
            let state = match view.state {
                TransferState::Waiting if view.decides => {
                    let workers = self.console.transfer_workers(view.transfer);
                    let workers = self.told(workers)?;
                    let workers = self.read(|_, handles| named(handles, workers))?;
                    shown::TransferState::WaitsForReader(workers)
                }
                TransferState::Waiting => shown::TransferState::WaitsForOthers,
                TransferState::Accepted => decided(
                    shown::TransferOutcome::Accepted(view.to),
                    view.decided_by,
                    view.decided_at,
                ),
                TransferState::Refused => decided(
                    shown::TransferOutcome::Refused(view.answer),
                    view.decided_by,
                    view.decided_at,
                ),
                TransferState::TakenBack => {
                    decided(shown::TransferOutcome::TakenBack, view.decided_by, view.decided_at)
                }
            };
            let case = self.read(|reader, handles| {
                Ok(match reader.person_of(view.case)? {
                    Some(person) => Some((handles.of(view.case)?, person)),
                    None => None,
                })
            })?;
            rows.push(shown::TransferRow {
                transfer: self.told(numbered(view.transfer).map_err(Into::into))?,
                case,
                to_program: view.to_program,
                asked_by: view.asked_by,
                asked_at: view.asked_at,
                reason: view.reason,
                state,
            });
        }
        Ok(rows)
    }

    fn answer(&mut self, transfer: &Handle, answer: &shown::TransferAnswer) -> Result<(), Refusal> {
        let id = number_of(transfer).ok_or(Refusal::NotFound)?;
        let answer = match answer {
            shown::TransferAnswer::Accept(worker) => {
                TransferAnswer::Accept(self.named::<UserId>(worker)?)
            }
            shown::TransferAnswer::Refuse(reason) => TransferAnswer::Refuse(reason.clone()),
            shown::TransferAnswer::TakeBack => TransferAnswer::TakeBack,
        };
        let rng = self.rng();
        let done = self.console.answer_transfer(rng, id, &answer);
        self.told(done)
    }
}

impl Screens<'_> {
    fn asked(&self, case: &Handle, plan: &shown::AssignPlan) -> Result<AssignCase, Refusal> {
        Ok(AssignCase {
            case: self.named(case)?,
            from: plan.from.as_ref().map(|from| self.named::<UserId>(from)).transpose()?,
            to: match &plan.to {
                shown::Receiver::Worker(worker) => Receiver::Worker(self.named(worker)?),
                shown::Receiver::Program(program) => Receiver::Program(program.clone()),
            },
        })
    }
}

fn decided(
    outcome: shown::TransferOutcome,
    by: Option<String>,
    at: Option<model::time::Timestamp>,
) -> shown::TransferState {
    shown::TransferState::Decided { outcome, by, at }
}

/// Names people by handles.
fn named(
    handles: &Handles<'_>,
    people: Vec<(UserId, String)>,
) -> Result<Vec<(Handle, String)>, ConsoleError> {
    let handle = |(user, name)| Ok((handles.of(user)?, name));
    people.into_iter().map(handle).collect()
}
