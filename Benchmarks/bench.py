"""Measures distsh beside its peers in one run and prints a Markdown table of ratios.

Each row alternates the two sides and takes the median of the rounds. Figures of one side alone depend on the machine
and its mood; the ratios are what to look at. Run it through scripts/bench, which installs the peers.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
RECORD_ID = "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"
SERVER_CORE, CLIENT_CORE = "0", "1"
START_TIMEOUT_SECONDS = 10
COMMAND_TIMEOUT_SECONDS = 120


def pinned(core, command):
    """The command on one core, so that both sides of a row have the same and the server its own."""
    return ["taskset", "-c", core, *map(str, command)]


def run(command, **options):
    finished = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_SECONDS, **options)
    if finished.returncode != 0:
        raise RuntimeError(f"{command}: status {finished.returncode}: {finished.stderr.strip()[:500]}")
    return finished.stdout


def seconds(command):
    started = time.perf_counter()
    run(command)
    return time.perf_counter() - started


class Row:
    """One comparison: what is done, our figure, the peer's, and the ratio that the target speaks of."""

    def __init__(self, work, peer, unit, target, ours, theirs, rounds, higher_is_better):
        samples = []
        for _ in range(rounds):
            samples.append((ours(), theirs()))
        self.work, self.peer, self.unit, self.target = work, peer, unit, target
        self.ours = statistics.median(sample[0] for sample in samples)
        self.theirs = statistics.median(sample[1] for sample in samples)
        ratios = [ours / theirs for ours, theirs in samples]
        self.ratio, self.low, self.high = statistics.median(ratios), min(ratios), max(ratios)
        self.higher_is_better = higher_is_better

    @property
    def is_reached(self):
        return self.ratio >= self.target if self.higher_is_better else self.ratio <= self.target

    def markdown(self):
        sign = "≥" if self.higher_is_better else "≤"
        mark = "yes" if self.is_reached else "no"
        return (
            f"| {self.work} | {figure(self.ours)} {self.unit} | {self.peer} | {figure(self.theirs)} {self.unit} "
            f"| {self.ratio:.2f}× ({self.low:.2f}–{self.high:.2f}) | {sign} {self.target}× | {mark} |"
        )


def figure(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


# Peers


@contextlib.contextmanager
def nginx(folder, record):
    """nginx with one worker that answers every read with the same record; yields its address and a request counter."""
    port = 18000 + os.getpid() % 1000
    (folder / "record.json").write_bytes(record)
    body = record.decode().replace("\\", "\\\\").replace('"', '\\"').replace("$", "${dollar}")
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"""
        worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
        events {{ worker_connections 4096; }}
        http {{
          access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}; proxy_temp_path {folder};
          fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
          geo $dollar {{ default "$"; }}
          server {{
            listen 127.0.0.1:{port} backlog=4096;
            location = /status {{ stub_status; }}
            location / {{ default_type application/json; return 200 "{body}"; }}
          }}
        }}
        """
    )
    process = subprocess.Popen(pinned(SERVER_CORE, ["nginx", "-p", folder, "-c", configuration]))
    address = f"http://127.0.0.1:{port}"

    def served():
        text = urllib.request.urlopen(f"{address}/status", timeout=5).read().decode()
        return int(text.split("\n")[2].split()[2])

    try:
        wait_for(served)
        yield address, served
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def distsh_server(distsh, folder):
    """`distsh serve` over a store with 1,000 samples; yields its address."""
    store, port_file = folder / "store.db", folder / "port"
    run([distsh, "--store", store, "sample", "1000", "--seed", "1"])
    process = subprocess.Popen(
        pinned(SERVER_CORE, [distsh, "serve", "--store", store, "--port", "0", "--port-file", port_file]),
        stderr=subprocess.DEVNULL,
    )
    try:
        port = wait_for(lambda: int(port_file.read_text()))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_for(attempt):
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            return attempt()
        except (OSError, ValueError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def wrk(address, connections, duration, path=f"/distribution/{RECORD_ID}"):
    """Requests a second as wrk counts them."""
    output = run(pinned(CLIENT_CORE, ["wrk", "-t1", f"-c{connections}", f"-d{duration}", address + path]))
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))


# Rows


def start_rows(distsh, rounds):
    repeat = 40

    def startup(command):
        def measure():
            started = time.perf_counter()
            for _ in range(repeat):
                subprocess.run(command, check=True)
            return (time.perf_counter() - started) / repeat * 1000

        return measure

    ours, theirs = pinned(CLIENT_CORE, [distsh, "-e", ""]), pinned(CLIENT_CORE, ["lua5.4", "-e", ""])
    yield Row("start, `-e ''`", "lua5.4", "ms", 4, startup(ours), startup(theirs), rounds, False)


def lua_rows(distsh, rounds):
    for program in sorted((HERE / "lua").glob("*.lua")):
        if program.stem in ("json", "get"):
            continue
        ours = pinned(CLIENT_CORE, [distsh, "--memory-limit", "4G", program])
        theirs = pinned(CLIENT_CORE, ["lua5.4", program])
        yield Row(
            f"Lua: {program.stem}", "lua5.4", "s", 1.02, lambda: seconds(ours), lambda: seconds(theirs), rounds, False
        )


def documents(folder, record):
    """The texts that the JSON rows read and write."""
    records = [dict(json.loads(record), id=str(position)) for position in range(1700)]
    numbers = [[position * 1.37, position, -position / 7.0, position * 1e10] for position in range(5000)]
    escapes = [f'line {position}\n\t"quoted" \\ back\\slash é ☃ \u0001' for position in range(5000)]
    texts = {
        "record": record.decode(),
        "list of 1 MB": json.dumps({"iterable": records}, separators=(",", ":"), ensure_ascii=False),
        "numbers": json.dumps(numbers),
        "escapes": json.dumps(escapes),
    }
    for name, text in texts.items():
        path = folder / f"{name}.json"
        path.write_text(text)
        yield name, path


def json_rows(distsh, rounds, folder, record):
    program = HERE / "lua" / "json.lua"
    for name, path in documents(folder, record):
        for what, target in (("decode", 1.5), ("encode", 1.2)):
            def rate(command):
                return lambda: float(run(pinned(CLIENT_CORE, [*command, program, path, what, "0.5"])))

            yield Row(f"JSON {what}: {name}", "lua-cjson", "/s", target, rate([distsh]), rate(["lua5.4"]), rounds, True)


def get_rows(distsh, rounds, folder, record):
    program = HERE / "lua" / "get.lua"
    with nginx(folder, record) as (address, served):
        def ours(count, concurrency):
            def measure():
                before = served()
                elapsed = seconds(pinned(CLIENT_CORE, [distsh, "--url", address, program, count, concurrency]))
                counted = served() - before - 1
                if counted != count:
                    raise RuntimeError(f"the server counted {counted} requests, not {count}")
                return count / elapsed

            return measure

        one, many = ours(60_000, 1), ours(200_000, 64)
        yield Row("scripted get, 1 at a time", "wrk -c1", "/s", 0.85, one, lambda: wrk(address, 1, 2), rounds, True)
        yield Row("scripted get, 64 in flight", "wrk -c64", "/s", 0.6, many, lambda: wrk(address, 64, 2), rounds, True)
        if shutil.which("node"):
            script, count = HERE / "node" / "get.mjs", 20_000

            def node():
                url = f"{address}/distribution/{RECORD_ID}"
                return count / seconds(pinned(CLIENT_CORE, ["node", script, url, count, 64]))

            yield Row("scripted get, 64 in flight", "Node fetch", "/s", 12, many, node, rounds, True)


def server_rows(distsh, rounds, folder, record):
    with nginx(folder, record) as (fixed, _), distsh_server(distsh, folder) as served:
        listed = json.load(urllib.request.urlopen(f"{served}/distributions", timeout=10))
        path = f"/distribution/{listed['iterable'][500]['id']}"
        yield Row(
            "serve, get by id", "nginx fixed answer", "/s", 0.3, lambda: wrk(served, 64, 2, path),
            lambda: wrk(fixed, 64, 2), rounds, True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--distsh", required=True, help="the release binary")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured")
    parser.add_argument("--only", default="", help="start, lua, json, get or serve")
    parser.add_argument("--write", help="a file to write the table to, with date and machine")
    options = parser.parse_args()
    record = (HERE / "record.json").read_bytes().strip()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        groups = {
            "start": lambda: start_rows(options.distsh, options.rounds),
            "lua": lambda: lua_rows(options.distsh, options.rounds),
            "json": lambda: json_rows(options.distsh, options.rounds, folder, record),
            "get": lambda: get_rows(options.distsh, options.rounds, folder, record),
            "serve": lambda: server_rows(options.distsh, options.rounds, folder, record),
        }
        lines = ["| work | distsh | peer | its figure | ratio (lowest–highest) | target | reached |", "|" + "---|" * 7]
        print("\n".join(lines), flush=True)
        for group, rows in groups.items():
            if options.only not in ("", group):
                continue
            for row in rows():
                lines.append(row.markdown())
                print(lines[-1], flush=True)
    if options.write:
        write_page(pathlib.Path(options.write), lines, options.rounds)


def write_page(path, lines, rounds):
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    text = f"""# Benchmarks

Made by `./scripts/bench` on {datetime.date.today()}: {model}, {os.cpu_count()} cores, one core for each side, medians of
{rounds} alternating rounds. Ratios are ours over the peer's; the figures themselves depend on the machine. The requests of
the get rows were counted by the server.

"""
    path.write_text(text + "\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
