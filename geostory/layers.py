"""The layers of a map: each file in ``layers/`` declares one; here it is filled with the story's features."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from shapely.geometry.base import BaseGeometry

from geostory.errors import DataError
from geostory.models import Candidate, Mention, Source
from geostory.resources import layers_path

__all__ = [
    "LARGE",
    "SPREAD",
    "WATER",
    "Drawn",
    "Feature",
    "Layer",
    "declared_layers",
    "legend_rows",
    "look_of",
    "popup_of",
]

Block = dict[str, Any]

LARGE = {"PCLI", "PCLD", "PCLS", "PCLF", "PCLIX", "TERR", "CONT", "RGN", "RGNE", "RGNH", "ZN"}
"""Lands too wide to say where a story happens while anything finer does: then named, not outlined, and no frame."""
WATER = {"OCN", "SEA", "STRT", "CHN", "CHNM", "GULF", "BAY", "SD", "FJD", "LGN", "LK", "LKS", "STM", "CNL", "CNLN"}
"""Waters, whose names say enough: their shapes are drawn by the ground."""
SPREAD = LARGE | WATER | {"ADM1", "ADM2", "PEN", "MTS", "DSRT", "PLAT", "PLN", "UPLD", "VAL", "ISLS", "ISTH", "FRST"}
"""Features that cover ground: without a polygon, a name there and no dot."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer as its file declares it."""

    id: str
    title: str
    order: int
    on: bool
    frames: bool
    selects: str
    roles: tuple[str, ...]
    style: dict[str, dict[str, Any]]
    legend: dict[str, str]
    popup: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One thing on the map: where it is, how it looks, the words on its card and the mentions it came from.

    ``look`` holds kind, color, dashed, heavy and hatch as the page's script reads them; ``legend`` is its legend's row.
    ``candidate`` is None for lines and regions; ``seen`` is the same as words tell it under the
    map's view; ``said`` is what the article says of a distance, where that is shown,
    and ``verdict`` whether it agrees, for pages that check facts; ``ends`` are the names of a distance's two ends.
    """

    id: str
    look: Block
    weight: int
    label: str
    label_at: tuple[float, float]
    legend: str
    geometry: BaseGeometry
    popup: Block
    mentions: tuple[Mention, ...]
    candidate: Candidate | None = None
    seen: Candidate | None = None
    said: str = ""
    verdict: str = ""
    ends: tuple[str, ...] = ()


_SELECTED = ("places", "distances", "regions", "vicinities", "control", "overlays", "annotations")
Drawn = list[tuple[Layer, list[Feature]]]


@cache
def declared_layers() -> tuple[Layer, ...]:
    """The layers of ``layers/*.toml``, lowest first.

    Raises
    ------
    DataError
        If a file is not a layer, naming it and what is wrong.
    """
    found = []
    for path in sorted(layers_path().glob("*.toml")):
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
            selects = raw["selects"]
            if selects["from"] not in _SELECTED:
                raise ValueError(f"selects.from must be one of {', '.join(_SELECTED)}")
            found.append(
                Layer(
                    id=raw["id"],
                    title=raw["title"],
                    order=raw["order"],
                    on=raw["on"],
                    frames=raw["frames"],
                    selects=selects["from"],
                    roles=tuple(selects.get("roles", ())),
                    style=raw["style"],
                    legend=raw["legend"],
                    popup=tuple(raw["popup"]["fields"]),
                )
            )
        except KeyError as error:
            raise DataError(f"layers/{path.name}: the key {error} is missing") from None
        except ValueError as error:
            raise DataError(f"layers/{path.name}: {error}") from None
    return tuple(sorted(found, key=lambda layer: (layer.order, layer.id)))


def look_of(style: dict[str, Any], *, hatch: str = "", color: str = "", dashed: bool = False) -> Block:
    """A feature's look as the page's script reads it, by one of its layer's styles."""
    return {
        "kind": style["kind"],
        "color": color or style["color"],
        "dashed": dashed or bool(style.get("dashed", False)),
        "heavy": bool(style.get("heavy", False)),
        "hatch": hatch,
    }


def popup_of(
    layer: Layer,
    *,
    title: str,
    what: str,
    sentence: Block | None,
    why: str = "",
    sure: str = "",
    facts: Sequence[str] = (),
    sources: Sequence[Source] = (),
) -> Block:
    """A card's words; a part that the layer does not ask for stays empty."""
    shown = set(layer.popup)
    return {
        "title": title,
        "what": what,
        "sentence": sentence if "sentence" in shown else None,
        "why": why if "why" in shown else "",
        "sure": sure if "sure" in shown else "",
        "facts": list(facts) if "facts" in shown else [],
        "sources": [{"title": s.title, "address": s.address} for s in sources] if "sources" in shown else [],
    }


def legend_rows(features: Sequence[Feature]) -> list[Block]:
    """A row for each look among the features, in their order, with the look as its swatch."""
    rows: dict[str, Block] = {}
    for feature in features:
        if feature.legend:
            rows.setdefault(feature.legend, feature.look)
    return [{"label": label, "swatch": swatch} for label, swatch in rows.items()]
