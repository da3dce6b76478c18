//! What was in force before the present catalogue, for what was recorded under it.
//!
//! A phone that is offline works by the form it has; what its owner enters there arrives, whatever
//! the department has changed meanwhile. So what an earlier catalogue admitted stays admitted, from
//! the version that a record was made with on, and what was taken out of a catalogue stays known:
//! it is *retired*, as if it said so. Who may write is never asked of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Catalogue, CodeList, Field, FieldKind, RecordType};
use crate::ids::{ProgramCode, TypeName};

/// What was in force before, as far as it differs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Earlier {
    /// The forms of each type, oldest first; none that is like the one after it.
    forms: BTreeMap<TypeName, Vec<Form>>,
    /// The types that the present catalogue has not.
    types: BTreeSet<TypeName>,
    /// The programs that there were.
    programs: BTreeSet<ProgramCode>,
}

/// One type as a catalogue had it, with the code lists that its fields name.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The type.
    pub record_type: RecordType,
    /// The lists by their names.
    pub lists: BTreeMap<String, CodeList>,
}

impl Form {
    fn of(catalogue: &Catalogue, record_type: &RecordType) -> Self {
        let mut lists = BTreeMap::new();
        for name in list_names(&record_type.fields) {
            if let Some(list) = catalogue.code_lists.get(name) {
                lists.insert(name.to_owned(), list.clone());
            }
        }
        Self { record_type: record_type.clone(), lists }
    }

    /// Returns whether what is entered by one is entered by the other: who may, and what follows,
    /// is not asked.
    fn takes_the_same(&self, other: &Self) -> bool {
        let (this, that) = (&self.record_type, &other.record_type);
        this.version == that.version && this.fields == that.fields && self.lists == other.lists
    }
}

/// The code lists that these fields name, those of log entries included.
fn list_names(fields: &[Field]) -> impl Iterator<Item = &str> {
    let entries = fields.iter().flat_map(|field| field.kind.entry().unwrap_or_default());
    fields.iter().chain(entries).filter_map(|field| field.kind.list())
}

impl Catalogue {
    /// This catalogue as the one that comes after these, oldest first. What they had, and it has
    /// not, is retired in it.
    #[must_use]
    pub fn after(mut self, earlier: impl IntoIterator<Item = Self>) -> Self {
        for before in earlier {
            self.earlier.programs.extend(before.programs.keys().cloned());
            for (name, record_type) in &before.types {
                let form = Form::of(&before, record_type);
                let forms = self.earlier.forms.entry(name.clone()).or_default();
                if !forms.last().is_some_and(|last| last.takes_the_same(&form)) {
                    forms.push(form);
                }
            }
        }
        for (name, forms) in std::mem::take(&mut self.earlier.forms) {
            self.retire_from(&name, &forms);
            self.earlier.forms.insert(name, forms);
        }
        self
    }

    /// Takes up what is not there any more, the newest of each.
    fn retire_from(&mut self, name: &TypeName, forms: &[Form]) {
        for form in forms.iter().rev() {
            let present = self.types.entry(name.clone()).or_insert_with(|| {
                self.earlier.types.insert(name.clone());
                // Nobody is to do anything because of it any more.
                RecordType { follow_ups: Vec::new(), ..form.record_type.clone() }
            });
            retire_fields(&mut present.fields, &form.record_type.fields);
            for (here, there) in pairs(&present.fields, &form.record_type.fields) {
                let Some(before) = form.lists.get(there) else { continue };
                let list = self.code_lists.entry(here.to_owned()).or_default();
                for (option, label) in &before.options {
                    list.options.entry(option.clone()).or_insert_with(|| label.clone());
                }
            }
        }
    }

    /// Returns whether the present catalogue has no such type, and an earlier one had.
    pub fn is_retired(&self, record_type: &TypeName) -> bool {
        self.earlier.types.contains(record_type)
    }

    /// Returns whether there is, or was, such a program.
    pub fn knows_program(&self, program: &ProgramCode) -> bool {
        self.programs.contains_key(program) || self.earlier.programs.contains(program)
    }

    /// Returns the earlier forms by which a record made with this version of its type may have been
    /// written, and its later edits: from the first of that version on. Two forms may say the same
    /// version and differ.
    pub fn forms_since(&self, record_type: &TypeName, version: u32) -> &[Form] {
        let Some(forms) = self.earlier.forms.get(record_type) else { return &[] };
        let of_version = |form: &Form| form.record_type.version >= version;
        forms.iter().position(of_version).map_or(&[], |first| &forms[first..])
    }
}

/// Adds the fields that were there before, and the parts of entries.
fn retire_fields(present: &mut Vec<Field>, before: &[Field]) {
    for field in before {
        match present.iter_mut().find(|now| now.name == field.name) {
            None => {
                present.push(Field { required: false, retired: true, ..field.clone() });
            }
            Some(Field { kind: FieldKind::Log { entry: now }, .. }) => {
                if let FieldKind::Log { entry } = &field.kind {
                    retire_fields(now, entry);
                }
            }
            Some(_) => {}
        }
    }
}

/// The code lists of fields of the same name and kind, as each side calls them.
fn pairs<'f>(here: &'f [Field], there: &'f [Field]) -> Vec<(&'f str, &'f str)> {
    let mut pairs = Vec::new();
    for field in there {
        let Some(now) = here.iter().find(|now| now.name == field.name) else { continue };
        match (now.kind.entry(), field.kind.entry()) {
            (Some(now), Some(entry)) => pairs.extend(self::pairs(now, entry)),
            (_, _) if now.kind.name() == field.kind.name() => {
                pairs.extend(now.kind.list().zip(field.kind.list()));
            }
            (_, _) => {}
        }
    }
    pairs
}
