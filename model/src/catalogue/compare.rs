//! What a new catalogue would change for those who work by the present one.
//!
//! Nearly everything may change: what was recorded before stays valid and labelled
//! ([`super::Earlier`]). What may not is what would make records unreadable, or homeless; each of
//! those is told together with the way to do it right.

mod impact;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};

use super::{Catalogue, Field, FieldKind, Question, RecordType, Within};
use crate::ids::OptionCode;
use crate::words::{Explained, LanguageTag, Message};

pub use impact::impact;

/// One difference between two catalogues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which kind of difference it is: a stable name.
    pub code: &'static str,
    /// The type, field or other thing that is meant, such as `person.dob`.
    pub at: String,
    /// What is different, and what that means.
    pub what: Message,
    /// What to do instead; only when records could never be read again.
    pub instead: Option<Message>,
}

impl Difference {
    /// Returns whether records could not be read any more.
    pub fn is_unreadable(&self) -> bool {
        self.instead.is_some()
    }

    /// Returns all of it in one line, in a language.
    pub fn in_language(&self, language: impl Into<LanguageTag>) -> String {
        self.message().told(language)
    }
}

impl Explained for Difference {
    fn message(&self) -> Message {
        let found = Message::new("difference").with("at", &self.at);
        let found = found.inside("what", self.what.clone());
        self.instead.iter().fold(found, |found, instead| found.inside("instead", instead.clone()))
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
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
                    found.note("type_added", name, Message::new("type_again"));
                }
            }
            None if is_retired => {}
            None => found.note("type_removed", name, Message::new("type_removed")),
        }
    }
    for name in new.types.keys().filter(|name| !old.types.contains_key(*name)) {
        found.note("type_added", name, Message::new("type_new"));
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
    fn note(&mut self, code: &'static str, at: impl Display, what: Message) {
        self.0.push(Difference { code, at: at.to_string(), what, instead: None });
    }

    fn unreadable(&mut self, code: &'static str, at: &str, what: Message, instead: Message) {
        self.0.push(Difference { code, at: at.to_owned(), what, instead: Some(instead) });
    }

    fn department(&mut self, old: &Catalogue, new: &Catalogue) {
        for (code, before) in &old.compartments {
            let Some(after) = new.compartments.get(code) else {
                let what = Message::new("compartment_removed");
                let instead = Message::new("keep_compartment").with("compartment", code);
                self.unreadable("compartment_removed", code.as_str(), what, instead);
                continue;
            };
            match (before.on_devices, after.on_devices) {
                (true, false) => {
                    let what = Message::new("compartment_off_phones");
                    self.note("compartment_off_phones", code, what);
                }
                (false, true) => {
                    let what = Message::new("compartment_on_phones");
                    self.note("compartment_on_phones", code, what);
                }
                _ => {}
            }
        }
        for program in old.programs.keys().filter(|code| !new.programs.contains_key(*code)) {
            self.note("program_removed", program, Message::new("program_removed"));
        }
        for role in old.roles.keys().filter(|code| !new.roles.contains_key(*code)) {
            self.note("role_removed", role, Message::new("role_removed"));
        }
        for language in old.languages.difference(&new.languages) {
            let what = Message::new("language_removed");
            self.note("language_removed", language, what);
        }
        for language in new.languages.difference(&old.languages) {
            self.note("language_added", language, Message::new("language_added"));
        }
        if old.access != new.access {
            self.note("rights_changed", "access.toml", Message::new("rights_in_matrix"));
        }
    }

    fn record_type(&mut self, both: &Both<'_>, before: &RecordType, after: &RecordType) {
        let at = both.at.as_str();
        if before.belongs_to != after.belongs_to {
            let what = Message::new("belongs_to_changed");
            self.unreadable("belongs_to_changed", at, what, new_type(at));
        }
        if before.compartment != after.compartment || before.placed != after.placed {
            let what = Message::new("compartment_changed");
            self.unreadable("compartment_changed", at, what, new_type(at));
        }
        if before.version > after.version {
            let what = Message::new("version_goes_back").with("version", after.version);
            self.note("version_not_raised", at, what.with("before", before.version));
        } else if before.version == after.version && asks_otherwise(both, before, after) {
            let what = Message::new("version_stays").with("version", after.version);
            self.note("version_not_raised", at, what);
        }
        if before.written_by != after.written_by
            || before.edited_by != after.edited_by
            || before.also_read_by != after.also_read_by
            || before.consent != after.consent
        {
            self.note("rights_changed", at, Message::new("rights_in_type"));
        }
        if before.decides != after.decides {
            self.note("decision_changed", at, Message::new("decision_changed"));
        }
        if before.together != after.together {
            self.note("together_changed", at, Message::new("together_changed"));
        }
        if before.puts_off != after.puts_off {
            self.note("put_off_changed", at, Message::new("put_off_changed"));
        }
        if before.stamps != after.stamps {
            self.note("stamps_changed", at, Message::new("stamps_changed"));
        }
        if before.follow_ups != after.follow_ups {
            self.note("follow_up_changed", at, Message::new("follow_up_changed"));
        }
        if before.sections != after.sections {
            self.note("sections_changed", at, Message::new("sections_changed"));
        }
        self.fields(both, &before.fields, &after.fields);
    }

    fn fields(&mut self, both: &Both<'_>, before: &[Field], after: &[Field]) {
        for field in before {
            let at = format!("{}.{}", both.at, field.name);
            match after.iter().find(|now| now.name == field.name) {
                Some(now) => self.field(&Both { at, ..*both }, field, now),
                None if field.retired => {}
                None => self.note("field_removed", at, Message::new("field_removed")),
            }
        }
        for field in after.iter().filter(|now| before.iter().all(|field| field.name != now.name)) {
            let what = if field.required { "field_new_and_required" } else { "field_new" };
            self.note("field_added", format!("{}.{}", both.at, field.name), Message::new(what));
        }
    }

    fn field(&mut self, both: &Both<'_>, before: &Field, after: &Field) {
        let at = both.at.as_str();
        if before.kind.name() != after.kind.name() {
            let what = Message::new("kind_changed").with("was", before.kind.name());
            let what = what.with("is", after.kind.name());
            let instead = Message::new("new_field_instead").with("field", &before.name);
            self.unreadable("kind_changed", at, what, instead);
            return;
        }
        if !before.retired && after.retired {
            self.note("field_retired", at, Message::new("field_retired"));
        }
        if !before.required && after.required {
            self.note("field_required", at, Message::new("field_required"));
        }
        if before.review != after.review {
            self.note("merge_changed", at, Message::new("merge_changed"));
        }
        if before.guard != after.guard {
            self.note("rights_changed", at, Message::new("rights_in_field"));
        }
        if before.within != after.within {
            let what = Message::new("dates_changed").inside("within", dates(&after.within));
            self.note("dates_changed", at, what);
        }
        self.question(at, &before.question, &after.question);
        self.kind(both, &before.kind, &after.kind);
    }

    /// Compares how forms ask for a field.
    fn question(&mut self, at: &str, before: &Question, after: &Question) {
        let words = |asked: &Question| {
            let Question { section, note, hint, example, required_message, .. } = asked.clone();
            (section, note, hint, example, required_message)
        };
        for (code, is_other) in [
            ("asked_when_changed", before.shown_when != after.shown_when),
            ("required_when_changed", before.required_when != after.required_when),
            ("read_only_when_changed", before.read_only_when != after.read_only_when),
            ("choices_when_changed", before.choices_when != after.choices_when),
            ("answer_limits_changed", before.limits != after.limits),
            ("default_changed", before.default != after.default),
            ("computed_changed", before.computed != after.computed),
            ("question_words_changed", words(before) != words(after)),
        ] {
            if is_other {
                self.note(code, at, Message::new(code));
            }
        }
    }

    fn kind(&mut self, both: &Both<'_>, before: &FieldKind, after: &FieldKind) {
        let at = both.at.as_str();
        match before {
            FieldKind::Integer { min, max } => {
                let FieldKind::Integer { min: low, max: high } = after else { return };
                self.limits(at, [*min, *max], [*low, *high], |it| it.to_string());
            }
            FieldKind::Decimal { min, max, places, unit } => {
                let FieldKind::Decimal { min: low, max: high, places: now, unit: is } = after
                else {
                    return;
                };
                if unit != is {
                    self.note("unit_changed", at, Message::new("unit_changed"));
                }
                if now < places {
                    let what = Message::new("places_fewer").with("places", now);
                    self.note("limits_tightened", at, what.with("before", places));
                }
                self.limits(at, [*min, *max], [*low, *high], |it| it.to_string());
            }
            FieldKind::Duration { min, max } => {
                let FieldKind::Duration { min: low, max: high } = after else { return };
                self.limits(at, [*min, *max], [*low, *high], |it| it.in_words());
            }
            FieldKind::Ref { to } | FieldKind::Refs { to } => {
                if after.names().is_some_and(|now| to != now) {
                    self.note("ref_changed", at, Message::new("ref_changed"));
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
            | FieldKind::Time
            | FieldKind::Phone
            | FieldKind::User
            | FieldKind::Counter
            | FieldKind::SharedNote => {}
        }
    }

    /// Compares the bounds of numbers and lengths.
    fn limits<T: PartialOrd + Copy>(
        &mut self,
        at: &str,
        [min, max]: [T; 2],
        [low, high]: [T; 2],
        shown: impl Fn(T) -> String,
    ) {
        let now = |code| Message::new(code).with("low", shown(low)).with("high", shown(high));
        if low > min || high < max {
            let what = now("limits_tightened").with("min", shown(min)).with("max", shown(max));
            self.note("limits_tightened", at, what);
        } else if low < min || high > max {
            self.note("limits_loosened", at, now("limits_loosened"));
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
            let code = if is_named { "option_retired" } else { "option_removed" };
            self.note(code, &both.at, Message::new(code).with("option", option));
        }
        for option in is.difference(&was) {
            let what = Message::new("option_added").with("option", option);
            self.note("option_added", &both.at, what);
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

fn new_type(name: &str) -> Message {
    Message::new("new_type_instead").with("type", name)
}

fn dates(within: &Within) -> Message {
    let told = Message::new(match (within.not_before, within.not_after) {
        (None, None) => "dates_any",
        (Some(_), None) => "dates_from",
        (None, Some(_)) => "dates_until",
        (Some(_), Some(_)) => "dates_between",
    });
    let bounds = [("first", within.not_before), ("last", within.not_after)];
    let bounds = bounds.into_iter().filter_map(|(name, bound)| Some((name, bound?.message())));
    bounds.fold(told, |told, (name, bound)| told.inside(name, bound))
}
