"""Places in a text whose language geostory does not support: what the gazetteer spells just so, and nothing else.

Precision before recall. Only countries, capitals, large towns and large regions count, in no other form than those
that the gazetteer has, and no word beside a name speaks for its being a place. In scripts with capitals a name must
stand where its capital tells something, or do so elsewhere in the article; in scripts without them it must be a word,
or stand between characters that are known to end one.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from geostory.gazetteer import gazetteer, normalise
from geostory.lexicon import COMMON_FIRST_NAME, COMMON_SURNAME, FIRST_NAME, SURNAME, flags
from geostory.models import Article, Candidate, Field, Mention

__all__ = ["spelled_mentions"]

_LONGEST_WORDS, _LONGEST = 5, 60  # of a name; the second in code points
_LARGE, _LARGER, _VAST = 100_000, 500_000, 1_000_000  # people
_STATES = ("PCL", "TERR", "CONT", "PPLC")  # and capitals and continents: great whatever their people
_WIDE = ("ADM1", "RGN", "SEA", "OCN", "STRT", "GULF", "ISL", "PEN", "DSRT")  # great by a name of several words
_LONG = 6  # letters from which a state's name tells itself at the beginning of a sentence
_FEW = 3  # words of a line that may all be names
_CAPITALS = 2 / 3  # share of a line's words with a capital from which a capital tells nothing there

_NAME = FIRST_NAME | SURNAME
_NOUNS = frozenset({"de", "lb"})  # every noun has a capital
_SUFFIXED = frozenset({"az", "tr"})  # an apostrophe parts a name from its endings
# Marks that belong to the letter before them, and all of the Indian and other scripts that are written with many.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
)
_MARKS += "\u0e00-\u0e4e\u0e50-\u0ebf\u0ec8-\u0f03\u0f18-\u1049\u1050-\u109f\u1780-\u17d3\u180b-\u180f"
_KATAKANA, _HIRAGANA, _HAN = "\u30a1-\u30fa\u30fc-\u30fe", "\u3041-\u309f", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Words; where no spaces part them, runs of one script.
_WORD = re.compile(
    rf"[{_KATAKANA}]+|[{_HIRAGANA}]+|[{_HAN}々]+|(?:(?![{_KATAKANA}{_HIRAGANA}{_HAN}])[^\W_]|[{_MARKS}])+"
)
_IDEOGRAPH, _LONGEST_RUN = re.compile(f"[{_HAN}]"), 8
_UNSPACED = re.compile(f"[{_KATAKANA}{_HAN}]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_OPENING = re.compile(r"[.!?…:;\n\r\"“”„«»¿¡|•*]")
_CLOSING = frozenset('"”»“')
_DOTS = frozenset("·・‧")  # between the parts of a foreign person's name in Chinese and Japanese
_KATAKANA_WORD, _NOT_PLACES = re.compile(f"[{_KATAKANA}]"), frozenset("語人字")  # languages, peoples, letters
_SPACES = frozenset({" ", "\u00a0"})
_HYPHENS = frozenset("-\u2010\u2011\u05be/")
_APOSTROPHES = frozenset("'’ʼ")
_JOINTS = _SPACES | _HYPHENS | _APOSTROPHES | {". "}


@cache
def _lists() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = tomllib.loads((files("geostory") / "spellings.toml").read_text(encoding="utf-8"))
    return lists


@cache
def _listed(name: str) -> frozenset[str]:
    """One word list of spellings.toml."""
    return frozenset(_lists()["words"][name].split())


@cache
def _everyday(language: str) -> frozenset[str]:
    """Words of a language that spell a large place and mean something else, in lower case."""
    lists = _lists()["everyday"]
    return frozenset(lists["any"].split() + lists.get(language, "").split())


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    blind: bool
    """Whether a capital would tell nothing here: at the beginning of a sentence, in a line of capitals."""

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def caseless(self) -> bool:
        first = self.text[0]
        return first.lower() == first.upper() or "\u10d0" <= first <= "\u10ff"  # Georgian has capitals for signs only


class _Hit(NamedTuple):
    """A great place's name in a field; ``sure`` where its capital tells so, ``part`` within a longer name."""

    field: Field
    start: int
    end: int
    text: str
    place: Candidate
    several: bool
    sure: bool
    part: bool

    @property
    def key(self) -> str:
        return self.text.lower()


def spelled_mentions(article: Article, language: str) -> tuple[Mention, ...]:
    """The places that an article in an unsupported language names, by the gazetteer's own spellings.

    Parameters
    ----------
    article : Article
    language : str
        ISO 639-1 code: nouns have capitals in German, an apostrophe ends a name in Turkish.

    Returns
    -------
    tuple of Mention
        All literal; title first, then by position; none overlaps another.

    Examples
    --------
    >>> article = Article(title="", text="Der Minister reiste am Montag nach Kiew und traf in Warschau ein.")
    >>> [mention.text for mention in spelled_mentions(article, "de")]
    ['Kiew', 'Warschau']
    """
    readings = [_Reading(field, article.field_text(field), language) for field in ("title", "text")]
    small = {word.text for reading in readings for word in reading.words if word.text.islower() and not word.caseless}
    hits = [hit for reading in readings for hit in reading.hits(small)]
    sure = Counter(hit.key for hit in hits if hit.sure and not hit.part)
    parts = Counter(hit.key for hit in hits if hit.part)
    return tuple(
        Mention(start=hit.start, end=hit.end, field=hit.field, text=hit.text)
        for hit in hits
        if not hit.part and (hit.several or (hit.key not in small and _is_meant(hit, sure, parts)))
    )


def _is_meant(hit: _Hit, sure: Counter[str], parts: Counter[str]) -> bool:
    """Whether one word names a place: surely so here or elsewhere, and no less often than it is part of a name."""
    return _tells_itself(hit) or (sure[hit.key] > 0 and sure[hit.key] >= parts[hit.key])


def _tells_itself(hit: _Hit) -> bool:
    """Whether a word can only be meant as a state's or capital's name, also where every word has a capital."""
    named = flags(hit.text) & (COMMON_FIRST_NAME | COMMON_SURNAME)
    return hit.place.feature.startswith(_STATES) and len(hit.text) >= _LONG and not named


class _Reading:
    """One field of an article as words.

    Parameters
    ----------
    field : 'title' or 'text'
    text : str
    language : str
    """

    def __init__(self, field: Field, text: str, language: str) -> None:
        self.field, self.language = field, language
        self.text = re.sub("[\ud800-\udfff]", "\ufffd", text)
        self.words = list(self._read())

    def _read(self) -> Iterator[_Word]:
        last = 0
        for line in re.finditer(r"[^\n\r]+", self.text):
            found = list(_WORD.finditer(self.text, *line.span()))
            cased = [match[0] for match in found if match[0][0].lower() != match[0][0].upper()]
            capitals = sum(word[0].isupper() for word in cased)
            loud = len(cased) >= _FEW and capitals >= _CAPITALS * len(cased)
            for match in found:
                opens = last <= line.start() or bool(_OPENING.search(self.text, last, match.start()))
                last = match.end()
                yield _Word(match.start(), match.end(), match[0], opens or loud)

    def hits(self, small: set[str]) -> Iterator[_Hit]:
        """The great places' names, the longest first, not overlapping; ``small`` are words in lower case."""
        number = 0
        while number < len(self.words):
            if _IDEOGRAPH.match(self.words[number].text):
                yield from self._ideographs(self.words[number])
                number += 1
                continue
            step = 1
            for start, end, last in self._spans(number):
                text, several = self.text[start:end], last > number
                if place := _great(text, self.language, several):
                    sure = self.words[number].caseless or not self.words[number].blind
                    part = self._is_part(number, last, place, small)
                    yield _Hit(self.field, start, end, text, place, several, sure, part)
                    step = last - number + 1
                    break
            number += step

    def _ideographs(self, word: _Word) -> Iterator[_Hit]:
        """Names in a run of Chinese characters: each begins and ends at its ends, or beside one that parts words."""
        at, begins = word.start, self.text[max(0, word.start - 1) : word.start] not in _DOTS
        while at < word.end:
            for end in range(min(word.end, at + _LONGEST_RUN), at + 1, -1) if begins else ():
                text, after = self.text[at:end], self.text[end : end + 1]
                ends = after not in _DOTS if end == word.end else after in _listed("between") | _listed("after")
                if ends and (place := _great(text, self.language, False)):
                    yield _Hit(self.field, at, end, text, place, False, True, False)
                    at = end - 1
                    break
            begins = self.text[at] in _listed("between")
            at += 1

    def _spans(self, number: int) -> Iterator[tuple[int, int, int]]:
        """Spans that may be a name and begin with a word, the longest first, with the number of their last word."""
        first = self.words[number]
        if not (first.capital or first.caseless):
            return
        last = number
        while last + 1 < len(self.words) and last - number + 1 < _LONGEST_WORDS:
            word = self.words[last + 1]
            gap = self.text[self.words[last].end : word.start]
            within = word.capital or word.caseless or word.text in _listed("within")
            if gap not in _JOINTS or not within or _UNSPACED.match(word.text):
                break
            last += 1
        for end in range(last, number, -1):
            word = self.words[end]
            if (word.capital or word.caseless) and word.end - first.start <= _LONGEST:
                yield first.start, word.end, end
        yield from ((first.start, first.start + length, number) for length in _noun_ends(first.text))

    def _is_part(self, first: int, last: int, place: Candidate, small: set[str]) -> bool:
        """Whether a name is part of a longer one, or of a word."""
        start, end = self.words[first].start, self.words[last].end
        text = self.text[start:end]
        before, after = self.text[max(0, start - 2) : start], self.text[end : end + 2]
        if (len(before) == 2 and before[1] in _HYPHENS and before[0].isalnum()) or (
            len(after) == 2 and after[0] in _HYPHENS and after[1].isalnum()
        ):
            return True
        if len(after) == 2 and after[0] in _APOSTROPHES and after[1].isalpha() and self.language not in _SUFFIXED:
            return True
        if len(before) == 2 and before[0] in _CLOSING and before[1] in _SPACES:
            return True  # a club's town: '«Динамо» Москва'
        if before[1:] in _DOTS or after[:1] in _DOTS or (_KATAKANA_WORD.match(text) and after[:1] in _NOT_PLACES):
            return True
        if self.words[first].caseless or self.words[first].blind:
            return False
        state = place.feature.startswith(("PCL", "TERR", "CONT"))
        if self.language in _NOUNS:
            return self._is_person(first, last) or (not state and self._capital_before(first, small))
        if state and last > first:
            return False
        follows = last + 1 < len(self.words) and self.words[last + 1].capital and self._gap(last + 1) in _SPACES
        return follows or self._capital_before(first, small) or self._bound(first, small)

    def _is_person(self, first: int, last: int) -> bool:
        """Whether a name stands where a person's first or last name does, beside a capital that any noun may have."""
        before = self.words[first - 1] if first and self._gap(first) in _SPACES else None
        after = self.words[last + 1] if last + 1 < len(self.words) and self._gap(last + 1) in _SPACES else None
        given = bool(flags(self.words[first].text) & FIRST_NAME)
        if after and given and after.capital and flags(after.text) & SURNAME:
            return True
        return bool(before and before.capital and flags(before.text) & FIRST_NAME)

    def _gap(self, number: int) -> str:
        return self.text[self.words[number - 1].end : self.words[number].start]

    def _capital_before(self, number: int, small: set[str]) -> bool:
        """Whether a word with a capital stands right before, which no beginning of a sentence explains."""
        if not number or self._gap(number) not in _SPACES:
            return False
        word = self.words[number - 1]
        explained = word.blind and (len(word.text) <= 2 or word.text.lower() in small)
        return word.capital and not explained

    def _bound(self, number: int, small: set[str]) -> bool:
        """Whether a word such as 'de' binds a name to one with a capital before it ('Universidad de Salamanca')."""
        at = number
        while at and self.words[at - 1].text in _listed("binding") and self._gap(at) in _SPACES | _APOSTROPHES:
            at -= 1
        return at < number and self._capital_before(at, small)


def _noun_ends(text: str) -> Iterator[int]:
    """Where a word may end: at its end, and in Korean before a particle."""
    yield len(text)
    if _HANGUL.match(text):
        endings = sorted(_listed("particles"), key=lambda ending: (-len(ending), ending))
        yield from (len(text) - len(ending) for ending in endings if text.endswith(ending) and len(text) > len(ending))


@lru_cache(maxsize=1 << 12)
def _great(text: str, language: str, several: bool) -> Candidate | None:
    """The best-known place of a name, if it is known far and wide and the name stands for little else."""
    found = [place for place in gazetteer().lookup(text) if place.match != "demonym"][:1]
    if not found or text.lower() in _everyday(language):
        return None
    place = found[0]
    if place.match == "abbreviation":
        return place if place.feature.startswith("PCL") and len(text) > 2 and text.isalpha() else None
    if _letters(text) < _least_letters(text) or text.isupper():
        return None
    if place.feature.startswith(_STATES) or (several and place.feature.startswith(_WIDE)):
        return place
    known = several or place.feature.startswith("PPL") or (place.feature == "ADM1" and text[0].isupper())
    return place if known and place.population >= _least_people(text, place, language, several) else None


def _least_letters(text: str) -> int:
    """How many letters a name must have: more where normalise drops vowel signs, so that unlike words are alike."""
    if _UNSPACED.match(text) or _HANGUL.match(text):
        return 2
    kept = normalise(text)
    return (
        5 if any(sign >= "\u0900" and unicodedata.category(sign)[0] == "M" and sign not in kept for sign in text) else 3
    )


def _least_people(text: str, place: Candidate, language: str, several: bool) -> int:
    """How large a town or region must be for its name to be meant as one."""
    if several:
        return _LARGE
    if not text[0].isupper():
        return _LARGER
    own = place.match == "name" and place.name == text
    kind = flags(text)
    if kind & (COMMON_FIRST_NAME | COMMON_SURNAME) or place.feature == "ADM1":
        return _VAST
    return (
        _LARGE if own else _LARGER if language in _NOUNS or len(text) < _LONG - 1 else _VAST if kind & _NAME else _LARGE
    )


def _letters(text: str) -> int:
    """How many letters a name has, vowel signs not counted."""
    return sum(unicodedata.category(sign)[0] == "L" for sign in text)
