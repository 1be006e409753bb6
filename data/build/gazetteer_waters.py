"""Rows of the gazetteer for seas, lakes and rivers: the named shapes of the boundaries."""

import re
from collections.abc import Iterator

from gazetteer_rows import Row
from gazetteer_shapes import Shapes

from geostory.gazetteer import normalise

__all__ = ["waters"]

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
}
_RIVER_WORDS = re.compile(
    r"\b(river|rio|r[ií]o|fleuve|canal|creek|delta|rivi[eè]re|wadi|nahr|gang|jiang|he|ho|kiang|darya|fork|channel"
    r"|flood|nile|brook)\b",
    re.IGNORECASE,
)


def waters(shapes: Shapes) -> Iterator[Row]:
    """Seas, gulfs, straits and bays; lakes and reservoirs; rivers at the middle of their longest piece."""
    for layer in ("marine", "lake", "river"):
        for shape in shapes.layer(layer):
            name = " ".join(shape.name.split())
            position = shapes.point(shape.key)
            if not normalise(name) or position is None:
                continue
            scale = float(shape.properties.get("scalerank") or 0)
            names = [name]
            if layer == "marine":
                words = normalise(name).split()
                feature = next((code for word, code in _MARINE.items() if word in words), "SEA")
            elif layer == "lake":
                feature = "RSV" if "reservoir" in str(shape.properties.get("kind", "")).casefold() else "LK"
                names += [f"Lake {name}"] if " " not in name else []
            else:
                feature = "STM"
                names = [name] if _RIVER_WORDS.search(name) else [f"{name} River", name, f"River {name}"]
            row = Row(
                id=f"ne:{shape.key.replace(':', '-')}",
                name=names[0],
                lat=position[0],
                lon=position[1],
                feature=feature,
                source="natural-earth",
                country=shape.country,
                shape=shape.key,
                prominence=max(6.0 - scale * 0.35, 3.0),
            )
            yield row.add(names[:1], "name").add(names[1:])
