"""What a newsroom pastes into its own pages, and what a page tells those who list or preview it."""

import functools
import http.server
import json
import re
import shlex
import threading
from pathlib import Path

import pytest
from opened import Markup, until

import geostory
from geostory import Article
from geostory.batch import publish
from geostory.card import Site, card_head, content_version
from geostory.cli import main
from geostory.embed import EMBED_ENDINGS, oembed, snippet, write_embed
from geostory.errors import UsageError
from geostory.page import StoryMap
from geostory.resources import data_path

BASE = "https://example.org/maps"
SITE = Site(name="ferry", base_url=BASE, picture=(1200, 675), oembed=True)
HOST = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>An article</title>'
    "<body>{}</body></html>"
)


def _frames(text):
    return [
        attributes for tag, attributes in Markup(text.replace("<!--", "").replace("-->", "")).tags if tag == "iframe"
    ]


def _meta(head):
    return {a.get("property") or a.get("name"): a.get("content") for tag, a in Markup(head).tags if tag == "meta"}


def _linked(head):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', head)[1])


# --- the files --------------------------------------------------------------------------------------------------------


def test_each_frame_of_the_snippet_has_a_title_waits_and_is_shut_in(block):
    frames = _frames(snippet(block, SITE))
    assert len(frames) == 2
    for frame in frames:
        assert frame["src"] == f"{BASE}/ferry.html" and frame["title"] == f"Map: {block['title']}"
        assert frame["loading"] == "lazy" and frame["referrerpolicy"] == "no-referrer" and frame["width"] == "100%"
        assert "allow-scripts" in frame["sandbox"].split() and "allow-same-origin" not in frame["sandbox"]
    assert "aspect-ratio" in frames[1]["style"]


@pytest.mark.parametrize("title", ['"><script>alert(1)</script>', "--><b>", "a' onload='alert(1)", "--!><i>"])
def test_a_hostile_title_stays_a_title(block, title):
    block["title"] = title
    text = snippet(block, SITE)
    assert [tag for tag, _ in Markup(text).tags] == ["iframe", "script"]  # the other frame stands in a comment
    assert {frame["title"] for frame in _frames(text)} == {f"Map: {title}"}
    head = card_head(block, SITE)
    assert {tag for tag, _ in Markup(head).tags} == {"meta", "link", "script"}
    assert _meta(head)["og:title"] == title and _linked(head)["name"] == title


def test_the_oembed_answer_has_what_its_standard_asks_of_a_rich_one(block):
    answer = oembed(block, SITE)
    assert (answer["version"], answer["type"]) == ("1.0", "rich")
    assert isinstance(answer["width"], int) and isinstance(answer["height"], int)
    assert answer["thumbnail_url"] == f"{BASE}/ferry.png"
    assert (answer["thumbnail_width"], answer["thumbnail_height"]) == (1200, 675)
    assert answer["provider_url"] == "https://example.org" and "<script" not in answer["html"]
    assert not {key for key in oembed(block, Site(name="ferry")) if key.startswith("thumbnail")}


@pytest.mark.parametrize(
    "address",
    ["example.org/maps", "ftp://example.org/", "https://", "https://a@example.org/", "https://example.org/?a=b",
     "https://example.org/a b", 'https://example.org/"', "https://example.org:x/", "javascript:alert(1)"],
)  # fmt: skip
def test_an_address_that_no_folder_can_have_is_refused(address):
    with pytest.raises(UsageError, match="--base-url"):
        Site(name="ferry", base_url=address)


# --- the card ---------------------------------------------------------------------------------------------------------


def test_a_page_whose_address_is_known_says_so_and_names_its_picture(block):
    head = card_head(block, SITE)
    meta = _meta(head)
    assert meta["og:url"] == f"{BASE}/ferry.html" and meta["og:image"] == f"{BASE}/ferry.png"
    assert (meta["og:image:width"], meta["og:image:height"]) == ("1200", "675")
    assert meta["og:image:alt"] == block["description"] and meta["og:description"] == block["dek"]
    assert meta["twitter:card"] == "summary_large_image"
    links = {a["rel"]: a["href"] for tag, a in Markup(head).tags if tag == "link"}
    assert links == {"canonical": f"{BASE}/ferry.html", "alternate": f"{BASE}/ferry.oembed.json"}


def test_nothing_is_said_of_an_address_or_a_picture_that_nobody_gave(block):
    head = card_head(block)
    assert not {"og:url", "og:image"} & set(_meta(head)) and "<link" not in head
    assert not {"url", "image", "isBasedOn", "datePublished"} & set(_linked(head))
    assert not {"og:image"} & set(_meta(card_head(block, Site(name="ferry", base_url=BASE))))


def test_linked_data_says_where_the_map_is_and_what_it_rests_on(block):
    block |= {"frame": [10, 40, 20, 50], "published": "2025-03-02", "address": "https://example.org/ferry"}
    data = _linked(card_head(block, SITE))
    assert data["@type"] == "Map" and data["datePublished"] == "2025-03-02"
    assert data["spatialCoverage"]["geo"] == {"@type": "GeoShape", "box": "40.0000 10.0000 50.0000 20.0000"}
    assert data["isBasedOn"]["url"] == "https://example.org/ferry"
    assert {place["name"] for place in data["about"]} >= {region["name"] for region in block["regions"]}


@pytest.mark.parametrize(
    ("frame", "boxes"),
    [
        ([170, 50, 200, 60], ["50.0000 170.0000 60.0000 180.0000", "50.0000 -180.0000 60.0000 -160.0000"]),
        ([-190, 50, -170, 60], ["50.0000 170.0000 60.0000 180.0000", "50.0000 -180.0000 60.0000 -170.0000"]),
        ([-20, -95, 350, 95], ["-90.0000 -180.0000 90.0000 180.0000"]),
        ([190, -10, 200, 10], ["-10.0000 -170.0000 10.0000 -160.0000"]),
    ],
)
def test_a_map_over_the_antimeridian_covers_two_boxes(block, frame, boxes):
    geo = _linked(card_head(block | {"frame": frame}))["spatialCoverage"]["geo"]
    assert [box["box"] for box in (geo if isinstance(geo, list) else [geo])] == boxes


def test_the_card_holds_none_of_the_articles_text(tmp_path):
    secret = "The harbour master whistled a shanty nobody knew in Tangier."
    page = publish(
        geostory.tell(Article(title="A ferry", text=f"{secret} Then it left for Algeciras.")), tmp_path, embed=True
    )
    head = page.path.read_text(encoding="utf-8").partition("<body>")[0]
    others = [path.read_text(encoding="utf-8") for path in page.beside if path.suffix != ".png"]
    assert len(others) == 3 and "Tangier" in head
    assert not any("shanty" in text or "harbour master" in text for text in [head, *others])


def test_equal_pages_have_equal_versions_and_others_have_others(block):
    assert content_version(block) == content_version(dict(block))
    assert content_version(block) != content_version(block | {"dek": "Another."})
    assert _meta(card_head(block))["geostory-version"] == content_version(block)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "ferry.md"
    path.write_text("# A ferry\n\nThe ferry left Tangier for Algeciras.\n", encoding="utf-8")
    return path


def test_a_corrected_article_keeps_its_address_and_gets_a_new_version(article, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["render", str(article), "-o", str(out), "--embed", "--base-url", BASE, "--name", "ferry"]
    assert main(words) == 0
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(first) == {"ferry.html", "ferry.png", *(f"ferry{ending}" for ending in EMBED_ENDINGS)}
    assert main(words) == 0 and {path.name: path.read_bytes() for path in out.iterdir()} == first
    article.write_text("# The ferry\n\nThe ferry left Tangier for Tarifa.\n", encoding="utf-8")
    assert main(words) == 0 and {path.name for path in out.iterdir()} == set(first)
    old, new = (
        _meta(page.decode())["geostory-version"] for page in (first["ferry.html"], (out / "ferry.html").read_bytes())
    )
    assert old != new
    assert "base-url" not in capsys.readouterr().err


def test_without_an_address_one_line_says_which_files_need_it(article, tmp_path, capsys):
    assert main(["render", str(article), "-o", str(tmp_path / "out"), "--embed"]) == 0
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "--base-url" in line]
    assert "oembed.json" in line and "snippet.html" in line
    (pasted,) = (tmp_path / "out").glob("*.snippet.html")
    assert _frames(pasted.read_text(encoding="utf-8"))[0]["src"] == f"{pasted.name.split('.')[0]}.html"


@pytest.mark.parametrize(
    "words", [["--base-url", BASE], ["--embed", "--base-url", "maps/"], ["--name", "../ferry"], ["--name", "index"]]
)
def test_misuse_is_refused_before_anything_is_read(tmp_path, capsys, words):
    assert main(["render", str(tmp_path / "missing.md"), "-o", str(tmp_path / "out"), *words]) == 2
    assert words[-2] in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_one_name_is_for_one_article(article, tmp_path, capsys):
    (tmp_path / "b.md").write_text("# Rain\n\nIt rained in Leeds.\n", encoding="utf-8")
    assert main(["render", str(article), str(tmp_path / "b.md"), "-o", str(tmp_path / "out"), "--name", "a"]) == 2
    assert "one article" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["embedding.md", "using.md"])
def test_the_commands_in_the_docs_run_as_they_stand(name, tmp_path, monkeypatch):
    text = (Path(__file__).parent.parent / "docs" / name).read_text(encoding="utf-8")
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        if "--desk notes" in block
        for line in block.splitlines()
    ]
    (tmp_path / "articles").mkdir()
    for path in (tmp_path / "article.md", tmp_path / "articles" / "a.md"):
        path.write_text("# A ferry\n\nThe ferry left Tangier for Algeciras.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(lines) == 2
    for line in lines:
        assert main(shlex.split(line)[1:]) in ((0, 1) if " check " in line else (0,))
    assert list(tmp_path.glob("notes/*.desk.json"))
    if name == "embedding.md":
        told = set(re.findall(r"^\| `(.*?)`", text, re.MULTILINE))
        assert told == {path.name for path in (tmp_path / "maps").iterdir()}


# --- in a page, in Chromium -------------------------------------------------------------------------------------------


class _Server(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        if "strict" in self.path:  # neither inline script nor inline style, and nothing from elsewhere
            self.send_header("Content-Security-Policy", "default-src 'self'; script-src 'self'")
        super().end_headers()

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def site(tmp_path):
    """A folder that is served, and its address."""
    handler = functools.partial(_Server, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def hosted(browser, site, block):
    """Open a host page around what is given, with the story's page and files beside it."""
    folder, address = site
    where = Site(name="ferry", oembed=True)
    StoryMap(block).save(folder / "ferry.html", site=where)
    write_embed(block, folder, where)
    contexts = []

    def open_(body, *, name="host.html", width=1000, wait=True):
        (folder / name).write_text(HOST.format(body), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 3000}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(address + name)
        for frame in page.frames[1:]:
            if "srcdoc" not in frame.url:
                until(frame, "Boolean(window.geostory && geostory.map._loaded)")
        if wait:
            until(page, "[...document.querySelectorAll('[data-geostory]')].every((f) => f.style.height)")
        return page

    yield open_
    for context in contexts:
        context.close()


def _pasted(folder):
    return (Path(folder) / "ferry.snippet.html").read_text(encoding="utf-8")


def _heights(page):
    return page.evaluate("[...document.querySelectorAll('iframe')].map((frame) => frame.clientHeight)")


# As high as its map and caption: nothing to scroll, nothing left over.
SETTLED = """(() => {
  const page = document.scrollingElement;
  const caption = document.getElementById("caption");
  return Boolean(caption) && page.scrollHeight === innerHeight && page.scrollWidth <= innerWidth
    && Math.abs(caption.getBoundingClientRect().bottom - innerHeight) < 2;
})()"""
INSIDE = """() => {
  const page = document.scrollingElement;
  const map = document.getElementById("map").clientHeight;
  return { map, over: page.scrollWidth - page.clientWidth, origin: self.origin };
}"""


@pytest.mark.parametrize("width", [320, 1000])
def test_several_maps_on_one_page_take_the_height_they_need(hosted, site, width):
    page = hosted(_pasted(site[0]) * 2 + "<p>Words between.</p>" + _pasted(site[0]), width=width)
    for frame in page.frames[1:]:
        until(frame, SETTLED)
    heights = _heights(page)
    assert len(heights) == 3 and len(set(heights)) == 1 and 280 <= heights[0] <= 800
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    for frame in page.frames[1:]:
        inside = frame.evaluate(INSIDE)
        assert inside["origin"] == "null"  # shut in: no cookie, no storage, no history of the host's
        assert inside["map"] >= 250
        with pytest.raises(Exception, match="SecurityError"):
            frame.evaluate("localStorage.length")
    assert page.said == []


def test_a_map_follows_the_width_of_its_page(hosted, site):
    page = hosted(_pasted(site[0]), width=1000)
    wide = _heights(page)[0]
    page.set_viewport_size({"width": 340, "height": 800})
    until(page, f"document.querySelector('iframe').clientHeight !== {wide}")
    until(page.frames[1], SETTLED)
    assert page.frames[1].evaluate(INSIDE)["map"] >= 250


def test_a_page_with_a_strict_policy_can_hold_a_map(hosted, site):
    page = hosted(_pasted(site[0]), name="strict.html", width=600)
    until(page.frames[1], SETTLED)
    assert page.evaluate("document.querySelector('iframe').clientWidth") > 560
    assert not [line for line in page.said if "script" in line.lower() and "style" not in line.lower()]


@pytest.mark.parametrize("width", [320, 1000])
def test_a_map_without_the_script_keeps_its_shape(hosted, site, width):
    plain = re.search(r"<!--.*?\n(<iframe.*?</iframe>)", _pasted(site[0]), re.DOTALL)[1]
    page = hosted(plain, width=width, wait=False)
    inside = page.frames[1].evaluate(INSIDE)
    assert inside["map"] >= 200 and inside["over"] == 0 and _heights(page)[0] >= 440
    assert page.said == []


ROGUE = (
    """<iframe srcdoc="<script>parent.postMessage({ type: 'geostory:height', height: 1999 }, '*')</script>"></iframe>"""
)


def test_nobody_but_the_map_sets_its_height_and_no_map_grows_beyond_bounds(hosted, site):
    page = hosted(_pasted(site[0]) + ROGUE)
    until(page.frames[1], SETTLED)
    own, rogue = _heights(page)
    assert own < 1000 and rogue < 200
    page.evaluate("postMessage({ type: 'geostory:height', height: 900 }, '*')")
    messages = [
        "{ type: 'geostory:height', height: 901, more: 1 }", "{ type: 'geostory:height', height: '902' }",
        "{ type: 'geostory:height', height: NaN }", "{ type: 'height', height: 903 }", "[904]", "'905'", "null",
    ]  # fmt: skip
    for message in messages:
        page.frames[1].evaluate(f"parent.postMessage({message}, '*')")
    page.wait_for_timeout(100)
    assert _heights(page)[0] == own
    for asked, given in ((1e9, 2000), (-5, 200), (321.4, 321)):
        page.frames[1].evaluate(f"parent.postMessage({{ type: 'geostory:height', height: {asked} }}, '*')")
        until(page, f"document.querySelector('iframe').clientHeight === {given}")


@pytest.mark.parametrize(("width", "height"), [(320, 460), (600, 440), (1200, 690)])
def test_a_framed_map_shows_the_whole_story_once_its_steps_and_words_stand(browser, tmp_path, width, height):
    geostory.tell(geostory.read(data_path("articles", "gibraltar-strait.md"))[0]).map(layout="story").save(
        tmp_path / "story.html"
    )
    host = tmp_path / "host.html"
    host.write_text(
        f'<!DOCTYPE html><iframe src="story.html" width="{width}" height="{height}" sandbox="allow-scripts"></iframe>',
        encoding="utf-8",
    )
    context = browser.new_context(viewport={"width": 1300, "height": 800})
    page = context.new_page()
    page.goto(host.as_uri())
    whole = """(() => {
        const [west, south, east, north] = JSON.parse(document.getElementById("story").textContent).frame;
        const { x, y } = geostory.map.getSize();
        const corners = [[south, west], [north, east]].map((at) => geostory.map.latLngToContainerPoint(at));
        return corners.every((at) => at.x > -1 && at.y > -1 && at.x < x + 1 && at.y < y + 1);
    })()"""
    until(page.frames[1], whole)
    page.wait_for_timeout(300)
    assert page.frames[1].evaluate(whole)
    # The first step has the caption's words already.
    shown = page.frames[1].evaluate("[...document.querySelectorAll('#caption p')].filter((p) => p.offsetHeight).length")
    assert shown == 1
    context.close()
