//! The shift: its people, their work, and the expected result.

use model::ids::{CaseId, RecordId};

use super::office::{DEPARTMENT, DemoServer};
use super::phone::Phone;
use super::story::Story;
use crate::failure::Failure;

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
    let records = offline(story, office, &mut phones, &cases, intake, plan)?;
    let phones = evening(story, phones, &records).await?;
    Ok(Shift { phones, cases, records })
}

async fn enrolled(story: &mut Story, office: &mut DemoServer) -> Result<Phones, Failure> {
    story.part(format_args!("{DEPARTMENT} opens"));
    story.tell(format_args!("the server listens on {}", office.url()));
    Ok(Phones {
        ana: hired(story, office, "Ana Ejemplo", "ana", "interrupts violence", OUTREACH).await?,
        ben: hired(story, office, "Ben Muestra", "ben", "interrupts violence", OUTREACH).await?,
        hana: hired(story, office, "Hana Prueba", "hana", "responds in hospitals", HOSPITAL)
            .await?,
        rosa: hired(story, office, "Rosa Modelo", "rosa", "helps people return", REENTRY).await?,
        teo: hired(story, office, "Teo Ficticio", "teo", "helps people return", REENTRY).await?,
        sol: hired(story, office, "Sol Supuesta", "sol", "supervises them", SUPERVISOR).await?,
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
    story.tell(format_args!("{name} {work}, and enrolls a phone"));
    Ok(phone)
}

/// Plays the morning: cases are created and assigned.
async fn morning(
    story: &mut Story,
    office: &mut DemoServer,
    phones: &mut Phones,
) -> Result<(Cases, RecordId, RecordId), Failure> {
    story.part("Morning: everybody still has a signal");
    let Phones { ana, rosa, teo, .. } = phones;
    let alder = ana.new_record("person", None, &[("name", "Case Alder"), ("age_band", "18_24")])?;
    let first = [("tier", "1"), ("risk_level", "medium"), ("contact_attempts", "1")];
    let intake = ana.new_record("outreach_intake", Some(alder.into()), &first)?;
    ana.note(intake, "safety_plan", "Call before you come.")?;
    let dogwood = ana.new_record("person", None, &[("name", "Case Dogwood")])?;
    story.tell("Ana takes in Case Alder and Case Dogwood");
    let birch = rosa.new_record("person", None, &[("name", "Case Birch")])?;
    let plan =
        rosa.new_record("reentry_plan", Some(birch.into()), &[("plan_notes", "Out in May.")])?;
    story.tell("Rosa writes a plan with Case Birch");
    let cedar = teo.new_record("person", None, &[("name", "Case Cedar")])?;
    story.tell("Teo meets Case Cedar");
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
    story.tell("the office assigns Alder to Ben and Hana, Dogwood to Ben, Birch to Teo");
    phones.sync().await?;
    story.tell("everybody synchronizes, and leaves");
    Ok((cases, intake, plan))
}

/// Plays the part of the day without a signal: all work is saved on the phones.
fn offline(
    story: &mut Story,
    office: &mut DemoServer,
    phones: &mut Phones,
    cases: &Cases,
    intake: RecordId,
    plan: RecordId,
) -> Result<Records, Failure> {
    story.part("The shift: no signal anywhere");
    let Phones { ana, ben, hana, rosa, teo, .. } = phones;
    let alder = Some(cases.alder);

    ana.set(intake, &[("risk_level", "high")])?;
    ana.add(intake, "risk", "recently_shot")?;
    ana.log(intake, "goals", &[("goal", "a job interview"), ("status", "open")])?;
    ana.count(intake, "contact_attempts", "1")?;
    ana.note(intake, "safety_plan", " The aunt has a key.")?;
    let met = [("mode", "street"), ("result", "engaged"), ("purpose", "check_in,conflict")];
    ana.new_record("outreach_contact", alder, &met)?;
    story.tell("Ana sets Alder's risk level to high, logs a goal, writes in the safety plan");

    ben.set(intake, &[("risk_level", "imminent")])?;
    ben.add(intake, "risk", "weapon")?;
    ben.log(intake, "goals", &[("goal", "a safe place for the night"), ("status", "open")])?;
    ben.count(intake, "contact_attempts", "2")?;
    ben.note(intake, "safety_plan", " Not through the front door.")?;
    ben.new_record("mediation", alder, &[("catalyst", "disrespect"), ("outcome", "temporary")])?;
    story.tell("Ben sets the same risk level to imminent, logs another goal, writes there as well");

    let seen = [("hospital", "other"), ("approach", "accepted"), ("retaliation_risk", "4")];
    let bedside = hana.new_record("bedside_encounter", alder, &seen)?;
    hana.new_record("hvip_case", alder, &[("owned_by", hana.name), ("service_minutes", "45")])?;
    hana.set(cases.alder.into(), &[("safe_contact", "the aunt's phone, after six")])?;
    story.tell("Hana sits at Alder's bedside; outreach may not see what she writes there");

    rosa.set(plan, &[("owned_by", rosa.name)])?;
    let housing =
        [("part", "post_release"), ("goal", "a room of one's own"), ("owned_by", rosa.name)];
    rosa.log(plan, "goals", &housing)?;
    rosa.note(plan, "plan_notes", " The shelter keeps a bed.")?;
    teo.set(plan, &[("owned_by", teo.name)])?;
    teo.log(plan, "goals", &[("part", "discharge"), ("goal", "papers"), ("owned_by", teo.name)])?;
    teo.note(plan, "plan_notes", " Papers come first.")?;
    story.tell("Rosa and Teo each put themselves in charge of Birch's plan, and add a goal each");

    let needs = [("need_housing", "unmet"), ("need_id", "in_progress")];
    let needs = teo.new_record("reentry_needs", Some(cases.cedar), &needs)?;
    story.tell("Teo writes down what Case Cedar needs");

    office.assign(rosa.name, cases.cedar)?;
    story.tell("the office assigns Cedar to Rosa, whose phone cannot know");
    office.unassign(ben.name, cases.dogwood)?;
    let call = [("mode", "phone_text"), ("result", "brief"), ("note", "will call again")];
    let farewell = ben.new_record("outreach_contact", Some(cases.dogwood), &call)?;
    story.tell("the office takes Dogwood away from Ben, who goes on working on it");
    Ok(Records { intake, plan, needs, bedside, farewell })
}

/// Plays the evening: the signal returns, with faults.
async fn evening(
    story: &mut Story,
    mut phones: Phones,
    records: &Records,
) -> Result<Phones, Failure> {
    story.part("Evening: the signal is back");
    let waiting = phones.hana.waiting()?;
    phones.hana = phones.hana.go_out_in_the_middle_of_a_sync().await?;
    if phones.hana.waiting()? != waiting {
        return Err(Failure::failed("demo", "the phone that went out lost what it had saved"));
    }
    story.tell(format_args!(
        "Hana's phone is switched off while it sends {waiting} changes; switched on again, it has them \
         all"
    ));
    let again = phones.hana.sync().await?;
    story.tell(format_args!("it sends them once more; the server knows {} already", again.sent));
    let report = phones.teo.sync_with_a_lost_answer().await?;
    story.tell(format_args!(
        "Teo's phone loses the server's answer and repeats its push: {} changes in {} requests",
        report.sent, report.requests
    ));
    for phone in [&mut phones.ana, &mut phones.ben, &mut phones.rosa] {
        let report = phone.sync().await?;
        story.tell(format_args!(
            "{} synchronizes: {} sent, {} received",
            phone.name, report.sent, report.received
        ));
    }
    settle(&mut phones).await?;
    story.tell("everybody synchronizes until nothing moves any more");
    if phones.ben.view(records.farewell)?.is_none() {
        story.tell("Dogwood has left Ben's phone, after what he had written was handed over");
    }
    if phones.rosa.view(records.needs)?.is_some() {
        story.tell("Cedar has come to Rosa's phone, with all that was written before");
    }
    if phones.rosa.view(records.plan)?.is_some_and(|plan| !plan.conflicts.is_empty()) {
        let (rosa, teo) = (&mut phones.rosa, phones.teo.name);
        rosa.resolve(records.plan, "owned_by", teo)?;
        story.tell("Rosa sees that Teo is in charge of Birch's plan as well, and leaves it to him");
    }
    settle(&mut phones).await?;
    story.tell("whether Alder's risk is high or imminent stays open: that is for Ana and Ben");
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
    Err(Failure::failed("demo", "the phones do not come to rest"))
}

/// Two rounds bring everything everywhere, the third sees that nothing moves.
const ROUNDS_MAX: usize = 4;
