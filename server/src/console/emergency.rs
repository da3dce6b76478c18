//! Opening a case's records in an emergency ("break glass"): supervisors may, outside their programs,
//! with a reason and for a limited time, where the catalogue lets them. It is read-only, and whoever
//! watches over privacy sees it at once; the same is opened again once they have.

use std::collections::BTreeMap;

use model::ids::{Scope, UserId};
use model::policy;
use model::time::Span;
use model::words::Message;
use rand::rngs::StdRng;

use super::oversight::number;
use super::{ConsoleError, ConsoleUser, EmergencyView, NamedEmergency, OpenEmergency, stated};
use crate::audit::reasons;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::emergencies::Emergency;
use crate::store::sqlite::Reading;

impl ConsoleUser<'_> {
    /// Opens a compartment of a case for reading. Whether there is anything in it is not told by
    /// this; whether there is such a case is told only where the catalogue lets it be opened.
    ///
    /// # Errors
    /// When they may not, it is for too long, or no reason is given.
    pub fn open_emergency(
        &self,
        mut rng: StdRng,
        asked: &OpenEmergency,
    ) -> Result<EmergencyView, ConsoleError> {
        let scope = Scope { case: asked.case, compartment: asked.compartment.clone() };
        // Only names of the catalogue's own stand in the audit.
        let compartment = match self.context.catalogue.compartments.contains_key(&scope.compartment)
        {
            true => scope.compartment.as_str(),
            false => "unknown",
        };
        let object = format!("case {} {compartment}", scope.case);
        let checked = self.readers.read(|db| self.check(db, asked));
        let (reason, span) = match checked {
            Ok(checked) => checked,
            Err(refusal) => return self.refused(object, refusal),
        };
        // Asked last: it tells nobody more than that they may.
        self.check_confirmed(&object)?;
        let (now, user, actor) = (self.now, self.who.user, self.actor());
        let until = now + span;
        let words = reason.clone();
        let id = self.writer.write::<Result<i64, &str>, StoreError, _>(move |tx| {
            let sealed = reasons::seal(&mut rng, tx, &scope, &words)?;
            if tx.db.open_emergencies(now, user, scope.case)?.contains(&scope.compartment) {
                return Ok(Err("emergency_open"));
            }
            // One opening after the other is a standing access that nobody has looked at.
            if tx.db.is_emergency_unseen(user, &scope)? {
                tx.note(now, actor, AuditAct::Refuse, object, "emergency_unseen")?;
                return Ok(Err("emergency_unseen"));
            }
            let id = tx.db.add_emergency(user, &scope, now, until, &sealed)?;
            let outcome = format!("emergency {id} until {until}");
            tx.note(now, actor, AuditAct::OpenInAnEmergency, object, outcome)?;
            Ok(Ok(id))
        })?;
        let id = id.map_err(|why| ConsoleError::invalid(Message::new(why)))?;
        tracing::warn!(emergency.id = id, "a case was opened in an emergency");
        let name = self.readers.read(|db| db.profile(user))?.name;
        Ok(EmergencyView {
            emergency: id,
            user,
            name,
            case: asked.case,
            compartment: asked.compartment.clone(),
            opened_at: now,
            until,
            closed_at: None,
            reason: Some(reason),
            seen_at: None,
        })
    }

    /// Closes one before its time: their own, or for whoever watches over privacy anybody's.
    ///
    /// # Errors
    /// When it is not for them to close, or not open any more.
    pub fn close_emergency(&self, asked: NamedEmergency) -> Result<(), ConsoleError> {
        let (now, user, actor, id) = (self.now, self.who.user, self.actor(), asked.emergency);
        let object = format!("emergency {id}");
        let noted = object.clone();
        let watches = self
            .readers
            .read(|db| Ok::<_, ConsoleError>(self.reader(db, None)?.watches_privacy()))?;
        let of = (!watches).then_some(user);
        let closed = self.writer.write::<_, StoreError, _>(move |tx| {
            let closed = tx.db.close_emergency(now, of, id)?;
            if closed {
                tx.note(now, actor, AuditAct::CloseEmergency, noted, "done")?;
            }
            Ok(closed)
        })?;
        if closed { Ok(()) } else { self.refused(object, ConsoleError::NotFound) }
    }

    /// All of them for whoever watches over privacy, their own for everybody else; those that nobody
    /// has looked at first, then the newest. A thousand at most of those after the named one, or of
    /// all.
    ///
    /// # Errors
    /// When the store fails.
    pub fn emergencies(&self, after: Option<u64>) -> Result<Vec<EmergencyView>, ConsoleError> {
        let after = number(after);
        let views = self.readers.read(|db| {
            let of = match self.reader(db, None)?.watches_privacy() {
                true => None,
                false => Some(self.who.user),
            };
            let names = db.users()?;
            let rows = db.emergency_rows(of, after)?;
            rows.into_iter()
                .map(|row| self.view(row, &names))
                .collect::<Result<Vec<_>, ConsoleError>>()
        })?;
        self.note("emergencies".into(), format!("{} rows", views.len()))?;
        Ok(views)
    }

    /// Notes that whoever watches over privacy has looked at one of somebody else's.
    ///
    /// # Errors
    /// When they do not watch over privacy, or there is no such opening.
    pub fn see_emergency(&self, asked: NamedEmergency) -> Result<(), ConsoleError> {
        let id = asked.emergency;
        let object = format!("emergency {id}");
        self.check_watches_privacy(&object)?;
        let (now, user, actor) = (self.now, self.who.user, self.actor());
        let noted = object.clone();
        let seen = self.writer.write::<_, StoreError, _>(move |tx| {
            let seen = tx.db.set_emergency_seen(now, user, id)?;
            if seen {
                tx.note(now, actor, AuditAct::LookAtEmergency, noted, "done")?;
            }
            Ok(seen)
        })?;
        if seen { Ok(()) } else { self.refused(object, ConsoleError::NotFound) }
    }

    /// The reason and the time, if they may.
    fn check(
        &self,
        db: &Reading<'_>,
        asked: &OpenEmergency,
    ) -> Result<(String, Span), ConsoleError> {
        let reader = self.reader(db, None)?;
        let catalogue = &self.context.catalogue;
        let longest = policy::emergency(catalogue, reader.person(), &asked.compartment)?;
        let reason = stated(&asked.reason)?;
        let span = Span::from_minutes(asked.minutes.into());
        if asked.minutes == 0 || span > longest {
            let most = longest.as_millis() / Span::from_minutes(1).as_millis();
            let problem = Message::new("emergency_length").with("max", most);
            return Err(ConsoleError::invalid(problem));
        }
        // A case that lives where nothing is opened in an emergency is as one that does not exist.
        let opened = catalogue.compartments.iter().filter(|(_, known)| known.emergency.is_some());
        let is_known = db.has_records_in(asked.case, opened.map(|(code, _)| code))?;
        if !is_known || self.context.keyring.is_erased(asked.case)? {
            return Err(ConsoleError::NotFound);
        }
        Ok((reason, span))
    }

    fn view(
        &self,
        row: Emergency,
        names: &BTreeMap<UserId, String>,
    ) -> Result<EmergencyView, ConsoleError> {
        Ok(EmergencyView {
            emergency: row.id,
            user: row.user,
            name: names.get(&row.user).cloned().unwrap_or_default(),
            reason: reasons::open(&self.context, &row.scope, &row.reason)?,
            case: row.scope.case,
            compartment: row.scope.compartment,
            opened_at: row.opened_at,
            until: row.until,
            closed_at: row.closed_at,
            seen_at: row.seen.map(|(_, at)| at),
        })
    }
}
