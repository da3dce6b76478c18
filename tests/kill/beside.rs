//! Processes beside each other: several on one device's store, and commands beside a server, killed
//! while they are at work, with older copies of files put back in between.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::claims::Claims;
use crate::department::{self, Ended, TestDepartment};

/// How often an older copy is put back.
const COPIES: u64 = 6;

#[test]
fn twenty_saves_at_once_are_all_saved() {
    let mut department = TestDepartment::found();
    department.enroll("Ana", "ana");
    let names: Vec<_> = (0..20).map(|number| format!("Person {number}")).collect();
    let processes: Vec<_> = names.iter().map(|name| new_person(&department, name)).collect();
    let mut claims = Claims::default();
    for (process, name) in processes.into_iter().zip(&names) {
        assert!(saved(&mut claims, name, &process.finish()), "{name} was not saved");
    }
    assert_eq!(claims.len(), 20);
    claims.check(&department, "ana");
    department.ok(&["device", "--dir", "ana", "verify"]);
    department.kill_server();
}

#[test]
fn a_command_gets_its_turn_while_a_sync_waits_for_a_server_that_does_not_answer() {
    let mut department = TestDepartment::found();
    department.enroll("Ana", "ana");
    department.ok(&["device", "--dir", "ana", "new", "person", "name=Case Alder"]);
    // It takes the connection and never says a word.
    let deaf = department.go_deaf();
    let sync = department.start(&["--json", "device", "--dir", "ana", "sync"]);
    let (connection, _) = deaf.accept().unwrap();
    department.ok(&["device", "--dir", "ana", "new", "person", "name=Case Birch"]);
    let list = department.ok(&["--json", "device", "--dir", "ana", "list"]);
    assert_eq!(list.matches("\"id\"").count(), 2, "{list}");
    let watch = department.start(&["--json", "device", "--dir", "ana", "watch"]);
    let (second, _) = deaf.accept().unwrap();
    department.ok(&["device", "--dir", "ana", "verify"]);
    sync.kill_after(1, Duration::ZERO);
    watch.kill_after(1, Duration::ZERO);
    drop((connection, second, deaf));
    department.serve();
    department.ok(&["device", "--dir", "ana", "sync"]);
    department.ok(&["admin", "--data", "data", "verify"]);
}

#[test]
fn several_processes_on_one_store_lose_nothing_whatever_is_killed_or_put_back() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let department = TestDepartment::found();
    department.enroll("Ana", "ana");
    let mut claims = Claims::default();
    let mut killed = 0;
    for round in 0..COPIES {
        killed += at_once(&department, &mut claims, &mut rng, round);
        department.ok(&["device", "--dir", "ana", "sync"]);
        let copy = match round % 3 {
            // With a log of its own.
            2 => of_a_killed_run(&department, &mut claims, &mut rng, round),
            _ => store_files(&department),
        };
        killed += at_once(&department, &mut claims, &mut rng, COPIES + round);
        department.ok(&["device", "--dir", "ana", "sync"]);
        let left = of_a_killed_run(&department, &mut claims, &mut rng, COPIES + round);
        put_back(&department, copy, left, round);
        killed += at_once(&department, &mut claims, &mut rng, 2 * COPIES + round);
    }
    department::say(&format!(
        "{killed} processes were killed, {COPIES} copies put back; {} records were acknowledged",
        claims.len()
    ));
    department.ok(&["device", "--dir", "ana", "sync"]);
    department.ok(&["device", "--dir", "ana", "verify"]);
    department.ok(&["admin", "--data", "data", "verify"]);
    claims.check(&department, "ana");
    department.enroll("Sol", "sol");
    department.ok(&["device", "--dir", "sol", "sync"]);
    claims.check(&department, "sol");
}

#[test]
fn commands_beside_a_server_that_is_killed_lose_nothing() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut department = TestDepartment::found();
    department.enroll("Ana", "ana");
    let mut claims = Claims::default();
    let mut added = Vec::new();
    for round in 0..8_u64 {
        let name = format!("Ana {round}");
        assert!(saved(&mut claims, &name, &new_person(&department, &name).finish()));
        let sync = department.start(&["--json", "device", "--dir", "ana", "sync"]);
        let (user, file) = (format!("Ben {round}"), format!("{round}.backup"));
        let role = ["--role", "OW", "--program", "street_outreach"];
        let add = ["admin", "--data", "data", "user", "add", &user];
        let add = department.start(&[&add[..], &role[..]].concat());
        let backup = department.start(&["admin", "--data", "data", "backup", &file]);
        let verify = department.start(&["admin", "--data", "data", "verify"]);
        let moment = department::moment(&mut rng);
        if round % 2 == 0 {
            thread::sleep(moment);
            department.kill_server();
            assert!(add.finish().is_done(), "a server that dies is no business of a command's");
            added.push(user);
        } else if !add.kill_after(1, moment).0 {
            added.push(user);
        }
        assert!(backup.finish().is_done());
        assert!(verify.finish().is_done());
        if round % 2 == 0 {
            department.serve();
        }
        sync.end();
    }
    department.ok(&["device", "--dir", "ana", "sync"]);
    department.ok(&["admin", "--data", "data", "verify"]);
    let users = department.ok(&["--json", "admin", "--data", "data", "user", "list"]);
    for user in &added {
        assert!(users.contains(&format!("{user:?}")), "{user} was added: {users}");
    }
    department.kill_server();
    // Each backup is whole.
    for round in 0..8 {
        department.ok(&["admin", "--data", "data", "restore", &format!("{round}.backup")]);
        department.ok(&["admin", "--data", "data", "verify"]);
    }
    department.serve();
    department.ok(&["device", "--dir", "ana", "sync"]);
    department.ok(&["admin", "--data", "data", "verify"]);
    department.enroll("Sol", "sol");
    department.ok(&["device", "--dir", "sol", "sync"]);
    claims.check(&department, "sol");
}

/// Two that save, one that synchronizes and one that looks, at once; some are killed. Returns how
/// many were.
fn at_once(
    department: &TestDepartment,
    claims: &mut Claims,
    rng: &mut ChaCha8Rng,
    round: u64,
) -> usize {
    let mut seeds = [(); 4].map(|()| ChaCha8Rng::seed_from_u64(rng.next_u64()));
    let [one, two, three, four] = &mut seeds;
    let (first, second, sync, list) = thread::scope(|scope| {
        let first = scope.spawn(|| writes(department, one, &format!("First {round}")));
        let second = scope.spawn(|| writes(department, two, &format!("Second {round}")));
        let sync =
            scope.spawn(|| runs(department, three, &["--json", "device", "--dir", "ana", "sync"]));
        let list =
            scope.spawn(|| runs(department, four, &["--json", "device", "--dir", "ana", "list"]));
        (first.join().unwrap(), second.join().unwrap(), sync.join().unwrap(), list.join().unwrap())
    });
    let mut killed = sync + list;
    for (name, ended) in first.into_iter().chain(second) {
        killed += usize::from(ended.was_killed);
        assert!(saved(claims, &name, &ended) || ended.was_killed, "{name}: {ended:?}");
    }
    killed
}

/// Saves a few records, one process after the other; one in three is killed.
fn writes(department: &TestDepartment, rng: &mut ChaCha8Rng, prefix: &str) -> Vec<(String, Ended)> {
    let names = (0..4).map(|number| format!("{prefix} {number}"));
    names
        .map(|name| {
            let process = new_person(department, &name);
            let ended = if rng.random_ratio(1, 3) {
                process.killed(department::moment(rng))
            } else {
                process.finish()
            };
            (name, ended)
        })
        .collect()
}

/// Runs a command twice, and kills it one time in two. Returns how often it was killed.
fn runs(department: &TestDepartment, rng: &mut ChaCha8Rng, command: &[&str]) -> usize {
    let mut killed = 0;
    for _ in 0..2 {
        let process = department.start(command);
        if rng.random_ratio(1, 2) {
            killed += usize::from(process.killed(department::moment(rng)).was_killed);
        } else {
            let ended = process.finish();
            assert!(ended.is_done(), "{command:?}: {ended:?}");
        }
    }
    killed
}

/// Kills a process that writes on and on, and returns the files as it left them, its log among them.
/// What it had said is on the server then.
fn of_a_killed_run(
    department: &TestDepartment,
    claims: &mut Claims,
    rng: &mut ChaCha8Rng,
    round: u64,
) -> Files {
    // It has said one line at least: before that it may not have opened the store yet.
    let (lines, wait) = (rng.random_range(2..12), rng.random_range(0..4_000));
    let scribe = department.scribe("ana", 1_000 + round);
    let (_, said) = scribe.kill_after(lines, Duration::from_micros(wait));
    claims.read(&said);
    claims.attempted_by_scribe(&said);
    let left = store_files(department);
    assert!(left.iter().all(|(_, bytes)| bytes.is_some()), "a killed run leaves a log");
    department.ok(&["device", "--dir", "ana", "sync"]);
    left
}

fn new_person(department: &TestDepartment, name: &str) -> department::Process {
    let value = format!("name={name}");
    department.start(&["--json", "device", "--dir", "ana", "new", "person", &value])
}

/// Notes what a process acknowledged, if it did.
fn saved(claims: &mut Claims, name: &str, ended: &Ended) -> bool {
    let id = ended.said.iter().find_map(|line| department::id_in(line));
    if let Some(id) = id {
        claims.made(id, name);
    }
    id.is_some()
}

/// The device's database, and its log if there is one.
type Files = Vec<(PathBuf, Option<Vec<u8>>)>;

fn store_files(department: &TestDepartment) -> Files {
    let names = ["fieldbook.db", "fieldbook.db-wal"];
    let paths = names.map(|name| department.folder("ana").join(name));
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).ok())).collect()
}

/// Puts a copy back: with its own log, or beside the log of a later run that was killed, or without
/// any.
fn put_back(department: &TestDepartment, copy: Files, left: Files, round: u64) {
    let log = department.folder("ana").join("fieldbook.db-wal");
    drop(std::fs::remove_file(&log));
    if round.is_multiple_of(2) {
        let (_, bytes) = left.into_iter().find(|(path, _)| *path == log).unwrap();
        std::fs::write(&log, bytes.unwrap()).unwrap();
    }
    for (path, bytes) in copy {
        if let Some(bytes) = bytes {
            std::fs::write(path, bytes).unwrap();
        }
    }
}
