"""What 'geostory check' tells an editor of pages before they go out."""

import json
import shutil

import pytest

from geostory.checks import check_page, finding_lines, page_paths
from geostory.cli import main
from geostory.page import StoryMap
from geostory.resources import data_path

FERRY = (
    "# Ferry\n\nMainland Alaska and mainland Russia are 300 kilometres apart. Anchorage is the capital of Alaska, they "
    "said in Springfield.\n"
)


@pytest.fixture
def calm(block):
    """A story in which nothing is left to look at but what a test puts there."""
    for layer in block["layers"]:
        for feature in layer["features"]:
            feature["dashed"] = False
            feature["mentions"] = feature["mentions"] or [{"field": "text", "start": 0, "end": 1}]
    for region in block["regions"]:
        region["sources"] = [{"title": "A treaty", "address": ""}]
    for distance in block["distances"]:
        distance |= {"verdict": "", "said": "about 12 km"}
    return block | {"notes": [], "published": "2025-03-02", "as_of": "2025-03-02"}


@pytest.fixture
def checked(tmp_path):
    """Findings of a block's page, its text changed first where a test says how, as kind and words."""

    def check(block, old="", new="", level=None):
        path = tmp_path / "page.html"
        text = StoryMap(block).render()
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        found = [f for f in check_page(path) if f.kind not in ("desk", "weight")]
        assert level is None or {f.level for f in found} == {level}
        return [(f.kind, f.words) for f in found]

    return check


def test_a_page_with_nothing_amiss_gives_nothing(calm, checked):
    assert checked(calm) == []


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"title": ""}, "title", "no title"),
        ({"dek": ""}, "description", "no description"),
        ({"undated": True}, "borders", "no date"),
        ({"as_of": "2014-03-01"}, "borders", "as of 1 March 2014; the article is of 2 March 2025"),
        ({"views": ["house", "ru"]}, "views", "punish"),
        ({"regions": [{"feature": "x", "name": "Borderland", "sources": []}]}, "region-sources", "Borderland"),
        ({"layers": [], "places": [], "distances": [], "regions": []}, "map", "nothing"),
        ({"distances": [{"feature": "x", "text": "A and B: about 9 km", "verdict": ""}]}, "distance", "A and B"),
    ],
)
def test_what_a_page_lacks_or_shows_is_told(calm, checked, change, kind, says):
    ((found, words),) = checked(calm | change, level="warning")
    assert found == kind and says in words


def test_unsure_places_and_labels_without_a_sentence_are_told(calm, checked):
    places = next(layer for layer in calm["layers"] if layer["id"] == "places")
    places["features"][0]["dashed"] = True
    ((kind, words),) = checked(calm)
    assert kind == "place" and "unsure" in words
    places["features"][0]["dashed"] = False
    lonely = places["features"][1]
    lonely["mentions"], lonely["popup"]["sentence"] = [], None
    for place in calm["places"]:
        place["count"] = 0 if place["feature"] == lonely["id"] else 1
    ((kind, words),) = checked(calm)
    assert kind == "label" and lonely["label"] in words


@pytest.mark.parametrize(
    ("markup", "host"),
    [
        ('<script src="https://cdn.example/a.js"></script>', "cdn.example"),
        ('<link rel="stylesheet" href="//fonts.example/a.css">', "fonts.example"),
        ('<link rel="preconnect" href="https://early.example">', "early.example"),
        ('<img alt="" srcset="data:, 1x, https://img.example/b.png 2x">', "img.example"),
        ('<style>@import "https://style.example/a.css";</style>', "style.example"),
        ('<p style="background:url( https://bg.example/x.png )">x</p>', "bg.example"),
        ('<meta http-equiv="refresh" content="1; url=https://away.example/">', "away.example"),
        ('<iframe src="https://frame.example/"></iframe>', "frame.example"),
    ],
)
def test_whatever_a_browser_would_fetch_by_itself_is_told_with_its_host(calm, checked, markup, host):
    ((kind, words),) = checked(calm, "</main>", f"{markup}</main>", level="warning")
    assert kind == "request" and host in words


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="https://example.org/">x</a>',
        '<link rel="canonical" href="https://example.org/">',
        '<svg><use href="#dot"/></svg>',
        '<img alt="" src="data:image/png;base64,">',
        "<p>url(https://example.org/)</p>",
    ],
)
def test_what_a_reader_has_to_click_is_no_request(calm, checked, markup):
    assert checked(calm, "</main>", f"{markup}</main>") == []


def test_a_policy_that_lets_hosts_in_is_told_and_one_that_is_missing(calm, checked):
    ((kind, words),) = checked(calm, "base-uri", "img-src data: https://tiles.example:8443; base-uri", level="warning")
    assert kind == "request" and "tiles.example:8443" in words
    ((kind, words),) = checked(calm, "base-uri", "connect-src https:; base-uri", level="error")
    assert kind == "request" and "any host" in words
    ((kind, words),) = checked(calm, 'http-equiv="Content-Security-Policy"', 'name="nothing"', level="error")
    assert kind == "request" and "no policy" in words


def test_files_beside_a_page_are_named(calm, checked):
    assert checked(calm, "</main>", '<script src="assets/leaflet.js"></script></main>', level="note") == [
        ("files", "It loads files from beside it, which must go out with it: assets/leaflet.js.")
    ]


def test_a_heavy_page_is_told(calm, tmp_path):
    StoryMap(calm | {"notes": ["x" * 400_000]}).save(tmp_path / "page.html")
    (words,) = [f.words for f in check_page(tmp_path / "page.html") if f.kind == "weight"]
    assert "350 kB" in words and "gzipped" in words


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<p>Hello</p>", "holds no story"),
        (b"\xff\xfe\x00", "no UTF-8"),
        (b"<![x[<p>", "no HTML"),
        (b"<!DOCTYPE html [ <!x ]><![", "page of geostory"),
        (b'<script type="application/json" id="story">{"version":</script>', "no JSON"),
        (b'<script type="application/json" id="story">{"version":9}</script>', "no version"),
        (b'<script type="application/json" id="story">{"version":1,"layers":3}</script>', "damaged"),
        (b"", "holds no story"),
    ],
)
def test_a_file_that_is_no_page_gets_one_line_and_the_others_go_on(calm, tmp_path, capsys, content, says):
    (tmp_path / "bad.html").write_bytes(content)
    StoryMap(calm).save(tmp_path / "good.html")
    assert main(["check", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    bad = [line for line in lines if "bad.html: error" in line and says in line]
    assert len(bad) == 1 and any("good.html" in line for line in lines)


def test_what_is_written_beside_pages_is_no_page(tmp_path):
    for name in ("a.html", "a.snippet.html", "index.html"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert page_paths(tmp_path) == [tmp_path / "a.html"]


def test_findings_are_single_plain_lines(calm, tmp_path):
    places = next(layer for layer in calm["layers"] if layer["id"] == "places")
    places["features"][0] |= {"dashed": True}
    places["features"][0]["popup"]["title"] = "A\x1b[31m\nB"
    StoryMap(calm).save(tmp_path / "page.html")
    lines = finding_lines("page.html", check_page(tmp_path / "page.html"))
    assert all(line.isprintable() for line in lines) and any("A [31m B" in line for line in lines)


# --- with the desk's notes --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A page full of mistakes, and the desk's notes on it in a folder of their own."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "ferry.md").write_text(FERRY, encoding="utf-8")
    out, desk = folder / "out", folder / "notes"
    assert (
        main(
            [
                "render",
                str(folder / "ferry.md"),
                "-o",
                str(out),
                "--name",
                "ferry",
                "--desk",
                str(desk),
                "--text",
                "full",
            ]
        )
        == 0
    )
    return out / "ferry.html", desk


def test_the_desks_notes_say_what_the_page_must_not(rendered, capsys):
    page, desk = rendered
    assert main(["check", str(page), "--desk", str(desk), "--format", "json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)["pages"]
    assert row["page"] == str(page)
    kinds = {finding["kind"]: finding["words"] for finding in row["findings"]}
    assert "300 kilometres" in kinds["distance"] and "Juneau" in kinds["fact"]
    assert all(finding["level"] in ("error", "warning", "note") for finding in row["findings"])
    for words in (kinds["distance"], kinds["fact"]):
        assert words not in page.read_text(encoding="utf-8")


def test_without_notes_a_page_still_shows_a_distance_that_differs(rendered, capsys):
    page, _ = rendered
    assert main(["check", str(page)]) == 1
    out = capsys.readouterr().out
    assert "does not agree" in out and "--desk" in out and "Juneau" not in out


def test_notes_on_another_version_of_a_page_are_not_believed(rendered, tmp_path, calm):
    _, desk = rendered
    StoryMap(calm).save(tmp_path / "ferry.html")
    found = [f for f in check_page(tmp_path / "ferry.html", desk=desk) if f.kind != "weight"]
    assert [(f.kind, f.level) for f in found] == [("desk", "warning")] and "another version" in found[0].words
    (tmp_path / "ferry.desk.json").write_text('{"page": 1}', encoding="utf-8")
    (finding,) = [f for f in check_page(tmp_path / "ferry.html") if f.kind == "desk"]
    assert "no notes" in finding.words


# --- the target -------------------------------------------------------------------------------------------------------


def test_packs_are_checked_as_before(tmp_path, capsys):
    shutil.copy(data_path("regions", "house.toml"), tmp_path)
    assert main(["check", str(tmp_path)]) == 0 and "crimea" in capsys.readouterr().out
    assert main(["check", str(tmp_path), "--desk", str(tmp_path)]) == 2


def test_a_page_that_is_not_there_is_one_line(tmp_path, capsys):
    assert main(["check", str(tmp_path / "none.html")]) == 1
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and "no such file" in err
