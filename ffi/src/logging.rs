//! The library's log, for the app's own.

use std::fmt::{self, Write as _};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::error::FieldbookError;

/// Takes the library's log. Nothing that somebody recorded is ever in it.
#[uniffi::export(rust, foreign)]
pub trait Logger: Send + Sync {
    /// Takes one line, on a thread of its own.
    fn log(&self, line: LogLine) -> Result<(), crate::observe::ListenerError>;
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogLine {
    /// How bad it is.
    pub level: LogLevel,
    /// The part of the library that speaks.
    pub target: String,
    /// What it says.
    pub message: String,
}

/// How bad it is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, uniffi::Enum)]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something is odd.
    Warn,
    /// Something happened.
    Info,
    /// For those who work on the library.
    Debug,
}

/// Sends the library's log, from this level on, to the app's. Called again it takes the place of the
/// logger before.
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

/// Lines that wait for a slow logger. Those past it are lost: the log never makes a save wait.
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

/// Our own lines only: what a library under us says of a request may hold its address.
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
