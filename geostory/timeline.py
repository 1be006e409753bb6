"""When the regions of a story changed: the days on which a claim, its stage, or who holds a region begins or ends."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from geostory.models import Article, Region
from geostory.packs import Packs, Table, read_packs
from geostory.territories import claims_on, standing
from geostory.words import MONTHS

__all__ = ["RegionChange", "changes_in", "mentioned_days"]

_DAY = timedelta(days=1)
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
_DATES = tuple(
    re.compile(shape)
    for shape in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        rf"(?<!\d )(?<!th )(?<!of )\b{_MONTH},?\s+(?:of\s+)?(?P<year>\d{{4}})\b",
        # A bare year only where the text says that it is one: 'in 1979 troops', and no '1,979' or 'Route 1979'.
        r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Oo]f|[Bb]efore|[Aa]fter|[Ee]arly|[Ll]ate|[Mm]id)[\s-]+"
        r"(?P<year>1[4-9]\d\d|20\d\d)\b(?![.,]\d)",
    )
)


class RegionChange(NamedTuple):
    """How a region stands from a day on, where that differs from the day before.

    ``on`` is the day; ``precision`` says how well it is known ('day', 'month' or 'year'). ``status`` and ``claim`` are
    those of :class:`geostory.Region` and empty where no claim stands any more; ``words`` is what a reader is told.
    """

    region: str
    name: str
    on: date
    precision: str
    status: str
    claim: str
    words: str


def mentioned_days(article: Article) -> tuple[date, date] | None:
    """The first and the last day that an article names, its own date among them; None where it names none but that.

    A year counts from its first day to its last, a month likewise.

    Examples
    --------
    >>> mentioned_days(Article(title="", text="It fell in 1967 and was annexed on 14 December 1981."))
    (datetime.date(1967, 1, 1), datetime.date(1981, 12, 14))
    """
    days: list[date] = []
    for text in (article.title, article.text):
        for shape in _DATES:
            for found in shape.finditer(text):
                days += _span(found)
    if not days:
        return None
    days += [article.date] if article.date else []
    return min(days), max(days)


def _span(found: re.Match[str]) -> list[date]:
    named = found.groupdict()
    year = int(named["year"])
    month = MONTHS.index(named["month"]) + 1 if named.get("month") else 0
    try:
        if named.get("day"):
            return [date(year, month, int(named["day"]))]
        first = date(year, month or 1, 1)
        after = date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
    except ValueError:  # '31 June', or the year 9999
        return []
    return [first, after - _DAY]


def changes_in(
    regions: Sequence[Region], span: tuple[date, date] | None = None, *, packs: Packs | None = None
) -> tuple[RegionChange, ...]:
    """The days within a span on which the regions of a story change, each with how they stand from then on.

    Parameters
    ----------
    regions : sequence of Region
        Of one story; their worldview is that of the words.
    span : (date, date), optional
        First and last day, such as :func:`mentioned_days` gives. Without it, all that the packs tell of each region up
        to the day of the story.
    packs : Packs, optional
        The shipped ones without it.

    Returns
    -------
    tuple of RegionChange
        By day, then in the order of ``regions``; one for each region and day. Empty where nothing changes.

    Examples
    --------
    >>> from geostory.territories import regions_in_force
    >>> crimea = [region for region in regions_in_force() if region.id == "crimea"]
    >>> [(change.on.isoformat(), change.claim) for change in changes_in(crimea, (date(2014, 3, 17), date(2015, 1, 1)))]
    [('2014-03-18', 'Claimed by Russia as annexed'), ('2014-03-21', 'Claimed by Russia as annexed'), \
('2014-03-27', 'Claimed by Russia as annexed'), ('2014-04-01', 'Annexed by Russia')]
    """
    packs = packs or read_packs()
    rows = packs.by_id("region")
    found: list[RegionChange] = []
    for region in regions:
        first, last = span or (date.min, region.as_of)
        before: Region | None = None
        for day in sorted(_days(rows[region.id])):
            now = _standing(rows[region.id], day, region.worldview, packs)
            if first <= day <= last and _told(now) != _told(before):
                found.append(_change(region, day, now, rows[region.id]))
            before = now
    return tuple(sorted(found, key=lambda change: change.on))


def _days(row: Table) -> set[date]:
    """Every day on which a statement on a region begins, and the one after its last."""
    statements = [*row["claim"], *row["recognition"], *row["control"]]
    days = {each["valid_from"] for each in statements if "valid_from" in each}
    days |= {each["valid_to"] + _DAY for each in statements if "valid_to" in each}
    return days | {stage["from"] for claim in row["claim"] for stage in claim["stage"]}


def _standing(row: Table, on: date, worldview: str, packs: Packs) -> Region | None:
    return standing(row, on, worldview, packs) if claims_on(row, on, packs) else None


def _told(region: Region | None) -> tuple[str, ...]:
    return (region.status, region.claim, region.control, region.belongs_to, region.summary) if region else ()


def _change(region: Region, day: date, now: Region | None, row: Table) -> RegionChange:
    return RegionChange(
        region=region.id,
        name=region.name,
        on=day,
        precision=_precision(row, day),
        status=now.status if now else "",
        claim=now.claim if now else "",
        words=now.summary if now else "No claim stands any more.",
    )


def _precision(row: Table, day: date) -> str:
    begun: Iterable[Table] = [*row["claim"], *row["recognition"], *row["control"]]
    known = {str(each.get("precision", "day")) for each in begun if each.get("valid_from") == day}
    return next((kind for kind in ("day", "month", "year") if kind in known), "day")
