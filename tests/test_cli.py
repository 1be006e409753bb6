"""The command line, as a user meets it: rows, pages, one clear line for each mistake, nothing half written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import geostory
from geostory.cli import main

SUMMIT = "The presidents met in Anchorage. Little Diomede lies fewer than 4 kilometres from Big Diomede."


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "summit.txt"
    path.write_text(f"Summit in Alaska\n\n{SUMMIT}\n", encoding="utf-8")
    return path


def run(capsys, *words):
    """Exit status, standard output and standard error of one command."""
    try:
        status = main([str(word) for word in words])
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    return status, out, err


def test_places_as_json_lines_lead_back_to_their_words(capsys, article):
    status, out, _ = run(capsys, "places", article, "--format", "jsonl")
    (row,) = map(json.loads, out.splitlines())
    assert status == 0 and set(row) == {"id", "text_sha256", "recogniser", "as_of", "as_of_from", "worldview", "places"}
    keys = ["start", "end", "field", "text", "name", "lat", "lon", "country", "feature", "gazetteer_id", "role"]
    assert all(list(place) == [*keys, "confidence", "reason", "rivals"] for place in row["places"])
    anchorage = next(place for place in row["places"] if place["text"] == "Anchorage")
    assert anchorage["field"] == "text" and SUMMIT[anchorage["start"] : anchorage["end"]] == "Anchorage"
    assert abs(anchorage["lat"] - 61.2) < 0.2 and abs(anchorage["lon"] + 149.9) < 0.2


def test_json_is_one_array_of_the_jsonl_rows(capsys, article):
    _, lines, _ = run(capsys, "places", article, "--format", "jsonl")
    _, array, _ = run(capsys, "places", article, "--format", "json")
    assert json.loads(array) == [json.loads(line) for line in lines.splitlines()]


def test_distances_come_with_what_was_measured(capsys, article):
    _, out, _ = run(capsys, "distances", article, "--format", "jsonl")
    (claim,) = json.loads(out)["distances"]
    assert claim["text"] in SUMMIT and claim["claimed_m"] == 4000 and claim["hedge"] == "less than"
    assert 3600 <= claim["measured_m"] <= 4000


@pytest.mark.parametrize("format", ["table", "jsonl", "json", "geojson", "csv"])
@pytest.mark.parametrize("command", ["read", "places", "distances"])
def test_every_format_prints_something_and_succeeds(capsys, article, command, format):
    status, out, err = run(capsys, command, article, "--format", format)
    assert status == 0 and out.endswith("\n") and err == ""


def test_geojson_holds_points_in_longitude_then_latitude(capsys, article):
    _, out, _ = run(capsys, "places", article, "--format", "geojson")
    features = json.loads(out)["features"]
    lon, lat = next(f for f in features if f["properties"]["text"] == "Anchorage")["geometry"]["coordinates"]
    assert lon < -149 and lat > 60


def test_regions_follow_the_day(capsys):
    def names(day):
        _, out, _ = run(capsys, "regions", "--as-of", day, "--format", "geojson")
        return {f["properties"]["name"] for f in json.loads(out)["features"]}

    assert "Crimea" in names("2014-03-19") and "Crimea" not in names("2014-02-01")
    assert any("Kherson" in name for name in names("2022-10-10"))
    assert not any("Kherson" in name for name in names("2022-09-01"))


def test_regions_as_geojson_say_whose_word_they_rest_on(capsys):
    _, out, _ = run(capsys, "regions", "--format", "geojson")
    for feature in json.loads(out)["features"]:
        row = feature["properties"]
        assert {"name", "status", "claimed_by", "recognised_as", "control", "valid_from", "valid_to"} <= set(row)
        assert row["sources"] and feature["geometry"]["type"] in ("Point", "Polygon", "MultiPolygon")


def test_measure_gives_metres(capsys):
    status, out, _ = run(capsys, "measure", "Little Diomede", "Big Diomede", "--format", "json")
    assert status == 0 and 3600 <= json.loads(out)["distance_m"] <= 4000
    _, out, _ = run(capsys, "measure", "0,0", "0,1", "--format", "json")
    assert json.loads(out)["distance_m"] == pytest.approx(111_319.5, abs=0.1)


def test_geocode_listens_to_near(capsys):
    _, out, _ = run(capsys, "geocode", "Paris", "--format", "json")
    assert json.loads(out)[0]["country"] == "FR"
    _, out, _ = run(capsys, "geocode", "Paris", "--near", "Dallas", "--format", "json")
    assert json.loads(out)[0]["country"] == "US"


def test_render_writes_one_page_an_article_and_an_index(capsys, article, tmp_path):
    other = tmp_path / "ferry.txt"
    other.write_text("Ferry resumes\n\nThe ferry between Tangier and Algeciras sails again.\n", encoding="utf-8")
    status, out, _ = run(capsys, "render", article, other, "-o", tmp_path / "maps")
    written = sorted(path.name for path in (tmp_path / "maps").iterdir())
    assert status == 0 and len(written) == 3 and "index.html" in written
    index = (tmp_path / "maps" / "index.html").read_text(encoding="utf-8")
    assert all(name in index for name in written if name != "index.html")
    assert out.count("\n") == 3


def test_the_same_input_gives_the_same_bytes_in_any_company(capsys, article, tmp_path):
    run(capsys, "render", article, "-o", tmp_path / "one")
    other = tmp_path / "ferry.txt"
    other.write_text("Ferry resumes\n\nThe ferry between Tangier and Algeciras sails again.\n", encoding="utf-8")
    run(capsys, "render", other, article, "-o", tmp_path / "two")
    (page,) = (tmp_path / "one").iterdir()
    assert page.read_bytes() == (tmp_path / "two" / page.name).read_bytes()


def test_a_bad_source_does_not_stop_the_others(capsys, article, tmp_path):
    status, out, err = run(capsys, "render", tmp_path / "missing.txt", article, "-o", tmp_path / "maps")
    assert status == 1 and len(out.splitlines()) == 1
    assert "missing.txt" in err.splitlines()[0] and "1 done, 1 failed" in err


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["places"], 2, "SRC"),
        (["places", "x.txt", "--format", "xml"], 2, "geojson"),
        (["nonsense"], 2, "render"),
        (["regions", "--worldview", "moon"], 2, "un"),
        (["regions", "--as-of", "Friday"], 2, "2025-08-15"),
        (["geocode", "Xyzzyqua"], 1, "Xyzzyqua"),
        (["measure", "95,0", "0,0"], 2, "latitude"),
        (["places", "no-such-file.txt"], 1, "no-such-file.txt"),
    ],
)
def test_a_mistake_gets_one_line_that_says_what_to_do(capsys, words, status, says):
    got, out, err = run(capsys, *words)
    assert (got, out) == (status, "") and len(err.splitlines()) == 1 and says in err


def test_an_empty_article_is_one_line(capsys, tmp_path):
    (tmp_path / "empty.txt").write_text(" \n")
    status, _, err = run(capsys, "render", tmp_path / "empty.txt", "-o", tmp_path / "maps")
    assert status == 1 and len(err.splitlines()) == 1 and "empty.txt" in err
    assert not list((tmp_path / "maps").glob("*"))


def test_standard_input_is_a_source(article):
    done = subprocess.run(
        [sys.executable, "-m", "geostory", "read", "-", "--format", "jsonl"],
        input=article.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["title"] == "Summit in Alaska"


def test_a_full_disk_is_one_line(article):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "geostory", "places", str(article)], stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and b"space" in done.stderr


def test_a_write_that_fails_leaves_the_old_page(article, tmp_path, capsys, monkeypatch):
    run(capsys, "render", article, "-o", tmp_path)
    (page,) = tmp_path.glob("*.html")
    before = page.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    status, _, err = run(capsys, "render", article, "-o", tmp_path)
    assert status == 1 and "No space left" in err and page.read_bytes() == before
    assert [path.name for path in tmp_path.glob("*.html")] == [page.name] and not list(tmp_path.glob(".*-*"))


def test_southern_and_western_positions_are_values_and_not_options(capsys):
    status, out, _ = run(capsys, "measure", "-33.9,151.2", "-36.8,174.7", "--format", "json")
    assert status == 0 and 2_000_000 < json.loads(out)["distance_m"] < 2_300_000
    status, out, _ = run(capsys, "geocode", "Richmond", "--near", "-33.9,151.2", "--format", "json")
    assert status == 0 and json.loads(out)[0]["country"] == "AU"


def test_a_page_never_takes_the_place_of_a_device(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    story = geostory.tell(geostory.Article(title="", text="They met in Reykjavik."))
    with pytest.raises(geostory.WriteError, match="no ordinary file"):
        story.save(pipe)
    assert pipe.is_fifo()
    with pytest.raises(geostory.WriteError, match="missing"):
        story.save(tmp_path / "missing" / "map.html")


def test_a_mainland_is_measured_to_the_main_island_that_is_meant(capsys):
    _, out, _ = run(capsys, "measure", "Taiwan", "mainland China", "--format", "json")
    assert 120_000 < json.loads(out)["distance_m"] < 145_000
    status, out, err = run(capsys, "measure", "mainland Paris", "London")
    assert status == 2 and out == "" and "mainland" in err


def test_a_distance_that_differs_is_told_to_the_desk(capsys, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("Ferry\n\nMainland Alaska and mainland Russia are 300 kilometres apart.\n")
    status, _, err = run(capsys, "render", path, "-o", tmp_path / "maps")
    assert status == 0 and "300 kilometres" in err and "measured" in err
