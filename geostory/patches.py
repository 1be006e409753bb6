"""The ground of a page's block read back: its patches as rings and lines, and their drawing on a still image."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
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
_RINGS = ("land", "focus_land", "lakes")
Wet = tuple[Box, list[Points], list[Points]]
"""A patch as it is drawn: its box, its land and its lakes, in pixels."""
_BEYOND = 4.0  # pixels past the edge that are drawn, so that no cut edge shows


@dataclass(frozen=True)
class Strokes:
    """Rings or lines in one array of corners, n × 2, with the number of each one's."""

    xy: Points
    counts: NDArray[np.int64]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        return np.cumsum(self.counts) - self.counts

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """Of each stroke."""
        return np.hstack([np.minimum.reduceat(self.xy, self.starts), np.maximum.reduceat(self.xy, self.starts)])

    def of(self, which: NDArray[np.bool_]) -> "Strokes":
        """Some of them."""
        return Strokes(self.xy[np.repeat(which, self.counts)], self.counts[which])

    def each(self) -> list[Points]:
        return np.split(self.xy, self.starts[1:])


class Patch:
    """A piece of the ground: its box of the plane (None: all of it), the zoom it begins at, its strokes by name."""

    def __init__(self, block: Mapping[str, Any]) -> None:
        self.box: Box | None = tuple(block["box"]) if block["box"] else None
        self.min_zoom = float(block["min_zoom"])
        self.crs: Mapping[str, Any] | None = block.get("crs")  # of a small map of its own; None: the main one's
        self._coded = block
        self._read: dict[str, Strokes | None] = {}

    def strokes(self, name: str) -> Strokes | None:
        """Rings or lines in radii, None where there are none; read when first asked for."""
        if name not in self._read:
            self._read[name] = _strokes(tuple(self._coded.get(name, ())), self._coded["q"])
        return self._read[name]


# What many maps share is read once.
@lru_cache(maxsize=64)
def _strokes(coded: tuple[str, ...], q: float) -> Strokes | None:
    """Rings or lines in radii, out of their steps: five bits a sign, the lowest first, more to follow from 32 on."""
    if not coded:
        return None
    bits = _VALUES[np.frombuffer("".join(coded).encode("ascii"), np.uint8)]
    last = bits < 32
    starts = np.concatenate(([0], np.flatnonzero(last)[:-1] + 1))
    place = np.arange(len(bits)) - np.repeat(starts, np.diff(np.append(starts, len(bits))))
    raw = np.add.reduceat((bits & 31) << (5 * place), starts)
    steps = np.where(raw & 1, ~(raw >> 1), raw >> 1).reshape(-1, 2)
    signs = np.cumsum([len(some) for some in coded])
    ends = np.cumsum(last)[signs - 1] // 2
    run = np.cumsum(steps, axis=0)
    # Each stroke begins anew at the origin.
    before = np.concatenate((np.zeros((1, 2), np.int64), run[ends[:-1] - 1]))
    counts = np.diff(ends, prepend=0)
    return Strokes((run - np.repeat(before, counts, axis=0)) * q, counts)


def patches_of(block: Mapping[str, Any]) -> list[Patch]:
    """The patches of a page's block, lowest first."""
    return [Patch(patch) for patch in block["basemap"]["patches"]]


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
        if patch.box
        and patch.box[0] <= left
        and patch.box[1] <= bottom
        and patch.box[2] >= right
        and patch.box[3] >= top
    ]
    return shown[covers[-1] :] if covers else shown


def _seen_strokes(patch: Patch, name: str, view: View, least: float, tolerance: float) -> Strokes | None:
    """Strokes that reach into a view and are at least so many pixels across, in pixels, without needless corners."""
    strokes = patch.strokes(name)
    if strokes is None:
        return None
    left, bottom, right, top = view.bounds
    box = strokes.bounds
    there = (box[:, 0] <= right) & (box[:, 2] >= left) & (box[:, 1] <= top) & (box[:, 3] >= bottom)
    there &= np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) * view.scale >= least
    if not there.any():
        return None
    some = strokes.of(there)
    xy = view.pixels(some.xy)
    grid = np.rint(xy / tolerance)
    moved = np.ones(len(xy), bool)
    moved[1:] = np.any(grid[1:] != grid[:-1], axis=1)
    moved[some.starts] = True
    moved[some.starts + some.counts - 1] = True
    return Strokes(xy[moved], np.add.reduceat(moved.astype(np.int64), some.starts))


def _thinned(strokes: list[Points], tolerance: float) -> list[Points]:
    if not strokes:
        return []
    counts = [len(stroke) for stroke in strokes]
    lines = shapely.linestrings(np.concatenate(strokes), indices=np.repeat(np.arange(len(strokes)), counts))
    xy, owner = shapely.get_coordinates(shapely.simplify(lines, tolerance, preserve_topology=False), return_index=True)
    return np.split(xy, np.flatnonzero(np.diff(owner)) + 1)


def rings(patch: Patch, name: str, view: View, box: Box, *, tolerance: float) -> list[Points]:
    """Rings of the land or of lakes in pixels, cut to a box and thinned."""
    some = _seen_strokes(patch, name, view, max(1.0, 4 * tolerance), tolerance)
    if some is None:
        return []
    bounds = some.bounds
    within = (bounds[:, 0] >= box[0]) & (bounds[:, 1] >= box[1]) & (bounds[:, 2] <= box[2]) & (bounds[:, 3] <= box[3])
    cut = [ring if whole else clipped(ring, box) for ring, whole in zip(some.each(), within.tolist(), strict=True)]
    return _thinned([ring for ring in cut if len(ring) > 2], tolerance)


def lines(patch: Patch, name: str, view: View, box: Box, *, tolerance: float) -> list[Points]:
    """Borders in pixels, cut to a box and thinned."""
    some = _seen_strokes(patch, name, view, 0, tolerance)
    if some is None:
        return []
    whole = shapely.linestrings(some.xy, indices=np.repeat(np.arange(len(some.counts)), some.counts))
    parts = shapely.get_parts(shapely.clip_by_rect(whole, *box))
    xy, owner = shapely.get_coordinates(parts[shapely.get_type_id(parts) == 1], return_index=True)
    return _thinned(np.split(xy, np.flatnonzero(np.diff(owner)) + 1), tolerance) if len(xy) else []


def draw_ground(
    patches: Sequence[Patch], view: View, ink: Inks, *, tolerance: float, grain: float, name: str
) -> tuple[str, list[Wet]]:
    """Water, land, lakes, coast and borders of a view as markup, and what :func:`waters` needs to know of it.

    Parameters
    ----------
    patches : sequence of Patch
        Those that :func:`seen` picked, lowest first.
    view : View
    ink : Inks
    tolerance, grain : float
        Pixels: how far a line may stray from its shape, and in what steps it is written.
    name : str
        Of the map, for the names of its clipping paths.
    """
    whole = (-_BEYOND, -_BEYOND, view.width + _BEYOND, view.height + _BEYOND)
    drawn = [_rect((0, 0, view.width, view.height), ink["water"])]
    wet: list[Wet] = []
    for i, patch in enumerate(patches):
        edge = view.box(patch.box) if patch.box else whole
        box = max(whole[0], edge[0]), max(whole[1], edge[1]), min(whole[2], edge[2]), min(whole[3], edge[3])
        # Drawn past its edge and clipped there, so that no cut edge is stroked as a coast.
        reach = box if box == whole else (box[0] - 3, box[1] - 3, box[2] + 3, box[3] + 3)
        cut = {kind: rings(patch, kind, view, reach, tolerance=tolerance) for kind in _RINGS}
        markup = _patch(patch, view, reach, cut, ink, tolerance, grain, f"{name}-{i}")
        if box != whole:
            clip = f"clip-{name}-{i}"
            markup = element("clipPath", {"id": clip}, _rect(box, None)) + element(
                "g", {"clip-path": f"url(#{clip})"}, _rect(box, ink["water"]), markup
            )
        drawn.append(markup)
        wet.append((box, cut["land"], cut["lakes"]))
    return "".join(drawn), wet


def _rect(box: Box, fill: str | None) -> str:
    left, top, right, bottom = (round(edge, 1) for edge in box)
    return element("rect", {"x": left, "y": top, "width": right - left, "height": bottom - top, "fill": fill})


def _patch(
    patch: Patch,
    view: View,
    box: Box,
    cut: Mapping[str, list[Points]],
    ink: Inks,
    tolerance: float,
    grain: float,
    name: str,
) -> str:
    shape = {name: path_data(some, closed=True, grain=grain) for name, some in cut.items()}
    border = {
        name: path_data(lines(patch, name, view, box, tolerance=tolerance), closed=False, grain=grain)
        for name in ("borders1", "borders", "borders_disputed")
    }
    if zoom(view) < _INNER_FROM:
        border["borders1"] = ""

    def line(name: str, width: float, dash: str | None = None) -> dict[str, object]:
        return {"fill": "none", "stroke": ink[name], "stroke-width": width, "stroke-dasharray": dash}

    land = shape["land"]
    drawn = ""
    if land and shape["focus_land"]:
        # The story's countries are outlined loosely and shown on land only.
        outline = element("path", {"id": f"land-{name}", "d": land})
        inside = {"d": shape["focus_land"], "fill": ink["focus_land"], "clip-path": f"url(#on-land-{name})"}
        used = {"href": f"#land-{name}"}
        drawn = element("defs", {}, outline, element("clipPath", {"id": f"on-land-{name}"}, element("use", used)))
        drawn += element("use", used | {"fill": ink["land"]}) + element("path", inside)
        drawn += element("use", used | line("coast", 0.8))
    elif land:
        drawn = element("path", {"d": land} | line("coast", 0.8) | {"fill": ink["land"]})
    looks: list[tuple[str, dict[str, object]]] = [
        (shape["lakes"], line("coast", 0.6) | {"fill": ink["water"]}),
        (border["borders1"], line("border1", 0.8, "1.5 2.5")),
        (border["borders"], line("border", 1)),
        (border["borders_disputed"], line("border", 1.2, "5 3.5")),
    ]
    return drawn + "".join(element("path", {"d": d, **look}) for d, look in looks if d)


def waters(wet: Sequence[Wet], points: Points) -> NDArray[np.bool_]:
    """Whether each point, n × 2 in pixels, lies on water: on no land, or in a lake."""
    found = np.ones(len(points), bool)
    for (left, top, right, bottom), land, lakes in wet:
        x, y = points[:, 0], points[:, 1]
        there = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        found = np.where(there, (_turns(land, points) == 0) | (_turns(lakes, points) != 0), found)
    return found


def _turns(strokes: Sequence[Points], points: Points) -> NDArray[np.int64]:
    """How many times rings run around each point, those of the other direction counted off."""
    if not strokes:
        return np.zeros(len(points), np.int64)
    corners = np.concatenate(strokes)
    counts = np.array([len(ring) for ring in strokes])
    after = np.roll(corners, -1, axis=0)
    after[np.cumsum(counts) - 1] = corners[np.cumsum(counts) - counts]
    (x1, y1), (x2, y2) = corners.T, after.T
    turns = []
    for px, py in points.tolist():
        up, down = np.flatnonzero((y1 <= py) & (y2 > py)), np.flatnonzero((y1 > py) & (y2 <= py))
        sides = [(x2[i] - x1[i]) * (py - y1[i]) - (px - x1[i]) * (y2[i] - y1[i]) for i in (up, down)]
        turns.append(int((sides[0] > 0).sum() - (sides[1] < 0).sum()))
    return np.array(turns)
