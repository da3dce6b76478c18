//! Checks the result at the end of the shift.

use std::collections::BTreeMap;

use model::ids::{CaseId, RecordId};
use serde_json::{Value as Json, json};

use super::office::DemoServer;
use super::phone::Phone;
use super::shift::{Phones, Shift};
use crate::failure::Failure;

/// One thing that must hold.
pub(super) struct Check {
    /// What.
    pub(super) what: &'static str,
    /// What was found that does not fit; empty when it holds.
    pub(super) against: Vec<String>,
}

impl Check {
    pub(super) fn holds(&self) -> bool {
        self.against.is_empty()
    }
}

/// Checks everything.
pub(super) fn of(shift: &Shift, office: &DemoServer) -> Result<Vec<Check>, Failure> {
    Ok(vec![
        Check { what: "nothing waits and nothing was refused", against: waiting(shift, office)? },
        Check {
            what: "phones that hold the same record show the same",
            against: disagreements(&shift.phones)?,
        },
        Check {
            what: "nobody holds what they may not, nor lacks what they may",
            against: misplaced(shift)?,
        },
        Check { what: "both values of the risk level are kept", against: risk_level(shift)? },
        Check { what: "everything both wrote into one record is there", against: merged(shift)? },
        Check { what: "what was sent twice is there once", against: repeated(shift, office)? },
        Check {
            what: "work on a case taken away arrived under its author's name",
            against: farewell(shift)?,
        },
        Check {
            what: "server and phones pass their own checks",
            against: verified(shift, office)?,
        },
    ])
}

fn waiting(shift: &Shift, office: &DemoServer) -> Result<Vec<String>, Failure> {
    let mut against = Vec::new();
    for phone in shift.phones.all() {
        let (waiting, refused) = (phone.waiting()?, phone.refused()?);
        if 0 < waiting + refused {
            against.push(format!("{}: {waiting} wait, {refused} refused", phone.name));
        }
    }
    let refused = office.refused()?;
    if 0 < refused {
        against.push(format!("the server refused {refused}"));
    }
    Ok(against)
}

/// Returns the records that two phones hold with different changes or show differently.
fn disagreements(phones: &Phones) -> Result<Vec<String>, Failure> {
    let mut known: BTreeMap<RecordId, (&str, String, Json)> = BTreeMap::new();
    let mut against = Vec::new();
    for phone in phones.all() {
        for record in phone.records()? {
            let changes = phone.fingerprint(record)?;
            let shown = phone.view(record)?.map_or(Json::Null, |view| view.to_json());
            match known.get(&record) {
                None => drop(known.insert(record, (phone.name, changes, shown))),
                Some((other, their_changes, theirs)) => {
                    if changes != *their_changes {
                        against
                            .push(format!("{} and {other}: other changes of {record}", phone.name));
                    } else if shown != *theirs {
                        against
                            .push(format!("{} and {other} read {record} differently", phone.name));
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
fn misplaced(shift: &Shift) -> Result<Vec<String>, Failure> {
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
        for (case, compartment) in &held {
            if !planned.contains(&(*case, compartment)) {
                against.push(format!("{} holds {compartment} of {case}", phone.name));
            }
        }
        for (case, compartment) in &planned {
            if !held.contains(&(*case, compartment)) {
                against.push(format!("{} lacks {compartment} of {case}", phone.name));
            }
        }
    }
    Ok(against)
}

fn risk_level(shift: &Shift) -> Result<Vec<String>, Failure> {
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
    Ok(if kept == expected { Vec::new() } else { vec![format!("the supervisor finds {kept:?}")] })
}

/// Checks the sets, logs, counters and shared notes of records that two people edited concurrently.
fn merged(shift: &Shift) -> Result<Vec<String>, Failure> {
    let sol = &shift.phones.sol;
    let mut against = Vec::new();
    let mut expect = |found: &Json, what: &str, wanted: Json| {
        if *found != wanted {
            against.push(format!("{what} is {found}, not {wanted}"));
        }
    };
    let intake = sol.view(shift.records.intake)?.map(|view| view.fields).unwrap_or_default();
    let field = |fields: &serde_json::Map<String, Json>, name: &str| {
        fields.get(name).cloned().unwrap_or(Json::Null)
    };
    expect(&field(&intake, "risk"), "the risk factors", json!(["recently_shot", "weapon"]));
    expect(&field(&intake, "contact_attempts"), "the count of attempts", json!(4));
    let goals = goals_of(&field(&intake, "goals"));
    expect(&goals, "the goals", json!(["a job interview", "a safe place for the night"]));
    let plan = sol.view(shift.records.plan)?.map(|view| view.fields).unwrap_or_default();
    expect(&goals_of(&field(&plan, "goals")), "the plan", json!(["a room of one's own", "papers"]));
    let in_charge = sol.named(&field(&plan, "owned_by"))?;
    expect(&json!(in_charge), "who is in charge", json!(shift.phones.teo.name));
    for (fields, note, sentences) in [
        (
            &intake,
            "safety_plan",
            ["Call before you come.", " The aunt has a key.", " Not through the front door."],
        ),
        (&plan, "plan_notes", ["Out in May.", " The shelter keeps a bed.", " Papers come first."]),
    ] {
        let text = field(fields, note);
        for sentence in sentences {
            if !text.as_str().is_some_and(|text| text.contains(sentence)) {
                against.push(format!("{note} lacks a sentence"));
            }
        }
    }
    Ok(against)
}

fn goals_of(log: &Json) -> Json {
    let entries = log.as_array().cloned().unwrap_or_default();
    let mut goals: Vec<String> =
        entries.iter().filter_map(|entry| entry["goal"].as_str()).map(str::to_owned).collect();
    goals.sort();
    json!(goals)
}

/// Checks that the server has exactly as many changes as were saved, although some arrived twice.
fn repeated(shift: &Shift, office: &DemoServer) -> Result<Vec<String>, Failure> {
    let saved: u64 = shift.phones.all().iter().map(|phone| phone.saved).sum();
    let sent: u64 = shift.phones.all().iter().map(|phone| phone.synced.sent).sum();
    let kept = office.verify()?.changes;
    let bedside = shift.phones.sol.authors(shift.records.bedside)?;
    let mut against = Vec::new();
    if kept != saved || sent != saved {
        against.push(format!("{saved} changes saved, {sent} sent, {kept} on the server"));
    }
    if bedside != [shift.phones.hana.name] {
        against.push(format!("the bedside encounter was written by {bedside:?}"));
    }
    Ok(against)
}

fn farewell(shift: &Shift) -> Result<Vec<String>, Failure> {
    let (phones, record) = (&shift.phones, shift.records.farewell);
    let mut against = Vec::new();
    if phones.ben.view(record)?.is_some() {
        against.push(format!("{} still holds it", phones.ben.name));
    }
    for phone in [&phones.ana, &phones.sol] {
        let authors = match phone.view(record)? {
            Some(_) => phone.authors(record)?,
            None => Vec::new(),
        };
        if authors != [phones.ben.name] {
            against.push(format!("on the phone of {} its authors are {authors:?}", phone.name));
        }
    }
    if phones.rosa.view(shift.records.needs)?.is_none() {
        against.push(format!("{} lacks the case assigned to her", phones.rosa.name));
    }
    Ok(against)
}

fn verified(shift: &Shift, office: &DemoServer) -> Result<Vec<String>, Failure> {
    let mut against: Vec<String> =
        office.verify()?.problems.iter().map(ToString::to_string).collect();
    for phone in shift.phones.all() {
        against.extend(phone.problems()?);
    }
    Ok(against)
}
