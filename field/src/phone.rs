//! What only a phone's pages ask for, each from the file that knows it.

use client_core::device::RecordError;
use client_core::store::drafts::{DraftOf, DraftState, UNDONE_WITHIN};
use model::ids::{CaseId, ChangeHash, DraftId, FieldName, RecordId, TypeName};
use model::words::Language;
use ui::views::Handle;
use ui::views::phone::{
    ConflictCard, Noted, PersonRow, ReachView, SavedView, ShortAnswer, ShortForm, ShortOf,
    SyncLine, SyncView, TodayView, Undone,
};
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
