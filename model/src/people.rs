//! The people whom a device knows: its owner, and their colleagues.
//!
//! A field of the kind `user` holds an id. Who types a name means a colleague, however the name is
//! spelt; who reads is shown the name, also of somebody who has left.

use std::collections::BTreeMap;

use crate::ids::UserId;
use crate::search;
use crate::value::ValueProblem;
use crate::wire::ColleagueV1;

/// The owner of a device, or whoever sits at a desk, and the people of their programs.
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

    /// The name of somebody whom it knows.
    pub fn name_of(&self, user: UserId) -> Option<&str> {
        self.known.get(&user).map(|colleague| colleague.name.as_str())
    }

    /// Returns who is meant by what was typed: `me` (`yo`), an id, the name of a colleague, or the
    /// beginning of one name alone. Capitals and accents make no difference. Somebody who has left
    /// is meant by their id only.
    ///
    /// # Errors
    /// When nobody here is called so, or several are; these are named.
    pub fn meant(&self, typed: &str) -> Result<UserId, ValueProblem> {
        let typed = typed.trim();
        if let Ok(id) = typed.parse() {
            return Ok(id);
        }
        let words = search::plain(typed);
        if ME.contains(&words.as_str()) {
            return Ok(self.me);
        }
        if words.is_empty() {
            return Err(ValueProblem::NobodyOfThatName);
        }
        let here = || self.known.values().filter(|one| one.active);
        let named = |fits: &dyn Fn(&str) -> bool| -> Vec<&ColleagueV1> {
            here().filter(|one| fits(&search::plain(&one.name))).collect()
        };
        let mut found = named(&|name| name == words);
        if found.is_empty() {
            found = named(&|name| name.starts_with(&words));
        }
        match found.as_slice() {
            [] => Err(ValueProblem::NobodyOfThatName),
            [one] => Ok(one.user),
            several => {
                let told = several.iter().take(TOLD_MAX);
                let people = told.map(|one| format!("{} ({})", one.name, one.user)).collect();
                Err(ValueProblem::SeveralPeople { people })
            }
        }
    }
}

const ME: [&str; 2] = ["me", "yo"];

/// A line names so many of those who may be meant.
const TOLD_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

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
        for typed in ["", "  ", "ejemplo", "Nadie", "Carla", "?"] {
            assert_eq!(people.meant(typed), Err(ValueProblem::NobodyOfThatName), "{typed:?}");
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
