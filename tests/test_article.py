"""Reading: what a user hands over, and the articles, dates and clear refusals that come back."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geostory.article import FORMATS, MAX_ARTICLE_CHARACTERS, MAX_SOURCE_BYTES, read, read_each
from geostory.errors import ReadError, UsageError
from geostory.models import Article
from geostory.resources import data_path

PAGES = Path(__file__).parent / "pages"
STORY = "Fog closed the port of Aberdeen on Monday.\n\nShips for Lerwick and Kirkwall waited outside."

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def one(source: str | Path, **options: str) -> Article:
    (article,) = read(source, **options)
    return article


def refusal(source: str | Path, **options: str) -> str:
    """The one short line that a source is refused with."""
    with pytest.raises(ReadError) as caught:
        read(source, **options)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 400
    return text


# Plain text and Markdown


def test_the_first_line_of_plain_text_is_its_title_when_it_looks_like_a_headline(write: Write):
    article = one(write("a.txt", f"Fog shuts Aberdeen\n{STORY}"))
    assert (article.title, article.text) == ("Fog shuts Aberdeen", STORY)


@pytest.mark.parametrize("first", ["Fog shut Aberdeen today.", "It was foggy in Aberdeen, and", "12 3 4", "word " * 40])
def test_a_first_line_that_is_no_headline_stays_in_the_text(write: Write, first: str):
    article = one(write("a.txt", f"{first.strip()}\n\n{STORY}"))
    assert article.title == ""
    assert article.text.startswith(first.strip())


def test_paragraphs_folded_at_a_fixed_width_are_joined_and_their_first_fold_is_no_title():
    article = one(PAGES / "single-wrapped.txt")
    assert article.title == ""
    assert "between Tarifa and Tangier until the wind" in article.text
    assert article.text.count("\n\n") == 1


def test_windows_line_ends_are_paragraph_ends(write: Write):
    assert one(write("a.txt", STORY.replace("\n", "\r\n"))).text == STORY


def test_markdown_gives_its_title_and_its_words_without_markup(write: Write):
    article = one(
        write(
            "a.md",
            "# Fog shuts *Aberdeen*\n\nThe [port](http://x.org) is **closed** &amp; dark.\n\n- Lerwick\n- Oban\n",
        )
    )
    assert article.title == "Fog shuts Aberdeen"
    assert article.text == "The port is closed & dark.\n\nLerwick\n\nOban"


def test_front_matter_gives_title_date_and_whatever_else_it_says(write: Write):
    text = f'---\ntitle: "Fog: the port shuts"\ndate: 2025-08-15\nsource: Harbour Times\n---\n{STORY}'
    article = one(write("a.md", text))
    assert (article.title, article.date, article.text) == ("Fog: the port shuts", date(2025, 8, 15), STORY)
    assert article.extra == {"source": "Harbour Times"}


def test_a_date_in_front_matter_that_nobody_can_read_is_told_and_not_guessed(write: Write):
    assert "'next Friday'" in refusal(write("a.md", f"---\ndate: next Friday\n---\n{STORY}"))


# HTML and feeds


def test_a_web_page_in_a_declared_legacy_encoding_gives_title_date_and_article_only():
    article = one(PAGES / "page.html")
    assert article.title == "Ferries stop between Tarifa and Tangier"
    assert article.date == date(2025, 8, 12)
    assert article.extra == {"source": "Strait Wire"}
    assert article.text.startswith("A gale from the east")
    assert "town’s police" in article.text
    assert "Málaga" in article.text
    for left in ("Moscow", "Home", "Most read", "Comments", "dreadful", "Privacy", "By Jane Roe"):
        assert left not in article.text


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-08-15T09:00:00Z">',
        '<meta name="date" content="15 August 2025">',
        '<script type="application/ld+json">[{"datePublished": "2025-08-15"}]</script>',
        '<time datetime="2025-08-15">Friday</time>',
    ],
)
def test_a_web_page_is_dated_by_its_metadata(write: Write, head: str):
    assert one(write("a.html", f"<html>{head}<p>{STORY}</p>")).date == date(2025, 8, 15)


def test_a_web_page_is_never_dated_by_its_words(write: Write):
    html = f"<title>Fog</title><p>On 3 May 2024, last Friday, {STORY}</p><p>© 2023</p>"
    assert one(write("2022-01-01.html", html)).date is None


def test_a_web_page_with_several_article_elements_gives_them_one_by_one(write: Write):
    body = "The port was shut and the boats waited outside in the grey. " * 5
    html = "".join(f"<article><h2>Fog in {x}</h2><p>By Jane Roe</p><p>{body}</p></article>" for x in ("Wick", "Oban"))
    articles = read(write("a.html", html))
    assert [a.title for a in articles] == ["Fog in Wick", "Fog in Oban"]
    assert articles[0].text == body.strip()


def test_markup_in_a_web_page_never_reaches_the_text(write: Write):
    text = one(write("a.html", f"<p>{STORY}<script>alert(1)</script><style>p{{}}</style>&#2;&lt;b&gt;</p>")).text
    assert "alert" not in text
    assert text.endswith("outside.<b>")


def test_a_feed_gives_its_entries_and_one_without_text_does_not_lose_the_others():
    assert b"M\xe1laga" in (PAGES / "feed.xml").read_bytes()  # ISO 8859-1, as its first line says
    first, second, third = read_each(PAGES / "feed.xml")
    assert isinstance(first, Article) and isinstance(second, ReadError) and isinstance(third, Article)
    assert (first.title, first.id, first.date) == (
        "Ferries stop between Tarifa & Tangier",
        "ferries-1",
        date(2025, 8, 12),
    )
    assert "Ships from Málaga still sail." in first.text
    assert "alert" not in first.text
    assert first.extra["link"] == "https://strait.example/ferries"
    assert "entry 2" in str(second)
    assert third.date is None


def test_an_atom_feed_is_read_too(write: Write):
    atom = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>e1</id>'
        f"<title>Fog</title><updated>2025-08-15T08:00:00Z</updated><content>{STORY}</content></entry></feed>"
    )
    article = one(write("a.atom", atom))
    assert (article.id, article.title, article.date) == ("e1", "Fog", date(2025, 8, 15))


def test_a_feed_cannot_make_the_reader_open_a_file(write: Write):
    secret = write("secret.txt", "the secret")
    feed = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]><rss version="2.0"><channel><item>'
        f"<title>Fog</title><description>&a; {STORY}</description></item></channel></rss>"
    )
    assert "secret" not in one(write("a.rss", feed)).text


# JSON Lines and JSON


def test_json_lines_keep_text_ids_and_further_fields_as_they_are(write: Write):
    row = {"id": 7, "title": " T ", "text": " a\r\n\tb \u2028😀\n", "date": "2025-08-15", "gold": [1, {"x": None}]}
    article = one(write("a.jsonl", json.dumps(row) + "\n\n"))
    assert (article.id, article.title, article.text) == ("7", " T ", row["text"])
    assert article.date == date(2025, 8, 15)
    assert article.extra == {"gold": [1, {"x": None}]}


def test_bad_lines_are_told_by_number_and_the_others_are_read(write: Write):
    lines = [
        b'{"text": "one"}', b"{oops", b'{"text": "half \\ud800"}', b'{"text": "nul \\u0000"}', b'{"text": "\xff"}',
        b'{"title": "no text"}', b'{"text": "  "}', b'["text"]', b'{"text": "x", "date": "Friday"}',
        b'{"text": "\\ud83d\\ude00 last"}',
    ]  # fmt: skip
    items = list(read_each(write("a.jsonl", b"\n".join(lines))))
    assert [item.text for item in items if isinstance(item, Article)] == ["one", "😀 last"]
    errors = [str(item) for item in items if isinstance(item, ReadError)]
    assert len(errors) == 8
    assert all(f"a.jsonl, line {n}: " in error for n, error in enumerate(errors, start=2))
    assert not any("\n" in error for error in errors)


def test_read_raises_the_first_bad_line(write: Write):
    assert "line 2" in refusal(write("a.jsonl", '{"text": "one"}\n{oops\n{"text": "two"}\n'))


def test_json_lines_larger_than_the_limit_of_other_sources_stream(write: Write):
    line = json.dumps({"text": "word " * 190_000}).encode() + b"\n"
    path = write("a.jsonl", line * (MAX_SOURCE_BYTES // len(line) + 2))
    assert sum(isinstance(item, Article) for item in read_each(path)) == MAX_SOURCE_BYTES // len(line) + 2


def test_a_json_array_and_a_json_object_are_read_too(write: Write):
    rows = [{"text": "one", "id": "a"}, {"text": 5}, {"text": "two"}]
    items = list(read_each(write("a.json", json.dumps(rows, indent=1))))
    assert [getattr(item, "text", "-") for item in items] == ["one", "-", "two"]
    assert "item 2" in str(items[1])
    assert one(write("b.json", '{\n "text": "three"\n}')).text == "three"


@given(
    st.lists(
        st.fixed_dictionaries(
            {"text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)},
            optional={
                "title": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
                "n": st.integers(),
            },
        ).filter(lambda row: row["text"].strip()),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
def test_whatever_text_goes_into_json_lines_comes_out_unaltered(tmp_path_factory, rows, ascii_only: bool):
    path = tmp_path_factory.getbasetemp() / "round.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=ascii_only) + "\n" for row in rows), "utf-8", newline="")
    articles = read(path)
    assert [a.text for a in articles] == [row["text"] for row in rows]
    assert [a.title for a in articles] == [row.get("title", "") for row in rows]
    assert [dict(a.extra) for a in articles] == [{"n": row["n"]} if "n" in row else {} for row in rows]


# Sources


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (f"Fog shuts Aberdeen\n\n{STORY}", "Fog shuts Aberdeen"),
        (f"# Fog\n\n{STORY}", "Fog"),
        (f"---\ntitle: Fog\n---\n{STORY}", "Fog"),
        (json.dumps({"title": "Fog", "text": STORY}), "Fog"),
        (json.dumps([{"title": "Fog", "text": STORY}]), "Fog"),
        (f"<!doctype html><title>Fog</title><p>{STORY}</p>", "Fog"),
        (f"<rss><channel><item><title>Fog</title><description>{STORY}</description></item></channel></rss>", "Fog"),
    ],
)
def test_standard_input_is_read_in_whatever_format_it_is(monkeypatch, content: str, title: str):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content.encode())))
    article = one("-")
    assert article.title == title
    assert "Aberdeen" in article.text
    assert "standard input" in article.source


def test_a_folder_gives_the_articles_of_its_files_by_path_and_passes_over_the_rest(write: Write, tmp_path: Path):
    for name in ("b.txt", "a/z.md", "a/y.txt", ".hidden.txt", ".git/x.txt", "photo.jpg"):
        write(name, f"From {name[0]}{name[-3:]}\n\n{STORY}")
    write("c.txt", "")
    items = list(read_each(tmp_path))
    assert [Path(item.source).name for item in items if isinstance(item, Article)] == ["y.txt", "z.md", "b.txt"]
    assert [str(item).endswith("c.txt: it is empty") for item in items if isinstance(item, ReadError)] == [True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encodings_that_articles_come_in_are_told_apart(write: Write, encoding: str):
    text = "The café in Málaga – closed since May – will not reopen, said José Núñez.\n\n‘We tried,’ he added."
    assert one(write("a.txt", text.encode(encoding))).text == text


def test_a_legacy_encoding_that_nobody_declares_is_told_from_its_letters(write: Write):
    text = "Президент прибыл в Анкоридж в пятницу утром.\n\nПереговоры заняли меньше трёх часов."
    assert one(write("a.txt", text.encode("cp1251"))).text == text


# Dates and identity


def test_a_date_given_by_the_caller_dates_only_what_carries_none(write: Write):
    rows = '{"text": "one", "date": "2014-03-18"}\n{"text": "two", "date": ""}\n{"text": "three", "date": null}\n'
    articles = read(write("a.jsonl", rows), date=date(2025, 8, 15))
    assert [a.date for a in articles] == [date(2014, 3, 18), date(2025, 8, 15), date(2025, 8, 15)]


def test_the_words_and_the_file_name_of_an_article_do_not_date_it(write: Write):
    assert one(write("2025-08-15.txt", f"On Friday, 15 August 2025, it rained in Wick.\n\n{STORY}")).date is None


def test_two_articles_with_one_title_have_different_names(write: Write):
    first, second = read(write("a.jsonl", '{"title": "Fog", "text": "one"}\n{"title": "Fog", "text": "two"}\n'))
    assert first.name != second.name
    assert first.name.startswith("fog-")


# Refusals


def test_a_web_page_without_an_element_is_none(write: Write):
    assert "no article" in refusal(write("a.html", "words & more words " * 1000))


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", ["txt", "md", "html", "jsonl", "json", "rss"])
def test_an_empty_source_is_refused_by_name(write: Write, ending: str, content: bytes):
    assert f"a.{ending}: " in refusal(write(f"a.{ending}", content))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"Kyiv\0 was hit.", "binary"),
        (bytes(range(1, 256)) * 400, "binary"),
        (b"\xff\xfe\x00\xd8a\x00", "UTF-16"),
        (b"word " * (MAX_ARTICLE_CHARACTERS // 5 + 1), "1,000,000"),
        (b"word " * (MAX_SOURCE_BYTES // 5 + 1), "32 MB"),
    ],
)
def test_junk_is_refused_in_one_line_that_says_why(write: Write, content: bytes, why: str):
    text = refusal(write("a.txt", content))
    assert "a.txt: " in text
    assert why in text


@pytest.mark.parametrize("ending", ["jsonl", "json", "html", "md", "rss", "txt"])
def test_twenty_megabytes_of_binary_junk_give_one_line(write: Write, ending: str):
    junk = bytes((x * x + x // 7) % 256 for x in range(100_000)) * 200
    (item,) = read_each(write(f"a.{ending}", junk))
    assert isinstance(item, ReadError)


def test_a_file_whose_first_lines_are_no_json_is_refused_at_once(write: Write):
    assert "is not JSON Lines" in refusal(write("a.jsonl", "some words\n" * 1000))


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("no/such/file.txt", "no such file"),
        ("https://example.org/story.html", "fetches nothing"),
        ("a\0b", "no such file"),
        ("x" * 5000, ""),
        ("", ""),
    ],
)
def test_what_is_no_file_is_refused(source: str, why: str):
    assert why in refusal(source)


def test_a_folder_without_articles_is_refused(write: Write, tmp_path: Path):
    write("photo.jpg", b"\xff\xd8")
    assert ".jsonl" in refusal(tmp_path)


def test_an_unknown_format_is_refused_before_anything_is_read_and_the_choices_are_listed():
    with pytest.raises(UsageError) as caught:
        read_each("no/such/file", format="docx")
    assert all(name in str(caught.value) for name in FORMATS)


@settings(max_examples=60)
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda s: s.encode("utf-8", "ignore"))))
@pytest.mark.parametrize("ending", ["txt", "md", "html", "jsonl", "json", "rss"])
def test_whatever_bytes_a_file_holds_they_give_articles_or_refusals(tmp_path_factory, ending: str, data: bytes):
    path = tmp_path_factory.getbasetemp() / f"bytes.{ending}"
    path.write_bytes(data)
    for item in read_each(path):
        if isinstance(item, Article):
            assert item.text.strip()
            assert "\0" not in item.text
            item.text.encode()
        else:
            assert str(path.name) in str(item)


# The samples that come along


@pytest.mark.parametrize(
    ("name", "day"),
    [("alaska-summit", date(2025, 8, 15)), ("gibraltar-strait", date(2025, 6, 12)), ("quiet-zone", None)],
)
def test_the_shipped_samples_have_title_date_and_text(name: str, day: date | None):
    article = one(data_path("articles", f"{name}.md"))
    assert article.title
    assert article.date == day
    assert 250 <= len(article.text.split()) <= 400


def test_quotes_and_signs_in_a_title_of_front_matter_are_read_as_yaml_writes_them(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(
        r"""---
title: "The \"Iron\" bridge \u2013 a \\ sign"
source: 'The Reader''s Post'
---
It stands in Kyiv.
""",
        encoding="utf-8",
    )
    (article,) = read(str(path))
    assert article.title == 'The "Iron" bridge \u2013 a \\ sign'
    assert article.extra["source"] == "The Reader's Post"


@pytest.mark.parametrize("written", ["\u202e", r"\u202e"])
def test_a_title_turns_nothing_that_stands_beside_it(tmp_path, written):
    path = tmp_path / "a.md"
    path.write_text(f'---\ntitle: "Kyiv {written}gnp"\n---\nIt stands in Kyiv.\n', encoding="utf-8")
    assert read(str(path))[0].title == "Kyiv gnp"
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "Kyiv \u2067gnp", "text": "In Kyiv."}\n', encoding="utf-8")
    assert read(str(path))[0].title == "Kyiv gnp"
