"""Regions whose question has lately ended: news still speaks of them, and a map shows them as what they were.

The handover of Hong Kong is told on the days after it, the return of the Sinai for months. A region counts as lately
ended for a year after the last claim on it, unless another one in question has come in its place.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from geostory.models import Region
from geostory.packs import Packs, Table
from geostory.territories import claims_on, standing
from geostory.words import day

__all__ = ["PAST", "as_it_was", "claims_spoken_of", "ended_before"]

PAST = "past"
"""The status of a region whose last claim has ended."""
_LATELY = timedelta(days=366)


@lru_cache(maxsize=64)
def ended_before(on: date, packs: Packs) -> Mapping[str, date]:
    """The last day of each region that was in question until shortly before a day, by id.

    Examples
    --------
    >>> from geostory.packs import read_packs
    >>> ended_before(date(1997, 7, 1), read_packs())["hong-kong-british"]
    datetime.date(1997, 6, 30)
    """
    standing_now = [row for row in packs.regions if claims_on(row, on, packs)]
    taken = {key for row in standing_now for key in row.get("shape", ())}
    open_ = {row["id"] for row in standing_now}
    found = {}
    for row in packs.regions:
        ends = [claim["valid_to"] for claim in row["claim"] if "valid_to" in claim and claim["valid_to"] < on]
        if row["id"] in open_ or not ends or taken & set(row.get("shape", ())):
            continue
        last: date = max(ends)
        if on - last <= _LATELY and claims_on(row, last, packs):
            found[row["id"]] = last
    return found


def claims_spoken_of(row: Table, on: date, packs: Packs) -> list[Table]:
    """The claims that news of a day speaks of: those in force, else those that stood to the last and ended lately."""
    last = ended_before(on, packs).get(row["id"])
    return claims_on(row, last or on, packs)


def as_it_was(row: Table, last: date, on: date, worldview: str, packs: Packs) -> Region:
    """A region that was in question until its last day, as a map of a later day shows it: past, and nobody's claim.

    Examples
    --------
    >>> from geostory.packs import read_packs
    >>> packs = read_packs()
    >>> row = packs.by_id("region")["gdr"]
    >>> as_it_was(row, date(1990, 10, 3), date(1990, 10, 4), "house", packs).claim
    'In question until 3 October 1990 (disputed region)'
    """
    was = standing(row, last, worldview, packs)
    told = was.claim[:1].lower() + was.claim[1:]
    said = packs.said(PAST, day=day(last), was=told)
    return replace(
        was,
        status=PAST,
        claim=said,
        recognised_as="",
        belongs_to="",
        control="",
        valid_to=last,
        summary=f"{said}. {was.summary}".strip(),
        as_of=on,
        quiet=False,
    )
