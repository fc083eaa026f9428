"""The servers that the rows need: nginx with a fixed answer, and distsh itself over a store."""

import contextlib
import dataclasses
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Callable

from .measure import COMMAND_TIMEOUT_SECONDS, SERVER_CORE, pinned, run
from .subject import RECORD, RECORD_PATH

# For a server to start, to answer, and to stop.
TIMEOUT_SECONDS = 10


def read(url):
    """The body that an address answers with."""
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
        return answer.read()


@dataclasses.dataclass(frozen=True)
class Nginx:
    """A running nginx. `served` tells how many requests it has answered, apart from those that asked for this."""

    address: str
    served: Callable[[], int]

    def count(self, work, expected_count=None, tolerance=0):
        """Runs `work` and returns its result.

        Raises RuntimeError when nginx counted other than `expected_count` requests, by default what the result says,
        or up to `tolerance` more.
        """
        before = self.served()
        result = work()
        counted = self.served() - before
        expected = result.requests if expected_count is None else expected_count
        if not expected <= counted <= expected + tolerance:
            raise RuntimeError(f"the server counted {counted} requests, not {expected}")
        return result


@contextlib.contextmanager
def nginx(folder):
    """nginx with one worker. It has the record in memory, and serves what is in `folder`/files."""
    port = free_port()
    (folder / "files").mkdir(exist_ok=True)
    # Started by root, the worker is another user.
    folder.chmod(0o755)
    configuration = folder / "nginx.conf"
    configuration.write_text(nginx_configuration(folder, port))
    # Where it is installed is not on every user's path.
    nginx_binary = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen(pinned(SERVER_CORE, [nginx_binary, "-p", folder, "-c", configuration]))
    address = f"http://127.0.0.1:{port}"
    status_requests = 0

    def served():
        nonlocal status_requests
        text = read(f"{address}/status").decode()
        status_requests += 1
        return int(text.split("\n")[2].split()[2]) - status_requests

    try:
        wait_for(served)
        yield Nginx(address, served)
    finally:
        stop(process)


def free_port():
    """A port that nobody listens on: nginx cannot be told to take any."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def nginx_configuration(folder, port):
    body = RECORD.decode().replace("\\", "\\\\").replace('"', '\\"').replace("$", "${dollar}")
    return f"""
        worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
        events {{ worker_connections 4096; }}
        http {{
          access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}; proxy_temp_path {folder};
          fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
          sendfile on; open_file_cache max=100; default_type application/json;
          geo $dollar {{ default "$"; }}
          server {{
            listen 127.0.0.1:{port} backlog=4096;
            location = /status {{ stub_status; }}
            location = {RECORD_PATH} {{ return 200 "{body}"; }}
            location / {{ root {folder}/files; }}
          }}
        }}
        """


def make_store(distsh, path, record_count, timeout_seconds=COMMAND_TIMEOUT_SECONDS):
    """Makes a store of samples, always the same ones."""
    run([distsh, "--store", path, "sample", str(record_count), "--seed", "1"], timeout_seconds)
    return path


def stored_texts(path):
    """The texts in a store by id, in the order in which they are listed."""
    return dict(stored_records(path))


def stored_records(path):
    """The ids and texts in a store, one by one, in the order in which they are listed."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for identifier, body in connection.execute("SELECT id, body FROM distribution ORDER BY sequence"):
            yield str(uuid.UUID(bytes=identifier)), body


@contextlib.contextmanager
def distsh_server(distsh, store):
    """`distsh serve` over a store; yields its address."""
    port_file = pathlib.Path(f"{store}.port")
    port_file.unlink(missing_ok=True)
    process = subprocess.Popen(
        pinned(SERVER_CORE, [distsh, "serve", "--store", store, "--port", "0", "--port-file", port_file]),
        stderr=subprocess.DEVNULL,
    )
    try:
        port = wait_for(lambda: int(port_file.read_text()))
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def stop(process):
    """Asks a server to end; raises subprocess.TimeoutExpired, and kills it, when it does not."""
    process.terminate()
    try:
        process.wait(TIMEOUT_SECONDS)
    finally:
        process.kill()


def wait_for(attempt):
    """Tries until the server is there; raises its last error when that takes too long."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            return attempt()
        except (OSError, ValueError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
