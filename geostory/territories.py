"""Regions in question as they stand on a day: what is claimed, who holds it, whose it is, and by whose word.

The facts stand in the packs as dated statements with checked sources; this module decides which of them hold on a day
and what a worldview makes of them. A statement whose sources are all unchecked is never drawn, and control is never
drawn without a dated, sourced layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from geostory.dated_words import sentences, until
from geostory.errors import UsageError
from geostory.models import Claim, Region, Source
from geostory.naming import shown_name
from geostory.outlines import region_shape
from geostory.pack_form import BONDS
from geostory.packs import UNDETERMINED, Packs, Table, holding, read_packs
from geostory.reaches import meeting
from geostory.words import day, join, upper, with_the

if TYPE_CHECKING:
    import geopandas

__all__ = [
    "DEFAULT_VIEW",
    "QUIET",
    "borders_line",
    "claims_on",
    "owner_of",
    "reference_date",
    "regions",
    "regions_in_force",
    "standing",
    "view_of",
    "who",
]

DEFAULT_VIEW = "house"
_DE_FACTO = "de-facto"
_UN_BORN = date(1945, 10, 24)
QUIET = ("dependent", "free association")
"""What nobody disputes, so that a map has nothing to hatch."""


class _Stance(NamedTuple):
    """Whose a region is in a view: an actor or 'undetermined', in words, and by which sources."""

    belongs_to: str
    recognised_as: str
    words: str
    sources: tuple[str, ...]


def claims_on(row: Table, on: date, packs: Packs) -> list[Table]:
    """The checked claims on a region that are in force on a day, in the order of the pack."""
    return [claim for claim in holding(row["claim"], on) if packs.checked(claim["sources"])]


def view_of(worldview: str, packs: Packs) -> Table:
    """The table of a worldview.

    Raises
    ------
    UsageError
        If the packs declare no such one; the text lists the choices.
    """
    known = packs.by_id("worldview")
    if worldview not in known:
        raise UsageError(f"no such worldview: {worldview!r}; choose from {', '.join(known)}")
    return known[worldview]


def _stance(row: Table, on: date, worldview: str, packs: Packs) -> _Stance:
    """What a view makes of a region on a day: its own word, else what follows from the claims, else the house's."""
    told = _told(row, on, worldview, packs)
    if told is not None:
        return told
    view = view_of(worldview, packs)
    if worldview == _DE_FACTO and (stance := _administered(row, on, packs)):
        return stance
    if actor := view.get("actor"):
        claims = claims_on(row, on, packs)
        for claim in claims:
            if claim.get("claimed_by") == actor and claim["_bond"] == "claimed_by":  # to hold land is not to claim it
                words = packs.said("claims", state=upper(with_the(actor)))
                return _Stance(actor, packs.said("part of", state=with_the(actor)), words, tuple(claim["sources"]))
        for claim in claims:
            if claim.get("claimed_from") == actor:
                words = packs.said("holds", state=upper(with_the(actor)))
                return _Stance(actor, packs.said("part of", state=with_the(actor)), words, tuple(claim["sources"]))
    return _of_house(row, on, packs)


def owner_of(row: Table, on: date, worldview: str, packs: Packs) -> str:
    """The actor whose a region is in a view on a day; empty where that is undetermined."""
    whose = _stance(row, on, worldview, packs).belongs_to
    return "" if whose == UNDETERMINED else whose


def _told(row: Table, on: date, worldview: str, packs: Packs) -> _Stance | None:
    views = holding([view for view in row["recognition"] if worldview in view["worldviews"]], on)
    view = next((view for view in views if packs.checked(view["sources"])), None)
    if view is None:
        return None
    return _Stance(view["belongs_to"], view["recognised_as"], view.get("words", ""), tuple(view["sources"]))


def _of_house(row: Table, on: date, packs: Packs) -> _Stance:
    un = _told(row, on, "un", packs) or _Stance(UNDETERMINED, packs.said("undecided"), "", ())
    # The last one wins, which is the newsroom's own.
    decisions = holding(packs.tables["decision"], on)
    decision = next((d for d in reversed(decisions) if row["id"] in d["regions"]), None)
    if decision is None or decision["as"] == "un":
        return un
    whose = decision["as"]
    told = packs.said("undetermined") if whose == UNDETERMINED else packs.said("part of", state=with_the(whose))
    early = on < _UN_BORN and "United Nations" in decision["because"]
    return _Stance(whose, told, un.words if early else decision["because"], un.sources)


def _administered(row: Table, on: date, packs: Packs) -> _Stance | None:
    """Who administers a region, if a source says that one side holds all or most of it; of what is disputed, nobody
    where several hold parts or the packs don't know; None where nobody disputes it and they say nothing.
    """
    held = _control(row, on, packs)
    if held and held["extent"] in ("full", "mostly"):
        words = packs.said("administered by", by=with_the(held["by"]))
        return _Stance(held["by"], words, held["words"], tuple(held["sources"]))
    if all(claim["status"] in QUIET for claim in claims_on(row, on, packs)):
        return None
    told = "held in part" if held else "control unknown"
    return _Stance(UNDETERMINED, packs.said(told), "", tuple((held or {}).get("sources", ())))


def _control(row: Table, on: date, packs: Packs) -> Table | None:
    """Who holds a region on a day, where a checked source says so."""
    held = next(iter(holding(row["control"], on)), None)
    if held is None or held["extent"] in ("unknown", "none") or not packs.checked(held.get("sources", [])):
        return None
    return held


def standing(row: Table, on: date, worldview: str, packs: Packs) -> Region:
    """A region as it stands on a day, on which there is a claim to it, in a worldview."""
    claims = claims_on(row, on, packs)
    told = next((claim for claim in claims if claim["status"] not in QUIET), claims[0])
    stance = _stance(row, on, worldview, packs)
    held = _control(row, on, packs)
    silent: Table = next(iter(holding(row["control"], on)), {})
    rest: list[str] = []
    said: list[str] = []
    for claim in claims:
        stages = [s for s in claim["stage"] if s["from"] <= on and packs.checked(s.get("sources", claim["sources"]))]
        rest += [*claim["sources"], *(name for stage in stages for name in stage.get("sources", []))]
        said += [stages[-1]["words"]] if stages else []
        if packs.checked(claim.get("differs_sources", [])):
            rest += claim["differs_sources"]
            said.append(claim["differs"])
    said += [stance.words, (held or silent).get("words", ""), row.get("outline", "")]
    rest += [*stance.sources, *(held or {}).get("sources", [])]
    return Region(
        id=row["id"],
        name=shown_name(row["name"], f"region:{row['id']}", packs, worldview),
        status=told["status"],
        claim=_legend(told, held, packs),
        claimed_by=join([claim["claimed_by"] for claim in claims if claim.get("_bond") == "claimed_by"]),
        claims=tuple(
            Claim(
                **{key: claim["claimed_by"] if claim.get("_bond") == key else "" for key in BONDS},
                claimed_from=claim.get("claimed_from", ""),
                status=claim["status"],
                valid_from=claim["valid_from"],
                valid_to=claim.get("valid_to"),
                precision=claim.get("precision", "day"),
            )
            for claim in claims
        ),
        recognised_as=until(stance.recognised_as, on),
        belongs_to="" if stance.belongs_to == UNDETERMINED else stance.belongs_to,
        control=f"{held['by']} ({held['extent']})" if held else "",
        valid_from=min(claim["valid_from"] for claim in claims),
        valid_to=_last(claims),
        summary=" ".join(dict.fromkeys(heard for part in said for heard in sentences(until(part, on)))),
        sources=_sources(rest, packs),
        geometry=region_shape(row["id"], packs),
        as_of=on,
        worldview=worldview,
        quiet=all(claim["status"] in QUIET for claim in claims),
    )


def _legend(claim: Table, held: Table | None, packs: Packs) -> str:
    """What a legend says of a claim; an annexation that still stands says so outright only where it is held in full."""
    party, wording = claim.get("claimed_by", ""), claim["status"]
    full = held is not None and held["extent"] == "full" and held["by"] == party
    if wording == "annexed" and "valid_to" not in claim and not full:
        wording = "annexed, not held in full"
    elif wording == "dependent" and claim["_bond"] == "held_by":
        wording = "dependent, only administered"
    return packs.said(wording, by=with_the(party) if party else "")


def _last(claims: Iterable[Table]) -> date | None:
    ends = [claim.get("valid_to") for claim in claims]
    return None if None in ends else max(end for end in ends if end)


def _sources(names: Iterable[str], packs: Packs) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(packs.checked(names)))


# ---- what callers ask for --------------------------------------------------------------------------------------------


def reference_date() -> date:
    """The day for which borders and regions of an undated article stand: that of the packs."""
    return read_packs().reference_date


def borders_line(
    as_of: date, *, undated: bool = False, worldview: str = DEFAULT_VIEW, packs: Packs | None = None
) -> str:
    """The line under a map that says by whose rules and as of when its borders are drawn.

    Parameters
    ----------
    as_of : datetime.date
        The day for which they stand; of one later than the packs' own, the line names theirs.
    undated : bool
        Whether the article carries no date of its own.
    worldview : str
        One that the packs declare; for another one, UsageError lists the choices.
    packs : Packs, optional
        The shipped ones without it.

    Examples
    --------
    >>> from datetime import date
    >>> borders_line(date(2025, 8, 15), worldview="ru")
    'Borders: as Russia sees them; as of 15 August 2025'
    """
    packs = packs or read_packs()
    form = "borders, undated" if undated else "borders" if as_of >= packs.borders_since else "borders, as today"
    # Of a later day the packs know nothing yet.
    served = min(as_of, packs.reference_date)
    return packs.said(form, view=view_of(worldview, packs)["borders"], day=day(served))


def _day(as_of: date | None, packs: Packs) -> date:
    if as_of is None:
        return packs.reference_date
    if not isinstance(as_of, date):
        raise UsageError(f"as_of={as_of!r}: give a datetime.date, such as date(2022, 10, 6)")
    return as_of.date() if isinstance(as_of, datetime) else as_of


def regions_in_force(
    *, as_of: date | None = None, worldview: str = DEFAULT_VIEW, packs: Packs | None = None
) -> list[Region]:
    """The regions in question on a day, in the order of the packs.

    Parameters
    ----------
    as_of : datetime.date, optional
        Without it, :func:`reference_date`. A claim holds from its act on: a treaty that says so from the day of its
        signature, and the summary then says how far ratification had come.
    worldview : str
        By whose rules 'belongs_to', 'recognised_as' and the summary speak: 'house', 'un' (membership, and General
        Assembly and Security Council resolutions), 'de-facto' (who administers), or a state's such as 'ru'. The
        claims and their outlines are the same in each.
    packs : Packs, optional
        The shipped ones without it.

    Returns
    -------
    list of Region
        Without mentions; only statements with a checked source.

    Raises
    ------
    UsageError
        If there is no such worldview; the text lists the choices.
    DataError
        If a pack is faulty.

    Examples
    --------
    >>> from datetime import date
    >>> [region.name for region in regions_in_force(as_of=date(2014, 4, 1)) if region.claimed_by == "Russia"][:2]
    ['Crimea', 'Sevastopol']
    """
    packs = packs or read_packs()
    on = _day(as_of, packs)
    view_of(worldview, packs)
    return [standing(row, on, worldview, packs) for row in packs.regions if claims_on(row, on, packs)]


def regions(*, as_of: date | None = None, worldview: str = DEFAULT_VIEW) -> geopandas.GeoDataFrame:
    """The regions in question on a day as a GeoDataFrame.

    Parameters
    ----------
    as_of, worldview
        As for :func:`regions_in_force`.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a region in EPSG:4326: polygons, and a point where no shipped polygon shows a region honestly; the
        columns are those of the rows of ``geostory regions``.

    Raises
    ------
    UsageError
        If there is no such worldview.

    Examples
    --------
    >>> from datetime import date
    >>> frame = regions(as_of=date(2022, 10, 6), worldview="ru")
    >>> frame.set_index("id").belongs_to["kherson"]
    'Russia'
    """
    from geostory.tables import frame_of, region_table

    return frame_of(region_table(regions_in_force(as_of=as_of, worldview=worldview)))


def who(
    point: BaseGeometry | None = None,
    *,
    lat: float | None = None,
    lon: float | None = None,
    as_of: date | None = None,
    worldview: str = DEFAULT_VIEW,
) -> list[Region]:
    """Every region in question that holds a point, with all that is stated of it.

    Parameters
    ----------
    point : shapely.Point, optional
        In EPSG:4326; or ``lat`` and ``lon`` in degrees.
    as_of, worldview
        As for :func:`regions_in_force`.

    Returns
    -------
    list of Region
        In the order of the packs; empty where nobody disputes the point. ``where`` says how each one is met: 'inside'
        its outline; at its 'edge', outside by less than the 2 km to which outlines are drawn; or 'near' the point that
        stands for a region without an outline (or for a part that its outline leaves out), within twice the radius of
        a circle of its published area, or 25 km where none is known. ``away_m`` is the distance from the outline or
        that point in metres.

    Raises
    ------
    UsageError
        If it is no point, or there is no such worldview.

    Examples
    --------
    >>> [(region.name, region.status, region.claimed_by, region.where) for region in who(lat=44.95, lon=34.1)]
    [('Crimea', 'annexed', 'Russia', 'inside')]
    """
    if point is None and lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180:
        point = shapely.Point(lon, lat)
    if not isinstance(point, shapely.Point) or point.is_empty:
        raise UsageError("give a point: a shapely Point, or lat= and lon= in degrees")
    packs = read_packs()
    on = _day(as_of, packs)
    view_of(worldview, packs)
    found = []
    for row in packs.regions:
        if claims_on(row, on, packs) and (met := meeting(row, point, packs)):
            region = standing(row, on, worldview, packs)
            summary = " ".join(part for part in (region.summary, met.words) if part)
            found.append(replace(region, where=met.where, away_m=round(met.away_m), summary=summary))
    return found
