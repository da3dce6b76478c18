//! The department as data: programs, roles, compartments, code lists and record types.
//!
//! Everything a city may want to change without a compiler is here: names, labels, intervals,
//! thresholds, code lists, who may see what. A [`Catalogue`] in hand has been checked whole; see
//! [`load`] for how it is read and what is checked.

pub(crate) mod common;
pub mod compare;
mod earlier;
mod form;
pub mod history;
mod kind;
mod label;
pub mod load;
mod placement;
mod shown;
mod values;
mod within;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ids::{CompartmentCode, FieldName, OptionCode, ProgramCode, RoleCode, TypeName};
use crate::time::Span;
use crate::words::LanguageTag;
use crate::zone::Zone;

pub use earlier::{Earlier, Form};
pub use form::{
    Condition, Datum, DatumKind, Expression, FormSection, Limit, Lookup, Number, Pattern, Question,
    Reads, Relation,
};
pub use kind::{EditVerb, FieldKind};
pub use label::Label;
pub use load::{CatalogueSource, Mistake};
pub use placement::Placement;
pub use shown::fields_from_json;
pub use values::check_option;
pub(crate) use values::{CodeLists, check_option_by};
pub use within::{Bound, CLOCK_SLACK, Clock, Implausible, Within};

/// A checked catalogue. Cheap to clone.
pub type SharedCatalogue = Arc<Catalogue>;

/// Everything the department is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// SHA-256 of the source files: devices ask for a new catalogue when theirs differs.
    pub digest: [u8; 32],
    /// The department's name.
    pub department: Label,
    /// The languages besides English that labels are in, some or all of them.
    pub languages: BTreeSet<LanguageTag>,
    /// How long a device may show records after it has met its server.
    pub lease: Span,
    /// How old a draft may become before it is pointed out.
    pub drafts_old_after: Span,
    /// How long after it was made its author may void a record; `None` if they never may.
    pub own_void: Option<Span>,
    /// How long after the server was restored it takes phones' word for what others wrote.
    pub restore_window: Span,
    /// The zone of the department's clocks.
    pub zone: Zone,
    /// The programs.
    pub programs: BTreeMap<ProgramCode, Program>,
    /// The roles.
    pub roles: BTreeMap<RoleCode, Role>,
    /// The compartments.
    pub compartments: BTreeMap<CompartmentCode, Compartment>,
    /// The code lists by name.
    pub code_lists: BTreeMap<String, CodeList>,
    /// The record types.
    pub types: BTreeMap<TypeName, RecordType>,
    /// Who may see what: (role, compartment) to access. A pair that is missing has none.
    pub access: BTreeMap<(RoleCode, CompartmentCode), Access>,
    /// What was in force before: records were made under it. What it had, and this one has not, is
    /// retired here.
    pub earlier: Earlier,
}

impl Catalogue {
    /// The record type of this name.
    pub fn record_type(&self, name: &TypeName) -> Option<&RecordType> {
        self.types.get(name)
    }

    /// Returns what a role may do in a compartment.
    pub fn access(&self, role: &RoleCode, compartment: &CompartmentCode) -> Access {
        self.access.get(&(role.clone(), compartment.clone())).copied().unwrap_or(Access::None)
    }

    /// Returns whether a compartment is a directory: roles read all of it wherever they are, since it
    /// says nothing of any case. What stands there belongs to the department, not to its maker.
    pub fn is_directory(&self, compartment: &CompartmentCode) -> bool {
        let cells = self.access.iter().filter(|(_, cell)| **cell == Access::Directory);
        cells.into_iter().any(|((_, of), _)| of == compartment)
    }

    /// The compartment that an option of [`COMPARTMENTS_LIST`] stands for.
    pub fn compartment_of(&self, option: &OptionCode) -> Option<&CompartmentCode> {
        self.compartments.keys().find(|code| *option.as_str() == *option_of(code))
    }

    /// The label of an option of a code list.
    pub fn option_label(&self, list: &str, option: &str) -> Option<&Label> {
        self.code_lists.get(list)?.options.get(option)
    }
}

impl Catalogue {
    /// Returns every text that is read in the department's languages.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        let programs = self.programs.values().map(|program| &program.label);
        let roles = self.roles.values().map(|role| &role.label);
        let compartments = self.compartments.values();
        let compartments = compartments.flat_map(|it| [&it.label].into_iter().chain(&it.notice));
        let options = self.code_lists.values().flat_map(|list| list.options.values());
        let types = self.types.values().flat_map(RecordType::labels);
        let of_department = [&self.department].into_iter().chain(programs).chain(roles);
        of_department.chain(compartments).chain(options).chain(types)
    }
}

impl RecordType {
    /// Returns the texts of its form and its tasks.
    fn labels(&self) -> impl Iterator<Item = &Label> {
        let sections = self.sections.iter();
        let sections = sections.flat_map(|it| [&it.label].into_iter().chain(&it.note));
        let entries = self.fields.iter().flat_map(|field| field.kind.entry().unwrap_or_default());
        let fields = self.fields.iter().chain(entries).flat_map(Field::labels);
        let tasks = self.follow_ups.iter().map(|rule| &rule.label);
        [&self.label].into_iter().chain(sections).chain(fields).chain(tasks)
    }
}

impl Field {
    /// Returns its label and the texts of its question.
    fn labels(&self) -> impl Iterator<Item = &Label> {
        let Question { note, hint, example, required_message, limits, .. } = &self.question;
        let asked = note.iter().chain(hint).chain(example).chain(required_message);
        let limits = limits.iter().map(|limit| &limit.message);
        let unit = match &self.kind {
            FieldKind::Decimal { unit, .. } => unit.as_ref(),
            _ => None,
        };
        [&self.label].into_iter().chain(unit).chain(asked).chain(limits)
    }
}

/// The code list of the department's programs, made of `department.toml`.
pub const PROGRAMS_LIST: &str = "programs";

/// The code list of the compartments that a consent opens to anybody, made of `access.toml`.
pub const COMPARTMENTS_LIST: &str = "compartments_by_consent";

/// A compartment's code as an option's: `STF-R` as `stf_r`.
pub(crate) fn option_of(compartment: &CompartmentCode) -> String {
    compartment.as_str().to_ascii_lowercase().replace('-', "_")
}

/// A program of the department, such as street outreach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub label: Label,
    /// The compartments its records live in; its supervisors supervise these.
    pub compartments: BTreeSet<CompartmentCode>,
    /// Where the identity records that it makes live, when it keeps its people apart.
    pub people: Option<CompartmentCode>,
}

/// A role of DOMAIN §2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub label: Label,
    /// Whether people in it are assigned to cases, and so see the cases' identity records, unless
    /// the matrix gives them nothing there.
    pub case_staff: bool,
    /// Whether it watches over privacy: it sees the audit, what was refused, and every opening in
    /// an emergency.
    pub privacy: bool,
    /// Whether it serves the whole department, in whatever program it is held.
    pub department: bool,
    /// Whether it administers the system: people, devices, the catalogue. It sees no case at all.
    pub administers: bool,
}

/// A compartment of DOMAIN §1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compartment {
    /// Its name.
    pub label: Label,
    /// Whether its records may be kept on a phone. False for SUD, VIC and CHL.
    pub on_devices: bool,
    /// Whether it holds the case's identity records, which everyone assigned to the case needs.
    pub identity: bool,
    /// How long a supervisor of another program may open a case's records in an emergency, at most;
    /// none when they may not at all.
    pub emergency: Option<Span>,
    /// What the law asks to be said whenever its records are disclosed under a consent.
    pub notice: Option<Label>,
    /// Whether whoever could come to see its records may know that a case has some. Never where they
    /// are kept on no phone.
    pub existence_known: bool,
}

/// What a role may do in a compartment: the letters of the matrix in DOMAIN §2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// `–`: nothing.
    None,
    /// `W`: writes and reads on assigned cases.
    Write,
    /// `S`: supervises the programs they are supervisor of.
    Supervise,
    /// `C`: only what a consent opens.
    Consent,
    /// `F`: named fields only, which live in a record of their own.
    NamedFields,
    /// `A`: aggregates only.
    Aggregate,
    /// `D`: de-identified only.
    Deidentified,
    /// `own`: own records.
    Own,
    /// `L`: logged, with a reason.
    Logged,
    /// `R`: reads.
    Read,
    /// `R+`: reads, on phones too. Its compartment is a directory ([`Catalogue::is_directory`]).
    Directory,
    /// `counsel`: only on counsel's request.
    CounselOnly,
}

impl Access {
    /// Returns whether it shows no record at all: nobody makes or changes what they never get to
    /// see.
    pub fn shows_no_record(self) -> bool {
        matches!(self, Self::None | Self::Aggregate | Self::Deidentified)
    }
}

/// A list of codes with their labels, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeList {
    /// Code to label, of every option there is or was.
    pub options: BTreeMap<OptionCode, Label>,
    /// The codes that are offered, in the order they are shown. An option that is not among them is
    /// retired: it stands in records, and is not chosen any more.
    pub order: Vec<OptionCode>,
    /// What options mean besides what they say, of those that are no answer like the others.
    pub meanings: BTreeMap<OptionCode, Meaning>,
    /// What else is known of options, by names of the department's: forms offer options by it.
    pub properties: BTreeMap<OptionCode, BTreeMap<String, String>>,
}

/// What an option means that is no answer like the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// Something that the list has not: a text beside it says what, where a field names one
    /// ([`Question::says_what`]).
    Other,
    /// Nobody knows.
    Unknown,
    /// They would not say.
    Declined,
}

impl Meaning {
    /// The names in the catalogue's files.
    pub(crate) const NAMES: [(&str, Self); 3] =
        [("other", Self::Other), ("unknown", Self::Unknown), ("declined", Self::Declined)];
}

impl CodeList {
    /// Returns the options of a meaning, retired ones included.
    pub fn meaning(&self, meaning: Meaning) -> impl Iterator<Item = &OptionCode> {
        self.meanings.iter().filter(move |(_, it)| **it == meaning).map(|(option, _)| option)
    }

    /// Returns whether the option stands in records only, and is not offered any more.
    pub fn is_retired(&self, option: &OptionCode) -> bool {
        self.options.contains_key(option) && !self.order.contains(option)
    }
}

/// One kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordType {
    /// Its name in the document.
    pub name: TypeName,
    /// Counts up when its fields change.
    pub version: u32,
    /// What people call it.
    pub label: Label,
    /// Where its records live, unless `placed` or the program says otherwise: see
    /// [`Catalogue::home`].
    pub compartment: CompartmentCode,
    /// What decides where its records live.
    pub placed: PlacementRule,
    /// What its records belong to.
    pub belongs_to: BelongsTo,
    /// The fields whose values name a record in a list, most telling first.
    pub title: Vec<FieldName>,
    /// The fields in the order of the form, the common ones last.
    pub fields: Vec<Field>,
    /// The parts of the form, in their order.
    pub sections: Vec<FormSection>,
    /// The tasks that a record of this type sets.
    pub follow_ups: Vec<FollowUp>,
    /// Roles that may create records of this type.
    pub written_by: BTreeSet<RoleCode>,
    /// Who may edit a record once it is made.
    pub edited_by: EditedBy,
    /// Roles that see records of this type although the matrix gives them only named fields (`F`)
    /// or aggregates (`A`) of the compartment.
    pub also_read_by: BTreeSet<RoleCode>,
    /// What its fields open to whom, when its records are consents.
    pub consent: Option<ConsentRules>,
    /// What its records decide of the record that each names; none when they decide nothing.
    pub decides: Option<Decides>,
    /// Which of its records are contacts: that somebody dealt with the person, and not only tried.
    /// None of them when absent, all when there are no conditions.
    pub contact: Option<Conditions>,
    /// The choice that says how great somebody's risk is, the least first in its list; none when its
    /// records say nothing of it.
    pub risk: Option<FieldName>,
    /// How its records hang together when several people are met at once; none when each of its
    /// records is of one case.
    pub together: Option<Together>,
    /// How its records put tasks off, or end them; none when they do neither.
    pub puts_off: Option<PutsOff>,
    /// The times that phones note with one tap; none when its records have no such.
    pub stamps: Option<Stamps>,
}

impl RecordType {
    /// Returns whether what its form asks may be another once one of these fields has changed, or
    /// whether one of them is asked for conditionally.
    pub fn asks_about(&self, fields: &BTreeSet<&FieldName>) -> bool {
        let mut reads = Reads::default();
        self.fields.iter().for_each(|field| field.question.note_reads(&mut reads));
        self.sections.iter().filter_map(|it| it.shown_when.as_ref()).for_each(|condition| {
            condition.note_reads(&mut reads);
        });
        let is_conditional = |field: &Field| {
            let section = field.question.section.as_ref();
            let section = section.and_then(|name| self.sections.iter().find(|it| it.name == *name));
            field.question.asks_conditionally()
                || section.is_some_and(|section| section.shown_when.is_some())
        };
        fields.iter().any(|name| {
            reads.fields.contains(*name) || self.field(name.as_str()).is_some_and(is_conditional)
        })
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.as_str() == name)
    }
}

/// What decides where the records of a type live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacementRule {
    /// Nothing: all live in the type's compartment.
    Always,
    /// The record that this field names: each lives where that one does, in the same case.
    With(FieldName),
    /// What this choice says.
    When {
        /// The field.
        field: FieldName,
        /// With one of these values it lives elsewhere.
        values: BTreeSet<OptionCode>,
        /// There.
        elsewhere: CompartmentCode,
    },
}

impl PlacementRule {
    /// The field that decides, if one does.
    pub fn field(&self) -> Option<&FieldName> {
        match self {
            Self::Always => None,
            Self::With(field) | Self::When { field, .. } => Some(field),
        }
    }
}

/// What a record's `case` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BelongsTo {
    /// The record opens a case: its case is its own id (person, property).
    Itself,
    /// A case that a record of another type opened.
    Case,
    /// A case, or nothing (an anonymous contact).
    CaseOrNothing,
    /// Nothing: it stands alone (a shift).
    Nothing,
}

/// Who may edit a record once it is made, of those who may write in its compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditedBy {
    /// Everyone: a case, a plan, a referral live on.
    Team,
    /// Who made it, until its approval is final: an encounter says what its author saw. After that
    /// it is amended: a new record, whose `amends` names it.
    Author,
}

/// One field of a record type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its key in the document.
    pub name: FieldName,
    /// What people call it.
    pub label: Label,
    /// What it holds and how it merges.
    pub kind: FieldKind,
    /// Whether a record without it is refused.
    pub required: bool,
    /// Whether it stands in records only: nothing new is entered there.
    pub retired: bool,
    /// Which dates it takes from whoever types one.
    pub within: Within,
    /// Whether concurrent values wait for a person to decide. Only scalar kinds may say so.
    pub review: bool,
    /// Whether full-text search finds it.
    pub searched: bool,
    /// Who may change what stands in it; none when whoever may edit the record may.
    pub guard: Option<Guard>,
    /// How a form asks for it.
    pub question: Question,
}

/// Who may change what stands in a field. An empty field is anybody's to fill who may edit the
/// record, within [`Guard::others_set`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The roles that may, in the record's program when they supervise.
    pub changed_by: BTreeSet<RoleCode>,
    /// The values that everybody else may set as well, in place of one another. Empty: they fill the
    /// field once, with any value.
    pub others_set: BTreeSet<OptionCode>,
    /// The values that nobody else may leave. A record that only its author edits is closed by them.
    pub finals: BTreeSet<OptionCode>,
    /// Whether everybody else may choose among values that were written concurrently.
    pub others_decide: bool,
}

/// Which fields of a consent say what it opens, to whom, and from when to when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRules {
    /// A choice: the kind of consent.
    pub kind: FieldName,
    /// An instant: without it the consent opens nothing.
    pub signed: FieldName,
    /// An instant: its end.
    pub expires: FieldName,
    /// An instant: it was taken back.
    pub revoked: FieldName,
    /// Choices of [`PROGRAMS_LIST`]: whose people it lets in.
    pub programs: FieldName,
    /// Choices of [`COMPARTMENTS_LIST`]: what it opens to them.
    pub opens: FieldName,
    /// The roles that note any consent, besides whoever works in what it opens.
    pub also_noted_by: BTreeSet<RoleCode>,
    /// How long a consent of each kind lives; a kind that is missing, until it says.
    pub lives: BTreeMap<OptionCode, ConsentLife>,
}

/// How a record of a type decides on another: a review that says *approved* approves what it names.
/// See [`crate::decision`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decides {
    /// A ref: the record that is decided on.
    pub record: FieldName,
    /// A choice: what is decided. Each of its options is one of `sets`, too.
    pub by: FieldName,
    /// A guarded choice that every type has: it becomes what was decided.
    pub sets: FieldName,
    /// What it becomes when the decision is taken back.
    pub undone: OptionCode,
    /// A text: which fields of that record are meant, by their names with spaces between them.
    pub marks: Option<FieldName>,
}

/// How the records of several people who were met at once hang together: one in each of their cases,
/// with what is common to them in the first. See [`crate::draft::values_of_others`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// A ref to this type: each record but the first names the first there.
    pub names: FieldName,
    /// The fields that are filled in the first record only, so that nothing is counted twice.
    pub first_only: BTreeSet<FieldName>,
}

/// How a record of a type says that a task is done later than it is due, or not at all. The newest of
/// a task decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutsOff {
    /// A ref: the record that set the task.
    pub task: FieldName,
    /// A text: which of its tasks, by the name of the rule.
    pub rule: FieldName,
    /// An instant: when the task was due. A task that is due at another time is another one.
    pub due: FieldName,
    /// A date or an instant: the task is not due before.
    pub until: FieldName,
    /// Records like this end the task; none do when there are no conditions.
    pub ends: Conditions,
}

/// Times of a record that are noted with one tap when it happens, and corrected with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamps {
    /// Instants, in the order in which they happen.
    pub times: Vec<FieldName>,
    /// A log with the parts [`Stamps::TIME`], [`Stamps::WAS`] and [`Stamps::WHY`].
    pub corrections: FieldName,
}

impl Stamps {
    /// The part of a correction that names the field.
    pub const TIME: &str = "time";
    /// The part that says what stood there.
    pub const WAS: &str = "was";
    /// The part that says why it was wrong.
    pub const WHY: &str = "why";
}

/// How long a consent lives, counted from its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentLife {
    /// When it names no end itself.
    pub default: Span,
    /// Whatever end it names.
    pub at_most: Option<Span>,
}

/// A task that a record sets for its case.
///
/// Rules of one type that count from the same field and are answered by the same records stand in a
/// series. The window of a rule opens at the due time of the rule before it, or at the base time; an
/// answer closes one task of the series: see [`crate::followup`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Its name, unique in the type.
    pub name: String,
    /// What is to be done.
    pub label: Label,
    /// The date or datetime field it counts from; the record's creation when absent. Where it is the
    /// end of a consent, the end that the consent really has.
    pub from: Option<FieldName>,
    /// When it is due.
    pub due: Due,
    /// Set only when this field has one of these values.
    pub when: Option<(FieldName, BTreeSet<OptionCode>)>,
    /// A later record like one of these in the same case closes the task. One of the same type that
    /// is not like it is an attempt.
    pub answered_by: Vec<Like>,
    /// Or: the task is closed when this field of the record itself has one of these values, or any
    /// value when the set is empty.
    pub closed_when: Option<(FieldName, BTreeSet<OptionCode>)>,
    /// The task is open only while another record has such a value.
    pub open_while: Option<OpenWhile>,
    /// The user field that names who is to do it, before any other field that does.
    pub due_from: Option<FieldName>,
    /// A record like one of these ends the task without answering it: the person has left.
    pub closed_by: Vec<Like>,
    /// Whether records answer it that happened before it was set, too.
    pub at_any_time: bool,
    /// While the newest record of such a type is like this, nobody is reminded of the task.
    pub paused_by: Vec<Like>,
    /// If still open this long after its base time, it is shown to the supervisor first. Ascending.
    pub flags: Vec<Span>,
}

/// Keeps a task open only while the record that is named has one of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWhile {
    /// The ref field that names the record.
    pub record: FieldName,
    /// The field of that record, one of those that every type has.
    pub field: FieldName,
    /// The values, at least one.
    pub values: BTreeSet<OptionCode>,
}

/// Which records of a type are meant: all of them, or those whose fields say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// The type.
    pub record_type: TypeName,
    /// Each of these fields has one of its values, or any value when the set is empty.
    pub fields: Conditions,
    /// Each of these fields says the same as in the record that set the task.
    pub same: BTreeSet<FieldName>,
    /// The date or datetime field that says when it came to be so. What happened later is not ended
    /// by it.
    pub since: Option<FieldName>,
}

/// Fields, each with the values of which it has one; any value when the set is empty.
pub type Conditions = BTreeMap<FieldName, BTreeSet<OptionCode>>;

/// When a task is due, counted from its base time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// This long after.
    After(Span),
    /// This long before (a consent's expiry).
    Before(Span),
}

#[cfg(test)]
mod tests;
