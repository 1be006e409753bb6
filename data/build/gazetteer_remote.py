"""Rows of the gazetteer for places too small for GeoNames' towns: polar stations, hamlets, islands with an airfield."""

import re
from collections import defaultdict
from collections.abc import Iterator

import gazetteer_inputs as source
from gazetteer_rows import Row, distance_km, plain

from geostory.gazetteer import normalise

__all__ = ["Known", "city_parts", "remote_places"]

# Towns of more people are GeoNames' own. Natural Earth's older table misplaces and misspells some of those.
_SMALL = 1000
# A name that a place this near bears already is that place's (km).
_NEAR = 100
# What news puts before a great city's name.
_GREAT = 1_000_000
_CITIES = frozenset({"PPL", "PPLA", "PPLA2", "PPLC"})
_PARTS = ("North", "South", "East", "West", "Central", "Inner", "Greater", "Downtown")
_STATION = "Scientific station"
_ISLAND = re.compile(r"\s+(island|atoll)\Z", re.IGNORECASE)


class Known:
    """The places there are, by name."""

    def __init__(self, rows: list[Row]) -> None:
        self._named: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        if not row.feature.startswith("AIR"):
            for key in row.matches():
                self._named[key].append(row)

    def near(self, name: str, lat: float, lon: float) -> bool:
        return any(distance_km(lat, lon, row.lat, row.lon) < _NEAR for row in self._named[normalise(name)])

    def anywhere(self, name: str) -> bool:
        return normalise(name) in self._named

    def in_country(self, name: str, country: str) -> bool:
        return any(row.country == country for row in self._named[normalise(name)])


def city_parts(rows: list[Row], known: Known) -> None:
    """Let cities of a million bear the names of their unmapped parts ('South Los Angeles') where nothing else does."""
    for row in rows:
        if row.population >= _GREAT and row.feature in _CITIES:
            row.add(name for part in _PARTS if not known.anywhere(name := f"{part} {row.name}"))


def remote_places(known: Known) -> list[Row]:
    """Places that are not known: Natural Earth's small ones, and those that an airport with an IATA code serves.

    What only the list of airports names stands at its airfield.
    """
    found = []
    for row in [*_small_places(known), *_served(known)]:
        # An airfield may serve one of Natural Earth's.
        if not known.near(row.name, row.lat, row.lon):
            known.add(row)
            found.append(row)
    return found


def _small_places(known: Known) -> Iterator[Row]:
    for place in sorted(source.ne_places(), key=lambda place: (place["name"], place["latitude"])):
        name, country = plain(place["name"].replace("\u2013", "-")), place["iso_a2"]
        lat, lon = place["latitude"], place["longitude"]
        if place["pop_max"] > _SMALL or country not in source.countries() or known.in_country(name, country):
            continue
        station = place["featurecla"] == _STATION
        if station and _ISLAND.search(name):  # stands elsewhere than the island
            continue
        row = Row(
            id=f"ne:place-{country.lower()}-{normalise(name).replace(' ', '-')}",
            name=name,
            lat=round(lat, 5),
            lon=round(lon, 5),
            feature="STNB" if station else "PPL",
            source="natural-earth",
            country=country,
            admin1=place["adm1name"] if isinstance(place["adm1name"], str) else "",
        )
        row.add([name], "name")
        bare = re.sub(r"\s+(research )?(station|base)\b.*", "", name, flags=re.IGNORECASE)
        yield row.add([f"{bare} Station", f"{bare} Base", f"{bare} Research Station"]) if station else row


def _served(known: Known) -> Iterator[Row]:
    for line in sorted(source.airports(), key=lambda line: line["icao"]):
        name, lat, lon = line["city"], float(line["lat"]), float(line["lon"])
        if not line["iata"] or not name[:1].isupper() or re.search(r"[,/()\d-]", name):
            continue
        island = _ISLAND.search(name)
        stem = _ISLAND.sub("", name)
        # The airport itself must be called so: the town that it serves may lie far off.
        if not island and f" {normalise(stem)} " not in f" {normalise(line['name'])} ":
            continue
        if known.near(name, lat, lon) or known.near(stem, lat, lon):
            continue
        row = Row(
            id=f"icao:{line['icao']}-place",
            name=name,
            lat=lat,
            lon=lon,
            feature=("ATOL" if island[1].casefold() == "atoll" else "ISL") if island else "PPL",
            source="airports",
            country=line["country"],
            admin1=line["subd"],
        )
        yield row.add([name], "name").add([stem])
