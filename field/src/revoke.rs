//! Consents that are taken back, and what a consent that has ended keeps from being shown.

use std::collections::BTreeSet;

use client_core::device::NewDraft;
use client_core::store::query::RecordView;
use model::answers::Answer;
use model::catalogue::{Access, Label};
use model::ids::RecordId;
use model::policy::Consent;
use model::value::{FieldValue, Scalar};
use ui::Refusal;
use ui::views::Handle;
use ui::views::phone::{Noted, RevokeView};

use crate::source::DeviceSource;

impl DeviceSource<'_> {
    pub(crate) fn revoke_view(&self, consent: &Handle) -> Result<RevokeView, Refusal> {
        let (view, consent) = self.standing(self.named(consent)?)?;
        let case = view.case.ok_or(Refusal::NotFound)?;
        let programs = consent.programs.iter().filter_map(|it| self.catalogue.programs.get(it));
        let parts = consent.compartments.iter();
        let parts = parts.filter_map(|code| self.catalogue.compartments.get(code));
        Ok(RevokeView {
            case: self.handles.of(&case)?,
            about: self.person_of(case)?,
            title: view.title,
            opens: parts.map(|part| part.label.clone()).collect(),
            programs: programs.map(|program| program.label.clone()).collect::<Vec<Label>>(),
        })
    }

    pub(crate) fn revoke_now(&mut self, consent: &Handle) -> Result<Noted, Refusal> {
        let record: RecordId = self.named(consent)?;
        let (view, _) = self.standing(record)?;
        let rules = self.record_type(&view.record_type)?.consent.as_ref();
        let field = rules.ok_or(Refusal::NotFound)?.revoked.clone();
        let draft = self.device.begin_draft(self.now, self.rng, NewDraft::Edit(record));
        let draft = self.told(draft)?;
        let now = Answer::Value(FieldValue::Scalar(Scalar::DateTime(self.now)));
        self.keep_answers(draft, &[(field, now)])?;
        self.submit_tapped(draft, &[])
    }

    /// Returns whether the owner may take a consent back: it stands, and is theirs to change.
    pub(crate) fn may_revoke(&self, consent: &Consent) -> Result<bool, Refusal> {
        if consent.revoked || consent.ends.is_some_and(|ends| ends <= self.now) {
            return Ok(false);
        }
        let whole = self.stored(self.device.store().read().record(consent.record))?;
        whole.map_or(Ok(false), |whole| self.may_change(&whole))
    }

    fn standing(&self, record: RecordId) -> Result<(RecordView, Consent), Refusal> {
        let view = self.view_of(record)?.ok_or(Refusal::NotFound)?;
        let case = view.case.ok_or(Refusal::NotFound)?;
        let consents = self.stored(self.device.store().read().consents_of(case))?;
        let found = consents.into_iter().find(|consent| consent.record == record);
        let consent = found.ok_or(Refusal::NotFound)?;
        match self.may_revoke(&consent)? {
            true => Ok((view, consent)),
            false => Err(Refusal::NotFound),
        }
    }

    /// Returns whether a record is shown no more because the consent was revoked, or has ended, that opened
    /// it to the owner. It goes from the phone when the server says so; until then nobody reads it here.
    pub(crate) fn is_closed(&self, view: &RecordView) -> Result<bool, Refusal> {
        let own = self.device.store().user();
        let Some(case) = view.case.filter(|_| view.created_by != own) else { return Ok(false) };
        let read = self.device.store().read();
        let memberships = self.stored(read.memberships())?;
        // Whoever sees it otherwise needs no consent.
        let by_consent_alone = memberships.iter().all(|held| {
            let access = self.catalogue.access(&held.role, &view.compartment);
            access == Access::Consent || access.shows_no_record()
        });
        if !by_consent_alone {
            return Ok(false);
        }
        let programs: BTreeSet<_> = memberships.iter().map(|held| &held.program).collect();
        let consents = self.stored(read.consents_of(case))?;
        let mut opening = consents.iter().filter(|consent| {
            consent.compartments.contains(&view.compartment)
                && consent.programs.iter().any(|program| programs.contains(program))
        });
        // What another rule brought here names no consent at all.
        let is_over = |consent: &Consent| {
            consent.revoked || consent.ends.is_some_and(|ends| ends <= self.now)
        };
        let first = opening.next();
        Ok(first.is_some_and(|first| is_over(first) && opening.all(is_over)))
    }
}
