"""The names of an article and the places each may mean, before any is chosen.

Mentions of one name are decided together (one sense an article), apart where a container ('Paris, Texas') or a word
for the kind of place ('Kursk region') stands beside them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geostory.gazetteer import gazetteer, normalise
from geostory.models import Article, Candidate, Mention

__all__ = ["KINDS", "Array", "Name", "area_of", "kilometres", "names_of", "one_place", "units", "within"]

Array = npt.NDArray[np.float64]

# How the feature codes of a kind of place begin, and the words for it.
_WORDS: dict[tuple[str, ...], str] = {
    ("ADM1", "RGN"): "region oblast province governorate prefecture republic krai canton",
    ("ADM1", "PCL", "TERR"): "state territory",
    ("ADM2", "ADM1"): "county parish borough",
    ("ADM2", "ADM1", "ADM3", "PPLX"): "district",
    ("PPL",): "city town village suburb municipality hamlet",
    ("PCL",): "country nation",
    ("ISL", "ARCH"): "island islands isle isles archipelago",
    ("MT",): "mountain mountains",
    ("STRT",): "strait straits",
    ("STM",): "river",
    ("LK",): "lake",
    ("SEA",): "sea",
    ("OCN",): "ocean",
    ("GULF",): "gulf",
    ("BAY",): "bay",
    ("PEN",): "peninsula",
    ("DSRT",): "desert",
    ("AIR",): "airport",
}
KINDS = {word: codes for codes, words in _WORDS.items() for word in words.split()}
_ONE_PLACE_KM = 50.0
_AREAS = 5  # of a container's name looked at
_PLURALS = {"counties": "county", "parishes": "parish", "provinces": "province", "regions": "region", "rivers": "river"}
_LISTED = re.compile(rf"(?:,? (?:and )?[A-Z][\w.]+(?: [A-Z]\w+)?){{0,6}} ({'|'.join(_PLURALS)})\b")
_IN_A_NAME = re.compile(r" [A-Z]")  # 'Athens Police Department' says nothing of which Athens
_KIND_AFTER = re.compile(r"(?: border| autonomous| administrative)? ([a-z]+)\b")
_KIND_BEFORE = re.compile(r"\b([a-z]+) of (?:the )?$")
_CONTAINED = re.compile(r", (?:in )?(?:the )?| ?\(")
_PARTS = re.compile(
    r"^(?:(?:(?:north|south|east|west|central)(?:ern)?|(?:north|south)(?:east|west)(?:ern)?|upper|lower|mid|downtown|"
    r"inner|greater|metropolitan|old|mainland|(?:city|state|province|county|town|kingdom|republic) of)[ -])+",
    re.IGNORECASE,
)
_KIND_END = re.compile(
    r" (?:province|region|oblast|governorate|district|city|county|state|prefecture|area|peninsula)$", re.IGNORECASE
)


@dataclass
class Name:
    """The mentions of one name that are decided together.

    ``outer`` are the names right after it that say where it lies, ``inner`` those that it follows so; ``acts`` says
    that it stands for a government somewhere, ``shortened`` that candidates were found for a part of it only;
    ``chances`` are those of its candidates so far, ``likeliest`` is the one chosen in the end.
    """

    text: str
    demonym: bool
    kind: str
    candidates: list[Candidate]
    shortened: bool
    mentions: list[int] = field(default_factory=list)
    acts: bool = False
    outer: list["Name"] = field(default_factory=list)
    inner: list["Name"] = field(default_factory=list)
    chances: Array = field(default_factory=lambda: np.zeros(0))
    likeliest: Candidate | None = None


def names_of(article: Article, mentions: Sequence[Mention]) -> list[Name]:
    """The names among an article's mentions, in the order of their first one, each with its candidates."""
    found: dict[tuple[str, bool, str, str], Name] = {}
    of_mention: list[Name] = []
    options = [_candidates(mention.text, mention.role == "demonym") for mention in mentions]
    containers = [_container(article, mentions, number, options) for number in range(len(mentions))]
    for number, mention in enumerate(mentions):
        text, demonym = normalise(mention.text), mention.role == "demonym"
        kind = "" if demonym else _kind(article.field_text(mention.field), mention)
        after = containers[number]
        key = (text, demonym, kind, "" if after is None else normalise(mentions[after].text))
        if key not in found:
            found[key] = Name(text, demonym, kind, *options[number])
        found[key].mentions.append(number)
        alone = not _IN_A_NAME.match(article.field_text(mention.field), mention.end)
        found[key].acts |= mention.role == "metonym" and alone
        of_mention.append(found[key])
    for number, after in enumerate(containers):
        if after is not None and not any(other is of_mention[after] for other in of_mention[number].outer):
            of_mention[number].outer.append(of_mention[after])
            of_mention[after].inner.append(of_mention[number])
    return list(found.values())


def _container(
    article: Article, mentions: Sequence[Mention], number: int, options: Sequence[tuple[list[Candidate], bool]]
) -> int | None:
    """Number of the mention right after this one, after a comma or in brackets, if it may be where this one lies."""
    if number + 1 >= len(mentions) or mentions[number + 1].field != mentions[number].field:
        return None
    here, there = mentions[number], mentions[number + 1]
    between = article.field_text(here.field)[here.end : there.start]
    if there.role == "demonym" or not _CONTAINED.fullmatch(between):
        return None
    holds = any(within(place, area) for area in options[number + 1][0][:_AREAS] for place in options[number][0])
    return number + 1 if holds else None


def _kind(text: str, mention: Mention) -> str:
    """The word for a kind of place in or beside a name: 'Kursk border region', 'the province of Bulacan'."""
    after = _KIND_AFTER.match(text, mention.end, mention.end + 40)
    if after and after[1] in KINDS:
        return after[1]
    if listed := _LISTED.match(text, mention.end, mention.end + 120):
        return _PLURALS[listed[1]]
    before = _KIND_BEFORE.search(text[max(0, mention.start - 30) : mention.start])
    if before and before[1] in KINDS:
        return before[1]
    last = mention.text.split()[-1].lower()
    return last if last in KINDS else ""


def _candidates(text: str, demonym: bool) -> tuple[list[Candidate], bool]:
    """The gazetteer's places for a name, and whether a word for a part or a kind had to be left off to find one."""
    ended = _KIND_END.sub("", text)
    forms = [text, re.sub(r"\bCo\.?$", "County", text), ended, _PARTS.sub("", text), _PARTS.sub("", ended)]
    for form in dict.fromkeys(forms):
        if found := gazetteer().lookup(form):
            return [c for c in found if (c.match == "demonym") == demonym] or list(found), form not in forms[:2]
    return [], False


def area_of(candidate: Candidate) -> tuple[str, str]:
    """Country and first-level region that a candidate is or lies in."""
    return candidate.country, candidate.name if candidate.feature == "ADM1" else candidate.admin1


def within(place: Candidate, area: Candidate) -> bool:
    """Whether the gazetteer has a place lie in a country, region or county."""
    if not place.country or place.country != area.country or place.gazetteer_id == area.gazetteer_id:
        return False
    if area.feature.startswith(("PCL", "TERR")):
        return not place.feature.startswith("PCL")
    if area.feature == "ADM1":
        return place.feature != "ADM1" and place.admin1 == area.name
    return area.feature == "ADM2" and place.admin1 == area.admin1 and place.admin2 == area.name


def units(candidates: Sequence[Candidate]) -> Array:
    """Unit vectors of the candidates' points, one a row."""
    lat = np.radians(np.array([c.lat for c in candidates], dtype=np.float64))
    lon = np.radians(np.array([c.lon for c in candidates], dtype=np.float64))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def kilometres(a: Array, b: Array) -> Array:
    """Distances on a sphere between rows of unit vectors: to weigh closeness by, never to report."""
    return np.asarray(12742.0 * np.arcsin(np.sqrt(np.clip((1 - a @ b.T) / 2, 0, 1))))


def one_place(a: Candidate, b: Candidate) -> bool:
    """Whether two candidates are one place to a reader, as a city and the region or county named after it are."""
    if a.country != b.country:
        return False
    if area_of(a) == area_of(b) and a.name == b.name and "ADM1" in {a.feature, b.feature}:
        return True
    return float(kilometres(units([a]), units([b]))[0, 0]) < _ONE_PLACE_KM
