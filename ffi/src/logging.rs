//! Forwards the library's log to the app's log.

use std::fmt::{self, Write as _};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::error::FieldbookError;

/// Receives the library's log, which never contains recorded data.
#[uniffi::export(rust, foreign)]
pub trait Logger: Send + Sync {
    /// Receives one line, on a thread of its own.
    fn log(&self, line: LogLine) -> Result<(), crate::observe::ListenerError>;
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogLine {
    /// The level.
    pub level: LogLevel,
    /// The part of the library that speaks.
    pub target: String,
    /// The message.
    pub message: String,
}

/// The levels of the log, the most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, uniffi::Enum)]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something is unusual.
    Warn,
    /// Something happened.
    Info,
    /// For developers of the library.
    Debug,
}

/// Sends the library's log, from this level on, to the app's logger. A second call replaces the
/// earlier logger.
#[uniffi::export]
pub fn set_logger(level: LogLevel, logger: Arc<dyn Logger>) -> Result<(), FieldbookError> {
    let (lines, received) = mpsc::sync_channel::<LogLine>(LINES_MAX);
    thread::Builder::new()
        .name("fieldbook-log".into())
        .spawn(move || {
            for line in received {
                // A log that fails cannot be told to the log.
                let _ = logger.log(line);
            }
        })
        .map_err(|_| FieldbookError::Internal)?;
    *sink().lock().unwrap_or_else(PoisonError::into_inner) = Some(Sink { level, lines });
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        // Whoever has a log of their own in this process keeps it.
        let _ = tracing::subscriber::set_global_default(Forward);
        std::panic::set_hook(Box::new(|panic| {
            // Where, and not what: a panic's message may hold anything.
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "a panic");
        }));
    });
    Ok(())
}

/// The number of lines that wait for a slow logger. Further lines are dropped: the log never delays
/// a save.
const LINES_MAX: usize = 1_000;

struct Sink {
    level: LogLevel,
    lines: SyncSender<LogLine>,
}

fn sink() -> &'static Mutex<Option<Sink>> {
    static SINK: Mutex<Option<Sink>> = Mutex::new(None);
    &SINK
}

fn lines_at(level: LogLevel) -> Option<SyncSender<LogLine>> {
    let sink = sink().lock().unwrap_or_else(PoisonError::into_inner);
    sink.as_ref().filter(|sink| level <= sink.level).map(|sink| sink.lines.clone())
}

/// Returns whether a log line is of this project. A library's line about a request may hold an
/// address.
fn is_ours(target: &str) -> bool {
    ["client_core", "model", "fieldbook_ffi"].iter().any(|ours| {
        target.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    })
}

struct Forward;

impl Subscriber for Forward {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && is_ours(metadata.target())
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let level = match *event.metadata().level() {
            Level::ERROR => LogLevel::Error,
            Level::WARN => LogLevel::Warn,
            Level::INFO => LogLevel::Info,
            Level::DEBUG | Level::TRACE => LogLevel::Debug,
        };
        // Not held while words are made: a panic there is logged as well.
        let Some(lines) = lines_at(level) else { return };
        let mut words = Words::default();
        event.record(&mut words);
        let target = event.metadata().target().to_owned();
        let message = words.message + &words.fields;
        let _ = lines.try_send(LogLine { level, target, message });
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
