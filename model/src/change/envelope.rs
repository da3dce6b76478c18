//! The chunk around a change: magic bytes, checksum, type, length; and inflating it.

use std::io::Read;
use std::ops::Range;

use flate2::bufread::DeflateDecoder;
use sha2::{Digest, Sha256};

use super::ChangeProblem;
use super::reader::Reader;
use crate::ids::ChangeHash;
use crate::limits::{CHANGE_BYTES_MAX, CHANGE_INFLATED_BYTES_MAX};

/// A chunk of type 1 whose checksum holds.
pub(super) struct Envelope {
    /// The whole chunk, uncompressed.
    pub(super) bytes: Vec<u8>,
    /// SHA-256 over type, length and body: the same for a change deflated and not.
    pub(super) hash: ChangeHash,
    /// Where in `bytes` the body is.
    pub(super) body: Range<usize>,
}

impl Envelope {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, ChangeProblem> {
        if bytes.len() > CHANGE_BYTES_MAX {
            return Err(ChangeProblem::TooLarge);
        }
        let mut reader = Reader::new(bytes);
        if reader.take(MAGIC.len()) != Ok(&MAGIC[..]) {
            return Err(ChangeProblem::NotAChange);
        }
        let checksum = reader.take(CHECKSUM_BYTES)?;
        let chunk_type = reader.byte()?;
        match chunk_type {
            DOCUMENT => return Err(ChangeProblem::DocumentChunk),
            CHANGE | DEFLATED_CHANGE => {}
            BUNDLE => return Err(ChangeProblem::BundleChunk),
            _ => return Err(ChangeProblem::NotAChange),
        }
        let content = reader.length_prefixed()?;
        if !reader.is_empty() {
            return Err(ChangeProblem::TrailingBytes);
        }
        if chunk_type == DEFLATED_CHANGE {
            Self::seal(checksum, &inflate(content)?)
        } else {
            Self::seal(checksum, content)
        }
    }

    fn seal(checksum: &[u8], content: &[u8]) -> Result<Self, ChangeProblem> {
        let mut length = [0; LENGTH_BYTES_MAX];
        let length = encode_length(content.len(), &mut length);
        let whole = MAGIC.len() + CHECKSUM_BYTES + 1 + length.len() + content.len();
        if whole > CHANGE_BYTES_MAX {
            return Err(ChangeProblem::TooLarge);
        }
        let digest = Sha256::new()
            .chain_update([CHANGE])
            .chain_update(length)
            .chain_update(content)
            .finalize();
        let hash = ChangeHash(digest.into());
        if checksum != &hash.0[..CHECKSUM_BYTES] {
            return Err(ChangeProblem::BadChecksum);
        }
        let mut bytes = Vec::with_capacity(whole);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(checksum);
        bytes.push(CHANGE);
        bytes.extend_from_slice(length);
        let start = bytes.len();
        bytes.extend_from_slice(content);
        Ok(Self { hash, body: start..bytes.len(), bytes })
    }
}

/// Inflates no further than one byte past the limit: what the content would become is never
/// believed.
fn inflate(deflated: &[u8]) -> Result<Vec<u8>, ChangeProblem> {
    const BAD_DEFLATE: ChangeProblem = ChangeProblem::Malformed { part: "deflated content" };
    let mut decoder = DeflateDecoder::new(deflated);
    let mut inflated = Vec::new();
    let limit = CHANGE_INFLATED_BYTES_MAX as u64 + 1;
    decoder.by_ref().take(limit).read_to_end(&mut inflated).map_err(|_| BAD_DEFLATE)?;
    if inflated.len() > CHANGE_INFLATED_BYTES_MAX {
        return Err(ChangeProblem::InflatesTooLarge);
    }
    if decoder.total_in() != deflated.len() as u64 {
        return Err(BAD_DEFLATE);
    }
    Ok(inflated)
}

fn encode_length(length: usize, buffer: &mut [u8; LENGTH_BYTES_MAX]) -> &[u8] {
    let mut rest = length;
    let mut used = 0;
    for byte in buffer.iter_mut() {
        let low = rest.to_le_bytes()[0] & 0x7f;
        rest >>= 7;
        used += 1;
        *byte = if rest == 0 { low } else { low | 0x80 };
        if rest == 0 {
            break;
        }
    }
    &buffer[..used]
}

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHECKSUM_BYTES: usize = 4;
const LENGTH_BYTES_MAX: usize = 10;

const DOCUMENT: u8 = 0;
const CHANGE: u8 = 1;
const DEFLATED_CHANGE: u8 = 2;
const BUNDLE: u8 = 3;
