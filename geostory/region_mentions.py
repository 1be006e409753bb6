"""Where an article speaks of regions in question, by name or by description.

A region's names and the words for groups of regions stand in the packs; the resolver's word wins over a mere name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from geostory.models import Article, Field, Mention, Place, Region
from geostory.packs import Packs, read_packs
from geostory.territories import DEFAULT_VIEW, claims_on, standing
from geostory.words import MONTHS

__all__ = ["regions_of"]

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_FIELDS: tuple[Field, ...] = ("title", "text")


def _any(words: Iterable[str]) -> str:
    """Pattern of any of the words, the longest first; blanks and apostrophes as loose as news writes them."""
    ranked = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s+").replace("'", "['’ʼ]") for w in ranked) + ")"


def _plural(noun: str) -> str:
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


_WHEN = (
    rf"(?:,?\s+(?:back\s+)?(?:in|on|since|of|from)\s+(?:(?:early|late|mid)[\s-]+)?(?:\d{{1,2}}\s+)?(?:{_any(MONTHS)},?\s+)?"
    rf"(?:\d{{1,2}},?\s+)?\d{{4}}\b|,?\s+(?:in|on|since)\s+(?:last\s+)?{_any(MONTHS)}(?:\s+\d{{1,2}})?\b)"
)
# What must not stand right before or after a description: a denial, another owner, another doer, another place or age.
_NOT_BEFORE = re.compile(r"(?:\b(?:not|never|no|without)\s+|['’]s?\s+|-)$", re.IGNORECASE)
_NOT_AFTER = re.compile(r"\s+by\b|\s+(?:in|of|from|during|under)\s+(?:the\s+)?[A-Z\d]")
# 'Annexed four regions' after another name: that one did it.
_ACTIVE = re.compile(rf"[a-z]+\s+(?:the\b|all\b|\d|{_any(_NUMBERS)}\b)")


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Regions that news describes together, and what a description of them looks like."""

    id: str
    regions: tuple[str, ...]
    number: int
    needs_number: bool
    years: frozenset[str]
    pattern: re.Pattern[str]
    plain: re.Pattern[str]
    counted: re.Pattern[str]
    actors: tuple[re.Pattern[str], re.Pattern[str]]

    def says(self, words: str) -> bool:
        """Whether a description says the status: outright, or by a counted word after the number."""
        if self.plain.search(words):
            return True
        done = any(actor.search(words) for actor in self.actors)
        return bool(self.counted.search(words)) and (done or not self.counted.fullmatch(words))


@lru_cache(maxsize=8)
def _groups(packs: Packs) -> tuple[_Group, ...]:
    """Every group with its pattern, made from numbers, the words of its status and actors, and its nouns."""
    region = packs.by_id("region")
    words = {row["name"]: row["words"] for row in packs.tables["actor"]}
    status = {row["id"]: row["words"] for row in packs.tables["status"]}
    filler = packs.tables["filler"][-1]
    groups = []
    for row in packs.tables["group"]:
        claims = [claim for name in row["regions"] for claim in region[name]["claim"]]
        doer = [word for claim in claims for word in words[claim["claimed_by"]]]
        owner = [word for claim in claims if "claimed_from" in claim for word in words[claim["claimed_from"]]] or doer
        loose = _any([*filler["before"], *filler["adverbs"], *doer, *owner, *_NUMBERS])
        slot = rf"(?:{loose}|\d{{1,2}})(?:['’]s?)?(?:[^\S\n]|-|\n(?!\s*\n))+"
        plain = rf"\b{_any(word for claim in claims for word in status[claim['status']])}"
        counted = rf"\b{_any(row['counted'])}" if "counted" in row else "(?!)"
        said = rf"(?:{plain}|{counted})"
        noun = rf"\b{_any([*map(_plural, row['nouns']), *row.get('singular', [])])}\b"
        place = rf"\s+(?:of|in|from)\s+(?:{slot}){{0,3}}{_any(owner)}\b"
        link = rf",?\s+{_any([*filler['links'], *filler['adverbs'], *doer])}\b"
        tail = rf"(?:{place}|\s+by\s+(?:the\s+)?{_any(doer)}\b|{_WHEN}){{0,3}}"
        groups.append(
            _Group(
                id=row["id"],
                regions=tuple(row["regions"]),
                number=row.get("number", len(row["regions"])),
                needs_number=row.get("needs_number", False),
                years=frozenset(str(claim["valid_from"].year) for claim in claims),
                pattern=re.compile(
                    rf"\b(?:{slot}){{0,8}}(?:{said}\s+(?:{slot}){{0,5}}{noun}|"
                    rf"{noun}(?:{place})?(?:{link}){{0,8}},?\s+{said}\b(?:\s+{_any(filler['adverbs'])}\b)?){tail}",
                    re.IGNORECASE,
                ),
                plain=re.compile(plain, re.IGNORECASE),
                counted=re.compile(rf".*\b(?:{_any(_NUMBERS)}|\d{{1,2}})\b.*{counted}", re.IGNORECASE | re.DOTALL),
                actors=(re.compile(rf"\b{_any(doer)}\b"), re.compile(rf"\b{_any(owner)}\b")),
            )
        )
    return tuple(groups)


def _number(words: str) -> int | None:
    """The number a description gives, its date left aside."""
    found = re.search(rf"\b(?:{_any(_NUMBERS)}|\d{{1,2}})\b", re.sub(_WHEN, "", words), re.IGNORECASE)
    word = found[0].lower() if found else ""
    return _NUMBERS.index(word) if word in _NUMBERS else int(word) if word else None


def _described(
    article: Article, in_force: Iterable[str], named: Mapping[str, list[Mention]], packs: Packs
) -> Iterator[tuple[str, Mention]]:
    """Ids of regions, and the descriptions that speak of several of them ('the four annexed regions').

    A description with the group's number or year means that group. One with neither means those of the fitting groups
    that the article speaks of elsewhere, by such a description or by naming two members; else all that fit.
    """
    words = f"{article.title}\n{article.text}"
    bare: dict[Mention, list[_Group]] = {}
    spoken: set[str] = set()
    for group in _groups(packs):
        if not set(group.regions) <= set(in_force):
            continue
        if sum(name in named for name in group.regions) > 1:
            spoken.add(group.id)
        actors = [bool(actor.search(words)) for actor in group.actors]
        if not any(actors):
            continue
        for field in _FIELDS:
            text = article.field_text(field)
            for match in group.pattern.finditer(text):
                number, years = _number(match[0]), set(re.findall(r"\b\d{4}\b", match[0]))
                fits = number in (None, group.number) and years <= group.years and group.says(match[0])
                tied = all(actors) or ((number or years) and any(actor.search(match[0]) for actor in group.actors))
                before = text[max(0, match.start() - 40) : match.start()]
                if not (fits and tied) or _NOT_BEFORE.search(before) or _NOT_AFTER.match(text, match.end()):
                    continue
                if _ACTIVE.match(match[0]) and re.search(r"\b[A-Z]\w*\s+$", before):
                    continue
                mention = Mention(start=match.start(), end=match.end(), field=field, text=match[0])
                if number or (years and not group.needs_number):
                    spoken.add(group.id)
                    yield from ((name, mention) for name in group.regions)
                else:
                    bare.setdefault(mention, []).append(group)
    for mention, fitting in bare.items():
        meant = [group for group in fitting if group.id in spoken] or [g for g in fitting if not g.needs_number]
        yield from ((name, mention) for group in meant for name in group.regions)


@dataclass(frozen=True, kw_only=True)
class _Names:
    """How one region is named: in full, and by a short name that needs a noun beside it ('Kherson region')."""

    id: str
    shape: frozenset[str]
    brings: tuple[str, ...]
    countries: frozenset[str]
    full: re.Pattern[str]
    short: re.Pattern[str] | None


@lru_cache(maxsize=8)
def _names(packs: Packs) -> tuple[_Names, ...]:
    country = {row["name"]: row.get("country", "") for row in packs.tables["actor"]}
    names = []
    for row in packs.regions:
        full = [rf"(?<!\w){_any(row['names'])}(?!\w)"] if "names" in row else []
        short = rf"(?<!\w){_any(row['short'])}(?!\w)" if "short" in row else ""
        if short:
            nouns = _any(
                noun for group in packs.tables["group"] if row["id"] in group["regions"] for noun in group["nouns"]
            )
            full += [rf"{short}\s+{nouns}\b", rf"(?<!\w){nouns}\s+of\s+{short}"]
        parties = [claim[key] for claim in row["claim"] for key in ("claimed_by", "claimed_from") if key in claim]
        names.append(
            _Names(
                id=row["id"],
                shape=frozenset(row.get("shape", ())) if "minus" not in row and "within" not in row else frozenset(),
                brings=tuple(row.get("with", ())),
                countries=frozenset(country[party] for party in parties),
                full=re.compile("|".join(full), re.IGNORECASE),
                short=re.compile(short) if short else None,
            )
        )
    return tuple(names)


_LIST = re.compile(r"(?<![\w’'-])[A-Z][\w'’ʼ-]+(?:(?:,\s+(?:(?:and|or)\s+)?|\s+(?:and|or|&)\s+)[A-Z][\w'’ʼ-]+){1,9}")


def _listed(text: str, packs: Packs) -> Iterator[tuple[str, int, int]]:
    """Regions in a row of short names: before or after a noun ('the Donetsk and Luhansk regions'), or a whole group."""
    nouns = _any(_plural(noun) for group in packs.tables["group"] for noun in group["nouns"])
    after, before = re.compile(rf"\s+{nouns}\b", re.IGNORECASE), re.compile(rf"\b{nouns}\s+of\s+$", re.IGNORECASE)
    for row in _LIST.finditer(text):
        found = [
            (n.id, m.start(), m.end()) for n in _names(packs) if n.short for m in n.short.finditer(text, *row.span())
        ]
        ids = {name for name, _, _ in found}
        if (
            any(set(group.regions) <= ids for group in _groups(packs))
            or after.match(text, row.end())
            or before.search(text[max(0, row.start() - 40) : row.start()])
        ):
            yield from found


def _named(article: Article, places: Sequence[Place], packs: Packs) -> dict[str, list[Mention]]:
    """The mentions that name a region: its own names, short names beside a noun, and literal places of its shape."""
    placed = [(place.mention, place.candidate) for place in places if place.candidate]
    found: dict[str, list[Mention]] = {}
    for field in _FIELDS:
        text = article.field_text(field)
        spans = [(names.id, m.start(), m.end()) for names in _names(packs) for m in names.full.finditer(text)]
        for name, start, end in [*spans, *_listed(text, packs)]:
            found.setdefault(name, []).append(Mention(start=start, end=end, field=field, text=text[start:end]))
    for names in _names(packs):
        # The resolver's word wins: a Crimea that it placed in another country is not this one.
        other = [m for m, candidate in placed if candidate.country and candidate.country not in names.countries]
        taken = {(m.field, at) for m in other for at in range(m.start, m.end)}
        kept = [m for m in found.pop(names.id, []) if taken.isdisjoint((m.field, at) for at in range(m.start, m.end))]
        kept += [m for m, candidate in placed if candidate.shape in names.shape and m.role == "literal"]
        if kept:
            found[names.id] = kept
    return found


def _tidy(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """In the order of title and text, without those that lie inside a longer one."""
    ranked = sorted(set(mentions), key=lambda m: (m.field != "title", m.start, -m.end))
    kept: list[Mention] = []
    for mention in ranked:
        if not (kept and kept[-1].field == mention.field and mention.end <= kept[-1].end):
            kept.append(replace(mention, role="literal"))
    return tuple(kept)


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
        brings along (Sevastopol with Crimea, both of the treaty of 18 March 2014) shares that one's mentions.

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
    in_force = [row for row in packs.regions if claims_on(row, day, packs)]
    held = {row["id"] for row in in_force}
    named = _named(article, places, packs)
    mentions = {name: list(found) for name, found in named.items()}
    for name, mention in _described(article, held, named, packs):
        mentions.setdefault(name, []).append(mention)
    for names in _names(packs):
        for other in names.brings:
            mentions.setdefault(other, []).extend(named.get(names.id, []))
    return tuple(
        replace(standing(row, day, worldview, packs), mentions=_tidy(mentions[row["id"]]))
        for row in in_force
        if mentions.get(row["id"])
    )
