//! Edits of every kind, drawn from the catalogue: the world's people fill in whatever its forms ask.

use client_core::store::query::RecordView;
use fieldbook_tests::content;
use model::catalogue::{Catalogue, Field, FieldKind, RecordType};
use model::ids::{OptionCode, RecordId, TypeName, UserId};
use model::input::new_entry_id;
use model::record::Edit;
use model::time::{Date, Minutes, Span, TimeOfDay, Timestamp};
use model::value::{LogEntry, Scalar};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::Value as Json;

use crate::tally::Tally;

/// Draws edits, and counts which.
pub(crate) struct Pen<'a> {
    pub(crate) rng: &'a mut ChaCha8Rng,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) now: Timestamp,
    pub(crate) tally: &'a mut Tally,
    /// Counts up, so that texts are never the same twice.
    pub(crate) words: &'a mut u64,
    /// Whose pen it is.
    pub(crate) me: UserId,
    /// Records that a reference may name, with their types.
    pub(crate) known: &'a [(RecordId, TypeName)],
}

impl Pen<'_> {
    /// The first values of a new record: all that is required, and some more.
    pub(crate) fn first_values(&mut self, record_type: &RecordType) -> Vec<Edit> {
        let required: Vec<&Field> = record_type.fields.iter().filter(|f| f.required).collect();
        let more = self.rng.random_range(0..=4);
        let mut edits: Vec<Edit> =
            required.into_iter().filter_map(|field| self.edit_of(field, None)).collect();
        for _ in 0..more {
            let field = self.pick(&record_type.fields);
            if edits.iter().any(|edit| edit.field() == &field.name) {
                continue;
            }
            if let Some(edit) = self.edit_of(field, None) {
                edits.push(edit);
            }
        }
        let asked = content::asked(self.catalogue, record_type, self.now, edits);
        // What they answered may have raised another question.
        let missing = content::missing(self.catalogue, record_type, self.now, &asked);
        let missing = missing.iter().filter_map(|name| record_type.field(name.as_str()));
        let more: Vec<Edit> = missing.filter_map(|field| self.edit_of(field, None)).collect();
        content::asked(self.catalogue, record_type, self.now, [asked, more].concat())
    }

    /// A consent as it is noted when it is signed: what it opens to whom, and often until when.
    pub(crate) fn release(&mut self, opens: &[&str]) -> Vec<Edit> {
        // Who there is in this world, so that it lets somebody in.
        const PROGRAMS: [&str; 3] = ["hospital_response", "reentry", "street_outreach"];
        let mut edits = Vec::new();
        for (field, options) in [("opens", opens), ("to_programs", &PROGRAMS[..])] {
            for option in options {
                if self.rng.random_bool(0.7) {
                    let (field, option) = (field.parse().expect("a name"), option.parse());
                    edits.push(Edit::Add { field, option: option.expect("a name") });
                }
            }
        }
        let kind = Scalar::Choice(self.option("consent.kind").expect("the list has options"));
        edits.push(Edit::Set { field: "kind".parse().expect("a name"), value: kind });
        let mut dated = |field: &str, from: i64, until: i64| {
            let at = self.now + Span::from_minutes(self.rng.random_range(from..until));
            let value = Scalar::DateTime(at);
            edits.push(Edit::Set { field: field.parse().expect("a name"), value });
        };
        dated("signed", -600, 60);
        dated("expires", 60, 9_000);
        if self.rng.random_bool(0.6) {
            edits.pop();
        }
        edits
    }

    /// Returns the decision of a supervisor's review about the record it names.
    pub(crate) fn decision(&mut self) -> Edit {
        let decided = self.option("review.decision").expect("the list has options");
        Edit::Set { field: "decision".parse().expect("a name"), value: Scalar::Choice(decided) }
    }

    /// One to three edits of a record as it stands.
    pub(crate) fn edits(&mut self, record_type: &RecordType, record: &RecordView) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        for _ in 0..self.rng.random_range(1..=3) {
            let field = self.pick_busy(&record_type.fields);
            if edits.iter().any(|edit| edit.field() == &field.name) {
                continue;
            }
            if let Some(edit) = self.edit_of(field, record.fields.get(field.name.as_str())) {
                edits.push(edit);
            }
        }
        edits
    }

    /// Decides one of the conflicts of a record, if it has any.
    pub(crate) fn resolution(&mut self, record: &RecordView) -> Option<Edit> {
        let conflict = record.conflicts.first()?;
        let value = self.pick(&conflict.values).scalar.clone()?;
        self.tally.count("conflict resolved");
        Some(Edit::Set { field: conflict.field.clone(), value })
    }

    fn edit_of(&mut self, field: &Field, present: Option<&Json>) -> Option<Edit> {
        let name = field.name.clone();
        if field.retired {
            return None;
        }
        match &field.kind {
            FieldKind::Choices { list } => {
                let chosen = present.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
                if !chosen.is_empty() && self.rng.random_bool(0.4) {
                    let option = self.pick(chosen).as_str()?.parse().ok()?;
                    self.tally.count("remove");
                    return Some(Edit::Remove { field: name, option });
                }
                let option = self.option(list)?;
                self.tally.count("add");
                Some(Edit::Add { field: name, option })
            }
            FieldKind::Refs { .. } => {
                let named = present.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
                if !named.is_empty() && self.rng.random_bool(0.4) {
                    let record = self.pick(named).as_str()?.parse().ok()?;
                    self.tally.count("remove");
                    return Some(Edit::RemoveRef { field: name, record });
                }
                let Scalar::Ref(record) = self.scalar(field)? else { return None };
                self.tally.count("add");
                Some(Edit::AddRef { field: name, record })
            }
            FieldKind::Counter => {
                self.tally.count("increment");
                Some(Edit::Increment { field: name, by: self.rng.random_range(1..=9) })
            }
            FieldKind::Log { entry } => {
                let mut values = LogEntry::new();
                for part in entry.iter().filter(|part| !part.retired) {
                    if (part.required || self.rng.random_bool(0.6))
                        && let Some(value) = self.scalar(part)
                    {
                        values.insert(part.name.to_string(), value);
                    }
                }
                let id = new_entry_id(self.now, self.rng);
                self.tally.count("log");
                Some(Edit::Log { field: name, id, entry: values })
            }
            FieldKind::SharedNote => {
                self.tally.count("note");
                let text = format!("{} ", self.text());
                match present.and_then(Json::as_str) {
                    Some(now) if self.rng.random_bool(0.4) => {
                        let length = u64::try_from(now.chars().count()).unwrap_or(0);
                        let at = self.rng.random_range(0..=length);
                        let delete = self.rng.random_range(0..=(length - at).min(4));
                        self.tally.add("note rewritten", u64::from(delete > 0));
                        Some(Edit::Note { field: name, at, delete, insert: text })
                    }
                    _ => Some(Edit::append(name, text)),
                }
            }
            _ => {
                if present.is_some() && !field.required && self.rng.random_bool(0.15) {
                    self.tally.count("clear");
                    return Some(Edit::Clear { field: name });
                }
                let value = self.scalar(field)?;
                self.tally.count("set");
                self.tally.add("set review field", u64::from(field.review));
                Some(Edit::Set { field: name, value })
            }
        }
    }

    fn scalar(&mut self, field: &Field) -> Option<Scalar> {
        Some(match &field.kind {
            FieldKind::Text => Scalar::Text(self.text()),
            FieldKind::Date => Scalar::Date(self.date()?),
            FieldKind::DateTime => {
                let back = self.rng.random_range(0..14 * 24 * 3_600_i64) * 1_000;
                Scalar::DateTime(Timestamp::from_millis(self.now.as_millis() - back))
            }
            FieldKind::Bool => Scalar::Bool(self.rng.random()),
            FieldKind::Integer { min, max } => {
                Scalar::Integer(self.rng.random_range(*min..=(*max).min(min + 50)))
            }
            FieldKind::Decimal { min, max, .. } => {
                Scalar::Decimal(if self.rng.random() { *min } else { *max })
            }
            FieldKind::Time => {
                Scalar::Time(TimeOfDay::of_minutes(self.rng.random_range(0..1_440))?)
            }
            FieldKind::Duration { min, max } => {
                Scalar::Duration(Minutes::new(self.rng.random_range(min.get()..=max.get())))
            }
            FieldKind::Phone => {
                let line = self.rng.random_range(0..10_000);
                Scalar::Phone(format!("615-555-{line:04}").parse().ok()?)
            }
            FieldKind::Choice { list } => Scalar::Choice(self.option(list)?),
            FieldKind::Ref { to } | FieldKind::Refs { to } => {
                let fits = |named: &&(RecordId, TypeName)| to.is_empty() || to.contains(&named.1);
                let fitting: Vec<_> = self.known.iter().filter(fits).collect();
                // Now and then it is one that the field does not name.
                let careless = self.known.iter().filter(|_| fitting.is_empty()).collect();
                let any = if self.rng.random_bool(0.1) { careless } else { fitting };
                if any.is_empty() {
                    return None;
                }
                Scalar::Ref(self.pick(&any).0)
            }
            FieldKind::User => Scalar::User(self.me),
            // In an entry.
            FieldKind::Choices { list } => {
                let options = [self.option(list)?, self.option(list)?];
                Scalar::Options(options.into_iter().collect())
            }
            FieldKind::Counter | FieldKind::Log { .. } | FieldKind::SharedNote => return None,
        })
    }

    fn date(&mut self) -> Option<Date> {
        (self.now - Span::from_days(self.rng.random_range(0..300))).date()
    }

    fn option(&mut self, list: &str) -> Option<OptionCode> {
        let order = &self.catalogue.code_lists.get(list)?.order;
        Some(self.pick(order).clone())
    }

    fn text(&mut self) -> String {
        *self.words += 1;
        format!("word{}", self.words)
    }

    fn pick<'b, T>(&mut self, of: &'b [T]) -> &'b T {
        &of[self.rng.random_range(0..of.len())]
    }

    /// Fields that merge in their own way, and those a person must decide, more often than others:
    /// a form has many plain ones.
    fn pick_busy<'b>(&mut self, of: &'b [Field]) -> &'b Field {
        let wanted = self.rng.random_range(0..10);
        let busy: Vec<&Field> = of
            .iter()
            .filter(|field| match wanted {
                0..4 => !field.kind.is_scalar(),
                4..7 => field.review,
                _ => true,
            })
            .collect();
        if busy.is_empty() { self.pick(of) } else { busy[self.rng.random_range(0..busy.len())] }
    }
}
