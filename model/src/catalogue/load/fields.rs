//! Fields and code lists.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;

use super::Known;
use super::guard::read_guard;
use super::problem::{
    Need, Pair, Shape, Thing, listed, not_both, only_for, quoted, twice, unknown,
};
use super::question::read_question;
use super::section::Section;
use crate::catalogue::{Bound, CodeList, Field, FieldKind, Meaning, Within};
use crate::decimal::PLACES_MAX;
use crate::ids::{FieldName, OptionCode, TypeName};
use crate::words::{Explained as _, Message};

/// The fields of one file. A field that has a mistake in it is declared but not read: others may
/// name it, and nothing more is checked of it.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) read: Vec<Field>,
    declared: BTreeSet<FieldName>,
    /// Part of the fields could not be read at all, so any name may be one of them.
    incomplete: bool,
    /// How many of those that were read are the type's own; the others are every type's.
    own: usize,
}

/// What a name stands for.
pub(super) enum Named<'f> {
    Field(&'f Field),
    Mistaken,
    Nothing,
}

impl Fields {
    /// Stands for the fields of a file that could not be read.
    pub(super) fn unreadable() -> Self {
        Self { incomplete: true, ..Self::default() }
    }

    pub(super) fn named(&self, name: &FieldName) -> Named<'_> {
        match self.read.iter().find(|field| field.name == *name) {
            Some(field) => Named::Field(field),
            None if self.incomplete || self.declared.contains(name) => Named::Mistaken,
            None => Named::Nothing,
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &FieldName> {
        self.declared.iter()
    }

    /// Those that stand in the type's own file.
    pub(super) fn own(&self) -> &[Field] {
        self.read.get(..self.own).unwrap_or_default()
    }

    /// Returns whether there may be more than was read.
    pub(super) fn are_incomplete(&self) -> bool {
        self.incomplete || self.declared.len() > self.read.len()
    }

    /// Adds the fields that every type has.
    pub(super) fn extend_with(&mut self, common: &Self) {
        self.own = self.read.len();
        self.read.extend(common.read.iter().cloned());
        self.declared.extend(common.declared.iter().cloned());
        self.incomplete |= common.incomplete;
    }
}

/// Reads `code_lists.toml`.
pub(super) fn read_code_lists(mut file: Section<'_>) -> BTreeMap<String, CodeList> {
    let mut lists = BTreeMap::new();
    for mut section in file.tables("list", "name") {
        // The same form as a field's name, so never that of an inline list, which has a dot.
        let name = section.parsed::<FieldName>("name");
        let name = section.required("name", name);
        let list = read_options(&mut section);
        if let Some(name) = name
            && lists.insert(name.to_string(), list).is_some()
        {
            section.mistake("name", twice(Pair::Lists));
        }
        section.finish();
    }
    file.finish();
    lists
}

/// Reads fields one after the other. Lists that stand in a field are kept under `prefix.FIELD`.
pub(super) struct FieldReader<'r> {
    pub(super) known: &'r Known<'r>,
    pub(super) prefix: String,
    /// The names that cannot be taken again.
    pub(super) common: &'r Fields,
    pub(super) inline_lists: &'r mut BTreeMap<String, CodeList>,
}

impl FieldReader<'_> {
    pub(super) fn read_all(&mut self, sections: Vec<Section<'_>>) -> Fields {
        let mut fields = Fields::default();
        for mut section in sections {
            let name = section.parsed::<FieldName>("name");
            let name = section.required("name", name);
            if let Some(name) = &name {
                self.check_name(&section, name, &fields);
            }
            let field = self.read_field(&mut section, name.clone());
            let is_new = name.is_some_and(|name| fields.declared.insert(name));
            fields.read.extend(field.filter(|_| is_new));
        }
        fields
    }

    fn check_name(&self, section: &Section<'_>, name: &FieldName, fields: &Fields) {
        if fields.declared.contains(name) {
            section.mistake("name", twice(Pair::Fields));
        } else if self.common.declared.contains(name) {
            section.mistake("name", Message::new("field_of_every_type"));
        } else if RESERVED.contains(&name.as_str()) {
            let problem = Message::new("name_taken").with("names", listed(RESERVED));
            section.mistake("name", problem);
        }
    }

    fn read_field(&mut self, section: &mut Section<'_>, name: Option<FieldName>) -> Option<Field> {
        let label = section.label("label");
        let required = section.bool("required").unwrap_or(false);
        let retired = section.bool("retired").unwrap_or(false);
        if required && retired {
            section.mistake("retired", Message::new("required_and_retired"));
        }
        let searched = section.bool("searched").unwrap_or(false);
        let merge = section.text("merge");
        if let Some(other) = merge.filter(|merge| *merge != "review") {
            section.mistake("merge", Message::new("unknown_merge").with("merge", quoted(other)));
        }
        let kind_name = section.text("kind");
        let kind_name = section.required("kind", kind_name)?;
        if !KINDS.contains(&kind_name) {
            // Which further keys there may be depends on the kind: they are let pass.
            section.mistake("kind", unknown(Thing::Kind, &kind_name, KINDS));
            return None;
        }
        let kind = self.read_kind(section, kind_name, name.as_ref());
        let within = read_within(section, kind.as_ref());
        let question = read_question(section);
        if required && question.required_when.is_some() {
            section.mistake("required_when", Message::new("always_required"));
        }
        let guard = read_guard(section, self.known, self.inline_lists, kind.as_ref());
        section.finish();
        let kind = kind?;
        if merge.is_some() && !kind.is_scalar() {
            let problem = Message::new("merges_by_itself").with("kind", kind.name());
            section.mistake("merge", problem);
        }
        if searched && !SEARCHED.contains(&kind.name()) {
            let problem = Message::new("only_for_kinds").with("kinds", listed(SEARCHED));
            section.mistake("searched", problem);
        }
        let review = merge.is_some();
        let (name, label) = (name?, label?);
        Some(Field {
            name,
            label,
            kind,
            required,
            retired,
            within,
            review,
            searched,
            guard,
            question,
        })
    }

    fn read_kind(
        &mut self,
        section: &mut Section<'_>,
        kind: &str,
        name: Option<&FieldName>,
    ) -> Option<FieldKind> {
        Some(match kind {
            "text" => FieldKind::Text,
            "date" => FieldKind::Date,
            "datetime" => FieldKind::DateTime,
            "bool" => FieldKind::Bool,
            "integer" => {
                let (min, max) = (section.integer("min"), section.integer("max"));
                let (min, max) = (section.required("min", min), section.required("max", max));
                let (min, max) = (min?, max?);
                if min > max {
                    let problem = Message::new("min_above_max").with("min", min).with("max", max);
                    section.mistake("min", problem);
                }
                FieldKind::Integer { min, max }
            }
            "decimal" => {
                let (min, max) = (section.decimal("min"), section.decimal("max"));
                let (min, max) = (section.required("min", min), section.required("max", max));
                let places = section.integer("places");
                let places = section.required("places", places);
                let unit = section.optional_label("unit");
                let (min, max, places) = (min?, max?, places?);
                if min > max {
                    let problem = Message::new("min_above_max").with("min", min).with("max", max);
                    section.mistake("min", problem);
                }
                let places = u8::try_from(places).ok().filter(|it| (1..=PLACES_MAX).contains(it));
                if places.is_none() {
                    let problem = Message::new("decimal_places").with("most", PLACES_MAX);
                    section.mistake("places", problem);
                }
                let places = places?;
                for (key, bound) in [("min", min), ("max", max)] {
                    if bound.places() > places {
                        let problem = Message::new("too_many_places").with("most", places);
                        section.mistake(key, problem);
                    }
                }
                FieldKind::Decimal { min, max, places, unit }
            }
            "time" => FieldKind::Time,
            "duration" => {
                let (min, max) = (section.minutes("min"), section.minutes("max"));
                let (min, max) = (section.required("min", min), section.required("max", max));
                let (min, max) = (min?, max?);
                if min > max {
                    let (min, max) = (min.in_words(), max.in_words());
                    let problem = Message::new("min_above_max").with("min", min).with("max", max);
                    section.mistake("min", problem);
                }
                FieldKind::Duration { min, max }
            }
            "phone" => FieldKind::Phone,
            "choice" => FieldKind::Choice { list: self.read_list(section, name)? },
            "choices" => FieldKind::Choices { list: self.read_list(section, name)? },
            "ref" => FieldKind::Ref { to: self.read_types(section) },
            "refs" => FieldKind::Refs { to: self.read_types(section) },
            "user" => FieldKind::User,
            "counter" => FieldKind::Counter,
            "log" => FieldKind::Log { entry: self.read_entry(section, name) },
            "shared_note" => FieldKind::SharedNote,
            _ => return None,
        })
    }

    /// The types of the records that a field names.
    fn read_types(&self, section: &mut Section<'_>) -> BTreeSet<TypeName> {
        let to = section.parsed_list::<TypeName>("to").unwrap_or_default();
        self.known.check_types(section, "to", &to);
        to.into_iter().collect()
    }

    /// The name of a field's code list: a shared one, or the options that stand in the field.
    fn read_list(&mut self, section: &mut Section<'_>, name: Option<&FieldName>) -> Option<String> {
        match (section.text("list"), section.has("options")) {
            (Some(_), true) => {
                section.tables("options", "code");
                section.mistake("options", not_both("list", "options"));
                None
            }
            (Some(list), false) => {
                if let Some(lists) = self.known.code_lists
                    && !lists.contains_key(list)
                {
                    section.mistake("list", unknown(Thing::CodeList, &list, lists.keys()));
                }
                Some(list.to_owned())
            }
            (None, true) => {
                let list = read_options(section);
                let list_name = format!("{}.{}", self.prefix, name?);
                self.inline_lists.insert(list_name.clone(), list);
                Some(list_name)
            }
            (None, false) => {
                if !section.has("list") {
                    section.mistake("", Message::new("missing_list"));
                }
                None
            }
        }
    }

    fn read_entry(&mut self, section: &mut Section<'_>, name: Option<&FieldName>) -> Vec<Field> {
        let name = name.map_or("", FieldName::as_str);
        let mut reader = FieldReader {
            known: self.known,
            prefix: format!("{}.{name}", self.prefix),
            common: &Fields::default(),
            inline_lists: self.inline_lists,
        };
        let sections = section.tables("entry", "name");
        if sections.is_empty() {
            section.mistake("entry", Message::new("no_entry_field"));
        }
        let entry = reader.read_all(sections).read;
        for field in &entry {
            let may_stand =
                field.kind.is_scalar() || matches!(field.kind, FieldKind::Choices { .. });
            let problem = if !may_stand {
                Message::new("not_in_an_entry").with("kind", field.kind.name())
            } else if field.question.asks_conditionally()
                || field.question.section.is_some()
                || field.question.says_what.is_some()
            {
                Message::new("entry_asked_whole")
            } else if field.review {
                Message::new("entry_never_changes").with("key", "merge")
            } else if field.searched {
                Message::new("searched_in_an_entry")
            } else if field.guard.is_some() {
                Message::new("entry_never_changes").with("key", "changed_by")
            } else {
                continue;
            };
            section.mistake(&format!("entry.{}", field.name), problem);
        }
        entry
    }
}

/// Reads which dates a field takes.
fn read_within(section: &mut Section<'_>, kind: Option<&FieldKind>) -> Within {
    let not_before = section.parsed::<Bound>("not_before");
    let not_after = section.parsed::<Bound>("not_after");
    for key in ["not_before", "not_after"] {
        if let Some(kind) = kind
            && section.has(key)
            && !kind.is_dated()
        {
            section.mistake(key, only_for(Need::DatedField, kind.name()));
        }
    }
    let is_crossed = match (not_before, not_after) {
        (Some(Bound::Day(first)), Some(Bound::Day(last))) => first > last,
        (Some(Bound::FromNow(first)), Some(Bound::FromNow(last))) => first > last,
        _ => false,
    };
    if is_crossed {
        section.mistake("not_before", Message::new("no_date_would_do"));
    }
    Within { not_before, not_after }
}

fn read_options(section: &mut Section<'_>) -> CodeList {
    let mut list = CodeList::default();
    let mut declared = BTreeSet::new();
    let options = section.tables("options", "code");
    if options.is_empty() {
        section.mistake("options", Message::new("empty_list"));
    }
    let is_empty = options.is_empty();
    for mut option in options {
        let retired = option.bool("retired").unwrap_or(false);
        let code = option.parsed::<OptionCode>("code");
        let code = option.required("code", code);
        let label = option.languages();
        let meaning = option.text("meaning");
        let named = meaning.and_then(|meaning| {
            let named = Meaning::NAMES.iter().find(|(name, _)| *name == meaning);
            if named.is_none() {
                let names = Meaning::NAMES.map(|(name, _)| name);
                option.mistake("meaning", unknown(Thing::Value, &meaning, names));
            }
            named.map(|(_, meaning)| *meaning)
        });
        let properties = read_properties(&mut option);
        if let Some(code) = &code
            && !declared.insert(code.clone())
        {
            option.mistake("code", twice(Pair::Options));
        }
        if let (Some(code), Some(label)) = (code, label)
            && list.options.insert(code.clone(), label).is_none()
        {
            list.meanings.extend(named.map(|meaning| (code.clone(), meaning)));
            if !properties.is_empty() {
                list.properties.insert(code.clone(), properties);
            }
            if !retired {
                list.order.push(code);
            }
        }
        option.finish();
    }
    if !is_empty && list.order.is_empty() && !list.options.is_empty() {
        section.mistake("options", Message::new("all_retired"));
    }
    list
}

fn read_properties(option: &mut Section<'_>) -> BTreeMap<String, String> {
    let Some(section) = option.table("properties") else { return BTreeMap::new() };
    let mut properties = BTreeMap::new();
    for (name, value) in section.entries() {
        match (name.parse::<FieldName>(), value) {
            (Ok(name), Value::String(text)) => {
                drop(properties.insert(name.to_string(), text.clone()));
            }
            (Ok(_), other) => drop(section.expected::<()>(name, Shape::Text, other)),
            (Err(error), _) => section.mistake(name, error.message()),
        }
    }
    properties
}

/// The names of [`FieldKind`]s.
pub(super) const KINDS: [&str; 17] = [
    "text",
    "date",
    "datetime",
    "bool",
    "integer",
    "decimal",
    "time",
    "duration",
    "phone",
    "choice",
    "ref",
    "refs",
    "user",
    "choices",
    "counter",
    "log",
    "shared_note",
];

/// The kinds that hold words, or are looked for like them.
const SEARCHED: [&str; 5] = ["text", "date", "phone", "shared_note", "log"];

/// The keys of a record's own envelope.
const RESERVED: [&str; 9] = [
    "id",
    "type",
    "type_version",
    "case",
    "compartment",
    "program",
    "created_by",
    "created_at",
    "fields",
];
