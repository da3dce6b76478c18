//! Whatever is answered, evaluation ends, gives the same each time, and hides no contradiction.

use std::collections::BTreeMap;

use model::catalogue::Catalogue;
use model::forms::{Facts, Filling, FormState};
use model::ids::FieldName;
use model::time::Timestamp;
use model::value::{FieldValue, Scalar};
use proptest::prelude::*;

/// A form in which each of twelve questions is shown by earlier ones, at random.
fn forms() -> impl Strategy<Value = String> {
    let test = prop_oneof![
        Just("is = true"),
        Just("is_not = true"),
        Just("answered = true"),
        Just("answered = false"),
    ];
    let ask = (any::<prop::sample::Index>(), test, 0_u8..4, any::<prop::sample::Index>());
    prop::collection::vec(ask, 12).prop_map(|asks| {
        let mut form = String::new();
        for (at, (one, test, shape, other)) in asks.into_iter().enumerate() {
            let label = "label = { en = \"A\", es = \"B\" }";
            form += &format!("[[field]]\nname = \"f{at}\"\nkind = \"bool\"\n{label}\n");
            if at == 0 {
                continue;
            }
            let (one, other) = (one.index(at), other.index(at));
            let first = format!("{{ field = \"f{one}\", {test} }}");
            let second = format!("{{ field = \"f{other}\", is = true }}");
            form += &match shape {
                0 => format!("shown_when = {first}\n"),
                1 => format!("shown_when = {{ all = [{first}, {second}] }}\n"),
                2 => format!("shown_when = {{ any = [{first}, {{ not = {second} }}] }}\n"),
                _ => format!("required_when = {first}\n"),
            };
        }
        form
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_question_is_required_only_where_it_is_shown_and_hidden_answers_change_nothing(
        form in forms(),
        answers in prop::collection::vec(prop::option::of(any::<bool>()), 12),
    ) {
        let catalogue = crate::catalogue_with(&form).unwrap();
        let answers: BTreeMap<FieldName, FieldValue> = (0..)
            .zip(answers)
            .filter_map(|(at, answer)| {
                let name = format!("f{at}").parse().ok()?;
                Some((name, FieldValue::Scalar(Scalar::Bool(answer?))))
            })
            .collect();
        let state = state(&catalogue, &answers);
        prop_assert_eq!(&state, &self::state(&catalogue, &answers));
        for question in &state.questions {
            prop_assert!(question.shown || (question.required.is_none() && question.problems.is_empty()));
        }
        // What is hidden counts as unanswered.
        let mut asked = answers.clone();
        asked.retain(|field, _| state.question(field).is_some_and(|question| question.shown));
        let without = self::state(&catalogue, &asked);
        for (one, other) in state.questions.iter().zip(&without.questions) {
            prop_assert_eq!(one.shown, other.shown, "{}", one.field);
        }
    }
}

fn state(catalogue: &Catalogue, answers: &BTreeMap<FieldName, FieldValue>) -> FormState {
    let record_type = catalogue.record_type(&"example".parse().unwrap()).unwrap();
    let filling = Filling { now: Timestamp::from_millis(0), answers, facts: &Facts::default() };
    FormState::of(catalogue, record_type, filling)
}
