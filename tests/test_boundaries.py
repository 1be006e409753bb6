"""The shapes that geostory ships: complete, valid, in the house style's borders, and quick to find."""

import hashlib
import math
import os
import sqlite3
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geostory.boundaries import Boundaries, boundaries, pack_geometry, unpack_geometry
from geostory.errors import DataError, UnknownNameError, UsageError
from geostory.resources import data_path

STORED = ("country", "admin1", "county", "land", "marine", "lake", "river", "border", "border1")
AREAS = STORED[:6]
BIG_DIOMEDE, LITTLE_DIOMEDE = (-169.06, 65.78), (-168.93, 65.755)


def gap_m(one, other):
    """Shore to shore, on a flat map round the first shape and then on the ellipsoid."""
    squeeze = math.cos(math.radians(one.centroid.y))
    flat = [shapely.transform(shape, lambda xy: xy * [squeeze, 1]) for shape in (one, other)]
    ends = shapely.get_coordinates(shapely.shortest_line(*flat)) / [squeeze, 1]
    return Geod(ellps="WGS84").inv(*ends[0], *ends[1])[2]


@pytest.mark.parametrize(
    ("lon", "lat", "country", "unit"),
    [
        (34.1, 44.95, "Ukraine", "Crimea"),
        (33.55, 44.58, "Ukraine", "Sevastopol"),
        (38.5, 48.0, "Ukraine", "Donets'k"),
        (35.8, 33.0, "Syria", "Golan Heights"),
        (-13.2, 27.1, "Western Sahara", "Laâyoune - Boujdour - Sakia El Hamra"),
        (33.3, 35.25, "Cyprus", "Northern Cyprus"),
        (45.0, 10.0, "Somalia", "Somaliland"),
        (20.74, 42.21, "Kosovo", "Prizren"),
        (121.0, 24.0, "Taiwan", "Nantou"),
        (-149.9, 61.2, "United States", "Alaska"),
        (-169.06, 65.78, "Russia", "Chukchi Autonomous Okrug"),
    ],
)
def test_a_place_lies_in_its_country_by_the_united_nations_view(lon, lat, country, unit):
    assert boundaries().at("country", lon, lat).name == country
    assert boundaries().at("admin1", lon, lat).name == unit


def test_crimea_belongs_to_ukraines_shape_at_both_details():
    for detail in ("measure", "draw"):
        ukraine = boundaries().shape("country:UA", detail=detail)
        russia = boundaries().shape("country:RU", detail=detail)
        crimea = shapely.union_all([boundaries().shape(f"admin1:UA-{n}", detail=detail) for n in (40, 43)])
        assert ukraine.buffer(1e-4).covers(crimea)
        assert russia.intersection(crimea).area < 1e-6


def test_no_international_border_runs_between_crimea_and_kherson():
    isthmus = shapely.box(33.3, 45.9, 35.0, 46.3)
    assert not any(row.geometry.intersects(isthmus) for row in boundaries().find("border", isthmus.bounds))
    assert any(row.geometry.intersects(isthmus) for row in boundaries().find("border1", isthmus.bounds))


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("border:RU-UA", "recognised"),
        ("border:DE-FR", "recognised"),
        ("border:EH-MA:disputed", "disputed"),
        ("border:RS-XK:disputed", "disputed"),
        ("border:IN-PK:disputed", "disputed"),
        ("border:IN-PK", "recognised"),
        ("border:KP-KR:disputed", "disputed"),
        ("border:SD-SS:disputed", "disputed"),
        ("border:SY-SY:disputed", "disputed"),
        ("border:EG-SD:disputed", "disputed"),
    ],
)
def test_a_border_tells_whether_it_is_recognised(key, kind):
    row = boundaries().get(key)
    assert row.properties["kind"] == kind
    assert row.geometry.length > 0.3


@pytest.mark.parametrize("point", [(35.85, 33.1), (28.5, 10.16), (77.0, 35.3), (-12.0, 27.67)])
def test_lines_of_undetermined_status_are_disputed_and_nothing_else(point):
    near = shapely.Point(point).buffer(0.2)
    kinds = {
        row.properties["kind"] for row in boundaries().find("border", near.bounds) if row.geometry.intersects(near)
    }
    assert kinds == {"disputed"}


def test_the_diomede_islands_are_two_and_their_gap_is_that_of_the_source():
    big, little = (boundaries().at("land", *place) for place in (BIG_DIOMEDE, LITTLE_DIOMEDE))
    assert big.key != little.key
    assert (big.country, little.country) == ("RU", "US")
    assert gap_m(big.geometry, little.geometry) == pytest.approx(3988, abs=5)
    drawn = [boundaries().shape(row.key, detail="draw") for row in (big, little)]
    assert all(shape.area > 1e-4 for shape in drawn)


def test_the_finer_coast_of_a_strait_is_used_where_there_is_one():
    big, little = (boundaries().finest(*place, within_m=500) for place in (BIG_DIOMEDE, LITTLE_DIOMEDE))
    assert (big[1], little[1]) == ("OpenStreetMap", "OpenStreetMap")
    assert big[0].properties["whole"]
    assert gap_m(big[0].geometry, little[0].geometry) == pytest.approx(3771, abs=5)
    assert boundaries().finest(12.49, 41.89)[1] == "Natural Earth 1:10m"
    assert boundaries().finest(-150, 30) is None


def test_a_shore_cut_at_the_straits_box_says_so():
    part, _ = boundaries().finest(28.95, 41.02)
    assert not part.properties["whole"]


def test_without_the_share_alike_file_all_works_on_natural_earth(tmp_path):
    alone = Boundaries(data_path("boundaries", "boundaries.sqlite"), tmp_path / "coasts-osm.sqlite")
    part, source = alone.finest(*LITTLE_DIOMEDE)
    assert source == "Natural Earth 1:10m"
    assert part.key == alone.at("land", *LITTLE_DIOMEDE).key


@pytest.mark.parametrize("name", ["boundaries.sqlite", "coasts-osm.sqlite"])
def test_the_source_list_describes_the_very_files_that_ship(name):
    path = data_path("boundaries", name)
    rows = tomllib.loads(data_path("SOURCES.toml").read_text(encoding="utf-8"))["file"]
    row = next(row for row in rows if row["path"] == f"boundaries/{name}")
    with sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True) as file:
        assert row["rows"] == file.execute("SELECT count(*) FROM shape").fetchone()[0]
    assert row["bytes"] == path.stat().st_size
    assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert row["licence"] == ("ODbL-1.0" if "osm" in name else "LicenseRef-public-domain")
    assert row["credit"]
    assert row["input"]


@pytest.mark.parametrize("layer", STORED)
def test_every_shape_is_valid_at_both_details_and_no_key_comes_twice(layer):
    keys = {}
    for detail in ("measure", "draw"):
        rows = boundaries().find(layer, detail=detail)
        shapes = [row.geometry for row in rows]
        assert shapely.is_valid(shapes).all()
        assert not shapely.is_empty(shapes).any()
        assert (shapely.get_dimensions(shapes) == (2 if layer in AREAS else 1)).all()
        bounds = shapely.total_bounds(shapes)
        assert (bounds >= [-180, -90, -180, -90]).all() and (bounds <= [180, 90, 180, 90]).all()
        keys[detail] = [row.key for row in rows]
    assert keys["measure"] == keys["draw"]
    assert len(set(keys["draw"])) == len(keys["draw"]) > 200


def test_neighbours_share_their_edges_at_both_details():
    for detail in ("measure", "draw"):
        europe = boundaries().find("country", (5, 45, 25, 52), detail=detail)
        overlap = shapely.coverage_invalid_edges([row.geometry for row in europe])
        assert shapely.length(overlap).sum() < 0.01


@pytest.mark.parametrize("layer", ["coast", "border", "border1"])
def test_no_line_runs_along_the_antimeridian(layer):
    for row in boundaries().find(layer, (179.9, -90, 180.1, 90)):
        for line in shapely.get_parts(row.geometry):
            xy = shapely.get_coordinates(line)
            along = (abs(xy[:-1, 0]) == 180) & (xy[:-1, 0] == xy[1:, 0])
            assert not along.any(), row.key


def test_land_cut_at_the_antimeridian_is_one_piece():
    west, east = boundaries().at("land", 175.0, 66.0), boundaries().at("land", -175.0, 66.8)
    assert west.key == east.key == "land:1"


def test_a_box_finds_what_lies_in_it_also_over_the_antimeridian():
    names = {row.name for row in boundaries().find("country", (170, 50, 200, 72))}
    assert names == {"Russia", "United States"}
    assert boundaries().find("country", (170, 50, -160, 72)) == boundaries().find("country", (170, 50, 200, 72))
    seas = {row.name for row in boundaries().find("marine", (33, 43, 34, 44))}
    assert "Black Sea" in seas and "Baltic Sea" not in seas
    assert boundaries().find("country", (-140, -50, -139, -49)) == []


@given(lon=st.floats(-180, 180), lat=st.floats(-80, 80))
def test_a_box_round_a_position_holds_the_country_there(lon, lat):
    country = boundaries().at("country", lon, lat)
    found = boundaries().find("country", (lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1))
    assert country is None or country.key in {row.key for row in found}


def test_a_position_beside_the_shore_finds_land_only_as_far_as_asked():
    lon, lat = LITTLE_DIOMEDE[0] + 0.1, LITTLE_DIOMEDE[1]
    assert boundaries().at("land", lon, lat) is None
    assert boundaries().at("land", lon, lat, within_m=1000) is None
    assert boundaries().at("land", lon, lat, within_m=6000).key == boundaries().at("land", *LITTLE_DIOMEDE).key
    assert boundaries().at("land", lon + 360, lat, within_m=6000) is not None


def test_counties_units_and_seas_are_found_by_their_keys():
    assert boundaries().get("county:06037").name == "Los Angeles"
    assert boundaries().get("county:06037").properties["state"] == "California"
    assert boundaries().get("admin1:SD-DS").properties["region"] == "Darfur"
    assert boundaries().get("admin1:US-AK").properties["gn_id"] == 5879092
    assert boundaries().get("marine:black-sea").name == "Black Sea"
    assert boundaries().get("lake:lake-victoria").geometry.contains(shapely.Point(33, -1))
    assert boundaries().get("river:danube").geometry.length > 5


def test_an_unknown_key_layer_or_detail_gets_one_clear_line():
    with pytest.raises(UnknownNameError, match="'country:XX'"):
        boundaries().shape("country:XX")
    with pytest.raises(UsageError, match="the layers are country, admin1"):
        boundaries().find("planets")
    with pytest.raises(UsageError, match="measure, draw"):
        boundaries().shape("country:FR", detail="fine")


def test_a_file_that_is_no_boundaries_file_is_refused(tmp_path):
    path = tmp_path / "boundaries.sqlite"
    path.write_bytes(b"not a database, but long enough to be read as one" * 20)
    with pytest.raises(DataError, match=r"boundaries\.sqlite"):
        Boundaries(path)


def test_threads_read_side_by_side():
    opened = Boundaries(data_path("boundaries", "boundaries.sqlite"))
    keys = [row.key for row in opened.find("country")][:40]
    with ThreadPoolExecutor(4) as pool:
        areas = list(pool.map(lambda key: opened.shape(key).area, keys))
    assert areas == [opened.shape(key).area for key in keys]


def test_a_forked_process_opens_the_file_anew():
    opened = Boundaries(data_path("boundaries", "boundaries.sqlite"))
    opened.find("country", (0, 40, 5, 45))
    child = os.fork()
    if not child:
        os._exit(0 if opened.get("country:FR").name == "France" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


rings = st.lists(
    st.tuples(st.floats(-180, 180, width=32), st.floats(-90, 90, width=32)), min_size=2, max_size=30, unique=True
)


@given(lines=st.lists(rings, min_size=1, max_size=5), digits=st.integers(4, 6))
def test_lines_come_back_from_their_bytes_rounded_only(lines, digits):
    shape = shapely.multilinestrings([shapely.linestrings(line) for line in lines])
    back = unpack_geometry(pack_geometry(shape, digits=digits))
    assert shapely.get_num_coordinates(back) == shapely.get_num_coordinates(shape)
    assert abs(shapely.get_coordinates(back) - shapely.get_coordinates(shape)).max() <= 0.51 * 10**-digits


def test_areas_with_holes_come_back_from_their_bytes():
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    shape = shapely.multipolygons([ring, shapely.box(20, -5, 21, -4)])
    assert unpack_geometry(pack_geometry(shape, digits=5)).equals(shape)
    assert unpack_geometry(pack_geometry(ring, digits=5)).geom_type == "Polygon"


def test_an_island_off_a_foreign_coast_is_never_given_to_that_coast() -> None:
    for name, lon, lat, foreign in (("Kastellorizo", 29.59, 36.146, "TR"), ("Nangan", 119.93, 26.155, "CN")):
        found = boundaries().at("country", lon, lat, within_m=500)
        assert found is None or found.country != foreign, name
