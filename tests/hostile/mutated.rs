//! Valid changes with something changed in them, the checksum made right again: nothing may
//! panic out of admission or take more memory than a change is worth, and what is accepted must
//! save, load and look the same to everybody.

use std::collections::BTreeMap;

use automerge::transaction::Transactable;
use automerge::{Automerge, ROOT};
use model::admission::{Admission, AdmissionError, apply, apply_all};
use model::change::RawChange;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::accepted::{Session, at_least, inspected, play, sessions};
use crate::craft::{Parts, body_of, seal, signed, unsigned};
use crate::memory::peak_bytes;
use crate::quiet::keep_caught_panics_quiet;
use crate::samples::{actor, edit, take_in, verdict};

/// The changes here are small; so must be what is made of them, mutated or not.
const PEAK_BYTES_MAX: usize = 8 * 1024 * 1024;

/// One thing done to the bytes of a change.
#[derive(Clone, Debug)]
enum Mutation {
    FlipBit(Index, u8),
    Overwrite(Index, u8),
    Insert(Index, Vec<u8>),
    Delete(Index, u8),
    Copy { from: Index, to: Index, length: u8 },
}

/// One thing done to a change that leaves its outline whole, so that it gets further.
#[derive(Clone, Debug)]
enum Claim {
    InColumn(Index, Mutation),
    SwapColumns(Index, Index),
    DropColumn(Index),
    Seq(u64),
    StartOp(u64),
    FewerDeps(Index),
    FewerActors(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let number = prop_oneof![
        any::<i64>().prop_map(signed),
        (-300_i64..300).prop_map(signed),
        any::<u64>().prop_map(unsigned),
        vec(any::<u8>(), 1..4),
    ];
    prop_oneof![
        (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Mutation::FlipBit(at, bit)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Overwrite(at, byte)),
        (any::<Index>(), number).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (any::<Index>(), 1..8_u8).prop_map(|(at, count)| Mutation::Delete(at, count)),
        (any::<Index>(), any::<Index>(), 1..16_u8).prop_map(|(from, to, length)| Mutation::Copy {
            from,
            to,
            length
        }),
    ]
}

fn claim() -> impl Strategy<Value = Claim> {
    prop_oneof![
        8 => (any::<Index>(), mutation()).prop_map(|(column, m)| Claim::InColumn(column, m)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Claim::SwapColumns(a, b)),
        1 => any::<Index>().prop_map(Claim::DropColumn),
        1 => (0..4_u64).prop_map(Claim::Seq),
        1 => prop_oneof![0..80_u64, any::<u64>()].prop_map(Claim::StartOp),
        1 => any::<Index>().prop_map(Claim::FewerDeps),
        1 => any::<Index>().prop_map(Claim::FewerActors),
    ]
}

impl Mutation {
    fn perform(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Self::FlipBit(at, bit) => bytes[at.index(length)] ^= 1 << bit,
            Self::Overwrite(at, byte) => bytes[at.index(length)] = *byte,
            Self::Insert(at, inserted) => {
                let at = at.index(length + 1);
                bytes.splice(at..at, inserted.iter().copied());
            }
            Self::Delete(at, count) => {
                let at = at.index(length);
                bytes.drain(at..length.min(at + usize::from(*count)));
            }
            Self::Copy { from, to, length: count } => {
                let from = from.index(length);
                let copied = bytes[from..length.min(from + usize::from(*count))].to_vec();
                let to = to.index(length + 1);
                bytes.splice(to..to, copied);
            }
        }
    }
}

impl Claim {
    fn perform(&self, parts: &mut Parts) {
        let columns = parts.columns.len();
        match self {
            Self::InColumn(column, mutation) if columns > 0 => {
                mutation.perform(&mut parts.columns[column.index(columns)].1);
            }
            Self::SwapColumns(a, b) if columns > 0 => {
                let (a, b) = (a.index(columns), b.index(columns));
                let content = std::mem::take(&mut parts.columns[a].1);
                let other = std::mem::replace(&mut parts.columns[b].1, content);
                parts.columns[a].1 = other;
            }
            Self::DropColumn(column) if columns > 0 => {
                parts.columns.remove(column.index(columns));
            }
            Self::Seq(seq) => parts.seq = *seq,
            Self::StartOp(start_op) => parts.start_op = *start_op,
            Self::FewerDeps(at) if !parts.deps.is_empty() => {
                parts.deps.remove(at.index(parts.deps.len()));
            }
            Self::FewerActors(at) if !parts.other_actors.is_empty() => {
                parts.other_actors.remove(at.index(parts.other_actors.len()));
            }
            _ => {}
        }
    }
}

/// A valid change with what came before it and after it.
struct Target {
    before: Option<Automerge>,
    valid: Vec<u8>,
    after: Vec<RawChange>,
}

fn target(sessions: &[Session], which: Index) -> Target {
    let (changes, _) = play(sessions);
    let raw = inspected(&changes);
    let which = which.index(changes.len());
    Target {
        before: apply_all(None, &raw[..which]).document,
        valid: raw[which].bytes().to_vec(),
        after: raw[which + 1..].to_vec(),
    }
}

fn mutate(valid: &[u8], mutations: &[Mutation]) -> Vec<u8> {
    let mut body = body_of(valid).to_vec();
    mutations.iter().for_each(|mutation| mutation.perform(&mut body));
    seal(&body)
}

fn falsify(valid: &[u8], claims: &[Claim]) -> Vec<u8> {
    let mut parts = Parts::of(valid);
    claims.iter().for_each(|claim| claim.perform(&mut parts));
    parts.chunk()
}

/// Takes the bytes in, checks all that is promised, and gives the verdict.
fn check(target: &Target, bytes: &[u8]) -> Result<&'static str, TestCaseError> {
    keep_caught_panics_quiet();
    let document = target.before.as_ref();
    let (result, peak) = peak_bytes(|| take_in(document, bytes));
    prop_assert!(peak < PEAK_BYTES_MAX, "{} bytes for {}", peak, bytes.len());
    let verdict = verdict(&result);
    let Ok(accepted) = result else { return Ok(verdict) };

    let loaded = Automerge::load(&accepted.save())
        .map_err(|error| TestCaseError::fail(format!("saved and lost: {error}")))?;
    prop_assert_eq!(loaded.get_heads(), accepted.get_heads());
    prop_assert_eq!(loaded.hydrate(None), accepted.hydrate(None));

    // A device gets the change, not the document: it must come to the same record.
    let mut device = document.cloned().unwrap_or_default();
    let change = RawChange::inspect(bytes).unwrap();
    let change = automerge::Change::try_from(change.bytes()).unwrap();
    device.apply_changes([change]).unwrap();
    prop_assert_eq!(device.get_heads(), accepted.get_heads());
    prop_assert_eq!(device.hydrate(None), accepted.hydrate(None));

    // Whoever works on is not hurt: the others' changes are only refused for building on the
    // valid change that is not there, and new ones are taken.
    for outcome in apply_all(Some(&accepted), &target.after).outcomes {
        let code = outcome.as_ref().map_or_else(AdmissionError::code, |_| "accepted");
        let harmless = ["accepted", "missing_dependencies", "equivocation", "sequence_gap"];
        prop_assert!(harmless.contains(&code), "a good change is {} afterwards", code);
    }
    let next = edit(&mut device, actor(5), |tx| tx.put(ROOT, "next", true));
    let next = RawChange::inspect(next.raw_bytes()).unwrap();
    prop_assert!(matches!(apply(&accepted, &next), Ok(Admission::Accepted(_))));
    Ok(verdict)
}

proptest! {
    #![proptest_config(at_least(4_000))]

    #[test]
    fn mutated_bytes_do_no_harm(
        sessions in sessions(),
        which: Index,
        mutations in vec(mutation(), 1..4),
    ) {
        let target = target(&sessions, which);
        check(&target, &mutate(&target.valid, &mutations))?;
    }

    #[test]
    fn false_claims_do_no_harm(
        sessions in sessions(),
        which: Index,
        claims in vec(claim(), 1..3),
    ) {
        let target = target(&sessions, which);
        check(&target, &falsify(&target.valid, &claims))?;
    }

    #[test]
    fn random_bytes_do_no_harm(bytes in vec(any::<u8>(), 0..300), sealed: bool) {
        let nothing = Target { before: None, valid: vec![], after: vec![] };
        check(&nothing, &if sealed { seal(&bytes) } else { bytes })?;
    }
}

#[test]
fn mutations_reach_every_gate() {
    let mut runner = TestRunner::deterministic();
    let cases = (sessions(), any::<Index>(), vec(mutation(), 1..2), vec(claim(), 1..2));
    let mut verdicts: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..1_500 {
        let (sessions, which, mutations, claims) = cases.new_tree(&mut runner).unwrap().current();
        let target = target(&sessions, which);
        for bytes in [mutate(&target.valid, &mutations), falsify(&target.valid, &claims)] {
            *verdicts.entry(check(&target, &bytes).unwrap()).or_default() += 1;
        }
    }
    for verdict in [
        "accepted",
        "malformed",
        "deflated_column",
        "too_many_operations",
        "missing_dependencies",
        "equivocation",
        "sequence_gap",
        "wrong_start_op",
        "unknown_operation",
        "unloadable",
        "poisoned",
    ] {
        assert!(verdicts.contains_key(verdict), "{verdict} is not among {verdicts:?}");
    }
}
