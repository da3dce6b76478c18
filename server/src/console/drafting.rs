//! Forms that are filled in on pages: what was answered waits, sealed, in [`super::drafts`]; what becomes
//! of it is told by the same rules as on a phone.

use std::collections::{BTreeMap, BTreeSet};

use model::answers::{self, Answer, KeptAnswer, KeptAnswers};
use model::asked;
use model::catalogue::{BelongsTo, FieldKind, RecordType};
use model::followup;
use model::forms::{Filling, FormState};
use model::handing_in;
use model::ids::{CaseId, DraftId, FieldName, RecordId, TypeName};
use model::input;
use model::people::People;
use model::record::Edit;
use model::value::FieldValue;
use model::words::Message;
use ui::views::{Answered, DraftView, Handle, NewType, Submitted};
use ui::{FormSource, Refusal};

use super::drafts::{self, BeginDraft};
use super::handles::{Handles, numbered};
use super::screens::Screens;
use super::{ConsoleError, EditRecord, NewRecord, Reader};
use crate::access::case_context::CaseContext;
use crate::error::StoreError;

impl FormSource for Screens<'_> {
    fn new_types(&mut self, case: Option<&Handle>) -> Result<Vec<NewType>, Refusal> {
        let case = case.map(|case| self.named::<CaseId>(case)).transpose()?;
        let types = self.read(|reader, _| {
            if let Some(case) = case {
                reader.check_open(case)?;
            }
            reader.new_types(case)
        })?;
        Ok(types)
    }

    fn begin(&mut self, record_type: &TypeName, case: Option<&Handle>) -> Result<Handle, Refusal> {
        let case = case.map(|case| self.named::<CaseId>(case)).transpose()?;
        let name = record_type.clone();
        let starts_with = self.read(|reader, _| {
            let offered = reader.new_types(case)?;
            if !offered.iter().any(|known| known.record_type == name) {
                return Err(model::policy::Denial::Role.into());
            }
            let record_type = reader.record_type(&name)?;
            let form = reader.form(record_type, case, &BTreeMap::new())?;
            let answers = answers::defaults(record_type, form).into_iter();
            let kept = answers.map(|(field, answer)| (field, KeptAnswer { answer, base: None }));
            to_bytes(&kept.collect())
        })?;
        let asked =
            BeginDraft { record_type: record_type.clone(), case, edits: None, repairs: None };
        self.begin_with(&asked, starts_with)
    }

    fn begin_edit(&mut self, record: &Handle) -> Result<Handle, Refusal> {
        let record = self.named::<RecordId>(record)?;
        let record_type = self.read(|reader, _| {
            let (_, listed) = reader.find(record)?.ok_or(ConsoleError::NotFound)?;
            let stored = reader.db.record_row(record)?.ok_or(ConsoleError::NotFound)?;
            reader.may_change(&stored)?;
            Ok(listed.record_type)
        })?;
        // Who began to change a record goes on where they were.
        let open = self.console.drafts();
        let open = self.told(open)?;
        if let Some(begun) = open.iter().find(|draft| draft.is_edit && draft.record == record) {
            return self.handle_of(begun.draft);
        }
        let asked = BeginDraft { record_type, case: None, edits: Some(record), repairs: None };
        self.begin_form(&asked, &KeptAnswers::new())
    }

    fn drafts(&mut self) -> Result<Vec<DraftView>, Refusal> {
        let open = self.console.drafts();
        let open = self.told(open)?;
        let mut views = Vec::new();
        for draft in open {
            match self.view(draft.draft) {
                Ok(view) => views.push(view),
                // What it was about was taken from them, or its type from the catalogue.
                Err(Refusal::NotFound | Refusal::Invalid(_)) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(views)
    }

    fn form(&mut self, draft: &Handle) -> Result<DraftView, Refusal> {
        let draft = self.named(draft)?;
        self.view(draft)
    }

    fn answer(
        &mut self,
        draft: &Handle,
        given: Vec<(FieldName, Answered)>,
    ) -> Result<DraftView, Refusal> {
        let draft: DraftId = self.named(draft)?;
        if !given.is_empty() {
            let opened = self.opened(draft)?;
            let mut rng = self.rng();
            let answers = self.read(|reader, _| {
                let filling = reader.filling(&opened.0, &opened.1)?;
                let mut kept = opened.1.clone();
                for (field, answered) in given {
                    let answer = reader.answer(&mut rng, &filling, &field, &kept, answered)?;
                    let base = || filling.present.get(&field).cloned();
                    let base = kept.get(&field).map_or_else(base, |known| known.base.clone());
                    kept.insert(field, KeptAnswer { answer, base });
                }
                to_bytes(&kept)
            })?;
            let kept = self.console.keep_draft(draft, answers);
            self.told(kept)?;
        }
        self.view(draft)
    }

    fn submit(&mut self, draft: &Handle, anyway: bool) -> Result<Submitted, Refusal> {
        let id: DraftId = self.named(draft)?;
        let opened = self.opened(id)?;
        let (row, kept) = &opened;
        let ready = self.read(|reader, _| {
            let filling = reader.filling(row, kept)?;
            let form = reader.form(filling.record_type, row.case, &filling.answers)?;
            let unread = reader.unread(&filling, &form, kept)?;
            let submission = answers::submission(&form, kept, &filling.present);
            let mut edits = submission.edits;
            if row.is_edit {
                edits.extend(reader.decided_by_answers(row.record, kept, &edits)?);
            }
            if !row.is_edit && row.repairs.is_none() {
                // It happened when it was begun to be written down, not when that was done.
                edits.extend(followup::happened_now(row.begun_at, filling.record_type, &edits));
            }
            // What refused work is written anew keeps what its author said of it.
            if row.repairs.is_none() {
                let (known, is_new) = (filling.record_type, !row.is_edit);
                edits.extend(handing_in::ready(known, is_new, &filling.answers, &edits));
            }
            let is_made = !row.is_edit && reader.db.record_row(row.record)?.is_some();
            Ok((unread.is_empty(), is_made, edits))
        })?;
        let (is_readable, is_made, edits) = ready;
        if !is_readable {
            return self.refused_form(id, None, false);
        }
        // It was made, and the answer that said so got lost.
        let written = match (is_made, row.repairs) {
            (true, _) => Ok(row.record),
            (false, Some(entry)) => self.repair(row, entry, edits, anyway)?,
            (false, None) => self.write(row, edits, anyway),
        };
        let record = match written {
            Ok(record) => record,
            Err(
                refusal @ (ConsoleError::Invalid(_)
                | ConsoleError::Doubtful(_)
                | ConsoleError::NotAllowed { .. }),
            ) => {
                let is_doubtful = matches!(refusal, ConsoleError::Doubtful(_));
                let reason = refusal.in_language(self.language);
                return self.refused_form(id, Some(reason), is_doubtful);
            }
            Err(refusal) => return self.told(Err(refusal)),
        };
        // What settles refused work lets go of the forms that would, too.
        if row.repairs.is_none() {
            let ended = self.console.end_draft(id);
            self.told(ended)?;
        }
        self.handle_of(record).map(Submitted::Record)
    }

    fn discard(&mut self, draft: &Handle) -> Result<(), Refusal> {
        let draft = self.named(draft)?;
        let ended = self.console.end_draft(draft);
        self.told(ended)
    }
}

impl Screens<'_> {
    /// Begins a form in which these answers stand.
    pub(super) fn begin_form(
        &mut self,
        asked: &BeginDraft,
        answers: &KeptAnswers,
    ) -> Result<Handle, Refusal> {
        let answers = to_bytes(answers);
        let answers = self.told(answers)?;
        self.begin_with(asked, answers)
    }

    fn begin_with(&mut self, asked: &BeginDraft, answers: Vec<u8>) -> Result<Handle, Refusal> {
        let rng = self.rng();
        let begun = self.console.begin_draft(rng, asked, answers);
        let begun = self.told(begun)?;
        self.handle_of(begun.draft)
    }

    fn handle_of<T: super::handles::Named>(&mut self, named: T) -> Result<Handle, Refusal> {
        let handle = self.handles().of(named).map_err(ConsoleError::from);
        self.told(handle)
    }

    /// Makes or changes the record. Returns which it is, or why not.
    fn write(
        &mut self,
        row: &drafts::DraftView,
        edits: Vec<Edit>,
        anyway: bool,
    ) -> Result<RecordId, ConsoleError> {
        let rng = self.rng();
        let written = match row.is_edit {
            true => {
                let asked = EditRecord { record: row.record, edits, anyway, reason: None };
                self.console.edit(rng, &asked)
            }
            false => {
                let asked = NewRecord {
                    record_type: row.record_type.clone(),
                    case: row.case,
                    program: None,
                    edits,
                    anyway,
                    reason: None,
                };
                self.console.create_as(rng, row.record, &asked)
            }
        };
        written.map(|written| written.record)
    }

    fn refused_form(
        &mut self,
        draft: DraftId,
        reason: Option<String>,
        doubtful: bool,
    ) -> Result<Submitted, Refusal> {
        let draft = Box::new(self.view(draft)?);
        Ok(Submitted::Refused { draft, reason, doubtful })
    }

    /// Keeps an answer in a draft that has none to that question.
    pub(super) fn keep_unless_answered(
        &mut self,
        draft: DraftId,
        field: &FieldName,
        answer: KeptAnswer,
    ) -> Result<(), Refusal> {
        let (_, mut kept) = self.opened(draft)?;
        if kept.contains_key(field) {
            return Ok(());
        }
        kept.insert(field.clone(), answer);
        let bytes = to_bytes(&kept);
        let bytes = self.told(bytes)?;
        let written = self.console.keep_draft(draft, bytes);
        self.told(written)
    }

    fn opened(&mut self, draft: DraftId) -> Result<(drafts::DraftView, KeptAnswers), Refusal> {
        let opened = self.console.draft(draft).and_then(|(row, bytes)| {
            let kept = from_bytes(&bytes)?;
            Ok((row, kept))
        });
        self.told(opened)
    }

    fn view(&mut self, draft: DraftId) -> Result<DraftView, Refusal> {
        let (row, kept) = self.opened(draft)?;
        self.read(|reader, handles| reader.draft_view(handles, &row, &kept))
    }
}

/// A form with what stands in it.
struct Filled<'c> {
    record_type: &'c RecordType,
    /// What stands in the record that is edited.
    present: BTreeMap<FieldName, FieldValue>,
    answers: BTreeMap<FieldName, FieldValue>,
    people: People,
}

impl Reader<'_> {
    pub(super) fn record_type(&self, name: &TypeName) -> Result<&RecordType, ConsoleError> {
        let unknown = || ConsoleError::invalid(Message::new("unknown_type").with("type", name));
        self.context.catalogue.record_type(name).ok_or_else(unknown)
    }

    /// Checks that there is something in a case that they may see.
    fn check_open(&self, case: CaseId) -> Result<(), ConsoleError> {
        let known = CaseContext::at_the_console(self.db, self.now, self.user, case)?;
        let all = model::ids::FeedSeq(i64::MAX.cast_unsigned());
        match self.records_of(&known, case, all, 1)?.0.is_empty() {
            true => Err(ConsoleError::NotFound),
            false => Ok(()),
        }
    }

    pub(super) fn form(
        &self,
        record_type: &RecordType,
        case: Option<CaseId>,
        answers: &BTreeMap<FieldName, FieldValue>,
    ) -> Result<FormState, ConsoleError> {
        let facts = self.facts(record_type, case)?;
        let filling = Filling { now: self.now, answers, facts: &facts };
        Ok(FormState::of(&self.context.catalogue, record_type, filling))
    }

    fn filling(
        &self,
        row: &drafts::DraftView,
        kept: &KeptAnswers,
    ) -> Result<Filled<'_>, ConsoleError> {
        let present = match row.is_edit {
            true => self.fields_of(row.record)?,
            false => BTreeMap::new(),
        };
        let colleagues = self.db.colleagues(self.user)?;
        Ok(Filled {
            record_type: self.record_type(&row.record_type)?,
            answers: answers::filled(present.clone(), kept),
            present,
            people: People::new(self.user, colleagues.people),
        })
    }

    /// Returns the values with which an edit decides what is disputed: an answer that says what the record
    /// shows already is one, too.
    fn decided_by_answers(
        &self,
        record: RecordId,
        kept: &KeptAnswers,
        edits: &[Edit],
    ) -> Result<Vec<Edit>, ConsoleError> {
        let (_, whole) = self.to_decide_on(record)?;
        let disputed = whole.conflicts.iter().filter(|conflict| conflict.review);
        let decided = disputed.filter_map(|conflict| {
            let field = &conflict.field;
            let value = kept.get(field)?.answer.value()?.scalar()?.clone();
            let is_said = edits.iter().any(|edit| edit.field() == field);
            (!is_said).then(|| Edit::Set { field: field.clone(), value })
        });
        Ok(decided.collect())
    }

    fn unread(
        &self,
        filling: &Filled<'_>,
        form: &FormState,
        kept: &KeptAnswers,
    ) -> Result<Vec<model::record::FieldProblem>, ConsoleError> {
        let Filled { record_type, people, .. } = filling;
        Ok(input::unread(self.now, &self.context.catalogue, people, record_type, form, kept))
    }

    /// Reads one answer as it is kept.
    fn answer(
        &self,
        rng: &mut rand::rngs::StdRng,
        filling: &Filled<'_>,
        field: &FieldName,
        kept: &KeptAnswers,
        answered: Answered,
    ) -> Result<Answer, ConsoleError> {
        let Filled { record_type, people, .. } = filling;
        let (now, catalogue, name) = (self.now, &self.context.catalogue, field.as_str());
        let read = |text: &str| {
            let typed = [(name, text)];
            let read = input::answers(now, catalogue, people, record_type, typed)?;
            Ok(read.into_iter().next().map_or(Answer::Nothing, |(_, answer)| answer))
        };
        let stands = || {
            let kept = kept.get(field).and_then(|kept| kept.answer.value().cloned());
            kept.or_else(|| filling.present.get(field).cloned())
        };
        let read: Result<Answer, input::InputError> = match answered {
            Answered::Typed(text) => read(&text),
            Answered::Chosen(options) => read(&options.join(",")),
            Answered::Entry(parts) => {
                let parts = parts.iter().map(|(part, text)| (part.as_str(), text.as_str()));
                let edit = input::log_entry(now, rng, catalogue, people, record_type, name, parts);
                edit.map(|edit| {
                    let before = stands().map(|value| (field.clone(), value));
                    let edited = answers::edited(before.into_iter().collect(), &[edit]);
                    edited.into_iter().next().map_or(Answer::Nothing, |(_, answer)| answer)
                })
            }
            Answered::WithoutEntry(entry) => {
                let known = kept.get(field).cloned();
                let without = known.clone().and_then(|kept| kept.without_entry(&entry));
                Ok(without.or(known.map(|kept| kept.answer)).unwrap_or(Answer::Nothing))
            }
        };
        read.map_err(|error| {
            let problems = error.problems().map(super::Mistake::from).collect();
            ConsoleError::Invalid(problems)
        })
    }

    fn draft_view(
        &self,
        handles: &Handles<'_>,
        row: &drafts::DraftView,
        kept: &KeptAnswers,
    ) -> Result<DraftView, ConsoleError> {
        let filling = self.filling(row, kept)?;
        let form = self.form(filling.record_type, row.case, &filling.answers)?;
        let unread = self.unread(&filling, &form, kept)?;
        let problems = answers::in_order(filling.record_type, unread, form.problems());
        let changed_since = match row.is_edit {
            true => answers::changed_since(kept, &filling.present),
            false => Vec::new(),
        };
        let case = match row.case {
            Some(case) => self.person_of(case)?.map(|person| (case, person)),
            None => None,
        };
        let typed = kept
            .iter()
            .filter_map(|(field, kept)| Some((field.clone(), kept.answer.typed()?.to_owned())));
        Ok(DraftView {
            draft: handles.of(row.draft)?,
            record_type: row.record_type.clone(),
            case: case
                .map(|(case, person)| Ok::<_, StoreError>((handles.of(case)?, person)))
                .transpose()?,
            edits: row.is_edit.then(|| handles.of(row.record)).transpose()?,
            begun_at: row.begun_at,
            typed: typed.collect(),
            names: self.names_in_fields(handles, [&filling.answers, &filling.present])?,
            not_asked: self.not_asked(filling.record_type),
            people: filling
                .people
                .all()
                .into_iter()
                .filter(|one| one.active)
                .map(|one| (one.user, one.name.clone()))
                .collect(),
            records: self.may_be_named(filling.record_type, row.case)?,
            returned: match row.is_edit {
                true => self.returned(handles, row.record)?,
                false => Vec::new(),
            },
            markable: self.markable(filling.record_type, &filling.answers)?,
            repairs: row.repairs.map(numbered).transpose()?,
            answers: filling.answers,
            stands: filling.present,
            form,
            problems,
            changed_since,
        })
    }

    /// Returns the fields that none of their roles may change, and those that follow from what is decided
    /// elsewhere.
    pub(super) fn not_asked(&self, record_type: &RecordType) -> BTreeSet<FieldName> {
        asked::not_asked(&self.context.catalogue, &self.memberships, record_type)
    }

    /// The records that fields of a type may name: those of the same case, and what is a directory.
    fn may_be_named(
        &self,
        record_type: &RecordType,
        case: Option<CaseId>,
    ) -> Result<Vec<(RecordId, TypeName, model::catalogue::Label)>, ConsoleError> {
        let catalogue = &self.context.catalogue;
        let mut types: BTreeSet<&TypeName> = BTreeSet::new();
        for field in record_type.fields.iter().filter(|field| !field.retired) {
            match &field.kind {
                FieldKind::Ref { to } | FieldKind::Refs { to } if to.is_empty() => {
                    types.extend(catalogue.types.keys());
                }
                FieldKind::Ref { to } | FieldKind::Refs { to } => types.extend(to),
                _ => {}
            }
        }
        let mut found = Vec::new();
        for name in types {
            let Some(known) = catalogue.record_type(name) else { continue };
            match (known.belongs_to, case) {
                (BelongsTo::Nothing, _) if catalogue.is_directory(&known.compartment) => {
                    let of_type = BTreeSet::from([name]);
                    self.db.each_open_record(self.user, &of_type, |listed| found.push(listed))?;
                }
                (_, Some(case)) => {
                    let context = CaseContext::at_the_console(self.db, self.now, self.user, case)?;
                    found.extend(self.of_types(&context, case, [known])?);
                }
                (_, None) => {}
            }
        }
        found.sort_by_key(|listed| std::cmp::Reverse((listed.occurred_at, listed.record)));
        found.truncate(NAMEABLE_MAX);
        let rows = found.into_iter().map(|listed| {
            let row = self.row(listed)?;
            Ok((row.record, row.record_type, row.title))
        });
        rows.collect()
    }
}

/// Records that are offered to be named on one form.
const NAMEABLE_MAX: usize = 300;

/// Answers as they are kept: each beside what stood in the record when it was first given.
type Texts = BTreeMap<FieldName, (String, Option<String>)>;

const UNREADABLE: StoreError = StoreError::Damaged("the answers of a draft do not read");

fn to_bytes(kept: &KeptAnswers) -> Result<Vec<u8>, ConsoleError> {
    let texts = kept.iter().map(|(field, kept)| {
        let base = kept.base.as_ref().map(|base| answers::base_to_text(field, base)).transpose();
        Ok((field.clone(), (kept.answer.to_text(field)?, base?)))
    });
    let texts: Result<Texts, answers::UnreadableAnswer> = texts.collect();
    let texts = texts.map_err(|_| UNREADABLE)?;
    Ok(serde_json::to_vec(&texts).map_err(|_| UNREADABLE)?)
}

fn from_bytes(bytes: &[u8]) -> Result<KeptAnswers, ConsoleError> {
    let texts: Texts = serde_json::from_slice(bytes).map_err(|_| UNREADABLE)?;
    let kept = texts.into_iter().map(|(field, (answer, base))| {
        let kept = KeptAnswer::from_texts(&answer, base.as_deref()).map_err(|_| UNREADABLE)?;
        Ok((field, kept))
    });
    kept.collect()
}
