//! What the command line says besides failures.

/// Key, English, Spanish. `{name}` is a part.
#[rustfmt::skip]
pub(super) const PHRASES: &[(&str, &str, &str)] = &[
    // Hints that list names.
    ("near", "did you mean `{name}`?", "¿quiso decir `{name}`?"),
    ("near_none", "there are no {what}", "no hay {what}"),
    ("near_types", "types", "tipos"),
    ("near_fields", "fields", "campos"),
    ("near_programs", "programs", "programas"),
    ("near_people", "people", "personas"),
    ("near_acts", "acts", "actos"),

    // Where the newest word about a record is.
    ("on_phone", "on this phone", "en este teléfono"),
    ("sent", "sent", "enviado"),
    ("on_server", "on the server", "en el servidor"),
    ("refused", "refused", "rechazado"),

    // Heads of lists.
    ("head_record", "record", "registro"),
    ("head_type", "type", "tipo"),
    ("head_happened", "happened", "ocurrió"),
    ("head_state", "state", "estado"),
    ("head_conflicts", "conflicts", "conflictos"),
    ("head_id", "id", "id"),
    ("head_due", "due", "vence"),
    ("head_task", "task", "tarea"),
    ("head_attempts", "attempts", "intentos"),
    ("head_about", "about", "sobre"),

    // Values.
    ("yes", "yes", "sí"),
    ("no", "no", "no"),

    // Making, editing, deciding.
    ("saved", "saved", "guardado"),
    ("nothing_to_change", "nothing to change", "no había nada que cambiar"),
    ("decided", "{field} is decided: {kept}", "{field} queda decidido: {kept}"),
    ("decided_as_shown", "decided as shown: {fields}", "queda decidido como se muestra: {fields}"),
    ("nothing_decided", "there is nothing to decide", "no hay nada que decidir"),
    ("kept_out_of_sight", "{number} is out of sight and kept", "{number} queda fuera de la vista y se conserva"),
    ("says_so_already", "nothing to change: the record says so already", "no había nada que cambiar: el registro ya lo dice"),
    ("one_waits", "1 change waits for the next sync", "1 cambio espera la próxima sincronización"),
    ("many_wait", "{count} changes wait for the next sync", "{count} cambios esperan la próxima sincronización"),
    ("enrolled", "this is a device of {owner} now; `fieldbook device --dir {dir} sync` receives the records", "este dispositivo ya es de {owner}; `fieldbook device --dir {dir} sync` recibe los registros"),

    ("reconnected", "this device belongs to {server} again; `sync` hands over what the server has not got", "este dispositivo vuelve a pertenecer a {server}; `sync` entrega lo que el servidor no tiene"),

    // Looking.
    ("no_records", "no records", "no hay registros"),
    ("nothing_found", "nothing found", "no se encontró nada"),
    ("nothing_due", "nothing is due", "no hay nada pendiente"),
    ("nothing_to_decide", "nothing waits for a decision", "nada espera una decisión"),
    ("nothing_refused", "nothing was refused", "no se rechazó nada"),
    ("flagged", "flagged", "con alerta"),
    ("paused", "paused", "en pausa"),
    ("attempts_last", "{count}, last {last}", "{count}, el último {last}"),
    ("overdue", "overdue", "vencida"),
    ("made", "made {at}", "creado {at}"),
    ("refused_because", "refused: {reason} (see `refusals`)", "rechazado: {reason} (véase `refusals`)"),
    ("waits_for_decision", "{field} waits for a decision:", "{field} espera una decisión:"),
    ("resolve_so", "resolve {id} {field} --keep VALUE", "resolve {id} {field} --keep VALOR"),
    ("a_record", "a record", "un registro"),
    ("waits_for_supervisor", "it waits for a supervisor; what you recorded stays here until then", "espera a alguien de supervisión; hasta entonces, lo que usted anotó se queda aquí"),
    ("decided_accepted", "accepted after all", "finalmente se aceptó"),
    ("decided_dismissed", "dismissed", "se descartó"),
    ("decided_repaired", "written anew", "se escribió de nuevo"),
    ("decided_erased", "its case was erased; nothing of it is kept", "su caso se borró; no se conserva nada de él"),
    ("decided_by", "{what} by {name}", "{what} ({name})"),
    ("dismissed", "dismissed", "fuera de la vista"),
    ("does_not_apply", "it came from the server and does not apply here", "llegó del servidor y aquí no se puede aplicar"),
    ("retry_may_help", "trying again may help: retry {number}", "volver a intentarlo puede servir: retry {number}"),
    ("retry_no_help", "trying again as it is does not help", "volver a intentarlo tal como está no sirve"),

    // History.
    ("emptied", "emptied", "se vació"),
    ("letters_removed", "{text} ({count} letters removed)", "{text} (se quitaron {count} letras)"),
    ("was_set", "{field} set to {value}", "{field}: pasó a ser {value}"),
    ("was_cleared", "{field} cleared", "{field}: se vació"),
    ("was_added", "{field} added {value}", "{field}: se agregó {value}"),
    ("was_removed", "{field} removed {value}", "{field}: se quitó {value}"),
    ("was_logged", "{field} logged {value}", "{field}: se anotó {value}"),
    ("was_counted", "{field} counted {value}", "{field}: se contó {value}"),
    ("was_written", "{field} wrote {value}", "{field}: se escribió {value}"),
    ("was_deleted", "{field} deleted {value} characters", "{field}: se borraron {value} caracteres"),

    ("overwritten", "(overwritten by a concurrent edit)", "(reemplazado por una edición simultánea)"),

    // How a device stands.
    ("status_owner", "owner", "titular"),
    ("status_device", "device", "dispositivo"),
    ("status_server", "server", "servidor"),
    ("status_records", "records", "registros"),
    ("status_to_send", "to send", "por enviar"),
    ("status_last_sync", "last sync", "última sincronización"),
    ("status_refused", "refused", "rechazado"),
    ("status_stuck", "too large", "demasiado grande"),
    ("status_taken_away", "taken away", "retirado"),
    ("status_restored", "restored", "restaurado"),
    ("status_clock", "clock", "reloj"),
    ("status_readable", "readable", "legible"),
    ("none", "none", "ninguno"),
    ("nothing", "nothing", "nada"),
    ("never", "never", "nunca"),
    ("one_change", "1 change", "1 cambio"),
    ("many_changes", "{count} changes", "{count} cambios"),
    ("see_refusals", "{changes} (see `refusals`)", "{changes} (véase `refusals`)"),
    ("for_the_network", "for the network: {records}", "para la red: {records}"),
    ("one_record_stuck", "1 record is too large for something between this device and its server: `status` names it", "1 registro es demasiado grande para algo que hay entre este dispositivo y su servidor: `status` dice cuál"),
    ("records_stuck", "{count} records are too large for something between this device and its server: `status` names them", "{count} registros son demasiado grandes para algo que hay entre este dispositivo y su servidor: `status` dice cuáles"),
    ("cases_dropped", "{count} cases, dropped with the next sync", "{count} casos, se quitan con la próxima sincronización"),
    ("locked_since", "locked since {at}", "bloqueado desde {at}"),
    ("until", "until {at}", "hasta {at}"),
    ("locked_by_server", "locked by the server", "bloqueado por el servidor"),
    ("clock_behind", "{minutes} min behind the server's", "{minutes} min atrasado respecto al del servidor"),
    ("clock_ahead", "{minutes} min ahead of the server's", "{minutes} min adelantado respecto al del servidor"),

    // Synchronizing.
    ("synchronizing", "synchronizing", "sincronizando"),
    ("receiving", "receiving ({count} so far)", "recibiendo ({count} hasta ahora)"),
    ("sending", "sending {count}", "enviando {count}"),
    ("saving", "saving ({count} received)", "guardando ({count} recibidos)"),
    ("waiting", "waiting: {why}", "esperando: {why}"),
    ("one_request", "1 request", "1 solicitud"),
    ("many_requests", "{count} requests", "{count} solicitudes"),
    ("synced", "sent {sent}, received {received} in {requests} ({up} bytes up, {down} bytes down)", "enviados {sent}, recibidos {received} en {requests} ({up} bytes de subida, {down} bytes de bajada)"),
    ("server_refused", "the server refused {count}: `refusals` shows what and why", "el servidor rechazó {count}: `refusals` muestra qué y por qué"),
    ("connected", "connected", "en conexión"),
    ("not_connected", "not connected: {why}", "sin conexión: {why}"),

    // Checking.
    ("checked", "{records} records, {changes} changes: {verdict}", "{records} registros, {changes} cambios: {verdict}"),
    ("all_holds", "all holds", "todo está en orden"),
    ("not_all_holds", "not all holds", "no todo está en orden"),
];
