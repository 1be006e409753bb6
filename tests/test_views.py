"""The world under a view: each piece of land has one owner at most, and borders run where the view says."""

from datetime import date

import pytest
import shapely

from geostory.packs import holding, read_packs
from geostory.territories import regions_in_force
from geostory.views import changes, countries_of, moved_borders

DAYS = (date(2012, 1, 1), date(2014, 4, 1), date(2022, 10, 6), date(2025, 10, 12))
PACKS = read_packs()
VIEWS = list(PACKS.by_id("worldview"))
SIMFEROPOL = shapely.Point(34.1, 44.95)
BASE = countries_of(date(1700, 1, 1), "house", PACKS)
NEARLY_NOTHING = 1e-10  # square degrees: about a square metre


def owner(point: shapely.Point, day: date, view: str) -> list[str]:
    return [code for code, land in countries_of(day, view, PACKS).items() if land.intersects(point)]


def test_there_are_the_views_that_a_newsroom_asks_for():
    assert VIEWS[:3] == ["house", "un", "de-facto"]
    assert set(VIEWS[3:]) == {
        "ru", "ua", "cn", "in", "pk", "us", "il", "ma", "rs", "tr", "ar", "jp", "kr", "ge", "cy"
    }  # fmt: skip


def shared_land(world: dict, fresh: list[str]) -> list[str]:
    """Pairs of countries that share land, one of the pair being among ``fresh``."""
    if not fresh:
        return []
    codes, shapes = list(world), list(world.values())
    found = shapely.STRtree(shapes).query([world[code] for code in fresh], predicate="intersects")
    pairs = {tuple(sorted((fresh[a], codes[b]))) for a, b in zip(*found, strict=True) if fresh[a] != codes[b]}
    return [pair for pair in sorted(pairs) if shapely.intersection(*(world[c] for c in pair)).area > NEARLY_NOTHING]


def test_no_land_belongs_to_two_countries_in_any_view_on_four_days():
    assert shared_land(BASE, list(BASE)) == []
    seen, kept = set(), []
    looked_at = set(map(id, BASE.values()))
    for day in DAYS:
        for view in VIEWS:
            moved = changes(day, view, PACKS)
            if moved not in seen:
                seen.add(moved)
                world = countries_of(day, view, PACKS)
                fresh = [code for code, land in world.items() if id(land) not in looked_at]
                looked_at.update(map(id, world.values()))
                kept.append(world)
                assert shared_land(world, fresh) == [], (day, view)


@pytest.mark.parametrize(
    ("day", "view", "code"),
    [
        (date(2013, 6, 1), "ru", "UA"),
        (date(2014, 4, 1), "ru", "RU"),
        (date(2014, 4, 1), "house", "UA"),
        (date(2014, 4, 1), "un", "UA"),
        (date(2025, 10, 12), "cn", "UA"),
    ],
)
def test_crimea_is_whose_the_view_says_it_is(day, view, code):
    assert owner(SIMFEROPOL, day, view) == [code]


def test_every_view_keeps_all_the_land_that_there_is():
    base = sum(land.area for land in countries_of(date(1700, 1, 1), "house", PACKS).values())
    for view in ("house", "ru", "de-facto"):
        assert sum(land.area for land in countries_of(DAYS[-1], view, PACKS).values()) == pytest.approx(base, rel=1e-4)


def test_borders_move_with_the_view():
    assert not any(line.dwithin(shapely.Point(33.6, 46.1), 0.1) for line in moved_borders(DAYS[-1], "ua", PACKS).solid)
    russian = moved_borders(date(2014, 4, 1), "ru", PACKS)
    assert any(line.dwithin(shapely.Point(33.6, 46.1), 0.1) for line in russian.solid)


def test_what_is_undetermined_has_dashed_borders():
    names = {change.region for change in changes(DAYS[-1], "house", PACKS) if change.dashed}
    assert "western-sahara" in names
    assert any(line.dwithin(shapely.Point(-12.0, 26.0), 0.5) for line in moved_borders(DAYS[-1], "house", PACKS).dashed)


def test_an_owner_is_a_word_of_the_packs_and_an_undetermined_region_has_none():
    actors = PACKS.by_id("actor")
    for view in VIEWS:
        for region in regions_in_force(worldview=view):
            assert region.belongs_to == "" or region.belongs_to in actors, region.id


def test_what_moves_in_a_window_is_what_moves_at_all_there():
    window = (30.0, 43.0, 41.0, 51.0)
    near = [c.region for c in changes(DAYS[-1], "ru", PACKS, window)]
    assert {"crimea", "donetsk"} <= set(near) and "western-sahara" not in near
    everywhere = moved_borders(DAYS[-1], "ru", PACKS)
    inside = [line for line in everywhere.solid if line.intersects(shapely.box(*window))]
    assert sorted(line.wkb for line in inside) == sorted(
        line.wkb for line in moved_borders(DAYS[-1], "ru", PACKS, window).solid if line.intersects(shapely.box(*window))
    )


@pytest.mark.parametrize(
    ("region", "administered_by"),
    [
        ("hatay", "Turkey"),
        ("sabah", "Malaysia"),
        ("essequibo", "Guyana"),
        ("ceuta", "Spain"),
        ("arunachal-pradesh", "India"),
        ("aves-island", "Venezuela"),
        ("sapodilla", "Belize"),
    ],
)
def test_what_no_resolution_decides_is_open_in_the_un_view_and_not_in_the_houses(region, administered_by):
    def whose(view: str) -> tuple[str, str]:
        found = next(one for one in regions_in_force(worldview=view) if one.id == region)
        return found.belongs_to, found.recognised_as

    assert whose("un")[0] == "" and "no United Nations resolution decides it" in whose("un")[1]
    assert whose("house")[0] == administered_by


def test_no_un_statement_of_today_gives_away_what_it_says_nothing_decides():
    told = [
        (row["id"], view["belongs_to"])
        for row in PACKS.regions
        for view in holding(row["recognition"], DAYS[-1])
        if "un" in view["worldviews"] and view["recognised_as"].startswith("no United Nations resolution decides it")
    ]
    assert len(told) > 40 and {whose for _, whose in told} == {"undetermined"}


def test_de_facto_knows_who_administers_most_of_a_place():
    found = {one.id: one.belongs_to for one in regions_in_force(worldview="de-facto")}
    assert (found["transnistria"], found["kosovo"], found["somaliland"]) == ("Transnistria", "Kosovo", "")


def test_to_hold_land_is_not_to_claim_it():
    def whose(region: str, view: str, day: date) -> str:
        return next(one for one in regions_in_force(as_of=day, worldview=view) if one.id == region).belongs_to

    assert whose("golan-heights", "il", date(1975, 1, 1)) != "Israel"
    assert whose("golan-heights", "il", date(1982, 1, 1)) == "Israel"
    assert whose("northern-cyprus", "tr", date(1976, 1, 1)) == "Cyprus"


@pytest.mark.parametrize(
    ("region", "day", "status", "word"),
    [
        ("donetsk-republic", date(2018, 1, 1), "breakaway", "resolution 2202"),
        ("luhansk-republic", date(2022, 3, 1), "breakaway", "recognised as independent by Russia"),
        ("northern-cyprus", date(1976, 1, 1), "occupied", "resolution 367"),
        ("west-bank", date(1960, 1, 1), "annexed", "Jordan"),
        ("gaza-strip", date(1960, 1, 1), "occupied", "Egypt"),
        ("abkhazia", date(1995, 1, 1), "breakaway", "resolution 876"),
        ("south-ossetia", date(1995, 1, 1), "breakaway", "own authorities"),
    ],
)
def test_no_span_of_these_disputes_is_left_untold(region, day, status, word):
    found = next(one for one in regions_in_force(as_of=day) if one.id == region)
    assert found.status == status and word in found.summary
