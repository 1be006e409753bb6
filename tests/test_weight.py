"""What a page weighs, and what it leaves out to weigh less: comments, indentation, style that nothing on it uses."""

import functools
import gzip
import hashlib
import io
import json
import re
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import folium
import pytest
from opened import Markup, rules

from geostory.assets import SCRIPTS, STYLES, measures, own_script, own_style
from geostory.cli import main
from geostory.errors import UsageError, WriteError
from geostory.page import StoryMap
from geostory.resources import template_text


def test_the_pages_own_script_and_style_carry_no_comment_and_no_indentation():
    assert not re.search(r"(?m)^\s*//|^\s+\S", own_script())
    assert "/*" not in own_style() and "\n" not in own_style()
    written = sum(len(template_text(name)) for name in SCRIPTS)
    assert len(own_script()) < 0.75 * written
    assert len(own_style()) < 0.9 * sum(map(len, map(template_text, STYLES)))


def test_leaflets_style_is_whole_where_something_of_the_users_may_need_it(block):
    alone = StoryMap(block)
    with_child = StoryMap(block)
    folium.Marker([60, -170], tooltip="There").add_to(with_child)
    style = Markup(alone.render()).inside["style"][0]
    whole = Markup(with_child.render()).inside["style"][0]
    assert ".leaflet-tooltip" in whole and ".leaflet-tooltip" not in style
    assert ".leaflet-popup-content-wrapper" in style


def test_a_page_without_its_story_weighs_less_than_a_small_photograph(block):
    markup = Markup(StoryMap(block).render())
    page = "".join(markup.inside["script"] + markup.inside["style"])
    assert len(page) < 275_000
    assert len(gzip.compress(page.encode(), 9)) < 81_000


# --- shared between the pages of an archive ---------------------------------------------------------------------------


@pytest.fixture
def archive(block, tmp_path):
    """Two pages in a folder, and what they share in a folder beside it, whose name needs care in an address."""
    (tmp_path / "maps").mkdir()
    paths = [tmp_path / "maps" / name for name in ("one.html", "two.html")]
    for path in paths:
        StoryMap(block).save(path, assets=tmp_path / "all & sundry")
    return paths


def _served(folder):
    handler = functools.partial(QuietHandler, directory=folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


def _shown(browser, address):
    context = browser.new_context()
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.locator(".map .label").first.wait_for()
    font = page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")
    context.close()
    return said, asked, font


def test_pages_that_share_their_files_work_from_a_disk_and_from_a_server(browser, archive, tmp_path):
    said, asked, font = _shown(browser, archive[0].as_uri())
    assert said == [] and font == "22px" and len(asked) == 4
    server = _served(tmp_path)
    try:
        origin = f"http://127.0.0.1:{server.server_port}"
        said, asked, font = _shown(browser, f"{origin}/maps/two.html")
    finally:
        server.shutdown()
    assert [line for line in said if "favicon" not in line] == [] and font == "22px"
    assert {address for address in asked if not address.startswith(origin)} == set()


def test_shared_files_are_called_by_their_content_and_written_once(archive, block, tmp_path):
    folder = tmp_path / "all & sundry"
    names = sorted(path.name for path in folder.iterdir())
    called = {re.sub(r"-[0-9a-f]{16}\.", ".", name) for name in names}
    assert called == {"geostory.css", "geostory.js", "leaflet.js"} and len(names) == 3
    for path in folder.iterdir():
        assert hashlib.sha256(path.read_bytes()).hexdigest()[:16] in path.name
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    (folder / names[0]).write_text("~ damaged ~")
    StoryMap(block).save(tmp_path / "maps" / "one.html", assets=folder)
    assert {path for path in before if path.stat().st_mtime_ns != before[path]} == {folder / names[0]}
    assert "~ damaged ~" not in (folder / names[0]).read_text()
    assert archive[0].read_bytes() == archive[1].read_bytes()
    assert archive[0].stat().st_size < 15_000 + len(json.dumps(block))


def test_the_policy_of_a_page_with_shared_files_allows_its_own_place_and_no_other(archive):
    policy = rules(Markup(archive[0].read_text(encoding="utf-8")).policy)
    assert policy["script-src"] == ["'self'"]
    # The few rules for readers without script stand in the page.
    assert policy["style-src"][0] == "'self'" and len(policy["style-src"]) == 2
    assert policy["default-src"] == ["'none'"]


def test_a_users_child_works_beside_shared_files(browser, block, tmp_path):
    story_map = StoryMap(block)
    folium.Marker([60, -170], tooltip="There").add_to(story_map)
    story_map.save(tmp_path / "page.html", assets=tmp_path / "files")
    said, _, _ = _shown(browser, (tmp_path / "page.html").as_uri())
    assert said == []


def test_shared_files_need_a_page_with_a_place_of_its_own(block, tmp_path):
    with pytest.raises(UsageError, match="path of the page"):
        StoryMap(block).save(io.StringIO(), assets=tmp_path)


def test_a_file_in_place_of_the_shared_folder_is_refused(block, tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    with pytest.raises(WriteError, match="taken"):
        StoryMap(block).save(tmp_path / "page.html", assets=tmp_path / "taken")
    assert not (tmp_path / "page.html").exists()
    assert main(["render", "x.md", "--assets", str(tmp_path / "taken")]) == 2
    assert "it is a file; give a folder" in capsys.readouterr().err


def test_sizes_of_the_page_come_from_the_file_of_tokens(page):
    sizes = measures()

    def look(selector, name):
        return page.do(f"getComputedStyle(document.querySelector({json.dumps(selector)})).{name}")

    assert look("h1", "fontSize") == f"{sizes['type']['title']}px"
    assert look("body", "fontSize") == f"{sizes['type']['text']}px"
    assert look(".map .label", "fontSize") == f"{sizes['type']['label']}px"
    assert look(".credits", "fontSize") == f"{sizes['type']['small']}px"
    assert look(".column", "width") == f"{sizes['space']['column']}px"
    assert look(".control-button", "width") == f"{sizes['space']['control']}px"
    widths = page.do("[...document.querySelectorAll('path.feature-region')].map((e) => e.getAttribute('stroke-width'))")
    assert str(sizes["lines"]["region"]) in widths


def test_no_style_names_a_variable_that_is_not_defined(block):
    style = Markup(StoryMap(block).render()).inside["style"][0]
    used, set_ = set(re.findall(r"var\((--[\w-]+)", style)), set(re.findall(r"(--[\w-]+):", style))
    assert used - set_ == {"--ink-of-mark"}  # set by the script, from each mention's own colour
