"""Who claims and holds a point: inside an outline, at its edge, or near the point that stands for a region."""

from datetime import date

import pytest

from geostory import regions_in_force, who
from geostory.dated_words import first_after
from geostory.packs import read_packs


def one(name: str, day: date, view: str = "house"):
    return next(region for region in regions_in_force(as_of=day, worldview=view) if region.id == name)


@pytest.mark.parametrize(
    ("region", "lat", "lon", "day", "where"),
    [
        ("crimea", 44.95, 34.1, None, "inside"),
        ("kherson", 46.6354, 32.6169, None, "edge"),
        ("kherson", 47.076, 32.805, None, "near"),  # Snihurivka, which its outline leaves out
        ("east-jerusalem", 31.78, 35.24, None, "near"),
        ("south-ossetia", 42.2257, 43.9701, None, "near"),
        ("aksai-chin", 35.2, 79.5, None, "near"),
        ("halaib-triangle", 22.22, 36.64, None, "near"),
        ("doklam", 27.3, 88.95, None, "near"),
        ("nagorno-karabakh", 39.815, 46.752, date(2022, 6, 1), "near"),
        ("bir-tawil", 21.87, 33.75, None, "near"),
    ],
)
def test_a_point_in_question_is_met_and_it_says_how(region, lat, lon, day, where):
    found = {one.id: one for one in who(lat=lat, lon=lon, as_of=day)}
    assert found[region].where == where
    assert (found[region].away_m == 0) == (where == "inside")
    assert ("isn't known here" in found[region].summary) == (where == "near")


@pytest.mark.parametrize(("lat", "lon"), [(48.85, 2.35), (50.45, 30.52), (0.0, -150.0)])
def test_nobody_disputes_paris_kyiv_or_the_open_sea(lat, lon):
    assert who(lat=lat, lon=lon) == []


# --- who claims and who only holds ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "day", "claimants", "holder", "legend"),
    [
        ("gaza-strip", date(2024, 1, 1), "Palestine", "Israel", "Occupied by Israel"),
        ("west-bank", date(2024, 1, 1), "Palestine", "Israel", "Occupied by Israel"),
        ("sinai", date(1975, 1, 1), "", "Israel", "Occupied by Israel"),
        ("northern-cyprus", date(1975, 1, 1), "", "Turkey", "Occupied by Turkey"),
        ("guantanamo", date(2024, 1, 1), "", "United States", "Leased to the United States"),
        ("okinawa-us", date(1960, 1, 1), "", "United States", "Under the authority of the United States"),
    ],
)
def test_who_holds_land_is_no_claimant(region, day, claimants, holder, legend):
    found = one(region, day)
    assert (found.claimed_by, found.claim) == (claimants, legend)
    assert [claim.held_by for claim in found.claims if claim.held_by] == [holder]


@pytest.mark.parametrize(
    ("region", "state"),
    [("marshall-islands", "United States"), ("micronesia", "United States"), ("palau", "United States"),
     ("cook-islands", "New Zealand"), ("niue", "New Zealand")],
)  # fmt: skip
def test_a_freely_associated_state_is_claimed_by_nobody(region, state):
    found = one(region, date(2024, 1, 1))
    assert (found.claimed_by, found.claims[0].associated_with, found.claims[0].party) == ("", state, state)


def test_no_state_claims_bir_tawil():
    found = one("bir-tawil", date(2024, 1, 1))
    assert (found.claim, found.claimed_by, found.belongs_to) == ("Claimed by no state", "", "")


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2014, 2, 27), date(2014, 3, 1), date(2014, 3, 17)])
def test_between_the_seizure_and_the_treaty_crimea_is_occupied_and_not_annexed(day):
    for name in ("crimea", "sevastopol"):
        found = one(name, day)
        assert (found.status, found.claimed_by, found.belongs_to) == ("occupied", "", "Ukraine")
        assert found.summary.startswith("Not annexed") and "27 February 2014" in found.summary
        assert one(name, day, "de-facto").belongs_to == ""
    assert not [r for r in regions_in_force(as_of=date(2014, 2, 26)) if r.id == "crimea"]


def test_the_palestinian_authority_administers_nothing_before_may_1994():
    assert "Palestinian Authority" not in one("west-bank", date(1994, 5, 3)).summary
    assert "Palestinian Authority" in one("west-bank", date(1994, 5, 4)).summary


def test_nothing_is_said_of_the_united_nations_before_there_were_any():
    for year in (1750, 1850, 1905, 1920, 1940):
        for region in regions_in_force(as_of=date(year, 6, 1)):
            said = f"{region.summary} {region.recognised_as}"
            for words in ("did not yet exist", "before the United Nations existed", "there was no United Nations yet"):
                said = said.replace(words, "")
            assert "resolution" not in said and "Security Council" not in said, region.id


def test_no_sentence_of_any_view_tells_what_came_later_on_the_day_from_which_it_holds():
    packs = read_packs()
    for row in packs.regions:
        for told in row["recognition"]:
            assert first_after(told["recognised_as"], told["valid_from"]) is None, row["id"]


def test_south_georgia_was_nobody_elses_in_1916_and_the_kurils_soviet_in_1950():
    assert one("south-georgia", date(1916, 1, 1)).belongs_to == "United Kingdom"
    assert "Argentina" not in one("south-georgia", date(1916, 1, 1)).summary
    assert "Russia" not in one("iturup", date(1950, 1, 1)).summary
    assert one("iturup", date(1950, 1, 1)).control == "Soviet Union (full)"


def test_the_list_of_territories_is_not_counted_at_a_day_on_which_it_was_longer():
    assert "17" not in one("guam", date(1950, 1, 1)).summary.replace("1950", "")


def test_the_falklands_are_decided_by_resolution_2065():
    found = one("falklands", date(1966, 1, 1))
    assert "2065" in found.recognised_as and "16 December 1965" in found.summary


# --- who administers --------------------------------------------------------------------------------------------------


def test_de_facto_leaves_open_what_is_disputed_and_not_known_to_be_held_by_one_side():
    found = {region.id: region for region in regions_in_force(worldview="de-facto")}
    for name in ("donetsk", "luhansk", "zaporizhzhia", "kherson", "western-sahara", "somaliland", "west-bank"):
        assert found[name].belongs_to == "" and "held in parts" in found[name].recognised_as, name
    assert (found["crimea"].belongs_to, found["golan-heights"].belongs_to) == ("Russia", "Israel")
    assert (found["guam"].belongs_to, found["bermuda"].belongs_to) == ("United States", "United Kingdom")


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1950, 1, 1), date(1986, 12, 1), date(2024, 1, 1)])
def test_legends_set_the_article_where_english_does(day):
    for region in regions_in_force(as_of=day):
        for name in ("United States", "United Kingdom", "Soviet Union", "Netherlands", "League of Nations"):
            assert f" {name}" not in f"{region.claim} {region.recognised_as}".replace(f"the {name}", "")
