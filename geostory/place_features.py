"""The features of a story's places: which stand as dots, which as areas, and which as names alone."""

from shapely import Point
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import boundaries
from geostory.lands import as_seen
from geostory.layers import LARGE, SPREAD, WATER, Feature, Layer, look_of, popup_of
from geostory.models import Candidate, Field, Mention, Place
from geostory.naming import also_called, shown_candidate
from geostory.rights import Rights
from geostory.story import Story
from geostory.words import UNSURE, describe, sure_words

__all__ = ["place_features"]

DOMINANT = 3
"""A country is outlined beside finer places where the story speaks of it so many times as often as of all those."""
SMALL = 0.5
"""Degrees: what is smaller, an island say, is drawn from the finer shapes."""


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


def place_features(story: Story, layer: Layer, taken: set[tuple[Field, int]], rights: Rights) -> list[Feature]:
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
        seen = as_seen(candidate, story)
        why = f"Placed here because {first.reason}." if first.reason else ""
        features.append(
            Feature(
                id=f"{layer.id}-{key}",
                look=look_of(style),
                weight=min(3, 1 + len(places) // 3),
                label=name + (" ?" if unsure else ""),
                label_at=(candidate.lon, candidate.lat),
                # Where every place was asked for by its name, a row that says so tells nothing.
                legend="" if story.bare else layer.legend["unsure" if unsure else look],
                geometry=geometry,
                candidate=candidate,
                seen=seen,
                popup=popup_of(
                    layer,
                    title=name,
                    what=describe(seen) + (f"; also called {others}" if others else ""),
                    sentence=rights.around([first.mention, *(place.mention for place in places)]),
                    why=why,
                    sure="" if story.bare else sure_words(first),
                ),
                mentions=() if story.bare else tuple(place.mention for place in places),
            )
        )
    return features
