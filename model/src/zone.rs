//! The department's clocks: how people write and read times of day.
//!
//! The time zones are compiled in, and the same for everybody who has the same version.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date as CivilDate, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::time::{Date, Timestamp};
use crate::value::ValueProblem;
use crate::words::{Explained, Message, explained_error};

/// A time zone by its name, such as `America/Chicago`.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// An instant in parts, for whoever puts it into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The year.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
    /// The day of the week, from 1 for Monday to 7 for Sunday.
    pub weekday: u8,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
}

/// A text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownZone;

impl Explained for UnknownZone {
    fn message(&self) -> Message {
        Message::new("unknown_zone")
    }
}

explained_error!(UnknownZone);

impl Zone {
    /// Returns universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), zone: TimeZone::UTC }
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads an instant as people write it: `2026-11-28 14:00`, `2026-11-28` (when that day begins),
    /// `14:00` (today), each by these clocks; or RFC 3339, whose offset counts then.
    ///
    /// # Errors
    /// When the text is none of these, or the clocks leave the time out or have it twice that day.
    pub fn read(&self, now: Timestamp, text: &str) -> Result<Timestamp, ValueProblem> {
        let text = text.trim();
        if let Ok(instant) = text.parse() {
            return Ok(instant);
        }
        let unreadable = || ValueProblem::Not { kind: "datetime" };
        let (day, time) = match text.split_once([' ', 'T']) {
            Some((day, time)) => (Some(day), Some(time.trim_start())),
            None if text.contains(':') => (None, Some(text)),
            None => (Some(text), None),
        };
        let day = match day {
            Some(day) => read_day(day).ok_or_else(unreadable)?,
            None => self.civil(now).ok_or_else(unreadable)?.date(),
        };
        let Some(time) = time else {
            return self.begins(day).ok_or_else(unreadable);
        };
        let time = read_time(time).ok_or_else(unreadable)?;
        self.instant(day.to_datetime(time)).ok_or_else(unreadable)?
    }

    /// Returns an instant as these clocks show it, to the minute: `2026-11-28 14:00 CST`.
    pub fn show(&self, time: Timestamp) -> String {
        let Ok(instant) = jiff::Timestamp::from_millisecond(time.as_millis()) else {
            return time.to_string();
        };
        let offset = self.zone.to_offset_info(instant);
        let civil = offset.offset().to_datetime(instant);
        format!("{} {}", civil.strftime("%Y-%m-%d %H:%M"), offset.abbreviation())
    }

    /// Returns the instant so many business days later, at the same time of day: Saturdays and Sundays are
    /// none.
    pub fn business_days_after(&self, time: Timestamp, days: u32) -> Timestamp {
        let Some(from) = self.civil(time) else { return time };
        let (mut to, mut left) = (from, days);
        while left > 0 {
            let Ok(next) = to.tomorrow() else { return time };
            to = next;
            let is_free = matches!(to.weekday(), Weekday::Saturday | Weekday::Sunday);
            left -= u32::from(!is_free);
        }
        // Where the clocks leave that time out, it is when they go on.
        let instant = self.zone.to_timestamp(to);
        instant.map_or(time, |it| Timestamp::from_millis(it.as_millisecond()))
    }

    /// Returns the day on which an instant falls by these clocks.
    pub fn day(&self, time: Timestamp) -> Option<Date> {
        self.civil(time)?.date().to_string().parse().ok()
    }

    /// Returns when the day of an instant ends and the next begins by these clocks. That day may have
    /// 23 hours or 25.
    pub fn end_of_day(&self, time: Timestamp) -> Option<Timestamp> {
        self.begins(self.civil(time)?.date().tomorrow().ok()?)
    }

    /// Returns an instant as these clocks show it, to the minute, as the inputs of pages hold it:
    /// `2026-11-28T14:00`.
    ///
    /// It does not say which hour is meant where the clocks go back: [`Zone::read`] refuses it then.
    pub fn local(&self, time: Timestamp) -> Option<String> {
        let civil = self.civil(time).filter(|civil| civil.year() > 0)?;
        Some(civil.strftime("%Y-%m-%dT%H:%M").to_string())
    }

    /// Returns the parts of an instant as these clocks and their calendar show it.
    pub fn reading(&self, time: Timestamp) -> Option<Reading> {
        let civil = self.civil(time)?;
        Some(Reading {
            year: civil.year(),
            month: civil.month().unsigned_abs(),
            day: civil.day().unsigned_abs(),
            weekday: civil.weekday().to_monday_one_offset().unsigned_abs(),
            hour: civil.hour().unsigned_abs(),
            minute: civil.minute().unsigned_abs(),
        })
    }

    /// Returns when a day begins: where the clocks leave midnight out, when they go on.
    fn begins(&self, day: CivilDate) -> Option<Timestamp> {
        let begins = self.zone.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
        Some(Timestamp::from_millis(begins.as_millisecond()))
    }

    fn civil(&self, time: Timestamp) -> Option<DateTime> {
        let instant = jiff::Timestamp::from_millisecond(time.as_millis()).ok()?;
        Some(self.zone.to_datetime(instant))
    }

    /// The instant at which the clocks show this; none when no calendar reaches so far.
    fn instant(&self, civil: DateTime) -> Option<Result<Timestamp, ValueProblem>> {
        let at = |offset: jiff::tz::Offset| {
            let instant = offset.to_timestamp(civil).ok()?;
            Some(Timestamp::from_millis(instant.as_millisecond()))
        };
        let zone = || self.name.clone();
        Some(match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Ok(at(offset)?),
            AmbiguousOffset::Gap { .. } => Err(ValueProblem::TimeSkipped { zone: zone() }),
            AmbiguousOffset::Fold { before, after } => Err(ValueProblem::TimeTwice {
                zone: zone(),
                first: written(civil, before),
                second: written(civil, after),
            }),
        })
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZoneDatabase::bundled().get(name).map_err(|_| UnknownZone)?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Ok(Self { name, zone })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn read_day(text: &str) -> Option<CivilDate> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// `9:05`, `09:05` or with seconds.
fn read_time(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let mut next = |most: usize| {
        let part = parts.next()?;
        let is_number =
            (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if is_number { part.parse::<i8>().ok() } else { None }
    };
    let (hour, minute) = (next(2)?, next(2)?);
    let second = match text.matches(':').count() {
        1 => 0,
        2 => next(2)?,
        _ => return None,
    };
    if text.rsplit(':').next().is_some_and(|last| last.len() != 2) {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

fn written(civil: DateTime, offset: jiff::tz::Offset) -> String {
    let (sign, seconds) =
        if offset.seconds() < 0 { ('-', -offset.seconds()) } else { ('+', offset.seconds()) };
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{}{sign}{hours:02}:{minutes:02}", civil.strftime("%Y-%m-%dT%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them_by_the_clocks_of_the_department() {
        for (text, instant) in [
            ("2026-11-28 14:00", "2026-11-28T20:00:00Z"),
            ("2026-11-28T14:00", "2026-11-28T20:00:00Z"),
            ("2026-07-28 14:00", "2026-07-28T19:00:00Z"),
            ("2026-11-28 9:05", "2026-11-28T15:05:00Z"),
            ("2026-11-28 14:00:30", "2026-11-28T20:00:30Z"),
            ("2026-11-28", "2026-11-28T06:00:00Z"),
            // Half past eight in the evening there: still the day before by universal time.
            ("14:00", "2026-11-27T20:00:00Z"),
            (" 07:30 ", "2026-11-27T13:30:00Z"),
            ("2026-11-28T14:00:00Z", "2026-11-28T14:00:00Z"),
            ("2026-11-28T14:00:00+02:00", "2026-11-28T12:00:00Z"),
        ] {
            let read = chicago().read(now(), text);
            assert_eq!(read, Ok(instant.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "soon", "2026-11-31", "2026-11-28 25:00", "14", "14:0", "1:2:3:4", "+1:00"]
        {
            let read = chicago().read(now(), text);
            assert_eq!(read, Err(ValueProblem::Not { kind: "datetime" }), "{text}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_leave_out_or_have_twice_is_refused_and_explained() {
        let skipped = chicago().read(now(), "2026-03-08 02:30").unwrap_err();
        assert_eq!(skipped, ValueProblem::TimeSkipped { zone: "America/Chicago".into() });
        let twice = chicago().read(now(), "2026-11-01 01:30").unwrap_err();
        let ValueProblem::TimeTwice { first, second, .. } = twice else { panic!("{twice}") };
        assert_eq!(first, "2026-11-01T01:30-05:00");
        assert_eq!(second, "2026-11-01T01:30-06:00");
        let read = |text: &str| chicago().read(now(), text).unwrap();
        assert_eq!(read(&second).since(read(&first)), crate::time::Span::from_hours(1));
        // What is shown of either says which it is.
        assert_eq!(chicago().show(read(&first)), "2026-11-01 01:30 CDT");
        assert_eq!(chicago().show(read(&second)), "2026-11-01 01:30 CST");
    }

    #[test]
    fn a_day_is_the_one_that_people_there_had() {
        let evening = "2026-11-28T01:30:00Z".parse().unwrap();
        assert_eq!(chicago().day(evening).unwrap().to_string(), "2026-11-27");
        assert_eq!(Zone::utc().show(evening), "2026-11-28 01:30 UTC");
        assert!("America/Chicagoo".parse::<Zone>().is_err());
    }

    #[test]
    fn a_day_ends_when_the_next_begins_however_many_hours_it_has() {
        for (time, end) in [
            ("2026-11-28T02:30:00Z", "2026-11-28T06:00:00Z"),
            // Midnight belongs to the day that begins.
            ("2026-11-28T06:00:00Z", "2026-11-29T06:00:00Z"),
            // The clocks go back: 25 hours, of which the hour from one to two comes twice.
            ("2026-11-01T05:00:00Z", "2026-11-02T06:00:00Z"),
            ("2026-11-01T06:30:00Z", "2026-11-02T06:00:00Z"),
            ("2026-11-01T07:30:00Z", "2026-11-02T06:00:00Z"),
            // They go on: 23 hours.
            ("2026-03-08T06:00:00Z", "2026-03-09T05:00:00Z"),
        ] {
            let ends = chicago().end_of_day(time.parse().unwrap());
            assert_eq!(ends, Some(end.parse().unwrap()), "{time}");
        }
        // There the clocks leave midnight out: the day before ends at what would be one o'clock.
        let santiago: Zone = "America/Santiago".parse().unwrap();
        let evening = "2026-09-06T01:00:00Z".parse().unwrap();
        let ends = santiago.end_of_day(evening).unwrap();
        assert_eq!(santiago.local(evening).as_deref(), Some("2026-09-05T21:00"));
        assert_eq!(santiago.local(ends).as_deref(), Some("2026-09-06T01:00"));
        assert_eq!(chicago().end_of_day(Timestamp::from_millis(i64::MAX)), None);
    }

    #[test]
    fn what_pages_fill_in_reads_back_as_the_same_minute_unless_the_clocks_show_it_twice() {
        let local = |time: &str| chicago().local(time.parse().unwrap()).unwrap();
        assert_eq!(local("2026-11-28T20:00:59Z"), "2026-11-28T14:00");
        let read = chicago().read(now(), "2026-11-28T14:00");
        assert_eq!(read, Ok("2026-11-28T20:00:00Z".parse().unwrap()));
        assert_eq!(local("2026-11-01T06:30:00Z"), "2026-11-01T01:30");
        assert_eq!(local("2026-11-01T07:30:00Z"), "2026-11-01T01:30");
        let twice = chicago().read(now(), "2026-11-01T01:30");
        assert!(matches!(twice, Err(ValueProblem::TimeTwice { .. })), "{twice:?}");
        assert_eq!(chicago().local(Timestamp::from_millis(i64::MAX)), None);
    }

    #[test]
    fn an_instant_is_read_in_parts_by_the_calendar_there() {
        // Monday by universal time, the Sunday on which the clocks went back there.
        let reading = chicago().reading("2026-11-02T05:59:00Z".parse().unwrap());
        let sunday = Reading { year: 2026, month: 11, day: 1, weekday: 7, hour: 23, minute: 59 };
        assert_eq!(reading, Some(sunday));
        let reading = chicago().reading("2026-11-02T06:00:00Z".parse().unwrap());
        let monday = Reading { day: 2, weekday: 1, hour: 0, minute: 0, ..sunday };
        assert_eq!(reading, Some(monday));
    }

    #[test]
    fn business_days_leave_weekends_out_and_keep_the_time_of_day() {
        for (time, days, later) in [
            // A Monday, a Friday, a Saturday; and over the Sunday on which the clocks go back.
            ("2026-11-23T15:00:00Z", 3, "2026-11-26T15:00:00Z"),
            ("2026-11-27T15:00:00Z", 3, "2026-12-02T15:00:00Z"),
            ("2026-11-28T15:00:00Z", 1, "2026-11-30T15:00:00Z"),
            ("2026-10-30T15:00:00Z", 1, "2026-11-02T16:00:00Z"),
            ("2026-11-28T15:00:00Z", 0, "2026-11-28T15:00:00Z"),
        ] {
            let found = chicago().business_days_after(time.parse().unwrap(), days);
            assert_eq!(found, later.parse().unwrap(), "{time} {days}");
        }
        let last = Timestamp::from_millis(i64::MAX);
        assert_eq!(chicago().business_days_after(last, 3), last);
    }

    fn chicago() -> Zone {
        "America/Chicago".parse().unwrap()
    }

    fn now() -> Timestamp {
        "2026-11-28T02:30:00Z".parse().unwrap()
    }
}
