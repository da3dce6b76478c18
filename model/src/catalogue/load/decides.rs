//! `decides` in `[type]`: how its records decide on others.

use std::collections::{BTreeMap, BTreeSet};

use super::Known;
use super::fields::{Fields, Named};
use super::problem::{Need, Thing, unknown, wrong_kind};
use super::section::Section;
use crate::catalogue::{CodeList, Decides, Field, FieldKind};
use crate::ids::{FieldName, OptionCode, RoleCode};
use crate::words::Message;

/// Reads the `decides` table of a type whose records these roles make.
pub(super) fn read_decides(
    mut section: Section<'_>,
    known: &Known<'_>,
    fields: &Fields,
    inline_lists: &BTreeMap<String, CodeList>,
    written_by: Option<&BTreeSet<RoleCode>>,
) -> Option<Decides> {
    let decides = read_keys(&mut section)?;
    let check = Check { section: &section, decides: &decides, known, fields, inline_lists };
    check.record();
    check.marks();
    let decided = check.deciding_list();
    check.set_field(decided, written_by);
    Some(decides)
}

fn read_keys(section: &mut Section<'_>) -> Option<Decides> {
    let mut name = |key| {
        let name = section.parsed::<FieldName>(key);
        section.required(key, name)
    };
    let (record, by, sets) = (name("record")?, name("by")?, name("sets")?);
    let undone = section.parsed::<OptionCode>("undone");
    let undone = section.required("undone", undone);
    let marks = section.parsed::<FieldName>("marks");
    section.finish();
    Some(Decides { record, by, sets, undone: undone?, marks })
}

/// Compares the table with the fields that it names.
struct Check<'c> {
    section: &'c Section<'c>,
    decides: &'c Decides,
    known: &'c Known<'c>,
    fields: &'c Fields,
    inline_lists: &'c BTreeMap<String, CodeList>,
}

impl<'c> Check<'c> {
    /// The field that names the record on which is decided must be a ref.
    fn record(&self) {
        if let Some(field) = self.field("record", &self.decides.record)
            && !matches!(field.kind, FieldKind::Ref { .. })
        {
            self.section.mistake("record", wrong_kind(field, Need::Ref));
        }
    }

    /// The field that says which fields are meant must be a text.
    fn marks(&self) {
        if let Some(name) = &self.decides.marks
            && let Some(field) = self.field("marks", name)
            && !matches!(field.kind, FieldKind::Text)
        {
            self.section.mistake("marks", wrong_kind(field, Need::TextField));
        }
    }

    /// Returns the options of the field that holds the decision.
    fn deciding_list(&self) -> Option<&'c CodeList> {
        self.list("by", self.field("by", &self.decides.by)?)
    }

    /// The field that a decision sets is one that every type has, takes each decision, and is
    /// guarded.
    fn set_field(&self, decided: Option<&CodeList>, written_by: Option<&BTreeSet<RoleCode>>) {
        let sets = &self.decides.sets;
        let Some(field) = self.field("sets", sets) else { return };
        let becomes = self.list("sets", field);
        if self.fields.own().iter().any(|own| own.name == *sets) {
            self.section.mistake("sets", Message::new("field_of_its_own"));
        }
        if let (Some(decided), Some(becomes)) = (decided, becomes) {
            self.options(decided, becomes);
        }
        self.guard(field, decided, written_by);
    }

    /// Each decision, and what stands there when one is undone, is a value of the field that is set.
    fn options(&self, decided: &CodeList, becomes: &CodeList) {
        for option in decided.options.keys().filter(|it| !becomes.options.contains_key(*it)) {
            let problem = unknown(Thing::Option, option, &becomes.order);
            self.section.mistake("by", Message::new("decides_for").inside("problem", problem));
        }
        let undone = &self.decides.undone;
        if !becomes.options.contains_key(undone) {
            self.section.mistake("undone", unknown(Thing::Option, undone, &becomes.order));
        } else if decided.options.contains_key(undone) {
            self.section.mistake("undone", Message::new("undone_decides").with("option", undone));
        }
    }

    /// Checks that roles that decide by a record may change the field themselves, and that nobody else
    /// sets what is decided.
    fn guard(
        &self,
        field: &Field,
        decided: Option<&CodeList>,
        written_by: Option<&BTreeSet<RoleCode>>,
    ) {
        let Some(guard) = &field.guard else {
            self.section.mistake("sets", Message::new("unguarded").with("field", &field.name));
            return;
        };
        for role in written_by.into_iter().flatten().filter(|it| !guard.changed_by.contains(*it)) {
            let problem = Message::new("maker_may_not_change").with("role", role);
            self.section.mistake("sets", problem.with("field", &field.name));
        }
        let options = decided.into_iter().flat_map(|list| list.options.keys());
        for option in options.filter(|option| guard.others_set.contains(*option)) {
            let problem = Message::new("for_everybody_to_set").with("option", option);
            self.section.mistake("by", problem.with("field", &field.name));
        }
    }

    fn field(&self, key: &str, name: &FieldName) -> Option<&'c Field> {
        match self.fields.named(name) {
            Named::Field(field) => Some(field),
            Named::Mistaken => None,
            Named::Nothing => {
                self.section.mistake(key, unknown(Thing::Field, name, self.fields.names()));
                None
            }
        }
    }

    fn list(&self, key: &str, field: &Field) -> Option<&'c CodeList> {
        let FieldKind::Choice { list } = &field.kind else {
            self.section.mistake(key, wrong_kind(field, Need::Choice));
            return None;
        };
        let shared = || self.known.code_lists.and_then(|lists| lists.get(list));
        self.inline_lists.get(list).or_else(shared)
    }
}
