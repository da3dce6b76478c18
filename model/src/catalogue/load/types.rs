//! `common.toml` and `types/*.toml`: the record types with their follow-up rules.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{FieldReader, Fields, Named};
use super::other::ask_what;
use super::problem::{Need, Pair, Thing, not_both, twice, unknown, wrong_kind};
use super::question::{read_sections, require_where_shown};
use super::section::Section;
use super::{Known, consent, decides, like, place, puts_off, stamps, together};
use crate::catalogue::{
    Access, BelongsTo, CodeList, Conditions, Decides, Due, EditedBy, Field, FieldKind, FollowUp,
    Label, OpenWhile, PlacementRule, PutsOff, RecordType, Stamps, Together,
};
use crate::ids::{CompartmentCode, FieldName, OptionCode, RoleCode, TypeName};
use crate::time::Span;
use crate::words::Message;

/// What every type has besides its own.
pub(super) struct Common {
    fields: Fields,
    rules: Vec<FollowUp>,
}

impl Common {
    /// Stands for a file that could not be read.
    pub(super) fn unreadable() -> Self {
        Self { fields: Fields::unreadable(), rules: Vec::new() }
    }
}

/// Reads the fields and follow-up rules that every type has.
pub(super) fn read_common(
    mut file: Section<'_>,
    known: &Known<'_>,
    inline_lists: &mut BTreeMap<String, CodeList>,
) -> Common {
    let none = Fields::default();
    let mut reader =
        FieldReader { known, prefix: "common".to_owned(), common: &none, inline_lists };
    let fields = reader.read_all(file.tables("field", "name"));
    let rules = file.tables("follow_up", "name");
    let rules = RuleReader { known, fields: &fields, inline_lists, common: &[] }.read_all(rules);
    file.finish();
    Common { fields, rules }
}

/// Reads one type. `name` is what its file is called.
pub(super) fn read_type(
    mut file: Section<'_>,
    name: &TypeName,
    known: &Known<'_>,
    common: &Common,
    inline_lists: &mut BTreeMap<String, CodeList>,
) -> Option<RecordType> {
    let mut reader =
        FieldReader { known, prefix: name.to_string(), common: &common.fields, inline_lists };
    let mut fields = reader.read_all(file.tables("field", "name"));
    fields.extend_with(&common.fields);

    let sections = read_sections(&mut file);
    let shared = known.code_lists;
    ask_what(&file, &mut fields, |list| {
        inline_lists.get(list).or_else(|| shared?.get(list)).cloned()
    });
    require_where_shown(&mut fields.read, &sections);
    let head = file.table("type");
    let head = file.required("type", head);
    let head = head.map(|section| read_head(section, name, known, &fields, inline_lists));
    let rules = file.tables("follow_up", "name");
    let reader = RuleReader { known, fields: &fields, inline_lists, common: &common.rules };
    let mut rules = reader.read_all(rules);
    rules.extend(common.rules.iter().cloned());
    let consent = file.table("consent");
    let consent =
        consent.and_then(|table| consent::read_consent(table, &fields, known, inline_lists));
    file.finish();

    let head = head??;
    Some(RecordType {
        name: name.clone(),
        version: head.version,
        label: head.label,
        compartment: head.compartment,
        placed: head.placed,
        belongs_to: head.belongs_to,
        title: head.title,
        fields: fields.read,
        sections,
        follow_ups: rules,
        written_by: head.written_by,
        edited_by: head.edited_by,
        also_read_by: head.also_read_by,
        consent,
        decides: head.decides,
        contact: head.contact,
        risk: head.risk,
        together: head.together,
        puts_off: head.puts_off,
        stamps: head.stamps,
    })
}

/// The `[type]` table.
struct Head {
    version: u32,
    label: Label,
    compartment: CompartmentCode,
    placed: PlacementRule,
    belongs_to: BelongsTo,
    title: Vec<FieldName>,
    written_by: BTreeSet<RoleCode>,
    edited_by: EditedBy,
    also_read_by: BTreeSet<RoleCode>,
    decides: Option<Decides>,
    contact: Option<Conditions>,
    risk: Option<FieldName>,
    together: Option<Together>,
    puts_off: Option<PutsOff>,
    stamps: Option<Stamps>,
}

fn read_head(
    mut section: Section<'_>,
    name: &TypeName,
    known: &Known<'_>,
    fields: &Fields,
    inline_lists: &BTreeMap<String, CodeList>,
) -> Option<Head> {
    let own_name = section.text("name");
    if let Some(own_name) = section.required("name", own_name)
        && own_name != name.as_str()
    {
        section.mistake("name", Message::new("not_its_file").with("type", name));
    }
    let label = section.label("label");
    let version = read_version(&mut section);
    let compartment = section.parsed::<CompartmentCode>("compartment");
    let compartment = section.required("compartment", compartment);
    if let (Some(compartment), Some(declared)) = (&compartment, known.compartments)
        && !declared.contains_key(compartment)
    {
        let problem = unknown(Thing::Compartment, compartment, declared.keys());
        section.mistake("compartment", problem);
    }
    let placed = place::read_placed(&mut section, known, fields, inline_lists);
    let belongs_to = read_belongs_to(&mut section);
    let title = read_title(&mut section, fields);
    let homes = place::homes(known, compartment.as_ref(), placed.as_ref());
    if belongs_to.is_some_and(|it| it != BelongsTo::Nothing) {
        check_directory(&section, known, compartment.as_ref(), placed.as_ref());
    }
    let written_by = read_writers(&mut section, known, homes.as_deref());
    let edited_by = read_editors(&mut section, fields);
    let also_read_by = read_also_readers(&mut section, known, compartment.as_ref());
    check_guards(&section, fields, known, compartment.as_ref());
    let decides = section.table("decides").and_then(|table| {
        decides::read_decides(table, known, fields, inline_lists, written_by.as_ref())
    });
    let contact = section.table("contact").map(|contact| like::read_conditions(&contact, &[]));
    let risk = read_risk(&mut section, fields);
    let together = section.table("together");
    let together =
        together.and_then(|table| together::read_together(table, name, belongs_to, fields));
    let puts_off = section.table("puts_off");
    let puts_off = puts_off.and_then(|table| puts_off::read_puts_off(table, belongs_to, fields));
    let stamps = section.table("stamps");
    let stamps = stamps.and_then(|table| stamps::read_stamps(table, fields));
    section.finish();
    Some(Head {
        version: version?,
        label: label?,
        compartment: compartment?,
        placed: placed?,
        belongs_to: belongs_to?,
        title: title?,
        written_by: written_by?,
        edited_by: edited_by?,
        also_read_by,
        decides,
        contact,
        risk,
        together,
        puts_off,
        stamps,
    })
}

/// Reads which choice says how great a risk is.
fn read_risk(section: &mut Section<'_>, fields: &Fields) -> Option<FieldName> {
    let name = section.parsed::<FieldName>("risk")?;
    match fields.named(&name) {
        Named::Field(field) if !matches!(field.kind, FieldKind::Choice { .. }) => {
            section.mistake("risk", wrong_kind(field, Need::Choice));
        }
        Named::Field(_) | Named::Mistaken => {}
        Named::Nothing => {
            section.mistake("risk", unknown(Thing::Field, &name, fields.names()));
        }
    }
    Some(name)
}

/// Checks that the records of a type which belong to something live in no directory: everybody would
/// read them. Where a record lives with another one, that is asked when it is made.
fn check_directory(
    section: &Section<'_>,
    known: &Known<'_>,
    compartment: Option<&CompartmentCode>,
    placed: Option<&PlacementRule>,
) {
    let always = Some(&PlacementRule::Always);
    let fixed = if matches!(placed, Some(PlacementRule::With(_))) { always } else { placed };
    for home in place::homes(known, compartment, fixed).into_iter().flatten() {
        if known.is_directory(home) {
            let problem = Message::new("belongs_and_is_in_a_directory");
            section.mistake("belongs_to", problem.with("compartment", home));
        }
    }
}

fn read_version(section: &mut Section<'_>) -> Option<u32> {
    let version = section.integer("version");
    let version = section.required("version", version)?;
    match u32::try_from(version) {
        Ok(version) if version > 0 => Some(version),
        _ => {
            section.mistake("version", Message::new("counts_from_one"));
            None
        }
    }
}

fn read_belongs_to(section: &mut Section<'_>) -> Option<BelongsTo> {
    let text = section.text("belongs_to");
    let text = section.required("belongs_to", text)?;
    let found = BELONGS_TO.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if found.is_none() {
        let names = BELONGS_TO.map(|(name, _)| name);
        section.mistake("belongs_to", unknown(Thing::Value, &text, names));
    }
    found
}

const BELONGS_TO: [(&str, BelongsTo); 4] = [
    ("itself", BelongsTo::Itself),
    ("case", BelongsTo::Case),
    ("case_or_nothing", BelongsTo::CaseOrNothing),
    ("nothing", BelongsTo::Nothing),
];

fn read_title(section: &mut Section<'_>, fields: &Fields) -> Option<Vec<FieldName>> {
    let title = section.parsed_list::<FieldName>("title");
    let title = section.required("title", title)?;
    if title.is_empty() {
        section.mistake("title", Message::new("title_of_no_field"));
    }
    for name in &title {
        match fields.named(name) {
            Named::Field(field) if !field.kind.is_scalar() => {
                let problem = Message::new("title_of_many_values").with("name", name);
                section.mistake("title", problem.with("kind", field.kind.name()));
            }
            Named::Field(_) | Named::Mistaken => {}
            Named::Nothing => {
                section.mistake("title", unknown(Thing::Field, name, fields.names()));
            }
        }
    }
    Some(title)
}

fn read_writers(
    section: &mut Section<'_>,
    known: &Known<'_>,
    homes: Option<&[&CompartmentCode]>,
) -> Option<BTreeSet<RoleCode>> {
    let roles = section.parsed_list::<RoleCode>("written_by");
    let roles = section.required("written_by", roles)?;
    if roles.is_empty() {
        section.mistake("written_by", Message::new("nobody_writes"));
    }
    known.check_roles(section, "written_by", &roles);
    for role in &roles {
        let sees_none = |home: &&CompartmentCode| {
            known.cell(role, Some(home)).is_some_and(Access::shows_no_record)
        };
        if homes.is_some_and(|homes| homes.iter().all(sees_none)) {
            section.mistake("written_by", Message::new("writer_sees_none").with("role", role));
        }
    }
    Some(roles.into_iter().collect())
}

fn read_editors(section: &mut Section<'_>, fields: &Fields) -> Option<EditedBy> {
    match section.text("edited_by") {
        None if section.has("edited_by") => None,
        None | Some("team") => Some(EditedBy::Team),
        Some("author") => {
            let closes = fields.read.iter().filter_map(|field| field.guard.as_ref());
            if !fields.are_incomplete()
                && closes.map(|guard| guard.finals.len()).sum::<usize>() == 0
            {
                section.mistake("edited_by", Message::new("nothing_closes_it"));
            }
            Some(EditedBy::Author)
        }
        Some(other) => {
            section.mistake("edited_by", unknown(Thing::Value, &other, ["author", "team"]));
            None
        }
    }
}

/// Checks that roles that may change a field of this type are able to see it.
fn check_guards(
    section: &Section<'_>,
    fields: &Fields,
    known: &Known<'_>,
    compartment: Option<&CompartmentCode>,
) {
    for field in fields.own() {
        for role in field.guard.iter().flat_map(|guard| &guard.changed_by) {
            if known.cell(role, compartment).is_some_and(Access::shows_no_record) {
                let problem = Message::new("changer_sees_none").with("field", &field.name);
                section.mistake("", problem.with("role", role));
            }
        }
    }
}

fn read_also_readers(
    section: &mut Section<'_>,
    known: &Known<'_>,
    compartment: Option<&CompartmentCode>,
) -> BTreeSet<RoleCode> {
    let roles = section.parsed_list::<RoleCode>("also_read_by").unwrap_or_default();
    known.check_roles(section, "also_read_by", &roles);
    for role in &roles {
        let cell = known.cell(role, compartment);
        if cell.is_some_and(|cell| !matches!(cell, Access::NamedFields | Access::Aggregate)) {
            section.mistake("also_read_by", Message::new("neither_f_nor_a").with("role", role));
        }
    }
    roles.into_iter().collect()
}

/// Reads the follow-up rules of a type.
struct RuleReader<'r> {
    known: &'r Known<'r>,
    fields: &'r Fields,
    inline_lists: &'r BTreeMap<String, CodeList>,
    /// The rules that every type has: their names cannot be taken again.
    common: &'r [FollowUp],
}

impl RuleReader<'_> {
    fn read_all(&self, sections: Vec<Section<'_>>) -> Vec<FollowUp> {
        let mut names = BTreeSet::new();
        let mut rules = Vec::new();
        for mut section in sections {
            let name = section.parsed::<FieldName>("name");
            let name = section.required("name", name);
            if let Some(name) = &name
                && !names.insert(name.clone())
            {
                section.mistake("name", twice(Pair::Rules));
            }
            if let Some(name) = &name
                && self.common.iter().any(|rule| rule.name == name.as_str())
            {
                section.mistake("name", Message::new("rule_of_every_type"));
            }
            rules.extend(self.read_rule(&mut section, name));
            section.finish();
        }
        rules
    }

    fn read_rule(&self, section: &mut Section<'_>, name: Option<FieldName>) -> Option<FollowUp> {
        let label = section.label("label");
        let from = section.parsed::<FieldName>("from");
        if let Some(from) = &from {
            self.check_from(section, from);
        }
        let due = read_due(section);
        let when = section.table("when").and_then(|section| self.read_condition(section, Any::No));
        let closed_when =
            section.table("closed_when").and_then(|section| self.read_condition(section, Any::Yes));
        let mut likes = |key| like::read_likes(section, key, self.known);
        let (answered_by, closed_by) = (likes("answered_by"), likes("closed_by"));
        let paused_by = likes("paused_by");
        let open_while = section.table("open_while").and_then(|table| self.read_while(table));
        let due_from = section.parsed::<FieldName>("due_from");
        if let Some(name) = &due_from {
            self.check_kind(section, "due_from", name, Need::User);
        }
        let ends = ["answered_by", "closed_when", "open_while"];
        if answered_by.is_empty() && !ends.iter().any(|key| section.has(key)) {
            section.mistake("", Message::new("nothing_ends_it"));
        }
        let flags = section.parsed_list::<Span>("flags").unwrap_or_default();
        if let (Some(Due::After(due)), Some(first)) = (due, flags.first())
            && *first <= due
        {
            let problem = Message::new("flag_before_due").with("flag", first);
            section.mistake("flags", problem.with("due", due));
        }
        if !flags.is_sorted() {
            section.mistake("flags", Message::new("not_ascending"));
        }
        Some(FollowUp {
            name: name?.to_string(),
            label: label?,
            from,
            due: due?,
            when,
            answered_by,
            closed_when,
            open_while,
            due_from,
            closed_by,
            at_any_time: section.bool("at_any_time").unwrap_or(false),
            paused_by,
            flags,
        })
    }

    fn check_from(&self, section: &Section<'_>, from: &FieldName) {
        match self.fields.named(from) {
            Named::Field(field) => {
                if !field.kind.is_dated() {
                    section.mistake("from", wrong_kind(field, Need::Dated));
                }
            }
            Named::Mistaken => {}
            Named::Nothing => {
                section.mistake("from", unknown(Thing::Field, from, self.fields.names()));
            }
        }
    }

    /// Checks that a key names a field of one kind.
    fn check_kind(&self, section: &Section<'_>, key: &str, name: &FieldName, need: Need) {
        match self.fields.named(name) {
            Named::Field(field) => {
                let fits = match need {
                    Need::User => matches!(field.kind, FieldKind::User),
                    _ => matches!(field.kind, FieldKind::Ref { .. }),
                };
                if !fits {
                    section.mistake(key, wrong_kind(field, need));
                }
            }
            Named::Mistaken => {}
            Named::Nothing => {
                section.mistake(key, unknown(Thing::Field, name, self.fields.names()));
            }
        }
    }

    /// Reads during which values of another record a task is open. Which type that record has is not
    /// known here: the field is one of those that every type has.
    fn read_while(&self, mut section: Section<'_>) -> Option<OpenWhile> {
        let record = section.parsed::<FieldName>("record");
        let record = section.required("record", record);
        if let Some(name) = &record {
            self.check_kind(&section, "record", name, Need::Ref);
        }
        if let Some(name) = section.parsed::<FieldName>("field")
            && self.fields.own().iter().any(|own| own.name == name)
        {
            section.mistake("field", Message::new("field_of_its_own"));
        }
        let (field, values) = self.read_condition(section, Any::No)?;
        Some(OpenWhile { record: record?, field, values })
    }

    fn read_condition(
        &self,
        mut section: Section<'_>,
        any: Any,
    ) -> Option<(FieldName, BTreeSet<OptionCode>)> {
        let field = section.parsed::<FieldName>("field");
        let field = section.required("field", field);
        let values = section.parsed_list::<OptionCode>("in");
        let values = match any {
            Any::Yes => values,
            Any::No => section.required("in", values),
        };
        let values = values.unwrap_or_default();
        if let Any::No = any
            && values.is_empty()
            && section.has("in")
        {
            section.mistake("in", Message::new("never_set"));
        }
        let result = field.map(|name| {
            match self.fields.named(&name) {
                Named::Field(field) => self.check_values(&section, field, &values),
                Named::Mistaken => {}
                Named::Nothing => {
                    let problem = unknown(Thing::Field, &name, self.fields.names());
                    section.mistake("field", problem);
                }
            }
            (name, values.into_iter().collect())
        });
        section.finish();
        result
    }

    fn check_values(&self, section: &Section<'_>, field: &Field, values: &[OptionCode]) {
        let list = match &field.kind {
            _ if values.is_empty() => return,
            FieldKind::Choice { list } | FieldKind::Choices { list } => list,
            FieldKind::Bool => {
                for value in values.iter().filter(|value| !like::BOOLS.contains(&value.as_str())) {
                    section.mistake("in", unknown(Thing::Value, value, like::BOOLS));
                }
                return;
            }
            _ => return section.mistake("field", wrong_kind(field, Need::Chosen)),
        };
        let shared = self.known.code_lists.and_then(|lists| lists.get(list));
        let Some(list) = self.inline_lists.get(list).or(shared) else { return };
        for value in values.iter().filter(|value| !list.options.contains_key(*value)) {
            section.mistake("in", unknown(Thing::Option, value, &list.order));
        }
    }
}

/// Whether a condition without values means any value.
#[derive(Clone, Copy)]
enum Any {
    Yes,
    No,
}

fn read_due(section: &mut Section<'_>) -> Option<Due> {
    let after = section.parsed::<Span>("after").map(Due::After);
    let before = section.parsed::<Span>("before").map(Due::Before);
    match (section.has("after"), section.has("before")) {
        (true, false) => after,
        (false, true) => {
            if !section.has("from") {
                section.mistake("from", Message::new("missing_from"));
            }
            before
        }
        (true, true) => {
            section.mistake("before", not_both("after", "before"));
            None
        }
        (false, false) => {
            section.mistake("after", Message::new("missing_due"));
            None
        }
    }
}

impl Known<'_> {
    pub(super) fn check_types(&self, section: &Section<'_>, key: &str, types: &[TypeName]) {
        for name in types.iter().filter(|name| !self.types.contains(*name)) {
            section.mistake(key, Message::new("unknown_type_file").with("type", name));
        }
    }

    pub(super) fn check_roles(&self, section: &Section<'_>, key: &str, roles: &[RoleCode]) {
        let Some(declared) = self.roles else { return };
        for role in roles.iter().filter(|role| !declared.contains_key(*role)) {
            section.mistake(key, unknown(Thing::Role, role, declared.keys()));
        }
    }

    /// Returns what the matrix says, where it says something.
    fn cell(&self, role: &RoleCode, compartment: Option<&CompartmentCode>) -> Option<Access> {
        self.access?.get(&(role.clone(), compartment?.clone())).copied()
    }

    /// Returns whether the matrix makes a compartment a directory.
    fn is_directory(&self, compartment: &CompartmentCode) -> bool {
        let mut cells = self.access.into_iter().flatten();
        cells.any(|((_, of), cell)| *cell == Access::Directory && of == compartment)
    }
}
