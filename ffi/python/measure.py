"""Measures what the bindings cost: prints the rows of `docs/measurements.md`, section Bindings.

    FIELDBOOK_BUILT=target/release PYTHONPATH=ffi/python/src:ffi/python/tests python ffi/python/measure.py

The library beside the package is the one that is measured.
"""

import pathlib
import statistics
import time

from fieldbook import Fieldbook, RecordFilter
from town import Town

RECORDS = 10_000
CALLS = 200


def timed(work) -> float:
    """Median of the calls, in milliseconds."""
    times = []
    for _ in range(CALLS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1_000)
    return statistics.median(times)


def main() -> None:
    with Town("ana") as town:
        store = town.folder / "ana" / "fieldbook.db"
        vault_folder = store.parent / "keys"
        with Fieldbook.enroll(town.invite("ana"), store) as book:
            contact = {"mode": "street", "result": "engaged", "note": "Spoke on the porch."}
            case = book.create("person", {"name": "Rosa Cedro"})
            start = time.perf_counter()
            for number in range(RECORDS // 50):
                case = book.create("person", {"name": f"Person {number}"})
                for _ in range(49):
                    book.create("outreach_contact", contact, case)
            made = (time.perf_counter() - start) * 1_000 / RECORDS
            record = book.create("outreach_contact", contact, case)
            device = book.device
            numbers = iter(range(CALLS + 1))
            rows = [
                ("is_locked, which only crosses", timed(device.is_locked)),
                ("status", timed(device.status)),
                ("catalogue, the whole department", timed(lambda: device.catalogue("en"))),
                ("create, on the disk", made),
                ("edit, on the disk", timed(lambda: book.edit(record, {"minutes": next(numbers)}))),
                ("record", timed(lambda: device.record(record))),
                ("case timeline, 50 records", timed(lambda: device.case_timeline(case))),
                ("caseload, 201 cases", timed(device.caseload)),
                ("search, 50 found", timed(lambda: device.search("porch"))),
                ("records, 100 newest", timed(lambda: device.records(RecordFilter(limit=100)))),
            ]
        start = time.perf_counter()
        with Fieldbook.open(store) as book:
            book.caseload()
            rows.append(("open and first caseload", (time.perf_counter() - start) * 1_000))
        assert vault_folder.is_dir()
    print("| call, with 10,000 records | ms |\n|---|---:|")
    for name, millis in rows:
        print(f"| {name} | {millis:.2f} |")
    library = next(pathlib.Path(__file__).parent.glob("src/fieldbook/libfieldbook_ffi.*"))
    print(f"\nlibrary: {library.stat().st_size / 1_048_576:.1f} MiB")


main()
