//! What is said of each mistake, in both languages.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};

use super::with;
use crate::catalogue::{Catalogue, Mistake};
use crate::words::{Language, codes_of_mistakes, has_words};

mod department;
mod fields;
mod forms;
mod rights;
mod rules;
mod types;

/// A file of the catalogue that is compiled in, a text in it, what stands there instead, and what is
/// said of that.
type Row = (&'static str, &'static str, &'static str, Expect);

#[test]
fn a_mistake_in_the_department_is_named_with_its_file_and_key() {
    check(department::of_files());
    check(department::of_departments());
    check(department::of_matrices());
}

#[test]
fn a_mistake_in_a_field_is_named_with_its_file_and_key() {
    check(fields::of_dates());
    check(fields::of_lists());
    check(fields::of_languages());
    check(fields::of_kinds());
    check(fields::of_fields());
}

#[test]
fn a_mistake_in_how_a_form_asks_is_named_with_its_file_and_key() {
    check(forms::of_conditions());
    check(forms::of_questions());
}

#[test]
fn a_mistake_in_a_type_is_named_with_its_file_and_key() {
    check(types::of_types());
    check(types::of_people_met_together());
    check(types::of_tasks_put_off());
    check(types::of_places());
}

#[test]
fn a_mistake_in_a_right_is_named_with_its_file_and_key() {
    check(rights::of_guards());
    check(rights::of_consents());
    check(rights::of_decisions());
}

#[test]
fn a_mistake_in_a_rule_is_named_with_its_file_and_key() {
    check(rules::of_rules());
}

#[test]
fn each_mistake_is_told_in_spanish_and_nothing_of_it_is_left_out() {
    for mistake in all().iter().flat_map(found) {
        let spanish = mistake.problem.in_language(Language::Spanish);
        let spanish = spanish.unwrap_or_else(|| panic!("{mistake:?} has no Spanish"));
        assert_ne!(spanish, mistake.problem.english());
        let place = format!("{}: {}", mistake.file, mistake.key);
        let place = place.trim_end_matches(": ");
        assert_eq!(mistake.in_language(Language::Spanish), format!("{place}: {spanish}"));
    }
}

#[test]
fn every_word_for_a_mistake_is_said_of_one_of_them() {
    let said: BTreeSet<String> = all()
        .iter()
        .flat_map(found)
        .flat_map(|mistake| {
            let parts = mistake.problem.parts().values().cloned();
            parts.chain([mistake.problem.code().to_owned()]).collect::<Vec<_>>()
        })
        .collect();
    // What no change of one text leads to has a test of its own.
    let elsewhere = [
        "catalogue_too_large",
        "missing_file",
        "missing_table",
        "not_of_a_catalogue",
        "too_many_languages",
    ];
    let unsaid: Vec<_> = codes_of_mistakes()
        .filter(|code| !said.contains(*code) && !elsewhere.contains(code))
        .collect();
    assert!(unsaid.is_empty(), "nothing says {unsaid:?}");
}

#[test]
fn every_code_that_a_catalogue_is_answered_with_has_words() {
    let sources = [
        include_str!("../../load.rs"),
        include_str!("../../compare.rs"),
        include_str!("../consent.rs"),
        include_str!("../decides.rs"),
        include_str!("../department.rs"),
        include_str!("../fields.rs"),
        include_str!("../formula.rs"),
        include_str!("../guard.rs"),
        include_str!("../like.rs"),
        include_str!("../place.rs"),
        include_str!("../problem.rs"),
        include_str!("../question.rs"),
        include_str!("../section.rs"),
        include_str!("../types.rs"),
    ];
    let mut codes = BTreeSet::new();
    for source in sources {
        let named = source.split("Message::new(\"").skip(1);
        codes.extend(named.filter_map(|rest| rest.split('"').next()));
        let inside = source.split('"').skip(1).step_by(2);
        let prefixes = ["thing_", "pair_", "shape_", "need_", "dates_", "field_new"];
        codes.extend(inside.filter(|text| prefixes.iter().any(|start| text.starts_with(start))));
    }
    assert!(codes.len() > 100, "{codes:?}");
    for code in codes {
        assert!(has_words(code), "{code}");
    }
}

#[test]
fn a_long_mistake_reads_as_spanish() {
    let (file, before, after, _) = &rights::of_decisions()[1];
    let told: String = Catalogue::load(&with(file, before, after))
        .unwrap_err()
        .iter()
        .map(|mistake| mistake.in_language(Language::Spanish) + "\n")
        .collect();
    expect![[r#"
        types/review.toml: type.decides.by: decide algo que no se puede fijar: no existe la opción "approved"; existen: north, northeast, central, east, midtown, south, outside
        types/review.toml: type.decides.by: decide algo que no se puede fijar: no existe la opción "returned"; existen: north, northeast, central, east, midtown, south, outside
        types/review.toml: type.decides.by: decide algo que no se puede fijar: no existe la opción "voided"; existen: north, northeast, central, east, midtown, south, outside
        types/review.toml: type.decides.undone: no existe la opción "x"; existen: north, northeast, central, east, midtown, south, outside
        types/review.toml: type.decides.sets: cualquiera puede cambiar "zone": protéjalo con changed_by
    "#]].assert_eq(&told);
}

fn all() -> Vec<Row> {
    let tables = [
        department::of_files(),
        department::of_departments(),
        department::of_matrices(),
        fields::of_dates(),
        fields::of_lists(),
        fields::of_languages(),
        fields::of_kinds(),
        fields::of_fields(),
        forms::of_conditions(),
        forms::of_questions(),
        types::of_types(),
        types::of_people_met_together(),
        types::of_tasks_put_off(),
        types::of_places(),
        rights::of_guards(),
        rights::of_consents(),
        rights::of_decisions(),
        rules::of_rules(),
    ];
    tables.into_iter().flatten().collect()
}

fn check(rows: Vec<Row>) {
    for row in rows {
        let told: String = found(&row).iter().map(|mistake| format!("{mistake}\n")).collect();
        row.3.assert_eq(&told);
    }
}

fn found((file, before, after, _): &Row) -> Vec<Mistake> {
    Catalogue::load(&with(file, before, after)).err().unwrap_or_default()
}
