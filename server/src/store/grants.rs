//! Cases, assignments, scopes, and the grants that open scopes to users.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Catalogue;
use model::ids::{CaseId, CompartmentCode, DeviceId, FeedSeq, ProgramCode, Scope, UserId};
use model::time::Timestamp;
use model::wire::RevocationV1;
use rusqlite::{OptionalExtension, params};

use super::sqlite::{Reading, Writing};
use super::{Column, name, seq};
use crate::error::StoreError;

/// What a user's right to a scope is, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantState {
    /// The scope is open to the user.
    Open,
    /// It was, until this entry of the feed.
    Closed(FeedSeq),
    /// It never was.
    Never,
}

impl Reading<'_> {
    /// A scope's number in the database; none when nothing was ever in it and nobody was let in.
    pub(crate) fn scope_number(&self, scope: &Scope) -> Result<Option<i64>, StoreError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id FROM scopes WHERE \"case\" = ?1 AND compartment = ?2")?;
        let key = params![scope.case.as_bytes(), scope.compartment.as_str()];
        Ok(statement.query_row(key, |row| row.get(0)).optional()?)
    }

    /// Every scope of a compartment that is open to somebody, with its number.
    pub(crate) fn open_scopes_in(
        &self,
        compartment: &CompartmentCode,
    ) -> Result<Vec<(UserId, Scope, i64)>, StoreError> {
        let mut statement = self.db.prepare(
            "SELECT grants.user_id, scopes.\"case\", scopes.compartment, scopes.id
             FROM scopes JOIN grants ON grants.scope = scopes.id AND grants.revoked_seq IS NULL
             WHERE scopes.compartment = ?1 ORDER BY grants.granted_seq",
        )?;
        let rows = statement.query_map([compartment.as_str()], |row| {
            Ok((UserId::read(row, 0)?, Scope::read(row, 1)?, row.get(3)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The scopes of a compartment that are open to a user, by their cases, with their numbers.
    pub(crate) fn scopes_open_in(
        &self,
        user: UserId,
        compartment: &CompartmentCode,
    ) -> Result<BTreeMap<CaseId, i64>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT scopes.\"case\", scopes.id FROM grants
             JOIN scopes ON scopes.id = grants.scope AND scopes.compartment = ?2
             WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL",
        )?;
        let key = params![user.as_bytes(), compartment.as_str()];
        let rows = statement.query_map(key, |row| Ok((CaseId::read(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The records that stand alone in a compartment, with the numbers of their scopes; without
    /// those that were erased.
    pub(crate) fn entries_of(
        &self,
        compartment: &CompartmentCode,
    ) -> Result<BTreeMap<CaseId, i64>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT scopes.\"case\", scopes.id FROM scopes /*+ scopes_by_compartment */
             JOIN records ON records.id = scopes.\"case\" AND records.scope = scopes.id
                 AND records.\"case\" IS NULL
             JOIN read_model AS shown ON shown.record = records.id
             WHERE scopes.compartment = ?1",
        )?;
        let rows = statement
            .query_map([compartment.as_str()], |row| Ok((CaseId::read(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(crate) fn grant_state(&self, user: UserId, scope: i64) -> Result<GrantState, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT revoked_seq FROM grants WHERE scope = ?1 AND user_id = ?2
             ORDER BY granted_seq DESC LIMIT 1",
        )?;
        let latest = statement
            .query_row(params![scope, user.as_bytes()], |row| Option::<FeedSeq>::read(row, 0))
            .optional()?;
        Ok(match latest {
            None => GrantState::Never,
            Some(None) => GrantState::Open,
            Some(Some(revoked)) => GrantState::Closed(revoked),
        })
    }

    /// The compartments of a case that are open to a user, with the scopes' numbers.
    pub(crate) fn open_compartments(
        &self,
        user: UserId,
        case: CaseId,
    ) -> Result<BTreeMap<CompartmentCode, i64>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT scopes.compartment, scopes.id FROM scopes JOIN grants
             ON grants.scope = scopes.id AND grants.user_id = ?2 AND grants.revoked_seq IS NULL
             WHERE scopes.\"case\" = ?1",
        )?;
        let rows = statement.query_map(params![case.as_bytes(), user.as_bytes()], |row| {
            Ok((name(row, 0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The scopes that a user's phones must drop for what happened within this part of the feed, its
    /// end included: they were closed to the user and not opened again, or are kept off phones since.
    pub(crate) fn revocations(
        &self,
        user: UserId,
        after: FeedSeq,
        until: FeedSeq,
    ) -> Result<Vec<RevocationV1>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT scopes.\"case\", scopes.compartment, grants.revoked_seq
             FROM grants JOIN scopes ON scopes.id = grants.scope
             WHERE grants.user_id = ?1 AND grants.revoked_seq > ?2 AND grants.revoked_seq <= ?3
               AND grants.revoked_seq IS NOT NULL AND scopes.on_devices = 1
               AND NOT EXISTS (SELECT 1 FROM grants AS later WHERE later.scope = grants.scope
                               AND later.user_id = grants.user_id AND later.granted_seq > grants.granted_seq)
             ORDER BY grants.revoked_seq",
        )?;
        let rows = statement
            .query_map(params![user.as_bytes(), seq(after), seq(until)], |row| {
                Ok(RevocationV1 { scope: Scope::read(row, 0)?, seq: FeedSeq::read(row, 2)? })
            })?;
        let mut revocations: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
        for (compartment, at) in self.kept_off_phones()? {
            if after < at && at <= until {
                let gone = self.opened_before(user, &compartment, at)?;
                revocations.extend(gone.into_iter().map(|scope| RevocationV1 { scope, seq: at }));
            }
        }
        Ok(revocations)
    }

    /// The scopes of a compartment kept off phones that were ever open to a user before this entry, and
    /// may be on a phone from then.
    fn opened_before(
        &self,
        user: UserId,
        compartment: &CompartmentCode,
        at: FeedSeq,
    ) -> Result<Vec<Scope>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT DISTINCT scopes.\"case\", scopes.compartment
             FROM grants JOIN scopes ON scopes.id = grants.scope
             WHERE grants.user_id = ?1 AND grants.granted_seq <= ?3
               AND scopes.compartment = ?2 AND scopes.on_devices = 0
             ORDER BY scopes.id",
        )?;
        let rows = statement
            .query_map(params![user.as_bytes(), compartment.as_str(), seq(at)], |row| {
                Scope::read(row, 0)
            })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns whether a device has confirmed that it dropped a scope since that was opened to its
    /// owner.
    pub(crate) fn has_dropped_since_opened(
        &self,
        device: DeviceId,
        user: UserId,
        scope: i64,
    ) -> Result<bool, StoreError> {
        Ok(self.prepare_in_order(
                "SELECT 1 FROM dropped JOIN grants
                 ON grants.scope = dropped.scope AND grants.user_id = ?2 AND grants.revoked_seq IS NULL
                 WHERE dropped.device = ?1 AND dropped.scope = ?3
                   AND dropped.revoked_seq >= grants.granted_seq",
            )?
            .exists(params![device.as_bytes(), user.as_bytes(), scope])?)
    }

    /// Returns whether a device may still hand in what was written in a scope before this entry
    /// closed it: it was there then, has not confirmed since that it dropped the scope, and that
    /// was after `since`.
    pub(crate) fn may_come_late(
        &self,
        device: DeviceId,
        scope: i64,
        revoked: FeedSeq,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT 1 FROM grants JOIN devices ON devices.id = ?1
                 WHERE grants.revoked_seq = ?3 AND grants.revoked_at > ?4
                   AND devices.enrolled_seq < ?3 AND devices.enrolled_at <= grants.revoked_at
                   AND NOT EXISTS (SELECT 1 FROM dropped WHERE dropped.device = ?1
                                   AND dropped.scope = ?2 AND dropped.revoked_seq >= ?3)",
            )?
            .exists(params![device.as_bytes(), scope, seq(revoked), since.as_millis()])?)
    }

    pub(super) fn is_assigned(&self, user: UserId, case: CaseId) -> Result<bool, StoreError> {
        Ok(self
            .db
            .prepare_cached("SELECT 1 FROM assignments WHERE user_id = ?1 AND \"case\" = ?2")?
            .exists(params![user.as_bytes(), case.as_bytes()])?)
    }

    /// Lists the cases that are assigned to a user.
    pub(crate) fn cases_assigned_to(&self, user: UserId) -> Result<Vec<CaseId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT \"case\" FROM assignments WHERE user_id = ?1 ORDER BY \"case\"",
        )?;
        let rows = statement.query_map([user.as_bytes()], |row| CaseId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Lists the users a case is assigned to.
    pub(crate) fn assignees(&self, case: CaseId) -> Result<Vec<UserId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT user_id FROM assignments WHERE \"case\" = ?1 ORDER BY user_id",
        )?;
        let rows = statement.query_map([case.as_bytes()], |row| UserId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whom a case is assigned to of those who see something in it that this user sees too: that an
    /// advocate is on it tells what nobody else may know.
    pub(crate) fn colleagues_on_case(
        &self,
        user: UserId,
        case: CaseId,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT assigned.user_id FROM assignments AS assigned
             WHERE assigned.\"case\" = ?1 AND (assigned.user_id = ?2 OR EXISTS (
                 SELECT 1 FROM scopes
                 JOIN grants AS mine ON mine.scope = scopes.id AND mine.user_id = ?2
                     AND mine.revoked_seq IS NULL
                 JOIN grants AS theirs ON theirs.scope = scopes.id AND theirs.user_id = assigned.user_id
                     AND theirs.revoked_seq IS NULL
                 WHERE scopes.\"case\" = ?1))
             ORDER BY assigned.user_id",
        )?;
        let rows = statement
            .query_map(params![case.as_bytes(), user.as_bytes()], |row| UserId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The programs that work on a case.
    pub(super) fn programs_of_case(
        &self,
        case: CaseId,
    ) -> Result<BTreeSet<ProgramCode>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT program FROM case_programs WHERE \"case\" = ?1")?;
        let rows = statement.query_map([case.as_bytes()], |row| name(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every case that a user has or might have something to do with: assigned, open, or of a program.
    pub(crate) fn cases_around(
        &self,
        user: UserId,
        programs: impl IntoIterator<Item = ProgramCode>,
    ) -> Result<BTreeSet<CaseId>, StoreError> {
        let mut cases = BTreeSet::new();
        let mut gather = |sql: &str, key: &dyn rusqlite::ToSql| -> Result<(), StoreError> {
            let mut statement = self.db.prepare_cached(sql)?;
            let rows = statement.query_map([key], |row| CaseId::read(row, 0))?;
            rows.into_iter().try_for_each(|case| {
                cases.insert(case?);
                Ok(())
            })
        };
        gather("SELECT \"case\" FROM assignments WHERE user_id = ?1", user.as_bytes())?;
        gather(
            "SELECT scopes.\"case\" FROM grants JOIN scopes ON scopes.id = grants.scope
             WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL",
            user.as_bytes(),
        )?;
        for program in programs {
            gather("SELECT \"case\" FROM case_programs WHERE program = ?1", &program.as_str())?;
        }
        Ok(cases)
    }
}

impl Writing<'_> {
    /// A scope's number; it gets one when it has none.
    pub(crate) fn number_scope(
        &self,
        catalogue: &Catalogue,
        scope: &Scope,
    ) -> Result<i64, StoreError> {
        if let Some(number) = self.scope_number(scope)? {
            return Ok(number);
        }
        Ok(self
            .db
            .prepare_cached(
                "INSERT INTO scopes (\"case\", compartment, on_devices) VALUES (?1, ?2, ?3)
             RETURNING id",
            )?
            .query_row(
                params![
                    scope.case.as_bytes(),
                    scope.compartment.as_str(),
                    on_devices(catalogue, &scope.compartment)
                ],
                |row| row.get(0),
            )?)
    }

    /// Brings the note of what may be kept on phones up to date with the catalogue. Returns the
    /// compartments for which that is new, and what it is now.
    pub(crate) fn refresh_scopes(
        &self,
        catalogue: &Catalogue,
    ) -> Result<Vec<(CompartmentCode, bool)>, StoreError> {
        let noted: Vec<(CompartmentCode, bool)> = {
            let mut statement =
                self.db.prepare("SELECT DISTINCT compartment, on_devices FROM scopes")?;
            let rows = statement.query_map([], |row| Ok((name(row, 0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        let mut changed = Vec::new();
        for (code, was) in noted {
            let is = on_devices(catalogue, &code);
            if is != was {
                self.db.execute(
                    "UPDATE scopes SET on_devices = ?2 WHERE compartment = ?1",
                    params![code.as_str(), is],
                )?;
                changed.push((code, is));
            }
        }
        Ok(changed)
    }

    pub(crate) fn open_grant(
        &self,
        at: FeedSeq,
        user: UserId,
        scope: i64,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT INTO grants (granted_seq, user_id, scope) VALUES (?1, ?2, ?3)")?
            .execute(params![seq(at), user.as_bytes(), scope])?;
        self.note_grant(user, scope)
    }

    pub(crate) fn close_grant(
        &self,
        now: Timestamp,
        at: FeedSeq,
        user: UserId,
        scope: i64,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE grants SET revoked_seq = ?1, revoked_at = ?4
             WHERE user_id = ?2 AND scope = ?3 AND revoked_seq IS NULL",
            )?
            .execute(params![seq(at), user.as_bytes(), scope, now.as_millis()])?;
        self.note_grant(user, scope)
    }

    /// Notes that a device has dropped a scope after this revocation.
    pub(crate) fn set_dropped(
        &self,
        device: DeviceId,
        scope: i64,
        revoked: FeedSeq,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO dropped (device, scope, revoked_seq) VALUES (?1, ?2, ?3)
             ON CONFLICT (device, scope) DO UPDATE SET
                 revoked_seq = excluded.revoked_seq",
            )?
            .execute(params![device.as_bytes(), scope, seq(revoked)])?;
        Ok(())
    }

    /// Counts what a user's devices have confirmed since a scope was opened as confirmed since this
    /// entry, at which it is about to be opened anew.
    pub(crate) fn carry_dropped(
        &self,
        opened: FeedSeq,
        user: UserId,
        scope: i64,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE dropped SET revoked_seq = ?1
             WHERE scope = ?3 AND device IN (SELECT id FROM devices WHERE user_id = ?2)
               AND revoked_seq >= (SELECT granted_seq FROM grants
                                   WHERE user_id = ?2 AND scope = ?3 AND revoked_seq IS NULL)",
            )?
            .execute(params![seq(opened), user.as_bytes(), scope])?;
        Ok(())
    }

    /// Notes that a device has nothing of what was ever closed to its owner: it begins.
    pub(crate) fn set_all_dropped(&self, device: DeviceId, user: UserId) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO dropped (device, scope, revoked_seq)
             SELECT ?1, scope, max(revoked_seq) FROM grants
             WHERE user_id = ?2 AND revoked_seq IS NOT NULL GROUP BY scope
             ON CONFLICT (device, scope) DO UPDATE SET
                 revoked_seq = excluded.revoked_seq",
            )?
            .execute(params![device.as_bytes(), user.as_bytes()])?;
        Ok(())
    }

    /// Assigns a case. Says whether it is new.
    pub(crate) fn assign(
        &self,
        now: Timestamp,
        user: UserId,
        case: CaseId,
    ) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached(
                "INSERT INTO assignments (user_id, \"case\", assigned_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_id, \"case\") DO NOTHING",
            )?
            .execute(params![user.as_bytes(), case.as_bytes(), now.as_millis()])?;
        self.note_assignment(user, case)?;
        Ok(rows == 1)
    }

    /// Takes a case away. Says whether it was assigned.
    pub(crate) fn unassign(&self, user: UserId, case: CaseId) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached("DELETE FROM assignments WHERE user_id = ?1 AND \"case\" = ?2")?
            .execute(params![user.as_bytes(), case.as_bytes()])?;
        self.note_assignment(user, case)?;
        Ok(rows == 1)
    }

    /// Notes that a program works on a case. Says whether it is new.
    pub(crate) fn add_program_to_case(
        &self,
        case: CaseId,
        program: &ProgramCode,
    ) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached(
                "INSERT INTO case_programs (\"case\", program) VALUES (?1, ?2)
             ON CONFLICT (\"case\", program) DO NOTHING",
            )?
            .execute(params![case.as_bytes(), program.as_str()])?;
        Ok(rows == 1)
    }
}

pub(crate) fn on_devices(catalogue: &Catalogue, compartment: &CompartmentCode) -> bool {
    catalogue.compartments.get(compartment).is_some_and(|known| known.on_devices)
}

#[cfg(test)]
mod tests {
    use model::catalogue::CatalogueSource;

    use super::*;
    use crate::store::people::NewDevice;
    use crate::store::sqlite::Database;

    const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn user(number: u8) -> UserId {
        UserId::from_bytes([number; 16])
    }

    fn device(number: u8) -> DeviceId {
        DeviceId::from_bytes([number; 16])
    }

    fn case() -> CaseId {
        CaseId::from_bytes([9; 16])
    }

    fn scope(compartment: &str) -> Scope {
        Scope { case: case(), compartment: compartment.parse().unwrap() }
    }

    /// A database with a scope, which has this number.
    fn with_scope(compartment: &str) -> (Database, i64) {
        let db = Database::in_memory();
        let catalogue = Catalogue::load(&CatalogueSource::builtin()).unwrap();
        let number = db.write(|db| db.number_scope(&catalogue, &scope(compartment))).unwrap();
        (db, number)
    }

    fn add_device(db: &Database, id: u8, owner: u8, enrolled_seq: u64, at: Timestamp) {
        let new = NewDevice {
            id: device(id),
            user: user(owner),
            public_key: &[id; 32],
            token_hash: &[id; 32],
            platform: "test",
            at,
            enrolled_seq: FeedSeq(enrolled_seq),
            reconciled_epoch: None,
        };
        db.write(|db| db.add_device(&new)).unwrap();
    }

    /// Opens and closes a scope to a user, in turn, with these entries of the feed.
    fn turn(db: &Database, user: UserId, scope: i64, entries: &[u64]) {
        for (turn, seq) in entries.iter().enumerate() {
            let at = FeedSeq(*seq);
            db.write(|db| match turn % 2 {
                0 => db.open_grant(at, user, scope),
                _ => db.close_grant(NOW, at, user, scope),
            })
            .unwrap();
        }
    }

    #[test]
    fn a_revocation_is_told_for_the_part_of_the_feed_it_is_in_and_not_once_the_scope_is_open_again()
    {
        // How many entries opened and closed it in turn, from the first on; after which entry and up to
        // which is asked; the entry that is told.
        for (entries, after, until, told) in [
            (0, 0, 9, None),
            (1, 0, 9, None),
            (2, 0, 9, Some(2)),
            (2, 1, 2, Some(2)),
            (2, 2, 9, None),
            (2, 0, 1, None),
            (3, 0, 9, None),
            (4, 0, 9, Some(4)),
            (4, 0, 3, None),
        ] {
            let (db, number) = with_scope("OUT");
            turn(&db, user(1), number, &[1, 2, 3, 4][..entries]);
            let of = |user| {
                let asked = db.reading().revocations(user, FeedSeq(after), FeedSeq(until));
                asked.unwrap().into_iter().map(|told| told.seq.0).collect::<Vec<_>>()
            };
            assert_eq!(of(user(1)), Vec::from_iter(told), "{entries} within {after} and {until}");
            assert_eq!(of(user(2)), [0; 0], "another user, {entries}");
        }
    }

    #[test]
    fn a_grant_is_what_its_last_entry_made_it() {
        let table: &[(&[u64], GrantState)] = &[
            (&[], GrantState::Never),
            (&[1], GrantState::Open),
            (&[1, 2], GrantState::Closed(FeedSeq(2))),
            (&[1, 2, 3], GrantState::Open),
        ];
        for (entries, state) in table {
            let (db, number) = with_scope("OUT");
            turn(&db, user(1), number, entries);
            assert_eq!(db.reading().grant_state(user(1), number).unwrap(), *state, "{entries:?}");
            assert_eq!(db.reading().grant_state(user(2), number).unwrap(), GrantState::Never);
        }
    }

    #[test]
    fn what_was_dropped_since_a_scope_was_opened_stays_dropped_when_it_is_opened_anew() {
        // Opened by entry 5; what the device confirmed last; whether that is since.
        for (confirmed, is_since) in
            [(None, false), (Some(4), false), (Some(5), true), (Some(6), true)]
        {
            let (db, number) = with_scope("OUT");
            add_device(&db, 1, 1, 1, NOW);
            turn(&db, user(1), number, &[2, 4, 5]);
            let asked =
                || db.reading().has_dropped_since_opened(device(1), user(1), number).unwrap();
            if let Some(seq) = confirmed {
                db.write(|db| db.set_dropped(device(1), number, FeedSeq(seq))).unwrap();
            }
            assert_eq!(asked(), is_since, "{confirmed:?}");
            db.write(|db| {
                db.carry_dropped(FeedSeq(8), user(1), number)?;
                db.close_grant(NOW, FeedSeq(7), user(1), number)?;
                db.open_grant(FeedSeq(8), user(1), number)
            })
            .unwrap();
            assert_eq!(asked(), is_since, "{confirmed:?}, opened anew");
        }
    }

    #[test]
    fn work_may_come_late_from_a_device_that_was_there_and_has_not_dropped_the_scope() {
        let (before, since) = (Timestamp::from_millis(NOW.as_millis() - 1), NOW);
        // By which entry and when the device was enrolled, what it confirmed last, since when work may
        // come; closed by entry 5, now.
        let table = [
            ((1, before), None, before, true),
            ((1, NOW), None, before, true),
            ((5, before), None, before, false),
            ((1, Timestamp::from_millis(NOW.as_millis() + 1)), None, before, false),
            ((1, before), Some(4), before, true),
            ((1, before), Some(5), before, false),
            ((1, before), None, since, false),
        ];
        for ((enrolled, at), confirmed, since, may) in table {
            let (db, number) = with_scope("OUT");
            add_device(&db, 1, 1, enrolled, at);
            turn(&db, user(1), number, &[2, 5]);
            if let Some(seq) = confirmed {
                db.write(|db| db.set_dropped(device(1), number, FeedSeq(seq))).unwrap();
            }
            let asked = db.reading().may_come_late(device(1), number, FeedSeq(5), since).unwrap();
            assert_eq!(asked, may, "enrolled by {enrolled} at {at}, confirmed {confirmed:?}");
        }
    }

    #[test]
    fn colleagues_on_a_case_are_those_assigned_who_see_something_that_one_sees_too() {
        let (db, outreach) = with_scope("OUT");
        let catalogue = Catalogue::load(&CatalogueSource::builtin()).unwrap();
        let identity = db.write(|db| db.number_scope(&catalogue, &scope("IDN"))).unwrap();
        let [me, same, other, past, unassigned] = [1, 2, 3, 4, 5].map(user);
        turn(&db, me, outreach, &[1]);
        turn(&db, same, outreach, &[2]);
        turn(&db, other, identity, &[3]);
        turn(&db, past, outreach, &[4, 5]);
        turn(&db, unassigned, outreach, &[6]);
        for assigned in [me, same, other, past] {
            assert!(db.write(|db| db.assign(NOW, assigned, case())).unwrap());
            assert!(!db.write(|db| db.assign(NOW, assigned, case())).unwrap(), "again");
        }
        let of = |user| db.reading().colleagues_on_case(user, case()).unwrap();
        assert_eq!(of(me), [me, same]);
        assert_eq!(of(other), [other]);
        assert_eq!(of(past), [past]);
        assert_eq!(of(unassigned), [me, same], "who is not assigned is not among them");
    }
}
