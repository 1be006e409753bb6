"""What the gazetteer takes from the boundaries: which keys exist, and the point that stands for a shape."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from geostory.boundaries import Boundaries, Shape
from geostory.errors import UnknownNameError
from geostory.geodesy import geodesic_line, geodesic_m, shortest, unwrap

__all__ = ["Shapes"]

Position = tuple[float, float]

# Edges are straight in longitude and latitude; in pieces this short they are great circles too.
_EDGE_DEGREES = 0.5


class Shapes:
    """Boundaries as the gazetteer's build needs them; positions are (lat, lon).

    A key may be several keys joined by '+': their union.
    """

    def __init__(self, boundaries: Boundaries) -> None:
        self._boundaries = boundaries
        self._known: dict[str, BaseGeometry | None] = {}
        self._areas = {layer: boundaries.find(layer) for layer in ("country", "admin1")}
        self._labels: dict[tuple[float, float], list[str]] = defaultdict(list)
        for area in self._areas["admin1"]:
            self._labels[_label(*area.properties.get("label", (0, 0)))].append(area.key)
        self._trees = {
            layer: shapely.STRtree([area.geometry for area in found]) for layer, found in self._areas.items()
        }

    def key(self, key: str) -> str:
        """The key itself, or empty where there is no such shape."""
        return key if key and self.geometry(key) is not None else ""

    def unit(self, properties: Mapping[str, Any]) -> str:
        """Key of the shape made from one of Natural Earth's first-level units: the one with its label point.

        Several units share one ISO code, so that the code alone doesn't tell; of units that share a label point
        (Cornwall and Scilly), it does.
        """
        keys = self._labels.get(_label(properties.get("longitude"), properties.get("latitude")), [])
        coded = f"admin1:{properties.get('iso_3166_2')}"
        key = coded if coded in keys else next(iter(keys), "")
        return "" if "+" in key else key

    def union(self, keys: Iterable[str]) -> str:
        """The key of the union of those shapes that exist."""
        return "+".join(sorted({key for key in keys if self.key(key)}))

    def geometry(self, key: str) -> BaseGeometry | None:
        """The drawing geometry of a key, None where there is none."""
        if key not in self._known:
            try:
                parts = [self._boundaries.shape(part, detail="draw") for part in key.split("+")]
                self._known[key] = parts[0] if len(parts) == 1 else shapely.union_all(parts)
            except UnknownNameError:
                self._known[key] = None
        return self._known[key]

    def layer(self, name: str) -> list[Shape]:
        """The shapes of a layer."""
        return self._boundaries.find(name)

    def point(self, key: str) -> Position | None:
        """Where a shape stands: its centroid on the sphere where that lies inside, else the middle of its widest part.

        A line stands at the middle of its longest piece.
        """
        shape = self.geometry(key) if key else None
        return None if shape is None else middle(shape)

    def square_kilometres(self, key: str) -> float:
        """Area of a shape, roughly: a degree is 111.3 km, narrowed by the latitude."""
        shape = self.geometry(key)
        if shape is None:
            return 0.0
        return float(shape.area) * 111.3**2 * math.cos(math.radians(shape.centroid.y))

    def holder(self, layer: str, key: str, position: Position) -> str:
        """Key of the country or first-level unit that holds nearly all of a shape, or the position where none is given.

        Empty where several share it.
        """
        lat, lon = position
        shape = self.geometry(key) if key else None
        if shape is None:
            area = self._boundaries.at(layer, lon, lat, within_m=2000)
            return area.key if area else ""
        for number in sorted(self._trees[layer].query(shape, predicate="intersects")):
            area = self._areas[layer][number]
            if _size(shapely.difference(shape, area.geometry)) < 0.05 * _size(shape):
                return area.key
        return ""

    def metres_off(self, key: str, position: Position) -> float:
        """How far a position lies from a shape, in metres; 0 inside, or where there is no such shape."""
        shape = self.geometry(key) if key else None
        return 0.0 if shape is None else shortest(shapely.Point(position[1], position[0]), shape)[0]

    def land(self, lon: float, lat: float) -> tuple[str, Position] | None:
        """Key and point of the landmass part at a position, at most 2 km off."""
        part = self._boundaries.at("land", lon, lat, within_m=2000, detail="draw")
        return None if part is None else (part.key, middle(part.geometry))

    def between(self, first: str, second: str) -> Position:
        """Middle of the geodesic between the nearest shores of two shapes, those that touch included."""
        a, b = (self._boundaries.shape(key, detail="measure") for key in (first, second))
        metres, start, end = shortest(a, b)
        if metres < 1:
            return round(start[1], 5), round(start[0], 5)
        return _halfway(start, end)


def _label(lon: float | None, lat: float | None) -> tuple[float, float]:
    return round(lon or 0, 4), round(lat or 0, 4)


def _size(shape: BaseGeometry) -> float:
    return float(shape.area or shape.length)


def _halfway(start: Position, end: Position) -> Position:
    line = geodesic_line(start, end, step_m=geodesic_m(*start, *end) / 2 * 1.000001)
    lon, lat = line.coords[len(line.coords) // 2]
    return round(lat, 5), round(_turned(lon), 5)


def _turned(lon: float) -> float:
    return (lon + 180) % 360 - 180


def middle(shape: BaseGeometry) -> Position:
    """(lat, lon) of the point that stands for a geometry."""
    if "Polygon" in shape.geom_type:
        lat, lon = centroid(shape)
        if shapely.intersects_xy(shape, lon, lat):
            return round(lat, 5), round(lon, 5)
    west, _, east, _ = shape.bounds
    if east - west > 180:
        # What the antimeridian cuts in two is looked at from the Greenwich side.
        shape = unwrap(shape, 0.0)
    if "Line" in shape.geom_type:
        longest = max(shapely.get_parts(shapely.line_merge(shape)), key=lambda part: part.length)
        point = longest.interpolate(0.5, normalized=True)
    else:
        point = _widest(shape)
    return round(point.y, 5), round(_turned(point.x), 5)


def centroid(shape: BaseGeometry) -> Position:
    """(lat, lon) of the centre of a surface's area on the sphere.

    The area integral of the position is half the sum, over the edges, of each edge's angle times the normal of its
    great circle (Stokes); cuts along the antimeridian and edges at a pole cancel out or add nothing.
    """
    total = np.zeros(3)
    for part in shapely.get_parts(shapely.segmentize(shape, _EDGE_DEGREES)):
        turned = orient(part)
        for ring in (turned.exterior, *turned.interiors):
            lon, lat = np.radians(shapely.get_coordinates(ring)).T
            at = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
            normal = np.cross(at[:-1], at[1:])
            sine = np.linalg.norm(normal, axis=1)
            angle = np.arctan2(sine, np.sum(at[:-1] * at[1:], axis=1))
            total += np.sum(normal * np.divide(angle, sine, out=np.zeros_like(sine), where=sine > 0)[:, None], axis=0)
    x, y, z = total
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def _widest(shape: BaseGeometry) -> shapely.Point:
    """The centre of a surface's largest part, or where that lies outside, of the largest circle in it."""
    widest = max(shapely.get_parts(shape), key=lambda part: part.area)
    point = widest.centroid
    if not shapely.contains_xy(widest, point.x, point.y):
        circle = shapely.maximum_inscribed_circle(widest.simplify(0.01), tolerance=0.05)
        point = shapely.get_point(circle, 0)
        if not shapely.contains_xy(widest, point.x, point.y):
            point = widest.representative_point()
    return point
