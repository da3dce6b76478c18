//! Sending and getting, and what was refused.

use client_core::store::quarantine::{Dismissed, QuarantineItem, QuarantineKind};
use model::answers::Answer;
use model::ids::{DraftId, RecordId};
use ui::views::Handle;
use ui::views::phone::{RefusedRow, SyncView};
use ui::{FormSource as _, Refusal};

use crate::handles::{number_of, numbered};
use crate::source::DeviceSource;

impl DeviceSource<'_> {
    pub(crate) fn sync_view(&self) -> Result<SyncView, Refusal> {
        let status = self.stored(self.device.status(self.now))?;
        let read = self.device.store().read();
        let digest = read.catalogue_digest();
        let (ended, ended_at) = self.around.sync.ended.unzip();
        // A locked phone says how it stands, and nothing of what it holds.
        let refused = match status.locked {
            true => Vec::new(),
            false => self.refused_rows()?,
        };
        Ok(SyncView {
            line: self.sync_line(),
            so_far: self.around.sync.running,
            ended,
            ended_at,
            stuck: u64::try_from(status.stuck.len()).unwrap_or(u64::MAX),
            drafts: status.drafts.open,
            refused,
            shown_until: Some(status.lease.until),
            server: status.server_url,
            version: self.around.version.to_owned(),
            catalogue: digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect(),
            storage: self.around.storage,
        })
    }

    fn refused_rows(&self) -> Result<Vec<RefusedRow>, Refusal> {
        let items = self.told(self.device.quarantine(self.now, Dismissed::Omit))?;
        let own = items.into_iter().filter(|item| item.kind == QuarantineKind::Own);
        own.map(|item| self.refused_row(&item)).collect()
    }

    fn refused_row(&self, item: &QuarantineItem) -> Result<RefusedRow, Refusal> {
        let view = self.view_of(item.record)?;
        let about = match view.as_ref().and_then(|view| view.case) {
            Some(case) => self.person_of(case)?,
            None => None,
        };
        Ok(RefusedRow {
            entry: numbered(item.number)?,
            record: view.as_ref().map(|view| self.handles.of(&view.record)).transpose()?,
            record_type: item.record_type.clone(),
            about,
            reason: item.reason_in(self.language),
            at: item.at,
            may_help: item.may_help(),
            may_mend: self.may_mend(item)?,
        })
    }

    /// Returns whether what was refused can be written anew: its record is here, and still theirs to write.
    fn may_mend(&self, item: &QuarantineItem) -> Result<bool, Refusal> {
        let whole = self.stored(self.device.store().read().record(item.record))?;
        let Some(whole) = whole.filter(|_| item.is_here && item.decided.is_none()) else {
            return Ok(false);
        };
        if !self.is_refused(item.record)? {
            return self.may_change(&whole);
        }
        let known = self.record_type(&whole.envelope.record_type)?;
        self.told(self.device.may_make(self.now, known))
    }

    fn is_refused(&self, record: RecordId) -> Result<bool, Refusal> {
        self.stored(self.device.store().read().is_refused(record))
    }

    /// Begins a form with what was refused: an edit is made anew on the record as it is now, and a record
    /// that was refused whole becomes a new one.
    pub(crate) fn mend_refused(&mut self, entry: &Handle) -> Result<Handle, Refusal> {
        let number = number_of(entry)?;
        let items = self.told(self.device.quarantine(self.now, Dismissed::Include))?;
        let item = items.into_iter().find(|item| item.number == number);
        let item = item.filter(|item| item.kind == QuarantineKind::Own).ok_or(Refusal::NotFound)?;
        if !self.may_mend(&item)? {
            return Err(Refusal::NotFound);
        }
        if !self.is_refused(item.record)? {
            let handle = self.begin_edit(&self.handles.of(&item.record)?)?;
            let draft: DraftId = self.named(&handle)?;
            let kept = self.device.edit_draft(self.now, self.rng, draft, &item.edits);
            self.told(kept)?;
            return Ok(handle);
        }
        let whole = self.stored(self.device.store().read().record(item.record))?;
        let whole = whole.ok_or(Refusal::NotFound)?;
        let record_type = whole.envelope.record_type;
        let case = whole.envelope.case.filter(|case| RecordId::from(*case) != item.record);
        let draft = self.begin_new(&record_type, case)?;
        let known = self.record_type(&record_type)?;
        let fields = whole.fields.into_iter();
        let answers = fields.filter(|(name, _)| known.field(name.as_str()).is_some());
        let answers: Vec<_> = answers.map(|(name, value)| (name, Answer::Value(value))).collect();
        self.keep_answers(draft, &answers)?;
        self.handles.of(&draft)
    }

    pub(crate) fn again(&mut self, entry: &Handle) -> Result<usize, Refusal> {
        let tried = self.device.retry(self.now, self.rng, number_of(entry)?);
        self.told(tried)
    }

    pub(crate) fn leave(&mut self, entry: &Handle) -> Result<(), Refusal> {
        let put_aside = self.device.dismiss(number_of(entry)?);
        self.told(put_aside)
    }
}
