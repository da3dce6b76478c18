//! The server's log: JSON lines on stderr, without recorded data.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;
use crate::printable;

/// The environment variable that says what is logged, such as `info` or `server=debug`.
pub const LOG_VARIABLE: &str = "FIELDBOOK_LOG";

/// Starts logging as [`LOG_VARIABLE`] says, `info` when it says nothing: JSON, or plain lines when
/// a person looks at them.
///
/// # Errors
/// When the variable cannot be read as a filter.
pub fn start() -> Result<(), Failure> {
    let filter = match std::env::var(LOG_VARIABLE) {
        Ok(text) if !text.trim().is_empty() => EnvFilter::try_new(&text).map_err(|_| {
            Failure::invalid("bad_log_filter", format!("{LOG_VARIABLE} is not a filter"))
                .hint("such as info, warn, or server=debug")
        })?,
        _ => EnvFilter::new("info"),
    };
    let lines = tracing_subscriber::fmt().with_env_filter(filter);
    // A subscriber that is there already stays: it is whoever runs this as a library's.
    let _ = if io::stderr().is_terminal() {
        // It writes control characters as their numbers by itself.
        lines.compact().with_writer(io::stderr).try_init()
    } else {
        lines.json().flatten_event(true).with_writer(|| Plain).try_init()
    };
    Ok(())
}

/// Standard error without control characters: a log is read on terminals later.
struct Plain;

impl io::Write for Plain {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        io::stderr().lock().write_all(printable::json(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}
