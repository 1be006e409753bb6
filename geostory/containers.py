"""Which of an article's names says where the one beside it lies: 'Paris, Texas', 'the Spanish city of Córdoba'."""

import re
from collections.abc import Sequence
from typing import TypeAlias

from geostory.models import Article, Candidate, Mention

__all__ = ["area_of", "containers_of", "country_said", "in_one_row", "within"]

Options: TypeAlias = Sequence[Sequence[Candidate]]  # of each mention, the places that it may mean

_ISLAND = 0.5  # degrees
_DWARFED = 15  # times the people
_AREAS = 5  # of a container's name looked at
_ROW = re.compile(r", (?:and )?|,? and (?:in |to |from |at )?")
_KIND = (
    r"(?:capital|city|town|port|village|suburb|island|province|region|district|state|resort|oblast|governorate|enclave)"
)
_SIDE = r"(?:(?:(?:north|south)(?:-?(?:east|west))?|east|west)(?:ern)?|central|upper|lower|mainland|rural|coastal) "
# Between a name and the area right after it: 'Tripoli, in northern Lebanon', 'Victoria, the capital of the Seychelles'.
_AFTER = re.compile(
    rf",? (?:in )?(?:the )?(?:{_SIDE})?| ?\(|"
    rf", (?:the|a|an|once the) (?:[a-z][\w-]* ){{0,3}}{_KIND} (?:of|in) (?:the )?(?:{_SIDE})?"
)
_SURELY_AFTER = re.compile(rf", in (?:{_SIDE})?|, (?:the|a|an) (?:[a-z][\w-]* ){{0,3}}{_KIND} in (?:{_SIDE})?")
_SURELY_BEFORE = re.compile(rf"(?:['’]s?)? (?:[a-z][\w-]* ){{0,2}}{_KIND} of ")
_APPOSED = re.compile(r", (?:the|a|an|once the) (?:[a-z][\w-]* ){0,2}")  # 'Tripoli, the Libyan capital'
_APPOSITION = re.compile(rf" (?:[a-z][\w-]* ){{0,2}}{_KIND}\b(?! of )")
_OWNERSHIP = re.compile(rf"['’]s? (?:[a-z][\w-]* ){{0,3}}{_KIND}\b")  # 'Tripoli, Lebanon's second city'
_PHRASE = re.compile(r"(?:^|[.!?;,][\"'”’)]*\s+|\n\s*)(?:In|After|Before|From|At|Outside|Near|in|after|from) $")
_OFFICE = re.compile(r" (?:governor|senator|lawmakers?|congress\w*|legislators?|officials?|state|attorney)\b", re.I)
# Between a name and the area right before it: 'Egypt's port of Alexandria', 'the northern Lebanese city of Tripoli'.
_OWNED = re.compile(rf"['’]s? (?:[a-z][\w-]* ){{0,3}}?(?:{_KIND} (?:of )?)?")
_OF = re.compile(rf" (?:[a-z][\w-]* ){{0,2}}?{_KIND} (?:of )?")
_FRAME = re.compile(
    r"(?:^|[.!?:;][\"'”’)]*\s+|\n\s*)(?:(?:And|But|Meanwhile|Elsewhere|Back|Over),? )?"
    rf"(?:In|in|Across|Throughout) (?:the )?(?:{_SIDE})?$"
)
_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?][\"'”’)]*\s|\n")


def containers_of(article: Article, mentions: Sequence[Mention], options: Options) -> list[int | None]:
    """For each mention the number of the one that says where it lies, in words beside it or at its sentence's start.

    Parameters
    ----------
    article : Article
    mentions : sequence of Mention
        In the order of the text.
    options : sequence of sequence of Candidate
        The places that each mention may mean.
    """
    found: list[int | None] = []
    frame: int | None = None
    for number, mention in enumerate(mentions):
        text = article.field_text(mention.field)
        if frame is not None and (
            mentions[frame].field != mention.field or _SENTENCE_END.search(text, mentions[frame].end, mention.start)
        ):
            frame = None
        if mention.role == "demonym":
            found.append(None)
            continue
        told = _told_before(article, mentions, number, options)
        if told is None:
            told = _told_after(article, mentions, number, options)
        if told is None and frame is not None and _well_held(options, frame, number):
            told = frame
        found.append(told)
        if (
            told is None
            and _is_area(options[number])
            and _FRAME.search(text, max(0, mention.start - 60), mention.start)
        ):
            frame = number
    return found


def _told_after(article: Article, mentions: Sequence[Mention], number: int, options: Options) -> int | None:
    if number + 1 >= len(mentions) or mentions[number + 1].field != mentions[number].field:
        return None
    here, there = mentions[number], mentions[number + 1]
    text = article.field_text(here.field)
    if there.start - here.end > 60 or not _may_hold(options, number + 1, number):
        return None
    between = text[here.end : there.start]
    if there.role == "demonym":
        fits = bool(_APPOSED.fullmatch(between) and _APPOSITION.match(text, there.end))
    else:
        fits = between != " " and bool(_AFTER.fullmatch(between)) and _ends_there(text, here, there, between)
    return number + 1 if fits and not _peers(article, mentions, number, options) else None


def _ends_there(text: str, here: Mention, there: Mention, between: str) -> bool:
    """Whether 'City, State' is one name of a place: no phrase ends between them, and the state begins nothing."""
    if text[there.end : there.end + 1] in {"'", "’"}:
        return bool(_OWNERSHIP.match(text, there.end))
    if _OFFICE.match(text, there.end):
        return False
    opens = between == ", " and _PHRASE.search(text, max(0, here.start - 12), here.start)
    goes_on = text[there.end : there.end + 1] == " " and text[there.end + 1 : there.end + 2].islower()
    return not (opens and goes_on) and not (between.endswith("the ") and between != ", the " and goes_on)


def _told_before(article: Article, mentions: Sequence[Mention], number: int, options: Options) -> int | None:
    if not number or mentions[number - 1].field != mentions[number].field:
        return None
    before, here = mentions[number - 1], mentions[number]
    if here.start - before.end > 60 or not _may_hold(options, number - 1, number):
        return None
    between = article.field_text(here.field)[before.end : here.start]
    fits = _OF.fullmatch(between) or (before.role != "demonym" and _OWNED.fullmatch(between))
    return number - 1 if fits else None


def country_said(article: Article, mentions: Sequence[Mention], number: int, options: Options) -> Candidate | None:
    """The country in which the words beside a name put it, where the gazetteer has no place of that name.

    Returns
    -------
    Candidate or None
        None where the words don't, or the country has one.
    """
    here = mentions[number]
    text = article.field_text(here.field)
    for other in (number + 1, number - 1):
        if not 0 <= other < len(mentions) or mentions[other].field != here.field or not options[other]:
            continue
        there = mentions[other]
        between = text[here.end : there.start] if other > number else text[there.end : here.start]
        surely = _SURELY_AFTER if other > number else _SURELY_BEFORE
        country = options[other][0]
        demonym_after = other > number and there.role == "demonym"
        if country.feature == "PCLI" and surely.fullmatch(between) and not demonym_after:
            return None if _may_hold(options, other, number) else country
    return None


def _well_held(options: Options, area: int, place: int) -> bool:
    """Whether an area has a place of that name which is not dwarfed by one elsewhere: 'In Ohio, ... Cairo'."""
    towns = [c for c in options[place] if c.match == "name" and c.feature.startswith(("PPL", "ADM"))]
    held = [c for c in towns if any(within(c, outer) for outer in options[area][:_AREAS])]
    largest = max((c.population for c in towns if c.feature.startswith("PPL")), default=0)
    state = any(c.feature.startswith("PCL") and c.match == "name" for c in options[place])
    return bool(held) and not state and max(c.population for c in held) * _DWARFED > largest


def _may_hold(options: Options, area: int, place: int) -> bool:
    return any(within(inner, outer) for outer in options[area][:_AREAS] for inner in options[place])


def _is_area(candidates: Sequence[Candidate]) -> bool:
    """Whether a name stands for a country or a region; 'In Washington' is a city first."""
    features = {c.feature for c in candidates[:_AREAS]}
    return "PPLC" not in features and any(feature.startswith(("PCL", "ADM1")) for feature in features)


def in_one_row(article: Article, left: Mention, right: Mention) -> bool:
    """Whether nothing but a comma or an 'and' stands between two names, neither of which is a demonym."""
    if left.field != right.field or "demonym" in {left.role, right.role}:
        return False
    return bool(_ROW.fullmatch(article.field_text(left.field)[left.end : right.start]))


def _peers(article: Article, mentions: Sequence[Mention], number: int, options: Options) -> bool:
    """Whether this name and the next are two of a list of regions: 'Virginia, Washington, West Virginia and Ohio'."""
    held = range(max(0, number - 1), min(len(mentions), number + 3))
    able = {at: {_level(c) for c in options[at] if c.match == "name"} - {""} for at in held}
    shared = able[number] & able[number + 1]
    before = number > 0 and in_one_row(article, mentions[number - 1], mentions[number])
    after = number + 2 in able and in_one_row(article, mentions[number + 1], mentions[number + 2])
    return bool((before and shared & able[number - 1]) or (after and able[number + 1] & able[number + 2]))


def _level(c: Candidate) -> str:
    """'ADM1' or 'PCL' and the country of the former, of what a list may name besides."""
    return f"ADM1 {c.country}" if c.feature == "ADM1" else "PCL" if c.feature.startswith("PCL") else ""


def area_of(candidate: Candidate) -> tuple[str, str]:
    """Country and first-level region that a candidate is or lies in."""
    return candidate.country, candidate.name if candidate.feature == "ADM1" else candidate.admin1


def within(place: Candidate, area: Candidate) -> bool:
    """Whether the gazetteer has a place lie in a country, region or county."""
    if not place.country or place.country != area.country or place.gazetteer_id == area.gazetteer_id:
        return False
    if area.feature.startswith(("PCL", "TERR")):
        return not place.feature.startswith("PCL")
    if area.feature == "ADM1":
        return place.feature != "ADM1" and place.admin1 == area.name
    if area.feature in {"RGN", "ISL"} and not area.admin1:  # Antigua
        return abs(place.lat - area.lat) < _ISLAND and abs(place.lon - area.lon) < _ISLAND
    return area.feature == "ADM2" and place.admin1 == area.admin1 and place.admin2 == area.name
