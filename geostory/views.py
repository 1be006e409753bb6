"""The world under a view: which country, if any, each piece of land belongs to, and where its borders then run.

The shipped borders are the base. A view moves a region in question from the country that the base shows it in to the
one whose it is in that view, or leaves it undetermined; all else stays as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Bounds, Detail, Shape, boundaries
from geostory.outlines import region_shape
from geostory.packs import UNDETERMINED, Packs
from geostory.territories import QUIET, claims_on, owner_of

__all__ = ["NOTHING_MOVED", "Change", "Moved", "changes", "countries_of", "moved_borders", "owner_at"]

_BESIDE = 0.1  # degrees beyond a region within which its neighbours are looked at
_TOUCH = 1e-5  # degrees, a metre: shapes of one source share their edges exactly, but for rounding


class Change(NamedTuple):
    """A region that a view gives to another owner than the base borders do."""

    region: str
    owner: str  # a country code, 'undetermined:ID', or the region's own 'region:ID'
    dashed: bool


@dataclass(frozen=True, eq=False)
class Moved:
    """What a view makes of the shipped borders.

    What lies in one of the ``regions`` of ``packs`` or on its edge is no border of the base any more; ``solid`` and
    ``dashed`` are the lines there under the view: recognised borders, and those of what is undetermined. ``given`` is
    the owner and the land of each moved region that somebody disputes, ``owned`` that of every region in question,
    moved or not; where two overlap, the later one keeps what they share.
    """

    regions: tuple[str, ...] = ()
    packs: Packs | None = None
    solid: tuple[BaseGeometry, ...] = ()
    dashed: tuple[BaseGeometry, ...] = ()
    given: tuple[tuple[str, BaseGeometry], ...] = ()
    owned: tuple[tuple[str, BaseGeometry], ...] = ()

    @cached_property
    def lands(self) -> frozenset[str]:
        """The countries of the base that are one of the moved regions as a whole."""
        rows = self.packs.by_id("region") if self.packs else {}
        shapes = [rows[name].get("shape", ()) for name in self.regions]
        return frozenset(shape[0] for shape in shapes if len(shape) == 1)

    def left(self, border: Shape, detail: Detail) -> BaseGeometry:
        """What of a border of the base is one still."""
        by = self.changed(detail).get(border.key)
        return _without(border.key, by, self.packs, detail) if by and self.packs else border.geometry

    def changed(self, detail: Detail) -> Mapping[str, tuple[str, ...]]:
        """The keys of the base's borders of which something is none any more, each with the regions it touches."""
        return _touching(self.regions, self.packs, detail) if self.packs else {}

    def owner_at(self, lon: float, lat: float) -> str:
        """Whose a position in a region in question is, as :class:`Change` names owners; empty where it lies in none."""
        lon = (lon + 180) % 360 - 180
        held = (owner for owner, land in reversed(self.owned) if shapely.intersects_xy(land, lon, lat))
        return next(held, "")


NOTHING_MOVED = Moved()


def _code(name: str, whose: str, packs: Packs) -> str:
    """An owner's country code, its own name where it has none, or undetermined."""
    if not whose:
        return f"{UNDETERMINED}:{name}"
    return packs.by_id("actor")[whose].get("country", "") or f"region:{whose}"


@lru_cache(maxsize=512)
def _base_owner(name: str, packs: Packs) -> str:
    """The country that the base borders show a region in; empty where they show it in none or in several."""
    shape = region_shape(name, packs)
    held = {}
    west, south, east, north = _bounds(shape)
    for item in boundaries().find("country", _bounds(shape), detail="draw"):
        near = shapely.clip_by_rect(item.geometry, west - _BESIDE, south - _BESIDE, east + _BESIDE, north + _BESIDE)
        shared = shapely.intersection(shapely.make_valid(near), shape).area
        if shared > 0:
            held[item.key.removeprefix("country:")] = shared
    largest = max(held, key=lambda code: held[code], default="")
    return largest if held and held[largest] > 0.98 * shape.area else ""


def _bounds(shape: BaseGeometry) -> Bounds:
    west, south, east, north = shape.bounds
    return west, south, east, north


def changes(on: date, worldview: str, packs: Packs, within: Bounds | None = None) -> tuple[Change, ...]:
    """The regions whose owner in a view is not the base's, in the order of the packs; a point has none.

    Parameters
    ----------
    on : datetime.date
    worldview : str
    packs : Packs
    within : bounds, optional
        Degrees, which may run past ±180. Regions of which nothing lies there are left out unseen.
    """
    return tuple(
        Change(name, code, code.startswith(UNDETERMINED))
        for name, code in _owners(on, worldview, packs, within)
        if code != _base_owner(name, packs)
    )


@lru_cache(maxsize=4096)
def owner_at(lon: float, lat: float, on: date, worldview: str, packs: Packs) -> str:
    """Whose a position is in a view, as :class:`Change` names owners; empty where it lies in no region in question.

    Examples
    --------
    >>> from geostory.packs import read_packs
    >>> [owner_at(34.1, 44.95, date(2024, 5, 1), view, read_packs()) for view in ("house", "ru")]
    ['UA', 'RU']
    """
    owners = _owners(on, worldview, packs, (lon, lat, lon, lat))
    owned = tuple((owner, region_shape(name, packs)) for name, owner in owners if _disputed(name, on, packs))
    return Moved(owned=owned).owner_at(lon, lat)


def _owners(on: date, worldview: str, packs: Packs, within: Bounds | None) -> list[tuple[str, str]]:
    """Regions in question with their owners in a view."""
    rows = (row["id"] for row in packs.regions if "shape" in row)
    near = None if within is None else _near(packs, within)
    return [
        (name, owner)
        for name in rows
        if (near is None or name in near) and (owner := _owner(name, on, worldview, packs))
    ]


@lru_cache(maxsize=4096)
def _owner(name: str, on: date, worldview: str, packs: Packs) -> str:
    """A region's owner in a view; empty where nobody claims it on the day."""
    row = packs.by_id("region")[name]
    return _code(name, owner_of(row, on, worldview, packs), packs) if claims_on(row, on, packs) else ""


@lru_cache(maxsize=64)
def _near(packs: Packs, within: Bounds) -> frozenset[str]:
    """The regions that may lie in some bounds, by the boxes of their shapes; one made of others may lie anywhere."""
    reaches = {row["id"]: _reach(row["id"], packs) for row in packs.regions if "shape" in row}
    return frozenset(
        name for name, known in reaches.items() if known is None or any(_seen(area, within) for area in known)
    )


@lru_cache(maxsize=2048)
def _reach(name: str, packs: Packs) -> tuple[Bounds, ...] | None:
    keys = packs.by_id("region")[name]["shape"]
    if not all(key.startswith(_KEYED) for key in keys):
        return None
    return tuple(area for key in keys for one in key.split("+") for area in boundaries().reach(one))


_KEYED = ("admin1:", "country:", "county:", "land:")


@cache
def _base(detail: Detail) -> dict[str, BaseGeometry]:
    """The shipped countries; where two of them overlap by a sliver, the first by its code keeps it."""
    items = sorted(boundaries().find("country", detail=detail), key=lambda item: item.key)
    shapes = [item.geometry for item in items]
    for first, second in sorted(zip(*shapely.STRtree(shapes).query(shapes, predicate="overlaps"), strict=True)):
        if first < second:
            shapes[second] = shapely.difference(shapes[second], shapes[first])
    return {item.key.removeprefix("country:"): shape for item, shape in zip(items, shapes, strict=True)}


def countries_of(on: date, worldview: str, packs: Packs, detail: Detail = "draw") -> dict[str, BaseGeometry]:
    """Every country's land under a view, and what is undetermined; no two overlap.

    Returns
    -------
    dict
        Country code, 'region:NAME' of a state without a code, or 'undetermined:ID' to a polygon in EPSG:4326. Of two
        regions that overlap, the later one in the packs keeps what they share.
    """
    base = _base(detail)
    reach = {code: _bounds(land) for code, land in base.items()}
    steps: dict[str, list[tuple[str, bool]]] = {}
    for change in changes(on, worldview, packs):
        area = _bounds(region_shape(change.region, packs, detail))
        for code, known in reach.items():
            if code != change.owner and _meet(known, area):
                steps.setdefault(code, []).append((change.region, False))
        steps.setdefault(change.owner, []).append((change.region, True))
        reach[change.owner] = _around(reach.get(change.owner, area), area)
    found = dict(base)
    for code, some in steps.items():
        found[code] = _land(code, tuple(some), packs, detail)
    return {code: land for code, land in found.items() if not land.is_empty}


@lru_cache(maxsize=4096)
def _land(code: str, steps: tuple[tuple[str, bool], ...], packs: Packs, detail: Detail) -> BaseGeometry:
    """A country's land once regions are taken from it and given to it, in turn."""
    land = _base(detail).get(code, shapely.Polygon())
    for name, given in steps:
        shape = region_shape(name, packs, detail)
        if given:
            land = shapely.union_all([land, shape])
        elif land.intersects(shape):
            land = shapely.difference(land, shape)
    return land


def _meet(a: Bounds, b: Bounds) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _around(a: Bounds, b: Bounds) -> Bounds:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def moved_borders(on: date, worldview: str, packs: Packs, within: Bounds | None = None) -> Moved:
    """Where a view takes base borders away on a day, and where it draws others.

    ``within`` leaves out the regions that lie outside those bounds in degrees, which may run past ±180.
    """
    moved = changes(on, worldview, packs, within)
    near = tuple(c for c in moved if within is None or _seen(_bounds(region_shape(c.region, packs)), within))
    owned = tuple(
        (name, owner)
        for name, owner in _owners(on, worldview, packs, within)
        if (within is None or _seen(_bounds(region_shape(name, packs)), within)) and _disputed(name, on, packs)
    )
    return _moved(near, moved, packs, owned)


@lru_cache(maxsize=512)
def _moved(
    near: tuple[Change, ...], moved: tuple[Change, ...], packs: Packs, owned: tuple[tuple[str, str], ...]
) -> Moved:
    solid: list[BaseGeometry] = []
    dashed: list[BaseGeometry] = []
    for change in near:
        area = _bounds(region_shape(change.region, packs))
        beside = tuple(c for c in moved if c is not change and _meet(_bounds(region_shape(c.region, packs)), area))
        for line, uncertain in _edges(change, beside, packs):
            (dashed if uncertain else solid).append(line)
    disputed = dict(owned)
    given = tuple((change.owner, region_shape(change.region, packs)) for change in near if change.region in disputed)
    lands = tuple((owner, region_shape(name, packs)) for name, owner in owned)
    shapely.prepare([land for _, land in lands])
    # Neighbours that both move share an edge, which is drawn once.
    full, open_ = (tuple(_lines(shapely.geometrycollections(some))) for some in (solid, dashed))
    return Moved(tuple(change.region for change in near), packs, full, open_, given, lands)


@lru_cache(maxsize=4096)
def _disputed(name: str, on: date, packs: Packs) -> bool:
    claims = claims_on(packs.by_id("region")[name], on, packs)
    return any(claim["status"] not in QUIET for claim in claims)


@lru_cache(maxsize=512)
def _erased(name: str, packs: Packs) -> BaseGeometry:
    """A region and its edge, which may lie past ±180°."""
    area = region_shape(name, packs).buffer(_TOUCH)
    west, _, east, _ = area.bounds
    turned = [translate(area, by) for by, past in ((360.0, west < -180.1), (-360.0, east > 180.1)) if past]
    whole = shapely.union_all([area, *turned]) if turned else area
    shapely.prepare(whole)
    return whole


@lru_cache(maxsize=2048)
def _touched(name: str, packs: Packs, detail: Detail) -> frozenset[str]:
    """The shipped borders that a region takes something from."""
    area = _erased(name, packs)
    found = boundaries().find("border", _bounds(area), detail=detail)
    return frozenset(item.key for item in found if area.intersects(item.geometry))


@lru_cache(maxsize=64)
def _touching(regions: tuple[str, ...], packs: Packs, detail: Detail) -> dict[str, tuple[str, ...]]:
    """The shipped borders that some regions take something from, each with those that do."""
    found: dict[str, tuple[str, ...]] = {}
    for name in regions:
        for key in _touched(name, packs, detail):
            found[key] = (*found.get(key, ()), name)
    return found


@lru_cache(maxsize=4096)
def _without(key: str, regions: tuple[str, ...], packs: Packs, detail: Detail) -> BaseGeometry:
    line = boundaries().shape(key, detail=detail)
    for name in regions:
        line = shapely.difference(line, _erased(name, packs))
    return line


def _seen(area: Bounds, within: Bounds) -> bool:
    return any(_meet((area[0] + shift, area[1], area[2] + shift, area[3]), within) for shift in (-360, 0, 360))


@lru_cache(maxsize=2048)
def _edges(change: Change, beside: tuple[Change, ...], packs: Packs) -> tuple[tuple[BaseGeometry, bool], ...]:
    """Where a moved region meets another owner's land, and whether such a border is dashed."""
    shape = region_shape(change.region, packs)
    west, south, east, north = _bounds(shape)
    area = (west - _BESIDE, south - _BESIDE, east + _BESIDE, north + _BESIDE)
    others = [(c.owner, region_shape(c.region, packs)) for c in beside]
    apart = shapely.union_all([shape, *(other for _, other in others)])
    for item in boundaries().find("country", _clamped(area), detail="draw"):
        land = shapely.difference(shapely.clip_by_rect(item.geometry, *area), apart)
        others.append((item.key.removeprefix("country:"), land))
    found: list[tuple[BaseGeometry, bool]] = []
    for owner, land in others:
        if owner != change.owner:
            uncertain = change.dashed or owner.startswith(UNDETERMINED)
            found += [(line, uncertain) for line in _lines(shapely.intersection(shape.boundary, land.boundary))]
    return tuple(found)


def _clamped(area: Bounds) -> Bounds:
    return max(area[0], -180.0), max(area[1], -90.0), min(area[2], 180.0), min(area[3], 90.0)


def _lines(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "LineString"]
    return list(shapely.get_parts(shapely.line_merge(shapely.union_all(parts)))) if parts else []
