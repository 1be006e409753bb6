"""What the page shows and how it answers: colours, labels, legend, layers, cards, sizes."""

import re
from pathlib import Path

import folium
import pyproj
import pytest
from opened import PHONE, WIDE

import geostory
from geostory.assets import tokens
from geostory.files import write_whole
from geostory.page import StoryMap, page_head
from geostory.projection import Projection


def _rgb(value):
    return tuple(int(value[i : i + 2], 16) for i in (1, 3, 5))


def _luminance(value):
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _rgb(value)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(a, b):
    low, high = sorted((_luminance(a), _luminance(b)))
    return (high + 0.05) / (low + 0.05)


def _close(pixel, value, tolerance=10):
    return max(abs(a - b) for a, b in zip(pixel, _rgb(value), strict=True)) <= tolerance


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_land_water_and_each_layers_colour_are_where_they_belong(opened, block, theme):
    page = opened(StoryMap(block), dark=theme == "dark")
    colours, picture = tokens()[theme], page.picture()

    def pixel(lon, lat):
        x, y = page.at(lon, lat)
        return picture.getpixel((round(x), round(y)))

    assert _close(pixel(130, 57), colours["focus_land"])
    assert _close(pixel(222, 66), colours["land"])
    assert _close(pixel(185, 50), colours["water"])
    assert _close(pixel(146, 62), colours["water"])  # the lake
    assert _close(pixel(165, 65), colours["place"])
    assert _close(pixel(200, 64), colours["place"])

    def near(lon, lat, token, tolerance=40, reach=9):
        """Share of the pixels around a position that have a colour."""
        x, y = (round(v) for v in page.at(lon, lat))
        around = [picture.getpixel((x + i, y + j)) for i in range(-reach, reach + 1) for j in range(-reach, reach + 1)]
        return sum(_close(p, colours[token], tolerance) for p in around) / len(around)

    assert near(174, 65.1, "distance") > 0.02
    assert near(143, 67, "place", 90) > 0.02  # the area's outline
    for at, token in (((110, 59), "annexed"), ((110, 47), "disputed")):  # hatches: some of the ground shows
        assert 0.1 < near(*at, token, 90) < 0.6
        assert 0.3 < near(*at, "focus_land", 40) < 0.9


def test_layers_switch_off_and_on(page, block):
    labels = """[...document.querySelectorAll(".map > .leaflet-map-pane .label")]
        .filter((e) => e.offsetWidth).map((e) => e.dataset.feature)"""
    paths = "[...document.querySelectorAll('path.feature')].map((e) => e.dataset.of)"
    for layer in block["layers"]:
        ids = {feature["id"] for feature in layer["features"]}
        box = f"[data-layer='{layer['id']}']"
        assert page.do(f'document.querySelector("{box}").checked') == layer["on"]
        for on in (not layer["on"], layer["on"]):
            page.click(box)
            assert bool(ids & set(page.do(labels))) == on
            assert bool(ids & set(page.do(paths))) == on


def test_the_legend_has_a_row_for_each_look_on_the_map_and_no_other(page, block):
    rows = [row["label"] for layer in block["layers"] if layer["on"] for row in layer["legend"]]
    assert page.texts(".legend-rows li") == rows
    assert page.texts(".legend .borders") == [block["borders"]]
    page.click("[data-layer='regions']")
    assert page.texts(".legend-rows li") == rows[2:]
    page.click("[data-layer='metonyms']")
    assert page.texts(".legend-rows li")[0] == "Place that stands for a government"


def test_the_legends_swatches_are_drawn_as_the_map_draws(page):
    look = "(e) => ['fill', 'stroke', 'stroke-width', 'stroke-dasharray'].map((name) => e.getAttribute(name))"
    hatch = page.do(f"({look})(document.querySelectorAll('.legend-rows li')[0].querySelector('.swatch > :last-child'))")
    drawn = page.do(f"[...document.querySelectorAll('path.feature-region')].map({look})")
    assert hatch in drawn


@pytest.mark.parametrize(("size", "query"), [(WIDE, ""), (PHONE, ""), ((760, 480), "?embed")])
def test_no_label_overlaps_another_or_is_cut_or_covered(opened, block, size, query):
    page = opened(StoryMap(block), size=size, query=query)
    for step in (
        "",
        "geostory.map.setZoom(geostory.map.getZoom() + 1, {animate: false})",
        "geostory.map.panBy([120, 60], {animate: false})",
    ):
        if step:
            page.do(f"() => {{ {step}; }}")
            page.settle()
        labels = page.boxes(".map > .leaflet-map-pane .label, .map > .leaflet-map-pane .ground")
        covers = page.boxes(".map > .leaflet-control-container .leaflet-control, .map > .inset")
        ((left, top, right, bottom, _),) = page.boxes("#map")
        assert labels
        for i, label in enumerate(labels):
            assert label[0] >= left and label[1] >= top and label[2] <= right and label[3] <= bottom, label
            for other in [*labels[i + 1 :], *covers]:
                apart = label[2] <= other[0] or label[0] >= other[2] or label[3] <= other[1] or label[1] >= other[3]
                assert apart, (label, other)


def test_the_story_is_framed_as_one_piece_across_the_antimeridian(page, block):
    west, south, east, north = block["frame"]
    ((left, top, right, bottom, _),) = page.boxes("#map")
    for lon, lat in ((west, south), (east, north)):
        x, y = page.at(lon, lat)
        assert left <= x <= right and top <= y <= bottom
    assert page.at(165, 65)[0] < page.at(200, 64)[0]


def test_a_gap_too_small_for_the_map_is_seen_in_an_inset(page):
    a, b = page.at(189.1, 65.9), page.at(189.25, 65.76)
    assert abs(a[0] - b[0]) < 5
    ((left, top, right, bottom, words),) = page.boxes(".inset")
    (line,) = [box for box in page.boxes(".inset path.feature-line:last-child") if box[2] - box[0] > 10]
    assert left < line[0] and line[2] < right and top < line[1] and line[3] < bottom
    assert "Big Isle" in words and "Small Isle" in words and "about 12 km (7 mi)" in words
    page.click(".inset-button")
    assert page.boxes(".inset") == []
    assert page.at(189.25, 65.76)[0] - page.at(189.1, 65.9)[0] > 60


def test_a_close_frame_gets_a_locator_and_a_wide_one_does_not(opened, block, page):
    assert page.boxes(".locator") == []
    block["box"] = Projection(**block["crs"]).around((186, 64, 194, 67))
    ((left, top, right, bottom, _),) = opened(StoryMap(block)).boxes(".locator")
    assert 380 < left < right < 1200 and 0 < top < bottom < 800


def test_the_attribution_is_plain_text_without_a_flag(opened, block):
    story_map = StoryMap(block)
    folium.TileLayer("data:image/gif;base64,R0lGODlhAQABAAAAACw=", attr="Own survey", name="Blank").add_to(story_map)
    page = opened(story_map)
    assert page.texts(".credits") == ["Map data: Made-up Survey (public domain). Drawn with Leaflet"]
    assert (
        page.do("document.querySelectorAll('.leaflet-control-attribution svg, .leaflet-attribution-flag').length") == 0
    )
    assert page.texts(".leaflet-control-attribution")[0] == "Own survey"
    other = """(() => {
        const map = L.map(document.createElement("div"));
        return map.attributionControl.getContainer().innerHTML;
    })()"""
    assert page.do(other) == "Leaflet"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_their_ground(theme):
    colours = tokens()[theme]
    labels = [
        "country_label",
        "region_label",
        "city_label",
        "ink",
        "place",
        "sea",
        "distance",
        "annexed",
        "occupied",
        "disputed",
        "breakaway",
        "unknown",
    ]
    pairs = [(label, ground) for label in labels for ground in ("land", "focus_land")]
    pairs += [(label, "water") for label in ("sea_label", "city_label", "ink", "place", "sea", "distance")]
    pairs += [(text, paper) for text in ("ink", "quiet", "focus") for paper in ("paper", "card")]
    pairs += [(text, paper) for text in ("agrees", "differs", "unknown") for paper in ("paper", "card")] + [
        ("ink", "mark")
    ]
    low = {pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: value for pair, value in low.items() if value < 4.5} == {}


# --- from text to map and back ----------------------------------------------------------------------------------------


def test_a_place_in_the_list_opens_its_card_and_marks_its_mentions(page):
    page.click("[data-row='p-birch']")
    assert page.texts(".popup-title") == ["Birchtown"]
    assert page.texts(".popup-body strong") == ["Birchtown"]
    assert page.do("document.activeElement.className") == "popup-body"
    assert page.do("[...document.querySelectorAll('.mention.on')].map((e) => e.textContent)") == [
        "Birchtown",
        "Birchtown",
    ]
    ((left, top, right, bottom, _),) = page.boxes(".leaflet-popup")
    assert right - left <= 282
    assert left >= 380 and top >= 0 and right <= 1200 and bottom <= 800


def test_escape_closes_the_card_and_gives_the_focus_back(page):
    page.do("() => document.querySelector('[data-row=\"p-haven\"]').focus()")
    page.page.keyboard.press("Enter")
    page.settle()
    assert page.texts(".popup-title") == ["Port Haven"]
    page.page.keyboard.press("Escape")
    page.settle()
    assert page.texts(".popup-title") == []
    assert page.do("document.activeElement.dataset.row") == "p-haven"


def test_a_mention_moves_the_map_to_what_it_names(page):
    page.do("() => geostory.map.setView([40, 60], 4, {animate: false})")
    page.do("() => document.querySelector('.article [data-mention=\"p-small\"]').focus()")
    page.page.keyboard.press("Enter")
    page.settle()
    assert page.texts(".popup-title") == ["Small Isle"]
    x, y = page.at(189.3, 65.8)
    assert 380 < x < 1200 and 0 < y < 800
    assert page.do("document.querySelector('.article [data-mention=\"p-small\"]').classList.contains('on')")


def test_a_place_on_the_map_leads_back_to_its_sentence(page):
    page.page.click(".map > .leaflet-map-pane .label[data-feature='p-anvil']")
    page.settle()
    assert page.texts(".popup-title") == ["Anvil"]
    page.click(".popup-more")
    assert page.texts(".popup-title") == []
    assert page.do("document.activeElement.dataset.mention") == "p-anvil"
    (mark,) = page.boxes(".article [data-mention='p-anvil']")
    assert mark[1] >= 0 and mark[3] <= 800


def test_a_feature_of_a_layer_that_is_off_switches_it_on(page):
    page.click("[data-mention='m-cap']")
    assert page.texts(".popup-title") == ["Capital City"]
    assert page.do("document.querySelector('[data-layer=metonyms]').checked")


def test_everything_can_be_reached_with_the_keyboard(page):
    reached = set()
    for _ in range(80):
        page.page.keyboard.press("Tab")
        name = """(e) => e.dataset.row || e.dataset.layer || e.dataset.feature || e.dataset.mention
            || e.getAttribute("aria-label") || e.textContent"""
        reached.add(page.do(f"({name})(document.activeElement)"))
    assert {"p-birch", "d-gap", "r-upper", "p-storm", "Zoom in", "Layers", "Measure a distance", "Article"} <= reached


def test_the_ruler_measures_on_the_ellipsoid(page):
    page.click("[aria-label='Measure a distance']")
    ends = []
    for x, y in ((640, 600), (900, 640)):
        ends.append(page.do("(at) => Object.values(geostory.map.containerPointToLatLng(at))", [x - 380, y]))
        page.page.mouse.click(x, y)
    said = page.texts(".ruler-said")[0]
    length = pyproj.Geod(ellps="WGS84").inv(*ends[0][::-1], *ends[1][::-1])[2] / 1000
    assert float(said.split(" km")[0].replace(",", "")) == pytest.approx(length, rel=0.006)


# --- sizes ------------------------------------------------------------------------------------------------------------


def test_on_a_phone_the_map_stays_while_the_cards_run(opened, block):
    page = opened(StoryMap(block), size=PHONE)
    assert page.do("document.documentElement.scrollWidth") == 375
    ((_, top, _, bottom, _),) = page.boxes("#map")
    assert top == 0 and bottom == pytest.approx(0.55 * 667, abs=2)
    assert page.boxes(".legend-rows li") == []
    page.click(".legend-toggle")
    assert len(page.boxes(".legend-rows li")) == 6
    page.do("() => window.scrollTo(0, 600)")
    page.settle()
    assert page.boxes("#map")[0][1] == 0
    page.click("[data-row='p-haven']")
    mark = page.boxes(".article .mention.on")[0]
    assert mark[1] > 0.55 * 667 and mark[3] <= 667


def test_embedded_the_map_has_caption_and_credit_and_no_column(opened, block):
    page = opened(StoryMap(block), size=(760, 480), query="?embed")
    assert page.boxes(".column") == []
    ((_, _, _, bottom, _),) = page.boxes("#map")
    ((_, top, _, end, words),) = page.boxes(".caption")
    assert bottom <= top and end <= 480
    assert block["dek"] in words and "Made-up Survey" in words and block["borders"] in words


def test_in_a_notebook_the_map_draws_itself_inside_a_sandboxed_frame(browser, block, tmp_path):
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><body>{StoryMap(block)._repr_html_()}", encoding="utf-8")
    context = browser.new_context(viewport={"width": 900, "height": 600})
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator(".label[data-feature='p-birch']").first.wait_for()
    assert frame.locator("html").get_attribute("class") == "embedded"
    assert said == []
    context.close()


def test_a_plain_page_shares_the_look_and_runs_nothing(browser, tmp_path):
    path = tmp_path / "index.html"
    write_whole(path, page_head("Two <maps>") + '<body class="index"><h1>2 maps</h1></body></html>\n')
    context = browser.new_context()
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert page.title() == "Two <maps>"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "22px"
    assert said == [] and "script-src" not in path.read_text(encoding="utf-8")
    context.close()


def test_each_status_has_a_hatch_of_its_own_so_that_grey_print_tells_them_apart():
    script = (Path(geostory.__file__).parent / "templates" / "symbols.js").read_text(encoding="utf-8")
    hatches = dict(re.findall(r"(\w+): \{ angles: (\[[\d, ]+\], gap: \d+)", script))
    drawn = {"annexed", "occupied", "disputed", "breakaway", "leased"}
    assert hatches.keys() == drawn and len(set(hatches.values())) == len(drawn)
