//! The tables of `docs/privacy.md` are what the catalogue says. `UPDATE_EXPECT=1` writes them.
#![expect(clippy::unwrap_used, reason = "what is not as it should be here fails the test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use expect_test::expect_file;
use model::catalogue::{Catalogue, CatalogueSource, EditedBy};
use toml::Table;

#[test]
fn the_page_says_what_the_catalogue_says() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut page = include_str!("../../docs/privacy.md").to_owned();
    for (mark, table) in [
        ("made of access.toml", matrix(&catalogue)),
        ("never on phones", never_on_phones(&catalogue)),
        ("emergency", emergency(&catalogue)),
        ("lives", lives(&catalogue)),
        ("by author", by_author(&catalogue)),
        ("guarded", guarded(&catalogue)),
    ] {
        page = with_table(&page, mark, &table);
    }
    expect_file!["../../docs/privacy.md"].assert_eq(&page);
}

/// The page with a table between the comment that begins with `mark` and the next `end`.
fn with_table(page: &str, mark: &str, table: &str) -> String {
    let (before, rest) = page.split_once(&format!("<!-- {mark}")).expect("the page has the mark");
    let (comment, rest) = rest.split_once("-->\n").expect("the mark ends");
    let (_, after) = rest.split_once("<!-- end -->").expect("the table ends");
    format!("{before}<!-- {mark}{comment}-->\n\n{table}\n<!-- end -->{after}")
}

/// As `access.toml` has it, in the order of `department.toml`.
fn matrix(catalogue: &Catalogue) -> String {
    let files = CatalogueSource::builtin().files;
    let access = files["access.toml"].parse::<Table>().unwrap();
    let department = files["department.toml"].parse::<Table>().unwrap();
    let codes = |key: &str| -> Vec<String> {
        let all = department[key].as_array().unwrap().iter();
        all.map(|item| item["code"].as_str().unwrap().to_owned()).collect()
    };
    let (compartments, roles) = (codes("compartment"), codes("role"));
    let mut table = format!("| | {} |\n", compartments.join(" | "));
    writeln!(table, "|---|{}", "---|".repeat(compartments.len())).unwrap();
    for role in &roles {
        let label = &catalogue.roles[role.as_str()].label.en;
        write!(table, "| {role} {label} |").unwrap();
        for compartment in &compartments {
            let cell = access["matrix"][role.as_str()][compartment.as_str()].as_str().unwrap();
            write!(table, " {} |", if cell == "-" { "–" } else { cell }).unwrap();
        }
        table.push('\n');
    }
    table.push_str("\n| Compartment | Holds |\n|---|---|\n");
    for code in &compartments {
        let label = &catalogue.compartments[code.as_str()].label.en;
        writeln!(table, "| {code} | {label} |").unwrap();
    }
    table
}

fn never_on_phones(catalogue: &Catalogue) -> String {
    let mut list = String::new();
    for (code, compartment) in catalogue.compartments.iter().filter(|(_, it)| !it.on_devices) {
        writeln!(list, "- {code}: {}", compartment.label.en).unwrap();
    }
    list
}

fn emergency(catalogue: &Catalogue) -> String {
    let mut table = "| Compartment | For at most |\n|---|---|\n".to_owned();
    for (code, compartment) in &catalogue.compartments {
        let Some(longest) = compartment.emergency else { continue };
        writeln!(table, "| {code}: {} | {longest} |", compartment.label.en).unwrap();
    }
    table
}

fn lives(catalogue: &Catalogue) -> String {
    let mut table =
        "| Kind of consent | Lasts, when it names no end | At most |\n|---|---|---|\n".to_owned();
    let consents =
        catalogue.types.values().filter_map(|known| Some((known, known.consent.as_ref()?)));
    for (record_type, rules) in consents {
        let list = format!("{}.{}", record_type.name, rules.kind);
        for option in &catalogue.code_lists[&list].order {
            let label = &catalogue.option_label(&list, option.as_str()).unwrap().en;
            let life = rules.lives.get(option);
            let until = life.map_or("until revoked".to_owned(), |life| life.default.to_string());
            let at_most = life.and_then(|life| life.at_most);
            let at_most = at_most.map_or("as signed".to_owned(), |span| span.to_string());
            writeln!(table, "| {label} | {until} | {at_most} |").unwrap();
        }
    }
    table
}

fn by_author(catalogue: &Catalogue) -> String {
    let mut list = String::new();
    for known in catalogue.types.values().filter(|known| known.edited_by == EditedBy::Author) {
        writeln!(list, "- {}", known.label.en).unwrap();
    }
    list
}

fn guarded(catalogue: &Catalogue) -> String {
    let mut of: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for known in catalogue.types.values() {
        for field in &known.fields {
            let Some(guard) = &field.guard else { continue };
            let roles: Vec<_> = guard.changed_by.iter().map(|role| role.as_str()).collect();
            of.entry((field.label.en.clone(), roles.join(", "))).or_default().push(&known.label.en);
        }
    }
    let mut table = "| Field | Of | Changed by |\n|---|---|---|\n".to_owned();
    for ((field, roles), types) in of {
        let everywhere = types.len() == catalogue.types.len();
        let types = if everywhere { "every record".to_owned() } else { types.join(", ") };
        writeln!(table, "| {field} | {types} | {roles} |").unwrap();
    }
    table
}
