"""The rows in which distsh speaks HTTP: as a client that reads, and as a server."""

import json
import shutil

from .measure import CLIENT_CORE, pinned, seconds, wrk
from .peers import distsh_server, make_store, nginx, read, stored_texts
from .row import Row, alternating
from .subject import BENCHMARKS, PROGRAMS, RECORD_ID, RECORD_PATH

WRK_SECONDS = 2
STORE_RECORDS = 1000
# Requests in one run: a run takes some seconds.
ONE_AT_A_TIME_REQUESTS, IN_FLIGHT_REQUESTS, NODE_REQUESTS = 60_000, 200_000, 20_000


def get_rows(subject):
    """A script reads one record from nginx, which counts the requests of every side."""
    with nginx(subject.folder) as server:
        def row(work, peer, target, ours, theirs):
            return Row(work, peer, "/s", alternating(ours, theirs), subject.rounds, at_least=target)

        one = scripted_get(subject, server, ONE_AT_A_TIME_REQUESTS, 1)
        many = scripted_get(subject, server, IN_FLIGHT_REQUESTS, 64)
        yield row("scripted get, 1 at a time", "wrk -c1", 0.85, one, counted_wrk(server, 1))
        yield row("scripted get, 64 in flight", "wrk -c64", 0.6, many, counted_wrk(server, 64))
        if shutil.which("node"):
            yield row("scripted get, 64 in flight", "Node fetch", 12, many, node_get(server, NODE_REQUESTS, 64))


def scripted_get(subject, server, request_count, concurrency):
    return counted_rate(
        server, request_count,
        [subject.distsh, "--url", server.address, PROGRAMS / "get.lua", request_count, concurrency],
    )


def node_get(server, request_count, concurrency):
    script = BENCHMARKS / "node" / "get.mjs"
    url = f"{server.address}/distribution/{RECORD_ID}"
    return counted_rate(server, request_count, ["node", script, url, request_count, concurrency])


def counted_rate(server, request_count, command):
    """Requests a second of a command that makes `request_count` of them; the server must have counted as many."""
    pinned_command = pinned(CLIENT_CORE, command)
    return lambda: request_count / server.count(lambda: seconds(pinned_command), request_count)


def counted_wrk(server, connections):
    """wrk's rate. When its time is over, the server has counted what is in flight, and wrk has not."""
    return lambda: server.count(
        lambda: wrk(server.address + RECORD_PATH, connections, WRK_SECONDS), tolerance=connections + 1
    ).rate


def serve_rows(subject):
    """`distsh serve` answers wrk: reads against nginx's fixed answer, updates against one connection."""
    store = make_store(subject.distsh, subject.folder / "served.db", STORE_RECORDS)
    with nginx(subject.folder) as fixed, distsh_server(subject.distsh, store) as served:
        yield Row(
            "serve, get by id", "nginx fixed answer", "/s",
            alternating(served_get(served, store), counted_wrk(fixed, 64)), subject.rounds, at_least=0.3,
        )
        updates = ServedUpdates(served, store)
        yield Row(
            "serve, update, 64 connections", "the same, 1 connection", "/s",
            alternating(lambda: updates.rate(64), lambda: updates.rate(1)), subject.rounds,
        )


def served_get(address, store):
    """wrk's rate of reading one record, whose stored text must be the answer before and after."""
    identifier, text = list(stored_texts(store).items())[STORE_RECORDS // 2]
    url = f"{address}/distribution/{identifier}"

    def check():
        if read(url) != text:
            raise RuntimeError(f"{url} did not answer with the stored text")

    def measure():
        check()
        load = wrk(url, 64, WRK_SECONDS)
        check()
        return load.rate

    return measure


class ServedUpdates:
    """Loads a server with updates of its records in turn, and finds in the store how many there were."""

    def __init__(self, address, store):
        self.url, self.store, self.runs = f"{address}/distribution/update", store, 0
        self.records = store.with_suffix(".tabbed")
        self.records.write_text("".join(tabbed(text) + "\n" for text in stored_texts(store).values()))

    def rate(self, connections):
        """Updates a second. Raises RuntimeError unless the store holds every one that was answered."""
        self.runs += 1
        label = f"run{self.runs}"
        script = [BENCHMARKS / "wrk" / "update.lua", self.records, label]
        load = wrk(self.url, connections, WRK_SECONDS, script)
        applied = self.applied(label)
        # Some were in flight when the time was over; wrk makes one request that it does not send.
        if not load.requests <= applied <= load.requests + connections + 1:
            raise RuntimeError(f"the store holds {applied} updates, and {load.requests} were answered")
        return load.rate

    def applied(self, label):
        """How many updates the names in the store tell of: update N is the one after N − `STORE_RECORDS` there."""
        names = (json.loads(text)["share"].get("name", "").split(" ") for text in stored_texts(self.store).values())
        numbers = (int(name[1]) for name in names if name[0] == label)
        return sum((number - 1) // STORE_RECORDS + 1 for number in numbers)


def tabbed(text):
    """The record with a tab in place of the name of its share."""
    record = json.loads(text)
    record["share"]["name"] = "\t"
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).replace('"\\t"', '"\t"')
