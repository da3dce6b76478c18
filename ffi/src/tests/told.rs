//! What the device knows beside its records, as apps are told it: what is retired, what a clock puts
//! in doubt, what a supervisor decided, what is too large, and a disk that is full.

use std::time::Duration;

use client_core::store::outbox::Wanted;
use client_core::store::quarantine::Dismissed;
use model::ids::FieldName;
use model::time::Timestamp;
use model::wire::{DecidedV1, DecisionV1};

use super::*;
use crate::{
    Catalogue, Decided, Decision, Field, OptionLabel, RecordType, RefusedChange, ScalarKind,
    file_vault,
};

const CONTACT: &str = "outreach_contact";

#[test]
fn what_is_retired_is_told_with_its_label_and_marked() {
    let phone = Phone::of(None, Does::Throw, with_retired());
    let english = phone.device.catalogue("en".into()).unwrap();
    let spanish = phone.device.catalogue("es".into()).unwrap();

    let minutes = |catalogue: &Catalogue| field_of(&contact_of(catalogue), "minutes");
    assert!(minutes(&english).retired);
    assert_eq!(minutes(&spanish).label, "Minutos");
    assert!(!field_of(&contact_of(&english), "mode").retired);

    let modes = |catalogue: &Catalogue| options_of(&field_of(&contact_of(catalogue), "mode"));
    let retired = OptionLabel {
        code: name("street"),
        label: "En la calle".into(),
        retired: true,
        meaning: None,
    };
    assert_eq!(modes(&spanish).last(), Some(&retired), "after those that are offered");
    assert_eq!(modes(&english).iter().filter(|option| option.retired).count(), 1);

    let of_before = english.types.last().unwrap();
    assert_eq!(of_before.name, name("errand"));
    assert_eq!((&of_before.label[..], of_before.retired), ("Errand", true));
    assert!(!of_before.may_make);
    assert!(!contact_of(&english).retired);
}

#[test]
fn a_date_in_doubt_is_asked_about_and_saved_anyway() {
    let phone = Phone::new();
    let soon = Scalar::DateTime { value: now_and(Duration::from_hours(2)) };
    let contact = || {
        let (mode, result) = (set("mode", choice("street")), set("result", choice("engaged")));
        let edits = vec![mode, result, set("occurred_at", soon.clone())];
        NewRecord { record_type: name(CONTACT), case_id: None, program: None, edits }
    };
    let error = phone.device.create(contact(), false).unwrap_err();
    let FieldbookError::Doubtful { problems } = &error else { panic!("{error:?}") };
    let [FieldProblem { field, code, parameters, .. }] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!(field.as_ref().map(FieldName::as_str), Some("occurred_at"));
    assert!(explain(code.clone(), parameters.clone(), "es".into()).is_some());

    let made = phone.device.create(contact(), true).unwrap();
    let later = Scalar::DateTime { value: now_and(Duration::from_hours(3)) };
    let edits = || vec![set("occurred_at", later.clone())];
    let asked = phone.device.edit(made, edits(), false).unwrap_err();
    assert!(matches!(asked, FieldbookError::Doubtful { .. }), "{asked:?}");
    assert!(phone.device.edit(made, edits(), true).unwrap());

    let far = Scalar::DateTime { value: now_and(Duration::from_hours(24 * 400)) };
    let impossible = phone.device.edit(made, vec![set("occurred_at", far)], true).unwrap_err();
    assert!(matches!(impossible, FieldbookError::Invalid { .. }), "{impossible:?}");
}

#[test]
fn what_a_supervisor_decided_about_a_refused_edit_is_told_with_the_reason() {
    let phone = Phone::new();
    let at = Timestamp::from_millis(1_800_000_000_000);
    let decisions = [
        (DecisionV1::Accepted, Decision::Accepted),
        (DecisionV1::Repaired, Decision::Repaired),
        (DecisionV1::Dismissed, Decision::Dismissed),
        (DecisionV1::Erased, Decision::Erased),
    ];
    for (decided, told) in decisions {
        let rosa = phone.person("Rosa Cedro");
        phone.refuse_edit(rosa);
        let kept = phone.refusal_of(rosa);
        assert_eq!((kept.decided, kept.is_here), (None, true));

        phone.decide(rosa, decided, at);
        let found = phone.refusal_of(rosa).decided;
        let expected = Decided {
            decision: told,
            at: crate::runtime::instant(at),
            by: Some("Sol Ejemplo".into()),
            why: Some("recorded twice".into()),
        };
        assert_eq!(found, Some(expected));
    }
}

#[test]
fn records_that_are_too_large_for_the_way_are_named() {
    let phone = Phone::new();
    let (_, large) = (phone.person("Rosa Cedro"), phone.person("Tomas Sauce"));
    assert_eq!(phone.device.status().unwrap().stuck, []);
    let mark = phone.device_shared().change(|device, _, _| {
        Ok(device.store_mut().write(|writer| writer.mark_stuck(&[large].into()))?)
    });
    mark.unwrap();
    assert_eq!(phone.device.status().unwrap().stuck, [large]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_key_store_of_files_on_a_full_disk_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let vault = file_vault(keys.to_str().unwrap().to_owned()).unwrap();
    vault.store("seed".into(), vec![1; 32]).unwrap();
    std::os::unix::fs::symlink("/dev/full", keys.join("seed.new")).unwrap();
    assert_eq!(vault.store("seed".into(), vec![2; 32]), Err(KeyVaultError::DiskFull));
}

#[test]
fn a_key_store_of_files_asks_for_eight_characters_and_costs_more_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let adapter = Arc::new(Adapter(file_vault(keys.to_str().unwrap().to_owned()).unwrap()));
    let mut rng = random().unwrap();
    client_core::keys::device_key(&mut rng, &*adapter).unwrap();
    let path = folder.path().join("store");
    let facts = first_facts("https://fieldbook.example:8443", None, enrolled());
    let mut create = |pin: &str| {
        let (now, options) = (now(), StoreOptions::default());
        let made = Core::create(&path, adapter.clone(), Some(pin), now, &mut rng, &facts, options);
        made.map_err(FieldbookError::from)
    };
    let short = FieldbookError::PinTooShort { characters_min: 8 };
    assert_eq!(create("2580258").err(), Some(short.clone()));
    let device = Device::enrolled(create("25802580").unwrap(), path.clone(), adapter.clone(), None);
    let change = |next: &str| device.change_pin(Some("25802580".into()), Some(next.into()));
    assert_eq!(change("1357"), Err(short.clone()));
    assert_eq!(short.to_string(), "a PIN has at least 8 characters here");
    device.unlock(Some("25802580".into())).unwrap();

    // The platform's key store counts wrong PINs, and four digits do there.
    assert_eq!(Phone::new().device.change_pin(None, Some("1357".into())), Ok(()));
}

#[test]
fn a_key_store_without_room_is_a_full_disk() {
    let phone = Phone::new();
    *phone.vault.fails.lock().unwrap() = Some(KeyVaultError::DiskFull);
    assert_eq!(phone.device.change_pin(None, Some("2580".into())), Err(FieldbookError::DiskFull));
    *phone.vault.fails.lock().unwrap() = None;
    phone.device.change_pin(None, Some("2580".into())).unwrap();
}

impl Phone {
    /// Sets an edit of the record aside, as an answer of the server's does.
    fn refuse_edit(&self, record: RecordId) {
        self.device.edit(record, vec![set("notes", text("Met at the corner."))], false).unwrap();
        let refused = self.device_shared().change(|device, now, rng| {
            let waiting = device.store().read().outbox_page(Wanted::Fresh, 1_000, usize::MAX)?;
            let hash = waiting.iter().rfind(|item| item.record == record).unwrap().hash;
            Ok(device.store_mut().write(|writer| {
                writer.mark_refused(now, rng, hash, "not_assigned", "the case is not assigned")
            })?)
        });
        refused.unwrap();
    }

    fn decide(&self, record: RecordId, decision: DecisionV1, at: Timestamp) {
        let noted = self.device_shared().change(|device, now, _| {
            let items = device.quarantine(now, Dismissed::Include)?;
            let item = items.iter().find(|item| item.record == record).unwrap();
            let decided = DecidedV1 {
                hash: item.hash,
                decision,
                at,
                by: Some("Sol Ejemplo".into()),
                reason: Some("recorded twice".into()),
            };
            Ok(device.store_mut().write(|writer| writer.note_decision(&decided))?)
        });
        noted.unwrap();
    }

    fn refusal_of(&self, record: RecordId) -> RefusedChange {
        let refused = self.device.refused(false, "en".into()).unwrap();
        refused.into_iter().find(|item| item.record == record).unwrap()
    }
}

/// Returns the built-in catalogue with an option and a field retired, after one that had a type
/// more.
fn with_retired() -> EnrollResponseV1 {
    let path = format!("types/{CONTACT}.toml");
    let mut present = CatalogueSource::builtin();
    let form = present.files.get_mut(&path).unwrap();
    for (from, to) in [
        ("es = \"En la calle\" }", "es = \"En la calle\", retired = true }"),
        ("name = \"minutes\"\n", "name = \"minutes\"\nretired = true\n"),
    ] {
        assert!(form.contains(from));
        *form = form.replacen(from, to, 1);
    }
    let mut before = CatalogueSource::builtin();
    before.files.insert("types/errand.toml".into(), ERRAND.into());
    let earlier_catalogues = model::catalogue::history::told(&[before], &present);
    EnrollResponseV1 { catalogue: present, earlier_catalogues, ..enrolled() }
}

const ERRAND: &str = r#"
[type]
name = "errand"
version = 1
compartment = "OUT"
belongs_to = "nothing"
title = ["what"]
written_by = ["OW"]
label = { en = "Errand", es = "Diligencia" }

[[field]]
name = "what"
kind = "text"
label = { en = "What", es = "Qué" }
"#;

fn contact_of(catalogue: &Catalogue) -> RecordType {
    catalogue.types.iter().find(|known| known.name == name(CONTACT)).unwrap().clone()
}

fn field_of(known: &RecordType, field: &str) -> Field {
    known.fields.iter().find(|known| known.name.as_str() == field).unwrap().clone()
}

fn options_of(field: &Field) -> Vec<OptionLabel> {
    let FieldKind::Single { kind: ScalarKind::Choice { options } } = &field.kind else {
        panic!("{field:?}")
    };
    options.clone()
}

fn now_and(more: Duration) -> std::time::SystemTime {
    crate::runtime::instant(now()) + more
}
