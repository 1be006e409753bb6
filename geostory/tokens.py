"""A text as words with their places in it, and the word lists (cues.toml) that tell what stands beside a name."""

import re
import tomllib
from bisect import bisect_left
from functools import cache, lru_cache
from importlib.resources import files

__all__ = ["Tokens", "cue", "tokens_of"]

# A possessive ending, a word (which may hold an apostrophe, as in d'Ivoire), or one other sign.
# Signs that only steer the direction or joining of letters are none.
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_TOKEN = re.compile(rf"['’]s\b|[^\W_]+(?:['’](?!s\b)[^\W_]+)*|[^\w\s{_UNSEEN}]|_")

_MARK = re.compile("[\u0300-\u036f]")  # a letter's accent that is a sign of its own
_MARKED_TOKEN = re.compile(_TOKEN.pattern.replace(r"[^\W_]+", r"(?:[^\W_][\u0300-\u036f]*)+"))
_JOINS = frozenset({"", " ", "\u00a0"})


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


@lru_cache(maxsize=8)
def tokens_of(text: str) -> "Tokens":
    """The tokens of a text, which several readers of one article ask for."""
    return Tokens(text)


class Tokens:
    """The tokens of one text: words, possessive endings and signs.

    They are four lists of one length and not a list of objects, which would cost more to make than all that is done
    with most of them.

    Parameters
    ----------
    text : str

    Attributes
    ----------
    words : list of str
    lowers : list of str
        As they stand in the word lists.
    starts, ends : list of int
        Code points.

    Examples
    --------
    >>> words = Tokens("Moscow's war")
    >>> words.words
    ['Moscow', "'s", 'war']
    >>> words.after(6, 2)
    ["'s", 'war']
    """

    def __init__(self, text: str) -> None:
        self.text = text
        marked = not text.isascii() and _MARK.search(text)
        self.words: list[str] = (_MARKED_TOKEN if marked else _TOKEN).findall(text)
        self.lowers = list(map(str.lower, self.words))
        self.starts: list[int] = []
        self.ends: list[int] = []
        end = 0
        for word in self.words:  # nothing but gaps lies between two, so that each stands where it is found next
            start = text.index(word, end)
            end = start + len(word)
            self.starts.append(start)
            self.ends.append(end)

    def __len__(self) -> int:
        return len(self.words)

    def at(self, position: int) -> int:
        """Number of the first token that starts at or after a position."""
        return bisect_left(self.starts, position)

    def numbers(self, start: int, end: int) -> range:
        """Numbers of the tokens that start in a span."""
        return range(self.at(start), self.at(end))

    def joined(self, number: int) -> bool:
        """Whether a token stands in one line with the one before it, with one space or nothing between."""
        if not 0 < number < len(self.words):
            return False
        return self.text[self.ends[number - 1] : self.starts[number]] in _JOINS

    def capital(self, number: int) -> bool:
        """Whether there is a token of that number and it begins as a name does."""
        return 0 <= number < len(self.words) and self.words[number][0].isupper()

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
        first = max(0, number - count)
        held = self.lowers[first:number]
        line = self.text.rfind("\n", self.starts[first], start) if held else -1
        return held if line < 0 else self.lowers[self.at(line) : number]

    def after(self, end: int, count: int) -> list[str]:
        """Up to ``count`` lower-case words from a position on, not beyond its line."""
        number = self.at(end)
        held = self.lowers[number : number + count]
        line = self.text.find("\n", end, self.ends[number + len(held) - 1]) if held else -1
        return held if line < 0 else self.lowers[number : self.at(line)]
