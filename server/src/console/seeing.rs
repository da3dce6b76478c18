//! Who can see a case and why; and what of it is withheld, where that may be known.
//!
//! Both follow from [`policy::decide`], asked for each person, each of their roles and each part of the
//! case by itself, with what the answer would be without an assignment, a consent or an emergency. There is
//! no second rule that could say otherwise.
//!
//! Whoever asks learns of the parts of the case that they see themselves, and of nothing else. Somebody who
//! sees only what is closed to the asker, a victim advocate or who reads treatment, is not on the list, and
//! a role that opens nothing else is not named. Whether there are any records makes no difference to it: only
//! rights are asked. So it is the same list with such records and without.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{Access, BelongsTo, Catalogue, Label, RecordType};
use model::ids::{CaseId, CompartmentCode, Scope};
use model::policy::{self, Act, CaseFacts, Channel, NO_EMERGENCY, Person, Reach, Subject};
use model::time::Timestamp;
use ui::views::Handle;
use ui::views::seers::{SeerRow, SeersView, Why, Withheld};
use ui::{Refusal, SeersSource};

use super::screens::Screens;
use super::{ConsoleError, ConsoleUser, Reader};
use crate::access::case_context::CaseContext;
use crate::error::StoreError;

impl ConsoleUser<'_> {
    /// Returns who sees of a case what its supervisor sees of it, and why.
    ///
    /// # Errors
    /// When they do not supervise it: nobody can tell that from its not being there.
    fn seers(&self, case: CaseId) -> Result<(Vec<CompartmentCode>, Vec<SeerRow>), ConsoleError> {
        let object = format!("case {case}");
        let found = self.readers.read(|db| self.reader(db, None)?.seers(case));
        match found {
            Ok(found) => {
                self.note(object, "who sees it".to_owned())?;
                Ok(found)
            }
            Err(refusal) => self.refused(object, refusal),
        }
    }
}

impl SeersSource for Screens<'_> {
    fn seers(&mut self, case: &Handle) -> Result<SeersView, Refusal> {
        let id = self.named::<CaseId>(case)?;
        let found = self.console.seers(id);
        let (parts, rows) = self.told(found)?;
        let person = self.read(|reader, _| reader.person_of(id))?;
        let catalogue = &self.console.context.catalogue;
        let parts = parts.into_iter().map(|code| {
            let label = catalogue.compartments.get(&code).map(|known| known.label.clone());
            (label.unwrap_or_else(|| Label::same(code.as_str())), code)
        });
        let parts = parts.map(|(label, code)| (code, label)).collect();
        Ok(SeersView { person, parts, rows })
    }
}

impl Reader<'_> {
    fn seers(&self, case: CaseId) -> Result<(Vec<CompartmentCode>, Vec<SeerRow>), ConsoleError> {
        let own = self.supervised(case)?;
        let seen = self.scopes_seen(&own, case).into_iter();
        let catalogue = &self.context.catalogue;
        // What they read whatever the case is, figures and directories, is no part of it.
        let of_office: BTreeSet<&CompartmentCode> = self.open_to_their_roles().collect();
        let parts: Vec<CompartmentCode> =
            seen.map(|scope| scope.compartment).filter(|part| !of_office.contains(part)).collect();
        let names = self.db.users()?;
        let mut rows = Vec::new();
        for (user, memberships) in self.db.all_memberships()? {
            let known = CaseContext::at_the_console(self.db, self.now, user, case)?;
            let mut roles = BTreeSet::new();
            let mut whys: BTreeMap<Why, BTreeSet<CompartmentCode>> = BTreeMap::new();
            for held in &memberships {
                let alone = BTreeSet::from([held.clone()]);
                let person = Person { user, memberships: &alone };
                for part in &parts {
                    if let Some(why) = why(catalogue, self.now, person, known.facts(), part) {
                        roles.insert((held.role.clone(), held.program.clone()));
                        whys.entry(why).or_default().insert(part.clone());
                    }
                }
            }
            if !whys.is_empty() {
                let name = names.get(&user).cloned().unwrap_or_default();
                let whys = whys.into_iter().map(|(why, parts)| (why, parts.into_iter().collect()));
                let roles = roles.into_iter().collect();
                rows.push(SeerRow { name, roles, whys: whys.collect() });
            }
        }
        rows.sort_by(|one, other| one.name.cmp(&other.name));
        Ok((parts, rows))
    }

    /// Returns of which parts of a case there are records that they do not see, though they may know that
    /// there are: the catalogue says so, and a role of theirs could come to see them. No other part is looked
    /// into, so that neither the page nor the time it takes tells anything of it.
    pub(super) fn withheld(
        &self,
        known: &CaseContext,
        case: CaseId,
    ) -> Result<Vec<Withheld>, StoreError> {
        let catalogue = &self.context.catalogue;
        let seen = self.scopes_seen(known, case);
        let mut withheld = Vec::new();
        for (code, compartment) in &catalogue.compartments {
            let scope = Scope { case, compartment: code.clone() };
            if !compartment.existence_known || seen.contains(&scope) {
                continue;
            }
            let mut cells = self.memberships.iter().map(|held| catalogue.access(&held.role, code));
            if cells.any(|cell| cell == Access::Consent)
                && !self.db.count_by_type(&scope)?.is_empty()
            {
                withheld.push(Withheld { part: compartment.label.clone() });
            }
        }
        Ok(withheld)
    }
}

/// Returns the types of the records that a part of a case may hold.
fn types_in<'a>(
    catalogue: &'a Catalogue,
    part: &'a CompartmentCode,
) -> impl Iterator<Item = &'a RecordType> {
    let of_cases = catalogue.types.values().filter(|known| known.belongs_to != BelongsTo::Nothing);
    of_cases.filter(move |known| catalogue.can_live_in(known, part))
}

/// Returns on what somebody's sight of a part of a case rests, by these roles; `None` if they do not see it.
fn why(
    catalogue: &Catalogue,
    now: Timestamp,
    person: Person<'_>,
    facts: CaseFacts<'_>,
    part: &CompartmentCode,
) -> Option<Why> {
    let sees = |facts: CaseFacts<'_>, way: Channel| {
        types_in(catalogue, part).any(|known| {
            let subject = Subject { compartment: part, record_type: Some(known) };
            let reach = Reach::Facts(facts);
            policy::decide(catalogue, now, person, reach, subject, Act::See(way)).is_ok()
        })
    };
    if !sees(facts, Channel::Console) {
        return sees(facts, Channel::ConsoleWithReason).then_some(Why::WithReason);
    }
    let daily = CaseFacts { emergency: &NO_EMERGENCY, ..facts };
    let unsigned = CaseFacts { consents: &[], ..daily };
    let elsewhere = CaseFacts { assigned: false, ..unsigned };
    let supervises =
        |held: &model::wire::MembershipV1| catalogue.access(&held.role, part) == Access::Supervise;
    Some(if !sees(daily, Channel::Console) {
        Why::Emergency
    } else if !sees(unsigned, Channel::Console) {
        Why::Consent
    } else if !sees(elsewhere, Channel::Console) {
        Why::Works
    } else if person.memberships.iter().any(supervises) {
        Why::Supervises
    } else {
        Why::Office
    })
}
