//! `fieldbook catalogue import`

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use model::catalogue::{Catalogue, CatalogueSource};
use model::ids::TypeName;
use model::words::{Language, LanguageTag, Message};
use serde_json::json;
use server::config::read_catalogue;
use xlsform::limits::FILE_BYTES_MAX;
use xlsform::{Finding, ImportError, Imported, Kind, Options, import};

use crate::commands::admin::{catalogue_failure, config_failure};
use crate::commands::device::record_type;
use crate::failure::Failure;
use crate::report::Report;
use crate::said::Said;
use crate::words::{both, label, say};

/// Read a form from a spreadsheet into a record type
#[derive(Debug, Args)]
#[command(
    long_about = "Read a form that is written as XLSForm into a record type. Every cell that is not \
    taken over, or is taken over otherwise than it stands there, is listed with its sheet, all at \
    once: what the department refuses to record, and what has no counterpart yet.\n\n    \
    fieldbook catalogue export ./catalogue-next\n    \
    fieldbook catalogue import visit.xlsx --type visit --like mediation --catalogue ./catalogue-next\n    \
    fieldbook catalogue preview visit --catalogue ./catalogue-next\n\n\
    A form does not say who reads and writes its records and where they live: a new type takes that \
    over from the one that --like names. A type that is there keeps it, with everything else that a \
    form does not say; it is replaced only with --overwrite. Fields that the form does not have any \
    more are retired. Without --catalogue the type is printed, as a type of the built-in \
    catalogue.\n\n\
    With --json: {\"type\",\"file\",\"questions\",\"cells\",\"written\",\
    \"findings\":[{\"kind\",\"code\",\"sheet\",\"cell\",\"problem\"}],\"type_file\",\"code_lists\"}; \
    the kind is refused, not_yet or changed."
)]
pub(super) struct Import {
    /// The form, an .xlsx file
    #[arg(value_name = "FORM")]
    form: PathBuf,
    /// The name of the record type; if it is left out, the form's own
    #[arg(long = "type", value_name = "NAME")]
    name: Option<String>,
    /// A record type: the new one has its readers, writers and place
    #[arg(long, value_name = "TYPE")]
    like: Option<String>,
    /// The folder of the catalogue that the type is written into
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// Replace the type if the catalogue has it
    #[arg(long, requires = "catalogue")]
    overwrite: bool,
}

impl Import {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        let source = match &self.catalogue {
            Some(folder) => read_catalogue(folder).map_err(config_failure)?,
            None => CatalogueSource::builtin(),
        };
        let catalogue = Catalogue::load(&source).map_err(catalogue_failure)?;
        let name = self.name.as_deref().map(named).transpose()?;
        let like = self.like.as_deref();
        let like = like.map(|like| record_type(&catalogue, like)).transpose()?;
        let options =
            Options { source: &source, name: name.as_ref(), like: like.map(|like| &like.name) };
        let bytes = read(&self.form)?;
        let imported = import(&bytes, options).map_err(|error| failure(error, &catalogue))?;
        if let Some(folder) = &self.catalogue {
            let is_there = catalogue.types.contains_key(&imported.name);
            if is_there && !self.overwrite {
                let said = label("type_is_there", &[("type", &imported.name)]);
                return Err(
                    Failure::refused("type_is_there", said).hint(label("overwrite_the_type", &[]))
                );
            }
            write(folder, &source, &imported)?;
        }
        Ok(self.report(&imported, language))
    }

    fn report(&self, imported: &Imported, language: LanguageTag) -> Report {
        let findings = &imported.findings;
        let of_kind = |kind| findings.iter().filter(|it| it.kind == kind).count();
        let (refused, not_yet) = (of_kind(Kind::Refused), of_kind(Kind::NotYet));
        let questions = imported.questions.len();
        let parts: [(&str, &dyn std::fmt::Display); 4] = [
            ("questions", &questions),
            ("type", &imported.name),
            ("refused", &refused),
            ("not_yet", &not_yet),
        ];
        let mut text = String::new();
        let told = lines(findings, language);
        let summary = say(language, "form_imported", &parts);
        match &self.catalogue {
            Some(folder) => {
                text.push_str(&told);
                let path = folder.join(format!("types/{}.toml", imported.name));
                let written = say(language, "type_written", &[("path", &path.display())]);
                let _ = write!(text, "{summary}\n{written}\n");
            }
            // What is printed is the file of the type; all else in it are comments.
            None => {
                text.push_str(&imported.type_file);
                text.push('\n');
                for line in told.lines().chain([summary.as_str()]) {
                    let _ = writeln!(text, "# {line}");
                }
                if !imported.code_lists.is_empty() {
                    let head = say(language, "lists_to_add", &[]);
                    let _ = writeln!(text, "#\n# {head}");
                    for line in imported.code_lists.lines() {
                        let _ = writeln!(text, "# {line}");
                    }
                }
            }
        }
        let listed = findings.iter().map(|finding| {
            json!({
                "kind": finding.kind.code(),
                "code": finding.problem.code(),
                "sheet": finding.sheet,
                "cell": finding.place.to_string(),
                "problem": finding.problem.told(language),
            })
        });
        let json = json!({
            "type": imported.name.as_str(),
            "file": format!("types/{}.toml", imported.name),
            "questions": questions,
            "cells": imported.cells,
            "written": self.catalogue.is_some(),
            "findings": listed.collect::<Vec<_>>(),
            "type_file": imported.type_file,
            "code_lists": imported.code_lists,
        });
        Report::new(json, text)
    }
}

fn lines(findings: &[Finding], language: LanguageTag) -> String {
    findings.iter().map(|finding| finding.in_language(language) + "\n").collect()
}

fn named(name: &str) -> Result<TypeName, Failure> {
    name.parse().map_err(|error| Failure::invalid("invalid_type", Said::of(&error)))
}

/// Reads the form, and no more of it than one may have.
fn read(form: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| {
        let said = label("cannot_read", &[("path", &form.display())]);
        let failure = match error.kind() {
            std::io::ErrorKind::NotFound => Failure::not_found("form", said),
            _ => Failure::failed("form", said),
        };
        failure.hint(Said::from(error.to_string()))
    };
    let most = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let file = File::open(form).map_err(failed)?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Writes the type, after the lists that it names.
fn write(folder: &Path, source: &CatalogueSource, imported: &Imported) -> Result<(), Failure> {
    let put = |path: &str, text: &str| {
        let file = folder.join(path);
        fs::write(&file, text).map_err(|error| {
            let said = label("cannot_write", &[("path", &file.display())]);
            Failure::failed("import", said).hint(Said::from(error.to_string()))
        })
    };
    if !imported.code_lists.is_empty() {
        let lists = source.files.get(CODE_LISTS).cloned().unwrap_or_default();
        put(CODE_LISTS, &(lists + &imported.code_lists))?;
    }
    put(&format!("types/{}.toml", imported.name), &imported.type_file)
}

fn failure(error: ImportError, catalogue: &Catalogue) -> Failure {
    match error {
        ImportError::Unreadable(unreadable) => Failure::invalid("form", Said::of(&unreadable)),
        ImportError::NeedsLike { name } => {
            let names: Vec<&str> = catalogue.types.keys().map(TypeName::as_str).collect();
            let message = Message::new("xls_needs_like").with("type", name);
            let names = names.join(", ");
            Failure::invalid("needs_like", message).hint(both(names.clone(), names))
        }
        ImportError::NoSuchType { name } => {
            Failure::not_found("unknown_type", Message::new("xls_no_such_type").with("type", name))
        }
        ImportError::NoQuestion { findings } => {
            let told = |language: Language| lines(&findings, language.into());
            let hint = both(told(Language::English), told(Language::Spanish));
            Failure::invalid("no_question", Message::new("xls_no_question")).hint(hint)
        }
        ImportError::Mistakes(mistakes) => catalogue_failure(mistakes),
    }
}

const CODE_LISTS: &str = "code_lists.toml";
