//! Changes taken apart and put together again with whatever an attacker would like to claim.
//! Written from the format, apart from the parser under test.

use std::io::{self, Read};

use flate2::Compression;
use flate2::read::DeflateEncoder;
use sha2::{Digest, Sha256};

pub(crate) const CHANGE: u8 = 1;
pub(crate) const DEFLATED_CHANGE: u8 = 2;

pub(crate) const OBJECT_ACTOR: u64 = 0x01;
pub(crate) const OBJECT_COUNTER: u64 = 0x02;
pub(crate) const KEY_ACTOR: u64 = 0x11;
pub(crate) const KEY_COUNTER: u64 = 0x13;
pub(crate) const KEY_TEXT: u64 = 0x15;
pub(crate) const INSERT: u64 = 0x34;
pub(crate) const ACTION: u64 = 0x42;
pub(crate) const VALUE_META: u64 = 0x56;
pub(crate) const VALUE: u64 = 0x57;
pub(crate) const PRED_COUNT: u64 = 0x70;
pub(crate) const PRED_ACTOR: u64 = 0x71;
pub(crate) const PRED_COUNTER: u64 = 0x73;
pub(crate) const EXPAND: u64 = 0x94;
pub(crate) const MARK_NAME: u64 = 0xa5;

/// A change in parts, each free to be anything.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parts {
    pub(crate) deps: Vec<[u8; 32]>,
    pub(crate) actor: Vec<u8>,
    pub(crate) seq: u64,
    pub(crate) start_op: u64,
    pub(crate) time: i64,
    pub(crate) message: Vec<u8>,
    pub(crate) other_actors: Vec<Vec<u8>>,
    pub(crate) columns: Vec<(u64, Vec<u8>)>,
    pub(crate) extra: Vec<u8>,
}

impl Parts {
    /// A first change of this actor that puts `count` nulls, one after the other, at one key.
    pub(crate) fn nulls(actor: &[u8], count: u64) -> Self {
        Self {
            deps: vec![],
            actor: actor.to_vec(),
            seq: 1,
            start_op: 1,
            time: 0,
            message: vec![],
            other_actors: vec![],
            columns: vec![
                (KEY_TEXT, run(count, &text(b"k"))),
                (INSERT, unsigned(count)),
                (ACTION, run(count, &unsigned(1))),
                (VALUE_META, run(count, &unsigned(0))),
                (PRED_COUNT, run(count, &unsigned(0))),
            ],
            extra: vec![],
        }
    }

    /// Takes a valid change apart.
    pub(crate) fn of(chunk: &[u8]) -> Self {
        let mut rest = body_of(chunk);
        let rest = &mut rest;
        let deps = (0..read(rest)).map(|_| take(rest, 32).try_into().unwrap()).collect();
        let actor = read_bytes(rest);
        let seq = read(rest);
        let start_op = read(rest);
        let time = read_signed(rest);
        let message = read_bytes(rest);
        let other_actors = (0..read(rest)).map(|_| read_bytes(rest)).collect();
        let list: Vec<(u64, u64)> = (0..read(rest)).map(|_| (read(rest), read(rest))).collect();
        let columns = list
            .into_iter()
            .map(|(specification, length)| {
                (specification, take(rest, usize::try_from(length).unwrap()).to_vec())
            })
            .collect();
        let extra = rest.to_vec();
        Self { deps, actor, seq, start_op, time, message, other_actors, columns, extra }
    }

    pub(crate) fn column(&mut self, specification: u64) -> &mut Vec<u8> {
        let at = match self.columns.binary_search_by_key(&specification, |column| column.0) {
            Ok(at) => at,
            Err(at) => {
                self.columns.insert(at, (specification, vec![]));
                at
            }
        };
        &mut self.columns[at].1
    }

    pub(crate) fn with_column(mut self, specification: u64, content: Vec<u8>) -> Self {
        *self.column(specification) = content;
        self
    }

    pub(crate) fn without(mut self, specification: u64) -> Self {
        self.columns.retain(|column| column.0 != specification);
        self
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = unsigned(self.deps.len() as u64);
        body.extend(self.deps.concat());
        body.extend(text(&self.actor));
        body.extend(unsigned(self.seq));
        body.extend(unsigned(self.start_op));
        body.extend(signed(self.time));
        body.extend(text(&self.message));
        body.extend(unsigned(self.other_actors.len() as u64));
        self.other_actors.iter().for_each(|actor| body.extend(text(actor)));
        body.extend(unsigned(self.columns.len() as u64));
        for (specification, content) in &self.columns {
            body.extend(unsigned(*specification));
            body.extend(unsigned(content.len() as u64));
        }
        self.columns.iter().for_each(|(_, content)| body.extend(content));
        body.extend(&self.extra);
        body
    }

    /// The change as a chunk, its checksum right.
    pub(crate) fn chunk(&self) -> Vec<u8> {
        seal(&self.body())
    }
}

/// A change chunk around any body, its checksum right.
pub(crate) fn seal(body: &[u8]) -> Vec<u8> {
    chunk(CHANGE, &checksum(body), body)
}

/// The same, deflated.
pub(crate) fn seal_deflated(body: &[u8]) -> Vec<u8> {
    chunk(DEFLATED_CHANGE, &checksum(body), &deflate(body))
}

/// A chunk that says whatever it says.
pub(crate) fn chunk(chunk_type: u8, checksum: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83];
    bytes.extend(checksum);
    bytes.push(chunk_type);
    bytes.extend(text(content));
    bytes
}

/// The first bytes of the hash of a change with this body.
pub(crate) fn checksum(body: &[u8]) -> [u8; 4] {
    let digest = Sha256::new().chain_update([CHANGE]).chain_update(text(body)).finalize();
    digest[..4].try_into().unwrap()
}

pub(crate) fn deflate(content: impl Read) -> Vec<u8> {
    let mut deflated = Vec::new();
    DeflateEncoder::new(content, Compression::best()).read_to_end(&mut deflated).unwrap();
    deflated
}

/// This many zeros, never in memory.
pub(crate) fn zeros(count: u64) -> impl Read {
    io::repeat(0).take(count)
}

/// The body of an uncompressed chunk.
pub(crate) fn body_of(chunk: &[u8]) -> &[u8] {
    let mut rest = &chunk[9..];
    let length = read(&mut rest);
    assert_eq!(rest.len() as u64, length, "one whole chunk");
    rest
}

/// A run of one value.
pub(crate) fn run(count: u64, value: &[u8]) -> Vec<u8> {
    let mut bytes = signed(i64::try_from(count).unwrap());
    bytes.extend(value);
    bytes
}

/// A run of different values.
pub(crate) fn literal(values: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = signed(-i64::try_from(values.len()).unwrap());
    bytes.extend(values.concat());
    bytes
}

/// A run of nulls.
pub(crate) fn null_run(count: u64) -> Vec<u8> {
    let mut bytes = signed(0);
    bytes.extend(unsigned(count));
    bytes
}

/// Bytes after their length.
pub(crate) fn text(bytes: &[u8]) -> Vec<u8> {
    let mut prefixed = unsigned(bytes.len() as u64);
    prefixed.extend(bytes);
    prefixed
}

pub(crate) fn unsigned(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        bytes.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return bytes;
        }
    }
}

pub(crate) fn signed(mut value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        let done = (value == 0 && low & 0x40 == 0) || (value == -1 && low & 0x40 != 0);
        bytes.push(if done { low } else { low | 0x80 });
        if done {
            return bytes;
        }
    }
}

fn read(rest: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let byte = take(rest, 1)[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

fn read_signed(rest: &mut &[u8]) -> i64 {
    let before = *rest;
    let value = read(rest);
    let bits = 7 * (before.len() - rest.len());
    if bits >= 64 {
        return i64::from_le_bytes(value.to_le_bytes());
    }
    let shift = 64 - bits;
    i64::from_le_bytes((value << shift).to_le_bytes()) >> shift
}

fn read_bytes(rest: &mut &[u8]) -> Vec<u8> {
    let length = usize::try_from(read(rest)).unwrap();
    take(rest, length).to_vec()
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(count);
    *rest = left;
    taken
}
