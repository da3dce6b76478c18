//! Plays the story: each event by whoever it names, at its time, on a phone or at the console.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use model::catalogue::Catalogue;
use model::ids::{CaseId, RecordId};
use model::time::{Span, Timestamp};
use rand::rngs::StdRng;
use server::admin::Admin;
use server::identity::accounts::SignedIn;
use server::service::Service;

use super::desk::{self, Account};
use super::phone::{Phone, Typed};
use super::staff::{Colleague, STAFF};
use super::story::{Act, Event, Key};
use super::{Endpoint, trouble};
use crate::commands::admin::admin_failure;
use crate::failure::Failure;

/// What the story is played with.
pub(super) struct Player<'a> {
    service: &'a Service,
    admin: &'a mut Admin,
    catalogue: &'a Catalogue,
    endpoint: &'a Endpoint,
    folder: &'a Path,
    accounts: &'a [Account],
    rng: StdRng,
    phones: BTreeMap<&'static str, Phone>,
    offline: BTreeSet<&'static str>,
    records: BTreeMap<Key, RecordId>,
    met: usize,
    /// Who sits at the console, and until when it may be taken for granted.
    seats: BTreeMap<&'static str, (Timestamp, SignedIn)>,
}

impl<'a> Player<'a> {
    /// Begins with a phone for everybody who carries one.
    pub(super) fn begin(
        now: Timestamp,
        (service, admin): (&'a Service, &'a mut Admin),
        (catalogue, endpoint, folder): (&'a Catalogue, &'a Endpoint, &'a Path),
        accounts: &'a [Account],
        rng: StdRng,
    ) -> Result<Self, Failure> {
        let mut player = Self {
            service,
            admin,
            catalogue,
            endpoint,
            folder,
            accounts,
            rng,
            phones: BTreeMap::new(),
            offline: BTreeSet::new(),
            records: BTreeMap::new(),
            met: 0,
            seats: BTreeMap::new(),
        };
        for Colleague { name, folder, .. } in &STAFF {
            if let Some(folder) = folder {
                player.give_phone(now, name, folder)?;
            }
        }
        Ok(player)
    }

    /// Plays all of it, day by day: phones synchronize before their owner's day begins and after it has
    /// ended, and know nothing of each other in between. All synchronize at the end.
    /// Returns how many people were met.
    pub(super) fn play(mut self, now: Timestamp, story: &[Event]) -> Result<usize, Failure> {
        let day_of = |event: &Event| now.since(event.at).as_millis() / DAY.as_millis();
        for day in story.chunk_by(|one, next| day_of(one) == day_of(next)) {
            let (Some(first), Some(last)) = (day.first(), day.last()) else { continue };
            let at_work: BTreeSet<&str> = day.iter().map(|event| event.who).collect();
            self.synchronize(first.at + Span::from_minutes(-5), |who| at_work.contains(who))?;
            for event in day {
                self.happens(event)?;
            }
            let evening = (last.at + Span::from_minutes(5)).min(now);
            self.synchronize(evening, |who| at_work.contains(who))?;
        }
        for _ in 0..LAST_ROUNDS {
            self.synchronize(now, |_| true)?;
        }
        Ok(self.met)
    }

    fn synchronize(&mut self, at: Timestamp, is_to: impl Fn(&str) -> bool) -> Result<(), Failure> {
        for (who, phone) in &mut self.phones {
            if is_to(who) && !self.offline.contains(who) {
                phone.sync(self.service, (at, &mut self.rng))?;
            }
        }
        Ok(())
    }

    fn happens(&mut self, event: &Event) -> Result<(), Failure> {
        let Event { at, who, act } = event;
        match act {
            Act::Make { record, kind, case, typed } => {
                let case = case.as_ref().map(|case| self.case(case)).transpose()?;
                let typed = self.meant(typed)?;
                let made = match self.phones.get_mut(who) {
                    Some(phone) if !is_at_the_desk(kind) => {
                        phone.make(kind, case, &typed, (*at, &mut self.rng))?
                    }
                    _ => self.make_at_the_desk(*at, who, (kind, case, &typed))?,
                };
                self.met += usize::from(*kind == "person");
                self.records.insert(record.clone(), made);
            }
            Act::Set { record, typed } => {
                let (record, typed) = (self.record(record)?, self.meant(typed)?);
                let phone = self.phones.get_mut(who).ok_or_else(no_phone)?;
                phone.set(record, &typed, (*at, &mut self.rng))?;
            }
            Act::Log { record, field, typed } => {
                let (record, typed) = (self.record(record)?, self.meant(typed)?);
                let phone = self.phones.get_mut(who).ok_or_else(no_phone)?;
                phone.log(record, field, &typed, (*at, &mut self.rng))?;
            }
            Act::Begin { kind, case, typed } => {
                let case = self.case(case)?;
                let phone = self.phones.get_mut(who).ok_or_else(no_phone)?;
                phone.begin(kind, case, typed, (*at, &mut self.rng))?;
            }
            Act::Take { case } => {
                let case = self.case(case)?;
                // The server knows of a case once the phone has synchronized that opened it.
                self.synchronize(*at, |_| true)?;
                self.admin.assign(*at, who, case).map_err(admin_failure)?;
                self.synchronize(*at, |other| other == *who)?;
            }
            Act::Leave { case } => {
                let case = self.case(case)?;
                self.admin.unassign(*at, who, case).map_err(admin_failure)?;
            }
            Act::GoOffline => {
                self.offline.insert(who);
            }
            Act::ComeBack => {
                self.offline.remove(who);
                self.synchronize(*at, |other| other == *who)?;
            }
            Act::LosePhone => {
                let phone = self.phones.get(who).ok_or_else(no_phone)?;
                self.admin.revoke_device(*at, phone.id()).map_err(admin_failure)?;
            }
            Act::GetPhone => {
                self.offline.remove(who);
                self.synchronize(*at, |other| other == *who)?;
                self.phones.remove(who);
                self.give_phone(*at, who, &format!("{}2", folder_of(who)))?;
                self.synchronize(*at, |other| other == *who)?;
            }
        }
        Ok(())
    }

    fn give_phone(
        &mut self,
        at: Timestamp,
        who: &'static str,
        folder: &str,
    ) -> Result<(), Failure> {
        let code = self.admin.invite(at, &mut self.rng, who).map_err(admin_failure)?.code;
        let (service, folder) = (self.service, self.folder.join(folder));
        let phone = Phone::enroll(service, self.endpoint, &folder, &code, (at, &mut self.rng))?;
        self.phones.insert(who, phone);
        Ok(())
    }

    fn make_at_the_desk(
        &mut self,
        at: Timestamp,
        who: &'static str,
        record: (&str, Option<CaseId>, &Typed),
    ) -> Result<RecordId, Failure> {
        let seat = match self.seats.get(who) {
            Some((since, seat)) if at.since(*since) < SEAT => *seat,
            _ => {
                let account = self.accounts.iter().find(|account| account.name == who);
                let account = account.ok_or_else(|| trouble("there is no such account"))?;
                let seat = account.enter(self.service, (at, &mut self.rng))?;
                self.seats.insert(who, (at, seat));
                seat
            }
        };
        desk::make(self.service, self.catalogue, &seat, record, (at, &mut self.rng))
    }

    fn record(&self, key: &str) -> Result<RecordId, Failure> {
        self.records.get(key).copied().ok_or_else(|| trouble(format!("there is no {key} yet")))
    }

    fn case(&self, key: &str) -> Result<CaseId, Failure> {
        self.record(key).map(CaseId::from)
    }

    /// Writes the ids of records in the place of their keys.
    fn meant(&self, typed: &Typed) -> Result<Typed, Failure> {
        let meant = |(field, text): &(&'static str, String)| {
            let text = match text.strip_prefix('@') {
                Some(key) => self.record(key)?.to_string(),
                None => text.clone(),
            };
            Ok((*field, text))
        };
        typed.iter().map(meant).collect()
    }
}

/// Returns whether records of a type are written at the console in this story, by those who carry a phone
/// too.
fn is_at_the_desk(kind: &str) -> bool {
    kind == "review"
}

fn folder_of(who: &str) -> &'static str {
    STAFF
        .iter()
        .find(|colleague| colleague.name == who)
        .and_then(|known| known.folder)
        .unwrap_or("phone")
}

fn no_phone() -> Failure {
    trouble("somebody without a phone would use one")
}

const DAY: Span = Span::from_hours(24);

/// Shorter than a session lasts.
const SEAT: Span = Span::from_minutes(25);

/// The first brings all work to the server, the second brings it to everybody.
const LAST_ROUNDS: usize = 2;
