//! What only shows when two requests meet in one transaction.

use ed25519_dalek::{Signer as _, SigningKey};
use model::document::Document;
use model::ids::{ActorId, CaseId};
use model::proof;
use model::record::{Edit, Envelope};
use model::value::Scalar;
use model::wire::{EnrollRequestV1, EnrollResponseV1, PROTOCOL, PushV1};
use model::words::Finding;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::store::CHANGES_BETWEEN_SNAPSHOTS;
use super::*;
use crate::admin::{About, Admin, VerifyProblem};
use crate::config::{Durability, ServiceConfig};
use crate::context::DataFolder;
use crate::data_folder::Share;
use crate::documents;
use crate::service::Service;
use crate::writer::write_alone;

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

#[test]
fn an_edit_finds_the_key_that_a_request_of_the_same_transaction_made() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = ServiceConfig::new(folder.path().join("data"));
    config.durability = Durability::Process;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut admin = Admin::init(NOW, &mut rng, &config, "Department").unwrap();
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    admin.user_add(NOW, &mut rng, "ana", &role, &program).unwrap();
    let [first, second] = [(); 2].map(|()| {
        let code = admin.invite(NOW, &mut rng, "ana").unwrap().code;
        enrolled(&config, &mut rng, &code)
    });

    // Both devices are Ana's: one makes a person, the other edits it, and neither is answered yet.
    let files = DataFolder::find(&config, Share::Beside).unwrap();
    let database = files.open().unwrap();
    let context = Context::open(&files, &database, None).unwrap();
    let (record, made, edit) = person_and_edit(&context, &mut rng, &first, &second);
    let mut prepared = Vec::new();
    for (device, change) in [(&first, made), (&second, edit)] {
        let sender = Sender {
            user: device.user,
            device: device.device,
            standing: SenderTrust::Ordinary,
            way: Channel::Phone,
        };
        let incoming = Incoming::read(vec![PushV1 { record, change }]);
        prepared.push(prepare(NOW, &database.reading(), &context, sender, incoming).unwrap());
    }
    let results: Vec<_> = write_alone(&database, &context, |tx| {
        let stored = prepared.into_iter().map(|prepared| prepared.store(NOW, &mut rng, tx));
        stored.collect::<Result<Vec<_>, StoreError>>()
    })
    .unwrap();
    let outcomes: Vec<_> = results.into_iter().flatten().map(|result| result.outcome).collect();
    assert_eq!(outcomes, [OutcomeV1::Accepted, OutcomeV1::Accepted]);
}

#[test]
fn one_change_that_cannot_be_read_hides_itself_and_what_follows_it_and_verify_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = ServiceConfig::new(folder.path().join("data"));
    config.durability = Durability::Process;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut admin = Admin::init(NOW, &mut rng, &config, "Department").unwrap();
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    admin.user_add(NOW, &mut rng, "ana", &role, &program).unwrap();
    let [first, second] = [(); 2].map(|()| {
        let code = admin.invite(NOW, &mut rng, "ana").unwrap().code;
        enrolled(&config, &mut rng, &code)
    });
    drop(admin);
    let files = DataFolder::find(&config, Share::Beside).unwrap();
    let database = files.open().unwrap();
    let context = Context::open(&files, &database, None).unwrap();
    let (record, made, edit) = person_and_edit(&context, &mut rng, &first, &second);
    for (device, change) in [(&first, made), (&second, edit)] {
        let sender = Sender {
            user: device.user,
            device: device.device,
            standing: SenderTrust::Ordinary,
            way: Channel::Phone,
        };
        let push = vec![PushV1 { record, change }];
        let prepared =
            prepare(NOW, &database.reading(), &context, sender, Incoming::read(push)).unwrap();
        write_alone(&database, &context, |tx| prepared.store(NOW, &mut rng, tx)).unwrap();
    }

    let newest = database.reading().record_row(record).unwrap().unwrap();
    database.spoil_change(newest.last_seq);
    context.documents.forget();
    let keys = context.keyring.keys();
    assert!(
        documents::load(&database.reading(), keys, &newest).is_err(),
        "nothing is written to it"
    );
    let (shown, left_out) = documents::load_readable(&database.reading(), keys, &newest).unwrap();
    assert_eq!(left_out, 1);
    let read = shown.record(&context.catalogue).unwrap();
    assert_eq!(read.fields["name"].to_json(), serde_json::json!("Case Alder"));
    assert!(!read.fields.contains_key("notes"));
    let key = context.keyring.key(&newest.scope).unwrap();
    let readable =
        documents::readable_after(&database.reading(), &key, record, FeedSeq(0)).unwrap();
    assert_eq!((readable.changes.len(), &readable.unreadable[..]), (1, &[newest.last_seq][..]));
    drop((database, context));
    let problems = Admin::open(&config).unwrap().verify().unwrap().problems;
    let about = Some(About::Record(record));
    let what = Finding::EntryUnreadable(newest.last_seq.0);
    assert!(problems.contains(&VerifyProblem { about, what }), "{problems:?}");
}

#[test]
fn however_often_a_record_is_changed_two_snapshots_of_it_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = ServiceConfig::new(folder.path().join("data"));
    config.durability = Durability::Process;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut admin = Admin::init(NOW, &mut rng, &config, "Department").unwrap();
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    admin.user_add(NOW, &mut rng, "ana", &role, &program).unwrap();
    let code = admin.invite(NOW, &mut rng, "ana").unwrap().code;
    let device = enrolled(&config, &mut rng, &code);
    drop(admin);
    let files = DataFolder::find(&config, Share::Beside).unwrap();
    let database = files.open().unwrap();
    let context = Context::open(&files, &database, None).unwrap();
    let (record, made, _) = person_and_edit(&context, &mut rng, &device, &device);
    let mut document = Document::from_changes([&made]).unwrap();
    let mut push = vec![PushV1 { record, change: made }];
    let actor = ActorId::generate(&mut rng, device.device);
    for round in 0..5 {
        for number in 0..CHANGES_BETWEEN_SNAPSHOTS {
            let notes = Scalar::Text(format!("{round} {number}"));
            let edit = [Edit::Set { field: "notes".parse().unwrap(), value: notes }];
            let edit = document.edit(NOW, actor, &context.catalogue, &edit).unwrap().unwrap();
            push.push(PushV1 { record, change: edit.bytes });
        }
        let (standing, way) = (SenderTrust::Ordinary, Channel::Phone);
        let sender = Sender { user: device.user, device: device.device, standing, way };
        let push = std::mem::take(&mut push);
        let prepared =
            prepare(NOW, &database.reading(), &context, sender, Incoming::read(push)).unwrap();
        let stored = write_alone(&database, &context, |tx| prepared.store(NOW, &mut rng, tx));
        assert!(stored.unwrap().iter().all(|result| result.outcome == OutcomeV1::Accepted));
    }
    assert_eq!(database.snapshots(), 2);
    context.documents.forget();
    let known = database.reading().record_row(record).unwrap().unwrap();
    let loaded = documents::load(&database.reading(), context.keyring.keys(), &known).unwrap();
    assert_eq!(loaded.heads(), document.heads());
}

/// A person made by one device, and an edit of it by another.
fn person_and_edit(
    context: &Context,
    rng: &mut ChaCha8Rng,
    first: &EnrollResponseV1,
    second: &EnrollResponseV1,
) -> (RecordId, Vec<u8>, Vec<u8>) {
    let record = RecordId::generate(NOW, rng);
    let record_type = context.catalogue.record_type(&"person".parse().unwrap()).unwrap();
    let envelope = Envelope {
        record,
        record_type: record_type.name.clone(),
        type_version: record_type.version,
        case: Some(CaseId::from(record)),
        compartment: record_type.compartment.clone(),
        program: "street_outreach".parse().unwrap(),
        created_by: first.user,
        created_at: NOW,
    };
    let set = |field: &str, value: &str| Edit::Set {
        field: field.parse().unwrap(),
        value: Scalar::Text(value.into()),
    };
    let actor = ActorId::generate(rng, first.device);
    let name = [set("name", "Case Alder")];
    let (mut document, made) =
        Document::create(NOW, actor, &context.catalogue, &envelope, &name).unwrap();
    let actor = ActorId::generate(rng, second.device);
    let notes = [set("notes", "by the library")];
    let edit = document.edit(NOW, actor, &context.catalogue, &notes).unwrap().unwrap();
    (record, made.bytes, edit.bytes)
}

/// A device of whoever this code was made for.
fn enrolled(config: &ServiceConfig, rng: &mut ChaCha8Rng, code: &str) -> EnrollResponseV1 {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    let key = SigningKey::from_bytes(&seed);
    let public_key = key.verifying_key().to_bytes();
    let signature = key.sign(&proof::enroll_message(code, &public_key)).to_bytes().to_vec();
    let request = EnrollRequestV1 {
        protocol: PROTOCOL,
        code: code.into(),
        public_key: public_key.to_vec(),
        platform: "test".into(),
        signature,
    };
    Service::open_inline(NOW, config.clone()).unwrap().enroll(NOW, rng, &request).unwrap()
}
