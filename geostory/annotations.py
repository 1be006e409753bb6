"""What an editor adds to a map: arrows, circles, numbered events, areas and notes from a GeoJSON file.

A file is read whole or refused with one line that names the feature and what is wrong with it; docs/annotations.md
lists the properties.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geostory.errors import ReadError
from geostory.geodesy import geodesic_circle, geodesic_line

__all__ = ["Annotation", "Kind", "read_annotations"]

Kind = Literal["arrow", "circle", "event", "area", "note"]

_SHAPES: dict[Kind, tuple[str, ...]] = {
    "arrow": ("LineString",),
    "circle": ("Point",),
    "event": ("Point",),
    "area": ("Polygon", "MultiPolygon"),
    "note": ("Point",),
}
_MOST = 200  # features, each of which has a label
_BYTES = 5_000_000
_LONGEST = {"title": 100, "text": 600, "source": 200, "legend": 60}  # characters
_LARGEST_KM = 5_000.0


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """One thing that an editor adds to a map.

    Parameters
    ----------
    kind : 'arrow', 'circle', 'event', 'area' or 'note'
    title, text : str
        A name for the map and a sentence for its card; either may be empty, not both.
    geometry : BaseGeometry
        In EPSG:4326. An arrow is the geodesic through its corners, a circle the polygon of all points that far off.
    day : datetime.date, optional
    source, legend : str
        Whose word it is, and what the legend calls it; empty for the legend's own words.
    number : int, optional
        Of an event.
    radius_m : float, optional
        Of a circle, in metres.
    """

    kind: Kind
    title: str
    text: str
    geometry: BaseGeometry
    day: date | None = None
    source: str = ""
    legend: str = ""
    number: int | None = None
    radius_m: float | None = None


def read_annotations(path: str | Path) -> tuple[Annotation, ...]:
    """The annotations of a GeoJSON FeatureCollection (RFC 7946), in its order.

    Raises
    ------
    ReadError
        If the file is missing, too large or no such collection, or if a feature is not as docs/annotations.md says;
        the line names the first such feature.

    Examples
    --------
    >>> from geostory.resources import data_path
    >>> read_annotations(data_path("articles", "quiet-zone.md"))
    Traceback (most recent call last):
    geostory.errors.ReadError: ...: it is no JSON (...)
    """
    path = Path(path)
    found: list[Annotation] = []
    for position, feature in enumerate(_features(path), 1):
        try:
            found.append(_annotation(feature, len([one for one in found if one.kind == "event"]) + 1))
        except ValueError as error:
            raise ReadError(f"{path}: feature {position}: {error}") from None
    numbers = [one.number for one in found if one.number is not None]
    for number in numbers:
        if numbers.count(number) > 1:
            raise ReadError(f"{path}: two events have the number {number}; give each its own, or none")
    return tuple(found)


def _features(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > _BYTES:
            raise ReadError(f"{path}: it is larger than {_BYTES // 1_000_000} MB; simplify it first")
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadError(f"{path}: it cannot be read ({error.strerror or error})") from None
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path}: it is no JSON ({' '.join(str(error).split())})") from None
    features = raw.get("features") if isinstance(raw, dict) and raw.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise ReadError(f"{path}: it is no GeoJSON FeatureCollection")
    if not 0 < len(features) <= _MOST:
        raise ReadError(f"{path}: it holds {len(features)} features; give 1 to {_MOST}")
    return features


def _annotation(feature: Any, next_number: int) -> Annotation:
    """One feature as an annotation; a ValueError says what is wrong with it."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise ValueError("it is no GeoJSON Feature")
    properties, geometry = feature.get("properties"), feature.get("geometry")
    properties = properties if isinstance(properties, dict) else {}
    kind = properties.get("kind")
    if kind not in _SHAPES:
        raise ValueError(f"kind is {kind!r}; choose from {', '.join(_SHAPES)}")
    kind_of = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind_of not in _SHAPES[kind]:
        raise ValueError(f"{kind!r} needs a {_SHAPES[kind][0]}, and its geometry is {kind_of or 'missing'}")
    words = {key: _words(properties, key) for key in _LONGEST}
    if not words["title"] and not words["text"]:
        raise ValueError("it has neither title nor text; give one")
    radius_m = _radius_m(properties) if kind == "circle" else None
    return Annotation(
        kind=kind,
        geometry=_geometry(kind, geometry, radius_m),
        day=_day(properties),
        number=_number(properties, next_number) if kind == "event" else None,
        radius_m=radius_m,
        **words,
    )


# --- properties -------------------------------------------------------------------------------------------------------


def _words(properties: Mapping[str, Any], key: str) -> str:
    value = properties.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{key} is {_shown(value)}; write it as text")
    text = " ".join(value.split())
    if len(text) > _LONGEST[key]:
        raise ValueError(f"{key} has {len(text)} characters; {_LONGEST[key]} are the most")
    return text


def _day(properties: Mapping[str, Any]) -> date | None:
    value = properties.get("date")
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"date is {_shown(value)}; write it as 2025-08-15") from None


def _number(properties: Mapping[str, Any], default: int) -> int:
    value = properties.get("number", default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 999:
        raise ValueError(f"number is {_shown(value)}; give a whole number from 1 to 999")
    return value


def _radius_m(properties: Mapping[str, Any]) -> float:
    value = properties.get("radius_km")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LARGEST_KM:
        told = "missing" if value is None else _shown(value)
        raise ValueError(f"radius_km is {told}; give kilometres, more than 0 and at most {_LARGEST_KM:,.0f}")
    return 1000.0 * value


def _shown(value: Any) -> str:
    return repr(value)[:40]


# --- geometry ---------------------------------------------------------------------------------------------------------


def _positions(coordinates: Any) -> Iterator[Any]:
    """The positions in nested lists of coordinates."""
    if isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], list):
        for part in coordinates:
            yield from _positions(part)
    else:
        yield coordinates


def _checked(position: Any) -> tuple[float, float]:
    numbers = position[:2] if isinstance(position, list) else []
    if len(numbers) != 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise ValueError(f"{_shown(position)} is no position; write [longitude, latitude]")
    lon, lat = map(float, numbers)
    if not (math.isfinite(lon) and abs(lon) <= 360 and abs(lat) <= 90):
        swapped = "; latitude and longitude seem swapped" if abs(lat) <= 180 and abs(lon) <= 90 else ""
        raise ValueError(f"[{lon:g}, {lat:g}] is no longitude and latitude in degrees{swapped}")
    return lon, lat


def _geometry(kind: Kind, raw: Mapping[str, Any], radius_m: float | None) -> BaseGeometry:
    positions = [_checked(position) for position in _positions(raw.get("coordinates"))]
    if kind == "arrow":
        return _arrow(positions)
    if kind == "area":
        return _area(raw)
    (lon, lat) = positions[0]
    if len(positions) > 1:
        raise ValueError("a Point has one position")
    if radius_m is None:
        return shapely.Point(lon, lat)
    circle = geodesic_circle(lon, lat, radius_m)
    if circle.is_empty:
        raise ValueError(f"a circle of {radius_m / 1000:g} km would hold a pole there; give a smaller radius_km")
    return circle


def _arrow(corners: list[tuple[float, float]]) -> BaseGeometry:
    """The geodesics from corner to corner, the shorter way round the globe."""
    corners = [corner for before, corner in pairwise([None, *corners]) if corner != before and corner]
    if len(corners) < 2:
        raise ValueError("an arrow needs two different positions, from its tail to its head")
    line = [corners[0]]
    for corner in corners[1:]:
        line += list(geodesic_line(line[-1], corner).coords)[1:]
    return LineString(line)


def _area(raw: Mapping[str, Any]) -> BaseGeometry:
    try:
        shape = shapely.from_geojson(json.dumps(raw))
    except shapely.errors.GEOSException as error:
        closed = "ring" in str(error).lower() or "closed" in str(error).lower()
        raise ValueError("a ring does not end where it began" if closed else "its coordinates are broken") from None
    shape = shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]
    if not parts:
        raise ValueError("its polygon has no area")
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
