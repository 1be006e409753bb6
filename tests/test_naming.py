"""Names in dispute, Ukrainian names and wordings: neutral by default, by the view, and a newsroom's to set."""

from datetime import date
from pathlib import Path

import pytest

from geostory import Article, regions_in_force, tell
from geostory.block import story_block
from geostory.naming import romanise_ukrainian, shown_name
from geostory.pack_checks import check_packs
from geostory.pack_warnings import pack_warnings
from geostory.packs import read_packs
from geostory.region_mentions import regions_of
from geostory.resources import data_path
from geostory.search import geocode_candidates

PACKS = read_packs()


def block(text: str, **options) -> dict:
    article = Article(title="", text=text, date=date(2025, 8, 15))
    return story_block(tell(article, recogniser="fast", **options))


def names_on(page: dict) -> set[str]:
    drawn = {feature["label"] for layer in page["layers"] for feature in layer["features"]}
    return drawn | {label["name"] for label in page["basemap"]["labels"]}


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "house", "view", "theirs"),
    [
        ("marine:persian-gulf", "Persian Gulf", "us", "Persian Gulf"),
        ("marine:sea-of-japan", "Sea of Japan", "kr", "East Sea"),
        ("marine:gulf-of-mexico", "Gulf of Mexico", "us", "Gulf of America"),
        ("country:FK", "Falkland Islands", "ar", "Malvinas Islands"),
        ("country:FK", "Falkland Islands", "un", "Falkland Islands (Malvinas)"),
        ("region:dokdo", "Dokdo/Takeshima", "jp", "Takeshima"),
        ("region:dokdo", "Dokdo/Takeshima", "kr", "Dokdo"),
        ("region:senkaku-islands", "Senkaku/Diaoyu Islands", "cn", "Diaoyu Islands"),
        ("geonames:2643736", "Derry/Londonderry", "un", "Derry/Londonderry"),
        ("marine:south-china-sea", "South China Sea", "cn", "South China Sea"),
    ],
)
def test_a_name_in_dispute_follows_the_view(key, house, view, theirs):
    assert shown_name("as it is", key, PACKS, "house") == house
    assert shown_name("as it is", key, PACKS, view) == theirs


def test_every_key_of_the_table_is_one_that_ships():
    from geostory.boundaries import boundaries
    from geostory.gazetteer import gazetteer

    regions = {row["id"] for row in PACKS.regions}
    for key in [key for row in PACKS.tables["name"] for key in row["keys"]]:
        kind, _, rest = key.partition(":")
        if kind == "region":
            assert rest in regions, key
        elif kind in ("marine", "country", "admin1", "land"):
            assert boundaries().shape(key).area > 0, key
        else:
            assert gazetteer().row(key) is not None, key


def test_a_region_is_called_in_lists_and_captions_as_on_the_map():
    found = {region.id: region.name for region in regions_in_force(worldview="jp")}
    assert (found["dokdo"], found["senkaku-islands"]) == ("Takeshima", "Senkaku Islands")


def test_labels_of_the_story_and_of_the_ground_follow_the_view():
    text = "A trawler sank in the Sea of Japan off Niigata, Japan, and another off Sokcho, South Korea."
    assert "Sea of Japan" in names_on(block(text))
    korean = names_on(block(text, worldview="kr"))
    assert "East Sea" in korean and "Sea of Japan" not in korean


def test_a_card_tells_the_other_names():
    page = block("A trawler sank in the South China Sea off Manila.")
    cards = {f["popup"]["title"]: f["popup"]["what"] for layer in page["layers"] for f in layer["features"]}
    assert cards["South China Sea"].startswith("sea; also called East Sea (Vietnam), West Philippine Sea")


def test_a_newsroom_sets_its_own_name(tmp_path: Path):
    own = """
[[name]]
id = "persian-gulf"
keys = ["marine:persian-gulf"]
shown = "Arabian Gulf"
sources = ["desk"]
[[source]]
id = "desk"
title = "Our style guide"
address = "https://example.org/style"
date = 2025-01-01
quote = "Arabian Gulf"
checked = "page"
"""
    (tmp_path / "names.toml").write_text(own, encoding="utf-8")
    assert check_packs(tmp_path) == []
    assert shown_name("Persian Gulf", "marine:persian-gulf", read_packs(tmp_path), "house") == "Arabian Gulf"
    folder = tmp_path / "again"
    folder.mkdir()
    (folder / "names.toml").write_text(own.replace('checked = "page"', 'checked = "unchecked"'), encoding="utf-8")
    assert shown_name("Persian Gulf", "marine:persian-gulf", read_packs(folder), "house") == "Persian Gulf"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('worldviews = ["kr"]', 'worldviews = ["kp"]', "name sea-of-japan: 'worldviews' names no worldview: 'kp'"),
        ('"region:dokdo"', '"region:dokdo-isles"', "name dokdo: 'keys' names no region: 'dokdo-isles'"),
        ('sources = ["un-gulf"]', 'sources = ["hearsay"]', "name persian-gulf: 'sources' names no source: 'hearsay'"),
        ('rule = "ukrainian"', 'rule = "latin"', "romanised UA: 'rule' must be ukrainian or none"),
        (
            "geonames:694910 Saky",
            "Saky",
            "romanised UA: 'written' needs a gazetteer id, a blank and a name, not 'Saky'",
        ),
    ],
)
def test_a_faulty_table_of_names_gets_one_clear_line(tmp_path: Path, old, new, fault):
    text = data_path("regions", "names.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "names.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert fault in check_packs(tmp_path)


# --- Ukraine ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "romanised"),
    [
        ("Kyiv", "Kyiv"), ("Luhans'k", "Luhansk"), ("Zaporizhzhia", "Zaporizhzhia"), ("Odesa", "Odesa"),
        ("L'viv", "Lviv"), ("Mykolayiv", "Mykolaiv"), ("Khmel'nyts'kyy", "Khmelnytskyi"), ("Kryvyy Rih", "Kryvyi Rih"),
        ("Vinnytsya", "Vinnytsia"), ("Yevpatoriya", "Yevpatoriia"), ("Hulyaypole", "Huliaipole"),
        ("Kamyanets-Podilskyi", "Kamianets-Podilskyi"), ("Mar'yinka", "Marinka"), ("Yenakiyeve", "Yenakiieve"),
        ("Dzhankoy", "Dzhankoi"), ("Stryi", "Stryi"), ("Yampil'", "Yampil"), ("Pionerskoye", "Pionerske"),
        ("Kyivskyi", "Kyivskyi"), ("Zhovti Vody", "Zhovti Vody"),
    ],
)  # fmt: skip
def test_ukrainian_names_are_romanised_the_ukrainian_way(name, romanised):
    assert romanise_ukrainian(name) == romanised
    assert romanise_ukrainian(romanised) == romanised


def test_no_ukrainian_town_keeps_an_apostrophe_or_a_russian_ending():
    from geostory.gazetteer import gazetteer

    towns = [t for t in gazetteer().in_bounds((22.0, 44.0, 40.3, 52.4), min_population=3000) if t.country == "UA"]
    shown = [shown_name(t.name, t.gazetteer_id, PACKS, "house", country="UA") for t in towns]
    assert len(shown) > 1000
    assert [name for name in shown if "'" in name or "’" in name or name.endswith(("skoye", "skiy", "yy"))] == []


def test_a_map_of_ukraine_has_ukrainian_names_and_a_view_changes_no_spelling():
    text = "Shells fell on Kryvyi Rih, Kakhovka and Mykolaiv in Ukraine, and on Dzhankoi in Crimea."
    ours, theirs = names_on(block(text)), names_on(block(text, worldview="ru"))
    assert {"Kryvyi Rih", "Mykolaiv", "Dzhankoi"} <= ours
    assert ours <= theirs and not any("'" in name for name in ours)


def test_names_carry_no_signs_that_newspapers_leave_out():
    from geostory.gazetteer import gazetteer

    shown = {
        shown_name(row.name, row.gazetteer_id, PACKS, "house", country=row.country)
        for name in ("Ryazan", "Tskhinvali", "Xi'an", "L'Aquila")
        for row in gazetteer().lookup(name)[:1]
    }
    assert {"Ryazan", "Tskhinvali", "Xi'an", "L'Aquila"} <= shown
    assert shown_name("gorod Solnetchnogorsk", "geonames:13631665", PACKS, "house", country="RU") == "Solnetchnogorsk"
    assert shown_name("Gulf of Anadyr'", "marine:gulf-of-anadyr", PACKS, "house") == "Gulf of Anadyr"
    assert shown_name("M'Clure Strait", "marine:m-clure-strait", PACKS, "house") == "M'Clure Strait"


def test_the_town_is_found_by_any_of_its_names():
    assert {geocode_candidates(name)[0].gazetteer_id for name in ("Kiev", "Kyiv")} == {"geonames:703448"}


# --- wording ----------------------------------------------------------------------------------------------------------


def test_an_annexation_is_called_so_where_it_is_held_and_else_a_claim():
    claims = {region.id: region.claim for region in regions_in_force(as_of=date(2025, 8, 15))}
    assert claims["crimea"] == "Annexed by Russia"
    assert {claims[name] for name in ("donetsk", "luhansk", "zaporizhzhia", "kherson")} == {
        "Claimed by Russia as annexed"
    }
    assert claims["golan-heights"] == "Annexed by Israel"


def test_a_newsroom_words_it_as_it_likes(tmp_path: Path):
    own = '[[wording]]\nid = "annexed"\nsaid = "Illegally annexed by {by}"\n'
    (tmp_path / "wording.toml").write_text(own, encoding="utf-8")
    assert check_packs(tmp_path) == []
    page = block("Trains stopped in Crimea.", packs=tmp_path)
    assert "Illegally annexed by Russia: Crimea and Sevastopol; the map draws them as part of Ukraine." in page["dek"]
    assert "Illegally annexed by Russia" in [row["label"] for layer in page["layers"] for row in layer["legend"]]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('id = "annexed"\nsaid = "Taken by {who}"', "wording annexed: 'said' may hold {by} in braces, not {who}"),
        ('id = "anexed"\nsaid = "Taken"', "wording anexed: nothing is worded so; choose from"),
        ('id = "annexed"\nsaid = "Taken by {by.__class__}"', "wording annexed: 'said' may hold {by} in braces"),
        ('id = "annexed"\nsaid = "Taken by {by"', "wording annexed: 'said' may hold {by} in braces, closed"),
        ('id = "annexed"\nsaid = ""', "'said' must be a text"),
    ],
)
def test_a_faulty_wording_gets_one_clear_line(tmp_path: Path, row, fault):
    (tmp_path / "wording.toml").write_text(f"[[wording]]\n{row}\n", encoding="utf-8")
    faults = check_packs(tmp_path)
    assert any(fault in line for line in faults), faults


# --- what is drawn as in question -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("A storm flooded Hatay, Turkey, on Monday.", set()),
        ("Syria claims Hatay, which Turkey rules.", {"hatay"}),
        ("Taiwan's chip exports rose, officials said.", set()),
        ("China claims Taiwan as its own.", {"taiwan"}),
        ("Rain fell in Pristina, the capital of Kosovo.", set()),
        ("Kosovo declared independence from Serbia in 2008.", {"kosovo"}),
        ("Tourism in Sabah, Malaysia, grew.", set()),
        ("Abkhazia, the breakaway region of Georgia, held a vote.", {"abkhazia"}),
        ("Oranges from the Golan Heights sold well in Israel.", {"golan-heights"}),
        ("A ferry left Crimea.", {"crimea", "sevastopol"}),
    ],
)
def test_a_dormant_claim_is_drawn_only_where_the_story_speaks_of_it(text, drawn):
    found = regions_of(Article(title="", text=text, date=date(2025, 6, 1)), ())
    assert {region.id for region in found if not region.quiet} == drawn
    assert drawn or found


# --- what a newsroom is warned of -------------------------------------------------------------------------------------


def test_check_warns_of_a_lone_encyclopedia_and_of_a_switch_for_readers():
    lines = pack_warnings()
    assert any(line.startswith("region hatay: 7 of 7 statements rest on Wikipedia alone") for line in lines)
    assert sum("punish maps" in line for line in lines) == 1


def test_a_newsroom_is_warned_of_its_own_packs_and_of_old_control(tmp_path: Path):
    (tmp_path / "front.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon",'
        '"coordinates":[[[33,46],[34,46],[34,47],[33,47],[33,46]]]}}]}',
        encoding="utf-8",
    )
    (tmp_path / "front.toml").write_text(
        """
[[control_layer]]
id = "front"
title = "Held by Russia"
by = "Russia"
file = "front.geojson"
date = 2025-01-01
life_days = 14
source = "desk"
[[source]]
id = "desk"
title = "Our map desk"
address = "https://example.org"
date = 2025-01-01
quote = "held"
checked = "page"
""",
        encoding="utf-8",
    )
    lines = pack_warnings(tmp_path)
    assert lines[0].startswith("control_layer front: of 2025-01-01, 284 days before")
    assert not any("Wikipedia" in line for line in lines)
