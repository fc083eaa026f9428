"""Measures distsh beside its peers in one run and prints a Markdown table of ratios, and the curves.

Figures of one side alone depend on the machine and its mood; the ratios are what to look at. Run it through
scripts/bench, which installs the peers.
"""

import argparse
import pathlib
import sys
import tempfile

from .interpreter_rows import json_rows, lua_rows, start_rows
from .list_curve import length_curve
from .measure import allow_connections
from .migration_rows import migration_memory_rows, migration_rows
from .read_curves import concurrency_curve, size_curve
from .report import curve_table, table, table_line, write_page
from .row import HEADER
from .service_rows import get_rows, serve_rows
from .store_rows import store_rows, worker_rows
from .subject import Subject

ROW_GROUPS = {
    "start": start_rows,
    "lua": lua_rows,
    "json": json_rows,
    "get": get_rows,
    "serve": serve_rows,
    "store": store_rows,
    "workers": worker_rows,
    "migrate": migration_rows,
}
# Measured only when asked for: they take the better part of an hour.
LONG_ROW_GROUPS = {"migrate-memory": migration_memory_rows}
CURVES = (concurrency_curve, size_curve, length_curve)
# Kept over a restart, so it is a disk: in memory, as /tmp may be, what is durable would cost nothing.
DISK_FOLDER = "/var/tmp"


def main():
    options = parse()
    allow_connections()
    with tempfile.TemporaryDirectory(dir=DISK_FOLDER) as folder:
        subject = Subject(options.distsh, options.rounds, pathlib.Path(folder))
        rows = measure_rows(subject, chosen_groups(options))
        curves = measure_curves(subject) if options.only in ("", "curves") else []
    if options.write:
        write_page(options.write, options.rounds, rows, curves)


def chosen_groups(options):
    """The groups of rows to measure, in order."""
    if options.only:
        return [options.only]
    return [*ROW_GROUPS, *LONG_ROW_GROUPS] if options.long else [*ROW_GROUPS]


def parse():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--distsh", required=True, type=pathlib.Path, help="the release binary")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side of a row is measured")
    parser.add_argument("--long", action="store_true", help="measure also what takes long")
    only = [*ROW_GROUPS, *LONG_ROW_GROUPS, "curves"]
    parser.add_argument("--only", default="", choices=only, help="one group of rows, or the curves")
    parser.add_argument("--write", help="a page to write; its plots go to the folder of the same name")
    return parser.parse_args()


def measure_rows(subject, groups):
    """Measures the rows of some groups; prints the table as it grows."""
    every = ROW_GROUPS | LONG_ROW_GROUPS
    chosen = [every[group] for group in groups if group in every]
    if chosen:
        print("\n".join(table(HEADER, [])), flush=True)
    rows = []
    for group in chosen:
        for row in group(subject):
            rows.append(row)
            print(table_line(row.cells()), flush=True)
    return rows


def measure_curves(subject):
    """Measures the curves; prints the table of each when it is done."""
    curves = []
    for measure in CURVES:
        curve = measure(subject)
        curves.append(curve)
        print(f"\n{curve.heading}\n", *curve_table(curve), sep="\n", flush=True)
    return curves


if __name__ == "__main__":
    sys.exit(main())
