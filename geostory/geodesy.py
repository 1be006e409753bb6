"""What a metre is: WGS 84 geodesics between points and geometries, and longitudes that run on past the 180th meridian.

An edge of a line or polygon is a straight line in longitude and latitude, as RFC 7946 has it. Positions are (lon, lat)
in degrees; a longitude may lie beyond ±180, and 190 means the same meridian as -170.
"""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geostory.errors import UsageError
from geostory.nearest import ELLIPSOID, Floats, Position, nearest_points

__all__ = ["best_west", "geodesic_circle", "geodesic_line", "geodesic_m", "shortest", "unwrap"]

_Parts = npt.NDArray[np.object_]

_TOUCH = 1e-6  # metres; what lies nearer than this touches, over the pole for one
_HAIR = 1e-9  # degrees; Natural Earth cuts at 180 and at -179.9999999999999


def geodesic_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Length in metres of the WGS 84 geodesic between two points given in degrees.

    Examples
    --------
    >>> round(geodesic_m(0, 0, 0, 1))
    110574
    """
    return float(ELLIPSOID.inv(lon1, lat1, lon2, lat2)[2])


def geodesic_line(start: Position, end: Position, *, step_m: float = 50_000.0) -> LineString:
    """Geodesic as a line with a vertex at least every `step_m` metres.

    Parameters
    ----------
    start, end : (lon, lat)
        In degrees. The line begins at `start` as it stands; from there its longitude is continuous, so that the last
        vertex may lie a whole turn away from `end`.

    Examples
    --------
    >>> geodesic_line((179, 0), (-179, 0), step_m=200_000).wkt
    'LINESTRING (179 0, 180 0, 181 0)'
    """
    length = geodesic_m(*start, *end)
    between = max(0, math.ceil(length / step_m) - 1)
    inner = ELLIPSOID.npts(*start, *end, between) if between else []
    points = np.array([start, *inner, end], dtype=float)
    points[:, 0] = start[0] + np.unwrap(points[:, 0] - start[0], period=360)
    return LineString(points.round(9))


def geodesic_circle(lon: float, lat: float, radius_m: float, *, corners: int = 180) -> BaseGeometry:
    """All points whose geodesic from a middle is no longer than `radius_m`, as a polygon cut at the antimeridian.

    It is empty where the circle would hold a pole.

    Parameters
    ----------
    lon, lat : float
        Degrees.
    radius_m : float
        Metres.
    corners : int
        As many lie exactly on the circle.

    Examples
    --------
    >>> [round(edge, 3) for edge in geodesic_circle(0, 0, 111_319.49).bounds]
    [-1.0, -1.007, 1.0, 1.007]
    """
    if radius_m >= min(geodesic_m(lon, lat, lon, pole) for pole in (-90, 90)):
        return Polygon()
    azimuths = np.linspace(0, 360, corners, endpoint=False)
    lons, lats, _ = ELLIPSOID.fwd(np.full(corners, lon), np.full(corners, lat), azimuths, np.full(corners, radius_m))
    lons = lon + (np.asarray(lons) - lon + 180) % 360 - 180
    return unwrap(Polygon(np.column_stack([lons, lats])), -180)


def best_west(lons: Iterable[float]) -> float:
    """Western end, in [-180, 180), of the smallest arc of longitude that holds all of `lons` (degrees).

    Raises
    ------
    UsageError
        If there is no longitude.

    Examples
    --------
    >>> best_west([-170, 150, 175])
    150.0
    """
    east = np.unique((np.fromiter(lons, dtype=float) + 180) % 360)
    if not len(east):
        raise UsageError("there is no longitude to frame; give at least one")
    gaps = np.diff(east, prepend=east[-1] - 360)
    return float(east[int(np.argmax(gaps))] - 180)


# ---- one continuous frame -------------------------------------------------------------------------------------------


def unwrap(geometry: BaseGeometry, west: float) -> BaseGeometry:
    """The same geometry with every longitude in [west, west + 360].

    Parts are shifted by whole turns and split where they cross the new seam; polygons and lines that were cut at
    ±180 are joined again where that meridian lies inside the frame.

    Examples
    --------
    >>> halves = shapely.union(shapely.box(170, 60, 180, 70), shapely.box(-180, 60, -170, 70))
    >>> unwrap(halves, 0).bounds
    (170.0, 60.0, 190.0, 70.0)
    """
    parts = _parts(geometry)
    seam = west + (180 - west) % 360
    turns = np.floor((shapely.bounds(parts)[:, 0] - west) / 360)
    parts = _shift(parts, -360 * turns, seam)
    over = shapely.bounds(parts)[:, 2] > west + 360
    if over.any():
        parts = np.concatenate([parts[~over], *(_split(part, west + 360) for part in parts[over])])
    return _assemble(_join(parts, seam))


def _parts(geometry: BaseGeometry) -> _Parts:
    parts = np.atleast_1d(shapely.get_parts(geometry))
    if any(part.geom_type.startswith(("Multi", "Geometry")) for part in parts):
        parts = np.concatenate([_parts(part) for part in parts])
    there: _Parts = parts[~shapely.is_empty(parts)]
    return there


def _shift(parts: _Parts, by: Floats, seam: float = math.inf) -> _Parts:
    """Parts moved by degrees of longitude each; what then lies a hair from the seam is set on it."""
    coords, index = shapely.get_coordinates(parts, return_index=True)
    coords[:, 0] += by[index]
    coords[np.abs(coords[:, 0] - seam) < _HAIR, 0] = seam
    moved: _Parts = shapely.set_coordinates(parts.copy(), coords)
    return moved


def _split(part: BaseGeometry, seam: float) -> _Parts:
    """The pieces of a part on either side of a meridian, those to the east taken back by a turn."""
    west, south, east, north = part.bounds
    stays = _parts(shapely.intersection(part, shapely.box(west, south - 1, seam, north + 1)))
    goes = _parts(shapely.intersection(part, shapely.box(seam, south - 1, east, north + 1)))
    pieces = np.concatenate([stays, _shift(goes, np.full(len(goes), -360.0))])
    alike: _Parts = pieces[shapely.get_dimensions(pieces) == shapely.get_dimensions(part)]
    return alike


def _join(parts: _Parts, seam: float) -> _Parts:
    bounds = shapely.bounds(parts)
    touching = (bounds[:, 0] == seam) | (bounds[:, 2] == seam)
    for dimension in (1, 2):
        meet = touching & (shapely.get_dimensions(parts) == dimension)
        if meet.sum() > 1:
            joined = shapely.union_all(parts[meet])
            joined = shapely.line_merge(joined) if dimension == 1 else joined
            parts, touching = np.concatenate([parts[~meet], _parts(joined)]), touching[~meet]
            touching = np.concatenate([touching, np.zeros(len(parts) - len(touching), bool)])
    return parts


def _assemble(parts: _Parts) -> BaseGeometry:
    if len(parts) == 1:
        return parts[0]
    kinds = {part.geom_type for part in parts}
    if kinds == {"Polygon"}:
        return shapely.multipolygons(parts)
    if kinds == {"Point"}:
        return shapely.multipoints(parts)
    if kinds and kinds <= {"LineString", "LinearRing"}:
        return shapely.multilinestrings(parts)
    return shapely.geometrycollections(parts)


# ---- the shortest geodesic between two geometries -------------------------------------------------------------------


def shortest(a: BaseGeometry, b: BaseGeometry) -> tuple[float, Position, Position]:
    """Shortest WGS 84 geodesic between two geometries of any kind, over the antimeridian and the poles too.

    Parameters
    ----------
    a, b : BaseGeometry
        Longitude before latitude, in degrees; polygons are filled.

    Returns
    -------
    distance_m : float
        Metres, right to 1 m; 0 where the two touch or overlap.
    nearest_a, nearest_b : (lon, lat)
        The nearest point of each, in that geometry's own longitudes.

    Raises
    ------
    UsageError
        If a geometry is empty.

    Examples
    --------
    >>> metres, start, end = shortest(shapely.Point(179.5, 0), shapely.box(-179, -1, -178, 1))
    >>> round(metres), end
    (166979, (-179.0, 0.0))
    """
    if a.is_empty or b.is_empty:
        raise UsageError("an empty geometry has no distance to anything; give one that has a point")
    common = _common_point(a, b)
    if common:
        return 0.0, *common
    metres, nearest_a, nearest_b = nearest_points(_edges(a), _edges(b))
    return (metres if metres > _TOUCH else 0.0), nearest_a, nearest_b


def _common_point(a: BaseGeometry, b: BaseGeometry) -> tuple[Position, Position] | None:
    """A point that both hold, in the longitudes of each; None where they lie apart."""
    for turn in (0.0, 360.0, -360.0):
        west, south, east, north = b.bounds
        box = (a.bounds[0] - turn, a.bounds[1], a.bounds[2] - turn, a.bounds[3])
        if west > box[2] or east < box[0] or south > box[3] or north < box[1]:
            continue
        moved = _assemble(_shift(_parts(b), np.full(len(_parts(b)), turn))) if turn else b
        shapely.prepare(a)
        if shapely.intersects(a, moved):
            lon, lat = shapely.get_coordinates(shapely.shortest_line(a, moved))[0].tolist()
            return (lon, lat), (lon - turn, lat)
    return None


def _edges(geometry: BaseGeometry) -> Floats:
    """Every edge as (lon1, lat1, lon2, lat2) in degrees; a point is an edge without length."""
    parts = _parts(geometry)
    dimension = shapely.get_dimensions(parts)
    lines = np.concatenate([shapely.get_rings(parts[dimension == 2]), parts[dimension == 1]])
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    points = shapely.get_coordinates(parts[dimension == 0])
    return np.concatenate([np.hstack([coords[:-1], coords[1:]])[owner[1:] == owner[:-1]], np.hstack([points, points])])
