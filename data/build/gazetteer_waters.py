"""Rows of the gazetteer for seas, lakes and rivers: the named shapes of the boundaries."""

import re
from collections import defaultdict
from collections.abc import Iterator

from gazetteer_codes import WATER_NAMES
from gazetteer_rows import Row, alternates
from gazetteer_shapes import Shapes

from geostory.boundaries import Shape
from geostory.gazetteer import normalise

__all__ = ["waters"]

# Shapes of one name within this many degrees are parts of one water.
_APART = 0.5
# The first word that a marine name holds says what it is.
_MARINE = {
    "ocean": "OCN",
    "strait": "STRT",
    "stretto": "STRT",
    "estrecho": "STRT",
    "passage": "STRT",
    "channel": "CHN",
    "canal": "CHN",
    "gulf": "GULF",
    "golfe": "GULF",
    "golfo": "GULF",
    "bay": "BAY",
    "bahia": "BAY",
    "baia": "BAY",
    "baie": "BAY",
    "bight": "BAY",
    "sound": "SD",
    "inlet": "INLT",
    "fjord": "FJD",
    "lagoon": "LGN",
    "sea": "SEA",
    "straits": "STRT",
    "selat": "STRT",
    "mandeb": "STRT",
    "bosporus": "STRT",
    "dardanelles": "STRT",
    "kattegat": "STRT",
    "skagerrak": "STRT",
    "oresund": "STRT",
    "entrance": "CHN",
    "boca": "CHN",
    "passages": "CHN",
    "bucht": "BAY",
    "guba": "BAY",
    "basin": "BAY",
    "seno": "INLT",
    "kangertittivaq": "FJD",
    "reef": "RF",
    "river": "ESTY",
    "plata": "ESTY",
    "lago": "LGN",
    "lagoa": "LGN",
    "lake": "LGN",
    "lakes": "LGN",
    "haff": "LGN",
    "ozero": "LGN",
}
_RIVER_WORDS = re.compile(
    r"\b(river|rio|r[ií]o|fleuve|canal|creek|delta|rivi[eè]re|wadi|nahr|gang|jiang|he|ho|kiang|darya|fork|channel"
    r"|flood|nile|brook)\b",
    re.IGNORECASE,
)


def waters(shapes: Shapes) -> Iterator[Row]:
    """Seas, gulfs, straits and bays; lakes and reservoirs; rivers at the middle of their longest piece."""
    for layer in ("marine", "lake", "river"):
        named: dict[str, list[Shape]] = defaultdict(list)
        for shape in shapes.layer(layer):
            if normalise(shape.name):
                name = " ".join(shape.name.split())
                name = WATER_NAMES.get(name, name)
                if "?" not in name:  # a letter was lost, and with it the name
                    named[name].append(shape)
        for name, found in named.items():
            for parts in _together(found):
                yield _water(layer, name, parts, shapes)


def _together(found: list[Shape]) -> list[list[Shape]]:
    """Shapes of one name in heaps whose members lie side by side: a lake's basins, a river's reaches."""
    heaps: list[list[Shape]] = []
    for shape in found:
        near = [heap for heap in heaps if any(shape.geometry.distance(part.geometry) < _APART for part in heap)]
        heaps = [heap for heap in heaps if heap not in near] + [[*(part for heap in near for part in heap), shape]]
    return heaps


def _water(layer: str, name: str, parts: list[Shape], shapes: Shapes) -> Row:
    key = shapes.union(part.key for part in parts)
    position = shapes.point(key)
    assert position is not None
    names = [
        name,
        *(other.strip() for part in parts for other in re.split("[()]", part.name) if "?" not in part.name),
        *(str(other) for part in parts for other in part.properties.get("names", [])),
    ]
    own, prominence = [name], 6.0
    if layer == "marine":
        words = normalise(name).split()
        feature = next((code for word, code in _MARINE.items() if word in words), "SEA")
        feature = "FJD" if words[-1].endswith("fjorden") else feature
    elif layer == "lake":
        feature = "LK"
        prominence = shapes.square_kilometres(key) ** 0.25 / 3 + 2.5
        names += [f"Lake {name}"] if " " not in name else []
    else:
        feature = "STM"
        prominence = 6.0 - min(float(part.properties.get("rank") or 9) for part in parts) * 0.35
        if not _RIVER_WORDS.search(name):
            names = [f"{name} River", name, f"River {name}", *names]
        elif name.endswith("Nile"):
            own += [f"{name} River", f"River {name}"]
    row = Row(
        id=f"ne:{parts[0].key.replace(':', '-')}",
        name=names[0],
        lat=position[0],
        lon=position[1],
        feature=feature,
        source="natural-earth",
        country="" if layer == "marine" else _country(shapes.holder("country", key, position)),
        shape=key,
        prominence=min(max(prominence, 3.0), 6.0),
    )
    row.add(names[:1], "name").add(alternates(names[1:]))
    # A river is as well known without the word: 'the Volga'.
    return row.add(alternates(own), "name")


def _country(key: str) -> str:
    code = key.removeprefix("country:")
    return code if len(code) == 2 else ""
