"""How a story's part of the globe is laid flat: one projection for the page, the still image and the ground under both.

Plane coordinates are in radii of the sphere from the map's centre, x to the east and y to the north: a length of 1 at
the centre of an azimuthal map is 6,371 km on the ground.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from geostory.geodesy import unwrap

__all__ = ["MERCATOR_LIMIT", "Box", "Kind", "Projection", "projection_for"]

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
Kind = Literal["mercator", "azimuthal", "world"]

MERCATOR_LIMIT = 85.06
"""Degrees of latitude where Web Mercator ends."""
_NORTHERN = 50.0  # degrees: from here on Mercator stretches too much
_VARIES = 1.15  # the most that the scale may vary over a map
_REACH = 0.9  # radii from the centre to the side of what an azimuthal map can show: 79° to its corners
_WIDEST = 0.75  # radii: a story that reaches further is drawn on the whole world
_POLAR, _ROUND = 60.0, 120.0  # degrees: a story so far north and so wide is looked at from near the pole
_TURN = 30.0  # degrees
_STEP = 1.0  # degrees: longer edges are bent as the projection bends them
# Equal Earth: Šavrič, Patterson and Jenny, International Journal of Geographical Information Science 33 (2019), 454.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2
_TOGETHER = {
    shapely.GeometryType.MULTILINESTRING: shapely.multilinestrings,
    shapely.GeometryType.MULTIPOLYGON: shapely.multipolygons,
    shapely.GeometryType.GEOMETRYCOLLECTION: shapely.geometrycollections,
}


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A map projection of the sphere with its centre.

    Parameters
    ----------
    kind : 'mercator', 'azimuthal' or 'world'
        Web Mercator; Lambert's azimuthal equal-area projection (Snyder, Map Projections: A Working Manual, USGS
        Professional Paper 1395, 1987, p. 185-187); Equal Earth.
    lon, lat : float
        Its centre in degrees; only the azimuthal one uses the latitude.

    Examples
    --------
    >>> north = Projection(kind="azimuthal", lon=-150.0, lat=65.0)
    >>> x, y = north.project([-150.0], [66.0])
    >>> round(float(y[0]) * 180 / 3.14159265, 4)
    1.0
    """

    kind: Kind
    lon: float
    lat: float

    @property
    def spec(self) -> dict[str, str | float]:
        """What a page needs to know of it."""
        return {"kind": self.kind, "lon": self.lon, "lat": self.lat}

    @property
    def west(self) -> float:
        """Where the map's world begins, in degrees; it ends 360° east of it."""
        return self.lon - 180.0

    def project(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Plane coordinates of positions in degrees.

        Longitudes of Mercator and of the world run on as given, and may pass ±180°.
        """
        turn = np.radians(np.asarray(lon, float) - self.lon)
        phi = np.radians(np.asarray(lat, float))
        if self.kind == "mercator":
            return turn, np.arcsinh(np.tan(np.clip(phi, *np.radians([-MERCATOR_LIMIT, MERCATOR_LIMIT]))))
        if self.kind == "world":
            theta = np.arcsin(_M * np.sin(phi))
            squared = theta * theta
            sixth = squared**3
            slope = _A1 + 3 * _A2 * squared + sixth * (7 * _A3 + 9 * _A4 * squared)
            return turn * np.cos(theta) / (_M * slope), theta * (_A1 + _A2 * squared + sixth * (_A3 + _A4 * squared))
        sin0, cos0 = self._centre
        sin, cos, turned = np.sin(phi), np.cos(phi), np.cos(turn)
        k = np.sqrt(2 / np.maximum(1e-12, 1 + sin0 * sin + cos0 * cos * turned))
        return k * cos * np.sin(turn), k * (cos0 * sin - sin0 * cos * turned)

    def unproject(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of plane coordinates in degrees; longitudes run on as x does."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        if self.kind == "mercator":
            return np.degrees(x) + self.lon, np.degrees(np.arctan(np.sinh(y)))
        if self.kind == "world":
            theta = np.clip(y, -1.3173, 1.3173) / _A1
            for _ in range(12):
                squared = theta * theta
                sixth = squared**3
                off = theta * (_A1 + _A2 * squared + sixth * (_A3 + _A4 * squared)) - y
                theta = theta - off / (_A1 + 3 * _A2 * squared + sixth * (7 * _A3 + 9 * _A4 * squared))
            theta = np.clip(theta, -math.pi / 3, math.pi / 3)
            squared = theta * theta
            slope = _A1 + 3 * _A2 * squared + squared**3 * (7 * _A3 + 9 * _A4 * squared)
            phi = np.arcsin(np.clip(np.sin(theta) / _M, -1, 1))
            return np.degrees(_M * x * slope / np.cos(theta)) + self.lon, np.degrees(phi)
        sin0, cos0 = self._centre
        rho = np.hypot(x, y)
        c = 2 * np.arcsin(np.minimum(1, rho / 2))
        safe = np.where(rho == 0, 1, rho)
        phi = np.arcsin(np.clip(np.cos(c) * sin0 + y * np.sin(c) * cos0 / safe, -1, 1))
        turn = np.arctan2(x * np.sin(c), safe * cos0 * np.cos(c) - y * sin0 * np.sin(c))
        return np.degrees(np.where(rho == 0, 0, turn)) + self.lon, np.degrees(phi)

    @cached_property
    def _centre(self) -> tuple[float, float]:
        return math.sin(math.radians(self.lat)), math.cos(math.radians(self.lat))

    def flat(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry in degrees, within ±180° or anywhere, as it lies in the plane, its long edges bent.

        Parameters
        ----------
        geometry : BaseGeometry
            Edges are straight in longitude and latitude, as RFC 7946 has them.
        """
        if self.kind != "azimuthal":
            geometry = unwrap(geometry, self.west)
        flat: BaseGeometry = self.laid(geometry)
        return flat

    def laid(self, geometry: Any) -> Any:
        """As :meth:`flat`, of one geometry or many whose longitudes run from the projection's west already."""
        if self.kind != "mercator":
            geometry = _segmented(geometry)
        return shapely.transform(geometry, lambda xy: np.column_stack(self.project(xy[:, 0], xy[:, 1])))

    def degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry of the plane in longitude and latitude, its longitudes running from the projection's west."""
        return shapely.transform(geometry, lambda xy: np.column_stack(self.unproject(xy[:, 0], xy[:, 1])))

    def bounds(self, box: Box) -> Box:
        """(west, south, east, north) in degrees around what a box of the plane shows; over a pole all longitudes."""
        x, y = _outline(box)
        lon, lat = self.unproject(x, y)
        south, north = float(lat.min()), float(lat.max())
        if self.kind == "world":
            return max(self.west, float(lon.min())), south, min(self.west + 360, float(lon.max())), north
        if self.kind == "mercator":
            return float(lon.min()), south, float(lon.max()), north
        for pole in (-90.0, 90.0):
            px, py = self.project(self.lon, pole)
            if box[0] <= px <= box[2] and box[1] <= py <= box[3] and abs(pole - self.lat) < 100:
                return -180.0, min(south, pole), 180.0, max(north, pole)
        return float(lon.min()), south, float(lon.max()), north

    def around(self, bounds: Box) -> Box:
        """The box of the plane around bounds in degrees."""
        lon, lat = _outline(bounds)
        x, y = self.project(lon, lat)
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    @property
    def world(self) -> Box:
        """The box of the plane that a map can show at all."""
        if self.kind == "mercator":
            top = float(np.arcsinh(np.tan(np.radians(85.0))))
            return -math.pi, -top, math.pi, top
        return (-2.7067, -1.3174, 2.7067, 1.3174) if self.kind == "world" else (-_REACH, -_REACH, _REACH, _REACH)

    def tilt(self, lon: ArrayLike, lat: ArrayLike) -> Floats:
        """Degrees clockwise from the top of the map at which north lies at some positions."""
        at = np.clip(np.asarray(lat, float), -89.9, 89.9)
        (x0, y0), (x1, y1) = self.project(lon, at - 0.01), self.project(lon, at + 0.01)
        leaning: Floats = np.degrees(np.arctan2(x1 - x0, y1 - y0))
        return leaning

    def scale(self, lat: float) -> float:
        """How many times its true length a short east-west line on the central meridian has at a latitude."""
        if self.kind == "mercator":
            return 1 / math.cos(math.radians(lat))
        if self.kind == "azimuthal":
            return 1 / math.cos(math.radians(lat - self.lat) / 2)
        x0, x1 = self.project([self.lon - 0.005, self.lon + 0.005], [lat, lat])[0]
        return float(x1 - x0) / (math.radians(0.01) * math.cos(math.radians(lat)))


def _segmented(geometry: Any) -> Any:
    """Geometries whose edges are no longer than a step; most have none that is."""
    many = np.atleast_1d(np.asarray(geometry, object))
    xy, owner = shapely.get_coordinates(many, return_index=True)
    if len(xy) < 2:
        return geometry
    apart = np.hypot(*np.diff(xy, axis=0).T)
    some = np.unique(owner[1:][(apart > _STEP) & (owner[1:] == owner[:-1])])
    if not len(some):
        return geometry
    many = many.copy()
    many[some] = _in_steps(many[some])
    return many if np.ndim(geometry) else many[0]


def _in_steps(geometries: NDArray[Any]) -> NDArray[Any]:
    """Geometries with corners on their long edges; GEOS's own segmentize repairs areas too, and takes its time."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    kinds = shapely.get_type_id(parts)
    areas, lines = kinds == shapely.GeometryType.POLYGON, kinds == shapely.GeometryType.LINESTRING
    rings, whose = shapely.get_rings(parts[areas], return_index=True)
    if len(rings):
        xy, own = _stepped(rings)
        parts[areas] = shapely.polygons(shapely.linearrings(xy, indices=own), indices=whose)
    if lines.any():
        xy, own = _stepped(parts[lines])
        parts[lines] = shapely.linestrings(xy, indices=own)
    made = geometries.copy()
    for i, kind in enumerate(shapely.get_type_id(geometries).tolist()):
        some = parts[owner == i]
        made[i] = _TOGETHER[kind](some) if kind in _TOGETHER else some[0]
    return made


def _stepped(lines: NDArray[Any]) -> tuple[Floats, NDArray[np.int64]]:
    """The corners of lines or rings, those on long edges among them, and whose each is."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    ahead = np.diff(xy, axis=0, append=xy[-1:])
    ahead[np.flatnonzero(np.diff(owner, append=-1))] = 0.0  # nothing runs from one line's end to the next one's start
    pieces = np.maximum(1, np.ceil(np.hypot(*ahead.T) / _STEP)).astype(np.int64)
    share = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = share / np.repeat(pieces, pieces)
    return np.repeat(xy, pieces, axis=0) + share[:, None] * np.repeat(ahead, pieces, axis=0), np.repeat(owner, pieces)


def _outline(box: Box, steps: int = 24) -> tuple[Floats, Floats]:
    """Points along the edge of a box, its corners among them."""
    share = np.linspace(0, 1, steps)
    x, y = box[0] + share * (box[2] - box[0]), box[1] + share * (box[3] - box[1])
    flat = np.full(steps, 1.0)
    return (
        np.concatenate([x, x, flat * box[0], flat * box[2]]),
        np.concatenate([flat * box[1], flat * box[3], y, y]),
    )


def projection_for(lons: ArrayLike, lats: ArrayLike, *, tiles: bool = False) -> Projection:
    """The projection for a map of some positions, its centre in the middle of them.

    Web Mercator where it does little harm and for tiles, which come in no other; where it would stretch (beyond 50° of
    latitude, or with a scale that varies by more than 15 %) the azimuthal equal-area projection; Equal Earth for what
    takes more than a hemisphere.

    Parameters
    ----------
    lons, lats : array-like of float
        Corners and outlines of what is to be seen, in degrees; longitudes in one frame that may run past ±180°.
    tiles : bool
        Whether the map has tiles under it.

    Examples
    --------
    >>> projection_for([-6.0, -5.0], [35.8, 36.2]).kind
    'mercator'
    >>> projection_for([-180.0, -60.0, 60.0], [75.0, 80.0, 72.0]).kind
    'azimuthal'
    >>> projection_for([-74.0, 116.0, 151.0, 18.0], [40.7, 39.9, -33.9, -33.9]).kind
    'world'
    """
    x_degrees, y_degrees = np.asarray(lons, float), np.asarray(lats, float)
    west, east = float(x_degrees.min()), float(x_degrees.max())
    south, north = float(y_degrees.min()), float(y_degrees.max())
    middle = (west + east) / 2
    # Mercator looks the same wherever its world begins, so that maps share the ground that is seen from far off.
    plain = Projection(kind="mercator", lon=_TURN * round(middle / _TURN), lat=0.0)
    if tiles:
        return plain
    furthest = max(abs(south), abs(north))
    nearest = 0.0 if south < 0 < north else min(abs(south), abs(north))
    varies = math.cos(math.radians(nearest)) / math.cos(math.radians(min(furthest, 89.9)))
    if furthest <= _NORTHERN and varies <= _VARIES and east - west < 200:
        return plain
    centre = Projection(kind="azimuthal", lon=middle, lat=(south + north) / 2)
    for _ in range(4):
        x, y = centre.project(x_degrees, y_degrees)
        lon, lat = centre.unproject((x.min() + x.max()) / 2, (y.min() + y.max()) / 2)
        # Near a pole the meridian in the middle of the story stays upright, on whatever side the middle of the map is.
        over = abs(float(lat)) > _POLAR and east - west > _ROUND
        turned = middle if over else round(float(lon), 4)
        off = abs((float(lon) - middle + 180) % 360 - 180) > 90
        centre = Projection(
            kind="azimuthal", lon=turned, lat=math.copysign(90.0, lat) if over and off else round(float(lat), 4)
        )
    x, y = centre.project(x_degrees, y_degrees)
    if max(np.ptp(x), np.ptp(y)) / 2 <= _WIDEST and max(np.abs(x).max(), np.abs(y).max()) <= _REACH:
        return centre
    return Projection(kind="world", lon=round(middle, 1), lat=0.0)
