"""The page's JSON block: a story's layers in one frame, the ground under them, and the words beside the map."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from shapely import MultiPolygon, box, intersects_xy
from shapely.geometry.base import BaseGeometry

from geostory.advice import not_advised
from geostory.basemap import basemap_block, focus_countries
from geostory.boundaries import boundaries
from geostory.captions import map_wording
from geostory.drawn_shapes import drawn_shape, largest_part, wider
from geostory.features import story_layers
from geostory.frame import Bounds, Extent, Frame, story_frame
from geostory.interface import chosen_language, direction, page_words, say
from geostory.layers import WATER, Drawn, Feature, Layer, legend_rows
from geostory.locales import day_in, marks_in, units_in
from geostory.nearby import only_near
from geostory.outliers import outliers_block
from geostory.own_steps import OwnStep
from geostory.place_names import name_in
from geostory.rights import Rights, article_block, rights_of, source_of
from geostory.steps import Layout, layout_of, own_steps, steps_of
from geostory.story import Story
from geostory.switches import switches
from geostory.tiles import Tiles
from geostory.translation import borders_in, drawn_in, found_in, notes_in, wording_in
from geostory.views import moved_borders
from geostory.words import join

__all__ = ["story_block"]

Block = dict[str, Any]

_TOWNS = "GeoNames (CC BY 4.0)"  # whom the ground's towns are from
_OWN = "geostory (places from published pages)"  # each with its page in the data
_MAIN = 0.2  # of the largest part
_TOGETHER = 2.0  # of its width: an area with all its parts that is no wider is shown whole
_CREDITS = {"OpenStreetMap": "© OpenStreetMap contributors (ODbL)"}  # where a licence asks for words of its own


def story_block(
    story: Story,
    *,
    show_verdicts: bool = False,
    text: str = "quotes",
    layout: Layout | None = None,
    steps: Sequence[OwnStep] | None = None,
    tiles: Tiles | None = None,
    lang: str | None = None,
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
    tiles : Tiles, optional
        What to draw over the ground, with names of its own; the map is then in Web Mercator.
    lang : str, optional
        The page's language; see :func:`geostory.interface.chosen_language`.
    views : sequence of str
        Worldviews that readers may switch to; see :mod:`geostory.switches`.

    Returns
    -------
    dict
        Plain JSON values; every coordinate lies in one frame that may run past ±180°.
    """
    rights = rights_of(story, text, show_verdicts=show_verdicts)
    lang = chosen_language(lang, "en" if story.bare else story.language)
    plain = story_layers(story, show_verdicts=show_verdicts, rights=rights)
    drawn = drawn_in(story, plain, rights, lang)
    fine, wide = _extents(drawn)
    frame = story_frame(fine, wide, near=_lands(drawn), tiles=tiles is not None)
    features = [feature for _, some in drawn for feature in some]

    def ground(of: Story) -> Block:
        moved = moved_borders(of.as_of, of.worldview, of.packs, wider(frame.bounds))
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
            shown=lambda name, key, country: name_in(name, key, of.packs, of.worldview, lang, country=country),
        )
        return made | {"labels": [label for label in made["labels"] if not _over_region(label, story)]}

    basemap = ground(story)
    wording = (
        map_wording(story, drawn, frame.bounds)
        if lang == "en"
        else wording_in(story, drawn, rights, frame.bounds, lang)
    )
    reason = not_advised(story, plain)
    advice = f"{say(lang, 'told.no_map')}{f': {reason}' if lang == 'en' else ''}." if reason else ""
    outside = list(frame.outside)
    beside = only_near(drawn, lang)
    by_layer = {layer.id: some for layer, some in drawn}
    article = story.article
    told = (
        steps_of(story, drawn, frame.bounds, rights, lang)
        if steps is None
        else own_steps(steps, story, drawn, frame.bounds, lang)
    )
    layout = layout or (layout_of(told) if steps is None else "story")
    notes = [
        *filter(None, [wording.corrected, advice]),
        *(_notes(story, outside) if lang == "en" else notes_in(story, outside, lang)),
    ]
    if tiles:
        notes.append(f"Names and borders on the tiles are those of {tiles.name}.")
    return {
        **(tiles.block() if tiles else {}),
        "version": 1,
        "lang": lang,
        "dir": direction(lang),
        "article_lang": "" if story.bare or story.language == "und" else story.language,
        "words": page_words(lang),
        "units": units_in(lang),
        "marks": marks_in(lang),
        "title": article.title or (wording.title if story.bare else "") or say(lang, "told.untitled"),
        "map_title": wording.title,
        "kicker": source_of(article)[0],
        "date": day_in(article.date, lang) if article.date else "",
        "dek": wording.caption,
        "description": wording.description,
        "credit": wording.credit,
        "corrected": wording.corrected,
        "advised": not reason,
        "reason": reason,
        "borders": borders_in(story, lang),
        "undated": story.undated,
        "published": article.date.isoformat() if article.date else "",
        "as_of": story.as_of.isoformat(),
        "address": _address(article.extra),
        "crs": frame.projection.spec,
        "box": [round(value, 7) for value in frame.box],
        "frame": [round(value, 5) for value in frame.bounds],
        "notes": notes,
        "outside": outliers_block(frame, fine or wide, lang),
        "credits": _credits(story, features, basemap),
        "found": _found(story) if lang == "en" else found_in(story, lang),
        "article": article_block(rights),
        "layout": layout,
        "steps": told if layout == "story" else [],
        "basemap": basemap,
        **switches(
            story, drawn, basemap, ground, rights, views, frame=frame.bounds, window=wider(frame.bounds), lang=lang
        ),
        "layers": [
            {
                "id": layer.id,
                "title": layer.title,
                "on": layer.on,
                "order": layer.order,
                "legend": _legend(layer, some, lang),
                # The names most spoken of are placed first.
                "features": [
                    _feature_block(feature, frame, rights) | ({"label": ""} if feature.id in beside else {})
                    for feature in sorted(some, key=lambda f: -len(f.mentions))
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
            {"feature": f.id, "text": say(lang, "told.colon").join([f.popup["what"], f.label])}
            | {"said": f.said, "verdict": f.verdict}
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
            {
                "feature": f.id,
                "name": f.popup["title"],
                "summary": f.popup["what"],
                "sources": f.popup["sources"],
                **({"lang": f.popup["lang"]} if "lang" in f.popup else {}),
            }
            for f in by_layer.get("regions", [])
        ],
    }


def _legend(layer: Layer, features: list[Feature], lang: str) -> list[Block]:
    """A layer's rows; those on regions in question are in the packs' own words."""
    foreign = {"lang": "en"} if lang != "en" and layer.selects == "regions" else {}
    return [row | foreign for row in legend_rows(features)]


# --- frame ------------------------------------------------------------------------------------------------------------


def _close_part(geometry: BaseGeometry) -> BaseGeometry:
    """An area whole where its parts lie together, as Svalbard's do, else its largest part, as of France."""
    largest = largest_part(geometry)
    narrowed = math.cos(math.radians(largest.bounds[1]))
    across, own = (max((b[2] - b[0]) * narrowed, b[3] - b[1]) for b in (geometry.bounds, largest.bounds))
    return geometry if across <= _TOGETHER * own else largest


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
            # A river runs on past what the story tells of it, and its point is the middle of its longest piece.
            named = named or (candidate is not None and candidate.feature == "STM")
            # An unsure place decides what the map shows only where no sure one does.
            target = unsure if feature.look["dashed"] and candidate else wide if named else fine
            parts = [feature.geometry]
            if kind == "area":
                parts = _main_parts(feature.geometry) if not feature.mentions else [_close_part(feature.geometry)]
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


def _lands(drawn: Drawn) -> list[Extent]:
    """The lands that the story names and that stand as names alone, in their own outlines."""
    found = []
    for layer, features in drawn:
        for feature in features if layer.frames else ():
            candidate = feature.candidate
            if candidate is None or candidate.feature in WATER or feature.look["kind"] != "label":
                continue
            shape = boundaries().shape(candidate.shape, detail="draw") if candidate.shape else None
            if shape is not None and shape.area:
                weight = float(len(feature.mentions))
                found.append(Extent(bounds=shape.bounds, weight=weight, name=feature.popup["title"], shape=shape))
    return found


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
        "geometry": drawn_shape(feature.geometry, frame),
        "popup": feature.popup,
        "mentions": [
            {"field": m.field, "start": at[0], "end": at[1]}
            for m in feature.mentions
            if (at := rights.moved(m.start, m.end, m.field))
        ],
    }


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
    placed = [feature.candidate for feature in features if feature.candidate]
    # A place of the supplement has the page that it was read from as its source.
    read = {c.source for c in placed if c.gazetteer_id.startswith("geostory:")} - {boundaries().source.split(" 1:")[0]}
    used |= {_OWN if c.source in read else c.source for c in placed}
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
    if story.unplaced:
        notes.append(f"Named in the article and not placed: {join(list(story.unplaced))}.")
    return notes
