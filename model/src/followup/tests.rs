use serde_json::json;

use super::*;

#[test]
fn an_answer_closes_the_check_that_is_due_and_not_the_one_after_it() {
    let mut case = Case::new();
    let mediation = case.add(0, "mediation", json!({"outcome": "temporary"}));
    case.add(25, "outreach_contact", engaged());
    assert_eq!(case.open(mediation), ["check_72h", "check_7d", "check_30d"]);
    // One that comes before the next is due closes that one.
    case.add(60, "outreach_contact", engaged());
    assert_eq!(case.open(mediation), ["check_7d", "check_30d"]);
}

#[test]
fn two_answers_in_one_window_close_one_check() {
    let mut case = Case::new();
    let mediation = case.add(0, "mediation", json!({}));
    case.add(20, "outreach_contact", engaged());
    case.add(21, "outreach_contact", engaged());
    assert_eq!(case.open(mediation), ["check_72h", "check_7d", "check_30d"]);
}

#[test]
fn late_answers_close_one_missed_check_each() {
    let mut case = Case::new();
    let mediation = case.add(0, "mediation", json!({}));
    case.add(24 * 8, "outreach_contact", engaged());
    assert_eq!(case.open(mediation), ["check_72h", "check_7d", "check_30d"]);
    case.add(24 * 8 + 1, "outreach_contact", engaged());
    assert_eq!(case.open(mediation), ["check_7d", "check_30d"]);
}

#[test]
fn a_check_that_its_record_tells_of_takes_the_contact_that_was_made_for_it() {
    let mut case = Case::new();
    let mediation = case.add(0, "mediation", json!({"check_24h": "holds"}));
    case.add(25, "outreach_contact", engaged());
    assert_eq!(case.open(mediation), ["check_72h", "check_7d", "check_30d"]);
    // Without such a contact, the one that is made for the next check is the next check's.
    let mut case = Case::new();
    let mediation = case.add(0, "mediation", json!({"check_24h": "holds"}));
    case.add(70, "outreach_contact", engaged());
    assert_eq!(case.open(mediation), ["check_7d", "check_30d"]);
}

#[test]
fn what_was_tried_without_success_closes_nothing_and_is_shown_as_an_attempt() {
    let mut case = Case::new();
    let mediation = case.add(0, "mediation", json!({}));
    case.add(25, "outreach_contact", json!({"result": "not_found"}));
    case.add(30, "outreach_contact", json!({"result": "declined"}));
    let tasks = case.tasks(mediation);
    assert_eq!(tasks[0].standing, Standing::Open);
    assert_eq!((tasks[0].attempts, tasks[0].last_attempt), (2, Some(hours(30))));
    assert_eq!(tasks[2].attempts, 0, "the check of the seventh day was not tried yet");
}

#[test]
fn six_attempts_in_forty_days_leave_the_next_contact_flagged_at_14_and_30_days() {
    let mut case = Case::new();
    let first = case.add(0, "outreach_contact", engaged());
    for attempt in 1..=6 {
        let tried = case.add(attempt * 24 * 6, "outreach_contact", json!({"result": "not_found"}));
        assert!(case.tasks(tried).is_empty(), "an attempt asks for nothing of its own");
    }
    let [next] = &case.tasks(first)[..] else { panic!("it asks for one contact") };
    assert_eq!((next.due, next.attempts), (days(7), 6));
    assert_eq!(next.flags, [days(14), days(30)]);
    let flagged = |day| is_flagged(false, &next.flags, days(day));
    assert_eq!([flagged(13), flagged(14), flagged(40)], [false, true, true]);
}

#[test]
fn whoever_was_never_reached_has_a_follow_up_until_somebody_does() {
    let mut case = Case::new();
    let person = case.add(0, "person", json!({}));
    case.add(30, "outreach_contact", json!({"result": "not_found"}));
    let first = case.tasks(person).remove(0);
    assert_eq!((first.rule.as_str(), first.attempts), ("first_contact", 1));
    assert_eq!((first.due, first.flags), (days(7), vec![days(14), days(30)]));
    // Also when the contact is noted first as having happened before.
    case.add(-2, "outreach_contact", engaged());
    assert!(!case.open(person).contains(&"first_contact"));
}

#[test]
fn an_exit_ends_what_was_open_and_custody_pauses_it() {
    let mut case = Case::new();
    let intake = case.add(0, "outreach_intake", json!({}));
    let contact = case.add(24, "outreach_contact", engaged());
    let standing = |case: &Case| case.tasks(contact)[0].standing;
    assert_eq!(standing(&case), Standing::Open);
    for exit in ["completed", "moved", "lost", "deceased"] {
        case.set(intake, json!({"exit": exit}));
        assert_eq!(standing(&case), Standing::Ended, "{exit}");
    }
    case.set(intake, json!({"exit": "custody"}));
    assert_eq!(standing(&case), Standing::Paused);
    assert!(!is_flagged(true, &case.tasks(contact)[0].flags, days(60)));
    assert!(!is_overdue(true, case.tasks(contact)[0].due, days(60)));
    // Back again, with an intake of their own.
    case.add(24 * 30, "outreach_intake", json!({}));
    assert_eq!(standing(&case), Standing::Open);
}

#[test]
fn a_contact_after_the_day_of_the_exit_is_followed_up() {
    let mut case = Case::new();
    case.add(0, "outreach_intake", json!({"exit": "lost", "exited": "1970-01-10"}));
    let before = case.add(24 * 9 + 12, "outreach_contact", engaged());
    let after = case.add(24 * 10, "outreach_contact", engaged());
    assert_ne!(case.tasks(before)[0].standing, Standing::Open);
    assert_eq!(case.tasks(after)[0].standing, Standing::Open);
}

#[test]
fn a_consent_that_names_no_end_is_due_14_days_before_the_end_that_its_kind_has() {
    let mut case = Case::new();
    let signed = "1970-01-01T00:00:00Z";
    let consent = case.add(0, "consent", json!({"kind": "hipaa", "signed": signed}));
    assert_eq!(case.tasks(consent)[0].due, days(180 - 14));
    // And one that names a later end than its kind may have, before that.
    let victim = json!({"kind": "victim", "signed": signed, "expires": "1971-01-01T00:00:00Z"});
    let consent = case.add(0, "consent", victim);
    assert_eq!(case.tasks(consent)[0].due, days(90 - 14));
    case.add(24, "consent", json!({"kind": "hipaa", "signed": signed}));
    assert_eq!(case.open(consent), ["renewal"], "another kind of consent renews nothing");
}

#[test]
fn a_date_that_a_person_sets_is_a_task_of_its_own() {
    let mut case = Case::new();
    let owner = UserId::from_bytes([9; 16]);
    let fields = json!({"next_due": "1970-01-05T00:00:00Z", "assigned_to": owner});
    let referral = case.add(0, "referral", fields);
    let task = case.tasks(referral).pop().expect("the last rule is every type's");
    assert_eq!((task.rule.as_str(), task.due), ("next_due", days(4)));
    assert_eq!((task.standing, task.owner), (Standing::Open, Some(owner)));
    case.set(referral, json!({}));
    assert!(!case.open(referral).contains(&"next_due"));
}

#[test]
fn a_task_is_for_whom_it_is_assigned_to_or_else_for_the_owner_of_the_record() {
    let mut case = Case::new();
    let user = |number: u8| UserId::from_bytes([number; 16]);
    let referral = case.add(0, "referral", json!({}));
    let mut owner_with = |mut fields: Json| {
        fields["next_due"] = json!("1970-01-05T00:00:00Z");
        case.set(referral, fields);
        case.tasks(referral).pop().expect("the last rule is every type's").owner
    };
    let both = json!({"assigned_to": user(1), "owned_by": user(2)});
    assert_eq!(owner_with(both), Some(user(1)));
    assert_eq!(owner_with(json!({"owned_by": user(2)})), Some(user(2)));
    // As earlier catalogues had it.
    let earlier = json!({"due_owner": user(3), "owner": user(4)});
    assert_eq!(owner_with(earlier), Some(user(3)));
    let mixed = json!({"owner": user(4), "owned_by": user(2)});
    assert_eq!(owner_with(mixed), Some(user(2)));
    assert_eq!(owner_with(json!({"owner": user(4)})), Some(user(4)));
    assert_eq!(owner_with(json!({"due_owner": "Ana", "owner": "Ben"})), None);
}

#[test]
fn a_voided_record_sets_and_answers_nothing() {
    let mut case = Case::new();
    let mediation = case.add(0, "mediation", json!({}));
    let contact = case.add(20, "outreach_contact", engaged());
    case.set(contact, json!({"result": "engaged", "approval": "voided"}));
    assert_eq!(case.open(mediation).len(), 4);
    assert!(case.tasks(contact).is_empty());
    let withdrawn = case.add(0, "mediation", json!({"approval": "voided"}));
    assert!(case.tasks(withdrawn).is_empty());
}

#[test]
fn what_others_may_not_see_answers_nothing_that_they_see() {
    let mut case = Case::new();
    let person = case.add(0, "person", json!({}));
    let bedside = case.add(2, "bedside_encounter", json!({"approach": "accepted"}));
    assert!(!case.open(person).contains(&"first_contact"), "it is the same program's");
    case.of(bedside).program = "hospital_response".parse().unwrap();
    assert!(case.open(person).contains(&"first_contact"));
    assert_eq!(case.tasks(person)[0].only_for, Some("street_outreach".parse().unwrap()));
}

#[test]
fn a_rule_with_a_condition_waits_for_it() {
    let mut case = Case::new();
    let encounter = case.add(0, "bedside_encounter", json!({"approach": "missed"}));
    assert!(case.tasks(encounter).is_empty());
    case.set(encounter, json!({"approach": "accepted", "occurred_at": "1970-01-01T00:00:00Z"}));
    assert_eq!(case.open(encounter), ["weekly_contact"]);
}

/// The records of a case of the built-in catalogue; times are hours since 1970.
#[test]
fn a_returned_record_is_its_authors_to_mend_until_it_says_something_else() {
    let mut case = Case::new();
    let author = UserId::from_bytes([7; 16]);
    let contact = case.add(0, "outreach_contact", json!({"approval": "submitted"}));
    let review = case.add(30, "review", returned(contact, author));
    // The review came before what it did to the record.
    assert_eq!(case.open(review), [] as [&str; 0]);
    case.set(contact, json!({"approval": "returned"}));
    let [task] = &case.tasks(review)[..] else { panic!("one task") };
    assert_eq!((task.rule.as_str(), task.standing), ("revise", Standing::Open));
    assert_eq!((task.owner, task.about), (Some(author), Some(contact)));
    assert_eq!(task.due, hours(30) + Span::from_days(3), "from when the review was made");
    for left in ["submitted", "approved", "voided"] {
        case.set(contact, json!({"approval": left}));
        assert_eq!(case.tasks(review)[0].standing, Standing::Ended, "{left}");
    }
    case.set(contact, json!({"approval": "returned"}));
    assert_eq!(case.open(review), ["revise"], "it came back to what it was");
}

#[test]
fn what_was_returned_twice_is_one_task_and_that_of_the_last_review() {
    let mut case = Case::new();
    let author = UserId::from_bytes([7; 16]);
    let contact = case.add(0, "outreach_contact", json!({"approval": "returned"}));
    let first = case.add(30, "review", returned(contact, author));
    let second = case.add(60, "review", returned(contact, author));
    assert_eq!((case.open(first), case.open(second)), (vec![], vec!["revise"]));
    // A review of something else takes the place of none.
    let other = case.add(1, "outreach_contact", json!({"approval": "returned"}));
    let third = case.add(90, "review", returned(other, author));
    assert_eq!((case.open(second), case.open(third)), (vec!["revise"], vec!["revise"]));
    // Once the last one is voided, the one before it counts.
    let mut voided = returned(contact, author);
    voided["approval"] = json!("voided");
    case.set(second, voided);
    assert_eq!((case.open(first), case.open(second)), (vec!["revise"], vec![]));
}

#[test]
fn a_record_that_is_not_here_or_of_another_compartment_asks_for_nothing() {
    let mut case = Case::new();
    let author = UserId::from_bytes([7; 16]);
    let missing = RecordId::from_bytes([99; 16]);
    let review = case.add(30, "review", returned(missing, author));
    assert_eq!(case.tasks(review)[0].standing, Standing::Ended);
    case.set(review, json!({"decision": "returned"}));
    assert!(case.tasks(review).is_empty(), "it names no record");
    let contact = case.add(0, "outreach_contact", json!({"approval": "returned"}));
    case.set(review, returned(contact, author));
    assert_eq!(case.open(review), ["revise"]);
    case.of(contact).compartment = "SUD".parse().unwrap();
    case.of(contact).program = "clinic".parse().unwrap();
    assert_eq!(case.open(review), [] as [&str; 0]);
}

#[test]
fn what_belongs_to_no_case_waits_for_its_author_as_well() {
    let mut case = Case::new();
    let shift = case.add(0, "shift", json!({"approval": "returned"}));
    let review = case.add(30, "review", returned(shift, UserId::from_bytes([7; 16])));
    for record in [shift, review] {
        case.of(record).case = None;
        case.of(record).compartment = "STF".parse().unwrap();
    }
    assert_eq!(case.open(review), ["revise"]);
    case.set(shift, json!({"approval": "submitted"}));
    assert_eq!(case.open(review), [] as [&str; 0]);
}

#[test]
fn what_was_put_off_is_due_then_and_its_supervisor_is_told_as_before() {
    let mut case = Case::new();
    let contact = case.add(0, "outreach_contact", engaged());
    let later = case.add(24 * 6, "put_off", put_off(contact, Some(days(9))));
    let task = case.tasks(contact).remove(0);
    assert_eq!((task.due, task.standing), (days(9), Standing::Open));
    assert_eq!(task.flags, [days(14), days(30)]);
    // The newest counts, also one that is earlier again; none makes it due before its time.
    let sooner = case.add(24 * 6 + 1, "put_off", put_off(contact, Some(days(1))));
    assert_eq!(case.tasks(contact)[0].due, days(7));
    case.set(sooner, json!({"approval": "voided"}));
    assert_eq!(case.tasks(contact)[0].due, days(9));
    case.set(later, json!({"task": contact, "rule": "another", "until": days(9).to_string()}));
    assert_eq!(case.tasks(contact)[0].due, days(7), "it is of another task");
}

#[test]
fn what_cannot_be_done_is_ended_until_its_date_is_set_anew() {
    let mut case = Case::new();
    let contact = case.add(0, "outreach_contact", engaged());
    let said = case.add(24, "put_off", put_off(contact, None));
    assert_eq!(case.tasks(contact)[0].standing, Standing::Ended);
    case.set(said, json!({"approval": "voided"}));
    assert_eq!(case.open(contact), ["next_contact"]);
    case.set(said, put_off(contact, None));
    case.of(contact).fields.insert("occurred_at".into(), json!(hours(1).to_string()));
    assert_eq!(case.open(contact), ["next_contact"], "that one is due at another time");
}

#[test]
fn a_check_that_is_put_off_moves_no_other_of_its_series() {
    let mut case = Case::new();
    let mediation = case.add(0, "mediation", json!({}));
    let mut first = put_off(mediation, Some(hours(200)));
    (first["rule"], first["due"]) = (json!("check_24h"), json!(hours(24).to_string()));
    case.add(2, "put_off", first);
    let dues: Vec<_> = case.tasks(mediation).iter().map(|task| task.due).collect();
    assert_eq!(dues[..3], [hours(200), hours(72), days(7)]);
    case.add(25, "outreach_contact", engaged());
    assert_eq!(case.open(mediation), ["check_72h", "check_7d", "check_30d"]);
}

fn put_off(record: RecordId, until: Option<Timestamp>) -> Json {
    let due = days(7).to_string();
    match until {
        Some(until) => json!({
            "task": record, "rule": "next_contact", "due": due,
            "what": "later", "until": until.to_string(), "why_later": "no_time",
        }),
        None => json!({
            "task": record, "rule": "next_contact", "due": due,
            "what": "cannot", "why_not": "gone",
        }),
    }
}

fn returned(record: RecordId, author: UserId) -> Json {
    json!({"decision": "returned", "record": record, "authored_by": author})
}

struct Case {
    catalogue: Catalogue,
    records: Vec<CaseRecord>,
}

impl Case {
    fn new() -> Self {
        Self { catalogue: Catalogue::builtin().unwrap(), records: Vec::new() }
    }

    fn add(&mut self, at: i64, name: &str, fields: Json) -> RecordId {
        let record_type: TypeName = name.parse().unwrap();
        let known = self.catalogue.record_type(&record_type).unwrap();
        let number = u8::try_from(self.records.len() + 1).unwrap();
        let record = RecordId::from_bytes([number; 16]);
        self.records.push(CaseRecord {
            record,
            record_type,
            case: Some(CaseId::from_bytes([1; 16])),
            compartment: known.compartment.clone(),
            program: "street_outreach".parse().unwrap(),
            created_at: hours(at),
            occurred_at: hours(at),
            fields: Map::new(),
        });
        self.set(record, fields);
        record
    }

    fn of(&mut self, record: RecordId) -> &mut CaseRecord {
        self.records.iter_mut().find(|known| known.record == record).unwrap()
    }

    fn set(&mut self, record: RecordId, fields: Json) {
        let known = self.of(record);
        known.fields = fields.as_object().cloned().unwrap();
        let at = json!(known.occurred_at.to_string());
        known.fields.entry("occurred_at").or_insert(at);
    }

    fn tasks(&self, record: RecordId) -> Vec<Task> {
        let own = self.records.iter().find(|known| known.record == record).unwrap();
        tasks(&self.catalogue, own, &self.records)
    }

    fn open(&self, record: RecordId) -> Vec<&'static str> {
        let open = self.tasks(record).into_iter().filter(|task| task.standing.is_open());
        open.map(|task| &*task.rule.leak()).collect()
    }
}

fn engaged() -> Json {
    json!({"result": "engaged"})
}

fn hours(hours: i64) -> Timestamp {
    Timestamp::default() + Span::from_hours(hours)
}

fn days(days: i64) -> Timestamp {
    hours(days * 24)
}
