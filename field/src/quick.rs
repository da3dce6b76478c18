//! A contact in one tap, and a task that is done by one: what the catalogue says a record of it needs, and
//! what its form starts with.

use client_core::device::NewDraft;
use client_core::store::query::OpenTask;
use model::answers::Answer;
use model::catalogue::{BelongsTo, Conditions, FieldKind, Label, RecordType, fields_from_json};
use model::ids::{CaseId, DraftId, FieldName, OptionCode, RecordId, TypeName};
use model::record::Edit;
use model::value::{FieldValue, Scalar};
use ui::Refusal;
use ui::views::Handle;
use ui::views::phone::{Again, Noted, ShortAnswer, ShortForm, ShortOf};

use crate::drafts::{approval, approval_field};
use crate::handles::TaskName;
use crate::source::DeviceSource;
use crate::tasks::{APPROVAL, DRAFT, SUBMITTED, says_draft};

/// A form of which one answer is tapped.
struct Quick {
    record_type: TypeName,
    /// The question that is asked.
    asked: FieldName,
}

/// What a short form is of, in ids.
struct Subject {
    case: Option<CaseId>,
    task: Option<OpenTask>,
    quick: Option<Quick>,
    forms: Vec<TypeName>,
    /// How a task is done in the record that set it.
    own: Option<Own>,
}

/// A field of the record that set a task, by which the task is done.
struct Own {
    record: RecordId,
    field: FieldName,
    label: Label,
    /// The options of a choice; `None` for a time, which is now.
    options: Option<Vec<(String, Label)>>,
}

/// The contact that was noted last.
struct LastMet {
    case: Option<CaseId>,
    /// The cases of others who were there.
    also: Vec<CaseId>,
    people: Option<u32>,
    /// What came of it.
    option: String,
    label: Label,
}

impl DeviceSource<'_> {
    pub(crate) fn short(&self, of: &ShortOf) -> Result<Option<ShortForm>, Refusal> {
        let subject = self.subject(of)?;
        let nothing = subject.quick.is_none() && subject.forms.is_empty();
        if nothing && subject.task.is_none() {
            return Ok(None);
        }
        let about = match (subject.case, &subject.task) {
            (Some(case), _) => self.person_of(case)?,
            (None, task) => task.as_ref().map(|task| task.title.clone()),
        };
        let own = subject.own.as_ref();
        let question = match (&subject.quick, own) {
            (Some(quick), _) => Some(self.question(quick)?),
            (None, Some(own)) => own.options.clone().map(|options| (own.label.clone(), options)),
            (None, None) => None,
        };
        let task = subject.task.as_ref();
        let returned = task.and_then(|task| task.returned.as_ref());
        // What no other record does is done in the record itself, or in the one that was given back.
        let edits = match (task, returned) {
            (_, Some(said)) => Some(self.handles.of(&said.record)?),
            (Some(task), None) if nothing => Some(self.handles.of(&task.record)?),
            _ => None,
        };
        let forms = subject.forms.iter().filter_map(|name| {
            Some((name.clone(), self.catalogue.record_type(name)?.label.clone()))
        });
        let forms = forms.collect();
        Ok(Some(ShortForm {
            case: subject.case.map(|case| self.handles.of(&case)).transpose()?,
            about,
            task: task.map(|task| (task.label.clone(), task.due)),
            attempts: task.map_or(0, |task| task.attempts),
            returned: returned.map(|said| self.returned(said)).transpose()?,
            question,
            forms,
            edits,
            besides: match &subject.quick {
                Some(quick) => self.besides(quick, *of == ShortOf::Nobody)?,
                None => Vec::new(),
            },
            just_now: own.is_some_and(|own| own.options.is_none()),
            may_put_off: match task {
                Some(task) => self.may_put_off(task)?,
                None => false,
            },
            others: self.others_offered(&subject)?,
        }))
    }

    pub(crate) fn note_short(
        &mut self,
        of: &ShortOf,
        answer: &ShortAnswer,
    ) -> Result<Noted, Refusal> {
        let subject = self.subject(of)?;
        if let Some(own) = subject.own {
            return self.note_own(own, &answer.option);
        }
        let quick = subject.quick.ok_or(Refusal::NotFound)?;
        let option: OptionCode = answer.option.parse().map_err(|_| Refusal::NotFound)?;
        let (_, offered) = self.question(&quick)?;
        if !offered.iter().any(|(code, _)| code == option.as_str()) {
            return Err(Refusal::NotFound);
        }
        let draft = self.begin_new(&quick.record_type, subject.case)?;
        let mut answers = self.starts_with(&quick, draft, answer)?;
        answers.push((quick.asked.clone(), chosen(option)));
        self.keep_answers(draft, &answers)?;
        let also = self.others_met(subject.case, &answer.also)?;
        self.submit_tapped(draft, &also)
    }

    /// Notes what became of a task in the record that set it.
    fn note_own(&mut self, own: Own, option: &str) -> Result<Noted, Refusal> {
        let value = match own.options {
            None if option == NOW => Scalar::DateTime(self.now),
            Some(offered) if offered.iter().any(|(code, _)| code == option) => {
                Scalar::Choice(option.parse().map_err(|_| Refusal::NotFound)?)
            }
            _ => return Err(Refusal::NotFound),
        };
        let draft = self.device.begin_draft(self.now, self.rng, NewDraft::Edit(own.record));
        let draft = self.told(draft)?;
        self.keep_answers(draft, &[(own.field, Answer::Value(FieldValue::Scalar(value)))])?;
        self.submit_tapped(draft, &[])
    }

    /// Returns the cases of others who were met, each once and besides the first one.
    fn others_met(&self, case: Option<CaseId>, also: &[Handle]) -> Result<Vec<CaseId>, Refusal> {
        let mut others: Vec<CaseId> = Vec::new();
        for handle in also {
            let other: CaseId = self.named(handle)?;
            if Some(other) != case && !others.contains(&other) {
                others.push(other);
            }
        }
        Ok(others)
    }

    /// Returns those who may have been there as well: the people whom somebody dealt with last.
    fn others_offered(&self, subject: &Subject) -> Result<Vec<(Handle, Label)>, Refusal> {
        let together = subject.quick.as_ref().map(|quick| self.record_type(&quick.record_type));
        let (Some(case), Some(known)) = (subject.case, together.transpose()?) else {
            return Ok(Vec::new());
        };
        if known.together.is_none() || subject.task.is_some() {
            return Ok(Vec::new());
        }
        let case = self.handles.of(&case)?;
        let others = self.recent()?.into_iter().filter(|row| row.case != case);
        Ok(others.take(OTHERS_MAX).map(|row| (row.case, row.title)).collect())
    }

    /// Returns how a task is done in the record that set it: with one choice, or by saying that it was
    /// done just now.
    fn own_of(&self, task: &OpenTask) -> Result<Option<Own>, Refusal> {
        let rule = self.rule_of(task).and_then(|rule| rule.closed_when.as_ref());
        let known = self.catalogue.record_type(&task.record_type);
        let Some(((name, values), known)) = rule.zip(known) else { return Ok(None) };
        let Some(field) = known.field(name.as_str()).filter(|field| !field.retired) else {
            return Ok(None);
        };
        let whole = self.stored(self.device.store().read().record(task.record))?;
        if !self.may_change(&whole.ok_or(Refusal::NotFound)?)? {
            return Ok(None);
        }
        let options = match field.kind {
            FieldKind::DateTime if values.is_empty() => None,
            FieldKind::Choice { .. } => {
                let mut offered = self.offered(&field.kind);
                offered.retain(|(code, _)| values.is_empty() || values.contains(code.as_str()));
                Some(offered)
            }
            _ => return Ok(None),
        };
        let (field, label) = (field.name.clone(), field.label.clone());
        Ok(Some(Own { record: task.record, field, label, options }))
    }

    /// Returns the last contact that its owner noted with one tap.
    pub(crate) fn again_form(&self) -> Result<Option<Again>, Refusal> {
        let Some(last) = self.last_met()? else { return Ok(None) };
        let about = match last.case {
            Some(case) => self.person_of(case)?,
            None => None,
        };
        Ok(Some(Again { about, others: last.also.len(), result: last.label }))
    }

    pub(crate) fn once_more(&mut self) -> Result<Noted, Refusal> {
        let last = self.last_met()?.ok_or(Refusal::NotFound)?;
        let of = match last.case {
            Some(case) => ShortOf::Case(self.handles.of(&case)?),
            None => ShortOf::Nobody,
        };
        let also = last.also.iter().map(|case| self.handles.of(case));
        let answer = ShortAnswer {
            option: last.option,
            people: last.people,
            by_phone: false,
            also: also.collect::<Result<_, _>>()?,
        };
        self.note_short(&of, &answer)
    }

    /// Returns the newest contact of the owner, with those who were met together.
    fn last_met(&self) -> Result<Option<LastMet>, Refusal> {
        let Some(quick) = self.quick_contact(|known| known.belongs_to != BelongsTo::Nothing)?
        else {
            return Ok(None);
        };
        let known = self.record_type(&quick.record_type)?;
        let (_, offered) = self.question(&quick)?;
        let own = self.device.store().read().newest_of_own(&known.name, TOGETHER_MAX);
        let mut met = Vec::new();
        for record in self.stored(own)? {
            if let Some(view) = self.view_of(record)? {
                met.push((record, view.case, fields_from_json(Some(known), &view.fields)));
            }
        }
        let names = known.together.as_ref().map(|together| &together.names);
        let named = |fields: &std::collections::BTreeMap<FieldName, FieldValue>| match names
            .and_then(|name| fields.get(name))
            .and_then(FieldValue::scalar)
        {
            Some(Scalar::Ref(record)) => Some(*record),
            _ => None,
        };
        // Of people who were met together, the first one's record has the note.
        let first = met.first().map(|(record, _, fields)| named(fields).unwrap_or(*record));
        let Some((first, case, fields)) = met.iter().find(|(record, ..)| Some(*record) == first)
        else {
            return Ok(None);
        };
        let also = met.iter().filter(|(_, _, fields)| named(fields) == Some(*first));
        let also = also.filter_map(|(_, case, _)| *case).collect();
        let people = match fields.get(PEOPLE).and_then(FieldValue::scalar) {
            Some(Scalar::Integer(people)) => u32::try_from(*people).ok(),
            _ => None,
        };
        let option = match fields.get(&quick.asked).and_then(FieldValue::scalar) {
            Some(Scalar::Choice(code)) => code.to_string(),
            _ => return Ok(None),
        };
        let Some((_, label)) = offered.into_iter().find(|(code, _)| *code == option) else {
            return Ok(None);
        };
        // A count of nobody is no contact to be had again.
        if case.is_none() && people.is_none() {
            return Ok(None);
        }
        Ok(Some(LastMet { case: *case, also, people, option, label }))
    }

    pub(crate) fn begin_of_task(
        &mut self,
        task: &Handle,
        record_type: &TypeName,
    ) -> Result<Handle, Refusal> {
        let subject = self.subject(&ShortOf::Task(task.clone()))?;
        if !subject.forms.contains(record_type) {
            return Err(Refusal::NotFound);
        }
        let draft = self.begin_new(record_type, subject.case)?;
        self.handles.of(&draft)
    }

    /// Says that nothing is to be added to a record that was noted in a hurry.
    pub(crate) fn finish_record(&mut self, record: &Handle) -> Result<(), Refusal> {
        let record = self.named(record)?;
        let whole = self.stored(self.device.store().read().record(record))?;
        if !says_draft(whole.ok_or(Refusal::NotFound)?.fields.get(APPROVAL)) {
            return Ok(());
        }
        let code = SUBMITTED.parse().map_err(|_| Refusal::NotFound)?;
        let edit = Edit::Set { field: approval_field()?, value: Scalar::Choice(code) };
        let edited = self.device.edit(self.now, self.rng, record, vec![edit]);
        self.told(edited)?;
        self.asked.saved = true;
        Ok(())
    }

    fn subject(&self, of: &ShortOf) -> Result<Subject, Refusal> {
        match of {
            ShortOf::Case(case) => {
                let case: CaseId = self.named(case)?;
                if !self.stored(self.device.store().read().holds_case(case))? {
                    return Err(Refusal::NotFound);
                }
                let quick = self.quick_contact(|known| known.belongs_to != BelongsTo::Nothing)?;
                let (forms, own) = (Vec::new(), None);
                Ok(Subject { case: Some(case), task: None, quick, forms, own })
            }
            ShortOf::Nobody => {
                let quick = self.quick_contact(|known| {
                    known.belongs_to == BelongsTo::CaseOrNothing && known.field(PEOPLE).is_some()
                })?;
                Ok(Subject { case: None, task: None, quick, forms: Vec::new(), own: None })
            }
            ShortOf::Task(task) => {
                let task = self.open_task(&self.named::<TaskName>(task)?)?;
                let (mut quick, mut forms) = (None, Vec::new());
                for like in self.rule_of(&task).map(|rule| &*rule.answered_by).unwrap_or_default() {
                    let Some(known) = self.catalogue.record_type(&like.record_type) else {
                        continue;
                    };
                    let fits = match known.belongs_to {
                        BelongsTo::Case | BelongsTo::CaseOrNothing => task.case.is_some(),
                        BelongsTo::Itself | BelongsTo::Nothing => false,
                    };
                    let decides = known.decides.is_some();
                    if !fits || decides || !self.told(self.device.may_make(self.now, known))? {
                        continue;
                    }
                    if quick.is_none() {
                        quick = quick_of(known, &like.fields);
                    }
                    if !forms.contains(&known.name) {
                        forms.push(known.name.clone());
                    }
                }
                let own = match quick.is_none() && task.returned.is_none() {
                    true => self.own_of(&task)?,
                    false => None,
                };
                Ok(Subject { case: task.case, task: Some(task), quick, forms, own })
            }
        }
    }

    /// Returns the form of a contact that the owner notes: of the first type of the department that has one
    /// choice by which it is told whether somebody was reached.
    fn quick_contact(&self, fits: impl Fn(&RecordType) -> bool) -> Result<Option<Quick>, Refusal> {
        for known in self.catalogue.types.values() {
            let belongs = known.belongs_to != BelongsTo::Itself && fits(known);
            let Some(contact) = known.contact.as_ref().filter(|_| belongs) else { continue };
            let Some(quick) = quick_of(known, contact) else { continue };
            if self.told(self.device.may_make(self.now, known))? {
                return Ok(Some(quick));
            }
        }
        Ok(None)
    }

    /// Returns a question with its options.
    fn question(&self, quick: &Quick) -> Result<(Label, Vec<(String, Label)>), Refusal> {
        let known = self.record_type(&quick.record_type)?;
        let field = known.field(quick.asked.as_str()).ok_or(Refusal::NotFound)?;
        Ok((field.label.clone(), self.offered(&field.kind)))
    }

    /// Returns the options of a choice that are offered.
    pub(crate) fn offered(&self, kind: &FieldKind) -> Vec<(String, Label)> {
        let list = kind.list().and_then(|list| self.catalogue.code_lists.get(list));
        let order = list.map(|list| list.order.iter().map(move |code| (list, code)));
        let offered = order
            .into_iter()
            .flatten()
            .filter_map(|(list, code)| Some((code.to_string(), list.options.get(code)?.clone())));
        offered.collect()
    }

    /// Returns what is noted besides what was tapped, as far as the form does not start with it: where and
    /// how the owner met somebody last, and otherwise the first option of what has to be answered.
    fn starts_with(
        &self,
        quick: &Quick,
        draft: DraftId,
        answer: &ShortAnswer,
    ) -> Result<Vec<(FieldName, Answer)>, Refusal> {
        let known = self.record_type(&quick.record_type)?;
        let stands = self.filled(draft)?.answers();
        let mut answers = Vec::new();
        for (field, option) in self.usual(quick)? {
            if !stands.contains_key(&field) {
                answers.push((field, chosen(option)));
            }
        }
        let mut set = |name: &str, answer: Answer| {
            if let Some(field) = known.field(name) {
                answers.retain(|(other, _)| *other != field.name);
                answers.push((field.name.clone(), answer));
            }
        };
        if answer.by_phone && self.has_option(known, MODE, BY_PHONE) {
            set(MODE, choice(BY_PHONE)?);
        }
        if let Some(people) = answer.people {
            set(PEOPLE, Answer::Value(FieldValue::Scalar(Scalar::Integer(people.into()))));
            if people > 1 && self.has_option(known, MODE, GROUP) {
                set(MODE, choice(GROUP)?);
            }
        }
        // It waits for its note until its author says that it is ready.
        if known.field(APPROVAL).is_some() {
            answers.push((approval_field()?, approval(DRAFT)?));
        }
        Ok(answers)
    }

    /// Returns what will be noted besides, in words. How people without a name were met depends on how many
    /// they are.
    fn besides(&self, quick: &Quick, of_nobody: bool) -> Result<Vec<Label>, Refusal> {
        let known = self.record_type(&quick.record_type)?;
        let label = |(field, option): (FieldName, OptionCode)| {
            let list = known.field(field.as_str())?.kind.list()?;
            self.catalogue.option_label(list, option.as_str()).cloned()
        };
        let mut usual = self.usual(quick)?;
        usual.retain(|(field, _)| !of_nobody || field.as_str() != MODE);
        Ok(usual.into_iter().filter_map(label).collect())
    }

    /// Returns the choices that a new record starts with: those of the owner's last one where it has to be
    /// answered or says where, the first option otherwise.
    fn usual(&self, quick: &Quick) -> Result<Vec<(FieldName, OptionCode)>, Refusal> {
        let known = self.record_type(&quick.record_type)?;
        let read = self.device.store().read();
        let last = match self.stored(read.newest_of_own(&known.name, 1))?.first() {
            Some(record) => self.view_of(*record)?,
            None => None,
        };
        let last = last.map(|view| fields_from_json(Some(known), &view.fields)).unwrap_or_default();
        let starts = known.fields.iter().filter_map(|field| {
            let is_choice = matches!(field.kind, FieldKind::Choice { .. });
            let is_started = field.required || field.name.as_str() == ZONE;
            if !is_choice || !is_started || field.name == quick.asked || field.retired {
                return None;
            }
            let offered = self.offered(&field.kind);
            let before = match last.get(&field.name).and_then(FieldValue::scalar) {
                Some(Scalar::Choice(code)) => offered.iter().find(|(it, _)| it == code.as_str()),
                _ => None,
            };
            let first = offered.first().filter(|_| field.required);
            let (code, _) = before.or(first)?;
            Some((field.name.clone(), code.parse().ok()?))
        });
        Ok(starts.collect())
    }

    fn has_option(&self, known: &RecordType, field: &str, option: &str) -> bool {
        let field = known.field(field);
        field.is_some_and(|it| self.offered(&it.kind).iter().any(|(code, _)| code == option))
    }
}

/// Returns the question of a type by which conditions tell its records apart, where that is one choice.
fn quick_of(known: &RecordType, conditions: &Conditions) -> Option<Quick> {
    let mut fields = conditions.keys();
    let (Some(field), None) = (fields.next(), fields.next()) else { return None };
    let is_choice = matches!(known.field(field.as_str())?.kind, FieldKind::Choice { .. });
    is_choice.then(|| Quick { record_type: known.name.clone(), asked: field.clone() })
}

fn chosen(option: OptionCode) -> Answer {
    Answer::Value(FieldValue::Scalar(Scalar::Choice(option)))
}

fn choice(code: &str) -> Result<Answer, Refusal> {
    code.parse().map(chosen).map_err(|_| Refusal::NotFound)
}

/// What is tapped to say that something was done just now.
const NOW: &str = "now";

/// People who are offered as having been there as well.
const OTHERS_MAX: usize = 20;

/// The newest contacts among which those are that were noted together.
const TOGETHER_MAX: usize = 30;

/// Fields and options of contacts that a quick one fills in, where the department has them
/// (`catalogue/types/outreach_contact.toml`).
const MODE: &str = "mode";
const BY_PHONE: &str = "phone_text";
const GROUP: &str = "group";
const PEOPLE: &str = "anon_count";
const ZONE: &str = "zone";
