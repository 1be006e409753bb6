"""The file a map is saved as: asks nobody, runs nothing of the article, and is written whole."""

import io
import json
import re
import socket
from pathlib import Path

import folium
import pytest
from opened import PHONE, WIDE, Markup, rules, source_hash

from geostory.errors import DataError
from geostory.page import StoryMap


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("query", ["", "?embed"])
def test_a_page_asks_nobody_and_the_console_stays_empty(opened, block, size, query):
    page = opened(StoryMap(block), size=size, query=query)
    for name in ("Zoom in", "Zoom out", "Show the whole story", "Layers"):
        page.click(f"[aria-label='{name}']")
    assert page.requests == [page.address]
    assert page.said == []


def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else(block):
    markup = Markup(StoryMap(block).render())
    policy = rules(markup.policy)
    assert policy["default-src"] == ["'none'"]
    assert set(policy["script-src"]) == {source_hash(script) for script in markup.inside["script"]}
    assert set(policy["style-src"]) == {source_hash(style) for style in markup.inside["style"]}
    assert set(policy) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    for tag, attributes in markup.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag


def test_the_head_has_language_and_title_and_carries_the_licence_of_leaflet(block):
    text = StoryMap(block).render()
    assert '<html lang="en" dir="ltr">' in text
    assert "<title>Ferry 🚢 to Port Haven sails &lt;again&gt;</title>" in text
    assert "Volodymyr Agafonkin" in text and "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS" in text
    assert "sourceMappingURL" not in text and "url(images" not in text


def test_the_block_in_the_page_is_the_block_given(block):
    text = StoryMap(block).render()
    (data,) = re.findall(r'<script type="application/json" id="story">(.*?)</script>', text, re.DOTALL)
    page = json.loads(data)

    def cited(part):
        if isinstance(part, dict):
            return {
                key: [page["cited"][number] for number in value] if key == "sources" else cited(value)
                for key, value in part.items()
            }
        return [cited(one) for one in part] if isinstance(part, list) else part

    told = {key: cited(page[key]) if key in ("layers", "regions") else page[key] for key in block}
    assert told == block and len(page["cited"]) == len({source["title"] for source in page["cited"]})
    assert not re.search("[<>&\u2028\u2029]", data)


def test_odd_characters_neither_break_the_file_nor_the_page(opened, block):
    block["title"] = block["article"]["title"] = "A\u2028B \ud800 \x00 C"
    for feature in (f for layer in block["layers"] for f in layer["features"]):
        feature["mentions"] = [m for m in feature["mentions"] if m["field"] == "text"]
    page = opened(StoryMap(block))
    assert page.texts("h1")[0].startswith("A\u2028B")
    assert page.said == []


def test_the_same_block_gives_the_same_bytes(block):
    def made():
        story_map = StoryMap(block)
        group = folium.FeatureGroup("Extra").add_to(story_map)
        folium.Marker([60, -170], popup="Here", tooltip="There").add_to(group)
        folium.GeoJson({"type": "Point", "coordinates": [170, 60]}, tooltip="G").add_to(group)
        folium.LayerControl().add_to(story_map)
        return story_map

    first = made()
    once = first.render()
    assert once == first.render() == made().render()
    assert not re.search(r"[0-9a-f]{32}", once.partition("geostory.map;")[2])


def test_a_file_is_written_whole_or_not_at_all(block, tmp_path, monkeypatch):
    path = tmp_path / "map.html"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        StoryMap(block).save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["map.html"]
    assert path.read_text() == "old"


def test_a_map_saves_to_file_objects_of_text_and_of_bytes(block):
    words, raw = io.StringIO(), io.BytesIO()
    StoryMap(block).save(words)
    StoryMap(block).save(raw)
    assert words.getvalue().encode() == raw.getvalue() == StoryMap(block).render().encode()


def test_a_colour_that_the_page_has_not_is_refused_by_name(block):
    block["layers"][0]["features"][0]["color"] = "crimson"
    with pytest.raises(DataError, match="no colour 'crimson'"):
        StoryMap(block)


def test_tests_reach_no_network():
    with socket.socket() as outside, pytest.raises(OSError, match="without a network"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="without a network"):
        socket.getaddrinfo("example.org", 80)


# --- what the article may do ------------------------------------------------------------------------------------------


def test_hostile_words_are_shown_and_run_nothing(page, block):
    shown = "\n".join(page.texts(".article p"))
    for words in ("<script>alert(1)</script>", "${alert(1)}", "</script><!-- <img src=x onerror=alert(3)>"):
        assert words in shown
    for row in page.do("[...document.querySelectorAll('.row')].map((e) => e.dataset.row)"):
        page.click(f"[data-row='{row}']")
    assert page.texts("img, .article script, .label b, .layer-panel i") == []
    assert page.said == [] and page.requests == [page.address]


def test_an_address_that_is_not_of_the_web_is_no_link(page):
    page.click("[data-row='r-upper']")
    links = page.do("[...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))")
    assert "https://example.org/resolution-1" in links
    assert not [link for link in links if link.startswith("javascript")]


def test_highlights_after_an_emoji_sit_on_their_words(page, block):
    for feature in (f for layer in block["layers"] for f in layer["features"]):
        expected = [block["article"][m["field"]][m["start"] : m["end"]] for m in feature["mentions"]]
        marked = page.texts(f"[data-mention='{feature['id']}']")
        assert sorted(marked) == sorted(expected)


def test_the_articles_text_stands_there_word_for_word(page, block):
    lines = [line for line in block["article"]["text"].split("\n") if line.strip()]
    assert page.texts(".article p") == lines


def test_right_to_left_words_do_not_turn_their_neighbours(page):
    isolation = page.do("[...document.querySelectorAll('.article p, bdi')].map((e) => getComputedStyle(e).unicodeBidi)")
    assert isolation and set(isolation) <= {"isolate", "plaintext"}


@pytest.mark.parametrize("size", [(600, 400), (640, 360)])
def test_at_double_zoom_the_legend_is_folded_and_covers_no_control(opened, block, size):
    page = opened(StoryMap(block), size=size)
    (stage,) = page.boxes(".map")

    def apart(a, b):
        return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]

    assert page.boxes(".legend-body") == []
    (folded,) = page.boxes(".legend")
    assert all(apart(folded, button) for button in page.boxes(".controls"))
    page.click(".legend-toggle")
    (box,) = page.boxes(".legend")
    assert stage[1] <= box[1] and box[3] <= stage[3]
