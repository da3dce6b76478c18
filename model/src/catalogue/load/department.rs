//! `department.toml` and `access.toml`: who there is, and who may see what.

use std::collections::BTreeMap;
use std::str::FromStr;

use toml::Value;

use super::problem::{Pair, Shape, Thing, listed, twice, unknown};
use super::section::Section;
use super::{AccessMatrix, CATALOGUE_FORMAT};
use crate::catalogue::{Access, Compartment, Label, Program, Role};
use crate::ids::{CompartmentCode, ProgramCode, RoleCode};
use crate::time::Span;
use crate::words::{Explained, Message};
use crate::zone::Zone;

/// What `department.toml` says. What has a mistake in it stands as `None`: it is declared all the
/// same, so that others may name it.
pub(super) struct Department {
    pub(super) label: Option<Label>,
    pub(super) lease: Span,
    pub(super) drafts_old_after: Span,
    pub(super) own_void: Option<Span>,
    pub(super) restore_window: Span,
    pub(super) zone: Zone,
    pub(super) programs: BTreeMap<ProgramCode, Option<Program>>,
    pub(super) roles: BTreeMap<RoleCode, Option<Role>>,
    pub(super) compartments: BTreeMap<CompartmentCode, Option<Compartment>>,
}

pub(super) fn read_department(mut file: Section<'_>) -> Department {
    let format = file.integer("format");
    if let Some(format) = file.required("format", format)
        && format != CATALOGUE_FORMAT
    {
        file.mistake("format", Message::new("should_be").with("value", CATALOGUE_FORMAT));
    }
    let label = file.label("label");
    let lease = file.parsed::<Span>("lease").unwrap_or(LEASE_DEFAULT);
    if lease < LEASE_MIN || LEASE_MAX < lease {
        file.mistake("lease", out_of_bounds(LEASE_MIN, LEASE_MAX));
    }
    let drafts_old_after = file.parsed::<Span>("drafts_old_after").unwrap_or(DRAFTS_OLD_DEFAULT);
    if drafts_old_after < DRAFTS_OLD_MIN || DRAFTS_OLD_MAX < drafts_old_after {
        file.mistake("drafts_old_after", out_of_bounds(DRAFTS_OLD_MIN, DRAFTS_OLD_MAX));
    }
    let own_void = file.parsed::<Span>("own_void");
    if own_void.is_some_and(|span| span < OWN_VOID_MIN || OWN_VOID_MAX < span) {
        file.mistake("own_void", out_of_bounds(OWN_VOID_MIN, OWN_VOID_MAX));
    }
    let restore_window = file.parsed::<Span>("restore_window").unwrap_or(RESTORE_WINDOW_DEFAULT);
    if restore_window < RESTORE_WINDOW_MIN || RESTORE_WINDOW_MAX < restore_window {
        file.mistake("restore_window", out_of_bounds(RESTORE_WINDOW_MIN, RESTORE_WINDOW_MAX));
    }
    let zone = file.parsed::<Zone>("time_zone").unwrap_or_else(Zone::utc);

    let compartments = read_each(&mut file, COMPARTMENT, |section| {
        let label = section.label("label");
        let on_devices = section.bool("on_devices");
        let on_devices = section.required("on_devices", on_devices);
        let identity = section.bool("identity").unwrap_or(false);
        let emergency = section.parsed::<Span>("emergency");
        if emergency.is_some_and(|span| span <= Span::from_millis(0)) {
            section.mistake("emergency", Message::new("emergency_of_no_time"));
        }
        let notice = section.has("notice").then(|| section.label("notice")).flatten();
        let existence_known = section.bool("existence_may_be_known").unwrap_or(false);
        if existence_known && on_devices == Some(false) {
            section.mistake("existence_may_be_known", Message::new("existence_of_secret"));
        }
        Some(Compartment {
            label: label?,
            on_devices: on_devices?,
            identity,
            emergency,
            notice,
            existence_known,
        })
    });
    let roles = read_each(&mut file, ROLE, |section| {
        let case_staff = section.bool("case_staff").unwrap_or(false);
        let privacy = section.bool("privacy").unwrap_or(false);
        let department = section.bool("department").unwrap_or(false);
        let administers = section.bool("administers").unwrap_or(false);
        Some(Role { label: section.label("label")?, case_staff, privacy, department, administers })
    });
    let programs = read_each(&mut file, PROGRAM, |section| {
        let label = section.label("label");
        let codes = section.parsed_list("compartments");
        let codes: Vec<CompartmentCode> = section.required("compartments", codes)?;
        if codes.is_empty() {
            section.mistake("compartments", Message::new("names_no_compartment"));
        }
        for code in codes.iter().filter(|code| !compartments.contains_key(*code)) {
            let problem = unknown(Thing::Compartment, code, compartments.keys());
            section.mistake("compartments", problem);
        }
        let people = section.parsed::<CompartmentCode>("people");
        let are_apart = people.as_ref().map(|it| check_people(section, it, &codes, &compartments));
        if are_apart == Some(false) {
            return None;
        }
        Some(Program { label: label?, compartments: codes.into_iter().collect(), people })
    });
    file.finish();
    Department {
        label,
        lease,
        drafts_old_after,
        own_void,
        restore_window,
        zone,
        programs,
        roles,
        compartments,
    }
}

/// Three days without a network happen; a phone that was stolen must not show cases much longer.
const LEASE_DEFAULT: Span = Span::from_hours(72);

/// A phone in somebody's pocket meets its server about every hour.
const LEASE_MIN: Span = Span::from_hours(1);

const LEASE_MAX: Span = Span::from_days(14);

/// A supervisor reviews the caseload in the evening: by the next one it should be there.
const DRAFTS_OLD_DEFAULT: Span = Span::from_hours(24);

/// The wrong person, noticed on the way to the car.
const OWN_VOID_MIN: Span = Span::from_minutes(10);

/// By then somebody has reviewed it.
const OWN_VOID_MAX: Span = Span::from_days(30);

/// A contact takes minutes, and an intake an hour.
const DRAFTS_OLD_MIN: Span = Span::from_hours(1);

const DRAFTS_OLD_MAX: Span = Span::from_days(60);

/// By then whoever was away for two weeks has met the server.
const RESTORE_WINDOW_DEFAULT: Span = Span::from_days(14);

/// Every phone in use comes within a day.
const RESTORE_WINDOW_MIN: Span = Span::from_days(1);

/// While it is open a phone is believed what others wrote.
const RESTORE_WINDOW_MAX: Span = Span::from_days(60);

fn out_of_bounds(min: Span, max: Span) -> Message {
    Message::new("out_of_bounds").with("min", min).with("max", max)
}

/// A program that keeps its people apart keeps them in a compartment of its own.
fn check_people(
    section: &Section<'_>,
    people: &CompartmentCode,
    own: &[CompartmentCode],
    compartments: &BTreeMap<CompartmentCode, Option<Compartment>>,
) -> bool {
    if !own.contains(people) {
        section.mistake("people", unknown(Thing::CompartmentOfProgram, people, own));
        return false;
    }
    let is_shared = compartments.get(people).and_then(Option::as_ref).is_some_and(|it| it.identity);
    if is_shared {
        let problem = Message::new("identity_of_everybody").with("compartment", people);
        section.mistake("people", problem);
    }
    !is_shared
}

/// Reads the matrix and checks that it has a cell for every role in every compartment: nobody's
/// access is left to chance.
pub(super) fn read_access(mut file: Section<'_>, department: Option<&Department>) -> AccessMatrix {
    let mut access = AccessMatrix::new();
    let matrix = file.table("matrix");
    if let Some(matrix) = file.required("matrix", matrix) {
        for (row, value) in matrix.entries() {
            read_row(&matrix, row, value, department, &mut access);
        }
        if let Some(department) = department {
            for role in department.roles.keys() {
                if !matrix.has(role.as_str()) {
                    matrix.mistake(role.as_str(), Message::new("missing_row"));
                }
            }
            check_directories(&matrix, department, &access);
            check_administrators(&matrix, department, &access);
        }
    }
    file.finish();
    access
}

/// Checks that what is a directory to one role is nothing else to another, and holds nobody's
/// identity.
fn check_directories(matrix: &Section<'_>, department: &Department, access: &AccessMatrix) {
    let is_directory = |code: &CompartmentCode| {
        access.iter().any(|((_, of), cell)| of == code && *cell == Access::Directory)
    };
    for (code, known) in department.compartments.iter().filter(|(code, _)| is_directory(code)) {
        if known.as_ref().is_some_and(|known| known.identity) {
            let problem = Message::new("directory_of_identities").with("compartment", code);
            matrix.mistake("", problem);
        }
        for ((role, _), _) in access.iter().filter(|((_, of), cell)| {
            of == code && !matches!(cell, Access::Directory | Access::None)
        }) {
            matrix.mistake(&format!("{role}.{code}"), Message::new("partly_a_directory"));
        }
    }
}

/// Checks that who administers the system sees nothing of any case.
fn check_administrators(matrix: &Section<'_>, department: &Department, access: &AccessMatrix) {
    for ((role, code), _) in access.iter().filter(|(_, cell)| **cell != Access::None) {
        let known = department.roles.get(role).and_then(Option::as_ref);
        if known.is_some_and(|known| known.administers) {
            matrix.mistake(&format!("{role}.{code}"), Message::new("administrator_sees"));
        }
    }
}

fn read_row(
    matrix: &Section<'_>,
    row: &str,
    value: &Value,
    department: Option<&Department>,
    access: &mut AccessMatrix,
) {
    let role = match row.parse::<RoleCode>() {
        Ok(role) => role,
        Err(error) => return matrix.mistake(row, error.message()),
    };
    if let Some(Department { roles, .. }) = department
        && !roles.contains_key(&role)
    {
        return matrix.mistake(row, unknown(Thing::Role, &role, roles.keys()));
    }
    let Value::Table(cells) = value else {
        matrix.expected::<()>(row, Shape::Row, value);
        return;
    };
    for (column, cell) in cells {
        let key = format!("{row}.{column}");
        let compartment = match column.parse::<CompartmentCode>() {
            Ok(compartment) => compartment,
            Err(error) => {
                matrix.mistake(&key, error.message());
                continue;
            }
        };
        if let Some(Department { compartments, .. }) = department
            && !compartments.contains_key(&compartment)
        {
            let problem = unknown(Thing::Compartment, &compartment, compartments.keys());
            matrix.mistake(&key, problem);
            continue;
        }
        let letters = cell.as_str().unwrap_or_default();
        match access_of(letters) {
            Some(cell) => drop(access.insert((role.clone(), compartment), cell)),
            None => {
                let known = listed(LETTERS.map(|(letters, _)| letters));
                let problem = Message::new("not_an_access").with("cell", cell).with("known", known);
                matrix.mistake(&key, problem);
            }
        }
    }
    if let Some(department) = department {
        for compartment in department.compartments.keys() {
            if !cells.contains_key(compartment.as_str()) {
                let key = format!("{row}.{compartment}");
                matrix.mistake(&key, Message::new("missing_cell"));
            }
        }
    }
}

fn access_of(letters: &str) -> Option<Access> {
    LETTERS.iter().find(|(known, _)| *known == letters).map(|(_, access)| *access)
}

/// The letters of the matrix.
const LETTERS: [(&str, Access); 12] = [
    ("-", Access::None),
    ("W", Access::Write),
    ("S", Access::Supervise),
    ("C", Access::Consent),
    ("F", Access::NamedFields),
    ("A", Access::Aggregate),
    ("D", Access::Deidentified),
    ("own", Access::Own),
    ("L", Access::Logged),
    ("R", Access::Read),
    ("R+", Access::Directory),
    ("counsel", Access::CounselOnly),
];

/// Tables of `department.toml`, each with the key by which it is named.
struct Tables {
    key: &'static str,
    id: &'static str,
    pair: Pair,
}

const COMPARTMENT: Tables = Tables { key: "compartment", id: "code", pair: Pair::Compartments };
const ROLE: Tables = Tables { key: "role", id: "code", pair: Pair::Roles };
const PROGRAM: Tables = Tables { key: "program", id: "name", pair: Pair::Programs };

/// Reads a list of tables into a map by their code.
fn read_each<K: FromStr<Err: Explained> + Ord, V>(
    file: &mut Section<'_>,
    Tables { key, id, pair }: Tables,
    mut read: impl FnMut(&mut Section<'_>) -> Option<V>,
) -> BTreeMap<K, Option<V>> {
    let mut all = BTreeMap::new();
    for mut section in file.tables(key, id) {
        let code = section.parsed::<K>(id);
        let code = section.required(id, code);
        let value = read(&mut section);
        if let Some(code) = code {
            if all.contains_key(&code) {
                section.mistake(id, twice(pair));
            }
            all.insert(code, value);
        }
        section.finish();
    }
    if all.is_empty() && !file.has(key) {
        file.mistake(key, Message::new("missing_table").with("key", key));
    }
    all
}
