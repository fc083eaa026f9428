"""A section of the page that shows how a cost grows, and the texts of what its axes and tables hold."""

import dataclasses

from .plot import Plot


@dataclasses.dataclass(frozen=True)
class Curve:
    """What was measured, its plots by the name of their file, and the figures as a table."""

    heading: str
    text: str
    plots: dict[str, Plot]
    header: list[str]
    lines: list[list[str]]


# How often a point is measured.
RUNS = 2


def quickest(measure):
    """The quickest of some runs, for what else the machine does only adds time."""
    return min((measure() for _ in range(RUNS)), key=lambda result: result.seconds)


def whole(value):
    """12,345"""
    return f"{value:,.0f}"


def megabytes(byte_count):
    """12.3 MB, of a million bytes each"""
    return f"{byte_count / 1e6:,.1f} MB"


def size(byte_count):
    """200 B, 10 kB or 1 MB: a round size"""
    number, unit = in_unit(byte_count, ((1e6, "MB"), (1e3, "kB"), (1, "B")))
    return f"{number:g} {unit}"


def round_duration(seconds):
    """10 µs, 50 ms or 1 s: what a tick stands at"""
    number, unit = in_unit(seconds, DURATIONS)
    return f"{number:g} {unit}"


def duration(seconds):
    """8.12 ms or 723 µs: three digits"""
    number, unit = in_unit(seconds, DURATIONS)
    return f"{number:#.3g}".rstrip(".") + f" {unit}"


DURATIONS = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"))


def in_unit(value, units):
    """The value in the first unit of which it has at least one, or in the last; and the unit's name."""
    one, name = next((unit for unit in units if value >= unit[0]), units[-1])
    return value / one, name
