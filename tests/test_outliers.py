"""What lies beyond the frame, rivers, and what an editor adds, on still images too."""

import re

import pytest
from shapely import LineString, Point

import geostory
from geostory.annotations import Annotation
from geostory.image import story_svg


def told(text: str, **more) -> geostory.Story:
    return geostory.tell(geostory.Article(title="", text=text), recogniser="fast", **more)


@pytest.fixture(scope="module")
def islands():
    return told(
        "Rain fell on Suva, Nadi, Lautoka and Labasa in Fiji. Suva, Nadi and Labasa dried. Help came from London."
    )


def test_a_far_place_is_named_at_the_edge_with_its_distance(islands):
    (far,) = islands.map().block["outside"]
    assert far["name"] == "London"
    assert re.fullmatch(r"1[56],\d{3} km", far["far"])
    assert {"London", far["far"]} <= set(re.findall(r">([^<>]+)</", story_svg(islands)))


def test_a_story_in_one_place_has_nothing_beyond_its_edge():
    assert told("Rain fell on Suva.").map().block["outside"] == []


def test_a_river_is_drawn_in_its_course_and_does_not_widen_the_map():
    block = told("The Severn River rose at Shrewsbury, Bewdley, Worcester and Gloucester.").map().block
    (river,) = (f for layer in block["layers"] for f in layer["features"] if f["label"].startswith("Severn"))
    assert river["kind"] == "stroke"
    assert river["geometry"]["type"].endswith("LineString")
    west, south, east, north = block["frame"]
    assert east - west < 2
    assert north - south < 1.5


def test_places_of_one_city_fill_the_map():
    block = told("Trams stopped in Alfama, Baixa, Belém, Estrela and Marvila in Lisbon.").map().block
    assert block["frame"][3] - block["frame"][1] < 0.5


def test_still_images_draw_what_an_editor_adds():
    added = (
        Annotation(kind="arrow", title="Flight", text="", geometry=LineString([(178, -18), (179, -17)])),
        Annotation(kind="event", title="Landing", text="", geometry=Point(179, -17), number=7),
        Annotation(kind="note", title="", text="Closed at night", geometry=Point(178.2, -17.5)),
    )
    svg = story_svg(told("Rain fell on Suva and Labasa.", annotations=added))
    assert {"Flight", "Landing", "7", "Closed at night"} <= set(re.findall(r">([^<>]+)</", svg))
    assert "url(#head-ink)" in svg


def test_a_world_map_is_as_round_as_the_globe():
    story = told("Clocks stopped in Tokyo, Sydney, Lagos, London, Lima and Honolulu.")
    assert story.map().block["crs"]["kind"] == "world"
    assert 'fill-rule="evenodd"' in story_svg(story)


def test_distances_at_the_edge_are_in_the_pages_language(islands):
    (far,) = islands.map(lang="ar").block["outside"]
    assert "كم" in far["far"] and "km" not in far["far"]
