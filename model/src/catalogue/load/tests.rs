use crate::words::Language;
use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::catalogue::{BelongsTo, Bound, Due, EditedBy, Field, FieldKind, Label};
use crate::time::Span;

const CONTACT: &str = "types/outreach_contact.toml";
const DECIDES: &str = "decides = { record = \"record\", by = \"decision\", sets = \"approval\", undone = \"submitted\" }";
const ANSWERED: &str =
    "answered_by = [{ type = \"outreach_contact\", result = [\"engaged\", \"brief\"] }]";
const WHEN: &str = "when = { field = \"result\", in = [\"engaged\", \"brief\"] }";
const CONSENT: &str = "types/consent.toml";
const INTAKE: &str = "types/outreach_intake.toml";
const PERSON: &str = "types/person.toml";
const MEDIATION: &str = "types/mediation.toml";
const OUTCOME: &str = "types/outcome.toml";
const REVIEW: &str = "types/review.toml";
const HANDOFF: &str = "types/release_handoff.toml";

#[test]
fn the_built_in_catalogue_has_no_mistakes() {
    assert_eq!(mistakes_in(&CatalogueSource::builtin()), "");
}

#[test]
fn each_file_of_types_is_a_record_type_of_its_name() {
    let source = CatalogueSource::builtin();
    let files = source.files.keys().filter_map(|path| path.strip_prefix("types/"));
    let files: Vec<_> = files.filter_map(|file| file.strip_suffix(".toml")).collect();
    let catalogue = Catalogue::builtin().unwrap();
    let names: Vec<_> = catalogue.types.keys().map(TypeName::as_str).collect();
    assert_eq!(names, files);
}

#[test]
fn every_label_stands_in_both_languages() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut labels: Vec<&Label> = vec![&catalogue.department];
    labels.extend(catalogue.programs.values().map(|program| &program.label));
    labels.extend(catalogue.roles.values().map(|role| &role.label));
    labels.extend(catalogue.compartments.values().map(|compartment| &compartment.label));
    labels.extend(catalogue.code_lists.values().flat_map(|list| list.options.values()));
    for record_type in catalogue.types.values() {
        labels.push(&record_type.label);
        labels.extend(record_type.fields.iter().map(|field| &field.label));
        labels.extend(record_type.follow_ups.iter().map(|rule| &rule.label));
    }
    assert!(labels.len() > 1_000, "{} labels", labels.len());
    assert!(labels.iter().all(|label| !label.en.trim().is_empty() && !label.es.trim().is_empty()));
    // The Spanish ones are not the English ones copied: the same word in both is the exception.
    let same = labels.iter().filter(|label| label.en == label.es).count();
    assert!(same * 20 < labels.len(), "{same} of {} labels are the same", labels.len());
}

#[test]
fn fields_and_rules_are_read_as_the_files_say() {
    let catalogue = Catalogue::builtin().unwrap();
    let contact = &catalogue.types["outreach_contact"];
    assert_eq!(contact.belongs_to, BelongsTo::CaseOrNothing);
    assert_eq!(contact.compartment.as_str(), "OUT");
    assert!(contact.field("mode").unwrap().required);
    let minutes = &contact.field("minutes").unwrap().kind;
    assert_eq!(*minutes, FieldKind::Integer { min: 0, max: 1_440 });
    let rule = &contact.follow_ups[0];
    assert_eq!(rule.from.as_ref().map(|from| from.as_str()), Some("occurred_at"));
    assert_eq!(rule.due, Due::After(Span::from_days(7)));
    assert_eq!(rule.flags, [Span::from_days(14), Span::from_days(30)]);
    let [answer] = &rule.answered_by[..] else { panic!("one type answers it") };
    assert_eq!(answer.record_type.as_str(), "outreach_contact");
    let results: Vec<_> = answer.fields["result"].iter().map(|code| code.as_str()).collect();
    assert_eq!(results, ["brief", "engaged"]);
    assert_eq!(contact.contact.as_ref(), Some(&answer.fields));

    // A field's own list, in the order of the file, and one that types share.
    let modes = &catalogue.code_lists["outreach_contact.mode"];
    let order: Vec<_> = modes.order.iter().map(|option| option.as_str()).collect();
    assert_eq!(order, ["street", "home", "phone_text", "group", "court", "school", "transport"]);
    assert_eq!(catalogue.option_label("approval", "voided").unwrap().es, "Anulado");
    let part = "reentry_plan.goals.part";
    assert_eq!(catalogue.option_label(part, "in_custody").unwrap().en, "In custody");

    // The common fields come last, on every type.
    for record_type in catalogue.types.values() {
        let names: Vec<_> = record_type.fields.iter().map(|field| field.name.as_str()).collect();
        let common =
            ["occurred_at", "zone", "approval", "amends", "next_due", "assigned_to", "due_owner"];
        assert!(names.ends_with(&common), "{}: {names:?}", record_type.name);
    }
}

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
        bedside_encounter.hospital
        bedside_encounter.approach
        bedside_encounter.retaliation_risk
        bedside_encounter.discharged
        bedside_encounter.safe_discharge
        bedside_encounter.authorization
        care_request.kind
        care_request.requested
        care_request.outcome
        conduct_case.staff_member
        conduct_case.staff
        conduct_case.allegation
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
        crisis_response.disposition
        custody_check.level
        custody_check.checked
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
        outcome.held_30d
        outcome.held_90d
        outcome.held_180d
        outreach_contact.person
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
        person.language
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
        property_action.owned_by
        property_action.owner
        property_action.due
        property_action.done
        property_action.repeat_incident
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
        referral.found_in
        referral.provider
        referral.owned_by
        referral.owner
        referral.status
        referral.result
        release_handoff.expected_release
        release_handoff.actual_release
        release_handoff.facility
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
        shift.staff_member
        shift.worker
        shift.coworker
        shift.partner
        shift.plan
        shift.return_at
        shift.alert
        shift.alert_at
        shooting_response.fatal
        shooting_response.retaliation_risk
        training.staff_member
        training.trainee
        training.course
        training.competency
        training.expires
        training.renewed
        transport.authority_document
        transport.from
        transport.to
        transport.agent
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
fn every_kind_of_field_is_used_and_reads_under_its_own_name() {
    let catalogue = Catalogue::builtin().unwrap();
    let fields = catalogue.types.values().flat_map(|record_type| &record_type.fields);
    let used: BTreeSet<_> = fields.map(|field| field.kind.name()).collect();
    assert_eq!(used, fields::KINDS.into_iter().collect());
}

#[test]
fn nothing_forbidden_is_collected() {
    let catalogue = Catalogue::builtin().unwrap();
    let forbidden = ["ssn", "social_security", "gang", "shooter", "who_fired", "immigration"];
    let forbidden = forbidden.into_iter().chain(["admission", "confession", "sid", "fbi", "ncic"]);
    let forbidden: Vec<_> = forbidden.collect();
    for record_type in catalogue.types.values() {
        let entries = |field: &Field| match &field.kind {
            FieldKind::Log { entry } => entry.clone(),
            _ => Vec::new(),
        };
        for field in record_type.fields.iter().flat_map(|f| [vec![f.clone()], entries(f)]).flatten()
        {
            let name = field.name.as_str();
            let parts: Vec<_> = name.split('_').collect();
            let hit = forbidden.iter().any(|word| name == *word || parts.contains(word));
            assert!(!hit, "{}.{name}", record_type.name);
        }
    }
}

#[test]
fn the_access_matrix_is_that_of_the_domain() {
    let catalogue = Catalogue::builtin().unwrap();
    // DOMAIN §2, letter for letter (`own` as o, counsel as !).
    let columns = ["OUT", "HSP", "SUD", "VIC", "CRI", "REN", "DIV", "CUS", "CHL", "PLC", "STF"];
    let rows = [
        ("OW", "W C - - - C - - - - o"),
        ("HR", "C W C - - C - - - - o"),
        ("RN", "- C C - C W C F C - o"),
        ("VA", "- - - W - - - - - - o"),
        ("CR", "- C C - W C C - - - o"),
        ("DF", "- - - - C C W - - - o"),
        ("CO", "- - - - - F - W F - o"),
        ("CH", "- C C - - C - F W - o"),
        ("TF", "- - - - - - - - - W o"),
        ("SUP", "S S S S S S S S S S S"),
        ("DIR", "A A A A A A A A A W S"),
        ("AN", "D A A A D D D A A W A"),
        ("PRV", "L L L ! L L L L L R L"),
        ("ADM", "- - - - - - - - - - -"),
    ];
    for (role, letters) in rows {
        let role: RoleCode = role.parse().unwrap();
        for (column, letter) in columns.into_iter().zip(letters.split(' ')) {
            let found = match catalogue.access(&role, &column.parse().unwrap()) {
                Access::None => "-",
                Access::Write => "W",
                Access::Supervise => "S",
                Access::Consent => "C",
                Access::NamedFields => "F",
                Access::Aggregate => "A",
                Access::Deidentified => "D",
                Access::Own => "o",
                Access::Logged => "L",
                Access::Read => "R",
                Access::CounselOnly => "!",
            };
            assert_eq!(found, letter, "{role} in {column}");
        }
    }
    // The administrator sees nothing, the rest of the compartments included.
    let admin: RoleCode = "ADM".parse().unwrap();
    let everywhere = catalogue.compartments.keys();
    assert!(everywhere.map(|code| catalogue.access(&admin, code)).all(|cell| cell == Access::None));
    assert_eq!(rows.len(), catalogue.roles.len());
}

#[test]
fn every_type_of_the_domain_is_there_with_its_fields() {
    // DOMAIN §3, row by row: type, compartment, who writes it, what it holds, its follow-up rules.
    // Lists of needs stand in a field each; hours are counted in minutes.
    #[rustfmt::skip]
    let rows = [
        ("person", "IDN", "OW HR RN VA CR DF CO CH", "name_quality name aliases dob age_band minor safe_contact language", "first_contact duplicate_review"),
        ("consent", "IDN", "OW HR RN VA CR DF CO CH SUP PRV", "kind discloser recipient scope purpose signer signed expires revoked", "renewal"),
        ("disclosure", "AUD", "PRV", "basis recipient items notice_attached", "counsel_hold"),
        ("outreach_contact", "OUT", "OW", "mode minutes person anon_count purpose result note", "next_contact"),
        ("outreach_intake", "OUT", "OW", "risk tier goals exit", "first_contact reassess reassess_again"),
        ("mediation", "OUT", "OW", "learned_via catalyst persons youth group weapon retaliation violent_history likelihood_of_shooting tactics outcome", "check_24h check_72h check_7d check_30d"),
        ("shooting_response", "OUT", "OW", "notified arrived fatal retaliation_risk actions community_response", "recanvass"),
        ("bedside_encounter", "HSP", "HR", "paged arrived first_contact hospital injury approach retaliation_risk safe_discharge authorization", "after_discharge weekly_contact"),
        ("hvip_case", "HSP", "HR", "need_housing need_education need_employment need_court need_license need_mental_health service_minutes reinjury reinjured", "review_30d review_90d review_180d"),
        ("crisis_response", "CRI", "CR", "source referral team received arrived cleared call_type disposition", "check_back"),
        ("restorative_case", "DIV", "DF", "referral_point responsible_consents harmed_consents conflict_check safety_plan sessions terms completion", "term_due"),
        ("diversion_referral", "DIV", "DF", "door stage handoff eligible intake decision prosecutor_status", "handoff intake"),
        ("victim_service", "VIC", "VA", "new_or_continuing victimization service service_minutes safety_plan", "next_contact"),
        ("reentry_needs", "REN", "RN", "need_id need_housing need_employment need_education need_benefits need_health need_behavioral need_legal_fines need_family need_transport need_supervision need_victim_safety living_situation", "assess reassess_30d reassess_90d"),
        ("reentry_plan", "REN", "RN", "goals", "first_review monthly_review"),
        ("referral", "REN", "RN OW HR VA CR DF CH", "need provider internal_or_external status result evidence service_start", "attempt engaged"),
        ("release_handoff", "REN", "RN CO", "expected_release actual_release facility has_id has_meds has_transport has_bed has_phone receiver warm first_contact", "first_contact check_72h check_7d"),
        ("outcome", "REN", "RN", "kind date verified destination", "verify_30d verify_90d verify_180d"),
        ("recidivism_check", "REN", "RN", "horizon measure result source", "check_180d check_365d"),
        ("property", "PLC", "TF DIR AN", "address trigger counted_incidents window lead_dept stage", "owners_plan"),
        ("property_action", "PLC", "TF DIR AN", "dept action assigned due done verified_by repeat_incident", "due recheck_30d recheck_90d recheck_180d"),
        ("transport", "CUS", "CO", "authority_document from to agent depart arrive odometer_start odometer_end searched_before searched_after restraints property_seal meds paperwork special_risk released_signed received_signed exception", "arrival reconcile"),
        ("custody_check", "CUS", "CO", "level checked observation condition action", "next_close next_general"),
        ("care_request", "CHL", "CH CO", "kind requested triaged seen outcome", "triage"),
        ("custody_incident", "CUS", "CO", "kind notified finding", "acknowledge close"),
        ("shift", "STF", "OW HR RN VA CR DF CO CH TF SUP", "partner return_at check_ins alert acknowledged", "overdue acknowledge"),
        ("training", "STF", "SUP", "course competency hours issued expires verifier", "expires_60d expires_30d expires_7d"),
        ("conduct_case", "STF-R", "PRV", "allegation standard finding action", "acknowledge close"),
        ("review", "STF", "SUP", "record decision reasons coaching", "decide"),
        ("duty", "AGG", "DIR", "ordinance owner due result", "due"),
    ];
    let catalogue = Catalogue::builtin().unwrap();
    for (name, compartment, writers, fields, rules) in rows {
        let record_type = &catalogue.types[name];
        assert_eq!(record_type.compartment.as_str(), compartment, "{name}");
        let writers: BTreeSet<RoleCode> = writers.split(' ').map(|w| w.parse().unwrap()).collect();
        assert_eq!(record_type.written_by, writers, "{name}");
        for field in fields.split(' ') {
            assert!(record_type.field(field).is_some(), "{name} has no {field}");
        }
        let known: Vec<_> = record_type.follow_ups.iter().map(|rule| rule.name.as_str()).collect();
        // The last is every type's.
        assert_eq!(known.join(" "), format!("{rules} next_due").trim(), "{name}");
    }
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

#[test]
fn whoever_uses_the_system_is_named_by_a_field_of_the_kind_user() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut users = String::new();
    for record_type in catalogue.types.values() {
        for field in &record_type.fields {
            let parts = match &field.kind {
                FieldKind::Log { entry } => entry.as_slice(),
                _ => &[],
            };
            if field.kind == FieldKind::User && field.name.as_str() != "assigned_to" {
                writeln!(users, "{}.{}", record_type.name, field.name).unwrap();
            }
            for part in parts.iter().filter(|part| part.kind == FieldKind::User) {
                writeln!(users, "{}.{}.{}", record_type.name, field.name, part.name).unwrap();
            }
        }
        let assigned = record_type.field("assigned_to").unwrap();
        assert_eq!(assigned.kind, FieldKind::User, "{}", record_type.name);
    }
    expect![[r#"
        conduct_case.staff_member
        duty.owned_by
        hvip_case.owned_by
        outreach_intake.owned_by
        property_action.owned_by
        property_action.signed_off_by
        reentry_plan.owned_by
        reentry_plan.goals.owned_by
        referral.owned_by
        review.authored_by
        shift.staff_member
        shift.coworker
        shift.check_ins.checked_in_by
        training.staff_member
        training.signed_off_by
    "#]]
    .assert_eq(&users);
}

#[test]
fn how_long_a_phone_shows_its_records_is_data() {
    let with = |line: &str| {
        let mut source = CatalogueSource::builtin();
        let department = source.files.get_mut(DEPARTMENT).unwrap();
        assert!(department.contains("lease = \"72h\"\n"));
        *department = department.replace("lease = \"72h\"\n", line);
        source
    };
    let hours = |line: &str| Catalogue::load(&with(line)).unwrap().lease;
    assert_eq!(hours("lease = \"12h\"\n"), Span::from_hours(12));
    assert_eq!(hours("lease = \"14d\"\n"), Span::from_days(14));
    assert_eq!(hours(""), Span::from_hours(72));
    for bad in ["59min", "15d", "-2h"] {
        let told = mistakes_in(&with(&format!("lease = \"{bad}\"\n")));
        assert!(told.starts_with("department.toml: lease: "), "{bad}: {told}");
    }
}

#[test]
fn who_may_change_what_is_data() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut guarded = String::new();
    for record_type in catalogue.types.values() {
        let guards = record_type.fields.iter().filter_map(|f| Some((&f.name, f.guard.as_ref()?)));
        for (field, guard) in guards.filter(|(name, _)| name.as_str() != "approval") {
            let roles: Vec<_> = guard.changed_by.iter().map(RoleCode::as_str).collect();
            writeln!(guarded, "{}.{field}: {}", record_type.name, roles.join(" ")).unwrap();
        }
        let approval =
            record_type.field("approval").and_then(|field| field.guard.as_ref()).unwrap();
        assert!(approval.changed_by.contains("SUP") && approval.finals.contains("approved"));
        assert!(!approval.others_decide && !approval.others_set.contains("approved"));
    }
    expect![[r#"
        consent.kind: PRV SUP
        consent.discloser: PRV SUP
        consent.recipient: PRV SUP
        consent.scope: PRV SUP
        consent.to_programs: PRV SUP
        consent.opens: PRV SUP
        consent.purpose: PRV SUP
        consent.signer: PRV SUP
        consent.signed: PRV SUP
        consent.expires: PRV SUP
        consent.revoked: PRV SUP
        hvip_case.owned_by: SUP
        hvip_case.owner: SUP
        outreach_intake.tier: SUP
        outreach_intake.owned_by: SUP
        outreach_intake.owner: SUP
        property_action.owned_by: DIR SUP
        property_action.owner: DIR SUP
        reentry_plan.owned_by: SUP
        reentry_plan.owner: SUP
        referral.owned_by: SUP
        referral.owner: SUP
    "#]]
    .assert_eq(&guarded);
    let by_author = catalogue.types.values().filter(|t| t.edited_by == EditedBy::Author);
    let by_author: Vec<_> = by_author.map(|t| t.name.as_str()).collect();
    let encounters = [
        "bedside_encounter",
        "crisis_response",
        "custody_check",
        "outreach_contact",
        "victim_service",
    ];
    assert_eq!(by_author, encounters);
}

#[test]
fn living_situations_and_destinations_are_those_of_hmis() {
    let catalogue = Catalogue::builtin().unwrap();
    let codes = |name: &str| -> BTreeSet<u16> {
        catalogue.code_lists[name].order.iter().map(|code| code.as_str().parse().unwrap()).collect()
    };
    let both = BTreeSet::from([
        8, 9, 99, 101, 116, 118, 204, 205, 206, 207, 215, 225, 302, 314, 329, 332, 410, 411, 421,
        435,
    ]);
    let prior = &both | &BTreeSet::from([335, 336]);
    assert_eq!(codes("living_situation"), prior);
    let destinations = &both | &BTreeSet::from([17, 24, 30, 312, 313, 327, 422, 423, 426]);
    assert_eq!(codes("destination"), destinations);
    for (record_type, field, list) in [
        ("reentry_needs", "living_situation", "living_situation"),
        ("outcome", "destination", "destination"),
    ] {
        let field = catalogue.types[record_type].field(field).unwrap();
        assert_eq!(field.kind.list(), Some(list));
    }
    // Nobody can choose between two that read the same.
    for name in ["living_situation", "destination"] {
        for language in [Language::English, Language::Spanish] {
            let list = &catalogue.code_lists[name];
            let labels: BTreeSet<_> =
                list.options.values().map(|label| label.in_language(language)).collect();
            assert_eq!(labels.len(), list.options.len(), "{name} {language:?}");
        }
    }
}

#[test]
fn every_date_says_which_it_takes_and_what_has_happened_is_not_in_the_future() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut ahead = String::new();
    for record_type in catalogue.types.values() {
        let entries = record_type.fields.iter().flat_map(|field| match &field.kind {
            FieldKind::Log { entry } => entry.as_slice(),
            _ => &[],
        });
        for field in record_type.fields.iter().chain(entries) {
            let of = &record_type.name;
            if matches!(field.kind, FieldKind::Date | FieldKind::DateTime) {
                let within = field.within;
                let (Some(_), Some(last)) = (within.not_before, within.not_after) else {
                    panic!("{of}.{} takes any date", field.name);
                };
                if last != Bound::NOW && field.name.as_str() != "next_due" {
                    writeln!(ahead, "{of}.{}: {last}", field.name).unwrap();
                }
            }
        }
    }
    expect![[r#"
        consent.expires: 30y from now
        duty.due: 10y from now
        outreach_intake.date: 5y from now
        property_action.due: 10y from now
        reentry_plan.due: 10y from now
        release_handoff.expected_release: 60y from now
        restorative_case.next_term_due: 10y from now
        restorative_case.due: 10y from now
        shift.start: 1y from now
        shift.return_at: 1y from now
        training.expires: 30y from now
        transport.eta: 1y from now
    "#]]
    .assert_eq(&ahead);
}

#[test]
fn what_must_not_lie_on_a_phone_does_not() {
    let catalogue = Catalogue::builtin().unwrap();
    for code in ["SUD", "VIC", "CHL"] {
        assert!(!catalogue.compartments[code].on_devices, "{code}");
    }
    let identity: Vec<_> = catalogue.compartments.iter().filter(|(_, c)| c.identity).collect();
    assert_eq!(identity.len(), 1);
    assert_eq!(identity[0].0.as_str(), "IDN");
}

#[test]
fn each_mistake_is_named_with_its_file_and_key() {
    #[rustfmt::skip]
    let cases: Vec<(&str, &str, &str, Expect)> = vec![
        // What is retired, and which dates a field takes.
        (PERSON, "name = \"dob\"\n", "name = \"dob\"\nrequired = true\nretired = true\n", expect![[r#"
            types/person.toml: field.dob.retired: nothing is entered there any more: leave required out
        "#]]),
        (PERSON, "not_before = \"-120y\"", "not_before = \"long ago\"", expect![[r#"
            types/person.toml: field.dob.not_before: "long ago" is no bound of a date; write it like "now", "1900-01-01", "-120y" or "+90d"
        "#]]),
        (PERSON, "not_before = \"-120y\"", "not_before = \"+1d\"", expect![[r#"
            types/person.toml: field.dob.not_before: lies after not_after: no date would do
        "#]]),
        (CONTACT, "name = \"note\"\nkind = \"text\"", "name = \"note\"\nkind = \"text\"\nnot_after = \"now\"", expect![[r#"
            types/outreach_contact.toml: field.note.not_after: only for a date or datetime field; this is a text field
        "#]]),
        // Files.
        (PERSON, "[type]", "[type", expect![[r#"
            types/person.toml: line 4: unclosed table, expected `]`
        "#]]),
        (DEPARTMENT, "format = 1", "format = 2\nwhatever = 3", expect![[r#"
            department.toml: format: 2 is newer than this version reads (1); update Fieldbook first
        "#]]),
        (DEPARTMENT, "format = 1", "format = 0", expect![[r#"
            department.toml: format: should be 1
        "#]]),
        (DEPARTMENT, "format = 1", "", expect![[r#"
            department.toml: format: missing
        "#]]),
        // The department.
        (DEPARTMENT, "compartments = [\"IDN\", \"OUT\", \"STF\"]", "compartments = [\"IDN\", \"OUR\", \"IDN\"]", expect![[r#"
            department.toml: program.street_outreach.compartments: names "IDN" twice
            department.toml: program.street_outreach.compartments: unknown compartment "OUR"; one of AGG, AUD, CHL, CRI, CUS, DIV, HSP, IDN, OUT, PLC, REN, STF, STF-R, SUD, VIC
        "#]]),
        (DEPARTMENT, "code = \"IDN\"\non_devices = true", "code = \"IDN\"", expect![[r#"
            department.toml: compartment.IDN.on_devices: missing
        "#]]),
        (DEPARTMENT, "code = \"HR\"", "code = \"OW\"", expect![[r#"
            department.toml: role.OW.code: there are two of this role
            access.toml: matrix.HR: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/bedside_encounter.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/consent.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/hvip_case.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/person.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/referral.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/shift.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
        "#]]),
        (DEPARTMENT, "name = \"crisis_response\"", "name = \"Crisis response\"", expect![[r#"
            department.toml: program.Crisis response.name: "Crisis response" is not a valid program code
        "#]]),
        // The matrix.
        (ACCESS, "OW  = { IDN = \"W\"", "OW  = { IDN = \"X\"", expect![[r#"
            access.toml: matrix.OW.IDN: "X" is no access; one of -, W, S, C, F, A, D, own, L, R, counsel
        "#]]),
        (ACCESS, "OW  = { IDN = \"W\", ", "OW  = { ", expect![[r#"
            access.toml: matrix.OW.IDN: missing: write "-" where there is no access
        "#]]),
        (ACCESS, "OW  = { IDN = \"W\"", "OW  = { IDN = \"W\", KCPD = \"R\"", expect![[r#"
            access.toml: matrix.OW.KCPD: unknown compartment "KCPD"; one of AGG, AUD, CHL, CRI, CUS, DIV, HSP, IDN, OUT, PLC, REN, STF, STF-R, SUD, VIC
        "#]]),
        (ACCESS, "ADM = {", "KCPD = {", expect![[r#"
            access.toml: matrix.KCPD: unknown role "KCPD"; one of ADM, AN, CH, CO, CR, DF, DIR, HR, OW, PRV, RN, SUP, TF, VA
            access.toml: matrix.ADM: missing: every role has a row
        "#]]),
        // Code lists.
        (CODE_LISTS, "name = \"approval\"", "name = \"zone\"", expect![[r#"
            code_lists.toml: list.zone.name: there are two lists of this name
            common.toml: field.approval.list: unknown code list "approval"; one of city_department, compartments_by_consent, destination, facility, finding, hospital, language, living_situation, mediation_check, need_met, need_state, ordinance, programs, progress, tier, victimization, yes_no_unknown, zone
        "#]]),
        (CODE_LISTS, "code = \"submitted\"", "code = \"draft\"", expect![[r#"
            code_lists.toml: list.approval.options.draft.code: there are two options of this code
            common.toml: field.approval.others_set: unknown option "submitted"; one of draft, returned, approved, voided
            types/review.toml: type.decides.undone: unknown option "submitted"; one of draft, returned, approved, voided
        "#]]),
        (CODE_LISTS, "en = \"Submitted\", es = \"Enviado\"", "en = \"Submitted\"", expect![[r#"
            code_lists.toml: list.approval.options.submitted.es: missing
            common.toml: field.approval.others_set: unknown option "submitted"; one of draft, returned, approved, voided
            types/review.toml: type.decides.undone: unknown option "submitted"; one of draft, returned, approved, voided
        "#]]),
        // Types.
        (PERSON, "name = \"person\"", "name = \"persons\"", expect![[r#"
            types/person.toml: type.name: the file is called person.toml: should be "person"
        "#]]),
        (PERSON, "compartment = \"IDN\"", "compartment = \"IDX\"", expect![[r#"
            types/person.toml: type.compartment: unknown compartment "IDX"; one of AGG, AUD, CHL, CRI, CUS, DIV, HSP, IDN, OUT, PLC, REN, STF, STF-R, SUD, VIC
        "#]]),
        (PERSON, "belongs_to = \"itself\"", "belongs_to = \"police\"", expect![[r#"
            types/person.toml: type.belongs_to: unknown value "police"; one of itself, case, case_or_nothing, nothing
        "#]]),
        (PERSON, "version = 1", "version = 0", expect![[r#"
            types/person.toml: type.version: should count from 1
        "#]]),
        (PERSON, "title = [\"name\", \"aliases\"]", "title = [\"nickname\", \"aliases\"]", expect![[r#"
            types/person.toml: type.title: unknown field "nickname"; one of age_band, aliases, amends, approval, assigned_to, dob, due_owner, duplicate_check, duplicate_of, language, minor, name, name_quality, next_due, notes, occurred_at, safe_contact, zone
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
        // Fields.
        (PERSON, "kind = \"text\"\nsearched = true\nmerge = \"review\"\nlabel = { en = \"Name\"", "kind = \"txt\"\nsearched = true\nmerge = \"review\"\nlabel = { en = \"Name\"", expect![[r#"
            types/person.toml: field.name.kind: unknown kind "txt"; one of text, date, datetime, bool, integer, choice, ref, user, choices, counter, log, shared_note
        "#]]),
        (PERSON, "label = { en = \"Name\", es = \"Nombre\" }", "", expect![[r#"
            types/person.toml: field.name.label: missing; write { en = "…", es = "…" }
        "#]]),
        (PERSON, "es = \"Nombre\"", "es = \" \"", expect![[r#"
            types/person.toml: field.name.label.es: is empty
        "#]]),
        (PERSON, "name = \"aliases\"", "name = \"name\"", expect![[r#"
            types/person.toml: field.name.name: there are two fields of this name
            types/person.toml: type.title: unknown field "aliases"; one of age_band, amends, approval, assigned_to, dob, due_owner, duplicate_check, duplicate_of, language, minor, name, name_quality, next_due, notes, occurred_at, safe_contact, zone
        "#]]),
        (PERSON, "name = \"notes\"", "name = \"zone\"", expect![[r#"
            types/person.toml: field.zone.name: every type has a field of this name (common.toml)
        "#]]),
        (PERSON, "name = \"notes\"", "name = \"created_by\"", expect![[r#"
            types/person.toml: field.created_by.name: is taken; not one of id, type, type_version, case, compartment, program, created_by, created_at, fields
        "#]]),
        (PERSON, "name = \"dob\"", "name = \"dob\"\nrequierd = true", expect![[r#"
            types/person.toml: field.dob.requierd: unknown key; one of name, label, required, retired, searched, merge, kind, not_before, not_after, changed_by, others_set, final, others_decide
        "#]]),
        (PERSON, "name = \"dob\"", "name = \"dob\"\nrequired = \"yes\"", expect![[r#"
            types/person.toml: field.dob.required: should be true or false, not a text
        "#]]),
        (PERSON, "name = \"dob\"", "name = \"dob\"\nsearched = true", expect![[r#"
            types/person.toml: field.dob.searched: only for text, shared_note, log
        "#]]),
        (PERSON, "name = \"dob\"", "name = \"dob\"\nmerge = \"last\"", expect![[r#"
            types/person.toml: line 47: duplicate key
        "#]]),
        (PERSON, "list = \"language\"", "list = \"langauge\"", expect![[r#"
            types/person.toml: field.language.list: unknown code list "langauge"; one of approval, city_department, compartments_by_consent, destination, facility, finding, hospital, language, living_situation, mediation_check, need_met, need_state, ordinance, programs, progress, tier, victimization, yes_no_unknown, zone
        "#]]),
        (PERSON, "list = \"language\"", "list = \"language\"\noptions = []", expect![[r#"
            types/person.toml: field.language.options: either list or options, not both
        "#]]),
        (PERSON, "list = \"language\"", "", expect![[r#"
            types/person.toml: field.language: missing: either list (of code_lists.toml) or options
        "#]]),
        (PERSON, "list = \"language\"", "options = []", expect![[r#"
            types/person.toml: field.language.options: an empty code list: nothing could be chosen
        "#]]),
        (PERSON, "to = [\"person\"]", "to = [\"human\"]", expect![[r#"
            types/person.toml: field.duplicate_of.to: unknown type "human": there is no types/human.toml
        "#]]),
        (CONTACT, "min = 0\nmax = 1440", "min = 10\nmax = 5", expect![[r#"
            types/outreach_contact.toml: field.minutes.min: 10 is greater than max (5)
        "#]]),
        (CONTACT, "min = 0\nmax = 1440", "min = 0.5", expect![[r#"
            types/outreach_contact.toml: field.minutes.min: should be a whole number, not a number with a fraction
            types/outreach_contact.toml: field.minutes.max: missing
        "#]]),
        (CONTACT, "kind = \"choices\"", "kind = \"choices\"\nmerge = \"review\"", expect![[r#"
            types/outreach_contact.toml: field.purpose.merge: a choices field merges by itself: leave merge out
        "#]]),
        ("types/outreach_intake.toml", "kind = \"date\"\nnot_before = \"-20y\"\nnot_after = \"+5y\"\nlabel = { en = \"Date\"", "kind = \"counter\"\nlabel = { en = \"Date\"", expect![[r#"
            types/outreach_intake.toml: field.goals.entry.date: a counter field cannot stand in a log entry
        "#]]),
        ("types/outreach_intake.toml", "kind = \"date\"\nnot_before = \"-20y\"\nnot_after = \"+5y\"\nlabel = { en = \"Date\"", "kind = \"date\"\nmerge = \"review\"\nlabel = { en = \"Date\"", expect![[r#"
            types/outreach_intake.toml: field.goals.entry.date: an entry never changes: leave merge out
        "#]]),
        ("types/shift.toml", "[[field.entry]]\nname = \"at\"", "[[field.entri]]\nname = \"at\"", expect![[r#"
            types/shift.toml: field.check_ins.entri: unknown key; one of name, label, required, retired, searched, merge, kind, entry, not_before, not_after, changed_by, others_set, final, others_decide
        "#]]),
        ("types/shift.toml", "name = \"coworker\"\nkind = \"user\"", "name = \"coworker\"\nkind = \"user\"\nto = [\"person\"]", expect![[r#"
            types/shift.toml: field.coworker.to: unknown key; one of name, label, required, retired, searched, merge, kind, not_before, not_after, changed_by, others_set, final, others_decide
        "#]]),
        ("types/shift.toml", "name = \"coworker\"\nkind = \"user\"", "name = \"coworker\"\nkind = \"user\"\nsearched = true", expect![[r#"
            types/shift.toml: field.coworker.searched: only for text, shared_note, log
        "#]]),
        ("types/shift.toml", "name = \"coworker\"\nkind = \"user\"", "name = \"coworker\"\nkind = \"user\"\nnot_after = \"now\"", expect![[r#"
            types/shift.toml: field.coworker.not_after: only for a date or datetime field; this is a user field
        "#]]),
        ("types/shift.toml", "name = \"coworker\"\nkind = \"user\"", "name = \"coworker\"\nkind = \"users\"", expect![[r#"
            types/shift.toml: field.coworker.kind: unknown kind "users"; one of text, date, datetime, bool, integer, choice, ref, user, choices, counter, log, shared_note
        "#]]),
        // Who may change what.
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
            types/victim_service.toml: type.edited_by: nothing closes such a record: a field needs final values
        "#]]),
        // What a consent opens.
        (CONSENT, "signed = \"signed\"", "signed = \"signer\"", expect![[r#"
            types/consent.toml: consent.signed: "signer" is a choice field; a datetime field is needed
        "#]]),
        (CONSENT, "opens = \"opens\"", "opens = \"to_programs\"", expect![[r#"
            types/consent.toml: consent.opens: "to_programs" is a choices field; a choices field with list = "compartments_by_consent" is needed
        "#]]),
        (CONSENT, "revoked = \"revoked\"", "revoked = \"withdrawn\"", expect![[r#"
            types/consent.toml: consent.revoked: unknown field "withdrawn"; one of amends, approval, assigned_to, discloser, due_owner, expires, kind, next_due, occurred_at, opens, purpose, recipient, revoked, scope, signed, signer, to_programs, zone
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
            types/conduct_case.toml: field.finding.list: unknown code list "finding"; one of approval, city_department, compartments_by_consent, destination, facility, hospital, language, living_situation, mediation_check, need_met, need_state, ordinance, programs, progress, tier, victimization, yes_no_unknown, zone
            types/custody_incident.toml: field.finding.list: unknown code list "finding"; one of approval, city_department, compartments_by_consent, destination, facility, hospital, language, living_situation, mediation_check, need_met, need_state, ordinance, programs, progress, tier, victimization, yes_no_unknown, zone
        "#]]),
        // What is decided by records.
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
        // Where records live.
        (REVIEW, "compartment_from = \"record\"", "compartment_from = \"decision\"", expect![[r#"
            types/review.toml: type.compartment_from: "decision" is a choice field; a ref is needed
        "#]]),
        (REVIEW, "compartment_from = \"record\"", "compartment_from = \"parent\"", expect![[r#"
            types/review.toml: type.compartment_from: unknown field "parent"; one of amends, approval, assigned_to, author, authored_by, coaching, decision, due_owner, next_due, occurred_at, reasons, record, submitted, zone
        "#]]),
        (OUTCOME, "in = [\"treatment\"], compartment = \"SUD\"", "in = [\"therapy\"], compartment = \"SUB\"", expect![[r#"
            types/outcome.toml: type.compartment_when.compartment: unknown compartment "SUB"; one of AGG, AUD, CHL, CRI, CUS, DIV, HSP, IDN, OUT, PLC, REN, STF, STF-R, SUD, VIC
            types/outcome.toml: type.compartment_when.in: unknown option "therapy"; one of housed, job_start, job_retained, benefits, id, treatment, school
        "#]]),
        (OUTCOME, "field = \"kind\"", "field = \"date\"", expect![[r#"
            types/outcome.toml: type.compartment_when.field: "date" is a date field; a choice is needed
        "#]]),
        (OUTCOME, "compartment_when = {", "compartment_from = \"amends\"\ncompartment_when = {", expect![[r#"
            types/outcome.toml: type.compartment_when: either compartment_from or compartment_when
        "#]]),
        (DEPARTMENT, "people = \"VIC\"\nlabel", "people = \"CHL\"\nlabel", expect![[r#"
            department.toml: program.victim_services.people: unknown compartment of the program "CHL"; one of VIC, STF
        "#]]),
        (DEPARTMENT, "[\"VIC\", \"STF\"]\npeople = \"VIC\"\nlabel", "[\"VIC\", \"IDN\"]\npeople = \"IDN\"\nlabel", expect![[r#"
            department.toml: program.victim_services.people: IDN holds everybody's identity: leave it out
        "#]]),
        // Rules.
        (CONTACT, "from = \"occurred_at\"", "from = \"happened_at\"", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.from: unknown field "happened_at"; one of amends, anon_count, approval, assigned_to, due_owner, minutes, mode, next_due, note, occurred_at, person, purpose, result, zone
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
            types/outreach_contact.toml: follow_up.next_contact.answered_by.mood: unknown field "mood"; one of mode, minutes, person, anon_count, purpose, result, note, occurred_at, zone, approval, amends, next_due, assigned_to, due_owner
            types/outreach_contact.toml: follow_up.next_contact.answered_by.result: unknown option "met"; one of engaged, brief, declined, not_found
        "#]]),
        (CONTACT, ANSWERED, "answered_by = [{ result = [\"engaged\"] }, 7, \"outreach_contact\", \"outreach_contact\"]", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.answered_by.type: missing
            types/outreach_contact.toml: follow_up.next_contact.answered_by: should be a type, or { type = "…", FIELD = ["…"] }, not a whole number
            types/outreach_contact.toml: follow_up.next_contact.answered_by: names "outreach_contact" twice
        "#]]),
        (CONTACT, ANSWERED, "answered_by = [{ type = \"person\", result = \"engaged\", same = [\"mode\"], since = \"name\" }]", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.answered_by.result: should be a list of texts, not a text
            types/outreach_contact.toml: follow_up.next_contact.answered_by.result: unknown field "result"; one of name, aliases, name_quality, dob, age_band, minor, safe_contact, language, duplicate_check, duplicate_of, notes, occurred_at, zone, approval, amends, next_due, assigned_to, due_owner
            types/outreach_contact.toml: follow_up.next_contact.answered_by.name: person has no such date or datetime field
            types/outreach_contact.toml: follow_up.next_contact.answered_by.mode: person has no such field
        "#]]),
        (CONTACT, "contact = { result = [\"engaged\", \"brief\"] }", "contact = { result = [\"met\"], note = [\"x\"] }", expect![[r#"
            types/outreach_contact.toml: type.contact.note: "note" is a text field; a choice, choices or bool is needed
            types/outreach_contact.toml: type.contact.result: unknown option "met"; one of engaged, brief, declined, not_found
        "#]]),
        (CONTACT, ANSWERED, "", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact: nothing ends this task: write answered_by or closed_when
        "#]]),
        (CONTACT, ANSWERED, "closed_when = { field = \"result\", in = [\"met\"] }", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.closed_when.in: unknown option "met"; one of engaged, brief, declined, not_found
        "#]]),
        (CONTACT, ANSWERED, "closed_when = { field = \"note\", in = [\"ok\"] }", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.closed_when.field: "note" is a text field; a choice, choices or bool is needed
        "#]]),
        (CONTACT, ANSWERED, "closed_when = { field = \"notes\" }", expect![[r#"
            types/outreach_contact.toml: follow_up.next_contact.closed_when.field: unknown field "notes"; one of amends, anon_count, approval, assigned_to, due_owner, minutes, mode, next_due, note, occurred_at, person, purpose, result, zone
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
    ];
    for (file, before, after, expected) in cases {
        expected.assert_eq(&mistakes_in(&with(file, before, after)));
    }
}

#[test]
fn every_mistake_is_reported_at_once() {
    let mut source = with(PERSON, "kind = \"text\"", "kind = \"txt\"");
    let broken =
        source.files[PERSON].replace("version = 1", "version = \"one\"\ncolour = \"blue\"");
    source.files.insert(PERSON.to_owned(), broken);
    source.files.insert(CONTACT.to_owned(), "[type]\nname = ".to_owned());
    source.files.remove(COMMON);
    source.files.insert("types/Police Report.toml".to_owned(), String::new());
    source.files.insert("people.toml".to_owned(), String::new());
    source.files.insert("README.md".to_owned(), "[not toml".to_owned());
    let access = source.files[ACCESS].replace("TF  = { IDN = \"-\"", "TF  = { IDN = \"?\"");
    source.files.insert(ACCESS.to_owned(), access);
    expect![[r#"
        people.toml: is no file of a catalogue; record types are types/NAME.toml, the rest: access.toml, code_lists.toml, common.toml, department.toml
        types/Police Report.toml: is no file of a catalogue; record types are types/NAME.toml, the rest: access.toml, code_lists.toml, common.toml, department.toml
        types/outreach_contact.toml: line 2: string values must be quoted, expected literal string
        common.toml: is missing
        access.toml: matrix.TF.IDN: "?" is no access; one of -, W, S, C, F, A, D, own, L, R, counsel
        types/person.toml: field.name.kind: unknown kind "txt"; one of text, date, datetime, bool, integer, choice, ref, user, choices, counter, log, shared_note
        types/person.toml: type.version: should be a whole number, not a text
        types/person.toml: type.colour: unknown key; one of name, label, version, compartment, compartment_from, compartment_when, belongs_to, title, written_by, edited_by, also_read_by, decides, contact
    "#]].assert_eq(&mistakes_in(&source));
}

#[test]
fn a_file_that_cannot_be_read_is_not_held_against_the_others() {
    for file in [DEPARTMENT, ACCESS, CODE_LISTS, COMMON, PERSON] {
        let mut source = CatalogueSource::builtin();
        source.files.insert(file.to_owned(), "= nonsense".to_owned());
        let found = Catalogue::load(&source).unwrap_err();
        let files: BTreeSet<_> = found.iter().map(|mistake| mistake.file.as_str()).collect();
        assert_eq!(files, BTreeSet::from([file]), "{found:?}");
    }
    // Nor is a role whose label is missing: it is declared all the same.
    let label = "label = { en = \"Outreach worker\", es = \"Personal de alcance comunitario\" }";
    expect![[r#"
        department.toml: role.OW.label: missing; write { en = "…", es = "…" }
    "#]]
    .assert_eq(&mistakes_in(&with(DEPARTMENT, label, "")));
}

#[test]
fn a_deeply_nested_file_is_a_mistake_like_any_other() {
    let mut source = CatalogueSource::builtin();
    let depth = 100_000;
    let nested = format!("deep = {}{}", "[".repeat(depth), "]".repeat(depth));
    source.files.insert(COMMON.to_owned(), nested);
    source.files.insert(CODE_LISTS.to_owned(), format!("deep{} = 1", ".a".repeat(depth)));
    source.files.insert(ACCESS.to_owned(), format!("[deep{}]", ".a".repeat(depth)));
    expect![[r#"
        access.toml: line 1: recursion limit
        code_lists.toml: line 1: recursion limit
        common.toml: line 1: cannot recurse further; max recursion depth met
    "#]]
    .assert_eq(&mistakes_in(&source));
}

#[test]
fn the_largest_catalogue_is_read_and_one_byte_more_is_not() {
    let mut source = CatalogueSource::builtin();
    let path = "notes.txt";
    let room = CATALOGUE_BYTES_MAX - source.total_bytes() - path.len();
    source.files.insert(path.to_owned(), "x".repeat(room));
    assert_eq!(source.total_bytes(), CATALOGUE_BYTES_MAX);
    assert!(Catalogue::load(&source).is_ok());
    source.files.insert(path.to_owned(), "x".repeat(room + 1));
    assert_eq!(
        mistakes_in(&source),
        "catalogue: is 1048577 bytes long; at most 1048576 are read\n"
    );
}

#[test]
fn the_digest_follows_every_byte_of_every_file() {
    let builtin = CatalogueSource::builtin();
    assert_eq!(Catalogue::builtin().unwrap().digest, builtin.digest());
    let mut digests = BTreeSet::from([builtin.digest()]);
    for path in builtin.files.keys() {
        let mut edited = builtin.clone();
        edited.files.entry(path.clone()).and_modify(|text| text.push('\n'));
        assert!(digests.insert(edited.digest()), "{path}");
        let mut removed = builtin.clone();
        removed.files.remove(path);
        assert!(digests.insert(removed.digest()), "{path}");
    }
    // A byte that moves from a path to its text is a change too.
    let of = |path: &str, text: &str| {
        CatalogueSource { files: BTreeMap::from([(path.to_owned(), text.to_owned())]) }.digest()
    };
    assert_ne!(of("ab", "c"), of("a", "bc"));
}

#[test]
fn a_source_survives_the_way_to_a_device() {
    let source = CatalogueSource::builtin();
    let mut bytes = Vec::new();
    ciborium::into_writer(&source, &mut bytes).unwrap();
    let received: CatalogueSource = ciborium::from_reader(bytes.as_slice()).unwrap();
    assert_eq!(received, source);
    assert_eq!(received.digest(), source.digest());
}

fn mistakes_in(source: &CatalogueSource) -> String {
    let mistakes = Catalogue::load(source).err().unwrap_or_default();
    mistakes.iter().fold(String::new(), |text, mistake| text + &format!("{mistake}\n"))
}

/// The built-in catalogue with one text replaced by another in one file.
fn with(file: &str, before: &str, after: &str) -> CatalogueSource {
    let mut source = CatalogueSource::builtin();
    let text = &source.files[file];
    assert!(text.contains(before), "{file} has no {before:?}");
    let text = text.replacen(before, after, 1);
    source.files.insert(file.to_owned(), text);
    source
}
