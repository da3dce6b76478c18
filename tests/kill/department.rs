//! A department's folder with its server's process, and the processes that are killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use client_core::device::Device;
use client_core::store::StoreOptions;
use client_core::vault::FileVault;
use fieldbook_tests::binary::fieldbook;
use model::ids::RecordId;
use model::time::Timestamp;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value as Json;

/// The folder that everything is in, and the server.
pub(crate) struct TestDepartment {
    folder: tempfile::TempDir,
    server: Option<Child>,
    listen: String,
}

/// A process, and what it says on stdout, line by line.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl TestDepartment {
    /// A department with two people, and its server running.
    pub(crate) fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut department = Self { folder, server: None, listen: "127.0.0.1:0".into() };
        department.ok(&["admin", "--data", "data", "init", "--department", "Department"]);
        for (name, role) in [("Ana", "OW"), ("Sol", "SUP")] {
            let program = ["--program", "street_outreach"];
            department.ok(&[
                "admin", "--data", "data", "user", "add", name, "--role", role, program[0],
                program[1],
            ]);
        }
        department.serve();
        department
    }

    /// Starts the server, on the port it had before if it had one, and waits until it says where
    /// it is.
    pub(crate) fn serve(&mut self) {
        let server = self.start(&["--json", "serve", "--data", "data", "--listen", &self.listen]);
        let Process { child, lines } = server;
        let line = lines.recv_timeout(PATIENCE).expect("the server says where it is");
        let said: Json = serde_json::from_str(&line).unwrap();
        let url = said["url"].as_str().unwrap();
        self.listen = url.strip_prefix("https://").unwrap().trim_end_matches('/').to_owned();
        self.server = Some(child);
    }

    /// Kills the server.
    pub(crate) fn kill_server(&mut self) {
        let mut server = self.server.take().expect("it runs");
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// Ends the server, and listens in its place without ever answering.
    pub(crate) fn go_deaf(&mut self) -> TcpListener {
        self.kill_server();
        TcpListener::bind(&self.listen).unwrap()
    }

    /// Enrolls a device of somebody in a folder of the town.
    pub(crate) fn enroll(&self, name: &str, dir: &str) {
        let said = self.ok(&["--json", "admin", "--data", "data", "invite", name]);
        let invitation: Json = serde_json::from_str(&said).unwrap();
        let field = |key: &str| invitation[key].as_str().unwrap().to_owned();
        let (url, code, fingerprint) = (field("url"), field("code"), field("fingerprint"));
        let server = ["--server", &url, "--code", &code, "--fingerprint", &fingerprint];
        let [a, b, c, d, e, f] = server;
        self.ok(&["device", "--dir", dir, "enroll", a, b, c, d, e, f]);
    }

    /// Runs a command that must succeed, and returns what it said.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.command(&fieldbook(), arguments).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let complained = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "fieldbook {arguments:?}\n{said}{complained}");
        said
    }

    /// Starts a command.
    pub(crate) fn start(&self, arguments: &[&str]) -> Process {
        Process::start(self.command(&fieldbook(), arguments))
    }

    /// Starts a process that writes on and on.
    pub(crate) fn scribe(&self, dir: &str, seed: u64) -> Process {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_scribe"));
        let seed = seed.to_string();
        Process::start(self.command(&program, &[dir, &seed, "1000"]))
    }

    /// Starts a process that fills in one draft after the other.
    pub(crate) fn drafter(&self, dir: &str, seed: u64) -> Process {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_scribe"));
        let seed = seed.to_string();
        Process::start(self.command(&program, &[dir, &seed, "1000", "drafts"]))
    }

    /// Opens a device.
    pub(crate) fn open(&self, dir: &str) -> Device {
        let folder = self.folder(dir);
        let vault = Arc::new(FileVault::new(folder.join("keys")));
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let (path, options) = (folder.join("fieldbook.db"), StoreOptions::default());
        Device::open(&path, vault, None, Timestamp::default(), &mut rng, options).unwrap()
    }

    /// The folder of a device.
    pub(crate) fn folder(&self, dir: &str) -> PathBuf {
        self.folder.path().join(dir)
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).args(arguments).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        for variable in ["FIELDBOOK_PIN", "FIELDBOOK_MASTER_KEY", "FIELDBOOK_LOG", "RUST_LOG"] {
            command.env_remove(variable);
        }
        command
    }
}

impl Drop for TestDepartment {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            drop(server.kill());
            drop(server.wait());
        }
    }
}

impl Process {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let (say, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.split(b'\n') {
                // A line without its end was never said.
                let Ok(line) = line else { return };
                if say.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Kills it once it has said so many lines, or this long after the last of them, or this long
    /// after its start. Says whether it was still at work, and what it had said.
    pub(crate) fn kill_after(mut self, lines: usize, wait: Duration) -> (bool, Vec<String>) {
        let mut said = Vec::new();
        while said.len() + 1 < lines {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => said.push(line),
                Err(error) => panic!("it said {} of {lines} lines: {error}", said.len()),
            }
        }
        let over = match self.lines.recv_timeout(wait) {
            Ok(line) => {
                said.push(line);
                false
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        };
        let was_running = !over && self.child.try_wait().unwrap().is_none();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        said.extend(self.lines.iter());
        (was_running, said)
    }

    /// Waits for its end, and tells how that was.
    pub(crate) fn finish(mut self) -> Ended {
        let said = self.lines.iter().collect();
        let succeeded = self.child.wait().unwrap().success();
        Ended { said, succeeded, was_killed: false }
    }

    /// Kills it after so long, if it is still at work then.
    pub(crate) fn killed(self, wait: Duration) -> Ended {
        let (was_killed, said) = self.kill_after(1, wait);
        Ended { said, succeeded: false, was_killed }
    }

    /// Returns the lines that the process prints within this time.
    pub(crate) fn lines_within(&self, wait: Duration) -> Vec<String> {
        self.lines.recv_timeout(wait).into_iter().collect()
    }

    /// Waits for its end, whichever that is.
    pub(crate) fn end(mut self) {
        self.child.wait().unwrap();
    }
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) said: Vec<String>,
    succeeded: bool,
    pub(crate) was_killed: bool,
}

impl Ended {
    /// Returns whether it did what it was asked.
    pub(crate) fn is_done(&self) -> bool {
        self.succeeded
    }
}

/// A moment in the life of a command: most take a twentieth of a second.
pub(crate) fn moment(rng: &mut ChaCha8Rng) -> Duration {
    Duration::from_micros(rng.random_range(0..60_000))
}

/// The id in a line such as `{"id":"…"}`.
pub(crate) fn id_in(line: &str) -> Option<RecordId> {
    serde_json::from_str::<Json>(line).ok()?["id"].as_str()?.parse().ok()
}

/// Tells whoever watches.
pub(crate) fn say(what: &str) {
    drop(writeln!(std::io::stderr(), "{what}"));
}

/// Longer than any process takes to say its first word: it only ends a test that would hang.
const PATIENCE: Duration = Duration::from_secs(60);
