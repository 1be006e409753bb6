"""Scraped pages: each article comes out whole, under its own title, and nothing of the page comes with it."""

from datetime import date
from pathlib import Path

import pytest

from geostory.article import read
from geostory.models import Article

PAGES = Path(__file__).parent / "pages"


def one(page: str, **options: str) -> Article:
    (article,) = read(PAGES / page, **options)
    return article


SEVERAL = {
    "title-first.txt": [  # title, 'By', '3h', '| Agency |', rules between
        ("Ferries between Tarifa and Tangier halted by gale", "Ferry companies stopped", "the car park at the port."),
        ("Rain ends drought orders in three Portuguese districts", "Portugal lifted limits", "in time for the wells."),
        ("Who will run the port of Valletta?", "Three bidders remain", "will move to Marsaxlokk."),
    ],
    "stamp-first.txt": [  # '12 Aug 2025' above the title, a list of links below the text
        ("Bridge at Mackinac to close for two nights", "Crews will replace", "has worked there since 1998."),
        ("Duluth harbour sees its longest ship", "A freighter of 309 metres", "if the fog allows."),
        ("Where to swim in Door County", "Door County's bays", "in place of sand."),
    ],
    "dek-and-update.txt": [  # section, title, dek, 'By', 'Updated 2 hours ago', '4 min read'; boilerplate of its own
        ("Storm cuts the road to Å for a second day", "The village at the end", "the office in Svolvær said."),
        ("Ice road opens early in Inari", "Drivers save 40 kilometres", "is 50 kilometres an hour."),
        ("Kiruna church reaches its new hill", "The red wooden building", "watched the last metres."),
    ],
    "aggregator.txt": [  # an outlet named only once and '5h' above each title
        ("Peru reopens the railway below Machu Picchu", "Trains ran again", "in the valley since Tuesday."),
        ("Valparaíso's last trolleybuses get new wires", "The port city in Chile", "have their first motors."),
        ("Lake Titicaca level rises for third month", "Bolivia's and Peru's", "for the first time since 2022."),
    ],
    "both-sides.txt": [  # the age above the title, the writer below it
        ("Snow closes the pass above Andermatt", "The road over the Furka", "below the tree line."),
        ("Geneva's fountain stops for its yearly wash", "The jet at the end", "Eaux-Vives in the meantime."),
        ("Basel opens a third bridge for bicycles", "Cyclists in Basel", "alone, more than cars."),
    ],
    "outlet-around-age.txt": [  # the first article without a byline, the others between 'Times / an hour ago / - Times'
        ("Lerwick ferries resume after three days of fog", "Passengers on the quay", "goes by Scrabster until then."),
        ("Stornoway gets its night flight back", "The evening flight", "that the council published."),
        ("Is the Corran ferry too old to mend?", "Highland Council will decide", "the meeting in Strontian."),
    ],
    "comments-only.txt": [  # no byline at all: each article closes with 'Comments'
        ("Queue at Rafah crossing shortens after second lane opens", "Drivers at the Rafah", "stays open at night."),
        ("Jordan plants a million acacias along the desert highway", "Workers have set", "away for three years."),
    ],
}
FURNITURE = [
    "hour", "By ", "3h", "5h", "7h", "1d", "min read", "2025", "Advertisement", "Read more", "Share this", "Tags",
    "Most read", "Sign up", "newsletter", "helpful", "Pass it on", "Three things", "Continue reading", "Comments",
    "comments yet", "Hashtags", "Assistant", "Related", "Enjoyed", "- ", "|", "---", "Home", "Strait Wire",
]  # fmt: skip


@pytest.mark.parametrize("page", SEVERAL)
def test_a_scraped_page_gives_each_of_its_articles_whole_under_its_own_title(page: str):
    articles = read(PAGES / page)
    assert [article.title for article in articles] == [title for title, _, _ in SEVERAL[page]]
    for article, (_, start, end) in zip(articles, SEVERAL[page], strict=True):
        assert article.text.startswith(start)
        assert article.text.rstrip("\"'").endswith(end)


@pytest.mark.parametrize("page", SEVERAL)
def test_nothing_of_a_page_but_its_articles_is_left_in_their_texts(page: str):
    for article in read(PAGES / page):
        left = [line for line in article.text.split("\n\n") for mark in FURNITURE if line.startswith(mark)]
        assert not left


def test_the_dek_of_a_scraped_article_is_its_first_paragraph():
    first = read(PAGES / "dek-and-update.txt")[0]
    assert first.text.split("\n\n")[0] == "The village at the end of Lofoten has food for a week, its mayor says."


def test_a_crosshead_stays_in_the_text_of_a_scraped_article():
    assert "\n\nKirkwall still waits\n\n" in read(PAGES / "outlet-around-age.txt")[0].text


def test_full_dates_in_bylines_date_the_articles_and_ages_do_not():
    assert [a.date for a in read(PAGES / "stamp-first.txt")] == [date(2025, 8, day) for day in (12, 11, 9)]
    assert {a.date for a in read(PAGES / "title-first.txt")} == {None}


@pytest.mark.parametrize(
    "page",
    [
        "single-crossheads.txt",
        "single-timeline.txt",
        "single-with-teaser.txt",
        "single-wrapped.txt",
        "single-by-line-notes.txt",
    ],
)
def test_one_article_stays_one_whatever_stands_in_it(page: str):
    assert len(read(PAGES / page)) == 1


def test_crossheads_that_look_like_boilerplate_stay_in_an_article_that_was_not_scraped():
    text = one("single-crossheads.txt").text
    assert "\n\nBy the numbers\n\n" in text
    assert "\n\nComments\n\n" in text


def test_a_single_scraped_article_loses_byline_teaser_and_links_and_takes_its_date():
    article = one("single-with-teaser.txt")
    assert article.title == "Gale closes the Strait of Gibraltar to ferries"
    assert article.date == date(2025, 8, 12)
    paragraphs = article.text.split("\n\n")
    assert [p[:11] for p in paragraphs] == ["Ferry compa", "Around 900 ", "The wind is"]


def test_the_reader_can_be_told_not_to_look_for_several_articles():
    assert "Mackinac" in one("stamp-first.txt", format="text").text
