//! The people on the phone, and how they are reached.

use std::collections::BTreeMap;

use client_core::store::query::{CaseRow, ListRow};
use model::answers::Answer;
use model::catalogue::{BelongsTo, FieldKind, Label, RecordType, fields_from_json};
use model::ids::{CaseId, FieldName, OptionCode, RecordId};
use model::value::{FieldValue, LogEntry, Scalar};
use ui::Refusal;
use ui::views::Handle;
use ui::views::phone::{PersonRow, ReachNumber, ReachView};

use crate::source::DeviceSource;

impl DeviceSource<'_> {
    /// Returns the people whose cases are here, those first whom somebody dealt with last.
    pub(crate) fn recent(&self) -> Result<Vec<PersonRow>, Refusal> {
        let mut cases = self.told(self.device.caseload(self.now))?;
        cases.retain(|case| case.record_type.is_some());
        cases.sort_by_key(|case| std::cmp::Reverse(case.last_contact));
        cases.truncate(PEOPLE_MAX);
        cases.iter().map(|case| self.person_row(case)).collect()
    }

    fn person_row(&self, case: &CaseRow) -> Result<PersonRow, Refusal> {
        Ok(PersonRow {
            case: self.handles.of(&case.case)?,
            title: case.title.clone(),
            age: None,
            last_contact: case.last_contact,
            next_due: case.next_due,
        })
    }

    /// Returns the people who are found by a name or a number: with a title and a group of ages, and with
    /// nothing else.
    pub(crate) fn like(&self, text: &str) -> Result<Vec<PersonRow>, Refusal> {
        let found = self.told(self.device.search(self.now, text, SEARCHED_MAX))?;
        let opens_a_case = |row: &&ListRow| {
            let known = self.catalogue.record_type(&row.record_type);
            known.is_some_and(|known| known.belongs_to == BelongsTo::Itself)
        };
        let rows = found.iter().filter(opens_a_case).take(PEOPLE_MAX).map(|row| {
            let case = row.case.unwrap_or_else(|| CaseId::from(row.record));
            Ok(PersonRow {
                case: self.handles.of(&case)?,
                title: row.title.clone(),
                age: self.age_of(row.record)?,
                last_contact: None,
                next_due: None,
            })
        });
        rows.collect()
    }

    fn age_of(&self, record: RecordId) -> Result<Option<Label>, Refusal> {
        let Some(view) = self.view_of(record)? else { return Ok(None) };
        let field = self.catalogue.record_type(&view.record_type);
        let list = field.and_then(|known| known.field(AGE)?.kind.list());
        let code = view.fields.get(AGE).and_then(serde_json::Value::as_str);
        let label = list.zip(code).and_then(|(list, code)| self.catalogue.option_label(list, code));
        Ok(label.cloned())
    }

    /// Begins the form of somebody new, with the name that was looked for.
    pub(crate) fn begin_person(&mut self, name: &str) -> Result<Option<Handle>, Refusal> {
        let catalogue = std::sync::Arc::clone(&self.catalogue);
        let mut opening = Vec::new();
        for known in catalogue.types.values().filter(|it| it.belongs_to == BelongsTo::Itself) {
            let named = name_field(known);
            if named.is_some() && self.told(self.device.may_make(self.now, known))? {
                opening.push((known, named));
            }
        }
        let [(known, Some(field))] = &opening[..] else { return Ok(None) };
        let draft = self.begin_new(&known.name, None)?;
        if !name.is_empty() {
            let name = Answer::Value(FieldValue::Scalar(Scalar::Text(name.to_owned())));
            self.keep_answers(draft, &[((*field).clone(), name)])?;
        }
        self.handles.of(&draft).map(Some)
    }

    /// Returns how somebody is reached. That it was shown is noted for the audit.
    pub(crate) fn reach_of(&mut self, case: &Handle) -> Result<ReachView, Refusal> {
        let case: CaseId = self.named(case)?;
        let shown = self.device.show(self.now, RecordId::from(case));
        let view = self.told(shown)?;
        let record_type = self.catalogue.record_type(&view.record_type);
        let fields = fields_from_json(record_type, &view.fields);
        let Some(record_type) = record_type else { return Ok(ReachView::default()) };
        let instruction = match fields.get(SAFE_WAY).and_then(FieldValue::scalar) {
            Some(Scalar::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
            _ => None,
        };
        let besides = record_type.fields.iter().filter_map(|field| {
            let is_said = BESIDES.contains(&field.name.as_str());
            let value = fields.get(&field.name).filter(|value| is_said && !value.is_empty())?;
            Some((field.name.clone(), value.clone()))
        });
        let besides = besides.collect();
        let mut numbers: BTreeMap<String, ReachNumber> = BTreeMap::new();
        for field in &record_type.fields {
            match (&field.kind, fields.get(&field.name)) {
                (FieldKind::Log { entry }, Some(FieldValue::Log(entries))) => {
                    let use_list = entry.iter().find(|part| part.name.as_str() == USE);
                    let use_list = use_list.and_then(|part| part.kind.list());
                    // What was noted last of a number is what counts.
                    for entry in entries.values() {
                        if let Some(number) = self.number(entry, use_list) {
                            numbers.insert(number.number.clone(), number);
                        }
                    }
                }
                (FieldKind::Phone, Some(FieldValue::Scalar(Scalar::Phone(number)))) => {
                    let number = number.clone();
                    let row = ReachNumber {
                        number: dialled(number.as_str()),
                        shown: number.to_string(),
                        whose: None,
                        rules: Vec::new(),
                        may_call: true,
                        may_text: false,
                    };
                    numbers.entry(row.number.clone()).or_insert(row);
                }
                _ => {}
            }
        }
        let (about, numbers) = (Some(view.title), numbers.into_values().collect());
        let record_type = Some(view.record_type);
        Ok(ReachView { about, instruction, record_type, besides, numbers })
    }

    /// Returns a number with how it is used.
    fn number(&self, entry: &LogEntry, use_list: Option<&str>) -> Option<ReachNumber> {
        let number = entry.values().find_map(|part| match part {
            Scalar::Phone(number) => Some(number),
            _ => None,
        })?;
        let none = std::collections::BTreeSet::new();
        let uses = match entry.get(USE) {
            Some(Scalar::Options(uses)) => uses,
            _ => &none,
        };
        let says = |code: &str| uses.iter().any(|option| option.as_str() == code);
        let rules = use_list.map(|list| self.options(list, uses.iter())).unwrap_or_default();
        Some(ReachNumber {
            number: dialled(number.as_str()),
            shown: number.to_string(),
            whose: match entry.get("whose") {
                Some(Scalar::Text(whose)) => Some(whose.clone()),
                _ => None,
            },
            rules,
            may_call: !says("out_of_service"),
            // A text stays on a screen that others see: it has to be said that it is safe.
            may_text: says("may_text") && !says("call_only") && !says("out_of_service"),
        })
    }

    fn options<'o>(&self, list: &str, options: impl Iterator<Item = &'o OptionCode>) -> Vec<Label> {
        options
            .filter_map(|code| self.catalogue.option_label(list, code.as_str()).cloned())
            .collect()
    }
}

/// Returns the field in which the name of whom a record is about stands: the first text of its title.
fn name_field(known: &RecordType) -> Option<&FieldName> {
    known
        .title
        .iter()
        .find(|name| known.field(name.as_str()).is_some_and(|field| field.kind == FieldKind::Text))
}

/// Returns a number as a phone dials it: without the extension.
fn dialled(number: &str) -> String {
    number.chars().take_while(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// What is written about a safe way to reach somebody, and what else is to be known (`person.toml`).
const SAFE_WAY: &str = "safe_contact";
const BESIDES: [&str; 5] =
    ["preferred_times", "call_from", "call_until", "language", "interpreter"];

/// How a number is used.
const USE: &str = "use";

/// The group of ages.
const AGE: &str = "age_band";

/// People on one page.
const PEOPLE_MAX: usize = 50;

/// Records among which people are looked for: names stand in notes, too.
const SEARCHED_MAX: usize = 200;
