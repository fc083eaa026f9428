"""The rows in which distsh works with its embedded store: durable updates, and work on several cores.

Every update is on disk before it is answered. Nothing is pinned here: the store writes on a thread of its own.
"""

import json
import shutil

from .measure import seconds
from .peers import make_store, stored_texts
from .row import Row, alternating, mirrored
from .subject import BENCHMARKS, PROGRAMS

STORE_RECORDS = 1000
# As many that the start, and reading the records, are lost in the time.
GROUPED_UPDATES, SINGLE_UPDATES, WORKER_ITEMS = 60_000, 5_000, 120_000


def store_rows(subject):
    """Updates that share transactions, against one transaction each: in Python's sqlite3, and in distsh itself."""
    store = make_store(subject.distsh, subject.folder / "updated.db", STORE_RECORDS)

    def scripted(update_count, concurrency):
        def command(copy):
            return [subject.distsh, "--store", copy, PROGRAMS / "update.lua", update_count, concurrency]

        return lambda: update_rate(store, update_count, command)

    def python():
        program = BENCHMARKS / "python" / "one_transaction_each.py"
        return update_rate(store, SINGLE_UPDATES, lambda copy: ["python3", program, copy, SINGLE_UPDATES])

    grouped, single = scripted(GROUPED_UPDATES, 64), scripted(SINGLE_UPDATES, 1)
    work = "durable updates, 64 at a time"
    yield Row(work, "SQLite, a transaction each", "/s", alternating(grouped, python), subject.rounds, at_least=10)
    yield Row(work, "the same store, one at a time", "/s", alternating(grouped, single), subject.rounds, at_least=10)


def worker_rows(subject):
    """A script reads, checks and formats records with one worker and with two, each on a core if there are two."""
    store = make_store(subject.distsh, subject.folder / "worked.db", STORE_RECORDS)

    def rate(worker_count):
        command = [subject.distsh, "--store", store, "--workers", worker_count, PROGRAMS / "workers.lua", WORKER_ITEMS]
        return lambda: WORKER_ITEMS / seconds(list(map(str, command)))

    yield Row("2 workers", "1 worker", "/s", mirrored(rate(2), rate(1)), subject.rounds, at_least=1.7)


def update_rate(store, update_count, command):
    """Updates a second of the command that `command` makes for a copy of the store.

    Raises RuntimeError when a record of the copy does not hold its last update afterwards.
    """
    copy = store.with_suffix(".copy")
    shutil.copyfile(store, copy)
    elapsed = seconds(list(map(str, command(copy))))
    check_last_updates(copy, update_count)
    return update_count / elapsed


def check_last_updates(store, update_count):
    texts = stored_texts(store).values()
    for position, text in enumerate(texts, start=1):
        last = update_count - (update_count - position) % len(texts)
        name = json.loads(text)["share"].get("name")
        if name != f"name {last}":
            raise RuntimeError(f"record {position} of {store} is called {name!r} and not by its last update, {last}")
