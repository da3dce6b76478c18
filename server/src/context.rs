//! What a data folder is made of, once opened: its files, its keys, its catalogue.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use ed25519_dalek::SigningKey;
use model::catalogue::compare::{Difference, compare};
use model::catalogue::{Catalogue, CatalogueSource, SharedCatalogue, history};
use model::time::Timestamp;
use rand::Rng;
use zeroize::Zeroizing;

use crate::config::{Durability, MASTER_KEY_FILE, MasterKey, ServiceConfig};
use crate::crypto::key_store::WrappedKeys;
use crate::crypto::keys::Keyring;
use crate::crypto::seal::{MasterKeys, SealingKey, Secret};
use crate::data_folder::{self, DATABASE_FILE, Hold, KEYS_FILE, Making, Share};
use crate::documents::cache::DocumentCache;
use crate::error::{OpenError, StoreError};
use crate::store::sqlite::key_file::KeyFile;
use crate::store::sqlite::open::{
    SERVER_STEPS, create_database, look_at, open_database, open_reader, raw_key,
};
use crate::store::sqlite::{Database, Reading, Writing};

/// What reading and writing need besides a database.
pub(crate) struct Context {
    pub(crate) catalogue: SharedCatalogue,
    pub(crate) source: CatalogueSource,
    /// What phones are told of those that were in force before.
    pub(crate) earlier: Vec<CatalogueSource>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) documents: Arc<DocumentCache>,
    /// Seals refused bytes of which nobody knows where they belong.
    pub(crate) quarantine: Arc<SealingKey>,
    /// Of which keys for drafts without a case are made.
    pub(crate) drafts: Arc<Secret>,
    /// Seals the names that pages have for cases and records.
    pub(crate) handles: Arc<SealingKey>,
    /// Seals for what the audit was read.
    pub(crate) purposes: Arc<SealingKey>,
    /// Signs orders to devices.
    pub(crate) signing: SigningKey,
}

impl Context {
    /// Opens the keys and the catalogue that belong to an open database.
    pub(crate) fn open(
        files: &DataFolder,
        database: &Database,
        catalogue: Option<&CatalogueSource>,
    ) -> Result<Self, OpenError> {
        let signing = open_signing_key(&database.reading(), &files.server_key())?;
        let MasterKeys { quarantine, drafts, handles, purposes, .. } =
            MasterKeys::of(&files.master);
        let mut key_file = files.open_keys()?;
        if !key_file.belongs_to(signing.verifying_key().as_bytes())? {
            return Err(OpenError::Foreign(files.keys()));
        }
        let source = match catalogue {
            Some(given) => given.clone(),
            None => database.reading().last_catalogue()?.unwrap_or_else(CatalogueSource::builtin),
        };
        let catalogue = Catalogue::load(&source).map_err(OpenError::Catalogue)?;
        let kept = kept(&database.reading())?;
        Ok(Self {
            catalogue: catalogue.after(kept.iter().filter_map(read_earlier)).into(),
            earlier: history::told(&kept, &source),
            source,
            keyring: Keyring::new(Box::new(WrappedKeys::new(key_file, files.wrapping_key())))
                .into(),
            documents: DocumentCache::new().into(),
            quarantine: quarantine.into(),
            drafts: drafts.into(),
            handles: handles.into(),
            purposes: purposes.into(),
            signing,
        })
    }

    /// Returns the same with another catalogue.
    pub(crate) fn with_catalogue(
        &self,
        db: &Reading<'_>,
        source: CatalogueSource,
    ) -> Result<Self, OpenError> {
        let catalogue = Catalogue::load(&source).map_err(OpenError::Catalogue)?;
        let kept = kept(db)?;
        Ok(Self {
            catalogue: catalogue.after(kept.iter().filter_map(read_earlier)).into(),
            earlier: history::told(&kept, &source),
            source,
            keyring: self.keyring.clone(),
            documents: self.documents.clone(),
            quarantine: self.quarantine.clone(),
            drafts: self.drafts.clone(),
            handles: self.handles.clone(),
            purposes: self.purposes.clone(),
            signing: self.signing.clone(),
        })
    }
}

/// The context of a running server: an administrator may put another catalogue in force at any time.
pub(crate) struct CurrentContext {
    kept: RwLock<Arc<Context>>,
}

impl CurrentContext {
    pub(crate) fn new(context: Context) -> Self {
        Self { kept: RwLock::new(context.into()) }
    }

    /// Returns it as it was when somebody last looked.
    pub(crate) fn get(&self) -> Arc<Context> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns it with the catalogue that is in force in this state of the database.
    ///
    /// One that this program cannot read is passed over: whoever put it in force has a newer program,
    /// and this one works on by the catalogue that it has.
    pub(crate) fn follow(&self, db: &Reading<'_>) -> Result<Arc<Context>, StoreError> {
        let context = self.get();
        let Some(digest) = db.catalogue_in_force()? else { return Ok(context) };
        if digest == context.catalogue.digest {
            return Ok(context);
        }
        let found = db.catalogues()?.into_iter().find(|known| known.digest()[..] == digest[..]);
        let Some(source) = found else { return Ok(context) };
        match context.with_catalogue(db, source) {
            Ok(next) => {
                tracing::info!("another catalogue is in force");
                let next = Arc::new(next);
                let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
                kept.clone_from(&next);
                Ok(next)
            }
            Err(OpenError::Store(error)) => Err(error),
            Err(error) => {
                tracing::error!(%error, "the catalogue in force cannot be read by this program");
                Ok(context)
            }
        }
    }
}

impl Context {
    /// Compares the catalogue with the one that is in force. Nothing is different where none was.
    pub(crate) fn succession(&self, db: &Reading<'_>) -> Result<Vec<Difference>, StoreError> {
        let Some(digest) = db.catalogue_in_force()? else { return Ok(Vec::new()) };
        if digest == self.catalogue.digest {
            return Ok(Vec::new());
        }
        let kept = kept(db)?;
        // Up to the last one in force; another one may have been before and after it.
        let last = kept.iter().find(|source| source.digest()[..] == digest[..]);
        let Some(last) = last.and_then(read_earlier) else { return Ok(Vec::new()) };
        let last = last.after(kept.iter().filter_map(read_earlier));
        Ok(compare(&last, &self.catalogue))
    }

    /// Compares the catalogue with the one that was in force when the server last started, says what
    /// is different, and refuses what would leave records that nobody could read.
    pub(crate) fn check_succession(&self, db: &Reading<'_>) -> Result<(), OpenError> {
        let differences = self.succession(db)?;
        for difference in &differences {
            tracing::info!(code = difference.code, "the catalogue is another one: {difference}");
        }
        let unreadable: Vec<_> =
            differences.into_iter().filter(Difference::is_unreadable).collect();
        match unreadable.is_empty() {
            true => Ok(()),
            false => Err(OpenError::Succession(unreadable)),
        }
    }
}

/// The catalogues that were in force, oldest first.
fn kept(db: &Reading<'_>) -> Result<Vec<CatalogueSource>, StoreError> {
    let kept = db.catalogues()?;
    if !kept.is_empty() {
        return Ok(kept);
    }
    // A database of an earlier version knows the last one, if it was not compiled in.
    Ok(db.last_catalogue()?.into_iter().collect())
}

impl Context {
    /// Notes that its catalogue is in force from now on, and keeps it for good. One that was given is
    /// used again when none is.
    pub(crate) fn put_in_force(
        &self,
        now: Timestamp,
        db: &Writing<'_>,
        is_given: bool,
    ) -> Result<(), StoreError> {
        for source in kept(db)? {
            db.keep_catalogue(now, &source)?;
        }
        if is_given {
            db.set_last_catalogue(&self.source)?;
        }
        db.keep_catalogue(now, &self.source)?;
        let before = db.catalogue_in_force()?.filter(|digest| *digest != self.catalogue.digest);
        if let Some(before) = before {
            db.set_catalogue_before(&before)?;
        }
        db.set_catalogue_in_force(&self.catalogue.digest)
    }
}

/// A catalogue that was in force; none when this program reads it no longer.
fn read_earlier(source: &CatalogueSource) -> Option<Catalogue> {
    let read = Catalogue::load(source);
    if let Err(mistakes) = &read {
        tracing::warn!(count = mistakes.len(), "an earlier catalogue cannot be read any more");
    }
    read.ok()
}

/// Where the files of a data folder are, the key that opens them, and the hold on them.
pub(crate) struct DataFolder {
    folder: PathBuf,
    master: MasterKey,
    durability: Durability,
    hold: Hold,
}

impl DataFolder {
    /// Finds a data folder, takes it, and reads its master key.
    pub(crate) fn find(config: &ServiceConfig, share: Share) -> Result<Self, OpenError> {
        let folder = config.data_dir.clone();
        data_folder::find(&folder)?;
        let hold = Hold::take(&folder, share)?;
        // Again: whoever had it alone may have left something else.
        data_folder::find(&folder)?;
        let master = match &config.master_key {
            Some(key) => key.clone(),
            None => read_master_key(&folder)?,
        };
        Ok(Self { folder, master, durability: config.durability, hold })
    }

    /// Makes a data folder with its master key, and nothing else yet.
    pub(crate) fn make(
        rng: &mut dyn Rng,
        config: &ServiceConfig,
    ) -> Result<(Self, Making), OpenError> {
        let folder = config.data_dir.clone();
        let (making, hold) = Making::begin(&folder)?;
        let master = match &config.master_key {
            Some(key) => key.clone(),
            None => {
                let mut bytes = Zeroizing::new([0; 32]);
                rng.fill_bytes(&mut bytes[..]);
                let master = MasterKey::from_bytes(*bytes);
                write_master_key(&folder.join(MASTER_KEY_FILE), &master)?;
                master
            }
        };
        Ok((Self { folder, master, durability: config.durability, hold }, making))
    }

    /// Lets others work in a folder that was held alone.
    pub(crate) fn shared(self) -> Result<Self, OpenError> {
        let Self { folder, master, durability, hold } = self;
        drop(hold);
        let hold = Hold::take(&folder, Share::Beside)?;
        Ok(Self { folder, master, durability, hold })
    }

    /// The folder is held until this is dropped.
    pub(crate) fn into_hold(self) -> Hold {
        self.hold
    }

    /// The database itself.
    pub(crate) fn open(&self) -> Result<Database, OpenError> {
        self.open_at(&self.database())
    }

    /// Another database under the same key: a backup.
    pub(crate) fn open_at(&self, path: &Path) -> Result<Database, OpenError> {
        let key = MasterKeys::of(&self.master).database;
        let database = open_database(path, &key, self.durability, SERVER_STEPS)?;
        if database.reading().has_names_without_key()? {
            database.write(|db| db.key_names())?;
        }
        Ok(database)
    }

    /// A new database under the same key.
    pub(crate) fn create_at(&self, path: &Path) -> Result<Database, OpenError> {
        let key = MasterKeys::of(&self.master).database;
        create_database(path, &key, self.durability, SERVER_STEPS)
    }

    /// A database under the same key, which stays as it is.
    pub(crate) fn look_at(&self, path: &Path) -> Result<Database, OpenError> {
        look_at(path, &MasterKeys::of(&self.master).database)
    }

    /// The scopes' keys.
    fn open_keys(&self) -> Result<KeyFile, OpenError> {
        KeyFile::open(&self.keys(), &MasterKeys::of(&self.master).key_file, self.durability)
    }

    /// A new file for them.
    pub(crate) fn create_keys(&self) -> Result<(), OpenError> {
        let key = MasterKeys::of(&self.master).key_file;
        KeyFile::create(&self.keys(), &key, self.durability).map(drop)
    }

    /// Once more, for reading.
    pub(crate) fn open_reader(&self) -> Result<Database, OpenError> {
        let key = MasterKeys::of(&self.master).database;
        open_reader(&self.database(), &key, self.durability)
    }

    /// The `x'…'` form of the database's key, for `ATTACH`.
    pub(crate) fn attach_key(&self) -> Zeroizing<String> {
        raw_key(&MasterKeys::of(&self.master).database)
    }

    /// Wraps the scopes' keys.
    fn wrapping_key(&self) -> SealingKey {
        MasterKeys::of(&self.master).wrapping
    }

    /// Seals the server's own secrets.
    pub(crate) fn server_key(&self) -> SealingKey {
        MasterKeys::of(&self.master).server
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join(DATABASE_FILE)
    }

    fn keys(&self) -> PathBuf {
        self.folder.join(KEYS_FILE)
    }
}

/// Draws the server's signing key and keeps it, sealed.
pub(crate) fn make_signing_key(
    rng: &mut dyn Rng,
    db: &Writing<'_>,
    server: &SealingKey,
) -> Result<(), StoreError> {
    let mut seed = Zeroizing::new([0; 32]);
    rng.fill_bytes(&mut seed[..]);
    let sealed = server.seal(&[SIGNING_KEY], &seed[..])?;
    db.set_signing_key(&sealed)
}

fn open_signing_key(db: &Reading<'_>, server: &SealingKey) -> Result<SigningKey, StoreError> {
    let sealed = db.signing_key()?;
    let seed = Zeroizing::new(server.open(&[SIGNING_KEY], &sealed)?);
    let seed: &[u8; 32] = seed
        .as_slice()
        .try_into()
        .map_err(|_| StoreError::Damaged("the server's key has another length"))?;
    Ok(SigningKey::from_bytes(seed))
}

fn read_master_key(folder: &Path) -> Result<MasterKey, OpenError> {
    let path = folder.join(MASTER_KEY_FILE);
    match data_folder::check(&path) {
        Err(OpenError::Missing(_)) => return Err(OpenError::NoMasterKey(folder.to_owned())),
        checked => checked?,
    }
    let text = fs::read(&path).map_err(|error| OpenError::file(&path, error))?;
    let text = Zeroizing::new(text);
    let key = std::str::from_utf8(&text).ok().and_then(|text| MasterKey::from_hex(text).ok());
    key.ok_or(OpenError::NotAMasterKey(path))
}

fn write_master_key(path: &Path, master: &MasterKey) -> Result<(), OpenError> {
    let failed = |error| OpenError::file(path, error);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    let digits = Zeroizing::new(hex::encode(master.bytes()));
    file.write_all(digits.as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .map_err(failed)
}

const SIGNING_KEY: &[u8] = b"signing key";
