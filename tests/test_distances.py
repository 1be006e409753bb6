"""Distances that news states: found where they stand, measured between the right parts, and judged fairly."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from geostory.boundaries import Shape
from geostory.claims import find_claims
from geostory.distances import find_distances
from geostory.errors import UsageError
from geostory.geodesy import geodesic_m
from geostory.measures import format_distance, measure, measure_places
from geostory.models import Article, Candidate, Mention, Place
from geostory.quantities import find_quantities

SENTENCES = Path(__file__).parent / "fixtures" / "distance_sentences.tsv"

# name: feature code, country, latitude, longitude, population, key of its shape
PLACES = {
    "Alaska": ("ADM1", "US", 64.2, -152.5, 0, "admin1:US-AK"),
    "Russia": ("PCLI", "RU", 61.5, 105.3, 0, "country:RU"),
    "Ukraine": ("PCLI", "UA", 48.4, 31.2, 0, "country:UA"),
    "Poland": ("PCLI", "PL", 51.9, 19.1, 0, "country:PL"),
    "Estonia": ("PCLI", "EE", 58.6, 25.0, 0, "country:EE"),
    "China": ("PCLI", "CN", 35.9, 104.2, 0, "country:CN"),
    "Taiwan": ("PCLI", "TW", 23.7, 121.0, 0, "country:TW"),
    "Japan": ("PCLI", "JP", 36.2, 138.3, 0, "country:JP"),
    "Yemen": ("PCLI", "YE", 15.5, 48.5, 0, "country:YE"),
    "Mali": ("PCLI", "ML", 17.6, -4.0, 0, "country:ML"),
    "Turkey": ("PCLI", "TR", 39.0, 35.2, 0, "country:TR"),
    "Greece": ("PCLI", "GR", 39.1, 21.8, 0, "country:GR"),
    "Italy": ("PCLI", "IT", 41.9, 12.6, 0, "country:IT"),
    "Tunisia": ("PCLI", "TN", 33.9, 9.5, 0, "country:TN"),
    "Cuba": ("PCLI", "CU", 21.5, -77.8, 0, "country:CU"),
    "Florida": ("ADM1", "US", 27.7, -81.5, 0, "admin1:US-FL"),
    "Kursk": ("ADM1", "RU", 51.7, 36.2, 0, "admin1:RU-KRS"),
    "Little Diomede": ("ISL", "US", 65.755, -168.93, 0, ""),
    "Big Diomede": ("ISL", "RU", 65.78, -169.06, 0, ""),
    "Kinmen": ("ISL", "TW", 24.45, 118.38, 0, ""),
    "Lampedusa": ("ISL", "IT", 35.51, 12.59, 0, ""),
    "Sicily": ("ISL", "IT", 37.6, 14.0, 0, ""),
    "Lesbos": ("ISL", "GR", 39.2, 26.3, 0, ""),
    "Bering Strait": ("STRT", "", 65.9, -168.9, 0, ""),
    "Pokrovsk": ("PPL", "UA", 48.28, 37.18, 60_000, ""),
    "Kramatorsk": ("PPL", "UA", 48.72, 37.56, 150_000, ""),
    "Nikopol": ("PPL", "UA", 47.57, 34.39, 100_000, ""),
    "Kharkiv": ("PPLA", "UA", 49.99, 36.23, 1_400_000, ""),
    "Kyiv": ("PPLC", "UA", 50.45, 30.52, 2_900_000, ""),
    "Sumy": ("PPLA", "UA", 50.91, 34.8, 250_000, ""),
    "Sudzha": ("PPL", "RU", 51.2, 35.27, 5_000, ""),
    "Moscow": ("PPLC", "RU", 55.75, 37.62, 10_000_000, ""),
    "Narva": ("PPL", "EE", 59.38, 28.19, 53_000, ""),
    "Gao": ("PPLA", "ML", 16.27, -0.04, 86_000, ""),
    "Timbuktu": ("PPLA", "ML", 16.77, -3.01, 32_000, ""),
    "Bamako": ("PPLC", "ML", 12.65, -8.0, 1_300_000, ""),
    "Padang": ("PPLA", "ID", -0.95, 100.35, 900_000, ""),
    "Dover": ("PPL", "GB", 51.13, 1.31, 31_000, ""),
    "Calais": ("PPL", "FR", 50.95, 1.86, 75_000, ""),
    "Key West": ("PPL", "US", 24.56, -81.78, 25_000, ""),
    "Havana": ("PPLC", "CU", 23.13, -82.38, 2_100_000, ""),
    "Aleppo": ("PPLA", "SY", 36.2, 37.16, 1_600_000, ""),
    "Perth": ("PPLA", "AU", -31.95, 115.86, 1_900_000, ""),
    "Sydney": ("PPLA", "AU", -33.87, 151.21, 4_600_000, ""),
    "Hodeidah": ("PPLA", "YE", 14.8, 42.95, 600_000, ""),
    "Przemysl": ("PPL", "PL", 49.78, 22.77, 60_000, ""),
    "Paris": ("PPLC", "FR", 48.85, 2.35, 2_100_000, ""),
    "Boston": ("PPLA", "US", 42.36, -71.06, 650_000, ""),
    "Kathmandu": ("PPLC", "NP", 27.7, 85.3, 1_400_000, ""),
}
DEMONYMS = {"Russian": "Russia", "Ukrainian": "Ukraine", "Turkish": "Turkey", "Chinese": "China"}


def candidate(name):
    feature, country, lat, lon, population, shape = PLACES[DEMONYMS.get(name, name).removesuffix(" Island")]
    return Candidate(
        gazetteer_id=f"test:{name}",
        name=DEMONYMS.get(name, name).removesuffix(" Island"),
        lat=lat,
        lon=lon,
        feature=feature,
        country=country,
        admin1=name if feature == "ADM1" else "",
        population=population,
        shape=shape,
    )


def story(marked, field="text"):
    """An article, its places and the spans of its claims, from '{place}' and '[[claim]]'."""
    text, places, spans, begun = "", [], [], 0
    for piece in re.split(r"(\{[^}]*\}|\[\[|\]\])", marked):
        if piece == "[[":
            begun = len(text)
        elif piece == "]]":
            spans.append((begun, len(text)))
        elif piece.startswith("{"):
            name = piece[1:-1]
            role = "demonym" if name in DEMONYMS else "literal"
            mention = Mention(start=len(text), end=len(text) + len(name), field=field, text=name, role=role)
            places.append(Place(mention=mention, candidate=candidate(name), confidence=0.9, reason=""))
            text += name
        else:
            text += piece
    article = Article(title=text, text="") if field == "title" else Article(title="", text=text)
    return article, tuple(places), spans


def told(claim):
    names = [
        f"{'+' if mainland else ''}{end.candidate.name if end.candidate else end.mention.text}"
        for end, mainland in zip(claim.ends, claim.ends_mainland, strict=True)
    ]
    return f"{claim.value:g} {claim.unit}; {claim.hedge}; {claim.kind}; {', '.join(names)}"


ROWS = [
    line.split("\t") for line in SENTENCES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
]
CLAIMS = [row for row in ROWS if len(row) > 1]
OTHERS = [row[0] for row in ROWS if len(row) == 1]


@pytest.mark.parametrize(("marked", "expected"), [(row[0], row[1:]) for row in CLAIMS])
def test_a_stated_distance_is_found_with_its_words_and_ends(marked, expected):
    article, places, spans = story(marked)
    claims = find_claims(article, places)
    assert [told(claim) for claim in claims] == expected
    assert [(claim.start, claim.end) for claim in claims] == spans
    assert all(article.text[claim.start : claim.end] == claim.text for claim in claims)


@pytest.mark.parametrize("marked", OTHERS)
def test_a_length_that_is_no_distance_between_places_is_left_alone(marked):
    article, places, _ = story(marked)
    assert find_claims(article, places) == ()


def test_there_are_sentences_enough_of_both_kinds():
    assert len(CLAIMS) >= 80 and len(OTHERS) >= 80


def test_a_headline_may_state_a_distance():
    article, places, spans = story("{Gao}, [[320 km]] from {Timbuktu}, falls", field="title")
    (claim,) = find_claims(article, places)
    assert (claim.field, claim.start, claim.end) == ("title", *spans[0])


@pytest.mark.parametrize(
    ("words", "low", "high", "unit", "hedge"),
    [
        ("twenty-five miles", 25, 25, "mi", "exactly"),
        ("a hundred and twenty miles", 120, 120, "mi", "exactly"),
        ("two and a half kilometres", 2.5, 2.5, "km", "exactly"),
        ("half a dozen nautical miles", 6, 6, "nmi", "exactly"),
        ("three-quarters of a mile", 0.75, 0.75, "mi", "exactly"),
        ("a third of a mile", 1 / 3, 1 / 3, "mi", "exactly"),
        ("half a mile", 0.5, 0.5, "mi", "exactly"),
        ("2½ miles", 2.5, 2.5, "mi", "exactly"),
        ("1,500 km", 1500, 1500, "km", "exactly"),
        ("1.500 km", 1500, 1500, "km", "exactly"),
        ("1\u00a0500 km", 1500, 1500, "km", "exactly"),
        ("3,5 km", 3.5, 3.5, "km", "exactly"),
        ("1.609 km", 1.609, 1.609, "km", "exactly"),
        ("between 70 and 80 km", 70, 80, "km", "between"),
        ("70-80 km", 70, 80, "km", "between"),
        ("five to ten miles", 5, 10, "mi", "between"),
        ("33 km (21 miles)", 33, 33, "km", "exactly"),
        ("33 kilometres, or 21 miles,", 33, 33, "km", "exactly"),
        ("fewer than 4 kilometres", 4, 4, "km", "less than"),
        ("no more than 300 feet", 300, 300, "ft", "up to"),
        ("at least 50 yards", 50, 50, "yd", "at least"),
        ("just over 20 miles", 20, 20, "mi", "more than"),
        ("40 km or so", 40, 40, "km", "about"),
        ("just 90 kilometres", 90, 90, "km", "just"),
    ],
)
def test_lengths_are_read_as_news_writes_them(words, low, high, unit, hedge):
    (found,) = find_quantities(f"It was {words} away.")
    assert (found.low, found.high, found.unit, found.hedge) == (pytest.approx(low), pytest.approx(high), unit, hedge)
    assert f"It was {words} away."[found.start : found.end] == words


@pytest.mark.parametrize(
    "words", ["7.2 million", "$7.2 m", "20 km/h", "20 km per hour", "30 km²", "5 square km", "a dozen"]
)
def test_sums_speeds_and_areas_are_no_lengths(words):
    assert find_quantities(f"It was {words} away.") == []


ODD = [*"{}[],.()-–'’\U0001f600", "5", "km", "1,500", "a", "mile", "Gao", "Russian", "border"]
ODD += [
    "and",
    "are",
    "apart",
    "from",
    "of",
    "north",
    "the",
    "with",
    "between",
    "'s",
    "mainland",
    "it",
    "lies",
    "in",
    "which",
]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(ODD)))
def test_no_text_is_too_odd(words):
    text = " ".join(words)
    places = [
        Place(
            mention=Mention(
                start=m.start(),
                end=m.end(),
                field="text",
                text=m[0],
                role="demonym" if m[0] == "Russian" else "literal",
            ),
            candidate=candidate(m[0]),
            confidence=1,
            reason="",
        )
        for m in re.finditer("Gao|Russian", text)
    ]
    for claim in find_claims(Article(title="", text=text), places):
        assert text[claim.start : claim.end] == claim.text
        assert 1 <= len(claim.ends) <= 2


# ---- measuring ------------------------------------------------------------------------------------------------------


def test_the_diomede_islands_lie_less_than_four_kilometres_apart_shore_to_shore():
    found = measure_places(candidate("Little Diomede"), candidate("Big Diomede"))
    assert 3600 <= found.distance_m <= 4000
    assert found.between == "shore to shore"
    # Other coasts of the two, measured alike, give 3.61 to 3.99 km.
    assert found.distance_m - found.error_m <= 3610 and found.distance_m + found.error_m >= 3988
    assert found.sources


def test_the_mainlands_of_alaska_and_russia_lie_eighty_two_kilometres_apart():
    found = measure_places(candidate("Alaska"), candidate("Russia"), mainland=(True, True))
    assert 81_000 <= found.distance_m <= 83_000
    assert found.start == pytest.approx((-168.1, 65.6), abs=0.2)
    assert found.end[0] % 360 == pytest.approx(190.3, abs=0.2)
    assert found.error_m < 2000


def test_without_a_mainland_the_nearest_islands_count():
    found = measure_places(candidate("Alaska"), candidate("Russia"))
    assert 3600 <= found.distance_m <= 4000
    assert found.between == "shore to shore"


class TwoCoasts:
    """Boundaries with two islands, one of them drawn in a finer source too, where its shore lies 0.01° farther east."""

    source = "coarse"
    west, east, finer = box(0, 0, 0.1, 0.1), box(0.2, 0, 0.3, 0.1), box(0, 0, 0.11, 0.1)

    def shape(self, key):
        return {"land:1": self.west, "land:2": self.east}[key]

    def at(self, layer, lon, lat, *, within_m=0):
        found = next(
            (land for land in (self.west, self.east) if land.buffer(within_m / 1e5).covers(Point(lon, lat))), None
        )
        return found and self.land(found, {})

    def finest(self, lon, lat, *, within_m=0):
        if lon < 0.15:
            return self.land(self.finer, {"whole": True}), "fine"
        coarse = self.at("land", lon, lat, within_m=within_m)
        return coarse and (coarse, self.source)

    @staticmethod
    def land(geometry, properties):
        return Shape(key="", layer="land", name="", country="", properties=properties, geometry=geometry)


def test_the_finest_coast_there_is_counts_and_narrows_the_error(monkeypatch):
    monkeypatch.setattr("geostory.measures.boundaries", TwoCoasts)
    isle = replace(candidate("Lampedusa"), lat=0.05, lon=0.05, shape="land:1")
    found = measure_places(isle, replace(isle, name="Other", lon=0.25, shape="land:2"))
    assert found.distance_m == pytest.approx(geodesic_m(0.11, 0.1, 0.2, 0.1), abs=1)
    assert found.sources == ("fine", "coarse")
    assert found.error_m < measure_places(replace(isle, lon=0.25, shape="land:2"), replace(isle, lon=0.25)).error_m


def test_a_city_is_a_point_with_an_extent_that_grows_with_its_people():
    small, large = candidate("Gao"), candidate("Moscow")
    found = measure_places(small, large)
    assert found.distance_m == pytest.approx(geodesic_m(small.lon, small.lat, large.lon, large.lat), abs=0.01)
    assert found.between == "centre to centre"
    assert measure_places(small, replace(large, population=10_000)).error_m < found.error_m / 3


def test_a_city_near_a_border_is_measured_to_the_border():
    found = measure_places(candidate("Kharkiv"), candidate("Russia"))
    assert 28_000 < found.distance_m < 35_000
    assert found.between == "centre to border"


def test_an_area_known_only_as_a_point_is_not_measured():
    with pytest.raises(UsageError, match="Bering Strait"):
        measure_places(candidate("Bering Strait"), candidate("Gao"))


# ---- verdicts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "verdict", "says"),
    [
        ("{Alaska}'s {Little Diomede Island} lies fewer than 4 kilometres from {Russia}'s {Big Diomede Island}.",
         "agrees", r"measured (3\.[6-9]|4\.0) km \(2\.[2-5] mi\) shore to shore"),
        ("Mainland {Alaska} and {Russia} are just 90 kilometres apart.",
         "differs", r"measured 8[12] km \(5[01] mi\) shore to shore; the article's figure is (9|10|11) % more"),
        ("Mainland {Alaska} and {Russia} are about 85 kilometres apart.", "agrees", "shore to shore"),
        ("{Alaska} and {Russia} are just 90 km apart.", "differs", "between the mainlands"),
        ("{Gao} and {Timbuktu} lie some 300 kilometres apart.", "agrees", "centre to centre"),
        ("{Gao} is more than 300 kilometres from {Timbuktu}.", "agrees", "centre to centre"),
        ("{Gao} is less than 300 kilometres from {Timbuktu}.", "differs", "less"),
        ("{Gao} is between 200 and 250 kilometres from {Timbuktu}.", "differs", "less"),
        ("{Gao} is 1,000 kilometres from {Timbuktu}.", "differs", "3 times"),
        ("{Pokrovsk} is 70 km from {Kramatorsk}.", "cannot be checked", "way by road"),
        ("{Gao} is 100 metres from {Timbuktu}.", "differs", "100 % less"),
        ("{Kyiv} is 5 kilometres from {Ukraine}.", "cannot be checked", "touch or overlap"),
        ("Shells landed five kilometres from {Nikopol}.", "cannot be checked", "only one end"),
        ("{Kharkiv} is 480 km by road from {Kyiv}.", "cannot be checked", "longer than the straight line"),
        ("The refugees walked 40 miles from {Gao} to {Timbuktu}.", "differs", "no way is shorter"),
        ("{Gao} is 2,000 km from the {Bering Strait}.", "cannot be checked", "only a point is known of Bering Strait"),
    ],
)  # fmt: skip
def test_a_claim_is_judged_by_what_was_measured_and_the_reason_says_so(marked, verdict, says):
    article, places, _ = story(marked)
    (found,) = find_distances(article, places)
    assert (found.verdict, bool(re.search(says, found.reason))) == (verdict, True), found.reason


def test_a_place_that_was_not_placed_leaves_the_claim_unchecked():
    article, places, _ = story("{Gao} is 320 km from {Timbuktu}.")
    (found,) = find_distances(article, (places[0], replace(places[1], candidate=None)))
    assert (found.verdict, found.measure) == ("cannot be checked", None)
    assert "Timbuktu could not be placed" in found.reason


def test_a_mainland_and_its_islands_are_told_apart_when_a_claim_means_the_mainland():
    article, places, _ = story("{Taiwan} lies 130 kilometres off {China}.")
    (found,) = find_distances(article, places)
    assert found.verdict == "agrees" and found.measure.distance_m > 100_000


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (3771, "3.8 km (2.4 mi)"),
        (82_230, "82 km (51 mi)"),
        (9_960, "10 km (6.2 mi)"),
        (1_238_400, "1,240 km (771 mi)"),
        (347, "350 m (380 yd)"),
        (12, "12 m (13 yd)"),
        (999, "1.0 km (0.6 mi)"),
    ],
)
def test_readers_get_rounded_figures_in_kilometres_and_miles(metres, words):
    assert format_distance(metres) == words


# ---- measuring from Python -------------------------------------------------------------------------------------------


def test_names_places_and_geometries_are_measured_and_told_in_every_unit():
    found = measure("Little Diomede", "Big Diomede")
    assert found.between == "shore to shore" and 3600 <= found.distance_m <= 4000
    assert found.km == found.distance_m / 1000 and found.miles == pytest.approx(found.km / 1.609344)
    assert found.nautical == pytest.approx(found.km / 1.852) and found.feet == pytest.approx(found.km / 0.0003048)
    assert measure(Point(0, 0), Point(0, 1)).distance_m == pytest.approx(110_574.389, abs=0.001)


@pytest.mark.parametrize(
    ("a", "b", "mode", "least", "most"),
    [
        ("Spain", "Morocco", "mainland", 13_000, 15_500),
        ("Spain", "Morocco", "nearest", 0, 0),
        ("Spain", "Morocco", "centre", 900_000, 1_500_000),
        ("Kharkiv", "Ukraine", "border", 28_000, 36_000),
        ("Kharkiv", "Ukraine", "nearest", 0, 0),
        ("mainland Alaska", "mainland Russia", "nearest", 81_000, 83_000),
    ],
)
def test_a_mode_says_between_which_parts(a, b, mode, least, most):
    assert least <= measure(a, b, mode=mode).distance_m <= most


def test_a_projected_series_across_the_date_line_or_around_a_pole_is_measured_whole():
    import geopandas

    across = geopandas.GeoSeries([box(3_000_000, 0, 3_600_000, 100_000)], crs=3832)  # 176.9° E to 177.7° W
    assert measure(across, Point(179, 0.5)).distance_m[0] == 0
    assert measure(across, Point(-178, 2)).distance_m[0] == pytest.approx(121_154, abs=5)
    assert measure(across, Point(0, 0.5)).distance_m[0] > 19_000_000
    polar = geopandas.GeoSeries([Point(0, 0).buffer(100_000), None], crs=3413)
    found = measure(polar, Point(0, 90))
    assert found.distance_m[0] == 0 and found.geometry[1] is None


def test_what_lies_nowhere_on_earth_is_refused_in_one_line():
    for shape in (Point(0, 95), Point(float("nan"), 0), Point()):
        with pytest.raises(UsageError, match="geometry"):
            measure(shape, Point(0, 0))


def test_a_series_is_measured_row_by_row_in_its_own_index():
    import geopandas

    towns = geopandas.GeoSeries([Point(0, 0), Point(0, 1)], index=["a", "b"], crs="EPSG:4326")
    found = measure(towns.to_crs("EPSG:3857"), Point(0, 2))
    assert list(found.index) == ["a", "b"] and found.crs == "EPSG:4326"
    assert found.distance_m.tolist() == pytest.approx([221_149.45, 110_575.06], abs=0.1)
    with pytest.raises(UsageError, match="no CRS"):
        measure(geopandas.GeoSeries([Point(0, 0)]), Point(0, 2))


@pytest.mark.parametrize(
    ("a", "mode", "says"),
    [("Paris", "mainland", "mainland"), ("Paris", "by road", "no mode"), (3, "nearest", "no place")],
)
def test_what_cannot_be_measured_is_said_in_one_line(a, mode, says):
    with pytest.raises(UsageError, match=says):
        measure(a, "London", mode=mode)


def test_the_sentences_by_an_author_who_saw_no_code_stay_as_they_were_written():
    path = SENTENCES.parent / "distances_blind.jsonl"
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    assert found == "0743b04b053bbf6dd77105f56dfe35372c954ff874d33ef4b6c6e53113d04e44"
