//! The people whom a device knows: its owner, and their colleagues.
//!
//! A field of the kind `user` holds an id. A name that is typed means a colleague, however the name
//! is spelt; a reader is shown the name, also of a colleague who has left.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::catalogue::{Field, FieldKind, RecordType};
use crate::ids::UserId;
use crate::value::ValueProblem;
use crate::wire::ColleagueV1;
use crate::{names, search};

/// The owner of a device, or whoever sits at the console, and the people of their programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    me: UserId,
    known: BTreeMap<UserId, ColleagueV1>,
}

impl People {
    /// Of somebody and their colleagues.
    pub fn new(me: UserId, colleagues: impl IntoIterator<Item = ColleagueV1>) -> Self {
        let known = colleagues.into_iter().map(|colleague| (colleague.user, colleague));
        Self { me, known: known.collect() }
    }

    /// Whose device it is.
    pub fn me(&self) -> UserId {
        self.me
    }

    /// Everybody whom it knows, by name; those who have left last.
    pub fn all(&self) -> Vec<&ColleagueV1> {
        let mut all: Vec<_> = self.known.values().collect();
        all.sort_by_cached_key(|one| (!one.active, search::plain(&one.name), one.user));
        all
    }

    /// Returns those of these users whom it knows, as if they were all still here.
    #[must_use]
    pub fn among(&self, users: impl IntoIterator<Item = UserId>) -> Self {
        let known = users.into_iter().filter_map(|user| self.known.get(&user));
        Self::new(self.me, known.map(|one| ColleagueV1 { active: true, ..one.clone() }))
    }

    /// The name of somebody whom it knows.
    pub fn name_of(&self, user: UserId) -> Option<&str> {
        self.known.get(&user).map(|colleague| colleague.name.as_str())
    }

    /// Returns the person who is meant by what was typed: an id, the name of a colleague, `me`
    /// (`yo`), or the beginning of one name alone. Capitals and accents make no difference. A
    /// colleague who has left is meant by their id only.
    ///
    /// # Errors
    /// When no colleague is called so, with those who are called nearly so; or when several are.
    pub fn meant(&self, typed: &str) -> Result<UserId, ValueProblem> {
        let typed = typed.trim();
        if let Ok(id) = typed.parse() {
            return Ok(id);
        }
        let (key, words) = (names::key(typed), search::plain(typed));
        if key.is_empty() {
            return Err(ValueProblem::NobodyOfThatName { near: Vec::new() });
        }
        let named = |fits: &dyn Fn(&str) -> bool| -> Vec<&ColleagueV1> {
            self.known.values().filter(|one| one.active && fits(&one.name)).collect()
        };
        // A name without a letter that can be folded is compared as it stands.
        let has_words = !words.is_empty();
        let mut found = named(&|name| names::key(name) == key);
        if found.is_empty() && has_words {
            found = named(&|name| search::plain(name) == words);
        }
        if found.is_empty() && ME.contains(&words.as_str()) {
            return Ok(self.me);
        }
        if found.is_empty() {
            found = named(&|name| match has_words {
                true => search::plain(name).starts_with(&words),
                false => names::key(name).starts_with(&key),
            });
        }
        match found.as_slice() {
            [] => Err(ValueProblem::NobodyOfThatName { near: told(&named(&is_near(&words))) }),
            [one] => Ok(one.user),
            several => Err(ValueProblem::SeveralPeople { people: told(several) }),
        }
    }
}

/// Returns the users whom the fields of a record name, as they stand in JSON; of a type that is not
/// known, none.
pub fn named_in(record_type: Option<&RecordType>, fields: &Map<String, Json>) -> BTreeSet<UserId> {
    let mut named = BTreeSet::new();
    for (name, value) in fields {
        let Some(field) = record_type.and_then(|known| known.field(name)) else { continue };
        match &field.kind {
            FieldKind::User => named.extend(user(value)),
            FieldKind::Log { entry } => {
                let entries = value.as_array().into_iter().flatten();
                named.extend(entries.flat_map(|one| named_in_entry(entry, one)));
            }
            _ => {}
        }
    }
    named
}

/// Returns the users whom an entry of a log names, as it stands in JSON.
pub fn named_in_entry<'a>(
    parts: &'a [Field],
    entry: &'a Json,
) -> impl Iterator<Item = UserId> + use<'a> {
    let users = parts.iter().filter(|part| part.kind == FieldKind::User);
    users.filter_map(|part| user(entry.get(part.name.as_str())?))
}

fn user(value: &Json) -> Option<UserId> {
    value.as_str()?.parse().ok()
}

/// Returns a test for names that share the beginning of a word with these words.
fn is_near(words: &str) -> impl Fn(&str) -> bool + use<> {
    let words = words.split(' ').filter(|word| !word.is_empty());
    let begins: Vec<String> = words.map(|word| word.chars().take(NEAR_LETTERS).collect()).collect();
    move |name| {
        let plain = search::plain(name);
        plain.split(' ').any(|word| begins.iter().any(|begin| word.starts_with(begin)))
    }
}

fn told(people: &[&ColleagueV1]) -> Vec<String> {
    people.iter().take(TOLD_MAX).map(|one| format!("{} ({})", one.name, one.user)).collect()
}

const ME: [&str; 2] = ["me", "yo"];

const NEAR_LETTERS: usize = 3;

/// A line names so many of those who may be meant.
const TOLD_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use unicode_normalization::UnicodeNormalization as _;

    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn a_colleague_is_meant_by_their_name_or_the_beginning_of_it_however_it_is_typed() {
        let people = people();
        for typed in ["Ana Ejemplo", "ana ejemplo", "ANA", " ana  ej "] {
            assert_eq!(people.meant(typed), Ok(user(1)), "{typed}");
        }
        assert_eq!(people.meant("jose angel"), Ok(user(2)));
        assert_eq!(people.meant("Đặng"), Ok(user(4)));
        assert_eq!(people.meant("dang"), Ok(user(4)));
        // Somebody's whole name is theirs, although another's begins so.
        assert_eq!(people.meant("José"), Ok(user(3)));
        assert_eq!(people.meant("me"), Ok(user(9)));
        assert_eq!(people.meant("Yo"), Ok(user(9)));
        assert_eq!(people.meant(&user(77).to_string()), Ok(user(77)), "the server knows whether");
    }

    #[test]
    fn who_is_not_meant_alone_is_asked_about_with_the_ids() {
        let people = people();
        let Err(ValueProblem::SeveralPeople { people: told }) = people.meant("jos") else {
            panic!("{:?}", people.meant("jos"));
        };
        assert_eq!(told, [format!("José Ángel ({})", user(2)), format!("José ({})", user(3))]);
        for typed in ["", "  ", "Nadie", "Carla", "?"] {
            let nobody = ValueProblem::NobodyOfThatName { near: vec![] };
            assert_eq!(people.meant(typed), Err(nobody), "{typed:?}");
        }
        let near = vec![format!("Ana Ejemplo ({})", user(1))];
        for typed in ["ejemplo", "Anna Ejempla"] {
            let nobody = ValueProblem::NobodyOfThatName { near: near.clone() };
            assert_eq!(people.meant(typed), Err(nobody), "{typed}");
        }
    }

    #[test]
    fn a_colleague_who_is_called_me_is_meant_by_their_whole_name() {
        let of = |number: u8, name: &str| ColleagueV1 {
            user: user(number),
            name: name.to_owned(),
            active: true,
        };
        let people = People::new(user(9), [of(1, "Yo"), of(2, "Melba Cruz")]);
        assert_eq!(people.meant("yo"), Ok(user(1)));
        assert_eq!(people.meant("me"), Ok(user(9)));
        assert_eq!(people.meant("mel"), Ok(user(2)));
    }

    #[test]
    fn names_that_differ_in_an_accent_only_or_have_no_latin_letter_are_told_apart() {
        let of = |number: u8, name: &str| ColleagueV1 {
            user: user(number),
            name: name.to_owned(),
            active: true,
        };
        let known = [of(1, "José"), of(2, "Jose"), of(3, "李明"), of(4, "李华")];
        let people = People::new(user(9), known);
        assert_eq!(people.meant("JOSÉ"), Ok(user(1)));
        assert_eq!(people.meant("jose"), Ok(user(2)));
        assert_eq!(people.meant("李明"), Ok(user(3)));
        assert_eq!(people.meant("李华"), Ok(user(4)));
        assert!(people.meant("李").is_err());
    }

    #[test]
    fn users_are_found_in_fields_and_in_entries_of_logs() {
        let catalogue = Catalogue::builtin().unwrap();
        let shift = catalogue.record_type(&"shift".parse().unwrap());
        let fields = json!({
            "staff_member": user(1),
            "worker": user(2),
            "coworker": "Ben",
            "check_ins": [{"checked_in_by": user(3)}, {"by": user(4)}],
            "of_a_later_version": user(5),
        });
        let Json::Object(fields) = fields else { panic!("no object") };
        assert_eq!(named_in(shift, &fields), [user(1), user(3)].into());
        assert_eq!(named_in(None, &fields), [].into());
    }

    proptest! {
        #[test]
        fn a_name_means_its_person_in_every_case_form_and_with_any_blanks(
            names in proptest::collection::btree_set("[A-ZÁÉÑÖ][a-záéñö]{2,8}( [A-Z][a-z]{2,8})?", 1..8),
            pick in any::<prop::sample::Index>(),
            blanks in "[ \t\u{a0}]{1,3}",
        ) {
            // Names that are spelt alike are one name: they are asked about.
            let mut plain = BTreeSet::new();
            let names: Vec<&String> =
                names.iter().filter(|name| plain.insert(search::plain(name))).collect();
            let known = names.iter().zip(1_u8..).map(|(name, number)| ColleagueV1 {
                user: user(number),
                name: (*name).clone(),
                active: true,
            });
            let people = People::new(user(99), known);
            let index = pick.index(names.len());
            let (name, meant) = (names[index], user(u8::try_from(index).unwrap() + 1));
            let spaced = format!("{blanks}{}{blanks}", name.replace(' ', &blanks));
            for typed in [
                name.clone(),
                name.nfd().collect(),
                name.nfkc().collect(),
                name.to_lowercase(),
                name.to_uppercase(),
                spaced,
                meant.to_string(),
            ] {
                prop_assert_eq!(people.meant(&typed), Ok(meant), "{:?}", typed);
            }
        }

        #[test]
        fn whatever_is_typed_means_one_person_or_is_asked_about(typed in "\\PC{0,20}") {
            let people = people();
            match people.meant(&typed) {
                Ok(meant) => prop_assert!(
                    meant == people.me() || people.name_of(meant).is_some() || typed.trim().parse() == Ok(meant)
                ),
                Err(ValueProblem::SeveralPeople { people: told }) => prop_assert!(told.len() > 1),
                Err(ValueProblem::NobodyOfThatName { .. }) => {}
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn who_has_left_is_shown_by_name_and_listed_last() {
        let people = people();
        assert_eq!(people.name_of(user(5)), Some("Carla Pasada"));
        assert_eq!(people.name_of(user(6)), None);
        let names: Vec<_> = people.all().iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Ana Ejemplo", "Đặng Minh", "José", "José Ángel", "Carla Pasada"]);
    }

    fn people() -> People {
        let of = |number: u8, name: &str, active| ColleagueV1 {
            user: user(number),
            name: name.to_owned(),
            active,
        };
        People::new(
            user(9),
            [
                of(1, "Ana Ejemplo", true),
                of(2, "José Ángel", true),
                of(3, "José", true),
                of(4, "Đặng Minh", true),
                of(5, "Carla Pasada", false),
            ],
        )
    }

    fn user(number: u8) -> UserId {
        UserId::from_bytes([number; 16])
    }
}
