//! Who met whom, and when: the weeks before today, as data. Times are days before now, so that the
//! department is the same whenever it is opened.

use model::time::{Span, Timestamp};

use super::persons::{self, Person};
use super::phone::Typed;
use super::staff::{ANA, BO, CARLA, DANTE, HANA, IRIS, NADIA, ROSA, SOL, VERA};

/// Something that somebody does.
pub(super) struct Event {
    pub(super) at: Timestamp,
    pub(super) who: &'static str,
    pub(super) act: Act,
}

/// What somebody does. A text that begins with `@` is the record of that key.
pub(super) enum Act {
    /// Makes a record. Where it has no case, it opens one or stands alone.
    Make { record: Key, kind: &'static str, case: Option<Key>, typed: Typed },
    /// Sets fields of a record.
    Set { record: Key, typed: Typed },
    /// Adds an entry to a log.
    Log { record: Key, field: &'static str, typed: Typed },
    /// Begins a form and leaves it half filled in.
    Begin { kind: &'static str, case: Key, typed: Typed },
    /// The office assigns a case to them.
    Take { case: Key },
    /// The office takes a case away from them.
    Leave { case: Key },
    /// They have no network until they synchronize again.
    GoOffline,
    /// They have a network again, and synchronize.
    ComeBack,
    /// The office revokes their phone, which is lost.
    LosePhone,
    /// Somebody finds the phone and switches it on; they get another one.
    GetPhone,
}

/// The story's own name of a record.
pub(super) type Key = String;

/// The moments of the story.
pub(super) struct Calendar {
    pub(super) now: Timestamp,
    /// When today ends for the department.
    pub(super) day_ends: Timestamp,
}

impl Calendar {
    /// Returns a moment of the day that ended so many days before now; a day has 48 places, eight hours.
    fn at(&self, days: i64, place: i64) -> Timestamp {
        self.now + Span::from_minutes(-days * 24 * 60 - 8 * 60 + place % 48 * 10)
    }

    /// Returns a moment of today that is still to come.
    fn later_today(&self) -> Timestamp {
        self.now + Span::from_millis(self.day_ends.since(self.now).as_millis() / 2)
    }

    fn in_days(&self, days: i64) -> Timestamp {
        self.now + Span::from_hours(days * 24)
    }
}

/// How it went with somebody whom street outreach met, in days before now.
struct Course {
    opened: i64,
    /// When they were reached.
    reached: &'static [i64],
    /// When they were looked for in vain.
    missed: &'static [i64],
    /// Whether their next contact is due today.
    due_today: bool,
    risk: &'static str,
    tier: &'static str,
}

const fn course(
    opened: i64,
    reached: &'static [i64],
    missed: &'static [i64],
    (risk, tier): (&'static str, &'static str),
) -> Course {
    Course { opened, reached, missed, due_today: false, risk, tier }
}

/// The courses that repeat, case by case.
const COURSES: [Course; 10] = [
    course(42, &[40, 33, 26, 19, 13, 5], &[], ("high", "1")),
    Course { due_today: true, ..course(35, &[33, 28, 21, 14], &[26], ("medium", "2")) },
    course(42, &[40, 33, 28, 21, 9], &[5], ("high", "1")),
    course(40, &[40, 33, 26, 17], &[9, 5], ("medium", "2")),
    course(44, &[42, 40, 34], &[28, 19, 9], ("low", "3")),
    course(13, &[], &[9, 5], ("high", "2")),
    course(5, &[5, 2], &[], ("imminent", "1")),
    course(42, &[40, 34, 26, 21, 14, 9, 2], &[], ("medium", "1")),
    course(28, &[26, 21, 13, 5], &[19], ("low", "3")),
    course(34, &[33, 26, 16], &[2], ("medium", "2")),
];

/// Four of the cases have left the program, each in its way.
const EXITS: [(usize, &str); 4] =
    [(8, "completed"), (18, "moved"), (28, "custody"), (38, "completed")];

const WORKERS: [&str; 4] = [ANA, BO, CARLA, DANTE];

/// Writes the whole story, in the order in which it happens.
pub(super) fn written(calendar: &Calendar) -> Vec<Event> {
    let mut story = Story { calendar, events: Vec::new() };
    story.directory();
    story.outreach();
    story.mediations();
    story.hospital();
    story.reentry();
    story.victims();
    story.shifts();
    story.conflicts();
    story.late_work();
    story.lost_phone();
    story.reviews();
    story.drafts();
    story.events.sort_by_key(|event| event.at);
    story.events
}

struct Story<'a> {
    calendar: &'a Calendar,
    events: Vec<Event>,
}

impl Story<'_> {
    fn happens(&mut self, at: Timestamp, who: &'static str, act: Act) {
        self.events.push(Event { at, who, act });
    }

    fn makes(
        &mut self,
        at: Timestamp,
        who: &'static str,
        kind: &'static str,
        (record, case): (&str, Option<&str>),
        typed: &[(&'static str, &str)],
    ) {
        let (record, case) = (record.to_owned(), case.map(str::to_owned));
        self.happens(at, who, Act::Make { record, kind, case, typed: typed_of(typed) });
    }

    fn sets(
        &mut self,
        at: Timestamp,
        who: &'static str,
        record: &str,
        typed: &[(&'static str, &str)],
    ) {
        self.happens(at, who, Act::Set { record: record.to_owned(), typed: typed_of(typed) });
    }

    fn meets(&mut self, at: Timestamp, who: &'static str, person: &Person, case: &str) {
        let mut known =
            vec![("name", person.name), ("name_quality", "full"), ("age_band", person.age_band)];
        // Whether somebody is here already was looked up for most of them.
        if !self.events.len().is_multiple_of(7) {
            known.push(("duplicate_check", "distinct"));
        }
        self.makes(at, who, "person", (case, None), &known);
    }

    /// Enters what there is in the city that people can be referred to.
    fn directory(&mut self) {
        let at = self.calendar.at(44, 1);
        for (key, name, about, need) in SERVICES {
            let provider = format!("provider {key}");
            let described = [("name", name), ("description", about)];
            self.makes(at, IRIS, "provider", (&provider, None), &described);
            let organization = format!("@{provider}");
            let service = [
                ("name", about),
                ("status", "active"),
                ("organization", &*organization),
                ("needs", need),
            ];
            self.makes(at, IRIS, "service", (&format!("service {key}"), None), &service);
        }
    }

    fn outreach(&mut self) {
        for (index, person) in persons::OUTREACH.iter().enumerate() {
            let (who, course) = (worker(index), &COURSES[index % COURSES.len()]);
            self.outreach_case(index, person, who, course);
        }
        for (index, exit) in EXITS {
            let (at, who) = (self.calendar.at(2, 20), worker(index));
            let exited = date(self.calendar.at(4, 0));
            self.sets(at, who, &format!("intake {index}"), &[("exit", exit), ("exited", &exited)]);
        }
    }

    fn outreach_case(&mut self, index: usize, person: &Person, who: &'static str, course: &Course) {
        let (case, intake) = (outreach_case(index), format!("intake {index}"));
        let place = place(index);
        let calendar = self.calendar;
        self.meets(calendar.at(course.opened, place), who, person, &case);
        let taken_in = [
            ("tier", course.tier),
            ("risk_level", course.risk),
            ("risk", RISKS[index % RISKS.len()]),
            ("owned_by", "me"),
            ("zone", ZONES[index % ZONES.len()]),
            ("contact_attempts", "1"),
            ("safety_plan", PLANS[index % PLANS.len()]),
            ("approval", "submitted"),
        ];
        let at = calendar.at(course.opened, place + 1);
        self.makes(at, who, "outreach_intake", (&intake, Some(&case)), &taken_in);
        let goal = typed_of(&[("goal", GOALS[index % GOALS.len()]), ("status", "open")]);
        self.happens(at, who, Act::Log { record: intake, field: "goals", typed: goal });
        for (turn, days) in course.reached.iter().enumerate() {
            let at = calendar.at(*days, place + 2);
            self.contact(at, who, index, ["engaged", "engaged", "brief"][(index + turn) % 3]);
        }
        for days in course.missed {
            self.contact(calendar.at(*days, place + 2), who, index, "not_found");
        }
        if course.due_today {
            let met = calendar.later_today() + Span::from_hours(-7 * 24);
            self.contact(met, who, index, "engaged");
        }
        if let Some(days) = CONSENTS[index % CONSENTS.len()] {
            let (signed, ends) = (calendar.at(course.opened, place), calendar.in_days(days));
            self.consent(
                at,
                who,
                &case,
                ("participation", "street_outreach", "out"),
                (signed, ends),
            );
        }
    }

    fn contact(&mut self, at: Timestamp, who: &'static str, index: usize, result: &'static str) {
        let turn = self.events.len();
        let happened = at.to_string();
        let mut met = vec![
            ("occurred_at", happened.as_str()),
            ("mode", MODES[turn % MODES.len()]),
            ("result", result),
        ];
        if result != "not_found" {
            met.push(("purpose", PURPOSES[turn % PURPOSES.len()]));
            met.push(("minutes", MINUTES[turn % MINUTES.len()]));
            met.push(("note", NOTES[turn % NOTES.len()]));
        }
        let key = format!("contact {turn}");
        let written = at + Span::from_minutes(4);
        self.makes(written, who, "outreach_contact", (&key, Some(&outreach_case(index))), &met);
    }

    fn consent(
        &mut self,
        at: Timestamp,
        who: &'static str,
        case: &str,
        (kind, programs, opens): (&'static str, &'static str, &'static str),
        (signed, ends): (Timestamp, Timestamp),
    ) {
        let (key, signed, ends) = (format!("{kind} {case}"), signed.to_string(), ends.to_string());
        let mut given = vec![
            ("kind", kind),
            ("signer", "self"),
            ("recipient", "Street outreach"),
            ("purpose", "Help with what was agreed on"),
            ("signed", &*signed),
            ("expires", &*ends),
        ];
        if kind != "participation" {
            given.extend([("to_programs", programs), ("opens", opens)]);
        }
        self.makes(at, who, "consent", (&key, Some(case)), &given);
    }

    fn mediations(&mut self) {
        for (turn, (days, index, catalyst, outcome)) in MEDIATIONS.iter().enumerate() {
            let (at, who) = (self.calendar.at(*days, 30 + turn as i64), worker(*index));
            let mediated = [
                ("learned_via", ["family", "community", "party"][turn % 3]),
                ("catalyst", *catalyst),
                ("persons", ["2", "3", "6"][turn % 3]),
                ("retaliation", ["true", "false"][turn % 2]),
                ("likelihood_of_shooting", ["4", "3", "5", "2"][turn % 4]),
                ("tactics", ["separate,persuade", "elder", "consequences,persuade"][turn % 3]),
                ("outcome", *outcome),
                ("note", "Both sides agreed to keep away from each other until Sunday."),
                ("approval", "submitted"),
            ];
            let (key, case) = (format!("mediation {turn}"), outreach_case(*index));
            self.makes(at, who, "mediation", (&key, Some(&case)), &mediated);
        }
    }

    fn hospital(&mut self) {
        for (index, person) in persons::HOSPITAL.iter().enumerate() {
            let (opened, last) = [(40, 5), (34, 16), (21, 9), (14, 2), (5, 5), (2, 2)][index];
            let (case, calendar) = (format!("hospital {index}"), self.calendar);
            let place = 4 * index as i64;
            self.meets(calendar.at(opened, place), HANA, person, &case);
            self.bedside(calendar.at(opened, place + 1), &case, index);
            if 5 < opened {
                let needs = [
                    ("owned_by", "me"),
                    ("need_housing", ["unmet", "met"][index % 2]),
                    ("need_employment", "unmet"),
                    ("need_mental_health", ["met", "unmet"][index % 2]),
                    ("service_minutes", "45"),
                    ("approval", "submitted"),
                ];
                let at = calendar.at(opened - 1, place + 2);
                self.makes(at, HANA, "hvip_case", (&format!("hvip {index}"), Some(&case)), &needs);
            }
            if last < opened {
                self.bedside(calendar.at(last, place + 2), &case, index + 10);
            }
            if index % 2 == 0 {
                let at = calendar.at(opened, place + 3);
                let ends = calendar.in_days([4, 90, -1, 60, 120, 30][index]);
                let opens = ("hipaa", "street_outreach", "hsp");
                self.consent(at, HANA, &case, opens, (at, ends));
                self.happens(calendar.at(last, place + 4), ANA, Act::Take { case });
            }
        }
    }

    fn bedside(&mut self, at: Timestamp, case: &str, turn: usize) {
        let paged = (at + Span::from_minutes(-55)).to_string();
        let arrived = (at + Span::from_minutes(-20)).to_string();
        let happened = at.to_string();
        let met = [
            ("occurred_at", &*happened),
            ("hospital", ["trauma_adult", "community"][turn % 2]),
            ("injury", ["gsw", "stab", "assault"][turn % 3]),
            ("paged", &*paged),
            ("arrived", &*arrived),
            ("approach", "accepted"),
            ("retaliation_risk", ["4", "2", "3"][turn % 3]),
            ("note", "Awake, and glad of the visit. A cousin is on the way."),
        ];
        let key = format!("bedside {case} {turn}");
        let written = at + Span::from_minutes(4);
        self.makes(written, HANA, "bedside_encounter", (&key, Some(case)), &met);
    }

    fn reentry(&mut self) {
        for (index, person) in persons::REENTRY.iter().enumerate() {
            let opened = [40, 35, 33, 28, 26, 21, 14, 9, 5, 2][index];
            let (case, place) = (format!("reentry {index}"), 3 * index as i64 + 8);
            let calendar = self.calendar;
            let at = calendar.at(opened, place);
            self.meets(at, ROSA, person, &case);
            let when = (at + Span::from_minutes(-30)).to_string();
            let needs = [
                ("booked", &*when),
                ("assessed", &*when),
                ("need_housing", ["unmet", "in_progress", "met"][index % 3]),
                ("need_id", ["in_progress", "met"][index % 2]),
                ("need_employment", "unmet"),
                ("living_situation", ["101", "335", "336", "207"][index % 4]),
                ("note", "Wants to be near family, and to work with the hands."),
                ("approval", "submitted"),
            ];
            let at = calendar.at(opened, place + 1);
            self.makes(at, ROSA, "reentry_needs", (&format!("needs {index}"), Some(&case)), &needs);
            let plan = format!("plan {index}");
            let first = [("owned_by", "me"), ("plan_notes", "Papers first, then a room.")];
            self.makes(at, ROSA, "reentry_plan", (&plan, Some(&case)), &first);
            let goal = typed_of(&[("part", "post_release"), ("goal", GOALS[index % GOALS.len()])]);
            self.happens(at, ROSA, Act::Log { record: plan, field: "goals", typed: goal });
            self.referral(at, &case, index, opened);
            if index % 3 == 0 {
                self.release(&case, index);
            }
            if index < 3 {
                let since = date(calendar.at(5, 0));
                let housed = [("kind", "housed"), ("date", &*since), ("verified", "provider")];
                let at = calendar.at(2, place);
                self.makes(
                    at,
                    ROSA,
                    "outcome",
                    (&format!("outcome {index}"), Some(&case)),
                    &housed,
                );
            }
        }
    }

    fn referral(&mut self, at: Timestamp, case: &str, index: usize, opened: i64) {
        let (service, needs) =
            (format!("@service {}", SERVICES[index % SERVICES.len()].0), format!("@needs {index}"));
        let status = ["requested", "accepted", "in_progress", "completed"][index % 4];
        let sent = [
            ("need", SERVICES[index % SERVICES.len()].3),
            ("found_in", &*needs),
            ("service", &*service),
            ("status", status),
            ("owned_by", "me"),
        ];
        let key = format!("referral {index}");
        self.makes(at, ROSA, "referral", (&key, Some(case)), &sent);
        if index.is_multiple_of(2) && 5 < opened {
            let tried = self.calendar.at(opened - 1, 6);
            self.sets(tried, ROSA, &key, &[("attempted", &tried.to_string())]);
        }
    }

    fn release(&mut self, case: &str, index: usize) {
        let at = self.calendar.at(2, 40);
        let expected = self.calendar.in_days(index as i64 - 1).to_string();
        let handed = [
            ("expected_release", &*expected),
            ("facility", "county_detention"),
            ("has_id", "false"),
            ("has_transport", "true"),
            ("has_bed", ["true", "false"][index % 2]),
            ("receiver", "An aunt, who has a key"),
        ];
        self.makes(at, ROSA, "release_handoff", (&format!("release {index}"), Some(case)), &handed);
    }

    /// Enters what only victim services know, written at a desk.
    fn victims(&mut self) {
        for (index, person) in persons::VICTIMS.iter().enumerate() {
            let (case, calendar) = (format!("victim {index}"), self.calendar);
            self.meets(calendar.at(26, index as i64), VERA, person, &case);
            for (turn, days) in [26, 13, 5].into_iter().enumerate().skip(usize::from(index == 3)) {
                let served = [
                    ("new_or_continuing", ["new", "continuing"][turn.min(1)]),
                    ("service", ["emotional_safety", "advocacy", "justice_assistance"][turn]),
                    ("victimization", ["gun_violence", "robbery"][index % 2]),
                    ("safety_plan", "true"),
                    ("note", "Calls only in the morning, and asks for the same advocate."),
                ];
                let at = calendar.at(days, 10 + index as i64);
                let key = format!("service of {index} {turn}");
                self.makes(at, VERA, "victim_service", (&key, Some(&case)), &served);
            }
        }
    }

    fn shifts(&mut self) {
        for days in [14, 13, 9, 5, 2, 0] {
            for (turn, who) in [ANA, BO, HANA, ROSA].into_iter().enumerate() {
                let start = self.calendar.at(days, turn as i64);
                let ends = start + Span::from_hours(7);
                let (from, until) = (start.to_string(), ends.to_string());
                let planned = [
                    ("staff_member", "me"),
                    ("zone", ZONES[turn]),
                    ("start", &*from),
                    ("return_at", &*until),
                    ("plan", "The corner shops first, then the bus stop."),
                ];
                let key = format!("shift {days} {turn}");
                self.makes(start, who, "shift", (&key, None), &planned);
                // Today one of them is not back yet, and says nothing.
                if 0 < days || turn != 1 {
                    let back = self.calendar.at(days, 44);
                    self.sets(back, who, &key, &[("returned", &back.to_string())]);
                }
            }
        }
    }

    /// Two phones change the same field on the same day, and none knows of the other.
    fn conflicts(&mut self) {
        for (index, colleague, mine, theirs) in [
            (0, BO, "medium", "imminent"),
            (1, ANA, "low", "high"),
            (4, BO, "high", "imminent"),
            (20, BO, "medium", "imminent"),
            (21, ANA, "low", "high"),
        ] {
            let (case, days) = (outreach_case(index), 4);
            self.happens(self.calendar.at(days + 1, 47), colleague, Act::Take { case });
            let (record, at) = (format!("intake {index}"), self.calendar.at(days, 20));
            self.sets(at, worker(index), &record, &[("risk_level", mine)]);
            self.sets(at, colleague, &record, &[("risk_level", theirs)]);
        }
        let (record, at) = (outreach_case(0), self.calendar.at(4, 22));
        self.sets(at, ANA, &record, &[("safe_contact", "The sister, after six")]);
        self.sets(at, BO, &record, &[("safe_contact", "A text, never a call")]);
    }

    /// Carla is out of reach for longer than any phone may be, and loses a case meanwhile.
    fn late_work(&mut self) {
        let (case, calendar) = (outreach_case(AWAY), self.calendar);
        self.happens(calendar.at(12, 1), CARLA, Act::GoOffline);
        self.happens(calendar.at(12, 2), CARLA, Act::Leave { case: case.clone() });
        self.happens(calendar.at(12, 3), BO, Act::Take { case });
        for place in [4, 9] {
            self.contact(calendar.at(12, place), CARLA, AWAY, "engaged");
        }
        self.happens(calendar.at(3, 1), CARLA, Act::ComeBack);
        // What she would have done meanwhile was not done.
        self.events.retain(|event| {
            let days = calendar.now.since(event.at).as_millis() / Span::from_hours(24).as_millis();
            let is_work = !matches!(
                event.act,
                Act::GoOffline | Act::ComeBack | Act::Leave { .. } | Act::Take { .. }
            );
            let is_away = event.who == CARLA && (4..12).contains(&days) && is_work;
            !is_away
        });
    }

    /// Dante loses his phone with what it had not sent; it is found two days later.
    fn lost_phone(&mut self) {
        let calendar = self.calendar;
        self.happens(calendar.at(8, 1), DANTE, Act::GoOffline);
        for (place, index) in [(5, 3), (8, 7)] {
            self.contact(calendar.at(8, place), DANTE, index, "engaged");
        }
        self.happens(calendar.at(7, 1), DANTE, Act::LosePhone);
        self.happens(calendar.at(6, 1), DANTE, Act::GetPhone);
    }

    /// Supervisors decide at the console about what is older than a week and a half; some of it they
    /// give back.
    fn reviews(&mut self) {
        let calendar = self.calendar;
        let decided = calendar.at(11, 0);
        let mut submitted = Vec::new();
        for event in &self.events {
            let Act::Make { record, typed, .. } = &event.act else { continue };
            if event.at < decided && typed.iter().any(|(field, _)| *field == "approval") {
                submitted.push((event.who, record.clone()));
            }
        }
        for (turn, (author, record)) in submitted.into_iter().enumerate() {
            let boss = if [HANA, ROSA].contains(&author) { NADIA } else { SOL };
            let at = calendar.at(11, 2 + turn as i64 / 4);
            let of = format!("@{record}");
            let is_returned = turn % 7 == 3;
            let decision = if is_returned { "returned" } else { "approved" };
            let mut given = vec![("record", &*of), ("decision", decision)];
            if is_returned {
                given.extend([
                    ("reasons", "incomplete"),
                    ("coaching", "Say who else was there, and what you agreed on."),
                ]);
            } else {
                given.push(("reasons", "complete"));
            }
            let key = format!("review of {record}");
            self.makes(at, boss, "review", (&key, None), &given);
        }
    }

    /// Forms that are open on phones now.
    fn drafts(&mut self) {
        let calendar = self.calendar;
        for (who, case, kind, answers) in [
            (ANA, outreach_case(0), "outreach_contact", vec![("mode", "home"), ("minutes", "25")]),
            (
                ANA,
                outreach_case(4),
                "mediation",
                vec![("catalyst", "disrespect"), ("persons", "4")],
            ),
            (HANA, "hospital 1".to_owned(), "bedside_encounter", vec![("hospital", "community")]),
            (ROSA, "reentry 2".to_owned(), "reentry_needs", vec![("need_housing", "met")]),
        ] {
            let typed = typed_of(&answers);
            self.happens(calendar.at(0, 30), who, Act::Begin { kind, case, typed });
        }
    }
}

/// The case that Carla loses.
const AWAY: usize = 2;

/// Returns who works on a case. Those who are away for days have no case that begins meanwhile.
fn worker(index: usize) -> &'static str {
    match index % 10 {
        1 | 6 => [BO, ANA][index / 10 % 2],
        _ => WORKERS[index % 4],
    }
}

fn outreach_case(index: usize) -> Key {
    format!("outreach {index}")
}

/// Returns the place of a case in its worker's days.
fn place(index: usize) -> i64 {
    4 * (index as i64 / 4)
}

fn date(at: Timestamp) -> String {
    at.to_string().chars().take("2026-11-25".len()).collect()
}

fn typed_of(pairs: &[(&'static str, &str)]) -> Typed {
    pairs.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

/// In how many days the consent of a case ends, where there is one.
const CONSENTS: [Option<i64>; 6] = [Some(120), None, Some(5), Some(60), None, Some(-3)];

/// Key, name, what they do, and what need it answers.
const SERVICES: [(&str, &str, &str, &str); 4] = [
    ("shelter", "House of Examples", "Beds for the night", "housing"),
    ("work", "Sample Works", "Day labour and training", "employment"),
    ("papers", "Desk for Papers", "Birth certificates and cards", "id"),
    ("health", "Clinic of Nowhere", "A nurse, without an appointment", "health"),
];

/// Days before now, the case, what it was about, and how it ended.
const MEDIATIONS: [(i64, usize, &str, &str); 12] = [
    (40, 0, "disrespect", "resolved"),
    (34, 7, "drugs_money", "temporary"),
    (33, 9, "relationship", "resolved"),
    (28, 12, "group", "ongoing"),
    (26, 17, "retaliation", "conditional"),
    (19, 21, "property", "resolved"),
    (14, 24, "disrespect", "temporary"),
    (9, 1, "group", "conditional"),
    (5, 20, "retaliation", "temporary"),
    (2, 8, "disrespect", "resolved"),
    (2, 13, "relationship", "ongoing"),
    (0, 0, "retaliation", "temporary"),
];

const RISKS: [&str; 5] = [
    "recently_shot,age_band",
    "group_role",
    "violent_history,weapon",
    "recent_release",
    "high_risk_activity,age_band",
];

const ZONES: [&str; 6] = ["north", "northeast", "central", "east", "midtown", "south"];

const GOALS: [&str; 5] = [
    "a job interview",
    "a safe place for the night",
    "papers",
    "back to school in the autumn",
    "see the children on Sundays",
];

const PLANS: [&str; 4] = [
    "Call before you come.",
    "Not through the front door. The aunt has a key.",
    "Meet at the library, never at home.",
    "If it gets loud, the grandmother is told first.",
];

const MODES: [&str; 6] = ["street", "home", "phone_text", "street", "group", "transport"];

const PURPOSES: [&str; 5] =
    ["rapport", "check_in", "check_in,service", "conflict", "check_in,rapport"];

const MINUTES: [&str; 5] = ["10", "25", "40", "15", "60"];

const NOTES: [&str; 12] = [
    "In good spirits. Wants to hear about the barber's course.",
    "Worried about the cousin. We talked about staying home on Friday.",
    "Short talk at the bus stop; we go on by phone.",
    "Slept badly. The grandmother makes sure there is dinner.",
    "Went along to the clinic, and waited.",
    "The two from the other block came by; nothing happened.",
    "Started work on Monday. Needs boots.",
    "Asked for help with the landlord.",
    "Played ball for an hour; the talk came by itself.",
    "Angry about last week, and willing to let it be.",
    "Gave a ride home. The little brother was there too.",
    "Wants to move to the sister's; we look for a van.",
];
