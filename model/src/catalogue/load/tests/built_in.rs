//! What the catalogue that is compiled in says.

use std::collections::BTreeSet;
use std::fmt::Write;

use expect_test::expect;

use super::super::{DEPARTMENT, fields};
use super::mistakes_in;
use crate::catalogue::{
    Access, BelongsTo, Bound, Catalogue, CatalogueSource, Due, EditedBy, Field, FieldKind, Label,
    Meaning,
};
use crate::ids::{RoleCode, TypeName};
use crate::time::Span;
use crate::words::Language;

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
    assert!(labels.iter().all(|label| !label.en.trim().is_empty()
        && !label.in_language(Language::Spanish).trim().is_empty()));
    // The Spanish ones are not the English ones copied: the same word in both is the exception.
    let same =
        labels.iter().filter(|label| label.en == label.in_language(Language::Spanish)).count();
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
    assert_eq!(
        catalogue.option_label("approval", "voided").unwrap().in_language(Language::Spanish),
        "Anulado"
    );
    let part = "reentry_plan.goals.part";
    assert_eq!(catalogue.option_label(part, "in_custody").unwrap().en, "In custody");

    // The common fields come last, on every type.
    for record_type in catalogue.types.values() {
        let names: Vec<_> = record_type.fields.iter().map(|field| field.name.as_str()).collect();
        let common = [
            "occurred_at",
            "zone",
            "approval",
            "void_reason",
            "amends",
            "next_due",
            "assigned_to",
            "due_owner",
        ];
        assert!(names.ends_with(&common), "{}: {names:?}", record_type.name);
    }
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
    for (at, field) in asked(&catalogue) {
        let name = field.name.as_str();
        let parts: Vec<_> = name.split('_').collect();
        let hit = forbidden.iter().any(|word| name == *word || parts.contains(word));
        assert!(!hit, "{at}");
    }
}

#[test]
fn nobody_is_asked_for_their_race_sex_or_immigration_status() {
    let catalogue = Catalogue::builtin().unwrap();
    #[rustfmt::skip]
    let never = [
        "race", "racial", "ethnicity", "ethnic", "hispanic", "tribe", "sex", "gender", "sexual",
        "orientation", "religion", "faith", "immigration", "citizenship", "citizen", "nationality",
        "visa", "birthplace",
        "raza", "etnia", "sexo", "género", "religión", "migratorio", "migratoria",
        "inmigración", "ciudadanía", "nacionalidad",
    ];
    let says = |text: &str| -> Option<&str> {
        let text = text.to_lowercase();
        let words: BTreeSet<_> = text.split(|letter: char| !letter.is_alphabetic()).collect();
        never.into_iter().find(|word| words.contains(word))
    };
    // It finds one that is there.
    assert_eq!(says("Género y pronombres"), Some("género"));
    for (at, field) in asked(&catalogue) {
        let spanish = field.label.in_language(Language::Spanish);
        let found = [field.name.as_str(), &field.label.en, spanish].into_iter().find_map(says);
        assert_eq!(found, None, "{at}");
    }
    let lists = catalogue.code_lists.keys().find_map(|name| says(name));
    assert_eq!(lists, None);
}

#[test]
fn a_person_has_no_address_and_what_has_a_venue_is_listed_here() {
    let catalogue = Catalogue::builtin().unwrap();
    let places = ["address", "venue", "place", "location", "street", "city", "postal", "zip"];
    let mut found = String::new();
    for (at, field) in asked(&catalogue) {
        let label = field.label.en.to_lowercase();
        let mut words = field.name.as_str().split('_').chain(label.split(' '));
        if field.kind == FieldKind::Text && words.any(|word| places.contains(&word)) {
            writeln!(found, "{at}").unwrap();
        }
    }
    expect![[r#"
        appointment.place
        mediation.venue
        property.address
        provider.address_1
        provider.city
        provider.postal_code
        restorative_case.sessions.venue
        shift.venue
    "#]]
    .assert_eq(&found);
    // Where people's identity is kept, nothing says where anybody lives, but for their part of the city.
    let identity = catalogue.types.values().filter(|known| known.compartment.as_str() == "IDN");
    let identity: Vec<_> = identity.map(|known| known.name.as_str()).collect();
    assert!(identity.contains(&"person"));
    assert!(identity.iter().all(|name| !found.contains(&format!("{name}."))), "{found}");
}

#[test]
fn what_is_other_is_said_in_the_next_question_and_what_is_unknown_comes_last() {
    let catalogue = Catalogue::builtin().unwrap();
    let (mut unsaid, mut before) = (String::new(), String::new());
    for record_type in catalogue.types.values() {
        for (at, field) in record_type.fields.iter().enumerate() {
            let Some(says_what) = &field.question.says_what else { continue };
            let next = record_type.fields.get(at + 1).map(|field| &field.name);
            assert_eq!(next, Some(says_what), "{}.{}", record_type.name, field.name);
        }
    }
    for (at, field) in asked(&catalogue) {
        let Some(name) = field.kind.list() else { continue };
        let list = &catalogue.code_lists[name];
        let has_other = list.meaning(Meaning::Other).next().is_some();
        let other = list.order.iter().any(|code| code.as_str() == "other");
        if (has_other || other) && field.question.says_what.is_none() {
            writeln!(unsaid, "{at}").unwrap();
        }
    }
    for (name, list) in &catalogue.code_lists {
        let is_unanswered =
            |code| matches!(list.meanings.get(code), Some(Meaning::Unknown | Meaning::Declined));
        let mut after = list.order.iter().skip_while(|code| !is_unanswered(*code));
        if after.any(|code| !is_unanswered(code)) {
            writeln!(before, "{name}").unwrap();
        }
    }
    // The other side of a conflict; a term that is always put in words; what is counted for VOCA.
    expect![[r#"
        mediation.parties.side
        restorative_case.terms.term
        victim_service.victimization
    "#]]
    .assert_eq(&unsaid);
    // The lists of HMIS end with 99; where an answer is a favor, "prefers not to say" comes first.
    expect![[r#"
        destination
        living_situation
        person.name_quality
        person.pronouns
    "#]]
    .assert_eq(&before);
}

/// Every question of every type, those within an entry of a log too, with where it stands.
fn asked(catalogue: &Catalogue) -> Vec<(String, &Field)> {
    let mut asked = Vec::new();
    for record_type in catalogue.types.values() {
        for field in &record_type.fields {
            let at = format!("{}.{}", record_type.name, field.name);
            if let FieldKind::Log { entry } = &field.kind {
                asked.extend(entry.iter().map(|part| (format!("{at}.{}", part.name), part)));
            }
            asked.push((at, field));
        }
    }
    asked
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
                Access::Directory => "+",
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
    // The directory is read by everybody else, and is the only one.
    for (role, code) in catalogue.access.keys() {
        let reads = catalogue.access(role, code) == Access::Directory;
        assert_eq!(reads, code.as_str() == "SVC" && *role != admin, "{role} in {code}");
    }
    let directories = catalogue.compartments.keys().filter(|code| catalogue.is_directory(code));
    assert_eq!(directories.map(|code| code.as_str()).collect::<Vec<_>>(), ["SVC"]);
    let held = catalogue.types.values().filter(|known| known.compartment.as_str() == "SVC");
    assert_eq!(held.map(|known| known.name.as_str()).collect::<Vec<_>>(), ["provider", "service"]);
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
        ("review", "STF", "SUP", "record decision reasons coaching", "decide revise"),
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
    // What its author saw, or did about a task.
    let own = [
        "bedside_encounter",
        "crisis_response",
        "custody_check",
        "outreach_contact",
        "put_off",
        "victim_service",
    ];
    assert_eq!(by_author, own);
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
        appointment.at: 2y from now
        consent.expires: 30y from now
        duty.due: 10y from now
        outreach_intake.date: 5y from now
        property_action.due: 10y from now
        put_off.due: 10y from now
        put_off.until: 1y from now
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
