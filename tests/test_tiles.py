"""Tiles of others: only when asked for, from that host alone, with the words their provider wants."""

import io
import re

import pytest
from opened import Markup, rules
from PIL import Image

from geostory.article import read
from geostory.cli import main
from geostory.errors import UsageError
from geostory.page import StoryMap
from geostory.tiles import find_tiles


def test_a_provider_is_found_by_its_name_however_it_is_written():
    tiles = find_tiles("OpenTopoMap")
    assert find_tiles("open-topo map") == tiles
    assert tiles.hosts == tuple(f"{letter}.tile.opentopomap.org" for letter in "abc")
    assert tiles.url == "https://{s}.tile.opentopomap.org/{z}/{x}/{y}.png"
    assert ("OpenStreetMap", "https://www.openstreetmap.org/copyright") in tiles.credit


def test_an_unknown_name_is_answered_with_the_nearest_ones():
    with pytest.raises(UsageError, match=r"^--tiles OpenStreetMap.Mapnick: .*OpenStreetMap\.Mapnik"):
        find_tiles("OpenStreetMap.Mapnick")
    with pytest.raises(UsageError, match=r"nearest are OpenStreetMap\.Mapnik"):
        find_tiles("???")
    with pytest.raises(UsageError, match=r"nearest are OpenStreetMap\.\w+, OpenStreetMap"):
        find_tiles("openstreetmap")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Thunderforest.Transport", "needs a key of yours"),
        ("CartoDB.Positron", "needs a key of yours"),
        ("NASAGIBS.BlueMarble3413", r"another grid \(EPSG:3413\)"),
        ("OpenAIP", "another grid"),
        ("TopPlusOpen.Color", "unencrypted"),
        ("Stadia.AlidadeSatellite", "broken"),
    ],
)
def test_tiles_that_cannot_be_used_are_refused_with_the_reason(name, reason):
    with pytest.raises(UsageError, match=reason):
        find_tiles(name)


def test_a_wrong_name_stops_render_before_anything_is_written(tmp_path, capsys):
    assert main(["render", "x.md", "--tiles", "Mapnick", "-o", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "no such provider" in said
    assert not (tmp_path / "out").exists()


@pytest.fixture
def tiled(block):
    """The made-up story over the tiles of a server with letters."""
    return StoryMap({**block, **find_tiles("OpenTopoMap").block()})


def test_the_policy_is_widened_for_pictures_of_that_host_and_for_nothing_else(block, tiled):
    without, widened = (rules(Markup(story_map.render()).policy) for story_map in (StoryMap(block), tiled))
    assert widened["img-src"] == ["data:", *(f"https://{letter}.tile.opentopomap.org" for letter in "abc")]
    # The script that draws tiles is in that page alone: another hash, and no host.
    assert all(source.startswith("'sha256-") for source in widened["script-src"])
    del widened["img-src"], widened["script-src"], without["script-src"]
    assert widened == without


def test_tiles_are_drawn_credited_and_asked_of_that_host_alone(browser, tiled, tmp_path):
    path = tmp_path / "page.html"
    tiled.save(path)
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), (10, 200, 30)).save(picture, "PNG")
    context = browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    context.route(
        re.compile("^https://"), lambda route: route.fulfill(body=picture.getvalue(), content_type="image/png")
    )
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.locator(".leaflet-tile-loaded").nth(3).wait_for(state="attached")
    page.wait_for_timeout(200)
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert shown.getpixel((420, 400)) == (10, 200, 30)
    assert {address.split("/")[2].partition(".")[2] for address in asked[1:]} == {"tile.opentopomap.org"}
    (credit,) = page.locator(".credits").all_text_contents()
    assert "OpenTopoMap" in credit and "OpenStreetMap" in credit
    assert page.locator(".credits a[href='https://www.openstreetmap.org/copyright']").count() == 1
    assert page.locator(".map > .leaflet-map-pane .ground").count() == 0  # names are on the tiles
    assert page.locator(".map > .leaflet-map-pane .label[data-feature='p-birch']").count() == 1
    assert said == []
    context.close()


def test_without_a_network_the_ground_is_there_all_the_same(opened, tiled):
    page = opened(tiled)
    picture = page.picture()
    x, y = (round(value) for value in page.at(185, 50))
    assert picture.getpixel((x, y)) == (0xDA, 0xE5, 0xEB)


def test_the_page_says_whose_names_and_borders_the_tiles_show(tmp_path):
    import geostory

    (tmp_path / "a.md").write_text("# Ferry\n\nThe ferry from Algeciras to Ceuta sails again.\n", encoding="utf-8")
    story = geostory.tell(read(str(tmp_path / "a.md"))[0], recogniser="fast")
    block = story.map(tiles=find_tiles("OpenStreetMap.Mapnik")).block
    assert "Names and borders on the tiles are those of OpenStreetMap.Mapnik." in block["notes"]
    assert "tiles" not in story.map().block
