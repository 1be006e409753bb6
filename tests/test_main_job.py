"""The main job, end to end: an article goes in, and a map comes out that a newsroom can embed."""

import json
from dataclasses import replace
from datetime import date

import pytest
from opened import Opened

import geostory
from geostory.distances import find_distances
from geostory.resources import data_path

SUMMIT = data_path("articles", "alaska-summit.md")
STRAIT = data_path("articles", "gibraltar-strait.md")
HOSTILE = (
    "Talks 🚢 <script>alert(1)</script> in Reykjavik",
    "A smiley 😀 ${alert(1)} `${alert(2)}` before Anchorage counts once.\n\n"
    "</script><script>alert(3)</script><!-- <img src=x onerror=alert(4)> and then to \u202eReykjavik\u202c.\n\n"
    "{{ 7*7 }} &amp; \u2028 the ferry from Tangier reached Algeciras, about 31 kilometres away "
    " \U0001f468\u200d\U0001f469.",
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Pages of the sample stories and of a hostile one, by name."""
    folder = tmp_path_factory.mktemp("maps")
    articles = {
        "summit": geostory.read(SUMMIT)[0],
        "strait": geostory.read(STRAIT)[0],
        "hostile": geostory.Article(title=HOSTILE[0], text=HOSTILE[1]),
    }
    for name, article in articles.items():
        geostory.tell(article).map(text="full").save(folder / f"{name}.html")
    return folder


@pytest.mark.parametrize("name", ["summit", "strait", "hostile"])
@pytest.mark.parametrize("size", [(1200, 800), (375, 667)])
def test_a_page_asks_no_host_and_says_nothing(browser, saved, name, size):
    opened = Opened(browser, saved / f"{name}.html", size=size)
    assert opened.requests == [opened.address]
    assert opened.said == []
    opened.context.close()


def test_hostile_words_stay_words(browser, saved):
    opened = Opened(browser, saved / "hostile.html")
    assert opened.do("document.querySelectorAll('img, iframe, object, embed, base').length") == 0
    assert "<script>alert(1)</script>" in opened.do("document.querySelector('h1').textContent")
    assert "${alert(1)}" in opened.do("document.querySelector('.column').textContent")
    opened.context.close()


def test_highlights_after_an_emoji_sit_on_their_words(browser, saved):
    opened = Opened(browser, saved / "hostile.html")
    words = opened.do("[...document.querySelectorAll('[data-mention]')].map((button) => button.textContent)")
    assert {"Anchorage", "Tangier", "Algeciras"} <= set(words)
    assert all(word.strip("\u2068\u2069") in HOSTILE[0] + HOSTILE[1] for word in words)
    opened.context.close()


def test_the_summit_story_has_its_places_distances_and_regions():
    story = geostory.tell(geostory.read(SUMMIT)[0])
    placed = {place.mention.text: place.candidate for place in story.places if place.candidate}
    assert placed["Anchorage"].admin1 == "Alaska"
    assert placed["Little Diomede Island"].country == "US" and placed["Big Diomede Island"].country == "RU"
    assert any(p.candidate and p.candidate.gazetteer_id == "geonames:538555" for p in story.places)  # Kursk Oblast
    diomedes = next(d for d in story.distances if d.claim.claimed_m == 4000)
    assert diomedes.measure and 3600 <= diomedes.measure.distance_m <= 4000 and diomedes.verdict == "agrees"
    assert {"Crimea", "Sevastopol", "Donetsk region", "Luhansk region"} <= {region.name for region in story.regions}
    people = {"Putin", "Trump", "Zelensky", "Volodymyr Zelensky", "Kim Jong Un", "Vladimir Putin", "Donald Trump"}
    assert not people & {place.mention.text for place in story.places}


def test_regions_are_drawn_as_the_articles_date_has_them():
    def drawn(day):
        text = "In Crimea, the four regions that Russia annexed in 2022 were on every screen."
        return {r.name for r in geostory.tell(geostory.Article(title="", text=text, date=day)).regions}

    assert drawn(date(2014, 2, 1)) == set()
    assert "Crimea" in drawn(date(2015, 1, 1)) and len(drawn(date(2015, 1, 1))) == 2
    assert len(drawn(date(2023, 1, 1))) == 6


def test_an_undated_article_says_as_of_when_its_borders_stand(browser, tmp_path):
    geostory.tell(geostory.Article(title="", text="They met in Reykjavik.")).save(tmp_path / "map.html")
    opened = Opened(browser, tmp_path / "map.html")
    assert "Article undated; borders as of" in opened.do("document.body.innerText")
    opened.context.close()


def test_a_story_over_the_antimeridian_is_one_piece(saved):
    text = (saved / "summit.html").read_text(encoding="utf-8")
    block = json.loads(text.split('id="story">', 1)[1].split("</script>", 1)[0])
    west, _, east, _ = block["frame"]
    assert east - west < 230
    for layer in block["layers"]:
        for feature in layer["features"]:
            assert west - 180 <= feature["label_at"][0] <= west + 360


def test_a_page_credits_what_it_used():
    credits = geostory.tell(geostory.Article(title="", text="They met in Reykjavik.")).map().block["credits"]
    assert any("GeoNames" in credit for credit in credits) and any("Natural Earth" in credit for credit in credits)
    assert not any("OpenStreetMap" in credit for credit in credits)
    credits = geostory.tell(geostory.read(SUMMIT)[0]).map().block["credits"]
    assert any(credit.startswith("© OpenStreetMap contributors") for credit in credits)


def test_an_article_without_places_still_makes_a_page(browser, tmp_path):
    geostory.tell(geostory.Article(title="Nothing", text="Nothing happened, and nobody said where.")).save(
        tmp_path / "map.html"
    )
    opened = Opened(browser, tmp_path / "map.html")
    assert "No place in this article" in opened.do("document.body.innerText") and opened.said == []
    opened.context.close()


def test_tables_are_geodataframes_in_wgs84():
    story = geostory.tell(geostory.read(SUMMIT)[0])
    for what, kinds in (
        ("places", {"Point"}),
        ("distances", {"LineString", "MultiLineString"}),
        ("regions", {"Polygon", "MultiPolygon"}),
    ):
        frame = story.geodataframe(what)
        assert frame.crs.to_epsg() == 4326 and len(frame) and set(frame.geom_type.dropna()) <= kinds
    with pytest.raises(geostory.UsageError, match="places, distances, regions"):
        story.geodataframe("people")


def test_a_place_that_is_not_sure_neither_frames_nor_measures():
    article = geostory.Article(title="", text="The port of Tarifa lies about 32 kilometres from Tangier in Morocco.")
    story = geostory.tell(article)
    assert story.distances[0].measure is not None
    tangier = next(p for p in story.places if p.mention.text == "Tangier")
    sydney = geostory.Geostory().geocode("Sydney, Australia")
    astray = replace(tangier.candidate, lat=sydney.latitude, lon=sydney.longitude, gazetteer_id="trial", shape="")
    for confidence, framed in ((0.9, True), (0.2, False)):
        moved = replace(tangier, candidate=astray, confidence=confidence)
        places = tuple(moved if place is tangier else place for place in story.places)
        west, _, east, _ = replace(story, places=places, distances=()).map().block["frame"]
        assert (east - west > 100) == framed
        measured = find_distances(article, places)[0].measure
        assert (measured is not None) == framed


def test_a_country_that_only_says_where_a_town_lies_is_named_and_not_outlined():
    text = "The flood reached Springfield, Illinois, on Monday. Sangamon County closed roads near Springfield."
    block = geostory.tell(geostory.Article(title="", text=text)).map().block
    kinds = {f["label"]: f["kind"] for layer in block["layers"] for f in layer["features"]}
    assert kinds["Illinois"] == "label" and kinds["Springfield"] == "dot" and kinds["Sangamon County"] == "area"


def test_regions_too_small_for_the_map_are_named_in_an_inset_and_no_name_covers_another(browser, saved):
    opened = Opened(browser, saved / "summit.html")
    placed = opened.do(
        """[...document.querySelectorAll('.inset .label-region')]
            .filter((label) => !label.hidden && label.offsetWidth)
            .map((label) => [label.textContent, ...(({ left, top, right, bottom }) => [left, top, right, bottom])(
                label.getBoundingClientRect())])"""
    )
    assert {"Crimea", "Kherson", "Luhansk"} <= {row[0].strip("\u2068\u2069") for row in placed}
    for name, *box in placed:
        others = [other for other_name, *other in placed if other_name != name]
        assert not any(box[0] < o[2] and box[2] > o[0] and box[1] < o[3] and box[3] > o[1] for o in others), name
    opened.context.close()
