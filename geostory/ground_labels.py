"""The names on the ground under a story: countries, seas, regions and towns, each with its place and its rank."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Shape, boundaries
from geostory.frame import Frame
from geostory.gazetteer import gazetteer
from geostory.ground import by_view, grown, within
from geostory.models import Candidate
from geostory.projection import Box, Projection
from geostory.views import NOTHING_MOVED, Moved

__all__ = ["Shown", "ground_labels"]

Block = dict[str, Any]
Shown = Callable[[str, str, str], str]
"""A name as it stands, its key and its country to the name as it is shown."""

_CITY = 0.02  # radii: 130 km
_WIDE, _NARROW = 0.7, 0.14  # radii: the width of a continent, of a smaller country


def _label(name: str, at: tuple[float, float], kind: str, rank: int) -> Block:
    return {"name": name, "lon": round(at[0], 4), "lat": round(at[1], 4), "kind": kind, "rank": rank}


def _area_labels(
    frame: Frame,
    layer: str,
    kind: str,
    view: Box,
    width: float,
    shown: Shown,
    *,
    keep: Any,
    most: int,
    moved: Moved = NOTHING_MOVED,
) -> list[Block]:
    """Names set at the visual centre of what the view shows of each area, the largest first."""
    projection = frame.projection
    least = (width / 40) ** 2
    found = [pair for pair in _large(projection, layer, view, width / 400, least) if keep(pair[0])]
    best: dict[str, tuple[float, BaseGeometry]] = {}
    for item, geometry in by_view(projection, view, width / 400, moved, found):
        part = max(shapely.get_parts(geometry), key=shapely.area)
        name = shown(_english(item), item.key, item.country)
        if part.area > best.get(name, (least, None))[0]:
            best[name] = part.area, part
    ranked = sorted(((area, name, part) for name, (area, part) in best.items()), key=lambda row: (-row[0], row[1]))
    labels = []
    for position, (_, name, part) in enumerate(ranked[:most]):
        lon, lat = projection.unproject(*_middle(part, max(width / 100, math.sqrt(part.area) / 40)))
        labels.append(_label(name, (float(lon), float(lat)), kind, 1 + position * 8 // most))
    return labels


@lru_cache(maxsize=1024)
def _middle(area: BaseGeometry, tolerance: float) -> tuple[float, float]:
    """The visual centre of an area: of the largest circle in it."""
    middle = shapely.get_point(shapely.maximum_inscribed_circle(area, tolerance), 0)
    return middle.x, middle.y


@lru_cache(maxsize=8192)
def _somewhere(key: str) -> tuple[float, float]:
    """A position within a shape, in degrees."""
    point = boundaries().shape(key, detail="draw").representative_point()
    return point.x, point.y


@lru_cache(maxsize=64)
def _large(
    projection: Projection, layer: str, view: Box, tolerance: float, least: float
) -> list[tuple[Shape, BaseGeometry]]:
    """The named parts of a layer in a view that are larger than an area."""
    found = within(projection, layer, view, tolerance)
    areas = shapely.area([part for _, part in found])
    return [found[i] for i in np.flatnonzero(areas > least) if found[i][0].name]


def _english(item: Shape) -> str:
    """A unit's name as the gazetteer has it, so that one map spells it one way."""
    known = gazetteer().of_shape(item.key) if item.layer == "admin1" else None
    return known.name if known else item.name


def ground_labels(
    frame: Frame,
    width: float,
    focus: frozenset[str],
    named: frozenset[str],
    shown: Shown,
    moved: Moved = NOTHING_MOVED,
) -> list[Block]:
    def in_focus(item: Shape) -> bool:
        return (moved.owner_at(*_somewhere(item.key)) or item.country) in focus

    view = grown(frame.box, 1.6, frame.projection.world)
    # A few shapes of land that no country has have a place among the countries.
    labels = _area_labels(
        frame, "country", "country", view, width, shown, keep=lambda item: item.country, most=40, moved=moved
    )
    if width < _CITY and len(labels) < 2:
        labels = []  # no reader of a city's map asks for the country
    labels += _area_labels(frame, "marine", "sea", view, width, shown, keep=lambda item: True, most=25)
    if width < 0.44:
        labels += _area_labels(frame, "admin1", "region", view, width, shown, keep=in_focus, most=40)
    for position, (lon, city) in enumerate(_cities(frame.projection, view, width, named)):
        kind = "capital" if city.feature == "PPLC" else "city"
        name = shown(city.name, city.gazetteer_id, city.country)
        labels.append(_label(name, (lon, city.lat), kind, 1 + position // 6))
    return labels


@lru_cache(maxsize=16)
def _cities(projection: Projection, view: Box, width: float, named: frozenset[str]) -> list[tuple[float, Candidate]]:
    """The largest cities of the view, each apart from any larger one, so that names have room; longitudes run on."""
    west, south, east, north = projection.bounds(view)
    least = 500_000 if width > _WIDE else 50_000 if width > _NARROW else 3_000
    found: dict[str, tuple[int, float, Candidate]] = {}
    for shift in (-360, 0, 360):
        box = max(-180.0, west - shift), south, min(180.0, east - shift), north
        if box[0] < box[2]:
            for city in gazetteer().in_bounds(box, min_population=least):
                found.setdefault(city.gazetteer_id, (city.population, city.lon + shift, city))
    cities = sorted(found.values(), key=lambda row: (-row[0], row[2].gazetteer_id))
    if not cities:
        return []
    xs, ys = projection.project([lon for _, lon, _ in cities], [city.lat for _, _, city in cities])
    apart = (view[2] - view[0]) / 16
    kept: list[tuple[float, float]] = []
    chosen: list[tuple[float, Candidate]] = []
    for (_, lon, city), x, y in zip(cities, xs.tolist(), ys.tolist(), strict=True):
        if city.feature == "PPLX":  # a part of a town, whatever population stands beside it
            continue
        inside = view[0] <= x <= view[2] and view[1] <= y <= view[3]
        if city.gazetteer_id in named:  # written by the story: no other name stands in for it here
            kept.append((x, y))
        if city.gazetteer_id in named or not inside or any(math.hypot(x - a, y - b) < apart for a, b in kept):
            continue
        kept.append((x, y))
        chosen.append((lon, city))
        if len(chosen) == 60:
            break
    return chosen
