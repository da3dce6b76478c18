//! The lists of choices.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{CodeList, Label};
use model::ids::OptionCode;
use model::words::Message;

use crate::base::inline_table;
use crate::finding::{Finding, Kind, Place};
use crate::labels::Labels;
use crate::names::fit;
use crate::table::Table;
use crate::translate::Codes;
use crate::write;

/// One list.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    pub(crate) options: Vec<Choice>,
    /// Its rows.
    rows: Vec<u32>,
}

#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// Its code in the form.
    pub(crate) name: String,
    pub(crate) code: OptionCode,
    pub(crate) label: Label,
    pub(crate) properties: BTreeMap<String, String>,
}

/// All lists of a form.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) all: BTreeMap<String, List>,
    /// The columns that filters may read, in lower case, each with its property.
    columns: BTreeMap<String, String>,
    /// The codes that are others here.
    pub(crate) recoded: BTreeMap<String, String>,
    /// The codes here that are others in the form.
    pub(crate) originals: BTreeMap<String, String>,
}

impl Lists {
    pub(crate) fn read(table: &Table<'_>, labels: &Labels, found: &mut Vec<Finding>) -> Self {
        let mut lists = Self::default();
        let mut taken = BTreeSet::new();
        let known = ["list_name", "name", "label", ""];
        let extra = table.columns(|name| {
            !known.contains(&name) && !name.contains(':') && !MEDIA.contains(&name)
        });
        for (column, _) in &extra {
            let property = fit(column, &taken);
            taken.insert(property.clone());
            lists.columns.insert(column.clone(), property);
        }
        for row in table.rows() {
            let (Some(list), Some(name)) = (table.take(row, "list_name"), table.take(row, "name"))
            else {
                continue;
            };
            let label = labels.of(table, row, "label", found);
            let label = label.unwrap_or_else(|| Label::same(name.text));
            let properties = lists.columns.iter().filter_map(|(column, property)| {
                Some((property.clone(), table.take(row, column)?.text.to_owned()))
            });
            let properties = properties.collect();
            let entry = lists.all.entry(list.text.to_owned()).or_default();
            entry.rows.push(row);
            let codes = entry.options.iter().map(|option| option.code.to_string()).collect();
            let fitting = fit(name.text, &codes);
            if fitting != name.text {
                let problem = Message::new("xls_renamed").with("name", &fitting);
                found.push(finding(Kind::Changed, name.place, problem));
                let is_second = entry.options.iter().any(|option| option.name == name.text);
                if !is_second {
                    lists.recoded.insert(name.text.to_owned(), fitting.clone());
                }
                lists.originals.insert(fitting.clone(), name.text.to_owned());
            }
            let Ok(code) = fitting.parse() else { continue };
            entry.options.push(Choice { name: name.text.to_owned(), code, label, properties });
        }
        let recoded = lists.recoded.clone();
        for option in lists.all.values_mut().flat_map(|list| &mut list.options) {
            for value in option.properties.values_mut() {
                if let Some(code) = recoded.get(value) {
                    value.clone_from(code);
                }
            }
        }
        lists
    }

    /// Lets filters of a list read the codes of its options: `name != ${first}`.
    pub(crate) fn name_codes(&mut self, list: &str) {
        self.columns.insert("name".to_owned(), "name".to_owned());
        for option in self.all.get_mut(list).into_iter().flat_map(|list| &mut list.options) {
            option.properties.insert("name".to_owned(), option.code.to_string());
        }
    }

    /// Returns the columns that a filter of this list may read.
    pub(crate) fn columns_of(&self, list: &str) -> BTreeMap<String, String> {
        let options = self.all.get(list).map(|list| list.options.as_slice()).unwrap_or_default();
        let has = |property: &String| {
            options.iter().any(|option| option.properties.contains_key(property))
        };
        let columns = self.columns.iter().filter(|(_, property)| has(property));
        columns.map(|(column, property)| (column.clone(), property.clone())).collect()
    }

    /// Says of the lists that no question uses that they are left.
    pub(crate) fn left(&self, used: &BTreeSet<String>, found: &mut Vec<Finding>) {
        for (name, list) in self.all.iter().filter(|(name, _)| !used.contains(*name)) {
            for row in &list.rows {
                let problem = Message::new("xls_list_unused").with("name", name);
                found.push(finding(Kind::NotYet, Place::Row { row: *row, column: 0 }, problem));
            }
        }
    }
}

fn finding(kind: Kind, place: Place, problem: Message) -> Finding {
    Finding { kind, sheet: "choices".to_owned(), place, question: None, problem }
}

impl List {
    /// Returns the options by their codes in the form.
    pub(crate) fn codes(&self) -> Codes {
        let mut codes = Codes::new();
        for option in &self.options {
            codes.entry(option.name.clone()).or_default().push(option.code.clone());
        }
        codes
    }

    /// Returns whether it is how a question is put that is true or false.
    pub(crate) fn is_bool(&self) -> bool {
        let codes: BTreeSet<&str> =
            self.options.iter().map(|option| option.name.as_str()).collect();
        codes == BTreeSet::from(["false", "true"])
    }

    /// Returns whether a list of the catalogue says the same.
    pub(crate) fn is_same(&self, other: &CodeList) -> bool {
        let codes: Vec<&OptionCode> = self.options.iter().map(|option| &option.code).collect();
        codes == other.order.iter().collect::<Vec<_>>()
            && self.options.iter().all(|option| {
                other.options.get(&option.code) == Some(&option.label)
                    && other.properties.get(&option.code).cloned().unwrap_or_default()
                        == option.properties
            })
    }

    /// Returns the options as lines of a file, with those of before that are retired.
    pub(crate) fn written_over(&self, before: Option<&toml::Value>) -> String {
        let mut text = self.written(before);
        let is_kept = |option: &&toml::Table| {
            let code = option.get("code").and_then(toml::Value::as_str);
            let is_retired = option.get("retired").and_then(toml::Value::as_bool);
            is_retired == Some(true)
                && !self.options.iter().any(|here| Some(here.code.as_str()) == code)
        };
        let before = before.and_then(toml::Value::as_array).into_iter().flatten();
        let kept = before.filter_map(toml::Value::as_table).filter(is_kept);
        let lines: String = kept.map(|option| format!("  {},\n", inline_table(option))).collect();
        if !lines.is_empty() {
            text.truncate(text.len() - 2);
            text.push_str(&lines);
            text.push_str("]\n");
        }
        text
    }

    /// Adds the option *other*, unless it is there.
    pub(crate) fn add_other(&mut self, code: &str) {
        if self.options.iter().any(|option| option.name == code) {
            return;
        }
        let Ok(of_other) = code.parse() else { return };
        self.options.push(Choice {
            name: code.to_owned(),
            code: of_other,
            label: Label::both("Other", "Otro"),
            properties: BTreeMap::new(),
        });
    }

    /// Returns the key `options` of a field or a list. What an option means, which a form does not say,
    /// is as it was.
    pub(crate) fn written(&self, before: Option<&toml::Value>) -> String {
        let mut text = String::from("options = [\n");
        for option in &self.options {
            text.push_str("  { code = ");
            text.push_str(&write::text(option.code.as_str()));
            text.push_str(", ");
            if let Some(meaning) = meaning(before, option.code.as_str()) {
                text.push_str(&format!("meaning = {}, ", write::text(meaning)));
            }
            text.push_str(&write::languages(&option.label));
            if !option.properties.is_empty() {
                let properties = option.properties.iter();
                let properties =
                    properties.map(|(name, of)| format!("{name} = {}", write::text(of)));
                text.push_str(", properties = { ");
                text.push_str(&properties.collect::<Vec<_>>().join(", "));
                text.push_str(" }");
            }
            text.push_str(" },\n");
        }
        text.push_str("]\n");
        text
    }
}

fn meaning<'t>(options: Option<&'t toml::Value>, code: &str) -> Option<&'t str> {
    let mut options = options.and_then(toml::Value::as_array).into_iter().flatten();
    let named =
        |option: &&toml::Value| option.get("code").and_then(toml::Value::as_str) == Some(code);
    options.find(named)?.get("meaning")?.as_str()
}

/// Columns of pictures and sounds.
const MEDIA: [&str; 5] = ["image", "audio", "video", "big-image", "media"];
