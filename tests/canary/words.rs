//! Words that stand nowhere else, and where they are found.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use model::time::TimeOfDay;

/// How every word begins.
pub(crate) const MARK: &str = "qvzkanari";

/// An address with a word in its path.
pub(crate) const PATH: &str = "/v1/record/qvzkanari00000";

/// Makes words, each another one.
#[derive(Default)]
pub(crate) struct Words {
    made: u32,
}

impl Words {
    pub(crate) fn next(&mut self) -> String {
        self.made += 1;
        format!("{MARK}{:05}", self.made)
    }

    /// Returns a time of day, each later than the one before it.
    pub(crate) fn later(&mut self) -> Option<TimeOfDay> {
        self.made += 1;
        TimeOfDay::of_minutes(u16::try_from(self.made % (24 * 60)).ok()?)
    }
}

/// Something to look through.
pub(crate) struct Haystack {
    pub(crate) place: String,
    pub(crate) bytes: Vec<u8>,
}

/// A word where it should not be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) place: String,
    pub(crate) how: &'static str,
    /// What stands there, as far as it is text.
    pub(crate) around: String,
}

/// A word as it may be spelled.
pub(crate) struct Spelling {
    pub(crate) how: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Every spelling that a word is looked for in.
pub(crate) fn spellings(word: &str) -> Vec<Spelling> {
    let mut spellings = vec![
        Spelling { how: "UTF-8", bytes: word.into() },
        Spelling {
            how: "UTF-16, little end first",
            bytes: word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        },
        Spelling {
            how: "UTF-16, big end first",
            bytes: word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        },
        Spelling { how: "hexadecimal", bytes: hex(word).into_bytes() },
        Spelling { how: "hexadecimal capitals", bytes: hex(word).to_uppercase().into_bytes() },
    ];
    // A word may begin at each of three places of base64's groups.
    for lead in 0..3 {
        let padded = [&vec![0; lead][..], word.as_bytes()].concat();
        let first = (lead * 8).div_ceil(6);
        let end = padded.len() * 8 / 6;
        for text in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            spellings.push(Spelling { how: "base64", bytes: text[first..end].into() });
        }
    }
    spellings
}

/// Every place where the beginning of a word stands, in whatever spelling.
pub(crate) fn find(haystacks: &[Haystack]) -> Vec<Found> {
    let mut found = Vec::new();
    for Spelling { how, bytes: needle } in spellings(MARK) {
        for Haystack { place, bytes } in haystacks {
            let at = bytes.windows(needle.len()).position(|window| window == needle);
            found.extend(at.map(|at| {
                let around = &bytes[at.saturating_sub(60)..bytes.len().min(at + 60)];
                let around = String::from_utf8_lossy(around).into_owned();
                Found { place: place.clone(), how, around }
            }));
        }
    }
    found
}

fn hex(word: &str) -> String {
    word.bytes().map(|byte| format!("{byte:02x}")).collect()
}
