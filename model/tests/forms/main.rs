//! Whether a form asks what its catalogue says, whatever was answered, and whether mistakes in the
//! catalogue's forms are named where they stand.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a suite: what fails here is what a test is about"
)]

mod answers;
mod evaluation;
mod mistakes;
mod property;

use std::collections::BTreeMap;

use model::catalogue::{Catalogue, CatalogueSource, RecordType};
use model::forms::{self, Facts, Filling, FormState};
use model::ids::{FieldName, OptionCode, RecordId, UserId};
use model::record::{Edit, Envelope, FieldProblem, Record};
use model::time::Timestamp;
use model::value::{FieldValue, Scalar};

/// 28 November 2026, noon in Kansas City.
const NOW: Timestamp = Timestamp::from_millis(1_795_888_800_000);

/// A catalogue with one more type, called `example`, of these sections and fields.
fn catalogue_with(form: &str) -> Result<Catalogue, String> {
    let mut source = CatalogueSource::builtin();
    source.files.insert("types/example.toml".to_owned(), format!("{HEAD}{form}"));
    Catalogue::load(&source).map_err(|mistakes| {
        mistakes.iter().map(|mistake| format!("{mistake}\n")).collect::<String>()
    })
}

const HEAD: &str = r#"
[type]
name = "example"
version = 1
compartment = "OUT"
belongs_to = "case_or_nothing"
title = ["occurred_at"]
written_by = ["OW"]
label = { en = "Example", es = "Ejemplo" }
"#;

/// A form and what was answered.
struct Sheet {
    catalogue: Catalogue,
    answers: BTreeMap<FieldName, FieldValue>,
    facts: Facts,
}

impl Sheet {
    fn of(form: &str) -> Self {
        let catalogue = catalogue_with(form).unwrap();
        Self { catalogue, answers: BTreeMap::new(), facts: Facts::default() }
    }

    /// The same form, with the same answers.
    fn of_same(other: &Self) -> Self {
        let (catalogue, answers) = (other.catalogue.clone(), other.answers.clone());
        Self { catalogue, answers, facts: other.facts.clone() }
    }

    fn record_type(&self) -> &RecordType {
        self.catalogue.record_type(&"example".parse().unwrap()).unwrap()
    }

    fn set(mut self, field: &str, value: Scalar) -> Self {
        self.answers.insert(field.parse().unwrap(), FieldValue::Scalar(value));
        self
    }

    fn choose(self, field: &str, option: &str) -> Self {
        self.set(field, Scalar::Choice(option.parse().unwrap()))
    }

    fn choose_all(mut self, field: &str, options: &[&str]) -> Self {
        let options: Vec<OptionCode> =
            options.iter().map(|option| option.parse().unwrap()).collect();
        let options = FieldValue::Choices(options.into_iter().collect());
        self.answers.insert(field.parse().unwrap(), options);
        self
    }

    fn know(mut self, record_type: &str, field: &str, value: Scalar) -> Self {
        let key = (record_type.parse().unwrap(), field.parse().unwrap());
        self.facts.latest.insert(key, FieldValue::Scalar(value));
        self
    }

    fn state(&self) -> FormState {
        let filling = Filling { now: NOW, answers: &self.answers, facts: &self.facts };
        FormState::of(&self.catalogue, self.record_type(), filling)
    }

    fn is_shown(&self, field: &str) -> bool {
        let state = self.state();
        state.question(&field.parse().unwrap()).unwrap().shown
    }

    fn computed(&self, field: &str) -> Option<String> {
        let state = self.state();
        let question = state.question(&field.parse().unwrap()).unwrap();
        question.computed.as_ref().map(ToString::to_string)
    }

    /// The problems with the form as it stands, one line each.
    fn problems(&self) -> Vec<String> {
        self.state().problems().iter().map(ToString::to_string).collect()
    }

    fn make(&self, edits: &[Edit]) -> Vec<String> {
        let checked =
            forms::check_new(&self.catalogue, self.record_type(), NOW, edits, &self.facts);
        said(checked)
    }

    fn edit(&self, edits: &[Edit]) -> Vec<String> {
        let present = Record {
            envelope: envelope(),
            fields: self.answers.clone(),
            conflicts: Vec::new(),
            implausible: BTreeMap::new(),
        };
        let edit = (&present, edits);
        said(forms::check_edit(&self.catalogue, self.record_type(), NOW, edit, &self.facts))
    }
}

fn envelope() -> Envelope {
    Envelope {
        record: RecordId::from_bytes([1; 16]),
        record_type: "example".parse().unwrap(),
        type_version: 1,
        case: None,
        compartment: "OUT".parse().unwrap(),
        program: "street_outreach".parse().unwrap(),
        created_by: UserId::from_bytes([2; 16]),
        created_at: NOW,
    }
}

fn said(checked: Result<(), Vec<FieldProblem>>) -> Vec<String> {
    checked.err().into_iter().flatten().map(|problem| problem.to_string()).collect()
}

fn set(field: &str, value: Scalar) -> Edit {
    Edit::Set { field: field.parse().unwrap(), value }
}

fn clear(field: &str) -> Edit {
    Edit::Clear { field: field.parse().unwrap() }
}
