"""The rows in which records are migrated: read from `distsh serve`, changed, and written back.

distsh logs each change durably before it sends it. The peer is a Node script as people write it: no journal, nothing
after a kill but to look at every record again.
"""

import json
import shutil

from .measure import COMMAND_TIMEOUT_SECONDS, usage
from .peers import distsh_server, make_store, stored_records
from .row import Row, alternating
from .subject import BENCHMARKS, PROGRAMS

# As many that the starts are lost in the time.
RECORDS = 20_000
IN_FLIGHT = 64
FEW_RECORDS, MANY_RECORDS = 10_000, 1_000_000
MAX_PEAK_MEGABYTES = 96
LONG_TIMEOUT_SECONDS = 3600
NAME = "migrated"


def migration_rows(subject):
    """Records a second of processor time, and by the clock, against Node. Without Node there is nothing to measure."""
    if not shutil.which("node"):
        return
    work = MigrationWork(subject, RECORDS)
    runs = []

    def measure():
        (ours, our_store), (theirs, their_store) = work.run_distsh(), work.run_node()
        check_equal(our_store, their_store)
        runs.append((RECORDS / ours.seconds, RECORDS / theirs.seconds))
        return RECORDS / ours.processor_seconds, RECORDS / theirs.processor_seconds

    peer = "Node fetch, no journal"
    yield Row("migrate, by processor time", peer, "/s", measure, subject.rounds, at_least=6)
    by_clock = iter(runs)
    yield Row("migrate, by the clock", peer, "/s", lambda: next(by_clock), subject.rounds)


def migration_memory_rows(subject):
    """The peak memory of a migration, which must not grow with the number of records. Measured once."""
    few, many = (MigrationWork(subject, count, LONG_TIMEOUT_SECONDS) for count in (FEW_RECORDS, MANY_RECORDS))
    yield Row(
        f"migrate {MANY_RECORDS:,} records, memory", f"the same, {FEW_RECORDS:,}", "MB",
        alternating(many.peak_megabytes, few.peak_megabytes), 1, at_most=1.2, ours_at_most=MAX_PEAK_MEGABYTES,
    )


class MigrationWork:
    """A store of samples to migrate, and the commands that do it; every run has a fresh copy of the store."""

    def __init__(self, subject, record_count, timeout_seconds=COMMAND_TIMEOUT_SECONDS):
        self.distsh, self.timeout_seconds = subject.distsh, timeout_seconds
        self.folder = subject.folder / f"migrate-{record_count}"
        self.folder.mkdir()
        self.store = make_store(subject.distsh, self.folder / "samples.db", record_count, timeout_seconds)
        self.ids = self.folder / "ids.txt"
        with self.ids.open("w") as file:
            file.writelines(f"{identifier}\n" for identifier, _ in stored_records(self.store))
        # Its input is looked for beside it.
        self.migration = shutil.copy(PROGRAMS / "migrate.lua", self.folder)

    def run_distsh(self):
        """Migrates with a new journal; returns what that took, and the migrated store."""
        journal = self.folder / "journal.db"
        remove(journal)
        options = ["--yes", "--journal", journal, "--durability", "power"]
        return self.run("distsh.db", lambda url: [self.distsh, "--url", url, "migrate", "run", self.migration, *options])

    def run_node(self):
        """Migrates with Node; returns what that took, and the migrated store."""
        script = BENCHMARKS / "node" / "migrate.mjs"
        return self.run("node.db", lambda url: ["node", script, url, self.ids, IN_FLIGHT])

    def run(self, name, command):
        """Migrates a copy of the store, called `name`, with the command that `command` makes for its server.

        Raises RuntimeError unless every record is changed in the end.
        """
        copy = self.folder / name
        remove(copy)
        shutil.copyfile(self.store, copy)
        with distsh_server(self.distsh, copy) as url:
            used = usage(list(map(str, command(url))), self.timeout_seconds)
        check_changed(copy)
        return used, copy

    def peak_megabytes(self):
        """The most memory that distsh held."""
        return self.run_distsh()[0].peak_bytes / 1e6


def remove(database):
    """Removes a database and what lies beside it under the same name and more."""
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()


def check_changed(store):
    for identifier, text in stored_records(store):
        if json.loads(text)["share"].get("name") != NAME:
            raise RuntimeError(f"{identifier} is not migrated")


def check_equal(ours, theirs):
    """Raises RuntimeError unless both stores hold the same, but for the time of the update that the service sets."""
    for (our_id, our_text), (their_id, their_text) in zip(stored_records(ours), stored_records(theirs), strict=True):
        if our_id != their_id or as_node_reads(our_text) != as_node_reads(their_text):
            raise RuntimeError(f"after our migration {our_id} is another than after Node's")


def as_node_reads(text):
    """The record without the time of its update; every number is a double, which is what Node writes back."""
    record = json.loads(text, parse_int=float)
    del record["updated"]
    return record
