//! What a form asks.

use model::value::Scalar;

use crate::{Sheet, clear, set};

const SAFETY: &str = r#"
[[section]]
name = "risk"
label = { en = "Risk", es = "Riesgo" }
page = true
shown_when = { field = "retaliation", is = true }

[[field]]
name = "retaliation"
kind = "bool"
label = { en = "Possible retaliation", es = "Posible represalia" }
hint = { en = "Ask the family, too.", es = "Pregunte también a la familia." }

[[field]]
name = "weapon"
kind = "bool"
section = "risk"
required = true
label = { en = "Weapon", es = "Arma" }

[[field]]
name = "where_kept"
kind = "text"
section = "risk"
shown_when = { field = "weapon", is = true }
required_when = { field = "retaliation", is = true }
required_message = { en = "say where the weapon is", es = "diga dónde está el arma" }
label = { en = "Where it is", es = "Dónde está" }
"#;

#[test]
fn a_question_is_shown_when_its_section_is_and_its_own_condition_holds() {
    let sheet = Sheet::of(SAFETY);
    assert!(sheet.is_shown("retaliation"));
    assert!(!sheet.is_shown("weapon") && !sheet.is_shown("where_kept"));
    assert!(!sheet.state().sections["risk"]);
    let sheet = sheet.set("retaliation", Scalar::Bool(true));
    assert!(sheet.is_shown("weapon") && !sheet.is_shown("where_kept"));
    let sheet = sheet.set("weapon", Scalar::Bool(true));
    assert!(sheet.is_shown("where_kept"));
}

#[test]
fn what_is_hidden_by_a_changed_answer_counts_for_nothing_and_is_there_when_it_is_shown_again() {
    let sheet = Sheet::of(SAFETY)
        .set("retaliation", Scalar::Bool(true))
        .set("weapon", Scalar::Bool(true))
        .set("where_kept", Scalar::Text("In the car".into()));
    assert_eq!(sheet.problems(), [] as [&str; 0]);
    let hidden = sheet.set("retaliation", Scalar::Bool(false));
    // The weapon is hidden, and so is what is asked because of it.
    assert!(!hidden.is_shown("weapon") && !hidden.is_shown("where_kept"));
    assert_eq!(hidden.problems(), [] as [&str; 0]);
    let again = hidden.set("retaliation", Scalar::Bool(true));
    assert!(again.is_shown("where_kept"));
    assert_eq!(again.answers.len(), 3);
}

#[test]
fn nobody_is_held_to_answer_what_they_are_not_asked() {
    let sheet = Sheet::of(SAFETY);
    assert_eq!(sheet.problems(), [] as [&str; 0]);
    let sheet = sheet.set("retaliation", Scalar::Bool(true));
    assert_eq!(sheet.problems(), ["`weapon` is required"]);
    let sheet = sheet.set("weapon", Scalar::Bool(true));
    assert_eq!(sheet.problems(), ["`where_kept` say where the weapon is"]);
}

#[test]
fn a_record_is_made_of_what_its_form_asks_for() {
    let sheet = Sheet::of(SAFETY);
    let (yes, no) = (Scalar::Bool(true), Scalar::Bool(false));
    assert_eq!(sheet.make(&[set("retaliation", no.clone())]), [] as [&str; 0]);
    assert_eq!(sheet.make(&[set("retaliation", yes.clone())]), ["`weapon` is required"]);
    assert_eq!(
        sheet.make(&[set("retaliation", no), set("weapon", yes)]),
        ["`weapon` is not asked for with these answers: leave it out"]
    );
}

#[test]
fn an_edit_is_held_to_what_it_changes_and_not_to_what_stood_before() {
    let yes = Scalar::Bool(true);
    // Made by an earlier form, which asked nothing of the weapon.
    let sheet = Sheet::of(SAFETY).set("retaliation", yes.clone());
    assert_eq!(sheet.problems(), ["`weapon` is required"]);
    assert_eq!(sheet.edit(&[set("retaliation", yes.clone())]), [] as [&str; 0]);
    assert_eq!(sheet.edit(&[set("weapon", yes)]), ["`where_kept` say where the weapon is"]);
    let answered = sheet.set("weapon", Scalar::Bool(false));
    assert_eq!(answered.edit(&[clear("weapon")]), ["`weapon` is required"]);
}

#[test]
fn conditions_compare_numbers_days_texts_and_choices() {
    let sheet = Sheet::of(
        r#"
[[field]]
name = "persons"
kind = "integer"
min = 0
max = 100
label = { en = "Persons", es = "Personas" }

[[field]]
name = "mode"
kind = "choice"
label = { en = "Mode", es = "Modo" }
options = [
  { code = "street", en = "Street", es = "Calle" },
  { code = "home", en = "Home", es = "Casa" },
  { code = "phone", en = "Phone", es = "Teléfono" },
]

[[field]]
name = "tactics"
kind = "choices"
label = { en = "Tactics", es = "Tácticas" }
options = [
  { code = "separate", en = "Separate", es = "Separar" },
  { code = "elder", en = "Elder", es = "Persona respetada" },
]

[[field]]
name = "begun"
kind = "date"
label = { en = "Begun", es = "Comienzo" }

[[field]]
name = "plate"
kind = "text"
label = { en = "Plate", es = "Placa" }

[[field]]
name = "many"
kind = "bool"
shown_when = { field = "persons", at_least = 3 }
label = { en = "Many", es = "Muchas" }

[[field]]
name = "at_a_door"
kind = "bool"
shown_when = { any = [{ field = "mode", is = ["home", "street"] }, { field = "tactics", includes = "elder" }] }
label = { en = "At a door", es = "En una puerta" }

[[field]]
name = "not_by_phone"
kind = "bool"
shown_when = { all = [{ field = "mode", answered = true }, { not = { field = "mode", is = "phone" } }] }
label = { en = "Not by phone", es = "No por teléfono" }

[[field]]
name = "this_year"
kind = "bool"
shown_when = { all = [{ field = "begun", not_before = 2026-01-01 }, { field = "begun", not_after = { today = true } }] }
label = { en = "This year", es = "Este año" }

[[field]]
name = "of_kansas"
kind = "bool"
shown_when = { field = "plate", matches = "[A-Z]{3} ?[0-9]{3}" }
label = { en = "Of Kansas", es = "De Kansas" }
"#,
    );
    for field in ["many", "at_a_door", "not_by_phone", "this_year", "of_kansas"] {
        assert!(!sheet.is_shown(field), "{field}, with nothing answered");
    }
    let sheet = sheet.set("persons", Scalar::Integer(2));
    assert!(!sheet.is_shown("many"));
    let sheet = sheet.set("persons", Scalar::Integer(3)).choose("mode", "home");
    assert!(
        sheet.is_shown("many") && sheet.is_shown("at_a_door") && sheet.is_shown("not_by_phone")
    );
    let sheet = sheet.choose("mode", "phone");
    assert!(!sheet.is_shown("at_a_door") && !sheet.is_shown("not_by_phone"));
    let sheet = sheet.choose_all("tactics", &["separate", "elder"]);
    assert!(sheet.is_shown("at_a_door"));
    for (day, is_shown) in
        [("2025-12-31", false), ("2026-01-01", true), ("2026-11-28", true), ("2026-11-29", false)]
    {
        let sheet = Sheet::of_same(&sheet).set("begun", Scalar::Date(day.parse().unwrap()));
        assert_eq!(sheet.is_shown("this_year"), is_shown, "{day}");
    }
    for (plate, is_shown) in [("ABC 123", true), ("ABC123", true), ("ABC 1234", false), ("", false)]
    {
        let sheet = Sheet::of_same(&sheet).set("plate", Scalar::Text(plate.into()));
        assert_eq!(sheet.is_shown("of_kansas"), is_shown, "{plate}");
    }
}

#[test]
fn options_follow_from_another_answer() {
    let sheet = Sheet::of(
        r#"
[[field]]
name = "state"
kind = "choice"
label = { en = "State", es = "Estado" }
options = [{ code = "mo", en = "Missouri", es = "Misuri" }, { code = "ks", en = "Kansas", es = "Kansas" }]

[[field]]
name = "city"
kind = "choice"
choices_when = { property = "state", is = { field = "state" } }
label = { en = "City", es = "Ciudad" }
options = [
  { code = "kcmo", en = "Kansas City", es = "Kansas City", properties = { state = "mo" } },
  { code = "stl", en = "St. Louis", es = "San Luis", properties = { state = "mo" } },
  { code = "kck", en = "Kansas City", es = "Kansas City", properties = { state = "ks" } },
]
"#,
    );
    let offered = |sheet: &Sheet| {
        let state = sheet.state();
        let question = state.question(&"city".parse().unwrap()).unwrap();
        question.offered.iter().flatten().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(offered(&sheet), [] as [&str; 0]);
    let sheet = sheet.choose("state", "mo");
    assert_eq!(offered(&sheet), ["kcmo", "stl"]);
    let sheet = sheet.choose("city", "kcmo");
    assert_eq!(sheet.problems(), [] as [&str; 0]);
    let moved = sheet.choose("state", "ks");
    assert_eq!(offered(&moved), ["kck"]);
    assert_eq!(moved.problems(), ["`city` must be one of: kck"]);
}

#[test]
fn what_is_computed_follows_the_answers_and_has_no_value_while_they_are_missing() {
    let sheet = Sheet::of(
        r#"
[[field]]
name = "adults"
kind = "integer"
min = 0
max = 100
label = { en = "Adults", es = "Adultos" }

[[field]]
name = "children"
kind = "integer"
min = 0
max = 100
label = { en = "Children", es = "Niños" }

[[field]]
name = "persons"
kind = "integer"
min = 0
max = 200
computed = { sum = [{ field = "adults" }, { first_of = [{ field = "children" }, 0] }] }
label = { en = "Persons", es = "Personas" }

[[field]]
name = "age"
kind = "integer"
min = 0
max = 150
computed = { years_between = [{ latest = "person", field = "dob" }, { today = true }] }
label = { en = "Age", es = "Edad" }

[[field]]
name = "guardian"
kind = "text"
shown_when = { field = "age", less_than = 18 }
label = { en = "Guardian", es = "Tutela" }

[[field]]
name = "size"
kind = "text"
computed = { if = { field = "persons", more_than = 4 }, then = "large", else = "small" }
label = { en = "Size", es = "Tamaño" }
"#,
    );
    assert_eq!(sheet.computed("persons"), None);
    assert_eq!(sheet.computed("size").as_deref(), Some("small"));
    let sheet = sheet.set("adults", Scalar::Integer(2));
    assert_eq!(sheet.computed("persons").as_deref(), Some("2"));
    let sheet = sheet.set("children", Scalar::Integer(3));
    assert_eq!(sheet.computed("persons").as_deref(), Some("5"));
    assert_eq!(sheet.computed("size").as_deref(), Some("large"));
    assert_eq!(sheet.computed("age"), None);
    assert!(!sheet.is_shown("guardian"));
    for (dob, age, is_minor) in
        [("2008-11-28", "18", false), ("2008-11-29", "17", true), ("1996-02-29", "30", false)]
    {
        let sheet = Sheet::of_same(&sheet);
        let sheet = sheet.know("person", "dob", Scalar::Date(dob.parse().unwrap()));
        assert_eq!(sheet.computed("age").as_deref(), Some(age), "{dob}");
        assert_eq!(sheet.is_shown("guardian"), is_minor, "{dob}");
    }
    assert_eq!(
        sheet.make(&[set("persons", Scalar::Integer(5))]),
        ["`persons` is not asked for with these answers: leave it out"]
    );
}

#[test]
fn an_empty_answer_meets_every_limit_and_another_says_what_it_should_be() {
    let sheet = Sheet::of(
        r#"
[[field]]
name = "signed"
kind = "date"
label = { en = "Signed", es = "Firma" }

[[field]]
name = "expires"
kind = "date"
label = { en = "Expires", es = "Vence" }
limits = [
  { field = "expires", after = { field = "signed" }, message = { en = "must lie after the signature", es = "debe ser posterior a la firma" } },
]

[[field]]
name = "case_number"
kind = "text"
label = { en = "Number", es = "Número" }
limits = [
  { value = { length = { field = "case_number" } }, at_most = 8, message = { en = "has at most 8 characters", es = "tiene 8 caracteres como máximo" } },
]
"#,
    );
    assert_eq!(sheet.problems(), [] as [&str; 0]);
    let sheet = sheet
        .set("signed", Scalar::Date("2026-11-01".parse().unwrap()))
        .set("expires", Scalar::Date("2026-10-01".parse().unwrap()))
        .set("case_number", Scalar::Text("123456789".into()));
    assert_eq!(
        sheet.problems(),
        ["`expires` must lie after the signature", "`case_number` has at most 8 characters"]
    );
}

#[test]
fn what_cannot_be_changed_as_the_record_stands_is_not() {
    let sheet = Sheet::of(
        r#"
[[field]]
name = "closed"
kind = "bool"
label = { en = "Closed", es = "Cerrado" }

[[field]]
name = "plan"
kind = "text"
read_only_when = { field = "closed", is = true }
label = { en = "Plan", es = "Plan" }
"#,
    );
    let text = |text: &str| Scalar::Text(text.into());
    assert_eq!(sheet.edit(&[set("plan", text("Call on Monday"))]), [] as [&str; 0]);
    let sheet = sheet.set("plan", text("Call on Monday")).set("closed", Scalar::Bool(true));
    assert_eq!(
        sheet.edit(&[set("plan", text("Call on Friday"))]),
        ["`plan` cannot be changed as the record stands"]
    );
    assert_eq!(sheet.edit(&[set("plan", text("Call on Monday"))]), [] as [&str; 0]);
}

const OTHER: &str = r#"
[[field]]
name = "how"
kind = "choice"
says_what = "how_else"
label = { en = "How", es = "Cómo" }
options = [
  { code = "declined", meaning = "declined", en = "Would not say", es = "No quiso decirlo" },
  { code = "bus", en = "By bus", es = "En autobús" },
  { code = "other", meaning = "other", en = "Other", es = "Otra forma" },
]

[[field]]
name = "how_else"
kind = "text"
label = { en = "How else", es = "De qué otra forma" }
"#;

#[test]
fn what_else_it_is_is_asked_where_other_is_chosen() {
    assert!(!Sheet::of(OTHER).is_shown("how_else"));
    assert!(!Sheet::of(OTHER).choose("how", "declined").is_shown("how_else"));
    let sheet = Sheet::of(OTHER).choose("how", "other");
    assert!(sheet.is_shown("how_else"));
    assert_eq!(sheet.problems(), ["`how_else` is required"]);
    let sheet = sheet.set("how_else", Scalar::Text("On foot".into()));
    assert_eq!(sheet.problems(), [] as [&str; 0]);
}
