"""Mainlands: the largest landmass, save where a source says that another is meant, or that there is none."""

import datetime
import tomllib
from pathlib import Path

import geopandas
import pytest
import shapely

import geostory
from geostory import measures
from geostory.boundaries import boundaries
from geostory.distances import find_distances
from geostory.errors import UsageError
from geostory.gazetteer import gazetteer
from geostory.measures import measure, measure_places, why_no_mainland
from geostory.models import Article, Mention, Place
from geostory.search import find_place

TABLE = tomllib.loads((Path(measures.__file__).parent / "mainlands.toml").read_text(encoding="utf-8"))["mainland"]
ENTRIES = pytest.mark.parametrize("entry", TABLE, ids=[entry["of"] for entry in TABLE])


def town(name):
    place = find_place(name)
    return shapely.Point(place.lon, place.lat)


@ENTRIES
def test_every_entry_has_a_source_that_was_read_and_a_shape_that_ships(entry):
    assert entry["address"].startswith(("https://", "http://"))
    assert entry["quote"].strip() and len(entry["quote"].split()) <= 20
    assert entry["checked"]["how"] in ("page", "package") and isinstance(entry["checked"]["on"], datetime.date)
    assert entry["title"] and entry["meaning"] and not {","} & set(entry["of"] + entry["title"] + entry["meaning"])
    for key in (entry["shape"], *entry.get("without", [])):
        assert boundaries().get(key).layer in ("country", "admin1")
    assert len({other["shape"] for other in TABLE}) == len(TABLE)


@ENTRIES
def test_every_landmass_is_found_by_a_town_of_the_gazetteer_that_stands_on_it(entry):
    shape = boundaries().shape(entry["shape"])
    pieces = shapely.get_parts(shape)
    held = []
    for at in entry["at"]:
        row = gazetteer().row(at["id"])
        assert (row.name, row.lat, row.lon) == (at["town"], pytest.approx(at["lat"]), pytest.approx(at["lon"]))
        held += [number for number, piece in enumerate(pieces) if shapely.intersects_xy(piece, at["lon"], at["lat"])]
    assert len(held) == len(set(held)) == len(entry["at"])


def test_the_mainland_of_malaysia_is_the_peninsula_and_not_its_larger_part_of_borneo():
    assert measure("mainland Malaysia", "Singapore").km < 3
    found = measure("mainland Malaysia", "Kuching")
    assert found.km > 500
    assert any("Peninsular Malaysia" in source for source in found.sources)


@pytest.mark.parametrize(
    ("name", "on", "off"),
    [
        ("Japan", ["Sapporo", "Fukuoka", "Matsuyama", "Osaka"], ["Naha"]),
        ("New Zealand", ["Auckland", "Dunedin"], ["Waitangi, Chatham Islands"]),
        ("United States", ["Chicago", "Miami"], ["Anchorage", "Honolulu"]),
        ("Guadeloupe", ["Le Moule", "Capesterre-Belle-Eau"], ["Grand-Bourg"]),
        ("Ukraine", ["Kherson", "Lviv"], ["Simferopol", "Sevastopol"]),
        ("Orkney Islands", ["Kirkwall", "Stromness"], ["Saint Margaret's Hope"]),
        ("Shetland Islands", ["Lerwick", "Brae"], ["Fair Isle"]),
        # not in the table: the largest landmass
        ("Denmark", ["Aarhus"], ["Copenhagen", "Odense"]),
        ("Alaska", ["Anchorage"], ["Kodiak"]),
    ],
)
def test_a_mainland_holds_the_towns_that_stand_on_it_and_no_others(name, on, off):
    for other in on:
        assert measure(f"mainland {name}", town(other)).km < 1, other  # a port may stand in the water of a coarse coast
    for other in off:
        assert measure(f"mainland {name}", town(other)).km > 5, other


def test_the_mainland_of_orkney_is_its_island_of_that_name_and_lies_beyond_the_nearest():
    islands, thurso = find_place("Orkney Islands"), find_place("Thurso")
    nearest, mainland = measure_places(islands, thurso), measure_places(islands, thurso, mainland=(True, False))
    assert 15 < nearest.km < mainland.km - 5 < 40
    assert "Mainland" in mainland.sources[-1] and nearest.sources == mainland.sources[:-1]


def test_an_area_that_has_no_mainland_says_so_and_why():
    for name in ("Indonesia", "Hawaii"):
        with pytest.raises(UsageError, match=f"^'mainland {name}': {name} has no mainland: .+$"):
            measure(f"mainland {name}", "Perth")
        with pytest.raises(UsageError, match=f"^{name} has no mainland"):
            measure_places(find_place(name), find_place("Perth"), mainland=(True, False))
    with pytest.raises(UsageError, match="neither"):
        measure("Indonesia", "Hawaii", mode="mainland")
    assert why_no_mainland(find_place("France")) == ""


def test_what_has_no_mainland_is_measured_as_a_whole_from_another_ones_mainland():
    whole = measure("mainland Malaysia", "Indonesia")
    assert whole.km < 60 and whole.start[0] < 105
    assert measure("Indonesia", "Malaysia", mode="mainland").distance_m == whole.distance_m


def test_an_article_may_speak_of_the_mainland_of_what_has_none():
    def place(name, text):
        start = text.index(name)
        mention = Mention(start=start, end=start + len(name), field="text", text=name, role="literal")
        return Place(mention=mention, candidate=find_place(name), confidence=1, reason="")

    for text, verdict in [
        ("Mainland Indonesia and Australia are 900 km apart.", "cannot be checked"),
        ("Indonesia and Australia are 9,000 km apart.", "differs"),
    ]:
        places = [place("Indonesia", text), place("Australia", text)]
        (found,) = find_distances(Article(title="", text=text), places)
        assert found.verdict == verdict
        assert verdict == "differs" or "Indonesia has no mainland" in found.reason


def test_the_source_that_names_a_mainland_stands_beside_that_of_the_coast():
    found = measure("mainland Japan", "Busan")
    assert 160 < found.km < 215
    assert found.sources[-1] == "Wikipedia: Mainland Japan (mainland of Japan: the four largest islands)"
    rows = geostory.measure(geopandas.GeoSeries([town("Busan")], crs="EPSG:4326"), "mainland Japan")
    assert rows["distance_m"][0] == pytest.approx(found.distance_m)
