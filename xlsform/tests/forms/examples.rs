//! The forms of `xlsform/forms`, which another engine is asked about, too.

use crate::{Read, xlsx};
use calamine::{Reader as _, Xlsx};
use expect_test::expect;
use std::io::Cursor;

const FORMS: [(&str, &str); 5] = [
    ("calculations", include_str!("../../forms/calculations.md")),
    ("choices", include_str!("../../forms/choices.md")),
    ("conditions", include_str!("../../forms/conditions.md")),
    ("dates", include_str!("../../forms/dates.md")),
    ("groups", include_str!("../../forms/groups.md")),
];

#[test]
fn conditions_limits_and_requirements_become_those_of_the_catalogue() {
    let form = Read::of(FORMS[2].1);
    assert_eq!(form.said(), "");
    for (field, keys) in [
        (
            "age",
            expect![[r#"
                min = 0
                max = 119
                kind = "integer"
                required = true
                required_message = { en = "Say how old." }"#]],
        ),
        (
            "plate",
            expect![[r#"
            kind = "text"
            shown_when = { all = [{ not = { field = "age", less_than = 16 } }, { field = "nickname", answered = true }] }
            required_when = { field = "age", more_than = 40 }
            limits = [{ field = "plate", matches = "^[A-Z]{3}[0-9]{3}$", message = { en = "Three letters, three digits." } }]"#]],
        ),
        (
            "signs",
            expect![[r#"
            options = [
              { code = "shouting", en = "Shouting", es = "Gritos" },
              { code = "fleeing", en = "Fleeing", es = "Huida" },
              { code = "other", en = "Other", es = "Otro" },
              { code = "none", en = "None", es = "Ninguna" },
            ]
            kind = "choices"
            required_when = { field = "armed", is = "no" }
            limits = [{ not = { all = [{ field = "signs", includes = "none" }, { value = { count = { field = "signs" } }, more_than = 1 }] }, message = { en = "Nothing else with none." } }]"#]],
        ),
        (
            "which",
            expect![[r#"
            kind = "text"
            shown_when = { any = [{ field = "signs", includes = "other" }, { value = { count = { field = "signs" } }, more_than = 2 }] }
            read_only_when = { field = "age", is = 5 }"#]],
        ),
        (
            "same",
            expect![[r#"
            min = -2147483648
            max = 2147483647
            kind = "integer"
            shown_when = { any = [{ field = "nickname", is = { field = "weapon" } }, { all = [{ field = "nickname", answered = false }, { field = "weapon", answered = false }] }] }
            limits = [{ any = [{ any = [{ field = "same", is = { field = "age" } }, { all = [{ field = "same", answered = false }, { field = "age", answered = false }] }] }, { field = "same", more_than = { field = "shots" } }], message = { en = "does not meet: . = ${age} or . > ${shots}", es = "no cumple: . = ${age} or . > ${shots}" } }]"#]],
        ),
    ] {
        keys.assert_eq(&form.keys(field));
    }
}

#[test]
fn options_follow_from_answers_by_the_columns_of_the_choices() {
    let form = Read::of(FORMS[1].1);
    expect![[r#"
        survey B2: is called state here
        choices B2: is called tx here
        choices B3: is called wa here
        choices B6: is called king_2 here
        choices B8: is called dumont here
        choices B9: is called brownsville here
        choices B10: is called seattle here
        choices B11: is called puyallup here
        choices B14: is called wash_room here
        choices B15: is called yes here
        choices B16: is called no here
        settings C2: not taken over: the column allow_choice_duplicates has no counterpart"#]]
    .assert_eq(&form.said());
    for (field, keys) in [
        (
            "county",
            expect![[r#"
            options = [
              { code = "king", en = "King", properties = { state = "tx" } },
              { code = "cameron", en = "Cameron", properties = { state = "tx" } },
              { code = "king_2", en = "King", properties = { state = "wa" } },
              { code = "pierce", en = "Pierce", properties = { state = "wa" } },
            ]
            kind = "choice"
            shown_when = { field = "state", answered = true }
            choices_when = { property = "state", is = { field = "state" } }"#]],
        ),
        (
            "city",
            expect![[r#"
            options = [
              { code = "dumont", en = "Dumont", properties = { size = "small", state = "tx" } },
              { code = "brownsville", en = "Brownsville", properties = { size = "large", state = "tx" } },
              { code = "seattle", en = "Seattle", properties = { size = "large", state = "wa" } },
              { code = "puyallup", en = "Puyallup", properties = { state = "wa" } },
            ]
            kind = "choice"
            required_when = { field = "county", answered = true }
            choices_when = { all = [{ property = "state", is = { field = "state" } }, { all = [{ property = "size", answered = true }, { property = "size", is_not = "small" }] }] }"#]],
        ),
        (
            "rank_other",
            expect![[r#"
            kind = "text"
            shown_when = { field = "rank", is = "other" }"#]],
        ),
        (
            "second",
            expect![[r#"
            list = "form_ranks"
            kind = "choice"
            shown_when = { any = [{ field = "rank", is = "1" }, { field = "rank", is = "3" }] }
            choices_when = { all = [{ property = "name", answered = true }, { property = "name", is_not = { field = "rank" } }] }"#]],
        ),
        (
            "night",
            expect![[r#"
            options = [
              { code = "yes", en = "Yes" },
              { code = "no", en = "No" },
            ]
            kind = "choice"
            default = "no""#]],
        ),
    ] {
        keys.assert_eq(&form.keys(field));
    }
}

#[test]
fn what_is_calculated_is_computed_whatever_order_it_stands_in() {
    let form = Read::of(FORMS[0].1);
    assert_eq!(form.said(), "");
    for (field, keys) in [
        (
            "total",
            expect![[r#"
            min = -9007199254740991
            max = 9007199254740991
            kind = "integer"
            computed = { sum = [{ field = "double" }, { field = "b" }] }"#]],
        ),
        (
            "most",
            expect![[r#"
            min = -9007199254740991
            max = 9007199254740991
            kind = "integer"
            computed = { if = { all = [{ field = "a", answered = true }, { field = "b", answered = true }, { value = 10, answered = true }] }, then = { greatest = [{ field = "a" }, { field = "b" }, 10] } }"#]],
        ),
        (
            "grade",
            expect![[r#"
            kind = "text"
            computed = { if = { field = "a", more_than = 90 }, then = "A", else = { if = { field = "a", more_than = 17 }, then = "B", else = "C" } }"#]],
        ),
        (
            "long",
            expect![[r#"
            kind = "bool"
            computed = { if = { value = { length = { field = "full" } }, more_than = 8 }, then = true, else = false }"#]],
        ),
        (
            "c",
            expect![[r#"
            min = -2147483648
            max = 2147483647
            kind = "integer"
            limits = [{ all = [{ field = "c", at_most = { sum = [{ field = "a" }, 1] } }, { field = "c", at_least = { difference = [0, { field = "b" }] } }], message = { en = "does not meet: . <= ${a} + 1 and . >= -(${b})", es = "no cumple: . <= ${a} + 1 and . >= -(${b})" } }]"#]],
        ),
    ] {
        keys.assert_eq(&form.keys(field));
    }
}

#[test]
fn days_are_compared_as_days() {
    let form = Read::of(FORMS[3].1);
    assert_eq!(form.said(), "");
    for (field, keys) in [
        (
            "born",
            expect![[r#"
            kind = "date"
            limits = [{ all = [{ field = "born", at_most = { today = true } }, { field = "born", more_than = 1900-01-01 }], message = { en = "does not meet: . <= today() and . > date('1900-01-01')", es = "no cumple: . <= today() and . > date('1900-01-01')" } }]"#]],
        ),
        (
            "seen",
            expect![[r#"
            kind = "date"
            default = { today = true }
            limits = [{ all = [{ value = { days_between = [{ today = true }, { field = "seen" }] }, at_least = -30 }, { field = "seen", at_most = { today = true } }], message = { en = "does not meet: . >= today() - 30 and . <= now()", es = "no cumple: . >= today() - 30 and . <= now()" } }]"#]],
        ),
        (
            "back",
            expect![[r#"
            kind = "date"
            shown_when = { field = "born", less_than = { field = "seen" } }
            required_when = { field = "seen", is = { today = true } }
            limits = [{ value = { days_between = [{ field = "seen" }, { field = "back" }] }, more_than = 7, message = { en = "does not meet: . > ${seen} + 7", es = "no cumple: . > ${seen} + 7" } }]"#]],
        ),
        (
            "age",
            expect![[r#"
            min = -9007199254740991
            max = 9007199254740991
            kind = "integer"
            computed = { whole = { quotient = [{ days_between = [{ field = "born" }, { today = true }] }, 365.25] } }"#]],
        ),
    ] {
        keys.assert_eq(&form.keys(field));
    }
}

#[test]
fn groups_become_sections_with_the_conditions_of_all_around_them_and_a_repeat_becomes_a_log() {
    let form = Read::of(FORMS[4].1);
    assert_eq!(form.said(), "");
    let (_, file) = form.imported.type_file.split_once("[[section]]").unwrap();
    expect![[r#"

        name = "outer"
        label = { en = "Outer" }
        page = true
        shown_when = { field = "size", more_than = 1 }

        [[section]]
        name = "inner"
        label = { en = "Inner" }
        shown_when = { all = [{ field = "one", answered = true }, { field = "size", more_than = 1 }] }

        [[field]]
        name = "size"
        min = -2147483648
        max = 2147483647
        kind = "integer"
        label = { en = "Size" }
        default = 2

        [[field]]
        name = "one"
        kind = "text"
        label = { en = "One" }
        section = "outer"
        required = true
        default = "start"

        [[field]]
        name = "two"
        kind = "text"
        label = { en = "Two" }
        section = "inner"
        note = { en = "Read this." }
        shown_when = { field = "size", less_than = 50 }
        required = true

        [[field]]
        name = "three"
        kind = "text"
        label = { en = "Three" }
        section = "outer"
        shown_when = { field = "two", answered = true }
        read_only_when = { value = true, is = true }

        [[field]]
        name = "scale"
        min = 1
        max = 5
        kind = "integer"
        label = { en = "Scale" }

        [[field]]
        name = "visits"
        kind = "log"
        label = { en = "Visits" }
        shown_when = { field = "size", more_than = 5 }
        [[field.entry]]
        name = "who"
        kind = "text"
        label = { en = "Who" }
        required = true

        [[field]]
        name = "last"
        kind = "text"
        label = { en = "Last" }
        shown_when = { all = [{ field = "two", is = "a" }, { field = "scale", more_than = 2 }] }
        required_when = { field = "size", is = 5 }
    "#]].assert_eq(file);
}

#[test]
fn every_cell_of_a_form_is_used_or_named_in_a_finding() {
    let strange = "## survey
        | type | name | label | label::Klingon | media::image | hint | bind::odk:x | repeat_count | note |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        | text | a | A | nuq | a.png | Help | 7 | | stray |
        | geopoint | where | Where | | | Stand still | | | x |
        | | | a comment | | | | | | |
        | begin repeat | r | R | | | | | 3 | |
        | text | b | B | | | | | | y |
        | end repeat | | | | | | | | z |
        ## choices
        | list_name | name | label | picture |
        | --- | --- | --- | --- |
        | unused | one | One | 1.png |
        | | lost | Lost | |
        ## settings
        | form_title | form_id | public_key |
        | --- | --- | --- |
        | T | t | abc |
        | second | row | here |";
    let forms = FORMS.iter().map(|(_, form)| *form).chain([strange]);
    for form in forms {
        let bytes = xlsx(form);
        let read = Read::of_bytes(&bytes);
        let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
        for sheet in ["survey", "choices", "settings"] {
            let Ok(range) = workbook.worksheet_range(sheet) else { continue };
            for (row, column, _) in range.used_cells() {
                let cell = (sheet, u32::try_from(row).unwrap(), u32::try_from(column).unwrap());
                let is_said =
                    read.imported.findings.iter().any(|finding| {
                        finding.sheet == sheet && finding.place.covers(cell.1, cell.2)
                    });
                let is_used = read.imported.used.contains(&(sheet, cell.1, cell.2));
                assert!(is_said || is_used, "{cell:?} of {form}");
            }
        }
    }
    let read = Read::of(strange);
    expect![[r#"
        survey D:D: not taken over: the language klingon has no code here; write it as in `Vietnamese (vi)`
        survey E2: not taken over: the column media::image has no counterpart
        survey G2: not taken over: the column odk:x has no counterpart
        survey I2: not taken over: the column note has no counterpart
        survey A3: refused: no position is recorded, of nobody
        survey C4: not taken over: the column label has no counterpart
        survey H5: not taken over: the column repeat_count has no counterpart
        survey I6: not taken over: an entry is asked as a whole, without conditions
        survey I7: not taken over: the column note has no counterpart
        choices A2: not taken over: no question that was taken over uses the list unused
        choices C3: not taken over: the column label has no counterpart
        settings C2: not taken over: the column public_key has no counterpart
        settings A3: not taken over: the column title has no counterpart
        settings B3: not taken over: the column form_id has no counterpart
        settings C3: not taken over: the column public_key has no counterpart"#]].assert_eq(&read.said());
}
