//! Checks the result at the end of the shift.

use std::collections::BTreeMap;
use std::fmt::Display;

use model::ids::{CaseId, RecordId};
use model::words::{Explained, Message};
use serde_json::{Value as Json, json};

use super::office::DemoServer;
use super::phone::Phone;
use super::shift::{Phones, Shift};
use super::story::Story;
use crate::failure::Failure;

/// One thing that must hold.
pub(super) struct Check {
    /// The phrase that says what.
    pub(super) what: &'static str,
    /// What was found that does not fit, in the language of the story; empty when it holds.
    pub(super) against: Vec<String>,
}

impl Check {
    pub(super) fn holds(&self) -> bool {
        self.against.is_empty()
    }
}

/// Checks everything.
pub(super) fn of(story: &Story, shift: &Shift, office: &DemoServer) -> Result<Vec<Check>, Failure> {
    Ok(vec![
        Check { what: "demo_nothing_waits", against: waiting(story, shift, office)? },
        Check { what: "demo_phones_agree", against: disagreements(story, &shift.phones)? },
        Check { what: "demo_everything_in_place", against: misplaced(story, shift)? },
        Check { what: "demo_both_kept", against: risk_level(story, shift)? },
        Check { what: "demo_all_merged", against: merged(story, shift)? },
        Check { what: "demo_once", against: repeated(story, shift, office)? },
        Check { what: "demo_form_whole", against: half_filled(story, shift)? },
        Check { what: "demo_last_work_arrived", against: farewell(story, shift)? },
        Check { what: "demo_all_verified", against: verified(story, shift, office)? },
    ])
}

fn waiting(story: &Story, shift: &Shift, office: &DemoServer) -> Result<Vec<String>, Failure> {
    let mut against = Vec::new();
    for phone in shift.phones.all() {
        let (waiting, refused) = (phone.waiting()?, phone.refused()?);
        if 0 < waiting + refused {
            let parts: [(&str, &dyn Display); 3] =
                [("name", &phone.name), ("waiting", &waiting), ("refused", &refused)];
            against.push(story.say("demo_waiting", &parts));
        }
    }
    let refused = office.refused()?;
    if 0 < refused {
        against.push(story.say("demo_refused", &[("count", &refused)]));
    }
    Ok(against)
}

/// Returns the records that two phones hold with different changes or show differently.
fn disagreements(story: &Story, phones: &Phones) -> Result<Vec<String>, Failure> {
    let mut known: BTreeMap<RecordId, (&str, String, Json)> = BTreeMap::new();
    let mut against = Vec::new();
    for phone in phones.all() {
        for record in phone.records()? {
            let changes = phone.fingerprint(record)?;
            let shown = phone.view(record)?.map_or(Json::Null, |view| view.to_json());
            match known.get(&record) {
                None => drop(known.insert(record, (phone.name, changes, shown))),
                Some((other, their_changes, theirs)) => {
                    let parts: [(&str, &dyn Display); 3] =
                        [("name", &phone.name), ("other", other), ("record", &record)];
                    if changes != *their_changes {
                        against.push(story.say("demo_other_changes", &parts));
                    } else if shown != *theirs {
                        against.push(story.say("demo_other_view", &parts));
                    }
                }
            }
        }
    }
    Ok(against)
}

/// A case and compartments of it.
type Scopes<'a> = (CaseId, &'a [&'a str]);

/// Returns what phones hold or lack against the day's plan. The plan is written out here and does
/// not use the access rules, which are under test.
fn misplaced(story: &Story, shift: &Shift) -> Result<Vec<String>, Failure> {
    let (phones, cases) = (&shift.phones, &shift.cases);
    let plan: [(&Phone, &[Scopes<'_>]); 6] = [
        (&phones.ana, &[(cases.alder, &["IDN", "OUT"]), (cases.dogwood, &["IDN", "OUT"])]),
        (&phones.ben, &[(cases.alder, &["IDN", "OUT"])]),
        (&phones.hana, &[(cases.alder, &["HSP", "IDN"])]),
        (&phones.rosa, &[(cases.birch, &["IDN", "REN"]), (cases.cedar, &["IDN", "REN"])]),
        (&phones.teo, &[(cases.birch, &["IDN", "REN"]), (cases.cedar, &["IDN", "REN"])]),
        (
            &phones.sol,
            &[
                (cases.alder, &["HSP", "IDN", "OUT"]),
                (cases.birch, &["IDN", "REN"]),
                (cases.cedar, &["IDN", "REN"]),
                (cases.dogwood, &["IDN", "OUT"]),
            ],
        ),
    ];
    let mut against = Vec::new();
    for (phone, planned) in plan {
        let held = phone.holds()?;
        let held: Vec<(CaseId, &str)> =
            held.iter().map(|(case, compartment)| (*case, compartment.as_str())).collect();
        let planned: Vec<(CaseId, &str)> = planned
            .iter()
            .flat_map(|(case, compartments)| compartments.iter().map(|code| (*case, *code)))
            .collect();
        let say = |key: &str, case: &CaseId, compartment: &str| {
            let parts: [(&str, &dyn Display); 3] =
                [("name", &phone.name), ("compartment", &compartment), ("case", case)];
            story.say(key, &parts)
        };
        for (case, compartment) in &held {
            if !planned.contains(&(*case, compartment)) {
                against.push(say("demo_has_too_much", case, compartment));
            }
        }
        for (case, compartment) in &planned {
            if !held.contains(&(*case, compartment)) {
                against.push(say("demo_has_too_little", case, compartment));
            }
        }
    }
    Ok(against)
}

fn risk_level(story: &Story, shift: &Shift) -> Result<Vec<String>, Failure> {
    let view = shift.phones.sol.view(shift.records.intake)?;
    let mut kept: Vec<(String, String)> = view
        .iter()
        .flat_map(|view| &view.conflicts)
        .filter(|conflict| conflict.field.as_str() == "risk_level")
        .flat_map(|conflict| &conflict.values)
        .map(|value| (value.by.clone(), value.text()))
        .collect();
    kept.sort();
    let expected = [(shift.phones.ana.name, "high"), (shift.phones.ben.name, "imminent")];
    let expected = expected.map(|(by, value)| (by.to_owned(), value.to_owned()));
    if kept == expected {
        return Ok(Vec::new());
    }
    Ok(vec![story.say("demo_supervisor_finds", &[("values", &format!("{kept:?}"))])])
}

/// Checks the sets, logs, counters and shared notes of records that two people edited concurrently.
fn merged(story: &Story, shift: &Shift) -> Result<Vec<String>, Failure> {
    let sol = &shift.phones.sol;
    let label = |(type_name, field): (&str, &str)| -> Result<String, Failure> {
        Ok(story.label(&sol.label(type_name, field)?))
    };
    let mut against = Vec::new();
    let mut expect = |found: &Json, at: (&str, &str), wanted: Json| -> Result<(), Failure> {
        if *found != wanted {
            let what = label(at)?;
            let parts: [(&str, &dyn Display); 3] =
                [("what", &what), ("found", found), ("wanted", &wanted)];
            against.push(story.say("demo_other_value", &parts));
        }
        Ok(())
    };
    let intake = sol.view(shift.records.intake)?.map(|view| view.fields).unwrap_or_default();
    let field = |fields: &serde_json::Map<String, Json>, name: &str| {
        fields.get(name).cloned().unwrap_or(Json::Null)
    };
    expect(&field(&intake, "risk"), (INTAKE, "risk"), json!(["recently_shot", "weapon"]))?;
    expect(&field(&intake, "contact_attempts"), (INTAKE, "contact_attempts"), json!(4))?;
    let goals = goals_of(&field(&intake, "goals"));
    let wanted = json!(["a job interview", "a safe place for the night"]);
    expect(&goals, (INTAKE, "goals"), wanted)?;
    let plan = sol.view(shift.records.plan)?.map(|view| view.fields).unwrap_or_default();
    let wanted = json!(["a room of one's own", "papers"]);
    expect(&goals_of(&field(&plan, "goals")), (PLAN, "goals"), wanted)?;
    let in_charge = sol.named(&field(&plan, "owned_by"))?;
    expect(&json!(in_charge), (PLAN, "owned_by"), json!(shift.phones.teo.name))?;
    for (fields, at, sentences) in [
        (
            &intake,
            (INTAKE, "safety_plan"),
            ["Call before you come.", " The aunt has a key.", " Not through the front door."],
        ),
        (
            &plan,
            (PLAN, "plan_notes"),
            ["Out in May.", " The shelter keeps a bed.", " Papers come first."],
        ),
    ] {
        let text = field(fields, at.1);
        for sentence in sentences {
            if !text.as_str().is_some_and(|text| text.contains(sentence)) {
                let what = label(at)?;
                against.push(story.say("demo_sentence_missing", &[("what", &what)]));
            }
        }
    }
    Ok(against)
}

const INTAKE: &str = "outreach_intake";
const PLAN: &str = "reentry_plan";

fn goals_of(log: &Json) -> Json {
    let entries = log.as_array().cloned().unwrap_or_default();
    let mut goals: Vec<String> =
        entries.iter().filter_map(|entry| entry["goal"].as_str()).map(str::to_owned).collect();
    goals.sort();
    json!(goals)
}

/// Checks that the server has exactly as many changes as were saved, although some arrived twice.
fn repeated(story: &Story, shift: &Shift, office: &DemoServer) -> Result<Vec<String>, Failure> {
    let saved: u64 = shift.phones.all().iter().map(|phone| phone.saved).sum();
    let sent: u64 = shift.phones.all().iter().map(|phone| phone.synced.sent).sum();
    let kept = office.verify()?.changes;
    let bedside = shift.phones.sol.authors(shift.records.bedside)?;
    let mut against = Vec::new();
    if kept != saved || sent != saved {
        let parts: [(&str, &dyn Display); 3] =
            [("saved", &saved), ("sent", &sent), ("kept", &kept)];
        against.push(story.say("demo_counts_differ", &parts));
    }
    if bedside != [shift.phones.hana.name] {
        let authors = format!("{bedside:?}");
        against.push(story.say("demo_bedside_authors", &[("authors", &authors)]));
    }
    Ok(against)
}

/// The form over which Hana's phone died is one record with what she had answered, and is open nowhere.
fn half_filled(story: &Story, shift: &Shift) -> Result<Vec<String>, Failure> {
    let Phones { hana, sol, .. } = &shift.phones;
    let mut against = Vec::new();
    for phone in shift.phones.all() {
        let open = phone.drafts()?;
        if 0 < open {
            let parts: [(&str, &dyn Display); 2] = [("name", &phone.name), ("open", &open)];
            against.push(story.say("demo_open_drafts", &parts));
        }
    }
    for phone in [hana, sol] {
        let found = phone.view(shift.records.bedside)?;
        let risk = found.and_then(|view| view.fields.get("retaliation_risk").cloned());
        if risk != Some(json!(4)) {
            against.push(story.say("demo_form_lost", &[("name", &phone.name)]));
        }
    }
    Ok(against)
}

fn farewell(story: &Story, shift: &Shift) -> Result<Vec<String>, Failure> {
    let (phones, record) = (&shift.phones, shift.records.farewell);
    let mut against = Vec::new();
    if phones.ben.view(record)?.is_some() {
        against.push(story.say("demo_still_there", &[("name", &phones.ben.name)]));
    }
    for phone in [&phones.ana, &phones.sol] {
        let authors = match phone.view(record)? {
            Some(_) => phone.authors(record)?,
            None => Vec::new(),
        };
        if authors != [phones.ben.name] {
            let parts: [(&str, &dyn Display); 2] =
                [("name", &phone.name), ("authors", &format!("{authors:?}"))];
            against.push(story.say("demo_other_authors", &parts));
        }
    }
    if phones.rosa.view(shift.records.needs)?.is_none() {
        against.push(story.say("demo_case_missing", &[("name", &phones.rosa.name)]));
    }
    Ok(against)
}

fn verified(story: &Story, shift: &Shift, office: &DemoServer) -> Result<Vec<String>, Failure> {
    let mut found: Vec<Message> =
        office.verify()?.problems.iter().map(Explained::message).collect();
    for phone in shift.phones.all() {
        found.extend(phone.problems()?);
    }
    Ok(found.iter().map(|message| story.told(message)).collect())
}
