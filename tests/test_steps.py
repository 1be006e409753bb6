"""Story mode: the article's steps over the map, an editor's own, and how a reader goes through them."""

import itertools

import pytest
from opened import PHONE, WIDE, Opened, until

import geostory
from geostory.cli import main
from geostory.errors import GeostoryError
from geostory.own_steps import read_steps
from geostory.resources import data_path


def sample(name):
    return geostory.tell(geostory.read(data_path("articles", f"{name}.md"))[0])


@pytest.fixture(scope="module")
def summit():
    return sample("alaska-summit")


@pytest.fixture(scope="module")
def strait():
    return sample("gibraltar-strait")


@pytest.fixture(scope="module")
def path(strait, tmp_path_factory):
    path = tmp_path_factory.mktemp("steps") / "strait.html"
    strait.map(text="full").save(path)
    return path


@pytest.fixture
def story(browser, path):
    """Open the strait's page; closes what it opened."""
    pages = []

    def open_(**options):
        pages.append(Opened(browser, path, **options))
        return pages[-1]

    yield open_
    for page in pages:
        page.close()


CURRENT = "[...document.querySelectorAll('.step')].findIndex((card) => card.classList.contains('current')) + 1"


def current(page):
    page.page.wait_for_timeout(150)
    return page.do(CURRENT)


def reaches(page, number):
    """Whether a step becomes the current one, however slow the machine."""
    until(page.page, f"{CURRENT} === {number}")
    page.page.wait_for_timeout(150)
    return current(page) == number


def inside(page, bounds):
    """Whether the map shows bounds, and not from too far off."""
    west, south, east, north = bounds
    corners = [[south, west], [south, east], [north, east], [north, west]]
    script = "geostory.map.latLngToContainerPoint([{}, {}])"
    points = [page.do(f"(({{ x, y }}) => [x, y])({script.format(*corner)})") for corner in corners]
    width, height = page.do("(({ x, y }) => [x, y])(geostory.map.getSize())")
    whole = all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in points)
    return whole and max(x for x, _ in points) - min(x for x, _ in points) > 0.1 * width


# --- which steps ------------------------------------------------------------------------------------------------------


def test_each_new_place_distance_and_region_is_on_some_step(summit):
    block = summit.map().block
    assert block["layout"] == "story" and 4 <= len(block["steps"]) <= 12
    first, *others = block["steps"]
    assert first["bounds"] == pytest.approx(block["frame"], abs=1e-3) and first["features"] == []
    shown = {name for step in others for name in step["features"]}
    for layer in block["layers"]:
        for feature in layer["features"]:
            if layer["id"] in ("distances", "regions") or (layer["id"] == "places" and feature["kind"] == "dot"):
                assert feature["id"] in shown, feature["label"]
    frame = block["frame"]
    for step, after in zip(block["steps"], others, strict=False):
        assert step["bounds"] != after["bounds"]
        assert frame[0] - 180 <= after["bounds"][0] < after["bounds"][2] <= frame[2] + 180


def test_a_steps_words_are_the_articles_in_order_and_together_all_of_it(summit):
    block = summit.map(text="full").block
    text, spans = block["article"]["text"], [span for step in block["steps"] for span in step["words"]]
    assert spans[0][0] == 0 and spans[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
    step = next(step for step in block["steps"] if "Diomede" in step["heading"])
    assert "about 3.8 km" in step["lines"][0].lower()
    assert any("Little Diomede Island" in text[a:b] for a, b in step["words"])


def test_a_story_that_stays_in_one_town_is_a_map_and_the_flag_overrides_that():
    text = "They met in Anchorage. The talks in Anchorage went on for hours."
    told = geostory.tell(geostory.Article(title="", text=text))
    assert told.map().block["layout"] == "map" and told.map().block["steps"] == []
    assert told.map(layout="story").block["steps"]
    assert sample("alaska-summit").map(layout="map").block["layout"] == "map"


def test_a_story_of_many_places_has_no_more_than_twelve_steps():
    towns = ["Lisbon", "Oslo", "Cairo", "Lima", "Tokyo", "Nairobi", "Delhi", "Quito", "Sydney", "Rome", "Kyiv", "Dakar"]
    towns += ["Toronto", "Bogota", "Athens", "Manila", "Havana", "Tunis"]
    text = "\n\n".join(f"On Monday the ship's crew flew to {town}, and then they rested." for town in towns)
    block = geostory.tell(geostory.Article(title="Tour", text=text)).map().block
    assert len(block["steps"]) == 12


def test_the_day_that_a_step_names_is_shown():
    text = "\n\n".join(
        f"On {day} the delegation reached {town}, where it stayed."
        for day, town in (("3 May 2021", "Lisbon"), ("June 4, 2021", "Oslo"), ("5 July 2021", "Cairo"))
    )
    steps = geostory.tell(geostory.Article(title="Tour", text=text)).map().block["steps"]
    assert [step["day"] for step in steps[1:]] == ["3 May 2021", "4 June 2021", "5 July 2021"]


# --- an editor's own --------------------------------------------------------------------------------------------------

OWN = """
[[step]]
title = "Two islands"
text = "Three miles <b>apart</b>.\\n\\nAnd a day."
places = ["little diomede", "Big Diomede"]
day = 2025-08-15

[[step]]
text = "The strait, over the date line."
bounds = [170, 60, -165, 70]
"""


def test_an_editors_file_overrides_words_order_and_extent(opened, summit, tmp_path):
    (tmp_path / "steps.toml").write_text(OWN)
    story_map = summit.map(steps=tmp_path / "steps.toml")
    _, first, second = story_map.block["steps"]
    assert len(first["features"]) == 2 and second["bounds"] == [170, 60, 195, 70]
    page = opened(story_map)
    assert page.texts(".step h2") == ["Two islands"]
    assert page.texts(".step .words p") == [
        "Three miles <b>apart</b>.",
        "And a day.",
        "The strait, over the date line.",
    ]
    page.click(".step-bar [aria-label='Next step']")
    assert current(page) == 2 and inside(page, first["bounds"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no step"),
        ("[[step]]\n", "step 1: it is empty"),
        ('[[step]]\ntitle = "A"\nplaces = ["Ankorage"]', "no place 'Ankorage' on this map; it has "),
        ('[[step]]\ntitle = "A"\n[[step]]\ntitle = "B"\nbounds = [1, 2, 3]', "step 2: bounds has to be four numbers"),
        ('[[step]]\ntitle = "A"\nbounds = [1, 50, 3, 40]', "south has to lie below north"),
        ('[[step]]\ntitle = "A"\nbounds = [900, 1, 3, 40]', "two longitudes"),
        ('[[step]]\ntitle = "A"\nbounds = [nan, 1, 3, 40]', "two longitudes"),
        ('[[step]]\ntitel = "A"', "no key 'titel'; the keys are bounds, day, places, text, title"),
        ('[[step]]\ntitle = "A"\nplaces = "Alaska"', "list of names"),
        ('[[step]]\ntitle = "A"\nday = "Friday"', "2025-08-15"),
        ("[[step]]\ntitle = 5", "quotation marks"),
        ('title = "A"', "only [[step]] tables"),
        ("[[step]\n", "no TOML"),
    ],
)
def test_a_faulty_file_gets_one_line_that_names_the_step(summit, tmp_path, text, says):
    (tmp_path / "steps.toml").write_text(text)
    with pytest.raises(GeostoryError) as error:
        summit.map(steps=tmp_path / "steps.toml")
    assert says in str(error.value) and "steps.toml" in str(error.value) and "\n" not in str(error.value)


def test_the_command_line_takes_steps_for_one_article_alone(tmp_path, capsys):
    (tmp_path / "steps.toml").write_text('[[step]]\ntitle = "Here"\nplaces = ["Reykjavik"]\n')
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"Talks {name}\n\nThey met in Reykjavik on day {name}.\n")
    common = ["--recogniser", "fast", "--story", str(tmp_path / "steps.toml"), "-o", str(tmp_path / "out")]
    assert main(["render", str(tmp_path / "a.txt"), *common]) == 0
    (page,) = (tmp_path / "out").glob("*.html")
    assert '"heading":"Here"' in page.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["render", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), *common]) == 2
    assert "one article" in capsys.readouterr().err
    assert main(["render", str(tmp_path / "a.txt"), "--story", str(tmp_path / "none.toml")]) == 1
    assert len(read_steps(tmp_path / "steps.toml")) == 1


# --- in the browser ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_link_to_a_step_opens_it(story, strait, size):
    page = story(size=size, query="#step-6")
    assert current(page) == 6 and inside(page, strait.map().block["steps"][5]["bounds"])
    heading = page.boxes(".current h2")[0]
    ((_left, top, _right, bottom, _),) = page.boxes("#map") if size == PHONE else page.boxes("#column")
    assert heading[1] >= bottom - 1 if size == PHONE else top <= heading[1] < top + 60
    assert page.said == []


def test_a_link_to_no_step_opens_the_whole_story(story):
    for query in ("#step-99", "#step-0x"):
        assert current(story(query=query)) == 1


def test_arrow_keys_lead_through_the_steps_but_not_from_the_map_or_a_control(story):
    page = story()
    page.page.keyboard.press("ArrowRight")
    assert current(page) == 2
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowLeft")
    assert current(page) == 2
    page.page.keyboard.press("ArrowDown")
    assert current(page) == 3
    page.do("() => document.getElementById('map').focus()")
    page.page.keyboard.press("ArrowRight")
    assert current(page) == 3
    page.do("() => document.querySelector('[aria-label=\"Zoom in\"]').focus()")
    page.page.keyboard.press("ArrowRight")
    assert current(page) == 3


def test_the_back_button_leads_to_the_step_before(story):
    page = story()
    for _ in range(3):
        page.click("[aria-label='Next step']")
    assert current(page) == 4 and page.page.url.endswith("#step-4")
    page.page.go_back()
    assert current(page) == 3
    page.page.go_back()
    page.page.go_back()
    assert current(page) == 1
    page.page.go_forward()
    assert current(page) == 2


def test_scrolling_the_column_moves_the_map(story, strait):
    page = story()
    page.page.wait_for_timeout(750)
    top = "document.querySelectorAll('.step')[5].offsetTop - document.getElementById('column').offsetTop"
    page.do(f"() => document.getElementById('column').scrollTo(0, {top})")
    assert reaches(page, 6) and inside(page, strait.map().block["steps"][5]["bounds"])
    assert page.page.url.endswith("#step-6")
    page.do("() => document.getElementById('column').scrollTo(0, 0)")
    assert reaches(page, 1)


def test_a_step_is_announced_and_its_features_stand_out(story, strait):
    page = story()
    assert page.texts("[aria-live='polite']") == [""]
    page.click("[aria-label='Next step']")
    page.click("[aria-label='Next step']")
    steps = strait.map().block["steps"]
    assert page.texts("[aria-live='polite']") == [f"Step 3 of {len(steps)}: {steps[2]['heading']}"]
    faded = set(page.do("[...document.querySelectorAll('.label.faded')].map((e) => e.dataset.feature)"))
    assert faded and not faded & set(steps[2]["features"])
    page.click("[aria-label='Show the whole story']")
    assert page.texts(".faded") == []


def test_on_a_phone_cards_snap_and_buttons_are_large_enough(story):
    page = story(size=PHONE)
    for box in page.boxes(".step-button"):
        assert box[2] - box[0] >= 24 and box[3] - box[1] >= 24
    page.page.click("[aria-label='Next step']")
    assert current(page) == 2
    card = page.boxes(".current")[0]
    assert card[0] == pytest.approx(0, abs=1) and card[2] == pytest.approx(375, abs=1)
    page.page.wait_for_timeout(750)
    page.do("() => document.querySelector('.track').scrollBy(375, 0)")
    assert reaches(page, 3)
    until(page.page, "Math.abs(document.querySelector('.current').getBoundingClientRect().left) < 1")
    assert page.boxes(".current")[0][0] == pytest.approx(0, abs=1)
    assert page.do("document.documentElement.scrollWidth") == 375


def test_without_reduced_motion_the_map_flies_and_with_it_it_is_there_at_once(browser, path, story, strait):
    at_once = """() => {
        const before = geostory.map.getZoom();
        document.querySelector("[aria-label='Next step']").click();
        return Math.abs(geostory.map.getZoom() - before) > 0.2;
    }"""
    assert story().do(at_once)
    context = browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="no-preference")
    page = context.new_page()
    page.clock.install(time=0)
    page.goto(path.as_uri())
    until(page, "window.geostory?.map?._loaded")
    page.clock.pause_at(60_000)
    assert not page.evaluate(at_once)
    page.clock.run_for(200)
    under_way = page.evaluate("geostory.map.getZoom()")
    page.clock.run_for(2000)
    assert under_way != page.evaluate("geostory.map.getZoom()") > 4
    context.close()


def test_in_a_frame_of_an_opaque_origin_one_card_pages_without_history(browser, path, tmp_path):
    host = tmp_path / "host.html"
    host.write_text(
        f'<!DOCTYPE html><iframe src="{path.as_uri()}" width="640" height="480" sandbox="allow-scripts"></iframe>'
    )
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(host.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("[aria-label='Next step']").click()
    frame.locator("[aria-label='Next step']").click()
    frame.locator(".step-count", has_text="3 of").wait_for()
    box = frame.locator(".current").bounding_box()
    card, stage = frame.locator(".step-cards").bounding_box(), frame.locator("#map").bounding_box()
    assert box["width"] > 300 and card["y"] >= stage["y"] + stage["height"] - 1 and stage["height"] > 200
    assert page.evaluate("history.length") <= 2 and said == []
    context.close()


def test_a_name_in_a_step_opens_its_card_and_a_pin_leads_to_its_sentence(story):
    page = story()
    page.click(".step [data-mention='places-geonames:2510599']")
    assert page.texts(".popup-title") == ["Tarifa"]
    page.click(".popup-more")
    assert page.do("document.activeElement.dataset.mention") == "places-geonames:2510599"
    (mark,) = page.boxes(".words [data-mention='places-geonames:2510599']")
    assert mark[1] >= 0 and mark[3] <= 800
    step = current(page)
    page.page.wait_for_timeout(900)
    assert current(page) == step  # the page's own scrolling leads nowhere


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_the_lists_stay_below_the_steps(story, size):
    page = story(size=size)
    page.click(".step-lists")
    assert page.do("document.activeElement.textContent") == "Places"
    row = page.boxes(".rows .row")[0]
    assert 0 <= row[1] < size[1]


def test_words_of_an_article_in_steps_run_nothing(opened):
    text = "\n\n".join(
        f"<img src=x onerror=alert(1)> ${{alert(2)}} </script> said the sign in {town}, and they went on."
        for town in ("Lisbon", "Oslo", "Cairo", "Lima")
    )
    page = opened(geostory.tell(geostory.Article(title="<b>Tour</b>", text=text)).map(text="full"))
    assert page.do("document.querySelectorAll('.step').length") >= 4
    page.click("[aria-label='Next step']")
    assert page.do("document.querySelectorAll('img, .step b').length") == 0 and page.said == []


def test_every_step_of_a_short_article_says_what_it_shows_though_few_words_may_be_quoted():
    text = (
        "The Elbe rose above seven metres at Dresden on Monday.\n\n"
        "In Bad Schandau the lower streets are under water. Pirna closed its quays.\n\n"
        "Torgau expects the crest on Wednesday.\n\nWittenberg expects it on Thursday and Hamburg next week."
    )
    story = geostory.tell(geostory.Article(title="Elbe flood reaches Saxony", text=text), recogniser="fast")
    block = story.map(layout="story").block
    steps = {step["heading"]: step["lines"] for step in block["steps"][1:]}
    assert all(heading and lines for heading, lines in steps.items()) and len(steps) > 2
    told = " ".join(line for lines in steps.values() for line in lines)
    assert "Town in Saxony, Germany: Bad Schandau and Pirna" in told and "from Dresden" in told
    quoted = sum(len(block["article"]["text"][a:b].split()) for step in block["steps"] for a, b in step["words"])
    assert quoted <= len(text.split()) / 10 + 2  # with the signs of what is left out
    german = story.map(layout="story", lang="de").block["steps"]
    assert all(step["lines"] for step in german[1:]) and "from" not in str([step["lines"] for step in german])


def test_what_lies_near_a_place_on_the_map_is_called_by_that_place():
    text = "Odesa was hit.\n\nFighting was heavy near Pokrovsk. Shells fell on Pokrovsk.\n\nKharkiv was calm."
    block = geostory.tell(geostory.Article(title="", text=text), recogniser="fast").map(layout="story").block
    labels = [feature["label"] for layer in block["layers"] for feature in layer["features"]]
    assert "Pokrovsk" in labels and "near Pokrovsk" not in labels
    assert not any("near" in step["heading"].lower() for step in block["steps"])
    assert any(place["name"] == "near Pokrovsk" for place in block["places"])
