//! What a check of everything may find, and the words for it. A finding that has no words cannot be
//! written down here.

use std::fmt;

use super::{Row, rows};
use crate::words::{Explained, Message};

macro_rules! findings {
    ($(
        $(#[$doc:meta])+
        $code:literal: $name:ident $(($($part:ident: $kind:ty),+))? $en:literal, $es:literal;
    )+) => {
        /// What does not hold, found by verifying the data of a device or of a server. Its parts
        /// are identifiers, numbers and names of tables: never what somebody recorded.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Finding {
            $($(#[$doc])+ $name $(($($kind),+))?,)+
        }

        impl Finding {
            /// Returns its stable code.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)+
                }
            }
        }

        impl Explained for Finding {
            fn message(&self) -> Message {
                let message = Message::new(self.code());
                match self {
                    $(Self::$name $(($($part),+))? => {
                        $($(let message = $part.stands_in(message, stringify!($part));)+)?
                        message
                    })+
                }
            }
        }

        /// The words for every finding.
        pub(super) const FINDINGS: &[Row] = &[$(Row { code: $code, en: $en, es: $es }),+];

        /// The parts of every finding.
        #[cfg(test)]
        const PARTS: &[(&str, &[&str])] =
            &[$(($code, &[$($(stringify!($part)),+)?])),+];
    };
}

#[rustfmt::skip]
findings! {
    // The feed and the audit.
    /// Entries of the feed are missing: the first and the last.
    "feed_gap": FeedGap(from: u64, to: u64)
        "feed: entries {from} to {to} are missing",
        "registro de cambios: faltan las entradas {from} a {to}";
    /// An entry of the feed does not follow from the one before.
    "feed_altered": FeedAltered(entry: u64)
        "feed: entry {entry} is not what was written",
        "registro de cambios: la entrada {entry} no es la que se escribió";
    /// The feed has another end than was noted: the one it has, and the one that was noted.
    "feed_end": FeedEnd(found: u64, noted: u64)
        "feed: its end, entry {found}, is not the end that was noted, entry {noted}",
        "registro de cambios: su final, la entrada {found}, no es el final anotado, la entrada {noted}";
    /// Rows of the audit are missing: the first and the last.
    "audit_gap": AuditGap(from: u64, to: u64)
        "audit: rows {from} to {to} are missing",
        "auditoría: faltan las filas {from} a {to}";
    /// A row of the audit does not follow from the one before.
    "audit_altered": AuditAltered(row: u64)
        "audit: row {row} is not what was written",
        "auditoría: la fila {row} no es la que se escribió";
    /// A row of the audit rests on another reason than its hash covers.
    "audit_reason": AuditReason(row: u64)
        "audit: row {row} rests on another reason than it says",
        "auditoría: la fila {row} se apoya en un motivo distinto del que nombra";
    /// The audit has another end than was noted: the one it has, and the one that was noted.
    "audit_end": AuditEnd(found: u64, noted: u64)
        "audit: its end, row {found}, is not the end that was noted, row {noted}",
        "auditoría: su final, la fila {found}, no es el final anotado, la fila {noted}";

    // An exported audit.
    /// A line of the file is not a row.
    "export_line": ExportLine(line: u64)
        "line {line}: it is not a row of an audit",
        "línea {line}: no es una fila de una auditoría";
    /// A line of the file holds another row than the next.
    "export_order": ExportOrder(line: u64, row: u64, due: u64)
        "line {line}: row {row} stands where row {due} was due",
        "línea {line}: está la fila {row} donde tocaba la fila {due}";
    /// A row of the file does not follow from the one before.
    "export_altered": ExportAltered(line: u64, row: u64)
        "line {line}: row {row} is not what was written",
        "línea {line}: la fila {row} no es la que se escribió";
    /// The file goes on after its signed head.
    "export_after_head": ExportAfterHead(line: u64)
        "line {line}: something stands after the signed head",
        "línea {line}: hay algo después de la cabeza firmada";
    /// The file has no signed head.
    "export_cut": ExportCut
        "the signed head is missing: the end was cut off",
        "falta la cabeza firmada: se cortó el final";
    /// The head has no signature of this server.
    "export_unsigned": ExportUnsigned
        "the head is not signed by this server",
        "la cabeza no está firmada por este servidor";
    /// The file has another end than its head says: the one it has, and the one of the head.
    "export_end": ExportEnd(found: u64, signed: u64)
        "its end is row {found}, and the signed head is row {signed}",
        "su final es la fila {found}, y la cabeza firmada es la fila {signed}";

    // A record of the server, or a change that it refused.
    /// What was erased can be read.
    "erased_but_readable": ErasedButReadable
        "its case was erased, and it can still be read",
        "su caso se borró, y todavía se puede leer";
    /// The key of its scope is not there.
    "scope_key_missing": ScopeKeyMissing
        "the key of its scope is missing",
        "falta la clave de su ámbito";
    /// The key of its scope is there and is not a key.
    "scope_key_damaged": ScopeKeyDamaged
        "the key of its scope is damaged",
        "la clave de su ámbito está dañada";
    /// A refused change does not open.
    "refused_sealed": RefusedSealed
        "it cannot be decrypted",
        "no se puede descifrar";
    /// A change cannot be read: its entry of the feed.
    "entry_unreadable": EntryUnreadable(entry: u64)
        "its change {entry} cannot be read",
        "su cambio {entry} no se puede leer";
    /// A change is not the one of its hash and its author.
    "change_altered": ChangeAltered
        "a change is not what its hash says",
        "un cambio no es el que dice su hash";
    /// The record has other changes than were noted.
    "changes_differ": ChangesDiffer
        "its changes are not those that were noted",
        "sus cambios no son los que se anotaron";
    /// A change has no entry in the feed.
    "not_in_feed": NotInFeed
        "a change is not in the feed",
        "un cambio no está en el registro de cambios";
    /// The read model does not follow from the document.
    "read_model_differs": ReadModelDiffers
        "the read model is not what the document says",
        "el modelo de lectura no es lo que dice el documento";
    /// The consent in force does not follow from the document.
    "consent_differs": ConsentDiffers
        "what it opens is not what the document says",
        "lo que abre no es lo que dice el documento";

    // A record, on the server or on a device.
    /// The changes do not make a document.
    "no_document": NoDocument
        "its changes do not make a document",
        "sus cambios no forman un documento";
    /// The document is not a record.
    "document_of_no_record": DocumentOfNoRecord
        "its document is not a record",
        "su documento no es un registro";
    /// The tasks do not follow from the records.
    "tasks_differ": TasksDiffer
        "its tasks are not what the records of its case make",
        "sus tareas no son las que resultan de los registros de su caso";
    /// What lists at the console say does not follow from the records.
    "summary_differs": SummaryDiffers
        "the console's lists are not what the records of its case make",
        "las listas de la consola no son las que resultan de los registros de su caso";

    // A record of a device.
    /// A change has another hash than it is kept under.
    "hash_differs": HashDiffers(change: String)
        "change {change} has another hash",
        "el cambio {change} tiene otro hash";
    /// A change stands before one that it depends on.
    "change_too_early": ChangeTooEarly(change: String)
        "change {change} stands before one it depends on",
        "el cambio {change} está antes de otro del que depende";
    /// A change is damaged.
    "change_damaged": ChangeDamaged(change: String, problem: Message)
        "change {change}: {problem!}",
        "cambio {change}: {problem!}";
    /// The snapshot does not lead to the newest changes.
    "snapshot_differs": SnapshotDiffers
        "its snapshot does not lead to its newest changes",
        "su copia del documento no lleva a sus cambios más nuevos";
    /// What the server has acknowledged is not what was noted.
    "acknowledged_differ": AcknowledgedDiffer
        "its acknowledged changes are not those that were noted",
        "sus cambios confirmados no son los que se anotaron";
    /// The row that lists read does not follow from the changes.
    "row_differs": RowDiffers
        "its row is not what its changes make",
        "su fila no es la que resulta de sus cambios";
    /// The full text does not find the record.
    "not_in_full_text": NotInFullText
        "the full text does not find it",
        "la búsqueda de texto no lo encuentra";

    // The file of a device.
    /// The full text finds records that are not there.
    "full_text_of_nothing": FullTextOfNothing
        "the full text finds records that are not here",
        "la búsqueda de texto encuentra registros que no están aquí";
    /// A row belongs to nothing: its table.
    "row_of_nothing": RowOfNothing(table: String)
        "a row of `{table}` belongs to nothing",
        "una fila de `{table}` no pertenece a nada";
    /// The database's own check complains: what it prints.
    "database_check": DatabaseCheck(line: String)
        "the database's own check found: {line}",
        "la comprobación propia de la base de datos encontró: {line}";
}

#[rustfmt::skip]
/// Whom a finding is about.
pub(super) const ABOUT: &[Row] = rows! {
    "about_record": "record {record}: {problem!}",
        "registro {record}: {problem!}";
    "about_refused": "refused change {change}: {problem!}",
        "cambio rechazado {change}: {problem!}";
};

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.message(), f)
    }
}

/// Implemented by what a finding may name.
trait Part {
    fn stands_in(&self, message: Message, name: &str) -> Message;
}

impl Part for u64 {
    fn stands_in(&self, message: Message, name: &str) -> Message {
        message.with(name, self)
    }
}

impl Part for String {
    fn stands_in(&self, message: Message, name: &str) -> Message {
        message.with(name, self)
    }
}

impl Part for Message {
    fn stands_in(&self, message: Message, name: &str) -> Message {
        message.inside(name, self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn every_finding_is_told_in_both_languages_and_with_all_its_parts() {
        assert_eq!(FINDINGS.len(), PARTS.len());
        for (code, parts) in PARTS {
            let message = parts.iter().fold(Message::new(*code), |message, part| match *part {
                "problem" => message.inside(part, Message::new("bad_checksum")),
                part => message.with(part, format!("<{part}>")),
            });
            let told = [Language::English, Language::Spanish]
                .map(|language| message.in_language(language).unwrap_or_default());
            assert_ne!(told[0], told[1], "{code}");
            for told in told {
                assert!(!told.is_empty(), "{code}");
                for part in parts.iter().filter(|part| **part != "problem") {
                    assert!(told.contains(&format!("<{part}>")), "{code}: {told}");
                }
            }
        }
    }

    #[test]
    fn a_finding_holds_what_it_found_and_names_it() {
        let problem = Message::new("bad_checksum");
        let found = Finding::ChangeDamaged("ab12".into(), problem);
        assert_eq!(found.to_string(), "change ab12: the checksum does not match the content");
        let spanish = found.message().in_language(Language::Spanish);
        assert_eq!(
            spanish.as_deref(),
            Some("cambio ab12: la suma de comprobación no concuerda con el contenido")
        );
        assert_eq!(Finding::FeedGap(3, 5).to_string(), "feed: entries 3 to 5 are missing");
    }
}
