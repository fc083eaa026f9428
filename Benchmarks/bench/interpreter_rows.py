"""The rows in which distsh is a Lua interpreter: its start, programs, and JSON."""

import json

from .measure import CLIENT_CORE, pinned, run, seconds, startup_milliseconds
from .row import Row, alternating, mirrored
from .subject import INTERPRETED, PROGRAMS, RECORD

JSON_SECONDS = "0.5"


def start_rows(subject):
    def measure_round():
        return startup_milliseconds([subject.distsh, "-e", ""], ["lua5.4", "-e", ""])

    yield Row("start, `-e ''`", "lua5.4", "ms", measure_round, subject.rounds, at_most=4)


def lua_rows(subject):
    """Programs that run long enough (0.6 to 1 s) for the start to be lost in them. A limit on memory is armed."""
    for program in sorted(INTERPRETED.glob("*.lua")):
        yield lua_row(subject, program)


def lua_row(subject, program):
    ours = pinned(CLIENT_CORE, [subject.distsh, "--memory-limit", "4G", program])
    theirs = pinned(CLIENT_CORE, ["lua5.4", program])
    measure_round = mirrored(lambda: seconds(ours), lambda: seconds(theirs))
    return Row(f"Lua: {program.stem}", "lua5.4", "s", measure_round, subject.rounds, at_most=1.02)


def json_rows(subject):
    for name, text in json_texts().items():
        path = subject.folder / f"{name}.json"
        path.write_text(text)
        for what, target in (("decode", 1.5), ("encode", 1.2)):
            measure_round = alternating(json_rate(subject.distsh, path, what), json_rate("lua5.4", path, what))
            yield Row(f"JSON {what}: {name}", "lua-cjson", "/s", measure_round, subject.rounds, at_least=target)


def json_rate(interpreter, path, what):
    command = pinned(CLIENT_CORE, [interpreter, PROGRAMS / "json.lua", path, what, JSON_SECONDS])
    return lambda: float(run(command))


def json_texts():
    """The texts that the JSON rows read and write, by name."""
    records = [dict(json.loads(RECORD), id=str(position)) for position in range(1700)]
    numbers = [[position * 1.37, position, -position / 7.0, position * 1e10] for position in range(5000)]
    escapes = [f'line {position}\n\t"quoted" \\ back\\slash é ☃ \u0001' for position in range(5000)]
    return {
        "record": RECORD.decode(),
        "list of 1 MB": json.dumps({"iterable": records}, separators=(",", ":"), ensure_ascii=False),
        "numbers": json.dumps(numbers),
        "escapes": json.dumps(escapes),
    }
