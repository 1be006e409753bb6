"""Measuring between places: from shore to shore, centre to centre or border, along the shortest geodesic."""

import math
import tomllib
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Shape, boundaries
from geostory.errors import UsageError
from geostory.geodesy import geodesic_line, shortest, unwrap
from geostory.models import Candidate, Measure, Place
from geostory.quantities import METRES
from geostory.search import find_place

__all__ = [
    "MODES",
    "Mode",
    "at_sea",
    "format_distance",
    "has_mainland",
    "measure",
    "measure_places",
    "rounded",
    "why_no_mainland",
]

Mode = Literal["nearest", "centre", "mainland", "border"]
MODES: tuple[str, ...] = get_args(Mode)
Measurable: TypeAlias = "str | Candidate | Place | BaseGeometry | Any"  # or a GeoSeries, which only geopandas knows

# Metres by which one shore may be off. At the Bering Strait four sources of coasts put the Diomedes 3.61 to 3.99 km and
# the mainlands 81.3 to 82.2 km apart; half of the largest disagreement stands for Natural Earth's end of a line, a
# quarter of that between OpenStreetMap and GSHHG for a fine one.
_COARSE_SHORE_M = 500.0
_FINE_SHORE_M = 125.0
_POINT_M = 500.0  # positions in gazetteers are rounded, and a base or an airport has an extent
_WIDE_POINT_M = 40_000.0  # the same of a cape, an island or a range of which only a point is known
_WIDE_POINTS = ("ISL", "CAPE", "PEN", "ISTH", "HDLD", "PT", "BCH", "MTS", "FRST", "VAL", "PLN", "PLAT")
_PEOPLE_PER_KM2 = 3000.0  # of built-up land, a round figure: it makes a million people a disc of 10 km radius
_NEAR_COAST_M = 3000.0  # how far the same shore may lie apart in two sources

_LARGEST_ISLAND = 700.0  # square degrees; Greenland has 660
_LARGEST_NEAR = 1.0  # of an island whose point lies beside its outline

_ISLANDS = ("ISL", "ATOL", "ISLET", "ARCH")
_WATERS = ("OCN", "SEA", "STRT", "GULF", "BAY", "LK", "SD", "CHN", "STM", "LGN", "FJD")
_AREAS = ("PCL", "TERR", "ADM1", "ADM2", "ADMD", "CONT", "RGN", "MTS", "DSRT", "PEN", "ZN", *_WATERS)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a place a distance is measured to, what that is called, and by how much it may be off."""

    geometry: BaseGeometry
    word: str
    error_m: float
    source: str
    mainland: bool = False
    said_by: str = ""  # the source that says which part is the mainland


def measure(a: Measurable, b: Measurable, *, mode: Mode = "nearest") -> Any:
    """The shortest geodesic between two places, names or geometries, by what a distance between them means.

    An island and a mainland are measured from the shore, by the finest coast there is; a country or region from the
    nearest point of its area, waters from their shore; a settlement is a point at its centre.

    Parameters
    ----------
    a, b : str, Candidate, Place, BaseGeometry or GeoSeries
        A name or 'lat,lon' as :func:`geostory.search.find_place` reads it, 'mainland X' included; a geometry in
        EPSG:4326; a GeoSeries in any CRS, of which each row is measured.
    mode : 'nearest', 'centre', 'mainland' or 'border'
        From the nearest parts; between the points that stand for the places; from the mainlands of countries and
        regions (what has none, an island say, is measured as a whole); from their outlines, inside too. A mainland is
        the largest landmass, save where mainlands.toml says by its sources what it is, or that there is none.

    Returns
    -------
    Measure or GeoDataFrame
        ``error_m`` adds what the coasts' sources are known to differ by and a city's extent by its population (a disc
        with 3,000 people to the square kilometre); of bare geometries it is 0. For a GeoSeries a frame by its index
        with ``distance_m``, ``error_m``, ``between`` and the geodesic in EPSG:4326.

    Raises
    ------
    UsageError
        If one is an area of which only a point is known, has no mainland or no outline that are asked for, or a
        GeoSeries has no CRS.
    UnknownNameError
        If no place bears a name.

    Examples
    --------
    >>> found = measure("Gao", "Timbuktu")
    >>> round(found.km), round(found.miles), found.between, round(found.error_m / 1000)
    (321, 200, 'centre to centre', 7)
    >>> round(measure(shapely.Point(0, 0), shapely.Point(0, 1)).distance_m)
    110574
    """
    if mode not in MODES:
        raise UsageError(f"there is no mode {mode!r}; give one of {', '.join(MODES)}")
    if hasattr(a, "crs") or hasattr(b, "crs"):
        return _measure_each(a, b, mode)
    part_a, part_b = _part_of(a, mode), _part_of(b, mode)
    if mode == "mainland" and not {part_a.mainland, part_b.mainland} - {False}:
        raise UsageError("neither of the two has a mainland; only countries and first-level regions do, and not all")
    return _between(part_a, part_b)


def measure_places(a: Candidate, b: Candidate, *, mainland: tuple[bool, ...] = (False, False)) -> Measure:
    """The same for two places; ``mainland`` says of which only the mainland counts (an island and a town have none).

    Raises
    ------
    UsageError
        If only the mainland of an area counts that has none, as Indonesia.

    Examples
    --------
    >>> gao = Candidate(gazetteer_id="", name="Gao", lat=16.27, lon=-0.04, feature="PPLA", population=86_000)
    >>> timbuktu = Candidate(gazetteer_id="", name="Timbuktu", lat=16.77, lon=-3.0, feature="PPLA", population=32_000)
    >>> measure_places(gao, timbuktu).between
    'centre to centre'
    """
    return _between(_part(a, mainland[0]), _part(b, mainland[1]))


def _between(part_a: _Part, part_b: _Part) -> Measure:
    distance_m, start, end = shortest(part_a.geometry, part_b.geometry)
    finer_a, finer_b = _finer(part_a, start), _finer(part_b, end)
    if distance_m > 0 and (finer_a is not part_a or finer_b is not part_b):
        finer = shortest(finer_a.geometry, finer_b.geometry)
        if abs(finer[0] - distance_m) <= part_a.error_m + part_b.error_m:
            (distance_m, start, end), part_a, part_b = finer, finer_a, finer_b
    words = [part.word for part in (part_a, part_b)]
    if distance_m > 0 and "border" in words and at_sea(start, end):
        words = ["shore" if word == "border" else word for word in words]
    named = [part_a.source, part_b.source, part_a.said_by, part_b.said_by]
    return Measure(
        distance_m=distance_m,
        start=start,
        end=end,
        between=" to ".join(words),
        error_m=part_a.error_m + part_b.error_m,
        sources=tuple(dict.fromkeys(source for source in named if source)),
    )


def _part_of(thing: Any, mode: Mode) -> _Part:
    """What of a name, a place or a geometry is measured."""
    if isinstance(thing, BaseGeometry):
        _check_geometry(thing)
        if mode == "centre":
            return _Part(thing.centroid, "centre", 0.0, "")
        outline = thing.boundary if mode == "border" and thing.area else thing
        return _Part(outline, "point" if thing.geom_type == "Point" else "edge", 0.0, "")
    mainland = mode == "mainland"
    if isinstance(thing, str):
        mainland = mainland or thing.lower().startswith("mainland ")
        named = thing[9:] if thing.lower().startswith("mainland ") else thing
        place = find_place(named)
        if named != thing and (reason := why_no_mainland(place)):
            raise UsageError(f"{thing!r}: {reason}")
    else:
        place = getattr(thing, "candidate", thing)
        if not isinstance(place, Candidate):
            raise UsageError(f"{thing!r} is no place, name or geometry that can be measured")
    if mode == "centre":
        return _Part(shapely.Point(place.lon, place.lat), "centre", _POINT_M, place.source)
    if mode == "border" and _is_unit(place):
        outline = shapely.boundary(boundaries().shape(place.shape))
        return _Part(outline, "border", _COARSE_SHORE_M, boundaries().source)
    found = _part(place, mainland and has_mainland(place))
    return replace(found, mainland=mainland and has_mainland(place))


def _check_geometry(shape: BaseGeometry) -> None:
    """Refuse what lies nowhere on earth."""
    if shape.is_empty:
        raise UsageError("an empty geometry has no distance")
    at = shapely.get_coordinates(shape)
    if not np.isfinite(at).all() or np.abs(at[:, 1]).max() > 90:
        raise UsageError("a geometry must have longitudes and latitudes in degrees, latitudes within 90 either way")


def _whole(shape: BaseGeometry) -> BaseGeometry:
    """A geometry whose longitudes run on where they jumped from 180° to -180° as it was projected back.

    A ring around a pole is led along the pole.
    """

    def steady(at: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> object:
        lon = np.unwrap(at[:, 0], period=360.0)
        return np.column_stack([lon, at[:, 1]])

    def ring(line: BaseGeometry) -> BaseGeometry:
        at = np.asarray(steady(shapely.get_coordinates(line)))
        if abs(at[-1, 0] - at[0, 0]) > 180:
            pole = math.copysign(90.0, at[:, 1].mean())
            at = np.vstack([at, [at[-1, 0], pole], [at[0, 0], pole], at[0]])
        return shapely.linearrings(at)

    parts = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            outer = ring(part.exterior)
            holes = [_moved_beside(ring(hole), outer) for hole in part.interiors]
            parts.append(shapely.make_valid(shapely.Polygon(outer, holes)))
        else:
            parts.append(shapely.transform(part, steady) if part.geom_type == "LineString" else part)
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _moved_beside(line: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """A line moved by whole turns to where another one lies."""
    turns = round((other.centroid.x - line.centroid.x) / 360)
    return shapely.transform(line, lambda at: at + np.array([360.0 * turns, 0.0]))


def _measure_each(a: Any, b: Any, mode: Mode) -> Any:
    """One row for each row of the series; two series go row by row."""
    import geopandas

    series = [thing if hasattr(thing, "crs") else None for thing in (a, b)]
    for one in series:
        if one is not None and one.crs is None:
            raise UsageError("a GeoSeries has no CRS; call set_crs on it first")
    index = next(one.index for one in series if one is not None)
    if any(one is not None and len(one) != len(index) for one in series):
        raise UsageError("two GeoSeries of different lengths cannot be measured row by row")
    columns = [
        [thing] * len(index) if one is None else _in_degrees(one) for thing, one in zip((a, b), series, strict=True)
    ]
    fixed = [None if one is not None else _part_of(thing, mode) for thing, one in zip((a, b), series, strict=True)]
    rows: list[Measure | None] = []
    for pair in zip(*columns, strict=True):
        if any(thing is None for thing in pair):
            rows.append(None)
            continue
        parts = [known or _part_of(thing, mode) for known, thing in zip(fixed, pair, strict=True)]
        rows.append(_between(*parts))
    return geopandas.GeoDataFrame(
        {key: [row and getattr(row, key) for row in rows] for key in ("distance_m", "error_m", "between")},
        geometry=[row and unwrap(geodesic_line(row.start, row.end), -180) for row in rows],
        index=index,
        crs="EPSG:4326",
    )


def _in_degrees(series: Any) -> list[BaseGeometry | None]:
    """A series' geometries in WGS 84; missing and empty ones are None."""
    shapes = [None if shape is None or shape.is_empty else shape for shape in series.geometry.to_crs("EPSG:4326")]
    return shapes if series.crs.is_geographic else [shape and _whole(shape) for shape in shapes]


def _part(place: Candidate, mainland: bool) -> _Part:
    feature = place.feature
    if feature.startswith(_ISLANDS):
        island = _island(place)
        if island is not None:
            return island
    elif place.shape and not feature.startswith("PPL"):
        if feature.startswith(_WATERS):
            return _Part(boundaries().shape(place.shape), "shore", _COARSE_SHORE_M, boundaries().source)
        if mainland:
            return _mainland_part(place)
        return _Part(boundaries().shape(place.shape), "border", _COARSE_SHORE_M, boundaries().source)
    if feature.startswith(_AREAS):
        raise UsageError(f"only a point is known of {place.name}, so nothing can be measured to its edge")
    point = shapely.Point(place.lon, place.lat)
    if feature.startswith("PPL"):
        radius_m = 1000 * math.sqrt(place.population / _PEOPLE_PER_KM2 / math.pi)
        return _Part(point, "centre", max(radius_m, _POINT_M), place.source)
    return _Part(point, "point", _WIDE_POINT_M if feature.startswith(_WIDE_POINTS) else _POINT_M, place.source)


def _island(place: Candidate) -> _Part | None:
    """An island's land: from the finer coast where that holds it uncut, else its own shape, else the land there."""
    found = _land_at(place)
    if found is not None and found[1] != boundaries().source and found[0].properties.get("whole"):
        return _Part(found[0].geometry, "shore", _FINE_SHORE_M, found[1])
    if place.shape:
        return _Part(boundaries().shape(place.shape), "shore", _COARSE_SHORE_M, boundaries().source)
    coarse = boundaries().at("land", place.lon, place.lat) if found and found[1] != boundaries().source else None
    land = coarse or (found[0] if found else None)
    return _Part(land.geometry, "shore", _COARSE_SHORE_M, boundaries().source) if land else None


def _land_at(place: Candidate) -> tuple[Shape, str] | None:
    """The one island at a place, by the finest source; a group has several, and a continent beside a point is none."""
    if place.feature.startswith(("ISLS", "ARCH")):
        return None
    for within_m in (0.0, _NEAR_COAST_M):
        found = boundaries().finest(place.lon, place.lat, within_m=within_m)
        if found is not None:
            largest = _LARGEST_NEAR if within_m else _LARGEST_ISLAND
            return found if found[0].geometry.area <= largest else None
    return None


def _mainland_part(place: Candidate) -> _Part:
    entry = _mainlands().get(place.shape)
    if entry and not entry["at"]:
        raise UsageError(why_no_mainland(place))
    # Commas part one credit from the next.
    said_by = f"{entry['title']} (mainland of {entry['of']}: {entry['meaning']})" if entry else ""
    land = _mainland(place.shape, place.lon)
    return _Part(land, "shore", _COARSE_SHORE_M, boundaries().source, said_by=said_by)


@cache
def _mainlands() -> dict[str, dict[str, Any]]:
    """The entries of mainlands.toml by the keys of their shapes."""
    table = tomllib.loads((files("geostory") / "mainlands.toml").read_text(encoding="utf-8"))
    return {entry["shape"]: entry for entry in table["mainland"]}


@lru_cache(maxsize=64)
def _mainland(key: str, lon: float) -> BaseGeometry:
    """What mainlands.toml says, else the largest piece; pieces cut at the antimeridian are joined first (Chukotka)."""
    entry = _mainlands().get(key, {"at": [], "without": []})
    shape = boundaries().shape(key)
    if without := entry.get("without"):
        shape = shapely.difference(shape, shapely.union_all([boundaries().shape(other) for other in without]))
    west = lon - 180
    pieces = shapely.get_parts(unwrap(shape, west))
    if entry["at"]:
        towns = [(west + (town["lon"] - west) % 360, town["lat"]) for town in entry["at"]]
        held = np.any([shapely.intersects_xy(pieces, *town) for town in towns], axis=0)
        return shapely.multipolygons(pieces[held])

    def equal_area(at: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> object:
        return np.column_stack([at[:, 0], np.degrees(np.sin(np.radians(at[:, 1])))])

    return pieces[int(np.argmax(shapely.area(shapely.transform(pieces, equal_area))))]


def _finer(part: _Part, nearest: tuple[float, float]) -> _Part:
    """The same shore from the finer coast, where there is one at the nearest point."""
    if part.word in ("centre", "point") or part.error_m == _FINE_SHORE_M:
        return part
    found = boundaries().finest(*nearest, within_m=_NEAR_COAST_M)
    if found is None or found[1] == boundaries().source:
        return part
    return replace(part, geometry=found[0].geometry, error_m=_FINE_SHORE_M, source=found[1])


def at_sea(start: tuple[float, float], end: tuple[float, float]) -> bool:
    lon, lat = geodesic_line(start, end, step_m=math.inf).interpolate(0.5, normalized=True).coords[0]
    return boundaries().at("land", lon, lat) is None


def why_no_mainland(place: Candidate) -> str:
    """Why a place has no mainland, for an error's line; empty for one that has.

    Examples
    --------
    >>> why_no_mainland(find_place("Indonesia"))
    'Indonesia has no mainland: it is a nation of islands with five main ones'
    """
    entry = _mainlands().get(place.shape)
    if entry and not entry["at"]:
        return f"{entry['of']} has no mainland: {entry['meaning']}"
    return (
        ""
        if entry or _is_unit(place) or (place.feature == "CONT" and place.shape)
        else "only a country or first-level region has a mainland"
    )


def has_mainland(place: Candidate) -> bool:
    """Whether a place is an area with a mainland: a country or first-level region, with what mainlands.toml changes."""
    return not why_no_mainland(place)


def _is_unit(place: Candidate) -> bool:
    return bool(place.shape) and place.feature.startswith(("PCL", "TERR", "ADM1"))


def format_distance(metres: float) -> str:
    """A length for readers, in kilometres and miles, or metres and yards below a kilometre, rounded as news does.

    Examples
    --------
    >>> format_distance(3771), format_distance(82_230), format_distance(1_238_400), format_distance(347)
    ('3.8 km (2.4 mi)', '82 km (51 mi)', '1,240 km (771 mi)', '350 m (380 yd)')
    """
    if metres < 995:
        step = 10 if metres >= 100 else 1
        return f"{step * round(metres / step)} m ({step * round(metres / METRES['yd'] / step)} yd)"
    km = rounded(metres / METRES["km"])
    # From the rounded figure, so that a reader who converts it finds the same.
    return f"{km:,} km ({rounded(km * METRES['km'] / METRES['mi']):,} mi)"


def rounded(value: float) -> float:
    """A figure in kilometres or miles as news has it: 3.8, 82, 1240."""
    if value < 9.95:
        return round(value, 1)
    return round(value) if value < 1000 else 10 * round(value / 10)
