"""The words of a map, made from what it shows: its title, its caption and its description.

An editor's own words stand in place of what is made here: those of the call (:class:`geostory.models.MapWords`), else
those that came with the article as ``map_title``, ``map_caption``, ``map_description`` and ``map_credit``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from geostory.ended import PAST
from geostory.frame import Bounds
from geostory.geodesy import geodesic_m
from geostory.layers import LARGE, WATER, Drawn, Feature
from geostory.measures import format_distance
from geostory.models import Candidate, Region
from geostory.nearest import ELLIPSOID
from geostory.packs import Packs
from geostory.region_words import group_phrase, region_name, regions_sentence
from geostory.story import Story
from geostory.words import count, day, feature_words, join, some_of, with_the

__all__ = ["WIDE", "Subject", "Wording", "map_subjects", "map_wording", "own_words", "shown_in"]

_LONGEST = 70  # characters of a title that is made here
_OWN = 1000  # characters of an editor's own words that are taken
_END = 2.0  # what being the end of a measured distance adds to a place's weight
_FAR_M = 2_500_000  # beyond which a compass word misleads
WIDE = LARGE | {"OCN"}
_COMMON = 0.75  # of the weight of many places, for a title to say where they all are
_SIBLINGS = {"Little", "Big", "Great", "Greater", "Lesser", "North", "South", "East", "West", "Upper", "Lower"}
_COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What is written on and about a map."""

    title: str
    caption: str
    description: str
    credit: str
    corrected: str


class Subject(NamedTuple):
    """Something a map shows, as running text names it, and how much the story is about it."""

    name: str
    weight: float
    feature: Feature
    wide: bool

    @property
    def place(self) -> Candidate | None:
        """What it is and where, under the map's view."""
        return self.feature.seen or self.feature.candidate


def map_wording(story: Story, drawn: Drawn, frame: Bounds) -> Wording:
    """All words of a map.

    Parameters
    ----------
    story : Story
    drawn : list of (Layer, list of Feature)
        Its layers, as :func:`geostory.features.story_layers` gives them.
    frame : (west, south, east, north)
        What the map shows, in degrees.
    """
    title = own_words(story, "title") or _title(story, drawn)
    drawn = shown_in(drawn, frame)
    caption = own_words(story, "caption") or _caption(story, drawn)
    own = story.words
    corrected = f"Corrected on {day(own.corrected)}. {own.correction}".strip() if own.corrected else ""
    return Wording(
        title=title,
        caption=caption,
        description=own_words(story, "description") or _description(story, drawn, frame, title, caption),
        credit=own_words(story, "credit"),
        corrected=corrected,
    )


def own_words(story: Story, part: str) -> str:
    """An editor's own words, those of the call first; what came with the article may be anything."""
    given = getattr(story.words, part) or story.article.extra.get(f"map_{part}") or ""
    return " ".join(given.split())[:_OWN] if isinstance(given, str) else ""


# --- what the map shows -----------------------------------------------------------------------------------------------


def _features(drawn: Drawn, layer_id: str) -> list[Feature]:
    return next((features for layer, features in drawn if layer.id == layer_id), [])


def shown_in(drawn: Drawn, frame: Bounds) -> Drawn:
    """The layers without places beyond a map's edge, as far as any is left: words speak of what is shown."""
    kept = [
        (layer, [one for one in some if layer.selects != "places" or _within(one, frame)] if some else some)
        for layer, some in drawn
    ]
    lost = any(some for layer, some in drawn if layer.selects == "places")
    left = any(some for layer, some in kept if layer.selects == "places")
    return kept if left or not lost else drawn


def _within(feature: Feature, frame: Bounds) -> bool:
    west, south, east, north = frame
    left, bottom, right, top = feature.geometry.bounds
    across = any(left + turn <= east and right + turn >= west for turn in (-360, 0, 360))
    return across and bottom <= north and top >= south


def _weight(feature: Feature) -> float:
    """Literal mentions, a title's counted thrice; what nobody's words speak of was asked for, and counts once."""
    literal = [mention for mention in feature.mentions if mention.role == "literal"]
    return float(sum(3 if mention.field == "title" else 1 for mention in literal)) or (not feature.mentions) * 1.0


def map_subjects(drawn: Drawn) -> list[Subject]:
    """The sure places of a map, the weightiest first; whole countries that only lie around them come last."""
    ends = {end.removeprefix("mainland ") for feature in _features(drawn, "distances") for end in feature.ends}
    found = []
    for feature in _features(drawn, "places"):
        candidate = feature.candidate
        if candidate is None or feature.look["dashed"]:
            continue
        wide = feature.look["kind"] == "label" and candidate.feature in WIDE
        weight = _weight(feature) + (_END if candidate.name in ends else 0.0)
        found.append(Subject(with_the(feature.popup["title"], candidate.feature), weight, feature, wide))
    return sorted(found, key=lambda subject: (subject.wide, -subject.weight))


def _shown_regions(story: Story) -> list[Region]:
    return [region for region in story.regions if not region.quiet]


def _groups(story: Story) -> list[list[Region]]:
    """Regions of one claim and one owner, together."""
    groups: dict[tuple[str, str, str], list[Region]] = {}
    for region in _shown_regions(story):
        # One sentence serves what is annexed and held and what is claimed as annexed.
        claim = region.status if region.status == "annexed" else region.claim
        groups.setdefault((claim, region.claimed_by, region.belongs_to), []).append(region)
    return list(groups.values())


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- title ------------------------------------------------------------------------------------------------------------


def _title(story: Story, drawn: Drawn) -> str:
    """What a map shows in at most some 70 characters: its weightiest places and regions."""
    subjects = map_subjects(drawn)
    fine = [subject for subject in subjects if not subject.wide]
    for group in _groups(story):
        if len(group) >= 3 and group[0].status != PAST:
            return _upper(_group_title(group, fine, story.packs))
    heavy = sorted(_shown_regions(story), key=lambda region: -len(region.mentions))[:2]
    items = [(with_the(region_name(region)), float(len(region.mentions))) for region in heavy]
    items += _merged(fine or (subjects if not items else []))
    names = [name for name, _ in sorted(items, key=lambda item: -item[1])]
    areas = [feature.label for feature in _features(drawn, "vicinities")]
    if not names:
        return _upper((areas or [f.popup["title"] for f in _features(drawn, "annotations")] or [""])[0])
    if len(fine) > 3 and not heavy and (other := _and_others(fine)):
        return _upper(other)
    if len(names) == 1 and len(subjects) == 1 and (held := subjects[0].place):
        return _upper(_placed_name(names[0], held))
    # As many of the weightiest as fit; one name is kept whole, however long.
    some = next(s for n in (3, 2, 1) if len(join(s := names[:n])) <= _LONGEST or n == 1)
    return _upper(join(some))


def _group_title(group: list[Region], fine: list[Subject], packs: Packs) -> str:
    phrase = group_phrase(group, packs)
    mentioned = {mention for region in group for mention in region.mentions}
    if sum(subject.weight for subject in fine) > len(mentioned):
        longer = f"{fine[0].name} and {phrase}"
        return longer if len(longer) <= _LONGEST else phrase
    return phrase


def _merged(subjects: Iterable[Subject]) -> list[tuple[str, float]]:
    """Names and weights in their order, where islands of one surname stand together: 'the Diomede islands'."""
    named = [(subject, subject.name.rpartition(" "), subject.feature.candidate) for subject in subjects]
    families = [last for _, (first, _, last), held in named if first in _SIBLINGS and held and held.feature == "ISL"]
    merged: dict[str, float] = {}
    for subject, (first, _, last), _ in named:
        name = f"the {last} islands" if first in _SIBLINGS and families.count(last) > 1 else subject.name
        merged.setdefault(name, subject.weight)
    return list(merged.items())


def _and_others(fine: list[Subject]) -> str:
    """'Hindman, Jackson and other places in Kentucky', where most of many places share a state or a country."""
    for area in ("admin1", "country_name"):
        shares: dict[str, float] = {}
        for subject in fine:
            name = _in(subject, area)
            shares[name] = shares.get(name, 0.0) + subject.weight
        common = max(shares, key=lambda name: shares[name])
        inner = [s.name for s in fine if _in(s, area) == common and _code(s) != "ADM1"]
        if common and shares[common] >= _COMMON * sum(shares.values()) and len(inner) > 2 and _code(fine[0]) != "ADM1":
            kept = next(n for n in (2, 1) if len(", ".join(inner[:n])) <= _LONGEST - 25 or n == 1)
            return f"{', '.join(inner[:kept])} and other places in {with_the(common)}"
    return ""


def _code(subject: Subject) -> str:
    return subject.place.feature if subject.place else ""


def _in(subject: Subject, area: str) -> str:
    """The state ('admin1') or country ('country_name') that a place lies in or is."""
    candidate = subject.place
    if candidate is not None and area == "admin1" and candidate.feature == "ADM1":
        return candidate.name
    return str(getattr(candidate, area, ""))


def _placed_name(name: str, candidate: Candidate) -> str:
    """One place with what it lies in, as news writes it: 'Anchorage, Alaska'; 'Tangier, Morocco'."""
    states = candidate.country in {"US", "CA", "AU"}
    within = candidate.admin1 if states and candidate.feature != "ADM1" else candidate.country_name
    if not within or within in name or candidate.feature in LARGE | WATER or (states and candidate.feature == "ADM1"):
        return name
    return f"{name}, {within}"


# --- caption ----------------------------------------------------------------------------------------------------------


def _caption(story: Story, drawn: Drawn) -> str:
    """A few whole sentences on what the map shows, with its figures."""
    sentences = [
        _places_sentence(story, drawn),
        *(regions_sentence(group, story.packs) for group in _groups(story)),
    ]
    # Claims come before figures, and so are the last to be cut from a still image.
    shown = _shown_regions(story)
    known = all("(full)" in region.control or region.status == PAST for region in shown)
    if shown and not known and not _features(drawn, "control"):
        sentences.append(story.packs.said("control not shown"))
    sentences.append(_distances_sentence(_features(drawn, "distances")))
    areas = [f.popup["title"] for f in _features(drawn, "vicinities") if f.look["kind"] == "area"]
    if areas:
        drawn_as = "areas" if len(areas) > 1 else "an area"
        sentences.append(f"Drawn as {drawn_as}, since the article gives no exact spot: {some_of(areas)}.")
    sentences.append(_events_sentence(_features(drawn, "annotations")))
    nothing = "Nothing that was named could be put on the map." if story.bare else ""
    return " ".join(filter(None, sentences)) or nothing or "No place in this article could be put on the map."


def _told_of(drawn: Drawn) -> list[Subject]:
    """The places that sentences speak of: whole countries only where neither anything finer nor a region is shown."""
    subjects = map_subjects(drawn)
    fine = [subject for subject in subjects if not subject.wide]
    return fine or ([] if _features(drawn, "regions") else subjects)


def _places_sentence(story: Story, drawn: Drawn) -> str:
    unsure = [feature.popup["title"] for feature in _features(drawn, "places") if feature.look["dashed"]]
    fine = _told_of(drawn)
    if not fine:
        return f"Placed unsurely: {some_of(unsure)}." if unsure else ""
    candidates = [subject.place for subject in fine if subject.place]
    if len(fine) == 1:
        return _upper(_sentence_of(fine[0].name, candidates[0]))
    if len(fine) == 2 and story.bare and all(f.feature.look["kind"] == "dot" for f in fine):
        a, b = candidates
        apart = format_distance(geodesic_m(a.lon, a.lat, b.lon, b.lat))
        return f"{_upper(fine[0].name)} and {fine[1].name} lie about {apart} apart, in a straight line."
    names = some_of([name for name, _ in _merged(fine)], what=" places")
    countries = list(dict.fromkeys(candidate.country_name for candidate in candidates))
    within = f", all in {with_the(countries[0])}" if len(countries) == 1 and countries[0] and len(fine) > 2 else ""
    within = "" if any(candidate.name == countries[0] for candidate in candidates) else within
    return f"The map shows {names}{within}."


def _sentence_of(name: str, candidate: Candidate) -> str:
    """What one place is: 'Anchorage is a city in Alaska, United States.'"""
    what = feature_words(candidate)
    within = [part for part in (candidate.admin1, candidate.country_name) if part and part not in candidate.name]
    if what == "place" or not within or candidate.feature.startswith("PCL") or what in candidate.name.lower():
        return f"The map shows {name}."
    if candidate.feature == "PPLC":
        return f"{name} is the capital of {with_the(candidate.country_name)}."
    where = ", ".join([with_the(within[0]), *within[1:]])
    if what in ("islands", "lakes", "mountains"):
        return f"{name} are {what} in {where}."
    return f"{name} is {'an' if what[0] in 'aeiou' else 'a'} {what} in {where}."


def _distances_sentence(lines: list[Feature]) -> str:
    """The first two measured distances in one sentence."""
    told: list[str] = []
    for feature in lines[:2]:
        if len(feature.ends) != 2:
            continue
        a, b = feature.ends
        between = feature.popup["what"].rpartition(", ")[2]
        known = "centre" in between or "point" in between or (told and told[0].endswith(f", {between}"))
        how = "" if known else f", {between}"
        told.append(f"{a} lies {feature.popup['title']} from {b}{how}")
    return f"{_upper('; '.join(told))}." if told else ""


def _events_sentence(features: list[Feature]) -> str:
    events = [feature.label for feature in features if feature.look["kind"] == "disc"]
    if not events:
        return ""
    numbers = [str(feature.look["number"]) for feature in features if feature.look["kind"] == "disc"]
    if len(events) <= 3:
        return f"Marked: {join([f'{title} ({number})' for title, number in zip(events, numbers, strict=True)])}."
    return f"The numbers mark {count(len(events))} events."


# --- description ------------------------------------------------------------------------------------------------------


def _description(story: Story, drawn: Drawn, frame: Bounds, title: str, caption: str) -> str:
    """The map in words for those who can't see it: what it covers, where, what it shows, and how that lies."""
    parts = [f"Map: {title.rstrip('.')}." if title else "Map.", _covers(drawn, frame), caption, *_lie(drawn)]
    return " ".join(filter(None, [*parts, f"{story.borders}."]))


def _covers(drawn: Drawn, frame: Bounds) -> str:
    west, south, east, north = frame
    if east - west > 180:
        return "It covers most of the world."
    middle = (south + north) / 2
    # Along the parallel, in steps that no geodesic cuts short.
    wide = 8 * geodesic_m(west, middle, west + (east - west) / 8, middle)
    high = geodesic_m(west, south, west, north)
    held = [subject.place for subject in _told_of(drawn)]
    inside = [c for c in held if c and (c.lon - west) % 360 <= east - west and south <= c.lat <= north]
    countries = list(dict.fromkeys(with_the(c.country_name) for c in inside if c.country_name))
    where = f", in {join(countries)}" if 0 < len(countries) <= 4 else ""
    across, down = format_distance(wide), format_distance(high)
    return f"It covers about {across} from west to east and {down} from north to south{where}."


def _lie(drawn: Drawn) -> list[str]:
    """How the next two towns or other points lie from the weightiest one, unless the caption says so."""
    told = {frozenset(feature.ends) for feature in _features(drawn, "distances")}
    points = [(s.name, s.feature.candidate) for s in map_subjects(drawn) if s.feature.look["kind"] == "dot"]
    found = []
    for name, candidate in points[1:3]:
        first, anchor = points[0]
        assert anchor is not None and candidate is not None
        azimuth, _, metres = ELLIPSOID.inv(anchor.lon, anchor.lat, candidate.lon, candidate.lat)
        if metres <= _FAR_M and frozenset((first, name)) not in told:
            way = _COMPASS[round(azimuth % 360 / 45) % 8]
            found.append(f"{_upper(name)} lies about {format_distance(metres)} {way} of {first}.")
    return found
