"""The layers of a map: each file in ``layers/`` declares one; here it is filled with the story's features."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from shapely import MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import boundaries
from geostory.errors import DataError
from geostory.geodesy import geodesic_line
from geostory.measures import format_distance
from geostory.models import Candidate, Distance, Field, Mention, Place, Region, Source, Vicinity
from geostory.naming import also_called, shown_candidate
from geostory.outlines import control_areas
from geostory.resources import layers_path
from geostory.rights import Rights, rights_of
from geostory.story import Story
from geostory.words import UNSURE, day, describe, join, sure_words

__all__ = [
    "LARGE",
    "WATER",
    "Drawn",
    "Feature",
    "Layer",
    "declared_layers",
    "legend_rows",
    "story_layers",
]

Block = dict[str, Any]

LARGE = {"PCLI", "PCLD", "PCLS", "PCLF", "PCLIX", "TERR", "CONT", "RGN", "RGNE", "RGNH", "ZN"}
"""Lands too wide to say where a story happens while anything finer does: then named, not outlined, and no frame."""
WATER = {"OCN", "SEA", "STRT", "CHN", "CHNM", "GULF", "BAY", "SD", "FJD", "LGN", "LK", "LKS", "STM", "CNL", "CNLN"}
"""Waters, whose names say enough: their shapes are drawn by the ground."""
SPREAD = LARGE | WATER | {"ADM1", "ADM2", "PEN", "MTS", "DSRT", "PLAT", "PLN", "UPLD", "VAL", "ISLS", "ISTH", "FRST"}
"""Features that cover ground: without a polygon, a name there and no dot."""


DOMINANT = 3
"""A country is outlined beside finer places where the story speaks of it so many times as often as of all those."""
_BY = 0.5  # degrees: a town so near to a region is what the region is called after
_MANY = 150  # points of one own layer: more are painted together, without an element each
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


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One thing on the map: where it is, how it looks, the words on its card and the mentions it came from.

    ``look`` holds kind, color, dashed, heavy and hatch as the page's script reads them; ``legend`` is its legend's row.
    ``candidate`` is None for lines and regions; ``said`` is what the article says of a distance, where that is shown,
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


# --- features ---------------------------------------------------------------------------------------------------------


def _look_of(style: dict[str, Any], *, hatch: str = "", color: str = "", dashed: bool = False) -> Block:
    return {
        "kind": style["kind"],
        "color": color or style["color"],
        "dashed": dashed or bool(style.get("dashed", False)),
        "heavy": bool(style.get("heavy", False)),
        "hatch": hatch,
    }


def _popup(
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


def _shape(candidate: Candidate, *, fine: bool = False) -> BaseGeometry | None:
    """The polygon to draw for a candidate that is an area, or None for a point; ``fine`` ones fill the map."""
    if not candidate.shape or candidate.feature.startswith("PPL"):
        return None
    geometry = boundaries().shape(candidate.shape, detail="measure" if fine else "draw")
    if max(geometry.bounds[2] - geometry.bounds[0], geometry.bounds[3] - geometry.bounds[1]) < SMALL:
        geometry = boundaries().shape(candidate.shape, detail="measure")
        if candidate.shape.startswith("land:"):
            # The island as it is measured, so that a line between shores ends on them.
            found = boundaries().finest(candidate.lon, candidate.lat)
            geometry = found[0].geometry if found and found[0].properties.get("whole") else geometry
    return geometry if geometry.area > 0 else None


def _course(candidate: Candidate) -> BaseGeometry | None:
    """A river's line, or None for what is none or has none."""
    if candidate.feature != "STM" or not candidate.shape:
        return None
    geometry = boundaries().shape(candidate.shape, detail="measure")
    return geometry if geometry.length > 0 and not geometry.area else None


def _look(candidate: Candidate, area: BaseGeometry | None) -> str:
    """Which of a layer's styles a sure place has."""
    if candidate.feature in WATER:
        return "water"
    if area is not None:
        return "area"
    return "wide" if candidate.feature in SPREAD else "point"


def _weights(story: Story) -> dict[Candidate, int]:
    """How much of the story each sure place is: its literal mentions, a title's counted thrice.

    A name that only says where the one before it lies ('Buffalo, New York') counts for nothing.
    """
    weights: dict[Candidate, int] = {}
    before: Mention | None = None
    for place in story.places:
        mention = place.mention
        text = story.article.field_text(mention.field)
        follows = before is not None and before.field == mention.field and text[before.end : mention.start] == ", "
        qualifies = follows and place.candidate is not None and place.candidate.feature in LARGE | {"ADM1"}
        if place.candidate and mention.role == "literal" and place.confidence >= UNSURE and not qualifies:
            weights[place.candidate] = weights.get(place.candidate, 0) + (3 if mention.field == "title" else 1)
        before = mention
    return weights


def _outlined(candidate: Candidate, weights: dict[Candidate, int], bare: bool) -> bool:
    """Whether an area is what the story is about, and not only where something finer in the story lies.

    Without an article (``bare``) every area was asked for.
    """
    own = weights.get(candidate, 0)
    if candidate.feature in WATER or bare:
        return candidate.feature not in WATER
    if candidate.feature in LARGE:
        return own >= DOMINANT * sum(w for c, w in weights.items() if c.feature not in LARGE | WATER)
    if candidate.feature == "ADM1":
        inside = [w for c, w in weights.items() if c.admin1 == candidate.name and c.country == candidate.country]
        return own > 0 and own >= sum(inside)
    return True


def _place_features(story: Story, layer: Layer, taken: set[tuple[Field, int]], rights: Rights) -> list[Feature]:
    """One feature for each place the layer selects, with all its mentions; ``taken`` ones are a region's."""
    groups: dict[str, list[Place]] = {}
    for place in story.places:
        if place.candidate and (place.mention.field, place.mention.start) not in taken:
            groups.setdefault(place.candidate.gazetteer_id, []).append(place)
    weights = _weights(story)
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
        outlined = "literal" not in layer.roles or _outlined(candidate, weights, story.bare)
        area = _shape(candidate, fine=story.bare) if outlined else None
        course = _course(candidate)
        look = "river" if course is not None and "river" in layer.style else _look(candidate, area)
        style = layer.style["unsure" if unsure else look]
        drawn = {"area": area, "stroke": course}.get(style["kind"])
        geometry = Point(candidate.lon, candidate.lat) if drawn is None else drawn
        name = shown_candidate(candidate, story.packs, story.worldview)
        others = also_called(candidate, story.packs, story.worldview)
        why = f"Placed here because {first.reason}." if first.reason else ""
        features.append(
            Feature(
                id=f"{layer.id}-{key}",
                look=_look_of(style),
                weight=min(3, 1 + len(places) // 3),
                label=name + (" ?" if unsure else ""),
                label_at=(candidate.lon, candidate.lat),
                # Where every place was asked for by its name, a row that says so tells nothing.
                legend="" if story.bare else layer.legend["unsure" if unsure else look],
                geometry=geometry,
                candidate=candidate,
                popup=_popup(
                    layer,
                    title=name,
                    what=describe(candidate) + (f"; also called {others}" if others else ""),
                    sentence=rights.around([first.mention, *(place.mention for place in places)]),
                    why=why,
                    sure="" if story.bare else sure_words(first),
                ),
                mentions=() if story.bare else tuple(place.mention for place in places),
            )
        )
    return features


_SHORTLY = {"agrees": "agrees", "differs": "differs", "cannot be checked": "is unchecked"}


def _ends(distance: Distance) -> list[str]:
    return [
        ("mainland " if mainland else "") + (end.candidate.name if end.candidate else end.mention.text)
        for end, mainland in zip(distance.claim.ends, distance.claim.ends_mainland, strict=True)
    ]


def _distance_features(story: Story, layer: Layer, show_verdicts: bool, rights: Rights) -> list[Feature]:
    features = []
    for index, distance in enumerate(story.distances):
        measure, claim = distance.measure, distance.claim
        # What cannot be checked is no figure to publish: the town that is meant may be another, or the way by road.
        if measure is None or (distance.verdict == "cannot be checked" and not show_verdicts):
            continue
        line = geodesic_line(measure.start, measure.end)
        middle = line.interpolate(0.5, normalized=True)
        figure = "about " + format_distance(measure.distance_m)
        agrees = distance.verdict.startswith("agrees")
        look = (
            {"agrees within the error": "agrees"}.get(distance.verdict, distance.verdict) if show_verdicts else "line"
        )
        mention = Mention(start=claim.start, end=claim.end, field=claim.field, text=claim.text)
        said = f"'{claim.text}'" if rights.shows(claim.field, claim.start, claim.end) else ""
        told = f"The article says {said}" if said else "The article's own figure"
        facts = [f"{told}: {distance.verdict}, {distance.reason}."] if show_verdicts else []
        error = (
            f"shapes and points allow an error of {format_distance(measure.error_m)}" if measure.error_m >= 1 else ""
        )
        source = f"measured on {join(list(measure.sources))}" if measure.sources else ""
        if basis := "; ".join(filter(None, [source, error])):
            facts.append(f"{basis[0].upper()}{basis[1:]}.")
        features.append(
            Feature(
                id=f"{layer.id}-{index}",
                look=_look_of(layer.style[look]),
                weight=1,
                label=f"{figure}; {said or 'the figure stated'} {_SHORTLY[look]}" if show_verdicts else figure,
                label_at=(middle.x, middle.y),
                legend=layer.legend[look],
                geometry=line,
                popup=_popup(
                    layer,
                    title=figure,
                    what=f"{join(_ends(distance))}, {measure.between}",
                    # A sentence with another figure is for the desk.
                    sentence=rights.around([mention]) if agrees or show_verdicts else None,
                    facts=facts,
                ),
                mentions=(mention,),
                said=claim.text if said and (agrees or show_verdicts) else "",
                verdict=look if show_verdicts else "",
                ends=tuple(_ends(distance)),
            )
        )
    return features


def _not_held(region: Region) -> bool:
    """Whether a region is claimed as annexed, and not known to be held in full: its outline is no certain one."""
    return region.status == "annexed" and region.valid_to is None and not region.control.endswith("(full)")


def _region_features(story: Story, layer: Layer, rights: Rights) -> list[Feature]:
    features = []
    for region in story.regions:
        if region.quiet:
            continue
        kind = "area" if region.geometry.area else "point"
        style = layer.style[kind]
        at = region.geometry.representative_point()
        features.append(
            Feature(
                id=f"{layer.id}-{region.id}",
                look=_look_of(
                    style,
                    hatch=region.status if style.get("hatch") == "status" else style.get("hatch", ""),
                    color=region.status if style["color"] == "status" else style["color"],
                    dashed=kind == "area" and _not_held(region),
                ),
                weight=2,
                label=region.name.removesuffix(" region"),
                label_at=(at.x, at.y),
                legend=layer.legend[kind].format(claim=region.claim),
                geometry=region.geometry,
                popup=_popup(
                    layer,
                    title=region.name,
                    what=region.summary,
                    sentence=rights.around(region.mentions),
                    facts=[f"Shown as of {day(region.as_of)}."],
                    sources=region.sources,
                ),
                mentions=() if story.bare else region.mentions,
            )
        )
    return features


def _control_features(story: Story, layer: Layer) -> list[Feature]:
    """The areas of control that meet a region of the story, each cut to nothing: as its source gives it."""
    shapes = [region.geometry for region in story.regions if not region.quiet]
    features = []
    for held in control_areas(story.as_of, story.packs):
        if not any(held.geometry.intersects(shape) for shape in shapes):
            continue
        at = held.geometry.representative_point()
        words = {"title": held.title, "by": held.by, "date": day(held.date)}
        features.append(
            Feature(
                id=f"{layer.id}-{held.id}",
                look=_look_of(layer.style["area"]),
                weight=1,
                label="",
                label_at=(at.x, at.y),
                legend=layer.legend["area"].format(**words),
                geometry=held.geometry,
                popup=_popup(
                    layer,
                    title=held.title,
                    what=f"held by {held.by}",
                    sentence=None,
                    facts=[f"As of {day(held.date)}."],
                    sources=[held.source],
                ),
                mentions=(),
            )
        )
    return features


def _own_features(story: Story, layer: Layer) -> list[Feature]:
    """One feature for each row of the user's own layers; many points of one are a single feature."""
    features = []
    for number, own in enumerate(story.overlays):
        shapes = list(own.frame.geometry)
        points = [shape for shape in shapes if shape.geom_type == "Point"]
        if len(points) > _MANY:
            shapes = [shape for shape in shapes if shape.geom_type != "Point"]
            shapes.append(MultiPoint(sorted((point.x, point.y) for point in points)))
        for row, shape in enumerate(shapes):
            many = shape.geom_type == "MultiPoint" and len(shape.geoms) > _MANY
            kind = "area" if shape.area else "line" if shape.length else "point"
            at = shape.representative_point()
            features.append(
                Feature(
                    id=f"{layer.id}-{number}-{row}",
                    look=_look_of(layer.style["many" if many else kind]),
                    weight=1,
                    label="",
                    label_at=(at.x, at.y),
                    legend=layer.legend[kind].format(title=own.title, date=day(own.date)),
                    geometry=shape,
                    popup=_popup(
                        layer,
                        title=own.title,
                        what=f"as of {day(own.date)}",
                        sentence=None,
                        facts=[f"Source: {own.source}."],
                    ),
                    mentions=(),
                )
            )
    return features


def _annotation_features(story: Story, layer: Layer) -> list[Feature]:
    features = []
    for row, added in enumerate(story.annotations):
        radius = format_distance(added.radius_m) if added.radius_m else ""
        at = added.geometry.representative_point()
        if added.kind == "arrow":
            at = added.geometry.interpolate(0.5, normalized=True)
        number = {} if added.number is None else {"number": added.number}
        told = [f"Within {radius}." if radius else "", added.text if added.title else ""]
        features.append(
            Feature(
                id=f"{layer.id}-{row}",
                look=_look_of(layer.style[added.kind]) | number,
                weight=2,
                label=added.title or added.text,
                label_at=(at.x, at.y),
                legend=added.legend or layer.legend[added.kind].format(radius=radius),
                geometry=added.geometry,
                popup=_popup(
                    layer,
                    title=added.title or added.text,
                    what=day(added.day) if added.day else "",
                    sentence=None,
                    facts=[*filter(None, told), *([f"Source: {added.source}."] if added.source else [])],
                ),
                mentions=(),
            )
        )
    return features


def _vicinity_features(story: Story, layer: Layer, rights: Rights) -> list[Feature]:
    """One feature for each area, however often and in what words the article gives it."""
    groups: dict[tuple[str, bytes], list[Vicinity]] = {}
    for found in story.vicinities:
        groups.setdefault((found.mention.text if found.mention else "", found.geometry.wkb), []).append(found)
    features = []
    for index, group in enumerate(groups.values()):
        first = group[0]
        anchor = first.anchor.candidate
        assert anchor is not None
        mentions = tuple(Mention(start=v.start, end=v.end, field=v.field, text=v.text) for v in group)
        at = first.geometry.representative_point()
        said = rights.shows(first.field, first.start, first.end)
        part = f"part of {anchor.name}"
        label = first.label if said or first.mention else _own_label(first, anchor.name)
        # As with a country, the outline of a part says nothing more where the story has finer places in it.
        look = "wide" if first.kind == "part" and _holds_finer(story, first) else "area"
        features.append(
            Feature(
                id=f"{layer.id}-{index}",
                look=_look_of(layer.style[look]),
                weight=1,
                label=label,
                label_at=(at.x, at.y),
                legend=layer.legend[look],
                geometry=first.geometry if look == "area" else at,
                popup=_popup(
                    layer,
                    title=label,
                    what=part if first.kind == "part" else "somewhere in this area",
                    sentence=rights.around(mentions),
                    facts=[first.certain, first.uncertain] if said else [_unsaid(first)],
                ),
                mentions=mentions,
            )
        )
    return features


def _own_label(found: Vicinity, anchor: str) -> str:
    """Where an area lies in words of our own."""
    direction = found.directions[0] if len(found.directions) == 1 else ""
    if found.kind == "part":
        return f"{direction} {anchor}" if direction else f"part of {anchor}"
    return f"{direction} of {anchor}" if direction else f"near {anchor}"


def _unsaid(found: Vicinity) -> str:
    """What the article leaves open, where its own words may not stand before it."""
    return (
        f"The article {found.uncertain.removeprefix('It ')}" if found.uncertain.startswith("It ") else found.uncertain
    )


def _elsewhere(place: Place, region: Region) -> bool:
    """Whether a town in the words that speak of a region is none of its own: a capital that holds or claims it."""
    town = place.candidate
    return town is not None and town.feature.startswith("PPL") and region.geometry.distance(_point(town)) > _BY


def _point(candidate: Candidate) -> Point:
    return Point(candidate.lon, candidate.lat)


def _holds_finer(story: Story, part: Vicinity) -> bool:
    return any(
        place.candidate is not None
        and place.mention.role == "literal"
        and place.confidence >= UNSURE
        and place.candidate.feature not in SPREAD
        and part.geometry.intersects(Point(place.candidate.lon, place.candidate.lat))
        for place in story.places
    )


def story_layers(story: Story, *, show_verdicts: bool = False, rights: Rights | None = None) -> Drawn:
    """The declared layers with the features that the story gives each, lowest layer first.

    ``show_verdicts`` has distances say what the article states and whether it agrees; ``rights`` says which words of
    the article the cards and labels may show, by default short quotes.
    """
    rights = rights or rights_of(story, show_verdicts=show_verdicts)
    # What lies inside the words that speak of a region is drawn as that region.
    taken = {
        (place.mention.field, place.mention.start)
        for region in story.regions
        if not region.quiet
        for mention in region.mentions
        for place in story.places
        if mention.field == place.mention.field and mention.start <= place.mention.start < mention.end
        if not _elsewhere(place, region)
    }
    # And 'northern Mali' as that part, an unsure name as the area in which it is said to lie.
    for found in story.vicinities:
        parts = (found.anchor.mention if found.kind == "part" else None, found.mention)
        taken |= {(mention.field, mention.start) for mention in parts if mention}
    drawn: Drawn = []
    for layer in declared_layers():
        if layer.selects == "places":
            drawn.append((layer, _place_features(story, layer, taken, rights)))
        elif layer.selects == "distances":
            drawn.append((layer, _distance_features(story, layer, show_verdicts, rights)))
        elif layer.selects == "vicinities":
            drawn.append((layer, _vicinity_features(story, layer, rights)))
        elif layer.selects == "control":
            drawn.append((layer, _control_features(story, layer)))
        elif layer.selects == "annotations":
            drawn.append((layer, _annotation_features(story, layer)))
        elif layer.selects == "overlays":
            drawn.append((layer, _own_features(story, layer)))
        else:
            drawn.append((layer, _region_features(story, layer, rights)))
    return drawn


def legend_rows(features: Sequence[Feature]) -> list[Block]:
    """A row for each look among the features, in their order, with the look as its swatch."""
    rows: dict[str, Block] = {}
    for feature in features:
        if feature.legend:
            rows.setdefault(feature.legend, feature.look)
    return [{"label": label, "swatch": swatch} for label, swatch in rows.items()]
