"""The two recognisers: what they find in unlike texts, and that nothing but the article and the options decides."""

import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geostory
from geostory.cli import main
from geostory.clues import CLUES, TAGS, readings
from geostory.errors import UsageError
from geostory.mentions import find_mentions
from geostory.models import Article
from geostory.recogniser import RECOGNISERS
from geostory.windows import LONGEST, windows

KINDS = Path(__file__).parent / "texts" / "kinds.txt"
_MARK = re.compile(r"\[([pmdnox])\|([^\[\]|]+)\]")


def marked_texts() -> dict[str, tuple[str, set[tuple[int, int]]]]:
    """The ten texts of unlike kinds: plain text, and spans that an editor marked as places, governments or peoples."""
    parts = re.split(r"^=== (.+?) \| .+$", KINDS.read_text(encoding="utf-8"), flags=re.M)
    found = {}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        plain, spans, last = "", set(), 0
        for mark in _MARK.finditer(text := text.strip()):
            plain += text[last : mark.start()]
            if mark[1] in "pmd":
                spans.add((len(plain), len(plain) + len(mark[2])))
            plain += mark[2]
            last = mark.end()
        found[name] = (plain + text[last:], spans)
    return found


def f1(text: str, marks: set[tuple[int, int]], recogniser: str) -> float:
    """F1 of the places found, by overlap."""
    found = [(m.start, m.end) for m in find_mentions(Article(title="", text=text), recogniser=recogniser)]
    hit = sum(any(a < end and start < b for a, b in found) for start, end in marks)
    wrong = sum(not any(a < end and start < b for start, end in marks) for a, b in found)
    return 2 * hit / (hit + wrong + len(marks))


def names(text: str, **options) -> list[str]:
    """The words of what is found."""
    return [mention.text for mention in find_mentions(Article(title="", text=text), **options)]


# Floors a little below what was measured.
@pytest.mark.parametrize(("recogniser", "least", "mean"), [("accurate", 0.55, 0.84), ("fast", 0.45, 0.78)])
def test_ten_texts_of_unlike_kinds_are_read_well(recogniser: str, least: float, mean: float) -> None:
    scores = {name: f1(*marked, recogniser) for name, marked in marked_texts().items()}
    assert len(scores) == 10
    assert min(scores.values()) >= least, scores
    assert sum(scores.values()) / 10 >= mean, scores


@pytest.mark.parametrize("recogniser", RECOGNISERS)
def test_neighbours_in_a_batch_and_their_order_change_nothing(recogniser: str) -> None:
    articles = [Article(id=name, title="", text=text) for name, (text, _) in marked_texts().items()]
    first = {article.id: find_mentions(article, recogniser=recogniser) for article in articles}
    random.Random(1).shuffle(articles)
    assert {a.id: find_mentions(a, recogniser=recogniser) for a in articles} == first


def test_a_window_is_read_the_same_whatever_stands_in_other_windows() -> None:
    text, _ = marked_texts()["kinds-wire"]
    reading = readings(Article(title="", text=text))[1]
    (alone,) = RECOGNISERS["accurate"]([reading])
    assert np.array_equal(alone, RECOGNISERS["accurate"]([reading])[0])
    assert alone.shape == (len(reading.tokens), len(TAGS)) and np.allclose(alone.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("recogniser", RECOGNISERS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clients of the Bank of England and readers of the New York Times met in Leeds.", ["Leeds"]),
        ("Fans of Paris Saint-Germain and readers of the Boston Globe flew to Marseille.", ["Marseille"]),
        ("Shelling was heard in North and South Korea.", ["North", "South Korea"]),
        ("Snow closed roads in Cass and Clay counties.", ["Cass", "Clay"]),
        (
            "She left Moscow, Idaho, U.S. for St. Louis and Mt. Hood.",
            ["Moscow", "Idaho", "U.S.", "St. Louis", "Mt. Hood"],
        ),
        ("NAIROBI, Kenya (AP) — Rain fell on Wednesday.", ["NAIROBI", "Kenya"]),
        ("Hurricane Florence weakened before it reached Wilmington.", ["Wilmington"]),
    ],
)
def test_the_conventions_of_an_editor_hold(recogniser: str, text: str, expected: list[str]) -> None:
    found = names(text, recogniser=recogniser)
    assert [name for name in expected if name not in found] == []
    assert {"England", "New York", "Florence", "Saint-Germain", "Boston"}.isdisjoint(found)


def test_what_stands_somewhere_is_a_place() -> None:
    text = "He studied at the University of Leeds, flew from Heathrow Airport and was buried at Holy Trinity Church."
    found = names(text)
    assert "Heathrow Airport" in found and any("Leeds" in name for name in found)


def test_text_without_capitals_and_text_in_capitals_are_read() -> None:
    text = "Police in Nairobi said two men from Mombasa had crossed into Tanzania."
    for written in (text, text.lower(), text.upper()):
        assert [name.title() for name in names(written)] == ["Nairobi", "Mombasa", "Tanzania"]


def test_demonyms_can_be_left_out() -> None:
    text = "Russian troops left Kherson."
    assert names(text) == ["Russian", "Kherson"]
    assert names(text, demonyms=False) == ["Kherson"]


def test_facilities_can_be_left_out() -> None:
    text = "He flew from Heathrow Airport to Oslo."
    assert names(text) == ["Heathrow Airport", "Oslo"]
    assert names(text, facilities=False) == ["Oslo"]


def test_an_unknown_recogniser_gets_one_line_that_names_the_known() -> None:
    with pytest.raises(UsageError, match=r"^no such recogniser: 'slow'; choose from accurate, fast$"):
        find_mentions(Article(title="", text="Paris"), recogniser="slow")


def test_a_model_of_ones_own_reads_the_same_clues() -> None:
    def all_known(both):
        found = [np.zeros((len(reading.tokens), len(TAGS)), np.float32) for reading in both]
        for reading, rows in zip(both, found, strict=True):
            for number, bits in enumerate(reading.clues):
                rows[number, 1 if bits >> CLUES.index("known") & 1 else 0] = 1
        return found

    assert names("Rain in Oslo.", recogniser=all_known) == ["Oslo"]


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_no_text_breaks_it_and_every_mention_is_its_own_words(text: str) -> None:
    for recogniser in RECOGNISERS:
        for mention in find_mentions(Article(id="x", title="", text=text), recogniser=recogniser):
            assert text[mention.start : mention.end] == mention.text


def test_a_word_of_any_length_fits_into_a_window() -> None:
    text = "Rain fell in Oslo and in " + "'".join("Abc" for _ in range(400)) + " and " + "X" * 5000 + "."
    reading = readings(Article(title="", text=text))[1]
    assert all(len(window.pieces) <= LONGEST + 2 for window in windows(reading))
    assert "Oslo" in names(text)


def test_the_choice_stands_in_rows_and_on_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.txt"
    source.write_text("Rain\n\nRain fell in Oslo and in Bergen, the Norwegian said.", encoding="utf-8")
    assert main(["places", str(source), "--recogniser", "fast", "--no-demonyms", "--format", "jsonl"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["recogniser"] == "fast"
    assert [place["text"] for place in row["places"]] == ["Oslo", "Bergen"]
    story = geostory.tell(geostory.read(source)[0], recogniser="fast")
    assert story.map().block["found"] == "Places found by geostory's fast recogniser"
