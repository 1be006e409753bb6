"""Small maps in the corners of a still image: of what is too small to see, and of where in the world it lies."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from geostory.labelling import Box, Segment, meet
from geostory.panel import Drawn, Manner, Panel
from geostory.patches import Patch
from geostory.projection import Projection
from geostory.svg import element
from geostory.viewport import Entry, View, corner_for, entries_of, fitted, inset_groups, united

__all__ = ["Inset", "Locator", "Plane", "insets_for", "locator_for"]

_ASIDE = 10.0
_BORDER = 1.25
_MARK = 14.0  # pixels: the least box on the main map
_CLOSE = 20.0  # degrees: a frame narrower than this gets a locator
_LOCATOR = (132.0, 100.0)
_SHARE = 0.36  # of a map that insets may cover
_CORNERS = ("topright", "topleft", "bottomleft")


def _size(*, regions: bool, narrow: bool) -> tuple[float, float]:
    """Regions need room for their names."""
    if narrow:
        return 150.0, 112.0
    return (270.0, 200.0) if regions else (205.0, 156.0)


def _corners(view: View, size: tuple[float, float], names: Sequence[str]) -> dict[str, Box]:
    """The box of a size in each of some corners; the scale bar keeps its own."""
    found = {}
    for name in names:
        left = _ASIDE if name.endswith("left") else view.width - size[0] - _ASIDE
        top = _ASIDE if name.startswith("top") else view.height - size[1] - 48
        found[name] = (left, top, left + size[0], top + size[1])
    return found


def _clip(name: str, view: View) -> str:
    return element("clipPath", {"id": name}, element("rect", {"width": view.width, "height": view.height}))


def _framed(name: str, box: Box, view: View, drawn: Drawn, manner: Manner, marks: str) -> str:
    """A small map at its place, with its edge."""
    held = [drawn.ground, *drawn.areas, *drawn.lines, *drawn.points, *drawn.marks]
    held += [*drawn.halos, *drawn.ground_names, *drawn.story_names, marks]
    edge = {"width": view.width, "height": view.height, "fill": "none", "stroke": manner.ink["ink"]}
    return element(
        "g",
        {"transform": f"translate({box[0]:.1f} {box[1]:.1f})"},
        element("g", {"clip-path": f"url(#{name})"}, *held),
        element("rect", {**edge, "stroke-width": _BORDER}),
    )


def _boxed(box: Box, ties: Sequence[Segment], manner: Manner) -> str:
    """A box on a map with the lines that tie it to its inset."""
    look = {"fill": "none", "stroke": manner.ink["ink"], "stroke-width": 1}
    left, top, right, bottom = box
    drawn = [element("rect", {"x": left, "y": top, "width": right - left, "height": bottom - top, **look})]
    for x1, y1, x2, y2 in ties:
        ends = {"x1": round(x1, 1), "y1": round(y1, 1), "x2": round(x2, 1), "y2": round(y2, 1)}
        drawn.append(element("line", {**ends, **look, "stroke-width": 0.8, "stroke-opacity": 0.7}))
    return "".join(drawn)


def _grown(box: Box, least: float) -> Box:
    """A box in whole pixels, never smaller than that."""
    x, y = max(0.0, least - (box[2] - box[0])) / 2, max(0.0, least - (box[3] - box[1])) / 2
    return round(box[0] - x), round(box[1] - y), round(box[2] + x), round(box[3] + y)


class Plane:
    """The ground of small maps: the main map's, or that of one detail in a projection of its own."""

    def __init__(self, block: Mapping[str, Any], *patches: Patch) -> None:
        self.projection = Projection(**(patches[0].crs or block["crs"]))
        self.patches = patches
        self._block = block

    @cached_property
    def entries(self) -> list[Entry]:
        """The block's features as they lie here."""
        return entries_of(self._block, self.projection)

    def own(self, group: Sequence[Entry]) -> list[Entry]:
        """The features of another plane as they lie here."""
        names = {entry.feature["id"] for entry in group}
        return [entry for entry in self.entries if entry.feature["id"] in names]

    def shows(self, view: View) -> bool:
        """Whether its ground fills a view."""
        box = self.patches[-1].box
        return box is not None and _within(view.bounds, box)


@dataclass(frozen=True)
class Inset:
    """A small map of a group of features: its corner, its box on the main map's pixels, its own view in its plane."""

    name: str
    group: Sequence[Entry]
    corner: str
    box: Box
    view: View
    plane: Plane
    outer: str | None = None

    def reach(self, projection: Projection) -> Box:
        """The box of another plane around what it shows."""
        if projection == self.plane.projection:
            return self.view.bounds
        left, bottom, right, top = self.view.bounds
        share = np.linspace(0, 1, 9)
        x, y = left + share * (right - left), bottom + share * (top - bottom)
        sides = [(x, x * 0 + bottom), (x, x * 0 + top), (y * 0 + left, y), (y * 0 + right, y)]
        around = [self.plane.projection.unproject(*side) for side in sides]
        xs, ys = zip(*(projection.project(*lonlat) for lonlat in around), strict=True)
        return float(np.min(xs)), float(np.min(ys)), float(np.max(xs)), float(np.max(ys))

    def clip(self) -> str:
        """Its clipping path."""
        return _clip(self.name, self.view)

    def wanted(self, view: View, *, narrow: bool) -> bool:
        """Whether the main map still shows its features too small."""
        room = dict.fromkeys((True, False), self.view.width)
        return (
            _meets(united(self.group), view)
            and view.scale < self.view.scale * 0.81
            and bool(inset_groups(view, self.group, room, narrow=narrow))
        )

    def holds(self) -> list[str]:
        """Ids of features that it shows whole; the main map leaves them to it."""
        return [entry.feature["id"] for entry in self.plane.entries if _within(entry.bounds, self.view.bounds)]

    def mark(self, view: View, projection: Projection) -> Box:
        """The box of what it shows on another map."""
        return _grown(view.box(self.reach(projection)), _MARK)

    def ties(self, view: View, projection: Projection) -> list[Segment]:
        """Lines from the two corners of its mark that face it to its own like corners."""
        left, top, right, bottom = self.mark(view, projection)
        a, b, c, d = self.box
        if left > c:
            return [(left, top, c, b), (left, bottom, c, d)]
        if right < a:
            return [(right, top, a, b), (right, bottom, a, d)]
        if top > d:
            return [(left, top, a, d), (right, top, c, d)]
        return [(left, bottom, a, b), (right, bottom, c, b)] if bottom < b else []

    def draw(
        self,
        names: Sequence[Mapping[str, Any]],
        manner: Manner,
        main: View,
        projection: Projection,
        every: Sequence["Inset"],
    ) -> str:
        """Its markup, with its mark on the main map where it has one there."""
        plane, inner = self.plane, [inset for inset in every if inset.outer == self.name]
        left_out = {name for inset in inner for name in inset.holds()}
        shown = [e for e in plane.entries if e.feature["id"] not in left_out and not self._is_ground(e)]
        panel = Panel(self.view, plane.projection, plane.patches, manner, entries=shown, names=names, name=self.name)
        boxes = [inset.mark(self.view, plane.projection) for inset in inner]
        drawn = panel.draw(boxes=boxes, first=frozenset(entry.feature["id"] for entry in self.group))
        marks = "".join(_boxed(box, [], manner) for box in boxes)
        tied = "" if self.outer else _boxed(self.mark(main, projection), self.ties(main, projection), manner)
        return tied + _framed(self.name, self.box, self.view, drawn, manner, marks)

    def _is_ground(self, entry: Entry) -> bool:
        """An area wider than the inset is ground there, and a line that only grazes it is left out."""
        left, bottom, right, top = self.view.bounds
        dx, dy = ((right - left) / 2, (top - bottom) / 2) if entry.kind == "area" else (0.0, 0.0)
        whole = _within(entry.bounds, (left - dx, bottom - dy, right + dx, top + dy))
        return entry.kind in ("area", "line") and not whole


def insets_for(
    view: View, entries: Sequence[Entry], over: Sequence[Box], main: Plane, details: Sequence[Plane], *, narrow: bool
) -> list[Inset]:
    """Insets for what a view shows too small, each in the corner that suits it and clear of what lies over the map.

    One that lies within another's view stands beside that one, where there is room.
    """
    room = {regions: _size(regions=regions, narrow=narrow)[0] for regions in (True, False)}
    found: list[Inset] = []
    near = [entry for entry in entries if _meets(entry.bounds, view)]
    planned: list[Inset] = []
    for group in inset_groups(view, near, room, narrow=narrow):
        size = _size(regions=any(entry.kind == "region" for entry in group), narrow=narrow)
        plane = next((p for p in reversed(details) if p.shows(_around(p.own(group), size))), main)
        planned.append(
            Inset(f"inset-{len(planned) + 1}", group, "", (0, 0, *size), _around(plane.own(group), size), plane)
        )
    reach = {inset.name: inset.reach(main.projection) for inset in planned}

    def inside(inset: Inset, others: Sequence[Inset]) -> Inset | None:
        own = united(inset.group)
        return next((o for o in others if o is not inset and o.outer is None and _within(own, reach[o.name])), None)

    # What stands in a corner comes before what stands beside it.
    for inset in sorted(planned, key=lambda one: inside(one, planned) is not None):
        size, outer = inset.box[2:], inside(inset, found)
        clear = (*over, *(other.box for other in found))
        places = {
            corner: box
            for corner, box in (_beside(outer, size) if outer else _corners(view, size, _CORNERS)).items()
            if _within(box, (0, 0, view.width, view.height)) and not any(meet(box, other, -2) for other in clear)
        }
        area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (*clear[len(over) :], inset.box))
        if places and area < _SHARE * view.width * view.height:
            corner = corner_for(view, entries, places, united(inset.group))
            found.append(replace(inset, corner=corner, box=places[corner], outer=outer.name if outer else None))
    return found


def _around(group: Sequence[Entry], size: tuple[float, float]) -> View:
    """An inset's view: a line alone is shown with the ground around it; a group fills the inset."""
    share = 0.34 if len(group) == 1 and group[0].kind == "line" else 0.12
    return fitted(united(group), *size, (size[0] * share, size[1] * share) * 2)


def _beside(outer: Inset, size: tuple[float, float]) -> dict[str, Box]:
    """Boxes at both sides of an inset, their edges in one."""
    left, top, right, _ = outer.box
    return {
        outer.corner: (left - size[0], top, left, top + size[1])
        if outer.corner.endswith("right")
        else (right, top, right + size[0], top + size[1]),
        f"under {outer.corner}": (left, outer.box[3], left + size[0], outer.box[3] + size[1]),
    }


def _meets(bounds: Box, view: View) -> bool:
    left, bottom, right, top = view.bounds
    return bounds[0] <= right and bounds[2] >= left and bounds[1] <= top and bounds[3] >= bottom


def _within(inner: Box, outer: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


@dataclass(frozen=True)
class Locator:
    """Where in the world a close frame lies: its box on the main map, its own view, and the frame in the plane."""

    box: Box
    view: View
    frame: Box

    def clip(self) -> str:
        """Its clipping path."""
        return _clip("locator", self.view)

    def draw(
        self,
        projection: Projection,
        patches: Sequence[Patch],
        names: Sequence[Mapping[str, Any]],
        manner: Manner,
    ) -> str:
        """Its markup."""
        mark = _grown(self.view.box(self.frame), 9)
        drawn = Panel(self.view, projection, patches, manner, names=names, name="locator").draw(boxes=[mark])
        return _framed("locator", self.box, self.view, drawn, manner, _boxed(mark, [], manner))


def locator_for(
    view: View, entries: Sequence[Entry], degrees: Sequence[float], frame: Box, over: Sequence[Box]
) -> Locator | None:
    """The locator of a frame, in a corner that no inset has; None for a wide frame."""
    across = degrees[2] - degrees[0]
    places = {
        corner: box
        for corner, box in _corners(view, _LOCATOR, _CORNERS).items()
        if not any(meet(box, other) for other in over)
    }
    if across > _CLOSE or not places or _LOCATOR[1] > view.height * 0.4:
        return None
    box = places[corner_for(view, entries, places, frame)]
    reach = math.radians(min(60.0, max(14.0, across * 12)))
    x, y = (frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2
    return Locator(box, View(x, y, _LOCATOR[0] / reach, *_LOCATOR), frame)
