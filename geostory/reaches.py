"""How a position lies to a region in question: inside its outline, at its edge, or near the point for it."""

import math
from typing import Literal, NamedTuple

import shapely
import shapely.ops
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geostory.outlines import region_shape
from geostory.packs import Packs, Table
from geostory.search import find_place

__all__ = ["Meeting", "Where", "meeting"]

Where = Literal["inside", "edge", "near"]
_GEOD = Geod(ellps="WGS84")
_DRAWN_M = 2_000  # to which the outlines are drawn: the tolerance of 0.02 degrees in data/build/boundaries.py
_UNKNOWN_M = 25_000  # how far from its point a region may lie whose size no source gives


class Meeting(NamedTuple):
    """How a position lies to a region, how far from its outline or its point in metres, and that in words."""

    where: Where
    away_m: float
    words: str


def meeting(row: Table, point: shapely.Point, packs: Packs) -> Meeting | None:
    """How a position lies to a region; None where it lies elsewhere.

    Parameters
    ----------
    row : dict
        The region's table.
    point : shapely.Point
        In EPSG:4326, longitude within ±180.
    packs : Packs
    """
    shape = region_shape(row["id"], packs)
    if shape.area:
        if shapely.intersects_xy(shape, point.x, point.y):
            return Meeting("inside", 0.0, "")
        away = _metres(shape, point) if _beside(shape, point) else math.inf
        if away <= _DRAWN_M:
            return Meeting(
                "edge", away, f"The point lies {_km(away)} outside the outline, which is drawn to some 2 km."
            )
    reach = 2_000 * math.sqrt(row["area_km2"] / math.pi) if not shape.area and "area_km2" in row else _UNKNOWN_M
    spots = [shape] if not shape.area else []
    spots += [shapely.Point(place.lon, place.lat) for place in map(find_place, row.get("takes_in", ()))]
    away = min((_metres(spot, point) for spot in spots), default=math.inf)
    if away > reach:
        return None
    what = "a place outside the outline that it takes in" if shape.area else "the point that stands for it"
    return Meeting("near", away, f"The point lies {_km(away)} from {what}; how far it reaches there isn't known here.")


def _beside(shape: BaseGeometry, point: shapely.Point) -> bool:
    """Whether a position may lie near enough to an outline to be worth measuring."""
    west, south, east, north = shape.bounds
    tall = _DRAWN_M / 110_000
    wide = tall / max(math.cos(math.radians(point.y)), 0.01)
    return bool(west - wide <= point.x <= east + wide and south - tall <= point.y <= north + tall)


def _metres(shape: BaseGeometry, point: shapely.Point) -> float:
    """From a position to the nearest point of a shape, which is nearest on a map that is true around the position."""
    squeezed = max(math.cos(math.radians(point.y)), 0.01)
    flat = shapely.transform(shape, lambda xy: xy * (squeezed, 1.0))
    near, _ = shapely.ops.nearest_points(flat, shapely.Point(point.x * squeezed, point.y))
    return abs(float(_GEOD.inv(near.x / squeezed, near.y, point.x, point.y)[2]))


def _km(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 1_000 else f"{metres / 1_000:.0f} km"
