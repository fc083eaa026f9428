"""A row of the table: two sides measured in alternation, and the ratio that the target speaks of."""

import math
import statistics

HEADER = ["work", "distsh", "peer", "its figure", "ratio (lowest–highest)", "target", "reached"]


class Row:
    """One comparison.

    `work` is what is done and `peer` who else does it. `measure_round` returns our figure and the peer's, both in
    `unit`; it is called `rounds` times, and the row has the medians. The ratio is ours over theirs. It should be at
    most or at least the target; a row with neither only informs. `ours_at_most` is a target for our figure alone,
    which goes with `at_most`.
    """

    def __init__(self, work, peer, unit, measure_round, rounds, at_most=None, at_least=None, ours_at_most=math.inf):
        samples = [measure_round() for _ in range(rounds)]
        self.work, self.peer, self.unit, self.at_most, self.at_least = work, peer, unit, at_most, at_least
        self.ours_at_most = ours_at_most
        self.ours = statistics.median(ours for ours, _ in samples)
        self.theirs = statistics.median(theirs for _, theirs in samples)
        ratios = [ours / theirs for ours, theirs in samples]
        self.ratio, self.lowest, self.highest = statistics.median(ratios), min(ratios), max(ratios)

    def cells(self):
        """The row's texts, in the order of HEADER."""
        return [
            self.work,
            f"{figure(self.ours)} {self.unit}",
            self.peer,
            f"{figure(self.theirs)} {self.unit}",
            f"{self.ratio:.2f}× ({self.lowest:.2f}–{self.highest:.2f})",
            *self.verdict(),
        ]

    def verdict(self):
        """The target, and whether it is reached."""
        if self.at_most is not None:
            target = f"≤ {self.at_most}×"
            if self.ours_at_most != math.inf:
                target += f", ≤ {figure(self.ours_at_most)} {self.unit}"
            return target, "yes" if self.ratio <= self.at_most and self.ours <= self.ours_at_most else "no"
        if self.at_least is not None:
            return f"≥ {self.at_least}×", "yes" if self.ratio >= self.at_least else "no"
        return "—", "—"


def alternating(ours, theirs):
    """A round that measures one side and then the other."""
    return lambda: (ours(), theirs())


def mirrored(ours, theirs):
    """A round that measures ours, theirs, theirs, ours: a machine that grows slower or faster favours neither side."""

    def measure():
        first, second, third, fourth = ours(), theirs(), theirs(), ours()
        return (first + fourth) / 2, (second + third) / 2

    return measure


def figure(value):
    """A number with about three digits that tell something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
