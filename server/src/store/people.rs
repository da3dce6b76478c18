//! Users, their roles, their invitations and their devices.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Catalogue;
use model::ids::{DeviceId, Epoch, FeedSeq, ProgramCode, RoleCode, UserId};
use model::limits::COLLEAGUES_MAX;
use model::names;
use model::policy;
use model::time::Timestamp;
use model::wire::{AuthorV1, ColleagueV1, ColleaguesV1, DraftsV1, MembershipV1, ProfileV1};
use rand::Rng;
use rusqlite::{OptionalExtension, Row, params};
use subtle::ConstantTimeEq;

use super::orders::{self, LockOrder};
use super::sqlite::{Reading, Writing};
use super::{Column, epoch, name, seq};
use crate::error::StoreError;

/// A device as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) user: UserId,
    pub(crate) public_key: [u8; 32],
    pub(crate) enrolled_seq: FeedSeq,
    pub(crate) last_seen: Option<Timestamp>,
    pub(crate) revoked_at: Option<Timestamp>,
    pub(crate) full_since: FeedSeq,
    pub(crate) reconciled_epoch: Option<Epoch>,
    pub(crate) reconcile_started: Option<Epoch>,
    pub(crate) drafts: DraftsV1,
    pub(crate) lock: Option<LockOrder>,
}

/// An enrolled device, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its identity.
    pub id: DeviceId,
    /// Its owner.
    pub user: UserId,
    /// The owner's name.
    pub user_name: String,
    /// What kind of installation it is.
    pub platform: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it last came, to within five minutes; none if never.
    pub last_seen: Option<Timestamp>,
    /// When it was revoked; none while it may sync.
    pub revoked_at: Option<Timestamp>,
    /// How many drafts were open on it, and since when, when it last came.
    pub drafts: DraftsV1,
}

/// What a new device's row holds.
pub(crate) struct NewDevice<'a> {
    pub(crate) id: DeviceId,
    pub(crate) user: UserId,
    pub(crate) public_key: &'a [u8; 32],
    pub(crate) token_hash: &'a [u8; 32],
    pub(crate) platform: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) enrolled_seq: FeedSeq,
    pub(crate) reconciled_epoch: Option<Epoch>,
}

/// An invitation as the database has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Invited {
    pub(crate) user: UserId,
    pub(crate) expires_at: Timestamp,
    pub(crate) used_by: Option<DeviceId>,
}

impl Reading<'_> {
    pub(crate) fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id.as_bytes()], read_device).optional()?)
    }

    /// The device that a token belongs to, found by the token's hash.
    pub(crate) fn device_by_token(
        &self,
        token_hash: &[u8; 32],
    ) -> Result<Option<Device>, StoreError> {
        let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices WHERE token_hash = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        let found = statement
            .query_row([token_hash], |row| Ok((read_device(row)?, row.get::<_, [u8; 32]>(9)?)))
            .optional()?;
        // The index compares hashes byte by byte, which tells nothing of the token; the comparison
        // that decides does not depend on where they differ.
        Ok(found.filter(|(_, hash)| bool::from(hash.ct_eq(token_hash))).map(|(device, _)| device))
    }

    /// Every device that was enrolled, newest first.
    pub(crate) fn devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT devices.id, devices.user_id, users.name, devices.platform, devices.enrolled_at,
                    devices.last_seen, devices.revoked_at, devices.drafts,
                    devices.drafts_since
             FROM devices JOIN users ON users.id = devices.user_id
             WHERE devices.id NOT IN (SELECT console FROM accounts)
               AND devices.id NOT IN (SELECT value FROM meta WHERE name = 'system_device')
             ORDER BY devices.enrolled_at DESC, devices.id DESC",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(DeviceRow {
                id: DeviceId::read(row, 0)?,
                user: UserId::read(row, 1)?,
                user_name: row.get(2)?,
                platform: row.get(3)?,
                enrolled_at: Timestamp::read(row, 4)?,
                last_seen: Column::read(row, 5)?,
                revoked_at: Column::read(row, 6)?,
                drafts: read_drafts(row, 7)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The devices that were revoked, with when.
    pub(crate) fn revoked_devices(&self) -> Result<Vec<(DeviceId, Timestamp)>, StoreError> {
        let sql = "SELECT id, revoked_at FROM devices WHERE revoked_at IS NOT NULL";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows =
            statement.query_map([], |row| Ok((DeviceId::read(row, 0)?, Column::read(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The owner of a device.
    pub(crate) fn author(&self, device: DeviceId) -> Result<Option<AuthorV1>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT users.id, users.name FROM devices JOIN users ON users.id = devices.user_id
             WHERE devices.id = ?1",
        )?;
        let found = statement
            .query_row([device.as_bytes()], |row| {
                Ok(AuthorV1 { user: UserId::read(row, 0)?, name: row.get(1)? })
            })
            .optional()?;
        Ok(found)
    }

    /// The user of this name, however it is typed. Users of earlier versions may share a key: then the
    /// one whose name is typed as it stands.
    pub(crate) fn user_by_name(&self, user_name: &str) -> Result<Option<UserId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id FROM users WHERE name = ?1 OR name_key = ?2 ORDER BY name = ?1 DESC LIMIT 1",
        )?;
        let key = names::key(user_name);
        Ok(statement.query_row([user_name, &key], |row| UserId::read(row, 0)).optional()?)
    }

    /// Returns whether a user of an earlier version has no key yet.
    pub(crate) fn has_names_without_key(&self) -> Result<bool, StoreError> {
        Ok(self.db.prepare("SELECT 1 FROM users WHERE name_key IS NULL")?.exists([])?)
    }

    pub(crate) fn user_exists(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(self
            .db
            .prepare_cached("SELECT 1 FROM users WHERE id = ?1")?
            .exists([user.as_bytes()])?)
    }

    /// The server as a user; none while it has written nothing.
    pub(crate) fn system_user(&self) -> Result<Option<UserId>, StoreError> {
        Ok(self.find_system()?.map(|(user, _)| user))
    }

    fn find_system(&self) -> Result<Option<(UserId, DeviceId)>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT devices.user_id, devices.id FROM devices JOIN meta
             ON meta.name = 'system_device' AND meta.value = devices.id",
        )?;
        let found =
            statement.query_row([], |row| Ok((UserId::read(row, 0)?, DeviceId::read(row, 1)?)));
        Ok(found.optional()?)
    }

    pub(crate) fn profile(&self, user: UserId) -> Result<ProfileV1, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT name FROM users WHERE id = ?1")?;
        let user_name = statement.query_row([user.as_bytes()], |row| row.get(0))?;
        let roles = self.memberships(user)?.into_iter().collect();
        Ok(ProfileV1 { name: user_name, roles })
    }

    /// Every user's name, by id; the server's own too.
    pub(crate) fn users(&self) -> Result<BTreeMap<UserId, String>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT id, name FROM users")?;
        let rows = statement.query_map([], |row| Ok((UserId::read(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The name of a user; `None` if there is none of this id.
    pub(crate) fn name_of(&self, user: UserId) -> Result<Option<String>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT name FROM users WHERE id = ?1")?;
        Ok(statement.query_row([user.as_bytes()], |row| row.get(0)).optional()?)
    }

    /// The users who hold a role in a program that this user holds a role in, this one included; and
    /// those whose device held one there before.
    pub(crate) fn colleagues(&self, user: UserId) -> Result<ColleaguesV1, StoreError> {
        let mut statement = self.db.prepare_cached(
            "WITH mine AS (SELECT program FROM memberships WHERE user_id = ?1),
                  present AS (SELECT DISTINCT user_id FROM memberships
                              WHERE program IN (SELECT program FROM mine)),
                  former AS (SELECT DISTINCT devices.user_id FROM withdrawn
                             JOIN devices ON devices.id = withdrawn.device
                             WHERE withdrawn.program IN (SELECT program FROM mine))
             SELECT id, name, id IN (SELECT user_id FROM present) AS active FROM users
             WHERE active OR id IN (SELECT user_id FROM former)
             ORDER BY active DESC, id LIMIT ?2",
        )?;
        let most = i64::try_from(COLLEAGUES_MAX).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![user.as_bytes(), most], |row| {
            Ok(ColleagueV1 { user: UserId::read(row, 0)?, name: row.get(1)?, active: row.get(2)? })
        })?;
        Ok(ColleaguesV1::of(rows.collect::<rusqlite::Result<_>>()?))
    }

    pub(crate) fn memberships(&self, user: UserId) -> Result<BTreeSet<MembershipV1>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT role, program FROM memberships WHERE user_id = ?1")?;
        let rows = statement.query_map([user.as_bytes()], |row| {
            Ok(MembershipV1 { role: name(row, 0)?, program: name(row, 1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The roles that are held where the catalogue has nothing for them to do: from before it was so, or
    /// before that was asked.
    pub(crate) fn misfits(
        &self,
        catalogue: &Catalogue,
    ) -> Result<Vec<(UserId, MembershipV1)>, StoreError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT user_id, role, program FROM memberships ORDER BY user_id")?;
        let rows = statement.query_map([], |row| {
            let held = MembershipV1 { role: name(row, 1)?, program: name(row, 2)? };
            Ok((UserId::read(row, 0)?, held))
        })?;
        let mut held = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        held.retain(|(_, held)| !policy::fits(catalogue, &held.role, &held.program));
        Ok(held)
    }

    /// The roles that were taken away after `since` from the owner of a device that was theirs already.
    pub(crate) fn withdrawn(
        &self,
        device: DeviceId,
        since: Timestamp,
    ) -> Result<BTreeSet<MembershipV1>, StoreError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT role, program FROM withdrawn WHERE device = ?1 AND at > ?2")?;
        let rows = statement.query_map(params![device.as_bytes(), since.as_millis()], |row| {
            Ok(MembershipV1 { role: name(row, 0)?, program: name(row, 1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Lists the users who hold this role in this program.
    pub(crate) fn holders(
        &self,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT user_id FROM memberships WHERE program = ?1 AND role = ?2 ORDER BY user_id",
        )?;
        let rows =
            statement.query_map([program.as_str(), role.as_str()], |row| UserId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(crate) fn invitation(&self, code_hash: &[u8; 32]) -> Result<Option<Invited>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT user_id, expires_at, used_by FROM invitations WHERE code_hash = ?1",
        )?;
        let found = statement.query_row([code_hash], |row| {
            Ok(Invited {
                user: UserId::read(row, 0)?,
                expires_at: Timestamp::read(row, 1)?,
                used_by: Column::read(row, 2)?,
            })
        });
        Ok(found.optional()?)
    }
}

impl Writing<'_> {
    pub(crate) fn add_device(&self, new: &NewDevice<'_>) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO devices (id, user_id, public_key, token_hash, platform, enrolled_at,
                                  enrolled_seq, reconciled_epoch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                new.id.as_bytes(),
                new.user.as_bytes(),
                new.public_key,
                new.token_hash,
                new.platform,
                new.at.as_millis(),
                seq(new.enrolled_seq),
                new.reconciled_epoch.map(epoch)
            ])?;
        Ok(())
    }

    pub(crate) fn set_device_token(
        &self,
        device: DeviceId,
        token_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE devices SET token_hash = ?2 WHERE id = ?1")?
            .execute(params![device.as_bytes(), token_hash])?;
        Ok(())
    }

    pub(crate) fn set_last_seen(&self, device: DeviceId, at: Timestamp) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE devices SET last_seen = ?2 WHERE id = ?1")?
            .execute(params![device.as_bytes(), at.as_millis()])?;
        Ok(())
    }

    pub(crate) fn set_drafts(&self, device: DeviceId, drafts: DraftsV1) -> Result<(), StoreError> {
        let since = drafts.oldest.map(Timestamp::as_millis);
        self.db
            .prepare_cached("UPDATE devices SET drafts = ?2, drafts_since = ?3 WHERE id = ?1")?
            .execute(params![device.as_bytes(), drafts.count, since])?;
        Ok(())
    }

    pub(crate) fn set_full_since(&self, device: DeviceId, head: FeedSeq) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE devices SET full_since = ?2 WHERE id = ?1")?
            .execute(params![device.as_bytes(), seq(head)])?;
        Ok(())
    }

    pub(crate) fn set_reconcile_started(
        &self,
        device: DeviceId,
        with: Epoch,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE devices SET reconcile_started = ?2 WHERE id = ?1")?
            .execute(params![device.as_bytes(), epoch(with)])?;
        Ok(())
    }

    pub(crate) fn set_reconciled(&self, device: DeviceId, with: Epoch) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE devices SET reconciled_epoch = ?2, reconcile_started = NULL WHERE id = ?1",
            )?
            .execute(params![device.as_bytes(), epoch(with)])?;
        Ok(())
    }

    /// Revokes a device that is not revoked yet. Says whether it did.
    pub(crate) fn shut_device_out(
        &self,
        device: DeviceId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE devices SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
        Ok(self.db.prepare_cached(sql)?.execute(params![device.as_bytes(), at.as_millis()])? > 0)
    }

    /// Revokes a device, once. Says whether there is such a device.
    pub(crate) fn revoke_device(
        &self,
        device: DeviceId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached(
                "UPDATE devices SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
            )?
            .execute(params![device.as_bytes(), at.as_millis()])?;
        Ok(rows == 1)
    }

    pub(crate) fn add_user(
        &self,
        at: Timestamp,
        id: UserId,
        user_name: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO users (id, name, created_at, name_key) VALUES (?1, ?2, ?3, ?4)";
        let key = names::key(user_name);
        self.db.prepare_cached(sql)?.execute(params![
            id.as_bytes(),
            user_name,
            at.as_millis(),
            key
        ])?;
        Ok(())
    }

    /// Gives users of earlier versions their key, as far as nobody has it.
    pub(crate) fn key_names(&self) -> Result<(), StoreError> {
        let without: Vec<(UserId, String)> = {
            let sql = "SELECT id, name FROM users WHERE name_key IS NULL ORDER BY created_at, id";
            let mut statement = self.db.prepare(sql)?;
            let rows = statement.query_map([], |row| Ok((UserId::read(row, 0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        for (id, name) in without {
            self.db
                .prepare_cached(
                    "UPDATE users SET name_key = ?2 WHERE id = ?1
                     AND NOT EXISTS (SELECT 1 FROM users WHERE name_key = ?2)",
                )?
                .execute(params![id.as_bytes(), names::key(&name)])?;
        }
        Ok(())
    }

    /// The server itself, as the author of what it writes; made when it first writes something.
    pub(crate) fn system_author(
        &self,
        at: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<(UserId, DeviceId), StoreError> {
        if let Some(found) = self.find_system()? {
            return Ok(found);
        }
        let (user, device) = (UserId::generate(at, rng), DeviceId::generate(at, rng));
        // Somebody may have the name already.
        let name = match self.user_by_name(SYSTEM_NAME)? {
            None => SYSTEM_NAME.to_owned(),
            Some(_) => format!("{SYSTEM_NAME} {user}"),
        };
        self.add_user(at, user, &name)?;
        // Nobody has the key or the token.
        let mut secrets = [[0; 32]; 2];
        secrets.iter_mut().for_each(|secret| rng.fill_bytes(secret));
        let [seed, token_hash] = secrets;
        let public_key = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        let new = NewDevice {
            id: device,
            user,
            public_key: &public_key,
            token_hash: &token_hash,
            platform: "server",
            at,
            enrolled_seq: FeedSeq(0),
            reconciled_epoch: None,
        };
        self.add_device(&new)?;
        self.db.execute(
            "INSERT INTO meta (name, value) VALUES ('system_device', ?1)",
            [device.as_bytes()],
        )?;
        Ok((user, device))
    }

    /// Gives a role. Says whether it is new.
    pub(crate) fn add_membership(
        &self,
        user: UserId,
        held: &MembershipV1,
    ) -> Result<bool, StoreError> {
        self.db
            .prepare_cached(
                "DELETE FROM withdrawn WHERE role = ?2 AND program = ?3
             AND device IN (SELECT id FROM devices WHERE user_id = ?1)",
            )?
            .execute(params![user.as_bytes(), held.role.as_str(), held.program.as_str()])?;
        let rows = self
            .db
            .prepare_cached(
                "INSERT INTO memberships (user_id, role, program) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_id, role, program) DO NOTHING",
            )?
            .execute(params![user.as_bytes(), held.role.as_str(), held.program.as_str()])?;
        Ok(rows == 1)
    }

    /// Takes a role away, and notes it for each device that its holder has. Says whether it was held.
    pub(crate) fn remove_membership(
        &self,
        now: Timestamp,
        user: UserId,
        held: &MembershipV1,
    ) -> Result<bool, StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO withdrawn (device, role, program, at)
             SELECT devices.id, role, program, ?4 FROM devices
             JOIN memberships ON memberships.user_id = devices.user_id
             WHERE devices.user_id = ?1 AND role = ?2 AND program = ?3
             ON CONFLICT (device, role, program) DO UPDATE SET
                 at = excluded.at",
            )?
            .execute(params![
                user.as_bytes(),
                held.role.as_str(),
                held.program.as_str(),
                now.as_millis()
            ])?;
        let rows = self
            .db
            .prepare_cached(
                "DELETE FROM memberships WHERE user_id = ?1 AND role = ?2 AND program = ?3",
            )?
            .execute(params![user.as_bytes(), held.role.as_str(), held.program.as_str()])?;
        Ok(rows == 1)
    }

    pub(crate) fn add_invitation(
        &self,
        code_hash: &[u8; 32],
        user: UserId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO invitations (code_hash, user_id, expires_at) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![code_hash, user.as_bytes(), expires_at.as_millis()])?;
        Ok(())
    }

    pub(crate) fn use_invitation(
        &self,
        code_hash: &[u8; 32],
        device: DeviceId,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE invitations SET used_by = ?2 WHERE code_hash = ?1")?
            .execute(params![code_hash, device.as_bytes()])?;
        Ok(())
    }
}

const DEVICE_COLUMNS: &str = "id, user_id, public_key, enrolled_seq, last_seen, revoked_at, \
                              full_since, reconciled_epoch, reconcile_started, token_hash, \
                              drafts, drafts_since, lock_ordered_at, lock_told_at, locked_at";

const SYSTEM_NAME: &str = "Fieldbook";

fn read_device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: DeviceId::read(row, 0)?,
        user: UserId::read(row, 1)?,
        public_key: row.get(2)?,
        enrolled_seq: FeedSeq::read(row, 3)?,
        last_seen: Column::read(row, 4)?,
        revoked_at: Column::read(row, 5)?,
        full_since: FeedSeq::read(row, 6)?,
        reconciled_epoch: Column::read(row, 7)?,
        reconcile_started: Column::read(row, 8)?,
        drafts: read_drafts(row, 10)?,
        lock: orders::read_lock(row, 12)?,
    })
}

pub(super) fn read_drafts(row: &Row<'_>, column: usize) -> rusqlite::Result<DraftsV1> {
    Ok(DraftsV1 { count: row.get(column)?, oldest: Column::read(row, column + 1)? })
}

#[cfg(test)]
mod tests {
    use model::names;
    use rand::SeedableRng as _;
    use zeroize::Zeroizing;

    use super::*;
    use crate::config::Durability;
    use crate::store::sqlite::open::{SERVER_STEPS, create_database, open_database};

    #[test]
    fn users_of_an_earlier_version_whose_names_are_one_are_both_kept_and_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        let key = Zeroizing::new([1; 32]);
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let at = Timestamp::from_millis(1_800_000_000_000);
        let mut ids = Vec::new();
        let earlier =
            create_database(&path, &key, Durability::Process, &SERVER_STEPS[..2]).unwrap();
        for (order, name) in (0..).zip(["José Ejemplo", "Jose\u{301} Ejemplo", "Ana Muestra"]) {
            let id = UserId::generate(at, &mut rng);
            let sql = "INSERT INTO users (id, name, created_at) VALUES (?1, ?2, ?3)";
            let earlier = earlier.reading();
            earlier.db.execute(sql, params![id.as_bytes(), name, at.as_millis() + order]).unwrap();
            ids.push(id);
        }
        drop(earlier);
        let now = open_database(&path, &key, Durability::Process, SERVER_STEPS).unwrap();
        // Again and again, as with each start.
        for _ in 0..2 {
            now.write(|db| db.key_names()).unwrap();
        }
        let found = |name| now.reading().user_by_name(name).unwrap();
        assert_eq!(found("José Ejemplo"), Some(ids[0]));
        assert_eq!(found("Jose\u{301} Ejemplo"), Some(ids[1]), "as it stands");
        assert_eq!(found("JOSÉ  ejemplo"), Some(ids[0]), "the eldest");
        assert_eq!(found("ANA muestra"), Some(ids[2]));
        let again = UserId::generate(at, &mut rng);
        assert!(now.write(|db| db.add_user(at, again, "ana  Muestra")).is_err());
        assert_eq!(names::key("José Ejemplo"), names::key("Jose\u{301} Ejemplo"));
    }
}
