"""A reading as the encoder sees it: word pieces in windows of whole sentences, only where a name may stand."""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geostory import lexicon
from geostory.clues import CLUES, Reading
from geostory.resources import data_path

__all__ = ["CASES", "Window", "case_of", "pieces_of", "windows"]

CASES = ("upper", "title", "mixed", "lower", "no letter")
LONGEST = 126  # word pieces of a window, without the two that frame it
_SENTENCE = 1 << CLUES.index("begins sentence")
_KNOWN = 1 << CLUES.index("known")
_LONGEST_WORD = 40  # signs of a word that are split into pieces; what is longer is unknown


class Window(NamedTuple):
    """Some sentences of a reading, in word pieces between the two framing ones.

    Attributes
    ----------
    pieces : array of int32, shape (n,)
    cases : array of uint8, shape (n,)
        Numbers of :data:`CASES`.
    clues : list of int
        Each piece has its token's.
    tokens : list of int
        Numbers of the tokens.
    heads : array of int64, shape (len(tokens),)
        Where each token's first piece stands.
    """

    pieces: npt.NDArray[np.int32]
    cases: npt.NDArray[np.uint8]
    clues: list[int]
    tokens: list[int]
    heads: npt.NDArray[np.int64]


def windows(reading: Reading, possible: npt.NDArray[np.bool_] | None = None) -> list[Window]:
    """The windows of a reading, in its order; sentences without a possible name are in none.

    Parameters
    ----------
    reading : Reading
    possible : array of bool, shape (tokens,), optional
        Which tokens may be names; by default all with a capital that is not just their sentence's.

    Returns
    -------
    list of Window
    """
    found: list[Window] = []
    held: list[int] = []
    size = 0
    for sentence in _sentences(reading):
        if not any(possible[number] if possible is not None else _possible(reading, number) for number in sentence):
            continue
        sizes = [len(pieces_of(reading.tokens.words[number])) for number in sentence]
        if held and size + sum(sizes) > LONGEST:
            found.append(_window(reading, held))
            held, size = [], 0
        for number, more in zip(sentence, sizes, strict=True):
            if held and size + more > LONGEST:  # only in a sentence longer than a window
                found.append(_window(reading, held))
                held, size = [], 0
            held.append(number)
            size += more
    return [*found, _window(reading, held)] if held else found


def _sentences(reading: Reading) -> Iterator[range]:
    starts = [number for number, bits in enumerate(reading.clues) if bits & _SENTENCE]
    for start, end in pairwise([*starts, len(reading.clues)]):
        yield range(start, end)


def _possible(reading: Reading, number: int) -> bool:
    """Whether a token may be (part of) a name: a capital that is not just the first word of a sentence."""
    if not reading.capital[number]:
        return False
    bits = reading.clues[number]
    return (
        not (bits & _SENTENCE) or bool(bits & _KNOWN) or not lexicon.flags(reading.tokens.words[number]) & lexicon.WORD
    )


def _window(reading: Reading, tokens: list[int]) -> Window:
    first, last = _vocabulary()["[CLS]"], _vocabulary()["[SEP]"]
    pieces, cases, clues, heads = [first], [4], [0], []
    for number in tokens:
        word = reading.tokens.words[number]
        split = pieces_of(word)
        heads.append(len(pieces))
        pieces.extend(split)
        cases.extend([case_of(word)] * len(split))
        clues.extend([reading.clues[number]] * len(split))
    return Window(
        np.array([*pieces, last], dtype=np.int32),
        np.array([*cases, 4], dtype=np.uint8),
        [*clues, 0],
        tokens,
        np.array(heads, dtype=np.int64),
    )


def case_of(word: str) -> int:
    """How a word is written: the number of one of :data:`CASES`."""
    if not word[0].isalpha():
        return CASES.index("no letter")
    if word.islower():
        return CASES.index("lower")
    if word[0].isupper() and (len(word) == 1 or word[1:].islower()):
        return CASES.index("title")
    return CASES.index("upper" if word.isupper() else "mixed")


@cache
def _vocabulary() -> dict[str, int]:
    words = (data_path("recogniser", "vocabulary.txt")).read_text(encoding="utf-8").split("\n")
    return {word: number for number, word in enumerate(words)}


@lru_cache(maxsize=1 << 15)
def pieces_of(word: str) -> tuple[int, ...]:
    """The word pieces of a word: the longest known beginning, then the longest known rest, and so on.

    Case and diacritics are dropped first. At least one piece comes back: the unknown one where nothing fits.
    """
    plain = word.lower()
    if (whole := _vocabulary().get(plain)) is not None:
        return (whole,)
    if not plain.isascii():
        plain = unicodedata.normalize("NFD", plain)
        plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    found: list[int] = []
    part = ""
    for sign in [*plain, ""]:
        if sign and sign.isalnum():
            part += sign
            continue
        found.extend(_split(part) if part else ())
        part = ""
        if sign:
            found.append(_vocabulary().get(sign, _vocabulary()["[UNK]"]))
    return tuple(found[:LONGEST]) or (_vocabulary()["[UNK]"],)


def _split(part: str) -> list[int]:
    vocabulary, found, start = _vocabulary(), [], 0
    while start < len(part):
        lead = "##" if start else ""
        end = (
            next(
                (end for end in range(len(part), start, -1) if lead + part[start:end] in vocabulary),
                0,
            )
            if len(part) <= _LONGEST_WORD
            else 0
        )
        if not end:
            return [vocabulary["[UNK]"]]
        found.append(vocabulary[lead + part[start:end]])
        start = end
    return found
