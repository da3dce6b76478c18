//! The words for administrators: reports, heads of lists, and failures of a data folder.

use std::path::Path;

use model::words::{Explained as _, Language};
use server::admin::AdminError;
use server::console::ConsoleError;
use server::error::{OpenError, StoreError};

use super::both;
use crate::said::{Said, with_causes};

/// Returns the message of a failed act of administration.
pub(crate) fn of_admin(error: &AdminError) -> Said {
    let es = match error {
        AdminError::UnknownUser(name) => format!("no hay ninguna persona `{name}`"),
        AdminError::NameTaken(name) => {
            format!("ya hay una persona `{name}`; para darle otro rol use `user grant`")
        }
        AdminError::BadName => {
            "el nombre de una persona tiene de 1 a 100 caracteres, sin caracteres de control".into()
        }
        // Which there are stands in the hint.
        AdminError::UnknownRole(role, _) => {
            let en = format!("there is no role `{role}`");
            return both(en, format!("no existe el rol `{role}`")).into();
        }
        AdminError::UnknownProgram(program, _) => {
            let en = format!("there is no program `{program}`");
            return both(en, format!("no existe el programa `{program}`")).into();
        }
        AdminError::RoleDoesNotFit { role, program, .. } => {
            let en = format!("the role {role} does not exist in the program {program}");
            return both(en, format!("el rol {role} no existe en el programa {program}")).into();
        }
        AdminError::NoSuchMembership => "esa persona no tiene este rol en este programa".into(),
        AdminError::UnknownCase(case) => format!("no existe el caso {case}"),
        AdminError::BadLegalBasis => {
            "para borrar hace falta la orden o la ley en que se basa, de 1 a 500 caracteres".into()
        }
        AdminError::NotAssigned => "el caso no está asignado a esa persona".into(),
        AdminError::UnknownDevice(device) => format!("no existe el dispositivo {device}"),
        AdminError::NeverServed => "ningún servidor ha trabajado todavía con esta carpeta".into(),
        AdminError::BadAddress(address) => {
            format!("`{address}` no es una dirección como https://field.example:8443")
        }
        AdminError::EndsBeforeItBegins => "el último día es anterior al primero o ya pasó".into(),
        AdminError::BadDay(text) => format!("`{text}` no es un día como 2026-11-30"),
        AdminError::HeldAlready => {
            "esa persona ya tiene este rol; sin `--from`, `--until` fija su último día".into()
        }
        AdminError::DeviceRevoked(device) => {
            format!("el dispositivo {device} fue revocado; recibe la orden de borrarse")
        }
        AdminError::ListNotText => "el archivo no es texto en UTF-8".into(),
        AdminError::List(fault) => fault.message().told(Language::Spanish),
        AdminError::NoAccount => "esa persona no tiene ninguna cuenta abierta".into(),
        AdminError::FileExists(path) => format!("{} ya existe; elija otro nombre", path.display()),
        AdminError::NotABackup(path) => {
            format!("{} no es una copia de seguridad que esta clave maestra abra", path.display())
        }
        AdminError::UnknownCatalogue => {
            "ningún catálogo que estuvo en vigor tiene este resumen, o varios comienzan así".into()
        }
        AdminError::InForce => "este catálogo ya está en vigor".into(),
        AdminError::Console(refusal) => return of_console(refusal),
        AdminError::Open(error) => return of_open(error),
        AdminError::Store(error) => of_store(error).into(),
        _ => "la base de datos falló".into(),
    };
    both(with_causes(error), es).into()
}

/// Returns the message of a refusal by the console's rules.
pub(crate) fn of_console(refusal: &ConsoleError) -> Said {
    both(refusal.to_string(), refusal.in_language(Language::Spanish)).into()
}

/// Returns the message of a data folder that cannot be opened.
pub(crate) fn of_open(error: &OpenError) -> Said {
    let shown = |path: &Path| path.display().to_string();
    let es = match error {
        OpenError::NotInitialised(path) => {
            let path = shown(path);
            format!(
                "en {path} no hay datos de Fieldbook; `fieldbook admin --data {path} init` los crea"
            )
        }
        OpenError::HalfMade(path) => {
            format!("un `init` de {} no llegó a su fin; dé el comando otra vez", shown(path))
        }
        OpenError::NotEmpty(path) => format!("en {} hay otros archivos", shown(path)),
        OpenError::Missing(path) => {
            format!("falta {}, y otros archivos de la carpeta están", shown(path))
        }
        OpenError::Empty(path) => format!("{} está vacío", shown(path)),
        OpenError::Foreign(path) => format!("{} es de otra carpeta de datos", shown(path)),
        OpenError::NoAccess(path) => {
            format!("{} no se puede abrir para leer y escribir", shown(path))
        }
        OpenError::NotAMasterKey(path) => format!(
            "{} no contiene una clave maestra, que son 64 dígitos hexadecimales",
            shown(path)
        ),
        OpenError::AlreadyInitialised(path) => {
            format!("en {} ya hay datos de Fieldbook", shown(path))
        }
        OpenError::NoMasterKey(path) => {
            format!("en {} no hay master.key, y FIELDBOOK_MASTER_KEY no está definida", shown(path))
        }
        OpenError::WrongKey(path) => {
            format!("la clave maestra no abre {}, o el archivo está dañado", shown(path))
        }
        OpenError::Corrupt { path, .. } => format!("{} está dañado", shown(path)),
        OpenError::FromTheFuture { path, have, know } => format!(
            "{} se escribió con un fieldbook más nuevo (versión {have}; este conoce la {know})",
            shown(path)
        ),
        OpenError::InUse(path) => {
            format!("un servidor está trabajando con {}; deténgalo primero", shown(path))
        }
        OpenError::Busy(path) => format!(
            "otro comando está trabajando con {}; dé este otra vez cuando termine",
            shown(path)
        ),
        OpenError::File { path, .. } => format!("{} no se puede leer o escribir", shown(path)),
        OpenError::Store(error) => of_store(error).into(),
        _ => "no se puede abrir la carpeta de datos".into(),
    };
    both(with_causes(error), es).into()
}

fn of_store(error: &StoreError) -> &'static str {
    match error {
        StoreError::DiskFull => "el disco está lleno",
        StoreError::Damaged(_) => "la base de datos está dañada",
        _ => "la base de datos falló",
    }
}

/// Key, English, Spanish. `{name}` is a part.
#[rustfmt::skip]
pub(super) const OF_THE_OFFICE: &[(&str, &str, &str)] = &[
    // Asking.
    ("go_on", "Continue? [y/N]", "¿Continuar? [s/N]"),
    ("will_be_erased", "case {case} will be erased for good, here, in every backup and on every device; this cannot be undone", "el caso {case} se borrará para siempre: aquí, en cada copia de seguridad y en cada dispositivo; esto no se puede deshacer"),
    ("will_be_revoked", "device {device} will be revoked: at its next request the server orders it to destroy its keys and all its records", "el dispositivo {device} se revocará: en su próxima solicitud el servidor le ordena destruir sus claves y todos sus registros"),

    // What is missing, and what to do.
    ("data_is_missing", "`--data DIR` is missing: which folder is the server's?", "falta `--data DIR`: ¿cuál es la carpeta del servidor?"),
    ("data_so", "fieldbook admin --data DIR COMMAND ...", "fieldbook admin --data DIR COMANDO ..."),
    ("department_is_empty", "`--department` is empty", "`--department` está vacío"),
    ("role_is_held_in", "{role} is held in {programs}; in {program} there are {roles}", "{role} existe en {programs}; en {program} hay {roles}"),
    ("unknown_role", "there is no role `{role}`", "no existe el rol `{role}`"),
    ("unknown_program", "there is no program `{program}`", "no existe el programa `{program}`"),
    ("cases_come_with_a_sync", "the server learns of a case when a device that made it synchronizes", "el servidor conoce un caso cuando se sincroniza el dispositivo que lo creó"),
    ("start_it_to_announce", "start it first, so that there is something to announce: fieldbook serve --data DIR", "inícielo primero, para que haya algo que anunciar: fieldbook serve --data DIR"),
    ("accounts_are_listed", "`fieldbook admin --data DIR account list` lists them", "`fieldbook admin --data DIR account list` las muestra"),
    ("devices_are_listed", "`fieldbook admin --data DIR devices` lists them", "`fieldbook admin --data DIR devices` los muestra"),
    ("entries_are_listed", "`fieldbook admin --data DIR quarantine` lists them", "`fieldbook admin --data DIR quarantine` las muestra"),
    ("choose_another_folder", "choose another folder; this one is left as it is", "elija otra carpeta; esta queda como está"),
    ("choose_an_empty_folder", "choose a folder that is empty or does not exist; this one is left as it is", "elija una carpeta vacía o que no exista; esta queda como está"),
    ("is_made_anew", "nothing was recorded here yet; `init` replaces the files that are there", "aquí todavía no se anotó nada; `init` reemplaza los archivos que hay"),
    ("put_the_file_back", "put the file back from where you keep it; without it nobody can read the data", "vuelva a poner el archivo desde donde lo guarda; sin él nadie puede leer los datos"),
    ("put_the_master_key_back", "put the copy of `master.key` back in its place; the data itself is untouched", "vuelva a poner la copia de `master.key` en su lugar; los datos mismos siguen intactos"),
    ("put_the_keys_back", "no backup holds this file, and without it nothing can be read: put the newest copy of this folder's own `keys.db` back in its place", "ninguna copia de seguridad contiene este archivo, y sin él no se puede leer nada: vuelva a poner en su lugar la copia más nueva del `keys.db` de esta misma carpeta"),
    ("put_the_backup_back", "the file is left untouched; `master.key` must be this folder's own. If it is, put the newest backup back with `restore`", "el archivo queda intacto; `master.key` tiene que ser el de esta misma carpeta. Si lo es, recupere la copia de seguridad más nueva con `restore`"),
    ("be_the_owner", "run the command as the account that owns the data folder", "ejecute el comando con la cuenta a la que pertenece la carpeta de datos"),
    ("use_the_newer_program", "the file is left untouched; use the newer program", "el archivo queda intacto; use el programa más nuevo"),
    ("free_some_space", "nothing that was saved is lost; free some space, then run the command again", "no se pierde nada de lo guardado; libere espacio y ejecute el comando otra vez"),
    ("catalogue_published", "the catalogue {digest} is in force; devices receive it with their next sync", "el catálogo {digest} está en vigor; los dispositivos lo reciben con su próxima sincronización"),
    ("catalogue_would_be_published", "\nthe catalogue will be in force for everybody", "\nel catálogo estará en vigor para todo el departamento"),
    ("catalogues_are_listed", "`fieldbook catalogue history` lists those that were in force", "`fieldbook catalogue history` muestra los que estuvieron en vigor"),
    ("no_catalogue_yet", "no server has used a catalogue here yet", "ningún servidor ha usado aquí un catálogo todavía"),
    ("in_force", "in force", "en vigor"),
    ("head_catalogue", "catalogue", "catálogo"),
    ("head_since", "first in force", "en vigor desde"),
    ("catalogue_unreadable", "this catalogue would make existing records unreadable", "este catálogo haría ilegibles registros que ya existen"),
    ("catalogue_has_a_mistake", "the catalogue has a mistake", "el catálogo tiene un error"),
    ("catalogue_has_mistakes", "the catalogue has {count} mistakes", "el catálogo tiene {count} errores"),
    ("catalogue_unread", "the catalogue at {path} cannot be read: {why}", "no se puede leer el catálogo de {path}: {why}"),
    ("catalogue_too_large", "the catalogue at {path} is larger than {most} bytes", "el catálogo de {path} ocupa más de {most} bytes"),
    ("nothing_would_change", "nothing would change", "no cambiaría nada"),
    ("all_stays_readable", "everything that was recorded stays readable", "todo lo que se registró se podrá seguir leyendo"),
    ("not_all_stays_readable", "not everything that was recorded could be read any more", "una parte de lo que se registró ya no se podría leer"),
    ("bad_key_variable", "FIELDBOOK_MASTER_KEY is not 64 hexadecimal digits", "FIELDBOOK_MASTER_KEY no son 64 dígitos hexadecimales"),
    ("no_randomness", "the system provided no random numbers", "el sistema no dio números aleatorios"),
    ("server_file_unread", "the file with the server's address cannot be read: {why}", "no se puede leer el archivo con la dirección del servidor: {why}"),
    ("no_server_has_run", "no server has run on {data} yet", "ningún servidor ha trabajado todavía con {data}"),
    ("start_it_to_invite", "an invitation contains the server's address, so start the server first:\nfieldbook serve --data {data}", "una invitación contiene la dirección del servidor, así que inicie primero el servidor:\nfieldbook serve --data {data}"),
    ("person_not_listed", "the person is not listed", "la persona no aparece en la lista"),
    ("no_file", "there is no file {file}", "no existe el archivo {file}"),
    ("file_exists", "{file} exists already; choose another name", "{file} ya existe; elija otro nombre"),
    ("file_unread", "{file} cannot be read or written: {why}", "{file} no se puede leer o escribir: {why}"),
    ("audit_not_written", "the audit was not written", "la auditoría no se escribió"),
    ("unknown_act", "the audit has no act `{act}`", "la auditoría no tiene ningún acto `{act}`"),
    ("entry_not_json", "the entry cannot be written as JSON", "la entrada no se puede escribir como JSON"),
    ("no_such_entry", "there is no entry {entry} that {name} may see", "no hay ninguna entrada {entry} que {name} pueda ver"),
    ("certificate_failed", "the certificate or its key failed: {why}", "falló el certificado o su clave: {why}"),

    // Heads of lists.
    ("head_name", "name", "nombre"),
    ("head_roles", "roles", "roles"),
    ("head_set_up", "set up", "creada"),
    ("head_closed", "closed", "cerrada"),
    ("head_sessions", "sessions", "sesiones"),
    ("head_owner", "owner", "titular"),
    ("head_platform", "platform", "sistema"),
    ("head_enrolled", "enrolled", "inscrito"),
    ("head_last_seen", "last seen", "visto"),
    ("head_drafts", "drafts", "borradores"),
    ("drafts_since", "{count}, the oldest since {since}", "{count}, el más antiguo desde {since}"),
    ("head_entry", "entry", "entrada"),
    ("head_received", "received", "recibido"),
    ("head_code", "code", "código"),
    ("head_times", "times", "veces"),
    ("head_bytes", "bytes", "bytes"),
    ("head_reason", "reason", "motivo"),
    ("head_row", "row", "fila"),
    ("head_when", "when", "cuándo"),
    ("head_act", "act", "acto"),
    ("head_outcome", "outcome", "resultado"),
    ("head_object", "object", "objeto"),
    ("head_who", "who", "quién"),

    // People and cases.
    ("nobody_yet", "no users yet; `user add` adds one", "todavía no hay personas; `user add` agrega una"),
    ("role_in", "{role} in {program}", "{role} en {program}"),
    ("role_unfit_in", "{role} in {program} (neither works nor supervises there)", "{role} en {program} (ahí ni trabaja ni supervisa)"),
    ("role_unfit_of", "user {user}: {role} neither works nor supervises in {program}; `user withdraw` revokes the role", "usuario {user}: {role} ni trabaja ni supervisa en {program}; `user withdraw` le quita el rol"),
    ("no_role", "no role", "sin rol"),
    ("works_on_case", "case {case} is assigned to {name}", "el caso {case} queda asignado a {name}"),
    ("left_case", "case {case} is no longer assigned to {name}; their devices send any unsent changes and then remove it", "el caso {case} ya no está asignado a {name}; sus dispositivos envían los cambios pendientes y después lo quitan"),
    ("case_erased", "case {case} is erased, by order of: {order}\ndevices remove it with their next sync", "el caso {case} está borrado, por orden de: {order}\nlos dispositivos lo quitan con su próxima sincronización"),
    ("nobody_signs_in", "there are no accounts; `account invite` opens one", "no hay cuentas; `account invite` abre una"),
    ("account_closed", "{name}'s account is closed; {ended}", "la cuenta de {name} queda cerrada; {ended}"),
    ("no_session", "no session was open", "no había ninguna sesión abierta"),
    ("session_ended", "1 session was ended", "se cerró 1 sesión"),
    ("sessions_ended", "{count} sessions were ended", "se cerraron {count} sesiones"),
    ("the_servers_address", "the server's address", "la dirección del servidor"),
    ("account_invited", "For the account of {name}, until {until}:\n\n  server  {at}\n  code    {code}\n\ndocs/console.md explains how to use the code.\n", "Para la cuenta de {name}, hasta {until}:\n\n  servidor  {at}\n  código    {code}\n\ndocs/console.md explica cómo se usa el código.\n"),
    ("device_invited", "For one device of {name}, until {until}:\n\n  server       {url}\n  code         {code}{row}{app}\n\n  fieldbook device --dir DIR {verb} --server {url} --code {code}{option}\n{browser}", "Para un dispositivo de {name}, hasta {until}:\n\n  servidor     {url}\n  código       {code}{row}{app}\n\n  fieldbook device --dir DIR {verb} --server {url} --code {code}{option}\n{browser}"),
    ("app_row", "\n  on a phone   {app}", "\n  en un teléfono  {app}"),
    ("app_needs_certificate", "\nThis code is for an installed app, which pins the server's key. The field app in a phone's browser needs a certificate that phones trust; docs/operating.md says how to get one.\n", "\nEste código es para una aplicación instalada, que fija la clave del servidor. La aplicación de campo en el navegador de un teléfono necesita un certificado en que confíen los teléfonos; docs/operating.md dice cómo obtener uno.\n"),
    ("fingerprint_row", "\n  fingerprint  {fingerprint}", "\n  huella       {fingerprint}"),

    // Devices.
    ("no_device_yet", "no devices yet; `invite` lets a person enroll one", "todavía no hay ningún dispositivo; con `invite` una persona inscribe uno"),
    ("state_enrolled", "enrolled", "inscrito"),
    ("state_revoked", "revoked {at}", "revocado {at}"),
    ("device_locked", "device {device} is to show nothing: it obeys with its next sync", "el dispositivo {device} no debe mostrar nada: obedece en su próxima sincronización"),
    ("device_unlocked", "device {device} may show records again, after its next sync", "el dispositivo {device} puede mostrar registros otra vez, después de su próxima sincronización"),
    ("list_unread", "{path} cannot be read: {why}", "no se puede leer {path}: {why}"),
    ("line_adds", "adds this person", "agrega a esta persona"),
    ("line_gives_role", "gives this role", "da este rol"),
    ("line_nothing_new", "has this role already", "ya tiene este rol"),
    ("list_done", "All lines are done.", "Todas las líneas están hechas."),
    ("list_would_be_done", "Nothing was done. All lines can be done.", "No se hizo nada. Todas las líneas se pueden hacer."),
    ("list_not_done", "Nothing was done. Lines that cannot be done: {count}.", "No se hizo nada. Líneas que no se pueden hacer: {count}."),
    ("device_revoked", "device {device} is revoked", "el dispositivo {device} queda revocado"),

    // What was refused.
    ("entry_accepted", "accepted: {count} changes of record {record}", "se aceptaron {count} cambios del registro {record}"),
    ("entry_dismissed", "dismissed: {count} changes of record {record}", "se descartaron {count} cambios del registro {record}"),
    ("still_refused", "still refused: {reason}", "sigue rechazado: {reason}"),
    ("entry_new", "{called}, {record}, a new record by {by}", "{called}, {record}, un registro nuevo de {by}"),
    ("entry_edit", "{called}, {record}, an edit by {by}", "{called}, {record}, una edición de {by}"),
    ("changes_unreadable", "{count} changes cannot be read", "{count} cambios no se pueden leer"),

    // The folder.
    ("folder_ready", "{department} is ready in {data}.\nKeep a copy of {data}/master.key where this folder is not.\nNext:\n  fieldbook serve --data {data}\n  fieldbook admin --data {data} user add NAME --role ROLE --program PROGRAM", "{department} está en {data}, con todo listo.\nGuarde una copia de {data}/master.key donde no esté esta carpeta.\nDespués:\n  fieldbook serve --data {data}\n  fieldbook admin --data {data} user add NOMBRE --role ROL --program PROGRAMA"),
    ("writing_the_backup", "writing the backup", "escribiendo la copia de seguridad"),
    ("backup_written", "{file} holds everything up to entry {entry} of the feed", "{file} contiene todo hasta la entrada {entry} del registro de cambios"),
    ("restoring", "restoring", "recuperando"),
    ("restored", "the data is that of {file}, up to entry {entry} of the feed; devices send back newer changes, until {until} also those that other people wrote", "los datos son los de {file}, hasta la entrada {entry} del registro de cambios; los dispositivos devuelven los cambios más nuevos, hasta {until} también los que escribieron otras personas"),
    ("restore_closed", "devices can no longer send back changes that other people wrote before the restore", "los dispositivos ya no pueden devolver cambios que otras personas escribieron antes de recuperar la copia"),
    ("restore_was_closed", "nothing to close: devices could not send back changes that other people wrote", "nada que cerrar: los dispositivos no podían devolver cambios que escribieron otras personas"),
    ("shut_out_again", "still without access: {devices} revoked devices, {accounts} closed accounts", "siguen sin acceso: {devices} dispositivos revocados, {accounts} cuentas cerradas"),
    ("given_again", "restored, although it was revoked after the backup: {role}", "se recuperó, aunque se había quitado después de la copia: {role}"),
    ("look_through", "Check what administrators changed after the backup was made:", "Revise lo que la administración cambió después de la copia de seguridad:"),
    ("look_at_roles", "roles", "roles"),
    ("look_at_accounts", "passwords are those of the backup", "las contraseñas son las de la copia de seguridad"),
    ("look_at_devices", "devices enrolled since then are unknown", "los dispositivos inscritos después no se conocen"),
    ("look_at_cases", "cases assigned or unassigned", "casos asignados o quitados"),
    ("checking", "checking", "comprobando"),
    ("data_checked", "{feed} feed entries, {audit} audit rows, {changes} changes, {records} records: {verdict}", "{feed} entradas del registro de cambios, {audit} filas de la auditoría, {changes} cambios, {records} registros: {verdict}"),
    ("no_such_row", "no row of the audit matches", "ninguna fila de la auditoría coincide"),
    ("audit_exported", "{rows} rows in {file}, signed with the key\n{key}", "{rows} filas en {file}, firmadas con la clave\n{key}"),
    ("audit_holds", "{rows} rows: no problems", "{rows} filas: sin problemas"),
    ("audit_does_not_hold", "{rows} rows: there are problems", "{rows} filas: hay problemas"),

    // Address and certificate.
    ("announced_address", "announced: {next}, in addition to {url}", "se anunció {next}, además de {url}"),
    ("announced_no_other", "announced: {url} and no other address", "se anunció {url} y ninguna otra dirección"),
    ("certificate_renewed", "the certificate is renewed with the same key; devices need nothing", "el certificado se renovó con la misma clave; los dispositivos no necesitan nada"),
    ("key_switched", "the key with the fingerprint {next} is shown from now on", "desde ahora se muestra la clave con la huella {next}"),
    ("devices_trust", "devices trust  {pin}", "los dispositivos confían en  {pin}"),
    ("devices_trust_authorities", "devices trust the certificate authorities of their systems", "los dispositivos confían en las autoridades de certificación de sus sistemas"),
    ("announced_key", "announced      {pin}", "se anunció                  {pin}"),
    ("every_device_has_it", "every device in use has received it", "todos los dispositivos en uso lo recibieron"),
    ("device_has_it_not", "1 device has not received it yet:", "1 dispositivo todavía no lo recibió:"),
    ("devices_have_it_not", "{count} devices have not received it yet:", "{count} dispositivos todavía no lo recibieron:"),
    ("next_key_not_announced", "this server has not announced the next key", "este servidor no anunció la próxima clave"),
    ("device_not_told", "1 device has not received the next key yet", "1 dispositivo todavía no recibió la próxima clave"),
    ("devices_not_told", "{count} devices have not received the next key yet", "{count} dispositivos todavía no recibieron la próxima clave"),
    ("they_take_it_with_a_sync", "a device receives the key with a sync and confirms it with the next one (`tls show` lists those that have not); revoke lost devices; after `--force`, each of them must run `fieldbook device reconnect`", "un dispositivo recibe la clave con una sincronización y la confirma con la siguiente (`tls show` muestra los que faltan); revoque los perdidos; después de `--force`, cada uno de ellos debe usar `fieldbook device reconnect`"),
    ("no_next_key", "no next key is ready", "no hay ninguna próxima clave lista"),
    ("make_a_next_key", "`tls renew --new-key` makes one and announces it", "`tls renew --new-key` crea una y la anuncia"),
    ("not_made_here", "this server did not make its certificate itself", "este servidor no hizo su certificado"),
    ("renew_it_there", "renew the certificate where it was made. With the same key that is all; announce another key first with `tls announce FILE`", "renueve el certificado donde se hizo. Con la misma clave eso es todo; otra clave anúnciela antes con `tls announce ARCHIVO`"),

    // Serving.
    ("listening", "listening on {url}\nfingerprint {fingerprint}\n{app}{console}{figures}Ctrl-C stops the server", "escuchando en {url}\nhuella {fingerprint}\n{app}{console}{figures}Ctrl-C detiene el servidor"),
    ("app_at", "field app {url}/app/\n", "aplicación de campo {url}/app/\n"),
    ("app_has_no_certificate", "field app: phones' browsers open it only with a certificate that they trust (docs/operating.md)\n", "aplicación de campo: los navegadores de los teléfonos solo la abren con un certificado en que confíen (docs/operating.md)\n"),
    ("no_fingerprint", "none: devices trust the certificate authorities of their systems", "ninguna: los dispositivos confían en las autoridades de certificación de sus sistemas"),
    ("console_at", "console {url} and field app {url}/app/ (on this machine only)\n", "consola {url} y aplicación de campo {url}/app/ (solo en esta máquina)\n"),
    ("figures_at", "metrics {url}\n", "métricas {url}\n"),
    ("listen_elsewhere", "is another server running? `--listen ADDR:PORT` takes another address", "¿hay otro servidor en marcha? con `--listen ADDR:PORT` se usa otra dirección"),
];
