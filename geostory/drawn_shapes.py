"""A feature's geometry as a page draws it: in its frame's turn of longitudes, with no more corners than it can show."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, get_coordinates, get_num_coordinates
from shapely.geometry.base import BaseGeometry

from geostory.coding import step
from geostory.frame import Bounds, Frame
from geostory.geodesy import unwrap
from geostory.thinned import bare, level, thin_own

__all__ = ["drawn_shape", "largest_part", "wider"]

Block = dict[str, Any]

_FEW_CORNERS = 400
_OUTLINE = 700  # steps across the frame that an outline may stray by, about as fine as the ground
_ALONE = 320  # the same across the outline itself, for a reader who goes close to it


def drawn_shape(geometry: BaseGeometry, frame: Frame) -> Any:
    """A geometry in degrees in the page's frame, with no more corners than the page can show of it.

    The page shows an area's outline down to an eighth of its width, on some 1,200 pixels.
    """
    projection = frame.projection
    if geometry.geom_type == "MultiPoint":
        xy = get_coordinates(geometry)
        xy[:, 0] = (xy[:, 0] - projection.west) % 360 + projection.west
        return {"type": "MultiPoint", "coordinates": xy.round(5).tolist(), "grid": 1e-5}
    if geometry.geom_type == "MultiLineString":
        moved = unwrap(geometry, projection.west)
        near = shapely.clip_by_rect(moved, *wider(frame.bounds))
        thin = shapely.simplify(near if near.length else moved, (frame.bounds[2] - frame.bounds[0]) / 3000)
        return _rounded(thin, 4)
    if geometry.geom_type in ("Point", "LineString"):
        return _rounded(unwrap(geometry, projection.west), 5)
    shown = frame.box[2] - frame.box[0]
    # Thinned first as far as any map of that scale allows, so that few corners are laid flat.
    flat = projection.flat(_few(geometry, shown))
    own = flat.bounds[2] - flat.bounds[0]
    tolerance = max(2e-7, own / _ALONE if own < shown else min(own / _ALONE, max(shown, own / 8) / _OUTLINE))
    parts = shapely.get_parts(flat)
    parts = parts[_diagonals(parts) > 2 * tolerance]
    parts = parts if len(parts) else np.array([largest_part(flat)], object)
    # An arc of few corners would show any that is left out.
    parts = parts if get_num_coordinates(parts).sum() <= _FEW_CORNERS else bare(parts, tolerance)
    thin = MultiPolygon(parts.tolist())
    # On a grid whose width the page is told, so that it can write corners as whole steps.
    grid = step(math.degrees(tolerance))
    on_grid = shapely.transform(projection.degrees(thin), lambda xy: np.rint(xy / grid) * grid)
    return {**_rounded(on_grid, 7), "grid": grid}


def _few(geometry: BaseGeometry, shown: float) -> BaseGeometry:
    """An area with fewer corners, where it has many more than the page can show, ``shown`` radii wide."""
    parts = shapely.bounds(shapely.get_parts(geometry))
    widest = parts[np.argmax(parts[:, 2] - parts[:, 0])]
    own = math.radians((widest[2] - widest[0]) * math.cos(math.radians(min(85.0, max(abs(widest[[1, 3]]))))))
    return thin_own(geometry, level(math.degrees(min(own / _ALONE, max(shown, own / 8) / _OUTLINE)) / 4))


def _diagonals(parts: NDArray[Any]) -> NDArray[np.float64]:
    west, south, east, north = shapely.bounds(parts).T
    found: NDArray[np.float64] = np.hypot(east - west, north - south)
    return found


def _rounded(geometry: BaseGeometry, digits: int) -> Block:
    """A geometry as GeoJSON has it, its numbers in so many decimals."""

    def written(shape: BaseGeometry) -> Any:
        if shape.geom_type == "MultiPolygon":
            xy, (rings, areas, _) = shapely.to_ragged_array([shape])[1:]
            corners = np.round(xy, digits).tolist()
            outlines = [corners[a:b] for a, b in pairwise(rings.tolist())]
            return [outlines[a:b] for a, b in pairwise(areas.tolist())]
        if shape.geom_type.startswith("Multi") or shape.geom_type == "GeometryCollection":
            return [written(part) for part in shapely.get_parts(shape)]
        if shape.geom_type == "Polygon":
            return [written(ring) for ring in shapely.get_rings(shape)]
        corners = np.round(shapely.get_coordinates(shape), digits).tolist()
        return corners[0] if shape.geom_type == "Point" else corners

    return {"type": geometry.geom_type, "coordinates": written(geometry)}


def largest_part(geometry: BaseGeometry) -> BaseGeometry:
    parts = getattr(geometry, "geoms", [geometry])
    return max(parts, key=lambda part: (part.area, part.length))


def wider(frame: Bounds) -> Bounds:
    """The frame with what a reader may pan to around it."""
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    return frame[0] - 2 * width, frame[1] - 2 * height, frame[2] + 2 * width, frame[3] + 2 * height
