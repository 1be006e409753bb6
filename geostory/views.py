"""The world under a view: which country, if any, each piece of land belongs to, and where its borders then run.

The shipped borders are the base. A view moves a region in question from the country that the base shows it in to the
one whose it is in that view, or leaves it undetermined; all else stays as it is.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Bounds, Detail, boundaries
from geostory.packs import UNDETERMINED, Packs, Table
from geostory.territories import claims_on, region_shape, standing

__all__ = ["NOTHING_MOVED", "Change", "Moved", "changes", "countries_of", "moved_borders"]

_TOUCH = 1e-5  # degrees, a metre: shapes of one source share their edges exactly, but for rounding


class Change(NamedTuple):
    """A region that a view gives to another owner than the base borders do."""

    region: str
    owner: str  # a country code, 'undetermined:ID', or the region's own 'region:ID'
    dashed: bool


class Moved(NamedTuple):
    """What a view makes of the shipped borders.

    What lies in ``erased`` or on its edge is no border of the base any more; ``solid`` and ``dashed`` are the lines
    there under the view: recognised borders, and those of what is undetermined.
    """

    erased: BaseGeometry
    solid: tuple[BaseGeometry, ...]
    dashed: tuple[BaseGeometry, ...]


NOTHING_MOVED = Moved(shapely.Polygon(), (), ())


def _owner(row: Table, on: date, worldview: str, packs: Packs) -> str:
    """Whose a region is: the code of a country, the region's own name where it has no code, or undetermined."""
    whose = standing(row, on, worldview, packs).belongs_to
    if not whose:
        return f"{UNDETERMINED}:{row['id']}"
    code = packs.by_id("actor")[whose].get("country", "")
    return code or f"region:{whose}"


@lru_cache(maxsize=512)
def _base_owner(name: str, packs: Packs) -> str:
    """The country that the base borders show a region in; empty where they show it in none or in several."""
    shape = region_shape(name, packs)
    held = {}
    for item in boundaries().find("country", _bounds(shape), detail="draw"):
        shared = shapely.intersection(item.geometry, shape).area
        if shared > 0:
            held[item.key.removeprefix("country:")] = shared
    largest = max(held, key=lambda code: held[code], default="")
    return largest if held and held[largest] > 0.98 * shape.area else ""


def _bounds(shape: BaseGeometry) -> Bounds:
    west, south, east, north = shape.bounds
    return west, south, east, north


@lru_cache(maxsize=64)
def changes(on: date, worldview: str, packs: Packs) -> tuple[Change, ...]:
    """The regions whose owner in a view is not the base's, in the order of the packs; a point has none.

    Parameters
    ----------
    on : datetime.date
    worldview : str
    packs : Packs
    """
    found = []
    for row in packs.regions:
        if "shape" not in row or not claims_on(row, on, packs):
            continue
        owner = _owner(row, on, worldview, packs)
        if owner != _base_owner(row["id"], packs):
            found.append(Change(row["id"], owner, owner.startswith(UNDETERMINED)))
    return tuple(found)


@lru_cache(maxsize=4)
def countries_of(on: date, worldview: str, packs: Packs, detail: Detail = "draw") -> dict[str, BaseGeometry]:
    """Every country's land under a view, and what is undetermined; no two overlap.

    Returns
    -------
    dict
        Country code, 'region:NAME' of a state without a code, or 'undetermined:ID' to a polygon in EPSG:4326.
    """
    found = {item.key.removeprefix("country:"): item.geometry for item in boundaries().find("country", detail=detail)}
    for change in changes(on, worldview, packs):
        shape = region_shape(change.region, packs, detail)
        area = _bounds(shape)
        for code, land in found.items():
            if code != change.owner and _meets(land, area) and land.intersects(shape):
                found[code] = shapely.difference(land, shape)
        known = found.get(change.owner)
        found[change.owner] = shape if known is None else shapely.union_all([known, shape])
    return {code: land for code, land in found.items() if not land.is_empty}


def _meets(land: BaseGeometry, area: Bounds) -> bool:
    west, south, east, north = land.bounds if not land.is_empty else (1.0, 1.0, 0.0, 0.0)
    return west <= area[2] and area[0] <= east and south <= area[3] and area[1] <= north


@lru_cache(maxsize=64)
def moved_borders(on: date, worldview: str, packs: Packs) -> Moved:
    """Where a view takes base borders away on a day, and where it draws others."""
    moved = changes(on, worldview, packs)
    if not moved:
        return NOTHING_MOVED
    owners = {change.region: change for change in moved}
    shapes = {name: region_shape(name, packs) for name in owners}
    erased = shapely.union_all([shape.buffer(_TOUCH) for shape in shapes.values()])
    solid: list[BaseGeometry] = []
    dashed: list[BaseGeometry] = []
    world = countries_of(on, worldview, packs)
    for name, shape in shapes.items():
        edge = shape.boundary
        area = _bounds(shape)
        for code, land in sorted(world.items()):
            if code == owners[name].owner or not _meets(land, area):
                continue
            shared = _lines(shapely.intersection(edge, land.boundary))
            uncertain = owners[name].dashed or code.startswith(UNDETERMINED)
            (dashed if uncertain else solid).extend(shared)
    return Moved(erased, tuple(solid), tuple(dashed))


def _lines(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "LineString"]
    return list(shapely.get_parts(shapely.line_merge(shapely.union_all(parts)))) if parts else []
