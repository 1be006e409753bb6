"""A locator map: places by their names, without an article, at the quality of a story's map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from geostory.annotations import Annotation
from geostory.errors import UsageError
from geostory.models import Article, Candidate, MapWords, Mention, Place
from geostory.overlays import Overlay
from geostory.packs import read_packs
from geostory.region_mentions import regions_of
from geostory.search import find_place
from geostory.story import Story
from geostory.territories import DEFAULT_VIEW, view_of

if TYPE_CHECKING:
    from geostory.page import StoryMap

__all__ = ["locate", "locator_story"]


def locate(
    names: str | Sequence[str],
    *,
    title: str = "",
    words: MapWords | None = None,
    as_of: date | None = None,
    worldview: str = DEFAULT_VIEW,
    packs: str | PathLike[str] | None = None,
    overlays: Sequence[Overlay] = (),
    annotations: Sequence[Annotation] = (),
    lang: str | None = None,
) -> StoryMap:
    """A map of places by their names.

    Parameters
    ----------
    names : str or sequence of str
        As for :func:`geostory.measure`: 'Kyiv', 'Paris, Texas', or 'lat,lon' in degrees. A country, region or island
        is drawn as an area, a region in question by its claims.
    title : str
        Of the map; without it, one made of the names.
    words : MapWords, optional
        Further words of one's own; ``title`` wins over theirs.
    as_of, worldview, packs, overlays, annotations
        As for :func:`geostory.tell`; without ``as_of`` the packs' reference date holds.
    lang : str, optional
        The map's language, one of :data:`geostory.interface.LANGUAGES`; English without it.

    Returns
    -------
    StoryMap

    Raises
    ------
    UnknownNameError
        If no place bears a name.
    UsageError
        If there is no name, no such position or no such worldview.

    Examples
    --------
    >>> import geostory
    >>> geostory.locate(["Anchorage", "Nome, Alaska"]).block["map_title"]
    'Anchorage and Nome'
    """
    own = words or MapWords()
    return locator_story(
        names,
        words=replace(own, title=title or own.title),
        as_of=as_of,
        worldview=worldview,
        packs=packs,
        overlays=overlays,
        annotations=annotations,
    ).map(lang=lang)


def locator_story(
    names: str | Sequence[str],
    *,
    words: MapWords | None = None,
    as_of: date | None = None,
    worldview: str = DEFAULT_VIEW,
    packs: str | PathLike[str] | None = None,
    overlays: Sequence[Overlay] = (),
    annotations: Sequence[Annotation] = (),
) -> Story:
    """What :func:`locate` draws: a story without an article, in which each place is named once and surely."""
    named = [names] if isinstance(names, str) else list(names)
    if not named:
        raise UsageError("there is no name to locate; give one, such as 'Kyiv'")
    known = read_packs(Path(packs) if packs else None)
    view_of(worldview, known)
    on = as_of or known.reference_date
    # The names stand as lines of a text of their own, so that regions in question are found in them as in any text.
    lines = Article(title="", text="\n".join(named))
    places, start = [], 0
    for name in named:
        mention = Mention(start=start, end=start + len(name), field="text", text=name) if name else None
        candidate = _candidate(name)
        start += len(name) + 1
        if mention:
            places.append(Place(mention=mention, candidate=candidate, confidence=1.0, reason=""))
    return Story(
        article=Article(title="", text="", id=", ".join(named)),
        places=tuple(places),
        distances=(),
        regions=regions_of(lines, places, as_of=on, worldview=worldview, packs=known),
        as_of=on,
        worldview=worldview,
        dated_by="option",
        packs=known,
        overlays=tuple(overlays),
        annotations=tuple(annotations),
        words=words or MapWords(),
    )


def _candidate(name: str) -> Candidate:
    """The place of a name; a position gets an identity and a name as readers write it."""
    place = find_place(name)
    if place.gazetteer_id:
        return place
    north, east = "N" if place.lat >= 0 else "S", "E" if place.lon >= 0 else "W"
    said = f"{abs(place.lat):g}° {north}, {abs(place.lon):g}° {east}"
    return replace(place, gazetteer_id=f"at:{place.lat:g},{place.lon:g}", name=said)
