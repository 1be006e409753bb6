"""Locator maps: places by their names, without an article."""

import pytest

import geostory
from geostory.cli import main
from geostory.errors import UnknownNameError, UsageError


def features(block):
    return {f["label"]: f for layer in block["layers"] for f in layer["features"]}


def test_several_names_stand_on_one_map_each_drawn_as_what_it_is():
    block = geostory.locate(["Anchorage", "Iceland", "61.5,-150.25"]).block
    kinds = {label: f["kind"] for label, f in features(block).items()}
    assert kinds == {"Anchorage": "dot", "Iceland": "area", "61.5° N, 150.25° W": "dot"}
    assert block["title"] == block["map_title"] == "Anchorage, Iceland and 61.5° N, 150.25° W"


def test_a_locator_has_no_article_and_says_nothing_of_one():
    block = geostory.locate("Anchorage", title="Where the talks were").block
    assert block["title"] == "Where the talks were" and block["advised"] and block["found"] == ""
    popup = features(block)["Anchorage"]["popup"]
    assert popup["sentence"] is None and popup["sure"] == "" and features(block)["Anchorage"]["mentions"] == []
    assert "article" not in " ".join([block["dek"], block["description"], block["borders"], *block["notes"]]).lower()


def test_the_map_holds_every_place_that_was_asked_for():
    west, south, east, north = geostory.locate(["Suva", "Apia", "New Zealand"]).block["frame"]
    assert south < -46 and north > -13.8 and west < 167 and 188 < east < 200


def test_a_region_in_question_is_drawn_by_its_claims():
    block = geostory.locate("Crimea").block
    assert features(block)["Crimea"]["kind"] == "region"
    assert "Russia claims to have annexed Crimea" in block["dek"]


def test_two_towns_are_told_with_the_way_between_them():
    assert geostory.locate(["Anchorage", "Nome, Alaska"]).block["dek"] == (
        "Anchorage and Nome lie about 867 km (539 mi) apart, in a straight line."
    )


def test_an_unknown_name_is_refused_with_one_line(capsys, tmp_path):
    with pytest.raises(UnknownNameError, match="no place named 'Nowhereville'"):
        geostory.locate(["Anchorage", "Nowhereville"])
    with pytest.raises(UsageError, match="no name to locate"):
        geostory.locate([])
    assert main(["locate", "Anchorage", "Nowhereville", "-o", str(tmp_path / "maps")]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and not (tmp_path / "maps").exists()


def test_the_command_writes_one_page_and_tells_what_else_a_name_may_be(capsys, tmp_path):
    assert main(["locate", "Georgia", "-33.9,151.2", "--title", "Two places", "-o", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    (path,) = tmp_path.iterdir()
    assert out.strip() == str(path) and "it may also be Georgia, United States" in err
    assert "<title>Two places</title>" in path.read_text(encoding="utf-8")


def test_the_page_opens_with_places_and_without_an_article_card(opened):
    page = opened(geostory.locate(["Tangier", "Algeciras"]))
    assert page.texts("h1") == ["Tangier and Algeciras"] and page.said == []
    assert page.texts(".card h2") == ["Places", "Tables"]
    page.click('[data-row^="places-"]')
    assert page.texts(".popup-title") == ["Tangier"] and page.texts(".popup-more") == []


def test_a_locator_is_published_as_an_articles_map_is(tmp_path, capsys):
    given = ["locate", "Tangier", "Ceuta", "--name", "strait", "--lang", "fr", "--as-of", "2020-01-01"]
    given += ["--embed", "--base-url", "https://example.org/maps/", "--image", "svg", "--size", "400x300"]
    assert main([*given, "--worldview", "un", "--tiles", "OpenTopoMap", "-o", str(tmp_path)]) == 0
    names = {path.name for path in tmp_path.iterdir()}
    ends = ("html", "png", "svg", "snippet.html", "embed.js", "oembed.json")
    assert names == {f"strait.{end}" for end in ends} and len(capsys.readouterr().out.split()) == len(ends)
    page = (tmp_path / "strait.html").read_text(encoding="utf-8")
    assert 'lang="fr"' in page and "tile.opentopomap.org" in page and "2020" in page
    assert 'width="400" height="300"' in (tmp_path / "strait.svg").read_text(encoding="utf-8")
    assert "https://example.org/maps/strait.html" in (tmp_path / "strait.snippet.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", [["--size", "400x300"], ["--scale", "3"]])
def test_a_size_without_an_image_is_refused_in_one_line(option, tmp_path, capsys):
    assert main(["locate", "Tangier", *option, "-o", str(tmp_path / "maps")]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and f"{option[0]} goes with --image" in err and not (tmp_path / "maps").exists()
