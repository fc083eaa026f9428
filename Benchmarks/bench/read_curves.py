"""How reads grow: their rate and memory with how many are in flight, and their time with the size of the record."""

import json
import typing

from .curve import Curve, duration, megabytes, quickest, round_duration, size, whole
from .measure import usage, wrk
from .peers import nginx
from .plot import Axis, Plot
from .subject import PROGRAMS, RECORD_ID

CONCURRENCIES = tuple(1 << power for power in range(11))
# Requests in one run: about half a second's.
ONE_AT_A_TIME_REQUESTS, IN_FLIGHT_REQUESTS = 5_000, 20_000
# The size of a record, in bytes, and how often it is read in one run.
SIZES = {200: 5_000, 1_000: 5_000, 10_000: 3_000, 100_000: 800, 1_000_000: 80}
WRK_SECONDS = 1


class Reads(typing.NamedTuple):
    """What reads so many at a time cost, and what they cost wrk."""

    concurrency: int
    rate: float
    peak_bytes: int
    wrk_rate: float
    wrk_peak_bytes: int


class Read(typing.NamedTuple):
    """What one read of a record of a size takes, and what it takes wrk."""

    record_bytes: int
    seconds: float
    wrk_seconds: float


def concurrency_curve(subject):
    with nginx(subject.folder) as server:
        points = [reads(subject, server, concurrency) for concurrency in CONCURRENCIES]
    lines = [
        [
            whole(point.concurrency), f"{whole(point.rate)} /s", f"{whole(point.wrk_rate)} /s",
            f"{point.rate / point.wrk_rate:.2f}×", megabytes(point.peak_bytes), megabytes(point.wrk_peak_bytes),
        ]
        for point in points
    ]
    return Curve(
        "Reads in flight",
        "A script reads one record again and again from nginx, so many at once, and wrk does the same with as many "
        "connections; distsh has 64 connections at most, over which more requests take turns. nginx counted the "
        "requests of both.",
        {"get-rate": rate_plot(points), "get-memory": memory_plot(points)},
        ["in flight", "distsh", "wrk", "ratio", "memory of distsh", "memory of wrk"],
        lines,
    )


def reads(subject, server, concurrency):
    count = ONE_AT_A_TIME_REQUESTS if concurrency == 1 else IN_FLIGHT_REQUESTS
    ours = our_reads(subject, server, count, concurrency, RECORD_ID)
    theirs = wrk_reads(server, concurrency, RECORD_ID)
    return Reads(concurrency, count / ours.seconds, ours.peak_bytes, theirs.rate, theirs.peak_bytes)


def our_reads(subject, server, count, concurrency, identifier):
    command = [subject.distsh, "--url", server.address, PROGRAMS / "get.lua", count, concurrency, identifier]
    return quickest(lambda: server.count(lambda: usage(command), count))


def wrk_reads(server, connections, identifier):
    url = f"{server.address}/distribution/{identifier}"
    return quickest(lambda: server.count(lambda: wrk(url, connections, WRK_SECONDS), tolerance=connections + 1))


def rate_plot(points):
    series = {
        "distsh": [(point.concurrency, point.rate) for point in points],
        "wrk": [(point.concurrency, point.wrk_rate) for point in points],
    }
    return Plot("Reads a second", in_flight_axis(), Axis("reads a second", whole, is_logarithmic=True), series)


def memory_plot(points):
    series = {
        "distsh": [(point.concurrency, point.peak_bytes) for point in points],
        "wrk": [(point.concurrency, point.wrk_peak_bytes) for point in points],
    }
    return Plot("Peak memory of reads in flight", in_flight_axis(), Axis("peak memory", size), series)


def in_flight_axis():
    return Axis("reads in flight", whole, is_logarithmic=True, ticks=CONCURRENCIES)


def size_curve(subject):
    identifiers = write_records(subject.folder / "files" / "distribution")
    with nginx(subject.folder) as server:
        points = [read_of(subject, server, byte_count, identifiers[byte_count]) for byte_count in SIZES]
    lines = [
        [
            size(point.record_bytes), duration(point.seconds), duration(point.wrk_seconds),
            f"{point.seconds / point.wrk_seconds:.2f}×",
        ]
        for point in points
    ]
    return Curve(
        "Size of a record",
        "A script reads a record from nginx, which has it in a file, and gets it as a table. wrk reads the same with "
        "one connection and looks at no byte of it: it is the floor. nginx counted the requests of both.",
        {"get-size": size_plot(points)},
        ["record", "distsh", "wrk -c1", "ratio"],
        lines,
    )


def write_records(folder):
    """Writes a record of each size and returns their ids by size."""
    folder.mkdir(parents=True, exist_ok=True)
    identifiers = {byte_count: f"00000000-0000-4000-8000-{byte_count:012}" for byte_count in SIZES}
    for byte_count, identifier in identifiers.items():
        (folder / identifier).write_text(record_of(byte_count, identifier))
    return identifiers


def record_of(byte_count, identifier):
    """A distribution of exactly so many bytes, most of them recipients: objects of two members."""

    def text(recipient_count, name=""):
        recipients = [
            {"username": f"user{number:06}", "email": f"user{number:06}@example.com"}
            for number in range(recipient_count)
        ]
        gist = {"name": name, "recipients": {"iterable": recipients}}
        return json.dumps({"id": identifier, "github": {"gist": gist}}, separators=(",", ":"))

    recipient_bytes = len(text(2)) - len(text(1))
    recipient_count = (byte_count - len(text(0))) // recipient_bytes
    return text(recipient_count, "x" * (byte_count - len(text(recipient_count))))


def read_of(subject, server, byte_count, identifier):
    count = SIZES[byte_count]
    ours = our_reads(subject, server, count, 1, identifier)
    theirs = wrk_reads(server, 1, identifier)
    return Read(byte_count, ours.seconds / count, theirs.seconds)


def size_plot(points):
    series = {
        "distsh": [(point.record_bytes, point.seconds) for point in points],
        "wrk -c1": [(point.record_bytes, point.wrk_seconds) for point in points],
    }
    x = Axis("size of the record", size, is_logarithmic=True, ticks=tuple(SIZES))
    return Plot("Time of one read", x, Axis("time", round_duration, is_logarithmic=True), series)
