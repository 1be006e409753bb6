"""The ground under a story: land, water, borders and their names from the shipped shapes, as light as may be.

The map is cut in patches of the projection's plane, from all that it can show in a few strokes to the frame in full; a
page draws a finer patch over a coarser one once it is zoomed in far enough to tell them apart.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Detail, Shape, boundaries
from geostory.frame import Frame
from geostory.gazetteer import gazetteer
from geostory.models import Candidate
from geostory.projection import Box, Projection
from geostory.views import NOTHING_MOVED, Moved

__all__ = ["Ground", "basemap_block", "coded", "focus_countries", "ground", "step", "written"]

Block = dict[str, Any]
Bounds = tuple[float, float, float, float]
Geometries = NDArray[Any]
Shown = Callable[[str, str, str], str]  # a name as it stands, its key and its country to the name as it is shown

_PIXEL_AT_0 = 2 * math.pi / 256  # radii a pixel at zoom 0
_FRAME_PIXELS = 1300  # of detail across the frame: a little more than a wide screen shows at first
_LEAST_TOLERANCE = 1.5e-6  # radii: about 10 m
_COARSE = 0.0035  # radii: the tolerance of all that lies far from the story
_STEPS = (4.0, 1.6)  # frames of ground around the story in finer and finer detail
_DRAWN = 0.015  # degrees: the shapes as they are kept for drawing are good enough from here on
_ASKEW = 8.0  # degrees that north may lean in a small map of a detail
_INNER_BORDERS = 1.0  # radii: a patch narrower than this has first-level borders


def focus_countries(candidates: Iterable[Candidate], points: Iterable[Sequence[float]]) -> frozenset[str]:
    """ISO codes of the countries a story is set in: those of its places, and those at its lines and regions."""
    codes = {candidate.country for candidate in candidates}
    for lon, lat in points:
        found = boundaries().at("country", (lon + 180) % 360 - 180, lat)
        if found is not None:
            codes.add(found.country)
    return frozenset(code for code in codes if code)


# --- shapes in the plane ----------------------------------------------------------------------------------------------


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


def _within(
    projection: Projection, layer: str, box: Box, tolerance: float, countries: frozenset[str] | None = None
) -> list[tuple[Shape, BaseGeometry]]:
    """Shapes of a layer as they lie in a box of the plane, thinned to a tolerance in radii."""
    shapes = _shapes(projection, layer, box, tolerance)
    if countries is not None:
        shapes = [shape for shape in shapes if shape.country in countries]
    owners, flat = _laid(projection, [shape.geometry for shape in shapes], box, tolerance)
    return [(shapes[owner], geometry) for owner, geometry in zip(owners.tolist(), flat, strict=True)]


def _joined(shapes: list[tuple[Shape, BaseGeometry]]) -> list[BaseGeometry]:
    """Polygons, with those that meet at the antimeridian made one, so that no hair line shows there."""
    whole: list[BaseGeometry] = []
    at_seam: list[BaseGeometry] = []
    for shape, geometry in shapes:
        west, south, east, _ = shape.geometry.bounds
        (at_seam if west < -179.999 or east > 179.999 or south < -89.9 else whole).append(geometry)
    return whole + ([shapely.union_all(shapely.make_valid(at_seam), grid_size=1e-9)] if at_seam else [])


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
        ISO codes of the story's countries, which are drawn a shade lighter.
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
    land = _within(projection, "land", box, tolerance)
    countries = _within(projection, "country", box, tolerance, focus) if focus else []
    finer, source = _finer_land(projection, box, tolerance)
    if finer:
        land = finer
        countries = [(item, shape) for item, shape in finer if _country_of(projection, shape) in focus]
    lakes = [
        (item, shape) for item, shape in _within(projection, "lake", box, tolerance) if _across(shape) > 12 * tolerance
    ]
    solid, dashed = _borders(projection, box, tolerance, moved)
    inner = _within(projection, "border1", box, tolerance, focus) if inner_borders and focus else []
    return Ground(
        box=box,
        land=_joined(land),
        focus_land=_joined(countries),
        lakes=_joined(lakes),
        borders=_merged(solid, tolerance),
        borders_disputed=_merged(dashed, tolerance),
        borders1=_merged([shape for _, shape in inner], tolerance),
        source=source,
    )


def _merged(lines: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    if not lines:
        return []
    merged = shapely.line_merge(shapely.union_all(lines))
    return [shapely.simplify(merged, tolerance)]


def _borders(
    projection: Projection, box: Box, tolerance: float, moved: Moved
) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The borders of a box under the view: those drawn in full, and those drawn dashed."""
    kept: list[list[BaseGeometry]] = [[], []]
    erased = [translate(moved.erased, shift) for shift in (-360.0, 0.0, 360.0)] if not moved.erased.is_empty else []
    for item in _shapes(projection, "border", box, tolerance):
        line = item.geometry
        for area in erased:
            if line.intersects(area):
                line = shapely.difference(line, area)
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


# --- patches ----------------------------------------------------------------------------------------------------------

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


def _loosened(shapes: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    wider = shapely.buffer(shapes, 1.5 * tolerance, join_style="mitre", mitre_limit=2)
    return list(shapely.simplify(wider, 2.5 * tolerance))


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


def _patch(
    projection: Projection,
    box: Box,
    tolerance: float,
    *,
    focus: frozenset[str],
    moved: Moved,
    instead_of: float = 0.0,
) -> Block:
    """A patch of ground, drawn where the page can tell it from one of another tolerance."""
    q = step(tolerance)
    # A little more than the page shows of the patch, so that no cut edge is stroked as a coast.
    under = ground(
        projection,
        _grow(box, 1.02, (-9, -9, 9, 9)),
        tolerance,
        focus=focus,
        moved=moved,
        inner_borders=instead_of > 0 and box[2] - box[0] < _INNER_BORDERS,
    )
    return {
        "box": [round(value, 7) for value in box],
        "min_zoom": _zoom_for(instead_of) if instead_of else 0,
        "q": q,
        "source": under.source,
        "land": coded(under.land, q, 3 * tolerance),
        # The page shows it on land only, so that it need not follow the coast.
        "focus_land": coded(_loosened(under.focus_land, tolerance), q, 3 * tolerance),
        "lakes": coded(under.lakes, q, 3 * tolerance),
        "borders": coded(under.borders, q, tolerance),
        "borders_disputed": coded(under.borders_disputed, q, tolerance),
        "borders1": coded(under.borders1, q, tolerance),
    }


def _zoom_for(tolerance: float) -> int:
    """The zoom at which steps of this many radii begin to show."""
    return max(0, math.floor(math.log2(_PIXEL_AT_0 / tolerance)))


def _grow(box: Box, factor: float, limit: Box) -> Box:
    dx, dy = (box[2] - box[0]) * (factor - 1) / 2, (box[3] - box[1]) * (factor - 1) / 2
    return (
        max(limit[0], box[0] - dx),
        max(limit[1], box[1] - dy),
        min(limit[2], box[2] + dx),
        min(limit[3], box[3] + dy),
    )


def _as_it_is(name: str, key: str, country: str) -> str:
    return name


def basemap_block(
    frame: Frame,
    *,
    focus: frozenset[str],
    details: Sequence[Bounds],
    named: frozenset[str] = frozenset(),
    moved: Moved = NOTHING_MOVED,
    shown: Shown = _as_it_is,
) -> Block:
    """Patches and labels for a frame.

    Parameters
    ----------
    frame : Frame
    focus : frozenset of str
        ISO codes of the story's countries, which are drawn a shade lighter.
    details : sequence of bounds
        Small things (a strait's line) in degrees, around which a finer patch is needed.
    named : frozenset of str
        Gazetteer identifiers that the story labels itself.
    moved : Moved
        What the story's view changes about the shipped borders.
    shown : callable
        The name to show for a name, a gazetteer id or a shape's key, and a country code.

    Returns
    -------
    dict
        ``patches``, lowest first, and ``labels``, as the page's script reads them.
    """
    projection, box = frame.projection, frame.box
    width = max(box[2] - box[0], (box[3] - box[1]) * 1.5)
    patch = partial(_patch, focus=focus, moved=moved)
    done = _COARSE
    patches = [{**patch(projection, projection.world, done), "box": None}]
    for factor in _STEPS:
        tolerance = max(_LEAST_TOLERANCE, width * factor / _STEPS[-1] / _FRAME_PIXELS)
        if tolerance < done / 1.5:
            patches.append(patch(projection, _grow(box, factor, projection.world), tolerance, instead_of=done))
            done = tolerance
    for detail in _apart(details):
        own = _own_projection(projection, detail)
        near = _surroundings(own, own.around(detail))
        if near[2] - near[0] < width:
            tolerance = max(_LEAST_TOLERANCE, (near[2] - near[0]) / 2000)
            patches.append(patch(own, near, tolerance, instead_of=done))
            if own is not projection:
                patches[-1]["crs"] = own.spec
    return {"patches": patches, "labels": _labels(frame, width, focus, named, shown)}


def _apart(details: Sequence[Bounds]) -> list[Bounds]:
    """The bounds, those that overlap and are of like size made one."""
    kept: list[Bounds] = []
    for west, south, east, north in sorted(details, key=lambda b: b[0] - b[2] + b[1] - b[3]):
        for number, (w, s, e, n) in enumerate(kept):
            alike = max(east - west, north - south) * 3 > max(e - w, n - s)
            if alike and west <= e and east >= w and south <= n and north >= s:
                kept[number] = min(w, west), min(s, south), max(e, east), max(n, north)
                break
        else:
            kept.append((west, south, east, north))
    return kept


def _surroundings(projection: Projection, box: Box) -> Box:
    """A detail with the ground around it: a strait with the land behind its shores; regions are large by themselves."""
    size = max(box[2] - box[0], box[3] - box[1], 0.0003)
    reach = size * (3.0 if size < 0.05 else 1.5)
    x, y, edge = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, projection.world
    return max(edge[0], x - reach), max(edge[1], y - reach), min(edge[2], x + reach), min(edge[3], y + reach)


def _own_projection(projection: Projection, detail: Bounds) -> Projection:
    """The map's projection, or one for a small thing by itself where that would show it askew."""
    lon, lat = (detail[0] + detail[2]) / 2, (detail[1] + detail[3]) / 2
    if abs(float(projection.tilt(lon, lat))) <= _ASKEW and projection.kind != "world":
        return projection
    return Projection(kind="azimuthal", lon=round(lon, 4), lat=round(lat, 4))


# --- names ------------------------------------------------------------------------------------------------------------

_WIDE, _NARROW = 0.7, 0.14  # radii: the width of a continent, of a smaller country


def _label(name: str, at: tuple[float, float], kind: str, rank: int) -> Block:
    return {"name": name, "lon": round(at[0], 4), "lat": round(at[1], 4), "kind": kind, "rank": rank}


def _area_labels(
    frame: Frame, layer: str, kind: str, view: Box, width: float, shown: Shown, *, keep: Any, most: int
) -> list[Block]:
    """Names set at the visual centre of what the view shows of each area, the largest first."""
    projection = frame.projection
    best: dict[str, tuple[float, BaseGeometry]] = {}
    for item, geometry in _within(projection, layer, view, width / 400):
        if not item.name or not keep(item):
            continue
        part = max(shapely.get_parts(geometry), key=lambda piece: piece.area)
        name = shown(_english(item), item.key, item.country)
        if part.area > best.get(name, (0.0, None))[0]:
            best[name] = (part.area, part)
    least = (width / 40) ** 2
    ranked = sorted(
        ((area, name, part) for name, (area, part) in best.items() if area > least), key=lambda row: (-row[0], row[1])
    )
    labels = []
    for position, (_, name, part) in enumerate(ranked[:most]):
        at = shapely.get_point(shapely.maximum_inscribed_circle(part, width / 100), 0)
        lon, lat = projection.unproject(at.x, at.y)
        labels.append(_label(name, (float(lon), float(lat)), kind, 1 + position * 8 // most))
    return labels


def _english(item: Shape) -> str:
    """A unit's name as the gazetteer has it, so that one map spells it one way."""
    known = gazetteer().of_shape(item.key) if item.layer == "admin1" else None
    return known.name if known else item.name


def _labels(frame: Frame, width: float, focus: frozenset[str], named: frozenset[str], shown: Shown) -> list[Block]:
    view = _grow(frame.box, 1.6, frame.projection.world)
    labels = _area_labels(frame, "country", "country", view, width, shown, keep=lambda item: True, most=40)
    labels += _area_labels(frame, "marine", "sea", view, width, shown, keep=lambda item: True, most=25)
    if width < 0.44:
        labels += _area_labels(
            frame, "admin1", "region", view, width, shown, keep=lambda item: item.country in focus, most=40
        )
    return labels + _city_labels(frame.projection, view, width, named, shown)


def _city_labels(projection: Projection, view: Box, width: float, named: frozenset[str], shown: Shown) -> list[Block]:
    """The largest cities of the view, each apart from any larger one, so that names have room."""
    west, south, east, north = projection.bounds(view)
    least = 500_000 if width > _WIDE else 50_000 if width > _NARROW else 3_000
    found: dict[str, tuple[int, float, Candidate]] = {}
    for shift in (-360, 0, 360):
        box = max(-180.0, west - shift), south, min(180.0, east - shift), north
        if box[0] < box[2]:
            for city in gazetteer().in_bounds(box, min_population=least):
                found.setdefault(city.gazetteer_id, (city.population, city.lon + shift, city))
    cities = sorted(found.values(), key=lambda row: (-row[0], row[2].gazetteer_id))
    if not cities:
        return []
    xs, ys = projection.project([lon for _, lon, _ in cities], [city.lat for _, _, city in cities])
    apart = (view[2] - view[0]) / 16
    kept: list[tuple[float, float]] = []
    labels: list[Block] = []
    for (_, lon, city), x, y in zip(cities, xs.tolist(), ys.tolist(), strict=True):
        if city.feature == "PPLX":  # a part of a town, whatever population stands beside it
            continue
        inside = view[0] <= x <= view[2] and view[1] <= y <= view[3]
        if city.gazetteer_id in named or not inside or any(math.hypot(x - a, y - b) < apart for a, b in kept):
            continue
        kept.append((x, y))
        kind = "capital" if city.feature == "PPLC" else "city"
        labels.append(
            _label(shown(city.name, city.gazetteer_id, city.country), (lon, city.lat), kind, 1 + len(labels) // 6)
        )
        if len(labels) == 60:
            break
    return labels
