"""The page's JSON block: a story's layers in one frame, the ground under them, and the words beside the map."""

import math
from collections import Counter
from typing import Any

from shapely import MultiPolygon, box, get_num_coordinates
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geostory.basemap import basemap_block, focus_countries
from geostory.boundaries import boundaries
from geostory.frame import Bounds, Extent, story_frame
from geostory.geodesy import unwrap
from geostory.layers import LARGE, WATER, Drawn, Feature, legend_rows, story_layers
from geostory.story import Story
from geostory.tiles import Tiles
from geostory.views import moved_borders
from geostory.words import day, join

__all__ = ["story_block"]

Block = dict[str, Any]

_TOWNS = "GeoNames (CC BY 4.0)"  # whom the ground's towns are from
_FEW_CORNERS = 400
_CREDITS = {"OpenStreetMap": "© OpenStreetMap contributors (ODbL)"}  # where a licence asks for words of its own


def story_block(story: Story, *, show_verdicts: bool = False, tiles: Tiles | None = None) -> Block:
    """The JSON block that the page's script draws: layers, basemap, frame and words.

    Parameters
    ----------
    story : Story
    show_verdicts : bool
        Whether distances say what the article states and whether that agrees, as formats that check facts do.
    tiles : Tiles, optional
        What to draw over the ground, with names of its own; the map is then in Web Mercator.

    Returns
    -------
    dict
        Plain JSON values; every coordinate lies in one frame that may run past ±180°.
    """
    drawn = story_layers(story, show_verdicts=show_verdicts)
    frame, outside = story_frame(*_extents(drawn))
    west = (frame[0] + frame[2]) / 2 - 180
    features = [feature for _, some in drawn for feature in some]
    basemap = basemap_block(
        frame,
        west=west,
        focus=focus_countries(
            [f.candidate for layer, some in drawn if layer.frames for f in some if f.candidate],
            [f.label_at for f in features if f.candidate is None],
        ),
        details=_details(story, features),
        named=frozenset(f.candidate.gazetteer_id for f in features if f.candidate),
        moved=moved_borders(story.as_of, story.worldview, story.packs, _wider(frame)),
    )
    caption = _caption(story, drawn)
    by_layer = {layer.id: some for layer, some in drawn}
    article = story.article
    notes = _notes(story, outside)
    if tiles:
        notes.append(f"Names and borders on the tiles are those of {tiles.name}.")
    return {
        **({"tiles": tiles.block()} if tiles else {}),
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
        "notes": notes,
        "credits": _credits(story, features, basemap),
        "found": _found(story),
        "article": {"title": article.title, "text": article.text},
        "basemap": basemap,
        "layers": [
            {
                "id": layer.id,
                "title": layer.title,
                "on": layer.on,
                "order": layer.order,
                "legend": legend_rows(some),
                # The names most spoken of are placed first.
                "features": [
                    _feature_block(feature, frame, west) for feature in sorted(some, key=lambda f: -len(f.mentions))
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
        "regions": [
            {"feature": f.id, "name": f.popup["title"], "summary": f.popup["what"], "sources": f.popup["sources"]}
            for f in by_layer.get("regions", [])
        ],
    }


# --- frame ------------------------------------------------------------------------------------------------------------


def _largest_part(geometry: BaseGeometry) -> BaseGeometry:
    parts = getattr(geometry, "geoms", [geometry])
    return max(parts, key=lambda part: (part.area, part.length))


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
            geometry = _largest_part(feature.geometry) if kind == "area" else feature.geometry
            weight = sum(
                (3 if mention.field == "title" else 1) / shared[mention]
                for mention in feature.mentions
                if not layer.roles or mention.role in layer.roles
            )
            target.append(Extent(bounds=geometry.bounds, weight=weight, name=feature.popup["title"]))
    return fine or unsure, wide


def _details(story: Story, features: list[Feature]) -> list[Bounds]:
    """Small things around which the ground is needed in full: measured lines, and the regions as a group."""
    bounds: list[Bounds] = [f.geometry.bounds for f in features if f.look["kind"] == "line"]
    if areas := [region.geometry for region in story.regions if region.geometry.area and not region.quiet]:
        bounds.append(MultiPolygon([box(*area.bounds) for area in areas]).bounds)
    return bounds


def _feature_block(feature: Feature, frame: Bounds, west: float) -> Block:
    lon, lat = feature.label_at
    return {
        "id": feature.id,
        **feature.look,
        "weight": feature.weight,
        "label": feature.label,
        "label_at": [round((lon - west) % 360 + west, 5), round(lat, 5)],
        "geometry": _drawn(feature.geometry, frame, west),
        "popup": feature.popup,
        "mentions": [{"field": m.field, "start": m.start, "end": m.end} for m in feature.mentions],
    }


def _drawn(geometry: BaseGeometry, frame: Bounds, west: float) -> Any:
    """A geometry in the page's frame, with no more corners than the page can show of it.

    The page shows an area's outline down to an eighth of its width, on some 1,200 pixels.
    """
    moved = unwrap(geometry, west)
    if geometry.geom_type in ("Point", "LineString"):
        return _rounded(mapping(moved), 5)
    own = moved.bounds[2] - moved.bounds[0]
    across = min(max(frame[2] - frame[0], own / 8), own)
    tolerance = max(1e-5, across / 1500)
    parts = [part for part in getattr(moved, "geoms", [moved]) if _diagonal(part) > 2 * tolerance]
    thin = MultiPolygon(parts or [_largest_part(moved)])
    # An arc of few corners would show any that is left out.
    thin = thin if get_num_coordinates(thin) <= _FEW_CORNERS else thin.simplify(tolerance)
    return _rounded(mapping(thin), max(1, math.ceil(-math.log10(tolerance))))


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


# --- words ------------------------------------------------------------------------------------------------------------


def _caption(story: Story, drawn: Drawn) -> str:
    """A few sentences on what the map shows."""
    by_layer = {layer.id: features for layer, features in drawn}
    places = by_layer.get("places", [])
    finer = [f for f in places if f.candidate and f.candidate.feature not in LARGE | WATER] or places
    names = [f.popup["title"] for f in finer]
    parts = []
    if names:
        parts.append(f"Places in the article: {_some(names)}.")
    areas = [f.popup["title"] for f in by_layer.get("vicinities", []) if f.look["kind"] == "area"]
    if areas:
        parts.append(f"Drawn as areas, since the article gives no exact spot: {_some(areas)}.")
    disputed = [region for region in story.regions if not region.quiet]
    for claim in dict.fromkeys(region.claim for region in disputed):
        parts.append(f"{claim}: {join([r.name for r in disputed if r.claim == claim])}.")
    if disputed and not all(region.control for region in disputed) and not by_layer.get("control"):
        parts.append("Areas of control not shown.")
    for feature in by_layer.get("distances", [])[:2]:
        what = feature.popup["what"]
        parts.append(f"{what[0].upper()}{what[1:]}: {feature.label}.")
    return " ".join(parts) or "No place in this article could be put on the map."


def _some(names: list[str]) -> str:
    more = len(names) - 4
    return join([*names[:4], f"{more} more"] if more > 1 else names)


def _credits(story: Story, features: list[Feature], basemap: Block) -> list[str]:
    """The sources of what this page draws, no more and no fewer."""
    used = {boundaries().source}
    if any(label["kind"] in ("city", "capital") for label in basemap["labels"]):
        used.add(_TOWNS)
    used |= {patch["source"] for patch in basemap["patches"]}
    used |= {feature.candidate.source for feature in features if feature.candidate}
    used |= {source for distance in story.distances if distance.measure for source in distance.measure.sources}
    parts = {part.strip().removesuffix(" 1:10m") for credit in used for part in credit.split(", ")}
    own = {overlay.source for overlay in story.overlays}
    return sorted({_CREDITS.get(part, part) for part in parts - {""}} | own)


def _found(story: Story) -> str:
    """By what the places were found and placed."""
    found = f"Places found by geostory's {story.recogniser} recogniser"
    if story.profile is None:
        return found
    home = story.profile
    articles = f"{home.articles} article{'s' * (home.articles > 1)}"
    return f"{found}. Home region from a profile of {articles} of {home.name} ({home.hash})"


def _notes(story: Story, outside: list[str]) -> list[str]:
    notes = [*story.notes, *([f"Beyond the edge of the map: {join(outside)}."] if outside else [])]
    if story.undated:
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
