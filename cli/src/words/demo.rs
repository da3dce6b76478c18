//! The demo's phrases: the story, the checks and what they find, and the end.

/// Key, English, Spanish. `{name}` is a part.
#[rustfmt::skip]
pub(super) const OF_THE_DEMO: &[(&str, &str, &str)] = &[
    // The department opens.
    ("demo_department", "Department of Examples", "Departamento de Ejemplo"),
    ("demo_opens", "{department} opens", "Abre el {department}"),
    ("demo_listens", "the server listens on {url}", "el servidor escucha en {url}"),
    ("demo_hired", "{name} {work}, and enrolls a phone", "{name} {work}, e inscribe un teléfono"),
    ("demo_interrupts", "interrupts violence", "interrumpe la violencia"),
    ("demo_responds", "responds in hospitals", "responde en hospitales"),
    ("demo_guides", "helps people return", "ayuda a la gente en su reinserción"),
    ("demo_supervises", "supervises them", "supervisa al equipo"),

    // The morning.
    ("demo_morning", "Morning: everybody still has a signal", "La mañana: todavía hay señal"),
    ("demo_case", "Case {name}", "Caso {name}"),
    ("demo_ana_opens", "Ana takes in Case Alder and Case Dogwood", "Ana abre los casos Alder y Dogwood"),
    ("demo_rosa_plans", "Rosa writes a plan with Case Birch", "Rosa escribe un plan con el caso Birch"),
    ("demo_teo_meets", "Teo meets Case Cedar", "Teo conoce el caso Cedar"),
    ("demo_office_assigns", "the office assigns Alder to Ben and Hana, Dogwood to Ben, Birch to Teo", "la oficina asigna Alder a Ben y a Hana, Dogwood a Ben y Birch a Teo"),
    ("demo_team_leaves", "everybody synchronizes, and leaves", "todo el equipo sincroniza, y sale"),

    // The shift.
    ("demo_shift", "The shift: no signal anywhere", "El turno: sin señal en ninguna parte"),
    ("demo_draft_survives", "Hana is at Alder's bedside; her phone dies over a form that is half filled in, and has all {answers} answers when it is switched on again", "Hana visita a Alder en el hospital; su teléfono se apaga con un formulario a medias, y al encenderse tiene las {answers} respuestas"),
    ("demo_draft_says", "the form says what is still wrong: {problems}", "el formulario dice lo que todavía está mal: {problems}"),
    ("demo_draft_submitted", "she puts it right and submits it: a question that her answers had hidden has its answer again", "lo corrige y lo envía: una pregunta que sus respuestas habían ocultado tiene otra vez su respuesta"),
    ("demo_ana_writes", "Ana sets Alder's risk level to high, logs a goal, writes in the safety plan", "Ana pone el nivel de riesgo de Alder en alto, anota una meta y escribe en el plan de seguridad"),
    ("demo_ben_writes", "Ben sets the same risk level to imminent, logs another goal, writes there as well", "Ben pone el mismo nivel de riesgo en inminente, anota otra meta y también escribe en el plan"),
    ("demo_hana_writes", "Hana opens a hospital case for Alder; outreach may not see what she writes there", "Hana abre un caso de hospital para Alder; alcance comunitario no puede ver lo que anota ahí"),
    ("demo_both_in_charge", "Rosa and Teo each put themselves in charge of Birch's plan, and add a goal each", "Rosa y Teo, cada quien por su lado, se ponen a cargo del plan de Birch y agregan una meta"),
    ("demo_teo_writes", "Teo writes down what Case Cedar needs", "Teo anota lo que necesita el caso Cedar"),
    ("demo_office_gives", "the office assigns Cedar to Rosa, whose phone cannot know", "la oficina asigna Cedar a Rosa, y su teléfono no puede saberlo"),
    ("demo_office_takes", "the office takes Dogwood away from Ben, who goes on working on it", "la oficina le quita Dogwood a Ben, que sigue trabajando en el caso"),

    // The evening.
    ("demo_evening", "Evening: the signal is back", "La noche: vuelve la señal"),
    ("demo_switched_off", "Hana's phone is switched off while it sends {waiting} changes; switched on again, it has them all", "el teléfono de Hana se apaga mientras envía {waiting} cambios; al encenderse otra vez, los tiene todos"),
    ("demo_sent_again", "it sends them once more; the server knows {sent} already", "los envía una vez más; el servidor ya conoce {sent}"),
    ("demo_answer_lost", "Teo's phone loses the server's answer and repeats its push: {sent} changes in {requests} requests", "el teléfono de Teo pierde la respuesta del servidor y repite su envío: {sent} cambios en {requests} solicitudes"),
    ("demo_synchronizes", "{name} synchronizes: {sent} sent, {received} received", "{name} sincroniza: enviados {sent}, recibidos {received}"),
    ("demo_settled", "everybody synchronizes until nothing moves any more", "todo el equipo sincroniza hasta que ya no se mueve nada"),
    ("demo_dogwood_left", "Dogwood has left Ben's phone, after what he had written was handed over", "Dogwood salió del teléfono de Ben, cuando ya se había entregado lo que Ben escribió"),
    ("demo_cedar_came", "Cedar has come to Rosa's phone, with all that was written before", "Cedar llegó al teléfono de Rosa, con todo lo que se había escrito antes"),
    ("demo_rosa_decides", "Rosa sees that Teo is in charge of Birch's plan as well, and leaves it to him", "Rosa ve que Teo también está a cargo del plan de Birch, y se lo deja"),
    ("demo_risk_stays_open", "whether Alder's risk is high or imminent stays open: that is for Ana and Ben", "si el riesgo de Alder es alto o inminente queda por decidir: les toca a Ana y a Ben"),

    // The department.
    ("demo_weeks", "Another department, with six weeks behind it", "Otro departamento, con seis semanas a sus espaldas"),
    ("demo_department_has", "{people} people have worked with {persons} others; the server has {records} records", "{people} personas han trabajado con otras {persons}; el servidor tiene {records} registros"),
    ("demo_department_counts", "Sol's console counts {overdue} overdue tasks, {today} due today, {review} records to review, {conflicts} with conflicts, {refusals} that came too late; {over_14} cases without contact for more than 14 days and {over_30} for more than 30, {ended} with a consent that ended, and {drafts} open forms on phones", "la consola de Sol cuenta {overdue} tareas vencidas, {today} para hoy, {review} registros por revisar, {conflicts} con conflictos, {refusals} que llegaron tarde; {over_14} casos sin contacto por más de 14 días y {over_30} por más de 30, {ended} con un consentimiento que terminó, y {drafts} formularios abiertos en teléfonos"),
    ("demo_department_stands", "the department has all that a supervisor looks after, and the console counts what its lists have", "el departamento tiene todo lo que atiende quien supervisa, y la consola cuenta lo que tienen sus listas"),
    ("demo_department_differs", "found {figures}", "se encontró {figures}"),
    ("demo_console", "The console is at {url}, on this machine only; who signs in there, and how:", "La consola está en {url}, solo en esta máquina; quién entra ahí, y cómo:"),
    ("demo_console_by_https", "Who signs in at the console, and how:", "Quién entra en la consola, y cómo:"),
    ("demo_head_name", "Name", "Nombre"),
    ("demo_head_role", "Role", "Función"),
    ("demo_head_password", "Password", "Contraseña"),
    ("demo_head_secret", "Secret for an authenticator", "Secreto para un autenticador"),
    ("demo_head_code", "Code now", "Código actual"),
    ("demo_phones", "The field app is at {url}/app/, on this machine only; each of these addresses sets up a phone, once, within ten minutes:", "La aplicación de campo está en {url}/app/, solo en esta máquina; cada una de estas direcciones prepara un teléfono, una vez, en los próximos diez minutos:"),
    ("demo_head_link", "A phone in the browser", "Un teléfono en el navegador"),
    ("demo_codes_change", "A code is valid for half a minute, and once. An authenticator makes them from the secret.{enter}", "Un código vale medio minuto, y una vez. Un autenticador los hace con el secreto.{enter}"),
    ("demo_press_enter", " Press Enter to see those of the moment, and new addresses for phones.", " Presione Enter para ver los del momento y nuevas direcciones para teléfonos."),
    ("demo_codes", "codes of the moment: {codes}", "códigos del momento: {codes}"),
    ("demo_department_fails", "the department could not be built: {why}", "no se pudo formar el departamento: {why}"),

    // The checks.
    ("demo_nothing_waits", "nothing waits and nothing was refused", "nada espera y nada se rechazó"),
    ("demo_phones_agree", "phones that hold the same record show the same", "los teléfonos que tienen el mismo registro muestran lo mismo"),
    ("demo_everything_in_place", "nobody holds what they may not, nor lacks what they may", "nadie tiene lo que no puede ver, y a nadie le falta lo que sí puede"),
    ("demo_both_kept", "both values of the risk level are kept", "se conservan los dos valores del nivel de riesgo"),
    ("demo_all_merged", "everything both wrote into one record is there", "está todo lo que dos personas escribieron en un mismo registro"),
    ("demo_once", "what was sent twice is there once", "lo que se envió dos veces está una sola vez"),
    ("demo_form_whole", "a form that was half filled in when a phone died became one record", "un formulario a medias cuando se apagó un teléfono se convirtió en un solo registro"),
    ("demo_last_work_arrived", "work on a case taken away arrived under its author's name", "el trabajo en un caso que se quitó llegó a nombre de quien lo hizo"),
    ("demo_all_verified", "server and phones pass their own checks", "el servidor y los teléfonos pasan sus propias comprobaciones"),

    // What the checks find.
    ("demo_open_drafts", "{name}: {open} forms are half filled in", "{name}: {open} formularios a medias"),
    ("demo_form_lost", "{name}: the bedside form lacks an answer", "{name}: al formulario del hospital le falta una respuesta"),
    ("demo_draft_lost", "a form lost answers when its phone died", "un formulario perdió respuestas al apagarse su teléfono"),
    ("demo_waiting", "{name}: {waiting} wait, {refused} refused", "{name}: {waiting} en espera, {refused} rechazados"),
    ("demo_refused", "the server refused {count}", "el servidor rechazó {count}"),
    ("demo_other_changes", "{name} and {other}: other changes of {record}", "{name} y {other}: otros cambios de {record}"),
    ("demo_other_view", "{name} and {other} read {record} differently", "{name} y {other} leen {record} de otra manera"),
    ("demo_has_too_much", "{name} holds {compartment} of {case}", "{name} tiene {compartment} de {case}"),
    ("demo_has_too_little", "{name} lacks {compartment} of {case}", "a {name} le falta {compartment} de {case}"),
    ("demo_supervisor_finds", "the supervisor finds {values}", "supervisión encuentra {values}"),
    ("demo_other_value", "{what}: {found}, not {wanted}", "{what}: {found}, y no {wanted}"),
    ("demo_sentence_missing", "{what}: a sentence is missing", "{what}: falta una frase"),
    ("demo_counts_differ", "{saved} changes saved, {sent} sent, {kept} on the server", "{saved} cambios guardados, {sent} enviados, {kept} en el servidor"),
    ("demo_bedside_authors", "the bedside encounter was written by {authors}", "el encuentro en el hospital figura a nombre de {authors}"),
    ("demo_other_authors", "on the phone of {name} its authors are {authors}", "en el teléfono de {name} figura a nombre de {authors}"),
    ("demo_still_there", "{name} still holds it", "{name} todavía lo tiene"),
    ("demo_case_missing", "{name} lacks the case that was assigned during the shift", "a {name} le falta el caso que se asignó durante el turno"),

    // The end.
    ("demo_figures", "The day in figures", "El día en cifras"),
    ("demo_head_phone", "phone", "teléfono"),
    ("demo_head_records", "records", "registros"),
    ("demo_head_made", "edits made", "ediciones"),
    ("demo_head_merged", "edits merged", "reunidas"),
    ("demo_head_review", "for review", "por decidir"),
    ("demo_head_requests", "requests", "solicitudes"),
    ("demo_head_sent", "sent", "enviado"),
    ("demo_head_received", "received", "recibido"),
    ("demo_head_time", "syncing", "duración"),
    ("demo_must_hold", "What must hold", "Lo que debe cumplirse"),
    ("demo_holds", "holds", "se cumple"),
    ("demo_fails", "FAILS", "FALLA"),
    ("demo_all_holds", "All six phones agree, and everything holds ({seconds} s).", "Los seis teléfonos coinciden, y todo se cumple ({seconds} s)."),
    ("demo_not_all_holds", "NOT everything holds ({seconds} s).", "NO todo se cumple ({seconds} s)."),

    // How to go on.
    ("demo_goes_on", "The server goes on at {url}. In another terminal:", "El servidor sigue en {url}. En otra terminal:"),
    ("demo_ctrl_c", "Ctrl-C ends the demo and removes the folder.", "Ctrl-C termina la demostración y elimina la carpeta."),

    // Failures.
    ("demo_no_folder", "no folder can be made for the demo: {why}", "no se puede crear una carpeta para la demostración: {why}"),
    ("demo_interrupted", "interrupted", "se interrumpió"),
    ("demo_no_such_role", "the demo names a role that cannot be", "la demostración nombra un rol que no puede existir"),
    ("demo_server_ended", "the server ended unexpectedly", "el servidor terminó de forma inesperada"),
    ("demo_phone_stayed_on", "the phone was to go out, and did not", "el teléfono debía apagarse, y no se apagó"),
    ("demo_phone_lost_work", "the phone that went out lost what it had saved", "el teléfono que se apagó perdió lo que había guardado"),
    ("demo_no_rest", "the phones do not come to rest", "los teléfonos no dejan de intercambiar cambios"),
];
