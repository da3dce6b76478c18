//! Mistakes in fields and code lists.

use expect_test::expect;

use super::Row;
use crate::catalogue::load::CODE_LISTS;
use crate::catalogue::load::tests::{APPOINTMENT, CHECK, CONTACT, INTAKE, PERSON, SHIFT};

#[rustfmt::skip]
pub(super) fn of_dates() -> Vec<Row> {
    vec![
        (PERSON, "name = \"dob\"\n", "name = \"dob\"\nrequired = true\nretired = true\n", expect![[r#"
            types/person.toml: field.dob.retired: nothing is entered there any more: leave required out
        "#]]),
        (PERSON, "not_before = \"-120y\"", "not_before = \"long ago\"", expect![[r#"
            types/person.toml: field.dob.not_before: "long ago" is no bound of a date; write it like "now", "1900-01-01", "-120y" or "+90d"
        "#]]),
        (PERSON, "not_before = \"-120y\"", "not_before = \"+1d\"", expect![[r#"
            types/person.toml: field.dob.not_before: lies after not_after: no date would do
        "#]]),
        (CONTACT, "name = \"note\"\nkind = \"text\"", "name = \"note\"\nkind = \"text\"\nnot_after = \"now\"", expect![[r#"
            types/outreach_contact.toml: field.note.not_after: only for a date or datetime field; this is a text field
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_lists() -> Vec<Row> {
    vec![
        (CODE_LISTS, "name = \"approval\"", "name = \"zone\"", expect![[r#"
            code_lists.toml: list.zone.name: there are two lists of this name
            common.toml: field.approval.list: unknown code list "approval"; one of city_department, compartments_by_consent, destination, facility, finding, hospital, language, living_situation, mediation_check, need, need_met, need_state, ordinance, programs, progress, tier, victimization, yes_no_unknown, zone
        "#]]),
        (CODE_LISTS, "code = \"submitted\"", "code = \"draft\"", expect![[r#"
            code_lists.toml: list.approval.options.draft.code: there are two options of this code
            common.toml: field.approval.others_set: unknown option "submitted"; one of draft, returned, approved, voided
            types/review.toml: type.decides.undone: unknown option "submitted"; one of draft, returned, approved, voided
        "#]]),
        (CODE_LISTS, "en = \"Submitted\", es = \"Enviado\"", "es = \"Enviado\"", expect![[r#"
            code_lists.toml: list.approval.options.submitted.en: missing
            common.toml: field.approval.others_set: unknown option "submitted"; one of draft, returned, approved, voided
            types/review.toml: type.decides.undone: unknown option "submitted"; one of draft, returned, approved, voided
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_languages() -> Vec<Row> {
    vec![
        (PERSON, "es = \"Nombre\"", "english = \"Name\"", expect![[r#"
            types/person.toml: field.name.label.english: "english" is no code of a language (such as es, vi or zh-Hant)
        "#]]),
        (PERSON, "es = \"Nombre\"", "es = \"Nombre\", zh-hant = \"名\"", expect![[r#"
            types/person.toml: field.name.label.zh-hant: should be zh-Hant
        "#]]),
        (PERSON, "es = \"Nombre\"", "vi = \"\"", expect![[r#"
            types/person.toml: field.name.label.vi: is empty
        "#]]),
        (PERSON, "es = \"Nombre\"", "vi = 7", expect![[r#"
            types/person.toml: field.name.label.vi: should be a text, not a whole number
        "#]]),
        (PERSON, "label = { en = \"Name\", es = \"Nombre\" }", "label = { es = \"Nombre\" }", expect![[r#"
            types/person.toml: field.name.label.en: missing
        "#]]),
        (CODE_LISTS, "en = \"Submitted\"", "vi = \" \", vietnamese = \"x\", en = \"Submitted\"", expect![[r#"
            code_lists.toml: list.approval.options.submitted.vi: is empty
            code_lists.toml: list.approval.options.submitted.vietnamese: unknown key; one of retired, code, en, es, vi, meaning, properties
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_kinds() -> Vec<Row> {
    vec![
        (CHECK, "min = -20\nmax = 140", "min = 140.25\nmax = -20", expect![[r#"
            types/custody_check.toml: field.temperature.min: 140.25 is greater than max (-20)
            types/custody_check.toml: field.temperature.min: must have no more digits after the decimal point than 1
        "#]]),
        (CHECK, "min = -20", "min = \"cold\"", expect![[r#"
            types/custody_check.toml: field.temperature.min: should be a finite number, not a text
        "#]]),
        (CHECK, "min = -20", "min = 1e300", expect![[r#"
            types/custody_check.toml: field.temperature.min: has more digits than a decimal number keeps (15, of which 9 after the point)
        "#]]),
        (CHECK, "places = 1", "places = 0", expect![[r#"
            types/custody_check.toml: field.temperature.places: must lie between 1 and 9; whole numbers are of the kind integer
        "#]]),
        (CHECK, "places = 1", "places = 10", expect![[r#"
            types/custody_check.toml: field.temperature.places: must lie between 1 and 9; whole numbers are of the kind integer
        "#]]),
        (CHECK, "places = 1\n", "", expect![[r#"
            types/custody_check.toml: field.temperature.places: missing
        "#]]),
        (CHECK, "unit = { en = \"°F\", es = \"°F\" }", "unit = \"°F\"", expect![[r#"
            types/custody_check.toml: field.temperature.unit: should be a table, not a text
        "#]]),
        (CHECK, "places = 1", "places = 1\nsearched = true", expect![[r#"
            types/custody_check.toml: field.temperature.searched: only for text, date, phone, shared_note, log
        "#]]),
        (APPOINTMENT, "min = \"0min\"\nmax = \"24h\"", "min = \"24h\"\nmax = \"90min\"", expect![[r#"
            types/appointment.toml: field.length.min: 24 h is greater than max (1 h 30 min)
        "#]]),
        (APPOINTMENT, "max = \"24h\"", "max = 90", expect![[r#"
            types/appointment.toml: field.length.max: should be a text, not a whole number
        "#]]),
        (APPOINTMENT, "max = \"24h\"", "max = \"long\"", expect![[r#"
            types/appointment.toml: field.length.max: "long" is not a valid interval; write it like 15min, 24h or 7d
        "#]]),
        (PERSON, "after = { field = \"call_from\" }", "after = 8", expect![[r#"
            types/person.toml: field.call_until.limits: compares a time with a number
        "#]]),
        (PERSON, "after = { field = \"call_from\" }", "after = 08:00:30", expect![[r#"
            types/person.toml: field.call_until.limits[1].after: should be a day, a time to the minute, or an instant with its offset, not a date
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_fields() -> Vec<Row> {
    vec![
        (PERSON, "kind = \"text\"\nsearched = true\nmerge = \"review\"\nlabel = { en = \"Name\"", "kind = \"txt\"\nsearched = true\nmerge = \"review\"\nlabel = { en = \"Name\"", expect![[r#"
            types/person.toml: field.name.kind: unknown kind "txt"; one of text, date, datetime, bool, integer, decimal, time, duration, phone, choice, ref, refs, user, choices, counter, log, shared_note
        "#]]),
        (PERSON, "label = { en = \"Name\", es = \"Nombre\" }", "", expect![[r#"
            types/person.toml: field.name.label: missing; write { en = "…", es = "…" }
        "#]]),
        (PERSON, "es = \"Nombre\"", "es = \" \"", expect![[r#"
            types/person.toml: field.name.label.es: is empty
        "#]]),
        (PERSON, "name = \"aliases\"", "name = \"name\"", expect![[r#"
            types/person.toml: field.name.name: there are two fields of this name
            types/person.toml: type.title: unknown field "aliases"; one of age_band, amends, approval, assigned_to, call_from, call_until, dob, due_owner, duplicate_check, duplicate_of, emergency_contact, emergency_phone, guardian, guardian_phone, language, language_other, minor, name, name_quality, next_due, notes, occurred_at, phones, preferred_times, pronouns, pronouns_other, safe_contact, void_reason, zone
        "#]]),
        (PERSON, "name = \"notes\"", "name = \"zone\"", expect![[r#"
            types/person.toml: field.zone.name: every type has a field of this name (common.toml)
        "#]]),
        (PERSON, "name = \"notes\"", "name = \"created_by\"", expect![[r#"
            types/person.toml: field.created_by.name: is taken; not one of id, type, type_version, case, compartment, program, created_by, created_at, fields
        "#]]),
        (PERSON, "name = \"dob\"", "name = \"dob\"\nrequierd = true", expect![[r#"
            types/person.toml: field.dob.requierd: unknown key; one of name, label, required, retired, searched, merge, kind, not_before, not_after, section, note, hint, example, says_what, shown_when, required_when, required_message, read_only_when, choices_when, limits, default, computed, recent_first, changed_by, others_set, final, others_decide
        "#]]),
        (PERSON, "name = \"dob\"", "name = \"dob\"\nrequired = \"yes\"", expect![[r#"
            types/person.toml: field.dob.required: should be true or false, not a text
        "#]]),
        (PERSON, "name = \"minor\"", "name = \"minor\"\nsearched = true", expect![[r#"
            types/person.toml: field.minor.searched: only for text, date, phone, shared_note, log
        "#]]),
        (PERSON, "name = \"dob\"", "name = \"dob\"\nmerge = \"last\"", expect![[r#"
            types/person.toml: line 48: not readable as TOML: duplicate key
        "#]]),
        (PERSON, "list = \"language\"", "list = \"langauge\"", expect![[r#"
            types/person.toml: field.language.list: unknown code list "langauge"; one of approval, city_department, compartments_by_consent, destination, facility, finding, hospital, language, living_situation, mediation_check, need, need_met, need_state, ordinance, programs, progress, tier, victimization, yes_no_unknown, zone
        "#]]),
        (PERSON, "list = \"language\"", "list = \"language\"\noptions = []", expect![[r#"
            types/person.toml: field.language.options: either list or options, not both
        "#]]),
        (PERSON, "list = \"language\"", "", expect![[r#"
            types/person.toml: field.language: missing: either list (of code_lists.toml) or options
        "#]]),
        (PERSON, "list = \"language\"", "options = []", expect![[r#"
            types/person.toml: field.language.options: an empty code list: nothing could be chosen
            types/person.toml: field.language.says_what: no option of its list has meaning = "other"
        "#]]),
        (PERSON, "to = [\"person\"]", "to = [\"human\"]", expect![[r#"
            types/person.toml: field.duplicate_of.to: unknown type "human": there is no types/human.toml
        "#]]),
        (CONTACT, "min = 0\nmax = 1440", "min = 10\nmax = 5", expect![[r#"
            types/outreach_contact.toml: field.minutes.min: 10 is greater than max (5)
        "#]]),
        (CONTACT, "min = 0\nmax = 1440", "min = 0.5", expect![[r#"
            types/outreach_contact.toml: field.minutes.min: should be a whole number, not a number with a fraction
            types/outreach_contact.toml: field.minutes.max: missing
        "#]]),
        (CONTACT, "kind = \"choices\"", "kind = \"choices\"\nmerge = \"review\"", expect![[r#"
            types/outreach_contact.toml: field.purpose.merge: a choices field merges by itself: leave merge out
        "#]]),
        (INTAKE, "kind = \"date\"\nnot_before = \"-20y\"\nnot_after = \"+5y\"\nlabel = { en = \"Date\"", "kind = \"counter\"\nlabel = { en = \"Date\"", expect![[r#"
            types/outreach_intake.toml: field.goals.entry.date: a counter field cannot stand in a log entry
        "#]]),
        (INTAKE, "kind = \"date\"\nnot_before = \"-20y\"\nnot_after = \"+5y\"\nlabel = { en = \"Date\"", "kind = \"date\"\nmerge = \"review\"\nlabel = { en = \"Date\"", expect![[r#"
            types/outreach_intake.toml: field.goals.entry.date: an entry never changes: leave merge out
        "#]]),
        (SHIFT, "[[field.entry]]\nname = \"at\"", "[[field.entri]]\nname = \"at\"", expect![[r#"
            types/shift.toml: field.check_ins.entri: unknown key; one of name, label, required, retired, searched, merge, kind, entry, not_before, not_after, section, note, hint, example, says_what, shown_when, required_when, required_message, read_only_when, choices_when, limits, default, computed, recent_first, changed_by, others_set, final, others_decide
        "#]]),
        (SHIFT, "name = \"coworker\"\nkind = \"user\"", "name = \"coworker\"\nkind = \"user\"\nto = [\"person\"]", expect![[r#"
            types/shift.toml: field.coworker.to: unknown key; one of name, label, required, retired, searched, merge, kind, not_before, not_after, section, note, hint, example, says_what, shown_when, required_when, required_message, read_only_when, choices_when, limits, default, computed, recent_first, changed_by, others_set, final, others_decide
        "#]]),
        (SHIFT, "name = \"coworker\"\nkind = \"user\"", "name = \"coworker\"\nkind = \"user\"\nsearched = true", expect![[r#"
            types/shift.toml: field.coworker.searched: only for text, date, phone, shared_note, log
        "#]]),
        (SHIFT, "name = \"coworker\"\nkind = \"user\"", "name = \"coworker\"\nkind = \"user\"\nnot_after = \"now\"", expect![[r#"
            types/shift.toml: field.coworker.not_after: only for a date or datetime field; this is a user field
        "#]]),
        (SHIFT, "name = \"coworker\"\nkind = \"user\"", "name = \"coworker\"\nkind = \"users\"", expect![[r#"
            types/shift.toml: field.coworker.kind: unknown kind "users"; one of text, date, datetime, bool, integer, decimal, time, duration, phone, choice, ref, refs, user, choices, counter, log, shared_note
        "#]]),
        (PERSON, "name = \"dob\"", "name = \"dob\"\nrequired = 2026-11-25", expect![[r#"
            types/person.toml: field.dob.required: should be true or false, not a date
        "#]]),
        (PERSON, "merge = \"review\"", "merge = \"last\"", expect![[r#"
            types/person.toml: field.name.merge: unknown merge "last"; only "review" is known
        "#]]),
        (PERSON, "list = \"language\"", "options = 7", expect![[r#"
            types/person.toml: field.language.options: should be a list of tables, not a whole number
            types/person.toml: field.language.options: an empty code list: nothing could be chosen
            types/person.toml: field.language.says_what: no option of its list has meaning = "other"
        "#]]),
        (PERSON, "list = \"language\"", "options = [{ code = \"x\", en = \"X\", es = \"Equis\", retired = true }]", expect![[r#"
            types/person.toml: field.language.options: all are retired: nothing could be chosen
            types/person.toml: field.language.says_what: no option of its list has meaning = "other"
        "#]]),
        (INTAKE, "kind = \"counter\"", "kind = \"log\"", expect![[r#"
            types/outreach_intake.toml: field.contact_attempts.entry: a log needs at least one field of an entry
        "#]]),
        (INTAKE, "name = \"goal\"", "name = \"goal\"\nsearched = true", expect![[r#"
            types/outreach_intake.toml: field.goals.entry.goal: say searched on the log itself
        "#]]),
    ]
}
