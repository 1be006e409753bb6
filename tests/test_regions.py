"""Regions in question: which of them stand on a day, by whose word, and where an article speaks of them."""

import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from geostory.block import story_block
from geostory.boundaries import boundaries
from geostory.dated_words import first_after
from geostory.errors import UsageError
from geostory.models import Article, Candidate, Mention, Place
from geostory.pack_checks import check_packs
from geostory.packs import compiled_packs, read_packs
from geostory.region_mentions import regions_of
from geostory.resources import data_path
from geostory.story import tell
from geostory.territories import borders_line, reference_date, regions_in_force, who

LATEST = reference_date()

CRIMEA = {"crimea", "sevastopol"}
FOUR = {"donetsk", "luhansk", "zaporizhzhia", "kherson"}


def annexed(day: date) -> set[str]:
    found = regions_in_force(as_of=day)
    return {region.id for region in found if region.status == "annexed" and region.claimed_by == "Russia"}


def one(name: str, *, as_of: date = LATEST, worldview: str = "house"):
    return next(region for region in regions_in_force(as_of=as_of, worldview=worldview) if region.id == name)


def spoken(text: str, *, day: date | None = None, places: tuple[Place, ...] = (), title: str = "") -> set[str]:
    return {region.id for region in regions_of(Article(title=title, text=text, date=day), places)}


def placed(text: str, name: str, *, shape: str, feature: str, country: str = "UA", role: str = "literal") -> Place:
    start = text.index(name)
    mention = Mention(start=start, end=start + len(name), field="text", text=name, role=role)
    candidate = Candidate(
        gazetteer_id="t:1", name=name, lat=46.6, lon=32.6, feature=feature, country=country, shape=shape
    )
    return Place(mention=mention, candidate=candidate, confidence=0.9, reason="a test")


# --- what stands on a day ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2013, 6, 1), set()),
        (date(2014, 3, 17), set()),
        (date(2014, 3, 18), CRIMEA),
        (date(2014, 4, 1), CRIMEA),
        (date(2022, 9, 29), CRIMEA),
        (date(2022, 9, 30), CRIMEA | FOUR),
        (date(2022, 10, 6), CRIMEA | FOUR),
        (LATEST, CRIMEA | FOUR),
    ],
)
def test_a_region_is_annexed_from_the_day_of_its_treaty(day, expected):
    assert annexed(day) == expected


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2014, 3, 18), "treaty of 18 March 2014, not yet ratified"),
        (date(2014, 3, 20), "treaty of 18 March 2014, not yet ratified"),
        (date(2014, 3, 21), "Annexed by Russia (treaty of 18 March 2014)."),
    ],
)
def test_between_the_crimean_treaty_and_its_law_the_summary_says_how_far_it_had_come(day, words):
    assert words in one("crimea", as_of=day).summary


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2022, 9, 30), "not yet ratified"),
        (date(2022, 10, 2), "not yet ratified"),
        (date(2022, 10, 3), "ratified by the State Duma on 3 October, not yet law"),
        (date(2022, 10, 4), "law of 4 October 2022"),
        (date(2022, 10, 5), "law of 4 October 2022"),
    ],
)
def test_between_the_treaties_of_2022_and_the_laws_the_summary_says_how_far_they_had_come(day, words):
    for name in sorted(FOUR):
        assert words in one(name, as_of=day).summary


def test_a_resolution_is_cited_from_its_own_day_on_and_not_before():
    assert "68/262" not in one("crimea", as_of=date(2014, 3, 26)).summary
    assert "68/262" in one("crimea", as_of=date(2014, 3, 27)).summary
    assert "ES-11/4" not in one("kherson", as_of=date(2022, 10, 11)).summary
    assert "'attempted illegal annexation'" in one("kherson", as_of=date(2022, 10, 12)).summary


def test_the_summary_of_crimea_reads_as_a_sub_editor_would_print_it():
    assert one("crimea", as_of=date(2025, 8, 15)).summary == (
        "Annexed by Russia (treaty of 18 March 2014). General Assembly resolution 68/262 of 27 March 2014 affirmed "
        "Ukraine's territorial integrity and held the referendum invalid. Held by Russia since March 2014."
    )


def test_a_claim_that_is_not_the_outline_says_so():
    assert "Mykolaiv" in one("kherson").summary
    assert not any("Mykolaiv" in one(name).summary for name in FOUR - {"kherson"})


def test_control_is_told_as_far_as_a_source_goes_and_the_summary_says_that_areas_are_not_shown():
    assert one("crimea").control == "Russia (full)"
    for name in sorted(FOUR):
        assert one(name).control == "Russia (partly)"
        assert one(name).summary.endswith("Areas of control not shown.")


def test_every_region_drawn_rests_on_checked_pages_with_address_date_and_quoted_words():
    for region in regions_in_force():
        assert region.sources
        for source in region.sources:
            assert source.checked in ("page", "package")
            assert source.address.startswith("http") and source.quote and re.fullmatch(r"\d{4}-\d\d-\d\d", source.date)


def test_every_region_has_an_outline_where_it_lies():
    where = {"crimea": (34.1, 45.2), "kherson": (33.3, 46.6), "donetsk": (37.8, 48.0), "abkhazia": (41.0, 43.1)}
    shapes = {region.id: region.geometry for region in regions_in_force()}
    for name, (lon, lat) in where.items():
        assert shapes[name].is_valid
        assert shapes[name].contains(boundaries().shape("admin1:GE-AB").representative_point()) == (name == "abkhazia")
        west, south, east, north = shapes[name].bounds
        assert west < lon < east and south < lat < north


def test_abkhazia_is_breakaway_from_the_end_of_the_war_and_russia_recognises_it_from_august_2008():
    assert "abkhazia" not in {region.id for region in regions_in_force(as_of=date(1993, 9, 29))}
    assert "act of" not in one("abkhazia", as_of=date(1999, 10, 11)).summary
    assert one("abkhazia", as_of=date(1999, 10, 12)).status == "breakaway"
    assert one("abkhazia", as_of=date(2008, 8, 25), worldview="ru").recognised_as == "part of Georgia"
    assert one("abkhazia", as_of=date(2008, 8, 26), worldview="ru").recognised_as.startswith("independent state")


# --- worldviews and the line under the map ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worldview", "recognised", "says"),
    [
        ("un", "part of Ukraine (General Assembly resolution ES-11/4, 143 to 5 with 35 abstentions)", "ES-11/4"),
        ("ua", "part of Ukraine (decree of 4 October 2022)", "Ukraine holds it to be its own"),
        ("ru", "part of Russia (Kherson region)", "Russia counts it among its regions"),
    ],
)
def test_a_worldview_changes_whose_word_the_map_follows_and_not_the_claim(worldview, recognised, says):
    region = one("kherson", worldview=worldview)
    assert (region.recognised_as, region.worldview) == (recognised, worldview)
    assert says in region.summary
    assert (region.status, region.claimed_by) == ("annexed", "Russia")


def test_each_worldview_has_one_answer_for_every_day_from_the_treaty_on_for_forty_days():
    for start, names in ((date(2014, 3, 18), CRIMEA), (date(2022, 9, 30), FOUR)):
        for day in (start + timedelta(days=n) for n in range(40)):
            for view in ("un", "ua", "ru"):
                standing = {r.id: r.recognised_as for r in regions_in_force(as_of=day, worldview=view) if r.id in names}
                assert standing.keys() == names and all(standing.values())


def test_an_unknown_worldview_is_refused_with_the_choices():
    for call in (
        lambda: regions_in_force(worldview="mars"),
        lambda: regions_of(Article(title="", text="Crimea"), (), worldview="mars"),
        lambda: borders_line(LATEST, worldview="mars"),
    ):
        with pytest.raises(UsageError, match=r"'mars'; choose from house, un, de-facto, ru, ua"):
            call()


def test_the_line_under_the_map_says_by_whose_rules_and_as_of_when():
    assert borders_line(date(2025, 8, 15)) == (
        "Borders: house style, following UN General Assembly and Security Council resolutions; no endorsement implied; "
        "as of 15 August 2025"
    )
    assert borders_line(date(2025, 8, 5), worldview="ru") == "Borders: as Russia sees them; as of 5 August 2025"


def test_a_day_that_the_packs_do_not_know_yet_is_not_claimed_by_the_line():
    assert borders_line(date(2099, 1, 1)).endswith("; as of 12 October 2025")
    story = tell(Article(title="", text="They met in Kyiv.", date=date(2099, 1, 1)))
    assert story.map(lang="de").block["borders"].endswith("Stand: 12. Oktober 2025")


@pytest.mark.parametrize("ask", [lambda day: regions_in_force(as_of=day), lambda day: who(lat=45, lon=34, as_of=day)])
def test_a_day_that_is_none_is_refused_in_one_line(ask):
    with pytest.raises(UsageError, match=r"as_of='2022-10-06': give a datetime.date"):
        ask("2022-10-06")
    assert ask(datetime(2022, 10, 6, 12)) == ask(date(2022, 10, 6))


def test_the_line_of_an_undated_article_says_so():
    assert borders_line(date(2025, 10, 12), undated=True).endswith("Article undated; borders as of 12 October 2025")


# --- regions named ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Trains stopped in Crimea.", "A ferry left the Crimean Peninsula.", "In annexed Crimea, prices rose.",
     "Crimea’s reservoirs are low.", "CRIMEA VOTES", "Drones over Sevastopol."],
)  # fmt: skip
def test_crimea_and_sevastopol_come_together_since_one_treaty_covers_both(text):
    assert spoken(text) == CRIMEA


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Floods hit Kherson region.", {"kherson"}),
        ("Governor of Zaporizhzhya oblast", {"zaporizhzhia"}),
        ("Mines in the Donetsk and Luhansk regions", {"donetsk", "luhansk"}),
        ("Farms in the regions of Kherson and Zaporizhzhia", {"kherson", "zaporizhzhia"}),
        ("The Lugansk and Donetsk People's Republics", {"donetsk", "luhansk"}),
        ("Talks on Donetsk, Luhansk, Zaporizhzhia and Kherson", FOUR),
        ("Talks on Kherson, Zaporozhye, Lugansk, and Donetsk", FOUR),
        ("Beaches in Abkhazia", {"abkhazia"}),
    ],
)
def test_a_region_is_named_with_its_noun_or_in_the_row_of_all_four(text, expected):
    assert spoken(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Shells fell on Kherson.", "Fire at the Zaporizhzhia nuclear plant.", "Kherson and Donetsk lost power.",
     "The Crimean war began in 1853.", "Crimean Tatars gathered.", "Donetsk beat Kherson."],
)  # fmt: skip
def test_a_city_a_people_or_an_old_war_is_not_the_region(text):
    assert spoken(text) == set()


def test_a_place_resolved_to_the_region_brings_it_and_one_resolved_to_the_city_does_not():
    text = "They fled Kherson by boat."
    assert spoken(text, places=(placed(text, "Kherson", shape="admin1:UA-65", feature="ADM1"),)) == {"kherson"}
    assert spoken(text, places=(placed(text, "Kherson", shape="", feature="PPLA"),)) == set()
    assert (
        spoken(text, places=(placed(text, "Kherson", shape="admin1:UA-65", feature="ADM1", role="demonym"),)) == set()
    )


def test_a_name_that_the_resolver_put_into_a_country_outside_the_dispute_is_not_the_region():
    text = "The mayor of Sevastopol in Wisconsin resigned."
    assert spoken(text, places=(placed(text, "Sevastopol", shape="", feature="PPL", country="US"),)) == set()


# --- regions described ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine will not give up the four regions Russia illegally annexed in 2022.",
        "Putin wants Kyiv to leave the four annexed regions.",
        "Ukrainian farmers in the four partially occupied regions fear that Russia will stay.",
        "Conscripts from the four Moscow-annexed oblasts, Ukraine says, were sent home.",
        "Voting opened in four Ukrainian provinces that Russia says it has annexed.",
        "Russia’s annexation of four Ukrainian regions in September 2022 was condemned.",
        "The Kremlin, which annexed four Ukrainian regions in 2022, disagreed.",
        "Banks closed in the 4 regions of Ukraine annexed by Russia.",
        "Regions of Ukraine that were annexed by Moscow in 2022 changed clocks.",
        "Kyiv counts mines in the four regions claimed by Russia.",
        "A teacher left the four eastern and southern Ukrainian regions which Moscow claimed to have annexed.",
    ],
)
def test_the_four_are_found_by_number_year_doer_and_participle_in_whatever_order(text):
    assert spoken(text) == FOUR


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine shelled the peninsula that Moscow annexed in 2014.",
        "Kyiv and Moscow both claim the annexed peninsula.",
        "Holidays on the Black Sea peninsula, annexed by Russia from Ukraine in 2014",
    ],
)
def test_the_annexed_peninsula_is_crimea(text):
    assert spoken(text) == CRIMEA


def test_five_annexed_regions_are_crimea_and_the_four():
    assert spoken("Ukraine wants all five annexed regions back from Russia.") == CRIMEA | FOUR


def test_annexed_regions_are_the_four_where_the_article_has_spoken_of_them():
    told = "Russia declared four regions of Ukraine its own: it annexed the four regions in 2022. "
    assert spoken(told + "Schools in the annexed territories reopened.") == FOUR
    assert spoken("Ukraine and Russia: schools in the annexed territories reopened.") == CRIMEA | FOUR


def test_a_description_means_nothing_before_the_act_it_speaks_of():
    text = "Ukraine spoke of the four regions annexed by Russia, and of Crimea."
    assert spoken(text, day=date(2022, 9, 29)) == CRIMEA
    assert spoken(text, day=date(2022, 9, 30)) == CRIMEA | FOUR
    assert spoken(text, day=date(2014, 3, 17)) == CRIMEA  # occupied, and named
    assert spoken(text, day=date(2014, 2, 26)) == set()


def test_an_undated_article_is_read_as_of_the_reference_date():
    found = regions_of(Article(title="", text="Crimea"), ())
    assert {region.as_of for region in found} == {LATEST}


def test_the_callers_day_wins_over_the_articles():
    article = Article(title="", text="Crimea", date=date(2020, 1, 1))
    assert regions_of(article, (), as_of=date(2014, 1, 1)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Two of Ukraine's lithium deposits lie in Russian-held territory.",
        "Ukraine mapped the territories held by Russia.",
        "Life in the Russian-occupied regions of Ukraine",
        "Ukraine said four regions were shelled by Russia overnight.",
        "The stand was annexed by the club, Russia and Ukraine heard.",
        "Wine from four regions of Italy sold well in Russia and Ukraine.",
        "Sweden annexed four regions, a film about Russia and Ukraine claims.",
        "Four annexed regions of Ethiopia, unlike Ukraine or Russia, have no sea.",
        "Russia has not annexed regions of Ukraine's neighbour.",
        "Moscow plans to annex four more Ukrainian regions.",
        "Israel's annexed territories were discussed by Russia and Ukraine.",
        "The provinces Russia annexed in the 18th century, before Ukraine was a state",
        "Four regions claimed by China worry Russia and Ukraine.",
        "The four regions occupied the top places, ahead of Russia and Ukraine.",
        "Three annexed regions, said Russia and Ukraine.",
        "The four annexed buildings in Kyiv belong to Russia.",
        "The four annexed regions of the game have dragons.",
    ],
)
def test_held_land_other_owners_and_other_counts_bring_no_region(text):
    assert spoken(text) == set()


# --- mentions ---------------------------------------------------------------------------------------------------------


def test_mentions_count_code_points_and_stand_on_their_words_in_title_and_text():
    article = Article(
        title="🚢 Crimea waits",
        text="🇺🇦 Ukraine: the four regions annexed by Russia. 🌾 Kherson region, then Crimea again.",
    )
    found = {region.id: region for region in regions_of(article, ())}
    for region in found.values():
        for mention in region.mentions:
            assert article.field_text(mention.field)[mention.start : mention.end] == mention.text
    assert [m.text for m in found["crimea"].mentions] == ["Crimea", "Crimea"]
    assert [m.field for m in found["crimea"].mentions] == ["title", "text"]
    assert [m.text for m in found["kherson"].mentions] == ["the four regions annexed by Russia", "Kherson region"]


def test_regions_come_in_one_order_and_the_same_each_time():
    article = Article(title="", text="Kherson region, Crimea and Abkhazia; Ukraine's four regions annexed by Russia")
    assert [r.id for r in regions_of(article, ())] == [r.id for r in regions_in_force() if r.id in spoken(article.text)]
    assert regions_of(article, ()) == regions_of(article, ())


# --- the packs --------------------------------------------------------------------------------------------------------


def test_the_file_that_is_loaded_holds_what_the_packs_say():
    assert data_path("regions", "packs.json").read_text(encoding="utf-8") == compiled_packs()


def test_the_shipped_packs_have_no_fault():
    assert check_packs() == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "kherson"\n', 'id = "luhansk"\n', "region luhansk: the id stands twice"),
        ("valid_from = 2014-03-27", "valid_from = 2014-03-28", "worldview un has 0 recognitions on 2014-03-27"),
        ("valid_to = 2014-03-26", "valid_to = 2013-03-26", "'valid_to' lies before 'valid_from'"),
        ('sources = ["crimea-treaty"]', 'sources = ["hearsay"]', "'sources' names no source: 'hearsay'"),
        ('status = "annexed"', 'status = "borrowed"', "'status' names no status: 'borrowed'"),
        ('claimed_by = "Russia"', 'claimed_by = "Ruritania"', "'claimed_by' names no actor: 'Ruritania'"),
        ('shape = ["admin1:UA-43"]', "shape = []", "'shape' must be a list of texts"),
        ('shape = ["admin1:UA-43"]\n', "", "region crimea: it needs either 'shape', 'place' or 'point'"),
        ('belongs_to = "Ukraine"', 'belongs_to = "Ruritania"', "'belongs_to' names no actor: 'Ruritania'"),
        ('name = "Crimea"\n', "", "region crimea: 'name' is missing"),
        ('name = "Crimea"\n', 'name = "Crimea"\ncolour = "red"\n', "there is no key 'colour'"),
        (
            'extent = "partly"\nby = "Russia"',
            'extent = "partly"',
            "control that is not unknown needs 'by', 'valid_from' and 'sources'",
        ),
        ("date = 2014-03-19\n", "", "source crimea-treaty: a checked page needs 'address', 'date' and 'quote'"),
        ("from = 2014-03-21", "from = 2014-03-17", "its stages must begin on 'valid_from' and follow one another"),
        ("[[group]]", "[[group]", "ukraine.toml"),
    ],
)
def test_a_faulty_pack_gets_one_clear_line(tmp_path: Path, old, new, fault):
    folder = Path(shutil.copytree(data_path("regions"), tmp_path / "regions"))
    pack = folder / "ukraine.toml"
    text = pack.read_text(encoding="utf-8")
    assert old in text
    pack.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = check_packs(folder)
    assert any(fault in line for line in faults)
    assert all("\n" not in line for line in faults)


def test_a_statement_whose_sources_are_unchecked_is_not_drawn(tmp_path: Path):
    folder = Path(shutil.copytree(data_path("regions"), tmp_path / "regions"))
    pack = folder / "ukraine.toml"
    text = pack.read_text(encoding="utf-8")
    for name in ("treaties-2022", "treaties-2022-terms", "laws-2022", "duma-2022", "council-2022", "laws-5-6-7"):
        at = text.index(f'id = "{name}"')
        text = text[:at] + text[at:].replace('checked = "page"', 'checked = "unchecked"', 1)
    pack.write_text(text, encoding="utf-8")
    found = regions_in_force(packs=read_packs(folder))
    assert {region.id for region in found if region.claimed_by == "Russia" and region.status == "annexed"} == CRIMEA


@pytest.mark.parametrize("day", [date(1930, 5, 1), date(1968, 5, 1), date(2012, 1, 15), date(2015, 1, 15)])
def test_no_summary_tells_what_was_yet_to_come(day):
    for view in ("house", "un", "ru"):
        for region in regions_in_force(as_of=day, worldview=view):
            assert first_after(f"{region.summary}; {region.recognised_as}", day) is None, (region.id, region.summary)
            assert region.summary and region.recognised_as, region.id


def test_a_newsrooms_own_decision_wins_over_the_houses(tmp_path: Path):
    own = '[[decision]]\nregions = ["taiwan"]\nas = "China"\nbecause = "Our desk decided so."\n'
    (tmp_path / "house.toml").write_text(own, encoding="utf-8")
    assert check_packs(tmp_path) == []
    found = {region.id: region for region in regions_in_force(packs=read_packs(tmp_path))}
    assert (found["taiwan"].belongs_to, one("taiwan").belongs_to) == ("China", "")
    assert "Our desk decided so." in found["taiwan"].summary
    copied = tmp_path / "copied"
    copied.mkdir()
    shutil.copy(data_path("regions", "house.toml"), copied)
    assert check_packs(copied) == []


def test_a_caption_says_that_control_is_not_shown_unless_it_is_known_of_every_region():
    def caption(text: str) -> str:
        article = Article(title="", text=text, date=date(2025, 8, 15))
        return str(story_block(tell(article, recogniser="fast"))["dek"])

    assert "Areas of control are not shown." in caption("Trains stopped in Crimea and in the Kherson region.")
    assert "Areas of control" not in caption("Trains stopped in Crimea.")
