//! The words for a form that is read from a spreadsheet or written to one.
//!
//! What stands in a cell (names, types, functions) is a part and stays as it is written there.

use super::{Row, rows};

/// What is said of a form's cells, and of a file that is not read.
#[rustfmt::skip]
pub(in crate::words) const OF_FORMS: &[Row] = rows! {
    // Where, and what kind of thing.
    "xls_finding_refused": "{sheet} {cell}: refused: {problem!}", "{sheet} {cell}: rechazado: {problem!}";
    "xls_finding_not_yet": "{sheet} {cell}: not taken over: {problem!}",
        "{sheet} {cell}: no se incorporó: {problem!}";
    "xls_finding_changed": "{sheet} {cell}: {problem!}", "{sheet} {cell}: {problem!}";
    "xls_finding_sheet": "{sheet}: {problem!}", "{sheet}: {problem!}";

    // Files.
    "xls_file_too_large": "the file is larger than {most} MiB, or unzips to more than is read",
        "el archivo ocupa más de {most} MiB, o descomprimido más de lo que se lee";
    "xls_sheet_too_large": "the sheet {sheet} is larger than is read: at most {rows} rows and {cells} cells",
        "la hoja {sheet} es más grande de lo que se lee: como máximo {rows} filas y {cells} celdas";
    "xls_not_a_spreadsheet": "the file is not a readable .xlsx file; open it in a spreadsheet program and save it as .xlsx",
        "el archivo no es un archivo .xlsx legible; ábralo en un programa de hojas de cálculo y guárdelo como .xlsx";
    "xls_no_survey": "the file has no sheet `survey`", "el archivo no tiene una hoja `survey`";
    "xls_needs_like": "the catalogue has no type {type}: name one with `--like` whose place, writers and readers it takes over",
        "el catálogo no tiene un tipo {type}: indique con `--like` uno del que tome el lugar, quién escribe y quién lee";
    "xls_no_such_type": "the catalogue has no type {type}", "el catálogo no tiene un tipo {type}";
    "xls_no_question": "the form has no question that could be taken over",
        "el formulario no tiene ninguna pregunta que se pueda incorporar";

    // Refused by policy.
    "xls_refused_position": "no position is recorded, of nobody", "no se anota la posición de nadie";
    "xls_refused_audit": "how somebody fills in a form is not watched",
        "no se vigila cómo se llena un formulario";
    "xls_refused_recording": "nobody is recorded without knowing", "no se graba a nadie sin que lo sepa";
    "xls_refused_device": "nothing that identifies a phone or its number stands in a record",
        "en un registro no consta nada que identifique un teléfono ni su número";

    // Sheets, columns, rows.
    "xls_sheet_not_read": "is not read; only survey, choices and settings are",
        "no se lee; solo se leen survey, choices y settings";
    "xls_column": "the column {name} has no counterpart", "la columna {name} no tiene equivalente";
    "xls_column_twice": "the column {name} is there twice", "la columna {name} aparece dos veces";
    "xls_language": "the language {language} has no code here; write it as in `Vietnamese (vi)`",
        "el idioma {language} no tiene código aquí; escríbalo como en `Vietnamese (vi)`";
    "xls_without_english": "has no English; another language stands in for it",
        "no tiene inglés; en su lugar queda otro idioma";
    "xls_answer_in_text": "an answer within a text is not filled in", "no se inserta una respuesta dentro de un texto";
    "xls_disabled": "the row is disabled", "la fila está desactivada";
    "xls_kept_by_the_record": "a record itself says who made it and when", "el registro mismo dice quién lo creó y cuándo";
    "xls_renamed": "is called {name} here", "aquí se llama {name}";
    "xls_name_twice": "the name {name} is there twice", "el nombre {name} aparece dos veces";
    "xls_no_type": "there is no type {name}", "no existe el tipo {name}";
    "xls_no_list": "there is no list {name}", "no existe la lista {name}";
    "xls_list_unused": "no question that was taken over uses the list {name}",
        "ninguna pregunta incorporada usa la lista {name}";
    "xls_option_twice": "several options have one code; which of them an answer means is not known",
        "varias opciones tienen el mismo código; no se sabe a cuál se refiere una respuesta";
    "xls_no_label": "has no text", "no tiene texto";
    "xls_note_alone": "a note stands above a question that is asked with it; here none follows",
        "una nota va encima de una pregunta que aparece con ella; aquí no sigue ninguna";
    "xls_groups_too_deep": "groups nest deeper than {most}", "los grupos se anidan a más de {most} niveles";
    "xls_end_of_nothing": "nothing like that is open here", "aquí no hay nada abierto de esa clase";
    "xls_repeat_in_repeat": "a repeat within a repeat has no counterpart",
        "una repetición dentro de otra no tiene equivalente";
    "xls_repeat_of_nothing": "no question of the repeat could be taken over",
        "no se pudo incorporar ninguna pregunta de la repetición";
    "xls_not_in_a_repeat": "an entry cannot hold this type", "una entrada no puede tener este tipo";
    "xls_entry_asked_whole": "an entry is asked as a whole, without conditions",
        "una entrada se pregunta entera, sin condiciones";
    "xls_appearance": "how it looks is up to the app", "la apariencia la decide la aplicación";
    "xls_default": "is no value to start with", "no es un valor inicial";
    "xls_default_of_computed": "what is computed starts with nothing", "lo que se calcula no tiene valor inicial";
    "xls_range": "is no range of whole numbers with a step of 1",
        "no es un rango de números enteros con paso 1";
    "xls_no_calculation": "there is nothing to calculate", "no hay nada que calcular";
    "xls_field_retired": "the field {name} is not in the form and is retired",
        "el campo {name} no está en el formulario y se retira";

    // Expressions.
    "xls_expression_too_long": "the expression is longer than {most} bytes", "la expresión ocupa más de {most} bytes";
    "xls_expression_too_deep": "the expression nests deeper than {most}",
        "la expresión se anida a más de {most} niveles";
    "xls_expression_unreadable": "the expression is not readable at {what}", "la expresión no se puede leer en {what}";
    "xls_expression_ends_early": "the expression ends too early", "la expresión termina antes de tiempo";
    "xls_no_predicate": "a predicate [...] has no counterpart", "un predicado [...] no tiene equivalente";
    "xls_no_union": "a union | has no counterpart", "una unión | no tiene equivalente";
    "xls_no_path": "a path has no counterpart; refer to a question by its name", "una ruta no tiene equivalente; refiérase a una pregunta por su nombre";
    "xls_no_function": "the function {name} has no counterpart as it is called here",
        "la función {name}, tal como se llama aquí, no tiene equivalente";
    "xls_no_column": "the list has no column {name}", "la lista no tiene una columna {name}";
    "xls_no_option": "the list has no option {name}", "la lista no tiene una opción {name}";
    "xls_refers_to_nothing": "refers to {name}, which was not taken over", "se refiere a {name}, que no se incorporó";
    "xls_refers_to_itself": "refers to itself", "se refiere a sí mismo";
    "xls_circle": "depends on itself, or on what was not taken over", "depende de sí mismo, o de algo que no se incorporó";
    "xls_pattern_unreadable": "the pattern is not a readable regular expression",
        "el patrón no es una expresión regular legible";
    "xls_selected_of_no_choice": "asks for options of a question that has none",
        "pide opciones de una pregunta que no las tiene";
    "xls_needs_a_condition": "should be a condition", "debe ser una condición";
    "xls_needs_a_value": "should be a value", "debe ser un valor";
    "xls_needs_a_number": "should be a number", "debe ser un número";
    "xls_needs_a_text": "should be a text", "debe ser un texto";
    "xls_needs_a_question": "should refer to a question", "debe referirse a una pregunta";
    "xls_compares_kinds": "values of two kinds meet", "se juntan valores de dos clases";
    "xls_orders_texts": "texts have no order", "los textos no tienen orden";
    "xls_once": "once() keeps what was computed; nothing computed is stored",
        "once() conserva lo calculado; lo calculado no se guarda";

    // What a form that is written does not say.
    "xls_left_of_type": "who reads and writes such records, where they live and what follows from them stays in the type",
        "quién lee y escribe estos registros, dónde están y qué sigue de ellos queda en el tipo";
    "xls_left_retired": "{name}: is retired, so no form asks it", "{name}: está retirado, así que ningún formulario lo pregunta";
    "xls_left_keys": "{name}: {keys} stays in the type", "{name}: {keys} queda en el tipo";
    "xls_left_order": "{name}: questions of other sections stand among its own; in the form they come after it",
        "{name}: entre sus preguntas hay otras de otras secciones; en el formulario van después";
    "xls_left_kind": "{name}: is of the kind {kind}, and {as} in the form",
        "{name}: es de la clase {kind}, y {as} en el formulario";
    "xls_left_unsaid": "{name}: {key} is left out: {problem!}", "{name}: {key} se omite: {problem!}";
    "xls_unsayable": "{what} has no counterpart in XLSForm", "{what} no tiene equivalente en XLSForm";
};
