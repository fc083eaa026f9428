"""Counts the instructions of distsh's hot paths and compares them with the thresholds in instructions.json.

Ends with status 1 when a count differs by more than 3 %, whichever way: a path that became quicker needs a new
threshold, or it could become slower again unseen.
"""

import argparse
import json
import pathlib
import sys
import tempfile

from bench.peers import nginx

from .callgrind import without_debug_information
from .paths import PATHS, START, measure, measure_start

THRESHOLDS = pathlib.Path(__file__).resolve().parent.parent / "instructions.json"
TOLERANCE_PERCENT = 3.0


def main():
    options = parse()
    thresholds = {} if options.record else json.loads(THRESHOLDS.read_text())
    print(f"{'path':<16}{'count':>12}{'threshold':>12}{'difference':>12}", flush=True)
    counts, changed = {}, []
    for name, counted in measured(options.distsh.resolve()):
        counts[name] = counted
        threshold = counted if options.record else thresholds.get(name)
        if threshold is None or abs(difference_percent(counted, threshold)) > TOLERANCE_PERCENT:
            changed.append(name)
        print(line(name, counted, threshold), flush=True)
    if options.record:
        THRESHOLDS.write_text(json.dumps(counts, indent=2) + "\n")
    if changed:
        print(
            f"\nNot within {TOLERANCE_PERCENT:g} % of the threshold: {', '.join(changed)}.\n"
            "If the change is wanted: ./scripts/instructions --record",
            file=sys.stderr,
        )
    return 1 if changed else 0


def parse():
    parser = argparse.ArgumentParser(prog="instructions", description=__doc__, allow_abbrev=False)
    parser.add_argument("--distsh", required=True, type=pathlib.Path, help="the release binary")
    parser.add_argument("--record", action="store_true", help="make the counts the thresholds")
    return parser.parse_args()


def measured(binary):
    """The name and the count of each path, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        distsh = without_debug_information(binary, folder)
        yield START, measure_start(distsh, folder)
        with nginx(folder) as server:
            for path in PATHS:
                yield path.name, measure(path, distsh, server.address, folder)


def difference_percent(counted, threshold):
    return (counted / threshold - 1) * 100


def line(name, counted, threshold):
    if threshold is None:
        return f"{name:<16}{counted:>12,}{'none':>12}"
    return f"{name:<16}{counted:>12,}{threshold:>12,}{difference_percent(counted, threshold):>+11.2f}%"


if __name__ == "__main__":
    sys.exit(main())
