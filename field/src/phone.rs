//! What only a phone's pages ask for, each from the file that knows it.

use client_core::device::RecordError;
use client_core::store::drafts::{DraftOf, DraftState, UNDONE_WITHIN};
use model::ids::{CaseId, ChangeHash, DraftId, FieldName, RecordId, TypeName};
use model::time::Timestamp;
use model::words::Language;
use ui::views::Handle;
use ui::views::phone::{
    Again, ConflictCard, EndView, NotNow, NotNowForm, Noted, PersonRow, ReachView, RevokeView,
    SavedView, ShortAnswer, ShortForm, ShortOf, SyncLine, SyncView, TodayView, Undone,
};
use ui::views::safety::{ShiftPlan, ShiftView};
use ui::{PhoneSource, Refusal};

use crate::source::DeviceSource;
use crate::tasks::{APPROVAL, says_draft};

impl PhoneSource for DeviceSource<'_> {
    fn line(&mut self) -> SyncLine {
        self.sync_line()
    }

    fn today(&mut self) -> Result<TodayView, Refusal> {
        self.day()
    }

    fn shift(&mut self) -> Result<ShiftView, Refusal> {
        self.own_shift()
    }

    fn start_shift(&mut self, plan: &ShiftPlan) -> Result<(), Refusal> {
        self.go_out(plan)
    }

    fn extend_shift(&mut self, minutes: u32) -> Result<(), Refusal> {
        self.stay_out(minutes)
    }

    fn end_shift(&mut self) -> Result<(), Refusal> {
        self.come_back()
    }

    fn say_safe(&mut self, locked_at: Option<Timestamp>) -> Result<(), Refusal> {
        self.tap_safe(locked_at)
    }

    fn call_for_help(&mut self) -> Result<(), Refusal> {
        self.tap_help()
    }

    fn people(&mut self) -> Result<Vec<PersonRow>, Refusal> {
        self.recent()
    }

    fn people_like(&mut self, text: &str) -> Result<Vec<PersonRow>, Refusal> {
        self.like(text)
    }

    fn add_person(&mut self, name: &str) -> Result<Option<Handle>, Refusal> {
        self.begin_person(name)
    }

    fn short_form(&mut self, of: &ShortOf) -> Result<Option<ShortForm>, Refusal> {
        self.short(of)
    }

    fn note(&mut self, of: &ShortOf, answer: &ShortAnswer) -> Result<Noted, Refusal> {
        self.note_short(of, answer)
    }

    fn begin_for_task(&mut self, task: &Handle, record_type: &TypeName) -> Result<Handle, Refusal> {
        self.begin_of_task(task, record_type)
    }

    fn finish(&mut self, record: &Handle) -> Result<(), Refusal> {
        self.finish_record(record)
    }

    fn saved(&mut self, draft: &Handle) -> Result<SavedView, Refusal> {
        let id: DraftId = self.named(draft)?;
        let row = self.stored(self.device.store().read().draft(id))?.ok_or(Refusal::NotFound)?;
        let (ended, is_submitted) = match row.state {
            DraftState::Open => return Err(Refusal::NotFound),
            DraftState::Submitted(at, _) => (at, true),
            DraftState::Discarded(at) => (at, false),
        };
        let record = row.of.record();
        let stands = is_submitted || matches!(row.of, DraftOf::Edit(_));
        let whole = match stands {
            true => self.stored(self.device.store().read().record(record))?,
            false => None,
        };
        let case = match row.case.or(whole.as_ref().and_then(|whole| whole.envelope.case)) {
            Some(case) => self.titled(case)?,
            None => None,
        };
        Ok(SavedView {
            draft: draft.clone(),
            record: match whole.is_some() && is_submitted {
                true => Some(self.handles.of::<RecordId>(&record)?),
                false => None,
            },
            record_type: row.record_type,
            case,
            may_undo: self.now.since(ended) <= UNDONE_WITHIN,
            hurried: whole.is_some_and(|whole| says_draft(whole.fields.get(APPROVAL))),
        })
    }

    fn undo(&mut self, draft: &Handle) -> Result<Undone, Refusal> {
        let id: DraftId = self.named(draft)?;
        match self.device.undo_draft(self.now, self.rng, id) {
            Ok(_) => Ok(Undone::Open(draft.clone())),
            Err(error @ (RecordError::HasLeft | RecordError::NothingToUndo)) => {
                let reason = error.message().map(|it| it.told(self.language));
                Ok(Undone::TooLate(reason.unwrap_or_default()))
            }
            Err(error) => Err(self.refusal(&error)),
        }
    }

    fn not_now(&mut self, task: &Handle, says: NotNow) -> Result<Option<NotNowForm>, Refusal> {
        self.not_now_form(task, says)
    }

    fn put_off(
        &mut self,
        task: &Handle,
        says: NotNow,
        reason: &str,
        days: u32,
    ) -> Result<Noted, Refusal> {
        self.say_not_now(task, says, reason, days)
    }

    fn last_contact(&mut self) -> Result<Option<Again>, Refusal> {
        self.again_form()
    }

    fn note_again(&mut self) -> Result<Noted, Refusal> {
        self.once_more()
    }

    fn stamp(&mut self, draft: &Handle, time: &FieldName) -> Result<(), Refusal> {
        self.stamp_draft(draft, time)
    }

    fn to_revoke(&mut self, consent: &Handle) -> Result<RevokeView, Refusal> {
        self.revoke_view(consent)
    }

    fn revoke(&mut self, consent: &Handle) -> Result<Noted, Refusal> {
        self.revoke_now(consent)
    }

    fn seen_taken(&mut self) -> Result<(), Refusal> {
        let forgotten = self.device.forget_taken();
        self.told(forgotten)
    }

    fn end(&mut self) -> Result<EndView, Refusal> {
        self.end_of_day()
    }

    fn conflicts(&mut self) -> Result<Vec<ConflictCard>, Refusal> {
        self.disagreements()
    }

    fn keep(
        &mut self,
        record: &Handle,
        field: &FieldName,
        change: ChangeHash,
    ) -> Result<bool, Refusal> {
        self.decide_for(record, field, change)
    }

    fn reach(&mut self, case: &Handle) -> Result<ReachView, Refusal> {
        self.reach_of(case)
    }

    fn sync(&mut self) -> Result<SyncView, Refusal> {
        self.sync_view()
    }

    fn ask_for_sync(&mut self) {
        self.asked.sync = true;
    }

    fn ask_for_language(&mut self, language: Language) {
        self.asked.language = Some(language);
    }

    fn try_again(&mut self, entry: &Handle) -> Result<usize, Refusal> {
        self.again(entry)
    }

    fn mend(&mut self, entry: &Handle) -> Result<Handle, Refusal> {
        self.mend_refused(entry)
    }

    fn put_aside(&mut self, entry: &Handle) -> Result<(), Refusal> {
        self.leave(entry)
    }
}

impl DeviceSource<'_> {
    /// Returns a case with whom it is about, if that may be seen.
    fn titled(&self, case: CaseId) -> Result<Option<(Handle, model::catalogue::Label)>, Refusal> {
        let person = self.person_of(case)?;
        person.map(|person| Ok((self.handles.of(&case)?, person))).transpose()
    }
}
