"""How often places of each confidence are right: bins, the expected calibration error, and a plot of them."""

import tomllib
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
from scoring import SEED, Judged, Outcome, interval, resampled

from geostory.resources import template_text

__all__ = ["Bin", "bins_of", "calibration_error", "error_by_chance", "right_from", "svg"]

BINS = 10


class Bin(NamedTuple):
    """The places whose confidence lies in a tenth: how many, their mean confidence, the share right and its spread."""

    number: int
    count: int
    said: float
    right: float
    spread: tuple[float, float]

    @property
    def low(self) -> float:
        """The least confidence that it holds."""
        return self.number / BINS


def _bin(confidence: float) -> int:
    # In hundredths, as confidences are given: 0.29 * 100 is less than 29.
    return min(round(confidence * 100) * BINS // 100, BINS - 1)


def bins_of(judged: Sequence[Judged]) -> list[Bin]:
    """The bins that hold any places, from the least sure; their spread is from bootstrap samples of the articles."""
    counts = np.zeros((len(judged), BINS, 3))  # for each article and bin: places, sum of confidences, right ones
    for row, one in zip(counts, judged, strict=True):
        for outcome in one.outcomes:
            row[_bin(outcome.confidence)] += (1, outcome.confidence, outcome.right)
    sums, samples = counts.sum(axis=0), resampled(counts)
    with np.errstate(invalid="ignore"):
        shares = samples[:, :, 2] / samples[:, :, 0]
    return [
        Bin(number, int(count), said / count, right / count, interval(shares[:, number]))
        for number, (count, said, right) in enumerate(sums)
        if count
    ]


def calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Expected calibration error: how far confidence and share right are apart in each bin, on average over places."""
    return _error(np.array([o.confidence for o in outcomes]), np.array([[o.right for o in outcomes]]))[0]


def error_by_chance(outcomes: Sequence[Outcome], samples: int = 1000) -> tuple[float, float]:
    """Mean and 97.5th percentile of the error that chance alone gives a confidence that is never off."""
    said = np.array([o.confidence for o in outcomes])
    errors = _error(said, np.random.default_rng(SEED).random((samples, len(said))) < said)
    return float(errors.mean()), float(np.quantile(errors, 0.975))


def _error(said: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The error for each row of what was right, shape (rows, places)."""
    member = np.array([[_bin(value) == number for number in range(BINS)] for value in said], float)
    return np.abs((right - said) @ member).sum(axis=1) / len(said)


def right_from(judged: Sequence[Judged], least: float) -> tuple[float, float, tuple[float, float]]:
    """Of the places at least so sure: their share of all, the share that is right, its spread; there must be some."""
    kept = np.array(
        [
            [
                sum(o.confidence >= least for o in one.outcomes),
                sum(o.right for o in one.outcomes if o.confidence >= least),
            ]
            for one in judged
        ]
    )
    count, right = kept.sum(axis=0)
    samples = resampled(kept)
    with np.errstate(invalid="ignore"):
        spread = interval(samples[:, 1] / samples[:, 0])
    return float(count / sum(len(one.outcomes) for one in judged)), float(right / count), spread


# The plot

_LEFT, _TOP, _SIDE = 64, 72, 400  # of the square, in pixels
_STRIP, _BAR = 592, 64  # foot of the counts' bars below it, and their greatest height
_WIDTH, _HEIGHT = 640, 624
_FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def _look() -> str:
    """The page's own colours, light and dark."""
    tokens = tomllib.loads(template_text("tokens.toml"))

    def rules(colours: dict[str, str]) -> str:
        paper, ink, quiet, rule = (colours[name] for name in ("paper", "ink", "quiet", "rule"))
        return (
            f".paper {{ fill: {paper} }} text {{ fill: {ink} }} .quiet {{ fill: {quiet} }} .grid {{ stroke: {rule} }} "
            f".ideal {{ stroke: {quiet} }} .bar {{ fill: {colours['border']} }} "
            f".spread {{ stroke: {colours['place']} }} .point {{ fill: {colours['place']}; stroke: {paper} }}"
        )

    return (
        f"text {{ font: 12px {_FONT}; font-variant-numeric: tabular-nums }} "
        ".title { font-size: 16px; font-weight: 600 } .ideal { stroke-dasharray: 4 4 } "
        f".spread, .point {{ stroke-width: 1.5 }} {rules(tokens['light'])} "
        f"@media (prefers-color-scheme: dark) {{ {rules(tokens['dark'])} }}"
    )


def svg(bins: Sequence[Bin], title: str, caption: str) -> str:
    """The bins as points with their spread over the line of what was said, and a bar for how many places each holds.

    Parameters
    ----------
    bins : sequence of Bin
    title, caption : str
        Plain text, set above the plot.

    Returns
    -------
    str
        An SVG document of its own, 640 by 624 pixels, light or dark as its reader prefers.
    """

    def x(share: float) -> float:
        return _LEFT + share * _SIDE

    def y(share: float) -> float:
        return _TOP + (1 - share) * _SIDE

    def words(left: float, top: float, text: str, look: str = "", anchor: str = "middle") -> str:
        return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" class="{look}">{escape(text)}</text>'

    def line(look: str, x1: float, y1: float, x2: float, y2: float) -> str:
        return f'<line class="{look}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        'role="img" aria-labelledby="title caption">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="caption">{escape(caption)}</desc>',
        f"<style>{_look()}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{_HEIGHT}"/>',
        words(_LEFT, 26, title, "title", "start"),
        words(_LEFT, 46, caption, "quiet", "start"),
    ]
    for tenth in range(0, 11, 2):
        share = tenth / 10
        parts.append(line("grid", x(0), y(share), x(1), y(share)))
        parts.append(line("grid", x(share), y(0), x(share), y(1)))
        parts.append(words(x(0) - 10, y(share) + 4, f"{share:.1f}", "quiet", "end"))
        parts.append(words(x(share), y(0) + 18, f"{share:.1f}", "quiet"))
    parts.append(line("ideal", x(0), y(0), x(1), y(1)))
    key = x(1) + 16
    parts.append(line("ideal", key, y(1) + 8, key + 20, y(1) + 8))
    parts.append(line("spread", key + 10, y(1) + 26, key + 10, y(1) + 46))
    parts.append(f'<circle class="point" cx="{key + 10}" cy="{y(1) + 36}" r="5"/>')
    for row, text in enumerate(("as sure as right", "right, 95 % interval")):
        parts.append(words(key + 28, y(1) + 12 + 28 * row, text, "quiet", "start"))
    for row, text in enumerate(("above: could be surer", "below: is too sure")):
        parts.append(words(key, y(1) + 72 + 20 * row, text, "quiet", "start"))
    most = max(one.count for one in bins)
    for one in bins:
        told = f"said {one.said:.2f}, right {one.right:.2f}, {one.count} places"
        parts.append(line("spread", x(one.said), y(one.spread[0]), x(one.said), y(one.spread[1])))
        parts.append(f'<circle class="point" cx="{x(one.said):.1f}" cy="{y(one.right):.1f}" r="5">')
        parts.append(f"<title>{told}</title></circle>")
        height = max(1.0, _BAR * one.count / most)
        left = x(one.low) + 4
        parts.append(f'<rect class="bar" x="{left:.1f}" y="{_STRIP - height:.1f}" width="32" height="{height:.1f}"/>')
        parts.append(words(left + 16, _STRIP + 16, str(one.count)))
    parts.append(words(key, _STRIP + 16, "places", "quiet", "start"))
    parts.append(words(x(0.5), y(0) + 38, "confidence that geostory gives", "quiet"))
    turn = f'transform="rotate(-90 18 {y(0.5):.1f})"'
    parts.append(f'<text x="18" y="{y(0.5):.1f}" text-anchor="middle" class="quiet" {turn}>share that is right</text>')
    return "\n".join([*parts, "</svg>", ""])
