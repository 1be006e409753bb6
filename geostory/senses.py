"""The names of an article and the places each may mean, before any is chosen.

Mentions of one name are decided together (one sense an article), apart where a container ('Paris, Texas') or a word
for the kind of place ('Kursk region') stands beside them.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from geostory.containers import area_of, containers_of, country_said, in_one_row
from geostory.gazetteer import gazetteer, normalise
from geostory.models import Article, Candidate, Mention
from geostory.tokens import Tokens, cue, tokens_of

__all__ = [
    "KINDS",
    "PART",
    "RELIEF",
    "THE",
    "UNIVERSITY",
    "UNIVERSITY_OF",
    "Array",
    "Name",
    "kilometres",
    "names_of",
    "one_place",
    "units",
]

Array = npt.NDArray[np.float64]

# How the feature codes of a kind of place begin, and the words for it.
_WORDS: dict[tuple[str, ...], str] = {
    ("ADM1", "RGN"): "region oblast province governorate prefecture republic krai canton",
    ("ADM1", "PCL", "TERR"): "state territory",
    ("ADM2", "ADM1"): "county parish borough",
    ("ADM2", "ADM1", "ADM3", "PPLX"): "district",
    ("ADM1", "PCL", "TERR", "ADM2"): "governor",
    ("PPL",): "city town village suburb municipality hamlet",
    ("PCL",): "country nation",
    ("AIR",): "airport",
}
# The same for water and relief: what such a word names is never a town or a country of the bare name.
_RELIEF_WORDS: dict[tuple[str, ...], str] = {
    ("ISL", "ARCH", "ATOL"): "island isle",
    ("ISL", "ARCH", "ATOL", "ADM1", "ADM2"): "islands isles archipelago",
    ("MT", "PK", "HLL", "VLC", "RDGE"): "mountain mountains mount peak volcano",
    ("STRT", "CHN"): "strait straits channel",
    ("STM",): "river creek",
    ("LK", "RSV", "LGN"): "lake reservoir lagoon",
    ("SEA", "OCN"): "sea ocean",
    ("GULF",): "gulf",
    ("BAY", "BGHT"): "bay",
    ("CNL", "STMC"): "canal",
    ("PEN", "RGN", "CAPE"): "peninsula",
    ("CAPE", "PT"): "cape",
    ("DSRT", "RGN"): "desert",
    ("PLAT", "UPLD", "RGN"): "plateau",
}
# What takes 'the' before a bare name in English, where towns, provinces and most countries take none.
_ARTICLED = ("STM", "SEA", "OCN", "GULF", "STRT", "CHN", "MTS", "DSRT", "RGN", "PLN", "PEN", "BSN", "VAL", "UPLD")
RELIEF = {word: codes for codes, words in _RELIEF_WORDS.items() for word in words.split()}
THE = "(the)"  # the 'kind' of a bare name after an article
PART = "(part)"  # and after 'northern' and the like, which areas have and few towns
_PARTED = ("PCL", "TERR", "ADM", "CONT", "RGN", "ISL", "ARCH", "PEN", "SEA", "OCN", "DSRT", "MTS", "VAL", "PLN", "GULF")
KINDS = {word: codes for codes, words in _WORDS.items() for word in words.split()} | RELIEF
KINDS |= {THE: _ARTICLED, PART: _PARTED}
_ONE_PLACE_KM = 50.0
_CITY = 50_000  # people
_FAR_KM = 6_000.0  # from a country's point, wider than any country
_PLURALS = {"counties": "county", "parishes": "parish", "provinces": "province", "regions": "region"}
_PLURALS |= {f"{word}s": word for word in ("river", "lake", "sea", "strait", "bay", "mountain", "canal", "island")}
_GROUNDS = {
    "reservoir",
    "canal",
    "creek",
    "mountain",
    "mountains",
    "peak",
    "volcano",
    "plateau",
    "cape",
}  # a town's too
_LISTED = re.compile(rf"(?:,? (?:and )?[A-Z][\w.]+(?: [A-Z]\w+)?){{0,6}} ({'|'.join(_PLURALS)})\b")
_IN_A_NAME = re.compile(r" [A-Z]")  # 'Athens Police Department' says nothing of which Athens
_KIND_AFTER = re.compile(r"(?: border| autonomous| administrative)? ([a-z]+)\b")
# What a state has, and no region or town: 'the Georgian foreign minister', "Mexico's army".
_NATIONAL = re.compile(
    r"(?:['’]s?)? (?:(?:prime|foreign|defen[cs]e|interior|finance) (?:minister|ministry)|president\b|parliament|"
    r"embassy|ambassador|army\b|navy\b|armed forces|independence\b)"
)
_KIND_BEFORE = re.compile(r"\b(an? |one |another )?([a-z]+) of (?:the )?$")
# 'on the right bank of the Dnipro', 'along the Mekong'
_WATERSIDE = re.compile(
    r"\b(?:(?:banks?|mouth|tributary|estuary|headwaters|course) of|along|upstream|downstream on) the $"
)
_INITIALS = re.compile(r"[A-Z]\.[A-Z]\.")
_COUNTY = re.compile(r"\bCo\.?$")
_PART_BEFORE = re.compile(r"(?:(?:north|south)(?:east|west)?|east|west)ern|upper|lower")
_SHARED_HEAD = re.compile(r" (?:and|or) (?:North|South|East|West|Upper|Lower)\w* ([A-Z]\w+)")
_PARTS = re.compile(
    r"^(?:(?:(?:north|south|east|west|central)(?:ern)?|(?:north|south)(?:east|west)(?:ern)?|upper|lower|mid|downtown|"
    r"inner|greater|metropolitan|old|mainland|(?:city|state|province|county|town|kingdom|republic) of)[ -])+",
    re.IGNORECASE,
)
# What stands in a town and has its name: it is placed there where the gazetteer has no row of its own for it.
UNIVERSITY_OF, UNIVERSITY = (
    r"(?:University|College) of ",
    r" (?:State |Technical |Metropolitan )?(?:University|College)",
)
_ACADEMIC = re.compile(rf"^{UNIVERSITY_OF}|{UNIVERSITY}$| National (?:Park|Forest|Reserve)$", re.IGNORECASE)
_KIND_END = re.compile(
    r" (?:province|region|oblast|governorate|district|city|county|state|prefecture|area|peninsula)$", re.IGNORECASE
)


@dataclass
class Name:
    """The mentions of one name that are decided together.

    ``outer`` are the names beside it that say where it lies, ``inner`` those of which it says so, ``row`` those
    beside it in a list ('Lisbon and Porto'). ``told`` is the same name where the article last said where it lies, and
    ``early`` says that it stands in the text before that; ``foreign_to`` is a country where the article puts it and
    the gazetteer has none such. ``acts`` says that it stands for a government somewhere, ``shortened`` that candidates
    were found for a part of it only; ``chances`` are those of its candidates so far, ``likeliest`` is the one chosen
    in the end.
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
    row: list["Name"] = field(default_factory=list)
    told: "Name | None" = None
    early: bool = False
    foreign_to: Candidate | None = None
    chances: Array = field(default_factory=lambda: np.zeros(0))
    likeliest: Candidate | None = None

    @cached_property
    def units(self) -> Array:
        """Unit vectors of the candidates' points."""
        return units(self.candidates)

    @cached_property
    def marks(self) -> list[list[tuple[str, ...]]]:
        """For each candidate the country, region and county that it is or lies in."""
        return [_marks(candidate) for candidate in self.candidates]


def names_of(article: Article, mentions: Sequence[Mention]) -> list[Name]:
    """The names among an article's mentions, in the order of their first one, each with its candidates."""
    found: dict[tuple[str, bool, str, str, str], Name] = {}
    last_told: dict[tuple[str, bool], tuple[str, Name]] = {}
    of_mention: list[Name] = []
    texts = {name: tokens_of(article.field_text(name)) for name in {mention.field for mention in mentions}}
    kinds = [_kind(texts[mention.field], mention) for mention in mentions]
    options = [
        _candidates(_with_head(article, m), m.role == "demonym", kind) for m, kind in zip(mentions, kinds, strict=True)
    ]
    able = [candidates for candidates, _ in options]
    containers = containers_of(article, mentions, able)
    for number, mention in enumerate(mentions):
        text, demonym = normalise(_with_head(article, mention)), mention.role == "demonym"
        kind, after = kinds[number], containers[number]
        where, told = ("", None) if after is not None else last_told.get((text, demonym), ("", None))
        key = (text, demonym, kind, "" if after is None else normalise(mentions[after].text), where)
        if key not in found:
            found[key] = Name(text, demonym, kind, *options[number], told=told, early=mention.field == "text")
            said = None if demonym else country_said(article, mentions, number, able)
            if said is not None:
                found[key].foreign_to = said
                found[key].candidates = _not_far_from(said, options[number][0])
        if after is not None:
            last_told[text, demonym] = key[3], found[key]
        found[key].mentions.append(number)
        alone = not _IN_A_NAME.match(article.field_text(mention.field), mention.end)
        found[key].acts |= mention.role == "metonym" and alone
        of_mention.append(found[key])
    for number, after in enumerate(containers):
        if after is not None and not any(other is of_mention[after] for other in of_mention[number].outer):
            of_mention[number].outer.append(of_mention[after])
            of_mention[after].inner.append(of_mention[number])
    for number in range(1, len(mentions)):
        if containers[number - 1] != number and in_one_row(article, mentions[number - 1], mentions[number]):
            _join(of_mention[number - 1], of_mention[number])
    for name in found.values():
        if not name.kind and any(_states(other) & _regions(name) for other in name.row):
            name.kind = "state"
    return list(found.values())


def _regions(name: Name) -> set[str]:
    """Countries of which a name may be a first-level region."""
    return {c.country for c in name.candidates if c.feature == "ADM1" and c.match == "name"}


def _states(name: Name) -> set[str]:
    """The same for a name that is hardly anything else, as Oregon is, beside which Washington is a state too."""
    cities = any(c.feature.startswith("PPL") and c.population > _CITY for c in name.candidates)
    return set() if cities else _regions(name)


def _with_head(article: Article, mention: Mention) -> str:
    """A mention's words, and for the first of 'North and South Korea' the word that it shares with the second."""
    shared = _SHARED_HEAD.match(article.field_text(mention.field), mention.end, mention.end + 60)
    whole = f"{mention.text} {shared[1]}" if shared and mention.text.istitle() else ""
    return whole if whole and mention.text.lower() in cue("parts") and gazetteer().lookup(whole) else mention.text


def _not_far_from(country: Candidate, candidates: list[Candidate]) -> list[Candidate]:
    """Those of a name's places that a country may count as its own, or as just across its border."""
    if not candidates:
        return []
    gaps = kilometres(units(candidates), units([country]))[:, 0]
    return [c for c, gap in zip(candidates, gaps, strict=True) if gap < _FAR_KM or not c.feature.startswith("PPL")]


def _join(left: Name, right: Name) -> None:
    if left is not right and not any(other is right for other in left.row):
        left.row.append(right)
        right.row.append(left)


def _kind(tokens: Tokens, mention: Mention) -> str:
    """The word for a kind of place in or beside a name: 'Kursk border region', 'the province of Bulacan'."""
    text = tokens.text
    if _NATIONAL.match(text, mention.end) and _may_be_state_or_region(mention.text):
        return "country"
    if mention.role == "demonym":
        return ""
    after = _KIND_AFTER.match(text, mention.end, mention.end + 40)
    if after and after[1] in KINDS.keys() - _GROUNDS:
        return after[1]
    if listed := _LISTED.match(text, mention.end, mention.end + 120):
        return _PLURALS[listed[1]]
    before = _KIND_BEFORE.search(text[max(0, mention.start - 30) : mention.start])
    # 'a district of Baghdad' is one of several that Baghdad has, and 'a suburb of Cairo' is not Cairo.
    if (
        before
        and not before[1]
        and before[2] != "suburb"
        and before[2] in (KINDS.keys() - RELIEF.keys()) | {"island", "isle", "peninsula"}
    ):
        return before[2]
    words = mention.text.lower().split()
    if words[-1] in KINDS:
        return words[-1]
    if len(words) > 1 and words[0] in RELIEF and not gazetteer().lookup(mention.text):
        return words[0]
    if tokens.before(mention.start, 1) and _PART_BEFORE.fullmatch(tokens.before(mention.start, 1)[0]):
        return PART
    return _articled(tokens, mention)


@lru_cache(maxsize=1 << 10)
def _may_be_state_or_region(text: str) -> bool:
    found = gazetteer().lookup(text)
    return any(c.feature.startswith("PCL") for c in found) and any(c.feature == "ADM1" for c in found)


def _articled(tokens: Tokens, mention: Mention) -> str:
    """'river' beside a bank or a course, 'the' after a mere article, where the gazetteer knows the name as such."""
    if not (tokens.before(mention.start, 1) == ["the"] and tokens.stands_alone(mention.end)):
        return ""
    found = gazetteer().lookup(mention.text)
    beside = _WATERSIDE.search(tokens.text[max(0, mention.start - 30) : mention.start])
    if beside and any(c.feature.startswith("STM") for c in found):
        return "river"
    if any(c.feature.startswith(("PCL", "TERR", "PAL")) or c.name.startswith("The ") for c in found):
        # 'the Jordan', 'the Niger': countries take no article, but for those two.
        waters = any(c.feature.startswith("STM") for c in found) and mention.text.lower() not in {"congo", "gambia"}
        return "river" if waters and mention.role == "literal" else ""
    if any(c.feature.startswith(_ARTICLED) for c in found):
        return THE
    return "river" if beside and beside[0].endswith("of the ") else ""


def _candidates(text: str, demonym: bool, kind: str) -> tuple[list[Candidate], bool]:
    """The gazetteer's places for a name, and whether a word for a part or a kind had to be left off to find one."""
    if kind in RELIEF:
        return _relief(text, kind), False
    for form in _forms(text):
        if found := _dotted(text, gazetteer().lookup(form)):
            held = [c for c in found if (c.match == "demonym") == demonym] or list(found)
            if not kind:
                held += _seats(held)
            return _without_doubles(held, kind), form not in {text, _COUNTY.sub("County", text)}
    return [] if demonym else list(gazetteer().spelled_like(text)), False


def _dotted(text: str, found: Sequence[Candidate]) -> Sequence[Candidate]:
    """Without the states that 'L.A.' is no abbreviation of: dotted capitals stand for as many words."""
    if not _INITIALS.fullmatch(text):
        return found
    return [c for c in found if c.match != "abbreviation" or len(c.name.split()) > 1]


@lru_cache(maxsize=1 << 12)
def _forms(text: str) -> tuple[str, ...]:
    """A name as it stands, and without words for a part or a kind."""
    ended = _KIND_END.sub("", text)
    forms = [
        text,
        _COUNTY.sub("County", text),
        ended,
        _PARTS.sub("", text),
        _PARTS.sub("", ended),
        _ACADEMIC.sub("", text),
    ]
    return tuple(dict.fromkeys(forms))


def _seats(found: Sequence[Candidate]) -> list[Candidate]:
    """The towns of which regions found by another spelling have their name, where the towns lack that spelling."""
    known = {c.gazetteer_id for c in found}
    seats = []
    for region in found:
        if region.feature == "ADM1" and region.match == "alternate" and _KIND_END.search(region.name):
            for c in gazetteer().lookup(_KIND_END.sub("", region.name)):
                if c.feature == "PPLA" and area_of(c) == area_of(region) and c.gazetteer_id not in known:
                    seats.append(replace(c, match="name"))
    return seats


def _without_doubles(found: list[Candidate], kind: str) -> list[Candidate]:
    """Without a country's main region of the same name (Taiwan's), unless the text speaks of a region."""
    # Nor is Western Sahara another name of Morocco.
    if any(c.feature.startswith(("PCL", "TERR")) and c.match == "name" for c in found):
        found = [c for c in found if not (c.feature == "PCLI" and c.match == "alternate")]
    if "ADM1" in KINDS.get(kind, ()):
        return found
    countries = {(c.country, c.name) for c in found if c.feature.startswith("PCL")}
    return [c for c in found if c.feature != "ADM1" or (c.country, c.name) not in countries]


def _relief(text: str, kind: str) -> list[Candidate]:
    """Places that a name with a word for water or relief may stand for: all that bear it whole, else of that kind."""
    words = text.split()
    named = kind in {words[0].lower(), words[-1].lower()} and len(words) > 1
    fits = KINDS[kind]
    whole = [
        c for c in gazetteer().lookup(text)
        if c.match == "name" or c.feature.startswith((*fits, "PCL", "TERR", "ADM1"))
    ] if named else []  # fmt: skip
    if whole:
        return whole
    bare = " ".join(words if not named else words[:-1] if words[-1].lower() == kind else words[1:])
    bare = bare.removeprefix("of ")
    others = RELIEF.keys() - {kind, kind.removesuffix("s"), f"{kind}s"}  # 'Madison Creek' is not Madison River
    forms = [f"{bare} {kind}", f"{bare} {kind.removesuffix('s')}", f"{kind} {bare}", f"{kind} of {bare}", bare]
    for form in forms:
        found = [c for c in gazetteer().lookup(form) if c.feature.startswith(fits) and c.match != "demonym"]
        if found := [c for c in found if others.isdisjoint(c.name.lower().split())]:
            return found
    # 'the island of Cyprus', 'Fiji islands': a state may be one.
    states = () if named or not kind.startswith("isl") else gazetteer().lookup(bare)
    return [c for c in states if c.feature.startswith(("PCL", "TERR", "ADM1")) and c.match != "demonym"]


def _marks(c: Candidate) -> list[tuple[str, ...]]:
    if not c.country:
        return []
    country, region = area_of(c)
    county = c.name if c.feature == "ADM2" else c.admin2
    if not region:
        return [(country,)]
    return [(country,), (country, region), (country, region, county)] if county else [(country,), (country, region)]


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
    if abs(a.lat - b.lat) > _ONE_PLACE_KM / 111:
        return False
    north, south = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(math.radians(a.lon - b.lon) / 2) ** 2
    return 12742.0 * math.asin(min(1.0, math.sqrt(half))) < _ONE_PLACE_KM
