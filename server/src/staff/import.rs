//! A list of people as a spreadsheet saves it: what each line would do, and doing it. All of it is done,
//! or nothing.

use csv::{ReaderBuilder, StringRecord};
use model::ids::UserId;
use model::time::Timestamp;
use model::wire::MembershipV1;
use model::words::{Explained, Message};
use rand::Rng;

use super::terms::{self, Period};
use super::{StaffRefusal, add_user, membership};
use crate::error::StoreError;
use crate::store::audit::Actor;
use crate::writer::Tx;

/// Why a file is no list of people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListFault {
    /// It has no lines below the heads.
    #[error("the list has no people: a line with heads, then a line for each role")]
    Empty,
    /// A head that there must be is missing.
    #[error("the list has no column `{0}`")]
    MissingColumn(&'static str),
    /// A head that is not known. A misspelt one would be passed over otherwise.
    #[error("the list has a column `{0}`; the columns are name, role, program, from and until")]
    UnknownColumn(String),
    /// A line has more or fewer cells than there are heads, or a quote is not closed.
    #[error("line {0} has another number of cells than the first")]
    Uneven(u64),
    /// It is longer than one list may be.
    #[error("the list has more than {LINES_MAX} lines")]
    TooLong,
}

impl Explained for ListFault {
    fn message(&self) -> Message {
        match self {
            Self::Empty => Message::new("list_empty"),
            Self::MissingColumn(column) => {
                Message::new("list_column_missing").with("column", column)
            }
            Self::UnknownColumn(column) => {
                Message::new("list_column_unknown").with("column", column)
            }
            Self::Uneven(line) => Message::new("list_uneven").with("line", line),
            Self::TooLong => Message::new("list_too_long").with("max", LINES_MAX),
        }
    }
}

/// A line of the list, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListLine {
    /// Its number in the file; the heads are the first.
    pub number: u64,
    /// Whom it is about.
    pub name: String,
    /// The code of a role.
    pub role: String,
    /// The code of a program.
    pub program: String,
    /// The first day, or nothing.
    pub from: String,
    /// The last day, or nothing.
    pub until: String,
}

/// What a line does, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineOutcome {
    /// It adds somebody, with this role.
    Adds,
    /// It gives somebody who is there already one more role, or another end of one.
    GivesRole,
    /// They hold this role already.
    NothingNew,
    /// It cannot be done, and why.
    Fails(Message),
}

impl LineOutcome {
    /// Returns whether the line cannot be done.
    pub fn fails(&self) -> bool {
        matches!(self, Self::Fails(_))
    }
}

/// Reads a list: comma-separated, or semicolon-separated as spreadsheets save it where a comma stands
/// in numbers (RFC 4180).
///
/// # Errors
/// Says what is wrong with the whole list; what is wrong with a line, [`apply`] says.
pub(crate) fn read(text: &str) -> Result<Vec<ListLine>, ListFault> {
    let text = text.trim_start_matches('\u{feff}');
    let heads = text.lines().next().unwrap_or_default();
    let delimiter = if heads.contains(';') && !heads.contains(',') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let heads = reader.headers().map_err(|_| ListFault::Uneven(1))?;
    let heads: Vec<String> = heads.iter().map(|head| head.trim().to_lowercase()).collect();
    if let Some(unknown) = heads.iter().find(|head| !COLUMNS.contains(&head.as_str())) {
        return Err(ListFault::UnknownColumn(unknown.clone()));
    }
    if let Some(missing) =
        COLUMNS[..3].iter().find(|column| !heads.iter().any(|head| head == *column))
    {
        return Err(ListFault::MissingColumn(missing));
    }
    let mut lines = Vec::new();
    for (at, row) in reader.records().enumerate() {
        let fallback = u64::try_from(at).unwrap_or(u64::MAX).saturating_add(2);
        let row = row.map_err(|error| {
            ListFault::Uneven(error.position().map_or(fallback, |position| position.line()))
        })?;
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() == LINES_MAX {
            return Err(ListFault::TooLong);
        }
        lines.push(line(&heads, &row, row.position().map_or(fallback, |position| position.line())));
    }
    match lines.is_empty() {
        true => Err(ListFault::Empty),
        false => Ok(lines),
    }
}

fn line(heads: &[String], row: &StringRecord, number: u64) -> ListLine {
    let cell = |column: &str| {
        let place = heads.iter().position(|head| head == column);
        // What spreadsheets put before a text that would be worked out is none of it.
        let text = place.and_then(|place| row.get(place)).unwrap_or_default().trim();
        text.strip_prefix('\'').unwrap_or(text).to_owned()
    };
    let [name, role, program, from, until] = COLUMNS.map(cell);
    ListLine { number, name, role, program, from, until }
}

/// Does what the lines say, one after the other. `own` is who does it, if they have an account: nobody
/// gives themselves a role. Returns what came of each; if one fails, the transaction is to be undone.
pub(crate) fn apply(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    (actor, own): (Actor, Option<UserId>),
    lines: &[ListLine],
) -> Result<Vec<LineOutcome>, StoreError> {
    let mut outcomes = Vec::with_capacity(lines.len());
    for line in lines {
        let done = match take(now, rng, tx, (actor, own), line) {
            Ok(done) => done,
            Err(StaffRefusal::Store(error)) => return Err(error),
            Err(refusal) => LineOutcome::Fails(failed(&refusal)),
        };
        outcomes.push(done);
    }
    Ok(outcomes)
}

fn take(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    (actor, own): (Actor, Option<UserId>),
    line: &ListLine,
) -> Result<LineOutcome, StaffRefusal> {
    let fails =
        |code, name, text: &String| Ok(LineOutcome::Fails(Message::new(code).with(name, text)));
    let Ok(role) = line.role.parse() else { return fails("list_role", "role", &line.role) };
    let Ok(program) = line.program.parse() else {
        return fails("list_program", "program", &line.program);
    };
    let held = membership(&tx.context.catalogue, &role, &program)?;
    let zone = &tx.context.catalogue.zone;
    let period = Period::read(now, zone, (&line.from, &line.until))?;
    let Some(user) = tx.db.user_by_name(&line.name)? else {
        let id = UserId::generate(now, rng);
        add_user(now, tx, actor, (id, &line.name), (&held, period))?;
        return Ok(LineOutcome::Adds);
    };
    if own == Some(user) {
        return Ok(LineOutcome::Fails(Message::new("own_rights")));
    }
    let has_it = tx.db.memberships(user)?.contains(&held);
    if has_it && period == Period::default() && !has_end(tx, user, &held)? {
        return Ok(LineOutcome::NothingNew);
    }
    terms::give(now, tx, actor, user, (&held, period))?;
    Ok(LineOutcome::GivesRole)
}

fn has_end(tx: &Tx<'_>, user: UserId, held: &MembershipV1) -> Result<bool, StoreError> {
    Ok(tx.db.terms_of(user)?.iter().any(|term| term.held == *held))
}

/// Says why a line cannot be done: which of its cells is wrong.
fn failed(refusal: &StaffRefusal) -> Message {
    match refusal {
        StaffRefusal::UnknownRole(role) => Message::new("list_role").with("role", role),
        StaffRefusal::UnknownProgram(program) => {
            Message::new("list_program").with("program", program)
        }
        StaffRefusal::RoleDoesNotFit(held) => {
            Message::new("list_unfit").with("role", &held.role).with("program", &held.program)
        }
        StaffRefusal::BadDay(text) => Message::new("list_day").with("text", text),
        StaffRefusal::EndsBeforeItBegins => Message::new("list_ends_before"),
        StaffRefusal::HeldAlready => Message::new("role_held_already"),
        _ => Message::new("user_name_unusable"),
    }
}

/// The heads; those of days may be left out.
const COLUMNS: [&str; 5] = ["name", "role", "program", "from", "until"];

/// Far more people than any department has.
const LINES_MAX: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        read(text).unwrap().into_iter().map(|line| line.name).collect()
    }

    #[test]
    fn a_list_is_read_as_spreadsheets_save_it() {
        let saved = "\u{feff}Name;Role;Program\r\n\"Muestra; Ana\";OW;street_outreach\r\n;;\r\n";
        assert_eq!(names(saved), ["Muestra; Ana"]);
        let lines = read("program,until,name,role\nreentry,2027-01-31,'=Bo Beispiel,RN\n").unwrap();
        let expected = ListLine {
            number: 2,
            name: "=Bo Beispiel".into(),
            role: "RN".into(),
            program: "reentry".into(),
            from: String::new(),
            until: "2027-01-31".into(),
        };
        assert_eq!(lines, [expected]);
    }

    #[test]
    fn what_is_no_list_is_refused_with_the_column_or_the_line() {
        assert_eq!(read(""), Err(ListFault::MissingColumn("name")));
        assert_eq!(read("name,role,program\n"), Err(ListFault::Empty));
        assert_eq!(read("name,role\nAna,OW"), Err(ListFault::MissingColumn("program")));
        let misspelt = read("name,role,program,untill\n");
        assert_eq!(misspelt, Err(ListFault::UnknownColumn("untill".into())));
        let uneven = read("name,role,program\nAna,OW,reentry\nBo,RN\n");
        assert_eq!(uneven, Err(ListFault::Uneven(3)));
        let many = format!("name,role,program\n{}", "A,OW,reentry\n".repeat(LINES_MAX + 1));
        assert_eq!(read(&many), Err(ListFault::TooLong));
    }
}
