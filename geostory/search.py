"""Looking a place up as people write one ('Paris, Texas'), and finding what surrounds a position."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import shapely

from geostory.boundaries import boundaries
from geostory.errors import UnknownNameError
from geostory.gazetteer import Gazetteer, gazetteer, normalise
from geostory.models import Candidate

__all__ = ["Surroundings", "describe", "geocode_candidates", "surroundings"]

# What lies within this distance of ``near`` comes first, in metres.
_NEAR_M = 300_000
# A position this far out still belongs to the shore beside it, in metres: shores are drawn simplified.
_SHORE_M = 2_000
_EARTH_M = 6_371_009.0


def geocode_candidates(
    name: str, *, near: tuple[float, float] | None = None, limit: int | None = None
) -> list[Candidate]:
    """The places a name may stand for, likeliest first.

    Parts after a comma narrow: each must name something that the place lies in, by name, abbreviation or ISO code.

    Parameters
    ----------
    name : str
        Such as 'Kyiv', 'Paris, TX' or 'London, Ontario, Canada'.
    near : (lat, lon), optional
        Degrees. Places within 300 km of it, and areas that hold it, come before all others.
    limit : int, optional
        How many at most; None for all.

    Examples
    --------
    >>> [place.admin1 for place in geocode_candidates("Paris, TX")]
    ['Texas']
    >>> geocode_candidates("London", near=(43.0, -81.0), limit=1)[0].admin1
    'Ontario'
    """
    places = gazetteer()
    found = list(places.lookup(name))
    if not found and "," in name:
        first, *outer = [part.strip() for part in name.split(",")]
        outer = [part for part in outer if part]
        found = [place for place in places.lookup(first) if all(_lies_in(place, part, places) for part in outer)]
    if near is not None:
        lat, lon = near
        found.sort(key=lambda place: not _is_near(place, lat, lon))
    return found[:limit]


def describe(place: Candidate) -> str:
    """A place with what it lies in: 'Paris, Lamar County, Texas, United States'."""
    parts = [place.name]
    for part in (place.admin2, place.admin1, place.country_name):
        if part and normalise(part) != normalise(parts[-1]):
            parts.append(part)
    return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What holds a position, and the nearest town; a missing area is None."""

    country: Candidate | None
    region: Candidate | None
    county: Candidate | None
    sea: Candidate | None
    town: Candidate | None
    town_m: float


def surroundings(*, lat: float, lon: float) -> Surroundings:
    """Country, first-level region, US county or sea at a position, and the nearest populated place.

    Where the land at the position belongs to a country, the town is the nearest one of that country.

    Parameters
    ----------
    lat, lon : float
        WGS 84 degrees.

    Examples
    --------
    >>> here = surroundings(lat=37.13, lon=-84.08)
    >>> here.town.name, here.county.name, here.region.name, here.country.name
    ('London', 'Laurel County', 'Kentucky', 'United States')
    """
    places, shapes = gazetteer(), boundaries()
    found: dict[str, Candidate | None] = {}
    for layer in ("country", "admin1", "county"):
        shape = shapes.at(layer, lon, lat, within_m=_SHORE_M)
        found[layer] = places.of_shape(shape.key) if shape else None
    marine = None if found["country"] else shapes.at("marine", lon, lat)
    country = found["country"]
    near = places.nearest(lat=lat, lon=lon, limit=40 if country else 1, feature_class="P")
    own = [pair for pair in near if not country or pair[1].country == country.country]
    town_m, town = next(iter(own or near), (math.inf, None))
    return Surroundings(
        country=country,
        region=found["admin1"],
        county=found["county"],
        sea=places.of_shape(marine.key) if marine else None,
        town=town,
        town_m=town_m,
    )


def _lies_in(place: Candidate, part: str, places: Gazetteer) -> bool:
    key = normalise(part)
    names = {normalise(text) for text in (place.admin1, place.admin2, place.country_name) if text}
    if key in names or part.upper() == place.country:
        return True
    # 'Tx' and 'tex.' are meant as abbreviations here, however they are written.
    return any(_holds(area, place) for area in _areas(places, part))


def _areas(places: Gazetteer, part: str) -> Iterator[Candidate]:
    for area in dict.fromkeys([*places.lookup(part), *places.lookup(part.upper())]):
        if area.match != "demonym":
            yield area


def _holds(area: Candidate, place: Candidate) -> bool:
    if area.feature.startswith(("PCL", "TERR")):
        return bool(area.country) and area.country == place.country and area.gazetteer_id != place.gazetteer_id
    if area.feature == "ADM1":
        return area.country == place.country and area.name == place.admin1
    if area.feature == "ADM2":
        return (area.country, area.admin1, area.name) == (place.country, place.admin1, place.admin2)
    if area.feature.startswith("PPL"):
        # 'Harlem, New York': a quarter of a town lies near its middle.
        return place.feature == "PPLX" and _metres(place, area.lat, area.lon) < 30_000
    return bool(area.shape) and _covers(area, place.lat, place.lon)


def _covers(area: Candidate, lat: float, lon: float) -> bool:
    try:
        shapes = [boundaries().shape(key, detail="draw") for key in area.shape.split("+")]
    except UnknownNameError:
        return False
    return any(bool(shapely.intersects_xy(shape, lon, lat)) for shape in shapes)


def _is_near(place: Candidate, lat: float, lon: float) -> bool:
    return _metres(place, lat, lon) <= _NEAR_M or (bool(place.shape) and _covers(place, lat, lon))


def _metres(place: Candidate, lat: float, lon: float) -> float:
    """Distance on a sphere: right to half a percent, which a rule of thumb can bear."""
    p1, p2, half = math.radians(place.lat), math.radians(lat), math.radians(lon - place.lon) / 2
    h = math.sin((p2 - p1) / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(half) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(h)))
