"""A terminal without a window, and the picture of what stands on it.

It draws what distsh sends: text, the cursor's moves, erasing, scrolling at the bottom, and the looks of text. It knows
nothing of characters of two columns.
"""

import html
import re

# What ends a sequence and what was sent before it; strings for the window's title are skipped.
SEQUENCE = re.compile(r"\x1b\[([?>]?)([0-9;]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>78]")
UNFINISHED = re.compile(r"\x1b(?:\[[?>]?[0-9;]*|\][^\x07\x1b]*\x1b?)?\Z")

PLAIN = (None, False, False, False, False)
COLOR, BOLD, DIM, UNDERLINED, REVERSED = range(5)


class Terminal:
    """A grid of cells: a character and its looks."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.grid = [self.blank_row() for _ in range(rows)]
        self.row = self.column = 0
        self.style = PLAIN
        self.modes = {25}
        self.pending = ""

    def blank_row(self):
        return [(" ", PLAIN)] * self.columns

    def feed(self, text):
        """Draws what a program sent; the rest of an unfinished sequence comes with the next call."""
        text = self.pending + text
        unfinished = UNFINISHED.search(text)
        self.pending = text[unfinished.start() :] if unfinished else ""
        text = text[: len(text) - len(self.pending)]
        position = 0
        while position < len(text):
            sequence = SEQUENCE.match(text, position)
            if sequence:
                position = sequence.end()
                self.obey(sequence)
            else:
                self.put(text[position])
                position += 1

    def put(self, character):
        if character == "\n":
            self.feed_line()
        elif character == "\r":
            self.column = 0
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif character >= " ":
            if self.column == self.columns:
                self.column = 0
                self.feed_line()
            self.grid[self.row][self.column] = (character, self.style)
            self.column += 1

    def feed_line(self):
        if self.row + 1 < self.rows:
            self.row += 1
        else:
            self.grid = self.grid[1:] + [self.blank_row()]

    def obey(self, sequence):
        private, parameters, final = sequence.groups()
        if final is None:
            return
        numbers = [int(number or 0) for number in parameters.split(";")]
        count = numbers[0] or 1
        if private:
            if final in "hl":
                (self.modes.add if final == "h" else self.modes.discard)(numbers[0])
        elif final == "m":
            self.paint(numbers)
        elif final in "ABCDGdH":
            self.move(final, count, numbers)
        elif final in "JK":
            self.erase(final, numbers[0])
        elif final in "@P":
            self.shift(final, count)

    def move(self, final, count, numbers):
        self.column = min(self.column, self.columns - 1)
        if final in "AB":
            self.row += count if final == "B" else -count
        elif final in "CD":
            self.column += count if final == "C" else -count
        elif final == "G":
            self.column = count - 1
        elif final == "d":
            self.row = count - 1
        else:
            self.row, self.column = count - 1, (numbers[1] if len(numbers) > 1 else 1) - 1
        self.row = min(max(self.row, 0), self.rows - 1)
        self.column = min(max(self.column, 0), self.columns - 1)

    def erase(self, final, what):
        row = self.grid[self.row]
        start, end = (self.column, self.columns) if what == 0 else (0, min(self.column + 1, self.columns))
        if what == 2:
            start, end = 0, self.columns
        row[start:end] = [(" ", PLAIN)] * (end - start)
        if final == "J":
            others = {0: range(self.row + 1, self.rows), 1: range(self.row)}.get(what, range(self.rows))
            for other in others:
                self.grid[other] = self.blank_row()

    def shift(self, final, count):
        row, blank = self.grid[self.row], [(" ", PLAIN)] * count
        if final == "P":
            del row[self.column : self.column + count]
            row.extend(blank)
        else:
            row[self.column : self.column] = blank
        self.grid[self.row] = (row + blank)[: self.columns]

    def paint(self, numbers):
        style = list(self.style)
        for number in numbers:
            if number == 0:
                style = list(PLAIN)
            elif number in (1, 2, 4, 7):
                style[{1: BOLD, 2: DIM, 4: UNDERLINED, 7: REVERSED}[number]] = True
            elif number in (22, 24, 27):
                for index in {22: (BOLD, DIM), 24: (UNDERLINED,), 27: (REVERSED,)}[number]:
                    style[index] = False
            elif 30 <= number < 38:
                style[COLOR] = number - 30
            elif 90 <= number < 98:
                style[COLOR] = number - 82
            elif number == 39:
                style[COLOR] = None
        self.style = tuple(style)

    @property
    def lines(self):
        """The rows without the blanks at their ends; blank rows at the bottom are left out."""
        lines = ["".join(character for character, _ in row).rstrip() for row in self.grid]
        while lines and not lines[-1]:
            lines.pop()
        return lines


# The picture: sizes in pixels.
CELL_WIDTH, LINE_HEIGHT, FONT_SIZE, MARGIN, BAR_HEIGHT = 8.4, 19, 14, 16, 32
FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
BACKGROUND, TEXT, DIMMED, BAR = "#1b1e25", "#d8dee9", "#868f9f", "#262a33"
PALETTE = [
    "#3b4252", "#ec6a77", "#a3c98a", "#ebcb8b", "#7fb0e6", "#c79bd6", "#7fcbd2", "#d8dee9",
    "#868f9f", "#f08a95", "#bbdca5", "#f2dca6", "#9dc4ef", "#d8b5e4", "#9fdde3", "#eceff4",
]  # fmt: skip


def svg(terminal, title):
    """The screen as an SVG picture with a window's frame."""
    rows = terminal.grid[: len(terminal.lines)]
    width = round(terminal.columns * CELL_WIDTH + 2 * MARGIN)
    top = BAR_HEIGHT + MARGIN
    parts = list(frame_parts(width, top + len(rows) * LINE_HEIGHT + MARGIN, html.escape(title)))
    for index, row in enumerate(rows):
        parts += line_parts(row, top + index * LINE_HEIGHT)
    x, y = MARGIN + terminal.column * CELL_WIDTH, top + terminal.row * LINE_HEIGHT
    parts.append(f'<rect x="{x:.1f}" y="{y}" width="2" height="{LINE_HEIGHT - 1}" fill="{TEXT}"/>')
    return "\n".join([*parts, "</svg>", ""])


def frame_parts(width, height, label):
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{label}" font-family="{FONTS}" font-size="{FONT_SIZE}">'
    )
    yield f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>'
    yield f'<path d="M0 {BAR_HEIGHT}V8a8 8 0 0 1 8-8H{width - 8}a8 8 0 0 1 8 8V{BAR_HEIGHT}z" fill="{BAR}"/>'
    middle = BAR_HEIGHT // 2
    for index, fill in enumerate((PALETTE[1], PALETTE[3], PALETTE[2])):
        yield f'<circle cx="{20 + 18 * index}" cy="{middle}" r="5.5" fill="{fill}"/>'
    yield f'<text x="{width // 2}" y="{middle + 5}" fill="{DIMMED}" text-anchor="middle">{label}</text>'


def line_parts(row, top):
    """One row: the backgrounds of reversed text, then its runs of one look each, at their own columns."""
    shapes, spans = [], []
    for column, text, style in runs(row):
        x, length = MARGIN + column * CELL_WIDTH, len(text) * CELL_WIDTH
        if style[REVERSED]:
            shapes.append(
                f'<rect x="{x:.1f}" y="{top}" width="{length:.1f}" height="{LINE_HEIGHT}" fill="{color(style)}"/>'
            )
        if text.strip():
            blanks = len(text) - len(text.lstrip())
            shown = text.strip() if not style[UNDERLINED] else text.lstrip()
            # The length holds the grid together, whichever font is there.
            spans.append(
                f'<tspan x="{x + blanks * CELL_WIDTH:.1f}" textLength="{len(shown) * CELL_WIDTH:.1f}"'
                f"{attributes(style)}>{html.escape(shown, quote=False)}</tspan>"
            )
    if spans:
        baseline = top + LINE_HEIGHT - 5
        shapes.append(f'<text y="{baseline}" fill="{TEXT}" xml:space="preserve">{"".join(spans)}</text>')
    return shapes


def runs(row):
    start = 0
    for column in range(1, len(row) + 1):
        if column == len(row) or row[column][1] != row[start][1]:
            yield start, "".join(character for character, _ in row[start:column]), row[start][1]
            start = column


def color(style):
    if style[COLOR] is not None:
        return PALETTE[style[COLOR]]
    return DIMMED if style[DIM] else TEXT


def attributes(style):
    fill = BACKGROUND if style[REVERSED] else color(style)
    return "".join(
        (
            f' fill="{fill}"' if fill != TEXT else "",
            ' font-weight="bold"' if style[BOLD] else "",
            ' text-decoration="underline"' if style[UNDERLINED] else "",
        )
    )
