"""Dates, numbers, lists, lengths and names of countries as each of the page's languages writes them, from CLDR.

English is the house's own way of writing them (:mod:`geostory.words`), the same as ever. Figures are European ones in
all languages, and a list of one's own words stays in the order given.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from geostory.measures import format_distance, rounded
from geostory.words import day, join

__all__ = [
    "city_in",
    "comma",
    "continent_in",
    "country_in",
    "day_in",
    "distance_in",
    "join_in",
    "language_in",
    "marks_in",
    "number_in",
    "units_in",
]

_COMMAS = {"zh": "，", "ja": "、", "ar": "، "}
# What CLDR calls otherwise than the house does, and whose name takes a side: it keeps the house's English name.
_IN_QUESTION = frozenset({"EH", "FK", "PS", "TW", "XK"})
_UNITS = {"km": "length-kilometer", "m": "length-meter", "mi": "length-mile", "yd": "length-yard"}


@lru_cache(maxsize=32)
def _locale(lang: str) -> Locale:
    return Locale.parse(lang)


def comma(lang: str) -> str:
    """What stands between the parts of an enumeration without 'and'."""
    return _COMMAS.get(lang, ", ")


def day_in(value: date, lang: str) -> str:
    """A date in full.

    Examples
    --------
    >>> from datetime import date
    >>> [day_in(date(2025, 8, 15), lang) for lang in ("en", "de", "ja")]
    ['15 August 2025', '15. August 2025', '2025年8月15日']
    """
    return day(value) if lang == "en" else format_date(value, "long", locale=_locale(lang))


def join_in(items: Sequence[str], lang: str) -> str:
    """A list in words.

    Examples
    --------
    >>> join_in(["Kyjiw", "Moskau"], "de"), join_in(["基辅", "莫斯科"], "zh")
    ('Kyjiw und Moskau', '基辅和莫斯科')
    """
    return join(list(items)) if lang == "en" else format_list(list(items), locale=_locale(lang))


@lru_cache(maxsize=256)
def units_in(lang: str) -> dict[str, str]:
    """Patterns of the units that a language's readers measure in: 'km' and 'm', in English 'mi' and 'yd' too.

    Examples
    --------
    >>> units_in("ru")["km"], "mi" in units_in("ru")
    ('{value}\\xa0км', False)
    """
    if lang == "en":
        return {name: f"{{value}} {name}" for name in _UNITS}
    return {name: _unit("100", name, lang).replace("100", "{value}") for name in ("km", "m")}


def _unit(value: str, name: str, lang: str) -> str:
    """A figure with its unit; a hundred and what follows it take a language's most common form."""
    said = format_unit(100, _UNITS[name], length="short", locale=_locale(lang))
    return said.replace("100", value).replace(" ", "\u00a0")


def number_in(value: float, lang: str) -> str:
    """A figure with a language's own marks.

    Examples
    --------
    >>> number_in(1200, "en"), number_in(0.5, "fr"), number_in(12000, "ar")
    ('1,200', '0,5', '12,000')
    """
    return str(format_decimal(value, locale=_locale(lang)))


@lru_cache(maxsize=32)
def marks_in(lang: str) -> dict[str, str]:
    """What stands in a language's figures between thousands ('group') and before their fractions ('decimal').

    Examples
    --------
    >>> marks_in("de")
    {'group': '.', 'decimal': ','}
    """
    group, decimal = (mark for mark in number_in(12345.5, lang) if not mark.isdigit())
    return {"group": group, "decimal": decimal}


def distance_in(metres: float, lang: str) -> str:
    """A length for readers, rounded as :func:`geostory.measures.format_distance` does; in miles too in English alone.

    Examples
    --------
    >>> distance_in(3771, "en"), distance_in(3771, "es"), distance_in(1_238_400, "de")
    ('3.8 km (2.4 mi)', '3,8\\xa0km', '1.240\\xa0km')
    """
    if lang == "en":
        return format_distance(metres)
    if metres < 995:
        step = 10 if metres >= 100 else 1
        unit, value = "m", float(step * round(metres / step))
    else:
        unit, value = "km", rounded(metres / 1000)
    return units_in(lang)[unit].replace("{value}", number_in(value, lang))


def country_in(code: str, name: str, lang: str) -> str:
    """A country's name; the English one where CLDR has none, or one that takes a side otherwise than the house.

    Parameters
    ----------
    code : str
        ISO 3166-1 alpha-2.
    name : str
        The house's own.
    lang : str
        One of the page's languages.

    Examples
    --------
    >>> country_in("UA", "Ukraine", "it"), country_in("PS", "Palestine", "it")
    ('Ucraina', 'Palestine')
    """
    if lang == "en" or (code in _IN_QUESTION and _locale("en").territories.get(code) != name):
        return name
    return str(_locale(lang).territories.get(code, name)) if len(code) == 2 else name


_CONTINENTS = {
    "Africa": "002", "Antarctica": "AQ", "Asia": "142", "Europe": "150", "North America": "003", "Oceania": "009",
    "South America": "005", "Americas": "019",
}  # fmt: skip


def continent_in(name: str, lang: str) -> str:
    """A continent's name by its English one."""
    return str(_locale(lang).territories.get(_CONTINENTS.get(name, ""), name))


@lru_cache(maxsize=1)
def _zones() -> dict[tuple[str, str], str]:
    """Time zones by the country and the English name of the city that stands for each."""
    cities = _locale("en").time_zones
    return {
        (country, cities.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")): zone
        for zone, country in get_global("zone_territories").items()
    }


def city_in(name: str, country: str, lang: str) -> str:
    """A great city's name, of those that stand for a time zone; empty for any other.

    Examples
    --------
    >>> city_in("Cairo", "EG", "zh"), city_in("Aswan", "EG", "zh")
    ('开罗', '')
    """
    zone = _zones().get((country, name), "")
    return str(_locale(lang).time_zones.get(zone, {}).get("city", ""))


def language_in(code: str, lang: str) -> str:
    """A language's name in another, by ISO 639-1 code; the code itself where CLDR has none."""
    return str(_locale(lang).languages.get(code, code))
