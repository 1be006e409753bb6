"""What holds the house together: one direction of imports, a small public face, data with a visible source."""

import ast
import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

import geostory

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "geostory"

# Left imports nothing from right; modules that stand together meet only through those to their left.
ORDER = [
    {"errors"},
    {"models"},
    {"coding", "decoding", "drafts", "escapes", "files", "interface", "language", "nearest", "pmtiles", "resources"}
    | {"sentences", "tokens", "wordings", "words"},
    {"dated_words", "containers", "furniture", "geodesy", "labelling", "lettering", "quantities", "roles", "terms"},
    {"pack_form"},
    {"pack_sense"},
    {"boundaries", "gazetteer", "packs", "phrases", "scraped", "unplaced"},
    {"lexicon"},
    {"clues", "documents", "search", "sectors", "senses", "pack_warnings", "spellings", "styles", "naming", "tiles"},
    {"annotations", "doubts", "measures", "overlays", "own_steps", "windows"},
    {"locales"},
    {"place_names"},
    {"encoder", "perceptron"},
    {"recogniser"},
    {"article", "geocoder", "reasons"},
    {"mentions"},
    {"ranking"},
    {"resolve"},
    {"outlines"},
    {"pack_checks", "reaches"},
    {"territories"},
    {"ended"},
    {"timeline"},
    {"region_names"},
    {"region_phrases"},
    {"region_subjects"},
    {"region_descriptions"},
    {"region_questions"},
    {"region_mentions", "region_statements"},
    {"bearings", "claims", "statements", "whereabouts"},
    {"distances"},
    {"facts", "vicinities"},
    {"story"},
    {"desk", "locator", "rights", "views"},
    {"projection", "thinned"},
    {"frame", "ground"},
    {"ground_labels"},
    {"drawn_shapes", "locator_names"},
    {"basemap"},
    {"layers"},
    {"lands"},
    {"place_features"},
    {"features", "nearby", "step_words"},
    {"region_words"},
    {"captions", "outliers", "steps"},
    {"advice", "translation"},
    {"switches"},
    {"block"},
    {"assets", "card", "carried", "hosts"},
    {"svg"},
    {"viewport"},
    {"patches"},
    {"panel"},
    {"insets", "key"},
    {"still"},
    {"page", "tables"},
    {"embed", "export", "image"},
    {"arguments", "batch", "checks", "profiles", "sheet"},
    {"inputs"},
    {"publishing"},
    {"cli"},
    {"__main__"},
]
# The one way back: a story's own methods open the rooms to its right when they are called, never on import; a locator
# names the type of what one of them returns.
DOORS = {("territories", "tables"), ("locator", "page"), ("story", "block"), ("story", "page"), ("story", "tables")}
# Licences of data that may ship: none of them asks a licence of the map or of the code.
LICENCES = {"Apache-2.0", "CC-BY-4.0", "MIT", "Unicode-3.0", "LicenseRef-public-domain", "ODbL-1.0"}


def _imports(path: Path) -> set[str]:
    """The geostory modules a file imports, at its top or anywhere in it."""
    return {
        node.module.split(".")[1]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("geostory.")
    }


def test_data_flows_one_way():
    rank = {name: position for position, names in enumerate(ORDER) for name in names}
    for path in sorted(PACKAGE.glob("*.py")):
        name = path.stem
        if name == "__init__":
            continue
        assert name in rank, f"{path.name} has no place in the order of rooms"
        for other in _imports(path):
            if (name, other) in DOORS:
                continue
            assert rank[other] < rank[name], f"{name} imports {other}"


def test_the_public_face_is_small_and_known():
    assert sorted(geostory.__all__) == [
        "Article",
        "Candidate",
        "Claim",
        "DataError",
        "Distance",
        "DistanceClaim",
        "Geostory",
        "GeostoryError",
        "HostError",
        "MapWords",
        "Measure",
        "Mention",
        "Place",
        "Profile",
        "ReadError",
        "Region",
        "Source",
        "Story",
        "UnknownNameError",
        "UsageError",
        "WriteError",
        "learn_profile",
        "locate",
        "measure",
        "read",
        "read_each",
        "read_profile",
        "regions",
        "regions_in_force",
        "tell",
        "who",
        "write_profile",
    ]  # fmt: skip
    assert all(getattr(geostory, name).__doc__ for name in geostory.__all__)


def test_importing_and_locating_stay_light():
    code = (
        "import sys, geostory\n"
        "geostory.Geostory().geocode('Reykjavik')\n"
        "print(sorted({'geopandas', 'pandas', 'folium', 'pyogrio', 'onnxruntime', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_data_file_has_its_source_and_a_licence_that_allows_it():
    data = ROOT / "data"
    rows = {row["path"]: row for row in tomllib.loads((data / "SOURCES.toml").read_text(encoding="utf-8"))["file"]}
    force = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    folders = [data.parent / source for source in force["force-include"] if source.startswith("data/")]
    shipped = {str(path.relative_to(data)): path for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert set(shipped) == set(rows)
    for name, path in shipped.items():
        row = rows[name]
        assert row["licence"] in LICENCES, f"{name}: {row['licence']} is not a licence that may ship"
        assert row["bytes"] == path.stat().st_size
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert row["credit"] or row["built_by"] == "hand", f"{name}: nobody is credited"


def test_share_alike_data_stands_alone():
    rows = tomllib.loads((ROOT / "data" / "SOURCES.toml").read_text(encoding="utf-8"))["file"]
    for row in rows:
        inputs = {part["licence"] for part in row.get("input", [])}
        if any(name.startswith(("ODbL", "LGPL")) for name in inputs) or row["licence"].startswith("ODbL"):
            assert row["licence"].startswith("ODbL"), row["path"]


def test_the_licence_expression_names_all_that_ship():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    rows = tomllib.loads((ROOT / "data" / "SOURCES.toml").read_text(encoding="utf-8"))["file"]
    named = set(project["license"].split(" AND "))
    assert {row["licence"] for row in rows} <= named
