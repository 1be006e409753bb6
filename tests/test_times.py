"""A reader chooses the day for which regions stand and, where the newsroom allows it, whose borders are drawn."""

from datetime import date

import pytest
from opened import PHONE, WIDE

import geostory
from geostory.cli import main
from geostory.packs import read_packs
from geostory.views import moved_borders

CRIMEA = geostory.Article(
    title="A bridge to Crimea",
    text="Crimea was quiet on 1 February 2014; Russia annexed it in March 2014. Ferries still leave Kerch.",
    date=date(2015, 6, 1),
)
OWN = "1 June 2015"
NEW = "Snow fell on Crimea, and ferries left Kerch."


@pytest.fixture(scope="module")
def dated():
    return geostory.tell(CRIMEA).map()


@pytest.fixture(scope="module")
def switched():
    return geostory.tell(CRIMEA).map(views=["ua", "ru"])


def choose(page, title, words):
    page.page.get_by_role("combobox", name=title, exact=True).select_option(label=words)
    page.settle()


def outline(page):
    """Whether Crimea is drawn, and how: its dashes and its fill."""
    script = """[...document.querySelectorAll("path.feature-region[data-of='regions-crimea']")]
        .map((e) => [e.getAttribute("stroke-dasharray"), e.getAttribute("fill")]).pop() || null"""
    return page.do(script)


def further(page, steps):
    page.do("(steps) => { geostory.map.setZoom(geostory.map.getZoom() - steps, {animate: false}); }", steps)
    page.settle()


def pixel(page, lon, lat):
    x, y = page.at(lon, lat)
    return page.picture().getpixel((round(x), round(y)))


@pytest.mark.parametrize(
    "article",
    [
        geostory.Article(title="", text=NEW, date=date(2015, 6, 1)),  # no day is named
        geostory.Article(title="", text=f"In 2016 it thawed. {NEW}", date=date(2017, 6, 1)),  # nothing changed then
        geostory.Article(title="", text="In March 2014 the ferry left Tangier.", date=date(2014, 6, 1)),
    ],
)
def test_there_is_nothing_to_choose_where_no_region_changes_and_no_view_is_allowed(opened, article):
    story_map = geostory.tell(article).map()
    assert not {"times", "views", "grounds"} & story_map.block.keys()
    assert opened(story_map).boxes(".switches") == []


def test_the_days_are_those_on_which_a_legend_would_change_and_the_maps_own(dated):
    told = [(time["date"], time["words"]) for time in dated.block["times"]]
    assert told == [
        ("2014-02-01", "No claim yet."),
        ("2014-02-27", "Crimea and Sevastopol: occupied by Russia."),
        ("2014-03-18", "Crimea and Sevastopol: claimed by Russia as annexed."),
        ("2014-04-01", "Crimea and Sevastopol: annexed by Russia."),
        ("2015-06-01", "Crimea and Sevastopol: annexed by Russia."),
    ]
    assert "views" not in dated.block


def test_a_day_changes_looks_legend_words_and_the_borders_line(opened, dated):
    page = opened(dated)
    at_rest = outline(page), page.texts(".legend-rows li"), page.texts(".borders"), page.texts(".what")
    assert at_rest[0] == [None, "url(#hatch-annexed-annexed)"]

    choose(page, "Regions as of", "18 March 2014")
    assert outline(page) == ["6 4", "url(#hatch-annexed-annexed)"]
    assert page.texts(".legend-rows li")[0] == "Claimed by Russia as annexed"
    assert page.texts(".borders")[0].endswith("as of 18 March 2014")
    assert page.texts(".switch-said") == ["Crimea and Sevastopol: claimed by Russia as annexed."]
    assert any(words.startswith("Declared annexed") for words in page.texts(".what"))
    page.click("[data-row='regions-crimea']")
    assert "Shown as of 18 March 2014." in page.texts(".popup-note")

    choose(page, "Regions as of", "April 2014")
    assert outline(page) == at_rest[0] and page.texts(".borders")[0].endswith("as of 1 April 2014")

    choose(page, "Regions as of", "1 February 2014")
    assert outline(page) is None
    assert page.boxes(".label[data-feature='regions-crimea']") == []
    assert not any("Russia" in row for row in page.texts(".legend-rows li"))
    assert "No claim on 1 February 2014." in page.texts(".what")

    choose(page, "Regions as of", f"{OWN}, the map's own day")
    assert (outline(page), page.texts(".legend-rows li"), page.texts(".borders"), page.texts(".what")) == at_rest
    assert page.said == []


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_days_and_views_are_chosen_by_keys_and_their_targets_are_large_enough(opened, switched, size):
    page = opened(switched, size=size)
    if size == PHONE:
        page.click(".legend-toggle")
    boxes = page.boxes(".switch select")
    assert len(boxes) == 2 and all(bottom - top >= 24 for _, top, _, bottom, _ in boxes)
    page.page.get_by_role("combobox", name="Regions as of", exact=True).focus()
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("ArrowUp")
    page.settle()
    assert outline(page)[0] == "6 4"
    assert page.do("document.activeElement.tagName") == "SELECT"
    assert page.do("document.querySelector('.switch-said').getAttribute('role')") == "status"


def test_a_view_moves_borders_shade_and_names(opened, switched):
    page = opened(switched)
    assert page.texts(".switch option")[:3] == ["House style", "As Ukraine sees them", "As Russia sees them"]
    further(page, 1)
    ground = [(34.3, 46.6), (39.5, 45.9)]  # Kherson region, Kuban
    house = [pixel(page, *at) for at in ground]
    assert house[0] > house[1]  # the story's country is the lighter one

    choose(page, "Borders", "As Russia sees them")
    assert page.texts(".borders") == [f"Borders: as Russia sees them; as of {OWN}"]
    assert [pixel(page, *at) for at in ground] == house[::-1]
    assert any("Republic of Crimea" in words for words in page.texts(".what"))
    assert "part of Ukraine" not in page.texts(".dek")[0]
    assert "Borders: as Russia sees them" in page.texts("#map-description")[0]

    choose(page, "Regions as of", "1 February 2014")
    assert page.texts(".borders") == ["Borders: as Russia sees them; as of 1 February 2014"]
    assert [pixel(page, *at) for at in ground] == house

    choose(page, "Regions as of", f"{OWN}, the map's own day")
    choose(page, "Borders", "House style")
    assert [pixel(page, *at) for at in ground] == house and "part of Ukraine" in page.texts(".dek")[0]
    assert page.said == []


def test_the_note_of_an_undated_article_follows_the_view(opened):
    page = opened(geostory.tell(geostory.Article(title="", text=CRIMEA.text)).map(views=["ru"]))
    assert any("Borders: house style" in note for note in page.texts(".note"))
    choose(page, "Borders", "As Russia sees them")
    (note,) = [note for note in page.texts(".note") if "Borders: " in note]
    assert note.startswith("Borders: as Russia sees them")


def test_what_a_switch_draws_is_what_a_page_of_that_view_has(switched):
    block = switched.block
    russian = geostory.tell(CRIMEA, worldview="ru").map().block
    state = next(view for view in block["views"] if view["id"] == "ru")
    assert state["borders"] == russian["borders"] and state["dek"] == russian["dek"]
    ground = block["grounds"][state["ground"]]
    for base, changed, own in zip(
        block["basemap"]["patches"], ground["patches"], russian["basemap"]["patches"], strict=True
    ):
        assert base["land"] == own["land"]
        for name in ("focus_land", "borders", "borders_disputed"):
            delta = changed.get(name, {"drop": [], "add": []})
            kept = [one for number, one in enumerate(base[name]) if number not in delta["drop"]]
            assert sorted(kept + delta["add"]) == sorted(own[name])


def test_pages_with_switches_are_the_same_each_time(switched):
    assert geostory.tell(CRIMEA).map(views=["ua", "ru"]).block == switched.block


def test_a_view_that_there_is_not_is_refused(capsys, tmp_path):
    with pytest.raises(geostory.UsageError, match="no such worldview: 'mars'"):
        geostory.tell(CRIMEA).map(views=["mars"])
    source = tmp_path / "story.txt"
    source.write_text(NEW, encoding="utf-8")
    assert main(["render", str(source), "--view-switch", "house,mars", "-o", str(tmp_path / "out")]) == 2
    assert "no such worldview: 'mars'" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_the_newsroom_is_told_what_a_switch_may_bring(capsys, tmp_path):
    source = tmp_path / "story.txt"
    source.write_text(NEW, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["render", str(source), "--view-switch", "house,ru", "-o", str(out), "--name", "a"]) == 0
    assert "some states punish maps that contradict theirs" in capsys.readouterr().err
    main(["check", str(out / "a.html")])
    assert "some states punish maps that contradict theirs" in capsys.readouterr().out
    assert main(["render", str(source), "-o", str(out), "--name", "a"]) == 0
    assert "punish" not in capsys.readouterr().err


# --- the page of one view ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "text", "lighter", "darker"),
    [
        ("house", NEW, (34.3, 46.6), (39.5, 45.9)),
        ("ru", NEW, (39.5, 45.9), (34.3, 46.6)),
        ("il", "Rain fell on Katzrin, on the Golan Heights.", (35.5, 32.9), (36.3, 33.1)),
        ("house", "Rain fell on Katzrin, on the Golan Heights.", (36.3, 33.1), (35.5, 32.9)),
    ],
)
def test_a_regions_land_is_shaded_with_the_country_that_the_view_gives_it_to(opened, view, text, lighter, darker):
    page = opened(geostory.tell(geostory.Article(title="", text=text, date=date(2020, 1, 1)), worldview=view).map())
    further(page, 1.5)
    assert pixel(page, *lighter) > pixel(page, *darker)


def test_a_country_is_named_in_the_land_that_the_view_leaves_it():
    text = "Fishing boats stayed in the ports of Western Sahara."
    article = geostory.Article(title="", text=text, date=date(2021, 1, 1))

    def countries(view):
        labels = geostory.tell(article, worldview=view).map().block["basemap"]["labels"]
        return {label["name"] for label in labels if label["kind"] == "country"}

    assert "Western Sahara" in countries("house") and "Western Sahara" not in countries("ma")


def test_an_owner_can_be_asked_for_at_a_position():
    packs = read_packs()
    crimea = (30.0, 43.0, 41.0, 47.0)
    russian, house = (moved_borders(date(2020, 1, 1), view, packs, crimea) for view in ("ru", "house"))
    assert russian.owner_at(34.1, 44.95) == russian.owner_at(394.1, 44.95) == "RU"
    assert house.owner_at(34.1, 44.95) == "UA" and russian.owner_at(31.0, 48.0) == ""
