# En todas las páginas.
product = Fieldbook
page-title = Fieldbook
skip = Ir al contenido
nav = Principal
nav-home = Hoy
nav-cases = Casos
nav-tasks = Tareas
nav-conflicts = Conflictos
sign-out = Cerrar sesión
go-home = Ir a hoy

# Días y horas.
months = ene feb mar abr may jun jul ago sep oct nov dic
weekdays = lunes martes miércoles jueves viernes sábado domingo
day-of-month = { $day } { $month }
day-of-year = { $day } { $month } { $year }
today = hoy
yesterday = ayer
tomorrow = mañana
days-ago = { $days ->
    [one] hace { $days } día
   *[other] hace { $days } días
}
days-late = { $days ->
    [one] { $days } día de atraso
   *[other] { $days } días de atraso
}
late-since = atrasado desde las { $time }
today-at = hoy, { $time }
in-days = { $days ->
    [one] en { $days } día
   *[other] en { $days } días
}
minutes-long = { $minutes } min
hours-long = { $hours } h

# Iniciar sesión.
sign-in-title = Iniciar sesión
sign-in-name = Nombre
sign-in-password = Contraseña
sign-in-code = Código
sign-in-code-hint = Seis dígitos de su aplicación de autenticación
sign-in-go = Iniciar sesión
sign-in-wrong = El nombre, la contraseña o el código no es correcto. Inténtelo de nuevo.
sign-in-locked = { $minutes ->
    [one] Demasiados intentos fallidos. Inténtelo de nuevo en { $minutes } minuto.
   *[other] Demasiados intentos fallidos. Inténtelo de nuevo en { $minutes } minutos.
}
sign-in-ended = Su sesión ha terminado. Lo que guardó está a salvo. Inicie sesión para continuar.

# Lo que se rechaza.
not-found-title = Aquí no hay nada
not-found = Aquí no hay nada que usted pueda ver. Puede que se haya movido, o que sea de otra persona.
refused-title = No se pudo hacer
reason-title = No se abre en estas páginas
reason-needed = Su cargo lee casos solo con un motivo indicado, y estas páginas no lo piden: no puede abrir esto aquí. Los programas sí aceptan un motivo (docs/console-api.md). Quién leyó qué de un caso está en la auditoría.
confirm-title = Confirme que es usted
confirm-why = Esta página le pide otra vez su contraseña y un código, porque muestra o hace algo que no debe ocurrir por accidente.
confirm-go = Confirmar

# La barra de arriba.
find-label = Buscar una persona o un lugar
find-go = Buscar
account = Cuenta:
nav-sessions = Dónde tiene sesiones abiertas
unit-open = sin resolver
sign-in-foot = Solo para el personal. Cada visita queda registrada.

# Listas.
pages = Páginas
page-first = Primera página
page-next = Página siguiente
page-previous = Página anterior
col-task = Por hacer
col-person = Persona
col-due = Vence
col-owner = A cargo de
col-program = Programa
col-worker = A cargo de
col-risk = Riesgo
col-contact = Último contacto
col-next-due = Próximo plazo
col-tasks = Tareas
col-attention = Por decidir
col-consent = Consentimiento
col-unsent = Sin enviar
col-record = Registro
col-to-decide = Por decidir
col-author = Escrito por
col-written = Escrito
col-case = Caso
col-found = Persona o lugar
col-type = Tipo
col-begun = Inicio de sesión
col-used = Último uso
col-end = Cerrar
nobody = Nadie
unknown = Sin datos
person-hidden = Nombre no visible
no-contact = Aún sin contacto
nothing-due = Nada pendiente
no-consent = Ninguno firmado
open-case = Abrir caso
flagged = Muy tarde
paused = En pausa
tried = { $count ->
    [one] un intento
   *[other] { $count } intentos
}
count-cases = { $count ->
    [one] { $count } caso
   *[other] { $count } casos
}
count-to-review = { $count } por revisar
count-conflicts = { $count ->
    [one] { $count } conflicto
   *[other] { $count } conflictos
}
count-unsent = { $count ->
    [one] { $count } cambio
   *[other] { $count } cambios
}
consent-ended = Terminó { $day }
days-left = { $days ->
    [0] Termina hoy
    [one] Queda { $days } día
   *[other] Quedan { $days } días
}
range-shown = { $first } a { $last } de { $total }

# El día.
tiles = Lo que le espera
tile-overdue = Con atraso
tile-today = Vencen hoy
tile-review = Por revisar
tile-conflicts = Conflictos
tile-safety = Emergencias
due-first = Lo que vence primero
quiet-longest = Más tiempo sin contacto
tasks-all = Todas las tareas
cases-all = Todos los casos
home-without-cases = Usted no trabaja con casos. Lo que puede abrir está en el menú.

# Tareas.
tasks-which = Qué tareas
no-tasks = No hay tareas pendientes
no-tasks-hint = Aquí aparece una tarea cuando un registro pide un seguimiento.
none-overdue = Nada está atrasado
none-overdue-hint = Lo que vence después está en Todas las tareas.
none-today = Hoy no vence nada más
none-today-hint = Lo que vence después está en Todas las tareas.

# Los casos.
filter-and-sort = Filtrar y ordenar
filter-go = Mostrar casos
filter-clear = Quitar todos
chip-remove = Quitar filtro:
only-with = Solo casos con
any-worker = Cualquier persona
any-program = Cualquier programa
any-risk = Cualquier riesgo
gap = Sin contacto desde hace
any-gap = Cualquier tiempo
gap-over = más de { $days } días
with-overdue = Tarea atrasada
with-unreviewed = Algo por revisar
with-conflicts = Conflicto por decidir
with-expired-consent = Consentimiento terminado
sort-by = Ordenar por
sort-descending = Lo último primero
no-cases = Todavía no hay casos
no-cases-hint = Aquí aparece un caso cuando se le asigna a usted o a un programa que usted supervisa.
none-match = Ningún caso cumple todos estos filtros
none-match-hint = Quite un filtro de arriba para ver más.

# Conflictos.
conflicts-what = Dos personas dieron respuestas distintas a la misma pregunta. Abra el registro y decida cuál queda.
no-conflicts = Nada por decidir
no-conflicts-hint = Aquí aparece un registro cuando dos personas responden distinto a la misma pregunta.

# Buscar.
find-title = Buscar
find-hint = Un nombre, un apodo, una calle, un año de nacimiento o los últimos 4 dígitos de un teléfono. Bastan dos letras.
found-title = Resultados
none-found = No se encontró a nadie
none-found-hint = Revise cómo está escrito o pruebe otro nombre. Usted encuentra solo a quienes puede ver.
more-found = Hay más. Una búsqueda más larga encuentra menos.

# Sesiones.
sessions-what = Cierre cada sesión que no reconozca o que ya no necesite. Lo que se guardó allí sigue guardado.
end-session = Cerrar
end-others = Cerrar todas las demás
this-session = Esta sesión

# Los valores, y lo que se hizo con ellos.
value-yes = Sí
value-no = No
value-someone = alguien
value-other-record = otro registro
did-set = { $who } puso { $value } en { $field }
did-clear = { $who } vació { $field }
did-add = { $who } agregó { $value } a { $field }
did-remove = { $who } quitó { $value } de { $field }
did-log = { $who } agregó a { $field }: { $value }
did-count = { $who } contó { $by } en { $field }
did-write = { $who } escribió en { $field }: { $value }
did-delete = { $count ->
    [one] { $who } borró { $count } letra de { $field }
   *[other] { $who } borró { $count } letras de { $field }
}

# Un caso.
case-who = Quién es
case-team = Equipo
case-all-of-it = Registro completo
case-next = Próximos pasos
case-no-tasks = No hay tareas pendientes.
case-consents = Consentimientos
case-consent-revoked = Revocado
case-consent-stands = Sin fecha de fin
case-consent-days = { $days ->
    [0] termina hoy
    [one] queda { $days } día, hasta el { $date }
   *[other] quedan { $days } días, hasta el { $date }
}
case-new = Nuevo registro
case-notes = Todas las notas
case-print = Imprimir
case-records = Registros
case-records-earlier = Registros anteriores
case-no-records = Todavía no hay registros.
case-no-records-hint = Elija Nuevo registro para escribir el primero.
case-no-earlier = No hay nada anterior.
case-newest = Lo más reciente
case-earlier = Anteriores
case-unsent = Solo en este dispositivo
case-apart = Escrito el { $written } según el reloj del dispositivo. El servidor lo recibió el { $received }.
case-changed-times = { $count ->
    [one] Cambiado una vez
   *[other] Cambiado { $count } veces
}
case-voided = Anulado
case-amended-by = { $count ->
    [one] Corregido una vez
   *[other] Corregido { $count } veces
}
notes-title = Todas las notas
notes-find = Buscar en estas notas
notes-found = { $count ->
    [one] { $count } registro tiene todas estas palabras.
   *[other] { $count } registros tienen todas estas palabras.
}
notes-all = Ver todas
notes-none = Nadie ha escrito una nota en este caso.
notes-none-found = Ninguna nota tiene todas estas palabras. Pruebe con menos palabras o más cortas.

# Un registro.
record-edit = Cambiar
record-about = Sobre este registro
record-happened = Ocurrió
record-written = Escrito según el reloj del dispositivo
record-received = Recibido por el servidor
record-at-server = en el servidor { $received }
record-state = Estado
record-kept-in = Se guarda en
record-voided = Este registro se anuló y ya no cuenta.
record-conflicts = { $count ->
    [one] Una respuesta por decidir
   *[other] { $count } respuestas por decidir
}
record-conflicts-what = Varias personas respondieron distinto sin saber unas de otras. Todo se guarda hasta que alguien decida.
record-disputed = Por decidir
record-value-history = Historial de { $field }
record-decided = Decidió entre varias respuestas
record-overwritten = Reemplazado por otra respuesta dada al mismo tiempo
record-empty = Este registro está vacío.
record-unknown-fields = De una versión más nueva
record-history = Historial
record-history-earlier = Historial anterior
record-left-out = { $count ->
    [one] Un cambio ya no se puede leer, porque su texto se borró.
   *[other] { $count } cambios ya no se pueden leer, porque su texto se borró.
}

# Formularios.
form-title-new = Nuevo: { $form }
form-title-change = Cambiar: { $form }
form-the-record = El registro
form-begun = Empezado el { $when }
form-old = Usted empezó este formulario { $when }. Termínelo o descártelo.
form-required = (obligatorio)
form-no-answer = Sin respuesta
form-choose = Elija
form-not-offered = { $option } (ya no se ofrece)
form-nothing-to-choose = No hay nada que elegir.
form-example = Ejemplo: { $example }
form-range = De { $min } a { $max }
form-duration-hint = Horas y minutos, por ejemplo 1:30
form-append = Agregar a la nota
form-count-one = Sumar uno a { $field }
form-add-entry = Agregar
form-add-entry-to = Agregar a { $field }
form-remove = Quitar
form-remove-entry = Quitar el dato { $number } de { $field }
form-missing = Responda esta pregunta.
form-happened-hint = Si lo deja vacío: cuando empezó este formulario
form-part-missing = Falta { $field }.
form-not-yet = Todavía no se sabe
form-changed-since = Otra persona lo ha cambiado desde entonces. Ahora dice: { $value }
form-emptied-since = Otra persona lo ha vaciado desde entonces.
form-of-every-record = Cuándo, dónde y qué sigue
form-problems = { $count ->
    [one] Hay un problema. Corríjalo y guarde otra vez.
   *[other] Hay { $count } problemas. Corríjalos y guarde otra vez.
}
form-doubtful = Revise lo que está marcado abajo. Si está bien, guárdelo como está.
form-kept = Sus respuestas se guardan al momento. Nadie más las ve hasta que usted guarde el registro.
form-kept-at = Guardado a las { $time }
form-submit = Guardar el registro
form-submit-change = Guardar el cambio
form-submit-anyway = Está bien, guardar
form-keep = Terminar después
form-discard = Descartar
form-discard-sure = Se perderá todo lo que hay en este formulario.
form-discard-go = Sí, descartar
drafts-title = Formularios sin terminar
drafts-what = Nadie más los ve hasta que usted guarde el registro.
drafts-form = Formulario
drafts-about = Sobre
drafts-begun = Empezado
drafts-state = Estado
drafts-old = Antiguo
drafts-complete = Listo para guardar
drafts-missing = { $count ->
    [one] { $count } respuesta que falta o se debe corregir
   *[other] { $count } respuestas que faltan o se deben corregir
}
no-drafts = No hay formularios sin terminar
no-drafts-hint = Un formulario que usted empieza y no guarda espera aquí.
new-title = Nuevo registro
new-what = ¿Qué quiere anotar?
new-back = Volver al caso
new-none = No hay nada que usted pueda escribir aquí.
new-none-hint = Pregunte a quien le supervisa qué registros puede escribir su función.

# Revisión, y valores entre los que hay que decidir.
nav-review = Revisión
review-total = { $count ->
    [one] { $count } registro espera
   *[other] { $count } registros esperan
}
review-what = Los más antiguos van primero. La revisión vence a los tres días hábiles.
review-none = Nada espera su revisión.
review-none-hint = Los registros aparecen aquí cuando se envían para revisión.
review-choose = Elegir
review-came = Recibido
review-approve = Aprobar
review-approve-chosen = Aprobar los registros elegidos
review-return = Devolver con motivos
review-approved = { $count ->
    [one] Se aprobó { $count } registro.
   *[other] Se aprobaron { $count } registros.
}
review-left = No aprobados
review-changed = Este registro cambió después de que usted lo vio. Léalo de nuevo.
review-disputed = Primero hay que decidir entre valores de este registro.
review-gone = Este registro ya no espera su revisión.
conflict-keep = Conservar este
conflict-settled = Alguien ya decidió esto. El registro muestra lo que vale ahora.

# Lo nuevo, y una sesión que termina.
news = Algo en esta página ha cambiado.
news-show = Mostrarlo
idle-title = La sesión se cerrará en dos minutos
idle-what = Hace un rato que nadie usa esta página. Lo que usted llenó está guardado.
idle-stay = Seguir con la sesión
keys-title = Teclas
keys-rows = Fila siguiente, fila anterior
keys-approve = Aprobar, cuando un registro espera su revisión
keys-return = Devolverlo con motivos
keys-help = Esta lista
close = Cerrar

# Asignar un caso a alguien.
case-assign = Asignar o transferir
assign-title = Asignar o transferir
assign-from = Quién lo entrega
assign-from-nobody = Nadie: trabaja en él una persona más
assign-to = Quién lo recibe
assign-to-hint = Las personas de sus programas lo reciben de inmediato. A otro programa se le pregunta primero.
assign-choose = Elija
assign-people = Personas de sus programas
assign-programs = Preguntar a otro programa
assign-reason = Motivo
assign-reason-hint = Es necesario cuando se pregunta a otro programa. Lo lee su supervisor: escriba solo lo que esa persona puede saber.
assign-preview = Mostrar qué sucede
assign-none = Nadie puede recibir este caso.
assign-none-hint = Todas las personas de sus programas que podrían trabajar en él ya lo hacen, y no hay otro programa a quien preguntar.
assign-choose-to = Elija quién lo recibe.
assign-say-why = Indique el motivo, con 10 a 500 caracteres.
assign-gives = Dar este caso a { $name }
assign-asks = Pedir a { $program } que reciba este caso
assign-asks-what = Nada cambia hasta que su supervisor acepte. Hasta entonces puede retirar la solicitud.
assign-effects = Qué sucede
assign-opens = Se abre a quien lo recibe
assign-opened = { $records ->
    [one] { $compartment }: { $records } registro
   *[other] { $compartment }: { $records } registros
}
assign-needs-consent = Sigue cerrado sin un consentimiento
assign-needs-consent-why = Un consentimiento firmado debe nombrar esta área y el programa de quien recibe. Regístrelo primero en el caso.
assign-closes = Se cierra a quien lo entrega
assign-loses-sight = { $name } ya no verá este caso.
assign-devices = Teléfonos de quien lo entrega
assign-devices-why = Lo que aún no se ha enviado llegará: el teléfono lo entrega antes de soltar el caso.
assign-no-devices = Ninguno
assign-device-seen = Visto por última vez: { $when }
assign-device-never = Nunca visto
assign-device-drafts = { $count ->
    [one] { $count } formulario sin terminar
   *[other] { $count } formularios sin terminar
}
assign-nothing = Nada
assign-tasks = { $tasks ->
    [0] Ninguna tarea pendiente
    [one] { $tasks } tarea pendiente, { $overdue } vencida
   *[other] { $tasks } tareas pendientes, { $overdue } vencidas
}
assign-ask = Preguntar
assign-do = Asignar
assign-change = Cambiar

# Transferencias entre programas.
transfers-title = Transferencias
transfers-what = Casos que un programa pide a otro que reciba.
transfers-waiting = Esperan su respuesta
transfers-none = Nada espera su respuesta.
transfers-asked = Pedidas por usted
transfers-decided = Decididas
transfer-asks = { $name } pide a { $program } que reciba un caso
transfer-who = Quién trabajará en él
transfer-accept = Recibirlo
transfer-refuse = No recibirlo
transfer-why-not = Por qué no
transfer-waits-for = espera a { $program }
transfer-take-back = Retirar
transfer-accepted = recibido por { $by }; trabaja en él { $worker }
transfer-refused = no recibido por { $by }: { $why }
transfer-taken-back = retirada
transfer-asked-by = { $name } preguntó a { $program }
transfer-words-gone = Las palabras se fueron con el caso.

# Mover todos los casos de alguien.
caseload-move = Mover todos los casos
caseload-what = Todo aquello en lo que alguien trabaja pasa a otra persona en un solo paso.
caseload-choose = Elija quién entrega y quién recibe.
caseload-same = Elija dos personas distintas.
caseload-title = De { $from } a { $to }
caseload-total = { $count ->
    [0] No se puede mover ningún caso.
    [one] Se mueve { $count } caso. Ábralo para ver qué sucede.
   *[other] Se mueven { $count } casos. Abra uno para ver qué sucede.
}
caseload-stays = No se mueven
caseload-do = Moverlos
caseload-done = { $count ->
    [0] No se movió ningún caso.
    [one] Se movió { $count } caso.
   *[other] Se movieron { $count } casos.
}
caseload-left = Estos no se movieron

# Trabajo rechazado.
late-title = Trabajo rechazado
late-what = Lo que los teléfonos entregaron y el servidor no aceptó. A quien lo registró se le informa de su decisión.
late-none = No se rechazó nada.
late-none-hint = Lo que llega demasiado tarde, o no cumple una regla, espera aquí. Nunca se descarta por sí solo.
late-unknown = Se desconoce
late-reason = Motivo
late-waiting-since = Desde
late-changes = { $count ->
    [one] { $count } cambio
   *[other] { $count } cambios
}
late-of = Rechazado: { $record }
late-reasons = Por qué se rechazó
late-times = { $count ->
    [one] entregado una vez
   *[other] entregado { $count } veces
}
late-unreadable = { $count ->
    [one] { $count } cambio no se puede leer. Solo se puede descartar.
   *[other] { $count } cambios no se pueden leer. Solo se pueden descartar.
}
late-says = Qué dice
late-field = Campo
late-before = Ahora
late-after = Como se entregó
late-say-why = Por qué lo decide así
late-say-why-hint = Quien lo registró lo lee en su teléfono.
late-accept = Aceptarlo
late-dismiss = Descartarlo

# Un caso en papel.
case-handoff = Hoja de entrega
handoff-title = Hoja de entrega
handoff-what = Una página con quién es, qué hay que hacer y qué pasó por último, hasta donde usted puede verlo.
handoff-purpose = Para qué
handoff-purpose-hint = Aparece en la hoja y en la auditoría.
handoff-say-why = Indique para qué es la hoja, con 10 a 500 caracteres.
handoff-show = Mostrar la hoja
handoff-printed = Impreso por { $name }, { $at }
handoff-yours = Este papel queda ahora bajo su responsabilidad. Destrúyalo cuando haya cumplido su fin.
handoff-back = Volver al caso

# Mostrar otra vez quién es uno; la auditoría; las emergencias.
confirm-undone = Lo que envió no se hizo. Hágalo de nuevo después.
confirm-problem = Algo no es correcto
confirm-wrong = La contraseña o el código no es correcto. Después de cinco intentos fallidos se cierra su sesión.
confirm-no-password = Escriba su contraseña
confirm-no-code = Escriba el código de su aplicación de autenticación
confirm-code-hint = Seis dígitos de su aplicación de autenticación. Cada código sirve una sola vez: si acaba de usar uno, espere al siguiente.
sign-in-signed-out = La contraseña o el código fue incorrecto cinco veces, así que se cerró su sesión. Lo que guardó está a salvo.
nav-audit = Auditoría
purpose-title = ¿Para qué lee la auditoría?
purpose-why = Se le pregunta una vez en cada sesión. Lo que escriba queda en la propia auditoría y aparece en cada una de sus páginas.
purpose-label = Propósito
purpose-hint = Indique la queja, la revisión o la fecha, y a ninguna persona. De 10 a 500 caracteres.
purpose-go = Continuar a la auditoría
purpose-shown = Propósito:
audit-what = Todo lo que se leyó, escribió, rechazó o cambió, lo más reciente primero. Lo que usted lee aquí también queda en ella.
audit-check = Verificar
audit-file = Descargar, con firma
audit-problems = No se puede hacer la búsqueda
audit-search = Buscar
audit-by = Quién
audit-anybody = Cualquier persona
audit-act = Qué
audit-anything = Cualquier cosa
audit-from = Desde
audit-until = Hasta
audit-number = Número de un caso o registro
audit-number-hint = Como aparece en una orden o una queja
audit-no-day = Elija un día, por ejemplo 2026-11-28
audit-days-reversed = El último día es anterior al primero
audit-no-number = Este no es el número de un caso ni de un registro
audit-this-case = Solo el caso que eligió
audit-go = Buscar en la auditoría
audit-all = Mostrar todo
audit-none = No se encontró nada.
audit-none-hint = Busque menos cosas a la vez o en más días.
audit-object = Sobre
audit-at = Cuándo
audit-outcome = Resultado
audit-row = Fila
audit-all-of-case = Todo sobre este caso
audit-newest = Filas más recientes
audit-older = Filas anteriores
audit-stranger = Alguien desconocido
audit-administrator = Administración, en el servidor
audit-server = El servidor
audit-at-console = en la consola
audit-with-phone = con un teléfono
audit-case = Un caso
audit-record = Un registro que ya no existe
audit-device = Teléfono de { $owner }
audit-emergency = Acceso de emergencia { $number }
audit-unknown-device = Un teléfono que ya no se conoce
audit-rows = { $rows ->
    [one] { $rows } fila
   *[other] { $rows } filas
}
check-title = Verificación de la auditoría
check-broken = La auditoría no está íntegra
check-what-to-do = Guarde esta página, descargue la auditoría y llame a quien administra el servidor. Una descarga anterior muestra lo que decía.
check-others = Qué más no es correcto
check-well = Cada fila está como se escribió.
check-well-what = Ninguna se cambió, se movió ni se quitó.
check-key = Clave de la firma
check-key-what = La auditoría descargada lleva firma. Con esta clave, cualquiera puede comprobarla sin el servidor.
check-back = Volver a la auditoría
vouched-title = Avalado tras una restauración
vouched-what = Después de una restauración, los teléfonos entregan lo que el servidor perdió, también lo que escribieron otras personas. Estos son los cambios que se basan en la palabra de otro teléfono.
vouched-none = Nada se basa en la palabra de otro teléfono.
vouched-none-hint = Después de una restauración, aquí aparecen los cambios que entregó un teléfono distinto del que los escribió.
vouched-author = Lo escribió
vouched-by = Lo entregó
vouched-at = Entregado
col-compartment = Se guarda en
audited-records = { $records ->
    [one] { $records } registro
   *[other] { $records } registros
}
audited-tasks = { $tasks ->
    [one] { $tasks } tarea
   *[other] { $tasks } tareas
}
audited-findings = { $findings ->
    [0] todo bien
    [one] { $findings } problema
   *[other] { $findings } problemas
}
audited-done = hecho
audited-found = encontrado en una búsqueda
audited-shown = mostrado
audited-wrong = incorrecto
audited-in-emergency = en una emergencia
audited-confirm-first = primero debía confirmar su identidad
audited-not-found = nada que pueda ver
audited-no-access = no permitido
audited-reason-needed = hacía falta un motivo
audited-accept-refused-work = Aceptó trabajo rechazado
audited-add-user = Agregó a una persona
audited-announce = Anunció dónde está el servidor
audited-announce-address = Anunció la próxima dirección
audited-announce-key = Anunció la próxima clave
audited-assign = Asignó un caso
audited-backup = Hizo una copia de seguridad
audited-begin-account = Empezó a configurar una cuenta
audited-change-password = Cambió la contraseña
audited-close-account = Cerró una cuenta
audited-close-emergency = Cerró un acceso de emergencia
audited-close-restore = Terminó el plazo tras una restauración
audited-confirm-session = Confirmó su identidad
audited-create = Creó un registro
audited-disclose = Divulgó con un consentimiento
audited-dismiss-refused-work = Descartó trabajo rechazado
audited-end-sessions = Cerró sesiones
audited-enrol = Registró un teléfono
audited-erase = Borró un caso
audited-exceed-budget = Envió más de lo que permite un día
audited-export-audit = Exportó la auditoría
audited-give-role = Dio una función
audited-init = Instaló el servidor
audited-invite = Invitó un teléfono
audited-invite-to-reconnect = Invitó un teléfono a reconectarse
audited-invite-to-the-console = Invitó a la consola
audited-look-at-emergency = Revisó un acceso de emergencia
audited-open-in-an-emergency = Abrió en una emergencia
audited-order-wipe = Ordenó borrar un teléfono
audited-publish-catalogue = Publicó el catálogo
audited-read = Leyó
audited-reconcile = Informó lo que tiene el teléfono
audited-reconnect = Reconectó un teléfono
audited-refuse = Fue rechazado
audited-renew-certificate = Renovó el certificado
audited-repair-refused-work = Reparó trabajo rechazado
audited-restore = Restauró una copia de seguridad
audited-revoke-device = Revocó un teléfono
audited-set-account = Configuró una cuenta
audited-settle = Recalculó los accesos
audited-show-contact = Preguntó cómo contactar a alguien
audited-sign-in = Inició sesión
audited-sign-out = Cerró su sesión
audited-start = Se inició
audited-state-a-reason = Dio un motivo
audited-take-role = Quitó una función
audited-unassign = Quitó un caso
audited-view = Vio un registro en un teléfono
audited-accept-transfer = Se hizo cargo de un caso
audited-ask-transfer = Pidió a otro programa que se hiciera cargo de un caso
audited-print = Imprimió un caso
audited-refuse-transfer = No se hizo cargo de un caso
audited-take-back-transfer = Retiró una petición
audited-write = Cambió un registro
audited-search = Una búsqueda de personas
audited-refusals = Trabajo rechazado
nav-emergencies = Emergencias
emergencies-waiting = pendientes
emergencies-unseen = { $count ->
    [0] Usted las revisó todas
    [one] { $count } sin revisar
   *[other] { $count } sin revisar
}
emergencies-open = { $count ->
    [0] No hay nada abierto ni espera su respuesta
    [one] { $count } está abierto o espera su respuesta
   *[other] { $count } están abiertos o esperan su respuesta
}
emergencies-what = Casos que alguien abrió fuera de sus programas, con cada lectura.
emergencies-own-what = Lo que usted abrió fuera de sus programas. La persona encargada de la privacidad también lo ve.
emergencies-none = No se abrió nada en una emergencia.
emergencies-none-hint = Cuando alguien que supervisa abre un caso fuera de sus programas, aparece aquí enseguida.
emergencies-own-none-hint = Usted abre lo que necesita desde la página de un caso.
emergency-open = Abierto
emergency-over = Terminado
emergency-seen = Revisado
emergency-unseen = Sin revisar
emergency-seen-by = { $name }, { $at }
emergency-reason = Motivo
emergency-no-reason = Las palabras se borraron junto con el caso.
emergency-opened = Se abrió
emergency-closed = Se cerró
emergency-until = Hasta
emergency-reads = Qué se leyó
emergency-no-reads = Nada
emergency-read-case = El caso
emergency-more = Se leyó más: busque en la auditoría.
emergency-see = Ya lo revisé
emergency-close = Cerrar ahora
emergency-audit = El caso en la auditoría
open-title = Abrir en una emergencia
open-what = Usted lee lo que tiene cerrado, por poco tiempo. La persona encargada de la privacidad ve enseguida quién abrió qué, por qué, y todo lo que se leyó.
open-problems = No se abrió
open-nothing = Todo lo que se puede abrir en una emergencia ya está abierto para usted.
open-compartment = ¿Qué necesita ver?
open-choose = Elija qué abrir
open-at-most = { $name }, { $time } como máximo
open-minutes = ¿Por cuánto tiempo?
open-reason = ¿Por qué?
open-reason-hint = Qué pasó y qué necesita saber. De 10 a 500 caracteres.
open-reason-length = Escriba el motivo en 10 a 500 caracteres
open-go = Abrir ahora
open-cancel = Volver al caso
audited-wrong-password = contraseña incorrecta
audited-wrong-code = código incorrecto
audited-used-code = código ya usado
audited-unknown-name = no existe ese nombre
audited-account-closed = cuenta cerrada
audited-codes-locked = demasiados códigos incorrectos

# Configurar una cuenta.
sign-in-new = Tengo un código para una cuenta nueva
welcome-title = Configure su cuenta
welcome-what = Alguien de administración le dio un código. Sirve una sola vez.
welcome-code = Código de su invitación
welcome-code-hint = No importan los espacios, los guiones ni las mayúsculas.
welcome-go = Continuar
welcome-has-one = Ya tengo una cuenta
welcome-wrong-code = Este código es incorrecto, ya se usó o venció. Pida uno nuevo a administración.
welcome-hello = { $name }, configure su cuenta
welcome-problems = Su cuenta aún no está lista
welcome-first = 1. Su aplicación de autenticación
welcome-scan = Apunte la cámara de la aplicación a esta imagen. Desde entonces muestra un código nuevo cada 30 segundos.
welcome-qr = Código QR para su aplicación de autenticación. Las letras de abajo son lo mismo.
welcome-letters = O escriba estas letras en la aplicación:
welcome-then = 2. Su contraseña
welcome-password = Contraseña nueva
welcome-password-hint = De 12 a 128 caracteres. Lo mejor son varias palabras que no tengan nada que ver entre sí.
welcome-totp = Código que muestra ahora la aplicación
welcome-finish = Configurar la cuenta
welcome-weak = La contraseña debe tener de 12 a 128 caracteres y no ser fácil de adivinar
welcome-wrong-totp = Este no es el código que muestra ahora la aplicación: revise el reloj del teléfono
welcome-done-title = Su cuenta está lista
welcome-done = Inicie sesión con su nombre, su contraseña y el próximo código que muestre la aplicación. Cada código sirve una sola vez.

# Cómo se contacta a alguien.
contact-title = Cómo contactar
contact-hidden = Oculto: { $fields }.
contact-show = Mostrar cómo contactar

# Las personas, los dispositivos y el servidor, para quienes los administran.
nav-people = Personal
nav-devices = Dispositivos
nav-health = Estado
staff-count = { $count ->
    [one] { $count } persona
   *[other] { $count } personas
}
staff-inactive = Sin actividad en 90 días
staff-inactive-count = { $count ->
    [one] { $count } persona no ha iniciado sesión ni sincronizado un dispositivo en 90 días.
   *[other] { $count } personas no han iniciado sesión ni sincronizado un dispositivo en 90 días.
}
staff-inactive-only = Mostrar solo esas
staff-all = Mostrar a todo el personal
staff-find = Buscar por nombre
staff-none = No se encontró a nadie
staff-none-hint = Revise la ortografía.
staff-add = Agregar a una persona
staff-add-go = Agregar
staff-name = Nombre
staff-name-hint = El nombre que conoce el equipo. No puede haber dos iguales.
staff-first-role = Primera función
staff-role-choose = Elija una función
staff-role-missing = Elija una función.
staff-role-in = { $role }, { $program }
staff-roles = Funciones
staff-no-roles = Ninguna función
staff-no-roles-hint = Sin función, esta persona no ve nada. Dele una aquí abajo.
staff-account = Cuenta
staff-account-none = Sin cuenta
staff-account-invited = Con invitación
staff-account-active = Activa
staff-account-closed = Cerrada
staff-signed-in = Última sesión
staff-seen = Última sincronización
staff-never = Nunca
staff-sessions = Sesiones abiertas
staff-added = Alta
staff-own = Esta es su propia página. Solo otra persona de administración puede darle una función o cerrar su cuenta.
staff-give = Dar una función
staff-give-hint = La función abre sus casos de inmediato; en los teléfonos, con la próxima sincronización.
staff-first-day = Primer día
staff-first-day-hint = Vacío: de inmediato.
staff-last-day = Último día
staff-last-day-hint = Vacío: sin fin.
staff-planned = Todavía no
staff-from = desde el { $first }
staff-until = hasta el { $last }
staff-from-until = desde el { $first } hasta el { $last }
staff-give-go = Dar esta función
staff-take = Quitar
staff-take-title = ¿Quitar una función a { $name }?
staff-take-loses = { $count ->
    [0] Esta persona sigue viendo todos los casos que ve ahora.
    [one] Esta persona deja de ver { $count } caso de inmediato. Los teléfonos lo borran con la próxima sincronización.
   *[other] Esta persona deja de ver { $count } casos de inmediato. Los teléfonos los borran con la próxima sincronización.
}
staff-take-kept = Lo que escribió se conserva. Si le da la función otra vez, se abren de nuevo los casos que sigue teniendo asignados.
staff-take-go = Quitar esta función
staff-invite-account = Crear un código para la cuenta
staff-invite-device = Invitar un dispositivo
staff-sign-out = Cerrar todas sus sesiones
staff-close = Cerrar la cuenta
staff-close-title = ¿Cerrar la cuenta de { $name }?
staff-close-sessions = { $count ->
    [0] Esta persona ya no podrá iniciar sesión en la consola.
    [one] Se cierra de inmediato su sesión ({ $count }) y ya no podrá iniciar sesión en la consola.
   *[other] Se cierran de inmediato sus { $count } sesiones y ya no podrá iniciar sesión en la consola.
}
staff-close-devices = { $count ->
    [0] No tiene ningún dispositivo que sincronice.
    [one] Su dispositivo ({ $count }) sigue sincronizando: revóquelo aparte y quite las funciones.
   *[other] Sus { $count } dispositivos siguen sincronizando: revoque cada uno aparte y quite las funciones.
}
staff-close-again = Sus registros se conservan. Un código nuevo abre la cuenta otra vez.
staff-close-go = Cerrar esta cuenta
sure-no = Volver sin cambiar nada
code-for-account = Código para la cuenta de { $name }
code-for-device = Código para un dispositivo de { $name }
code-account-what = La persona abre la dirección en un navegador, escribe el código, configura una aplicación de autenticación y elige una contraseña. El código sirve una sola vez. Un código anterior ya no sirve.
code-device-what = Escanéelo con el dispositivo nuevo, o escriba allí el código. Sirve una sola vez.
code-once = Este código se muestra solo ahora. Si se pierde, cree uno nuevo.
code-qr = Código QR de esta invitación
code-code = Código
code-until = Sirve hasta
code-app = En un teléfono, abra
code-app-needs = Este código es para una aplicación instalada, que fija la clave del servidor. La aplicación en el navegador de un teléfono necesita un certificado en que confíen los teléfonos.
code-server = Dirección
code-fingerprint = Huella del servidor
code-back = Listo, volver a { $name }
device-count = { $count ->
    [one] { $count } dispositivo
   *[other] { $count } dispositivos
}
device-what = Primero, los que llevan más tiempo sin sincronizar; más de 72 horas es demasiado.
device-file = Descargar como CSV
device-days = Días sin sincronizar
device-days-go = Mostrar
device-owner = Responsable
device-kind = Dispositivo
device-since = Inscrito
device-enrolled-on = Inscrito el { $day }
device-catalogue = Catálogo
device-current = Vigente
device-outdated = Uno anterior
device-state = Estado
device-enrolled = En uso
device-ordered = Revocado, espera la próxima sincronización
device-told = Revocado, recibió la orden de borrarse
device-none = Ningún dispositivo
device-none-hint = Invite un dispositivo en la página de la persona que lo usará.
device-none-quiet = Todos los dispositivos sincronizaron en ese tiempo
device-none-quiet-hint = Elija menos días o muestre todos los dispositivos.
device-revoke = Revocar
device-revoke-title = ¿Revocar el dispositivo de { $name }?
device-revoke-what = Desde ahora no recibe nada y no se acepta su trabajo. Cuando vuelva a comunicarse con el servidor, recibirá la orden de borrarse. Sin conexión conserva lo que tiene, protegido por su PIN.
device-revoke-late = Lo que todavía entregue espera la decisión de una persona que supervisa. Un dispositivo revocado no puede volver: se inscribe como uno nuevo.
device-revoke-unsent = { $count ->
    [one] Tenía { $count } borrador sin enviar en su última sincronización; se perderá.
   *[other] Tenía { $count } borradores sin enviar en su última sincronización; se perderán.
}
device-revoke-go = Revocar este dispositivo
health-what = Lo que el servidor sabe de sí mismo. Aquí no hay nada sobre ningún caso.
health-backups = Copias de seguridad
health-backup-last = Última copia
health-backup-never = Todavía no hay ninguna copia de seguridad. Haga una hoy con fieldbook admin backup y guárdela en otro equipo.
health-backup-old = La última copia de seguridad tiene más de 7 días. Haga una con fieldbook admin backup y guárdela en otro equipo.
health-keys = Claves
health-keys-what = Una copia solo se abre con master.key y el keys.db más reciente. Guarde los dos en otro lugar que las copias, y nunca un keys.db antiguo.
health-server = Servidor
health-version = Versión
health-catalogue = Catálogo
health-catalogue-since = vigente desde:
health-devices = Dispositivos en uso
health-size = Tamaño de la base de datos
health-tables = Versión de las tablas
health-feed = Entradas del flujo
health-audit = Auditoría
health-audit-rows = Filas
health-audit-head = Último hash
health-audit-what = Anótelo de vez en cuando en otro lugar: quien cambiara una fila anterior lo cambiaría también.

# Recovery codes.
recovery-title = Códigos de recuperación
recovery-what = Con un código de recuperación inicia sesión una vez, junto con su nombre y su contraseña, cuando no tiene a mano la aplicación de autenticación.
recovery-once = Estos códigos solo se muestran ahora.
recovery-keep = Anótelos o imprímalos y guárdelos donde guarda sus papeles importantes, no junto a su contraseña.
recovery-kept = Ya los guardé
recovery-left = { $count ->
    [0] No queda ningún código de recuperación
    [one] Queda { $count } código de recuperación
   *[other] Quedan { $count } códigos de recuperación
}
recovery-used = Inició sesión con un código de recuperación. No sirve otra vez.
recovery-voids = Si crea códigos nuevos, los que tiene dejan de servir.
recovery-make = Crear códigos de recuperación nuevos
recovery-go-on = Continuar
recovery-instead = ¿No tiene a mano la aplicación de autenticación?
recovery-one = Código de recuperación
audited-make-recovery-codes = Creó códigos de recuperación

# Quién puede ver un caso y qué no se muestra.
seers-title = Quién puede ver este caso
seers-what = Personas que pueden ver lo que usted ve de este caso, y por qué. De lo que está cerrado para usted no se dice nada.
seers-who = Nombre
seers-roles = Roles
seers-why = Por qué
seers-role = { $role }, { $program }
seers-works = Trabaja en el caso
seers-supervises = Supervisa un programa que trabaja en él
seers-consent = Trabaja en el caso, y un consentimiento lo abre
seers-office = Por su cargo
seers-with-reason = Por su cargo, si indica un motivo
seers-emergency = Lo abrió en una emergencia
withheld-records = Aquí hay registros que usted no puede ver ({ $part }).
withheld-way = Los abre un consentimiento firmado que nombre a su programa. Hable de ello con la persona o pregunte a quien le supervisa.
withheld-consent = Registrar un consentimiento

# Preguntas sobre una emergencia.
question-ask = Preguntar
question-yours = Su pregunta a { $name }
question-ask-hint = De 10 a 500 caracteres. Espera en su página de emergencias hasta que conteste, y queda ahí con la respuesta.
question-send = Enviar la pregunta
question-asked = Pregunta de { $name }
question-answer = Respuesta
question-waits = Espera respuesta
question-answer-it = Contestar la pregunta
question-your-answer = Su respuesta
question-hint = De 10 a 500 caracteres. La lee quien vela por la privacidad.
question-send-answer = Enviar la respuesta
audited-ask-about-emergency = Preguntó sobre una emergencia
audited-answer-about-emergency = Contestó sobre una emergencia

# Lo que se devuelve a quien lo escribió.
returned-title = Devuelto para su corrección
returned-by = Lo devolvió { $by }, { $at }.
returned-fields = Campos por corregir:
returned-marked = por corregir
conflict-combine = Escribir lo correcto
conflict-back = Devolver a quienes no coinciden
conflict-back-what = Cada persona que escribió una de estas respuestas recibe el registro como tarea en su teléfono, con esta pregunta marcada.
conflict-back-note = ¿Qué deben aclarar?
conflict-back-needs-note = Indique qué deben aclarar: lo leen en sus teléfonos.
conflict-back-go = Devolverlo

late-repair = Corregir en un formulario
form-repairs = Este formulario vuelve a escribir un trabajo rechazado. Al enviarlo, ese trabajo queda resuelto.
form-repairs-what = Ver lo que se rechazó

# Dispositivos: cómo están y qué se les ordenó.
device-app = Programa
device-records = Registros que guarda
device-size = Tamaño de sus datos
device-free = Espacio libre en el dispositivo
device-clock = Reloj
device-clock-right = Correcto
device-clock-ahead = Reloj adelantado { $span }
device-clock-behind = Reloj atrasado { $span }
device-waiting = Cambios sin enviar
device-drafts = Borradores abiertos
device-said = Lo que dijo el dispositivo en su última sincronización
device-lock = Bloquear
device-lock-what = Desde su próxima sincronización, el dispositivo no muestra registros ni los recibe. Lo que se anotó en él todavía se entrega. No se pierde nada y se puede deshacer. Sin conexión conserva lo que tiene, protegido por su PIN.
device-lock-go = Bloquear este dispositivo
device-unlock-what = El dispositivo no debe mostrar nada. Después de esto vuelve a mostrar registros, desde su próxima sincronización.
device-unlock-go = Desbloquear este dispositivo
device-locked = Bloqueado
device-lock-told = Recibió la orden de bloquearse
device-lock-ordered = Por bloquear, espera la próxima sincronización
device-wiped = Revocado y borrado
device-revoke-ask = Revocar y borrar
device-revoke-waiting = { $count ->
    [one] Un cambio no se había enviado en su última sincronización; se perderá si el dispositivo no vuelve a sincronizar.
   *[other] { $count } cambios no se habían enviado en su última sincronización; se perderán si el dispositivo no vuelve a sincronizar.
}
order-title = Órdenes a este dispositivo
order-given = Ordenado
order-told = Comunicado al dispositivo
order-confirmed = Cumplido, según el dispositivo
order-not-yet = todavía no
order-what = Un dispositivo conoce una orden cuando sincroniza. Que la cumplió lo dice el propio dispositivo.
audited-lock-device = Bloqueó un dispositivo
audited-unlock-device = Desbloqueó un dispositivo
audited-change-absence = Cambió una ausencia
audited-ordered = ordenado
audited-confirmed = cumplido, según el dispositivo

# Cuándo alguien está ausente.
staff-away = Ausencias
staff-away-what = Nadie le asigna casos a esta persona mientras está ausente. Conserva los que tiene; una persona que supervisa los puede pasar a otra.
staff-away-now = Ahora
staff-away-take = Quitar
staff-away-last-hint = Ese día todavía está ausente.
staff-away-go = Anotar
assign-away = { $name } está ausente hasta el { $until } y no recibe casos antes.

# Una lista de personas.
import-title = Agregar de una hoja de cálculo
import-list = La lista, como CSV
import-list-hint = Copie aquí el archivo CSV. La primera línea tiene los títulos; cada línea siguiente da una función a una persona. Los días se pueden omitir.
import-try = Mostrar qué haría
import-go = Hacer todo esto
import-lines = Qué hace cada línea
import-line = Línea
import-outcome = Qué hace
import-adds = Agrega a esta persona
import-gives = Da esta función
import-has-it = Ya tiene esta función
import-nothing = No hay nada que hacer: todas las personas de la lista ya tienen su función.
import-would = { $count ->
    [one] Todavía no se hizo nada. La lista cambiaría una línea.
   *[other] Todavía no se hizo nada. La lista cambiaría { $count } líneas.
}
import-fails = { $count ->
    [one] No se hizo nada: una línea no se puede hacer.
   *[other] No se hizo nada: { $count } líneas no se pueden hacer.
}
import-done = { $count ->
    [one] Hecho: una línea.
   *[other] Hecho: { $count } líneas.
}

# Antes de que se abra lo que guarda un teléfono.
enroll-title = Prepare este teléfono
enroll-what = Necesita el código que le dio su administración y tener señal. Después el teléfono funciona sin ella.
enroll-code = Código
enroll-code-hint = Letras y números, como están en su invitación.
enroll-code-missing = Escriba el código de su invitación.
enroll-code-refused = Este código no sirve. Tal vez ya se usó o es muy viejo. Pida uno nuevo.
enroll-secret = Frase secreta
enroll-secret-hint = Al menos { $length } caracteres. Tres o cuatro palabras son fáciles de escribir y difíciles de adivinar. Nadie podrá decirle cuál era.
enroll-secret-again = La frase secreta otra vez
enroll-secret-short = Use al menos { $length } caracteres.
enroll-secrets-differ = No son iguales. Escriba las dos otra vez.
enroll-unreachable = No se puede llegar al servidor. Revise su señal e intente de nuevo. Su código todavía sirve.
enroll-no-room = Este teléfono ya no tiene espacio. Libere un poco e intente de nuevo.
enroll-go = Preparar
unlock-title = Bloqueado
unlock-go = Desbloquear
unlock-wrong = { $tries ->
    [one] Frase incorrecta. Si falla una vez más, se pierde todo lo que no se envió desde este teléfono.
   *[other] Frase incorrecta. Le quedan { $tries } intentos.
}
unlock-wait = { $minutes ->
    [one] Demasiados errores. Espere un minuto.
   *[other] Demasiados errores. Espere { $minutes } minutos.
}
unlock-unreadable = La frase es correcta, pero no se puede leer lo que guarda este teléfono. Avise a su administración. No borre nada.
door-shut = Aquí no
door-destroyed = Hubo diez frases incorrectas y se destruyeron las llaves de este teléfono. Pida un código nuevo y prepare el teléfono otra vez.
door-elsewhere = Fieldbook está abierto en otra ventana. Siga ahí, o ciérrela y cargue esta página de nuevo.

# El teléfono: alrededor de cada página.
phone-people = Personas
phone-quick = Anotar
phone-sync = Enviar
phone-waiting = por enviar
line-running = Enviando…
line-all-sent = Todo enviado, { $time }
line-never = Todavía sin sincronizar
line-to-send = { $count } por enviar
line-safe-here = Sin señal, { $count } a salvo en este teléfono
line-refused = { $count ->
    [one] { $count } no se aceptó
   *[other] { $count } no se aceptaron
}
line-one-day = Lleva un día sin sincronizar. Su trabajo está a salvo aquí. Busque señal cuando pueda.
line-two-days = Lleva dos días sin sincronizar. Busque señal hoy: a los tres días este teléfono se bloquea.
place-phone = En este teléfono
place-sent = Enviado
place-server = En el servidor
place-refused = No aceptado

# El teléfono: hoy.
today-overdue = Atrasado
today-today = Hoy
today-week = Próximos 7 días
today-things = { $count ->
    [one] { $count } cosa
   *[other] { $count } cosas
}
today-more = { $count ->
    [one] Mostrar { $count } más
   *[other] Mostrar { $count } más
}
today-finish = Completar la nota
today-finish-go = Agregar la nota
today-finish-nothing = Nada que agregar
today-unfinished = Formularios sin terminar
today-conflicts = { $count ->
    [one] { $count } respuesta en la que dos personas no coinciden
   *[other] { $count } respuestas en las que dos personas no coinciden
}
today-conflicts-what = Ver las dos
today-refused-what = Ver por qué
today-nothing = Todo al día
today-nothing-hint = ¿Habló con alguien? Anótelo aquí.
today-nobody-hint = Todavía no hay nadie en este teléfono. Sincronice o agregue a la primera persona.

# El teléfono: personas.
people-find = Buscar a alguien
people-find-hint = Un nombre, un apodo o un número de teléfono.
people-recent = Recientes
people-found = { $count ->
    [one] { $count } resultado
   *[other] { $count } resultados
}
people-none-found = Aquí no hay nadie con ese nombre. Pruebe otra forma de escribirlo o una parte.
people-none = Todavía nadie
people-none-hint = Aquí aparecen las personas cuando le asignan su caso o cuando usted las agrega.
people-contact = Último contacto: { $when }
people-new = ¿No está en la lista?
people-new-hint = Mire dos veces. Es difícil unir dos registros de la misma persona.
people-new-go = Agregar a alguien
people-other = Otros formularios

# El teléfono: un contacto rápido y las tareas.
quick-title = Nuevo contacto
quick-who = ¿Con quién habló?
quick-nobody = Alguien, o un grupo
quick-nobody-hint = Solo se cuenta. No se guarda ningún nombre.
quick-people = ¿Cuántas personas?
quick-people-hint = Solo se guarda el número.
quick-people-wrong = Escriba un número del 1 al { $most }.
quick-besides = También se anota: { $besides }. Después lo puede cambiar.
quick-other = Otro tipo de formulario
task-open-record = Abrirlo y cambiarlo
task-form = Use este formulario
task-or-form = O use un formulario completo

# El teléfono: después de guardar.
saved-title = Guardado
saved-thrown = Descartado
saved-undo = Deshacer
saved-add-note = Agregar una nota
saved-open = Abrirlo
saved-another = Otro contacto

# El teléfono: dos respuestas.
conflicts-title = Dos respuestas
conflicts-both-kept = Se guardan las dos hasta que usted elija.
conflicts-none-hint = Cuando dos personas escriben cosas distintas, usted elige aquí.
conflicts-ask = ¿No está seguro? Deje las dos y pregunte a su supervisor.
conflicts-not-yours = Esta la decide su supervisor.
conflict-you = Usted
conflict-keep-mine = Dejar lo mío
conflict-keep-theirs = Dejar lo que escribió { $name }

# El teléfono: cómo comunicarse con alguien.
reach-title = Llamar o escribir
reach-first = Lea esto primero
reach-no-instruction = Nadie anotó qué es seguro. No diga quién es ni por qué llama.
reach-none = Todavía no hay un número
reach-none-hint = Agregue uno en su registro.
reach-call = Llamar
reach-text = Enviar mensaje
reach-not-this = No use este número.
reach-note = Anotar la llamada

# El teléfono: enviar y recibir.
sync-title = Enviar y recibir
sync-go = Sincronizar ahora
sync-so-far = { $sent } enviados, { $received } recibidos
sync-never = todavía no
sync-ended-done = La última vez funcionó ({ $when }).
sync-ended-stopped = La última vez se detuvo ({ $when }). La próxima vez continúa.
sync-ended-unreachable = El servidor no respondió ({ $when }). Su trabajo está a salvo aquí. Pruebe otra vez con señal.
sync-ended-portal = Este wifi pide que primero inicie sesión ({ $when }). Abra su página o use datos móviles.
sync-ended-failed = La última vez no funcionó ({ $when }). Muestre esta página a quien le ayuda.
sync-stuck = { $count ->
    [one] { $count } registro es demasiado grande para enviarse. Muestre esta página a quien le ayuda.
   *[other] { $count } registros son demasiado grandes para enviarse. Muestre esta página a quien le ayuda.
}
sync-refused = No aceptado
sync-refused-what = Lo demás sigue como siempre. Aquí no se pierde nada.
sync-refused-unknown = Un registro
sync-fix = Corregirlo
sync-again = Probar otra vez
sync-leave = Dejarlo así
sync-ask = ¿Tiene dudas? Pregunte a su supervisor.
sync-facts = Para quien le ayuda
sync-last = Última vez
sync-waiting = Por enviar
sync-drafts = Formularios sin terminar
sync-until = Se puede abrir hasta
sync-storage = Espacio usado
sync-storage-used = { $used } de { $quota } MB
sync-storage-full = Este teléfono está casi lleno. Sincronice ahora y después borre fotos o aplicaciones.
sync-storage-not-kept = Su teléfono puede borrar esta aplicación cuando se llene. Sincronice seguido.
sync-server = Servidor
sync-version = Aplicación
sync-catalogue = Formularios
sync-you = Usted
