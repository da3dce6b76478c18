//! Tasks that are put off, or cannot be done: a record says so, with the reason.

use client_core::device::NewDraft;
use client_core::store::query::OpenTask;
use model::answers::Answer;
use model::catalogue::{FieldKind, PutsOff, RecordType};
use model::ids::{FieldName, OptionCode};
use model::time::{Span, Timestamp};
use model::value::{FieldValue, Scalar};
use ui::Refusal;
use ui::views::Handle;
use ui::views::phone::{NotNow, NotNowForm, Noted};

use crate::handles::TaskName;
use crate::source::DeviceSource;

impl DeviceSource<'_> {
    /// Returns whether the owner may say that a task is not done now. What stands alone is moved by no
    /// other record.
    pub(crate) fn may_put_off(&self, task: &OpenTask) -> Result<bool, Refusal> {
        let Some((known, _)) = self.putting_off() else { return Ok(false) };
        if task.case.is_none() {
            return Ok(false);
        }
        let memberships = self.stored(self.device.store().read().memberships())?;
        let mut roles = memberships.iter().map(|held| &held.role);
        Ok(roles.any(|role| known.written_by.contains(role)))
    }

    pub(crate) fn not_now_form(
        &self,
        task: &Handle,
        says: NotNow,
    ) -> Result<Option<NotNowForm>, Refusal> {
        let task = self.open_task(&self.named::<TaskName>(task)?)?;
        let Some((known, _)) = self.putting_off() else { return Ok(None) };
        if !self.may_put_off(&task)? {
            return Ok(None);
        }
        let field = known.field(why(says)).ok_or(Refusal::NotFound)?;
        Ok(Some(NotNowForm {
            case: task.case.map(|case| self.handles.of(&case)).transpose()?,
            about: task.title,
            task: task.label,
            due: task.due,
            reasons: self.offered(&field.kind),
        }))
    }

    pub(crate) fn say_not_now(
        &mut self,
        task: &Handle,
        says: NotNow,
        reason: &str,
        days: u32,
    ) -> Result<Noted, Refusal> {
        let form = self.not_now_form(task, says)?.ok_or(Refusal::NotFound)?;
        if !form.reasons.iter().any(|(code, _)| code == reason) {
            return Err(Refusal::NotFound);
        }
        let task = self.open_task(&self.named::<TaskName>(task)?)?;
        let set_due = self.due_as_set(&task)?;
        let catalogue = std::sync::Arc::clone(&self.catalogue);
        let mut types = catalogue.types.values();
        let found = types.find_map(|known| Some((known, known.puts_off.as_ref()?)));
        let (known, rules) = found.ok_or(Refusal::NotFound)?;
        let PutsOff { task: record, rule, due, until, .. } = rules;
        let (what, code) = match says {
            NotNow::Later => (LATER, Some((until, Scalar::DateTime(self.noon_in(days))))),
            NotNow::Cannot => (CANNOT, None),
        };
        let text = |text: &str| -> Result<OptionCode, Refusal> {
            text.parse().map_err(|_| Refusal::NotFound)
        };
        let name = |name: &str| -> Result<FieldName, Refusal> {
            name.parse().map_err(|_| Refusal::NotFound)
        };
        let mut values = vec![
            (record.clone(), Scalar::Ref(task.record)),
            (rule.clone(), Scalar::Text(task.rule.clone())),
            (due.clone(), Scalar::DateTime(set_due)),
            (name(WHAT)?, Scalar::Choice(text(what)?)),
            (name(why(says))?, Scalar::Choice(text(reason)?)),
        ];
        values.extend(code.map(|(field, value)| (field.clone(), value)));
        let answers = values.into_iter();
        let answers = answers.map(|(name, it)| (name, Answer::Value(FieldValue::Scalar(it))));
        let answers: Vec<_> = answers.collect();
        let (record_type, case) = (known.name.clone(), task.case);
        // Where it lives, and whether they may make it there, follows from the record of the task.
        let new = NewDraft::Record { record_type, case, program: None };
        let draft = self.device.begin_draft(self.now, self.rng, new);
        let draft = self.told(draft)?;
        self.keep_answers(draft, &answers)?;
        self.submit_tapped(draft, &[])
    }

    /// Returns when a task is due by its record alone, however often it was put off.
    fn due_as_set(&self, task: &OpenTask) -> Result<Timestamp, Refusal> {
        let set = self.stored(self.device.store().read().due_as_set(task.record, &task.rule))?;
        Ok(set.unwrap_or(task.due))
    }

    fn putting_off(&self) -> Option<(&RecordType, &PutsOff)> {
        let mut types = self.catalogue.types.values();
        let fits = |known: &RecordType| {
            [
                (WHAT, [LATER, CANNOT].as_slice()),
                (why(NotNow::Later), &[]),
                (why(NotNow::Cannot), &[]),
            ]
            .iter()
            .all(|(field, options)| {
                known.field(field).is_some_and(|field| {
                    let offered = self.offered(&field.kind);
                    matches!(field.kind, FieldKind::Choice { .. })
                        && options.iter().all(|it| offered.iter().any(|(code, _)| code == it))
                })
            })
        };
        types.find_map(|known| Some((known, known.puts_off.as_ref()?)).filter(|_| fits(known)))
    }

    /// Returns the noon of the day in so many days, by the department's clocks.
    fn noon_in(&self, days: u32) -> Timestamp {
        let tomorrow = self.catalogue.zone.end_of_day(self.now);
        let from = tomorrow.unwrap_or(self.now);
        from + Span::from_days(i64::from(days) - 1) + Span::from_hours(12)
    }
}

/// Returns the question of the reason.
fn why(says: NotNow) -> &'static str {
    match says {
        NotNow::Later => "why_later",
        NotNow::Cannot => "why_not",
    }
}

/// What a record says that puts a task off, or ends it (`catalogue/types/put_off.toml`).
const WHAT: &str = "what";
const LATER: &str = "later";
const CANNOT: &str = "cannot";
