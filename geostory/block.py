"""The page's JSON block: a story's layers in one frame, the ground under them, and the words beside the map."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from shapely import MultiPolygon, box, get_num_coordinates, intersects_xy, set_precision
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geostory.advice import not_advised
from geostory.basemap import basemap_block, focus_countries
from geostory.boundaries import boundaries
from geostory.captions import map_wording
from geostory.frame import Bounds, Extent, Frame, story_frame
from geostory.geodesy import unwrap
from geostory.ground import step
from geostory.layers import WATER, Drawn, Feature, legend_rows, story_layers
from geostory.naming import shown_name
from geostory.own_steps import OwnStep
from geostory.rights import Rights, article_block, rights_of, source_of
from geostory.steps import Layout, layout_of, own_steps, steps_of
from geostory.story import Story
from geostory.switches import switches
from geostory.views import moved_borders
from geostory.words import day, join

__all__ = ["story_block"]

Block = dict[str, Any]

_TOWNS = "GeoNames (CC BY 4.0)"  # whom the ground's towns are from
_FEW_CORNERS = 400
_MAIN = 0.2  # of the largest part
_CREDITS = {"OpenStreetMap": "© OpenStreetMap contributors (ODbL)"}  # where a licence asks for words of its own


def story_block(
    story: Story,
    *,
    show_verdicts: bool = False,
    text: str = "quotes",
    layout: Layout | None = None,
    steps: Sequence[OwnStep] | None = None,
    views: Sequence[str] = (),
) -> Block:
    """The JSON block that the page's script draws: layers, basemap, frame and words.

    Parameters
    ----------
    story : Story
    show_verdicts : bool
        Whether distances say what the article states and whether that agrees, as formats that check facts do.
    text : 'full', 'quotes' or 'none'
        How much of the article is in the block; see :mod:`geostory.rights`.
    layout : 'story' or 'map', optional
        Whether steps lead over the map; without it they do where at least three move it.
    steps : sequence of OwnStep, optional
        An editor's own, in place of those made from the article.
    views : sequence of str
        Worldviews that readers may switch to; see :mod:`geostory.switches`.

    Returns
    -------
    dict
        Plain JSON values; every coordinate lies in one frame that may run past ±180°.
    """
    rights = rights_of(story, text, show_verdicts=show_verdicts)
    drawn = story_layers(story, show_verdicts=show_verdicts, rights=rights)
    frame = story_frame(*_extents(drawn))
    features = [feature for _, some in drawn for feature in some]

    def ground(of: Story) -> Block:
        moved = moved_borders(of.as_of, of.worldview, of.packs, _wider(frame.bounds))
        made = basemap_block(
            frame,
            focus=focus_countries(
                [f.candidate for layer, some in drawn if layer.frames for f in some if f.candidate],
                [f.label_at for f in features if f.candidate is None],
                moved,
            ),
            details=_details(story, features),
            named=frozenset(f.candidate.gazetteer_id for f in features if f.candidate),
            moved=moved,
            shown=lambda name, key, country: shown_name(name, key, of.packs, of.worldview, country=country),
        )
        return made | {"labels": [label for label in made["labels"] if not _over_region(label, story)]}

    basemap = ground(story)
    wording = map_wording(story, drawn, frame.bounds)
    reason = not_advised(story, drawn)
    by_layer = {layer.id: some for layer, some in drawn}
    article = story.article
    told = (
        steps_of(story, drawn, frame.bounds, rights) if steps is None else own_steps(steps, story, drawn, frame.bounds)
    )
    layout = layout or (layout_of(told) if steps is None else "story")
    return {
        "version": 1,
        "lang": "en",
        "title": article.title or (wording.title if story.bare else "") or "Untitled article",
        "map_title": wording.title,
        "kicker": source_of(article)[0],
        "date": day(article.date) if article.date else "",
        "dek": wording.caption,
        "description": wording.description,
        "credit": wording.credit,
        "corrected": wording.corrected,
        "advised": not reason,
        "reason": reason,
        "borders": story.borders,
        "undated": story.undated,
        "published": article.date.isoformat() if article.date else "",
        "as_of": story.as_of.isoformat(),
        "address": _address(article.extra),
        "crs": frame.projection.spec,
        "box": [round(value, 7) for value in frame.box],
        "frame": [round(value, 5) for value in frame.bounds],
        "notes": [
            *filter(None, [wording.corrected, reason and f"No map advised: {reason}."]),
            *_notes(story, list(frame.outside)),
        ],
        "credits": _credits(story, features, basemap),
        "found": _found(story),
        "article": article_block(rights),
        "layout": layout,
        "steps": told if layout == "story" else [],
        "basemap": basemap,
        **switches(story, drawn, basemap, ground, rights, views, frame=frame.bounds, window=_wider(frame.bounds)),
        "layers": [
            {
                "id": layer.id,
                "title": layer.title,
                "on": layer.on,
                "order": layer.order,
                "legend": legend_rows(some),
                # The names most spoken of are placed first.
                "features": [
                    _feature_block(feature, frame, rights) for feature in sorted(some, key=lambda f: -len(f.mentions))
                ],
            }
            for layer, some in drawn
            if some
        ],
        "places": [
            {"feature": f.id, "name": f.popup["title"], "what": f.popup["what"], "count": len(f.mentions)}
            for f in [*by_layer.get("places", []), *by_layer.get("vicinities", [])]
        ],
        "distances": [
            # What the article says stands here only where it agrees; where it differs that is the desk's matter.
            {"feature": f.id, "text": f"{f.popup['what']}: {f.label}", "said": f.said, "verdict": f.verdict}
            for f in by_layer.get("distances", [])
        ],
        "annotations": [
            {
                "feature": f.id,
                "title": f.popup["title"],
                "number": f.look.get("number"),
                "lines": [*filter(None, [f.popup["what"]]), *f.popup["facts"]],
            }
            for f in by_layer.get("annotations", [])
        ],
        "regions": [
            {"feature": f.id, "name": f.popup["title"], "summary": f.popup["what"], "sources": f.popup["sources"]}
            for f in by_layer.get("regions", [])
        ],
    }


# --- frame ------------------------------------------------------------------------------------------------------------


def _largest_part(geometry: BaseGeometry) -> BaseGeometry:
    parts = getattr(geometry, "geoms", [geometry])
    return max(parts, key=lambda part: (part.area, part.length))


def _main_parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The parts of an area that was asked for by itself: both islands of New Zealand, and not Chatham."""
    parts = list(getattr(geometry, "geoms", [geometry]))
    largest = max(part.area for part in parts)
    return [part for part in parts if part.area >= _MAIN * largest]


def _extents(drawn: Drawn) -> tuple[list[Extent], list[Extent]]:
    """What sets the frame, weighed by its mentions; lands too wide to do so stand apart.

    A title's mention counts thrice, and one that speaks of several regions is shared between them.
    """
    shared = Counter(mention for _, features in drawn for feature in features for mention in feature.mentions)
    fine: list[Extent] = []
    wide: list[Extent] = []
    unsure: list[Extent] = []
    for layer, features in drawn:
        for feature in features if layer.frames else ():
            candidate = feature.candidate
            kind = feature.look["kind"]
            named = kind == "label" and (candidate is None or candidate.feature not in WATER - {"OCN", "SEA"})
            # An unsure place decides what the map shows only where no sure one does.
            target = unsure if feature.look["dashed"] and candidate else wide if named else fine
            parts = [feature.geometry]
            if kind == "area":
                parts = _main_parts(feature.geometry) if not feature.mentions else [_largest_part(feature.geometry)]
            weight = sum(
                (3 if mention.field == "title" else 1) / shared[mention]
                for mention in feature.mentions
                if not layer.roles or mention.role in layer.roles
            )
            # What nobody's words speak of an editor asked for.
            weight = weight if feature.mentions or layer.selects == "overlays" else 3.0
            target += [
                Extent(bounds=part.bounds, weight=weight, name=feature.popup["title"], shape=part) for part in parts
            ]
    return fine or unsure, wide


def _details(story: Story, features: list[Feature]) -> list[Bounds]:
    """Small things around which the ground is needed in full: measured lines, and the regions as a group."""
    bounds: list[Bounds] = [f.geometry.bounds for f in features if f.look["kind"] == "line"]
    if areas := [region.geometry for region in story.regions if region.geometry.area and not region.quiet]:
        bounds.append(MultiPolygon([box(*area.bounds) for area in areas]).bounds)
    return bounds


def _over_region(label: Block, story: Story) -> bool:
    """Whether a name is that of a unit within a region that the story draws, which has its own name there."""
    lon = (label["lon"] + 180) % 360 - 180
    return label["kind"] == "region" and any(
        not region.quiet and intersects_xy(region.geometry, lon, label["lat"]) for region in story.regions
    )


def _feature_block(feature: Feature, frame: Frame, rights: Rights) -> Block:
    lon, lat = feature.label_at
    west = frame.projection.west
    return {
        "id": feature.id,
        **feature.look,
        "weight": feature.weight,
        "label": feature.label,
        "label_at": [round((lon - west) % 360 + west, 5), round(lat, 5)],
        "geometry": _drawn(feature.geometry, frame),
        "popup": feature.popup,
        "mentions": [
            {"field": m.field, "start": at[0], "end": at[1]}
            for m in feature.mentions
            if (at := rights.moved(m.start, m.end, m.field))
        ],
    }


def _drawn(geometry: BaseGeometry, frame: Frame) -> Any:
    """A geometry in degrees in the page's frame, with no more corners than the page can show of it.

    The page shows an area's outline down to an eighth of its width, on some 1,200 pixels.
    """
    projection = frame.projection
    moved = unwrap(geometry, projection.west)
    if geometry.geom_type in ("Point", "LineString"):
        return _rounded(mapping(moved), 5)
    flat = projection.laid(moved)
    own, shown = flat.bounds[2] - flat.bounds[0], frame.box[2] - frame.box[0]
    tolerance = max(2e-7, own / 700 if own < shown else min(own / 700, max(shown, own / 8) / 1500))
    parts = [part for part in getattr(flat, "geoms", [flat]) if _diagonal(part) > 2 * tolerance]
    thin = MultiPolygon(parts or [_largest_part(flat)])
    # An arc of few corners would show any that is left out.
    thin = thin if get_num_coordinates(thin) <= _FEW_CORNERS else thin.simplify(tolerance)
    # On a grid whose width the page is told, so that it can write corners as whole steps.
    grid = step(math.degrees(tolerance))
    return {**_rounded(mapping(set_precision(projection.degrees(thin), grid, mode="pointwise")), 7), "grid": grid}


def _diagonal(geometry: BaseGeometry) -> float:
    west, south, east, north = geometry.bounds
    return math.hypot(east - west, north - south)


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, list | tuple):
        return [_rounded(item, digits) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item, digits) for key, item in value.items()}
    return value


def _wider(frame: Bounds) -> Bounds:
    """The frame with what a reader may pan to around it."""
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    return frame[0] - 2 * width, frame[1] - 2 * height, frame[2] + 2 * width, frame[3] + 2 * height


def _address(extra: Mapping[str, object]) -> str:
    """The article's own address, where it came with one that a reader can open."""
    given = (str(extra.get(key) or "") for key in ("link", "url"))
    return next((address for address in given if re.fullmatch(r"https?://[^\s<>\"]+", address)), "")


# --- words ------------------------------------------------------------------------------------------------------------


def _credits(story: Story, features: list[Feature], basemap: Block) -> list[str]:
    """The sources of what this page draws, no more and no fewer."""
    used = {boundaries().source}
    if any(label["kind"] in ("city", "capital") for label in basemap["labels"]):
        used.add(_TOWNS)
    used |= {patch["source"] for patch in basemap["patches"]}
    used |= {feature.candidate.source for feature in features if feature.candidate}
    used |= {source for distance in story.distances if distance.measure for source in distance.measure.sources}
    parts = {part.strip().removesuffix(" 1:10m") for credit in used for part in credit.split(", ")}
    own = {overlay.source for overlay in story.overlays} | {a.source for a in story.annotations if a.source}
    return sorted({_CREDITS.get(part, part) for part in parts - {""}} | own)


def _found(story: Story) -> str:
    """By what the places were found and placed."""
    if story.bare:
        return ""
    found = f"Places found by geostory's {story.recogniser} recogniser"
    if story.profile is None:
        return found
    home = story.profile
    articles = f"{home.articles} article{'s' * (home.articles > 1)}"
    return f"{found}. Home region from a profile of {articles} of {home.name} ({home.hash})"


def _notes(story: Story, outside: list[str]) -> list[str]:
    notes = [*story.notes, *([f"Beyond the edge of the map: {join(outside)}."] if outside else [])]
    if story.undated and not story.bare:
        notes.append(story.borders)
    areas = {(v.mention.field, v.mention.start) for v in story.vicinities if v.mention}
    lost = [
        p.mention.text
        for p in story.places
        if p.candidate is None and p.mention.role == "literal" and (p.mention.field, p.mention.start) not in areas
    ]
    if lost:
        notes.append(f"Named in the article and not placed: {join(list(dict.fromkeys(lost)))}.")
    return notes
