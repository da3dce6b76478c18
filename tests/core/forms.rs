//! A department changes its forms while phones are offline; their records are still accepted.

use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::catalogue::CatalogueSource;
use model::document::Document;
use model::ids::CaseId;
use model::record::Edit;
use server::error::OpenError;
use server::service::Service;

use crate::department::{NOW, TestDepartment, edited, later, outcomes};

const CONTACT: &str = "types/outreach_contact.toml";
const DEPARTMENT: &str = "department.toml";
const SHOOTING: &str = "types/shooting_response.toml";

/// A change to one file of the built-in catalogue; an empty text takes the file away.
type Change = (&'static str, &'static str, &'static str, &'static str);

/// Everything a department may change in a form, with work waiting on phones.
#[rustfmt::skip]
const CHANGES: [Change; 15] = [
    ("an option is removed", CONTACT, "  { code = \"street\", en = \"In the street\", es = \"En la calle\" },\n", ""),
    ("an option is retired", CONTACT, "{ code = \"street\",", "{ code = \"street\", retired = true,"),
    ("an option is added", CONTACT, "  { code = \"street\",", "  { code = \"park\", en = \"In a park\", es = \"En un parque\" },\n  { code = \"street\","),
    ("an option of a set is removed", CONTACT, "  { code = \"conflict\", en = \"Conflict\", es = \"Conflicto\" },\n", ""),
    ("a field is removed", CONTACT, "[[field]]\nname = \"minutes\"\nkind = \"integer\"\nmin = 0\nmax = 1440\nlabel = { en = \"Minutes\", es = \"Minutos\" }\n", ""),
    ("a field is retired", CONTACT, "name = \"minutes\"\n", "name = \"minutes\"\nretired = true\n"),
    ("a field is required", CONTACT, "name = \"anon_count\"\n", "name = \"anon_count\"\nrequired = true\n"),
    ("a required field is added", CONTACT, "[[follow_up]]", "[[field]]\nname = \"weather\"\nkind = \"text\"\nrequired = true\nlabel = { en = \"Weather\", es = \"Tiempo\" }\n\n[[follow_up]]"),
    ("a limit is tightened", CONTACT, "max = 1440", "max = 10"),
    ("another option is used", CONTACT, "code = \"declined\"", "code = \"refused\""),
    ("it merges otherwise", CONTACT, "name = \"note\"\nkind = \"text\"\n", "name = \"note\"\nkind = \"text\"\nmerge = \"review\"\n"),
    ("another follow-up is due", CONTACT, "after = \"7d\"", "after = \"5d\""),
    ("a label is another", CONTACT, "en = \"Outreach contact\"", "en = \"Contact\""),
    ("the version is raised", CONTACT, "version = 2", "version = 3"),
    ("the version goes back", CONTACT, "version = 3", "version = 2"),
];

#[test]
fn what_was_recorded_by_an_earlier_form_is_taken_and_edited_later() {
    for (what, file, from, to) in CHANGES {
        // Each twice: a department may forget to raise the version.
        for raised in [false, true] {
            let mut department = TestDepartment::new();
            if what == "the version goes back" {
                department =
                    with_catalogue(department, 1, changed(CONTACT, "version = 2", "version = 3"));
            }
            let mut ana = department.device("ana");
            let person = department.open_case(&mut ana, "Case Alder");
            let old = contact(&mut ana, person.record.into());
            let answer = ana.push(&department.service, NOW, vec![old.push()]);
            assert_eq!(outcomes(&answer), ["accepted"], "{what}");

            let mut next = changed(file, from, to);
            // Of several people's records, the first alone has such a field: not if it is gone, or
            // asked of everybody.
            match what {
                "a field is removed" => next = with(next, CONTACT, "\"minutes\", ", ""),
                "a field is required" => next = with(next, CONTACT, "\"anon_count\", ", ""),
                _ => {}
            }
            if raised && !what.starts_with("the version") {
                next = with(next, file, "version = 2", "version = 3");
            }
            let mut department = with_catalogue(department, 2, next);

            // Her phone is still the old one: a new record, and edits of both.
            let mut new = contact(&mut ana, person.record.into());
            let mut known = copy(&old);
            let push = vec![
                new.push(),
                edited(&mut ana, new.record, &mut new.document, &again()),
                edited(&mut ana, old.record, &mut known, &again()),
            ];
            let answer = ana.push(&department.service, later(3), push);
            assert_eq!(outcomes(&answer), ["accepted"; 3], "{what}, raised: {raised}");

            // By the new form she goes on with both, whatever stands in the other fields.
            let mut fresh = department.device("ana");
            for record in [old.record, new.record] {
                let mut document = department.pulled(&mut fresh).remove(&record).unwrap();
                let edit = [content::text("note", "by the new form")];
                let edit = edited(&mut fresh, record, &mut document, &edit);
                let answer = fresh.push(&department.service, later(4), vec![edit]);
                assert_eq!(outcomes(&answer), ["accepted"], "{what}, raised: {raised}");
                fresh.cursor = None;
            }
            assert!(department.office.admin().quarantine().unwrap().is_empty(), "{what}");
            department.holds();
        }
    }
}

#[test]
fn a_type_that_is_taken_away_is_still_taken_from_phones() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let old = ana.make(NOW, "shooting_response", None, &[content::text("note", "calm")]);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![old.push()])), ["accepted"]);
    let mut next = CatalogueSource::builtin();
    next.files.remove(SHOOTING);
    let mut department = with_catalogue(department, 1, next);
    let new = ana.make(NOW, "shooting_response", None, &[content::text("note", "tense")]);
    let edit = [content::text("note", "calmer")];
    let edit = edited(&mut ana, old.record, &mut copy(&old), &edit);
    let answer = ana.push(&department.service, later(2), vec![new.push(), edit]);
    assert_eq!(outcomes(&answer), ["accepted", "accepted"]);
    assert!(department.office.admin().quarantine().unwrap().is_empty());
    department.holds();
}

#[test]
fn rights_follow_the_present_catalogue_and_what_they_refuse_is_kept() {
    for (file, from, to, code) in [
        (CONTACT, "written_by = [\"OW\"]", "written_by = [\"SUP\"]", "role Never"),
        (
            DEPARTMENT,
            "code = \"OUT\"\non_devices = true",
            "code = \"OUT\"\non_devices = false",
            "not_on_devices Never",
        ),
    ] {
        let mut department = TestDepartment::new();
        let mut ana = department.device("ana");
        let person = department.open_case(&mut ana, "Case Alder");
        let mut department = with_catalogue(department, 1, changed(file, from, to));
        let new = contact(&mut ana, person.record.into());
        let answer = ana.push(&department.service, later(2), vec![new.push()]);
        assert_eq!(outcomes(&answer), [code]);
        assert_eq!(department.office.admin().quarantine().unwrap().len(), 1);
    }
}

#[test]
fn a_server_does_not_start_with_what_would_leave_records_unreadable() {
    #[rustfmt::skip]
    let cases = [
        ("kind_changed", CONTACT, "name = \"note\"\nkind = \"text\"", "name = \"note\"\nkind = \"shared_note\""),
        ("belongs_to_changed", CONTACT, "belongs_to = \"case_or_nothing\"", "belongs_to = \"case\""),
        ("compartment_changed", SHOOTING, "compartment = \"OUT\"", "compartment = \"STF\""),
    ];
    for (code, file, from, to) in cases {
        let TestDepartment { office, service, .. } = TestDepartment::new();
        drop(service);
        let mut config = office.config();
        config.catalogue = Some(changed(file, from, to));
        let Err(OpenError::Succession(found)) = Service::open_inline(later(1), config) else {
            panic!("{code} was let pass");
        };
        let codes: Vec<_> = found.iter().map(|found| found.code).collect();
        assert_eq!(codes, [code]);
        assert!(found.iter().all(|found| found.instead.is_some()), "{found:?}");
        // With the one that was in force it starts as before.
        Service::open_inline(later(2), office.config()).unwrap();
    }
}

#[test]
fn a_new_phone_is_told_what_earlier_catalogues_called_things() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let old = contact(&mut ana, person.record.into());
    let next = changed(
        CONTACT,
        "  { code = \"street\", en = \"In the street\", es = \"En la calle\" },\n",
        "",
    );
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![old.push()])), ["accepted"]);
    let mut department = with_catalogue(department, 1, next.clone());
    let told = ana.send(&department.service, later(2), ana.request());
    let earlier = model::catalogue::history::whole(&told.earlier_catalogues, &next);
    assert_eq!((told.catalogue.as_ref(), earlier), (Some(&next), vec![CatalogueSource::builtin()]));
    // Whoever has the catalogue in force is told nothing of it again.
    let mut fresh = department.device("ana");
    let told = fresh.send(&department.service, later(3), fresh.request());
    assert!(told.catalogue.is_none() && told.earlier_catalogues.is_empty());
}

#[test]
fn a_restored_server_knows_the_catalogues_that_were_in_force_since_the_backup() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let park = changed(
        CONTACT,
        "  { code = \"street\",",
        "  { code = \"park\", en = \"In a park\", es = \"En un parque\" },\n  { code = \"street\",",
    );
    let mut department = with_catalogue(department, 1, park.clone());
    let mut fresh = department.device("ana");
    let mut edits = first();
    edits[0] = content::choice("mode", "park");
    let TestDepartment { office, service, mut rng } = department;
    drop(service);
    let office = office.restored(later(2), &mut rng);
    let service = Service::open_inline(later(3), office.config()).unwrap();
    // The backup never had the option, and the phone, which has the form, writes it.
    let made = fresh.make(NOW, "outreach_contact", Some(person.record.into()), &edits);
    let answer = fresh.push(&service, later(4), vec![made.push()]);
    assert_eq!(outcomes(&answer), ["accepted"]);
    let told = model::catalogue::history::whole(
        &answer.earlier_catalogues,
        answer.catalogue.as_ref().unwrap_or(&CatalogueSource::builtin()),
    );
    assert!(told.contains(&park), "others learn what the option is called");
}

fn contact(device: &mut RawDevice, case: CaseId) -> Made {
    device.make(NOW, "outreach_contact", Some(case), &first())
}

fn first() -> Vec<Edit> {
    vec![
        content::choice("mode", "street"),
        content::choice("result", "engaged"),
        content::number("minutes", 45),
        content::option("purpose", "conflict"),
    ]
}

/// Returns edits that enter values again by the earlier form.
fn again() -> [Edit; 4] {
    [
        content::choice("mode", "street"),
        content::choice("result", "declined"),
        content::number("minutes", 50),
        content::text("note", "by the old form"),
    ]
}

fn changed(file: &str, from: &str, to: &str) -> CatalogueSource {
    with(CatalogueSource::builtin(), file, from, to)
}

fn with(mut source: CatalogueSource, file: &str, from: &str, to: &str) -> CatalogueSource {
    let text = source.files.get_mut(file).unwrap();
    if from != "version = 3" {
        assert!(text.contains(from), "{file} has no {from}");
    }
    *text = text.replacen(from, to, 1);
    source
}

fn with_catalogue(
    department: TestDepartment,
    minutes: i64,
    catalogue: CatalogueSource,
) -> TestDepartment {
    let TestDepartment { mut office, service, rng } = department;
    drop(service);
    let mut config = office.config();
    config.catalogue = Some(catalogue);
    let service = Service::open_inline(later(minutes), config).unwrap();
    office.reopen();
    TestDepartment { office, service, rng }
}

fn copy(made: &Made) -> Document {
    Document::load(&made.document.save()).unwrap()
}
