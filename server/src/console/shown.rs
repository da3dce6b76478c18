//! What is read, as pages show it.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{BelongsTo, Label, RecordType, fields_from_json};
use model::ids::{CaseId, CompartmentCode, FeedSeq, FieldName, RecordId, Scope, UserId};
use model::policy::{self, Act, Reach, Subject};
use model::value::{FieldValue, Scalar};
use ui::views::{
    ConsentRow, Names as ShownNames, NewType, RecordRow as ShownRow, TaskRow as ShownTask,
};

use super::handles::Handles;
use super::read::{self, names_of};
use super::{ConsoleError, Reader, RecordRow, TaskRow};
use crate::access::case_context::CaseContext;
use crate::error::StoreError;
use crate::store::listing::Listed;

impl Reader<'_> {
    /// Returns a record as lists show it.
    pub(super) fn shown(
        &self,
        handles: &Handles<'_>,
        row: RecordRow,
    ) -> Result<ShownRow, ConsoleError> {
        let made = self.db.how_made(row.record)?.ok_or(ConsoleError::NotFound)?;
        let record_type = self.context.catalogue.record_type(&row.record_type);
        let changes = self.db.count_changes(row.record)?;
        Ok(ShownRow {
            record: handles.of(row.record)?,
            case: row.case.map(|case| handles.of(case)).transpose()?,
            fields: fields_from_json(record_type, &row.fields),
            record_type: row.record_type,
            compartment: row.compartment,
            program: row.program,
            title: row.title,
            occurred_at: row.occurred_at,
            created_at: made.at,
            received_at: Some(made.received_at),
            author: self.db.name_of(made.by)?.unwrap_or_default(),
            conflicts: row.to_review,
            amendments: changes.saturating_sub(1),
            whereabouts: None,
        })
    }

    /// Returns the names that fields of these records have, as far as their reader may see them.
    pub(super) fn names_in_fields<'r>(
        &self,
        handles: &Handles<'_>,
        rows: impl IntoIterator<Item = &'r BTreeMap<FieldName, FieldValue>>,
    ) -> Result<ShownNames, ConsoleError> {
        let (mut users, mut records) = (BTreeSet::new(), BTreeSet::new());
        for value in rows.into_iter().flat_map(BTreeMap::values) {
            note_named(value, &mut users, &mut records);
        }
        let mut names = ShownNames { users: names_of(self.db, users)?, ..ShownNames::default() };
        for record in records.into_iter().take(NAMED_RECORDS_MAX) {
            if let Some((_, listed)) = self.find(record)? {
                let row = self.row(listed)?;
                names.records.insert(record, (row.title, handles.of(record)?));
            }
        }
        Ok(names)
    }

    /// Returns whom a case is about: the title of the record that opened it, if that may be seen.
    pub(super) fn opening(
        &self,
        known: &CaseContext,
        case: CaseId,
    ) -> Result<Option<RecordRow>, ConsoleError> {
        let opening = self.opening_types();
        let types = opening.iter().filter_map(|name| self.context.catalogue.record_type(name));
        let found = self.of_types(known, case, types)?;
        let first = found.into_iter().min_by_key(|listed| listed.came);
        Ok(first.map(|listed| self.row(listed)).transpose()?)
    }

    /// Returns whom a case is about, for lists that are not of that case.
    pub(super) fn person_of(&self, case: CaseId) -> Result<Option<Label>, ConsoleError> {
        let known = CaseContext::at_the_console(self.db, self.now, self.user, case)?;
        Ok(self.opening(&known, case)?.map(|row| row.title))
    }

    /// The consents of a case that they may see.
    pub(super) fn consents(
        &self,
        handles: &Handles<'_>,
        known: &CaseContext,
        case: CaseId,
    ) -> Result<Vec<ConsentRow>, ConsoleError> {
        let catalogue = &self.context.catalogue;
        let types = catalogue.types.values().filter(|known| known.consent.is_some());
        let mut rows = Vec::new();
        for listed in self.of_types(known, case, types)? {
            let Some(consent) = self.db.consent_of_record(listed.record)? else { continue };
            let row = self.row(listed)?;
            rows.push(ConsentRow {
                may_revoke: false,
                record: handles.of(row.record)?,
                title: row.title,
                until: consent.ends,
                revoked: consent.revoked,
            });
        }
        rows.sort_by_key(|row| (row.revoked, row.until));
        Ok(rows)
    }

    /// Lists what is still to be done in a case, as far as they may see what asks for it.
    pub(super) fn tasks_of_case(
        &self,
        handles: &Handles<'_>,
        known: &CaseContext,
        case: CaseId,
    ) -> Result<Vec<ShownTask>, ConsoleError> {
        let names = self.db.users()?;
        let mut rows = Vec::new();
        for scope in self.scopes_seen(known, case) {
            for open in self.db.open_tasks_in(&scope)? {
                if self.may_see(known, &scope.compartment, &open.listed.record_type) {
                    rows.push(self.shown_task(handles, self.task_row(open, &names)?, None)?);
                }
            }
        }
        rows.sort_by(|a, b| (a.due, &a.record).cmp(&(b.due, &b.record)));
        Ok(rows)
    }

    /// Returns a task as lists show it; `person` is whom its case is about.
    pub(super) fn shown_task(
        &self,
        handles: &Handles<'_>,
        row: TaskRow,
        person: Option<Label>,
    ) -> Result<ShownTask, ConsoleError> {
        let case = row.case.map(|case| handles.of(case)).transpose()?;
        Ok(ShownTask {
            name: None,
            record: handles.of(row.record)?,
            case: case.zip(person),
            task: row.task.unwrap_or_else(|| Label::same(&row.rule)),
            record_type: row.record_type,
            program: row.program,
            due: row.due,
            overdue: row.overdue,
            flagged: row.flagged,
            paused: row.paused,
            attempts: row.attempts,
            owners: row.owner.map_or(row.assigned, |owner| vec![owner]),
            returned: match row.about {
                Some(about) => self.said_in(handles, about, row.record)?,
                None => None,
            },
        })
    }

    /// The types of which they may make records in a case; without one, those that open a case or stand
    /// alone.
    pub(super) fn new_types(&self, case: Option<CaseId>) -> Result<Vec<NewType>, ConsoleError> {
        let catalogue = &self.context.catalogue;
        let known = match case {
            Some(case) => Some(CaseContext::at_the_console(self.db, self.now, self.user, case)?),
            None => None,
        };
        let fits = |record_type: &&RecordType| {
            // What decides on another record, or puts a task off, is made where that is done.
            let by_itself = record_type.decides.is_none() && record_type.puts_off.is_none();
            by_itself
                && match record_type.belongs_to {
                    BelongsTo::Case => case.is_some(),
                    BelongsTo::CaseOrNothing => true,
                    BelongsTo::Itself | BelongsTo::Nothing => case.is_none(),
                }
        };
        let types = catalogue.types.values().filter(fits).filter_map(|record_type| {
            let compartment = self.may_make_in(known.as_ref(), record_type)?;
            let compartment = catalogue.compartments.get(compartment)?.label.clone();
            let label = record_type.label.clone();
            Some(NewType { record_type: record_type.name.clone(), label, compartment })
        });
        Ok(types.collect())
    }

    /// Returns where they may make records of a type; `None` if nowhere.
    fn may_make_in(
        &self,
        known: Option<&CaseContext>,
        record_type: &RecordType,
    ) -> Option<&CompartmentCode> {
        let catalogue = &self.context.catalogue;
        let nothing = BTreeSet::new();
        let facts = match known {
            Some(known) => known.facts(),
            None => policy::CaseFacts {
                assigned: false,
                programs: &nothing,
                consents: &[],
                alone: None,
                emergency: &policy::NO_EMERGENCY,
            },
        };
        let own = record_type.belongs_to == BelongsTo::Itself;
        catalogue.compartments.keys().find(|compartment| {
            let may = |program| {
                let create =
                    Act::Create { way: self.way(), program, starts: own || known.is_none() };
                let subject = Subject { compartment, record_type: Some(record_type) };
                let (person, reach) = (self.person(), Reach::Facts(facts));
                policy::decide(catalogue, self.now, person, reach, subject, create).is_ok()
            };
            catalogue.can_live_in(record_type, compartment)
                && self.memberships.iter().any(|held| may(&held.program))
        })
    }

    /// The records of these types in a case that they may see.
    pub(super) fn of_types<'t>(
        &self,
        known: &CaseContext,
        case: CaseId,
        types: impl IntoIterator<Item = &'t RecordType>,
    ) -> Result<Vec<Listed>, StoreError> {
        let catalogue = &self.context.catalogue;
        let mut found = Vec::new();
        for record_type in types {
            for compartment in catalogue.compartments.keys() {
                if catalogue.can_live_in(record_type, compartment)
                    && self.may_see(known, compartment, &record_type.name)
                {
                    let scope = Scope { case, compartment: compartment.clone() };
                    let (name, all) = (&record_type.name, FeedSeq(i64::MAX.cast_unsigned()));
                    found.extend(self.db.listed_in_scope(&scope, name, all, OF_TYPE_MAX)?);
                }
            }
        }
        Ok(found)
    }

    /// The scopes of a case in which they may see anything.
    pub(super) fn scopes_seen(&self, known: &CaseContext, case: CaseId) -> Vec<Scope> {
        let catalogue = &self.context.catalogue;
        let sees = |compartment: &&CompartmentCode| {
            let types = catalogue.types.values();
            types
                .filter(|record_type| catalogue.can_live_in(record_type, compartment))
                .any(|record_type| self.may_see(known, compartment, &record_type.name))
        };
        let seen = catalogue.compartments.keys().filter(sees);
        seen.map(|compartment| Scope { case, compartment: compartment.clone() }).collect()
    }

    /// Returns the owners of the devices that wrote these changes, and the users whom they name.
    pub(super) fn names_of_history(
        &self,
        record_type: Option<&RecordType>,
        whole: &read::WholeRecord,
        names: &mut ShownNames,
    ) -> Result<(), ConsoleError> {
        let named = read::named_in(record_type, &whole.record.conflicts, &whole.history);
        names.users.append(&mut names_of(self.db, named)?);
        let owners = read::Names { db: self.db };
        let devices = whole.history.iter().map(|entry| entry.device);
        let values = whole.record.conflicts.iter().flat_map(|conflict| &conflict.values);
        for device in devices.chain(values.map(|value| value.device)) {
            names.devices.entry(device).or_insert_with(|| owners.of(device));
        }
        Ok(())
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

/// Consents, or records that open a case: a few stand in each.
const OF_TYPE_MAX: usize = 50;

/// Records that are named on one page: each is looked up.
const NAMED_RECORDS_MAX: usize = 100;
