"""Tables as text: for a terminal, as JSON lines, JSON, GeoJSON or CSV."""

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from shapely.geometry import mapping

from geostory.errors import WriteError
from geostory.tables import COLUMNS, Row, Table, frame_of

__all__ = ["FORMATS", "write", "write_geopackage"]

FORMATS = ("table", "jsonl", "json", "geojson", "csv")
_HOW = ("recogniser", "profile")  # how an article's rows came about, beside each of them in CSV and GeoJSON

_SHOWN = {
    "articles": ("id", "title", "date", "text"),
    "places": ("text", "name", "country", "lat", "lon", "role", "confidence", "reason"),
    "distances": ("text", "claimed_m", "measured_m", "between", "verdict", "explanation"),
    "regions": ("name", "status", "claimed_by", "recognised_as", "control", "valid_from", "valid_to"),
    "packs": ("id", "claims", "statements", "checked", "unchecked", "area_km2", "published_km2", "off"),
    "vicinities": ("text", "kind", "distance_m", "least_m", "most_m", "uncertain"),
    "measure": ("from", "to", "distance_m", "between", "error_m"),
    "surroundings": ("lat", "lon", "country_name", "region", "county", "sea", "town", "town_distance_m"),
    "candidates": ("query", "name", "admin1", "country", "lat", "lon", "feature", "population", "gazetteer_id"),
}
"""What a person sees of each on a terminal."""


def write(tables: Iterable[Table], format: str, put: Callable[[str], object]) -> None:
    """Write tables in one of FORMATS, piece by piece, through ``put``.

    jsonl writes each table as it comes, one line each; json is one array of those lines' values; geojson one
    FeatureCollection; csv and table one row for each row, with the article's id in front where there is one.
    """
    for piece in _WRITERS[format](tables):
        put(piece)


def _jsonl(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        for row in _documents(table):
            yield json.dumps(row, ensure_ascii=False) + "\n"


def _documents(table: Table) -> Sequence[Row]:
    """One value for an article's table; the rows themselves where they belong to no article."""
    return [table.head | {table.key: list(table.rows)}] if table.head else table.rows


def _json(tables: Iterable[Table]) -> Iterator[str]:
    values = [row for table in tables for row in _documents(table)]
    yield json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def _geojson(tables: Iterable[Table]) -> Iterator[str]:
    features = []
    notes: list[str] = []
    facts: list[Row] = []
    for table in tables:
        shared = {"article": table.head["id"]} if "id" in table.head else {}
        how = {key: table.head[key] for key in _HOW if key in table.head}
        notes += [f"{table.head['id']}: {note}" for note in table.head.get("notes", ())]
        facts += [shared | fact for fact in table.head.get("facts", ())]
        for row, geometry in zip(table.rows, table.geometries, strict=True):
            shape = None if geometry is None else _seven_places(mapping(geometry))
            features.append({"type": "Feature", "properties": shared | row | how, "geometry": shape})
    # Members of our own beside those of RFC 7946, only where there is something to say.
    members = {"type": "FeatureCollection", "features": features}
    members |= ({"notes": notes} if notes else {}) | ({"facts": facts} if facts else {})
    yield json.dumps(members, ensure_ascii=False) + "\n"


def _seven_places(value: Any) -> Any:
    """Coordinates to 1 cm, as RFC 7946 advises against more."""
    if isinstance(value, float):
        return round(value, 7)
    if isinstance(value, dict):
        return {key: _seven_places(item) for key, item in value.items()}
    return [_seven_places(item) for item in value] if isinstance(value, (list, tuple)) else value


def _flat(table: Table, names: Sequence[str]) -> Iterator[list[Any]]:
    for row in table.rows:
        front = [table.head["id"]] if "id" in table.head else []
        yield front + [row.get(name) for name in names]


def _csv(tables: Iterable[Table]) -> Iterator[str]:
    written = False
    how: list[str] = []
    for table in tables:
        names = COLUMNS.get(table.key) or list(dict.fromkeys(key for row in table.rows for key in row))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if not written:
            how = [key for key in _HOW if key in table.head]
            writer.writerow((["article"] if "id" in table.head else []) + list(names) + how)
            written = True
        for values in _flat(table, names):
            values += [table.head.get(key) for key in how]
            writer.writerow([json.dumps(v, ensure_ascii=False) if isinstance(v, (list, dict)) else v for v in values])
        yield out.getvalue()


def _cell(value: Any) -> str:
    """A value on a terminal: one line, no control or direction characters, not too long."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.10g}"
    text = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(value)).split())
    return text if len(text) <= 72 else text[:71] + "…"


def _table(tables: Iterable[Table]) -> Iterator[str]:
    lines: list[list[str]] = []
    for table in tables:
        names = _SHOWN[table.key]
        if not lines:
            lines.append((["article"] if "id" in table.head else []) + list(names))
        lines += [[_cell(value) for value in values] for values in _flat(table, names)]
    if not lines:
        return
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"


_WRITERS: dict[str, Callable[[Iterable[Table]], Iterator[str]]] = {
    "table": _table,
    "jsonl": _jsonl,
    "json": _json,
    "geojson": _geojson,
    "csv": _csv,
}


def write_geopackage(table: Table, path: Path) -> None:
    """Write a table with its geometries as a GeoPackage, whole or not at all; lists stand in it as JSON.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    import pyogrio

    frame = frame_of(table)
    for name in frame.columns.drop("geometry"):
        if any(isinstance(value, (list, dict)) for value in frame[name]):
            frame[name] = [json.dumps(value, ensure_ascii=False) for value in frame[name]]
    aside = path.with_name(f".{path.name}.part.gpkg")
    # A GeoPackage says when it was last changed; equal rows are to give equal bytes.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z"})
    try:
        pyogrio.write_dataframe(frame, aside, layer=table.key, driver="GPKG")
        aside.replace(path)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        aside.unlink(missing_ok=True)
        raise WriteError(f"{path}: {error}") from None
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
