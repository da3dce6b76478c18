//! What somebody does at the console: look for people, read cases and records, write them, open what is
//! not theirs in an emergency, watch over privacy.
//!
//! Everything asks the same rules as a phone's changes do ([`model::policy::decide`]), with what is
//! known at that moment. What somebody may not see does not exist for them: the answer is the one
//! for what is not there. Every read is in the audit before its answer leaves.

mod administration;
mod asking;
mod assigning;
mod assigning_pages;
mod auditing;
mod day;
mod disputing;
mod drafting;
mod drafts;
mod emergency;
mod emergency_list;
mod emergency_views;
mod form;
mod handles;
pub(crate) mod late;
mod late_pages;
mod lists;
mod messages;
mod oversight;
mod privacy;
mod read;
mod recovery;
mod repairing;
mod returned;
mod reviewing;
mod safety;
mod screens;
mod seeing;
mod shown;
mod tasks;
mod transferring;
mod write;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use model::forbidden::Forbidden;
use model::ids::{CaseId, CompartmentCode, FeedSeq, RecordId, Scope, TypeName, UserId};
use model::policy::{self, Act, Channel, Person, Reach, Subject};
use model::time::Timestamp;
use model::wire::MembershipV1;
use model::words::{Explained as _, Language, Message};

use crate::access::case_context::CaseContext;
use crate::context::Context;
use crate::error::StoreError;
use crate::identity::accounts::{Accounts, SignedIn};
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::listing::Listed;
use crate::store::sqlite::Reading;
use crate::store::sqlite::reader_pool::PatientReaders;
use crate::writer::Writer;

pub use assigning::*;
pub use drafts::{BeginDraft, DraftView};
pub use lists::*;
pub use messages::*;
pub use recovery::RecoveryCodes;
pub use screens::PageAnswer;
pub use transferring::{TransferAnswer, TransferState, TransferView};

/// Why something was not done at the console.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// It is not there, or not for whoever asks: nobody can tell which.
    #[error("there is nothing here that you may see")]
    NotFound,
    /// The rules say no.
    #[error("{reason}")]
    NotAllowed {
        /// The stable name of the reason.
        code: String,
        /// What fills its words.
        parts: BTreeMap<String, String>,
        /// In English.
        reason: String,
    },
    /// What was given does not fit.
    #[error("{}", said(.0, Language::English))]
    Invalid(Vec<Mistake>),
    /// Dates that lie a little after now, and texts that look as if they held what is never recorded:
    /// `anyway` says that they are right.
    #[error("{}", said(.0, Language::English))]
    Doubtful(Vec<Mistake>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ConsoleError {
    /// A stable name for the answer and the audit.
    pub fn code(&self) -> &str {
        match self {
            Self::NotFound => "not_found",
            Self::NotAllowed { code, .. } => code,
            Self::Invalid(_) => "invalid",
            Self::Doubtful(wrong) => doubtful_code(wrong),
            Self::Store(_) => "internal",
        }
    }

    fn not_allowed(message: &Message) -> Self {
        Self::NotAllowed {
            code: message.code().to_owned(),
            parts: message.parts().clone(),
            reason: message.english(),
        }
    }

    fn invalid(problem: Message) -> Self {
        Self::Invalid(vec![Mistake { field: None, problem }])
    }

    /// Returns the words in a language; in English where no others are known.
    pub fn in_language(&self, language: Language) -> String {
        let words = match self {
            Self::NotFound => Message::new("not_found").in_language(language),
            Self::NotAllowed { .. } if language == Language::English => None,
            Self::NotAllowed { code, parts, .. } => {
                Message::from_parts(code, parts.clone()).in_language(language)
            }
            Self::Invalid(mistakes) | Self::Doubtful(mistakes) => Some(said(mistakes, language)),
            Self::Store(_) => Message::new("internal").in_language(language),
        };
        words.unwrap_or_else(|| self.to_string())
    }
}

fn doubtful_code(wrong: &[Mistake]) -> &'static str {
    match wrong.iter().any(|mistake| Forbidden::is_told_by(&mistake.problem)) {
        true => "doubtful_text",
        false => "doubtful_date",
    }
}

fn said(mistakes: &[Mistake], language: Language) -> String {
    let words = mistakes.iter().map(|mistake| {
        let message = mistake.message();
        message.in_language(language).unwrap_or_else(|| message.english())
    });
    words.collect::<Vec<_>>().join("; ")
}

impl From<policy::Denial> for ConsoleError {
    fn from(refusal: policy::Denial) -> Self {
        Self::not_allowed(&refusal.message())
    }
}

/// Somebody at the console, at one moment.
pub struct ConsoleUser<'a> {
    pub(crate) context: Arc<Context>,
    pub(crate) readers: PatientReaders<'a>,
    pub(crate) writer: &'a Writer,
    pub(crate) accounts: Accounts<'a>,
    pub(crate) now: Timestamp,
    pub(crate) who: SignedIn,
}

impl ConsoleUser<'_> {
    /// Returns who is signed in, with their roles as they are now.
    ///
    /// # Errors
    /// When the store fails.
    pub fn me(&self) -> Result<Me, ConsoleError> {
        self.readers.read(|db| {
            let profile = db.profile(self.who.user)?;
            let reader = self.reader(db, None)?;
            let unseen_emergencies = match reader.watches_privacy() {
                true => Some(db.unseen_emergencies()?),
                false => None,
            };
            Ok(Me {
                user: self.who.user,
                name: profile.name,
                roles: profile.roles,
                unseen_emergencies,
            })
        })
    }

    /// The users of the programs that they hold a role in.
    ///
    /// # Errors
    /// When the store fails.
    pub fn colleagues(&self) -> Result<Colleagues, ConsoleError> {
        let colleagues = self.readers.read(|db| db.colleagues(self.who.user))?;
        Ok(Colleagues { people: colleagues.people })
    }

    /// Returns whether whoever sits there has shown lately that it is they.
    fn check_confirmed(&self, object: &str) -> Result<(), ConsoleError> {
        if self.who.is_confirmed(self.now) {
            return Ok(());
        }
        self.refused(object.to_owned(), ConsoleError::not_allowed(&Message::new("confirm_first")))
    }

    fn actor(&self) -> Actor {
        Actor::Console(self.who.user)
    }

    /// Returns the user who reads, with their roles as they are now.
    fn reader<'b>(
        &'b self,
        db: &'b Reading<'b>,
        reason: Option<&str>,
    ) -> Result<Reader<'b>, ConsoleError> {
        Reader::of(&self.context, db, self.now, self.who.user, reason)
    }

    /// Leaves a read in the audit that is of no one case.
    fn note(&self, object: String, outcome: String) -> Result<(), ConsoleError> {
        let (now, actor) = (self.now, self.actor());
        self.writer.write::<_, StoreError, _>(move |tx| {
            tx.note(now, actor, AuditAct::Read, object, outcome)
        })?;
        Ok(())
    }

    /// Leaves what was refused in the audit, and passes it on.
    fn refused<T>(&self, object: String, refusal: ConsoleError) -> Result<T, ConsoleError> {
        if let ConsoleError::Store(_) = refusal {
            return Err(refusal);
        }
        let (now, actor, code) = (self.now, self.actor(), refusal.code().to_owned());
        self.writer.write::<_, StoreError, _>(move |tx| {
            tx.note(now, actor, AuditAct::Refuse, object, code)
        })?;
        Err(refusal)
    }
}

/// Somebody who reads at the console, and one state of the database.
pub(crate) struct Reader<'a> {
    context: &'a Context,
    db: &'a Reading<'a>,
    now: Timestamp,
    user: UserId,
    memberships: BTreeSet<MembershipV1>,
    /// Why, when they said so.
    reason: Option<String>,
}

impl<'a> Reader<'a> {
    /// Somebody with their roles as they are now.
    pub(crate) fn of(
        context: &'a Context,
        db: &'a Reading<'a>,
        now: Timestamp,
        user: UserId,
        reason: Option<&str>,
    ) -> Result<Self, ConsoleError> {
        let memberships = db.memberships(user)?;
        let reason = reason.map(stated).transpose()?;
        Ok(Self { context, db, now, user, memberships, reason })
    }
}

impl Reader<'_> {
    fn person(&self) -> Person<'_> {
        Person { user: self.user, memberships: &self.memberships }
    }

    fn way(&self) -> Channel {
        if self.reason.is_some() { Channel::ConsoleWithReason } else { Channel::Console }
    }

    fn watches_privacy(&self) -> bool {
        policy::watches_privacy(&self.context.catalogue, self.person())
    }

    /// Returns whether they may see records of this type in this compartment of a case.
    fn may_see(
        &self,
        known: &CaseContext,
        compartment: &CompartmentCode,
        record_type: &TypeName,
    ) -> bool {
        let catalogue = &self.context.catalogue;
        let subject = Subject { compartment, record_type: catalogue.record_type(record_type) };
        let (reach, see) = (Reach::Facts(known.facts()), Act::See(self.way()));
        policy::decide(catalogue, self.now, self.person(), reach, subject, see).is_ok()
    }

    /// A record that they may see, and what is known of its case; none when it is not there or not
    /// for them. Nothing of a record is read before that is known, so that the time it takes tells
    /// nothing of what there is.
    fn find(&self, record: RecordId) -> Result<Option<(CaseContext, Listed)>, StoreError> {
        let stored = self.db.record_row(record)?;
        // What is not there is asked about as if it were, under its own id.
        let anchor = stored.as_ref().map_or(record.into(), |stored| stored.scope.case);
        let known = CaseContext::at_the_console(self.db, self.now, self.user, anchor)?;
        let may = stored.as_ref().is_some_and(|stored| {
            self.may_see(&known, &stored.scope.compartment, &stored.record_type)
        });
        if !may {
            return Ok(None);
        }
        Ok(self.db.listed(record)?.map(|listed| (known, listed)))
    }

    /// The records of a case that they may see, as many as make a page of those that came before this
    /// entry of the feed; and the entry before which the next page begins, if there is one. By the
    /// feed, because the dates that stand in records are claims: nobody's hide anybody else's. Looks
    /// into no scope in which they see nothing, so that the time it takes tells nothing of what there
    /// is.
    fn records_of(
        &self,
        known: &CaseContext,
        case: CaseId,
        before: FeedSeq,
        most: usize,
    ) -> Result<(Vec<Listed>, Option<FeedSeq>), StoreError> {
        let catalogue = &self.context.catalogue;
        let mut seen: Vec<Listed> = Vec::new();
        for compartment in catalogue.compartments.keys() {
            let scope = Scope { case, compartment: compartment.clone() };
            let types = catalogue.types.values();
            for record_type in types.filter(|known| catalogue.can_live_in(known, compartment)) {
                if self.may_see(known, compartment, &record_type.name) {
                    let name = &record_type.name;
                    seen.extend(self.db.listed_in_scope(&scope, name, before, most + 1)?);
                }
            }
        }
        seen.sort_by_key(|listed| Reverse(listed.came));
        let mut bytes = 0;
        let fits = seen.iter().take(most).take_while(|listed| {
            bytes += listed.fields.len();
            bytes <= PAGE_FIELDS_BYTES_MAX
        });
        // However large the first is, a page comes a step further.
        let fits = fits.count().max(1);
        let next = seen.get(fits).and_then(|_| seen.get(fits - 1)).map(|listed| listed.came);
        seen.truncate(fits);
        seen.sort_by_key(|row| Reverse((row.occurred_at, row.record)));
        Ok((seen, next))
    }

    /// Returns whether they would see something with a reason that they do not see without: asked
    /// of their roles alone, so that it tells nothing of what there is.
    fn needs_a_reason(&self) -> bool {
        let logged = |held: &MembershipV1| {
            self.context.catalogue.compartments.keys().any(|compartment| {
                let access = self.context.catalogue.access(&held.role, compartment);
                access == model::catalogue::Access::Logged
            })
        };
        self.reason.is_none() && self.memberships.iter().any(logged)
    }

    /// Returns what is told when there is nothing that they may see.
    fn nothing(&self) -> ConsoleError {
        match self.needs_a_reason() {
            true => policy::Denial::ReasonNeeded.into(),
            false => ConsoleError::NotFound,
        }
    }
}

/// The entry of the feed before which a page begins; the first page begins before all of them.
fn before_entry(next: Option<u64>) -> FeedSeq {
    next.map_or(FeedSeq(u64::MAX), FeedSeq)
}

const PAGE_RECORDS_MAX: usize = 500;

/// What records of a page hold, all together.
const PAGE_FIELDS_BYTES_MAX: usize = 1024 * 1024;

/// A reason that says something.
fn stated(reason: &str) -> Result<String, ConsoleError> {
    let reason = reason.trim();
    let length = reason.chars().count();
    if !(REASON_CHARS_MIN..=REASON_CHARS_MAX).contains(&length) {
        let problem = Message::new("reason_length")
            .with("min", REASON_CHARS_MIN)
            .with("max", REASON_CHARS_MAX)
            .with("length", length);
        return Err(ConsoleError::invalid(problem));
    }
    Ok(reason.to_owned())
}

const REASON_CHARS_MIN: usize = 10;
const REASON_CHARS_MAX: usize = 500;

/// The compartments of what was read, each with how many records.
fn counted<'a>(
    records: impl IntoIterator<Item = &'a RecordRow>,
) -> BTreeMap<CompartmentCode, usize> {
    let mut counts = BTreeMap::new();
    for row in records {
        *counts.entry(row.compartment.clone()).or_default() += 1;
    }
    counts
}
