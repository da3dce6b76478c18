//! The trial of one record's changes: apply them to a clone, look at what came of it, and ask whether
//! each author may do what their change does.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use automerge::ReadDoc as _;
use model::admission::{self, AdmissionError, Budget, Outcome};
use model::catalogue::Catalogue;
use model::change::RawChange;
use model::decision;
use model::document::check::check_change;
use model::document::room::{At, Full, Growth};
use model::document::{Document, DocumentError};
use model::ids::{ChangeHash, FieldName, RecordId, UserId};
use model::limits::{
    RECORD_BYTES_MAX, RECORD_CHANGES_MAX, RECORD_ORDINARY_BYTES_MAX, RECORD_ORDINARY_CHANGES_MAX,
};
use model::policy::{self, Act, Edited, Person, Reach, Subject};
use model::record::{Envelope, Record};
use model::references::{self, Linked};
use model::time::Timestamp;
use model::value::{FieldValue, LogEntry, Scalar};
use model::words::{Explained as _, Message};

use super::{put_off, unreadable};
use crate::store::sqlite::Reading;
use crate::sync::push::author::Author;
use crate::sync::push::rights;
use crate::sync::push::vouched::{self, Owners};
use crate::sync::push::{PUT_OFF, Refused, SenderTrust, Verdict};

/// A record on trial.
pub(super) struct TrialRun<'a> {
    pub(super) db: &'a Reading<'a>,
    pub(super) catalogue: &'a Catalogue,
    pub(super) author: Author<'a>,
    pub(super) owners: Owners,
    pub(super) now: Timestamp,
    pub(super) record: RecordId,
    /// The record as it stands, with what was accepted so far.
    pub(super) before: Option<Arc<Document>>,
    /// What it says since something was accepted.
    pub(super) after: Option<(Envelope, Record)>,
    /// Changes that were found to be their author's to make: a batch is tried again in halves.
    pub(super) allowed: BTreeSet<ChangeHash>,
    /// Changes that do not fit into their device's day.
    pub(super) past_the_day: BTreeSet<ChangeHash>,
    pub(super) budget: &'a mut Budget,
}

impl TrialRun<'_> {
    /// Admits these changes as far as the budget goes, and at least the first of those that are not
    /// here yet: so a device that sends the rest again comes to an end.
    pub(super) fn settle(&mut self, changes: &[RawChange]) -> Vec<Verdict> {
        let mut verdicts = self.admit(changes);
        let comes_further = |verdict: &Verdict| *verdict != Verdict::Known && !is_put_off(verdict);
        if let Some(first) = verdicts.iter().position(is_put_off)
            && !verdicts.iter().any(comes_further)
        {
            self.budget.allow_one();
            let alone = self.admit(&changes[first..=first]);
            verdicts.splice(first..=first, alone);
        }
        verdicts
    }

    /// Admits these changes together; when what comes of it is no record, each part by itself, so
    /// that one bad change among many costs few trials.
    fn admit(&mut self, changes: &[RawChange]) -> Vec<Verdict> {
        let before = self.before.as_ref().map(|document| document.automerge());
        let admitted = admission::apply_all_within(before, changes, self.budget);
        let verdicts: Vec<Verdict> = admitted.outcomes.into_iter().map(verdict).collect();
        let Some(document) = admitted.document else { return verdicts };
        let cost = admission::cost_of(&document);
        self.budget.spend(cost);
        let document = Document::from(document);
        let looked = self.look_at(&document, changes).and_then(|seen| {
            self.check_day(&seen.1, changes)?;
            self.check_room(&document, &seen.1, admitted.saved_bytes, changes)?;
            Ok(seen)
        });
        let refused = match looked {
            Ok(seen) => {
                self.before = Some(Arc::new(document));
                self.after = Some(seen);
                return verdicts;
            }
            Err(refused) => refused,
        };
        if changes.len() == 1 {
            return vec![Verdict::Refused(refused)];
        }
        let (first, second) = changes.split_at(self.budget.split(2 * cost, changes.len()));
        let mut verdicts = self.admit(first);
        verdicts.extend(self.admit(second));
        verdicts
    }

    /// Compares the record with how it was, with the catalogue, and with what the author of these
    /// changes may do.
    fn look_at(
        &mut self,
        after: &Document,
        changes: &[RawChange],
    ) -> Result<(Envelope, Record), Refused> {
        let before = self.before.as_deref();
        let checked = admission::guarded(|| Ok(check_change(self.catalogue, before, after)))
            .map_err(|refusal| Refused::never(refusal.code(), &refusal.message()))?;
        let (envelope, record) =
            checked.map_err(|problem| Refused::never(problem.code(), &problem.unquoted()))?;
        if envelope.record != self.record {
            return Err(Refused::plainly("foreign_record"));
        }
        if self.author.sender.standing == SenderTrust::Vouching
            && changes.iter().any(|change| self.is_anothers(change))
            && vouched::is_off_phones(self.catalogue, &envelope)
        {
            return Err(vouched::not_vouched());
        }
        self.ask_for_each(after, &record, changes)?;
        Ok((envelope, record))
    }

    /// Returns whether these changes may be taken past their device's day, as far as they are: all
    /// that they do must always be possible.
    fn check_day(&self, record: &Record, changes: &[RawChange]) -> Result<(), Refused> {
        let before = self.before.as_deref();
        let is_news = |change: &RawChange| before.is_none_or(|b| !b.has_change(&change.hash()));
        let is_past = |change: &RawChange| self.past_the_day.contains(&change.hash());
        if !changes.iter().any(|change| is_past(change) && is_news(change)) {
            return Ok(());
        }
        let is_always_possible = match before {
            Some(before) => {
                let before = read(self.catalogue, before)?;
                policy::is_always_possible(self.catalogue, &before, record)
            }
            None => !decision::effects(self.catalogue, None, record).is_empty(),
        };
        if is_always_possible { Ok(()) } else { Err(put_off()) }
    }

    /// Returns whether the record has room for these changes, and the device not more than its
    /// share of it.
    fn check_room(
        &self,
        after: &Document,
        record: &Record,
        record_bytes: usize,
        changes: &[RawChange],
    ) -> Result<(), Refused> {
        let sender = self.author.sender;
        let most = if sender.standing.is_accepted() {
            // A supervisor answers for it: no share is asked, only whether the room stays that must
            // always be there.
            Some((RECORD_ORDINARY_BYTES_MAX, RECORD_ORDINARY_CHANGES_MAX))
        } else if changes.iter().any(|change| self.is_anothers(change)) {
            // It was in its author's share when it was taken before.
            Some((RECORD_BYTES_MAX, RECORD_CHANGES_MAX))
        } else {
            None
        };
        if let Some((most_bytes, most_changes)) = most {
            let number = after.automerge().stats().num_changes;
            let fits = record_bytes <= most_bytes && number <= most_changes;
            return if fits { Ok(()) } else { Err(Full::Record.into()) };
        }
        let before = self.before.as_deref();
        after.check_crowd(before, sender.device)?;
        let growth = Growth { record_bytes, change_bytes: self.bytes_of_news(changes) };
        growth.check(At::Taking, after, sender.device, || match before {
            Some(before) => {
                let before = read(self.catalogue, before)?;
                Ok(policy::is_always_possible(self.catalogue, &before, record))
            }
            None => Ok(false),
        })
    }

    fn bytes_of_news(&self, changes: &[RawChange]) -> usize {
        let before = self.before.as_deref();
        let news =
            changes.iter().filter(|change| before.is_none_or(|b| !b.has_change(&change.hash())));
        news.map(|change| change.bytes().len()).sum()
    }

    /// Returns whether the author may do what these changes do.
    fn ask_for_each(
        &mut self,
        after: &Document,
        record: &Record,
        changes: &[RawChange],
    ) -> Result<(), Refused> {
        let present = match &self.before {
            Some(before) => Some(read(self.catalogue, before)?),
            None => None,
        };
        let present = present.as_ref();
        // What it says of other records is asked in the transaction.
        let alike = |_| Ok::<_, Infallible>(Some(Linked::to(record)));
        match references::check(self.catalogue, present, record, alike) {
            Ok(linked) => linked.map_err(Refused::from)?,
            Err(never) => match never {},
        }
        // Mostly all that comes of them is what their authors may do.
        if self.may_all(present, record, changes) {
            return Ok(());
        }
        // Otherwise each is compared with what its author had seen, not with what others wrote
        // meanwhile.
        for change in changes {
            if self.allowed.contains(&change.hash()) {
                continue;
            }
            let cost = admission::cost_of(after.automerge()).saturating_mul(2);
            if changes.len() == 1 {
                self.budget.spend(cost);
            } else if !self.budget.take(cost) {
                return Err(put_off());
            }
            let before = as_of(self.catalogue, after, change.deps())?;
            let Some(then) = as_of(self.catalogue, after, &[change.hash()])? else { continue };
            self.may(change, before.as_ref(), &then, present)?;
            self.allowed.insert(change.hash());
        }
        Ok(())
    }

    fn is_anothers(&self, change: &RawChange) -> bool {
        vouched::is_anothers(self.author.sender, change)
    }

    /// Returns whether all of these changes together do what each of their authors may do by
    /// themselves.
    fn may_all(&self, present: Option<&Record>, after: &Record, changes: &[RawChange]) -> bool {
        let mut asked = BTreeSet::new();
        changes.iter().all(|change| {
            let author = self.is_anothers(change).then(|| self.owners.of(change));
            !asked.insert(author) || self.may(change, present, after, present).is_ok()
        })
    }

    /// Returns whether the author of a change may do this.
    fn may(
        &self,
        change: &RawChange,
        before: Option<&Record>,
        after: &Record,
        present: Option<&Record>,
    ) -> Result<(), Refused> {
        let envelope = &after.envelope;
        let subject = Subject {
            compartment: &envelope.compartment,
            record_type: self.catalogue.record_type(&envelope.record_type),
        };
        let sender = self.author.sender;
        let at = Timestamp::from_millis(change.time().saturating_mul(1_000));
        let edited = Edited { way: sender.way, before, after, at, present };
        let person = match (self.is_anothers(change), self.author.confirms) {
            (false, _) => {
                // It may hand in what others made, and makes nothing in their names.
                let is_vouching = sender.standing == SenderTrust::Vouching;
                if is_vouching && before.is_none() && envelope.created_by != sender.user {
                    return Err(Refused::plainly("forged_maker"));
                }
                self.author.holder()
            }
            (true, None) => {
                let owner = self.owners.of(change);
                let (catalogue, voucher) = (self.catalogue, self.author.holder());
                vouched::may_be_taken(self.now, catalogue, voucher, owner, subject, edited)?;
                let user = owner.unwrap_or(envelope.created_by);
                let nobody = Person { user, memberships: &BTreeSet::new() };
                let decided = self.may_decide(nobody, before, after)?;
                return decided.map_err(|_| vouched::not_confirmed());
            }
            (true, Some(memberships)) => {
                let user = self.owners.of(change).unwrap_or(envelope.created_by);
                Person { user, memberships }
            }
        };
        // Whether the record is open to them is asked in the transaction.
        policy::decide(
            self.catalogue,
            self.now,
            person,
            Reach::Granted,
            subject,
            Act::Edit(edited),
        )?;
        self.check_people(before, after)?;
        self.may_decide(person, before, after)?.map_err(Refused::from)
    }

    /// Returns whether somebody may decide on other records what this edit decides. A record that
    /// is not here yet may come with this push: it is asked about once more in the transaction, as
    /// everything that a record says of others.
    fn may_decide(
        &self,
        person: Person<'_>,
        before: Option<&Record>,
        after: &Record,
    ) -> Result<Result<(), policy::Denial>, Refused> {
        let find = |other| {
            let (db, sender) = (self.db, self.author.sender);
            rights::linked(self.now, db, self.catalogue, sender, other).map_err(|error| {
                tracing::error!(record = %self.record, %error, "what a record names cannot be read");
                unreadable()
            })
        };
        decision::check(self.catalogue, person, before, after, find)
    }

    /// Returns whether everybody whom these changes name uses the system.
    fn check_people(&self, before: Option<&Record>, after: &Record) -> Result<(), Refused> {
        let stood: BTreeSet<UserId> =
            before.into_iter().flat_map(people_named).map(|it| it.1).collect();
        for (field, user) in people_named(after).filter(|(_, user)| !stood.contains(user)) {
            let exists = self.db.user_exists(user).map_err(|error| {
                tracing::error!(record = %self.record, %error, "users cannot be looked up");
                unreadable()
            })?;
            if !exists {
                let code = "unknown_user";
                return Err(Refused::never(code, &Message::new(code).with("field", field)));
            }
        }
        Ok(())
    }
}

/// The users whom a record names, in its fields and in entries of its logs.
fn people_named(record: &Record) -> impl Iterator<Item = (&FieldName, UserId)> {
    record.fields.keys().flat_map(|field| {
        let values = record.values(field).into_iter().flat_map(|value| match value {
            FieldValue::Scalar(scalar) => vec![scalar],
            FieldValue::Log(entries) => entries.values().flat_map(LogEntry::values).collect(),
            _ => Vec::new(),
        });
        values.filter_map(move |scalar| match scalar {
            Scalar::User(user) => Some((field, *user)),
            _ => None,
        })
    })
}

impl From<Full> for Refused {
    fn from(full: Full) -> Self {
        match full.retry_after_pull() {
            true => Self::after_pull(full.code(), &full.message()),
            false => Self::never(full.code(), &full.message()),
        }
    }
}

fn as_of(
    catalogue: &Catalogue,
    document: &Document,
    heads: &[ChangeHash],
) -> Result<Option<Record>, Refused> {
    let document = document.as_of(heads).map_err(|problem| not_a_record(&problem))?;
    document.map(|document| read(catalogue, &document)).transpose()
}

fn read(catalogue: &Catalogue, document: &Document) -> Result<Record, Refused> {
    document.record(catalogue).map_err(|problem| not_a_record(&problem))
}

fn not_a_record(problem: &DocumentError) -> Refused {
    Refused::never("not_a_record", &problem.message())
}

/// Returns whether a change was not tried, and comes again.
fn is_put_off(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refused(refused) if refused.code == PUT_OFF)
}

fn verdict(outcome: Result<Outcome, AdmissionError>) -> Verdict {
    match outcome {
        Ok(Outcome::Accepted) => Verdict::Accepted,
        Ok(Outcome::Known) => Verdict::Known,
        Err(refusal) if refusal.retry_after_pull() => {
            Verdict::Refused(Refused::after_pull(refusal.code(), &refusal.message()))
        }
        Err(refusal) => Verdict::Refused(Refused::never(refusal.code(), &refusal.message())),
    }
}
