//! Records as workers write them, the same from the same seed: what the measurements and the suites
//! fill devices and servers with.

#![expect(clippy::unwrap_used, reason = "names are literals; a wrong one is a mistake in here")]

use model::catalogue::{Catalogue, RecordType};
use model::forms::{self, Facts};
use model::ids::{FieldName, ProgramCode, RecordId, TypeName, UserId};
use model::record::{Edit, FieldProblem, Problem};
use model::time::{Span, Timestamp};
use model::value::Scalar;
use rand::{Rng, RngExt};

/// The program that all of it is made for.
pub fn program() -> ProgramCode {
    "street_outreach".parse().unwrap()
}

/// A type's name.
pub fn type_name(name: &str) -> TypeName {
    name.parse().unwrap()
}

/// A field's name.
pub fn field(name: &str) -> FieldName {
    name.parse().unwrap()
}

/// Sets a text field.
pub fn text(name: &str, value: impl Into<String>) -> Edit {
    Edit::Set { field: field(name), value: Scalar::Text(value.into()) }
}

/// Sets a choice field.
pub fn choice(name: &str, option: &str) -> Edit {
    Edit::Set { field: field(name), value: Scalar::Choice(option.parse().unwrap()) }
}

/// Names a user.
pub fn user(name: &str, value: UserId) -> Edit {
    Edit::Set { field: field(name), value: Scalar::User(value) }
}

/// Sets a whole number.
pub fn number(name: &str, value: i64) -> Edit {
    Edit::Set { field: field(name), value: Scalar::Integer(value) }
}

/// Sets an instant.
pub fn instant(name: &str, value: Timestamp) -> Edit {
    Edit::Set { field: field(name), value: Scalar::DateTime(value) }
}

/// Adds an option to a set.
pub fn option(name: &str, option: &str) -> Edit {
    Edit::Add { field: field(name), option: option.parse().unwrap() }
}

/// Adds an entry with one text to a log. The entry's id sorts by `number`.
pub fn entry(name: &str, number: u64, key: &str, value: impl Into<String>) -> Edit {
    let entry = [(key.to_owned(), Scalar::Text(value.into()))];
    Edit::Log { field: field(name), id: format!("{number:026}"), entry: entry.into() }
}

/// Adds an entry to a log that says when, and names a user.
pub fn user_entry(name: &str, number: u64, at: Timestamp, key: &str, user: UserId) -> Edit {
    let entry = [("at".to_owned(), Scalar::DateTime(at)), (key.to_owned(), Scalar::User(user))];
    Edit::Log { field: field(name), id: format!("{number:026}"), entry: entry.into() }
}

/// Writes at the end of a shared note.
pub fn append(name: &str, words: impl Into<String>) -> Edit {
    Edit::append(field(name), words)
}

/// Names another record.
pub fn reference(name: &str, record: RecordId) -> Edit {
    Edit::Set { field: field(name), value: Scalar::Ref(record) }
}

/// Counts a counter.
pub fn count(name: &str, by: i64) -> Edit {
    Edit::Increment { field: field(name), by }
}

/// An `outreach_contact` of twelve values, a narrative of about 400 letters among them.
pub fn encounter(now: Timestamp, rng: &mut dyn Rng) -> Vec<Edit> {
    vec![
        instant("occurred_at", now - Span::from_minutes(rng.random_range(5..600))),
        choice("mode", one_of(rng, &["street", "home", "phone_text", "group", "court", "school"])),
        choice("result", one_of(rng, &["engaged", "brief", "declined", "not_found"])),
        number("minutes", rng.random_range(2..120)),
        number("anon_count", rng.random_range(0..9)),
        option("purpose", one_of(rng, &["rapport", "check_in", "conflict"])),
        option("purpose", one_of(rng, &["service", "crisis"])),
        choice("zone", one_of(rng, &["north", "northeast", "central", "east", "south"])),
        instant("next_due", now + Span::from_days(rng.random_range(1..15))),
        choice("approval", "draft"),
        text("note", narrative(rng, 400)),
    ]
}

/// A `person` with a name, an alias and a few more values.
pub fn person(rng: &mut dyn Rng) -> Vec<Edit> {
    vec![
        text("name", format!("{} {}", one_of(rng, NAMES), one_of(rng, FAMILY_NAMES))),
        text("aliases", one_of(rng, WORDS)),
        choice("name_quality", one_of(rng, &["full", "partial", "street_or_code_name"])),
        choice("age_band", one_of(rng, &["14_17", "18_24", "25_34", "35_54"])),
        text("safe_contact", narrative(rng, 40)),
        text("notes", narrative(rng, 160)),
    ]
}

/// An edit that somebody makes to an encounter afterwards.
pub fn correction(now: Timestamp, rng: &mut dyn Rng) -> Vec<Edit> {
    match rng.random_range(0..3) {
        0 => vec![choice("result", one_of(rng, &["engaged", "brief", "declined"]))],
        1 => vec![number("minutes", rng.random_range(2..120))],
        _ => vec![instant("next_due", now + Span::from_days(rng.random_range(1..15)))],
    }
}

/// Sentences of about this many letters.
pub fn narrative(rng: &mut dyn Rng, letters: usize) -> String {
    let mut text = String::with_capacity(letters + 16);
    while text.len() < letters {
        let start = text.len();
        for at in 0..rng.random_range(5..13) {
            if at > 0 {
                text.push(' ');
            }
            text.push_str(one_of(rng, WORDS));
        }
        text.push_str(". ");
        if let Some(first) = text.get_mut(start..=start) {
            first.make_ascii_uppercase();
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn one_of<'a>(rng: &mut dyn Rng, of: &[&'a str]) -> &'a str {
    of[rng.random_range(0..of.len())]
}

#[rustfmt::skip]
const NAMES: &[&str] = &[
    "Ana", "Bo", "Carmen", "Dele", "Esteban", "Fay", "Guadalupe", "Hector", "Imani", "Jamal",
    "Keisha", "Luis", "Marisol", "Nadia", "Omar", "Paz", "Quentin", "Rosa", "Sol", "Tariq",
];

#[rustfmt::skip]
const FAMILY_NAMES: &[&str] = &[
    "Alder", "Birch", "Cedro", "Dogwood", "Elm", "Fresno", "Ginkgo", "Hickory", "Ironwood",
    "Juniper", "Laurel", "Maple", "Nogal", "Oak", "Pino", "Rowan", "Sauce", "Tilia", "Willow",
];

/// The words of narratives: enough that a text compresses about as people's own do.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "about", "afraid", "after", "again", "agreed", "almost", "alone", "also", "always", "angry",
    "another", "answered", "apartment", "appointment", "argued", "arrived", "asked", "aunt",
    "away", "back", "bad", "because", "before", "better", "block", "brother", "brought", "bus",
    "call", "called", "calm", "came", "car", "care", "case", "change", "child", "church", "class",
    "clinic", "clothes", "cold", "coming", "corner", "could", "counselor", "court", "cousin",
    "dad", "daughter", "day", "deal", "dinner", "doctor", "does", "done", "door", "down", "drove",
    "early", "employer", "evening", "family", "father", "feels", "few", "fight", "first", "food",
    "for", "found", "friday", "friend", "from", "gave", "getting", "girlfriend", "give", "goes",
    "going", "good", "grandmother", "group", "had", "hard", "has", "have", "heard", "help", "her",
    "here", "him", "his", "home", "hospital", "hours", "house", "how", "hungry", "hurt", "idea",
    "interview", "into", "job", "keep", "kept", "knows", "last", "late", "leave", "left", "letter",
    "like", "little", "long", "looking", "lost", "made", "make", "market", "meeting", "message",
    "met", "mind", "monday", "money", "month", "more", "morning", "mother", "moved", "much",
    "name", "near", "need", "neighbor", "new", "next", "night", "not", "nothing", "now", "number",
    "off", "office", "okay", "old", "once", "only", "other", "our", "out", "over", "paid", "park",
    "partner", "pay", "people", "phone", "picked", "place", "plan", "play", "police", "porch",
    "promised", "put", "quiet", "ready", "really", "rent", "ride", "right", "room", "safe",
    "said", "same", "saturday", "saw", "school", "see", "sent", "she", "shelter", "shift",
    "shoes", "should", "show", "sister", "slept", "some", "son", "soon", "spoke", "started",
    "stay", "still", "stopped", "store", "street", "support", "take", "talk", "talked", "tell",
    "that", "their", "them", "then", "there", "they", "thing", "think", "this", "through",
    "thursday", "time", "tired", "today", "together", "told", "tomorrow", "took", "towards",
    "training", "tried", "trouble", "trying", "tuesday", "two", "uncle", "under", "until",
    "upset", "very", "visit", "waiting", "walked", "want", "wants", "was", "week", "well",
    "went", "were", "what", "when", "where", "which", "while", "who", "will", "with", "without",
    "work", "worried", "would", "wrote", "year", "yesterday", "young",
];

/// Returns those of these first values that the form of a type asks for, as a person would who fills it
/// in.
pub fn asked(
    catalogue: &Catalogue,
    record_type: &RecordType,
    now: Timestamp,
    mut edits: Vec<Edit>,
) -> Vec<Edit> {
    // What is left out may have been what another question was asked for.
    loop {
        let checked = forms::check_new(catalogue, record_type, now, &edits, &Facts::default());
        let Err(problems) = checked else { return edits };
        let before = edits.len();
        let is_asked = |edit: &Edit| {
            let not_asked = |wrong: &FieldProblem| {
                wrong.field == *edit.field() && wrong.problem == Problem::NotAsked
            };
            !problems.iter().any(not_asked)
        };
        edits.retain(is_asked);
        if edits.len() == before {
            return edits;
        }
    }
}

/// Returns the fields that the form of a type asks for and that these first values leave out.
pub fn missing(
    catalogue: &Catalogue,
    record_type: &RecordType,
    now: Timestamp,
    edits: &[Edit],
) -> Vec<FieldName> {
    let checked = forms::check_new(catalogue, record_type, now, edits, &Facts::default());
    let is_missing = |wrong: &FieldProblem| {
        matches!(wrong.problem, Problem::Required | Problem::RequiredHere { .. })
    };
    let problems = checked.err().unwrap_or_default().into_iter();
    problems.filter(is_missing).map(|wrong| wrong.field).collect()
}
