//! Reading a catalogue: every file is checked, and every mistake is reported at once.
//!
//! The files and their keys are described in the files themselves (`catalogue/*.toml`). Nothing
//! here touches a disk: whoever reads a folder hands its files over as a [`CatalogueSource`].

mod consent;
mod decides;
mod department;
mod fields;
mod formula;
mod guard;
mod like;
mod other;
mod place;
mod problem;
mod puts_off;
mod question;
mod recent;
mod section;
mod stamps;
mod together;
mod types;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use super::{Access, Catalogue, CodeList, Compartment, Earlier, Program, RecordType, Role};
use crate::ids::{CompartmentCode, ProgramCode, RoleCode, TypeName};
use crate::limits::{CATALOGUE_BYTES_MAX, LANGUAGES_MAX};
use crate::words::{Language, LanguageTag, Message};
use department::Department;
use problem::listed;
use section::{Mistakes, Section};
use types::Common;

/// The newest shape of the files that this version reads, as `format` in `department.toml`.
pub const CATALOGUE_FORMAT: i64 = 1;

/// The files of a catalogue by their path in its folder, such as `types/person.toml`. This is what
/// travels to devices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueSource {
    /// Path, with `/` between its parts, to text.
    pub files: BTreeMap<String, String>,
}

impl CatalogueSource {
    /// The catalogue that is compiled in.
    pub fn builtin() -> Self {
        let files = fieldbook_catalogue::FILES;
        Self {
            files: files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect(),
        }
    }

    /// SHA-256 over every path and text, each with its length before it, so that moving a byte
    /// from one to the next changes the digest too.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for part in self.files.iter().flat_map(|(path, text)| [path, text]) {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().into()
    }

    /// Bytes of all paths and texts together.
    pub fn total_bytes(&self) -> usize {
        self.files.iter().map(|(path, text)| path.len().saturating_add(text.len())).sum()
    }
}

/// One thing that is wrong in a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file, such as `types/person.toml`; empty if the catalogue as a whole is meant.
    pub file: String,
    /// The key in it, such as `field.name.kind`; empty if the file as a whole is meant.
    pub key: String,
    /// What is wrong, and what would be right.
    pub problem: Message,
}

impl Mistake {
    /// Returns where it is and what is wrong, in a language.
    pub fn in_language(&self, language: impl Into<LanguageTag>) -> String {
        let problem = self.problem.told(language);
        let place = [self.file.as_str(), self.key.as_str()];
        let place = place.into_iter().filter(|part| !part.is_empty());
        place.chain([problem.as_str()]).collect::<Vec<_>>().join(": ")
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

impl std::error::Error for Mistake {}

impl Catalogue {
    /// Reads and checks a whole catalogue.
    ///
    /// # Errors
    /// Every mistake in it, in the order of the files.
    pub fn load(source: &CatalogueSource) -> Result<Self, Vec<Mistake>> {
        if let Some(catalogue) = recent::find(&source.digest()) {
            return Ok(catalogue);
        }
        let mistakes = Mistakes::default();
        let catalogue = read(source, &mistakes);
        match catalogue {
            Some(catalogue) if mistakes.is_empty() => {
                recent::keep(&catalogue);
                Ok(catalogue)
            }
            _ => Err(mistakes.into_vec()),
        }
    }

    /// The catalogue that is compiled in.
    ///
    /// # Errors
    /// When this program was built with a catalogue that has mistakes; a test forbids that.
    pub fn builtin() -> Result<Self, Vec<Mistake>> {
        Self::load(&CatalogueSource::builtin())
    }
}

fn read(source: &CatalogueSource, mistakes: &Mistakes) -> Option<Catalogue> {
    let bytes = source.total_bytes();
    if bytes > CATALOGUE_BYTES_MAX {
        let problem = Message::new("catalogue_too_large");
        mistakes.add("", "", problem.with("bytes", bytes).with("most", CATALOGUE_BYTES_MAX));
        return None;
    }
    let files = parse_files(source, mistakes);
    if let Some(newer) = newer_format(&files) {
        mistakes.add(DEPARTMENT, "format", newer);
        return None;
    }

    let file = |path| files.get(path).and_then(Option::as_ref);
    let department = file(DEPARTMENT)
        .map(|table| department::read_department(Section::of_file(mistakes, DEPARTMENT, table)));
    let access = file(ACCESS).map(|table| {
        let section = Section::of_file(mistakes, ACCESS, table);
        department::read_access(section, department.as_ref())
    });
    let code_lists = file(CODE_LISTS).map(|table| {
        let section = Section::of_file(mistakes, CODE_LISTS, table);
        let mut lists = fields::read_code_lists(section);
        consent::add_lists(mistakes, &mut lists, department.as_ref(), access.as_ref());
        lists
    });

    let known = Known {
        roles: department.as_ref().map(|department| &department.roles),
        compartments: department.as_ref().map(|department| &department.compartments),
        programs: department.as_ref().map(|department| &department.programs),
        access: access.as_ref(),
        code_lists: code_lists.as_ref(),
        types: files.keys().filter_map(|path| type_of_path(path)).collect(),
    };
    let mut inline_lists = BTreeMap::new();
    let common = file(COMMON).map(|table| {
        let section = Section::of_file(mistakes, COMMON, table);
        types::read_common(section, &known, &mut inline_lists)
    });
    let common = common.unwrap_or_else(Common::unreadable);
    let mut types = BTreeMap::new();
    for (path, table) in &files {
        let (Some(name), Some(table)) = (type_of_path(path), table) else { continue };
        let section = Section::of_file(mistakes, path, table);
        if let Some(record_type) =
            types::read_type(section, &name, &known, &common, &mut inline_lists)
        {
            types.insert(name, record_type);
        }
    }
    if let Some(shared) = &code_lists {
        let mut lists = shared.clone();
        lists.extend(inline_lists.iter().map(|(name, list)| (name.clone(), list.clone())));
        like::check_all(mistakes, &types, &lists);
        question::check_all(mistakes, &types, &lists);
    }
    assemble(mistakes, source.digest(), department?, access?, code_lists?, inline_lists, types)
}

fn assemble(
    mistakes: &Mistakes,
    digest: [u8; 32],
    department: Department,
    access: AccessMatrix,
    mut code_lists: BTreeMap<String, CodeList>,
    inline_lists: BTreeMap<String, CodeList>,
    types: BTreeMap<TypeName, RecordType>,
) -> Option<Catalogue> {
    code_lists.extend(inline_lists);
    let mut catalogue = Catalogue {
        digest,
        department: department.label?,
        lease: department.lease,
        drafts_old_after: department.drafts_old_after,
        own_void: department.own_void,
        restore_window: department.restore_window,
        zone: department.zone,
        programs: present(department.programs),
        roles: present(department.roles),
        compartments: present(department.compartments),
        code_lists,
        types,
        access,
        earlier: Earlier::default(),
        languages: BTreeSet::new(),
    };
    catalogue.languages =
        catalogue.labels().flat_map(|label| label.others.keys().copied()).collect();
    let languages = catalogue.languages.len();
    if languages > LANGUAGES_MAX {
        let problem = Message::new("too_many_languages").with("most", LANGUAGES_MAX);
        mistakes.add("", "", problem.with("languages", listed(&catalogue.languages)));
    }
    Some(catalogue)
}

fn present<K: Ord, V>(all: BTreeMap<K, Option<V>>) -> BTreeMap<K, V> {
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// Parses every file, so that a syntax error in one hides nothing in the others: `None` stands for
/// a file that cannot be read, and what it would have defined is then not held against the rest.
fn parse_files<'s>(
    source: &'s CatalogueSource,
    mistakes: &Mistakes,
) -> BTreeMap<&'s str, Option<Table>> {
    let mut files = BTreeMap::new();
    for (path, text) in source.files.iter().filter(|(path, _)| path.ends_with(".toml")) {
        let expected = WHOLE_FILES.contains(&path.as_str()) || type_of_path(path).is_some();
        if !expected {
            let problem = Message::new("not_of_a_catalogue").with("files", listed(WHOLE_FILES));
            mistakes.add(path, "", problem);
            continue;
        }
        let table = text.parse::<Table>().map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            // The parser's words are English for everybody.
            let error = error.message().replace('\n', "; ");
            mistakes.add(
                path,
                "",
                Message::new("not_toml").with("line", line).with("error", error),
            );
        });
        files.insert(path.as_str(), table.ok());
    }
    for path in WHOLE_FILES {
        if !files.contains_key(path) {
            mistakes.add(path, "", Message::new("missing_file"));
        }
    }
    files
}

/// A catalogue of a newer format is refused as such, not for every key that it has changed.
fn newer_format(files: &BTreeMap<&str, Option<Table>>) -> Option<Message> {
    match files.get(DEPARTMENT)?.as_ref()?.get("format")? {
        Value::Integer(format) if *format > CATALOGUE_FORMAT => {
            let newer = Message::new("newer_format").with("format", format);
            Some(newer.with("known", CATALOGUE_FORMAT))
        }
        _ => None,
    }
}

fn type_of_path(path: &str) -> Option<TypeName> {
    path.strip_prefix("types/")?.strip_suffix(".toml")?.parse().ok()
}

/// (role, compartment) to what the role may do there.
type AccessMatrix = BTreeMap<(RoleCode, CompartmentCode), Access>;

/// What type files may name. `None`: the file that defines it could not be read, so nothing is
/// checked against it.
struct Known<'k> {
    roles: Option<&'k BTreeMap<RoleCode, Option<Role>>>,
    compartments: Option<&'k BTreeMap<CompartmentCode, Option<Compartment>>>,
    programs: Option<&'k BTreeMap<ProgramCode, Option<Program>>>,
    access: Option<&'k AccessMatrix>,
    code_lists: Option<&'k BTreeMap<String, CodeList>>,
    types: BTreeSet<TypeName>,
}

const DEPARTMENT: &str = "department.toml";
const ACCESS: &str = "access.toml";
const CODE_LISTS: &str = "code_lists.toml";
const COMMON: &str = "common.toml";
const WHOLE_FILES: [&str; 4] = [ACCESS, CODE_LISTS, COMMON, DEPARTMENT];
