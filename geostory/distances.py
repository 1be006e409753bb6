"""Stated distances checked against the earth: whether an article's figure agrees with what was measured for it."""

import math
from collections.abc import Sequence
from dataclasses import replace

import shapely

from geostory.boundaries import boundaries
from geostory.claims import find_claims
from geostory.containers import within
from geostory.errors import UnknownNameError, UsageError
from geostory.measures import at_sea, format_distance, has_mainland, measure, measure_places
from geostory.models import Article, Candidate, Distance, DistanceClaim, Measure, Place, Verdict
from geostory.quantities import METRES
from geostory.words import UNSURE

__all__ = ["find_distances"]

_DETOUR = 0.5  # by which a road between two towns is often longer than the straight line

_ELSEWHERE = 5.0  # times a stated figure from which a place that is not quite sure is likelier another one
_SURE = 0.9

_UNITS = {unit: METRES[unit] for unit in ("km", "mi", "nmi")}
_UNIT_WORDS = {"km": "kilometres", "mi": "miles", "nmi": "nautical miles"}

_FAR_OFF = 3.0  # times the error of measuring, from which a figure differs whatever its size

_NO_SHORTER = "no way is shorter than the straight line"

# What the words of a claim allow a figure to be off, as a share of it, beside its rounding and the error of measuring.
_SHARE = {"about": 0.10, "just": 0.05, "exactly": 0.05, "between": 0.05}


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
        found = measure_places(a, b, mainland=claim.ends_mainland)
    except (UsageError, UnknownNameError) as error:
        return unchecked(str(error))
    if found.distance_m == 0 and (has_mainland(a) or has_mainland(b)):
        # Spain and Morocco touch at Ceuta, and Zanzibar is part of Tanzania; what a strait parts are the mainlands.
        held = within(a, b), within(b, a)  # of Orkney off Scotland, all of Orkney counts
        found = measure_places(a, b, mainland=(has_mainland(a) and not held[0], has_mainland(b) and not held[1]))
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
        mainlands = measure_places(a, b, mainland=(has_mainland(a), has_mainland(b)))
        if max(_off_m(claim, mainlands)) < max(_off_m(claim, found)):
            found = mainlands
            told = f"measured {format_distance(found.distance_m)} {found.between} between the mainlands"
            verdict, reason = _verdict(claim, found, told)
    if verdict == "differs" and (town := _town_meant(claim)):
        return unchecked(f"{told}; measured from {town} it would fit", found)
    if verdict == "differs":
        reason += _what_fits(claim, a, b, found)
    return Distance(claim=claim, measure=found, verdict=verdict, reason=reason)


def _town_meant(claim: DistanceClaim) -> str:
    """The town whose name an area has ('New York is 5,570 km from London'), where the figure fits from there."""
    for number, end in enumerate(claim.ends):
        area, other = end.candidate, claim.ends[1 - number].candidate
        if area is None or other is None or not has_mainland(area):
            continue
        for town in end.rivals:
            if town.feature.startswith("PPL") and within(town, area):
                found = measure_places(town, other, mainland=(False, claim.ends_mainland[1 - number]))
                if max(_off_m(claim, found)) <= found.error_m:
                    return f"the city of {town.name}"
    return ""


def _what_fits(claim: DistanceClaim, a: Candidate, b: Candidate, found: Measure) -> str:
    """What would make a figure right that differs: rounding, other parts of the places, another unit."""
    stated = claim.claimed_max_m or claim.claimed_m
    unit = METRES[claim.unit] * (10 if claim.value >= 20 else 1)
    if found.distance_m < stated and abs(math.ceil(found.distance_m / unit) * unit - stated) < 1:
        return ", rounded up"
    centres = measure(a, b, mode="centre")
    others = [(centres, "from centre to centre")]
    if has_mainland(a) or has_mainland(b):
        others += [
            (measure(a, b, mode="mainland"), "from mainland to mainland"),
            (measure(a, b), "from the nearest parts"),
        ]
    for other, words in others:
        if other.distance_m > 0 and max(_off_m(claim, other)) <= other.error_m < stated / 2:
            return f"; {words}, {format_distance(other.distance_m)}, it would fit"
    for name, metres in _UNITS.items():
        said = replace(claim, claimed_m=claim.value * metres, claimed_max_m=None)
        if name != claim.unit and max(_off_m(said, found)) <= 0:
            return f"; in {_UNIT_WORDS[name]} it would fit"
    return ""


def _has_islands(place: Candidate, mainland: bool) -> bool:
    return has_mainland(place) and not mainland and shapely.get_num_geometries(boundaries().shape(place.shape)) > 1


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
    if found.error_m > stated / 2 and max(over, under) <= _FAR_OFF * found.error_m:
        return "cannot be checked", f"{told}, but the places and their outlines leave {open_m} open"
    if not (over or under):
        return "agrees", told
    if max(over, under) <= found.error_m:
        return "agrees within the error", f"{told}, give or take {open_m}"
    share = abs(stated - found.distance_m) / found.distance_m
    how = "more" if under else "less"
    by = f"{100 * share:.0f} % {how}" if share < 1 else f"{stated / found.distance_m:.0f} times as much"
    if under and share < _DETOUR and found.between == "centre to centre" and not at_sea(found.start, found.end):
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
