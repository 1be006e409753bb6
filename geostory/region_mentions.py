"""Where an article speaks of regions in question, by name or by description.

Names are read in region_names; here are the descriptions of regions, alone or together ('the four annexed regions',
'the breakaway republics of Georgia', 'the disputed islands'), made from the words of the packs, and the answer.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

from geostory.ended import as_it_was, claims_spoken_of, ended_before
from geostory.models import Article, Field, Mention, Place, Region
from geostory.packs import Packs, Table, read_packs
from geostory.region_descriptions import descriptions
from geostory.region_names import FIELDS, Hit, any_of, hits_of, named_in, plural, with_those_brought
from geostory.region_questions import in_question, speaks_of_then
from geostory.sentences import sentence_span
from geostory.territories import DEFAULT_VIEW, standing
from geostory.words import MONTHS

__all__ = ["regions_of"]

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_BREAKAWAY = "breakaway"
_TAKEN = (_BREAKAWAY, "annexed", "occupied")
_WHEN = (
    rf"(?:,?\s+(?:back\s+)?(?:in|on|since|of|from)\s+(?:(?:early|late|mid)[\s-]+)?(?:\d{{1,2}}\s+)?(?:{any_of(MONTHS)},?\s+)?"
    rf"(?:\d{{1,2}},?\s+)?\d{{4}}\b|,?\s+(?:in|on|since)\s+(?:last\s+)?{any_of(MONTHS)}(?:\s+\d{{1,2}})?\b)"
)
# What must not stand right before or after a description: a denial, another owner, another doer, another place or age.
_NOT_BEFORE = re.compile(r"(?:\b(?:not|never|no|without)\s+|['’]s?\s+|-)$", re.IGNORECASE)
# A water owns nothing ('in the East China Sea').
_WATER = r"(?:the\s+)?(?:[A-Z]\w+\s+){1,3}(?:Sea|Ocean|Channel|Gulf|Strait|River|Bay)\b"
_NOT_AFTER = re.compile(
    rf"(?!\s+(?:in|by|of|from)\s+{_WATER})(?:\s+by\b|\s+(?:in|of|from|during|under)\s+(?:the\s+)?(?:[a-z]+ern\s+)?[A-Z\d])"
)
# 'Annexed four regions' after another name: that one did it.
_ACTIVE = re.compile(rf"(?!the\b|these\b|those\b|all\b|both\b)[a-z]+\s+(?:the\b|all\b|\d|{any_of(_NUMBERS)}\b)")
_ITS = re.compile(r"(?:its|his|their)\b", re.IGNORECASE)
_NUMBER = re.compile(rf"\b(?:{any_of(_NUMBERS)}|\d{{1,2}})\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Group:
    """Regions that news describes together, and what a description of them looks like."""

    id: str
    regions: tuple[str, ...]
    number: int
    needs_number: bool
    years: Mapping[str, frozenset[str]]
    alone: frozenset[str]
    noun: re.Pattern[str]
    described: str
    said: str
    numbered: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a description looks like; few articles need it, and it takes long to make."""
        return re.compile(self.described, re.IGNORECASE)

    @cached_property
    def plain(self) -> re.Pattern[str]:
        """What says the status."""
        return re.compile(self.said, re.IGNORECASE)

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """What says it after a number."""
        return re.compile(self.numbered, re.IGNORECASE | re.DOTALL)

    def says(self, words: str, acted: bool) -> bool:
        """Whether a description says the status: outright, or by a counted word after the number."""
        if self.plain.search(words):
            return True
        return bool(self.counted.search(words)) and (acted or not self.counted.fullmatch(words))


@lru_cache(maxsize=8)
def _groups(packs: Packs) -> tuple[tuple[_Group, ...], re.Pattern[str]]:
    """Every group with its pattern, made from numbers, the words of its status and parties, and its nouns.

    With them the pattern of any word that says a status, without which no description stands.
    """
    region = packs.by_id("region")
    words = {row["name"]: row["words"] for row in packs.tables["actor"]}
    status = {row["id"]: row["words"] for row in packs.tables["status"]}
    filler = packs.tables["filler"][-1]
    groups, told = [], set()
    for row in packs.tables["group"]:
        claims = [claim for name in row["regions"] for claim in region[name]["claim"]]
        doer = [word for claim in claims for word in words[claim["claimed_by"]]]
        owner = [word for claim in claims if "claimed_from" in claim for word in words[claim["claimed_from"]]] or doer
        party = [*doer, *owner]
        loose = any_of([*filler["before"], *filler["adverbs"], *party, *_NUMBERS])
        slot = rf"(?:{loose}|\d{{1,2}})(?:['’]s?)?(?:[^\S\n]|-|\n(?!\s*\n))+"
        shared = set.intersection(*({claim["status"] for claim in region[name]["claim"]} for name in row["regions"]))
        shared &= set(row.get("statuses", shared))
        saying = [*row.get("words", ()), *(word for name in sorted(shared) for word in status[name])]
        if any(_rivals(region[name]["claim"]) for name in row["regions"]):
            saying += status["disputed"]  # by rival claimants, whatever each of them did
        plain = rf"\b{any_of(saying)}"
        counted = rf"\b{any_of(row['counted'])}" if "counted" in row else "(?!)"
        said = rf"(?:{plain}|{counted})"
        noun = rf"\b{any_of([*map(plural, row['nouns']), *row.get('singular', [])])}\b"
        place = rf"\s+(?:of|in|from)\s+(?:[A-Z]\w+\s+and\s+)?(?:{slot}){{0,3}}{any_of(owner)}\b"
        link = rf",?\s+{any_of([*filler['links'], *filler['adverbs'], *doer])}\b"
        by = rf"(?:\s+by|(?<=\sby))\s+(?:both\s+|the\s+)?{any_of(party)}\b(?:\s+and\s+(?:the\s+)?{any_of(party)}\b)?"
        tail = rf"(?:{place}|{by}|{_WHEN}){{0,3}}"
        told |= {*saying, *row.get("counted", ())}
        groups.append(
            _Group(
                id=row["id"],
                regions=tuple(row["regions"]),
                number=row.get("number", len(row["regions"])),
                needs_number=row.get("needs_number", False),
                years={
                    name: frozenset(str(claim["valid_from"].year) for claim in region[name]["claim"])
                    for name in row["regions"]
                },
                alone=_alone(row, claims),
                noun=re.compile(noun, re.IGNORECASE),
                described=rf"\b(?:{slot}){{0,8}}(?:{said}\s+(?:{slot}){{0,5}}{noun}|"
                rf"{noun}(?:{place})?(?:{link}){{0,8}},?\s+{said}\b(?:\s+{any_of(filler['adverbs'])}\b)?){tail}",
                said=plain,
                numbered=rf".*\b(?:{any_of(_NUMBERS)}|\d{{1,2}})\b.*{counted}",
            )
        )
    return tuple(groups), re.compile(rf"\b{any_of(told)}\b", re.IGNORECASE)


def _alone(group: Table, claims: Iterable[Table]) -> frozenset[str]:
    """Who being named alone ties a description to a group: either side of what was taken or broke away."""
    told = _BREAKAWAY in group.get("words", ())
    taken = [claim for claim in claims if told or claim["status"] in _TAKEN]
    return frozenset(claim[key] for claim in taken for key in ("claimed_by", "claimed_from") if key in claim)


def _number(words: str) -> int | None:
    """The number a description gives, its date left aside."""
    found = _NUMBER.search(re.sub(_WHEN, "", words))
    word = found[0].lower() if found else ""
    return _NUMBERS.index(word) if word in _NUMBERS else int(word) if word else None


@lru_cache(maxsize=64)
def _parties(packs: Packs, day: date) -> dict[str, frozenset[str]]:
    """The regions in question on a day or lately, each with its claimants and those from whom it is claimed."""
    claims = {row["id"]: claims_spoken_of(row, day, packs) for row in packs.regions}
    return {
        name: frozenset(c[key] for c in held for key in ("claimed_by", "claimed_from") if key in c)
        for name, held in claims.items()
        if held
    }


def _rivals(claims: Sequence[Table]) -> bool:
    """Whether two claimants ever claimed a region at one time; who came after another is no rival."""
    return any(
        a.get("claimed_by") != b.get("claimed_by")
        and a["valid_from"] <= b.get("valid_to", date.max)
        and b["valid_from"] <= a.get("valid_to", date.max)
        for a in claims
        for b in claims
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Described:
    """A description that may speak of a group: what it says of number and year, and how it ties to the parties."""

    group: _Group
    mention: Mention
    regions: frozenset[str]
    parties: frozenset[str]
    inside: frozenset[str]
    acting: frozenset[str]
    exact: bool
    near: bool


def _acting(hits: Iterable[Hit], start: int, end: int) -> frozenset[str]:
    return frozenset(actor for hit in hits if start <= hit.start < end for actor in hit.meaning.actors)


def _descriptions(
    article: Article, hits: Mapping[Field, Sequence[Hit]], parties: Mapping[str, frozenset[str]], packs: Packs
) -> Iterator[_Described]:
    """Every description that fits a group in force, in number, year, words and parties."""
    groups, saying = _groups(packs)
    groups = tuple(group for group in groups if set(group.regions) <= parties.keys())
    anywhere = frozenset(actor for field in FIELDS for hit in hits[field] for actor in hit.meaning.actors)
    for field in FIELDS:
        text = article.field_text(field)
        blocks = sorted({_block(text, *found.span()) for found in saying.finditer(text)})
        for start, end in blocks:
            for group in groups:
                every = frozenset().union(*(parties[name] for name in group.regions))
                if every.isdisjoint(anywhere) or not group.noun.search(text, start, end):
                    continue
                for match in group.pattern.finditer(text, start, end):
                    found = _fitting(group, match, every, anywhere, hits[field], parties, field)
                    if found and not _barred(text, match):
                        yield found


def _block(text: str, start: int, end: int) -> tuple[int, int]:
    """The paragraph around a word; a description may run over the end of a line."""
    begin, stop = text.rfind("\n\n", 0, start), text.find("\n\n", end)
    return begin + 2 if begin >= 0 else 0, stop if stop >= 0 else len(text)


def _barred(text: str, match: re.Match[str]) -> bool:
    """Whether what stands around a description gives it another meaning."""
    before = text[max(0, match.start() - 40) : match.start()]
    if _NOT_BEFORE.search(before) or _NOT_AFTER.match(text, match.end()):
        return True
    return bool(_ACTIVE.match(match[0]) and re.search(r"\b[A-Z]\w*\s+$", before))


def _fitting(
    group: _Group,
    match: re.Match[str],
    every: frozenset[str],
    anywhere: frozenset[str],
    hits: Sequence[Hit],
    parties: Mapping[str, frozenset[str]],
    field: Field,
) -> _Described | None:
    number, years = _number(match[0]), frozenset(re.findall(r"\b\d{4}\b", match[0]))
    acting = _acting(hits, *match.span()) & every
    if number not in (None, group.number) or not group.says(match[0], bool(acting)):
        return None
    meant = frozenset(name for name in group.regions if acting <= parties[name] and years <= group.years[name])
    if not meant:
        return None

    def both(named: frozenset[str]) -> bool:
        return any(len(parties[name] & named) > 1 for name in meant)

    sentence = sentence_span(match.string, *match.span())
    inside = _acting(hits, *sentence)
    near = both(inside) or bool(acting) or _one_near(group.alone & every, match, sentence, hits)
    exact = bool(number or (years and not group.needs_number))
    tied = acting if number or years else acting & group.alone
    if not (both(anywhere) or tied or (near and group.alone & inside)):
        return None
    mention = Mention(start=match.start(), end=match.end(), field=field, text=match[0])
    named = frozenset().union(*(parties[name] for name in meant))
    return _Described(
        group=group,
        mention=mention,
        regions=meant,
        parties=named,
        inside=inside,
        exact=exact,
        acting=acting,
        near=near,
    )


def _one_near(alone: frozenset[str], match: re.Match[str], sentence: tuple[int, int], hits: Sequence[Hit]) -> bool:
    """Whether a party that ties alone stands in the sentence; before 'its region', as the last one named."""
    acting = [hit for hit in hits if sentence[0] <= hit.start < sentence[1] and hit.meaning.actors]
    if _ITS.match(match[0]):
        acting = [hit for hit in acting if hit.start < match.start()][-1:]
    return any(not alone.isdisjoint(hit.meaning.actors) for hit in acting)


def _meant(found: Sequence[_Described], named: Mapping[str, list[Mention]]) -> Iterator[tuple[str, Mention]]:
    """Ids of regions, and the descriptions that speak of them.

    A description with the group's number or year means that group. One with neither means those of the fitting groups
    that the article speaks of elsewhere, by such a description or by name. Parties in its own words go before those in
    its sentence, and these before those elsewhere. Where groups of different parties still fit, it is left open, unless
    its words name one of each ('in Georgia and Moldova').
    """
    spoken = {one.group.id for one in found if one.exact}
    for one in found:
        if sum(name in named for name in one.group.regions) >= min(2, len(one.group.regions)):
            spoken.add(one.group.id)
    ranked = sorted(found, key=lambda one: (one.mention.field != "title", one.mention.start, -one.mention.end))
    clusters: list[list[_Described]] = []
    for one in ranked:
        last = clusters[-1][0].mention if clusters else None
        if last and last.field == one.mention.field and one.mention.start < last.end:
            clusters[-1].append(one)
        else:
            clusters.append([one])
    for cluster in clusters:
        fitting = [one for one in cluster if one.exact] or [one for one in cluster if one.group.id in spoken]
        fitting = fitting or [one for one in cluster if not one.group.needs_number]
        fitting = [one for one in fitting if one.acting] or [one for one in fitting if one.near] or fitting
        inside = frozenset().union(*(one.inside & one.parties for one in fitting))
        fitting = [one for one in fitting if inside <= one.parties] or fitting
        acting = [actor for one in fitting for actor in one.acting]
        each = all(one.acting for one in fitting) and len(acting) == len(set(acting))
        if each or len({one.parties for one in fitting}) == 1:
            yield from ((name, one.mention) for one in fitting for name in one.group.regions if name in one.regions)


def _tidy(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """In the order of title and text, without those that lie inside a longer one."""
    ranked = sorted(set(mentions), key=lambda m: (m.field != "title", m.start, -m.end))
    kept: list[Mention] = []
    for mention in ranked:
        if not (kept and kept[-1].field == mention.field and mention.end <= kept[-1].end):
            kept.append(replace(mention, role="literal"))
    return tuple(kept)


def _overlap(one: Mention, other: Mention) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def regions_of(
    article: Article,
    places: Sequence[Place],
    *,
    as_of: date | None = None,
    worldview: str = DEFAULT_VIEW,
    packs: Packs | None = None,
) -> tuple[Region, ...]:
    """The regions in question that an article speaks of, by name or by description, with the mentions.

    Parameters
    ----------
    article : Article
    places : sequence of Place
        Of the same article. A literal place with a region's shape names it; where the resolver put a name into a
        country that has no part in the dispute, it is not the region.
    as_of : datetime.date, optional
        Without it the article's date decides, else the packs' reference date.
    worldview : str
        As for :func:`geostory.regions_in_force`.
    packs : Packs, optional
        The shipped ones without it.

    Returns
    -------
    tuple of Region
        In the order of the packs, each with its mentions in the order of title and text. A region that another one
        brings along (Sevastopol with Crimea, both of the treaty of 18 March 2014) shares that one's mentions. Its
        ``reason`` is 'named', or says which words of a description fit the packs' statements.

    Raises
    ------
    UsageError
        If there is no such worldview; the text lists the choices.

    Examples
    --------
    >>> from datetime import date
    >>> article = Article(title="", text="Russia annexed Crimea.", date=date(2014, 4, 1))
    >>> [region.name for region in regions_of(article, ())]
    ['Crimea', 'Sevastopol']
    """
    packs = packs or read_packs()
    day = as_of or article.date or packs.reference_date
    parties = _parties(packs, day)
    placed = [(place.mention, place.candidate) for place in places if place.candidate]
    hits = hits_of(article, placed, packs)
    named = {name: found for name, found in named_in(article, hits, placed, packs).items() if name in parties}
    mentions = with_those_brought(named, packs)
    reasons = {name: "named" for name, found in mentions.items() if found}
    told = list(_meant(list(_descriptions(article, hits, parties, packs)), named))
    for one in descriptions(article, hits, placed, frozenset(named), day, packs):
        over = {name for name, mention in told if _overlap(mention, one.mention)}
        if not over or set(one.regions) < over:
            told = [(name, mention) for name, mention in told if not _overlap(mention, one.mention)]
            told += [(name, one.mention) for name in one.regions]
        if set(one.regions) <= {name for name, _ in told}:
            reasons = {**dict.fromkeys(one.regions, one.reason), **reasons}
    for name, mention in told:
        mentions.setdefault(name, []).append(mention)
        reasons.setdefault(name, "described by its status and its parties")
    ended = ended_before(day, packs)
    found = []
    for row in packs.regions:
        name = row["id"]
        if name not in parties or not mentions.get(name):
            continue
        said = _tidy(mentions[name])
        if name not in ended:
            region = standing(row, day, worldview, packs)
        elif speaks_of_then(article, row, said, hits, parties[name], packs):
            region = as_it_was(row, ended[name], day, worldview, packs)
        else:
            continue
        found.append(replace(region, mentions=said, reason=reasons[name]))
    return tuple(region if in_question(region, article, packs) else replace(region, quiet=True) for region in found)
