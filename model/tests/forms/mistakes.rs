//! Mistakes in a form are named with their file and key, all at once.

use expect_test::expect;

use crate::catalogue_with;

#[test]
fn every_mistake_in_a_form_is_named_with_its_key() {
    let mistakes = catalogue_with(
        r#"
[[section]]
name = "risk"
label = { en = "Risk", es = "Riesgo" }
shown_when = { field = "nothing", is = true }

[[field]]
name = "flag"
kind = "bool"
section = "risks"
label = { en = "Flag", es = "Aviso" }
shown_when = { field = "flag", is = true }

[[field]]
name = "mode"
kind = "choice"
label = { en = "Mode", es = "Modo" }
shown_when = { field = "flag", is = "yes" }
options = [{ code = "street", en = "Street", es = "Calle" }]

[[field]]
name = "other"
kind = "text"
label = { en = "Other", es = "Otro" }
shown_when = { field = "mode", is = "home" }
required = true
computed = { sum = [{ field = "mode" }, 1] }

[[field]]
name = "note_of_it"
kind = "text"
label = { en = "Note", es = "Nota" }
choices_when = { property = "state", is = "mo" }
required_when = { any = [] }
read_only_when = { field = "mode" }
limits = [
  { field = "note_of_it", matches = "(", message = { en = "no", es = "no" } },
  { field = "note_of_it", more_than = "b", message = { en = "no", es = "no" } },
  { field = "note_of_it", includes = "street", message = { en = "no", es = "no" } },
  { fields = "note_of_it", is = 1.5, message = { en = "no", es = "no" } },
]
default = { today = true }
"#,
    )
    .unwrap_err();
    expect![[r#"
        types/example.toml: field.note_of_it.required_when.any: names no condition
        types/example.toml: field.note_of_it.read_only_when: needs one of answered, is, is_not, includes, matches, less_than, at_most, at_least, more_than, before, not_after, not_before, after
        types/example.toml: field.note_of_it.limits[1].matches: "(" is no regular expression (found open group without closing ')')
        types/example.toml: field.note_of_it.limits[4].field: missing
        types/example.toml: field.note_of_it.limits[4].fields: unknown key; one of message, field, is
        types/example.toml: section.risk.shown_when: unknown field "nothing"; one of flag, mode, other, note_of_it, occurred_at, zone, approval, void_reason, amends, next_due, assigned_to, due_owner
        types/example.toml: field.flag.section: unknown section "risks"; one of risk
        types/example.toml: field.mode.shown_when: compares a bool with a text
        types/example.toml: field.other.shown_when: unknown option "home"; one of street
        types/example.toml: field.other.computed: needs a number; this is a text
        types/example.toml: field.other.computed: nobody answers it: leave required out
        types/example.toml: field.note_of_it.choices_when: an option's property is asked in choices_when only
        types/example.toml: field.note_of_it.choices_when: only for a choice or choices field; this is a text field
        types/example.toml: field.note_of_it.limits: a text is not more or less than another
        types/example.toml: field.note_of_it.limits: `includes` needs a choices; this is a text
        types/example.toml: field.note_of_it.default: is a date; this is a text field
        types/example.toml: field.flag.shown_when: depends on itself
    "#]].assert_eq(&mistakes);
}

#[test]
fn a_condition_asks_one_thing_of_one_value() {
    let with = |condition: &str| {
        let form = format!(
            "[[field]]\nname = \"flag\"\nkind = \"bool\"\n\
             label = {{ en = \"Flag\", es = \"Aviso\" }}\n\
             [[field]]\nname = \"more\"\nkind = \"bool\"\n\
             label = {{ en = \"More\", es = \"Más\" }}\nshown_when = {condition}\n"
        );
        catalogue_with(&form).map_or_else(|mistakes| mistakes, |_| String::new())
    };
    assert_eq!(with("{ field = \"flag\", is = true }"), "");
    assert_eq!(with("{ value = true, is = true }"), "");
    for (condition, wrong) in [
        ("{ field = \"flag\", is = true, is_not = true }", "more.shown_when: needs one of"),
        ("{ is = true }", "more.shown_when.field: missing"),
        ("{ field = \"flag\", is = true, maybe = 1 }", "more.shown_when.maybe: unknown key"),
        ("{ field = \"flag\", is = { field = \"more\" } }", "more.shown_when: depends on itself"),
        ("true", "more.shown_when: should be a table"),
    ] {
        let said = with(condition);
        assert!(said.contains(wrong), "{condition}: {said}");
    }
}
