"""Tiles in a file beside the page: read by ranges, credited as text, refused in one line where they can't be drawn."""

import io

import pytest
from archive import COLOURS, archive, number, served
from opened import Markup, rules
from PIL import Image

from geostory.cli import main
from geostory.errors import UsageError
from geostory.page import StoryMap
from geostory.tiles import find_tiles


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "green world.pmtiles"
    path.write_bytes(archive())
    return path


@pytest.fixture
def tiled(block, file):
    return StoryMap({**block, **find_tiles(str(file)).block()})


def test_a_file_tells_its_name_credit_kind_and_zooms(file):
    tiles = find_tiles(str(file))
    assert (tiles.name, tiles.picture, tiles.zooms) == ("Green world", "image/png", (0, 4))
    assert tiles.credit == (("Our own tiles", ""),) and tiles.hosts == () and tiles.url == "green%20world.pmtiles"
    assert find_tiles(str(file), file.parent / "maps" / "today").url == "../../green%20world.pmtiles"


def test_words_in_a_file_are_text_of_one_line_and_never_a_link(tmp_path):
    path = tmp_path / "x.pmtiles"
    path.write_bytes(archive(attribution='<a href="javascript:alert(1)">A\n\u202eB</a><script>alert(2)</script>'))
    assert find_tiles(str(path)).credit == (("A Balert(2)", ""),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (archive(kind=1), "holds vector tiles"),
        (archive(kind=9), "unknown kind"),
        (archive(version=2), "version 02"),
        (archive()[:-1], "cut short: its tiles would end at byte"),
        (archive()[:100], "cut short"),
        (archive()[:127] + b"\0" * (len(archive()) - 127), "root directory can't be unpacked"),
        (b"<!doctype html>", "no PMTiles file"),
        (b"", "no PMTiles file"),
    ],
)
def test_a_file_that_cannot_be_drawn_is_refused_in_one_line_before_anything_is_written(
    tmp_path, capsys, content, reason
):
    path = tmp_path / "world.pmtiles"
    path.write_bytes(content)
    assert main(["render", "x.md", "--tiles", str(path), "-o", str(tmp_path / "out")]) != 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and str(path) in said and reason in said
    assert not (tmp_path / "out").exists()


def test_a_missing_file_and_an_address_are_refused(tmp_path):
    with pytest.raises(UsageError, match="can't be read"):
        find_tiles(str(tmp_path / "none.pmtiles"))
    with pytest.raises(UsageError, match="give a file"):
        find_tiles("https://example.org/world.pmtiles")


def test_the_policy_lets_the_page_read_its_own_place_and_nothing_else(block, tiled):
    without, widened = (rules(Markup(story_map.render()).policy) for story_map in (StoryMap(block), tiled))
    assert widened.pop("connect-src") == ["'self'"] and widened.pop("img-src") == ["blob:"]
    del widened["script-src"], without["script-src"]
    assert widened == without


def test_a_tiles_number_is_the_one_that_the_specification_gives():
    known = {(0, 0, 0): 0, (1, 0, 0): 1, (1, 0, 1): 2, (1, 1, 1): 3, (1, 1, 0): 4, (12, 3423, 1763): 19078479}
    assert {tile: number(*tile) for tile in known} == known


_TILE_AT = """([x, y]) => {
    const map = geostory.map, zoom = Math.min(4, Math.round(map.getZoom()));
    const left = document.getElementById("map").getBoundingClientRect().left;
    const at = map.project(map.containerPointToLatLng([x - left, y]), zoom);
    return [Math.floor(at.x / 256), Math.floor(at.y / 256)];
}"""


def _shown(browser, address):
    context = browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.locator(".leaflet-tile-loaded").nth(3).wait_for(state="attached")
    page.wait_for_timeout(300)
    return context, page, said, asked


@pytest.mark.parametrize("ranges", [True, False])
def test_tiles_are_drawn_from_a_server_with_ranges_and_from_one_without(browser, tiled, tmp_path, ranges):
    tiled.save(tmp_path / "page.html")
    with served(tmp_path, ranges=ranges) as address:
        context, page, said, asked = _shown(browser, address + "page.html")
        shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        for x, y in ((420, 400), (700, 150), (900, 500), (600, 300)):
            column, row = page.evaluate(_TILE_AT, [x, y])
            assert shown.getpixel((x, y)) == COLOURS[(column + row) % 2]
        files = [one for one in asked if one.endswith("green%20world.pmtiles")]
        assert len(files) == 1 if not ranges else len(files) > 2
        assert all(one.startswith((address, "blob:")) for one in asked)
        assert "Tiles: Our own tiles" in page.locator(".credits").text_content()
        assert page.locator(".map > .leaflet-map-pane .ground").count() == 0
        assert page.locator(".tiles-lost").count() == 0 and said == []
        context.close()


def test_from_a_disk_the_page_says_so_in_one_line_and_shows_its_own_ground(opened, tiled):
    page = opened(tiled)
    (line,) = page.texts(".tiles-lost")
    assert "opened from a disk" in line and page.said == []
    assert len([box for box in page.boxes(".ground") if box[4]]) > 0
    x, y = (round(value) for value in page.at(185, 50))
    assert page.picture().getpixel((x, y)) == (0xDA, 0xE5, 0xEB)


def test_a_file_that_was_left_behind_is_told_on_the_map(browser, tiled, tmp_path):
    (tmp_path / "web").mkdir()
    tiled.save(tmp_path / "web" / "page.html")
    with served(tmp_path / "web", ranges=True) as address:
        context = browser.new_context(viewport={"width": 1200, "height": 800})
        page = context.new_page()
        page.goto(address + "page.html")
        page.locator(".tiles-lost").wait_for()
        assert "can't be read" in page.locator(".tiles-lost").text_content()
        assert page.locator(".ground").count() > 0
        context.close()


def test_render_says_where_pages_expect_a_file_that_does_not_stand_beside_them(tmp_path, capsys, file):
    article = tmp_path / "a.md"
    article.write_text("# Ferry\n\nThe ferry from Algeciras to Ceuta sails again.\n", encoding="utf-8")
    given = ["render", str(article), "--recogniser", "fast", "--tiles", str(file), "--name", "ferry"]
    assert main([*given, "-o", str(tmp_path / "out")]) == 0
    assert "'../green world.pmtiles'" in capsys.readouterr().err
    assert main([*given, "-o", str(tmp_path)]) == 0
    assert ".pmtiles" not in capsys.readouterr().err
    assert "borders on the tiles are those of Green world" in (tmp_path / "ferry.html").read_text(encoding="utf-8")
