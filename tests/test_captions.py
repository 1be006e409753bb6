"""The words of a map: a title and caption of its own, an editor's words before them, and whether a map is advised."""

from datetime import date
from types import MappingProxyType

import pytest

import geostory
from geostory.block import story_block
from geostory.cli import main
from geostory.words import with_the

SUMMIT = "They met in Anchorage. Little Diomede lies fewer than 4 kilometres from Big Diomede."


def block(text, title="", words=None, **extra):
    article = geostory.Article(title=title, text=text, date=date(2025, 8, 15), extra=MappingProxyType(extra))
    return story_block(geostory.tell(article, recogniser="fast", words=words))


@pytest.mark.parametrize(
    "text",
    [
        "Washington and Brussels are at odds over steel. The White House did not comment.",
        "The dispute between Washington and Brussels over steel goes on.",
    ],
)
def test_capitals_that_only_stand_for_their_governments_want_no_map(text):
    story = geostory.tell(geostory.Article(title="Washington at odds with Brussels", text=text), recogniser="fast")
    assert story.map().block["reason"].startswith("its places only stand for governments")


def test_a_map_has_a_title_of_what_it_shows_beside_the_headline():
    made = block(SUMMIT, title="A handshake on ice")
    assert made["title"] == "A handshake on ice"
    assert made["map_title"] == "The Diomede islands and Anchorage"
    page = geostory.tell(geostory.Article(title="A handshake", text="They met in Anchorage."), recogniser="fast").map()
    assert "<title>A handshake – Anchorage, Alaska</title>" in page.render()


def test_a_title_speaks_of_claims_as_claims():
    made = block("Trains stopped in Crimea, in the Kherson region and in the Donetsk region.")
    assert made["map_title"] == "Regions of Ukraine that Russia claims to have annexed"
    assert "Russia claims to have annexed Crimea, Sevastopol and the Donetsk and Kherson regions" in made["dek"]
    assert "the map draws them as part of Ukraine" in made["dek"]


CRIMEA = "Drones struck Simferopol, Dzhankoi and Kerch in Crimea."


@pytest.mark.parametrize(("view", "state"), [("house", "Ukraine"), ("ru", "Russia"), ("de-facto", "Russia")])
def test_a_caption_tells_whose_a_place_is_by_the_view_and_the_spelling_stays(view, state):
    told = geostory.tell(geostory.Article(title="", text=CRIMEA, date=date(2024, 5, 1)), worldview=view)
    caption = story_block(told)["dek"]
    assert f"Simferopol, Dzhankoi and Kerch, all in {state}." in caption
    assert f"the map draws them as part of {state}." in caption


@pytest.mark.parametrize(
    ("text", "view", "said"),
    [
        ("Argentina claims the Falkland Islands.", "house", "the map leaves open whose they are."),
        ("Rain fell in Taipei, and China spoke of disputed Taiwan.", "cn", "Taipei is a city in Taiwan, China."),
        ("Rain fell in Sukhumi in breakaway Abkhazia.", "ru", "Sokhumi is a town in Abkhazia. Abkhazia is a breakaway"),
        ("Rain fell in Sukhumi in breakaway Abkhazia.", "ru", "the map draws it as a state of its own."),
        ("India claims Aksai Chin; it snowed in Leh.", "in", "China; the map marks it without an outline."),
        ("Leh and Kargil in disputed Ladakh froze.", "house", "the map leaves open whose it is."),
        ("Nicosia and Kyrenia in breakaway Northern Cyprus.", "de-facto", "The map shows"),
    ],
)
def test_a_caption_never_gives_land_to_a_state_that_the_view_does_not(text, view, said):
    told = geostory.tell(geostory.Article(title="", text=text, date=date(2024, 5, 1)), worldview=view)
    made = story_block(told)
    assert said in made["dek"]
    assert "in Argentina" not in made["description"] and "shows Argentina" not in made["dek"]


@pytest.mark.parametrize(
    "text",
    [
        "A trawler sank near Nemuro on Hokkaido in Japan.",
        "Schools closed in Delhi, Lahore and Srinagar.",
        "Ships left Xiamen for Manila and Kaohsiung.",
        "Nicosia and Limassol were hot.",
    ],
)
def test_a_story_that_speaks_of_no_dispute_shows_no_region_in_its_legend(text):
    made = block(text)
    assert [layer["legend"] for layer in made["layers"] if layer["id"] == "regions"] == []
    assert "claim" not in made["dek"]


def test_no_state_is_named_where_the_view_leaves_each_of_its_parts_open():
    article = geostory.Article(
        title="", text="Soldiers raided Nablus and Hebron in the West Bank.", date=date(2024, 5, 1)
    )
    named = {
        view: {label["name"] for label in story_block(geostory.tell(article, worldview=view))["basemap"]["labels"]}
        for view in ("house", "il")
    }
    assert "Palestine" in named["house"] and "Palestine" not in named["il"]


def test_a_caption_names_no_place_beyond_the_edge():
    made = block("Gales hit Aberdeen, Dundee and Perth. The captain had a house in Fremantle, he said.")
    beyond = {place["name"] for place in made["outside"]}
    assert not any(name in made["dek"] for name in beyond)


def test_many_places_of_one_state_are_named_by_it():
    made = block(
        "It rained in Hindman, Kentucky. Roads closed in Hazard, in Whitesburg, in Pikeville and in Prestonsburg."
    )
    assert made["map_title"].endswith("and other places in Kentucky") and len(made["map_title"]) <= 70


def test_the_caption_has_the_figures_in_whole_sentences():
    caption = block(SUMMIT)["dek"]
    assert "Little Diomede lies about 3.8 km (2.4 mi) from Big Diomede, shore to shore." in caption
    assert caption.endswith(".") and "4 kilometres" not in caption


def test_the_description_says_what_is_covered_and_how_it_lies():
    told = block("The ferry left Tangier for Algeciras.")["description"]
    assert told.startswith("Map: Tangier and Algeciras. It covers about ")
    assert "in Morocco and Spain" in told and "Algeciras lies about 51 km (32 mi) north-east of Tangier." in told


def test_an_editors_words_win_over_those_with_the_article_and_those_over_ours():
    text = "They met in Anchorage."
    assert block(text, map_title="Where they met", map_caption=7)["map_title"] == "Where they met"
    own = geostory.MapWords(title="Talks", caption="Here.", description="A map.", credit="A. Hand")
    made = block(text, words=own, map_title="Where they met")
    assert [made[key] for key in ("map_title", "dek", "description", "credit")] == [
        "Talks",
        "Here.",
        "A map.",
        "A. Hand",
    ]


def test_a_correction_is_said_with_its_day():
    own = geostory.MapWords(corrected=date(2026, 3, 3), correction="The first map showed Nome.")
    made = block("They met in Anchorage.", words=own)
    assert made["notes"][0] == made["corrected"] == "Corrected on 3 March 2026. The first map showed Nome."


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("Barbs", "Moscow said it would answer. Russian officials declined to comment.", "governments or peoples"),
        ("Cats", "A study finds that cats sleep more than dogs do.", "names no place"),
        ("Rates", "The bank raised its rates. A similar step was taken in Brazil last month.", "in passing (Brazil)"),
    ],
)
def test_a_story_without_a_place_that_counts_wants_no_map(title, text, reason):
    made = block(text, title=title)
    assert not made["advised"] and reason in made["reason"]
    assert f"No map advised: {made['reason']}." in made["notes"]


@pytest.mark.parametrize(
    "text",
    [
        "A fire closed the mill in Hindman on Monday.",
        "Ships waited in the Bering Strait.",
        "It rained in Brazil. Brazil closed schools. Floods came in Brazil.",
        SUMMIT,
    ],
)
def test_one_place_that_counts_is_enough_for_a_map(text):
    made = block(text)
    assert made["advised"] and made["reason"] == ""


def test_render_says_that_no_map_is_advised_and_writes_it_all_the_same(capsys, tmp_path):
    for name, text in (("cats", "Cats sleep more than dogs do."), ("mill", "A fire closed the mill in Hindman.")):
        (tmp_path / f"{name}.txt").write_text(f"About {name} today\n\n{text}\n", encoding="utf-8")
    sources = [str(tmp_path / "cats.txt"), str(tmp_path / "mill.txt")]
    assert main(["render", *sources, "--recogniser", "fast", "-o", str(tmp_path / "maps")]) == 0
    out, err = capsys.readouterr()
    assert err.count("no map advised: it names no place") == 1 and len(out.split()) == 3
    assert (tmp_path / "maps" / "index.html").read_text(encoding="utf-8").count("No map advised") == 1


def test_words_of_ones_own_on_the_command_line_are_for_one_article(capsys, tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.md").write_text(f"# Title {name}\n\nThey met in Anchorage.\n", encoding="utf-8")
    sources = [str(tmp_path / "a.md"), str(tmp_path / "b.md")]
    options = ["--recogniser", "fast", "-o", str(tmp_path / "maps"), "--title", "Talks"]
    assert main(["render", *sources, *options]) == 2
    assert "--title is for one article" in capsys.readouterr().err and not (tmp_path / "maps").exists()
    assert main(["render", sources[0], *options, "--correction", "x"]) == 2
    assert "--correction needs --corrected" in capsys.readouterr().err
    assert main(["render", sources[0], *options, "--corrected", "2026-03-03"]) == 0
    page = next((tmp_path / "maps").glob("*.html")).read_text(encoding="utf-8")
    assert "<title>Title a – Talks</title>" in page and "Corrected on 3 March 2026." in page


def test_names_take_the_article_that_english_gives_them():
    assert [with_the(*pair) for pair in (("Bering Strait", "STRT"), ("Netherlands",), ("Lake Baikal", "LK"))] == [
        "the Bering Strait",
        "the Netherlands",
        "Lake Baikal",
    ]


def test_the_page_shows_caption_heading_and_credit(opened):
    own = geostory.MapWords(title="Where they met", credit="A. Hand, The Bee")
    story = geostory.tell(geostory.Article(title="Talks", text="They met in Anchorage."), recogniser="fast", words=own)
    page = opened(story.map(), query="?embed")
    assert page.texts(".caption .map-title") == ["Where they met"]
    assert page.texts(".caption .small")[0].startswith("A. Hand, The Bee. Map data: ")
