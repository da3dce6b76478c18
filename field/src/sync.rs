//! Sending and getting, and what was refused.

use client_core::store::quarantine::{Dismissed, QuarantineItem, QuarantineKind};
use ui::Refusal;
use ui::views::Handle;
use ui::views::phone::{RefusedRow, SyncView};

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
        let whole = self.stored(self.device.store().read().record(item.record))?;
        Ok(RefusedRow {
            entry: numbered(item.number)?,
            record: view.as_ref().map(|view| self.handles.of(&view.record)).transpose()?,
            record_type: item.record_type.clone(),
            about,
            reason: item.reason_in(self.language),
            at: item.at,
            may_help: item.may_help(),
            // What can be mended is made anew, as it should be.
            may_edit: match whole {
                Some(whole) => self.may_change(&whole)?,
                None => false,
            },
        })
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
