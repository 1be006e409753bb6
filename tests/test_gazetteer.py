"""What the gazetteer promises: names found however they are written, best-known places first, quick and small."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from geopy.distance import geodesic
from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import Geocoder
from hypothesis import given
from hypothesis import strategies as st

from geostory.errors import DataError, UnknownNameError
from geostory.gazetteer import COLUMNS, Gazetteer, gazetteer, normalise
from geostory.geocoder import Geostory
from geostory.resources import data_path
from geostory.search import describe, geocode_candidates, surroundings


def first(name):
    found = gazetteer().lookup(name)
    assert found, f"nothing is named {name}"
    return found[0]


@pytest.mark.parametrize(
    ("name", "place", "feature", "country"),
    [
        ("Kyiv", "Kyiv", "PPLC", "UA"),
        ("Kiev", "Kyiv", "PPLC", "UA"),
        ("КИЇВ", "Kyiv", "PPLC", "UA"),
        ("Peking", "Beijing", "PPLC", "CN"),
        ("北京", "Beijing", "PPLC", "CN"),
        ("Moscow", "Moscow", "PPLC", "RU"),
        ("Georgia", "Georgia", "PCLI", "GE"),
        ("Paris", "Paris", "PPLC", "FR"),
        ("New York", "New York City", "PPL", "US"),
        ("Kursk", "Kursk", "PPLA", "RU"),
        ("Kursk region", "Kursk Oblast", "ADM1", "RU"),
        ("Kursk Oblast", "Kursk Oblast", "ADM1", "RU"),
        ("Crimea", "Crimea", "ADM1", "UA"),
        ("Scotland", "Scotland", "ADM1", "GB"),
        ("Bavaria", "Bavaria", "ADM1", "DE"),
        ("Texas", "Texas", "ADM1", "US"),
        ("W.Va.", "West Virginia", "ADM1", "US"),
        ("W. Va.", "West Virginia", "ADM1", "US"),
        ("Ont.", "Ontario", "ADM1", "CA"),
        ("Laurel County", "Laurel County", "ADM2", "US"),
        ("the Hague", "The Hague", "PPLG", "NL"),
        ("St. Petersburg", "Saint Petersburg", "PPLA", "RU"),
        ("SAO PAULO", "São Paulo", "PPLA", "BR"),
        ("Burma", "Myanmar", "PCLI", "MM"),
        ("U.S.", "United States", "PCLI", "US"),
        ("Elmendorf AFB", "Elmendorf Air Force Base", "AIRB", "US"),
        ("Black Sea", "Black Sea", "SEA", ""),
        ("Lake Baikal", "Lake Baikal", "LK", "RU"),
        ("Bering Strait", "Bering Strait", "STRT", ""),
        ("Middle East", "Middle East", "RGN", ""),
        ("Africa", "Africa", "CONT", ""),
        ("Little Diomede", "Little Diomede", "ISL", "US"),
        ("Islamic Republic of Iran", "Iran", "PCLI", "IR"),
        ("Upper Volta", "Burkina Faso", "PCLI", "BF"),
        ("DRC", "Democratic Republic of the Congo", "PCLI", "CD"),
        ("the Pacific", "Pacific Ocean", "OCN", ""),
        ("Orientale", "Orientale", "ADM1", "CD"),
        ("Bombay", "Mumbai", "PPLA", "IN"),
        ("Leningrad", "Saint Petersburg", "PPLA", "RU"),
        ("Tyne and Wear", "Tyne and Wear", "RGN", "GB"),
        ("Greater Manchester", "Greater Manchester", "RGN", "GB"),
        ("Merseyside", "Merseyside", "RGN", "GB"),
        ("Co. Down", "County Down", "RGN", "GB"),
        ("Loudon Co.", "Loudon County", "ADM2", "US"),
        ("Alert", "Alert", "PPL", "CA"),
        ("Mawson Station", "Mawson Station", "STNB", "AQ"),
        ("Old Crow", "Old Crow", "PPL", "CA"),
        ("Taveuni", "Taveuni", "ISL", "FJ"),
        ("Red River of the North", "Red River", "STM", ""),
        ("Cornwall", "Cornwall", "ADM2", "GB"),
        ("New Taipei", "New Taipei", "ADM1", "TW"),
        ("Esch", "Esch-sur-Alzette", "PPLA2", "LU"),
        ("Granada", "Granada", "PPLA2", "ES"),
        ("Victoria", "Victoria", "ADM1", "AU"),
        ("St. Louis", "St. Louis", "PPLA2", "US"),
        ("Saint-Louis", "Saint-Louis", "PPLA", "SN"),
        ("Tower Hamlets", "Tower Hamlets", "ADM2", "GB"),
        ("River Tyne", "River Tyne", "STM", "GB"),
        ("the Nile River", "Nile", "STM", ""),
    ],
)
def test_a_name_leads_to_the_place_that_news_means_by_it(name, place, feature, country):
    found = first(name)
    assert (found.name, found.feature, found.country) == (place, feature, country)


@pytest.mark.parametrize("name", ["Zaïre", "Zaire"])
def test_a_former_name_still_leads_to_the_country(name):
    assert "CD" in [place.country for place in gazetteer().lookup(name) if place.feature == "PCLI"]


def test_a_former_name_that_its_country_gave_away_is_none_any_more():
    assert "Beeville" not in {place.name for place in gazetteer().lookup("Maryville")}
    assert {place.name for place in gazetteer().lookup("Brooklyn")} == {"Brooklyn"}


def test_part_of_a_great_city_leads_to_the_city_unless_it_is_a_place_of_its_own():
    assert first("South Los Angeles").name == "Los Angeles"
    assert first("Greater Mumbai").name == "Mumbai"
    assert (first("East London").name, first("East London").country) == ("East London", "ZA")


@pytest.mark.parametrize(("name", "lat", "lon"), [("Africa", 7.1881, 21.0938), ("Europe", 48.691, 9.1406)])
def test_a_continent_stands_at_the_point_of_geonames(name, lat, lon):
    place = first(name)
    assert (place.lat, place.lon) == (pytest.approx(lat, abs=1e-3), pytest.approx(lon, abs=1e-3))
    assert place.source == "GeoNames (CC BY 4.0)"
    assert place.shape.count("country:") > 20


def test_a_town_says_where_it_lies():
    anchorage = first("Anchorage")
    assert (anchorage.admin1, anchorage.country, anchorage.country_name) == ("Alaska", "US", "United States")
    assert first("Laurel County").admin1 == "Kentucky"


@pytest.mark.parametrize(("word", "country"), [("Egyptian", "EG"), ("Algerians", "DZ"), ("French", "FR")])
def test_a_word_for_a_people_leads_to_their_country(word, country):
    found = [place for place in gazetteer().lookup(word) if place.match == "demonym"]
    assert [place.country for place in found] == [country]


@pytest.mark.parametrize("word", ["us", "in", "or", "me", "La", "Miss", "Wash", "mass"])
def test_an_everyday_word_is_no_abbreviation(word):
    found = gazetteer().lookup(word)
    assert not [place.name for place in found if place.feature in {"ADM1", "PCLI"} and place.country in {"US", "CA"}]


def test_every_reading_of_a_name_is_offered():
    kinds = {(place.feature, place.country, place.admin1) for place in gazetteer().lookup("Georgia")}
    assert {("PCLI", "GE", ""), ("ADM1", "US", "")} <= kinds
    states = {place.admin1 for place in gazetteer().lookup("Springfield")}
    assert {"Illinois", "Massachusetts", "Missouri", "Oregon"} <= states
    assert {"US", "ES"} <= {place.country for place in gazetteer().lookup("Sierra Nevada")}


def test_no_place_is_offered_twice_for_one_name():
    for name in ("Georgia", "Springfield", "San José", "Paris", "Victoria", "Congo"):
        found = [place.gazetteer_id for place in gazetteer().lookup(name)]
        assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (("St. John’s", "Saint John's", "ST JOHNS"), "saint johns"),
        (("Côte d'Ivoire", "COTE D’IVOIRE"), "cote divoire"),
        (("Łódź", "Lodz"), "lodz"),
        (("Bosnia & Herzegovina", "Bosnia and Herzegovina"), "bosnia and herzegovina"),
        (("Mt. Vernon", "Mount Vernon"), "mount vernon"),
        (("Port-au-Prince", "Port au Prince"), "port au prince"),
        (("W.Va.", "WVa"), "wva"),
        (("Tromsø", "tromso"), "tromso"),
        (("Côte d‘Ivoire", "Côte d`Ivoire", "Côte dʼIvoire"), "cote divoire"),
        (("मंत्री",), "मंत्री"),
        (("शहर में",), "शहर में"),
        (("กรุงเทพ",), "กรุงเทพ"),
    ],
)
def test_spellings_that_mean_one_name_are_one(spellings, key):
    assert {normalise(spelling) for spelling in spellings} == {key}


@given(st.text())
def test_any_text_can_be_looked_up(text):
    assert normalise(normalise(text)) == normalise(text)
    assert isinstance(gazetteer().lookup(text), tuple)


def test_an_identifier_leads_back_to_its_place():
    assert gazetteer().row("geonames:703448").name == "Kyiv"
    assert gazetteer().row("icao:PAED").feature == "AIRB"
    assert gazetteer().row("geostory:bering-strait").name == "Bering Strait"
    with pytest.raises(UnknownNameError, match="geonames:703448"):
        gazetteer().row("geonames:0")


def test_every_curated_place_is_there_by_its_identifier():
    folder = Path(__file__).parent.parent / "data" / "supplement"
    entries = [
        entry for path in sorted(folder.glob("*.toml")) for entry in tomllib.loads(path.read_text()).get("place", [])
    ]
    assert len(entries) > 500
    for entry in entries:
        place = gazetteer().row(f"geostory:{entry['id']}")
        named = {found.gazetteer_id for found in gazetteer().lookup(entry["name"])}
        assert place.gazetteer_id in named, entry["id"]


def test_every_row_has_a_position_a_feature_code_and_a_source():
    places = gazetteer()
    codes = set()
    for number in range(0, len(places), 7):
        place = places._candidate(number << 2)
        codes.add(place.feature)
        assert place.name
        assert place.source
        assert -90 <= place.lat <= 90 and -180 <= place.lon <= 180
        assert (place.lat, place.lon) != (0, 0)
    assert all(re.fullmatch(r"[A-Z]{2,5}[1-5]?H?", code) for code in codes), sorted(codes)


def test_every_shape_is_one_that_the_boundaries_hold():
    from geostory.boundaries import boundaries

    known = {key for (key,) in boundaries()._rows("SELECT key FROM shape")}
    places = gazetteer()
    column = {int(number) for number in places._rows[:, COLUMNS.index("shape")]}
    keys = {key for number in column for key in places._text(number).split("+") if key}
    assert len(keys) > 8000
    assert not sorted(keys - known)[:5]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("country:UA", "Ukraine"),
        ("admin1:US-AK", "Alaska"),
        ("county:21125", "Laurel County"),
        ("admin1:GB-IOS", "Isles of Scilly"),
        ("admin1:XK-X20~", "Pristina"),
        ("admin1:XK-X21~", "Prizren"),
    ],
)
def test_an_outline_leads_back_to_its_place(key, name):
    place = gazetteer().of_shape(key)
    assert (place.name, place.shape) == (name, key)


def test_an_area_stands_inside_its_own_outline():
    import shapely

    from geostory.boundaries import boundaries

    names = ("Texas", "Kursk Oblast", "Crimea", "Scotland", "Laurel County", "Black Sea", "Bering Sea", "Fiji")
    for name in (*names, "Darfur", "Balkans", "Middle East", "Kurdistan", "Sahel", "The Americas", "Southeast Asia"):
        place = first(name)
        shapes = [boundaries().shape(key) for key in place.shape.split("+")]
        assert any(shapely.intersects_xy(shape, place.lon, place.lat) for shape in shapes), name


def test_the_nearest_places_come_nearest_first():
    found = gazetteer().nearest(lat=61.2, lon=-149.9, limit=5, feature_class="P")
    assert found[0][1].name == "Anchorage"
    measured = [metres for metres, _ in found]
    assert measured == sorted(measured)
    assert measured[0] == pytest.approx(geodesic((61.2, -149.9), (found[0][1].lat, found[0][1].lon)).m, abs=1)


def test_nearest_looks_over_the_antimeridian_and_at_the_poles():
    metres, place = gazetteer().nearest(lat=-16.8, lon=179.99, limit=1, feature_class="P")[0]
    assert place.country == "FJ" and metres < 100_000
    assert gazetteer().nearest(lat=90, lon=0, limit=1)


def test_places_in_a_box_are_those_inside_largest_first():
    found = gazetteer().in_bounds((29, 44, 40, 52), min_population=500_000)
    assert [place.name for place in found[:2]] == ["Kyiv", "Kharkiv"]
    over = gazetteer().in_bounds((170, -20, 190, -10), min_population=20_000)
    assert {place.country for place in over} >= {"FJ"}
    assert over == gazetteer().in_bounds((170, -20, -170, -10), min_population=20_000)


_FRESH = """
import json, pathlib
from geostory.gazetteer import gazetteer
found = gazetteer().lookup("Anchorage")
for name in ("Kiev", "San Jose", "Texas", "Smith", "Springfield", "Black Sea"):
    gazetteer().lookup(name)
status = pathlib.Path("/proc/self/status").read_text().split()
print(json.dumps([found[0].name, int(status[status.index("VmHWM:") + 1]) / 1024]))
"""


def test_a_fresh_process_that_looks_names_up_stays_small():
    done = subprocess.run([sys.executable, "-c", _FRESH], capture_output=True, text=True, check=True)
    name, megabytes = json.loads(done.stdout)
    assert name == "Anchorage"
    assert megabytes < 250


def test_the_gazetteer_opens_again_to_the_same_answers():
    again = Gazetteer(data_path("gazetteer"))
    for name in ("Kyiv", "Springfield", "W.Va.", "Egyptian", "nowhere at all"):
        assert again.lookup(name) == gazetteer().lookup(name)


def test_a_missing_or_foreign_file_is_told_in_one_line(tmp_path):
    with pytest.raises(DataError, match="install geostory again"):
        Gazetteer(tmp_path)
    for path in data_path("gazetteer").iterdir():
        if path.name != "names.marisa":
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "names.marisa").write_bytes(b"no trie")
    with pytest.raises(DataError, match="install geostory again"):
        Gazetteer(tmp_path)


def test_each_shipped_file_has_its_row_of_sources():
    rows = {row["path"]: row for row in tomllib.loads(data_path("SOURCES.toml").read_text())["file"]}
    for path in sorted(data_path("gazetteer").glob("*.[mn]*")):
        row = rows[f"gazetteer/{path.name}"]
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert row["bytes"] == path.stat().st_size
        assert row["input"]


@pytest.mark.parametrize(
    ("query", "admin1", "country"),
    [
        ("Paris", "Île-de-France", "FR"),
        ("Paris, Texas", "Texas", "US"),
        ("Paris, TX", "Texas", "US"),
        ("Paris, tx, usa", "Texas", "US"),
        ("London, Ontario, Canada", "Ontario", "CA"),
        ("Springfield, Sangamon County, Illinois", "Illinois", "US"),
        ("Georgia, U.S.", "", "US"),
        ("Kursk, Russia", "Kursk Oblast", "RU"),
    ],
)
def test_parts_after_a_comma_narrow(query, admin1, country):
    found = geocode_candidates(query)
    assert found
    assert (found[0].admin1, found[0].country) == (admin1, country)


def test_a_part_that_does_not_fit_finds_nothing():
    assert geocode_candidates("Paris, Alaska") == []


def test_near_brings_the_neighbour_first_and_hides_nobody():
    everywhere, near_dallas = geocode_candidates("Paris"), geocode_candidates("Paris", near=(32.8, -96.8))
    assert near_dallas[0].admin1 == "Texas"
    assert set(near_dallas) == set(everywhere)
    assert geocode_candidates("Georgia", near=(33.7, -84.4), limit=1)[0].country == "US"


def test_the_geocoder_stands_in_for_nominatim():
    geocoder = Geostory(user_agent="test")
    assert isinstance(geocoder, Geocoder)
    location = geocoder.geocode("Paris, Texas")
    assert location.address == "Paris, Lamar County, Texas, United States"
    assert geodesic(location.point, (33.66, -95.56)).km < 5
    assert location.raw["gazetteer_id"].startswith("geonames:")
    several = geocoder.geocode("Springfield", exactly_one=False, limit=3)
    assert [type(place) for place in several] == [type(location)] * 3
    assert geocoder.geocode("Paris", country_codes="us").raw["country"] == "US"
    assert geocoder.geocode({"city": "London", "state": "Ontario"}).raw["country"] == "CA"
    assert geocoder.geocode("London", near=(43.0, -81.0)).raw["admin1"] == "Ontario"
    assert geocoder.geocode("Xyzzyville") is None
    assert geocoder.geocode("Xyzzyville", exactly_one=False) is None


def test_a_position_tells_its_town_county_region_and_country():
    location = Geostory().reverse((37.13, -84.08))
    assert location.address == "London, Laurel County, Kentucky, United States"
    assert location.raw["country"]["country"] == "US"
    listed = Geostory().reverse("37.13, -84.08", exactly_one=False)
    assert [place.raw["name"] for place in listed] == ["London", "Laurel County", "Kentucky", "United States"]
    assert Geostory().reverse((44.95, 34.1)).raw["country"]["name"] == "Ukraine"
    assert Geostory().reverse((43.5, 34.0)).address == "Black Sea"


def test_the_town_of_a_border_position_lies_on_its_own_side():
    here = surroundings(lat=31.770, lon=-106.487)  # El Paso, across the river from Ciudad Juárez
    assert here.country.country == here.town.country == "US"


@pytest.mark.parametrize("query", ["", "   ", None, 7])
def test_no_query_is_refused_in_geopys_words(query):
    with pytest.raises(GeocoderQueryError):
        Geostory().geocode(query)


def test_no_position_is_refused_in_geopys_words():
    for query in ("not a point", (91, 0), None):
        with pytest.raises(GeocoderQueryError):
            Geostory().reverse(query)
    with pytest.raises(GeocoderQueryError):
        Geostory().geocode("Paris", exactly_one=False, limit=0)


def test_a_description_does_not_say_a_name_twice():
    assert describe(first("Luxembourg")) == "Luxembourg"
    assert describe(first("Laurel County")) == "Laurel County, Kentucky, United States"
