//! On which database the suite runs. Whoever adds one names it here, and the whole suite asks of it
//! what it asks of the first.

use fieldbook_tests::data_folder::TestDataFolder;
use server::config::Durability;

use super::department::NOW;

/// A database in which a server can keep its department.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Backend {
    /// A file of its own in the data folder.
    Sqlite,
}

/// The one that is tested.
pub(crate) const TESTED: Backend = Backend::Sqlite;

impl Backend {
    /// Makes a department with nobody in it.
    pub(crate) fn data_folder(self) -> TestDataFolder {
        match self {
            Self::Sqlite => TestDataFolder::open(NOW, Durability::Process),
        }
    }
}
