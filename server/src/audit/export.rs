//! The audit in a file of its own: one JSON object a line, and last the head, signed. Whoever has the
//! file and the server's public key can check it without the server.

use std::io::{self, BufRead, Write};

use ed25519_dalek::{Signer as _, SigningKey};
use model::proof;
use model::time::Timestamp;
use model::words::Finding;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::store::audit::{AuditHead, AuditRow};
use crate::store::sqlite::Reading;

/// The last line of an exported audit.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedHead {
    /// The last row's place; 0 when there is none.
    head: u64,
    /// The last row's hash.
    hash: String,
    /// When it was exported.
    exported_at: Timestamp,
    /// The server's Ed25519 signature over all three, in hexadecimal digits.
    signature: String,
}

/// Writes every row and the signed head.
pub(crate) fn write(
    db: &Reading<'_>,
    signing: &SigningKey,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<u64, StoreError> {
    let mut last = (0, [0; 32]);
    db.each_audit_row(|row| {
        last = (row.seq, unhex(&row.hash).unwrap_or_default());
        line(out, &row)
    })?;
    let (head, hash) = last;
    line(out, &signed(signing, head, &hash, now))?;
    out.flush()?;
    Ok(head)
}

/// Returns rows as their lines.
pub(crate) fn lines(rows: &[AuditRow]) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    rows.iter().try_for_each(|row| line(&mut bytes, row))?;
    Ok(bytes)
}

/// Returns the last line: the head of the audit where it ended, signed.
pub(crate) fn last_line(
    signing: &SigningKey,
    end: AuditHead,
    now: Timestamp,
) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    line(&mut bytes, &signed(signing, end.seq, &end.hash, now))?;
    Ok(bytes)
}

fn signed(signing: &SigningKey, head: u64, hash: &[u8; 32], now: Timestamp) -> SignedHead {
    let signature = signing.sign(&message(head, hash, now)).to_bytes();
    let (hash, signature) = (hex::encode(hash), hex::encode(signature));
    SignedHead { head, hash, exported_at: now, signature }
}

/// What reading an exported audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How many rows there are.
    pub rows: u64,
    /// When it was exported; none when the signed head is missing or damaged.
    pub exported_at: Option<Timestamp>,
    /// Everything that does not hold, each with its line; empty when all is well.
    pub problems: Vec<Finding>,
}

/// Checks an exported audit: that no row was changed, left out or moved, and that its head is the
/// one the server signed. `public_key` is the server's, in hexadecimal digits.
///
/// # Errors
/// When the file cannot be read at all.
pub fn check(public_key: &str, file: impl BufRead) -> io::Result<Checked> {
    let mut problems = Vec::new();
    let (mut rows, mut previous) = (0, [0; 32]);
    let mut head = None;
    for (index, line) in file.lines().enumerate() {
        let (line, number) = (line?, index as u64 + 1);
        if head.is_some() {
            problems.push(Finding::ExportAfterHead(number));
            break;
        }
        if let Ok(signed) = serde_json::from_str::<SignedHead>(&line) {
            head = Some(signed);
            continue;
        }
        let Ok(row) = serde_json::from_str::<AuditRow>(&line) else {
            problems.push(Finding::ExportLine(number));
            continue;
        };
        let expected = row.expected_hash(&previous);
        if row.seq != rows + 1 {
            problems.push(Finding::ExportOrder(number, row.seq, rows + 1));
        } else if hex::encode(expected) != row.hash {
            problems.push(Finding::ExportAltered(number, row.seq));
        }
        (rows, previous) = (row.seq, unhex(&row.hash).unwrap_or_default());
    }
    let exported_at = match head {
        None => {
            problems.push(Finding::ExportCut);
            None
        }
        Some(head) => {
            let signed = unhex(&head.hash).is_some_and(|hash| {
                let message = message(head.head, &hash, head.exported_at);
                let key: Option<[u8; 32]> = unhex(public_key);
                let signature: Option<[u8; 64]> = unhex(&head.signature);
                key.zip(signature)
                    .is_some_and(|(key, signature)| proof::verify(&key, &message, &signature))
            });
            if !signed {
                problems.push(Finding::ExportUnsigned);
            } else if head.head != rows || head.hash != hex::encode(previous) {
                problems.push(Finding::ExportEnd(rows, head.head));
            }
            signed.then_some(head.exported_at)
        }
    };
    Ok(Checked { rows, exported_at, problems })
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn line<T: Serialize>(out: &mut dyn Write, value: &T) -> Result<(), StoreError> {
    let json = serde_json::to_vec(value).map_err(|_| StoreError::Damaged("an audit row"))?;
    out.write_all(&json)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn message(head: u64, hash: &[u8; 32], at: Timestamp) -> Vec<u8> {
    let digest = Sha256::new()
        .chain_update(head.to_be_bytes())
        .chain_update(hash)
        .chain_update(at.as_millis().to_be_bytes())
        .finalize();
    [b"fieldbook audit head 1".as_slice(), &digest].concat()
}
