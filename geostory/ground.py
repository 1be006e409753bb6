"""The ground under a story, cut, laid flat and thinned: land, lakes and borders in a box of the plane, and how they are
written."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Detail, Shape, boundaries
from geostory.projection import Box, Projection
from geostory.views import NOTHING_MOVED, Moved

__all__ = ["Ground", "by_view", "coded", "ground", "grown", "loosened", "step", "within", "written"]

Bounds = tuple[float, float, float, float]
Geometries = NDArray[Any]

_FAR = 0.1  # degrees: the tolerance of what is seen from far off
_DRAWN = 0.015  # degrees: the shapes as they are kept for drawing are good enough from here on


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What lies under a story in a box of the plane: polygons and lines in plane coordinates, cut to the box."""

    box: Box
    land: list[BaseGeometry] = field(default_factory=list)
    focus_land: list[BaseGeometry] = field(default_factory=list)
    lakes: list[BaseGeometry] = field(default_factory=list)
    borders: list[BaseGeometry] = field(default_factory=list)
    borders_disputed: list[BaseGeometry] = field(default_factory=list)
    borders1: list[BaseGeometry] = field(default_factory=list)
    source: str = ""


def _shapes(projection: Projection, layer: str, box: Box, tolerance: float) -> list[Shape]:
    """The shapes of a layer that may show in a box of the plane, in the detail that its tolerance needs."""
    degrees = math.degrees(tolerance)
    detail: Detail = "draw" if degrees >= _DRAWN else "measure"
    return boundaries().find(layer, projection.bounds(box), detail=detail, least=degrees)


@lru_cache(maxsize=8192)
def _far(key: str) -> BaseGeometry:
    """A shape as it is seen from far off: a process draws the same few over and over."""
    return shapely.simplify(boundaries().shape(key, detail="draw"), _FAR / 4)


def _geometries(shapes: Sequence[Shape], tolerance: float) -> list[BaseGeometry]:
    if math.degrees(tolerance) >= _FAR:
        return [_far(shape.key) for shape in shapes]
    return [shape.geometry for shape in shapes]


def _cut(projection: Projection, geometries: Geometries, bounds: Bounds) -> tuple[NDArray[np.int64], Geometries]:
    """Geometries in degrees cut to bounds that may run past ±180° and moved there; also which each piece came from."""
    west, south, east, north = bounds
    pieces, owners = [], []
    for shift in (-360, 0, 360):
        box = max(-180.0, west - shift), south, min(180.0, east - shift), north
        if box[0] >= box[2]:
            continue
        cut = shapely.clip_by_rect(geometries, *box)
        kept = np.flatnonzero(~shapely.is_empty(cut))
        # The azimuthal projection takes longitudes as they come.
        moved = cut[kept]
        if shift and projection.kind != "azimuthal":
            moved = shapely.transform(moved, lambda xy, by=shift: xy + np.array([by, 0.0]))
        pieces.append(moved)
        owners.append(kept)
    if not pieces:
        return np.zeros(0, np.int64), np.zeros(0, object)
    return np.concatenate(owners), np.concatenate(pieces)


def _laid(
    projection: Projection, geometries: Sequence[BaseGeometry], box: Box, tolerance: float
) -> tuple[NDArray[np.int64], Geometries]:
    """Geometries in degrees as they lie in a box of the plane, thinned; also which each piece came from.

    What touches at the antimeridian is still apart.
    """
    if not len(geometries):
        return np.zeros(0, np.int64), np.zeros(0, object)
    owners, cut = _cut(projection, np.array(geometries, object), projection.bounds(box))
    if not len(cut):
        return owners, cut
    flat = projection.laid(cut)
    if projection.kind == "azimuthal":
        flat = shapely.clip_by_rect(flat, *box)
    flat = shapely.simplify(flat, tolerance)
    kept = np.flatnonzero(~shapely.is_empty(flat))
    return owners[kept], flat[kept]


def within(
    projection: Projection, layer: str, box: Box, tolerance: float, countries: frozenset[str] | None = None
) -> list[tuple[Shape, BaseGeometry]]:
    """Shapes of a layer as they lie in a box of the plane, thinned to a tolerance in radii."""
    shapes = _shapes(projection, layer, box, tolerance)
    if countries is not None:
        shapes = [shape for shape in shapes if shape.country in countries]
    owners, flat = _laid(projection, _geometries(shapes, tolerance), box, tolerance)
    return [(shapes[owner], geometry) for owner, geometry in zip(owners.tolist(), flat, strict=True)]


def _joined(projection: Projection, shapes: list[tuple[Shape, BaseGeometry]]) -> list[BaseGeometry]:
    """Polygons, with those that meet at the antimeridian made one, so that no hair line shows there."""
    whole: list[BaseGeometry] = []
    at_seam: list[BaseGeometry] = []
    for shape, geometry in shapes:
        west, south, east, _ = shape.geometry.bounds
        crosses = west < -179.999 or east > 179.999 or south < -89.9
        (at_seam if crosses and _at_seam(projection, geometry) else whole).append(geometry)
    return whole + ([shapely.union_all(shapely.make_valid(at_seam), grid_size=1e-9)] if at_seam else [])


def _at_seam(projection: Projection, geometry: BaseGeometry) -> bool:
    """Whether a piece in the plane has an edge on the antimeridian or at the pole."""
    xy = shapely.get_coordinates(geometry)
    lon, lat = projection.unproject(xy[:, 0], xy[:, 1])
    off = np.abs((lon - 180 + 180) % 360 - 180)
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
    >>> len(ground(bering, (-0.02, -0.01, 0.02, 0.01), 1e-4).land) > 1
    True
    """
    land = within(projection, "land", box, tolerance)
    countries = within(projection, "country", box, tolerance, focus) if focus else []
    finer, source = _finer_land(projection, box, tolerance)
    if finer:
        land = finer
        countries = [(item, shape) for item, shape in finer if _country_of(projection, shape) in focus]
    lakes = [
        (item, shape) for item, shape in within(projection, "lake", box, tolerance) if _across(shape) > 12 * tolerance
    ]
    solid, dashed = _borders(projection, box, tolerance, moved)
    inner = within(projection, "border1", box, tolerance, focus) if inner_borders and focus else []
    return Ground(
        box=box,
        land=_joined(projection, land),
        focus_land=_as_given(projection, box, tolerance, _joined(projection, countries), focus, moved),
        lakes=[shape for _, shape in lakes],
        borders=_merged(solid, tolerance),
        borders_disputed=_merged(dashed, tolerance),
        borders1=_merged([shape for _, shape in inner], tolerance),
        source=source,
    )


def _as_given(
    projection: Projection,
    box: Box,
    tolerance: float,
    land: list[BaseGeometry],
    focus: frozenset[str],
    moved: Moved,
) -> list[BaseGeometry]:
    """The story's countries with what the view gives them, and without what it gives to others."""
    for owner, region in moved.given:
        pieces = list(_laid(projection, [region], box, tolerance)[1])
        if owner in focus:
            land = land + pieces
        elif pieces:
            # A little more than the region, since its outline and theirs are thinned each by itself.
            gone = shapely.union_all(shapely.buffer(shapely.make_valid(pieces), 2 * tolerance))
            land = [rest for one in shapely.make_valid(land) if not (rest := shapely.difference(one, gone)).is_empty]
    return land


def by_view(
    projection: Projection, box: Box, tolerance: float, moved: Moved, found: list[tuple[Shape, BaseGeometry]]
) -> list[tuple[Shape, BaseGeometry]]:
    """Countries as they lie in a box, each with what a view gives it, and without what it gives to others.

    One whose whole land is left undetermined keeps it, so that it can still be named.
    """
    undetermined: list[BaseGeometry] = []
    for owner, region in moved.given:
        pieces = list(shapely.make_valid(list(_laid(projection, [region], box, tolerance)[1])))
        if ":" in owner:
            undetermined += pieces
        elif pieces:
            found = _without(found, pieces, tolerance, owner)
            found += [(boundaries().get(f"country:{owner}"), piece) for piece in pieces]
    if not undetermined:
        return found
    rest = _without(found, undetermined, tolerance)
    named = {item.key for item, _ in rest}
    return rest + [pair for pair in found if pair[0].key not in named]


def _without(
    found: list[tuple[Shape, BaseGeometry]], pieces: list[BaseGeometry], tolerance: float, owner: str = ""
) -> list[tuple[Shape, BaseGeometry]]:
    """Countries, but for their owner, without some pieces of land."""
    # A little more than the pieces, since their outline and those of countries are thinned each by itself.
    gone = shapely.union_all(shapely.buffer(pieces, 2 * tolerance))
    rest = [
        (item, land if item.country == owner else shapely.difference(shapely.make_valid(land), gone))
        for item, land in found
    ]
    return [(item, land) for item, land in rest if not land.is_empty]


def _merged(lines: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    if not lines:
        return []
    merged = shapely.line_merge(shapely.union_all(lines))
    return [shapely.simplify(merged, tolerance)]


def _borders(
    projection: Projection, box: Box, tolerance: float, moved: Moved
) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The borders of a box under the view: those drawn in full, and those drawn dashed."""
    shapes = _shapes(projection, "border", box, tolerance)
    lines = np.array(_geometries(shapes, tolerance), object)
    for shift in (-360.0, 0.0, 360.0):
        area = translate(moved.erased, shift) if shift else moved.erased
        if area.is_empty or area.bounds[0] > 180 or area.bounds[2] < -180:
            continue
        shapely.prepare(area)
        for number in np.flatnonzero(shapely.intersects(area, lines)).tolist():
            lines[number] = shapely.difference(lines[number], area)
    kept: list[list[BaseGeometry]] = [[], []]
    for item, line in zip(shapes, lines, strict=True):
        if not line.is_empty:
            kept[item.properties.get("kind") == "disputed"].append(line)
    solid = _laid(projection, [*kept[0], *moved.solid], box, tolerance)[1]
    dashed = _laid(projection, [*kept[1], *moved.dashed], box, tolerance)[1]
    return list(solid), list(dashed)


def _finer_land(projection: Projection, box: Box, tolerance: float) -> tuple[list[tuple[Shape, BaseGeometry]], str]:
    """The land of a small box from the finer coasts, where those cover it."""
    west, south, east, north = projection.bounds(box)
    if east - west >= 10:
        return [], ""
    turn = 360.0 * math.floor(((west + east) / 2 + 180) / 360)
    shapes, source = boundaries().finer_land((west - turn, south, east - turn, north))
    owners, flat = _laid(projection, [shape.geometry for shape in shapes], box, tolerance)
    return [(shapes[owner], geometry) for owner, geometry in zip(owners.tolist(), flat, strict=True)], source


def _country_of(projection: Projection, geometry: BaseGeometry) -> str:
    """The country that a piece of land lies in or next to."""
    point = projection.degrees(geometry.representative_point())
    found = boundaries().at("country", point.x, point.y, within_m=2_000)
    return found.country if found else ""


def _across(geometry: BaseGeometry) -> float:
    west, south, east, north = geometry.bounds
    return float(max(east - west, north - south))


# --- as text ----------------------------------------------------------------------------------------------------------

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def written(corners: ArrayLike, q: float) -> str:
    """Corners as whole steps of ``q`` from one to the next, the first from nought."""
    grid = np.rint(np.asarray(corners, float) / q).astype(np.int64)
    return _signs(np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel())


def _signs(steps: NDArray[np.int64]) -> str:
    """Whole numbers as text, five bits a sign, the lowest first; a sign from the upper half says that more follow."""
    signs = []
    for step in np.where(steps >= 0, steps << 1, ~(steps << 1)).tolist():
        while step >= 32:
            signs.append(_SIGNS[32 + (step & 31)])
            step >>= 5
        signs.append(_SIGNS[step])
    return "".join(signs)


def step(tolerance: float) -> float:
    """The width of a grid, in a few digits, for corners that may stray by a tolerance."""
    return float(f"{tolerance / 3:.1e}")


def loosened(shapes: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Polygons a little too wide, with few corners: for what is shown only where it lies on others."""
    few = shapely.simplify(shapes, 2.5 * tolerance)
    return list(shapely.buffer(few, 1.5 * tolerance, join_style="mitre", mitre_limit=2))


def coded(geometries: Iterable[BaseGeometry], q: float, least: float) -> list[str]:
    """Rings or lines as steps of ``q`` from corner to corner, without polygons narrower and lower than ``least``."""
    found = []
    parts = shapely.get_parts(list(geometries))
    polygons = parts[shapely.get_type_id(parts) == 3]
    if len(polygons):
        box = shapely.bounds(polygons)
        polygons = polygons[np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) >= least]
        # The page fills by direction, so that neighbours thinned apart cut no holes where they overlap.
        polygons = shapely.orient_polygons(polygons, exterior_cw=True)
    lines = parts[shapely.get_type_id(parts) == 1]
    for strokes, shortest in ((shapely.get_rings(polygons), 4), (lines, 2)):
        xy, owner = shapely.get_coordinates(strokes, return_index=True)
        grid = np.rint(xy / q).astype(np.int64)
        for stroke in np.split(grid, np.flatnonzero(np.diff(owner)) + 1) if len(grid) else ():
            steps = np.diff(stroke, axis=0, prepend=np.zeros((1, 2), np.int64))
            steps = steps[np.concatenate(([True], np.any(steps[1:] != 0, axis=1)))]
            if len(steps) >= shortest:
                found.append(_signs(steps.ravel()))
    return found


def grown(box: Box, factor: float, limit: Box) -> Box:
    """A box some times as wide and high about its middle, as far as a limit allows."""
    dx, dy = (box[2] - box[0]) * (factor - 1) / 2, (box[3] - box[1]) * (factor - 1) / 2
    return (
        max(limit[0], box[0] - dx),
        max(limit[1], box[1] - dy),
        min(limit[2], box[2] + dx),
        min(limit[3], box[3] + dy),
    )
