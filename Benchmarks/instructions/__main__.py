"""Counts what distsh's hot paths take, in instructions and allocations, and compares it with instructions.json.

Ends with status 1 when a count of instructions differs by more than 3 %, whichever way, or one of allocations by more
than 0.2: a path that became quicker needs a new threshold, or it could become slower again unseen.
"""

import argparse
import dataclasses
import json
import pathlib
import sys
import tempfile

from bench.peers import nginx

from .callgrind import Count, without_debug_information
from .paths import PATHS, START, measure, measure_start

THRESHOLDS = pathlib.Path(__file__).resolve().parent.parent / "instructions.json"
TOLERANCE_PERCENT = 3.0
TOLERANCE_ALLOCATIONS = 0.2


def main():
    options = parse()
    thresholds = {} if options.record else json.loads(THRESHOLDS.read_text())
    heads = ("instructions", "threshold", "difference", "allocations", "threshold")
    print(f"{'path':<16}" + "".join(f"{head:>13}" for head in heads), flush=True)
    counts, changed = {}, []
    for name, counted in measured(options.distsh.resolve()):
        counts[name] = dataclasses.asdict(counted)
        threshold = counted if options.record else Count(**thresholds[name]) if name in thresholds else None
        if threshold is None or differs(counted, threshold):
            changed.append(name)
        print(line(name, counted, threshold), flush=True)
    if options.record:
        THRESHOLDS.write_text(json.dumps(counts, indent=2) + "\n")
    if changed:
        print(
            f"\nNot within {TOLERANCE_PERCENT:g} % of the instructions and {TOLERANCE_ALLOCATIONS:g} of the "
            f"allocations: {', '.join(changed)}.\n"
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
    return (counted.instructions / threshold.instructions - 1) * 100


def differs(counted, threshold):
    # The start's allocations are those of the runtime too, and count in its instructions.
    allocations = abs(counted.allocations - threshold.allocations) if counted.allocations < 100 else 0
    return abs(difference_percent(counted, threshold)) > TOLERANCE_PERCENT or allocations > TOLERANCE_ALLOCATIONS


def line(name, counted, threshold):
    if threshold is None:
        return f"{name:<16}{counted.instructions:>13,}{'none':>13}{'':>13}{counted.allocations:>13}{'none':>13}"
    return (
        f"{name:<16}{counted.instructions:>13,}{threshold.instructions:>13,}"
        f"{difference_percent(counted, threshold):>+12.2f}%{counted.allocations:>13}{threshold.allocations:>13}"
    )


if __name__ == "__main__":
    sys.exit(main())
