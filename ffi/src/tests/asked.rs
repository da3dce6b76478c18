//! A form as an app shows it: what the core says of it, in the person's language.

use super::*;
use crate::{FieldKind, OptionMeaning, Question, ScalarKind};

/// A section that is asked where a retaliation is possible.
const RISK: [(&str, &str); 2] = [
    (
        "[[field]]\nname = \"learned_via\"",
        "[[section]]\nname = \"risk\"\nlabel = { en = \"Risk\", es = \"Riesgo\" }\npage = true\n\
         shown_when = { field = \"retaliation\", is = true }\n\n[[field]]\nname = \"learned_via\"",
    ),
    (
        "name = \"likelihood_of_shooting\"\n",
        "name = \"likelihood_of_shooting\"\nsection = \"risk\"\nrequired = true\n\
         hint = { en = \"Your own estimate.\", es = \"Su propia estimación.\" }\n\
         required_message = { en = \"say how likely it is\", es = \"diga qué tan probable es\" }\n",
    ),
];

#[test]
fn a_form_is_asked_in_the_persons_language_and_follows_the_answers() {
    let mut catalogue = CatalogueSource::builtin();
    let text = catalogue.files.get_mut("types/mediation.toml").unwrap();
    for (before, after) in RISK {
        assert!(text.contains(before), "{before}");
        *text = text.replacen(before, after, 1);
    }
    let phone = Phone::of(None, Does::Throw, EnrollResponseV1 { catalogue, ..enrolled() });
    let form = |answers: Vec<Edit>| {
        phone.device.form(name("mediation"), None, answers, "es".into()).unwrap()
    };
    let asked = |answers: Vec<Edit>| -> Question {
        let questions = form(answers).questions.into_iter();
        let wanted = name("likelihood_of_shooting");
        questions.into_iter().find(|question| question.field == wanted).unwrap()
    };
    let hidden = asked(vec![]);
    assert!(!hidden.shown && !hidden.required && hidden.problems.is_empty());
    let retaliation = set("retaliation", Scalar::Bool { value: true });
    let sections = form(vec![retaliation.clone()]).sections;
    let [risk] = &sections[..] else { panic!("{sections:?}") };
    assert!(risk.shown && risk.page && risk.label == "Riesgo");
    let shown = asked(vec![retaliation.clone()]);
    assert!(shown.shown && shown.required);
    assert_eq!(shown.hint.as_deref(), Some("Su propia estimación."));
    let [problem] = &shown.problems[..] else { panic!("{:?}", shown.problems) };
    let told = explain(problem.code.clone(), problem.parameters.clone(), "es".into());
    assert_eq!(told.as_deref(), Some("diga qué tan probable es"));

    // What the form says is what creating the record says.
    let new = |edits: Vec<Edit>| NewRecord {
        record_type: name("mediation"),
        case_id: None,
        program: None,
        edits,
    };
    let refused = phone.device.create(new(vec![retaliation.clone()]), false).unwrap_err();
    assert_eq!(refused, FieldbookError::Invalid { problems: shown.problems.clone() });
    let likely = set("likelihood_of_shooting", Scalar::Integer { value: 4 });
    assert!(asked(vec![retaliation.clone(), likely.clone()]).problems.is_empty());
    phone.device.create(new(vec![retaliation, likely]), false).unwrap();
}

#[test]
fn a_form_that_there_is_none_of_is_told() {
    let phone = Phone::new();
    let refused = phone.device.form(name("no_such_type"), None, vec![], "en".into()).unwrap_err();
    let FieldbookError::Invalid { problems } = refused else { panic!("{refused:?}") };
    assert_eq!(problems[0].code, "unknown_type");
}

#[test]
fn an_option_says_what_it_means_besides_its_label() {
    let phone = Phone::new();
    let known = phone.device.record_type(name("person"), "en".into()).unwrap().unwrap();
    let meanings = |field: &str| -> Vec<(String, Option<OptionMeaning>)> {
        let field = known.fields.iter().find(|it| it.name == name(field)).unwrap();
        let FieldKind::Single { kind: ScalarKind::Choice { options } } = &field.kind else {
            panic!("{:?}", field.kind)
        };
        options.iter().map(|option| (option.code.to_string(), option.meaning)).collect()
    };
    let pronouns = meanings("pronouns");
    let of = |code: &str| pronouns.iter().find(|(it, _)| it == code).unwrap().1;
    assert_eq!(of("other"), Some(OptionMeaning::Other));
    assert_eq!(of("declined"), Some(OptionMeaning::Declined));
    assert_eq!(of("they"), None);
    let unknown = ("unknown".to_owned(), Some(OptionMeaning::Unknown));
    assert_eq!(meanings("age_band").last(), Some(&unknown));

    // What else it is, the form asks where that option is chosen.
    let asked = |code: &str| {
        let answers = vec![set("pronouns", Scalar::Choice { value: name(code) })];
        let form = phone.device.form(name("person"), None, answers, "en".into()).unwrap();
        let mut questions = form.questions.into_iter();
        questions.find(|question| question.field == name("pronouns_other")).unwrap().shown
    };
    assert!(asked("other") && !asked("they"));
}
