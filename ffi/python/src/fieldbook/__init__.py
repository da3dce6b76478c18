"""Fieldbook's device for scripts and analysts.

``Fieldbook`` is what to begin with; everything below it is generated from the Rust library and
documented there. Errors are cases of ``FieldbookError``; no error holds what somebody recorded.
"""

from . import ids
from .book import Changes, Fieldbook, Watching
from .forms import edits, plain, scalar
from .generated import *  # noqa: F403
from .generated import __all__ as _generated
from .ids import (
    CaseId,
    DeviceId,
    DraftId,
    FieldName,
    OptionCode,
    ProgramCode,
    RecordId,
    TypeName,
    UserId,
)

__all__ = [
    "CaseId",
    "Changes",
    "DeviceId",
    "DraftId",
    "FieldName",
    "Fieldbook",
    "OptionCode",
    "ProgramCode",
    "RecordId",
    "TypeName",
    "UserId",
    "Watching",
    "edits",
    "ids",
    "plain",
    "scalar",
    *_generated,
]
