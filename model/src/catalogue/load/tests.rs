use expect_test::expect;

use super::*;
use crate::catalogue::Label;
use crate::words::LanguageTag;

mod built_in;
mod merging;
mod mistakes;

const APPOINTMENT: &str = "types/appointment.toml";
const CHECK: &str = "types/custody_check.toml";
const CONTACT: &str = "types/outreach_contact.toml";
const CONSENT: &str = "types/consent.toml";
const INTAKE: &str = "types/outreach_intake.toml";
const PERSON: &str = "types/person.toml";
const MEDIATION: &str = "types/mediation.toml";
const OUTCOME: &str = "types/outcome.toml";
const REVIEW: &str = "types/review.toml";
const HANDOFF: &str = "types/release_handoff.toml";
const SHIFT: &str = "types/shift.toml";

#[test]
fn every_mistake_is_reported_at_once() {
    let mut source = with(PERSON, "kind = \"text\"", "kind = \"txt\"");
    let broken =
        source.files[PERSON].replace("version = 3", "version = \"one\"\ncolour = \"blue\"");
    source.files.insert(PERSON.to_owned(), broken);
    source.files.insert(CONTACT.to_owned(), "[type]\nname = ".to_owned());
    source.files.remove(COMMON);
    source.files.insert("types/Police Report.toml".to_owned(), String::new());
    source.files.insert("people.toml".to_owned(), String::new());
    source.files.insert("README.md".to_owned(), "[not toml".to_owned());
    let access = source.files[ACCESS].replace("TF  = { IDN = \"-\"", "TF  = { IDN = \"?\"");
    source.files.insert(ACCESS.to_owned(), access);
    expect![[r#"
        people.toml: is no file of a catalogue; record types are types/NAME.toml, the rest: access.toml, code_lists.toml, common.toml, department.toml
        types/Police Report.toml: is no file of a catalogue; record types are types/NAME.toml, the rest: access.toml, code_lists.toml, common.toml, department.toml
        types/outreach_contact.toml: line 2: not readable as TOML: string values must be quoted, expected literal string
        common.toml: is missing
        access.toml: matrix.TF.IDN: "?" is no access; one of -, W, S, C, F, A, D, own, L, R, R+, counsel
        types/person.toml: field.name.kind: unknown kind "txt"; one of text, date, datetime, bool, integer, decimal, time, duration, phone, choice, ref, refs, user, choices, counter, log, shared_note
        types/person.toml: type.version: should be a whole number, not a text
        types/person.toml: type.colour: unknown key; one of name, label, version, compartment, compartment_from, compartment_when, belongs_to, title, written_by, edited_by, also_read_by, decides, contact, risk, together, puts_off, stamps
    "#]].assert_eq(&mistakes_in(&source));
}

#[test]
fn a_file_that_cannot_be_read_is_not_held_against_the_others() {
    for file in [DEPARTMENT, ACCESS, CODE_LISTS, COMMON, PERSON] {
        let mut source = CatalogueSource::builtin();
        source.files.insert(file.to_owned(), "= nonsense".to_owned());
        let found = Catalogue::load(&source).unwrap_err();
        let files: BTreeSet<_> = found.iter().map(|mistake| mistake.file.as_str()).collect();
        assert_eq!(files, BTreeSet::from([file]), "{found:?}");
    }
    // Nor is a role whose label is missing: it is declared all the same.
    let label = "label = { en = \"Outreach worker\", es = \"Personal de alcance comunitario\" }";
    expect![[r#"
        department.toml: role.OW.label: missing; write { en = "…", es = "…" }
    "#]]
    .assert_eq(&mistakes_in(&with(DEPARTMENT, label, "")));
}

#[test]
fn a_department_of_nothing_is_told_what_each_part_needs() {
    let mut source = CatalogueSource::builtin();
    source.files.retain(|path, _| WHOLE_FILES.contains(&path.as_str()));
    source.files.insert(DEPARTMENT.to_owned(), "format = 1".to_owned());
    source.files.insert(ACCESS.to_owned(), "[matrix]".to_owned());
    expect![[r#"
        department.toml: label: missing; write { en = "…", es = "…" }
        department.toml: compartment: missing; write at least one [[compartment]]
        department.toml: role: missing; write at least one [[role]]
        department.toml: program: missing; write at least one [[program]]
        common.toml: field.approval.changed_by: unknown role "SUP"
    "#]]
    .assert_eq(&mistakes_in(&source));
}

#[test]
fn a_deeply_nested_file_is_a_mistake_like_any_other() {
    let mut source = CatalogueSource::builtin();
    let depth = 100_000;
    let nested = format!("deep = {}{}", "[".repeat(depth), "]".repeat(depth));
    source.files.insert(COMMON.to_owned(), nested);
    source.files.insert(CODE_LISTS.to_owned(), format!("deep{} = 1", ".a".repeat(depth)));
    source.files.insert(ACCESS.to_owned(), format!("[deep{}]", ".a".repeat(depth)));
    expect![[r#"
        access.toml: line 1: not readable as TOML: recursion limit
        code_lists.toml: line 1: not readable as TOML: recursion limit
        common.toml: line 1: not readable as TOML: cannot recurse further; max recursion depth met
    "#]]
    .assert_eq(&mistakes_in(&source));
}

#[test]
fn the_largest_catalogue_is_read_and_one_byte_more_is_not() {
    let mut source = CatalogueSource::builtin();
    let path = "notes.txt";
    let room = CATALOGUE_BYTES_MAX - source.total_bytes() - path.len();
    source.files.insert(path.to_owned(), "x".repeat(room));
    assert_eq!(source.total_bytes(), CATALOGUE_BYTES_MAX);
    assert!(Catalogue::load(&source).is_ok());
    source.files.insert(path.to_owned(), "x".repeat(room + 1));
    assert_eq!(
        mistakes_in(&source),
        "the catalogue is 1048577 bytes long; at most 1048576 are read\n"
    );
}

#[test]
fn a_department_adds_languages_label_by_label_and_may_leave_spanish_out() {
    let label = "label = { en = \"Person\", es = \"Persona\" }";
    let own = "label = { en = \"Person\", vi = \"Người\", zh-Hant = \"人\" }";
    let catalogue = Catalogue::load(&with(PERSON, label, own)).unwrap();
    let languages: Vec<_> = catalogue.languages.iter().map(|tag| tag.as_str()).collect();
    assert_eq!(languages, ["es", "vi", "zh-Hant"]);
    let person = &catalogue.types["person"];
    let read = |label: &Label, tag: &str| label.in_language(LanguageTag::of_locale(tag)).to_owned();
    assert_eq!(read(&person.label, "vi_VN.UTF-8"), "Người");
    assert_eq!(read(&person.label, "zh-Hant-TW"), "人");
    assert_eq!(read(&person.label, "es"), "Person");
    assert_eq!(read(&person.field("name").unwrap().label, "vi"), "Name");
    assert_eq!(read(&person.field("name").unwrap().label, "es"), "Nombre");
}

#[test]
fn as_many_languages_as_there_may_be_are_read_and_one_more_is_not() {
    let of = |others: usize| {
        let tags = (b'a'..).take(others).map(|letter| format!("q{}", char::from(letter)));
        let texts: String = tags.map(|tag| format!("{tag} = \"x\", ")).collect();
        let label = format!("label = {{ {texts}en = \"Person\",");
        Catalogue::load(&with(PERSON, "label = { en = \"Person\",", &label))
    };
    // Spanish is one of them.
    assert_eq!(of(LANGUAGES_MAX - 1).unwrap().languages.len(), LANGUAGES_MAX);
    let mistakes = of(LANGUAGES_MAX).unwrap_err();
    let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert!(told[0].starts_with("labels are in more than 16 languages besides English: es, qa"));
    assert_eq!(told.len(), 1);
}

#[test]
fn the_digest_follows_every_byte_of_every_file() {
    let builtin = CatalogueSource::builtin();
    assert_eq!(Catalogue::builtin().unwrap().digest, builtin.digest());
    let mut digests = BTreeSet::from([builtin.digest()]);
    for path in builtin.files.keys() {
        let mut edited = builtin.clone();
        edited.files.entry(path.clone()).and_modify(|text| text.push('\n'));
        assert!(digests.insert(edited.digest()), "{path}");
        let mut removed = builtin.clone();
        removed.files.remove(path);
        assert!(digests.insert(removed.digest()), "{path}");
    }
    // A byte that moves from a path to its text is a change too.
    let of = |path: &str, text: &str| {
        CatalogueSource { files: BTreeMap::from([(path.to_owned(), text.to_owned())]) }.digest()
    };
    assert_ne!(of("ab", "c"), of("a", "bc"));
}

#[test]
fn a_source_survives_the_way_to_a_device() {
    let source = CatalogueSource::builtin();
    let mut bytes = Vec::new();
    ciborium::into_writer(&source, &mut bytes).unwrap();
    let received: CatalogueSource = ciborium::from_reader(bytes.as_slice()).unwrap();
    assert_eq!(received, source);
    assert_eq!(received.digest(), source.digest());
}

fn mistakes_in(source: &CatalogueSource) -> String {
    let mistakes = Catalogue::load(source).err().unwrap_or_default();
    mistakes.iter().fold(String::new(), |text, mistake| text + &format!("{mistake}\n"))
}

/// The built-in catalogue with one text replaced by another in one file.
fn with(file: &str, before: &str, after: &str) -> CatalogueSource {
    let mut source = CatalogueSource::builtin();
    let text = &source.files[file];
    assert!(text.contains(before), "{file} has no {before:?}");
    let text = text.replacen(before, after, 1);
    source.files.insert(file.to_owned(), text);
    source
}
