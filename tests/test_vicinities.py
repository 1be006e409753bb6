"""Places given only by a known one: an area as wide as the words leave it, and none where the place itself is known."""

import doctest
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from shapely import Point, box

import geostory
from geostory import sectors, vicinities
from geostory.block import story_block
from geostory.boundaries import boundaries
from geostory.distances import find_distances
from geostory.export import write
from geostory.models import Article, Candidate, Mention, Place
from geostory.nearest import ELLIPSOID
from geostory.sectors import along_border, around, off_coast, part_of
from geostory.tables import story_table
from geostory.vicinities import vicinities_of

SENTENCES = tomllib.loads((Path(__file__).parent / "texts" / "vicinities.toml").read_text(encoding="utf-8"))["sentence"]
GAO = Candidate(gazetteer_id="t:1", name="Gao", lat=16.27, lon=-0.04, feature="PPLA", population=130_000)
TAVEUNI = Candidate(gazetteer_id="t:2", name="Waiyevo", lat=-16.8, lon=179.98, feature="PPL", population=500)
BASE = Candidate(gazetteer_id="t:3", name="Base", lat=-89.9, lon=0, feature="STNB")


def tell(text, title="", **options):
    return geostory.tell(Article(title=title, text=text), **options)


def one(text):
    (found,) = tell(text).vicinities
    return found


def placed(text, name="Gao", *, candidate=GAO, confidence=0.9, role="literal", **more):
    """The areas of a text in which one name is found for sure, and others as given."""
    article = Article(title="", text=text)
    places = []
    for word, row in {name: candidate, **more}.items():
        start = text.index(word)
        mention = Mention(start=start, end=start + len(word), field="text", text=word, role=role)
        places.append(Place(mention=mention, candidate=row, confidence=confidence if row else 0.0, reason=""))
    places.sort(key=lambda place: place.mention.start)
    return vicinities_of(article, places, find_distances(article, places))


def test_the_set_is_a_hundred_sentences_half_of_them_with_areas():
    assert len(SENTENCES) == 100 == len({row["text"] for row in SENTENCES})
    assert sum("areas" in row for row in SENTENCES) == 50


@pytest.mark.parametrize(("recogniser", "floor"), [("accurate", 0.95), ("fast", 0.85)])
def test_areas_are_the_right_ones_and_few_are_missed(recogniser, floor):
    right, wrong = 0, []
    for row in SENTENCES:
        wanted = [(words, kind, name, tuple(points)) for words, kind, name, points in row.get("areas", [])]
        for found in tell(row["text"], recogniser=recogniser).vicinities:
            name = found.anchor.candidate.name
            fits = [w for w in wanted if w[0] in found.text and w[1:] == (found.kind, name, found.directions)]
            right += bool(fits)
            if not fits:
                wrong.append(found.text)
    assert right / (right + len(wrong)) >= 0.95, wrong
    assert right >= floor * sum(len(row.get("areas", [])) for row in SENTENCES)


@pytest.mark.parametrize("text", ["A suburb north of Cairo burned.", "It sank off the coast of Kodiak, Alaska."])
def test_what_is_found_is_a_valid_area_in_degrees_and_its_words_stand_in_the_text(text):
    found = one(text)
    assert text[found.start : found.end] == found.text
    assert found.geometry.geom_type in ("Polygon", "MultiPolygon")
    assert found.geometry.is_valid
    assert box(-180, -90, 180, 90).contains(found.geometry)
    assert found.uncertain.endswith(".")


def test_a_stated_distance_and_direction_bound_the_area():
    found = one("The convoy was hit about 40 km south-east of Gao.")
    row = found.anchor.candidate
    assert (found.distance_m, found.least_m) == (40_000, 32_000)
    for lon, lat in found.geometry.exterior.coords:
        bearing, _, metres = ELLIPSOID.inv(row.lon, row.lat, lon, lat)
        assert found.least_m - 50 < metres < found.most_m + 50
        assert 135 - 22.6 < bearing < 135 + 22.6


def test_hedges_widen_an_area_and_bounds_make_a_disc():
    exact, about, within = (
        placed(f"It fell {words} of Gao.")[0] for words in ("40 km south", "about 40 km south", "within 40 km")
    )
    assert exact.geometry.within(about.geometry.buffer(0.001))
    assert about.geometry.area > 1.2 * exact.geometry.area
    assert within.geometry.contains(Point(GAO.lon, GAO.lat))


def test_a_direction_alone_reaches_as_far_as_the_town_is_large():
    small = replace(GAO, population=5_000)
    reach = [placed("Gunmen came from north of Gao.", candidate=row)[0].most_m for row in (small, GAO)]
    assert reach[0] < reach[1] <= 100_000 + sectors.extent_m(GAO)
    suburb = one("They fled to a suburb north of Cairo.")
    assert suburb.geometry.contains(Point(31.24, 30.13))  # Shubra El Kheima
    assert suburb.most_m < one("They fled to a village north of Cairo.").most_m


def test_a_village_lies_on_land_and_a_wreck_off_the_coast_at_sea():
    land = boundaries().find("land", (9, 30, 26, 34), detail="draw")
    village = one("They fled to a village south of Tripoli, in Libya.").geometry
    sea = one("The boat sank off the Libyan coast.").geometry
    for spot, ashore in ((village.representative_point(), True), (sea.representative_point(), False)):
        assert any(shape.geometry.contains(spot) for shape in land) == ashore
    assert placed("They fled to a village south of Gao.", candidate=replace(GAO, lat=0.0, lon=-25.0)) == ()


def test_part_of_a_country_holds_the_towns_that_news_puts_there():
    north = one("Clashes spread in northern Mali.").geometry
    assert [north.contains(Point(*at)) for at in ((-3.01, 16.77), (1.41, 18.44), (-8.0, 12.65))] == [True, True, False]
    both = one("Power failed in eastern and southern Ukraine.")
    assert both.directions == ("eastern", "southern")
    assert both.geometry.contains(Point(36.23, 49.99))
    assert both.geometry.contains(Point(32.62, 46.64))


def test_the_area_belongs_to_a_name_that_was_not_placed():
    text = "Qadish, a village 12 miles south of Gao, was shelled."
    (found,) = placed(text, Qadish=None)
    assert (found.mention.text, found.label, found.text) == ("Qadish", "Qadish", text[: text.index(", was")])
    (unseen,) = placed(text)
    assert unseen.mention.text == "Qadish"


@pytest.mark.parametrize("dateline", ["GAO, Mali —", "BAMAKO (Reuters) -", "BAMAKO –"])
def test_a_dateline_is_not_what_the_sentence_speaks_of(dateline):
    assert one(f"{dateline} A village 40 km south of Gao was cut off on Monday.").label == "40 km south of Gao"


def test_a_country_with_parts_all_round_the_globe_has_a_coast_too():
    found = one("A ship sank off France.")
    assert (
        found.kind == "off"
        and found.geometry.covers(Point(-1.7, 46.0))
        and not found.geometry.covers(Point(55.5, -21.5))
    )


def test_a_distance_between_two_known_places_leaves_nothing_to_place():
    assert not tell("Tarifa, the southernmost town in Spain, is about 32 kilometres from Tangier.").vicinities
    assert not tell("Little Diomede, which is American, lies fewer than 4 kilometres from Big Diomede.").vicinities


def test_a_place_that_is_known_gets_no_area():
    ansongo = replace(GAO, gazetteer_id="t:4", name="Ansongo", lat=15.66, lon=0.5)
    assert placed("Ansongo, a town south-east of Gao, was shelled.", Ansongo=ansongo) == ()
    assert placed("Ansongo is a town of 30,000 people south-east of Gao.", Ansongo=ansongo) == ()


def test_an_anchor_that_is_unsure_or_a_mere_point_of_a_country_gives_none():
    text = "They fled to a village north of Gao."
    assert placed(text)
    assert placed(text, confidence=0.4) == ()
    assert placed(text, candidate=replace(GAO, feature="ADM1")) == ()
    assert placed("It fell 4,000 km from Gao.") == ()


@pytest.mark.parametrize("text", ["He was near tears in Gao.", "Prices north of Gao Street fell.", "Cut off Gao now."])
def test_words_that_place_nothing_give_none(text):
    assert placed(text) == ()


def test_an_area_across_the_antimeridian_is_cut_there_and_one_at_a_pole_is_left_out():
    ring = around(TAVEUNI, 5_000, 50_000)
    assert ring.is_valid
    assert ring.geom_type == "MultiPolygon"
    assert (ring.bounds[0], ring.bounds[2]) == (-180, 180)
    assert ring.area < 1
    assert around(BASE, 0, 50_000).is_empty


def test_countries_without_a_common_border_and_towns_far_inland_give_nothing():
    rows = {name: tell(f"They met in {name}.").places[0].candidate for name in ("Mali", "Niger", "Japan")}
    assert along_border(rows["Mali"], rows["Niger"], 10_000).area > 0
    assert along_border(rows["Mali"], rows["Japan"], 10_000).is_empty
    assert off_coast(GAO, 0, 20_000).is_empty
    assert part_of(rows["Niger"], ((0.0, 45.0),)).area < boundaries().shape(rows["Niger"].shape).area


def test_the_page_draws_the_area_dashed_and_says_what_is_not_known():
    block = story_block(tell("They fled to a suburb north of Cairo.", title="Flight"))
    (layer,) = [layer for layer in block["layers"] if layer["id"] == "vicinities"]
    (feature,) = layer["features"]
    assert (feature["kind"], feature["dashed"], feature["label"]) == ("area", True, "north of Cairo")
    assert feature["geometry"]["type"].endswith("Polygon")
    assert "gives no distance" in " ".join(feature["popup"]["facts"])
    assert "north of Cairo" in block["dek"]
    assert "somewhere in this area" in [row["what"] for row in block["places"]]


def test_a_part_is_only_named_where_the_story_has_finer_places_in_it():
    kinds = {}
    for text in ("Clashes spread in northern Mali.", "Clashes spread in northern Mali. Shops in Timbuktu closed."):
        layers = {layer["id"]: layer["features"] for layer in story_block(tell(text))["layers"]}
        kinds[text] = layers["vicinities"][0]["kind"]
        assert "Mali" not in [feature["label"] for feature in layers.get("places", [])]
    assert list(kinds.values()) == ["area", "label"]


def test_one_area_said_twice_is_drawn_once():
    story = tell("Two boats sank off the Libyan coast. A third was seen off the coast of Libya.")
    (layer,) = [layer for layer in story_block(story, text="full")["layers"] if layer["id"] == "vicinities"]
    assert len(story.vicinities) == 2
    assert [len(feature["mentions"]) for feature in layer["features"]] == [2]


def test_areas_are_a_table_and_stand_in_geojson_where_a_name_has_no_point():
    story = tell("They fled to a suburb north of Cairo.")
    frame = story.geodataframe("vicinities")
    assert frame.crs.to_epsg() == 4326
    assert (list(frame.text), list(frame.geometry.geom_type)) == (["a suburb north of Cairo"], ["Polygon"])
    text = "Qadish, a village 12 miles south of Gao, was shelled."
    found = placed(text, Qadish=None)
    unplaced = Place(mention=found[0].mention, candidate=None, confidence=0.0, reason="")
    bare = replace(story, article=Article(title="", text=text), places=(unplaced,), vicinities=found)
    out = []
    write([story_table(bare, "places")], "geojson", out.append)
    (feature,) = json.loads("".join(out))["features"]
    assert (feature["geometry"]["type"], feature["properties"]["lat"]) == ("Polygon", None)


def test_signs_of_our_own_and_markup_in_a_text_do_no_harm():
    assert placed("\ue000\ue001 north of \ue000 and </script><b> Gao \ue001.") == ()
    (found,) = placed("A <b>camp</b> </script> north of Gao was hit.")
    assert found.label == "north of Gao"


def test_the_examples_in_the_modules_run():
    assert [doctest.testmod(module).failed for module in (sectors, vicinities)] == [0, 0]
