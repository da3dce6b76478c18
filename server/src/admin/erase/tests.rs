//! After an erasure the words are nowhere, whatever of the folder and of an older backup is opened with
//! the keys that are left.

use std::fs;
use std::path::Path;

use model::document::Document;
use model::ids::{ActorId, CaseId, DeviceId, FeedSeq, RecordId, UserId};
use model::record::{Edit, Envelope};
use model::value::Scalar;
use model::wire::PushV1;
use model::words::Finding;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::admin::{About, VerifyProblem};
use crate::config::{Durability, ServiceConfig};
use crate::context::Context;
use crate::documents::{self, refused};
use crate::store::people::NewDevice;
use crate::store::quarantine;
use crate::sync::push::incoming::Incoming;
use crate::sync::push::{self, Sender, SenderTrust};
use crate::writer::write_alone;

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// Stands in everything that is recorded here.
const WORD: &str = "Quetzalcoatlus";

#[test]
fn no_key_that_is_left_opens_a_word_of_an_erased_case_here_or_in_an_older_backup() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = ServiceConfig::new(folder.path().join("data"));
    config.durability = Durability::Process;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut admin = Admin::init(NOW, &mut rng, &config, "Department").unwrap();
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    let user = admin.user_add(NOW, &mut rng, "ana", &role, &program).unwrap();
    let device = DeviceId::from_bytes([7; 16]);
    admin.write(|tx| Ok(tx.db.add_device(&new_device(device, user))?)).unwrap();

    let mut author = Author { rng, user, device };
    let standing = SenderTrust::Ordinary;
    // A case with a record, and of it: a new record in a scope that has nothing else, refused; what a
    // revoked phone hands over; an edit that follows something missing; bytes that are no change.
    let (person, made) = author.makes(&admin.context, "person", None);
    let case = CaseId::from(person);
    let results = author.pushes(&admin, standing, vec![(person, made)]);
    assert_eq!(results, ["accepted"]);
    let (bedside, made) = author.makes(&admin.context, "bedside_encounter", Some(case));
    assert_eq!(author.pushes(&admin, standing, vec![(bedside, made)]), ["role"]);
    let (contact, made) = author.makes(&admin.context, "outreach_contact", Some(case));
    let mut damaged = made.clone();
    damaged[40] ^= 1;
    let revoked = SenderTrust::Revoked;
    let handed_over = vec![(contact, damaged), (contact, made)];
    assert_eq!(author.pushes(&admin, revoked, handed_over), ["bad_checksum", "device_revoked"]);
    // A case of which the server has nothing but what was refused.
    let (unknown, made) = author.makes(&admin.context, "person", None);
    assert_eq!(author.pushes(&admin, revoked, vec![(unknown, made)]), ["device_revoked"]);

    let backup = folder.path().join("backup");
    admin.backup(NOW, &backup).unwrap();
    for place in [admin.files.database(), backup.clone()] {
        assert!(!words_in(&admin, &place).is_empty(), "{}: they are there", place.display());
    }
    for case in [case, CaseId::from(unknown)] {
        let mut admin = Admin::open(&config).unwrap();
        admin.erase(NOW, case, "order 26-1").unwrap();
        assert_eq!(admin.verify().unwrap().problems, []);
    }
    let admin = Admin::open(&config).unwrap();
    for place in [admin.files.database(), backup.clone()] {
        assert_eq!(words_in(&admin, &place), Vec::<String>::new(), "{}", place.display());
    }
    for file in fs::read_dir(folder.path().join("data")).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!holds_word(&bytes));
    }
}

#[test]
fn what_was_sealed_before_anybody_knew_its_case_is_erased_with_it_and_verify_sees_if_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = ServiceConfig::new(folder.path().join("data"));
    config.durability = Durability::Process;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut admin = Admin::init(NOW, &mut rng, &config, "Department").unwrap();
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    let user = admin.user_add(NOW, &mut rng, "ana", &role, &program).unwrap();
    let device = DeviceId::from_bytes([7; 16]);
    admin.write(|tx| Ok(tx.db.add_device(&new_device(device, user))?)).unwrap();
    let mut author = Author { rng, user, device };
    let (person, made) = author.makes(&admin.context, "person", None);
    let results = author.pushes(&admin, SenderTrust::Ordinary, vec![(person, made.clone())]);
    assert_eq!(results, ["accepted"]);
    // As an earlier version kept it.
    let (contact, made) = author.makes(&admin.context, "outreach_contact", Some(person.into()));
    let change = model::change::RawChange::inspect(&made).unwrap();
    let row = quarantine::RefusedChange {
        device,
        record: contact,
        hash: change.hash(),
        scope: None,
        home: None,
        code: "not_assigned",
        reason: "this case is not assigned to you",
        digest: refused::digest(change.bytes()),
        size: change.bytes().len() as u64,
    };
    let kept = admin
        .database
        .write(|db| refused::keep(db, NOW, &admin.context.quarantine, &row, change.bytes()));
    kept.unwrap();
    assert_eq!(admin.verify().unwrap().problems, []);

    let case = CaseId::from(person);
    let tombstone = Tombstone { case, erased_at: NOW, legal_basis: "order 26-1".into() };
    admin.context.keyring.entomb(&tombstone).unwrap();
    let problems = admin.verify().unwrap().problems;
    let what = Finding::ErasedButReadable;
    let refused = VerifyProblem { about: Some(About::Refused(1)), what };
    assert!(problems.contains(&refused), "{problems:?}");
    assert_eq!(
        refused.to_string(),
        "refused change 1: its case was erased, and it can still be read"
    );
    admin.erase(NOW, case, "order 26-1").unwrap();
    assert_eq!(admin.verify().unwrap().problems, []);
    assert_eq!(words_in(&admin, &admin.files.database()), Vec::<String>::new());
}

struct Author {
    rng: ChaCha8Rng,
    user: UserId,
    device: DeviceId,
}

impl Author {
    /// The first change of a record that holds the word.
    fn makes(&mut self, context: &Context, of: &str, case: Option<CaseId>) -> (RecordId, Vec<u8>) {
        let record = RecordId::generate(NOW, &mut self.rng);
        let record_type = context.catalogue.record_type(&of.parse().unwrap()).unwrap();
        let envelope = Envelope {
            record,
            record_type: record_type.name.clone(),
            type_version: record_type.version,
            case: case.or(Some(record.into())),
            compartment: record_type.compartment.clone(),
            program: "street_outreach".parse().unwrap(),
            created_by: self.user,
            created_at: NOW,
        };
        let text = |field: &str| Edit::Set {
            field: field.parse().unwrap(),
            value: Scalar::Text(WORD.into()),
        };
        let choice = |field: &str, option: &str| Edit::Set {
            field: field.parse().unwrap(),
            value: Scalar::Choice(option.parse().unwrap()),
        };
        let edits = match of {
            "person" => vec![text("name"), choice("name_quality", "full")],
            "bedside_encounter" => {
                vec![text("note"), choice("injury", "gsw"), choice("approach", "accepted")]
            }
            _ => vec![text("note"), choice("mode", "street"), choice("result", "brief")],
        };
        let required = record_type.fields.iter().filter(|field| field.required);
        let given = |name: &str| edits.iter().any(|edit| edit.field().as_str() == name);
        let missing = required.filter(|field| !given(field.name.as_str()));
        let first: Vec<Edit> = missing
            .map(|field| Edit::Set { field: field.name.clone(), value: Scalar::DateTime(NOW) })
            .chain(edits.iter().cloned())
            .collect();
        let actor = ActorId::generate(&mut self.rng, self.device);
        let (_, change) =
            Document::create(NOW, actor, &context.catalogue, &envelope, &first).unwrap();
        (record, change.bytes)
    }

    /// Hands the changes in. Returns what became of each, in one word.
    fn pushes(
        &mut self,
        admin: &Admin,
        standing: SenderTrust,
        changes: Vec<(RecordId, Vec<u8>)>,
    ) -> Vec<String> {
        let way = model::policy::Channel::Phone;
        let sender = Sender { user: self.user, device: self.device, standing, way };
        let push = changes.into_iter().map(|(record, change)| PushV1 { record, change });
        let incoming = Incoming::read(push.collect());
        let reading = admin.database.reading();
        let prepared = push::prepare(NOW, &reading, &admin.context, sender, incoming).unwrap();
        let results = write_alone(&admin.database, &admin.context, |tx| {
            prepared.store(NOW, &mut self.rng, tx)
        });
        let words = results.unwrap().into_iter().map(|result| match result.outcome {
            model::wire::OutcomeV1::Accepted => "accepted".to_owned(),
            model::wire::OutcomeV1::Known => "known".to_owned(),
            model::wire::OutcomeV1::Refused { code, .. } => code,
        });
        words.collect()
    }
}

fn new_device(id: DeviceId, user: UserId) -> NewDevice<'static> {
    NewDevice {
        id,
        user,
        public_key: &[1; 32],
        token_hash: &[2; 32],
        platform: "test",
        at: NOW,
        enrolled_seq: FeedSeq(0),
        reconciled_epoch: None,
    }
}

/// Where the word can be read in a database, by everything that can be opened with the keys there are.
fn words_in(admin: &Admin, place: &Path) -> Vec<String> {
    let database = admin.files.open_at(place).unwrap();
    let tables = database.tables_with(holds_word).into_iter();
    let mut found: Vec<String> = tables.map(|name| format!("table {name}")).collect();
    let db = database.reading();
    for kept in db.all_refused().unwrap() {
        let own = kept.scope.as_ref().and_then(|scope| admin.context.keyring.find(scope).unwrap());
        let keys = [Some(&*admin.context.quarantine), own.as_deref()];
        let opened = keys.into_iter().flatten().filter_map(|key| refused::open(key, &kept).ok());
        found.extend(
            opened.filter(|bytes| holds_word(bytes)).map(|_| format!("refused {}", kept.id)),
        );
    }
    for record in db.record_ids().unwrap() {
        let known = db.record_row(record).unwrap().unwrap();
        let Ok(document) = documents::load(&db, admin.context.keyring.keys(), &known) else {
            continue;
        };
        if document.changes().iter().any(|change| holds_word(&change.bytes)) {
            found.push(format!("record {record}"));
        }
    }
    found
}

fn holds_word(bytes: &[u8]) -> bool {
    bytes.windows(WORD.len()).any(|window| window == WORD.as_bytes())
}
