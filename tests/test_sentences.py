"""Sentences: the one that a reader sees around a place must be a whole one, and no more than that."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geostory.article import sentence_span, sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Mark Lee and Mrs. Roe flew from St. Louis to Ft. Worth with Sen. J. D. Ray and Lt. Gov. Ana Melo.",
        "He was born in Charleston, W.Va., and works for Acme Inc. in Wichita, Kan., at the U.S. Army's depot.",
        "The U.N. Security Council met at 9 a.m. Friday in New York, and George W. Bush spoke at 3:15 p.m. EST.",
        "The strait is 3.8 km wide and the toll is $7.2 million, the No. 5 item on the list of Jan. 6.",
        '"Is it over?" Mr. Trump asked.',
        "'We have won!' said the mayor of Kursk.",
        "The road ... is closed, and the map at www.example.com is out of date.",
        "It lies (see p. 12 of the report) between Nome and Wales.",
    ],
)
def test_a_full_stop_that_belongs_to_a_word_a_number_or_a_quotation_ends_nothing(text: str):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["He flew to the U.S. on Friday.", "He landed in Anchorage."],
        ["They live in the U.S.", "The minister agreed."],
        ["The talks began at 9 a.m.", "Police closed the road."],
        ['"We will not go," she said.', '"The road is ours."', "Then she left."],
        ["'It is ours.'", "Putin left at once.", "Why?", "Nobody knows!"],
        ["He paused…", "Then he went on...", "And on."],
        ["It was Plan B.", "The first had failed (in 2014).", "He said no.", "The vote was lost."],
        ["It ended in 2014.", "25 people stayed in Kyiv.", "“All of them,” he said."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(parts: list[str]):
    assert sentences(" ".join(parts)) == parts


def test_line_ends_end_sentences_so_that_headings_and_paragraphs_stay_apart():
    assert sentences("A heading\nThe text.\r\n\r\n  More text \n") == ["A heading", "The text.", "More text"]


def test_two_sentences_that_lost_the_space_between_them_come_apart():
    assert sentences("The mayor agreed.Officials in Nome did not.") == [
        "The mayor agreed.",
        "Officials in Nome did not.",
    ]


def test_other_scripts_end_their_sentences_too():
    assert sentences("今日は寒い。明日も寒い。") == ["今日は寒い。", "明日も寒い。"]


def test_offsets_count_characters_after_an_emoji_too():
    text = "😀 One. Two in Kyiv. Three."
    at = text.index("Kyiv")
    start, end = sentence_span(text, at, at + 4)
    assert text[start:end] == "Two in Kyiv."


def test_a_span_over_two_sentences_gets_both():
    text = "One is here. Two is there. Three."
    start, end = sentence_span(text, 4, 16)
    assert text[start:end] == "One is here. Two is there."


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 99)])
def test_a_span_outside_the_text_is_an_error(start: int, end: int):
    with pytest.raises(ValueError, match="does not lie in a text of 7 characters"):
        sentence_span("A text.", start, end)


PIECES = st.lists(
    st.sampled_from(["Mr. ", "U.S. ", "a.m. ", "The ", '." ', "x. ", "\n", "Q", "no. ", "3.4", "...", "?' "])
)


@given(st.text() | st.text("aA.!?\"' \n…3") | PIECES.map("".join))
def test_spans_lie_in_the_text_in_order_and_hold_all_of_it_but_white_space(text: str):
    spans = sentence_spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(spans))
    outside = text
    for start, end in reversed(spans):
        assert text[start:end].strip()
        outside = outside[:start] + outside[end:]
    assert not outside.strip("".join(map(chr, range(0x1C, 0x1F)))).strip()


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_the_sentence_around_a_span_holds_the_span(text: str, a: int, b: int):
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    low, high = sentence_span(text, start, end)
    assert 0 <= low <= start <= end <= high <= len(text)
