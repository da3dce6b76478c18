//! Where a command of catalogues reads one, and how one is put in force.

use std::path::Path;

use model::catalogue::compare::{Difference, impact};
use model::catalogue::{Catalogue, CatalogueSource};
use model::time::Timestamp;
use model::words::{Language, LanguageTag};
use serde_json::Value as Json;
use server::admin::{Admin, AdminError, short};
use server::config::read_catalogue;

use crate::ask;
use crate::commands::admin::{admin_failure, catalogue_failure, config_failure};
use crate::details::changes;
use crate::failure::Failure;
use crate::words::{both, say};

/// Reads the catalogue of a folder, or the built-in one.
pub(super) fn load(folder: Option<&Path>) -> Result<Catalogue, Failure> {
    let Some(folder) = folder else { return Catalogue::builtin().map_err(catalogue_failure) };
    let source = read_catalogue(folder).map_err(config_failure)?;
    Catalogue::load(&source).map_err(|mistakes| in_folder(folder, catalogue_failure(mistakes)))
}

/// Says in which folder the catalogue is that a failure is about.
pub(super) fn in_folder(folder: &Path, failure: Failure) -> Failure {
    let of_folder = |message: &str| format!("{}: {message}", folder.display());
    match failure.code {
        "catalogue" => Failure {
            message: of_folder(&failure.message),
            spanish: failure.spanish.as_deref().map(|message| of_folder(message).into()),
            ..failure
        },
        _ => failure,
    }
}

/// Why a catalogue is not put in force.
pub(super) enum NotPublished {
    /// The data folder's own reasons.
    Admin(AdminError),
    /// Nobody wanted it.
    Asked(Failure),
}

impl From<AdminError> for NotPublished {
    fn from(error: AdminError) -> Self {
        Self::Admin(error)
    }
}

/// Returns the failure of a catalogue that was not put in force.
pub(super) fn not_published(error: NotPublished) -> Failure {
    match error {
        NotPublished::Admin(error) => admin_failure(error),
        NotPublished::Asked(failure) => failure,
    }
}

/// Shows what a catalogue would change, asks, and puts it in force. Returns the first digits of its
/// digest, and what changed.
pub(super) fn put_in_force(
    admin: &Admin,
    now: Timestamp,
    source: &CatalogueSource,
    language: LanguageTag,
    yes: bool,
) -> Result<(String, Json), NotPublished> {
    let differences = admin.compare_catalogue(source)?;
    let shown = |language: Language| {
        let lines = differences.iter().map(|found| found.in_language(language) + "\n");
        let lines: String = lines.collect();
        let impact = impact(&differences);
        let impact = impact.iter().map(|message| format!("\n{}", message.told(language)));
        lines + &impact.collect::<String>() + &say(language, "catalogue_would_be_published", &[])
    };
    if !differences.iter().any(Difference::is_unreadable) {
        let question = both(shown(Language::English), shown(Language::Spanish));
        ask::before(&question, language, yes).map_err(NotPublished::Asked)?;
    }
    admin.publish_catalogue(now, source)?;
    Ok((short(&source.digest()), changes(&differences, language)))
}
