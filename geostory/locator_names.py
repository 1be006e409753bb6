"""The names in a locator map: the country that the story is in, and the largest of those around it."""

import math
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geostory.frame import Frame
from geostory.ground import by_view, within
from geostory.ground_labels import Shown
from geostory.projection import Box
from geostory.views import NOTHING_MOVED, Moved

__all__ = ["locator_names"]

_CLOSE = 20.0  # degrees: a wider frame has no locator
_LEAST, _MOST, _TIMES = 14.0, 60.0, 12.0  # degrees that a locator shows across, so many times the frame's own
_HIGH = 0.75  # of its width
_WIDE, _MARK = 150, 9  # pixels: the page's locator, and the least that marks the frame in it
_LETTER, _LINE, _EDGE = 11.0, 14.0, 7.0  # pixels that a name takes: a letter, a line, and what stays free around it
_NAMES = 3
_SHARE = 1 / 9  # of the locator's width: a country that shows less has no name there


def locator_names(frame: Frame, shown: Shown, moved: Moved = NOTHING_MOVED) -> list[dict[str, Any]]:
    """Names for the small map that shows where a close frame lies, the frame's own country first.

    Parameters
    ----------
    frame : Frame
    shown : callable
        The name to show for a name, a shape's key and a country code.
    moved : Moved
        What the story's view changes about the shipped borders.

    Returns
    -------
    list of dict
        As the basemap's names are; each in the middle of what the locator shows of its country beside the frame. Empty
        for a frame that needs no locator.
    """
    box, projection = frame.box, frame.projection
    across = math.degrees(box[2] - box[0])
    if across > _CLOSE:
        return []
    wide = math.radians(min(_MOST, max(_LEAST, across * _TIMES)))
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    view = x - wide / 2, y - wide * _HIGH / 2, x + wide / 2, y + wide * _HIGH / 2
    pixel = wide / _WIDE
    dx, dy = (max(side, _MARK * pixel) / 2 for side in (box[2] - box[0], box[3] - box[1]))
    mark = shapely.box(x - dx, y - dy, x + dx, y + dy)
    tolerance = wide / _WIDE
    lands: dict[str, list[BaseGeometry]] = {}
    for item, land in by_view(projection, view, tolerance, moved, within(projection, "country", view, tolerance)):
        seen = shapely.clip_by_rect(shapely.make_valid(land), *view)
        if item.country and item.name and seen.area > 0:
            lands.setdefault(shown(item.name, item.key, item.country), []).append(seen)
    whole = {name: shapely.union_all(parts) for name, parts in lands.items()}
    inside = {name: area for name, land in whole.items() if (area := land.intersection(mark).area) > 0}
    home = max(inside, key=lambda name: (inside[name], name), default="")

    def order(name: str) -> tuple[bool, bool, float, str]:
        neighbour = bool(home) and whole[name].distance(whole[home]) < 2 * tolerance
        return name != home, not neighbour, -whole[name].area, name

    named = []
    for name in sorted(whole, key=order):
        if name != home and whole[name].area < (wide * _SHARE) ** 2:
            continue
        at = _set(name, whole[name], mark, view, pixel, home=name == home)
        if at is not None:
            lon, lat = projection.unproject(*at)
            named.append({"name": name, "lon": round(float(lon), 3), "lat": round(float(lat), 3), "kind": "country"})
    return [{**label, "rank": 1 + rank} for rank, label in enumerate(named[:_NAMES])]


def _set(
    name: str, land: BaseGeometry, mark: BaseGeometry, view: Box, pixel: float, *, home: bool
) -> tuple[float, float] | None:
    """Where a name has room: in the middle of its land, that of the frame's own country else beside the mark."""
    half = (_LETTER * len(name) / 2 + _EDGE) * pixel, (_LINE / 2 + _EDGE) * pixel
    parts = shapely.get_parts(shapely.difference(land, mark))
    part = max((one for one in parts if one.area > 0), key=lambda one: one.area, default=land)
    middle = shapely.get_point(shapely.maximum_inscribed_circle(part, 2 * pixel), 0)
    left, bottom, right, top = mark.bounds
    x, y = (left + right) / 2, (bottom + top) / 2
    beside = [(x, top + half[1]), (x, bottom - half[1]), (left - half[0], y), (right + half[0], y)] if home else []
    beside.sort(key=lambda at: -_name_box(at, half).intersection(land).area)
    for at in [(middle.x, middle.y), *beside]:
        within = tuple(max(view[k] + half[k], min(at[k], view[k + 2] - half[k])) for k in (0, 1))
        if not shapely.intersects(_name_box((within[0], within[1]), (half[0] - pixel, half[1] - pixel)), mark):
            return within[0], within[1]
    return None


def _name_box(at: tuple[float, float], half: tuple[float, float]) -> BaseGeometry:
    return shapely.box(at[0] - half[0], at[1] - half[1], at[0] + half[0], at[1] + half[1])
