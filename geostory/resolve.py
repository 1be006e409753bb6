"""Resolving toponyms: which of the places that bear a name an article means, how sure that is, and why.

Each candidate gets the sum of a few named features, each times a weight. What an article says elsewhere counts
through the candidates it prefers so far, so the sums are worked out a few times over, from no context at first.
Mentions of one name are decided together (one sense an article), apart where a container ('Paris, Texas') or a word
for the kind of place ('Kursk region') stands beside them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from geostory.gazetteer import gazetteer, normalise
from geostory.models import Article, Candidate, Mention, Place

__all__ = ["resolve"]

Array = npt.NDArray[np.float64]

# Weights of the features, in log odds. Found by a conditional logit model on halves of two corpora of gold places
# (articles chosen by a hash of their identifier), cross-validated, and rounded.
WEIGHTS = {
    "people": 5.5,  # tenth of the log of the population, up to 1 for ten million
    "country": 1.5,
    "capital": 0.6,
    "region": 2.2,
    "seat": 0.7,  # of a first-level region
    "county": -1.2,
    "nature": 0.5,
    "facility": -1.0,
    "city": -2.5,  # a region that has its name from a city of the same name in it
    "own name": 2.5,  # not an alternate one
    "acts": 2.5,  # a country or capital whose name stands for its government here
    "container": 3.5,  # lies in the area named right after it
    "holds": 3.0,  # holds the place named right before it
    "kind": 2.0,  # is, or is not (-1), of the kind that the word beside it says
    "region named": 3.2,  # the article's other names speak for its first-level region
    "country share": 1.2,  # share of them that speaks for its country
    "close": 3.0,  # within some 100 km of other places
    "county pair": 1.0,  # its county is named, or it is a county that holds a place named
    "same elsewhere": 2.2,  # preferred for the name where it stands with a container or kind
    "near": 3.0,
}
FEATURES = tuple(WEIGHTS)
NONE = 5.4  # the score of 'none of these': what the gazetteer lacks
_ROUNDS = 3
_REACH_KM = 100.0  # how far 'close' reaches
_SAME_KM = 50.0
_WIDE = ("PCL", "ADM1", "CONT", "RGN", "OCN", "SEA")  # no point stands for where such places are

_CLASSES: dict[str, str] = {"PPLC": "capital", "ADM1": "region", "PPLA": "seat", "ADM2": "county", "CONT": "country"}
_NATURE = (
    "SEA",
    "OCN",
    "STRT",
    "GULF",
    "BAY",
    "ISL",
    "PEN",
    "MT",
    "DSRT",
    "LK",
    "STM",
    "RGN",
    "CAPE",
    "CHN",
    "VAL",
    "ARCH",
)
_FACILITY = ("AIR", "MILB", "NVB", "INSM", "BLDG", "PAL", "BDG")

# Words for kinds of place, and the feature codes they fit.
_KINDS: dict[str, tuple[str, ...]] = (
    dict.fromkeys("region oblast province governorate prefecture republic krai canton".split(), ("ADM1", "RGN"))
    | dict.fromkeys("state territory".split(), ("ADM1", "PCL", "TERR"))
    | dict.fromkeys("county counties parish parishes borough".split(), ("ADM2", "ADM1"))
    | {"district": ("ADM2", "ADM1", "ADM3", "PPLX")}
    | dict.fromkeys("city town village suburb municipality hamlet".split(), ("PPL",))
    | dict.fromkeys("river rivers".split(), ("STM",))
    | dict.fromkeys("lake lakes".split(), ("LK",))
    | dict.fromkeys("island islands isle isles archipelago".split(), ("ISL", "ARCH"))
    | {
        "strait": ("STRT",),
        "straits": ("STRT",),
        "sea": ("SEA",),
        "ocean": ("OCN",),
        "gulf": ("GULF",),
        "bay": ("BAY",),
    }
    | {"peninsula": ("PEN",), "desert": ("DSRT",), "airport": ("AIR",), "country": ("PCL",), "nation": ("PCL",)}
    | {"mountains": ("MT",), "mountain": ("MT",)}
)
_PARTS = re.compile(
    r"^(?:(?:north|south|east|west|central|northern|southern|eastern|western|northeast|northwest|southeast|southwest|"
    r"northeastern|northwestern|southeastern|southwestern|upper|lower|mid|downtown|inner|greater|metropolitan|old|"
    r"mainland|city of|state of|province of|county of|town of|kingdom of|republic of)[ -])+",
    re.IGNORECASE,
)
_TYPE_TAIL = re.compile(
    r" (?:province|region|oblast|governorate|district|city|county|state|prefecture|area|peninsula)$", re.IGNORECASE
)


@dataclass
class _Group:
    """The mentions of one name that are decided together."""

    key: tuple[str, bool, str, str]
    candidates: list[Candidate]
    mentions: list[int] = field(default_factory=list)
    kind: str = ""
    acts: bool = False
    stripped: bool = False
    outer: list["_Group"] = field(default_factory=list)
    inner: list["_Group"] = field(default_factory=list)
    chances: Array = field(default_factory=lambda: np.zeros(0))


def _candidates(text: str, demonym: bool) -> tuple[list[Candidate], bool]:
    """The gazetteer's places for a name, and whether a word for a part or a kind had to be left off to find one."""
    look = gazetteer().lookup
    shorter = [_TYPE_TAIL.sub("", text), _PARTS.sub("", text), _PARTS.sub("", _TYPE_TAIL.sub("", text))]
    forms = [text, re.sub(r"\bCo\.?$", "County", text), *shorter]
    for form in dict.fromkeys(forms):
        found = [c for c in look(form) if (c.match == "demonym") == demonym] or list(look(form))
        if found:
            return found, form != text
    return [], False


def _kind_beside(text: str, start: int, end: int) -> str:
    """The word for a kind of place beside a name: 'Kursk border region', 'the province of Bulacan'."""
    after = re.match(r"[’']?(?: border| autonomous| administrative)? ([a-z]+)\b", text[end : end + 40])
    if after and after[1] in _KINDS:
        return after[1]
    listed = re.match(
        r"(?:,? (?:and )?[A-Z][\w.]+(?: [A-Z]\w+)?){1,6} (counties|parishes|provinces|regions)\b", text[end : end + 120]
    )
    if listed:
        return {"counties": "county", "parishes": "parish", "provinces": "province", "regions": "region"}[listed[1]]
    before = re.search(r"\b([a-z]+) of (?:the )?$", text[max(0, start - 30) : start])
    return before[1] if before and before[1] in _KINDS else ""


def _groups(article: Article, mentions: Sequence[Mention]) -> list[_Group]:
    """Mentions sorted into the names that are decided together, tied to the containers named right after them."""
    found: dict[tuple[str, bool, str, str], _Group] = {}
    of_mention: list[_Group] = []
    containers = [_follows(article, mentions, number) for number in range(len(mentions))]
    for number, mention in enumerate(mentions):
        text = article.field_text(mention.field)
        demonym = mention.role == "demonym"
        last = re.split(r"[ -]", mention.text)[-1].lower()
        kind = "" if demonym else _kind_beside(text, mention.start, mention.end) or (last if last in _KINDS else "")
        after = containers[number]
        key = (normalise(mention.text), demonym, kind, normalise(mentions[after].text) if after is not None else "")
        if key not in found:
            candidates, stripped = _candidates(mention.text, demonym)
            found[key] = _Group(key, candidates, kind=kind, stripped=stripped)
        found[key].mentions.append(number)
        found[key].acts |= mention.role == "metonym"
        of_mention.append(found[key])
    for number, after in enumerate(containers):
        if after is not None and of_mention[after] not in of_mention[number].outer:
            of_mention[number].outer.append(of_mention[after])
            of_mention[after].inner.append(of_mention[number])
    return list(found.values())


def _follows(article: Article, mentions: Sequence[Mention], number: int) -> int | None:
    """Number of the mention that names the container of this one: right after it and a comma, or in brackets."""
    if number + 1 >= len(mentions) or mentions[number + 1].field != mentions[number].field:
        return None
    here, there = mentions[number], mentions[number + 1]
    between = article.field_text(here.field)[here.end : there.start]
    return number + 1 if re.fullmatch(r"(?:, (?:in )?(?:the )?| ?\()", between) and there.role != "demonym" else None


def _area(candidate: Candidate) -> tuple[str, str]:
    """Country and first-level region a candidate is or lies in."""
    return candidate.country, candidate.name if candidate.feature == "ADM1" else candidate.admin1


def _within(place: Candidate, area: Candidate) -> bool:
    if not place.country or place.country != area.country or place.gazetteer_id == area.gazetteer_id:
        return False
    if area.feature.startswith(("PCL", "TERR")):
        return not place.feature.startswith("PCL")
    if area.feature == "ADM1":
        return place.feature != "ADM1" and place.admin1 == area.name
    return area.feature == "ADM2" and place.admin1 == area.admin1 and place.admin2 == area.name


def _units(candidates: Sequence[Candidate]) -> Array:
    lat = np.radians([c.lat for c in candidates])
    lon = np.radians([c.lon for c in candidates])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _fixed(group: _Group, near: tuple[float, float] | None) -> Array:
    """The features that don't depend on the rest of the article."""
    table = np.zeros((len(group.candidates), len(FEATURES)))
    at = {name: number for number, name in enumerate(FEATURES)}
    fits = _KINDS.get(group.kind, ())
    cities = {_area(c) for c in group.candidates if c.feature.startswith("PPL") and c.match == "name"}
    for row, c in zip(table, group.candidates, strict=True):
        row[at["people"]] = np.log10(c.population + 1) / 7
        kind = _CLASSES.get(c.feature) or (
            "country" if c.feature.startswith(("PCL", "TERR")) else "nature" if c.feature.startswith(_NATURE)
            else "facility" if c.feature.startswith(_FACILITY) else ""
        )  # fmt: skip
        if kind:
            row[at[kind]] = 1
        row[at["own name"]] = c.match != "alternate"
        row[at["city"]] = c.feature == "ADM1" and _area(c) in cities and not fits
        row[at["acts"]] = group.acts and kind in {"country", "capital"}
        if fits:
            row[at["kind"]] = 1 if c.feature.startswith(fits) else -1
    if near is not None:
        here = _units([Candidate(gazetteer_id="", name="", lat=near[0], lon=near[1], feature="")])
        table[:, at["near"]] = np.exp(-_km(_units(group.candidates), here)[:, 0] / (5 * _REACH_KM))
    return table


def _km(a: Array, b: Array) -> Array:
    """Distances on a sphere, rows against rows of unit vectors: to weigh closeness by, never to measure."""
    return 6371.0 * 2 * np.arcsin(np.clip(np.sqrt(np.clip((1 - a @ b.T) / 2, 0, 1)), 0, 1))


def _marks(c: Candidate) -> list[tuple[str, ...]]:
    """The country, region and county that a candidate is or lies in."""
    country, region = _area(c)
    county = c.name if c.feature == "ADM2" else c.admin2
    parts = [country, region, county]
    return [tuple(parts[: number + 1]) for number in range(3) if all(parts[: number + 1])]


def _tally(groups: Sequence[_Group]) -> dict[tuple[str, ...], float]:
    """How much each country, region and county is spoken of, by the chances the candidates have so far."""
    found: dict[tuple[str, ...], float] = defaultdict(float)
    for group in groups:
        for c, chance in zip(group.candidates, group.chances, strict=True):
            for mark in _marks(c) if chance > 0.02 else ():
                found[mark] += float(chance) * (0.5 if group.key[1] else 1.0)
    return found


def _context(group: _Group, groups: Sequence[_Group], table: Array) -> None:
    """Fill in the features that depend on what the article's other names prefer so far."""
    at = {name: number for number, name in enumerate(FEATURES)}
    others = [other for other in groups if other is not group]
    whole = _tally(others)
    weight = max(1.0, sum(value for mark, value in whole.items() if len(mark) == 1))
    points = [
        (c, chance) for other in others if not other.key[1] for c, chance in zip(other.candidates, other.chances, strict=True)
        if chance >= 0.3 and not c.feature.startswith(_WIDE)
    ]  # fmt: skip
    if points:
        km = _km(_units(group.candidates), _units([c for c, _ in points]))
        closeness = np.exp(-km / _REACH_KM) @ np.array([chance for _, chance in points])
        table[:, at["close"]] = 1 - np.exp(-closeness)
    counties = {_marks(c)[-1] for other in others for c in other.candidates if c.feature == "ADM2"}
    insides = {(*_area(c), c.admin2) for other in others for c in other.candidates if c.feature != "ADM2" and c.admin2}
    same = [other for other in others if other.key[:2] == group.key[:2]]
    for row, c in zip(table, group.candidates, strict=True):
        marks = _marks(c)
        if marks:
            row[at["country share"]] = whole[marks[0]] / weight
        if len(marks) > 1:
            row[at["region named"]] = 1 - np.exp(-whole[marks[1]])
        elif c.feature.startswith("PCL"):
            row[at["region named"]] = 1 - np.exp(-whole[marks[0]])
        if len(marks) > 2:
            row[at["county pair"]] = marks[2] in (insides if c.feature == "ADM2" else counties)
        row[at["container"]] = max((_chance(o, lambda area: _within(c, area)) for o in group.outer), default=0.0)
        row[at["holds"]] = max((_chance(o, lambda place: _within(place, c)) for o in group.inner), default=0.0)
        row[at["same elsewhere"]] = max(
            (_chance(o, lambda place: place.gazetteer_id == c.gazetteer_id) for o in same), default=0.0
        )


def _chance(group: _Group, holds: Callable[[Candidate], bool]) -> float:
    return float(sum(p for c, p in zip(group.candidates, group.chances, strict=True) if p > 0.02 and holds(c)))


def _decide(groups: Sequence[_Group], near: tuple[float, float] | None) -> dict[int, Array]:
    """Work out every group's chances, and give the features they rest on."""
    live = [group for group in groups if group.candidates]
    tables = {id(group): _fixed(group, near) for group in live}
    weights = np.array([WEIGHTS[name] for name in FEATURES])
    for turn in range(_ROUNDS + 1):
        if turn:
            for group in live:
                _context(group, live, tables[id(group)])
        for group in live:
            scores = tables[id(group)] @ weights
            odds = np.exp(scores - scores.max())
            rest = float(np.exp(np.clip(NONE - scores.max(), -50, 50)))
            group.chances = odds / (odds.sum() + rest)
    return tables


def _beside(a: Candidate, b: Candidate) -> bool:
    """Whether two rows stand for one place to a reader, as a capital and its region do."""
    return a.country == b.country and float(_km(_units([a]), _units([b]))[0, 0]) < _SAME_KM


def _reason(group: _Group, groups: Sequence[_Group], table: Array, best: int, rival: int | None) -> str:
    """Why this candidate, in plain words, from the feature that set it off most from the next best elsewhere."""
    c, number = group.candidates[best], len(group.candidates)
    if c.match == "demonym":
        return f"people or things of {c.name}"
    if rival is None:
        return f"short for {c.name}" if c.match == "abbreviation" else "the only place of that name in the gazetteer"
    gains = (table[best] - table[rival]) * np.array([WEIGHTS[name] for name in FEATURES])
    match FEATURES[int(np.argmax(gains))]:
        case "container":
            return f"lies in {_best(group.outer[0])}, which is named right after it"
        case "holds":
            return f"{_best(group.inner[0])}, named right before it, lies in it"
        case "kind":
            return f"the text calls it a {group.kind}"
        case "region named":
            return _region_reason(group, groups, c)
        case "country share":
            return f"in {c.country_name or c.name}, of which the article's other names speak"
        case "close":
            return f"close to {_nearest(group, groups, c)}, which the article names"
        case "county pair":
            return "the article names " + (
                "a place that lies in it" if c.feature == "ADM2" else f"{c.admin2}, in which it lies"
            )
        case "same elsewhere":
            return "the article says elsewhere which place of that name it means"
        case "near":
            return "nearest to the position asked for"
        case "acts":
            return "the name stands for a government"
        case "own name":
            return "bears the name itself, where others have it beside their own"
        case _:
            most = c.population >= max(other.population for other in group.candidates)
            return f"{'most populous' if most and c.population else 'best known'} of {number} places of that name"


def _region_reason(group: _Group, groups: Sequence[_Group], c: Candidate) -> str:
    region = _area(c)
    name = region[1]
    if c.feature == "ADM1":
        return f"other places that the article names lie in {name}"
    only = sum(_area(other) == region for other in group.candidates) == 1
    named = any(other.candidates and other.candidates[int(np.argmax(other.chances))].name == name for other in groups)
    how = "which the article names" if named else "where other places of the article lie"
    return f"{'only place of that name' if only else 'best known place of that name'} in {name}, {how}"


def _best(group: _Group) -> str:
    return group.candidates[int(np.argmax(group.chances))].name if group.candidates else group.key[0]


def _nearest(group: _Group, groups: Sequence[_Group], c: Candidate) -> str:
    others = [
        (float(_km(_units([c]), _units([place]))[0, 0]), place.name)
        for other in groups if other is not group and other.candidates and not other.key[1]
        for place in [other.candidates[int(np.argmax(other.chances))]]
        if not place.feature.startswith(_WIDE)
    ]  # fmt: skip
    return min(others)[1] if others else "other places"


def _place(group: _Group, groups: Sequence[_Group], table: Array | None, mention: Mention) -> Place:
    if table is None:
        return Place(mention=mention, candidate=None, confidence=0.0, reason="no place of that name in the gazetteer")
    order = np.argsort(-group.chances, kind="stable")
    best = group.candidates[order[0]]
    same = [number for number in order if _beside(group.candidates[number], best)]
    rivals = [int(number) for number in order if number not in same]
    confidence = round(float(group.chances[same].sum()), 2)
    reason = _reason(group, groups, table, int(order[0]), rivals[0] if rivals else None)
    if group.stripped and best.match != "demonym":
        reason = f"a part or fuller name of {best.name}: {reason}"
    return Place(
        mention=mention,
        candidate=best,
        confidence=min(confidence, 1.0),
        reason=reason,
        rivals=tuple(group.candidates[number] for number in rivals[:3]),
    )


def resolve(
    article: Article, mentions: Sequence[Mention], *, near: tuple[float, float] | None = None
) -> tuple[Place, ...]:
    """The place that each mention of an article means.

    Parameters
    ----------
    article : Article
    mentions : sequence of Mention
        As :func:`geostory.mentions.find_mentions` gives them.
    near : (float, float), optional
        Latitude and longitude in degrees: of places that are equally likely, those nearer to it are preferred.

    Returns
    -------
    tuple of Place
        One for each mention, in their order.
    """
    groups = _groups(article, mentions)
    tables = _decide(groups, near)
    placed: dict[int, Place] = {}
    for group in groups:
        answer = _place(group, groups, tables.get(id(group)), mentions[group.mentions[0]])
        for number in group.mentions:
            placed[number] = replace(answer, mention=mentions[number])
    return tuple(placed[number] for number in range(len(mentions)))
