//! The words for every code, in English and Spanish.
//!
//! `{name}` is a part, `{name!}` a message that stands in it, `{name*}` a list of messages. A code
//! may have several rows: the first whose parts are all there is told, the last needs the fewest.
//! Spanish is neutral as to whom it speaks of, and says *usted* to whom it speaks to.

mod catalogue;
mod impact;
pub(super) mod verify;
mod xlsform;

use super::Language;

pub(super) use catalogue::{DIFFERENCES, MISTAKES};

/// One wording of a code.
pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) en: &'static str,
    pub(super) es: &'static str,
}

impl Row {
    pub(super) fn in_language(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Spanish => self.es,
        }
    }
}

macro_rules! rows {
    ($($code:literal: $en:literal, $es:literal;)+) => {
        &[$(Row { code: $code, en: $en, es: $es }),+]
    };
}
use rows;

/// Returns every wording.
pub(super) fn wordings() -> impl Iterator<Item = &'static Row> {
    [
        TABLE,
        MISTAKES,
        DIFFERENCES,
        impact::IMPACT,
        verify::FINDINGS,
        verify::ABOUT,
        xlsform::OF_FORMS,
    ]
    .into_iter()
    .flatten()
}

#[rustfmt::skip]
const TABLE: &[Row] = rows! {
    // Values and fields: they follow the name of the field.
    "not_a_text": "is not a valid text",
        "no es un texto válido";
    "not_a_date": "is not a valid date (such as 2026-11-25)",
        "no es una fecha válida (por ejemplo, 2026-11-25)";
    "not_a_datetime": "is not a valid datetime (such as 2026-11-25 14:30, or 14:30 for today)",
        "no es una fecha con hora válida (por ejemplo, 2026-11-25 14:30, o 14:30 para hoy)";
    "invalid_language": "no code of a language (such as es, vi or zh-Hant)",
        "no es el código de un idioma (por ejemplo, es, vi o zh-Hant)";
    "not_a_bool": "is not a valid bool (true or false)",
        "debe ser sí o no (true o false)";
    "not_an_integer": "is not a valid integer (a whole number)",
        "no es un número entero válido";
    "not_a_decimal": "is not a valid decimal (such as 12.5)",
        "no es un número decimal válido (por ejemplo, 12,5)";
    "not_a_time": "is not a valid time (such as 14:30)",
        "no es una hora válida (por ejemplo, 14:30)";
    "not_a_duration": "is not a valid duration (such as 1:30, 90 min or 1 h 30)",
        "no es una duración válida (por ejemplo, 1:30, 90 min o 1 h 30)";
    "not_a_phone": "is not a valid phone (a number such as 615-555-0134 x12)",
        "no es un número de teléfono válido (por ejemplo, 615-555-0134 x12)";
    "too_many_places": "must have no more digits after the decimal point than {most}",
        "no debe tener más cifras decimales que {most}";
    "not_a_choice": "is not a valid choice",
        "no es una opción válida";
    "not_a_ref": "is not a valid ref (a record id)",
        "no es el identificador de un registro";
    "not_refs": "is not a valid refs (ids of records)",
        "no son identificadores de registros";
    "not_a_user": "is not a valid user (a user's id, the name of a colleague, or me)",
        "no es una persona usuaria válida (su identificador, el nombre de un colega, o yo)";
    "nobody_of_that_name": "matches no colleague; similar names: {people}",
        "no coincide con ningún colega; nombres parecidos: {people}";
    "nobody_of_that_name": "matches no colleague: write a colleague's name or id",
        "no coincide con ningún colega: escriba el nombre o el identificador de un colega";
    "several_people": "could be any of: {people}",
        "puede ser cualquiera de: {people}";
    "time_skipped": "does not exist: clocks in {zone} skip this time that day",
        "no existe: ese día los relojes de {zone} se adelantan y saltan esa hora";
    "time_twice": "happens twice that day, because clocks in {zone} go back: write {first} or {second}",
        "ocurre dos veces ese día, porque los relojes de {zone} se atrasan: escriba {first} o {second}";
    "no_single_value": "is a {kind} field and takes no single value",
        "es un campo de tipo {kind} y no admite un solo valor";
    "out_of_bounds": "must lie between {min} and {max}",
        "debe estar entre {min} y {max}";
    "too_long": "is {bytes} bytes long, and the limit is {most}: split it",
        "ocupa {bytes} bytes, y el límite es {most}: divídalo";
    "not_an_option": "must be one of: {options}",
        "debe ser una de estas opciones: {options}";
    "too_late": "must not be after {bound!}: check the date",
        "no puede ser posterior a {bound!}: revise la fecha";
    "perhaps_too_late": "must not be after {bound!}, but it is by the clock of this device or of its server: check the date and the clock",
        "no puede ser posterior a {bound!}, pero lo es según el reloj de este dispositivo o el de su servidor: revise la fecha y el reloj";
    "too_early": "must not be before {bound!}: check the date",
        "no puede ser anterior a {bound!}: revise la fecha";
    "perhaps_too_early": "must not be before {bound!}, but it is by the clock of this device or of its server: check the date and the clock",
        "no puede ser anterior a {bound!}, pero lo es según el reloj de este dispositivo o el de su servidor: revise la fecha y el reloj";
    "bound_now": "now", "este momento";
    "bound_day": "{day}", "{day}";
    "bound_ahead": "{length} from now", "{length} a partir de ahora";
    "bound_ago": "{length} ago", "hace {length}";
    "bound_years_ahead": "{years}y from now", "{years} años a partir de ahora";
    "bound_years_ago": "{years}y ago", "hace {years} años";
    "retired_field": "is retired and takes no new values",
        "ya no se usa y no admite valores nuevos";
    "retired_option": "no longer offers `{option}`; choose one of: {offered}",
        "ya no ofrece `{option}`; elija una de estas: {offered}";
    "decided_by": "is set only by a record of type {type}: create one with this decision",
        "solo lo fija un registro de tipo {type}: cree uno con esta decisión";
    "unknown_field": "is not a field of {type}",
        "no es un campo de {type}";
    "looks_like_ssn": "looks like a Social Security number, which is never recorded here: take it out",
        "parece un número de seguro social, que aquí nunca se anota: quítelo";
    "looks_like_criminal_record": "looks like the number of a criminal record, which is never recorded here: take it out",
        "parece el número de un expediente penal, que aquí nunca se anota: quítelo";
    "not_asked": "is not asked for with these answers: leave it out",
        "no se pregunta con estas respuestas: déjelo fuera";
    "read_only": "cannot be changed as the record stands", "no se puede cambiar tal como está el registro";
    "required_here": "{en}", "{es}";
    "limit": "{en}", "{es}";
    "required": "is required",
        "es obligatorio";
    "wrong_edit": "is a {kind} field: it takes {takes!}",
        "es un campo de tipo {kind}: admite {takes!}";
    "takes_add_and_remove": "add and remove", "add y remove";
    "takes_increment": "increment", "increment";
    "takes_log": "log", "log";
    "takes_note": "note", "note";
    "takes_set_and_clear": "set and clear", "set y clear";
    "entry": "entry: `{key}` {problem!}",
        "entrada: `{key}` {problem!}";
    "entry": "entry: a part {problem!}",
        "entrada: una parte {problem!}";
    "entry_id": "entry: the id is not a ULID",
        "entrada: el identificador no es un ULID";
    "not_the_kind": "holds something that is not a {kind}",
        "contiene algo que no es de tipo {kind}";
    "link_unknown": "names a record that is not known here",
        "nombra un registro que aquí no se conoce";
    "link_other_case": "names a record of another case",
        "nombra un registro de otro caso";
    "link_other_type": "names a {type}: a record amends one of its own type",
        "nombra un registro de tipo {type}: un registro solo corrige a otro de su mismo tipo";
    "link_other_type": "names a record of another type: a record amends one of its own type",
        "nombra un registro de otro tipo: un registro solo corrige a otro de su mismo tipo";
    "link_not_of_type": "names a {type}: it can name one of {to}",
        "nombra un registro de tipo {type}: puede nombrar uno de {to}";
    "link_not_of_type": "names a record of a type that it cannot name",
        "nombra un registro de un tipo que no puede nombrar";
    "link_in_directory": "names an entry of the directory, which everybody reads: this record cannot be kept beside it",
        "nombra una ficha del directorio, que todas las personas leen: este registro no puede guardarse junto a ella";
    "lives_elsewhere": "belongs in {compartment}: create a new record there",
        "corresponde a {compartment}: cree allí un registro nuevo";
    "lives_elsewhere": "belongs in another compartment: create a new record there",
        "corresponde a otro compartimento: cree allí un registro nuevo";
    "field": "`{field}` {problem!}",
        "`{field}` {problem!}";
    "whole_record": "the record {problem!}",
        "el registro {problem!}";

    // A record as a whole.
    "unknown_type": "there is no record type `{type}`",
        "no existe el tipo de registro `{type}`";
    "unknown_type": "there is no such type",
        "no existe ese tipo de registro";
    "retired_type": "the type `{type}` is retired: no new records of it can be created",
        "el tipo `{type}` ya no se usa: no se pueden crear registros nuevos";
    "unknown_program": "there is no program `{program}`",
        "no existe el programa `{program}`";
    "unknown_program": "there is no such program",
        "no existe ese programa";
    "other_compartment": "records of this type do not belong in this compartment",
        "los registros de este tipo no corresponden a ese compartimento";
    "newer_type": "the record needs version {want} of its type, but only version {have} is known here",
        "el registro necesita la versión {want} de su tipo, pero aquí solo se conoce la versión {have}";
    "not_its_own_case": "a record that opens a case must be its own case",
        "un registro que abre un caso debe ser su propio caso";
    "case_missing": "this record type needs a case: give `--case`",
        "este tipo de registro necesita un caso: indíquelo con `--case`";
    "case_given": "the record cannot belong to this case",
        "el registro no puede pertenecer a ese caso";
    "edit_too_large": "this edit is too large for one change, which holds at most {operations} characters and entries and {kib} KiB: split it",
        "esta edición es demasiado grande para un solo cambio, que admite como máximo {operations} caracteres y entradas y {kib} KiB: divídala";
    "edit_too_large": "this edit is too large for one change: split it",
        "esta edición es demasiado grande para un solo cambio: divídala";
    "edit_crowded": "the record has more concurrent changes than one change may follow",
        "el registro tiene más cambios simultáneos de los que un cambio puede seguir";
    "record_full": "this record is full: continue in a new record. Revoking a consent, approving and voiding are still possible",
        "este registro está lleno: continúe en un registro nuevo. Todavía se puede revocar un consentimiento, aprobar y anular";
    "share_full": "this device has written as much to this record as one device may: continue in a new record. Revoking a consent, approving and voiding are still possible",
        "este dispositivo ya escribió en este registro todo lo que un dispositivo puede: continúe en un registro nuevo. Todavía se puede revocar un consentimiento, aprobar y anular";
    "too_many_heads": "this device has too many concurrent changes in this record: synchronize first",
        "este dispositivo tiene demasiados cambios simultáneos en este registro: sincronice primero";
    "too_many_writers": "this device has written to this record as too many different authors: continue in a new record",
        "este dispositivo escribió en este registro con demasiados autores distintos: continúe en un registro nuevo";
    "record_part_unreadable": "part of this record cannot be read; `fieldbook admin verify` shows which",
        "una parte de este registro no se puede leer; `fieldbook admin verify` dice cuál";
    "damaged_document": "the record's document is damaged",
        "el documento del registro está dañado";
    "change_missing": "a change depends on one that is missing",
        "un cambio depende de otro que falta";
    "not_a_record": "the document is not a record: {what}",
        "el documento no es un registro ({what})";
    "not_a_record": "the document is not a record",
        "el documento no es un registro";

    "immutable_key": "`{key}` cannot be changed",
        "`{key}` no se puede cambiar";
    "immutable_key": "the change alters a value that cannot be changed",
        "el cambio altera un valor que no se puede cambiar";
    "foreign_layout": "a record has no place for `{key}`",
        "un registro no tiene lugar para `{key}`";
    "foreign_layout": "the change writes to a place that records do not have",
        "el cambio escribe en un lugar que los registros no tienen";
    "envelope": "{problem!}", "{problem!}";
    "envelope": "the record does not fit the department's catalogue",
        "el registro no concuerda con el catálogo del departamento";
    "invalid_fields": "{problems*}", "{problems*}";
    "invalid_fields": "some fields hold invalid values",
        "algunos campos contienen valores no válidos";

    // What the rules say.
    "no_access": "your roles have no access to records of this kind",
        "sus funciones no dan acceso a registros de esta clase";
    "no_emergency": "emergency access does not open these records",
        "el acceso de emergencia no abre estos registros";
    "counsel_only": "records of this kind are shown only at counsel's request",
        "los registros de esta clase solo se muestran a petición de asesoría jurídica";
    "aggregates_only": "your roles see only aggregate figures of records of this kind",
        "sus funciones solo ven cifras agregadas de esta clase de registros";
    "deidentified_only": "your roles see records of this kind only without identifying data",
        "sus funciones solo ven esta clase de registros sin datos que identifiquen";
    "named_types_only": "your roles see only some types of these records",
        "sus funciones solo ven algunos tipos de estos registros";
    "not_own": "your roles see only your own records of this kind",
        "sus funciones solo ven sus propios registros de esta clase";
    "not_supervised": "no program that you supervise works on this case",
        "ningún programa que usted supervisa trabaja en este caso";
    "not_assigned": "this case is not assigned to you",
        "usted no tiene asignado este caso";
    "no_consent": "no consent opens these records to your program",
        "ningún consentimiento abre estos registros a su programa";
    "consent_not_signed": "the consent to see these records is not signed yet",
        "el consentimiento para ver estos registros todavía no está firmado";
    "consent_expired": "the consent to see these records has expired",
        "el consentimiento para ver estos registros ya venció";
    "consent_revoked": "the consent to see these records was revoked",
        "el consentimiento para ver estos registros fue revocado";
    "at_the_console": "you may see these records in the console, but not keep them on a phone",
        "puede ver estos registros en la consola, pero no guardarlos en un teléfono";
    "reason_needed": "these records are shown only when you state a reason",
        "estos registros solo se muestran si usted indica el motivo";
    "not_on_devices": "records of this kind are not kept on phones; use the console",
        "los registros de esta clase no se guardan en teléfonos; use la consola";
    "reads_by_consent": "a consent lets you read this record, but only the staff who keep it may edit it",
        "un consentimiento le permite leer este registro, pero solo puede modificarlo el personal que lo lleva";
    "reads_only": "your roles read the directory and do not change it: tell your supervisor what is wrong there",
        "sus funciones leen el directorio y no lo cambian: avise a su supervisión de lo que esté mal";
    "role": "your roles do not allow you to create this type of record",
        "sus funciones no le permiten crear este tipo de registro";
    "program": "you have no role in the program that the record names",
        "usted no tiene ninguna función en el programa que nombra el registro";
    "unknown_user": "`{field}` names a user whom the server does not know",
        "`{field}` nombra a una persona usuaria que el servidor no conoce";
    "unknown_user": "the record names a user whom the server does not know",
        "el registro nombra a una persona usuaria que el servidor no conoce";
    "not_author": "only the author of the record may change `{field}`",
        "solo puede cambiar `{field}` quien hizo el registro";
    "not_author": "only the author of the record may edit it",
        "solo puede editar el registro quien lo hizo";
    "final": "the record is closed, so `{field}` cannot be changed: create a new record that amends it",
        "el registro está cerrado y `{field}` no se puede cambiar: cree un registro nuevo que lo corrija";
    "final": "the record is closed: create a new record that amends it",
        "el registro está cerrado: cree un registro nuevo que lo corrija";
    "not_discloser": "only staff of the programs this consent opens may change `{field}`",
        "solo el personal de los programas que este consentimiento abre puede cambiar `{field}`";
    "not_discloser": "only staff of the programs this consent opens may change it",
        "solo el personal de los programas que este consentimiento abre puede cambiarlo";
    "guarded_field": "only {roles} may change `{field}`",
        "solo {roles} puede cambiar `{field}`";
    "guarded_field": "the change writes to a field that only other roles may change",
        "el cambio escribe en un campo que solo pueden cambiar otras funciones";

    // What an administrator does about people.
    "user_name_taken": "somebody has this name already: open their page to give them a role",
        "alguien ya tiene este nombre: abra su página para darle una función";
    "user_name_unusable": "a name has 1 to 100 characters and is written in letters",
        "un nombre tiene de 1 a 100 caracteres y se escribe con letras";
    "role_unfit": "this role is not held in this program",
        "esta función no existe en este programa";
    "role_not_held": "this person does not hold this role any more",
        "esta persona ya no tiene esta función";
    "role_ends_before": "the last day lies before the first, or has passed",
        "el último día es anterior al primero o ya pasó";
    "role_held_already": "this person holds this role already: leave the first day empty to set only its last",
        "esta persona ya tiene esta función: deje vacío el primer día para fijar solo el último";
    "day_unreadable": "`{text}` is no day: write it as year, month and day, such as 2026-11-30",
        "`{text}` no es un día: escríbalo como año, mes y día; por ejemplo, 2026-11-30";
    "not_away": "this person is not away then",
        "esta persona no está ausente entonces";
    "device_revoked_already": "this device was revoked: it is told to wipe itself",
        "este dispositivo fue revocado: recibe la orden de borrarse";
    "list_empty": "the list has no people: it begins with a line of heads, then one line for each role",
        "la lista no tiene personas: empieza con una línea de títulos y sigue con una línea por función";
    "list_column_missing": "the list has no column `{column}`; it needs name, role and program",
        "a la lista le falta la columna `{column}`; necesita name, role y program";
    "list_column_unknown": "the list has a column `{column}`; it may have name, role, program, from and until",
        "la lista tiene una columna `{column}`; puede tener name, role, program, from y until";
    "list_uneven": "line {line} has another number of cells than the heads, or a quotation mark that is not closed",
        "la línea {line} no tiene tantas celdas como títulos, o tiene comillas sin cerrar";
    "list_too_long": "the list has more than {max} lines: split it",
        "la lista tiene más de {max} líneas: divídala";
    "list_not_text": "the file is not text in UTF-8: save it as CSV UTF-8",
        "el archivo no es texto en UTF-8: guárdelo como CSV UTF-8";
    "list_role": "`role`: there is no role `{role}`",
        "`role`: no existe la función `{role}`";
    "list_program": "`program`: there is no program `{program}`",
        "`program`: no existe el programa `{program}`";
    "list_unfit": "`role`: there is no role {role} in {program}",
        "`role`: no existe la función {role} en {program}";
    "list_day": "`from` or `until`: `{text}` is no day such as 2026-11-30",
        "`from` o `until`: `{text}` no es un día como 2026-11-30";
    "list_ends_before": "`until`: the last day lies before the first, or has passed",
        "`until`: el último día es anterior al primero o ya pasó";
    "list_changed": "what the list would do has changed meanwhile: look at it again",
        "lo que haría la lista cambió entretanto: revísela otra vez";
    "account_not_open": "this person has no open account",
        "esta persona no tiene una cuenta abierta";
    "own_rights": "nobody changes their own rights: ask another administrator",
        "nadie cambia sus propios permisos: pídalo a otra persona de administración";

    // What a server says of a change.
    "case_erased": "this case was erased; none of its records are kept",
        "este caso se borró; no se conserva ninguno de sus registros";
    "device_revoked": "this device was revoked; the change is kept",
        "este dispositivo fue revocado; el cambio se conserva";
    "reconcile_first": "the server was restored from a backup; this device must first report which changes it holds",
        "el servidor se recuperó de una copia de seguridad; este dispositivo primero debe informar qué cambios tiene";
    "record_unreadable": "the server cannot read this record at the moment; the change stays on this device",
        "el servidor no puede leer este registro por ahora; el cambio sigue en este dispositivo";
    "not_vouched": "the server cannot confirm that it lost this change in a restore; a supervisor must review it",
        "el servidor no puede confirmar que perdió este cambio al recuperar una copia; alguien de supervisión tiene que revisarlo";
    "not_confirmed": "another device wrote this change, and only certain roles may make it; a supervisor or the privacy officer must confirm it",
        "este cambio lo escribió otro dispositivo y solo ciertas funciones pueden hacerlo; alguien de supervisión o de privacidad tiene que confirmarlo";
    "forged_actor": "the change names another device as its author",
        "el cambio dice ser de otro dispositivo";
    "forged_maker": "the record names another person as its author",
        "el registro nombra a otra persona como su autora";
    "foreign_record": "the change belongs to another record",
        "el cambio pertenece a otro registro";
    "quarantine_full": "too many changes from this device were refused; a supervisor must review them first",
        "se rechazaron demasiados cambios de este dispositivo; alguien de supervisión tiene que revisarlos primero";
    "missing_dependencies": "the change depends on {count} changes that are missing here",
        "el cambio depende de {count} cambios que faltan aquí";
    "missing_dependencies": "the change depends on changes that are missing here",
        "el cambio depende de cambios que faltan aquí";
    "equivocation": "there is already a different change number {seq} by this actor",
        "ya hay un cambio distinto con el número {seq} de este autor";
    "equivocation": "two installations write as one device",
        "dos instalaciones escriben como un solo dispositivo";
    "sequence_gap": "change number {found} of this actor arrived; number {expected} was expected",
        "llegó el cambio número {found} de este autor; se esperaba el número {expected}";
    "sequence_gap": "an earlier change of this device is missing",
        "falta un cambio anterior de este dispositivo";
    "own_change_not_followed": "the change does not follow its actor's previous change",
        "el cambio no sigue al anterior de su mismo autor";
    "wrong_start_op": "the first operation has the number {found}; {expected} was expected",
        "la primera operación tiene el número {found}; se esperaba el {expected}";
    "wrong_start_op": "the change's operation numbers do not continue those of the changes it depends on",
        "los números de operación del cambio no continúan los de aquellos de los que depende";
    "unknown_actor": "the change names an actor on whose changes it does not depend",
        "el cambio nombra a un autor de cuyos cambios no depende";
    "unknown_operation": "the change refers to an operation on which it does not depend",
        "el cambio se refiere a una operación de la que no depende";
    "wrong_object": "the change writes to something that is not an object of this kind",
        "el cambio escribe en algo que no es un objeto de esa clase";
    "too_deep": "the record would be nested more than {most} levels deep",
        "el registro tendría más de {most} niveles";
    "too_deep": "the record would be nested too deeply",
        "el registro tendría demasiados niveles";
    "record_too_large": "the record would be larger than {most} bytes",
        "el registro pasaría de {most} bytes";
    "record_too_large": "the record would be too large",
        "el registro sería demasiado grande";
    "rejected": "automerge rejects the change",
        "automerge no admite el cambio";
    "unloadable": "the record could not be read back after the change",
        "después del cambio no se pudo volver a leer el registro";
    "put_off": "the request held more work than the server does in one request; the rest is sent again",
        "la solicitud traía más trabajo del que el servidor hace en una sola; el resto se envía de nuevo";
    "poisoned": "automerge fails when it applies the change",
        "automerge falla al aplicar el cambio";
    "too_large": "the change is larger than {most} bytes",
        "el cambio pasa de {most} bytes";
    "too_large": "the change is too large",
        "el cambio es demasiado grande";
    "not_a_change": "the bytes are not an automerge change",
        "los datos no son un cambio de automerge";
    "bad_checksum": "the checksum does not match the content",
        "la suma de comprobación no concuerda con el contenido";
    "document_chunk": "a whole document was sent in place of a change",
        "se envió un documento entero en lugar de un cambio";
    "bundle_chunk": "a bundle of changes was sent in place of a change",
        "se envió un paquete de cambios en lugar de un cambio";
    "inflates_too_large": "the change is larger than {most} bytes when decompressed",
        "el cambio descomprimido pasa de {most} bytes";
    "inflates_too_large": "the change is too large when decompressed",
        "el cambio descomprimido es demasiado grande";
    "trailing_bytes": "bytes follow the change",
        "hay datos detrás del cambio";
    "extra_bytes": "bytes follow the operations",
        "hay datos detrás de las operaciones";
    "too_many_dependencies": "the change depends on {found} others; the limit is {most}",
        "el cambio depende de otros {found}; el límite es {most}";
    "too_many_dependencies": "the change depends on too many others",
        "el cambio depende de demasiados otros";
    "too_many_actors": "the change names {found} other actors; the limit is {most}",
        "el cambio nombra a otros {found} autores; el límite es {most}";
    "too_many_actors": "the change names too many other actors",
        "el cambio nombra a demasiados autores";
    "too_many_columns": "the change has {found} columns; the limit is {most}",
        "el cambio tiene {found} columnas; el límite es {most}";
    "too_many_columns": "the change has too many columns",
        "el cambio tiene demasiadas columnas";
    "too_many_operations": "the change claims more than {most} operations",
        "el cambio declara más de {most} operaciones";
    "too_many_operations": "the change claims too many operations",
        "el cambio declara demasiadas operaciones";
    "too_many_predecessors": "the change claims more than {most} predecessors",
        "el cambio declara más de {most} predecesores";
    "too_many_predecessors": "the change claims too many predecessors",
        "el cambio declara demasiados predecesores";
    "too_many_parents": "the change creates objects inside more than {most} earlier objects",
        "el cambio crea objetos dentro de más de {most} objetos anteriores";
    "too_many_parents": "the change creates objects inside too many earlier objects",
        "el cambio crea objetos dentro de demasiados objetos anteriores";
    "counter_too_far": "a counter changes by more than {step}, or goes beyond {most}",
        "un contador cambia en más de {step}, o pasa de {most}";
    "counter_too_far": "a counter changes by too much, or goes too far",
        "un contador cambia demasiado, o llega demasiado lejos";
    "key_too_long": "a key is longer than {most} bytes",
        "una clave pasa de {most} bytes";
    "key_too_long": "a key is too long",
        "una clave es demasiado larga";
    "foreign_actor": "an actor is not 24 bytes long",
        "un autor no mide 24 bytes";
    "deflated_column": "a column is compressed",
        "una columna está comprimida";
    "rich_text": "the change formats text",
        "el cambio da formato al texto";
    "unknown_column": "a column is of an unknown kind",
        "una columna no es de ninguna clase conocida";
    "malformed": "the change is malformed: {part}",
        "el cambio está mal formado ({part})";
    "malformed": "the change is malformed",
        "el cambio está mal formado";

    // What a device says of what it was asked.
    "locked": "this device has not reached its server for too long: until it synchronizes, it takes new records but does not show or change any",
        "este dispositivo lleva demasiado tiempo sin llegar a su servidor: hasta que se sincronice admite registros nuevos, pero no muestra ni cambia ninguno";
    "ordered": "the server locked this device; synchronize to learn whether it is unlocked",
        "el servidor bloqueó este dispositivo; sincronice para saber si ya se desbloqueó";
    "unknown_record": "the record is not on this device",
        "el registro no está en este dispositivo";
    "record_refused": "the server refused this record, which takes no more edits",
        "el servidor rechazó este registro, que ya no admite ediciones";
    "unknown_draft": "there is no such draft on this device",
        "no hay tal borrador en este dispositivo";
    "draft_ended": "this draft was submitted or discarded",
        "este borrador ya se envió o se descartó";
    "nothing_to_undo": "there is nothing to undo, or it was too long ago",
        "no hay nada que deshacer, o pasó demasiado tiempo";
    "record_has_left": "the record is on its way to the server, or something was recorded after it: void it instead",
        "el registro ya va camino al servidor, o se registró algo después: anúlelo";
    "unknown_case": "the case {case} is not on this device",
        "el caso {case} no está en este dispositivo";
    "unknown_case": "the case is not on this device",
        "el caso no está en este dispositivo";
    "of_case": "for the case {case}: {problem!}",
        "para el caso {case}: {problem!}";
    "case_twice": "the case {case} is named twice",
        "el caso {case} se nombra dos veces";
    "one_case_at_a_time": "this is recorded for one case at a time",
        "esto se registra para un solo caso a la vez";
    "too_many_cases": "one step takes at most {most} cases",
        "un solo paso admite como máximo {most} casos";
    "no_conflict": "`{field}` has no conflict to resolve",
        "`{field}` no tiene ningún conflicto que resolver";
    "no_conflict": "has no conflict to resolve",
        "no tiene ningún conflicto que resolver";
    "not_a_value": "`{field}` must keep one of these values: {values}",
        "`{field}` debe conservar uno de estos valores: {values}";
    "not_a_value": "must keep one of the values in conflict",
        "debe conservar uno de los valores en conflicto";
    "unknown_refusal": "there is no refused change with the number {number}",
        "no hay ningún cambio rechazado con el número {number}";
    "in_use": "the store is open in another process",
        "otro proceso tiene abierto el almacén";
    "nothing_to_try": "only a change that was written on this device, and is still on it, can be retried",
        "solo se puede volver a intentar un cambio que se escribió en este dispositivo y sigue en él";
    "other_department": "this server belongs to another department than this device",
        "este servidor pertenece a otro departamento que este dispositivo";
    "other_owner": "this code is for another person, not for this device's owner",
        "este código es para otra persona, no para quien es titular de este dispositivo";
    "no_such_field": "there is no such field", "no existe ese campo";
    "not_an_id": "not a valid {kind!}", "no es un {kind!} válido";
    "invalid_value": "{problems*}", "{problems*}";

    // A text that is not what it should be.
    "invalid_id": "not a valid {kind!}", "no es un {kind!} válido";
    "id_day": "day", "día";
    "id_record_id": "record id", "identificador de registro";
    "id_case_id": "case id", "identificador de caso";
    "id_user_id": "user id", "identificador de persona usuaria";
    "id_device_id": "device id", "identificador de dispositivo";
    "id_type_name": "type name", "nombre de tipo";
    "id_field_name": "field name", "nombre de campo";
    "id_program_code": "program code", "código de programa";
    "id_option_code": "option code", "código de opción";
    "id_compartment_code": "compartment code", "código de compartimento";
    "id_role_code": "role code", "código de rol";
    "id_scope": "scope", "ámbito";
    "id_change_hash": "change hash", "hash de cambio";
    "id_actor_id": "actor id", "identificador de autor";
    "invalid_instant": "not a valid date and time; write it like 2026-11-25T14:30:00Z",
        "no es una fecha con hora válida; escríbala como 2026-11-25T14:30:00Z";
    "invalid_date": "not a valid date; write it like 2026-11-25",
        "no es una fecha válida; escríbala como 2026-11-25";
    "invalid_span": "not a valid interval; write it like 15min, 24h or 7d",
        "no es un intervalo válido; escríbalo como 15min, 24h o 7d";
    "invalid_bound": "no bound of a date; write it like \"now\", \"1900-01-01\", \"-120y\" or \"+90d\"",
        "no es un límite de fechas; escríbalo como \"now\", \"1900-01-01\", \"-120y\" o \"+90d\"";
    "unknown_zone": "no time zone; write it like America/Chicago",
        "no es una zona horaria; escríbala como America/Chicago";

    // What a server says to the console.
    "not_found": "there is nothing here that you may see",
        "aquí no hay nada que usted pueda ver";
    "signed_out": "sign in first; a session expires after half an hour without a request",
        "primero inicie sesión; una sesión termina tras media hora sin actividad";
    "other_site": "the server refuses requests from pages of other sites",
        "el servidor rechaza las solicitudes de páginas de otros sitios";
    "other_host": "this address answers to this machine only, as localhost",
        "esta dirección responde solo a esta máquina, como localhost";
    "sign_in_refused": "the name, the password or the code is wrong",
        "el nombre, la contraseña o el código no es correcto";
    "sign_in_locked": "too many failed attempts to sign in with this name; try again later",
        "demasiados intentos fallidos de iniciar sesión con este nombre; intente más tarde";
    "account_refused": "this code is invalid or has expired; ask for a new one",
        "este código no es válido o ya venció; pida uno nuevo";
    "too_many_requests": "too many requests; try again later",
        "demasiadas solicitudes; intente más tarde";
    "busy": "the server is busy; try again later",
        "el servidor está ocupado; intente más tarde";
    "not_a_page": "this address takes no query, or only `?before=` with a number",
        "esta dirección no admite parámetros, o solo `?before=` con un número";
    "read_too_long": "this took too long to read; ask for less, or try again later",
        "esto tardó demasiado en leerse; pida menos o intente más tarde";
    "stopping": "the server is stopping; try again later",
        "el servidor se está deteniendo; intente más tarde";
    "internal": "something went wrong on the server; nothing was lost, try again later",
        "algo falló en el servidor; no se perdió nada, intente más tarde";
    "unknown_act": "there is no act `{act}`; one of: {acts}",
        "no existe el acto `{act}`; uno de estos: {acts}";
    "reason_length": "`reason` must have {min} to {max} characters; it has {length}",
        "`reason` debe tener de {min} a {max} caracteres; tiene {length}";
    "emergency_length": "`minutes` must lie between 1 and {max}",
        "`minutes` debe estar entre 1 y {max}";
    "refused_unreadable": "no part of this entry can be read; dismiss it and give a reason",
        "ninguna parte de esta entrada se puede leer; descártela e indique el motivo";
    "refused_said_already": "the record already has these values; dismiss the entry",
        "el registro ya tiene estos valores; descarte la entrada";
    "refused_of_no_kind": "the server cannot tell what this entry was; dismiss it",
        "el servidor no puede saber qué era esta entrada; descártela";
    "emergency_open": "emergency access is already open; close it first",
        "el acceso de emergencia ya está abierto; ciérrelo primero";
    "confirm_first": "confirm that it is you, with your password or a code",
        "confirme que es usted, con su contraseña o un código";
    "assign_from": "choose somebody of your programs who works on this case now",
        "elija a alguien de sus programas que trabaje ahora en este caso";
    "assign_away": "{name} is away until {until}: choose somebody else",
        "{name} no está hasta el {until}: elija a otra persona";
    "assign_to": "choose somebody who works on cases in your programs",
        "elija a alguien que trabaje en casos de sus programas";
    "assign_has_it": "this person works on the case already",
        "esta persona ya trabaja en el caso";
    "assign_opens_nothing": "nothing of this case would open to this person; their role has no work in it",
        "nada de este caso se abriría a esta persona; su función no trabaja en él";
    "assign_program": "choose a program that works on cases and not on this one yet",
        "elija un programa que trabaje en casos y todavía no en este";
    "transfer_waits": "this program was asked already and has not answered",
        "ya se preguntó a este programa y aún no ha respondido";
    "transfer_settled": "this was decided meanwhile; look at it again",
        "esto ya se decidió mientras tanto; vuelva a mirarlo";
    "too_many_drafts": "you have {max} drafts already; submit or delete one first",
        "ya tiene {max} borradores; envíe o elimine uno primero";
    "draft_too_large": "a draft holds at most {max} KB; shorten its texts",
        "un borrador admite como máximo {max} KB; acorte sus textos";
    "setting_too_large": "there is no room for this setting",
        "no hay espacio para esta preferencia";
    "emergency_unseen": "the privacy officer must review your last emergency access before you can open it again",
        "la persona responsable de la privacidad debe revisar su último acceso de emergencia antes de que usted pueda abrirlo de nuevo";
    "no_search_words": "`text` must hold a word to search for",
        "`text` debe tener alguna palabra que buscar";
    "weak_password": "the password must have 12 to 128 characters and not be easy to guess; several unrelated words are best",
        "la contraseña debe tener de 12 a 128 caracteres y no ser fácil de adivinar; lo mejor son varias palabras sin relación";
    "wrong_totp": "this is not the code that the authenticator shows now; check the phone's clock",
        "este no es el código que muestra ahora el autenticador; revise el reloj del teléfono";
    "request_timeout": "the body did not arrive in time", "el cuerpo no llegó a tiempo";
    "body_cut": "the body ended early", "el cuerpo terminó antes de tiempo";
    "not_ready": "the server is not ready; try again later",
        "el servidor no está listo; intente más tarde";
    "local_only": "only programs on the server's machine may ask for this",
        "solo los programas en la máquina del servidor pueden pedir esto";
};
