//! The device's database, version 1: a store with something in every table, as the first release
//! leaves it on a phone, with the keys that open it.
//!
//! `keys.txt` holds what the platform's key store held, `store` the encrypted file, `reading.txt`
//! what a person and the sync engine read out of it, `schema.sql` the tables.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use client_core::device::Device;
use client_core::engine::Budget;
use client_core::store::quarantine::{Dismissed, QuarantineItem};
use client_core::store::query::{ListFilter, OpenTask};
use client_core::store::{Opened, StoreOptions};
use client_core::sync;
use client_core::vault::{KeyVault, MemoryVault};
use model::change::RawChange;
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::value::Scalar;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;

use crate::{filled, fixture};

#[test]
fn a_store_of_version_1_opens_as_the_one_it_was_and_reads_as_it_did() {
    let kept = Kept::find();
    let (_folder, mut device) = kept.open();
    assert_eq!(device.opened(), Opened::AsLeft);
    assert!(device.verify().unwrap().is_sound());
    assert_eq!(reading(&mut device), kept.reading);
}

#[test]
fn work_goes_on_in_a_store_of_version_1() {
    let (_folder, mut device) = Kept::find().open();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let [row] = &device.search(now(), "moved", 10).unwrap()[..] else { panic!("one is found") };
    let record = row.record;
    let field = "note".parse().unwrap();
    let edit = Edit::Set { field, value: Scalar::Text("written by today's program".into()) };
    device.edit(now(), &mut rng, record, vec![edit]).unwrap();
    let again = device.search(now(), "today", 10).unwrap();
    assert_eq!(again.first().map(|row| row.record), Some(record));
    assert!(device.verify().unwrap().is_sound());
}

#[test]
fn a_store_of_version_1_gets_the_tables_of_a_new_one() {
    let kept = Kept::find();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    fs::write(&path, &kept.store).unwrap();
    assert_eq!(schema(&path, &kept.vault()), kept.schema, "as it was left");

    let vault = Arc::new(MemoryVault::default());
    let new = folder.path().join("new");
    drop(filled::empty_device(&new, vault.clone(), 1));
    let (folder, device) = kept.open();
    drop(device);
    let opened = schema(&folder.path().join("store"), &kept.vault());
    let names = |schema: String| schema.replace(['\n', ' '], "");
    assert_eq!(names(opened), names(schema(&new, &vault)));
}

/// The fixture. Made when it is missing and fixtures are to be made.
struct Kept {
    keys: String,
    store: Vec<u8>,
    reading: String,
    schema: String,
}

impl Kept {
    fn find() -> Self {
        let folder = fixture::folder().join("device");
        if !folder.exists() {
            assert!(fixture::writing(), "it is missing: FIELDBOOK_WRITE_GOLDEN=1 makes it");
            Self::make().write(&folder);
        }
        let text = |name| fs::read_to_string(folder.join(name)).unwrap();
        Self {
            keys: text("keys.txt"),
            store: fs::read(folder.join("store")).unwrap(),
            reading: text("reading.txt"),
            schema: text("schema.sql"),
        }
    }

    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let vault = Arc::new(MemoryVault::default());
        drop(filled::device(&path, vault.clone()));
        let mut keys = String::new();
        for name in KEYS {
            let secret = vault.load(name).unwrap().unwrap();
            let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
            writeln!(keys, "{name} {hex}").unwrap();
        }
        let schema = schema(&path, &vault);
        let store = fs::read(&path).unwrap();
        let mut kept = Self { keys, store, reading: String::new(), schema };
        let (_folder, mut device) = kept.open();
        kept.reading = reading(&mut device);
        kept
    }

    fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("keys.txt"), &self.keys).unwrap();
        fs::write(folder.join("store"), &self.store).unwrap();
        fs::write(folder.join("reading.txt"), &self.reading).unwrap();
        fs::write(folder.join("schema.sql"), &self.schema).unwrap();
    }

    fn vault(&self) -> Arc<MemoryVault> {
        let vault = MemoryVault::default();
        for line in self.keys.lines() {
            let (name, hex) = line.split_once(' ').unwrap();
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            let secret: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
            vault.store(name, &secret).unwrap();
        }
        Arc::new(vault)
    }

    /// Opens a copy. The folder goes when it is dropped.
    fn open(&self) -> (tempfile::TempDir, Device) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        fs::write(&path, &self.store).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let options = StoreOptions::default();
        let device = Device::open(&path, self.vault(), None, now(), &mut rng, options).unwrap();
        (folder, device)
    }
}

/// What the platform's key store holds of an installation.
const KEYS: [&str; 3] = ["store-key", "device-seed", "install"];

/// When the fixture is read: an hour after it was written.
fn now() -> Timestamp {
    filled::start() + Span::from_hours(1)
}

fn schema(path: &Path, vault: &MemoryVault) -> String {
    let key = vault.load("store-key").unwrap().unwrap();
    let key: String = key[1..].iter().map(|byte| format!("{byte:02x}")).collect();
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    let mut text = format!("-- version {version}\n");
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    for sql in rows {
        writeln!(text, "{};", sql.unwrap()).unwrap();
    }
    text
}

/// Reads a store as the first release did, in words that do not change when a later release shows
/// more.
fn reading(device: &mut Device) -> String {
    let mut text = String::new();
    let mut say = |what: &str, lines: Vec<String>| {
        writeln!(text, "{what}").unwrap();
        lines.iter().for_each(|line| writeln!(text, "  {line}").unwrap());
    };
    let read = device.store().read();
    let enrollment = read.enrollment().unwrap();
    say("owner", vec![read.profile().unwrap().name, enrollment.server_url, enrollment.token]);
    say("lease", vec![read.lease().unwrap().until.to_string()]);
    let rows = device.list(now(), &ListFilter::default()).unwrap();
    for row in &rows {
        // Through the store: what is shown to a person is noted for the audit.
        let view = read.record_view(row.record).unwrap().unwrap();
        let mut lines = vec![format!("{} {} {}", view.record_type, row.record, row.title.en)];
        let refusal = view.refusal.map(|told| (told.code, told.reason));
        lines.push(format!("{}: {refusal:?}", view.state.code()));
        lines.push(serde_json::to_string(&view.fields).unwrap());
        for conflict in &view.conflicts {
            let values = conflict.values.iter().map(|value| (value.text(), value.by.as_str()));
            lines.push(format!("{}: {:?}", conflict.field, values.collect::<Vec<_>>()));
        }
        let history = device.history(now(), row.record).unwrap();
        lines.extend(history.iter().map(|made| format!("{} {}", made.entry.change, made.by)));
        say("record", lines);
    }
    for words in ["rosa", "moved", "corner jose"] {
        let found = device.search(now(), words, 10).unwrap();
        say(words, found.iter().map(|row| row.record.to_string()).collect());
    }
    let tasks = device.tasks(now()).unwrap();
    let task = |task: &OpenTask| format!("{} {} {}", task.record, task.rule, task.due);
    say("tasks", tasks.iter().map(task).collect());
    let aside = device.quarantine(now(), Dismissed::Include).unwrap();
    let item = |item: &QuarantineItem| {
        let edits = serde_json::to_string(&item.edits).unwrap();
        format!("{} {} {} {} {edits}", item.kind.code(), item.record, item.code, item.hash)
    };
    say("set aside", aside.iter().map(item).collect());
    let feed = read.feed().unwrap();
    let (cursor, seen) = (feed.cursor.unwrap(), feed.seen.unwrap());
    say("feed", vec![format!("{} {}", cursor.effective_seq.0, seen.seq.0)]);
    let revoked = read.pending_revocations().unwrap();
    say("taken away", revoked.iter().map(|revoked| revoked.scope.to_string()).collect());
    for (what, offer_again) in [("request", false), ("and all that waits", true)] {
        let budget = Budget {
            push_changes_max: 100,
            push_bytes_max: 1 << 20,
            pull_bytes_max: 1 << 20,
            offer_again,
            try_stuck: false,
        };
        let request = sync::build_request(now(), device, budget).unwrap().request;
        let pushed = request
            .push
            .iter()
            .map(|push| format!("push {}", RawChange::inspect(&push.change).unwrap().hash()));
        let mut lines: Vec<_> = pushed.collect();
        lines.extend(request.dropped.iter().map(|scope| format!("dropped {scope}")));
        lines.extend(request.refetch.iter().map(|record| format!("refetch {record}")));
        lines.extend(request.views.iter().map(|view| format!("view {} {}", view.record, view.at)));
        say(what, lines);
    }
    text
}
