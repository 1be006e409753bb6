"""What a map shows: the box around where the story happens, the shortest way round the globe, without far outliers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geostory.geodesy import best_west

__all__ = ["Bounds", "Extent", "story_frame"]

Bounds = tuple[float, float, float, float]

_LEAST_FINE, _LEAST_WIDE = 1.0, 12.0  # degrees of latitude: a town and its surroundings; a country known by a point
_HEART = 0.7  # the share of the story's weight that a smaller frame must keep
_SMALLER = 0.6  # and how much smaller it must be to be worth leaving the rest out
_MARGIN = 0.04
_WORLD: Bounds = (-150.0, -50.0, 150.0, 70.0)
_MOST_WEIGHED = 400  # more extents than this are too many to tell a heart from outliers


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Where one feature lies: (west, south, east, north) in degrees, and how much the story is about it."""

    bounds: Bounds
    weight: float
    name: str


def story_frame(fine: Sequence[Extent], wide: Sequence[Extent] = ()) -> tuple[Bounds, list[str]]:
    """The bounds to show, and the names of what lies outside them.

    Parameters
    ----------
    fine : sequence of Extent
        Towns, regions, measured lines: what says where the story happens.
    wide : sequence of Extent
        Countries and the like, which set the frame only where there is nothing finer.

    Returns
    -------
    bounds : tuple of float
        (west, south, east, north) in degrees; east may pass 180.
    outside : list of str
        In the order given.

    Examples
    --------
    >>> tangier = Extent(bounds=(-5.8, 35.8, -5.8, 35.8), weight=5, name="Tangier")
    >>> ceuta = Extent(bounds=(-5.3, 35.9, -5.3, 35.9), weight=4, name="Ceuta")
    >>> sydney = Extent(bounds=(151.2, -33.9, 151.2, -33.9), weight=1, name="Sydney")
    >>> story_frame([tangier, sydney, ceuta])[1]
    ['Sydney']
    """
    extents = list(fine or wide)
    if not extents:
        return _WORLD, []
    least = _LEAST_FINE if fine else _LEAST_WIDE
    heart = extents
    total = sum(extent.weight for extent in extents)
    while 2 < len(heart) <= _MOST_WEIGHED:
        core = _heavier_side(heart)
        kept = sum(extent.weight for extent in core) / total
        if kept < _HEART or _size(_around(core, least)) > _SMALLER * _size(_around(heart, least)):
            break
        heart = core
    frame = _around(heart, least)
    return frame, [extent.name for extent in extents if extent not in heart]


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
    start = best_west([lon for lon, _ in corners])
    # A hair of tolerance: the westernmost longitude must not wrap to the far east by a rounding error.
    lons = [(lon - start + 1e-9) % 360 + start for lon, _ in corners]
    lats = [lat for _, lat in corners]
    west, east, south, north = min(lons), max(lons), min(lats), max(lats)
    # A margin, so that what lies at the edge is seen with its surroundings.
    grow_x = max(_MARGIN * (east - west), (least * 1.6 - (east - west)) / 2)
    grow_y = max(_MARGIN * (north - south), (least - (north - south)) / 2)
    return west - grow_x, max(-85.0, south - grow_y), east + grow_x, min(85.0, north + grow_y)


def _size(bounds: Bounds) -> float:
    return float(max(bounds[2] - bounds[0], 1.5 * (bounds[3] - bounds[1])))
