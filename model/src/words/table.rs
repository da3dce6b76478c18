//! The words for every code, in English and Spanish.
//!
//! `{name}` is a part, `{name!}` a message that stands in it, `{name*}` a list of messages. A code
//! may have several rows: the first whose parts are all there is told, the last needs the fewest.
//! Spanish is neutral as to whom it speaks of, and says *usted* to whom it speaks to.

use super::Language;

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

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = rows! {
    // Values and fields: they follow the name of the field.
    "not_a_text": "is not a valid text",
        "no es un texto válido";
    "not_a_date": "is not a valid date (such as 2026-11-25)",
        "no es una fecha válida (por ejemplo, 2026-11-25)";
    "not_a_datetime": "is not a valid datetime (such as 2026-11-25 14:30, or 14:30 for today)",
        "no es una fecha con hora válida (por ejemplo, 2026-11-25 14:30, o 14:30 para hoy)";
    "not_a_bool": "is not a valid bool (true or false)",
        "debe ser sí o no (true o false)";
    "not_an_integer": "is not a valid integer (a whole number)",
        "no es un número entero válido";
    "not_a_choice": "is not a valid choice",
        "no es una opción válida";
    "not_a_ref": "is not a valid ref (a record id)",
        "no es el identificador de un registro";
    "not_a_user": "is not a valid user (a user's id, the name of a colleague, or me)",
        "no es una persona usuaria válida (su identificador, el nombre de un colega, o yo)";
    "nobody_of_that_name": "is the name of no colleague; near to it: {people}",
        "no es el nombre de ningún colega; se parece a: {people}";
    "nobody_of_that_name": "is the name of no colleague: write a colleague's name or their id",
        "no es el nombre de ningún colega: escriba el nombre de un colega o su identificador";
    "several_people": "could be any of: {people}",
        "puede ser cualquiera de: {people}";
    "time_skipped": "does not exist: the clocks of {zone} go forward over it that day",
        "no existe: ese día los relojes de {zone} se adelantan y saltan esa hora";
    "time_twice": "comes twice that day, because the clocks of {zone} go back: write {first} or {second}",
        "ocurre dos veces ese día, porque los relojes de {zone} se atrasan: escriba {first} o {second}";
    "no_single_value": "is a {kind} field and takes no single value",
        "es un campo de tipo {kind} y no admite un solo valor";
    "out_of_bounds": "must lie between {min} and {max}",
        "debe estar entre {min} y {max}";
    "too_long": "is {bytes} bytes long; at most {most} are kept: split it",
        "ocupa {bytes} bytes; se guardan como máximo {most}: divídalo";
    "not_an_option": "is none of: {options}",
        "no es ninguna de estas opciones: {options}";
    "too_late": "must not be after {bound!}: look at the date again",
        "no puede ser posterior a {bound!}: revise la fecha";
    "perhaps_too_late": "must not be after {bound!}, and is by this device's clock or by its server's; look at the date and at the clock",
        "no puede ser posterior a {bound!}, y lo es según el reloj de este dispositivo o el de su servidor; revise la fecha y el reloj";
    "too_early": "must not be before {bound!}: look at the date again",
        "no puede ser anterior a {bound!}: revise la fecha";
    "perhaps_too_early": "must not be before {bound!}, and is by this device's clock or by its server's; look at the date and at the clock",
        "no puede ser anterior a {bound!}, y lo es según el reloj de este dispositivo o el de su servidor; revise la fecha y el reloj";
    "bound_now": "now", "este momento";
    "bound_day": "{day}", "{day}";
    "bound_ahead": "{length} from now", "{length} a partir de ahora";
    "bound_ago": "{length} ago", "hace {length}";
    "bound_years_ahead": "{years}y from now", "{years} años a partir de ahora";
    "bound_years_ago": "{years}y ago", "hace {years} años";
    "retired_field": "is retired: nothing new is entered there",
        "ya no se usa: no se anota nada nuevo ahí";
    "retired_option": "does not offer `{option}` any more; one of: {offered}",
        "ya no ofrece `{option}`; una de estas: {offered}";
    "decided_by": "is decided by a {type}: make one that says so",
        "lo decide un registro de tipo {type}: anote uno que lo diga";
    "unknown_field": "is no field of {type}",
        "no es un campo de {type}";
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
    "lives_elsewhere": "belongs in {compartment}: make a new record there",
        "corresponde a {compartment}: cree allí un registro nuevo";
    "lives_elsewhere": "belongs in another compartment: make a new record there",
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
    "retired_type": "records of the type `{type}` are not made any more",
        "ya no se crean registros del tipo `{type}`";
    "unknown_program": "there is no program `{program}`",
        "no existe el programa `{program}`";
    "unknown_program": "there is no such program",
        "no existe ese programa";
    "other_compartment": "no record of this type lives in the compartment",
        "ningún registro de este tipo corresponde a ese compartimento";
    "newer_type": "the record was made with version {want} of its type; version {have} is known here",
        "el registro se hizo con la versión {want} de su tipo; aquí se conoce la versión {have}";
    "not_its_own_case": "a record that opens a case must be its own case",
        "un registro que abre un caso debe ser su propio caso";
    "case_missing": "the record type needs a case: give `--case`",
        "este tipo de registro necesita un caso: indíquelo con `--case`";
    "case_given": "the record cannot belong to this case",
        "el registro no puede pertenecer a ese caso";
    "edit_too_large": "this is too much for one change, which has at most {operations} letters and entries and {kib} KiB: make it in parts",
        "es demasiado para un solo cambio, que tiene como máximo {operations} letras y entradas y {kib} KiB: hágalo por partes";
    "edit_too_large": "this is too much for one change: make it in parts",
        "es demasiado para un solo cambio: hágalo por partes";
    "edit_crowded": "more changes stand side by side than one may follow",
        "hay más cambios simultáneos de los que uno puede seguir";
    "record_full": "this record is full: go on in a new one. Taking a consent back, approving and voiding are possible still",
        "este registro está lleno: siga en uno nuevo. Retirar un consentimiento, aprobar y anular todavía es posible";
    "share_full": "this device has written as much into this record as one may: go on in a new one. Taking a consent back, approving and voiding are possible still",
        "este dispositivo ya escribió en este registro todo lo que puede: siga en uno nuevo. Retirar un consentimiento, aprobar y anular todavía es posible";
    "too_many_heads": "too much of this record was written at once on this device: pull first",
        "en este dispositivo se escribió demasiado de este registro a la vez: sincronice primero";
    "too_many_writers": "this device has written into this record under too many names: go on in a new one",
        "este dispositivo escribió en este registro con demasiados nombres: siga en uno nuevo";
    "record_part_unreadable": "a part of this record cannot be read; `fieldbook admin verify` names it",
        "una parte de este registro no se puede leer; `fieldbook admin verify` dice cuál";
    "damaged_document": "the record's document is damaged",
        "el documento del registro está dañado";
    "change_missing": "a change follows one that is missing",
        "un cambio sigue a otro que falta";
    "not_a_record": "the document is not a record: {what}",
        "el documento no es un registro ({what})";
    "not_a_record": "the document is not a record",
        "el documento no es un registro";

    "immutable_key": "`{key}` never changes",
        "`{key}` no cambia nunca";
    "immutable_key": "the change alters what never changes",
        "el cambio altera lo que no cambia nunca";
    "foreign_layout": "records hold nothing like `{key}`",
        "los registros no contienen nada como `{key}`";
    "foreign_layout": "the change puts something where records have nothing",
        "el cambio pone algo donde los registros no tienen nada";
    "envelope": "{problem!}", "{problem!}";
    "envelope": "the record does not fit the department's catalogue",
        "el registro no concuerda con el catálogo del departamento";
    "invalid_fields": "{problems*}", "{problems*}";
    "invalid_fields": "fields of it do not hold what they should",
        "algunos campos no contienen lo que deben";

    // What the rules say.
    "no_access": "your roles have no access to records of this kind",
        "sus funciones no dan acceso a registros de esta clase";
    "no_emergency": "these records are not opened in an emergency",
        "estos registros no se abren ni en una emergencia";
    "counsel_only": "records of this kind are seen on counsel's request only",
        "los registros de esta clase solo se ven a petición de asesoría jurídica";
    "aggregates_only": "your roles see records of this kind in aggregates only",
        "sus funciones solo ven cifras agregadas de esta clase de registros";
    "deidentified_only": "your roles see records of this kind de-identified only",
        "sus funciones solo ven esta clase de registros sin datos que identifiquen";
    "named_types_only": "your roles see only some types of these records",
        "sus funciones solo ven algunos tipos de estos registros";
    "not_own": "your roles see only their own records of this kind",
        "sus funciones solo ven los registros propios de esta clase";
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
    "at_the_console": "you may see these records at the console, but not keep them",
        "puede ver estos registros en una oficina, pero no conservarlos";
    "reason_needed": "these records are seen for a stated reason only",
        "estos registros solo se ven si se indica el motivo";
    "not_on_devices": "records of this kind are not kept on phones; use the console",
        "los registros de esta clase no se guardan en teléfonos; use la consola";
    "reads_by_consent": "you read this by a consent; those whose records they are edit them",
        "usted lee esto por un consentimiento; lo modifican quienes llevan esos registros";
    "role": "your roles do not include making this type of record",
        "sus funciones no incluyen crear este tipo de registro";
    "program": "you have no role in the program the record names",
        "usted no tiene ninguna función en el programa que nombra el registro";
    "unknown_user": "`{field}` names somebody whom the server does not know",
        "`{field}` nombra a alguien que el servidor no conoce";
    "unknown_user": "the record names somebody whom the server does not know",
        "el registro nombra a alguien que el servidor no conoce";
    "not_author": "`{field}` is for the author of the record to change",
        "solo puede cambiar `{field}` quien hizo el registro";
    "not_author": "only who made the record edits it",
        "solo edita el registro quien lo hizo";
    "final": "the record is closed, `{field}` too: make a new one that amends it",
        "el registro está cerrado, también `{field}`: haga uno nuevo que lo corrija";
    "final": "the record is closed: make a new one that amends it",
        "el registro está cerrado: haga uno nuevo que lo corrija";
    "not_discloser": "`{field}` of a consent is for those to note whose records it opens",
        "`{field}` de un consentimiento lo anota quien trabaja en los registros que abre";
    "not_discloser": "a consent is for those to note whose records it opens",
        "un consentimiento lo anota quien trabaja en los registros que abre";
    "guarded_field": "`{field}` is changed by {roles} only",
        "`{field}` solo lo cambia {roles}";
    "guarded_field": "what stands in a field of it is for other roles to change",
        "lo que está en uno de sus campos lo cambian otras funciones";

    // What a server says of a change.
    "case_erased": "this case was erased; nothing of it is kept",
        "este caso se borró; no se conserva nada de él";
    "device_revoked": "this device was revoked; the change is kept",
        "este dispositivo fue revocado; el cambio se conserva";
    "reconcile_first": "the server was restored and must be told first what this device holds",
        "el servidor se restauró y primero debe saber qué hay en este dispositivo";
    "record_unreadable": "the server cannot read this record at present; the change stays on this device",
        "el servidor no puede leer este registro por ahora; el cambio sigue en este dispositivo";
    "not_vouched": "the server does not know that it lost this; a supervisor has to look at it",
        "el servidor no sabe que perdió esto; alguien de supervisión tiene que revisarlo";
    "not_confirmed": "another device wrote this, and only some may; a supervisor or the privacy officer has to confirm it",
        "esto lo escribió otro dispositivo y solo algunas personas pueden hacerlo; alguien de supervisión o de privacidad tiene que confirmarlo";
    "forged_actor": "the change names another device as its author",
        "el cambio dice ser de otro dispositivo";
    "forged_maker": "the record names another person as its maker",
        "el cambio dice que el registro es de otra persona";
    "foreign_record": "the change belongs to another record",
        "el cambio pertenece a otro registro";
    "quarantine_full": "too much of what this device sent was refused; a supervisor has to look at it first",
        "se rechazó demasiado de lo que envió este dispositivo; alguien de supervisión tiene que revisarlo primero";
    "missing_dependencies": "the change follows {count} that are not here",
        "el cambio sigue a {count} que no están aquí";
    "missing_dependencies": "the change follows others that are not here",
        "el cambio sigue a otros que no están aquí";
    "equivocation": "the actor's change {seq} is already another one",
        "el cambio {seq} de este autor ya es otro";
    "equivocation": "two installations write as one device",
        "dos instalaciones escriben como un solo dispositivo";
    "sequence_gap": "the actor's change {found} came where {expected} was due",
        "llegó el cambio {found} de este autor cuando tocaba el {expected}";
    "sequence_gap": "a change of this device is missing before it",
        "antes falta un cambio de este dispositivo";
    "own_change_not_followed": "the change does not follow its actor's previous one",
        "el cambio no sigue al anterior de su mismo autor";
    "wrong_start_op": "the first operation is {found} where {expected} was due",
        "la primera operación es la {found} cuando tocaba la {expected}";
    "wrong_start_op": "the change does not count on from what it follows",
        "el cambio no continúa la cuenta de lo que sigue";
    "unknown_actor": "the change names an actor that it does not follow",
        "el cambio nombra a un autor al que no sigue";
    "unknown_operation": "the change refers to an operation that it does not follow",
        "el cambio se refiere a una operación a la que no sigue";
    "wrong_object": "the change writes to something that is no such object",
        "el cambio escribe en algo que no es ese objeto";
    "too_deep": "the record would be nested deeper than {most}",
        "el registro tendría más de {most} niveles";
    "too_deep": "the record would be nested too deep",
        "el registro tendría demasiados niveles";
    "record_too_large": "the record would be larger than {most} bytes",
        "el registro pasaría de {most} bytes";
    "record_too_large": "the record would be too large",
        "el registro sería demasiado grande";
    "rejected": "automerge does not take the change",
        "automerge no admite el cambio";
    "unloadable": "the record could not be read back after the change",
        "después del cambio no se pudo volver a leer el registro";
    "put_off": "there was more to try than one request may cost",
        "había más que probar de lo que cabe en una solicitud";
    "poisoned": "automerge fails over the change",
        "automerge falla con el cambio";
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
    "inflates_too_large": "the change inflates to more than {most} bytes",
        "el cambio descomprimido pasa de {most} bytes";
    "inflates_too_large": "the change inflates to too much",
        "el cambio descomprimido es demasiado grande";
    "trailing_bytes": "bytes follow the change",
        "hay datos detrás del cambio";
    "extra_bytes": "bytes follow the operations",
        "hay datos detrás de las operaciones";
    "too_many_dependencies": "the change follows {found} others, more than {most}",
        "el cambio sigue a otros {found}, más de {most}";
    "too_many_dependencies": "the change follows too many others",
        "el cambio sigue a demasiados otros";
    "too_many_actors": "the change names {found} other actors, more than {most}",
        "el cambio nombra a otros {found} autores, más de {most}";
    "too_many_actors": "the change names too many other actors",
        "el cambio nombra a demasiados autores";
    "too_many_columns": "the change has {found} columns, more than {most}",
        "el cambio tiene {found} columnas, más de {most}";
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
    "too_many_parents": "the change makes objects in more than {most} earlier ones",
        "el cambio crea objetos en más de {most} anteriores";
    "too_many_parents": "the change makes objects in too many earlier ones",
        "el cambio crea objetos en demasiados anteriores";
    "counter_too_far": "a counter is moved by more than {step}, or set past {most}",
        "un contador se mueve más de {step}, o se fija más allá de {most}";
    "counter_too_far": "a counter is moved or set too far",
        "un contador se mueve o se fija demasiado lejos";
    "key_too_long": "a key is longer than {most} bytes",
        "una clave pasa de {most} bytes";
    "key_too_long": "a key is too long",
        "una clave es demasiado larga";
    "foreign_actor": "an actor is not 24 bytes long",
        "un autor no mide 24 bytes";
    "deflated_column": "a column is deflated",
        "una columna está comprimida";
    "rich_text": "the change marks text",
        "el cambio da formato al texto";
    "unknown_column": "a column is of no known kind",
        "una columna no es de ninguna clase conocida";
    "malformed": "the change is malformed: {part}",
        "el cambio está mal formado ({part})";
    "malformed": "it is malformed",
        "está mal formado";

    // What a device says of what it was asked.
    "locked": "the device has not met its server for too long: it takes new records, and shows and changes none until it has synchronized",
        "el dispositivo lleva demasiado tiempo sin su servidor: admite registros nuevos, pero no muestra ni cambia ninguno hasta que se sincronice";
    "ordered": "the server locked this device; it may be open again when it has synchronized",
        "el servidor bloqueó este dispositivo; puede que se abra cuando se sincronice";
    "unknown_record": "the record is not on this device",
        "el registro no está en este dispositivo";
    "record_refused": "the server refused the record; it takes no more edits",
        "el servidor rechazó el registro; ya no admite ediciones";
    "unknown_case": "the case {case} is not on this device",
        "el caso {case} no está en este dispositivo";
    "unknown_case": "the case is not on this device",
        "el caso no está en este dispositivo";
    "no_conflict": "`{field}` has no conflict to resolve",
        "`{field}` no tiene ningún conflicto que resolver";
    "no_conflict": "has no conflict to resolve",
        "no tiene ningún conflicto que resolver";
    "not_a_value": "`{field}` keeps one of: {values}",
        "en `{field}` queda uno de estos valores: {values}";
    "not_a_value": "keeps one of the values in conflict",
        "conserva uno de los valores en conflicto";
    "unknown_refusal": "no change of the number {number} was refused",
        "no se rechazó ningún cambio con el número {number}";
    "in_use": "the store is open in another process",
        "otro proceso tiene abierto el almacén";
    "nothing_to_try": "only what was written here, and is still here, can be tried again",
        "solo se puede volver a intentar lo que se escribió aquí y sigue aquí";
    "other_department": "this server is not the department that this device belongs to",
        "este servidor no es el departamento al que pertenece este dispositivo";
    "other_owner": "the code is for another person than this device's owner",
        "el código es para otra persona, no para quien es titular de este dispositivo";
    "no_such_field": "there is no such field", "no existe ese campo";
    "not_an_id": "not a valid {kind}", "{kind} no válido";
    "invalid_value": "{problems*}", "{problems*}";

    // What a server says to the console.
    "not_found": "there is nothing here that you may see",
        "aquí no hay nada que usted pueda ver";
    "signed_out": "sign in first; a session ends after half an hour without a request",
        "primero inicie sesión; una sesión termina tras media hora sin actividad";
    "other_site": "this is not answered to pages of other sites",
        "esto no se responde a páginas de otros sitios";
    "sign_in_refused": "the name, the password or the code is not right",
        "el nombre, la contraseña o el código no es correcto";
    "sign_in_locked": "signing in with this name failed too often; try again later",
        "el inicio de sesión con este nombre falló demasiadas veces; intente más tarde";
    "account_refused": "this code is not valid, or not any more; ask for a new one",
        "este código no es válido, o ya no lo es; pida uno nuevo";
    "too_many_requests": "too many requests; try again later",
        "demasiadas solicitudes; intente más tarde";
    "busy": "the server is busy; try again later",
        "el servidor está ocupado; intente más tarde";
    "not_a_page": "after this address stands nothing, or `?before=` with a number",
        "después de esta dirección no va nada, o va `?before=` con un número";
    "read_too_long": "reading this takes too long just now; ask for less, or try again later",
        "leer esto tarda demasiado en este momento; pida menos o intente más tarde";
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
    "refused_unreadable": "nothing of this can be read; dismiss it, with a reason",
        "nada de esto se puede leer; descártelo, con un motivo";
    "refused_said_already": "the record says this already; dismiss the entry",
        "el registro ya lo dice; descarte la entrada";
    "refused_of_no_kind": "it cannot be told what this was; dismiss it",
        "no se puede saber qué era; descártelo";
    "emergency_open": "it is open already; close it first",
        "ya está abierta; ciérrela primero";
    "confirm_first": "show once more who you are, with your password or a code: this is for you alone",
        "demuestre otra vez quién es, con su contraseña o un código: esto es solo para usted";
    "emergency_unseen": "the privacy officer has not looked at the last opening of this yet; it is opened again after that",
        "la persona responsable de la privacidad aún no ha revisado la última apertura; se abre de nuevo después de eso";
    "no_search_words": "`text` must have a word to look for",
        "`text` debe tener alguna palabra que buscar";
    "weak_password": "the password must have 12 to 128 characters and not be easy to guess; several unrelated words are best",
        "la contraseña debe tener de 12 a 128 caracteres y no ser fácil de adivinar; lo mejor son varias palabras sin relación";
    "wrong_totp": "the code is not the one that the authenticator shows now; is the clock of the phone right?",
        "el código no es el que muestra ahora el autenticador; ¿está bien el reloj del teléfono?";
    "request_timeout": "the body did not arrive in time", "el cuerpo no llegó a tiempo";
    "body_cut": "the body ended early", "el cuerpo terminó antes de tiempo";
    "not_ready": "the server cannot do its work just now",
        "el servidor no puede hacer su trabajo por ahora";
    "local_only": "this is answered to programs on the server's machine only",
        "esto solo se responde a programas en la máquina del servidor";
};
