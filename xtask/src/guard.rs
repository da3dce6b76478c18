//! Runs one of our own commands as a process group of its own, and ends all of it when it is past
//! its time.
//!
//! The group is why it is a process and not a function: cargo, the tests and the servers that they
//! start are all in it. A group does not hear the terminal's Ctrl-C, so the command holds a pipe
//! from its caller and ends itself when that is closed ([`end_with_the_caller`]).

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::watch::{Limits, Running, Stream, Watch};

/// Runs `cargo xtask` with these words until it ends or is past its limits. What it prints goes
/// where ours goes.
fn run(root: &Path, words: &[&str], limits: Limits) -> Result<(), Failure> {
    let mut command = Command::new(program()?);
    command.args(words).current_dir(root).env(GUARDED, "1");
    let line = format!("cargo xtask {}", words.join(" "));
    let mut child = start(command).map_err(|error| Failure::io(&line, error))?;
    // Closed when this process ends, however it does.
    let held = child.stdin.take();
    let overdue = follow(&mut child, limits).map_err(|error| Failure::io(&line, error))?;
    let status = child.wait().map_err(|error| Failure::io(&line, error))?;
    drop(held);
    match overdue {
        Some(running) => Err(Failure::Overdue { command: line, running }),
        None if status.success() => Ok(()),
        None => Err(Failure::Ended { command: line, status }),
    }
}

/// Does `work`, in a process of its own that is ended when it is past its limits: `words` are what
/// asks `cargo xtask` for the same work.
pub(crate) fn guarded(
    root: &Path,
    words: &[&str],
    limits: Limits,
    work: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    if std::env::var_os(GUARDED).is_some() { work() } else { run(root, words, limits) }
}

/// Ends this process and its group as soon as the one that guards it is gone. Does nothing in a
/// process that is not guarded.
pub(crate) fn end_with_the_caller() {
    if std::env::var_os(GUARDED).is_none() {
        return;
    }
    thread::spawn(|| {
        // Nothing is ever written into it: this returns when it is closed.
        let _ = io::stdin().read(&mut [0]);
        kill_group(std::process::id());
        std::process::exit(1);
    });
}

/// Set for a command that runs in a group of its own.
const GUARDED: &str = "FIELDBOOK_XTASK_GUARDED";

/// This program, though the build may have put another one in its place.
fn program() -> Result<std::path::PathBuf, Failure> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe().map_err(|error| Failure::io("our own program", error))
}

fn start(mut command: Command) -> io::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Passes on what the child prints until it ends. Returns what was running if it had to be killed.
fn follow(child: &mut Child, limits: Limits) -> io::Result<Option<Running>> {
    let (heard, printed) = channel();
    if let Some(out) = child.stdout.take() {
        pass_on(Stream::Out, out, io::stdout(), heard.clone());
    }
    if let Some(err) = child.stderr.take() {
        pass_on(Stream::Err, err, io::stderr(), heard);
    }
    let mut watch = Watch::new(limits);
    let started = clock();
    let overdue = wait(child, &printed, &mut watch, || clock().duration_since(started))?;
    if overdue.is_some() {
        kill_group(child.id());
        child.kill()?;
    }
    Ok(overdue)
}

fn wait(
    child: &mut Child,
    printed: &Receiver<(Stream, Vec<u8>)>,
    watch: &mut Watch,
    passed: impl Fn() -> Duration,
) -> io::Result<Option<Running>> {
    loop {
        if let Some(running) = watch.overdue(passed()) {
            return Ok(Some(running));
        }
        match printed.recv_timeout(LOOK_EVERY) {
            Ok((stream, bytes)) => watch.printed(passed(), stream, &bytes),
            // Both streams are closed by all who had them.
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            // It has ended, and something that it left behind still holds its streams.
            Err(RecvTimeoutError::Timeout) if child.try_wait()?.is_some() => return Ok(None),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

const LOOK_EVERY: Duration = Duration::from_secs(1);

fn pass_on(
    stream: Stream,
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    heard: Sender<(Stream, Vec<u8>)>,
) {
    thread::spawn(move || {
        let mut buffer = [0; 8 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let bytes = buffer.get(..count).unwrap_or_default();
            // A terminal that is gone ends nothing.
            let _ = to.write_all(bytes).and_then(|()| to.flush());
            if heard.send((stream, bytes.to_vec())).is_err() {
                return;
            }
        }
    });
}

/// Kills a process and all that it started, by the number of their group.
fn kill_group(leader: u32) {
    if cfg!(unix) {
        // The shell and not a system call: that would need `unsafe`, or a package.
        let line = format!("kill -s KILL -- -{leader}");
        let _ = Command::new("sh").args(["-c", &line]).stderr(Stdio::null()).status();
    }
}

#[expect(clippy::disallowed_methods, reason = "the machine's time is what is watched here")]
fn clock() -> Instant {
    Instant::now()
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::BufRead as _;

    use super::*;

    #[test]
    fn a_command_past_its_time_is_killed_with_everything_it_started() {
        let mut child = start(shell("sleep 1000 & echo begun; sleep 1000")).unwrap();
        let mut out = io::BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        out.read_line(&mut said).unwrap();
        let limits = Limits { step: Duration::ZERO, test: Duration::ZERO };
        assert!(follow(&mut child, limits).unwrap().is_some());
        assert!(!child.wait().unwrap().success());
        // Both hold the stream: it ends when both have.
        out.read_to_string(&mut said).unwrap();
        assert_eq!(said, "begun\n");
    }

    #[test]
    fn a_command_within_its_time_ends_as_it_ends() {
        for (line, succeeds) in [("exit 0", true), ("exit 3", false)] {
            let mut child = start(shell(line)).unwrap();
            assert_eq!(follow(&mut child, Limits::minutes(60)).unwrap(), None);
            assert_eq!(child.wait().unwrap().success(), succeeds);
        }
    }

    fn shell(line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        command
    }
}
