"""What lies over a still image's map: its legend and its scale bar."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geostory.labelling import Box
from geostory.locales import number_in, units_in
from geostory.panel import Manner
from geostory.projection import Projection
from geostory.svg import element, swatch, words
from geostory.viewport import Entry, View

__all__ = ["Key", "Scale", "key_for", "scale_for"]

_MOST_ROWS = 7
_WIDEST = 214.0  # pixels of words and swatches in the legend
_INDENT = 35.0
_SWATCH = 26.0
_ASIDE = 10.0
_VARIES = 1.1  # a scale bar is true where the scale varies by less than this
_RADIUS_M = 6_371_008.8
_MILE_M = 1609.344
_BAR = 110.0


@dataclass(frozen=True)
class Key:
    """A legend: its rows as lines of words with a style, and the line on borders."""

    rows: Sequence[tuple[list[str], Mapping[str, Any]]]
    borders: list[str]
    width: float

    @property
    def height(self) -> float:
        """Pixels."""
        rows = sum(16 * len(lines) + 4 for lines, _ in self.rows)
        return 14 + rows + (14 * len(self.borders) + (9 if self.rows else 0) if self.borders else 0)

    def at(self, width: float, height: float) -> Box:
        """Its box on a map of that size: the lower right corner."""
        right, bottom = width - _ASIDE, height - _ASIDE
        return right - self.width, bottom - self.height, right, bottom

    def over(self, width: float, height: float, manner: Manner) -> str:
        """Its markup as a card over a map of that size."""
        left, top, _, _ = (round(edge, 1) for edge in self.at(width, height))
        frame = {"x": left, "y": top, "width": self.width, "height": self.height, "rx": 3}
        card = element("rect", {**frame, "fill": manner.ink["paper"], "stroke": manner.ink["rule"]})
        return card + self.draw(left + 10, top + 8, self.width - 20, manner)

    def draw(self, left: float, top: float, across: float, manner: Manner) -> str:
        """Its rows as markup."""
        ink, y, drawn = manner.ink, top, []
        for lines, style in self.rows:
            at = left + across - _SWATCH if manner.rtl else left
            drawn.append(element("g", {"transform": f"translate({at:g} {y + 1:g})"}, swatch(style, ink)))
            edges = left + _INDENT, left + across - _INDENT
            drawn.append(manner.lines(lines, *edges, y + 13, {"fill": ink["ink"]}, leading=16))
            y += 16 * len(lines) + 4
        if self.borders:
            if self.rows:
                rule = {"x1": left, "x2": left + across, "y1": y + 2.5, "y2": y + 2.5, "stroke": ink["rule"]}
                drawn.append(element("line", rule))
                y += 8
            look = {"fill": ink["quiet"], "font-size": 11}
            drawn.append(manner.lines(self.borders, left, left + across, y + 10.5, look))
        return "".join(drawn)

    def in_line(self, left: float, top: float, across: float, manner: Manner) -> tuple[str, float]:
        """Its rows one after the other as words run, and the height that they take."""
        x, y, drawn = left, top, []
        for lines, style in self.rows:
            said = " ".join(lines)
            wide = _INDENT - 3 + manner.lettering.width(said, 12)
            if x > left and x + wide > left + across:
                x, y = left, y + 19
            # From the other edge where lines begin there.
            at = left + across - (x - left) - _SWATCH if manner.rtl else x
            edges = x + _INDENT - 3, left + across - (x - left) - _INDENT + 3
            drawn.append(element("g", {"transform": f"translate({at:.1f} {y:g})"}, swatch(style, manner.ink)))
            drawn.append(manner.lines([said], *edges, y + 12, {"fill": manner.ink["ink"]}))
            x += wide + 16
        return "".join(drawn), (y - top + 19) if drawn else 0.0


def key_for(
    block: Mapping[str, Any], entries: Sequence[Entry], view: View, manner: Manner, *, borders: bool
) -> Key | None:
    """The legend of what a view shows, a row for each look, with or without the line on borders."""
    left, bottom, right, top = view.bounds

    def look(style: Mapping[str, Any]) -> tuple[object, ...]:
        return style["kind"], style["color"], style.get("hatch") or "", bool(style.get("dashed"))

    seen = {
        (entry.layer["id"], look(entry.feature))
        for entry in entries
        if not entry.vast(view)
        and entry.bounds[0] <= right
        and entry.bounds[2] >= left
        and entry.bounds[1] <= top
        and entry.bounds[3] >= bottom
    }
    letters = manner.lettering
    rows = [
        (letters.lines(row["label"], 12, _WIDEST - _INDENT), row["swatch"])
        for layer in block["layers"]
        for row in layer["legend"]
        if (layer["id"], look(row["swatch"])) in seen
    ][:_MOST_ROWS]
    told = letters.lines(block["borders"], 11, _WIDEST) if block["borders"] and borders else []
    if not rows and not told:
        return None
    widths = [letters.width(line, 12) + _INDENT for lines, _ in rows for line in lines]
    widths += [letters.width(line, 11) for line in told]
    return Key(rows, told, round(max(widths) + 21))


@dataclass(frozen=True)
class Scale:
    """A scale bar: lengths in pixels with their words, kilometres over miles."""

    bars: Sequence[tuple[float, str]]

    def at(self, height: float) -> Box:
        """Its box on a map of that height: the lower left corner."""
        return _ASIDE, height - 40, _ASIDE + max(length for length, _ in self.bars) + 4, height - 8

    def draw(self, height: float, manner: Manner) -> str:
        """Its markup on a map of that height."""
        ink, middle = manner.ink, height - 24
        drawn = []
        casing = {"fill": "none", "stroke": ink["water"], "stroke-width": 4}
        line = {"fill": "none", "stroke": ink["ink"], "stroke-width": 1}
        paths = [
            f"M{_ASIDE:g} {middle - 6 * side:g}V{middle:g}H{_ASIDE + length:.1f}V{middle - 6 * side:g}"
            for (length, _), side in zip(self.bars, (1, -1), strict=False)
        ]
        for look in (casing, line):
            drawn += [element("path", {"d": path, **look}) for path in paths]
        for (_, said), y in zip(self.bars, (middle - 4, middle + 12), strict=False):
            face = {"font-size": 11, "fill": ink["ink"]}
            halo = {**face, "fill": ink["water"], "stroke": ink["water"], "stroke-width": 3, "stroke-linejoin": "round"}
            drawn += [words([said], _ASIDE + 5, y, halo), words([said], _ASIDE + 5, y, face)]
        return "".join(drawn)


def scale_for(projection: Projection, view: View, lang: str) -> Scale | None:
    """The scale bar true at a view's centre, in a language's units; None where the scale varies by over 10 %."""
    left, bottom, right, top = view.bounds
    _, lats = projection.unproject([left, left, right, right, view.x], [bottom, top, bottom, top, view.y])
    if projection.kind == "world":
        return None
    if projection.kind == "azimuthal":
        furthest = max(math.hypot(x, y) for x in (left, right) for y in (bottom, top))
        varies = 1 / math.cos(math.asin(min(1, furthest / 2)))
        here = 1 / math.cos(math.asin(min(1, math.hypot(view.x, view.y) / 2)))
    else:
        reach = [*lats.tolist(), *([0.0] if lats.min() < 0 < lats.max() else [])]
        scales = [projection.scale(lat) for lat in reach]
        varies, here = max(scales) / min(scales), projection.scale(float(lats[4]))
    if varies > _VARIES:
        return None
    metre = view.scale * here / _RADIUS_M
    units, bars = units_in(lang), []
    for unit, name in ((1000.0, "km"), (_MILE_M, "mi")):
        if name not in units:  # the page's readers don't measure in it
            continue
        size = _round(_BAR / metre / unit)
        said = units[name].replace("{value}", number_in(size, lang))
        bars.append((size * unit * metre, said))
    return Scale(bars)


def _round(most: float) -> float:
    """The largest of 1, 2, 3, 5 times a power of ten that is no more."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(step for step in (5, 3, 2, 1) if step * power <= most * 1.0001) * power
