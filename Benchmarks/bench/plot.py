"""Line plots as SVG: axes with ticks, linear or logarithmic, and a legend, on white so that any theme can show them."""

import dataclasses
import html
import math
from collections.abc import Callable

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 84, 36, 76, 58
# Told apart in grey and by people who see fewer colours: by lightness, and by the form of the marks.
COLORS = ("#0550ae", "#d4760a", "#57606a")
INK, FAINT = "#1f2328", "#d8dee4"
# Of a linear axis, and of a logarithmic one.
MOST_STEPS, MOST_TICKS = 6, 9


@dataclasses.dataclass(frozen=True)
class Axis:
    """What is along an axis.

    `text` writes a tick's value. A linear axis starts at 0. `ticks` are chosen when there are none.
    """

    label: str
    text: Callable[[float], str]
    is_logarithmic: bool = False
    ticks: tuple[float, ...] = ()


@dataclasses.dataclass(frozen=True)
class Plot:
    """A plot of some series by name, each a list of points (x, y). On a logarithmic axis all are above 0."""

    title: str
    x: Axis
    y: Axis
    series: dict[str, list[tuple[float, float]]]

    def svg(self):
        x_scale = Scale(self.x, [x for points in self.series.values() for x, _ in points], LEFT, WIDTH - RIGHT)
        y_scale = Scale(self.y, [y for points in self.series.values() for _, y in points], HEIGHT - BOTTOM, TOP)
        parts = [
            *frame(self.title), *x_axis(self.x, x_scale), *y_axis(self.y, y_scale), *legend(self.series),
            *(line(index, points, x_scale, y_scale) for index, points in enumerate(self.series.values())),
        ]
        return "\n".join(["<svg " + SVG_ATTRIBUTES + ">", *parts, "</svg>"]) + "\n"


class Scale:
    """Where the values of an axis are in the picture, between `start` and `end`, and which get a tick."""

    def __init__(self, axis, values, start, end):
        self.is_logarithmic, self.start, self.end = axis.is_logarithmic, start, end
        self.ticks = axis.ticks or (logarithmic_ticks(values) if axis.is_logarithmic else linear_ticks(values))
        self.low, self.high = self.ticks[0], self.ticks[-1]

    def position(self, value):
        low, high, at = self.low, self.high, value
        if self.is_logarithmic:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return round(self.start + (self.end - self.start) * (at - low) / (high - low), 1)


def linear_ticks(values):
    """0, and steps of 2, 5 or 10 times a power of ten until they reach the highest value."""
    highest = max(values)
    power = 10.0 ** math.floor(math.log10(highest))
    step = next(factor * power for factor in (0.2, 0.5, 1, 2) if highest <= factor * power * MOST_STEPS)
    return [step * count for count in range(math.ceil(highest / step) + 1)]


def logarithmic_ticks(values):
    """1, 2 and 5 times each power of ten around the values; the powers alone where those were too many."""
    lowest, highest = min(values), max(values)
    decades = range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1)
    powers = [10.0**decade for decade in decades]
    fine = [factor * power for power in powers for factor in (1, 2, 5)]
    below, above = max(tick for tick in fine if tick <= lowest), min(tick for tick in fine if tick >= highest)
    fine = [tick for tick in fine if below <= tick <= above]
    return fine if len(fine) <= MOST_TICKS else powers


# Drawing

SVG_ATTRIBUTES = (
    f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
    'font-family="system-ui, sans-serif" font-size="13"'
)


def text(x, y, content, anchor="middle", more=""):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{INK}"{more}>{html.escape(content)}</text>'


def stroke(x1, y1, x2, y2, color):
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{color}"/>'


def frame(title):
    yield f"<title>{html.escape(title)}</title>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield text(LEFT, 30, title, "start", ' font-size="16" font-weight="600"')


def x_axis(axis, scale):
    bottom = HEIGHT - BOTTOM
    for tick in scale.ticks:
        at = scale.position(tick)
        yield stroke(at, TOP, at, bottom, FAINT)
        yield text(at, bottom + 19, axis.text(tick))
    yield stroke(LEFT, bottom, WIDTH - RIGHT, bottom, INK)
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, axis.label)


def y_axis(axis, scale):
    for tick in scale.ticks:
        at = scale.position(tick)
        yield stroke(LEFT, at, WIDTH - RIGHT, at, FAINT)
        yield text(LEFT - 8, at + 4, axis.text(tick), "end")
    yield stroke(LEFT, TOP, LEFT, HEIGHT - BOTTOM, INK)
    middle = (TOP + HEIGHT - BOTTOM) / 2
    yield text(18, middle, axis.label, more=f' transform="rotate(-90 18 {middle})"')


def legend(series):
    for index, name in enumerate(series):
        at = LEFT + 110 * index
        yield stroke(at, 54, at + 26, 54, COLORS[index])
        yield mark(index, at + 13, 54)
        yield text(at + 34, 58, name, "start")


def line(index, points, x_scale, y_scale):
    places = [(x_scale.position(x), y_scale.position(y)) for x, y in points]
    path = " ".join(f"{x},{y}" for x, y in places)
    drawn = f'<polyline points="{path}" fill="none" stroke="{COLORS[index]}" stroke-width="2"/>'
    return "\n".join([drawn, *(mark(index, x, y) for x, y in places)])


def mark(index, x, y):
    color = COLORS[index]
    if index == 0:
        return f'<circle cx="{x}" cy="{y}" r="4" fill="{color}"/>'
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{color}"/>'
