"""Identifiers as types of their own: a text at run time, told apart by a type checker."""


class _Text(str):
    """A text that says what it names."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class RecordId(_Text):
    """A record: one thing noted."""

    __slots__ = ()


class CaseId(_Text):
    """The person or place a record belongs to: the id of its person or property record."""

    __slots__ = ()


class DraftId(_Text):
    """A form that is being filled in on this device."""

    __slots__ = ()


class UserId(_Text):
    """A member of staff."""

    __slots__ = ()


class DeviceId(_Text):
    """An enrolled installation of the app."""

    __slots__ = ()


class TypeName(_Text):
    """A record type of the catalogue, such as ``outreach_contact``."""

    __slots__ = ()


class FieldName(_Text):
    """A field of a record type, such as ``occurred_at``."""

    __slots__ = ()


class OptionCode(_Text):
    """One value of a code list, such as ``engaged``."""

    __slots__ = ()


class ProgramCode(_Text):
    """A program of the department, such as ``street_outreach``."""

    __slots__ = ()
