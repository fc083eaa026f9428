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
}
CURVES = (concurrency_curve, size_curve, length_curve)
# Kept over a restart, so it is a disk: in memory, as /tmp may be, what is durable would cost nothing.
DISK_FOLDER = "/var/tmp"


def main():
    options = parse()
    allow_connections()
    with tempfile.TemporaryDirectory(dir=DISK_FOLDER) as folder:
        subject = Subject(options.distsh, options.rounds, pathlib.Path(folder))
        rows = measure_rows(subject, [options.only] if options.only else ROW_GROUPS)
        curves = measure_curves(subject) if options.only in ("", "curves") else []
    if options.write:
        write_page(options.write, options.rounds, rows, curves)


def parse():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--distsh", required=True, type=pathlib.Path, help="the release binary")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side of a row is measured")
    parser.add_argument("--only", default="", choices=[*ROW_GROUPS, "curves"], help="one group of rows, or the curves")
    parser.add_argument("--write", help="a page to write; its plots go to the folder of the same name")
    return parser.parse_args()


def measure_rows(subject, groups):
    """Measures the rows of some groups; prints the table as it grows."""
    chosen = [ROW_GROUPS[group] for group in groups if group in ROW_GROUPS]
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
