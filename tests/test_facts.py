"""Facts beside the text: the desk hears of what the gazetteer contradicts, hardly ever of anything else, and alone."""

import doctest
import json
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import geostory
from geostory import bearings, facts
from geostory.batch import publish
from geostory.export import write
from geostory.facts import facts_of
from geostory.gazetteer import gazetteer
from geostory.models import Article, Candidate, Mention
from geostory.resolve import resolve
from geostory.tables import story_table

SENTENCES = tomllib.loads((Path(__file__).parent / "texts" / "facts.toml").read_text(encoding="utf-8"))["sentence"]
WRONG = "The talks opened in the Alaskan capital of Anchorage on Friday."


def tell(text, **options):
    return geostory.tell(Article(title="", text=text), **options)


def kinds(text, **options):
    return [fact.kind for fact in tell(text, **options).facts]


def rows(*stories, format):
    out = []
    write((story_table(story, "places") for story in stories), format, out.append)
    return "".join(out)


def test_the_set_is_a_hundred_sentences_half_of_them_wrong():
    assert len(SENTENCES) == 100 == len({row["text"] for row in SENTENCES})
    assert sum("note" in row for row in SENTENCES) == 50


@pytest.mark.parametrize(("recogniser", "floor"), [("accurate", 0.92), ("fast", 0.86)])
def test_notes_are_right_and_most_errors_get_one(recogniser, floor):
    noted = [(row, kind) for row in SENTENCES for kind in kinds(row["text"], recogniser=recogniser)]
    right = [row["text"] for row, kind in noted if kind == row.get("note")]
    assert len(right) / len(noted) >= 0.95, [row["text"] for row, kind in noted if kind != row.get("note")]
    assert len(set(right)) / 50 >= floor


def placed(*parts):
    """A story whose names, given as (name,), are found for sure."""
    text, mentions = "", []
    for part in parts:
        if isinstance(part, tuple):
            end = len(text) + len(part[0])
            mentions.append(Mention(start=len(text), end=end, field="text", text=part[0]))
        text += part[0] if isinstance(part, tuple) else part
    article = Article(title="", text=text)
    return article, resolve(article, mentions)


def seats(code) -> list[Candidate]:
    return gazetteer().in_bounds((-180, -90, 180, 90), min_population=0, feature_class=code)


def test_no_note_on_what_the_gazetteer_says_itself():
    noted = []
    for town in [*seats("PPLC"), *seats("PPLA")[::60]]:
        area = town.country_name if town.feature == "PPLC" else town.admin1
        for parts in (
            [(town.name,), ", the capital of ", (area,), ", was quiet."],
            ["They met in ", (area,), "'s capital, ", (town.name,), "."],
            ["They met in the city of ", (town.name,), " in ", (town.country_name,), "."],
        ):
            noted += facts_of(*placed(*parts)) if area and area != town.name else []
    assert noted == []


def test_most_large_towns_are_known_not_to_be_capitals():
    largest = {}
    for town in gazetteer().in_bounds((-180, -90, 180, 90), min_population=500_000):
        if town.feature != "PPLC":
            largest.setdefault(town.country_name, town.name)
    noted = [
        facts_of(*placed((town,), ", the capital of ", (country,), ", slept.")) for country, town in largest.items()
    ]
    assert len(noted) > 60
    assert sum(map(bool, noted)) / len(noted) > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Kyoto, the ancient capital of Japan, drew crowds.",
        "Munich, Germany's beer capital, drew crowds.",
        "The West German capital, Bonn, was a sleepy place.",
        "Wine merchants moved to the German city of Danzig.",
        "A crowd gathered in the mostly Serbian town of Mitrovica.",
        "Shells fell on the Russian-held city of Melitopol.",
        "‘Toronto is the capital of Canada,’ he said.",
        'The sign read: "Welcome to Lviv, a city in Poland."',
        "He flew to Warsaw, Prague, the Austrian capital, and then home.",
        "Bavaria's premier visited the northern city of Ingolstadt.",
        "Shops closed in the village of Paris in Denmark.",
        "If Sydney is the capital of Australia, where is Canberra?",
        "Quezon City, the Philippine capital, was flooded.",
        "Sukhumi, a city in Russia, was quiet.",
    ],
)
def test_no_note_on_what_is_said_of_another_day_another_place_or_not_as_true(text):
    assert kinds(text) == []


def test_a_note_names_what_the_article_says_what_the_gazetteer_says_and_its_row():
    (fact,) = tell(WRONG).facts
    assert WRONG[fact.start : fact.end] == fact.text == "Alaskan capital of Anchorage"
    row = gazetteer().row(fact.gazetteer_id)
    assert (row.name, row.source) == ("Juneau", fact.source)
    said = "The article has Anchorage as the capital of Alaska; the gazetteer has Juneau"
    assert fact.note == f"{said} ({row.gazetteer_id}, {row.source})."


def test_a_statement_in_the_title_counts_into_the_title():
    story = geostory.tell(Article(title="Sydney, the capital of Australia, burns", text="Fires burn. 😀"))
    assert [(fact.field, fact.start, fact.end) for fact in story.facts] == [("title", 0, 32)]


def test_an_unsure_or_figurative_place_gets_no_note():
    story = tell(WRONG)
    for change in (
        lambda place: replace(place, confidence=0.4),
        lambda place: replace(place, mention=replace(place.mention, role="metonym")),
        lambda place: replace(place, candidate=None, confidence=0.0),
    ):
        assert facts_of(story.article, [*story.places[:-1], change(story.places[-1])]) == ()


def test_an_article_from_before_the_shipped_borders_is_not_judged():
    text = "Police in Kazakhstan's capital, Almaty, made arrests."
    assert geostory.tell(Article(title="", text=text, date=date(1996, 5, 1))).facts == ()
    assert len(geostory.tell(Article(title="", text=text, date=date(2024, 5, 1))).facts) == 1


def test_an_article_in_another_language_is_not_judged():
    text = (
        "Der Gipfel fand in Sydney statt, einer Stadt in Polen, wie die Regierung am Freitag in Berlin mitteilte. " * 3
    )
    assert tell(text).facts == ()


def test_the_desk_hears_of_it_and_the_page_does_not(tmp_path):
    page = publish(geostory.tell(Article(title="Talks", text=WRONG)), tmp_path)
    (note,) = [line for line in page.desk if "Juneau" in line]
    assert note.startswith("'Alaskan capital of Anchorage': The article has")
    assert "Juneau (" not in page.path.read_text(encoding="utf-8")


def test_rows_hold_the_facts_where_there_are_some():
    wrong, right = tell(WRONG), tell("They met in Nome.")
    lines = [json.loads(line) for line in rows(wrong, right, format="jsonl").splitlines()]
    assert [fact["kind"] for fact in lines[0]["facts"]] == ["capital"]
    assert lines[0]["facts"][0]["note"] == wrong.facts[0].note
    assert "facts" not in lines[1]
    collection = json.loads(rows(wrong, right, format="geojson"))
    assert [(fact["article"], fact["kind"]) for fact in collection["facts"]] == [(wrong.article.id, "capital")]
    assert "facts" not in json.loads(rows(right, format="geojson"))


@pytest.mark.parametrize("module", [facts, bearings])
def test_its_examples_give_what_they_say(module):
    assert doctest.testmod(module).failed == 0
