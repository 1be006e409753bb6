"""Shapes with no more corners than can be told apart at a scale, each thinned once a process for each level.

A level is a tolerance in degrees, a power of two: maps of like scale share it, whatever their centre and projection, so
that cutting, projecting and writing a shape handle few corners. Finer than a hundredth of a degree nothing is thinned
before it is cut: the part of a shape that such a map shows has few corners already.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import Shape, boundaries

__all__ = ["FINEST", "level", "loose", "thin", "thin_all"]

FINEST = 2.0**-7
"""Degrees: the finest level."""
_CACHED = 1 << 14
_SEAM = 179.999  # degrees


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


def thin_all(shapes: Sequence[Shape], at: float) -> list[BaseGeometry]:
    """Shapes at a level, or as they are at level 0."""
    return [thin(shape.key, at) for shape in shapes] if at else [shape.geometry for shape in shapes]


def _whole(land: BaseGeometry) -> BaseGeometry:
    """Land whose parts west of the antimeridian are joined to those east of it, past 180°."""
    parts = shapely.get_parts(land)
    west, south, east, _ = shapely.bounds(parts).T
    beyond = (west < -_SEAM) & (east < 0) & (south > -_SEAM / 2)
    if not beyond.any() or not (east > _SEAM).any():
        return land
    return shapely.union_all([*parts[~beyond], *(translate(part, 360.0) for part in parts[beyond])])
