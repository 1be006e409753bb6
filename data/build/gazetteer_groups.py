"""Rows of the gazetteer for groups of first-level units (England, Darfur, Tuscany) and for continents."""

import re
from collections import defaultdict

import gazetteer_inputs as source
from gazetteer_rows import Row, alternates
from gazetteer_shapes import Shapes

from geostory.gazetteer import normalise

__all__ = ["continents", "groups"]

_PLAIN_GROUP = frozenset(
    re.findall(
        r"\w+",
        """
        central centre center centro east eastern est leste mid mideast midwest midlands norte nord north northeast
        northeastern northern northwest northwestern south southeast southeastern southern southwest southwestern sud
        sul sur upper west western far outlying islands border metropolitan special municipalities capital region
        province development economic administrative highlands and volga
        """,
    )
)


def continents() -> list[Row]:
    """GeoNames' continents at its own points; Antarctica stands among the countries."""
    rows = []
    for continent in source.continents():
        if continent["name"] != "Antarctica":
            row = Row(
                id=f"geonames:{continent['geonameId']}",
                name=continent["name"],
                lat=float(continent["lat"]),
                lon=float(continent["lng"]),
                feature="CONT",
                source="geonames",
            )
            row.add([row.name], "name").add(alternates(name["name"] for name in continent["alternateNames"]))
            rows.append(row)
    return rows


def groups(shapes: Shapes, known: list[Row]) -> list[Row]:
    """What Natural Earth's units belong to by its 'geonunit' and 'region': England, Darfur, Tuscany.

    Where a row of that name stands for the group already, it gets the outline and the outline's point instead.
    """
    members: dict[tuple[str, str], list[str]] = defaultdict(list)
    own: dict[str, set[str]] = defaultdict(set)
    for unit in source.ne_units():
        country = unit["iso_3166_2"][:2]
        own[country] |= {normalise(unit.get(key) or "") for key in ("admin", "geonunit", "name", "name_en")}
        whole = normalise(source.countries().get(country, {}).get("name", ""))
        for key in ("geonunit", "region"):
            name = re.sub(r"\s*\(.*", "", unit.get(key) or "")
            words = normalise(name).split()
            if words and not set(words) <= _PLAIN_GROUP and normalise(name) not in {whole, normalise(unit["admin"])}:
                members[country, name].append(shapes.unit(unit))
    by_name = defaultdict(list)
    for row in known:
        if row.feature in {"ADM1", "ADM2"} and not row.shape:
            for key in row.matches():
                by_name[row.country, key].append(row)
    rows = []
    for (country, name), keys in sorted(members.items()):
        shape = shapes.union(keys)
        position = shapes.point(shape)
        if not shape or position is None or country not in source.countries():
            continue
        twins = by_name[country, normalise(name)]
        if twins:
            first = min(twins, key=lambda row: (row.feature, -row.population))
            first.shape, (first.lat, first.lon), first.source = shape, position, "natural-earth+geonames"
            first.add([name])
        elif len(set(keys)) > 1:
            rows.append(_group(country, name, shape, position))
    return rows


def _group(country: str, name: str, shape: str, position: tuple[float, float]) -> Row:
    slug = normalise(name).replace(" ", "-")
    row = Row(
        id=f"ne:{country.lower()}-{slug}",
        name=name,
        lat=position[0],
        lon=position[1],
        feature="RGN",
        source="natural-earth",
        country=country,
        shape=shape,
    )
    return row.add([name], "name")
