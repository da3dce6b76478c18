use std::collections::BTreeSet;

use expect_test::expect;

use super::compare::{Difference, compare, impact};
use super::*;
use crate::words::{Explained, Language, codes_of_differences};

const CONTACT: &str = "types/outreach_contact.toml";

#[test]
fn it_is_said_what_becomes_of_drafts_of_offline_work_and_of_figures() {
    let old = Catalogue::builtin().unwrap();
    assert!(impact(&compare(&old, &old)).is_empty());
    let new = changed(&[
        (
            CONTACT,
            "name = \"minutes\"\nkind = \"integer\"",
            "name = \"minutes\"\nkind = \"integer\"\nretired = true",
        ),
        (CONTACT, "max = 1000", "max = 100"),
        (CONTACT, "written_by = [\"OW\"]", "written_by = [\"OW\", \"SUP\"]"),
        (DEPARTMENT, "on_devices = true", "on_devices = false"),
    ]);
    let mut without = new.clone();
    without.types.remove("duty");
    let told: Vec<_> = impact(&compare(&old, &without))
        .iter()
        .map(|it| {
            let places = it.parts().get("places").cloned().unwrap_or_default();
            assert_ne!(it.in_language(Language::Spanish).unwrap(), it.english());
            format!("{}: {places}", it.code())
        })
        .collect();
    assert_eq!(
        told,
        [
            "impact_offline_taken: ",
            "impact_offline_refused: outreach_contact",
            "impact_phones_drop: IDN",
            "impact_drafts_stuck: duty",
            "impact_drafts_dropped: outreach_contact.minutes",
            "impact_drafts_again: outreach_contact.anon_count",
            "impact_reports: duty, outreach_contact.minutes, outreach_contact.anon_count",
        ]
    );
}

#[test]
fn what_a_catalogue_has_no_more_is_retired_and_labelled() {
    let first = changed(&[(
        CONTACT,
        "code = \"street\", en = \"In the street\"",
        "code = \"curb\", en = \"At the curb\"",
    )]);
    let second = changed(&[
        (CONTACT, "  { code = \"home\", en = \"At home\", es = \"En el hogar\" },\n", ""),
        (CONTACT, "name = \"anon_count\"", "name = \"strangers\""),
        (CONTACT, "\"anon_count\", ", ""),
    ]);
    let present = second.after([first]);
    let list = &present.code_lists["outreach_contact.mode"];
    assert_eq!(list.options["curb"].en, "At the curb");
    for option in ["curb", "home"] {
        assert!(list.is_retired(&option.parse().unwrap()), "{option}");
    }
    assert!(!list.is_retired(&"street".parse().unwrap()));
    let contact = &present.types["outreach_contact"];
    assert!(contact.field("anon_count").unwrap().retired);
    assert!(!contact.field("strangers").unwrap().retired);
    assert!(!present.is_retired(&contact.name));
}

#[test]
fn forms_count_from_the_version_that_a_record_was_made_with() {
    let version = |number: u32| {
        let version = format!("version = {number}");
        changed(&[(CONTACT, "version = 2", &version)])
    };
    let present = version(3).after([version(1), version(2), version(2), version(3)]);
    let since = |number| {
        let forms = present.forms_since(&"outreach_contact".parse().unwrap(), number);
        forms.iter().map(|form| form.record_type.version).collect::<Vec<_>>()
    };
    assert_eq!(since(1), [1, 2, 3]);
    assert_eq!(since(2), [2, 3]);
    assert_eq!(since(4), [0; 0]);
}

/// A section, and a field that is asked in every way a field can be.
const ASKED: &str = r#"
[[section]]
name = "risk"
label = { en = "Risk", es = "Riesgo" }

[[field]]
name = "catalyst"
section = "risk"
shown_when = { field = "weapon", is = true }
required_when = { field = "youth", is = true }
read_only_when = { field = "group", is = true }
choices_when = { field = "weapon", is = true }
limits = [{ field = "catalyst", is_not = "other", message = { en = "say which", es = "diga cuál" } }]
default = "other"
"#;

#[test]
fn a_comparison_names_every_difference_and_what_to_do_instead() {
    let new = changed(&[
        (CONTACT, "{ code = \"street\",", "{ code = \"street\", retired = true,"),
        (CONTACT, "  { code = \"home\", en = \"At home\", es = \"En el hogar\" },\n", ""),
        (CONTACT, "max = 1440", "max = 60"),
        (CONTACT, "name = \"anon_count\"", "name = \"strangers\"\nrequired = true"),
        (CONTACT, "\"anon_count\", ", ""),
        (CONTACT, "name = \"note\"\nkind = \"text\"", "name = \"note\"\nkind = \"shared_note\""),
        (CONTACT, "to = [\"person\"]\nmerge = \"review\"\n", "to = [\"person\"]\n"),
        (CONTACT, "written_by = [\"OW\"]", "written_by = [\"OW\", \"SUP\"]"),
        (CONTACT, "after = \"7d\"", "after = \"5d\""),
        ("types/mediation.toml", "belongs_to = \"case_or_nothing\"", "belongs_to = \"case\""),
        ("types/mediation.toml", "[[field]]\nname = \"catalyst\"", ASKED),
        ("types/person.toml", "not_before = \"-120y\"", "not_before = \"-110y\""),
        ("types/shooting_response.toml", "compartment = \"OUT\"", "compartment = \"STF\""),
    ]);
    let old = Catalogue::builtin().unwrap();
    let found = compare(&old, &new);
    let told: String = found.iter().map(|found| format!("{} {found}\n", found.code)).collect();
    expect![[r#"
        belongs_to_changed mediation: belongs to something else than the records that there are; instead, make a new type for it, and leave `mediation` as it was, or take its file away
        sections_changed mediation: the parts of its form are others
        asked_when_changed mediation.catalyst: is asked under other conditions
        required_when_changed mediation.catalyst: is required under other conditions
        read_only_when_changed mediation.catalyst: is read-only under other conditions
        choices_when_changed mediation.catalyst: offers its options under other conditions
        answer_limits_changed mediation.catalyst: its answers have to meet other limits
        default_changed mediation.catalyst: starts with another answer
        question_words_changed mediation.catalyst: is asked in other words, or in another section
        version_not_raised outreach_contact: its fields differ and its version is still 2
        rights_changed outreach_contact: who may write it, or see it, is another
        together_changed outreach_contact: the records of several people met at once are others
        follow_up_changed outreach_contact: what is to be done after it is another
        option_removed outreach_contact.mode: option `home` is removed, and so retired: records keep it and its label
        option_retired outreach_contact.mode: option `street` is retired: records keep it and its label
        limits_tightened outreach_contact.minutes: takes 0 to 60, no longer 0 to 1440
        merge_changed outreach_contact.person: merges otherwise
        field_removed outreach_contact.anon_count: is not asked for any more; records keep it and its label
        kind_changed outreach_contact.note: was a text field and is a shared_note: what stands there is neither; instead, name the new field otherwise, and retire `note` as it was
        field_added outreach_contact.strangers: is new, and required
        dates_changed person.dob: takes dates from 110y ago to now
        compartment_changed shooting_response: lives elsewhere than the records that there are; instead, make a new type for it, and leave `shooting_response` as it was, or take its file away
    "#]]
    .assert_eq(&told);
    assert_eq!(compare(&old, &old), []);
}

#[test]
fn each_difference_is_told_in_both_languages_and_every_word_for_one_is_said() {
    let old = Catalogue::builtin().unwrap();
    let new = changed(&[
        (CONTACT, "{ code = \"street\",", "{ code = \"street\", retired = true,"),
        (CONTACT, "max = 1440", "max = 60"),
        (CONTACT, "name = \"anon_count\"", "name = \"strangers\"\nrequired = true"),
        (CONTACT, "\"anon_count\", ", ""),
        (CONTACT, "name = \"note\"\nkind = \"text\"", "name = \"note\"\nkind = \"shared_note\""),
        (CONTACT, "to = [\"person\"]\nmerge = \"review\"\n", "to = [\"property\"]\n"),
        (CONTACT, "written_by = [\"OW\"]", "written_by = [\"OW\", \"SUP\"]"),
        (CONTACT, "after = \"7d\"", "after = \"5d\""),
        ("types/mediation.toml", "belongs_to = \"case_or_nothing\"", "belongs_to = \"case\""),
        ("types/mediation.toml", "[[field]]\nname = \"catalyst\"", ASKED),
        ("types/mediation.toml", "  { code = \"temporary\", en", "  { code = \"truce\", en"),
        ("types/outreach_intake.toml", "changed_by = [\"SUP\"]", "changed_by = [\"OW\", \"SUP\"]"),
        ("types/person.toml", "not_before = \"-120y\"", "required = true"),
        ("types/person.toml", "version = 3", "version = 4"),
        ("types/shooting_response.toml", "compartment = \"OUT\"", "compartment = \"STF\""),
        (DEPARTMENT, "on_devices = true", "on_devices = false"),
        ("access.toml", "TF  = { IDN = \"-\"", "TF  = { IDN = \"R\""),
    ]);
    let mut smaller = new.clone();
    smaller.compartments.remove("SUD");
    smaller.programs.remove("crisis_response");
    smaller.roles.remove("TF");
    smaller.types.remove("duty");
    smaller.types.get_mut("review").unwrap().decides = None;
    smaller.types.get_mut("put_off").unwrap().puts_off = None;
    smaller.types.get_mut("bedside_encounter").unwrap().stamps = None;
    let dob = |catalogue: &mut Catalogue, change: &dyn Fn(&mut Field)| {
        let fields = &mut catalogue.types.get_mut("person").unwrap().fields;
        change(fields.iter_mut().find(|field| field.name.as_str() == "dob").unwrap());
    };
    dob(&mut smaller, &|field| field.retired = true);
    let mut any_date = old.clone();
    dob(&mut any_date, &|field| field.within = Within::default());
    let mut from_then_on = any_date.clone();
    let first = Some(Bound::Day("1900-01-01".parse().unwrap()));
    dob(&mut from_then_on, &|field| field.within = Within { not_before: first, not_after: None });
    let measured = changed(&[
        ("types/custody_check.toml", "places = 1", "places = 2"),
        ("types/custody_check.toml", "max = 140", "max = 150"),
        ("types/custody_check.toml", "unit = { en = \"°F\"", "unit = { en = \"degrees\""),
        ("types/appointment.toml", "max = \"24h\"", "max = \"90min\""),
    ]);
    let mut computed = old.clone();
    dob(&mut computed, &|field| field.question.computed = Some(Expression::Today));
    let vietnamese =
        changed(&[(CONTACT, "label = { en = \"", "label = { vi = \"Tiếp xúc\", en = \"")]);
    let retired = smaller.clone().after([old.clone()]);

    let mut said = BTreeSet::new();
    let pairs = [
        (&old, &new),
        (&old, &smaller),
        (&smaller, &old),
        (&retired, &old),
        (&old, &any_date),
        (&old, &computed),
        (&any_date, &from_then_on),
        (&from_then_on, &old),
        (&vietnamese, &old),
        (&old, &measured),
        (&measured, &old),
        (&old, &vietnamese),
    ];
    for found in pairs.into_iter().flat_map(|(old, new)| compare(old, new)) {
        let Difference { what, instead, .. } = &found;
        for message in [what].into_iter().chain(instead) {
            let spanish = message.in_language(Language::Spanish).unwrap();
            assert_ne!(spanish, message.english());
        }
        let spanish = found.in_language(Language::Spanish);
        assert!(spanish.starts_with(&format!("{}: ", found.at)), "{spanish}");
        assert_eq!(instead.is_some(), spanish.contains("; en su lugar, "), "{spanish}");
        said.insert(found.message().code().to_owned());
        said.extend(found.message().parts().values().cloned());
    }
    let unsaid: Vec<_> = codes_of_differences().filter(|code| !said.contains(*code)).collect();
    assert!(unsaid.is_empty(), "nothing says {unsaid:?}");
}

const DEPARTMENT: &str = "department.toml";

fn changed(changes: &[(&str, &str, &str)]) -> Catalogue {
    let mut source = CatalogueSource::builtin();
    for (file, from, to) in changes {
        let text = source.files.get_mut(*file).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        *text = text.replacen(from, to, 1);
    }
    Catalogue::load(&source).unwrap()
}
