"""The ground under a story, cut, laid flat and thinned: land, lakes and borders in a box of the plane, and how they are
written."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Detail, Shape, boundaries
from geostory.projection import Box, Projection
from geostory.thinned import level, loose, thin, thin_all
from geostory.views import NOTHING_MOVED, Moved

__all__ = ["Ground", "Shore", "by_view", "coded", "ground", "grown", "step", "within", "written"]

Bounds = tuple[float, float, float, float]
Geometries = NDArray[Any]

LEAST = 3.0
"""Tolerances: islands narrower and lower than this are not drawn."""
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


def _cut(projection: Projection, geometries: Geometries, bounds: Bounds) -> tuple[NDArray[np.int64], Geometries]:
    """Geometries in degrees cut to bounds that may run past ±180° and moved there; also which each piece came from."""
    west, south, east, north = bounds
    pieces, owners = [], []
    for shift in (-360, 0, 360):
        box = west - shift, south, east - shift, north
        if projection.kind == "azimuthal" and east - west >= 360:
            # All around a pole nothing is cut at the antimeridian.
            box = -540.0, south, 540.0, north
        cut = shapely.clip_by_rect(geometries, *box)
        kept = np.flatnonzero(~shapely.is_empty(cut))
        # The azimuthal projection takes longitudes as they come.
        moved = cut[kept]
        if shift and projection.kind != "azimuthal":
            moved = shapely.transform(moved, lambda xy, by=shift: xy + np.array([by, 0.0]))
        pieces.append(moved)
        owners.append(kept)
        if box[0] == -540.0:
            break
    if not pieces:
        return np.zeros(0, np.int64), np.zeros(0, object)
    return np.concatenate(owners), np.concatenate(pieces)


def _laid(projection: Projection, geometries: Sequence[BaseGeometry], box: Box) -> tuple[NDArray[np.int64], Geometries]:
    """Geometries in degrees as they lie in a box of the plane; also which each piece came from.

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
    kept = np.flatnonzero(~shapely.is_empty(flat))
    return owners[kept], flat[kept]


def within(
    projection: Projection,
    layer: str,
    box: Box,
    tolerance: float,
    countries: frozenset[str] | None = None,
    least: float = 1.0,
) -> list[tuple[Shape, BaseGeometry]]:
    """Shapes of a layer as they lie in a box of the plane, none thinned by more than a tolerance in radii."""
    shapes = _shapes(projection, layer, box, tolerance, least)
    if countries is not None:
        shapes = [shape for shape in shapes if shape.country in countries]
    near = thin_all(shapes, _level(tolerance), _detail(tolerance), projection.bounds(box))
    owners, flat = _laid(projection, near, box)
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
    # Maps in Mercator share what they show of all the world.
    shore = (_shore_of_world if box[2] - box[0] > 6 else _shore)(projection, box, tolerance)
    if shore.source:
        own = [shape for shape in shore.land if _country_of(projection, shape) in focus]
        focus_land = _loosened(np.array(own, object), tolerance) if own else []
    else:
        focus_land = _focus_land(projection, box, tolerance, focus)
    solid, dashed = _borders(projection, box, tolerance, moved)
    inner = within(projection, "border1", box, tolerance, focus) if inner_borders and focus else []
    return Ground(
        shore=shore,
        focus_land=_as_given(projection, box, tolerance, focus_land, focus, moved),
        borders=_merged(solid, apart=not moved.solid),
        borders_disputed=_merged(dashed, apart=not moved.dashed),
        borders1=_merged([shape for _, shape in inner], apart=True),
    )


def _shore(projection: Projection, box: Box, tolerance: float) -> Shore:
    land, source = _finer_land(projection, box, tolerance)
    land = land or within(projection, "land", box, tolerance, least=LEAST)
    lakes = np.array([shape for _, shape in within(projection, "lake", box, tolerance, least=_LAKE)], object)
    return Shore(
        land=_joined(projection, land),
        lakes=lakes[_across(lakes) > _LAKE * tolerance].tolist() if len(lakes) else [],
        source=source,
        tolerance=tolerance,
    )


_shore_of_world = lru_cache(maxsize=64)(_shore)


def _focus_land(projection: Projection, box: Box, tolerance: float, focus: frozenset[str]) -> list[BaseGeometry]:
    """The story's countries, a little too wide: the page shows them on land only, so they need not follow the coast."""
    shapes = [shape for shape in _shapes(projection, "country", box, tolerance) if shape.country in focus]
    if at := level(math.degrees(tolerance)):
        return list(_laid(projection, [loose(shape.key, at) for shape in shapes], box)[1])
    _, flat = _laid(projection, thin_all(shapes, at, _detail(tolerance), projection.bounds(box)), box)
    return _loosened(flat, tolerance)


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
        pieces = list(_laid(projection, [region], box)[1])
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

    A land that is one region, undetermined as a whole, keeps it, so that it can still be named: Kosovo, and not a
    state whose parts are each in question.
    """
    undetermined: list[BaseGeometry] = []
    for owner, region in moved.given:
        pieces = list(shapely.make_valid(list(_laid(projection, [region], box)[1])))
        if ":" in owner:
            undetermined += pieces
        elif pieces:
            found = _without(found, pieces, tolerance, owner)
            found += [(boundaries().get(f"country:{owner}"), piece) for piece in pieces]
    if not undetermined:
        return found
    rest = _without(found, undetermined, tolerance)
    named = {item.key for item, _ in rest}
    return rest + [pair for pair in found if pair[0].key not in named and pair[0].key in moved.lands]


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


def _merged(lines: list[BaseGeometry], *, apart: bool) -> list[BaseGeometry]:
    """Lines that meet end to end as one; those that do not lie ``apart`` are told apart first."""
    if not lines:
        return []
    parts = np.concatenate([shapely.get_parts(line) for line in lines])
    return [shapely.line_merge(shapely.multilinestrings(parts) if apart else shapely.union_all(lines))]


def _borders(
    projection: Projection, box: Box, tolerance: float, moved: Moved
) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The borders of a box under the view: those drawn in full, and those drawn dashed."""
    detail, at = _detail(tolerance), _level(tolerance)
    kept: list[list[BaseGeometry]] = [[*moved.solid], [*moved.dashed]]
    for item in _shapes(projection, "border", box, tolerance):
        line = moved.left(item, detail)
        # What a view takes nothing from is thinned already.
        line = thin(item.key, at) if at and line is item.geometry else line
        if not line.is_empty:
            kept[item.properties.get("kind") == "disputed"].append(line)
    solid, dashed = (list(_laid(projection, lines, box)[1]) for lines in kept)
    return solid, dashed


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


def _across(geometries: Geometries) -> NDArray[np.float64]:
    west, south, east, north = shapely.bounds(geometries).T
    found: NDArray[np.float64] = np.maximum(east - west, north - south)
    return found


# --- as text ----------------------------------------------------------------------------------------------------------

_SIGNS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", np.uint8)


def written(rings: Sequence[Sequence[Sequence[float]]], q: float) -> list[str]:
    """Rings as whole steps of ``q`` from corner to corner, the first of each from nought."""
    counts = np.array([len(ring) for ring in rings])
    grid = np.rint(np.array([corner for ring in rings for corner in ring], float) / q).astype(np.int64)
    starts = np.cumsum(counts) - counts
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64))
    steps[starts] = grid[starts]
    return _signs(steps.ravel(), 2 * starts)


def _signs(steps: NDArray[np.int64], starts: NDArray[np.int64]) -> list[str]:
    """Whole numbers as text, five bits a sign, the lowest first; a sign from the upper half says that more follow.

    Each of the texts begins with one of the numbers at ``starts``.
    """
    left = np.where(steps >= 0, steps << 1, ~(steps << 1))
    # How many signs each number takes, and where its first one stands.
    lengths = np.ones(len(left), np.int64)
    over = left >> 5
    while over.any():
        lengths += over > 0
        over >>= 5
    first = np.cumsum(lengths) - lengths
    signs = np.empty(int(lengths.sum()), np.uint8)
    where = np.arange(len(left))
    while len(where):
        more = left[where] >= 32
        signs[first[where]] = _SIGNS[(left[where] & 31) + 32 * more]
        where = where[more]
        left[where] >>= 5
        first[where] += 1
    text = signs.tobytes().decode("ascii")
    ends = np.cumsum(lengths)
    cuts = [0, *ends[starts[1:] - 1].tolist(), len(text)]
    return [text[a:b] for a, b in pairwise(cuts)]


def step(tolerance: float) -> float:
    """The width of a grid, in a few digits, for corners that may stray by a tolerance."""
    return float(f"{tolerance / 3:.1e}")


def _loosened(shapes: Geometries, tolerance: float) -> list[BaseGeometry]:
    """Polygons a little too wide, with few corners: for what is shown only where it lies on others."""
    few = shapely.simplify(shapes, 1.5 * tolerance)
    return list(shapely.buffer(few, 0.9 * tolerance, join_style="mitre", mitre_limit=2))


def coded(geometries: Iterable[BaseGeometry], q: float, tolerance: float) -> list[str]:
    """Rings or lines as steps of ``q`` from corner to corner, thinned, without polygons too small to show."""
    found = []
    parts = shapely.get_parts(list(geometries))
    kinds = shapely.get_type_id(parts)
    polygons = parts[kinds == 3]
    if len(polygons):
        polygons = polygons[_across(polygons) >= LEAST * tolerance]
        # The page fills by direction, so that neighbours thinned apart cut no holes where they overlap.
        polygons = shapely.orient_polygons(polygons, exterior_cw=True)
    for strokes, shortest in ((_lines(shapely.get_rings(polygons)), 3), (parts[kinds == 1], 2)):
        xy, owner = shapely.get_coordinates(
            # A ring whose neighbours' corners it crosses by less than the tolerance does no harm.
            shapely.simplify(strokes, tolerance, preserve_topology=False),
            return_index=True,
        )
        if len(xy):
            found += _strokes(np.rint(xy / q).astype(np.int64), owner, shortest)
    return found


def _lines(rings: Geometries) -> Geometries:
    """Rings that a tolerance may make a line of."""
    xy, owner = shapely.get_coordinates(rings, return_index=True)
    lines: Geometries = shapely.linestrings(xy, indices=owner) if len(xy) else rings
    return lines


def _strokes(grid: NDArray[np.int64], owner: NDArray[np.int64], shortest: int) -> list[str]:
    """The strokes of at least so many corners that lie on a grid, corners that fall together taken as one."""
    first = np.concatenate(([True], owner[1:] != owner[:-1]))
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64))
    steps[first] = grid[first]
    kept = first | np.any(steps != 0, axis=1)
    steps, owner, first = steps[kept], owner[kept], first[kept]
    starts = np.flatnonzero(first)
    long = np.diff(np.append(starts, len(steps))) >= shortest
    whole = np.repeat(long, np.diff(np.append(starts, len(steps))))
    steps, starts = steps[whole], np.flatnonzero(first[whole])
    return _signs(steps.ravel(), 2 * starts) if len(steps) else []


def grown(box: Box, factor: float, limit: Box) -> Box:
    """A box some times as wide and high about its middle, as far as a limit allows."""
    dx, dy = (box[2] - box[0]) * (factor - 1) / 2, (box[3] - box[1]) * (factor - 1) / 2
    return (
        max(limit[0], box[0] - dx),
        max(limit[1], box[1] - dy),
        min(limit[2], box[2] + dx),
        min(limit[3], box[3] + dy),
    )
