"""What an article says, beside a place's name, of what and where it is: capital of, city in, port on, island off.

Only shapes that say so outright count. Each sentence is read with every name in it as one sign, so that the shapes are
patterns over the words between the names. What is said of another day, doubted, quoted or made up is no statement.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from geostory.article import sentence_spans
from geostory.models import Article, Field, Place

__all__ = ["Statement", "fact_list", "find_statements"]

Kind = Literal["capital", "lies", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is said of a place; ``article.field_text(field)[start:end] == text`` holds all of it.

    Parameters
    ----------
    kind : 'capital', 'lies' or 'off'
    place : Place
        What it is said of.
    area : Place, optional
        The country, region or sea whose capital it is said to be, or in, at or off which it is said to lie.
    water : Place, optional
        A second one: the sea in 'Poland's Baltic port of Gdynia'.
    noun : str
        What it is called: 'city', 'port', 'island'.
    side : str
        In which part, such as 'northern' or 'south'.
    level : str
        'state', 'provincial' or "country's" where it stands before 'capital'.
    unit : str
        'province' or 'state' where it stands after the area.
    """

    kind: Kind
    field: Field
    start: int
    end: int
    text: str
    place: Place
    area: Place | None = None
    water: Place | None = None
    noun: str = ""
    side: str = ""
    level: str = ""
    unit: str = ""


@cache
def fact_list(name: str) -> frozenset[str]:
    """One list of facts.toml: of phrases where '|' parts them, else of words."""
    lists = tomllib.loads((files("geostory") / "facts.toml").read_text(encoding="utf-8"))
    text: str = lists[name]
    parts = text.split("|") if "|" in text else text.split()
    return frozenset(" ".join(part.split()) for part in parts)


def find_statements(article: Article, places: Sequence[Place]) -> tuple[Statement, ...]:
    """What an article states of the given places, in the order of title and text.

    Parameters
    ----------
    article : Article
    places : sequence of Place
        Resolved mentions of this article.

    Returns
    -------
    tuple of Statement
        At most one of each kind that ends at a place.
    """
    fields: tuple[Field, ...] = ("title", "text")
    return tuple(said for field in fields for said in _in_field(article.field_text(field), field, places))


def _in_field(text: str, field: Field, places: Sequence[Place]) -> Iterator[Statement]:
    if not _CUE.search(text):
        return
    here = sorted((p for p in places if p.mention.field == field), key=lambda p: p.mention.start)
    starts = [place.mention.start for place in here]
    for start, end in sentence_spans(text):
        held = here[bisect_left(starts, start) : bisect_left(starts, end)]
        if held and _CUE.search(text, start, end) and not _unsure().search(text, start, end):
            yield from _in_sentence(text, field, start, end, held)


def _in_sentence(text: str, field: Field, start: int, end: int, held: Sequence[Place]) -> Iterator[Statement]:
    words, origin = _signs(text, start, end, held)
    found: list[tuple[int, int, Statement]] = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(words):
            first, last = origin[match.start()], origin[match.end()]
            if _quoted(text, first) or _denied(words, match):
                continue
            group = match.groupdict()
            name = {key: held[ord(group[key]) - _FIRST] for key in ("place", "area", "water") if group.get(key)}
            said = Statement(
                kind=kind,
                field=field,
                start=first,
                end=last,
                text=text[first:last],
                place=name["place"],
                area=name.get("area"),
                water=name.get("water"),
                noun=(group.get("noun") or "").split(" ")[-1],
                side=group.get("side") or group.get("where") or "",
                level=group.get("level") or "",
                unit=(group.get("unit") or "").strip(),
            )
            found.append((first, -last, said))
    seen: set[tuple[Kind, int]] = set()
    for _, _, said in sorted(found, key=lambda item: item[:2]):
        if (said.kind, said.place.mention.start) not in seen:
            seen.add((said.kind, said.place.mention.start))
            yield said


# A name stands as one private sign in the words that the patterns read.
_FIRST, _LAST = 0xE000, 0xF8FF
_NAME = f"[{chr(_FIRST)}-{chr(_LAST)}]"


def _signs(text: str, start: int, end: int, held: Sequence[Place]) -> tuple[str, list[int]]:
    """A sentence with a sign for each name, and where each of its letters (and its end) stands in the text."""
    words: list[str] = []
    origin: list[int] = []
    at = start
    for number, place in enumerate(held[: _LAST - _FIRST]):
        if place.mention.start < at:
            continue
        between = text[at : place.mention.start]
        words += [between, chr(_FIRST + number)]
        origin += [*range(at, place.mention.start), place.mention.start]
        at = place.mention.end
    words.append(text[at:end].rstrip())
    origin += range(at, at + len(words[-1]) + 1)
    return "".join(words).replace("’", "'").replace("\n", " ").replace("\u00a0", " "), origin


# --- what is no statement ---------------------------------------------------------------------------------------------

_CUE = re.compile(r"\b(?:capital|city|town|port|seaport|metropolis|resort|island|islet)\b", re.IGNORECASE)


@cache
def _unsure() -> re.Pattern[str]:
    phrases = sorted(map(re.escape, fact_list("unsure")), key=lambda phrase: (-len(phrase), phrase))
    told = "|".join(phrases).replace("'", "['’]")
    return re.compile(rf"(?<![\w-])(?:{told})(?!\w)|\b1\d{{3}}s?\b|\bB\.?C\b", re.IGNORECASE)


def _quoted(text: str, at: int) -> bool:
    """Whether a position stands inside quotation marks that were opened in its paragraph."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    curly = sum(before.count(mark) for mark in "“«„") > sum(before.count(mark) for mark in "”»")
    single = before.rfind("‘")
    open_single = single >= 0 and not re.search(r"’(?!\w)", before[single:])
    return curly or open_single or before.count('"') % 2 == 1


def _denied(words: str, match: re.Match[str]) -> bool:
    """Whether the words before keep a name from what is said: part of a longer one, set apart, or one of a list."""
    before = words[max(0, match.start() - 40) : match.start()]
    longer = re.search(r"([A-Z][\w'-]*) $", before)
    if (
        _FIRST <= ord(match[0][0]) <= _LAST
        and longer
        and longer[1].lower() not in fact_list("leading") | fact_list("apart")
    ):
        return True  # 'the West German capital', 'Port Louis, the capital'
    if match.start("place") == match.start():
        return bool(re.search(rf"{_NAME}, $", before))  # 'Riga, Lviv, the Polish capital'
    if words[match.start("place") - 2] != ",":
        return False
    # 'Beyond the French capital, Lyon'
    return any(word.lower() in fact_list("apart") for word in re.findall(r"[\w'-]+|[^\w\s]", before)[-3:])


# --- the shapes -------------------------------------------------------------------------------------------------------

_POINT = r"(?:north|south)(?:[- ]?(?:east|west))?(?:ern)?|(?:east|west)(?:ern)?"
_UNITS = (
    "provinces?|states?|regions?|oblasts?|governorates?|prefectures?|republic|territory|count(?:y|ies)|districts?|"
    "department|parish|krai|canton|voivodeship|municipality|raion"
)


@cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    n, area, place = _NAME, f"(?P<area>{_NAME})", f"(?P<place>{_NAME})"
    unit = rf"(?P<unit> (?:{_UNITS})\b)?"
    some, such = (rf"(?:(?:{'|'.join(sorted(fact_list(name)))}),? )*" for name in ("plain", "plain_capital"))
    capital = rf"{such}(?:(?P<level>state|provincial|regional|territorial) )?{such}capital(?: city)?"
    own = r"(?P<level>state|provincial|state's|province's|country's|nation's)"
    # 'Nome, the', 'Nome (the', 'Nome, Alaska, which is a', 'Nome is the'
    being = r"(?:(?:,(?: which is| itself| now)?| [–—-]| is)(?: also)? | \()(?:the |a |an )?"
    subject = rf"{place}(?:, {n})?{being}"
    # The end of what is said in apposition, and no list that goes on.
    ends = (
        rf"(?=\s*(?:[.;:!)\]–—…\"”»]|$)|,(?! (?:(?:and|or) )?(?:the )?{n})| (?:which|where|that|with|home to|near)\b|"
        r" and (?:its|home|has|is|one of)\b)"
    )
    free = rf"(?!'s|-| ?{n}| [A-Z][a-z]| (?:{_UNITS})\b)"
    largest = r"(?: and (?:(?:its|the (?:country|nation|state)'s) )?(?:largest|biggest|main|most populous)[a-z -]*)?"
    side = rf"(?:(?:far |deep )?(?P<side>{_POINT}) )?"
    noun = (
        r"(?P<noun>(?:port |resort |harbou?r )?(?:city|town)|(?:sea|river |sea )?port|metropolis|"
        r"(?:beach |ski |holiday |seaside )?resort|island|islet)"
    )
    people = r"(?: of (?:(?:about|some|around|nearly|almost|over|more than) )?[\d.,]*\d(?: million)?(?: [a-z]+)?)?"
    where = rf"(?:the )?(?:(?:far )?(?P<where>{_POINT}) (?:of )?)?(?:(?:central|mainland|rural) )?(?:the )?{area}"
    shore = rf"(?:the )?(?:(?:{_POINT}) )?(?:(?:coast|shores?|edge|banks?) of )?(?:the )?{area}(?: coast| shore)?"
    shapes: list[tuple[Kind, str]] = [
        ("capital", rf"{area}{unit}(?:'s)? {capital}(?: of (?:the city of )?| ){place}{free}"),
        ("capital", rf"{area}{unit}(?:'s)? {capital}, {place}{ends}"),
        ("capital", rf"{area}{unit}(?:'s|, whose)? {capital} is {place}{free}"),
        ("capital", rf"\b[Tt]he {capital} of (?:the )?{area}{unit}(?:, | is ){place}{ends}"),
        ("capital", rf"{subject}{capital} of (?:the )?{area}{unit}{largest}{ends}"),
        ("capital", rf"{subject}{area}{unit}(?:'s)? {capital}{people}{largest}{ends}"),
        ("capital", rf"{subject}{such}{own} capital(?: city)?{people}{largest}{ends}"),
        ("capital", rf"\b[Tt]he {such}{own} capital(?: city)?(?: of|,)? {place}{ends}"),
        ("off", rf"{subject}{some}(?:{n} )?{noun} off (?:the (?:{_POINT} )?(?:coast|shores?) of )?{where}"),
        ("off", rf"{noun} of {place},? off (?:the (?:{_POINT} )?(?:coast|shores?) of )?{where}"),
        ("lies", rf"{subject}{some}{side}{some}{noun}{people}(?: located| situated)? in {where}{unit}{ends}"),
        ("lies", rf"{subject}{some}{side}{some}{noun}{people} on {shore}{ends}"),
        ("lies", rf"{subject}{some}{side}{area} {some}{noun}{people}{ends}"),
        ("lies", rf"\b(?:in|at|near|to|outside|on) the {some}{side}{some}{noun} of {place},? in {where}{unit}{free}"),
        ("lies", rf"\b{some}{side}{some}{noun} of {place}, {area}{ends}"),
        (
            "lies",
            rf"(?<![\w-]){side}{area}(?:'s)? {some}(?:(?P<where>{_POINT}) )?{some}(?:(?P<water>{n}) )?"
            rf"{some}{noun} of {place}{free}",
        ),
        ("lies", rf"\bthe {some}(?P<side>{_POINT}) {some}{noun} of {place}{free}"),
        ("lies", rf"\bthe {some}{noun} of {place}{free}"),
    ]
    return tuple((kind, re.compile(shape)) for kind, shape in shapes)
