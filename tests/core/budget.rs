//! The budget of work of one request, and that no change is lost by it.

use std::collections::BTreeSet;

use fieldbook_tests::content;
use model::document::Document;
use model::limits::TRIAL_OPS_MAX;
use model::wire::{OutcomeV1, PushV1, RetryV1};

use crate::department::{NOW, TestDepartment, edited, outcomes, quality};
use crate::take::foreign_key_change;

#[test]
fn a_request_tries_as_much_as_it_may_and_the_rest_comes_through_with_the_next_ones() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    // A plan with sixty thousand letters in one note: every trial goes through all.
    let person = department.open_case(&mut ana, "Case Alder");
    let tier = [content::choice("risk_level", "low")];
    let mut plan = ana.make(NOW, "outreach_intake", Some(person.record.into()), &tier);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![plan.push()])), ["accepted"]);
    // They are more than one device may add to a record.
    let mut other = department.device("ana");
    for writer in [&mut ana, &mut other] {
        let mut push = Vec::new();
        let mut letters = 0;
        while letters < TRIAL_OPS_MAX / 60 {
            let words = content::append("safety_plan", "x".repeat(4_000));
            push.push(edited(writer, plan.record, &mut plan.document, &[words]));
            letters += 4_000;
        }
        let response = writer.push(&department.service, NOW, push);
        assert!(outcomes(&response).iter().all(|outcome| outcome == "accepted"));
    }

    // Sound edits with bad ones between them, and another record behind: the trials that it takes
    // to tell them apart are more than one request may cost.
    let mut waiting = Vec::new();
    let mut good = BTreeSet::new();
    for number in 0..12_u8 {
        let mut copy = Document::load(&plan.document.save()).unwrap();
        let change = if number % 4 == 0 {
            let edit = content::count("contact_attempts", i64::from(number) + 1);
            let edit = ana.edit(NOW, &mut copy, &[edit]);
            good.insert(edit.hash);
            edit.bytes
        } else {
            foreign_key_change(&ana, &copy, number)
        };
        waiting.push(PushV1 { record: plan.record, change });
    }
    let other = ana.make(NOW, "person", None, &[content::text("name", "Case Birch"), quality()]);
    good.insert(other.change.hash);
    waiting.push(other.push());

    let mut requests = 0;
    let mut refused = 0;
    while !waiting.is_empty() {
        requests += 1;
        let response = ana.push(&department.service, NOW, waiting.clone());
        let before = waiting.len();
        let mut again = Vec::new();
        for (push, result) in waiting.into_iter().zip(response.results) {
            match result.outcome {
                OutcomeV1::Accepted => assert!(good.remove(&result.hash)),
                OutcomeV1::Known => unreachable!("what was settled is not sent again"),
                OutcomeV1::Refused { code, retry: RetryV1::AfterPull, .. } => {
                    assert_eq!(code, "put_off");
                    again.push(push);
                }
                OutcomeV1::Refused { code, .. } => {
                    assert_eq!(code, "foreign_layout");
                    refused += 1;
                }
            }
        }
        waiting = again;
        assert!(waiting.len() < before, "every request comes a step further");
        if requests == 1 {
            assert!(!waiting.is_empty(), "it was more than one request may cost");
            assert!(!good.contains(&other.change.hash), "one record does not stop the others");
        }
    }
    assert!(good.is_empty());
    assert_eq!(refused, 9);
    assert_eq!(department.office.admin().quarantine().unwrap().len(), 9, "and no put-off ones");
    department.holds();
}
