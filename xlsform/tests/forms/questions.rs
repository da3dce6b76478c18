//! Rows of a survey, type by type and column by column.

use expect_test::expect;
use model::catalogue::FieldKind;
use model::words::LanguageTag;

use crate::{Read, try_import, xlsx};

#[test]
fn what_policy_forbids_is_refused_with_its_cell_and_its_reason() {
    let form = Read::of(
        "## survey
        | type | name | label |
        | --- | --- | --- |
        | text | a | A |
        | geopoint | where | Where |
        | start-geopoint | at | |
        | geotrace | way | Way |
        | audit | audit | |
        | background-audio | sound | |
        | deviceid | device | |
        | phonenumber | number | |
        | simserial | sim | |",
    );
    expect![[r#"
        survey A3: refused: no position is recorded, of nobody
        survey A4: refused: no position is recorded, of nobody
        survey A5: refused: no position is recorded, of nobody
        survey A6: refused: how somebody fills in a form is not watched
        survey A7: refused: nobody is recorded without knowing
        survey A8: refused: nothing that identifies a phone or its number stands in a record
        survey A9: refused: nothing that identifies a phone or its number stands in a record
        survey A10: refused: nothing that identifies a phone or its number stands in a record"#]]
    .assert_eq(&form.said());
    assert!(form.imported.findings.iter().all(|it| it.kind.code() == "refused"));
}

#[test]
fn what_has_no_counterpart_is_named_with_its_cell_all_at_once() {
    let form = Read::of(
        "## survey
        | type | name | label | relevant | calculation | appearance | default | trigger |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        | text | a | A | | | multiline | | |
        | barcode | code | Code | | | | | |
        | image | picture | Picture | | | | | |
        | start | start | | | | | | |
        | select_one_from_file x.csv | f | F | | | | | |
        | select_one nowhere | s | S | | | | | |
        | text | b | Hello ${a} | position(..) = 1 | | | | ${a} |
        | text | c | C | ${picture} != '' | | | | |
        | text | d | D | /data/x[1] = 2 | | | concat(${a}, 'x') | |
        | calculate | e | | | uuid() | | | |
        | text | e2 | E | ${e} = 'x' | | | | |
        | text | a | Again | | | | | |
        | end group | | | | | | | |",
    );
    expect![[r#"
        survey F2: not taken over: how it looks is up to the app
        survey A3: not taken over: there is no type barcode
        survey A4: not taken over: there is no type image
        survey A5: not taken over: a record itself says who made it and when
        survey A6: not taken over: there is no type select_one_from_file x.csv
        survey A7: not taken over: there is no list nowhere
        survey C8: not taken over: an answer within a text is not filled in
        survey D8: not taken over: a path has no counterpart; refer to a question by its name
        survey H8: not taken over: the column trigger has no counterpart
        survey D9: not taken over: refers to picture, which was not taken over
        survey D10: not taken over: a predicate [...] has no counterpart
        survey E11: not taken over: the function uuid has no counterpart as it is called here
        survey D12: not taken over: refers to e, which was not taken over
        survey A13: not taken over: the name a is there twice
        survey A14: not taken over: nothing like that is open here"#]]
    .assert_eq(&form.said());
}

#[test]
fn a_form_is_read_in_every_language_that_it_has() {
    let form = Read::of(
        "## survey
        | type | name | label::English (en) | label::Español | label::vi | label::Klingon | hint::Spanish |
        | --- | --- | --- | --- | --- | --- | --- |
        | text | a | Name | Nombre | Tên | pong | Completo |
        | text | b | | Edad | | | |
        ## settings
        | form_title | default_language |
        | --- | --- |
        | Visit | English (en) |",
    );
    let label = &form.field("a").label;
    assert_eq!(label.in_language(LanguageTag::ENGLISH), "Name");
    assert_eq!(label.in_language(LanguageTag::SPANISH), "Nombre");
    assert_eq!(label.in_language("vi".parse::<LanguageTag>().unwrap()), "Tên");
    assert_eq!(form.field("b").label.en, "Edad");
    assert_eq!(form.record_type().label.en, "Visit");
    expect![[r#"
        survey F:F: not taken over: the language klingon has no code here; write it as in `Vietnamese (vi)`
        survey G2: has no English; another language stands in for it
        survey D3: has no English; another language stands in for it"#]].assert_eq(&form.said());
}

#[test]
fn names_that_do_not_fit_are_changed_and_expressions_follow() {
    let form = Read::of(
        "## survey
        | type | name | label | relevant |
        | --- | --- | --- | --- |
        | select_one Answers | Is.Armed | Armed | |
        | text | zone | Zone | ${Is.Armed} = 'Don''t know' or ${Is.Armed} = \"No-one\" |
        | text | id | Id | selected(${Is.Armed}, 'Yes') |
        | text | a_name_that_is_longer_than_any_name_may_be_in_a_catalogue | Long | ${zone} = 'x' |
        ## choices
        | list_name | name | label |
        | --- | --- | --- |
        | Answers | Yes | Yes |
        | Answers | No-one | No one |",
    );
    expect![[r#"
        survey B2: is called is_armed here
        survey B3: is called zone_2 here
        survey D3: not taken over: the expression is not readable at 't know'
        survey B4: is called id_2 here
        survey B5: is called a_name_that_is_longer_than_any_name_may_be_in_a_ here
        choices B2: is called yes here
        choices B3: is called no_one here"#]]
    .assert_eq(&form.said());
    expect![[r#"
        kind = "text"
        shown_when = { field = "is_armed", is = "yes" }"#]]
    .assert_eq(&form.keys("id_2"));
    expect![[r#"
        kind = "text"
        shown_when = { field = "zone_2", is = "x" }"#]]
    .assert_eq(&form.keys("a_name_that_is_longer_than_any_name_may_be_in_a_"));
}

#[test]
fn each_type_of_question_has_its_kind() {
    let form = Read::of(
        "## survey
        | type | name | label | parameters | default | required | read_only | hint |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        | text | a | A | | hello | | | Help |
        | integer | b | B | | 3 | | | |
        | range | c | C | start=0 end=10 step=1 | | | | |
        | range | c2 | C | start=0 end=10 step=2 | | | | |
        | date | d | D | | today() | | | |
        | dateTime | e | E | | | | | |
        | acknowledge | f | F | | | yes | | |
        | select_one truth | g | G | | true | | yes | |
        | select_one colours | h | H | | red | no | | |
        | select_multiple colours or_other | i | I | | red | | | |
        | note | n | Mind this. | | | | | |
        | text | j | J | | | | | |
        | decimal | k | K | | 1.5 | | | |
        | time | l | L | | | | | |
        ## choices
        | list_name | name | label |
        | --- | --- | --- |
        | truth | true | Yes |
        | truth | false | No |
        | colours | red | Red |
        | colours | blue | Blue |",
    );
    expect![[r#"
        survey D5: not taken over: is no range of whole numbers with a step of 1
        survey E11: not taken over: is no value to start with"#]]
    .assert_eq(&form.said());
    let kinds: Vec<String> = form
        .record_type()
        .fields
        .iter()
        .take(15)
        .map(|field| match &field.kind {
            FieldKind::Integer { min, max } => format!("{} {min}..{max}", field.name),
            kind => format!("{} {}", field.name, kind.name()),
        })
        .collect();
    expect![[r#"
        a text
        b -2147483648..2147483647
        c 0..10
        c2 0..10
        d date
        e datetime
        f bool
        g bool
        h choice
        i choices
        i_other text
        j text
        k decimal
        l time
        occurred_at datetime"#]]
    .assert_eq(&kinds.join("\n"));
    for (field, keys) in [
        (
            "a",
            expect![[r#"
            kind = "text"
            hint = { en = "Help" }
            default = "hello""#]],
        ),
        (
            "d",
            expect![[r#"
            kind = "date"
            default = { today = true }"#]],
        ),
        (
            "f",
            expect![[r#"
            kind = "bool"
            required = true"#]],
        ),
        (
            "g",
            expect![[r#"
            kind = "bool"
            read_only_when = { value = true, is = true }
            default = true"#]],
        ),
        (
            "h",
            expect![[r#"
            list = "form_colours"
            kind = "choice"
            default = "red""#]],
        ),
        (
            "i_other",
            expect![[r#"
            kind = "text"
            shown_when = { field = "i", includes = "other" }"#]],
        ),
        (
            "j",
            expect![[r#"
            kind = "text"
            note = { en = "Mind this." }"#]],
        ),
    ] {
        keys.assert_eq(&form.keys(field));
    }
}

#[test]
fn an_entry_of_a_repeat_is_asked_as_a_whole_and_what_it_cannot_hold_is_said() {
    let form = Read::of(
        "## survey
        | type | name | label | relevant | required | calculation | repeat_count |
        | --- | --- | --- | --- | --- | --- | --- |
        | begin repeat | visits | Visits | | | | 3 |
        | date | day | Day | | yes | | |
        | text | who | Who | ${day} != '' | | | |
        | select_multiple l | what | What | | | | |
        | begin group | g | G | ${day} != '' | | | |
        | select_one l | which | Which | | | | |
        | end group | | | | | | |
        | begin repeat | inner | Inner | | | | |
        | text | deep | Deep | | | | |
        | end repeat | | | | | | |
        | calculate | n | | | | 1 + 1 | |
        | end repeat | | | | | | |
        ## choices
        | list_name | name | label |
        | --- | --- | --- |
        | l | a | A |",
    );
    expect![[r#"
        survey G2: not taken over: the column repeat_count has no counterpart
        survey D4: not taken over: an entry is asked as a whole, without conditions
        survey D6: not taken over: an entry is asked as a whole, without conditions
        survey A9: not taken over: a repeat within a repeat has no counterpart
        survey A10: not taken over: a repeat within a repeat has no counterpart
        survey A12: not taken over: an entry cannot hold this type"#]]
    .assert_eq(&form.said());
    let entry = form.field("visits").kind.entry().unwrap();
    let names: Vec<&str> = entry.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["day", "who", "what", "which"]);
    assert!(entry[0].required);
}

#[test]
fn who_reads_and_writes_comes_from_the_type_that_is_named() {
    let form = Read::of("## survey\n| type | name | label |\n| text | a | A |");
    let mediation = form.catalogue.record_type(&"mediation".parse().unwrap()).unwrap();
    let made = form.record_type();
    assert_eq!(made.written_by, mediation.written_by);
    assert_eq!(made.compartment, mediation.compartment);
    assert_eq!(made.belongs_to, mediation.belongs_to);
    // Its follow-up rules are its own.
    assert!(made.follow_ups.len() < mediation.follow_ups.len());
    assert!(try_import(&xlsx("## survey\n| type |\n| note |")).is_err());
}
