"""What is right and wrong among the places found in a corpus, and how far its choice of articles matters.

``docs/accuracy.py`` says what each figure means.
"""

import random
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from corpora import Toponym, toponyms_of
from pyproj import Geod

import geostory
from geostory.boundaries import boundaries
from geostory.gazetteer import gazetteer

__all__ = [
    "SEED",
    "Counts",
    "Error",
    "Judged",
    "Outcome",
    "described",
    "figures",
    "in_reach",
    "interval",
    "intervals",
    "judge",
    "kilometres",
    "paired",
    "resampled",
    "same_area",
    "total",
]

_NEAR_KM = 161.0
_OFFSHORE_M = 55_000.0
_SPHERE = Geod(a=6_371_008.8, f=0)
_SAMPLES, SEED = 2_000, 20_250_815


class Counts(NamedTuple):
    """What became of one article's gold toponyms, and how many places were found where there are none."""

    matched: int = 0
    exact: int = 0
    near: int = 0  # matched and within 161 km
    right: int = 0  # the same, or in the right country or region
    could_near: int = 0  # matched, and some place of the name would be near
    could_right: int = 0
    missed: int = 0
    wrong: int = 0


class Error(NamedTuple):
    """One thing that went wrong, for a person to read; the cause says why, as far as that can be told by rule."""

    kind: str
    article: str
    start: int
    end: int
    text: str
    cause: str
    remark: str = ""


class Outcome(NamedTuple):
    """A gold toponym that was found and placed: how sure geostory was, and whether it was right."""

    confidence: float
    right: bool
    rival: bool  # wrong, and one of the rivals that geostory names is right


class Judged(NamedTuple):
    """What came of one article."""

    counts: Counts
    outcomes: list[Outcome]
    errors: list[Error]


def kilometres(gold: Toponym, place: geostory.Candidate) -> float:
    """From a gold point to a place's, on the sphere."""
    return float(_SPHERE.inv(gold["lon"], gold["lat"], place.lon, place.lat)[2]) / 1000


@cache
def _area_at(layer: str, lat: float, lon: float) -> str:
    """The key of the country or region at a point, or nearest to it off the shore; empty on the open sea."""
    shape = boundaries().at(layer, lon, lat, within_m=_OFFSHORE_M)
    return shape.key if shape else ""


def _share_an_area(layer: str, gold: Toponym, place: geostory.Candidate) -> bool:
    area = _area_at(layer, gold["lat"], gold["lon"])
    return bool(area) and area == _area_at(layer, place.lat, place.lon)


def same_area(gold: Toponym, place: geostory.Candidate) -> bool:
    """Whether a place is a country or first-level region and its point lies in that of the gold point."""
    if not (place.feature == "ADM1" or place.feature.startswith("PCL")):
        return False
    return _share_an_area("admin1" if place.feature == "ADM1" else "country", gold, place)


def _verdict(gold: Toponym, place: geostory.Candidate) -> tuple[bool, bool]:
    """Whether a place is near the gold point, and whether it is right by area."""
    near = kilometres(gold, place) <= _NEAR_KM
    return near, near or same_area(gold, place)


@cache
def _in_reach(name: str, lat: float, lon: float) -> tuple[bool, bool]:
    found = [_verdict({"lat": lat, "lon": lon}, place) for place in gazetteer().lookup(name)]
    return any(near for near, _ in found), any(right for _, right in found)


def in_reach(gold: Toponym) -> tuple[bool, bool]:
    """Whether the gazetteer has, under a gold toponym's very name, a place that is near, and one that is right."""
    return _in_reach(gold["text"], gold["lat"], gold["lon"])


def paired(toponyms: Sequence[Toponym], places: Sequence[geostory.Place]) -> dict[int, int]:
    """Number of the place found for each toponym that has one: the largest overlap first, then the likest length."""
    options = []
    for number, toponym in enumerate(toponyms):
        for other, mention in enumerate(place.mention for place in places):
            shared = min(toponym["end"], mention.end) - max(toponym["start"], mention.start)
            if shared > 0:
                unlike = abs((toponym["end"] - toponym["start"]) - (mention.end - mention.start))
                options.append((-shared, unlike, number, other))
    found: dict[int, int] = {}
    taken = set()
    for _, _, number, other in sorted(options):
        if number not in found and other not in taken:
            found[number] = other
            taken.add(other)
    return found


def judge(article: geostory.Article, places: Sequence[geostory.Place]) -> Judged:
    """Count what was found in an article's text, and list what is wrong with it, in the order of the text."""
    toponyms = toponyms_of(article)
    places = [place for place in places if place.mention.field == "text"]
    pairs = paired(toponyms, places)
    tally = dict.fromkeys(Counts._fields, 0)
    outcomes, errors = [], []

    def wrong(kind: str, start: int, end: int, cause: str, remark: str = "") -> None:
        errors.append(Error(kind, article.id, start, end, article.text, cause, remark))

    for number, gold in enumerate(toponyms):
        if not gold["gold"]:
            continue
        span = gold["start"], gold["end"]
        if number not in pairs:
            tally["missed"] += 1
            known = gazetteer().lookup(gold["text"])
            wrong("missed", *span, f"missed: a name that the gazetteer {'has' if known else 'lacks'}")
            continue
        place = places[pairs[number]]
        near, right = _verdict(gold, place.candidate) if place.candidate else (False, False)
        could_near, could_right = in_reach(gold)
        tally["matched"] += 1
        tally["exact"] += span == (place.mention.start, place.mention.end)
        tally["near"] += near
        tally["right"] += right
        # A shortened name may lead to what the name as it is written does not.
        tally["could_near"] += near or could_near
        tally["could_right"] += right or could_right
        if place.candidate is not None:
            rival = not right and any(_verdict(gold, other)[1] for other in place.rivals)
            outcomes.append(Outcome(place.confidence, right, rival))
        if right:
            continue
        cause = _cause(gold, place.candidate) if could_right else "misplaced: no right place of that name is known"
        if place.candidate is None:
            wrong("not placed", *span, cause)
        else:
            away = kilometres(gold, place.candidate)
            wrong("km off", *span, cause, f"{away:.0f} km: {described(place.candidate)}")
    for number, mention in enumerate(place.mention for place in places):
        touched = any(mention.start < gold["end"] and gold["start"] < mention.end for gold in toponyms)
        if number not in pairs.values() and not touched:
            tally["wrong"] += 1
            wrong("not a gold place", mention.start, mention.end, f"found where nothing is marked: {mention.role}")
    return Judged(Counts(**tally), outcomes, sorted(errors, key=lambda error: error.start))


def _cause(gold: Toponym, place: geostory.Candidate | None) -> str:
    """What is wrong with a place where the gazetteer has a right one."""
    if place is None:
        return "left without a place though a right one is known"
    if not _share_an_area("country", gold, place):
        return "misplaced: in another country, or at sea"
    if not _share_an_area("admin1", gold, place):
        return "misplaced: in another region of the right country"
    return "misplaced: too far off in the right region"


def described(place: geostory.Candidate) -> str:
    """A place's name with what it lies in and its feature code."""
    return ", ".join(part for part in (place.name, place.admin1, place.country_name, place.feature) if part)


def figures(total: Counts) -> dict[str, float]:
    """Shares and F1 of counts that were summed over articles; 0 where there is nothing to divide by."""
    found, gold = total.matched + total.wrong, total.matched + total.missed

    def share(part: int, whole: int) -> float:
        return part / whole if whole else 0.0

    return {
        "P": share(total.matched, found),
        "R": share(total.matched, gold),
        "F1": share(2 * total.matched, found + gold),
        "exact F1": share(2 * total.exact, found + gold),
        "acc@161": share(total.near, total.matched),
        "acc@161, ceiling": share(total.could_near, total.matched),
        "e2e F1": share(2 * total.near, found + gold),
        "e2e F1, ceiling": share(2 * total.could_near, found + gold),
        "area acc": share(total.right, total.matched),
        "area acc, ceiling": share(total.could_right, total.matched),
        "area e2e F1": share(2 * total.right, found + gold),
        "area e2e F1, ceiling": share(2 * total.could_right, found + gold),
    }


def total(judged: Sequence[Judged]) -> Counts:
    """The counts of some articles, summed."""
    return Counts(*map(sum, zip(*(one.counts for one in judged), strict=True)))


@cache
def _samples(articles: int) -> np.ndarray:
    """How often each of some articles is in each bootstrap sample, shape (samples, articles)."""
    draw = random.Random(SEED)
    drawn = (draw.choices(range(articles), k=articles) for _ in range(_SAMPLES))
    return np.array([np.bincount(numbers, minlength=articles) for numbers in drawn])


def resampled(by_article: np.ndarray) -> np.ndarray:
    """Sums over the articles of each bootstrap sample of what was counted for each article (its first axis)."""
    return np.tensordot(_samples(len(by_article)), by_article, 1)


def interval(values: np.ndarray) -> tuple[float, float]:
    """Where 95 % of the bootstrap samples put a figure; samples in which there is nothing to count are left out."""
    ordered = np.sort(values[~np.isnan(values)])
    edge = round(0.025 * len(ordered))
    return float(ordered[edge]), float(ordered[-1 - edge])


def intervals(judged: Sequence[Judged]) -> dict[str, tuple[float, float]]:
    """Where 95 % of bootstrap samples of the articles put each figure."""
    sums = resampled(np.array([one.counts for one in judged]))
    samples = [figures(Counts(*row)) for row in sums.tolist()]
    return {name: interval(np.array([sample[name] for sample in samples])) for name in samples[0]}
