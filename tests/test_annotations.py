"""What an editor adds to a map: arrows, circles, events, areas and notes, drawn and listed, or refused in one line."""

import json
import math

import pytest
from pyproj import Geod
from shapely import get_coordinates

import geostory
from geostory.annotations import read_annotations
from geostory.block import story_block
from geostory.cli import main
from geostory.errors import ReadError
from geostory.geodesy import geodesic_circle

ARROW = ("LineString", [[-149.9, 61.2], [-165.4, 64.5]])
SQUARE = ("Polygon", [[[-176, 61], [-170, 61], [-170, 63], [-176, 63], [-176, 61]]])
AT = ("Point", [-160, 66])


def feature(kind, shape, **properties):
    geometry = {"type": shape[0], "coordinates": shape[1]}
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}


ALL = [
    feature("arrow", ARROW, title="Flight", date="2025-08-15", source="Log"),
    feature("circle", ("Point", [-165.4, 64.5]), title="Radar", radius_km=120),
    feature("event", ("Point", [-158, 59]), title="Talks", text="For three hours."),
    feature("event", ("Point", [-155, 67]), title="Ice road opens"),
    feature("area", SQUARE, title="Closed to ships", legend="No sailing"),
    feature("note", AT, text="<b>Here</b> the date changes"),
]


@pytest.fixture
def write(tmp_path):
    def write_(*features):
        path = tmp_path / "notes.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write_


def story(path):
    article = geostory.Article(title="Talks", text="They met in Anchorage.")
    return geostory.tell(article, recogniser="fast", annotations=read_annotations(path))


def test_each_kind_is_drawn_with_its_legend_and_listed(write):
    block = story_block(story(write(*ALL)))
    (layer,) = [layer for layer in block["layers"] if layer["id"] == "annotations"]
    assert {f["kind"] for f in layer["features"]} == {"arrow", "area", "disc", "note"}
    rows = ["Movement", "Within 120 km (75 mi)", "Event, with its number", "No sailing", "Note"]
    assert [row["label"] for row in layer["legend"]] == rows
    assert [row["number"] for row in block["annotations"]] == [None, None, 1, 2, None, None]
    assert block["annotations"][0]["lines"] == ["15 August 2025", "Source: Log."] and "Log" in block["credits"]
    assert "Marked: Talks (1) and Ice road opens (2)." in block["dek"]


def test_a_circle_lies_as_far_off_all_round(write):
    circle = story(write(ALL[1])).annotations[0].geometry
    lons, lats = get_coordinates(circle).T
    metres = Geod(ellps="WGS84").inv([-165.4] * len(lons), [64.5] * len(lons), lons, lats)[2]
    assert max(metres) == pytest.approx(120_000, abs=1) and min(metres) == pytest.approx(120_000, abs=1)
    parts = geodesic_circle(179.5, 0, 200_000)  # over the antimeridian: cut, not drawn round the world
    assert [round(edge, 1) for edge in parts.bounds] == [-180, -1.8, 180, 1.8] and parts.area < math.pi * 1.9**2


def test_an_arrow_takes_the_shorter_way_over_the_antimeridian(write):
    (arrow,) = story(write(feature("arrow", ("LineString", [[178, 52], [-178, 52]]), title="Ferry"))).annotations
    west, _, east, _ = arrow.geometry.bounds
    assert (west, east) == (178, 182)


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ([feature("line", ARROW, title="x")], "feature 1: kind is 'line'; choose from arrow, circle, event"),
        ([ALL[0], feature("arrow", AT, title="x")], "feature 2: 'arrow' needs a LineString, and its geometry is Point"),
        ([feature("circle", AT, title="x", radius=5)], "radius_km is missing"),
        ([feature("circle", AT, title="x", radius_km=-5)], "radius_km is -5"),
        ([feature("circle", ("Point", [0, 89]), title="x", radius_km=500)], "would hold a pole"),
        ([feature("note", AT)], "neither title nor text"),
        ([feature("note", AT, title=["x"])], "title is .*write it as text"),
        ([feature("note", ("Point", [61.2, -149.9]), title="x")], "latitude and longitude seem swapped"),
        ([feature("note", ("Point", ["1", 2]), title="x")], "is no position"),
        ([feature("event", AT, title="x", date="15 August")], "write it as 2025-08-15"),
        ([feature("event", AT, title="x", number=0)], "whole number from 1 to 999"),
        ([feature("event", AT, title="x", number=2)] * 2, "two events have the number 2"),
        ([feature("arrow", ("LineString", [[1, 2], [1, 2]]), title="x")], "two different positions"),
        ([feature("area", ("Polygon", [[[0, 0], [1, 0], [1, 1]]]), title="x")], "a ring does not end|broken"),
        ([], "0 features"),
    ],
)
def test_a_faulty_file_is_refused_with_one_line_that_names_the_feature(write, features, says):
    path = write(*features)
    with pytest.raises(ReadError, match=says) as caught:
        read_annotations(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


def test_what_is_no_collection_is_refused(tmp_path):
    path = tmp_path / "notes.geojson"
    for text, says in (("{", "no JSON"), ("[]", "no GeoJSON FeatureCollection"), ("[" * 90_000, "no JSON")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ReadError, match=says):
            read_annotations(path)
    with pytest.raises(ReadError, match="cannot be read"):
        read_annotations(tmp_path / "none.geojson")


def test_the_command_line_takes_a_file_for_a_story_and_for_a_locator(write, tmp_path, capsys):
    path = write(*ALL)
    assert main(["locate", "Anchorage", "--annotations", str(path), "-o", str(tmp_path / "maps")]) == 0
    assert "Closed to ships" in next((tmp_path / "maps").iterdir()).read_text(encoding="utf-8")
    path.write_text("{", encoding="utf-8")
    assert main(["locate", "Anchorage", "--annotations", str(path), "-o", str(tmp_path / "none")]) == 1
    assert not (tmp_path / "none").exists()


def test_on_the_page_they_have_heads_numbers_and_a_card_and_overlap_nothing(write, opened):
    page = opened(story(write(*ALL)).map())
    assert page.said == []
    assert page.texts(".map .disc-number") == ["1", "2"]
    picture = page.picture()
    for left, top, right, bottom, _ in page.boxes(".map .disc-number"):
        inside = [
            picture.getpixel((x, y))
            for x in range(round(left) + 7, round(right) - 7)
            for y in range(round(top) + 6, round(bottom) - 6)
        ]
        assert min(map(sum, inside)) < 150 and max(map(sum, inside)) > 500  # light on dark: the number is over its disc
    assert page.do("document.querySelector('.feature-arrow[marker-end]') !== null")
    assert "Events and notes" in page.texts(".card h2")
    assert any("<b>Here</b> the date changes" in text for text in page.texts(".map .label-note"))
    boxes = page.boxes(".map button.label:not([hidden])")
    assert len(boxes) >= 6
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a[4], b[4])


def test_a_place_under_an_event_keeps_its_label(write, opened):
    page = opened(story(write(feature("event", ("Point", [-149.9, 61.2]), title="Talks"))).map())
    labels = page.texts(".map button.label:not([hidden])")
    assert {"Anchorage", "Talks"} <= set(labels)
