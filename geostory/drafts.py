"""What a reader makes of a document before it becomes an Article, and the rules of thumb that all readers share.

Dates are only ever taken from places that hold a date and nothing else: a metadata value, a byline's stamp.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["Draft", "has_headline_form", "leads_with_headline", "normal_lines", "parse_date", "phrases", "unwrapped"]


def phrases(block: str) -> tuple[str, ...]:
    """The words or phrases of a list written in one string, apart by '|'."""
    return tuple(block.split("|"))


_MONTH_NAMES = phrases("january|february|march|april|may|june|july|august|september|october|november|december")
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {name[:3]: i for name, i in _MONTHS.items()} | {"sept": 9}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_WRITTEN_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}(?P<sep>[-/])(?P<month>\d{{2}})(?P=sep)(?P<day>\d{{2}})(?!\d)",
        rf"\b{_DAY}[ -](?:of )?{_MONTH},?[ -]{_YEAR}\b",
        rf"\b{_MONTH} {_DAY},? {_YEAR}\b",
    )
]
_LONGEST_HEADLINE = 200
_HEADLINE_WORDS = 30
_NEVER_LAST = frozenset(phrases("a|an|the|and|or|but|its|his|their|our|my"))
_ENDS_ABBREVIATED = re.compile(r"(?:\b[A-Z]\.){2,}$")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*$")


class Draft(NamedTuple):
    """One article as a reader found it: nothing in it is checked yet."""

    title: str
    text: str
    date: datetime.date | None = None
    id: str = ""
    extra: Mapping[str, object] = MappingProxyType({})
    where: str = ""
    """Which part of the source it was ('line 3', 'entry 2'); empty for the whole of it."""
    problem: str = ""
    """Why this part cannot be read; empty where it can."""


def parse_date(value: str) -> datetime.date | None:
    """The calendar day that a stamp or metadata value names, or None.

    Only forms with a four-digit year and an unmistakable month count ('2025-08-15', '15 Aug 2025', 'August 15, 2025',
    with or without a time): '08/12/2025' is two different days on two sides of an ocean. The day is the one written,
    whatever time zone stands beside it.

    Examples
    --------
    >>> parse_date("Fri, 15 Aug 2025 23:30:00 -0800")
    datetime.date(2025, 8, 15)
    >>> parse_date("last Friday") is None
    True
    """
    for pattern in _WRITTEN_DATES:
        for found in pattern.finditer(value):
            month = found["month"].lower()
            try:
                return datetime.date(int(found["year"]), _MONTHS.get(month) or int(month), int(found["day"]))
            except ValueError:  # 31 June: not a date, whatever it is
                continue
    return None


def has_headline_form(line: str) -> bool:
    """Whether a line could be a headline: short, with letters, and not closed as a sentence is.

    A question or an exclamation is a headline's right; a full stop belongs to one only as part of 'U.S.' and the like.
    """
    if not 0 < len(line) <= _LONGEST_HEADLINE or not any(c.isalpha() for c in line):
        return False
    bare = line.rstrip("\"'”’»)]")
    if bare.endswith((".", ",", ";", ":")):
        return bool(_ENDS_ABBREVIATED.search(bare))
    return line.rpartition(" ")[2] not in _NEVER_LAST


def normal_lines(text: str) -> list[str]:
    """The lines of a text whatever its line ends, each without white space at its ends."""
    return [line.strip() for line in re.split(r"\r\n|[\n\r\u2028\u2029\x0b\x0c]", text)]


def leads_with_headline(block: Sequence[str]) -> bool:
    """Whether the first of some neighbouring lines is a headline, and not the first fold of a paragraph."""
    if not block or not has_headline_form(block[0]) or len(block[0].split()) > _HEADLINE_WORDS:
        return False
    if not _is_wrapped(block):
        return True
    return len(block[0]) + 1 + len(block[1].split(maxsplit=1)[0]) <= max(map(len, block))


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether neighbouring lines are one paragraph folded at a fixed width, as in e-mail and old wire copy.

    A folded line breaks where the next word would not have fitted and mostly not at the end of a sentence; a line
    that a writer ended breaks elsewhere.
    """
    width = max(map(len, lines), default=0)
    if len(lines) < 2 or not 40 <= width <= 100:
        return False
    pairs = list(pairwise(lines))
    forced = sum(len(line) + 1 + len(following.split(maxsplit=1)[0]) > width for line, following in pairs)
    open_ended = sum(not _ENDS_SENTENCE.search(line) for line, _ in pairs)
    continued = sum(following[0].islower() for _, following in pairs)
    return forced >= 0.8 * len(pairs) and open_ended > 0.5 * len(pairs) and (len(pairs) > 2 or continued > 0)


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Paragraphs of a text: folded lines joined again, every other line kept as it is, blank ones left out."""
    paragraphs: list[str] = []
    block: list[str] = []
    for line in [*lines, ""]:
        if line:
            block.append(line)
            continue
        paragraphs.extend([" ".join(block)] if _is_wrapped(block) else block)
        block = []
    return paragraphs
