//! What is kept of what a device says.

use model::ids::{Chain, RecordId};
use model::wire::{CheckV1, PROTOCOL, RecordCheckV1};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::admin::Admin;
use crate::base::Files;
use crate::config::{CoreConfig, Durability};
use crate::core::Core;
use crate::folder::Share;
use crate::ingest::tests::enrolled;

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

#[test]
fn an_id_that_was_made_up_is_not_kept_as_an_offer() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = CoreConfig::new(folder.path().join("data"));
    config.durability = Durability::Process;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut admin = Admin::init(NOW, &mut rng, &config, "Department").unwrap();
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    admin.user_add(NOW, &mut rng, "ana", &role, &program).unwrap();
    let code = admin.invite(NOW, &mut rng, "ana").unwrap().code;
    let device = enrolled(&config, &mut rng, &code);
    let who = Authenticated {
        device: device.device,
        user: device.user,
        public_key: [0; 32],
        revoked: false,
    };
    let core = Core::open_inline(NOW, config.clone()).unwrap();
    // A history that is not the server's: it asks what the device holds.
    let seen = Some(FeedPositionV1 { seq: FeedSeq(1), chain: Chain([7; 16]) });
    let request = |reconcile| SyncRequestV1 {
        protocol: PROTOCOL,
        device: who.device,
        catalogue: Vec::new(),
        cursor: None,
        seen,
        push: Vec::new(),
        signature: Vec::new(),
        dropped: Vec::new(),
        views: Vec::new(),
        refetch: Vec::new(),
        awaits: Vec::new(),
        reconcile,
        pull_bytes_max: 1,
        announced: None,
    };
    let asked = core.sync(NOW, &mut rng, &who, request(None)).unwrap().reconcile.unwrap();
    for _ in 0..3 {
        let made_up = || RecordId::generate(NOW, &mut rng);
        let records = std::iter::repeat_with(made_up).take(100);
        let hold = |record| RecordCheckV1 { record, check: CheckV1::default() };
        let holds = records.map(hold).collect();
        let offer = ReconcileOfferV1 { epoch: asked.epoch, holds, complete: false };
        let told = core.sync(NOW, &mut rng, &who, request(Some(offer))).unwrap().reconcile.unwrap();
        assert_eq!(told.differs.len(), 100);
    }
    let database = Files::find(&config, Share::Beside).unwrap().open().unwrap();
    let count = "SELECT count(*) FROM reconcile_offers";
    let kept: i64 = database.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0);
}
