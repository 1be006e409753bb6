"""Whether an article speaks of a region as one in question, now or until lately."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from geostory.ended import PAST
from geostory.models import Article, Field, Mention, Region
from geostory.packs import Packs, Table
from geostory.region_names import Hit, any_of, cues
from geostory.region_subjects import same
from geostory.sentences import sentence_span

__all__ = ["in_question", "speaks_of_then"]


_ALWAYS = frozenset({"annexed", "occupied", "breakaway"})


def in_question(region: Region, article: Article, packs: Packs) -> bool:
    """Whether an article speaks of a region as one in question, so that a map has a claim to show.

    Annexed and occupied land always is, and what broke away: who names it says whose it is or not. Any other only where
    a sentence that names it, or the next one, has a word for the dispute or of its status: a storm over Hatay is no
    matter of Syria's claim. One that is past is so where a sentence tells it.
    """
    if region.status == PAST:
        return _told_in(article, region.mentions, _dispute("", packs))
    if region.quiet or {claim.status for claim in region.claims} & _ALWAYS:
        return not region.quiet
    return _told_in(article, region.mentions, _dispute(region.status, packs), further=True)


def speaks_of_then(
    article: Article,
    row: Table,
    mentions: Sequence[Mention],
    hits: Mapping[Field, Sequence[Hit]],
    parties: frozenset[str],
    packs: Packs,
) -> bool:
    """Whether an article speaks of a region that is one no more: with a word for its end, or one of who lost it."""
    if _told_in(article, mentions, _dispute("", packs)):
        return True
    losers = parties - _holders(row, packs)
    for mention in mentions:
        start, end = sentence_span(article.field_text(mention.field), mention.start, mention.end)
        for hit in hits[mention.field]:
            apart = start <= hit.start < end and not mention.start <= hit.start < mention.end
            if apart and same(hit.meaning.actors) & losers:
                return True
    return False


def _told_in(article: Article, mentions: Iterable[Mention], words: re.Pattern[str], *, further: bool = False) -> bool:
    """Whether any of the sentences that speak of a region has one of some words, or the one after it."""
    for mention in mentions:
        text = article.field_text(mention.field)
        start, end = sentence_span(text, mention.start, mention.end)
        after = re.compile(r"\S").search(text, end) if further else None
        if after:
            end = sentence_span(text, after.start(), after.end())[1]
        if words.search(text, start, end):
            return True
    return False


@lru_cache(maxsize=32)
def _dispute(status: str, packs: Packs) -> re.Pattern[str]:
    """Words for a dispute and of a status; without a status, for its end."""
    own = packs.by_id("status")[status]["words"] if status else cues()["ended"]
    return re.compile(rf"\b{any_of([*packs.tables['dispute'][-1]['words'], *own])}\b", re.IGNORECASE)


def _holders(row: Table, packs: Packs) -> frozenset[str]:
    """Who has a region today by its shipped outline, and its own people: their names tell nothing of its past."""
    lands = {key.partition(":")[2][:2] for key in row.get("shape", ())}
    own = {row["name"], *row.get("names", ())}
    return frozenset(a["name"] for a in packs.tables["actor"] if a.get("country") in lands or a["name"] in own)
