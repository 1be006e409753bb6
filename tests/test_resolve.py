"""Resolving: which place of a name an article means, how sure that is, and why."""

import pytest

from geostory.mentions import find_mentions
from geostory.models import Article, Candidate, Mention, Place
from geostory.resolve import resolve
from geostory.story import tell


def places(text: str, *, near: tuple[float, float] | None = None) -> list[Place]:
    """The places of an article."""
    article = Article(title="", text=text)
    return list(resolve(article, find_mentions(article), near=near))


def place(text: str, name: str, *, near: tuple[float, float] | None = None, nth: int = 0) -> Place:
    """Where a name of a text was placed."""
    return [found for found in places(text, near=near) if found.mention.text == name][nth]


def candidate(text: str, name: str, *, nth: int = 0) -> Candidate:
    """The place itself."""
    chosen = place(text, name, nth=nth).candidate
    assert chosen is not None
    return chosen


def test_every_mention_gets_one_place_in_the_same_order() -> None:
    article = Article(title="Peace talks in Geneva", text="Geneva and Oslo wait. Envoys from Oslo left.")
    mentions = find_mentions(article)
    assert len(mentions) == 4
    assert [found.mention for found in resolve(article, mentions)] == list(mentions)


@pytest.mark.parametrize(
    ("text", "name", "where"),
    [
        ("Paris, Texas, had snow.", "Paris", "Texas"),
        ("They met in Alexandria, La., on Monday.", "Alexandria", "Louisiana"),
        ("They met in Alexandria, Egypt, on Monday.", "Alexandria", "Alexandria"),
        ("Elections in Orange County, Calif., drew few voters.", "Orange County", "California"),
    ],
)
def test_the_container_right_after_a_name_decides(text: str, name: str, where: str) -> None:
    assert candidate(text, name).admin1 == where


def test_the_reason_names_the_container() -> None:
    assert place("Paris, Texas, had snow.", "Paris").reason == "it lies in Texas, which is named with it"


def test_a_name_told_once_keeps_its_meaning_through_the_article() -> None:
    text = "Police in Birmingham, Alabama, arrested a man. He had fled Birmingham a week ago."
    later = place(text, "Birmingham", nth=1)
    assert later.candidate is not None
    assert later.candidate.admin1 == "Alabama"
    assert later.reason == "the article says elsewhere which place of that name it means"


def test_two_containers_keep_two_places_of_one_name_apart() -> None:
    text = "St. Petersburg, Fla., is not St. Petersburg, Russia."
    assert [candidate(text, "St. Petersburg", nth=number).country for number in (0, 1)] == ["US", "RU"]


def test_the_articles_other_places_tell_a_country_from_a_state() -> None:
    country = "Protesters gathered in Tbilisi after Georgia's parliament passed the law, and again in Batumi."
    assert candidate(country, "Georgia").feature == "PCLI"
    state = "A storm hit Georgia on Sunday, with trees down in Atlanta, Macon and Savannah."
    assert candidate(state, "Georgia").feature == "ADM1"


def test_the_region_that_the_article_names_tells_towns_apart_and_is_the_reason() -> None:
    lexington = place("Trees fell across Kentucky. In Lexington, power failed.", "Lexington")
    assert lexington.candidate is not None
    assert lexington.candidate.admin1 == "Kentucky"
    anchorage = place("He landed in Anchorage. Alaska was cold.", "Anchorage")
    assert anchorage.reason.endswith("place of that name in Alaska, which the article names")
    assert anchorage.confidence > 0.8


def test_a_word_for_the_kind_of_place_tells_a_region_from_its_city() -> None:
    text = "The governor of Kursk region said drones hit the city of Kursk."
    assert [candidate(text, "Kursk", nth=number).feature[:3] for number in (0, 1)] == ["ADM", "PPL"]
    assert place(text, "Kursk").reason == "the text calls it a region"
    assert candidate("Rain fell in Kursk.", "Kursk").feature.startswith("PPL")


def test_a_capital_wins_over_the_region_named_after_it() -> None:
    assert candidate("Rain fell in Tbilisi and Seoul.", "Seoul").feature == "PPLC"


def test_a_government_that_acts_sits_in_its_capital() -> None:
    text = "Washington said it would lift sanctions on Iran, and Moscow rejected the plan."
    assert (candidate(text, "Washington").feature, candidate(text, "Moscow").feature) == ("PPLC", "PPLC")


def test_a_demonym_stands_for_its_country() -> None:
    found = place("Russian troops left.", "Russian")
    assert found.candidate is not None
    assert (found.candidate.country, found.reason) == ("RU", "the word stands for people or things of Russia")


def test_a_part_of_a_country_is_placed_in_the_country_and_says_so() -> None:
    article = Article(title="", text="Rain fell over southern Senegal.")
    mention = Mention(start=15, end=31, field="text", text="southern Senegal")
    (found,) = resolve(article, [mention])
    assert found.candidate is not None
    assert found.candidate.country == "SN"
    assert "Senegal" in found.reason


def test_near_prefers_the_places_around_a_position() -> None:
    text = "A fire broke out in Springfield."
    massachusetts, illinois = (42.1, -72.6), (39.8, -89.65)
    chosen = [place(text, "Springfield", near=near).candidate for near in (massachusetts, illinois)]
    assert [found.admin1 for found in chosen if found] == ["Massachusetts", "Illinois"]


def test_what_the_gazetteer_lacks_is_found_and_not_placed() -> None:
    article = Article(title="", text="They live in Qwrtzborough.")
    (found,) = resolve(article, [Mention(start=13, end=25, field="text", text="Qwrtzborough")])
    assert (found.candidate, found.confidence, found.rivals) == (None, 0.0, ())
    assert found.reason == "the gazetteer has no place of that name"


def test_a_common_name_alone_is_unsure_and_names_its_rivals() -> None:
    unsure = place("A fire broke out in Springfield.", "Springfield")
    assert unsure.confidence < 0.5
    assert len(unsure.rivals) == 3
    assert {rival.gazetteer_id for rival in unsure.rivals}.isdisjoint(
        {unsure.candidate and unsure.candidate.gazetteer_id}
    )
    assert place("Rain fell in Reykjavik.", "Reykjavik").confidence >= 0.9


def test_confidence_has_two_decimals() -> None:
    for found in places("Springfield, Paris and Lagos sent envoys to Oxford and Victoria."):
        assert found.confidence == round(found.confidence, 2)


def test_the_same_article_gives_the_same_places() -> None:
    text = "Moscow and Kyiv traded prisoners near Kharkiv; Springfield cheered in Oxford."
    assert places(text) == places(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ships were asked to leave the Koro Sea.",
        "Barges wait on the Paraguay River.",
        "Dadan Island is closed.",
        "The river crests at Saylorville Lake.",
        "Boats left Lake Springfield, Illinois.",
    ],
)
def test_a_name_with_a_word_for_water_or_relief_is_never_a_town_or_a_country(text: str) -> None:
    chosen = [found.candidate for found in places(text) if "Illinois" not in found.mention.text]
    assert all(c is None or not c.feature.startswith(("PPL", "PCL", "ADM")) for c in chosen)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Troops hold the left bank of the Dnipro.", "Dnipro"),
        ("Villages along the Mekong were flooded.", "Mekong"),
        ("Dams on the Tigris and Euphrates rivers are low.", "Tigris"),
        ("Rain swelled the Volga river.", "Volga"),
        ("Fighting went on along the banks of the Niger.", "Niger"),
    ],
)
def test_words_around_a_name_tell_a_river_from_a_town(text: str, name: str) -> None:
    assert candidate(text, name).feature == "STM"


def test_a_town_named_after_water_stays_a_town() -> None:
    text = "They met in Lake Charles, Louisiana, and in Green Bay, Wisconsin."
    assert [candidate(text, name).admin1 for name in ("Lake Charles", "Green Bay")] == ["Louisiana", "Wisconsin"]


def test_an_island_state_stays_one_when_the_text_calls_it_an_island() -> None:
    assert candidate("The island of Cyprus is divided.", "Cyprus").country == "CY"
    assert candidate("The outer islands of Fiji were hit.", "Fiji").feature == "PCLI"


def test_the_article_before_a_name_speaks_for_a_wider_region() -> None:
    text = "Ranchers in the Chaco have lost cattle. Paraguay, Bolivia and Argentina sent water."
    assert candidate(text, "Chaco").feature == "PLN"


def test_a_well_known_name_beats_a_small_place_by_another_name() -> None:
    text = "Trains will leave Lisbon and Porto for Madrid, and others Verona, Venice and Bologna for Rome."
    assert candidate(text, "Porto").country == "PT"


def test_neighbours_in_a_list_lie_in_one_country() -> None:
    text = "In Bolivia, floods hit Trinidad and Cobija."
    assert {candidate(text, name).country for name in ("Trinidad", "Cobija")} == {"BO"}


def test_a_country_wins_over_its_own_region_of_that_name_unless_the_text_says_province() -> None:
    assert candidate("Chinese ships sailed round Taiwan.", "Taiwan").feature == "PCLI"
    assert candidate("The governor of Taiwan province resigned.", "Taiwan").feature == "ADM1"


def test_a_far_fetched_place_is_not_placed_but_its_rivals_are_named() -> None:
    mention = Mention(start=12, end=17, field="text", text="Dadan")
    (found,) = resolve(Article(title="", text="They met in Dadan."), [mention])
    assert (found.candidate, found.confidence) == (None, 0.0)
    assert found.reason == "nothing in the article speaks for any of the places of that name in the gazetteer"
    assert found.rivals


def test_a_lone_town_far_larger_than_its_namesakes_is_fairly_sure() -> None:
    found = place("A cinema in Bradford will reopen this autumn.", "Bradford")
    assert found.candidate is not None
    assert found.candidate.country == "GB"
    assert found.confidence >= 0.5


def test_a_literal_mention_is_not_explained_by_a_government() -> None:
    text = "Washington said on Monday that it would wait. Snow fell in Washington, and Moscow was told."
    reasons = {found.mention.role: found.reason for found in places(text) if found.mention.text == "Washington"}
    assert "government" in reasons["metonym"]
    assert "government" not in reasons["literal"]


def test_a_country_is_not_explained_by_the_word_state() -> None:
    assert "calls it" not in place("The state of Georgia, in Tbilisi and Batumi, and Israel.", "Georgia").reason


def test_every_reason_may_follow_because() -> None:
    text = (
        "Paris, Texas, had snow. In Lexington, Kentucky fans waited. Seoul said no. Kursk region and the city of Kursk "
        "were hit. Russian troops left the Donbas. Boone County, Iowa, has a town named Ogden. They live in Qwrtz."
    )
    for found in places(text):
        assert (
            found.reason.startswith(("it ", "the ", "nothing ", "other ", "'", "a ")) or " lies in it" in found.reason
        )


def test_a_name_that_is_nearly_one_is_placed_unsurely_where_the_article_speaks_of_that_place() -> None:
    found = place("Snow fell in Philadelpia and Scranton, Pennsylvania, on Monday.", "Philadelpia")
    assert found.candidate is not None and found.candidate.name == "Philadelphia"
    assert found.candidate.match == "spelling" and found.confidence <= 0.5 and "spelled nearly so" in found.reason
    lone = place("Snow fell in Philadelpia on Monday, and then in Oslo.", "Philadelpia")
    assert lone.candidate is None


@pytest.mark.parametrize("name", ["Glen Canyon Dam", "Grand Teton National Park", "Zaporizhzhia Nuclear Power Plant"])
def test_a_work_or_park_by_its_full_name_is_not_unsure(name: str) -> None:
    assert place(f"They reached {name} on Monday.", name).confidence >= 0.5


def test_an_airport_by_its_full_name_is_sure() -> None:
    found = place("A flight from Luton Airport to Ibiza was delayed.", "Luton Airport")
    assert found.candidate is not None and found.candidate.feature == "AIRP" and found.confidence >= 0.8


def test_a_town_comes_before_the_region_that_has_its_name_from_it() -> None:
    for town in ("Kyiv", "Mykolaiv", "Buenos Aires", "Kharkiv"):
        country = "Argentina" if town == "Buenos Aires" else "Ukraine"
        found = place(f"A hospital in {town} was hit by a storm, officials in {country} said.", town)
        assert found.candidate is not None and found.candidate.feature.startswith("PPL"), town


def test_a_word_such_as_northern_speaks_for_an_area() -> None:
    found = place("Farms in northern Luzon were closed; pigs died in Davao.", "Luzon")
    assert found.candidate is not None and found.candidate.feature == "ISL"
    assert "(" not in found.reason


def test_a_river_after_the_is_no_country_of_its_name() -> None:
    text = "Troops crossed the Jordan near Jericho. He was in Amman, Jordan."
    assert [found.candidate and found.candidate.feature[:3] for found in places(text)] == ["STM", "PPL", "PPL", "PCL"]


def test_a_list_of_states_is_no_containment() -> None:
    text = "Cases were found in Oregon, Virginia, Washington, West Virginia and Wyoming."
    found = place(text, "Washington")
    assert found.candidate is not None and found.candidate.feature == "ADM1"


def test_the_beginning_of_a_towns_full_name_is_its_own() -> None:
    """Frankfurt is Frankfurt am Main before it is a Frankfort that is also spelled so."""
    article = Article(title="", text="Shares rose in Frankfurt and Paris, and the bank in Frankfurt said so.")
    assert [place.candidate and place.candidate.country for place in resolve(article, find_mentions(article))] == [
        "DE",
        "FR",
        "DE",
    ]


@pytest.mark.parametrize(
    ("text", "name", "countries"),
    [
        ("Shots were fired in the Spanish city of Córdoba on Friday.", "Córdoba", ["ES"]),
        ("A boat sank off the northern Lebanese port of Tripoli.", "Tripoli", ["LB"]),
        ("Tripoli, the Libyan capital, was calm. In Lebanon, crowds in Tripoli sang.", "Tripoli", ["LY", "LB"]),
        ("He was born in Tripoli, in northern Lebanon, and died in Tripoli, Libya.", "Tripoli", ["LB", "LY"]),
        ("They walked from Santiago, Chile, to Santiago, Spain.", "Santiago", ["CL", "ES"]),
        ("The ferry left Victoria, the capital of the Seychelles.", "Victoria", ["SC"]),
        ("Egypt's Alexandria is larger than Alexandria, Virginia.", "Alexandria", ["EG", "US"]),
        ("A storm hit Columbus, Miss., on Friday. Schools in Columbus were closed.", "Columbus", ["US", "US"]),
        ("Newcastle in Australia is no Newcastle in England. Newcastle was rich.", "Newcastle", ["AU", "GB", "GB"]),
        ("Voters in Hamilton chose the party of Bermuda's premier.", "Hamilton", ["BM"]),
        ("The exhibition shows art from Zaire.", "Zaire", ["CD"]),
    ],
)  # fmt: skip
def test_words_beside_a_name_say_which_namesake_is_meant(text: str, name: str, countries: list[str]) -> None:
    article = Article(title="", text=text)
    places = [p for p in resolve(article, find_mentions(article)) if p.mention.text == name]
    assert [place.candidate and place.candidate.country for place in places] == countries


def test_washington_is_the_capital_until_the_text_says_state() -> None:
    assert candidate("He flew to Washington on Monday.", "Washington").feature == "PPLC"
    assert candidate("Fires burn in Washington, Oregon and Idaho.", "Washington").feature == "ADM1"
    assert candidate("The governor of Washington agreed.", "Washington").feature == "ADM1"


def test_a_name_that_its_country_lacks_is_not_placed_in_another_one() -> None:
    found = place("Fighting reached Palma, in northern Mozambique.", "Palma")
    assert found.candidate is None
    assert found.reason == "the gazetteer has no place of that name in Mozambique, where the article puts it"


def test_an_ending_that_belongs_to_a_name_is_kept() -> None:
    assert candidate("St. George's, Grenada, had rain.", "St. George's").country == "GD"


def test_what_a_story_leaves_out_still_tells_where_the_rest_lies() -> None:
    told = tell(Article(title="", text="Dust fell on the Argentine province of San Juan."), demonyms=False)
    assert [p.candidate and p.candidate.country for p in told.places] == ["AR"]


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("The senator from Ohio will visit London, Berlin and Geneva.", "Geneva", "CH"),
        ("A Texas firm opened branches in Dublin, Moscow and Vienna.", "Dublin", "IE"),
        ("COLUMBUS, Ohio — Police in Dublin, Delaware and London said the storm hit Ohio hard.", "London", "US"),
        ("The highway links Lima, Findlay and Toledo in northwest Ohio.", "Lima", "US"),
    ],
)
def test_a_list_of_world_cities_is_not_drawn_to_a_state_and_a_list_of_its_towns_is(
    text: str, name: str, country: str
) -> None:
    assert candidate(text, name).country == country


def test_the_former_name_of_a_renowned_city_is_that_city() -> None:
    text = "He was born in Madras in 1931, and later moved to Calcutta."
    assert [candidate(text, name).name for name in ("Madras", "Calcutta")] == ["Chennai", "Kolkata"]


def test_what_only_a_state_has_says_country() -> None:
    text = "Georgia's parliament passed the law. In Atlanta, Georgia's governor watched it."
    assert [candidate(text, "Georgia", nth=n).feature for n in (0, 1)] == ["PCLI", "ADM1"]


def test_ports_named_in_a_row_are_not_their_small_namesakes_in_one_country():
    text = "Ships wait off Rotterdam, Hamburg, Santos and Los Angeles."
    story = tell(Article(title="", text=text))
    assert [place.candidate.country for place in story.places] == ["NL", "DE", "BR", "US"]
