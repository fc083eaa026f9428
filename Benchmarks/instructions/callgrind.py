"""Counts the instructions and the allocations of a run of distsh with valgrind's callgrind.

The count of instructions is of all threads, without the kernel. It depends on the toolchain and on the C library, whose string
functions are chosen by what the processor can do; on the same system it repeats to about one in a hundred.
"""

import dataclasses
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


ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign"}


@dataclasses.dataclass(frozen=True)
class Count:
    """What a run took: instructions, and calls of the C library's allocator."""

    instructions: float
    allocations: float

    def per_operation(self, shorter, operations):
        """What one operation takes that this run does more often than a shorter one, `operations` times."""
        return Count(
            (self.instructions - shorter.instructions) / operations, (self.allocations - shorter.allocations) / operations
        )


def without_debug_information(binary, folder):
    """A copy of the binary that valgrind can read: it gives up on the form in which Swift writes its own."""
    copy = folder / "distsh"
    subprocess.run(["strip", "--strip-debug", "-o", copy, binary], check=True)
    return copy


def count(command, folder):
    """What the command takes, run in `folder`; raises RuntimeError when it fails."""
    profile = folder / "callgrind.out"
    valgrind = ["taskset", "-c", CORE, "valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}"]
    finished = subprocess.run(
        [*valgrind, *map(str, command)], env=ENVIRONMENT, cwd=folder, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=RUN_TIMEOUT_SECONDS,
    )
    collected = re.search(r"Collected : (\d+)", finished.stderr)
    if finished.returncode != 0 or collected is None:
        raise RuntimeError(f"{command}: status {finished.returncode}: {finished.stderr.strip()[-500:]}")
    return Count(int(collected.group(1)), allocations(profile))


def allocations(profile):
    """How often the profiled run called the allocator (format: Valgrind manual, "Callgrind Format Specification")."""
    names, callee, calls = {}, None, 0
    with open(profile, encoding="utf-8", errors="replace") as lines:
        for text in lines:
            if function := re.match(r"(c?)fn=\((\d+)\)(?: (.+))?", text):
                called, number, name = function.groups()
                if name:
                    names[number] = name
                if called:
                    callee = names.get(number)
            elif text.startswith("calls=") and callee in ALLOCATORS:
                calls += int(text[len("calls="):].split()[0])
    return calls
