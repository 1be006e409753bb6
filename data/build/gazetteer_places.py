"""Rows of the gazetteer that are points: towns, small US localities, airports and air bases."""

import re
from collections import defaultdict

import gazetteer_inputs as source
from gazetteer_codes import ROMANISED, TOWN_ABBREVIATIONS, TOWN_NAMES
from gazetteer_rows import Row, alternates, distance_km, plain

from geostory.gazetteer import normalise

__all__ = ["airports", "small_localities", "town_units", "towns"]

# Two rows of one name this near are one place (km).
_SAME_TOWN = 40


def town_units(number: int) -> tuple[str, str]:
    """GeoNames codes of the first- and second-level unit a town lies in; empty where unknown."""
    city, line = source.cities().get(number), source.codes().get(number)
    country = city["countrycode"] if city else line[8] if line else ""
    first = city["admin1code"] if city else line[10] if line else ""
    if not first or first == "00":
        return "", ""
    second = line[11] if line and line[10] == first else ""
    return f"{country}.{first}", f"{country}.{first}.{second}" if second else ""


def towns() -> list[Row]:
    """Populated places of 500 people and more."""
    rows = [_town(number) for number in sorted(source.cities())]
    near = defaultdict(list)
    for row in rows:
        near[row.country, normalise(row.name)].append(row)
    for number in sorted(set(source.codes()) - set(source.cities())):
        row = _town(number)
        twins = near[row.country, normalise(row.name)]
        if not any(distance_km(row.lat, row.lon, twin.lat, twin.lon) < _SAME_TOWN for twin in twins):
            rows.append(row)
    return rows


def _town(number: int) -> Row:
    city, line = source.cities().get(number), source.codes().get(number)
    feature = (line[7] if line else "") or "PPL"
    if city is None:
        assert line is not None
        city = {
            "name": line[1],
            "latitude": float(line[4]),
            "longitude": float(line[5]),
            "countrycode": line[8],
            "population": int(line[14]),
            "alternatenames": line[3].split(","),
        }
    row = Row(
        id=f"geonames:{number}",
        name=_shown(number, " ".join(city["name"].split()), city["countrycode"]),
        lat=city["latitude"],
        lon=city["longitude"],
        feature="PPLH" if feature == "PPLCH" else feature,
        source="geonames",
        country=city["countrycode"],
        population=int(city["population"]),
    )
    row.add([row.name, *([city["name"]] if plain(city["name"]) == row.name else [])], "name")
    row.add(alternates([city["name"], *city["alternatenames"]]))
    return row.add(TOWN_ABBREVIATIONS.get(number, []), "abbreviation")


def _shown(number: int, name: str, country: str) -> str:
    return TOWN_NAMES.get(number) or (plain(name) if country in ROMANISED else name)


def small_localities(known: list[Row]) -> list[Row]:
    """US places that have a ZIP code and no row yet: one row a (name, state), at the mean of its ZIP codes.

    ``known`` are the rows whose names and states are taken, with ``admin1`` already set.
    """
    taken = defaultdict(list)
    for row in known:
        if row.country == "US" and row.feature.startswith("PPL"):
            for key in row.matches():
                taken[key, row.admin1].append(row)
    groups: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    for line in source.zips():
        groups[normalise(line[2]), line[3]].append(line)
    counties = {unit[2]: unit[0] for unit in source.units() if unit[2].startswith("US.")}
    rows = []
    for (key, state), lines in sorted(groups.items()):
        lat = sum(float(line[9]) for line in lines) / len(lines)
        lon = sum(float(line[10]) for line in lines) / len(lines)
        if any(distance_km(lat, lon, twin.lat, twin.lon) < _SAME_TOWN for twin in taken[key, state]):
            continue
        first = min(lines, key=lambda line: line[1])
        row = Row(
            id=f"uszip:{first[1]}",
            name=first[2],
            lat=round(lat, 5),
            lon=round(lon, 5),
            feature="PPL",
            source="geonames",
            country="US",
            admin1=state,
            admin2=counties.get(f"US.{first[4]}.{first[6]}", first[5]),
        )
        rows.append(row.add([row.name], "name"))
    return rows


_BASE = re.compile(
    r"\b(afb|air force|air base|airbase|air station|naval|navy|nas|army|aaf|raf|rnas|joint base|military|marine corps"
    r"|mcas|base aerienne|base aérienne|base aerea|base aérea|air guard|arb|angb)\b",
    re.IGNORECASE,
)
_SPELLED = {
    "afb": "Air Force Base",
    "arb": "Air Reserve Base",
    "angb": "Air National Guard Base",
    "nas": "Naval Air Station",
    "mcas": "Marine Corps Air Station",
    "aaf": "Army Airfield",
    "raf": "RAF",
    "intl": "International",
}
_KIND = re.compile(r"\s+(international|regional|municipal|county|national|domestic)?\s*(airport|airfield)\Z", re.I)
# What an airport is named after and doesn't stand for: 'Victoria Harbour Airport'.
_WATER = re.compile(r"\b(harbou?r|bay|lake|river|island|inlet|sound|beach|cove|creek|falls|point)\Z", re.I)
_PLAIN = frozenset({"international", "regional", "municipal", "county", "national", "domestic", "city", "new", "old"})


def airports() -> list[Row]:
    """Airports and air bases that an ICAO or IATA code or a military name marks as more than a private strip."""
    rows = []
    for line in sorted(source.airports(), key=lambda line: line["icao"]):
        code = line["icao"]
        if not (line["iata"] or _BASE.search(line["name"]) or (len(code) == 4 and code.isalpha())):
            continue
        names = airport_names(line["name"], line["city"], known=bool(line["iata"]))
        base = bool(_BASE.search(line["name"]))
        row = Row(
            id=f"icao:{code}",
            name=names[0],
            lat=float(line["lat"]),
            lon=float(line["lon"]),
            feature="AIRB" if base else "AIRP",
            source="airports",
            country=line["country"],
            admin1=line["subd"],
        )
        rows.append(row.add(names[:1], "name").add(names[1:]))
    return rows


def airport_names(name: str, city: str, *, known: bool) -> list[str]:
    """Names of an airport, the one to show first.

    'Elmendorf Afb Airport' gives 'Elmendorf Air Force Base' and 'Elmendorf AFB'; 'London Heathrow Airport' also
    'London Heathrow' and 'Heathrow Airport', and, where it is ``known`` to airlines, 'Heathrow'.
    """
    plain = " ".join(name.replace("/", " / ").split())
    words = plain.split()
    spelled = " ".join(_SPELLED.get(word.casefold(), word) for word in words)
    names = [spelled]
    if _BASE.search(plain):
        shown = re.sub(r"\s+Airport\Z", "", spelled)
        short = " ".join(word.upper() if word.casefold() in _SPELLED else word for word in words)
        names = [shown, re.sub(r"\s+Airport\Z", "", short)]
    stem = _KIND.sub("", plain)
    if stem != plain and not _BASE.search(plain):
        names.append(f"{stem} Airport")
        if city and stem.casefold().startswith(f"{city.casefold()} "):
            own = stem[len(city) :].strip(" -/")
            if len(own) >= 4 and own.split()[0].casefold() not in _PLAIN and not _WATER.search(stem):
                names += [f"{own} Airport", stem, *(alternates([own]) if known and " " not in own else [])]
    return list(dict.fromkeys(part for part in names if part))
