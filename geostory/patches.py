"""The ground of a page's block read back: its patches as rings and lines, and their drawing on a still image."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geostory.labelling import Box
from geostory.svg import Inks, Points, clipped, element, path_data
from geostory.viewport import View

__all__ = ["Patch", "draw_ground", "patches_of", "seen", "waters"]

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUES = np.full(128, -1, np.int64)
_VALUES[[ord(sign) for sign in _SIGNS]] = np.arange(64)
_PIXEL_AT_0 = 2 * math.pi / 256  # radii a pixel at zoom 0
_INNER_FROM = 4.0  # zoom
_BEYOND = 4.0  # pixels past the edge that are drawn, so that no cut edge shows


@dataclass(frozen=True)
class Patch:
    """A piece of the ground: its box of the plane (None: all of it), the zoom it begins at, its strokes by name."""

    box: Box | None
    min_zoom: float
    strokes: Mapping[str, Sequence[Points]]
    bounds: Mapping[str, NDArray[np.float64]]


def _numbers(signs: str) -> NDArray[np.int64]:
    """Whole numbers out of text: five bits a sign, the lowest first; a sign of 32 or more says that more follow."""
    bits = _VALUES[np.frombuffer(signs.encode("ascii"), np.uint8)]
    last = bits < 32
    starts = np.concatenate(([0], np.flatnonzero(last)[:-1] + 1))
    place = np.arange(len(bits)) - np.repeat(starts, np.diff(np.append(starts, len(bits))))
    raw = np.add.reduceat((bits & 31) << (5 * place), starts)
    return np.where(raw & 1, ~(raw >> 1), raw >> 1)


def _strokes(coded: Sequence[str], q: float) -> list[Points]:
    """Rings or lines in radii, out of their steps."""
    if not coded:
        return []
    # All at once; each stroke begins anew at the origin.
    counts = [int((_VALUES[np.frombuffer(signs.encode("ascii"), np.uint8)] < 32).sum()) // 2 for signs in coded]
    steps = _numbers("".join(coded)).reshape(-1, 2)
    ends = np.cumsum(counts)
    run = np.cumsum(steps, axis=0)
    before = np.concatenate((np.zeros((1, 2), np.int64), run[ends[:-1] - 1]))
    return np.split((run - np.repeat(before, counts, axis=0)) * q, ends[:-1])


def patches_of(block: Mapping[str, Any]) -> list[Patch]:
    """The patches of a page's block, lowest first."""
    names = ("land", "focus_land", "lakes", "borders", "borders_disputed", "borders1")
    found = []
    for patch in block["basemap"]["patches"]:
        strokes = {name: _strokes(patch.get(name, ()), patch["q"]) for name in names}
        bounds = {name: _bounds(some) for name, some in strokes.items()}
        found.append(Patch(tuple(patch["box"]) if patch["box"] else None, patch["min_zoom"], strokes, bounds))
    return found


def _bounds(strokes: Sequence[Points]) -> NDArray[np.float64]:
    if not strokes:
        return np.zeros((0, 4))
    starts = np.concatenate(([0], np.cumsum([len(stroke) for stroke in strokes])[:-1]))
    every = np.concatenate(strokes)
    return np.hstack([np.minimum.reduceat(every, starts), np.maximum.reduceat(every, starts)])


def zoom(view: View) -> float:
    """The page's zoom at a view's scale."""
    return math.log2(view.scale * _PIXEL_AT_0)


def seen(patches: Sequence[Patch], view: View) -> list[Patch]:
    """Patches that a view shows, as the page picks them; what a finer one covers wholly is left out."""
    left, bottom, right, top = view.bounds
    at = zoom(view)
    shown = [
        patch
        for patch in patches
        if patch.min_zoom <= at + 0.01
        and not (
            patch.box and (patch.box[2] < left or patch.box[0] > right or patch.box[3] < bottom or patch.box[1] > top)
        )
    ]
    covers = [
        i
        for i, patch in enumerate(shown)
        if patch.box and patch.box[0] <= left and patch.box[1] <= bottom and patch.box[2] >= right and patch.box[3] >= top
    ]
    return shown[covers[-1] :] if covers else shown


def _near(patch: Patch, name: str, view: View, least: float) -> Iterator[Points]:
    """Strokes of a name that reach into a view and are at least so many pixels across, in pixels."""
    strokes = patch.strokes[name]
    if not strokes:
        return
    left, bottom, right, top = view.bounds
    box = patch.bounds[name]
    there = (box[:, 0] <= right) & (box[:, 2] >= left) & (box[:, 1] <= top) & (box[:, 3] >= bottom)
    across = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) * view.scale
    for i in np.flatnonzero(there & (across >= least)):
        yield view.pixels(strokes[i])


def _thinned(strokes: list[Points], tolerance: float) -> list[Points]:
    if not strokes:
        return []
    counts = [len(stroke) for stroke in strokes]
    lines = shapely.linestrings(np.concatenate(strokes), indices=np.repeat(np.arange(len(strokes)), counts))
    xy, owner = shapely.get_coordinates(shapely.simplify(lines, tolerance), return_index=True)
    return np.split(xy, np.flatnonzero(np.diff(owner)) + 1)


def rings(patch: Patch, name: str, view: View, box: Box, *, tolerance: float) -> list[Points]:
    """Rings of the land or of lakes in pixels, cut to a box and thinned."""
    least = max(1.0, 3 * tolerance)
    cut = [clipped(ring, box) for ring in _near(patch, name, view, least)]
    return _thinned([ring for ring in cut if len(ring) > 2], tolerance)


def lines(patch: Patch, name: str, view: View, box: Box, *, tolerance: float) -> list[Points]:
    """Borders in pixels, cut to a box and thinned."""
    strokes = [shapely.LineString(line) for line in _near(patch, name, view, 0)]
    parts = shapely.get_parts(shapely.clip_by_rect(np.array(strokes, object), *box)) if strokes else []
    return _thinned([shapely.get_coordinates(part) for part in parts if part.geom_type == "LineString"], tolerance)


def draw_ground(patches: Sequence[Patch], view: View, ink: Inks, *, tolerance: float, grain: float) -> str:
    """Water, land, lakes, coast and borders of a view as markup.

    Parameters
    ----------
    patches : sequence of Patch
        Those that :func:`seen` picked, lowest first.
    view : View
    ink : Inks
    tolerance, grain : float
        Pixels: how far a line may stray from its shape, and in what steps it is written.
    """
    whole = (-_BEYOND, -_BEYOND, view.width + _BEYOND, view.height + _BEYOND)
    drawn = [_rect((0, 0, view.width, view.height), ink["water"])]
    for patch in patches:
        box = whole
        if patch.box:
            left, top, right, bottom = view.box(patch.box)
            box = max(box[0], left), max(box[1], top), min(box[2], right), min(box[3], bottom)
            if box != whole:
                drawn.append(_rect(box, ink["water"]))
        drawn.append(_patch(patch, view, box, ink, tolerance, grain))
    return "".join(drawn)


def _rect(box: Box, fill: str) -> str:
    left, top, right, bottom = (round(edge, 1) for edge in box)
    return element("rect", {"x": left, "y": top, "width": right - left, "height": bottom - top, "fill": fill})


def _patch(patch: Patch, view: View, box: Box, ink: Inks, tolerance: float, grain: float) -> str:
    cut = {name: rings(patch, name, view, box, tolerance=tolerance) for name in ("land", "focus_land", "lakes")}
    shape = {name: path_data(some, closed=True, grain=grain) for name, some in cut.items()}
    border = {
        name: path_data(lines(patch, name, view, box, tolerance=tolerance), closed=False, grain=grain)
        for name in ("borders1", "borders", "borders_disputed")
    }
    if zoom(view) < _INNER_FROM:
        border["borders1"] = ""
    looks: list[tuple[str, dict[str, object]]] = [
        (shape["land"], {"fill": ink["land"]}),
        (shape["focus_land"], {"fill": ink["focus_land"]}),
        (shape["lakes"], {"fill": ink["water"], "stroke": ink["coast"], "stroke-width": 0.6}),
        (border["borders1"], {"fill": "none", "stroke": ink["border1"], "stroke-width": 0.8, "stroke-dasharray": "1.5 2.5"}),
        (shape["land"], {"fill": "none", "stroke": ink["coast"], "stroke-width": 0.8}),
        (border["borders"], {"fill": "none", "stroke": ink["border"], "stroke-width": 1}),
        (border["borders_disputed"], {"fill": "none", "stroke": ink["border"], "stroke-width": 1.2, "stroke-dasharray": "5 3.5"}),
    ]  # fmt: skip
    if not shape["focus_land"]:
        looks[0][1].update(looks[4][1] | {"fill": ink["land"]})
        looks.pop(4)
    return "".join(element("path", {"d": d, **look}) for d, look in looks if d)


def waters(patches: Sequence[Patch], view: View, points: Points) -> NDArray[np.bool_]:
    """Whether each point, n × 2 in pixels, lies on water: neither on land nor off it in a lake."""
    wet = np.ones(len(points), bool)
    box = (0.0, 0.0, view.width, view.height)
    for patch in patches:
        left, top, right, bottom = view.box(patch.box) if patch.box else box
        x, y = points[:, 0], points[:, 1]
        there = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        land = _turns(rings(patch, "land", view, box, tolerance=0.5), points)
        lake = _turns(rings(patch, "lakes", view, box, tolerance=0.5), points)
        wet = np.where(there, (land == 0) | (lake != 0), wet)
    return wet


def _turns(strokes: Sequence[Points], points: Points) -> NDArray[np.int64]:
    """How many times rings run around each point, those of the other direction counted off."""
    turns = np.zeros(len(points), np.int64)
    for ring in strokes:
        x1, y1 = ring.T
        x2, y2 = np.roll(ring, -1, axis=0).T
        px, py = points[:, :1], points[:, 1:]
        up, down = (y1 <= py) & (y2 > py), (y1 > py) & (y2 <= py)
        side = (x2 - x1) * (py - y1) - (px - x1) * (y2 - y1)
        turns += (up & (side > 0)).sum(axis=1) - (down & (side < 0)).sum(axis=1)
    return turns
