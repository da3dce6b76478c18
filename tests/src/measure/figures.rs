//! Times, ratios and tables.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Runs `work` and says how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    #[expect(clippy::disallowed_methods, reason = "this is where the measurements read the clock")]
    let started = Instant::now();
    let result = work();
    (result, started.elapsed())
}

/// A stopwatch for work that spans awaits.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "as in `timed`")]
        let started = Instant::now();
        Self(started)
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Many times of the same work.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn of(count: usize, mut work: impl FnMut(usize)) -> Self {
        Self((0..count).map(|at| timed(|| work(at)).1).collect())
    }

    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// The time that this many of a hundred are within.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort();
        let at = (sorted.len() * percent).div_ceil(100).clamp(1, sorted.len().max(1));
        sorted.get(at - 1).copied().unwrap_or_default()
    }

    pub(crate) fn mean(&self) -> Duration {
        let count = u32::try_from(self.0.len()).unwrap_or(u32::MAX).max(1);
        self.0.iter().sum::<Duration>() / count
    }
}

/// How many times `b` goes into `a`.
pub(crate) fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// How many times one size goes into another.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
pub(crate) fn size_ratio(a: u64, b: u64) -> f64 {
    a as f64 / (b as f64).max(1.0)
}

/// How many a second.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
pub(crate) fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// A length as a number of something in JSON, on the wire and in tables.
pub(crate) fn length(count: usize) -> u64 {
    count as u64
}

/// Milliseconds, to three figures or so.
pub(crate) fn millis(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1_000.0;
    match ms {
        ms if ms >= 100.0 => format!("{} ms", grouped(time.as_millis())),
        ms if ms >= 1.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.3} ms"),
    }
}

/// A whole number with its thousands apart.
pub(crate) fn grouped(number: impl TryInto<u128>) -> String {
    let digits = number.try_into().unwrap_or(0).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A whole number that came out of a division.
pub(crate) fn rounded(number: f64) -> String {
    let text = format!("{number:.0}");
    text.parse::<u128>().map_or(text, grouped)
}

/// One part's answer: a heading, and what was measured beside its target.
pub(crate) struct Part {
    text: String,
}

impl Part {
    pub(crate) fn new(title: &str, circumstances: &str) -> Self {
        let mut text = format!("### {title}\n\n{circumstances}\n\n");
        text.push_str("| figure | value | target | |\n|---|---:|---:|---|\n");
        Self { text }
    }

    /// A figure without a target.
    pub(crate) fn row(&mut self, what: &str, value: impl std::fmt::Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "| {what} | {value} | | |");
    }

    /// A ratio that is to be at most this.
    pub(crate) fn at_most(&mut self, what: &str, value: f64, target: f64) {
        self.judged(what, value, &format!("≤ {target}"), value <= target);
    }

    /// A ratio that is to be at least this.
    pub(crate) fn at_least(&mut self, what: &str, value: f64, target: f64) {
        self.judged(what, value, &format!("≥ {target}"), target <= value);
    }

    /// A count that is to be exactly this.
    pub(crate) fn exactly(&mut self, what: &str, value: u64, target: u64) {
        let met = if value == target { "met" } else { "**missed**" };
        let _ = writeln!(self.text, "| {what} | {} | {target} | {met} |", grouped(value));
    }

    /// A time that is to be under this.
    pub(crate) fn under(&mut self, what: &str, value: Duration, target: Duration) {
        let met = if value < target { "met" } else { "**missed**" };
        let _ =
            writeln!(self.text, "| {what} | {} | < {} | {met} |", millis(value), millis(target));
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn judged(&mut self, what: &str, value: f64, target: &str, met: bool) {
        let met = if met { "met" } else { "**missed**" };
        let _ = writeln!(self.text, "| {what} | {value:.2} × | {target} × | {met} |");
    }
}
