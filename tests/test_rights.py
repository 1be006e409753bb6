"""How much of an article is in its page: the chosen amount, anywhere in the file, and not a word more."""

import json
import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opened import PHONE

import geostory
from geostory.errors import UsageError
from geostory.resources import data_path
from geostory.rights import rights_of, source_of, words_of

SAMPLES = sorted(path.stem for path in data_path("articles").glob("*.md"))
RUN = 6  # words in a row: fewer are anybody's, such as 'the Treaty of Utrecht of 1713'


def sample(name):
    return geostory.tell(geostory.read(data_path("articles", f"{name}.md"))[0])


def _plain(text):
    return re.findall(r"\w+", text.casefold())


def found_in(page, article, blank):
    """The positions of the article's words that stand in a page in a row, in markup, JSON or script; not the title's.

    ``blank`` is the page of another article, whose own words are nobody's.
    """

    def runs(text):
        words = _plain(re.sub(r"\\u[0-9a-f]{4}|\\[nrt\"]", " ", unescape(text)))
        return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}

    there = runs(page) - runs(blank) - runs(article.title)
    words = _plain(article.text)
    return {i + k for i in range(len(words) - RUN + 1) if tuple(words[i : i + RUN]) in there for k in range(RUN)}


@pytest.fixture(scope="module")
def blank():
    return geostory.tell(geostory.Article(title="", text="Nothing was said.")).map(text="none").render()


@pytest.mark.parametrize("name", SAMPLES)
def test_no_more_than_a_tenth_of_the_article_is_anywhere_in_the_file(name, blank):
    story = sample(name)
    words = len(_plain(story.article.text))
    quoted = found_in(story.map().render(), story.article, blank)
    assert 0 < len(quoted) <= words / 10 + 3  # a word with a stop or hyphen in it is two here
    assert len(found_in(story.map(text="full").render(), story.article, blank)) == words


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("options", [{}, {"show_verdicts": True}])
def test_with_none_no_sentence_is_in_the_file_but_title_and_names_are(name, options, blank):
    story = sample(name)
    page = story.map(text="none", **options).render()
    named = {word for place in story.places for word in _plain(place.mention.text)} | {"and"}
    words = _plain(story.article.text)
    assert [words[i] for i in sorted(found_in(page, story.article, blank)) if words[i] not in named] == []
    assert story.article.title in unescape(page)
    assert all(p.candidate.name in unescape(page) for p in story.places if p.candidate and p.mention.role == "literal")


@pytest.mark.parametrize("show_verdicts", [False, True])
@pytest.mark.parametrize("name", SAMPLES)
def test_at_most_25_words_are_quoted_about_one_place(name, show_verdicts):
    story = sample(name)
    rights = rights_of(story, show_verdicts=show_verdicts)
    spans = [(q.start, q.end) for q in rights.quotes] + list(rights.phrases)
    about = {}
    for place in story.places:
        if place.candidate and place.mention.field == "text":
            about.setdefault(place.candidate.gazetteer_id, set()).update(
                word
                for start, end in spans
                if start < place.mention.end and place.mention.start < end
                for word in words_of(story.article.text)
                if start <= word[0] < end
            )
    assert about and max(map(len, about.values())) <= 25


TOWNS = ["Tangier", "Algeciras", "Anchorage", "東京"]
OTHERS = [
    "the ferry",
    "🚢",
    "left,",
    "about 31 kilometres from",
    "said.",
    "\n\n",
    "<b>",
    "…",
    "It was late;",
    "Dr. Lee",
]
PIECES = st.sampled_from([*TOWNS, *OTHERS])


@settings(max_examples=40)
@given(st.lists(PIECES, max_size=120).map(" ".join))
def test_quotes_keep_to_a_tenth_and_mentions_stay_on_their_words(text):
    story = geostory.tell(geostory.Article(title="Ferry", text=text), recogniser="fast")
    rights = rights_of(story)
    shown = sum(len(words_of(text[q.start : q.end])) for q in rights.quotes)
    shown += sum(len(words_of(text[start:end])) for start, end in rights.phrases)
    assert shown <= len(words_of(text)) / 10
    assert all(a.end <= b.start for a, b in zip(rights.quotes, rights.quotes[1:], strict=False))
    for place in story.places:
        mention = place.mention
        if mention.field == "text" and (at := rights.moved(mention.start, mention.end)):
            assert rights.shown[at[0] : at[1]] == mention.text.replace("\n", " ")


def test_mentions_sit_on_their_words_in_what_is_shown():
    for text in ("quotes", "full", "none"):
        block = sample("alaska-summit").map(text=text).block
        known = {m.text for layer in [sample("alaska-summit")] for m in (p.mention for p in layer.places)}
        seen = [
            block["article"][m["field"]][m["start"] : m["end"]]
            for layer in block["layers"]
            if layer["id"] == "places"
            for feature in layer["features"]
            for m in feature["mentions"]
        ]
        assert seen and set(seen) <= known


def test_a_figure_that_differs_is_in_no_quote():
    text = "Mainland Alaska and mainland Russia are 300 kilometres apart. " + "Nobody had asked how they knew. " * 30
    story = geostory.tell(geostory.Article(title="", text=text))
    assert story.distances[0].verdict == "differs"
    assert "300" not in json.dumps(story.map().block["article"]) and "300 kilometres" not in story.map().render()


def test_source_and_link_come_from_the_article():
    def told(**extra):
        return source_of(geostory.Article(title="", text="A.", extra=extra))

    assert told(source="The Bee", link="https://bee.example/1") == ("The Bee", "https://bee.example/1")
    assert told(url="https://www.bee.example/1") == ("bee.example", "https://www.bee.example/1")
    assert told(link="javascript:alert(1)") == ("", "") and told(link="https://a b") == ("", "")


def test_the_page_says_where_the_article_can_be_read(opened):
    text = "The ferry left Tangier. " + "Nobody said when it would be back. " * 9
    given = {"source": "The Bee <b>", "link": "https://bee.example/ferry"}
    page = opened(geostory.tell(geostory.Article(title="Ferry", text=text, extra=given)).map(), size=PHONE)
    assert page.texts(".article .source") == ["Read the article at The Bee <b>"]
    assert page.do("document.querySelector('.article .source a').href") == "https://bee.example/ferry"
    assert page.do("document.querySelectorAll('.article .source b').length") == 0
    bare = opened(
        geostory.tell(geostory.Article(title="Ferry", text=text, extra={"source": "The Bee"})).map(text="none")
    )
    assert bare.texts(".article *") == ["From an article in The Bee", "From an article in The Bee"]


def test_quotes_stand_in_the_articles_order_with_a_mark_between_them(opened):
    page = opened(sample("alaska-summit").map(layout="map"))
    lines = page.texts(".article p:not(.source)")
    assert lines[1::2] == ["[…]"] * (len(lines) // 2) and len(lines) >= 3
    text = sample("alaska-summit").article.text
    places = [text.index(line.strip("… \u2068\u2069")) for line in lines[::2]]
    assert places == sorted(places)


def test_there_is_no_other_choice():
    with pytest.raises(UsageError, match="full, quotes, none"):
        sample("quiet-zone").map(text="some")
