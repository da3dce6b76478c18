//! The shift: its people, their work, and the expected result.

use std::fmt::Display;

use model::ids::{CaseId, RecordId};
use model::words::Explained as _;

use super::office::DemoServer;
use super::phone::Phone;
use super::story::Story;
use crate::failure::Failure;
use crate::words::label;

/// The phones and the records at the end of the day.
pub(super) struct Shift {
    pub(super) phones: Phones,
    pub(super) cases: Cases,
    pub(super) records: Records,
}

/// Six phones, by whose they are.
pub(super) struct Phones {
    /// Violence interrupter.
    pub(super) ana: Phone,
    /// Violence interrupter.
    pub(super) ben: Phone,
    /// Hospital responder.
    pub(super) hana: Phone,
    /// Reentry navigator.
    pub(super) rosa: Phone,
    /// Reentry navigator.
    pub(super) teo: Phone,
    /// Supervisor of all three programs.
    pub(super) sol: Phone,
}

/// The cases of the day.
pub(super) struct Cases {
    /// Ana, Ben and Hana work on it.
    pub(super) alder: CaseId,
    /// Rosa and Teo work on it.
    pub(super) birch: CaseId,
    /// Teo's, and from today on Rosa's.
    pub(super) cedar: CaseId,
    /// Ana's, and until today Ben's.
    pub(super) dogwood: CaseId,
}

/// The records that the checks look into.
pub(super) struct Records {
    /// Case Alder's intake, which Ana and Ben both edit.
    pub(super) intake: RecordId,
    /// Case Birch's plan, which Rosa and Teo both edit.
    pub(super) plan: RecordId,
    /// Case Cedar's needs, which reach Rosa.
    pub(super) needs: RecordId,
    /// What Hana's phone sent when it died.
    pub(super) bedside: RecordId,
    /// What Ben wrote on Case Dogwood before he learned that it was taken away.
    pub(super) farewell: RecordId,
}

impl Phones {
    /// Returns all phones.
    pub(super) fn all(&self) -> [&Phone; 6] {
        let Self { ana, ben, hana, rosa, teo, sol } = self;
        [ana, ben, hana, rosa, teo, sol]
    }

    fn all_mut(&mut self) -> [&mut Phone; 6] {
        let Self { ana, ben, hana, rosa, teo, sol } = self;
        [ana, ben, hana, rosa, teo, sol]
    }

    /// Synchronizes all phones, one after the other.
    async fn sync(&mut self) -> Result<(), Failure> {
        for phone in self.all_mut() {
            phone.sync().await?;
        }
        Ok(())
    }
}

/// Plays the day.
pub(super) async fn play(story: &mut Story, office: &mut DemoServer) -> Result<Shift, Failure> {
    let mut phones = enrolled(story, office).await?;
    let (cases, intake, plan) = morning(story, office, &mut phones).await?;
    let bedside;
    (phones, bedside) = at_the_bedside(story, phones, &cases)?;
    let records = offline(story, office, &mut phones, &cases, (intake, plan, bedside))?;
    let phones = evening(story, phones, &records).await?;
    Ok(Shift { phones, cases, records })
}

async fn enrolled(story: &mut Story, office: &mut DemoServer) -> Result<Phones, Failure> {
    let department = story.say("demo_department", &[]);
    story.part("demo_opens", &[("department", &department)]);
    story.tell("demo_listens", &[("url", &office.url())]);
    Ok(Phones {
        ana: hired(story, office, "Ana Ejemplo", "ana", "demo_interrupts", OUTREACH).await?,
        ben: hired(story, office, "Ben Muestra", "ben", "demo_interrupts", OUTREACH).await?,
        hana: hired(story, office, "Hana Prueba", "hana", "demo_responds", HOSPITAL).await?,
        rosa: hired(story, office, "Rosa Modelo", "rosa", "demo_guides", REENTRY).await?,
        teo: hired(story, office, "Teo Ficticio", "teo", "demo_guides", REENTRY).await?,
        sol: hired(story, office, "Sol Supuesta", "sol", "demo_supervises", SUPERVISOR).await?,
    })
}

const OUTREACH: &[(&str, &str)] = &[("OW", "street_outreach")];
const HOSPITAL: &[(&str, &str)] = &[("HR", "hospital_response")];
const REENTRY: &[(&str, &str)] = &[("RN", "reentry")];
const SUPERVISOR: &[(&str, &str)] =
    &[("SUP", "street_outreach"), ("SUP", "hospital_response"), ("SUP", "reentry")];

async fn hired(
    story: &mut Story,
    office: &mut DemoServer,
    name: &'static str,
    folder: &str,
    work: &str,
    roles: &[(&str, &str)],
) -> Result<Phone, Failure> {
    office.employ(name, roles)?;
    let phone = Phone::enroll(office, name, folder).await?;
    let work = story.say(work, &[]);
    story.tell("demo_hired", &[("name", &name), ("work", &work)]);
    Ok(phone)
}

/// Plays the morning: cases are created and assigned.
async fn morning(
    story: &mut Story,
    office: &mut DemoServer,
    phones: &mut Phones,
) -> Result<(Cases, RecordId, RecordId), Failure> {
    story.part("demo_morning", &[]);
    let Phones { ana, rosa, teo, .. } = phones;
    let named = |name: &str| story.say("demo_case", &[("name", &name)]);
    let names = ["Alder", "Dogwood", "Birch", "Cedar"].map(named);
    let [alder, dogwood, birch, cedar] = names.each_ref().map(|name| ("name", name.as_str()));
    let alder = ana.new_record("person", None, &[alder, ("age_band", "18_24")])?;
    let first = [("tier", "1"), ("risk_level", "medium"), ("contact_attempts", "1")];
    let intake = ana.new_record("outreach_intake", Some(alder.into()), &first)?;
    ana.note(intake, "safety_plan", "Call before you come.")?;
    let dogwood = ana.new_record("person", None, &[dogwood])?;
    story.tell("demo_ana_opens", &[]);
    let birch = rosa.new_record("person", None, &[birch])?;
    let plan =
        rosa.new_record("reentry_plan", Some(birch.into()), &[("plan_notes", "Out in May.")])?;
    story.tell("demo_rosa_plans", &[]);
    let cedar = teo.new_record("person", None, &[cedar])?;
    story.tell("demo_teo_meets", &[]);
    phones.sync().await?;
    let cases = Cases {
        alder: alder.into(),
        birch: birch.into(),
        cedar: cedar.into(),
        dogwood: dogwood.into(),
    };
    office.assign(phones.ben.name, cases.alder)?;
    office.assign(phones.ben.name, cases.dogwood)?;
    office.assign(phones.hana.name, cases.alder)?;
    office.assign(phones.teo.name, cases.birch)?;
    story.tell("demo_office_assigns", &[]);
    phones.sync().await?;
    story.tell("demo_team_leaves", &[]);
    Ok((cases, intake, plan))
}

/// Plays the hospital: Hana's phone dies over a form that is half filled in.
fn at_the_bedside(
    story: &mut Story,
    mut phones: Phones,
    cases: &Cases,
) -> Result<(Phones, RecordId), Failure> {
    story.part("demo_shift", &[]);
    let Phones { hana, .. } = &mut phones;
    let met = [("hospital", "trauma_adult"), ("approach", "accepted"), ("retaliation_risk", "4")];
    let draft = hana.begin_draft(BEDSIDE, cases.alder, &met)?;
    // The question has gone with the answer that asked for it, and comes back with it.
    hana.answer(BEDSIDE, draft, &[("approach", "too_ill"), ("discharged", "now, about")])?;
    let before = hana.draft(draft)?;
    phones.hana = phones.hana.restart_from_disk()?;
    let hana = &mut phones.hana;
    if hana.draft(draft)? != before {
        return Err(Failure::failed("demo", label("demo_draft_lost", &[])));
    }
    story.tell("demo_draft_survives", &[("answers", &before.answers.len())]);
    let told = before.problems.iter().map(|problem| story.told(&problem.message()));
    let problems = told.collect::<Vec<_>>().join("; ");
    story.tell("demo_draft_says", &[("problems", &problems)]);
    hana.answer(BEDSIDE, draft, &[("approach", "accepted"), ("discharged", "")])?;
    let done = hana.submit(draft)?;
    story.tell("demo_draft_submitted", &[]);
    Ok((phones, done.record))
}

const BEDSIDE: &str = "bedside_encounter";

/// Plays the part of the day without a signal: all work is saved on the phones.
fn offline(
    story: &mut Story,
    office: &mut DemoServer,
    phones: &mut Phones,
    cases: &Cases,
    (intake, plan, bedside): (RecordId, RecordId, RecordId),
) -> Result<Records, Failure> {
    let Phones { ana, ben, hana, rosa, teo, .. } = phones;
    let alder = Some(cases.alder);

    ana.set(intake, &[("risk_level", "high")])?;
    ana.add(intake, "risk", "recently_shot")?;
    ana.log(intake, "goals", &[("goal", "a job interview"), ("status", "open")])?;
    ana.count(intake, "contact_attempts", "1")?;
    ana.note(intake, "safety_plan", " The aunt has a key.")?;
    let met = [("mode", "street"), ("result", "engaged"), ("purpose", "check_in,conflict")];
    ana.new_record("outreach_contact", alder, &met)?;
    story.tell("demo_ana_writes", &[]);

    ben.set(intake, &[("risk_level", "imminent")])?;
    ben.add(intake, "risk", "weapon")?;
    ben.log(intake, "goals", &[("goal", "a safe place for the night"), ("status", "open")])?;
    ben.count(intake, "contact_attempts", "2")?;
    ben.note(intake, "safety_plan", " Not through the front door.")?;
    ben.new_record("mediation", alder, &[("catalyst", "disrespect"), ("outcome", "temporary")])?;
    story.tell("demo_ben_writes", &[]);

    hana.new_record("hvip_case", alder, &[("owned_by", hana.name), ("service_minutes", "45")])?;
    hana.set(cases.alder.into(), &[("safe_contact", "the aunt's phone, after six")])?;
    story.tell("demo_hana_writes", &[]);

    rosa.set(plan, &[("owned_by", rosa.name)])?;
    let housing =
        [("part", "post_release"), ("goal", "a room of one's own"), ("owned_by", rosa.name)];
    rosa.log(plan, "goals", &housing)?;
    rosa.note(plan, "plan_notes", " The shelter keeps a bed.")?;
    teo.set(plan, &[("owned_by", teo.name)])?;
    teo.log(plan, "goals", &[("part", "discharge"), ("goal", "papers"), ("owned_by", teo.name)])?;
    teo.note(plan, "plan_notes", " Papers come first.")?;
    story.tell("demo_both_in_charge", &[]);

    let needs = [("need_housing", "unmet"), ("need_id", "in_progress")];
    let needs = teo.new_record("reentry_needs", Some(cases.cedar), &needs)?;
    story.tell("demo_teo_writes", &[]);

    office.assign(rosa.name, cases.cedar)?;
    story.tell("demo_office_gives", &[]);
    office.unassign(ben.name, cases.dogwood)?;
    let call = [("mode", "phone_text"), ("result", "brief"), ("note", "will call again")];
    let farewell = ben.new_record("outreach_contact", Some(cases.dogwood), &call)?;
    story.tell("demo_office_takes", &[]);
    Ok(Records { intake, plan, needs, bedside, farewell })
}

/// Plays the evening: the signal returns, with faults.
async fn evening(
    story: &mut Story,
    mut phones: Phones,
    records: &Records,
) -> Result<Phones, Failure> {
    story.part("demo_evening", &[]);
    let waiting = phones.hana.waiting()?;
    phones.hana = phones.hana.go_out_in_the_middle_of_a_sync().await?;
    if phones.hana.waiting()? != waiting {
        return Err(Failure::failed("demo", label("demo_phone_lost_work", &[])));
    }
    story.tell("demo_switched_off", &[("waiting", &waiting)]);
    let again = phones.hana.sync().await?;
    story.tell("demo_sent_again", &[("sent", &again.sent)]);
    let report = phones.teo.sync_with_a_lost_answer().await?;
    let parts: [(&str, &dyn Display); 2] = [("sent", &report.sent), ("requests", &report.requests)];
    story.tell("demo_answer_lost", &parts);
    for phone in [&mut phones.ana, &mut phones.ben, &mut phones.rosa] {
        let report = phone.sync().await?;
        let (name, sent, received) = (phone.name, report.sent, report.received);
        let parts: [(&str, &dyn Display); 3] =
            [("name", &name), ("sent", &sent), ("received", &received)];
        story.tell("demo_synchronizes", &parts);
    }
    settle(&mut phones).await?;
    story.tell("demo_settled", &[]);
    if phones.ben.view(records.farewell)?.is_none() {
        story.tell("demo_dogwood_left", &[]);
    }
    if phones.rosa.view(records.needs)?.is_some() {
        story.tell("demo_cedar_came", &[]);
    }
    if phones.rosa.view(records.plan)?.is_some_and(|plan| !plan.conflicts.is_empty()) {
        let (rosa, teo) = (&mut phones.rosa, phones.teo.name);
        rosa.resolve(records.plan, "owned_by", teo)?;
        story.tell("demo_rosa_decides", &[]);
    }
    settle(&mut phones).await?;
    story.tell("demo_risk_stays_open", &[]);
    Ok(phones)
}

/// Synchronizes until a whole round moves nothing.
async fn settle(phones: &mut Phones) -> Result<(), Failure> {
    for _ in 0..ROUNDS_MAX {
        let mut moved = 0;
        for phone in phones.all_mut() {
            let report = phone.sync().await?;
            moved += report.sent + report.received;
        }
        if moved == 0 {
            return Ok(());
        }
    }
    Err(Failure::failed("demo", label("demo_no_rest", &[])))
}

/// Two rounds bring everything everywhere, the third sees that nothing moves.
const ROUNDS_MAX: usize = 4;
