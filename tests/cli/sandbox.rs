//! A sandbox with a fresh folder, the `fieldbook` binary, and if need be a running server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fieldbook_tests::binary::fieldbook;
use serde_json::Value as Json;

use crate::running::Running;

/// A fresh folder to work in; gone when dropped.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
    server: Option<Running>,
}

/// What one line did.
pub(crate) struct Done {
    line: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    folder: PathBuf,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: None }
    }

    /// A sandbox with a department in `data`, its server running, and three people.
    pub(crate) fn with_server() -> Self {
        let mut sandbox = Self::new();
        sandbox.ok("admin --data data init --department Department");
        for (name, role) in [("Ana", "OW"), ("Ben", "OW"), ("Sol", "SUP")] {
            sandbox.ok(&format!(
                "admin --data data user add {name} --role {role} --program street_outreach"
            ));
        }
        sandbox.serve();
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server on a free port and waits until it says where it is.
    pub(crate) fn serve(&mut self) {
        self.serve_on("127.0.0.1:0");
    }

    fn serve_on(&mut self, address: &str) {
        let mut command = self.command();
        command.args(["serve", "--data", "data", "--listen", address]);
        let mut server = Running::start(command);
        while !server.next_error().contains("fingerprint") {}
        self.server = Some(server);
    }

    /// Starts the server once more where it was: devices know it by its address.
    pub(crate) fn serve_again(&mut self) {
        let served = std::fs::read_to_string(self.path().join("data/server.json")).unwrap();
        let served: Json = serde_json::from_str(&served).unwrap();
        let address = text(&served, "url").replace("https://", "");
        self.serve_on(&address);
    }

    /// Ends the server as Ctrl-C would.
    #[cfg(unix)]
    pub(crate) fn stop(&mut self) -> Option<i32> {
        self.server.take()?.interrupt()
    }

    /// Enrolls a device of `name` in the folder `name` in lower case.
    pub(crate) fn enroll(&self, name: &str) {
        let invitation = self.json(&format!("admin --data data invite {name}"));
        let (url, code) = (text(&invitation, "url"), text(&invitation, "code"));
        let fingerprint = text(&invitation, "fingerprint");
        let dir = name.to_lowercase();
        self.ok(&format!(
            "device --dir {dir} enroll --server {url} --code {code} --fingerprint {fingerprint}"
        ));
    }

    /// Runs a line. Words are separated by blanks; single quotes hold a word together.
    pub(crate) fn run(&self, line: &str) -> Done {
        self.run_with(line, &[])
    }

    /// Runs a line with more in its environment.
    pub(crate) fn run_with(&self, line: &str, environment: &[(&str, &str)]) -> Done {
        let mut command = self.command();
        command.args(words(line)).envs(environment.iter().copied());
        Done::of(line, command, self.path())
    }

    /// Runs a line in another folder.
    pub(crate) fn run_in(&self, folder: &Path, line: &str) -> Done {
        let mut command = self.command();
        command.args(words(line)).current_dir(folder);
        Done::of(line, command, folder)
    }

    /// Starts a line that runs on.
    pub(crate) fn start(&self, line: &str) -> Running {
        self.start_with(line, &[])
    }

    /// Starts a line that runs on, with more in its environment.
    pub(crate) fn start_with(&self, line: &str, environment: &[(&str, &str)]) -> Running {
        let mut command = self.command();
        command.args(words(line)).envs(environment.iter().copied());
        Running::start(command)
    }

    /// Runs a line that must succeed.
    pub(crate) fn ok(&self, line: &str) -> Done {
        let done = self.run(line);
        assert_eq!(done.code, 0, "fieldbook {line}\n{}{}", done.stdout, done.stderr);
        done
    }

    /// Returns the output of command lines, one after the other, whether or not they succeed. An id
    /// has the same number throughout.
    pub(crate) fn transcript(&self, lines: &[&str]) -> String {
        let shown = lines.iter().map(|line| self.run(line).as_shown() + "\n");
        redacted(&shown.collect::<String>())
    }

    /// The same of lines none of which may succeed or print anything on stdout.
    pub(crate) fn failures(&self, lines: &[&str]) -> String {
        let shown = lines.iter().map(|line| {
            let done = self.run(line);
            assert_ne!(done.code, 0, "fieldbook {line}\n{}", done.stdout);
            assert_eq!(done.stdout, "", "fieldbook {line}");
            done.as_shown() + "\n"
        });
        redacted(&shown.collect::<String>())
    }

    /// Runs a line with `--json` that must succeed.
    pub(crate) fn json(&self, line: &str) -> Json {
        let done = self.ok(&format!("--json {line}"));
        serde_json::from_str(&done.stdout).unwrap()
    }

    /// Runs a line with `--json` that makes a record, and gives its id.
    pub(crate) fn id(&self, line: &str) -> String {
        text(&self.json(line), "id")
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(fieldbook());
        command.current_dir(self.folder.path()).stdin(Stdio::null()).env("COLUMNS", "100");
        for variable in ["FIELDBOOK_PIN", "FIELDBOOK_MASTER_KEY", "FIELDBOOK_LOG", "RUST_LOG"] {
            command.env_remove(variable);
        }
        // The language of these tests is not that of whoever runs them.
        for variable in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            command.env_remove(variable);
        }
        command
    }
}

impl Done {
    fn of(line: &str, mut command: Command, folder: &Path) -> Self {
        let output = command.output().unwrap();
        Self {
            line: line.to_owned(),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            folder: folder.canonicalize().unwrap(),
        }
    }

    /// The line, its output and its exit code, without what differs from run to run.
    pub(crate) fn shown(&self) -> String {
        redacted(&self.as_shown())
    }

    fn as_shown(&self) -> String {
        let mut shown = format!("$ fieldbook {}\n{}", self.line, self.stdout);
        if !self.stderr.is_empty() {
            shown.push_str("--- stderr\n");
            shown.push_str(&self.stderr);
        }
        if self.code != 0 {
            shown.push_str(&format!("--- exit {}\n", self.code));
        }
        shown.replace(&self.folder.display().to_string(), "[dir]")
    }
}

/// A text field of a JSON object.
pub(crate) fn text(json: &Json, key: &str) -> String {
    json[key].as_str().unwrap_or_else(|| panic!("no text `{key}` in {json}")).to_owned()
}

/// Replaces what differs from run to run: ids by their order of appearance, times, ports,
/// fingerprints and codes by their names.
pub(crate) fn redacted(text: &str) -> String {
    let mut ids = BTreeMap::new();
    let mut redacted = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let at_word = !redacted.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        if VARYING.iter().any(|key| redacted.ends_with(key)) {
            redacted.push_str("[number]");
            rest = rest.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit());
            continue;
        }
        let found = at_word.then(|| KINDS.iter().find_map(|kind| kind(rest))).flatten();
        let Some((length, name)) = found else {
            redacted.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        if name == "id" {
            let next = ids.len() + 1;
            let number = *ids.entry(&rest[..length]).or_insert(next);
            redacted.push_str(&format!("[id {number}]"));
        } else {
            redacted.push_str(&format!("[{name}]"));
        }
        rest = &rest[length..];
    }
    redacted
}

/// Keys of numbers that say how well something compressed, or how far apart two clocks were.
const VARYING: [&str; 3] = ["\"bytes_up\":", "\"bytes_down\":", "\"skew_ms\":"];

/// Recognizes one kind of changing text at the beginning: its length and name.
type Kind = fn(&str) -> Option<(usize, &'static str)>;

const KINDS: [Kind; 9] = [
    |text| like(text, "xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx").map(|n| (n, "id")),
    |text| like(text, &"x".repeat(64)).map(|n| (n, "hash")),
    |text| {
        let zones = ["UTC", "CST", "CDT"];
        let shown = zones.iter().find_map(|zone| like(text, &format!("dddd-dd-dd dd:dd {zone}")));
        shown.map(|n| (n, "time"))
    },
    |text| {
        let start = like(text, "dddd-dd-ddTdd:dd:dd")?;
        let more = text[start..].find('Z')?;
        let fraction = text[start..start + more].bytes().all(|b| b == b'.' || b.is_ascii_digit());
        fraction.then_some((start + more + 1, "time"))
    },
    |text| like(text, "dddd-dd-dd").map(|n| (n, "date")),
    |text| Some((10 + digits(text.strip_prefix("127.0.0.1:")?), "address")),
    // The id of an entry of a log.
    |text| {
        let end = text.find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit());
        let length = end.unwrap_or(text.len());
        (text.starts_with('0') && length == 26).then_some((26, "ulid"))
    },
    |text| {
        let end = text.find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '-');
        let word = &text[..end.unwrap_or(text.len())];
        let groups: Vec<&str> = word.split('-').collect();
        let is_code = 2 <= groups.len() && groups.iter().all(|group| group.len() == 4);
        is_code.then_some((word.len(), "code"))
    },
    |text| {
        let count = digits(text);
        (0 < count && text[count..].starts_with(" bytes ")).then_some((count, "number"))
    },
];

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Returns whether the text begins like the pattern: `x` is a hexadecimal digit, `d` a digit.
fn like(text: &str, pattern: &str) -> Option<usize> {
    let mut bytes = text.bytes();
    let fits = pattern.bytes().all(|wanted| match (wanted, bytes.next()) {
        (b'x', Some(byte)) => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        (b'd', Some(byte)) => byte.is_ascii_digit(),
        (wanted, byte) => byte == Some(wanted),
    });
    let ends = !bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
    (fits && ends).then_some(pattern.len())
}

/// Splits a line into words as a shell does, as far as these tests need it.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    for letter in line.chars() {
        match letter {
            '\'' => (quoted, begun) = (!quoted, true),
            ' ' if !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                    begun = false;
                }
            }
            _ => {
                word.push(letter);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

#[test]
fn what_differs_from_run_to_run_is_replaced_and_the_same_id_stays_the_same() {
    let id = "0190c0de-0000-7000-8000-000000000001";
    let text = format!("{id} at 2026-11-25 14:30 CST, 2026-11-25T14:30:00.123Z: {id}, ABCD-2345");
    assert_eq!(redacted(&text), "[id 1] at [time], [time]: [id 1], [code]");
    assert_eq!(redacted("2026-11-25 · 01M89HHTSZGDH454VA15538BSB"), "[date] · [ulid]");
    let text = "7 of 413 bytes up {\"skew_ms\":-12}";
    assert_eq!(redacted(text), "7 of [number] bytes up {\"skew_ms\":[number]}");
    assert_eq!(redacted("https://127.0.0.1:8443 STF-R"), "https://[address] STF-R");
    assert_eq!(words("new 'Case Alder' a='b c'"), ["new", "Case Alder", "a=b c"]);
}
