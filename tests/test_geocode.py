"""Looking names up and positions too: by one, by many, from a CSV file, and from Python with the same answers."""

import csv
import io
import json
import subprocess
import sys

import pytest
from geopy.exc import GeocoderQueryError
from geopy.point import Point
from hypothesis import given, settings
from hypothesis import strategies as st

from geostory.cli import main
from geostory.errors import UsageError
from geostory.gazetteer import gazetteer
from geostory.geocoder import Geostory
from geostory.search import country_code, find_place, geocode_candidates, surroundings
from geostory.sheet import ADDED, geocode_sheet


def run(capsys, *words):
    """Exit status, standard output and standard error of one command."""
    try:
        status = main([str(word) for word in words])
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    return status, out, err


@pytest.fixture
def sheet(tmp_path):
    """Writes a CSV file; returns its path."""

    def write(content):
        path = tmp_path / "in.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows(text, **options):
    return list(csv.DictReader(io.StringIO(text), **options))


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("country", ["us", "USA", "U.S.", "United States", "Vereinigte Staaten"])
def test_a_country_is_given_by_either_code_or_any_name(country):
    found = geocode_candidates("Paris", country=country)
    assert found and {place.country for place in found} == {"US"}


def test_every_country_of_the_gazetteer_answers_to_its_codes_and_its_name():
    codes = ("GF", "RE", "XK", "TW", "PS", "EH", "AQ", "GG", "UM", "CG", "SX")
    for code in codes:
        state = gazetteer().of_shape(f"country:{code}")
        assert country_code(code) == country_code(state.name) == code
    assert [country_code(text) for text in ("GUF", "XKX", "TWN", "COD", "GBR")] == ["GF", "XK", "TW", "CD", "GB"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--country", "Frnace"], "France"),
        (["--country", "Congo"], "CD, CG"),
        (["--country", "Scotland"], "'NAME, Scotland'"),
        (["--country", "ZZ"], "ISO code"),
        (["--country", ""], "ISO code"),
        (["--feature", "RIVER"], "STM (rivers)"),
        (["--feature", "P"], "PPL (towns)"),
        (["--limit", "0"], "1 or more"),
        (["--column", "x"], "--csv FILE"),
        (["--near", "95,0"], "latitude"),
    ],
)
def test_an_option_that_means_nothing_is_one_line_that_says_what_to_do(capsys, options, says):
    status, out, err = run(capsys, "geocode", "Paris", *options)
    assert (status, out) == (2, "") and len(err.splitlines()) == 1 and says in err


def test_a_feature_narrows_and_ppl_takes_every_town():
    assert {place.feature for place in geocode_candidates("Georgia", feature="ADM1")} == {"ADM1"}
    assert geocode_candidates("Paris", feature="PPL")[0].feature == "PPLC"
    assert {place.feature for place in geocode_candidates("Kursk", feature="adm")} <= {"ADM1", "ADM2"}
    assert geocode_candidates("Western Sahara", feature="PCL")


def test_a_river_or_range_is_in_each_country_that_it_touches():
    assert geocode_candidates("Danube", country="RO", feature="STM")
    assert geocode_candidates("Danube", country="Austria")
    assert geocode_candidates("Alps", country="AT")
    assert not geocode_candidates("Danube", country="FR") and not geocode_candidates("Alps", country="NO")


def test_places_inside_an_area_come_before_those_around_it():
    assert geocode_candidates("London", near=find_place("Kentucky"))[0].admin1 == "Kentucky"
    # The middle of Canada is far from every London.
    assert geocode_candidates("London", near=find_place("Canada"))[0].country == "CA"
    assert geocode_candidates("London")[0].country == "GB"


def test_several_names_are_answered_in_turn_and_a_miss_is_named(capsys):
    status, out, err = run(capsys, "geocode", "Kiev", "Xyzzyqua", "Paris, TX", "--limit", 1, "--format", "jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert [(row["query"], row["name"], row["country"]) for row in found] == [
        ("Kiev", "Kyiv", "UA"),
        ("Paris, TX", "Paris", "US"),
    ]
    assert status == 1 and "'Xyzzyqua'" in err.splitlines()[0]


def test_a_miss_says_which_options_were_set(capsys):
    status, out, err = run(capsys, "geocode", "Paris", "--country", "Denmark", "--feature", "STM")
    assert (status, out) == (1, "") and "--country Denmark --feature STM" in err and len(err.splitlines()) == 1


def test_a_name_in_broken_bytes_breaks_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "geostory", "geocode", b"Paris\xff", "--limit", "1", "--format", "jsonl"],
        capture_output=True,
    )
    assert done.returncode == 0 and json.loads(done.stdout)["country"] == "FR"


# --- Python -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Springfield", {"near": "Illinois"}),
        ("Richmond", {"near": "-33.9,151.2"}),
        ("San José", {"country": "CRI"}),
        ("Georgia", {"feature": "ADM1"}),
        ("London, Ontario", {}),
        ("Victoria", {"country": "Canada", "feature": "PPL", "near": "Vancouver"}),
    ],
)
def test_the_geocoder_and_the_command_give_the_same_places_in_the_same_order(capsys, name, options):
    words = [word for key, value in options.items() for word in (f"--{key}", value)]
    _, out, _ = run(capsys, "geocode", name, *words, "--format", "json", "--limit", 7)
    locations = Geostory().geocode(name, exactly_one=False, limit=7, **options)
    listed = [row["gazetteer_id"] for row in json.loads(out)]
    assert [place.raw["gazetteer_id"] for place in locations] == listed
    assert Geostory().geocode(name, **options).raw["gazetteer_id"] == listed[0]


def test_a_query_in_parts_asks_for_its_first_part():
    locate = Geostory().geocode
    assert locate({"city": "Quebec"}).raw["name"] == "Quebec City"
    assert locate({"state": "Quebec"}).raw["feature"] == "ADM1"
    assert locate({"state": "Washington", "country": "US"}).raw["feature"] == "ADM1"
    assert locate({"country": "Georgia"}).raw["country"] == "GE"
    with pytest.raises(GeocoderQueryError, match="'city'"):
        locate({"town": "Paris"})


def test_nominatims_filters_filter():
    locate = Geostory().geocode
    assert locate("Georgia", featuretype="state").raw["country"] == "US"
    assert locate("Paris", country_codes="ca,us").raw["country"] in ("US", "CA")
    for options in ({"featuretype": "moon"}, {"bounded": True}, {"country_codes": ["xx"]}, {"near": "Xyzzyqua"}):
        with pytest.raises(GeocoderQueryError):
            locate("Paris", **options)


def test_the_home_of_a_geocoder_may_be_a_name():
    assert Geostory(near="Ontario").geocode("London").raw["country"] == "CA"
    assert Geostory(near="Ontario").geocode("London", near=Point(51.5, 0)).raw["country"] == "GB"


# --- positions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lat", "lon", "names"),
    [
        (37.13, -84.08, ("United States", "Kentucky", "Laurel County", None, "London")),
        (48.85, 2.35, ("France", "Île-de-France", "Paris", None, "Paris")),
        (51.50, -0.12, ("United Kingdom", "England", "Westminster", None, "London")),
        (-33.9, 151.2, ("Australia", "New South Wales", None, None, "Sydney")),
        (44.95, 34.1, ("Ukraine", "Crimea", None, None, "Simferopol")),
        (65.78, -169.06, ("Russia", "Chukotka", None, None, "Uelen")),
        (43.5, 34.0, (None, None, None, "Black Sea", "Katsiveli")),
        (90, 0, (None, None, None, "Arctic Ocean", "Alert")),
        (-90, 0, ("Antarctica", None, None, None, "McMurdo Station")),
    ],
)
def test_a_position_has_what_holds_it_and_its_nearest_town(lat, lon, names):
    here = surroundings(lat=lat, lon=lon)
    parts = (here.country, here.region, here.county, here.sea, here.town)
    assert tuple(part and part.name for part in parts) == names


def test_the_antimeridian_parts_no_neighbours():
    west, east = surroundings(lat=-16.8, lon=179.99), surroundings(lat=-16.8, lon=-179.99)
    assert west.country == east.country and west.town == east.town and abs(west.town_m - east.town_m) < 2_200
    assert surroundings(lat=0, lon=180) == surroundings(lat=0, lon=-180)
    assert Geostory().reverse((-16.8, 180.01)).address == Geostory().reverse((-16.8, -179.99)).address


def test_a_quarter_of_a_town_is_no_town():
    here = surroundings(lat=43.7, lon=-79.4)
    assert here.town.name == "Toronto" and here.town.feature != "PPLX"


@pytest.mark.parametrize("format", ["table", "jsonl", "json", "geojson", "csv"])
def test_positions_print_in_every_format(capsys, format):
    status, out, err = run(capsys, "reverse", "-33.9,151.2", "90,0", "--format", format)
    assert (status, err) == (0, "") and "New South Wales" in out and "Arctic Ocean" in out


def test_a_town_comes_with_its_distance(capsys):
    _, out, _ = run(capsys, "reverse", "51.75,-1.26", "--format", "json")
    (row,) = json.loads(out)
    assert (row["country"], row["town"], row["sea"]) == ("GB", "Oxford", None) and row["town_distance_m"] < 1000


@pytest.mark.parametrize("position", ["Paris", "91,0", "0,181", "nan,0", "1,2,3", ""])
def test_what_is_no_position_is_one_line(capsys, position):
    status, out, err = run(capsys, "reverse", "48.85,2.35", position)
    assert (status, out) == (2, "") and len(err.splitlines()) == 1 and repr(position) in err


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_every_row_keeps_its_columns_and_gains_a_place(capsys, sheet):
    path = sheet('id,place,note\n1,Kiev,"two\nlines"\n2,"Paris, Texas",\n3,Xyzzyqua,=1+1\n4,,-5\n')
    status, out, err = run(capsys, "geocode", "--csv", path, "--column", "place")
    table = rows(out)
    assert list(table[0]) == ["id", "place", "note", *ADDED]
    assert [row["name"] for row in table] == ["Kyiv", "Paris", "", ""]
    assert [row["note"] for row in table] == ["two\nlines", "", "=1+1", "-5"]
    assert table[0]["country"] == "UA" and table[1]["admin1"] == "Texas" and float(table[1]["lon"]) < -95
    assert [row["candidates"] for row in table[1:]] == ["1", "0", "0"]
    assert status == 0 and "2 of 4 rows" in err and "'Xyzzyqua' (line 5)" in err


def test_the_options_hold_for_every_row(capsys, sheet):
    path = sheet("place\nParis\nLondon\nGeorgia\n")
    _, out, _ = run(capsys, "geocode", "--csv", path, "--column", "place", "--country", "US", "--near", "Kentucky")
    assert [row["admin1"] or row["name"] for row in rows(out)] == ["Kentucky", "Kentucky", "Georgia"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_told_from_the_first_line_and_kept(capsys, sheet, delimiter):
    path = sheet(f"id{delimiter}Ort, Land\n1{delimiter}Köln, Germany\n")
    status, out, _ = run(capsys, "geocode", "--csv", path, "--column", "Ort, Land")
    assert status == 0 and rows(out, delimiter=delimiter)[0]["name"] == "Cologne"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read(capsys, sheet, encoding):
    path = sheet("Ort,Jahr\nMünchen,2024\nDüsseldorf,2025\n".encode(encoding))
    status, out, _ = run(capsys, "geocode", "--csv", path, "--column", "Ort")
    assert status == 0 and out.startswith("\ufeff") == (encoding == "utf-8-sig")
    assert [row["name"] for row in rows(out.removeprefix("\ufeff"))] == ["Munich", "Düsseldorf"]


def test_a_column_of_the_same_name_is_never_overwritten(capsys, sheet):
    path = sheet("name,LAT\nKiev,x\n")
    _, out, err = run(capsys, "geocode", "--csv", path, "--column", "name")
    (row,) = rows(out)
    assert (row["name"], row["geocoded_name"], row["LAT"], row["country"]) == ("Kiev", "Kyiv", "x", "UA")
    assert float(row["geocoded_lat"]) > 50 and "'geocoded_name'" in err


def test_cells_that_begin_as_formulas_do_are_told(capsys, sheet):
    path = sheet("place,a,b,c\nParis,=HYPERLINK(1),+49 30 1234,-0.5\nRome,@SUM(1),+cmd|x,\n")
    _, out, err = run(capsys, "geocode", "--csv", path, "--column", "place")
    assert "formulas do: 3," in err and "=HYPERLINK(1)" in out


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 1, "empty"),
        (b"place\nPar\0is\n", 1, "NUL"),
        ("place\nPar\0is\n".encode("utf-16"), 1, "NUL"),
        (b"\xff\xfe\x00", 1, "UTF-16"),
        (b'place,x\n"Paris,1\nRome,2\n', 1, "line 2"),
        (b"place,x\nParis,1\nRome,2,3\n", 1, "line 3"),
        (b"place\nParis, Texas\n", 1, "quotes"),
        (b"place\n" + b"x" * 200_000 + b"\n", 1, "line 2"),
        (b"town,x\nParis,1\n", 2, "'town', 'x'"),
        (b"place,place\nParis,1\n", 2, "2 columns"),
        (b'"place\nParis\n', 1, "quotation mark"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line_and_leaves_what_stood_there(capsys, sheet, content, status, says):
    path = sheet(content)
    out_path = path.with_name("out.csv")
    out_path.write_text("old")
    got, out, err = run(capsys, "geocode", "--csv", path, "--column", "place", "-o", out_path)
    assert (got, out) == (status, "") and len(err.splitlines()) == 1 and says in err and "in.csv" in err
    assert out_path.read_text() == "old" and sorted(p.name for p in path.parent.iterdir()) == ["in.csv", "out.csv"]


def test_a_file_may_take_its_own_place(capsys, sheet):
    path = sheet("place\nKiev\n")
    status, out, err = run(capsys, "geocode", "--csv", path, "--column", "place", "-o", path)
    assert (status, out, err) == (0, "", "") and rows(path.read_text())[0]["name"] == "Kyiv"
    status, _, err = run(capsys, "geocode", "--csv", path, "--column", "place", "-o", path.parent / "no" / "out.csv")
    assert status == 1 and len(err.splitlines()) == 1


def test_a_table_may_come_from_standard_input():
    done = subprocess.run(
        [sys.executable, "-m", "geostory", "geocode", "--csv", "-", "--column", "place"],
        input=b"place\r\nKiev\r\n\r\n",
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"") and done.stdout.splitlines()[1].startswith(b"Kiev,Kyiv,50.4")


@pytest.mark.parametrize(
    "words",
    [
        ["--csv", "x.csv"],
        ["--csv", "x.csv", "--column", "c", "Paris"],
        ["--csv", "x.csv", "--column", "c", "--format", "json"],
        ["Paris", "-o", "x.csv"],
        [],
    ],
)
def test_options_that_do_not_go_together_are_one_line(capsys, words):
    status, out, err = run(capsys, "geocode", *words)
    assert (status, out) == (2, "") and len(err.splitlines()) == 1 and "--csv FILE --column C" in err


_CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8)


@settings(max_examples=40)
@given(st.lists(st.tuples(_CELLS, _CELLS.map(lambda text: text + "\n'\",;")), max_size=4))
def test_cells_come_back_as_they_were(tmp_path_factory, table):
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("place", "own"), *table])
    text = geocode_sheet(str(path), column="place", find=geocode_candidates).text
    assert [(row["place"], row["own"]) for row in rows(text)] == table


def test_an_unknown_column_lists_the_ones_there_are(sheet):
    with pytest.raises(UsageError, match="'town', 'x'"):
        geocode_sheet(str(sheet("town,x\n")), column="place", find=geocode_candidates)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Cincinatti", "Cincinnati"), ("Phillippines", "Philippines"), ("Massachussetts", "Massachusetts")],
)
def test_a_letter_doubled_or_not_is_forgiven(capsys, typed, meant):
    status, out, err = run(capsys, "geocode", typed, "--limit", "1", "--format", "jsonl")
    assert (status, err) == (0, "") and json.loads(out)["name"] == meant


def test_near_a_town_its_own_country_comes_before_others(capsys):
    _, out, _ = run(capsys, "geocode", "Cordoba", "--near", "Monterrey, Mexico", "--limit", "1", "--format", "jsonl")
    assert json.loads(out)["country"] == "MX"
