"""Creates, edits and syncs leave nothing behind."""

import os
import pathlib

import pytest
from fieldbook import Fieldbook, SyncOutcome
from town import Town

# The figure of the promise is 10,000 (`FIELDBOOK_ROUNDS=10000 cargo xtask python`, some minutes);
# a leak of a kilobyte each would show at this one already.
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
            before = resident_kib(), count("fd"), count("task")
            work(ROUNDS)
            after = resident_kib(), count("fd"), count("task")
    assert after[0] - before[0] < GROWTH_MAX_KIB, f"{before[0]} KiB grew to {after[0]} KiB"
    assert after[1] <= before[1] + 2, "open files"
    assert after[2] <= before[2] + 4, "threads"
