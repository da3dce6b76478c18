//! Mistakes in `[type]`: what its records are, and where they live.

use expect_test::expect;

use super::Row;
use crate::catalogue::load::DEPARTMENT;
use crate::catalogue::load::tests::{CONTACT, HANDOFF, OUTCOME, PERSON, REVIEW};

#[rustfmt::skip]
pub(super) fn of_types() -> Vec<Row> {
    vec![
        (PERSON, "name = \"person\"", "name = \"persons\"", expect![[r#"
            types/person.toml: type.name: the file is called person.toml: should be "person"
        "#]]),
        (PERSON, "compartment = \"IDN\"", "compartment = \"IDX\"", expect![[r#"
            types/person.toml: type.compartment: unknown compartment "IDX"; one of AGG, AUD, CHL, CRI, CUS, DIV, HSP, IDN, OUT, PLC, REN, STF, STF-R, SUD, SVC, VIC
        "#]]),
        (CONTACT, "compartment = \"OUT\"", "compartment = \"SVC\"", expect![[r#"
            types/outreach_contact.toml: type.belongs_to: must be "nothing": everybody reads SVC, a directory (access.toml)
        "#]]),
        (PERSON, "belongs_to = \"itself\"", "belongs_to = \"police\"", expect![[r#"
            types/person.toml: type.belongs_to: unknown value "police"; one of itself, case, case_or_nothing, nothing
        "#]]),
        (PERSON, "version = 3", "version = 0", expect![[r#"
            types/person.toml: type.version: should count from 1
        "#]]),
        (PERSON, "title = [\"name\", \"aliases\"]", "title = [\"nickname\", \"aliases\"]", expect![[r#"
            types/person.toml: type.title: unknown field "nickname"; one of age_band, aliases, amends, approval, assigned_to, call_from, call_until, dob, due_owner, duplicate_check, duplicate_of, emergency_contact, emergency_phone, guardian, guardian_phone, language, language_other, minor, name, name_quality, next_due, notes, occurred_at, phones, preferred_times, pronouns, pronouns_other, safe_contact, void_reason, zone
        "#]]),
        (CONTACT, "title = [\"occurred_at\"", "title = [\"purpose\"", expect![[r#"
            types/outreach_contact.toml: type.title: "purpose" is a choices field; a title shows single values
        "#]]),
        (CONTACT, "written_by = [\"OW\"]", "written_by = [\"OW\", \"XX\", \"VA\"]", expect![[r#"
            types/outreach_contact.toml: type.written_by: unknown role "XX"; one of ADM, AN, CH, CO, CR, DF, DIR, HR, OW, PRV, RN, SUP, TF, VA
            types/outreach_contact.toml: type.written_by: VA sees no such record: mend its cell in access.toml first
        "#]]),
        (CONTACT, "written_by = [\"OW\"]", "written_by = []", expect![[r#"
            types/outreach_contact.toml: type.written_by: names no role: nobody could write it
        "#]]),
        (HANDOFF, "also_read_by = [\"CO\"]", "also_read_by = [\"CO\", \"OW\"]", expect![[r#"
            types/release_handoff.toml: type.also_read_by: OW has neither F nor A in this compartment (access.toml)
        "#]]),
        (PERSON, "title = [\"name\", \"aliases\"]", "title = []", expect![[r#"
            types/person.toml: type.title: names no field: its records could not be told apart in a list
        "#]]),
    ]
}

const TOGETHER: &str =
    "names = \"met_together\", first_only = [\"minutes\", \"person\", \"anon_count\", \"note\"]";

#[rustfmt::skip]
pub(super) fn of_tasks_put_off() -> Vec<Row> {
    let all = "task = \"task\", rule = \"rule\", due = \"due\", until = \"until\", ends = { what = [\"cannot\"] }";
    let times = "times = [\"paged\", \"arrived\", \"first_contact\"], corrections = \"time_corrections\"";
    vec![
        (BEDSIDE, times, "times = [\"pagd\", \"ward\"], corrections = \"note\"", expect![[r#"
            types/bedside_encounter.toml: type.stamps.times: unknown field "pagd"; one of amends, approach, approval, arrived, assigned_to, authorization, discharged, due_owner, first_contact, hospital, hospital_other, injury, next_due, note, occurred_at, paged, retaliation_risk, safe_discharge, time_corrections, void_reason, ward, zone
            types/bedside_encounter.toml: type.stamps.times: "ward" is a text field; a datetime field is needed
            types/bedside_encounter.toml: type.stamps.corrections: "note" should be a log with the parts time (text), was (datetime) and why (text)
        "#]]),
        (BEDSIDE, times, "corrections = \"corections\", more = 1", expect![[r#"
            types/bedside_encounter.toml: type.stamps.times: missing
            types/bedside_encounter.toml: type.stamps.more: unknown key; one of times, corrections
            types/bedside_encounter.toml: type.stamps.corrections: unknown field "corections"; one of amends, approach, approval, arrived, assigned_to, authorization, discharged, due_owner, first_contact, hospital, hospital_other, injury, next_due, note, occurred_at, paged, retaliation_risk, safe_discharge, time_corrections, void_reason, ward, zone
        "#]]),
        (PUT_OFF, all, "task = \"rule\", rule = \"tusk\", most = 1", expect![[r#"
            types/put_off.toml: type.puts_off.task: "rule" is a text field; a ref is needed
            types/put_off.toml: type.puts_off.rule: unknown field "tusk"; one of amends, approval, assigned_to, due, due_owner, next_due, note, occurred_at, rule, task, until, void_reason, what, why_later, why_not, zone
            types/put_off.toml: type.puts_off.due: missing
            types/put_off.toml: type.puts_off.until: missing
            types/put_off.toml: type.puts_off.most: unknown key; one of task, rule, due, until, ends
        "#]]),
        (PUT_OFF, all, "task = \"task\", rule = \"what\", due = \"rule\", until = \"note\", ends = { what = [\"never\"] }", expect![[r#"
            types/put_off.toml: type.puts_off.rule: "what" is a choice field; a text field is needed
            types/put_off.toml: type.puts_off.due: "rule" is a text field; a datetime field is needed
            types/put_off.toml: type.puts_off.until: "note" is a text field; a date or datetime field is needed
            types/put_off.toml: type.puts_off.ends.what: unknown option "never"; one of later, cannot
        "#]]),
    ]
}

const BEDSIDE: &str = "types/bedside_encounter.toml";
const PUT_OFF: &str = "types/put_off.toml";

#[rustfmt::skip]
pub(super) fn of_people_met_together() -> Vec<Row> {
    vec![
        (CONTACT, TOGETHER, "first_only = [\"minute\"]", expect![[r#"
            types/outreach_contact.toml: type.together.names: missing
            types/outreach_contact.toml: type.together.first_only: unknown field "minute"; one of amends, anon_count, approval, assigned_to, due_owner, met_together, minutes, mode, next_due, note, occurred_at, person, purpose, result, void_reason, zone
        "#]]),
        (CONTACT, TOGETHER, "names = \"with\", most = 7", expect![[r#"
            types/outreach_contact.toml: type.together.most: unknown key; one of names, first_only
            types/outreach_contact.toml: type.together.names: unknown field "with"; one of amends, anon_count, approval, assigned_to, due_owner, met_together, minutes, mode, next_due, note, occurred_at, person, purpose, result, void_reason, zone
        "#]]),
        (CONTACT, TOGETHER, "names = \"note\", first_only = [\"note\", \"mode\"]", expect![[r#"
            types/outreach_contact.toml: type.together.names: "note" is a text field; a ref is needed
            types/outreach_contact.toml: type.together.first_only: "note" names the first record, which names none
            types/outreach_contact.toml: type.together.first_only: "mode" is required, and empty in one of the records
        "#]]),
        (CONTACT, TOGETHER, "names = \"person\", first_only = \"note\"", expect![[r#"
            types/outreach_contact.toml: type.together.first_only: should be a list of texts, not a text
            types/outreach_contact.toml: type.together.names: "person" may name other records: say to = ["outreach_contact"]
        "#]]),
        (CONTACT, "kind = \"integer\"\nmin = 0\nmax = 1440", "kind = \"integer\"\nmin = 0\nmax = 1440\nrequired = true", expect![[r#"
            types/outreach_contact.toml: type.together.first_only: "minutes" is required, and empty in one of the records
        "#]]),
        (CONTACT, "to = [\"outreach_contact\"]", "to = [\"outreach_contact\", \"mediation\"]", expect![[r#"
            types/outreach_contact.toml: type.together.names: "met_together" may name other records: say to = ["outreach_contact"]
        "#]]),
        (CONTACT, "to = [\"outreach_contact\"]", "to = [\"outreach_contact\"]\nretired = true", expect![[r#"
            types/outreach_contact.toml: type.together.names: nothing is entered in "met_together" any more
        "#]]),
        (CONTACT, "belongs_to = \"case_or_nothing\"", "belongs_to = \"nothing\"", expect![[r#"
            types/outreach_contact.toml: type.together: only for a type whose records belong to a case that is given (belongs_to)
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_places() -> Vec<Row> {
    vec![
        (REVIEW, "compartment_from = \"record\"", "compartment_from = \"decision\"", expect![[r#"
            types/review.toml: type.compartment_from: "decision" is a choice field; a ref is needed
        "#]]),
        (REVIEW, "compartment_from = \"record\"", "compartment_from = \"parent\"", expect![[r#"
            types/review.toml: type.compartment_from: unknown field "parent"; one of amends, approval, assigned_to, author, authored_by, coaching, decision, due_owner, marked, next_due, occurred_at, reasons, record, submitted, void_reason, zone
        "#]]),
        (OUTCOME, "in = [\"treatment\"], compartment = \"SUD\"", "in = [\"therapy\"], compartment = \"SUB\"", expect![[r#"
            types/outcome.toml: type.compartment_when.compartment: unknown compartment "SUB"; one of AGG, AUD, CHL, CRI, CUS, DIV, HSP, IDN, OUT, PLC, REN, STF, STF-R, SUD, SVC, VIC
            types/outcome.toml: type.compartment_when.in: unknown option "therapy"; one of housed, job_start, job_retained, benefits, id, treatment, school
        "#]]),
        (OUTCOME, "field = \"kind\"", "field = \"date\"", expect![[r#"
            types/outcome.toml: type.compartment_when.field: "date" is a date field; a choice is needed
        "#]]),
        (OUTCOME, "compartment_when = {", "compartment_from = \"amends\"\ncompartment_when = {", expect![[r#"
            types/outcome.toml: type.compartment_when: either compartment_from or compartment_when, not both
        "#]]),
        (DEPARTMENT, "people = \"VIC\"\nlabel", "people = \"CHL\"\nlabel", expect![[r#"
            department.toml: program.victim_services.people: unknown compartment of the program "CHL"; one of VIC, STF
        "#]]),
        (DEPARTMENT, "[\"VIC\", \"STF\"]\npeople = \"VIC\"\nlabel", "[\"VIC\", \"IDN\"]\npeople = \"IDN\"\nlabel", expect![[r#"
            department.toml: program.victim_services.people: IDN holds everybody's identity: leave it out
        "#]]),
    ]
}
