"""What an editor should look at before a map goes out, as far as the story itself knows; none of it is for readers."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from geostory.errors import ReadError
from geostory.story import Story
from geostory.words import UNSURE, day, describe, join

__all__ = ["Finding", "Level", "desk_findings", "notes_text", "read_notes"]

Level = Literal["error", "warning", "note"]
_LIKELY = 0.7  # from here on the page says 'Likely'


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to look at: what it concerns, how grave it is, and a sentence.

    ``level`` is 'error' for what must not go out, 'warning' for what somebody should decide on, 'note' for what is
    good to know.
    """

    kind: str
    level: Level
    words: str


def desk_findings(story: Story) -> tuple[Finding, ...]:
    """What the desk should look at in a story, the gravest kinds first.

    Parameters
    ----------
    story : Story

    Returns
    -------
    tuple of Finding
        ``kind`` is 'story', 'distance', 'fact', 'region-words', 'region-sources', 'borders' or 'place'.

    Examples
    --------
    >>> import geostory
    >>> far = "Mainland Alaska and mainland Russia are 300 kilometres apart."
    >>> [finding.kind for finding in desk_findings(geostory.tell(geostory.Article(title="", text=far)))][:1]
    ['distance']
    """
    parts = (_story, _distances, _facts, _region_words, _region_sources, _borders, _places)
    return tuple(finding for part in parts for finding in part(story))


def _story(story: Story) -> Iterator[Finding]:
    for note in story.notes:
        yield Finding(kind="story", level="warning", words=note)


def _distances(story: Story) -> Iterator[Finding]:
    for distance in story.distances:
        if distance.verdict == "differs" or distance.verdict == "cannot be checked":
            level: Level = "warning" if distance.verdict == "differs" else "note"
            words = f"'{_flat(distance.claim.text)}': {distance.reason}"
            yield Finding(kind="distance", level=level, words=words)


def _facts(story: Story) -> Iterator[Finding]:
    for fact in story.facts:
        yield Finding(kind="fact", level="warning", words=f"'{_flat(fact.text)}': {fact.note}")


def _region_words(story: Story) -> Iterator[Finding]:
    told: dict[str, str] = {}
    for said in story.statements:
        if said.contradicts:  # one line for words that speak of several regions
            told.setdefault(_flat(said.words), said.contradicts)
    for words, contradicts in told.items():
        yield Finding(kind="region-words", level="warning", words=f"'{words}': {contradicts}")


def _region_sources(story: Story) -> Iterator[Finding]:
    for region in story.regions:
        unchecked = [source.title for source in region.sources if source.checked == "unchecked"]
        if unchecked and not region.quiet:
            words = f"{region.name}: nobody has checked {join(unchecked)} for what the map says of it."
            yield Finding(kind="region-sources", level="warning", words=words)


def _borders(story: Story) -> Iterator[Finding]:
    published, packs = story.article.date, story.packs.reference_date
    if story.as_of < story.packs.borders_since:
        words = (
            f"Borders are drawn as they have stood since {day(story.packs.borders_since)} but for what the region "
            f"packs change; the map is of {day(story.as_of)}."
        )
        yield Finding(kind="borders", level="warning", words=words)
    if published and published > packs:
        words = f"The region packs are of {day(packs)}, {(published - packs).days} days older than the article."
        yield Finding(kind="borders", level="note", words=words)


def _places(story: Story) -> Iterator[Finding]:
    """One finding for each name and reading that is less than likely; the page shows the least sure with a '?'."""
    told: set[tuple[str, str]] = set()
    for place in story.places:
        if place.candidate is None or place.mention.role != "literal" or place.confidence >= _LIKELY:
            continue
        if (key := (place.mention.text, place.candidate.gazetteer_id)) in told:
            continue
        told.add(key)
        level: Level = "warning" if place.confidence < UNSURE else "note"
        rivals = join([describe(rival) for rival in place.rivals[:2]])
        words = (
            f"'{_flat(place.mention.text)}' is taken for {place.candidate.name}, {describe(place.candidate)}, with "
            f"confidence {place.confidence:.2f}" + (f"; it could also be {rivals}." if rivals else ".")
        )
        yield Finding(kind="place", level=level, words=words)


def _flat(text: str) -> str:
    return " ".join(text.split())


def notes_text(findings: Sequence[Finding], *, version: str) -> str:
    """Findings as the text of a file, with the version of the page that they are of."""
    return json.dumps({"page": version, "findings": [asdict(f) for f in findings]}, ensure_ascii=False, indent=1) + "\n"


def read_notes(text: str) -> tuple[str, tuple[Finding, ...]]:
    """The page's version and the findings of a file's text.

    Raises
    ------
    ReadError
        If they are not as :func:`notes_text` writes them.

    Examples
    --------
    >>> read_notes(notes_text([Finding(kind="fact", level="note", words="So it is.")], version="1.0"))[0]
    '1.0'
    """
    try:
        data = json.loads(text)
        rows = data["findings"]
        findings = tuple(Finding(kind=str(r["kind"]), level=r["level"], words=str(r["words"])) for r in rows)
        version = str(data["page"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        findings, version = (), ""
    if not version or any(finding.level not in get_args(Level) for finding in findings):
        raise ReadError("these are no notes that 'geostory render --desk' wrote")
    return version, findings
