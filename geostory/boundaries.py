"""Shapes of countries, regions, landmass, seas, lakes, rivers and border lines, read by key, box or position.

The shapes lie in one SQLite file, each at two details: "measure" keeps every vertex of the source, "draw" is
simplified with shared edges kept shared. The layer "coast" is made from "land" when asked for. Coordinates are WGS 84
degrees, longitude first, within ±180 and ±90; shapes that cross the antimeridian are
split there.
"""

import json
import math
import os
import sqlite3
import struct
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geostory.errors import DataError, GeostoryError, UnknownNameError, UsageError
from geostory.resources import data_path

__all__ = ["Boundaries", "Bounds", "Detail", "Shape", "boundaries", "pack_geometry", "unpack_geometry"]

Bounds = tuple[float, float, float, float]
Detail = Literal["measure", "draw"]

_METRES_A_DEGREE = 111_320.0
_CACHED_SHAPES = 16384
_CACHED_UNIONS = 32
_SHAPES_A_QUERY = 500
# How many shared offset levels a geometry has: lines within a shape; rings within polygons within a shape.
_LEVELS = {"line": 1, "area": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One named shape: ``key`` is unique over all layers, ``country`` an ISO 3166-1 alpha-2 code or empty."""

    key: str
    layer: str
    name: str
    country: str
    properties: Mapping[str, Any]
    geometry: BaseGeometry


class _Index(NamedTuple):
    """Boxes of a layer: the number of each one's shape, and west, south, east and north in degrees."""

    numbers: NDArray[np.int64]
    edges: NDArray[np.float64]


def pack_geometry(geometry: BaseGeometry, *, digits: int) -> bytes:
    """Compressed bytes of a (multi)polygon or (multi)line, its coordinates rounded to ``digits`` decimals.

    Differences of whole-number coordinates are stored as four planes of bytes, which deflate well: about 3.8 bytes a
    vertex of a detailed coast.
    """
    kind = "area" if "Polygon" in geometry.geom_type else "line"
    many = shapely.multipolygons([geometry]) if geometry.geom_type == "Polygon" else geometry
    many = shapely.multilinestrings([geometry]) if geometry.geom_type == "LineString" else many
    _, xy, offsets = shapely.to_ragged_array([many], include_z=False)
    whole = np.rint(xy * 10.0**digits).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).T.ravel()
    counts = [np.diff(level) for level in offsets[: _LEVELS[kind]]]
    numbers = np.concatenate([*counts, (steps << 1) ^ (steps >> 63)]).astype("<u4")
    planes = numbers.view(np.uint8).reshape(-1, 4).T.tobytes()
    head = struct.pack("<BB", _LEVELS[kind], digits) + struct.pack(f"<{len(counts)}I", *(len(c) for c in counts))
    return zlib.compress(head + planes, 9)


def unpack_geometry(blob: bytes) -> BaseGeometry:
    """The geometry that :func:`pack_geometry` packed; one part gives a Polygon or LineString, several a multipart."""
    data = zlib.decompress(blob)
    levels, digits = struct.unpack_from("<BB", data)
    sizes = struct.unpack_from(f"<{levels}I", data, 2)
    numbers = np.frombuffer(data, np.uint8, offset=2 + 4 * levels).reshape(4, -1).T.copy().view("<u4").ravel()
    offsets: list[NDArray[np.int64]] = []
    start = 0
    for size in sizes:
        offsets.append(np.concatenate([[0], np.cumsum(numbers[start : start + size], dtype=np.int64)]))
        start += size
    zigzag = numbers[start:].astype(np.int64).reshape(2, -1)
    whole = np.cumsum((zigzag >> 1) ^ -(zigzag & 1), axis=1)
    xy = np.ascontiguousarray(whole.T) / 10.0**digits
    kind = shapely.GeometryType.MULTIPOLYGON if levels == _LEVELS["area"] else shapely.GeometryType.MULTILINESTRING
    whole_shape = np.array([0, len(offsets[-1]) - 1])
    many = shapely.from_ragged_array(kind, xy, (*offsets, whole_shape))[0]
    return many.geoms[0] if len(many.geoms) == 1 else many


class Boundaries:
    """Read-only access to a file of shapes; safe to use from several threads and after a fork.

    Parameters
    ----------
    path : Path
        The SQLite file with the shapes.
    fine : Path, optional
        A file of the same form with finer coasts of some straits; it may be missing.

    Raises
    ------
    DataError
        If ``path`` is not such a file.
    """

    def __init__(self, path: Path, fine: Path | None = None) -> None:
        self._path = path
        self._local = threading.local()
        self._cache: dict[tuple[int, bool, Detail], Shape] = {}
        self._indexes: dict[str, _Index] = {}
        self._union = lru_cache(maxsize=_CACHED_UNIONS)(self._unite)
        self._fine = Boundaries(fine) if fine is not None and fine.exists() else None
        try:
            about = dict(self._rows("SELECT name, value FROM about"))
            self.source: str = about["source"]
            self.layers: tuple[str, ...] = (*about["layers"].split(), "coast")
        except (sqlite3.Error, KeyError):
            raise DataError(f"{path.name} is not a geostory boundaries file; install geostory again") from None

    def shape(self, key: str, *, detail: Detail = "measure") -> BaseGeometry:
        """The geometry of one key, such as "country:UA", "admin1:UA-43" or "county:06037", or of several joined by '+'.

        Raises
        ------
        UnknownNameError
            If no shape has that key.

        Examples
        --------
        >>> boundaries().shape("admin1:US-HI").geom_type
        'MultiPolygon'
        """
        if "+" in key:
            return self._union(key, detail)
        return self.get(key, detail=detail).geometry

    def _unite(self, keys: str, detail: Detail) -> BaseGeometry:
        """The shapes of several keys as one: a continent of its countries, say."""
        return shapely.union_all([self.get(key, detail=detail).geometry for key in keys.split("+")])

    def get(self, key: str, *, detail: Detail = "draw") -> Shape:
        """The shape of one key with its name, country and properties.

        Raises
        ------
        UnknownNameError
            If no shape has that key.
        """
        stored = key.replace("coast:", "land:", 1) if key.startswith("coast:") else key
        found = self._rows("SELECT id FROM shape WHERE key = ?", stored)
        if not found:
            raise UnknownNameError(f"there is no boundary '{key}'; keys look like 'country:UA' or 'admin1:US-AK'")
        return self._many([found[0][0]], detail, shore=stored != key)[0]

    def find(
        self, layer: str, bounds: Bounds | None = None, *, detail: Detail = "draw", least: float = 0.0
    ) -> list[Shape]:
        """The shapes of a layer whose bounding box meets a box, in the order of the file.

        Parameters
        ----------
        layer : str
            One of :attr:`layers`.
        bounds : (west, south, east, north), optional
            Degrees; west or east may run beyond ±180, and west > east is a box over the antimeridian. Without it the
            whole layer.
        least : float
            Degrees: shapes that are both narrower and lower than this are left out.

        Raises
        ------
        UsageError
            If there is no such layer.

        Examples
        --------
        >>> [shape.name for shape in boundaries().find("country", (5.9, 49.7, 6.0, 49.8))]
        ['Belgium', 'Germany', 'France', 'Luxembourg']
        """
        return self._many(self._ids(layer, bounds, least), detail, shore=layer == "coast")

    def at(
        self, layer: str, lon: float, lat: float, *, within_m: float = 0, detail: Detail = "measure"
    ) -> Shape | None:
        """The shape of a layer that holds a position, else the nearest one at most ``within_m`` metres away.

        Nearness is measured on a flat map around the position: good to 1 % within 100 km.

        Examples
        --------
        >>> boundaries().at("country", 34.1, 44.95).name
        'Ukraine'
        >>> boundaries().at("land", -168.93, 65.755, within_m=2000).key == boundaries().at("land", -169.06, 65.78).key
        False
        """
        lon = (lon + 180) % 360 - 180
        north = within_m / _METRES_A_DEGREE
        squeeze = max(math.cos(math.radians(min(abs(lat) + north, 89.0))), 0.01)
        box = (lon - north / squeeze, lat - north, lon + north / squeeze, lat + north)
        near = self._many(self._ids(layer, box), "measure", shore=layer == "coast")
        best = next((shape for shape in near if shapely.intersects_xy(shape.geometry, lon, lat)), None)
        if best is None and within_m > 0:
            measured = [(_metres(shape.geometry, lon, lat), n) for n, shape in enumerate(near)]
            nearest, number = min(measured, default=(math.inf, 0))
            best = near[number] if nearest <= within_m else None
        return best if best is None or detail == "measure" else self.get(best.key, detail=detail)

    def finest(self, lon: float, lat: float, *, within_m: float = 0) -> tuple[Shape, str] | None:
        """The landmass part at a position, from the finest source there, and that source's name.

        Where the finer source covers a strait, its parts are cut at the strait's box: ``properties["extent"]`` is
        that box, and ``properties["whole"]`` tells whether the part lies in it uncut. Elsewhere this is
        ``at("land", ...)``.

        Examples
        --------
        >>> boundaries().finest(12.49, 41.89)[1]
        'Natural Earth 1:10m'
        """
        if self._fine is not None and self._fine.find("extent", (lon, lat, lon, lat)):
            part = self._fine.at("land", lon, lat, within_m=within_m)
            if part is not None:
                return part, self._fine.source
        part = self.at("land", lon, lat, within_m=within_m)
        return None if part is None else (part, self.source)

    def finer_land(self, bounds: Bounds) -> tuple[list[Shape], str]:
        """The landmass parts in a box from the finer source, and its name, where that covers all of the box."""
        if self._fine is not None:
            for extent in self._fine.find("extent", bounds):
                if extent.geometry.covers(shapely.box(*bounds)):
                    return self._fine.find("land", bounds, detail="measure"), self._fine.source
        return [], ""

    def reach(self, key: str) -> list[Bounds]:
        """The boxes of one key's shape, in degrees: two where it lies on both sides of the antimeridian.

        Nothing is unpacked for it.

        Examples
        --------
        >>> len(boundaries().reach("country:RU")), boundaries().reach("country:ZZ")
        (2, [])
        """
        return self._reaches.get(key, [])

    @cached_property
    def _reaches(self) -> dict[str, list[Bounds]]:
        found: dict[str, list[Bounds]] = {}
        names = dict(self._rows("SELECT id, key FROM shape"))
        for west, south, east, north, number in self._rows("SELECT west, south, east, north, shape FROM box"):
            found.setdefault(names[number], []).append((west, south, east, north))
        return found

    def _index(self, layer: str) -> "_Index":
        """The boxes of a layer, read once."""
        if layer not in self._indexes:
            query = "SELECT shape, west, south, east, north FROM box WHERE layer = ? ORDER BY shape"
            rows = np.array(self._rows(query, layer), float).reshape(-1, 5)
            self._indexes[layer] = _Index(rows[:, 0].astype(np.int64), rows[:, 1:].T.copy())
        return self._indexes[layer]

    def _ids(self, layer: str, bounds: Bounds | None, least: float = 0.0) -> list[int]:
        if layer not in self.layers:
            raise UsageError(f"there is no layer '{layer}'; the layers are {', '.join(self.layers)}")
        numbers, (w, s, e, n) = self._index("land" if layer == "coast" else layer)
        kept = np.maximum(e - w, n - s) >= least
        if bounds is not None:
            near = np.zeros(len(kept), bool)
            for west, south, east, north in _within_180(bounds):
                near |= (e >= west) & (w <= east) & (n >= south) & (s <= north)
            kept &= near
        found: list[int] = np.unique(numbers[kept]).tolist()
        return found

    def _many(self, numbers: Sequence[int], detail: Detail, *, shore: bool) -> list[Shape]:
        if detail not in ("measure", "draw"):
            raise UsageError(f"there is no detail '{detail}'; the details are measure, draw")
        found = {number: self._cache.get((number, shore, detail)) for number in numbers}
        missing = [number for number, shape in found.items() if shape is None]
        for start in range(0, len(missing), _SHAPES_A_QUERY):
            some = missing[start : start + _SHAPES_A_QUERY]
            marks = ", ".join("?" * len(some))
            query = f"SELECT id, key, layer, name, country, properties, {detail} FROM shape WHERE id IN ({marks})"
            for number, *row in self._rows(query, *some):
                found[number] = self._cache[number, shore, detail] = _shape_of(row, shore=shore)
        if len(self._cache) > _CACHED_SHAPES:
            for key in list(self._cache)[: len(self._cache) - _CACHED_SHAPES]:
                self._cache.pop(key, None)
        return [shape for shape in found.values() if shape is not None]

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        # One connection a thread and process: SQLite's connections must not be carried over a fork.
        if getattr(self._local, "pid", None) != os.getpid():
            address = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
            self._local.connection = sqlite3.connect(address, uri=True)
            self._local.pid = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection.execute(query, values).fetchall()


@cache
def boundaries() -> Boundaries:
    """The boundaries that geostory ships, opened once.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    try:
        fine: Path | None = data_path("boundaries", "coasts-osm.sqlite")
    except GeostoryError:
        fine = None  # whoever wants no share-alike data deletes that one file
    return Boundaries(data_path("boundaries", "boundaries.sqlite"), fine)


def _shape_of(row: Sequence[Any], *, shore: bool) -> Shape:
    key, layer, name, country, properties, blob = row
    geometry = unpack_geometry(blob)
    if shore:
        key, layer, geometry = key.replace("land:", "coast:", 1), "coast", _shore(geometry)
    shapely.prepare(geometry)
    facts = MappingProxyType(json.loads(properties))
    return Shape(key=key, layer=layer, name=name, country=country, properties=facts, geometry=geometry)


def _shore(land: BaseGeometry) -> BaseGeometry:
    """The outlines of land without the edges that only cut it at the antimeridian and the pole."""
    lines = []
    for ring in shapely.get_rings(shapely.get_parts(land)):
        xy = shapely.get_coordinates(ring)
        (x0, y0), (x1, y1) = xy[:-1].T, xy[1:].T
        seam = ((np.abs(x0) == 180) & (x0 == x1)) | ((y0 == -90) & (y1 == -90))
        for run in np.split(np.arange(len(seam)), np.flatnonzero(seam[1:] != seam[:-1]) + 1):
            if not seam[run[0]]:
                lines.append(shapely.linestrings(xy[run[0] : run[-1] + 2]))
    return shapely.multilinestrings(lines)


def _within_180(bounds: Bounds) -> Iterator[Bounds]:
    """The one or two boxes within ±180 that a box with any longitudes stands for."""
    west, south, east, north = bounds
    if west > east:
        east += 360
    if east - west >= 360:
        yield -180.0, south, 180.0, north
        return
    turns = math.floor((west + 180) / 360)
    west, east = west - 360 * turns, east - 360 * turns
    yield west, south, min(east, 180.0), north
    if east > 180:
        yield -180.0, south, east - 360, north


def _metres(geometry: BaseGeometry, lon: float, lat: float) -> float:
    """Distance in metres from a position to a geometry near it, on a flat map around the position."""
    squeeze = math.cos(math.radians(lat))
    flat = shapely.transform(geometry, lambda xy: xy * [squeeze, 1.0])
    here = shapely.points([(lon + turn) * squeeze for turn in (-360, 0, 360)], lat)
    return float(shapely.distance(here, flat).min()) * _METRES_A_DEGREE
