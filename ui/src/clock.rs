//! Days and times in words, by the department's clocks and for whoever reads.

use model::time::{Date, Minutes, Span, TimeOfDay, Timestamp};
use model::words::Language;
use model::zone::{Reading, Zone};

use crate::words::Words;

/// Says when something was or will be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock<'a> {
    words: Words,
    zone: &'a Zone,
    now: Timestamp,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(words: Words, zone: &'a Zone, now: Timestamp) -> Self {
        Self { words, zone, now }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Says an instant to the minute: `Nov 29, 4:10 pm`; with its year where that is another one.
    pub(crate) fn at(&self, time: Timestamp) -> String {
        match self.zone.reading(time) {
            Some(reading) => format!("{}, {}", self.day_of(&reading), self.time_of(&reading)),
            None => time.to_string(),
        }
    }

    /// Says the day of an instant: `Nov 29`.
    pub(crate) fn day(&self, time: Timestamp) -> String {
        self.zone.reading(time).map_or_else(|| time.to_string(), |reading| self.day_of(&reading))
    }

    /// Says the time of day of an instant: `4:10 pm`.
    pub(crate) fn time(&self, time: Timestamp) -> String {
        self.zone.reading(time).map_or_else(|| time.to_string(), |reading| self.time_of(&reading))
    }

    /// Says a time of day that belongs to no day: `4:10 pm`.
    pub(crate) fn time_of_day(&self, time: TimeOfDay) -> String {
        let text = time.to_string();
        let (hour, minute) = text.split_once(':').unwrap_or_default();
        match (hour.parse(), minute.parse()) {
            (Ok(hour), Ok(minute)) => self.hour_and_minute(hour, minute),
            _ => text,
        }
    }

    /// Says today, with the day of the week.
    pub(crate) fn today(&self) -> String {
        let Some(now) = self.zone.reading(self.now) else { return String::new() };
        format!("{}, {}", self.weekday(&now), self.day_of(&now))
    }

    /// Says a date, which is the same day everywhere.
    pub(crate) fn date(&self, date: Date) -> String {
        let text = date.to_string();
        let mut parts = text.split('-').map(|part| part.parse().unwrap_or(0));
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        match (year, month, day) {
            (Some(year), Some(month), Some(day)) => self.day_and_year(year, month, day),
            _ => text,
        }
    }

    /// Says how long ago something was, in days by the calendar: `today`, `yesterday`, `12 days ago`.
    pub(crate) fn ago(&self, time: Timestamp) -> String {
        match self.days_since(time) {
            days if days < 0 => self.day(time),
            0 => self.words.today(),
            1 => self.words.yesterday(),
            days => self.words.days_ago(days),
        }
    }

    /// Says when something is due: `3 days late`, `today, 4:00 pm`, `tomorrow`, `in 5 days`.
    pub(crate) fn due(&self, time: Timestamp) -> String {
        let days = -self.days_since(time);
        match days {
            0 if time < self.now => self.words.late_since(self.time(time)),
            0 => self.words.today_at(self.time(time)),
            1 => self.words.tomorrow(),
            days if days < 0 => self.words.days_late(-days),
            days if days < 60 => self.words.in_days(days),
            _ => self.day(time),
        }
    }

    /// Returns how many days by the calendar have begun since an instant; negative for the future.
    pub(crate) fn days_since(&self, time: Timestamp) -> i64 {
        match (self.zone.day(time), self.zone.day(self.now)) {
            (Some(then), Some(today)) => then.days_until(today),
            _ => self.now.since(time).as_millis() / Span::from_days(1).as_millis(),
        }
    }

    /// Returns an instant as `<time datetime>` has it.
    pub(crate) fn machine(&self, time: Timestamp) -> String {
        time.to_string()
    }

    /// Returns an instant as `<input type=datetime-local>` has it.
    pub(crate) fn local(&self, time: Timestamp) -> String {
        self.zone.local(time).unwrap_or_default()
    }

    /// Says how long something lasts: `1 h 20 min`.
    pub(crate) fn span(&self, span: Span) -> String {
        self.long(span.as_millis() / Span::from_minutes(1).as_millis())
    }

    /// Says how long something took: `1 h 20 min`.
    pub(crate) fn minutes(&self, minutes: Minutes) -> String {
        self.long(minutes.get())
    }

    fn long(&self, minutes: i64) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60);
        match (hours, rest) {
            (0, rest) => self.words.minutes_long(rest),
            (hours, 0) => self.words.hours_long(hours),
            (hours, rest) => {
                format!("{} {}", self.words.hours_long(hours), self.words.minutes_long(rest))
            }
        }
    }

    fn day_of(&self, reading: &Reading) -> String {
        let (year, month, day) =
            (i64::from(reading.year), i64::from(reading.month), i64::from(reading.day));
        let this_year = self.zone.reading(self.now).is_some_and(|now| now.year == reading.year);
        match this_year {
            true => self.words.day_of_month(day, self.month(month)),
            false => self.day_and_year(year, month, day),
        }
    }

    fn day_and_year(&self, year: i64, month: i64, day: i64) -> String {
        self.words.day_of_year(day, self.month(month), year.to_string())
    }

    fn time_of(&self, reading: &Reading) -> String {
        self.hour_and_minute(reading.hour.into(), reading.minute.into())
    }

    fn hour_and_minute(&self, hour: u32, minute: u32) -> String {
        match self.words.language {
            Language::English => {
                let half = if hour < 12 { "am" } else { "pm" };
                format!("{}:{minute:02}\u{a0}{half}", (hour + 11) % 12 + 1)
            }
            Language::Spanish => format!("{hour}:{minute:02}"),
        }
    }

    fn month(&self, month: i64) -> String {
        let names = self.words.months();
        let index = usize::try_from(month - 1).unwrap_or(usize::MAX);
        names.split_whitespace().nth(index).unwrap_or_default().to_owned()
    }

    fn weekday(&self, reading: &Reading) -> String {
        let names = self.words.weekdays();
        // Monday is 1 (ISO 8601).
        let index = usize::from(reading.weekday).saturating_sub(1);
        names.split_whitespace().nth(index).unwrap_or_default().to_owned()
    }
}
