"""Days that a sentence speaks of, so that a map of a day is told nothing that came later."""

import re
from collections.abc import Iterator
from datetime import date

from geostory.words import MONTHS

__all__ = ["days_in", "first_after", "sentences", "until"]

_DAY = re.compile(
    r"(?:(?:(?P<day>\d{1,2}) )?(?P<month>" + "|".join(MONTHS) + r") )?\b(?P<year>1[4-9]\d\d|20\d\d)\b(?![\d/])"
)
_NUMBERED = re.compile(r"\b[Rr]esolutions? \d+(?:(?:, | and )\d+)*")  # 'resolution 2065' is no year
_FORESEEN = re.compile(r"\b[Tt]o (?:be|return|end|join)\b")  # 'to be dissolved on 1 January': told before that day
_CLAUSES = re.compile(r"(?<=[.;])\s+")


def days_in(words: str) -> Iterator[date]:
    """The days that words name, the first of a month or year where they name no finer one.

    Examples
    --------
    >>> [day.isoformat() for day in days_in("Claimed since May 1972; resolution 2065 of 16 December 1965.")]
    ['1972-05-01', '1965-12-16']
    """
    for said in _DAY.finditer(_NUMBERED.sub(lambda number: " " * len(number[0]), words)):
        month = MONTHS.index(said["month"]) + 1 if said["month"] else 1
        try:
            yield date(int(said["year"]), month, int(said["day"] or 1))
        except ValueError:
            yield date(int(said["year"]), month, 1)


def first_after(words: str, on: date) -> date | None:
    """The first day that words name as past or present although it lies after another; None where there is none.

    Examples
    --------
    >>> first_after("Held by Spain; claimed by Morocco since 1956.", date(1950, 1, 1))
    datetime.date(1956, 1, 1)
    >>> first_after("To be handed over on 1 July 1997.", date(1990, 1, 1))
    """
    clauses = (clause for clause in _CLAUSES.split(words) if not _FORESEEN.search(clause))
    return next((day for clause in clauses for day in days_in(clause) if day > on), None)


def sentences(words: str) -> list[str]:
    """The sentences of a text that ends each of them with a full stop.

    Examples
    --------
    >>> sentences("Held by France. Claimed by Suriname; undecided.")
    ['Held by France.', 'Claimed by Suriname; undecided.']
    """
    return re.split(r"(?<=\.)\s+", words) if words else []


def until(words: str, on: date) -> str:
    """Words without the clauses that speak of a day after the map's: what was to come is no part of it.

    Examples
    --------
    >>> until("Held by Spain; claimed by Morocco since 1956.", date(1950, 1, 1))
    'Held by Spain.'
    """
    kept = [part for part in _CLAUSES.split(words) if first_after(part, on) is None]
    text = " ".join(kept)
    if not text or text == words:
        return text
    text = text[0].upper() + text[1:] if words[0].isupper() else text
    return text.rstrip(";,") + ("." if words.endswith(".") and not text.endswith(".") else "")
