//! Asks before an act that cannot be undone.

use std::io::{BufRead, IsTerminal as _, Write as _};

use model::catalogue::Label;
use model::words::{Language, LanguageTag};

use crate::failure::Failure;
use crate::words::{self, both};

/// Says what will be done, and goes on only when the person wants it: `--yes` says so beforehand.
///
/// # Errors
/// When they do not, or when nobody can be asked.
pub fn before(what: &Label, language: impl Into<LanguageTag>, yes: bool) -> Result<(), Failure> {
    let language = language.into();
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let spanish = what.in_language(Language::Spanish);
        let said =
            both(format!("nothing was done: {}", what.en), format!("no se hizo nada: {spanish}"));
        return Err(Failure::invalid("not_confirmed", said).hint(both(
            "the command cannot ask, because it does not run in a terminal; give `--yes` to confirm",
            "el comando no puede preguntar, porque no está en una terminal; agregue `--yes` para confirmar",
        )));
    }
    let go_on = words::say(language, "go_on", &[]);
    let question = format!("{}\n{go_on} ", what.in_language(language));
    let mut out = std::io::stderr().lock();
    // If the question cannot be written, no answer is read either.
    let _ = out.write_all(question.as_bytes()).and_then(|()| out.flush());
    match is_yes(&mut std::io::stdin().lock()) {
        true => Ok(()),
        false => {
            Err(Failure::refused("not_confirmed", both("nothing was done", "no se hizo nada")))
        }
    }
}

fn is_yes(answers: &mut dyn BufRead) -> bool {
    let mut answer = String::new();
    let read = answers.read_line(&mut answer).is_ok();
    read && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "s" | "sí" | "si")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    #[test]
    fn only_a_clear_yes_is_one() {
        for (answer, yes) in [
            ("y\n", true),
            ("YES\n", true),
            ("s\n", true),
            ("SÍ\n", true),
            ("\n", false),
            ("n\n", false),
            ("yesterday\n", false),
            ("", false),
        ] {
            assert_eq!(is_yes(&mut answer.as_bytes()), yes, "{answer:?}");
        }
    }

    #[test]
    fn where_nobody_can_be_asked_nothing_is_done_without_yes() {
        // A test's streams are no terminal, or its harness would hang.
        if std::io::stdin().is_terminal() {
            return;
        }
        let what = both("the case would be erased", "el caso se borraría");
        let failure = before(&what, Language::English, false).unwrap_err();
        assert_eq!((failure.exit, failure.code), (Exit::Invalid, "not_confirmed"));
        assert!(failure.hint.as_ref().is_some_and(|hint| hint.contains("--yes")));
        let spanish = failure.in_language(Language::Spanish);
        assert_eq!(spanish.message, "no se hizo nada: el caso se borraría");
        assert!(before(&what, Language::English, true).is_ok());
    }
}
