//! The file of a type, written from the rows of a form.

mod answers;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use model::catalogue::{Catalogue, Condition, Datum, DatumKind, Expression, Label};
use model::ids::TypeName;
use model::words::Message;

use crate::base::{Base, bounds_of_field, kept_of_field};
use crate::finding::{Finding, Kind, Place};
use crate::kinds::Choosing;
use crate::labels::Labels;
use crate::lists::Lists;
use crate::names::fit;
use crate::survey::{Group, Item, Survey, What, humanised, is_no, is_yes, joined};
use crate::table::{Cell, Table};
use crate::translate::{Asked, Codes, Refusal, Scope};
use crate::xpath::{self, Ast};
use crate::{number, write};

pub(crate) struct Writer<'w, 'c> {
    pub(crate) table: &'w Table<'c>,
    pub(crate) labels: &'w Labels,
    pub(crate) lists: &'w Lists,
    pub(crate) base: &'w Base,
    pub(crate) catalogue: &'w Catalogue,
    pub(crate) name: &'w TypeName,
    pub(crate) like: &'w TypeName,
    pub(crate) asked: BTreeMap<String, Asked>,
    /// What is computed, by the number of the item.
    pub(crate) calculated: BTreeMap<usize, Expression>,
    pub(crate) used_lists: BTreeSet<String>,
    /// The lists that several questions use, by their names in the form.
    pub(crate) shared: BTreeMap<String, String>,
    pub(crate) found: &'w mut Vec<Finding>,
}

impl<'c> Writer<'_, 'c> {
    /// Writes the file of the type, and the lists that its questions share.
    pub(crate) fn file(
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
                        list.written(None)
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
        let table = kept;
        let kept = kept.and_then(|field| field.get("kind")?.as_str());
        let kind = match &item.what {
            What::Text => kept.filter(|kind| AS_TEXT.contains(kind)).unwrap_or("text"),
            What::Other(_) => "text",
            What::Integer if kept == Some("counter") => "counter",
            What::Integer if kept == Some("duration") => {
                bounds_of_field(line, table, &[("min", "\"0min\""), ("max", "\"24h\"")]);
                "duration"
            }
            What::Integer | What::Range => {
                let (min, max) = self.bounds(item);
                put(line, "min", &min.to_string());
                put(line, "max", &max.to_string());
                "integer"
            }
            What::Decimal => {
                bounds_of_field(line, table.filter(|_| kept == Some("decimal")), &DECIMAL);
                "decimal"
            }
            What::Date => "date",
            What::Time => "time",
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
                Some(DatumKind::Time) => "time",
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
pub(crate) const OTHER: &str = "other";

/// The kinds that a spreadsheet can only call text.
const AS_TEXT: [&str; 5] = ["ref", "refs", "user", "shared_note", "phone"];

/// The bounds of a decimal number of a form, which says none.
const DECIMAL: [(&str, &str); 3] = [("min", "-999999999"), ("max", "999999999"), ("places", "6")];
