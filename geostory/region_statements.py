"""What an article itself says of a region in question: annexed, occupied, liberated, ceded or claimed, and by whom.

It is kept beside what the packs state. Where it contradicts them for certain, that is a note for the desk and never for
the reader. Denials, conditions and plans are no statements, and what stands in quotation marks contradicts nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from geostory.models import Article, Field, Mention, Region
from geostory.packs import Packs, read_packs
from geostory.region_names import any_of
from geostory.sentences import sentence_span
from geostory.words import MONTHS, day

__all__ = ["RegionStatement", "region_statements"]

Kind = Literal["annexed", "occupied", "liberated", "ceded", "claimed"]
_KINDS: dict[str, Kind] = {
    "annexed": "annexed", "occupied": "occupied", "liberated": "liberated", "recaptured": "liberated",
    "retook": "liberated", "ceded": "ceded", "claims": "claimed", "claimed": "claimed",
}  # fmt: skip
_RECENT = 1945  # an annexation before this year may well be another one, such as that of Crimea in 1783
_VERB = rf"(?:(?:[a-z]+ly|also|once|has|had)\s+){{0,2}}(?P<verb>(?i:{'|'.join(_KINDS)}))\b"
_WHEN = rf"(?:\s+(?:in|since)\s+(?:{any_of(MONTHS)}\s+)?(?P<year>\d{{4}})\b)?"
_UNREAL = re.compile(
    r"\b(?:[Nn]ot|[Nn]ever|nor|[Ii]f|[Uu]nless|[Ww]hether|would|could|may|might|should|den(?:y|ies|ied|ying)|almost|nearly"
    r"|falsely)\b|n['’]t\b"
)
# 'Russia claimed Crimea was calm' claims something else.
_CLAUSE = re.compile(r"\s+(?:has|had|have|is|was|are|were|will|would|can|could|did|does)\b")
_PAST = re.compile(r"\b(?:until|once|former|formerly|then|briefly|centur(?:y|ies)|[Ww]ar|empire)\b", re.IGNORECASE)
_QUOTES = re.compile(r"[\"“”«»]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionStatement:
    """What is said of a region; ``article.field_text(field)[start:end] == words`` holds all of it.

    Parameters
    ----------
    region : str
        The region's id.
    kind : 'annexed', 'occupied', 'liberated', 'ceded' or 'claimed'
    by : str
        The packs' name of who did so, or of who ceded it; empty where it isn't said.
    contradicts : str
        One sentence for the desk where the packs say otherwise of that day; empty where they don't for certain.
    """

    region: str
    kind: Kind
    by: str
    field: Field
    start: int
    end: int
    words: str
    contradicts: str = ""


@lru_cache(maxsize=8)
def _parties(packs: Packs) -> tuple[str, dict[str, str]]:
    """The pattern of any party's name, and the party that each name means."""
    meant: dict[str, str] = {}
    for row in packs.tables["actor"]:
        for word in row["words"]:
            meant.setdefault(word, row["name"])
    return any_of(meant), meant


@lru_cache(maxsize=8)
def _shapes(packs: Packs) -> tuple[re.Pattern[str], tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    """What may stand before a region's name, after it, and within a description."""
    party = rf"(?P<by>{_parties(packs)[0]})\b"
    before = rf"(?:\b{party}(?:\s+|-))?\b{_VERB}\s+(?:the\s+)?(?:[A-Z][a-z]+n\s+)?$"
    which = rf",?\s+(?:which|that)\s+{party}\s+{_VERB}{_WHEN}"
    passive = (
        rf",?\s+(?:(?:which|that)\s+)?(?:(?:was|were|is|are|been)\s+){{0,2}}{_VERB}"
        rf"(?:\s+to\s+[A-Z]\w+)?(?:\s+by\s+(?:the\s+)?{party}|(?!\s+by\b)){_WHEN}"
    )
    did = rf"\b{party}(?:\s+|-){_VERB}{_WHEN}"
    done = rf"\b{_VERB}(?:\s+by\s+(?:the\s+)?{party})?{_WHEN}"
    compiled = [re.compile(shape) for shape in (before, which, passive, did, done)]
    return compiled[0], (compiled[1], compiled[2]), (compiled[3], compiled[4])


def _said(text: str, mention: Mention, packs: Packs) -> Iterator[re.Match[str]]:
    """What is said right before or right after a mention, or else in its own words."""
    begin, end = sentence_span(text, mention.start, mention.end)
    before, after, within = _shapes(packs)
    found = before.search(text, max(begin, mention.start - 80), mention.start)
    if found and not (_KINDS[found["verb"].lower()] == "claimed" and _CLAUSE.match(text, mention.end)):
        yield found
    follow = next((m for shape in after if (m := shape.match(text, mention.end, end)) and _finite(m)), None)
    if follow:
        yield follow
    if not found and not follow:
        own = next((m for shape in within if (m := shape.search(text, mention.start, mention.end))), None)
        if own:
            yield own


def _finite(match: re.Match[str]) -> bool:
    """Whether a name is what was done to, not the doer: 'Crimea was annexed', and no 'Taiwan claims the islands'."""
    return bool(match["by"] or match[0].startswith(",") or {"was", "were", "been"} & {*match[0].split()})


def region_statements(
    article: Article, regions: Sequence[Region], *, packs: Packs | None = None
) -> tuple[RegionStatement, ...]:
    """What an article says of the regions that it speaks of, in the order of title and text.

    Parameters
    ----------
    article : Article
    regions : sequence of Region
        Of the same article with their mentions, as :func:`geostory.region_mentions.regions_of` gives them: their day
        and their worldview are those by which a contradiction is judged.
    packs : Packs, optional
        The shipped ones without it.

    Examples
    --------
    >>> from geostory.region_mentions import regions_of
    >>> article = Article(title="", text="Ukraine ceded Crimea, officials in Moscow were told.")
    >>> found = region_statements(article, regions_of(article, ()))
    >>> [(one.region, one.kind, one.by, one.words) for one in found][:1]
    [('crimea', 'ceded', 'Ukraine', 'Ukraine ceded Crimea')]
    >>> found[0].contradicts
    'Crimea: the packs know of no cession; on 12 October 2025 it is held to be part of Ukraine.'
    """
    packs = packs or read_packs()
    party = _parties(packs)[1]
    found: dict[RegionStatement, None] = {}
    for region in regions:
        for mention in region.mentions:
            text = article.field_text(mention.field)
            sentence = sentence_span(text, mention.start, mention.end)
            for said in _said(text, mention, packs):
                start, end = min(said.start(), mention.start), max(said.end(), mention.end)
                if _UNREAL.search(text, max(sentence[0], start - 40), said.end()):
                    continue
                by = party.get(re.sub(r"\s+", " ", said["by"] or ""), "")
                kind = _KINDS[said["verb"].lower()]
                year = int(said["year"]) if "year" in said.re.groupindex and said["year"] else None
                spoken = _QUOTES.search(text, *sentence) or _PAST.search(text, *sentence)
                statement = RegionStatement(
                    region=region.id,
                    kind=kind,
                    by=by,
                    field=mention.field,
                    start=start,
                    end=end,
                    words=text[start:end],
                    contradicts="" if spoken or not by else _contradiction(region, kind, by, year, packs),
                )
                found[statement] = None
    return tuple(sorted(found, key=lambda one: (one.field != "title", one.start, one.end)))


def _contradiction(region: Region, kind: Kind, by: str, year: int | None, packs: Packs) -> str:
    """How a statement goes against the packs for certain, in one sentence; else nothing."""
    on = day(region.as_of)
    if kind == "ceded" and region.belongs_to == by and any(claim.claimed_from == by for claim in region.claims):
        return f"{region.name}: the packs know of no cession; on {on} it is held to be part of {by}."
    takers = [claim for claim in region.claims if claim.status == "annexed"]
    if kind != "annexed" or not takers:
        return ""
    own = [claim for claim in takers if claim.claimed_by == by]
    if not own:
        if year and year < _RECENT:
            return ""
        return f"{region.name}: the packs say annexed by {takers[0].claimed_by}, not by {by}."
    since = own[0].valid_from
    if year and own[0].precision == "day" and year >= _RECENT and year not in _years(region.id, packs):
        return f"{region.name}: the packs date the annexation by {by} from {day(since)}, not from {year}."
    return ""


def _years(name: str, packs: Packs) -> set[int]:
    """Every year in which a claim on a region, or a stage of one, begins or ends."""
    claims = packs.by_id("region")[name]["claim"]
    days = [claim[key] for claim in claims for key in ("valid_from", "valid_to") if key in claim]
    days += [stage["from"] for claim in claims for stage in claim["stage"]]
    return {moment.year for moment in days}
