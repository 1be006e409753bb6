"""The page for those who use a keyboard, a screen reader, large type, strong contrast or paper."""

import io
from importlib.resources import files

import pytest
from opened import PHONE, WIDE
from PIL import Image

import geostory
from geostory.assets import tokens
from geostory.page import StoryMap
from geostory.resources import data_path

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LOOKS = [(WIDE, ""), (PHONE, ""), ((760, 480), "?embed")]
FOCUSABLE = "a[href], button:not(:disabled), input, [tabindex='0']"
SEEN = f"""[...document.querySelectorAll("{FOCUSABLE}")]
    .filter((e) => e.getClientRects().length && getComputedStyle(e).visibility === "visible")"""


def faults(page):
    """What axe finds, small targets among it, save names on the map whose row in the list does the same."""
    found = page.do("axe.run(document, {rules: {'target-size': {enabled: true}}})")["violations"]
    rows = set(page.do("[...document.querySelectorAll('.row')].map((e) => e.dataset.row)"))
    rows = rows if page.boxes(".row") else set()
    return [
        (fault["id"], node["html"])
        for fault in found
        for node in fault["nodes"]
        if not (
            fault["id"] == "target-size"
            and 'class="label' in node["html"]
            and any(f'data-feature="{row}"' in node["html"] for row in rows)
        )
    ]


@pytest.fixture(scope="module")
def summit():
    """The block of a shipped article with regions, distances and insets."""
    article = geostory.read(str(data_path("articles", "alaska-summit.md")))[0]
    return geostory.tell(article).map().block


@pytest.mark.parametrize(
    ("story", "size", "query", "dark"),
    [("summit", WIDE, "", False), *(("made up", *look, dark) for look in LOOKS for dark in (False, True))],
)
def test_axe_finds_nothing_whatever_is_open(opened, block, summit, story, size, query, dark):
    page = opened(StoryMap(block if story == "made up" else summit), size=size, query=query, dark=dark)
    page.do(AXE)
    assert faults(page) == []
    page.click(".map > .leaflet-map-pane .label")
    assert page.texts(".popup-title")
    assert faults(page) == []
    page.page.keyboard.press("Escape")
    page.click("[aria-label='Layers']")
    assert page.boxes(".layer-panel")
    assert faults(page) == []
    if page.boxes(".legend-toggle"):
        page.click(".legend-toggle")
        assert faults(page) == []


def test_every_control_is_reached_by_tab_shows_its_focus_and_lets_go_again(page):
    page.click("[aria-label='Layers']")
    everything = page.do(f"{SEEN}.map((e, i) => (e.dataset.tabbed = i))")
    page.do("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    reached = []
    outline = """(() => {
        const e = document.activeElement;
        const look = getComputedStyle(e);
        return [e.dataset.tabbed ?? null, look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2];
    })()"""
    for _ in range(len(everything) + 3):
        page.page.keyboard.press("Tab")
        name, ringed = page.do(outline)
        if name is not None:
            assert ringed, page.do("document.activeElement.outerHTML")
            reached.append(int(name))
    assert set(reached) == set(everything)
    assert len(reached) > len(everything)  # round, and back at the first


def test_a_card_opened_by_keyboard_holds_nobody(page):
    page.do("() => document.querySelector('.map > .leaflet-map-pane .label').focus()")
    page.page.keyboard.press("Enter")
    page.settle()
    card = "document.querySelector('.leaflet-popup').contains(document.activeElement)"
    assert page.do(card)
    for _ in range(12):
        page.page.keyboard.press("Tab")
    assert not page.do(card)


def test_a_card_lies_under_nothing(opened, summit):
    page = opened(StoryMap(summit))
    for feature in page.do("[...document.querySelectorAll('.row[data-row]')].map((e) => e.dataset.row)"):
        page.click(f"[data-row='{feature}']")
        on_top = page.do("""(() => {
            const box = document.querySelector(".leaflet-popup-content-wrapper").getBoundingClientRect();
            const at = [[0.02, 0.02], [0.98, 0.02], [0.5, 0.5], [0.02, 0.98], [0.98, 0.98]];
            return at.filter(([x, y]) => !document.elementFromPoint(box.left + x * box.width, box.top + y * box.height)
                ?.closest(".leaflet-popup")).length;
        })()""")
        assert on_top == 0, feature


@pytest.mark.parametrize("size", [(320, 256), (320, 640), (600, 400)], ids=["400 %", "small phone", "200 %"])
def test_large_type_and_small_screens_need_no_scrolling_to_the_side(opened, summit, size):
    page = opened(StoryMap(summit), size=size)
    assert page.do("document.documentElement.scrollWidth") == size[0]
    for left, _, right, _, words in page.boxes("h1, .card:not(.step) h2, .row, .article p:not(.step p), .controls"):
        assert left >= 0 and right <= size[0], words


def test_places_distances_and_regions_stand_in_tables_with_headings(page, block):
    tables = page.do("""[...document.querySelectorAll(".column table")].map((t) => ({
        caption: t.caption.textContent,
        columns: [...t.tHead.rows[0].cells].map((c) => [c.tagName, c.scope, c.textContent]),
        rows: [...t.tBodies[0].rows].map((r) => [...r.cells].map((c) => c.textContent)),
        heads: [...t.tBodies[0].rows].map((r) => [r.cells[0].tagName, r.cells[0].scope].join(" ")),
    }))""")
    assert [table["caption"] for table in tables] == ["Places on the map", "Distances on the map", "Regions on the map"]
    for table in tables:
        assert all(head[:2] == ["TH", "col"] for head in table["columns"])
        assert set(table["heads"]) == {"TH row"}
    places, distances, regions = (table["rows"] for table in tables)
    assert places[0] == ["Birchtown", "city in Westland", "65.00°\u00a0N, 165.00°\u00a0E", "Sure", "2"]
    assert places[1][2] == "64.00°\u00a0N, 160.00°\u00a0W"  # drawn beyond 180°
    assert distances[0] == [
        "Small Isle and Big Isle, shore to shore",
        "about 12 km (7 mi)",
        "12 kilometres",
        "agrees with the measure",
    ]
    assert [row[0] for row in regions] == ["Upper Plain", "Lower Plain"]
    assert len(places) == len(block["places"])


def test_a_story_without_distances_has_no_empty_table(opened, block):
    block["distances"] = block["regions"] = []
    page = opened(StoryMap(block))
    assert page.texts(".column caption") == ["Places on the map"]


def test_in_a_readers_own_colours_pins_and_lines_are_still_seen(opened, block):
    page = opened(StoryMap(block), dark=True)
    page.page.emulate_media(forced_colors="active", color_scheme="dark", reduced_motion="reduce")
    page.settle()
    picture = page.picture()

    def seen(lon, lat, token):
        x, y = (round(value) for value in page.at(lon, lat))
        around = [picture.getpixel((x + i, y + j)) for i in range(-9, 10) for j in range(-9, 10)]
        wanted = tuple(int(tokens()["dark"][token][i : i + 2], 16) for i in (1, 3, 5))
        return sum(max(abs(a - b) for a, b in zip(pixel, wanted, strict=True)) < 40 for pixel in around)

    assert seen(165, 65, "place") > 20
    assert seen(174, 65.1, "distance") > 5


# --- on paper ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def printed(opened, block):
    """The page as it stands while it is printed, on A4, from a dark screen with the map moved away."""
    page = opened(StoryMap(block), dark=True)
    page.do("() => geostory.map.setView([40, 60], 5, {animate: false})")
    page.page.set_viewport_size({"width": 688, "height": 1017})
    page.page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce")
    page.do("() => window.dispatchEvent(new Event('beforeprint'))")
    page.settle()
    return page


def test_on_paper_the_whole_story_is_on_the_map_in_light_colours(printed, block):
    ((left, top, right, bottom, _),) = printed.boxes("#map")
    assert right - left == pytest.approx(688, abs=3)  # 182 mm
    assert bottom < 1017  # the first sheet
    west, south, east, north = block["frame"]
    for at in ((west, south), (east, north)):
        x, y = printed.at(*at)
        assert left <= x <= right and top <= y <= bottom
    picture = Image.open(io.BytesIO(printed.page.screenshot())).convert("RGB")
    water = tuple(int(tokens()["light"]["water"][i : i + 2], 16) for i in (1, 3, 5))
    assert picture.getpixel(tuple(round(value) for value in printed.at(185, 50))) == water
    assert picture.getpixel((2, 2)) == (255, 255, 255)


def test_on_paper_legend_lists_and_tables_are_unfolded_and_no_control_is_left(printed, block):
    assert printed.boxes(".legend-rows li")
    assert printed.boxes(".controls, .jump, .legend-toggle, .inset-button, .leaflet-popup, .to-map") == []
    assert len(printed.boxes(".column table")) == 3
    assert len(printed.boxes(".row")) == len(block["places"] + block["distances"] + block["regions"])
    (title,), (stage,) = printed.boxes("h1"), printed.boxes(".stage")
    assert title[3] <= stage[1] < printed.boxes(".row")[0][1]
    assert printed.do("document.documentElement.scrollWidth") <= 688


def test_after_printing_the_screen_is_as_it_was(printed):
    printed.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    printed.page.emulate_media(media="screen", color_scheme="dark", reduced_motion="reduce")
    printed.do("() => window.dispatchEvent(new Event('afterprint'))")
    printed.settle()
    centre = printed.do("Object.values(geostory.map.getCenter())")
    assert centre == pytest.approx([40, 60], abs=0.5)
    assert printed.do("geostory.map.getZoom()") == pytest.approx(5)
    assert len(printed.boxes(".controls")) == 3


def test_a_pdf_can_be_made_of_the_page(opened, block):
    page = opened(StoryMap(block))
    pdf = page.page.pdf(format="A4")
    assert pdf.startswith(b"%PDF") and 1 <= pdf.count(b"/Type /Page\n") <= 4
    assert page.do("document.documentElement.className") == ""
    assert page.said == []
