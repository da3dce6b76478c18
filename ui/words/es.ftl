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
rows-shown = { $count ->
    [one] { $count } fila
   *[other] { $count } filas
}

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
reason-title = Diga por qué
reason-needed = Puede ver esto si dice por qué lo necesita. La persona encargada de la privacidad lee lo que usted escribe.
confirm-title = Confirme que es usted
confirm-why = Esta página le pide otra vez su contraseña o un código, porque muestra o hace algo que no debe ocurrir por accidente.
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
consent-ended = Terminó { $when }
consent-ends = Termina { $when }
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
