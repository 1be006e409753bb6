"""How the strokes of a map's ground are written: whole steps from corner to corner, in as few letters as may be."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["LEAST", "across", "coded", "step", "written"]

Geometries = NDArray[Any]

LEAST = 3.0
"""Tolerances: islands narrower and lower than this are not drawn."""

_SIGNS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", np.uint8)


def written(rings: Sequence[Sequence[Sequence[float]]], q: float) -> list[str]:
    """Rings as whole steps of ``q`` from corner to corner, the first of each from nought."""
    counts = np.array([len(ring) for ring in rings])
    grid = np.rint(np.array([corner for ring in rings for corner in ring], float) / q).astype(np.int64)
    starts = np.cumsum(counts) - counts
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64))
    steps[starts] = grid[starts]
    return _signs(steps.ravel(), 2 * starts)


def _signs(steps: NDArray[np.int64], starts: NDArray[np.int64]) -> list[str]:
    """Whole numbers as text, five bits a sign, the lowest first; a sign from the upper half says that more follow.

    Each of the texts begins with one of the numbers at ``starts``.
    """
    left = np.where(steps >= 0, steps << 1, ~(steps << 1))
    # How many signs each number takes, and where its first one stands.
    lengths = np.ones(len(left), np.int64)
    over = left >> 5
    while over.any():
        lengths += over > 0
        over >>= 5
    first = np.cumsum(lengths) - lengths
    signs = np.empty(int(lengths.sum()), np.uint8)
    where = np.arange(len(left))
    while len(where):
        more = left[where] >= 32
        signs[first[where]] = _SIGNS[(left[where] & 31) + 32 * more]
        where = where[more]
        left[where] >>= 5
        first[where] += 1
    text = signs.tobytes().decode("ascii")
    ends = np.cumsum(lengths)
    cuts = [0, *ends[starts[1:] - 1].tolist(), len(text)]
    return [text[a:b] for a, b in pairwise(cuts)]


def step(tolerance: float) -> float:
    """The width of a grid, in a few digits, for corners that may stray by a tolerance."""
    return float(f"{tolerance / 2.4:.1e}")


def coded(geometries: Iterable[BaseGeometry], q: float, tolerance: float) -> list[str]:
    """Rings or lines as steps of ``q`` from corner to corner, thinned, without polygons too small to show."""
    found = []
    parts = shapely.get_parts(list(geometries))
    kinds = shapely.get_type_id(parts)
    polygons = parts[kinds == 3]
    if len(polygons):
        polygons = polygons[across(polygons) >= LEAST * tolerance]
        # The page fills by direction, so that neighbours thinned apart cut no holes where they overlap.
        polygons = shapely.orient_polygons(polygons, exterior_cw=True)
    for strokes, shortest in ((_lines(shapely.get_rings(polygons)), 3), (parts[kinds == 1], 2)):
        xy, owner = shapely.get_coordinates(
            # A ring whose neighbours' corners it crosses by less than the tolerance does no harm.
            shapely.simplify(strokes, tolerance, preserve_topology=False),
            return_index=True,
        )
        if len(xy):
            found += _strokes(np.rint(xy / q).astype(np.int64), owner, shortest)
    return found


def _lines(rings: Geometries) -> Geometries:
    """Rings that a tolerance may make a line of."""
    xy, owner = shapely.get_coordinates(rings, return_index=True)
    lines: Geometries = shapely.linestrings(xy, indices=owner) if len(xy) else rings
    return lines


def _strokes(grid: NDArray[np.int64], owner: NDArray[np.int64], shortest: int) -> list[str]:
    """The strokes of at least so many corners that lie on a grid, corners that fall together taken as one."""
    first = np.concatenate(([True], owner[1:] != owner[:-1]))
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64))
    steps[first] = grid[first]
    kept = first | np.any(steps != 0, axis=1)
    steps, owner, first = steps[kept], owner[kept], first[kept]
    starts = np.flatnonzero(first)
    long = np.diff(np.append(starts, len(steps))) >= shortest
    whole = np.repeat(long, np.diff(np.append(starts, len(steps))))
    steps, starts = steps[whole], np.flatnonzero(first[whole])
    return _signs(steps.ravel(), 2 * starts) if len(steps) else []


def across(geometries: Geometries) -> NDArray[np.float64]:
    """The greater of width and height of each geometry."""
    west, south, east, north = shapely.bounds(geometries).T
    found: NDArray[np.float64] = np.maximum(east - west, north - south)
    return found
