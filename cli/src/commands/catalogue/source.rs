//! Where a command of catalogues reads one.

use std::path::Path;

use model::catalogue::Catalogue;
use server::config::read_catalogue;

use crate::commands::admin::{catalogue_failure, config_failure};
use crate::failure::Failure;

/// Reads the catalogue of a folder, or the built-in one.
pub(super) fn load(folder: Option<&Path>) -> Result<Catalogue, Failure> {
    let Some(folder) = folder else { return Catalogue::builtin().map_err(catalogue_failure) };
    let source = read_catalogue(folder).map_err(config_failure)?;
    Catalogue::load(&source).map_err(|mistakes| {
        let failure = catalogue_failure(mistakes);
        let of_folder = |message: &str| format!("{}: {message}", folder.display());
        Failure {
            message: of_folder(&failure.message),
            spanish: failure.spanish.as_deref().map(|message| of_folder(message).into()),
            ..failure
        }
    })
}
