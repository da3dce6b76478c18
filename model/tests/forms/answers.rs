//! Answers as edits: what is answered becomes what the edits make, whatever others wrote meanwhile.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::{BTreeMap, BTreeSet};

use model::forms::{apply, edits_between, edits_over};
use model::ids::{FieldName, RecordId};
use model::record::Edit;
use model::value::{FieldValue, Scalar};
use proptest::prelude::*;

fn field() -> FieldName {
    "plan".parse().unwrap()
}

fn made(start: Option<&FieldValue>, edits: &[Edit]) -> Option<FieldValue> {
    let mut answers: BTreeMap<_, _> = start.cloned().into_iter().map(|it| (field(), it)).collect();
    edits.iter().for_each(|edit| apply(&mut answers, edit));
    something(answers.remove(&field()))
}

/// Nothing counted is no answer.
fn something(value: Option<FieldValue>) -> Option<FieldValue> {
    value.filter(|value| !value.is_empty() && *value != FieldValue::Counter(0))
}

fn options() -> impl Strategy<Value = FieldValue> {
    proptest::collection::btree_set("[a-d]", 0..4).prop_map(|codes| {
        let codes: BTreeSet<_> = codes.iter().map(|code| code.parse().unwrap()).collect();
        FieldValue::Choices(codes)
    })
}

fn records() -> impl Strategy<Value = FieldValue> {
    proptest::collection::btree_set(1..5_u8, 0..4).prop_map(|numbers| {
        let ids = numbers.into_iter().map(|number| RecordId::from_bytes([number; 16]));
        FieldValue::Refs(ids.collect())
    })
}

fn note() -> impl Strategy<Value = FieldValue> {
    "[ab ñ]{0,8}".prop_map(FieldValue::SharedNote)
}

fn pairs() -> impl Strategy<Value = (Option<FieldValue>, Option<FieldValue>)> {
    let text = || "[a-c]{1,3}".prop_map(|text| FieldValue::Scalar(Scalar::Text(text)));
    let counter = || (-5..5_i64).prop_map(FieldValue::Counter);
    let maybe = proptest::option::of::<BoxedStrategy<FieldValue>>;
    prop_oneof![
        (maybe(text().boxed()), maybe(text().boxed())),
        (maybe(counter().boxed()), maybe(counter().boxed())),
        (maybe(options().boxed()), maybe(options().boxed())),
        (maybe(records().boxed()), maybe(records().boxed())),
        (maybe(note().boxed()), maybe(note().boxed())),
    ]
}

proptest! {
    #[test]
    fn the_edits_between_two_answers_make_of_one_the_other((before, after) in pairs()) {
        let edits = edits_between(&field(), before.as_ref(), after.as_ref());
        let expected = something(after.clone());
        prop_assert_eq!(made(before.as_ref(), &edits), expected);
        prop_assert!(edits_between(&field(), after.as_ref(), after.as_ref()).is_empty());
    }

    /// Where nobody else wrote, an answer becomes what it says.
    #[test]
    fn an_answer_is_entered_as_it_is_where_nobody_else_wrote((before, after) in pairs()) {
        let edits = edits_over(&field(), before.as_ref(), after.as_ref(), before.as_ref());
        let expected = something(after.clone());
        prop_assert_eq!(made(before.as_ref(), &edits), expected);
    }

    #[test]
    fn what_others_chose_or_wrote_meanwhile_stays(
        before in options(), after in options(), now in options(), words in "[x-z]{1,4}",
    ) {
        let edits = edits_over(&field(), Some(&before), Some(&after), Some(&now));
        let (FieldValue::Choices(before), FieldValue::Choices(after)) = (&before, &after) else {
            unreachable!()
        };
        let FieldValue::Choices(now) = &now else { unreachable!() };
        let stand = match made(Some(&FieldValue::Choices(now.clone())), &edits) {
            Some(FieldValue::Choices(stand)) => stand,
            _ => BTreeSet::new(),
        };
        let kept: BTreeSet<_> = now.iter().filter(|it| !before.contains(*it) || after.contains(*it)).collect();
        prop_assert!(kept.into_iter().all(|option| stand.contains(option)));
        prop_assert!(after.difference(before).all(|option| stand.contains(option)));

        // The same of a text: what others added is there whole, and what is new, too.
        let old = FieldValue::SharedNote("Call. Then come.".into());
        let own = FieldValue::SharedNote(format!("Call. {words}."));
        for others in ["Call. Then come. At six.", "Now: Call. Then come.", "Call. Then stay."] {
            let now = FieldValue::SharedNote(others.into());
            let edits = edits_over(&field(), Some(&old), Some(&own), Some(&now));
            let Some(FieldValue::SharedNote(text)) = made(Some(&now), &edits) else { unreachable!() };
            prop_assert!(text.contains(&words), "{}", text);
            let added = [" At six.", "Now: ", "stay"].into_iter().find(|it| others.contains(it));
            prop_assert!(text.contains(added.unwrap_or_default()), "{}", text);
        }
    }
}
