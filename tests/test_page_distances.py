"""What a reader and a desk see of stated distances: lines, labels, cards, verdicts and the ruler."""

import pyproj
import pytest
from opened import PHONE, WIDE

import geostory
from geostory.features import story_layers
from geostory.measures import format_distance
from geostory.page import StoryMap
from geostory.resources import data_path

GEOD = pyproj.Geod(ellps="WGS84")
BRIDGE, QUAKE, BORDER = "messina-bridge", "padang-earthquake", "bug-border"
LABELS_ON_LINES = """() => [...document.querySelectorAll(".leaflet-container")].flatMap((map) => {
    const own = (what) => [...map.querySelectorAll(what)].filter((e) => e.closest(".leaflet-container") === map);
    const meet = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
    const labels = own(".label").filter((e) => e.offsetWidth).map((e) => [e.textContent, e.getBoundingClientRect()]);
    const lines = own("path.feature-line").map((path) => [path, path.getTotalLength()]).filter(([, length]) => length);
    const over = (box, [path, length]) => {
        const steps = Array.from({ length: 200 }, (_, i) => path.getPointAtLength((length * i) / 199));
        const points = steps.map((step) => step.matrixTransform(path.getScreenCTM()));
        return points.some(({ x, y }) => meet(box, { left: x, right: x, top: y, bottom: y }));
    };
    return labels.flatMap(([words, box], i) => [
        ...lines.filter((line) => over(box, line)).map(([path]) => `${words} on ${path.dataset.of}`),
        ...labels.slice(i + 1).filter(([, other]) => meet(box, other)).map(([others]) => `${words} on ${others}`),
    ]);
})"""


@pytest.fixture(scope="module")
def stories():
    return {
        name: geostory.tell(geostory.read(data_path("articles", f"{name}.md"))[0]) for name in (BRIDGE, QUAKE, BORDER)
    }


def _verdicts(story):
    return {distance.claim.text: distance.verdict for distance in story.distances}


def _map(story, show_verdicts):
    from geostory.block import story_block

    return StoryMap(story_block(story, show_verdicts=show_verdicts, text="full"))


def _lines(story, show_verdicts=False):
    return [
        f for layer, some in story_layers(story, show_verdicts=show_verdicts) if layer.id == "distances" for f in some
    ]


def test_a_sample_has_a_claim_of_each_verdict(stories):
    bridge = _verdicts(stories[BRIDGE])
    assert bridge["about three kilometres"] == "agrees"
    assert bridge["just 100 miles"] == "differs"
    assert bridge["about 13 kilometres"] == "cannot be checked"


def test_heights_depths_and_spans_are_no_distances(stories):
    claims = {text for story in stories.values() for text in _verdicts(story)}
    assert not claims & {"3,300 metres", "399 metres", "81 kilometres", "3,400 metres", "10 kilometres"}


@pytest.mark.parametrize("name", [BRIDGE, QUAKE, BORDER])
def test_a_line_runs_between_the_measured_points_as_long_as_its_label_says(stories, name):
    measures = [distance.measure for distance in stories[name].distances if distance.measure]
    for line in _lines(stories[name], show_verdicts=True):
        (measure,) = [m for m in measures if line.label.startswith(f"about {format_distance(m.distance_m)};")]
        assert line.geometry.coords[0] == pytest.approx(measure.start)
        assert [line.geometry.coords[-1][0] % 360, line.geometry.coords[-1][1]] == pytest.approx(
            [measure.end[0] % 360, measure.end[1]]
        )
        assert GEOD.geometry_length(line.geometry) == pytest.approx(measure.distance_m, rel=1e-6, abs=1)


@pytest.mark.parametrize(
    ("name", "size", "show_verdicts"),
    [
        (BRIDGE, WIDE, False),
        (BRIDGE, PHONE, False),
        (BRIDGE, PHONE, True),
        (QUAKE, WIDE, True),
        (QUAKE, PHONE, False),
        (BORDER, WIDE, True),
    ],
)
def test_labels_cover_neither_a_line_nor_each_other(opened, stories, name, size, show_verdicts):
    page = opened(_map(stories[name], show_verdicts), size=size)
    assert page.do("() => document.querySelectorAll('.label-line').length") > 0
    assert page.do(LABELS_ON_LINES) == []


def test_a_reader_is_not_told_of_a_claim_that_differs(opened, stories):
    page = opened(_map(stories[BRIDGE], False))
    page.click("[data-mention='distances-3']")
    (card,) = page.texts(".popup-body")
    assert "about 144 km (89 mi)" in card and "100 miles" not in card
    page.click("[data-mention='distances-0']")
    (card,) = page.texts(".popup-body")
    assert "about 3.1 km (1.9 mi)" in card and "are about three kilometres apart" in card
    assert "Measured on OpenStreetMap" in card and "error of 250 m" in card
    assert not {"differs", "agrees", "unchecked"} & {
        word for text in page.texts(".label, .row") for word in text.split()
    }


@pytest.mark.parametrize("number", [0, 3])
def test_the_desks_card_can_be_read_whole_on_a_phone(opened, stories, number):
    page = opened(_map(stories[BRIDGE], True), size=PHONE)
    page.click(f"[data-row='distances-{number}']")
    page.settle()
    (card,) = page.boxes(".story-popup")
    (stage,) = page.boxes("#map")
    assert card[0] >= 0 and card[1] >= 0 and card[2] <= 375 and card[3] <= stage[3]
    hidden = "(e) => e.scrollHeight - e.clientHeight"
    assert page.page.eval_on_selector(".leaflet-popup-content", hidden) <= 1


def test_verdicts_differ_in_more_than_their_colour(stories):
    looks = {line.verdict: (line.look["dashed"], line.look["heavy"]) for line in _lines(stories[BRIDGE], True)}
    assert looks.keys() == {"agrees", "differs", "cannot be checked"}
    assert len(set(looks.values())) == 3


# --- the ruler --------------------------------------------------------------------------------------------------------


def _said(page):
    return page.texts(".ruler-said")[0]


def _measured(page, *points):
    ends = page.do(
        """(points) => points.map((at) => geostory.map.containerPointToLatLng(at)).map(({ lng, lat }) => [lng, lat])""",
        [list(point) for point in points],
    )
    return format_distance(GEOD.inv(*ends[0], *ends[1])[2])


def test_the_ruler_says_what_the_program_says_across_the_antimeridian(page):
    west, east = page.do("[170, 200].map((lng) => geostory.map.latLngToContainerPoint([55, lng]).x)")
    assert west < east
    page.click("[aria-label='Measure a distance']")
    for x in (west, east):
        page.page.mouse.click(380 + round(x), 560)
    assert _said(page) == _measured(page, (round(west), 560), (round(east), 560))
    assert " km (" in _said(page) and _said(page).endswith(" mi)")


def test_the_ruler_measures_from_a_place_that_is_pressed(page, block):
    places = {f["id"]: f for layer in block["layers"] for f in layer["features"] if f["kind"] == "dot"}
    page.click("[aria-label='Measure a distance']")
    label = ".map > .leaflet-map-pane .label[data-feature='{}']"
    ends = [id_ for id_ in places if page.boxes(label.format(id_))][:2]
    for id_ in ends:
        page.click(label.format(id_))
    points = [places[id_]["geometry"]["coordinates"] for id_ in ends]
    assert _said(page) == format_distance(GEOD.inv(*points[0], *points[1])[2])
    assert page.texts(".popup-body") == []


def test_the_ruler_works_by_keyboard_and_gives_the_focus_back(page):
    keys = page.page.keyboard
    page.page.focus("[aria-label='Measure a distance']")
    keys.press("Enter")
    assert _said(page) == "Arrow keys move the cross, Enter sets a point"
    size = page.do("Object.values(geostory.map.getSize())")
    x, y = round(size[0] / 2), round(size[1] / 2)
    keys.press("Enter")
    for _ in range(5):
        keys.press("ArrowRight")
    keys.press("Shift+ArrowUp")
    keys.press("Enter")
    assert _said(page) == _measured(page, (x, y), (x + 80, y - 1))
    keys.press("Escape")
    assert _said(page) == ""
    assert page.do("document.activeElement.getAttribute('aria-label')") == "Measure a distance"
