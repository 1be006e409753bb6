"""Rows of the gazetteer for first- and second-level units: names of GeoNames and Natural Earth, one point each."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import gazetteer_inputs as source
from gazetteer_codes import (
    ABBREVIATIONS,
    COUNTRY_NAMES,
    FIRST_BY_ISO,
    ROMANISED,
    TRUE_EXONYMS,
    UNIT_NAMES,
    UNIT_SLIPS,
)
from gazetteer_places import town_units
from gazetteer_rows import LANGUAGES, Row, alternates, plain
from gazetteer_shapes import Shapes

from geostory.gazetteer import normalise

__all__ = ["units"]

# Kinds of unit that news puts after a unit's name ('Kharkiv region') or before it ('the province of Cuenca').
_KINDS = frozenset(
    re.findall(
        r"\w+",
        """
        province region state oblast county district department governorate prefecture canton krai territory republic
        voivodeship emirate division municipality parish
        """,
    )
)
# From this likeness on (difflib's ratio), two names may be spellings of one.
_ALIKE = 0.55
# A label point this far from its unit is another's.
_ASTRAY_M = 20_000
_KIND_WORD = re.compile(rf"\s+({'|'.join(sorted(_KINDS))}|kray|okrug)\Z", re.IGNORECASE)


def units(shapes: Shapes, towns: Iterable[Row]) -> tuple[list[Row], dict[str, Row]]:
    """First-level units of Natural Earth and GeoNames, and second-level ones of GeoNames that can be placed.

    The second value finds them by GeoNames code ('US.KY', 'US.KY.125') and ISO 3166-2 code ('US-KY'); the rows'
    ``admin1`` still is a GeoNames code.
    """
    seats = _Seats(towns)
    outlines = _Outlines()
    rows: list[Row] = []
    codes: dict[str, Row] = {}
    wanted = []
    for name, iso, code, number, kind, aliases, listed, parent, *_ in source.units():
        level = code.count(".") if code else 2 if listed == "2" else 1
        level = 1 if iso and code[:2] in FIRST_BY_ISO else level
        outer = code.rpartition(".")[0] if code else source.units()[int(parent) - 1][2] if parent else ""
        if (code or iso)[:2] in source.countries() and level in {1, 2}:
            wanted.append((name, iso, code, number, kind, aliases, level, outer))
    # Every unit takes the outline that is surely its own before any takes one that is only likely.
    chosen = {at: outlines.take(*entry[:4], entry[5], sure=True) for at, entry in enumerate(wanted)}
    levels: dict[str, Counter[int]] = defaultdict(Counter)
    for at, (name, iso, code, number, kind, aliases, level, outer) in enumerate(wanted):
        ne = chosen[at] or outlines.take(name, iso, code, number, aliases, sure=False)
        if not (ne or code):
            continue
        row = _unit(name, iso, code, number, ne, shapes, seats)
        if row is None:
            continue
        levels[row.country][level] += bool(ne)
        row.feature = "ADM1" if level == 1 else "ADM2"
        row.admin1 = outer if level == 2 else ""
        row.add(alternates([name, *aliases.split("|")]))
        if iso:
            codes[iso] = row
        row.add(UNIT_NAMES.get(code, []), "name")
        for short in ABBREVIATIONS.get(iso, []):
            row.add([short, short.replace(".", ". ").strip()], "abbreviation")
        if level == 1:
            row.add(_with_kind(row.name, {kind, ne.get("type_en") or ""}))
        row.add(_in_short(row.names))
        rows.append(row)
        codes[code or iso] = row
    inner = {country for country, count in levels.items() if count[2] > count[1]}
    _add_left(rows, outlines, shapes, seats, {country: _firsts(country, codes) for country in sorted(inner)})
    return rows, codes


def _firsts(country: str, codes: dict[str, Row]) -> dict[str, str]:
    """GeoNames codes of a country's first-level units by their names."""
    first = {code: row for code, row in codes.items() if code.startswith(f"{country}.") and row.feature == "ADM1"}
    return {key: code for code, row in first.items() for key in row.matches()}


def _add_left(
    rows: list[Row], outlines: "_Outlines", shapes: Shapes, seats: "_Seats", firsts: dict[str, dict[str, str]]
) -> None:
    """Add Natural Earth's other units; one that has a row already, under its own or its country's name, gets none.

    In the countries of ``firsts``, whose outlines are of the second level, these are so too: boroughs of London.
    """
    known: dict[tuple[str, str], Row] = {}
    for row in rows:
        for key in row.matches():
            known.setdefault((row.country, key), row)
    for ne in outlines.left():
        row = _unit("", ne["iso_3166_2"], ne.get("gn_a1_code") or "", "", ne, shapes, seats)
        if row is None or normalise(row.name) in {normalise(ne["admin"]), _country(row.country)}:
            continue
        twin = known.get((row.country, normalise(row.name)))
        outer = firsts.get(row.country, {})
        if holder := next((outer[k] for k in map(_key, (ne.get("geonunit"), ne.get("region"))) if k in outer), ""):
            row.feature, row.admin1 = "ADM2", holder
        if twin is None:
            rows.append(row.add(_with_kind(row.name, {ne.get("type_en") or ""}) if row.feature == "ADM1" else []))
            known[row.country, normalise(row.name)] = row
        elif not twin.shape:
            twin.shape, twin.lat, twin.lon, twin.source = row.shape, row.lat, row.lon, row.source
        else:
            twin.shape = shapes.union([*twin.shape.split("+"), row.shape])


def _key(name: str | None) -> str:
    return normalise(name or "")


def _country(code: str) -> str:
    return normalise(COUNTRY_NAMES.get(code, [source.countries()[code]["name"]])[0])


def _with_kind(name: str, kinds: set[str]) -> list[str]:
    stem = _KIND_WORD.sub("", name)
    words = sorted({kind.casefold() for kind in kinds} & _KINDS | {"region"})
    return [f"{stem} {word.title()}" for word in words] + [f"{word.title()} of {stem}" for word in words if stem]


def _in_short(names: Iterable[str]) -> list[str]:
    """'Loudon Co.' for 'Loudon County', 'Co. Cork' for 'County Cork'."""
    full = [name for name in names if re.search(r"\w County\Z|\ACounty \w", name)]
    return [re.sub(r"\bCounty\b", "Co.", name) for name in full]


def _stems(names: Iterable[str]) -> set[str]:
    """Normalised names, with and without the word for the kind of unit."""
    keys = {normalise(name) for name in names if name}
    return keys | {_KIND_WORD.sub("", key) for key in keys}


class _Outlines:
    """Natural Earth's units, found by GeoNames number or ISO code, each taken once.

    Both codes err: numbers are mistyped, countries renumber their ISO codes, neighbours stand swapped. So the outline
    whose own name agrees wins.
    """

    def __init__(self) -> None:
        self._units = checked(source.ne_units())
        codes: dict[str, list[int]] = defaultdict(list)
        numbers: dict[str, list[int]] = defaultdict(list)
        for at, unit in enumerate(self._units):
            codes[unit["iso_3166_2"]].append(at)
            numbers[str(unit.get("gn_id"))].append(at)
        # A code that several outlines share names none of them.
        self._codes = {code: found[0] for code, found in codes.items() if len(found) == 1}
        self._numbers = {number: found[0] for number, found in numbers.items() if len(found) == 1 and number.isdigit()}
        self._taken: set[int] = set()

    def take(self, name: str, iso: str, code: str, number: str, aliases: str, *, sure: bool) -> dict[str, Any]:
        """The outline of a unit, empty where none is; only one that bears its name where it must be ``sure``."""
        own = _stems([name])
        known = own | _stems([source.unit_names().get(code, ""), *aliases.split("|")])
        ranked = []
        for order, at in enumerate((self._numbers.get(number), self._codes.get(iso))):
            if at is None or at in self._taken:
                continue
            unit = self._units[at]
            agreement = 2 * bool(_stems([unit.get("name") or ""]) & own) + bool(_stems(own_names(unit)) & known)
            if agreement or not (sure or order):
                ranked.append((-agreement, order, at))
        if not ranked:
            return {}
        best = min(ranked)[2]
        self._taken.add(best)
        return self._units[best]

    def left(self) -> list[dict[str, Any]]:
        return [
            unit
            for at, unit in enumerate(self._units)
            if at not in self._taken and unit.get("name") and unit["iso_3166_2"][:2] in source.countries()
        ]


def checked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Units without the English names that several of a country share, and without slips."""
    found = [unit | _righted(unit["iso_3166_2"]) for unit in found]
    found = [_without_strangers(unit) for unit in found]
    shared = Counter((unit["iso_3166_2"][:2], unit.get("name_en")) for unit in found)
    return [
        {key: value for key, value in unit.items() if key != "name_en"}
        if shared[unit["iso_3166_2"][:2], unit.get("name_en")] > 1
        else unit
        for unit in found
    ]


def _righted(iso: str) -> dict[str, Any]:
    return dict.fromkeys(("name", "name_en", "gn_name", "woe_name"), UNIT_SLIPS[iso]) if iso in UNIT_SLIPS else {}


def _without_strangers(unit: dict[str, Any]) -> dict[str, Any]:
    """A unit without its translated names where the English one is like none of its own names.

    They all come from one entry of another table, now and then a stranger's: Sikasso as 'Wassoulou'.
    """
    english = unit.get("name_en")
    if not english or unit["iso_3166_2"] in TRUE_EXONYMS:
        return unit
    listed = _listed_names()
    own = own_names({**unit, "name_en": None}) + listed[str(unit.get("gn_id"))] + listed[unit["iso_3166_2"]]
    if any(_alike(normalise(english), normalise(name)) for name in own):
        return unit
    kept = {key: value for key, value in unit.items() if key[:5] != "name_" or key in {"name_local", "name_alt"}}
    return kept | {"name_en": plain(unit["name"])}


@cache
def _listed_names() -> dict[str, list[str]]:
    """GeoNames' names of each unit by its number and by its ISO 3166-2 code."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, iso, code, number, _, aliases, *_ in source.units():
        names = [name, *aliases.split("|"), source.unit_names().get(code, "")]
        for key in {iso, number} - {""}:
            found[key] += [part for part in names if part]
    return found


def _alike(name: str, other: str) -> bool:
    """Whether two normalised names, or long words of theirs, may be spellings of one."""
    if SequenceMatcher(None, name, other).ratio() >= _ALIKE:
        return True
    long = [word for word in name.split() if len(word) > 3]
    pairs = [(word, beside) for word in long for beside in other.split()]
    return any(a[:4] == b[:4] or SequenceMatcher(None, a, b).ratio() >= _ALIKE for a, b in pairs)


class _Seats:
    """Where a unit without an outline stands, and how many people live in a unit's towns."""

    _RANKS = ("PPLC", "PPLA", "PPLA2", "PPLA3", "PPLA4")

    def __init__(self, towns: Iterable[Row]) -> None:
        self._towns: dict[str, list[Row]] = defaultdict(list)
        for town in towns:
            for code in town_units(int(town.id.partition(":")[2])):
                if code:
                    self._towns[code].append(town)

    def people(self, code: str) -> int:
        return sum(town.population for town in self._towns.get(code, []) if town.feature != "PPLX")

    def of(self, code: str) -> Row | None:
        towns = self._towns.get(code, [])
        ranks = self._RANKS[: code.count(".") + 1]
        seats = [town for town in towns if town.feature in ranks]
        return max(seats or towns, key=lambda town: (town.population, town.id), default=None)


def _unit(name: str, iso: str, code: str, number: str, ne: dict[str, Any], shapes: Shapes, seats: _Seats) -> Row | None:
    county = _fips(code)
    shape = shapes.unit(ne) if ne else shapes.key(f"county:{county}" if county else "")
    seat = seats.of(code)
    label = (float(ne["latitude"]), float(ne["longitude"])) if ne.get("latitude") is not None else None
    if label and shapes.metres_off(shape, label) > _ASTRAY_M:
        label = shapes.point(shape)
    if label:
        lat, lon, origin = *label, "natural-earth+geonames"
    elif (position := shapes.point(shape)) is not None:
        lat, lon, origin = *position, "census"
    elif seat is not None:
        lat, lon, origin = seat.lat, seat.lon, "geonames"
    else:
        return None
    geoname = number or str(ne.get("gn_id") or "")
    country = (code or iso)[:2]
    shown = _shown(name, code, ne)
    shown = plain(shown) if country in ROMANISED else shown
    row = Row(
        id=f"geonames:{geoname}" if geoname.isdigit() and geoname != "0" else f"ne:{ne.get('adm1_code') or iso}",
        name=shown,
        lat=lat,
        lon=lon,
        feature="ADM1",
        source=origin,
        country=country,
        population=seats.people(code),
        shape=shape,
    )
    row.add([shown], "name")
    row.add(alternates([source.unit_names().get(code, ""), *own_names(ne)]))
    row.add(alternates(ne.get(f"name_{language}") or "" for language in LANGUAGES))
    return row


def _shown(name: str, code: str, ne: dict[str, Any]) -> str:
    """The English name: GeoNames' own, with 'Oblast' where the unit is one and only its town's name stands there."""
    english = ne.get("name_en") or ne.get("name") or ""
    if code.count(".") == 2 and ne.get("name_en"):
        # GeoNames calls second-level units by their local names; of two ('Viti/Vitina'), the first is shown.
        return str(ne["name_en"]).partition("/")[0]
    shown = source.unit_names().get(code) or english or name
    if re.search(r"oblast['’]?\Z", name, re.IGNORECASE):
        stem = english if re.search(r"skaya\b", shown) and english else shown
        return stem if re.search(r"oblast|okrug", stem, re.IGNORECASE) else f"{stem} Oblast"
    return shown


def _fips(code: str) -> str:
    parts = code.split(".")
    if len(parts) == 3 and parts[0] == "US" and parts[1] in source.us_states():
        return f"{source.us_states()[parts[1]]['fips']}{parts[2]}"
    return ""


def own_names(ne: dict[str, Any]) -> list[str]:
    """What Natural Earth itself calls a unit, translations aside."""
    names = [ne.get(key) for key in ("name", "name_en", "gn_name", "woe_name", "name_local")]
    names += (ne.get("name_alt") or "").split("|")
    return [part for name in names if name for part in name.split("/")]
