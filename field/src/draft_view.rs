//! A form on the phone, as its page shows it.

use std::collections::{BTreeMap, BTreeSet};

use client_core::store::drafts::{DraftOf, DraftRow};
use client_core::store::query::ListFilter;
use model::answers::{self, KeptAnswers};
use model::asked;
use model::catalogue::{BelongsTo, FieldKind, Label, RecordType};
use model::ids::{CaseId, DraftId, FieldName, RecordId, TypeName};
use model::people::People;
use model::value::{FieldValue, Scalar};
use ui::Refusal;
use ui::views::{DraftView, Markable, Returned};

use crate::source::DeviceSource;

/// A form with what stands in it.
pub(crate) struct Filled {
    pub(crate) row: DraftRow,
    pub(crate) kept: KeptAnswers,
    /// What stands in the record that is edited.
    pub(crate) present: BTreeMap<FieldName, FieldValue>,
    pub(crate) people: People,
}

impl Filled {
    /// Returns the answers over what stands.
    pub(crate) fn answers(&self) -> BTreeMap<FieldName, FieldValue> {
        answers::filled(self.present.clone(), &self.kept)
    }
}

impl DeviceSource<'_> {
    pub(crate) fn record_type(&self, name: &TypeName) -> Result<&RecordType, Refusal> {
        self.catalogue.record_type(name).ok_or(Refusal::NotFound)
    }

    /// Reads a draft that is open.
    pub(crate) fn filled(&self, draft: DraftId) -> Result<Filled, Refusal> {
        let row = self.told(self.device.draft(self.now, draft))?.draft;
        let read = self.device.store().read();
        let present = match row.of {
            DraftOf::New(_) => BTreeMap::new(),
            DraftOf::Edit(record) => {
                self.stored(read.record(record))?.ok_or(Refusal::NotFound)?.fields
            }
        };
        let kept = self.stored(read.draft_answers(&row))?;
        Ok(Filled { row, kept, present, people: self.known_people()? })
    }

    /// Returns a draft as its page shows it.
    pub(crate) fn draft_view(&self, draft: DraftId) -> Result<DraftView, Refusal> {
        let shown = self.told(self.device.draft(self.now, draft))?;
        let filled = self.filled(draft)?;
        let answers = filled.answers();
        let record_type = self.record_type(&filled.row.record_type)?;
        let Filled { row, kept, present, people } = filled;
        let case = match row.case.filter(|case| RecordId::from(*case) != row.of.record()) {
            Some(case) => self.person_of(case)?.map(|person| (case, person)),
            None => None,
        };
        let typed = kept
            .iter()
            .filter_map(|(field, kept)| Some((field.clone(), kept.answer.typed()?.to_owned())));
        let (edits, returned) = match row.of {
            DraftOf::New(_) => (None, Vec::new()),
            DraftOf::Edit(record) => (Some(self.handles.of(&record)?), self.returned_of(record)?),
        };
        let offered = people.all().into_iter().filter(|one| one.active);
        Ok(DraftView {
            draft: self.handles.of(&row.id)?,
            record_type: row.record_type.clone(),
            case: case
                .map(|(case, person)| Ok::<_, Refusal>((self.handles.of(&case)?, person)))
                .transpose()?,
            edits,
            begun_at: row.begun_at,
            typed: typed.collect(),
            names: self.names_in([&answers, &present])?,
            not_asked: self.not_typed(record_type)?,
            people: offered.map(|one| (one.user, one.name.clone())).collect(),
            records: self.may_be_named(record_type, row.case)?,
            returned,
            markable: self.markable(record_type, &answers)?,
            repairs: None,
            stands: present,
            form: shown.form,
            problems: shown.problems,
            changed_since: shown.changed_since,
            answers,
        })
    }

    fn returned_of(&self, record: RecordId) -> Result<Vec<Returned>, Refusal> {
        let view = self.view_of(record)?;
        let said = view.map(|view| view.returned).unwrap_or_default();
        said.iter().map(|said| self.returned(said)).collect()
    }

    /// Returns what no form of the phone asks to be typed: what its owner may not answer, and times that
    /// are stamped.
    fn not_typed(&self, record_type: &RecordType) -> Result<BTreeSet<FieldName>, Refusal> {
        let mut fields = self.not_asked(record_type)?;
        if let Some(stamps) = &record_type.stamps {
            fields.extend(stamps.times.iter().cloned());
            fields.insert(stamps.corrections.clone());
        }
        Ok(fields)
    }

    fn not_asked(&self, record_type: &RecordType) -> Result<BTreeSet<FieldName>, Refusal> {
        let memberships = self.stored(self.device.store().read().memberships())?;
        Ok(asked::not_asked(&self.catalogue, &memberships, record_type))
    }

    /// Returns the records that fields of a type may name: those of the same case, and what is a
    /// directory.
    fn may_be_named(
        &self,
        record_type: &RecordType,
        case: Option<CaseId>,
    ) -> Result<Vec<(RecordId, TypeName, Label)>, Refusal> {
        let mut types: BTreeSet<&TypeName> = BTreeSet::new();
        for field in record_type.fields.iter().filter(|field| !field.retired) {
            match &field.kind {
                FieldKind::Ref { to } | FieldKind::Refs { to } if to.is_empty() => {
                    types.extend(self.catalogue.types.keys());
                }
                FieldKind::Ref { to } | FieldKind::Refs { to } => types.extend(to),
                _ => {}
            }
        }
        let mut found = Vec::new();
        for name in types {
            let Some(known) = self.catalogue.record_type(name) else { continue };
            let of_directory = known.belongs_to == BelongsTo::Nothing
                && self.catalogue.is_directory(&known.compartment);
            let within = match (of_directory, case) {
                (true, _) => None,
                (false, Some(case)) => Some(case),
                (false, None) => continue,
            };
            let filter = ListFilter {
                record_type: Some(name.clone()),
                case: within,
                limit: Some(NAMEABLE_MAX),
            };
            found.extend(self.told(self.device.list(self.now, &filter))?);
        }
        found.sort_by_key(|listed| std::cmp::Reverse((listed.occurred_at, listed.record)));
        found.truncate(NAMEABLE_MAX);
        let found = found.into_iter();
        Ok(found.map(|listed| (listed.record, listed.record_type, listed.title)).collect())
    }

    /// Returns the fields of the record under review that a form marks; `None` for a form that marks none.
    fn markable(
        &self,
        record_type: &RecordType,
        answers: &BTreeMap<FieldName, FieldValue>,
    ) -> Result<Option<Markable>, Refusal> {
        let decides = record_type.decides.as_ref();
        let Some((decides, field)) = decides.and_then(|it| Some((it, it.marks.as_ref()?))) else {
            return Ok(None);
        };
        let Some(Scalar::Ref(record)) = answers.get(&decides.record).and_then(FieldValue::scalar)
        else {
            return Ok(None);
        };
        let Some(view) = self.view_of(*record)? else { return Ok(None) };
        let Some(of) = self.catalogue.record_type(&view.record_type) else { return Ok(None) };
        let not_asked = self.not_asked(of)?;
        let fields = of.fields.iter().filter(|field| !field.retired);
        let offered = fields.map(|field| &field.name).filter(|name| !not_asked.contains(*name));
        let (field, offered) = (field.clone(), offered.cloned().collect());
        Ok(Some(Markable { field, of: of.name.clone(), offered }))
    }
}

/// Records that are offered to be named on one form.
const NAMEABLE_MAX: usize = 300;
