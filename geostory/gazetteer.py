"""The gazetteer: every place geostory knows, by name, by identifier and by position.

The files under ``data/gazetteer`` are memory-mapped and never parsed whole: a trie of normalised names, the rows each
name leads to (best known first), and the rows themselves, sorted by latitude: a look-up reads one page of them a
place. The population of a first- or second-level unit is the sum of its towns': good for ranking, no census figure.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from string import ascii_lowercase

import marisa_trie
import numpy as np
import numpy.typing as npt

from geostory.errors import DataError, UnknownNameError
from geostory.models import Candidate
from geostory.resources import data_path

__all__ = ["COLUMNS", "MATCHES", "Gazetteer", "gazetteer", "normalise"]

# Columns of rows.npy, one row a place: positions in microdegrees; texts are numbers of the string table. An identifier
# is a GeoNames number, or minus the number of its text.
COLUMNS = (
    "lat",
    "lon",
    "population",
    "id",
    "name",
    "admin1",
    "admin2",
    "country",
    "country_name",
    "feature",
    "shape",
    "source",
)
_LEAST_LETTERS, _MOST_ALIKE = 6, 8  # of a name that may be spelled wrongly; places of nearly that name
MATCHES = ("name", "alternate", "abbreviation", "demonym")
# heads.npy: one number a name; with this bit, the place of a list in lists.npy (its length, then its postings),
# else the one posting itself. A posting is a row's number times four plus the place of its match in MATCHES.
MANY = 1 << 31
_ABBREVIATION = MATCHES.index("abbreviation")
_FEATURE = COLUMNS.index("feature")

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n", "ə": "a"}
    | dict.fromkeys("'’‘`´ʼʻʹʺʾʿ′.·\u05be\u200e\u200f", None)
    | {"&": " and "}
)
# The same for ASCII, where it is the shorter way.
_PLAIN = {code: " " for code in range(128) if not chr(code).isalnum()} | {ord("'"): None, ord("`"): None}
_PLAIN |= {ord("."): None, ord("&"): " and "}
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]+")
# Vowel signs of Indian, Thai, Tibetan, Burmese and Khmer letters, which are part of a word and yet no letters to 're'.
_SIGNS = "".join(sign for sign in map(chr, range(0x0900, 0x1800)) if unicodedata.category(sign) in {"Mn", "Mc"})
_GAPS = re.compile(rf"[^\w{_SIGNS}]+|_+")
_SAINT = re.compile(r"\b(?:Ste?\b|(Sainte?-))", re.IGNORECASE)
_SAINT_HYPHEN = re.compile(r"Sainte?-")
_WORDS = {"st": "saint", "ste": "sainte", "mt": "mount", "mtn": "mountain", "ft": "fort", "mtns": "mountains"}


def normalise(name: str) -> str:
    """The form under which names are stored and looked up.

    Case, diacritics, punctuation and a leading 'the' are dropped, spaces and hyphens folded, and 'St.', 'Mt.' and
    'Ft.' written out. Other scripts keep their letters, and Indian ones their vowel signs.

    Examples
    --------
    >>> normalise("St. John’s"), normalise("Łódź"), normalise("W.Va."), normalise("the Hague")
    ('saint johns', 'lodz', 'wva', 'hague')
    """
    text = name.casefold()
    if text.isascii():
        if text.isalpha():  # most words
            return text
        words = text.translate(_PLAIN).split()
    else:
        # Twice, since a letter's plain form may have a case, and a folded letter may be composed.
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = unicodedata.normalize("NFC", _MARKS.sub("", text))
        words = _GAPS.sub(" ", text.translate(_LETTERS)).split()
    if len(words) > 1:
        if words[0] == "the":
            del words[0]
        words = [_WORDS.get(word, word) for word in words]
    return " ".join(words)


class Gazetteer:
    """The places of one folder of gazetteer files; use :func:`gazetteer` for the shipped one.

    Parameters
    ----------
    folder : pathlib.Path
        Holds names.marisa, heads.npy, lists.npy, rows.npy, strings.npy and string_ends.npy.

    Raises
    ------
    DataError
        If a file is missing or isn't what it should be.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._names = marisa_trie.Trie()
            self._names.mmap(str(folder / "names.marisa"))
            arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS]
        except (OSError, ValueError, RuntimeError) as error:
            raise DataError(f"the gazetteer in {folder} can't be opened ({error}); install geostory again") from error
        heads, lists, rows, strings, ends = arrays
        if rows.ndim != 2 or rows.shape[1] != len(COLUMNS) or len(heads) != len(self._names):
            raise DataError(f"the gazetteer files in {folder} don't belong together; install geostory again")
        self._heads, self._lists = memoryview(heads), memoryview(lists)
        self._strings, self._ends = memoryview(strings), memoryview(ends)
        self._rows = rows
        self._cells = memoryview(rows.reshape(-1))

    def __len__(self) -> int:
        """How many places there are."""
        return len(self._rows)

    @lru_cache(maxsize=1 << 15)  # noqa: B019 - one gazetteer lives as long as the process
    def lookup(self, name: str) -> tuple[Candidate, ...]:
        """The places that a name may stand for, best known first.

        Countries and capitals come before towns, larger places before smaller ones, and a place's own name counts
        more than an alternate name, an abbreviation or a demonym. Abbreviations are found where the name is written
        as one: in capitals ('WV') or with points ('W.Va.'); a lower-case 'us' or 'in' is none. 'St. Louis' means those
        called Saint-Louis last, 'Saint-Louis' means them first.

        Parameters
        ----------
        name : str
            As it stands in a text, in any script; upper and lower case and diacritics don't matter otherwise.

        Returns
        -------
        tuple of Candidate
            Empty where nothing bears the name.

        Examples
        --------
        >>> [place.name for place in gazetteer().lookup("Kiev")][:1]
        ['Kyiv']
        """
        number = self._names.get(normalise(name))
        if number is None:
            return ()
        short = name.isupper() or "." in name
        head = self._heads[number]
        if not head & MANY:
            return (self._candidate(head),) if short or head & 3 != _ABBREVIATION else ()
        start = (head ^ MANY) + 1
        postings = self._lists[start : start + self._lists[start - 1]].tolist()
        found = [self._candidate(posting) for posting in postings if short or posting & 3 != _ABBREVIATION]
        if saint := _SAINT.search(name):
            # English papers print the French form in full: Saint-Louis, never St. Louis.
            found.sort(key=lambda place: (_SAINT_HYPHEN.match(place.name) is None) == (saint[1] is not None))
        return tuple(found)

    @lru_cache(maxsize=1 << 12)  # noqa: B019
    def spelled_like(self, name: str) -> tuple[Candidate, ...]:
        """Countries, towns and units whose own name is a name's by one letter, or by letters doubled or not.

        Parameters
        ----------
        name : str
            Of at least six letters, the first of which counts as right.

        Returns
        -------
        tuple of Candidate
            With ``match`` 'spelling', largest first; empty where there are more than a handful.

        Examples
        --------
        >>> [place.name for place in gazetteer().spelled_like("Khartum")][:1]
        ['Khartoum']
        """
        key = normalise(name)
        if len(key) < _LEAST_LETTERS or not key.isascii():
            return ()
        found: dict[str, Candidate] = {}
        for other in chain(_one_letter_off(key), _otherwise_doubled(key)):
            if other in self._names:
                for place in self.lookup(other):
                    if place.match == "name" and place.feature.startswith(("PPL", "ADM", "PCL")):
                        found.setdefault(place.gazetteer_id, replace(place, match="spelling"))
        if len(found) > _MOST_ALIKE:
            return ()
        return tuple(sorted(found.values(), key=lambda place: (-place.population, place.gazetteer_id)))

    def row(self, gazetteer_id: str) -> Candidate:
        """The place of an identifier such as 'geonames:5879400'.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        number = self._names.get(f"={gazetteer_id}")
        if number is None:
            raise UnknownNameError(f"no place {gazetteer_id!r} in the gazetteer; identifiers look like geonames:703448")
        return self._candidate(self._heads[number])

    def of_shape(self, key: str) -> Candidate | None:
        """The best-known place that a shape of the boundaries outlines, such as 'admin1:US-AK'; None where none is.

        Examples
        --------
        >>> gazetteer().of_shape("country:UA").name
        'Ukraine'
        """
        number = self._names.get(f"@{key}")
        return None if number is None else self._candidate(self._heads[number])

    def nearest(
        self, *, lat: float, lon: float, limit: int = 1, feature_class: str | None = None
    ) -> list[tuple[float, Candidate]]:
        """The places nearest to a position, with their geodesic distances in metres, nearest first.

        Parameters
        ----------
        lat, lon : float
            WGS 84 degrees.
        limit : int
            How many at most.
        feature_class : str, optional
            'P' for populated places, 'A' for countries and units; any other text is a feature code such as 'AIRP'.
        """
        from geostory.geodesy import geodesic_m

        found: list[tuple[float, int]] = []
        for reach in (0.25, 1.0, 4.0, 16.0, 180.0):  # degrees; wider only while too few are found
            found = self._around(lat, lon, reach, feature_class, limit)
            if len(found) >= limit:
                break
        rows = [self._candidate(number << 2) for _, number in found]
        measured = [(geodesic_m(lon, lat, place.lon, place.lat), place) for place in rows]
        return sorted(measured, key=lambda pair: (pair[0], pair[1].gazetteer_id))[:limit]

    def _around(
        self, lat: float, lon: float, reach: float, feature_class: str | None, limit: int
    ) -> list[tuple[float, int]]:
        """Chord lengths and numbers of a few more rows than asked for, none farther than ``reach`` degrees."""
        south, north = self._between(lat - reach, lat + reach)
        numbers = np.arange(south, north)
        if feature_class is not None:
            numbers = numbers[np.isin(self._rows[south:north, _FEATURE], self._codes(feature_class))]
        lats, lons = np.radians(self._rows[numbers, :2].T / 1e6)
        phi, theta = np.radians(lat), np.radians(lon)
        half = np.sin((lats - phi) / 2) ** 2 + np.cos(lats) * np.cos(phi) * np.sin((lons - theta) / 2) ** 2
        chords = 2 * np.sqrt(half)
        near = chords <= 2 * np.sin(np.radians(min(reach, 180.0)) / 2)
        chords, numbers = chords[near], numbers[near]
        # The sphere and the ellipsoid may order near ties differently, hence the few more.
        best = np.argsort(chords, kind="stable")[: limit + 8]
        return [(float(chords[at]), int(numbers[at])) for at in best]

    def in_bounds(
        self, bounds: tuple[float, float, float, float], *, min_population: int, feature_class: str | None = "P"
    ) -> list[Candidate]:
        """Places inside a box, largest first.

        Parameters
        ----------
        bounds : tuple of float
            west, south, east, north in degrees; west may exceed east, and longitudes may run past ±180.
        min_population : int
            How many people a place must have.
        feature_class : str, optional
            As for :meth:`nearest`; None for all places.
        """
        west, south, east, north = bounds
        first, last = self._between(south, north)
        width = 360.0 if east - west >= 360 else (east - west) % 360
        numbers = np.flatnonzero(self._rows[first:last, 2] >= min_population) + first
        numbers = numbers[(self._rows[numbers, 1] / 1e6 - west) % 360 <= width]
        if feature_class is not None:
            numbers = numbers[np.isin(self._rows[numbers, _FEATURE], self._codes(feature_class))]
        order = np.argsort(-self._rows[numbers, 2].astype(np.int64), kind="stable")
        return [self._candidate(int(number) << 2) for number in numbers[order]]

    def _between(self, south: float, north: float) -> tuple[int, int]:
        """The range of the rows whose latitude lies within these, in degrees."""
        numbers, cells, width = range(len(self._rows)), self._cells, len(COLUMNS)
        first = bisect_left(numbers, south * 1e6, key=lambda row: cells[row * width])
        return first, bisect_right(numbers, north * 1e6, lo=first, key=lambda row: cells[row * width])

    @lru_cache(maxsize=256)  # noqa: B019
    def _codes(self, feature_class: str) -> npt.NDArray[np.int32]:
        used = np.unique(self._rows[:, _FEATURE]).tolist()
        return np.array([number for number in used if _belongs(self._text(number), feature_class)], dtype=np.int32)

    def _text(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return str(self._strings[start : self._ends[number]], "utf-8")

    @lru_cache(maxsize=1 << 12)  # noqa: B019 - admin names, countries and codes recur
    def _common(self, number: int) -> str:
        return self._text(number)

    @lru_cache(maxsize=1 << 15)  # noqa: B019
    def _candidate(self, posting: int) -> Candidate:
        start = (posting >> 2) * len(COLUMNS)
        lat, lon, people, ident, name, admin1, admin2, country, country_name, feature, shape, source = self._cells[
            start : start + len(COLUMNS)
        ]
        common = self._common
        return Candidate(
            gazetteer_id=f"geonames:{ident}" if ident > 0 else self._text(-ident),
            name=self._text(name),
            lat=lat / 1e6,
            lon=lon / 1e6,
            feature=common(feature),
            country=common(country),
            country_name=common(country_name),
            admin1=common(admin1),
            admin2=common(admin2),
            population=people,
            shape=common(shape) if shape else "",
            source=common(source),
            match=MATCHES[posting & 3],
        )


def _one_letter_off(key: str) -> Iterator[str]:
    """What a key becomes by one letter left out, changed, swapped with the next or put in, all but the first."""
    for at in range(1, len(key) + 1):
        yield from (f"{key[:at]}{letter}{key[at:]}" for letter in ascii_lowercase)
        if at < len(key):
            yield key[:at] + key[at + 1 :]
            yield from (f"{key[:at]}{letter}{key[at + 1 :]}" for letter in ascii_lowercase if letter != key[at])
        if at + 1 < len(key):
            yield key[:at] + key[at + 1] + key[at] + key[at + 2 :]


def _otherwise_doubled(key: str) -> Iterator[str]:
    """What a key becomes by a letter doubled and a double one halved, as in 'Cincinatti' for Cincinnati."""
    halved = [key[:at] + key[at + 1 :] for at in range(1, len(key)) if key[at] == key[at - 1]]
    for other in dict.fromkeys(halved):
        yield from (other[:at] + other[at - 1 :] for at in range(1, len(other) + 1) if other[at - 1].isalpha())


def _belongs(code: str, feature_class: str) -> bool:
    """Whether a feature code is of a class; the classes are named by GeoNames' letters."""
    if feature_class == "P":
        return code.startswith("PPL") or code == "STLMT"
    if feature_class == "A":
        return code.startswith(("ADM", "PCL")) or code in {"TERR", "ZN", "LTER"}
    return code == feature_class


_ARRAYS = ("heads", "lists", "rows", "strings", "string_ends")


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that geostory ships, opened once.

    Examples
    --------
    >>> place = gazetteer().lookup("Anchorage")[0]
    >>> place.admin1, place.country
    ('Alaska', 'US')
    """
    return Gazetteer(data_path("gazetteer"))
