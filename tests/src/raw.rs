//! A device without the device's program: it speaks the wire to a server's core and keeps no store.
//! Fast enough to fill a server with, and free to send what `client-core` never would.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::BTreeMap;
use std::sync::Arc;

use ed25519_dalek::{Signer, SigningKey};
use model::catalogue::{Catalogue, Placement};
use model::change::RawChange;
use model::document::{Document, NewChange};
use model::ids::{
    ActorId, CaseId, ChangeHash, CompartmentCode, DeviceId, ProgramCode, RecordId, Scope, UserId,
};
use model::limits;
use model::proof;
use model::record::{Edit, Envelope};
use model::time::Timestamp;
use model::wire::{
    ChunkV1, CursorV1, EnrollRequestV1, EnrollResponseV1, FeedPositionV1, PROTOCOL, PushV1,
    SyncRequestV1, SyncResponseV1,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server::identity::device::Authenticated;
use server::service::Service;

use crate::content;

/// An enrolled device.
pub struct RawDevice {
    /// Its identity.
    pub id: DeviceId,
    /// Its owner.
    pub user: UserId,
    /// The department's catalogue.
    pub catalogue: Arc<Catalogue>,
    /// How far it has pulled.
    pub cursor: Option<CursorV1>,
    /// The newest position it was told.
    pub seen: Option<FeedPositionV1>,
    /// Digest of the catalogue that it says to have.
    pub digest: [u8; 32],
    who: Authenticated,
    key: SigningKey,
    rng: ChaCha8Rng,
}

/// A record just made: where it is, what it is, and the change to push.
pub struct Made {
    /// The record.
    pub record: RecordId,
    /// Its document.
    pub document: Document,
    /// Its first change.
    pub change: NewChange,
}

impl Made {
    /// The change as it is pushed.
    pub fn push(&self) -> PushV1 {
        PushV1 { record: self.record, change: self.change.bytes.clone() }
    }
}

impl RawDevice {
    /// Enrolls with an invitation's code.
    pub fn enroll(service: &Service, now: Timestamp, rng: &mut dyn Rng, code: &str) -> Self {
        let key = new_key(rng);
        let response = service.enroll(now, rng, &enroll_request(&key, code)).unwrap();
        Self::enrolled(rng, key, &response)
    }

    /// The device that was enrolled with this key.
    pub fn enrolled(rng: &mut dyn Rng, key: SigningKey, response: &EnrollResponseV1) -> Self {
        let who = Authenticated {
            device: response.device,
            user: response.user,
            public_key: key.verifying_key().to_bytes(),
            revoked: false,
        };
        Self {
            id: response.device,
            user: response.user,
            digest: response.catalogue.digest(),
            catalogue: Arc::new(Catalogue::load(&response.catalogue).unwrap()),
            cursor: None,
            seen: None,
            who,
            key,
            rng: ChaCha8Rng::from_rng(&mut *rng),
        }
    }

    /// The key that proves who it is.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Makes a record for street outreach. Without a case, a type that opens one opens its own.
    pub fn make(
        &mut self,
        now: Timestamp,
        record_type: &str,
        case: Option<CaseId>,
        edits: &[Edit],
    ) -> Made {
        self.make_for(&content::program(), now, record_type, case, edits)
    }

    /// Makes a record that lives in the scope of another one, for a program.
    pub fn make_beside(
        &mut self,
        program: &ProgramCode,
        now: Timestamp,
        record_type: &str,
        parent: &Document,
        edits: &[Edit],
    ) -> Made {
        let Scope { case, compartment } = parent.envelope().unwrap().scope();
        self.make_in(compartment, program, now, record_type, Some(case), edits)
    }

    /// Makes a record for a program, where records of its type live.
    pub fn make_for(
        &mut self,
        program: &ProgramCode,
        now: Timestamp,
        record_type: &str,
        case: Option<CaseId>,
        edits: &[Edit],
    ) -> Made {
        let known = self.catalogue.record_type(&content::type_name(record_type)).unwrap();
        let value = edits.iter().find_map(|edit| match edit {
            Edit::Set { field, value } if Some(field) == known.placed.field() => Some(value),
            _ => None,
        });
        let compartment = match self.catalogue.home(known, program, value) {
            Placement::In(compartment) => compartment.clone(),
            Placement::With(_) => known.compartment.clone(),
        };
        self.make_in(compartment, program, now, record_type, case, edits)
    }

    /// Makes a record for a program in this compartment, whether or not it lives there.
    pub fn make_in(
        &mut self,
        compartment: CompartmentCode,
        program: &ProgramCode,
        now: Timestamp,
        record_type: &str,
        case: Option<CaseId>,
        edits: &[Edit],
    ) -> Made {
        let record = RecordId::generate(now, &mut self.rng);
        let name = content::type_name(record_type);
        let known = self.catalogue.record_type(&name).unwrap();
        let own = known.belongs_to == model::catalogue::BelongsTo::Itself;
        let envelope = Envelope {
            record,
            record_type: name,
            type_version: known.version,
            case: if own { Some(record.into()) } else { case },
            compartment,
            program: program.clone(),
            created_by: self.user,
            created_at: now,
        };
        let actor = ActorId::generate(&mut self.rng, self.id);
        let catalogue = Arc::clone(&self.catalogue);
        let (document, change) =
            Document::create(now, actor, &catalogue, &envelope, edits).unwrap();
        Made { record, document, change }
    }

    /// Edits a document under a fresh actor of this device.
    pub fn edit(&mut self, now: Timestamp, document: &mut Document, edits: &[Edit]) -> NewChange {
        let actor = ActorId::generate(&mut self.rng, self.id);
        document.edit(now, actor, &self.catalogue, edits).unwrap().unwrap()
    }

    /// Returns the identity that the server authenticated.
    pub fn who(&self) -> &Authenticated {
        &self.who
    }

    /// A request that asks for nothing and sends nothing yet.
    pub fn request(&self) -> SyncRequestV1 {
        SyncRequestV1 {
            protocol: PROTOCOL,
            device: self.id,
            catalogue: self.digest.to_vec(),
            cursor: self.cursor,
            seen: self.seen,
            push: Vec::new(),
            signature: Vec::new(),
            dropped: Vec::new(),
            views: Vec::new(),
            refetch: Vec::new(),
            awaits: Vec::new(),
            reconcile: None,
            pull_bytes_max: 1,
            announced: None,
            colleagues: None,
            drafts: None,
            about: None,
            wiped: None,
        }
    }

    /// Signs what is pushed.
    pub fn sign(&self, request: &mut SyncRequestV1) {
        if request.push.is_empty() {
            return;
        }
        let hash = |push: &PushV1| {
            RawChange::inspect(&push.change).map_or(ChangeHash([0; 32]), |raw| raw.hash())
        };
        let hashes: Vec<ChangeHash> = request.push.iter().map(hash).collect();
        let message = proof::push_message(self.id, &hashes);
        request.signature = self.key.sign(&message).to_bytes().to_vec();
    }

    /// Signs what is pushed, sends the request, and keeps what the answer says of the feed.
    pub fn send(
        &mut self,
        service: &Service,
        now: Timestamp,
        mut request: SyncRequestV1,
    ) -> SyncResponseV1 {
        self.sign(&mut request);
        let response = service.sync(now, &mut self.rng, &self.who, request).unwrap();
        self.seen = Some(response.head);
        response
    }

    /// Pushes without pulling more than it must.
    pub fn push(&mut self, service: &Service, now: Timestamp, push: Vec<PushV1>) -> SyncResponseV1 {
        let mut request = self.request();
        request.push = push;
        self.send(service, now, request)
    }

    /// Pulls page after page from where it stands, and returns every change by its record.
    pub fn pull(
        &mut self,
        service: &Service,
        now: Timestamp,
    ) -> BTreeMap<RecordId, Vec<NewChange>> {
        let mut pulled: BTreeMap<RecordId, Vec<NewChange>> = BTreeMap::new();
        loop {
            let mut request = self.request();
            request.pull_bytes_max = u32::try_from(limits::PAGE_BYTES_MAX).unwrap();
            let response = self.send(service, now, request);
            assert!(response.reconcile.is_none(), "the server's history is not the one known");
            for update in response.pull {
                let changes = pulled.entry(update.record).or_default();
                match update.chunk {
                    ChunkV1::Snapshot(bytes) => {
                        changes.extend(Document::load(&bytes).unwrap().changes());
                    }
                    ChunkV1::Changes(list) => changes.extend(list.into_iter().map(|bytes| {
                        let hash = RawChange::inspect(&bytes).unwrap().hash();
                        NewChange { hash, bytes: bytes.into_vec() }
                    })),
                }
            }
            self.cursor = response.cursor;
            if !response.more {
                return pulled;
            }
        }
    }
}

/// A new device's key.
pub fn new_key(rng: &mut dyn Rng) -> SigningKey {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    SigningKey::from_bytes(&seed)
}

/// Asks to enroll the device of this key with an invitation's code, as it was read out.
pub fn enroll_request(key: &SigningKey, code: &str) -> EnrollRequestV1 {
    let public_key = key.verifying_key().to_bytes();
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let signature = key.sign(&proof::enroll_message(&code, &public_key)).to_bytes();
    EnrollRequestV1 {
        protocol: PROTOCOL,
        code,
        public_key: public_key.to_vec(),
        platform: "raw".into(),
        signature: signature.to_vec(),
    }
}
