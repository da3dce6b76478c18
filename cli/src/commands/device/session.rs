//! The device of one command, and its failures in the command line's words.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use client_core::device::{Device, Doubts, RecordError};
use client_core::driver::{Clock as _, SystemClock, in_turn};
use client_core::keys::KeyError;
use client_core::store::query::Named;
use client_core::store::{OpenError, StoreError, StoreOptions};
use client_core::vault::{FileVault, KeyVault, VaultError};
use model::catalogue::{Catalogue, Label, RecordType, SharedCatalogue};
use model::document::EditError;
use model::ids::{CaseId, RecordId};
use model::input::InputError;
use model::people::People;
use model::record::{Edit, EnvelopeProblem, FieldProblem};
use model::time::Timestamp;
use model::words::{Language, LanguageTag, Message};
use rand::rngs::StdRng;
use serde_json::json;

use super::typed;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;
use crate::said::{Said, with_causes};
use crate::words::{self, both};

/// The environment variable that holds the PIN.
pub(crate) const PIN_VARIABLE: &str = "FIELDBOOK_PIN";

/// An open device, and the clock and the randomness of one command.
pub(crate) struct Session {
    pub(crate) device: Device,
    pub(crate) now: Timestamp,
    pub(crate) rng: StdRng,
    pub(crate) language: LanguageTag,
}

impl Session {
    /// Opens the device in a folder, with the PIN that the environment gives.
    pub(crate) fn open(dir: &Path, language: LanguageTag) -> Result<Self, Failure> {
        let path = store_path(dir);
        let (now, mut rng) = (clock::now(), clock::rng()?);
        let (vault, pin) = (vault(dir), pin()?);
        let opened = in_turn(|| {
            let (vault, options) = (vault.clone(), StoreOptions::default());
            Device::open(&path, vault, pin.as_deref(), now, &mut rng, options)
        });
        let mut device = opened.map_err(|error| match error {
            OpenError::NotFound => no_device(dir),
            other => open_failure(other),
        })?;
        device.notice_time(now, SystemClock.uptime()).map_err(|error| store_failure(&error))?;
        Ok(Self { device, now, rng, language })
    }

    /// Returns the catalogue that came from the server.
    pub(crate) fn catalogue(&self) -> SharedCatalogue {
        Arc::clone(self.device.catalogue())
    }

    /// Returns the people whom the device knows by name.
    pub(crate) fn people(&self) -> Result<People, Failure> {
        self.device.people().map_err(record_failure)
    }

    /// Returns a phrase of the command line.
    pub(crate) fn say(&self, key: &str) -> String {
        words::say(self.language, key, &[])
    }

    /// Returns the record that an id, or the beginning of an id, names.
    pub(crate) fn record(&self, id: &str) -> Result<RecordId, Failure> {
        self.named(id, Named::Record)
    }

    /// Returns the case that an id, or the beginning of an id, names.
    pub(crate) fn case(&self, id: &str) -> Result<CaseId, Failure> {
        self.named(id, Named::Case).map(|record| CaseId::from_bytes(*record.as_bytes()))
    }

    fn named(&self, id: &str, kind: Named) -> Result<RecordId, Failure> {
        if let Ok(record) = id.parse() {
            return Ok(record);
        }
        let is_one = id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let digits = id.bytes().filter(u8::is_ascii_hexdigit).count();
        if !is_one || !(ID_DIGITS_MIN..ID_DIGITS).contains(&digits) {
            let message = format!("`{id}` is not an id, nor the beginning of one");
            let hint = format!(
                "write at least its first {ID_DIGITS_MIN} characters; `fieldbook device list` \
                 shows them"
            );
            return Err(Failure::invalid("bad_id", message).hint(hint));
        }
        let found = self.device.named(self.now, id, kind, CANDIDATES_MAX + 1);
        let found = found.map_err(record_failure)?;
        match &found[..] {
            [] => Err(record_failure(match kind {
                Named::Record => RecordError::NotFound,
                Named::Case => RecordError::CaseNotHeld(CaseId::from_bytes([0; 16])),
            })),
            [only] => Ok(*only),
            many => Err(self.ambiguous(id, many)),
        }
    }

    fn ambiguous(&self, id: &str, found: &[RecordId]) -> Failure {
        let mut lines: Vec<String> = Vec::new();
        for record in found.iter().take(CANDIDATES_MAX) {
            let view = self.device.store().read().record_view(*record).ok().flatten();
            let title = view.map(|view| view.title.in_language(self.language).to_owned());
            lines.push(format!("{record}  {}", title.unwrap_or_default()).trim_end().to_owned());
        }
        if CANDIDATES_MAX < found.len() {
            lines.push("…".to_owned());
        }
        let list = lines.join("\n");
        Failure::invalid(
            "ambiguous_id",
            format!("several ids begin with `{id}`; write more characters"),
        )
        .hint(Label::same(list))
    }

    /// Edits a record as `read` understands what was typed for its type.
    pub(crate) fn edit(
        &mut self,
        record: &str,
        read: impl FnOnce(&mut Self, &Catalogue, &RecordType) -> Result<Vec<Edit>, InputError>,
    ) -> Result<Report, Failure> {
        self.edit_with(record, Doubts::Ask, read)
    }

    /// Edits a record; `doubts` says what becomes of dates that the clock may be wrong about.
    pub(crate) fn edit_with(
        &mut self,
        record: &str,
        doubts: Doubts,
        read: impl FnOnce(&mut Self, &Catalogue, &RecordType) -> Result<Vec<Edit>, InputError>,
    ) -> Result<Report, Failure> {
        let record = self.record(record)?;
        let name = self.device.type_of(self.now, record).map_err(record_failure)?;
        let catalogue = self.catalogue();
        let record_type = typed::record_type(&catalogue, name.as_str())?;
        let edits = read(self, &catalogue, record_type)
            .map_err(|error| typed::input_failure(record_type, &error))?;
        let change = self
            .device
            .edit_with(self.now, &mut self.rng, record, edits, doubts)
            .map_err(record_failure)?;
        let text = match change.is_some() {
            true => self.say("saved"),
            false => self.say("nothing_to_change"),
        };
        let change = change.map(|hash| hash.to_string());
        Ok(Report::new(json!({"id": record.to_string(), "change": change}), text))
    }
}

/// The hexadecimal digits of an id.
const ID_DIGITS: usize = 32;

/// Fewer are likelier a slip than the beginning of an id.
const ID_DIGITS_MIN: usize = 4;

/// How many of several that are meant are listed.
const CANDIDATES_MAX: usize = 10;

/// Returns the path of the store of the device in a folder.
pub(crate) fn store_path(dir: &Path) -> PathBuf {
    dir.join("fieldbook.db")
}

/// Returns the key store of the device in a folder.
pub(crate) fn vault(dir: &Path) -> Arc<dyn KeyVault> {
    Arc::new(FileVault::new(dir.join("keys")))
}

/// Returns the PIN, if the environment gives one.
pub(crate) fn pin() -> Result<Option<String>, Failure> {
    match std::env::var(PIN_VARIABLE) {
        Ok(pin) => Ok(Some(pin)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::invalid("bad_pin", format!("{PIN_VARIABLE} is not valid text")))
        }
    }
}

fn no_device(dir: &Path) -> Failure {
    let dir = dir.display();
    Failure::not_found("no_device", format!("there is no device in {dir}")).hint(format!(
        "fieldbook device --dir {dir} enroll --server URL --code CODE --fingerprint F"
    ))
}

pub(crate) fn open_failure(error: OpenError) -> Failure {
    let message = with_causes(&error);
    match error {
        OpenError::NotFound => Failure::not_found("no_device", message),
        OpenError::AlreadyExists => Failure::invalid("device_exists", message)
            .hint(
                "to reconnect this device to its department, use `reconnect` with a code of \
                 `fieldbook admin invite NAME --reconnect`; for another device, choose another `--dir`",
            ),
        OpenError::Key(error) => key_failure(&error),
        OpenError::WrongKey => Failure::failed("wrong_key", message)
            .hint("the store is left untouched; put the store's own folder `keys` back beside it"),
        OpenError::Corrupt { .. } => {
            Failure::failed("corrupt", message).hint("the store is left untouched: keep a copy")
        }
        OpenError::FromTheFuture { .. } => Failure::failed("from_the_future", message)
            .hint("the store is left untouched; use the newer program"),
        OpenError::Locked => Failure::failed("in_use", message)
            .hint("the command waited for half a minute; stop the other program that has the store open"),
        OpenError::Catalogue(mistake) => {
            let spanish = mistake.in_language(Language::Spanish);
            let said = both(message, format!("el catálogo tiene errores; el primero: {spanish}"));
            Failure::failed("catalogue", said)
        }
        OpenError::Store(error) => store_failure(&error),
        OpenError::Io(_) => Failure::failed("store", message)
            .hint("the store is left untouched; check that this account may read and write its folder"),
        _ => Failure::failed("store", message),
    }
}

pub(crate) fn key_failure(error: &KeyError) -> Failure {
    let message = with_causes(error);
    match error {
        KeyError::PinNeeded => Failure::refused("pin_needed", message)
            .hint(format!("set the environment variable {PIN_VARIABLE}")),
        KeyError::WrongPin { .. } => Failure::refused("wrong_pin", message)
            .hint(format!("correct the environment variable {PIN_VARIABLE}")),
        KeyError::PinTooShort { .. } => Failure::invalid("bad_pin", message)
            .hint("use several words: anybody who copies the folder can try any number of PINs"),
        KeyError::Missing | KeyError::Destroyed => Failure::failed("no_key", message).hint(
            "the store can no longer be read; enroll a new device, which receives the records that \
             the server has",
        ),
        KeyError::Vault(VaultError::DiskFull) => disk_full(message),
        _ => Failure::failed("key_store", message),
    }
}

/// Returns the failure of a full disk, with the same words wherever it was noticed.
fn disk_full(message: impl Into<Said>) -> Failure {
    Failure::failed("disk_full", message)
        .hint("nothing that was saved is lost; free some space, then run the command again")
}

pub(crate) fn record_failure(error: RecordError) -> Failure {
    let message = match (&error, error.message()) {
        // The id is what was typed, or none at all.
        (RecordError::CaseNotHeld(_), _) => Message::new("unknown_case").into(),
        (_, Some(message)) => message.into(),
        (_, None) => Said::from(with_causes(&error)),
    };
    match error {
        RecordError::Locked => Failure::refused("locked", message).hint(
            "run `fieldbook device sync`; until then `fieldbook device new` still takes new records",
        ),
        RecordError::Ordered => Failure::refused("locked", message).hint("fieldbook device sync"),
        RecordError::NotFound => Failure::not_found("unknown_record", message)
            .hint("`fieldbook device list` shows the records on this device"),
        RecordError::Refused => Failure::refused("record_refused", message)
            .hint("`fieldbook device refusals` shows the reason"),
        RecordError::CaseNotHeld(_) => Failure::not_found("unknown_case", message)
            .hint("`fieldbook device list --type person` shows the cases on this device"),
        RecordError::OfCase { reason, .. } => {
            let spanish = message.es.map(String::into_boxed_str);
            Failure { message: message.en, spanish, ..record_failure(*reason) }
        }
        RecordError::CaseTwice(_) => Failure::invalid("case_twice", message),
        RecordError::TooManyCases { .. } => Failure::invalid("too_many_cases", message)
            .hint("make the records in several steps"),
        RecordError::OneCaseAtATime => Failure::invalid("one_case_at_a_time", message),
        RecordError::Policy(refusal) => Failure::refused(refusal.code(), message),
        RecordError::Doubtful(ref problems) if problems.iter().any(FieldProblem::is_forbidden) => {
            Failure::invalid("doubtful_text", message).hint(
                "take it out; if it is something else, repeat the command with `--anyway`",
            )
        }
        RecordError::Doubtful(_) => Failure::invalid("doubtful_date", message)
            .hint("check the date and the clock; if both are right, repeat the command with `--anyway`"),
        RecordError::NoConflict { .. } => Failure::not_found("no_conflict", message)
            .hint("`fieldbook device conflicts` lists the values that wait for a decision"),
        RecordError::NotAValue { .. } => Failure::invalid("not_a_value", message),
        RecordError::NoRefusal(_) => Failure::not_found("unknown_refusal", message)
            .hint("`fieldbook device refusals --all` lists all refused changes"),
        RecordError::NoDraft => Failure::not_found("unknown_draft", message)
            .hint("`fieldbook device draft list` shows the drafts on this device"),
        RecordError::DraftEnded => Failure::invalid("draft_ended", message)
            .hint("`fieldbook device draft undo` opens it again, for ten minutes"),
        RecordError::NothingToUndo => Failure::refused("nothing_to_undo", message),
        RecordError::HasLeft => Failure::refused("record_has_left", message),
        RecordError::NothingToTry => Failure::refused("nothing_to_try", message),
        RecordError::Edit(error) => edit_failure(&error),
        RecordError::Store(error) => store_failure(&error),
        RecordError::Vault(VaultError::DiskFull) => disk_full(message),
        RecordError::InUse => Failure::failed("in_use", message),
        _ => Failure::failed("key_store", message),
    }
}

pub(crate) fn store_failure(error: &StoreError) -> Failure {
    let message = with_causes(error);
    match error {
        StoreError::DiskFull => disk_full(message),
        StoreError::Corrupt(_) => Failure::failed("corrupt", message),
        _ => Failure::failed("store", message),
    }
}

fn edit_failure(error: &EditError) -> Failure {
    let message = Said::of(error);
    match error {
        EditError::Fields(_) => Failure::invalid("invalid_value", message),
        EditError::Envelope(EnvelopeProblem::UnknownType(_)) => {
            Failure::not_found("unknown_type", message)
        }
        EditError::Envelope(EnvelopeProblem::UnknownProgram(_)) => {
            Failure::not_found("unknown_program", message)
        }
        EditError::Envelope(EnvelopeProblem::RetiredType(_)) => {
            Failure::invalid("retired_type", message)
        }
        EditError::Envelope(EnvelopeProblem::CaseMissing) => {
            Failure::invalid("case_missing", message)
                .hint("`fieldbook device list --type person` shows the cases on this device")
        }
        EditError::Envelope(_) => Failure::invalid("invalid_record", message),
        EditError::TooLarge | EditError::Crowded => Failure::invalid("too_large", message),
        EditError::Full(full) => Failure::invalid(full.code(), message),
        EditError::Document(_) => Failure::failed("document", message),
    }
}

#[cfg(test)]
mod tests {
    use model::catalogue::CatalogueSource;

    use super::*;

    #[test]
    fn a_mistake_in_the_departments_catalogue_is_told_in_the_language_of_who_reads() {
        let mistakes = Catalogue::load(&CatalogueSource::default()).unwrap_err();
        let failure = || open_failure(OpenError::Catalogue(mistakes[0].clone()));
        assert_eq!(
            failure().message,
            "the catalogue has mistakes; the first: access.toml: is missing"
        );
        assert_eq!(
            failure().in_language(Language::Spanish).message,
            "el catálogo tiene errores; el primero: access.toml: falta este archivo"
        );
    }
}
