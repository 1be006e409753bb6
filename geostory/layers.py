"""From a story to the page's JSON block: which layers it has, what each draws, and the words beside the map.

Each file in ``layers/`` declares one layer; this module reads them and fills them with the story's features.
"""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from shapely import MultiPolygon, Point, box
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geostory.article import sentence_span
from geostory.basemap import basemap_block, focus_countries
from geostory.boundaries import boundaries
from geostory.distances import format_distance
from geostory.errors import DataError
from geostory.frame import Bounds, Extent, story_frame
from geostory.geodesy import geodesic_line, unwrap
from geostory.models import Candidate, Distance, Mention, Place, Region
from geostory.resources import layers_path
from geostory.story import Story
from geostory.words import UNSURE, day, describe, join, sure_words

__all__ = ["Layer", "declared_layers", "story_block"]

Block = dict[str, Any]

LARGE = {"PCLI", "PCLD", "PCLS", "PCLF", "PCLIX", "TERR", "CONT", "RGN", "RGNE", "RGNH", "ZN"}
"""Lands too wide to say where a story happens while anything finer does: then named, not outlined, and no frame."""
WATER = {"OCN", "SEA", "STRT", "CHN", "CHNM", "GULF", "BAY", "SD", "FJD", "LGN", "LK", "LKS", "STM", "CNL", "CNLN"}
"""Waters, whose names say enough: their shapes are drawn by the ground."""
SPREAD = LARGE | WATER | {"ADM1", "ADM2", "PEN", "MTS", "DSRT", "PLAT", "PLN", "UPLD", "VAL", "ISLS", "ISTH", "FRST"}
"""Features that cover ground: without a polygon, a name there and no dot."""


GEONAMES = "GeoNames (CC BY 4.0)"
"""Whom the ground's towns are from."""
SMALL = 0.5
"""Degrees: what is smaller, an island say, is drawn from the finer shapes."""


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


Drawn = list[tuple[Layer, list[Block]]]


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
            if selects["from"] not in ("places", "distances", "regions"):
                raise ValueError("selects.from must be places, distances or regions")
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


# --- features ---------------------------------------------------------------------------------------------------------


def _sentence(story: Story, mention: Mention) -> Block:
    """The sentence around a mention, in three parts, so that the page can set the middle one bold."""
    text = story.article.field_text(mention.field)
    start, end = sentence_span(text, mention.start, mention.end)
    return {
        "before": text[start : mention.start].lstrip(),
        "mention": mention.text,
        "after": text[mention.end : end].rstrip(),
    }


def _spans(mentions: Iterable[Mention]) -> list[Block]:
    return [{"field": m.field, "start": m.start, "end": m.end} for m in mentions]


def _shape(candidate: Candidate) -> BaseGeometry | None:
    """The polygon to draw for a candidate that is an area, or None for a point."""
    if not candidate.shape or candidate.feature.startswith("PPL"):
        return None
    geometry = boundaries().shape(candidate.shape, detail="draw")
    if max(_size(geometry)) < SMALL:
        geometry = boundaries().shape(candidate.shape, detail="measure")
    return geometry if geometry.area > 0 else None


def _look(candidate: Candidate, area: BaseGeometry | None) -> str:
    """Which of a layer's styles a sure place has."""
    if candidate.feature in WATER:
        return "water"
    if area is not None:
        return "area"
    return "wide" if candidate.feature in SPREAD else "point"


def _place_features(story: Story, layer: Layer, taken: set[tuple[str, int]]) -> list[Block]:
    """One feature for each place the layer selects, with all its mentions; those inside a region's words are the region's."""
    groups: dict[str, list[Place]] = {}
    for place in story.places:
        if place.candidate and (place.mention.field, place.mention.start) not in taken:
            groups.setdefault(place.candidate.gazetteer_id, []).append(place)
    finer = bool(story.regions) or any(
        place.candidate and place.mention.role == "literal" and place.candidate.feature not in LARGE | WATER
        for place in story.places
    )
    features = []
    for key, places in groups.items():
        roles = {place.mention.role for place in places}
        # A place belongs to the strongest of its roles, so that it is drawn once.
        role = next(role for role in ("literal", "metonym", "demonym") if role in roles)
        if role not in layer.roles:
            continue
        first = next(place for place in places if place.mention.role == role)
        candidate = first.candidate
        assert candidate is not None
        unsure = max(place.confidence for place in places) < UNSURE
        area = None if candidate.feature in WATER or (finer and candidate.feature in LARGE) else _shape(candidate)
        look = _look(candidate, area)
        style = layer.style["unsure" if unsure else look]
        geometry = area if area is not None and style["kind"] == "area" else Point(candidate.lon, candidate.lat)
        features.append(
            {
                "id": f"{layer.id}-{key}",
                "kind": style["kind"],
                "color": style["color"],
                "dashed": bool(style.get("dashed", False)),
                "hatch": "",
                "weight": min(3, 1 + len(places) // 3),
                "label": candidate.name + (" ?" if unsure else ""),
                "label_at": [candidate.lon, candidate.lat],
                "legend": "unsure" if unsure else look,
                "geometry": geometry,
                "candidate": candidate,
                "popup": {
                    "title": candidate.name,
                    "what": describe(candidate),
                    "sentence": _sentence(story, first.mention),
                    "why": f"Placed here because {first.reason}." if first.reason else "",
                    "sure": sure_words(first),
                    "facts": [],
                    "sources": [],
                },
                "mentions": _spans(place.mention for place in places),
            }
        )
    return features


def _ends(distance: Distance) -> str:
    names = [
        ("mainland " if mainland else "") + (end.candidate.name if end.candidate else end.mention.text)
        for end, mainland in zip(distance.claim.ends, distance.claim.ends_mainland, strict=True)
    ]
    return join(names)


def _distance_features(story: Story, layer: Layer) -> list[Block]:
    features = []
    style = layer.style["line"]
    for index, distance in enumerate(story.distances):
        measure, claim = distance.measure, distance.claim
        if measure is None or measure.distance_m <= 0:
            continue
        line = geodesic_line(measure.start, measure.end)
        middle = line.interpolate(0.5, normalized=True)
        figure = "about " + format_distance(measure.distance_m)
        mention = Mention(start=claim.start, end=claim.end, field=claim.field, text=claim.text)
        facts = [f"Measured: {figure}, {measure.between}."]
        if measure.error_m >= 1:
            facts.append(f"Shapes and points allow an error of {format_distance(measure.error_m)}.")
        features.append(
            {
                "id": f"{layer.id}-{index}",
                "kind": style["kind"],
                "color": style["color"],
                "dashed": False,
                "hatch": "",
                "weight": 1,
                "label": figure,
                "label_at": [middle.x, middle.y],
                "legend": "line",
                "geometry": line,
                "said": claim.text if distance.verdict == "agrees" else "",
                "popup": {
                    "title": figure,
                    "what": f"{_ends(distance)}, {measure.between}",
                    "sentence": _sentence(story, mention),
                    "why": "",
                    "sure": "",
                    "facts": facts,
                    "sources": [],
                },
                "mentions": _spans([mention]),
            }
        )
    return features


def _claim(region: Region) -> str:
    """'Annexed by Russia'; a breakaway region claims itself, so nobody is named."""
    status = region.status.capitalize()
    return f"{status} region" if region.status in ("breakaway", "disputed") else f"{status} by {region.claimed_by}"


def _region_features(story: Story, layer: Layer) -> list[Block]:
    features = []
    style = layer.style["area"]
    for region in story.regions:
        at = region.geometry.representative_point()
        status = region.status if style["hatch"] == "status" else style["hatch"]
        features.append(
            {
                "id": f"{layer.id}-{region.id}",
                "kind": style["kind"],
                "color": region.status if style["color"] == "status" else style["color"],
                "dashed": False,
                "hatch": status,
                "weight": 2,
                "label": region.name.removesuffix(" region"),
                "label_at": [at.x, at.y],
                "legend": layer.legend["area"].format(claim=_claim(region)),
                "geometry": region.geometry,
                "popup": {
                    "title": region.name,
                    "what": region.summary,
                    "sentence": _sentence(story, region.mentions[0]) if region.mentions else None,
                    "why": "",
                    "sure": "",
                    "facts": [f"Shown as of {day(region.as_of)}."],
                    "sources": [{"title": s.title, "address": s.address} for s in region.sources],
                },
                "mentions": _spans(region.mentions),
            }
        )
    return features


def _features(story: Story, layer: Layer, taken: set[tuple[str, int]]) -> list[Block]:
    if layer.selects == "places":
        features = _place_features(story, layer, taken)
    elif layer.selects == "distances":
        features = _distance_features(story, layer)
    else:
        features = _region_features(story, layer)
    for feature in features:
        for part, empty in (("sentence", None), ("why", ""), ("sure", ""), ("facts", []), ("sources", [])):
            if part not in layer.popup:
                feature["popup"][part] = empty
    return features


def _legend(layer: Layer, features: list[Block]) -> list[Block]:
    """A row for each look that the layer draws, in the order of the features, with the look as its swatch."""
    rows: dict[str, Block] = {}
    for feature in features:
        label = layer.legend.get(feature["legend"], feature["legend"])
        rows.setdefault(label, {key: feature[key] for key in ("kind", "color", "dashed", "hatch")})
    return [{"label": label, "swatch": swatch} for label, swatch in rows.items()]


# --- frame ------------------------------------------------------------------------------------------------------------


def _largest_part(geometry: BaseGeometry) -> BaseGeometry:
    parts = getattr(geometry, "geoms", [geometry])
    return max(parts, key=lambda part: (part.area, part.length))


def _extents(drawn: Drawn) -> tuple[list[Extent], list[Extent]]:
    """What sets the frame, weighed by its mentions (a title's count thrice); lands too wide to do so stand apart."""
    fine: list[Extent] = []
    wide: list[Extent] = []
    for layer, features in drawn:
        for feature in features if layer.frames else ():
            candidate: Candidate | None = feature.get("candidate")
            target = wide if candidate is not None and candidate.feature in LARGE | {"OCN", "SEA"} else fine
            geometry = _largest_part(feature["geometry"]) if feature["kind"] == "area" else feature["geometry"]
            weight = sum(3 if mention["field"] == "title" else 1 for mention in feature["mentions"])
            target.append(Extent(bounds=geometry.bounds, weight=weight, name=feature["popup"]["title"]))
    return fine, wide


# --- the block --------------------------------------------------------------------------------------------------------


def _caption(story: Story, drawn: Drawn) -> str:
    """One or two sentences on what the map shows."""
    places = [f for layer, fs in drawn if layer.id == "places" for f in fs]
    finer = [f for f in places if f["candidate"].feature not in LARGE | WATER] or places
    names = [f["popup"]["title"] for f in finer]
    parts = []
    if names:
        more = len(names) - 4
        parts.append(f"Places in the article: {join([*names[:4], f'{more} more'] if more > 1 else names[:5])}.")
    if story.regions:
        for claim in dict.fromkeys(map(_claim, story.regions)):
            parts.append(f"{claim}: {join([r.name for r in story.regions if _claim(r) == claim])}.")
        if not any(region.control for region in story.regions):
            parts.append("Areas of control not shown.")
    for layer, features in drawn:
        if layer.id == "distances":
            parts += [f"{f['popup']['what'][0].upper()}{f['popup']['what'][1:]}: {f['label']}." for f in features[:2]]
    return " ".join(parts) or "No place in this article could be put on the map."


def _credits(story: Story, drawn: Drawn, basemap: Block) -> list[str]:
    """The sources of what this page draws, no more and no fewer."""
    used = {boundaries().source}
    if any(label["kind"] in ("city", "capital") for label in basemap["labels"]):
        used.add(GEONAMES)
    for _, features in drawn:
        used |= {feature["candidate"].source for feature in features if "candidate" in feature}
    used |= {source for distance in story.distances if distance.measure for source in distance.measure.sources}
    return sorted(
        {part.strip().removesuffix(" 1:10m") for credit in used for part in credit.split(", ") if part.strip()}
    )


def _notes(story: Story, outside: list[str]) -> list[str]:
    notes = [f"Beyond the edge of the map: {join(outside)}."] if outside else []
    if story.undated:
        notes.append(story.borders)
    lost = [p.mention.text for p in story.places if p.candidate is None and p.mention.role == "literal"]
    if lost:
        notes.append(f"Named in the article and not placed: {join(list(dict.fromkeys(lost)))}.")
    return notes


def _drawn(geometry: BaseGeometry, frame: Bounds, west: float) -> Block:
    """A geometry in the page's frame, with no more corners than the page can show of it.

    The page shows an area's outline down to an eighth of its width, on some 1,200 pixels.
    """
    if geometry.geom_type in ("Point", "LineString"):
        return _rounded(mapping(unwrap(geometry, west)), 5)
    moved = unwrap(geometry, west)
    own = moved.bounds[2] - moved.bounds[0]
    across = min(max(frame[2] - frame[0], own / 8), own)
    tolerance = max(1e-5, across / 1500)
    parts = [part for part in getattr(moved, "geoms", [moved]) if math.hypot(*_size(part)) > 2 * tolerance]
    thin = MultiPolygon(parts or [_largest_part(moved)]).simplify(tolerance)
    return _rounded(mapping(thin), max(1, math.ceil(-math.log10(tolerance))))


def _size(geometry: BaseGeometry) -> tuple[float, float]:
    west, south, east, north = geometry.bounds
    return east - west, north - south


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, (list, tuple)):
        return [_rounded(item, digits) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item, digits) for key, item in value.items()}
    return value


def story_block(story: Story) -> Block:
    """The JSON block that the page's script draws: layers, basemap, frame and words.

    Parameters
    ----------
    story : Story

    Returns
    -------
    dict
        Plain JSON values; every coordinate lies in one frame that may run past ±180°.
    """
    in_regions = {
        (m.field, place.mention.start)
        for region in story.regions
        for m in region.mentions
        for place in story.places
        if m.field == place.mention.field and m.start <= place.mention.start < m.end
    }
    drawn = [(layer, _features(story, layer, in_regions)) for layer in declared_layers()]
    frame, outside = story_frame(*_extents(drawn))
    west = (frame[0] + frame[2]) / 2 - 180
    details = [f["geometry"].bounds for _, fs in drawn for f in fs if f["kind"] == "line"]
    if story.regions:
        details.append(MultiPolygon([box(*region.geometry.bounds) for region in story.regions]).bounds)
    shown = [f["candidate"] for layer, fs in drawn if layer.frames for f in fs if "candidate" in f]
    countries = focus_countries(
        shown, [f["label_at"] for _, fs in drawn for f in fs if f["kind"] in ("line", "region")]
    )
    named = frozenset(f["candidate"].gazetteer_id for _, fs in drawn for f in fs if "candidate" in f)
    basemap = basemap_block(frame, west=west, focus=countries, details=details, named=named)
    caption = _caption(story, drawn)
    credits = _credits(story, drawn, basemap)
    layers = []
    for layer, features in drawn:
        legend = _legend(layer, features)
        for feature in features:
            feature.pop("candidate", None)
            feature.pop("legend")
            feature["geometry"] = _drawn(feature["geometry"], frame, west)
            lon, lat = feature["label_at"]
            feature["label_at"] = [round((lon - west) % 360 + west, 5), round(lat, 5)]
        if features:
            layers.append(
                {
                    "id": layer.id,
                    "title": layer.title,
                    "on": layer.on,
                    "order": layer.order,
                    "legend": legend,
                    "features": features,
                }
            )
    by_layer = {layer["id"]: layer["features"] for layer in layers}
    article = story.article
    return {
        "version": 1,
        "lang": "en",
        "title": article.title or "Untitled article",
        "kicker": str(article.extra.get("source") or ""),
        "date": day(article.date) if article.date else "",
        "dek": caption,
        "description": f"Map. {caption} {story.borders}.",
        "borders": story.borders,
        "undated": story.undated,
        "frame": [round(value, 5) for value in frame],
        "notes": _notes(story, outside),
        "credits": credits,
        "article": {"title": article.title, "text": article.text},
        "basemap": basemap,
        "layers": layers,
        "places": [
            {"feature": f["id"], "name": f["popup"]["title"], "what": f["popup"]["what"], "count": len(f["mentions"])}
            for layer, fs in drawn
            if layer.id == "places"
            for f in fs
        ],
        "distances": [
            # What the article says stands here only where it agrees; where it differs that is the desk's matter.
            {"feature": f["id"], "text": f"{f['popup']['what']}: {f['label']}", "said": f["said"], "verdict": ""}
            for f in by_layer.get("distances", [])
        ],
        "regions": [
            {
                "feature": f["id"],
                "name": f["popup"]["title"],
                "summary": f["popup"]["what"],
                "sources": f["popup"]["sources"],
            }
            for f in by_layer.get("regions", [])
        ],
    }
