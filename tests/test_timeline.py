"""The days on which a story's regions changed, for a reader who moves through its span."""

from datetime import date

import pytest

from geostory import Article, regions_in_force
from geostory.timeline import changes_in, mentioned_days


def region(name: str, on: date | None = None, view: str = "house") -> list:
    return [found for found in regions_in_force(as_of=on, worldview=view) if found.id == name]


def changes(name: str, first: date, last: date, view: str = "house") -> list[tuple[str, str]]:
    return [(c.on.isoformat(), c.claim) for c in changes_in(region(name, view=view), (first, last))]


def test_the_golan_heights_change_from_occupied_to_annexed():
    found = changes_in(region("golan-heights"), (date(1967, 1, 1), date(1982, 1, 1)))
    claims = list(dict.fromkeys(change.claim for change in found))
    assert claims == ["Occupied by Israel", "Annexed by Israel"]
    assert next(c.on for c in found if c.claim == "Occupied by Israel") == date(1967, 6, 10)
    assert all(c.words and c.status for c in found)


def test_nothing_outside_the_span_is_told_and_nothing_twice():
    assert changes("crimea", date(2015, 1, 1), date(2025, 1, 1)) == []
    days = [day for day, _ in changes("kherson", date(2022, 1, 1), date(2022, 12, 31))]
    assert days == sorted(set(days)) and "2022-09-30" in days and "2022-10-12" in days


def test_without_a_span_all_up_to_the_storys_day_is_told():
    found = changes_in(region("crimea", date(2014, 3, 25)))
    assert [c.on for c in found] == [date(2014, 2, 27), date(2014, 3, 16), date(2014, 3, 18), date(2014, 3, 21)]


def test_a_claim_that_ends_says_so():
    found = changes_in(region("hans-island", date(2020, 1, 1)), (date(2022, 1, 1), date(2022, 12, 31)))
    assert [(c.status, c.words) for c in found][-1] == ("", "No claim stands any more.")


def test_several_regions_are_told_by_day():
    both = [*region("kherson"), *region("crimea")]
    days = [c.on for c in changes_in(both, (date(2014, 1, 1), date(2022, 12, 31)))]
    assert days == sorted(days) and len({c.region for c in changes_in(both, (days[0], days[-1]))}) == 2


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Russia annexed it on March 18, 2014.", (date(2014, 3, 18), date(2014, 3, 18))),
        ("Fighting began in February 2022.", (date(2022, 2, 1), date(2022, 2, 28))),
        ("Israel took it in 1967.", (date(1967, 1, 1), date(1967, 12, 31))),
        ("From 1939 until December 1945.", (date(1939, 1, 1), date(1945, 12, 31))),
        ("Some 2014 people came by Route 1979 on 31 June 2014.", None),
        ("Nothing is dated.", None),
    ],
)
def test_the_days_an_article_names(text, span):
    assert mentioned_days(Article(title="", text=text)) == span


def test_the_articles_own_date_ends_its_span():
    article = Article(title="", text="Israel took it in 1967.", date=date(2024, 5, 1))
    assert mentioned_days(article) == (date(1967, 1, 1), date(2024, 5, 1))
