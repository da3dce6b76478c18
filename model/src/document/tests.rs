//! Records through their public surface: made, edited apart, joined, read, attributed, checked.

use std::sync::OnceLock;

use automerge::transaction::Transactable;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::check::{LayoutProblem, check_change};
use super::*;
use crate::ids::{CaseId, ChangeHash, DeviceId, FieldName, RecordId, UserId};
use crate::record::{HistoryVerb, Record};
use crate::value::FieldValue;

#[test]
fn a_record_reads_back_as_it_was_written() {
    let intake = intake(&[set("tier", "2"), add("risk", "weapon"), add("risk", "group_role")]);
    let record = intake.record(catalogue()).unwrap();
    assert_eq!(record.envelope, envelope());
    assert_eq!(record.fields["tier"].to_json(), serde_json::json!("2"));
    assert_eq!(record.fields["risk"].to_json(), serde_json::json!(["group_role", "weapon"]));
    assert!(record.conflicts.is_empty());
    let again = Document::from_changes(intake.changes().iter().map(|c| &c.bytes)).unwrap();
    assert_eq!(again.record(catalogue()).unwrap(), record);
    let loaded = Document::load(&intake.save()).unwrap();
    assert_eq!(loaded.record(catalogue()).unwrap(), record);
}

#[test]
fn every_field_that_is_wrong_is_named_at_once() {
    let edits = [set("tier", "2"), edit_set("colour", "red"), increment("risk", 1)];
    let error = Document::create(at(0), actor(1), catalogue(), &envelope(), &edits).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("`colour` is not a field of outreach_intake"), "{text}");
    assert!(text.contains("`risk` is a choices field: it takes add and remove"), "{text}");
}

#[test]
fn a_required_field_cannot_be_missing_or_cleared() {
    let mut contact = envelope();
    contact.record_type = "outreach_contact".parse().unwrap();
    let required = catalogue()
        .record_type(&contact.record_type)
        .unwrap()
        .fields
        .iter()
        .find(|field| field.required)
        .unwrap()
        .name
        .clone();
    let error = Document::create(at(0), actor(1), catalogue(), &contact, &[]).unwrap_err();
    assert!(error.to_string().contains(&format!("`{required}` is required")), "{error}");
    let clear = Edit::Clear { field: required };
    let record_type = catalogue().record_type(&contact.record_type).unwrap();
    assert!(clear.check(catalogue(), record_type).is_err());
}

#[test]
fn two_people_who_change_a_review_field_are_both_kept_until_one_decides() {
    let base = intake(&[set("tier", "3")]);
    let mut ours = base.clone();
    let mut theirs = base;
    let a = edit(&mut ours, 10, 1, &[set("tier", "1")]);
    let b = edit(&mut theirs, 20, 2, &[set("tier", "2")]);
    ours.apply([&b.bytes]).unwrap();
    theirs.apply([&a.bytes]).unwrap();
    let record = ours.record(catalogue()).unwrap();
    assert_eq!(record, theirs.record(catalogue()).unwrap());
    let conflict = record.to_review().next().unwrap();
    assert_eq!(conflict.field.as_str(), "tier");
    let mut seen: Vec<_> = conflict
        .values
        .iter()
        .map(|v| (v.value.to_json().to_string(), v.device, v.at, v.change))
        .collect();
    seen.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(seen[0], ("\"1\"".into(), device(1), at(10), a.hash));
    assert_eq!(seen[1], ("\"2\"".into(), device(2), at(20), b.hash));

    // Keeping what is shown anyway is a decision too: it must travel.
    let shown = conflict.values[0].value.to_json().as_str().unwrap().to_owned();
    let decision = edit(&mut ours, 30, 1, &[set("tier", &shown)]);
    theirs.apply([&decision.bytes]).unwrap();
    for document in [&ours, &theirs] {
        let record = document.record(catalogue()).unwrap();
        assert!(record.conflicts.is_empty());
        assert_eq!(record.fields["tier"].to_json(), serde_json::json!(shown));
    }
}

#[test]
fn two_people_who_write_the_same_do_not_disagree() {
    let base = intake(&[]);
    let (mut ours, mut theirs) = (base.clone(), base);
    edit(&mut ours, 10, 1, &[set("tier", "1")]);
    let b = edit(&mut theirs, 10, 2, &[set("tier", "1")]);
    ours.apply([&b.bytes]).unwrap();
    assert!(ours.record(catalogue()).unwrap().conflicts.is_empty());
}

#[test]
fn sets_logs_counters_and_notes_merge_quietly() {
    let base = intake(&[add("risk", "weapon")]);
    let (mut ours, mut theirs) = (base.clone(), base);
    let a = edit(
        &mut ours,
        10,
        1,
        &[
            remove("risk", "weapon"),
            add("risk", "group_role"),
            increment("contact_attempts", 2),
            log("goals", ULID_1, "find work"),
            Edit::append(name("safety_plan"), "Ours. "),
        ],
    );
    let b = edit(
        &mut theirs,
        10,
        2,
        &[
            add("risk", "recent_release"),
            increment("contact_attempts", 3),
            log("goals", ULID_2, "see the clinic"),
            Edit::append(name("safety_plan"), "Theirs. "),
        ],
    );
    ours.apply([&b.bytes]).unwrap();
    theirs.apply([&a.bytes]).unwrap();
    let record = ours.record(catalogue()).unwrap();
    assert_eq!(record, theirs.record(catalogue()).unwrap());
    assert_eq!(
        record.fields["risk"].to_json(),
        serde_json::json!(["group_role", "recent_release"])
    );
    assert_eq!(record.fields["contact_attempts"], FieldValue::Counter(5));
    let goals = record.fields["goals"].to_json();
    assert_eq!(goals[0]["goal"], "find work");
    assert_eq!(goals[1]["goal"], "see the clinic");
    let FieldValue::SharedNote(plan) = &record.fields["safety_plan"] else { panic!("a note") };
    assert!(plan.contains("Ours. ") && plan.contains("Theirs. "), "{plan}");
    assert!(record.conflicts.is_empty());
}

#[test]
fn history_attributes_each_edit_to_its_device() {
    let mut document = intake(&[set("tier", "3")]);
    edit(&mut document, 10, 2, &[set("tier", "1"), log("goals", ULID_1, "find work")]);
    edit(&mut document, 20, 1, &[increment("contact_attempts", 1)]);
    let record_type = catalogue().record_type(&envelope().record_type);
    let history = document.history(record_type);
    let told: Vec<_> = history
        .iter()
        .map(|entry| {
            let edits: Vec<_> =
                entry.edits.iter().map(|edit| format!("{} {}", edit.field, edit.what)).collect();
            (entry.device, entry.at, edits.join("; "))
        })
        .collect();
    assert_eq!(
        told[0],
        (device(1), at(0), "occurred_at set to 2027-01-15T08:00:00Z; tier set to 3".to_owned())
    );
    assert_eq!(
        told[1],
        (device(2), at(10), "goals logged {\"goal\":\"find work\"}; tier set to 1".to_owned())
    );
    assert_eq!(told[2], (device(1), at(20), "contact_attempts counted +1".to_owned()));
    assert!(matches!(history[2].edits[0].what, HistoryVerb::Incremented(1)));
}

#[test]
fn a_history_is_told_in_pages_the_last_one_first() {
    let mut document = intake(&[set("tier", "3")]);
    for minute in 1..=7 {
        edit(&mut document, minute, 1, &[increment("contact_attempts", 1)]);
    }
    let record_type = catalogue().record_type(&envelope().record_type);
    let whole = document.history(record_type);
    let (mut told, mut before) = (Vec::new(), None);
    loop {
        let page = document.history_before(record_type, before, 3);
        assert!(page.entries.len() <= 3);
        before = page.entries.first().map(|entry| entry.change);
        told.splice(..0, page.entries);
        if !page.more {
            break;
        }
    }
    assert_eq!(told, whole);
    let other = Some(ChangeHash([7; 32]));
    let none = document.history_before(record_type, other, 3);
    assert!(none.entries.is_empty() && !none.more);
}

#[test]
fn keeping_one_of_two_values_is_told_as_no_removal() {
    let base = intake(&[set("tier", "3")]);
    let (mut ours, mut theirs) = (base.clone(), base);
    edit(&mut ours, 10, 1, &[set("tier", "1")]);
    let other = edit(&mut theirs, 10, 2, &[set("tier", "2")]);
    ours.apply([&other.bytes]).unwrap();
    let shown = ours.record(catalogue()).unwrap().fields["tier"].to_json();
    edit(&mut ours, 20, 1, &[set("tier", shown.as_str().unwrap())]);
    let record_type = catalogue().record_type(&envelope().record_type);
    let last = ours.history(record_type).pop().unwrap();
    assert!(last.edits.iter().all(|edit| edit.what != HistoryVerb::Cleared), "{last:?}");
}

proptest! {
    #[test]
    fn a_history_says_what_comparing_each_change_with_what_its_writer_saw_says(
        steps in proptest::collection::vec((0..3_usize, 0..9_usize, any::<bool>()), 1..24),
    ) {
        let base = intake(&[set("tier", "3"), add("risk", "weapon")]);
        let mut replicas = [base.clone(), base.clone(), base];
        for (minute, (who, what, meets)) in (1..).zip(steps) {
            if meets {
                let other: Vec<_> = replicas[(who + 1) % 3].changes();
                replicas[who].apply(other.iter().map(|change| &change.bytes)).unwrap();
            }
            let made = match what {
                0 => set("tier", "1"),
                1 => set("tier", "2"),
                2 => Edit::Clear { field: name("tier") },
                3 => add("risk", "group_role"),
                4 => Edit::Remove { field: name("risk"), option: "weapon".parse().unwrap() },
                5 => increment("contact_attempts", 2),
                6 => log("goals", &format!("{minute:026}"), "find work"),
                7 => Edit::append(name("safety_plan"), "Calm. "),
                _ => edit_set("owner", "Bo"),
            };
            let (at, device) = (at(minute), u8::try_from(who + 1).unwrap());
            // One that changes nothing, or that the form does not take, is none.
            let _ = replicas[who].edit(at, actor(device), catalogue(), &[made]);
        }
        let [mut all, second, third] = replicas;
        for other in [second, third] {
            all.apply(other.changes().iter().map(|change| &change.bytes)).unwrap();
        }
        let record_type = catalogue().record_type(&envelope().record_type);
        for entry in all.history(record_type) {
            let told: Vec<_> = entry.edits.iter().map(|edit| edit.field.to_string()).collect();
            prop_assert_eq!(told, compared(&all, entry.change), "{:?}", entry);
        }
    }
}

/// The fields that a change touched, found by comparing the document before and after it.
fn compared(document: &Document, change: ChangeHash) -> Vec<String> {
    let all = document.automerge().get_changes(&[]);
    let change = all.iter().find(|it| ChangeHash::from(it.hash()) == change).unwrap();
    let patches = document.automerge().diff(change.deps(), &[change.hash()]);
    let mut fields = std::collections::BTreeSet::new();
    for patch in patches {
        let containers = patch.path.iter().filter_map(|(_, prop)| match prop {
            automerge::Prop::Map(name) => Some(name.clone()),
            automerge::Prop::Seq(_) => None,
        });
        match (containers.collect::<Vec<_>>().first(), patch.action) {
            (Some(container), automerge::PatchAction::PutMap { key, value: (value, _), .. })
                if container == key::FIELDS =>
            {
                if count_of(&value) != Some(0) {
                    fields.insert(key);
                }
            }
            (Some(container), automerge::PatchAction::DeleteMap { key })
                if container == key::FIELDS =>
            {
                fields.insert(key);
            }
            (Some(container), automerge::PatchAction::Increment { prop, .. })
                if container == key::FIELDS =>
            {
                fields.insert(prop.to_string());
            }
            (Some(container), _) => {
                if let Some((_, field)) = read::split_container(container) {
                    fields.insert(field.to_string());
                }
            }
            (None, _) => {}
        }
    }
    fields.into_iter().collect()
}

#[test]
fn fields_of_a_newer_catalogue_survive_an_older_devices_edit() {
    let mut document = intake(&[set("tier", "3")]);
    // A newer catalogue's text, set and log, as a newer device would have written them.
    let mut newer = document.automerge().clone();
    newer.set_actor(actor(2).into());
    newer
        .transact::<_, _, automerge::AutomergeError>(|tx| {
            let fields = tx.get(ROOT, key::FIELDS)?.unwrap().1;
            tx.put(fields, "mood", "calm")?;
            let set = tx.put_object(ROOT, set_key("supports"), ObjType::Map)?;
            tx.put(set, "mentor", true)
        })
        .unwrap();
    document = Document::from(newer);
    edit(&mut document, 10, 1, &[set("tier", "1")]);
    let record = document.record(catalogue()).unwrap();
    assert_eq!(record.fields["mood"], FieldValue::Unknown(serde_json::json!("calm")));
    assert_eq!(record.fields["supports"].to_json(), serde_json::json!(["mentor"]));
    assert_eq!(record.problems(catalogue()), []);
}

#[test]
fn containers_that_two_devices_made_are_read_as_one() {
    let base = intake(&[]);
    let make = |n: u8, option: &str, count: i64| {
        let mut newer = base.automerge().clone();
        newer.set_actor(actor(n).into());
        newer
            .transact::<_, _, automerge::AutomergeError>(|tx| {
                let set = tx.put_object(ROOT, set_key("supports"), ObjType::Map)?;
                tx.put(set, option, true)?;
                let fields = tx.get(ROOT, key::FIELDS)?.unwrap().1;
                tx.put(fields, "calls", ScalarValue::counter(count))
            })
            .unwrap();
        Document::from(newer)
    };
    let mut ours = make(1, "mentor", 2);
    ours.apply(make(2, "family", 5).changes().iter().map(|c| &c.bytes)).unwrap();
    let record = ours.record(catalogue()).unwrap();
    assert_eq!(record.fields["supports"].to_json(), serde_json::json!(["family", "mentor"]));
    assert_eq!(record.fields["calls"], FieldValue::Counter(7));
    assert!(record.conflicts.is_empty());
}

#[test]
fn an_edit_too_large_for_one_change_leaves_the_record_as_it_was() {
    let mut document = intake(&[]);
    let long = "x".repeat(usize::try_from(limits::CHANGE_OPS_MAX).unwrap() + 1);
    let heads = document.heads();
    let edits = [Edit::append(name("safety_plan"), &long)];
    let error = document.edit(at(5), actor(1), catalogue(), &edits).unwrap_err();
    assert!(matches!(error, EditError::TooLarge));
    assert_eq!(document.heads(), heads);
    let edits = [Edit::append(name("safety_plan"), &long[1..])];
    assert!(document.edit(at(5), actor(1), catalogue(), &edits).unwrap().is_some());
}

#[test]
fn more_than_one_change_may_follow_is_joined_in_steps() {
    let base = intake(&[]);
    let mut all = base.clone();
    // One of them is the editor's own.
    for device in 1..=200 {
        let change = edit(&mut base.clone(), 10, device, &[set("tier", "1")]);
        all.apply([&change.bytes]).unwrap();
    }
    assert_eq!(all.heads().len(), 200);
    let error = all.edit(at(20), actor(7), catalogue(), &[set("tier", "2")]).unwrap_err();
    assert!(matches!(error, EditError::Crowded), "{error}");
    let mut joined = all.clone();
    let folds = joined.fold_heads(at(20), actor(7)).unwrap();
    assert_eq!(folds.len(), 3);
    assert_eq!(joined.record(catalogue()).unwrap(), all.record(catalogue()).unwrap());
    let change = edit(&mut joined, 20, 7, &[set("tier", "2")]);
    assert_eq!(joined.heads(), [change.hash]);
    assert!(joined.fold_heads(at(30), actor(8)).unwrap().is_empty());

    // Whoever takes them finds nothing wrong with any.
    let inspect = |change: &NewChange| RawChange::inspect(&change.bytes).unwrap();
    let changes: Vec<_> = folds.iter().chain([&change]).map(inspect).collect();
    let admitted = crate::admission::apply_all(Some(all.automerge()), &changes);
    assert!(admitted.outcomes.iter().all(Result::is_ok), "{:?}", admitted.outcomes);
    let taken = Document::from(admitted.document.unwrap());
    check_change(catalogue(), Some(&all), &taken).unwrap();
    assert_eq!(Document::load(&taken.save()).unwrap().heads(), [change.hash]);
}

#[test]
fn an_author_whose_change_all_others_followed_joins_them_and_goes_on() {
    let base = intake(&[]);
    for beside in [63, 64, 65, 140] {
        let mut document = base.clone();
        for device in 2..2 + beside {
            let change = edit(&mut base.clone(), 10, device, &[set("tier", "1")]);
            document.apply([&change.bytes]).unwrap();
        }
        let folds = document.fold_heads(at(20), actor(1)).unwrap();
        let change = edit(&mut document, 20, 1, &[set("tier", "2")]);
        for change in folds.iter().chain([&change]) {
            RawChange::inspect(&change.bytes).unwrap();
        }
        assert_eq!(document.heads(), [change.hash], "{beside}");
    }
}

#[test]
fn what_is_counted_stays_far_from_the_end_of_its_numbers() {
    let mut document = intake(&[]);
    let (step, most) = (limits::COUNTER_STEP_MAX, limits::COUNTER_MAX / 2);
    let count = |document: &mut Document, by| {
        let edits = [increment("contact_attempts", by)];
        document.edit(at(5), actor(1), catalogue(), &edits).map(drop)
    };
    for by in [i64::MAX, i64::MIN, step + 1, -step - 1] {
        let error = count(&mut document, by).unwrap_err().to_string();
        assert!(error.contains("must lie between -1000000000 and 1000000000"), "{error}");
    }
    // Each of four brings it as far as a device goes: all together they are still a number.
    let far = |document: &Document, device: u8| {
        let mut inner = document.automerge().clone();
        inner.set_actor(actor(device).into());
        let (_, fields) = inner.get(ROOT, key::FIELDS).unwrap().unwrap();
        inner
            .transact::<_, _, automerge::AutomergeError>(|tx| {
                tx.put(&fields, "contact_attempts", ScalarValue::counter(most))
            })
            .unwrap();
        inner.get_last_local_change().unwrap().raw_bytes().to_vec()
    };
    let all: Vec<_> = (1..5).map(|device| far(&document, device)).collect();
    document.apply(&all[..1]).unwrap();
    assert!(count(&mut document, 1).is_err());
    assert!(count(&mut document, -1).is_ok());
    document.apply(&all[1..]).unwrap();
    let record = document.record(catalogue()).unwrap();
    let FieldValue::Counter(sum) = record.fields["contact_attempts"] else { panic!("a counter") };
    assert_eq!(sum, 4 * most - 1);
    assert!(check_change(catalogue(), None, &document).is_err());
}

#[test]
fn an_edit_that_changes_nothing_makes_no_change() {
    let mut document = intake(&[set("tier", "2")]);
    let none = document.edit(at(5), actor(1), catalogue(), &[set("tier", "2")]).unwrap();
    assert_eq!(none, None);
}

#[test]
fn changes_apply_only_after_those_they_follow() {
    let document = intake(&[]);
    let mut later = document.clone();
    let change = edit(&mut later, 5, 1, &[set("tier", "1")]);
    let mut empty = Document::from(Automerge::new());
    assert!(matches!(empty.apply([&change.bytes]), Err(DocumentError::MissingDependencies)));
    assert!(matches!(empty.apply([b"no change"]), Err(DocumentError::Damaged)));
    assert!(empty.heads().is_empty());
}

#[test]
fn a_change_may_fill_a_record_but_not_rebuild_it() {
    let before = intake(&[set("tier", "2"), log("goals", ULID_1, "rest")]);
    let mut after = before.clone();
    edit(&mut after, 5, 2, &[set("tier", "1"), log("goals", ULID_2, "work")]);
    let (read, _) = check_change(catalogue(), Some(&before), &after).unwrap();
    assert_eq!(read, envelope());

    let attack = |write: &dyn Fn(&mut Tx<'_>)| {
        let mut forged = before.automerge().clone();
        forged.set_actor(actor(3).into());
        forged
            .transact::<_, _, automerge::AutomergeError>(|tx| {
                write(tx);
                Ok(())
            })
            .unwrap();
        check_change(catalogue(), Some(&before), &Document::from(forged))
            .map(drop)
            .map_err(|problem| problem.code())
    };
    let fields = |tx: &Tx<'_>| tx.get(ROOT, key::FIELDS).unwrap().unwrap().1;
    assert_eq!(attack(&|tx| tx.put(ROOT, key::CASE, 1).unwrap()), Err("immutable_key"));
    assert_eq!(attack(&|tx| tx.delete(ROOT, key::PROGRAM).unwrap()), Err("immutable_key"));
    assert_eq!(
        attack(&|tx| drop(tx.put_object(ROOT, key::FIELDS, ObjType::Map).unwrap())),
        Err("immutable_key")
    );
    assert_eq!(
        attack(&|tx| drop(tx.put_object(ROOT, log_key("goals"), ObjType::Map).unwrap())),
        Err("immutable_key")
    );
    assert_eq!(attack(&|tx| tx.put(ROOT, "hidden", 1).unwrap()), Err("foreign_layout"));
    let goals = |tx: &Tx<'_>| tx.get(ROOT, log_key("goals")).unwrap().unwrap().1;
    assert_eq!(attack(&|tx| tx.delete(goals(tx), ULID_1).unwrap()), Err("immutable_key"));
    assert_eq!(
        attack(&|tx| {
            let entry = tx.get(goals(tx), ULID_1).unwrap().unwrap().1;
            tx.put(entry, "goal", "something else").unwrap();
        }),
        Err("immutable_key")
    );
    assert_eq!(
        attack(&|tx| drop(tx.put_object(fields(tx), "deep", ObjType::Map).unwrap())),
        Err("foreign_layout")
    );
    assert_eq!(
        attack(&|tx| tx.put(fields(tx), "tier", ScalarValue::Bytes(vec![1])).unwrap()),
        Err("foreign_layout")
    );
    assert_eq!(attack(&|tx| tx.put(fields(tx), "tier", "9").unwrap()), Err("invalid_fields"));
    assert_eq!(attack(&|tx| tx.put(fields(tx), "tier", 9).unwrap()), Err("invalid_fields"));
    assert_eq!(
        attack(&|tx| tx.put(fields(tx), "no such field", 9).unwrap()),
        Err("foreign_layout")
    );
}

#[test]
fn two_people_who_name_records_at_once_are_both_kept_and_a_name_is_taken_back_alone() {
    let named = |number: u8| RecordId::from_bytes([number; 16]);
    let name = |number: u8| Edit::AddRef { field: followed_by(), record: named(number) };
    let mut ours = response(&[name(1), name(2)]);
    let mut theirs = ours.clone();
    let back = Edit::RemoveRef { field: followed_by(), record: named(1) };
    let edits = [back, name(3)];
    let our = ours.edit(at(1), actor(1), catalogue(), &edits).unwrap().unwrap();
    let their = theirs.edit(at(1), actor(2), catalogue(), &[name(4)]).unwrap().unwrap();
    ours.apply([&their.bytes]).unwrap();
    theirs.apply([&our.bytes]).unwrap();
    for document in [&ours, &theirs] {
        let record = document.record(catalogue()).unwrap();
        let all = [named(2), named(3), named(4)];
        assert_eq!(record.fields["followed_by"], FieldValue::Refs(all.into()));
        let shown = all.map(|record| record.to_string());
        assert_eq!(record.fields["followed_by"].to_json(), serde_json::json!(shown));
        assert!(record.problems(catalogue()).is_empty());
    }
    let history = ours.history(catalogue().record_type(&"shooting_response".parse().unwrap()));
    let said: Vec<_> =
        history[1].edits.iter().map(|edit| format!("{} {}", edit.field, edit.what)).collect();
    let (removed, added) = (named(1), named(3));
    let expected = [format!("followed_by removed {removed}"), format!("followed_by added {added}")];
    assert_eq!(said, expected);
}

#[test]
fn what_names_records_takes_nothing_else_and_what_does_not_names_none() {
    let before = response(&[]);
    let mut forged = before.automerge().clone();
    forged.set_actor(actor(3).into());
    let forge = |tx: &mut Tx<'_>| {
        let set = tx.get(ROOT, set_key("followed_by"))?.unwrap().1;
        tx.put(set, "weapon", true)
    };
    forged.transact::<_, _, automerge::AutomergeError>(forge).unwrap();
    let after = Document::from(forged);
    let problem = check_change(catalogue(), Some(&before), &after).unwrap_err().to_string();
    assert!(problem.contains("`followed_by` holds something that is not a refs"), "{problem}");

    let record = RecordId::from_bytes([1; 16]);
    let refuses = |edit: Edit| {
        let mut document = before.clone();
        document.edit(at(1), actor(1), catalogue(), &[edit]).unwrap_err().to_string()
    };
    let option = "weapon".parse().unwrap();
    let said = refuses(Edit::Add { field: followed_by(), option });
    assert_eq!(said, "`followed_by` is a refs field: it takes add and remove");
    let said = refuses(Edit::AddRef { field: "actions".parse().unwrap(), record });
    assert_eq!(said, "`actions` is a choices field: it takes add and remove");
    refuses(Edit::Set { field: followed_by(), value: Scalar::Ref(record) });
}

fn followed_by() -> FieldName {
    "followed_by".parse().unwrap()
}

fn response(edits: &[Edit]) -> Document {
    let record_type = "shooting_response".parse().unwrap();
    let envelope = Envelope { record_type, ..envelope() };
    Document::create(at(0), actor(1), catalogue(), &envelope, edits).unwrap().0
}

#[test]
fn a_first_change_must_fit_the_catalogue() {
    let mut wrong = envelope();
    wrong.compartment = "HSP".parse().unwrap();
    let error = Document::create(at(0), actor(1), catalogue(), &wrong, &[]).unwrap_err();
    assert!(matches!(error, EditError::Envelope(EnvelopeProblem::Compartment)));
    let mut wrong = envelope();
    wrong.case = None;
    let error = Document::create(at(0), actor(1), catalogue(), &wrong, &[]).unwrap_err();
    assert!(matches!(error, EditError::Envelope(EnvelopeProblem::CaseMissing)));
    let problem = check_change(catalogue(), None, &Document::from(Automerge::new())).unwrap_err();
    assert!(matches!(problem, LayoutProblem::Document(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Three devices edit one record apart; whatever order, grouping and repetition their changes
    /// arrive in, the record is the same.
    #[test]
    fn merging_is_commutative_associative_and_idempotent(
        scripts in proptest::collection::vec(proptest::collection::vec(any_edit(), 1..6), 3),
        order in Just((0..3usize).collect::<Vec<_>>()).prop_shuffle(),
        repeat in 0..3usize,
    ) {
        let base = intake(&[set("tier", "3"), add("risk", "weapon")]);
        let mut apart = Vec::new();
        for (index, script) in scripts.iter().enumerate() {
            let mut document = base.clone();
            let device = u8::try_from(index).unwrap() + 1;
            for (step, script_edit) in script.iter().enumerate() {
                let now = at(i64::try_from(step).unwrap());
                // An edit of a log entry that is there changes nothing, and so on: both are fine.
                document
                    .edit(now, actor(device), catalogue(), std::slice::from_ref(script_edit))
                    .unwrap();
            }
            apart.push(document);
        }
        let join = |into: &Document, from: &Document| {
            let mut joined = into.clone();
            joined.apply(from.changes().iter().map(|change| &change.bytes)).unwrap();
            joined
        };
        let left = join(&join(&apart[0], &apart[1]), &apart[2]);
        let right = join(&apart[0], &join(&apart[1], &apart[2]));
        let mut shuffled = apart[order[0]].clone();
        for index in [order[1], order[2], order[repeat]] {
            shuffled = join(&shuffled, &apart[index]);
        }
        let expected = read(&left);
        prop_assert_eq!(&read(&right), &expected);
        prop_assert_eq!(&read(&shuffled), &expected);
        prop_assert_eq!(&read(&Document::load(&left.save()).unwrap()), &expected);
        prop_assert_eq!(left.heads(), shuffled.heads());
        // What one of them wrote last and nobody touched meanwhile is shown or kept beside.
        for conflict in &expected.conflicts {
            prop_assert!(conflict.values.len() > 1);
        }
    }

    #[test]
    fn encoding_and_decoding_a_record_is_the_identity(edits in proptest::collection::vec(any_edit(), 0..12)) {
        let document = intake(&edits);
        let again = Document::from_changes(document.changes().iter().map(|c| &c.bytes)).unwrap();
        prop_assert_eq!(read(&again), read(&document));
        let json = serde_json::to_string(&edits).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Edit>>(&json).unwrap(), edits);
    }
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let options = ["weapon", "group_role", "recent_release"];
    prop_oneof![
        prop::sample::select(vec!["1", "2", "3"]).prop_map(|tier| set("tier", tier)),
        Just(Edit::Clear { field: name("tier") }),
        prop::sample::select(options.to_vec()).prop_map(|option| add("risk", option)),
        prop::sample::select(options.to_vec()).prop_map(|option| remove("risk", option)),
        (-5..10i64).prop_map(|by| increment("contact_attempts", by)),
        (0..20u64).prop_map(|n| log(
            "goals",
            &ulid::Ulid::from_parts(n, n.into()).to_string(),
            "g"
        )),
        (0..10u64, 0..4u64, "[a-zé]{0,6}").prop_map(|(at, delete, insert)| Edit::Note {
            field: name("safety_plan"),
            at,
            delete,
            insert,
        }),
    ]
}

fn read(document: &Document) -> Record {
    document.record(catalogue()).unwrap()
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::builtin().unwrap())
}

fn envelope() -> Envelope {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    Envelope {
        record: RecordId::generate(at(0), &mut rng),
        record_type: "outreach_intake".parse().unwrap(),
        type_version: 1,
        case: Some(CaseId::generate(at(0), &mut rng)),
        compartment: "OUT".parse().unwrap(),
        program: "street_outreach".parse().unwrap(),
        created_by: UserId::from_bytes([1; 16]),
        created_at: at(0),
    }
}

/// An intake made on device 1 at second 0.
fn intake(edits: &[Edit]) -> Document {
    let when = Edit::Set { field: name("occurred_at"), value: Scalar::DateTime(at(0)) };
    let all: Vec<_> = [when].into_iter().chain(edits.iter().cloned()).collect();
    Document::create(at(0), actor(1), catalogue(), &envelope(), &all).unwrap().0
}

fn edit(document: &mut Document, secs: i64, device: u8, edits: &[Edit]) -> NewChange {
    document.edit(at(secs), actor(device), catalogue(), edits).unwrap().unwrap()
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + secs * 1_000)
}

fn device(n: u8) -> DeviceId {
    DeviceId::from_bytes([n; 16])
}

fn actor(n: u8) -> ActorId {
    ActorId { device: device(n), generation: [n; 8] }
}

fn name(text: &str) -> FieldName {
    text.parse().unwrap()
}

fn set(field: &str, option: &str) -> Edit {
    Edit::Set { field: name(field), value: Scalar::Choice(option.parse().unwrap()) }
}

fn edit_set(field: &str, text: &str) -> Edit {
    Edit::Set { field: name(field), value: Scalar::Text(text.into()) }
}

fn add(field: &str, option: &str) -> Edit {
    Edit::Add { field: name(field), option: option.parse().unwrap() }
}

fn remove(field: &str, option: &str) -> Edit {
    Edit::Remove { field: name(field), option: option.parse().unwrap() }
}

fn increment(field: &str, by: i64) -> Edit {
    Edit::Increment { field: name(field), by }
}

fn log(field: &str, id: &str, goal: &str) -> Edit {
    let entry = [("goal".to_owned(), Scalar::Text(goal.to_owned()))].into();
    Edit::Log { field: name(field), id: id.to_owned(), entry }
}

const ULID_1: &str = "01HZY8J3Q0000000000000000A";
const ULID_2: &str = "01HZY8J3Q0000000000000000B";
