//! A form that is read into a type of the catalogue.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{Catalogue, CatalogueSource, Mistake};
use model::ids::{FieldName, TypeName};
use model::words::Message;

use crate::base::{Base, common_fields};
use crate::book::{self, Cells, Unreadable};
use crate::finding::{Finding, Kind, Place};
use crate::kinds::Choosing;
use crate::labels::Labels;
use crate::lists::{List, Lists};
use crate::names::fit;
use crate::survey::{Survey, Walk, What};
use crate::table::Table;
use crate::translate::Asked;
use crate::writer::{OTHER, Writer};
use crate::xpath;

/// What a form is read for.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The catalogue that the type becomes a part of.
    pub source: &'a CatalogueSource,
    /// The name of the type; the form's own, made fit, if it is `None`.
    pub name: Option<&'a TypeName>,
    /// The type that says what a form does not say: where its records live, and who writes them. If
    /// it is `None`, it is the type of this name that is there.
    pub like: Option<&'a TypeName>,
}

/// A form that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The type's name.
    pub name: TypeName,
    /// What stands in its file, `types/NAME.toml`.
    pub type_file: String,
    /// Lists to be added to `code_lists.toml`; empty if there are none.
    pub code_lists: String,
    /// What was not taken over, or otherwise than it stands in the form, in the order of the sheets.
    pub findings: Vec<Finding>,
    /// The questions that were taken, by their names in the form.
    pub questions: BTreeMap<String, FieldName>,
    /// The codes of options that are others in the form.
    pub originals: BTreeMap<String, String>,
    /// How many cells of the three sheets hold something.
    pub cells: usize,
    /// The cells that were used: each by its sheet, row and column. All others are in a finding.
    pub used: BTreeSet<(&'static str, u32, u32)>,
}

/// Why a form is not read into a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportError {
    /// The file is not read.
    Unreadable(Unreadable),
    /// The catalogue has no such type, and none was named that it is to be like.
    NeedsLike {
        /// The type's name.
        name: TypeName,
    },
    /// The type that it is to be like is not in the catalogue.
    NoSuchType {
        /// That type.
        name: TypeName,
    },
    /// No question of the form was taken.
    NoQuestion {
        /// What was said of the form.
        findings: Vec<Finding>,
    },
    /// The catalogue has mistakes, or would have them with this type.
    Mistakes(Vec<Mistake>),
}

/// Reads a form into a type of the catalogue.
///
/// # Errors
/// Says why there is no such type. What only is not taken over is a finding, and no error.
pub fn import(bytes: &[u8], options: Options<'_>) -> Result<Imported, ImportError> {
    let book = book::read(bytes).map_err(ImportError::Unreadable)?;
    let catalogue = Catalogue::load(options.source).map_err(ImportError::Mistakes)?;
    let mut found: Vec<Finding> = Vec::new();
    for sheet in &book.others {
        let (sheet, problem) = (sheet.clone(), Message::new("xls_sheet_not_read"));
        let (kind, place) = (Kind::NotYet, Place::Sheet);
        found.push(Finding { kind, sheet, place, question: None, problem });
    }
    let none = Cells::new();
    let cells = |sheet: &str| book.sheets.get(sheet).unwrap_or(&none);
    let survey = Table::of("survey", cells("survey"), &mut found);
    let choices = Table::of("choices", cells("choices"), &mut found);
    let settings = Table::of("settings", cells("settings"), &mut found);
    let row = settings.rows().next();
    let setting = |name: &str| row.and_then(|row| settings.take(row, name));
    let language = setting("default_language").map(|cell| cell.text);
    let labels = Labels::of_form(&[&survey, &choices, &settings], language, &mut found);
    let title = row.and_then(|row| labels.of(&settings, row, "title", &mut found));
    let own_name = setting("form_id").map(|cell| cell.text.to_owned());
    setting("version");

    let own_name = own_name.or_else(|| title.as_ref().map(|title| title.en.clone()));
    let own_name = fit(&own_name.unwrap_or_default(), &BTreeSet::new());
    let name = match options.name {
        Some(name) => name.clone(),
        None => own_name.parse().map_err(|_| ImportError::Unreadable(Unreadable::NoSurvey))?,
    };
    let like = options.like.unwrap_or(&name);
    let file = options.source.files.get(&format!("types/{like}.toml"));
    let Some(base) = file.and_then(|file| Base::read(file, *like == name)) else {
        return Err(match options.like {
            Some(like) => ImportError::NoSuchType { name: like.clone() },
            None => ImportError::NeedsLike { name },
        });
    };

    let mut lists = Lists::read(&choices, &labels, &mut found);
    let common = common_fields(options.source);
    let walk = Walk::new(&survey, &labels, &lists, common.iter().cloned(), &mut found);
    let walked = walk.all();
    for item in &walked.items {
        if let What::One(choosing) | What::Several(choosing) = &item.what
            && choosing.or_other
            && let Some(list) = lists.all.get_mut(&choosing.list)
        {
            // For whichever question uses the list.
            list.add_other(OTHER);
        }
    }
    for item in &walked.items {
        if let What::One(choosing) | What::Several(choosing) = &item.what
            && let Some(cell) = survey.take(item.row, "choice_filter")
            && xpath::read(cell.text).is_ok_and(|ast| ast.names_column("name"))
        {
            lists.name_codes(&choosing.list);
        }
    }
    let mut writer = Writer {
        table: &survey,
        labels: &labels,
        lists: &lists,
        base: &base,
        catalogue: &catalogue,
        name: &name,
        like,
        asked: asked(&walked, &lists),
        calculated: BTreeMap::new(),
        used_lists: BTreeSet::new(),
        shared: BTreeMap::new(),
        found: &mut found,
    };
    let (type_file, code_lists) = writer.file(&walked, title.as_ref(), &common);
    let used = writer.used_lists;
    lists.left(&used, &mut found);
    for table in [&survey, &choices, &settings] {
        left_over(table, &mut found);
    }
    sort(&mut found);
    let tables = [&survey, &choices, &settings];
    let cells = tables.iter().map(|table| table.len()).sum();
    let used_cells = tables.iter().flat_map(|table| table.used()).collect();
    if walked.items.iter().all(|item| item.repeat.is_some()) && base.is_empty() {
        return Err(ImportError::NoQuestion { findings: found });
    }

    let mut source = options.source.clone();
    source.files.insert(format!("types/{name}.toml"), type_file.clone());
    if let Some(file) = source.files.get_mut("code_lists.toml") {
        file.push_str(&code_lists);
    }
    Catalogue::load(&source).map_err(ImportError::Mistakes)?;
    let questions = walked.items.iter().map(|item| {
        let repeat = item.repeat.and_then(|repeat| walked.items.get(repeat));
        let around = repeat.map_or_else(String::new, |repeat| format!("{}/", repeat.original));
        (format!("{around}{}", item.original), item.name.clone())
    });
    let questions = questions.collect();
    let (findings, originals) = (found, lists.originals);
    Ok(Imported {
        name,
        type_file,
        code_lists,
        findings,
        questions,
        originals,
        cells,
        used: used_cells,
    })
}

fn asked(survey: &Survey<'_>, lists: &Lists) -> BTreeMap<String, Asked> {
    let items = survey.items.iter().filter(|item| item.repeat.is_none());
    items
        .filter(|item| item.what != What::Repeat && !survey.ambiguous.contains(&item.original))
        .map(|item| {
            let options = match &item.what {
                What::One(Choosing { list, .. }) | What::Several(Choosing { list, .. }) => {
                    Some(lists.all.get(list).map(List::codes).unwrap_or_default())
                }
                _ => None,
            };
            let (name, kind) = (item.name.clone(), item.what.datum(lists));
            (item.original.clone(), Asked { name, kind, options })
        })
        .collect()
}

/// Says of every cell that nothing used that it is left.
fn left_over(table: &Table<'_>, found: &mut Vec<Finding>) {
    for row in table.all_rows() {
        for (column, cell) in table.unused(row) {
            let Place::Cell { row, column: at } = cell.place else { continue };
            let is_said =
                found.iter().any(|it| it.sheet == table.sheet && it.place.covers(row, at));
            if is_said {
                continue;
            }
            let problem = match column.as_str() {
                "appearance" => Message::new("xls_appearance"),
                _ => Message::new("xls_column").with("name", column),
            };
            let (sheet, place) = (table.sheet.to_owned(), cell.place);
            found.push(Finding { kind: Kind::NotYet, sheet, place, question: None, problem });
        }
    }
}

fn sort(found: &mut [Finding]) {
    let sheets = ["survey", "choices", "settings"];
    let order = |finding: &Finding| {
        let sheet = sheets.iter().position(|sheet| *sheet == finding.sheet);
        let place = match finding.place {
            Place::Sheet => (0, 0),
            Place::Column(column) => (0, column),
            Place::Cell { row, column } | Place::Row { row, column } => (row, column),
        };
        (sheet.unwrap_or(sheets.len()), place)
    };
    found.sort_by_key(order);
}
