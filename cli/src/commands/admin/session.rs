//! A data folder under administration, and its failures as the command line tells them.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use model::catalogue::Catalogue;
use model::ids::CaseId;
use server::admin::Admin;
use server::config::{ConfigError, CoreConfig, MasterKey};
use server::error::{AdminError, OpenError, StoreError};

use crate::failure::{Failure, Said, with_causes};
use crate::near::{self, Names};

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
    failure.hint(near::hint(Names::People, name, users.iter().map(|user| user.name.as_str())))
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
        AdminError::RoleDoesNotFit { role, program, programs, roles } => {
            let wrong = format!("nobody is {role} in the program {program}");
            let hint = format!("{role} is held in {programs}; in {program} there are {roles}");
            Failure::invalid("role_does_not_fit", wrong).hint(hint)
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
        AdminError::Store(StoreError::DiskFull) => disk_full(message),
        other => Failure::failed("store", with_causes(&other)),
    }
}

pub(crate) fn open_failure(error: OpenError) -> Failure {
    let message = with_causes(&error);
    match error {
        OpenError::NotInitialised(_) => Failure::not_found("not_initialised", message),
        OpenError::AlreadyInitialised(_) => Failure::invalid("already_initialised", message)
            .hint("choose another folder; this one is left as it is"),
        OpenError::HalfMade(_) => Failure::failed("half_made", message)
            .hint("nothing was recorded here yet; what is there is made anew"),
        OpenError::NotEmpty(_) => Failure::invalid("not_empty", message)
            .hint("choose a folder that is empty or not there; this one is left as it is"),
        OpenError::NoMasterKey(_) => Failure::failed("no_master_key", message)
            .hint("put the file back from where you keep it; without it nobody can read the data"),
        OpenError::NotAMasterKey(_) => Failure::failed("master_key", message)
            .hint("put the copy of `master.key` back in its place; the data itself is untouched"),
        OpenError::WrongKey(path) => Failure::failed("wrong_key", message).hint(put_back(&path)),
        OpenError::Missing(path) => Failure::failed("missing", message).hint(put_back(&path)),
        OpenError::Empty(path) => Failure::failed("empty", message).hint(put_back(&path)),
        OpenError::Foreign(path) => Failure::failed("foreign", message).hint(put_back(&path)),
        OpenError::Corrupt { path, .. } => {
            Failure::failed("corrupt", message).hint(put_back(&path))
        }
        OpenError::NoAccess(_) => Failure::failed("no_access", message).hint(ACCESS),
        OpenError::File { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
            Failure::failed("no_access", message).hint(ACCESS)
        }
        OpenError::Store(StoreError::DiskFull) => disk_full(message),
        OpenError::FromTheFuture { .. } => Failure::failed("from_the_future", message)
            .hint("the file is left untouched; use the newer program"),
        OpenError::InUse(_) | OpenError::Busy(_) => Failure::failed("in_use", message),
        OpenError::Catalogue(mistakes) => catalogue_failure(&mistakes),
        OpenError::Succession(unreadable) => {
            let lines: Vec<String> = unreadable.iter().map(ToString::to_string).collect();
            let message = "records that there are could not be read by this catalogue";
            Failure::invalid("catalogue_unreadable", message).hint(lines.join("\n"))
        }
        _ => Failure::failed("store", message),
    }
}

const ACCESS: &str = "give the command as the account that the data folder belongs to";

fn disk_full(message: impl Into<Said>) -> Failure {
    Failure::failed("disk_full", message)
        .hint("what was recorded before is kept; free some space, then give the command again")
}

/// How a file of the data folder comes back.
fn put_back(path: &Path) -> &'static str {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("keys.db") => {
            "no backup holds it, and nothing can be read without it: put the newest copy of this \
             folder's own `keys.db` back in its place"
        }
        Some("master.key") => {
            "put the copy of `master.key` back in its place; the data itself is untouched"
        }
        _ => {
            "the file is left untouched; `master.key` must be this folder's own. If it is, put the \
             newest backup back with `restore`"
        }
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
