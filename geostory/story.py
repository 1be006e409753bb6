"""A story: one article with its places, distances and regions, ready to be mapped or handed on as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from geostory.annotations import Annotation
from geostory.distances import find_distances
from geostory.errors import UsageError
from geostory.facts import Fact, facts_of
from geostory.language import article_language, language_name, supported
from geostory.mentions import counts, find_mentions
from geostory.models import Article, Distance, MapWords, Place, Profile, Region, Vicinity
from geostory.outlines import control_areas
from geostory.overlays import Overlay
from geostory.own_steps import OwnStep, read_steps
from geostory.packs import Packs, read_packs
from geostory.recogniser import Recogniser
from geostory.region_mentions import regions_of
from geostory.region_statements import RegionStatement, region_statements
from geostory.resolve import resolve
from geostory.territories import DEFAULT_VIEW, borders_line, view_of
from geostory.vicinities import vicinities_of
from geostory.words import day

if TYPE_CHECKING:
    import geopandas

    from geostory.page import StoryMap

__all__ = ["Story", "tell"]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What an article speaks of, found, placed and measured.

    Parameters
    ----------
    article : Article
    places : tuple of Place
        One for each mention, in the order of title and text.
    distances : tuple of Distance
    regions : tuple of Region
        As they stood on ``as_of``.
    facts : tuple of Fact
        Statements about places that the gazetteer contradicts: for the desk, never for the page.
    as_of : datetime.date
        The day for which borders and regions hold: the article's date, else the packs' reference date.
    vicinities : tuple of Vicinity
        What the article places by a known place only ('a suburb north of Cairo'), as areas.
    language : str
        The article's, as an ISO 639-1 code; 'und' where it has none that can be told.
    recogniser : 'accurate' or 'fast'
        Which model found the places.
    profile : Profile, optional
        Of the article's source, where one helped to decide between places of one name.
    worldview : str
        By whose rules borders and regions are drawn.
    statements : tuple of RegionStatement
        What the article itself says of its regions (annexed, ceded, ...): beside the packs' word, for the desk.
    overlays : tuple of Overlay
        Layers of the user's own.
    annotations : tuple of Annotation
        What an editor adds to the map: arrows, circles, events, areas, notes.
    words : MapWords
        An editor's own words for the map.
    dated_by : 'article', 'option' or 'packs'
        Where ``as_of`` came from.
    packs : Packs
        The region packs that borders and regions rest on.
    """

    article: Article
    places: tuple[Place, ...]
    distances: tuple[Distance, ...]
    regions: tuple[Region, ...]
    as_of: date
    facts: tuple[Fact, ...] = ()
    vicinities: tuple[Vicinity, ...] = ()
    language: str = "en"
    recogniser: Recogniser = "accurate"
    profile: Profile | None = None
    worldview: str = DEFAULT_VIEW
    statements: tuple[RegionStatement, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    words: MapWords = field(default_factory=MapWords)
    dated_by: Literal["article", "option", "packs"] = "article"
    packs: Packs = field(default_factory=read_packs, repr=False, compare=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know about how the story was told, in whole sentences."""
        old = tuple(
            f"'{held.title}' is of {day(held.date)}, {(self.as_of - held.date).days} days older than this map; by its "
            f"own word it holds for {held.life_days}."
            for held in control_areas(self.as_of, self.packs)
            if (self.as_of - held.date).days > held.life_days and self.regions
        )
        if supported(self.language):
            return old
        return (
            *old,
            f"The article is in {language_name(self.language)}; geostory does not yet support that language: places "
            "were found by the gazetteer's spellings only, and distances were not looked for.",
        )

    @property
    def bare(self) -> bool:
        """Whether there is no article: a map of places that were named by themselves."""
        return not (self.article.title or self.article.text)

    @property
    def undated(self) -> bool:
        """Whether neither the article nor the caller gave a date: borders stand as of the packs' reference date."""
        return self.dated_by == "packs"

    @property
    def borders(self) -> str:
        """The line that says by whose rules and as of when borders are drawn."""
        return borders_line(self.as_of, undated=self.undated, worldview=self.worldview, packs=self.packs)

    def geodataframe(
        self, what: Literal["places", "distances", "regions", "vicinities"] = "places"
    ) -> geopandas.GeoDataFrame:
        """The story's places, distances, regions or vicinities as a GeoDataFrame in EPSG:4326.

        Returns
        -------
        geopandas.GeoDataFrame
            Points (places; a polygon or None where unplaced), lines (distances; None where unmeasured) or polygons
            (regions, vicinities), with the columns that docs/using.md lists.

        Raises
        ------
        UsageError
            If ``what`` is none of the four.

        Examples
        --------
        >>> import geostory
        >>> story = geostory.tell(geostory.Article(title="", text="They met in Anchorage."))
        >>> list(story.geodataframe("places").text)
        ['Anchorage']
        """
        from geostory.tables import geodataframe

        if what not in ("places", "distances", "regions", "vicinities"):
            raise UsageError(f"no such table: {what!r}; choose from places, distances, regions, vicinities")
        return geodataframe(self, what)

    def map(
        self,
        *,
        show_verdicts: bool = False,
        text: str = "quotes",
        layout: Literal["story", "map"] | None = None,
        steps: str | PathLike[str] | Sequence[OwnStep] | None = None,
        views: Sequence[str] = (),
    ) -> StoryMap:
        """The story as a map: a ``folium.Map`` whose page needs no host.

        Parameters
        ----------
        show_verdicts : bool
            Whether beside each measured distance stands what the article states and whether it agrees.
        text : 'quotes', 'full' or 'none'
            How much of the article is in the page; quotes are at most 25 words a place and a tenth of the article.
        layout : 'story' or 'map', optional
            Whether steps lead over the map; without it they do where at least three of them move it.
        steps : path or sequence of OwnStep, optional
            An editor's own steps, or the TOML file that holds them; see :func:`geostory.own_steps.read_steps`.
        views : sequence of str
            Worldviews between which readers may switch, the story's own besides; none as a rule, since some states
            punish maps that contradict theirs.

        Raises
        ------
        UsageError
            If there is no such text, layout or worldview, or a step is faulty.
        """
        from geostory.block import story_block
        from geostory.page import StoryMap

        if layout not in (None, "story", "map"):
            raise UsageError(f"layout={layout!r}: choose from story, map")
        own = read_steps(steps) if isinstance(steps, str | PathLike) else steps
        return StoryMap(
            story_block(self, show_verdicts=show_verdicts, text=text, layout=layout, steps=own, views=views)
        )

    def save(self, path: str | PathLike[str]) -> None:
        """Write the story's map as one self-contained HTML file, whole or not at all."""
        self.map().save(path)


def tell(
    article: Article,
    *,
    near: tuple[float, float] | None = None,
    profile: Profile | None = None,
    recogniser: Recogniser = "accurate",
    demonyms: bool = True,
    facilities: bool = True,
    as_of: date | None = None,
    worldview: str = DEFAULT_VIEW,
    packs: str | PathLike[str] | None = None,
    overlays: Sequence[Overlay] = (),
    annotations: Sequence[Annotation] = (),
    words: MapWords | None = None,
) -> Story:
    """Find, place and measure what an article speaks of.

    Parameters
    ----------
    article : Article
    near : tuple of float, optional
        (lat, lon) of the article's home, which decides between places of one name where the text does not.
    profile : Profile, optional
        Of the article's source, which does the same; see :func:`geostory.read_profile`.
    recogniser : 'accurate' or 'fast'
        Which model finds the places: 'fast' reads an archive some ten times as fast, and misses more.
    demonyms : bool
        Whether peoples and adjectives ('Russian troops') count as mentions of their place.
    facilities : bool
        Whether schools, hospitals, airports and the like count as places by their own names.
    as_of : datetime.date, optional
        The day for which borders and regions hold; without it the article's date, else the packs' reference date.
    worldview : str
        By whose rules borders and regions are drawn; see :func:`geostory.regions`.
    packs : path, optional
        A folder of region packs that are read on top of the shipped ones and win by id.
    overlays : sequence of Overlay
        Layers of one's own to draw with the story; see :func:`geostory.overlays.read_overlay`.
    annotations : sequence of Annotation
        Arrows, circles, events, areas and notes to draw; see :func:`geostory.annotations.read_annotations`.
    words : MapWords, optional
        Words of one's own for the map: title, caption, description, credit, and a correction.

    Returns
    -------
    Story

    Raises
    ------
    UsageError
        If ``near`` is no position, or there is no such recogniser or worldview.
    DataError
        If a region pack is faulty.

    Examples
    --------
    >>> import geostory
    >>> story = geostory.tell(geostory.Article(title="", text="The ferry left Tangier for Algeciras."))
    >>> [place.candidate.country for place in story.places]
    ['MA', 'ES']
    """
    if near is not None and not (-90 <= near[0] <= 90 and -180 <= near[1] <= 180):
        raise UsageError(f"near={near}: give (lat, lon) in degrees, lat within ±90 and lon within ±180")
    known = read_packs(Path(packs) if packs else None)
    view_of(worldview, known)
    on = as_of or article.date or known.reference_date
    language = article_language(article)
    # What is left out of the story still tells where the rest lies.
    places = resolve(article, find_mentions(article, recogniser=recogniser), near=near, profile=profile)
    distances = find_distances(article, places) if supported(language) else ()
    regions = regions_of(article, places, as_of=on, worldview=worldview, packs=known)
    return Story(
        article=article,
        places=tuple(place for place in places if counts(place.mention, demonyms=demonyms, facilities=facilities)),
        distances=distances,
        regions=regions,
        statements=region_statements(article, regions, packs=known) if supported(language) else (),
        facts=facts_of(article, places) if supported(language) else (),
        vicinities=vicinities_of(article, places, distances) if supported(language) else (),
        as_of=on,
        language=language,
        recogniser=recogniser,
        profile=profile,
        worldview=worldview,
        dated_by="option" if as_of else "article" if article.date else "packs",
        packs=known,
        overlays=tuple(overlays),
        annotations=tuple(annotations),
        words=words or MapWords(),
    )
