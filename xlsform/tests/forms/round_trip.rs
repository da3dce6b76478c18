//! What is written as a form and read back asks the same.

use std::collections::BTreeSet;

use expect_test::expect;
use model::catalogue::{Catalogue, CatalogueSource, Field, FieldKind};
use model::ids::TypeName;
use model::words::Language;
use xlsform::{Options, export, import};

use crate::{type_name, with, xlsx};

#[test]
fn every_built_in_type_comes_back_from_its_form_as_it_was() {
    let source = CatalogueSource::builtin();
    let before = Catalogue::load(&source).unwrap();
    assert!(before.types.len() > 20);
    for name in before.types.keys() {
        comes_back(&source, name);
    }
}

#[test]
fn a_form_with_conditions_comes_back_from_its_form_as_it_was() {
    for (name, form) in [
        ("conditions", include_str!("../../forms/conditions.md")),
        ("choices", include_str!("../../forms/choices.md")),
        ("calculations", include_str!("../../forms/calculations.md")),
        ("dates", include_str!("../../forms/dates.md")),
        ("groups", include_str!("../../forms/groups.md")),
    ] {
        let (name, like) = (type_name(name), type_name("mediation"));
        let builtin = CatalogueSource::builtin();
        let options = Options { source: &builtin, name: Some(&name), like: Some(&like) };
        let imported = import(&xlsx(form), options).unwrap();
        comes_back(&with(builtin, &imported), &name);
    }
}

fn comes_back(source: &CatalogueSource, name: &TypeName) {
    let before = Catalogue::load(source).unwrap();
    let exported = export(source, name).unwrap();
    assert_eq!(exported, export(source, name).unwrap());
    let options = Options { source, name: Some(name), like: None };
    let imported = import(&exported.bytes, options).unwrap();
    let after = Catalogue::load(&with(source.clone(), &imported)).unwrap();
    let (was, mut is) = (before.types[name].clone(), after.types[name].clone());
    assert_eq!(is.version, was.version + 1);
    is.version = was.version;
    // Retired fields come last.
    let order = |record_type: &model::catalogue::RecordType| {
        let asked = record_type.fields.iter().filter(|field| !field.retired);
        asked.map(|field| field.name.clone()).collect::<Vec<_>>()
    };
    let moves = exported.left.iter().any(|left| left.code() == "xls_left_order");
    assert_eq!(moves, name.as_str() == "groups");
    if !moves {
        assert_eq!(order(&is), order(&was), "{name}");
    }
    let sorted = |fields: &[Field]| {
        let mut fields = fields.to_vec();
        fields.sort_by_key(|field| field.name.clone());
        for field in &mut fields {
            if let FieldKind::Log { entry } = &mut field.kind {
                entry.sort_by_key(|field| (field.retired, field.name.clone()));
            }
        }
        fields
    };
    for (is, was) in sorted(&is.fields).iter().zip(&sorted(&was.fields)) {
        assert_eq!(is, was, "{name}");
    }
    is.fields.clone_from(&was.fields);
    assert_eq!(is, was, "{name}");
    let lists: BTreeSet<&String> = before.code_lists.keys().collect();
    for list in lists {
        assert_eq!(after.code_lists.get(list), before.code_lists.get(list), "{name} {list}");
    }
}

#[test]
fn what_a_form_cannot_say_is_told_when_it_is_written() {
    let exported = export(&CatalogueSource::builtin(), &type_name("shift")).unwrap();
    let left = exported.left.iter().map(|left| left.told(Language::English));
    expect![[r#"
        worker: is retired, so no form asks it
        partner: is retired, so no form asks it
        staff_member: is of the kind user, and text in the form
        staff_member: merge stays in the type
        coworker: is of the kind user, and text in the form
        coworker: merge stays in the type
        start: not_before, not_after stays in the type
        plan: merge stays in the type
        venue: merge stays in the type
        return_at: merge, not_before, not_after stays in the type
        returned: not_before, not_after stays in the type
        emergency_contact: merge stays in the type
        emergency_phone: is of the kind phone, and text in the form
        emergency_phone: merge stays in the type
        at: not_before, not_after stays in the type
        checked_in_by: is of the kind user, and text in the form
        by: is retired, so no form asks it
        alert: merge stays in the type
        alert_at: merge, not_before, not_after stays in the type
        acknowledged: not_before, not_after stays in the type
        who reads and writes such records, where they live and what follows from them stays in the type"#]].assert_eq(&left.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_field_that_a_form_does_not_have_any_more_is_retired() {
    let source = CatalogueSource::builtin();
    let name = type_name("mediation");
    let bytes =
        xlsx("## survey\n| type | name | label |\n| text | note | Note |\n| text | new | New |");
    let imported =
        import(&bytes, Options { source: &source, name: Some(&name), like: None }).unwrap();
    let after = Catalogue::load(&with(source, &imported)).unwrap();
    let mediation = &after.types[&name];
    assert!(mediation.field("catalyst").unwrap().retired);
    assert!(!mediation.field("note").unwrap().retired);
    assert!(mediation.field("note").unwrap().searched);
    assert_eq!(
        mediation.follow_ups.len(),
        Catalogue::builtin().unwrap().types[&name].follow_ups.len()
    );
}
