//! One message of each kind with every field filled, and one with as little as there can be. The
//! values are told apart by their bytes, so that two swapped fields show.

use std::collections::BTreeMap;

use model::catalogue::CatalogueSource;
use model::ids::{Chain, ChangeHash, DeviceId, Epoch, FeedSeq, RecordId, Scope, UserId};
use model::time::Timestamp;
use model::wire::*;
use serde_bytes::ByteBuf;

pub(crate) fn enroll_request() -> EnrollRequestV1 {
    EnrollRequestV1 {
        protocol: 1,
        code: "K7QM2X9A".into(),
        public_key: vec![0xa1; 32],
        platform: "android 16".into(),
        signature: vec![0xa2; 64],
    }
}

pub(crate) fn enroll_request_bare() -> EnrollRequestV1 {
    EnrollRequestV1 {
        protocol: 1,
        code: String::new(),
        public_key: vec![],
        platform: String::new(),
        signature: vec![],
    }
}

pub(crate) fn enroll_response() -> EnrollResponseV1 {
    EnrollResponseV1 {
        device: device(0x11),
        user: user(0x12),
        token: "fb1_dG9rZW4".into(),
        nonce: "bm9uY2U".into(),
        server_key: vec![0xa3; 32],
        catalogue: catalogue(),
        earlier_catalogues: Vec::new(),
        profile: profile(),
        server_time: Timestamp::from_millis(1_795_617_000_123),
        lease_until: Timestamp::from_millis(1_796_221_800_123),
    }
}

pub(crate) fn enroll_response_bare() -> EnrollResponseV1 {
    EnrollResponseV1 {
        device: device(0),
        user: user(0),
        token: String::new(),
        nonce: String::new(),
        server_key: vec![],
        catalogue: CatalogueSource::default(),
        earlier_catalogues: Vec::new(),
        profile: ProfileV1 { name: String::new(), roles: vec![] },
        server_time: Timestamp::from_millis(0),
        lease_until: Timestamp::from_millis(0),
    }
}

pub(crate) fn sync_request() -> SyncRequestV1 {
    SyncRequestV1 {
        protocol: 1,
        device: device(0x11),
        catalogue: vec![0xb1; 32],
        cursor: Some(cursor()),
        seen: Some(FeedPositionV1 { seq: FeedSeq(70_001), chain: Chain([0xb3; 16]) }),
        push: vec![
            PushV1 { record: record(0x21), change: vec![0x85, 0x6f, 0x4a, 0x83, 1, 2, 3] },
            PushV1 { record: record(0x22), change: vec![0xff] },
        ],
        signature: vec![0xb4; 64],
        dropped: vec![scope(0x31, "OUT"), scope(0x32, "STF-R")],
        views: vec![
            ViewV1 { record: record(0x23), at: Timestamp::from_millis(1_795_617_000_456) },
            // A clock that was never set.
            ViewV1 { record: record(0x24), at: Timestamp::from_millis(-1) },
        ],
        refetch: vec![record(0x25)],
        awaits: vec![],
        reconcile: Some(ReconcileOfferV1 {
            epoch: Epoch(0xfedc_ba98_7654_3210),
            holds: vec![RecordCheckV1 { record: record(0x26), check: check(3, 0xb5) }],
            complete: true,
        }),
        pull_bytes_max: 1_048_576,
        announced: None,
        colleagues: None,
        drafts: None,
        about: None,
        wiped: None,
    }
}

pub(crate) fn sync_request_bare() -> SyncRequestV1 {
    SyncRequestV1 {
        protocol: 1,
        device: device(0x11),
        catalogue: vec![],
        cursor: None,
        seen: None,
        push: vec![],
        signature: vec![],
        dropped: vec![],
        views: vec![],
        refetch: vec![],
        awaits: vec![],
        reconcile: None,
        pull_bytes_max: 0,
        announced: None,
        colleagues: None,
        drafts: None,
        about: None,
        wiped: None,
    }
}

pub(crate) fn sync_response() -> SyncResponseV1 {
    let refused = |code: &str, retry| OutcomeV1::Refused {
        code: code.into(),
        reason: "one sentence for the owner".into(),
        about: Default::default(),
        retry,
    };
    let results = [
        OutcomeV1::Accepted,
        OutcomeV1::Known,
        refused("bad_checksum", RetryV1::Never),
        refused("missing_dependency", RetryV1::AfterPull),
    ];
    let order =
        |order, at| OrderV1 { order, at: Timestamp::from_millis(at), signature: vec![0xc1; 64] };
    SyncResponseV1 {
        results: (0x41..)
            .zip(results)
            .map(|(byte, outcome)| PushResultV1 { hash: hash(byte), outcome })
            .collect(),
        pull: vec![
            RecordUpdateV1 {
                record: record(0x21),
                record_type: "person".parse().unwrap(),
                scope: scope(0x21, "IDN"),
                chunk: ChunkV1::Snapshot(vec![0x85, 0x6f, 0x4a, 0x83, 0]),
                check: Some(check(0x1_0000_0001, 0xc2)),
            },
            RecordUpdateV1 {
                record: record(0x22),
                record_type: "outreach_contact".parse().unwrap(),
                scope: scope(0x21, "OUT"),
                chunk: ChunkV1::Changes(vec![ByteBuf::from([1, 2]), ByteBuf::from([3])]),
                check: None,
            },
        ],
        revoked: vec![RevocationV1 { scope: scope(0x31, "OUT"), seq: FeedSeq(70_002) }],
        cursor: Some(cursor()),
        head: FeedPositionV1 { seq: FeedSeq(70_003), chain: Chain([0xc3; 16]) },
        more: true,
        reconcile: Some(ReconcileAnswerV1 {
            epoch: Epoch(2),
            differs: vec![HeldV1 { record: record(0x26), hashes: vec![hash(0x51), hash(0x52)] }],
            finished: true,
        }),
        catalogue: Some(catalogue()),
        earlier_catalogues: Vec::new(),
        profile: Some(profile()),
        authors: BTreeMap::from([
            (device(0x13), AuthorV1 { user: user(0x14), name: "María Ángeles".into() }),
            (device(0x15), AuthorV1 { user: user(0x16), name: "Bo".into() }),
        ]),
        decided: vec![],
        server_time: Timestamp::from_millis(1_795_617_000_789),
        lease_until: Timestamp::from_millis(1_796_221_800_789),
        orders: vec![order(OrderKindV1::Wipe, 1_795_617_000_001), order(OrderKindV1::Lock, 2)],
        announcement: None,
        colleagues: None,
        named: BTreeMap::new(),
    }
}

pub(crate) fn sync_response_bare() -> SyncResponseV1 {
    SyncResponseV1 {
        results: vec![],
        pull: vec![],
        revoked: vec![],
        cursor: None,
        head: FeedPositionV1 { seq: FeedSeq(0), chain: Chain([0; 16]) },
        more: false,
        reconcile: None,
        catalogue: None,
        earlier_catalogues: Vec::new(),
        profile: None,
        authors: BTreeMap::new(),
        decided: vec![],
        server_time: Timestamp::from_millis(0),
        lease_until: Timestamp::from_millis(0),
        orders: vec![],
        announcement: None,
        colleagues: None,
        named: BTreeMap::new(),
    }
}

/// Nothing to say, but that a reconcile goes on.
pub(crate) fn sync_response_reconcile_bare() -> SyncResponseV1 {
    SyncResponseV1 {
        reconcile: Some(ReconcileAnswerV1 { epoch: Epoch(1), differs: vec![], finished: false }),
        ..sync_response_bare()
    }
}

/// Returns a request with the keys that were added to version 1 later.
pub(crate) fn sync_request_later() -> SyncRequestV1 {
    SyncRequestV1 {
        cursor: Some(CursorV1 { since: Some(FeedSeq(69_998)), ..cursor() }),
        awaits: vec![hash(0x53), hash(0x54)],
        announced: Some(3),
        ..sync_request_bare()
    }
}

/// Returns an answer with the keys that were added to version 1 later.
pub(crate) fn sync_response_later() -> SyncResponseV1 {
    let refused = OutcomeV1::Refused {
        code: "retired_option".into(),
        reason: "one sentence for the owner".into(),
        about: BTreeMap::from([("option".into(), "street".into()), ("at".into(), "ñ".into())]),
        retry: RetryV1::Never,
    };
    let decided = |byte, decision, told: Option<(&str, &str)>| DecidedV1 {
        hash: hash(byte),
        decision,
        at: Timestamp::from_millis(1_795_617_000_654),
        by: told.map(|(by, _)| by.to_owned()),
        reason: told.map(|(_, reason)| reason.to_owned()),
    };
    SyncResponseV1 {
        results: vec![PushResultV1 { hash: hash(0x45), outcome: refused }],
        earlier_catalogues: vec![catalogue()],
        decided: vec![
            decided(0x53, DecisionV1::Accepted, Some(("Sol Ejemplo", "written before"))),
            decided(0x54, DecisionV1::Repaired, Some(("Sol Ejemplo", "with the right day"))),
            decided(0x55, DecisionV1::Dismissed, Some(("Sol Ejemplo", "recorded twice"))),
            decided(0x56, DecisionV1::Erased, None),
        ],
        announcement: Some(announcement()),
        ..sync_response_bare()
    }
}

/// A device says which list of colleagues it has.
pub(crate) fn sync_request_colleagues() -> SyncRequestV1 {
    let digest = ColleaguesV1::of(colleagues()).digest;
    SyncRequestV1 { colleagues: Some(digest.into()), ..sync_request_bare() }
}

/// A device says how it is.
pub(crate) fn sync_request_about() -> SyncRequestV1 {
    let about = AboutDeviceV1 {
        app: "0.1.0".into(),
        clock: Timestamp::from_millis(1_795_617_000_789),
        records: 412,
        waiting: 3,
        store_bytes: 14_250_000,
        free_bytes: Some(20_100_000_000),
        locked: true,
    };
    SyncRequestV1 { about: Some(about), ..sync_request_bare() }
}

/// A device has wiped itself.
pub(crate) fn sync_request_wiped() -> SyncRequestV1 {
    let wiped = Some(Timestamp::from_millis(1_795_617_000_001));
    SyncRequestV1 { wiped, ..sync_request_bare() }
}

/// The list is another one by now.
pub(crate) fn sync_response_colleagues() -> SyncResponseV1 {
    SyncResponseV1 {
        colleagues: Some(ColleaguesV1::of(colleagues())),
        named: BTreeMap::from([(user(0x16), "Hana Ejemplo".into())]),
        ..sync_response_bare()
    }
}

fn colleagues() -> Vec<ColleagueV1> {
    let of = |byte, name: &str, active| ColleagueV1 { user: user(byte), name: name.into(), active };
    vec![of(0x15, "Sol Ejemplo", true), of(0x12, "José Ángel", true), of(0x14, "Ben", false)]
}

pub(crate) fn reconnect_request() -> ReconnectRequestV1 {
    ReconnectRequestV1 {
        protocol: 1,
        code: "K7QM2X9A".into(),
        device: device(0x11),
        user: user(0x12),
        public_key: vec![0xa1; 32],
        server_key: vec![0xa3; 32],
        platform: "android 16".into(),
        signature: vec![0xa4; 64],
    }
}

pub(crate) fn reconnect_request_bare() -> ReconnectRequestV1 {
    ReconnectRequestV1 {
        protocol: 1,
        code: String::new(),
        device: device(0),
        user: user(0),
        public_key: vec![],
        server_key: vec![],
        platform: String::new(),
        signature: vec![],
    }
}

pub(crate) fn reconnect_response() -> ReconnectResponseV1 {
    ReconnectResponseV1 {
        token: "fb1_dG9rZW4".into(),
        nonce: "bm9uY2U".into(),
        announcement: Some(announcement()),
        signature: vec![0xa5; 64],
    }
}

pub(crate) fn reconnect_response_bare() -> ReconnectResponseV1 {
    ReconnectResponseV1 {
        token: String::new(),
        nonce: String::new(),
        announcement: None,
        signature: vec![],
    }
}

pub(crate) fn announcement() -> AnnouncementV1 {
    AnnouncementV1 {
        number: 4,
        urls: vec!["https://field.example:8443".into(), "https://next.example".into()],
        pins: vec![ByteBuf::from([0xd1; 32]), ByteBuf::from([0xd2; 32])],
        signature: vec![0xd3; 64],
    }
}

/// Of a server that devices know by the authorities of their systems.
pub(crate) fn announcement_bare() -> AnnouncementV1 {
    AnnouncementV1 { number: 0, urls: vec![], pins: vec![], signature: vec![] }
}

pub(crate) fn error() -> ErrorV1 {
    ErrorV1 { code: "request_too_large".into(), message: "the request is too large".into() }
}

pub(crate) fn event() -> EventV1 {
    EventV1 { seq: FeedSeq(70_004) }
}

fn catalogue() -> CatalogueSource {
    CatalogueSource {
        files: BTreeMap::from([
            ("department.toml".into(), "format = 1\n".into()),
            ("types/person.toml".into(), "# ñ\n".into()),
        ]),
    }
}

fn profile() -> ProfileV1 {
    ProfileV1 {
        name: "Rosa Núñez".into(),
        roles: vec![
            MembershipV1 {
                role: "OW".parse().unwrap(),
                program: "street_outreach".parse().unwrap(),
            },
            MembershipV1 { role: "SUP".parse().unwrap(), program: "reentry".parse().unwrap() },
        ],
    }
}

fn cursor() -> CursorV1 {
    CursorV1 {
        epoch: Epoch(0xfedc_ba98_7654_3210),
        effective_seq: FeedSeq(70_000),
        seq: FeedSeq(69_999),
        chain: Chain([0xb2; 16]),
        since: None,
    }
}

fn check(count: u64, xor: u8) -> CheckV1 {
    CheckV1 { count, xor: [xor; 16] }
}

fn record(byte: u8) -> RecordId {
    RecordId::from_bytes([byte; 16])
}

fn device(byte: u8) -> DeviceId {
    DeviceId::from_bytes([byte; 16])
}

fn user(byte: u8) -> UserId {
    UserId::from_bytes([byte; 16])
}

fn hash(byte: u8) -> ChangeHash {
    ChangeHash([byte; 32])
}

fn scope(case: u8, compartment: &str) -> Scope {
    Scope { case: record(case).into(), compartment: compartment.parse().unwrap() }
}
