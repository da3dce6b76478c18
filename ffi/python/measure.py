"""Measures what the bindings cost; `cargo xtask measure --bindings` calls it and keeps the tables.

Makes a phone with records of a worker on a server of its own, then times the calls that screens make:
from Python, from Kotlin and from Rust, on the same store, one after the other.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
import zlib

from fieldbook import (
    CaseId,
    Edit,
    Fieldbook,
    FieldName,
    NewRecord,
    RecordFilter,
    Scalar,
    TypeName,
    edits,
)
from town import Town

CALLS = 200
OPENINGS = 5

# A name that Kotlin and Rust use too, and what it is called in the table.
ROWS = [
    ("crossing", "crossing alone (`is_locked`)"),
    ("status", "status"),
    ("record", "one record"),
    ("timeline", "a case's timeline (50 rows)"),
    ("caseload", "the caseload ({cases} rows)"),
    ("search", "a search (50 rows)"),
    ("records", "a list (100 rows)"),
    ("catalogue", "the catalogue (30 types)"),
    ("edit", "an edit, on the disk"),
    ("create", "a new record, on the disk"),
    ("open", "opening the store and the first caseload"),
]


def timed(work, times=CALLS) -> float:
    """The median of some calls, in milliseconds."""
    took = []
    for at in range(times):
        start = time.perf_counter()
        work(at)
        took.append((time.perf_counter() - start) * 1_000)
    return statistics.median(took)


def fill(book: Fieldbook, records: int) -> None:
    """A case for each fifty records."""
    first = {**MET, "note": "Spoke on the porch."}
    new = new_contact(book, first)
    for number in range(records):
        if number % 50 == 0:
            case = book.create("person", {"name": f"Person {number // 50}"})
        else:
            book.device.create(new(case))


MET = {"mode": "street", "result": "engaged"}


def new_contact(book: Fieldbook, fields: dict):
    """Makes contacts, all alike, in a case or in none."""
    first = edits(book.record_type("outreach_contact"), fields)
    record_type = TypeName("outreach_contact")
    return lambda case: NewRecord(
        record_type=record_type, case_id=None if case is None else CaseId(case), edits=first
    )


def from_python(store: pathlib.Path) -> dict:
    def opened(_):
        with Fieldbook.open(store) as book:
            book.caseload()

    found = {"open": timed(opened, OPENINGS)}
    with Fieldbook.open(store) as book:
        device = book.device
        # Of a case as it was filled: what is made below belongs to none.
        (newest,) = book.records("outreach_contact", book.caseload()[0].case_id, limit=1)
        new = new_contact(book, MET)

        def edit(at):
            value = Scalar.INTEGER(at % 2 + 500)
            device.edit(newest.id, [Edit.SET(FieldName("minutes"), value)])

        found |= {
            "crossing": timed(lambda _: device.is_locked()),
            "status": timed(lambda _: device.status()),
            "record": timed(lambda _: device.record(newest.id)),
            "timeline": timed(lambda _: device.case_timeline(newest.case_id)),
            "caseload": timed(lambda _: device.caseload()),
            "search": timed(lambda _: device.search("porch")),
            "records": timed(lambda _: device.records(RecordFilter(limit=100))),
            "catalogue": timed(lambda _: device.catalogue("en")),
            "edit": timed(edit),
            "create": timed(lambda _: device.create(new(None))),
        }
    return found


def started(store: pathlib.Path) -> float:
    """From the start of a process of its own to the first caseload."""
    words = "import sys, fieldbook; fieldbook.Fieldbook.open(sys.argv[1]).caseload()"
    line = [sys.executable, "-c", words, os.fspath(store)]
    return timed(lambda _: subprocess.run(line, check=True), OPENINGS)


def sizes(libraries: list) -> None:
    print("| library | MiB | as it is downloaded |\n|---|---:|---:|")
    for named in libraries:
        name, _, path = named.partition("=")
        content = pathlib.Path(path).read_bytes()
        packed = len(zlib.compress(content, 9))
        print(f"| {name} | {len(content) / 2**20:.1f} | {packed / 2**20:.1f} |")


def cell(millis) -> str:
    if millis is None:
        return ""
    return f"{millis:,.0f} ms" if millis >= 100 else f"{millis:.3g} ms"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--rust", help="the measuring program")
    options.add_argument("--kotlin", help="the line that runs Kotlin's part")
    options.add_argument("--library", action="append", default=[], help="NAME=PATH, for its size")
    given = options.parse_args()
    with Town("ana") as town:
        store = town.folder / "ana" / "fieldbook.db"
        with Fieldbook.enroll(town.invite("ana"), store) as book:
            fill(book, given.records)
            cases = len(book.caseload())
        process = started(store)
        python = from_python(store)
        told = town.folder / "kotlin.json"
        kotlin = {}
        if given.kotlin:
            environment = os.environ | {
                "FIELDBOOK_MEASURED": os.fspath(store),
                "FIELDBOOK_TOLD": os.fspath(told),
            }
            line = given.kotlin.split()
            subprocess.run(line, check=True, env=environment, stdout=sys.stderr)
            kotlin = json.loads(told.read_text(encoding="utf-8"))
        rust = {}
        if given.rust:
            line = [given.rust, "--calls", store]
            said = subprocess.run(line, check=True, capture_output=True, text=True)
            rust = json.loads(said.stdout)

    print(f"### Calls, on a phone with {given.records:,} records\n")
    print(f"The median of {CALLS} calls, of {OPENINGS} for opening; all on one store, in turn.\n")
    print("| call | Rust | Kotlin | Python | Kotlin ÷ Rust | Python ÷ Rust |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, words in ROWS:
        ours = rust.get(name)
        times = [found.get(name) for found in (kotlin, python)]
        ratios = ["" if not (ours and took) else f"{took / ours:.1f} ×" for took in times]
        cells = [words.format(cases=cases), *map(cell, (ours, *times)), *ratios]
        print(f"| {' | '.join(cells)} |")
    print(f"\nFrom the start of a Python process to its first caseload: {process:,.0f} ms.\n")
    print("### The library\n")
    sizes(given.library)


main()
