"""What is measured: the binary, how often, and the record and programs that are measured with it."""

import dataclasses
import pathlib

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = BENCHMARKS / "lua"
# Whole programs that take no arguments and need no server; distsh runs them as any interpreter does.
INTERPRETED = BENCHMARKS / "programs"
RECORD = (BENCHMARKS / "record.json").read_bytes().strip()
RECORD_ID = "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"
RECORD_PATH = f"/distribution/{RECORD_ID}"


@dataclasses.dataclass(frozen=True)
class Subject:
    """One run of the benchmark.

    `distsh` is the release binary, `rounds` how often each side of a row is measured, and `folder` an empty folder on
    a disk: what is durable is measured there.
    """

    distsh: pathlib.Path
    rounds: int
    folder: pathlib.Path
