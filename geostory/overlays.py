"""Areas and lines from files of the user's own (GeoJSON, GeoPackage, shapefile): read, and refused with one clear line.

They join a map with a title, a date and a source, or give a region pack its outlines and its areas of control.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geostory.errors import ReadError, UsageError

if TYPE_CHECKING:
    import geopandas

__all__ = ["Overlay", "read_areas", "read_overlay"]

_LARGEST = 20_000  # features
_VERTICES = 200_000
_BYTES = 200_000_000
_MENDED = 0.01  # by which mending a ring that crosses itself may change its area
_EARTH_KM2 = 510_000_000
_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp")


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """A layer of the user's own: what it is called, for which day it stands, and whose word it is.

    ``frame`` holds its geometries in EPSG:4326 with the columns of the file.
    """

    title: str
    date: date
    source: str
    frame: geopandas.GeoDataFrame


def read_overlay(path: Path, *, title: str, date: date, source: str) -> Overlay:
    """A file of geometries as a layer.

    Parameters
    ----------
    path : Path
        GeoJSON (WGS 84, as RFC 7946 says), GeoPackage or shapefile in any CRS that it names.
    title, source : str
        What the legend and the credits say.
    date : datetime.date
        The day for which it stands.

    Raises
    ------
    ReadError
        If the file is missing, too large, empty or broken, has no CRS, its rings don't close or
        cross themselves, or it covers more than half the planet.
    UsageError
        If title or source is empty.
    """
    for name, value in (("title", title), ("source", source)):
        if not value.strip():
            raise UsageError(f"{path}: a layer of your own needs a {name}")
    return Overlay(title=title.strip(), date=date, source=source.strip(), frame=_frame(path))


def read_areas(folder: str, name: str) -> list[BaseGeometry]:
    """The polygons of a file beside a region pack.

    Raises
    ------
    ReadError
        As for :func:`read_overlay`, or if the file lies elsewhere or holds no polygon.
    """
    path = Path(folder) / name
    if Path(name).name != name:
        raise ReadError(f"{name}: a pack's file must lie beside the pack")
    areas = [shape for shape in _frame(path).geometry if shape.area > 0]
    if not areas:
        raise ReadError(f"{path}: it holds no polygon")
    return areas


def _frame(path: Path) -> geopandas.GeoDataFrame:
    import geopandas
    import pyogrio

    if path.suffix.lower() not in _SUFFIXES:
        raise ReadError(f"{path}: give a file that ends in {', '.join(_SUFFIXES)}")
    if not path.is_file():
        raise ReadError(f"{path}: there is no such file")
    if path.stat().st_size > _BYTES:
        raise ReadError(f"{path}: it is larger than {_BYTES // 1_000_000} MB; simplify it first")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it warns of, an unclosed ring, is an error here
            frame = geopandas.read_file(path)
    except shapely.errors.GEOSException as error:
        told = "a ring does not end where it began" if "ring" in str(error).lower() else "it holds a broken geometry"
        raise ReadError(f"{path}: {told}; close it first") from None
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, OSError) as error:
        told = " ".join(str(error).split("It might help")[0].split()).rstrip(".;") or "it cannot be read"
        raise ReadError(f"{path}: it is no {path.suffix} file that can be read ({told})") from None
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.geometry.isna().all() or frame.empty:
        raise ReadError(f"{path}: it holds no geometry")
    if frame.crs is None:
        raise ReadError(f"{path}: it names no CRS; save it with one, such as EPSG:4326")
    if len(frame) > _LARGEST or int(shapely.get_num_coordinates(frame.geometry.array).sum()) > _VERTICES:
        raise ReadError(f"{path}: it holds more than {_LARGEST:,} features or {_VERTICES:,} points; simplify it first")
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].to_crs("EPSG:4326")
    _within_the_world(path, frame)
    whole = shapely.make_valid(frame.geometry.array)
    crossed = [number for number, (a, b) in enumerate(zip(frame.geometry, whole, strict=True), 1) if _crossed(a, b)]
    if crossed:
        named = ", ".join(map(str, crossed[:5])) + (" and more" if len(crossed) > 5 else "")
        raise ReadError(f"{path}: rings cross themselves, as a bow-tie does, in feature {named}; mend them first")
    if (covered := _km2(whole)) > _EARTH_KM2 / 2:
        raise ReadError(f"{path}: its areas cover {covered:,.0f} km², more than half the planet; is a ring turned out?")
    frame.geometry = whole
    return frame


def _crossed(shape: BaseGeometry, whole: BaseGeometry) -> bool:
    """Whether mending a shape made another one of it: the halves of a bow-tie cancel out until they are parted."""
    return bool(abs(shape.area - whole.area) > _MENDED * whole.area)


def _km2(shapes: Iterable[BaseGeometry]) -> float:
    """The area together on a sphere: on a map of longitudes against sines of latitudes each has its own."""
    flat = [
        shapely.transform(shape, lambda xy: np.column_stack([xy[:, 0], np.sin(np.radians(xy[:, 1]))]))
        for shape in shapes
    ]
    return sum(float(shape.area) for shape in flat) / 720 * _EARTH_KM2


def _within_the_world(path: Path, frame: geopandas.GeoDataFrame) -> None:
    west, south, east, north = (float(edge) for edge in frame.total_bounds)
    if not all(math.isfinite(edge) for edge in (west, south, east, north)):
        raise ReadError(f"{path}: its coordinates are not numbers in its CRS")
    if abs(south) > 90 or abs(north) > 90:
        swapped = max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180
        reason = "latitude and longitude seem swapped" if swapped else "the CRS seems to be another one"
        raise ReadError(f"{path}: latitudes run from {south:.6g} to {north:.6g}; {reason}")
    if west < -360 or east > 360:
        raise ReadError(f"{path}: longitudes run from {west:.6g} to {east:.6g}; the CRS seems to be another one")
