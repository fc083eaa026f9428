"""The page: date, machine, how it was measured, the table of rows, and the curves with their plots."""

import datetime
import os
import pathlib
import platform
import textwrap

from .curve import RUNS
from .row import HEADER

LINE_COLUMNS = 120
ROWS_METHOD = (
    "A row alternates the two sides and has the medians of {rounds} rounds. Both sides run on the same core, and the "
    "servers that they speak to on another; the rows of the store and of workers have all cores. Ratios are ours over the peer's, with the lowest and the highest round; "
    "the figures themselves depend on the machine.",
    "A round's start is the mean of hundreds, measured by hyperfine. The Lua programs run in the order ours, theirs, "
    "theirs, ours, with a limit on memory armed. The requests of the get rows were counted by the server. In the serve "
    "rows no answer was an error, the record read the same before and after, and the store held every update that was "
    "answered. In the store rows every update was synced to the disk before it was answered, and every record held "
    "its last one in the end.",
    "The migrate rows read, change and write back every record of `distsh serve`; distsh logs each change to a journal "
    "on the disk before it sends it, Node keeps none. A figure by processor time is that of the migrating process, all "
    "its threads and its start included. Each run had a fresh store, and afterwards both stores held the same, every "
    "record changed: the same to a reader who has numbers as Node has them, as doubles.",
)
CURVES_METHOD = "A point is the quickest of {runs} runs, with the peak of its resident memory. The cores are as above."


def table(header, lines):
    """A Markdown table, line by line."""
    yield table_line(header)
    yield "|" + "---|" * len(header)
    yield from map(table_line, lines)


def table_line(cells):
    return f"| {' | '.join(cells)} |"


def curve_table(curve):
    return table(curve.header, curve.lines)


def write_page(path, rounds, rows, curves):
    """Writes the page to `path`, and its plots to the folder beside it that is called as the page is."""
    path = pathlib.Path(path)
    plots = path.with_suffix("")
    plots.mkdir(parents=True, exist_ok=True)
    blocks = ["# Benchmarks", paragraph(f"Made by `./scripts/bench` on {datetime.date.today()}: {machine()}.")]
    blocks += [paragraph(text.format(rounds=rounds)) for text in ROWS_METHOD]
    blocks.append("\n".join(table(HEADER, [row.cells() for row in rows])))
    blocks += ["## How the cost grows", paragraph(CURVES_METHOD.format(runs=RUNS))]
    for curve in curves:
        blocks += curve_blocks(curve, plots)
    path.write_text("\n\n".join(blocks) + "\n")


def curve_blocks(curve, plots):
    """The blocks of a curve's section; writes its plots to the folder `plots`."""
    yield f"### {curve.heading}"
    yield paragraph(curve.text)
    for name, plot in curve.plots.items():
        (plots / f"{name}.svg").write_text(plot.svg())
        yield f"![{plot.title}]({plots.name}/{name}.svg)"
    yield "\n".join(curve_table(curve))


def paragraph(text):
    return textwrap.fill(text, LINE_COLUMNS, break_long_words=False, break_on_hyphens=False)


def machine():
    """The processor, its cores, and the system."""
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown processor")
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{model}, {os.cpu_count()} cores, {system}, Linux {platform.release()}"
