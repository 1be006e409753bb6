"""The features of a story, layer by layer: what the map draws, and the words on each card."""

from shapely import MultiPoint, Point

from geostory.ended import PAST
from geostory.geodesy import geodesic_line
from geostory.layers import SPREAD, Drawn, Feature, Layer, declared_layers, look_of, popup_of
from geostory.measures import format_distance
from geostory.models import Candidate, Distance, Mention, Place, Region, Vicinity
from geostory.outlines import control_areas
from geostory.place_features import place_features
from geostory.rights import Rights, rights_of
from geostory.story import Story
from geostory.words import UNSURE, day, join

__all__ = ["story_layers"]

_BY = 0.5  # degrees: a town so near to a region is what the region is called after
_MANY = 150  # points of one own layer: more are painted together, without an element each


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
                look=look_of(layer.style[look]),
                weight=1,
                label=f"{figure}; {said or 'the figure stated'} {_SHORTLY[look]}" if show_verdicts else figure,
                label_at=(middle.x, middle.y),
                legend=layer.legend[look],
                geometry=line,
                popup=popup_of(
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
        status = "disputed" if region.status == "unclaimed" else region.status  # whose it is stays open in both
        past = region.status == PAST  # a shade without a hatch: nobody claims it any more
        features.append(
            Feature(
                id=f"{layer.id}-{region.id}",
                look=look_of(
                    style,
                    hatch="" if past else status if style.get("hatch") == "status" else style.get("hatch", ""),
                    color="unknown" if past else status if style["color"] == "status" else style["color"],
                    dashed=kind == "area" and (past or _not_held(region)),
                ),
                weight=2,
                label=region.name.removesuffix(" region"),
                label_at=(at.x, at.y),
                legend=region.claim if kind == "area" else story.packs.said("point", claim=region.claim),
                geometry=region.geometry,
                popup=popup_of(
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
                look=look_of(layer.style["area"]),
                weight=1,
                label="",
                label_at=(at.x, at.y),
                legend=layer.legend["area"].format(**words),
                geometry=held.geometry,
                popup=popup_of(
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
                    look=look_of(layer.style["many" if many else kind]),
                    weight=1,
                    label="",
                    label_at=(at.x, at.y),
                    legend=layer.legend[kind].format(title=own.title, date=day(own.date)),
                    geometry=shape,
                    popup=popup_of(
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
                look=look_of(layer.style[added.kind]) | number,
                weight=2,
                label=added.title or added.text,
                label_at=(at.x, at.y),
                legend=added.legend or layer.legend[added.kind].format(radius=radius),
                geometry=added.geometry,
                popup=popup_of(
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
                look=look_of(layer.style[look]),
                weight=1,
                label=label,
                label_at=(at.x, at.y),
                legend=layer.legend[look],
                geometry=first.geometry if look == "area" else at,
                popup=popup_of(
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
            drawn.append((layer, place_features(story, layer, taken, rights)))
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
