//! One type per identifier, so that swapped arguments do not compile.

use std::fmt;
use std::str::FromStr;

use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::time::Timestamp;
use crate::words::{Explained, Message, explained_error};

/// A text that is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// What was expected: "record id", "type name" and so on.
    pub kind: &'static str,
}

impl Explained for InvalidId {
    fn message(&self) -> Message {
        let kind = Message::new(format!("id_{}", self.kind.replace(' ', "_")));
        Message::new("invalid_id").inside("kind", kind)
    }
}

explained_error!(InvalidId);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a UUIDv7 (RFC 9562 §5.7): its first 48 bits are `now`, the rest is random.
            pub fn generate(now: Timestamp, rng: &mut dyn Rng) -> Self {
                let mut random = [0; 10];
                rng.fill_bytes(&mut random);
                let millis = u64::try_from(now.as_millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The sixteen bytes of this identifier.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The identifier with these sixteen bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Reads the identifier from a slice.
            ///
            /// # Errors
            /// When the slice is not sixteen bytes long.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| InvalidId { kind: $kind })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { kind: $kind })
            }
        }
    };
}

uuid_id!(
    /// A record: one thing noted, one Automerge document.
    RecordId,
    "record id"
);
uuid_id!(
    /// The person or place a record belongs to: the id of its person or property record.
    CaseId,
    "case id"
);
uuid_id!(
    /// A form that is being filled in on a device, and nowhere else.
    DraftId,
    "draft id"
);
uuid_id!(
    /// A worker's shift.
    ShiftId,
    "shift id"
);
uuid_id!(
    /// A member of staff.
    UserId,
    "user id"
);
uuid_id!(
    /// An enrolled installation of the app. A re-enrolled or restored phone is a new device.
    DeviceId,
    "device id"
);

impl From<RecordId> for CaseId {
    /// The case that a person or property record opens: its own id.
    fn from(record: RecordId) -> Self {
        Self(record.0)
    }
}

impl From<CaseId> for RecordId {
    /// The record that opened this case.
    fn from(case: CaseId) -> Self {
        Self(case.0)
    }
}

macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let accepts: fn(&str) -> bool = $accepts;
                if accepts(text) { Ok(Self(text.into())) } else { Err(InvalidId { kind: $kind }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.into()
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name_id!(
    /// A record type of the catalogue, such as `outreach_contact`.
    TypeName,
    "type name",
    is_snake_case
);
name_id!(
    /// A field of a record type, such as `occurred_at`.
    FieldName,
    "field name",
    is_snake_case
);
name_id!(
    /// A program of the department, such as `street_outreach`.
    ProgramCode,
    "program code",
    is_snake_case
);
name_id!(
    /// One value of a code list, such as `checked_in` or `116`.
    OptionCode,
    "option code",
    is_snake_case
);
name_id!(
    /// A compartment of DOMAIN §1, such as `OUT`.
    CompartmentCode,
    "compartment code",
    is_upper_code
);
name_id!(
    /// A role of DOMAIN §2, such as `OW`.
    RoleCode,
    "role code",
    is_upper_code
);

fn is_snake_case(text: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_upper_code(text: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
}

/// Names are keys in every document: short enough that a record of forty fields stays small.
const NAME_BYTES_MAX: usize = 48;

/// A (case, compartment) pair: the unit of grants and of keys.
///
/// A record that belongs to no case (a shift, an anonymous contact) is its own anchor: its scope's
/// case is its own id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// The case, or the id of a record that stands alone.
    pub case: CaseId,
    /// The compartment.
    pub compartment: CompartmentCode,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.case, self.compartment)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({self})")
    }
}

impl FromStr for Scope {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (case, compartment) = text.split_once('/').ok_or(InvalidId { kind: "scope" })?;
        Ok(Self { case: case.parse()?, compartment: compartment.parse()? })
    }
}

/// SHA-256 of a change's body, as Automerge computes it: the change's identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeHash(pub [u8; 32]);

impl ChangeHash {
    /// Reads a hash from a slice.
    ///
    /// # Errors
    /// When the slice is not 32 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
        bytes.try_into().map(Self).map_err(|_| InvalidId { kind: "change hash" })
    }
}

impl From<automerge::ChangeHash> for ChangeHash {
    fn from(hash: automerge::ChangeHash) -> Self {
        Self(hash.0)
    }
}

impl From<ChangeHash> for automerge::ChangeHash {
    fn from(hash: ChangeHash) -> Self {
        Self(hash.0)
    }
}

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChangeHash({self})")
    }
}

impl FromStr for ChangeHash {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = InvalidId { kind: "change hash" };
        if text.len() != 64 || !text.is_ascii() {
            return Err(invalid);
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or_else(|| invalid.clone())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| invalid.clone())?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for ChangeHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_bytes::Bytes::new(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ChangeHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_bytes::ByteArray::<32>::deserialize(deserializer)
            .map(|bytes| Self(bytes.into_array()))
    }
}

/// Who wrote a change: a device, and the writing generation of one document on it.
///
/// The first sixteen bytes are the device, so that authorship needs no registry and survives a
/// server restored from a backup; the last eight are random per install and document. A store that
/// was restored or cloned takes a new generation, never the old one: the same (actor, seq) with
/// other content would be refused for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorId {
    /// The device whose key signs what this actor writes.
    pub device: DeviceId,
    /// Random per install and document.
    pub generation: [u8; 8],
}

impl ActorId {
    /// Makes an actor for one document on this device.
    pub fn generate(rng: &mut dyn Rng, device: DeviceId) -> Self {
        let mut generation = [0; 8];
        rng.fill_bytes(&mut generation);
        Self { device, generation }
    }

    /// The 24 bytes that stand in the Automerge change.
    pub fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(self.device.as_bytes());
        bytes[16..].copy_from_slice(&self.generation);
        bytes
    }

    /// Reads an actor from the bytes in a change.
    ///
    /// # Errors
    /// When there are not exactly 24 of them.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
        let bytes: [u8; 24] = bytes.try_into().map_err(|_| InvalidId { kind: "actor id" })?;
        let (device, generation) = bytes.split_at(16);
        Ok(Self {
            device: DeviceId::from_slice(device)?,
            generation: generation.try_into().map_err(|_| InvalidId { kind: "actor id" })?,
        })
    }
}

impl From<ActorId> for automerge::ActorId {
    fn from(actor: ActorId) -> Self {
        Self::from(actor.to_bytes())
    }
}

impl fmt::Debug for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActorId({}/{})", self.device, hex::encode(self.generation))
    }
}

/// The life of one server database: random, new after every restore.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Epoch(pub u64);

/// A place in the server's feed, from 1; 0 stands before the first entry.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub struct FeedSeq(pub u64);

impl FeedSeq {
    /// The number after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// What the feed has said up to some number: `H(previous ‖ entry)`, so two feeds with the same
/// chain at the same number agree on everything before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Chain(#[serde(with = "serde_bytes")] pub [u8; 16]);

impl Chain {
    /// The chain after one more entry whose content hashes to `entry`.
    #[must_use]
    pub fn followed_by(self, entry: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update(self.0).chain_update(entry).finalize();
        let mut next = [0; 16];
        next.copy_from_slice(&digest[..16]);
        Self(next)
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chain({})", hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::words::Language;

    #[test]
    fn a_generated_id_carries_its_time_and_sorts_by_it() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let early = RecordId::generate(Timestamp::from_millis(1_000), &mut rng);
        let late = RecordId::generate(Timestamp::from_millis(2_000), &mut rng);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<RecordId>(), Ok(early));
    }

    #[test]
    fn names_refuse_what_could_not_be_a_key() {
        for bad in ["", "Name", "a b", "é", &"x".repeat(49)] {
            assert!(bad.parse::<FieldName>().is_err(), "{bad}");
        }
        assert!("next_due".parse::<FieldName>().is_ok());
        assert!("STF-R".parse::<CompartmentCode>().is_ok());
        assert!("out".parse::<CompartmentCode>().is_err());
    }

    #[test]
    fn what_is_no_identifier_is_told_in_both_languages() {
        let errors = [
            "x".parse::<RecordId>().err(),
            "x".parse::<CaseId>().err(),
            "x".parse::<UserId>().err(),
            "x".parse::<DeviceId>().err(),
            "".parse::<TypeName>().err(),
            "".parse::<FieldName>().err(),
            "".parse::<ProgramCode>().err(),
            "".parse::<OptionCode>().err(),
            "".parse::<CompartmentCode>().err(),
            "".parse::<RoleCode>().err(),
            "x".parse::<Scope>().err(),
            "x".parse::<ChangeHash>().err(),
            ActorId::from_slice(&[]).err(),
        ];
        for error in errors.map(Option::unwrap) {
            assert_eq!(error.to_string(), format!("not a valid {}", error.kind));
            let spanish = error.message().in_language(Language::Spanish).unwrap();
            assert!(spanish.starts_with("no es un "), "{spanish}");
        }
    }

    #[test]
    fn a_scope_and_a_hash_read_back_from_their_text() {
        let scope: Scope = "0190c0de-0000-7000-8000-000000000001/OUT".parse().unwrap();
        assert_eq!(scope.to_string().parse::<Scope>(), Ok(scope));
        let hash = ChangeHash([0xab; 32]);
        assert_eq!(hash.to_string().parse::<ChangeHash>(), Ok(hash));
        assert!("ab".parse::<ChangeHash>().is_err());
    }

    #[test]
    fn an_actor_names_its_device() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let device = DeviceId::generate(Timestamp::from_millis(5), &mut rng);
        let actor = ActorId::generate(&mut rng, device);
        assert_eq!(ActorId::from_slice(&actor.to_bytes()), Ok(actor));
        assert!(ActorId::from_slice(&[0; 16]).is_err());
    }
}
