//! What a consent opens, to whom, and from when to when.

use std::collections::BTreeSet;

use super::Denial;
use crate::catalogue::common::{APPROVAL, VOIDED};
use crate::catalogue::{Catalogue, RecordType};
use crate::ids::{CompartmentCode, OptionCode, ProgramCode, RecordId};
use crate::record::Record;
use crate::time::Timestamp;
use crate::value::{FieldValue, Scalar};

/// A consent, as far as it opens anything.
///
/// Where people wrote different dates without knowledge of each other, the one that opens least
/// counts: the last signature, the first end, any revocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The record that says so.
    pub record: RecordId,
    /// The programs whose people it lets in.
    pub programs: BTreeSet<ProgramCode>,
    /// The compartments it opens.
    pub compartments: BTreeSet<CompartmentCode>,
    /// When it was signed; none when it was not.
    pub starts: Option<Timestamp>,
    /// When it comes to its end; none when it says nothing of one.
    pub ends: Option<Timestamp>,
    /// Whether it was taken back, or the record voided.
    pub revoked: bool,
}

impl Consent {
    /// Returns what a record opens; `None` if its type is no consent.
    pub fn of(catalogue: &Catalogue, record_type: &RecordType, record: &Record) -> Option<Self> {
        let rules = record_type.consent.as_ref()?;
        let signed: Vec<_> = instants(record, rules.signed.as_str()).collect();
        let first_signed = signed.iter().min().copied();
        let mut ends: Vec<_> = instants(record, rules.expires.as_str()).collect();
        let says = !ends.is_empty();
        for life in options(record, rules.kind.as_str()).filter_map(|kind| rules.lives.get(kind)) {
            let span = if says { life.at_most } else { Some(life.default) };
            ends.extend(first_signed.zip(span).map(|(signed, span)| signed + span));
        }
        let is_voided = options(record, APPROVAL).any(|option| option.as_str() == VOIDED);
        let programs = options(record, rules.programs.as_str());
        let compartments = options(record, rules.opens.as_str());
        Some(Self {
            record: record.envelope.record,
            programs: programs.filter_map(|option| option.as_str().parse().ok()).collect(),
            compartments: compartments
                .filter_map(|option| catalogue.compartment_of(option))
                .cloned()
                .collect(),
            starts: signed.into_iter().max(),
            ends: ends.into_iter().min(),
            revoked: is_voided || all_values(record, rules.revoked.as_str()).next().is_some(),
        })
    }

    /// Checks whether it opens a compartment to the people of a program, now.
    ///
    /// # Errors
    /// Says why not.
    pub fn opens(
        &self,
        now: Timestamp,
        compartment: &CompartmentCode,
        program: &ProgramCode,
    ) -> Result<(), Denial> {
        if !self.compartments.contains(compartment) || !self.programs.contains(program) {
            return Err(Denial::NoConsent);
        }
        if self.revoked {
            return Err(Denial::ConsentRevoked);
        }
        if self.starts.is_none_or(|starts| now < starts) {
            return Err(Denial::ConsentNotSigned);
        }
        if self.ends.is_some_and(|ends| ends <= now) {
            return Err(Denial::ConsentExpired);
        }
        Ok(())
    }

    /// The next moment after `now` at which it begins or ends to open anything.
    pub fn next_moment(&self, now: Timestamp) -> Option<Timestamp> {
        if self.revoked {
            return None;
        }
        let starts = self.starts?;
        [Some(starts), self.ends].into_iter().flatten().filter(|moment| *moment > now).min()
    }
}

/// Every value of a field, those of a conflict too.
fn all_values<'a>(
    record: &'a Record,
    name: &str,
) -> impl Iterator<Item = &'a FieldValue> + use<'a> {
    let conflict = record.conflicts.iter().find(|conflict| conflict.field.as_str() == name);
    let shown = match conflict {
        Some(_) => None,
        None => record.fields.get(name),
    };
    conflict.into_iter().flat_map(|c| &c.values).map(|value| &value.value).chain(shown)
}

fn instants<'a>(record: &'a Record, name: &str) -> impl Iterator<Item = Timestamp> + use<'a> {
    all_values(record, name).filter_map(FieldValue::scalar).filter_map(|value| match value {
        Scalar::DateTime(at) => Some(*at),
        Scalar::Text(_)
        | Scalar::Date(_)
        | Scalar::Bool(_)
        | Scalar::Integer(_)
        | Scalar::Decimal(_)
        | Scalar::Time(_)
        | Scalar::Duration(_)
        | Scalar::Phone(_)
        | Scalar::Options(_)
        | Scalar::Choice(_)
        | Scalar::Ref(_)
        | Scalar::User(_) => None,
    })
}

fn options<'a>(record: &'a Record, name: &str) -> impl Iterator<Item = &'a OptionCode> + use<'a> {
    all_values(record, name).flat_map(|value| match value {
        FieldValue::Choices(options) => options.iter().collect(),
        FieldValue::Scalar(Scalar::Choice(option)) => vec![option],
        FieldValue::Scalar(_)
        | FieldValue::Refs(_)
        | FieldValue::Counter(_)
        | FieldValue::Log(_)
        | FieldValue::SharedNote(_)
        | FieldValue::Unknown(_) => Vec::new(),
    })
}
