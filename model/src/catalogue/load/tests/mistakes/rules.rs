//! Mistakes in follow-up rules.

use expect_test::expect;

use super::Row;
use crate::catalogue::load::tests::{CONTACT, INTAKE, MEDIATION, REVIEW};

const ANSWERED: &str =
    "answered_by = [{ type = \"outreach_contact\", result = [\"engaged\", \"brief\"] }]";
const WHEN: &str = "when = { field = \"result\", in = [\"engaged\", \"brief\"] }";

#[rustfmt::skip]
pub(super) fn of_rules() -> Vec<Row> {
    vec![
        (CONTACT, "from = \"occurred_at\"", "from = \"happened_at\"", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.from: unknown field "happened_at"; one of amends, anon_count, approval, assigned_to, due_owner, met_together, minutes, mode, next_due, note, occurred_at, person, purpose, result, void_reason, zone
        "#]]),
        (CONTACT, "from = \"occurred_at\"", "from = \"mode\"", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.from: "mode" is a choice field; a date or datetime is needed
        "#]]),
        (CONTACT, "after = \"7d\"", "after = \"7 days\"", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.after: "7 days" is not a valid interval; write it like 15min, 24h or 7d
        "#]]),
        (CONTACT, "after = \"7d\"", "", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.after: missing: write after = "7d" or before = "14d"
        "#]]),
        (CONTACT, "after = \"7d\"", "after = \"7d\"\nbefore = \"7d\"", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.before: either after or before, not both
        "#]]),
        (CONTACT, "flags = [\"14d\", \"30d\"]", "flags = [\"30d\", \"14d\"]", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.flags: should stand in ascending order
        "#]]),
        (CONTACT, "flags = [\"14d\", \"30d\"]", "flags = [\"7d\"]", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.flags: 7d is not after the task is due (7d)
        "#]]),
        (CONTACT, ANSWERED, "answered_by = [\"contact\"]", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.answered_by: unknown type "contact": there is no types/contact.toml
        "#]]),
        (CONTACT, ANSWERED, "answered_by = [{ type = \"outreach_contact\", result = [\"met\"], mood = [] }]", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.answered_by.mood: unknown field "mood"; one of mode, minutes, person, anon_count, met_together, purpose, result, note, occurred_at, zone, approval, void_reason, amends, next_due, assigned_to, due_owner
            types/outreach_contact.toml: follow_up.next_contact.answered_by.result: unknown option "met"; one of engaged, brief, declined, not_found
        "#]]),
        (CONTACT, ANSWERED, "answered_by = [{ result = [\"engaged\"] }, 7, \"outreach_contact\", \"outreach_contact\"]", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.answered_by.type: missing
            types/outreach_contact.toml: follow_up.next_contact.answered_by: should be a type, or { type = "…", FIELD = ["…"] }, not a whole number
            types/outreach_contact.toml: follow_up.next_contact.answered_by: names "outreach_contact" twice
        "#]]),
        (CONTACT, ANSWERED, "answered_by = [{ type = \"person\", result = \"engaged\", same = [\"mode\"], since = \"name\" }]", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.answered_by.result: should be a list of texts, not a text
            types/outreach_contact.toml: follow_up.next_contact.answered_by.result: unknown field "result"; one of name, aliases, name_quality, dob, age_band, minor, safe_contact, phones, preferred_times, call_from, call_until, pronouns, pronouns_other, emergency_contact, emergency_phone, guardian, guardian_phone, language, language_other, duplicate_check, duplicate_of, notes, occurred_at, zone, approval, void_reason, amends, next_due, assigned_to, due_owner
            types/outreach_contact.toml: follow_up.next_contact.answered_by.name: person has no such date or datetime field
            types/outreach_contact.toml: follow_up.next_contact.answered_by.mode: person has no such field
        "#]]),
        (CONTACT, "contact = { result = [\"engaged\", \"brief\"] }", "contact = { result = [\"met\"], note = [\"x\"] }", expect![[r#"
            types/outreach_contact.toml: type.contact.note: "note" is a text field; a choice, choices or bool is needed
            types/outreach_contact.toml: type.contact.result: unknown option "met"; one of engaged, brief, declined, not_found
        "#]]),
        (INTAKE, "risk = \"risk_level\"", "risk = \"risk\"", expect![[r#"
            types/outreach_intake.toml: type.risk: "risk" is a choices field; a choice is needed
        "#]]),
        (INTAKE, "risk = \"risk_level\"", "risk = \"risks\"", expect![[r#"
            types/outreach_intake.toml: type.risk: unknown field "risks"; one of amends, approval, assigned_to, contact_attempts, due_owner, exit, exited, goals, next_due, occurred_at, owned_by, owner, reassessed, risk, risk_level, safety_plan, tier, void_reason, zone
        "#]]),
        (CONTACT, ANSWERED, "", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact: nothing ends this task: write answered_by, closed_when or open_while
        "#]]),
        (CONTACT, ANSWERED, "closed_when = { field = \"result\", in = [\"met\"] }", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.closed_when.in: unknown option "met"; one of engaged, brief, declined, not_found
        "#]]),
        (CONTACT, ANSWERED, "closed_when = { field = \"note\", in = [\"ok\"] }", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.closed_when.field: "note" is a text field; a choice, choices or bool is needed
        "#]]),
        (CONTACT, ANSWERED, "closed_when = { field = \"notes\" }", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.closed_when.field: unknown field "notes"; one of amends, anon_count, approval, assigned_to, due_owner, met_together, minutes, mode, next_due, note, occurred_at, person, purpose, result, void_reason, zone
        "#]]),
        (CONTACT, WHEN, "when = { field = \"result\" }", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.when.in: missing
        "#]]),
        (CONTACT, WHEN, "when = { field = \"result\", in = [] }", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.when.in: names no value: the task would never be set
        "#]]),
        (MEDIATION, "name = \"check_72h\"\nfrom", "name = \"check_24h\"\nfrom", expect![[r#"
            types/mediation.toml: follow_up.check_24h.name: there are two rules of this name
        "#]]),
        (MEDIATION, "closed_when = { field = \"check_24h\" }", "when = { field = \"weapon\", in = [\"maybe\"] }", expect![[r#"
            types/mediation.toml: follow_up.check_24h.when.in: unknown value "maybe"; one of true, false
        "#]]),
        (CONTACT, "name = \"next_contact\"", "name = \"next_due\"", expect![[r#"
            types/outreach_contact.toml: follow_up.next_due.name: every type has a rule of this name (common.toml)
        "#]]),
        (CONTACT, "from = \"occurred_at\"\nafter = \"7d\"", "before = \"7d\"", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.from: missing: before which date?
        "#]]),
        (CONTACT, WHEN, "when = 7", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.when: should be a table, not a whole number
        "#]]),
        (REVIEW, "open_while = { record = \"record\"", "open_while = { record = \"decision\"", expect![[r#"
            types/review.toml: follow_up.revise.open_while.record: "decision" is a choice field; a ref is needed
        "#]]),
        (REVIEW, "field = \"approval\", in = [\"returned\"]", "field = \"decision\", in = [\"returned\"]", expect![[r#"
            types/review.toml: follow_up.revise.open_while.field: is the type's own: name one that every type has (common.toml)
        "#]]),
        (REVIEW, "field = \"approval\", in = [\"returned\"]", "field = \"approval\", in = [\"back\"]", expect![[r#"
            types/review.toml: follow_up.revise.open_while.in: unknown option "back"; one of draft, submitted, returned, approved, voided
        "#]]),
        (REVIEW, "field = \"approval\", in = [\"returned\"]", "field = \"approval\"", expect![[r#"
            types/review.toml: follow_up.revise.open_while.in: missing
        "#]]),
        (REVIEW, "due_from = \"authored_by\"", "due_from = \"coaching\"", expect![[r#"
            types/review.toml: follow_up.revise.due_from: "coaching" is a text field; a user is needed
        "#]]),
        (REVIEW, "due_from = \"authored_by\"", "due_from = \"writer\"", expect![[r#"
            types/review.toml: follow_up.revise.due_from: unknown field "writer"; one of amends, approval, assigned_to, author, authored_by, coaching, decision, due_owner, marked, next_due, occurred_at, reasons, record, submitted, void_reason, zone
        "#]]),
        (REVIEW, "marks = \"marked\"", "marks = \"reasons\"", expect![[r#"
            types/review.toml: type.decides.marks: "reasons" is a choices field; a text field is needed
        "#]]),
        (CONTACT, ANSWERED, "answered_by = 7", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.answered_by: should be a list, not a whole number
        "#]]),
    ]
}
