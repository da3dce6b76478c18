//! A long-running `fieldbook`: its output, line by line, until it is stopped.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A running process. Killed when dropped.
pub(crate) struct Running {
    process: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

/// Far longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = lines_of(process.stdout.take().unwrap());
        let stderr = lines_of(process.stderr.take().unwrap());
        Self { process, stdout, stderr }
    }

    /// The next line on stdout.
    pub(crate) fn next_line(&mut self) -> String {
        let line = self.stdout.recv_timeout(PATIENCE);
        line.unwrap_or_else(|_| panic!("no line; stderr: {}", self.said_on_stderr()))
    }

    /// The next line on stderr.
    pub(crate) fn next_error(&mut self) -> String {
        self.stderr.recv_timeout(PATIENCE).expect("a line on stderr")
    }

    /// Everything that is still to come on stderr; call it when the process has ended.
    pub(crate) fn rest_of_errors(&mut self) -> String {
        self.stderr.iter().map(|line| line + "\n").collect()
    }

    /// Ends it as Ctrl-C would, and returns its exit code.
    #[cfg(unix)]
    pub(crate) fn interrupt(&mut self) -> Option<i32> {
        self.signal("INT")
    }

    /// Sends a signal, waits for the end, and returns the exit code.
    #[cfg(unix)]
    pub(crate) fn signal(&mut self, name: &str) -> Option<i32> {
        let pid = self.process.id().to_string();
        let kill = Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(kill.unwrap().success());
        self.process.wait().unwrap().code()
    }

    fn said_on_stderr(&self) -> String {
        self.stderr.try_iter().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads on whether or not anybody listens, so that the process never waits for a full pipe.
fn lines_of(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}
