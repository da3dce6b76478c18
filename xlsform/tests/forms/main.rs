//! Forms are read and written as people and other programs write and read them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the harness of a suite: what it cannot read fails the test"
)]

mod examples;
mod hostile;
mod questions;
mod round_trip;

use model::catalogue::{Catalogue, CatalogueSource, Field, RecordType};
use model::ids::TypeName;
use model::words::Language;
use rust_xlsxwriter::Workbook;
use xlsform::{Finding, ImportError, Imported, Options, import};

/// Returns the .xlsx file of a form that is written as Markdown, with a table for each sheet.
fn xlsx(form: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let mut sheets: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    for line in form.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("## ") {
            sheets.push((name.to_owned(), Vec::new()));
        } else if line.starts_with('|') && !line.starts_with("| ---") {
            let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
            sheets.last_mut().unwrap().1.push(cells.collect());
        }
    }
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                if !cell.is_empty() {
                    sheet.write_string(row, column, cell).unwrap();
                }
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// A form that was read, as a type of the built-in catalogue.
struct Read {
    imported: Imported,
    catalogue: Catalogue,
}

impl Read {
    fn of(form: &str) -> Self {
        Self::of_bytes(&xlsx(form))
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        let imported = try_import(bytes).unwrap();
        let catalogue = Catalogue::load(&with(CatalogueSource::builtin(), &imported)).unwrap();
        Self { imported, catalogue }
    }

    fn record_type(&self) -> &RecordType {
        self.catalogue.record_type(&self.imported.name).unwrap()
    }

    fn field(&self, name: &str) -> &Field {
        self.record_type().field(name).unwrap()
    }

    /// Returns the keys of a field as its file has them, but for those that every field has.
    fn keys(&self, name: &str) -> String {
        let head = format!("name = \"{name}\"\n");
        let (_, rest) = self.imported.type_file.split_once(&head).unwrap();
        let field = rest.split("\n[[").next().unwrap();
        let field = field.split("\n\n").next().unwrap();
        let keys = field.lines().filter(|line| !line.starts_with("label = "));
        keys.collect::<Vec<_>>().join("\n")
    }

    /// Returns what was said of the form.
    fn said(&self) -> String {
        told(&self.imported.findings)
    }
}

fn told(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| finding.in_language(Language::English));
    lines.collect::<Vec<_>>().join("\n")
}

fn try_import(bytes: &[u8]) -> Result<Imported, ImportError> {
    let (source, name) = (CatalogueSource::builtin(), type_name("form"));
    let like = type_name("mediation");
    import(bytes, Options { source: &source, name: Some(&name), like: Some(&like) })
}

/// Returns a catalogue with a type that was read.
fn with(mut source: CatalogueSource, imported: &Imported) -> CatalogueSource {
    source.files.insert(format!("types/{}.toml", imported.name), imported.type_file.clone());
    source.files.get_mut("code_lists.toml").unwrap().push_str(&imported.code_lists);
    source
}

fn type_name(name: &str) -> TypeName {
    name.parse().unwrap()
}
