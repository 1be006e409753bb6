"""What speaks for a name being a place's: what the gazetteer knows of it, and the words that stand beside it."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from geostory.gazetteer import gazetteer
from geostory.models import Candidate, Field
from geostory.recogniser import NamedSpan
from geostory.tokens import Token, Tokens, cue

__all__ = [
    "Hit",
    "Memory",
    "Reading",
    "articled",
    "container",
    "corporate",
    "everyday",
    "evidence",
    "great",
    "located",
    "lookup",
    "titled",
]

_LONGEST_TOKENS, _LONGEST = 6, 80  # of a gazetteer name looked for
_LARGE = 100_000  # people of a town that is known far away
_SMALL = "of the de la le du des del do da dos al el and on upon - – ."  # within names
_WITHIN_NAMES = frozenset(_SMALL.split())
_GREAT = ("PCL", "TERR", "ADM1", "CONT", "RGN", "SEA", "OCN", "STRT", "GULF", "ISL", "PEN", "DSRT", "PPLC")
_LAND = ("ISL", "ARCH", "PEN", "MTS", "DSRT", "SEA", "STRT", "GULF")
_SEATS = {"PAL", "ST"}  # of power, known by a name that is no body's ('Kremlin', 'Downing Street')
_AGED = re.compile(r"\d\)?, of $")  # 'Louis Jensen, 87, of Williston'
_CLOSE = 1.5  # degrees of latitude
_UNIT = r"(?:km|kms|kilomet(?:re|er)s?|miles?)"
_FAR_AFTER = re.compile(rf",? (?:lies|lie|is|are|stands|sits|was)\b[a-z ]{{0,20}} [\d.,]+[ \u00a0-]?{_UNIT}\b")
_LIES = re.compile(r" (?:lies|lie) (?:on|off|near|between|north|south|east|west|just|within|along|across|opposite)")
_FAR_BEFORE = re.compile(rf"\b{_UNIT}(?: \([^)]{{1,20}}\))?(?: [a-z]+(?:-[a-z]+)?)? (?:of|from) $")
_FIRM_AFTER = re.compile(
    r"(?:['’]s? |,? |,)(?:shares|stock|shareholders|investors|share price|chief executive|said in a statement"
    r"|which (?:runs|operates|owns|makes|sells|employs|manufactures|produces|develops|went public|is owned)"
    r"|(?:the|an?) [a-z -]{0,25}(?:company|firm|maker|retailer|operator|manufacturer|developer|conglomerate))\b"
)
_AFTER_DATELINE = re.compile(r"(?:, [A-Z][\w. ]{1,14})? ?(?:\([^)]{2,20}\) ?)?(?:[-–—―]|\()")
_COUNTIES = re.compile(r"(?:,? (?:and )?[A-Z][\w.]+(?: [A-Z]\w+)?){0,6} (counties|parishes)\b")


@lru_cache(maxsize=1 << 14)
def lookup(name: str) -> tuple[Candidate, ...]:
    """The gazetteer's places for a name; nothing for what is too long to be one."""
    return gazetteer().lookup(name) if len(name) <= _LONGEST else ()


class Hit(NamedTuple):
    """A gazetteer's name in a text, in code points."""

    start: int
    end: int
    found: tuple[Candidate, ...]

    @property
    def names(self) -> list[Candidate]:
        """Without those that it is a demonym of."""
        return [candidate for candidate in self.found if candidate.match != "demonym"]

    @property
    def own(self) -> list[Candidate]:
        """Those that have it for their first name."""
        return [candidate for candidate in self.found if candidate.match == "name"]


class Memory(NamedTuple):
    """What an article has shown so far.

    ``people`` are last names, ``places`` the texts of toponyms, ``areas`` countries and regions named (country code
    and region), ``lower`` the words that the article also has in lower case, ``spots`` the points of places named
    (latitude, longitude and country, of the best known of each name).
    """

    people: set[str]
    places: set[str]
    areas: set[tuple[str, str]]
    lower: set[str]
    spots: set[tuple[float, float, str]]


class Reading:
    """One field of an article: its tokens, the recogniser's spans and the gazetteer's names in it.

    Parameters
    ----------
    name : 'title' or 'text'
    text : str
    spans : sequence of NamedSpan
    """

    def __init__(self, name: Field, text: str, spans: Sequence[NamedSpan]) -> None:
        self.name, self.text, self.tokens = name, text, Tokens(text)
        self.spans = list(spans)
        self.hits = [Hit(*found) for found in _hits(self.tokens)]
        self.hit_at = {number: hit for hit in self.hits for number in self.numbers(hit.start, hit.end)}
        self._span_at = {number: span for span in self.spans for number in self.numbers(span.start, span.end)}
        # Where toponyms found so far start and end.
        self.starts: set[int] = set()
        self.ends: set[int] = set()

    def numbers(self, start: int, end: int) -> range:
        """Numbers of the tokens in a span."""
        return range(self.tokens.at(start), self.tokens.at(end))

    def span_over(self, start: int, end: int) -> NamedSpan | None:
        """The recogniser's span over any part of this one."""
        return next((self._span_at[number] for number in self.numbers(start, end) if number in self._span_at), None)

    def trim(self, start: int, end: int) -> tuple[int, int] | None:
        """A span without articles, parties, words in lower case, possessive endings and stray signs at its ends."""
        held = [self.tokens.items[number] for number in self.numbers(start, end)]
        if len(held) > 2 and _partisan([token.lower for token in held[:2]]):
            del held[:2]
        while held and not (held[0].capital and held[0].text != "The"):
            del held[0]
        while held and not (held[-1].text[0].isalnum() or (held[-1].text == "." and _dotted(held[-2:]))):
            del held[-1]
        return (held[0].start, held[-1].end) if held else None


def _dotted(last: Sequence[Token]) -> bool:
    """Whether a full stop belongs to the word before it ('N.D.', 'Pa.'), and does not end 'sold to the US.'."""
    word = last[0].text
    if len(word) == 1:
        return word.isalpha()
    # Some states' abbreviations are in the gazetteer as plain second names.
    short = len(word) <= 5 and not word.isupper()
    return short and any(
        c.match == "abbreviation" or (c.match == "alternate" and c.feature == "ADM1" and c.country in {"US", "CA"})
        for c in lookup(f"{word}.")
    )


def _hits(tokens: Tokens) -> Iterator[tuple[int, int, tuple[Candidate, ...]]]:
    """The longest gazetteer names in a text that begin with a capital, from left to right, not overlapping."""
    items, number = tokens.items, 0
    while number < len(items):
        best: tuple[int, tuple[Candidate, ...]] | None = None
        for last in range(number, min(number + _LONGEST_TOKENS, len(items))) if items[number].capital else ():
            token = items[last]
            if last > number and not (tokens.joined(last) and (token.capital or token.lower in _WITHIN_NAMES)):
                break
            if token.text == "." and not _dotted(items[last - 1 : last + 1]):
                break
            if token.capital or token.text == ".":
                found = lookup(tokens.text[items[number].start : token.end])
                if found and not (best and _loose_end(token, found)):
                    best = (last, found)
        if best is None or (items[number].text == "The" and not best[1][0].name.startswith("The ")):
            number += 1
            continue
        yield items[number].start, items[best[0]].end, best[1]
        number = best[0] + 1


def _loose_end(last: Token, found: Sequence[Candidate]) -> bool:
    """Whether a longer name ends like a body's and is no place's first name ('Florida Department', 'Ohio State')."""
    return last.lower in cue("public") and not any(c.match == "name" for c in found)


def great(names: Sequence[Candidate]) -> bool:
    """Whether a name is that of a country, a region, a sea, a capital, a seat of power or a large town."""
    return any(c.feature.startswith(_GREAT) or c.feature in _SEATS or c.population >= _LARGE for c in names[:3])


def _large(own: Sequence[Candidate]) -> bool:
    return any(c.feature.startswith(("PCL", "PPLC")) or c.population >= _LARGE for c in own)


def articled(reading: Reading, start: int, end: int, names: Sequence[Candidate]) -> bool:
    """Whether 'the' makes a word of a small town's name, which takes none ('the Rock', but 'the Rock Hill police')."""
    text = reading.text[start:end].removeprefix("The ")
    led = reading.tokens.before(start, 1) == ["the"] or text != reading.text[start:end]
    if not (led and text.isalpha() and names and reading.tokens.stands_alone(end)):
        return False
    if reading.tokens.after(end, 1) in (["and"], ["or"]):
        return False  # 'the Etoumbi and Mbomo districts'
    towns = all(c.feature.startswith("PPL") and c.population < _LARGE for c in names)
    return towns and not container(reading, start, end)


def corporate(reading: Reading, start: int, end: int, names: Sequence[Candidate]) -> bool:
    """Whether the words beside a lesser place's name speak of a firm: 'run by X', 'shares of X', 'X, which makes'."""
    if not names or great(names) or located(reading, start, end):
        return False
    before = reading.tokens.before(start, 2)
    if len(before) > 1 and (
        (before[1] == "by" and before[0] in cue("owned")) or (before[1] in {"of", "in"} and before[0] in cue("stocks"))
    ):
        return True
    return bool(_FIRM_AFTER.match(reading.text, end, end + 60))


def everyday(text: str, names: Sequence[Candidate]) -> bool:
    """Whether a name is made of everyday words only, and not a great place's all the same ('United States')."""
    words = text.lower().split()
    if len(words) > 1 and great([candidate for candidate in names if candidate.match == "name"]):
        return False
    return all(word in _everyday_words() or word in _WITHIN_NAMES for word in words)


@cache
def _everyday_words() -> frozenset[str]:
    return cue("public") | cue("types") | cue("people") | cue("kinds") | cue("titles") | cue("common") | cue("firms")


def titled(reading: Reading, start: int) -> bool:
    """Whether a title or an office stands before a name ('Gov. Washington')."""
    before = reading.tokens.before(start, 2)
    if before[-1:] == ["."]:
        return len(before) > 1 and len(before[0]) <= 5 and before[0] in cue("titles")
    return bool(before) and before[-1] in cue("titles")


def located(reading: Reading, start: int, end: int) -> bool:
    """Whether the words beside a name say that something lies there: 'in X', 'D-X', '87, of X', 'X, Texas'."""
    before = [word for word in reading.tokens.before(start, 2) if word not in {"the", "downtown", "nearby"}]
    if (before and before[-1] in cue("locative")) or _partisan(before):
        return True
    return bool(_AGED.search(reading.text, max(0, start - 12), start)) or container(reading, start, end)


def _partisan(before: Sequence[str]) -> bool:
    """Whether these words end with a party's letter, as in 'D-W.Va.' and 'R-Florence'."""
    return len(before) > 1 and before[-1] in {"-", "–"} and before[-2] in {"d", "r"}


def container(reading: Reading, start: int, end: int) -> bool:
    """Whether a country or region that holds a place of this name follows after a comma: 'Minot, N.D.'."""
    tokens = reading.tokens
    number = tokens.at(end)
    if not (number + 1 < len(tokens.items) and tokens.items[number].text == "," and tokens.joined(number + 1)):
        return False
    hit = reading.hit_at.get(number + 1)
    own = Hit(start, end, lookup(reading.text[start:end])).names
    areas = hit.names[:2] if hit and hit.start == tokens.items[number + 1].start else []
    return any(_within(place, area) for area in areas for place in own)


def _within(place: Candidate, area: Candidate) -> bool:
    if place.country != area.country or place.gazetteer_id == area.gazetteer_id:
        return False
    return area.feature.startswith("PCL") or (area.feature == "ADM1" and place.admin1 == area.name)


def evidence(reading: Reading, hit: Hit, memory: Memory) -> set[str]:
    """What speaks for a gazetteer's name being meant as one.

    Returns
    -------
    set of str
        'placed' where the words beside it leave no doubt; else pairs of what is known of it ('same': a toponym of the
        article; 'near': in a region that the article names; 'close': not far from a place that it names; 'paired':
        beside one of its country in a list; 'country'; 'land': an island's or a range's, of several words; 'great';
        'sole': great, and no place of another country bears it; 'distinct': great and of several words, or a
        seat of power; 'name': a place's first name) and where it stands ('in': after such a word; 'by': after a looser
        one; 'of': before people or bodies; 'bare').
    """
    text = reading.text[hit.start : hit.end]
    person = text in memory.people
    sure: tuple[Callable[[], bool], ...] = (
        lambda: container(reading, hit.start, hit.end),
        lambda: _dateline(reading, hit),
        lambda: _measured(reading, hit),
        lambda: _listed(reading, hit),
        lambda: not person and _in_a_row(reading, hit),
        lambda: _typed(reading, hit),
    )
    if any(holds() for holds in sure):
        return {"placed"}
    if hit.names[0].match == "abbreviation":
        return {"placed"} if _abbreviation(reading, hit) else set()
    if person or (text.isupper() and len(text) <= 4):
        return set()
    before = [word for word in reading.tokens.before(hit.start, 2) if word != "the"][-1:]
    where = "in" if located(reading, hit.start, hit.end) else "by" if before and before[0] in cue("loose") else ""
    where = where or ("of" if {*reading.tokens.after(hit.end, 1)} & cue("people") else "bare")
    known = {
        "same": text in memory.places,
        "near": any((c.country, c.admin1) in memory.areas for c in hit.own),
        "close": any(_close(c, memory) for c in hit.own),
        "paired": _paired(reading, hit) and any(c.country == spot[2] for c in hit.own for spot in memory.spots),
        "country": any(c.feature.startswith(("PCL", "TERR")) for c in hit.own[:1]),
        "land": " " in text and any(c.feature.startswith(_LAND) for c in hit.own[:1]),
        "sole": _large(hit.own[:1]) and len({c.country for c in hit.names if c.match == "name"}) == 1,
        "great": great(hit.own),
        "distinct": (" " in text and great(hit.own)) or any(c.feature in _SEATS for c in hit.own),
        "name": bool(hit.own),
    }
    return {f"{kind} {where}" for kind, holds in known.items() if holds}


def _close(place: Candidate, memory: Memory) -> bool:
    """Whether a place lies in the country of one that the article names, and not far from it."""
    return any(
        country == place.country and abs(lat - place.lat) < _CLOSE and abs(lon - place.lon) < 2 * _CLOSE
        for lat, lon, country in memory.spots
    )


def _paired(reading: Reading, hit: Hit) -> bool:
    """Whether a name stands beside a place in a list ('Bear Island and Jan Mayen')."""
    before = re.search(
        r"(?:,| and|, and)(?: in| on| at| to| from| of)? $", reading.text[max(0, hit.start - 11) : hit.start]
    )
    after = re.match(r"(?:, and|,| and) (?:in |on |at |to |from |of )?", reading.text[hit.end : hit.end + 11])
    ends = before and hit.start - len(before[0]) in reading.ends
    return bool(ends or (after and hit.end + len(after[0]) in reading.starts))


def _measured(reading: Reading, hit: Hit) -> bool:
    """Whether a distance from or to it is told ('X lies about 30 km from Ceuta'), or what it lies at."""
    if _FAR_AFTER.match(reading.text, hit.end, hit.end + 60) or _LIES.match(reading.text, hit.end, hit.end + 20):
        return True
    return bool(_FAR_BEFORE.search(reading.text, max(0, hit.start - 60), hit.start))


def _typed(reading: Reading, hit: Hit) -> bool:
    """Whether a word for a region follows a name that one bears ('Kursk border region'), or 'the city of' leads it."""
    before = reading.tokens.before(hit.start, 2)
    if before[-1:] == ["of"] and before[0] in cue("settlements"):
        return True
    after = [word for word in reading.tokens.after(hit.end, 3) if word not in {"border", "autonomous", "coastal"}][:1]
    return bool(after) and after[0] in cue("regions") and any(c.feature in {"ADM1", "ADM2", "RGN"} for c in hit.names)


def _in_a_row(reading: Reading, hit: Hit) -> bool:
    """Whether a name stands between two places in a list ('Oslo, Telemark, Hedmark')."""
    before = re.search(r"(?:,| and|, and) $", reading.text[max(0, hit.start - 6) : hit.start])
    after = re.match(r"(?:, and|,| and) ", reading.text[hit.end : hit.end + 6])
    if not (before and after):
        return False
    return hit.start - len(before[0]) in reading.ends and hit.end + len(after[0]) in reading.starts


def _listed(reading: Reading, hit: Hit) -> bool:
    """Whether a name stands in a list of counties ('Cooke, Grayson and Love counties')."""
    tail = _COUNTIES.match(reading.text, hit.end, hit.end + 120)
    kind = "County" if tail and tail[1] == "counties" else "Parish"
    return bool(tail) and bool(lookup(f"{reading.text[hit.start : hit.end]} {kind}"))


def _dateline(reading: Reading, hit: Hit) -> bool:
    """Whether a name opens a report: 'COLUMBUS -- ', 'SALINA, Kan. (AP) - '."""
    before = reading.text[max(0, hit.start - 2) : hit.start].strip()
    upper = reading.text[hit.start : hit.end].isupper() and hit.end - hit.start > 3
    return upper and before in {"", ".", "!", "?"} and bool(_AFTER_DATELINE.match(reading.text, hit.end, hit.end + 50))


def _abbreviation(reading: Reading, hit: Hit) -> bool:
    """Countries' short names stand alone ('U.S.'); states' follow a comma, a party ('D-W.Va.') or have points."""
    if hit.names[0].feature.startswith("PCL"):
        sides = reading.text[max(0, hit.start - 12) : hit.start].split()[-1:]
        sides += reading.text[hit.end : hit.end + 12].split()[:1]
        return not any(word.isupper() and word.isalpha() and len(word) > 1 for word in sides)  # 'JOIN US NOW'
    before = reading.tokens.before(hit.start, 2)
    return before[-1:] == [","] or _partisan(before) or reading.text[hit.start : hit.end].count(".") > 1
