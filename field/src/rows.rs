//! Records as pages list them, and what goes with them: names, consents, what the law asks to be said.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use client_core::store::RecordState;
use client_core::store::query::{ListFilter, ListRow, RecordView, Returned as Said};
use model::catalogue::{Label, fields_from_json};
use model::ids::{CaseId, FieldName, RecordId, UserId};
use model::people::People;
use model::policy::{self, Act, CaseFacts, Channel, NO_EMERGENCY, Person, Reach, Subject};
use model::record::{Conflict, Record};
use model::value::{FieldValue, Scalar};
use ui::Refusal;
use ui::views::phone::Whereabouts;
use ui::views::{ConsentRow, Names, RecordRow, Returned};

use crate::source::DeviceSource;

impl DeviceSource<'_> {
    /// Returns a record of a list with what stands in it.
    pub(crate) fn row(&self, listed: &ListRow) -> Result<RecordRow, Refusal> {
        let view = self.view_of(listed.record)?.ok_or(Refusal::NotFound)?;
        let row = self.row_of(&view)?;
        Ok(RecordRow { occurred_at: listed.occurred_at, conflicts: listed.conflicts, ..row })
    }

    /// Returns a record as lists show it.
    pub(crate) fn row_of(&self, view: &RecordView) -> Result<RecordRow, Refusal> {
        let record_type = self.catalogue.record_type(&view.record_type);
        let fields = fields_from_json(record_type, &view.fields);
        let happened = match fields.get("occurred_at").and_then(FieldValue::scalar) {
            Some(Scalar::DateTime(at)) => *at,
            _ => view.created_at,
        };
        Ok(RecordRow {
            record: self.handles.of(&view.record)?,
            case: view.case.map(|case| self.handles.of(&case)).transpose()?,
            record_type: view.record_type.clone(),
            compartment: view.compartment.clone(),
            program: view.program.clone(),
            title: view.title.clone(),
            occurred_at: happened,
            created_at: view.created_at,
            received_at: None,
            author: self.name_of(view.created_by)?,
            conflicts: u64::try_from(view.conflicts.len()).unwrap_or(u64::MAX),
            amendments: 0,
            whereabouts: Some(match view.state {
                RecordState::OnPhone => Whereabouts::OnPhone,
                RecordState::Sent => Whereabouts::Sent,
                RecordState::OnServer => Whereabouts::OnServer,
                RecordState::Refused => Whereabouts::Refused,
            }),
            fields,
        })
    }

    /// Returns a record as it stands in the store; `None` if it is not here.
    pub(crate) fn view_of(&self, record: RecordId) -> Result<Option<RecordView>, Refusal> {
        self.stored(self.device.store().read().record_view(record))
    }

    /// Returns the record that opens a case, if it is here.
    pub(crate) fn opening(&self, case: CaseId) -> Result<Option<RecordRow>, Refusal> {
        let own = self.view_of(RecordId::from_bytes(*case.as_bytes()))?;
        own.filter(|view| view.case == Some(case)).map(|view| self.row_of(&view)).transpose()
    }

    /// Returns whom a case is about, if that may be seen.
    pub(crate) fn person_of(&self, case: CaseId) -> Result<Option<Label>, Refusal> {
        let own = self.view_of(RecordId::from_bytes(*case.as_bytes()))?;
        Ok(own.filter(|view| view.case == Some(case)).map(|view| view.title))
    }

    /// Returns the people whom this phone knows by name.
    pub(crate) fn known_people(&self) -> Result<People, Refusal> {
        self.told(self.device.people())
    }

    pub(crate) fn name_of(&self, user: UserId) -> Result<String, Refusal> {
        if user == self.device.store().user() {
            return Ok(self.stored(self.device.store().read().profile())?.name);
        }
        Ok(self.known_people()?.name_of(user).unwrap_or_default().to_owned())
    }

    /// Returns the names that these fields name.
    pub(crate) fn names_in<'r>(
        &self,
        fields: impl IntoIterator<Item = &'r BTreeMap<FieldName, FieldValue>>,
    ) -> Result<Names, Refusal> {
        let (mut users, mut records) = (BTreeSet::new(), BTreeSet::new());
        for value in fields.into_iter().flat_map(BTreeMap::values) {
            note_named(value, &mut users, &mut records);
        }
        let mut names = Names::default();
        if !users.is_empty() {
            let people = self.known_people()?;
            let known = users.into_iter();
            let known = known.filter_map(|user| Some((user, people.name_of(user)?.to_owned())));
            names.users = known.collect();
        }
        for record in records.into_iter().take(NAMED_RECORDS_MAX) {
            if let Some(view) = self.view_of(record)? {
                names.records.insert(record, (view.title, self.handles.of(&record)?));
            }
        }
        Ok(names)
    }

    /// Adds those who wrote disputed values, and the people whom these name.
    pub(crate) fn name_of_conflicts(
        &self,
        conflicts: &[Conflict],
        names: &mut Names,
    ) -> Result<(), Refusal> {
        for value in conflicts.iter().flat_map(|conflict| &conflict.values) {
            if let Entry::Vacant(unnamed) = names.devices.entry(value.device) {
                unnamed.insert(self.stored(self.device.store().read().name_of(value.device))?);
            }
            if let FieldValue::Scalar(Scalar::User(user)) = &value.value {
                names.users.insert(*user, self.name_of(*user)?);
            }
        }
        Ok(())
    }

    /// Returns who works on a case, as far as its records say so; its owner otherwise.
    pub(crate) fn team_of(&self, case: CaseId) -> Result<Vec<String>, Refusal> {
        let filter =
            ListFilter { case: Some(case), limit: Some(TEAM_RECORDS_MAX), ..ListFilter::default() };
        let mut team: Vec<String> = Vec::new();
        for listed in self.told(self.device.list(self.now, &filter))? {
            let Some(view) = self.view_of(listed.record)? else { continue };
            let record_type = self.catalogue.record_type(&view.record_type);
            let fields = fields_from_json(record_type, &view.fields);
            if let Some(Scalar::User(user)) = fields.get(OWNED_BY).and_then(FieldValue::scalar) {
                let name = self.name_of(*user)?;
                if !name.is_empty() && !team.contains(&name) {
                    team.push(name);
                }
            }
        }
        if team.is_empty() {
            team.push(self.name_of(self.device.store().user())?);
        }
        Ok(team)
    }

    /// Returns the consents of a case.
    pub(crate) fn consents_of(&self, case: CaseId) -> Result<Vec<ConsentRow>, Refusal> {
        let consents = self.stored(self.device.store().read().consents_of(case))?;
        let mut rows = Vec::new();
        for consent in consents {
            let Some(view) = self.view_of(consent.record)? else { continue };
            rows.push(ConsentRow {
                record: self.handles.of(&consent.record)?,
                title: view.title,
                until: consent.ends,
                may_revoke: self.may_revoke(&consent)?,
                revoked: consent.revoked,
            });
        }
        rows.sort_by_key(|row| (row.revoked, row.until));
        Ok(rows)
    }

    /// Returns what the law asks to be said with these records, where a consent alone lets their reader
    /// see them.
    pub(crate) fn notices_of(&self, rows: &[RecordRow]) -> Vec<Label> {
        let read = self.device.store().read();
        let Ok(memberships) = read.memberships() else { return Vec::new() };
        let person = Person { user: self.device.store().user(), memberships: &memberships };
        let case = rows.iter().find_map(|row| self.named::<CaseId>(row.case.as_ref()?).ok());
        let consents = case.and_then(|case| read.consents_of(case).ok()).unwrap_or_default();
        let programs = BTreeSet::new();
        let facts = CaseFacts {
            assigned: true,
            programs: &programs,
            consents: &consents,
            alone: None,
            emergency: &NO_EMERGENCY,
        };
        let compartments: BTreeSet<_> = rows.iter().map(|row| &row.compartment).collect();
        let noticed = compartments.into_iter().filter_map(|code| {
            let text = self.catalogue.compartments.get(code)?.notice.clone()?;
            let under = policy::disclosed_under(&self.catalogue, self.now, person, facts, code);
            (!under.is_empty()).then_some(text)
        });
        noticed.collect()
    }

    /// Returns whether the owner comes to a record to write in it. What is here was granted, until the
    /// server says otherwise.
    pub(crate) fn may_change(&self, record: &Record) -> Result<bool, Refusal> {
        let memberships = self.stored(self.device.store().read().memberships())?;
        let person = Person { user: self.device.store().user(), memberships: &memberships };
        let subject = Subject {
            compartment: &record.envelope.compartment,
            record_type: self.catalogue.record_type(&record.envelope.record_type),
        };
        let act = Act::Change(Channel::Phone);
        let may = policy::decide(&self.catalogue, self.now, person, Reach::Granted, subject, act);
        Ok(may.is_ok())
    }

    /// Returns what was said of a record that was given back.
    pub(crate) fn returned(&self, said: &Said) -> Result<Returned, Refusal> {
        let review = self.catalogue.record_type(&said.review_type);
        Ok(Returned {
            record: self.handles.of(&said.record)?,
            review: self.handles.of(&said.review)?,
            review_type: said.review_type.clone(),
            by: said.by_name.clone().unwrap_or_default(),
            at: said.at,
            says: fields_from_json(review, &said.says),
            marked: said.marked.clone(),
        })
    }
}

/// Notes the users and the records that a value names.
fn note_named(value: &FieldValue, users: &mut BTreeSet<UserId>, records: &mut BTreeSet<RecordId>) {
    let mut note = |scalar: &Scalar| match scalar {
        Scalar::User(user) => drop(users.insert(*user)),
        Scalar::Ref(record) => drop(records.insert(*record)),
        _ => {}
    };
    match value {
        FieldValue::Scalar(scalar) => note(scalar),
        FieldValue::Log(entries) => entries.values().flat_map(BTreeMap::values).for_each(note),
        FieldValue::Refs(named) => records.extend(named),
        FieldValue::Choices(_)
        | FieldValue::Counter(_)
        | FieldValue::SharedNote(_)
        | FieldValue::Unknown(_) => {}
    }
}

/// The user field that says who works on a case (`catalogue/types`).
const OWNED_BY: &str = "owned_by";

/// The newest records of a case say who works on it.
const TEAM_RECORDS_MAX: usize = 30;

/// Records that are named on one page: each is looked up.
const NAMED_RECORDS_MAX: usize = 100;
