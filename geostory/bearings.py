"""Where a place lies to an area, a sea or a border: the questions that a statement about it comes down to.

Every answer leans to the side on which nothing is held against a statement.
"""

import math
from collections.abc import Sequence
from functools import cache

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import boundaries
from geostory.gazetteer import gazetteer
from geostory.geodesy import shortest
from geostory.models import Candidate
from geostory.territories import regions_in_force

__all__ = ["by_disputed_border", "by_region", "inland", "nearest_country", "off_m", "on_an_arm", "opposite", "outline"]

_DISPUTED_M, _REGION_M = 250_000, 20_000
_OPPOSITE = 0.22
_AROUND = 2.0  # degrees
_COAST_M = 50_000
_TOUCH = 0.05  # degrees; the shapes of two waters so near to each other join
_MAINLAND = 400.0  # square degrees at the equator, from which a landmass is a continent's
_SHORE_M = 30_000


def outline(area: Candidate) -> BaseGeometry:
    """An area's shape, as it is drawn."""
    return boundaries().shape(area.shape, detail="draw")


def off_m(place: Candidate, shape: BaseGeometry) -> float:
    """Metres from a place's point to the nearest point of a shape; 0 inside it."""
    return shortest(Point(place.lon, place.lat), shape)[0]


def by_region(place: Candidate) -> bool:
    """Whether a place lies in a region in question of the shipped packs, or within 20 km of one.

    Examples
    --------
    >>> by_region(gazetteer().lookup("Simferopol")[0]), by_region(gazetteer().lookup("Lviv")[0])
    (True, False)
    """
    here = Point(place.lon, place.lat)
    return any(shape.distance(here) < 1 and off_m(place, shape) < _REGION_M for shape in _regions())


@cache
def _regions() -> tuple[BaseGeometry, ...]:
    return tuple(region.geometry for region in regions_in_force() if region.geometry.area and not region.quiet)


def by_disputed_border(place: Candidate) -> bool:
    """Whether a place lies within 250 km of a border that the shapes give as disputed."""
    lines = boundaries().find("border", (place.lon - 5, place.lat - 3, place.lon + 5, place.lat + 3))
    return any(
        line.properties.get("kind") == "disputed" and off_m(place, line.geometry) < _DISPUTED_M for line in lines
    )


def opposite(town: Candidate, country: Candidate, point: str) -> bool:
    """Whether a town surely lies on the other side of its country: hardly any land or people are farther from a point.

    Parameters
    ----------
    town : Candidate
    country : Candidate
        With a shape, of which the largest part and the islands around it count.
    point : 'north', 'south', 'east' or 'west'

    Examples
    --------
    >>> italy = gazetteer().lookup("Italy")[0]
    >>> [opposite(gazetteer().lookup(name)[0], italy, "north") for name in ("Milan", "Rome", "Palermo")]
    [False, False, True]
    """
    main = _main(outline(country))
    if main.distance(Point(town.lon, town.lat)) > _TOUCH:
        return False
    west, south, east, north = main.bounds
    away = {
        "north": (west, south, east, town.lat),
        "south": (west, town.lat, east, north),
        "east": (west, south, town.lon, north),
        "west": (town.lon, south, east, north),
    }[point]
    if shapely.clip_by_rect(main, *away).area > _OPPOSITE * main.area:
        return False
    beyond, all_people = (
        sum(c.population for c in gazetteer().in_bounds(box, min_population=2_000) if c.country == country.country)
        for box in (away, main.bounds)
    )
    return beyond < _OPPOSITE * all_people


def _main(shape: BaseGeometry) -> BaseGeometry:
    parts = getattr(shape, "geoms", [shape])
    largest = max(parts, key=lambda part: part.area)
    return shapely.MultiPolygon([part for part in parts if part.distance(largest) < _AROUND])


def on_an_arm(town: Candidate, sea: BaseGeometry) -> bool:
    """Whether a town's own waters join a sea, by at most one other: an arm often goes by the sea's name."""
    reach = (town.lon - 3, town.lat - 2, town.lon + 3, town.lat + 2)
    own = [water for water in boundaries().find("marine", reach) if off_m(town, water.geometry) < _COAST_M]
    if not own:
        return False
    arms = [water.geometry for water in boundaries().find("marine") if water.geometry.distance(sea) < _TOUCH]
    return any(arm.distance(water.geometry) < _TOUCH for arm in [sea, *arms] for water in own)


def inland(place: Candidate) -> bool:
    """Whether a place is no island: on a continent, far from coasts, lakes and rivers, some of whose isles lack shapes.

    Examples
    --------
    >>> inland(gazetteer().lookup("Nairobi")[0]), inland(gazetteer().lookup("Montreal")[0])
    (True, False)
    """
    land = boundaries().at("land", place.lon, place.lat, detail="draw")
    if land is None or land.geometry.area * math.cos(math.radians(land.geometry.centroid.y)) < _MAINLAND:
        return False
    layers = ("coast", "lake", "river")
    return all(boundaries().at(layer, place.lon, place.lat, within_m=_SHORE_M) is None for layer in layers)


def nearest_country(place: Candidate, *, within_m: float, but: Sequence[str]) -> tuple[float, str] | None:
    """Distance in metres and name of the nearest country within a reach, those of some codes left out."""
    span = within_m / 111_000
    wide = span / max(math.cos(math.radians(place.lat)), 0.1)
    around = (place.lon - wide, place.lat - span, place.lon + wide, place.lat + span)
    found = [(off_m(place, c.geometry), c.name) for c in boundaries().find("country", around) if c.country not in but]
    return min(((metres, name) for metres, name in found if metres <= within_m), default=None)
