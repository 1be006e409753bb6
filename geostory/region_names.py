"""Where an article names regions in question, and the parties to disputes over them.

The names stand in the packs. At each word of a text the longest name wins, whatever it is a name of; the resolver's
word wins over a mere name.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from geostory.lexicon import FIRST_NAME, SURNAME, WORD, flags
from geostory.models import Article, Candidate, Field, Mention
from geostory.outlines import region_shape
from geostory.packs import Packs
from geostory.sentences import sentence_span

__all__ = ["FIELDS", "Hit", "Placed", "any_of", "cues", "hits_of", "named_in", "plural", "with_those_brought"]

FIELDS: tuple[Field, ...] = ("title", "text")
Placed = Sequence[tuple[Mention, Candidate]]
_NEAR = 1.5  # degrees around a region's bounds within which a place of its name may be it, whatever its country


def any_of(words: Iterable[str]) -> str:
    """Pattern of any of the words, the longest first; blanks and apostrophes as loose as news writes them."""
    ranked = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s+").replace("'", "['’ʼ]") for w in ranked) + ")"


def plural(noun: str) -> str:
    """'territories' of 'territory'."""
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


@cache
def cues() -> dict[str, Any]:
    """The lists of region_cues.toml."""
    return tomllib.loads((files("geostory") / "region_cues.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class _Meaning:
    """What a name stands for: regions by their full name, a short one or an adjective, and parties to disputes."""

    regions: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()


class Hit(NamedTuple):
    """A name that stands in a text, and what it stands for."""

    start: int
    end: int
    meaning: _Meaning


class _Known(NamedTuple):
    """What the packs tell a region's name by: its only shape, its parties' countries, and whom it brings along."""

    shape: str
    countries: frozenset[str]
    brings: tuple[str, ...]


@lru_cache(maxsize=8)
def _known(packs: Packs) -> dict[str, _Known]:
    country = {row["name"]: row.get("country", "") for row in packs.tables["actor"]}
    known = {}
    for row in packs.regions:
        parties = [claim[key] for claim in row["claim"] for key in ("claimed_by", "claimed_from") if key in claim]
        countries = frozenset(country[party] for party in parties)
        whole = len(row.get("shape", ())) == 1 and "minus" not in row and "within" not in row
        shape = row["shape"][0] if whole else ""
        # A state that is named is not thereby the region that it is or was to others: South Korea is South Korea.
        shape = "" if shape in {f"country:{code}" for code in countries} else shape
        known[row["id"]] = _Known(shape, countries, tuple(row.get("with", ())))
    return known


def with_those_brought(named: Mapping[str, list[Mention]], packs: Packs) -> dict[str, list[Mention]]:
    """The same mentions, and those of a region also for the regions that it brings along."""
    mentions = {name: list(found) for name, found in named.items()}
    for name, known in _known(packs).items():
        for other in known.brings:
            mentions.setdefault(other, []).extend(named.get(name, []))
    return mentions


@lru_cache(maxsize=8)
def _dictionary(packs: Packs) -> dict[str, list[tuple[str, _Meaning]]]:
    """Every name by its first word, the longest first; a capital must be one in the text, a small letter need not."""
    meant: dict[str, dict[str, list[str]]] = {}

    def add(name: str, kind: str, what: Iterable[str]) -> None:
        meant.setdefault(name, {}).setdefault(kind, []).extend(what)

    for row in packs.regions:
        nouns = [n for group in packs.tables["group"] if row["id"] in group["regions"] for n in group["nouns"]]
        for name in (*row.get("names", ()), *cues()["people"].get(row["id"], ())):
            add(name, "regions", [row["id"]])
        for name in cues()["adjective"].get(row["id"], ()):
            add(name, "lent", [row["id"]])
        for short in row.get("short", ()):
            add(short, "shorts", [row["id"]])
            for noun in nouns:
                add(f"{short} {noun}", "regions", [row["id"]])
                add(f"{noun} of {short}", "regions", [row["id"]])
    for group in packs.tables["group"]:
        for name in group.get("names", ()):
            add(name, "regions", group["regions"])
    for actor in packs.tables["actor"]:
        for word in actor["words"]:
            add(word, "actors", [actor["name"]])
        for word in cues()["also"].get(actor["name"], ()):
            add(word, "actors", [actor["name"]])
    found: dict[str, list[tuple[str, _Meaning]]] = {}
    for name in sorted(meant, key=lambda name: (-len(name), name)):
        meaning = _Meaning(**{kind: tuple(dict.fromkeys(what)) for kind, what in meant[name].items()})
        first = _WORD.findall(name)[0].casefold()
        found.setdefault(first, []).append((name, meaning))
    return found


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    """What a name looks like in a text; made when its first word is met, as most never are."""
    loose = re.sub(r"(?<!\\)[^\W\d_A-Z]{2,}", lambda small: f"(?i:{small[0]})", any_of([name]))
    return re.compile(rf"{loose}(?!\w)")


_WORD = re.compile(r"\w+")


# A name within a longer one that is no region's and no state's: of a water, a war, a street, a mountain, a person.
_LONGER = re.compile(
    r"\s+(?:City|Straits?|River|Sea|Ocean|Canal|Channel|Trench|Triangle|Wars?|FC|SC|Tatars?|Street|Road|Avenue|Hospital)\b"
    r"|\s+(?:of\s+[A-Z]|(?:de|del|da|des)\s|do\s+[A-Z])"  # 'the West Bank of New Orleans', 'Palau de la Música'
)
_LED = re.compile(
    r"(?:\b(?:Mount|Mt\.?|(?:Straits?|Gulf|Sea|Bay|Battle|Siege|Treaty)\s+of|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Sir|Lord|Lady|Sheikh"
    r"|Sheikha|Rabbi|Imam|Mullah|Prof(?:essor|\.)?|Gen(?:eral|\.)?|Col(?:onel|\.)?|Maj(?:or|\.)?|Capt(?:ain|\.)?|Lt\.?|Sgt\.?"
    r"|Sergeant|Lieutenant|Judge|Justice|Senator|Sen\.|Rep\.|Minister|Ambassador|HMS|USS|HMCS|INS|MV|SS|RMS|FC|AC)\s+"
    r"|\b[AaEe]l-)$"
)


_CALLED = re.compile(
    r"\b(?:[Aa]n?|[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Oo]ne|[Aa]nother)\s+(?:[\w-]+\s+){0,2}(?P<noun>[a-z]+),?"
    r"\s+(?:named|called|nicknamed|surnamed)\s+$"
)


@cache
def _goods() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:[a-z]+\s+)?{any_of(cues()['goods'])}\b")


@cache
def _landed() -> re.Pattern[str]:
    return re.compile(rf"[-\s]+(?:[a-z]+\s+)?{any_of(cues()['landed'])}\b")


@cache
def _lands() -> frozenset[str]:
    """Nouns that a region may be called by."""
    return frozenset(noun for kind in ("generic", "physical", "political") for noun in cues()[kind])


def _of_something_else(text: str, start: int, end: int) -> bool:
    """Whether a name is part of a longer one, or that of a thing or a person: 'a cook named Golan'."""
    before = max(0, start - 60)
    if _LONGER.match(text, end) or _LED.search(text, before, start) or _goods().match(text, end):
        return True
    called = _CALLED.search(text, before, start)
    return bool(called and called["noun"] not in _lands() | {"place", "part", "homeland"})


_TORN = re.compile(
    r"['’]s\s+(?:[a-z]+\s+){0,2}(?:breakaway|separatist|rebel|secessionist|occupied)\s+(?:[a-z]+\s+)?"
    r"(?:republics?|provinces?|regions?|enclaves?|territor(?:y|ies)|statelets?)\b"
)


def _torn(text: str, end: int) -> bool:
    """Whether a state is said to have lost some of its land, whatever place its name was taken for."""
    return bool(_TORN.match(text, end))


def hits_of(article: Article, placed: Placed, packs: Packs) -> dict[Field, list[Hit]]:
    """The names of regions and parties that stand in each field, in order; a party that was placed elsewhere is not."""
    known = _dictionary(packs)
    country = {row["name"]: row.get("country", "") for row in packs.tables["actor"]}
    found: dict[Field, list[Hit]] = {}
    for field in FIELDS:
        text, end = article.field_text(field), 0
        found[field] = []
        for word in _WORD.finditer(text):
            if word.start() < end:
                continue
            for called, meaning in known.get(word[0].casefold(), ()):
                if name := _pattern(called).match(text, word.start()):
                    end = name.end()
                    there = _there(placed, field, word.start(), end)
                    if _of_something_else(text, word.start(), end):
                        meaning = _Meaning()
                    elif meaning.actors and there and not _torn(text, end):
                        lands = {candidate.country for candidate in there} - {""}
                        actors = tuple(a for a in meaning.actors if not country[a] or lands <= {country[a]})
                        meaning = replace(meaning, actors=actors)
                    if meaning.lent and _landed().match(text, end):
                        meaning = replace(meaning, regions=(*meaning.regions, *meaning.lent))
                    found[field].append(Hit(word.start(), end, meaning))
                    break
    return found


def _there(placed: Placed, field: Field, start: int, end: int) -> list[Candidate]:
    return [candidate for m, candidate in placed if m.field == field and m.start < end and start < m.end]


_GIVEN = re.compile(r"(?<![\w’'-])([A-Z][a-z]\w*)\s$")
_SURNAME = re.compile(r"\s((?:[A-Z][a-z]+|[ae]l-[A-Z]\w+))\b")


def _of_person(text: str, hit: Hit, before: Hit | None, placed: bool) -> bool:
    """Whether a region's name is part of a person's; one that was placed is so only by a first name that is known."""
    given = _GIVEN.search(text, max(0, hit.start - 30), hit.start)
    if given and not (before and before.end == hit.start - 1):
        lone = not placed and " " not in text[hit.start : hit.end] and not flags(given[1]) & WORD
        if _person(given[1]) or (lone and given[1] not in cues()["broad"]):
            return True
    surname = _SURNAME.match(text, hit.end)
    if not surname or flags(surname[1]) & WORD:
        return False
    names = text[hit.start : hit.end].split()
    arabic = surname[1].startswith(("al-", "el-"))
    return _person(names[-1]) and (arabic or len(names) == 1 or bool(flags(surname[1]) & SURNAME))


def _person(word: str) -> bool:
    return flags(word) & (FIRST_NAME | WORD) == FIRST_NAME


_LIST = re.compile(r"(?<![\w’'-])[A-Z][\w'’ʼ-]+(?:(?:,\s+(?:(?:and|or)\s+)?|\s+(?:and|or|&)\s+)[A-Z][\w'’ʼ-]+){1,9}")


def _listed(text: str, hits: Sequence[Hit], packs: Packs) -> Iterator[Hit]:
    """Regions in a row of short names: before or after a noun ('the Donetsk and Luhansk regions'), or a whole group."""
    shorts = [hit for hit in hits if hit.meaning.shorts]
    if not shorts:
        return
    nouns = any_of(plural(noun) for group in packs.tables["group"] for noun in group["nouns"])
    after, before = re.compile(rf"\s+{nouns}\b", re.IGNORECASE), re.compile(rf"\b{nouns}\s+of\s+$", re.IGNORECASE)
    for row in _LIST.finditer(text):
        within = [hit for hit in shorts if row.start() <= hit.start and hit.end <= row.end()]
        ids = {name for hit in within for name in hit.meaning.shorts}
        if (
            any(set(group["regions"]) <= ids for group in packs.tables["group"])
            or after.match(text, row.end())
            or before.search(text[max(0, row.start() - 40) : row.start()])
        ):
            yield from (hit._replace(meaning=_Meaning(regions=hit.meaning.shorts)) for hit in within)


def _elsewhere(candidate: Candidate, name: str, packs: Packs) -> bool:
    """Whether a place lies in a country that has no part in a region's dispute, and away from the region."""
    if candidate.match == "spelling" or not candidate.country or candidate.country in _known(packs)[name].countries:
        return False
    west, south, east, north = region_shape(name, packs).bounds
    near = west - _NEAR <= candidate.lon <= east + _NEAR and south - _NEAR <= candidate.lat <= north + _NEAR
    return not near


def _between_its_parties(text: str, hit: Hit, hits: Sequence[Hit], name: str, packs: Packs) -> bool:
    """Whether a sentence names two of a region's parties with it: then it is the region after all."""
    start, end = sentence_span(text, hit.start, hit.end)
    named = {actor for other in hits if start <= other.start < end for actor in other.meaning.actors}
    claims = packs.by_id("region")[name]["claim"]
    return len(named & {claim[key] for claim in claims for key in ("claimed_by", "claimed_from") if key in claim}) > 1


def _barred(hits: Sequence[Hit], mention: Mention) -> bool:
    """Whether a name stands within a longer one that is no region's, whatever it was placed as."""
    return any(hit.start == mention.start and hit.meaning == _Meaning() for hit in hits)


def named_in(
    article: Article, hits: Mapping[Field, Sequence[Hit]], placed: Placed, packs: Packs
) -> dict[str, list[Mention]]:
    """The mentions that name a region: its own names, short names beside a noun, and literal places of its shape."""
    found: dict[str, list[Mention]] = {}
    proper = [(m, candidate) for m, candidate in placed if m.role != "demonym"]
    for field in FIELDS:
        text = article.field_text(field)
        people = {
            i
            for i, hit in enumerate(hits[field])
            if hit.meaning.regions
            and _of_person(
                text, hit, hits[field][i - 1] if i else None, bool(_there(proper, field, hit.start, hit.end))
            )
        }
        full = [hit for i, hit in enumerate(hits[field]) if hit.meaning.regions and i not in people]
        for hit in (*full, *_listed(text, hits[field], packs)):
            there = _there(proper, field, hit.start, hit.end)
            mention = Mention(start=hit.start, end=hit.end, field=field, text=text[hit.start : hit.end])
            for name in hit.meaning.regions:
                apart = there and all(_elsewhere(candidate, name, packs) for candidate in there)
                if not apart or _between_its_parties(text, hit, hits[field], name, packs):
                    found.setdefault(name, []).append(mention)
    called = {row["name"]: row["id"] for row in packs.regions}
    for mention, candidate in proper:
        name = called.get(candidate.name, "")
        over = any(hit.start <= mention.start and mention.end <= hit.end for hit in hits[mention.field])
        if name and not over and f"country:{candidate.country}" in packs.by_id("region")[name].get("shape", ()):
            found.setdefault(name, []).append(mention)
    shaped = [(m, candidate.shape) for m, candidate in placed if candidate.shape and m.role == "literal"]
    for name, known in _known(packs).items():
        for mention, shape in shaped:
            if shape == known.shape and not _barred(hits[mention.field], mention):
                found.setdefault(name, []).append(mention)
    return found
