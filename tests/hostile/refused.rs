//! One table of hostile inputs: each is refused under its own name, in bounded memory, and the
//! good changes that come with it are accepted.

use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::Transactable;
use automerge::{Author, Automerge, ObjType, ROOT, ReadDoc};
use model::admission::apply_all;
use model::change::RawChange;

use crate::craft::{
    ACTION, EXPAND, INSERT, KEY_ACTOR, KEY_COUNTER, KEY_TEXT, MARK_NAME, OBJECT_ACTOR,
    OBJECT_COUNTER, PRED_ACTOR, PRED_COUNT, PRED_COUNTER, Parts, VALUE, VALUE_META, body_of,
    checksum, chunk, deflate, literal, null_run, run, seal, seal_deflated, text, unsigned, zeros,
};
use crate::memory::peak_bytes;
use crate::quiet::keep_caught_panics_quiet;
use crate::samples::{actor, edit, next_change, record, take_in, verdict};

/// Whatever the input claims, taking it in holds less than this. A change of 4,096 operations,
/// the largest that is let through, takes about a third of it.
const PEAK_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Sixteen million rows: what fifty bytes can claim.
const MANY: u64 = 1 << 24;

struct Input {
    name: &'static str,
    /// What it is sent to: the record of [`record`], or none yet.
    record_exists: bool,
    bytes: Vec<u8>,
    code: &'static str,
}

fn to_record(name: &'static str, code: &'static str, bytes: Vec<u8>) -> Input {
    Input { name, record_exists: true, bytes, code }
}

fn to_none(name: &'static str, code: &'static str, bytes: Vec<u8>) -> Input {
    Input { name, record_exists: false, bytes, code }
}

fn inputs() -> Vec<Input> {
    [not_changes(), bombs(), malformed(), forged_places(), forged_references(), nested()]
        .into_iter()
        .flatten()
        .collect()
}

fn not_changes() -> Vec<Input> {
    let (document, _) = record();
    let good = next_change(&document);
    let whole = good.chunk();
    let body = good.body();
    let bundle = document.bundle(document.get_heads()).unwrap();
    let mut wrong_checksum = whole.clone();
    wrong_checksum[4] ^= 1;
    let mut wrong_content = whole.clone();
    *wrong_content.last_mut().unwrap() ^= 1;
    let deflated_and_more = [deflate(&body[..]), vec![0; 8]].concat();
    vec![
        to_record("nothing", "not_a_change", vec![]),
        to_record("text", "not_a_change", b"{\"change\": true}".to_vec()),
        to_record("an unknown type of chunk", "not_a_change", chunk(9, &checksum(&body), &body)),
        to_record("a document", "document_chunk", document.save()),
        to_record("a bundle", "bundle_chunk", bundle.bytes().to_vec()),
        to_record("a wrong checksum", "bad_checksum", wrong_checksum),
        to_record("content changed under the checksum", "bad_checksum", wrong_content),
        to_record("half a chunk", "malformed", whole[..whole.len() / 2].to_vec()),
        to_record("a chunk without its last byte", "malformed", whole[..whole.len() - 1].to_vec()),
        to_record("half a body", "malformed", seal(&body[..body.len() / 2])),
        to_record("two changes", "trailing_bytes", [whole.clone(), whole.clone()].concat()),
        to_record("a byte after the change", "trailing_bytes", [whole, vec![0]].concat()),
        to_record("no deflate stream", "malformed", chunk(2, &checksum(&body), &[0xff; 40])),
        to_record(
            "bytes after the deflate stream",
            "malformed",
            chunk(2, &checksum(&body), &deflated_and_more),
        ),
        to_record(
            "a deflated change under another's checksum",
            "bad_checksum",
            chunk(2, &checksum(b"other"), &deflate(&body[..])),
        ),
        to_record(
            "a whole chunk within a chunk",
            "too_many_dependencies",
            seal_deflated(&seal(&body)),
        ),
    ]
}

fn bombs() -> Vec<Input> {
    let one = || Parts::nulls(&actor(1).to_bytes(), 1);
    let with = |specification, content| one().with_column(specification, content).chunk();
    let long_key = text(&[b'k'; 50_000]);
    let mut inputs = vec![
        to_none(
            "deflated zeros",
            "inflates_too_large",
            chunk(2, &[0; 4], &deflate(zeros(1 << 27))),
        ),
        to_none(
            "sixteen million operations, every column agreeing",
            "too_many_operations",
            Parts::nulls(&actor(1).to_bytes(), MANY).chunk(),
        ),
        to_none(
            "i64::MAX operations",
            "too_many_operations",
            with(ACTION, run(i64::MAX.unsigned_abs(), &[1])),
        ),
        to_none(
            "five thousand short runs of operations",
            "too_many_operations",
            with(ACTION, run(1, &[1]).repeat(5_000)),
        ),
        to_none(
            "a list of 134 million predecessors",
            "too_many_predecessors",
            one()
                .with_column(PRED_COUNT, run(1, &unsigned(1 << 27)))
                .with_column(PRED_ACTOR, run(1 << 27, &[0]))
                .with_column(PRED_COUNTER, run(1 << 27, &[0]))
                .chunk(),
        ),
        to_none(
            "predecessor counts that overflow",
            "too_many_predecessors",
            Parts::nulls(&actor(1).to_bytes(), 2)
                .with_column(PRED_COUNT, run(2, &unsigned(u64::MAX)))
                .chunk(),
        ),
        to_none(
            "a long key, four thousand times",
            "key_too_long",
            Parts::nulls(&actor(1).to_bytes(), 4_096)
                .with_column(KEY_TEXT, run(4_096, &long_key))
                .chunk(),
        ),
        to_none(
            "a value of a gigabyte",
            "malformed",
            with(VALUE_META, run(1, &unsigned((1 << 30) << 4 | 6))),
        ),
        to_none("a key of a gigabyte", "malformed", with(KEY_TEXT, run(1, &unsigned(1 << 30)))),
        to_none("a column of a gigabyte", "malformed", {
            let mut body = one().body();
            body.truncate(body.len() - one().columns.iter().map(|(_, c)| c.len()).sum::<usize>());
            let at = body.len() - 1;
            body.splice(at.., unsigned(1 << 30));
            seal(&body)
        }),
    ];
    for (name, specification, code) in [
        ("object actors", OBJECT_ACTOR, "too_many_operations"),
        ("object counters", OBJECT_COUNTER, "too_many_operations"),
        ("key actors", KEY_ACTOR, "too_many_operations"),
        ("key counters", KEY_COUNTER, "too_many_operations"),
        ("actions", ACTION, "too_many_operations"),
        ("value types", VALUE_META, "too_many_operations"),
        ("predecessor counts", PRED_COUNT, "too_many_operations"),
        ("predecessor actors", PRED_ACTOR, "too_many_predecessors"),
        ("predecessor counters", PRED_COUNTER, "too_many_predecessors"),
    ] {
        inputs.push(to_none(name, code, with(specification, run(MANY, &[0]))));
        inputs.push(to_none(name, code, with(specification, null_run(MANY))));
    }
    inputs.push(to_none("keys", "too_many_operations", with(KEY_TEXT, null_run(MANY))));
    inputs.push(to_none("flags", "too_many_operations", with(INSERT, unsigned(MANY))));
    inputs.push(to_none("names of marks", "rich_text", with(MARK_NAME, null_run(MANY))));
    inputs.push(to_none("reaches of marks", "rich_text", with(EXPAND, unsigned(MANY))));
    inputs
}

fn malformed() -> Vec<Input> {
    let (document, _) = record();
    let good = next_change(&document);
    let one = || Parts::nulls(&actor(1).to_bytes(), 1);
    let with = |specification, content| one().with_column(specification, content).chunk();
    let mut deflated = good.clone();
    deflated.columns[0] = (OBJECT_ACTOR | 0b1000, deflate(&run(2, &[1])[..]));
    let mut authored = Automerge::new().with_author(Some(Author::from(&b"somebody else"[..])));
    let authored = edit(&mut authored, actor(1), |tx| tx.put(ROOT, "type", "encounter"));
    let marked = edit(&mut document.clone(), actor(2), |tx| {
        let (_, note) = tx.get(ROOT, "note")?.expect("the record has a note");
        tx.mark(&note, Mark::new("bold".to_owned(), true, 1, 4), ExpandMark::Both)
    });
    let mut twice = good.clone();
    twice.deps.push(twice.deps[0]);
    let mut out_of_order = one();
    out_of_order.columns.swap(0, 1);
    vec![
        to_record("a deflated column", "deflated_column", deflated.chunk()),
        to_record("a column of a later version", "unknown_column", with(0x1f3, vec![1])),
        to_record("a column of table rows", "unknown_column", with(0x10, vec![1])),
        to_none("columns out of order", "malformed", out_of_order.chunk()),
        to_none("an empty column", "malformed", with(OBJECT_ACTOR, vec![])),
        to_record("a mark on a text", "rich_text", marked.raw_bytes().to_vec()),
        to_none("a mark in disguise", "rich_text", with(ACTION, run(1, &[7]))),
        to_none("an author", "extra_bytes", authored.raw_bytes().to_vec()),
        to_none("padding", "extra_bytes", Parts { extra: vec![0; 64], ..one() }.chunk()),
        to_none("an actor of sixteen bytes", "foreign_actor", Parts::nulls(&[7; 16], 1).chunk()),
        to_none("an actor of no bytes", "foreign_actor", Parts::nulls(&[], 1).chunk()),
        to_record("a dependency twice", "malformed", twice.chunk()),
        to_none("sequence number zero", "malformed", Parts { seq: 0, ..one() }.chunk()),
        to_none("start_op zero", "malformed", Parts { start_op: 0, ..one() }.chunk()),
        to_none(
            "a message that is no text",
            "malformed",
            Parts { message: vec![0xff, 0xfe], ..one() }.chunk(),
        ),
        to_none("a key that is no text", "malformed", with(KEY_TEXT, run(1, &text(&[0xff])))),
        to_none("no key", "malformed", with(KEY_TEXT, null_run(1))),
        to_none("an empty run", "malformed", with(ACTION, [null_run(0), run(1, &[1])].concat())),
        to_none("an operation without an action", "malformed", with(ACTION, null_run(1))),
        to_none("an unknown action", "malformed", with(ACTION, run(1, &[8]))),
        to_none("more keys than operations", "malformed", with(KEY_TEXT, run(2, &text(b"k")))),
        to_none("fewer flags than operations", "malformed", with(INSERT, vec![0])),
        to_none("an unknown type of value", "malformed", with(VALUE_META, run(1, &[0x0f]))),
        to_none("a null of four bytes", "malformed", {
            one().with_column(VALUE_META, run(1, &[0x40])).with_column(VALUE, vec![0; 4]).chunk()
        }),
        to_none("a float of four bytes", "malformed", {
            one().with_column(VALUE_META, run(1, &[0x45])).with_column(VALUE, vec![0; 4]).chunk()
        }),
        to_none("bytes that no value uses", "malformed", with(VALUE, vec![0; 4])),
        to_none("an increment by a text", "malformed", {
            one()
                .with_column(ACTION, run(1, &[5]))
                .with_column(VALUE_META, run(1, &[0x16]))
                .with_column(VALUE, b"x".to_vec())
                .chunk()
        }),
    ]
}

fn forged_places() -> Vec<Input> {
    let (document, first) = record();
    let good = next_change(&document);
    let said = Parts::of(first.raw_bytes());
    let place = |seq, start_op| Parts { seq, start_op, ..good.clone() }.chunk();
    let theirs = |number: u16| Parts { actor: actor(number).to_bytes().to_vec(), ..good.clone() };
    vec![
        to_record("a new actor at its second change", "sequence_gap", place(2, 20)),
        to_record("a sequence gap", "sequence_gap", {
            let mut own = document.clone();
            edit(&mut own, actor(1), |tx| tx.put(ROOT, "a", 1));
            let skipped = edit(&mut own, actor(1), |tx| tx.put(ROOT, "a", 2));
            let deps = good.deps.clone();
            Parts { deps, start_op: 20, ..Parts::of(skipped.raw_bytes()) }
                .with_column(PRED_COUNT, run(1, &[0]))
                .without(PRED_ACTOR)
                .without(PRED_COUNTER)
                .chunk()
        }),
        to_record("the largest sequence number", "sequence_gap", place(u64::MAX, 20)),
        to_none("a first change that is the second", "sequence_gap", {
            Parts { seq: 2, ..said.clone() }.chunk()
        }),
        to_record("a first change said differently", "equivocation", {
            Parts { time: 1, ..said.clone() }.chunk()
        }),
        to_record("a low start_op", "wrong_start_op", place(1, 5)),
        to_record("a start_op one too high", "wrong_start_op", place(1, 21)),
        to_record("a start_op at the edge of what is counted", "wrong_start_op", {
            place(1, u64::from(u32::MAX))
        }),
        to_record("the largest start_op", "wrong_start_op", place(1, u64::MAX)),
        to_none("a first change that counts from five", "wrong_start_op", {
            Parts { start_op: 5, ..Parts::nulls(&actor(1).to_bytes(), 1) }.chunk()
        }),
        to_record("an unknown dependency", "missing_dependencies", {
            Parts { deps: vec![[0; 32], good.deps[0]], ..good.clone() }.chunk()
        }),
        to_none("a second change without the first", "missing_dependencies", good.chunk()),
        to_record("an actor that wrote nothing", "unknown_actor", {
            let mut named = good.clone();
            named.other_actors.push(actor(9).to_bytes().to_vec());
            named.chunk()
        }),
        to_record("itself among the other actors", "malformed", {
            let mut named = theirs(2);
            named.other_actors.push(actor(2).to_bytes().to_vec());
            named.chunk()
        }),
    ]
}

fn forged_references() -> Vec<Input> {
    let (document, _) = record();
    let good = || next_change(&document);
    let forged = |specification, content| good().with_column(specification, content).chunk();
    vec![
        to_record("an object that was never made", "unknown_operation", {
            forged(OBJECT_ACTOR, run(2, &[0]))
        }),
        to_record(
            "an object that is a value",
            "wrong_object",
            forged(OBJECT_COUNTER, run(2, &[4])),
        ),
        to_record("an object made by nobody", "malformed", forged(OBJECT_ACTOR, run(2, &[7]))),
        to_record("an object made later", "malformed", forged(OBJECT_COUNTER, run(2, &[21]))),
        to_record("a predecessor that is not there", "unknown_operation", {
            forged(PRED_ACTOR, literal(&[vec![0]]))
        }),
        to_record("a predecessor of another key", "poisoned", {
            forged(PRED_COUNTER, literal(&[vec![5]]))
        }),
        to_record("a predecessor in another object", "unloadable", {
            forged(PRED_COUNTER, literal(&[vec![1]]))
        }),
        to_record("a predecessor that comes later", "malformed", {
            forged(PRED_COUNTER, literal(&[vec![40]]))
        }),
        to_record("a predecessor before the first", "malformed", {
            forged(PRED_COUNTER, literal(&[vec![0x7f]]))
        }),
        to_record("an element of a map", "wrong_object", {
            good()
                .without(KEY_TEXT)
                .with_column(KEY_ACTOR, run(2, &[1]))
                .with_column(KEY_COUNTER, literal(&[vec![7], vec![1]]))
                .chunk()
        }),
        to_record("a key of a list", "wrong_object", forged(OBJECT_COUNTER, run(2, &[6]))),
        to_record("a key of a text", "wrong_object", forged(OBJECT_COUNTER, run(2, &[9]))),
        to_none("a list made as a map", "malformed", {
            let (_, first) = record();
            let mut parts = Parts::of(first.raw_bytes());
            let actions = parts.column(ACTION);
            let make_list = actions.iter().position(|action| *action == 2).unwrap();
            actions[make_list] = 0;
            parts.chunk()
        }),
        to_record("an insertion at a key", "malformed", forged(INSERT, [0, 2].to_vec())),
        to_none("an element of the root", "malformed", {
            Parts::nulls(&actor(1).to_bytes(), 1)
                .without(KEY_TEXT)
                .with_column(KEY_COUNTER, run(1, &[0]))
                .with_column(INSERT, vec![0, 1])
                .chunk()
        }),
    ]
}

fn nested() -> Vec<Input> {
    let deep = |document: &Automerge, number: u16, levels: u32| {
        edit(&mut document.clone(), actor(number), |tx| {
            (0..levels)
                .try_fold(ROOT, |parent, _| tx.put_object(&parent, "m", ObjType::Map))
                .map(drop)
        })
        .raw_bytes()
        .to_vec()
    };
    let (document, _) = record();
    vec![
        to_none("three hundred maps in each other", "too_deep", deep(&Automerge::new(), 1, 300)),
        to_record("three hundred more", "too_deep", deep(&document, 2, 300)),
        to_none("four thousand maps in each other", "too_deep", deep(&Automerge::new(), 1, 4_000)),
    ]
}

#[test]
fn every_hostile_input_is_refused_under_its_name_in_bounded_memory() {
    keep_caught_panics_quiet();
    let (document, _) = record();
    let mut wrong = Vec::new();
    for Input { name, record_exists, bytes, code } in inputs() {
        let document = record_exists.then_some(&document);
        let (result, peak) = peak_bytes(|| take_in(document, &bytes));
        let found = verdict(&result);
        if found != code || peak > PEAK_BYTES_MAX {
            wrong.push(format!("{name}: {found}, not {code}; {peak} bytes"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_hostile_input_does_not_stop_the_other_changes_of_its_batch() {
    keep_caught_panics_quiet();
    let (document, _) = record();
    let mut theirs = document.clone();
    let before = edit(&mut theirs, actor(3), |tx| tx.put(ROOT, "before", 1));
    let after = edit(&mut theirs, actor(3), |tx| tx.put(ROOT, "after", 2));
    let heads = theirs.get_heads();
    for Input { name, bytes, .. } in inputs().into_iter().filter(|input| input.record_exists) {
        let batch: Vec<_> = [before.raw_bytes(), &bytes, after.raw_bytes()]
            .into_iter()
            .filter_map(|bytes| RawChange::inspect(bytes).ok())
            .collect();
        let admissions = apply_all(Some(&document), &batch);
        let accepted = admissions.document.expect("the good ones").get_heads();
        assert_eq!(accepted, heads, "{name}");
        let refused = admissions.outcomes.iter().filter(|outcome| outcome.is_err()).count();
        assert_eq!(refused, batch.len() - 2, "{name}");
    }
}

#[test]
fn a_change_says_whose_device_it_claims_to_be_from() {
    let (document, _) = record();
    let forged = next_change(&document);
    let change = RawChange::inspect(&forged.chunk()).unwrap();
    assert_eq!(change.actor().device, actor(2).device);
    assert_ne!(change.actor().device, actor(1).device);
}

#[test]
fn the_inputs_fit_in_a_text_message() {
    let (document, _) = record();
    assert!(body_of(&next_change(&document).chunk()).len() < 200);
    let small = bombs().iter().filter(|bomb| bomb.bytes.len() < 120).count();
    assert!(small > 20, "most bombs are tiny: {small}");
}
