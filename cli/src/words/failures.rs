//! The failures of a device in Spanish. The English text is where each failure is created.

use super::FailureWords;

macro_rules! failures {
    ($($code:literal: $message:literal $(, $hint:literal)?;)+) => {
        &[$(FailureWords { code: $code, message: $message, hint: failures!(@hint $($hint)?) }),+]
    };
    (@hint $hint:literal) => { Some($hint) };
    (@hint) => { None };
}

#[rustfmt::skip]
pub(super) const FAILURES: &[FailureWords] = failures! {
    // Opening.
    "usage": "falta `--dir DIR`: ¿en qué carpeta está el dispositivo?",
        "fieldbook device --dir DIR COMANDO ...";
    "no_device": "en esta carpeta no hay ningún dispositivo",
        "inscríbalo con `fieldbook device --dir DIR enroll --server URL --code CÓDIGO --fingerprint HUELLA`";
    "device_exists": "aquí ya hay un dispositivo",
        "esta carpeta ya tiene un dispositivo; elija otra con `--dir`";
    "wrong_key": "el almacén está cifrado con la clave de otra instalación",
        "el almacén queda intacto; vuelva a poner a su lado la carpeta `keys` propia del almacén";
    "corrupt": "el almacén está dañado",
        "el almacén queda intacto: guarde una copia";
    "from_the_future": "el almacén es de una versión más nueva del programa",
        "el almacén queda intacto; use el programa más nuevo";
    "in_use": "otro proceso tiene abierto el almacén",
        "el comando esperó medio minuto; detenga el otro programa que tiene abierto el almacén";
    "catalogue": "el catálogo del departamento tiene errores";
    "disk_full": "el disco está lleno";
    "store": "falló el almacén",
        "`fieldbook device verify` muestra los detalles";
    "document": "no se puede leer el documento del registro";
    "pin_needed": "se necesita el PIN",
        "ponga el PIN en la variable de entorno FIELDBOOK_PIN";
    "wrong_pin": "el PIN no es correcto; después de diez intentos fallidos se destruye la clave",
        "corrija la variable de entorno FIELDBOOK_PIN";
    "bad_pin": "el PIN no es válido: es demasiado corto o no es texto";
    "no_key": "la clave del almacén no está o se destruyó",
        "el almacén ya no se puede leer; inscriba un dispositivo nuevo, que recibe los registros que tiene el servidor";
    "key_store": "falló el almacén de claves";
    "no_randomness": "el sistema no dio números aleatorios";

    // Records.
    "bad_id": "esto no es un identificador ni el comienzo de uno",
        "escriba al menos sus primeros 4 caracteres; `fieldbook device list` los muestra";
    "ambiguous_id": "varios registros comienzan así; escriba más caracteres";
    "locked": "el servidor bloqueó este dispositivo",
        "use `fieldbook device sync`; mientras tanto, `fieldbook device new` admite registros nuevos";
    "unknown_record": "el registro no está en este dispositivo",
        "`fieldbook device list` muestra los registros de este dispositivo";
    "record_refused": "el servidor rechazó este registro, que ya no admite ediciones",
        "`fieldbook device refusals` muestra el motivo";
    "unknown_case": "el caso no está en este dispositivo",
        "`fieldbook device list --type person` muestra los casos de este dispositivo";
    "case_twice": "un caso se nombra dos veces";
    "too_many_cases": "un solo paso no admite tantos casos",
        "cree los registros en varios pasos";
    "one_case_at_a_time": "esto se registra para un solo caso a la vez";
    "no_conflict": "el campo no tiene ningún conflicto que resolver",
        "`fieldbook device conflicts` muestra los valores que esperan una decisión";
    "not_a_value": "no es ninguno de los valores en conflicto";
    "unknown_refusal": "no hay ningún cambio rechazado con ese número",
        "`fieldbook device refusals --all` muestra todos los cambios rechazados";
    "nothing_to_try": "solo se puede volver a intentar un cambio que se escribió en este dispositivo y sigue en él";
    "unknown_type": "no existe ese tipo de registro";
    "unknown_program": "no existe ese programa";
    "unknown_field": "no existe ese campo";
    "case_missing": "este tipo de registro necesita un caso: indíquelo con `--case`",
        "`fieldbook device list --type person` muestra los casos de este dispositivo";
    "invalid_record": "el registro no puede ser así";
    "doubtful_date": "una fecha puede no estar bien",
        "revise la fecha y el reloj; si los dos están bien, repita el comando con `--anyway`";
    "unknown_draft": "no hay tal borrador en este dispositivo",
        "`fieldbook device draft list` muestra los borradores de este dispositivo";
    "draft_ended": "este borrador ya se envió o se descartó",
        "`fieldbook device draft undo` lo abre otra vez, durante diez minutos";
    "nothing_to_undo": "no hay nada que deshacer, o pasó demasiado tiempo";
    "record_has_left": "el registro ya va camino al servidor, o se registró algo después";
    "unknown_entry": "el borrador no tiene esa entrada",
        "`fieldbook device draft show` muestra las entradas";
    "doubtful_text": "un texto parece contener algo que nunca se anota",
        "quítelo; si es otra cosa, repita el comando con `--anyway`";
    "invalid_value": "un valor no es válido";
    "wrong_edit": "ese campo se edita de otra manera";
    "too_large": "la edición es demasiado grande para un solo cambio; divídala";

    // Enrolling and synchronizing.
    "bad_address": "la dirección o la huella no es válida",
        "`fieldbook admin --data DIR invite NOMBRE` muestra la dirección y la huella";
    "enroll": "no se pudo inscribir el dispositivo";
    "enrollment_refused": "el código no es válido o ya venció",
        "un código sirve una sola vez, durante diez minutos; `fieldbook admin invite` hace uno nuevo";
    "other_department": "este servidor pertenece a otro departamento que este dispositivo",
        "no se cambió nada; compare la dirección y la huella con la invitación";
    "other_owner": "este código es para otra persona, no para quien es titular de este dispositivo",
        "no se cambió nada; pida un código para quien es titular de este dispositivo (véase `status`)";
    "reconnect": "no se pudo reconectar el dispositivo con su departamento";
    "device_revoked": "este dispositivo fue revocado",
        "un dispositivo revocado no se puede reconectar; pregunte a quien administra el servidor";
    "certificate": "el certificado del servidor no es el que este dispositivo conoce",
        "todo sigue guardado en este dispositivo; ¿es la página de acceso de una red wifi?";
    "unreachable": "no se pudo llegar al servidor",
        "todo sigue guardado en este dispositivo; intente de nuevo cuando haya red";
    "unauthorized": "el servidor no acepta este dispositivo",
        "los registros siguen en este dispositivo; pregunte a quien administra el servidor";
    "rejected": "el servidor rechazó la solicitud";
    "not_sent": "no se pudo hacer la solicitud";
    "transport": "no se puede usar la conexión con el servidor";
    "stalled": "el servidor sigue pidiendo sin fin",
        "todo sigue guardado en este dispositivo; avise a quien administra el servidor";
    "sync": "falló la sincronización";
    "wiped": "este dispositivo fue revocado: sus registros y claves se destruyeron";
    "cancelled": "se interrumpió",
        "todo lo que el servidor confirmó queda confirmado; la próxima sincronización sigue desde ahí";
    "runtime": "el programa no pudo arrancar";
    "retired_type": "este tipo de registro ya no se usa: no se pueden crear registros nuevos";
};
