//! Who sees which scope, worked out from roles, assignments and what was recorded, and written as
//! grants and revocations into the feed.
//!
//! Whatever changes a right calls this for the users and cases it touches; what is right already
//! stays as it is, so settling twice changes nothing.

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::document::Document;
use model::ids::{CaseId, CompartmentCode, FeedSeq, ProgramCode, RecordId, Scope, UserId};
use model::policy::{self, Consent, Person};
use model::time::Timestamp;
use model::wire::MembershipV1;

use crate::access::case_context::CaseContext;
use crate::documents;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::feed::Entry;
use crate::store::grants::GrantState;
use crate::store::records;
use crate::writer::Tx;

/// Opens what this user now sees of a case, and closes what they no longer do.
pub(crate) fn case(
    now: Timestamp,
    tx: &mut Tx<'_>,
    user: UserId,
    case: CaseId,
) -> Result<(), StoreError> {
    let memberships = tx.db.memberships(user)?;
    settle(now, tx, user, &memberships, case)
}

/// The same for every case this user has something to do with. `programs` are those of roles that
/// were just taken away.
pub(crate) fn user(
    now: Timestamp,
    tx: &mut Tx<'_>,
    user: UserId,
    programs: impl IntoIterator<Item = ProgramCode>,
) -> Result<(), StoreError> {
    let memberships = tx.db.memberships(user)?;
    let supervising = policy::supervising_roles(&tx.context.catalogue);
    let supervised = memberships
        .iter()
        .filter(|held| supervising.contains(&held.role))
        .map(|held| held.program.clone());
    let around: Vec<ProgramCode> = supervised.chain(programs).collect();
    let mut cases = tx.db.cases_around(user, around)?;
    for code in directories(&tx.context.catalogue) {
        for entry in directory(now, tx, user, &memberships, &code)? {
            cases.remove(&entry);
        }
    }
    for case in cases {
        settle(now, tx, user, &memberships, case)?;
    }
    Ok(())
}

/// Opens every entry of a directory to a user who reads it, and closes all of them to one who does
/// not. Returns the entries.
///
/// What is asked about one entry holds for each, so it is asked once: a department of 300 users and
/// 300 entries would ask 90,000 times whenever it publishes a catalogue.
fn directory(
    now: Timestamp,
    tx: &mut Tx<'_>,
    user: UserId,
    memberships: &BTreeSet<MembershipV1>,
    compartment: &CompartmentCode,
) -> Result<BTreeSet<CaseId>, StoreError> {
    let reads = policy::reads_directory(&tx.context.catalogue, memberships, compartment);
    let mut open = tx.db.scopes_open_in(user, compartment)?;
    let entries = tx.db.entries_of(compartment)?;
    for (entry, number) in &entries {
        if reads && open.remove(entry).is_none() {
            let scope = Scope { case: *entry, compartment: compartment.clone() };
            let at = tx.append(*number, Entry::Grant(user, &scope))?;
            tx.db.open_grant(at, user, *number)?;
        }
    }
    for (entry, number) in open {
        let scope = Scope { case: entry, compartment: compartment.clone() };
        let at = tx.append(number, Entry::Revocation(user, &scope))?;
        tx.db.close_grant(now, at, user, number)?;
    }
    Ok(entries.into_keys().collect())
}

fn directories(catalogue: &Catalogue) -> Vec<CompartmentCode> {
    let codes = catalogue.compartments.keys();
    codes.filter(|code| catalogue.is_directory(code)).cloned().collect()
}

/// The same for everybody, when the catalogue is another one than the grants were settled with.
pub(crate) fn everybody_if_due(now: Timestamp, tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let catalogue = tx.context.catalogue.clone();
    if tx.db.settled_with()?.as_deref() == Some(&catalogue.digest[..]) {
        return Ok(());
    }
    let moved = tx.db.refresh_scopes(&catalogue)?;
    rebuild_consents(now, tx)?;
    for id in tx.db.users()?.into_keys() {
        user(now, tx, id, [])?;
    }
    for (compartment, on_phones) in moved {
        move_compartment(now, tx, &compartment, on_phones)?;
    }
    tx.db.set_settled_with(&catalogue.digest)
}

/// Makes anew what is derived by the rules of the catalogue, when it was made by another one, or never.
pub(crate) fn derived_if_due(tx: &Tx<'_>) -> Result<(), StoreError> {
    tasks_if_due(tx)?;
    summaries_if_due(tx)
}

/// Works out every task anew.
fn tasks_if_due(tx: &Tx<'_>) -> Result<(), StoreError> {
    let catalogue = &tx.context.catalogue;
    if tx.db.tasks_made_with()?.as_deref() == Some(&catalogue.digest[..]) {
        return Ok(());
    }
    tx.db.rebuild_tasks(catalogue)?;
    tx.db.set_tasks_made_with(&catalogue.digest)
}

/// Makes what lists need anew.
fn summaries_if_due(tx: &Tx<'_>) -> Result<(), StoreError> {
    let catalogue = &tx.context.catalogue;
    if tx.db.summaries_made_with()?.as_deref() == Some(&catalogue.digest[..]) {
        return Ok(());
    }
    tx.db.rebuild_summaries(catalogue)?;
    tx.db.set_summaries_made_with(&catalogue.digest)
}

/// Takes a compartment off the phones, or gives it to them: what is open in it is opened anew, so
/// that the feed has something to tell every phone of those who have a right to it.
fn move_compartment(
    now: Timestamp,
    tx: &mut Tx<'_>,
    compartment: &CompartmentCode,
    on_phones: bool,
) -> Result<(), StoreError> {
    for (user, scope, number) in tx.db.open_scopes_in(compartment)? {
        open_again(now, tx, user, &scope, number)?;
    }
    if !on_phones {
        tx.db.set_kept_off_phones(compartment, tx.head().seq)?;
    }
    let outcome = if on_phones { "kept on phones" } else { "kept off phones" };
    tx.note(now, Actor::Server, AuditAct::Settle, format!("compartment {compartment}"), outcome)
}

/// Opens what a new record opens: a case to the user who opened it, and to the program's
/// supervisors; an entry of a directory to everybody who reads that.
pub(crate) fn new_record(
    now: Timestamp,
    tx: &mut Tx<'_>,
    known: &records::RecordRow,
) -> Result<(), StoreError> {
    let anchor = known.scope.case;
    let is_new_program = tx.db.add_program_to_case(anchor, &known.program)?;
    let maker = known.created_by;
    if tx.db.user_exists(maker)? {
        let opens = known.case == Some(CaseId::from(known.id));
        if opens {
            tx.db.assign(known.received_at, maker, anchor)?;
        }
        if opens || known.case.is_none() {
            case(now, tx, maker, anchor)?;
        }
    }
    if known.case.is_none() && tx.context.catalogue.is_directory(&known.scope.compartment) {
        for reader in tx.db.users()?.into_keys() {
            case(now, tx, reader, anchor)?;
        }
        return Ok(());
    }
    if is_new_program {
        for role in policy::supervising_roles(&tx.context.catalogue) {
            for holder in tx.db.holders(&role, &known.program)? {
                case(now, tx, holder, anchor)?;
            }
        }
    }
    Ok(())
}

/// Opens a scope anew to a user who has it already, so that it is given whole once more. Returns
/// where.
pub(crate) fn open_again(
    now: Timestamp,
    tx: &mut Tx<'_>,
    user: UserId,
    scope: &Scope,
    number: i64,
) -> Result<FeedSeq, StoreError> {
    let closed = tx.append(number, Entry::Revocation(user, scope))?;
    let opened = tx.append(number, Entry::Grant(user, scope))?;
    // Their other devices have dropped nothing by this: what they confirmed stays confirmed.
    tx.db.carry_dropped(opened, user, number)?;
    tx.db.close_grant(now, closed, user, number)?;
    tx.db.open_grant(opened, user, number)?;
    Ok(opened)
}

fn settle(
    now: Timestamp,
    tx: &mut Tx<'_>,
    user: UserId,
    memberships: &BTreeSet<MembershipV1>,
    case: CaseId,
) -> Result<(), StoreError> {
    let right = compartments(now, tx, user, memberships, case)?;
    let mut open = tx.db.open_compartments(user, case)?;
    for compartment in right {
        if open.remove(&compartment).is_some() {
            continue;
        }
        let scope = Scope { case, compartment };
        let number = tx.db.number_scope(&tx.context.catalogue, &scope)?;
        let at = tx.append(number, Entry::Grant(user, &scope))?;
        tx.db.open_grant(at, user, number)?;
    }
    for (compartment, number) in open {
        let scope = Scope { case, compartment };
        let at = tx.append(number, Entry::Revocation(user, &scope))?;
        tx.db.close_grant(now, at, user, number)?;
    }
    Ok(())
}

/// Tells the phones of a user who never had a right to a scope that they must not keep what was just
/// taken into it: it was written under a role that they held then.
pub(crate) fn keep_off_phones(
    now: Timestamp,
    tx: &mut Tx<'_>,
    user: UserId,
    scope: &Scope,
    number: i64,
) -> Result<(), StoreError> {
    if tx.db.grant_state(user, number)? != GrantState::Never {
        return Ok(());
    }
    let opened = tx.append(number, Entry::Grant(user, scope))?;
    tx.db.open_grant(opened, user, number)?;
    let closed = tx.append(number, Entry::Revocation(user, scope))?;
    tx.db.close_grant(now, closed, user, number)
}

/// Opens or closes what a new or edited consent says, to everybody who is assigned to its case.
pub(crate) fn consent(
    now: Timestamp,
    tx: &mut Tx<'_>,
    case: CaseId,
    consent: &Consent,
) -> Result<(), StoreError> {
    tx.db.set_consent(case, consent, consent.next_moment(now))?;
    tx.db.refresh_summary_of(&tx.context.catalogue, consent.record)?;
    everybody_on(now, tx, case)
}

/// The same where a consent has begun or ended of itself since its case was settled.
pub(crate) fn consents_if_due(now: Timestamp, tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for case in tx.db.cases_of_due_consents(now)? {
        for consent in tx.db.consents_of_case(case)? {
            tx.db.set_consent(case, &consent, consent.next_moment(now))?;
        }
        everybody_on(now, tx, case)?;
        let object = format!("case {case}");
        tx.note(now, Actor::Server, AuditAct::Settle, object, "a consent began or ended")?;
    }
    Ok(())
}

/// Works out anew what every consent opens. Their cases are settled with the next request.
pub(crate) fn rebuild_consents(now: Timestamp, tx: &Tx<'_>) -> Result<(), StoreError> {
    let catalogue = &tx.context.catalogue;
    let consents = catalogue.types.values().filter(|known| known.consent.is_some());
    for record_type in consents {
        for record in tx.db.record_ids_of_type(&record_type.name)? {
            let Some(known) = tx.db.record_row(record)? else { continue };
            let document = match documents::load(tx.db, tx.keys(), &known) {
                // Erased: it opens nothing any more.
                Err(StoreError::KeyMissing) => continue,
                loaded => loaded?,
            };
            let Some(consent) = consent_of(catalogue, &document)? else { continue };
            tx.db.set_consent(known.scope.case, &consent, Some(now))?;
        }
    }
    Ok(())
}

/// Returns what a document opens; `None` if it is no consent.
pub(crate) fn consent_of(
    catalogue: &Catalogue,
    document: &Document,
) -> Result<Option<Consent>, StoreError> {
    let record = document
        .record(catalogue)
        .map_err(|_| StoreError::Damaged("a document is not a record"))?;
    let record_type = catalogue.record_type(&record.envelope.record_type);
    Ok(record_type.and_then(|known| Consent::of(catalogue, known, &record)))
}

/// The consents under which a user reads this scope: none when they may anyway.
pub(crate) fn disclosed_under(
    now: Timestamp,
    tx: &Tx<'_>,
    user: UserId,
    scope: &Scope,
) -> Result<Vec<RecordId>, StoreError> {
    let known = CaseContext::find(tx.db, user, scope.case)?;
    if !known.has_consents() {
        return Ok(Vec::new());
    }
    let memberships = tx.db.memberships(user)?;
    let (who, facts) = (Person { user, memberships: &memberships }, known.facts());
    let catalogue = &tx.context.catalogue;
    let under = policy::disclosed_under(catalogue, now, who, facts, &scope.compartment);
    Ok(under.into_iter().map(|consent| consent.record).collect())
}

fn everybody_on(now: Timestamp, tx: &mut Tx<'_>, anchor: CaseId) -> Result<(), StoreError> {
    for user in tx.db.assignees(anchor)? {
        case(now, tx, user, anchor)?;
    }
    Ok(())
}

/// The compartments of a case that a user has a right to.
fn compartments(
    now: Timestamp,
    tx: &Tx<'_>,
    user: UserId,
    memberships: &BTreeSet<MembershipV1>,
    case: CaseId,
) -> Result<BTreeSet<CompartmentCode>, StoreError> {
    let known = CaseContext::find(tx.db, user, case)?;
    let who = Person { user, memberships };
    let mut right = policy::opened(&tx.context.catalogue, now, who, known.facts());
    // What stands alone is in one compartment.
    if let Some(alone) = known.alone() {
        right.retain(|compartment| *compartment == alone.scope.compartment);
    }
    Ok(right)
}
