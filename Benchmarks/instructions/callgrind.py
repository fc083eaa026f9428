"""Counts the instructions of a run of distsh with valgrind's callgrind.

The count is of all threads, without the kernel. It depends on the toolchain and on the C library, whose string
functions are chosen by what the processor can do; on the same system it repeats to about one in a hundred.
"""

import re
import subprocess

RUN_TIMEOUT_SECONDS = 60
# The client's core: the server of the HTTP paths has the other, and has its answers ready before they are read.
CORE = "1"
# Nothing of the caller's environment: its size alone changes what a start does.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    # Swift seeds its hash tables at random otherwise.
    "SWIFT_DETERMINISTIC_HASHING": "1",
}


def without_debug_information(binary, folder):
    """A copy of the binary that valgrind can read: it gives up on the form in which Swift writes its own."""
    copy = folder / "distsh"
    subprocess.run(["strip", "--strip-debug", "-o", copy, binary], check=True)
    return copy


def count(command, folder):
    """The instructions that the command takes, run in `folder`; raises RuntimeError when it fails."""
    valgrind = ["taskset", "-c", CORE, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    finished = subprocess.run(
        [*valgrind, *map(str, command)], env=ENVIRONMENT, cwd=folder, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=RUN_TIMEOUT_SECONDS,
    )
    collected = re.search(r"Collected : (\d+)", finished.stderr)
    if finished.returncode != 0 or collected is None:
        raise RuntimeError(f"{command}: status {finished.returncode}: {finished.stderr.strip()[-500:]}")
    return int(collected.group(1))
