"""Stated distances checked against the earth: what lies between two places, and whether a claim agrees with it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Shape, boundaries
from geostory.claims import find_claims
from geostory.errors import UnknownNameError, UsageError
from geostory.geodesy import geodesic_line, shortest, unwrap
from geostory.models import Article, Candidate, Distance, DistanceClaim, Measure, Place, Verdict
from geostory.quantities import METRES
from geostory.words import UNSURE

__all__ = ["find_distances", "format_distance", "measure"]

# Metres by which one shore may be off. At the Bering Strait four sources of coasts put the Diomedes 3.61 to 3.99 km and
# the mainlands 81.3 to 82.2 km apart; half of the largest disagreement stands for Natural Earth's end of a line, a
# quarter of that between OpenStreetMap and GSHHG for a fine one.
_COARSE_SHORE_M = 500.0
_FINE_SHORE_M = 125.0
_POINT_M = 500.0  # positions in gazetteers are rounded, and a base or an airport has an extent
_PEOPLE_PER_KM2 = 3000.0  # of built-up land, a round figure: it makes a million people a disc of 10 km radius
_NEAR_COAST_M = 3000.0  # how far the same shore may lie apart in two sources

_LARGEST_ISLAND = 700.0  # square degrees; Greenland has 660
_LARGEST_NEAR = 1.0  # of an island whose point lies beside its outline

_DETOUR = 0.5  # by which a road between two towns is often longer than the straight line

_ELSEWHERE = 5.0  # times a stated figure from which a place that is not quite sure is likelier another one
_SURE = 0.9

_NO_SHORTER = "no way is shorter than the straight line"

_ISLANDS = ("ISL", "ATOL", "ISLET", "ARCH")
_WATERS = ("OCN", "SEA", "STRT", "GULF", "BAY", "LK", "SD", "CHN", "STM", "LGN", "FJD")
_AREAS = ("PCL", "TERR", "ADM1", "ADM2", "ADMD", "CONT", "RGN", "MTS", "DSRT", "PEN", "ZN", *_WATERS)

# What the words of a claim allow a figure to be off, as a share of it, beside its rounding and the error of measuring.
_SHARE = {"about": 0.10, "just": 0.05, "exactly": 0.05, "between": 0.05}


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a place a distance is measured to, what that is called, and by how much it may be off."""

    geometry: BaseGeometry
    word: str
    error_m: float
    source: str


def measure(a: Candidate, b: Candidate, *, mainland_a: bool = False, mainland_b: bool = False) -> Measure:
    """The shortest geodesic between the parts of two places that a distance between them means.

    An island and a mainland are measured from the shore, by the finest coast there is; a country or region from the
    nearest point of its area, waters from their shore; a settlement is a point at its centre. A mainland is the largest
    piece of land of the country or region.

    Parameters
    ----------
    a, b : Candidate
    mainland_a, mainland_b : bool
        Whether only the mainland counts; an island, a settlement and waters have none.

    Returns
    -------
    Measure
        ``error_m`` adds what the coasts' sources are known to differ by and a city's extent by its population (a disc
        with 3,000 people to the square kilometre).

    Raises
    ------
    UsageError
        If one is an area of which only a point is known.

    Examples
    --------
    >>> gao = Candidate(gazetteer_id="", name="Gao", lat=16.27, lon=-0.04, feature="PPLA", population=86_000)
    >>> timbuktu = Candidate(gazetteer_id="", name="Timbuktu", lat=16.77, lon=-3.0, feature="PPLA", population=32_000)
    >>> found = measure(gao, timbuktu)
    >>> round(found.distance_m / 1000), found.between, round(found.error_m / 1000)
    (321, 'centre to centre', 5)
    """
    part_a, part_b = _part(a, mainland_a), _part(b, mainland_b)
    distance_m, start, end = shortest(part_a.geometry, part_b.geometry)
    finer_a, finer_b = _finer(part_a, start), _finer(part_b, end)
    if distance_m > 0 and (finer_a is not part_a or finer_b is not part_b):
        finer = shortest(finer_a.geometry, finer_b.geometry)
        if abs(finer[0] - distance_m) <= part_a.error_m + part_b.error_m:
            (distance_m, start, end), part_a, part_b = finer, finer_a, finer_b
    words = [part.word for part in (part_a, part_b)]
    if distance_m > 0 and "border" in words and _at_sea(start, end):
        words = ["shore" if word == "border" else word for word in words]
    return Measure(
        distance_m=distance_m,
        start=start,
        end=end,
        between=" to ".join(words),
        error_m=part_a.error_m + part_b.error_m,
        sources=tuple(dict.fromkeys(part.source for part in (part_a, part_b) if part.source)),
    )


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
            return _Part(_mainland(place.shape, place.lon), "shore", _COARSE_SHORE_M, boundaries().source)
        return _Part(boundaries().shape(place.shape), "border", _COARSE_SHORE_M, boundaries().source)
    if feature.startswith(_AREAS):
        raise UsageError(f"only a point is known of {place.name}, so nothing can be measured to its edge")
    point = shapely.Point(place.lon, place.lat)
    if feature.startswith("PPL"):
        radius_m = 1000 * math.sqrt(place.population / _PEOPLE_PER_KM2 / math.pi)
        return _Part(point, "centre", max(radius_m, _POINT_M), place.source)
    return _Part(point, "point", _POINT_M, place.source)


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


@lru_cache(maxsize=64)
def _mainland(key: str, lon: float) -> BaseGeometry:
    """The largest piece of an area, once pieces cut at the antimeridian are joined (Chukotka is no island)."""
    pieces = shapely.get_parts(unwrap(boundaries().shape(key), lon - 180))

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
    return _Part(found[0].geometry, part.word, _FINE_SHORE_M, found[1])


def _at_sea(start: tuple[float, float], end: tuple[float, float]) -> bool:
    lon, lat = geodesic_line(start, end, step_m=math.inf).interpolate(0.5, normalized=True).coords[0]
    return boundaries().at("land", lon, lat) is None


# ---- verdicts -------------------------------------------------------------------------------------------------------


def find_distances(article: Article, places: Sequence[Place]) -> tuple[Distance, ...]:
    """The distances that an article states, measured where both ends are known, and whether the two agree.

    Parameters
    ----------
    article : Article
    places : sequence of Place
        The article's resolved places.

    Returns
    -------
    tuple of Distance
        In the order of title and text.

    Notes
    -----
    A hedge is a bound where it says so ('fewer than 4 km' agrees with 3.8). Else a claim agrees that lies within 5 % of
    the measured figure (10 % with 'about'), or within half a unit of the last digit that is no idle zero, at most a
    tenth of it ('90 km' may be 85 to 95), and the error of measuring counts in its favour.
    """
    return tuple(_judged(claim) for claim in find_claims(article, places))


def _judged(claim: DistanceClaim) -> Distance:
    def unchecked(reason: str, found: Measure | None = None) -> Distance:
        return Distance(claim=claim, measure=found, verdict="cannot be checked", reason=reason)

    if len(claim.ends) < 2:
        return unchecked("only one end of the distance is named")
    candidates = [end.candidate for end in claim.ends]
    unplaced = [end.mention.text for end in claim.ends if end.candidate is None]
    a, b = candidates
    if a is None or b is None:
        return unchecked(f"{' and '.join(unplaced)} could not be placed")
    unsure = [end.mention.text for end in claim.ends if end.confidence < UNSURE]
    if unsure:
        return unchecked(f"it is not sure which place {' and '.join(unsure)} is")
    try:
        found = measure(a, b, mainland_a=claim.ends_mainland[0], mainland_b=claim.ends_mainland[1])
    except (UsageError, UnknownNameError) as error:
        return unchecked(str(error))
    if found.distance_m == 0 and _is_area(a) and _is_area(b):
        # Spain and Morocco touch at Ceuta; what a strait parts are their mainlands.
        found = measure(a, b, mainland_a=True, mainland_b=True)
    if found.distance_m == 0:
        return unchecked(f"{a.name} and {b.name} touch or overlap, so there is no distance to measure")
    told = f"measured {format_distance(found.distance_m)} {found.between}"
    stated = claim.claimed_max_m or claim.claimed_m
    if found.distance_m > _ELSEWHERE * stated and min(end.confidence for end in claim.ends) < _SURE:
        return unchecked(f"{told}, so that one of the names may well stand for another place", found)
    if claim.kind == "route":
        if _off_m(claim, found)[0] > found.error_m:
            return Distance(claim=claim, measure=found, verdict="differs", reason=f"{_NO_SHORTER}: {told}")
        return unchecked(f"a way by land, sea or air is longer than the straight line: {told}", found)
    verdict, reason = _verdict(claim, found, told)
    if verdict == "differs" and _has_islands(a, claim.ends_mainland[0]) | _has_islands(b, claim.ends_mainland[1]):
        # 'Taiwan lies 180 km off China' speaks of the main island and not of Kinmen.
        mainlands = measure(a, b, mainland_a=_is_area(a), mainland_b=_is_area(b))
        if max(_off_m(claim, mainlands)) < max(_off_m(claim, found)):
            found = mainlands
            told = f"measured {format_distance(found.distance_m)} {found.between} between the mainlands"
            verdict, reason = _verdict(claim, found, told)
    return Distance(claim=claim, measure=found, verdict=verdict, reason=reason)


def _is_area(place: Candidate) -> bool:
    return bool(place.shape) and place.feature.startswith(("PCL", "TERR", "ADM1"))


def _has_islands(place: Candidate, mainland: bool) -> bool:
    return _is_area(place) and not mainland and shapely.get_num_geometries(boundaries().shape(place.shape)) > 1


def _off_m(claim: DistanceClaim, found: Measure) -> tuple[float, float]:
    """Metres by which the measured exceeds the claim, and falls short of it, beyond what the claim's words allow."""
    low, high = claim.claimed_m, claim.claimed_max_m or claim.claimed_m
    leeway = max(_SHARE[claim.hedge] * high, _rounding_m(claim)) if claim.hedge in _SHARE else 0.0
    over = 0.0 if claim.hedge in ("more than", "at least") else found.distance_m - high - leeway
    under = 0.0 if claim.hedge in ("less than", "up to") else low - leeway - found.distance_m
    return max(over, 0.0), max(under, 0.0)


def _verdict(claim: DistanceClaim, found: Measure, told: str) -> tuple[Verdict, str]:
    over, under = _off_m(claim, found)
    stated = claim.claimed_m if under else claim.claimed_max_m or claim.claimed_m
    open_m = format_distance(found.error_m)
    if found.error_m > stated / 2:
        return "cannot be checked", f"{told}, but the places and their outlines leave {open_m} open"
    if not (over or under):
        return "agrees", told
    if max(over, under) <= found.error_m:
        return "agrees", f"{told}, give or take {open_m}"
    share = abs(stated - found.distance_m) / found.distance_m
    how = "more" if under else "less"
    by = f"{100 * share:.0f} % {how}" if share < 1 else f"{stated / found.distance_m:.0f} times as much"
    if under and share < _DETOUR and found.between == "centre to centre" and not _at_sea(found.start, found.end):
        return "cannot be checked", f"{told}; the article's figure is {by}, which the way by road may be"
    return "differs", f"{told}; the article's figure is {by}"


def _rounding_m(claim: DistanceClaim) -> float:
    """Metres that rounding may have moved a stated figure by: half a unit of its last digit that is no idle zero."""
    value = (claim.claimed_max_m or claim.claimed_m) / METRES[claim.unit]
    places = 0
    while value < 10 and round(value, places) != round(value, 6):
        places += 1
    unit = 10.0**-places
    while value >= 10 and round(value) % (unit * 10) == 0:
        unit *= 10
    half = unit / 2
    return METRES[claim.unit] * (min(half, value / 10) if value >= 10 else half)


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
    km = _rounded(metres / METRES["km"])
    # From the rounded figure, so that a reader who converts it finds the same.
    return f"{km:,} km ({_rounded(km * METRES['km'] / METRES['mi']):,} mi)"


def _rounded(value: float) -> float:
    if value < 9.95:
        return round(value, 1)
    return round(value) if value < 1000 else 10 * round(value / 10)
