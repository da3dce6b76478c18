//! What must still be let through: everything that Automerge itself writes, marks on text aside, in
//! any order that respects dependencies, once or more often, one by one or together.

use automerge::transaction::{Transactable, Transaction};
use automerge::{Automerge, AutomergeError, Change, ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use model::admission::{Admission, Outcome, apply, apply_all};
use model::change::RawChange;
use model::ids::ChangeHash;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::craft::{Parts, seal_deflated};
use crate::samples::{actor, edit, record};

/// One thing done to a record: where (an index into its objects), at which key or place, and
/// what.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) object: u8,
    pub(crate) place: u8,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Put(ScalarValue),
    Make(ObjType),
    Delete,
    Increment(i64),
    Write(String),
}

/// What one actor does in one change, and whether it first hears of what the others did.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) actor: u8,
    pub(crate) hears_others: bool,
    pub(crate) deeds: Vec<Deed>,
}

pub(crate) fn sessions() -> impl Strategy<Value = Vec<Session>> {
    let scalar = prop_oneof![
        "[a-zé]{0,12}".prop_map(ScalarValue::from),
        any::<i64>().prop_map(ScalarValue::from),
        any::<u64>().prop_map(ScalarValue::from),
        any::<bool>().prop_map(ScalarValue::from),
        any::<f64>().prop_map(ScalarValue::from),
        any::<i64>().prop_map(ScalarValue::Timestamp),
        (-9_i64..9).prop_map(ScalarValue::counter),
        vec(any::<u8>(), 0..20).prop_map(ScalarValue::Bytes),
        Just(ScalarValue::Null),
    ];
    let what = prop_oneof![
        6 => scalar.prop_map(What::Put),
        2 => prop_oneof![Just(ObjType::Map), Just(ObjType::List), Just(ObjType::Text)]
            .prop_map(What::Make),
        2 => Just(What::Delete),
        1 => (-5_i64..5).prop_map(What::Increment),
        3 => "[a-z 🌉]{0,9}".prop_map(What::Write),
    ];
    let deed = (any::<u8>(), any::<u8>(), what).prop_map(|(object, place, what)| Deed {
        object,
        place,
        what,
    });
    let session = (0..4_u8, any::<bool>(), vec(deed, 0..8))
        .prop_map(|(actor, hears_others, deeds)| Session { actor, hears_others, deeds });
    vec(session, 1..8)
}

/// Plays the sessions on a record; gives every change in an order that respects dependencies,
/// and the record with all of them.
pub(crate) fn play(sessions: &[Session]) -> (Vec<Change>, Automerge) {
    play_with(sessions, true)
}

/// The same, with what records are made of: none holds a list. Where two people write to one and one
/// of them deletes from it, Automerge 0.12 can trip over an assertion of its own (`seek_list_opid`, in
/// builds that check it), and the change is refused as one that poisons the document.
fn play_without_lists(sessions: &[Session]) -> (Vec<Change>, Automerge) {
    play_with(sessions, false)
}

fn play_with(sessions: &[Session], lists: bool) -> (Vec<Change>, Automerge) {
    let (mut all, first) = record();
    let mut replicas: Vec<_> = (0..4).map(|_| all.clone()).collect();
    let mut changes = vec![first];
    for session in sessions {
        let replica = &mut replicas[usize::from(session.actor)];
        if session.hears_others {
            replica.merge(&mut all).unwrap();
        }
        let number = 10 + u16::from(session.actor);
        replica.set_actor(actor(number).into());
        let mut tx = replica.transaction();
        // What makes no sense in the record as it is changes nothing.
        session.deeds.iter().for_each(|deed| drop(perform(&mut tx, deed, lists)));
        if tx.pending_ops() == 0 {
            tx.rollback();
            continue;
        }
        tx.commit();
        let change = replica.get_last_local_change().unwrap();
        all.apply_changes([change.clone()]).unwrap();
        changes.push(change);
    }
    (changes, all)
}

fn perform(tx: &mut Transaction<'_>, deed: &Deed, lists: bool) -> Result<(), AutomergeError> {
    let objects = objects_of(tx);
    let (object, _) = &objects[usize::from(deed.object) % objects.len()];
    let object_type = tx.object_type(object)?;
    let is_list = |it: &ObjType| matches!(it, ObjType::List);
    if !lists && (is_list(&object_type) || matches!(&deed.what, What::Make(made) if is_list(made)))
    {
        return Ok(());
    }
    let length = tx.length(object);
    let index = usize::from(deed.place) % (length + 1);
    let key = format!("k{}", deed.place % 5);
    match (&deed.what, object_type) {
        (What::Put(value), ObjType::Map) => tx.put(object, key, value.clone()),
        (What::Put(value), ObjType::List) if index < length && deed.place > 127 => {
            tx.put(object, index, value.clone())
        }
        (What::Put(value), ObjType::List) => tx.insert(object, index, value.clone()),
        (What::Make(made), ObjType::Map) => tx.put_object(object, key, *made).map(drop),
        (What::Make(made), ObjType::List) => tx.insert_object(object, index, *made).map(drop),
        (What::Delete, ObjType::Map) => tx.delete(object, key),
        (What::Delete, ObjType::List) => tx.delete(object, index),
        (What::Delete, ObjType::Text) => tx.splice_text(object, index, 1, ""),
        (What::Increment(by), ObjType::Map) => {
            tx.increment(ROOT, "visits", *by)?;
            tx.increment(object, key, *by)
        }
        (What::Write(text), ObjType::Text) => tx.splice_text(object, index, 0, text),
        _ => Ok(()),
    }
}

/// The objects that a record shows, except the deepest that there may be.
fn objects_of(document: &impl ReadDoc) -> Vec<(ObjId, usize)> {
    let mut objects = vec![(ROOT, 1)];
    let mut next = 0;
    while let Some((object, depth)) = objects.get(next).cloned() {
        next += 1;
        if depth + 1 < model::limits::NESTING_MAX {
            let children: Vec<_> = match document.object_type(&object) {
                Ok(ObjType::Map) => document.map_range(&object, ..).map(|item| item.id()).collect(),
                Ok(ObjType::List) => {
                    document.list_range(&object, ..).map(|item| item.id()).collect()
                }
                _ => vec![],
            };
            let made = |id: &ObjId| document.object_type(id).is_ok();
            objects.extend(children.into_iter().filter(made).map(|id| (id, depth + 1)));
        }
    }
    objects
}

/// This many cases, or what `PROPTEST_CASES` asks for if that is more.
pub(crate) fn at_least(cases: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig { cases: config.cases.max(cases), ..config }
}

pub(crate) fn inspected(changes: &[Change]) -> Vec<RawChange> {
    changes.iter().map(|change| RawChange::inspect(change.raw_bytes()).unwrap()).collect()
}

proptest! {
    #![proptest_config(at_least(600))]

    #[test]
    fn what_automerge_writes_is_read_as_automerge_reads_it(sessions in sessions()) {
        let (changes, _) = play(&sessions);
        for change in &changes {
            let raw = RawChange::inspect(change.raw_bytes())
                .map_err(|problem| TestCaseError::fail(problem.to_string()))?;
            prop_assert_eq!(raw.bytes(), change.raw_bytes());
            prop_assert_eq!(raw.hash(), ChangeHash::from(change.hash()));
            let deps: Vec<_> = change.deps().iter().copied().map(ChangeHash::from).collect();
            prop_assert_eq!(raw.deps(), deps);
            prop_assert_eq!(&raw.actor().to_bytes()[..], change.actor_id().to_bytes());
            prop_assert_eq!(raw.other_actors().len(), change.other_actor_ids().len());
            prop_assert_eq!(raw.seq(), change.seq());
            prop_assert_eq!(raw.start_op(), change.start_op().get());
            prop_assert_eq!(raw.max_op(), change.max_op());
            prop_assert_eq!(raw.ops(), change.len() as u64);
            prop_assert_eq!(raw.time(), change.timestamp());
            prop_assert_eq!(raw.message(), change.message());

            let deflated = change.clone().bytes().into_owned();
            prop_assert_eq!(&RawChange::inspect(&deflated).unwrap(), &raw);
            let deflated = seal_deflated(&Parts::of(change.raw_bytes()).body());
            prop_assert_eq!(&RawChange::inspect(&deflated).unwrap(), &raw);
        }
    }

    #[test]
    fn a_batch_leaves_what_the_changes_leave_one_by_one(sessions in sessions()) {
        let (changes, all) = play_without_lists(&sessions);
        let raw = inspected(&changes);
        let together = apply_all(None, &raw);
        let accepted = |outcome: &Result<_, _>| *outcome == Ok(Outcome::Accepted);
        prop_assert!(together.outcomes.iter().all(accepted), "{:?}", together.outcomes);
        let together = together.document.unwrap();
        prop_assert_eq!(together.get_heads(), all.get_heads());
        prop_assert_eq!(together.hydrate(None), all.hydrate(None));

        let mut one_by_one = Automerge::new();
        for change in &raw {
            match apply(&one_by_one, change) {
                Ok(Admission::Accepted(document)) => one_by_one = *document,
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            }
        }
        // Not the same bytes: a batch may store concurrent changes in another order.
        prop_assert_eq!(one_by_one.get_heads(), together.get_heads());
        prop_assert_eq!(one_by_one.hydrate(None), together.hydrate(None));

        let again = apply_all(Some(&together), &raw);
        prop_assert!(again.document.is_none());
        prop_assert!(again.outcomes.iter().all(|outcome| *outcome == Ok(Outcome::Known)));
    }
}

#[test]
fn a_change_that_came_before_what_it_follows_is_accepted_afterwards() {
    let (mut document, first) = record();
    let second = edit(&mut document, actor(2), |tx| tx.put(ROOT, "seen", true));
    let raw = inspected(&[second, first]);
    let admissions = apply_all(None, &raw);
    let missing = admissions.outcomes[0].as_ref().unwrap_err();
    assert!(missing.retry_after_pull());
    assert_eq!(admissions.outcomes[1], Ok(Outcome::Accepted));
    let admissions = apply_all(admissions.document.as_ref(), &raw);
    assert_eq!(admissions.outcomes, [Ok(Outcome::Accepted), Ok(Outcome::Known)]);
    assert_eq!(admissions.document.unwrap().get_heads(), document.get_heads());
}

#[test]
fn a_change_repeated_within_a_batch_is_known() {
    let (document, first) = record();
    let admissions = apply_all(None, &inspected(&[first.clone(), first]));
    assert_eq!(admissions.outcomes, [Ok(Outcome::Accepted), Ok(Outcome::Known)]);
    assert_eq!(admissions.document.unwrap().get_heads(), document.get_heads());
}
