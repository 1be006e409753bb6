"""The outlines of regions, by their recipes over shipped polygons, and the areas of control that packs bring along."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Detail, boundaries
from geostory.errors import DataError
from geostory.models import Source
from geostory.overlays import read_areas
from geostory.packs import Packs, Table
from geostory.search import find_place

__all__ = ["ControlArea", "control_areas", "region_shape"]


class ControlArea(NamedTuple):
    """Land that somebody holds on a day, from a layer of a pack."""

    id: str
    title: str
    by: str
    date: date
    life_days: int
    source: Source
    geometry: BaseGeometry


@lru_cache(maxsize=64)
def control_areas(on: date, packs: Packs) -> tuple[ControlArea, ...]:
    """The areas of control as they were last told up to a day; none is shipped.

    Of several layers by one holder the latest counts; one whose source is unchecked is left out.
    """
    latest: dict[str, Table] = {}
    for row in sorted(packs.tables["control_layer"], key=lambda row: (row["date"], row["id"])):
        if row["date"] <= on and packs.checked([row["source"]]):
            latest[row["by"]] = row
    return tuple(
        ControlArea(
            id=row["id"],
            title=row["title"],
            by=row["by"],
            date=row["date"],
            life_days=row["life_days"],
            source=packs.checked([row["source"]])[0],
            geometry=shapely.union_all(read_areas(row["_folder"], row["file"])),
        )
        for row in latest.values()
    )


@lru_cache(maxsize=1024)
def region_shape(name: str, packs: Packs, detail: Detail = "draw") -> BaseGeometry:
    """A region's outline by its recipe over shipped polygons, or the point of the place that stands for it.

    Raises
    ------
    DataError
        If a recipe names no shape, or leaves nothing.
    """
    row = packs.by_id("region")[name]
    if "place" in row:
        place = find_place(row["place"])
        return shapely.Point(place.lon, place.lat)
    if "point" in row:
        return shapely.Point(*_degrees(row["point"], 2, name))
    folder = row["_folder"]
    shape = shapely.union_all([_piece(key, detail, name, folder) for key in row["shape"]])
    if "minus" in row:
        shape = shapely.difference(
            shape, shapely.union_all([_piece(key, detail, name, folder) for key in row["minus"]])
        )
    if "within" in row:
        shape = shapely.intersection(
            shape, shapely.union_all([_piece(key, detail, name, folder) for key in row["within"]])
        )
    areas = [part for part in shapely.get_parts(shapely.make_valid(shape)) if part.area > 0]
    if not areas:
        raise DataError(f"region {name}: its recipe leaves no area")
    whole: BaseGeometry = shapely.union_all(areas)
    return whole


def _piece(key: str, detail: Detail, name: str, folder: str) -> BaseGeometry:
    kind, _, rest = key.partition(":")
    if kind == "piece":
        lon, lat = _degrees(rest, 2, name)
        found = boundaries().at("land", lon, lat)
        if found is None:
            raise DataError(f"region {name}: there is no land at {key!r}")
        return found.geometry
    if kind == "box":
        return shapely.box(*_degrees(rest, 4, name))
    if kind == "file":
        return shapely.union_all(read_areas(folder, rest))
    return boundaries().shape(key, detail=detail)


def _degrees(text: str, count: int, name: str) -> list[float]:
    try:
        numbers = [float(number) for number in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise DataError(f"region {name}: {text!r} must be {count} degrees, longitude first")
    return numbers
