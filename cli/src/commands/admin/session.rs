//! A data folder under administration, and its failures as the command line tells them.

use std::path::PathBuf;

use model::catalogue::Catalogue;
use model::ids::CaseId;
use server::admin::Admin;
use server::config::{ConfigError, CoreConfig, MasterKey};
use server::error::{AdminError, OpenError};

use crate::failure::{Exit, Failure, with_causes};
use crate::near;

/// The folder and the key of one command.
pub(crate) struct Session {
    pub(crate) config: CoreConfig,
}

impl Session {
    /// Takes the master key from the environment, if it is there.
    pub(crate) fn new(data: PathBuf) -> Result<Self, Failure> {
        let mut config = CoreConfig::new(data);
        config.master_key = MasterKey::from_environment().map_err(config_failure)?;
        Ok(Self { config })
    }

    pub(crate) fn open(&self) -> Result<Admin, Failure> {
        Admin::open(&self.config).map_err(open_failure)
    }
}

/// A person's name, or the failure that lists whom there is.
pub(crate) fn about_user(admin: &Admin, name: &str, error: AdminError) -> Failure {
    let failure = failure(error);
    if failure.code != "unknown_user" {
        return failure;
    }
    let users = admin.users().unwrap_or_default();
    failure.hint(near::hint("people", name, users.iter().map(|user| user.name.as_str())))
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
    let message = error.to_string();
    match error {
        AdminError::UnknownUser(_) => Failure::not_found("unknown_user", message),
        AdminError::NameTaken(_) => Failure::invalid("name_taken", message),
        AdminError::BadName => Failure::invalid("bad_name", message),
        // Which there are stands in the hint.
        AdminError::UnknownRole(role, _) => {
            Failure::not_found("unknown_role", format!("there is no role `{role}`"))
        }
        AdminError::UnknownProgram(program, _) => {
            Failure::not_found("unknown_program", format!("there is no program `{program}`"))
        }
        AdminError::NoSuchMembership => Failure::not_found("no_such_role", message),
        AdminError::UnknownCase(_) => Failure::not_found("unknown_case", message)
            .hint("the server learns of a case when a device that made it synchronizes"),
        AdminError::BadLegalBasis => Failure::invalid("legal_basis", message),
        AdminError::NotAssigned => Failure::not_found("not_assigned", message),
        AdminError::NeverServed => Failure::not_found("never_served", message).hint(
            "start it first, so that there is something to announce: fieldbook serve --data DIR",
        ),
        AdminError::BadAddress(_) => Failure::invalid("bad_address", message),
        AdminError::NoAccount => Failure::not_found("no_account", message)
            .hint("`fieldbook admin --data DIR account list` lists them"),
        AdminError::UnknownDevice(_) => Failure::not_found("unknown_device", message)
            .hint("`fieldbook admin --data DIR devices` lists them"),
        AdminError::FileExists(_) => Failure::invalid("file_exists", message),
        AdminError::NotABackup(_) => Failure::failed("not_a_backup", message),
        AdminError::Open(error) => open_failure(error),
        other => Failure::failed("store", with_causes(&other)),
    }
}

pub(crate) fn open_failure(error: OpenError) -> Failure {
    let message = with_causes(&error);
    match error {
        OpenError::NotInitialised(_) => Failure::not_found("not_initialised", message),
        OpenError::AlreadyInitialised(_) => Failure::invalid("already_initialised", message)
            .hint("choose another folder; this one is left as it is"),
        OpenError::NoMasterKey(_) => Failure::failed("no_master_key", message)
            .hint("put the file back from where you keep it; without it nobody can read the data"),
        OpenError::WrongKey(_) => Failure::failed("wrong_key", message),
        OpenError::Corrupt { .. } => Failure::failed("corrupt", message)
            .hint("the file is left untouched; put the newest backup back with `restore`"),
        OpenError::FromTheFuture { .. } => Failure::failed("from_the_future", message)
            .hint("the file is left untouched; use the newer program"),
        OpenError::InUse(_) => Failure { exit: Exit::Failed, ..Failure::failed("in_use", message) },
        OpenError::Catalogue(mistakes) => catalogue_failure(&mistakes),
        OpenError::Succession(unreadable) => {
            let lines: Vec<String> = unreadable.iter().map(ToString::to_string).collect();
            let message = "records that there are could not be read by this catalogue";
            Failure::invalid("catalogue_unreadable", message).hint(lines.join("\n"))
        }
        _ => Failure::failed("store", message),
    }
}

/// Every mistake of a catalogue, one a line.
pub(crate) fn catalogue_failure(mistakes: &[model::catalogue::Mistake]) -> Failure {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    let count = match lines.len() {
        1 => "a mistake".to_owned(),
        many => format!("{many} mistakes"),
    };
    Failure::invalid("catalogue", format!("the catalogue has {count}")).hint(lines.join("\n"))
}

pub(crate) fn config_failure(error: ConfigError) -> Failure {
    let message = with_causes(&error);
    match error {
        ConfigError::MasterKey => Failure::invalid("master_key", message),
        _ => Failure::invalid("catalogue", message),
    }
}

/// The catalogue that is compiled in, for its names in hints.
pub(crate) fn builtin() -> Option<Catalogue> {
    Catalogue::builtin().ok()
}
