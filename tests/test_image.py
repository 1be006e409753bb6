"""Still images: the page's map without a browser, as SVG, PNG and PDF."""

import io
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import geostory
from geostory.cli import main
from geostory.image import SIZES, Size, converted, size_of, story_svg, write_image
from geostory.key import scale_for
from geostory.labelling import Sheet, meet, place_line, place_point
from geostory.lettering import PRINTED
from geostory.page import StoryMap
from geostory.projection import Projection
from geostory.resources import data_path
from geostory.viewport import View

SVG = "{http://www.w3.org/2000/svg}"
LAYER = "{http://www.inkscape.org/namespaces/inkscape}label"


@pytest.fixture(scope="module")
def strait() -> StoryMap:
    (article,) = geostory.read(data_path("articles", "messina-bridge.md"))
    return geostory.tell(article, recogniser="fast").map()


@pytest.fixture(scope="module")
def drawn(strait: StoryMap) -> ElementTree.Element:
    return ElementTree.fromstring(story_svg(strait))


def words(root: ElementTree.Element) -> list[str]:
    return [" ".join("".join(text.itertext()).split()) for text in root.iter(f"{SVG}text")]


def layer(root: ElementTree.Element, name: str) -> ElementTree.Element:
    return next(group for group in root.iter(f"{SVG}g") if group.get(LAYER) == name)


def test_an_svg_has_its_words_as_text_in_layers_with_names(drawn):
    said = words(layer(drawn, "Names of the story"))
    assert {"Messina", "Catania", "about 3.1 km (1.9 mi)"} <= set(said) | set(words(layer(drawn, "Insets")))
    named = [group.get(LAYER) for group in drawn.iter(f"{SVG}g") if group.get(LAYER)]
    assert {"Ground", "Lines", "Points", "Halos", "Legend", "Scale", "Words", "Insets"} <= set(named)
    assert drawn.find(f"{SVG}desc").text.startswith("Map: ")


def test_it_has_title_date_borders_and_credits(drawn, strait):
    told = " ".join(words(drawn))
    for part in ("7 AUGUST 2025", "as of 7 August 2025", "Map data:", "GeoNames"):
        assert part in told
    assert strait.block["map_title"].split()[0] in told


def test_everything_on_the_map_is_in_the_legend(drawn):
    rows = words(layer(drawn, "Legend"))
    assert {"Area in the article", "Place in the article", "Distance, measured"} <= set(rows)


def test_the_same_story_gives_the_same_bytes(strait):
    assert story_svg(strait, size="square") == story_svg(strait, size="square")
    svg = story_svg(strait, size=(400, 300))
    for format in ("png", "pdf"):
        made = [converted(svg, Size(400, 300), format=format) for _ in range(2)]
        assert made[0] == made[1]


@pytest.mark.parametrize("name", sorted(SIZES))
def test_a_png_has_the_size_asked_for(strait, tmp_path, name):
    path = tmp_path / "map.png"
    write_image(strait, path, size=name, scale=1)
    image = Image.open(path)
    assert image.size == SIZES[name][:2]
    pixels = np.asarray(image.convert("RGB")).astype(int)
    colours = len(np.unique(pixels.reshape(-1, 3), axis=0))
    assert colours > 50  # something is drawn
    if SIZES[name].grey:
        assert np.ptp(pixels, axis=2).max() <= 1


def test_scale_gives_more_pixels_of_the_same_map(strait, tmp_path):
    write_image(strait, tmp_path / "map.png", size=(400, 300), scale=1.5)
    assert Image.open(tmp_path / "map.png").size == (600, 450)


def test_a_pdf_is_vector_with_its_font_in_it(strait, tmp_path):
    write_image(strait, tmp_path / "map.pdf", size="column")
    data = (tmp_path / "map.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    fonts = set(re.findall(rb"/BaseFont */[A-Z]+\+([A-Za-z-]+)", data))
    assert {font.split(b"-")[0] for font in fonts} == {b"SourceSansPro"}
    assert re.search(rb"/FontFile[23]?", data)
    assert b"/Subtype/Image" not in data.replace(b" ", b"")


def test_letters_that_the_font_lacks_still_make_an_image():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><text x="5" y="25">القاهرة</text></svg>'
    assert Image.open(io.BytesIO(converted(svg, Size(90, 40), format="png"))).size == (90, 40)


def test_hostile_words_stay_words(strait):
    block = {**strait.block, "map_title": '</title><script>alert("1")</script>\x00 & <b>'}
    root = ElementTree.fromstring(story_svg(StoryMap(block)))
    assert not list(root.iter(f"{SVG}script"))
    assert any("<script>" in text for text in words(root))


@pytest.mark.parametrize("text", ["0x0", "1200", "1200x", "9999x200", "-5x5", "widest", "1200x675x2"])
def test_a_size_that_is_none_is_refused_in_one_line(text):
    with pytest.raises(geostory.UsageError, match="WIDTHxHEIGHT") as caught:
        size_of(text)
    assert "\n" not in str(caught.value)


def test_too_large_an_image_and_a_strange_name_are_refused(strait, tmp_path):
    with pytest.raises(geostory.UsageError, match="scale"):
        write_image(strait, tmp_path / "map.png", size=(8000, 8000), scale=8)
    with pytest.raises(geostory.UsageError, match=r"\.png, \.svg or \.pdf"):
        write_image(strait, tmp_path / "map.gif")
    assert not list(tmp_path.iterdir())


def test_without_the_extra_png_is_refused_in_one_line_and_svg_is_not(tmp_path):
    code = (
        "import sys; sys.modules['typst'] = None\n"
        "from geostory.cli import main\n"
        f"sys.exit(main(['render', {str(tmp_path / 'a.txt')!r}, '--image', 'png', '-o', {str(tmp_path / 'out')!r}]))"
    )
    (tmp_path / "a.txt").write_text("They met in Anchorage.")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "geostory[image]" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_render_writes_images_beside_the_page(tmp_path, capsys):
    article = tmp_path / "talks.txt"
    article.write_text("Talks in Alaska\n\nThey met in Anchorage, and later in Fairbanks.")
    command = ["render", str(article), "--recogniser", "fast", "--size", "400x300", "-o", str(tmp_path / "out")]
    assert main([*command, "--image", "svg", "--image", "png", "--scale", "1"]) == 0
    written = [Path(line) for line in capsys.readouterr().out.split()]
    assert [path.suffix for path in written] == [".html", ".svg", ".png"]
    assert len({path.stem for path in written}) == 1
    assert all(path.stat().st_size > 1000 for path in written)


def test_an_image_takes_less_than_two_seconds(strait, tmp_path):
    for name in ("map.png", "map.svg", "map.pdf"):
        start = time.process_time()
        write_image(strait, tmp_path / name, scale=1)
        assert time.process_time() - start < 2


# --- letters and labels -----------------------------------------------------------------------------------------------


def test_names_keep_clear_of_each_other_and_of_the_edge():
    sheet = Sheet((0, 0, 400, 300))
    boxes = []
    for i in range(9):
        at = (60 + 140 * (i % 3), 60 + 90 * (i // 3))
        for owner in (f"{i}a", f"{i}b", f"{i}c"):
            found = place_point(at, (60, 14), 5, sheet, owner)
            if found:
                sheet.taken.append((found[0], owner))
                boxes.append(found[0])
    assert len(boxes) > 20
    assert all(sheet.inside(box) for box in boxes)
    assert not any(meet(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_name_that_has_no_room_beside_its_point_is_led_to_it():
    spots = [(188, 100), (112, 100), (150, 87), (150, 113), (186, 89), (114, 89), (186, 111), (114, 111)]
    sheet = Sheet((0, 0, 300, 200), taken=[((x - 2, y - 2, x + 2, y + 2), "other") for x, y in spots])
    box, leader = place_point((150, 100), (60, 14), 5, sheet, "own")
    assert leader is not None
    assert not any(meet(box, other) for other, _ in sheet.taken)
    assert min(abs(leader[2] - box[0]), abs(leader[2] - box[2]), abs(leader[3] - box[1]), abs(leader[3] - box[3])) < 1


def test_a_figure_stands_beside_its_line_and_not_on_it():
    sheet = Sheet((0, 0, 400, 300))
    sheet.lines.append(((100, 150, 300, 150), "line"))
    box, leader = place_line([(100, 150), (300, 150)], (110, 14), sheet, "line")
    assert leader is None
    assert box[3] < 150 or box[1] > 150


def test_a_scale_bar_is_true_at_the_centre_and_left_out_where_no_scale_holds():
    near = Projection(kind="azimuthal", lon=25.0, lat=65.0)
    scale = scale_for(near, View(0, 0, 8000, 700, 500), "en")
    length, said = scale.bars[0]
    assert said == "50 km"
    assert length / 8000 * 6371 == pytest.approx(50, rel=0.001)
    mercator = Projection(kind="mercator", lon=0.0, lat=0.0)
    assert scale_for(mercator, View(0, 0.3, 300, 700, 500), "en") is None
    assert scale_for(Projection(kind="world", lon=0.0, lat=0.0), View(0, 0, 100, 700, 500), "en") is None


def test_a_text_breaks_into_lines_of_about_one_length():
    lines = PRINTED.lines("Joint Base Elmendorf-Richardson", 12, 132, bold=True)
    assert lines == ["Joint Base", "Elmendorf-Richardson"]
    assert PRINTED.filled("One two three four five", 12, 60, 1) == ["One two …"]


# --- the page without JavaScript --------------------------------------------------------------------------------------


def test_a_page_without_javascript_shows_its_map(browser, strait, tmp_path):
    path = tmp_path / "page.html"
    strait.save(path)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 800, "height": 700})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(path.as_uri())
    picture = page.locator("noscript svg").bounding_box()
    assert picture["y"] < 50
    assert picture["width"] > 600
    assert "Messina" in page.locator("noscript svg").text_content()
    assert faults == []
    context.close()


def test_the_picture_within_the_page_is_light(strait):
    import gzip

    from geostory.still import inline_svg

    assert len(gzip.compress(inline_svg(strait.block).encode())) < 25_000
    took = []
    for _ in range(5):
        start = time.process_time()
        inline_svg(strait.block)
        took.append(time.process_time() - start)
    assert min(took) < 0.1  # 30 ms on a machine with nothing else to do


def test_an_image_in_arabic_begins_at_the_right(strait):
    (article,) = geostory.read(data_path("articles", "messina-bridge.md"))
    arabic = geostory.tell(article, recogniser="fast").map(lang="ar")
    for size in ("wide", "340x400"):
        root = ElementTree.fromstring(story_svg(arabic, size=size))
        across = float(root.get("viewBox").split()[2])
        column = [text for name in ("Words", "Legend") for text in layer(root, name).iter(f"{SVG}text")]
        ends = [text for text in column if text.get("font-style") != "italic"]
        assert ends and all(text.get("text-anchor") == "end" for text in ends), size
        assert max(float(text.get("x")) for text in ends if text.get("x")) > 0.9 * across


def test_the_smallest_image_is_mostly_map_and_credits_its_sources_in_full(strait):
    root = ElementTree.fromstring(story_svg(strait, size=(240, 240)))
    across = float(root.get("viewBox").split()[2])
    height = float(root.find(f"{SVG}defs/{SVG}clipPath/{SVG}rect").get("height"))
    assert height > 0.45 * across
    assert "…" not in " ".join(words(layer(root, "Words")))
