"""Where a still image's map stands: what it shows at which scale, and what needs an inset, as the page decides it."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geostory.labelling import Box
from geostory.projection import Projection
from geostory.svg import Points

__all__ = ["Entry", "View", "best_view", "corner_for", "entries_of", "fitted", "inset_groups", "united"]

_EDGE = 22.0  # pixels between the story's frame and the map's edge
_MARGIN = 10.0
_NEAR = 12.0
_TINY = 12.0  # pixels: an area smaller than this is drawn as a dot
_VAST = 8.0  # map widths and heights: deeper in an area than this, its outline would only mislead
_SMALL = {False: {"line": 24, "region": 36, "area": 30}, True: {"line": 8, "region": 30, "area": 20}}
_LEAST = 14.0  # pixels that a feature must have in its inset
_CORNERS = 3


@dataclass(frozen=True)
class View:
    """A map of some pixels: its middle in the plane, in radii, and its scale in pixels a radius."""

    x: float
    y: float
    scale: float
    width: float
    height: float

    def pixels(self, plane: Points) -> Points:
        """Plane coordinates, n × 2, as pixels from the upper left."""
        middle = np.array([self.width / 2, self.height / 2])
        found: Points = (np.asarray(plane, float) - (self.x, self.y)) * (self.scale, -self.scale) + middle
        return found

    def box(self, bounds: Sequence[float]) -> Box:
        """A box of the plane in pixels."""
        (left, bottom), (right, top) = self.pixels(np.array([bounds[:2], bounds[2:]])).tolist()
        return left, top, right, bottom

    @cached_property
    def bounds(self) -> Box:
        """What it shows of the plane."""
        dx, dy = self.width / 2 / self.scale, self.height / 2 / self.scale
        return self.x - dx, self.y - dy, self.x + dx, self.y + dy


@dataclass(frozen=True)
class Entry:
    """A feature of the block with its layer and its shape in the plane."""

    feature: Mapping[str, Any]
    layer: Mapping[str, Any]
    plane: BaseGeometry
    at: tuple[float, float]
    bounds: Box

    @property
    def kind(self) -> str:
        return str(self.feature["kind"])

    @property
    def area(self) -> bool:
        """Whether it is drawn as a dot where it is too small to see."""
        return self.kind in ("area", "region")

    def across(self, view: View) -> tuple[float, float]:
        """Its width and height in pixels."""
        return (self.bounds[2] - self.bounds[0]) * view.scale, (self.bounds[3] - self.bounds[1]) * view.scale

    def tiny(self, view: View) -> bool:
        return self.area and max(self.across(view)) < _TINY

    def vast(self, view: View) -> bool:
        width, height = self.across(view)
        return self.kind == "area" and min(width / view.width, height / view.height) > _VAST


def entries_of(block: Mapping[str, Any], projection: Projection) -> list[Entry]:
    """The features of the layers that are on at first."""
    found = []
    for layer in block["layers"]:
        for feature in layer["features"] if layer["on"] else ():
            plane = projection.laid(_shape(feature["geometry"]))
            if plane.geom_type == "Point":
                at = plane.x, plane.y
            else:
                x, y = projection.project(*feature["label_at"])
                at = float(x), float(y)
            found.append(Entry(feature, layer, plane, at, plane.bounds))
    return found


def _shape(told: Mapping[str, Any]) -> BaseGeometry:
    """A geometry of the block; areas, which have many corners, are read without a detour over text."""
    if not told["type"].endswith("Polygon"):
        return shapely.from_geojson(json.dumps(told))
    areas = [told["coordinates"]] if told["type"] == "Polygon" else told["coordinates"]
    rings = [ring for area in areas for ring in area]
    corners = np.array(list(chain.from_iterable(rings)), float)
    lines = shapely.linearrings(corners, indices=np.repeat(np.arange(len(rings)), [len(ring) for ring in rings]))
    parts = shapely.polygons(lines, indices=np.repeat(np.arange(len(areas)), [len(area) for area in areas]))
    return parts[0] if told["type"] == "Polygon" else shapely.multipolygons(parts)


def united(entries: Iterable[Entry]) -> Box:
    """The box of the plane around some entries."""
    left, bottom, right, top = zip(*(entry.bounds for entry in entries), strict=True)
    return min(left), min(bottom), max(right), max(top)


# --- the view ---------------------------------------------------------------------------------------------------------


def fitted(bounds: Box, width: float, height: float, pad: Sequence[float], world: Box | None = None) -> View:
    """The view that shows a box of the plane within a map less a padding (left, top, right, bottom).

    With ``world``, the view stays within what the projection can show, where that fills the map.
    """
    left, top, right, bottom = pad
    scale = min(
        (width - left - right) / max(1e-9, bounds[2] - bounds[0]),
        (height - top - bottom) / max(1e-9, bounds[3] - bounds[1]),
    )
    x = (bounds[0] + bounds[2]) / 2 + (right - left) / 2 / scale
    y = (bounds[1] + bounds[3]) / 2 + (top - bottom) / 2 / scale
    view = View(x, y, scale, width, height)
    if world:
        dx, dy = width / 2 / scale, height / 2 / scale
        # A map narrower than the image stands at its left, and insets and legend beside it.
        x = min(max(x, world[0] + dx), max(world[0] + dx, world[2] - dx))
        y = min(max(y, world[1] + dy), world[3] - dy) if 2 * dy < world[3] - world[1] else y
        view = replace(view, x=x, y=y)
    return view


def best_view(
    bounds: Box, width: float, height: float, boxes: Sequence[Box], entries: Sequence[Entry], world: Box | None
) -> View:
    """Of several paddings, each clear of some of the boxes, the one with the largest scale that hides no feature."""
    edge = min(_EDGE, width / 18)
    pads = [(edge, edge, edge + 20, edge)]
    for box in boxes:
        sides = [side + _MARGIN for side in (box[2], box[3], width - box[0], height - box[1])]
        for pad in list(pads):
            for i, side in enumerate(sides):
                if side < (height if i % 2 else width) * 0.55:
                    pads.append(tuple(max(value, side) if i == j else value for j, value in enumerate(pad)))  # type: ignore[arg-type]
    pads = [pad for pad in dict.fromkeys(pads) if pad[0] + pad[2] < width * 0.8 and pad[1] + pad[3] < height * 0.8]
    hidden = _Hidden(entries)
    views = [fitted(bounds, width, height, pad, world) for pad in pads]
    # Nor does it show much that is no map.
    lost = {view: hidden.by(boxes, view) + (4 * _outside(view, world) if world else 0) for view in views}
    return max(views, key=lambda view: round(math.log2(view.scale) - lost[view], 6))


def _outside(view: View, world: Box) -> float:
    """The share of a view that lies beyond what the projection can show."""
    left, bottom, right, top = view.bounds
    across = max(0.0, min(right, world[2]) - max(left, world[0])) * max(0.0, min(top, world[3]) - max(bottom, world[1]))
    return 1 - across / ((right - left) * (top - bottom))


class _Hidden:
    """How much of the story is hidden by boxes: 1 for each point or most of a line, and the share of each area."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.at = np.array([entry.at for entry in entries]).reshape(-1, 2)
        self.areas = np.array([entry.bounds for entry in entries if entry.area]).reshape(-1, 4)
        shares = np.linspace(0, 1, 9)
        lines = [entry.plane for entry in entries if entry.kind == "line"]
        self.lines = np.array(
            [[(p.x, p.y) for p in shapely.line_interpolate_point(line, shares, normalized=True)] for line in lines]
        ).reshape(-1, 2)

    def by(self, boxes: Sequence[Box], view: View) -> float:
        if not len(self.at) or not boxes:
            return 0.0
        total = float(_under(view.pixels(self.at), boxes, _NEAR).sum())
        if len(self.lines):
            hits = _under(view.pixels(self.lines), boxes, _NEAR / 2).reshape(-1, 9).sum(axis=1)
            total += float(np.minimum(1, hits / 3).sum())
        if len(self.areas):
            low, high = view.pixels(self.areas[:, :2]), view.pixels(self.areas[:, 2:])
            left, top, right, bottom = low[:, 0], high[:, 1], high[:, 0], low[:, 1]
            over = sum(
                np.clip(np.minimum(right, box[2]) - np.maximum(left, box[0]), 0, None)
                * np.clip(np.minimum(bottom, box[3]) - np.maximum(top, box[1]), 0, None)
                for box in boxes
            )
            total += float((over / np.maximum(1, (right - left) * (bottom - top))).sum())
        return total


def _under(points: Points, boxes: Sequence[Box], near: float) -> Any:
    hit = np.zeros(len(points), bool)
    for left, top, right, bottom in boxes:
        x, y = points[:, 0], points[:, 1]
        hit |= (x > left - near) & (x < right + near) & (y > top - near) & (y < bottom + near)
    return hit


def corner_for(view: View, entries: Sequence[Entry], corners: Mapping[str, Box], bounds: Box) -> str:
    """Of some corners with their boxes, the one that hides least of the story and lies nearest to what it shows."""
    hidden = _Hidden(entries)
    at = view.pixels(np.array([[(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]]))[0]

    def cost(name: str) -> float:
        left, top, right, bottom = corners[name]
        return (
            2 * hidden.by([corners[name]], view) + math.dist(at, ((left + right) / 2, (top + bottom) / 2)) / view.width
        )

    return min(corners, key=cost)


# --- insets -----------------------------------------------------------------------------------------------------------


def _diagonal(bounds: Box, view: View) -> float:
    return math.hypot(bounds[2] - bounds[0], bounds[3] - bounds[1]) * view.scale


def inset_groups(
    view: View, entries: Sequence[Entry], room: Mapping[bool, float], *, narrow: bool
) -> list[list[Entry]]:
    """Groups of features too small to see that one inset can show; each holds a line or a region.

    ``room`` is an inset's width, of one with regions and of one without.
    """
    small = [
        entry
        for entry in entries
        if entry.plane.geom_type != "Point" and _diagonal(entry.bounds, view) < _SMALL[narrow].get(entry.kind, 0)
    ]
    small.sort(key=lambda entry: -_diagonal(entry.bounds, view))
    width = 0.75 * room[any(entry.kind == "region" for entry in small)]

    def legible(members: Sequence[Entry]) -> bool:
        across = _diagonal(united(members), view)
        return across * 2.5 < width and all(
            _diagonal(entry.bounds, view) * width >= (_LEAST / 2 if entry.kind == "region" else _LEAST) * across
            for entry in members
        )

    together: list[list[Entry]] = []
    for entry in small:
        home = next(
            (
                g
                for g in together
                if legible([*g, entry]) or (entry.kind == "region" and _holds(united(g), entry.bounds))
            ),
            None,
        )
        if home:
            home.append(entry)
        elif legible([entry]):
            together.append([entry])
    # And what a group's line runs between, however large.
    for group in together:
        lines = [entry.bounds for entry in group if entry.kind == "line"]
        for entry in small:
            end = entry.kind == "area" and entry not in group and any(_near(entry.bounds, line) for line in lines)
            if end and legible([*group, entry]):
                group.append(entry)
    # A region alone among others that are seen needs none: a dot and its name say where it is.
    others = sum(entry.kind == "region" for entry in entries) > 1
    together = [group for group in together if not (others and len(group) == 1 and group[0].kind == "region")]
    rank = {"line": 0, "region": 1}
    worthy = [(min(rank.get(entry.kind, 2) for entry in group), group) for group in together]
    worthy = sorted((pair for pair in worthy if pair[0] < 2), key=lambda pair: pair[0])
    return [group for _, group in worthy][: 1 if narrow else _CORNERS]


def _near(bounds: Box, line: Box) -> bool:
    """Whether a box comes near a line's, a fifth of that around it."""
    dx, dy = (line[2] - line[0]) / 5, (line[3] - line[1]) / 5
    return (
        bounds[0] <= line[2] + dx
        and bounds[2] >= line[0] - dx
        and bounds[1] <= line[3] + dy
        and bounds[3] >= line[1] - dy
    )


def _holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
