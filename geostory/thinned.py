"""Shapes with no more corners than can be told apart at a scale, each thinned once a process for each level.

A level is a tolerance in degrees, a power of two: maps of like scale share it, whatever their centre and projection, so
that cutting, projecting and writing a shape handle few corners. Finer than a hundredth of a degree nothing is thinned
before it is cut: the part of a shape that such a map shows has few corners already.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Bounds, Detail, Shape, boundaries

__all__ = ["FINEST", "bare", "level", "loose", "thin", "thin_all", "thin_own"]

Geometries = NDArray[Any]

FINEST = 2.0**-7
"""Degrees: the finest level."""
_CACHED = 1 << 14
_SEAM = 179.999  # degrees
_CELL = 8.0  # degrees: maps of one part of the world share what lies there of large shapes
_MOST_OWN = 512
_OWN: dict[tuple[int, float], tuple[BaseGeometry, BaseGeometry]] = {}
_SMALL = 1000  # corners: shapes of fewer are not worth cutting
_RING = 4  # corners of a triangle, the first of which is its last
_FEW = 100  # corners: nor of fewer worth thinning


def level(degrees: float) -> float:
    """The coarsest level that strays no further than some degrees; 0 where shapes are to be taken as they are.

    Examples
    --------
    >>> level(0.4), level(0.001)
    (0.25, 0.0)
    """
    found = 2.0 ** math.floor(math.log2(degrees))
    return found if found >= FINEST else 0.0


@lru_cache(maxsize=_CACHED)
def thin(key: str, at: float) -> BaseGeometry:
    """A shape at a level, made from its drawing detail; land over the antimeridian is whole, its east past 180°.

    Parameters
    ----------
    key : str
        As :meth:`geostory.boundaries.Boundaries.shape` takes it.
    at : float
        Degrees, as :func:`level` gives them and not 0.
    """
    shape = boundaries().shape(key, detail="draw")
    return shapely.simplify(_whole(shape) if key.startswith("land:") else shape, at)


@lru_cache(maxsize=_CACHED)
def loose(key: str, at: float) -> BaseGeometry:
    """A shape at a level with few corners and a little too wide, past ±180° too: for what is shown only on land."""
    few = shapely.simplify(thin(key, at), 4 * at)
    return shapely.buffer(few, 2.5 * at, join_style="mitre", mitre_limit=2)


def thin_all(shapes: Sequence[Shape], at: float, detail: Detail, bounds: Bounds) -> list[BaseGeometry]:
    """Shapes at a level; at level 0 those parts of them, as they are, that lie in or near some bounds in degrees."""
    if at:
        return [thin(shape.key, at) for shape in shapes]
    west, south = (math.floor(edge / _CELL) for edge in bounds[:2])
    east, north = (math.ceil(edge / _CELL) for edge in bounds[2:])
    cells = west, south, east, north
    return [
        shape.geometry if shapely.get_num_coordinates(shape.geometry) < _SMALL else _near(shape.key, detail, cells)
        for shape in shapes
    ]


@lru_cache(maxsize=_CACHED)
def _near(key: str, detail: Detail, cells: tuple[int, int, int, int]) -> BaseGeometry:
    """The parts of a shape in a range of cells, which may run past ±180°."""
    shape = boundaries().shape(key, detail=detail)
    west, south, east, north = (edge * _CELL for edge in cells)
    if east - west >= 360:
        return shapely.clip_by_rect(shape, -180.0, south, 180.0, north)
    parts = [shapely.clip_by_rect(shape, west + turn, south, east + turn, north) for turn in (-360.0, 0.0, 360.0)]
    found = np.concatenate([shapely.get_parts(part) for part in parts])
    return shapely.geometrycollections(found) if len(found) != 1 else found[0]


def thin_own(geometry: BaseGeometry, at: float) -> BaseGeometry:
    """A shape that is no key's, at a level; one that a process draws again is thinned once."""
    if not at or shapely.get_num_coordinates(geometry) < _FEW:
        return geometry
    known = _OWN.get((id(geometry), at))
    if known is None:
        if len(_OWN) > _MOST_OWN:
            _OWN.clear()
        # The shape is kept too, so that no other takes its number.
        known = _OWN[id(geometry), at] = geometry, shapely.simplify(geometry, at)
    return known[1]


def bare(areas: Geometries, tolerance: float) -> Geometries:
    """Polygons thinned ring by ring, whose corners may cross others by the tolerance; the narrowest are left out."""
    rings, owner = shapely.get_rings(areas, return_index=True)
    thinned = shapely.simplify(rings, tolerance, preserve_topology=False)
    kept = shapely.get_num_coordinates(thinned) >= _RING
    kept &= kept[np.flatnonzero(np.diff(owner, prepend=-1))][owner]  # no hole stays without its polygon
    _, which = np.unique(owner[kept], return_inverse=True)
    found: Geometries = shapely.polygons(thinned[kept], indices=which)
    return found if len(found) else areas


def _whole(land: BaseGeometry) -> BaseGeometry:
    """Land whose parts west of the antimeridian are joined to those east of it, past 180°."""
    parts = shapely.get_parts(land)
    west, south, east, _ = shapely.bounds(parts).T
    beyond = (west < -_SEAM) & (east < 0) & (south > -_SEAM / 2)
    if not beyond.any() or not (east > _SEAM).any():
        return land
    return shapely.union_all([*parts[~beyond], *(translate(part, 360.0) for part in parts[beyond])])
