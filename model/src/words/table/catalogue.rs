//! The words for a catalogue: what is wrong in its files, and what another one would change.
//!
//! What a file itself says (keys, values, codes, kinds of fields) is a part and stays as it is
//! written there. A mistake names its file and key before these words.

use super::{Row, rows};

/// What is wrong.
#[rustfmt::skip]
pub(in crate::words) const MISTAKES: &[Row] = rows! {
    // Files.
    "catalogue_too_large": "the catalogue is {bytes} bytes long; at most {most} are read",
        "el catálogo ocupa {bytes} bytes; se leen como máximo {most}";
    "not_of_a_catalogue": "is no file of a catalogue; record types are types/NAME.toml, the rest: {files}",
        "no es un archivo de un catálogo; los tipos de registro son types/NOMBRE.toml y el resto: {files}";
    "not_toml": "line {line}: not readable as TOML: {error}",
        "línea {line}: no se puede leer como TOML: {error}";
    "missing_file": "is missing", "falta este archivo";
    "newer_format": "{format} is newer than this version reads ({known}); update Fieldbook first",
        "{format} es más nuevo que lo que lee esta versión ({known}); primero actualice Fieldbook";

    // Keys and values.
    "unknown_key": "unknown key; one of {known}", "clave desconocida; se admiten: {known}";
    "missing": "missing", "falta";
    "missing_label": "missing; write {example}", "falta; escriba {example}";
    "missing_table": "missing; write at least one [[{key}]]",
        "falta; escriba al menos una tabla [[{key}]]";
    "too_many_languages": "labels are in more than {most} languages besides English: {languages}",
        "hay textos en más de {most} idiomas además del inglés: {languages}";
    "empty_text": "is empty", "está vacío";
    "should_be": "should be {value}", "debe ser {value}";
    "wrong_shape": "should be {what!}, not {found!}", "debe ser {what!}, no {found!}";
    "shape_text": "a text", "un texto";
    "shape_integer": "a whole number", "un número entero";
    "shape_fraction": "a number with a fraction", "un número con decimales";
    "shape_bool": "true or false", "true o false";
    "shape_date": "a date", "una fecha";
    "shape_list": "a list", "una lista";
    "shape_texts": "a list of texts", "una lista de textos";
    "shape_table": "a table", "una tabla";
    "shape_tables": "a list of tables", "una lista de tablas";
    "shape_row": "a row such as {example}", "una fila como {example}";
    "shape_number": "a finite number", "un número finito";
    "shape_moment": "a day, a time to the minute, or an instant with its offset",
        "un día, una hora sin segundos, o un instante con su desfase horario";
    "shape_one_value": "one value, or a table", "un valor, o una tabla";
    "shape_like": "a type, or {example}", "un tipo, o {example}";
    "invalid_text": "{text} is {error!}", "{text} {error!}";
    "not_both": "either {one} or {other}, not both", "escriba {one} o bien {other}, no ambos";
    "named_twice": "names {text} twice", "nombra {text} dos veces";

    // Names.
    "unknown": "unknown {what!} \"{name}\"; one of {known}",
        "no existe {what!} \"{name}\"; existen: {known}";
    "unknown": "unknown {what!} \"{name}\"", "no existe {what!} \"{name}\"";
    "thing_code_list": "code list", "la lista de códigos";
    "thing_compartment": "compartment", "el compartimento";
    "thing_compartment_of_program": "compartment of the program", "en el programa el compartimento";
    "thing_field": "field", "el campo";
    "thing_kind": "kind", "el tipo de campo";
    "thing_option": "option", "la opción";
    "thing_role": "role", "el rol";
    "thing_property": "property", "la propiedad";
    "thing_section": "section", "la sección";
    "thing_type": "type", "el tipo de registro";
    "thing_value": "value", "el valor";
    "unknown_type_file": "unknown type \"{type}\": there is no types/{type}.toml",
        "no existe el tipo \"{type}\": no hay ningún types/{type}.toml";
    "twice": "there are two {what!}", "hay dos {what!}";
    "pair_compartments": "of this compartment", "compartimentos con este código";
    "pair_fields": "fields of this name", "campos con este nombre";
    "pair_lists": "lists of this name", "listas con este nombre";
    "pair_lives": "lives of this kind", "vigencias para este tipo de consentimiento";
    "pair_options": "options of this code", "opciones con este código";
    "pair_programs": "of this program", "programas con este nombre";
    "pair_roles": "of this role", "roles con este código";
    "pair_sections": "sections of this name", "secciones con este nombre";
    "pair_rules": "rules of this name", "reglas con este nombre";
    "field_of_every_type": "every type has a field of this name (common.toml)",
        "todos los tipos tienen un campo con este nombre (common.toml)";
    "rule_of_every_type": "every type has a rule of this name (common.toml)",
        "todos los tipos tienen una regla con este nombre (common.toml)";
    "name_taken": "is taken; not one of {names}",
        "está reservado; no puede ser ninguno de estos: {names}";

    // The department and its matrix.
    "emergency_of_no_time": "must be longer than nothing; leave it out for never",
        "debe durar más que cero; para que nunca se abra, omítalo";
    "existence_of_secret": "what is kept on no phone is not to be known of: leave it out",
        "de lo que no se guarda en ningún teléfono no se debe saber que existe: omítalo";
    "names_no_compartment": "names no compartment", "no nombra ningún compartimento";
    "identity_of_everybody": "{compartment} holds everybody's identity: leave it out",
        "{compartment} contiene la identidad de todas las personas: omítalo";
    "administrator_sees": "must be \"-\": this role administers the system, and sees no record",
        "debe ser \"-\": este rol administra el sistema y no ve ningún registro";
    "missing_row": "missing: every role has a row", "falta: cada rol tiene una fila";
    "missing_cell": "missing: write \"-\" where there is no access",
        "falta: escriba \"-\" donde no hay acceso";
    "partly_a_directory": "must be \"R+\" or \"-\": another role has R+ here, which makes it a directory",
        "debe ser \"R+\" o \"-\": otro rol tiene aquí R+, y con eso es un directorio";
    "directory_of_identities": "{compartment} says who people are, and cannot be a directory (R+)",
        "{compartment} dice quiénes son las personas y no puede ser un directorio (R+)";
    "belongs_and_is_in_a_directory": "must be \"nothing\": everybody reads {compartment}, a directory (access.toml)",
        "debe ser \"nothing\": todas las personas leen {compartment}, un directorio (access.toml)";
    "not_an_access": "{cell} is no access; one of {known}",
        "{cell} no es ningún acceso; existen: {known}";

    // Fields and code lists.
    "required_and_retired": "nothing is entered there any more: leave required out",
        "ahí ya no se anota nada: omita required";
    "unknown_merge": "unknown merge {merge}; only \"review\" is known",
        "no existe el valor {merge} para merge; solo existe \"review\"";
    "merges_by_itself": "a {kind} field merges by itself: leave merge out",
        "un campo de tipo {kind} se combina por sí solo: omita merge";
    "only_for_kinds": "only for {kinds}", "solo para los tipos {kinds}";
    "only_for": "only for {what!}; this is a {kind} field",
        "solo para {what!}; este es un campo de tipo {kind}";
    "min_above_max": "{min} is greater than max ({max})", "{min} es mayor que max ({max})";
    "missing_list": "missing: either list (of code_lists.toml) or options",
        "falta: escriba list (de code_lists.toml) o bien options";
    "empty_list": "an empty code list: nothing could be chosen",
        "la lista de códigos está vacía: no se podría elegir nada";
    "all_retired": "all are retired: nothing could be chosen",
        "ya no se usa ninguna opción: no se podría elegir nada";
    "no_entry_field": "a log needs at least one field of an entry",
        "un log necesita al menos un campo en cada entrada";
    "no_log_of_corrections": "\"{name}\" should be a log with the parts time (text), was (datetime) and why (text)",
        "«{name}» debería ser un log con las partes time (text), was (datetime) y why (text)";
    "not_in_an_entry": "a {kind} field cannot stand in a log entry",
        "un campo de tipo {kind} no puede estar en la entrada de un log";
    "entry_asked_whole": "an entry is asked as a whole: leave conditions and computed out",
        "una entrada se pregunta entera: deje fuera las condiciones y computed";
    "entry_never_changes": "an entry never changes: leave {key} out",
        "una entrada nunca cambia: omita {key}";
    "searched_in_an_entry": "say searched on the log itself",
        "escriba searched en el propio log";
    "no_date_would_do": "lies after not_after: no date would do",
        "es posterior a not_after: ninguna fecha serviría";
    "list_of_the_department": "is made of the department itself: call this list something else",
        "se forma con el propio departamento: dé otro nombre a esta lista";

    // What kind of field is needed.
    "wrong_kind": "\"{name}\" is a {kind} field; {needed!} is needed",
        "\"{name}\" es un campo de tipo {kind}; hace falta {needed!}";
    "need_ref": "a ref", "uno de tipo ref";
    "need_user": "a user", "uno de tipo user";
    "need_choice": "a choice", "uno de tipo choice";
    "need_choice_field": "a choice field", "un campo de tipo choice";
    "need_choices_of": "a choices field with list = \"{list}\"",
        "un campo de tipo choices con list = \"{list}\"";
    "need_datetime_field": "a datetime field", "un campo de tipo datetime";
    "need_dated": "a date or datetime", "uno de tipo date o datetime";
    "need_dated_field": "a date or datetime field", "un campo de tipo date o datetime";
    "need_choice_or_choices": "a choice or choices field", "un campo de tipo choice o choices";
    "need_text_field": "a text field", "un campo de tipo text";
    "no_other_option": "no option of its list has meaning = \"other\"",
        "ninguna opción de su lista tiene meaning = \"other\"";
    "need_chosen": "a choice, choices or bool", "uno de tipo choice, choices o bool";

    // Forms.
    "names_no_condition": "names no condition", "no nombra ninguna condición";
    "names_no_value": "names no value", "no nombra ningún valor";
    "needs_one_of": "needs one of {known}", "necesita una de estas claves: {known}";
    "needs_two_values": "needs two values", "necesita dos valores";
    "too_many_digits": "has more digits than a decimal number keeps (15, of which 9 after the point)",
        "tiene más cifras de las que guarda un número decimal (15, de ellas 9 decimales)";
    "decimal_places": "must lie between 1 and {most}; whole numbers are of the kind integer",
        "debe estar entre 1 y {most}; los números enteros son de tipo integer";
    "places_range": "must lie between 0 and {most}", "debe estar entre 0 y {most}";
    "true_or_nothing": "should be true: leave it out otherwise", "debe ser true; si no, déjelo fuera";
    "invalid_pattern": "no regular expression ({why})", "no es una expresión regular ({why})";
    "depends_on_itself": "depends on itself", "depende de sí mismo";
    "decides_the_place": "decides where the record lives: it is always asked",
        "decide dónde vive el registro: siempre se pregunta";
    "always_required": "it is always required: leave one of them out",
        "siempre es obligatorio: deje fuera una de las dos";
    "computed_and_required": "nobody answers it: leave required out",
        "nadie lo responde: deje fuera required";
    "value_of_other_kind": "is a {found}; this is a {kind} field",
        "es de tipo {found}; este es un campo de tipo {kind}";
    "needs_kind": "needs a {needed}; this is a {kind}", "necesita un {needed}; esto es un {kind}";
    "test_needs": "`{test}` needs a {needed}; this is a {kind}",
        "`{test}` necesita un {needed}; esto es un {kind}";
    "compares_kinds": "compares a {one} with a {other}", "compara un {one} con un {other}";
    "not_ordered": "a {kind} is not more or less than another",
        "un {kind} no es más ni menos que otro";
    "no_one_value": "\"{name}\" is a {kind} field, which has no one value",
        "«{name}» es un campo de tipo {kind}, que no tiene un solo valor";
    "property_elsewhere": "an option's property is asked in choices_when only",
        "la propiedad de una opción solo se consulta en choices_when";

    // Record types.
    "not_its_file": "the file is called {type}.toml: should be \"{type}\"",
        "el archivo se llama {type}.toml: debe ser \"{type}\"";
    "counts_from_one": "should count from 1", "debe contar desde 1";
    "title_of_no_field": "names no field: its records could not be told apart in a list",
        "no nombra ningún campo: en una lista no se podrían distinguir sus registros";
    "title_of_many_values": "\"{name}\" is a {kind} field; a title shows single values",
        "\"{name}\" es un campo de tipo {kind}; un título muestra un solo valor de cada campo";
    "nobody_writes": "names no role: nobody could write it",
        "no nombra ningún rol: nadie podría crear estos registros";
    "writer_sees_none": "{role} sees no such record: mend its cell in access.toml first",
        "{role} no ve ningún registro de estos: primero corrija su celda en access.toml";
    "nothing_closes_it": "nothing closes such a record: a field needs final values",
        "nada cierra un registro de estos: algún campo necesita valores finales (final)";
    "changer_sees_none": "{field} is to be changed by {role}, who sees no such record (access.toml)",
        "{role} puede cambiar {field}, pero no ve ningún registro de estos (access.toml)";
    "neither_f_nor_a": "{role} has neither F nor A in this compartment (access.toml)",
        "{role} no tiene ni F ni A en este compartimento (access.toml)";

    // Who may change a field.
    "without_changed_by": "says what others may do: write changed_by, too",
        "dice qué pueden hacer los demás: escriba también changed_by";
    "nobody_changes": "names no role: nobody could change it",
        "no nombra ningún rol: nadie podría cambiarlo";
    "kind_of_everybody": "a {kind} field is everybody's: leave it out",
        "un campo de tipo {kind} lo puede cambiar cualquiera: omítalo";

    // What records decide, and what a consent opens.
    "field_of_its_own": "is the type's own: name one that every type has (common.toml)",
        "es propio de este tipo: nombre uno que tengan todos (common.toml)";
    "decides_for": "decides for an {problem!}", "decide algo que no se puede fijar: {problem!}";
    "undone_decides": "\"{option}\" is itself a decision", "\"{option}\" es en sí una decisión";
    "of_no_given_case": "only for a type whose records belong to a case that is given (belongs_to)",
        "solo para un tipo cuyos registros pertenecen a un caso que se indica (belongs_to)";
    "not_to_its_own": "\"{name}\" may name other records: say to = [\"{type}\"]",
        "\"{name}\" puede nombrar otros registros: escriba to = [\"{type}\"]";
    "names_the_first": "\"{name}\" names the first record, which names none",
        "\"{name}\" nombra el primer registro, que no nombra ninguno";
    "required_in_each": "\"{name}\" is required, and empty in one of the records",
        "\"{name}\" es obligatorio, y queda vacío en uno de los registros";
    "retired_here": "nothing is entered in \"{name}\" any more",
        "en \"{name}\" ya no se anota nada";
    "unguarded": "\"{field}\" is everybody's to change: guard it",
        "cualquiera puede cambiar \"{field}\": protéjalo con changed_by";
    "maker_may_not_change": "{role} makes such records and may not change \"{field}\"",
        "{role} crea estos registros y no puede cambiar \"{field}\"";
    "for_everybody_to_set": "\"{option}\" is for everybody to set in \"{field}\"",
        "cualquiera puede poner \"{option}\" en \"{field}\"";
    "longer_than_at_most": "{length} is longer than at_most ({most})",
        "{length} es más que at_most ({most})";

    // Follow-up rules.
    "nothing_ends_it": "nothing ends this task: write answered_by, closed_when or open_while",
        "nada termina esta tarea: escriba answered_by, closed_when u open_while";
    "flag_before_due": "{flag} is not after the task is due ({due})",
        "{flag} no es posterior al plazo de la tarea ({due})";
    "not_ascending": "should stand in ascending order", "debe estar en orden ascendente";
    "never_set": "names no value: the task would never be set",
        "no nombra ningún valor: la tarea nunca se crearía";
    "missing_from": "missing: before which date?", "falta: ¿antes de qué fecha?";
    "missing_due": "missing: write after = \"7d\" or before = \"14d\"",
        "falta: escriba after = \"7d\" o before = \"14d\"";
    "has_no_field": "{type} has no such field", "{type} no tiene ese campo";
    "has_no_dated_field": "{type} has no such date or datetime field",
        "{type} no tiene ese campo de tipo date o datetime";
};

/// What another catalogue would change, and what to do instead.
#[rustfmt::skip]
pub(in crate::words) const DIFFERENCES: &[Row] = rows! {
    "difference": "{at}: {what!}; instead, {instead!}", "{at}: {what!}; en su lugar, {instead!}";
    "difference": "{at}: {what!}", "{at}: {what!}";
    "compartment_removed": "the compartment is gone, and records live in it",
        "el compartimento ya no está, y hay registros en él";
    "keep_compartment": "keep {compartment} and take its letters out of access.toml",
        "conserve {compartment} y quite sus letras de access.toml";
    "compartment_off_phones": "leaves the phones; what they still hold of it is handed over",
        "deja los teléfonos; lo que todavía tengan de él se entrega";
    "compartment_on_phones": "comes to phones", "llega a los teléfonos";
    "language_removed": "no label is in this language any more: whoever reads it reads English",
        "ya no hay textos en este idioma: quien lo lee, lee inglés";
    "language_added": "labels are in this language too", "también hay textos en este idioma";
    "program_removed": "the program is gone: give its people other roles; its records stay",
        "el programa ya no está: dé otros roles a su personal; sus registros se quedan";
    "role_removed": "the role is gone: whoever holds it may do nothing",
        "el rol ya no está: quien lo tenga no podrá hacer nada";
    "rights_in_matrix": "who may see what is another", "cambia quién puede ver qué";
    "rights_in_type": "who may write it, or see it, is another",
        "cambia quién puede crear o ver estos registros";
    "rights_in_field": "who may change it is another", "cambia quién puede modificarlo";
    "type_again": "is offered again", "se vuelve a ofrecer";
    "type_new": "is new", "es nuevo";
    "type_removed": "is not made any more; its records stay",
        "ya no se crean registros nuevos; los que hay se quedan";
    "new_type_instead": "make a new type for it, and leave `{type}` as it was, or take its file away",
        "cree un tipo nuevo y deje `{type}` como estaba, o quite su archivo";
    "belongs_to_changed": "belongs to something else than the records that there are",
        "pertenece a algo distinto que los registros que ya hay";
    "compartment_changed": "lives elsewhere than the records that there are",
        "se guarda en un lugar distinto que los registros que ya hay";
    "version_goes_back": "version {version} comes after {before}: raise it",
        "la versión {version} viene después de la {before}: auméntela";
    "version_stays": "its fields differ and its version is still {version}",
        "sus campos cambian y su versión sigue siendo la {version}";
    "decision_changed": "what its records decide on others is another",
        "cambia lo que sus registros deciden sobre otros";
    "together_changed": "the records of several people met at once are others",
        "cambian los registros de varias personas contactadas a la vez";
    "put_off_changed": "what its records put off is another",
        "cambia lo que sus registros aplazan";
    "stamps_changed": "the times that are noted with one tap are others",
        "cambian las horas que se anotan con un toque";
    "follow_up_changed": "what is to be done after it is another",
        "cambia lo que hay que hacer después";
    "field_removed": "is not asked for any more; records keep it and its label",
        "ya no se pide; los registros lo conservan con su etiqueta";
    "field_new": "is new", "es nuevo";
    "field_new_and_required": "is new, and required", "es nuevo y obligatorio";
    "kind_changed": "was a {was} field and is a {is}: what stands there is neither",
        "era un campo de tipo {was} y ahora es de tipo {is}: lo que hay ahí ya no se podría leer";
    "new_field_instead": "name the new field otherwise, and retire `{field}` as it was",
        "dé otro nombre al campo nuevo y retire `{field}` (retired = true) tal como estaba";
    "field_retired": "is retired: records keep it and its label",
        "ya no se usa: los registros lo conservan con su etiqueta";
    "field_required": "is required from now on; older records may lack it",
        "es obligatorio desde ahora; los registros anteriores pueden no tenerlo";
    "merge_changed": "merges otherwise", "se combina de otra manera";
    "limits_tightened": "takes {low} to {high}, no longer {min} to {max}",
        "admite de {low} a {high}; antes, de {min} a {max}";
    "unit_changed": "its unit is called otherwise; what stands there keeps its number: if the amount is another, name the new field otherwise",
        "su unidad se llama de otra manera; lo anotado conserva su número: si la cantidad es otra, dé otro nombre al campo nuevo";
    "places_fewer": "takes {places} digits after the decimal point, no longer {before}",
        "admite {places} cifras decimales, ya no {before}";
    "limits_loosened": "takes {low} to {high}", "admite de {low} a {high}";
    "ref_changed": "names records of other types", "nombra registros de otros tipos";
    "option_retired": "option `{option}` is retired: records keep it and its label",
        "la opción `{option}` ya no se usa: los registros la conservan con su etiqueta";
    "option_removed": "option `{option}` is removed, and so retired: records keep it and its label",
        "la opción `{option}` se quitó y por eso ya no se usa: los registros la conservan con su etiqueta";
    "option_added": "option `{option}` is new", "la opción `{option}` es nueva";
    "asked_when_changed": "is asked under other conditions", "se pregunta en otras condiciones";
    "required_when_changed": "is required under other conditions",
        "es obligatorio en otras condiciones";
    "read_only_when_changed": "is read-only under other conditions",
        "es de solo lectura en otras condiciones";
    "choices_when_changed": "offers its options under other conditions",
        "ofrece sus opciones en otras condiciones";
    "answer_limits_changed": "its answers have to meet other limits",
        "sus respuestas deben cumplir otros límites";
    "default_changed": "starts with another answer", "empieza con otra respuesta";
    "computed_changed": "is computed otherwise", "se calcula de otra manera";
    "question_words_changed": "is asked in other words, or in another section",
        "se pregunta con otras palabras, o en otra sección";
    "sections_changed": "the parts of its form are others", "las partes de su formulario son otras";
    "dates_changed": "takes dates {within!}", "admite fechas {within!}";
    "dates_any": "of any time", "de cualquier época";
    "dates_from": "from {first!} on", "desde {first!}";
    "dates_until": "up to {last!}", "hasta {last!}";
    "dates_between": "from {first!} to {last!}", "desde {first!} hasta {last!}";
};
