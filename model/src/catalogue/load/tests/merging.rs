//! Where the catalogue that is compiled in asks people to decide between two values.

use std::fmt::Write;

use expect_test::expect;

use crate::catalogue::{Catalogue, Field};

#[test]
fn people_decide_where_two_of_them_disagreed() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut review = String::new();
    for record_type in catalogue.types.values() {
        for field in record_type.fields.iter().filter(|field| field.review) {
            let of_every_type =
                ["amends", "approval", "assigned_to", "due_owner", "next_due", "occurred_at"];
            if !of_every_type.contains(&field.name.as_str()) {
                writeln!(review, "{}.{}", record_type.name, field.name).unwrap();
            }
        }
    }
    expect![[r#"
        appointment.at
        appointment.about
        appointment.service
        appointment.place
        appointment.ride
        appointment.outcome
        bedside_encounter.hospital
        bedside_encounter.hospital_other
        bedside_encounter.approach
        bedside_encounter.retaliation_risk
        bedside_encounter.authorization
        bedside_encounter.discharged
        bedside_encounter.safe_discharge
        care_request.kind
        care_request.requested
        care_request.outcome
        conduct_case.staff_member
        conduct_case.staff
        conduct_case.allegation
        conduct_case.allegation_other
        conduct_case.finding
        conduct_case.action
        consent.kind
        consent.discloser
        consent.recipient
        consent.scope
        consent.purpose
        consent.signer
        consent.signed
        consent.expires
        consent.revoked
        crisis_response.cleared
        crisis_response.call_type
        crisis_response.call_type_other
        crisis_response.disposition
        custody_check.level
        custody_check.checked
        custody_check.cell
        custody_incident.kind
        custody_incident.finding
        disclosure.basis
        disclosure.consent
        disclosure.recipient
        disclosure.items
        disclosure.notice_attached
        diversion_referral.stage
        diversion_referral.officer_called
        diversion_referral.eligible
        diversion_referral.decision
        diversion_referral.prosecutor_status
        duty.name
        duty.owned_by
        duty.owner
        duty.due
        hvip_case.owned_by
        hvip_case.owner
        hvip_case.need_housing
        hvip_case.need_education
        hvip_case.need_employment
        hvip_case.need_court
        hvip_case.need_license
        hvip_case.need_mental_health
        hvip_case.reinjury
        hvip_case.reinjured
        mediation.youth
        mediation.group
        mediation.weapon
        mediation.retaliation
        mediation.violent_history
        mediation.likelihood_of_shooting
        mediation.outcome
        mediation.check_24h
        mediation.check_72h
        mediation.check_7d
        mediation.check_30d
        outcome.kind
        outcome.date
        outcome.verified
        outcome.destination
        outcome.destination_other
        outcome.held_30d
        outcome.held_90d
        outcome.held_180d
        outreach_contact.person
        outreach_contact.met_together
        outreach_contact.result
        outreach_intake.risk_level
        outreach_intake.tier
        outreach_intake.owned_by
        outreach_intake.owner
        outreach_intake.reassessed
        outreach_intake.exit
        person.name
        person.aliases
        person.dob
        person.age_band
        person.minor
        person.safe_contact
        person.emergency_contact
        person.emergency_phone
        person.guardian
        person.guardian_phone
        person.language
        person.language_other
        person.duplicate_check
        person.duplicate_of
        property.address
        property.aliases
        property.counted_incidents
        property.window
        property.lead_dept
        property.stage
        property.notice_sent
        property_action.dept
        property_action.action
        property_action.action_other
        property_action.owned_by
        property_action.owner
        property_action.due
        property_action.done
        property_action.repeat_incident
        provider.name
        provider.phone
        provider.email
        provider.address_1
        put_off.task
        put_off.rule
        put_off.due
        put_off.what
        put_off.until
        put_off.why_later
        put_off.why_not
        recidivism_check.released
        recidivism_check.horizon
        recidivism_check.measure
        recidivism_check.result
        reentry_needs.booked
        reentry_needs.assessed
        reentry_needs.need_id
        reentry_needs.need_housing
        reentry_needs.need_employment
        reentry_needs.need_education
        reentry_needs.need_benefits
        reentry_needs.need_health
        reentry_needs.need_behavioral
        reentry_needs.need_legal_fines
        reentry_needs.need_family
        reentry_needs.need_transport
        reentry_needs.need_supervision
        reentry_needs.need_victim_safety
        reentry_needs.living_situation
        reentry_plan.owned_by
        reentry_plan.owner
        reentry_plan.reviewed
        referral.need
        referral.need_other
        referral.found_in
        referral.service
        referral.provider
        referral.owned_by
        referral.owner
        referral.status
        referral.result
        relation.kind
        relation.person
        relation.name
        relation.household
        relation.phone
        relation.ended
        release_handoff.expected_release
        release_handoff.actual_release
        release_handoff.facility
        release_handoff.facility_other
        release_handoff.has_id
        release_handoff.has_meds
        release_handoff.has_transport
        release_handoff.has_bed
        release_handoff.has_phone
        release_handoff.receiver
        release_handoff.warm
        restorative_case.responsible_consents
        restorative_case.harmed_consents
        restorative_case.supporters_consent
        restorative_case.conflict_check
        restorative_case.safety_plan
        restorative_case.next_term_due
        restorative_case.completion
        review.record
        review.authored_by
        review.author
        review.submitted
        review.decision
        review.marked
        service.name
        service.status
        service.organization
        service.alert
        service.phone
        service.assured_date
        shift.staff_member
        shift.worker
        shift.coworker
        shift.partner
        shift.plan
        shift.venue
        shift.return_at
        shift.emergency_contact
        shift.emergency_phone
        shift.alert
        shift.alert_at
        shooting_response.fatal
        shooting_response.retaliation_risk
        training.staff_member
        training.trainee
        training.course
        training.competency
        training.competency_other
        training.expires
        training.renewed
        transport.authority_document
        transport.from
        transport.to
        transport.agent
        transport.vehicle
        transport.depart
        transport.eta
        transport.searched_before
        transport.searched_after
        transport.restraints
        transport.property_seal
        transport.meds
        transport.paperwork
        transport.released_by
        transport.received_by
        victim_service.service
        victim_service.safety_plan
    "#]]
    .assert_eq(&review);
}

#[test]
fn what_a_follow_up_rests_on_is_never_overwritten_quietly() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut quiet = Vec::new();
    for record_type in catalogue.types.values() {
        let rests_on = record_type.follow_ups.iter().flat_map(|rule| {
            // That a step was done ends a rule, whichever time of it stands.
            let ends = rule.closed_when.as_ref().filter(|(_, values)| !values.is_empty());
            let named = [rule.from.as_ref(), rule.when.as_ref().map(|(name, _)| name)];
            named.into_iter().chain([ends.map(|(name, _)| name)]).flatten()
        });
        let fields = rests_on.filter_map(|name| record_type.field(name.as_str()));
        let asked_for = |field: &&Field| !field.review && field.kind.is_scalar();
        quiet.extend(fields.filter(asked_for).map(|f| format!("{}.{}", record_type.name, f.name)));
    }
    assert!(quiet.is_empty(), "{quiet:?}");
}

#[test]
fn what_identifies_a_person_is_never_overwritten_quietly() {
    let catalogue = Catalogue::builtin().unwrap();
    let person = &catalogue.types["person"];
    let asked = ["name", "aliases", "dob", "age_band", "minor", "safe_contact", "language"];
    for name in asked.into_iter().chain(["duplicate_check", "duplicate_of"]) {
        assert!(person.field(name).unwrap().review, "{name}");
    }
    // The responsible, wherever they are named.
    for record_type in catalogue.types.values() {
        for name in ["owned_by", "assigned_to", "staff_member", "coworker", "authored_by", "agent"]
        {
            let field = record_type.field(name);
            assert!(field.is_none_or(|field| field.review), "{}.{name}", record_type.name);
        }
    }
}
