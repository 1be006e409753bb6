"""What places are called in the page's languages: towns and units by ``data/names``, countries by CLDR,
which has the great cities that ``data/names`` lacks too.

A place whose name is in dispute is called in every language as the table of names decides, and one that nobody names
in a language keeps its English name.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache

from geostory.gazetteer import gazetteer
from geostory.locales import city_in, continent_in, country_in
from geostory.models import Candidate
from geostory.naming import in_dispute, shown_candidate, shown_name
from geostory.packs import Packs
from geostory.resources import data_path

__all__ = ["candidate_in", "name_in", "names_of", "within_in"]


@lru_cache(maxsize=8)
def names_of(lang: str) -> Mapping[str, str]:
    """The shipped names of a language, by gazetteer id or shape; a name that is as in English is left out.

    Examples
    --------
    >>> names_of("pl")["geonames:2643743"], names_of("pl")["marine:black-sea"]
    ('Londyn', 'Morze Czarne')
    """
    lines = data_path("names", f"{lang}.tsv").read_text(encoding="utf-8").splitlines()
    return _waters(lang) | dict(line.split("\t", 1) for line in lines)


def _waters(lang: str) -> dict[str, str]:
    rows = tomllib.loads(data_path("names", "waters.toml").read_text(encoding="utf-8"))
    return {key: row[lang] for key, row in rows.items() if lang in row}


def name_in(name: str, key: str, packs: Packs, worldview: str, lang: str, *, country: str = "") -> str:
    """The name to show in a language for a gazetteer id or a shape's key; see :func:`geostory.naming.shown_name`.

    Examples
    --------
    >>> from geostory.packs import read_packs
    >>> packs = read_packs()
    >>> name_in("Moscow", "geonames:524901", packs, "house", "nl", country="RU")
    'Moskou'
    >>> name_in("Sea of Japan", "marine:sea-of-japan", packs, "house", "fr")
    'Sea of Japan'
    """
    shown = shown_name(name, key, packs, worldview, country=country)
    if lang == "en" or in_dispute(key, packs):
        return shown
    if key.startswith("country:"):
        return country_in(key.removeprefix("country:"), shown, lang)
    return names_of(lang).get(key) or (city_in(name, country, lang) if key.startswith("geonames:") else "") or shown


def candidate_in(candidate: Candidate, packs: Packs, worldview: str, lang: str) -> str:
    """The name to show in a language for a gazetteer row."""
    shown = shown_candidate(candidate, packs, worldview)
    keys = [candidate.gazetteer_id, candidate.shape]
    if lang == "en" or any(in_dispute(key, packs) for key in keys):
        return shown
    if candidate.feature == "CONT":
        return continent_in(shown, lang)
    if candidate.feature.startswith("PCL") or candidate.shape == f"country:{candidate.country}":
        return country_in(candidate.country, shown, lang)
    known = names_of(lang)
    # A town within a unit of one outline is known by its own number alone.
    keys = keys[:1] if candidate.feature.startswith("PPL") else keys[::-1]
    found = next((known[key] for key in keys if key in known), "")
    city = candidate.feature.startswith("PPL")
    return found or (city_in(candidate.name, candidate.country, lang) if city else "") or shown


def _around(unit: Candidate, candidate: Candidate) -> bool:
    """Whether a unit is of a place's country or, of land that a view gives to another state, lies right there."""
    return unit.country == candidate.country or (
        abs(unit.lon - candidate.lon) < 3 and abs(unit.lat - candidate.lat) < 3
    )


@lru_cache(maxsize=4096)
def within_in(candidate: Candidate, packs: Packs, worldview: str, lang: str) -> tuple[str, ...]:
    """The unit and the country that a place lies in, by their names in a language, as far as it lies in any."""
    found = []
    if candidate.admin1:
        units = [c for c in gazetteer().lookup(candidate.admin1) if c.feature == "ADM1" and _around(c, candidate)]
        units.sort(key=lambda c: c.country != candidate.country)
        found.append(candidate_in(units[0], packs, worldview, lang) if units else candidate.admin1)
    if candidate.country_name:
        key = f"country:{candidate.country}" if candidate.country else ""
        found.append(name_in(candidate.country_name, key, packs, worldview, lang))
    return tuple(found)
