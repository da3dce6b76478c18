//! The data folder of an `admin` command, and its failures in the command line's words.

use std::fmt::Display;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use model::catalogue::compare::Difference;
use model::catalogue::{Catalogue, Label, Mistake};
use model::ids::CaseId;
use model::limits::CATALOGUE_BYTES_MAX;
use model::words::{Language, LanguageTag, Message};
use server::admin::Admin;
use server::admin::AdminError;
use server::config::{ConfigError, MasterKey, ServiceConfig};
use server::error::{OpenError, StoreError};

use crate::details::Details;
use crate::failure::Failure;
use crate::said::{Said, with_causes};
use crate::suggest::{self, Names};
use crate::table::{Column, Table};
use crate::words::{self, both, label, office};

/// The folder, the key and the language of one command.
pub(crate) struct Session {
    pub(crate) config: ServiceConfig,
    pub(crate) language: LanguageTag,
}

impl Session {
    /// Takes the master key from the environment, if it is there.
    pub(crate) fn new(data: PathBuf, language: LanguageTag) -> Result<Self, Failure> {
        let mut config = ServiceConfig::new(data);
        config.master_key = MasterKey::from_environment().map_err(config_failure)?;
        Ok(Self { config, language })
    }

    /// Returns a phrase of the command line.
    pub(crate) fn say(&self, key: &str) -> String {
        words::say(self.language, key, &[])
    }

    /// Returns a phrase of the command line, with its parts filled in.
    pub(crate) fn say_with(&self, key: &str, parts: &[(&str, &dyn Display)]) -> String {
        words::say(self.language, key, parts)
    }

    /// Returns a message in the language, or its bare code if it has no words.
    pub(super) fn told(&self, message: &Message) -> String {
        message.in_language(self.language).unwrap_or_else(|| message.code().to_owned())
    }

    /// Creates an empty table with these heads, each the key of a phrase: see [`Table::new`].
    pub(crate) fn heads<const N: usize>(&self, heads: [&str; N]) -> Table {
        Table::of(heads.map(|head| {
            let key = head.trim_start_matches(['>', '~']);
            let title = self.say(key);
            match head.chars().next() {
                Some('>') => Column::right(title),
                Some('~') => Column::wide(title),
                _ => Column::left(title),
            }
        }))
    }

    pub(crate) fn open(&self) -> Result<Admin, Failure> {
        Admin::open(&self.config).map_err(open_failure)
    }
}

/// Returns the failure of an act about a person; for an unknown name it lists similar ones.
pub(crate) fn about_user(admin: &Admin, name: &str, error: AdminError) -> Failure {
    let failure = failure(error);
    if failure.code != "unknown_user" {
        return failure;
    }
    let users = admin.users().unwrap_or_default();
    failure.hint(suggest::hint(Names::People, name, users.iter().map(|user| user.name.as_str())))
}

/// Reads a case's id.
pub(crate) fn case_id(text: &str) -> Result<CaseId, String> {
    text.parse().map_err(|_| {
        "a case is named by its id, such as 0190c0de-0000-7000-8000-000000000001; \
         `fieldbook device list --type person` shows it"
            .to_owned()
    })
}

pub(crate) fn failure(error: AdminError) -> Failure {
    let said = office::of_admin(&error);
    match error {
        AdminError::UnknownUser(_) => Failure::not_found("unknown_user", said),
        AdminError::NameTaken(_) => Failure::invalid("name_taken", said),
        AdminError::BadName => Failure::invalid("bad_name", said),
        AdminError::UnknownRole(..) => Failure::not_found("unknown_role", said),
        AdminError::UnknownProgram(..) => Failure::not_found("unknown_program", said),
        AdminError::RoleDoesNotFit { role, program, programs, roles } => {
            let parts: [(&str, &dyn Display); 4] = [
                ("role", &role),
                ("program", &program),
                ("programs", &programs),
                ("roles", &roles),
            ];
            Failure::invalid("role_does_not_fit", said).hint(label("role_is_held_in", &parts))
        }
        AdminError::NoSuchMembership => Failure::not_found("no_such_role", said),
        AdminError::UnknownCase(_) => {
            Failure::not_found("unknown_case", said).hint(label("cases_come_with_a_sync", &[]))
        }
        AdminError::BadLegalBasis => Failure::invalid("legal_basis", said),
        AdminError::NotAssigned => Failure::not_found("not_assigned", said),
        AdminError::NeverServed => {
            Failure::not_found("never_served", said).hint(label("start_it_to_announce", &[]))
        }
        AdminError::BadAddress(_) => Failure::invalid("bad_address", said),
        AdminError::EndsBeforeItBegins => Failure::invalid("ends_before_it_begins", said),
        AdminError::BadDay(_) => Failure::invalid("bad_day", said),
        AdminError::HeldAlready => Failure::invalid("held_already", said),
        AdminError::DeviceRevoked(_) => Failure::invalid("device_revoked", said),
        AdminError::ListNotText => Failure::invalid("not_text", said),
        AdminError::List(_) => Failure::invalid("bad_list", said),
        AdminError::NoAccount => {
            Failure::not_found("no_account", said).hint(label("accounts_are_listed", &[]))
        }
        AdminError::UnknownDevice(_) => {
            Failure::not_found("unknown_device", said).hint(label("devices_are_listed", &[]))
        }
        AdminError::FileExists(_) => Failure::invalid("file_exists", said),
        AdminError::NotABackup(_) => Failure::failed("not_a_backup", said),
        AdminError::UnknownCatalogue => {
            Failure::not_found("unknown_catalogue", said).hint(label("catalogues_are_listed", &[]))
        }
        AdminError::InForce => Failure::invalid("in_force", said),
        AdminError::Catalogue(mistakes) => catalogue_failure(mistakes),
        AdminError::Succession(unreadable) => catalogue_unreadable(unreadable),
        AdminError::Open(error) => open_failure(error),
        AdminError::Store(StoreError::DiskFull) => disk_full(said),
        _ => Failure::failed("store", said),
    }
}

pub(crate) fn open_failure(error: OpenError) -> Failure {
    let said = office::of_open(&error);
    match error {
        OpenError::NotInitialised(_) => Failure::not_found("not_initialised", said),
        OpenError::AlreadyInitialised(_) => {
            Failure::invalid("already_initialised", said).hint(label("choose_another_folder", &[]))
        }
        OpenError::HalfMade(_) => {
            Failure::failed("half_made", said).hint(label("is_made_anew", &[]))
        }
        OpenError::NotEmpty(_) => {
            Failure::invalid("not_empty", said).hint(label("choose_an_empty_folder", &[]))
        }
        OpenError::NoMasterKey(_) => {
            Failure::failed("no_master_key", said).hint(label("put_the_file_back", &[]))
        }
        OpenError::NotAMasterKey(_) => {
            Failure::failed("master_key", said).hint(label("put_the_master_key_back", &[]))
        }
        OpenError::WrongKey(path) => Failure::failed("wrong_key", said).hint(put_back(&path)),
        OpenError::Missing(path) => Failure::failed("missing", said).hint(put_back(&path)),
        OpenError::Empty(path) => Failure::failed("empty", said).hint(put_back(&path)),
        OpenError::Foreign(path) => Failure::failed("foreign", said).hint(put_back(&path)),
        OpenError::Corrupt { path, .. } => Failure::failed("corrupt", said).hint(put_back(&path)),
        OpenError::NoAccess(_) => {
            Failure::failed("no_access", said).hint(label("be_the_owner", &[]))
        }
        OpenError::File { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
            Failure::failed("no_access", said).hint(label("be_the_owner", &[]))
        }
        OpenError::Store(StoreError::DiskFull) => disk_full(said),
        OpenError::FromTheFuture { .. } => {
            Failure::failed("from_the_future", said).hint(label("use_the_newer_program", &[]))
        }
        OpenError::InUse(_) | OpenError::Busy(_) => Failure::failed("in_use", said),
        OpenError::Catalogue(mistakes) => catalogue_failure(mistakes),
        OpenError::Succession(unreadable) => catalogue_unreadable(unreadable),
        _ => Failure::failed("store", said),
    }
}

fn disk_full(said: impl Into<Said>) -> Failure {
    Failure::failed("disk_full", said).hint(label("free_some_space", &[]))
}

/// Returns how to recover a file of the data folder.
fn put_back(path: &Path) -> Label {
    label(
        match path.file_name().and_then(|name| name.to_str()) {
            Some("keys.db") => "put_the_keys_back",
            Some("master.key") => "put_the_master_key_back",
            _ => "put_the_backup_back",
        },
        &[],
    )
}

/// Returns the failure with every mistake of a catalogue, one per line.
pub(crate) fn catalogue_failure(mistakes: Vec<Mistake>) -> Failure {
    let said = match mistakes.len() {
        1 => label("catalogue_has_a_mistake", &[]),
        many => label("catalogue_has_mistakes", &[("count", &many)]),
    };
    Failure::invalid("catalogue", said).details(Details::Mistakes(mistakes))
}

/// Returns the failure of a catalogue by which some records could not be read, with what it changes.
pub(crate) fn catalogue_unreadable(unreadable: Vec<Difference>) -> Failure {
    Failure::invalid("catalogue_unreadable", label("catalogue_unreadable", &[]))
        .details(Details::Changes(unreadable))
}

pub(crate) fn config_failure(error: ConfigError) -> Failure {
    let message = with_causes(&error);
    match error {
        ConfigError::MasterKey => Failure::invalid(
            "master_key",
            both(message, words::say(Language::Spanish, "bad_key_variable", &[])),
        ),
        ConfigError::Catalogue { path, source } => {
            let parts: [(&str, &dyn Display); 2] = [("path", &path.display()), ("why", &source)];
            Failure::invalid("catalogue", label("catalogue_unread", &parts))
        }
        ConfigError::CatalogueTooLarge { path } => {
            let parts: [(&str, &dyn Display); 2] =
                [("path", &path.display()), ("most", &CATALOGUE_BYTES_MAX)];
            Failure::invalid("catalogue", label("catalogue_too_large", &parts))
        }
    }
}

/// Returns the catalogue that is compiled in, for its names in hints.
pub(crate) fn builtin() -> Option<Catalogue> {
    Catalogue::builtin().ok()
}
