"""The ground under a story, cut, laid flat and thinned: land, lakes and borders in a box of the plane, and how they are
written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Detail, Shape, boundaries
from geostory.coding import LEAST, across, coded, step
from geostory.projection import Box, Projection
from geostory.thinned import level, loose, thin_all, thin_own
from geostory.views import NOTHING_MOVED, Moved

__all__ = ["Ground", "Shore", "by_view", "ground", "grown", "within"]

Bounds = tuple[float, float, float, float]
Geometries = NDArray[Any]
Laid = tuple[NDArray[np.int64], Geometries]
"""Polygons or lines, and the number of the geometry that each is a part of."""

_STRETCH = 1.5  # at the edge of the other projections
_LAKE = 20.0  # tolerances: smaller lakes are left out
_DRAWN = 0.015  # degrees: the shapes as they are kept for drawing are good enough from here on


@dataclass(frozen=True, kw_only=True)
class Shore:
    """Land and lakes in a box of the plane: polygons in plane coordinates, cut to the box."""

    land: list[BaseGeometry]
    lakes: list[BaseGeometry]
    tolerance: float
    source: str = ""
    """Of land from a finer source than the rest."""

    @cached_property
    def written(self) -> tuple[list[str], list[str]]:
        """Land and lakes as :func:`coded` writes them."""
        q = step(self.tolerance)
        return coded(self.land, q, self.tolerance), coded(self.lakes, q, self.tolerance)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What lies under a story in a box of the plane: polygons and lines in plane coordinates, cut to the box."""

    shore: Shore
    focus_land: list[BaseGeometry] = field(default_factory=list)
    borders: list[BaseGeometry] = field(default_factory=list)
    borders_disputed: list[BaseGeometry] = field(default_factory=list)
    borders1: list[BaseGeometry] = field(default_factory=list)


def _shapes(projection: Projection, layer: str, box: Box, tolerance: float, least: float = 1.0) -> list[Shape]:
    """The shapes of a layer that may show in a box of the plane, in the detail that its tolerance needs.

    ``least`` is how many tolerances wide or high a shape must be in the plane.
    """
    bounds = projection.bounds(box)
    widest = max(abs(bounds[1]), abs(bounds[3]))
    # As much as the projection stretches anything there.
    stretch = projection.scale(min(widest, 80.0)) if projection.kind == "mercator" else _STRETCH
    degrees = max(1.0, least / stretch) * math.degrees(tolerance)
    return boundaries().find(layer, bounds, detail=_detail(tolerance), least=degrees)


def _detail(tolerance: float) -> Detail:
    return "draw" if math.degrees(tolerance) >= _DRAWN else "measure"


def _level(tolerance: float) -> float:
    """The level of shapes that are thinned once more in the plane."""
    return level(math.degrees(tolerance) / 2)


def _parts(owners: NDArray[np.int64], geometries: Geometries) -> Laid:
    """Geometries taken apart, with what each part is of; single points are left out."""
    parts, which = shapely.get_parts(geometries, return_index=True)
    kept = shapely.get_dimensions(parts) > 0
    return owners[which[kept]], parts[kept]


def _cut(projection: Projection, geometries: Geometries, bounds: Bounds) -> Laid:
    """Geometries in degrees cut to bounds that may run past ±180° and moved there."""
    west, south, east, north = bounds
    edges = shapely.bounds(geometries)
    owners, pieces = [], []
    for shift in (-360, 0, 360):
        box = west - shift, south, east - shift, north
        if projection.kind == "azimuthal" and east - west >= 360:
            # All around a pole nothing is cut at the antimeridian.
            box = -540.0, south, 540.0, north
        near = np.flatnonzero(_meeting(edges, box))
        cut = shapely.clip_by_rect(geometries[near], *box)
        # The azimuthal projection takes longitudes as they come.
        if shift and projection.kind != "azimuthal" and len(cut):
            cut = shapely.transform(cut, lambda xy, by=shift: xy + np.array([by, 0.0]))
        pieces.append(cut)
        owners.append(near)
        if box[0] == -540.0:
            break
    return _parts(np.concatenate(owners), np.concatenate(pieces))


def _laid(projection: Projection, geometries: Sequence[BaseGeometry], box: Box) -> Laid:
    """Geometries in degrees as they lie in a box of the plane; what touches at the antimeridian is still apart."""
    if not len(geometries):
        return np.zeros(0, np.int64), np.zeros(0, object)
    owners, cut = _cut(projection, np.array(geometries, object), projection.bounds(box))
    flat = projection.laid(cut)
    return _parts(owners, shapely.clip_by_rect(flat, *box)) if projection.kind == "azimuthal" else (owners, flat)


@lru_cache(maxsize=256)
def within(
    projection: Projection,
    layer: str,
    box: Box,
    tolerance: float,
    countries: frozenset[str] | None = None,
    least: float = 1.0,
) -> tuple[tuple[Shape, BaseGeometry], ...]:
    """Parts of a layer's shapes as they lie in a box of the plane, none thinned by more than a tolerance in radii."""
    shapes = _shapes(projection, layer, box, tolerance, least)
    if countries is not None:
        shapes = [shape for shape in shapes if shape.country in countries]
    near = thin_all(shapes, _level(tolerance), _detail(tolerance), projection.bounds(box))
    owners, flat = _laid(projection, near, box)
    return tuple((shapes[owner], geometry) for owner, geometry in zip(owners.tolist(), flat, strict=True))


def _joined(projection: Projection, shapes: Sequence[tuple[Shape, BaseGeometry]]) -> list[BaseGeometry]:
    """Polygons, with those that meet at the antimeridian made one, so that no hair line shows there."""
    whole: list[BaseGeometry] = []
    at_seam: list[BaseGeometry] = []
    for shape, geometry in shapes:
        west, south, east, _ = shape.geometry.bounds
        crosses = west < -179.999 or east > 179.999 or south < -89.9
        (at_seam if crosses and _at_seam(projection, geometry) else whole).append(geometry)
    if not at_seam:
        return whole
    # Both sides of the seam on the same points first, else a slit as wide as a rounding error would stay open.
    met = shapely.transform(at_seam, lambda xy: xy.round(9))
    return [*whole, shapely.union_all(shapely.make_valid(met), grid_size=1e-9)]


def _at_seam(projection: Projection, geometry: BaseGeometry) -> bool:
    """Whether a piece in the plane has an edge on the antimeridian or at the pole."""
    xy = shapely.get_coordinates(geometry)
    lon, lat = projection.unproject(xy[:, 0], xy[:, 1])
    off = np.abs(lon % 360 - 180)
    return bool(np.any(off < 1e-6) or np.any(lat < -89.9))


def ground(
    projection: Projection,
    box: Box,
    tolerance: float,
    *,
    focus: frozenset[str] = frozenset(),
    moved: Moved = NOTHING_MOVED,
    inner_borders: bool = False,
) -> Ground:
    """Land, lakes and borders in a box of the plane.

    Parameters
    ----------
    projection : Projection
    box : tuple of float
        (x0, y0, x1, y1) in radii, as :class:`Projection` gives them.
    tolerance : float
        Radii: how far a line may stray from its shape.
    focus : frozenset of str
        The story's countries, which are drawn a shade lighter: ISO codes, and owners that the view alone knows.
    moved : Moved
        What the story's view changes about the shipped borders.
    inner_borders : bool
        Whether first-level borders of the story's countries are wanted.

    Examples
    --------
    >>> from geostory.projection import Projection
    >>> bering = Projection(kind="azimuthal", lon=-169.0, lat=65.7)
    >>> len(ground(bering, (-0.02, -0.01, 0.02, 0.01), 1e-4).shore.land) > 1
    True
    """
    shore = _shore(projection, box, tolerance)
    if shore.source:
        own = [shape for shape in shore.land if _country_of(projection, shape) in focus]
        focus_land = tuple(_loosened(np.array(own, object), tolerance)) if own else ()
    else:
        focus_land = _focus_land(projection, box, tolerance, focus)
    solid, dashed = _borders(projection, box, tolerance, moved)
    inner = within(projection, "border1", box, tolerance, focus) if inner_borders and focus else ()
    return Ground(
        shore=shore,
        focus_land=_as_given(projection, box, tolerance, focus_land, focus, moved),
        borders=_merged(solid),
        borders_disputed=_merged(dashed),
        borders1=_merged([shape for _, shape in inner]),
    )


# Maps in Mercator share what they show of all the world, and the days and views of a page all of its land.
@lru_cache(maxsize=64)
def _shore(projection: Projection, box: Box, tolerance: float) -> Shore:
    finer, source = _finer_land(projection, box, tolerance)
    land = finer or within(projection, "land", box, tolerance, least=LEAST)
    lakes = np.array([shape for _, shape in within(projection, "lake", box, tolerance, least=_LAKE)], object)
    return Shore(
        land=_joined(projection, land),
        lakes=lakes[across(lakes) > _LAKE * tolerance].tolist() if len(lakes) else [],
        source=source,
        tolerance=tolerance,
    )


@lru_cache(maxsize=64)
def _focus_land(projection: Projection, box: Box, tolerance: float, focus: frozenset[str]) -> tuple[BaseGeometry, ...]:
    """The story's countries, a little too wide: the page shows them on land only, so they need not follow the coast."""
    shapes = [shape for shape in _shapes(projection, "country", box, tolerance) if shape.country in focus]
    if at := level(math.degrees(tolerance)):
        return tuple(_laid(projection, [loose(shape.key, at) for shape in shapes], box)[1])
    _, flat = _laid(projection, thin_all(shapes, at, _detail(tolerance), projection.bounds(box)), box)
    return tuple(_loosened(flat, tolerance))


def _as_given(
    projection: Projection,
    box: Box,
    tolerance: float,
    land: Sequence[BaseGeometry],
    focus: frozenset[str],
    moved: Moved,
) -> list[BaseGeometry]:
    """The story's countries with what the view gives them, and without what it gives to others."""
    gone: list[BaseGeometry] = []
    for owner, piece, wider in _given(projection, box, tolerance, moved):
        if owner in focus:
            land, gone = [*_less(land, gone), piece], []
        else:
            gone.append(wider)
    return _less(land, gone)


def _given(
    projection: Projection, box: Box, tolerance: float, moved: Moved
) -> list[tuple[str, BaseGeometry, BaseGeometry]]:
    """What a view moves, as it lies in a box: owners, pieces of land, and those pieces with a little around them.

    Where something is taken away it is the wider piece, since its outline and that of countries are thinned apart.
    """
    at = _level(tolerance)
    numbers, flat = _laid(projection, [thin_own(region, at) for _, region in moved.given], box)
    pieces = _valid(flat)
    wider = _widened(pieces, tolerance, 3 * tolerance)
    return [(moved.given[n][0], *pair) for n, *pair in zip(numbers.tolist(), pieces, wider, strict=True)]


def _valid(geometries: Geometries) -> Geometries:
    """Geometries of which those that cross themselves are mended."""
    bad = ~shapely.is_valid(geometries)
    geometries[bad] = shapely.make_valid(geometries[bad])
    return geometries


def _less(lands: Sequence[BaseGeometry], gone: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Lands without some others, as many and in the same order."""
    if not lands or not gone:
        return list(lands)
    found, without = np.array(lands, object), shapely.union_all(gone)
    near = np.flatnonzero(_meeting(shapely.bounds(found), without.bounds))
    found[near] = shapely.difference(_valid(found[near]), without)
    return list(found)


def _meeting(bounds: NDArray[np.float64], box: Bounds) -> NDArray[np.bool_]:
    """Which bounds, n × 4, meet a box."""
    met: NDArray[np.bool_] = np.all((bounds[:, :2] <= box[2:]) & (bounds[:, 2:] >= box[:2]), axis=1)
    return met


def by_view(
    projection: Projection, box: Box, tolerance: float, moved: Moved, found: Sequence[tuple[Shape, BaseGeometry]]
) -> list[tuple[Shape, BaseGeometry]]:
    """Countries as they lie in a box, each with what a view gives it, and without what it gives to others.

    A land that is one region, undetermined as a whole, keeps it, so that it can still be named: Kosovo, and not a
    state whose parts are each in question.
    """
    given = _given(projection, box, tolerance, moved)
    if not given:
        return list(found)
    edges = shapely.bounds([wider for _, _, wider in given])
    held = [(item, land, 0) for item, land in found]
    held += [(boundaries().get(f"country:{o}"), one, i + 1) for i, (o, one, _) in enumerate(given) if ":" not in o]
    rest: list[tuple[Shape, BaseGeometry]] = []
    gone: list[tuple[Shape, BaseGeometry]] = []
    for item, land, since in held:
        near = [given[i] for i in np.flatnonzero(_meeting(edges, land.bounds)) if i >= since]
        (land,) = _less([land], [wider for owner, _, wider in near if ":" not in owner and owner != item.country])
        (left,) = _less([land], [wider for owner, _, wider in near if ":" in owner])
        (gone if left.is_empty else rest).append((item, land if left.is_empty else left))
    named = {item.key for item, _ in rest}
    return rest + [pair for pair in gone if pair[0].key in moved.lands - named and not pair[1].is_empty]


def _merged(lines: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Lines that meet end to end as one."""
    return [shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines)))] if len(lines) else []


def _borders(
    projection: Projection, box: Box, tolerance: float, moved: Moved
) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The borders of a box under the view: those drawn in full, and those drawn dashed."""
    detail, at = _detail(tolerance), _level(tolerance)
    changed = moved.changed(detail)
    found = within(projection, "border", box, tolerance)
    drawn = [(item.properties.get("kind") == "disputed", line) for item, line in found if item.key not in changed]
    items = {item.key: item for item, _ in found if item.key in changed}.values()
    lines = [(item.properties.get("kind") == "disputed", moved.left(item, detail)) for item in items]
    lines += [(False, line) for line in moved.solid] + [(True, line) for line in moved.dashed]
    owners, flat = _laid(projection, [thin_own(line, at) for _, line in lines], box)
    drawn += [(lines[owner][0], line) for owner, line in zip(owners.tolist(), flat, strict=True)]
    return [line for dashed, line in drawn if not dashed], [line for dashed, line in drawn if dashed]


def _finer_land(projection: Projection, box: Box, tolerance: float) -> tuple[list[tuple[Shape, BaseGeometry]], str]:
    """The land of a small box from the finer coasts, where those cover it."""
    west, south, east, north = projection.bounds(box)
    if east - west >= 10:
        return [], ""
    turn = 360.0 * math.floor(((west + east) / 2 + 180) / 360)
    shapes, source = boundaries().finer_land((west - turn, south, east - turn, north))
    owners, flat = _laid(projection, [shape.geometry for shape in shapes], box)
    return [(shapes[owner], geometry) for owner, geometry in zip(owners.tolist(), flat, strict=True)], source


def _country_of(projection: Projection, geometry: BaseGeometry) -> str:
    """The country that a piece of land lies in or next to."""
    point = projection.degrees(geometry.representative_point())
    found = boundaries().at("country", point.x, point.y, within_m=2_000)
    return found.country if found else ""


def _loosened(shapes: Geometries, tolerance: float) -> list[BaseGeometry]:
    """Polygons a little too wide, with few corners: for what is shown only where it lies on others."""
    return list(_widened(shapes, 1.5 * tolerance, 0.9 * tolerance))


def _widened(shapes: Geometries, tolerance: float, by: float) -> Geometries:
    """Polygons thinned by a tolerance, and wider by a length all around."""
    few = shapely.simplify(shapes, tolerance)
    wider: Geometries = shapely.buffer(few, by, join_style="mitre", mitre_limit=2)
    return wider


def grown(box: Box, factor: float, limit: Box) -> Box:
    """A box some times as wide and high about its middle, as far as a limit allows."""
    dx, dy = (box[2] - box[0]) * (factor - 1) / 2, (box[3] - box[1]) * (factor - 1) / 2
    return (
        max(limit[0], box[0] - dx),
        max(limit[1], box[1] - dy),
        min(limit[2], box[2] + dx),
        min(limit[3], box[3] + dy),
    )
