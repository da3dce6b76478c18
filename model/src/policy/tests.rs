use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::catalogue::Placement;
use crate::ids::{CaseId, DeviceId, RecordId};
use crate::record::{Conflict, ConflictValue, Envelope};
use crate::time::Span;
use crate::value::{FieldValue, Scalar};

const ANA: u8 = 1;
const BEN: u8 = 2;
const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

#[test]
fn a_worker_opens_what_the_matrix_lets_them_write_and_the_identity_card() {
    let town = Town::new();
    assert_eq!(
        town.opened(&[("OW", "street_outreach")], town.case(&["street_outreach"])),
        "IDN OUT"
    );
    let two = [("RN", "reentry"), ("HR", "hospital_response")];
    assert_eq!(town.opened(&two, town.case(&["reentry"])), "HSP IDN REN");
    assert_eq!(town.opened(&[("ADM", "reentry")], town.case(&["reentry"])), "");
    let mut elsewhere = town.case(&["street_outreach"]);
    elsewhere.assigned = false;
    assert_eq!(town.opened(&[("OW", "street_outreach")], elsewhere), "");
}

#[test]
fn a_role_is_held_where_it_works_or_supervises_or_serves_the_whole_department() {
    let town = Town::new();
    let programs_of = |role: &str| {
        let role = role.parse().unwrap();
        let programs = town.catalogue.programs.keys();
        let fitting = programs.filter(|program| fits(&town.catalogue, &role, program));
        fitting.map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let everywhere = town.catalogue.programs.keys();
    let everywhere = everywhere.map(ToString::to_string).collect::<Vec<_>>().join(" ");
    for (role, programs) in [
        ("OW", "street_outreach"),
        ("HR", "hospital_response"),
        ("RN", "reentry"),
        ("VA", "victim_services"),
        ("CR", "crisis_response"),
        ("DF", "diversion"),
        ("CO", "corrections"),
        ("CH", "custody_health"),
        ("TF", "task_force"),
        ("SUP", &everywhere),
        ("DIR", &everywhere),
        ("AN", &everywhere),
        ("PRV", &everywhere),
        ("ADM", &everywhere),
        ("XX", ""),
    ] {
        assert_eq!(programs_of(role), programs, "{role}");
    }
}

#[test]
fn victim_services_see_their_own_people_and_nobody_sees_these() {
    let town = Town::new();
    let shared = town.case(&["victim_services", "street_outreach"]);
    assert_eq!(town.opened(&[("VA", "victim_services")], shared.clone()), "VIC");
    assert_eq!(town.opened(&[("SUP", "victim_services")], shared.clone()), "STF VIC");
    for (role, program) in [("OW", "street_outreach"), ("HR", "hospital_response")] {
        assert!(!town.opened(&[(role, program)], shared.clone()).contains("VIC"), "{role}");
    }
    assert_eq!(town.opened(&[("SUP", "street_outreach")], shared), "IDN OUT STF");
    // Who is on the case of a victim by mistake is shown nothing at all of who it is.
    let officer = [("PRV", "professional_standards")];
    let seen = town.see(&officer, "VIC", Some("person"), Channel::ConsoleWithReason);
    assert_eq!(seen, Err(Denial::CounselOnly));
    let analyst = town.see(&[("AN", "reentry")], "VIC", Some("person"), Channel::Console);
    assert_eq!(analyst, Err(Denial::AggregatesOnly));
}

#[test]
fn a_directory_is_read_by_role_alone_and_kept_by_whoever_writes_its_types() {
    let town = Town::new();
    let (directory, none) = ("SVC".parse().unwrap(), BTreeSet::new());
    let ask = |roles: &[(&str, &str)], made_by: Option<u8>, of: &str, act| {
        let memberships = held(roles);
        let who = Person { user: user(ANA), memberships: &memberships };
        let alone = made_by.map(user);
        let emergency = &NO_EMERGENCY;
        let facts = CaseFacts { assigned: false, programs: &none, consents: &[], alone, emergency };
        let subject = Subject { compartment: &directory, record_type: Some(town.record_type(of)) };
        let asked = |reach| decide(&town.catalogue, NOW, who, reach, subject, act);
        (asked(Reach::Facts(facts)), asked(Reach::Granted))
    };
    let worker = [("OW", "street_outreach")];
    for way in [Channel::Work, Channel::Phone, Channel::Console, Channel::ConsoleWithReason] {
        assert_eq!(ask(&worker, Some(BEN), "service", Act::See(way)).0, Ok(()), "{way:?}");
        // Who holds no role reads nothing, though they made it themselves.
        assert_eq!(ask(&[], Some(ANA), "service", Act::See(way)).0, Err(Denial::NoAccess));
    }
    // A case has no part in it, so that no grant is given for each case.
    assert_eq!(ask(&worker, None, "service", Act::See(Channel::Work)).0, Err(Denial::NoAccess));
    let change = Act::Change(Channel::Phone);
    let refused = (Err(Denial::ReadsOnly), Err(Denial::ReadsOnly));
    assert_eq!(ask(&worker, Some(BEN), "service", change), refused);
    assert_eq!(ask(&worker, Some(ANA), "service", change), refused, "no more theirs than others'");
    // Not even in what was open to them, when they hold no role any more.
    let gone = (Err(Denial::NoAccess), Err(Denial::ReadsOnly));
    assert_eq!(ask(&[], Some(ANA), "service", change), gone);
    for keeper in [("SUP", "reentry"), ("DIR", "reentry"), ("AN", "reentry")] {
        let both = [worker[0], keeper];
        assert_eq!(ask(&both, Some(BEN), "service", change), (Ok(()), Ok(())), "{keeper:?}");
    }
    // What is decided about an entry stands beside it; in a case there is no entry.
    let program = "reentry".parse().unwrap();
    let review = Act::Create { way: Channel::Console, program: &program, starts: false };
    let boss = [("SUP", "reentry")];
    assert_eq!(ask(&boss, Some(BEN), "review", review), (Ok(()), Ok(())));
    assert_eq!(ask(&boss, None, "review", review).0, Err(Denial::NotAssigned));
    assert_eq!(ask(&worker, Some(BEN), "review", review).0, Err(Denial::Role));
}

#[test]
fn what_is_to_be_done_in_a_directory_is_for_whoever_writes_there() {
    let town = Town::new();
    let does = |role: &str, compartment: &str, of: &str| {
        let memberships = held(&[(role, "reentry")]);
        let (compartment, of) = (compartment.parse().unwrap(), of.parse().unwrap());
        does_its_tasks(&town.catalogue, &memberships, &compartment, &of)
    };
    assert!(does("AN", "SVC", "service") && does("SUP", "SVC", "review"));
    assert!(!does("RN", "SVC", "service") && !does("PRV", "SVC", "provider"));
    assert!(does("OW", "REN", "reentry_plan"), "elsewhere whoever sees it");
}

#[test]
fn a_supervisor_sees_the_compartments_of_their_own_program_only() {
    let town = Town::new();
    let mut case = town.case(&["street_outreach"]);
    case.assigned = false;
    assert_eq!(town.opened(&[("SUP", "street_outreach")], case.clone()), "IDN OUT STF");
    assert_eq!(town.opened(&[("SUP", "hospital_response")], case.clone()), "");
    // Who works in one program and supervises another supervises that one only.
    let both = [("OW", "street_outreach"), ("SUP", "hospital_response")];
    assert_eq!(town.opened(&both, case), "");
}

#[test]
fn only_the_right_role_in_the_right_program_makes_a_record() {
    let town = Town::new();
    let make = |roles: &[(&str, &str)], of: &str, program: &str, way| {
        let (held, program) = (held(roles), program.parse().unwrap());
        let record_type = town.record_type(of);
        let subject =
            Subject { compartment: &record_type.compartment, record_type: Some(record_type) };
        let create = Act::Create { way, program: &program, starts: true };
        let who = Person { user: user(ANA), memberships: &held };
        decide(&town.catalogue, NOW, who, Reach::Closed, subject, create)
    };
    let worker = [("OW", "street_outreach")];
    assert_eq!(make(&worker, "mediation", "street_outreach", Channel::Phone), Ok(()));
    assert_eq!(make(&worker, "mediation", "reentry", Channel::Phone), Err(Denial::Program));
    let responder = [("HR", "hospital_response")];
    let refused = make(&responder, "mediation", "street_outreach", Channel::Phone);
    assert_eq!(refused, Err(Denial::Role));
    let elsewhere = [("VA", "street_outreach")];
    let refused = make(&elsewhere, "person", "street_outreach", Channel::Console);
    assert_eq!(refused, Err(Denial::Role), "nobody opens a case that they would not see");
    let advocate = [("VA", "victim_services")];
    let phone = make(&advocate, "victim_service", "victim_services", Channel::Phone);
    assert_eq!(phone, Err(Denial::NotOnDevices));
    assert_eq!(make(&advocate, "victim_service", "victim_services", Channel::Console), Ok(()));
}

#[test]
fn a_record_is_made_for_the_program_that_works_where_it_lives() {
    let town = Town::new();
    let program = |roles: &[(&str, &str)], of: &str| {
        let record_type = town.record_type(of);
        let home = |program: &ProgramCode| match town.catalogue.home(record_type, program, None) {
            Placement::In(compartment) => compartment,
            Placement::With(_) => &record_type.compartment,
        };
        default_program(&town.catalogue, &held(roles), record_type, home)
            .map(|program| program.to_string())
    };
    let both = [("HR", "hospital_response"), ("RN", "reentry")];
    assert_eq!(program(&both, "referral").as_deref(), Some("reentry"));
    assert_eq!(program(&both, "person").as_deref(), Some("hospital_response"));
    assert_eq!(program(&both[..1], "referral").as_deref(), Some("hospital_response"));
    assert_eq!(program(&both, "mediation"), None);
    let people = [("VA", "victim_services"), ("VA", "street_outreach")];
    assert_eq!(program(&people, "person").as_deref(), Some("street_outreach"));
    assert_eq!(program(&people[..1], "person").as_deref(), Some("victim_services"));
}

#[test]
fn the_privacy_officer_reads_for_a_stated_reason_and_keeps_nothing() {
    let town = Town::new();
    let see = |way| town.see(&[("PRV", "professional_standards")], "HSP", None, way);
    assert_eq!(see(Channel::Console), Err(Denial::ReasonNeeded));
    assert_eq!(see(Channel::ConsoleWithReason), Ok(()));
    assert_eq!(see(Channel::Phone), Err(Denial::AtTheConsole));
    let victim =
        town.see(&[("PRV", "professional_standards")], "VIC", None, Channel::ConsoleWithReason);
    assert_eq!(victim, Err(Denial::CounselOnly));
}

#[test]
fn an_emergency_opens_reading_at_a_console_and_nothing_else() {
    let town = Town::new();
    let boss = held(&[("SUP", "hospital_response")]);
    let who = Person { user: user(ANA), memberships: &boss };
    let (outreach, case) = ("OUT".parse().unwrap(), town.case(&["street_outreach"]));
    let opened = BTreeSet::from([Clone::clone(&outreach)]);
    let facts = CaseFacts { assigned: false, emergency: &opened, ..case.facts(&case.programs) };
    let contact = town.record_type("outreach_contact");
    let subject = Subject { compartment: &outreach, record_type: Some(contact) };
    let ask = |act| decide(&town.catalogue, NOW, who, Reach::Facts(facts), subject, act);
    assert_eq!(ask(Act::See(Channel::Console)), Ok(()));
    assert_eq!(ask(Act::See(Channel::Phone)), Err(Denial::NotSupervised));
    assert_eq!(ask(Act::See(Channel::Work)), Err(Denial::NotSupervised));
    assert_eq!(ask(Act::Change(Channel::Console)), Err(Denial::NotSupervised));
    assert!(!super::opened(&town.catalogue, NOW, who, facts).contains(&outreach), "no grant");

    let longest = |roles: &[(&str, &str)], compartment: &str| {
        let memberships = held(roles);
        let who = Person { user: user(ANA), memberships: &memberships };
        emergency(&town.catalogue, who, &compartment.parse().unwrap())
    };
    assert_eq!(longest(&[("SUP", "reentry")], "OUT"), Ok(Span::from_hours(4)));
    for never in ["VIC", "PLC"] {
        assert_eq!(longest(&[("SUP", "reentry")], never), Err(Denial::NoEmergency), "{never}");
    }
    assert_eq!(longest(&[("SUP", "reentry")], "AUD"), Err(Denial::NoAccess));
    // Who supervises staff does not supervise outreach.
    for role in ["DIR", "OW", "PRV", "AN", "ADM"] {
        assert_eq!(longest(&[(role, "reentry")], "OUT"), Err(Denial::NoAccess), "{role}");
    }
}

#[test]
fn who_only_reads_changes_nothing() {
    let town = Town::new();
    let change = |role: &str, compartment: &str, of: &str, way| {
        let memberships = held(&[(role, "professional_standards")]);
        let who = Person { user: user(ANA), memberships: &memberships };
        let (case, compartment) = (town.case(&[]), compartment.parse().unwrap());
        let facts = Reach::Facts(case.facts(&case.programs));
        let subject =
            Subject { compartment: &compartment, record_type: Some(town.record_type(of)) };
        decide(&town.catalogue, NOW, who, facts, subject, Act::Change(way))
    };
    assert_eq!(change("PRV", "OUT", "mediation", Channel::ConsoleWithReason), Err(Denial::Role));
    assert_eq!(change("DIR", "STF-R", "conduct_case", Channel::Console), Err(Denial::Role));
    assert_eq!(change("PRV", "AUD", "disclosure", Channel::Console), Ok(()), "its own to write");
}

#[test]
fn two_roles_do_not_add_up_to_a_right_that_neither_gives() {
    let town = Town::new();
    // The director sees serious incidents; a supervisor of street outreach supervises elsewhere.
    let both = held(&[("DIR", "professional_standards"), ("SUP", "street_outreach")]);
    let who = Person { user: user(ANA), memberships: &both };
    let (custody, case) = ("CUS".parse().unwrap(), town.case(&["corrections"]));
    let facts = CaseFacts { assigned: false, ..case.facts(&case.programs) };
    let incident = town.record_type("custody_incident");
    let subject = Subject { compartment: &custody, record_type: Some(incident) };
    let ask = |act| decide(&town.catalogue, NOW, who, Reach::Facts(facts), subject, act);
    assert_eq!(ask(Act::See(Channel::Console)), Ok(()));
    assert_eq!(ask(Act::Change(Channel::Console)), Err(Denial::Role));
}

#[test]
fn a_record_of_ones_own_that_stands_alone_is_no_case_to_write_in() {
    let town = Town::new();
    let worker = held(&[("OW", "street_outreach")]);
    let who = Person { user: user(ANA), memberships: &worker };
    let (outreach, case) = ("OUT".parse().unwrap(), town.case(&[]));
    let facts = CaseFacts { assigned: false, alone: Some(user(ANA)), ..case.facts(&case.programs) };
    let subject =
        Subject { compartment: &outreach, record_type: Some(town.record_type("mediation")) };
    let program = "street_outreach".parse().unwrap();
    let create = Act::Create { way: Channel::Console, program: &program, starts: false };
    let asked = decide(&town.catalogue, NOW, who, Reach::Facts(facts), subject, create);
    assert_eq!(asked, Err(Denial::NotAssigned));
}

#[test]
fn named_types_are_seen_one_by_one() {
    let town = Town::new();
    let officer = [("CO", "corrections")];
    assert_eq!(town.see(&officer, "REN", Some("release_handoff"), Channel::Console), Ok(()));
    let plan = town.see(&officer, "REN", Some("reentry_plan"), Channel::Console);
    assert_eq!(plan, Err(Denial::NamedTypesOnly));
    let director = [("DIR", "professional_standards")];
    assert_eq!(town.see(&director, "CUS", Some("custody_incident"), Channel::Console), Ok(()));
    let leg = town.see(&director, "CUS", Some("transport"), Channel::Console);
    assert_eq!(leg, Err(Denial::AggregatesOnly));
}

#[test]
fn a_custody_officer_submits_a_request_for_care_and_does_not_read_it() {
    let town = Town::new();
    let officer = held(&[("CO", "corrections")]);
    let (case, programs) = (town.case(&["corrections"]), BTreeSet::new());
    let request = town.record_type("care_request");
    let subject = Subject { compartment: &request.compartment, record_type: Some(request) };
    let program = "corrections".parse().unwrap();
    let who = Person { user: user(ANA), memberships: &officer };
    let ask = |facts, act| decide(&town.catalogue, NOW, who, Reach::Facts(facts), subject, act);
    let create = Act::Create { way: Channel::Console, program: &program, starts: false };
    assert_eq!(ask(case.facts(&programs), create), Ok(()));
    let see = Act::See(Channel::Console);
    assert_eq!(ask(case.facts(&programs), see), Err(Denial::NamedTypesOnly));
    let elsewhere = CaseFacts { assigned: false, ..case.facts(&programs) };
    assert_eq!(ask(elsewhere, create), Err(Denial::NamedTypesOnly));
}

#[test]
fn a_consent_opens_exactly_its_compartments_to_exactly_its_programs() {
    let town = Town::new();
    let mut case = town.case(&["hospital_response"]);
    case.consents = vec![town.consent(&[
        ("opens", options(&["hsp"])),
        ("to_programs", options(&["street_outreach"])),
        ("signed", instant(NOW - Span::from_days(1))),
    ])];
    assert_eq!(town.opened(&[("OW", "street_outreach")], case.clone()), "HSP IDN OUT");
    // The same role in another program, another role of the program, somebody who is not assigned.
    assert_eq!(town.opened(&[("OW", "reentry")], case.clone()), "IDN OUT");
    assert_eq!(town.opened(&[("VA", "street_outreach")], case.clone()), "VIC");
    case.assigned = false;
    assert_eq!(town.opened(&[("OW", "street_outreach")], case), "");
}

#[test]
fn a_consent_counts_from_its_signature_to_its_end() {
    let town = Town::new();
    let start = NOW - Span::from_days(100);
    let ends = |kind: &str, fields: &[(&str, FieldValue)]| {
        let mut all = vec![("kind", choice(kind)), ("signed", instant(start))];
        all.extend(fields.iter().cloned());
        town.consent(&all).ends.map(|at| at.since(start))
    };
    let days = |days| Some(Span::from_days(days));
    // What it says, but a victim's release no longer than ninety days; else its kind's own life.
    let long = [("expires", instant(start + Span::from_days(400)))];
    assert_eq!(ends("victim", &long), days(90));
    assert_eq!(ends("hipaa", &long), days(400));
    assert_eq!(ends("victim", &[]), days(30));
    assert_eq!(ends("hipaa", &[]), days(180));
    assert_eq!(ends("multiparty_diversion", &[]), days(365));
    assert_eq!(ends("participation", &[]), None);
    // Neither before it is signed nor at the moment of its end.
    let consent = town.consent(&[
        ("opens", options(&["hsp"])),
        ("to_programs", options(&["street_outreach"])),
        ("signed", instant(NOW)),
        ("expires", instant(NOW + Span::from_days(1))),
    ]);
    let (compartment, program) = ("HSP".parse().unwrap(), "street_outreach".parse().unwrap());
    let opens = |at| consent.opens(at, &compartment, &program);
    assert_eq!(opens(NOW - Span::from_millis(1)), Err(Denial::ConsentNotSigned));
    assert_eq!(opens(NOW), Ok(()));
    let end = NOW + Span::from_days(1);
    assert_eq!(opens(end - Span::from_millis(1)), Ok(()));
    assert_eq!(opens(end), Err(Denial::ConsentExpired));
    assert_eq!(consent.next_moment(NOW - Span::from_days(1)), Some(NOW));
    assert_eq!(consent.next_moment(NOW), Some(end));
    assert_eq!(consent.next_moment(end), None);
}

#[test]
fn of_concurrent_dates_the_one_that_opens_least_counts() {
    let town = Town::new();
    let at = |days: i64| instant(NOW + Span::from_days(days));
    let mut record = town.record("consent", &[("signed", at(-9)), ("expires", at(9))]);
    record.conflicts =
        vec![conflict("signed", &[at(-9), at(-3)]), conflict("expires", &[at(9), at(2)])];
    let consent = town.read_consent(&record);
    assert_eq!(consent.starts, Some(NOW - Span::from_days(3)));
    assert_eq!(consent.ends, Some(NOW + Span::from_days(2)));
    assert!(!consent.revoked);
    // A revocation counts whatever its date, and so does one among other values.
    let revoked = town.consent(&[("signed", at(-9)), ("revoked", at(30))]);
    assert!(revoked.revoked && revoked.next_moment(NOW).is_none());
    assert!(town.consent(&[("signed", at(-9)), ("approval", choice("voided"))]).revoked);
    assert!(town.consent(&[]).starts.is_none(), "nobody has signed it");
}

#[test]
fn what_was_not_to_be_seen_without_a_consent_is_disclosed_under_it() {
    let town = Town::new();
    let mut case = town.case(&["hospital_response"]);
    let give = |days: i64| {
        town.consent(&[
            ("opens", options(&["hsp", "out"])),
            ("to_programs", options(&["street_outreach"])),
            ("signed", instant(NOW + Span::from_days(days))),
        ])
    };
    case.consents = vec![give(-1), give(1)];
    let (held, programs) = (held(&[("OW", "street_outreach")]), BTreeSet::new());
    let who = Person { user: user(ANA), memberships: &held };
    let under = |code: &str| {
        let (facts, code) = (case.facts(&programs), code.parse().unwrap());
        disclosed_under(&town.catalogue, NOW, who, facts, &code).len()
    };
    assert_eq!((under("HSP"), under("OUT"), under("VIC")), (1, 0, 0));
}

#[test]
fn an_encounter_is_its_authors_until_it_is_approved() {
    let town = Town::new();
    let edit = |who: u8, role: (&str, &str), before: &[(&str, FieldValue)], after| {
        town.edit(who, role, "outreach_contact", before, after)
    };
    let (worker, supervisor) = (("OW", "street_outreach"), ("SUP", "street_outreach"));
    let open = [("note", text("calm"))];
    let changed = [("note", text("calm again"))];
    assert_eq!(edit(ANA, worker, &open, &changed), Ok(()));
    assert_eq!(edit(BEN, worker, &open, &changed), Err(not_author("note")));
    assert_eq!(edit(BEN, supervisor, &open, &changed), Err(not_author("note")));

    let submitted = [("note", text("calm")), ("approval", choice("submitted"))];
    let approved = [("note", text("calm")), ("approval", choice("approved"))];
    assert_eq!(edit(ANA, worker, &open, &submitted), Ok(()));
    assert_eq!(edit(ANA, worker, &submitted, &approved), Err(guarded("approval", "SUP")));
    assert_eq!(edit(BEN, supervisor, &submitted, &approved), Ok(()));
    let elsewhere = ("SUP", "hospital_response");
    assert_eq!(edit(BEN, elsewhere, &submitted, &approved), Err(not_author("approval")));

    let late = [("note", text("after all")), ("approval", choice("approved"))];
    assert_eq!(edit(ANA, worker, &approved, &late), Err(closed("note")));
    assert_eq!(edit(BEN, supervisor, &approved, &late), Err(closed("note")));
    assert_eq!(edit(ANA, worker, &approved, &submitted), Err(closed("approval")));
    assert_eq!(edit(BEN, supervisor, &approved, &submitted), Ok(()), "and opens it again");
}

#[test]
fn what_somebody_decided_is_not_everybodys_to_change() {
    let town = Town::new();
    let edit = |role: (&str, &str), before: &[(&str, FieldValue)], after: &[(&str, FieldValue)]| {
        town.edit(BEN, role, "outreach_intake", before, after)
    };
    let (worker, supervisor) = (("OW", "street_outreach"), ("SUP", "street_outreach"));
    let (first, second) = ([("tier", choice("1"))], [("tier", choice("2"))]);
    assert_eq!(edit(worker, &[], &first), Ok(()), "an empty field is filled");
    assert_eq!(edit(worker, &first, &second), Err(guarded("tier", "SUP")));
    assert_eq!(edit(worker, &first, &[]), Err(guarded("tier", "SUP")));
    assert_eq!(edit(supervisor, &first, &second), Ok(()));
    // What nobody guards is everybody's, beside it too.
    let more = [("tier", choice("1")), ("risk_level", choice("high"))];
    assert_eq!(edit(worker, &first, &more), Ok(()));
    // A record that lives on is not closed by its approval, but only a supervisor leaves it.
    let approved = [("approval", choice("approved"))];
    let on = [("approval", choice("approved")), ("risk_level", choice("high"))];
    assert_eq!(edit(worker, &approved, &on), Ok(()));
    let back = edit(worker, &approved, &[("approval", choice("submitted"))]);
    assert_eq!(back, Err(guarded("approval", "SUP")));
}

#[test]
fn values_written_concurrently_are_decided_by_whom_the_field_says() {
    let town = Town::new();
    let decide = |field: &str, values: &[FieldValue], after: FieldValue| {
        let mut before = town.record("outreach_intake", &[(field, values[0].clone())]);
        before.conflicts = vec![conflict(field, values)];
        let after = town.record("outreach_intake", &[(field, after)]);
        town.ask(BEN, ("OW", "street_outreach"), Some(&before), &after)
    };
    let tiers = [choice("1"), choice("2")];
    assert_eq!(decide("tier", &tiers, choice("2")), Ok(()));
    assert_eq!(decide("tier", &tiers, choice("3")), Err(guarded("tier", "SUP")));
    let approvals = [choice("submitted"), choice("approved")];
    let lost = decide("approval", &approvals, choice("submitted"));
    assert_eq!(lost, Err(guarded("approval", "SUP")));
}

#[test]
fn a_consent_is_noted_by_those_whose_records_it_opens() {
    let town = Town::new();
    let note = |role: (&str, &str), opens: &[&str]| {
        let fields = [("opens", options(opens)), ("to_programs", options(&["street_outreach"]))];
        town.ask(BEN, role, None, &town.record("consent", &fields))
    };
    let noted_by_others = Err(not_discloser("opens"));
    // Who would be let in does not let themselves in.
    assert_eq!(note(("OW", "street_outreach"), &["hsp"]), noted_by_others);
    assert_eq!(note(("SUP", "street_outreach"), &["hsp"]), noted_by_others);
    for role in [("HR", "hospital_response"), ("SUP", "hospital_response"), ("PRV", "diversion")] {
        assert_eq!(note(role, &["hsp"]), Ok(()), "{role:?}");
    }
    // The role is not enough, nor the program, and every compartment counts.
    assert_eq!(note(("HR", "street_outreach"), &["hsp"]), noted_by_others);
    assert_eq!(note(("RN", "reentry"), &["sud"]), noted_by_others, "who reads it by consent only");
    assert_eq!(note(("HR", "hospital_response"), &["hsp", "out"]), noted_by_others);
    assert_eq!(note(("SUP", "reentry"), &["ren", "sud"]), Ok(()));
    // Whoever is on the case notes a consent that opens nothing, and lets nobody into nothing either.
    let plain = [("kind", choice("participation")), ("signed", instant(NOW))];
    let worker = ("OW", "street_outreach");
    assert_eq!(town.ask(BEN, worker, None, &town.record("consent", &plain)), Ok(()));
    assert_eq!(note(worker, &[]), Err(not_discloser("to_programs")));
}

#[test]
fn an_author_voids_a_record_of_their_own_in_time_with_a_reason_and_before_it_is_decided() {
    let town = Town::new();
    let voided = |more: &[(&str, FieldValue)]| {
        let fields = [&[("approval", choice("voided"))], more].concat();
        town.record("outreach_contact", &fields)
    };
    let reason = [("void_reason", text("of another person"))];
    let (before, after) = (town.record("outreach_contact", &[]), voided(&reason));
    let ask = |who: u8, minutes: i64, before: &Record, after: &Record| {
        let held = held(&[("OW", "street_outreach")]);
        let record_type = town.record_type("outreach_contact");
        let subject =
            Subject { compartment: &record_type.compartment, record_type: Some(record_type) };
        let at = after.envelope.created_at + Span::from_minutes(minutes);
        let edited =
            Edited { way: Channel::Phone, before: Some(before), after, at, present: Some(before) };
        let who = Person { user: user(who), memberships: &held };
        decide(&town.catalogue, NOW, who, Reach::Granted, subject, Act::Edit(edited))
    };
    assert_eq!(ask(ANA, 5, &before, &after), Ok(()));
    assert_eq!(ask(ANA, 24 * 60, &before, &after), Ok(()));
    assert!(matches!(ask(ANA, 24 * 60 + 1, &before, &after), Err(Denial::Field { .. })));
    assert!(matches!(ask(BEN, 5, &before, &after), Err(Denial::NotAuthor { .. })));
    assert!(matches!(ask(ANA, 5, &before, &voided(&[])), Err(Denial::Field { .. })));
    let blank = [("void_reason", text("  "))];
    assert!(matches!(ask(ANA, 5, &before, &voided(&blank)), Err(Denial::Field { .. })));
    let approved = town.record("outreach_contact", &[("approval", choice("approved"))]);
    assert!(matches!(ask(ANA, 5, &approved, &after), Err(Denial::Final { .. })));
}

#[test]
fn what_others_opened_meanwhile_is_not_given_away() {
    let town = Town::new();
    let hospital = [("opens", options(&["hsp"])), ("to_programs", options(&["reentry"]))];
    let (before, present) = (town.record("consent", &[]), town.record("consent", &hospital));
    let both = [("opens", options(&["out"])), ("to_programs", options(&["street_outreach"]))];
    let after = town.record("consent", &both);
    let edited = Edited {
        way: Channel::Phone,
        before: Some(&before),
        after: &after,
        at: NOW,
        present: None,
    };
    let ask = |edited| {
        let held = held(&[("OW", "street_outreach")]);
        let record_type = town.record_type("consent");
        let compartment = &record_type.compartment;
        let subject = Subject { compartment, record_type: Some(record_type) };
        let who = Person { user: user(BEN), memberships: &held };
        decide(&town.catalogue, NOW, who, Reach::Granted, subject, Act::Edit(edited))
    };
    assert_eq!(ask(edited), Ok(()));
    let late = Edited { present: Some(&present), ..edited };
    assert_eq!(ask(late), Err(not_discloser("opens")));
}

#[test]
fn a_signed_consent_is_revoked_by_anybody_and_widened_by_a_supervisor_only() {
    let town = Town::new();
    let edit = |role: (&str, &str), after: &[(&str, FieldValue)]| {
        let before =
            [("opens", options(&["out"])), ("expires", instant(NOW)), ("kind", choice("hipaa"))];
        let mut all: BTreeMap<_, _> = before.iter().cloned().collect();
        all.extend(after.iter().cloned());
        let after: Vec<_> = all.into_iter().collect();
        town.edit(BEN, role, "consent", &before, &after)
    };
    let worker = ("OW", "street_outreach");
    let revoked = [("revoked", instant(NOW))];
    assert_eq!(edit(worker, &revoked), Ok(()));
    assert_eq!(edit(("HR", "hospital_response"), &revoked), Ok(()), "whoever discloses it");
    let wider = [("opens", options(&["out", "hsp"]))];
    assert_eq!(edit(worker, &wider), Err(not_discloser("opens")));
    let longer = [("expires", instant(NOW + Span::from_days(1)))];
    assert_eq!(edit(worker, &longer), Err(guarded("expires", "PRV, SUP")));
    assert_eq!(edit(("SUP", "hospital_response"), &longer), Err(not_discloser("expires")));
    assert_eq!(edit(("SUP", "street_outreach"), &longer), Ok(()));
    assert_eq!(edit(("PRV", "professional_standards"), &longer), Ok(()));
}

#[test]
fn every_refusal_has_a_name_of_its_own() {
    let field = || "tier".parse().unwrap();
    let all = [
        Denial::NoAccess,
        Denial::NoEmergency,
        Denial::CounselOnly,
        Denial::AggregatesOnly,
        Denial::DeidentifiedOnly,
        Denial::NamedTypesOnly,
        Denial::NotOwn,
        Denial::NotSupervised,
        Denial::NotAssigned,
        Denial::NoConsent,
        Denial::ConsentNotSigned,
        Denial::ConsentExpired,
        Denial::ConsentRevoked,
        Denial::AtTheConsole,
        Denial::ReasonNeeded,
        Denial::NotOnDevices,
        Denial::Role,
        Denial::Program,
        Denial::NotAuthor { field: field() },
        Denial::Final { field: field() },
        Denial::NotDiscloser { field: field() },
        Denial::Field { field: field(), roles: "SUP".into() },
    ];
    let codes: BTreeSet<_> = all.iter().map(Denial::code).collect();
    let words: BTreeSet<_> = all.iter().map(ToString::to_string).collect();
    assert_eq!((codes.len(), words.len()), (all.len(), all.len()));
    assert!(all.is_sorted());
}

/// The rules of the department that is compiled in.
struct Town {
    catalogue: Catalogue,
}

/// A case, and what is known of it.
#[derive(Clone)]
struct Case {
    assigned: bool,
    programs: BTreeSet<ProgramCode>,
    consents: Vec<Consent>,
}

impl Case {
    fn facts<'a>(&'a self, programs: &'a BTreeSet<ProgramCode>) -> CaseFacts<'a> {
        CaseFacts {
            assigned: self.assigned,
            programs,
            consents: &self.consents,
            alone: None,
            emergency: &NO_EMERGENCY,
        }
    }
}

impl Town {
    fn new() -> Self {
        Self { catalogue: Catalogue::builtin().unwrap() }
    }

    /// A case that is assigned to whoever asks.
    fn case(&self, programs: &[&str]) -> Case {
        let programs = programs.iter().map(|name| name.parse().unwrap()).collect();
        Case { assigned: true, programs, consents: Vec::new() }
    }

    fn opened(&self, roles: &[(&str, &str)], case: Case) -> String {
        let held = held(roles);
        let who = Person { user: user(ANA), memberships: &held };
        let opened = opened(&self.catalogue, NOW, who, case.facts(&case.programs));
        opened.iter().map(CompartmentCode::as_str).collect::<Vec<_>>().join(" ")
    }

    fn see(
        &self,
        roles: &[(&str, &str)],
        compartment: &str,
        record_type: Option<&str>,
        way: Channel,
    ) -> Result<(), Denial> {
        let (held, case) = (held(roles), self.case(&[]));
        let compartment = compartment.parse().unwrap();
        let record_type = record_type.map(|name| self.record_type(name));
        let subject = Subject { compartment: &compartment, record_type };
        let who = Person { user: user(ANA), memberships: &held };
        let reach = Reach::Facts(case.facts(&case.programs));
        decide(&self.catalogue, NOW, who, reach, subject, Act::See(way))
    }

    /// Somebody edits a record that Ana made for street outreach.
    fn edit(
        &self,
        who: u8,
        role: (&str, &str),
        record_type: &str,
        before: &[(&str, FieldValue)],
        after: &[(&str, FieldValue)],
    ) -> Result<(), Denial> {
        let (before, after) = (self.record(record_type, before), self.record(record_type, after));
        self.ask(who, role, Some(&before), &after)
    }

    fn ask(
        &self,
        who: u8,
        role: (&str, &str),
        before: Option<&Record>,
        after: &Record,
    ) -> Result<(), Denial> {
        let held = held(&[role]);
        let record_type = self.record_type(after.envelope.record_type.as_str());
        let subject =
            Subject { compartment: &record_type.compartment, record_type: Some(record_type) };
        let edit =
            Act::Edit(Edited { way: Channel::Phone, before, after, at: NOW, present: before });
        let who = Person { user: user(who), memberships: &held };
        decide(&self.catalogue, NOW, who, Reach::Granted, subject, edit)
    }

    fn consent(&self, fields: &[(&str, FieldValue)]) -> Consent {
        self.read_consent(&self.record("consent", fields))
    }

    fn read_consent(&self, record: &Record) -> Consent {
        Consent::of(&self.catalogue, self.record_type("consent"), record).unwrap()
    }

    fn record(&self, record_type: &str, fields: &[(&str, FieldValue)]) -> Record {
        let record_type = self.record_type(record_type);
        Record {
            envelope: Envelope {
                record: RecordId::from_bytes([7; 16]),
                record_type: record_type.name.clone(),
                type_version: record_type.version,
                case: Some(CaseId::from_bytes([8; 16])),
                compartment: record_type.compartment.clone(),
                program: "street_outreach".parse().unwrap(),
                created_by: user(ANA),
                created_at: NOW,
            },
            fields: fields
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.clone()))
                .collect(),
            conflicts: Vec::new(),
            implausible: BTreeMap::new(),
        }
    }

    fn record_type(&self, name: &str) -> &RecordType {
        &self.catalogue.types[name]
    }
}

fn not_author(field: &str) -> Denial {
    Denial::NotAuthor { field: field.parse().unwrap() }
}

fn closed(field: &str) -> Denial {
    Denial::Final { field: field.parse().unwrap() }
}

fn not_discloser(field: &str) -> Denial {
    Denial::NotDiscloser { field: field.parse().unwrap() }
}

fn guarded(field: &str, roles: &str) -> Denial {
    Denial::Field { field: field.parse().unwrap(), roles: roles.into() }
}

fn conflict(field: &str, values: &[FieldValue]) -> Conflict {
    let values = values.iter().map(|value| ConflictValue {
        value: value.clone(),
        change: crate::ids::ChangeHash([0; 32]),
        device: DeviceId::from_bytes([0; 16]),
        at: NOW,
    });
    Conflict { field: field.parse().unwrap(), review: true, values: values.collect() }
}

fn text(text: &str) -> FieldValue {
    FieldValue::Scalar(Scalar::Text(text.into()))
}

fn choice(option: &str) -> FieldValue {
    FieldValue::Scalar(Scalar::Choice(option.parse().unwrap()))
}

fn options(options: &[&str]) -> FieldValue {
    FieldValue::Choices(options.iter().map(|option| option.parse().unwrap()).collect())
}

fn instant(at: Timestamp) -> FieldValue {
    FieldValue::Scalar(Scalar::DateTime(at))
}

fn user(number: u8) -> UserId {
    UserId::from_bytes([number; 16])
}

fn held(roles: &[(&str, &str)]) -> BTreeSet<MembershipV1> {
    roles
        .iter()
        .map(|(role, program)| MembershipV1 {
            role: role.parse().unwrap(),
            program: program.parse().unwrap(),
        })
        .collect()
}
