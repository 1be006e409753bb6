"""The page in its languages: words, dates and figures, names of places, right to left, and what stays English."""

import re
import string
import tomllib
from datetime import date
from pathlib import Path

import pytest

import geostory
from geostory.cli import main
from geostory.interface import LANGUAGES, direction, words
from geostory.layers import declared_layers
from geostory.locales import country_in, day_in, distance_in, join_in
from geostory.naming import in_dispute
from geostory.packs import read_packs
from geostory.place_names import candidate_in, name_in

ROOT = Path(__file__).parent.parent
TABLES = ROOT / "geostory" / "words_of"
OTHERS = LANGUAGES[1:]
ARTICLE = geostory.Article(
    title="Ferry between two continents",
    text="The ferry from Tangier reached Algeciras. Moscow lies 850 km from Kyiv. Russia annexed Crimea in 2014.",
    date=date(2025, 8, 15),
)
# Places of the news that nobody names in a language keep their English name: these, and no more.
KNOWN = (
    "Washington",
    "London",
    "Tehran",
    "Baghdad",
    "Moscow",
    "Jerusalem",
    "Beijing",
    "Cairo",
    "Warsaw",
    "Athens",
    "Vienna",
    "Tokyo",
    "Rome",
)
MISSING = {"ar": ["Washington"], "he": ["Washington"], "ja": ["Washington"], "uk": ["Washington"]}


@pytest.fixture(scope="module")
def story():
    return geostory.tell(ARTICLE, recogniser="fast")


def _raw(lang):
    return tomllib.loads((TABLES / f"{lang}.toml").read_text(encoding="utf-8"))


def _fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_has_every_word_with_its_values(lang):
    reference, told = _raw("en"), _raw(lang)
    keys = {(part, key) for part, held in reference.items() for key in held}
    missing = sorted(keys - {(part, key) for part, held in told.items() for key in held})
    assert not missing, f"words_of/{lang}.toml lacks {missing}"
    assert {(part, key) for part, held in told.items() for key in held} == keys
    for part, key in sorted(keys):
        assert told[part][key].strip(), f"{lang}: {part}.{key} is empty"
        assert _fields(told[part][key]) == _fields(reference[part][key]), f"{lang}: {part}.{key}"


def test_the_page_says_nothing_that_the_table_lacks():
    said = set()
    for path in (ROOT / "geostory" / "templates").glob("*.js"):
        said |= set(re.findall(r"""\bsay\(\s*"(\w+)\"""", path.read_text(encoding="utf-8")))
    assert said and said <= set(_raw("en")["page"])


def test_legends_and_titles_of_the_layers_are_in_the_table():
    texts = set(_raw("en")["legend"].values())
    for layer in declared_layers():
        assert layer.title == words("en")[f"layer.{layer.id}"]
        if layer.selects in ("places", "distances", "vicinities", "annotations"):
            assert set(layer.legend.values()) <= texts, layer.id


def test_an_unknown_language_is_refused_with_the_choices(story):
    with pytest.raises(geostory.UsageError, match="'xx'; choose from en, de"):
        story.map(lang="xx")


def test_dates_lists_and_lengths_are_written_as_cldr_has_them():
    on = date(2025, 8, 15)
    assert day_in(on, "en") == "15 August 2025"
    assert day_in(on, "de") == "15. August 2025"
    assert day_in(on, "zh") == "2025年8月15日"
    assert day_in(on, "ar") == "15 أغسطس 2025"
    assert join_in(["a", "b", "c"], "fr") == "a, b et c"
    assert distance_in(1_238_400, "de") == "1.240\u00a0km"
    assert distance_in(3771, "ru") == "3,8\u00a0км"
    assert distance_in(347, "en") == "350 m (380 yd)"
    assert country_in("DE", "Germany", "tr") == "Almanya"


def test_places_bear_the_shipped_names(story):
    moscow = next(place.candidate for place in story.places if place.candidate and place.candidate.name == "Moscow")
    named = {lang: candidate_in(moscow, story.packs, "house", lang) for lang in LANGUAGES}
    assert named == {
        "en": "Moscow", "de": "Moskau", "fr": "Moscou", "es": "Moscú", "it": "Mosca", "pt": "Moscovo", "nl": "Moskou",
        "pl": "Moskwa", "uk": "Москва", "ru": "Москва", "ar": "موسكو", "he": "מוסקבה", "zh": "莫斯科", "ja": "モスクワ",
        "tr": "Moskova",
    }  # fmt: skip


def test_large_waters_are_named_in_every_language_but_those_in_dispute():
    rows = tomllib.loads((ROOT / "data" / "names" / "waters.toml").read_text(encoding="utf-8"))
    assert all(set(row) == set(OTHERS) for row in rows.values())
    assert not any(in_dispute(key, read_packs()) for key in rows)


def test_names_that_a_language_lacks_are_english_and_listed():
    """Of a few great cities: those that fall back are these. A name that is the same in both is no fallback."""
    from geostory.search import find_place

    lacking = {}
    for lang in ("ru", "uk", "ar", "he", "zh", "ja"):
        for name in KNOWN:
            place = find_place(name)
            if candidate_in(place, read_packs(), "house", lang) == place.name:
                lacking.setdefault(lang, []).append(name)
    assert lacking == MISSING


def test_contested_names_and_wordings_do_not_change_with_the_language(story):
    packs = read_packs()
    for lang in OTHERS:
        assert name_in("Persian Gulf", "marine:persian-gulf", packs, "house", lang) == "Persian Gulf"
        assert country_in("PS", "Palestine", lang) == "Palestine"
    english = story.map(lang="en").block
    for lang in ("de", "ru", "ar"):
        block = story.map(lang=lang).block
        for key in ("name", "summary", "sources"):
            assert [row[key] for row in block["regions"]] == [row[key] for row in english["regions"]]
        assert all(row["lang"] == "en" for row in block["regions"])
        rows = {layer["id"]: layer["legend"] for layer in block["layers"]}
        told = [row["label"] for layer in english["layers"] if layer["id"] == "regions" for row in layer["legend"]]
        assert [(row["label"], row["lang"]) for row in rows["regions"]] == [(label, "en") for label in told]
        assert [patch["land"] for patch in block["basemap"]["patches"]] == [
            patch["land"] for patch in english["basemap"]["patches"]
        ]
        assert block["frame"] == english["frame"]


def test_no_english_sentence_is_left_in_a_page_of_another_language(story):
    for lang in ("de", "zh", "he"):
        block = story.map(lang=lang).block
        made = [block["dek"], block["description"], block["borders"], block["found"], *block["notes"]]
        made += [place["what"] for place in block["places"]] + [layer["title"] for layer in block["layers"]]
        for text in made:
            assert not re.search(r"\b(?:the|and|of|about|map|shows|places)\b", text, re.IGNORECASE), (lang, text)
        assert not any(f["popup"]["why"] for layer in block["layers"] for f in layer["features"])


def test_the_page_takes_the_articles_language_where_it_has_it():
    text = "Bei einem Unfall in der Nähe von Köln sind zwei Menschen gestorben, wie die Polizei am Montag mitteilte."
    german = geostory.tell(geostory.Article(title="Zwei Tote", text=text), recogniser="fast")
    assert german.map().block["lang"] == "de"
    assert german.map(lang="en").block["lang"] == "en"
    assert geostory.locate(["Vienna"], lang="pl").block["map_title"].startswith("Wiedeń")


def test_render_and_locate_take_a_language(tmp_path, capsys):
    source = tmp_path / "ferry.txt"
    source.write_text(f"{ARTICLE.title}\n\n{ARTICLE.text}\n", encoding="utf-8")
    where = ["-o", str(tmp_path)]
    assert main(["render", str(source), "--recogniser", "fast", "--lang", "ar", "--name", "ferry", *where]) == 0
    page = (tmp_path / "ferry.html").read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl">' in page and words("ar")["page.to_map"] in page
    assert main(["locate", "Vienna", "--lang", "ja", *where]) == 0
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["locate", "Vienna", "--lang", "xx", *where])


def test_still_images_take_the_pages_words(story):
    from geostory.still import still_svg

    image = still_svg(story.map(lang="de").block, width=1200, height=675)
    assert "Kartendaten:" in image and "Ort im Artikel" in image and "Moskau" in image and " mi<" not in image


@pytest.mark.parametrize("lang", ["ar", "de"])
def test_right_to_left_pages_are_laid_out_from_the_right(story, browser, tmp_path, lang):
    path = tmp_path / f"{lang}.html"
    story.map(lang=lang, layout="story").save(path)
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector(".legend-rows li")
    column, stage = (page.locator(name).bounding_box() for name in (".column", ".stage"))
    assert (column["x"] > stage["x"]) == (direction(lang) == "rtl")
    back, following = (page.locator(".step-button").nth(at).bounding_box()["x"] for at in (0, 1))
    assert (back > following) == (direction(lang) == "rtl")
    # The article's English keeps its own direction, and says which language it is in.
    heading = page.locator("h1")
    assert heading.get_attribute("lang") == "en"
    assert heading.evaluate("e => getComputedStyle(e).direction") == "ltr"
    row = page.locator(".legend-rows [lang=en]").first
    assert row.get_attribute("dir") == "ltr"
    page.locator(".step-button").nth(1).click()
    assert page.evaluate("location.hash") == "#step-2"
    page.set_viewport_size({"width": 375, "height": 667})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.locator(".controls .control-button").first.get_attribute("aria-label") == words(lang)["page.zoom_in"]
    assert not errors
    page.close()
