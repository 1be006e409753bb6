"""The ground under a story: land, water, borders and their names from the shipped shapes, as light as may be.

The map is cut in patches, from the whole world in a few strokes to the frame in full; the page draws a finer patch over
a coarser one once it is zoomed in far enough to tell them apart.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from geostory.boundaries import Detail, Shape, boundaries
from geostory.gazetteer import gazetteer
from geostory.models import Candidate
from geostory.views import NOTHING_MOVED, Moved

__all__ = ["basemap_block", "focus_countries"]

Block = dict[str, Any]
Bounds = tuple[float, float, float, float]

_TILE_DEG = 360 / 256  # degrees of longitude a pixel at zoom 0
_FRAME_VERTICES = 2200  # vertices across the frame: about two for each pixel of a wide screen
_LEAST_TOLERANCE = 1e-4
_COARSE = 0.2  # degrees: the whole world's tolerance


def focus_countries(candidates: Iterable[Candidate], points: Iterable[Sequence[float]]) -> frozenset[str]:
    """ISO codes of the countries a story is set in: those of its places, and those at its lines and regions."""
    codes = {candidate.country for candidate in candidates}
    for lon, lat in points:
        found = boundaries().at("country", (lon + 180) % 360 - 180, lat)
        if found is not None:
            codes.add(found.country)
    return frozenset(code for code in codes if code)


def _grow(bounds: Bounds, factor: float) -> Bounds:
    west, south, east, north = bounds
    dx, dy = (east - west) * (factor - 1) / 2, (north - south) * (factor - 1) / 2
    return west - dx, max(-85.0, south - dy), east + dx, min(85.0, north + dy)


@lru_cache(maxsize=16)
def _world(layer: str, tolerance: float) -> list[tuple[Shape, BaseGeometry]]:
    """A whole layer, thinned; a process draws many maps on the same few."""
    return _thinned([(item, item.geometry) for item in boundaries().find(layer, least=2 * tolerance)], tolerance)


def _thinned(shapes: list[tuple[Shape, BaseGeometry]], tolerance: float) -> list[tuple[Shape, BaseGeometry]]:
    thin = shapely.simplify([geometry for _, geometry in shapes], tolerance)
    return [(item, geometry) for (item, _), geometry in zip(shapes, thin, strict=True) if not geometry.is_empty]


def _within(layer: str, bounds: Bounds, tolerance: float) -> list[tuple[Shape, BaseGeometry]]:
    """Shapes of a layer cut to bounds that may run past ±180°, moved there and thinned to the tolerance in degrees."""
    west, south, east, north = bounds
    whole = east - west > 180
    found = []
    for shift in (-360, 0, 360):
        box = max(-180.0, west - shift), south, min(180.0, east - shift), north
        if box[0] >= box[2]:
            continue
        if whole:
            shapes = _world(layer, tolerance)
        else:
            detail: Detail = "draw" if tolerance >= 0.01 else "measure"
            shapes = [(item, item.geometry) for item in boundaries().find(layer, box, detail=detail, least=tolerance)]
        for item, geometry in shapes:
            cut = shapely.clip_by_rect(geometry, *box)
            if not cut.is_empty:
                found.append((item, translate(cut, shift) if shift else cut))
    return found if whole else _thinned(found, tolerance)


_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _written(steps: Iterable[int]) -> str:
    """Whole numbers as text, five bits a sign, the lowest first; a sign from the upper half says that more follow."""
    signs = []
    for step in steps:
        rest = step << 1 if step >= 0 else ~(step << 1)
        while rest >= 32:
            signs.append(_SIGNS[32 + (rest & 31)])
            rest >>= 5
        signs.append(_SIGNS[rest])
    return "".join(signs)


def _coded(geometry: BaseGeometry, q: float, least: float) -> list[str]:
    """Rings or lines as steps of q degrees from corner to corner; parts below ``least`` degrees are left out."""
    coded = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            if _across(part) < least:
                continue
            # The page fills by direction, so that neighbours thinned apart cut no holes where they overlap.
            part = orient(part, -1)
            strokes, shortest = [part.exterior, *part.interiors], 4
        elif part.geom_type == "LineString":
            strokes, shortest = [part], 2
        else:
            continue
        for stroke in strokes:
            grid = np.round(shapely.get_coordinates(stroke) / q).astype(np.int64)
            steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64))
            steps = steps[np.concatenate(([True], np.any(steps[1:] != 0, axis=1)))]
            if len(steps) >= shortest:
                coded.append(_written(steps.ravel().tolist()))
    return coded


def _across(geometry: BaseGeometry) -> float:
    west, south, east, north = geometry.bounds
    return float(max(east - west, north - south))


def _joined(shapes: list[tuple[Shape, BaseGeometry]]) -> list[BaseGeometry]:
    """Polygons, with those that meet at the antimeridian made one, so that no hair line shows there."""
    whole: list[BaseGeometry] = []
    at_seam: list[BaseGeometry] = []
    for _, geometry in shapes:
        west, _, east, _ = geometry.bounds
        touches = any(abs(abs(edge) - 180) < 1e-6 for edge in (west, east))
        (at_seam if touches else whole).append(geometry)
    return whole + ([shapely.union_all(shapely.make_valid(at_seam), grid_size=1e-7)] if at_seam else [])


def _patch(
    bounds: Bounds, tolerance: float, *, min_zoom: int, focus: frozenset[str], inner_borders: bool, moved: Moved
) -> Block:
    q = 10.0 ** math.floor(math.log10(tolerance / 2))
    # A little more than the page shows of the patch, so that no cut edge is stroked as a coast.
    reach = _grow(bounds, 1.02)

    def rings(shapes: list[tuple[Shape, BaseGeometry]]) -> list[str]:
        return [ring for geometry in _joined(shapes) for ring in _coded(geometry, q, 2 * tolerance)]

    def lines(shapes: list[BaseGeometry]) -> list[str]:
        if not shapes:
            return []
        merged = shapely.line_merge(shapely.union_all(shapes))
        return _coded(shapely.simplify(merged, tolerance), q, tolerance)

    solid, dashed = _borders(reach, tolerance, moved)
    land = _within("land", reach, tolerance)
    countries = (
        [(item, g) for item, g in _within("country", reach, tolerance) if item.country in focus] if focus else []
    )
    finer, source = _finer_land(reach, tolerance)
    if finer:
        land = finer
        countries = [(item, geometry) for item, geometry in finer if _country_of(geometry) in focus]
    return {
        "bounds": [round(value, 4) for value in bounds],
        "min_zoom": min_zoom,
        "q": q,
        "source": source,
        "land": rings(land),
        "focus_land": rings(countries),
        "lakes": rings([(item, g) for item, g in _within("lake", reach, tolerance) if _across(g) > 8 * tolerance]),
        "borders": lines(solid),
        "borders_disputed": lines(dashed),
        "borders1": lines([line for _, line in _within("border1", reach, tolerance)]) if inner_borders else [],
    }


def _borders(bounds: Bounds, tolerance: float, moved: Moved) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The borders of a patch under the view: those drawn in full, and those drawn dashed."""
    solid: list[BaseGeometry] = []
    dashed: list[BaseGeometry] = []
    for item, line in _within("border", bounds, tolerance):
        kept = _without(line, moved.erased)
        if not kept.is_empty:
            (dashed if item.properties.get("kind") == "disputed" else solid).append(kept)
    west, south, east, north = bounds
    for lines, held in ((moved.solid, solid), (moved.dashed, dashed)):
        for line in lines:
            for shift in (-360.0, 0.0, 360.0):
                cut = shapely.clip_by_rect(translate(line, shift) if shift else line, west, south, east, north)
                if not cut.is_empty:
                    held.append(shapely.simplify(cut, tolerance))
    return solid, dashed


def _without(line: BaseGeometry, erased: BaseGeometry) -> BaseGeometry:
    if erased.is_empty:
        return line
    for shift in (-360.0, 0.0, 360.0):
        area = translate(erased, shift) if shift else erased
        if line.intersects(area):
            line = shapely.difference(line, area)
    return line


def _finer_land(bounds: Bounds, tolerance: float) -> tuple[list[tuple[Shape, BaseGeometry]], str]:
    """The land of a small box from the finer coasts, where those cover it."""
    west, south, east, north = bounds
    shift = 360.0 * math.floor(((west + east) / 2 + 180) / 360)
    box = west - shift, south, east - shift, north
    shapes, source = boundaries().finer_land(box) if east - west < 10 else ([], "")
    cut = [(item, translate(shapely.clip_by_rect(item.geometry, *box), shift)) for item in shapes]
    return _thinned(cut, tolerance), source


def _country_of(geometry: BaseGeometry) -> str:
    """The country that a piece of land lies in or next to."""
    point = geometry.representative_point()
    found = boundaries().at("country", point.x, point.y, within_m=2_000)
    return found.country if found else ""


def _zoom_for(tolerance: float) -> int:
    """The zoom at which steps of this many degrees begin to show."""
    return max(0, math.floor(math.log2(_TILE_DEG / tolerance)))


def _as_it_is(name: str, key: str, country: str) -> str:
    return name


def basemap_block(
    frame: Bounds,
    *,
    west: float,
    focus: frozenset[str],
    details: Sequence[Bounds],
    named: frozenset[str] = frozenset(),
    moved: Moved = NOTHING_MOVED,
    shown: Callable[[str, str, str], str] = _as_it_is,
) -> Block:
    """Patches and labels for a frame.

    Parameters
    ----------
    frame : tuple of float
        (west, south, east, north) in degrees; east may pass 180.
    west : float
        Where the map's world begins; it ends 360° east of it.
    focus : frozenset of str
        ISO codes of the story's countries, which are drawn a shade lighter.
    details : sequence of bounds
        Small things (a strait's line) around which a finer patch is needed.
    named : frozenset of str
        Gazetteer identifiers that the story labels itself.
    moved : Moved
        What the story's view changes about the shipped borders.
    shown : callable
        The name to show for a name, a gazetteer id or a shape's key, and a country code.

    Returns
    -------
    dict
        ``patches`` and ``labels`` as the page's script reads them.
    """
    width = max(frame[2] - frame[0], (frame[3] - frame[1]) * 1.5)
    world: Bounds = (west, -85.0, west + 360, 85.0)
    patches = []
    patch = partial(_patch, focus=focus, moved=moved)
    coarse = _COARSE if width < 60 else _COARSE / 2
    patches.append(patch(world, coarse, min_zoom=0, inner_borders=False))
    patches[0]["bounds"] = None
    steps = [(4.0, width * 4 / _FRAME_VERTICES), (1.6, width / _FRAME_VERTICES)]
    done = coarse
    for factor, tolerance in steps:
        tolerance = max(_LEAST_TOLERANCE, tolerance)
        if tolerance < done / 1.5:
            bounds = _clamped(_grow(frame, factor), world)
            patches.append(
                _patch(
                    bounds,
                    tolerance,
                    min_zoom=_zoom_for(done),
                    focus=focus,
                    inner_borders=width * factor < 60,
                    moved=moved,
                )
            )
            done = tolerance
    for detail in details:
        size = max(detail[2] - detail[0], detail[3] - detail[1], 0.02)
        if size < width / 5:
            middle = (detail[0] + detail[2]) / 2, (detail[1] + detail[3]) / 2
            middle = ((middle[0] - west) % 360 + west, middle[1])
            # A strait is looked at with the land behind its shores; regions are large enough by themselves.
            reach = size * (3.0 if size < 3 else 1.5)
            bounds = _clamped((middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach), world)
            tolerance = max(_LEAST_TOLERANCE, reach / 1500)
            patches.append(
                _patch(bounds, tolerance, min_zoom=_zoom_for(done), focus=focus, inner_borders=False, moved=moved)
            )
    return {"patches": patches, "labels": _labels(frame, width, world, focus, named, shown)}


def _clamped(bounds: Bounds, world: Bounds) -> Bounds:
    return max(bounds[0], world[0]), bounds[1], min(bounds[2], world[2]), bounds[3]


def _label(name: str, at: BaseGeometry, kind: str, rank: int) -> Block:
    return {"name": name, "lon": round(at.x, 4), "lat": round(at.y, 4), "kind": kind, "rank": rank}


def _area_labels(
    layer: str, kind: str, view: Bounds, width: float, shown: Callable[[str, str, str], str], *, keep: Any, most: int
) -> list[Block]:
    """Names set inside what the view shows of each area, the largest first."""
    cut = [
        (geometry.area, shown(_english(item), item.key, item.country), geometry)
        for item, geometry in _within(layer, view, _COARSE / 2 if width > 60 else max(0.01, width / 500))
        if item.name and keep(item)
    ]
    best: dict[str, tuple[float, BaseGeometry]] = {}
    for area, name, geometry in cut:
        if area > best.get(name, (0.0, None))[0]:
            best[name] = (area, geometry)
    least = (width / 40) ** 2
    ranked = sorted(
        ((area, name, geometry) for name, (area, geometry) in best.items() if area > least),
        key=lambda row: (-row[0], row[1]),
    )
    labels = []
    for position, (_, name, geometry) in enumerate(ranked[:most]):
        part = max(shapely.get_parts(geometry), key=lambda piece: piece.area)
        labels.append(_label(name, _centre(part), kind, 1 + position * 8 // most))
    return labels


def _english(item: Shape) -> str:
    """A unit's name as the gazetteer has it, so that one map spells it one way."""
    known = gazetteer().of_shape(item.key) if item.layer == "admin1" else None
    return known.name if known else item.name


def _centre(polygon: BaseGeometry) -> BaseGeometry:
    """The middle of a polygon where that lies inside it, else some point that does."""
    middle = polygon.centroid
    return middle if polygon.contains(middle) else polygon.representative_point()


def _labels(
    frame: Bounds,
    width: float,
    world: Bounds,
    focus: frozenset[str],
    named: frozenset[str],
    shown: Callable[[str, str, str], str],
) -> list[Block]:
    view = _clamped(_grow(frame, 1.6), world)
    labels = _area_labels("country", "country", view, width, shown, keep=lambda item: True, most=40)
    labels += _area_labels("marine", "sea", view, width, shown, keep=lambda item: True, most=25)
    if width < 25:
        labels += _area_labels("admin1", "region", view, width, shown, keep=lambda item: item.country in focus, most=40)
    return labels + _city_labels(view, width, named, shown)


def _city_labels(
    view: Bounds, width: float, named: frozenset[str], shown: Callable[[str, str, str], str]
) -> list[Block]:
    """The largest cities of the view, each apart from any larger one, so that names have room."""
    found: list[tuple[int, float, float, Candidate]] = []
    for shift in (-360, 0, 360):
        box = max(-180.0, view[0] - shift), view[1], min(180.0, view[2] - shift), view[3]
        if box[0] < box[2]:
            least = 500_000 if width > 40 else 50_000 if width > 8 else 3_000
            for city in gazetteer().in_bounds(box, min_population=least):
                found.append((city.population, city.lon + shift, city.lat, city))
    found.sort(key=lambda row: (-row[0], row[3].gazetteer_id))
    apart = (view[2] - view[0]) / 16
    kept: list[tuple[float, float]] = []
    labels: list[Block] = []
    for _, lon, lat, city in found:
        squeeze = math.cos(math.radians(lat))
        if city.feature == "PPLX":  # a part of a town, whatever population stands beside it
            continue
        if city.gazetteer_id in named or any(
            math.hypot((lon - x) * squeeze, lat - y) < apart * squeeze for x, y in kept
        ):
            continue
        kept.append((lon, lat))
        kind = "capital" if city.feature == "PPLC" else "city"
        name = shown(city.name, city.gazetteer_id, city.country)
        labels.append(_label(name, shapely.Point(lon, lat), kind, 1 + len(labels) // 6))
        if len(labels) == 60:
            break
    return labels
