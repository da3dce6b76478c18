//! One renderer of forms, and one decoder of what is sent back: for every kind of field and for every
//! page that asks something of the catalogue.
//!
//! Each question that is on the page comes with a digest of what an untouched browser would send for it
//! (`was.FIELD`). An answer counts only if it is another one: a question that its reader left alone is
//! not answered, whatever somebody else has put there meanwhile, and an emptied list of checkboxes is an
//! answer. Start reading at [`parts`], then at [`answers()`].

mod answers;
mod layout;
mod question;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::ids::FieldName;
use sha2::{Digest as _, Sha256};

use crate::request::Form;

pub(crate) use answers::{Action, answers, entries, missing};
pub(crate) use layout::{Part, parts, sections};
pub(crate) use question::control::Control;
pub(crate) use question::{Asker, Problem};

/// Returns the name by which the answer to a question is sent.
fn sent_as(field: &FieldName) -> String {
    format!("q.{field}")
}

/// Returns the id of what answers a question.
pub(crate) fn id_of(field: &FieldName) -> String {
    format!("q-{field}")
}

/// Returns the name under which a part of a new entry of a log is sent.
fn part_sent_as(log: &FieldName, part: &FieldName) -> String {
    format!("new.{log}.{part}")
}

/// Returns the digest of what is sent for a question.
fn digest<'a>(sent: impl IntoIterator<Item = &'a str>) -> String {
    let mut sent: Vec<String> = sent.into_iter().map(cleaned).collect();
    sent.retain(|text| !text.is_empty());
    // The order of checkboxes says nothing.
    sent.sort();
    let mut digest = Sha256::new();
    for text in sent {
        digest.update(text.len().to_be_bytes());
        digest.update(text.as_bytes());
    }
    shortened(digest)
}

/// Returns the digest of a part of the page.
pub(crate) fn digest_of_page(html: &str) -> String {
    shortened(Sha256::new().chain_update(html.as_bytes()))
}

fn shortened(digest: Sha256) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&digest.finalize()[..12])
}

/// Returns a text as it comes back from a browser and [`Form::read`].
fn cleaned(text: &str) -> String {
    text.replace('\0', "").replace("\r\n", "\n").replace('\r', "\n")
}

/// Returns what was typed into a part of a new entry; an empty text if nothing was.
fn typed_part(form: &Form, log: &FieldName, part: &FieldName) -> Vec<String> {
    let name = part_sent_as(log, part);
    form.all(&name).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}
