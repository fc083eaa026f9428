"""How one side is measured: commands on a core, their time and peak memory, and the load that wrk makes."""

import dataclasses
import json
import pathlib
import re
import resource
import shlex
import subprocess
import tempfile
import time

SERVER_CORE, CLIENT_CORE = "0", "1"
COMMAND_TIMEOUT_SECONDS = 120
WARM_UP_RUNS = 5
# Each of a thousand connections needs a descriptor in the client and one in the server; a shell's limit is often 1,024.
DESCRIPTORS = 8192


def pinned(core, command):
    """The command on one core, so that both sides of a row have the same and the server its own."""
    return ["taskset", "-c", core, *map(str, command)]


def run(command, timeout_seconds=COMMAND_TIMEOUT_SECONDS):
    """Runs a command and returns its output; raises RuntimeError with its messages when it fails."""
    finished = subprocess.run(command, capture_output=True, text=True, timeout=timeout_seconds)
    if finished.returncode != 0:
        raise RuntimeError(f"{command}: status {finished.returncode}: {finished.stderr.strip()[:500]}")
    return finished.stdout


def seconds(command):
    """How long the command takes, from its start to its end."""
    started = time.perf_counter()
    run(command)
    return time.perf_counter() - started


def startup_milliseconds(*commands):
    """The mean time of each of the commands, which do next to nothing, as hyperfine measures it."""
    with tempfile.NamedTemporaryFile() as figures:
        measure = ["hyperfine", "-N", "--style", "none", "--warmup", WARM_UP_RUNS, "--export-json", figures.name]
        run(pinned(CLIENT_CORE, [*measure, *(shlex.join(map(str, command)) for command in commands)]))
        return tuple(result["mean"] * 1000 for result in json.load(figures)["results"])


@dataclasses.dataclass(frozen=True)
class Usage:
    """What a command printed, how long it took, its processor time on all threads, and the most memory that it held."""

    output: str
    seconds: float
    processor_seconds: float
    peak_bytes: int


def usage(command, timeout_seconds=COMMAND_TIMEOUT_SECONDS):
    """Runs the command on the client's core.

    GNU time asks the system for the peak, because it is small itself: a process's peak never falls below that of the
    process which started it, and this one is larger than distsh.
    """
    with tempfile.NamedTemporaryFile() as figures:
        timed = ["time", "--format", "%M %U %S", "--output", figures.name, *command]
        started = time.perf_counter()
        output = run(pinned(CLIENT_CORE, timed), timeout_seconds)
        elapsed = time.perf_counter() - started
        peak_kilobytes, user, system = pathlib.Path(figures.name).read_text().split()
        return Usage(output, elapsed, float(user) + float(system), int(peak_kilobytes) * 1024)


@dataclasses.dataclass(frozen=True)
class Load:
    """What wrk did: how many requests were answered, how many a second, and the most memory that it held."""

    requests: int
    rate: float
    peak_bytes: int

    @property
    def seconds(self):
        """The time for one request."""
        return 1 / self.rate


def wrk(url, connections, duration_seconds, script=()):
    """Loads a server from the client's core. `script` is a script of wrk and its arguments.

    Raises RuntimeError when any answer was an error.
    """
    options = ["wrk", "-t1", f"-c{connections}", f"-d{duration_seconds}s"]
    used = usage([*options, "-s", script[0], url, "--", *script[1:]] if script else [*options, url])
    if "Non-2xx" in used.output or "Socket errors" in used.output:
        raise RuntimeError(f"wrk met errors at {url}: {used.output}")
    requests = re.search(r"(\d+) requests in ", used.output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", used.output)
    return Load(int(requests.group(1)), float(rate.group(1)), used.peak_bytes)


def allow_connections():
    """Raises the limit of open files, which the commands inherit, as far as this user may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
