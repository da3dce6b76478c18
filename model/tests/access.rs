//! Every role in every compartment and type, on every way, with and without assignment, supervision
//! and consent: `policy::decide` against a second reading of the rules.
//!
//! The second reading takes the catalogue's files as text and shares nothing with the first: no
//! type of `model::catalogue`, no function of `model::policy` but the one under test.
#![expect(clippy::unwrap_used, reason = "what is not as it should be here fails the test")]

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{Catalogue, CatalogueSource, Placement};
use model::ids::{ProgramCode, RecordId, UserId};
use model::policy::{self, Act, CaseFacts, Channel, Consent, Edited, Person, Reach, Subject};
use model::record::{Envelope, Record};
use model::time::{Span, Timestamp};
use model::value::{FieldValue, Scalar};
use model::wire::MembershipV1;
use toml::{Table, Value};

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

#[test]
fn every_cell_is_decided_as_the_files_say() {
    let catalogue = Catalogue::builtin().unwrap();
    let rules = Rules::read();
    let mut cells = 0;
    let mut allowed: BTreeMap<&str, u64> = BTreeMap::new();
    for role in rules.cells.keys() {
        for own in rules.programs.keys() {
            let held = BTreeSet::from([MembershipV1 {
                role: role.parse().unwrap(),
                program: own.parse().unwrap(),
            }]);
            let who = Person { user: user(1), memberships: &held };
            for (record_type, home) in rules.lives() {
                for case in Case::all(own, home) {
                    let programs = case.programs.iter().map(|name| name.parse().unwrap()).collect();
                    let facts = case.facts(&programs);
                    for act in ACTS {
                        let expected = rules.allow(role, own, (record_type, home), &case, act);
                        let of = (record_type, home);
                        let decided = decide(&catalogue, who, facts, of, own, &case, act);
                        assert_eq!(
                            decided.is_ok(),
                            expected,
                            "{role} in {own}: {act:?} {} ({home}) with {case:?}: {decided:?}",
                            record_type.name,
                        );
                        cells += 1;
                        *allowed.entry(act.name()).or_default() += u64::from(expected);
                    }
                }
            }
        }
    }
    assert!(cells > 100_000, "{cells}");
    // Nothing is allowed by never being asked.
    for act in ACTS {
        assert!(allowed[act.name()] > 100, "{act:?} {allowed:?}");
    }
}

#[test]
fn a_phone_starts_what_the_server_takes_and_refuses_the_rest_as_the_server_does() {
    let catalogue = Catalogue::builtin().unwrap();
    let rules = Rules::read();
    let (mut cells, mut taken, mut codes) = (0, 0, BTreeSet::new());
    let pairs = rules.cells.keys().flat_map(|role| rules.programs.keys().map(move |of| (role, of)));
    for (role, own) in pairs {
        let held = BTreeSet::from([MembershipV1 {
            role: role.parse().unwrap(),
            program: own.parse().unwrap(),
        }]);
        let who = Person { user: user(1), memberships: &held };
        // The case is assigned to them, and their program works on it; a consent stands in it or not.
        let programs = held.iter().map(|held| held.program.clone()).collect();
        for (record_type, home) in rules.lives() {
            let compartment = home.parse().unwrap();
            let known = catalogue.record_type(&record_type.name.parse().unwrap());
            let subject = Subject { compartment: &compartment, record_type: known };
            for consent in RELEASES {
                let given = consent.given(home, own);
                let facts = CaseFacts {
                    assigned: true,
                    programs: &programs,
                    consents: &given,
                    alone: None,
                    emergency: &policy::NO_EMERGENCY,
                };
                let granted = policy::opened(&catalogue, NOW, who, facts).contains(&compartment);
                let server = if granted { Reach::Granted } else { Reach::Facts(facts) };
                for (program, starts) in
                    [own.as_str(), "reentry"].into_iter().flat_map(|it| [(it, true), (it, false)])
                {
                    let program = program.parse().unwrap();
                    let create = Act::Create { way: Channel::Phone, program: &program, starts };
                    let ask = |reach| policy::decide(&catalogue, NOW, who, reach, subject, create);
                    let (phone, server) = (ask(Reach::Held(&given)), ask(server));
                    let what = format!("{role} in {own}: {} ({home})", record_type.name);
                    assert_eq!(phone, server, "{what} of {program}, {starts}, {consent:?}");
                    assert!(starts || phone.is_err() || granted, "{what} has no grant");
                    cells += 1;
                    match phone {
                        Ok(()) => taken += 1,
                        Err(refusal) => drop(codes.insert(refusal.code())),
                    }
                }
            }
        }
    }
    assert!(cells > 100_000 && taken > 1_000, "{taken}/{cells}");
    for code in ["role", "program", "not_on_devices", "at_the_console", "no_consent"] {
        assert!(codes.contains(code), "{code}: {codes:?}");
    }
}

#[test]
fn a_grant_is_given_for_exactly_the_compartments_of_a_persons_work() {
    let catalogue = Catalogue::builtin().unwrap();
    let rules = Rules::read();
    for role in rules.cells.keys() {
        for own in rules.programs.keys() {
            let held = BTreeSet::from([MembershipV1 {
                role: role.parse().unwrap(),
                program: own.parse().unwrap(),
            }]);
            let who = Person { user: user(1), memberships: &held };
            for compartment in rules.compartments.keys() {
                for case in Case::all(own, compartment) {
                    let programs = case.programs.iter().map(|name| name.parse().unwrap()).collect();
                    let opened = policy::opened(&catalogue, NOW, who, case.facts(&programs));
                    let open = opened.contains(compartment.as_str());
                    let expected = rules.works(role, own, compartment, &case);
                    assert_eq!(open, expected, "{role} in {own}: {compartment} with {case:?}");
                }
            }
        }
    }
}

#[test]
fn several_roles_reach_what_each_of_them_reaches_and_nothing_else() {
    let catalogue = Catalogue::builtin().unwrap();
    let rules = Rules::read();
    let roles: Vec<_> = rules.cells.keys().collect();
    let (first_program, second_program) = ("hospital_response", "reentry");
    for (first, second) in roles.iter().flat_map(|a| roles.iter().map(move |b| (a, b))) {
        let held = [(first, first_program), (second, second_program)].map(|(role, program)| {
            MembershipV1 { role: role.parse().unwrap(), program: program.parse().unwrap() }
        });
        let both = BTreeSet::from(held);
        let who = Person { user: user(1), memberships: &both };
        for compartment in rules.compartments.keys() {
            for case in Case::all(first_program, compartment) {
                let programs = case.programs.iter().map(|name| name.parse().unwrap()).collect();
                let opened = policy::opened(&catalogue, NOW, who, case.facts(&programs));
                let expected = rules.works(first, first_program, compartment, &case)
                    || rules.works(second, second_program, compartment, &case);
                let open = opened.contains(compartment.as_str());
                assert_eq!(open, expected, "{first} and {second}: {compartment} with {case:?}");
            }
        }
    }
}

#[test]
fn every_field_is_changed_by_whom_the_files_say() {
    let catalogue = Catalogue::builtin().unwrap();
    let rules = Rules::read();
    let (mut cells, mut allowed) = (0_u64, 0_u64);
    for of in rules.types.values() {
        let known = catalogue.record_type(&of.name.parse().unwrap()).unwrap();
        let compartment = of.compartment.parse().unwrap();
        let subject = Subject { compartment: &compartment, record_type: Some(known) };
        for (role, program) in rules.cells.keys().flat_map(|r| [(r, MADE_FOR), (r, "reentry")]) {
            let held = BTreeSet::from([MembershipV1 {
                role: role.parse().unwrap(),
                program: program.parse().unwrap(),
            }]);
            for (author, state) in [1, 2].into_iter().flat_map(|a| STATES.map(move |s| (a, s))) {
                let who = Person { user: user(author), memberships: &held };
                for (field, before, after) in of.changes(state) {
                    let then = record(of, state, field, before);
                    let now = record(of, state, field, after);
                    let edited = Edited {
                        way: Channel::Console,
                        before: Some(&then),
                        after: &now,
                        at: NOW,
                        present: None,
                    };
                    let act = Act::Edit(edited);
                    let decided =
                        policy::decide(&catalogue, NOW, who, Reach::Granted, subject, act);
                    let before = if field == APPROVAL { state } else { before };
                    let expected = rules.changes(
                        role,
                        program,
                        of,
                        author == 1,
                        state,
                        (field, before, after),
                    );
                    assert_eq!(
                        decided.is_ok(),
                        expected,
                        "{role} in {program}, author {}: {}.{field} from {before:?} to {after:?}, \
                         approval {state:?}: {decided:?}",
                        author == 1,
                        of.name,
                    );
                    cells += 1;
                    allowed += u64::from(expected);
                }
            }
        }
    }
    assert!(cells > 100_000 && allowed > 10_000 && cells - allowed > 10_000, "{allowed}/{cells}");
}

#[test]
fn a_record_lives_where_the_files_say() {
    let catalogue = Catalogue::builtin().unwrap();
    let rules = Rules::read();
    let other = Scalar::Ref(RecordId::from_bytes([5; 16]));
    let mut moved = BTreeSet::new();
    for of in rules.types.values() {
        let known = catalogue.record_type(&of.name.parse().unwrap()).unwrap();
        let decides = of.from.as_ref().or(of.when.as_ref().map(|(field, _, _)| field));
        assert_eq!(known.placed.field().map(|field| field.as_str()), decides.map(String::as_str));
        for program in rules.programs.keys() {
            let code = program.parse().unwrap();
            for value in [None, Some("treatment"), Some("housed")] {
                let scalar = value.map(|value| Scalar::Choice(value.parse().unwrap()));
                let home = catalogue.home(known, &code, scalar.as_ref());
                let expected = rules.home(of, program, value);
                assert_eq!(
                    home,
                    Placement::In(&expected.parse().unwrap()),
                    "{} {program}",
                    of.name
                );
                if expected != of.compartment {
                    moved.insert(format!("{} of {program} in {expected}", of.name));
                }
            }
            if of.from.is_some() {
                let home = catalogue.home(known, &code, Some(&other));
                assert_eq!(home, Placement::With(RecordId::from_bytes([5; 16])), "{}", of.name);
            }
        }
    }
    assert!(moved.contains("person of victim_services in VIC"), "{moved:?}");
    assert!(moved.contains("consent of victim_services in VIC"), "{moved:?}");
    assert!(moved.contains("outcome of reentry in SUD"), "{moved:?}");
    let with: Vec<_> = rules.types.values().filter(|of| of.from.is_some()).collect();
    assert_eq!(
        with.iter().map(|of| of.name.as_str()).collect::<Vec<_>>(),
        ["appointment", "referral", "review"]
    );
}

#[test]
fn a_consent_is_noted_by_whoever_works_in_what_it_opens() {
    let catalogue = Catalogue::builtin().unwrap();
    let rules = Rules::read();
    let of = &rules.types["consent"];
    let known = catalogue.record_type(&of.name.parse().unwrap()).unwrap();
    let compartment = of.compartment.parse().unwrap();
    let subject = Subject { compartment: &compartment, record_type: Some(known) };
    let (mut cells, mut allowed) = (0, 0);
    for (role, program) in
        rules.cells.keys().flat_map(|role| rules.programs.keys().map(move |it| (role, it)))
    {
        let (role_code, program_code) = (role.parse().unwrap(), program.parse().unwrap());
        let held = BTreeSet::from([MembershipV1 { role: role_code, program: program_code }]);
        let who = Person { user: user(1), memberships: &held };
        for opened in ["out", "hsp", "sud", "cri", "ren", "div", "chl"] {
            let mut noted = record(of, None, "purpose", None);
            let option = FieldValue::Choices([opened.parse().unwrap()].into());
            noted.fields.insert("opens".parse().unwrap(), option);
            let edited = Edited {
                way: Channel::Console,
                before: None,
                after: &noted,
                at: NOW,
                present: None,
            };
            let act = Act::Edit(edited);
            let decided = policy::decide(&catalogue, NOW, who, Reach::Granted, subject, act);
            let upper = opened.to_uppercase();
            let works = ["W", "S"].contains(&rules.cells[role][&upper].as_str());
            let expected = role == "PRV" || (works && rules.programs[program].0.contains(&upper));
            assert_eq!(
                decided.is_ok(),
                expected,
                "{role} in {program} opens {opened}: {decided:?}"
            );
            cells += 1;
            allowed += u64::from(expected);
        }
    }
    assert!(cells > 500 && allowed > 50, "{allowed}/{cells}");
}

/// The program that the record in question was made for.
const MADE_FOR: &str = "street_outreach";

const APPROVAL: &str = "approval";

/// How a record can stand approved.
const STATES: [Option<&str>; 6] =
    [None, Some("draft"), Some("submitted"), Some("returned"), Some("approved"), Some("voided")];

/// One field goes from one value to another; none is empty.
type Change<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

/// A record made by the first user.
fn record(of: &Type, state: Option<&str>, field: &str, value: Option<&str>) -> Record {
    let mut fields = BTreeMap::new();
    for (name, value) in [(APPROVAL, state), (field, value)] {
        let scalar = |text: &str| match name {
            APPROVAL => Scalar::Choice(text.parse().unwrap()),
            _ => Scalar::Text(text.to_owned()),
        };
        match value {
            Some(text) => fields.insert(name.parse().unwrap(), FieldValue::Scalar(scalar(text))),
            None => fields.remove(name),
        };
    }
    let envelope = Envelope {
        record: RecordId::from_bytes([7; 16]),
        record_type: of.name.parse().unwrap(),
        type_version: 1,
        case: None,
        compartment: of.compartment.parse().unwrap(),
        program: MADE_FOR.parse().unwrap(),
        created_by: user(1),
        created_at: NOW,
    };
    Record { envelope, fields, conflicts: Vec::new(), implausible: BTreeMap::new() }
}

impl Type {
    /// Every field from empty, to empty, and from one value to another; the approval from how it
    /// stands to everything.
    fn changes<'a>(&'a self, state: Option<&'a str>) -> Vec<Change<'a>> {
        let plain = self.fields.keys().filter(|name| *name != APPROVAL).flat_map(|name| {
            let (one, other) = (Some("one"), Some("other"));
            [(None, one), (one, other), (one, None)].map(|(a, b)| (name.as_str(), a, b))
        });
        let approvals = STATES.into_iter().filter(move |to| *to != state);
        plain.chain(approvals.map(|to| (APPROVAL, state, to))).collect()
    }
}

impl Rules {
    /// Returns whether somebody with one role may make this change.
    fn changes(
        &self,
        role: &str,
        program: &str,
        of: &Type,
        is_author: bool,
        state: Option<&str>,
        (field, before, after): Change<'_>,
    ) -> bool {
        // Whoever reads by a consent reads.
        let identity = self.compartments[&of.compartment].1;
        let works = of.written_by.contains(role) || (identity && self.case_staff.contains(role));
        if (self.cells[role][&of.compartment] == "C" || self.is_directory(&of.compartment))
            && !works
        {
            return false;
        }
        // What is not said to open anything lets nobody in.
        if of.lets_in.as_deref() == Some(field) {
            return false;
        }
        let guard = &of.fields[field];
        let supervises = self.cells[role][&of.compartment] == "S";
        if guard.changed_by.contains(role) && (!supervises || program == MADE_FOR) {
            return true;
        }
        let is_final = |state: Option<&str>| {
            state.is_some_and(|state| of.fields[APPROVAL].finals.contains(state))
        };
        if of.by_author && (!is_author || is_final(state)) {
            return false;
        }
        if guard.changed_by.is_empty() {
            return true;
        }
        match guard.others_set.is_empty() {
            true => before.is_none(),
            false => !is_final(before) && after.is_some_and(|to| guard.others_set.contains(to)),
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
enum What {
    Work,
    Phone,
    Console,
    WithReason,
    MakeOnPhone,
    MakeAtConsole,
}

const ACTS: [What; 6] = [
    What::Work,
    What::Phone,
    What::Console,
    What::WithReason,
    What::MakeOnPhone,
    What::MakeAtConsole,
];

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Phone => "phone",
            Self::Console => "console",
            Self::WithReason => "with a reason",
            Self::MakeOnPhone => "make on a phone",
            Self::MakeAtConsole => "make at the console",
        }
    }
}

/// A case as it can stand to a person of one program.
#[derive(Debug)]
struct Case {
    assigned: bool,
    /// Whether the person made the record, and it belongs to no case.
    own: bool,
    programs: Vec<String>,
    consent: Release,
    given: Vec<Consent>,
}

/// How a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Release {
    None,
    InForce,
    AtItsFirstMoment,
    AtItsLastMoment,
    Ended,
    Revoked,
    Unsigned,
    NotYet,
    OtherCompartment,
    OtherProgram,
}

const RELEASES: [Release; 10] = [
    Release::None,
    Release::InForce,
    Release::AtItsFirstMoment,
    Release::AtItsLastMoment,
    Release::Ended,
    Release::Revoked,
    Release::Unsigned,
    Release::NotYet,
    Release::OtherCompartment,
    Release::OtherProgram,
];

impl Release {
    /// Returns whether it opens the compartment in question, to whomever it names.
    fn opens(self) -> bool {
        match self {
            Self::InForce | Self::AtItsFirstMoment | Self::AtItsLastMoment | Self::OtherProgram => {
                true
            }
            Self::None
            | Self::Ended
            | Self::Revoked
            | Self::Unsigned
            | Self::NotYet
            | Self::OtherCompartment => false,
        }
    }

    fn given(self, compartment: &str, program: &str) -> Vec<Consent> {
        let (day, instant) = (Span::from_days(1), Span::from_millis(1));
        let (starts, ends) = match self {
            Self::None => return Vec::new(),
            Self::AtItsFirstMoment => (Some(NOW), None),
            Self::AtItsLastMoment => (Some(NOW - day), Some(NOW + instant)),
            Self::Ended => (Some(NOW - day), Some(NOW)),
            Self::Unsigned => (None, None),
            Self::NotYet => (Some(NOW + instant), None),
            _ => (Some(NOW - day), Some(NOW + day)),
        };
        let other = if program == "reentry" { "corrections" } else { "reentry" };
        let program = if self == Self::OtherProgram { other } else { program };
        let compartment = match (self, compartment) {
            (Self::OtherCompartment, "HSP") => "OUT",
            (Self::OtherCompartment, _) => "HSP",
            (_, same) => same,
        };
        vec![Consent {
            record: RecordId::from_bytes([9; 16]),
            programs: [program.parse().unwrap()].into(),
            compartments: [compartment.parse().unwrap()].into(),
            starts,
            ends,
            revoked: self == Self::Revoked,
        }]
    }
}

impl Case {
    fn all(own_program: &str, compartment: &str) -> Vec<Self> {
        let other = if own_program == "reentry" { "corrections" } else { "reentry" };
        let mut cases = Vec::new();
        for assigned in [false, true] {
            for programs in [vec![], vec![own_program], vec![other]] {
                for consent in RELEASES {
                    cases.push(Self {
                        assigned,
                        own: false,
                        programs: programs.iter().map(|name| (*name).to_owned()).collect(),
                        consent,
                        given: consent.given(compartment, own_program),
                    });
                }
            }
        }
        cases.push(Self {
            assigned: false,
            own: true,
            programs: vec![],
            consent: Release::None,
            given: vec![],
        });
        cases
    }

    fn facts<'a>(&'a self, programs: &'a BTreeSet<ProgramCode>) -> CaseFacts<'a> {
        CaseFacts {
            assigned: self.assigned,
            programs,
            consents: &self.given,
            alone: self.own.then(|| user(1)),
            emergency: &policy::NO_EMERGENCY,
        }
    }
}

fn decide(
    catalogue: &Catalogue,
    who: Person<'_>,
    facts: CaseFacts<'_>,
    (record_type, home): (&Type, &str),
    program: &str,
    case: &Case,
    act: What,
) -> Result<(), policy::Denial> {
    let compartment = home.parse().unwrap();
    let known = catalogue.record_type(&record_type.name.parse().unwrap());
    let subject = Subject { compartment: &compartment, record_type: known };
    let program = program.parse().unwrap();
    let make = |way| Act::Create { way, program: &program, starts: case.own };
    let act = match act {
        What::Work => Act::See(Channel::Work),
        What::Phone => Act::See(Channel::Phone),
        What::Console => Act::See(Channel::Console),
        What::WithReason => Act::See(Channel::ConsoleWithReason),
        What::MakeOnPhone => make(Channel::Phone),
        What::MakeAtConsole => make(Channel::Console),
    };
    policy::decide(catalogue, NOW, who, Reach::Facts(facts), subject, act)
}

/// The files, read a second time.
struct Rules {
    /// Role to compartment to letters.
    cells: BTreeMap<String, BTreeMap<String, String>>,
    case_staff: BTreeSet<String>,
    /// Compartment to whether it may be on phones, and whether it is the identity card.
    compartments: BTreeMap<String, (bool, bool)>,
    /// Program to its compartments, and to that of its people when it keeps them apart.
    programs: BTreeMap<String, (BTreeSet<String>, Option<String>)>,
    types: BTreeMap<String, Type>,
}

struct Type {
    name: String,
    compartment: String,
    /// The field that names the record where it lives.
    from: Option<String>,
    /// A field, its values, and where it lives with one of them.
    when: Option<(String, BTreeSet<String>, String)>,
    written_by: BTreeSet<String>,
    also_read_by: BTreeSet<String>,
    /// The field that says whom a consent lets in.
    lets_in: Option<String>,
    /// Whether only its author edits it.
    by_author: bool,
    /// Its fields, those of every type among them.
    fields: BTreeMap<String, Guarded>,
}

/// Who may change a field.
struct Guarded {
    changed_by: BTreeSet<String>,
    others_set: BTreeSet<String>,
    finals: BTreeSet<String>,
}

fn guarded(file: &Table) -> impl Iterator<Item = (String, Guarded)> {
    let fields = file["field"].as_array().unwrap().clone();
    fields.into_iter().map(|field| {
        let list = |key| words(field.get(key));
        let (changed_by, others_set) = (list("changed_by"), list("others_set"));
        (word(&field["name"]), Guarded { changed_by, others_set, finals: list("final") })
    })
}

impl Rules {
    fn read() -> Self {
        let files = CatalogueSource::builtin().files;
        let file = |path: &str| files[path].parse::<Table>().unwrap();
        let department = file("department.toml");
        let list = |key: &str| -> Vec<Table> {
            let all = department[key].as_array().unwrap();
            all.iter().map(|item| item.as_table().unwrap().clone()).collect()
        };
        let flag = |table: &Table, key: &str| table.get(key).is_some_and(|v| v.as_bool().unwrap());
        let matrix = file("access.toml")["matrix"].as_table().unwrap().clone();
        Self {
            cells: matrix
                .iter()
                .map(|(role, row)| {
                    let row = row.as_table().unwrap();
                    let cell = |(code, letters): (&String, &Value)| (code.clone(), word(letters));
                    (role.clone(), row.iter().map(cell).collect())
                })
                .collect(),
            case_staff: list("role")
                .iter()
                .filter(|role| flag(role, "case_staff"))
                .map(|role| word(&role["code"]))
                .collect(),
            compartments: list("compartment")
                .iter()
                .map(|it| (word(&it["code"]), (flag(it, "on_devices"), flag(it, "identity"))))
                .collect(),
            programs: list("program")
                .iter()
                .map(|it| {
                    let people = it.get("people").map(word);
                    (word(&it["name"]), (words(it.get("compartments")), people))
                })
                .collect(),
            types: files
                .keys()
                .filter(|path| path.starts_with("types/"))
                .map(|path| {
                    let head = file(path)["type"].as_table().unwrap().clone();
                    let name = word(&head["name"]);
                    let read = Type {
                        name: name.clone(),
                        compartment: word(&head["compartment"]),
                        from: head.get("compartment_from").map(word),
                        when: head.get("compartment_when").map(|when| {
                            let (field, compartment) = (&when["field"], &when["compartment"]);
                            (word(field), words(when.get("in")), word(compartment))
                        }),
                        written_by: words(head.get("written_by")),
                        also_read_by: words(head.get("also_read_by")),
                        lets_in: file(path).get("consent").map(|rules| word(&rules["programs"])),
                        by_author: head.get("edited_by").is_some_and(|by| word(by) == "author"),
                        fields: guarded(&file(path)).chain(guarded(&file("common.toml"))).collect(),
                    };
                    (name, read)
                })
                .collect(),
        }
    }

    /// Every type in every compartment where a record of it may live.
    fn lives(&self) -> Vec<(&Type, &str)> {
        let mut all = Vec::new();
        for of in self.types.values() {
            let mut homes = BTreeSet::from([of.compartment.as_str()]);
            if of.from.is_some() {
                homes.extend(self.compartments.keys().map(String::as_str));
            }
            homes.extend(of.when.iter().map(|(_, _, elsewhere)| elsewhere.as_str()));
            let programs = self.programs.keys();
            homes.extend(programs.map(|program| self.home(of, program, None)));
            all.extend(homes.into_iter().map(|home| (of, home)));
        }
        all
    }

    /// Where a record of a type lives that is made for a program, with this choice in the field that
    /// decides.
    fn home<'a>(&'a self, of: &'a Type, program: &str, value: Option<&str>) -> &'a str {
        if let (Some((_, values, elsewhere)), Some(value)) = (&of.when, value)
            && values.contains(value)
        {
            return elsewhere;
        }
        let (_, identity) = self.compartments[&of.compartment];
        match &self.programs[program].1 {
            Some(people) if identity => people,
            _ => &of.compartment,
        }
    }

    /// Returns whether a compartment is a directory: some role reads it on phones.
    fn is_directory(&self, compartment: &str) -> bool {
        self.cells.values().any(|row| row[compartment] == "R+")
    }

    /// Returns whether somebody with one role may do this.
    fn allow(
        &self,
        role: &str,
        program: &str,
        (of, home): (&Type, &str),
        case: &Case,
        act: What,
    ) -> bool {
        let (on_phones, _) = self.compartments[home];
        let works = self.works(role, program, home, case);
        let cell = self.cells[role][home].as_str();
        let named = of.also_read_by.contains(role)
            && match cell {
                "F" => case.assigned,
                "A" => true,
                _ => false,
            };
        // Nothing but an entry stands alone in a directory, and what is decided about it.
        let everywhere = works || cell == "R+";
        let at_the_console = works || named || cell == "R";
        let makes = of.written_by.contains(role) && !["-", "A", "D"].contains(&cell);
        match act {
            What::Work => works,
            What::Phone => everywhere && on_phones,
            What::Console => at_the_console || everywhere,
            What::WithReason => at_the_console || everywhere || cell == "L",
            What::MakeOnPhone => makes && on_phones && works,
            What::MakeAtConsole => {
                makes && (at_the_console || (matches!(cell, "F" | "C") && case.assigned))
            }
        }
    }

    /// Returns whether a compartment of a case is part of the work of somebody with one role.
    fn works(&self, role: &str, program: &str, compartment: &str, case: &Case) -> bool {
        let (_, identity) = self.compartments[compartment];
        let identity = identity && self.cells[role][compartment] != "-";
        let at_work = case.programs.iter().any(|name| name == program);
        let (own, people) = &self.programs[program];
        let shared = identity && people.is_none();
        let is_directory = self.is_directory(compartment);
        (case.own && (!is_directory || self.cells[role][compartment] == "R+"))
            || (identity && case.assigned && self.case_staff.contains(role))
            || match self.cells[role][compartment].as_str() {
                "W" => case.assigned,
                "S" => at_work && (shared || own.contains(compartment)),
                "C" => {
                    let mut given = case.given.iter();
                    let named = given.any(|consent| consent.programs.contains(program));
                    case.assigned && case.consent.opens() && named
                }
                _ => false,
            }
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn words(value: Option<&Value>) -> BTreeSet<String> {
    value.into_iter().flat_map(|list| list.as_array().unwrap()).map(word).collect()
}

fn user(number: u8) -> UserId {
    UserId::from_bytes([number; 16])
}
