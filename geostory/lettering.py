"""How wide words are on a still image, and how they break into lines."""

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
    57.4
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
        words = text.split()
        widths = [self.width(word, size, **face) for word in words]  # type: ignore[arg-type]
        space = self.width(" ", size, **face)  # type: ignore[arg-type]
        broken = _broken(widths, space, most)
        low, high = max(widths, default=0.0), most
        while high - low > 1:
            middle = (low + high) / 2
            tried = _broken(widths, space, middle)
            low, high, broken = (low, middle, tried) if len(tried) <= len(broken) else (middle, high, broken)
        return [" ".join(words[start:end]) for start, end in broken]

    def filled(self, text: str, size: float, most: float, rows: int, **face: bool | float) -> list[str]:
        """At most so many lines, each as full as can be; what is left over is cut with an ellipsis."""
        words = text.split()
        widths = [self.width(word, size, **face) for word in words]  # type: ignore[arg-type]
        broken = _broken(widths, self.width(" ", size, **face), most)  # type: ignore[arg-type]
        lines = [" ".join(words[start:end]) for start, end in broken]
        if len(lines) <= rows:
            return lines
        last = lines[rows - 1].split()
        while len(last) > 1 and self.width(" ".join(last) + " …", size, **face) > most:  # type: ignore[arg-type]
            last.pop()
        return [*lines[: rows - 1], " ".join(last).rstrip(",;:–-") + " …"]


def _broken(widths: list[float], space: float, most: float) -> list[tuple[int, int]]:
    """Where lines filled word by word begin and end."""
    lines: list[tuple[int, int]] = []
    start, length = 0, 0.0
    for i, width in enumerate(widths):
        if i > start and length + space + width > most:
            lines.append((start, i))
            start, length = i, 0.0
        length += width + (space if i > start else 0.0)
    return [*lines, (start, len(widths))] if widths else []


PRINTED = Lettering("Source Sans Pro")
"""What files are written with, and what their PNG and PDF carry."""
SYSTEM = Lettering("system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif", wider=1.2)
"""The reader's own font, whichever it is, within a page."""
