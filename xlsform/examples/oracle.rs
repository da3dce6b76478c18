//! Plays the answers of `cargo xtask xlsform` on forms as they were imported, and compares what they
//! say with what another engine said.
//!
//! `oracle plan FORM.xlsx SEED PLAN.json` makes up answers; `oracle compare FORM.xlsx PLAN.json
//! STATES.json` compares; `oracle findings FORM.xlsx` shows what became of a form.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a tool of the tests: a form it cannot read ends it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::ExitCode;

use model::catalogue::{Catalogue, CatalogueSource, Datum, FieldKind, Reads, RecordType};
use model::decimal::Decimal;
use model::forms::{Facts, Filling, FormState, QuestionState};
use model::ids::FieldName;
use model::record::{Edit, Problem};
use model::time::{Date, Timestamp};
use model::value::{FieldValue, Scalar};
use model::words::Language;
use serde_json::{Value as Json, json};
use xlsform::{Imported, Options, import};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["plan", form, seed, plan] => {
            let form = Form::read(form);
            fs::write(plan, form.plan(seed.parse().unwrap()).to_string()).unwrap();
            ExitCode::SUCCESS
        }
        ["findings", form] => {
            let form = Form::read(form);
            println!("{}{}", form.imported.type_file, form.imported.code_lists);
            for finding in &form.imported.findings {
                println!("{}", finding.in_language(Language::English));
            }
            ExitCode::SUCCESS
        }
        ["compare", form, plan, states] => {
            let form = Form::read(form);
            let read = |path| -> Json { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
            form.compare(&read(plan), &read(states))
        }
        _ => ExitCode::from(2),
    }
}

/// What the engine says otherwise by design: the form, the question, what of it, and the reason.
const BY_DESIGN: [(&str, &str, &str, &str); 2] = [
    (
        "groups.xlsx",
        "scale",
        "valid",
        "the engine takes from a range what no slider gives; here the bounds hold for every answer",
    ),
    (
        "xl_date_ambiguous_v1.xlsx",
        "current_date",
        "value",
        "pyxform writes the day in a cell with a time, which the engine does not take for a day",
    ),
];

/// Findings that change nothing of what a form asks.
const HARMLESS: [&str; 6] = [
    "xls_appearance",
    "xls_answer_in_text",
    "xls_column",
    "xls_renamed",
    "xls_without_english",
    "xls_language",
];

/// The instant at which everything is played.
const NOW: i64 = 1_795_000_000_000;

struct Form {
    name: String,
    imported: Imported,
    catalogue: Catalogue,
    record_type: RecordType,
    /// The questions that are compared, by their names in the form.
    compared: BTreeMap<String, FieldName>,
    /// Texts and numbers that the form itself names.
    named: Vec<String>,
}

impl Form {
    fn read(path: &str) -> Self {
        let mut source = CatalogueSource::builtin();
        let department = source.files.get_mut("department.toml").unwrap();
        *department = department.replace("America/Chicago", "UTC");
        let (name, like) = ("played".parse().unwrap(), "shift".parse().unwrap());
        let options = Options { source: &source, name: Some(&name), like: Some(&like) };
        let imported = import(&fs::read(path).unwrap(), options).unwrap();
        source.files.insert("types/played.toml".to_owned(), imported.type_file.clone());
        source.files.get_mut("code_lists.toml").unwrap().push_str(&imported.code_lists);
        let catalogue = Catalogue::load(&source).unwrap();
        let record_type = catalogue.types[&name].clone();
        let form = path.rsplit('/').next().unwrap().to_owned();
        let compared = compared(&imported, &record_type);
        let named = imported.type_file.split('"').skip(1).step_by(2).map(str::to_owned);
        let numbers = imported.type_file.split(|c: char| !c.is_ascii_digit());
        let numbers = numbers.filter(|it| (1..5).contains(&it.len())).map(str::to_owned);
        let named: BTreeSet<String> =
            named.filter(|it| it.len() < 20 && !it.trim().is_empty()).chain(numbers).collect();
        let named = named.into_iter().collect();
        Self { name: form, imported, catalogue, record_type, compared, named }
    }

    fn state(&self, answers: &BTreeMap<FieldName, FieldValue>) -> FormState {
        let filling =
            Filling { now: Timestamp::from_millis(NOW), answers, facts: &Facts::default() };
        FormState::of(&self.catalogue, &self.record_type, filling)
    }

    /// Returns what stands in a new form.
    fn first_answers(&self) -> BTreeMap<FieldName, FieldValue> {
        let state = self.state(&BTreeMap::new());
        let defaults = state.questions.into_iter().filter_map(|question| {
            let kind = &self.record_type.field(question.field.as_str())?.kind;
            let value = question.default?.as_answer(kind)?;
            Some((question.field, value))
        });
        defaults.collect()
    }

    /// Makes answers up.
    fn plan(&self, seed: u64) -> Json {
        let mut random = Random(seed);
        let mut sequences = Vec::new();
        for _ in 0..SEQUENCES {
            let mut answers = self.first_answers();
            let mut steps: Vec<Json> = Vec::new();
            while steps.len() < STEPS {
                let state = self.state(&answers);
                let open: Vec<(&String, &QuestionState)> = self
                    .imported
                    .questions
                    .iter()
                    .filter_map(|(name, field)| Some((name, state.question(field)?)))
                    .filter(|(name, asked)| {
                        let can_be_set = asked.shown && !asked.read_only && !asked.is_computed;
                        can_be_set && self.compared.contains_key(*name)
                    })
                    .collect();
                if open.is_empty() {
                    break;
                }
                let (name, asked) = open[random.below(open.len())];
                let value = self.made_up(&mut random, asked);
                steps.push(self.step(name, &asked.field, value.as_ref()));
                match value {
                    Some(value) => answers.insert(asked.field.clone(), value),
                    None => answers.remove(&asked.field),
                };
                self.clear_what_is_not_offered(&mut answers, &mut steps);
            }
            sequences.push(steps);
        }
        let names: Vec<&String> = self.compared.keys().collect();
        json!({"now": NOW, "names": names, "sequences": sequences})
    }

    /// The engine forgets a choice that is not offered any more; here it is kept and pointed out.
    fn clear_what_is_not_offered(
        &self,
        answers: &mut BTreeMap<FieldName, FieldValue>,
        steps: &mut Vec<Json>,
    ) {
        loop {
            let state = self.state(answers);
            let strange = self.imported.questions.iter().find(|(_, field)| {
                let Some(asked) = state.question(field) else { return false };
                let Some(offered) = &asked.offered else { return false };
                match answers.get(*field) {
                    Some(FieldValue::Scalar(Scalar::Choice(option))) => !offered.contains(option),
                    Some(FieldValue::Choices(options)) => {
                        options.iter().any(|option| !offered.contains(option))
                    }
                    _ => false,
                }
            });
            let Some((name, field)) = strange else { return };
            answers.remove(field);
            let mut step = self.step(name, field, None);
            step["tidies"] = json!(true);
            steps.push(step);
        }
    }

    fn made_up(&self, random: &mut Random, asked: &QuestionState) -> Option<FieldValue> {
        if random.below(6) == 0 {
            return None;
        }
        let field = self.record_type.field(asked.field.as_str())?;
        let offered = asked.offered.clone().unwrap_or_default();
        let scalar = match &field.kind {
            FieldKind::Text => {
                let plain = ["a", "abc def", "12345", "x@y.org", "Zoë"];
                let at = random.below(plain.len() + self.named.len());
                let named = || self.named[at - plain.len()].clone();
                Scalar::Text(plain.get(at).map_or_else(named, |text| (*text).to_owned()))
            }
            FieldKind::Integer { .. } => {
                let numbers: Vec<i64> =
                    self.named.iter().filter_map(|named| named.parse().ok()).collect();
                let near = [-1, 0, 1][random.below(3)];
                let plain = [0, 1, 2, 5, 17, 18, 100, -3];
                let at = random.below(plain.len() + numbers.len());
                let of_form = || numbers[at - plain.len()] + near;
                Scalar::Integer(plain.get(at).copied().unwrap_or_else(of_form))
            }
            FieldKind::Decimal { .. } => {
                let numbers: Vec<Decimal> =
                    self.named.iter().filter_map(|named| named.parse().ok()).collect();
                let plain = ["-0.5", "0", "0.01", "2.5", "18.3", "100"];
                let at = random.below(plain.len() + numbers.len());
                let of_form = || numbers[at - plain.len()];
                Scalar::Decimal(plain.get(at).map_or_else(of_form, |text| text.parse().unwrap()))
            }
            FieldKind::Date => Scalar::Date(day(random)),
            FieldKind::DateTime => {
                let minutes = i64::try_from(random.below(3_000_000)).unwrap() - 1_500_000;
                Scalar::DateTime(Timestamp::from_millis(NOW - NOW % 60_000 + minutes * 60_000))
            }
            // An `acknowledge` is given or not; true and false are a choice there.
            FieldKind::Bool => Scalar::Bool(true),
            FieldKind::Choice { .. } if !offered.is_empty() => {
                Scalar::Choice(offered[random.below(offered.len())].clone())
            }
            FieldKind::Choices { .. } if !offered.is_empty() => {
                let some = offered.iter().filter(|_| random.below(2) == 0).cloned();
                let some: BTreeSet<_> = some.collect();
                return (!some.is_empty()).then_some(FieldValue::Choices(some));
            }
            _ => return None,
        };
        Some(FieldValue::Scalar(scalar))
    }

    fn step(&self, name: &str, field: &FieldName, value: Option<&FieldValue>) -> Json {
        let original = |code: &str| self.original(code);
        let kind = self.record_type.field(field.as_str()).unwrap().kind.name();
        let here = match value {
            None => Json::Null,
            Some(FieldValue::Choices(options)) => options.iter().map(ToString::to_string).collect(),
            Some(FieldValue::Scalar(Scalar::Bool(value))) => json!(value),
            Some(FieldValue::Scalar(scalar)) => json!(scalar.to_string()),
            Some(_) => Json::Null,
        };
        let value = match value {
            None => Json::Null,
            Some(FieldValue::Choices(options)) => {
                options.iter().map(|option| original(option.as_str())).collect()
            }
            Some(FieldValue::Scalar(Scalar::Choice(option))) => json!(original(option.as_str())),
            Some(FieldValue::Scalar(Scalar::Bool(value))) => json!(value),
            Some(FieldValue::Scalar(scalar)) => json!(scalar.to_string()),
            Some(_) => Json::Null,
        };
        json!({"name": name, "kind": kind, "value": value, "here": here})
    }

    fn compare(&self, plan: &Json, states: &Json) -> ExitCode {
        let mut compared = 0_usize;
        let mut differences: BTreeMap<String, (usize, String)> = BTreeMap::new();
        for (steps, theirs) in list(&plan["sequences"]).iter().zip(list(&states["sequences"])) {
            let mut answers = self.first_answers();
            for (at, theirs) in list(theirs).iter().enumerate() {
                if let Some(step) = at.checked_sub(1).map(|at| &list(steps)[at]) {
                    let name = step["name"].as_str().unwrap();
                    let field = &self.imported.questions[name];
                    match self.value(field, &step["here"]) {
                        Some(value) => answers.insert(field.clone(), value),
                        None => answers.remove(field),
                    };
                }
                // What the engine clears by itself is cleared here one step later.
                if list(steps).get(at).is_some_and(|next| next["tidies"] == true) {
                    continue;
                }
                let state = self.state(&answers);
                for (name, field) in &self.compared {
                    let asked = state.question(field).unwrap();
                    let mut ours = self.said(asked, &answers);
                    if at == 0 && asked.shown && !asked.is_computed {
                        ours.extend(self.starts_with(asked, &answers));
                    }
                    for (what, ours) in ours {
                        let of = (self.name.as_str(), name.as_str(), what);
                        if BY_DESIGN.iter().any(|(form, name, it, _)| (*form, *name, *it) == of) {
                            continue;
                        }
                        compared += 1;
                        let theirs = &theirs[name][what];
                        if *theirs != ours {
                            let of = format!("{name}: {what}");
                            let told = format!("here {ours}, there {theirs}, at {at} of {steps}");
                            differences.entry(of).or_insert((0, told)).0 += 1;
                        }
                    }
                }
            }
        }
        let questions = self.imported.questions.len();
        let of_kind = |kind| self.imported.findings.iter().filter(|it| it.kind == kind).count();
        println!(
            "{}: {compared} compared, {} of {questions} questions; {} cells, {} refused, {} not yet",
            self.name,
            self.compared.len(),
            self.imported.cells,
            of_kind(xlsform::Kind::Refused),
            of_kind(xlsform::Kind::NotYet),
        );
        for (of, (count, told)) in &differences {
            println!("  {of}: {count} times: {told}");
        }
        let is_played = list(&states["sequences"]).len() == list(&plan["sequences"]).len();
        if differences.is_empty() && is_played && compared > 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    /// Returns what is compared of a question.
    fn said(
        &self,
        asked: &QuestionState,
        answers: &BTreeMap<FieldName, FieldValue>,
    ) -> Vec<(&'static str, Json)> {
        let mut said = vec![("relevant", json!(asked.shown))];
        if !asked.shown {
            return said;
        }
        if asked.is_computed {
            let computed = asked.computed.as_ref().map(Datum::to_string).unwrap_or_default();
            said.push(("value", json!(computed)));
            return said;
        }
        said.push(("required", json!(asked.required.is_some())));
        said.push(("readonly", json!(asked.read_only)));
        let answer = answers.get(&asked.field);
        let fits = match answer {
            Some(FieldValue::Scalar(value)) => {
                let edit = Edit::Set { field: asked.field.clone(), value: value.clone() };
                edit.check(&self.catalogue, &self.record_type).is_ok()
            }
            _ => true,
        };
        let is_met = !asked.problems.iter().any(|it| matches!(it, Problem::Limit { .. }));
        said.push(("valid", json!(fits && is_met)));
        if let Some(offered) = &asked.offered {
            let codes = offered.iter().map(|option| self.original(option.as_str()));
            said.push(("offered", codes.collect()));
        }
        said
    }

    /// Returns what stands in a question before anybody answers, where it is one text in both.
    fn starts_with(
        &self,
        asked: &QuestionState,
        answers: &BTreeMap<FieldName, FieldValue>,
    ) -> Option<(&'static str, Json)> {
        let text = match answers.get(&asked.field) {
            None => String::new(),
            Some(FieldValue::Scalar(Scalar::Choice(option))) => self.original(option.as_str()),
            Some(FieldValue::Scalar(Scalar::Bool(_))) => return None,
            Some(FieldValue::Scalar(scalar)) => scalar.to_string(),
            Some(_) => return None,
        };
        let kind = &self.record_type.field(asked.field.as_str())?.kind;
        (*kind != FieldKind::Bool).then(|| ("value", json!(text)))
    }

    /// Returns the code that an option has in the form.
    fn original(&self, code: &str) -> String {
        self.imported.originals.get(code).map_or(code, String::as_str).to_owned()
    }

    fn value(&self, field: &FieldName, value: &Json) -> Option<FieldValue> {
        let kind = &self.record_type.field(field.as_str()).unwrap().kind;
        let code = |text: &str| text.parse().unwrap();
        let text = value.as_str().unwrap_or_default();
        let scalar = match kind {
            _ if value.is_null() => return None,
            FieldKind::Choices { .. } => {
                let options = list(value).iter().map(|option| code(option.as_str().unwrap()));
                return Some(FieldValue::Choices(options.collect()));
            }
            FieldKind::Choice { .. } => Scalar::Choice(code(text)),
            FieldKind::Integer { .. } => Scalar::Integer(text.parse().unwrap()),
            FieldKind::Decimal { .. } => Scalar::Decimal(text.parse().unwrap()),
            FieldKind::Date => Scalar::Date(text.parse().unwrap()),
            FieldKind::DateTime => Scalar::DateTime(text.parse().unwrap()),
            FieldKind::Bool => Scalar::Bool(value.as_bool().unwrap()),
            _ => Scalar::Text(text.to_owned()),
        };
        Some(FieldValue::Scalar(scalar))
    }
}

/// Returns the questions of which every part was taken over, and every question that they read.
fn compared(imported: &Imported, record_type: &RecordType) -> BTreeMap<String, FieldName> {
    let findings = imported.findings.iter().filter(|it| !HARMLESS.contains(&it.problem.code()));
    let touched: BTreeSet<&str> = findings.filter_map(|it| it.question.as_deref()).collect();
    let section_of = |field: &str| record_type.field(field)?.question.section.clone();
    let mut left: BTreeMap<String, FieldName> = imported
        .questions
        .iter()
        .filter(|(name, field)| {
            let section = section_of(field.as_str());
            let is_whole = !touched.contains(name.as_str())
                && section.is_none_or(|section| !touched.contains(section.as_str()));
            let field = record_type.field(field.as_str());
            let is_one_value =
                field.is_some_and(|field| !matches!(field.kind, FieldKind::Log { .. }));
            // The same name in two groups: there, it is not known which is meant.
            let is_one = !name.contains('/')
                && !imported.questions.keys().any(|it| it.ends_with(&format!("/{name}")));
            is_whole && is_one_value && is_one
        })
        .map(|(name, field)| (name.clone(), field.clone()))
        .collect();
    loop {
        let known: BTreeSet<FieldName> = left.values().cloned().collect();
        let before = left.len();
        left.retain(|_, field| {
            let field = record_type.field(field.as_str()).unwrap();
            let mut reads = Reads::default();
            field.question.note_reads(&mut reads);
            let of_section = field.question.section.as_ref();
            let of_section = record_type.sections.iter().filter(|it| Some(&it.name) == of_section);
            of_section
                .filter_map(|it| it.shown_when.as_ref())
                .for_each(|condition| condition.note_reads(&mut reads));
            reads.fields.is_subset(&known)
        });
        if left.len() == before {
            return left;
        }
    }
}

fn day(random: &mut Random) -> Date {
    let near = [0, 1, -1, 7, -7, 30, -30, -365, -366, -6_570, -6_575, -10_000, 400];
    let days = near[random.below(near.len())] + i64::try_from(random.below(3)).unwrap() - 1;
    Timestamp::from_millis(NOW + days * 86_400_000).date().unwrap()
}

fn list(value: &Json) -> &Vec<Json> {
    value.as_array().unwrap()
}

/// SplitMix64: the same answers from the same seed, for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % u64::try_from(end).unwrap()).unwrap()
    }
}

/// A thousand answers of each form.
const SEQUENCES: usize = 25;
const STEPS: usize = 40;
