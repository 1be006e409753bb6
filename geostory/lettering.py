"""How wide words are on a still image, and how they break into lines."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache

from geostory.resources import template_text

__all__ = ["PRINTED", "SYSTEM", "Lettering", "covers"]

_OTHER = 0.62  # em: a letter that the table lacks


@cache
def _widths() -> dict[str, dict[str, float]]:
    """Each letter's width in em, by face."""
    faces = tomllib.loads(template_text("widths.toml"))
    return {
        face: {letter: int(width) / 1000 for width, letters in rows.items() for letter in letters}
        for face, rows in faces.items()
    }


def _width(letter: str, face: str) -> float:
    known = _widths()
    found = known[face].get(letter) or known["bold" if "bold" in face else "regular"].get(letter)
    if found is not None:
        return found
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0.0
    return 1.0 if unicodedata.east_asian_width(letter) in "WF" else _OTHER


def covers(text: str) -> bool:
    """Whether the printed font has every letter of a text."""
    known = _widths()["regular"]
    return all(letter in known or letter.isspace() for letter in set(text))


@dataclass(frozen=True)
class Lettering:
    """A font for a still image: its family, and how much wider than Source Sans Pro its letters may run.

    Examples
    --------
    >>> round(PRINTED.width("Anchorage", 12, bold=True), 1)
    56.6
    """

    family: str
    wider: float = 1.0

    def width(self, text: str, size: float, *, bold: bool = False, italic: bool = False, spacing: float = 0.0) -> float:
        """Width of a line in pixels.

        Parameters
        ----------
        text : str
        size : float
            Of the font in pixels.
        bold, italic : bool
        spacing : float
            Between letters, in em.
        """
        face = ("bold_italic" if italic else "bold") if bold else ("italic" if italic else "regular")
        return size * (self.wider * sum(_width(letter, face) for letter in text) + spacing * len(text))

    def lines(self, text: str, size: float, most: float, **face: bool | float) -> list[str]:
        """The text in as few lines as hold it, of about one length; only a longer word is wider than ``most``."""
        words, gaps = _pieces(text)
        widths = [self.width(word, size, **face) for word in words]  # type: ignore[arg-type]
        space = self.width(" ", size, **face)  # type: ignore[arg-type]
        spaces = [space * gap for gap in gaps]
        broken = _broken(widths, spaces, most)
        low, high = max(widths, default=0.0), most
        while high - low > 1:
            middle = (low + high) / 2
            tried = _broken(widths, spaces, middle)
            low, high, broken = (low, middle, tried) if len(tried) <= len(broken) else (middle, high, broken)
        return [_joined(words[start:end], gaps[start:end]) for start, end in broken]

    def filled(self, text: str, size: float, most: float, rows: int, **face: bool | float) -> list[str]:
        """At most so many lines, each as full as can be; what is left over is cut with an ellipsis."""
        words, gaps = _pieces(text)
        widths = [self.width(word, size, **face) for word in words]  # type: ignore[arg-type]
        space = self.width(" ", size, **face)  # type: ignore[arg-type]
        broken = _broken(widths, [space * gap for gap in gaps], most)
        lines = [_joined(words[start:end], gaps[start:end]) for start, end in broken]
        if len(lines) <= rows:
            return lines
        last, gaps = _pieces(lines[rows - 1])
        while len(last) > 1 and self.width(_joined(last, gaps) + " …", size, **face) > most:  # type: ignore[arg-type]
            last.pop()
        return [*lines[: rows - 1], _joined(last, gaps).rstrip(",;:–-，；：、") + " …"]


# Chinese and Japanese lines break after any letter, but begin with no closing mark and end with no opening one.
_SQUARE, _OPENING, _CLOSING = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff", "（「『", "、。，；：！？）」』"
_PIECE = re.compile(
    rf"[{_OPENING}]?(?:[{_SQUARE}]|[^\s{_SQUARE}{_OPENING}{_CLOSING}]+|(?=[{_CLOSING}]))[{_CLOSING}]*|\S"
)


def _pieces(text: str) -> tuple[list[str], list[bool]]:
    """The parts of a text between which a line may break, and whether a space stands before each."""
    found = list(_PIECE.finditer(text))
    return [part[0] for part in found], [part.start() > 0 and text[part.start() - 1].isspace() for part in found]


def _joined(words: list[str], gaps: list[bool]) -> str:
    """Parts as they stood, from the first one's own letters on."""
    return "".join(" " * (gap and at > 0) + word for at, (word, gap) in enumerate(zip(words, gaps, strict=False)))


def _broken(widths: list[float], spaces: list[float], most: float) -> list[tuple[int, int]]:
    """Where lines filled word by word begin and end."""
    lines: list[tuple[int, int]] = []
    start, length = 0, 0.0
    for i, width in enumerate(widths):
        if i > start and length + spaces[i] + width > most:
            lines.append((start, i))
            start, length = i, 0.0
        length += width + (spaces[i] if i > start else 0.0)
    return [*lines, (start, len(widths))] if widths else []


PRINTED = Lettering("Source Sans Pro")
"""What files are written with, and what their PNG and PDF carry."""
SYSTEM = Lettering("system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif", wider=1.2)
"""The reader's own font, whichever it is, within a page."""
