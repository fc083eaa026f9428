"""How a listing grows: its time and memory with the number of records."""

import typing

from .curve import Curve, duration, megabytes, quickest, round_duration, size, whole
from .measure import usage
from .peers import distsh_server, make_store
from .plot import Axis, Plot
from .subject import PROGRAMS

RECORD_COUNTS = (10, 100, 1_000, 10_000, 100_000)
# The memory of a listing this long must do for all longer ones.
BASE_RECORDS = 1_000


class Listing(typing.NamedTuple):
    """What it takes to walk through so many records."""

    record_count: int
    seconds: float
    peak_bytes: int


def length_curve(subject):
    points = [listing(subject, record_count) for record_count in RECORD_COUNTS]
    peaks = {point.record_count: point.peak_bytes for point in points}
    growth = peaks[RECORD_COUNTS[-1]] / peaks[BASE_RECORDS]
    lines = [
        [
            whole(point.record_count), duration(point.seconds), duration(point.seconds / point.record_count),
            megabytes(point.peak_bytes),
        ]
        for point in points
    ]
    return Curve(
        "Length of a listing",
        f"A script walks through all records of `distsh serve`; its start is included. From "
        f"{whole(BASE_RECORDS)} to {whole(RECORD_COUNTS[-1])} records its memory grows {growth:.2f}×.",
        {"list-time": time_plot(points), "list-memory": memory_plot(points)},
        ["records", "time", "time for a record", "memory"],
        lines,
    )


def listing(subject, record_count):
    """Raises RuntimeError when the script saw another number of records than there are."""
    store = make_store(subject.distsh, subject.folder / f"listed-{record_count}.db", record_count)
    with distsh_server(subject.distsh, store) as address:
        listed = quickest(lambda: usage([subject.distsh, "--url", address, PROGRAMS / "list.lua"]))
    if int(listed.output) != record_count:
        raise RuntimeError(f"the listing had {listed.output.strip()} records, not {record_count}")
    return Listing(record_count, listed.seconds, listed.peak_bytes)


def time_plot(points):
    series = {"distsh": [(point.record_count, point.seconds) for point in points]}
    return Plot("Time of a listing", records_axis(), Axis("time", round_duration, is_logarithmic=True), series)


def memory_plot(points):
    series = {"distsh": [(point.record_count, point.peak_bytes) for point in points]}
    return Plot("Peak memory of a listing", records_axis(), Axis("peak memory", size), series)


def records_axis():
    return Axis("records", whole, is_logarithmic=True, ticks=RECORD_COUNTS)
