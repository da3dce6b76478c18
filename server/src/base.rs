//! What a data folder is made of, once opened: its files, its keys, its catalogue.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use model::catalogue::compare::{Difference, compare};
use model::catalogue::{Catalogue, CatalogueSource, SharedCatalogue, history};
use model::time::Timestamp;
use rand::Rng;
use rusqlite::Connection;
use zeroize::Zeroizing;

use crate::config::{CoreConfig, Durability, MASTER_KEY_FILE, MasterKey};
use crate::documents::Documents;
use crate::error::{OpenError, StoreError};
use crate::keys::{KeyFile, Keyring};
use crate::seal::{MasterKeys, SealingKey};
use crate::store::open::{SERVER_STEPS, open_database, open_reader};
use crate::store::{catalogues, meta, people};
use crate::writer::Tx;

/// What reading and writing need besides a connection.
pub(crate) struct Base {
    pub(crate) catalogue: SharedCatalogue,
    pub(crate) source: CatalogueSource,
    /// What phones are told of those that were in force before.
    pub(crate) earlier: Vec<CatalogueSource>,
    pub(crate) keyring: Keyring,
    pub(crate) documents: Documents,
    /// Seals refused bytes of which nobody knows where they belong.
    pub(crate) quarantine: SealingKey,
    /// Signs orders to devices.
    pub(crate) signing: SigningKey,
}

impl Base {
    /// Opens the keys and the catalogue that belong to an open database.
    pub(crate) fn open(
        files: &Files,
        connection: &Connection,
        catalogue: Option<&CatalogueSource>,
    ) -> Result<Self, OpenError> {
        let keys = MasterKeys::of(&files.master);
        let signing = open_signing_key(connection, &keys.server)?;
        let quarantine = MasterKeys::of(&files.master).quarantine;
        let key_file = KeyFile::open(&files.keys(), keys, files.durability)?;
        let source = match catalogue {
            Some(given) => given.clone(),
            None => meta::catalogue(connection)?.unwrap_or_else(CatalogueSource::builtin),
        };
        let catalogue = Catalogue::load(&source).map_err(OpenError::Catalogue)?;
        let kept = kept(connection)?;
        Ok(Self {
            catalogue: catalogue.after(kept.iter().filter_map(read_earlier)).into(),
            earlier: history::told(&kept, &source),
            source,
            keyring: Keyring::new(Box::new(key_file)),
            documents: Documents::new(),
            quarantine,
            signing,
        })
    }
}

impl Base {
    /// Compares the catalogue with the one that was in force when the server last started, says what
    /// is different, and refuses what would leave records that nobody could read.
    pub(crate) fn check_succession(&self, connection: &Connection) -> Result<(), OpenError> {
        let Some(digest) = meta::in_force(connection)? else { return Ok(()) };
        if digest == self.catalogue.digest {
            return Ok(());
        }
        let kept = kept(connection)?;
        // Up to the last one in force; another one may have been before and after it.
        let Some(last) = kept.iter().find(|source| source.digest()[..] == digest[..]) else {
            return Ok(());
        };
        let Some(last) = read_earlier(last) else { return Ok(()) };
        let last = last.after(kept.iter().filter_map(read_earlier));
        let differences = compare(&last, &self.catalogue);
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
fn kept(connection: &Connection) -> Result<Vec<CatalogueSource>, StoreError> {
    let kept = catalogues::all(connection)?;
    if !kept.is_empty() {
        return Ok(kept);
    }
    // A database of an earlier version knows the last one, if it was not compiled in.
    Ok(meta::catalogue(connection)?.into_iter().collect())
}

/// Notes which catalogue is in force from now on, and keeps it for good. One that was given is used
/// again when none is.
pub(crate) fn put_in_force(now: Timestamp, tx: &Tx<'_>, is_given: bool) -> Result<(), StoreError> {
    for source in kept(tx.db)? {
        catalogues::keep(tx.db, now, &source)?;
    }
    if is_given {
        meta::set_catalogue(tx.db, &tx.base.source)?;
    }
    catalogues::keep(tx.db, now, &tx.base.source)?;
    meta::set_in_force(tx.db, &tx.base.catalogue.digest)
}

/// A catalogue that was in force; none when this program reads it no longer.
fn read_earlier(source: &CatalogueSource) -> Option<Catalogue> {
    let read = Catalogue::load(source);
    if let Err(mistakes) = &read {
        tracing::warn!(count = mistakes.len(), "an earlier catalogue cannot be read any more");
    }
    read.ok()
}

/// Where the files of a data folder are, and the key that opens them.
pub(crate) struct Files {
    folder: PathBuf,
    master: MasterKey,
    durability: Durability,
}

impl Files {
    /// Finds a data folder and its master key.
    pub(crate) fn find(config: &CoreConfig) -> Result<Self, OpenError> {
        let folder = config.data_dir.clone();
        if !folder.join(DATABASE_FILE).is_file() {
            return Err(OpenError::NotInitialised(folder));
        }
        let master = match &config.master_key {
            Some(key) => key.clone(),
            None => read_master_key(&folder)?,
        };
        Ok(Self { folder, master, durability: config.durability })
    }

    /// Finds a data folder whose database may be lost: its master key is all that must be there.
    pub(crate) fn to_restore(config: &CoreConfig) -> Result<Self, OpenError> {
        let folder = config.data_dir.clone();
        if !folder.is_dir() {
            return Err(OpenError::NotInitialised(folder));
        }
        let master = match &config.master_key {
            Some(key) => key.clone(),
            None => read_master_key(&folder)?,
        };
        Ok(Self { folder, master, durability: config.durability })
    }

    /// Makes a data folder with its master key, and nothing else yet.
    pub(crate) fn make(rng: &mut dyn Rng, config: &CoreConfig) -> Result<Self, OpenError> {
        let folder = config.data_dir.clone();
        let key_file = folder.join(MASTER_KEY_FILE);
        if folder.join(DATABASE_FILE).exists() || (config.master_key.is_none() && key_file.exists())
        {
            return Err(OpenError::AlreadyInitialised(folder));
        }
        let failed = |source| OpenError::File { path: folder.clone(), source };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(failed)?;
        let master = match &config.master_key {
            Some(key) => key.clone(),
            None => {
                let mut bytes = Zeroizing::new([0; 32]);
                rng.fill_bytes(&mut bytes[..]);
                let master = MasterKey::from_bytes(*bytes);
                write_master_key(&key_file, &master)?;
                master
            }
        };
        sync_folder(&folder).map_err(failed)?;
        Ok(Self { folder, master, durability: config.durability })
    }

    /// The database itself, made when it is missing.
    pub(crate) fn open(&self) -> Result<Connection, OpenError> {
        self.open_at(&self.database())
    }

    /// Another database under the same key: a backup.
    pub(crate) fn open_at(&self, path: &Path) -> Result<Connection, OpenError> {
        let key = MasterKeys::of(&self.master).database;
        let connection = open_database(path, &key, self.durability, SERVER_STEPS)?;
        people::key_names(&connection)?;
        Ok(connection)
    }

    /// One more connection, for reading.
    pub(crate) fn open_reader(&self) -> Result<Connection, OpenError> {
        let key = MasterKeys::of(&self.master).database;
        open_reader(&self.database(), &key, self.durability)
    }

    /// The `x'…'` form of the database's key, for `ATTACH`.
    pub(crate) fn attach_key(&self) -> Zeroizing<String> {
        crate::store::open::raw_key(&MasterKeys::of(&self.master).database)
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

    /// Takes the folder for a server: one at a time.
    pub(crate) fn lock(&self) -> Result<FolderLock, OpenError> {
        let path = self.folder.join(LOCK_FILE);
        let failed = |source| OpenError::File { path: path.clone(), source };
        let file = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { _file: file }),
            Err(fs::TryLockError::WouldBlock) => Err(OpenError::InUse(self.folder.clone())),
            Err(fs::TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

/// Held by a running server; the operating system lets go of it however the process ends.
pub(crate) struct FolderLock {
    _file: fs::File,
}

/// Waits until the names in a folder are on the disk.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Draws the server's signing key and keeps it, sealed.
pub(crate) fn make_signing_key(
    rng: &mut dyn Rng,
    connection: &Connection,
    server: &SealingKey,
) -> Result<(), StoreError> {
    let mut seed = Zeroizing::new([0; 32]);
    rng.fill_bytes(&mut seed[..]);
    let sealed = server.seal(&[SIGNING_KEY], &seed[..])?;
    meta::set_signing_key(connection, &sealed)
}

fn open_signing_key(
    connection: &Connection,
    server: &SealingKey,
) -> Result<SigningKey, StoreError> {
    let sealed = meta::signing_key(connection)?;
    let seed = Zeroizing::new(server.open(&[SIGNING_KEY], &sealed)?);
    let seed: &[u8; 32] = seed
        .as_slice()
        .try_into()
        .map_err(|_| StoreError::Damaged("the server's key has another length"))?;
    Ok(SigningKey::from_bytes(seed))
}

fn read_master_key(folder: &Path) -> Result<MasterKey, OpenError> {
    let path = folder.join(MASTER_KEY_FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(OpenError::NoMasterKey(folder.to_owned()));
        }
        Err(source) => return Err(OpenError::File { path, source }),
    };
    MasterKey::from_hex(&text)
        .map_err(|_| OpenError::Corrupt { path, what: "it does not hold 64 hexadecimal digits" })
}

fn write_master_key(path: &Path, master: &MasterKey) -> Result<(), OpenError> {
    let failed = |source| OpenError::File { path: path.to_owned(), source };
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in master.bytes() {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}

const DATABASE_FILE: &str = "server.db";
const KEYS_FILE: &str = "keys.db";
const LOCK_FILE: &str = "server.lock";
const SIGNING_KEY: &[u8] = b"signing key";
