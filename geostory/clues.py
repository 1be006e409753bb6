"""What is known of each word of an article before any model reads it.

The gazetteer knows places of that name, the lexicon first names, surnames and common words, and the article itself
shows how else it uses the word ('Denzel Washington', 'in Paris', 'Minot, N.D.'). Both recognisers read these clues.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geostory import lexicon
from geostory.gazetteer import gazetteer
from geostory.models import Article, Candidate, Field
from geostory.tokens import Tokens, cue, tokens_of

__all__ = ["CLUES", "TAGS", "Hit", "Reading", "clue_matrix", "dotted", "lookup", "readings"]

# What the recognisers tell apart; a place's first word differs from its others.
TAGS = ("nothing", "begins place", "in place", "demonym", "person", "body", "other name")

# Bit n of a token's clues says that the n-th of these holds.
CLUES = (
    # Of the word: the lexicon's classes.
    "first name",
    "common first name",
    "surname",
    "common surname",
    "word",
    "common word",
    # Of the longest gazetteer name that the token stands in.
    "known",
    "begins name",
    "several words",
    "country",
    "first-level unit",
    "second-level unit",
    "large town",
    "town",
    "small place",
    "water",
    "land",
    "facility",
    "demonym too",
    "demonym only",
    "abbreviation",
    "main name",
    "many places",
    # Of where it stands.
    "before its container",
    "container after",
    "line in capitals",
    "begins sentence",
    # Of the article: the same word somewhere in it.
    "also in lower case",
    "located",
    "titled",
    "contained",
    "repeated",
    "in longer name",
    "region is named",
    "country is named",
)
_BIT = {name: 1 << number for number, name in enumerate(CLUES)}

_LONGEST_TOKENS, _LONGEST = 9, 80  # of a gazetteer name looked for
_LARGE, _TOWN = 100_000, 5_000
_SMALL = """of the de la le du des del do da dos das di al el and on upon - – . es au aux sur sous os las los les am an
der den en in ez ye e y ou 's ’s"""
_HYPHENS = frozenset("-–")
_ELISION = re.compile(r"(?:[dl]|dell|nell|all|sull)['’]\w")  # 'Côte d’Ivoire'
_WITHIN_NAMES = frozenset(_SMALL.split())
_LEADS = frozenset({"st", "ste", "mt", "ft"})  # whose full stop stands within names
_WATER = ("SEA", "OCN", "STRT", "GULF", "BAY", "LK", "STM", "CHN", "SD", "INLT", "LGN", "RSV", "FJD", "CNL")
_LAND = ("ISL", "ARCH", "PEN", "MT", "DSRT", "RGN", "CONT", "VAL", "PLN", "PLAT", "CAPE", "VLC", "PK", "FRST", "COAST")
_REPORT = 3
_OPENERS = "new los las san santa south north east west great saint st fort port cape mount lake el"
_BEGINNINGS = frozenset(_OPENERS.split())
_LONE = re.compile("[\ud800-\udfff]")
_FEW_CAPITALS = 0.015  # share of words: below it, capitals tell nothing


def lookup(name: str) -> tuple[Candidate, ...]:
    """The gazetteer's places for a name; nothing for what is too long to be one."""
    return gazetteer().lookup(name) if len(name) <= _LONGEST else ()


class Hit(NamedTuple):
    """A gazetteer's name in a text: code points, numbers of its first token and of the one after its last, clues."""

    start: int
    end: int
    first: int
    after: int
    found: tuple[Candidate, ...]
    bits: int


class Reading:
    """One field of an article with its tokens, the gazetteer's names in it, and each token's clues.

    Parameters
    ----------
    name : 'title' or 'text'
    text : str
        Lone surrogates stand replaced, so that every sign has a UTF-8 form.
    """

    def __init__(self, name: Field, text: str) -> None:
        text = text if text.isascii() else _LONE.sub("\ufffd", text)
        self.name, self.text, self.tokens = name, text, tokens_of(text)
        words = self.tokens.words
        self.capital = [word[0].isupper() for word in words]
        few = sum(self.capital) < _FEW_CAPITALS * len(words)
        self.caseless = few and sum(self.capital) < _FEW_CAPITALS * sum(word[0].isalpha() for word in words)
        if self.caseless:  # each word may be a name
            self.capital = [
                word.isalpha() and (not lexicon.flags(word) & lexicon.COMMON_WORD or self._leads(number))
                for number, word in enumerate(words)
            ]
        self.hits = list(_hits(self.tokens, self.capital))
        self.clues = list(map(lexicon.flags, words))  # the first bits are its flags
        self.uses: dict[int, int] = {}  # what each capitalised token's own use shows, as clues
        self.hit_at: dict[int, Hit] = {}
        for hit in self.hits:
            bits = hit.bits | (_BIT["several words"] if hit.after - hit.first > 1 else 0)
            for number in range(hit.first, hit.after):
                self.hit_at[number] = hit
                self.clues[number] |= bits
            self.clues[hit.first] |= _BIT["begins name"]

    def _leads(self, number: int) -> bool:
        """Whether a common word without a capital begins a name of two words: 'new york'."""
        if self.tokens.lowers[number] not in _BEGINNINGS or not self.tokens.joined(number + 1):
            return False
        return bool(lookup(self.text[self.tokens.starts[number] : self.tokens.ends[number + 1]]))

    @cached_property
    def sport(self) -> bool:
        """Whether it is a match report, by three of such a report's words."""
        return len(cue("sport").intersection(self.tokens.lowers)) >= _REPORT


def readings(article: Article) -> tuple[Reading, Reading]:
    """Title and text of an article, with what each shows of the other's words.

    Parameters
    ----------
    article : Article

    Returns
    -------
    tuple of Reading
        The title's and the text's.

    Examples
    --------
    >>> title, text = readings(Article(title="Rain in Oslo", text="Oslo is wet."))
    >>> [hit.found[0].name for hit in text.hits]
    ['Oslo']
    """
    both = (Reading("title", article.title), Reading("text", article.text))
    _remember(both)
    return both


def clue_matrix(clues: Sequence[int]) -> npt.NDArray[np.float32]:
    """Clues as ones and zeros, shape (tokens, len(CLUES)).

    Examples
    --------
    >>> clue_matrix([0b11])[0, :3].tolist()
    [1.0, 1.0, 0.0]
    """
    octets = np.array(clues, dtype="<u8").view(np.uint8).reshape(-1, 8)
    return np.unpackbits(octets, axis=1, count=len(CLUES), bitorder="little").astype(np.float32)


def _hits(tokens: Tokens, capital: Sequence[bool]) -> Iterator[Hit]:
    """The longest gazetteer names in a text that begin with a capital, from left to right, not overlapping."""
    words, number = tokens.words, 0
    while number < len(words):
        if not capital[number]:
            number += 1
            continue
        best: tuple[int, tuple[Candidate, ...]] | None = None
        for last in range(number, min(number + _LONGEST_TOKENS, len(words))):
            tail = last > number and words[last - 1] in _HYPHENS and words[last].isalpha()  # of 'Anyang-si'
            if last > number and not (tokens.joined(last) and (capital[last] or tail or _links(tokens.lowers[last]))):
                break
            point = words[last] == "."
            if point and not (tokens.lowers[last - 1] in _LEADS or dotted(words[last - 1])):
                break
            if capital[last] or point or tail or _ELISION.match(words[last]):
                found = lookup(tokens.text[tokens.starts[number] : tokens.ends[last]])
                if found and not (best and _loose_end(tokens.lowers[last], found)):
                    best = (last, found)
        if best is None or (words[number] == "The" and not best[1][0].name.startswith("The ")):
            number += 1
            continue
        start, end = tokens.starts[number], tokens.ends[best[0]]
        yield Hit(start, end, number, best[0] + 1, best[1], _of_name(tokens.text[start:end]))
        number = best[0] + 1


def _links(word: str) -> bool:
    """Whether a word in lower case may stand within a name."""
    return word in _WITHIN_NAMES or bool(_ELISION.match(word))


def dotted(word: str) -> bool:
    """Whether a full stop belongs to the word before it ('N.D.', 'Pa.'), and does not end 'sold to the US.'."""
    if len(word) == 1:
        return word.isalpha()
    # Some states' abbreviations are in the gazetteer as plain second names.
    short = len(word) <= 5 and not word.isupper()
    return short and any(
        c.match == "abbreviation" or (c.match == "alternate" and c.feature == "ADM1" and c.country in {"US", "CA"})
        for c in lookup(f"{word}.")
    )


def _loose_end(last: str, found: Sequence[Candidate]) -> bool:
    """Whether a longer name ends like a body's and is no place's first name ('Florida Department', 'Ohio State')."""
    return last in cue("public") and not any(c.match == "name" for c in found)


@lru_cache(maxsize=1 << 14)
def _of_name(name: str) -> int:
    """What the gazetteer's places for a name say of it, as clues."""
    found = lookup(name)
    names = [c for c in found if c.match != "demonym"]
    bits = _BIT["known"] | (_BIT["demonym too"] if len(names) < len(found) else 0)
    if not names:
        return bits | _BIT["demonym only"]
    for candidate in names[:3]:
        bits |= _BIT[_kind(candidate)]
    bits |= _BIT["abbreviation"] if names[0].match == "abbreviation" else 0
    bits |= _BIT["main name"] if any(c.match == "name" for c in names) else 0
    return bits | (_BIT["many places"] if len(names) > 4 else 0)


def _kind(candidate: Candidate) -> str:
    feature = candidate.feature
    if feature.startswith(("PCL", "TERR")):
        return "country"
    if feature.startswith("ADM"):
        return {"ADM1": "first-level unit"}.get(feature, "second-level unit")
    if feature.startswith("PPL"):
        size = candidate.population
        return "large town" if size >= _LARGE or feature == "PPLC" else "town" if size >= _TOWN else "small place"
    if feature.startswith(_WATER):
        return "water"
    return "land" if feature.startswith(_LAND) else "facility"


def _remember(both: Sequence[Reading]) -> None:
    """Add what each word's other uses in the article show."""
    for reading in both:
        _stand(reading)
    used: dict[str, int] = {}
    for reading in both:
        for number, word in enumerate(reading.tokens.words):
            if reading.capital[number]:
                again = _BIT["repeated"] if word in used else 0
                reading.uses[number] = _use(reading, number)
                used[word] = used.get(word, 0) | again | reading.uses[number]
    small = {word for reading in both for word in reading.tokens.words if word.islower()}
    for reading in both:
        for number, word in enumerate(reading.tokens.words):
            if reading.capital[number]:
                also = reading.tokens.lowers[number] in small
                reading.clues[number] |= used[word] | (_BIT["also in lower case"] if also else 0)
    _near(both)


def _use(reading: Reading, number: int) -> int:
    """What one use of a capitalised word shows of all its uses, as clues."""
    lowers, capital, clues, joined = reading.tokens.lowers, reading.capital, reading.clues, reading.tokens.joined
    bits = _BIT["contained"] if clues[number] & _BIT["before its container"] else 0
    if number + 1 < len(lowers) and capital[number + 1] and joined(number + 1):
        bits |= _BIT["in longer name"]
    if not (number and joined(number)):
        return bits
    word = lowers[number - 1]
    if word == "the" and number > 1:
        word = lowers[number - 2]
    if word in cue("locative"):
        bits |= _BIT["located"]
    elif word == "." and number > 1:
        word = lowers[number - 2]
    if word in cue("titles") or (capital[number - 1] and clues[number - 1] & _BIT["first name"]):
        bits |= _BIT["titled"]
    return bits | (_BIT["in longer name"] if capital[number - 1] else 0)


def _near(both: Sequence[Reading]) -> None:
    """Add which names have a place in a region or country that the article names."""
    best = [hit.found[0] for reading in both for hit in reading.hits]
    regions = {(c.country, c.name) for c in best if c.feature == "ADM1" and c.match != "demonym"}
    countries = {c.country for c in best if c.feature.startswith("PCL")}
    for reading in both:
        for hit in reading.hits:
            bits = 0
            for candidate in hit.found[:8]:
                if candidate.match == "name" and candidate.feature[:3] not in {"PCL", "CON"}:
                    if candidate.feature != "ADM1" and (candidate.country, candidate.admin1) in regions:
                        bits |= _BIT["region is named"]
                    if candidate.country in countries:
                        bits |= _BIT["country is named"]
            for number in range(hit.first, hit.after) if bits else ():
                reading.clues[number] |= bits


def _stand(reading: Reading) -> None:
    """Add what each token's own place in the text shows."""
    words, clues = reading.tokens.words, reading.clues
    for hit in reading.hits:
        area = reading.hit_at.get(hit.after + 1)
        if area and words[hit.after] == "," and _holds(area, hit):
            for number in range(hit.first, hit.after):
                clues[number] |= _BIT["before its container"]
            for number in range(area.first, area.after):
                clues[number] |= _BIT["container after"]
    ended, line = True, -1
    upper = False
    text = reading.text
    for number, (word, start) in enumerate(zip(words, reading.tokens.starts, strict=True)):
        if start > line:
            line = text.find("\n", start)
            line = len(text) if line < 0 else line
            held = text[start:line]
            upper, ended = held.isupper() and len(held) > 3, True
        if upper:
            clues[number] |= _BIT["line in capitals"]
        if ended:
            clues[number] |= _BIT["begins sentence"]
        ended = word in {".", "!", "?", "…"} or (ended and not word[0].isalnum())


def _holds(area: Hit, hit: Hit) -> bool:
    return any(
        place.country == region.country
        and place.gazetteer_id != region.gazetteer_id
        and (region.feature.startswith("PCL") or (region.feature == "ADM1" and place.admin1 == region.name))
        for region in [c for c in area.found if c.match != "demonym"][:2]
        for place in hit.found
        if place.match != "demonym"
    )
