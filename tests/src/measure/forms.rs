//! Evaluating a form: what each answer costs on a phone's screen.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use model::catalogue::{Catalogue, CatalogueSource};
use model::forms::{Facts, Filling, FormState};
use model::ids::FieldName;
use model::value::{FieldValue, Scalar};

use super::figures::{Part, Times, millis};
use super::{NOW, Options};

/// Evaluates a large form with more and more answers.
pub(crate) fn measure(_: &Options) -> Vec<String> {
    let mut part = Part::new(
        "A form",
        &format!(
            "{QUESTIONS} questions, {CONDITIONS} of them shown by a condition on two earlier ones, \
             which may themselves be hidden; evaluated {ROUNDS} times while one after the other is \
             answered."
        ),
    );
    let catalogue = catalogue();
    let record_type = "large".parse().ok().and_then(|name| catalogue.record_type(&name));
    let record_type = record_type.expect("the form was just loaded");
    let mut answers: BTreeMap<FieldName, FieldValue> = BTreeMap::new();
    let mut shown = 0;
    let times = Times::of(ROUNDS, |round| {
        let name = name(round % QUESTIONS);
        let answer = FieldValue::Scalar(Scalar::Bool(round % 3 > 0));
        answers.insert(name.parse().expect("a field's name"), answer);
        let filling = Filling { now: NOW, answers: &answers, facts: &Facts::default() };
        let state = FormState::of(&catalogue, record_type, filling);
        shown = state.questions.iter().filter(|question| question.shown).count();
    });
    part.row("questions shown at last", shown);
    part.under("evaluating it, median", times.median(), Duration::from_millis(1));
    part.row("evaluating it, p99", millis(times.percentile(99)));
    vec![part.into_text()]
}

/// The built-in catalogue with the large form.
fn catalogue() -> Catalogue {
    let mut text = HEAD.to_owned();
    for at in 0..QUESTIONS {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "[[field]]\nname = \"{}\"\nkind = \"bool\"\nlabel = {{ en = \"A\", es = \"B\" }}\n",
            name(at)
        );
        if at >= QUESTIONS - CONDITIONS {
            let (one, other) = (name(at - 7), name(at / 2));
            let _ = writeln!(
                text,
                "shown_when = {{ any = [{{ field = \"{one}\", is = true }}, {{ all = \
                 [{{ field = \"{other}\", is = true }}, {{ field = \"{one}\", answered = false }}] }}] }}"
            );
        }
    }
    let mut source = CatalogueSource::builtin();
    source.files.insert("types/large.toml".to_owned(), text);
    Catalogue::load(&source).expect("the form has no mistakes")
}

fn name(at: usize) -> String {
    format!("question_{at}")
}

const HEAD: &str = r#"
[type]
name = "large"
version = 1
compartment = "OUT"
belongs_to = "nothing"
title = ["question_0"]
written_by = ["OW"]
label = { en = "Large", es = "Grande" }
"#;

const QUESTIONS: usize = 100;
const CONDITIONS: usize = 60;
const ROUNDS: usize = 1_000;
