//! How a form asks for a field, and the parts of a form.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::{condition, read_condition, read_expression};
use super::problem::{Need, Pair, Thing, only_for, twice, unknown};
use super::section::{Mistakes, Section};
use crate::catalogue::form::{
    Condition, Datum, DatumKind, Expression, FormSection, Limit, Question, Reads, Relation,
};
use crate::catalogue::{CodeList, Field, RecordType};
use crate::ids::{FieldName, OptionCode, TypeName};
use crate::words::Message;

/// Reads the keys of a field that say how a form asks for it.
pub(super) fn read_question(section: &mut Section<'_>) -> Question {
    Question {
        section: section.text("section").map(str::to_owned),
        note: section.optional_label("note"),
        hint: section.optional_label("hint"),
        example: section.optional_label("example"),
        says_what: section.parsed::<FieldName>(SAYS_WHAT),
        shown_when: read_condition(section, SHOWN_WHEN),
        required_when: read_condition(section, REQUIRED_WHEN),
        required_message: section.optional_label("required_message"),
        read_only_when: read_condition(section, READ_ONLY_WHEN),
        choices_when: read_condition(section, CHOICES_WHEN),
        limits: read_limits(section),
        default: read_expression(section, DEFAULT),
        computed: read_expression(section, COMPUTED),
        recent_first: section.bool(RECENT_FIRST).unwrap_or(false),
    }
}

fn read_limits(section: &mut Section<'_>) -> Vec<Limit> {
    let limits = section.tables(LIMITS, "").into_iter().filter_map(|mut limit| {
        let message = limit.label("message");
        let holds = condition(limit)?;
        Some(Limit { holds, message: message? })
    });
    limits.collect()
}

/// Reads the parts of a form.
pub(super) fn read_sections(file: &mut Section<'_>) -> Vec<FormSection> {
    let mut sections: Vec<FormSection> = Vec::new();
    for mut section in file.tables("section", "name") {
        let name = section.parsed::<FieldName>("name");
        let name = section.required("name", name);
        let label = section.label("label");
        let note = section.optional_label("note");
        let page = section.bool("page").unwrap_or(false);
        let shown_when = read_condition(&mut section, SHOWN_WHEN);
        section.finish();
        let (Some(name), Some(label)) = (name, label) else { continue };
        let name = name.to_string();
        if sections.iter().any(|other| other.name == name) {
            file.mistake(&format!("section.{name}"), twice(Pair::Sections));
            continue;
        }
        sections.push(FormSection { name, label, note, page, shown_when });
    }
    sections
}

/// Has a field that is required, and not always shown, be required where it is shown: nobody can be
/// held to answer what they are not asked.
pub(super) fn require_where_shown(fields: &mut [Field], sections: &[FormSection]) {
    for field in fields {
        if field.required && is_hidden_at_times(&field.question, sections) {
            field.required = false;
            field.question.required_when = Some(Condition::All(Vec::new()));
        }
    }
}

/// Returns whether a question is not always shown, by itself or with its section.
fn is_hidden_at_times(asked: &Question, sections: &[FormSection]) -> bool {
    let section = asked.section.as_ref();
    let section = section.and_then(|name| sections.iter().find(|it| it.name == *name));
    asked.shown_when.is_some() || section.is_some_and(|section| section.shown_when.is_some())
}

/// Compares what all forms ask with the fields, options and types that they speak of.
pub(super) fn check_all(
    mistakes: &Mistakes,
    types: &BTreeMap<TypeName, RecordType>,
    lists: &BTreeMap<String, CodeList>,
) {
    for record_type in types.values() {
        let file = format!("types/{}.toml", record_type.name);
        let form = Form { record_type, types, lists };
        let add = |key: &str, problem: Message| mistakes.add(&file, key, problem);
        for section in &record_type.sections {
            if let Some(condition) = &section.shown_when {
                let key = format!("section.{}.{SHOWN_WHEN}", section.name);
                form.check_condition(condition, None).into_iter().for_each(|it| add(&key, it));
            }
        }
        for field in &record_type.fields {
            for (key, problem) in form.check_question(field) {
                add(&format!("field.{}.{key}", field.name), problem);
            }
        }
        for (field, key) in form.circles() {
            add(&format!("field.{field}.{key}"), Message::new("depends_on_itself"));
        }
    }
}

/// A form whose parts are all read.
struct Form<'a> {
    record_type: &'a RecordType,
    types: &'a BTreeMap<TypeName, RecordType>,
    lists: &'a BTreeMap<String, CodeList>,
}

impl Form<'_> {
    fn check_question(&self, field: &Field) -> Vec<(&'static str, Message)> {
        let asked = &field.question;
        let mut wrong = Vec::new();
        if let Some(name) = &asked.section
            && !self.record_type.sections.iter().any(|section| section.name == *name)
        {
            let sections = self.record_type.sections.iter().map(|section| &section.name);
            wrong.push(("section", unknown(Thing::Section, name, sections)));
        }
        // Unanswered, it would have the record live where others may read it.
        if self.record_type.placed.field() == Some(&field.name)
            && is_hidden_at_times(asked, &self.record_type.sections)
        {
            wrong.push((SHOWN_WHEN, Message::new("decides_the_place")));
        }
        let list = field.kind.list().and_then(|list| self.lists.get(list));
        for (key, condition, list) in [
            (SHOWN_WHEN, &asked.shown_when, None),
            (REQUIRED_WHEN, &asked.required_when, None),
            (READ_ONLY_WHEN, &asked.read_only_when, None),
            (CHOICES_WHEN, &asked.choices_when, list),
        ] {
            let found = condition.as_ref().map(|it| self.check_condition(it, list));
            wrong.extend(found.into_iter().flatten().map(|problem| (key, problem)));
        }
        if asked.choices_when.is_some() && list.is_none() {
            wrong.push((CHOICES_WHEN, only_for(Need::ChoiceOrChoices, field.kind.name())));
        }
        if asked.recent_first && list.is_none() {
            wrong.push((RECENT_FIRST, only_for(Need::ChoiceOrChoices, field.kind.name())));
        }
        for limit in &asked.limits {
            let found = self.check_condition(&limit.holds, None);
            wrong.extend(found.into_iter().map(|problem| (LIMITS, problem)));
        }
        for (key, expression) in [(DEFAULT, &asked.default), (COMPUTED, &asked.computed)] {
            let Some(expression) = expression else { continue };
            match self.kind_of(expression, None) {
                Err(problem) => wrong.push((key, problem)),
                Ok(found) if DatumKind::of(&field.kind).is_none_or(|kind| kind != found) => {
                    let (kind, found) = (field.kind.name(), found.name());
                    let problem = Message::new("value_of_other_kind").with("found", found);
                    wrong.push((key, problem.with("kind", kind)));
                }
                Ok(_) => {}
            }
        }
        if asked.computed.is_some() && (field.required || asked.required_when.is_some()) {
            wrong.push((COMPUTED, Message::new("computed_and_required")));
        }
        wrong
    }

    /// Returns what is wrong with a condition. `list` is the code list whose options it is asked of.
    fn check_condition(&self, condition: &Condition, list: Option<&CodeList>) -> Vec<Message> {
        match condition {
            Condition::All(all) | Condition::Any(all) => {
                all.iter().flat_map(|condition| self.check_condition(condition, list)).collect()
            }
            Condition::Not(condition) => self.check_condition(condition, list),
            Condition::Answered(value) => self.kind_of(value, list).err().into_iter().collect(),
            Condition::Compare { left, relation, right } => {
                self.check_comparison(left, *relation, right, list).err().into_iter().collect()
            }
            Condition::Includes { value, options } => match self.kind_of(value, list) {
                Ok(DatumKind::Options) => {
                    let known = self.options_of(value);
                    let is_known = |option: &&OptionCode| {
                        known.is_none_or(|list| list.options.contains_key(*option))
                    };
                    let strange = options.iter().filter(|option| !is_known(option));
                    let named = known.map_or(&[][..], |list| list.order.as_slice());
                    strange.map(|option| unknown(Thing::Option, option, named)).collect()
                }
                Ok(kind) => vec![test_needs("includes", "choices", kind)],
                Err(problem) => vec![problem],
            },
            Condition::Matches { value, .. } => match self.kind_of(value, list) {
                Ok(DatumKind::Text) => Vec::new(),
                Ok(kind) => vec![test_needs("matches", "text", kind)],
                Err(problem) => vec![problem],
            },
        }
    }

    fn check_comparison(
        &self,
        left: &Expression,
        relation: Relation,
        right: &Expression,
        list: Option<&CodeList>,
    ) -> Result<(), Message> {
        let (one, other) = (self.kind_of(left, list)?, self.kind_of(right, list)?);
        if one != other {
            let problem = Message::new("compares_kinds").with("one", one.name());
            return Err(problem.with("other", other.name()));
        }
        let is_ordered = match one {
            DatumKind::Number | DatumKind::Day | DatumKind::Time | DatumKind::Instant => true,
            DatumKind::Text | DatumKind::Bool | DatumKind::Options => false,
        };
        if relation != Relation::Is && !is_ordered {
            return Err(Message::new("not_ordered").with("kind", one.name()));
        }
        for (of, constant) in [(left, right), (right, left)] {
            if let (Some(list), Expression::Constant(Datum::Text(option))) =
                (self.options_of(of), constant)
                && !list.options.keys().any(|known| known.as_str() == option)
            {
                return Err(unknown(Thing::Option, option, &list.order));
            }
        }
        Ok(())
    }

    /// Returns the code list of the choice that an expression reads.
    fn options_of(&self, expression: &Expression) -> Option<&CodeList> {
        let field = match expression {
            Expression::Field(name) | Expression::OwnLast(name) => {
                self.record_type.field(name.as_str())
            }
            Expression::Latest { record_type, field } => {
                self.types.get(record_type).and_then(|known| known.field(field.as_str()))
            }
            _ => None,
        };
        field?.kind.list().and_then(|list| self.lists.get(list))
    }

    fn kind_of_field(&self, of: &RecordType, name: &FieldName) -> Result<DatumKind, Message> {
        let Some(field) = of.field(name.as_str()) else {
            let fields = of.fields.iter().map(|field| &field.name);
            return Err(unknown(Thing::Field, name, fields));
        };
        let no_value =
            || Message::new("no_one_value").with("name", name).with("kind", field.kind.name());
        DatumKind::of(&field.kind).ok_or_else(no_value)
    }

    fn kind_of(
        &self,
        expression: &Expression,
        list: Option<&CodeList>,
    ) -> Result<DatumKind, Message> {
        match expression {
            Expression::Constant(value) => Ok(value.kind()),
            Expression::Field(name) => self.kind_of_field(self.record_type, name),
            Expression::Latest { record_type, field } => match self.types.get(record_type) {
                Some(known) => self.kind_of_field(known, field),
                None => Err(unknown(Thing::Type, record_type, self.types.keys())),
            },
            Expression::OwnLast(name) => self.kind_of_field(self.record_type, name),
            Expression::Property(name) => kind_of_property(name, list),
            Expression::Now => Ok(DatumKind::Instant),
            Expression::Today => Ok(DatumKind::Day),
            Expression::Sum(parts) | Expression::Product(parts) => self.number_of(parts, list),
            Expression::Difference(pair)
            | Expression::Quotient(pair)
            | Expression::Remainder(pair) => self.number_of(&pair[..], list),
            Expression::Rounded { value, .. } | Expression::Whole(value) => {
                self.number_of(std::slice::from_ref(&**value), list)
            }
            Expression::Count(value) | Expression::Length(value) => {
                self.kind_of(value, list).map(|_| DatumKind::Number)
            }
            Expression::DaysBetween(pair) | Expression::YearsBetween(pair) => {
                self.number_of_days(pair, list)
            }
            Expression::Least(parts)
            | Expression::Greatest(parts)
            | Expression::FirstAnswered(parts) => self.kind_of_all(parts, list),
            Expression::If { condition, then, otherwise } => {
                if let Some(problem) = self.check_condition(condition, list).into_iter().next() {
                    return Err(problem);
                }
                let kind = self.kind_of(then, list)?;
                otherwise.iter().try_for_each(|otherwise| self.expect(otherwise, kind, list))?;
                Ok(kind)
            }
            Expression::Joined { parts, .. } => {
                parts.iter().try_for_each(|part| self.kind_of(part, list).map(drop))?;
                Ok(DatumKind::Text)
            }
        }
    }

    /// Returns the kind of a number that is computed from these numbers.
    fn number_of(
        &self,
        parts: &[Expression],
        list: Option<&CodeList>,
    ) -> Result<DatumKind, Message> {
        parts.iter().try_for_each(|part| self.expect(part, DatumKind::Number, list))?;
        Ok(DatumKind::Number)
    }

    /// Returns the kind of a number that is counted from one day to another.
    fn number_of_days(
        &self,
        pair: &[Expression; 2],
        list: Option<&CodeList>,
    ) -> Result<DatumKind, Message> {
        for part in pair {
            match self.kind_of(part, list)? {
                DatumKind::Day | DatumKind::Instant => {}
                kind => return Err(needs_kind(DatumKind::Day, kind)),
            }
        }
        Ok(DatumKind::Number)
    }

    fn kind_of_all(
        &self,
        parts: &[Expression],
        list: Option<&CodeList>,
    ) -> Result<DatumKind, Message> {
        let Some((first, rest)) = parts.split_first() else {
            return Err(Message::new("names_no_value"));
        };
        let kind = self.kind_of(first, list)?;
        rest.iter().try_for_each(|part| self.expect(part, kind, list))?;
        Ok(kind)
    }

    fn expect(
        &self,
        expression: &Expression,
        wanted: DatumKind,
        list: Option<&CodeList>,
    ) -> Result<(), Message> {
        match self.kind_of(expression, list)? {
            kind if kind == wanted => Ok(()),
            kind => Err(needs_kind(wanted, kind)),
        }
    }

    /// Returns the fields of which whether they are shown, or what is computed there, depends on
    /// itself.
    fn circles(&self) -> Vec<(&FieldName, &'static str)> {
        let depends: BTreeMap<&FieldName, Vec<FieldName>> =
            self.record_type.fields.iter().map(|field| (&field.name, self.reads(field))).collect();
        let mut found = Vec::new();
        for field in &self.record_type.fields {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&FieldName> =
                depends.get(&field.name).into_iter().flatten().collect();
            while let Some(name) = open.pop() {
                if seen.insert(name) {
                    open.extend(depends.get(name).into_iter().flatten());
                }
            }
            if seen.contains(&field.name) {
                let key = if field.question.computed.is_some() { COMPUTED } else { SHOWN_WHEN };
                found.push((&field.name, key));
            }
        }
        found
    }

    /// Returns what has to be known before it is known whether a field is shown, and its answer.
    fn reads(&self, field: &Field) -> Vec<FieldName> {
        let mut reads = Reads::default();
        let section = field.question.section.as_ref();
        let section =
            section.and_then(|name| self.record_type.sections.iter().find(|it| it.name == *name));
        let conditions =
            [section.and_then(|it| it.shown_when.as_ref()), field.question.shown_when.as_ref()];
        conditions.into_iter().flatten().for_each(|condition| condition.note_reads(&mut reads));
        if let Some(expression) = &field.question.computed {
            expression.note_reads(&mut reads);
        }
        reads.fields.into_iter().collect()
    }
}

/// Returns the kind of a property of the options of this list.
fn kind_of_property(name: &str, list: Option<&CodeList>) -> Result<DatumKind, Message> {
    let Some(list) = list else { return Err(Message::new("property_elsewhere")) };
    let names = || list.properties.values().flat_map(BTreeMap::keys);
    match names().any(|known| known == name) {
        true => Ok(DatumKind::Text),
        false => Err(unknown(Thing::Property, &name, names())),
    }
}

fn needs_kind(needed: DatumKind, found: DatumKind) -> Message {
    Message::new("needs_kind").with("needed", needed.name()).with("kind", found.name())
}

fn test_needs(test: &str, needed: &str, found: DatumKind) -> Message {
    let problem = Message::new("test_needs").with("test", test).with("needed", needed);
    problem.with("kind", found.name())
}

const SHOWN_WHEN: &str = "shown_when";
const REQUIRED_WHEN: &str = "required_when";
const READ_ONLY_WHEN: &str = "read_only_when";
const CHOICES_WHEN: &str = "choices_when";
const LIMITS: &str = "limits";
pub(super) const SAYS_WHAT: &str = "says_what";
const DEFAULT: &str = "default";
const COMPUTED: &str = "computed";
const RECENT_FIRST: &str = "recent_first";
