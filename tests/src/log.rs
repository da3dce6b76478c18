//! What this process logs, kept to be read.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged in this process since it was first asked for.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Returns the log of this process. The first caller says, in `levels`, what is written down.
    pub fn of_this_process(levels: &str) -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let begin = || {
            let log = Self::default();
            tracing_subscriber::fmt()
                .json()
                .with_env_filter(EnvFilter::new(levels))
                .with_writer(log.clone())
                .init();
            log
        };
        LOG.get_or_init(begin).clone()
    }

    /// Returns what was logged until now.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }

    /// Returns the same as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
