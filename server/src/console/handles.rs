//! What pages call cases, records and forms: their ids, sealed for the one who reads. An address that is
//! copied, logged by a proxy or found in a browser's history names nothing to anybody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::ids::{CaseId, DeviceId, DraftId, RecordId, UserId};
use ui::views::Handle;

use crate::crypto::seal::SealingKey;
use crate::error::StoreError;

/// Makes the handles of one reader, and reads them.
pub(crate) struct Handles<'a> {
    key: &'a SealingKey,
    reader: UserId,
}

/// Something that a handle names.
pub(crate) trait Named: Copy {
    /// Keeps a handle of one kind from being taken for one of another.
    const KIND: &'static [u8];

    /// Its sixteen bytes.
    fn bytes(&self) -> [u8; 16];

    /// Makes it of its bytes.
    fn of_bytes(bytes: [u8; 16]) -> Self;
}

macro_rules! named {
    ($($name:ty = $kind:literal),+) => {$(
        impl Named for $name {
            const KIND: &'static [u8] = $kind;

            fn bytes(&self) -> [u8; 16] {
                *self.as_bytes()
            }

            fn of_bytes(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }
        }
    )+};
}

named!(
    CaseId = b"case",
    RecordId = b"record",
    DraftId = b"draft",
    UserId = b"user",
    DeviceId = b"device"
);

impl<'a> Handles<'a> {
    pub(crate) fn new(key: &'a SealingKey, reader: UserId) -> Self {
        Self { key, reader }
    }

    /// Returns the handle of something; the same each time.
    pub(crate) fn of<T: Named>(&self, named: T) -> Result<Handle, StoreError> {
        let sealed = self.key.seal(&[T::KIND, self.reader.as_bytes()], &named.bytes())?;
        Handle::read(&URL_SAFE_NO_PAD.encode(sealed))
            .ok_or(StoreError::Damaged("a handle is not one"))
    }

    /// Returns what a handle names; `None` for one that was made for somebody else, or by nobody.
    pub(crate) fn read<T: Named>(&self, handle: &Handle) -> Option<T> {
        let sealed = URL_SAFE_NO_PAD.decode(handle.as_str()).ok()?;
        let bytes = self.key.open(&[T::KIND, self.reader.as_bytes()], &sealed).ok()?;
        Some(T::of_bytes(bytes.try_into().ok()?))
    }
}

/// Returns the handle of what is known by a number that tells nothing of anybody.
pub(crate) fn numbered(number: i64) -> Result<Handle, StoreError> {
    Handle::read(&number.to_string()).ok_or(StoreError::Damaged("a handle is not one"))
}

/// Returns the number of [`numbered`].
pub(crate) fn number_of(handle: &Handle) -> Option<i64> {
    handle.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_names_something_to_its_reader_and_in_its_kind_only() {
        let key = SealingKey::new(&[7; 32]);
        let (mine, yours) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let handles = Handles::new(&key, mine);
        let case = CaseId::from_bytes([9; 16]);
        let handle = handles.of(case).unwrap();
        assert_eq!(handles.read(&handle), Some(case));
        assert_eq!(handles.of(case).unwrap(), handle);
        assert_eq!(handles.read::<RecordId>(&handle), None);
        assert_eq!(Handles::new(&key, yours).read::<CaseId>(&handle), None);
        assert_ne!(Handles::new(&key, yours).of(case).unwrap(), handle);
        assert!(!handle.as_str().contains(&hex::encode([9; 16])));
    }
}
