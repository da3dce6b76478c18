//! How a server is set up: parsed once into types, so that nothing later reads the environment or
//! guesses what a setting meant. Secrets cannot be printed.

use std::fmt;
use std::path::{Path, PathBuf};

use model::catalogue::CatalogueSource;
use model::limits::CATALOGUE_BYTES_MAX;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The environment variable that may give the master key, as 64 hexadecimal digits, in place of
/// the file [`MASTER_KEY_FILE`].
pub const MASTER_KEY_VARIABLE: &str = "FIELDBOOK_MASTER_KEY";

/// The master key's file in the data folder.
pub const MASTER_KEY_FILE: &str = "master.key";

/// Where a server keeps everything, and how.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// The data folder that `fieldbook admin init` made.
    pub data_dir: PathBuf,
    /// The key that opens it; none reads [`MASTER_KEY_FILE`].
    pub master_key: Option<MasterKey>,
    /// The catalogue to use from now on; none keeps the one used last.
    pub catalogue: Option<CatalogueSource>,
    /// What a commit promises.
    pub durability: Durability,
    /// How many connections read at the same time; about the number of cores serves best.
    pub readers: usize,
    /// How much one device may have the server keep in a day.
    pub daily: DailyBudget,
}

/// How much one device may have the server keep in a day: changes, taken or refused, and views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyBudget {
    /// Changes and views, and besides as many rows of the audit about what it reads. A busy day is seventy; a phone that comes back after months,
    /// or a list that was typed in by a program, some thousands.
    pub rows: u64,
    /// Bytes of changes.
    pub bytes: u64,
    /// Changes past all that which must always be possible, each of at most 16 KiB: a consent that is
    /// taken back, a decision about a record. Nobody makes so many in a day.
    pub always: u64,
    /// How many times `rows` and `bytes` a device brings back in a day of what a restored server has
    /// lost, counted by itself: a phone holds months of what its owner and others wrote.
    pub brought_times: u64,
}

impl Default for DailyBudget {
    fn default() -> Self {
        Self { rows: 20_000, bytes: 64 * 1024 * 1024, always: 64, brought_times: 10 }
    }
}

impl ServiceConfig {
    /// The defaults for a data folder: durable commits, its own key file, the catalogue used last,
    /// as many readers as there are cores.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        let readers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            data_dir: data_dir.into(),
            master_key: None,
            catalogue: None,
            durability: Durability::Full,
            readers,
            daily: DailyBudget::default(),
        }
    }
}

/// What a commit promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A committed transaction survives power loss.
    Full,
    /// A committed transaction survives the process. For simulations and tests only.
    Process,
}

/// The 32 bytes that everything else is locked with.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// The key with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// When there are others, or fewer, or more. The text is not repeated.
    pub fn from_hex(text: &str) -> Result<Self, ConfigError> {
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return Err(ConfigError::MasterKey);
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or(ConfigError::MasterKey)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| ConfigError::MasterKey)?;
        }
        Ok(Self(bytes))
    }

    /// The key that [`MASTER_KEY_VARIABLE`] gives; none when it is not set.
    ///
    /// # Errors
    /// When it is set to something else than 64 hexadecimal digits.
    pub fn from_environment() -> Result<Option<Self>, ConfigError> {
        match std::env::var(MASTER_KEY_VARIABLE) {
            Ok(mut text) => {
                let key = Self::from_hex(&text);
                text.zeroize();
                key.map(Some)
            }
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(ConfigError::MasterKey),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(<hidden>)")
    }
}

/// Why a setting cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not a key.
    #[error("{MASTER_KEY_VARIABLE} must be 64 hexadecimal digits")]
    MasterKey,
    /// The catalogue's folder, or a file in it, cannot be read.
    #[error("the catalogue at {path} cannot be read")]
    Catalogue {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The folder holds more than a catalogue may.
    #[error("the catalogue at {path} is larger than {CATALOGUE_BYTES_MAX} bytes")]
    CatalogueTooLarge {
        /// The folder.
        path: PathBuf,
    },
}

/// Reads the `.toml` files of a catalogue folder and of its `types` folder. What is wrong *in* them
/// is said when the server starts, all at once.
///
/// # Errors
/// When a file cannot be read, or all of them are too large together.
pub fn read_catalogue(folder: &Path) -> Result<CatalogueSource, ConfigError> {
    let mut source = CatalogueSource::default();
    for part in ["", "types"] {
        let at = folder.join(part);
        for entry in read_dir(&at)? {
            let is_toml = entry.extension().is_some_and(|extension| extension == "toml");
            let Some(name) = entry.file_name().and_then(|name| name.to_str()) else { continue };
            if !is_toml || name == "Cargo.toml" {
                continue;
            }
            let key = if part.is_empty() { name.to_owned() } else { format!("{part}/{name}") };
            source.files.insert(key, read_text(&entry)?);
            if source.total_bytes() > CATALOGUE_BYTES_MAX {
                return Err(ConfigError::CatalogueTooLarge { path: folder.to_owned() });
            }
        }
    }
    Ok(source)
}

fn read_dir(folder: &Path) -> Result<Vec<PathBuf>, ConfigError> {
    let failed = |source| ConfigError::Catalogue { path: folder.to_owned(), source };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    Ok(entries)
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    let failed = |source| ConfigError::Catalogue { path: path.to_owned(), source };
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > CATALOGUE_BYTES_MAX as u64 {
        return Err(ConfigError::CatalogueTooLarge { path: path.to_owned() });
    }
    std::fs::read_to_string(path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_64_hexadecimal_digits_and_is_never_shown() {
        let key = MasterKey::from_hex(&"0f".repeat(32)).unwrap();
        assert_eq!(key.bytes(), &[0x0f; 32]);
        assert_eq!(format!("{key:?}"), "MasterKey(<hidden>)");
        for bad in ["", "0f", &"0g".repeat(32), &"é".repeat(32), &"0f".repeat(33)] {
            let error = MasterKey::from_hex(bad).unwrap_err().to_string();
            assert!(error.contains(MASTER_KEY_VARIABLE), "{error}");
        }
    }

    #[test]
    fn a_catalogue_folder_is_read_with_its_types_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("types")).unwrap();
        std::fs::write(folder.path().join("department.toml"), "a").unwrap();
        std::fs::write(folder.path().join("README.md"), "b").unwrap();
        std::fs::write(folder.path().join("types/person.toml"), "c").unwrap();
        let source = read_catalogue(folder.path()).unwrap();
        let paths: Vec<_> = source.files.keys().map(String::as_str).collect();
        assert_eq!(paths, ["department.toml", "types/person.toml"]);
        let missing = read_catalogue(&folder.path().join("none")).unwrap_err();
        assert!(missing.to_string().contains("none"));
    }
}
