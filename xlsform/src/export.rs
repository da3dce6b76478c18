//! A type of the catalogue as a form in a spreadsheet.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{
    Catalogue, CatalogueSource, Condition, Datum, Expression, Field, FieldKind, Label, Mistake,
    RecordType,
};
use model::ids::{FieldName, TypeName};
use model::words::{LanguageTag, Message};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::base::common_fields;
use crate::translate::always;
use crate::xpath::Writer;

/// A form that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The .xlsx file.
    pub bytes: Vec<u8>,
    /// How many questions it asks.
    pub questions: usize,
    /// What of the type it does not say.
    pub left: Vec<Message>,
}

/// Why no form is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// The catalogue has no such type.
    NoSuchType,
    /// The catalogue has mistakes.
    Mistakes(Vec<Mistake>),
    /// It does not fit into a spreadsheet: a text is too long, or there are too many rows.
    TooLarge,
}

/// Writes a type as a form. What the form cannot say stays in the type when the form is read back
/// into it, and is listed.
///
/// # Errors
/// Says why no form is written.
pub fn export(source: &CatalogueSource, name: &TypeName) -> Result<Exported, ExportError> {
    let catalogue = Catalogue::load(source).map_err(ExportError::Mistakes)?;
    let record_type = catalogue.record_type(name).ok_or(ExportError::NoSuchType)?;
    let common: BTreeSet<String> = common_fields(source).into_iter().collect();
    let mut form = Form {
        catalogue: &catalogue,
        record_type,
        common,
        lists: BTreeMap::new(),
        left: Vec::new(),
        rows: Vec::new(),
    };
    let questions = form.survey();
    let bytes = form.workbook().map_err(|_| ExportError::TooLarge)?;
    Ok(Exported { bytes, questions, left: form.left })
}

/// A row, by its columns.
type Row = BTreeMap<Column, String>;

/// A column: its name, and its language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Column(&'static str, Option<LanguageTag>);

/// The columns of the survey, in their order.
const SURVEY: [&str; 14] = [
    "type",
    "name",
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "choice_filter",
    "read_only",
    "default",
    "appearance",
];

struct Form<'a> {
    catalogue: &'a Catalogue,
    record_type: &'a RecordType,
    common: BTreeSet<String>,
    /// The lists that questions use, by their names in the form; `None` for that of true and false.
    lists: BTreeMap<String, Option<&'a str>>,
    left: Vec<Message>,
    rows: Vec<Row>,
}

impl<'a> Form<'a> {
    /// Writes the questions, and returns how many there are.
    fn survey(&mut self) -> usize {
        let record_type = self.record_type;
        let own: Vec<&Field> = record_type.fields.iter().filter(|it| self.is_asked(it)).collect();
        for field in record_type.fields.iter().filter(|field| field.retired) {
            if !self.common.contains(field.name.as_str()) {
                self.left.push(Message::new("xls_left_retired").with("name", &field.name));
            }
        }
        let mut written: BTreeSet<&FieldName> = BTreeSet::new();
        for field in &own {
            let Some(section) = &field.question.section else {
                self.field(field);
                continue;
            };
            if written.contains(&field.name) {
                continue;
            }
            // A section stands where its first question does.
            let inside: Vec<&&Field> =
                own.iter().filter(|it| it.question.section.as_ref() == Some(section)).collect();
            written.extend(inside.iter().map(|field| &field.name));
            let places = own
                .iter()
                .enumerate()
                .filter(|(_, it)| it.question.section.as_ref() == Some(section));
            let places: Vec<usize> = places.map(|(at, _)| at).collect();
            if places.windows(2).any(|pair| matches!(pair, [one, next] if one + 1 != *next)) {
                self.left.push(Message::new("xls_left_order").with("name", section));
            }
            self.begin_section(section);
            inside.into_iter().for_each(|field| self.field(field));
            self.row("end group", None);
        }
        self.left.push(Message::new("xls_left_of_type"));
        own.len()
    }

    fn is_asked(&self, field: &Field) -> bool {
        !field.retired && !self.common.contains(field.name.as_str())
    }

    fn begin_section(&mut self, name: &str) {
        let mut row = started("begin group", Some(name));
        let section = self.record_type.sections.iter().find(|section| section.name == name);
        if let Some(section) = section {
            texts(&mut row, "label", &section.label);
            if section.page {
                put(&mut row, "appearance", "field-list");
            }
            self.condition(&mut row, "relevant", name, section.shown_when.as_ref(), None);
            if section.note.is_some() {
                self.leave(name, "note");
            }
        }
        self.rows.push(row);
    }

    fn row(&mut self, kind: &str, name: Option<&str>) {
        self.rows.push(started(kind, name));
    }

    fn leave(&mut self, name: &str, keys: &str) {
        self.left.push(Message::new("xls_left_keys").with("name", name).with("keys", keys));
    }

    fn field(&mut self, field: &'a Field) {
        let name = field.name.as_str();
        let asked = &field.question;
        let mut relevant = Row::new();
        self.condition(&mut relevant, "relevant", name, asked.shown_when.as_ref(), None);
        if let Some(note) = &asked.note {
            let mut row = started("note", Some(&format!("{name}_note")));
            texts(&mut row, "label", note);
            row.extend(relevant.clone());
            self.rows.push(row);
        }
        let kind = self.kind(&field.name, &field.kind, asked.computed.is_some());
        let mut row = started(&kind, Some(name));
        row.extend(relevant);
        texts(&mut row, "label", &field.label);
        if let Some(hint) = &asked.hint {
            texts(&mut row, "hint", hint);
        }
        self.required(&mut row, field);
        self.limits(&mut row, field);
        self.condition(&mut row, "choice_filter", name, asked.choices_when.as_ref(), None);
        match &asked.read_only_when {
            Some(condition) if *condition == always(true) => put(&mut row, "read_only", "yes"),
            condition => self.condition(&mut row, "read_only", name, condition.as_ref(), None),
        }
        self.expressions(&mut row, field);
        self.keys(field);
        self.rows.push(row);
        for part in field.kind.entry().unwrap_or_default() {
            self.entry(part);
        }
        if field.kind.entry().is_some() {
            self.row("end repeat", None);
        }
    }

    fn entry(&mut self, field: &'a Field) {
        if field.retired {
            return self.left.push(Message::new("xls_left_retired").with("name", &field.name));
        }
        let kind = self.kind(&field.name, &field.kind, false);
        let mut row = started(&kind, Some(field.name.as_str()));
        texts(&mut row, "label", &field.label);
        if let Some(hint) = &field.question.hint {
            texts(&mut row, "hint", hint);
        }
        if field.required {
            put(&mut row, "required", "yes");
        }
        self.keys(field);
        self.rows.push(row);
    }

    fn kind(&mut self, name: &FieldName, kind: &'a FieldKind, is_computed: bool) -> String {
        if is_computed {
            return "calculate".to_owned();
        }
        match kind {
            FieldKind::Text => "text".to_owned(),
            FieldKind::Date => "date".to_owned(),
            FieldKind::DateTime => "dateTime".to_owned(),
            FieldKind::Integer { .. } => "integer".to_owned(),
            FieldKind::Decimal { .. } => "decimal".to_owned(),
            FieldKind::Time => "time".to_owned(),
            FieldKind::Bool => {
                self.lists.insert(TRUE_FALSE.to_owned(), None);
                format!("select_one {TRUE_FALSE}")
            }
            FieldKind::Choice { list } => format!("select_one {}", self.list(list)),
            FieldKind::Choices { list } => format!("select_multiple {}", self.list(list)),
            FieldKind::Log { .. } => "begin repeat".to_owned(),
            FieldKind::Ref { .. }
            | FieldKind::Refs { .. }
            | FieldKind::User
            | FieldKind::Phone
            | FieldKind::SharedNote => {
                let left = Message::new("xls_left_kind").with("name", name);
                self.left.push(left.with("kind", kind.name()).with("as", "text"));
                "text".to_owned()
            }
            FieldKind::Counter | FieldKind::Duration { .. } => {
                let left = Message::new("xls_left_kind").with("name", name);
                self.left.push(left.with("kind", kind.name()).with("as", "integer"));
                "integer".to_owned()
            }
        }
    }

    fn list(&mut self, list: &'a str) -> String {
        let name = list.replace('.', "_");
        self.lists.insert(name.clone(), Some(list));
        name
    }

    fn required(&mut self, row: &mut Row, field: &Field) {
        let asked = &field.question;
        match &asked.required_when {
            _ if field.required => put(row, "required", "yes"),
            // Where it is shown.
            Some(Condition::All(parts)) if parts.is_empty() => put(row, "required", "yes"),
            condition => {
                let name = field.name.as_str();
                self.condition(row, "required", name, condition.as_ref(), None);
            }
        }
        if let Some(message) = &asked.required_message
            && row.contains_key(&Column("required", None))
        {
            texts(row, "required_message", message);
        }
    }

    fn limits(&mut self, row: &mut Row, field: &Field) {
        let mut parts = Vec::new();
        if let FieldKind::Integer { min, max } = field.kind
            && field.question.computed.is_none()
        {
            if min > i64::from(i32::MIN) {
                parts.push(format!(". >= {min}"));
            }
            if max < i64::from(i32::MAX) {
                parts.push(format!(". <= {max}"));
            }
        }
        let mut messages: Vec<&Label> = Vec::new();
        for limit in &field.question.limits {
            match self.written(&limit.holds, Some(&field.name)) {
                Ok(text) => {
                    parts.push(text);
                    messages.push(&limit.message);
                }
                Err(problem) => self.leave_unsaid(field.name.as_str(), "limits", problem),
            }
        }
        if !parts.is_empty() {
            put(row, "constraint", &parts.join(" and "));
        }
        if let Some((first, rest)) = messages.split_first() {
            let all = rest.iter().fold((*first).clone(), |all, next| {
                all.map(|tag, text| format!("{text}; {}", next.in_language(tag)))
            });
            texts(row, "constraint_message", &all);
        }
    }

    fn expressions(&mut self, row: &mut Row, field: &Field) {
        let name = field.name.as_str();
        if let Some(computed) = &field.question.computed {
            match self.writer(None, &|writer| writer.expression(computed)) {
                Ok(text) => put(row, "calculation", &text),
                Err(problem) => self.leave_unsaid(name, "computed", problem),
            }
        }
        let Some(default) = &field.question.default else { return };
        let text = match default {
            Expression::Constant(Datum::Options(_)) => Err(Message::new("xls_default")),
            Expression::Constant(datum) => Ok(datum.to_string()),
            default => self.writer(None, &|writer| writer.expression(default)),
        };
        match text {
            Ok(text) => put(row, "default", &text),
            Err(problem) => self.leave_unsaid(name, "default", problem),
        }
    }

    fn condition(
        &mut self,
        row: &mut Row,
        column: &'static str,
        name: &str,
        condition: Option<&Condition>,
        me: Option<&FieldName>,
    ) {
        let Some(condition) = condition else { return };
        match self.written(condition, me) {
            Ok(text) => put(row, column, &text),
            Err(problem) => self.leave_unsaid(name, column, problem),
        }
    }

    fn written(&self, condition: &Condition, me: Option<&FieldName>) -> Result<String, Message> {
        self.writer(me, &|writer| writer.condition(condition))
    }

    fn writer(
        &self,
        me: Option<&FieldName>,
        write: &dyn Fn(&Writer<'_>) -> Result<String, Message>,
    ) -> Result<String, Message> {
        let field = |name: &FieldName| self.record_type.field(name.as_str());
        let knows = |name: &FieldName| field(name).is_some_and(|field| self.is_asked(field));
        let is_bool =
            |name: &FieldName| field(name).is_some_and(|field| field.kind == FieldKind::Bool);
        let is_time = |name: &FieldName| {
            field(name).is_some_and(|field| matches!(field.kind, FieldKind::Time))
        };
        write(&Writer { me, knows: &knows, is_bool: &is_bool, is_time: &is_time })
    }

    fn leave_unsaid(&mut self, name: &str, key: &str, problem: Message) {
        let left = Message::new("xls_left_unsaid").with("name", name).with("key", key);
        self.left.push(left.inside("problem", problem));
    }

    /// Names the keys of a field that no form says.
    fn keys(&mut self, field: &Field) {
        let keys = [
            ("example", field.question.example.is_some()),
            ("merge", field.review),
            ("searched", field.searched),
            ("changed_by", field.guard.is_some()),
            ("not_before", field.within.not_before.is_some()),
            ("not_after", field.within.not_after.is_some()),
        ];
        let keys: Vec<&str> =
            keys.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key).collect();
        if !keys.is_empty() {
            self.leave(field.name.as_str(), &keys.join(", "));
        }
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        // The same type is the same file, whenever it is written.
        let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let survey: Vec<&str> = SURVEY.to_vec();
        let rows = self.rows.iter();
        let rows = rows.map(|row| row.iter().map(|(Column(name, tag), of)| ((*name, *tag), of)));
        let rows = rows.map(|row| row.map(|(key, of)| (key, of.clone())).collect()).collect();
        sheet(&mut workbook, "survey", &survey, rows)?;
        let choices = self.choices();
        let mut columns = vec!["list_name", "name", "label"];
        let extra: BTreeSet<&str> =
            choices.iter().flat_map(|row| row.keys().map(|(name, _)| *name)).collect();
        let known = columns.clone();
        columns.extend(extra.into_iter().filter(|name| !known.contains(name)));
        sheet(&mut workbook, "choices", &columns, choices)?;
        let settings = BTreeMap::from([
            (("form_title", None), self.record_type.label.en.clone()),
            (("form_id", None), self.record_type.name.to_string()),
            (("version", None), self.record_type.version.to_string()),
            (("default_language", None), named(LanguageTag::ENGLISH)),
        ]);
        let columns = ["form_title", "form_id", "version", "default_language"];
        sheet(&mut workbook, "settings", &columns, vec![settings])?;
        workbook.save_to_buffer()
    }

    fn choices(&self) -> Vec<BTreeMap<(&str, Option<LanguageTag>), String>> {
        let mut rows = Vec::new();
        for (name, list) in &self.lists {
            let Some(list) = list else {
                for (code, label) in
                    [("true", Label::both("Yes", "Sí")), ("false", Label::both("No", "No"))]
                {
                    rows.push(choice(name, code, &label));
                }
                continue;
            };
            let Some(list) = self.catalogue.code_lists.get(*list) else { continue };
            for code in &list.order {
                let Some(label) = list.options.get(code) else { continue };
                let mut row = choice(name, code.as_str(), label);
                for (property, value) in list.properties.get(code).into_iter().flatten() {
                    row.insert((property.as_str(), None), value.clone());
                }
                rows.push(row);
            }
        }
        rows
    }
}

fn choice<'r>(
    list: &str,
    code: &str,
    label: &Label,
) -> BTreeMap<(&'r str, Option<LanguageTag>), String> {
    let mut row = BTreeMap::from([
        (("list_name", None), list.to_owned()),
        (("name", None), code.to_owned()),
        (("label", Some(LanguageTag::ENGLISH)), label.en.clone()),
    ]);
    row.extend(label.others.iter().map(|(tag, text)| (("label", Some(*tag)), text.clone())));
    row
}

fn started(kind: &str, name: Option<&str>) -> Row {
    let mut row = Row::from([(Column("type", None), kind.to_owned())]);
    row.extend(name.map(|name| (Column("name", None), name.to_owned())));
    row
}

fn put(row: &mut Row, column: &'static str, text: &str) {
    row.insert(Column(column, None), text.to_owned());
}

fn texts(row: &mut Row, column: &'static str, label: &Label) {
    row.insert(Column(column, Some(LanguageTag::ENGLISH)), label.en.clone());
    let others = label.others.iter();
    row.extend(others.map(|(tag, text)| (Column(column, Some(*tag)), text.clone())));
}

/// Returns a language as XLSForm names it.
fn named(tag: LanguageTag) -> String {
    match tag {
        LanguageTag::ENGLISH => "English (en)".to_owned(),
        LanguageTag::SPANISH => "Spanish (es)".to_owned(),
        tag => format!("{tag} ({tag})"),
    }
}

/// Writes a sheet with the columns of these names, each in all the languages it is there in.
fn sheet(
    workbook: &mut Workbook,
    name: &str,
    columns: &[&str],
    rows: Vec<BTreeMap<(&str, Option<LanguageTag>), String>>,
) -> Result<(), XlsxError> {
    let keys: BTreeSet<(&str, Option<LanguageTag>)> =
        rows.iter().flat_map(|row| row.keys().copied()).collect();
    let columns: Vec<(&str, Option<LanguageTag>)> = columns
        .iter()
        .flat_map(|column| keys.iter().filter(move |(name, _)| name == column).copied())
        .collect();
    let bold = Format::new().set_bold();
    let page = workbook.add_worksheet().set_name(name)?;
    for (at, (column, tag)) in (0_u16..).zip(&columns) {
        let head = match tag {
            Some(tag) => format!("{column}::{}", named(*tag)),
            None => (*column).to_owned(),
        };
        page.write_string_with_format(0, at, head, &bold)?;
        page.set_column_width(at, 24)?;
        for (row, of_row) in (1_u32..).zip(&rows) {
            if let Some(text) = of_row.get(&(*column, *tag)) {
                page.write_string(row, at, text)?;
            }
        }
    }
    page.set_freeze_panes(1, 0)?;
    Ok(())
}

/// The list of what is true or false.
const TRUE_FALSE: &str = "true_false";
