//! One chromedriver for the whole suite, and one request to it.
//!
//! WebDriver is JSON over HTTP on loopback: the few lines here take the place of a client library, see
//! `docs/decisions/0040-browser-tests.md`.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value as Json, json};

/// A running chromedriver. It ends, with every browser that it started, when this process does.
#[derive(Debug)]
pub struct Driver {
    port: u16,
    /// Holds the pipe that the shell around it waits on.
    _shell: Child,
}

/// What chromedriver refused, and why.
#[derive(Debug)]
pub struct Refused {
    /// Its code, such as `no such element`.
    pub code: String,
    /// Its words.
    pub message: String,
}

impl Driver {
    /// Returns the one of this process, started by whoever asks first.
    pub fn of_this_process() -> &'static Self {
        static DRIVER: OnceLock<Driver> = OnceLock::new();
        DRIVER.get_or_init(Self::start)
    }

    fn start() -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", SHELL]).stdin(Stdio::piped()).stdout(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut shell = command.spawn().unwrap();
        let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        // What it prints later is read by nobody, and must not fill the pipe.
        std::thread::spawn(move || lines.count());
        let port =
            port.expect("chromedriver is needed: on Debian, apt-get install chromium-driver");
        Self { port, _shell: shell }
    }

    /// Asks it for something. `path` begins with a slash.
    ///
    /// # Errors
    /// What chromedriver refuses.
    pub fn ask(&self, method: &str, path: &str, body: &Json) -> Result<Json, Refused> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let mut line = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        line.write_all(request.as_bytes()).unwrap();
        let mut answer = BufReader::new(line);
        let (mut length, mut head) = (0, String::new());
        while answer.read_line(&mut head).unwrap() > 2 {
            let (name, value) = head.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap();
            }
            head.clear();
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).unwrap();
        let mut answer: Json = serde_json::from_slice(&body).unwrap();
        let value = answer["value"].take();
        match value["error"].as_str() {
            None => Ok(value),
            Some(code) => {
                let message = value["message"].as_str().unwrap_or_default().to_owned();
                Err(Refused { code: code.to_owned(), message })
            }
        }
    }

    /// Begins a session with these capabilities, and returns its path.
    ///
    /// # Panics
    /// When the browser does not start.
    pub fn begin(&self, capabilities: &Json) -> String {
        let asked = json!({"capabilities": {"alwaysMatch": capabilities}});
        let begun = self.ask("POST", "/session", &asked).unwrap();
        format!("/session/{}", begun["sessionId"].as_str().unwrap())
    }
}

/// Ends chromedriver and its browsers when the test process is gone, however it ended: that closes the
/// pipe which `cat` reads.
const SHELL: &str = "command -v chromedriver >/dev/null || exit 1; \
    chromedriver --port=0 --log-level=SEVERE & cat >/dev/null; kill -KILL 0";
