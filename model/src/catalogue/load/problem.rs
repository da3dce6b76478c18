//! The mistakes that recur in every file of a catalogue. Their words, and those of the others, stand
//! in `words/table/catalogue.rs`.

use std::fmt::Display;

use toml::Value;

use crate::catalogue::Field;
use crate::words::{Explained, Message};

/// Returns that nothing of a name is declared, and what is.
pub(super) fn unknown(
    thing: Thing,
    name: &impl Display,
    known: impl IntoIterator<Item = impl Display>,
) -> Message {
    let problem = Message::new("unknown").inside("what", thing.message()).with("name", name);
    match listed(known) {
        known if known.is_empty() => problem,
        known => problem.with("known", known),
    }
}

/// Something that a catalogue declares, or a value that it may have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing {
    CodeList,
    Compartment,
    CompartmentOfProgram,
    Field,
    Kind,
    Option,
    Property,
    Role,
    Section,
    Type,
    Value,
}

impl Explained for Thing {
    fn message(&self) -> Message {
        Message::new(match self {
            Self::CodeList => "thing_code_list",
            Self::Compartment => "thing_compartment",
            Self::CompartmentOfProgram => "thing_compartment_of_program",
            Self::Field => "thing_field",
            Self::Kind => "thing_kind",
            Self::Option => "thing_option",
            Self::Property => "thing_property",
            Self::Role => "thing_role",
            Self::Section => "thing_section",
            Self::Type => "thing_type",
            Self::Value => "thing_value",
        })
    }
}

/// Returns that two of these have one name.
pub(super) fn twice(pair: Pair) -> Message {
    Message::new("twice").inside("what", pair.message())
}

/// Two things that may not be called the same.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pair {
    Compartments,
    Fields,
    Lists,
    Lives,
    Options,
    Programs,
    Roles,
    Rules,
    Sections,
}

impl Explained for Pair {
    fn message(&self) -> Message {
        Message::new(match self {
            Self::Compartments => "pair_compartments",
            Self::Fields => "pair_fields",
            Self::Lists => "pair_lists",
            Self::Lives => "pair_lives",
            Self::Options => "pair_options",
            Self::Programs => "pair_programs",
            Self::Roles => "pair_roles",
            Self::Rules => "pair_rules",
            Self::Sections => "pair_sections",
        })
    }
}

/// Returns that a value should have another shape.
pub(super) fn wrong_shape(should: Shape, found: &Value) -> Message {
    let found = Shape::of(found);
    Message::new("wrong_shape").inside("what", should.message()).inside("found", found.message())
}

/// What a value looks like in a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Text,
    Integer,
    Fraction,
    Bool,
    Date,
    List,
    Texts,
    Table,
    Tables,
    /// A row of the access matrix.
    Row,
    /// Records of a type, as a rule speaks of them.
    Like,
    /// A number that is finite.
    Number,
    /// A day, or an instant with its offset.
    Moment,
    /// A constant, or a table that computes one.
    OneValue,
}

impl Shape {
    fn of(value: &Value) -> Self {
        match value {
            Value::String(_) => Self::Text,
            Value::Integer(_) => Self::Integer,
            Value::Float(_) => Self::Fraction,
            Value::Boolean(_) => Self::Bool,
            Value::Datetime(_) => Self::Date,
            Value::Array(_) => Self::List,
            Value::Table(_) => Self::Table,
        }
    }
}

impl Explained for Shape {
    fn message(&self) -> Message {
        match self {
            Self::Text => Message::new("shape_text"),
            Self::Integer => Message::new("shape_integer"),
            Self::Fraction => Message::new("shape_fraction"),
            Self::Bool => Message::new("shape_bool"),
            Self::Date => Message::new("shape_date"),
            Self::List => Message::new("shape_list"),
            Self::Texts => Message::new("shape_texts"),
            Self::Table => Message::new("shape_table"),
            Self::Tables => Message::new("shape_tables"),
            Self::Row => Message::new("shape_row").with("example", "{ OUT = \"W\", HSP = \"C\" }"),
            Self::Number => Message::new("shape_number"),
            Self::Moment => Message::new("shape_moment"),
            Self::OneValue => Message::new("shape_one_value"),
            Self::Like => {
                Message::new("shape_like").with("example", "{ type = \"…\", FIELD = [\"…\"] }")
            }
        }
    }
}

/// Returns that a field is of another kind than its place needs.
pub(super) fn wrong_kind(field: &Field, need: Need) -> Message {
    Message::new("wrong_kind")
        .with("name", &field.name)
        .with("kind", field.kind.name())
        .inside("needed", need.message())
}

/// Returns that a key is only for fields of another kind than this.
pub(super) fn only_for(need: Need, kind: &str) -> Message {
    Message::new("only_for").inside("what", need.message()).with("kind", kind)
}

/// Which kind of field a place needs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Need {
    Ref,
    User,
    Choice,
    ChoiceField,
    /// Choices out of this list.
    ChoicesOf(&'static str),
    DateTimeField,
    Dated,
    DatedField,
    /// What a condition can name the values of.
    Chosen,
    ChoiceOrChoices,
    TextField,
}

impl Explained for Need {
    fn message(&self) -> Message {
        match self {
            Self::Ref => Message::new("need_ref"),
            Self::User => Message::new("need_user"),
            Self::Choice => Message::new("need_choice"),
            Self::ChoiceField => Message::new("need_choice_field"),
            Self::ChoicesOf(list) => Message::new("need_choices_of").with("list", list),
            Self::DateTimeField => Message::new("need_datetime_field"),
            Self::Dated => Message::new("need_dated"),
            Self::DatedField => Message::new("need_dated_field"),
            Self::Chosen => Message::new("need_chosen"),
            Self::ChoiceOrChoices => Message::new("need_choice_or_choices"),
            Self::TextField => Message::new("need_text_field"),
        }
    }
}

/// Returns that a text is not what it is to be parsed into.
pub(super) fn invalid_text(text: &str, error: &impl Explained) -> Message {
    Message::new("invalid_text").with("text", quoted(text)).inside("error", error.message())
}

/// Returns that a list names a text twice.
pub(super) fn named_twice(text: &str) -> Message {
    Message::new("named_twice").with("text", quoted(text))
}

/// Returns that only one of two keys may be there.
pub(super) fn not_both(one: &str, other: &str) -> Message {
    Message::new("not_both").with("one", one).with("other", other)
}

/// Returns names in one line.
pub(super) fn listed(names: impl IntoIterator<Item = impl Display>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| name.to_string()).collect();
    names.join(", ")
}

/// Returns a text as a file has it, in quotes and on one line.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}
