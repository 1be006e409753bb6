"""Builds data/gazetteer: every place by name, from pinned packages, the built boundaries and data/supplement.

python data/build/boundaries.py && python data/build/gazetteer.py
"""

import re
from collections import defaultdict

import gazetteer_inputs as source
from gazetteer_countries import countries
from gazetteer_files import write
from gazetteer_groups import continents, groups
from gazetteer_places import airports, small_localities, town_units, towns
from gazetteer_remote import Known, city_parts, remote_places
from gazetteer_rows import Row
from gazetteer_shapes import Shapes
from gazetteer_supplement import merge_supplement
from gazetteer_units import units
from gazetteer_waters import waters
from inputs import DATA, record

from geostory.boundaries import boundaries
from geostory.gazetteer import normalise

OUT = "gazetteer"
# A state of fewer people lends its capital little fame: 'Victoria' is Australia's state before it is Seychelles' port.
_SMALL_STATE = 1_000_000
CREDIT = "GeoNames (geonames.org, CC BY 4.0), Natural Earth, The World Factbook, US Census Bureau, airportsdata"


def assemble(shapes: Shapes) -> tuple[list[Row], dict[str, str]]:
    """All rows, and the countries' names by ISO code."""
    states = countries(shapes)
    names = {row.country: row.name for row in states}
    settled = towns()
    areas, codes = units(shapes, settled)
    regions = groups(shapes, areas)
    _label(settled, areas, codes)
    _untangle(states, areas)
    local = small_localities(settled)
    fields = airports()
    _name_units(fields, areas)
    _drop_former_names(settled)
    fame = {row.country: _fame(row) for row in states}
    for town in settled:
        town.prominence = fame.get(town.country, 0.5)
    rows = [*states, *continents(), *areas, *regions, *settled, *local, *fields, *waters(shapes)]
    rows = _once(merge_supplement(rows, shapes))
    known = Known(rows)
    remote = remote_places(known)
    _name_units(remote, areas)
    city_parts(rows, known)
    rows += remote
    _place_in_units(rows, shapes, codes)
    return rows, names


def _label(settled: list[Row], areas: list[Row], codes: dict[str, Row]) -> None:
    """Give towns and units the names, as shown, of the units they lie in."""
    for town in settled:
        first, second = town_units(int(town.id.partition(":")[2]))
        town.admin1 = codes[first].name if first in codes else source.unit_names().get(first, "")
        town.admin2 = codes[second].name if second in codes else ""
        if second in codes and codes[second].feature == "ADM1":
            town.admin1, town.admin2 = town.admin2, ""
    for area in areas:
        area.admin1 = codes[area.admin1].name if area.admin1 in codes else source.unit_names().get(area.admin1, "")


def _untangle(states: list[Row], areas: list[Row]) -> None:
    """Take from each area the alternate names that are another's own: its parent's, its part's or its sister's.

    Sources list 'Scotland' under the United Kingdom, a part of Ferizaj district under Prizren's name, and mistranslate
    one unit's name as its neighbour's.
    """
    own = defaultdict(set)
    for area in areas:
        own[area.country, area.admin1].add(normalise(area.name))
    for area in [*states, *areas]:
        area.drop((own[area.country, ""] | own[area.country, area.admin1]) - {normalise(area.name)})


def _fame(state: Row) -> float:
    """What a capital's rank gains by its state, in powers of ten of people: little by one of few people."""
    if state.feature != "PCLI":
        return 0.5
    return 3.0 if state.population >= _SMALL_STATE else 1.0


def _drop_former_names(settled: list[Row]) -> None:
    """Take from each town the alternate names that another town of its country, at least as large, has for its own.

    GeoNames lists without a mark what a place was once called: 'Maryville' for Beeville, 'Brooklyn' for Oshkosh. The
    beginning of its full name stays ('Santiago' de Compostela).
    """
    largest: dict[tuple[str, str], int] = {}
    for town in settled:
        for key in {normalise(name) for name, match in town.names.items() if match == "name"}:
            largest[town.country, key] = max(town.population, largest.get((town.country, key), 0))
    for town in settled:
        full = normalise(town.name)
        others = (key for key, match in town.matches().items() if match == "alternate")
        town.drop(
            [
                key
                for key in others
                if largest.get((town.country, key), -1) >= town.population and not full.startswith(f"{key} ")
            ]
        )


def _name_units(fields: list[Row], areas: list[Row]) -> None:
    """Write a place's first-level unit as the unit itself is shown."""
    shown = {(area.country, key): area.name for area in areas if area.feature == "ADM1" for key in area.matches()}
    for field in fields:
        field.admin1 = shown.get((field.country, normalise(field.admin1)), field.admin1)


# What a reader places in a region: 'island in Alaska', 'palace in Moscow', 'airport in Bavaria'.
_LOCAL = (
    "ISL",
    "ATOL",
    "CAPE",
    "MT",
    "VLC",
    "FLLS",
    "LK",
    "AIR",
    "MIL",
    "NVB",
    "BDG",
    "PAL",
    "GOV",
    "HBR",
    "PRT",
    "SP",
    "ANS",
    "CSTL",
    "DAM",
    "MNMT",
    "MSQE",
    "MUS",
    "PRK",
    "RCTR",
    "STDM",
    "TOWR",
    "UNIV",
)


def _place_in_units(rows: list[Row], shapes: Shapes, codes: dict[str, Row]) -> None:
    """Give smaller natural features and works their first-level unit, where one holds them."""
    shown = {row.shape: row.name for row in rows if row.feature == "ADM1" and row.shape}
    for row in rows:
        if row.curated and row.admin1 in codes:
            row.admin1 = codes[row.admin1].name
        elif row.country and not row.admin1 and row.feature.startswith(_LOCAL) and row.feature != "MTS":
            row.admin1 = shown.get(shapes.holder("admin1", row.shape, (row.lat, row.lon)), "")


def _once(rows: list[Row]) -> list[Row]:
    """One row an identifier: the first, with the names of the others."""
    groups_of = defaultdict(list)
    for row in rows:
        groups_of[row.id].append(row)
    for first, *others in groups_of.values():
        for other in others:
            for name, match in other.names.items():
                first.add([name], match)
    return [found[0] for found in groups_of.values()]


def main() -> None:
    """Build and record the files."""
    rows, names = assemble(Shapes(boundaries()))
    folder = DATA / OUT
    folder.mkdir(exist_ok=True)
    # Sources of curated positions that ask for credit by their licence.
    further = sorted({row.source for row in rows if re.search(r"\b(MIT|CC BY)\b", row.source)})
    for file, count in write(rows, names, folder).items():
        record(
            f"{OUT}/{file}",
            licence="CC-BY-4.0",
            credit=", ".join([CREDIT, *further]) if file == "rows.npy" else CREDIT,
            built_by="data/build/gazetteer.py",
            rows=count,
            inputs=source.ALL,
        )
    print(f"{len(rows)} places, {sum(path.stat().st_size for path in folder.glob('*.*')) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
