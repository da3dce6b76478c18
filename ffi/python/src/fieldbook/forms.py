"""Between Python's own values and the catalogue's."""

import datetime
import json
import typing

from .generated import Edit, FieldKind, LogEntry, RecordType, Scalar, ScalarKind, Value
from .ids import FieldName, OptionCode, RecordId, UserId

Plain = typing.Union[str, int, bool, datetime.date, datetime.datetime, list, dict, None]


def plain(value: typing.Union[Value, Scalar, LogEntry]) -> Plain:
    """A value as Python has it: text, number, day, instant, a list of codes or of records, a
    list of entries.

    A decimal, a time of day and a phone number are text, a duration is its minutes.
    """
    if isinstance(value, LogEntry):
        parts = {str(name): plain(part) for name, part in value.parts.items()}
        return {"id": value.id, **parts}
    if isinstance(value, Value.SINGLE):
        return plain(value.value)
    if isinstance(value, Value.CHOICES):
        return list(value.options)
    if isinstance(value, Value.REFS):
        return list(value.records)
    if isinstance(value, Value.COUNTER):
        return value.sum
    if isinstance(value, Value.LOG):
        return [plain(entry) for entry in value.entries]
    if isinstance(value, Value.SHARED_NOTE):
        return value.text
    if isinstance(value, Value.UNKNOWN):
        return json.loads(value.json)
    if isinstance(value, Scalar.OPTIONS):
        return list(value.options)
    if isinstance(value, Scalar.DURATION):
        return value.minutes
    return value.value


def scalar(kind: ScalarKind, value: Plain) -> Scalar:
    """A Python value as a single value of this kind. An instant needs a time zone."""
    if isinstance(kind, ScalarKind.TEXT):
        return Scalar.TEXT(value=str(value))
    if isinstance(kind, ScalarKind.DATE):
        return Scalar.DATE(value=value)
    if isinstance(kind, ScalarKind.DATE_TIME):
        return Scalar.DATE_TIME(value=value)
    if isinstance(kind, ScalarKind.BOOL):
        return Scalar.BOOL(value=value)
    if isinstance(kind, ScalarKind.INTEGER):
        return Scalar.INTEGER(value=value)
    if isinstance(kind, ScalarKind.DECIMAL):
        return Scalar.DECIMAL(value=str(value))
    if isinstance(kind, ScalarKind.TIME):
        return Scalar.TIME(value=str(value))
    if isinstance(kind, ScalarKind.DURATION):
        return Scalar.DURATION(minutes=value)
    if isinstance(kind, ScalarKind.PHONE):
        return Scalar.PHONE(value=str(value))
    if isinstance(kind, ScalarKind.CHOICE):
        return Scalar.CHOICE(value=OptionCode(value))
    if isinstance(kind, ScalarKind.OPTIONS):
        return Scalar.OPTIONS(options=[OptionCode(option) for option in value])
    if isinstance(kind, ScalarKind.USER):
        return Scalar.USER(value=UserId(value))
    return Scalar.REF(value=RecordId(value))


def edits(record_type: RecordType, fields: typing.Mapping[str, Plain]) -> typing.List[Edit]:
    """Edits that put Python values into fields, each by its kind.

    A single value is set, or cleared with ``None``. Options and records of a set are added; one with a
    minus before it is removed. A counter goes up or down, a note gets more text, a log one more entry.
    """
    known = {str(field.name): field for field in record_type.fields}
    made: typing.List[Edit] = []
    for name, value in fields.items():
        field = FieldName(name)
        kind = known[name].kind if name in known else None
        if isinstance(kind, FieldKind.CHOICES):
            made.extend(_choice(field, option) for option in value)
        elif isinstance(kind, FieldKind.REFS):
            made.extend(_ref(field, record) for record in value)
        elif isinstance(kind, FieldKind.COUNTER):
            made.append(Edit.INCREMENT(field=field, by=value))
        elif isinstance(kind, FieldKind.SHARED_NOTE):
            made.append(Edit.APPEND(field=field, text=value))
        elif isinstance(kind, FieldKind.LOG):
            kinds = {str(part.name): part.kind for part in kind.parts}
            parts = {
                FieldName(part): scalar(kinds.get(part, ScalarKind.TEXT()), given)
                for part, given in value.items()
            }
            made.append(Edit.LOG(field=field, parts=parts))
        elif value is None:
            made.append(Edit.CLEAR(field=field))
        else:
            # The device says what is wrong with a field that its type has not.
            single = kind.kind if kind is not None else ScalarKind.TEXT()
            made.append(Edit.SET(field=field, value=scalar(single, value)))
    return made


def _choice(field: FieldName, option: str) -> Edit:
    if option.startswith("-"):
        return Edit.REMOVE(field=field, option=OptionCode(option[1:]))
    return Edit.ADD(field=field, option=OptionCode(option))


def _ref(field: FieldName, record: str) -> Edit:
    if record.startswith("-"):
        return Edit.REMOVE_REF(field=field, record=RecordId(record[1:]))
    return Edit.ADD_REF(field=field, record=RecordId(record))
