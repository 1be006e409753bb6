"""Finding: which words of an article are places, where they stand, and what they stand for."""

import subprocess
import sys
import warnings
from itertools import pairwise

import pytest

from geostory.mentions import find_mentions
from geostory.models import Article, Mention
from geostory.resolve import resolve


def found(text: str, *, title: str = "") -> list[Mention]:
    """The mentions of an article."""
    return list(find_mentions(Article(title=title, text=text)))


def names(text: str, *, title: str = "") -> list[str]:
    """The mentions' words."""
    return [mention.text for mention in found(text, title=title)]


def role(text: str, name: str) -> str:
    """The role of a name's first mention in a text."""
    return next(mention.role for mention in found(text) if mention.text == name)


def test_importing_the_finder_does_not_load_the_model() -> None:
    code = "import sys, geostory.mentions; sys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_title_and_text_are_both_searched_and_each_mention_says_which() -> None:
    article = Article(title="Floods in Pakistan", text="Water rose near Lahore on Monday.")
    assert [(m.field, m.text) for m in find_mentions(article)] == [("title", "Pakistan"), ("text", "Lahore")]


@pytest.mark.parametrize(
    "lead",
    [
        "🎉🎉🏳️‍🌈 ",
        "\u202eabc\u202c ",
        "قال المسؤول: ",
        "\u00a0\u2003\t ",
        "e\u0301 ",
        "\r\n\r\n",
        "A stray \ud83d here. ",
    ],
)
def test_offsets_count_code_points_whatever_stands_before(lead: str) -> None:
    text = f"{lead}The ship left Odesa for Istanbul on Monday."
    article = Article(id="x", title="", text=text)
    mentions = find_mentions(article)
    assert [mention.text for mention in mentions] == ["Odesa", "Istanbul"]
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


@pytest.mark.parametrize(
    "name",
    [
        "Dar es Salaam",
        "Côte d’Ivoire",
        "Co\u0302te d'Ivoire",
        "Port-au-Prince",
        "King's Lynn",
        "Saint-Maur-des-Fossés",
        "Deir ez-Zor",
        "Frankfurt am Main",
        "Reggio nell'Emilia",
        "Mu\u0308nchen",
    ],
)
def test_a_name_is_found_whole_whatever_small_words_signs_and_accents_it_holds(name: str) -> None:
    assert names(f"Rain fell in {name} on Monday, the mayor said.") == [name]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "Liverpool beat Chelsea 2-1 on Saturday as the midfielder scored twice. The league title is open, said the "
            "manager in Birmingham. Everton lost to Leeds 3-0 after a poor second half.",
            ["Birmingham"],
        ),
        ("Real Madrid and Manchester United signed players from Paris Saint-Germain in London.", ["London"]),
        ("The Minsk Agreements and the Camp David Accords were read out in Oslo.", ["Oslo"]),
        ("Police in Liverpool beat back the crowd on Saturday.", ["Liverpool"]),
    ],
)
def test_teams_clubs_and_treaties_are_no_places(text: str, places: list[str]) -> None:
    assert names(text) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "i am moving to new york next week, then los angeles and south africa. it is a new car, the south is warm.",
            ["new york", "los angeles", "south africa"],
        ),
        ("UKRAINE WAS TOLD, THE BANK OF ENGLAND SAID IN LONDON.", ["UKRAINE", "LONDON"]),
        ("The New York Stock Exchange closed higher in New York.", ["New York"]),
        ("The Iran-Iraq War and the Spanish-American War are taught in Oslo.", ["Oslo"]),
        ("He ate French fries in Lyon.", ["Lyon"]),
        ("The Duke of Sussex flew to Kenya.", ["Kenya"]),
    ],
)
def test_names_in_lower_case_are_whole_and_bodies_wars_titles_and_goods_are_no_places(
    text: str, places: list[str]
) -> None:
    assert names(text) == places


def test_a_university_is_found_whole_and_placed_in_its_town() -> None:
    text = "He studied at the University of Leicester and at Ohio State University, then in Oslo."
    assert names(text) == ["University of Leicester", "Ohio State University", "Oslo"]
    article = Article(title="", text=text)
    placed = resolve(article, find_mentions(article))
    assert [place.candidate and place.candidate.name for place in placed] == ["Leicester", "Ohio", "Oslo"]
    assert "part or a fuller name" in placed[0].reason
    assert [m.text for m in find_mentions(article, facilities=False)] == ["Oslo"]


def test_what_happened_there_does_not_hide_a_town_nor_is_half_a_name_one() -> None:
    assert names("The Leeds fire killed two.") == ["Leeds"]
    assert names("The Smith shooting is over.") == []
    assert names("Kruger National Park and Serengeti National Park closed.")[1:] == ["Serengeti National Park"]
    assert names("From Liver-\npool to Man-\nchester by rail, then Oslo.") == ["Oslo"]


def test_a_facility_named_by_a_possessive_is_found_whole() -> None:
    assert names("She was taken to Addenbrooke's Hospital in Cambridge.") == ["Addenbrooke's Hospital", "Cambridge"]
    assert names("Doctors at King’s College Hospital in London struck.") == ["King’s College Hospital", "London"]


def test_articles_possessives_and_stops_are_no_part_of_a_name() -> None:
    assert names("He toured the Philippines, Chad’s capital and Kenya's coast.") == ["Philippines", "Chad", "Kenya"]
    assert names("The land was sold to the US. It was cheap.") == ["US"]
    assert names("They met in Minot, N.D. on Friday.") == ["Minot", "N.D."]


def test_a_long_article_is_read_to_its_end_and_mentions_never_overlap() -> None:
    text = "Nothing happened on the way. " * 900 + "Then they reached Nairobi."
    mentions = found(text)
    assert [text[mention.start : mention.end] for mention in mentions] == ["Nairobi"]
    many = found("Troops moved from Kharkiv to Poltava and Sumy. " * 300)
    assert len(many) == 900
    assert all(a.end <= b.start for a, b in pairwise(many))


def test_what_is_found_depends_on_the_article_alone() -> None:
    text = "Denzel Washington met fans in Lagos. Washington smiled."
    first = found(text)
    found("Washington said on Monday that it would leave the treaty.")
    assert found(text) == first


def test_an_empty_article_has_no_mentions() -> None:
    assert found("") == []
    assert found(" \n\t ") == []


def test_people_are_not_places() -> None:
    assert names("Denzel Washington met fans on Tuesday. Washington said he was glad.") == []
    assert names("President Washington and Gov. Houston shook hands.") == []
    assert names("Melton Lewis Paris, 51, was found shot. Paris had lived in Kansas City.") == ["Kansas City"]
    assert names("Vladimir Putin and Donald Trump will talk, and Volodymyr Zelenskyy will not.") == []


def test_a_persons_name_that_is_a_place_too_is_found_where_something_happens_there() -> None:
    assert names("Paris Hilton arrived in Paris on Monday.") == ["Paris"]


def test_apps_firms_and_agencies_are_not_places() -> None:
    text = "Telegram and WhatsApp were blocked. Meta, MAX, Google and Toyota did not reply, the Tass news agency said."
    assert names(text) == []
    assert names("Roskomnadzor justified the measure, and Mediascope counted users.") == []


def test_roads_days_and_illnesses_are_not_places() -> None:
    assert names("He lives at 12 London Road and works on Paris Street in Leeds.") == ["Leeds"]
    assert names("Marburg virus spread in Rwanda, and West Nile virus was found in Texas.") == ["Rwanda", "Texas"]
    assert names("Crowds marched on St Patrick's Day in Dublin.") == ["Dublin"]


def test_a_town_and_its_state_are_found_after_a_comma_however_short() -> None:
    text = "She moved from Minot, N.D., to Wooster, Ohio, and later to Ozark, Mo., by bus."
    assert names(text) == ["Minot", "N.D.", "Wooster", "Ohio", "Ozark", "Mo."]


def test_a_dateline_is_found() -> None:
    assert names("SALINA, Kan. (AP) - Strong winds toppled trees.") == ["SALINA", "Kan."]


def test_counties_in_a_list_are_found() -> None:
    assert set(names("Area girls from Cooke and Grayson counties will compete.")) == {"Cooke", "Grayson"}


def test_a_region_is_found_by_the_word_after_it() -> None:
    assert "Kursk" in names("Troops crossed into Russia's Kursk border region.")
    assert names("Drones hit the city of Kursk.") == ["Kursk"]


def test_the_place_in_a_public_bodys_name_is_found_and_does_not_set_the_frame() -> None:
    assert role("The Florida Department of Health issued a warning.", "Florida") == "metonym"
    assert names("Shares of Texas Instruments and the Bank of America fell.") == []


def test_a_capital_or_country_that_acts_as_a_government_is_a_metonym() -> None:
    assert role("Moscow said it would reply.", "Moscow") == "metonym"
    assert role("Critics of Kyiv's demands spoke up.", "Kyiv") == "metonym"
    assert role("Talks between Seoul and Pyongyang broke down.", "Pyongyang") == "metonym"
    assert role("Its ties with Beijing are strained.", "Beijing") == "metonym"
    assert role("He dismissed Washington and Seoul's stated desires.", "Washington") == "metonym"
    assert role("The US president spoke.", "US") == "metonym"


def test_a_seat_of_power_is_a_metonym_unless_someone_is_there() -> None:
    assert role("The Kremlin said it would reply.", "Kremlin") == "metonym"
    assert role("Reporters waited near the Kremlin.", "Kremlin") == "literal"
    assert role("The White House did not comment.", "White House") == "metonym"
    assert names("The warrant of the International Criminal Court stands.") == []


def test_a_place_where_something_happens_is_literal() -> None:
    assert role("They will meet in Moscow on Friday.", "Moscow") == "literal"
    assert role("He flew to Anchorage.", "Anchorage") == "literal"
    assert role("Moscow residents were hopeful.", "Moscow") == "literal"
    assert {mention.role for mention in found("Russia invaded Ukraine in 2022.")} == {"literal"}
    assert role("Alaska was not considered important.", "Alaska") == "literal"


def test_peoples_and_adjectives_are_demonyms() -> None:
    mentions = found("Russian troops left, Ukrainians said, and French officials agreed.")
    assert [(mention.text, mention.role) for mention in mentions] == [
        ("Russian", "demonym"),
        ("Ukrainians", "demonym"),
        ("French", "demonym"),
    ]


def test_finding_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert names("Rain fell in Oslo.") == ["Oslo"]


def test_a_word_for_water_or_relief_belongs_to_the_name() -> None:
    assert names("Ships were asked to leave the Koro Sea for Lake Springfield.")[0] == "Koro Sea"
    assert "Dadan Island" in names("Dadan Island lies off Xiamen.")


def test_hyphenated_names_are_not_cut() -> None:
    text = "Ny-Ålesund, a research station about 110 kilometres from Longyearbyen, reported no contact."
    assert "Ny" not in names(text)


def test_a_name_that_a_distance_is_told_of_is_a_place() -> None:
    assert names("Algeciras lies about 30 km from Ceuta.") == ["Algeciras", "Ceuta"]


def test_names_beside_a_place_of_their_country_are_found() -> None:
    text = "Kherson lies on the right bank; Russian troops hold the left, at Oleshky and Hola Prystan."
    assert {"Kherson", "Oleshky", "Hola Prystan"} <= set(names(text))


def test_countries_and_islands_are_found_wherever_they_stand() -> None:
    assert "Samoa" in names("Samoa is next in the storm's way.")
    text = "The ships were seen off Bear Island and Jan Mayen, and off Novaya Zemlya in the east."
    assert {"Jan Mayen", "Novaya Zemlya"} <= set(names(text))


def test_signs_that_steer_writing_hide_no_name() -> None:
    assert "Akureyri" in names("Iceland slept. Police in \u202eAkureyri\u202c said nothing.")


def test_a_common_noun_with_an_article_is_no_town() -> None:
    assert names("Gibraltar is small. Spain watches the Rock. The Rock is British.") == [
        "Gibraltar",
        "Spain",
        "British",
    ]
    assert names("They live in the Bronx and in The Hague.") == ["Bronx", "The Hague"]


@pytest.mark.parametrize(
    "text",
    [
        "The train, run by Belmond, was late.",
        "Shares of Belmond rose on Tuesday.",
        "Belmond said in a statement that it was glad.",
        "Belmond, which runs hotels, was glad.",
    ],
)
def test_a_firm_that_bears_a_small_places_name_is_no_place(text: str) -> None:
    assert "Belmond" not in names(text)
    assert names("Rain fell in Belmond, Iowa.") == ["Belmond", "Iowa"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Beijing accused Washington of bullying.", "Beijing"),
        ("Beijing accused Washington of bullying.", "Washington"),
        ("Beijing rebukes Washington.", "Washington"),
        ("Washington has chosen to fight alone.", "Washington"),
        ("Brussels warned both.", "Brussels"),
        ("It acted in support of Moscow's war.", "Moscow"),
        ('"We shall see," Beijing said.', "Beijing"),
        ("Berlin and Paris want Brussels to act.", "Brussels"),
    ],
)
def test_capitals_that_quarrel_are_governments(text: str, name: str) -> None:
    assert role(text, name) == "metonym"


def test_a_capital_that_something_is_done_in_or_to_is_literal() -> None:
    assert role("The storm cut Manila off.", "Manila") == "literal"
    assert role("Moscow saw rain.", "Moscow") == "literal"


def test_a_family_name_that_comes_first_stays_a_persons() -> None:
    """'Kim Jong-un' is Kim from then on, also where a country's name stands before it."""
    text = (
        "Kim Jong-un received a delegation on Monday. Since Russia invaded Ukraine, Kim has sought new friends. "
        "Kim told them that Pyongyang would help."
    )
    assert "Kim" not in {mention.text for mention in find_mentions(Article(title="", text=text))}


def test_a_first_name_before_a_surname_is_no_place() -> None:
    text = "Israel Adesanya fought in Perth. In Alaska Putin said little."
    assert [mention.text for mention in find_mentions(Article(title="", text=text))] == ["Perth", "Alaska"]
