//! Mistakes in how forms ask.

use expect_test::expect;

use super::Row;
use crate::catalogue::load::tests::{INTAKE, MEDIATION, PERSON, REVIEW};

const WEAPON: &str = "name = \"weapon\"\nkind = \"bool\"\n";
const OUTCOME: &str = "name = \"outcome\"\nkind = \"choice\"\n";
const FIRST: &str = "[[field]]\nname = \"learned_via\"";
const RECORD: &str = "name = \"record\"\nkind = \"ref\"\n";
const ENTRY: &str = "name = \"goal\"\nkind = \"text\"\n";
const GOALS: &str = "name = \"goals\"\nkind = \"log\"\n";

#[rustfmt::skip]
pub(super) fn of_conditions() -> Vec<Row> {
    vec![
        (PERSON, "says_what = \"pronouns_other\"", "says_what = \"pronoun\"", expect![[r#"
            types/person.toml: field.pronouns.says_what: unknown field "pronoun"; one of age_band, aliases, amends, approval, assigned_to, call_from, call_until, dob, due_owner, duplicate_check, duplicate_of, emergency_contact, emergency_phone, guardian, guardian_phone, language, language_other, minor, name, name_quality, next_due, notes, occurred_at, phones, preferred_times, pronouns, pronouns_other, safe_contact, void_reason, zone
        "#]]),
        (PERSON, "says_what = \"pronouns_other\"", "says_what = \"dob\"", expect![[r#"
            types/person.toml: field.pronouns.says_what: "dob" is a date field; a text field is needed
        "#]]),
        (PERSON, "meaning = \"other\"", "meaning = \"else\"", expect![[r#"
            types/person.toml: field.pronouns.options.other.meaning: unknown value "else"; one of other, unknown, declined
            types/person.toml: field.pronouns.says_what: no option of its list has meaning = "other"
        "#]]),
        (PERSON, "name = \"dob\"\n", "name = \"dob\"\nsays_what = \"name\"\n", expect![[r#"
            types/person.toml: field.dob.says_what: only for a choice or choices field; this is a date field
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { any = [] }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when.any: names no condition
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { field = \"youth\" }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: needs one of answered, is, is_not, includes, matches, less_than, at_most, at_least, more_than, before, not_after, not_before, after
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { field = \"wepon\", is = true }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: unknown field "wepon"; one of learned_via, catalyst, catalyst_other, venue, persons, parties, youth, group, weapon, retaliation, violent_history, likelihood_of_shooting, tactics, outcome, check_24h, check_72h, check_7d, check_30d, note, occurred_at, zone, approval, void_reason, amends, next_due, assigned_to, due_owner
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { field = \"youth\", is = \"yes\" }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: compares a bool with a text
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { field = \"outcome\", is = \"over\" }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: unknown option "over"; one of resolved, temporary, conditional, ongoing, escalated, unknown
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { field = \"weapon\", is = true }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: depends on itself
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { field = \"note\", matches = \"(\" }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when.matches: "(" is no regular expression (found open group without closing ')')
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { field = \"youth\", more_than = true }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: a bool is not more or less than another
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { field = \"youth\", includes = \"separate\" }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: `includes` needs a choices; this is a bool
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { latest = \"persn\", field = \"dob\", answered = true }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: unknown type "persn"; one of appointment, bedside_encounter, care_request, conduct_case, consent, crisis_response, custody_check, custody_incident, disclosure, diversion_referral, duty, hvip_case, mediation, outcome, outreach_contact, outreach_intake, person, property, property_action, provider, put_off, recidivism_check, reentry_needs, reentry_plan, referral, relation, release_handoff, restorative_case, review, service, shift, shooting_response, training, transport, victim_service
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nshown_when = { property = \"state\", is = \"mo\" }\n", expect![[r#"
            types/mediation.toml: field.weapon.shown_when: an option's property is asked in choices_when only
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nchoices_when = { field = \"youth\", is = true }\n", expect![[r#"
            types/mediation.toml: field.weapon.choices_when: only for a choice or choices field; this is a bool field
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nrequired = true\nrequired_when = { field = \"youth\", is = true }\n", expect![[r#"
            types/mediation.toml: field.weapon.required_when: it is always required: leave one of them out
        "#]]),
        (MEDIATION, OUTCOME, "name = \"outcome\"\nkind = \"choice\"\nchoices_when = { property = \"state\", is = \"mo\" }\n", expect![[r#"
            types/mediation.toml: field.outcome.choices_when: unknown property "state"
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_questions() -> Vec<Row> {
    vec![
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nsection = \"risk\"\n", expect![[r#"
            types/mediation.toml: field.weapon.section: unknown section "risk"
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ndefault = 1\n", expect![[r#"
            types/mediation.toml: field.weapon.default: is a number; this is a bool field
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nrequired = true\ncomputed = true\n", expect![[r#"
            types/mediation.toml: field.weapon.computed: nobody answers it: leave required out
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ncomputed = { sum = [] }\n", expect![[r#"
            types/mediation.toml: field.weapon.computed.sum: names no value
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ncomputed = { difference = [1] }\n", expect![[r#"
            types/mediation.toml: field.weapon.computed.difference: needs two values
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ncomputed = { round = 1.5, places = 12 }\n", expect![[r#"
            types/mediation.toml: field.weapon.computed.places: must lie between 0 and 9
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ncomputed = { now = false }\n", expect![[r#"
            types/mediation.toml: field.weapon.computed.now: should be true: leave it out otherwise
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ncomputed = { sum = [true] }\n", expect![[r#"
            types/mediation.toml: field.weapon.computed: needs a number; this is a bool
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ndefault = inf\n", expect![[r#"
            types/mediation.toml: field.weapon.default: should be a finite number, not a number with a fraction
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ndefault = 07:30:00\n", expect![[r#"
            types/mediation.toml: field.weapon.default: is a time; this is a bool field
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\ndefault = [1]\n", expect![[r#"
            types/mediation.toml: field.weapon.default: should be one value, or a table, not a list
        "#]]),
        (MEDIATION, FIRST, "[[section]]\nname = \"risk\"\nlabel = { en = \"Risk\", es = \"Riesgo\" }\n\n[[section]]\nname = \"risk\"\nlabel = { en = \"Risk\", es = \"Riesgo\" }\n\n[[field]]\nname = \"learned_via\"", expect![[r#"
            types/mediation.toml: section.risk: there are two sections of this name
        "#]]),
        (INTAKE, GOALS, "name = \"goals\"\nkind = \"log\"\nshown_when = { field = \"goals\", answered = true }\n", expect![[r#"
            types/outreach_intake.toml: field.goals.shown_when: "goals" is a log field, which has no one value
            types/outreach_intake.toml: field.goals.shown_when: depends on itself
        "#]]),
        (INTAKE, ENTRY, "name = \"goal\"\nkind = \"text\"\nshown_when = { field = \"tier\", answered = true }\n", expect![[r#"
            types/outreach_intake.toml: field.goals.entry.goal: an entry is asked as a whole: leave conditions and computed out
        "#]]),
        (MEDIATION, WEAPON, "name = \"weapon\"\nkind = \"bool\"\nsection = 1\nshown_when = { field = \"youth\", is = { lenght = 1 } }\n", expect![[r#"
            types/mediation.toml: field.weapon.section: should be a text, not a whole number
            types/mediation.toml: field.weapon.shown_when.is: needs one of latest, own_last, field, property, now, today, sum, difference, product, quotient, remainder, least, greatest, round, whole, first_of, if, count, length, join, days_between, years_between
            types/mediation.toml: field.weapon.shown_when.is.lenght: unknown key; one of latest, own_last, field, property, now, today, sum, difference, product, quotient, remainder, least, greatest, round, whole, first_of, if, count, length, join, days_between, years_between
        "#]]),
        (REVIEW, RECORD, "name = \"record\"\nkind = \"ref\"\nshown_when = { field = \"submitted\", answered = true }\n", expect![[r#"
            types/review.toml: field.record.shown_when: decides where the record lives: it is always asked
        "#]]),
    ]
}
