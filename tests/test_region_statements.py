"""What an article itself says of a region in question, and where that contradicts the packs."""

from datetime import date

import pytest

from geostory.models import Article
from geostory.region_mentions import regions_of
from geostory.region_statements import region_statements


def said(text: str, *, day: date = date(2024, 5, 1), worldview: str = "house"):
    article = Article(title="", text=text, date=day)
    found = region_statements(article, regions_of(article, (), worldview=worldview))
    for one in found:
        assert article.field_text(one.field)[one.start : one.end] == one.words
    return {one.region: one for one in found}


@pytest.mark.parametrize(
    ("text", "region", "kind", "by", "words"),
    [
        ("Crimea, which Russia illegally annexed in 2014, has a bridge.", "crimea", "annexed", "Russia",
         "Crimea, which Russia illegally annexed in 2014"),
        ("Life in Russian-occupied Crimea is dear.", "crimea", "occupied", "Russia", "Russian-occupied Crimea"),
        ("In annexed Crimea, prices rose.", "crimea", "annexed", "", "annexed Crimea"),
        ("Kherson region, liberated by Ukraine in November 2022, was shelled.", "kherson", "liberated", "Ukraine",
         "Kherson region, liberated by Ukraine in November 2022"),
        ("Argentina claims the Falklands.", "falklands", "claimed", "Argentina", "Argentina claims the Falklands"),
        ("Ukraine wants the four regions Russia annexed in 2022.", "kherson", "annexed", "Russia",
         "the four regions Russia annexed in 2022"),
        ("Israel occupied the Golan Heights.", "golan-heights", "occupied", "Israel",
         "Israel occupied the Golan Heights"),
    ],
)  # fmt: skip
def test_what_is_said_is_kept_with_its_words_and_contradicts_nothing(text, region, kind, by, words):
    one = said(text)[region]
    assert (one.kind, one.by, one.words, one.contradicts) == (kind, by, words, "")


@pytest.mark.parametrize(
    "text",
    [
        "Russia has not annexed Crimea, it said.",
        "If Ukraine ceded Crimea, guns would fall silent.",
        "Ukraine would never have ceded Crimea.",
        "Farms in Russia's Kherson region flooded.",
        "Russia claimed Crimea was calm.",
        "Crimea, annexed by Catherine, has a bridge.",
        "Trains stopped in Crimea.",
    ],
)
def test_denials_conditions_and_mere_attributes_are_no_statements(text):
    assert said(text) == {}


@pytest.mark.parametrize(
    ("text", "region", "note"),
    [
        ("Crimea, which Ukraine ceded, has a bridge.", "crimea",
         "Crimea: the packs know of no cession; on 1 May 2024 it is held to be part of Ukraine."),
        ("Crimea, annexed by Turkey, has a bridge.", "crimea",
         "Crimea: the packs say annexed by Russia, not by Turkey."),
        ("Crimea was annexed by Russia in March 2015.", "crimea",
         "Crimea: the packs date the annexation by Russia from 18 March 2014, not from 2015."),
        ("Crimea was annexed by Russia in 2008.", "crimea",
         "Crimea: the packs date the annexation by Russia from 18 March 2014, not from 2008."),
        ("Crimea, which Ukraine annexed in 1991, was calm.", "crimea",
         "Crimea: the packs say annexed by Russia, not by Ukraine."),
        ("The Golan Heights, annexed by Syria in 1981, saw shelling.", "golan-heights",
         "Golan Heights: the packs say annexed by Israel, not by Syria."),
        ("The Golan Heights, which Syria ceded, are green.", "golan-heights",
         "Golan Heights: the packs know of no cession; on 1 May 2024 it is held to be part of Syria."),
    ],
)  # fmt: skip
def test_a_sure_contradiction_is_a_sentence_for_the_desk(text, region, note):
    assert said(text)[region].contradicts == note


@pytest.mark.parametrize(
    "text",
    [
        '"Ukraine ceded Crimea," he said.',
        "Crimea was annexed by Russia in 1783.",
        "Crimea, once annexed by Turkey, has a bridge.",
        "Crimea was annexed by Russia in 2014.",
    ],
)
def test_a_quote_another_age_and_the_right_year_contradict_nothing(text):
    one = said(text)["crimea"]
    assert one.kind in ("ceded", "annexed") and one.contradicts == ""


def test_a_cession_that_the_chosen_view_holds_is_no_contradiction():
    assert said("Crimea, which Ukraine ceded, has a bridge.", worldview="ru")["crimea"].contradicts == ""


def test_a_cession_by_treaty_is_no_contradiction():
    one = said("Alaska, which Russia ceded, is cold.", day=date(1867, 6, 1))["russian-america"]
    assert (one.kind, one.by, one.contradicts) == ("ceded", "Russia", "")


def test_statements_stand_in_the_order_of_title_and_text():
    article = Article(title="Annexed Crimea waits", text="Israel occupied the Golan. Argentina claims the Falklands.")
    found = region_statements(article, regions_of(article, ()))
    assert [one.region for one in found if one.region != "sevastopol"] == ["crimea", "golan-heights", "falklands"]
    assert found == region_statements(article, regions_of(article, ()))
