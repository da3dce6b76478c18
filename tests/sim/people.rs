//! The work of people on their phones.

use std::collections::BTreeSet;

use client_core::device::{Doubts, NewRecord, RecordError};
use client_core::engine::Reason;
use client_core::store::query::ListRow;
use model::catalogue::{Access, BelongsTo, FieldKind, PlacementRule, RecordType};
use model::document::EditError;
use model::ids::{CaseId, RecordId, RoleCode, TypeName};
use model::policy::Denial;
use model::record::{Edit, Problem};
use model::value::Scalar;
use rand::RngExt;

use crate::edits::Pen;
use crate::ledger::Saved;
use crate::world::World;

impl World {
    /// Somebody notes something: a new record, or an edit of one.
    pub(crate) fn somebody_records(&mut self) {
        let Some(phone) = self.some_phone() else { return };
        let rows = self.rows(phone);
        if rows.is_empty() || self.rng.random_bool(0.35) {
            self.make_something(phone, &rows);
        } else {
            let row = self.pick_busy(&rows);
            self.edit_record(phone, row.record);
        }
        if self.rng.random_bool(0.3) {
            self.want_sync(phone, Reason::Saved);
        }
    }

    /// Somebody opens a record, which is noted for the audit.
    pub(crate) fn somebody_looks(&mut self) {
        let Some(phone) = self.some_phone() else { return };
        let rows = self.rows(phone);
        if rows.is_empty() {
            return;
        }
        let row = self.pick(&rows);
        let now = self.phones[phone].now(self.clock);
        let (device, _) = self.phones[phone].running();
        match device.show(now, row.record) {
            Ok(_) | Err(RecordError::Locked) => {}
            Err(error) => panic!("phone {phone} cannot show {}: {error}", row.record),
        }
    }

    /// Two cases that several people work on, before anything goes wrong.
    pub(crate) fn first_cases(&mut self) {
        for (maker, others) in [(0, vec![1, 3]), (2, vec![0, 3])] {
            let Some(record) = self.make(maker, "person", None) else { continue };
            let case = CaseId::from(record);
            self.synchronize_until_quiet(maker);
            for person in others {
                self.assign(person, case);
            }
            self.shared.push(case);
        }
        for phone in self.alive() {
            self.synchronize_until_quiet(phone);
        }
    }

    /// Makes a record of a type that its maker may make, as far as the phone knows.
    fn make_something(&mut self, phone: usize, rows: &[ListRow]) {
        let roles = self.roles_known_to(phone);
        let types = self.types_to_make(&roles);
        if types.is_empty() {
            return;
        }
        let cases: BTreeSet<CaseId> = rows.iter().filter_map(|row| row.case).collect();
        let cases: Vec<CaseId> = cases.into_iter().collect();
        let rich: Vec<String> = types.iter().filter(|name| self.is_rich(name)).cloned().collect();
        let name = match self.rng.random_range(0..10) {
            0..2 if types.iter().any(|name| name == "person") => "person".to_owned(),
            2..5 if !rich.is_empty() => self.pick(&rich),
            5 if types.iter().any(|name| name == "consent") => "consent".to_owned(),
            _ => self.pick(&types),
        };
        let known = self.record_type(&name);
        if let PlacementRule::With(_) = known.placed {
            // It goes where its parent is.
            if !rows.is_empty() {
                self.make(phone, &name, None);
            }
            return;
        }
        let opened = !cases.is_empty() && self.opens_when_assigned(&roles, &known);
        let case = match known.belongs_to {
            BelongsTo::Itself | BelongsTo::Nothing => None,
            BelongsTo::Case if !opened => return,
            BelongsTo::CaseOrNothing if !opened || self.rng.random_bool(0.3) => None,
            BelongsTo::Case | BelongsTo::CaseOrNothing => Some(self.pick_case(&cases)),
        };
        self.make(phone, &name, case);
    }

    /// Makes a record, and enters it in the ledger when the phone says that it is saved.
    fn make(&mut self, phone: usize, name: &str, case: Option<CaseId>) -> Option<RecordId> {
        let known = self.record_type(name);
        let is_release = name == "consent" && self.rng.random_bool(0.7);
        let opens = self.opens_by_consent(phone);
        let mut edits = self.with_pen(phone, |pen| match is_release {
            true => pen.release(&opens),
            false => pen.first_values(&known),
        });
        if let PlacementRule::With(field) = &known.placed {
            let rows = self.rows(phone);
            let to = match known.field(field.as_str()).map(|field| &field.kind) {
                Some(FieldKind::Ref { to }) => to.clone(),
                _ => BTreeSet::new(),
            };
            let fits = |row: &&ListRow| to.is_empty() || to.contains(&row.record_type);
            let fitting: Vec<ListRow> = rows.iter().filter(fits).cloned().collect();
            let parent = self.pick_busy(if fitting.is_empty() { &rows } else { &fitting }).record;
            edits.retain(|edit| edit.field() != field);
            edits.push(Edit::Set { field: field.clone(), value: Scalar::Ref(parent) });
            self.tally.count("record beside another");
        }
        if name == "review" && !edits.iter().any(|edit| edit.field().as_str() == "decision") {
            edits.push(self.with_pen(phone, |pen| pen.decision()));
        }
        let now = self.phones[phone].now(self.clock);
        let (device, rng) = self.phones[phone].running();
        let new = NewRecord {
            record_type: known.name.clone(),
            case,
            program: None,
            edits: edits.clone(),
        };
        match device.new_record_with(now, rng, new, Doubts::Overrule) {
            Ok(record) => {
                let history = device.store().read().history(record).unwrap().expect("it is there");
                let hash = history.last().expect("it has a change").change;
                self.tally.count("create");
                self.tally.add("create person", u64::from(name == "person"));
                let decides = |edit: &Edit| edit.field().as_str() == "decision";
                self.tally.add("record decided", u64::from(edits.iter().any(decides)));
                let place = case.map_or_else(String::new, |case| format!(" of {case}"));
                self.trace.say(format!("phone {phone} makes {name} {record}{place}: {hash}"));
                let step = self.trace.step();
                let saved = Saved { step, phone, record, hash, edits, excused: None };
                self.ledger.saves.push(saved);
                Some(record)
            }
            Err(error) => {
                self.could_not(phone, &format!("make {name}"), &error);
                None
            }
        }
    }

    /// Edits a record or decides one of its conflicts.
    pub(crate) fn edit_record(&mut self, phone: usize, record: RecordId) {
        let (device, _) = self.phones[phone].running();
        let Some(view) = device.store().read().record_view(record).unwrap() else { return };
        let known = self.record_type(view.record_type.as_str());
        let decide = self.rng.random_bool(0.2);
        let edits: Vec<Edit> = self.with_pen(phone, |pen| {
            let decision = if decide { pen.resolution(&view) } else { None };
            decision.map_or_else(|| pen.edits(&known, &view), |edit| vec![edit])
        });
        if edits.is_empty() {
            return;
        }
        self.save_edits(phone, record, edits, &known);
    }

    fn save_edits(&mut self, phone: usize, record: RecordId, edits: Vec<Edit>, known: &RecordType) {
        let now = self.phones[phone].now(self.clock);
        let (device, rng) = self.phones[phone].running();
        match device.edit_with(now, rng, record, edits.clone(), Doubts::Overrule) {
            Ok(Some(hash)) => {
                let what: Vec<_> = edits.iter().map(|edit| edit.field().as_str()).collect();
                self.trace.say(format!("phone {phone} edits {record} {what:?}: {hash}"));
                let step = self.trace.step();
                self.ledger.saves.push(Saved { step, phone, record, hash, edits, excused: None });
            }
            Ok(None) => {}
            Err(RecordError::Policy(Denial::Field { field, .. })) => {
                // They leave alone what is not theirs to change, and save the rest.
                self.tally.count("guarded field left alone");
                self.trace.say(format!("phone {phone} may not change {field} of {record}"));
                let theirs = |edit: &Edit| {
                    known.field(edit.field().as_str()).is_none_or(|field| field.guard.is_none())
                };
                let before = edits.len();
                let rest: Vec<Edit> = edits.into_iter().filter(theirs).collect();
                // What a review decides is another record's field: nothing is left of it.
                if !rest.is_empty() && rest.len() < before {
                    self.save_edits(phone, record, rest, known);
                }
            }
            Err(RecordError::Policy(Denial::NotDiscloser { field })) => {
                // All they note of a consent that is not theirs to give is that it was revoked.
                self.tally.count("consent left to whom it discloses");
                self.trace.say(format!("phone {phone} may not note {field} of {record}"));
                let is_revocation = |edit: &Edit| matches!(edit, Edit::Set { field, .. } if field.as_str() == "revoked");
                let rest: Vec<Edit> = edits.into_iter().filter(is_revocation).collect();
                if !rest.is_empty() {
                    self.save_edits(phone, record, rest, known);
                }
            }
            Err(RecordError::Edit(EditError::Fields(problems)))
                if problems.iter().any(|wrong| is_of_the_form(&wrong.problem)) =>
            {
                // They leave out what the form does not ask as the record stands, and save the rest.
                self.tally.count("edit left to another form");
                let before = edits.len();
                let is_wrong =
                    |edit: &Edit| problems.iter().any(|wrong| wrong.field == *edit.field());
                let rest: Vec<Edit> = edits.into_iter().filter(|edit| !is_wrong(edit)).collect();
                if !rest.is_empty() && rest.len() < before {
                    self.save_edits(phone, record, rest, known);
                }
            }
            Err(error) => self.could_not(phone, &format!("edit {record}"), &error),
        }
    }

    /// The records on a phone, as its list shows them.
    pub(crate) fn rows(&self, phone: usize) -> Vec<ListRow> {
        let device = self.phones[phone].device.as_ref().expect("the program runs");
        device.store().read().list(&client_core::store::query::ListFilter::default()).unwrap()
    }

    pub(crate) fn record_type(&self, name: &str) -> RecordType {
        self.catalogue.record_type(&name.parse().unwrap()).expect("the type is there").clone()
    }

    /// A refusal that a person gets at once, because of what happened before. Nothing was saved.
    fn could_not(&mut self, phone: usize, what: &str, error: &RecordError) {
        match error {
            RecordError::Locked
            | RecordError::NotFound
            | RecordError::Refused
            | RecordError::CaseNotHeld(_)
            | RecordError::Policy(_) => {
                self.tally.count("could not save");
                self.trace.say(format!("phone {phone} cannot {what}: {error}"));
            }
            // It names a record that it may not name.
            RecordError::Edit(EditError::Fields(problems))
                if problems.iter().all(|it| matches!(it.problem, Problem::Link(_))) =>
            {
                self.tally.count("link refused");
                self.trace.say(format!("phone {phone} cannot {what}: {error}"));
            }
            // A supervisor who approves by hand.
            RecordError::Edit(EditError::Fields(problems))
                if problems.iter().all(|it| matches!(it.problem, Problem::DecidedBy { .. })) =>
            {
                self.tally.count("decision left to a review");
                self.trace.say(format!("phone {phone} cannot {what}: {error}"));
            }
            // What the form does not ask, or not so, as the record stands.
            RecordError::Edit(EditError::Fields(problems))
                if problems.iter().all(|it| is_of_the_form(&it.problem)) =>
            {
                self.tally.count("form refused it");
                self.trace.say(format!("phone {phone} cannot {what}: {error}"));
            }
            _ => panic!("phone {phone} cannot {what}: {error:?}"),
        }
    }

    /// Returns whether records of a type have what few have: a counter, or a text that several
    /// write.
    fn is_rich(&self, name: &str) -> bool {
        let kinds = self.record_type(name).fields.into_iter().map(|field| field.kind);
        kinds.into_iter().any(|kind| matches!(kind, FieldKind::Counter | FieldKind::SharedNote))
    }

    fn roles_known_to(&mut self, phone: usize) -> BTreeSet<RoleCode> {
        let (device, _) = self.phones[phone].running();
        let held = device.store().read().memberships().unwrap();
        held.into_iter().map(|held| held.role).collect()
    }

    fn types_to_make(&self, roles: &BTreeSet<RoleCode>) -> Vec<String> {
        let types = self.catalogue.types.values().filter(|known| {
            self.catalogue.compartments[&known.compartment].on_devices
                && !known.written_by.is_disjoint(roles)
        });
        types.map(|known| known.name.to_string()).collect()
    }

    /// Returns whether a case that is assigned to somebody with these roles is open to them where
    /// records of this type live. It is not always: a request for care is written by officers, who
    /// do not read it.
    fn opens_when_assigned(&self, roles: &BTreeSet<RoleCode>, known: &RecordType) -> bool {
        let compartment = &known.compartment;
        roles.iter().any(|role| self.catalogue.access(role, compartment) == Access::Write)
    }

    /// Returns the compartments that a user's consent opens: mostly those that the user may open.
    fn opens_by_consent(&mut self, phone: usize) -> Vec<&'static str> {
        const ALL: [(&str, &str); 3] = [("hsp", "HR"), ("out", "OW"), ("ren", "RN")];
        let roles = self.roles_known_to(phone);
        let is_careless = self.rng.random_bool(0.2);
        let theirs = ALL.iter().filter(|(_, role)| is_careless || roles.contains(*role));
        theirs.map(|(option, _)| *option).collect()
    }

    fn with_pen<T>(&mut self, phone: usize, write: impl FnOnce(&mut Pen<'_>) -> T) -> T {
        let now = self.phones[phone].now(self.clock);
        // What they can name is what they see.
        let shared: Vec<RecordId> = self.shared.iter().map(|case| (*case).into()).collect();
        let (device, _) = self.phones[phone].running();
        let type_of = |record| device.store().read().type_of(record).unwrap();
        let known = shared.into_iter().filter_map(|record| Some((record, type_of(record)?)));
        let known: Vec<(RecordId, TypeName)> = known.collect();
        let me = device.store().user();
        let catalogue = std::sync::Arc::clone(&self.catalogue);
        write(&mut Pen {
            rng: &mut self.rng,
            catalogue: &catalogue,
            now,
            tally: &mut self.tally,
            words: &mut self.words,
            me,
            known: &known,
        })
    }

    /// A record that others are likely to write to as well.
    fn pick_busy(&mut self, rows: &[ListRow]) -> ListRow {
        let shared: Vec<ListRow> = rows
            .iter()
            .filter(|row| row.case.is_some_and(|case| self.shared.contains(&case)))
            .cloned()
            .collect();
        if shared.is_empty() || self.rng.random_bool(0.4) {
            self.pick(rows)
        } else {
            self.pick(&shared)
        }
    }

    fn pick_case(&mut self, cases: &[CaseId]) -> CaseId {
        let shared: Vec<_> = cases.iter().filter(|c| self.shared.contains(c)).copied().collect();
        if shared.is_empty() || self.rng.random_bool(0.5) {
            self.pick(cases)
        } else {
            self.pick(&shared)
        }
    }
}

/// Returns whether a form asks otherwise as a record stands.
fn is_of_the_form(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::NotAsked
            | Problem::ReadOnly
            | Problem::Required
            | Problem::RequiredHere { .. }
            | Problem::Limit { .. }
    )
}
