//! Reading at the console: people, the caseload, a case, a record.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::catalogue::{BelongsTo, FieldKind, RecordType};
use model::document::Document;
use model::ids::{
    CaseId, ChangeHash, CompartmentCode, DeviceId, FeedSeq, RecordId, Scope, TypeName, UserId,
};
use model::policy::{self, Act, CaseFacts, NO_EMERGENCY, Reach, Subject};
use model::record::{Conflict, HistoryEntry, HistoryVerb, Record};
use model::search::{self, Query};
use model::title;
use model::value::{FieldValue, Scalar};
use model::words::Message;
use rand::rngs::StdRng;
use serde_json::{Map, Value as Json};

use super::{
    CaseRow, CaseView, Caseload, ConsoleError, ConsoleUser, FindPeople, Notice,
    PAGE_FIELDS_BYTES_MAX, PAGE_RECORDS_MAX, People, ReadCase, ReadRecord, Reader, RecordRow,
    RecordView, before_entry, counted,
};
use crate::access::case_context::CaseContext;
use crate::audit::reasons;
use crate::documents;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::Note;
use crate::store::listing::{Listed, Searched};
use crate::store::sqlite::Reading;
use crate::sync::disclosures::{self, Disclosure};

impl ConsoleUser<'_> {
    /// Looks for people, or places, among those that may be seen.
    ///
    /// # Errors
    /// When there is nothing to look for, a reason is needed, or the store fails.
    pub fn people(&self, rng: StdRng, asked: &FindPeople) -> Result<People, ConsoleError> {
        let found = self.readers.read(|db| {
            let reader = self.reader(db, asked.reason.as_deref())?;
            reader.people(&Query::read(&asked.text), asked.skip)
        });
        let found = match found {
            Ok(found) => found,
            Err(refusal) => return self.refused("people".into(), refusal),
        };
        let reason = asked.reason.as_deref().map(super::stated).transpose()?;
        self.note_search(rng, &found.found, reason)?;
        Ok(found)
    }

    /// The cases that are assigned to them or supervised by them: a page of those before this one's
    /// `next`, or the first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn caseload(&self, before: Option<u64>) -> Result<Caseload, ConsoleError> {
        let page = self.readers.read(|db| self.reader(db, None)?.caseload(before_entry(before)))?;
        // Which cases these are follows from the grants of the time, which the feed keeps.
        self.note("caseload".into(), format!("{} cases", page.cases.len()))?;
        Ok(page)
    }

    /// Returns what they may see of a case.
    ///
    /// # Errors
    /// When there is nothing that they may see, whether or not there is anything.
    pub fn case(&self, rng: StdRng, asked: &ReadCase) -> Result<CaseView, ConsoleError> {
        self.case_with(rng, asked, PAGE_RECORDS_MAX, |_, _, view| Ok(view))
    }

    /// Reads a case, `most` records of it at a time, and whatever else `more` reads of the same state of
    /// the database.
    pub(super) fn case_with<T>(
        &self,
        rng: StdRng,
        asked: &ReadCase,
        most: usize,
        more: impl FnOnce(&Reader<'_>, &CaseContext, CaseView) -> Result<T, ConsoleError>,
    ) -> Result<T, ConsoleError> {
        let object = format!("case {}", asked.case);
        let read = self.readers.read(|db| {
            let reader = self.reader(db, asked.reason.as_deref())?;
            let known = CaseContext::at_the_console(db, self.now, self.who.user, asked.case)?;
            let view = reader.case(&known, asked.case, before_entry(asked.before), most)?;
            let counts = counted(&view.records);
            let told = more(&reader, &known, view)?;
            Ok::<_, ConsoleError>((told, counts, reader.reason))
        });
        let (told, counts, reason) = match read {
            Ok(read) => read,
            Err(refusal) => return self.refused(object, refusal),
        };
        self.note_read(rng, object, asked.case, counts, reason)?;
        Ok(told)
    }

    /// All of a record.
    ///
    /// # Errors
    /// When they may not see it, or it is not there.
    pub fn record(&self, rng: StdRng, asked: &ReadRecord) -> Result<RecordView, ConsoleError> {
        self.record_with(rng, asked, |reader, known, found| {
            reader.record(known, found, asked.history_before)
        })
    }

    /// Reads a record that they may see, as `read` does.
    pub(super) fn record_with<T>(
        &self,
        rng: StdRng,
        asked: &ReadRecord,
        read: impl FnOnce(&Reader<'_>, &CaseContext, Listed) -> Result<T, ConsoleError>,
    ) -> Result<T, ConsoleError> {
        let object = format!("record {}", asked.record);
        let seen = self.readers.read(|db| {
            let reader = self.reader(db, asked.reason.as_deref())?;
            let Some((known, found)) = reader.find(asked.record)? else {
                return Err(reader.nothing());
            };
            let scope = found.scope.clone();
            let told = read(&reader, &known, found)?;
            Ok::<_, ConsoleError>((told, scope, reader.reason))
        });
        let (told, scope, reason) = match seen {
            Ok(seen) => seen,
            Err(refusal) => return self.refused(object, refusal),
        };
        let counts = BTreeMap::from([(scope.compartment, 1)]);
        self.note_read(rng, object, scope.case, counts, reason)?;
        Ok(told)
    }

    /// Every read is in the audit before its answer leaves, and every disclosure leaves a record.
    fn note_read(
        &self,
        mut rng: StdRng,
        object: String,
        case: CaseId,
        counts: BTreeMap<CompartmentCode, usize>,
        reason: Option<String>,
    ) -> Result<(), ConsoleError> {
        let (now, actor, user) = (self.now, self.actor(), self.who.user);
        let records: usize = counts.values().sum();
        self.writer.write::<_, StoreError, _>(move |tx| {
            let mut outcome = format!("{records} records");
            let mut stated = None;
            if let (Some(reason), Some(compartment)) = (reason, counts.keys().next()) {
                let scope = Scope { case, compartment: compartment.clone() };
                let id = reasons::keep(now, &mut rng, tx, user, &scope, &reason)?;
                outcome.push_str(&format!(", reason {id}"));
                stated = Some(id);
            }
            let known = CaseContext::at_the_console(tx.db, now, user, case)?;
            if counts.keys().any(|compartment| known.is_emergency(compartment)) {
                outcome.push_str(", in an emergency");
            }
            let act = AuditAct::Read;
            tx.note_row(&Note { at: now, actor, act, object, outcome, reason: stated })?;
            for (compartment, count) in counts {
                let scope = Scope { case, compartment };
                let read = Disclosure { user, actor, scope: &scope, count };
                disclosures::note(now, &mut rng, tx, &read)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Leaves in the audit that they asked how somebody is reached.
    ///
    /// # Errors
    /// When they may not see the record, or it is not there.
    pub(super) fn note_contact(&self, record: RecordId) -> Result<(), ConsoleError> {
        let object = format!("record {record}");
        let seen = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            reader.find(record)?.map(drop).ok_or_else(|| reader.nothing())
        });
        if let Err(refusal) = seen {
            return self.refused(object, refusal);
        }
        let (now, actor) = (self.now, self.actor());
        self.writer.write::<_, StoreError, _>(move |tx| {
            tx.note(now, actor, AuditAct::ShowContact, object, "done")
        })?;
        Ok(())
    }

    /// Leaves in the audit that a case was printed, and what for.
    ///
    /// # Errors
    /// When the purpose says nothing, or the store fails.
    pub(super) fn note_print(
        &self,
        mut rng: StdRng,
        scope: Scope,
        purpose: &str,
    ) -> Result<(), ConsoleError> {
        let purpose = super::stated(purpose)?;
        let (now, actor, user) = (self.now, self.actor(), self.who.user);
        self.writer.write::<_, StoreError, _>(move |tx| {
            let id = reasons::keep(now, &mut rng, tx, user, &scope, &purpose)?;
            let (act, object) = (AuditAct::Print, format!("case {}", scope.case));
            let outcome = format!("hand-off, reason {id}");
            tx.note_row(&Note { at: now, actor, act, object, outcome, reason: Some(id) })
        })?;
        Ok(())
    }

    /// Everybody who was found is in the audit by themselves: a search may show many whom nobody had
    /// in mind. The reason is kept with each of them.
    fn note_search(
        &self,
        mut rng: StdRng,
        found: &[RecordRow],
        reason: Option<String>,
    ) -> Result<(), ConsoleError> {
        let (now, actor, user) = (self.now, self.actor(), self.who.user);
        let found: Vec<(RecordId, Scope)> =
            found.iter().map(|row| (row.record, row.scope())).collect();
        self.writer.write::<_, StoreError, _>(move |tx| {
            tx.note(
                now,
                actor,
                AuditAct::Read,
                "people".into(),
                format!("{} records", found.len()),
            )?;
            for (record, scope) in found {
                let mut outcome = "found".to_owned();
                let mut stated = None;
                if let Some(reason) = &reason {
                    let id = reasons::keep(now, &mut rng, tx, user, &scope, reason)?;
                    outcome.push_str(&format!(", reason {id}"));
                    stated = Some(id);
                }
                let (act, object) = (AuditAct::Read, format!("record {record}"));
                tx.note_row(&Note { at: now, actor, act, object, outcome, reason: stated })?;
                let read = Disclosure { user, actor, scope: &scope, count: 1 };
                disclosures::note(now, &mut rng, tx, &read)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl Reader<'_> {
    fn people(&self, query: &Query, skip: usize) -> Result<People, ConsoleError> {
        if query.is_empty() {
            return Err(ConsoleError::invalid(Message::new("no_search_words")));
        }
        let mut found: Vec<Searched> = Vec::new();
        let mut undecided: Vec<Searched> = Vec::new();
        let mut take = |searched: Searched, words: &str| {
            if query.finds(words) {
                found.push(searched);
            } else if searched.to_review > 0 {
                // A name that waits for a decision may be the right one.
                undecided.push(searched);
            }
        };
        self.db.each_searched(self.user, &mut take)?;
        for compartment in self.open_to_their_roles() {
            self.db.each_searched_in(compartment, &mut take)?;
        }
        let left_out = undecided.len() > UNDECIDED_MAX;
        undecided.truncate(UNDECIDED_MAX);
        undecided.retain(|searched| {
            self.searched_text(searched.record).is_some_and(|words| query.finds(&words))
        });
        found.append(&mut undecided);
        if found.is_empty() && self.needs_a_reason() {
            return Err(policy::Denial::ReasonNeeded.into());
        }
        // By the feed: the dates that stand in records are claims.
        found.sort_by_key(|searched| (Reverse(searched.came), searched.record));
        found.dedup();
        let more = found.len() > skip.saturating_add(PEOPLE_MAX) || left_out;
        let page = found.into_iter().skip(skip).take(PEOPLE_MAX);
        let page = page.map(|searched| self.db.listed(searched.record));
        let mut page: Vec<Listed> =
            page.filter_map(Result::transpose).collect::<Result<_, StoreError>>()?;
        page.sort_by_key(|listed| Reverse((listed.occurred_at, listed.record)));
        Ok(People { found: self.rows(page)?, more })
    }

    /// The types whose records open cases, and are looked for by name.
    pub(super) fn opening_types(&self) -> BTreeSet<&TypeName> {
        let types = self.context.catalogue.types.values();
        types
            .filter(|known| known.belongs_to == BelongsTo::Itself)
            .map(|known| &known.name)
            .collect()
    }

    /// The compartments that they read whatever is assigned to them: by their office alone.
    pub(super) fn open_to_their_roles(&self) -> impl Iterator<Item = &CompartmentCode> {
        let programs = BTreeSet::new();
        let by_office = move |compartment: &&CompartmentCode| {
            let facts = CaseFacts {
                assigned: false,
                programs: &programs,
                consents: &[],
                alone: None,
                emergency: &NO_EMERGENCY,
            };
            let subject = Subject { compartment, record_type: None };
            let (reach, see) = (Reach::Facts(facts), Act::See(self.way()));
            let catalogue = &self.context.catalogue;
            policy::decide(catalogue, self.now, self.person(), reach, subject, see).is_ok()
        };
        self.context.catalogue.compartments.keys().filter(by_office)
    }

    /// All that a record is looked for by, with the values that wait for a decision; `None` if it cannot
    /// be read.
    fn searched_text(&self, record: RecordId) -> Option<String> {
        let stored = self.db.record_row(record).ok()??;
        let known = self.context.catalogue.record_type(&stored.record_type)?;
        let (document, _) = self.document(record).ok()?;
        let record = document.read(Some(known)).ok()?;
        Some(search::searched_text(known, &record))
    }

    /// Reads the document of a record as far as it can be read, and counts the changes that cannot.
    pub(super) fn document(&self, record: RecordId) -> Result<(Arc<Document>, u64), ConsoleError> {
        let stored = self.db.record_row(record)?.ok_or(ConsoleError::NotFound)?;
        let made = self.db.how_made(record)?.ok_or(ConsoleError::NotFound)?;
        Ok(match self.context.documents.at(record, made.last_seq) {
            Some(document) => (document, 0),
            None => {
                let keys = self.context.keyring.keys();
                let (document, left_out) = documents::load_readable(self.db, keys, &stored)?;
                (document.into(), left_out)
            }
        })
    }

    fn caseload(&self, before: FeedSeq) -> Result<Caseload, ConsoleError> {
        let types = self.opening_types();
        let names = self.db.users()?;
        let (mut cases, mut last, mut next) = (Vec::new(), None, None);
        let mut bytes = 0;
        for open in self.db.open_cases(self.user, before, PAGE_RECORDS_MAX + 1)? {
            let mut opening = self.db.open_records_of_case(self.user, open.case, &types)?;
            let opening = opening.pop();
            bytes += opening.as_ref().map_or(0, |listed| listed.fields.len());
            // However large the first is, a page comes a step further.
            let is_full = cases.len() == PAGE_RECORDS_MAX || bytes > PAGE_FIELDS_BYTES_MAX;
            if is_full && last.is_some() {
                next = last;
                break;
            }
            last = Some(open.came.0);
            let assignees = self.db.colleagues_on_case(self.user, open.case)?;
            cases.push(CaseRow {
                case: open.case,
                opened_by: opening.map(|listed| self.row(listed)).transpose()?,
                assigned: assignees.iter().filter_map(|user| names.get(user).cloned()).collect(),
                records: open.records,
                to_review: open.to_review,
                last: open.last,
            });
        }
        cases.sort_by_key(|row| (Reverse(row.last), row.case));
        Ok(Caseload { cases, next })
    }

    fn case(
        &self,
        known: &CaseContext,
        case: CaseId,
        before: FeedSeq,
        most: usize,
    ) -> Result<CaseView, ConsoleError> {
        let (listed, next) = self.records_of(known, case, before, most)?;
        let seen = self.rows(listed)?;
        // In an emergency it is said that there is nothing: that is what was asked.
        let is_emergency = self.context.catalogue.compartments.keys().any(|code| {
            let still = policy::emergency(&self.context.catalogue, self.person(), code).is_ok();
            known.is_emergency(code) && still
        });
        if seen.is_empty() && !is_emergency {
            return Err(self.nothing());
        }
        let notices = self.notices(known, counted(&seen).into_keys());
        Ok(CaseView { case, records: seen, next: next.map(|next| next.0), notices })
    }

    fn record(
        &self,
        known: &CaseContext,
        listed: Listed,
        history_before: Option<ChangeHash>,
    ) -> Result<RecordView, ConsoleError> {
        let made = self.db.how_made(listed.record)?.ok_or(ConsoleError::NotFound)?;
        let whole = self.whole(&listed, history_before)?;
        let WholeRecord { record: read, history, history_more, left_out } = whole;
        let record_type = self.context.catalogue.record_type(&listed.record_type);
        let names = Names { db: self.db };
        let name_of = |device: DeviceId| names.of(device);
        let notices = self.notices(known, [listed.scope.compartment.clone()]);
        let mut row = self.row(listed)?;
        let named = named_in(record_type, &read.conflicts, &history);
        row.people.append(&mut names_of(self.db, named)?);
        Ok(RecordView {
            row,
            created_by: self.db.profile(made.by).map(|profile| profile.name)?,
            created_at: made.at,
            received_at: made.received_at,
            conflicts: read.conflicts.iter().map(|conflict| conflict.to_json(&name_of)).collect(),
            history: history.iter().map(|entry| entry.to_json(&name_of)).collect(),
            history_more,
            left_out,
            notices,
        })
    }

    /// Reads all of a record, with a page of its history.
    pub(super) fn whole(
        &self,
        listed: &Listed,
        history_before: Option<ChangeHash>,
    ) -> Result<WholeRecord, ConsoleError> {
        let (document, left_out) = self.document(listed.record)?;
        let catalogue = &self.context.catalogue;
        let record = document
            .record(catalogue)
            .map_err(|_| StoreError::Damaged("a document is not a record"))?;
        let record_type = catalogue.record_type(&listed.record_type);
        let history = document.history_before(record_type, history_before, HISTORY_MAX);
        Ok(WholeRecord { record, history: history.entries, history_more: history.more, left_out })
    }

    /// Returns what the law asks to be said, where a consent alone lets them read.
    pub(super) fn notices(
        &self,
        known: &CaseContext,
        compartments: impl IntoIterator<Item = CompartmentCode>,
    ) -> Vec<Notice> {
        let catalogue = &self.context.catalogue;
        let noticed = compartments.into_iter().filter_map(|code| {
            let text = catalogue.compartments.get(&code)?.notice.clone()?;
            let (person, facts) = (self.person(), known.facts());
            let under = policy::disclosed_under(catalogue, self.now, person, facts, &code);
            (!under.is_empty()).then_some(Notice { compartment: code, text })
        });
        noticed.collect()
    }
}

/// All of a record.
pub(super) struct WholeRecord {
    pub(super) record: Record,
    pub(super) history: Vec<HistoryEntry>,
    /// Whether there are changes before these.
    pub(super) history_more: bool,
    /// How many changes cannot be read any more.
    pub(super) left_out: u64,
}

/// The owners of devices, by name.
pub(super) struct Names<'a> {
    pub(super) db: &'a Reading<'a>,
}

impl Names<'_> {
    pub(super) fn of(&self, device: DeviceId) -> String {
        let author = self.db.author(device).ok().flatten();
        author.map_or_else(|| device.to_string(), |author| author.name)
    }
}

impl Reader<'_> {
    fn rows(&self, listed: Vec<Listed>) -> Result<Vec<RecordRow>, StoreError> {
        listed.into_iter().map(|listed| self.row(listed)).collect()
    }

    pub(super) fn row(&self, listed: Listed) -> Result<RecordRow, StoreError> {
        let catalogue = &self.context.catalogue;
        let fields = object(&listed.fields);
        let record_type = catalogue.record_type(&listed.record_type);
        let people = names_of(self.db, model::people::named_in(record_type, &fields))?;
        let name_of = |user: UserId| people.get(&user).cloned();
        Ok(RecordRow {
            title: title::of(catalogue, &listed.record_type, &fields, &name_of),
            record: listed.record,
            record_type: listed.record_type,
            case: listed.case,
            compartment: listed.scope.compartment,
            program: listed.program,
            occurred_at: listed.occurred_at,
            to_review: listed.to_review,
            fields,
            people,
        })
    }
}

/// The names of users, by their ids.
pub(super) fn names_of(
    db: &Reading<'_>,
    users: impl IntoIterator<Item = UserId>,
) -> Result<BTreeMap<UserId, String>, StoreError> {
    let mut names = BTreeMap::new();
    for user in users {
        if let Some(name) = db.name_of(user)? {
            names.insert(user, name);
        }
    }
    Ok(names)
}

/// The users whom conflicts and the history of a record name.
pub(super) fn named_in(
    record_type: Option<&RecordType>,
    conflicts: &[Conflict],
    history: &[HistoryEntry],
) -> BTreeSet<UserId> {
    let mut named = BTreeSet::new();
    let values = conflicts.iter().flat_map(|conflict| &conflict.values).map(|value| &value.value);
    let edits = history.iter().flat_map(|entry| &entry.edits);
    let set = edits.clone().filter_map(|edit| match &edit.what {
        HistoryVerb::Set(value) => Some(value),
        _ => None,
    });
    named.extend(values.chain(set).filter_map(|value| match value {
        FieldValue::Scalar(Scalar::User(user)) => Some(*user),
        _ => None,
    }));
    for edit in edits {
        let kind = record_type.and_then(|known| known.field(edit.field.as_str()));
        if let (HistoryVerb::Logged(_, entry), Some(FieldKind::Log { entry: parts })) =
            (&edit.what, kind.map(|field| &field.kind))
        {
            named.extend(model::people::named_in_entry(parts, entry));
        }
    }
    named
}

/// The read model's fields. It is ours: anything else than an object is as good as none.
fn object(fields: &str) -> Map<String, Json> {
    serde_json::from_str(fields).unwrap_or_default()
}

const PEOPLE_MAX: usize = 50;

/// Names that wait for a decision and are looked through: each is a document to read.
const UNDECIDED_MAX: usize = 200;

const HISTORY_MAX: usize = 200;
