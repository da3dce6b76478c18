//! `fieldbook catalogue export`

use std::fs;
use std::path::PathBuf;

use clap::Args;
use model::catalogue::CatalogueSource;
use model::words::LanguageTag;
use serde_json::json;

use crate::failure::Failure;
use crate::report::Report;
use crate::said::Said;
use crate::words::{label, say};

/// Write the built-in catalogue to a folder
#[derive(Debug, Args)]
#[command(
    long_about = "Write the files of the built-in catalogue to a new folder, as a start for one \
    of your own.\n\n    \
    fieldbook catalogue export ./catalogue\n    \
    fieldbook serve --data ./data --catalogue ./catalogue\n\n\
    With --json: {\"files\"}, the number of files written."
)]
pub(super) struct Export {
    /// The folder, which must not exist yet or be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Export {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
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
}
