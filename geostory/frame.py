"""What a map shows: the box around where the story happens, the shortest way round the globe, without far outliers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geostory.geodesy import best_west
from geostory.projection import Box, Projection, projection_for

__all__ = ["Bounds", "Extent", "Frame", "story_frame"]

Bounds = tuple[float, float, float, float]

_LEAST_FINE, _LEAST_WIDE = 1.0, 12.0  # degrees of latitude: a town and its surroundings; a country known by a point
_LEAST_CITY, _CITY = 0.2, 4  # degrees for places near each other, and how many of them make a city of their own
_HEART = 0.7  # the share of the story's weight that a smaller frame must keep
_SMALLER = 0.6  # and how much smaller it must be to be worth leaving the rest out
_LIKE, _ROOM = 0.3, 1.2  # of the frame: how large a land at its edge may be, and how much wider it may make it
_MARGIN = 0.04
_HALF = 200.0  # degrees: what takes more is drawn on a map of the world
_PACIFIC = (150.0, 250.0)  # degrees: where readers look for the edge of a map of the world
_LEAST_SEAM = 20.0  # degrees without a place that such an edge needs
_WORLD: Bounds = (-170.0, -56.0, 170.0, 76.0)
_MOST_WEIGHED = 400  # more extents than this are too many to tell a heart from outliers


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Where one feature lies: (west, south, east, north) in degrees, and how much the story is about it.

    ``shape`` is its outline, where that fills less than its bounds.
    """

    bounds: Bounds
    weight: float
    name: str
    shape: BaseGeometry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a map shows: ``bounds`` in degrees, whose east may pass 180, and the ``box`` of the plane around it.

    ``outside`` names what lies beyond its edge, in the order given.
    """

    projection: Projection
    box: Box
    bounds: Bounds
    outside: tuple[str, ...] = ()


def story_frame(
    fine: Sequence[Extent], wide: Sequence[Extent] = (), *, near: Sequence[Extent] = (), tiles: bool = False
) -> Frame:
    """What to show of a story, and how it is laid flat.

    Parameters
    ----------
    fine : sequence of Extent
        Towns, regions, measured lines: what says where the story happens.
    wide : sequence of Extent
        Countries and the like, which set the frame only where there is nothing finer.
    near : sequence of Extent
        The same in their own bounds: one that is no larger than the frame and lies at its edge is shown whole.
    tiles : bool
        Whether the map has tiles under it, which come in Web Mercator alone.

    Examples
    --------
    >>> tangier = Extent(bounds=(-5.8, 35.8, -5.8, 35.8), weight=5, name="Tangier")
    >>> ceuta = Extent(bounds=(-5.3, 35.9, -5.3, 35.9), weight=4, name="Ceuta")
    >>> sydney = Extent(bounds=(151.2, -33.9, 151.2, -33.9), weight=1, name="Sydney")
    >>> story_frame([tangier, sydney, ceuta]).outside
    ('Sydney',)
    """
    extents = [_across_seam(extent) for extent in fine or wide]
    if not extents:
        lon, lat = _corners(_WORLD)
        projection = projection_for(lon, lat, tiles=tiles)
        return Frame(projection=projection, box=projection.around(_WORLD), bounds=_WORLD)
    least = _LEAST_FINE if fine else _LEAST_WIDE
    heart = extents
    total = sum(extent.weight for extent in extents)
    while 2 < len(heart) <= _MOST_WEIGHED and total > 0:
        core = _heavier_side(heart)
        kept = sum(extent.weight for extent in core) / total
        if kept < _HEART or _size(_around(core, least)) > _SMALLER * _size(_around(heart, least)):
            break
        heart = core
    if fine and len(heart) >= _CITY:
        least = _LEAST_CITY
    bounds = _around(heart, least)
    projection, box = _laid(heart, bounds, least, tiles=tiles)
    if fine and (whole := _whole(near, projection, box)):
        bounds = _around([*heart, *whole], least)
        projection, box = _laid([*heart, *whole], bounds, least, tiles=tiles)
    outside = tuple(extent.name for extent in extents if not any(extent is kept for kept in heart))
    return Frame(projection=projection, box=box, bounds=bounds, outside=outside)


def _whole(near: Sequence[Extent], projection: Projection, box: Box) -> list[Extent]:
    """Lands that a little more room shows whole, such as the islands whose one town the story speaks of."""
    own = max(box[2] - box[0], box[3] - box[1])
    found: list[Extent] = []
    shown = box
    for extent in sorted(near, key=lambda extent: -extent.weight):
        if extent.shape is None:
            continue
        land = projection.flat(extent.shape).bounds
        wider = min(shown[0], land[0]), min(shown[1], land[1]), max(shown[2], land[2]), max(shown[3], land[3])
        across, room = (max(b[2] - b[0], b[3] - b[1]) for b in (land, wider))
        if across <= _LIKE * own and room <= _ROOM * own and wider != shown:
            found.append(_across_seam(extent))
            shown = wider
    return found


def _across_seam(extent: Extent) -> Extent:
    """An extent whose shape lies on both sides of the antimeridian, with the shorter way round as its bounds."""
    if extent.shape is None or extent.bounds[2] - extent.bounds[0] <= 180:
        return extent
    lon, lat = shapely.get_coordinates(extent.shape).T
    start = best_west(np.unique(lon.round()).tolist()) - 1
    turned = (lon - start) % 360 + start
    return replace(extent, bounds=(float(turned.min()), float(lat.min()), float(turned.max()), float(lat.max())))


def _corners(bounds: Bounds) -> tuple[list[float], list[float]]:
    west, south, east, north = bounds
    return [west, east, east, west], [south, south, north, north]


def _laid(extents: Sequence[Extent], bounds: Bounds, least: float, *, tiles: bool) -> tuple[Projection, Box]:
    """The projection for some extents, and the box of the plane around them with a margin."""
    lons: list[np.ndarray] = []
    lats: list[np.ndarray] = []
    for extent in extents:
        if extent.shape is None:
            lon, lat = map(np.asarray, _corners(extent.bounds))
        else:
            lon, lat = shapely.get_coordinates(extent.shape).T
        lons.append((lon - bounds[0] + 1e-9) % 360 + bounds[0])
        lats.append(lat)
    lon, lat = np.concatenate(lons), np.concatenate(lats)
    projection = projection_for(lon, lat, tiles=tiles)
    x, y = projection.project(lon, lat)
    west, south, east, north = float(x.min()), float(y.min()), float(x.max()), float(y.max())
    room = math.radians(least) * projection.scale(min(80.0, max(-80.0, (bounds[1] + bounds[3]) / 2)))
    grow_x = max(_MARGIN * (east - west), (room * 1.6 - (east - west)) / 2)
    grow_y = max(_MARGIN * (north - south), (room - (north - south)) / 2)
    edge = projection.world
    return projection, (
        max(edge[0], west - grow_x),
        max(edge[1], south - grow_y),
        min(edge[2], east + grow_x),
        min(edge[3], north + grow_y),
    )


def _heavier_side(extents: Sequence[Extent]) -> list[Extent]:
    """The heavier part when the extents are parted at the widest gap of their minimum spanning tree."""
    middles = np.array([((e.bounds[0] + e.bounds[2]) / 2, (e.bounds[1] + e.bounds[3]) / 2) for e in extents])
    lon, lat = np.radians(middles).T
    xyz = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    apart = np.linalg.norm(xyz[:, None] - xyz[None], axis=2)
    # Prim's algorithm; ties go to the earlier extent, so that the order given decides.
    reached, parent = apart[0].copy(), np.zeros(len(extents), int)
    inside = np.zeros(len(extents), bool)
    inside[0] = True
    edges: list[tuple[float, int, int]] = []
    for _ in range(len(extents) - 1):
        nearest = int(np.argmin(np.where(inside, np.inf, reached)))
        edges.append((float(reached[nearest]), int(parent[nearest]), nearest))
        inside[nearest] = True
        closer = apart[nearest] < reached
        reached[closer], parent[closer] = apart[nearest][closer], nearest
    widest = max(range(len(edges)), key=lambda i: edges[i][0])
    side = {edges[widest][2]}
    for _, a, b in edges[widest + 1 :]:
        if a in side:
            side.add(b)
    one = [extent for i, extent in enumerate(extents) if i in side]
    other = [extent for i, extent in enumerate(extents) if i not in side]
    return max(other, one, key=lambda part: sum(extent.weight for extent in part))


def _around(extents: Sequence[Extent], least: float) -> Bounds:
    corners = [(e.bounds[i], e.bounds[j]) for e in extents for i, j in ((0, 1), (2, 3))]
    start = _western([lon for lon, _ in corners])
    # A hair of tolerance: the westernmost longitude must not wrap to the far east by a rounding error.
    lons = [(lon - start + 1e-9) % 360 + start for lon, _ in corners]
    lats = [lat for _, lat in corners]
    west, east, south, north = min(lons), max(lons), min(lats), max(lats)
    # A margin, so that what lies at the edge is seen with its surroundings.
    grow_x = max(_MARGIN * (east - west), (least * 1.6 - (east - west)) / 2)
    grow_y = max(_MARGIN * (north - south), (least - (north - south)) / 2)
    return west - grow_x, max(-85.0, south - grow_y), east + grow_x, min(85.0, north + grow_y)


def _western(lons: Sequence[float]) -> float:
    """Where the story begins in the west: after the widest gap between its places.

    On a map of the world no gap is wide, and readers know the one that begins in the Pacific: it does so where that
    has room, so that what lies on both shores of the Atlantic stays together.
    """
    west = best_west(lons)
    east = np.unique(np.asarray(lons) % 360)
    gaps = np.diff(east, append=east[0] + 360)
    if 360 - gaps.max() <= _HALF:
        return west
    within = (east < _PACIFIC[1]) & (east + gaps > _PACIFIC[0]) & (gaps >= _LEAST_SEAM)
    if not within.any():
        return west
    widest = int(np.argmax(np.where(within, gaps, 0)))
    return float((east[widest] + gaps[widest] + 180) % 360 - 180)


def _size(bounds: Bounds) -> float:
    return float(max(bounds[2] - bounds[0], 1.5 * (bounds[3] - bounds[1])))
