"""A device as Python uses it."""

import os
import pathlib
import platform
import queue
import threading
import typing

from . import generated
from .forms import Plain, edits, plain
from .generated import (
    CaseRow,
    Conflict,
    Device,
    EnrollOptions,
    Invitation,
    KeyVault,
    NewRecord,
    Progress,
    RecordFilter,
    RecordListener,
    RecordRow,
    RecordType,
    Scalar,
    SubmittedDraft,
    SyncListener,
    SyncOutcome,
    SyncReason,
    SyncResult,
    Transport,
    WatchEvent,
    WatchListener,
    file_vault,
    read_invitation,
)
from .ids import CaseId, DraftId, FieldName, ProgramCode, RecordId, TypeName

Path = typing.Union[str, "os.PathLike[str]"]


class Fieldbook:
    """An enrolled device with its store: open it with ``with``.

    ``device`` is the device underneath, with everything that has no shorter way here.
    """

    def __init__(self, device: Device):
        self.device = device

    @classmethod
    def open(
        cls,
        path: Path,
        vault: typing.Optional[KeyVault] = None,
        pin: typing.Optional[str] = None,
        transport: typing.Optional[Transport] = None,
    ) -> "Fieldbook":
        """Opens the store of a device that is enrolled.

        Without a key store of your own the keys are files in the folder ``keys`` beside the store.
        """
        vault = vault or _files_beside(path)
        return cls(Device.open(os.fspath(path), vault, pin, transport))

    @classmethod
    def enroll(
        cls,
        invitation: typing.Union[Invitation, str],
        path: Path,
        vault: typing.Optional[KeyVault] = None,
        pin: typing.Optional[str] = None,
        transport: typing.Optional[Transport] = None,
    ) -> "Fieldbook":
        """Enrolls this computer with an invitation, or with the text of an invitation's QR code."""
        if isinstance(invitation, str):
            invitation = read_invitation(invitation)
        options = EnrollOptions(path=os.fspath(path), pin=pin, platform=platform.platform(terse=True))
        vault = vault or _files_beside(path)
        return cls(_waited(generated.enroll(invitation, options, vault, transport)))

    def reconnect(self, invitation: typing.Union[Invitation, str]) -> None:
        """Binds this device to its department again, with an invitation of ``fieldbook admin invite
        NAME --reconnect``. Nothing on the device is lost; synchronize afterwards.
        """
        if isinstance(invitation, str):
            invitation = read_invitation(invitation)
        run = self.device.reconnect(invitation, platform.platform(terse=True))
        _waited(run, run.join)

    def close(self) -> None:
        """Closes the store and forgets what opened it."""
        self.device.lock()

    def __enter__(self) -> "Fieldbook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record_type(self, name: str, language: str = "en") -> RecordType:
        """What a type's records hold."""
        known = self.device.record_type(TypeName(name), language)
        if known is None:
            raise KeyError(name)
        return known

    def create(
        self,
        record_type: str,
        fields: typing.Optional[typing.Mapping[str, Plain]] = None,
        case: typing.Optional[str] = None,
        program: typing.Optional[str] = None,
        anyway: bool = False,
    ) -> RecordId:
        """Makes a record out of Python values: see ``edits``.

        ``anyway`` answers ``FieldbookError.Doubtful``: the dates are right.
        """
        return self.device.create(self._new(record_type, fields, case, program), anyway)

    def create_together(
        self,
        record_type: str,
        cases: typing.Sequence[str],
        fields: typing.Optional[typing.Mapping[str, Plain]] = None,
        program: typing.Optional[str] = None,
        anyway: bool = False,
    ) -> typing.List[RecordId]:
        """Makes a record for each of several people who were met at once, all or none.

        What is common to them, such as the minutes and the note, stands in the record of the first
        case, whose id comes first. ``anyway`` is that of ``create``.
        """
        first, *others = cases
        new = self._new(record_type, fields, first, program)
        return self.device.create_together(new, [CaseId(case) for case in others], anyway)

    def edit(
        self, record: RecordId, fields: typing.Mapping[str, Plain], anyway: bool = False
    ) -> bool:
        """Edits a record with Python values, all in one change; says whether that changed anything.

        ``anyway`` answers ``FieldbookError.Doubtful``: the dates are right.
        """
        known = self.record_type(self.device.record(record).record_type)
        return self.device.edit(record, edits(known, fields), anyway)

    def begin_draft(
        self,
        record_type: str,
        fields: typing.Optional[typing.Mapping[str, Plain]] = None,
        case: typing.Optional[str] = None,
        program: typing.Optional[str] = None,
    ) -> DraftId:
        """Begins a draft of a record: it is saved on this device with each answer, and sent only once
        it is submitted.
        """
        return self.device.begin_draft(self._new(record_type, fields, case, program))

    def type_in_draft(self, draft: DraftId, field: str, text: str) -> None:
        """Saves what a person typed as the whole answer to a question, valid or not."""
        self.device.type_in_draft(draft, FieldName(field), text)

    def submit_draft(
        self, draft: DraftId, anyway: bool = False, also: typing.Sequence[str] = ()
    ) -> SubmittedDraft:
        """Submits a draft: it becomes a record, or an edit of one.

        ``anyway`` answers ``FieldbookError.Doubtful``: the dates are right. The people of the cases
        ``also``, who were met at once, get a record each.
        """
        return self.device.submit_draft(draft, anyway, [CaseId(case) for case in also])

    def read(self, record: RecordId) -> typing.Dict[str, Plain]:
        """What stands in each field of a record, as Python values."""
        fields = self.device.record(record).fields
        return {str(name): plain(value) for name, value in fields.items()}

    def records(
        self,
        record_type: typing.Optional[str] = None,
        case: typing.Optional[str] = None,
        limit: typing.Optional[int] = None,
        language: str = "en",
    ) -> typing.List[RecordRow]:
        """The records of a type, of a case or of both, newest first, with titles in a language."""
        wanted = RecordFilter(
            record_type=None if record_type is None else TypeName(record_type),
            case_id=None if case is None else CaseId(case),
            limit=limit,
        )
        return self.device.records(wanted, language)

    def caseload(self, language: str = "en") -> typing.List[CaseRow]:
        """The cases on this device, what is due first at the top, with titles in a language."""
        return self.device.caseload(language)

    def conflicts(self, language: str = "en") -> typing.List[Conflict]:
        """What people disagree about, with titles in a language."""
        return self.device.conflicts(language)

    def resolve(self, record: RecordId, field: str, keep: Scalar) -> None:
        """Decides a conflict: one of its values stays, for everybody."""
        self.device.resolve(record, FieldName(field), keep)

    def sync(
        self,
        reason: SyncReason = SyncReason.PERSON,
        on_progress: typing.Optional[typing.Callable[[Progress], None]] = None,
    ) -> SyncResult:
        """Synchronizes, and returns when that has ended. Ctrl-C cancels it."""
        listener = None if on_progress is None else _SyncCalls(on_progress)
        return _waited(self.device.sync(reason, listener))

    async def sync_async(self, reason: SyncReason = SyncReason.PERSON) -> SyncResult:
        """Synchronizes without blocking the event loop. Cancelling the task cancels it."""
        run = self.device.sync(reason, None)
        try:
            return await run.finished()
        finally:
            run.cancel()

    def changes(self) -> "Changes":
        """Which records change from now on: use it with ``with``."""
        return Changes(self.device)

    def watch(self) -> "Watching":
        """Stays connected: synchronizes, and again as soon as others send something. Use it with
        ``with``. Only over the built-in HTTPS.
        """
        return Watching(self.device)

    def _new(
        self,
        record_type: str,
        fields: typing.Optional[typing.Mapping[str, Plain]],
        case: typing.Optional[str],
        program: typing.Optional[str],
    ) -> NewRecord:
        return NewRecord(
            record_type=TypeName(record_type),
            case_id=None if case is None else CaseId(case),
            program=None if program is None else ProgramCode(program),
            edits=edits(self.record_type(record_type), fields or {}),
        )


class Changes:
    """Lists of records that changed, as they change. Ends with its ``with`` block."""

    def __init__(self, device: Device):
        self._news: "queue.Queue[typing.List[RecordId]]" = queue.Queue()
        self._observation = device.observe(_RecordCalls(self._news.put))

    def next(self, timeout: typing.Optional[float] = None) -> typing.List[RecordId]:
        """Waits for the next; raises ``queue.Empty`` when none comes in time."""
        return self._news.get(timeout=timeout)

    def __enter__(self) -> "Changes":
        return self

    def __exit__(self, *_: object) -> None:
        self._observation.stop()


class Watching:
    """What happens while the device stays connected. Ends with its ``with`` block."""

    def __init__(self, device: Device):
        self._events: "queue.Queue[WatchEvent]" = queue.Queue()
        self._watch = device.watch(_WatchCalls(self._events.put))

    def next(self, timeout: typing.Optional[float] = None) -> WatchEvent:
        """Waits for the next event; raises ``queue.Empty`` when none comes in time."""
        return self._events.get(timeout=timeout)

    def stop(self) -> SyncOutcome:
        """Ends it, and says how it ended: cancelled, or what the server ordered before."""
        self._watch.stop()
        return _waited(self._watch)

    def __enter__(self) -> "Watching":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _RecordCalls(RecordListener):
    def __init__(self, call: typing.Callable[[typing.List[RecordId]], None]):
        self._call = call

    def on_change(self, records: typing.List[RecordId]) -> None:
        self._call(records)


class _SyncCalls(SyncListener):
    def __init__(self, call: typing.Callable[[Progress], None]):
        self._call = call

    def on_progress(self, progress: Progress) -> None:
        self._call(progress)


class _WatchCalls(WatchListener):
    def __init__(self, call: typing.Callable[[WatchEvent], None]):
        self._call = call

    def on_event(self, event: WatchEvent) -> None:
        self._call(event)


def _waited(run: typing.Any, join: typing.Optional[typing.Callable] = None) -> typing.Any:
    """Waits for a run on another thread: Python hears Ctrl-C only between calls of the library."""
    join = run.wait if join is None else join
    ended: "queue.Queue[typing.Tuple[bool, typing.Any]]" = queue.Queue()

    def wait() -> None:
        try:
            ended.put((True, join()))
        except Exception as error:
            ended.put((False, error))

    threading.Thread(target=wait, daemon=True).start()
    try:
        good, result = ended.get()
    except BaseException:
        run.cancel()
        raise
    if good:
        return result
    raise result


def _files_beside(path: Path) -> KeyVault:
    return file_vault(os.fspath(pathlib.Path(path).parent / "keys"))
