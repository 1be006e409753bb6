"""Looking a place up as people write one ('Paris, Texas'), and finding what surrounds a position."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import shapely

from geostory.boundaries import Shape, boundaries
from geostory.errors import UnknownNameError, UsageError
from geostory.gazetteer import Gazetteer, gazetteer, normalise
from geostory.models import Candidate

__all__ = [
    "Surroundings",
    "country_code",
    "describe",
    "feature_code",
    "find_place",
    "geocode_candidates",
    "position",
    "surroundings",
]

# What lies within this distance of ``near`` comes first, in metres.
_NEAR_M = 300_000
# A position this far out still belongs to the shore beside it, in metres: shores are drawn simplified.
_SHORE_M = 2_000
_EARTH_M = 6_371_009.0
# Degrees between two simplified shapes that still touch: a sea and its shore, a river and the border on it.
_TOUCHING = 0.05
# Degrees that a range, desert or strait known by one point only may reach.
_REACH = 3.0
# No place is written with more characters.
_LONGEST = 200
_STATES = ("PCL", "TERR")
# Codes that stand for all that begin with them.
_FAMILIES = {"PPL": ("PPL", "STLMT"), "ADM": ("ADM",), "PCL": _STATES}
# Quarters of towns, and places where nobody lives any more.
_NO_TOWN = frozenset({"PPLX", "PPLH", "PPLQ", "PPLW"})
# ISO 3166-1 codes that Natural Earth doesn't give; XKX stands for Kosovo, which ISO leaves out.
_ALPHA_3 = {
    "BES": "BQ", "BVT": "BV", "CCK": "CC", "CXR": "CX", "GLP": "GP", "GUF": "GF", "MTQ": "MQ", "MYT": "YT",
    "REU": "RE", "SJM": "SJ", "TKL": "TK", "XKX": "XK",
}  # fmt: skip


def geocode_candidates(
    name: str,
    *,
    near: Candidate | tuple[float, float] | None = None,
    country: str | Iterable[str] | None = None,
    feature: str | None = None,
    limit: int | None = None,
) -> list[Candidate]:
    """The places a name may stand for, likeliest first.

    Parts after a comma narrow: each must name something that the place lies in, by name, abbreviation or ISO code.
    Where nothing has the name, those come whose name is one letter off, with ``match`` 'spelling'.

    Parameters
    ----------
    name : str
        Such as 'Kyiv', 'Paris, TX' or 'London, Ontario, Canada'.
    near : Candidate or (lat, lon), optional
        Degrees. Places inside it come before all others, then those within 300 km and areas that hold it, then those
        of a place's own country.
    country : str or iterable of str, optional
        Only places in this country, or in one of these: see :func:`country_code`. A river, range or sea that belongs
        to no one country is in each that it touches (known by one point only: that lies within three degrees).
    feature : str, optional
        Only places of this kind: see :func:`feature_code`.
    limit : int, optional
        How many at most; None for all.

    Raises
    ------
    UsageError
        If there is no such country or feature code.

    Examples
    --------
    >>> [place.admin1 for place in geocode_candidates("Paris, TX")]
    ['Texas']
    >>> geocode_candidates("London", near=(43.0, -81.0), limit=1)[0].admin1
    'Ontario'
    >>> geocode_candidates("Georgia", country="USA", feature="ADM1")[0].gazetteer_id
    'geonames:4197000'
    """
    places = gazetteer()
    wanted = [country] if isinstance(country, str) else country
    codes = None if wanted is None else {country_code(one) for one in wanted}
    kind = None if feature is None else feature_code(feature)
    if len(name) > _LONGEST:
        return []
    found = list(places.lookup(name))
    if not found and "," in name:
        first, *outer = [part.strip() for part in name.split(",")]
        outer = [part for part in outer if part]
        firsts = places.lookup(first) or places.spelled_like(first)
        found = [place for place in firsts if all(_lies_in(place, part, places) for part in outer)]
    # A country's other or former name is meant before a province that has it too: Zaïre.
    found = sorted(found or places.spelled_like(name), key=lambda place: place.feature != "PCLI")
    if kind is not None:
        found = [place for place in found if place.feature.startswith(_FAMILIES.get(kind, kind))]
        found = [place for place in found if kind in _FAMILIES or place.feature == kind]
    if codes is not None:
        found = [place for place in found if _is_in_country(place, codes)]
    if near is not None:
        found.sort(key=lambda place: _farness(place, near))
    return found[:limit]


def country_code(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country or territory.

    Parameters
    ----------
    text : str
        Its alpha-2 or alpha-3 code in any case, a name or an abbreviation.

    Raises
    ------
    UsageError
        If there is no such country, or several; the text says what to write.

    Examples
    --------
    >>> [country_code(text) for text in ("de", "DEU", "Germany", "Deutschland", "U.K.")]
    ['DE', 'DE', 'DE', 'DE', 'GB']
    """
    return _country_code(text.strip()[:_LONGEST])


@lru_cache(maxsize=256)
def _country_code(text: str) -> str:
    places, code = gazetteer(), text.upper()
    if len(code) == 2 and places.of_shape(f"country:{code}"):
        return code
    if len(code) == 3 and (found := _alpha_3().get(code)):
        return found
    named = [
        place
        for place in (*places.lookup(text), *places.lookup(code))
        if place.country and place.feature.startswith(_STATES) and place.feature != "PCLH" and place.match != "demonym"
    ]
    own = {place.country for place in named if place.match == "name"}
    choices = sorted(own or {place.country for place in named})
    if len(choices) == 1:
        return choices[0]
    if choices:
        raise UsageError(f"several countries are called {text!r}; give one of the codes {', '.join(choices)}")
    names = [place.name for key in _alpha_3().values() if (place := places.of_shape(f"country:{key}"))]
    if near := get_close_matches(text.title(), names, n=1, cutoff=0.8):
        raise UsageError(f"there is no country {text!r}; is {near[0]} meant?")
    if any(place.match != "demonym" for place in places.lookup(text)):
        raise UsageError(f"{text!r} is no country; to look inside it, write it after the name: 'NAME, {text}'")
    raise UsageError(f"there is no country {text!r}; give its ISO code (DE, DEU) or its name")


@lru_cache(maxsize=1)
def _alpha_3() -> dict[str, str]:
    shapes = boundaries().find("country")
    return _ALPHA_3 | {
        str(shape.properties["iso_a3"]): shape.country for shape in shapes if "iso_a3" in shape.properties
    }


@lru_cache(maxsize=64)
def feature_code(text: str) -> str:
    """A GeoNames feature code of the gazetteer, in capitals.

    Parameters
    ----------
    text : str
        Such as 'STM' for rivers; 'PPL', 'ADM' and 'PCL' stand for all codes that begin with them: towns (and
        settlements), units of every level, countries (and territories).

    Raises
    ------
    UsageError
        If no place has that code; the text lists the usual ones.

    Examples
    --------
    >>> feature_code("stm")
    'STM'
    """
    code = text.strip().upper()
    # One letter names a class to the gazetteer, and is no code.
    if code in _FAMILIES or (len(code) > 1 and gazetteer().nearest(lat=0, lon=0, feature_class=code)):
        return code
    raise UsageError(
        f"no place has the feature code {text!r}; usual ones are PPL (towns), PCL (countries), ADM1 (states and "
        "provinces), ADM2 (counties), STM (rivers), LK, SEA, ISL, MT, MTS and AIRP (airports)"
    )


def position(text: str) -> tuple[float, float] | None:
    """'61.2,-149.9' as (lat, lon) in degrees, or None where the text is no pair of numbers.

    Raises
    ------
    UsageError
        If there is no such latitude or longitude.
    """
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise UsageError(f"{text!r} is no position: latitude lies within ±90 and longitude within ±180")
    return lat, lon


def find_place(text: str) -> Candidate:
    """The likeliest place of a name, or the point that 'lat,lon' gives.

    Raises
    ------
    UnknownNameError
        If no place bears the name.
    UsageError
        If there is no such latitude or longitude.

    Examples
    --------
    >>> find_place("Paris, Texas").country, find_place("48.9,2.4").lat
    ('US', 48.9)
    """
    pair = position(text)
    if pair is not None:
        return Candidate(gazetteer_id="", name=text, lat=pair[0], lon=pair[1], feature="")
    found = geocode_candidates(text, limit=1)
    if not found:
        raise UnknownNameError(f"no place named {text!r} in the gazetteer; check the spelling, or give lat,lon")
    return found[0]


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
    """Country, first-level region, county or sea at a position, and the nearest town.

    Where the land at the position belongs to a country, the town is the nearest one of that country; quarters of towns
    and abandoned places don't count. Counties are known in the United States, and where the shipped shapes are units
    of the second level (France, Italy, Great Britain ...).

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
    country, unit, county = (shapes.at(layer, lon, lat, within_m=_SHORE_M) for layer in ("country", "admin1", "county"))
    marine = None if country else shapes.at("marine", lon, lat)
    state = places.of_shape(country.key) if country else None
    region, inner = _units(unit, state) if unit and state else (None, None)
    near = [
        pair
        for pair in places.nearest(lat=lat, lon=lon, limit=40, feature_class="P")
        if pair[1].feature not in _NO_TOWN
    ]
    own = [pair for pair in near if not state or pair[1].country == state.country]
    town_m, town = next(iter(own or near), (math.inf, None))
    second = places.of_shape(county.key) if county else None
    if second and state and second.country != state.country:
        second = None  # Windsor, Ontario, lies across the river from Wayne County
    return Surroundings(
        country=state,
        region=region,
        county=second or inner,
        sea=places.of_shape(marine.key) if marine else None,
        town=town,
        town_m=town_m,
    )


def _units(shape: Shape, state: Candidate) -> tuple[Candidate | None, Candidate | None]:
    """The first-level unit at a shape, and the shape's own unit where that lies within it.

    The shapes are of the second level in some countries (French departments), and of the first by ISO 3166-2 and yet
    parts of a greater one in others (counties of England).
    """
    places = gazetteer()
    # A unit of several shapes (New South Wales with Lord Howe Island) is found by its name.
    named = (place for place in places.lookup(shape.name) if shape.key in place.shape.split("+"))
    unit = places.of_shape(shape.key) or next(named, None)
    part = str(shape.properties.get("geonunit", ""))
    name = (unit and unit.admin1) or (part if part != state.name else "")
    for outer in places.lookup(name) if name else ():
        holds = not outer.shape or shape.key in outer.shape.split("+")
        if outer.feature == "ADM1" and outer.country == state.country and holds:
            return outer, unit if unit != outer else None
    return unit, None


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


def _is_in_country(place: Candidate, codes: set[str]) -> bool:
    if place.country:
        return place.country in codes
    here = boundaries().shape(place.shape, detail="draw") if place.shape else shapely.Point(place.lon, place.lat)
    areas = (boundaries().shape(f"country:{code}", detail="draw") for code in sorted(codes))
    return any(bool(shapely.dwithin(area, here, _TOUCHING if place.shape else _REACH)) for area in areas)


def _farness(place: Candidate, near: Candidate | tuple[float, float]) -> int:
    """0 inside, 1 near, 2 in the same country, 3 elsewhere."""
    elsewhere = 3
    if isinstance(near, Candidate):
        if _holds(near, place):
            return 0
        elsewhere = 2 if near.country and near.country == place.country else 3
        near = near.lat, near.lon
    return 1 if _metres(place, *near) <= _NEAR_M or (bool(place.shape) and _covers(place, *near)) else elsewhere


def _metres(place: Candidate, lat: float, lon: float) -> float:
    """Distance on a sphere: right to half a percent, which a rule of thumb can bear."""
    p1, p2, half = math.radians(place.lat), math.radians(lat), math.radians(lon - place.lon) / 2
    h = math.sin((p2 - p1) / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(half) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(h)))
