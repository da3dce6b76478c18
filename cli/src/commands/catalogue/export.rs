//! `fieldbook catalogue export`

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use model::catalogue::{Catalogue, CatalogueSource};
use model::words::LanguageTag;
use serde_json::json;
use server::config::read_catalogue;
use xlsform::ExportError;

use crate::commands::admin::{catalogue_failure, config_failure};
use crate::commands::device::record_type;
use crate::failure::Failure;
use crate::report::Report;
use crate::said::Said;
use crate::words::{label, say};

/// Write the built-in catalogue to a folder, or a record type as a form
#[derive(Debug, Args)]
#[command(
    long_about = "Write the files of the built-in catalogue to a new folder, as a start for one \
    of your own. With --xlsx, write one record type as a form (XLSForm) to a new .xlsx file, which \
    `catalogue import` reads back; what the form cannot say is listed, and stays in the type.\n\n    \
    fieldbook catalogue export ./catalogue\n    \
    fieldbook serve --data ./data --catalogue ./catalogue\n    \
    fieldbook catalogue export --xlsx mediation mediation.xlsx\n\n\
    With --json: {\"files\"}, the number of files written; with --xlsx \
    {\"questions\",\"left\":[{\"code\",\"what\"}]}."
)]
pub(super) struct Export {
    /// The folder, which must not exist yet or be empty; with --xlsx, the file, which must not exist
    #[arg(value_name = "PATH")]
    folder: PathBuf,
    /// Write this record type as a form
    #[arg(long, value_name = "TYPE")]
    xlsx: Option<String>,
    /// The folder of the catalogue; the built-in one if it is left out
    #[arg(long, value_name = "DIR", requires = "xlsx")]
    catalogue: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        if let Some(of) = &self.xlsx {
            return self.form(of, language);
        }
        let folder = &self.folder;
        let failed = |error: std::io::Error| {
            let parts: [(&str, &dyn std::fmt::Display); 1] = [("path", &folder.display())];
            Failure::failed("export", Said::from(label("cannot_write", &parts)))
                .hint(Said::from(error.to_string()))
        };
        let is_free = match fs::read_dir(folder) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            Err(error) => return Err(failed(error)),
        };
        if !is_free {
            let parts: [(&str, &dyn std::fmt::Display); 1] = [("path", &folder.display())];
            return Err(Failure::failed("export", Said::from(label("folder_not_empty", &parts))));
        }
        let source = CatalogueSource::builtin();
        for (path, text) in &source.files {
            let file = folder.join(path);
            let place = file.parent().unwrap_or(folder);
            fs::create_dir_all(place).and_then(|()| fs::write(&file, text)).map_err(failed)?;
        }
        let (count, path) = (source.files.len(), folder.display());
        let text = say(language, "exported", &[("count", &count), ("path", &path)]);
        Ok(Report::new(json!({"files": count}), text))
    }

    /// Writes a type as a form.
    fn form(&self, of: &str, language: LanguageTag) -> Result<Report, Failure> {
        let source = match &self.catalogue {
            Some(folder) => read_catalogue(folder).map_err(config_failure)?,
            None => CatalogueSource::builtin(),
        };
        let catalogue = Catalogue::load(&source).map_err(catalogue_failure)?;
        let name = &record_type(&catalogue, of)?.name;
        let exported = xlsform::export(&source, name).map_err(|error| match error {
            ExportError::Mistakes(mistakes) => catalogue_failure(mistakes),
            ExportError::NoSuchType | ExportError::TooLarge => {
                Failure::failed("export", label("form_too_large", &[("type", name)]))
            }
        })?;
        let path = &self.folder;
        let written = File::create_new(path).and_then(|mut file| file.write_all(&exported.bytes));
        written.map_err(|error| {
            let said = label("cannot_write", &[("path", &path.display())]);
            Failure::failed("export", said).hint(Said::from(error.to_string()))
        })?;
        let left = exported.left.iter();
        let mut text: String = left.map(|left| left.told(language) + "\n").collect();
        let parts: [(&str, &dyn std::fmt::Display); 2] =
            [("questions", &exported.questions), ("path", &path.display())];
        text.push_str(&say(language, "form_exported", &parts));
        let left = exported.left.iter();
        let left = left.map(|left| json!({"code": left.code(), "what": left.told(language)}));
        let left: Vec<_> = left.collect();
        Ok(Report::new(json!({"questions": exported.questions, "left": left}), text))
    }
}
