//! The Spanish of the default department: one term for one thing, and nobody left out by a "(a)".

use fieldbook_catalogue::FILES;

/// Where the English label has the first, the Spanish one has the second.
const TERMS: &[(&str, &str)] = &[
    ("diversion", "desvío"),
    ("referral", "deriv"),
    ("referred", "deriv"),
    ("stalking", "acecho"),
    ("harassment", "acoso"),
    ("hand-off", "traspaso"),
    ("check-ins", "avisos"),
    ("engaged", "conversación"),
    ("outreach", "alcance"),
    ("reentry", "reinserción"),
    ("victim", "víctima"),
    ("supervisor", "supervisión"),
    ("benefits", "beneficios"),
    ("consent", "consentimiento"),
    ("mediation", "mediación"),
    ("shooting", "tiroteo"),
    ("retaliation", "represalia"),
    ("custody", "custodia"),
    ("facility", "centro"),
    ("note", "nota"),
    ("goal", "meta"),
];

/// What a Spanish label never says, and what it says in its place.
const NEVER: &[(&str, &str)] = &[
    ("(a)", "wording that needs no ending"),
    ("(as)", "wording that needs no ending"),
    ("/a", "wording that needs no ending"),
    ("@", "wording that needs no ending"),
    ("remisi", "derivación"),
    ("remit", "derivar"),
    ("reporte", "informe, or aviso"),
    ("prestaciones", "beneficios públicos"),
];

/// Terms of their own meaning: a Spanish label with the first has an English one with the second.
const ONLY_FOR: &[(&str, &str)] = &[
    ("desvío", "diversion"),
    ("deriv", "refer"),
    ("acecho", "stalking"),
    ("acoso", "harass"),
    ("traspaso", "hand-off"),
];

#[test]
fn every_term_has_its_one_spanish_word() {
    let mut wrong = Vec::new();
    for Label { file, en, es } in labels() {
        let (lower_en, lower_es) = (en.to_lowercase(), es.to_lowercase());
        for (term, word) in TERMS {
            let named = words(&lower_en).any(|part| part == *term);
            if named && !lower_es.contains(word) {
                wrong.push(format!("{file}: {en} is {es}, without {word}"));
            }
        }
        for (word, term) in ONLY_FOR {
            if lower_es.contains(word) && !lower_en.contains(term) {
                wrong.push(format!("{file}: {es} stands for {en}, not for {term}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_that_were_wrong_do_not_come_back() {
    let mut wrong = Vec::new();
    for Label { file, en, es } in labels() {
        for (word, better) in NEVER {
            if es.to_lowercase().contains(word) {
                wrong.push(format!("{file}: {en}: {es} says {word}; say {better}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_options_of_a_list_read_alike() {
    let mut wrong = Vec::new();
    for (file, text) in FILES {
        let mut stood: Vec<Label> = Vec::new();
        for line in text.lines() {
            match label(file, line) {
                Some(option) if line.trim_start().starts_with('{') => {
                    let twin = stood.iter().find(|it| it.es == option.es || it.en == option.en);
                    wrong.extend(twin.map(|twin| format!("{file}: {} twice", twin.es)));
                    stood.push(option);
                }
                _ => stood.clear(),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let of = |code: &str| {
        let line = format!("code = \"{code}\"");
        let mut all = FILES.iter().flat_map(|(_, text)| text.lines());
        label("", all.find(|it| it.contains(&line)).unwrap_or_default()).map(|it| it.es)
    };
    let (transitional, halfway) = (of("302").unwrap(), of("329").unwrap());
    assert!(transitional.starts_with("Vivienda") && halfway.starts_with("Casa de medio camino"));
}

struct Label {
    file: &'static str,
    en: String,
    es: String,
}

fn labels() -> Vec<Label> {
    let all: Vec<Label> = FILES
        .iter()
        .flat_map(|(file, text)| text.lines().filter_map(|line| label(file, line)))
        .collect();
    assert!(all.len() > 700, "{} labels were found", all.len());
    all
}

fn label(file: &'static str, line: &str) -> Option<Label> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    Some(Label { file, en: quoted(line, "en")?, es: quoted(line, "es")? })
}

fn quoted(line: &str, key: &str) -> Option<String> {
    let (_, rest) = line.split_once(&format!(" {key} = \""))?;
    rest.split_once('"').map(|(text, _)| text.to_owned())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-')
}
