"""SVG as text: elements, path data, and how each kind of feature looks, as the page's own symbols.js draws it."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geostory.assets import tokens

__all__ = [
    "Inks",
    "Points",
    "clipped",
    "definitions",
    "element",
    "layer",
    "number",
    "path_data",
    "radius",
    "strokes",
    "swatch",
    "text",
]

Points = NDArray[np.float64]
"""Corners of a ring or line, n × 2, in pixels."""
Style = Mapping[str, Any]

_GREYS = {"water": "#D4D4D4", "land": "#EDEDED", "focus_land": "#FAFAFA"}
"""The ground in grey, further apart than its colours are."""
_RADII = (0, 4.5, 6, 7.5)
_DISC, _NOTE = 10.5, 2.5  # of a numbered event, of a note
_HEAD = "M2 2L15 8L2 14L5 8Z"  # an arrow's, whose point is the line's end
_CASING = 1.5
# Direction in degrees, spacing and width in pixels of each status, as on the page; two directions cross.
_HATCHES: dict[str, tuple[tuple[int, ...], float, float]] = {
    "annexed": ((45,), 6, 1.25),
    "occupied": ((135,), 6, 1.25),
    "disputed": ((45, 135), 13, 0.8),
    "leased": ((0,), 8, 1.25),
    "breakaway": ((45,), 12, 1.25),
}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _number(value: float) -> str:
    return f"{round(value, 2):g}"


def element(tag: str, attributes: Mapping[str, object], *children: str) -> str:
    """An element; attributes are escaped and those that are None left out, children are markup already."""
    told = "".join(
        f' {name}="{html.escape(_number(value) if isinstance(value, float) else str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{told}>{''.join(children)}</{tag}>" if children else f"<{tag}{told}/>"


_TURNED = re.compile("[^A-Za-z\u0590-\u08ff]*[\u0590-\u08ff]")


def text(words: str) -> str:
    """Words as markup; a line that begins in Arabic or Hebrew runs from right to left as a whole."""
    if _TURNED.match(words):
        words = f"\u2067{words}\u2069"
    return html.escape(_NO_XML.sub("\ufffd", words), quote=False)


def words(
    lines: Sequence[str],
    x: float,
    y: float,
    attributes: Mapping[str, object],
    *,
    anchor: str = "start",
    leading: float = 14.0,
) -> str:
    """Lines of text, the first with its baseline at ``y``."""
    told = {"text-anchor": None if anchor == "start" else anchor, **attributes}
    x, y = round(x, 1), round(y, 1)
    if len(lines) == 1:
        return element("text", {"x": x, "y": y, **told}, text(lines[0]))
    spans = [element("tspan", {"x": x, "y": round(y + i * leading, 1)}, text(line)) for i, line in enumerate(lines)]
    return element("text", told, *spans)


def layer(name: str, children: Iterable[str], *, named: bool, **attributes: object) -> str:
    """A group that Inkscape and Illustrator show as a layer of that name; nothing where it would be empty."""
    held = "".join(children)
    if not held:
        return ""
    told: dict[str, object] = {"id": name.replace(" ", "-")}
    if named:
        told |= {"inkscape:groupmode": "layer", "inkscape:label": name}
    return element("g", (told if named else {}) | attributes, held)


class Inks:
    """The light theme's colours by name; in grey where that is wanted."""

    def __init__(self, *, grey: bool = False) -> None:
        self.grey = grey
        light = tokens()["light"]
        self._known = {name: _grey(value) for name, value in light.items()} | _GREYS if grey else light

    def __getitem__(self, name: str) -> str:
        return self._known[name]


@cache
def _grey(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    level = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return f"#{level:02X}{level:02X}{level:02X}"


# --- path data --------------------------------------------------------------------------------------------------------


def clipped(ring: Points, box: Sequence[float]) -> Points:
    """A ring cut to a box (Sutherland and Hodgman's way): what lies outside runs along the box's edge."""
    for axis, edge, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        if not len(ring):
            break
        off = (ring[:, axis] - edge) * sign
        inside = off >= 0
        if inside.all():
            continue
        after, off_after = np.roll(ring, -1, axis=0), np.roll(off, -1)
        crossing = inside != (off_after >= 0)
        share = np.divide(off, off - off_after, out=np.zeros(len(off)), where=crossing)
        both = np.stack([ring, ring + (after - ring) * share[:, None]], axis=1)
        ring = both[np.stack([inside, crossing], axis=1)]
    return ring


def path_data(strokes: Sequence[Points], *, closed: bool, grain: float = 0.1) -> str:
    """Path data of rings or lines, its numbers in steps of ``grain`` pixels (0.1 or 1) from corner to corner."""
    if not len(strokes):
        return ""
    counts = np.array([len(stroke) for stroke in strokes])
    grid = np.rint(np.concatenate(strokes) / grain).astype(np.int64)
    steps = np.diff(grid, axis=0, prepend=grid[:1])
    first = np.cumsum(counts) - counts
    kept = np.any(steps != 0, axis=1)
    kept[first] = False
    ends = np.cumsum(kept)[first + counts - 1].tolist()
    told = [_signed(value, grain) for value in steps[kept].ravel().tolist()]
    parts, start, least = [], 0, 2 if closed else 1
    for (x, y), end in zip(grid[first].tolist(), ends, strict=True):
        if end - start >= least:
            run = "".join(told[2 * start : 2 * end]).lstrip()
            parts.append(f"M{_signed(x, grain).lstrip()}{_signed(y, grain)}l{run}{'z' if closed else ''}")
        start = end
    return "".join(parts)


@cache
def _signed(value: int, grain: float) -> str:
    """A number with what parts it from the one before: a minus sign does so by itself."""
    said = str(value) if grain == 1 else f"{value * grain:.5g}"
    return said if value < 0 else " " + said


# --- features ---------------------------------------------------------------------------------------------------------


def radius(style: Style) -> float:
    """Of a dot or ring in pixels, by the feature's weight."""
    own = {"disc": _DISC, "note": _NOTE}.get(style["kind"])
    return own or _RADII[max(1, min(3, style.get("weight") or 1))]


def strokes(style: Style, ink: Inks) -> list[dict[str, Any]]:
    """Attributes of the shapes that draw one feature, lowest first: a casing of the ground's colour, then the ink.

    Those with ``r`` are circles.
    """
    colour, ground, dashed = ink[style["color"]], ink["focus_land"], bool(style.get("dashed"))
    dash = "6 4" if dashed else None
    casing = {"fill": "none", "stroke": ground, "stroke-opacity": 0.85}
    kind = style["kind"]
    if kind in ("disc", "note") or (kind == "dot" and not dashed):
        edge = {"stroke": ground, "stroke-width": _CASING}
        return [{"r": radius(style) + _CASING / 2, "fill": colour, **edge}]
    if kind in ("dot", "ring"):
        inner = {"fill": "none", "stroke": colour, "stroke-width": 2, "stroke-dasharray": "3.4 2.4" if dashed else None}
        return [
            {"r": radius(style) + _CASING, "fill": ground, "fill-opacity": 0.9},
            {"r": radius(style), **inner},
        ]
    if kind == "line":
        heavy = bool(style.get("heavy"))
        width = 3.5 if heavy else 1.5 + 0.5 * ((style.get("weight") or 1) - 1)
        ticks = f"url(#tick-{style['color']})"
        drawn = {"fill": "none", "stroke": colour, "stroke-width": width, "stroke-dasharray": dash}
        return [
            {**casing, "stroke-width": 6.5 if heavy else 4.5},
            {**drawn, "marker-start": ticks, "marker-end": ticks},
        ]
    if kind == "arrow":
        drawn = {"fill": "none", "stroke": colour, "stroke-width": 2.5, "marker-end": f"url(#head-{style['color']})"}
        return [{**casing, "stroke-width": 6}, drawn]
    if kind == "region":
        hatch = style.get("hatch")
        fill = f"url(#hatch-{hatch}-{style['color']})" if hatch else colour
        edge = {"stroke": colour, "stroke-width": 1.5, "stroke-dasharray": dash}
        return [{**casing, "stroke-width": 3.5}, {"fill": fill, "fill-opacity": None if hatch else 0.18, **edge}]
    if kind == "tint":
        return [{"fill": colour, "fill-opacity": 0.22}]
    if kind == "stroke":
        edge = {"fill": "none", "stroke": colour, "stroke-width": 2, "stroke-dasharray": dash}
        return [{**casing, "stroke-width": 4}, edge]
    if kind == "area":
        edge = {"stroke": colour, "stroke-width": 1.5, "stroke-dasharray": dash}
        return [
            {**casing, "stroke-width": 3, "stroke-opacity": 0.6},
            {"fill": colour, "fill-opacity": 0.05, **edge},
        ]
    return []


def definitions(styles: Iterable[Style], ink: Inks) -> str:
    """The hatches and ticks that the styles use."""
    made: dict[str, str] = {}
    for style in styles:
        if style.get("hatch"):
            made[f"hatch-{style['hatch']}-{style['color']}"] = _hatch(style["hatch"], style["color"], ink)
        if style["kind"] == "line":
            made[f"tick-{style['color']}"] = _tick(style["color"], ink)
        if style["kind"] == "arrow":
            made[f"head-{style['color']}"] = _head(style["color"], ink)
    return "".join(made.values())


def _hatch(status: str, colour: str, ink: Inks) -> str:
    angles, gap, width = _HATCHES.get(status, _HATCHES["disputed"])
    bar = {"x": -width / 2, "y": -gap * 1.5, "width": width, "height": gap * 3, "fill": ink[colour]}
    # A second direction turns against the pattern's own.
    turns = [f"translate({gap / 2:g} {gap / 2:g}) rotate({angle - angles[0]})" for angle in angles]
    return element(
        "pattern",
        {
            "id": f"hatch-{status}-{colour}",
            "width": gap,
            "height": gap,
            "patternUnits": "userSpaceOnUse",
            "patternTransform": f"rotate({angles[0]})",
        },
        *(element("rect", {**bar, "transform": turn}) for turn in turns),
    )


def _tick(colour: str, ink: Inks) -> str:
    frame = {"markerUnits": "userSpaceOnUse", "markerWidth": 4, "markerHeight": 12, "refX": 2, "refY": 6}
    return element(
        "marker",
        {"id": f"tick-{colour}", **frame, "viewBox": "0 0 4 12", "orient": "auto"},
        element("rect", {"x": 0.25, "y": 0.5, "width": 3.5, "height": 11, "fill": ink["focus_land"]}),
        element("rect", {"x": 1.25, "y": 1.5, "width": 1.5, "height": 9, "fill": ink[colour]}),
    )


def _head(colour: str, ink: Inks) -> str:
    frame = {"markerUnits": "userSpaceOnUse", "markerWidth": 18, "markerHeight": 16, "refX": 14, "refY": 8}
    casing = {"fill": ink["focus_land"], "stroke": ink["focus_land"], "stroke-width": 1.5, "stroke-linejoin": "round"}
    return element(
        "marker",
        {"id": f"head-{colour}", **frame, "viewBox": "0 0 18 16", "orient": "auto"},
        element("path", {"d": _HEAD, **casing}),
        element("path", {"d": _HEAD, "fill": ink[colour]}),
    )


def number(style: Style, x: float, y: float, size: float, ink: Inks) -> str:
    """The number on an event's disc; nothing on what has none."""
    if style["kind"] != "disc" or not style.get("number"):
        return ""
    face = {"font-size": size, "font-weight": 700, "fill": ink["paper"]}
    return words([str(style["number"])], x, y + 0.35 * size, face, anchor="middle")


def swatch(style: Style, ink: Inks) -> str:
    """A sample of a style for legends, 26 × 16 pixels, from the same attributes as the map's shapes."""
    if style["kind"] == "label":
        face = {"font-size": 12, "font-weight": 700, "font-style": "italic", "text-anchor": "middle"}
        return element("text", {"x": 13, "y": 12, "fill": ink[style["color"]], **face}, "Aa")
    shapes = []
    for look in strokes({**style, "weight": 1}, ink):
        if "r" in look:
            shapes.append(element("circle", {"cx": 13, "cy": 8, **look, "r": min(7.25, look["r"])}))
        elif style["kind"] in ("line", "arrow", "stroke"):
            shapes.append(element("path", {"d": "M3 8H23", **look}))
        else:
            shapes.append(element("rect", {"x": 2, "y": 2, "width": 22, "height": 12, **look}))
    return "".join(shapes) + number(style, 13, 8, 10, ink)
