//! What a new catalogue would change for those who work by the present one.
//!
//! Nearly everything may change: what was recorded before stays valid and labelled
//! ([`super::Earlier`]). What may not is what would make records unreadable, or homeless; each of
//! those is told together with the way to do it right.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};

use super::{Catalogue, Field, FieldKind, RecordType, Within};
use crate::ids::OptionCode;

/// One difference between two catalogues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which kind of difference it is: a stable name.
    pub code: &'static str,
    /// The type, field or other thing that is meant, such as `person.dob`.
    pub at: String,
    /// What is different, and what that means.
    pub what: String,
    /// What to do instead; only when records could never be read again.
    pub instead: Option<String>,
}

impl Difference {
    /// Returns whether records could not be read any more.
    pub fn is_unreadable(&self) -> bool {
        self.instead.is_some()
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)?;
        self.instead.iter().try_for_each(|instead| write!(f, "; instead, {instead}"))
    }
}

/// Everything that differs between a catalogue and the one that is to follow it, type by type.
pub fn compare(old: &Catalogue, new: &Catalogue) -> Vec<Difference> {
    let mut found = Found::default();
    found.department(old, new);
    for (name, before) in &old.types {
        let is_retired = old.is_retired(name);
        match new.types.get(name) {
            Some(after) => {
                let both = Both { old, new, at: name.to_string() };
                found.record_type(&both, before, after);
                if is_retired {
                    found.note("type_added", name, "is offered again");
                }
            }
            None if is_retired => {}
            None => found.note("type_removed", name, "is not made any more; its records stay"),
        }
    }
    for name in new.types.keys().filter(|name| !old.types.contains_key(*name)) {
        found.note("type_added", name, "is new");
    }
    found.0
}

/// The two catalogues, and where in them.
struct Both<'c> {
    old: &'c Catalogue,
    new: &'c Catalogue,
    at: String,
}

#[derive(Default)]
struct Found(Vec<Difference>);

impl Found {
    fn note(&mut self, code: &'static str, at: impl Display, what: impl Into<String>) {
        let (at, what) = (at.to_string(), what.into());
        self.0.push(Difference { code, at, what, instead: None });
    }

    fn unreadable(&mut self, code: &'static str, at: &str, what: String, instead: String) {
        self.0.push(Difference { code, at: at.to_owned(), what, instead: Some(instead) });
    }

    fn department(&mut self, old: &Catalogue, new: &Catalogue) {
        for (code, before) in &old.compartments {
            let Some(after) = new.compartments.get(code) else {
                let what = "the compartment is gone, and records live in it".to_owned();
                let instead = format!("keep {code} and take its letters out of access.toml");
                self.unreadable("compartment_removed", code.as_str(), what, instead);
                continue;
            };
            match (before.on_devices, after.on_devices) {
                (true, false) => {
                    let what = "leaves the phones; what they still hold of it is handed over";
                    self.note("compartment_off_phones", code, what);
                }
                (false, true) => self.note("compartment_on_phones", code, "comes to phones"),
                _ => {}
            }
        }
        for program in old.programs.keys().filter(|code| !new.programs.contains_key(*code)) {
            let what = "the program is gone: give its people other roles; its records stay";
            self.note("program_removed", program, what);
        }
        for role in old.roles.keys().filter(|code| !new.roles.contains_key(*code)) {
            self.note("role_removed", role, "the role is gone: whoever holds it may do nothing");
        }
        if old.access != new.access {
            self.note("rights_changed", "access.toml", "who may see what is another");
        }
    }

    fn record_type(&mut self, both: &Both<'_>, before: &RecordType, after: &RecordType) {
        let at = both.at.as_str();
        if before.belongs_to != after.belongs_to {
            let what = "belongs to something else than the records that there are".to_owned();
            self.unreadable("belongs_to_changed", at, what, new_type(at));
        }
        if before.compartment != after.compartment || before.placed != after.placed {
            let what = "lives elsewhere than the records that there are".to_owned();
            self.unreadable("compartment_changed", at, what, new_type(at));
        }
        if before.version > after.version {
            let what =
                format!("version {} comes after {}: raise it", after.version, before.version);
            self.note("version_not_raised", at, what);
        } else if before.version == after.version && asks_otherwise(both, before, after) {
            let what = format!("its fields differ and its version is still {}", after.version);
            self.note("version_not_raised", at, what);
        }
        if before.written_by != after.written_by
            || before.edited_by != after.edited_by
            || before.also_read_by != after.also_read_by
            || before.consent != after.consent
        {
            self.note("rights_changed", at, "who may write it, or see it, is another");
        }
        if before.decides != after.decides {
            self.note("decision_changed", at, "what its records decide on others is another");
        }
        if before.follow_ups != after.follow_ups {
            self.note("follow_up_changed", at, "what is to be done after it is another");
        }
        self.fields(both, &before.fields, &after.fields);
    }

    fn fields(&mut self, both: &Both<'_>, before: &[Field], after: &[Field]) {
        for field in before {
            let at = format!("{}.{}", both.at, field.name);
            match after.iter().find(|now| now.name == field.name) {
                Some(now) => self.field(&Both { at, ..*both }, field, now),
                None if field.retired => {}
                None => {
                    let what = "is not asked for any more; records keep it and its label";
                    self.note("field_removed", at, what);
                }
            }
        }
        for field in after.iter().filter(|now| before.iter().all(|field| field.name != now.name)) {
            let what = if field.required { "is new, and required" } else { "is new" };
            self.note("field_added", format!("{}.{}", both.at, field.name), what);
        }
    }

    fn field(&mut self, both: &Both<'_>, before: &Field, after: &Field) {
        let at = both.at.as_str();
        if before.kind.name() != after.kind.name() {
            let (was, is) = (before.kind.name(), after.kind.name());
            let name = &before.name;
            let what = format!("was a {was} field and is a {is}: what stands there is neither");
            let instead = format!("name the new field otherwise, and retire `{name}` as it was");
            self.unreadable("kind_changed", at, what, instead);
            return;
        }
        if !before.retired && after.retired {
            let what = "is retired: records keep it and its label";
            self.note("field_retired", at, what);
        }
        if !before.required && after.required {
            let what = "is required from now on; older records may lack it";
            self.note("field_required", at, what);
        }
        if before.review != after.review {
            self.note("merge_changed", at, "merges otherwise");
        }
        if before.guard != after.guard {
            self.note("rights_changed", at, "who may change it is another");
        }
        if before.within != after.within {
            self.note("dates_changed", at, format!("takes dates {}", told(&after.within)));
        }
        self.kind(both, &before.kind, &after.kind);
    }

    fn kind(&mut self, both: &Both<'_>, before: &FieldKind, after: &FieldKind) {
        let at = both.at.as_str();
        match before {
            FieldKind::Integer { min, max } => {
                let FieldKind::Integer { min: low, max: high } = after else { return };
                if low > min || high < max {
                    let what = format!("takes {low} to {high}, no longer {min} to {max}");
                    self.note("limits_tightened", at, what);
                } else if low < min || high > max {
                    self.note("limits_loosened", at, format!("takes {low} to {high}"));
                }
            }
            FieldKind::Ref { to } => {
                if matches!(after, FieldKind::Ref { to: now } if to != now) {
                    self.note("ref_changed", at, "names records of other types");
                }
            }
            FieldKind::Log { entry } => {
                if let Some(now) = after.entry() {
                    self.fields(both, entry, now);
                }
            }
            FieldKind::Choice { list } | FieldKind::Choices { list } => {
                if let Some(after) = after.list() {
                    self.options(both, list, after);
                }
            }
            FieldKind::Text
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Bool
            | FieldKind::User
            | FieldKind::Counter
            | FieldKind::SharedNote => {}
        }
    }

    fn options(&mut self, both: &Both<'_>, before: &str, after: &str) {
        let offered = |catalogue: &Catalogue, list: &str| -> BTreeSet<OptionCode> {
            let list = catalogue.code_lists.get(list);
            list.map(|list| list.order.iter().cloned().collect()).unwrap_or_default()
        };
        let (was, is) = (offered(both.old, before), offered(both.new, after));
        let kept = both.new.code_lists.get(after).map(|list| &list.options);
        for option in was.difference(&is) {
            let is_named = kept.is_some_and(|options| options.contains_key(option));
            let (code, how) = match is_named {
                true => ("option_retired", "is retired"),
                false => ("option_removed", "is removed, and so retired"),
            };
            let what = format!("option `{option}` {how}: records keep it and its label");
            self.note(code, &both.at, what);
        }
        for option in is.difference(&was) {
            self.note("option_added", &both.at, format!("option `{option}` is new"));
        }
    }
}

/// Returns whether the form asks for something else.
fn asks_otherwise(both: &Both<'_>, before: &RecordType, after: &RecordType) -> bool {
    let asked = |catalogue: &Catalogue, fields: &[Field]| -> BTreeMap<String, String> {
        let shown = |field: &Field| {
            let list = field.kind.list().and_then(|list| catalogue.code_lists.get(list));
            let options = list.map(|list| list.order.clone());
            let Field { kind, required, review, .. } = field;
            format!("{kind:?} {required} {review} {options:?}")
        };
        let open = fields.iter().filter(|field| !field.retired);
        open.map(|field| (field.name.to_string(), shown(field))).collect()
    };
    asked(both.old, &before.fields) != asked(both.new, &after.fields)
}

fn new_type(name: &str) -> String {
    format!("make a new type for it, and leave `{name}` as it was, or take its file away")
}

fn told(within: &Within) -> String {
    match (within.not_before, within.not_after) {
        (None, None) => "of any time".to_owned(),
        (Some(first), None) => format!("from {first} on"),
        (None, Some(last)) => format!("up to {last}"),
        (Some(first), Some(last)) => format!("from {first} to {last}"),
    }
}
