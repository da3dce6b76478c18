//! What pages are made of on a phone: the device's store, in what its owner may see.

use std::sync::Arc;

use client_core::device::{Device, RecordError};
use client_core::store::StoreError;
use client_core::store::query::ListFilter;
use model::catalogue::{Catalogue, SharedCatalogue};
use model::document::EditError;
use model::ids::{CaseId, ChangeHash, RecordId};
use model::search::{self, Query};
use model::time::Timestamp;
use model::value::{FieldValue, Scalar};
use model::words::{Explained as _, Language};
use rand::Rng;
use ui::views::{CaseView, Found, Handle, Offices, RecordRow, RecordView, Viewer};
use ui::{ConsoleSource, FormSource, PhoneSource, Refusal, Source};

use crate::around::{Around, Asked};
use crate::handles::{Handles, Named};

/// What the pages of one request are made of.
pub(crate) struct DeviceSource<'a> {
    pub(crate) device: &'a mut Device,
    pub(crate) rng: &'a mut dyn Rng,
    pub(crate) now: Timestamp,
    pub(crate) language: Language,
    pub(crate) catalogue: SharedCatalogue,
    pub(crate) handles: Handles,
    pub(crate) around: Around<'a>,
    pub(crate) asked: Asked,
    viewer: Viewer,
}

impl<'a> DeviceSource<'a> {
    pub(crate) fn new(
        request: &ui::Request<'_>,
        device: &'a mut Device,
        rng: &'a mut dyn Rng,
        around: &Around<'a>,
    ) -> Result<Self, StoreError> {
        let profile = device.store().read().profile()?;
        let viewer = Viewer {
            user: device.store().user(),
            name: profile.name,
            roles: profile.roles.into_iter().map(|held| (held.role, held.program)).collect(),
            // What is on the phone is for whoever carries it.
            offices: Offices { cases: true, ..Offices::default() },
            session_ends: None,
        };
        let handles = Handles::new(&device.key_for(b"addresses of pages"))
            .map_err(|_| StoreError::Unreadable { what: "a key" })?;
        Ok(Self {
            catalogue: Arc::clone(device.catalogue()),
            now: request.now,
            language: request.language,
            around: *around,
            asked: Asked::default(),
            handles,
            viewer,
            device,
            rng,
        })
    }

    /// Returns what a handle of this store names.
    pub(crate) fn named<T: Named>(&self, handle: &Handle) -> Result<T, Refusal> {
        self.handles.read(handle)
    }

    /// Turns what was refused into what pages tell.
    pub(crate) fn told<T>(&self, result: Result<T, RecordError>) -> Result<T, Refusal> {
        result.map_err(|error| self.refusal(&error))
    }

    pub(crate) fn refusal(&self, error: &RecordError) -> Refusal {
        let said = || error.message().map(|it| it.told(self.language)).unwrap_or_default();
        match error {
            RecordError::NotFound | RecordError::NoDraft | RecordError::NoRefusal(_) => {
                Refusal::NotFound
            }
            RecordError::CaseNotHeld(_) => Refusal::NotFound,
            RecordError::Policy(_)
            | RecordError::Locked
            | RecordError::Ordered
            | RecordError::Refused => Refusal::NotAllowed(said()),
            RecordError::Edit(EditError::Fields(problems)) | RecordError::Doubtful(problems) => {
                let told = problems.iter().map(|it| it.message().told(self.language));
                Refusal::Invalid(told.collect())
            }
            RecordError::Store(_) | RecordError::Vault(_) => Refusal::Unavailable(said()),
            _ => Refusal::Invalid(vec![said()]),
        }
    }

    /// Turns a failure of the store into what pages tell.
    pub(crate) fn stored<T>(&self, result: Result<T, StoreError>) -> Result<T, Refusal> {
        self.told(result.map_err(RecordError::from))
    }

    fn is_closed_row(&self, record: RecordId) -> Result<bool, Refusal> {
        self.view_of(record)?.map_or(Ok(false), |view| self.is_closed(&view))
    }

    fn case_view(
        &mut self,
        case: &Handle,
        before: Option<u64>,
        most: usize,
    ) -> Result<CaseView, Refusal> {
        let id: CaseId = self.named(case)?;
        let skip = usize::try_from(before.unwrap_or(0)).unwrap_or(usize::MAX);
        let filter = ListFilter {
            case: Some(id),
            limit: Some(skip.saturating_add(most).saturating_add(1)),
            ..ListFilter::default()
        };
        let listed = self.told(self.device.list(self.now, &filter))?;
        let held = self.stored(self.device.store().read().holds_case(id))?;
        if !held {
            return Err(Refusal::NotFound);
        }
        let more = listed.len() > skip.saturating_add(most);
        let mut records: Vec<RecordRow> = Vec::new();
        for row in listed.iter().skip(skip).take(most) {
            if !self.is_closed_row(row.record)? {
                records.push(self.row(row)?);
            }
        }
        let opening = self.opening(id)?;
        let fields = records.iter().chain(&opening).map(|row| &row.fields);
        let names = self.names_in(fields)?;
        let earlier = u64::try_from(skip.saturating_add(most)).ok().filter(|_| more);
        Ok(CaseView {
            case: case.clone(),
            team: self.team_of(id)?,
            consents: self.consents_of(id)?,
            tasks: self.tasks_of_case(id)?,
            may_write: !self.new_types(Some(case))?.is_empty(),
            may_assign: false,
            // A phone holds what its owner may see, and knows of nothing else.
            withheld: Vec::new(),
            notices: self.notices_of(&records),
            opened_by: opening,
            records,
            earlier,
            names,
        })
    }
}

impl Source for DeviceSource<'_> {
    fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    fn case(&mut self, case: &Handle, before: Option<u64>) -> Result<CaseView, Refusal> {
        self.case_view(case, before, CASE_ROWS)
    }

    fn notes(&mut self, case: &Handle, find: &str) -> Result<(CaseView, Vec<RecordRow>), Refusal> {
        let query = Query::read(find);
        let mut view = self.case_view(case, None, NOTES_ROWS)?;
        let (notes, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut view.records).into_iter().partition(|row| {
                let texts = texts_of(row);
                !texts.is_empty() && (query.is_empty() || query.finds(&search::words(&texts)))
            });
        view.records = others;
        Ok((view, notes))
    }

    fn record(
        &mut self,
        record: &Handle,
        history_before: Option<ChangeHash>,
    ) -> Result<RecordView, Refusal> {
        let id: RecordId = self.named(record)?;
        if self.is_closed_row(id)? {
            return Err(Refusal::NotFound);
        }
        let shown = self.device.show(self.now, id);
        let shown = self.told(shown)?;
        let whole = self.stored(self.device.store().read().record(id))?;
        let whole = whole.ok_or(Refusal::NotFound)?;
        let history = self.told(self.device.history(self.now, id))?;
        let mut names = self.names_in([&whole.fields])?;
        for step in &history {
            names.devices.insert(step.entry.device, step.by.clone());
        }
        self.name_of_conflicts(&whole.conflicts, &mut names)?;
        // The device has each change after those that it follows; pages show the last first.
        let entries = history.into_iter().rev().map(|step| step.entry);
        let mut entries: Vec<_> = match history_before {
            Some(before) => entries.skip_while(|entry| entry.change != before).skip(1).collect(),
            None => entries.collect(),
        };
        let more = entries.len() > HISTORY_ROWS;
        entries.truncate(HISTORY_ROWS);
        let may_edit = self.may_change(&whole)?;
        let case_title = match shown.case {
            Some(case) => self.opening(case)?.map(|row| row.title),
            None => None,
        };
        let mut row = self.row_of(&shown)?;
        row.fields.clone_from(&whole.fields);
        let notices = self.notices_of(std::slice::from_ref(&row));
        let returned = shown.returned.iter().map(|said| self.returned(said));
        Ok(RecordView {
            returned: returned.collect::<Result<_, _>>()?,
            case_title,
            history_before: entries.last().map(|entry| entry.change).filter(|_| more),
            conflicts: whole.conflicts,
            history: entries,
            left_out: 0,
            names,
            notices,
            may_edit,
            may_settle: may_edit,
            may_send_back: false,
            review: None,
            received: std::collections::BTreeMap::new(),
            marks: None,
            row,
        })
    }

    fn find(&mut self, text: &str, skip: usize) -> Result<Found, Refusal> {
        let most = skip.saturating_add(FOUND_ROWS).saturating_add(1);
        let found = self.told(self.device.search(self.now, text, most))?;
        let more = found.len() >= most;
        let mut rows = Vec::new();
        for row in found.iter().skip(skip).take(FOUND_ROWS) {
            if !self.is_closed_row(row.record)? {
                rows.push(self.row(row)?);
            }
        }
        Ok(Found { rows, more })
    }

    fn forms(&mut self) -> &mut dyn FormSource {
        self
    }

    fn console(&mut self) -> Option<&mut dyn ConsoleSource> {
        None
    }

    fn phone(&mut self) -> Option<&mut dyn PhoneSource> {
        Some(self)
    }
}

/// Returns all that was written in words in a record.
fn texts_of(row: &RecordRow) -> String {
    let texts = row.fields.values().filter_map(|value| match value {
        FieldValue::Scalar(Scalar::Text(text)) | FieldValue::SharedNote(text) => Some(text.clone()),
        FieldValue::Log(entries) => {
            let parts = entries.values().flat_map(|entry| entry.values());
            let texts = parts.filter_map(|part| match part {
                Scalar::Text(text) => Some(text.as_str()),
                _ => None,
            });
            Some(texts.collect::<Vec<_>>().join(" "))
        }
        FieldValue::Scalar(_)
        | FieldValue::Choices(_)
        | FieldValue::Refs(_)
        | FieldValue::Counter(_)
        | FieldValue::Unknown(_) => None,
    });
    texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(" ")
}

/// Records of a case on one page, each with what it says.
const CASE_ROWS: usize = 50;

/// Records that are looked through for notes.
const NOTES_ROWS: usize = 500;

const HISTORY_ROWS: usize = 200;

const FOUND_ROWS: usize = 50;
