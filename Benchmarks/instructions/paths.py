"""The hot paths that are counted, and how: the difference of two runs, so that what both do drops out."""

import dataclasses
import pathlib
import statistics

from .callgrind import Count, count

PROGRAM = pathlib.Path(__file__).resolve().parent / "paths.lua"
# Lua seeds its hash tables with the time, and how they fall out changes a count by up to a hundredth; so does how many
# answers arrive together where many are in flight. The median of some processes varies less. An answer that is late, for
# the machine has other work, only adds turns: of the paths over HTTP the least counts.
REPEATS, IN_FLIGHT_REPEATS = 3, 5
# The operations of the shorter run.
BASE_OPERATIONS = 100


@dataclasses.dataclass(frozen=True)
class Path:
    """One path: its name in paths.lua and in the thresholds, how many operations are counted, and how often.

    With `needs_server` it reads from a server over HTTP, otherwise from a store in memory.
    """

    name: str
    operations: int
    needs_server: bool = False
    repeats: int = REPEATS


START = "start"
PATHS = (
    Path("fib", 2000),
    Path("decode", 1000),
    Path("encode", 2000),
    Path("store_get", 500),
    Path("store_update", 200),
    Path("get", 500, needs_server=True),
    Path("get_in_tasks", 1000, needs_server=True, repeats=IN_FLIGHT_REPEATS),
    Path("get_many", 1000, needs_server=True, repeats=IN_FLIGHT_REPEATS),
)


def measure_start(distsh, folder):
    """What a run takes that does nothing."""
    return median([count([distsh, "-e", ""], folder) for _ in range(REPEATS)])


def measure(path, distsh, address, folder):
    """What one operation of the path takes; `address` is the server's."""
    place = ["--url", address] if path.needs_server else ["--store", "sample:10"]

    def run(operations):
        return count([distsh, *place, PROGRAM, path.name, operations], folder)

    pairs = [(run(BASE_OPERATIONS + path.operations), run(BASE_OPERATIONS)) for _ in range(path.repeats)]
    if path.needs_server:
        longest, shortest = (least(counts) for counts in zip(*pairs))
        return median([longest.per_operation(shortest, path.operations)])
    return median([longer.per_operation(shorter, path.operations) for longer, shorter in pairs])


def median(counts):
    """That of each number, rounded."""
    return Count(
        round(statistics.median(one.instructions for one in counts)),
        round(statistics.median(one.allocations for one in counts), 2),
    )


def least(counts):
    return Count(min(one.instructions for one in counts), min(one.allocations for one in counts))
