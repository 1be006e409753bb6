"""Regions in question as they stand on a day: what is claimed, who holds it, whose it is, and by whose word.

The facts stand in the packs as dated statements with checked sources; this module decides which of them hold on a day
and what a worldview makes of them. A statement whose sources are all unchecked is never drawn, and control is never
drawn without a dated, sourced layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geostory.errors import UsageError
from geostory.models import Claim, Region, Source
from geostory.naming import shown_name
from geostory.outlines import region_shape
from geostory.packs import UNDETERMINED, Packs, Table, holding, read_packs
from geostory.words import day, join, with_the

if TYPE_CHECKING:
    import geopandas

__all__ = [
    "DEFAULT_VIEW",
    "QUIET",
    "borders_line",
    "claims_on",
    "owner_of",
    "pack_report",
    "reference_date",
    "regions",
    "regions_in_force",
    "standing",
    "view_of",
    "who",
]

DEFAULT_VIEW = "house"
_CLAUSES, _YEAR = re.compile(r"(?<=[.;])\s+"), re.compile(r"\b(?:1[4-9]|20)\d\d\b")
_GEOD = Geod(ellps="WGS84")
_DE_FACTO = "de-facto"
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
    if worldview == _DE_FACTO:
        held = _control(row, on, packs)
        if held and held["extent"] in ("full", "mostly"):
            words = held["words"]
            return _Stance(held["by"], packs.said("administered by", by=held["by"]), words, tuple(held["sources"]))
    if actor := view.get("actor"):
        claims = claims_on(row, on, packs)
        for claim in claims:
            if claim["claimed_by"] == actor and claim["status"] != "occupied":  # to hold land is not to claim it
                words = packs.said("claims", state=actor)
                return _Stance(actor, packs.said("part of", state=with_the(actor)), words, tuple(claim["sources"]))
        for claim in claims:
            if claim.get("claimed_from") == actor:
                words = packs.said("holds", state=actor)
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
    return _Stance(whose, told, decision["because"], un.sources)


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
        claimed_by=join([claim["claimed_by"] for claim in claims]),
        claims=tuple(
            Claim(
                claimed_by=claim["claimed_by"],
                claimed_from=claim.get("claimed_from", ""),
                status=claim["status"],
                valid_from=claim["valid_from"],
                valid_to=claim.get("valid_to"),
                precision=claim.get("precision", "day"),
            )
            for claim in claims
        ),
        recognised_as=_until(stance.recognised_as, on),
        belongs_to="" if stance.belongs_to == UNDETERMINED else stance.belongs_to,
        control=f"{held['by']} ({held['extent']})" if held else "",
        valid_from=min(claim["valid_from"] for claim in claims),
        valid_to=_last(claims),
        summary=" ".join(dict.fromkeys(heard for part in said if (heard := _until(part, on)))),
        sources=_sources(rest, packs),
        geometry=region_shape(row["id"], packs),
        as_of=on,
        worldview=worldview,
        quiet=all(claim["status"] in QUIET for claim in claims),
    )


def _legend(claim: Table, held: Table | None, packs: Packs) -> str:
    """What a legend says of a claim; an annexation that still stands says so outright only where it is held in full."""
    full = held is not None and held["extent"] == "full" and held["by"] == claim["claimed_by"]
    open_ = claim["status"] == "annexed" and "valid_to" not in claim and not full
    return packs.said("annexed, not held in full" if open_ else claim["status"], by=with_the(claim["claimed_by"]))


def _until(words: str, on: date) -> str:
    """Words without the clauses that speak of a year after the map's: what was to come is no part of it."""
    kept = [part for part in _CLAUSES.split(words) if all(int(year) <= on.year for year in _YEAR.findall(part))]
    text = " ".join(kept)
    if not text or text == words:
        return text
    text = text[0].upper() + text[1:] if words[0].isupper() else text
    return text.rstrip(";,") + ("." if words.endswith(".") and not text.endswith(".") else "")


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
        The day for which they stand.
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
    return packs.said(form, view=view_of(worldview, packs)["borders"], day=day(as_of))


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
    on = as_of or packs.reference_date
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
        In the order of the packs; empty where nobody disputes the point. Regions known by a point only hold none.

    Raises
    ------
    UsageError
        If it is no point, or there is no such worldview.

    Examples
    --------
    >>> [(region.name, region.status, region.claimed_by) for region in who(lat=44.95, lon=34.1)]
    [('Crimea', 'annexed', 'Russia')]
    """
    if point is None and lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180:
        point = shapely.Point(lon, lat)
    if not isinstance(point, shapely.Point) or point.is_empty:
        raise UsageError("give a point: a shapely Point, or lat= and lon= in degrees")
    packs = read_packs()
    on = as_of or packs.reference_date
    view_of(worldview, packs)
    return [
        standing(row, on, worldview, packs)
        for row in packs.regions
        if claims_on(row, on, packs) and _holds(region_shape(row["id"], packs), point)
    ]


def pack_report(folder: Path | None = None) -> list[dict[str, object]]:
    """What the packs hold of each region: statements, checked sources, and its area against a published one.

    Returns
    -------
    list of dict
        ``id``, ``claims``, ``statements``, the numbers of different ``checked`` and ``unchecked`` sources,
        ``area_km2`` of the outline (geodesic; None for a point), ``published_km2``, and by what share it is ``off``.
    """
    packs = read_packs(folder)
    rows: list[dict[str, object]] = []
    for row in packs.regions:
        names = {
            name
            for kind in ("claim", "recognition", "control")
            for statement in row[kind]
            for name in (*statement.get("sources", []), *statement.get("differs_sources", []))
        } | {name for claim in row["claim"] for stage in claim["stage"] for name in stage.get("sources", [])}
        checked = len(packs.checked(sorted(names)))
        shape = region_shape(row["id"], packs, "measure")
        area = abs(_GEOD.geometry_area_perimeter(shape)[0]) / 1e6 if shape.area else None
        told = row.get("area_km2")
        rows.append(
            {
                "id": row["id"],
                "claims": len(row["claim"]),
                "statements": sum(len(row[kind]) for kind in ("claim", "recognition", "control")),
                "checked": checked,
                "unchecked": len(names) - checked,
                "area_km2": None if area is None else round(area),
                "published_km2": told,
                "off": f"{100 * (area - told) / told:+.1f} %" if area and told else None,
            }
        )
    return rows


def _holds(shape: BaseGeometry, point: BaseGeometry) -> bool:
    west, south, east, north = shape.bounds
    inside = west <= point.x <= east and south <= point.y <= north
    return bool(inside and shape.area and shapely.intersects_xy(shape, point.x, point.y))
