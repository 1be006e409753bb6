"""Areas that words leave open: rings and sectors around a place, a part of it, the sea off it, the land along a border.

Each is made on a flat map around the place on which geodesics from its middle keep their length and bearing
(azimuthal equidistant). Geometries come back in WGS 84 degrees, longitude first, cut at the antimeridian as RFC 7946
asks; one that would hold a pole comes back empty.
"""

import math
from functools import lru_cache

import numpy as np
import shapely
from shapely import Point, Polygon, affinity
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Detail, boundaries
from geostory.geodesy import unwrap
from geostory.models import Candidate
from geostory.nearest import ELLIPSOID, Floats

__all__ = ["Heading", "along_border", "around", "extent_m", "off_coast", "on_land", "part_of"]

Heading = tuple[float, float]
"""A bearing and how far the true one may lie to either side of it, both in degrees."""

_PEOPLE_PER_KM2 = 3000.0  # of built-up land, as distances.py has it
_POINT_M = 500.0
_NOT_PART = 0.4  # of an area's length stays out of a part of it: a half, and a tenth for where no line is said to be
_CENTRE = 0.25  # of an area's length and width stays out of its centre, on each side
_ISLES_M = 200_000.0  # what lies farther from an area's largest piece has no share in 'the north' of it
_STEP = 2.0  # degrees from corner to corner of an arc
_SKY = 3e7  # metres; beyond everything on the flat map


class _Plane:
    """A flat map around a position, in metres east and north of it."""

    def __init__(self, lon: float, lat: float) -> None:
        self.lon, self.lat = lon, lat

    def flat(self, geometry: BaseGeometry) -> BaseGeometry:
        return shapely.transform(geometry, self._flat)

    def _flat(self, xy: Floats) -> Floats:
        lons, lats = np.full(len(xy), self.lon), np.full(len(xy), self.lat)
        azimuth, _, metres = ELLIPSOID.inv(lons, lats, xy[:, 0], xy[:, 1])
        angle = np.radians(azimuth)
        return np.column_stack([metres * np.sin(angle), metres * np.cos(angle)])

    def globe(self, flat: BaseGeometry) -> BaseGeometry:
        """The geometry in degrees, polygons only; empty where it reaches a pole."""
        if flat.is_empty:
            return Polygon()
        reach = float(np.hypot(*shapely.get_coordinates(flat).T).max())
        if reach > min(ELLIPSOID.inv(self.lon, self.lat, self.lon, pole)[2] for pole in (-90, 90)):
            return Polygon()
        round_it = shapely.transform(flat.segmentize(max(reach / 20, 100.0)), self._globe)
        parts = shapely.get_parts(shapely.make_valid(round_it))
        areas = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
        return unwrap(shapely.MultiPolygon(areas) if len(areas) > 1 else areas[0], -180) if areas else Polygon()

    def _globe(self, xy: Floats) -> Floats:
        lons, lats = np.full(len(xy), self.lon), np.full(len(xy), self.lat)
        azimuth = np.degrees(np.arctan2(xy[:, 0], xy[:, 1]))
        lon, lat, _ = ELLIPSOID.fwd(lons, lats, azimuth, np.hypot(xy[:, 0], xy[:, 1]))
        return np.column_stack([self.lon + (np.asarray(lon) - self.lon + 180) % 360 - 180, lat])


def extent_m(place: Candidate) -> float:
    """Metres from the middle of a place to its edge, taken as a disc: a town by its population, an area by its shape.

    A town has 3,000 people to the square kilometre; other points have 500 m.

    Examples
    --------
    >>> round(extent_m(Candidate(gazetteer_id="", name="", lat=0, lon=0, feature="PPL", population=1_000_000)), -3)
    10000.0
    """
    if _is_area(place):
        _, flat = _area(place)
        return math.sqrt(flat.area / math.pi)
    people = place.population if place.feature.startswith("PPL") else 0
    return max(1000 * math.sqrt(people / _PEOPLE_PER_KM2 / math.pi), _POINT_M)


@lru_cache(maxsize=128)
def around(place: Candidate, least_m: float, most_m: float, headings: tuple[Heading, ...] = ()) -> BaseGeometry:
    """What lies between two distances from a town's middle or an area's edge, on all sides or towards some headings.

    Parameters
    ----------
    place : Candidate
        An area with a shape is left out itself; anything else is its point.
    least_m, most_m : float
        Metres.
    headings : tuple of (bearing, leeway)
        Degrees, the leeway at most 90; none means every side.

    Returns
    -------
    Polygon or MultiPolygon

    Examples
    --------
    >>> gao = Candidate(gazetteer_id="", name="Gao", lat=16.27, lon=-0.04, feature="PPLA")
    >>> south = around(gao, 30_000, 50_000, ((180, 45),))
    >>> south.contains(Point(-0.04, 15.9)), south.contains(Point(-0.04, 16.6))
    (True, False)
    """
    plane, core = _area(place) if _is_area(place) else (_Plane(place.lon, place.lat), Point(0, 0))
    core = core.simplify(most_m / 100)
    if headings:
        outer = shapely.union_all([_swept(core, heading, most_m) for heading in headings])
    else:
        outer = _grown(core, most_m)
    inner = _grown(core, least_m)
    return plane.globe(outer.difference(inner))


def _grown(core: BaseGeometry, metres: float) -> BaseGeometry:
    return core.buffer(metres, quad_segs=int(90 / _STEP)) if metres > 0 else core


def _swept(core: BaseGeometry, heading: Heading, most_m: float) -> BaseGeometry:
    """What can be reached from any point of a core's hull by going so far towards a heading."""
    bearing, leeway = heading
    angles = np.radians(np.linspace(bearing - leeway, bearing + leeway, 2 * math.ceil(leeway / _STEP) + 1))
    sector = most_m * np.vstack([[0, 0], np.column_stack([np.sin(angles), np.cos(angles)])])
    corners = shapely.get_coordinates(core.convex_hull)
    return shapely.multipoints((corners[:, None] + sector[None]).reshape(-1, 2)).convex_hull


@lru_cache(maxsize=128)
def part_of(place: Candidate, headings: tuple[Heading | None, ...]) -> BaseGeometry:
    """The part of an area, or of a town's extent, towards some headings: six tenths of its length; None is its centre.

    An area's largest piece counts, and what lies within 200 km of it.
    """
    plane, core = _mainland(place) if _is_area(place) else (_Plane(place.lon, place.lat), _disc(place))
    return plane.globe(_cut(core, headings))


def _cut(core: BaseGeometry, headings: tuple[Heading | None, ...]) -> BaseGeometry:
    x, y = shapely.get_coordinates(core).T
    pieces = []
    for heading in headings:
        if heading is None:
            (west, east), (south, north) = (_middle(values) for values in (x, y))
            pieces.append(shapely.clip_by_rect(core, west, south, east, north))
            continue
        angle = math.radians(heading[0])
        along = x * math.sin(angle) + y * math.cos(angle)
        begins = along.min() + _NOT_PART * (along.max() - along.min())
        side = affinity.rotate(shapely.box(-_SKY, begins, _SKY, _SKY), -heading[0], origin=(0, 0))
        pieces.append(core.intersection(side))
    return shapely.union_all(pieces)


def _middle(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return low + _CENTRE * (high - low), high - _CENTRE * (high - low)


@lru_cache(maxsize=128)
def off_coast(
    place: Candidate, least_m: float, most_m: float, headings: tuple[Heading | None, ...] = ()
) -> BaseGeometry:
    """The sea between two distances from an area's shore, or from a town, or from the parts of it towards headings."""
    if _is_area(place):
        plane, core = _area(place)
        if headings or plane.globe(_grown(core, most_m)).is_empty:  # France has parts all round the globe
            plane, core = _mainland(place)
        core = _cut(core, headings) if headings else core
    else:
        plane, core = _Plane(place.lon, place.lat), Point(0, 0)
    core = core.simplify(most_m / 100)
    return _clipped(plane.globe(_grown(core, most_m).difference(_grown(core, least_m))), land=False)


@lru_cache(maxsize=32)
def along_border(a: Candidate, b: Candidate, most_m: float) -> BaseGeometry:
    """What lies within so many metres of the border that two countries share; empty where they share none."""
    shapes = [boundaries().shape(place.shape, detail="draw") for place in (a, b)]
    shared = shapely.intersection(shapes[0].boundary, shapes[1].boundary)
    lines = [line for line in shapely.get_parts(shared) if line.length > 0]
    if not lines:
        return Polygon()
    border = shapely.line_merge(shapely.multilinestrings(lines))
    plane = _Plane(border.centroid.x, border.centroid.y)
    return plane.globe(_grown(plane.flat(border), most_m))


def on_land(geometry: BaseGeometry) -> BaseGeometry:
    """What of an area is land, by the shipped coast."""
    return _clipped(geometry, land=True)


def _clipped(geometry: BaseGeometry, *, land: bool) -> BaseGeometry:
    pieces = []
    for part in shapely.get_parts(geometry):
        if part.is_empty:
            continue
        west, south, east, north = part.bounds
        detail: Detail = "measure" if max(east - west, north - south) < 3 else "draw"
        found = boundaries().find("land", part.bounds, detail=detail)
        here = [shapely.clip_by_rect(shape.geometry, west, south, east, north) for shape in found]
        ground = shapely.union_all(shapely.make_valid(here))
        pieces.append(part.intersection(ground) if land else part.difference(ground))
    areas = [a for piece in pieces for a in shapely.get_parts(piece) if a.geom_type == "Polygon"]
    return shapely.MultiPolygon(areas) if len(areas) != 1 else areas[0]


# ---- shapes on the flat map -----------------------------------------------------------------------------------------


def _is_area(place: Candidate) -> bool:
    return bool(place.shape) and not place.feature.startswith("PPL")


def _area(place: Candidate) -> tuple[_Plane, BaseGeometry]:
    """An area on a flat map around the middle of its largest piece."""
    shape = unwrap(boundaries().shape(place.shape, detail="draw"), place.lon - 180)
    middle = _largest(shape).centroid
    plane = _Plane(middle.x, middle.y)
    return plane, plane.flat(shape)


def _mainland(place: Candidate) -> tuple[_Plane, BaseGeometry]:
    plane, flat = _area(place)
    largest = _largest(flat)
    near = [part for part in shapely.get_parts(flat) if part.distance(largest) < _ISLES_M]
    return plane, shapely.make_valid(shapely.MultiPolygon(near))


def _largest(shape: BaseGeometry) -> BaseGeometry:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def _disc(place: Candidate) -> BaseGeometry:
    return _grown(Point(0, 0), extent_m(place))
