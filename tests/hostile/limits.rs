//! Each limit on a change or a record: exactly at it accepted, one past it refused.

use automerge::transaction::Transactable;
use automerge::{Automerge, ObjType, ROOT, ReadDoc};
use model::change::{ChangeProblem, RawChange};
use model::limits::{
    CHANGE_ACTORS_MAX, CHANGE_BYTES_MAX, CHANGE_DEPS_MAX, CHANGE_INFLATED_BYTES_MAX,
    CHANGE_OPS_MAX, CHANGE_PARENTS_MAX, COLUMN_ROWS_MAX, COLUMNS_MAX, KEY_BYTES_MAX, NESTING_MAX,
    RECORD_BYTES_MAX,
};

use crate::craft::{
    PRED_ACTOR, PRED_COUNT, PRED_COUNTER, Parts, chunk, deflate, run, seal_deflated, unsigned,
    zeros,
};
use crate::samples::{actor, edit, record, take_in, verdict};

/// Puts a text of this many bytes into a new record.
fn text_change(bytes: usize) -> Vec<u8> {
    edit(&mut Automerge::new(), actor(1), |tx| tx.put(ROOT, "note", "x".repeat(bytes)))
        .raw_bytes()
        .to_vec()
}

fn inspect_code(bytes: &[u8]) -> &'static str {
    RawChange::inspect(bytes).map_or_else(|problem| problem.code(), |_| "accepted")
}

#[test]
fn bytes_of_a_change() {
    let around = text_change(200_000).len() - 200_000;
    let at = text_change(CHANGE_BYTES_MAX - around);
    let past = text_change(CHANGE_BYTES_MAX - around + 1);
    assert_eq!((at.len(), past.len()), (CHANGE_BYTES_MAX, CHANGE_BYTES_MAX + 1));
    assert_eq!(verdict(&take_in(None, &at)), "accepted");
    assert_eq!(verdict(&take_in(None, &past)), "too_large");

    // A deflated change is one byte of a change: the raw form counts.
    let deflated_at = seal_deflated(&Parts::of(&at).body());
    let deflated_past = seal_deflated(&Parts::of(&past).body());
    assert!(deflated_past.len() < 10_000);
    assert_eq!(RawChange::inspect(&deflated_at).unwrap().bytes(), at);
    assert_eq!(verdict(&take_in(None, &deflated_past)), "too_large");
}

#[test]
fn bytes_of_a_change_once_inflated() {
    let inflating_to = |bytes: usize| chunk(2, &[0; 4], &deflate(zeros(bytes as u64)));
    // At this limit it is still larger than a change may be, only no longer a bomb.
    assert_eq!(inspect_code(&inflating_to(CHANGE_INFLATED_BYTES_MAX)), "too_large");
    assert_eq!(inspect_code(&inflating_to(CHANGE_INFLATED_BYTES_MAX + 1)), "inflates_too_large");
}

#[test]
fn operations_of_a_change() {
    let change = |ops: u64| {
        let change = edit(&mut Automerge::new(), actor(1), |tx| {
            (0..ops).try_for_each(|op| tx.put(ROOT, format!("k{op}"), true))
        });
        change.raw_bytes().to_vec()
    };
    assert_eq!(verdict(&take_in(None, &change(CHANGE_OPS_MAX))), "accepted");
    assert_eq!(verdict(&take_in(None, &change(CHANGE_OPS_MAX + 1))), "too_many_operations");
}

#[test]
fn predecessors_of_a_change() {
    // Two operations after the first, with half of the predecessors each: all of them that one.
    let change = |predecessors: u64| {
        let counts = [0, predecessors / 2, predecessors - predecessors / 2];
        let counts: Vec<_> = counts.into_iter().map(unsigned).collect();
        let counters = [run(1, &[1]), run(predecessors - 1, &[0])].concat();
        Parts::nulls(&actor(1).to_bytes(), 3)
            .with_column(PRED_COUNT, crate::craft::literal(&counts))
            .with_column(PRED_ACTOR, run(predecessors, &[0]))
            .with_column(PRED_COUNTER, counters)
            .chunk()
    };
    assert_eq!(inspect_code(&change(COLUMN_ROWS_MAX)), "accepted");
    assert_eq!(inspect_code(&change(COLUMN_ROWS_MAX + 1)), "too_many_predecessors");
}

#[test]
fn columns_of_a_change() {
    let change = |columns: u64| {
        let columns = (1..=columns).map(|column| (column << 4, vec![1])).collect();
        Parts { columns, ..Parts::nulls(&actor(1).to_bytes(), 1) }.chunk()
    };
    // Automerge 0.12 knows fourteen, so that many cannot all be known.
    assert_eq!(inspect_code(&change(COLUMNS_MAX)), "unknown_column");
    assert_eq!(
        RawChange::inspect(&change(COLUMNS_MAX + 1)),
        Err(ChangeProblem::TooManyColumns { found: COLUMNS_MAX + 1 })
    );
}

#[test]
fn dependencies_of_a_change() {
    let merging = |branches: u64| {
        let (document, _) = record();
        let mut merged = document.clone();
        for branch in 0..u16::try_from(branches).unwrap() {
            let change = edit(&mut document.clone(), actor(100 + branch), |tx| {
                tx.put(ROOT, "seen", u64::from(branch))
            });
            merged.apply_changes([change]).unwrap();
        }
        let change = edit(&mut merged.clone(), actor(2), |tx| tx.put(ROOT, "merged", true));
        assert_eq!(change.deps().len() as u64, branches);
        take_in(Some(&merged), change.raw_bytes())
    };
    assert_eq!(verdict(&merging(CHANGE_DEPS_MAX)), "accepted");
    assert_eq!(verdict(&merging(CHANGE_DEPS_MAX + 1)), "too_many_dependencies");
}

#[test]
fn actors_of_a_change() {
    let naming = |actors: u64| {
        let (mut document, _) = record();
        for number in 0..u16::try_from(actors).unwrap() {
            edit(&mut document, actor(100 + number), |tx| tx.put(ROOT, format!("{number}"), 1));
        }
        let change = edit(&mut document.clone(), actor(2), |tx| {
            (0..actors).try_for_each(|number| tx.delete(ROOT, format!("{number}")))
        });
        assert_eq!(change.other_actor_ids().len() as u64, actors);
        take_in(Some(&document), change.raw_bytes())
    };
    assert_eq!(verdict(&naming(CHANGE_ACTORS_MAX)), "accepted");
    assert_eq!(verdict(&naming(CHANGE_ACTORS_MAX + 1)), "too_many_actors");
}

#[test]
fn earlier_objects_that_a_change_makes_others_in() {
    let (mut document, _) = record();
    edit(&mut document, actor(1), |tx| {
        (0..=CHANGE_PARENTS_MAX)
            .try_for_each(|log| tx.put_object(ROOT, format!("{log}"), ObjType::Map).map(drop))
    });
    let change = |parents: usize| {
        let change = edit(&mut document.clone(), actor(2), |tx| {
            (0..parents).try_for_each(|log| {
                let (_, log) = tx.get(ROOT, format!("{log}"))?.expect("made above");
                tx.put_object(&log, "a", ObjType::Map)?;
                tx.put_object(&log, "b", ObjType::Map).map(drop)
            })
        });
        take_in(Some(&document), change.raw_bytes())
    };
    assert_eq!(verdict(&change(CHANGE_PARENTS_MAX)), "accepted");
    assert_eq!(verdict(&change(CHANGE_PARENTS_MAX + 1)), "too_many_parents");
}

#[test]
fn bytes_of_a_key() {
    let change = |bytes: usize| {
        let change = edit(&mut Automerge::new(), actor(1), |tx| tx.put(ROOT, "k".repeat(bytes), 1));
        take_in(None, change.raw_bytes())
    };
    assert_eq!(verdict(&change(KEY_BYTES_MAX)), "accepted");
    assert_eq!(verdict(&change(KEY_BYTES_MAX + 1)), "key_too_long");
}

#[test]
fn nesting_in_one_change_and_over_several() {
    let mut document = Automerge::new();
    let mut at_limit = Vec::new();
    for level in 1..NESTING_MAX {
        let change = edit(&mut document, actor(1), |tx| {
            let mut parent = ROOT;
            while let Some((_, child)) = tx.get(&parent, "m")? {
                parent = child;
            }
            tx.put_object(&parent, "m", ObjType::Map).map(drop)
        });
        at_limit.push(change);
        assert_eq!(at_limit.len(), level);
    }
    let deeper = |parent_levels: usize, levels: usize| {
        edit(&mut document.clone(), actor(2), |tx| {
            let mut parent = ROOT;
            for _ in 0..parent_levels {
                parent = tx.get(&parent, "m")?.expect("made above").1;
            }
            (0..levels)
                .try_fold(parent, |parent, _| tx.put_object(&parent, "n", ObjType::Map))
                .map(drop)
        })
    };
    let over =
        |parent_levels, levels| take_in(Some(&document), deeper(parent_levels, levels).raw_bytes());
    assert_eq!(verdict(&over(0, NESTING_MAX - 1)), "accepted");
    assert_eq!(verdict(&over(0, NESTING_MAX)), "too_deep");
    assert_eq!(verdict(&over(NESTING_MAX - 2, 1)), "accepted");
    assert_eq!(verdict(&over(NESTING_MAX - 1, 1)), "too_deep");

    // In one batch, where the parents are not in the document yet either.
    let last = deeper(NESTING_MAX - 1, 1);
    let batch: Vec<_> = at_limit
        .iter()
        .chain([&last])
        .map(|change| RawChange::inspect(change.raw_bytes()).unwrap())
        .collect();
    let admissions = model::admission::apply_all(None, &batch);
    let refused: Vec<_> = admissions.outcomes.iter().filter_map(|o| o.as_ref().err()).collect();
    assert_eq!(refused.iter().map(|refusal| refusal.code()).collect::<Vec<_>>(), ["too_deep"]);
    assert_eq!(admissions.document.unwrap().get_heads(), document.get_heads());

    // A deleted object still counts: an edit that never saw the deletion brings it back.
    let mut deleted = document.clone();
    edit(&mut deleted, actor(3), |tx| tx.delete(ROOT, "m"));
    assert_eq!(verdict(&take_in(Some(&deleted), last.raw_bytes())), "too_deep");
}

#[test]
fn bytes_of_a_record() {
    let saved_bytes = |document: &Automerge| document.save_nocompress().len();
    let (mut document, _) = record();
    let mut note = 0;
    while saved_bytes(&document) + 210_000 < RECORD_BYTES_MAX {
        note += 1;
        edit(&mut document, actor(1), |tx| tx.put(ROOT, format!("n{note}"), "x".repeat(200_000)));
    }
    let last = |bytes: usize| {
        let mut larger = document.clone();
        let change = edit(&mut larger, actor(2), |tx| tx.put(ROOT, "last", "x".repeat(bytes)));
        (change, saved_bytes(&larger))
    };
    let room = RECORD_BYTES_MAX - saved_bytes(&document);
    let around = last(room).1 - RECORD_BYTES_MAX;
    let (at, at_bytes) = last(room - around);
    let (past, past_bytes) = last(room - around + 1);
    assert_eq!((at_bytes, past_bytes), (RECORD_BYTES_MAX, RECORD_BYTES_MAX + 1));
    assert_eq!(verdict(&take_in(Some(&document), at.raw_bytes())), "accepted");
    assert_eq!(verdict(&take_in(Some(&document), past.raw_bytes())), "record_too_large");
}
