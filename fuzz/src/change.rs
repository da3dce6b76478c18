//! Changes as a device sends them, read by `model::change` and tried by `model::admission`.

use automerge::Automerge;
use model::admission::{self, Admission};
use model::change::RawChange;
use model::document::Document;
use sha2::{Digest as _, Sha256};

use crate::ACCEPTED;

/// Takes the first byte for how the rest is wrapped: as it is, or as the body of a change whose
/// checksum is right, which no fuzzer guesses.
pub(crate) fn run(input: &[u8]) -> String {
    let Some((&wrapping, rest)) = input.split_first() else { return "empty".to_owned() };
    let sealed = if wrapping & 1 == 0 { rest.to_vec() } else { seal(rest) };
    let change = match RawChange::inspect(&sealed) {
        Ok(change) => change,
        Err(problem) => return problem.code().to_owned(),
    };
    // What was read once is read the same again, from the bytes that are stored.
    let again = RawChange::inspect(change.bytes()).ok();
    assert!(again.as_ref().is_some_and(|again| again.hash() == change.hash()), "read otherwise");
    assert!(!change.names().iter().any(String::is_empty) || change.ops() > 0, "a name without use");

    let record = Automerge::new();
    let accepted = match admission::apply(&record, &change) {
        Ok(Admission::Accepted(document)) => document,
        Ok(Admission::Known) => return "known".to_owned(),
        Err(error) => return error.code().to_owned(),
    };
    let saved = accepted.save();
    let loaded = Automerge::load(&saved).ok();
    let heads = loaded.as_ref().map(Automerge::get_heads);
    assert_eq!(heads, Some(accepted.get_heads()), "saved and lost");
    // A device receives the change and must come to the same record as the server.
    let received = Document::from_changes([change.bytes()]).ok();
    let heads = received.map(|document| document.heads());
    assert!(heads.is_some_and(|heads| heads == [change.hash()]), "taken here and not on a device");
    ACCEPTED.to_owned()
}

fn seal(body: &[u8]) -> Vec<u8> {
    const CHANGE: u8 = 1;
    let mut content = vec![CHANGE];
    push_length(&mut content, body.len());
    content.extend_from_slice(body);
    let checksum = Sha256::digest(&content);
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83];
    chunk.extend(checksum.iter().take(4));
    chunk.extend(content);
    chunk
}

/// Writes a length as LEB128 does: seven bits a byte, the lowest first.
fn push_length(bytes: &mut Vec<u8>, mut length: usize) {
    loop {
        let [low, ..] = length.to_le_bytes();
        length >>= 7;
        if length == 0 {
            return bytes.push(low & 0x7f);
        }
        bytes.push(low | 0x80);
    }
}
