//! Instants, days and spans as data. Nothing here reads a clock.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words::{Explained, Message, explained_error};

/// A text that is not a time, day or span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidTime {
    /// A date and time was expected.
    Instant,
    /// A date was expected.
    Date,
    /// An interval was expected.
    Span,
    /// A time of day was expected.
    TimeOfDay,
    /// A length of time was expected.
    Duration,
}

impl Explained for InvalidTime {
    fn message(&self) -> Message {
        Message::new(match self {
            Self::Instant => "invalid_instant",
            Self::Date => "invalid_date",
            Self::Span => "invalid_span",
            Self::TimeOfDay => "not_a_time",
            Self::Duration => "not_a_duration",
        })
    }
}

explained_error!(InvalidTime);

/// An instant in milliseconds since 1970-01-01T00:00:00Z. Whoever's clock it came from, it is a
/// claim: nothing is ordered by it.
///
/// What people and programs read (JSON) has it in RFC 3339; the binary line has the number. Of the
/// first, the number is read as well: earlier versions wrote it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(i64);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // An instant out of every calendar's range has no text.
        let has_text = jiff::Timestamp::from_millisecond(self.0).is_ok();
        if serializer.is_human_readable() && has_text {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(InstantVisitor)
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

struct InstantVisitor;

impl serde::de::Visitor<'_> for InstantVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instant such as \"2026-11-25T14:30:00Z\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E>(self, millis: i64) -> Result<Timestamp, E> {
        Ok(Timestamp(millis))
    }

    fn visit_u64<E: serde::de::Error>(self, millis: u64) -> Result<Timestamp, E> {
        i64::try_from(millis).map(Timestamp).map_err(E::custom)
    }
}

impl Timestamp {
    /// The instant this many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds after the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The day this instant falls on in UTC.
    pub fn date(self) -> Option<Date> {
        let timestamp = jiff::Timestamp::from_millisecond(self.0).ok()?;
        Some(Date(jiff::tz::TimeZone::UTC.to_datetime(timestamp).date()))
    }

    /// How far `self` lies after `earlier`; negative when it lies before.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;

    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, such as `2026-11-25T14:30:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    /// Reads RFC 3339 with any offset; seconds may be left out, a fraction is cut to milliseconds.
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        text.parse::<jiff::Timestamp>()
            .map(|timestamp| Self(timestamp.as_millisecond()))
            .map_err(|_| InvalidTime::Instant)
    }
}

/// A calendar day, such as a birthday: no time, no zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(jiff::civil::Date);

impl TryFrom<String> for Date {
    type Error = InvalidTime;

    fn try_from(text: String) -> Result<Self, InvalidTime> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl Date {
    /// Midnight UTC at the start of this day.
    pub fn start(self) -> Timestamp {
        let midnight = jiff::tz::TimeZone::UTC.to_timestamp(self.0.at(0, 0, 0, 0));
        Timestamp(midnight.map_or(0, jiff::Timestamp::as_millisecond))
    }

    /// Returns how many days later `other` is; negative where it is earlier.
    pub fn days_until(self, other: Self) -> i64 {
        other.start().since(self.start()).as_millis().div_euclid(Span::from_days(1).as_millis())
    }

    /// Returns how many whole years later `other` is, as birthdays are counted; negative where it is
    /// earlier. Who was born on 29 February is a year older on 1 March where there is none.
    pub fn years_until(self, other: Self) -> i64 {
        let (from, to) = if self.0 <= other.0 { (self.0, other.0) } else { (other.0, self.0) };
        let is_before = (to.month(), to.day()) < (from.month(), from.day());
        let years = i64::from(to.year()) - i64::from(from.year()) - i64::from(is_before);
        if self.0 <= other.0 { years } else { -years }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        if text.len() != 10 {
            return Err(InvalidTime::Date);
        }
        text.parse().map(Self).map_err(|_| InvalidTime::Date)
    }
}

/// A length of time in milliseconds.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(i64);

impl Span {
    /// A span of this many milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// A span of this many seconds.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000))
    }

    /// A span of this many minutes.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self::from_secs(minutes.saturating_mul(60))
    }

    /// A span of this many hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_minutes(hours.saturating_mul(60))
    }

    /// A span of this many days of 24 hours.
    pub const fn from_days(days: i64) -> Self {
        Self::from_hours(days.saturating_mul(24))
    }

    /// Milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl FromStr for Span {
    type Err = InvalidTime;

    /// Reads `15min`, `24h` or `7d`, as the catalogue writes intervals.
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: u32 = number.parse().map_err(|_| InvalidTime::Span)?;
        match unit {
            "min" => Ok(Self::from_minutes(number.into())),
            "h" => Ok(Self::from_hours(number.into())),
            "d" => Ok(Self::from_days(number.into())),
            _ => Err(InvalidTime::Span),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MINUTE: i64 = 60_000;
        match self.0 {
            ms if ms % (24 * 60 * MINUTE) == 0 => write!(f, "{}d", ms / (24 * 60 * MINUTE)),
            ms if ms % (60 * MINUTE) == 0 => write!(f, "{}h", ms / (60 * MINUTE)),
            ms if ms % MINUTE == 0 => write!(f, "{}min", ms / MINUTE),
            ms => write!(f, "{ms}ms"),
        }
    }
}

/// A time of day to the minute, such as when somebody likes to be called: no day, no zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    minutes: u16,
}

impl TimeOfDay {
    /// Returns the time of so many minutes after midnight; `None` if no day has as many.
    pub fn of_minutes(minutes: u16) -> Option<Self> {
        (minutes < 24 * 60).then_some(Self { minutes })
    }

    /// Returns the time that a document holds; `None` if the text is not written as `08:05`.
    pub fn of_document(text: &str) -> Option<Self> {
        text.parse().ok().filter(|time: &Self| time.to_string() == text)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = InvalidTime;

    fn try_from(text: String) -> Result<Self, InvalidTime> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = InvalidTime;

    /// Reads `8:05` and `08:05`, on a clock of 24 hours.
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let digits = |part: &str, len: std::ops::RangeInclusive<usize>| {
            let is_number = part.bytes().all(|digit| digit.is_ascii_digit());
            if is_number && len.contains(&part.len()) { part.parse::<u16>().ok() } else { None }
        };
        let (hours, minutes) = text.trim().split_once(':').ok_or(InvalidTime::TimeOfDay)?;
        match (digits(hours, 1..=2), digits(minutes, 2..=2)) {
            (Some(hours @ 0..24), Some(minutes @ 0..60)) => {
                Ok(Self { minutes: hours * 60 + minutes })
            }
            _ => Err(InvalidTime::TimeOfDay),
        }
    }
}

/// How long something took, in whole minutes.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Minutes(i64);

impl Minutes {
    /// Returns a length of this many minutes.
    pub const fn new(minutes: i64) -> Self {
        Self(minutes)
    }

    /// Returns the number of minutes.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Returns the length in words that are the same in English and Spanish: `1 h 30 min`.
    pub fn in_words(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (hours, minutes) = (self.0.unsigned_abs() / 60, self.0.unsigned_abs() % 60);
        match (hours, minutes) {
            (0, minutes) => format!("{sign}{minutes} min"),
            (hours, 0) => format!("{sign}{hours} h"),
            (hours, minutes) => format!("{sign}{hours} h {minutes} min"),
        }
    }
}

impl fmt::Display for Minutes {
    /// Hours and minutes, `1:30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let minutes = self.0.unsigned_abs();
        write!(f, "{sign}{}:{:02}", minutes / 60, minutes % 60)
    }
}

impl FromStr for Minutes {
    type Err = InvalidTime;

    /// Reads `1:30`, `90`, `90 min`, `1 h`, `1 h 30` and `1h30min`; hours and minutes may be written
    /// out, in English or Spanish.
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let text = text.trim().to_lowercase();
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.as_str()),
        };
        let number = |digits: &str| {
            let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
            match digits.len() {
                1..=6 if is_number => digits.parse::<i64>().map_err(|_| InvalidTime::Duration),
                _ => Err(InvalidTime::Duration),
            }
        };
        if let Some((hours, minutes)) = text.split_once(':') {
            let minutes = match minutes.len() {
                2 => number(minutes)?,
                _ => return Err(InvalidTime::Duration),
            };
            if minutes > 59 {
                return Err(InvalidTime::Duration);
            }
            return Ok(Self(sign * (number(hours)? * 60 + minutes)));
        }
        let (mut total, mut rest, mut seen) = (0, text, Seen::Nothing);
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (count, behind) = rest.split_at_checked(digits).ok_or(InvalidTime::Duration)?;
            let behind = behind.trim_start();
            let unit_len = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (unit, behind) = behind.split_at_checked(unit_len).ok_or(InvalidTime::Duration)?;
            let count = number(count)?;
            seen = match (unit, seen) {
                ("h" | "hr" | "hrs" | "hour" | "hours" | "hora" | "horas", Seen::Nothing) => {
                    total += count * 60;
                    Seen::Hours
                }
                (
                    "" | "m" | "min" | "mins" | "minute" | "minutes" | "minuto" | "minutos",
                    Seen::Nothing | Seen::Hours,
                ) => {
                    total += count;
                    Seen::Minutes
                }
                _ => return Err(InvalidTime::Duration),
            };
            rest = behind.trim_start();
        }
        match seen {
            Seen::Nothing => Err(InvalidTime::Duration),
            Seen::Hours | Seen::Minutes => Ok(Self(sign * total)),
        }
    }
}

/// How far a length of time is read.
#[derive(Clone, Copy)]
enum Seen {
    Nothing,
    Hours,
    Minutes,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_of_day_is_read_on_a_clock_of_24_hours() {
        for (typed, text) in [("8:05", "08:05"), ("08:05", "08:05"), (" 23:59 ", "23:59")] {
            let time: TimeOfDay = typed.parse().unwrap();
            assert_eq!(time.to_string(), text);
            assert_eq!(TimeOfDay::of_document(text), Some(time));
        }
        for text in ["", "8", "8:5", "24:00", "12:60", "-1:00", "8:05pm", "+8:05", "008:05", "٨:٠٥"]
        {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
        }
        assert_eq!(TimeOfDay::of_document("8:05"), None);
        let (last, none) = (TimeOfDay::of_minutes(1_439), TimeOfDay::of_minutes(1_440));
        assert_eq!((last.unwrap().to_string().as_str(), none), ("23:59", None));
    }

    #[test]
    fn how_long_something_took_is_read_as_people_write_it() {
        for (typed, minutes, words) in [
            ("1:30", 90, "1 h 30 min"),
            ("90 min", 90, "1 h 30 min"),
            ("1 h 30", 90, "1 h 30 min"),
            ("1h30min", 90, "1 h 30 min"),
            ("1 Hora 5 minutos", 65, "1 h 5 min"),
            ("2 hours", 120, "2 h"),
            ("45", 45, "45 min"),
            ("0", 0, "0 min"),
            ("-15", -15, "-15 min"),
        ] {
            let read: Minutes = typed.parse().unwrap();
            assert_eq!((read.get(), read.in_words().as_str()), (minutes, words), "{typed}");
        }
        for text in [
            "",
            "h",
            "1:5",
            "1:60",
            ":30",
            "30 min 1 h",
            "1 day",
            "1.5 h",
            "1 h 30 40",
            "1h h",
            "1:+5",
            "--5",
            "9999999",
        ] {
            assert!(text.parse::<Minutes>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_length_of_time_is_read_again_as_it_is_written(minutes in -59_999_i64..59_999) {
            let length = Minutes::new(minutes);
            prop_assert_eq!(length.to_string().parse(), Ok(length));
            prop_assert_eq!(length.in_words().parse(), Ok(length));
        }

        #[test]
        fn no_text_breaks_what_reads_times(text in any::<String>(), near in "[-0-9:hmin ]{0,12}") {
            for text in [text, near] {
                let _ = text.parse::<Minutes>();
                if let Ok(time) = text.parse::<TimeOfDay>() {
                    prop_assert_eq!(TimeOfDay::of_document(&time.to_string()), Some(time));
                }
            }
        }
    }

    #[test]
    fn times_days_and_spans_read_back_from_their_text() {
        for text in ["2026-11-25T14:30:00Z", "1999-12-31T23:59:59.25Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert_eq!(
            "2026-11-25T08:30:00-06:00".parse::<Timestamp>(),
            "2026-11-25T14:30:00Z".parse::<Timestamp>()
        );
        assert_eq!("2004-02-29".parse::<Date>().unwrap().to_string(), "2004-02-29");
        for text in ["15min", "24h", "7d", "30d"] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string().parse(), Ok(span));
        }
    }

    #[test]
    fn json_has_an_instant_as_text_and_the_line_as_a_number() {
        let time: Timestamp = "2026-11-25T14:30:00.5Z".parse().unwrap();
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, "\"2026-11-25T14:30:00.5Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), time);
        let earlier = time.as_millis().to_string();
        assert_eq!(serde_json::from_str::<Timestamp>(&earlier).unwrap(), time);
        let mut line = Vec::new();
        ciborium::into_writer(&time, &mut line).unwrap();
        let number: i64 = ciborium::from_reader(line.as_slice()).unwrap();
        assert_eq!(number, time.as_millis());
        assert_eq!(ciborium::from_reader::<Timestamp, _>(line.as_slice()).unwrap(), time);
        let far = Timestamp::from_millis(i64::MAX);
        let json = serde_json::to_string(&far).unwrap();
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), far);
    }

    #[test]
    fn what_is_no_time_is_refused_with_an_example() {
        assert!("2026-13-01".parse::<Date>().is_err());
        assert!("yesterday".parse::<Timestamp>().unwrap_err().to_string().contains("2026-"));
        for bad in ["", "7", "d", "-7d", "7 d", "99999999999d"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }

    #[test]
    fn adding_never_overflows() {
        let far = Timestamp::from_millis(i64::MAX) + Span::from_days(1);
        assert_eq!(far.as_millis(), i64::MAX);
        assert_eq!(far.date(), None);
    }
}
