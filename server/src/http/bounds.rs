//! How much of the server one device, one address and all of them together may use.

use std::time::Duration;

use super::rate_limit::Rate;

/// Longest body of an enrollment: a code, a key and a signature are about 250 bytes.
pub(crate) const ENROLL_BYTES_MAX: usize = 4 * 1024;

/// Longest body of what is said of a shift: a hundred taps are about 4 KiB.
pub(crate) const SHIFT_BYTES_MAX: usize = 16 * 1024;

/// Longest body of signing in or of setting up an account.
pub(crate) const ACCOUNT_BYTES_MAX: usize = 4 * 1024;

/// Longest body that a console sends: a record's first values, ten texts of the longest.
pub(crate) const CONSOLE_BYTES_MAX: usize = 1024 * 1024;

/// Room set aside for an answer to a device: a page. Where there is more to tell, more is taken.
pub(crate) const SYNC_ANSWER_BYTES: usize = model::limits::PAGE_BYTES_MAX;

/// Room set aside for an answer to the console.
pub(crate) const CONSOLE_ANSWER_BYTES: usize = 256 * 1024;

/// What is bounded, and how. The defaults suit a department of a thousand devices.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// How often one address may ask for anything. A whole department behind one address comes
    /// back at the end of a shift with two requests each.
    pub per_address: Rate,
    /// How often one address may try an enrollment code. A code has ten minutes to be guessed in.
    pub enrollments_per_address: Rate,
    /// How often one address, or one browser in which somebody has signed in before, may try to sign in or to set an account up. A whole office signs in
    /// from behind one address at the beginning of a shift.
    pub sign_ins_per_address: Rate,
    /// How often somebody at the console may ask for anything.
    pub per_user: Rate,
    /// Passwords checked at a time, and as many more of those who try it in a browser in which they
    /// have signed in before: each takes a core and 19 MiB for tens of milliseconds.
    pub hashing: usize,
    /// How often one device may ask for anything. A first sync of 100,000 records is a hundred
    /// pages, one after the other.
    pub per_device: Rate,
    /// Requests of one device under way at a time, until their answers have left: one, and those that
    /// it gave up when its network changed and that are still being finished here.
    pub requests_per_device: usize,
    /// The same for somebody at the console: a browser asks six at a time.
    pub requests_per_user: usize,
    /// Streams of events of one device. One more ends its oldest: a phone that changed networks
    /// leaves streams behind that nobody reads.
    pub streams_per_device: usize,
    /// Streams of events of somebody at the console: one for each page that is open. One more ends the
    /// oldest.
    pub streams_per_user: usize,
    /// Requests in work at a time, each on a thread of its own, waiting for the writer most of the
    /// time: a group commit takes up to 64. Each needs at most three times the largest body.
    pub in_work: usize,
    /// Requests of the console in work at a time. They have places of their own: what people read at length
    /// keeps no phone waiting.
    pub consoles_in_work: usize,
    /// Looks at a time: who a token belongs to, whether a stream has news. Each is a few reads, and
    /// none waits behind the requests in work.
    pub reads: usize,
    /// Bytes of bodies held at a time until they are in work: 32 of the largest, five thousand of
    /// an ordinary day's.
    pub body_bytes: usize,
    /// Bytes of answers held at a time until their devices have taken them: twice what those in work
    /// make. Room for an answer is set aside before the work begins.
    pub answer_bytes: usize,
    /// Until what somebody at the console asks is read, from when it is in work. A case of a hundred
    /// thousand records is a page of some milliseconds; the longest list takes some seconds.
    pub console_read: Duration,
    /// Until a body has arrived. A day's work over the slowest network takes some seconds.
    pub body: Duration,
    /// Until a request that is complete gets into work. When a whole department comes back at
    /// once, the last wait longest; told to come again, they would wait longer still. Devices give
    /// up after a minute without a byte, so the answer must come before.
    pub queue: Duration,
    /// Between two signs of life on a stream of events. What stands between may cut a connection
    /// that is quiet for a minute. Also how long a revocation at worst goes unnoticed on a stream.
    pub heartbeat: Duration,
    /// Between two looks for news on one stream: what is committed meanwhile is told at once.
    pub news: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            per_address: Rate { burst: 2_000, per_second: 200 },
            enrollments_per_address: Rate { burst: 30, per_second: 1 },
            sign_ins_per_address: Rate { burst: 60, per_second: 1 },
            per_user: Rate { burst: 120, per_second: 10 },
            hashing: 2,
            per_device: Rate { burst: 120, per_second: 10 },
            requests_per_device: 4,
            requests_per_user: 8,
            streams_per_device: 2,
            streams_per_user: 8,
            in_work: 64,
            consoles_in_work: 16,
            reads: 8,
            body_bytes: 32 * model::limits::REQUEST_BYTES_MAX,
            answer_bytes: 128 * model::limits::PAGE_BYTES_MAX,
            body: Duration::from_secs(120),
            queue: Duration::from_secs(45),
            console_read: Duration::from_secs(20),
            heartbeat: Duration::from_secs(20),
            news: Duration::from_millis(500),
        }
    }
}
