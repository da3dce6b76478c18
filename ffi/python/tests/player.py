"""Plays the scenarios of ``ffi/scenarios.txt``. Each verb is a method of ``Player``."""

import dataclasses
import datetime
import os
import pathlib
import queue
import random
import re
import subprocess
import sys


import fieldbook
from fieldbook import (
    EnrollOptions,
    FieldbookError,
    FieldKind,
    Invitation,
    Logger,
    LogLevel,
    RecordId,
    ScalarKind,
    SyncOutcome,
    SyncReason,
    Value,
    WatchEvent,
    plain,
    scalar,
)
from town import PATIENCE, Line, Town, Vault


@dataclasses.dataclass
class Step:
    """One line of a scenario."""

    number: int
    who: str
    does: str
    what: str
    with_: dict
    then: dict


@dataclasses.dataclass
class Scenario:
    title: str
    steps: list


def read(path: pathlib.Path) -> list:
    """The scenarios of a file."""
    scenarios = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("=="):
            scenarios.append(Scenario(line[2:].strip(), []))
        elif line.strip() and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split("|")]
            who, does, what, with_, then = cells + [""] * (5 - len(cells))
            scenarios[-1].steps.append(Step(number, who, does, what, pairs(with_), pairs(then)))
    return scenarios


def pairs(text: str) -> dict:
    """``KEY=VALUE`` with ``;`` between them. A word without ``=`` is a key without a value."""
    found = {}
    for part in filter(None, (part.strip(" ") for part in text.split(";"))):
        key, _, value = part.partition("=")
        found[key] = value
    return found


def same(name: str) -> str:
    """A name of a case as every language compares it."""
    return name.replace("_", "").lower()


def case_of(value) -> str:
    """The name of an enum's case."""
    name = value.name if hasattr(value, "name") else type(value).__name__
    return same(name.rsplit(".", 1)[-1])


class Person:
    """A worker with a device."""

    def __init__(self, name: str, town: Town):
        self.name = name
        self.folder = town.folder / name
        self.vault = Vault()
        self.line = Line()
        self.book = None
        self.transport = None
        self.changes = None

    @property
    def path(self) -> str:
        return os.fspath(self.folder / "fieldbook.db")


class Lines(Logger):
    """Every line that the library logged in this process."""

    def __init__(self):
        self.lines = []

    def log(self, line):
        self.lines.append(line)


LOG = Lines()
fieldbook.set_logger(LogLevel.DEBUG, LOG)


class Player:
    """A town, and what happens in it."""

    def __init__(self, town: Town):
        self.town = town
        self.people = {}
        self.records = {}
        self.drafts = {}

    def play(self, step: Step) -> None:
        """Does a step and compares what came of it."""
        verb = getattr(self, "do_" + re.sub(r"\W", "_", step.does), None)
        assert verb is not None, f"line {step.number}: nobody here knows how to `{step.does}`"
        if step.who not in self.people:
            self.people[step.who] = Person(step.who, self.town)
        try:
            said = verb(self.people[step.who], step) or {}
        except FieldbookError as error:
            said = told(error)
        expected = dict(step.then)
        if "error" not in expected:
            assert "error" not in said, f"line {step.number}: {said}"
        for key, value in expected.items():
            found = said.get(key, "")
            if key in ("error", "outcome", "problem", "state", "kind"):
                assert same(found) == same(value), f"line {step.number}: {key} is {found}"
            elif key == "lacks":
                for word in value.split(","):
                    assert word.strip() not in said["text"], f"line {step.number}: {word}"
            elif key in ("has", "option", "label"):
                where = said["text"] if key == "has" else said.get(key, "")
                assert value in where, f"line {step.number}: {key} is {where}"
            else:
                assert found == value, f"line {step.number}: {key} is {found!r}"

    # The office.

    def do_assigns(self, _, step):
        self.town.admin("assign", step.with_["to"], self.records[step.what])

    def do_revokes(self, _, step):
        person = self.people[step.with_["device"]]
        self.town.admin("revoke", person.book.device.status().device, "--yes")

    def do_backs_up(self, _, __):
        self.town.admin("backup", os.fspath(self.town.backup))

    def do_restores(self, _, __):
        self.town.restore()

    def do_retires(self, _, step):
        self.town.retire(step.what, step.with_["field"], step.with_["option"])

    def do_decides(self, _, step):
        """A supervisor, by way of the office, about the one entry that waits."""
        (entry,) = {row["entry"] for row in self.town.admin("quarantine", "list")}
        given = step.with_
        reason = ["--as", given["as"], "--reason", given["reason"]]
        self.town.admin("quarantine", given["what"], str(entry), *reason)

    def do_withdraws(self, _, step):
        given = step.with_
        self.town.admin("user", "withdraw", given["from"], *Town.role(given["role"]))

    def do_grants(self, _, step):
        given = step.with_
        self.town.admin("user", "grant", given["to"], *Town.role(given["role"]))

    # The device.

    def do_enrolls(self, person, step):
        given = step.with_
        invitation = self.town.invite(person.name)
        if "code" in given:
            invitation = Invitation(
                url=invitation.url, code=given["code"], fingerprint=invitation.fingerprint
            )
        if "scan" in given:
            text = f"fieldbook:enroll?url={invitation.url}&code={invitation.code}"
            invitation = fieldbook.read_invitation(f"{text}&fingerprint={invitation.fingerprint}")
        if given.get("vault") == "files":
            person.vault = fieldbook.file_vault(os.fspath(person.folder / "keys"))
        person.transport = person.line if given.get("transport") == "own" else None
        pin = given.get("pin")
        book = fieldbook.Fieldbook.enroll(
            invitation, person.path, person.vault, pin, person.transport
        )
        person.book = book

    def do_reconnects(self, person, step):
        given = step.with_
        invitation = self.town.invite(given.get("as", person.name), "--reconnect")
        if "code" in given:
            invitation = Invitation(
                url=invitation.url, code=given["code"], fingerprint=invitation.fingerprint
            )
        person.book.reconnect(invitation)

    def do_scans(self, _, step):
        invitation = fieldbook.read_invitation(step.with_["text"])
        return {"url": invitation.url, "code": invitation.code}

    def do_reopens(self, person, step):
        person.book.close()
        person.book = fieldbook.Fieldbook.open(
            person.path, person.vault, step.with_.get("pin"), person.transport
        )

    def do_locks(self, person, _):
        person.book.device.lock()
        assert person.book.device.is_locked()

    def do_unlocks(self, person, step):
        person.book.device.unlock(step.with_.get("pin"))

    def do_wipes(self, person, _):
        person.book.device.wipe()

    def do_vault(self, person, step):
        person.vault.does = step.with_["does"]

    def do_line(self, person, step):
        person.line.does = step.with_["does"]

    def do_dies(self, person, step):
        """Another process makes the record and is killed the moment it says so."""
        person.book.close()
        name, record_type, _ = new_record(step.what)
        child = subprocess.Popen(
            [sys.executable, pathlib.Path(__file__).with_name("dying.py"), person.path]
            + [os.fspath(person.folder / "keys"), record_type]
            + [f"{key}={value}" for key, value in step.with_.items()],
            stdout=subprocess.PIPE,
            text=True,
        )
        with child.stdout:
            self.records[name] = RecordId(child.stdout.readline().strip())
            child.kill()
            child.wait(PATIENCE)
        person.book = fieldbook.Fieldbook.open(person.path, person.vault)

    # Records.

    def do_creates(self, person, step, anyway=False):
        name, record_type, case = new_record(step.what)
        known = person.book.record_type(record_type)
        case = None if case is None else self.records[case]
        fields = self._fields(known, step)
        self.records[name] = person.book.create(record_type, fields, case, anyway=anyway)

    def do_creates_anyway(self, person, step):
        self.do_creates(person, step, anyway=True)

    def do_edits(self, person, step, anyway=False):
        record = self.records[step.what]
        known = person.book.record_type(person.book.device.record(record).record_type)
        assert person.book.edit(record, self._fields(known, step), anyway)

    def do_edits_anyway(self, person, step):
        self.do_edits(person, step, anyway=True)

    # Drafts.

    def do_begins(self, person, step):
        name, record_type, case = new_record(step.what)
        known = person.book.record_type(record_type)
        case = None if case is None else self.records[case]
        fields = self._fields(known, step)
        self.drafts[name] = person.book.begin_draft(record_type, fields, case)

    def do_types(self, person, step):
        ((field, text),) = step.with_.items()
        person.book.type_in_draft(self.drafts[step.what], field, text)

    def do_draft(self, person, step):
        draft = person.book.device.draft(self.drafts[step.what])
        (row,) = person.book.device.drafts()
        assert row == draft.row
        typed = ", ".join(f"{field}={text}" for field, text in draft.typed.items())
        said = {"answered": str(row.answered), "problems": str(row.problems)}
        return {**said, "typed": typed, "last": str(draft.last_answered)}

    def do_submits(self, person, step):
        self.records[step.what] = person.book.submit_draft(self.drafts[step.what]).record

    def do_undoes(self, person, step):
        person.book.device.undo_draft(self.drafts[step.what])

    def do_fills(self, person, step):
        """Writes so many characters into a text, of which none follows from the others."""
        ((field, characters),) = step.with_.items()
        letters = random.Random(5)
        text = "".join(chr(letters.randrange(33, 127)) for _ in range(int(characters)))
        assert person.book.edit(self.records[step.what], {field: text})

    def do_reads(self, person, step):
        record = person.book.device.record(self.records[step.what])
        said = {str(name): self._said(value) for name, value in record.fields.items()}
        return {**said, "state": record.state.name, "conflicts": str(len(record.conflicts))}

    def _fields(self, known, step):
        return read_fields(known, step.with_, self.records)

    def _said(self, value) -> str:
        """A value as it stands in a step: a record by its name there."""
        if isinstance(value, Value.REFS):
            names = {record: name for name, record in self.records.items()}
            return written(sorted(names[record] for record in plain(value)))
        return written(plain(value))

    def do_disagrees(self, person, step):
        (field,) = step.with_
        (found,) = [
            conflict
            for conflict in person.book.conflicts()
            if conflict.record == self.records[step.what] and conflict.field == field
        ]
        assert all(value.by in self.people for value in found.values)
        return {"values": ", ".join(sorted(value.text for value in found.values))}

    def do_resolves(self, person, step):
        record = self.records[step.what]
        ((field, keep),) = step.with_.items()
        known = person.book.record_type(person.book.device.record(record).record_type)
        kind = next(known.kind for known in known.fields if known.name == field)
        person.book.resolve(record, field, scalar(kind.kind, keep))

    def do_history(self, person, step):
        history = person.book.device.history(self.records[step.what])
        by = ", ".join(sorted({entry.by for entry in history}))
        return {"count": str(len(history)), "by": by}

    # Lists.

    def do_caseload(self, person, _):
        return listed(person.book.caseload())

    def do_timeline(self, person, step):
        return listed(person.book.device.case_timeline(self.records[step.what]))

    def do_searches(self, person, step):
        (words,) = step.with_
        return listed(person.book.device.search(words))

    def do_lists(self, person, step):
        limit = int(step.with_["limit"]) if "limit" in step.with_ else None
        return listed(person.book.records(step.with_.get("type"), limit=limit))

    def do_tasks(self, person, step):
        tasks = person.book.device.tasks(step.with_["language"])
        return {"count": str(len(tasks)), "label": "; ".join(task.label for task in tasks)}

    def do_colleagues(self, person, _):
        active = [one for one in person.book.device.colleagues() if one.active]
        return {"count": str(len(active)), "names": ", ".join(one.name for one in active)}

    def do_form(self, person, step):
        known = person.book.record_type(step.what, step.with_["language"])
        return {"label": known.label, "may_make": written(known.may_make)}

    def do_field(self, person, step):
        known = person.book.record_type(step.what, step.with_["language"])
        named = step.with_["name"]
        field = next(field for field in known.fields if field.name == named)
        kind = field.kind.kind if isinstance(field.kind, FieldKind.SINGLE) else field.kind
        options = getattr(kind, "options", [])
        return {
            "kind": case_of(kind),
            "label": field.label,
            "review": written(field.review),
            "required": written(field.required),
            "retired": written(field.retired),
            "option": "; ".join(option.label for option in options),
            "retired_options": ", ".join(option.code for option in options if option.retired),
        }

    # What was refused.

    def do_refusals(self, person, step):
        refused = person.book.device.refused("dismissed" in step.with_)
        return {
            "count": str(len(refused)),
            "codes": ", ".join(item.code for item in refused),
            "may_help": ", ".join(written(item.may_help) for item in refused),
            "edits": ", ".join(str(len(item.edits)) for item in refused),
            "decisions": ", ".join(
                same(item.decided.decision.name) if item.decided else "kept" for item in refused
            ),
            "by": ", ".join(item.decided.by for item in refused if item.decided),
            "why": ", ".join(item.decided.why for item in refused if item.decided),
        }

    def do_retries(self, person, step):
        return {"waiting": str(person.book.device.retry(self._refusal(person, step)))}

    def do_dismisses(self, person, step):
        person.book.device.dismiss(self._refusal(person, step))

    def _refusal(self, person, step) -> int:
        """The number of a record's refusal; one that there is not for a record that was not."""
        refused = person.book.device.refused(True)
        record = self.records.get(step.what)
        return next((item.number for item in refused if item.record == record), 999)

    # Synchronizing and telling.

    def do_syncs(self, person, step):
        throws = step.with_.get("listener") == "throws"
        return synced(person.book.sync(on_progress=thrown if throws else None))

    def do_cancels(self, person, _):
        """Cancels while a request is under way."""
        person.line.does, person.line.kept = "nothing", None
        person.line.sending.clear()
        run = person.book.device.sync(SyncReason.PERSON)
        assert person.line.sending.wait(PATIENCE)
        run.cancel()
        said = synced(run.wait())
        assert person.line.kept.is_given_up()
        person.line.does, person.line.kept = "carries", None
        return said

    def do_status(self, person, _):
        status = person.book.device.status()
        names = {record: name for name, record in self.records.items()}
        said = {key: str(value) for key, value in vars(status).items()}
        return {**said, "stuck": ", ".join(sorted(names[record] for record in status.stuck))}

    def do_watches(self, person, step):
        person.changes = Told(step.with_.get("does") == "throws")
        person.observation = person.book.device.observe(person.changes)

    def do_is_told(self, person, step):
        wanted = {self.records[name.strip()] for name in step.what.split(",")}
        while wanted:
            wanted -= set(person.changes.news.get(timeout=PATIENCE))

    def do_connects(self, person, _):
        """Stays connected, and waits until the server tells what is new."""
        person.watching = person.book.watch()
        said = self._hears(person)
        while not isinstance(person.watching.next(PATIENCE), WatchEvent.CONNECTED):
            pass
        return said

    def do_hears(self, person, _):
        return self._hears(person)

    def _hears(self, person):
        """The next synchronization that brought something."""
        while True:
            event = person.watching.next(PATIENCE)
            if isinstance(event, WatchEvent.SYNCED) and event.result.report.received:
                return synced(event.result)

    def do_disconnects(self, person, _):
        assert isinstance(person.watching.stop(), SyncOutcome.CANCELLED)

    def do_bundle(self, person, _):
        return {"text": person.book.device.support_bundle()}

    def do_log(self, _, __):
        return {"text": "\n".join(line.message for line in LOG.lines)}


class Told(fieldbook.RecordListener):
    """Keeps what it is told; one that throws keeps it as well."""

    def __init__(self, throws: bool):
        self.news = queue.Queue()
        self.throws = throws

    def on_change(self, records):
        self.news.put(records)
        if self.throws:
            raise RuntimeError("a listener that throws")


def thrown(_):
    raise RuntimeError("a listener that throws")


def told(error: FieldbookError) -> dict:
    """An error as a step expects it."""
    said = {"error": case_of(error)}
    for key in ("tries_left", "locked", "may_pass"):
        if hasattr(error, key):
            said[key] = written(getattr(error, key))
    if hasattr(error, "problems"):
        said["problems"] = ", ".join(sorted(str(p.field) for p in error.problems))
    if hasattr(error, "problem"):
        said["problem"] = case_of(error.problem)
    return said


def synced(result) -> dict:
    """A run's end as a step expects it."""
    said = {key: str(value) for key, value in vars(result.report).items()}
    said["outcome"] = case_of(result.outcome)
    if hasattr(result.outcome, "problem"):
        said["problem"] = case_of(result.outcome.problem)
    return said


def listed(rows) -> dict:
    return {"count": str(len(rows)), "titles": ", ".join(row.title for row in rows)}


def new_record(what: str):
    """``name: type of case``."""
    name, _, rest = what.partition(":")
    record_type, _, case = rest.strip().partition(" of ")
    return name, record_type, case or None


def read_fields(known, fields: dict, records: dict) -> dict:
    """What stands in a step as Python values, by the fields' kinds."""
    kinds = {str(field.name): field.kind for field in known.fields}
    return {name: read_value(kinds[name], text, records) for name, text in fields.items()}


def read_value(kind, text: str, records: dict):
    if isinstance(kind, FieldKind.CHOICES):
        return [option.strip() for option in text.split(",")]
    if isinstance(kind, FieldKind.REFS):
        named = [name.strip() for name in text.split(",")]
        return ["-" * name.startswith("-") + records[name.removeprefix("-")] for name in named]
    if isinstance(kind, FieldKind.COUNTER):
        return int(text)
    if not isinstance(kind, FieldKind.SINGLE):
        return text
    if isinstance(kind.kind, ScalarKind.INTEGER):
        return int(text)
    if isinstance(kind.kind, ScalarKind.BOOL):
        return text == "true"
    if isinstance(kind.kind, ScalarKind.DATE):
        return datetime.date.fromisoformat(text)
    if isinstance(kind.kind, ScalarKind.DATE_TIME):
        hours = datetime.timedelta(hours=int(text.removesuffix("h")))
        return datetime.datetime.now(datetime.timezone.utc) + hours
    return text


def written(value) -> str:
    """A value as it stands in a step."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
