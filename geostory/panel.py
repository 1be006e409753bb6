"""One map of a still image: ground, features and names in a view, as the page's scripts draw and place them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from geostory.labelling import (
    RULE,
    Area,
    Box,
    Found,
    Segment,
    Sheet,
    edge_arrow,
    place_area,
    place_ground,
    place_line,
    place_point,
)
from geostory.lettering import Lettering
from geostory.patches import Patch, Wet, draw_ground, seen, waters
from geostory.projection import Projection
from geostory.svg import Inks, Points, clipped, element, number, path_data, radius, strokes, words
from geostory.viewport import Entry, View

__all__ = ["Drawn", "Manner", "Panel"]

_SIZE, _LEADING, _RISE = 12.0, 14.0, 10.6  # pixels: of a name, of its line, from its top to its baseline
_WIDEST = 132.0
_EDGE = 5.0
_LEDGE, _LONGEST = 16.0, 40.0  # pixels from a name without a mark to the edge, and of the line that leads to it
_TICKS = 8.0  # pixels: a line shorter than this is hidden by its own ticks
_ORDER = {"dot": 0, "ring": 0, "line": 1, "label": 2, "region": 3, "area": 4}
_LIKE = {"arrow": "line", "disc": "dot", "note": "dot"}  # what an editor adds is named as these are
_ROOM = 15000  # square pixels of map for each name of the ground
_SPACING = {"country": 0.14, "region": 0.08, "sea": 0.08, "area": 0.02}


@dataclass(frozen=True)
class Manner:
    """How an image is written: colours, letters, how far lines may stray and in what steps, whether for editors.

    ``named`` ones have layers, and halos that drawing programs understand; ``rtl`` ones begin lines at the right.
    """

    ink: Inks
    lettering: Lettering
    tolerance: float = 0.15
    grain: float = 0.1
    named: bool = True
    rtl: bool = False

    def lines(
        self, lines: Sequence[str], left: float, right: float, y: float, look: Mapping[str, object], **how: Any
    ) -> str:
        """Lines of words between two edges, at the one where lines of the language begin."""
        return words(lines, right, y, look, anchor="end", **how) if self.rtl else words(lines, left, y, look, **how)


@dataclass
class Drawn:
    """Markup of one map by layer."""

    ground: str = ""
    areas: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    halos: list[str] = field(default_factory=list)
    ground_names: list[str] = field(default_factory=list)
    story_names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Name:
    """A name with its place: lines of text, box, look, and its text's anchor."""

    lines: Sequence[str]
    box: Box
    attributes: Mapping[str, object]
    anchor: str
    story: bool


class Panel:
    """A map of a block in a view.

    Parameters
    ----------
    view : View
    projection : Projection
    patches : sequence of Patch
    manner : Manner
    entries : sequence of Entry
        What to draw on it.
    names : sequence of mapping
        The block's names of the ground.
    outside : sequence of mapping
        The block's places beyond the edge, which get an arrow there.
    """

    def __init__(
        self,
        view: View,
        projection: Projection,
        patches: Sequence[Patch],
        manner: Manner,
        *,
        entries: Sequence[Entry] = (),
        names: Sequence[Mapping[str, Any]] = (),
        outside: Sequence[Mapping[str, Any]] = (),
        name: str = "main",
    ) -> None:
        self.outside = outside
        self.name = name
        self.wet: list[Wet] = []
        self.view, self.projection, self.manner = view, projection, manner
        self.patches = seen(patches, view)
        self.entries = [entry for entry in entries if not entry.vast(view)]
        self.names = names
        self.drawn = Drawn()
        self.beyond: list[_Name] = []

    def draw(
        self, *, boxes: Sequence[Box] = (), rules: Sequence[Segment] = (), first: frozenset[str] = frozenset()
    ) -> Drawn:
        """The map's markup.

        Parameters
        ----------
        boxes : sequence of tuple
            What lies over the map, in its pixels: no name stands there.
        rules : sequence of tuple
            Lines that a name crosses only where it must.
        first : frozenset of str
            Ids of features whose names come before all others.
        """
        manner = self.manner
        self.drawn.ground, self.wet = draw_ground(
            self.patches, self.view, manner.ink, tolerance=manner.tolerance, grain=manner.grain, name=self.name
        )
        for entry in sorted(self.entries, key=_lowest_first):
            self._feature(entry)
        self._label(boxes, rules, first)
        return self.drawn

    # --- features -----------------------------------------------------------------------------------------------------

    def _kind(self, entry: Entry) -> str:
        return "dot" if entry.tiny(self.view) else entry.kind

    def _feature(self, entry: Entry) -> None:
        kind = self._kind(entry)
        style = {**entry.feature, "kind": kind}
        into = {"dot": self.drawn.points, "ring": self.drawn.points, "line": self.drawn.lines}.get(
            _LIKE.get(kind, kind), self.drawn.areas
        )
        data: str | None = None
        for look in strokes(style, self.manner.ink):
            if "r" in look:
                x, y = self._pixel(entry)
                # One that the edge would cut has no name and says nothing.
                if self._whole(x, y, radius(style)):
                    into.append(element("circle", {"cx": round(x, 1), "cy": round(y, 1), **look}))
                continue
            data = self._outline(entry) if data is None else data
            if data:
                into.append(element("path", {"d": data, **look}))
        if kind == "disc" and self._whole(*self._pixel(entry), radius(style)):
            into.append(number(style, *self._pixel(entry), _SIZE, self.manner.ink))

    def _whole(self, x: float, y: float, r: float) -> bool:
        """Whether a mark of a radius is not cut by the edge."""
        return r < x < self.view.width - r and r < y < self.view.height - r

    def _pixel(self, entry: Entry) -> tuple[float, float]:
        x, y = self.view.pixels(np.array([entry.at]))[0].tolist()
        return x, y

    def _rings(self, entry: Entry) -> list[Points]:
        """Its outlines in pixels, without those that are too small to see."""
        parts = shapely.get_parts(entry.plane)
        found = shapely.get_rings(parts[shapely.get_type_id(parts) == 3])
        left, bottom, right, top = self.view.bounds
        box = shapely.bounds(found)
        there = (box[:, 0] <= right) & (box[:, 2] >= left) & (box[:, 1] <= top) & (box[:, 3] >= bottom)
        wide = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) * self.view.scale
        least = min(self.manner.tolerance, wide.max(initial=0.0))
        return [self.view.pixels(shapely.get_coordinates(ring)) for ring in found[there & (wide >= least)]]

    def _path(self, entry: Entry) -> list[Points]:
        bent = shapely.simplify(shapely.get_parts(entry.plane), 0.2 / self.view.scale)
        return [self.view.pixels(shapely.get_coordinates(part)) for part in bent]

    def _outline(self, entry: Entry) -> str:
        tolerance = max(0.1, self.manner.tolerance)
        if entry.plane.geom_type.endswith("LineString"):
            return path_data(_thin(self._path(entry), tolerance / 2), closed=False, grain=0.1)
        if not entry.plane.geom_type.endswith("Polygon"):
            return ""
        box = (-12.0, -12.0, self.view.width + 12, self.view.height + 12)
        cut = [clipped(ring, box) for ring in self._rings(entry)]
        return path_data(
            _thin([ring for ring in cut if len(ring) > 2], tolerance), closed=True, grain=self.manner.grain
        )

    # --- names --------------------------------------------------------------------------------------------------------

    def _label(self, boxes: Sequence[Box], rules: Sequence[Segment], first: frozenset[str]) -> None:
        view = self.view
        left, top, right, bottom = view.box(self.projection.world)
        sheet = Sheet(
            (
                max(0, left) + _EDGE,
                max(0, top) + _EDGE,
                min(view.width, right) - _EDGE,
                min(view.height, bottom) - _EDGE,
            )
        )
        sheet.taken += [(box, "") for box in boxes]
        sheet.lines += [(rule, RULE) for rule in rules]
        # The light picture has no insets, and no figures of lines that it can't show.
        plain = not self.manner.named
        labelled = [
            e
            for e in self.entries
            if e.feature["label"] and not (plain and e.kind == "line" and max(e.across(view)) < _TICKS)
        ]
        for entry in labelled:
            self._reserve(entry, sheet)

        def order(entry: Entry) -> tuple[float, float, float]:
            width, height = entry.across(view)
            kind = self._kind(entry)
            rank = -1 if entry.feature["id"] in first else _ORDER.get(_LIKE.get(kind, kind), 2)
            return rank, -(entry.feature.get("weight") or 1), width * height

        self._outside(sheet)
        placed = [name for entry in sorted(labelled, key=order) if (name := self._story_name(entry, sheet))]
        known = {entry.feature["label"].casefold() for entry in labelled}
        placed += [*self.beyond, *self._ground_names(sheet, known)]
        self._write(placed)

    def _outside(self, sheet: Sheet) -> None:
        """Arrows at the edge to what lies beyond it, the way of the great circle from the map's middle."""
        view, ink = self.view, self.manner.ink
        lon, lat = (float(value) for value in self.projection.unproject(view.x, view.y))
        for place in self.outside:
            here, there = view.pixels(np.column_stack(self.projection.project(*_towards((lon, lat), place)))).tolist()
            lines = [place["name"], place["far"]]
            way = there[0] - here[0], there[1] - here[1]
            found = edge_arrow(way, self._size(lines, bold=True), sheet)
            if not found:
                continue
            box, corners = found
            sheet.taken.append((box, ""))
            sheet.taken.append(((*np.min(corners, axis=0), *np.max(corners, axis=0)), ""))
            colour = {"fill": ink["place"], "stroke": ink["focus_land"], "stroke-width": 1}
            self.drawn.marks.append(element("path", {"d": path_data([np.array(corners)], closed=True), **colour}))
            self.beyond.append(_Name(lines, box, {"font-weight": 700, "fill": ink["ink"]}, "middle", story=True))

    def _reserve(self, entry: Entry, sheet: Sheet) -> None:
        """Keep a feature's own mark free of other names."""
        owner, kind = entry.feature["id"], self._kind(entry)
        kind = _LIKE.get(kind, kind)
        if kind in ("dot", "ring"):
            x, y = self._pixel(entry)
            r = radius(entry.feature) + 1.5
            sheet.taken.append(((x - r, y - r, x + r, y + r), owner))
        elif kind == "line":
            for path in self._path(entry):
                sheet.lines += [((*a, *b), owner) for a, b in pairwise(path.tolist())]
                for x, y in (path[0].tolist(), path[-1].tolist()):
                    sheet.taken.append(((x - 5, y - 5, x + 5, y + 5), owner))

    def _story_name(self, entry: Entry, sheet: Sheet) -> _Name | None:
        kind, label, owner = self._kind(entry), entry.feature["label"], entry.feature["id"]
        kind = _LIKE.get(kind, kind)
        colour = "ink" if entry.kind in ("dot", "ring") else entry.feature["color"]
        bold, italic = entry.kind != "note", entry.kind in ("label", "stroke", "arrow", "note")
        look: dict[str, object] = {"font-weight": 700 if bold else None, "fill": self.manner.ink[colour]}
        spacing = 0.02 if entry.area else 0.0
        if italic:
            look["font-style"] = "italic"
        if spacing:
            look["letter-spacing"] = spacing * _SIZE
        # A figure and what the article says of it stand on a line each; the figure alone where both find no room.
        tries = [label.split("; ", 1), [label.split("; ")[0]]] if kind == "line" else [None]
        for lines in tries:
            if lines is None:
                lines = self.manner.lettering.lines(label, _SIZE, _WIDEST, bold=bold, italic=italic, spacing=spacing)
            size = self._size(lines, bold=bold, italic=italic, spacing=spacing)
            found = self._place(entry, kind, size, sheet)
            if found and entry.kind == "label" and found[1] and math.dist(found[1][:2], found[1][2:]) > _LONGEST:
                return None
            if found:
                box, leader = found
                sheet.taken.append((box, owner))
                if leader:
                    sheet.lines.append((leader, owner))
                    x1, y1, x2, y2 = (round(value, 1) for value in leader)
                    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
                    self.drawn.marks.append(
                        element("line", {**ends, "stroke": self.manner.ink["ink"], "stroke-width": 0.8})
                    )
                anchor = _anchor(box, self._pixel(entry)) if kind in ("dot", "ring") else "middle"
                return _Name(lines, box, look, anchor, story=True)
        return None

    def _size(self, lines: Sequence[str], **face: Any) -> tuple[float, float]:
        return max(self.manner.lettering.width(line, _SIZE, **face) for line in lines) + 2, _LEADING * len(lines)

    def _place(self, entry: Entry, kind: str, size: tuple[float, float], sheet: Sheet) -> Found | None:
        owner, at = entry.feature["id"], self._pixel(entry)
        # A name without a mark of its own is not led to the map's edge.
        room = _LEDGE if entry.kind == "label" else 0.0
        inside = sheet.inside((at[0] - room, at[1] - room, at[0] + room, at[1] + room))
        if kind == "stroke":
            run = self._run(entry, sheet)
            return place_line(run, size, sheet, owner) if len(run) > 1 else None
        if kind == "line":
            path = [tuple(corner) for part in self._path(entry) for corner in part.tolist()]
            return place_line(path, size, sheet, owner) if inside and len(path) > 1 else None
        if kind in ("dot", "ring"):
            return place_point(at, size, radius(entry.feature) + 1.5, sheet, owner) if inside else None
        width, height = entry.across(self.view)
        flat = entry.kind == "label"
        if flat and not inside:
            return None
        area = Area(
            at=at,
            extent=self.view.box(entry.bounds),
            small=flat or width < size[0] + 8 or height < size[1] + 8,
            roomy=flat or (width > size[0] * 0.6 and height > size[1] * 0.9),
            reach=0.0 if flat else min(14.0, max(width, height) / 2),
            contains=(lambda x, y: True) if flat else self._inside(entry),
            allows=self._off_others(entry),
        )
        return place_area(area, size, sheet, owner)

    def _run(self, entry: Entry, sheet: Sheet) -> list[tuple[float, float]]:
        """The longest run of a river that the map shows, in pixels."""
        runs = shapely.get_parts(
            shapely.clip_by_rect(shapely.MultiLineString([path.tolist() for path in self._path(entry)]), *sheet.view)
        )
        longest = max(runs, key=shapely.length, default=None)
        return [] if longest is None else [(x, y) for x, y in shapely.get_coordinates(longest).tolist()]

    def _inside(self, entry: Entry) -> Any:
        """Whether a point in pixels lies in a feature's area."""
        shapely.prepare(entry.plane)
        view, area = self.view, entry.plane

        def test(x: float, y: float) -> bool:
            left, bottom, _, _ = view.bounds
            return bool(shapely.contains_xy(area, left + x / view.scale, bottom + (view.height - y) / view.scale))

        return test

    def _off_others(self, entry: Entry) -> Any:
        """A region's name never stands on another region."""
        if entry.kind != "region":
            return lambda box: True
        others = [self._inside(other) for other in self.entries if other is not entry and other.kind == "region"]

        def allows(box: Box) -> bool:
            y = (box[1] + box[3]) / 2
            spots = [box[0] + (box[2] - box[0]) * share for share in (0, 0.25, 0.5, 0.75, 1)]
            return not any(test(x, y) for test in others for x in spots)

        return allows

    def _ground_names(self, sheet: Sheet, known: set[str]) -> list[_Name]:
        view, ink = self.view, self.manner.ink
        room = max(6, round(view.width * view.height / _ROOM))
        placed = []
        if not self.names:
            return []
        at = view.pixels(
            np.column_stack(self.projection.project(*np.array([(n["lon"], n["lat"]) for n in self.names]).T))
        )
        for i in sorted(range(len(self.names)), key=lambda i: self.names[i]["rank"]):
            label, (x, y) = self.names[i], at[i].tolist()
            if room < 1 or label["rank"] > 4 or label["name"].casefold() in known or not sheet.inside((x, y, x, y)):
                continue
            kind, owner = label["kind"], f"ground {i}"
            if kind == "region" and any(label["name"].casefold().startswith(f"{name} ") for name in known):
                continue
            town = kind in ("city", "capital")
            dot = (x - 2.5, y - 2.5, x + 2.5, y + 2.5)
            if town and not sheet.free(dot, owner, 1):
                continue
            face = {"italic": kind == "sea", "spacing": _SPACING.get(kind, 0.0), "bold": kind == "capital"}
            words = label["name"].upper() if kind == "country" else label["name"]
            lines = self.manner.lettering.lines(words, _SIZE, 96.0 if kind == "sea" else _WIDEST, **face)
            box = place_ground((x, y), self._size(lines, **face), sheet, owner, town=town)
            if not box:
                continue
            room -= 1
            known.add(label["name"].casefold())
            sheet.taken.append((box, owner))
            look: dict[str, object] = {"fill": ink["city_label" if town else f"{kind}_label"]}
            if kind == "sea":
                look["font-style"] = "italic"
            if kind == "capital":
                look["font-weight"] = 600
            if face["spacing"]:
                look["letter-spacing"] = round(float(face["spacing"]) * _SIZE, 2)
            if town:
                sheet.taken.append((dot, owner))
                mark = {"fill": ink["city_label"], "stroke": ink["focus_land"], "stroke-width": 1}
                r = 2.4 if kind == "capital" else 1.8
                self.drawn.marks.append(element("circle", {"cx": round(x, 1), "cy": round(y, 1), "r": r, **mark}))
            placed.append(_Name(lines, box, look, _anchor(box, (x, y)) if town else "middle", story=False))
        return placed

    def _write(self, names: Sequence[_Name]) -> None:
        middles = np.array([((n.box[0] + n.box[2]) / 2, (n.box[1] + n.box[3]) / 2) for n in names]).reshape(-1, 2)
        wet = waters(self.wet, middles)
        for name, on_water in zip(names, wet, strict=True):
            halo = {
                "stroke": self.manner.ink["water" if on_water else "focus_land"],
                "stroke-width": 3.5,
                "stroke-linejoin": "round",
            }
            into = self.drawn.story_names if name.story else self.drawn.ground_names
            if self.manner.named:
                # Some drawing programs know no paint-order; a copy beneath looks the same in all.
                self.drawn.halos.append(_written(name, {**name.attributes, "fill": halo["stroke"], **halo}))
                into.append(_written(name, name.attributes))
            else:
                into.append(_written(name, {**name.attributes, **halo, "paint-order": "stroke"}))


def _written(name: _Name, attributes: Mapping[str, object]) -> str:
    left, top, right, _ = name.box
    x = {"start": left + 1, "end": right - 1}.get(name.anchor, (left + right) / 2)
    return words(name.lines, x, top + _RISE, attributes, anchor=name.anchor)


def _towards(at: tuple[float, float], place: Mapping[str, Any]) -> Points:
    """A position and another a little way along the great circle to a place: two longitudes, two latitudes."""
    turn = math.radians(place["lon"] - at[0])
    phi, aim = math.radians(at[1]), math.radians(place["lat"])
    east = math.cos(aim) * math.sin(turn)
    north = math.cos(phi) * math.sin(aim) - math.sin(phi) * math.cos(aim) * math.cos(turn)
    length = math.hypot(east, north) or 1.0
    squeeze = max(0.05, math.cos(phi))
    return np.array([[at[0], at[0] + 0.05 * east / length / squeeze], [at[1], at[1] + 0.05 * north / length]])


def _lowest_first(entry: Entry) -> float:
    """Large areas lie under small ones."""
    left, bottom, right, top = entry.bounds
    return -(right - left) * (top - bottom) if entry.area else 0.0


def _anchor(box: Box, at: tuple[float, float]) -> str:
    return "start" if box[0] >= at[0] else "end" if box[2] <= at[0] else "middle"


def _thin(rings: Sequence[Points], tolerance: float) -> list[Points]:
    if not rings:
        return []
    lines = shapely.linestrings(np.concatenate(rings), indices=np.repeat(range(len(rings)), [len(r) for r in rings]))
    return [shapely.get_coordinates(line) for line in shapely.simplify(lines, tolerance)]
