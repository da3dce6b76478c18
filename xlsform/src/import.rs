//! A form that is read into a type of the catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use model::catalogue::{
    Catalogue, CatalogueSource, Condition, Datum, DatumKind, Expression, Label, Mistake, Number,
};
use model::ids::{FieldName, TypeName};
use model::words::Message;

use crate::base::{Base, common_fields, kept_of_field};
use crate::book::{self, Cells, Unreadable};
use crate::finding::{Finding, Kind, Place};
use crate::kinds::Choosing;
use crate::labels::Labels;
use crate::lists::{List, Lists};
use crate::names::fit;
use crate::survey::{Group, Item, Survey, Walk, What, humanised, is_no, is_yes, joined};
use crate::table::{Cell, Table};
use crate::translate::{Asked, Codes, Refusal, Scope, always};
use crate::xpath::{self, Ast, Join, Operator};
use crate::{number, write};

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

struct Writer<'w, 'c> {
    table: &'w Table<'c>,
    labels: &'w Labels,
    lists: &'w Lists,
    base: &'w Base,
    catalogue: &'w Catalogue,
    name: &'w TypeName,
    like: &'w TypeName,
    asked: BTreeMap<String, Asked>,
    /// What is computed, by the number of the item.
    calculated: BTreeMap<usize, Expression>,
    used_lists: BTreeSet<String>,
    /// The lists that several questions use, by their names in the form.
    shared: BTreeMap<String, String>,
    found: &'w mut Vec<Finding>,
}

impl<'c> Writer<'_, 'c> {
    fn file(
        &mut self,
        survey: &Survey<'c>,
        title: Option<&Label>,
        common: &[String],
    ) -> (String, String) {
        let code_lists = self.share_lists(survey);
        self.calculate(survey);
        let mut text = self.head(survey, title, common);
        for group in &survey.sections {
            text.push_str(&self.section(group));
        }
        let mut names: BTreeSet<String> = BTreeSet::new();
        let notes = self.notes(survey);
        for (number, item) in survey.items.iter().enumerate() {
            if item.repeat.is_some() {
                continue;
            }
            text.push('\n');
            text.push_str(&self.field(survey, number, item, notes.get(&number)));
            names.insert(item.name.to_string());
        }
        for (name, kept, is_new) in self.base.missing(&names) {
            text.push('\n');
            text.push_str(&kept);
            if is_new {
                let problem = Message::new("xls_field_retired").with("name", name);
                self.say(Kind::Changed, Place::Sheet, None, problem);
            }
        }
        text.push_str(&self.base.rest());
        (text, code_lists)
    }

    fn say(&mut self, kind: Kind, place: Place, question: Option<&str>, problem: Message) {
        let (sheet, question) = (self.table.sheet.to_owned(), question.map(str::to_owned));
        self.found.push(Finding { kind, sheet, place, question, problem });
    }

    fn head(&self, survey: &Survey<'_>, title: Option<&Label>, common: &[String]) -> String {
        let label = match (self.base.is_itself, self.base.label(), title) {
            // A type keeps its Spanish where only the English is told, and unchanged.
            (true, Some(label), title) if title.is_none_or(|title| title.en == label.en) => label,
            (_, _, Some(title)) => title.clone(),
            _ => humanised(self.name.as_str()),
        };
        let tops = || survey.items.iter().filter(|item| item.repeat.is_none());
        let scalar = |item: &&Item| !matches!(item.what, What::Several(_) | What::Repeat);
        let mut in_title = self.base.title();
        in_title.retain(|name| {
            common.contains(name)
                || self.base.field(name).is_some()
                || tops().filter(scalar).any(|item| item.name.as_str() == name)
        });
        if !self.base.is_itself {
            let first = tops().filter(scalar).find(|item| item.what != What::Calculate);
            in_title.extend(first.map(|item| item.name.to_string()));
            in_title.dedup();
        }
        let titles: Vec<String> = in_title.iter().map(|name| write::text(name)).collect();
        let comment = match self.base.is_itself {
            true => "# Read from a form. What a form does not say is as it was.\n\n".to_owned(),
            false => format!(
                "# Read from a form. Who reads and writes these records, and where they live, is as in\n\
                 # {}: change it here where that is not right.\n\n",
                self.like
            ),
        };
        format!(
            "{comment}[type]\nname = {}\nversion = {}\nlabel = {}\ntitle = [{}]\n{}",
            write::text(self.name.as_str()),
            self.base.version(),
            write::label(&label),
            titles.join(", "),
            self.base.head_lines()
        )
    }

    fn section(&mut self, group: &Group<'c>) -> String {
        let mut text = String::from("\n[[section]]\n");
        let line = &mut text;
        put(line, "name", &write::text(group.name.as_str()));
        put(line, "label", &write::label(&group.label));
        if group.page {
            put(line, "page", "true");
        }
        let mut conditions = Vec::new();
        for (at, cell) in group.relevant.iter().enumerate() {
            match self.condition_of(cell.text, None, None) {
                Ok(condition) => conditions.push(condition),
                // Of the groups around it, it was said with them.
                Err(problem)
                    if at == 0
                        && matches!(cell.place, Place::Cell { row, .. } if row == group.row) =>
                {
                    let name = group.name.to_string();
                    self.say(Kind::NotYet, cell.place, Some(&name), problem);
                }
                Err(_) => {}
            }
        }
        if let Some(condition) = all_of(conditions) {
            put(line, "shown_when", &write::condition(&condition));
        }
        text
    }

    /// Gives each note to the question that follows it.
    fn notes(&mut self, survey: &Survey<'c>) -> BTreeMap<usize, Label> {
        let mut notes: BTreeMap<usize, Label> = BTreeMap::new();
        for note in &survey.notes {
            let next = survey.items.iter().enumerate().skip(note.before).find(|(_, item)| {
                item.repeat.is_none()
                    && item.what != What::Calculate
                    && !matches!(item.what, What::Other(_))
            });
            let next = next.filter(|(_, item)| item.section == note.section);
            let is_alike = |item: &Item| {
                let relevant = self.table.take(item.row, "relevant").map(|cell| cell.text);
                note.relevant.is_none_or(|cell| Some(cell.text) == relevant)
            };
            match next {
                Some((number, item)) if is_alike(item) => {
                    let label = match notes.get(&number) {
                        Some(before) => joined(before, &note.label),
                        None => note.label.clone(),
                    };
                    notes.insert(number, label);
                }
                _ => {
                    let problem = Message::new("xls_note_alone");
                    self.table.take_row(note.row);
                    self.say(Kind::NotYet, note.place, Some(&note.original), problem);
                }
            }
        }
        notes
    }

    /// Finds out what each calculation is, those that others are made of first.
    fn calculate(&mut self, survey: &Survey<'c>) {
        let mut open: Vec<(usize, Cell<'c>, Result<Ast, Message>)> = Vec::new();
        for (number, item) in survey.items.iter().enumerate() {
            if item.repeat.is_some() || matches!(item.what, What::Repeat | What::Other(_)) {
                continue;
            }
            match self.table.take(item.row, "calculation") {
                Some(cell) => open.push((number, cell, xpath::read(cell.text))),
                None if item.what == What::Calculate => {
                    if let Some(cell) = self.table.take(item.row, "type") {
                        let problem = Message::new("xls_no_calculation");
                        self.say(Kind::NotYet, cell.place, Some(&item.original), problem);
                    }
                }
                None => {}
            }
        }
        loop {
            let before = open.len();
            let mut left = Vec::new();
            for (number, cell, ast) in open {
                let Some(item) = survey.items.get(number) else { continue };
                let result = match &ast {
                    Ok(ast) => self.calculated(item, ast),
                    Err(problem) => Err(Refusal::For(problem.clone())),
                };
                match result {
                    Ok((expression, kind)) => {
                        self.calculated.insert(number, expression);
                        if let Some(asked) = self.asked.get_mut(&item.original) {
                            asked.kind = Some(kind);
                            if kind == DatumKind::Bool && asked.options.is_none() {
                                asked.options = Some(truths());
                            }
                        }
                    }
                    Err(Refusal::NotYetKnown) => left.push((number, cell, ast)),
                    Err(Refusal::For(problem)) => self.no_calculation(item, cell, problem),
                }
            }
            if left.is_empty() {
                return;
            }
            if left.len() == before {
                for (number, cell, _) in left {
                    let Some(item) = survey.items.get(number) else { continue };
                    self.no_calculation(item, cell, Message::new("xls_circle"));
                }
                return;
            }
            open = left;
        }
    }

    fn no_calculation(&mut self, item: &Item, cell: Cell<'_>, problem: Message) {
        self.say(Kind::NotYet, cell.place, Some(&item.original), problem);
        if item.what == What::Calculate {
            // There is nothing to ask, and what refers to it refers to nothing.
            self.asked.remove(&item.original);
        }
    }

    fn calculated(&self, item: &Item, ast: &Ast) -> Result<(Expression, DatumKind), Refusal> {
        let recoded = &self.lists.recoded;
        let scope = Scope { questions: &self.asked, me: None, columns: None, recoded };
        let (expression, kind) = match scope.calculated(ast) {
            Err(Refusal::For(problem)) => match scope.condition(ast) {
                Ok(condition) => (truth(condition), DatumKind::Bool),
                Err(Refusal::NotYetKnown) => return Err(Refusal::NotYetKnown),
                Err(Refusal::For(_)) => return Err(Refusal::For(problem)),
            },
            other => other?,
        };
        if kind == DatumKind::Options {
            return Err(Message::new("xls_needs_a_text").into());
        }
        let wanted = item.what.datum(self.lists);
        let is_choice = matches!(item.what, What::One(_) | What::Several(_));
        if wanted.is_some_and(|wanted| wanted != kind) || is_choice {
            return Err(Message::new("xls_compares_kinds").into());
        }
        Ok((expression, kind))
    }

    /// Writes the lists that several questions use.
    fn share_lists(&mut self, survey: &Survey<'_>) -> String {
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for item in &survey.items {
            if let What::One(choosing) | What::Several(choosing) = &item.what {
                self.used_lists.insert(choosing.list.clone());
                *uses.entry(&choosing.list).or_default() += 1;
            }
        }
        let mut text = String::new();
        for (original, count) in uses {
            let Some(list) = self.lists.all.get(original) else { continue };
            let known = |name: &str| self.catalogue.code_lists.get(name);
            let is_known = known(original).is_some_and(|known| list.is_same(known));
            if is_known {
                self.shared.insert(original.to_owned(), original.to_owned());
                continue;
            }
            let name = fit(&format!("{}_{original}", self.name), &BTreeSet::new());
            match known(&name) {
                Some(known) if list.is_same(known) => {}
                // Each question has its own.
                Some(_) => continue,
                None if count < 2 || list.is_bool() => continue,
                None => {
                    // Writing to a string cannot fail.
                    let _ = write!(
                        text,
                        "\n[[list]]\nname = {}\n{}",
                        write::text(&name),
                        list.written()
                    );
                }
            }
            self.shared.insert(original.to_owned(), name);
        }
        text
    }

    fn condition_of(
        &self,
        text: &str,
        me: Option<&Asked>,
        columns: Option<&BTreeMap<String, String>>,
    ) -> Result<Condition, Message> {
        let ast = xpath::read(text)?;
        self.condition_of_ast(&ast, me, columns)
    }

    fn condition_of_ast(
        &self,
        ast: &Ast,
        me: Option<&Asked>,
        columns: Option<&BTreeMap<String, String>>,
    ) -> Result<Condition, Message> {
        let recoded = &self.lists.recoded;
        let scope = Scope { questions: &self.asked, me, columns, recoded };
        scope.condition(ast).map_err(|refusal| match refusal {
            Refusal::For(problem) => problem,
            Refusal::NotYetKnown => Message::new("xls_circle"),
        })
    }

    /// Writes a field.
    fn field(
        &mut self,
        survey: &Survey<'c>,
        number: usize,
        item: &Item,
        note: Option<&Label>,
    ) -> String {
        if item.what == What::Calculate && !self.calculated.contains_key(&number) {
            // Said already. What is computed is never stored, so no field is missed.
            return String::new();
        }
        let mut text = String::from("[[field]]\n");
        let line = &mut text;
        put(line, "name", &write::text(item.name.as_str()));
        self.kind(line, item);
        if let What::Other(of) = item.what {
            self.other(line, survey, of);
            return text;
        }
        let label = self.labels.of(self.table, item.row, "label", self.found);
        let label = label.unwrap_or_else(|| humanised(&item.original));
        put(line, "label", &write::label(&label));
        if let Some(section) = item.section.and_then(|section| survey.sections.get(section)) {
            put(line, "section", &write::text(section.name.as_str()));
        }
        if let Some(note) = note {
            put(line, "note", &write::label(note));
        }
        if let Some(hint) = self.labels.of(self.table, item.row, "hint", self.found) {
            put(line, "hint", &write::label(&hint));
        }
        if let Some(cell) = self.table.take(item.row, "relevant") {
            match self.condition_of(cell.text, None, None) {
                Ok(condition) => put(line, "shown_when", &write::condition(&condition)),
                Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
            }
        }
        if let Some(expression) = self.calculated.get(&number) {
            put(line, "computed", &write::expression(expression));
        } else if item.what != What::Repeat {
            self.required(line, item);
        }
        self.read_only(line, item);
        if item.what != What::Repeat {
            self.default(line, number, item);
            self.limits(line, item);
            self.filter(line, item);
        }
        if let Some(base) = self.base.field(item.name.as_str()) {
            kept_of_field(line, base);
        }
        if item.what == What::Repeat {
            let entries = survey.items.iter().filter(|entry| entry.repeat == Some(number));
            let mut count = 0;
            for entry in entries {
                count += 1;
                text.push_str(&self.entry(item, entry));
            }
            let names = survey.items.iter().filter(|entry| entry.repeat == Some(number));
            let names: BTreeSet<String> = names.map(|entry| entry.name.to_string()).collect();
            text.push_str(&self.base.missing_entries(item.name.as_str(), &names));
            if count == 0 {
                let problem = Message::new("xls_repeat_of_nothing");
                let place = self.table.take(item.row, "type").map(|cell| cell.place);
                let place = place.unwrap_or(Place::Sheet);
                self.say(Kind::NotYet, place, Some(&item.original), problem);
                return String::new();
            }
        }
        text
    }

    /// Writes a field of an entry. An entry is asked as a whole: nothing of it depends on answers.
    fn entry(&mut self, log: &Item, item: &Item) -> String {
        let mut text = String::from("[[field.entry]]\n");
        let line = &mut text;
        put(line, "name", &write::text(item.name.as_str()));
        let kept = self.base.entry(log.name.as_str(), item.name.as_str());
        self.kind_of_entry(line, item, kept);
        let label = self.labels.of(self.table, item.row, "label", self.found);
        put(line, "label", &write::label(&label.unwrap_or_else(|| humanised(&item.original))));
        if let Some(hint) = self.labels.of(self.table, item.row, "hint", self.found) {
            put(line, "hint", &write::label(&hint));
        }
        if let Some(cell) = self.table.take(item.row, "required") {
            if is_yes(cell.text) {
                put(line, "required", "true");
            } else if !is_no(cell.text) {
                let problem = Message::new("xls_entry_asked_whole");
                self.say(Kind::NotYet, cell.place, Some(&item.original), problem);
            }
        }
        for (_, cell) in self.table.unused(item.row) {
            let problem = Message::new("xls_entry_asked_whole");
            self.say(Kind::NotYet, cell.place, Some(&item.original), problem);
        }
        if let Some(kept) = kept {
            kept_of_field(line, kept);
        }
        text
    }

    fn kind(&mut self, line: &mut String, item: &Item) {
        let kept = self.base.field(item.name.as_str());
        self.kind_of_entry(line, item, kept);
    }

    fn kind_of_entry(&mut self, line: &mut String, item: &Item, kept: Option<&toml::Table>) {
        let options = kept.and_then(|field| field.get("options"));
        let kept = kept.and_then(|field| field.get("kind")?.as_str());
        let kind = match &item.what {
            What::Text => kept.filter(|kind| AS_TEXT.contains(kind)).unwrap_or("text"),
            What::Other(_) => "text",
            What::Integer if kept == Some("counter") => "counter",
            What::Integer | What::Range => {
                let (min, max) = self.bounds(item);
                put(line, "min", &min.to_string());
                put(line, "max", &max.to_string());
                "integer"
            }
            What::Date => "date",
            What::DateTime => "datetime",
            What::Acknowledge => "bool",
            What::Repeat => "log",
            What::One(choosing) | What::Several(choosing) => {
                let list = self.lists.all.get(&choosing.list);
                match list.filter(|list| list.is_bool()) {
                    Some(_) if matches!(item.what, What::One(_)) => "bool",
                    _ => {
                        self.options(line, choosing, options);
                        if matches!(item.what, What::One(_)) { "choice" } else { "choices" }
                    }
                }
            }
            What::Calculate => match self.asked.get(&item.original).and_then(|asked| asked.kind) {
                Some(DatumKind::Number) => {
                    put(line, "min", &(-number::WHOLE_MAX).to_string());
                    put(line, "max", &number::WHOLE_MAX.to_string());
                    "integer"
                }
                Some(DatumKind::Day) => "date",
                Some(DatumKind::Instant) => "datetime",
                Some(DatumKind::Bool) => "bool",
                _ => "text",
            },
        };
        put(line, "kind", &write::text(kind));
    }

    fn options(&self, line: &mut String, choosing: &Choosing, before: Option<&toml::Value>) {
        match self.shared.get(&choosing.list) {
            Some(name) => put(line, "list", &write::text(name)),
            None => {
                let list = self.lists.all.get(&choosing.list);
                line.extend(list.map(|list| list.written_over(before)));
            }
        }
    }

    /// Writes what is asked where somebody chose *other*.
    fn other(&self, line: &mut String, survey: &Survey<'_>, of: usize) {
        let Some(item) = survey.items.get(of) else { return };
        let label = Label::both("Specify other.", "Especifique cuál.");
        put(line, "label", &write::label(&label));
        if let Some(section) = item.section.and_then(|section| survey.sections.get(section)) {
            put(line, "section", &write::text(section.name.as_str()));
        }
        let field = Ast::Reference(item.original.clone());
        let chosen = Ast::Call("selected".to_owned(), vec![field, Ast::Text(OTHER.to_owned())]);
        if let Ok(condition) = self.condition_of_ast(&chosen, None, None) {
            put(line, "shown_when", &write::condition(&condition));
        }
    }

    fn required(&mut self, line: &mut String, item: &Item) {
        let Some(cell) = self.table.take(item.row, "required") else { return };
        if is_no(cell.text) {
            self.table.texts(item.row, "required_message");
            return;
        }
        if is_yes(cell.text) {
            put(line, "required", "true");
        } else {
            match self.condition_of(cell.text, None, None) {
                Ok(condition) => put(line, "required_when", &write::condition(&condition)),
                Err(problem) => {
                    return self.say(Kind::NotYet, cell.place, Some(&item.original), problem);
                }
            }
        }
        if let Some(message) = self.labels.of(self.table, item.row, "required_message", self.found)
        {
            put(line, "required_message", &write::label(&message));
        }
    }

    fn read_only(&mut self, line: &mut String, item: &Item) {
        let Some(cell) = self.table.take(item.row, "read_only") else { return };
        if is_no(cell.text) {
            return;
        }
        let condition = match is_yes(cell.text) {
            true => Ok(always(true)),
            false => self.condition_of(cell.text, None, None),
        };
        match condition {
            Ok(condition) => put(line, "read_only_when", &write::condition(&condition)),
            Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
        }
    }

    fn default(&mut self, line: &mut String, number: usize, item: &Item) {
        let Some(cell) = self.table.take(item.row, "default") else { return };
        let wanted = self.asked.get(&item.original).and_then(|asked| asked.kind);
        let default = match wanted {
            _ if self.calculated.contains_key(&number) => {
                Err(Message::new("xls_default_of_computed"))
            }
            Some(wanted) => self.default_value(item, wanted, cell.text),
            None => Err(Message::new("xls_default")),
        };
        match default {
            Ok(expression) => put(line, "default", &write::expression(&expression)),
            Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
        }
    }

    fn default_value(
        &self,
        item: &Item,
        wanted: DatumKind,
        text: &str,
    ) -> Result<Expression, Message> {
        let other = || Message::new("xls_default");
        let constant = match wanted {
            DatumKind::Text => {
                match self.asked.get(&item.original).and_then(|it| it.options.as_ref()) {
                    Some(options) => {
                        let code =
                            options.get(text).and_then(|codes| codes.first()).ok_or_else(other)?;
                        Some(Datum::Text(code.to_string()))
                    }
                    None if text.contains("${") || text.contains('(') => None,
                    None => Some(Datum::Text(text.to_owned())),
                }
            }
            DatumKind::Number => text.parse().ok().and_then(Number::new).map(Datum::Number),
            DatumKind::Day => text.parse().ok().map(Datum::Day),
            DatumKind::Instant => text.parse().ok().map(Datum::Instant),
            DatumKind::Bool => match text {
                "OK" | "true" => Some(Datum::Bool(true)),
                "false" => Some(Datum::Bool(false)),
                _ => None,
            },
            DatumKind::Options => return Err(other()),
        };
        if let Some(constant) = constant {
            return Ok(Expression::Constant(constant));
        }
        let ast = xpath::read(text)?;
        let recoded = &self.lists.recoded;
        let scope = Scope { questions: &self.asked, me: None, columns: None, recoded };
        match scope.calculated(&ast) {
            Ok((expression, kind)) if kind == wanted => Ok(expression),
            Ok(_) => Err(other()),
            Err(Refusal::For(problem)) => Err(problem),
            Err(Refusal::NotYetKnown) => Err(other()),
        }
    }

    /// Returns between which numbers an answer lies, as far as its constraint or its range say.
    fn bounds(&mut self, item: &Item) -> (i64, i64) {
        let widest = (i64::from(i32::MIN), i64::from(i32::MAX));
        if item.what == What::Range {
            return self.range(item);
        }
        if item.repeat.is_some() {
            return widest;
        }
        let cell = self.table.take(item.row, "constraint");
        let Some(ast) = cell.and_then(|cell| xpath::read(cell.text).ok()) else { return widest };
        let parts = conjuncts(&ast);
        let bounds = parts.iter().filter_map(|part| bound(part));
        let (min, max) = bounds.fold(widest, |(min, max), bound| match bound {
            Bound::AtLeast(least) => (min.max(least), max),
            Bound::AtMost(most) => (min, max.min(most)),
        });
        if min > max { widest } else { (min, max) }
    }

    fn range(&mut self, item: &Item) -> (i64, i64) {
        let cell = self.table.take(item.row, "parameters");
        let text = cell.map(|cell| cell.text).unwrap_or_default();
        let (mut start, mut end, mut step) = (Some(1), Some(10), Some(1));
        let mut is_strange = false;
        for part in text.split([' ', ';', ',']).filter(|part| !part.trim().is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim().parse::<i64>().ok();
            match name.trim() {
                "start" => start = value,
                "end" => end = value,
                "step" => step = value,
                _ => is_strange = true,
            }
        }
        match (start, end, step) {
            (Some(start), Some(end), Some(1)) if start <= end && !is_strange => (start, end),
            _ => {
                let place = cell.map_or(Place::Sheet, |cell| cell.place);
                let problem = Message::new("xls_range");
                self.say(Kind::NotYet, place, Some(&item.original), problem);
                (start.unwrap_or(i64::from(i32::MIN)), end.unwrap_or(i64::from(i32::MAX)))
            }
        }
    }

    fn limits(&mut self, line: &mut String, item: &Item) {
        let Some(cell) = self.table.take(item.row, "constraint") else { return };
        let message = self.labels.of(self.table, item.row, "constraint_message", self.found);
        let me = self.asked.get(&item.original);
        let condition = xpath::read(cell.text).and_then(|ast| {
            // What is said by the bounds is not said again, unless in words of its own.
            let all = conjuncts(&ast);
            let is_integer = item.what == What::Integer && message.is_none();
            let rest = all.into_iter().filter(|part| !is_integer || bound(part).is_none());
            let rest: Vec<Condition> =
                rest.map(|part| self.condition_of_ast(part, me, None)).collect::<Result<_, _>>()?;
            Ok(all_of(rest))
        });
        match condition {
            Ok(Some(condition)) => {
                let message = message.unwrap_or_else(|| {
                    let text = cell.text;
                    Label::both(format!("does not meet: {text}"), format!("no cumple: {text}"))
                });
                let limit = write::keys(&condition);
                let limit = format!("[{{ {limit}, message = {} }}]", write::label(&message));
                put(line, "limits", &limit);
            }
            Ok(None) => {}
            Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
        }
    }

    fn filter(&mut self, line: &mut String, item: &Item) {
        let (What::One(choosing) | What::Several(choosing)) = &item.what else { return };
        let Some(cell) = self.table.take(item.row, "choice_filter") else { return };
        let columns = self.lists.columns_of(&choosing.list);
        let is_bool = self.lists.all.get(&choosing.list).is_some_and(List::is_bool);
        let condition = match is_bool && matches!(item.what, What::One(_)) {
            true => Err(Message::new("xls_needs_a_question")),
            false => self.condition_of(cell.text, None, Some(&columns)),
        };
        match condition {
            Ok(condition) => put(line, "choices_when", &write::condition(&condition)),
            Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
        }
    }
}

fn put(text: &mut String, key: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{key} = {value}");
}

fn all_of(mut conditions: Vec<Condition>) -> Option<Condition> {
    match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(Condition::All(conditions)),
    }
}

fn conjuncts(ast: &Ast) -> Vec<&Ast> {
    match ast {
        Ast::Many(Join::And, parts) => parts.iter().collect(),
        other => vec![other],
    }
}

enum Bound {
    AtLeast(i64),
    AtMost(i64),
}

/// Returns the bound that a part of a constraint is: `. >= 5`.
fn bound(part: &Ast) -> Option<Bound> {
    let Ast::Two(operator, pair) = part else { return None };
    let (operator, number) = match &**pair {
        [Ast::Myself, Ast::Number(number)] => (*operator, *number),
        [Ast::Number(number), Ast::Myself] => (
            match operator {
                Operator::Less => Operator::More,
                Operator::AtMost => Operator::AtLeast,
                Operator::More => Operator::Less,
                Operator::AtLeast => Operator::AtMost,
                other => *other,
            },
            *number,
        ),
        _ => return None,
    };
    let whole = number::whole(number)?;
    match operator {
        Operator::AtLeast => Some(Bound::AtLeast(whole)),
        Operator::More => Some(Bound::AtLeast(whole.saturating_add(1))),
        Operator::AtMost => Some(Bound::AtMost(whole)),
        Operator::Less => Some(Bound::AtMost(whole.saturating_sub(1))),
        _ => None,
    }
}

fn truth(condition: Condition) -> Expression {
    Expression::If {
        condition: Box::new(condition),
        then: Box::new(Expression::Constant(Datum::Bool(true))),
        otherwise: Some(Box::new(Expression::Constant(Datum::Bool(false)))),
    }
}

fn truths() -> Codes {
    let codes = ["true", "false"].into_iter();
    codes.filter_map(|code| Some((code.to_owned(), vec![code.parse().ok()?]))).collect()
}

/// The option that `or_other` adds.
const OTHER: &str = "other";

/// The kinds that a spreadsheet can only call text.
const AS_TEXT: [&str; 3] = ["ref", "user", "shared_note"];
