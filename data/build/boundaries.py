"""Builds data/boundaries/boundaries.sqlite: countries, regions, landmass, seas, lakes, rivers and lines at two details.

Everything on land comes from one coverage of Natural Earth's first-level units: countries and landmass are unions of
its pieces, borders and coasts are its edges, and "draw" is the whole coverage simplified at once, so that shared edges
stay shared. House style of the borders: the United Nations' resolutions (see boundary_sources.py).

    python data/build/boundaries.py
"""

import json
import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boundary_coverage as coverage
import boundary_sources as sources
import numpy as np
import pyproj
import shapely
from boundary_coverage import Edges, Pieces
from inputs import DATA, record
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import pack_geometry, unpack_geometry

OUT = "boundaries/boundaries.sqlite"
DRAW = 0.02  # degrees, the tolerance of the drawing detail
DRAW_DIGITS = 4  # about ten metres
NEAR_LINE = 0.03  # degrees: how far two editions of Natural Earth draw one border apart
GEOD = pyproj.Geod(ellps="WGS84")
CONTINENTS = {"CN": "Africa and Eurasia", "BR": "The Americas", "AU": "Australia", "AQ": "Antarctica"}


@dataclass(kw_only=True)
class Row:
    """One row of the file to come."""

    key: str
    layer: str
    name: str
    measure: BaseGeometry
    draw: BaseGeometry
    country: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)


def slug(name: str) -> str:
    """Lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name.replace("Ø", "O").replace("ø", "o")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def named_keys(layer: str, names: Iterable[str]) -> list[str]:
    """A key for each name: its slug, numbered where it comes again; a bare number for the nameless."""
    count: dict[str, int] = defaultdict(int)
    keys = []
    for number, name in enumerate(names, start=1):
        stem = slug(name) or f"unnamed-{number}"
        count[stem] += 1
        keys.append(f"{layer}:{stem}" if count[stem] == 1 else f"{layer}:{stem}-{count[stem]}")
    return keys


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Properties without the empty ones and Natural Earth's -99."""
    empty = (None, "", [], -99, "-99", -1, "nan")
    return {name: value for name, value in values.items() if value not in empty and value == value}


def names_of(*values: Any) -> list[str]:
    """Distinct names in the order given; '|' separates several in one value."""
    parts = [part.strip() for value in values if isinstance(value, str) for part in value.split("|")]
    return list(dict.fromkeys(part for part in parts if part and part != "-99"))


def land_rows(pieces: Pieces, drawn: Pieces, units: list[dict[str, Any]], edges: Edges) -> list[Row]:
    """Rows of country, admin1 and land."""
    by_country, by_unit = coverage.pieces_by(pieces.country), coverage.pieces_by(pieces.unit)
    by_land = coverage.pieces_by(coverage.landmass_of(pieces, edges))

    def union(numbers: Sequence[int]) -> dict[str, BaseGeometry]:
        measure, draw = shapely.union_all(pieces.shapes[numbers]), shapely.union_all(drawn.shapes[numbers])
        return {"measure": sources.areal(measure), "draw": sources.areal(draw)}

    table = country_table()
    rows = [country_row(code, table.get(code, {}), union(by_country[code])) for code in sorted(by_country)]
    rows = [row for row in rows if row.name]
    rows += [unit_row(unit, union(by_unit[unit["key"]])) for unit in sorted(units, key=lambda unit: unit["key"])]
    names = {row.key.split(":")[1]: row.name for row in rows}
    area = shapely.area(pieces.shapes)
    share = {code: area[numbers].sum() for code, numbers in (by_unit | by_country).items()}
    order = sorted(by_land.values(), key=lambda numbers: (-area[numbers].sum(), numbers[0]))
    for place, numbers in enumerate(order, start=1):
        owners = [{codes[n] for n in numbers} for codes in (pieces.country, pieces.unit)]
        codes = sorted(code for code in owners[0] if code in names)
        shapes = union(numbers)
        size = abs(GEOD.geometry_area_perimeter(shapes["measure"])[0]) / 1e6
        row = Row(key=f"land:{place}", layer="land", name=land_name(numbers, owners, area, share, names), **shapes)
        row.country = codes[0] if len(codes) == 1 else ""
        row.properties = {"area_km2": float(f"{size:.4g}"), "countries": codes}
        rows.append(row)
    return rows


def country_table() -> dict[str, Mapping[str, Any]]:
    """Natural Earth's attributes of each country by its two-letter code; the largest where several share one."""
    table = sources.countries()
    table["size"] = shapely.area(table.geometry.values)
    found: dict[str, Mapping[str, Any]] = {}
    for row in table.sort_values("size", ascending=False).drop(columns="geometry").to_dict("records"):
        code = row["ISO_A2_EH"] if row["ISO_A2_EH"] != "-99" else row["ADM0_A3"]
        found.setdefault(code, row)
    return found | sources.MORE_COUNTRIES


def country_row(code: str, facts: Mapping[str, Any], shapes: Mapping[str, BaseGeometry]) -> Row:
    """Row of one country or territory."""
    keep = {"iso_a3": "ISO_A3_EH", "type": "TYPE", "note": "NOTE_BRK", "continent": "CONTINENT"}
    properties = clean({to: facts.get(name) for to, name in keep.items()})
    # Natural Earth's English name of a disputed speck can be another place's.
    sure = () if facts.get("TYPE") == "Indeterminate" else ("NAME_EN",)
    spellings = ("ADMIN", *sure, "NAME_LONG", "FORMAL_EN", "NAME_CIAWF", "BRK_NAME", "NAME_ALT")
    short = facts.get("NAME") or ""
    names = names_of(sources.SHORT_NAMES.get(code), "" if "." in short else short, *(facts.get(n) for n in spellings))
    properties["names"] = names
    if "LABEL_X" in facts:
        properties["label"] = [round(facts["LABEL_X"], 4), round(facts["LABEL_Y"], 4)]
        properties["rank"] = facts["LABELRANK"]
    name = names[0] if names else ""
    alpha2 = code if len(code) == 2 else facts.get("HELD_BY", "")
    return Row(key=f"country:{code}", layer="country", name=name, country=alpha2, properties=properties, **shapes)


def unit_row(unit: Mapping[str, Any], shapes: Mapping[str, BaseGeometry]) -> Row:
    """Row of one first-level unit."""
    keep = {"gn_id": "gn_id", "type": "type_en", "region": "region", "geonunit": "geonunit", "gn_a1_code": "gn_a1_code"}
    keep |= {"wikidata": "wikidataid", "postal": "postal", "rank": "labelrank"}
    properties = clean({to: unit.get(name) for to, name in keep.items()})
    properties["label"] = [unit["longitude"], unit["latitude"]]
    properties["names"] = names_of(
        *(unit.get(n) for n in ("name", "name_en", "name_alt", "gn_name", "woe_name", "name_local"))
    )
    country = unit["country"] if len(unit["country"]) == 2 else ""
    if not country:  # what it is called by itself, not after the region around it
        properties["names"] = names_of(unit.get("geonunit"))
    name = properties["names"][0] if properties["names"] else ""
    return Row(key=f"admin1:{unit['key']}", layer="admin1", name=name, country=country, properties=properties, **shapes)


def land_name(
    numbers: Sequence[int],
    owners: Sequence[set[str]],
    area: NDArray[np.float64],
    share: Mapping[str, float],
    names: Mapping[str, str],
) -> str:
    """Name of a landmass part: a continent's, or that of the one country or unit that it and nothing else makes up."""
    size = area[list(numbers)].sum()
    for codes in owners:
        code = next(iter(codes))
        if len(codes) == 1 and code in names and size > 0.97 * share[code]:
            return names[code]
    if size > LARGEST_ISLAND:
        return next((name for code, name in CONTINENTS.items() if code in owners[0]), "")
    return ""


def line_rows(pieces: Pieces, drawn: Pieces, edges: Edges, rows: Sequence[Row]) -> list[Row]:
    """Rows of border and border1."""
    kept = np.unique(coverage.number_of(coverage.whole(shapely.get_coordinates(drawn.shapes))))
    edges = edges.pick(~edges.on_seam())
    names = {row.key: row.name for row in rows} | {f"country:{coverage.ICE_FIELD}": "Southern Patagonian Ice Field"}
    country, unit = np.array(pieces.country), np.array(pieces.unit)
    inner = edges.right >= 0
    open_unit = np.isin(unit, sorted(sources.UNDETERMINED_UNITS))
    abroad = country[edges.left] != country[edges.right]
    apart = inner & (abroad | (unit[edges.left] != unit[edges.right]))
    outer = apart & (abroad | open_unit[edges.left] | open_unit[edges.right])
    pairs: dict[tuple[str, str, str], list[BaseGeometry]] = defaultdict(list)
    for pair, some in grouped(edges.pick(outer), country):
        for kind, lines in by_kind(pair, some, open_unit):
            pairs[(*pair, kind)] += shapely.get_parts(lines).tolist()
    found = []
    for (one, other, kind), parts in sorted(pairs.items()):
        lines = shapely.multilinestrings(parts)
        name = "–".join(names[f"country:{code}"] for code in dict.fromkeys((one, other)))
        properties = {"kind": kind, "countries": [one, other]}
        key = f"border:{one}-{other}" + (":disputed" if kind == "disputed" else "")
        row = Row(key=key, layer="border", name=name, properties=properties, measure=lines, draw=lines)
        found.append(row)
    first_level = edges.pick(apart & ~outer)
    for code in np.unique(country[first_level.left]):
        some = coverage.chains(first_level.pick(country[first_level.left] == code))
        for place, lines in coverage.blocks(some, kept, size=600, cell=5):
            key = f"border1:{code}:{place[0]},{place[1]}"
            found.append(Row(key=key, layer="border1", name="", country=str(code), measure=lines, draw=lines))
    for row in found:
        row.draw = coverage.thinned(row.measure, kept)
    return found


def grouped(edges: Edges, codes: NDArray[np.str_]) -> Iterable[tuple[tuple[str, str], Edges]]:
    """Edges by the pair of codes beside them, in the order of the codes."""
    left, right = codes[edges.left], codes[edges.right]
    one, other = np.where(left < right, left, right), np.where(left < right, right, left)
    order = np.lexsort((other, one))
    fresh = (one[order][1:] != one[order][:-1]) | (other[order][1:] != other[order][:-1])
    for numbers in np.split(order, np.flatnonzero(fresh) + 1):
        yield (str(one[numbers[0]]), str(other[numbers[0]])), edges.pick(np.sort(numbers))


def by_kind(pair: tuple[str, str], edges: Edges, open_unit: NDArray[np.bool_]) -> list[tuple[str, BaseGeometry]]:
    """Lines of one border with their kinds, 'recognised' or 'disputed'."""
    undetermined = open_unit[edges.left] | open_unit[edges.right]
    if undetermined.all() or pair in sources.UNDETERMINED_PAIRS or coverage.ICE_FIELD in pair:
        return [("disputed", coverage.chains(edges))]
    found = [("disputed", coverage.chains(edges.pick(undetermined)))] if undetermined.any() else []
    rest = coverage.chains(edges.pick(~undetermined))
    marked = sources.undetermined_lines()
    part = sources.UNDETERMINED_PARTS.get(pair)
    if pair in sources.SETTLED_PAIRS or (part is None and not shapely.dwithin(marked, rest, NEAR_LINE)):
        return [*found, ("recognised", rest)]

    def near(points: NDArray[np.float64]) -> NDArray[np.bool_]:
        here = shapely.points(points)
        return shapely.dwithin(marked, here, NEAR_LINE) if part is None else shapely.intersects(part, here)

    for line in shapely.get_parts(rest):
        runs = coverage.smoothed(line, near, least=0.3)
        found += [("disputed" if flagged else "recognised", run) for flagged, run in runs]
    return found


def water_rows() -> list[Row]:
    """Rows of marine, lake, river and county."""
    rows = plain_rows("marine", [(name, shape, {}) for name, shape in sources.marine()])
    rows += plain_rows("lake", [(name, shape, clean({"names": names})) for name, names, shape in sources.lakes()])
    rows += plain_rows("river", sources.rivers())
    found = sources.counties()
    drawn = shapely.coverage_simplify(np.array([shape for *_, shape in found]), DRAW / 2)
    for (fips, name, state, shape), draw in zip(found, drawn, strict=True):
        row = Row(key=f"county:{fips}", layer="county", name=name, country="US", measure=shape, draw=draw)
        row.draw = sources.areal(draw)
        row.properties = {"state": state, "fips": fips}
        rows.append(row)
    return rows


def plain_rows(layer: str, found: Sequence[tuple[str, BaseGeometry, Mapping[str, Any]]]) -> list[Row]:
    """Rows of a layer that is no part of the coverage."""
    shapes = np.array([shape for _, shape, _ in found])
    areas = layer in ("marine", "lake")
    drawn = shapely.coverage_simplify(shapes, DRAW) if areas else shapely.simplify(shapes, DRAW / 2)
    drawn = [sources.areal(shape) for shape in drawn] if areas else drawn
    keys = named_keys(layer, [name for name, _, _ in found])
    return [
        Row(
            key=key,
            layer=layer,
            name=name,
            properties=facts,
            measure=shape,
            draw=sources.areal(draw) if areas else draw,
        )
        for key, (name, shape, facts), draw in zip(keys, found, drawn, strict=True)
    ]


def write(path: Path, rows: Sequence[Row], *, source: str, digits: int) -> None:
    """Write rows to a fresh file: the same bytes for the same rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as file:
        file.executescript(SCHEMA)
        layers = " ".join(dict.fromkeys(row.layer for row in rows))
        file.executemany("INSERT INTO about VALUES (?, ?)", [("source", source), ("layers", layers)])
        for number, row in enumerate(rows, start=1):
            text = json.dumps(row.properties, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            blobs = pack_geometry(row.measure, digits=digits), packed_draw(row.draw, digits=digits)
            file.execute(
                "INSERT INTO shape VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (number, row.key, row.layer, row.name, row.country, text, *blobs),
            )
            for box in boxes(row.measure):
                file.execute("INSERT INTO box VALUES (?, ?, ?, ?, ?, ?)", (row.layer, *box, number))
    file.execute("VACUUM")
    file.close()


def packed_draw(shape: BaseGeometry, *, digits: int) -> bytes:
    """Packed with few decimals, but for small shapes that would break."""
    blob = pack_geometry(shape, digits=DRAW_DIGITS)
    return blob if unpack_geometry(blob).is_valid else pack_geometry(shape, digits=digits)


def boxes(shape: BaseGeometry) -> list[tuple[float, ...]]:
    """Bounding box of a shape; two where it lies on both sides of the antimeridian."""
    west, _, east, _ = shape.bounds
    if east - west < 180:
        return [shape.bounds]
    parts = shapely.bounds(shapely.get_parts(shape))
    left = parts[:, 0] + parts[:, 2] < 0
    halves = [parts[side] for side in (left, ~left) if side.any()]
    return [(*half[:, :2].min(axis=0).tolist(), *half[:, 2:].max(axis=0).tolist()) for half in halves]


def build() -> None:
    """Build the file and record it."""
    units = sources.units()
    pieces = coverage.assemble(units, sources.countries(), sources.land())
    invalid = shapely.coverage_invalid_edges(pieces.shapes)
    print(f"{len(pieces.shapes)} pieces, {shapely.length(invalid).sum():.4f} degrees of edges not shared")
    drawn = Pieces(shapely.coverage_simplify(pieces.shapes, DRAW), pieces.unit, pieces.country)
    edges = coverage.edges_of(pieces.shapes)
    rows = land_rows(pieces, drawn, units, edges)
    rows += line_rows(pieces, drawn, edges, rows)
    rows += water_rows()
    rows.sort(key=lambda row: LAYERS.index(row.layer))
    write(DATA / OUT, rows, source="Natural Earth 1:10m", digits=sources.DIGITS)
    record(
        OUT,
        licence=sources.PUBLIC,
        credit="Natural Earth; US Census Bureau",
        built_by="data/build/boundaries.py",
        rows=len(rows),
        inputs=sources.ALL,
    )


LAYERS = ["country", "admin1", "county", "land", "marine", "lake", "river", "border", "border1"]
LARGEST_ISLAND = 700.0  # square degrees: more is a continent (Greenland has a name as a country)
SCHEMA = """
PRAGMA page_size = 4096;
PRAGMA journal_mode = OFF;
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE shape (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, layer TEXT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL,
    properties TEXT NOT NULL, measure BLOB NOT NULL, draw BLOB NOT NULL);
CREATE TABLE box (
    layer TEXT, west REAL, south REAL, east REAL, north REAL, shape INTEGER,
    PRIMARY KEY (layer, west, south, east, north, shape)) WITHOUT ROWID;
CREATE INDEX shape_of_layer ON shape (layer, id);
"""

if __name__ == "__main__":
    build()
