//! A department's data folder with the people in it: what stands behind a server.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::path::Path;

use model::catalogue::CatalogueSource;
use model::ids::{CaseId, UserId};
use model::time::Timestamp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server::admin::{Admin, VerifyReport};
use server::config::{Durability, ServiceConfig};

/// A data folder under administration. The folder goes when this is dropped.
pub struct TestDataFolder {
    folder: tempfile::TempDir,
    config: ServiceConfig,
    admin: Admin,
    rng: ChaCha8Rng,
}

impl TestDataFolder {
    /// Makes a data folder whose commits survive what `durability` says.
    pub fn open(now: Timestamp, durability: Durability) -> Self {
        Self::open_with(now, durability, 1)
    }

    /// The same with a seed: departments of different seeds have different keys and people.
    pub fn open_with(now: Timestamp, durability: Durability, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut config = ServiceConfig::new(folder.path().join("data"));
        config.durability = durability;
        let admin = Admin::init(now, &mut rng, &config, "Department").unwrap();
        Self { folder, config, admin, rng }
    }

    /// How the server is to be opened.
    pub fn config(&self) -> ServiceConfig {
        self.config.clone()
    }

    /// Has the server use this catalogue when it is started next.
    pub fn use_catalogue(&mut self, source: CatalogueSource) {
        self.config.catalogue = Some(source);
    }

    /// A place for other files that goes with the office.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Ends the administration, so that everything is in its files; the folder stays while what is
    /// returned does.
    pub fn close(self) -> tempfile::TempDir {
        self.folder
    }

    /// The administration itself.
    pub fn admin(&mut self) -> &mut Admin {
        &mut self.admin
    }

    /// Opens the administration anew, as every command does: it reads the catalogue used last.
    pub fn reopen(&mut self) {
        self.admin = Admin::open(&self.config).unwrap();
    }

    /// Adds an outreach worker.
    pub fn worker(&mut self, now: Timestamp, name: &str) -> UserId {
        self.user(now, name, "OW")
    }

    /// Adds a supervisor of street outreach.
    pub fn supervisor(&mut self, now: Timestamp, name: &str) -> UserId {
        self.user(now, name, "SUP")
    }

    /// Adds somebody with another role, in another program.
    pub fn member(&mut self, now: Timestamp, name: &str, role: &str, program: &str) -> UserId {
        let (role, program) = (role.parse().unwrap(), program.parse().unwrap());
        self.admin.user_add(now, &mut self.rng, name, &role, &program).unwrap()
    }

    /// A code with which a device of this person can be enrolled.
    pub fn invite(&mut self, now: Timestamp, name: &str) -> String {
        self.admin.invite(now, &mut self.rng, name).unwrap().code
    }

    /// Assigns a case.
    pub fn assign(&mut self, now: Timestamp, name: &str, case: CaseId) {
        self.admin.assign(now, name, case).unwrap();
    }

    /// Puts the file `backup` of [`TestDataFolder::path`] in the place of the data, and opens it again.
    /// No server may be running.
    #[must_use]
    pub fn restored(self, now: Timestamp, rng: &mut dyn Rng) -> Self {
        self.restored_after(now, rng, |_| {})
    }

    /// The same, after something has happened to the data folder.
    #[must_use]
    pub fn restored_after(
        self,
        now: Timestamp,
        rng: &mut dyn Rng,
        happened: impl FnOnce(&Path),
    ) -> Self {
        let Self { folder, config, admin, rng: own } = self;
        drop(admin);
        happened(&config.data_dir);
        let file = folder.path().join("backup");
        Admin::restore(now, rng, &config, &file).unwrap();
        let admin = Admin::open(&config).unwrap();
        Self { folder, config, admin, rng: own }
    }

    /// Checks the folder from end to end.
    pub fn verify(&self) -> VerifyReport {
        self.admin.verify().unwrap()
    }

    fn user(&mut self, now: Timestamp, name: &str, role: &str) -> UserId {
        self.member(now, name, role, crate::content::program().as_str())
    }
}
