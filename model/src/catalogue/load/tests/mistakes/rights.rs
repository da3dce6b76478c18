//! Mistakes in who may change what, what a consent opens, and what records decide.

use expect_test::expect;

use super::Row;
use crate::catalogue::load::tests::{CONSENT, CONTACT, INTAKE, REVIEW};
use crate::catalogue::load::{CODE_LISTS, COMMON};

const DECIDES: &str = "decides = { record = \"record\", by = \"decision\", sets = \"approval\", undone = \"submitted\", marks = \"marked\" }";

#[rustfmt::skip]
pub(super) fn of_guards() -> Vec<Row> {
    vec![
        (INTAKE, "changed_by = [\"SUP\"]", "changed_by = [\"SUPER\"]", expect![[r#"
            types/outreach_intake.toml: field.tier.changed_by: unknown role "SUPER"; one of ADM, AN, CH, CO, CR, DF, DIR, HR, OW, PRV, RN, SUP, TF, VA
        "#]]),
        (INTAKE, "changed_by = [\"SUP\"]", "changed_by = []", expect![[r#"
            types/outreach_intake.toml: field.tier.changed_by: names no role: nobody could change it
        "#]]),
        (INTAKE, "changed_by = [\"SUP\"]", "changed_by = [\"ADM\"]", expect![[r#"
            types/outreach_intake.toml: type: tier is to be changed by ADM, who sees no such record (access.toml)
        "#]]),
        (INTAKE, "changed_by = [\"SUP\"]", "", expect![[r#"
            types/outreach_intake.toml: field.tier.others_decide: says what others may do: write changed_by, too
        "#]]),
        (INTAKE, "others_decide = true", "final = [\"4\"]\nothers_set = [\"0\"]", expect![[r#"
            types/outreach_intake.toml: field.tier.others_set: unknown option "0"; one of 1, 2, 3
            types/outreach_intake.toml: field.tier.final: unknown option "4"; one of 1, 2, 3
        "#]]),
        (INTAKE, "kind = \"counter\"", "kind = \"counter\"\nchanged_by = [\"SUP\"]", expect![[r#"
            types/outreach_intake.toml: field.contact_attempts.changed_by: a counter field is everybody's: leave it out
        "#]]),
        (INTAKE, "kind = \"shared_note\"", "kind = \"shared_note\"\nchanged_by = [\"SUP\"]\nfinal = [\"x\"]", expect![[r#"
            types/outreach_intake.toml: field.safety_plan.final: only for a choice field; this is a shared_note field
            types/outreach_intake.toml: field.safety_plan.changed_by: a shared_note field is everybody's: leave it out
        "#]]),
        (INTAKE, "name = \"goal\"", "name = \"goal\"\nchanged_by = [\"SUP\"]", expect![[r#"
            types/outreach_intake.toml: field.goals.entry.goal: an entry never changes: leave changed_by out
        "#]]),
        (CONTACT, "edited_by = \"author\"", "edited_by = \"nobody\"", expect![[r#"
            types/outreach_contact.toml: type.edited_by: unknown value "nobody"; one of author, team
        "#]]),
        (COMMON, "final = [\"approved\", \"voided\"]", "", expect![[r#"
            types/bedside_encounter.toml: type.edited_by: nothing closes such a record: a field needs final values
            types/crisis_response.toml: type.edited_by: nothing closes such a record: a field needs final values
            types/custody_check.toml: type.edited_by: nothing closes such a record: a field needs final values
            types/outreach_contact.toml: type.edited_by: nothing closes such a record: a field needs final values
            types/put_off.toml: type.edited_by: nothing closes such a record: a field needs final values
            types/victim_service.toml: type.edited_by: nothing closes such a record: a field needs final values
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_consents() -> Vec<Row> {
    vec![
        (CONSENT, "signed = \"signed\"", "signed = \"signer\"", expect![[r#"
            types/consent.toml: consent.signed: "signer" is a choice field; a datetime field is needed
        "#]]),
        (CONSENT, "opens = \"opens\"", "opens = \"to_programs\"", expect![[r#"
            types/consent.toml: consent.opens: "to_programs" is a choices field; a choices field with list = "compartments_by_consent" is needed
        "#]]),
        (CONSENT, "revoked = \"revoked\"", "revoked = \"withdrawn\"", expect![[r#"
            types/consent.toml: consent.revoked: unknown field "withdrawn"; one of amends, approval, assigned_to, discloser, due_owner, expires, kind, next_due, occurred_at, opens, purpose, recipient, revoked, scope, signed, signer, to_programs, void_reason, zone
        "#]]),
        (CONSENT, "revoked = \"revoked\"", "", expect![[r#"
            types/consent.toml: consent.revoked: missing
        "#]]),
        (CONSENT, "also_noted_by = [\"PRV\"]", "also_noted_by = [\"COP\"]", expect![[r#"
            types/consent.toml: consent.also_noted_by: unknown role "COP"; one of ADM, AN, CH, CO, CR, DF, DIR, HR, OW, PRV, RN, SUP, TF, VA
        "#]]),
        (CONSENT, "kind = \"victim\"\ndefault = \"30d\"", "kind = \"victims\"\ndefault = \"100d\"", expect![[r#"
            types/consent.toml: consent.life.victims.kind: unknown option "victims"; one of participation, hipaa, part2_tpo, part2_specific, victim, school, multiparty_diversion
            types/consent.toml: consent.life.victims.default: 100d is longer than at_most (90d)
        "#]]),
        (CONSENT, "kind = \"hipaa\"\ndefault = \"180d\"", "kind = \"victim\"", expect![[r#"
            types/consent.toml: consent.life.victim.default: missing
        "#]]),
        (CODE_LISTS, "name = \"finding\"", "name = \"programs\"", expect![[r#"
            code_lists.toml: list.programs.name: is made of the department itself: call this list something else
            types/conduct_case.toml: field.finding.list: unknown code list "finding"; one of approval, city_department, compartments_by_consent, destination, facility, hospital, language, living_situation, mediation_check, need, need_met, need_state, ordinance, programs, progress, tier, victimization, yes_no_unknown, zone
            types/custody_incident.toml: field.finding.list: unknown code list "finding"; one of approval, city_department, compartments_by_consent, destination, facility, hospital, language, living_situation, mediation_check, need, need_met, need_state, ordinance, programs, progress, tier, victimization, yes_no_unknown, zone
        "#]]),
        (CONSENT, "kind = \"victim\"\ndefault", "kind = \"hipaa\"\ndefault", expect![[r#"
            types/consent.toml: consent.life.hipaa.kind: there are two lives of this kind
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_decisions() -> Vec<Row> {
    vec![
        (REVIEW, DECIDES, "decides = { record = \"decision\", by = \"coaching\", sets = \"reasons\", undone = \"x\" }", expect![[r#"
            types/review.toml: type.decides.record: "decision" is a choice field; a ref is needed
            types/review.toml: type.decides.by: "coaching" is a text field; a choice is needed
            types/review.toml: type.decides.sets: "reasons" is a choices field; a choice is needed
            types/review.toml: type.decides.sets: is the type's own: name one that every type has (common.toml)
            types/review.toml: type.decides.sets: "reasons" is everybody's to change: guard it
        "#]]),
        (REVIEW, DECIDES, "decides = { record = \"record\", by = \"decision\", sets = \"zone\", undone = \"x\" }", expect![[r#"
            types/review.toml: type.decides.by: decides for an unknown option "approved"; one of north, northeast, central, east, midtown, south, outside
            types/review.toml: type.decides.by: decides for an unknown option "returned"; one of north, northeast, central, east, midtown, south, outside
            types/review.toml: type.decides.by: decides for an unknown option "voided"; one of north, northeast, central, east, midtown, south, outside
            types/review.toml: type.decides.undone: unknown option "x"; one of north, northeast, central, east, midtown, south, outside
            types/review.toml: type.decides.sets: "zone" is everybody's to change: guard it
        "#]]),
        (REVIEW, DECIDES, "decides = { record = \"record\", by = \"decision\", sets = \"approval\", undone = \"returned\" }", expect![[r#"
            types/review.toml: type.decides.undone: "returned" is itself a decision
        "#]]),
        (REVIEW, DECIDES, "decides = { record = \"parent\", by = \"decision\" }", expect![[r#"
            types/review.toml: type.decides.sets: missing
        "#]]),
        (REVIEW, "written_by = [\"SUP\"]", "written_by = [\"SUP\", \"OW\"]", expect![[r#"
            types/review.toml: type.decides.sets: OW makes such records and may not change "approval"
        "#]]),
        (COMMON, "others_set = [\"draft\", \"submitted\"]", "others_set = [\"draft\", \"submitted\", \"returned\"]", expect![[r#"
            types/review.toml: type.decides.by: "returned" is for everybody to set in "approval"
        "#]]),
    ]
}
