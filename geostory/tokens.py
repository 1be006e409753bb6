"""A text as words with their places in it, and the word lists (cues.toml) that tell what stands beside a name."""

import re
import tomllib
from bisect import bisect_left
from functools import cache, partial
from importlib.resources import files
from typing import NamedTuple

__all__ = ["Token", "Tokens", "cue"]

# A possessive ending, a word (which may hold an apostrophe, as in d'Ivoire), or one other sign.
# Signs that only steer the direction or joining of letters are none.
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_TOKEN = re.compile(rf"['’]s\b|[^\W_]+(?:['’](?!s\b)[^\W_]+)*|[^\w\s{_UNSEEN}]|_")


@cache
def _cues() -> dict[str, frozenset[str]]:
    lists = tomllib.loads((files("geostory") / "cues.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in lists.items()}


def cue(name: str) -> frozenset[str]:
    """One word list of cues.toml, in lower case.

    Examples
    --------
    >>> "near" in cue("locative")
    True
    """
    return _cues()[name]


class Token(NamedTuple):
    """A word, a possessive ending or a sign; ``start`` and ``end`` count code points.

    ``lower`` is the word as it stands in the word lists.
    """

    start: int
    end: int
    text: str
    lower: str

    @property
    def capital(self) -> bool:
        """Whether it begins as a name does."""
        return self.text[0].isupper()


class Tokens:
    """The tokens of one text.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> words = Tokens("Moscow's war")
    >>> [token.text for token in words.items]
    ['Moscow', "'s", 'war']
    >>> words.after(6, 2)
    ["'s", 'war']
    """

    def __init__(self, text: str) -> None:
        self.text = text
        words = _TOKEN.findall(text)
        # Nothing but gaps lies between two tokens, so that each stands where it is found next: quicker than a match.
        self._starts, end = [], 0
        for word in words:
            start = text.index(word, end)
            self._starts.append(start)
            end = start + len(word)
        ends = [start + len(word) for start, word in zip(self._starts, words, strict=True)]
        each = zip(self._starts, ends, words, map(str.lower, words), strict=True)
        self.items: list[Token] = list(map(partial(tuple.__new__, Token), each))  # as Token._make does, in half the time

    def at(self, position: int) -> int:
        """Number of the first token that starts at or after a position."""
        return bisect_left(self._starts, position)

    def numbers(self, start: int, end: int) -> range:
        """Numbers of the tokens that start in a span."""
        return range(self.at(start), self.at(end))

    def joined(self, number: int) -> bool:
        """Whether a token stands in one line with the one before it, with one space or nothing between."""
        if not 0 < number < len(self.items):
            return False
        return self.text[self.items[number - 1].end : self.items[number].start] in {"", " ", "\u00a0"}

    def stands_alone(self, end: int) -> bool:
        """Whether what follows a position is no noun that a name there could belong to ('the Dnipro region')."""
        after = self.after(end, 1)
        return (
            not after
            or not (after[0][0].isalnum() or after[0][0] in "-'’")
            or after[0] in cue("closers")
            or after[0].endswith(("ly", "ed"))
        )

    def before(self, start: int, count: int) -> list[str]:
        """Up to ``count`` lower-case words before a position, the nearest last, not beyond its line."""
        number = self.at(start)
        held = self.items[max(0, number - count) : number]
        line = self.text.rfind("\n", held[0].start, start) if held else 0
        return [token.lower for token in held if token.start > line]

    def after(self, end: int, count: int) -> list[str]:
        """Up to ``count`` lower-case words from a position on, not beyond its line."""
        number = self.at(end)
        held = self.items[number : number + count]
        line = self.text.find("\n", end, held[-1].end) if held else -1
        return [token.lower for token in held if line < 0 or token.start < line]
