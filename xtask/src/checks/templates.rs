//! Pages hold no words of their own, and nothing that their policy forbids.

use super::Complaint;
use crate::rust_source::line_of;
use crate::tree::Tree;

/// Rejects words that are not in the word lists, scripts and styles inside of elements, addresses
/// elsewhere, and text that is not escaped, in the templates of pages.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.starts_with(TEMPLATES)) {
        let mut complain = |at: usize, what: String| {
            complaints.push(Complaint::at(path, line_of(text, at), what));
        };
        for (at, _) in text.match_indices("|safe") {
            if !RENDERED_BEFORE.contains(&path) {
                complain(at, "`|safe`: what people wrote would become markup".to_owned());
            }
        }
        let fixed = without(text, &[("{#", "#}"), ("{%", "%}"), ("{{", "}}")]);
        for mark in FORBIDDEN {
            for (at, _) in fixed.match_indices(mark) {
                complain(at, format!("`{}`: the pages' policy forbids it", mark.trim()));
            }
        }
        for attribute in SPOKEN {
            for (at, _) in fixed.match_indices(attribute) {
                let value = fixed[at + attribute.len()..].split('"').next().unwrap_or_default();
                if has_words(value) {
                    complain(at, format!("\"{value}\": words stand in ui/words"));
                }
            }
        }
        let shown = without(&fixed, &[("<", ">")]);
        let mut at = 0;
        for line in shown.split_inclusive('\n') {
            if has_words(line) {
                complain(at, format!("\"{}\": words stand in ui/words", line.trim()));
            }
            at += line.len();
        }
    }
    complaints.sort();
    complaints
}

/// Returns the text with blanks for everything between these marks; lines stay where they are.
fn without(text: &str, marks: &[(&str, &str)]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let opens = marks.iter().find(|(begin, _)| rest.starts_with(begin));
        let length = opens.map_or(next.len_utf8(), |(begin, end)| {
            let after = rest[begin.len()..].find(end);
            after.map_or(rest.len(), |at| begin.len() + at + end.len())
        });
        let (taken, after) = rest.split_at(length);
        match opens {
            None => left.push_str(taken),
            Some(_) => left.extend(taken.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' })),
        }
        rest = after;
    }
    left
}

fn has_words(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| word.chars().count() > 1 && !OWN_NAMES.contains(&word))
}

const TEMPLATES: &str = "ui/templates/";

/// Where a part stands that another template of ours made.
const RENDERED_BEFORE: &[&str] =
    &["ui/templates/draft/changed.html", "ui/templates/draft/draft.html"];

const FORBIDDEN: &[&str] = &[
    " style=\"",
    " hx-on",
    "javascript:",
    "\"js:",
    " onclick=",
    " onload=",
    " onchange=",
    " onsubmit=",
    " oninput=",
    "http://",
    "https://",
];

/// What is read aloud, or shown.
const SPOKEN: &[&str] = &[" aria-label=\"", " alt=\"", " placeholder=\"", " title=\""];

/// What is called the same in every language: languages, in their own.
const OWN_NAMES: &[&str] = &["English", "Español"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn the_templates_here_hold_no_words_and_nothing_that_is_forbidden() {
        assert_holds_here(check);
    }

    #[test]
    fn each_fault_is_told_with_its_line() {
        let page = "{# a comment of two\nlines #}<p>{{ words.hello() }} there</p>\n\
                    <a href=\"https://elsewhere.example\" onclick=\"go()\">{{ name|safe }}</a>\n\
                    <input aria-label=\"Name\" placeholder=\"{{ words.name() }}\">\n\
                    <button lang=\"es\">Español</button> {% if more %}·{% endif %}\n";
        assert_says(
            check,
            &[("ui/templates/a.html", page), ("docs/a.html", page)],
            &[
                "ui/templates/a.html:2: \"there\": words stand in ui/words",
                "ui/templates/a.html:3: `https://`: the pages' policy forbids it",
                "ui/templates/a.html:3: `onclick=`: the pages' policy forbids it",
                "ui/templates/a.html:3: `|safe`: what people wrote would become markup",
                "ui/templates/a.html:4: \"Name\": words stand in ui/words",
            ],
        );
    }
}
