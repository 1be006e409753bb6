"""The curated places: each complete, each with its source, each where it says it is."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import Point

from geostory.boundaries import boundaries
from geostory.gazetteer import MANY, MATCHES, gazetteer
from geostory.geodesy import shortest

FOLDER = Path(__file__).resolve().parent.parent / "data" / "supplement"
FILES = ("physical", "landforms", "informal", "power", "facilities", "demonyms", "waters", "works", "areas")
Row = dict[str, Any]


def read(name: str) -> list[Row]:
    with (FOLDER / f"{name}.toml").open("rb") as stream:
        rows: list[Row] = tomllib.load(stream)["place"]
    return rows


ROWS = [row for name in FILES for row in read(name)]
SEAS = ("OCN", "SEA", "GULF", "BAY", "BGHT", "STRT", "CHN", "CNL", "SD", "FJD", "LGN", "ESTY", "HBR", "STM", "LKS")
WIDE = {*SEAS, "ISLS", "RGN", "RF"}
# What Natural Earth draws as one with its country.
PART_OF = {"GP": "FR", "MQ": "FR", "SJ": "NO", "BQ": "NL"}
# Islands near a foreign coast and far from the rest of their country, which Natural Earth gives to nobody.
FAR_FROM_HOME = {"kastellorizo", "nangan", "penon-de-velez-de-la-gomera"}


def source_faults(source: Row, *, may_be_unchecked: bool) -> list[str]:
    """What is wrong with a source, in words."""
    faults = [] if source.get("title") else ["no title"]
    match source.get("checked"):
        case "package":
            faults += [f"no {part}" for part in ("package", "version", "file") if not source.get(part)]
        case "page":
            faults += [f"no {part}" for part in ("address", "quote") if not source.get(part)]
            if not source.get("address", "").startswith(("https://", "http://")):
                faults.append("an address that is none")
        case "unchecked":
            faults += [] if may_be_unchecked else ["coordinates that nobody checked"]
        case other:
            faults.append(f"checked = {other!r}")
    if not re.fullmatch(r"(\d{4}(-\d\d){0,2})?", source.get("date", "")):
        faults.append("a date that is none")
    return faults


def test_every_place_has_an_id_of_its_own() -> None:
    rows = [row for path in sorted(FOLDER.glob("*.toml")) for row in tomllib.loads(path.read_text()).get("place", [])]
    assert [key for key, count in Counter(row["id"] for row in rows).items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"]) for row in rows)


def test_every_place_says_what_it_is_and_is_placed_in_one_way() -> None:
    known = {"id", "name", "names", "abbreviations", "demonyms", "feature", "country", "admin1", "minor"}
    ways = {"point", "shape", "between", "land_at"}
    for row in ROWS:
        assert row["name"].strip() == row["name"] != "", row
        assert re.fullmatch(r"[A-Z][A-Z0-9]{1,4}", row["feature"]), row["id"]
        assert re.fullmatch(r"([A-Z]{2})?", row["country"]), row["id"]
        assert len(ways & row.keys()) == 1, row["id"]
        assert row.keys() <= known | ways | {"point_source", "name_source"}, row["id"]


def test_no_name_stands_twice_in_a_place() -> None:
    for row in ROWS:
        names = [row["name"], *row.get("names", [])]
        assert len(set(names)) == len(names) and all(name.strip() for name in names), row["id"]


@pytest.mark.parametrize("file", FILES)
def test_every_point_has_a_checked_source_and_every_name_an_honest_one(file: str) -> None:
    faults = []
    for row in read(file):
        faults += [
            f"{row['id']}: point: {fault}" for fault in source_faults(row["point_source"], may_be_unchecked=False)
        ]
        if "name_source" in row:
            found = source_faults(row["name_source"], may_be_unchecked=True)
            faults += [f"{row['id']}: name: {fault}" for fault in found]
    assert faults == []


def test_positions_lie_on_the_globe() -> None:
    for row in ROWS:
        if position := row.get("point") or row.get("land_at"):
            lon, lat = position
            assert -180 <= lon <= 180 and -90 <= lat <= 90, row["id"]


def test_every_shape_that_a_place_is_made_of_exists() -> None:
    keys = {key for row in ROWS for key in row.get("shape", []) + row.get("between", [])}
    for key in sorted(keys):
        assert not boundaries().shape(key, detail="draw").is_empty, key


def test_an_island_is_a_landmass_and_no_continent() -> None:
    """land_at names an island by a point: there is land within 2 km of it, and less than Australia's."""
    for row in ROWS:
        if "land_at" in row:
            part = boundaries().at("land", *row["land_at"], within_m=2000, detail="draw")
            assert part is not None, row["id"]
            # In square degrees, which only widens what lies towards the poles.
            assert part.geometry.area < 250, row["id"]


def test_two_shores_of_a_strait_are_near_each_other() -> None:
    for row in ROWS:
        if "between" in row:
            first, second = (boundaries().shape(key, detail="draw") for key in row["between"])
            metres, _, _ = shortest(first, second)
            assert metres < 250_000, row["id"]


def test_a_place_lies_in_or_near_its_country() -> None:
    """Where there is land within a degree, some of it is the country's; regions and seas may lie farther off."""
    parts = [
        (shape.country, part) for shape in boundaries().find("country") for part in shapely.get_parts(shape.geometry)
    ]
    tree = shapely.STRtree([part for _, part in parts])
    astray = []
    for row in ROWS:
        position = row.get("land_at") or row.get("point")
        if position and row["country"] and row["feature"] not in WIDE:
            near = {parts[n][0] for n in tree.query(Point(position), predicate="dwithin", distance=1)}
            at_home = near & {row["country"], PART_OF.get(row["country"])}
            if near and not at_home and row["id"] not in FAR_FROM_HOME:
                astray.append((row["id"], row["country"], sorted(near)))
    assert astray == []


def test_world_news_names_are_there() -> None:
    """Straits, islands and regions that a reader of world news expects."""
    names = {name for row in ROWS for name in [row["name"], *row.get("names", [])]}
    expected = {
        *("Bering Strait", "Strait of Hormuz", "Kerch Strait", "Bosphorus", "Bab al-Mandab Strait", "Suez Canal"),
        *("Big Diomede", "Ratmanov Island", "Little Diomede", "Senkaku Islands", "Snake Island", "Lampedusa"),
        *("Donbas", "Middle East", "European Union", "South Caucasus", "Sahel", "West Bank", "Siberia", "New England"),
        *("Tyne and Wear", "County Down", "North Wales", "Picardy", "Northern California", "Matabeleland"),
        *("Taveuni", "Tortola", "Bora Bora", "Banks Island", "Wallis", "Futuna", "Koro Sea", "Queen Elizabeth Islands"),
        *("Barentsburg", "Ny-Ålesund", "Zaatari", "Kutupalong", "Bidi Bidi"),
        *("Sinai", "Sahara", "Himalayas", "Mount Everest", "Africa", "Latin America"),
        *("Kremlin", "White House", "Pentagon", "Downing Street", "Capitol Hill", "Mar-a-Lago", "Tiananmen Square"),
        *("Joint Base Elmendorf-Richardson", "Guantanamo Bay Naval Base", "Khmeimim Air Base", "Ramstein", "Incirlik"),
        *("Ruhr", "Cascadia", "Macedonia", "Burgundy", "Dolomites", "Moravian Gate", "Iron Gate", "Wakhan Corridor"),
        *("River Tyne", "River Wear", "River Aire", "Glen Canyon Dam"),
        "Grand Teton National Park",
        *("Zaporizhzhia Nuclear Power Plant", "Yongbyon", "Fordow", "Kakhovka Dam", "Kerch Bridge", "JFK Airport"),
    }
    assert expected - names == set()


def test_every_word_for_a_people_leads_to_a_place_and_says_where_it_comes_from() -> None:
    entries = tomllib.loads((FOLDER / "demonyms.toml").read_text())["demonym"]
    assert [place for place, count in Counter(entry["place"] for entry in entries).items() if count > 1] == []
    for entry in entries:
        assert len(set(entry["words"])) == len(entry["words"]) > 0, entry["place"]
        assert source_faults(entry["source"], may_be_unchecked=True) == [], entry["place"]
        shaped = gazetteer().of_shape(entry["place"])
        assert shaped or gazetteer().row(entry["place"]), entry["place"]


def shapes_with_words() -> set[str]:
    """Shapes of the places that some word for a people leads to."""
    places, demonym = gazetteer(), MATCHES.index("demonym")
    lists, at, found = places._lists.tolist(), 0, []
    while at < len(lists):  # each list's length, then its postings
        found += lists[at + 1 : at + 1 + lists[at]]
        at += 1 + lists[at]
    found += [head for head in places._heads.tolist() if not head & MANY]
    return {places._candidate(posting).shape for posting in found if posting & 3 == demonym}


def test_every_country_and_state_has_a_word_for_its_people() -> None:
    """All but the uninhabited and the smallest, whose people news calls after the whole."""
    without = {"AQ", "BL", "BQ", "BV", "GS", "HM", "IO", "SJ", "TF", "UM", "VA"}
    areas = [*boundaries().find("country"), *boundaries().find("admin1")]
    wanted = {area.key for area in areas if re.fullmatch("(country:[A-Z]{2}|admin1:US-[A-Z]{2})", area.key)}
    wanted -= {f"country:{code}" for code in without} | {"admin1:US-PR"}  # that is country:PR
    assert wanted - shapes_with_words() == set()


def test_the_diomedes_are_two_islands() -> None:
    at = {row["id"]: boundaries().at("land", *row["land_at"], within_m=2000) for row in ROWS if "land_at" in row}
    big, little = at["big-diomede"], at["little-diomede"]
    assert big is not None and little is not None and big.key != little.key
    assert 3_500 < shortest(big.geometry, little.geometry)[0] < 4_100
    assert not shapely.intersects(big.geometry, little.geometry)
