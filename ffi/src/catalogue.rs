//! The department's catalogue in one language: what forms are built from.

use model::catalogue::{self, FieldKind as Kind};
use model::decimal::Decimal;
use model::ids::{FieldName, OptionCode, ProgramCode, TypeName};
use model::words::LanguageTag;

/// The department: what can be recorded, in the words of one language.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Catalogue {
    /// The department's name.
    pub department: String,
    /// The time zone in which its people write and read times, such as `America/Chicago`.
    pub time_zone: String,
    /// Its programs.
    pub programs: Vec<Program>,
    /// Its record types, with retired ones last.
    pub types: Vec<RecordType>,
}

/// A program of the department.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Program {
    /// Its code.
    pub code: ProgramCode,
    /// Its name.
    pub label: String,
}

/// One kind of record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecordType {
    /// Its name.
    pub name: TypeName,
    /// Its label.
    pub label: String,
    /// What its records belong to.
    pub belongs_to: BelongsTo,
    /// Whether the owner of this device may create records of this type on it.
    pub may_make: bool,
    /// Whether it is retired: no new records of it can be created, and existing ones are shown as
    /// before.
    pub retired: bool,
    /// Whether several people who were met at once get a record each in one step:
    /// `Device::create_together`, and `Device::submit_draft` with `also`.
    pub together: bool,
    /// The fields, in the order of the form, including retired ones.
    pub fields: Vec<Field>,
}

/// What records of a type belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum BelongsTo {
    /// Each opens a case: give none.
    Itself,
    /// A case: give it.
    Case,
    /// A case, or nothing.
    CaseOrNothing,
    /// Nothing: give no case.
    Nothing,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Field {
    /// Its name.
    pub name: FieldName,
    /// Its label.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether the field is required.
    pub required: bool,
    /// Whether concurrent values wait for a person's decision.
    pub review: bool,
    /// Whether it is retired: show it in records that have it, and in no form.
    pub retired: bool,
}

/// The kind of a field, which decides the edits that it takes.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum FieldKind {
    /// One single value: `Set` and `Clear`.
    Single {
        /// Of this kind.
        kind: ScalarKind,
    },
    /// Several of a code list: `Add` and `Remove`.
    Choices {
        /// The options in display order, with retired ones last.
        options: Vec<OptionLabel>,
    },
    /// Several other records: `AddRef` and `RemoveRef`.
    Refs {
        /// The types of the records that it names; any type when empty.
        types: Vec<TypeName>,
    },
    /// A number that several people count up: `Increment`.
    Counter,
    /// Dated entries that are only ever added: `Log`.
    Log {
        /// The parts of an entry, in the order of the form.
        parts: Vec<EntryField>,
    },
    /// A text that several people write together: `Append` and `Splice`.
    SharedNote,
}

/// The kind of a single value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ScalarKind {
    /// A text.
    Text,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// True or false.
    Bool,
    /// A whole number.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A decimal number.
    Decimal {
        /// The smallest.
        min: Decimal,
        /// The largest.
        max: Decimal,
        /// The most digits after the point.
        places: u8,
        /// What it counts, if the department says.
        unit: Option<String>,
    },
    /// A time of day.
    Time,
    /// How long something took, in whole minutes.
    Duration {
        /// The shortest, in minutes.
        min: i64,
        /// The longest, in minutes.
        max: i64,
    },
    /// A phone number.
    Phone,
    /// One of a code list.
    Choice {
        /// The options in display order, with retired ones last.
        options: Vec<OptionLabel>,
    },
    /// Several of a code list, in an entry of a log.
    Options {
        /// The options in display order, with retired ones last.
        options: Vec<OptionLabel>,
    },
    /// Another record.
    Ref {
        /// The permitted types; any type if the list is empty.
        types: Vec<TypeName>,
    },
    /// A user of the system: one of `Device::colleagues`.
    User,
}

/// One part of a log's entry.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct EntryField {
    /// Its name.
    pub name: FieldName,
    /// Its label.
    pub label: String,
    /// What it holds.
    pub kind: ScalarKind,
    /// Whether an entry without it is refused.
    pub required: bool,
    /// Whether it is retired: show it in entries that have it, and in no form.
    pub retired: bool,
}

/// One option of a code list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OptionLabel {
    /// Its code.
    pub code: OptionCode,
    /// Its label.
    pub label: String,
    /// Whether it is retired: it is no longer offered, and refused in a field that does not hold it
    /// already.
    pub retired: bool,
    /// What it means besides what it says; nothing for an ordinary answer.
    pub meaning: Option<OptionMeaning>,
}

/// What an option means that is no answer like the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum OptionMeaning {
    /// Something that is not in the list. Where the form then shows a question that says what, put
    /// it right below.
    Other,
    /// Nobody knows.
    Unknown,
    /// The person would not say.
    Declined,
}

impl From<catalogue::Meaning> for OptionMeaning {
    fn from(meaning: catalogue::Meaning) -> Self {
        match meaning {
            catalogue::Meaning::Other => Self::Other,
            catalogue::Meaning::Unknown => Self::Unknown,
            catalogue::Meaning::Declined => Self::Declined,
        }
    }
}

/// A catalogue that is being translated into one language.
pub(crate) struct Words<'a> {
    pub(crate) catalogue: &'a catalogue::Catalogue,
    pub(crate) language: LanguageTag,
}

impl Words<'_> {
    pub(crate) fn all(&self, types: Vec<RecordType>) -> Catalogue {
        let programs = self.catalogue.programs.iter();
        Catalogue {
            department: self.label(&self.catalogue.department),
            time_zone: self.catalogue.zone.name().to_owned(),
            programs: programs
                .map(|(code, program)| Program {
                    code: code.clone(),
                    label: self.label(&program.label),
                })
                .collect(),
            types,
        }
    }

    /// Returns one type, with whether the owner may create records of it.
    pub(crate) fn record_type(&self, known: &catalogue::RecordType, may_make: bool) -> RecordType {
        RecordType {
            name: known.name.clone(),
            label: self.label(&known.label),
            belongs_to: match known.belongs_to {
                catalogue::BelongsTo::Itself => BelongsTo::Itself,
                catalogue::BelongsTo::Case => BelongsTo::Case,
                catalogue::BelongsTo::CaseOrNothing => BelongsTo::CaseOrNothing,
                catalogue::BelongsTo::Nothing => BelongsTo::Nothing,
            },
            may_make,
            retired: self.catalogue.is_retired(&known.name),
            together: known.together.is_some(),
            fields: known.fields.iter().map(|field| self.field(field)).collect(),
        }
    }

    fn field(&self, field: &catalogue::Field) -> Field {
        let kind = match &field.kind {
            Kind::Choices { list } => FieldKind::Choices { options: self.options(list) },
            Kind::Refs { to } => FieldKind::Refs { types: to.iter().cloned().collect() },
            Kind::Counter => FieldKind::Counter,
            Kind::Log { entry } => {
                FieldKind::Log { parts: entry.iter().filter_map(|part| self.part(part)).collect() }
            }
            Kind::SharedNote => FieldKind::SharedNote,
            scalar @ (Kind::Text
            | Kind::Date
            | Kind::DateTime
            | Kind::Bool
            | Kind::Integer { .. }
            | Kind::Decimal { .. }
            | Kind::Time
            | Kind::Duration { .. }
            | Kind::Phone
            | Kind::Choice { .. }
            | Kind::Ref { .. }
            | Kind::User) => self
                .scalar_kind(scalar)
                .map_or(FieldKind::SharedNote, |kind| FieldKind::Single { kind }),
        };
        let (required, review, retired) = (field.required, field.review, field.retired);
        let (name, label) = (field.name.clone(), self.label(&field.label));
        Field { name, label, kind, required, review, retired }
    }

    fn part(&self, part: &catalogue::Field) -> Option<EntryField> {
        Some(EntryField {
            name: part.name.clone(),
            label: self.label(&part.label),
            kind: self.scalar_kind(&part.kind)?,
            required: part.required,
            retired: part.retired,
        })
    }

    fn scalar_kind(&self, kind: &Kind) -> Option<ScalarKind> {
        Some(match kind {
            Kind::Text => ScalarKind::Text,
            Kind::Date => ScalarKind::Date,
            Kind::DateTime => ScalarKind::DateTime,
            Kind::Bool => ScalarKind::Bool,
            Kind::Integer { min, max } => ScalarKind::Integer { min: *min, max: *max },
            Kind::Decimal { min, max, places, unit } => ScalarKind::Decimal {
                min: *min,
                max: *max,
                places: *places,
                unit: unit.as_ref().map(|unit| self.label(unit)),
            },
            Kind::Time => ScalarKind::Time,
            Kind::Duration { min, max } => ScalarKind::Duration { min: min.get(), max: max.get() },
            Kind::Phone => ScalarKind::Phone,
            Kind::Choice { list } => ScalarKind::Choice { options: self.options(list) },
            Kind::Ref { to } => ScalarKind::Ref { types: to.iter().cloned().collect() },
            Kind::User => ScalarKind::User,
            Kind::Choices { list } => ScalarKind::Options { options: self.options(list) },
            Kind::Refs { .. } | Kind::Counter | Kind::Log { .. } | Kind::SharedNote => return None,
        })
    }

    fn options(&self, list: &str) -> Vec<OptionLabel> {
        let Some(list) = self.catalogue.code_lists.get(list) else { return Vec::new() };
        let retired = list.options.keys().filter(|code| list.is_retired(code));
        let labelled = list.order.iter().chain(retired).filter_map(|code| {
            Some(OptionLabel {
                code: code.clone(),
                label: self.label(list.options.get(code)?),
                retired: list.is_retired(code),
                meaning: list.meanings.get(code).copied().map(OptionMeaning::from),
            })
        });
        labelled.collect()
    }

    pub(crate) fn label(&self, label: &catalogue::Label) -> String {
        label.in_language(self.language).to_owned()
    }
}
