"""Layers of one's own: drawn with title, date and source, and refused with one line that says what is wrong."""

import json
import math
from datetime import date
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import LineString, Point, box

import geostory
from geostory.block import story_block
from geostory.cli import main
from geostory.errors import ReadError, UsageError
from geostory.overlays import read_overlay

ZONE = box(32.2, 46.4, 33.0, 46.9)


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    path = tmp_path / "zone.geojson"
    shapes = [ZONE, LineString([(32, 46), (33, 45.5)]), Point(33, 46.5)]
    geopandas.GeoDataFrame(geometry=shapes, crs=4326).to_file(path)
    return path


def read(path: Path):
    return read_overlay(path, title="Evacuation zone", date=date(2025, 8, 1), source="Kherson desk")


def test_areas_lines_and_points_join_the_map_with_title_date_and_source(zone):
    article = geostory.Article(title="", text="Shells fell in Kherson.", date=date(2025, 8, 10))
    block = story_block(geostory.tell(article, recogniser="fast", overlays=[read(zone)]))
    own = next(layer for layer in block["layers"] if layer["id"] == "own")
    assert [row["label"] for row in own["legend"]] == ["Evacuation zone, 1 August 2025"]
    assert [feature["kind"] for feature in own["features"]] == ["area", "stroke", "dot"]
    assert own["features"][0]["popup"]["facts"] == ["Source: Kherson desk."]
    assert "Kherson desk" in block["credits"]


@pytest.mark.parametrize("ending", ["gpkg", "shp"])
def test_other_formats_and_other_crs_are_read_as_the_same_place(tmp_path, ending):
    path = tmp_path / f"zone.{ending}"
    geopandas.GeoDataFrame(geometry=[ZONE], crs=4326).to_crs(3857).to_file(path)
    assert read(path).frame.geometry[0].symmetric_difference(ZONE).area < 1e-6


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"type":"Polygon","coordinates":[[[46,12],[47,13],[46,14]]]}', "a ring does not end where it began"),
        ('{"type":"Polygon","coordinates":[[[46,132],[47,133],[46,134],[46,132]]]}', "seem swapped"),
        ('{"type":"Polygon","coordinates":[[[5e5,5e6],[6e5,5e6],[6e5,6e6],[5e5,5e6]]]}', "another one"),
        ('{"type":"FeatureCollection","features":[]}', "no geometry"),
        ("{", "can be read"),
    ],
)
def test_a_faulty_file_is_refused_with_one_line(tmp_path, text, says):
    path = tmp_path / "layer.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=says) as caught:
        read(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_ring_of_too_many_points_is_refused_before_anything_is_drawn(tmp_path):
    path = tmp_path / "layer.geojson"
    turns = [2 * math.pi * number / 200_001 for number in range(200_001)]
    ring = [[30 + math.cos(turn), 50 + math.sin(turn)] for turn in turns]
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}), encoding="utf-8")
    with pytest.raises(ReadError, match="200,000 points; simplify it first"):
        read(path)


def test_a_layer_without_a_crs_title_or_source_is_refused(tmp_path, zone):
    bare = tmp_path / "bare.shp"
    geopandas.GeoDataFrame(geometry=[ZONE]).to_file(bare)
    with pytest.raises(ReadError, match="names no CRS"):
        read(bare)
    with pytest.raises(ReadError, match="there is no such file"):
        read(tmp_path / "none.geojson")
    with pytest.raises(UsageError, match="needs a source"):
        read_overlay(zone, title="Zone", date=date(2025, 8, 1), source=" ")


def test_the_command_line_takes_a_layer_and_says_what_is_wrong_with_one(tmp_path, zone, capsys):
    article = tmp_path / "a.md"
    article.write_text("# Shells\n\nShells fell in Kherson.\n", encoding="utf-8")
    given = ["render", str(article), "-o", str(tmp_path / "out"), "--recogniser", "fast", "--layer", str(zone)]
    assert main([*given, "Zone", "2025-08-01", "Kherson desk"]) == 0
    assert main([*given, "Zone", "yesterday", "Kherson desk"]) == 2
    assert "'yesterday' is not a date" in capsys.readouterr().err


PACK = """
[[control_layer]]
id = "held"
title = "Areas held by Russia"
by = "Russia"
file = "front.geojson"
date = 2025-07-01
life_days = 14
source = "desk"

[[source]]
id = "desk"
title = "Our desk's survey of 1 July 2025"
address = "https://example.org/survey"
date = 2025-07-01
quote = "surveyed on 1 July 2025"
checked = "page"
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "front.toml").write_text(PACK, encoding="utf-8")
    geopandas.GeoDataFrame(geometry=[box(33, 45, 36, 47)], crs=4326).to_file(folder / "front.geojson")
    return folder


def control_of(day: date, folder: Path):
    article = geostory.Article(title="", text="Shells fell in Crimea.", date=day)
    story = geostory.tell(article, recogniser="fast", packs=folder)
    block = story_block(story)
    return story, next((layer for layer in block["layers"] if layer["id"] == "control"), None)


def test_an_area_of_control_is_drawn_from_its_day_on_and_says_its_day(pack):
    assert control_of(date(2025, 6, 30), pack)[1] is None
    story, control = control_of(date(2025, 7, 10), pack)
    assert control["legend"][0]["label"] == "Areas held by Russia, as of 1 July 2025"
    assert story.notes == ()


def test_one_older_than_its_own_word_is_told(pack):
    story, _ = control_of(date(2025, 8, 10), pack)
    assert story.notes == (
        "'Areas held by Russia' is of 1 July 2025, 40 days older than this map; by its own word it holds for 14.",
    )


def test_check_reads_a_folder_of_packs_and_prints_its_faults(pack, capsys):
    assert main(["check", str(pack)]) == 0
    capsys.readouterr()
    (pack / "front.toml").write_text(PACK.replace('by = "Russia"', 'by = "Ruritania"'), encoding="utf-8")
    assert main(["check", str(pack), "--format", "json"]) == 1
    assert "names no actor: 'Ruritania'" in json.loads(capsys.readouterr().out)["faults"][0]


def test_many_points_of_a_layer_are_painted_without_an_element_each(opened, tmp_path):
    spots = [[100 + step / 500, -1 + step / 900] for step in range(400)]
    rows = [{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": spot}} for spot in spots]
    path = tmp_path / "felt.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    own = read_overlay(path, title="Felt reports", date=date(2009, 10, 1), source="made up")
    story = geostory.tell(geostory.Article(title="", text="The quake struck off Padang."), overlays=[own])
    page = opened(story.map())
    assert page.do("document.querySelectorAll('.feature-dot').length") < 20
    assert page.do("document.querySelectorAll('.leaflet-dots-pane canvas').length") == 1
    assert any("Felt reports" in row for row in page.texts(".legend li"))
