//! A device that somebody took apart: it is enrolled, its owner works on cases, and what it pushes
//! is mostly rubbish.

use fieldbook_tests::content;
use fieldbook_tests::raw::RawDevice;
use model::record::Edit;
use model::wire::PushV1;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::department::Person;
use crate::server::Verdict;
use crate::world::World;

/// The device and who owns it.
pub(crate) struct Vandal {
    device: RawDevice,
    /// Changes of others that it has seen, to take apart.
    seen: Vec<PushV1>,
}

impl World {
    /// The vandal pushes a handful of rubbish, with something sound in the middle.
    pub(crate) fn rubbish_arrives(&mut self) {
        let Some(mut vandal) = self.vandal.take().or_else(|| self.hire_a_vandal()) else { return };
        let clock = self.clock;
        let taken = self.server.taken.changes.iter();
        vandal.seen.extend(
            taken
                .rev()
                .take(5)
                .map(|(record, _, bytes)| PushV1 { record: *record, change: bytes.clone() }),
        );
        let mut push: Vec<PushV1> = (0..self.rng.random_range(1..8))
            .map(|_| vandal.rubbish(&mut self.rng, self.restored))
            .collect();
        let sound = vandal.device.make(
            clock,
            "person",
            None,
            &[content::text("name", format!("Vandal {}", self.trace.step()))],
        );
        push.insert(self.rng.random_range(0..=push.len()), sound.push());
        let response = vandal.device.push(self.server.service(), clock, push.clone());
        let verdicts = self.server.note(&push, &response.results);
        self.tally.count("hostile push");
        let mut sound_was_taken = false;
        for verdict in verdicts {
            match verdict {
                Verdict::NewRecord(envelope) => {
                    sound_was_taken |= envelope.record == sound.record;
                    self.department.record_taken(&envelope);
                }
                Verdict::Accepted => self.tally.count("hostile change accepted"),
                Verdict::Known => {}
                Verdict::Refused { code, .. } => {
                    self.tally.count("hostile change refused");
                    self.trace.say(format!("rubbish is refused: {code}"));
                }
            }
        }
        // After a restore it would have to reconcile, which it does not.
        let may_write = self.department.person(vandal.device.user).is_some_and(|person| {
            person
                .roles
                .iter()
                .any(|(role, program)| role.as_str() == "OW" && *program == content::program())
        });
        assert!(
            sound_was_taken || self.restored || !may_write,
            "rubbish beside it kept a sound change from being taken"
        );
        self.vandal = Some(vandal);
    }

    fn hire_a_vandal(&mut self) -> Option<Vandal> {
        const NAME: &str = "Vasco Vine";
        let (role, program) = ("OW".parse().ok()?, content::program());
        let clock = self.clock;
        let (admin, rng) = self.server.admin();
        let id = admin.user_add(clock, rng, NAME, &role, &program).unwrap();
        let roles = [(role, program)].into();
        self.department.people.push(Person { name: NAME.to_owned(), id, roles });
        let code = self.server.invite(clock, NAME);
        let mut dice = self.dice();
        let device = RawDevice::enroll(self.server.service(), clock, &mut dice, &code);
        self.backup = None;
        if let Some(case) = self.shared.first().copied()
            && self.department.assigned.contains_key(&case)
        {
            self.assign(self.department.people.len() - 1, case);
        }
        Some(Vandal { device, seen: Vec::new() })
    }
}

impl Vandal {
    fn rubbish(&mut self, rng: &mut ChaCha8Rng, restored: bool) -> PushV1 {
        let seen = (!self.seen.is_empty())
            .then(|| self.seen[rng.random_range(0..self.seen.len())].clone());
        let own = self.own_change(rng);
        match (rng.random_range(0..7), seen) {
            (0, _) => PushV1 { record: own.record, change: noise(rng) },
            // Another's change, changed and made whole again. Not while a restored server takes a
            // device's word for what others wrote: decision 0005 says what that costs.
            (1 | 2, Some(seen)) if !restored => {
                PushV1 { change: forged(rng, &seen.change), ..seen }
            }
            // Another's change as it is, and filed under another record.
            (3, Some(seen)) => seen,
            (4, Some(seen)) => PushV1 { record: own.record, ..seen },
            (5, _) => PushV1 { change: forged(rng, &own.change), ..own },
            _ => PushV1 { change: cut(rng, own.change), ..own },
        }
    }

    fn own_change(&mut self, rng: &mut ChaCha8Rng) -> PushV1 {
        let edits: [Edit; 1] = [content::text("name", "Nobody")];
        let now = model::time::Timestamp::from_millis(rng.random_range(0..4_000_000_000_000));
        self.device.make(now, "person", None, &edits).push()
    }
}

fn noise(rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = vec![0; rng.random_range(0..200)];
    rng.fill_bytes(&mut bytes);
    bytes
}

fn cut(rng: &mut ChaCha8Rng, mut change: Vec<u8>) -> Vec<u8> {
    change.truncate(rng.random_range(0..change.len()));
    change
}

/// Changes some bytes of a change's body, and puts the checksum right again.
fn forged(rng: &mut ChaCha8Rng, change: &[u8]) -> Vec<u8> {
    let mut bytes = change.to_vec();
    let length = bytes[LENGTH_AT..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    let body = LENGTH_AT + length;
    for _ in 0..rng.random_range(1..4) {
        let at = rng.random_range(body..bytes.len());
        bytes[at] = rng.random();
    }
    let digest = Sha256::digest(&bytes[TYPE_AT..]);
    bytes[CHECKSUM_AT..TYPE_AT].copy_from_slice(&digest[..4]);
    bytes
}

/// Where the parts of a change begin: four bytes of magic, four of checksum, the type, the length.
const CHECKSUM_AT: usize = 4;
const TYPE_AT: usize = 8;
const LENGTH_AT: usize = 9;
