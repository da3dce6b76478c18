//! The few facts about this installation that are not records.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use model::catalogue::{Catalogue, CatalogueSource};
use model::ids::{DeviceId, UserId};
use model::people::People;
use model::search;
use model::time::Timestamp;
use model::wire::{ColleagueV1, ColleaguesV1, MembershipV1, ProfileV1};

use super::lease::KEPT_TO;
use super::rebuild::ROWS_VERSION;
use super::rows::FromRow as _;
use super::safety::Safety;
use super::{Announced, Lease, Reader, StoreError, Time, Writer};

/// How this device came to its server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrollment {
    /// The server's address.
    pub server_url: String,
    /// The fingerprint of the public key that is trusted, when the server is not one that the
    /// system trusts.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// This device.
    pub device: DeviceId,
    /// Its owner.
    pub user: UserId,
    /// The token bound to the device's key.
    pub token: String,
    /// The server's public key, for signed orders and announcements.
    pub server_key: Vec<u8>,
    /// What the server said of where it will be found and how it will be known.
    #[serde(default)]
    pub announced: Announced,
}

impl fmt::Debug for Enrollment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrollment")
            .field("server_url", &self.server_url)
            .field("device", &self.device)
            .field("token", &"<hidden>")
            .finish_non_exhaustive()
    }
}

impl Reader<'_> {
    /// How this device came to its server.
    ///
    /// # Errors
    /// When the store fails.
    pub fn enrollment(&self) -> Result<Enrollment, StoreError> {
        self.needed(ENROLLMENT, "the enrollment")
    }

    /// The owner's name and roles.
    ///
    /// # Errors
    /// When the store fails.
    pub fn profile(&self) -> Result<ProfileV1, StoreError> {
        self.needed(PROFILE, "the profile")
    }

    /// The owner's roles by program.
    ///
    /// # Errors
    /// When the store fails.
    pub fn memberships(&self) -> Result<BTreeSet<MembershipV1>, StoreError> {
        Ok(self.profile()?.roles.into_iter().collect())
    }

    /// The owner and the people they know by name: their colleagues, and those who wrote in the
    /// records that came here or are named in them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn people(&self) -> Result<People, StoreError> {
        let me = self.enrollment()?.user;
        let sql = "SELECT DISTINCT user_id, name FROM authors";
        let wrote = self.query(sql, [], |row| {
            Ok(ColleagueV1 { user: UserId::from_row(row, 0)?, name: row.get(1)?, active: false })
        })?;
        let named: BTreeMap<UserId, String> = self.value(NAMED)?.unwrap_or_default();
        let named = named.into_iter().map(|(user, name)| ColleagueV1 { user, name, active: false });
        let owner = ColleagueV1 { user: me, name: self.profile()?.name, active: true };
        let kept: Option<ColleaguesV1> = self.value(COLLEAGUES)?;
        let colleagues = kept.map(|kept| kept.people).unwrap_or_default();
        // The last entry of a person counts.
        Ok(People::new(me, wrote.into_iter().chain(named).chain([owner]).chain(colleagues)))
    }

    /// The list of colleagues that is here, for [`model::wire::SyncRequestV1::colleagues`]; empty when
    /// there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn colleagues_digest(&self) -> Result<Vec<u8>, StoreError> {
        let kept: Option<ColleaguesV1> = self.value(COLLEAGUES)?;
        Ok(kept.map(|kept| kept.digest).unwrap_or_default())
    }

    /// How long records may be shown.
    ///
    /// # Errors
    /// When the store fails.
    pub fn lease(&self) -> Result<Lease, StoreError> {
        self.context.time.lease.ok_or(StoreError::Unreadable { what: "the lease" })
    }

    /// The last DPoP nonce the server gave.
    ///
    /// # Errors
    /// When the store fails.
    pub fn server_nonce(&self) -> Result<Option<String>, StoreError> {
        self.value(SERVER_NONCE)
    }

    /// When a sync last came to its end.
    ///
    /// # Errors
    /// When the store fails.
    pub fn last_sync(&self) -> Result<Option<Timestamp>, StoreError> {
        self.value(LAST_SYNC)
    }

    /// Returns the owner's shift, and what of it the server was not told.
    ///
    /// # Errors
    /// When the store fails.
    pub fn safety(&self) -> Result<Safety, StoreError> {
        Ok(self.value(SAFETY)?.unwrap_or_default())
    }

    /// When the store was last found to be restored or copied.
    ///
    /// # Errors
    /// When the store fails.
    pub fn restored_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.value(RESTORED_AT)
    }

    /// The digest of the catalogue, for [`model::wire::SyncRequestV1::catalogue`].
    pub fn catalogue_digest(&self) -> [u8; 32] {
        self.catalogue().digest
    }

    /// Returns whether the rows and the full text were made as this version of the program makes
    /// them. The first versions of both were not noted.
    pub(super) fn is_read_by_this_version(&self) -> Result<bool, StoreError> {
        let rows: Option<u32> = self.value(ROWS)?;
        let fold: Option<u32> = self.value(FOLD)?;
        Ok((rows, fold) == (Some(ROWS_VERSION), Some(search::FOLD_VERSION)))
    }

    pub(super) fn install_nonce(&self) -> Result<Vec<u8>, StoreError> {
        self.needed(INSTALL, "the install nonce")
    }

    /// The number that is to follow the present one.
    pub(super) fn announced_nonce(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.value(INSTALL_NEXT)
    }

    fn needed<T: DeserializeOwned>(&self, key: &str, what: &'static str) -> Result<T, StoreError> {
        self.value(key)?.ok_or(StoreError::Unreadable { what })
    }

    pub(super) fn noted_taken(&self) -> Result<Vec<super::taken::TakenAway>, StoreError> {
        Ok(self.value(TAKEN_AWAY)?.unwrap_or_default())
    }

    fn value<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        value(self.connection, key)
    }
}

/// The lease as it was left.
pub(super) fn lease(connection: &Connection) -> Result<Option<Lease>, StoreError> {
    value(connection, LEASE)
}

/// Reads what everything else is read with: whose device it is, and by which catalogue.
pub(super) fn context(
    connection: &Connection,
) -> Result<(Enrollment, CatalogueSource, Vec<CatalogueSource>), StoreError> {
    let enrollment = value(connection, ENROLLMENT)?;
    let catalogue = value(connection, CATALOGUE)?;
    Ok((
        enrollment.ok_or(StoreError::Unreadable { what: "the enrollment" })?,
        catalogue.ok_or(StoreError::Unreadable { what: "the catalogue" })?,
        value(connection, EARLIER)?.unwrap_or_default(),
    ))
}

/// The catalogue with what was in force before it. What this program cannot read any more is left
/// out: it is for labels only.
pub(super) fn with_earlier(catalogue: Catalogue, earlier: &[CatalogueSource]) -> Catalogue {
    catalogue.after(earlier.iter().filter_map(|source| Catalogue::load(source).ok()))
}

fn value<T: DeserializeOwned>(connection: &Connection, key: &str) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    let bytes: Option<Vec<u8>> = statement.query_row([key], |row| row.get(0)).optional()?;
    let read = bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose();
    read.map_err(|_| StoreError::Unreadable { what: "a setting" })
}

impl Writer<'_> {
    /// Keeps the last DPoP nonce the server gave.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_server_nonce(&mut self, nonce: &str) -> Result<(), StoreError> {
        self.set_value(SERVER_NONCE, &nonce)
    }

    /// Keeps a renewed enrollment: the server's address or the token changed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_enrollment(&mut self, enrollment: &Enrollment) -> Result<(), StoreError> {
        self.set_value(ENROLLMENT, enrollment)
    }

    /// Keeps the owner's name and roles as the server tells them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_profile(&mut self, profile: &ProfileV1) -> Result<(), StoreError> {
        self.set_value(PROFILE, profile)
    }

    /// Keeps who the owner's colleagues are. Of those who are colleagues no more, it keeps the names
    /// that a record here holds.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_colleagues(&mut self, colleagues: &ColleaguesV1) -> Result<(), StoreError> {
        let before: Option<ColleaguesV1> = self.value(COLLEAGUES)?;
        let before = before.map(|before| before.people).unwrap_or_default();
        let still: BTreeSet<UserId> = colleagues.people.iter().map(|one| one.user).collect();
        let gone = before.into_iter().filter(|one| !still.contains(&one.user));
        let gone: BTreeMap<String, ColleagueV1> =
            gone.map(|one| (one.user.to_string(), one)).collect();
        if !gone.is_empty() {
            self.note_named(&self.named_here(&gone)?)?;
        }
        self.set_value(COLLEAGUES, colleagues)
    }

    /// Those of these people, by their ids as records hold them, whom a record here names.
    fn named_here(
        &self,
        people: &BTreeMap<String, ColleagueV1>,
    ) -> Result<BTreeMap<UserId, String>, StoreError> {
        let mut found = BTreeMap::new();
        self.query("SELECT view FROM records", [], |row| {
            let view = row.get_ref(0)?.as_str()?;
            let named = people.iter().filter(|(id, _)| view.contains(id.as_str()));
            found.extend(named.map(|(_, one)| (one.user, one.name.clone())));
            Ok(())
        })?;
        Ok(found)
    }

    /// Keeps the names of users whom records name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_named(&mut self, named: &BTreeMap<UserId, String>) -> Result<(), StoreError> {
        if named.is_empty() {
            return Ok(());
        }
        let mut kept: BTreeMap<UserId, String> = self.value(NAMED)?.unwrap_or_default();
        let before = kept.clone();
        kept.extend(named.iter().map(|(user, name)| (*user, name.clone())));
        if kept == before { Ok(()) } else { self.set_value(NAMED, &kept) }
    }

    pub(super) fn set_noted_taken(
        &mut self,
        noted: &[super::taken::TakenAway],
    ) -> Result<(), StoreError> {
        self.set_value(TAKEN_AWAY, noted)
    }

    /// Keeps until when records may be shown, and how far the clocks are apart.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_lease(
        &mut self,
        now: Timestamp,
        server_time: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let Time { lease: before, uptime, .. } = self.context.time;
        self.put_lease(Lease::given(before.as_ref(), (now, uptime), server_time, until))
    }

    /// Writes what was noticed of the time, when that is worth a row.
    pub(super) fn keep_time(&mut self) -> Result<(), StoreError> {
        match self.context.time.news(KEPT_TO) {
            Some(lease) => self.put_lease(lease),
            None => Ok(()),
        }
    }

    fn put_lease(&mut self, lease: Lease) -> Result<(), StoreError> {
        self.set_value(LEASE, &lease)?;
        let time = &mut self.reader.context.time;
        *time = Time { lease: Some(lease), kept: Some(lease), ..*time };
        Ok(())
    }

    /// Carries out an order to show nothing, or ends it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_locked(&mut self, locked: bool) -> Result<(), StoreError> {
        let mut lease = self.lease()?;
        lease.ordered = locked;
        self.put_lease(lease)
    }

    /// Notes that a sync came to its end.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_last_sync(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.set_value(LAST_SYNC, &now)
    }

    /// Keeps the owner's shift, and what of it the server was not told.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_safety(&mut self, safety: &Safety) -> Result<(), StoreError> {
        self.set_value(SAFETY, safety)
    }

    /// Takes the server's catalogue, and those that were in force before it, oldest first, and reads
    /// every record whose type it changes anew. The one that was in use here is kept with them: what
    /// was written here was written by it. Returns false, and keeps the present one, when this program
    /// cannot read it: it is a newer one's.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_catalogue(
        &mut self,
        source: &CatalogueSource,
        earlier: &[CatalogueSource],
    ) -> Result<bool, StoreError> {
        let Ok(next) = Catalogue::load(source) else { return Ok(false) };
        let before = Arc::clone(&self.reader.context.catalogue);
        let mut earlier = earlier.to_vec();
        // The server may have lost it, or may tell none of them.
        if let Some(present) = self.value::<CatalogueSource>(CATALOGUE)?
            && present != *source
            && !earlier.contains(&present)
        {
            earlier.push(present);
        }
        self.set_first_catalogue(source, &earlier)?;
        self.reader.context.catalogue = Arc::new(with_earlier(next, &earlier));
        self.reread_changed_types(&before)?;
        self.give_up_what_no_phone_keeps()?;
        Ok(true)
    }

    pub(super) fn set_first_catalogue(
        &mut self,
        source: &CatalogueSource,
        earlier: &[CatalogueSource],
    ) -> Result<(), StoreError> {
        self.set_value(EARLIER, earlier)?;
        self.set_value(CATALOGUE, source)
    }

    pub(super) fn set_read_by_this_version(&mut self) -> Result<(), StoreError> {
        self.set_value(ROWS, &ROWS_VERSION)?;
        self.set_value(FOLD, &search::FOLD_VERSION)
    }

    pub(super) fn set_restored_at(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.set_value(RESTORED_AT, &now)
    }

    pub(crate) fn set_install_nonce(&mut self, nonce: &[u8]) -> Result<(), StoreError> {
        self.set_value(INSTALL, &nonce)
    }

    pub(super) fn set_announced_nonce(&mut self, nonce: &[u8]) -> Result<(), StoreError> {
        self.set_value(INSTALL_NEXT, &nonce)
    }

    fn set_value<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), StoreError> {
        let bytes =
            serde_json::to_vec(value).map_err(|_| StoreError::Unreadable { what: "a setting" })?;
        let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.execute(sql, params![key, bytes]).map(drop)
    }
}

const CATALOGUE: &str = "catalogue";
const EARLIER: &str = "earlier_catalogues";
const ROWS: &str = "rows";
const ENROLLMENT: &str = "enrolment";
const FOLD: &str = "fold";
const INSTALL: &str = "install";
const INSTALL_NEXT: &str = "install_next";
const LAST_SYNC: &str = "last_sync";
const LEASE: &str = "lease";
const PROFILE: &str = "profile";
const COLLEAGUES: &str = "colleagues";
const NAMED: &str = "named";
const RESTORED_AT: &str = "restored_at";
const SERVER_NONCE: &str = "server_nonce";
const SAFETY: &str = "safety";
const TAKEN_AWAY: &str = "taken_away";
