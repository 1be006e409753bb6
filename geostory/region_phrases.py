"""Phrases that describe a region without its name: 'the peninsula Moscow seized from Ukraine in 2014'.

A phrase is a head (peninsula, islands, republic), the words that belong to it, and what they say of parties: who took,
claims or holds it. Names are read as signs, so that the shapes of phrases are patterns over the words between; the
words stand in region_cues.toml.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from geostory.region_names import Hit, any_of, cues, plural
from geostory.sentences import sentence_span

__all__ = ["NUMBERS", "Phrase", "Said", "find_phrases", "singular"]

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ACTOR, _PLACE = "\ue001", "\ue002"
_A = rf"{_ACTOR}+"
_FORCES = (
    r"(?:\s+(?:[a-z]+\s+)?(?:troops|forces|soldiers|marines|navy|army|tanks|rule|government|authorities|leaders))?"
)
# Who does something: parties, alone or together, or a word that stands for one.
_PARTIES = rf"(?:the\s+)?{_A}(?:(?:,|,?\s+and|,?\s+or)\s+(?:the\s+)?{_A})*(?:['’]s?)?{_FORCES}"
_STAND_INS = (
    r"\b(?:it|he|she|they|both(?:\s+[a-z-]+)?(?:\s+(?:nations|countries|governments|states|neighbours|neighbors|sides))?"
    r"|(?:his|her|its|their)\s+(?:country|troops|forces|army|soldiers|government|predecessor)"
    rf"|(?:{'|'.join(NUMBERS[2:])}|several)\s+(?:nations|countries|governments|states|claimants))"
)
_WHO = rf"(?:(?P<who>{_PARTIES})|(?P<stand>{_STAND_INS}))"
_BETWEEN = (
    r"(?:\s+(?:[a-z]+ly|alone|also|both|all|each|once|still|later|has|have|had|was|were|is|are|been|already|long"
    r"|then))"
)
# After a verb whose object was named before it.
_GAP = (
    r"(?=\s*(?:$|[,.;:—–)\"”’]|(?:in|from|since|after|and|as|over|when|for|at|during|until|but|or|on|under|by|last|this|with"
    r"|while|back|whole|itself|nearly|almost|half|to|off|near|is|are|was|were|has|have|had|will|would|must|should|can|could|may|might)\b|\w+\s+(?:years?|decades?|months?|weeks?|centur(?:y|ies))\s+(?:ago|before|earlier)))"
)
_STARTS = re.compile(
    rf"\s*,?\s*(?:(?:that|which|where|whose|who|(?:to|from|over|for|on|in|of)\s+which|of|in|on|off|near|between|along|west|east"
    rf"|north|south|known|called|wedged|(?:just|some)\s|once|now|still|long|which)\b|at\s+the\b|to\s+(?:its|the)\s+(?:north|south|east|west)"
    rf"|(?:back\s+)?to\s+(?:the\s+)?{_A}|(?:the\s+)?{_A}|{_STAND_INS}|[a-z]+(?:ed|en|n|ht|ld|t)\s+(?:by|from|to|since|in)\b)"
)
_ENDS = re.compile(
    r"[;:—–()]|\s(?:and|but)\s(?:[a-z]+\s){0,2}(?:to|on|in)\s(?:the|a|its)\s|\s(?:and|but)\s(?:the|an?)\s(?=[a-z])|,(?!\s*(?:which|that|where|whose|who|and|but|known|called|near|off|once|[a-z]+ed\s+by)\b)"
)
_NOT_BEFORE = re.compile(r"\b(?:not|never|no|without)\s+(?:[a-z]+\s+)?$")
_ITS = re.compile(r"(?:its|his|their)\b", re.IGNORECASE)
# Heads before 'of' and what they are themselves called; the bank or the half of something is none.
_CALLED = frozenset(
    {
        "city",
        "town",
        "port",
        "island",
        "isle",
        "peninsula",
        "province",
        "republic",
        "oblast",
        "district",
        "emirate",
        "kingdom",
    }
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_AGO = re.compile(
    rf"\b(?P<number>{'|'.join(NUMBERS[1:])}|\d{{1,3}}|a|half\s+a)\s+(?P<unit>years?|decades?|centur(?:y|ies))\s+(?:ago|earlier|before)\b"
    r"|\b(?P<last>last)\s+(?:year|spring|summer|autumn|fall|winter|January|February|March|April|May|June|July|August"
    r"|September|October|November|December)\b"
)


class Said(NamedTuple):
    """What somebody did to a region; ``who`` holds where the parties are named, None where no one is."""

    kind: str
    who: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Phrase:
    """A description, ``text[start:end]``, of one region or, with ``many``, of several.

    ``words`` are the small words before the head, ``number`` and ``part`` say how many and which ('two', 'eastern').
    ``linked`` are the spans of parties that own it or lend it their adjective, ``years`` those of what was done to it.
    """

    start: int
    end: int
    sentence: tuple[int, int]
    head: str
    many: bool
    definite: bool
    words: frozenset[str]
    number: int | None
    before: tuple[int, int]
    after: tuple[int, int]
    said: tuple[Said, ...]
    linked: tuple[tuple[int, int], ...]
    strange: tuple[tuple[int, int], ...]
    former: bool
    years: frozenset[int]
    ago: tuple[tuple[int, int], ...]


@cache
def _heads() -> dict[str, tuple[str, bool]]:
    """Every form of a head, and its singular and whether it is the plural."""
    table = cues()
    heads = {}
    for noun in (*table["generic"], *table["physical"], *table["political"]):
        heads[noun] = (noun, False)
        heads[plural(noun)] = (noun, True)
    return {**heads, **{form: (noun, True) for form, noun in table["plurals"].items()}, "heights": ("height", False)}


def singular(noun: str) -> tuple[str, bool] | None:
    """The head that the last word of a name or noun is, and whether it is the plural."""
    return _heads().get(noun.lower())


class _Shape(NamedTuple):
    """How news says one thing of a region: in the phrase, right before it, right after its head, or before the head.

    Without ``any`` in the text around there is nothing to look for.
    """

    kind: str
    any: re.Pattern[str]
    within: tuple[re.Pattern[str], ...]
    before: tuple[re.Pattern[str], ...]
    after: re.Pattern[str] | None = None
    bare: re.Pattern[str] | None = None


@cache
def _head() -> re.Pattern[str]:
    forms = "|".join(sorted(_heads(), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])(?!['’]s?\s+[a-z])")


@cache
def _shapes() -> tuple[_Shape, ...]:
    shapes = []
    for kind, verbs in cues()["verbs"].items():
        verb = any_of(verbs)
        past = any_of([v for v in verbs if not v.endswith(("s", "ing")) or " " in v])
        bare = any_of([v for v in verbs if re.search(r"(?:ed|un|en|eld)$", v) and " " not in v])
        within = (
            rf"{_WHO}{_BETWEEN}{{0,4}}\s+{verb}{_GAP}",
            rf"\b{past}\b[^,;.]{{0,40}}?\s+by\s+(?:both\s+)?{_WHO}",
            rf"(?P<who>{_A})-{past}\b",
        )
        before = (rf"{_WHO}{_BETWEEN}{{0,4}}\s+{verb}\s+(?:(?:all|most|some|parts?|much)\s+(?:of\s+)?)?$",)
        after = (
            rf",?\s+(?:(?:is|are|was|were|has\s+been|have\s+been)\s+)?(?:[a-z]+ly\s+|now\s+|long\s+|once\s+)?{verb}\b"
        )
        shapes.append(
            _Shape(
                kind,
                re.compile(rf"\b{verb}\b"),
                tuple(map(re.compile, within)),
                tuple(map(re.compile, before)),
                re.compile(rf"{after}\s+(?:[a-z]+\s+)?by\s+(?:both\s+)?{_WHO}"),
                re.compile(rf"(?<![\w-]){bare}\s"),
            )
        )
    for kind, nouns in cues()["nouns"].items():
        noun = any_of(nouns)
        before = (rf"(?:{_WHO}['’]?s?\s+)?(?:[a-z]+\s+)?{noun}\s+$",)
        shapes.append(_Shape(kind, re.compile(noun), (), tuple(map(re.compile, before))))
    shapes.append(
        _Shape(
            "annex",
            re.compile(r"\bparts?\s+of\b"),
            (),
            (),
            re.compile(rf"\s+(?:an?\s+)?(?:integral\s+)?parts?\s+of\s+(?P<who>{_PARTIES})"),
        )
    )
    says = (
        r"(?:says?|said|insists?|insisted|maintains?)\s+(?:is|are|was|were)\s+(?:now\s+|rightfully\s+|historically\s+)?"
    )
    shapes.append(_Shape("claim", re.compile(says), (re.compile(rf"{_WHO}\s+{says}{_A}"),), ()))
    part = r"\b(?:proclaimed|declared|made)\s+(?:an?\s+)?(?:integral\s+)?parts?\s+of\s+"
    for kind, words in (("annex", part), ("from", r"\bfrom\s+"), ("lease", r"\bleased\s+to\s+")):
        shapes.append(_Shape(kind, re.compile(words), (re.compile(rf"{words}(?P<who>{_PARTIES})"),), ()))
    return tuple(shapes)


def _signs(text: str, hits: Sequence[Hit], places: Sequence[tuple[int, int]]) -> str:
    """The text with each party's name and each other place's as one kind of sign."""
    signs = list(text.translate({ord(_ACTOR): " ", ord(_PLACE): " "}))
    for start, end in places:
        signs[start:end] = _PLACE * (end - start)
    for hit in hits:
        if hit.meaning.actors:
            signs[hit.start : hit.end] = _ACTOR * (hit.end - hit.start)
    return "".join(signs)


def find_phrases(text: str, hits: Sequence[Hit], places: Sequence[tuple[int, int]]) -> Iterator[Phrase]:
    """The descriptions in a field, in the order of their heads.

    Parameters
    ----------
    text : str
    hits : sequence of Hit
        The names of regions and parties in it, in order.
    places : sequence of (int, int)
        Where other places are named in it.
    """
    heads = list(_head().finditer(text))
    if not heads:
        return
    signs = _signs(text, hits, places)
    for match in heads:
        if signs[match.start()] in (_ACTOR, _PLACE) or _head().match(text, match.end() + 1):
            continue  # part of a name, or of a longer head ('island nations')
        found = _phrase(text, signs, match)
        if found:
            yield found


def _phrase(text: str, signs: str, head: re.Match[str]) -> Phrase | None:
    noun, many = _heads()[head[0]]
    sentence = sentence_span(text, *head.span())
    start, definite = _start(signs, sentence[0], head.start())
    active = _active(signs[start : head.start()])
    other = re.match(r"[A-Z]\w*\s+", signs[start : head.start()])
    led = other and not definite and _active(signs[start + other.end() : head.start()])
    if led or (active and re.search(r"[A-Z]\w*\s+$", signs[sentence[0] : start])):
        return None  # done by somebody who is no party
    start += active
    if _NOT_BEFORE.search(signs, max(sentence[0], start - 30), start):
        return None
    end = _end(signs, head.end(), sentence[1])
    front = signs[start : head.start()]
    words = frozenset(re.findall(r"[a-z][\w-]*", front.lower()))
    number = next((NUMBERS.index(word) for word in words if word in NUMBERS), 2 if "pair" in words else None)
    if number is None and (figure := re.search(r"\b\d{1,2}\b", front)):
        number = int(figure[0])
    linked = [(start + m.start(), start + m.end()) for m in re.finditer(_A, front)]
    strange = [
        (start + m.start(), start + m.end())
        for m in re.finditer(r"(?<![\w-])[A-Z][\w'’]+(?:\s+[A-Z][\w'’]+)*", front)
        if start + m.start() > sentence[0]
    ]
    owner = re.match(
        rf"\s+(?:of|in\s+the\s+(?:north|south|east|west)\s+of)\s+(?:the\s+)?({_A})", signs[head.end() : end]
    )
    if owner:
        linked.append((head.end() + owner.start(1), head.end() + owner.end(1)))
    if _ITS.match(front):  # its, of the one named last
        linked += [match.span() for match in re.finditer(_A, signs[:start]) if match.start() >= sentence[0]][-1:]
    if _denied().search(signs, start, end) or (noun in _CALLED and _named(signs, head.end())):
        return None
    said = tuple(_said(signs, sentence[0], start, head, end))
    if start == head.start() and not said:
        return None
    tail = text[start:end]
    return Phrase(
        start=start,
        end=max(head.end(), end),
        sentence=sentence,
        head=noun,
        many=many or bool(number and number > 1),
        definite=definite,
        words=words,
        number=number if number != 1 else None,
        before=(start, head.start()),
        after=(head.end(), end),
        said=said,
        linked=tuple(linked),
        strange=tuple(strange),
        former="former" in words,
        years=frozenset(int(year) for year in _YEAR.findall(tail)) | _century(tail),
        ago=tuple(span for m in _AGO.finditer(tail) if (span := _span_ago(m))),
    )


@cache
def _denied() -> re.Pattern[str]:
    done = any_of([verb for kind in ("seize", "annex", "hold") for verb in cues()["verbs"][kind]])
    return re.compile(rf"(?:\bnever|\bnot|n['’]t)\s+(?:been\s+)?{done}\b")


def _named(signs: str, at: int) -> bool:
    """Whether a head is followed by the very name of what it is: 'the city of Kherson'."""
    name = re.compile(rf"\s+of\s+(?:the\s+)?(?:{_PLACE}|([A-Z][\w'’-]+))").match(signs, at)
    return name is not None and name[1] not in cues()["broad"]


def _active(front: str) -> int:
    """How many characters a verb takes at the start of what seemed a phrase: 'annexed four regions'."""
    first = re.match(r"([a-z]+)\s+", front)
    return first.end() if first and first[1] in _participles() - set(cues()["participles"]) else 0


def _century(words: str) -> frozenset[int]:
    found = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)[\s-]+century\b", words)
    return frozenset(range(100 * int(found[1]) - 100, 100 * int(found[1]))) if found else frozenset()


def _span_ago(match: re.Match[str]) -> tuple[int, int]:
    """How many years ago something was, at least and at most."""
    if match["last"]:
        return 0, 1
    word, unit = match["number"], match["unit"]
    scale = 1 if unit.startswith("year") else 10 if unit.startswith("decade") else 100
    count = (
        0.5 if word.startswith("half") else 1 if word == "a" else NUMBERS.index(word) if word in NUMBERS else int(word)
    )
    slack = 1 if scale == 1 else scale // 10 + 1
    return round(count * scale) - slack, round(count * scale) + slack


def _start(signs: str, begin: int, head: int) -> tuple[int, bool]:
    """Where a phrase begins before its head, and whether with a word that makes it definite."""
    start, taken = head, 0
    for word in reversed(list(re.finditer(r"\S+", signs[max(begin, head - 90) : head]))):
        bare, at = word[0], max(begin, head - 90) + word.start()
        if re.search(r"[;:.!?()\"“”—–]", bare) or taken > 8 or "\n\n" in signs[at:start]:
            break
        low = bare.rstrip(",").lower()
        if low == "of" and re.search(
            r"\b(?:all|both|two|three|four|one|pair|group|part|rest|remainder)\s+$", signs[:at][-12:]
        ):
            start = at
            continue
        if bare.endswith(",") and taken == 0:
            break
        if low in cues()["stops"] or _verbal(low):
            break
        start, taken = at, taken + 1
        if low in cues()["determiners"] or re.fullmatch(rf"{_A}['’]s?", bare):
            ahead = re.search(
                r"\b(?:all|both|one|two|three|four|five|pair|group|remainder|rest)\s+(?:(?:[a-z]+est|larger|smaller)\s+)?(?:of\s+)?$",
                signs[begin:at],
            )
            return (begin + ahead.start() if ahead else start), low not in ("a", "an", "another")
    return start, False


def _verbal(word: str) -> bool:
    """Whether a word before a head is more likely what somebody does to it than what it is."""
    return word.endswith(("ed", "ing")) and not ("-" in word or word.startswith("un") or word in _participles())


@cache
def _participles() -> frozenset[str]:
    verbs = {verb for forms in cues()["verbs"].values() for verb in forms if verb.endswith("ed")}
    return frozenset(verbs) | frozenset(cues()["participles"])


def _end(signs: str, start: int, stop: int) -> int:
    """Where a phrase ends after its head."""
    if not _STARTS.match(signs, start, stop):
        return start
    end = _ENDS.search(signs, start + 2, stop)
    return len(signs[: end.start() if end else stop].rstrip(' .!?\n"”’'))


def _said(signs: str, begin: int, start: int, head: re.Match[str], end: int) -> Iterator[Said]:
    """What a phrase, the words right before it and those right after it say that was done to it."""
    begin = max(begin, start - 90)
    ahead, inside = signs[begin:start], signs[start:end]
    after, front = signs[head.end() : head.end() + 80], signs[start : head.start()]
    for shape in _shapes():
        if not shape.any.search(signs, begin, max(end, head.end() + 80)):
            continue
        for pattern in shape.within:
            yield from (_one(shape.kind, match, start) for match in pattern.finditer(inside))
        for pattern in shape.before:
            if match := pattern.search(ahead):
                yield _one(shape.kind, match, begin)
        if shape.after and (match := shape.after.match(after)):
            yield _one(shape.kind, match, head.end())
        if shape.bare and shape.bare.search(front):
            yield Said(shape.kind, None)


def _one(kind: str, match: re.Match[str], offset: int) -> Said:
    who = match.re.groupindex.get("who")
    span = match.span("who") if who and match["who"] else None
    return Said(kind, (offset + span[0], offset + span[1]) if span else None)
