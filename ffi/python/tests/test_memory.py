"""Creates, edits and syncs leave nothing behind."""

import gc
import os
import pathlib

import pytest
from fieldbook import Fieldbook, SyncOutcome, live_objects
from town import Town

# The figure of the promise is 10,000: `FIELDBOOK_ROUNDS=10000 cargo xtask python`, some minutes. A
# forgotten object shows after one round, a forgotten 100 KiB after these.
ROUNDS = int(os.environ.get("FIELDBOOK_ROUNDS", "300"))

# SQLite may keep 16 MiB of pages; the rest is what allocators hold back.
GROWTH_MAX_KIB = 24 * 1024


def resident_kib() -> int:
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


def count(folder: str) -> int:
    return len(os.listdir(f"/proc/self/{folder}"))


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="reads Linux's figures")
def test_ten_thousand_rounds_leave_no_growth():
    with Town("ana") as town:
        store = town.folder / "ana" / "fieldbook.db"
        with Fieldbook.enroll(town.invite("ana"), store) as book:

            def work(rounds: int) -> None:
                for number in range(rounds):
                    record = book.create("outreach_contact", {"mode": "street", "result": "engaged"})
                    book.edit(record, {"note": f"round {number}", "minutes": 5})
                    with book.changes():
                        result = book.sync()
                    assert isinstance(result.outcome, SyncOutcome.DONE)

            work(100)
            objects, before = held(), (resident_kib(), count("fd"), count("task"))
            work(ROUNDS)
            after = resident_kib(), count("fd"), count("task")
            assert held() == objects, "objects of the library"
    print(f"\n{ROUNDS} rounds: {before[0]} KiB, then {after[0]} KiB")
    assert after[0] - before[0] < GROWTH_MAX_KIB, f"{before[0]} KiB grew to {after[0]} KiB"
    assert after[1] <= before[1] + 2, "open files"
    assert after[2] <= before[2] + 4, "threads"


def test_what_is_held_is_counted_until_it_is_let_go_of():
    with Town("ana") as town:
        before = held()
        with Fieldbook.enroll(town.invite("ana"), town.folder / "ana" / "fieldbook.db") as book:
            assert held() == before + 1
            kept = [book.changes() for _ in range(3)]
            assert held() == before + 4
            del kept
            assert held() == before + 1
        del book
        assert held() == before


def held() -> int:
    gc.collect()
    return live_objects()
