//! What pages call cases, records, forms and tasks: their ids, sealed under a key of the open store. An
//! address that is found in a browser's history names nothing to anybody without it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::ids::{CaseId, DraftId, RecordId};
use sha2::Sha256;
use ui::Refusal;
use ui::views::Handle;

/// Makes the handles of one store, and reads them.
///
/// The same thing has the same handle each time, so that a page can be loaded again, and after the store was
/// closed and opened. The first half is an authenticator of what is named, the second what is named
/// under a stream that the first half decides (a synthetic IV, as in RFC 5297).
pub(crate) struct Handles {
    mac: Hmac<Sha256>,
    stream: Hmac<Sha256>,
}

/// Something that a handle names.
pub(crate) trait Named: Sized {
    /// Keeps a handle of one kind from being taken for one of another.
    const KIND: u8;

    /// Its bytes.
    fn bytes(&self) -> Vec<u8>;

    /// Makes it of its bytes.
    fn of_bytes(bytes: &[u8]) -> Option<Self>;
}

macro_rules! named {
    ($($name:ty = $kind:literal),+) => {$(
        impl Named for $name {
            const KIND: u8 = $kind;

            fn bytes(&self) -> Vec<u8> {
                self.as_bytes().to_vec()
            }

            fn of_bytes(bytes: &[u8]) -> Option<Self> {
                Some(Self::from_bytes(bytes.try_into().ok()?))
            }
        }
    )+};
}

named!(CaseId = 1, RecordId = 2, DraftId = 3);

/// A task: the record that set it, and the rule of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaskName {
    pub(crate) record: RecordId,
    pub(crate) rule: String,
}

impl Named for TaskName {
    const KIND: u8 = 4;

    fn bytes(&self) -> Vec<u8> {
        [self.record.as_bytes().as_slice(), self.rule.as_bytes()].concat()
    }

    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (record, rule) = bytes.split_at_checked(16)?;
        let record = RecordId::from_bytes(record.try_into().ok()?);
        Some(Self { record, rule: String::from_utf8(rule.to_vec()).ok()? })
    }
}

impl Handles {
    /// Makes the handles of the store that has this key.
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, Refusal> {
        let keyed = |label: &[u8]| {
            // It takes keys of every length.
            let mac = Hmac::<Sha256>::new_from_slice(key);
            mac.map(|mac| mac.chain_update(label)).map_err(|_| Refusal::NotFound)
        };
        Ok(Self { mac: keyed(b"mac")?, stream: keyed(b"stream")? })
    }

    /// Returns the handle of something; the same each time.
    pub(crate) fn of<T: Named>(&self, named: &T) -> Result<Handle, Refusal> {
        let mut bytes = named.bytes();
        let tag = self.tag(T::KIND, &bytes);
        self.apply_stream(&tag, &mut bytes);
        let sealed = [tag.as_slice(), &bytes].concat();
        Handle::read(&URL_SAFE_NO_PAD.encode(sealed)).ok_or(Refusal::NotFound)
    }

    /// Returns what a handle names.
    pub(crate) fn read<T: Named>(&self, handle: &Handle) -> Result<T, Refusal> {
        let named = || {
            let sealed = URL_SAFE_NO_PAD.decode(handle.as_str()).ok()?;
            let (tag, rest) = sealed.split_at_checked(TAG_BYTES)?;
            let mut bytes = rest.to_vec();
            self.apply_stream(tag, &mut bytes);
            let known = self.mac.clone().chain_update([T::KIND]).chain_update(&bytes);
            known.verify_truncated_left(tag).ok()?;
            T::of_bytes(&bytes)
        };
        named().ok_or(Refusal::NotFound)
    }

    fn tag(&self, kind: u8, bytes: &[u8]) -> [u8; TAG_BYTES] {
        let whole = self.mac.clone().chain_update([kind]).chain_update(bytes).finalize();
        let mut tag = [0; TAG_BYTES];
        tag.iter_mut().zip(whole.into_bytes()).for_each(|(to, from)| *to = from);
        tag
    }

    fn apply_stream(&self, tag: &[u8], bytes: &mut [u8]) {
        for (number, block) in (0_u32..).zip(bytes.chunks_mut(32)) {
            let stream = self.stream.clone().chain_update(tag).chain_update(number.to_be_bytes());
            let stream = stream.finalize().into_bytes();
            block.iter_mut().zip(stream).for_each(|(byte, mask)| *byte ^= mask);
        }
    }
}

const TAG_BYTES: usize = 16;

/// Returns the handle of what is known by a number that tells nothing of anybody.
pub(crate) fn numbered(number: i64) -> Result<Handle, Refusal> {
    Handle::read(&number.to_string()).ok_or(Refusal::NotFound)
}

/// Returns the number of [`numbered`].
pub(crate) fn number_of(handle: &Handle) -> Result<i64, Refusal> {
    handle.as_str().parse().map_err(|_| Refusal::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_names_something_in_its_store_and_in_its_kind_only() {
        let (mine, yours) = (Handles::new(&[7; 32]).unwrap(), Handles::new(&[8; 32]).unwrap());
        let case = CaseId::from_bytes([9; 16]);
        let handle = mine.of(&case).unwrap();
        assert_eq!(mine.read(&handle), Ok(case));
        assert_eq!(mine.of(&case), Ok(handle.clone()));
        assert_eq!(mine.read::<RecordId>(&handle), Err(Refusal::NotFound));
        assert_eq!(yours.read::<CaseId>(&handle), Err(Refusal::NotFound));
        assert_ne!(yours.of(&case), Ok(handle.clone()));
        assert!(!handle.as_str().contains(&URL_SAFE_NO_PAD.encode([9; 12])));
    }

    #[test]
    fn a_task_is_named_with_its_rule() {
        let handles = Handles::new(&[7; 32]).unwrap();
        let rule = "a_rule_whose_name_is_longer_than_one_block".to_owned();
        let task = TaskName { record: RecordId::from_bytes([3; 16]), rule };
        assert_eq!(handles.read(&handles.of(&task).unwrap()), Ok(task));
        for hostile in ["x", "AAAA", &"A".repeat(160)] {
            let handle = Handle::read(hostile).unwrap();
            assert_eq!(handles.read::<TaskName>(&handle), Err(Refusal::NotFound));
        }
    }
}
