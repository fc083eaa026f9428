"""Makes the picture of a session: runs distsh on a terminal of its own, types, and draws what is shown.

Run it through scripts/screenshot.
"""

import argparse
import codecs
import os
import pathlib
import pty
import select
import signal
import struct
import sys
import tempfile
import time

from terminal_picture import Terminal, svg

COLUMNS, ROWS = 96, 34
# How long one step may take until its text is shown, and how long the screen is still when it is done; seconds.
TIME_LIMIT, STILL_TIME = 20, 0.25
MAX_PICTURE_BYTES = 60_000

# What is typed, and a text that the screen then shows.
STEPS = [
    ('d = distribution.get "910a2dec-8902-4cc1-beeb-8da1658eec67"\r', None),
    ("d.github.gist.public = false\r", None),
    ("distribution.update(d)\r", "true → false"),
    ("undo()\r", "false → true"),
    ("function isPublic(record)\rreturn record.github.gist.public == true\rend\r", "end"),
    ("isPublic(nil)\r", "attempt to index"),
    ("print(d.github.gist.\t\t\t", "Whether everybody can see the gist."),
]


class Session:
    """A program on a terminal, and its screen."""

    def __init__(self, command, folder):
        self.screen = Terminal(COLUMNS, ROWS)
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execve(command[0], command, self.environment(folder))
        set_size(self.terminal)

    @staticmethod
    def environment(folder):
        own = {"HOME": folder, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        return own | {f"XDG_{name}_HOME": f"{folder}/{name}" for name in ("CONFIG", "DATA", "STATE")}

    def type(self, text):
        os.write(self.terminal, text.encode())

    def enter(self, text):
        """Types; what a key that answers leads to is waited for."""
        for key in text:
            self.type(key)
            if key in "\r\t":
                self.wait(None)

    def wait(self, wanted):
        """Draws until a text is shown and nothing more comes."""
        end = time.monotonic() + TIME_LIMIT
        while time.monotonic() < end:
            if self.draw(STILL_TIME):
                continue
            if 2004 in self.screen.modes and (wanted is None or wanted in "\n".join(self.screen.lines)):
                return
        sys.exit(f"screenshot: {wanted!r} was not shown:\n" + "\n".join(self.screen.lines))

    def draw(self, seconds):
        """Draws what comes within some seconds; tells whether anything came."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            received = os.read(self.terminal, 65536)
        except OSError:
            sys.exit("screenshot: the program ended:\n" + "\n".join(self.screen.lines))
        self.screen.feed(self.decoder.decode(received))
        return True

    def end(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def set_size(terminal):
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))


def main():
    parser = argparse.ArgumentParser(prog="screenshot", description=__doc__, allow_abbrev=False)
    parser.add_argument("--distsh", required=True, help="the program")
    parser.add_argument("--write", required=True, type=pathlib.Path, help="the picture")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        session = Session([os.path.abspath(options.distsh), "--store", "sample:20"], folder)
        try:
            session.wait("sample>")
            for text, wanted in STEPS:
                session.enter(text)
                session.wait(wanted)
        finally:
            session.end()
    picture = svg(session.screen, "distsh --store sample:20")
    if len(picture.encode()) > MAX_PICTURE_BYTES:
        sys.exit(f"screenshot: the picture has {len(picture.encode())} bytes, more than {MAX_PICTURE_BYTES}")
    options.write.write_text(picture, encoding="utf-8")


main()
