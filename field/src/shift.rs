//! The worker's own shift.

use client_core::device::{Plan, ShiftError};
use client_core::store::{OwnShift, Safety, Said, SaidWhat};
use model::catalogue::Label;
use model::ids::UserId;
use model::time::{Span, Timestamp};
use model::wire::{ShiftActV1, StampKindV1};
use ui::Refusal;
use ui::views::safety::{OwnShift as OwnShiftView, ShiftPlan, ShiftView};

use crate::source::DeviceSource;

impl DeviceSource<'_> {
    pub(crate) fn own_shift(&self) -> Result<ShiftView, Refusal> {
        let read = self.device.store().read();
        let safety = self.stored(read.safety())?;
        let people = self.stored(read.people())?;
        let me: UserId = people.me();
        let colleagues = people.all().into_iter().filter(|one| one.active && one.user != me);
        let zones = self.catalogue.code_lists.get(ZONES).into_iter().flat_map(|list| &list.options);
        let zones: Vec<(String, Label)> =
            zones.map(|(code, label)| (code.to_string(), label.clone())).collect();
        Ok(ShiftView {
            out: safety.out.as_ref().map(|out| own(&safety, out, &zones)),
            supervisor: safety.supervisor.clone(),
            colleagues: colleagues.map(|one| one.name.clone()).collect(),
            zones,
        })
    }

    pub(crate) fn go_out(&mut self, plan: &ShiftPlan) -> Result<(), Refusal> {
        let plan = Plan {
            partner: plan.partner.clone(),
            partner_phone: plan.partner_phone.clone(),
            supervisor: plan.supervisor.clone(),
            zone: plan.zone.clone(),
            long: Span::from_minutes(plan.minutes.into()),
        };
        match self.device.start_shift(self.now, self.rng, &plan) {
            // The form was sent twice, or from a page that is old.
            Err(ShiftError::AlreadyOut) => Ok(()),
            done => told(done),
        }
    }

    pub(crate) fn stay_out(&mut self, minutes: u32) -> Result<(), Refusal> {
        told(self.device.extend_shift(self.now, Span::from_minutes(minutes.into())))
    }

    pub(crate) fn come_back(&mut self) -> Result<(), Refusal> {
        match self.device.end_shift(self.now) {
            Err(ShiftError::NotOut) => Ok(()),
            done => told(done),
        }
    }

    pub(crate) fn tap_safe(&mut self, locked_at: Option<Timestamp>) -> Result<(), Refusal> {
        let Some(at) = locked_at else { return told(self.device.say_safe(self.now, false)) };
        let out = self.stored(self.device.store().read().safety())?.out;
        match out.is_some_and(|out| (out.begun_at..=self.now).contains(&at)) {
            true => told(self.device.say_safe(at, true)),
            // It belongs to no shift that there is.
            false => Ok(()),
        }
    }

    pub(crate) fn tap_help(&mut self) -> Result<(), Refusal> {
        told(self.device.call_for_help(self.now, self.rng))
    }
}

fn own(safety: &Safety, out: &OwnShift, zones: &[(String, Label)]) -> OwnShiftView {
    let waits = |at: Timestamp, fits: &dyn Fn(StampKindV1) -> bool| {
        safety.waits(|said: &Said| {
            said.shift == out.id
                && said.at == at
                && matches!(said.what, SaidWhat::Stamp(kind) if fits(kind))
        })
    };
    let zone = zones.iter().find(|(code, _)| *code == out.zone);
    OwnShiftView {
        partner: out.partner.clone(),
        partner_phone: out.partner_phone.clone(),
        zone: zone.map(|(_, label)| label.clone()),
        back_by: out.back_by,
        armed: out.armed_at.is_some(),
        unsent_plan: safety.waits(|said| {
            matches!(said.what, SaidWhat::Act(ShiftActV1::Start { .. } | ShiftActV1::Extend { .. }))
                && said.shift == out.id
        }),
        safe: out.safe_at.map(|at| (at, !waits(at, &|kind| kind != StampKindV1::Help))),
        help: out.help_at.map(|at| (at, !waits(at, &|kind| kind == StampKindV1::Help))),
    }
}

fn told(done: Result<(), ShiftError>) -> Result<(), Refusal> {
    done.map_err(|error| match error {
        ShiftError::Store(failure) => Refusal::Unavailable(failure.to_string()),
        // Nothing on the page offers it.
        _ => Refusal::NotFound,
    })
}

/// The list of the parts of the city (`catalogue/code_lists.toml`).
const ZONES: &str = "zone";
