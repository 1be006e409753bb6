"""Facts beside the text: where an article says what and where a place is, and the gazetteer is sure to disagree.

A note is for the desk and never for the reader. It is written only where no place that bears the name fits what is
said; what is disputed, double, customary or a matter of words stays unjudged (facts.toml says what that is).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

import shapely

from geostory.bearings import (
    by_disputed_border,
    by_region,
    inland,
    nearest_country,
    off_m,
    on_an_arm,
    opposite,
    outline,
)
from geostory.gazetteer import gazetteer, normalise
from geostory.geodesy import geodesic_m
from geostory.measures import format_distance
from geostory.models import Article, Candidate, Field, Place
from geostory.packs import read_packs
from geostory.statements import Statement, fact_list, find_statements
from geostory.words import UNSURE, describe

__all__ = ["Fact", "facts_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What an article states of a place and the gazetteer contradicts.

    Parameters
    ----------
    start, end : int
        Half-open span of the statement in code points: ``article.field_text(field)[start:end] == text``.
    kind : str
        'capital', 'in', 'side', 'port', 'island' or 'off'.
    note : str
        One sentence for the desk: what the article says, what the gazetteer says, and which row of whose says so.
    gazetteer_id, source : str
        That row and its source.
    """

    field: Field
    start: int
    end: int
    text: str
    kind: str
    note: str
    gazetteer_id: str
    source: str


def facts_of(article: Article, places: Sequence[Place]) -> tuple[Fact, ...]:
    """The statements of an article that its places' gazetteer rows contradict, in the order of title and text.

    Parameters
    ----------
    article : Article
        One dated before the day from which the shipped borders hold is not judged.
    places : sequence of Place
        Resolved mentions of this article. Only literal ones of a confidence of one half or more are judged.

    Returns
    -------
    tuple of Fact

    Examples
    --------
    >>> import geostory
    >>> story = geostory.tell(geostory.Article(title="", text="Sydney, the capital of Australia, is dry."))
    >>> [fact.note for fact in facts_of(story.article, story.places)]  # doctest: +ELLIPSIS
    ['The article has Sydney as the capital of Australia; the gazetteer has Canberra (geonames:2172517, GeoNames ...).']
    """
    if article.date is not None and article.date < read_packs().borders_since:
        return ()
    facts: list[Fact] = []
    for said in find_statements(article, places):
        fact = _judge(said, places)
        if fact is not None and all(fact.field != other.field or fact.start >= other.end for other in facts):
            facts.append(fact)
    return tuple(facts)


def _judge(said: Statement, places: Sequence[Place]) -> Fact | None:
    candidate = said.place.candidate
    if candidate is None or said.place.confidence < UNSURE or said.place.mention.role != "literal":
        return None
    if any(place and place.confidence < UNSURE and _sea(place) is None for place in (said.area, said.water)):
        return None
    if said.kind == "capital":
        return _capital(said, candidate)
    if said.kind == "off":
        return _off(said, candidate)
    return _in(said, candidate) or _side(said, candidate, places) or _port(said, candidate) or _island(said, candidate)


def _fact(said: Statement, kind: str, row: Candidate, words: str) -> Fact:
    return Fact(
        field=said.field,
        start=said.start,
        end=said.end,
        text=said.text,
        kind=kind,
        note=f"The article {words} ({row.gazetteer_id}, {row.source}).",
        gazetteer_id=row.gazetteer_id,
        source=row.source,
    )


# --- rows -------------------------------------------------------------------------------------------------------------


def _bearers(place: Place) -> tuple[Candidate, ...]:
    """All places that the name may stand for, the one it was resolved to first."""
    found = gazetteer().lookup(place.mention.text)
    return (place.candidate, *found) if place.candidate else found


def _towns(place: Place) -> list[Candidate]:
    return [c for c in _bearers(place) if c.feature.startswith("PPL")]


def _town(place: Place) -> Candidate | None:
    """The populated place that a name stands for: its row, or the town from which the unit that is its row is named."""
    row = place.candidate
    if row is None or not row.feature.startswith(("PPL", "ADM")):
        return None
    return next(
        (c for c in _towns(place) if c == row or (c.country == row.country and row.name in (c.admin1, c.admin2))), None
    )


def _is_area(c: Candidate) -> bool:
    return bool(c.shape) and c.feature.startswith(("PCL", "ADM1"))


def _is_country(c: Candidate) -> bool:
    return c.feature.startswith("PCL")


def _areas(place: Place, country: str) -> list[Candidate]:
    """The countries and first-level regions that a name or demonym may stand for, those of a country first."""
    if place.candidate is None or not _is_area(place.candidate):
        return []
    found = {c.gazetteer_id: c for c in _bearers(place) if _is_area(c)}
    return sorted(found.values(), key=lambda c: c.country != country)


def _unit(town: Candidate) -> Candidate | None:
    """The first-level region that a town lies in."""
    rows = gazetteer().lookup(town.admin1)
    return next((c for c in rows if c.feature == "ADM1" and c.country == town.country and c.name == town.admin1), None)


def _key(area: Candidate) -> tuple[str, str]:
    return area.country, "" if _is_country(area) else area.name


@cache
def _seats() -> dict[tuple[str, str], dict[str, Candidate]]:
    """The capital of each country, and the seats of each first-level region by country and name; rows by identifier."""
    seats: dict[tuple[str, str], dict[str, Candidate]] = {}
    for code in ("PPLC", "PPLA"):
        for c in gazetteer().in_bounds(_WORLD, min_population=0, feature_class=code):
            for key in [(c.country, c.admin1), (c.country, "")] if code == "PPLC" else [(c.country, c.admin1)]:
                seats.setdefault(key, {})[c.gazetteer_id] = c
    return seats


_WORLD = (-180.0, -90.0, 180.0, 90.0)

# --- capitals ---------------------------------------------------------------------------------------------------------

_NATIONAL = ("country's", "nation's")
_METRO_M = 30_000
"""A suburb of a capital passes for it."""


def _capital(said: Statement, row: Candidate) -> Fact | None:
    town = _town(said.place)
    if town is None:
        return None
    areas = [] if said.area is None else _areas(said.area, town.country)
    bearers = _towns(said.place)
    if said.area is None or (said.level and areas and _is_country(areas[0])):
        # 'Nome, the state capital', 'the Brazilian state capital of Manaus': of the land or state that it lies in.
        own = gazetteer().of_shape(f"country:{town.country}") if said.level in _NATIONAL else _unit(town)
        if own is None or (areas and areas[0].country != town.country):
            return None
        keys = [(c.country, "" if _is_country(own) else c.admin1) for c in bearers]
        fits = any(c.gazetteer_id in _seats().get(key, {}) for c, key in zip(bearers, keys, strict=True))
        # In 'the state capital of New York', the name is the state's.
        if fits or (said.area is None and any(_is_area(c) for c in _bearers(said.place))):
            return None
        areas = [own]
    elif said.unit:
        areas = [area for area in areas if not _is_country(area)]
    if not areas or any(c.gazetteer_id in _seats().get(_key(area), {}) for c in bearers for area in areas):
        return None
    seats = list(_seats().get(_key(areas[0]), {}).values())
    if len(seats) != 1 or not _has_one_capital(areas[0]) or by_region(town):
        return None
    seat = seats[0]
    if geodesic_m(seat.lon, seat.lat, town.lon, town.lat) < _METRO_M:
        return None
    return _fact(
        said, "capital", seat, f"has {_named(said)} as the capital of {areas[0].name}; the gazetteer has {seat.name}"
    )


def _has_one_capital(area: Candidate) -> bool:
    if _is_country(area):
        return area.country not in fact_list("several_capitals")
    if area.country == "GB":
        return area.name in fact_list("nations")
    return area.country in fact_list("states") and area.name not in fact_list("no_state_capital")


# --- in a country or state --------------------------------------------------------------------------------------------

_KNOWN = 15_000
"""People from which a town is known enough for no other one of its name to be meant."""
_NEAR_M = 10_000
"""A town so near to a region may be said to lie in it; not in the United States, where the state is part of a name."""
_ALIKE = 0.85
"""Share of letters from which two spellings are of one name: Basra and Basrah, not Danzig and Gdansk."""


def _in(said: Statement, row: Candidate) -> Fact | None:
    island = said.noun in _ISLANDS
    place = row if island and row.feature.startswith("ISL") else None if island else _town(said.place)
    if place is None or said.area is None or not (_known(place) or island) or not _by_own_name(said.place, row):
        return None
    areas = _areas(said.area, place.country)
    if not areas or not place.country or any(not _is_crisp(area) for area in areas):
        return None
    if any(c.feature.startswith(("CONT", "RGN")) for c in _bearers(said.area)) or _entangled(place, areas):
        return None
    if any(_lies_in(c, area) for c in _bearers(said.place) for area in areas) or _in_question(place):
        return None
    if said.noun == "town" and not _is_country(areas[0]) and _namesakes(said.place, areas[0].country) > 1:
        return None
    return _fact(
        said, "in", place, f"puts {_named(said)} in {areas[0].name}; the gazetteer knows it as {_described(place)}"
    )


def _known(c: Candidate) -> bool:
    return c.feature in ("PPLC", "PPLA") or c.population >= _KNOWN


def _by_own_name(place: Place, row: Candidate) -> bool:
    """Whether a name is today's, give or take a letter: 'the German city of Danzig' brings an old border with it."""
    name, own = normalise(place.mention.text), normalise(row.name)
    return own.startswith(name) or SequenceMatcher(None, name, own).ratio() > _ALIKE


def _namesakes(place: Place, country: str) -> int:
    """How many regions of a country have a town of the name; where several do, yet another may have a small one."""
    return len({c.admin1 for c in _towns(place) if c.country == country})


def _in_question(place: Candidate) -> bool:
    return by_region(place) or by_disputed_border(place)


def _is_crisp(area: Candidate) -> bool:
    """Whether an area's name means what lies within its borders, and no people or land beyond them."""
    if area.country == "GB" and not _is_country(area):
        return area.name in fact_list("crisp_nations")
    return area.feature == "PCLI" or area.country in fact_list("crisp_states")


def _entangled(place: Candidate, areas: Sequence[Candidate]) -> bool:
    """Whether a place's country is no state of its own, or one with whose land or people the area's are mixed up."""
    country = gazetteer().of_shape(f"country:{place.country}")
    if country is None or country.feature != "PCLI":
        return True
    pairs = {f"{a}-{b}" for area in areas for a, b in [(place.country, area.country), (area.country, place.country)]}
    return bool(pairs & fact_list("entangled"))


def _lies_in(c: Candidate, area: Candidate) -> bool:
    if c.country == area.country and (_is_country(area) or c.admin1 == area.name):
        return True
    shape = outline(area)
    reach = _NEAR_M if not _is_country(area) and area.country != "US" else 0
    return bool(shapely.intersects_xy(shape, c.lon, c.lat)) or (reach > 0 and off_m(c, shape) < reach)


# --- in which part of it ----------------------------------------------------------------------------------------------

_FACING = {"north": "south", "south": "north", "east": "west", "west": "east"}


def _side(said: Statement, row: Candidate, places: Sequence[Place]) -> Fact | None:
    area = said.area.candidate if said.area else None
    code = row.country if said.area is None else area.country if area and area.feature == "PCLI" else ""
    towns = {c.gazetteer_id: c for c in _towns(said.place) if c.country == code and _known(c)}
    country = gazetteer().of_shape(f"country:{code}") if said.side and len(towns) == 1 else None
    if country is None or country.feature != "PCLI" or code in fact_list("no_compass"):
        return None
    town = next(iter(towns.values()))
    if said.area is None:
        # 'The northern city of ...' may be said of a region that the article speaks of.
        wide = [p.candidate for p in places if p.candidate and p.candidate.feature.startswith(("ADM1", "RGN", "ISL"))]
        if any(c.country in ("", code) and c.name not in (town.name, town.admin1) for c in wide):
            return None
    if _in_question(town):
        return None
    points = [point for point in _FACING if point in said.side.lower()]
    wrong = next((point for point in points if opposite(town, country, point)), None)
    if wrong is None:
        return None
    told = f"puts {_named(said)} in the {wrong} of {country.name}; by the gazetteer's position it lies in the"
    return _fact(said, "side", town, f"{told} {_FACING[wrong]}")


# --- on a sea, an island, off a coast ---------------------------------------------------------------------------------

_SEAS = ("SEA", "GULF", "BAY", "LK")
_ISLANDS = ("island", "islet")
_INLAND_M = 150_000
"""A port so far up a river is still said to be the sea's."""
_FAR_M = 300_000
_NEARER = 8
"""How many times nearer than the country that an island is said to lie off another one must be."""


def _sea(place: Place) -> Candidate | None:
    """The sea that a name stands for; 'Red Sea' does so even where a province of that name is as likely."""
    seas = [c for c in _bearers(place) if c.feature in _SEAS and c.shape]
    sure = place.candidate in seas and place.confidence >= UNSURE
    return seas[0] if seas and (sure or place.mention.text.endswith(" Sea")) else None


def _port(said: Statement, row: Candidate) -> Fact | None:
    sea = next((sea for place in (said.water, said.area) if place and (sea := _sea(place))), None)
    town = _town(said.place)
    if sea is None or town is None or not _known(town) or said.noun in _ISLANDS:
        return None
    shape = outline(sea)
    if any(off_m(c, shape) < _INLAND_M for c in _bearers(said.place)) or on_an_arm(town, shape):
        return None
    told = f"has {_named(said)} on the {sea.name}; by the gazetteer's position it lies"
    return _fact(said, "port", town, f"{told} {format_distance(off_m(town, shape))} away")


def _island(said: Statement, row: Candidate) -> Fact | None:
    place = _town(said.place) or (row if _is_country(row) else None)
    if said.noun not in _ISLANDS or place is None:
        return None
    isles = ("ISL", "ATOL", "ARCH", "RGN", "RF")
    if any(c.feature.startswith(isles) or not inland(c) for c in _bearers(said.place)):
        return None
    told = f"calls {_named(said)} an island; the gazetteer knows it as"
    return _fact(said, "island", place, f"{told} {_described(place)}, far from any shore")


def _off(said: Statement, row: Candidate) -> Fact | None:
    areas = _areas(said.area, row.country) if said.area and said.noun in _ISLANDS else []
    if said.area is None or any(c.country == area.country for c in _bearers(said.place) for area in areas):
        return None
    if not areas or any(c.feature.startswith(("CONT", "RGN")) for c in _bearers(said.area)):
        return None
    far = min(off_m(row, outline(area)) for area in areas)
    near = nearest_country(row, within_m=far / _NEARER, but=[row.country]) if far > _FAR_M else None
    if near is None:
        return None
    told = f"puts {_named(said)} off {areas[0].name}; by the gazetteer's position it lies"
    return _fact(
        said, "off", row, f"{told} {format_distance(far)} from there and {format_distance(near[0])} from {near[1]}"
    )


def _named(said: Statement) -> str:
    return said.place.mention.text


def _described(place: Candidate) -> str:
    """'a city in Ukraine', 'an island in Greece', 'the capital of Kenya'."""
    words = describe(place)
    article = "the" if place.feature == "PPLC" else "an" if words[0] in "aeiou" else "a"
    return f"{article} {words}"
