"""The names on the ground under a story: countries, seas, regions and towns, each with its place and its rank."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Shape
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
    best: dict[str, tuple[float, BaseGeometry]] = {}
    found = within(projection, layer, view, width / 400)
    for item, geometry in by_view(projection, view, width / 400, moved, found):
        if not item.name or not keep(item):
            continue
        parts = shapely.get_parts(geometry)
        areas = shapely.area(parts)
        largest = int(np.argmax(areas))
        name = shown(_english(item), item.key, item.country)
        if areas[largest] > best.get(name, (0.0, None))[0]:
            best[name] = (float(areas[largest]), parts[largest])
    least = (width / 40) ** 2
    ranked = sorted(
        ((area, name, part) for name, (area, part) in best.items() if area > least), key=lambda row: (-row[0], row[1])
    )
    labels = []
    for position, (_, name, part) in enumerate(ranked[:most]):
        at = shapely.get_point(shapely.maximum_inscribed_circle(part, width / 100), 0)
        lon, lat = projection.unproject(at.x, at.y)
        labels.append(_label(name, (float(lon), float(lat)), kind, 1 + position * 8 // most))
    return labels


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
        at = item.geometry.representative_point()
        return (moved.owner_at(at.x, at.y) or item.country) in focus

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
    return labels + _city_labels(frame.projection, view, width, named, shown)


def _city_labels(projection: Projection, view: Box, width: float, named: frozenset[str], shown: Shown) -> list[Block]:
    """The largest cities of the view, each apart from any larger one, so that names have room."""
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
    labels: list[Block] = []
    for (_, lon, city), x, y in zip(cities, xs.tolist(), ys.tolist(), strict=True):
        if city.feature == "PPLX":  # a part of a town, whatever population stands beside it
            continue
        inside = view[0] <= x <= view[2] and view[1] <= y <= view[3]
        if city.gazetteer_id in named:  # written by the story: no other name stands in for it here
            kept.append((x, y))
        if city.gazetteer_id in named or not inside or any(math.hypot(x - a, y - b) < apart for a, b in kept):
            continue
        kept.append((x, y))
        kind = "capital" if city.feature == "PPLC" else "city"
        labels.append(
            _label(shown(city.name, city.gazetteer_id, city.country), (lon, city.lat), kind, 1 + len(labels) // 6)
        )
        if len(labels) == 60:
            break
    return labels
